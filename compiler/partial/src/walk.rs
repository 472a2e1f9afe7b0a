//! Copies of blocks, one for each state they are entered in.

use crate::cells::{Cells, Content, Unfollowed};
use crate::dead::sweep;
use crate::live::{Need, handed, targets};
use crate::merge::merge;
use crate::step::Step;
use crate::trace::Trace;
use crate::value::{Either, Val};
use crate::{Residual, Source, VALUES, params};
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Function, Inst, InstructionData, JumpTableData, Layout, MemFlags,
    Opcode, Type, Value, types,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// So many runs in a row that come to nothing new are enough.
const QUIET: usize = 500;
/// One of so many runs may go another way, as far as some show.
const ASIDES: usize = 32;
const ENOUGH: usize = 100;
/// If so many do not suffice, there is no end of states.
const RUNS: usize = 10_000;

/// Where something lies, and how it is loaded: its type is that of the result.
pub(crate) type Loaded = (i64, Opcode, Type);

/// So much of the memory stays in registers from one block to the next.
const CARRIED: usize = 8;

/// What is known at a place.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) values: FxHashMap<Value, Val>,
    pub(crate) cells: Cells,
    /// Values that lie in memory, by where and how they are loaded.
    pub(crate) loaded: FxHashMap<Loaded, Value>,
    /// Comparisons that are decided here.
    pub(crate) decided: Vec<(Comparison, bool)>,
    /// Upper bounds.
    pub(crate) at_most: FxHashMap<Value, i64>,
}

/// A comparison of what is open.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) cc: IntCC,
    pub(crate) a: Val,
    pub(crate) b: Val,
}

/// From where code is to be copied.
enum From {
    At(Inst),
    Enter(Block, Vec<Val>),
}

struct Task {
    from: From,
    state: State,
}

/// In what state a block is entered.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    block: Block,
    known: Vec<(Value, Val)>,
    /// Addresses within the arena that are open.
    within: Vec<Value>,
    /// Upper bounds of what is open.
    at_most: Vec<(Value, i64)>,
    cells: Cells,
}

/// How a walk ended.
pub(crate) enum Ended {
    Done(Box<Residual>),
    TooLarge,
    /// A cell takes more and more values.
    Counts(Range<usize>),
}

