//! Equal votes and the casting vote (R37).

use super::*;
use crate::Moment;
use rogatio_mir::Tie;

impl Case {
    /// Who has the casting vote; `None` in the second place: the place is vacant.
    fn decider(&self, d: DecisionId, s: Option<Entity>) -> Option<(&Tie, Value)> {
        let tie = self.text(d, s)?.tie.as_ref()?;
        match &tie.kind {
            TieKind::Decides { who, .. } => {
                let mut env = self.roll_env(d, s, None);
                Some((tie, Eval::new(self).value(*who, &mut env)))
            }
            TieKind::Outcome(..) => None,
        }
    }

    /// Who has the casting vote in a decision now, if that is known.
    pub(crate) fn casting_voter(&self, d: DecisionId, s: Option<Entity>) -> Option<Entity> {
        self.decider(d, s)?.1.entity()
    }

    /// Whether somebody, with the offices held, has the casting vote in a decision.
    pub(crate) fn has_casting_vote(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        who: Entity,
        offices: &[Entity],
    ) -> bool {
        let decider = self.casting_voter(d, s);
        decider.is_some_and(|e| e == who || offices.contains(&e))
    }

    pub(crate) fn judge_casting(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.text(d, s) else {
            return Judgment::new(Verdict::Void);
        };
        let void = |mut j: Judgment, p: ProvisionId, text: String| {
            j.verdict = Verdict::Void;
            j.because(p, text);
            j
        };
        if let Some((p, _)) = self.unrouted(d, s, None) {
            let who = o.actor.map_or("nobody", |e| self.entity_name(e));
            let name = self.show_decision(d, s);
            return void(j, p, format!("{who} has no casting vote in {name}"));
        }
        let name = self.show_decision(d, s);
        let Some((tie, decider)) = self.decider(d, s) else {
            let text = format!("nobody has a casting vote in {name}");
            return void(j, decision.provision, text);
        };
        let last = self.openings(d, s).last().filter(|o| o.closed.is_none());
        if !last.is_some_and(|o| o.takes_ballots() || o.awaits.as_ref().is_some_and(|a| a.tied)) {
            let (p, why) = self.not_open(d, s);
            return void(j, p, why);
        }
        let who = o.for_whom.or(o.actor);
        match decider {
            Value::Entity(e) if who == Some(e) || o.offices.contains(&e) => {
                j.because(tie.provision, String::new());
            }
            Value::Entity(e) => {
                let text = format!(
                    "the casting vote is {}'s, not {}'s",
                    self.entity_name(e),
                    who.map_or("nobody", |e| self.entity_name(e))
                );
                return void(j, tie.provision, text);
            }
            Value::Undetermined(c) => {
                j.verdict = Verdict::Undetermined;
                j.clauses = c;
            }
            _ => {
                let text = "nobody is in the chair: no casting vote can be given".to_owned();
                return void(j, tie.provision, text);
            }
        }
        j
    }

    /// Until when the casting vote can be given, once the votes were found equal.
    pub(crate) fn tie_until(&self, (d, s): Matter) -> Option<Moment> {
        let decision = self.text(d, s)?;
        let Some(Tie {
            kind: TieKind::Decides { until: Some(g), .. },
            ..
        }) = &decision.tie
        else {
            return None;
        };
        let last = self.openings(d, s).last().filter(|o| o.closed.is_none())?;
        let since = last.awaits.as_ref().filter(|a| a.tied)?.since;
        let mut env = self.roll_env(d, s, None).at_event(since);
        Eval::new(self).value(*g, &mut env).time()
    }

