//! Procedures: instances, transitions, what is stuck (R10, R44-R46).

use crate::eval::Eval;
use crate::frozen::{Doubt, Freeze, Frozen};
use crate::index::OnKey;
use crate::state::{Cause, CauseKind, Dep, Happening, Instance};
use crate::step::{Create, Effects, Move};
use crate::trigger::{Batch, Trigger, TriggerKind};
use crate::{Case, ClauseSet, Entity, Env, Truth, Value};
use rogatio_mir::{FieldId, On, Procedure, ProcedureId, TimerId, Transition};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// What becomes of a way out in a micro-step.
pub(crate) enum WayOut {
    /// Taken, because of this.
    Open(Arc<Cause>),
    /// It cannot be said: the clauses, and each doubt.
    Doubtful(ClauseSet, Vec<Doubt>),
    Closed,
}

impl WayOut {
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, WayOut::Closed)
    }
}

impl Case {
    /// At most one transition per instance and micro-step; new instances.
    pub(crate) fn procedures(&self, batch: &Batch, fx: &mut Effects) {
        self.children(batch, fx);
        let mut abandoned = self.abandoned(batch);
        let mut look = self.instances_to_look_at(batch);
        look.extend(abandoned.keys());
        for e in look {
            // Whatever else it was about to do: its parent has gone on.
            if let Some(m) = abandoned.remove(&e) {
                fx.moves.push(m);
                continue;
            }
            let Some(instance) = self.state().instances.get(&e) else {
                continue;
            };
            let Some(procedure) = self.program().procedures.get(instance.procedure.index()) else {
                continue;
            };
            if instance.stuck.is_some() && !self.thaw(e, instance, procedure, batch, fx) {
                continue;
            }
            self.leave(e, instance, procedure, batch, fx);
        }
        for (i, procedure) in self.program().procedures.iter().enumerate() {
            let id = ProcedureId(u32::try_from(i).unwrap_or(u32::MAX));
            for (on, guard, fields) in &procedure.opened_by {
                for t in batch.of(OnKey::of(on), None) {
                    for (mut env, uncertain) in self.matches(on, &[], &t, &Env::new()) {
                        let mut eval = Eval::new(self);
                        let edge = matches!(on, On::Rise(..) | On::Fall(..));
                        let happened = uncertain.map_or(Truth::True, Truth::Unknown);
                        let open = guard.map_or(Truth::True, |g| eval.truth(g, &mut env));
                        // Whether there is such an instance may be in doubt; a condition has a further chance.
                        let doubt = match happened.and(open) {
                            Truth::True => None,
                            Truth::Unknown(c) if !edge => Some(c),
                            _ => continue,
                        };
                        let fields = fields
                            .iter()
                            .map(|(f, g)| (*f, eval.value(*g, &mut env)))
                            .collect();
                        fx.creates.push(Create {
                            procedure: id,
                            fields,
                            parent: None,
                            doubt,
                            cause: t.cause.clone(),
                        });
                    }
                }
            }
        }
    }

    /// The first way out that is open, if any; what is in doubt before it freezes the instance.
    fn leave(
        &self,
        e: Entity,
        instance: &Instance,
        procedure: &Procedure,
        batch: &Batch,
        fx: &mut Effects,
    ) {
        let Some(stage) = procedure.stages.get(instance.stage as usize) else {
            return;
        };
        let mut doubts: Vec<Doubt> = Vec::new();
        let mut clauses = ClauseSet::default();
        for t in &stage.transitions {
            match self.transition(e, instance, procedure, t, batch) {
                WayOut::Closed => {}
                WayOut::Open(cause) if doubts.is_empty() => {
                    fx.moves.push(Move {
                        instance: e,
                        target: t.target,
                        provision: t.provision,
                        cause,
                    });
                    return;
                }
                // What is certain comes after something that is not: it cannot be said which way.
                WayOut::Open(cause) => {
                    doubts.push(Doubt {
                        event: None,
                        guard: None,
                        env: Env::new(),
                        target: t.target,
                        provision: t.provision,
                        cause,
                    });
                    break;
                }
                WayOut::Doubtful(c, more) => {
                    clauses = clauses.union(&c);
                    doubts.extend(more);
                }
            }
        }
        if !doubts.is_empty() {
            let frozen = Frozen {
                ways: doubts,
                for_good: false,
            };
            fx.stuck.push(Freeze {
                instance: e,
                clauses,
                frozen,
            });
        }
    }

