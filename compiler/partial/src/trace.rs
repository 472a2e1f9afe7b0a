//! Which copies are worth writing: those that some runs come to. The copy is run as it is written, number by number.

use crate::access::{bytes, extended};
use crate::fold;
use crate::live::{handed, targets};
use crate::value::masked;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Type, Value};
use std::rc::Rc;

/// Where the arena lies in the numbers of a trace; whatever lies elsewhere is not looked at.
const ARENA: i64 = 1 << 40;

/// Numbers and memory of a function that is run.
pub(crate) struct Trace {
    values: Vec<i64>,
    arena: Vec<u8>,
    /// Blocks that were run before, by number.
    blocks: Vec<Option<Rc<Code>>>,
    /// Numbers on their way to the next block.
    handed: Vec<i64>,
    /// Runs that went another way.
    pub(crate) asides: usize,
}

/// A block, ready to be run.
struct Code {
    ops: Vec<Op>,
    /// The value that says where it goes on, and how.
    on: Option<u32>,
    way: Way,
    targets: Vec<Target>,
}

/// How the target of a block is chosen.
enum Way {
    Only,
    /// The first if a value is not zero.
    If,
    /// By an index; the first if there is none such.
    By,
}

/// A block, and what is handed from which value to which.
struct Target {
    block: Block,
    moves: Vec<(u32, u32)>,
}

/// An instruction, with its values as places.
enum Op {
    Number(u32, i64),
    Unary(Opcode, [Type; 2], u32, u32),
    Binary(Opcode, Type, [u32; 2], u32),
    Compare(IntCC, Type, [u32; 2], u32),
    Select([u32; 3], u32),
    Load(Opcode, Type, u32, i64, u32),
    Store(usize, [u32; 2], i64),
    Call,
    /// Nothing that matters here.
    Other(u32),
}

impl Op {
    fn new(func: &Function, inst: Inst) -> Op {
        let dfg = &func.dfg;
        let place = |v: Value| v.as_u32();
        let result = dfg.inst_results(inst).first().copied();
        let ty = result.map_or(cranelift_codegen::ir::types::I64, |v| dfg.value_type(v));
        let to = result.map_or(u32::MAX, place);
        match dfg.insts[inst] {
            InstructionData::UnaryImm { imm, .. } => Op::Number(to, masked(imm.bits(), ty)),
            InstructionData::Unary { opcode, arg } => {
                Op::Unary(opcode, [dfg.value_type(arg), ty], place(arg), to)
            }
            InstructionData::Binary { opcode, args } => {
                Op::Binary(opcode, dfg.value_type(args[0]), args.map(place), to)
            }
            InstructionData::IntCompare { args, cond, .. } => {
                Op::Compare(cond, dfg.value_type(args[0]), args.map(place), to)
            }
            InstructionData::Ternary { args, .. } => Op::Select(args.map(place), to),
            InstructionData::Load {
                opcode,
                arg,
                offset,
                ..
            } => Op::Load(opcode, ty, place(arg), i32::from(offset).into(), to),
            InstructionData::Store {
                opcode,
                args,
                offset,
                ..
            } => {
                let size = bytes(opcode, dfg.value_type(args[0]));
                Op::Store(size, args.map(place), i32::from(offset).into())
            }
            InstructionData::Call { .. } => Op::Call,
            _ => Op::Other(to),
        }
    }
}

impl Code {
    fn new(func: &Function, block: Block) -> Code {
        let mut code = Code {
            ops: Vec::new(),
            on: None,
            way: Way::Only,
            targets: Vec::new(),
        };
        for inst in func.layout.block_insts(block) {
            if !func.dfg.insts[inst].opcode().is_terminator() {
                code.ops.push(Op::new(func, inst));
                continue;
            }
            (code.on, code.way) = match func.dfg.insts[inst] {
                InstructionData::Brif { arg, .. } => (Some(arg.as_u32()), Way::If),
                InstructionData::BranchTable { arg, .. } => (Some(arg.as_u32()), Way::By),
                _ => (None, Way::Only),
            };
            let target = |call: &cranelift_codegen::ir::BlockCall| {
                let block = call.block(&func.dfg.value_lists);
                let params = func.dfg.block_params(block).iter().map(|v| v.as_u32());
                let args = handed(func, *call).into_iter().map(|v| v.as_u32());
                let moves = args.zip(params).collect();
                Target { block, moves }
            };
            code.targets = targets(func, inst).iter().map(target).collect();
        }
        code
    }
}

