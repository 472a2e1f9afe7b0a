//! What the way to a stage needs; the entry of a child or any other instance as an event.

use super::*;
use rogatio_mir::Match;

impl Seeker<'_> {
    pub(super) fn stage(
        &mut self,
        i: Guard,
        p: ProcedureId,
        stages: &[u32],
        env: &Env,
    ) -> Option<Missing> {
        let e = self.case.eval(i, env).entity()?;
        self.stage_of(e, p, stages)
    }

    /// The least that brings an instance into one of these stages.
    fn stage_of(&mut self, e: Entity, p: ProcedureId, stages: &[u32]) -> Option<Missing> {
        let case = self.case;
        let instance = case.state().instances.get(&e)?;
        let procedure = case.program().procedures.get(p.index())?;
        let stage = procedure.stages.get(instance.stage as usize)?;
        let base = Env::new()
            .with(procedure.this, Value::Entity(e))
            .in_versions_of(case.chosen_at(instance.version));
        let mut ways = Vec::new();
        for t in stage
            .transitions
            .iter()
            .filter(|t| stages.contains(&t.target))
        {
            for on in &t.on {
                ways.push(self.event(on, t.guard, &base, Some(&vec![e])));
            }
        }
        Missing::cheapest(ways).or_else(|| {
            let name = stages.first().map_or("?", |s| case.stage_name(p, *s));
            let text = format!(
                "{} to become {name} (it is {})",
                case.entity_name(e),
                stage.name
            );
            let dead = stage.transitions.is_empty();
            Some(if dead {
                Missing::impossible(text, Some(stage.provision))
            } else {
                Missing::acts(2, text, Some(stage.provision))
            })
        })
    }

    /// The entry of an instance into a stage, as an event: of the one that is meant, or of any that can be.
    pub(super) fn entry(
        &mut self,
        p: ProcedureId,
        stage: u32,
        m: &Match,
        guard: Option<Guard>,
        env: &Env,
    ) -> Missing {
        let case = self.case;
        let name = case
            .program()
            .procedures
            .get(p.index())
            .map_or("?", |p| p.name.as_str());
        let target = case.stage_name(p, stage);
        let mut ways = Vec::new();
        for e in case.entering(p, m, guard, env) {
            let over = case
                .state()
                .instances
                .get(&e)
                .is_some_and(|i| case.is_over(p, i.stage));
            if !over {
                ways.extend(self.stage_of(e, p, &[stage]));
            }
        }
        Missing::cheapest(ways)
            .unwrap_or_else(|| Missing::acts(2, format!("a {name} to become {target}"), None))
    }
}

impl Case {
    /// The instances whose entry into a stage an event can mean, as far as its condition tells.
    pub(crate) fn entering(
        &self,
        p: ProcedureId,
        m: &Match,
        guard: Option<Guard>,
        env: &Env,
    ) -> Vec<Entity> {
        let var = match m {
            Match::Bind(v, _) if env.get(*v).is_none() => Some(*v),
            Match::Bind(v, _) => return env.get(*v).and_then(Value::entity).into_iter().collect(),
            Match::Is(g) => return self.eval(*g, env).entity().into_iter().collect(),
            Match::Any => None,
        };
        let fits = |e: &Entity| {
            let (Some(v), Some(g)) = (var, guard) else {
                return true;
            };
            let env = env.clone().with(v, Value::Entity(*e));
            let told = |v: &rogatio_mir::VarId| env.get(*v).is_some();
            !self.index().free(g).iter().all(told) || !self.eval(g, &env).truth().is_false()
        };
        let of = self.instances().filter(|(_, i)| i.procedure == p);
        of.map(|(e, _)| e).filter(fits).collect()
    }
}
