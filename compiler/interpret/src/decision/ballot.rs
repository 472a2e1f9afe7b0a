//! Ballots, objections and gavels: judging them and entering them (R35, R41).

use super::*;

impl Case {
    pub(crate) fn judge_vote(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        ballot: u32,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.program().decisions.get(d.index()) else {
            return Judgment::new(Verdict::Void);
        };
        let void = |j: &mut Judgment, p: ProvisionId, text: String| {
            j.verdict = Verdict::Void;
            j.because(p, text);
        };
        let Some(opening) = self.opening(d, s) else {
            void(
                &mut j,
                decision.provision,
                format!("{} is not open for ballots", self.show_decision(d, s)),
            );
            return j;
        };
        if decision.ballots.get(ballot as usize).is_none() {
            void(
                &mut j,
                decision.provision,
                "there is no such ballot".to_owned(),
            );
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
            void(
                &mut j,
                decision.provision,
                "a ballot needs a voter".to_owned(),
            );
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
        let yielding = self.yielding(&decision.vote_norms, o);
        for n in &decision.vote_norms {
            let Some(norm) = self.program().norms.get(n.index()) else {
                continue;
            };
            if yielding.iter().any(|p| self.within(norm.provision, *p)) {
                continue;
            }
            for a in self.applies(norm, o, &Env::new()) {
                let t = self.norm_holds(norm, a);
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

    pub(crate) fn judge_objection(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = self.judge_gavel(d, s);
        if j.verdict == Verdict::Valid
            && let Some(decision) = self.program().decisions.get(d.index())
            && let Some(voter) = o.for_whom.or(o.actor)
            && Eval::new(self)
                .on_roll(decision.provision, d, s, voter, &RollSet::Voters)
                .is_false()
        {
            j.verdict = Verdict::Void;
            j.because(
                decision.provision,
                format!("{} is not entitled to object", self.entity_name(voter)),
            );
        }
        j
    }

    pub(crate) fn judge_gavel(&self, d: DecisionId, s: Option<Entity>) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.program().decisions.get(d.index()) else {
            return Judgment::new(Verdict::Void);
        };
        let why = match (self.opening(d, s), &decision.consensus) {
            (None, _) => Some(format!("{} is not open", self.show_decision(d, s))),
            (_, None) => Some(format!(
                "{} is not decided by consensus",
                self.show_decision(d, s)
            )),
            (Some(o), Some(_)) if o.second_step => {
                Some("consensus was declared exhausted".to_owned())
            }
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
            ActKind::Vote {
                decision, subject, ..
            }
            | ActKind::Object { decision, subject }
            | ActKind::Gavel { decision, subject } => (*decision, *subject),
            ActKind::Act(_) => return,
        };
        let first = self
            .program()
            .decisions
            .get(d.index())
            .is_some_and(|x| x.first_counts);
        let who = o.for_whom.or(o.actor);
        let Some(state) = self
            .state_mut()
            .decisions
            .get_mut(d.index())
            .and_then(|m| m.get_mut(&s))
        else {
            return;
        };
        let Some(opening) = state.openings.last_mut().filter(|o| o.closed.is_none()) else {
            return;
        };
        match (&o.act, who) {
            (ActKind::Vote { ballot, .. }, Some(voter)) => {
                let uncertain = (o.judgment.verdict == Verdict::Undetermined)
                    .then(|| o.judgment.clauses.clone());
                let ballot = Ballot {
                    value: *ballot,
                    occurrence: o.id,
                    uncertain,
                };
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
        let (dep, voter) = match (&o.act, who) {
            (ActKind::Vote { .. }, Some(voter)) => (Dep::Ballot(d), Some(voter)),
            _ => (Dep::Decision(d), None),
        };
        let key = s.into_iter().chain(voter).collect();
        self.state_mut().touch(dep, key);
    }
}
