//! Decisions: ballots, rolls, closing and outcome (R34-R43).

use crate::eval::{Eval, as_int};
use crate::index::{OnKey, conjuncts, rule_of};
use crate::state::{
    Ballot, Cause, CauseKind, Closed, DecisionState, Dep, Happening, Judgment, Occurrence, Opening, RollEntry, Tally,
    Verdict,
};
use crate::step::{Effects, outcome_name};
use crate::timer::firing_point;
use crate::trigger::{Batch, Trigger, TriggerKind};
use crate::{ActKind, Case, ClauseSet, Entity, Env, Truth, Value};
use rogatio_calendar::Point;
use rogatio_mir::{
    Closing, Decision, DecisionId, DecisionOutcome, Guard, Modal, Op, ProvisionId, RollSet, Silence, Stated,
};
use std::sync::Arc;

/// How those who have not voted are taken to vote, for `closes when certain` (R40).
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assumption {
    decision: DecisionId,
    subject: Option<Entity>,
    /// `None`: they stay silent.
    ballot: Option<u32>,
}

/// A decision on a subject that closes.
pub(crate) struct Closure {
    decision: DecisionId,
    subject: Option<Entity>,
    outcome: DecisionOutcome,
    reason: String,
    provisions: Vec<ProvisionId>,
    clauses: ClauseSet,
    roll: Vec<RollEntry>,
    cause: Arc<Cause>,
}

/// A test of R37: where it stops, the outcome is known.
struct Test {
    truth: Truth,
    stops_on: bool,
    outcome: DecisionOutcome,
    reason: String,
    provision: ProvisionId,
}

/// Why a decision closes now.
#[derive(Copy, Clone, PartialEq)]
enum Why {
    Window,
    Gavel,
    Other,
}

impl Case {
    pub(crate) fn decision_state(&self, d: DecisionId, subject: Option<Entity>) -> Option<&DecisionState> {
        self.state().decisions.get(d.index())?.get(&subject)
    }

    /// The opening of a decision that takes ballots now.
    #[must_use]
    pub fn opening(&self, d: DecisionId, subject: Option<Entity>) -> Option<&Opening> {
        self.decision_state(d, subject)?.current()
    }

    /// All openings of a decision, oldest first.
    #[must_use]
    pub fn openings(&self, d: DecisionId, subject: Option<Entity>) -> &[Opening] {
        self.decision_state(d, subject).map_or(&[], |s| s.openings.as_slice())
    }

