//! Children of instances: what a stage opens on entry, and what leaving it abandons (R46).

use crate::eval::Eval;
use crate::frozen::{Freeze, Frozen};
use crate::state::{Instance, Parent};
use crate::step::{Create, Effects, Move};
use crate::trigger::{Batch, TriggerKind};
use crate::{Case, Entity, Env, Truth, Value};
use rogatio_mir::ProcedureId;
use std::collections::BTreeMap;

impl Case {
    /// What the stages entered in this micro-step open.
    pub(crate) fn children(&self, batch: &Batch, fx: &mut Effects) {
        for t in &batch.triggers {
            let TriggerKind::Enter(e, p, s) = t.kind else {
                continue;
            };
            let Some(procedure) = self.program().procedures.get(p.index()) else {
                continue;
            };
            let stage = procedure.stages.get(s as usize);
            for opens in stage.into_iter().flat_map(|s| &s.opens) {
                let mut env = Env::new()
                    .at_event(t.moment)
                    .with(procedure.this, Value::Entity(e));
                self.at_visit(&mut env, &Value::Entity(e));
                let mut eval = Eval::new(self);
                match opens.guard.map_or(Truth::True, |g| eval.truth(g, &mut env)) {
                    Truth::True => {}
                    Truth::False => continue,
                    // Entry was the last chance (R10).
                    Truth::Unknown(c) => {
                        fx.stuck.push(Freeze {
                            instance: e,
                            clauses: c,
                            frozen: Frozen::for_good(),
                        });
                        continue;
                    }
                }
                let mut fields: Vec<_> = opens
                    .fields
                    .iter()
                    .map(|(f, g)| (*f, eval.value(*g, &mut env)))
                    .collect();
                let child = self.program().procedures.get(opens.procedure.index());
                let field = child.and_then(|c| c.parent);
                fields.extend(field.map(|f| (f, Value::Entity(e))));
                fx.creates.push(Create {
                    procedure: opens.procedure,
                    fields,
                    parent: Some(Parent {
                        instance: e,
                        stage: s,
                        while_here: opens.while_here,
                        provision: opens.provision,
                    }),
                    doubt: None,
                    cause: t.cause.clone(),
                });
            }
        }
    }

    /// The children whose parent has left the stage that opened them `while here`.
    pub(crate) fn abandoned(&self, batch: &Batch) -> BTreeMap<Entity, Move> {
        let mut out = BTreeMap::new();
        for t in &batch.triggers {
            let TriggerKind::Leave(parent, _, stage) = t.kind else {
                continue;
            };
            for (e, child) in self.children_of(parent) {
                let Some(of) = child.parent.as_ref().filter(|p| p.while_here) else {
                    continue;
                };
                let procedure = self.program().procedures.get(child.procedure.index());
                let Some(target) = procedure.and_then(|p| p.abandoned) else {
                    continue;
                };
                if of.stage == stage && !self.is_over(child.procedure, child.stage) {
                    let m = Move {
                        instance: e,
                        target,
                        provision: of.provision,
                        cause: t.cause.clone(),
                    };
                    out.insert(e, m);
                }
            }
        }
        out
    }

    /// The instances that stages of this one opened, in the order of their opening.
    pub(crate) fn children_of(&self, parent: Entity) -> impl Iterator<Item = (Entity, &Instance)> {
        let children = self.state().children.get(&parent).into_iter().flatten();
        children.filter_map(|e| Some((*e, self.state().instances.get(e)?)))
    }

    /// Whether a stage is an outcome.
    pub(crate) fn is_over(&self, p: ProcedureId, stage: u32) -> bool {
        let procedure = self.program().procedures.get(p.index());
        let stage = procedure.and_then(|p| p.stages.get(stage as usize));
        stage.is_some_and(|s| s.outcome)
    }
}
