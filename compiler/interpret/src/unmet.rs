//! Conditions that fail, said as a person would: `not before 2028-03-11`.

use crate::eval::{Eval, flip};
use crate::norm::{Bound, Windowed};
use crate::{Case, Env, Value};
use rogatio_calendar::{Phase, Point};
use rogatio_mir::{CmpOp, Guard, Op};

impl Case {
    /// What keeps a condition from holding: of one about the present its date, of any other its words.
    pub(crate) fn unmet(&self, g: Guard, env: &Env) -> String {
        self.unmet_time(g, env)
            .unwrap_or_else(|| format!("not: {}", self.describe(g, env)))
    }

    /// The same for conditions about the present whose time is fixed.
    pub(crate) fn unmet_time(&self, g: Guard, env: &Env) -> Option<String> {
        let guards = &self.program().guards;
        let is_now = |g: Guard| guards.get(g.index()).is_some_and(|n| n.op == Op::Now);
        match &guards.get(g.index())?.op {
            Op::Compare(op, a, b) => {
                let (op, t) = if is_now(*a) {
                    (*op, *b)
                } else if is_now(*b) {
                    (flip(*op), *a)
                } else {
                    return None;
                };
                let Value::Time(m) = self.eval(t, env) else {
                    return None;
                };
                let when = match op {
                    CmpOp::Ge => format!("not before {m}"),
                    CmpOp::Gt => format!("only after {m}"),
                    CmpOp::Lt => format!("only before {m}"),
                    CmpOp::Le => format!("not after {m}"),
                    CmpOp::Eq => format!("only {}", m.in_words()),
                    CmpOp::Ne => format!("not {}", m.in_words()),
                };
                let from = self.describe(t, env);
                Some(if from == m.to_string() {
                    when
                } else {
                    format!("{when}: {from}")
                })
            }
            Op::InDates(t, dates) if is_now(*t) => {
                let mut eval = Eval::new(self);
                let p = guards.get(g.index())?.provision;
                let set = eval.dates(p, *dates, &mut env.clone()).ok()?;
                let next = set.next_span(eval.today()).ok()??;
                let words = self.describe(*dates, env);
                Some(format!("not before {}: {words}", next.first))
            }
            _ => None,
        }
    }

    /// What keeps a window closed.
    pub(crate) fn unmet_window(&self, w: &Windowed) -> String {
        let reached = |p: &Point| self.state().has_reached(*p);
        match (&w.opens, &w.closes) {
            (Bound::At(m, p), _) if !reached(p) => format!("not before {m}"),
            (Bound::Pending, _) => "its time has not come".to_owned(),
            (_, Bound::At(m, p)) if reached(p) => {
                // What closes at phase 1 of the midnight that ends a day had that day for its last.
                let last = p.held_through();
                let by_day = *p == Point::next_day_phase(last, Phase::Lapse);
                if by_day {
                    format!("its time ended with {last}")
                } else {
                    format!("its time ended at {m}")
                }
            }
            _ => "its time is not now".to_owned(),
        }
    }
}
