//! Outcomes drawn in place of ballots: a simulation's plan, not a rule of the text (R56).

use super::*;

impl Case {
    /// The open decision on a matter will have the outcome at the place that is the value of a guard over the matter at
    /// its close; of a roll of the opening, the number of those on it. False if it takes no ballots now.
    pub fn draw_outcome(
        &mut self,
        d: DecisionId,
        s: Option<Entity>,
        by_voters: Arc<[DecisionOutcome]>,
        place: Guard,
    ) -> bool {
        let opening = self.opening_mut(d, s).filter(|o| o.takes_ballots());
        let Some(opening) = opening else { return false };
        opening.drawn = Some((by_voters, place));
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
        let (drawn, place) = self.openings(d, s).last()?.drawn.as_ref()?;
        let text = self.text(d, s)?;
        let at = text.passes.1;
        if why == Why::Withdrawn {
            return None;
        }
        let mut clauses = ClauseSet::default();
        for doubt in roll.lines().iter().filter_map(|r| r.doubt.as_ref()) {
            clauses = clauses.union(doubt);
        }
        let voters = roll.lines().iter().filter(|r| r.is_voter).count();
        let doubtful = clauses.iter().next().is_some();
        let outcome = match doubtful {
            false if text.roll_at_opening => *drawn.get(voters)?,
            false => match self.eval(*place, &self.roll_env(d, s, None)) {
                Value::Int(n) => *drawn.get(usize::try_from(n).ok()?)?,
                open => {
                    clauses = clauses.union(&open.clauses());
                    DecisionOutcome::Undetermined
                }
            },
            true => DecisionOutcome::Undetermined,
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