impl Trace {
    /// A function that is about to run all histories from the first on, in an arena.
    pub(crate) fn new(func: &Function, entry: Block, arena: &[u8]) -> Trace {
        let mut trace = Trace {
            values: Vec::new(),
            arena: arena.to_vec(),
            blocks: Vec::new(),
            handed: Vec::new(),
            asides: 0,
        };
        let params = func.dfg.block_params(entry).iter();
        for (v, n) in params.zip([ARENA, 0, i64::MAX, 0]) {
            trace.set(v.as_u32(), n);
        }
        trace
    }

    fn get(&self, v: u32) -> i64 {
        self.values.get(v as usize).copied().unwrap_or(0)
    }

    fn set(&mut self, v: u32, n: i64) {
        let at = v as usize;
        if at >= self.values.len() {
            self.values.resize(at + 1, 0);
        }
        self.values[at] = n;
    }

    /// Whether a block was not run yet.
    pub(crate) fn is_new(&self, block: Block) -> bool {
        !matches!(self.blocks.get(block.as_u32() as usize), Some(Some(_)))
    }

    /// The bytes of the arena from an address.
    fn bytes(&mut self, address: i64, size: usize) -> Option<&mut [u8]> {
        let at = usize::try_from(address.checked_sub(ARENA)?).ok()?;
        self.arena.get_mut(at..at.checked_add(size)?)
    }

    /// Runs a block that is written; the one that comes next.
    pub(crate) fn block(&mut self, func: &Function, block: Block) -> Option<Block> {
        let at = block.as_u32() as usize;
        if at >= self.blocks.len() {
            self.blocks.resize_with(at + 1, || None);
        }
        let code = self.blocks[at].get_or_insert_with(|| Rc::new(Code::new(func, block)));
        let code = Rc::clone(code);
        for op in &code.ops {
            self.one(op);
        }
        let on = code.on.map_or(0, |v| self.get(v));
        let which = match code.way {
            Way::Only => 0,
            Way::If => usize::from(on == 0),
            Way::By => usize::try_from(on).map_or(0, |n| n.saturating_add(1)),
        };
        let target = code.targets.get(which).or(code.targets.first())?;
        let mut handed = std::mem::take(&mut self.handed);
        handed.clear();
        handed.extend(target.moves.iter().map(|(from, _)| self.get(*from)));
        for ((_, to), n) in target.moves.iter().zip(&handed) {
            self.set(*to, *n);
        }
        self.handed = handed;
        Some(target.block)
    }

    fn one(&mut self, op: &Op) {
        let (to, n) = match op {
            Op::Number(to, n) => (*to, Some(*n)),
            Op::Unary(op, [from, ty], a, to) => (*to, fold::unary(*op, *from, *ty, self.get(*a))),
            Op::Binary(op, ty, args, to) => {
                let [a, b] = args.map(|v| self.get(v));
                (*to, fold::binary(*op, *ty, a, b))
            }
            Op::Compare(cc, ty, args, to) => {
                let [a, b] = args.map(|v| self.get(v));
                (*to, Some(i64::from(fold::compare(*cc, *ty, a, b))))
            }
            Op::Select(args, to) => {
                let [c, a, b] = args.map(|v| self.get(v));
                (*to, Some(if c != 0 { a } else { b }))
            }
            Op::Load(op, ty, address, offset, to) => {
                let (address, size) = (self.get(*address) + offset, bytes(*op, *ty));
                let mut all = [0; 8];
                if let (Some(from), Some(to)) = (self.bytes(address, size), all.get_mut(..size)) {
                    to.copy_from_slice(from);
                }
                (*to, Some(extended(*op, *ty, i64::from_le_bytes(all))))
            }
            Op::Store(size, [value, address], offset) => {
                let n = self.get(*value).to_le_bytes();
                let address = self.get(*address).wrapping_add(*offset);
                if let (Some(to), Some(from)) = (self.bytes(address, *size), n.get(..*size)) {
                    to.copy_from_slice(from);
                }
                return;
            }
            Op::Call => {
                self.asides += 1;
                return;
            }
            Op::Other(to) => (*to, None),
        };
        if to != u32::MAX {
            self.set(to, n.unwrap_or(0));
        }
    }
}