    /// The subjects a decision was ever opened on.
    pub fn subjects(&self, d: DecisionId) -> impl Iterator<Item = Option<Entity>> + '_ {
        self.state().decisions.get(d.index()).into_iter().flat_map(|m| m.keys().copied())
    }

    pub(crate) fn outcome_is(&self, d: DecisionId, subject: Option<Entity>, outcome: DecisionOutcome) -> Truth {
        let latest = self.openings(d, subject).iter().rev().find_map(|o| o.closed.as_ref());
        match latest {
            None => Truth::False,
            Some(c) if c.outcome == outcome => Truth::True,
            Some(c) if c.outcome == DecisionOutcome::Undetermined => Truth::Unknown(c.clauses.clone()),
            Some(_) => Truth::False,
        }
    }

    fn roll_env(d: &Decision, subject: Option<Entity>, voter: Option<Entity>) -> Env {
        let mut env = Env::new();
        if let (Some(dom), Some(s)) = (&d.subject, subject) {
            env.bind(dom.var, Value::Entity(s));
        }
        if let Some(v) = voter {
            env.bind(d.voter.var, Value::Entity(v));
        }
        env
    }

    // ---- ballots --------------------------------------------------------------------------------------------

    pub(crate) fn judge_vote(&self, d: DecisionId, s: Option<Entity>, ballot: u32, o: &Occurrence) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.program().decisions.get(d.index()) else { return Judgment::new(Verdict::Void) };
        let void = |j: &mut Judgment, p: ProvisionId, text: String| {
            j.verdict = Verdict::Void;
            j.because(p, text);
        };
        let Some(opening) = self.opening(d, s) else {
            void(&mut j, decision.provision, format!("{} is not open for ballots", self.show_decision(d, s)));
            return j;
        };
        if decision.ballots.get(ballot as usize).is_none() {
            void(&mut j, decision.provision, "there is no such ballot".to_owned());
            return j;
        }
        if let Some(c) = &decision.consensus
            && !opening.second_step
        {
            let text = "consensus is still being sought: object, or declare consensus exhausted";
            void(&mut j, c.provision, text.to_owned());
            return j;
        }
        let Some(voter) = o.for_whom.or(o.actor) else {
            void(&mut j, decision.provision, "a ballot needs a voter".to_owned());
            return j;
        };
        let entitled = Eval::new(self).on_roll(decision.provision, d, s, voter, &RollSet::Voters);
        match entitled {
            Truth::True => j.because(decision.provision, String::new()),
            Truth::False => {
                let text = format!("{} is not entitled to vote", self.entity_name(voter));
                void(&mut j, decision.provision, text);
                return j;
            }
            Truth::Unknown(c) => {
                j.verdict = Verdict::Undetermined;
                j.clauses = c;
            }
        }
        for n in &decision.vote_norms {
            let Some(norm) = self.program().norms.get(n.index()) else { continue };
            for a in self.applies(norm, o, &Env::new()) {
                let mut env = a.env;
                let mut t = self.demand_holds(norm, &mut env);
                if let Some(c) = norm.cond {
                    t = t.and(Eval::new(self).truth(c, &mut env));
                }
                t = t.and(self.window(&norm.window, &mut env).is_open(self.state().now.point));
                match (norm.modal, t) {
                    (Modal::Cannot, Truth::True) => void(&mut j, norm.provision, norm.text.clone()),
                    (Modal::Cannot, Truth::Unknown(c)) if j.verdict == Verdict::Valid => {
                        j.verdict = Verdict::Undetermined;
                        j.clauses = j.clauses.union(&c);
                    }
                    (Modal::MustNot, Truth::True) => {
                        j.breach.push(*n);
                        j.breached = true;
                        j.because(norm.provision, format!("forbidden: {}", norm.text));
                    }
                    (Modal::ShouldNot, Truth::True) => j.shortfall.push(*n),
                    _ => {}
                }
            }
        }
        j
    }

    pub(crate) fn judge_objection(&self, d: DecisionId, s: Option<Entity>, o: &Occurrence) -> Judgment {
        let mut j = self.judge_gavel(d, s);
        if j.verdict == Verdict::Valid
            && let Some(decision) = self.program().decisions.get(d.index())
            && let Some(voter) = o.for_whom.or(o.actor)
            && Eval::new(self).on_roll(decision.provision, d, s, voter, &RollSet::Voters).is_false()
        {
            j.verdict = Verdict::Void;
            j.because(decision.provision, format!("{} is not entitled to object", self.entity_name(voter)));
        }
        j
    }

    pub(crate) fn judge_gavel(&self, d: DecisionId, s: Option<Entity>) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.program().decisions.get(d.index()) else { return Judgment::new(Verdict::Void) };
        let why = match (self.opening(d, s), &decision.consensus) {
            (None, _) => Some(format!("{} is not open", self.show_decision(d, s))),
            (_, None) => Some(format!("{} is not decided by consensus", self.show_decision(d, s))),
            (Some(o), Some(_)) if o.second_step => Some("consensus was declared exhausted".to_owned()),
            _ => None,
        };
        if let Some(why) = why {
            j.verdict = Verdict::Void;
            j.because(decision.provision, why);
        }
        j
    }

    /// Enters a ballot, objection or gavel that has effect.
    pub(crate) fn enter_ballot(&mut self, o: &Occurrence) {
        let (d, s) = match &o.act {
            ActKind::Vote { decision, subject, .. }
            | ActKind::Object { decision, subject }
            | ActKind::Gavel { decision, subject } => (*decision, *subject),
            ActKind::Act(_) => return,
        };
        let first = self.program().decisions.get(d.index()).is_some_and(|x| x.first_counts);
        let who = o.for_whom.or(o.actor);
        let Some(state) = self.state_mut().decisions.get_mut(d.index()).and_then(|m| m.get_mut(&s)) else { return };
        let Some(opening) = state.openings.last_mut().filter(|o| o.closed.is_none()) else { return };
        match (&o.act, who) {
            (ActKind::Vote { ballot, .. }, Some(voter)) => {
                let uncertain =
                    (o.judgment.verdict == Verdict::Undetermined).then(|| o.judgment.clauses.clone());
                let ballot = Ballot { value: *ballot, occurrence: o.id, uncertain };
                if !(first && opening.ballots.contains_key(&voter)) {
                    opening.ballots.insert(voter, ballot);
                }
            }
            (ActKind::Object { .. }, Some(voter)) if !opening.objections.contains(&voter) => {
                opening.objections.push(voter);
            }
            (ActKind::Gavel { .. }, _) => opening.gavelled = true,
            _ => {}
        }
        self.state_mut().touch(Dep::Decision(d), s.into_iter().collect());
    }

    // ---- rolls ----------------------------------------------------------------------------------------------

    /// The roll as it stands, silence moved where `moved` says so.
    fn roll(&self, d: DecisionId, s: Option<Entity>, moved: &[(DecisionId, Option<Entity>)]) -> Vec<RollEntry> {
        let Some(decision) = self.program().decisions.get(d.index()) else { return Vec::new() };
        let mut out = Vec::new();
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        for e in self.state().of_kinds(&decision.voter.kinds) {
            let p = decision.provision;
            let is_voter = eval.on_roll(p, d, s, e, &RollSet::Voters);
            let is_member = eval.on_roll(p, d, s, e, &RollSet::Members);
            if !is_voter.is_true() && !is_member.is_true() {
                continue;
            }
            let cast = eval.on_roll(p, d, s, e, &RollSet::Cast).is_true();
            let mut value = None;
            let mut unknown = None;
            for i in 0..decision.ballots.len() {
                match eval.on_roll(p, d, s, e, &RollSet::Ballot(i)) {
                    Truth::True => value = u32::try_from(i).ok(),
                    Truth::Unknown(c) => unknown = Some(c),
                    Truth::False => {}
                }
            }
            let mut env = Case::roll_env(decision, s, Some(e));
            let weight = decision.weight.map_or(Some((1, 1)), |w| eval.value(w, &mut env).bounds());
            out.push(RollEntry {
                member: e,
                is_member: is_member.is_true(),
                is_voter: is_voter.is_true(),
                cast,
                value,
                unknown,
                weight: weight.map_or(0, |(lo, _)| lo),
            });
        }
        out
    }

    /// The tally of the opening at hand, as cast, or of the last one, as closed.
    #[must_use]
    pub fn tally(&self, d: DecisionId, subject: Option<Entity>) -> Option<Tally> {
        let last = self.openings(d, subject).last()?;
        match &last.tally {
            Some(t) => Some(t.clone()),
            None => Some(self.tally_of(d, &self.roll(d, subject, &[]))),
        }
    }

    fn tally_of(&self, d: DecisionId, roll: &[RollEntry]) -> Tally {
        let Some(decision) = self.program().decisions.get(d.index()) else { return Tally::default() };
        let sum = |f: &dyn Fn(&RollEntry) -> bool| {
            let chosen: Vec<&RollEntry> = roll.iter().filter(|r| f(r)).collect();
            (as_int(chosen.len()), chosen.iter().fold(0i64, |n, r| n.saturating_add(r.weight)))
        };
        let value = |(i, name): (usize, &String)| {
            let (heads, votes) = sum(&|r| r.is_voter && r.value == u32::try_from(i).ok());
            (name.clone(), heads, votes)
        };
        Tally {
            values: decision.ballots.iter().enumerate().map(value).collect(),
            silent: sum(&|r| r.is_voter && r.value.is_none()),
            voters: sum(&|r| r.is_voter),
            members: sum(&|r| r.is_member),
        }
    }

    // ---- the step -------------------------------------------------------------------------------------------

    pub(crate) fn decisions(&self, batch: &Batch, fx: &mut Effects) {
        self.decisions_to_open(batch, fx);
        let mut closing: Vec<(DecisionId, Option<Entity>, Why, Arc<Cause>)> = Vec::new();
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            let subjects: Vec<Option<Entity>> = self.subjects(id).collect();
            for s in subjects {
                let Some(opening) = self.opening(id, s) else { continue };
                let base = Case::roll_env(decision, s, None).at_event(opening.opened);
                if let Some(c) = &decision.consensus
                    && !opening.second_step
                {
                    let upon = c.then_upon.iter().any(|(on, g)| self.upon(on, *g, &base, batch).is_some());
                    if upon {
                        fx.second_steps.push((id, s));
                    }
                }
                if let Some((why, cause)) = self.closes(id, decision, s, opening, &base, batch) {
                    closing.push((id, s, why, cause));
                }
            }
        }
        let moved: Vec<_> = closing.iter().map(|(d, s, ..)| (*d, *s)).collect();
        for (d, s, why, cause) in closing {
            let closure = self.resolve(d, s, why, &moved, cause);
            if let (DecisionOutcome::Undetermined, Some(instance)) = (closure.outcome, s)
                && self.state().instances.contains_key(&instance)
            {
                fx.stuck.push((instance, closure.clauses.clone()));
            }
            fx.closes.push(closure);
        }
    }

    fn decisions_to_open(&self, batch: &Batch, fx: &mut Effects) {
        let mut open = |d: DecisionId, s: Option<Entity>, cause: &Arc<Cause>| {
            if self.opening(d, s).is_none() && !fx.opens.iter().any(|(e, t, _)| (*e, *t) == (d, s)) {
                fx.opens.push((d, s, cause.clone()));
            }
        };
        for t in &batch.triggers {
            let TriggerKind::Enter(instance, p, stage) = t.kind else { continue };
            let stage = self.program().procedures.get(p.index()).and_then(|p| p.stages.get(stage as usize));
            for d in stage.into_iter().flat_map(|s| &s.decides) {
                let keyed = self.program().decisions.get(d.index()).is_some_and(|d| d.subject.is_some());
                open(*d, keyed.then_some(instance), &t.cause);
            }
        }
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for (on, each, guard) in &decision.opens {
                for t in batch.of(OnKey::of(on), None) {
                    for (mut env, _) in self.matches(on, each, &t, &Env::new()) {
                        if guard.is_some_and(|g| !Eval::new(self).truth(g, &mut env).is_true()) {
                            continue;
                        }
                        let subject = decision.subject.as_ref().and_then(|d| env.get(d.var)).and_then(Value::entity);
                        if subject.is_some() == decision.subject.is_some() {
                            open(id, subject, &t.cause);
                        }
                    }
                }
            }
        }
    }

    /// The cause, if an event has happened and the condition holds.
    fn upon(&self, on: &rogatio_mir::On, guard: Option<Guard>, base: &Env, batch: &Batch) -> Option<Arc<Cause>> {
        batch.of(OnKey::of(on), None).into_iter().find_map(|t| {
            let found = self.matches(on, &[], &t, base).into_iter().any(|(mut env, uncertain)| {
                uncertain.is_none() && guard.is_none_or(|g| Eval::new(self).truth(g, &mut env).is_true())
            });
            found.then_some(t.cause)
        })
    }

    fn closes(
        &self,
        id: DecisionId,
        decision: &Decision,
        s: Option<Entity>,
        opening: &Opening,
        base: &Env,
        batch: &Batch,
    ) -> Option<(Why, Arc<Cause>)> {
        let now = self.state().now.point;
        let root = || self.root_cause(batch);
        if let Some(c) = &decision.consensus
            && opening.gavelled
            && !opening.second_step
            && (opening.objections.is_empty() || !c.then)
        {
            return Some((Why::Gavel, root()));
        }
        for closing in &decision.closes {
            match closing {
                Closing::At(g, firing) => {
                    if let Value::Time(m) = Eval::new(self).value(*g, &mut base.clone())
                        && firing_point(m, *firing) <= now
                    {
                        return Some((Why::Window, root()));
                    }
                }
                Closing::Upon(on, g) => {
                    if let Some(cause) = self.upon(on, *g, base, batch) {
                        return Some((Why::Other, cause));
                    }
                }
                Closing::AllVoted if self.voting(decision, opening) && self.all_voted(id, decision, s) => {
                    return Some((Why::Other, root()));
                }
                Closing::Certain if self.voting(decision, opening) && self.is_certain(id, decision, s) => {
                    return Some((Why::Other, root()));
                }
                Closing::When(g) if Eval::new(self).truth(*g, &mut base.clone()).is_true() => {
                    return Some((Why::Other, root()));
                }
                _ => {}
            }
        }
        None
    }

    /// Ballots other than objections are taken.
    fn voting(&self, decision: &Decision, opening: &Opening) -> bool {
        decision.consensus.is_none() || opening.second_step
    }

    fn all_voted(&self, d: DecisionId, decision: &Decision, s: Option<Entity>) -> bool {
        let mut eval = Eval::new(self);
        self.state().of_kinds(&decision.voter.kinds).into_iter().all(|e| {
            let p = decision.provision;
            eval.on_roll(p, d, s, e, &RollSet::Voters).is_false() || eval.on_roll(p, d, s, e, &RollSet::Cast).is_true()
        })
    }

    /// R40: adopted is certain iff each conjunct holds under its worst uniform completion; rejected iff one fails
    /// under all.
    fn is_certain(&self, d: DecisionId, decision: &Decision, s: Option<Entity>) -> bool {
        let ballot = |name: &str| decision.ballots.iter().position(|b| b == name).and_then(|i| u32::try_from(i).ok());
        let worst = [ballot("no"), ballot("abstain"), None];
        let all = [ballot("yes"), ballot("no"), ballot("abstain"), None];
        let under = |g: Guard, ballot: Option<u32>| {
            let mut eval = Eval::new(self);
            eval.assumption = Some(Assumption { decision: d, subject: s, ballot });
            eval.moved = vec![(d, s)];
            eval.truth(g, &mut Case::roll_env(decision, s, None))
        };
        let Some(passes) = rule_of(&decision.passes.0) else { return false };
        let slots: Vec<Guard> =
            [&decision.quorum.0, &decision.participation.0].into_iter().filter_map(rule_of).chain([passes]).collect();
        let veto_open = decision.veto.is_some_and(|g| {
            self.state().of_kinds(&decision.voter.kinds).into_iter().any(|e| {
                let mut env = Case::roll_env(decision, s, Some(e));
                let mut eval = Eval::new(self);
                !eval.truth(g, &mut env).is_false()
                    && !eval.on_roll(decision.provision, d, s, e, &RollSet::Cast).is_true()
            })
        });
        let vetoed = self.veto(decision, d, s, &[(d, s)]).0;
        let sure = slots.iter().all(|g| self.certainly(*g, true, &|g| worst.iter().all(|b| under(g, *b).is_true())));
        let failed = slots.iter().any(|g| self.certainly(*g, false, &|g| all.iter().all(|b| under(g, *b).is_false())));
        (sure && !veto_open && vetoed.is_false()) || failed || vetoed.is_true()
    }

    /// The clause-wise test: conjunctions and disjunctions by their parts.
    fn certainly(&self, g: Guard, wanted: bool, leaf: &dyn Fn(Guard) -> bool) -> bool {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) if wanted => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::And(gs)) => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) if wanted => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            _ => leaf(g),
        }
    }

    fn veto(
        &self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        moved: &[(DecisionId, Option<Entity>)],
    ) -> (Truth, Vec<Entity>) {
        let Some(veto) = decision.veto else { return (Truth::False, Vec::new()) };
        let Some(no) = decision.ballots.iter().position(|b| b == "no") else { return (Truth::False, Vec::new()) };
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        let (mut truth, mut names) = (Truth::False, Vec::new());
        for e in self.state().of_kinds(&decision.voter.kinds) {
            let against = eval.on_roll(decision.provision, d, s, e, &RollSet::Ballot(no));
            if against.is_false() {
                continue;
            }
            let t = against.and(eval.truth(veto, &mut Case::roll_env(decision, s, Some(e))));
            if t.is_true() {
                names.push(e);
            }
            truth = truth.or(t);
        }
        (truth, names)
    }

    fn resolve(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        why: Why,
        moved: &[(DecisionId, Option<Entity>)],
        cause: Arc<Cause>,
    ) -> Closure {
        let roll = self.roll(d, s, moved);
        let tests = self.tests(d, s, why, moved);
        let mut possible: Vec<Test> = Vec::new();
        let mut clauses = ClauseSet::default();
        for test in tests {
            match &test.truth {
                Truth::Unknown(c) => {
                    clauses = clauses.union(c);
                    possible.push(test);
                }
                t if t.is_true() == test.stops_on => {
                    possible.push(test);
                    break;
                }
                _ => {}
            }
        }
        let same = possible.windows(2).all(|w| matches!(w, [a, b] if a.outcome == b.outcome));
        let provisions: Vec<ProvisionId>;
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
        Closure { decision: d, subject: s, outcome, reason, provisions, clauses, roll, cause }
    }

    /// The tests of R37 in order; the last one always stops.
    fn tests(&self, d: DecisionId, s: Option<Entity>, why: Why, moved: &[(DecisionId, Option<Entity>)]) -> Vec<Test> {
        use DecisionOutcome::{Adopted, Inadmissible, Inquorate, Lapsed, Rejected};
        let Some(decision) = self.program().decisions.get(d.index()) else { return Vec::new() };
        let truth = |g: Guard, moved: &[(DecisionId, Option<Entity>)]| {
            let mut eval = Eval::new(self);
            eval.moved = moved.to_vec();
            eval.truth(g, &mut Case::roll_env(decision, s, None))
        };
        let stated = |slot: &(Stated, ProvisionId), none: Truth, moved: &[(DecisionId, Option<Entity>)]| match &slot.0 {
            Stated::None => none,
            Stated::NotStated(text) => Truth::Unknown(ClauseSet::one(slot.1, text.clone())),
            Stated::Rule(g) => truth(*g, moved),
        };
        let test = |truth, stops_on, outcome, reason: String, provision| Test {
            truth,
            stops_on,
            outcome,
            reason,
            provision,
        };
        let mut out = Vec::new();
        let p = decision.provision;
        if let Some(g) = decision.admissible {
            let at = self.program().guards.get(g.index()).map_or(p, |n| n.provision);
            out.push(test(truth(g, &[]), false, Inadmissible, "it was not admissible".to_owned(), at));
        }
        let quorum = stated(&decision.quorum, Truth::True, &[]);
        out.push(test(quorum, false, Inquorate, "the quorum was not reached".to_owned(), decision.quorum.1));
        let part = stated(&decision.participation, Truth::True, &[]);
        let reason = "participation was too low".to_owned();
        out.push(test(part, false, Rejected, reason, decision.participation.1));
        if let (Some(c), Some(o)) = (&decision.consensus, self.opening(d, s))
            && !o.second_step
        {
            let names: Vec<&str> = o.objections.iter().map(|e| self.entity_name(*e)).collect();
            let (outcome, reason) = match why {
                Why::Gavel | Why::Window if names.is_empty() => (Adopted, "consensus: nobody objected".to_owned()),
                Why::Gavel | Why::Window => (Rejected, format!("no consensus: {} objected", names.join(", "))),
                Why::Other => (Lapsed, "no consensus was declared".to_owned()),
            };
            out.push(test(Truth::True, true, outcome, reason, c.provision));
            return out;
        }
        let (vetoed, names) = self.veto(decision, d, s, moved);
        let names: Vec<&str> = names.iter().map(|e| self.entity_name(*e)).collect();
        let at = decision.veto.and_then(|g| self.program().guards.get(g.index())).map_or(p, |n| n.provision);
        out.push(test(vetoed, true, Rejected, format!("vetoed by {}", names.join(", ")), at));
        let passes = stated(&decision.passes, Truth::False, moved);
        let at = decision.passes.1;
        out.push(test(passes, true, Adopted, "the required majority was reached".to_owned(), at));
        for (outcome, g) in &decision.deemed {
            let at = self.program().guards.get(g.index()).map_or(p, |n| n.provision);
            let reason = format!("deemed {}", outcome_name(*outcome));
            out.push(test(truth(*g, moved), true, *outcome, reason, at));
        }
        if let Some(g) = decision.tie {
            let tied = self.is_tied(d, s, moved);
            let at = self.program().guards.get(g.index()).map_or(p, |n| n.provision);
            let broken = tied.and(truth(g, moved));
            out.push(test(broken, true, Adopted, "the tie was broken in favour".to_owned(), at));
        }
        let reason = "the required majority was not reached".to_owned();
        out.push(test(Truth::True, true, Rejected, reason, decision.passes.1));
        out
    }

    fn is_tied(&self, d: DecisionId, s: Option<Entity>, moved: &[(DecisionId, Option<Entity>)]) -> Truth {
        let tally = self.tally_of(d, &self.roll(d, s, moved));
        let votes = |name: &str| tally.values.iter().find(|(n, ..)| n == name).map(|(_, _, votes)| *votes);
        Truth::of(votes("yes") == votes("no"))
    }

    /// When time alone may close a decision.
    pub(crate) fn decision_wakes(&self) -> Vec<Point> {
        let mut out = Vec::new();
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for s in self.subjects(id) {
                let Some(opening) = self.opening(id, s) else { continue };
                let mut env = Case::roll_env(decision, s, None).at_event(opening.opened);
                for closing in &decision.closes {
                    let (Closing::At(g, _) | Closing::When(g)) = closing else { continue };
                    let mut eval = Eval::new(self);
                    let v = eval.value(*g, &mut env);
                    out.push(eval.wake);
                    if let (Value::Time(m), Closing::At(_, firing)) = (v, closing) {
                        out.push(firing_point(m, *firing));
                    }
                }
            }
        }
        out
    }

    // ---- effects --------------------------------------------------------------------------------------------

    pub(crate) fn apply_decisions(&mut self, fx: &mut Effects) -> Vec<Trigger> {
        let mut out = Vec::new();
        for (d, s) in std::mem::take(&mut fx.second_steps) {
            if let Some(o) = self.opening_mut(d, s) {
                o.second_step = true;
            }
            self.state_mut().touch(Dep::Decision(d), s.into_iter().collect());
        }
        for closure in std::mem::take(&mut fx.closes) {
            out.extend(self.close(closure));
        }
        for (d, s, cause) in std::mem::take(&mut fx.opens) {
            out.push(self.open_decision(d, s, cause));
        }
        out
    }

    fn opening_mut(&mut self, d: DecisionId, s: Option<Entity>) -> Option<&mut Opening> {
        let state = self.state_mut().decisions.get_mut(d.index())?.get_mut(&s)?;
        state.openings.last_mut().filter(|o| o.closed.is_none())
    }

    fn open_decision(&mut self, d: DecisionId, s: Option<Entity>, cause: Arc<Cause>) -> Trigger {
        let now = self.state().now;
        let decision = self.program().decisions.get(d.index());
        let (at_opening, provision) = decision.map_or((false, ProvisionId(0)), |d| (d.roll_at_opening, d.provision));
        let mut number = 1;
        if let Some(all) = self.state_mut().decisions.get_mut(d.index()) {
            let state = all.entry(s).or_default();
            number = u32::try_from(state.openings.len() + 1).unwrap_or(u32::MAX);
            state.openings.push(Opening {
                number,
                opened: now,
                cause: cause.clone(),
                ballots: std::collections::BTreeMap::new(),
                objections: Vec::new(),
                gavelled: false,
                second_step: false,
                roll: None,
                closed: None,
                tally: None,
            });
        }
        self.state_mut().touch(Dep::Decision(d), s.into_iter().collect());
        if at_opening {
            let roll = self.roll(d, s, &[]);
            if let Some(o) = self.opening_mut(d, s) {
                o.roll = Some(roll);
            }
            self.state_mut().touch(Dep::Decision(d), s.into_iter().collect());
        }
        let cause = Cause::new(CauseKind::Opened(d, s), now, Some(provision), Some(cause));
        let what = Happening::DecisionOpened { decision: d, subject: s, opening: number };
        let text = format!("{} opens", self.show_decision(d, s));
        self.record(what, text, now, vec![provision], Some(cause.clone()));
        Trigger::plain(TriggerKind::Opened(d, s), now, cause)
    }

    fn close(&mut self, c: Closure) -> Option<Trigger> {
        let now = self.state().now;
        let (d, s) = (c.decision, c.subject);
        let tally = self.tally_of(d, &c.roll);
        let first = c.provisions.first().copied();
        let cause = Cause::new(CauseKind::Closed(d, s, c.outcome), now, first, Some(c.cause));
        let opening = self.opening_mut(d, s)?;
        opening.roll = Some(c.roll);
        opening.tally = Some(tally.clone());
        opening.closed = Some(Closed {
            moment: now,
            outcome: c.outcome,
            reason: c.reason.clone(),
            provisions: c.provisions.clone(),
            clauses: c.clauses,
            cause: cause.clone(),
        });
        self.state_mut().touch(Dep::Decision(d), s.into_iter().collect());
        let text = format!("{}: {}, {}", self.show_decision(d, s), outcome_name(c.outcome), c.reason);
        let what = Happening::DecisionClosed { decision: d, subject: s, outcome: c.outcome, reason: c.reason, tally };
        self.record(what, text, now, c.provisions, Some(cause.clone()));
        Some(Trigger::plain(TriggerKind::Outcome(d, c.outcome, s), now, cause))
    }

    /// The parts of the rule by which a decision passes, as they stand.
    pub(crate) fn passing_parts(&self, d: DecisionId) -> Vec<Guard> {
        let decision = self.program().decisions.get(d.index());
        let slots = decision.into_iter().flat_map(|d| [&d.quorum.0, &d.participation.0, &d.passes.0]);
        slots.filter_map(rule_of).flat_map(|g| conjuncts(self.program(), g)).collect()
    }
}

