//! The outcome at the close (R37).

use super::standing::NOT_MET;
use super::*;

impl Case {
    pub(super) fn veto(
        &self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        moved: &[Matter],
    ) -> (Truth, Vec<Entity>) {
        let Some(veto) = decision.veto else {
            return (Truth::False, Vec::new());
        };
        let no = Decision::AGAINST as usize;
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        let (mut truth, mut names) = (Truth::False, Vec::new());
        for e in self.state().of_kinds(&decision.voter.kinds) {
            let against = eval.on_roll(decision.provision, d, s, e, &RollSet::Ballot(no));
            if against.is_false() {
                continue;
            }
            let t = against.and(eval.truth(veto, &mut self.roll_env(d, s, Some(e))));
            if t.is_true() {
                names.push(e);
            }
            truth = truth.or(t);
        }
        (truth, names)
    }

    /// The rule of the veto for those whose ballots against are none.
    fn spared_by(
        &self,
        decision: &Decision,
        (d, s): Matter,
        moved: &[Matter],
    ) -> Vec<(Guard, Option<Entity>)> {
        let Some(veto) = decision.veto else {
            return Vec::new();
        };
        let no = RollSet::Ballot(Decision::AGAINST as usize);
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        let voters = self.state().of_kinds(&decision.voter.kinds).into_iter();
        let against = voters.filter(|e| {
            let against = eval.on_roll(decision.provision, d, s, *e, &no);
            against.is_true()
                && !eval
                    .truth(veto, &mut self.roll_env(d, s, Some(*e)))
                    .is_true()
        });
        against.map(|e| (veto, Some(e))).collect()
    }

    /// Those whose ballots against stand as vetoes now, and what gives them the veto.
    pub(crate) fn vetoes(
        &self,
        d: DecisionId,
        s: Option<Entity>,
    ) -> Option<(Vec<Entity>, ProvisionId)> {
        let decision = self.text(d, s)?;
        let (truth, names) = self.veto(decision, d, s, &[]);
        let at = self.program().guards.get(decision.veto?.index())?.provision;
        truth.is_true().then_some((names, at))
    }

    /// What the result of an open decision would be if it closed now; none of a decision that counts nothing by itself
    /// (several bodies, a rule in another text, a consensus being sought) or has closed.
    pub(crate) fn as_it_stands(&self, d: DecisionId, s: Option<Entity>) -> Option<Standing> {
        let decision = self.text(d, s)?;
        let opening = self.opening(d, s)?;
        let counts = decision.limbs.is_empty() && decision.given.is_none();
        if !counts || !opening.takes_ballots() || decision.seeks_consensus(opening.step) {
            return None;
        }
        let cause = Cause::new(CauseKind::Time, self.state().now, None, None);
        let (closure, rivals, tied) = self.resolve((d, s), Why::Other, &[(d, s)], cause);
        // What it reads of itself as cast, its quorum does, is no other decision.
        let alone = rivals.iter().all(|r| *r == (d, s));
        (!tied && alone).then_some(Standing {
            outcome: closure.outcome,
            because: closure.reason,
            provisions: closure.provisions,
        })
    }

    /// The outcome and its reason, the open decisions on whose rolls it depends, and whether equal votes wait for the
    /// casting vote.
    pub(super) fn resolve(
        &self,
        (d, s): Matter,
        why: Why,
        moved: &[Matter],
        cause: Arc<Cause>,
    ) -> (Closure, Vec<Matter>, bool) {
        let roll = self.closing_roll((d, s), moved);
        if let Some(closure) = self.drawn_closure((d, s), why, &roll, &cause) {
            return (closure, Vec::new(), false);
        }
        let mut rivals = Vec::new();
        let mut possible: Vec<Test> = Vec::new();
        let mut clauses = ClauseSet::default();
        let mut relaxed = Vec::new();
        for test in self.tests((d, s), why, moved) {
            rivals.extend(&test.rivals);
            match &test.truth {
                Truth::Unknown(c) => {
                    clauses = clauses.union(c);
                    possible.push(test);
                }
                t if t.is_true() == test.stops_on => {
                    possible.push(test);
                    break;
                }
                _ => relaxed.extend(self.relaxing(&test, (d, s), moved)),
            }
        }
        let tied = matches!(possible.as_slice(), [only] if only.tied && only.truth.is_true());
        let same = possible
            .windows(2)
            .all(|w| matches!(w, [a, b] if a.outcome == b.outcome && a.tied == b.tied));
        let provisions: Vec<ProvisionId>;
        let rests_on = possible.iter().flat_map(|t| &t.rests_on).copied();
        let rests_on = rests_on.chain(relaxed).collect();
        let (outcome, reason) = match possible.last() {
            Some(last) if same => {
                provisions = vec![last.provision];
                (last.outcome, last.reason.clone())
            }
            _ => {
                provisions = clauses.iter().map(|c| c.provision).collect();
                let texts: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
                (DecisionOutcome::Undetermined, texts.join("; "))
            }
        };
        if outcome != DecisionOutcome::Undetermined {
            clauses = ClauseSet::default();
        }
        let failed = matches!(
            outcome,
            DecisionOutcome::Rejected | DecisionOutcome::Inquorate
        );
        let reason = match self.text(d, s) {
            Some(decision) if failed && decision.given.is_none() && nobody_votes(&roll) => {
                let body = self.called(Entity(decision.body.0));
                let has_members = roll.lines().iter().any(|l| l.is_member);
                self.words().nobody_votes(&reason, body, has_members)
            }
            _ => reason,
        };
        let closure = Closure {
            decision: d,
            subject: s,
            outcome,
            reason,
            provisions,
            rests_on,
            clauses,
            pivotal: std::collections::BTreeMap::new(),
            roll,
            cause,
        };
        (closure, rivals, tied)
    }

