//! What nothing reads is not worked out: instructions, parameters of blocks, and stores to what is never loaded.

use crate::access::bytes;
use crate::live::{handed, targets};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// What matters.
#[derive(Default)]
struct Needed {
    values: FxHashSet<Value>,
    insts: FxHashSet<Inst>,
    /// Values of which it is still to be looked at what they are made of.
    left: Vec<Value>,
    /// Ranges of the arena that are loaded, by their first byte.
    loaded: Vec<bool>,
}

/// The range of the arena's first bytes that an instruction loads or stores.
fn range(func: &Function, base: Value, inst: Inst, arena: usize) -> Option<Range<usize>> {
    let (opcode, address, offset, ty) = match func.dfg.insts[inst] {
        InstructionData::Store {
            opcode,
            args: [value, address],
            offset,
            ..
        } => (opcode, address, offset, func.dfg.value_type(value)),
        InstructionData::Load {
            opcode,
            arg,
            offset,
            ..
        } => (
            opcode,
            arg,
            offset,
            func.dfg.value_type(func.dfg.first_result(inst)),
        ),
        _ => return None,
    };
    let first = usize::try_from(i32::from(offset)).ok()?;
    let end = first.checked_add(bytes(opcode, ty))?;
    (func.dfg.resolve_aliases(address) == base && end <= arena).then_some(first..end)
}

/// Takes out what does not matter. The arena is the first parameter; its first `followed` bytes are loaded and stored by
/// this function alone, and always at places that are known.
pub(crate) fn sweep(func: &mut Function, followed: usize) {
    let entry = func.layout.entry_block();
    let Some(base) = entry.and_then(|b| func.dfg.block_params(b).first().copied()) else {
        return;
    };
    let mut needed = Needed {
        loaded: vec![false; followed],
        ..Needed::default()
    };
    let blocks: Vec<Block> = func.layout.blocks().collect();
    // By the block that they lead to, and the block's parameter: what is handed to it.
    let mut passed: FxHashMap<(Block, usize), Vec<Value>> = FxHashMap::default();
    let mut stores = Vec::new();
    for block in &blocks {
        for inst in func.layout.block_insts(*block) {
            match func.dfg.insts[inst].opcode() {
                op if op.can_store() && !op.is_call() => match range(func, base, inst, followed) {
                    Some(range) => stores.push((inst, range)),
                    None => needed.inst(func, inst),
                },
                op if op.is_terminator() || op.is_call() => needed.inst(func, inst),
                _ => {}
            }
            for call in targets(func, inst) {
                let to = call.block(&func.dfg.value_lists);
                for (i, v) in handed(func, *call).into_iter().enumerate() {
                    passed.entry((to, i)).or_default().push(v);
                }
            }
        }
    }
    loop {
        needed.spread(func, base, &passed);
        let count = stores.len();
        stores.retain(|(inst, range)| {
            let read = needed.loaded[range.clone()].contains(&true);
            if read {
                needed.inst(func, *inst);
            }
            !read
        });
        if stores.len() == count {
            break;
        }
    }
    for block in blocks {
        let mut next = func.layout.first_inst(block);
        while let Some(inst) = next {
            next = func.layout.next_inst(inst);
            match needed.insts.contains(&inst) {
                true => needed.shorten(func, inst),
                false => func.layout.remove_inst(inst),
            }
        }
    }
    // Only now, since what is handed to a block is found by the places of its parameters.
    for block in func.layout.blocks().collect::<Vec<Block>>() {
        let params = func.dfg.block_params(block).to_vec();
        let dead = |v: &&Value| !needed.values.contains(v);
        if Some(block) != entry {
            for v in params.iter().rev().filter(dead) {
                func.dfg.remove_block_param(*v);
            }
        }
    }
}

impl Needed {
    /// An instruction matters; what is handed on by a branch does so only where it is needed.
    fn inst(&mut self, func: &Function, inst: Inst) {
        if self.insts.insert(inst) {
            for v in func.dfg.inst_args(inst) {
                self.value(func.dfg.resolve_aliases(*v));
            }
        }
    }

    fn value(&mut self, v: Value) {
        if self.values.insert(v) {
            self.left.push(v);
        }
    }

    /// What values that matter are made of matters, too.
    fn spread(
        &mut self,
        func: &Function,
        base: Value,
        passed: &FxHashMap<(Block, usize), Vec<Value>>,
    ) {
        while let Some(v) = self.left.pop() {
            match func.dfg.value_def(v) {
                ValueDef::Result(inst, _) => {
                    if let Some(range) = range(func, base, inst, self.loaded.len()) {
                        self.loaded[range].fill(true);
                    }
                    self.inst(func, inst);
                }
                ValueDef::Param(block, i) => {
                    for v in passed.get(&(block, i)).into_iter().flatten() {
                        self.value(*v);
                    }
                }
                ValueDef::Union(..) => {}
            }
        }
    }

    /// Takes out of a branch what nobody needs at its target.
    fn shorten(&self, func: &mut Function, inst: Inst) {
        if !func.dfg.insts[inst].opcode().is_branch() {
            return;
        }
        let mut calls = targets(func, inst).to_vec();
        for call in &mut calls {
            let params = func.dfg.block_params(call.block(&func.dfg.value_lists));
            let dead: Vec<usize> = (0..params.len())
                .filter(|i| !self.values.contains(&params[*i]))
                .collect();
            for i in dead.into_iter().rev() {
                call.remove(i, &mut func.dfg.value_lists);
            }
        }
        let dfg = &mut func.dfg;
        let places =
            dfg.insts[inst].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
        places.copy_from_slice(&calls);
        debug_assert!(!matches!(dfg.insts[inst].opcode(), Opcode::TryCall));
    }
}
