//! Which open decisions to look at: those that an event may close, those of which something they read has changed.

use super::*;
use crate::dirty::Dirty;
use std::collections::BTreeSet;

impl Case {
    /// Open decisions that may close now.
    pub(super) fn matters_to_look_at(&self, batch: &Batch) -> BTreeSet<Matter> {
        let mut look = self.matters_changed();
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            let id = self.program().head_of(id);
            let closings = decision.closes.iter().filter_map(|c| match c {
                Closing::Upon(on, _) => Some(on),
                _ => None,
            });
            let steps = decision.earlier.iter().flat_map(|s| &s.next);
            let others = steps.chain(&decision.withdrawn).map(|(on, _)| on);
            for on in closings.chain(others) {
                for t in batch.of(OnKey::of(on), None) {
                    for (env, _) in self.matches(on, &[], &t, &Env::new()) {
                        let subject = decision.subject.as_ref().map(|d| env.get(d.var));
                        match subject {
                            None => look.extend(self.unfinished(id)),
                            Some(Some(Value::Entity(s))) => {
                                look.insert((id, Some(*s)));
                            }
                            Some(_) => look.extend(self.unfinished(id)),
                        }
                    }
                }
            }
        }
        look
    }

    /// Decisions that are open or wait for others.
    pub(super) fn unfinished(&self, id: DecisionId) -> impl Iterator<Item = Matter> {
        let next = DecisionId(id.0.saturating_add(1));
        let of = self.state().unfinished.range((id, None)..(next, None));
        of.copied()
    }

    /// Those whose time has come, and those of which something they read has changed since all were looked at.
    fn matters_changed(&self) -> BTreeSet<Matter> {
        let state = self.state();
        if state.unfinished.is_empty() || state.thorough {
            return state.unfinished.clone();
        }
        let due = state.closings.iter();
        let due = due.take_while(|(p, _)| *p <= state.now.point);
        let mut look: BTreeSet<Matter> = due.map(|(_, m)| *m).collect();
        for (i, reads) in self.index().decision_reads.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            if self.unfinished(id).next().is_none() {
                continue;
            }
            let decision = self.program().decisions.get(i);
            let keys = usize::from(decision.is_some_and(|d| d.subject.is_some()));
            match self.dirty(reads, keys, state.decided) {
                Dirty::All => look.extend(self.unfinished(id)),
                Dirty::Some(filters) => {
                    let subjects = filters.into_iter().filter_map(|f| f.first().copied());
                    look.extend(subjects.map(|s| (id, s)));
                }
            }
        }
        look
    }

    /// After a step: when time alone may close what was looked at.
    pub(crate) fn arm_closings(&mut self) {
        self.refresh_frozen_parts();
        for (id, s) in self.matters_changed() {
            let wake = self.closing_wake(id, s);
            let state = self.state_mut();
            let old = if wake.is_never() {
                state.closing_of.remove(&(id, s))
            } else {
                state.closings.insert((wake, (id, s)));
                state.closing_of.insert((id, s), wake)
            };
            if let Some(old) = old.filter(|old| *old != wake) {
                state.closings.remove(&(old, (id, s)));
            }
            state.wake_at(wake);
        }
        let ties: Vec<Point> = self.tie_wakes().collect();
        let state = self.state_mut();
        for p in ties {
            state.wake_at(p);
        }
        state.decided = state.changes.end();
    }

    /// When time alone may close a decision; never if it takes no ballots.
    fn closing_wake(&self, id: DecisionId, s: Option<Entity>) -> Point {
        let (Some(decision), Some(opening)) = (self.text(id, s), self.opening(id, s)) else {
            return Point::NEVER;
        };
        let mut wake = Point::NEVER;
        let mut env = self.roll_env(id, s, None).at_event(opening.opened);
        for (_, g, _) in &decision.together {
            let mut eval = Eval::new(self);
            eval.value(*g, &mut env);
            wake = wake.min(eval.wake);
        }
        for closing in &decision.closes {
            let (Closing::At(g, _) | Closing::When(g) | Closing::AllVoted(g)) = closing else {
                continue;
            };
            let mut eval = Eval::new(self);
            let v = eval.value(*g, &mut env);
            wake = wake.min(eval.wake);
            if let (Value::Time(m), Closing::At(_, firing)) = (v, closing) {
                self.wake_for(firing_point(m, *firing), &mut wake);
            }
        }
        wake
    }
}
