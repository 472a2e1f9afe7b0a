//! What values can be: times that may be pending, how large a number is.

use super::*;

impl Reader<'_> {
    pub(super) fn comparable(&mut self, op: CmpOp, a: Guard, b: Guard, env: &Env) -> Walked {
        let program = self.program;
        let (na, nb) = (program.guard(a), program.guard(b));
        let ordered = !matches!(op, CmpOp::Eq | CmpOp::Ne);
        if na.op == Op::Now || nb.op == Op::Now {
            let other = if na.op == Op::Now { nb } else { na };
            return match plain(&other.ty) {
                Ty::Day | Ty::Time if !matches!(other.ty, Ty::Optional(_)) => Ok(()),
                _ => Err(Refusal::form(
                    "a comparison of the present with a time that may be none is not compiled",
                )),
            };
        }
        match (plain(&na.ty), plain(&nb.ty)) {
            (Ty::Bool | Ty::Int, Ty::Bool | Ty::Int) | (Ty::Quantity(_), Ty::Quantity(_)) => Ok(()),
            (Ty::Entity(_) | Ty::None, Ty::Entity(_) | Ty::None) if !ordered => Ok(()),
            (Ty::Day | Ty::Time, Ty::Day | Ty::Time) => {
                if self.compares_unknown(op, a, b, env) != (false, false) {
                    let why = Refusal::open("a time is compared that may not be known yet")
                        .help("say what holds while it is pending, as in `deposit and first deposit <= D`, or compare with `now`");
                    self.may_step_aside(why, a);
                }
                Ok(())
            }
            _ => Err(Refusal::form("a comparison of this type is not compiled")),
        }
    }

    /// Which of two times that are compared may be pending where that leaves the comparison open: what has happened is
    /// earlier than what is pending (R7).
    pub(crate) fn compares_unknown(
        &self,
        op: CmpOp,
        a: Guard,
        b: Guard,
        env: &Env,
    ) -> (bool, bool) {
        let is_event = |g: Guard| self.program.guard(g).op == Op::EventTime;
        let past_a = is_event(a) && matches!(op, CmpOp::Le | CmpOp::Gt);
        let past_b = is_event(b) && matches!(op, CmpOp::Ge | CmpOp::Lt);
        let (pa, pb) = (self.may_pend_in(a, env), self.may_pend_in(b, env));
        (pa && !past_b, pb && !past_a)
    }

    pub(super) fn may_pend_in(&self, g: Guard, env: &Env) -> bool {
        match self.world.fold(self.program, g, env) {
            Some(Const::Time(t)) => t == NEVER,
            _ => self.may_pend(g),
        }
    }

    /// A value that was kept: none is none, and nothing is pending.
    pub(super) fn is_kept(&self, g: Guard) -> bool {
        matches!(
            self.program.guard(g).op,
            Op::StatusValue(..) | Op::HistArg(..) | Op::Field(..)
        )
    }

    /// Whether a time is none where it is not known: it may be kept as none, and is never pending.
    pub(super) fn tells_none(&self, g: Guard) -> bool {
        match &self.program.guard(g).op {
            Op::None => true,
            Op::Except(base, arms) => {
                let mut values = arms.iter().map(|(_, v)| v).chain([base]);
                values.all(|v| self.tells_none(*v))
            }
            Op::Call(d, _) => {
                let define = self.program.defines.get(d.index());
                define.is_some_and(|d| self.tells_none(d.value))
            }
            _ => self.is_kept(g) || !self.may_pend(g),
        }
    }

    /// Whether a time may be pending.
    pub(crate) fn may_pend(&self, g: Guard) -> bool {
        match &self.program.guard(g).op {
            Op::Day(_) | Op::EventTime | Op::Var(_) | Op::Now => false,
            Op::Shift { base, .. } => self.may_pend(*base),
            Op::Later(gs) | Op::Earlier(gs) => gs.iter().any(|g| self.may_pend(*g)),
            Op::OrElse(a, b) => self.may_pend(*a) && self.may_pend(*b),
            Op::Except(base, arms) => {
                self.may_pend(*base) || arms.iter().any(|(_, v)| self.may_pend(*v))
            }
            Op::Call(d, _) => self
                .program
                .defines
                .get(d.index())
                .is_none_or(|d| self.may_pend(d.value)),
            Op::Field(..) | Op::Given(..) => false,
            _ => true,
        }
    }

    /// An upper bound of an integer's absolute value, if it is below 2^62.
    pub(crate) fn magnitude(&self, g: Guard) -> Option<u64> {
        self.bounded(g, &mut BTreeSet::new())
    }

    /// The same; a status whose value hangs on itself has no bound.
    pub(crate) fn bounded(&self, g: Guard, under: &mut BTreeSet<StatusId>) -> Option<u64> {
        let size = |d: &Domain| -> u64 {
            let ranges = self.world.joined(&d.kinds);
            ranges.iter().map(|(lo, hi)| u64::from(hi - lo)).sum()
        };
        let bound = match &self.program.guard(g).op {
            Op::Int(n) => n.unsigned_abs(),
            Op::Count(d, _) => size(d),
            Op::HistCount(..) | Op::HistSince(..) => 1 << 32,
            Op::HistArg(h, _, i, _) => self.argument_magnitude(*h, *i)?,
            Op::StatusValue(s, _) => self.value_magnitude(*s, under)?,
            Op::OrElse(a, b) => self.bounded(*a, under)?.max(self.bounded(*b, under)?),
            Op::Sum(d, _, w) => size(d).checked_mul(self.bounded(*w, under)?)?,
            Op::Arith(op, a, b) => {
                let (a, b) = (self.bounded(*a, under)?, self.bounded(*b, under)?);
                match op {
                    rogatio_mir::ArithOp::Mul => a.checked_mul(b)?,
                    _ => a.checked_add(b)?,
                }
            }
            Op::Call(d, _) => self.bounded(self.program.defines.get(d.index())?.value, under)?,
            Op::Except(base, arms) => arms
                .iter()
                .try_fold(self.bounded(*base, under)?, |m, (_, v)| {
                    Some(m.max(self.bounded(*v, under)?))
                })?,
            Op::Given(id, _) => {
                let default = self.program.givens.get(id.index())?.default;
                let default = default.map_or(Some(0), |g| self.bounded(g, under))?;
                let set = self.world.givens.get(id).into_iter().flatten();
                let set = set.flat_map(|(_, values)| values.values());
                let sizes = set.map(|v| match v {
                    Const::Int(n) => n.unsigned_abs(),
                    _ => 0,
                });
                sizes.max().unwrap_or(0).max(default)
            }
            Op::Field(_, f) => {
                let field = self.program.fields.get(f.index())?;
                let values = self
                    .world
                    .range(field.kind)
                    .map(|e| self.world.field(self.program, e, *f));
                values
                    .map(|v| {
                        if let Some(Const::Int(n)) = v {
                            n.unsigned_abs()
                        } else {
                            0
                        }
                    })
                    .max()
                    .unwrap_or(0)
            }
            _ => match self.world.fold(self.program, g, &Env::default())? {
                Const::Int(n) => n.unsigned_abs(),
                _ => return None,
            },
        };
        (bound < 1 << 62).then_some(bound)
    }
}
