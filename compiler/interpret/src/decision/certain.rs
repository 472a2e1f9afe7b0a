//! Early certainty (R40): a result that the ballots still to come can no longer change.

use super::*;

/// What is certain of an open decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certainty {
    /// The outcome it will have.
    pub outcome: DecisionOutcome,
    /// Why, in words.
    pub because: String,
    /// The rule it rests on.
    pub provision: ProvisionId,
}

/// What is certain of a clause, over all completions.
#[derive(Copy, Clone, PartialEq)]
enum Sure {
    Holds,
    Fails,
    Open,
}

/// What those who have not voted do (`None`: nothing), and what the others change their ballot to (`None`: they keep it).
type Completion = (Option<u32>, Option<u32>);

/// The completions of a decision: everybody who has not voted casts the same ballot, or nobody does; where ballots may be
/// changed, everybody who has voted changes theirs to the same one.
struct Completions<'c> {
    case: &'c Case,
    decision: &'c Decision,
    matter: Matter,
    /// As cast, or with silence moved.
    moved: bool,
    /// Those who have voted may change their ballots.
    changeable: bool,
    wake: std::cell::Cell<Point>,
}

impl<'c> Completions<'c> {
    /// What those who have not voted do, and what the others change their ballot to.
    fn all(&self) -> Vec<Completion> {
        let n = u32::try_from(self.decision.ballots.len()).unwrap_or(u32::MAX);
        let ballots = || (0..n).rev().map(Some);
        let changed: Vec<Option<u32>> = match self.changeable {
            true => ballots().collect(),
            false => vec![None],
        };
        let new = ballots().chain([None]);
        new.flat_map(|b| changed.iter().map(move |c| (b, *c)))
            .collect()
    }

    fn eval(&self, (ballot, changed): Completion) -> (Eval<'c>, Env) {
        let (decision, subject) = self.matter;
        let mut eval = Eval::new(self.case);
        eval.assumption = Some(Assumption {
            decision,
            subject,
            ballot,
            changed,
        });
        if self.moved {
            eval.moved = vec![self.matter];
        }
        (eval, self.case.roll_env(decision, subject, None))
    }

    fn truth(&self, g: Guard, as_if: Completion) -> Truth {
        let (mut eval, mut env) = self.eval(as_if);
        let truth = eval.truth(g, &mut env);
        self.wake.set(self.wake.get().min(eval.wake));
        truth
    }

    /// Clause by clause: a conjunction is certain when all its parts are, it fails when one does (R40).
    fn sure(&self, g: Guard) -> Sure {
        let join = |gs: &[Guard], all: Sure, one: Sure| {
            let parts: Vec<Sure> = gs.iter().map(|g| self.sure(*g)).collect();
            if parts.contains(&one) {
                one
            } else if parts.iter().all(|p| *p == all) {
                all
            } else {
                Sure::Open
            }
        };
        match self.case.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) => join(gs, Sure::Holds, Sure::Fails),
            Some(Op::Or(gs)) => join(gs, Sure::Fails, Sure::Holds),
            _ => {
                let all = self.all();
                if all.iter().all(|b| self.truth(g, *b).is_true()) {
                    Sure::Holds
                } else if all.iter().all(|b| self.truth(g, *b).is_false()) {
                    Sure::Fails
                } else {
                    Sure::Open
                }
            }
        }
    }

    fn slot(&self, slot: &Stated, none: Sure) -> Sure {
        match slot {
            Stated::None => none,
            Stated::NotStated(_) => Sure::Open,
            Stated::Rule(g) => self.sure(*g),
        }
    }

    /// The numbers of a rule where those who have not voted do their best against what is certain.
    fn words(&self, slot: &Stated, holds: bool, left: &[Entity]) -> String {
        let Stated::Rule(g) = slot else {
            return "the text sets no rule".to_owned();
        };
        let worst = match (holds, self.decision.ballots.len()) {
            (true, n) if n > 1 => Some(Decision::AGAINST),
            (false, n) if n > 0 => Some(Decision::FOR),
            _ => None,
        };
        let (mut eval, env) = self.eval((worst, worst.filter(|_| self.changeable)));
        let numbers = self.case.standing(*g, &mut eval, &env);
        let numbers = numbers.unwrap_or_default();
        let names: Vec<&str> = left.iter().map(|e| self.case.entity_name(*e)).collect();
        let who = match names.as_slice() {
            [] => return format!("all have voted: {numbers}"),
            [_] | [_, _] | [_, _, _] => self.case.words().and_list(&names),
            many if self.changeable => format!("all {}", many.len()),
            many => format!("all {} who have not voted", many.len()),
        };
        let word = worst
            .and_then(|b| self.decision.ballots.get(b as usize))
            .map_or("stay silent".to_owned(), |b| {
                if left.len() == 1 {
                    format!("votes {b}")
                } else {
                    format!("vote {b}")
                }
            });
        format!("even if {who} {word}: {numbers}")
    }
}

