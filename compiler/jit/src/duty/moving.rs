//! Times that are known only later, as two years after an approval that has not come: a timer waits for them. Where such a
//! time moves once it is known, the interpreter plays the run.

use super::instance::Instance;
use super::*;
use crate::fold::Const;
use rogatio_mir::Ordinal;

/// What parameters of defines stand for.
type Given = BTreeMap<VarId, Guard>;

impl Writer<'_> {
    /// Whether a time is fixed when an instance is born, or comes to be known and then stays while none of some histories
    /// grows.
    pub(super) fn comes_once(
        &mut self,
        g: Guard,
        given: &Given,
        grows: &mut Vec<(HistId, Vec<Guard>)>,
    ) -> bool {
        if self.is_fixed(g) {
            return true;
        }
        match self.program.guards[g.index()].op.clone() {
            Op::Shift { base, length, .. } => {
                self.is_known(length) && self.comes_once(base, given, grows)
            }
            Op::DatesPick { dates, from, .. } => {
                self.is_known(dates) && self.comes_once(from, given, grows)
            }
            Op::ShiftOutside {
                base, length, skip, ..
            } => {
                self.is_known(length) && self.is_known(skip) && self.comes_once(base, given, grows)
            }
            Op::Later(all) => all.into_iter().all(|g| self.comes_once(g, given, grows)),
            Op::Call(d, args) => {
                let define = self.program.defines[d.index()].clone();
                let args: Vec<Guard> = args.iter().map(|a| self.meant(*a, given)).collect();
                let inner = define.params.iter().copied().zip(args).collect();
                define.element.is_none() && self.comes_once(define.value, &inner, grows)
            }
            Op::Except(base, arms) => {
                let Some(live) = self.only_arm(base, &arms) else {
                    return false;
                };
                self.comes_once(live, given, grows)
            }
            Op::HistTime(h, which, args) => {
                let args: Vec<Guard> = args.iter().map(|a| self.meant(*a, given)).collect();
                let plain = |g: &Guard| {
                    matches!(
                        self.program.guards[g.index()].op,
                        Op::Var(_) | Op::Entity(_)
                    )
                };
                if !args.iter().all(plain) {
                    return false;
                }
                if which == Ordinal::Last {
                    grows.push((h, args));
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a time is read off the last push of a history to which every birth of a duty pushes.
    pub(super) fn same_event(&self, duty: &Duty, closes: Guard) -> bool {
        let mut hists = Vec::new();
        let mut all = vec![closes];
        while let Some(g) = all.pop() {
            match &self.program.guards[g.index()].op {
                Op::HistTime(h, Ordinal::Last, _) => hists.push(*h),
                Op::HistTime(..) => return false,
                Op::Call(d, _) => all.push(self.program.defines[d.index()].value),
                op => all.extend(op.operands()),
            }
        }
        let told = |h: &HistId, b: &rogatio_mir::Birth| {
            let mut rules = self.program.rules_of(Latch::Hist(*h));
            rules.any(|(_, r)| kind(&r.on) == kind(&b.on))
        };
        !hists.is_empty() && hists.iter().all(|h| duty.births.iter().all(|b| told(h, b)))
    }

    fn is_known(&self, g: Guard) -> bool {
        let env = Env::default();
        self.world.fold(&self.program, g, &env).is_some()
    }

    fn meant(&self, g: Guard, given: &Given) -> Guard {
        match self.program.guards[g.index()].op {
            Op::Var(v) => given.get(&v).copied().unwrap_or(g),
            _ => g,
        }
    }

    /// The one value of exceptions whose conditions are known.
    fn only_arm(&self, base: Guard, arms: &[(Guard, Guard)]) -> Option<Guard> {
        let mut value = base;
        for (cond, arm) in arms {
            match self.world.fold(&self.program, *cond, &Env::default())? {
                Const::Bool(true) if value == base => value = *arm,
                Const::Bool(true) => return None,
                _ => {}
            }
        }
        Some(value)
    }

    /// How many days at the least a time lies after that at which it comes to be known.
    pub(super) fn ahead_by(&self, g: Guard) -> Option<i64> {
        match &self.program.guards[g.index()].op {
            Op::EventTime | Op::HistTime(..) => Some(0),
            Op::Shift {
                before,
                length,
                base,
                ..
            } => {
                let length = self.world.fold(&self.program, *length, &Env::default());
                let Some(Const::Length(Length::Period(p))) = length else {
                    return None;
                };
                let (months, days) = (i64::from(p.months), i64::from(p.days));
                let by = match before {
                    true => -(31 * months + days + 3),
                    false => 28 * months + days,
                };
                (months >= 0 && days >= 0).then_some(self.ahead_by(*base)? + by)
            }
            Op::ShiftOutside { before, base, .. } if !before => self.ahead_by(*base),
            Op::DatesPick { pick, from, .. } if !pick.before && pick.end => {
                // The first span after a time begins later than that.
                Some(self.ahead_by(*from)? + i64::from(pick.n > 0))
            }
            Op::Later(all) => all.iter().filter_map(|g| self.ahead_by(*g)).max(),
            Op::Call(d, _) => self.ahead_by(self.program.defines[d.index()].value),
            Op::Except(base, arms) => self.ahead_by(self.only_arm(*base, arms)?),
            _ => None,
        }
    }

    /// A condition that leaves a run to the interpreter when one of some histories has grown again.
    pub(super) fn not_again(
        &mut self,
        i: &Instance<'_>,
        grows: &[(HistId, Vec<Guard>)],
    ) -> Option<EdgeId> {
        let norm = i.norm;
        let mut again = Vec::new();
        for (h, args) in grows {
            let n = self.guard(norm, Op::HistCount(*h, args.clone()), Ty::Int);
            let one = self.guard(norm, Op::Int(1), Ty::Int);
            again.push(self.guard(norm, Op::Compare(CmpOp::Gt, n, one), Ty::Bool));
        }
        let again = match again[..] {
            [] => return None,
            [one] => one,
            _ => self.guard(norm, Op::Or(again), Ty::Bool),
        };
        let [no, yes] = [false, true].map(|b| self.guard(norm, Op::Bool(b), Ty::Bool));
        // Two exceptions that disagree are left to the interpreter.
        let moved = Op::Except(no, vec![(again, yes), (again, no)]);
        let moved = self.guard(norm, moved, Ty::Bool);
        Some(self.settling(i, vec![moved]))
    }
}

/// What an event is of, whoever it is about.
fn kind(on: &On) -> Option<(u8, u32, u32)> {
    Some(match on {
        On::Act { act, .. } => (0, act.0, 0),
        On::Enter(p, s, _) => (1, p.0, *s),
        On::Leave(p, s, _) => (2, p.0, *s),
        On::Outcome(d, o, _) => (3, d.0, *o as u32),
        On::Opened(d, _) => (4, d.0, 0),
        _ => return None,
    })
}
