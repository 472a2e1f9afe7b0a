//! What adoption does (R37): it enters acts, by the body, judged by the norms like any other.

use super::*;
use crate::ActInput;
use crate::state::Enacted;

/// More acts than this, each brought about by another at one instant, have no end.
const MOST_ACTS: usize = 10_000;

impl Case {
    /// The acts that an adoption enters: each waits until the step that closed the decision is over.
    pub(super) fn enact(&mut self, (d, s): Matter, cause: &Arc<Cause>) {
        let Some(decision) = self.text(d, s) else {
            return;
        };
        let body = Entity(decision.body.0);
        let mut env = self.roll_env(d, s, None);
        let mut found = Vec::new();
        for e in &decision.enacts {
            let mut eval = Eval::new(self);
            let doubt = match e.when.map(|g| eval.truth(g, &mut env)) {
                None | Some(Truth::True) => None,
                Some(Truth::False) => continue,
                Some(Truth::Unknown(c)) => Some(c),
            };
            let is_event = self
                .program()
                .acts
                .get(e.act.index())
                .is_some_and(|a| a.by.is_empty());
            let one = |eval: &mut Eval<'_>, g: Option<Guard>, env: &mut Env| {
                g.and_then(|g| eval.value(g, env).entity())
            };
            let input = ActInput {
                for_whom: one(&mut eval, e.for_whom, &mut env),
                to: one(&mut eval, e.to, &mut env),
                args: e
                    .args
                    .iter()
                    .map(|a| a.map(|g| eval.value(g, &mut env)))
                    .collect(),
                recalled: cause.recalled,
                ..ActInput::new(e.act, (!is_event).then_some(body))
            };
            let provision = Some(e.provision);
            let what = CauseKind::Closed(d, s, DecisionOutcome::Adopted);
            let cause = Cause::new(what, cause.moment, provision, cause.parent.clone());
            found.push(Enacted {
                input,
                doubt,
                cause,
            });
        }
        self.state_mut().enacted.extend(found);
    }

    /// Enters what adoptions have brought about, one after the other, each a step of its own at this instant.
    pub(crate) fn enter_enacted(&mut self) {
        if std::mem::replace(&mut self.state_mut().is_enacting, true) {
            return;
        }
        let mut entered = 0;
        while let Some(e) = self.state_mut().enacted.pop_front() {
            let now = self.state().now;
            entered += 1;
            let next = Point::new(now.point.second(), now.point.phase(), now.point.seq() + 1);
            let (Some(next), true) = (next, entered <= MOST_ACTS) else {
                let text = format!("the acts that adoptions enter on {now} do not come to an end");
                self.state_mut().runaway = Some(text);
                break;
            };
            self.set_now(next, Some(now.precision));
            let o = self.tentative(&e.input);
            let mut judgment = self.judge_occurrence(&o);
            if let Some(p) = e.cause.provision {
                judgment.because(p, String::new());
            }
            if let Some(c) = e.doubt
                && judgment.verdict == Verdict::Valid
            {
                judgment.verdict = Verdict::Undetermined;
                judgment.clauses = judgment.clauses.union(&c);
            }
            if self.enter(o, judgment, e.input, Some(e.cause)).is_err() {
                break;
            }
        }
        self.state_mut().is_enacting = false;
    }
}
