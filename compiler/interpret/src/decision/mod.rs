//! Decisions: ballots, rolls, closing and outcome (R34-R43).

mod ballot;
mod certain;
mod close;
mod consensus;
mod contest;
mod drawn;
mod electorate;
mod enact;
mod event;
mod look;
mod outcome;
mod owed;
mod pivotal;
mod roll;
mod sheet;
mod standing;
mod tie;
mod together;

pub use certain::Certainty;

use crate::eval::{Eval, as_int};
use crate::index::{OnKey, conjuncts, rule_of};
use crate::state::{
    Awaited, Ballot, Casting, Cause, CauseKind, Closed, DecisionState, Dep, Happening, Judgment,
    Matter, Occurrence, Opening, Roll, RollEntry, Tally, Verdict, Why,
};
use crate::step::Effects;
use crate::timer::firing_point;
use crate::trigger::{Batch, Trigger, TriggerKind};
use crate::{ActInput, ActKind, Case, ClauseSet, Entity, Env, Reason, Truth, Value};
use rogatio_calendar::Point;
use rogatio_mir::{
    Closing, CmpOp, Decision, DecisionId, DecisionOutcome, Guard, Modal, NormId, Op, ProvisionId,
    RollSet, Silence, Stated, TieKind,
};
use std::sync::Arc;

/// How those who have not voted are taken to vote, for `closes when certain` (R40).
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assumption {
    decision: DecisionId,
    subject: Option<Entity>,
    /// `None`: they stay silent.
    ballot: Option<u32>,
    /// What those who have voted change their ballot to; `None`: they keep it.
    changed: Option<u32>,
}

/// What an open decision would come to if it closed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The outcome.
    pub outcome: DecisionOutcome,
    /// Why, in words.
    pub because: String,
    /// What it rests on.
    pub provisions: Vec<ProvisionId>,
}

/// A decision on a subject that closes.
pub(crate) struct Closure {
    decision: DecisionId,
    subject: Option<Entity>,
    outcome: DecisionOutcome,
    reason: String,
    provisions: Vec<ProvisionId>,
    /// The rules that decided it; of a veto, for whom.
    rests_on: Vec<(Guard, Option<Entity>)>,
    clauses: ClauseSet,
    pivotal: std::collections::BTreeMap<Entity, Option<ClauseSet>>,
    roll: Arc<Roll>,
    cause: Arc<Cause>,
}

/// A test of R37: where it stops, the outcome is known.
struct Test {
    truth: Truth,
    /// Open decisions that were looked at.
    rivals: Vec<Matter>,
    /// The outcome is not known here: equal votes wait for the casting vote.
    tied: bool,
    stops_on: bool,
    outcome: DecisionOutcome,
    reason: String,
    provision: ProvisionId,
    /// The rules it looked at; of a veto, for whom.
    rests_on: Vec<(Guard, Option<Entity>)>,
    /// Of a veto: its rule for those whose ballots against are none.
    spares: Vec<(Guard, Option<Entity>)>,
}

impl Case {
    pub(crate) fn decision_state(
        &self,
        d: DecisionId,
        subject: Option<Entity>,
    ) -> Option<&DecisionState> {
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
        self.decision_state(d, subject)
            .map_or(&[], |s| s.openings.as_slice())
    }