impl Case {
    /// The result of a decision: of a closed one its outcome, of an open one what is certain. Notes when time alone may
    /// change it.
    pub(crate) fn result(&self, matter: Matter, wake: &mut Point) -> Option<DecisionOutcome> {
        let last = self.openings(matter.0, matter.1).last()?;
        match &last.closed {
            Some(c) => Some(c.outcome),
            None => self.certain(matter, false, wake).map(|c| c.outcome),
        }
    }

    /// What is certain of an open decision, whatever the ballots still to come.
    #[must_use]
    pub fn certainty(&self, d: DecisionId, subject: Option<Entity>) -> Option<Certainty> {
        self.certain((d, subject), false, &mut Point::NEVER.clone())
    }

    /// What would be certain of an open decision whose last ballots count if nobody changed theirs any more; nothing where
    /// it is certain although they may.
    #[must_use]
    pub fn settled(&self, d: DecisionId, subject: Option<Entity>) -> Option<Certainty> {
        let opening = self.opening(d, subject)?;
        let changeable = !self.text(d, subject)?.first_counts && !opening.ballots.is_empty();
        if !changeable || self.certainty(d, subject).is_some() {
            return None;
        }
        self.certain((d, subject), true, &mut Point::NEVER.clone())
    }

    /// `kept`: as if nobody changed a ballot that has been cast.
    fn certain(&self, (d, s): Matter, kept: bool, wake: &mut Point) -> Option<Certainty> {
        use DecisionOutcome::{Adopted, Inquorate, Rejected};
        let decision = self.text(d, s)?;
        let opening = self.opening(d, s)?;
        let found = |outcome, because: String, provision| {
            Some(Certainty {
                outcome,
                because,
                provision,
            })
        };
        let step = decision.earlier.get(opening.step);
        if let Some(c) = step.filter(|c| c.rule.is_none()) {
            if c.then || opening.objections.is_empty() {
                return None;
            }
            let names: Vec<&str> = opening
                .objections
                .iter()
                .map(|e| self.entity_name(*e))
                .collect();
            let text = format!(
                "{} objected, and no vote follows",
                self.words().and_list(&names)
            );
            return found(Rejected, text, c.provision);
        }
        // What others decide, and what the rule of which is elsewhere, no ballot makes certain.
        if !decision.limbs.is_empty() || decision.given.is_some() {
            return None;
        }
        let changeable = !decision.first_counts && !kept;
        let left = self.still_to_vote((d, s), decision, changeable);
        // Where nobody is left who could vote, there is nothing to be monotone in.
        let even = match changeable {
            true => decision.monotone && decision.monotone_changed,
            false => decision.monotone,
        };
        if !even && !left.is_empty() {
            return None;
        }
        let as_cast = Completions {
            case: self,
            decision,
            matter: (d, s),
            moved: false,
            changeable,
            wake: std::cell::Cell::new(Point::NEVER),
        };
        let closed = Completions {
            moved: true,
            wake: std::cell::Cell::new(Point::NEVER),
            ..as_cast
        };
        let result = (|| {
            if let Some(g) = decision.admissible
                && !as_cast.truth(g, (None, None)).is_true()
            {
                return None;
            }
            let (slot, at) = &decision.quorum;
            match as_cast.slot(slot, Sure::Holds) {
                Sure::Holds => {}
                Sure::Fails => return found(Inquorate, as_cast.words(slot, false, &left), *at),
                Sure::Open => return None,
            }
            let (slot, at) = &decision.participation;
            match as_cast.slot(slot, Sure::Holds) {
                Sure::Holds => {}
                Sure::Fails => return found(Rejected, as_cast.words(slot, false, &left), *at),
                Sure::Open => return None,
            }
            let (mut vetoed, names) = self.veto(decision, d, s, &[(d, s)]);
            if changeable && vetoed.is_true() {
                // Whoever objects may change their mind.
                vetoed = Truth::Unknown(ClauseSet::default());
            }
            if vetoed.is_true() {
                let names: Vec<&str> = names.iter().map(|e| self.entity_name(*e)).collect();
                let at = decision
                    .veto
                    .and_then(|g| self.program().guards.get(g.index()));
                let at = at.map_or(decision.provision, |n| n.provision);
                return found(
                    Rejected,
                    format!("vetoed by {}", self.words().and_list(&names)),
                    at,
                );
            }
            let may_veto = decision.veto.is_some_and(|g| {
                left.iter().any(|e| {
                    let mut env = self.roll_env(d, s, Some(*e));
                    !Eval::new(self).truth(g, &mut env).is_false()
                })
            });
            let (slot, at) = &decision.rule_of(opening.step);
            let mut open = may_veto || !vetoed.is_false();
            match closed.slot(slot, Sure::Fails) {
                Sure::Holds if !open => {
                    return found(Adopted, closed.words(slot, true, &left), *at);
                }
                Sure::Holds | Sure::Open => return None,
                Sure::Fails if step.is_some() => return None,
                Sure::Fails => {}
            }
            for (outcome, g) in &decision.deemed {
                match closed.sure(*g) {
                    Sure::Holds if !open => {
                        let at = self.program().guards.get(g.index()).map(|n| n.provision);
                        let text = format!("deemed {}", outcome.word());
                        return found(*outcome, text, at.unwrap_or(decision.provision));
                    }
                    Sure::Fails => {}
                    Sure::Holds if *outcome == Rejected => return None,
                    _ => open = true,
                }
                if open && *outcome == Adopted {
                    return None;
                }
            }
            if decision.tie.is_some() && self.may_tie((d, s), &left) {
                return None;
            }
            found(Rejected, closed.words(slot, false, &left), *at)
        })();
        *wake = (*wake).min(as_cast.wake.get()).min(closed.wake.get());
        result
    }

