//! Who is pivotal: whose one other ballot, or none, all others' standing, would have changed whether a decision is adopted.

use super::*;
use std::collections::BTreeMap;

impl Case {
    /// Asks at each closing of these decisions who is pivotal, for [`Closed::pivotal`]. It is asked of none otherwise:
    /// each voter's answers are each counted anew.
    pub fn ask_who_is_pivotal(&mut self, of: impl IntoIterator<Item = DecisionId>) {
        let of: Vec<DecisionId> = of.into_iter().map(|d| self.program().head_of(d)).collect();
        self.state_mut().asks_pivotal = of;
    }

    /// The voters who are pivotal, or of whom the text leaves it open, as a decision closes.
    pub(super) fn pivotal(
        &self,
        (d, s): Matter,
        why: Why,
        moved: &[Matter],
        closure: &Closure,
    ) -> BTreeMap<Entity, Option<ClauseSet>> {
        let mut out = BTreeMap::new();
        let last = self.openings(d, s).last();
        let waited = last.is_some_and(|o| o.awaits.is_some());
        let Some(decision) = self.text(d, s) else {
            return out;
        };
        let ballots = u32::try_from(decision.ballots.len()).unwrap_or(u32::MAX);
        // One case stands for all others: a ballot is put in, and taken back.
        let mut other = self.clone();
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        for voter in self.state().of_kinds(&decision.voter.kinds) {
            let p = decision.provision;
            if eval.on_roll(p, d, s, voter, &RollSet::Voters).is_false() {
                continue;
            }
            let opening = self.openings(d, s).last();
            let cast = opening.and_then(|o| o.ballots.get(&voter).cloned());
            let silent = eval.silence_of(decision, d, s, voter);
            let silence = (!matches!(silent, Silence::NotStated(_))).then_some(None);
            let (mut adopted, mut not, mut open) = (false, false, None::<ClauseSet>);
            for answer in (0..ballots).map(Some).chain(silence) {
                other.answer((d, s), voter, answer);
                let (found, ..) = other.resolve((d, s), why, moved, closure.cause.clone());
                match found.outcome {
                    DecisionOutcome::Adopted => adopted = true,
                    DecisionOutcome::Undetermined => {
                        open = Some(open.unwrap_or_default().union(&found.clauses));
                    }
                    _ => not = true,
                }
            }
            other.restore((d, s), voter, cast);
            match open {
                _ if adopted && not => {
                    out.insert(voter, None);
                }
                // Its ballots were counted, and kept until others closed.
                _ if waited => {
                    let text = "another ballot is not told: the result waited for other matters";
                    out.insert(voter, Some(ClauseSet::one(decision.provision, text)));
                }
                Some(clauses) => {
                    out.insert(voter, Some(clauses));
                }
                None => {}
            }
        }
        out
    }

    /// A voter has cast this ballot, or none.
    fn answer(&mut self, matter: Matter, voter: Entity, answer: Option<u32>) {
        let ballot = answer.map(|value| Ballot {
            value,
            occurrence: crate::OccurrenceId(0),
            uncertain: None,
        });
        self.restore(matter, voter, ballot);
    }

    fn restore(&mut self, (d, s): Matter, voter: Entity, ballot: Option<Ballot>) {
        if let Some(opening) = self.opening_mut(d, s) {
            match ballot {
                Some(ballot) => opening.ballots.insert(voter, ballot),
                None => opening.ballots.remove(&voter),
            };
        }
        self.state_mut()
            .touch(Dep::Decision(d), s.into_iter().collect());
    }

    /// Whether a voter was pivotal at the latest closing.
    pub(crate) fn was_pivotal(&self, d: DecisionId, s: Option<Entity>, voter: Entity) -> Truth {
        let openings = self.openings(d, s).iter().rev();
        let latest = openings.filter_map(|o| o.closed.as_ref()).next();
        match latest.and_then(|c| c.pivotal.get(&voter)) {
            Some(None) => Truth::True,
            Some(Some(clauses)) => Truth::Unknown(clauses.clone()),
            None => Truth::False,
        }
    }
}