    /// The subjects a decision was ever opened on.
    pub fn subjects(&self, d: DecisionId) -> impl Iterator<Item = Option<Entity>> + '_ {
        self.state()
            .decisions
            .get(d.index())
            .into_iter()
            .flat_map(|m| m.keys().copied())
    }

    pub(crate) fn outcome_is(
        &self,
        d: DecisionId,
        subject: Option<Entity>,
        outcome: DecisionOutcome,
        this_opening: bool,
    ) -> Truth {
        let count = if this_opening { 1 } else { usize::MAX };
        let latest = self
            .openings(d, subject)
            .iter()
            .rev()
            .take(count)
            .find_map(|o| o.closed.as_ref());
        match latest {
            None => Truth::False,
            Some(c) if c.outcome == outcome => Truth::True,
            Some(c) if c.outcome == DecisionOutcome::Undetermined => {
                Truth::Unknown(c.clauses.clone())
            }
            Some(_) => Truth::False,
        }
    }

    /// The subject and the voter under the text that rules, in the versions of the opening.
    pub(crate) fn roll_env(
        &self,
        id: DecisionId,
        subject: Option<Entity>,
        voter: Option<Entity>,
    ) -> Env {
        let opened = self.openings(id, subject).last().map(|o| o.opened.point);
        let mut env = Env::new().in_versions_of(opened.and_then(|p| self.chosen_at(p)));
        let Some(d) = self.text(id, subject) else {
            return env;
        };
        if let (Some(dom), Some(s)) = (&d.subject, subject) {
            env.bind(dom.var, Value::Entity(s));
        }
        if let Some(v) = voter {
            env.bind(d.voter.var, Value::Entity(v));
        }
        env
    }

    // ---- effects --------------------------------------------------------------------------------------------

    pub(crate) fn apply_decisions(&mut self, fx: &mut Effects) -> Vec<Trigger> {
        let mut out = Vec::new();
        for (d, s, cause) in std::mem::take(&mut fx.next_steps) {
            self.begin_step((d, s), cause);
        }
        for (closure, awaited) in std::mem::take(&mut fx.waits) {
            self.wait_for_rivals(closure, awaited);
        }
        let mut closes = std::mem::take(&mut fx.closes);
        closes.sort_by_key(|c| self.submission(c.decision, c.subject));
        for closure in closes {
            out.extend(self.close(closure));
        }
        for (d, s, cause) in std::mem::take(&mut fx.opens) {
            out.push(self.open_decision(d, s, cause.clone()));
            for limb in self.limbs(d, s).to_vec() {
                out.push(self.open_decision(limb, s, cause.clone()));
            }
        }
        out
    }

    fn opening_mut(&mut self, d: DecisionId, s: Option<Entity>) -> Option<&mut Opening> {
        let state = self.state_mut().decisions.get_mut(d.index())?.get_mut(&s)?;
        state.openings.last_mut().filter(|o| o.closed.is_none())
    }

    fn open_decision(&mut self, d: DecisionId, s: Option<Entity>, cause: Arc<Cause>) -> Trigger {
        let now = self.state().now;
        let text = self.text_in_force(d);
        let decision = self.program().decisions.get(text.index());
        let (at_opening, provision) = decision.map_or((false, ProvisionId(0)), |d| {
            (d.roll_at_opening, d.provision)
        });
        let mut number = 1;
        if let Some(all) = self.state_mut().decisions.get_mut(d.index()) {
            let state = all.entry(s).or_default();
            number = u32::try_from(state.openings.len() + 1).unwrap_or(u32::MAX);
            state.openings.push(Opening {
                number,
                opened: now,
                text,
                cause: cause.clone(),
                ballots: std::collections::BTreeMap::new(),
                objections: Vec::new(),
                gavelled: false,
                step: 0,
                casting: None,
                declared: None,
                drawn: None,
                roll: None,
                awaits: None,
                closed: None,
                tally: None,
                sheet: None,
            });
        }
        self.state_mut().unfinished.insert((d, s));
        self.state_mut()
            .touch(Dep::Decision(d), s.into_iter().collect());
        if at_opening {
            let roll = self.roll(d, s, &[]);
            if let Some(o) = self.opening_mut(d, s) {
                o.roll = Some(roll);
            }
            self.state_mut()
                .touch(Dep::Decision(d), s.into_iter().collect());
        }
        let cause = Cause::new(CauseKind::Opened(d, s), now, Some(provision), Some(cause));
        let what = Happening::DecisionOpened {
            decision: d,
            subject: s,
            opening: number,
        };
        let text = self.words().opens(&self.show_decision(d, s));
        self.record(what, text, now, vec![provision], Some(cause.clone()));
        Trigger::plain(TriggerKind::Opened(d, s), now, cause)
    }

    fn close(&mut self, mut c: Closure) -> Option<Trigger> {
        c.reason = self.say(c.reason);
        let now = self.state().now;
        let (d, s) = (c.decision, c.subject);
        let tally = self.tally_of(d, s, &c.roll);
        let first = c.provisions.first().copied();
        let cause = Cause::new(
            CauseKind::Closed(d, s, c.outcome),
            now,
            first,
            Some(c.cause),
        );
        let adopted = (c.outcome == DecisionOutcome::Adopted).then(|| cause.clone());
        let opening = self.opening_mut(d, s)?;
        opening.roll = Some(c.roll);
        opening.tally = Some(tally.clone());
        opening.closed = Some(Closed {
            moment: now,
            outcome: c.outcome,
            reason: c.reason.clone(),
            provisions: c.provisions.clone(),
            clauses: c.clauses,
            pivotal: c.pivotal,
            basis: Vec::new(),
            cause: cause.clone(),
        });
        self.state_mut().unfinished.remove(&(d, s));
        self.state_mut()
            .touch(Dep::Decision(d), s.into_iter().collect());
        // Now, with the roll closed and before anything follows from it.
        let basis = self.basis((d, s), &c.rests_on, &c.provisions);
        let roll = self.openings(d, s).last().and_then(|o| o.roll.clone());
        let sheet = roll.map(|roll| Arc::new(self.sheet_of((d, s), &roll)));
        let decisions = self.state_mut().decisions.get_mut(d.index());
        let last = decisions
            .and_then(|m| m.get_mut(&s))
            .and_then(|x| x.openings.last_mut());
        if let Some(last) = last {
            last.sheet = sheet;
            if let Some(closed) = &mut last.closed {
                closed.basis = basis;
            }
        }
        let w = self.words();
        let text = w.closes(&self.show_decision(d, s), w.outcome(c.outcome), &c.reason);
        let what = Happening::DecisionClosed {
            decision: d,
            subject: s,
            outcome: c.outcome,
            reason: c.reason,
            tally,
        };
        self.record(what, text, now, c.provisions, Some(cause.clone()));
        if let Some(cause) = adopted {
            self.enact((d, s), &cause);
        }
        Some(Trigger::plain(
            TriggerKind::Outcome(d, c.outcome, s),
            now,
            cause,
        ))
    }

    /// What other provisions said about the rules that decided: the defines, tables and exceptions they read.
    fn basis(
        &self,
        (d, s): Matter,
        rules: &[(Guard, Option<Entity>)],
        own: &[ProvisionId],
    ) -> Vec<Reason> {
        let mut found = Vec::new();
        for (rule, voter) in rules {
            let why = self.explain(*rule, &self.roll_env(d, s, *voter));
            why.elsewhere(own, &mut found);
        }
        found
    }

    /// The parts of the rule by which a decision passes in a step, as they stand.
    pub(crate) fn passing_parts(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        step: usize,
    ) -> Vec<Guard> {
        let Some(decision) = self.text(d, s) else {
            return Vec::new();
        };
        let rule = decision.rule_of(step).0;
        [&decision.quorum.0, &decision.participation.0, &rule]
            .into_iter()
            .filter_map(rule_of)
            .flat_map(|g| conjuncts(self.program(), g))
            .collect()
    }
}
