//! Opening, closing and outcome (R34, R37, R40-R42).

use super::*;

impl Case {
    pub(crate) fn decisions(&self, batch: &Batch, fx: &mut Effects) {
        self.decisions_to_open(batch, fx);
        let mut closing: Vec<(DecisionId, Option<Entity>, Why, Arc<Cause>)> = Vec::new();
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            let subjects: Vec<Option<Entity>> = self.subjects(id).collect();
            for s in subjects {
                let Some(opening) = self.opening(id, s) else {
                    continue;
                };
                let base = Case::roll_env(decision, s, None).at_event(opening.opened);
                if let Some(c) = &decision.consensus
                    && !opening.second_step
                {
                    let upon = c
                        .then_upon
                        .iter()
                        .any(|(on, g)| self.upon(on, *g, &base, batch).is_some());
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

    pub(super) fn decisions_to_open(&self, batch: &Batch, fx: &mut Effects) {
        let mut open = |d: DecisionId, s: Option<Entity>, cause: &Arc<Cause>| {
            if self.opening(d, s).is_none() && !fx.opens.iter().any(|(e, t, _)| (*e, *t) == (d, s))
            {
                fx.opens.push((d, s, cause.clone()));
            }
        };
        for t in &batch.triggers {
            let TriggerKind::Enter(instance, p, stage) = t.kind else {
                continue;
            };
            let stage = self
                .program()
                .procedures
                .get(p.index())
                .and_then(|p| p.stages.get(stage as usize));
            for d in stage.into_iter().flat_map(|s| &s.decides) {
                let keyed = self
                    .program()
                    .decisions
                    .get(d.index())
                    .is_some_and(|d| d.subject.is_some());
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
                        let subject = decision
                            .subject
                            .as_ref()
                            .and_then(|d| env.get(d.var))
                            .and_then(Value::entity);
                        if subject.is_some() == decision.subject.is_some() {
                            open(id, subject, &t.cause);
                        }
                    }
                }
            }
        }
    }

    /// The cause, if an event has happened and the condition holds.
    pub(super) fn upon(
        &self,
        on: &rogatio_mir::On,
        guard: Option<Guard>,
        base: &Env,
        batch: &Batch,
    ) -> Option<Arc<Cause>> {
        batch.of(OnKey::of(on), None).into_iter().find_map(|t| {
            let found = self
                .matches(on, &[], &t, base)
                .into_iter()
                .any(|(mut env, uncertain)| {
                    uncertain.is_none()
                        && guard.is_none_or(|g| Eval::new(self).truth(g, &mut env).is_true())
                });
            found.then_some(t.cause)
        })
    }

    pub(super) fn closes(
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
                Closing::AllVoted
                    if self.voting(decision, opening) && self.all_voted(id, decision, s) =>
                {
                    return Some((Why::Other, root()));
                }
                Closing::Certain
                    if self.voting(decision, opening) && self.is_certain(id, decision, s) =>
                {
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
    pub(super) fn voting(&self, decision: &Decision, opening: &Opening) -> bool {
        decision.consensus.is_none() || opening.second_step
    }

    pub(super) fn all_voted(&self, d: DecisionId, decision: &Decision, s: Option<Entity>) -> bool {
        let mut eval = Eval::new(self);
        self.state()
            .of_kinds(&decision.voter.kinds)
            .into_iter()
            .all(|e| {
                let p = decision.provision;
                eval.on_roll(p, d, s, e, &RollSet::Voters).is_false()
                    || eval.on_roll(p, d, s, e, &RollSet::Cast).is_true()
            })
    }

    /// R40: adopted is certain iff each conjunct holds under its worst uniform completion; rejected iff one fails
    /// under all.
    pub(super) fn is_certain(&self, d: DecisionId, decision: &Decision, s: Option<Entity>) -> bool {
        let against = decision.ballot(Decision::AGAINST);
        let abstain = decision.ballot(Decision::ABSTAIN);
        let worst = [against, abstain, None];
        let all = [decision.ballot(Decision::FOR), against, abstain, None];
        let under = |g: Guard, ballot: Option<u32>| {
            let mut eval = Eval::new(self);
            eval.assumption = Some(Assumption {
                decision: d,
                subject: s,
                ballot,
            });
            eval.moved = vec![(d, s)];
            eval.truth(g, &mut Case::roll_env(decision, s, None))
        };
        let Some(passes) = rule_of(&decision.passes.0) else {
            return false;
        };
        let slots: Vec<Guard> = [&decision.quorum.0, &decision.participation.0]
            .into_iter()
            .filter_map(rule_of)
            .chain([passes])
            .collect();
        let veto_open = decision.veto.is_some_and(|g| {
            self.state()
                .of_kinds(&decision.voter.kinds)
                .into_iter()
                .any(|e| {
                    let mut env = Case::roll_env(decision, s, Some(e));
                    let mut eval = Eval::new(self);
                    !eval.truth(g, &mut env).is_false()
                        && !eval
                            .on_roll(decision.provision, d, s, e, &RollSet::Cast)
                            .is_true()
                })
        });
        let vetoed = self.veto(decision, d, s, &[(d, s)]).0;
        let sure = slots
            .iter()
            .all(|g| self.certainly(*g, true, &|g| worst.iter().all(|b| under(g, *b).is_true())));
        let failed = slots
            .iter()
            .any(|g| self.certainly(*g, false, &|g| all.iter().all(|b| under(g, *b).is_false())));
        (sure && !veto_open && vetoed.is_false()) || failed || vetoed.is_true()
    }

    /// The clause-wise test: conjunctions and disjunctions by their parts.
    pub(super) fn certainly(&self, g: Guard, wanted: bool, leaf: &dyn Fn(Guard) -> bool) -> bool {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) if wanted => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::And(gs)) => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) if wanted => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            _ => leaf(g),
        }
    }

    pub(super) fn veto(
        &self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        moved: &[(DecisionId, Option<Entity>)],
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
            let t = against.and(eval.truth(veto, &mut Case::roll_env(decision, s, Some(e))));
            if t.is_true() {
                names.push(e);
            }
            truth = truth.or(t);
        }
        (truth, names)
    }

    pub(super) fn resolve(
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
        let same = possible
            .windows(2)
            .all(|w| matches!(w, [a, b] if a.outcome == b.outcome));
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
        Closure {
            decision: d,
            subject: s,
            outcome,
            reason,
            provisions,
            clauses,
            roll,
            cause,
        }
    }

    /// The tests of R37 in order; the last one always stops.
    pub(super) fn tests(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        why: Why,
        moved: &[(DecisionId, Option<Entity>)],
    ) -> Vec<Test> {
        use DecisionOutcome::{Adopted, Inadmissible, Inquorate, Lapsed, Rejected};
        let Some(decision) = self.program().decisions.get(d.index()) else {
            return Vec::new();
        };
        let truth = |g: Guard, moved: &[(DecisionId, Option<Entity>)]| {
            let mut eval = Eval::new(self);
            eval.moved = moved.to_vec();
            eval.truth(g, &mut Case::roll_env(decision, s, None))
        };
        let stated = |slot: &(Stated, ProvisionId),
                      none: Truth,
                      moved: &[(DecisionId, Option<Entity>)]| match &slot.0 {
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
            let at = self
                .program()
                .guards
                .get(g.index())
                .map_or(p, |n| n.provision);
            out.push(test(
                truth(g, &[]),
                false,
                Inadmissible,
                "it was not admissible".to_owned(),
                at,
            ));
        }
        let quorum = stated(&decision.quorum, Truth::True, &[]);
        out.push(test(
            quorum,
            false,
            Inquorate,
            "the quorum was not reached".to_owned(),
            decision.quorum.1,
        ));
        let part = stated(&decision.participation, Truth::True, &[]);
        let reason = "participation was too low".to_owned();
        out.push(test(
            part,
            false,
            Rejected,
            reason,
            decision.participation.1,
        ));
        if let (Some(c), Some(o)) = (&decision.consensus, self.opening(d, s))
            && !o.second_step
        {
            let names: Vec<&str> = o.objections.iter().map(|e| self.entity_name(*e)).collect();
            let (outcome, reason) = match why {
                Why::Gavel | Why::Window if names.is_empty() => {
                    (Adopted, "consensus: nobody objected".to_owned())
                }
                Why::Gavel | Why::Window => (
                    Rejected,
                    format!("no consensus: {} objected", names.join(", ")),
                ),
                Why::Other => (Lapsed, "no consensus was declared".to_owned()),
            };
            out.push(test(Truth::True, true, outcome, reason, c.provision));
            return out;
        }
        let (vetoed, names) = self.veto(decision, d, s, moved);
        let names: Vec<&str> = names.iter().map(|e| self.entity_name(*e)).collect();
        let at = decision
            .veto
            .and_then(|g| self.program().guards.get(g.index()))
            .map_or(p, |n| n.provision);
        out.push(test(
            vetoed,
            true,
            Rejected,
            format!("vetoed by {}", names.join(", ")),
            at,
        ));
        let passes = stated(&decision.passes, Truth::False, moved);
        let at = decision.passes.1;
        out.push(test(
            passes,
            true,
            Adopted,
            "the required majority was reached".to_owned(),
            at,
        ));
        for (outcome, g) in &decision.deemed {
            let at = self
                .program()
                .guards
                .get(g.index())
                .map_or(p, |n| n.provision);
            let reason = format!("deemed {}", outcome_name(*outcome));
            out.push(test(truth(*g, moved), true, *outcome, reason, at));
        }
        if let Some(g) = decision.tie {
            let tied = self.is_tied(d, s, moved);
            let at = self
                .program()
                .guards
                .get(g.index())
                .map_or(p, |n| n.provision);
            let broken = tied.and(truth(g, moved));
            out.push(test(
                broken,
                true,
                Adopted,
                "the tie was broken in favour".to_owned(),
                at,
            ));
        }
        let reason = "the required majority was not reached".to_owned();
        out.push(test(Truth::True, true, Rejected, reason, decision.passes.1));
        out
    }

    pub(super) fn is_tied(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        moved: &[(DecisionId, Option<Entity>)],
    ) -> Truth {
        let tally = self.tally_of(d, &self.roll(d, s, moved));
        let votes = |position: u32| tally.values.get(position as usize).map(|v| v.2);
        Truth::of(votes(Decision::FOR) == votes(Decision::AGAINST))
    }

    /// When time alone may close a decision.
    pub(crate) fn decision_wakes(&self) -> Vec<Point> {
        let mut out = Vec::new();
        for (i, decision) in self.program().decisions.iter().enumerate() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for s in self.subjects(id) {
                let Some(opening) = self.opening(id, s) else {
                    continue;
                };
                let mut env = Case::roll_env(decision, s, None).at_event(opening.opened);
                for closing in &decision.closes {
                    let (Closing::At(g, _) | Closing::When(g)) = closing else {
                        continue;
                    };
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
}
