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
            if !decision.limbs.is_empty() {
                self.settle_whole((id, s), decision, &self.root_cause(batch), fx);
                continue;
            }
            let base = self.roll_env(id, s, None).at_event(opening.opened);
            if let Some(c) = self.next_step((id, s), decision, opening, &base, batch, fx) {
                closing.push(((id, s), Why::Other, c));
                continue;
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
        let root = || self.root_cause(batch);
        if opening.declared.is_some() {
            return Some((Why::Other, root()));
        }
        let withdrawn = decision.withdrawn.iter();
        if let Some(cause) = withdrawn
            .filter_map(|(on, g)| self.upon(on, *g, base, batch))
            .next()
        {
            return Some((Why::Withdrawn, cause));
        }
        let last = decision.earlier.get(opening.step).is_none_or(|s| !s.then);
        if decision.seeks_consensus(opening.step)
            && opening.gavelled
            && (opening.objections.is_empty() || last)
        {
            return Some((Why::Gavel, root()));
        }
        for closing in &decision.closes {
            match closing {
                Closing::At(g, firing) => {
                    if let Value::Time(m) = Eval::new(self).value(*g, &mut base.clone())
                        && self.state().has_reached(firing_point(m, *firing))
                    {
                        return Some((Why::Window, root()));
                    }
                }
                Closing::Upon(on, g) => {
                    if let Some(cause) = self.upon(on, *g, base, batch) {
                        // A stage that is left is a window that ends.
                        let why = match on {
                            rogatio_mir::On::Leave(..) => Why::Window,
                            _ => Why::Other,
                        };
                        return Some((why, cause));
                    }
                }
                Closing::AllVoted(g)
                    if self.may_close((id, s), decision, opening)
                        && Eval::new(self).truth(*g, &mut base.clone()).is_true() =>
                {
                    return Some((Why::Other, root()));
                }
                Closing::Certain
                    if self.may_close((id, s), decision, opening)
                        && self.certainty(id, s).is_some() =>
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

    /// Whether ballots alone may close it: in a step that another follows, only by meeting its rule.
    fn may_close(&self, matter: Matter, decision: &Decision, opening: &Opening) -> bool {
        match decision.earlier.get(opening.step) {
            None => true,
            Some(step) => step
                .rule
                .is_some_and(|g| self.met_at_close(matter, g).is_true()),
        }
    }
}
