//! Conditions that fail, said as a person would: `not before 2028-03-11`.

use crate::eval::{Eval, flip};
use crate::norm::{Bound, Windowed};
use crate::{Case, Env, Value};
use rogatio_calendar::{Phase, Point};
use rogatio_mir::{Guard, Op, ProvisionId};

impl Case {
    /// What keeps a condition from holding: of one about the present its date, of any other its words.
    pub(crate) fn unmet(&self, g: Guard, env: &Env) -> String {
        let plain = || match self.program().guard(g).op {
            // `unless leave(x)`: what has come, not that it should not have.
            Op::Not(inner) => self.words().holds_against(&self.describe(inner, env)),
            _ => self.words().not(&self.describe(g, env)),
        };
        let told = self.unmet_time(g, env).or_else(|| self.no_version(g));
        told.unwrap_or_else(plain)
    }

    /// Of a condition that the day whose rules are asked for makes false: its article has no version then.
    pub(crate) fn no_version(&self, g: Guard) -> Option<String> {
        let node = self.program().guards.get(g.index())?;
        match node.op {
            Op::Bool(false) => self.no_version_of(node.provision),
            _ => None,
        }
    }

    /// That an article has no version on the day whose rules are asked for.
    pub(crate) fn no_version_of(&self, p: ProvisionId) -> Option<String> {
        let program = self.program();
        let day = program.rules_at?;
        let version = program.provisions.get(p.index())?.version?;
        let cite = &program.versions.get(version.index())?.cite;
        let mut all = program.versions.iter().filter(|v| v.cite == *cite);
        let none = all.all(|v| v.on_day(day) == Some(false));
        none.then(|| self.say(format!("no version of {cite} is in force on {day}")))
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
                let when = self.words().only_at(op, &m);
                let from = self.describe(t, env);
                Some(if from == self.words().moment(&m) {
                    when
                } else {
                    self.words().with_rule(&when, &from)
                })
            }
            Op::InDates(t, dates) if is_now(*t) => {
                let mut eval = Eval::new(self);
                let p = guards.get(g.index())?.provision;
                let set = eval.dates(p, *dates, &mut env.clone()).ok()?;
                let next = set.next_span(eval.today()).ok()??;
                let words = self.describe(*dates, env);
                let first = self.words().not_before(&self.words().day(next.first));
                Some(self.words().with_rule(&first, &words))
            }
            _ => None,
        }
    }

    /// What keeps a window closed.
    pub(crate) fn unmet_window(&self, w: &Windowed) -> String {
        let reached = |p: &Point| self.state().has_reached(*p);
        match (&w.opens, &w.closes) {
            (Bound::At(m, p), _) if !reached(p) => self.words().not_before(&self.words().moment(m)),
            (Bound::Pending, _) => self.words().time_not_come().to_owned(),
            (_, Bound::At(m, p)) if reached(p) => {
                // What closes at phase 1 of the midnight that ends a day had that day for its last.
                let last = p.held_through();
                let by_day = *p == Point::next_day_phase(last, Phase::Lapse);
                if by_day {
                    self.words().time_ended_with(last)
                } else {
                    self.words().time_ended_at(m)
                }
            }
            _ => self.words().not_now().to_owned(),
        }
    }
}
