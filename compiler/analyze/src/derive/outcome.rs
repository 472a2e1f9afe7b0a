//! The outcome at the close with the ballots left open, in the order of R37.

use super::Maker;
use super::guard::Reading;
use crate::refusal::Refusal;
use crate::rule::{Formula, Sum};
use rogatio_interpret::{ClauseSet, Value};
use rogatio_mir::{Decision, DecisionId, DecisionOutcome, Silence, Stated, TieKind};

/// Deeper than any sensible text.
const DEEPEST: u32 = 200;

/// Before the close: sets as cast.
const CAST: Reading = Reading {
    moved: false,
    depth: DEEPEST,
};
/// At the close: silence moved.
pub(super) const MOVED: Reading = Reading {
    moved: true,
    depth: DEEPEST,
};

/// Where it holds, the outcome is this one.
struct Stop {
    when: Formula,
    outcome: DecisionOutcome,
}

impl Maker<'_> {
    /// That the outcome of a decision is this one.
    pub(super) fn outcome(
        &mut self,
        d: DecisionId,
        wanted: DecisionOutcome,
    ) -> Result<Formula, Refusal> {
        let name = (d, wanted as u8);
        if let Some(known) = self.limbs.get(&name) {
            return Ok(known.clone());
        }
        let stops = self.stops(d)?;
        // From the last test to the first: a test that stops hides those after it.
        let found = stops.into_iter().rev().fold(Formula::Is(false), |rest, s| {
            if s.outcome == wanted {
                Formula::any(vec![s.when, rest])
            } else {
                Formula::all(vec![s.when.negate(), rest])
            }
        });
        self.limbs.insert(name, found.clone());
        Ok(found)
    }

    /// The outcomes that are tested, in this order.
    pub(super) fn tested(&mut self, d: DecisionId) -> Result<Vec<DecisionOutcome>, Refusal> {
        let mut found = Vec::new();
        for stop in self.stops(d)? {
            if !found.contains(&stop.outcome) {
                found.push(stop.outcome);
            }
        }
        Ok(found)
    }

    /// That one other answer of a voter, all others' standing, would change whether it is adopted.
    pub(super) fn pivotal(
        &mut self,
        d: DecisionId,
        voter: Option<rogatio_interpret::Entity>,
    ) -> Result<Formula, Refusal> {
        let own = (0u32..).zip(&self.voters);
        let own = own
            .filter(|(_, v)| Some(v.entity) == voter)
            .map(|(i, v)| (i, v.decision, v.may_answer()));
        let Some((voter, part, answers)) = own
            .into_iter()
            .find(|(_, part, _)| self.concerns(*part) && self.concerns(d))
        else {
            return Ok(Formula::Is(false));
        };
        let adopted = self.outcome(part, DecisionOutcome::Adopted)?;
        let each: Vec<Formula> = answers.map(|a| adopted.answered(voter, a)).collect();
        let always = Formula::all(each.clone());
        Ok(Formula::all(vec![Formula::any(each), always.negate()]))
    }

    /// The tests in their order.
    fn stops(&mut self, d: DecisionId) -> Result<Vec<Stop>, Refusal> {
        use DecisionOutcome::{Adopted, Inadmissible, Inquorate, Rejected};
        let text = self.text(d)?;
        let env = self.case.decision_env(d, self.subject, None);
        let mut out = Vec::new();
        let mut stop = |when, outcome| out.push(Stop { when, outcome });
        if !text.limbs.is_empty() {
            // The first condition that holds closes the whole (R41b).
            for (outcome, g, _) in &text.together {
                stop(self.truth(*g, &env, MOVED)?, *outcome);
            }
            return Ok(out);
        }
        if let Some(g) = text.admissible {
            stop(self.truth(g, &env, CAST)?.negate(), Inadmissible);
        }
        for (slot, outcome) in [(&text.quorum, Inquorate), (&text.participation, Rejected)] {
            match &slot.0 {
                Stated::None => {}
                Stated::NotStated(why) => {
                    stop(Formula::Open(ClauseSet::one(slot.1, why.clone())), outcome);
                }
                Stated::Rule(g) => stop(self.truth(*g, &env, CAST)?.negate(), outcome),
            }
        }
        if text.seeks_consensus(0) && !text.earlier.iter().any(|s| s.then) {
            // Nobody objects: casts the only ballot there is.
            let objects = self
                .of(d)
                .map(|v| self.is(v, |a, silent| a != silent))
                .collect();
            stop(Formula::any(objects), Rejected);
            stop(Formula::Is(true), Adopted);
            return Ok(out);
        }
        if text.earlier.iter().any(|s| s.then) {
            let name = &text.name;
            self.suppose(format!(
                "`{name}` comes to the vote: its earlier steps have led to no result"
            ));
        }
        if let Some(veto) = text.veto {
            let mut vetoes = Vec::new();
            for v in self.of(d).collect::<Vec<u32>>() {
                let who = self.voters[v as usize].entity;
                let env = self.case.decision_env(d, self.subject, Some(who));
                let has = self.truth(veto, &env, MOVED)?;
                let against = self.counted(v, Decision::AGAINST as usize)?;
                vetoes.push(Formula::all(vec![has, against]));
            }
            stop(Formula::any(vetoes), Rejected);
        }
        match &text.passes.0 {
            Stated::None => {}
            Stated::NotStated(why) => {
                stop(
                    Formula::Open(ClauseSet::one(text.passes.1, why.clone())),
                    Adopted,
                );
            }
            Stated::Rule(g) => stop(self.truth(*g, &env, MOVED)?, Adopted),
        }
        for (outcome, g) in &text.deemed {
            stop(self.truth(*g, &env, MOVED)?, *outcome);
        }
        self.tie(d, text, &mut out)?;
        out.push(Stop {
            when: Formula::Is(true),
            outcome: Rejected,
        });
        Ok(out)
    }

    /// What equal votes come to.
    fn tie(&mut self, d: DecisionId, text: &Decision, out: &mut Vec<Stop>) -> Result<(), Refusal> {
        use DecisionOutcome::{Adopted, Rejected};
        let Some(tie) = &text.tie else { return Ok(()) };
        let mut excess = Sum::default();
        for v in self.of(d).collect::<Vec<u32>>() {
            let voter = self.voters[v as usize].clone();
            let votes = match self.case.votes_of(d, self.subject, voter.entity) {
                Value::Int(n) => i128::from(n),
                other => return Err(Refusal::open(self.program, &other.clauses())),
            };
            for (ballot, sign) in [(Decision::FOR, 1), (Decision::AGAINST, -1)] {
                let Formula::AtLeastZero(one) = self.counted(v, ballot as usize)? else {
                    continue;
                };
                let one = Sum {
                    constant: one.constant + 1,
                    ..one
                };
                excess = excess
                    .plus(&one, sign * votes)
                    .ok_or_else(|| Refusal::form(self.program, text.voters, "too large a sum"))?;
            }
        }
        let less = Sum::default().plus(&excess, -1).unwrap_or_default();
        let equal = Formula::all(vec![
            Formula::at_least_zero(excess),
            Formula::at_least_zero(less),
        ]);
        let env = self.case.decision_env(d, self.subject, None);
        match &tie.kind {
            TieKind::Outcome(outcome, when) => {
                let holds = match when {
                    Some(g) => self.truth(*g, &env, MOVED)?,
                    None => Formula::Is(true),
                };
                out.push(Stop {
                    when: Formula::all(vec![equal, holds]),
                    outcome: *outcome,
                });
            }
            TieKind::Decides { who, otherwise, .. } => {
                let decider = self.case.eval(*who, &env).entity();
                let own = decider.and_then(|e| self.index.get(&(d, e)).copied());
                match (own, otherwise) {
                    (Some(v), _) => {
                        let who = self.voters[v as usize].name.clone();
                        self.suppose(format!("{who} gives the casting vote as it votes"));
                        let favours = self.counted(v, Decision::FOR as usize)?;
                        out.push(Stop {
                            when: Formula::all(vec![equal, favours]),
                            outcome: Adopted,
                        });
                    }
                    (None, Some(outcome)) => {
                        self.suppose(
                            "no casting vote is given: it is nobody's on the roll".to_owned(),
                        );
                        out.push(Stop {
                            when: equal,
                            outcome: *outcome,
                        });
                    }
                    (None, None) => {
                        self.suppose(
                            "no casting vote is given: it is nobody's on the roll".to_owned(),
                        );
                        out.push(Stop {
                            when: equal,
                            outcome: Rejected,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// The voters of a body's part.
    fn of(&self, d: DecisionId) -> impl Iterator<Item = u32> + use<'_> {
        (0u32..)
            .zip(&self.voters)
            .filter(move |(_, v)| v.decision == d)
            .map(|(i, _)| i)
    }

    /// That a voter's answer is one of these; told the answer and that of silence.
    fn is(&self, voter: u32, which: impl Fn(usize, usize) -> bool) -> Formula {
        let silent = self.voters[voter as usize].silent();
        let adds = (0..=silent).map(|a| i128::from(which(a, silent)));
        let mut sum = Sum::of(voter, adds.collect());
        sum.constant -= 1;
        Formula::at_least_zero(sum)
    }

    /// That a voter's answer counts as this ballot at the close.
    fn counted(&mut self, voter: u32, ballot: usize) -> Result<Formula, Refusal> {
        let silence = self.voters[voter as usize].silence.clone();
        if let Silence::NotStated(why) = &silence {
            let who = self.voters[voter as usize].name.clone();
            self.suppose(format!(
                "{who} votes: the text is silent on silence ({why})"
            ));
        }
        Ok(self.is(voter, |a, silent| {
            a == ballot || (a == silent && silence == Silence::As(ballot))
        }))
    }
}
