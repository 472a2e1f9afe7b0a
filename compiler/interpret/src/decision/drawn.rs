//! Outcomes drawn in place of ballots: a simulation's plan, not a rule of the text (R56).

use super::*;

impl Case {
    /// The open decision on a matter will have, of so many entitled to vote at its close, the outcome at that place;
    /// false if it takes no ballots now.
    pub fn draw_outcome(
        &mut self,
        d: DecisionId,
        s: Option<Entity>,
        by_voters: Arc<[DecisionOutcome]>,
    ) -> bool {
        let opening = self.opening_mut(d, s).filter(|o| o.takes_ballots());
        let Some(opening) = opening else { return false };
        opening.drawn = Some(by_voters);
        true
    }

    /// The closing of a decision whose outcome was drawn; withdrawal goes before it.
    pub(super) fn drawn_closure(
        &self,
        (d, s): Matter,
        why: Why,
        roll: &Arc<Roll>,
        cause: &Arc<Cause>,
    ) -> Option<Closure> {
        let drawn = self.openings(d, s).last()?.drawn.as_ref()?;
        let at = self.text(d, s)?.passes.1;
        if why == Why::Withdrawn {
            return None;
        }
        let mut clauses = ClauseSet::default();
        for doubt in roll.lines().iter().filter_map(|r| r.doubt.as_ref()) {
            clauses = clauses.union(doubt);
        }
        let voters = roll.lines().iter().filter(|r| r.is_voter).count();
        let outcome = match clauses.iter().next() {
            None => *drawn.get(voters)?,
            Some(_) => DecisionOutcome::Undetermined,
        };
        Some(Closure {
            decision: d,
            subject: s,
            outcome,
            reason: self.words().drawn_at_once(voters),
            provisions: vec![at],
            rests_on: Vec::new(),
            clauses,
            roll: roll.clone(),
            cause: cause.clone(),
            // Who is pivotal is asked of ballots: such a vote is not drawn at once.
            pivotal: std::collections::BTreeMap::new(),
        })
    }
}
