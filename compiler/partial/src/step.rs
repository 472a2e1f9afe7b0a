//! One instruction with what is known of its operands.

use crate::fold::{self, Simple};
use crate::value::{Either, Val, masked};
use crate::walk::{Comparison, State, Walk};
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{Block, Inst, InstructionData, Opcode, Value, ValueList};

/// What comes after an instruction.
pub(crate) enum Step {
    /// The next one.
    On,
    Enter(Block, Vec<Val>),
    /// The same one, once a condition is known.
    Split(Value),
    Branch(Value, (Block, Vec<Val>), (Block, Vec<Val>)),
    Table(Value, Vec<(Block, Vec<Val>)>),
    /// It cannot be followed: the run is done in another way.
    Aside,
    /// Nothing.
    End,
}

impl Walk<'_> {
    pub(crate) fn step(&mut self, into: Block, state: &mut State, inst: Inst) -> Step {
        let dfg = &self.source.func.dfg;
        let arg = |v: Value| state.val(dfg.resolve_aliases(v));
        match dfg.insts[inst] {
            InstructionData::UnaryImm {
                opcode: Opcode::Iconst,
                imm,
            } => {
                let result = dfg.first_result(inst);
                let n = masked(imm.bits(), dfg.value_type(result));
                state.values.insert(result, Val::Known(n));
                Step::On
            }
            InstructionData::Unary { arg: a, .. } => self.unary(into, state, inst, arg(a)),
            InstructionData::Binary { args: [a, b], .. } => {
                self.binary(into, state, inst, arg(a), arg(b))
            }
            InstructionData::IntCompare {
                args: [a, b], cond, ..
            } => self.compare(into, state, inst, cond, (arg(a), arg(b))),
            InstructionData::Ternary {
                opcode: Opcode::Select,
                args,
            } => self.select(into, state, inst, args.map(arg)),
            InstructionData::Load {
                opcode,
                arg: a,
                offset,
                ..
            } => {
                let at = (arg(a), i64::from(i32::from(offset)));
                self.load(into, state, inst, opcode, at)
            }
            InstructionData::Store {
                opcode,
                args: [value, a],
                offset,
                ..
            } => {
                let at = (arg(a), i64::from(i32::from(offset)));
                self.store(into, state, inst, opcode, value, at)
            }
            InstructionData::Jump { .. } => match self.calls(state, inst).pop() {
                Some((block, args)) => Step::Enter(block, args),
                None => Step::Aside,
            },
            InstructionData::Brif { arg: a, .. } => self.branch(state, inst, arg(a)),
            InstructionData::BranchTable { arg: a, .. } => self.jump_by(state, inst, arg(a)),
            InstructionData::Call { func_ref, .. } => {
                let args: Vec<Value> = dfg.inst_args(inst).to_vec();
                let mut list = ValueList::default();
                for v in args {
                    let v = self.source.func.dfg.resolve_aliases(v);
                    let ty = self.source.func.dfg.value_type(v);
                    let v = self.value(into, state.val(v), ty);
                    list.push(v, &mut self.out.dfg.value_lists);
                }
                let data = InstructionData::Call {
                    opcode: Opcode::Call,
                    args: list,
                    func_ref,
                };
                self.put(into, data, cranelift_codegen::ir::types::INVALID);
                state.loaded.clear();
                state.cells.forget_all();
                Step::On
            }
            InstructionData::MultiAry {
                opcode: Opcode::Return,
                ..
            } => {
                let data = InstructionData::MultiAry {
                    opcode: Opcode::Return,
                    args: ValueList::default(),
                };
                self.put(into, data, cranelift_codegen::ir::types::INVALID);
                Step::End
            }
            _ => Step::Aside,
        }
    }

    /// Writes an instruction of the source with other operands.
    fn write(&mut self, into: Block, inst: Inst, data: InstructionData) -> Option<Value> {
        let ty = self.source.func.dfg.ctrl_typevar(inst);
        self.put(into, data, ty)
    }

    fn unary(&mut self, into: Block, state: &mut State, inst: Inst, a: Val) -> Step {
        let dfg = &self.source.func.dfg;
        let result = dfg.first_result(inst);
        let opcode = dfg.insts[inst].opcode();
        let from = dfg.value_type(dfg.inst_args(inst)[0]);
        let to = dfg.value_type(result);
        let of = |n| fold::unary(opcode, from, to, n);
        if let Val::Known(n) = a
            && let Some(n) = of(n)
        {
            state.values.insert(result, Val::Known(n));
            return Step::On;
        }
        let value = self.value(into, a, from);
        let data = InstructionData::Unary { opcode, arg: value };
        let Some(value) = self.write(into, inst, data) else {
            return Step::Aside;
        };
        let val = match a {
            Val::Either(e) => one_of(e.cond, value, of(e.yes), of(e.no)),
            _ => Val::Open(value),
        };
        state.values.insert(result, val);
        Step::On
    }

    fn binary(&mut self, into: Block, state: &mut State, inst: Inst, a: Val, b: Val) -> Step {
        let dfg = &self.source.func.dfg;
        let result = dfg.first_result(inst);
        let opcode = dfg.insts[inst].opcode();
        let ty = dfg.value_type(dfg.inst_args(inst)[0]);
        let second = dfg.value_type(dfg.inst_args(inst)[1]);
        let of = |a, b| fold::binary(opcode, ty, a, b);
        let (a, b) = match (a, b) {
            (Val::Known(_), Val::Known(_)) => (a, b),
            (Val::Known(_), _) if fold::commutes(opcode) => (b, a),
            _ => (a, b),
        };
        let known = match (opcode, a, b) {
            (_, Val::Known(a), Val::Known(b)) => of(a, b).map(Val::Known),
            (Opcode::Iadd, Val::Arena(at), Val::Known(n)) => Some(Val::Arena(at + n)),
            (Opcode::Isub, Val::Arena(at), Val::Known(n)) => Some(Val::Arena(at - n)),
            (Opcode::Smin, Val::Open(_), Val::Known(n)) if n >= self.source.never => Some(a),
            (_, Val::Open(_) | Val::Either(_), Val::Known(n)) => fold::with_number(opcode, ty, n)
                .map(|s| match s {
                    Simple::Same => a,
                    Simple::Number(n) => Val::Known(n),
                }),
            _ => None,
        };
        if let Some(val) = known {
            state.values.insert(result, val);
            return Step::On;
        }
        // Truth values that are joined are discrete: each is known where it matters.
        let logic = matches!(opcode, Opcode::Band | Opcode::Bor | Opcode::Bxor);
        match (a, b) {
            (Val::Either(x), Val::Either(y)) if x.cond != y.cond && logic => {
                return Step::Split(x.cond);
            }
            (Val::Either(e), Val::Open(_)) | (Val::Open(_), Val::Either(e)) if logic => {
                return Step::Split(e.cond);
            }
            _ => {}
        }
        let args = [self.value(into, a, ty), self.value(into, b, second)];
        let data = InstructionData::Binary { opcode, args };
        let Some(value) = self.write(into, inst, data) else {
            return Step::Aside;
        };
        let val = match (a, b) {
            (Val::Either(x), Val::Either(y)) if x.cond == y.cond => {
                one_of(x.cond, value, of(x.yes, y.yes), of(x.no, y.no))
            }
            (Val::Either(x), Val::Known(n)) => one_of(x.cond, value, of(x.yes, n), of(x.no, n)),
            (Val::Known(n), Val::Either(x)) => one_of(x.cond, value, of(n, x.yes), of(n, x.no)),
            (Val::Arena(_) | Val::Within(_), _) | (_, Val::Arena(_) | Val::Within(_)) => {
                Val::Within(value)
            }
            _ => Val::Open(value),
        };
        state.values.insert(result, val);
        Step::On
    }

    fn compare(
        &mut self,
        into: Block,
        state: &mut State,
        inst: Inst,
        cc: IntCC,
        (a, b): (Val, Val),
    ) -> Step {
        let dfg = &self.source.func.dfg;
        let result = dfg.first_result(inst);
        let ty = dfg.value_type(dfg.inst_args(inst)[0]);
        let (cc, a, b) = match (a, b) {
            (Val::Known(_), Val::Known(_)) => (cc, a, b),
            (Val::Known(_), _) => (cc.swap_args(), b, a),
            _ => (cc, a, b),
        };
        let of = |a, b| i64::from(fold::compare(cc, ty, a, b));
        let known = match (a, b) {
            (Val::Known(a), Val::Known(b)) => Some(of(a, b)),
            _ if a == b => Some(of(0, 0)),
            (_, Val::Known(n)) if fold::always(cc, ty, n).is_some() => {
                fold::always(cc, ty, n).map(i64::from)
            }
            (Val::Open(v), Val::Known(n))
                if cc == IntCC::Equal && state.at_most.get(&v).is_some_and(|most| *most < n) =>
            {
                Some(0)
            }
            _ => state.decided.iter().find_map(|(c, holds)| {
                let same = c.a == a && c.b == b;
                let turned = c.a == b && c.b == a;
                let is = (same && c.cc == cc) || (turned && c.cc.swap_args() == cc);
                let not = (same && c.cc.complement() == cc)
                    || (turned && c.cc.swap_args().complement() == cc);
                match (is, not) {
                    (true, _) => Some(i64::from(*holds)),
                    (_, true) => Some(i64::from(!*holds)),
                    _ => None,
                }
            }),
        };
        if let Some(n) = known {
            state.values.insert(result, Val::Known(n));
            return Step::On;
        }
        let args = [self.value(into, a, ty), self.value(into, b, ty)];
        let data = InstructionData::IntCompare {
            opcode: Opcode::Icmp,
            args,
            cond: cc,
        };
        let Some(value) = self.write(into, inst, data) else {
            return Step::Aside;
        };
        let val = match (a, b) {
            (Val::Either(x), Val::Known(n)) => {
                one_of(x.cond, value, Some(of(x.yes, n)), Some(of(x.no, n)))
            }
            (Val::Either(x), Val::Either(y)) if x.cond == y.cond => {
                one_of(x.cond, value, Some(of(x.yes, y.yes)), Some(of(x.no, y.no)))
            }
            _ => {
                self.comparisons.insert(value, Comparison { cc, a, b });
                one_of(value, value, Some(1), Some(0))
            }
        };
        state.values.insert(result, val);
        Step::On
    }

    fn select(
        &mut self,
        into: Block,
        state: &mut State,
        inst: Inst,
        [cond, yes, no]: [Val; 3],
    ) -> Step {
        let dfg = &self.source.func.dfg;
        let result = dfg.first_result(inst);
        let (cond_type, ty) = (
            dfg.value_type(dfg.inst_args(inst)[0]),
            dfg.value_type(result),
        );
        let (yes, no) = match cond {
            Val::Either(e) => match (e.yes != 0, e.no != 0) {
                (true, false) => (yes.given(e.cond, true), no.given(e.cond, false)),
                (false, true) => (yes.given(e.cond, false), no.given(e.cond, true)),
                (true, true) => (yes, yes),
                (false, false) => (no, no),
            },
            Val::Known(n) => match n != 0 {
                true => (yes, yes),
                false => (no, no),
            },
            _ => (yes, no),
        };
        if yes == no {
            state.values.insert(result, yes);
            return Step::On;
        }
        if [yes, no]
            .iter()
            .any(|v| matches!(v, Val::Arena(_) | Val::Within(_)))
        {
            return match cond {
                Val::Either(e) => Step::Split(e.cond),
                _ => Step::Aside,
            };
        }
        let args = [
            self.value(into, cond, cond_type),
            self.value(into, yes, ty),
            self.value(into, no, ty),
        ];
        let data = InstructionData::Ternary {
            opcode: Opcode::Select,
            args,
        };
        let Some(value) = self.write(into, inst, data) else {
            return Step::Aside;
        };
        let val = match (cond, yes, no) {
            (Val::Either(e), Val::Known(y), Val::Known(n)) => match e.yes != 0 {
                true => one_of(e.cond, value, Some(y), Some(n)),
                false => one_of(e.cond, value, Some(n), Some(y)),
            },
            (Val::Open(c), Val::Known(y), Val::Known(n)) => one_of(c, value, Some(y), Some(n)),
            _ => Val::Open(value),
        };
        state.values.insert(result, val);
        Step::On
    }

    fn branch(&mut self, state: &State, inst: Inst, cond: Val) -> Step {
        let mut calls = self.calls(state, inst);
        let (Some(no), Some(yes)) = (calls.pop(), calls.pop()) else {
            return Step::Aside;
        };
        let (value, holds) = match cond {
            Val::Known(n) => return enter(if n != 0 { yes } else { no }),
            Val::Either(e) => match (e.yes != 0, e.no != 0) {
                (true, true) => return enter(yes),
                (false, false) => return enter(no),
                (holds, _) => (e.cond, holds),
            },
            Val::Open(v) => (v, true),
            Val::Arena(_) | Val::Within(_) => return Step::Aside,
        };
        match holds {
            true => Step::Branch(value, yes, no),
            false => Step::Branch(value, no, yes),
        }
    }

    fn jump_by(&mut self, state: &State, inst: Inst, index: Val) -> Step {
        let mut calls = self.calls(state, inst);
        match index {
            Val::Known(n) => {
                // The first is where all others go.
                let at = usize::try_from(n).ok().and_then(|n| n.checked_add(1));
                let at = at.filter(|at| *at < calls.len()).unwrap_or(0);
                enter(calls.swap_remove(at))
            }
            Val::Either(e) => Step::Split(e.cond),
            Val::Open(v) => Step::Table(v, calls),
            Val::Arena(_) | Val::Within(_) => Step::Aside,
        }
    }
}

fn enter((block, args): (Block, Vec<Val>)) -> Step {
    Step::Enter(block, args)
}

/// One of two numbers, if both are known.
fn one_of(cond: Value, value: Value, yes: Option<i64>, no: Option<i64>) -> Val {
    match (yes, no) {
        (Some(yes), Some(no)) if yes == no => Val::Known(yes),
        (Some(yes), Some(no)) => Val::Either(Either {
            value,
            cond,
            yes,
            no,
        }),
        _ => Val::Open(value),
    }
}