impl Eval<'_> {
    /// Whether somebody is in a set of a decision's roll (R36).
    pub(crate) fn on_roll(
        &mut self,
        p: ProvisionId,
        d: DecisionId,
        s: Option<Entity>,
        voter: Entity,
        set: &RollSet,
    ) -> Truth {
        let case = self.case;
        let Some(decision) = case.program().decisions.get(d.index()) else { return Truth::False };
        let opening = case.openings(d, s).last();
        let entry = |o: &Opening| {
            o.roll.as_ref().map(|r| r.iter().find(|e| e.member == voter).cloned())
        };
        let frozen = opening.and_then(entry);
        match set {
            RollSet::Chair => return Truth::Unknown(ClauseSet::one(p, "who is in the chair is not known here")),
            RollSet::Present => {
                return match decision.present {
                    Some(g) => self.truth(g, &mut Case::roll_env(decision, s, Some(voter))),
                    None => Truth::Unknown(ClauseSet::one(p, "the text does not say who is present")),
                };
            }
            RollSet::Members => {
                return match frozen {
                    Some(e) => Truth::of(e.is_some_and(|e| e.is_member)),
                    None => self.truth(decision.members, &mut Case::roll_env(decision, s, Some(voter))),
                };
            }
            _ => {}
        }
        let is_voter = match &frozen {
            Some(e) => Truth::of(e.as_ref().is_some_and(|e| e.is_voter)),
            None => self.truth(decision.voters, &mut Case::roll_env(decision, s, Some(voter))),
        };
        if matches!(set, RollSet::Voters) || is_voter.is_false() {
            return is_voter;
        }
        let Some(opening) = opening else { return Truth::False };
        if opening.closed.is_some() {
            let Some(Some(e)) = frozen else { return Truth::False };
            let unknown = e.unknown.map(Truth::Unknown);
            return match set {
                RollSet::Cast => Truth::of(e.cast),
                RollSet::Silent => unknown.unwrap_or(Truth::of(e.value.is_none())),
                RollSet::Ballot(i) => unknown.unwrap_or(Truth::of(e.value == u32::try_from(*i).ok())),
                RollSet::Voting => unknown.unwrap_or(Truth::of(is_vote(decision, e.value))),
                _ => Truth::False,
            };
        }
        is_voter.and(self.counted(decision, d, s, opening, voter, set))
    }

    /// How a voter of an open decision counts.
    fn counted(
        &self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        opening: &Opening,
        voter: Entity,
        set: &RollSet,
    ) -> Truth {
        let ballot = opening.ballots.get(&voter);
        let assumed = self.assumption.filter(|a| (a.decision, a.subject) == (d, s) && ballot.is_none());
        let mut value = ballot.map(|b| b.value).or(assumed.and_then(|a| a.ballot));
        let cast = value.is_some();
        let moved = self.moved.contains(&(d, s));
        let mut silence: Option<ClauseSet> = None;
        let mut moved_to = None;
        if moved && (!cast || ballot.is_some_and(|b| b.uncertain.is_some())) {
            match &decision.silence.0 {
                Silence::As(i) => moved_to = u32::try_from(*i).ok(),
                Silence::NotStated(text) => silence = Some(ClauseSet::one(decision.silence.1, text.clone())),
                Silence::None => {}
            }
        }
        if !cast {
            value = moved_to;
        }
        if let Some(c) = ballot.and_then(|b| b.uncertain.as_ref()) {
            return match set {
                RollSet::Ballot(i) => {
                    let i = u32::try_from(*i).ok();
                    if value == i || (moved_to.is_some() && moved_to == i) {
                        Truth::Unknown(c.clone())
                    } else {
                        Truth::False
                    }
                }
                _ => Truth::Unknown(c.clone()),
            };
        }
        match (set, silence) {
            (RollSet::Cast, _) => Truth::of(cast),
            (_, Some(c)) => Truth::Unknown(c),
            (RollSet::Silent, None) => Truth::of(value.is_none()),
            (RollSet::Voting, None) => Truth::of(is_vote(decision, value)),
            (RollSet::Ballot(i), None) => Truth::of(value.is_some() && value == u32::try_from(*i).ok()),
            _ => Truth::False,
        }
    }
}

/// `voting` = yes + no (R36).
fn is_vote(decision: &Decision, value: Option<u32>) -> bool {
    let name = value.and_then(|v| decision.ballots.get(v as usize));
    name.is_some_and(|n| n == "yes" || n == "no")
}
