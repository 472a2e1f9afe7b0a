//! Decisions on their way: ballots that may be cast, what is missing, what is certain.

use super::*;
use crate::state::{Matter, Tally};
use crate::timer::firing_point;
use crate::{ActKind, Certainty, Standing, Truth};
use rogatio_mir::{Closing, RollSet};

/// A decision that takes ballots, or whose result is not known yet.
#[derive(Clone, Debug)]
pub struct OpenDecision {
    /// Which.
    pub decision: DecisionId,
    /// On what.
    pub subject: Option<Entity>,
    /// In words.
    pub text: String,
    /// Since when.
    pub opened: Moment,
    /// When it closes by itself, if it does.
    pub closes: Option<Moment>,
    /// As cast.
    pub tally: Tally,
    /// Who has not voted.
    pub silent: Vec<Entity>,
    /// What is missing for it to be adopted.
    pub missing: Missing,
    /// What the result would be if it closed now, as ballots stand; none where nothing is counted.
    pub as_it_stands: Option<Standing>,
    /// What it rests on.
    pub provision: ProvisionId,
    /// What the ballots still to come can no longer change (R40).
    pub certain: Option<Certainty>,
    /// What no ballot still to come can change unless somebody changes one that has been cast (`last counts`).
    pub settled: Option<Certainty>,
    /// It takes no more ballots: its result waits for these (R42).
    pub waits_for: Vec<Matter>,
}

impl Case {
    /// The ballots, objections, casting votes and declared outcomes that somebody may enter now.
    pub(super) fn ballots_of(&self, actor: Entity, left: &mut usize, may: &mut Vec<Permit>) {
        for i in 0..self.program().decisions.len() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for s in self.subjects(id) {
                if *left == 0 {
                    return;
                }
                let Some(decision) = self.text(id, s) else {
                    continue;
                };
                let Some((act, text)) = self.way_in((id, s), decision, actor) else {
                    continue;
                };
                *left -= 1;
                let input = ActInput {
                    act,
                    ..ActInput::new(ActId(0), Some(actor))
                };
                let j = self.judge(&input);
                if j.verdict == Verdict::Valid {
                    let until = self.closing_time(id, s);
                    let until = until.or_else(|| self.tie_until((id, s)));
                    may.push(self.permit(input, text, until, j));
                }
            }
        }
    }

    /// The implicit act by which somebody could take part in a decision, with its words.
    fn way_in(
        &self,
        (d, s): Matter,
        decision: &rogatio_mir::Decision,
        actor: Entity,
    ) -> Option<(ActKind, String)> {
        let name = self.show_decision(d, s);
        let last = self.openings(d, s).last().filter(|o| o.closed.is_none())?;
        if last.awaits.as_ref().is_some_and(|a| a.tied) {
            let casting = ActKind::Casting {
                decision: d,
                subject: s,
                ballot: 0,
            };
            let has = self.has_casting_vote(d, s, actor, &self.offices_of(Some(actor)));
            return has.then(|| (casting, self.words().to_cast(&name)));
        }
        if !last.takes_ballots() || !decision.limbs.is_empty() {
            return None;
        }
        if decision.given.is_some() {
            let declare = ActKind::Declare {
                decision: d,
                subject: s,
                outcome: rogatio_mir::DecisionOutcome::Adopted,
            };
            let whole = self.show_decision(self.whole(d), s);
            let decides = Entity(decision.body.0) == actor;
            return decides.then(|| (declare, self.words().to_declare(&whole)));
        }
        // Where the first ballot counts, a second is none.
        let done = decision.first_counts && last.ballots.contains_key(&actor);
        if done || !self.state().is_of(actor, &decision.voter.kinds) {
            return None;
        }
        if decision.seeks_consensus(last.step) {
            let object = ActKind::Object {
                decision: d,
                subject: s,
            };
            return Some((object, self.words().to_object(&name)));
        }
        let vote = ActInput::vote(d, s, 0, actor).act;
        Some((vote, self.words().to_vote(None, &name)))
    }

    pub(crate) fn closing_time(&self, d: DecisionId, s: Option<Entity>) -> Option<Moment> {
        let opening = self.opening(d, s)?;
        let decision = self.text(d, s)?;
        let mut env = self.roll_env(d, s, None).at_event(opening.opened);
        let times = decision.closes.iter().filter_map(|c| match c {
            Closing::At(g, firing) => Eval::new(self)
                .value(*g, &mut env)
                .time()
                .map(|m| (firing_point(m, *firing), m)),
            _ => None,
        });
        times.min_by_key(|(p, _)| *p).map(|(_, m)| m)
    }

    pub(super) fn open_decisions(&self) -> Vec<OpenDecision> {
        let mut out = Vec::new();
        for i in 0..self.program().decisions.len() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for s in self.subjects(id) {
                let Some(decision) = self.text(id, s) else {
                    continue;
                };
                let Some(opening) = self.openings(id, s).last().filter(|o| o.closed.is_none())
                else {
                    continue;
                };
                let mut eval = Eval::new(self);
                let p = decision.provision;
                let silent = self
                    .state()
                    .of_kinds(&decision.voter.kinds)
                    .into_iter()
                    .filter(|e| {
                        eval.on_roll(p, id, s, *e, &RollSet::Voters) == Truth::True
                            && eval.on_roll(p, id, s, *e, &RollSet::Cast) == Truth::False
                    });
                out.push(OpenDecision {
                    decision: id,
                    subject: s,
                    text: self.show_decision(id, s),
                    opened: opening.opened,
                    closes: self.closing_time(id, s),
                    silent: silent.collect(),
                    tally: self.tally(id, s).unwrap_or_default(),
                    missing: self.missing_outcome(id, s),
                    as_it_stands: self.as_it_stands(id, s),
                    provision: p,
                    certain: self.certainty(id, s),
                    settled: self.settled(id, s),
                    waits_for: opening
                        .awaits
                        .iter()
                        .flat_map(|a| a.rivals.clone())
                        .collect(),
                });
            }
        }
        out
    }
}
