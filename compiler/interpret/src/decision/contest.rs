//! Decisions that close together, and those whose result waits for rivals (R42) or for a casting vote (R37).

use super::*;
use crate::frozen::{Freeze, Frozen};

impl Case {
    /// Closes what closes now. All that close together read the same tallies, silence moved; a result that depends on a
    /// decision still open waits for it, with its own roll frozen.
    pub(super) fn settle_together(
        &self,
        closing: Vec<(Matter, Why, Arc<Cause>)>,
        fx: &mut Effects,
    ) {
        let moved: Vec<Matter> = closing.iter().map(|(m, ..)| *m).collect();
        let fresh = closing
            .into_iter()
            .map(|(m, why, cause)| (m, why, cause, None));
        let waiting = self.waiting();
        let before = waiting
            .iter()
            .map(|(m, o)| (*m, o.why, o.cause.clone(), Some(*o)));
        for (matter, why, cause, since) in fresh.chain(before).collect::<Vec<_>>() {
            let (mut closure, mut rivals, tied) = self.resolve(matter, why, &moved, cause.clone());
            rivals.retain(|r| *r != matter && !moved.contains(r));
            rivals.sort_unstable();
            rivals.dedup();
            match since {
                _ if rivals.is_empty() && !tied => {
                    if self.state().asks_pivotal.contains(&matter.0) {
                        closure.pivotal = self.pivotal(matter, why, &moved, &closure);
                    }
                    // What one of several bodies leaves open need not leave open what they decide together.
                    if let (DecisionOutcome::Undetermined, Some(instance)) =
                        (closure.outcome, matter.1)
                        && self.whole(matter.0) == matter.0
                        && self.state().instances.contains_key(&instance)
                    {
                        fx.stuck.push(Freeze {
                            instance,
                            clauses: closure.clauses.clone(),
                            frozen: Frozen::for_good(),
                        });
                    }
                    fx.closes.push(closure);
                }
                Some(o) if o.tied == (tied && rivals.is_empty()) => {}
                _ => {
                    let awaited = Awaited {
                        since: self.state().now,
                        tied: tied && rivals.is_empty(),
                        rivals,
                        why,
                        cause,
                    };
                    fx.waits.push((closure, awaited));
                }
            }
        }
    }

    /// Those closed for ballots whose result is not known yet.
    pub(crate) fn waiting(&self) -> Vec<(Matter, &Awaited)> {
        let unfinished = self.state().unfinished.iter();
        let awaiting = unfinished.filter_map(|&(d, s)| {
            let last = self.openings(d, s).last().filter(|o| o.closed.is_none())?;
            Some(((d, s), last.awaits.as_ref()?))
        });
        awaiting.collect()
    }

    pub(super) fn wait_for_rivals(&mut self, c: Closure, awaited: Awaited) {
        let now = self.state().now;
        let tally = self.tally_of(c.decision, c.subject, &c.roll);
        let names: Vec<String> = awaited
            .rivals
            .iter()
            .map(|(d, s)| self.show_decision(*d, *s))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let name = self.show_decision(c.decision, c.subject);
        let text = if awaited.tied {
            format!("{name}: the votes are equal, the casting vote is awaited")
        } else {
            let names = self.words().and_list(&names);
            format!("{name} takes no more ballots; its result waits for {names}")
        };
        let what = Happening::ResultAwaited {
            decision: c.decision,
            subject: c.subject,
            tally: tally.clone(),
        };
        let (cause, tied) = (awaited.cause.clone(), awaited.tied);
        if let Some(o) = self.opening_mut(c.decision, c.subject) {
            o.roll = Some(c.roll);
            o.tally = Some(tally);
            o.awaits = Some(awaited);
        }
        self.state_mut()
            .touch(Dep::Decision(c.decision), c.subject.into_iter().collect());
        let decision = self.text(c.decision, c.subject);
        let provision = decision.map(|d| match &d.tie {
            Some(t) if tied => t.provision,
            _ => d.passes.1,
        });
        let provisions = provision.into_iter().collect();
        self.record(what, text, now, provisions, Some(cause));
    }

    /// The contest that a subject lost, where that is what its rule failed on: `outvoted by Q, 12 to 9`.
    pub(super) fn beaten(
        &self,
        rule: Guard,
        decision: DecisionId,
        subject: Entity,
        moved: &[Matter],
    ) -> Option<String> {
        let mut eval = Eval::closing(self, moved);
        let mut env = self.roll_env(decision, Some(subject), None);
        let parts = conjuncts(self.program(), rule);
        let failed = parts
            .into_iter()
            .find(|g| eval.truth(*g, &mut env).is_false())?;
        let guards = &self.program().guards;
        let Op::Compare(CmpOp::Eq, a, b) = guards.get(failed.index())?.op else {
            return None;
        };
        let is_best = |g: Guard| matches!(guards.get(g.index()).map(|n| &n.op), Some(Op::Best(..)));
        let (best, other) = if is_best(b) { (b, a) } else { (a, b) };
        if eval.value(other, &mut env).entity() != Some(subject) {
            return None;
        }
        self.outranked(best, subject, &mut eval, &mut env)
    }

    /// The order in which adoptions at one instant are entered: of opening, then of the subjects.
    pub(super) fn submission(
        &self,
        d: DecisionId,
        s: Option<Entity>,
    ) -> (Point, Option<Entity>, DecisionId) {
        let opened = self.openings(d, s).last().map(|o| o.opened.point);
        (opened.unwrap_or(Point::NEVER), s, d)
    }
}