    /// Instances that something in this micro-step may move: they have just entered, or a way out of their stage waits for
    /// it.
    fn instances_to_look_at(&self, batch: &Batch) -> BTreeSet<Entity> {
        let state = self.state();
        if state.thorough {
            return state.instances.keys().copied().collect();
        }
        let mut look = state.frozen.clone();
        let mut keys = HashSet::new();
        for t in &batch.triggers {
            if let TriggerKind::Enter(e, ..) = t.kind {
                look.insert(e);
            }
            keys.insert(t.key(self));
        }
        for key in keys {
            for way in self.index().ways_out.get(&key).into_iter().flatten() {
                let Some(all) = state.in_stage.get(&(way.procedure, way.stage)) else {
                    continue;
                };
                let procedure = self.program().procedures.get(way.procedure.index());
                let stage = procedure.and_then(|p| p.stages.get(way.stage as usize));
                let on = stage
                    .and_then(|s| s.transitions.get(way.transition))
                    .and_then(|t| t.on.get(way.trigger));
                let (Some(procedure), Some(on)) = (procedure, on) else {
                    continue;
                };
                for trigger in batch.of(key, None) {
                    for (env, _) in self.matches(on, &[], &trigger, &Env::new()) {
                        match env.get(procedure.this) {
                            Some(Value::Entity(e)) if all.contains(e) => {
                                look.insert(*e);
                            }
                            Some(Value::Entity(_)) => {}
                            _ => look.extend(all),
                        }
                    }
                }
            }
        }
        look
    }

    /// Whether a way out is taken now, and because of what.
    pub(crate) fn transition(
        &self,
        e: Entity,
        instance: &Instance,
        procedure: &Procedure,
        t: &Transition,
        batch: &Batch,
    ) -> WayOut {
        let base = Env::new()
            .with(procedure.this, Value::Entity(e))
            .in_versions_of(self.chosen_at(instance.version));
        let mut doubts = Vec::new();
        let mut clauses = ClauseSet::default();
        let mut weigh = |event: Option<ClauseSet>, env: Env, cause: &Arc<Cause>| {
            let guard = t
                .guard
                .map_or(Truth::True, |g| Eval::new(self).truth(g, &mut env.clone()));
            let happened = event.clone().map_or(Truth::True, Truth::Unknown);
            let taken = happened.and(guard);
            if let Truth::Unknown(c) = &taken {
                clauses = clauses.union(c);
                doubts.push(Doubt {
                    event,
                    guard: t.guard,
                    env,
                    target: t.target,
                    provision: t.provision,
                    cause: cause.clone(),
                });
            }
            taken.is_true()
        };
        let keyed_by_instance = |t: TimerId| {
            let timer = self.program().timers.get(t.index());
            timer.is_some_and(|t| t.keys.iter().any(|d| d.var == procedure.this))
        };
        for on in &t.on {
            let triggers = match on {
                On::Timer(timer, _) if keyed_by_instance(*timer) => batch.timer_of(*timer, e),
                _ => batch.of(OnKey::of(on), None),
            };
            for trigger in triggers {
                for (env, uncertain) in self.matches(on, &[], &trigger, &base) {
                    // A condition that may have become true is no last chance (R10); an event is.
                    let edge = matches!(on, On::Rise(..) | On::Fall(..));
                    if edge && uncertain.is_some() {
                        continue;
                    }
                    if weigh(uncertain, env, &trigger.cause) {
                        return WayOut::Open(trigger.cause.clone());
                    }
                }
            }
        }
        if let Some(c) = t.on_condition {
            let here = (e, instance.procedure, instance.stage);
            let entered = batch
                .triggers
                .iter()
                .find(|x| matches!(x.kind, TriggerKind::Enter(i, p, s) if (i, p, s) == here));
            if let Some(trigger) = entered {
                let mut env = base.at_event(trigger.moment);
                let holds = Eval::new(self).truth(c, &mut env).is_true();
                if holds && weigh(None, env, &trigger.cause) {
                    return WayOut::Open(trigger.cause.clone());
                }
            }
        }
        if doubts.is_empty() {
            WayOut::Closed
        } else {
            WayOut::Doubtful(clauses, doubts)
        }
    }

    pub(crate) fn move_instance(&mut self, m: &Move) -> Vec<Trigger> {
        let now = self.state().now;
        let Some(inst) = self.state().instances.get(&m.instance) else {
            return Vec::new();
        };
        let version = self.visit_version(inst.procedure, m.target, Some(inst.version));
        let state = self.state_mut();
        let Some(inst) = state.instances.get_mut(&m.instance) else {
            return Vec::new();
        };
        let (p, old) = (inst.procedure, inst.stage);
        inst.left = std::mem::replace(&mut inst.version, version);
        if let Some(all) = state.in_stage.get_mut(&(p, old)) {
            all.remove(&m.instance);
        }
        let there = state.in_stage.entry((p, m.target)).or_default();
        there.insert(m.instance);
        let left = Cause::new(
            CauseKind::Left(m.instance, p, old),
            now,
            Some(m.provision),
            Some(m.cause.clone()),
        );
        let cause = Cause::new(
            CauseKind::Entered(m.instance, p, m.target),
            now,
            Some(m.provision),
            Some(m.cause.clone()),
        );
        inst.stage = m.target;
        inst.stuck = None;
        inst.frozen = Frozen::default();
        state.frozen.remove(&m.instance);
        inst.visit = inst.visit.saturating_add(1);
        inst.entered.insert(m.target, now);
        inst.cause = cause.clone();
        self.state_mut().touch(Dep::Procedure(p), vec![m.instance]);
        self.record_entry(m.instance, p, m.target, vec![m.provision], cause.clone());
        vec![
            Trigger::plain(TriggerKind::Leave(m.instance, p, old), now, left),
            Trigger::plain(TriggerKind::Enter(m.instance, p, m.target), now, cause),
        ]
    }

