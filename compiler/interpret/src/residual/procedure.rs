//! Instances on their way, and those that cannot move (R45).

use super::*;

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
            let env = Env::new().with(procedure.this, Value::Entity(e));
            let mut ways_out: Vec<(String, Missing)> = Vec::new();
            for t in &stage.transitions {
                let target = self.stage_name(instance.procedure, t.target).to_owned();
                for on in &t.on {
                    ways_out.push((target.clone(), self.missing_event(on, t.guard, &env)));
                }
            }
            let (stuck, provisions) = self.why_stuck(e);
            out.push(OpenProcedure {
                instance: e,
                procedure: instance.procedure,
                stage: stage.name.clone(),
                since: instance.entered.get(&instance.stage).copied(),
                ways_out,
                stuck,
                provisions,
            });
        }
        out
    }

    /// Whether an instance is stuck (R45): frozen, owing what cannot be done, or at rest.
    pub(crate) fn why_stuck(&self, e: Entity) -> (Option<String>, Vec<ProvisionId>) {
        let Some(instance) = self.state().instances.get(&e) else {
            return (None, Vec::new());
        };
        if let Some(c) = &instance.stuck {
            let why: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
            return (
                Some(why.join("; ")),
                c.iter().map(|c| c.provision).collect(),
            );
        }
        let stage = self.program().procedures.get(instance.procedure.index());
        let Some(stage) = stage.and_then(|p| p.stages.get(instance.stage as usize)) else {
            return (None, Vec::new());
        };
        if stage.outcome {
            return (None, Vec::new());
        }
        let me = Value::Entity(e);
        let mine: Vec<_> = self
            .duties()
            .filter(|d| d.is_open() && d.keys.contains(&me))
            .collect();
        for d in &mine {
            if self.is_unfulfillable(d.id) {
                let norm = self.program().norms.get(d.norm.index());
                let text = format!("{} cannot be fulfilled", self.show_duty(d.id));
                return (Some(text), norm.map(|n| n.provision).into_iter().collect());
            }
        }
        let armed = self
            .state()
            .slots
            .iter()
            .flatten()
            .any(|(k, s)| k.contains(&e) && !matches!(s.when, SlotWhen::Unknown(_)));
        let owed = mine.iter().any(|d| d.due.is_some());
        let deciding = self.program().decisions.iter().enumerate().any(|(i, _)| {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            self.opening(id, Some(e)).is_some() && self.closing_time(id, Some(e)).is_some()
        });
        if armed || owed || deciding {
            return (None, Vec::new());
        }
        (
            Some(
                "it is at rest: every way out waits for an act that nobody owes in time".to_owned(),
            ),
            vec![stage.provision],
        )
    }
}
