//! After the last micro-step of a step: releases and invariants (R32).

use super::*;

impl Case {
    /// After the last micro-step of a step: releases and invariants (R32).
    pub(crate) fn settle(&mut self, batch: &Batch) -> Vec<Trigger> {
        let mut fx = Effects::default();
        self.refresh_frozen_parts();
        let end = self.state().changes.end();
        let looked = self.duties_to_look_at();
        for d in looked.iter().filter_map(|id| self.state().duty(*id)) {
            if !d.is_open() {
                continue;
            }
            let Some(norm) = self.program().norms.get(d.norm.index()) else {
                continue;
            };
            let Some(duty) = norm.duty.as_ref() else {
                continue;
            };
            let mut env = self.duty_env(d);
            let mut eval = Eval::new(self);
            let released = duty
                .release
                .is_some_and(|g| eval.truth(g, &mut env).is_true());
            let mut change = released.then_some(Change::Release);
            if let (None, Demand::Ensure(g)) = (&change, &norm.demand) {
                let holds = eval.truth(*g, &mut env);
                change = self.invariant(d, duty, &holds);
                if d.unclear.as_ref() != holds.clauses() && !self.has_deadline(d, duty) {
                    fx.duties.push(DutyChange {
                        duty: d.id,
                        change: Change::Unclear(holds.clauses().cloned()),
                        cause: d.cause.clone(),
                    });
                }
            }
            let wake = eval.wake;
            if let Some(change) = change {
                let reads = match (&change, &norm.demand) {
                    (Change::Release, _) => duty.release,
                    (_, Demand::Ensure(g)) => Some(*g),
                    _ => None,
                };
                let cause = match reads {
                    Some(g) => self.behind(d, g, &env, batch),
                    None => self.root_cause(batch),
                };
                fx.duties.push(DutyChange {
                    duty: d.id,
                    change,
                    cause,
                });
            }
            let window = self.duty_window(d, duty);
            let moves = match &window.closes {
                Bound::At(m, _) => d.due != Some(*m),
                _ => d.due.is_some(),
            };
            let cause = match moves {
                true => self.root_cause(batch),
                false => d.cause.clone(),
            };
            fx.duties.push(DutyChange {
                duty: d.id,
                change: Change::Window(window.earlier(wake), d.proviso),
                cause,
            });
        }
        let triggers = self.apply(fx);
        let duties = &mut self.state_mut().duties;
        duties.seen = end;
        for id in looked {
            duties.fresh.remove(&id);
        }
        triggers
    }

    /// A deadline, if only an ordinal without length: what is asked is met at the first instant that it holds.
    fn has_deadline(&self, d: &DutyInstance, duty: &Duty) -> bool {
        let closes = self.duty_window(d, duty).closes;
        !matches!(closes, Bound::Absent) || duty.window.urgency.is_some()
    }

    fn invariant(&self, d: &DutyInstance, duty: &Duty, holds: &Truth) -> Option<Change> {
        let window = self.duty_window(d, duty);
        if !window.has_opened(self.state()).is_true() {
            return (d.state == NormState::Breached).then_some(Change::Violation(false));
        }
        if self.has_deadline(d, duty) {
            return match holds {
                Truth::True => Some(Change::Fulfil(None)),
                Truth::Unknown(c) if d.perhaps_done.is_none() => {
                    Some(Change::Doubt(c.clone(), None))
                }
                _ => None,
            };
        }

        match (holds, d.state) {
            (Truth::False, NormState::Open | NormState::Pending) => Some(Change::Violation(true)),
            (Truth::True, NormState::Breached) => Some(Change::Violation(false)),
            _ => None,
        }
    }
}