    /// What the silence of a voter counts as at the close, and what says so.
    pub(crate) fn silence_counts(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        voter: Entity,
    ) -> Option<(Silence, Vec<ProvisionId>)> {
        let decision = self.text(d, s)?;
        let silence = Eval::new(self).silence_of(decision, d, s, voter);
        let at = decision.silence.1;
        let provisions = match decision.silence_by_voter {
            Some(g) => self.ruling(g, at, &self.roll_env(d, s, Some(voter)), &[]),
            None => vec![at],
        };
        Some((silence, provisions))
    }

    /// What a slot rests on: where exceptions to it hold, on them first.
    fn ruling(
        &self,
        slot: Guard,
        at: ProvisionId,
        env: &Env,
        moved: &[Matter],
    ) -> Vec<ProvisionId> {
        let mut out = Vec::new();
        let guards = &self.program().guards;
        if let Some(Op::Except(_, arms)) = guards.get(slot.index()).map(|n| &n.op) {
            let mut eval = Eval::closing(self, moved);
            let holding = arms
                .iter()
                .filter(|(c, _)| eval.truth(*c, &mut env.clone()).is_true());
            out.extend(holding.filter_map(|(c, _)| Some(guards.get(c.index())?.provision)));
        }
        out.push(at);
        out.dedup();
        out
    }