pub(crate) struct Walk<'a> {
    pub(crate) source: &'a Source<'a>,
    needs: &'a FxHashMap<Block, Need>,
    pub(crate) unfollowed: &'a Unfollowed,
    pub(crate) out: Function,
    seen: FxHashMap<Key, Block>,
    /// Copies that are not written yet.
    tasks: FxHashMap<Block, Task>,
    /// What is worked out before the first branch of a run: every copy may use it.
    everywhere: FxHashSet<Value>,
    /// The copy of where a run begins.
    first: Option<Block>,
    /// The block in which such things are worked out.
    prologue: Option<Block>,
    /// By copy: what lies in memory and is handed to it in registers.
    carried: FxHashMap<Block, Vec<Loaded>>,
    /// How the source loads.
    pub(crate) flags: Option<MemFlags>,
    pub(crate) comparisons: FxHashMap<Value, Comparison>,
    /// Cells of several bytes, and what they hold between events.
    pub(crate) wide: FxHashMap<(usize, usize), Vec<i64>>,
    states: usize,
    pub(crate) instructions: usize,
    asides: usize,
    counts: Option<Range<usize>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        source: &'a Source<'a>,
        needs: &'a FxHashMap<Block, Need>,
        unfollowed: &'a Unfollowed,
    ) -> Walk<'a> {
        let mut out = source.func.clone();
        out.layout = Layout::new();
        Walk {
            source,
            needs,
            unfollowed,
            out,
            seen: FxHashMap::default(),
            tasks: FxHashMap::default(),
            everywhere: FxHashSet::default(),
            first: None,
            prologue: None,
            carried: FxHashMap::default(),
            flags: None,
            comparisons: FxHashMap::default(),
            wide: FxHashMap::default(),
            states: 0,
            instructions: 0,
            asides: 0,
            counts: None,
        }
    }

    /// Copies everything that can be reached.
    pub(crate) fn all(mut self) -> Ended {
        let func = self.source.func;
        let Some(entry) = func.layout.entry_block() else {
            return Ended::TooLarge;
        };
        let into = self.block();
        let mut state = State {
            values: FxHashMap::default(),
            cells: Cells::new(self.source.followed),
            loaded: FxHashMap::default(),
            decided: Vec::new(),
            at_most: FxHashMap::default(),
        };
        for (i, v) in params(func, entry).iter().enumerate() {
            let ty = func.dfg.value_type(*v);
            let own = self.out.dfg.append_block_param(into, ty);
            self.everywhere.insert(own);
            let val = if i == 0 {
                Val::Arena(0)
            } else {
                Val::Open(own)
            };
            state.values.insert(*v, val);
        }
        let Some(first) = func.layout.first_inst(entry) else {
            return Ended::TooLarge;
        };
        let from = From::At(first);
        self.tasks.insert(into, Task { from, state });
        let mut trace = Trace::new(&self.out, into, self.source.arena);
        // A run that comes to nothing new; how many of them, and of all.
        let (mut quiet, mut runs) = (0, 0);
        let mut at = Some(into);
        while let Some(block) = at {
            if trace.is_new(block)
                && let Some(task) = self.tasks.remove(&block)
            {
                self.copy(block, task);
                quiet = 0;
                if let Some(cell) = self.counts.take() {
                    return Ended::Counts(cell);
                }
                if self.instructions > self.source.most {
                    return Ended::TooLarge;
                }
            }
            if Some(block) == self.first {
                (quiet, runs) = (quiet + 1, runs + 1);
                if quiet > QUIET {
                    break;
                }
                if runs > RUNS || (runs > ENOUGH && trace.asides * ASIDES > runs) {
                    return Ended::TooLarge;
                }
            }
            at = trace.block(&self.out, block);
        }
        self.leave_out();
        merge(&mut self.out);
        sweep(&mut self.out, self.source.followed);
        Ended::Done(Box::new(Residual {
            states: self.states,
            blocks: self.seen.len(),
            instructions: self.instructions,
            asides: self.asides,
            func: self.out,
        }))
    }

    /// What no run has come to is done in another way.
    fn leave_out(&mut self) {
        let rest: Vec<(Block, Task)> = self.tasks.drain().collect();
        for (into, mut task) in rest {
            let done = matches!(&task.from, From::Enter(block, _) if *block == self.source.done);
            if done {
                self.copy(into, task);
                continue;
            }
            self.asides += 1;
            self.enter(into, &mut task.state, self.source.aside, Vec::new());
        }
        // The way out itself.
        while let Some(into) = self.tasks.keys().next().copied() {
            if let Some(task) = self.tasks.remove(&into) {
                self.copy(into, task);
            }
        }
    }

    fn copy(&mut self, into: Block, task: Task) {
        let Task { from, mut state } = task;
        let func = self.source.func;
        let mut at = match from {
            From::At(inst) => Some(inst),
            From::Enter(block, args) => self.enter(into, &mut state, block, args),
        };
        while let Some(inst) = at {
            at = match self.step(into, &mut state, inst) {
                Step::On => func.layout.next_inst(inst),
                Step::Enter(block, args) => self.enter(into, &mut state, block, args),
                Step::Split(cond) => {
                    self.split(into, &state, cond, |_| From::At(inst));
                    None
                }
                Step::Branch(cond, yes, no) => {
                    self.split(into, &state, cond, |holds| {
                        let (block, args) = if holds { &yes } else { &no };
                        let args = args.iter().map(|a| a.given(cond, holds)).collect();
                        From::Enter(*block, args)
                    });
                    None
                }
                Step::Table(index, calls) => {
                    self.table(into, &state, index, calls);
                    None
                }
                Step::Aside => {
                    self.asides += 1;
                    let aside = self.source.aside;
                    self.enter(into, &mut state, aside, Vec::new())
                }
                Step::End => None,
            };
        }
        self.prologue = self.prologue.filter(|p| *p != into);
    }

    /// Goes on in two copies: in one a condition holds, in the other it does not.
    fn split(&mut self, into: Block, state: &State, cond: Value, from: impl Fn(bool) -> From) {
        let (yes, no) = (self.block(), self.block());
        let lists = &mut self.out.dfg.value_lists;
        let blocks = [yes, no].map(|b| BlockCall::new(b, [], lists));
        self.last(
            into,
            InstructionData::Brif {
                opcode: Opcode::Brif,
                arg: cond,
                blocks,
            },
        );
        for (into, holds) in [(no, false), (yes, true)] {
            let mut state = state.clone();
            for val in state.values.values_mut() {
                *val = val.given(cond, holds);
            }
            if let Some(c) = self.comparisons.get(&cond) {
                state.decided.push((*c, holds));
                let cc = if holds { c.cc } else { c.cc.complement() };
                // Of a narrower type a number here has no sign.
                if let (Val::Open(v), Val::Known(n)) = (c.a, c.b)
                    && self.out.dfg.value_type(v) == types::I64
                {
                    match cc {
                        IntCC::SignedLessThanOrEqual => state.at_most.insert(v, n),
                        IntCC::SignedLessThan => state.at_most.insert(v, n.wrapping_sub(1)),
                        _ => None,
                    };
                }
            }
            let from = from(holds);
            self.tasks.insert(into, Task { from, state });
        }
    }

    /// A jump by an index that is open.
    fn table(&mut self, into: Block, state: &State, index: Value, calls: Vec<(Block, Vec<Val>)>) {
        let mut made = Vec::new();
        for (block, args) in calls {
            let into = self.block();
            made.push(BlockCall::new(into, [], &mut self.out.dfg.value_lists));
            let (from, state) = (From::Enter(block, args), state.clone());
            self.tasks.insert(into, Task { from, state });
        }
        let Some((otherwise, rest)) = made.split_first() else {
            return;
        };
        let table = JumpTableData::new(*otherwise, rest);
        let table = self.out.dfg.jump_tables.push(table);
        self.last(
            into,
            InstructionData::BranchTable {
                opcode: Opcode::BrTable,
                arg: index,
                table,
            },
        );
    }

    /// Goes to a block: on into it, if this is the only way to it, or to the copy for this state.
    fn enter(
        &mut self,
        into: Block,
        state: &mut State,
        block: Block,
        args: Vec<Val>,
    ) -> Option<Inst> {
        let func = self.source.func;
        let need = &self.needs[&block];
        let source = self.source;
        let (runs, events) = (block == source.run, block == source.events);
        let between = runs || [source.runs, source.aside].contains(&block);
        if !(need.meets || events || between) {
            for (param, arg) in params(func, block).iter().zip(args) {
                state.values.insert(*param, arg);
            }
            return func.layout.first_inst(block);
        }
        if between {
            state.cells.forget_all();
        }
        let lives = need.values.iter();
        let lives = lives.filter_map(|v| Some((*v, *state.values.get(v)?)));
        let lives: Vec<(Value, Val)> = lives.collect();
        let handed = params(func, block)
            .iter()
            .copied()
            .zip(args.iter().copied());
        let handed: Vec<(Value, Val)> = handed.collect();
        let all = || handed.iter().chain(&lives);
        if let Some(e) = all().find_map(|(_, val)| either(*val)) {
            self.split(into, state, e.cond, |holds| {
                let args = args.iter().map(|a| a.given(e.cond, holds)).collect();
                From::Enter(block, args)
            });
            return None;
        }
        // Whatever run it is, it begins with the same code.
        let fixed = |own: bool, val: Val| match val {
            Val::Open(_) if own => false,
            Val::Open(v) => self.everywhere.contains(&v),
            Val::Within(_) => false,
            _ => true,
        };
        let (mut known, mut open) = (Vec::new(), Vec::new());
        for (own, list) in [(true, &handed), (false, &lives)] {
            for (v, val) in list {
                match fixed(own, *val) {
                    true => known.push((*v, *val)),
                    false => open.push((*v, *val)),
                }
            }
        }
        let mut passed: Vec<Value> = open
            .iter()
            .map(|(v, val)| self.value(into, *val, func.dfg.value_type(*v)))
            .collect();
        let within = open.iter().filter(|(_, val)| matches!(val, Val::Within(_)));
        let within = within.map(|(v, _)| *v).collect();
        let bound = |(v, val): &(Value, Val)| match val {
            Val::Open(own) => Some((*v, *state.at_most.get(own)?)),
            _ => None,
        };
        let key = Key {
            block,
            known,
            within,
            at_most: open.iter().filter_map(bound).collect(),
            cells: state.cells.clone(),
        };
        let target = match self.seen.get(&key) {
            Some(target) => *target,
            None => {
                if events {
                    self.states += 1;
                    self.look_at_counts(&state.cells);
                }
                let target = self.block();
                let mut values: FxHashMap<Value, Val> = key.known.iter().copied().collect();
                for (v, val) in &open {
                    let ty = func.dfg.value_type(*v);
                    let own = self.out.dfg.append_block_param(target, ty);
                    if runs {
                        self.everywhere.insert(own);
                    }
                    let val = match val {
                        Val::Within(_) => Val::Within(own),
                        _ => Val::Open(own),
                    };
                    values.insert(*v, val);
                }
                if runs {
                    (self.first, self.prologue) = (Some(target), Some(target));
                }
                let bound = |(v, n): &(Value, i64)| match values.get(v) {
                    Some(Val::Open(own)) => Some((*own, *n)),
                    _ => None,
                };
                let at_most = key.at_most.iter().filter_map(bound).collect();
                let mut loaded = FxHashMap::default();
                let carried = match between {
                    true => Vec::new(),
                    false => self.worth_carrying(state),
                };
                for place in &carried {
                    let own = self.out.dfg.append_block_param(target, place.2);
                    loaded.insert(*place, own);
                }
                self.carried.insert(target, carried);
                let state = State {
                    values,
                    cells: state.cells.clone(),
                    loaded,
                    decided: Vec::new(),
                    at_most,
                };
                let first = func.layout.first_inst(block)?;
                let from = From::At(first);
                self.tasks.insert(target, Task { from, state });
                self.seen.insert(key, target);
                target
            }
        };
        for (place, opcode, ty) in self.carried.get(&target).cloned().unwrap_or_default() {
            let value = match state.loaded.get(&(place, opcode, ty)) {
                Some(v) => *v,
                None => self.load_again(into, (place, opcode, ty))?,
            };
            passed.push(value);
        }
        let lists = &mut self.out.dfg.value_lists;
        let destination = BlockCall::new(target, passed.into_iter().map(BlockArg::Value), lists);
        self.last(
            into,
            InstructionData::Jump {
                opcode: Opcode::Jump,
                destination,
            },
        );
        None
    }

    /// What is in a register here and stays in one: what lies in memory that is followed, as far as registers go.
    fn worth_carrying(&self, state: &State) -> Vec<Loaded> {
        let end = self.source.followed as i64;
        let mut all: Vec<Loaded> = state.loaded.keys().filter(|l| l.0 < end).copied().collect();
        all.sort_unstable_by_key(|(at, opcode, ty)| (*at, *opcode as u16, ty.bytes()));
        all.truncate(CARRIED);
        all
    }

    /// Loads what another way has in a register.
    fn load_again(&mut self, into: Block, (at, opcode, ty): Loaded) -> Option<Value> {
        let base = self.value(into, Val::Arena(0), types::I64);
        let data = InstructionData::Load {
            opcode,
            arg: base,
            flags: self.flags?,
            offset: i32::try_from(at).ok()?.into(),
        };
        self.put(into, data, ty)
    }

    /// Whether some cell has had more and more values between events.
    fn look_at_counts(&mut self, cells: &Cells) {
        for ((at, size), values) in &mut self.wide {
            let place = *at as i64;
            if self.source.discrete.iter().any(|r| r.contains(&place)) {
                continue;
            }
            if let Content::Known(n) = cells.get(*at, *size)
                && !values.contains(&n)
            {
                values.push(n);
                if values.len() > VALUES {
                    self.counts = Some(*at..*at + *size);
                }
            }
        }
    }

    // ---- what is written ----------------------------------------------------------------------------------------

    fn block(&mut self) -> Block {
        let block = self.out.dfg.make_block();
        self.out.layout.append_block(block);
        block
    }

    fn last(&mut self, into: Block, data: InstructionData) {
        let inst = self.out.dfg.make_inst(data);
        self.out.layout.append_inst(inst, into);
        self.instructions += 1;
    }

    /// Writes an instruction; its result, if it has one.
    pub(crate) fn put(&mut self, into: Block, data: InstructionData, ty: Type) -> Option<Value> {
        let inst = self.out.dfg.make_inst(data);
        self.out.dfg.make_inst_results(inst, ty);
        self.out.layout.append_inst(inst, into);
        self.instructions += 1;
        let result = self.out.dfg.inst_results(inst).first().copied();
        if self.prologue == Some(into) || self.seen.is_empty() {
            self.everywhere.extend(result);
        }
        result
    }

    pub(crate) fn number(&mut self, into: Block, n: i64, ty: Type) -> Value {
        let data = InstructionData::UnaryImm {
            opcode: Opcode::Iconst,
            imm: n.into(),
        };
        match self.put(into, data, ty) {
            Some(v) => v,
            None => unreachable!("a constant has a result"),
        }
    }

    /// A value of the copy.
    pub(crate) fn value(&mut self, into: Block, val: Val, ty: Type) -> Value {
        match val {
            Val::Open(v) | Val::Within(v) | Val::Either(Either { value: v, .. }) => v,
            Val::Known(n) => self.number(into, n, ty),
            Val::Arena(at) => {
                let entry = self.out.layout.entry_block();
                let base = entry.and_then(|b| self.out.dfg.block_params(b).first().copied());
                let Some(base) = base else {
                    unreachable!("the arena is the first parameter")
                };
                if at == 0 {
                    return base;
                }
                let by = self.number(into, at, types::I64);
                let data = InstructionData::Binary {
                    opcode: Opcode::Iadd,
                    args: [base, by],
                };
                match self.put(into, data, ty) {
                    Some(v) => v,
                    None => unreachable!("a sum has a result"),
                }
            }
        }
    }

    /// The targets of a branch, with what is known of the values handed to them.
    pub(crate) fn calls(&self, state: &State, inst: Inst) -> Vec<(Block, Vec<Val>)> {
        let func = self.source.func;
        let calls = targets(func, inst).iter();
        let calls = calls.map(|call| {
            let args = handed(func, *call).into_iter();
            let args = args.map(|v| state.val(v)).collect();
            (call.block(&func.dfg.value_lists), args)
        });
        calls.collect()
    }
}

impl State {
    pub(crate) fn val(&self, v: Value) -> Val {
        match self.values.get(&v) {
            Some(val) => *val,
            None => unreachable!("{v} is worked out before it is used"),
        }
    }
}

fn either(val: Val) -> Option<Either> {
    match val {
        Val::Either(e) => Some(e),
        _ => None,
    }
}
