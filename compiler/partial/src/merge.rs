//! Blocks with one way in, which is a jump, become part of the block that it comes from.

use crate::live::{handed, targets};
use cranelift_codegen::ir::{Block, Function, Opcode};
use rustc_hash::FxHashMap;

/// Joins what is written one after the other; leaves out what nothing leads to.
pub(crate) fn merge(func: &mut Function) {
    let blocks: Vec<Block> = func.layout.blocks().collect();
    let mut ways: FxHashMap<Block, usize> = FxHashMap::default();
    for last in blocks.iter().filter_map(|b| func.layout.last_inst(*b)) {
        for call in targets(func, last) {
            *ways.entry(call.block(&func.dfg.value_lists)).or_default() += 1;
        }
    }
    for block in blocks {
        if func.layout.first_inst(block).is_none() {
            continue;
        }
        while let Some(last) = func.layout.last_inst(block)
            && func.dfg.insts[last].opcode() == Opcode::Jump
            && let [call] = targets(func, last)
            && let next = call.block(&func.dfg.value_lists)
            && next != block
            && ways.get(&next) == Some(&1)
        {
            let args = handed(func, *call);
            let params = func.dfg.block_params(next).to_vec();
            func.dfg.detach_block_params(next);
            for (param, arg) in params.into_iter().zip(args) {
                func.dfg.change_to_alias(param, arg);
            }
            func.layout.remove_inst(last);
            while let Some(inst) = func.layout.first_inst(next) {
                func.layout.remove_inst(inst);
                func.layout.append_inst(inst, block);
            }
            func.layout.remove_block(next);
        }
    }
}