    /// The times at which the wait for a casting vote ends.
    pub(super) fn tie_wakes(&self) -> impl Iterator<Item = Point> + '_ {
        let tied = self.waiting().into_iter().filter(|(_, a)| a.tied);
        let ends: Vec<Moment> = tied.filter_map(|(m, _)| self.tie_until(m)).collect();
        ends.into_iter()
            .map(|m| firing_point(m, rogatio_mir::Firing::Lapse))
    }

    /// The last tests of R37: what equal votes come to.
    pub(super) fn tie_tests(
        &self,
        (d, s): Matter,
        decision: &Decision,
        moved: &[Matter],
    ) -> Vec<Test> {
        use DecisionOutcome::{Adopted, Rejected};
        let Some(tie) = &decision.tie else {
            return Vec::new();
        };
        let equal = self.is_tied((d, s), moved);
        let test = |truth, rivals, outcome, reason: String, tied| Test {
            truth,
            rivals,
            tied,
            stops_on: true,
            outcome,
            reason,
            provision: tie.provision,
            rests_on: Vec::new(),
            spares: Vec::new(),
        };
        match &tie.kind {
            TieKind::Outcome(outcome, when) => {
                let mut eval = Eval::closing(self, moved);
                let mut env = self.roll_env(d, s, None);
                let holds = when.map_or(Truth::True, |g| eval.truth(g, &mut env));
                let reason = format!("the votes are equal: {}", outcome.word());
                let first = equal.clone().and(holds);
                let mut out = vec![test(first, eval.open_rolls, *outcome, reason, false)];
                if when.is_some() && *outcome == Adopted {
                    let reason = "the votes are equal".to_owned();
                    out.push(test(equal, Vec::new(), Rejected, reason, false));
                }
                out
            }
            TieKind::Decides { otherwise, .. } => {
                let casting = self.openings(d, s).last().and_then(|o| o.casting.as_ref());
                if let Some(c) = casting {
                    let (outcome, word) = if c.value == Decision::FOR {
                        (Adopted, decision.ballots.first())
                    } else {
                        (Rejected, decision.ballots.get(1))
                    };
                    let reason = format!(
                        "the votes are equal, and the casting vote of {} is {}",
                        self.entity_name(c.by),
                        word.map_or("?", String::as_str)
                    );
                    let sure = match &c.uncertain {
                        Some(clauses) => Truth::Unknown(clauses.clone()),
                        None => Truth::True,
                    };
                    return vec![test(equal.and(sure), Vec::new(), outcome, reason, false)];
                }
                match otherwise {
                    Some(outcome) if self.is_too_late((d, s), tie) => {
                        let reason =
                            "the votes are equal, and no casting vote was given".to_owned();
                        vec![test(equal, Vec::new(), *outcome, reason, false)]
                    }
                    _ => {
                        let reason = "the votes are equal: the casting vote is missing".to_owned();
                        vec![test(equal, Vec::new(), Rejected, reason, true)]
                    }
                }
            }
        }
    }

    /// Whether no casting vote can come any more.
    fn is_too_late(&self, matter: Matter, tie: &Tie) -> bool {
        let TieKind::Decides { until: Some(_), .. } = &tie.kind else {
            return true;
        };
        self.tie_until(matter)
            .map(|m| firing_point(m, rogatio_mir::Firing::Lapse))
            .is_some_and(|p| self.state().has_reached(p))
    }

    /// Whether as many votes are for as against; unknown where it hangs on what is undetermined.
    fn is_tied(&self, (d, s): Matter, moved: &[Matter]) -> Truth {
        let Some(decision) = self.text(d, s) else {
            return Truth::False;
        };
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        // How far the votes for exceed those against: at least, at most.
        let (mut least, mut most, mut clauses) = (0i64, 0i64, ClauseSet::default());
        for e in self.state().of_kinds(&decision.voter.kinds) {
            let weight = eval.weight(d, s, e);
            let (low, high) = weight.bounds().unwrap_or((0, 0));
            for (position, sign) in [(Decision::FOR, 1), (Decision::AGAINST, -1)] {
                let set = RollSet::Ballot(position as usize);
                let (from, to) = match eval.on_roll(decision.provision, d, s, e, &set) {
                    Truth::False => continue,
                    Truth::True => (low, high),
                    Truth::Unknown(c) => {
                        clauses = clauses.union(&c);
                        (low.min(0), high.max(0))
                    }
                };
                clauses = clauses.union(&weight.clauses());
                let (a, b) = if sign > 0 { (from, to) } else { (-to, -from) };
                least = least.saturating_add(a);
                most = most.saturating_add(b);
            }
        }
        if (least, most) == (0, 0) {
            Truth::True
        } else if least > 0 || most < 0 {
            Truth::False
        } else {
            Truth::Unknown(clauses)
        }
    }
}
