//! What votes a result other than adoption needs, and what makes one certain (R37, R40): found by casting them.

use super::*;
use crate::state::{ActInput, Opening, Verdict};
use rogatio_mir::{Closing, Decision, Stated, Step};

/// Of more voters it is not worked out how many votes a result needs.
const MOST_VOTERS: usize = 1_000;

impl Seeker<'_> {
    /// What is missing for an open decision to close with another result than adoption.
    pub(super) fn failure(
        &mut self,
        decision: &Decision,
        (d, s): (DecisionId, Option<Entity>),
        outcome: DecisionOutcome,
        env: &Env,
    ) -> Vec<Missing> {
        let case = self.case;
        let name = case.show_decision(d, s);
        let p = Some(decision.provision);
        let stands = |case: &Case| case.as_it_stands(d, s).map(|s| s.outcome);
        if stands(case) == Some(outcome) {
            return Vec::new();
        }
        match outcome {
            DecisionOutcome::Inadmissible => match decision.admissible {
                Some(g) => vec![self.seek(g, env, false)],
                None => vec![self.never(&name, outcome, p)],
            },
            DecisionOutcome::Rejected => {
                if let (Stated::NotStated(text), at) = &decision.quorum {
                    let text = format!("undetermined: {text}");
                    return vec![Missing::silent(text, Some(*at))];
                }
                // What is inadmissible is not rejected.
                let admissible = decision.admissible.map(|g| self.seek(g, env, true));
                if let Some(first) = admissible.filter(|m| !m.is_nothing()) {
                    let text = format!("{name} to be {}", outcome.word());
                    return vec![first, Missing::acts(1, text, p)];
                }
                let step = case.opening(d, s).map_or(0, |o| o.step);
                let at = Some(decision.rule_of(step).1);
                let against = Decision::AGAINST as usize;
                let rejects = |case: &Case| stands(case) == Some(outcome);
                if self.too_many(decision) {
                    let text = format!(
                        "votes for {name} to be rejected (of more than {MOST_VOTERS} voters it is not worked out how many)"
                    );
                    return vec![Missing::acts(1, text, at)];
                }
                let votes = self.enough(decision, (d, s), against, &rejects, at);
                vec![votes.unwrap_or_else(|| self.never(&name, outcome, p))]
            }
            _ => vec![self.never(&name, outcome, p)],
        }
    }

    /// What is missing for a result while consensus is sought: a declaration, a window that ends, an objection (R41).
    pub(super) fn by_consensus(
        &mut self,
        decision: &Decision,
        step: &Step,
        (d, s): (DecisionId, Option<Entity>),
        outcome: DecisionOutcome,
        opening: &Opening,
    ) -> Missing {
        let case = self.case;
        let name = case.show_decision(d, s);
        let p = Some(step.provision);
        let env = case.roll_env(d, s, None).at_event(opening.opened);
        let is_window =
            |c: &Closing| matches!(c, Closing::At(..) | Closing::Upon(On::Leave(..), _));
        let windows = decision.closes.iter().any(is_window);
        let objected = !opening.objections.is_empty();
        let mut ways = Vec::new();
        match outcome {
            DecisionOutcome::Adopted | DecisionOutcome::Rejected => {
                let wanted = outcome == DecisionOutcome::Rejected;
                if objected == wanted || wanted {
                    let objection = (wanted && !objected)
                        .then(|| Missing::acts(1, format!("an objection to {name}"), p));
                    let mut closes = Vec::new();
                    // Where a vote follows, an objection leaves a declaration without effect.
                    if !(wanted && step.then) {
                        let text = match wanted {
                            true => format!("{name} to be gavelled"),
                            false => "consensus to be declared".to_owned(),
                        };
                        closes.push(Missing::acts(1, text, p));
                    }
                    if windows {
                        closes.push(self.close(decision, &name, &env, p, is_window));
                    }
                    ways.extend(Missing::cheapest(closes).map(|close| {
                        let first = objection.into_iter();
                        Missing::of(MissingKind::Then, first.chain([close]))
                    }));
                }
                for (on, g) in &step.next {
                    let begins = self.event(on, *g, &env, None);
                    let text = format!("{name} to be {} by vote", outcome.word());
                    let vote = Missing::acts(1, text, p);
                    ways.push(Missing::of(MissingKind::Then, [begins, vote]));
                }
                if objected && ways.is_empty() {
                    let names = opening.objections.iter();
                    let names: Vec<&str> = names.map(|e| case.entity_name(*e)).collect();
                    let who = case.words().and_list(&names);
                    let text = format!("{who} objected, and no vote follows");
                    return Missing::impossible(text, p);
                }
            }
            // It closes with neither a declaration nor a window that ends.
            DecisionOutcome::Lapsed if decision.closes.iter().any(|c| !is_window(c)) => {
                return self.close(decision, &name, &env, p, |c| !is_window(c));
            }
            _ => {}
        }
        Missing::cheapest(ways).unwrap_or_else(|| self.never(&name, outcome, p))
    }

    fn never(&self, name: &str, outcome: DecisionOutcome, p: Option<ProvisionId>) -> Missing {
        let word = outcome.word();
        Missing::impossible(format!("{name}: nothing known makes it {word}"), p)
    }

    /// What would make the result of a decision certain: votes that nothing can undo, or the close.
    pub(super) fn certainty(
        &mut self,
        d: DecisionId,
        s: Option<Entity>,
        wanted: Option<DecisionOutcome>,
        provision: Option<ProvisionId>,
    ) -> Missing {
        use DecisionOutcome::{Adopted, Rejected};
        let case = self.case;
        let mut ways = Vec::new();
        if let (Some(decision), Some(opening)) = (case.text(d, s), case.opening(d, s)) {
            let at = Some(decision.rule_of(opening.step).1);
            for (outcome, ballot) in [(Adopted, Decision::FOR), (Rejected, Decision::AGAINST)] {
                if wanted.is_none_or(|w| w == outcome) && opening.takes_ballots() {
                    let sure = |case: &Case| {
                        let found = case.certainty(d, s);
                        found.is_some_and(|c| c.outcome == outcome)
                    };
                    ways.extend(self.enough(decision, (d, s), ballot as usize, &sure, at));
                }
            }
        }
        // What has closed is certain.
        let results = match wanted {
            Some(w) => vec![w],
            None => vec![Adopted, Rejected],
        };
        ways.extend(
            results
                .into_iter()
                .map(|o| self.outcome(d, s, o, provision)),
        );
        let name = case.show_decision(d, s);
        Missing::cheapest(ways).unwrap_or_else(|| {
            Missing::impossible(format!("the outcome of {name} to be certain"), provision)
        })
    }

    /// It is not worked out how many of its votes a result needs.
    fn too_many(&self, decision: &Decision) -> bool {
        self.case.state().of_kinds(&decision.voter.kinds).len() > MOST_VOTERS
    }

    /// The least number of ballots of one sort with which something holds: of those who have not voted, then of those who
    /// may change theirs.
    fn enough(
        &mut self,
        decision: &Decision,
        (d, s): (DecisionId, Option<Entity>),
        ballot: usize,
        holds: &dyn Fn(&Case) -> bool,
        at: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let opening = case.opening(d, s)?;
        if self.too_many(decision) {
            return None;
        }
        let all = case.state().of_kinds(&decision.voter.kinds);
        let position = u32::try_from(ballot).ok()?;
        let has = |e: &Entity| opening.ballots.get(e).is_some_and(|b| b.value == position);
        let may = |e: &Entity| {
            !has(e)
                && case
                    .cannot_vote((d, s), &Value::Entity(*e), ballot)
                    .is_none()
        };
        let mut voters: Vec<Entity> = all.into_iter().filter(may).collect();
        let mut eval = Eval::new(case);
        let weight =
            |e: &Entity, eval: &mut Eval<'_>| eval.weight(d, s, *e).bounds().map_or(1, |b| b.0);
        // Whoever has voted comes last, the heaviest first.
        voters.sort_by_key(|e| {
            let voted = opening.ballots.contains_key(e);
            (voted, weight(e, &mut eval).saturating_neg())
        });
        let with = |n: usize| {
            let mut then = case.clone();
            for e in &voters[..n] {
                then.cast((d, s), *e, position);
            }
            holds(&then)
        };
        if !with(voters.len()) {
            return None;
        }
        // The least number: more of them never do less.
        let (mut lo, mut hi) = (0, voters.len());
        while lo < hi {
            let mid = lo.midpoint(hi);
            if with(mid) {
                hi = mid;
            } else {
                lo = mid + 1;
            }
        }
        let n = as_int(hi);
        let ballot = case.roll_set_name(d, &RollSet::Ballot(ballot));
        let names = voters.iter().take(hi.min(MOST_NAMES));
        let names: Vec<&str> = names.map(|e| case.entity_name(*e)).collect();
        let rest = if hi > MOST_NAMES { ", …" } else { "" };
        let names = format!("{}{rest}", names.join(", "));
        let text = match hi {
            0 => return Some(Missing::nothing()),
            1 => format!("1 more vote {ballot}, for example {names}"),
            _ => format!("{n} more votes {ballot}, for example {names}"),
        };
        Some(Missing::acts(n, text, at))
    }
}

impl Case {
    /// Enters a ballot, as it would count if it were cast now.
    fn cast(&mut self, (d, s): (DecisionId, Option<Entity>), voter: Entity, ballot: u32) {
        let mut o = self.tentative(&ActInput::vote(d, s, ballot, voter));
        o.judgment = self.judge_occurrence(&o);
        if matches!(o.judgment.verdict, Verdict::Valid | Verdict::Undetermined) {
            self.enter_ballot(&o);
        }
    }
}
