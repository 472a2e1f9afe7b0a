//! Opening and closing (R34).

use super::*;

impl Case {
    pub(crate) fn decisions(&self, batch: &Batch, fx: &mut Effects) {
        self.decisions_to_open(batch, fx);
        let mut closing: Vec<(Matter, Why, Arc<Cause>)> = Vec::new();
        for (id, s) in self.matters_to_look_at(batch) {
            let (Some(decision), Some(opening)) = (self.text(id, s), self.opening(id, s)) else {
                continue;
            };
            let base = self.roll_env(id, s, None).at_event(opening.opened);
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
                closing.push(((id, s), why, cause));
            }
        }
        self.settle_together(closing, fx);
    }

    pub(super) fn decisions_to_open(&self, batch: &Batch, fx: &mut Effects) {
        let mut open = |d: DecisionId, s: Option<Entity>, cause: &Arc<Cause>| {
            let unfinished = self
                .openings(d, s)
                .last()
                .is_some_and(|o| o.closed.is_none());
            if !unfinished && !fx.opens.iter().any(|(e, t, _)| (*e, *t) == (d, s)) {
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
            let visit = self.state().instances.get(&instance);
            let chosen = visit.map_or(self.state().now.point, |i| i.version);
            for (version, d) in stage.into_iter().flat_map(|s| &s.decides) {
                if version.is_some_and(|v| !self.in_force(v, chosen).is_true()) {
                    continue;
                }
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
            let id = self.program().head_of(id);
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
                Closing::AllVoted(g)
                    if self.voting(decision, opening)
                        && Eval::new(self).truth(*g, &mut base.clone()).is_true() =>
                {
                    return Some((Why::Other, root()));
                }
                Closing::Certain
                    if self.voting(decision, opening) && self.certainty(id, s).is_some() =>
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
}
