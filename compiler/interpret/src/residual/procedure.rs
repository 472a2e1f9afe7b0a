//! Instances on their way, and those that cannot move (R45).

use super::*;
use crate::state::Instance;
use rogatio_mir::{On, Transition};
use std::fmt;

/// Why an instance is stuck (R45).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standstill {
    /// How.
    pub kind: StandstillKind,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub provisions: Vec<ProvisionId>,
}

/// How an instance stands still.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum StandstillKind {
    /// A way out could not be determined (R10).
    Frozen,
    /// It owes what nobody can do (R26).
    Unfulfillable,
    /// No time, and nobody who is bound to a time, will move it.
    AtRest,
}

impl fmt::Display for Standstill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            StandstillKind::Frozen => "frozen",
            StandstillKind::Unfulfillable => "stuck",
            StandstillKind::AtRest => "at rest",
        };
        write!(f, "{word}: {}", self.text)
    }
}

impl Case {
    pub(super) fn open_procedures(&self) -> Vec<OpenProcedure> {
        let mut out = Vec::new();
        for (e, instance) in self.instances() {
            let Some(procedure) = self.program().procedures.get(instance.procedure.index()) else {
                continue;
            };
            let Some(stage) = procedure.stages.get(instance.stage as usize) else {
                continue;
            };
            if stage.outcome && instance.stuck.is_none() {
                continue;
            }
            let env = Env::new()
                .with(procedure.this, Value::Entity(e))
                .in_versions_of(self.chosen_at(instance.version));
            let mut ways_out: Vec<(String, Missing)> = Vec::new();
            // A frozen instance waits for what was in doubt, and for nothing else.
            for d in &instance.frozen.ways {
                let target = self.stage_name(instance.procedure, d.target).to_owned();
                if let (Some(g), None, false) = (d.guard, &d.event, instance.frozen.for_good) {
                    ways_out.push((target, self.missing(g, &d.env)));
                }
            }
            let free = instance.stuck.is_none();
            let open = |t: &&Transition| free && !self.is_of_other_version(t.guard, &env);
            for t in stage.transitions.iter().filter(open) {
                let target = self.stage_name(instance.procedure, t.target).to_owned();
                for on in &t.on {
                    let way = (target.clone(), self.missing_event(on, t.guard, &env));
                    if !ways_out.contains(&way) {
                        ways_out.push(way);
                    }
                }
            }
            out.push(OpenProcedure {
                instance: e,
                procedure: instance.procedure,
                stage: stage.name.clone(),
                since: instance.entered.get(&instance.stage).copied(),
                ways_out,
                stuck: self.why_stuck(e),
                provisions: vec![stage.provision],
            });
        }
        out
    }

    /// Whether an instance is stuck (R45): frozen, owing what cannot be done, or at rest.
    pub(crate) fn why_stuck(&self, e: Entity) -> Option<Standstill> {
        self.standstill(e, &mut vec![e])
    }

    /// `asked`: the instances that are asked already, for those that wait for each other.
    fn standstill(&self, e: Entity, asked: &mut Vec<Entity>) -> Option<Standstill> {
        let instance = self.state().instances.get(&e)?;
        if let Some(c) = &instance.stuck {
            let why: Vec<_> = c.iter().map(|c| self.said(&c.text)).collect();
            return Some(Standstill {
                kind: StandstillKind::Frozen,
                text: why.join("; "),
                provisions: c
                    .iter()
                    .map(|c| c.provision)
                    .chain(instance.frozen.ways.iter().map(|d| d.provision))
                    .collect(),
            });
        }
        let procedure = self.program().procedures.get(instance.procedure.index())?;
        let stage = procedure.stages.get(instance.stage as usize)?;
        if stage.outcome {
            return None;
        }
        let me = Value::Entity(e);
        let mine = || {
            self.duties()
                .filter(|d| d.is_open() && d.keys.contains(&me))
        };
        if let Some(d) = mine().find(|d| self.is_unfulfillable(d.id)) {
            let norm = self.program().norms.get(d.norm.index());
            return Some(Standstill {
                kind: StandstillKind::Unfulfillable,
                text: self.say(format!("nobody can fulfil {}", self.show_duty(d.id))),
                provisions: norm.map(|n| n.provision).into_iter().collect(),
            });
        }
        if self.is_moving(e, instance, asked) {
            return None;
        }
        let text = if stage.transitions.is_empty() {
            "there is no way out"
        } else {
            "each way out waits for what nobody owes in time"
        };
        Some(Standstill {
            kind: StandstillKind::AtRest,
            text: text.to_owned(),
            provisions: vec![stage.provision],
        })
    }

    /// Whether the clock, a duty with a time, or a decision that closes by itself may yet move an instance.
    fn is_moving(&self, e: Entity, instance: &Instance, asked: &mut Vec<Entity>) -> bool {
        let procedure = self.program().procedures.get(instance.procedure.index());
        let stage = procedure.and_then(|p| p.stages.get(instance.stage as usize));
        let (Some(procedure), Some(stage)) = (procedure, stage) else {
            return false;
        };
        let armed = |(k, s): (&crate::Key, &crate::state::Slot)| {
            k.contains(&e) && !matches!(s.when, SlotWhen::Unknown(_))
        };
        if self.state().slots.iter().flatten().any(armed) {
            return true;
        }
        let me = Value::Entity(e);
        let timed = |d: &&crate::DutyInstance| d.is_open() && d.due.is_some();
        if self.duties().filter(timed).any(|d| d.keys.contains(&me)) || self.is_deciding(Some(e)) {
            return true;
        }
        let env = Env::new().with(procedure.this, me);
        let mut ways = stage
            .transitions
            .iter()
            .flat_map(|t| t.on.iter().map(move |on| (on, t)));
        ways.any(|(on, t)| match on {
            On::Act { act, .. } => self.duties().filter(timed).any(|d| {
                let norm = self.program().norms.get(d.norm.index());
                let demands = norm.is_some_and(
                    |n| matches!(&n.demand, rogatio_mir::Demand::Act { act: a, .. } if a == act),
                );
                // A duty about another instance of the same procedure is no duty about this one.
                let other = d.keys.iter().filter_map(Value::entity).any(|k| {
                    let of = self.state().instances.get(&k);
                    k != e && of.is_some_and(|i| i.procedure == instance.procedure)
                });
                demands && !other
            }),
            On::Enter(p, _, m) | On::Leave(p, _, m) => {
                self.entering(*p, m, t.guard, &env).into_iter().any(|i| {
                    let at = self.state().instances.get(&i).map(|i| i.stage);
                    if asked.contains(&i) || at.is_none_or(|s| self.is_over(*p, s)) {
                        return false;
                    }
                    asked.push(i);
                    self.standstill(i, asked).is_none()
                })
            }
            On::Outcome(d, _, rogatio_mir::Match::Any) => self.closing_time(*d, None).is_some(),
            On::Norm(n, ..) => self.duties().filter(timed).any(|d| d.norm == *n),
            _ => {
                let m = self.missing_event(on, t.guard, &env);
                !m.is_nothing() && m.cost.acts == 0 && m.cost.impossible == 0
            }
        })
    }

    /// Whether a decision on an instance is open and closes by itself.
    fn is_deciding(&self, subject: Option<Entity>) -> bool {
        self.program().decisions.iter().enumerate().any(|(i, _)| {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            self.opening(id, subject).is_some() && self.closing_time(id, subject).is_some()
        })
    }
}
