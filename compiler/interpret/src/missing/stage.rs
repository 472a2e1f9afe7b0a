//! What the way to a stage needs; the entry of a child or any other instance as an event.

use super::*;
use rogatio_mir::{Match, Procedure, Stage};
use std::collections::{BTreeMap, VecDeque};

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
        let path = case.way_to(procedure, instance.stage, stages, &base);
        let [first, further @ ..] = path.as_slice() else {
            let name = stages.first().map_or("?", |s| case.stage_name(p, *s));
            let text = format!(
                "{} to become {name} (it is {})",
                case.entity_name(e),
                stage.name
            );
            return Some(Missing::impossible(text, Some(stage.provision)));
        };
        let first = self.step(stage, *first, e, &base);
        if further.is_empty() {
            return first;
        }
        // What has to be gone through in between is named stage by stage.
        let mut at = path.first().copied();
        let mut steps: Vec<Missing> = Vec::new();
        steps.extend(first.map(|m| towards(case.stage_name(p, path[0]), m)));
        for target in further {
            let from = at.and_then(|s| procedure.stages.get(s as usize))?;
            let step = self.step(from, *target, e, &base)?;
            steps.push(towards(case.stage_name(p, *target), step));
            at = Some(*target);
        }
        Some(Missing::of(MissingKind::Then, steps))
    }

    /// The least that brings an instance from a stage into the next.
    fn step(&mut self, from: &Stage, to: u32, e: Entity, base: &Env) -> Option<Missing> {
        let mut ways = Vec::new();
        for t in from.transitions.iter().filter(|t| t.target == to) {
            if self.case.is_of_other_version(t.guard, base) {
                continue;
            }
            for on in &t.on {
                ways.push(self.event(on, t.guard, base, Some(&vec![e])));
            }
        }
        Missing::cheapest(ways)
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

/// What is missing for a stage, named by it.
fn towards(stage: &str, m: Missing) -> Missing {
    if m.children.is_empty() && m.kind != MissingKind::Nothing {
        let text = format!("-> {stage}: {}", m.text);
        return Missing { text, ..m };
    }
    Missing {
        text: format!("-> {stage}"),
        kind: MissingKind::All,
        provision: m.provision,
        cost: m.cost,
        act: None,
        children: vec![m].into_iter().filter(|m| !m.is_nothing()).collect(),
    }
}

impl Case {
    /// The shortest way from a stage to one of these: the stages on it, the last one included; none if there is none.
    fn way_to(&self, procedure: &Procedure, from: u32, to: &[u32], env: &Env) -> Vec<u32> {
        let mut before: BTreeMap<u32, u32> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if to.contains(&at) && at != from {
                let back = |s: &u32| before.get(s).copied().filter(|b| *b != from);
                let mut path: Vec<u32> = std::iter::successors(Some(at), back).collect();
                path.reverse();
                return path;
            }
            let stage = procedure.stages.get(at as usize);
            for t in stage.into_iter().flat_map(|s| &s.transitions) {
                let new = t.target != from && !before.contains_key(&t.target);
                if new && !self.is_of_other_version(t.guard, env) {
                    before.insert(t.target, at);
                    queue.push_back(t.target);
                }
            }
        }
        Vec::new()
    }

    /// Whether a condition is of a version that is not in force.
    pub(crate) fn is_of_other_version(&self, guard: Option<Guard>, env: &Env) -> bool {
        let parts = guard.map(|g| crate::index::conjuncts(self.program(), g));
        let mut parts = parts.into_iter().flatten();
        parts.any(
            |g| match self.program().guards.get(g.index()).map(|n| &n.op) {
                Some(Op::InVersion(v, now)) => Eval::new(self).in_version(*v, *now, env).is_false(),
                _ => false,
            },
        )
    }

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