    /// The tests of R37 in order; the last one always stops.
    fn tests(&self, (d, s): Matter, why: Why, moved: &[Matter]) -> Vec<Test> {
        use DecisionOutcome::{Adopted, Inadmissible, Inquorate, Lapsed, Rejected};
        let Some(decision) = self.text(d, s) else {
            return Vec::new();
        };
        let truth = |g: Guard, moved: &[Matter]| {
            let mut eval = Eval::closing(self, moved);
            let truth = eval.truth(g, &mut self.roll_env(d, s, None));
            (truth, eval.open_rolls)
        };
        let stated = |slot: &Stated, at, none: Truth, moved: &[Matter]| match slot {
            Stated::None => (none, Vec::new()),
            Stated::NotStated(text) => {
                (Truth::Unknown(ClauseSet::one(at, text.clone())), Vec::new())
            }
            Stated::Rule(g) => truth(*g, moved),
        };
        let provision = |g: Guard| {
            let node = self.program().guards.get(g.index());
            node.map_or(decision.provision, |n| n.provision)
        };
        // The rule that was not met, with its numbers.
        let unmet = |slot: &Stated, words: &str, moved: &[Matter]| {
            let mut eval = Eval::closing(self, moved);
            let env = self.roll_env(d, s, None);
            let numbers = rule_of(slot).and_then(|g| self.standing(g, &mut eval, &env));
            match numbers {
                // A clause that is no majority, quorum or participation speaks for itself.
                Some(clause) if clause.ends_with(NOT_MET) => clause,
                Some(numbers) => self.words().with_numbers(words, &numbers),
                None => words.to_owned(),
            }
        };
        let mut out = Vec::new();
        if why == Why::Withdrawn {
            out.push(Test {
                truth: Truth::True,
                rivals: Vec::new(),
                tied: false,
                stops_on: true,
                outcome: DecisionOutcome::Withdrawn,
                reason: self.words().withdrawn().to_owned(),
                provision: decision.provision,
                rests_on: Vec::new(),
                spares: Vec::new(),
            });
            return out;
        }
        let mut add = |(truth, rivals), stops_on, outcome, reason: &str, provision, rests_on| {
            out.push(Test {
                truth,
                rivals,
                tied: false,
                stops_on,
                outcome,
                reason: reason.to_owned(),
                provision,
                rests_on,
                spares: Vec::new(),
            });
        };
        let rule = |slot: &Stated| rule_of(slot).map(|g| (g, None)).into_iter().collect();
        if let Some((text, at)) = &decision.given {
            let declared = self.openings(d, s).last().and_then(|o| o.declared.clone());
            let lapsed = self.words().no_result();
            if let Some((outcome, doubt)) = declared {
                let body = self.called(Entity(decision.body.0));
                let reason = format!("{body} {}s it: {text}", verb(outcome));
                let sure = doubt.map_or(Truth::True, Truth::Unknown);
                add((sure, Vec::new()), true, outcome, &reason, *at, Vec::new());
            }
            add(
                (Truth::True, Vec::new()),
                true,
                Lapsed,
                lapsed,
                *at,
                Vec::new(),
            );
            return out;
        }
        if let Some(g) = decision.admissible {
            let reason = self.words().inadmissible();
            let rests = vec![(g, None)];
            add(
                truth(g, &[]),
                false,
                Inadmissible,
                reason,
                provision(g),
                rests,
            );
        }
        let (slot, at) = &decision.quorum;
        let quorum = stated(slot, *at, Truth::True, &[]);
        let reason = unmet(slot, self.words().inquorate(), &[]);
        add(quorum, false, Inquorate, &reason, *at, rule(slot));
        let (slot, at) = &decision.participation;
        let participation = stated(slot, *at, Truth::True, &[]);
        let reason = unmet(slot, self.words().low_participation(), &[]);
        add(participation, false, Rejected, &reason, *at, rule(slot));
        let opening = self.openings(d, s).last();
        let step = opening.map_or(0, |o| o.step);
        if let (Some(c), Some(o), None) = (
            decision.earlier.get(step),
            opening,
            decision.earlier.get(step).and_then(|s| s.rule),
        ) {
            let names: Vec<&str> = o.objections.iter().map(|e| self.called(*e)).collect();
            let (outcome, reason) = match why {
                Why::Gavel | Why::Window if names.is_empty() => {
                    (Adopted, self.words().consensus().to_owned())
                }
                Why::Gavel | Why::Window => (Rejected, self.words().no_consensus(&names)),
                Why::Other | Why::Withdrawn => {
                    (Lapsed, self.words().consensus_not_declared().to_owned())
                }
            };
            let always = (Truth::True, Vec::new());
            add(always, true, outcome, &reason, c.provision, Vec::new());
            return out;
        }
        let (vetoed, names) = self.veto(decision, d, s, moved);
        let spares = self.spared_by(decision, (d, s), moved);
        let rests = decision.veto.iter();
        let rests = rests.flat_map(|g| names.iter().map(|e| (*g, Some(*e))));
        let rests = rests.collect();
        let names: Vec<&str> = names.iter().map(|e| self.called(*e)).collect();
        let reason = self.words().vetoed(&names);
        let at = decision.veto.map_or(decision.provision, provision);
        add((vetoed, Vec::new()), true, Rejected, &reason, at, rests);
        let (slot, at) = &decision.rule_of(step);
        let passes = stated(slot, *at, Truth::False, moved);
        let reason = self.words().majority_reached();
        add(passes, true, Adopted, reason, *at, rule(slot));
        for (outcome, g) in &decision.deemed {
            let reason = self.words().deemed(self.words().outcome(*outcome));
            let rests = vec![(*g, None)];
            add(
                truth(*g, moved),
                true,
                *outcome,
                &reason,
                provision(*g),
                rests,
            );
        }
        let ties = self.tie_tests((d, s), decision, moved);
        let reason = match (slot, s) {
            (Stated::Rule(g), Some(s)) => self.beaten(*g, d, s, moved),
            _ => None,
        };
        let reason = reason.unwrap_or_else(|| unmet(slot, self.words().majority_missed(), moved));
        add(
            (Truth::True, Vec::new()),
            true,
            Rejected,
            &reason,
            *at,
            rule(slot),
        );
        let veto = out.iter_mut().find(|t| t.stops_on && t.outcome == Rejected);
        if let Some(veto) = veto {
            veto.spares = spares;
        }
        // Before the last test, which always stops.
        let last = out.len().saturating_sub(1);
        out.splice(last..last, ties);
        out
    }
}

/// Whether it is sure that nobody is entitled to vote.
fn nobody_votes(roll: &Roll) -> bool {
    let mut lines = roll.lines().iter();
    lines.all(|l| !l.is_voter && l.doubt.is_none())
}

/// What a body does to come to an outcome.
fn verb(o: DecisionOutcome) -> &'static str {
    match o {
        DecisionOutcome::Adopted => "adopt",
        _ => "reject",
    }
}