    fn record_entry(
        &mut self,
        instance: Entity,
        procedure: ProcedureId,
        stage: u32,
        provisions: Vec<rogatio_mir::ProvisionId>,
        cause: Arc<Cause>,
    ) {
        let text = self
            .words()
            .is_in_stage(self.called(instance), self.stage_name(procedure, stage));
        let now = self.state().now;
        let what = Happening::StageEntered {
            instance,
            procedure,
            stage,
        };
        self.record(what, text, now, provisions, Some(cause));
    }

    /// Opens an instance; its entry into the first stage is for the next micro-step.
    pub(crate) fn create_instance(
        &mut self,
        name: Option<&str>,
        opening: Create,
    ) -> (Option<Entity>, Option<Trigger>) {
        let Create {
            procedure: p,
            fields,
            parent,
            cause,
            ..
        } = opening;
        let program = self.program_arc();
        let Some(procedure) = program.procedures.get(p.index()) else {
            return (None, None);
        };
        let now = self.state().now;
        let all = self.state().in_stage.range((p, 0)..=(p, u32::MAX));
        let own = all.map(|(_, of)| of.len()).sum::<usize>() + 1;
        let numbered = format!("{}#{own}", procedure.name);
        let free = |n: &&str| !self.state().names.contains_key(*n);
        let name = name.filter(free).map_or(numbered, str::to_owned);
        let e = self.state_mut().push_entity(&name, procedure.kind);
        if let Some(data) = self.state_mut().entities.get_mut(e.index()) {
            data.fields.extend(fields);
        }
        let first = self.first_stage(p);
        let entered = Cause::new(
            CauseKind::Entered(e, p, first),
            now,
            Some(procedure.provision),
            Some(cause),
        );
        let instance = Instance {
            procedure: p,
            stage: first,
            visit: 1,
            version: now.point,
            left: now.point,
            entered: BTreeMap::from([(first, now)]),
            stuck: None,
            frozen: Frozen::default(),
            parent,
            cause: entered.clone(),
        };
        let state = self.state_mut();
        if let Some(parent) = &instance.parent {
            state.children.entry(parent.instance).or_default().push(e);
        }
        state.instances.insert(e, instance);
        state.in_stage.entry((p, 0)).or_default().insert(e);
        self.state_mut().touch(Dep::Procedure(p), vec![e]);
        let provisions = procedure
            .stages
            .get(first as usize)
            .map(|s| s.provision)
            .into_iter()
            .collect();
        if !procedure.stages.is_empty() {
            self.record_entry(e, p, first, provisions, entered.clone());
        }
        (
            Some(e),
            Some(Trigger::plain(
                TriggerKind::Enter(e, p, first),
                now,
                entered,
            )),
        )
    }

    /// The fields of a new instance that the act's arguments of the same name fill (R44).
    pub(crate) fn fields_from(
        &self,
        p: ProcedureId,
        o: &crate::Occurrence,
    ) -> Vec<(FieldId, Value)> {
        let program = self.program();
        let crate::ActKind::Act(a) = o.act else {
            return Vec::new();
        };
        let (Some(act), Some(procedure)) = (
            program.acts.get(a.index()),
            program.procedures.get(p.index()),
        ) else {
            return Vec::new();
        };
        let Some(kind) = program.kinds.get(procedure.kind.index()) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for f in &kind.fields {
            let Some(field) = program.fields.get(f.index()) else {
                continue;
            };
            if let Some(i) = act.params.iter().position(|(n, ..)| *n == field.name)
                && let Some(v) = o.args.get(i)
            {
                out.push((*f, v.clone()));
            }
        }
        out
    }

    pub(crate) fn stage_name(&self, p: ProcedureId, stage: u32) -> &str {
        let procedure = self.program().procedures.get(p.index());
        let name = procedure
            .and_then(|p| p.stages.get(stage as usize))
            .map_or("?", |s| s.name.as_str());
        match self.program().titled.stages.get(p.index()) {
            Some(titles) => rogatio_mir::title_or(titles, stage as usize, name),
            None => name,
        }
    }

    /// The stage an instance is in.
    #[must_use]
    pub fn stage_of(&self, instance: Entity) -> Option<&str> {
        let i = self.state().instances.get(&instance)?;
        Some(self.stage_name(i.procedure, i.stage))
    }

    /// The instances of procedures, by entity.
    pub fn instances(&self) -> impl Iterator<Item = (Entity, &Instance)> {
        self.state().instances.iter().map(|(e, i)| (*e, i))
    }
}
