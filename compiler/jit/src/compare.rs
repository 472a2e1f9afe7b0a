//! Fields, comparisons and shares to code (R3, R7, R9, R23).

use crate::emit::{Em, R};
use crate::fold::{Const, Env, NEVER, V};
use crate::layout::Elem;
use crate::reads::plain;
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{CmpOp, FieldId, Guard, Op, ShareCmp, Ty};

fn signed(op: CmpOp) -> IntCC {
    match op {
        CmpOp::Eq => IntCC::Equal,
        CmpOp::Ne => IntCC::NotEqual,
        CmpOp::Lt => IntCC::SignedLessThan,
        CmpOp::Le => IntCC::SignedLessThanOrEqual,
        CmpOp::Gt => IntCC::SignedGreaterThan,
        CmpOp::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

fn flip(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::Le => CmpOp::Ge,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::Ge => CmpOp::Le,
        same => same,
    }
}

impl Em<'_, '_> {
    pub(crate) fn field(&mut self, owner: Guard, field: FieldId, env: &Env) -> R<V> {
        let program = self.program;
        let declared = &program.fields[field.index()];
        let range = self.world.range(declared.kind);
        let mut values = Vec::new();
        for e in range.clone() {
            values.push(match self.world.field(program, e, field) {
                Some(Const::Bool(b)) => i64::from(b),
                Some(Const::Int(n) | Const::Time(n)) => n,
                Some(Const::Entity(e)) => i64::from(e),
                Some(Const::None) => -1,
                _ => {
                    return Err(Refusal::open(format!(
                        "the field `{}` has no value",
                        declared.name
                    )));
                }
            });
        }
        let table = self.table(Elem::I64, values);
        let owner = self.entity(owner, env)?;
        let from = self.plus(owner, -i64::from(range.start));
        let inside = self.cmp_imm(IntCC::UnsignedLessThan, from, range.len() as i64);
        let zero = self.int(0);
        let at = self.b.ins().select(inside, from, zero);
        let v = self.load(table, at);
        Ok(match plain(&declared.ty) {
            Ty::Bool => V::Bool(self.b.ins().ireduce(ir::types::I8, v)),
            Ty::Int | Ty::Quantity(_) => V::Int(v),
            Ty::Day => V::Time(v),
            _ => V::Entity(v),
        })
    }

    pub(crate) fn in_field(
        &mut self,
        owner: Guard,
        field: FieldId,
        element: Guard,
        env: &Env,
    ) -> R<ir::Value> {
        let Some(set) = self.world.sets.get(&field) else {
            return Ok(self.bool(false));
        };
        let n = self.world.members.len();
        let owners = self.world.range(self.program.fields[field.index()].kind);
        if owners.len() * n > 1 << 22 {
            return Err(Refusal::form(
                "a set-valued field of so many entities is not compiled",
            ));
        }
        let mut values = vec![0i64; owners.len() * n];
        for (o, e) in set {
            if owners.contains(o) {
                values[(o - owners.start) as usize * n + *e as usize] = 1;
            }
        }
        let table = self.table(Elem::U8, values);
        let (owner, element) = (self.entity(owner, env)?, self.entity(element, env)?);
        let row = self.plus(owner, -i64::from(owners.start));
        let inside = self.cmp_imm(IntCC::UnsignedLessThan, row, owners.len() as i64);
        let someone = self.cmp_imm(IntCC::SignedGreaterThanOrEqual, element, 0);
        let ok = self.both(inside, someone);
        let at = self.b.ins().imul_imm_s(row, n as i64);
        let at = self.b.ins().iadd(at, element);
        let zero = self.int(0);
        let at = self.b.ins().select(ok, at, zero);
        let found = self.load_bool(table, at);
        Ok(self.both(found, ok))
    }

    pub(crate) fn compare(&mut self, op: CmpOp, a: Guard, b: Guard, env: &Env) -> R<ir::Value> {
        let program = self.program;
        if program.guard(a).op == Op::Now {
            let t = self.time(b, env)?;
            return Ok(self.now_against(op, t));
        }
        if program.guard(b).op == Op::Now {
            let t = self.time(a, env)?;
            return Ok(self.now_against(flip(op), t));
        }
        match plain(&program.guard(a).ty) {
            Ty::Day | Ty::Time => {
                let open = self.reader.compares_unknown(op, a, b, env);
                let (a, b) = (self.time(a, env)?, self.time(b, env)?);
                for (time, open) in [(a, open.0), (b, open.1)] {
                    if open {
                        let pending = self.cmp_imm(IntCC::Equal, time, NEVER);
                        self.leave_open(pending);
                    }
                }
                let (a, b) = (self.day(a), self.day(b));
                Ok(self.cmp(signed(op), a, b))
            }
            Ty::Bool => {
                let (a, b) = (self.truth(a, env)?, self.truth(b, env)?);
                let (a, b) = (self.wide(a), self.wide(b));
                Ok(self.cmp(signed(op), a, b))
            }
            Ty::Int | Ty::Quantity(_) => {
                let (a, b) = (self.integer(a, env)?, self.integer(b, env)?);
                Ok(self.cmp(signed(op), a, b))
            }
            _ => {
                let (a, b) = (self.entity(a, env)?, self.entity(b, env)?);
                Ok(self.cmp(signed(op), a, b))
            }
        }
    }

    /// The day a time is dated.
    pub(crate) fn day(&mut self, t: ir::Value) -> ir::Value {
        let before = self.plus(t, -1);
        self.b.ins().sshr_imm_u(before, 2)
    }

    /// From when the present is no longer before a time (R3).
    pub(crate) fn begins(&mut self, t: ir::Value) -> ir::Value {
        let day = self.day(t);
        let four = self.b.ins().ishl_imm_u(day, 2);
        self.plus(four, 2)
    }

    /// `now CMP t` (R3, R7, R23).
    fn now_against(&mut self, op: CmpOp, t: ir::Value) -> ir::Value {
        let begins = self.begins(t);
        let ends = self.plus(begins, 4);
        self.wake_at(begins);
        self.wake_at(ends);
        let now = self.now();
        let ge = self.cmp(IntCC::SignedGreaterThanOrEqual, now, begins);
        let gt = self.cmp(IntCC::SignedGreaterThanOrEqual, now, ends);
        match op {
            CmpOp::Ge => ge,
            CmpOp::Gt => gt,
            CmpOp::Lt => self.not(ge),
            CmpOp::Le => self.not(gt),
            CmpOp::Eq => {
                let not = self.not(gt);
                self.both(ge, not)
            }
            CmpOp::Ne => {
                let before = self.not(ge);
                self.b.ins().bor(before, gt)
            }
        }
    }

    pub(crate) fn earlier(&mut self, gs: &[Guard], env: &Env) -> R<ir::Value> {
        let mut first = self.int(NEVER);
        let mut pending = self.bool(false);
        for g in gs {
            let t = self.time(*g, env)?;
            let p = self.cmp_imm(IntCC::Equal, t, NEVER);
            pending = self.b.ins().bor(pending, p);
            first = self.b.ins().smin(first, t);
        }
        let begins = self.begins(first);
        self.wake_at(begins);
        let now = self.now();
        let ahead = self.cmp(IntCC::SignedGreaterThan, begins, now);
        let open = self.both(pending, ahead);
        let never = self.int(NEVER);
        Ok(self.b.ins().select(open, never, first))
    }

    /// `x CMP share of base` in 128 bits; false on an empty base (R9).
    pub(crate) fn share(
        &mut self,
        share: Guard,
        x: ir::Value,
        base: ir::Value,
        env: &Env,
    ) -> R<ir::Value> {
        let program = self.program;
        match self.world.fold(program, share, env) {
            Some(Const::Share(cmp, n, d)) => {
                let (num, den) = (self.int(n), self.int(d));
                let left = self.wide_product(den, x);
                let right = self.wide_product(num, base);
                let cc = match cmp {
                    ShareCmp::AtLeast => IntCC::SignedGreaterThanOrEqual,
                    ShareCmp::MoreThan => IntCC::SignedGreaterThan,
                    ShareCmp::AtMost => IntCC::SignedLessThanOrEqual,
                    ShareCmp::LessThan => IntCC::SignedLessThan,
                };
                let holds = self.b.ins().icmp(cc, left, right);
                let some = self.cmp_imm(IntCC::SignedGreaterThan, base, 0);
                Ok(self.both(holds, some))
            }
            Some(_) => Err(Refusal::form("this share is not compiled").at(program, share)),
            None => match &program.guard(share).op {
                Op::Call(d, args) => {
                    let define = &program.defines[d.index()];
                    let vars = define
                        .params
                        .iter()
                        .copied()
                        .chain(define.element.as_ref().map(|(v, _)| *v));
                    let inner = self.bound(vars, args, env)?;
                    self.share(define.value, x, base, &inner)
                }
                Op::Except(otherwise, arms) => {
                    let live = self.reader.live_arms(arms, env);
                    let mut chosen = self.share(*otherwise, x, base, env)?;
                    let mut taken: Option<ir::Value> = None;
                    for (cond, value) in live {
                        let cond = self.truth(cond, env)?;
                        let value = self.share(value, x, base, env)?;
                        chosen = self.b.ins().select(cond, value, chosen);
                        taken = Some(self.only_one(taken, cond));
                    }
                    Ok(chosen)
                }
                _ => Err(
                    Refusal::form("a share that changes during a run is not compiled")
                        .at(program, share),
                ),
            },
        }
    }

    fn wide_product(&mut self, a: ir::Value, b: ir::Value) -> ir::Value {
        let low = self.b.ins().imul(a, b);
        let high = self.b.ins().smulhi(a, b);
        self.b.ins().iconcat(low, high)
    }
}
