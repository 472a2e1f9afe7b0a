//! Which values a block and what comes after it need: the usual backward analysis.

use cranelift_codegen::ir::{Block, BlockArg, BlockCall, Function, Inst, InstructionData, Value};
use rustc_hash::FxHashMap;

/// What a block needs that is not its own, in the order of the values' numbers; and whether several ways lead to it.
#[derive(Debug, Default)]
pub(crate) struct Need {
    pub(crate) values: Vec<Value>,
    pub(crate) meets: bool,
}

/// The targets of a block's last instruction.
pub(crate) fn targets(func: &Function, inst: Inst) -> &[BlockCall] {
    match &func.dfg.insts[inst] {
        data @ (InstructionData::Jump { .. }
        | InstructionData::Brif { .. }
        | InstructionData::BranchTable { .. }) => {
            data.branch_destination(&func.dfg.jump_tables, &func.dfg.exception_tables)
        }
        _ => &[],
    }
}

/// The values handed to a target.
pub(crate) fn handed(func: &Function, call: BlockCall) -> Vec<Value> {
    let args = call.args(&func.dfg.value_lists);
    let values = args.filter_map(|a| match a {
        BlockArg::Value(v) => Some(func.dfg.resolve_aliases(v)),
        _ => None,
    });
    values.collect()
}

/// A set of values, a bit each.
#[derive(Clone, PartialEq, Eq)]
struct Set(Vec<u64>);

impl Set {
    fn add(&mut self, v: Value) {
        self.0[v.as_u32() as usize / 64] |= 1 << (v.as_u32() % 64);
    }

    fn remove(&mut self, v: Value) {
        self.0[v.as_u32() as usize / 64] &= !(1 << (v.as_u32() % 64));
    }

    fn join(&mut self, other: &Set) {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a |= b;
        }
    }

    fn values(&self) -> Vec<Value> {
        let bits = |(i, word): (usize, &u64)| {
            let (first, word) = (64 * i as u32, *word);
            let set = (0..64u32).filter(move |b| word >> b & 1 == 1);
            set.map(move |b| Value::from_u32(first + b))
        };
        self.0.iter().enumerate().flat_map(bits).collect()
    }
}

/// What every block of a function needs; each may have to go to `aside`, too.
pub(crate) fn needs(func: &Function, aside: Block) -> FxHashMap<Block, Need> {
    let blocks: Vec<Block> = func.layout.blocks().collect();
    let none = Set(vec![0; func.dfg.num_values() / 64 + 1]);
    let mut before: FxHashMap<Block, Set> = blocks.iter().map(|b| (*b, none.clone())).collect();
    let mut ways: FxHashMap<Block, usize> = FxHashMap::default();
    let target = |call: &BlockCall| call.block(&func.dfg.value_lists);
    for last in blocks.iter().filter_map(|b| func.layout.last_inst(*b)) {
        for call in targets(func, last) {
            *ways.entry(target(call)).or_default() += 1;
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for block in blocks.iter().rev() {
            let mut set = none.clone();
            for inst in func.layout.block_insts(*block).rev() {
                for call in targets(func, inst) {
                    set.join(&before[&target(call)]);
                }
                for v in func.dfg.inst_results(inst) {
                    set.remove(*v);
                }
                for v in func.dfg.inst_values(inst) {
                    set.add(func.dfg.resolve_aliases(v));
                }
            }
            for v in func.dfg.block_params(*block) {
                set.remove(*v);
            }
            if before[block] != set {
                before.insert(*block, set);
                changed = true;
            }
        }
    }
    let way_out = before[&aside].clone();
    let need = |(block, mut set): (Block, Set)| {
        set.join(&way_out);
        for v in func.dfg.block_params(block) {
            set.remove(*v);
        }
        let meets = ways.get(&block).copied().unwrap_or(0) > 1;
        let values = set.values();
        (block, Need { values, meets })
    };
    before.into_iter().map(need).collect()
}
