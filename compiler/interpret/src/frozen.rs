//! Instances that cannot go on because something is undetermined (R10), and what sets them free.
//!
//! A frozen instance keeps the ways out that were in doubt, each as it stood. When a given arrives that settles them, the
//! first that is open is taken then; if none is, the instance goes on where it is. Something that happened meanwhile and
//! would have moved it makes the doubt final: nobody knows in which stage that found it.

use crate::eval::Eval;
use crate::state::{Cause, Dep, Happening, Instance};
use crate::step::{Effects, Move};
use crate::trigger::Batch;
use crate::{Case, ClauseSet, Entity, Env, Truth};
use rogatio_mir::{Guard, Procedure, ProvisionId};
use std::sync::Arc;

/// A way out in doubt, as it stood at its last chance.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// Whether the event happened cannot be said.
    pub(crate) event: Option<ClauseSet>,
    pub(crate) guard: Option<Guard>,
    pub(crate) env: Env,
    pub(crate) target: u32,
    pub(crate) provision: ProvisionId,
    pub(crate) cause: Arc<Cause>,
}

impl Doubt {
    fn truth(&self, case: &Case) -> Truth {
        let event = self.event.clone().map_or(Truth::True, Truth::Unknown);
        let guard = self.guard.map_or(Truth::True, |g| {
            Eval::new(case).truth(g, &mut self.env.clone())
        });
        event.and(guard)
    }
}

/// What a frozen instance waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frozen {
    /// In the order written; a certain one comes last.
    pub(crate) ways: Vec<Doubt>,
    /// Nothing can settle it any more.
    pub(crate) for_good: bool,
}

impl Frozen {
    /// Where no later fact can settle what was undetermined.
    pub(crate) fn for_good() -> Frozen {
        Frozen {
            ways: Vec::new(),
            for_good: true,
        }
    }
}

/// An instance that is to be frozen.
pub(crate) struct Freeze {
    pub(crate) instance: Entity,
    pub(crate) clauses: ClauseSet,
    pub(crate) frozen: Frozen,
}

impl Case {
    /// What becomes of a frozen instance in this micro-step; true if it is free to react to the batch itself.
    pub(crate) fn thaw(
        &self,
        e: Entity,
        instance: &Instance,
        procedure: &Procedure,
        batch: &Batch,
        fx: &mut Effects,
    ) -> bool {
        if instance.frozen.for_good {
            return false;
        }
        let truths: Vec<Truth> = instance.frozen.ways.iter().map(|d| d.truth(self)).collect();
        let first = truths.iter().position(|t| !t.is_false());
        match first.and_then(|i| Some((truths.get(i)?, instance.frozen.ways.get(i)?))) {
            None => {
                fx.thawed.push(e);
                true
            }
            Some((Truth::True, d)) => {
                fx.moves.push(Move {
                    instance: e,
                    target: d.target,
                    provision: d.provision,
                    cause: d.cause.clone(),
                });
                false
            }
            Some(_) => {
                let transitions = procedure.stages.iter().flat_map(|s| &s.transitions);
                let moved = transitions.into_iter().any(|t| {
                    !self
                        .transition(e, instance, procedure, t, batch)
                        .is_closed()
                });
                if moved {
                    fx.for_good.push(e);
                }
                false
            }
        }
    }

    pub(crate) fn freeze(&mut self, freeze: Freeze) {
        let Freeze {
            instance,
            clauses,
            frozen,
        } = freeze;
        let now = self.state().now;
        let state = self.state_mut();
        let Some(inst) = state.instances.get_mut(&instance) else {
            return;
        };
        inst.stuck = Some(clauses.clone());
        inst.frozen = frozen;
        state.frozen.insert(instance);
        let doubt = inst.frozen.ways.first();
        let cause = doubt.map_or_else(|| inst.cause.clone(), |d| d.cause.clone());
        let doubtful = inst.frozen.ways.iter().map(|d| d.provision);
        let provisions = clauses
            .iter()
            .map(|c| c.provision)
            .chain(doubtful)
            .collect();
        let procedure = inst.procedure;
        self.state_mut()
            .touch(Dep::Procedure(procedure), vec![instance]);
        let why: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
        let text = format!(
            "{} is stuck: {}",
            self.entity_name(instance),
            why.join("; ")
        );
        self.record(
            Happening::Stuck { instance, clauses },
            text,
            now,
            provisions,
            Some(cause),
        );
    }

    /// It goes on where it is: what was in doubt turned out not to have moved it.
    pub(crate) fn set_free(&mut self, instance: Entity) {
        let now = self.state().now;
        let state = self.state_mut();
        let Some(inst) = state.instances.get_mut(&instance) else {
            return;
        };
        inst.stuck = None;
        inst.frozen = Frozen::default();
        state.frozen.remove(&instance);
        let (procedure, stage, cause) = (inst.procedure, inst.stage, inst.cause.clone());
        self.state_mut()
            .touch(Dep::Procedure(procedure), vec![instance]);
        let text = format!(
            "{} is still {}",
            self.entity_name(instance),
            self.stage_name(procedure, stage)
        );
        let what = Happening::StageEntered {
            instance,
            procedure,
            stage,
        };
        self.record(what, text, now, Vec::new(), Some(cause));
    }
}
