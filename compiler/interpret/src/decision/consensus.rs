//! Steps of a decision (R41): consensus, then a vote; a first vote, then a second.

use super::*;

impl Case {
    /// Begins the next step where its event has come. The cause, if the step at hand ends the decision instead: its vote is
    /// met, or whether it is cannot be said.
    pub(super) fn next_step(
        &self,
        matter: Matter,
        decision: &Decision,
        opening: &Opening,
        base: &Env,
        batch: &Batch,
        fx: &mut Effects,
    ) -> Option<Arc<Cause>> {
        let step = decision.earlier.get(opening.step)?;
        let mut causes = step.next.iter();
        let cause = causes.find_map(|(on, g)| self.upon(on, *g, base, batch))?;
        if let Some(rule) = step.rule
            && !self.met_at_close(matter, rule).is_false()
        {
            return Some(cause);
        }
        fx.next_steps.push((matter.0, matter.1, cause));
        None
    }

    /// A rule as it would be read at a close: silence moved.
    pub(super) fn met_at_close(&self, matter: Matter, rule: Guard) -> Truth {
        let mut env = self.roll_env(matter.0, matter.1, None);
        Eval::closing(self, &[matter]).truth(rule, &mut env)
    }

    /// The next step: a consensus has failed or was given up, or a vote was not met. Ballots do not carry over.
    pub(super) fn begin_step(&mut self, (d, s): Matter, cause: Arc<Cause>) {
        let Some(decision) = self.text(d, s) else {
            return;
        };
        let Some(opening) = self.opening(d, s) else {
            return;
        };
        let Some(step) = decision.earlier.get(opening.step) else {
            return;
        };
        let name = self.show_decision(d, s);
        let text = match step.rule {
            None if opening.objections.is_empty() => {
                format!("{name}: no consensus was declared, a vote follows")
            }
            None => {
                let names: Vec<&str> = opening
                    .objections
                    .iter()
                    .map(|e| self.entity_name(*e))
                    .collect();
                let names = self.words().and_list(&names);
                format!("{name}: no consensus, {names} objected; a vote follows")
            }
            Some(g) => {
                let mut eval = Eval::closing(self, &[(d, s)]);
                let env = self.roll_env(d, s, None);
                let numbers = self.standing(g, &mut eval, &env);
                let numbers = numbers.map_or_else(String::new, |n| format!(": {n}"));
                format!("{name}: the next vote follows; this one was not met{numbers}")
            }
        };
        let provision = step.provision;
        let tally = self.tally_of(d, s, &self.roll(d, s, &[(d, s)]));
        if let Some(o) = self.opening_mut(d, s) {
            o.step += 1;
            o.ballots.clear();
        }
        self.state_mut()
            .touch(Dep::Decision(d), s.into_iter().collect());
        let now = self.state().now;
        let what = Happening::NextStep {
            decision: d,
            subject: s,
            tally,
        };
        self.record(what, text, now, vec![provision], Some(cause));
    }
}
