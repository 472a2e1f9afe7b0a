//! Ballots, casting votes, objections and gavels: judging them and entering them (R35, R37, R41).

use super::*;

impl Case {
    pub(crate) fn judge_vote(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        ballot: u32,
        label: Option<u32>,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.text(d, s) else {
            return Judgment::new(Verdict::Void);
        };
        let void = |j: &mut Judgment, p: ProvisionId, text: String| {
            j.verdict = Verdict::Void;
            j.because(p, text);
        };
        let Some(opening) = self.opening(d, s) else {
            let (p, why) = self.not_open(d, s);
            void(&mut j, p, why);
            return j;
        };
        if let Some((p, why)) = self.unrouted(d, s, o.for_whom.or(o.actor)) {
            void(&mut j, p, why);
            return j;
        }
        if decision.ballots.get(ballot as usize).is_none() {
            void(
                &mut j,
                decision.provision,
                "there is no such ballot".to_owned(),
            );
            return j;
        }
        if let Some(c) = decision.earlier.get(opening.step)
            && c.rule.is_none()
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
                let (provisions, text) = self.not_entitled(d, decision, s, voter);
                void(&mut j, decision.provision, text);
                for p in provisions {
                    j.because(p, String::new());
                }
                return j;
            }
            Truth::Unknown(c) => {
                for clause in c.iter() {
                    j.because(clause.provision, clause.text.clone());
                }
                j.verdict = Verdict::Undetermined;
                j.clauses = c;
            }
        }
        if let Some(l) = label.and_then(|l| decision.labels.get(l as usize))
            && let Some(of) = l.of
        {
            match Eval::new(self).truth(of, &mut self.roll_env(d, s, Some(voter))) {
                Truth::True => j.because(l.provision, String::new()),
                Truth::False => {
                    let who = self.entity_name(voter);
                    void(
                        &mut j,
                        l.provision,
                        format!("{who} has no ballot `{}`", l.name),
                    );
                    return j;
                }
                Truth::Unknown(c) => {
                    j.verdict = Verdict::Undetermined;
                    j.clauses = j.clauses.union(&c);
                }
            }
        }
        let named = self.program().texts_of(d);
        let norms: Vec<NormId> = named.flat_map(|d| &d.vote_norms).copied().collect();
        if let Some(principal) = o.for_whom.filter(|y| Some(*y) != o.actor) {
            let agency = self.agency(&norms, o, principal);
            match agency.truth {
                Truth::True => {
                    for n in &agency.basis {
                        let at = self.program().norms.get(n.index()).map(|n| n.provision);
                        j.because(at.unwrap_or(decision.provision), String::new());
                    }
                    j.basis.extend(agency.basis);
                }
                Truth::False => {
                    void(&mut j, decision.provision, agency.text);
                    for p in agency.near {
                        j.because(p, String::new());
                    }
                    return j;
                }
                Truth::Unknown(c) => {
                    j.verdict = Verdict::Undetermined;
                    j.clauses = j.clauses.union(&c);
                }
            }
        }
        let yielding = self.yielding(&norms, o);
        for n in &norms {
            let Some(norm) = self.program().norms.get(n.index()) else {
                continue;
            };
            let yields = self.yields(norm.provision, &yielding);
            // A ballot is cast by each alone.
            if norm.modal != Modal::Cannot || norm.who.jointly || yields.is_true() {
                continue;
            }
            for a in self.applies(norm, o, &Env::new()) {
                let env = a.env.clone();
                match self.norm_holds(norm, a).and(yields.clone().negate()) {
                    Truth::True => void(&mut j, norm.provision, self.ban(norm, &env)),
                    Truth::Unknown(c) if j.verdict == Verdict::Valid => {
                        j.verdict = Verdict::Undetermined;
                        j.because(norm.provision, self.ban(norm, &env));
                        j.clauses = j.clauses.union(&c);
                    }
                    _ => {}
                }
            }
        }
        if j.verdict != Verdict::Void {
            self.prohibitions(&norms, o, &yielding, &mut j);
        }
        j
    }

    /// Why no ballot is taken, and what says so.
    pub(crate) fn not_open(&self, d: DecisionId, s: Option<Entity>) -> (ProvisionId, String) {
        let name = self.show_decision(d, s);
        let provision = self.text(d, s);
        let provision = provision.map_or(ProvisionId(0), |d| d.provision);
        let last = self.openings(d, s).last();
        if last.is_none()
            && let Some(version) = self.not_in_force(d)
        {
            return (
                provision,
                format!("{name} has not opened: {version} is not in force"),
            );
        }
        let text = match last.map(|o| (&o.closed, &o.awaits)) {
            None | Some((None, None)) => format!("{name} has not opened"),
            Some((Some(c), _)) => {
                let outcome = c.outcome.word();
                format!("{name} closed on {}: {outcome}", c.moment.by_day())
            }
            Some((None, Some(a))) => {
                let what = if a.tied { "the casting vote" } else { "others" };
                format!(
                    "{name} takes no more ballots since {}: it waits for {what}",
                    a.since.by_day()
                )
            }
        };
        let tied = last.is_some_and(|o| o.awaits.as_ref().is_some_and(|a| a.tied));
        let tie = self.text(d, s);
        let tie = tie.and_then(|d| d.tie.as_ref()).filter(|_| tied);
        (tie.map_or(provision, |t| t.provision), text)
    }

    /// The version of the article with the decision, if none of them is in force now: the first that may come into force.
    fn not_in_force(&self, d: DecisionId) -> Option<String> {
        let now = self.state().now.point;
        let versions: Option<Vec<_>> = self.program().texts_of(d).map(|t| t.version).collect();
        let versions = versions?;
        if versions.iter().any(|v| !self.in_force(*v, now).is_false()) {
            return None;
        }
        Some(self.version_name(*versions.first()?))
    }

    /// A condition that fails, as what is so instead: `suspended(A) and not excused(A)`.
    fn denied(&self, g: Guard, env: &Env) -> String {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Not(inner)) => self.describe(*inner, env),
            Some(Op::Or(ways)) => {
                let parts: Vec<String> = ways.iter().map(|g| self.denied(*g, env)).collect();
                parts.join(self.words().and())
            }
            Some(Op::And(parts)) => {
                let fails = |g: &&Guard| Eval::new(self).truth(**g, &mut env.clone()).is_false();
                match parts.iter().find(fails) {
                    Some(g) => self.denied(*g, env),
                    None => self.words().negated(&self.describe(g, env)),
                }
            }
            _ => self.words().negated(&self.describe(g, env)),
        }
    }

    /// Why somebody has no vote: the first condition that fails, with what it rests on.
    fn not_entitled(
        &self,
        d: DecisionId,
        decision: &Decision,
        s: Option<Entity>,
        voter: Entity,
    ) -> (Vec<ProvisionId>, String) {
        let who = self.entity_name(voter);
        let body = self.entity_name(Entity(decision.body.0));
        let mut env = self.roll_env(d, s, Some(voter));
        let failing = |guard: Guard, env: &mut Env| {
            conjuncts(self.program(), guard)
                .into_iter()
                .find(|g| Eval::new(self).truth(*g, env).is_false())
                .map(|g| (g, self.explain(g, env).provisions()))
        };
        if !self.state().is_of(voter, &decision.voter.kinds) {
            let text = format!("{who} is no member of {body}");
            return (vec![decision.provision], text);
        }
        match (
            failing(decision.members, &mut env),
            failing(decision.voters, &mut env),
        ) {
            (Some((g, p)), _) => (
                p,
                format!("{who} is no member of {body}: {}", self.denied(g, &env)),
            ),
            (None, Some((g, p))) => (
                p,
                format!("{who} is not entitled to vote: {}", self.denied(g, &env)),
            ),
            // The roll was frozen earlier.
            (None, None) => (
                vec![decision.provision],
                format!("{who} was not on the roll of {}", self.show_decision(d, s)),
            ),
        }
    }

    pub(crate) fn judge_objection(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = self.judge_gavel(d, s);
        if j.verdict == Verdict::Valid
            && let Some(decision) = self.text(d, s)
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
        let Some(decision) = self.text(d, s) else {
            return Judgment::new(Verdict::Void);
        };
        if let Some((p, why)) = self.unrouted(d, s, None) {
            j.verdict = Verdict::Void;
            j.because(p, why);
            return j;
        }
        let any = (0..decision.earlier.len()).any(|i| decision.seeks_consensus(i));
        let why = match self.opening(d, s) {
            None => Some(self.not_open(d, s).1),
            Some(o) if decision.seeks_consensus(o.step) => {
                let step = decision.earlier.get(o.step);
                let provision = step.map_or(decision.provision, |s| s.provision);
                j.because(provision, String::new());
                None
            }
            Some(_) if any => Some("consensus was declared exhausted".to_owned()),
            Some(_) => Some(format!(
                "{} is not decided by consensus",
                self.show_decision(d, s)
            )),
        };
        if let Some(why) = why {
            j.verdict = Verdict::Void;
            j.because(decision.provision, why);
        }
        j
    }

    /// Why a ballot of somebody can no longer count.
    pub(crate) fn cannot_vote(
        &self,
        (d, s): Matter,
        voter: &Value,
        ballot: usize,
    ) -> Option<String> {
        let decision = self.text(d, s)?;
        let voter = voter.entity()?;
        let Some(opening) = self.opening(d, s) else {
            return Some(self.not_open(d, s).1);
        };
        let name = self.entity_name(voter);
        let entitled = Eval::new(self).on_roll(decision.provision, d, s, voter, &RollSet::Voters);
        if entitled.is_false() {
            return Some(format!("{name} is not entitled to vote"));
        }
        if decision.first_counts && opening.ballots.contains_key(&voter) {
            return Some(format!("{name} has voted, and the first ballot counts"));
        }
        let input = ActInput::vote(d, s, u32::try_from(ballot).ok()?, voter);
        let j = self.judge_occurrence(&self.tentative(&input));
        (j.verdict == Verdict::Void).then(|| j.text.join("; "))
    }

    /// Enters a ballot, objection or gavel that has effect.
    pub(crate) fn enter_ballot(&mut self, o: &Occurrence) {
        let Some((d, s)) = o.act.matter() else {
            return;
        };
        let first = self.text(d, s).is_some_and(|x| x.first_counts);
        let who = o.for_whom.or(o.actor);
        let Some(state) = self
            .state_mut()
            .decisions
            .get_mut(d.index())
            .and_then(|m| m.get_mut(&s))
        else {
            return;
        };
        let casting = matches!(o.act, ActKind::Casting { .. });
        let takes = |o: &&mut Opening| o.takes_ballots() || (casting && o.closed.is_none());
        let Some(opening) = state.openings.last_mut().filter(takes) else {
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
            (ActKind::Casting { ballot, .. }, Some(by))
                if !(first && opening.casting.is_some()) =>
            {
                let uncertain = (o.judgment.verdict == Verdict::Undetermined)
                    .then(|| o.judgment.clauses.clone());
                opening.casting = Some(Casting {
                    value: *ballot,
                    by,
                    uncertain,
                });
            }
            (ActKind::Declare { outcome, .. }, _) => {
                let doubt = o.judgment.verdict == Verdict::Undetermined;
                let clauses = doubt.then(|| o.judgment.clauses.clone());
                opening.declared = Some((*outcome, clauses));
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