    /// Those entitled who have not voted, and those whose ballot may not count; where ballots may be changed, all entitled.
    fn still_to_vote(&self, (d, s): Matter, decision: &Decision, changeable: bool) -> Vec<Entity> {
        let mut eval = Eval::new(self);
        let p = decision.provision;
        let all = self.state().of_kinds(&decision.voter.kinds);
        all.into_iter()
            .filter(|e| {
                !eval.on_roll(p, d, s, *e, &RollSet::Voters).is_false()
                    && (changeable || !eval.on_roll(p, d, s, *e, &RollSet::Cast).is_true())
            })
            .collect()
    }

    /// Whether the votes still to come can make both sides equal.
    fn may_tie(&self, (d, s): Matter, left: &[Entity]) -> bool {
        let tally = self.tally_of(d, s, &self.roll(d, s, &[]));
        let votes = |position: u32| tally.values.get(position as usize).map_or(0, |v| v.2);
        let gap = votes(Decision::FOR).abs_diff(votes(Decision::AGAINST));
        let mut eval = Eval::new(self);
        let more = left.iter().fold(0u64, |n, e| {
            let most = eval
                .weight(d, s, *e)
                .bounds()
                .map_or(i64::MAX, |(_, most)| most);
            n.saturating_add(most.unsigned_abs())
        });
        gap <= more
    }
}
