//! The world of an experiment: its entities, what is assumed of them, and the days it covers. Constant for all runs.

use crate::dated::Dated;
use crate::fold::{Const, Env, of_day};
use crate::possible::Possible;
use crate::refusal::Refusal;
use rogatio_calendar::Day;
use rogatio_mir::{
    ActId, Assume, Assumed, CaseActKind, Domain, Drawn, Experiment, FieldId, GivenId, KindId, Op,
    ProcedureId, Program, ScenarioItem, ScenarioItemKind, StampTime, StatusId, Ty, VarId, draw,
};
use rustc_hash::FxHashMap;
use std::collections::{HashMap, HashSet};

/// Instances of one procedure in a run, at most.
const MOST_OPENED: u32 = 1 << 20;

/// An entity of the experiment.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name; of an anonymous population `State#17`.
    pub name: String,
    /// Its kind.
    pub kind: KindId,
}

/// Entities are numbered kind by kind, so that a kind is a range.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) members: Vec<Member>,
    /// By kind: first and end.
    pub(crate) ranges: Vec<(u32, u32)>,
    of_program: Vec<u32>,
    /// Names that lines with a date give to what they open, with their kinds; and the members behind the room of a kind
    /// that bear these names, so that draws are keyed by them.
    pub(crate) named: Vec<(String, KindId, u32)>,
    by_name: FxHashMap<String, u32>,
    fields: HashMap<(FieldId, u32), Const>,
    pub(crate) sets: HashMap<FieldId, HashSet<(u32, u32)>>,
    pub(crate) givens: HashMap<GivenId, crate::given::Values>,
    /// Givens that are drawn, statuses assumed for a part of a run, acts done before it: not compiled.
    pub(crate) dated_givens: HashSet<GivenId>,
    pub(crate) dated_statuses: HashSet<StatusId>,
    pub(crate) assumed_acts: HashSet<ActId>,
    /// Acts and ballots with a date.
    pub(crate) dated: Dated,
    /// Statuses that hold from the beginning, with their starts.
    pub(crate) assumed: Vec<(StatusId, Vec<u32>, i64)>,
    /// The values of those that have one.
    pub(crate) values: HashMap<(StatusId, Vec<u32>), Const>,
    /// All that is assumed has been read.
    pub(crate) known: bool,
    /// It is being read: no case has begun, and no status holds.
    pub(crate) reading: bool,
    /// The first day and the last.
    pub(crate) begin: i64,
    pub(crate) last: i64,
    /// Acts that some behaviour does.
    pub(crate) acts: HashSet<ActId>,
    /// Procedures with instances, decisions that open, norms with duties.
    pub(crate) possible: Possible,
    /// Duties that were written as latches: their condition says whether they carry their power.
    pub(crate) carried: std::collections::BTreeSet<rogatio_mir::NormId>,
    /// Edges that are looked at when a step is over; norms that are read and not written, with what they are.
    pub(crate) settled: std::collections::BTreeSet<rogatio_mir::EdgeId>,
    pub(crate) unwritten: std::collections::BTreeMap<rogatio_mir::NormId, &'static str>,
    /// Kinds of which a run makes new entities: their ranges are room for as many as the experiment allows.
    pub(crate) growing: HashSet<KindId>,
    /// Bounds of the integers that behaviours give as arguments.
    pub(crate) argument_bounds: HashMap<(ActId, u32), u64>,
    /// Decisions of several bodies, and their parts, that are written as decisions apart.
    pub(crate) apart: std::collections::BTreeSet<rogatio_mir::DecisionId>,
    /// How many of a growing kind may be open at once.
    pub(crate) open_caps: HashMap<KindId, u32>,
}

impl World {
    pub(crate) fn new(
        program: &Program,
        experiment: &Experiment,
        dated: Dated,
    ) -> Result<World, Refusal> {
        let last = program
            .counting
            .add(experiment.begin, experiment.horizon)
            .map_err(|e| {
                Refusal::new(
                    rogatio_diagnostics::codes::E0962,
                    format!("the horizon cannot be counted: {e}"),
                )
                .span(experiment.span)
            })?;
        let mut world = World {
            begin: experiment.begin.number(),
            last: last.number(),
            of_program: vec![0; program.entities.len()],
            acts: experiment
                .behaviours
                .iter()
                .filter_map(|b| b.act())
                .collect(),
            dated,
            ..World::default()
        };
        let mut named: Vec<(&str, KindId)> = Vec::new();
        for item in &experiment.items {
            match &item.kind {
                ScenarioItemKind::Entities(list) => {
                    named.extend(list.iter().map(|e| (e.name.as_str(), e.kind)))
                }
                ScenarioItemKind::EntitiesFromLog { .. } | ScenarioItemKind::EventsFrom { .. } => {
                    return Err(
                        Refusal::form("a log of events in an experiment is not compiled")
                            .span(item.span),
                    );
                }
                ScenarioItemKind::Branch(..) => {
                    return Err(
                        Refusal::form("a branch in an experiment is not compiled").span(item.span)
                    );
                }
                _ => {}
            }
        }
        world.possible = Possible::new(program, &world.acts);
        let opened = |i: &usize| world.possible.procedure(ProcedureId(*i as u32));
        let kinds = (0..program.procedures.len())
            .filter(opened)
            .map(|i| program.procedures[i].kind);
        world.growing = kinds.collect();
        let caps = |in_all: bool| experiment.caps.iter().filter(move |c| c.2 == in_all);
        world.open_caps = caps(false).map(|(k, n, _)| (*k, *n)).collect();
        for k in 0..program.kinds.len() {
            let kind = KindId(k as u32);
            let first = world.members.len() as u32;
            for (e, entity) in program
                .entities
                .iter()
                .enumerate()
                .filter(|(_, e)| e.kind == kind)
            {
                world.of_program[e] = world.add(&entity.name, kind);
            }
            for (name, _) in named.iter().filter(|(_, k)| *k == kind) {
                world.add(name, kind);
            }
            for (_, count) in experiment.populations.iter().filter(|(k, _)| *k == kind) {
                for i in 1..=*count {
                    world.add(&draw::member_name(&program.kinds[k].name, i), kind);
                }
            }
            if world.growing.contains(&kind) {
                let most = caps(true).filter(|c| c.0 == kind).map(|c| c.1).min();
                let most = most.or_else(|| world.dated.openings(program, experiment, kind));
                for i in 1..=most.unwrap_or(0).min(MOST_OPENED) {
                    let name = format!("{}#{i}", program.kinds[k].name);
                    world.members.push(Member { name, kind });
                }
            }
            world.ranges.push((first, world.members.len() as u32));
            if world.growing.contains(&kind) && world.members.len() as u32 > first {
                for name in crate::named::given_to(program, experiment, kind) {
                    let bearer = world.members.len() as u32;
                    world.named.push((name.to_owned(), kind, bearer));
                    let name = name.to_owned();
                    world.members.push(Member { name, kind });
                }
            }
        }
        // What an entity has as its name is not free, and one name is of one thing.
        let names: Vec<String> = world.named.iter().map(|n| n.0.clone()).collect();
        let once = |n: &str| names.iter().filter(|o| *o == n).count() == 1;
        let taken = |n: &str| world.by_name.contains_key(n);
        if let Some(bad) = names.iter().find(|n| taken(n) || !once(n)) {
            let bad = bad.clone();
            return Err(Refusal::form(format!(
                "the name `{bad}`, which more than one thing would have, is not compiled"
            ))
            .span(crate::named::line_of(experiment, &bad).unwrap_or(experiment.span)));
        }
        if world.members.len() >= 1 << 20 {
            return Err(Refusal::new(
                rogatio_diagnostics::codes::E0965,
                "an experiment has at most a million entities",
            )
            .span(experiment.span));
        }
        world.reading = true;
        world.read_items(program, experiment)?;
        world.reading = false;
        world.set_defaults(program, experiment)?;
        for fact in &experiment.drawn {
            match fact.what {
                Drawn::Chance(given, ..) | Drawn::Alternates(given, ..) => {
                    world.dated_givens.insert(given);
                }
                Drawn::Term(..) => {}
            }
        }
        world.known = true;
        world.bound_arguments(program, experiment);
        Ok(world)
    }

    fn add(&mut self, name: &str, kind: KindId) -> u32 {
        let id = self.members.len() as u32;
        self.members.push(Member {
            name: name.to_owned(),
            kind,
        });
        self.by_name.insert(name.to_owned(), id);
        id
    }

    fn read_items(&mut self, program: &Program, experiment: &Experiment) -> Result<(), Refusal> {
        for item in &experiment.items {
            let read = match &item.kind {
                ScenarioItemKind::Entities(list) => list
                    .iter()
                    .try_for_each(|entity| self.entity_data(program, entity)),
                ScenarioItemKind::Assume(assume) => self.assume(program, assume, item),
                ScenarioItemKind::SetGiven(given, args, value) => {
                    let from = item.at.as_ref().map(|s| match s.time {
                        StampTime::Day(d) => d.number(),
                        StampTime::Instant(i) => i.day().number(),
                    });
                    self.set_given(program, *given, (args, *value), from, &Env::default())
                }
                _ => Ok(()),
            };
            read.map_err(|r| r.span(item.span))?;
        }
        Ok(())
    }

    fn entity_data(
        &mut self,
        program: &Program,
        entity: &rogatio_mir::CaseEntity,
    ) -> Result<(), Refusal> {
        let Some(&id) = self.by_name.get(&entity.name) else {
            return Ok(());
        };
        for (field, value) in &entity.fields {
            let value = self.constant(program, *value, &Env::default())?;
            self.fields.insert((*field, id), value);
        }
        for (field, names) in &entity.sets {
            let ids: Vec<u32> = names
                .iter()
                .filter_map(|n| self.by_name.get(n).copied())
                .collect();
            self.sets
                .entry(*field)
                .or_default()
                .extend(ids.into_iter().map(|e| (id, e)));
        }
        Ok(())
    }

    /// The sets that entities hold in their fields where nothing is said of them.
    fn set_defaults(&mut self, program: &Program, experiment: &Experiment) -> Result<(), Refusal> {
        let mut said: HashSet<(FieldId, u32)> = HashSet::new();
        for item in &experiment.items {
            let ScenarioItemKind::Entities(list) = &item.kind else {
                continue;
            };
            for e in list {
                if let Some(id) = self.by_name.get(&e.name) {
                    said.extend(e.sets.iter().map(|(f, _)| (*f, *id)));
                }
            }
        }
        for (i, field) in program.fields.iter().enumerate() {
            let (Ty::Set(_), Some(default)) = (&field.ty, field.default) else {
                continue;
            };
            let id = FieldId(i as u32);
            let owners: Vec<u32> = self
                .range(field.kind)
                .filter(|o| !said.contains(&(id, *o)))
                .collect();
            if owners.is_empty() {
                continue;
            }
            let Some(elements) = self.constant_set(program, default) else {
                let why = "what a field holds by default must be known before the runs begin";
                return Err(Refusal::form(why).at(program, default));
            };
            let pairs = owners
                .iter()
                .flat_map(|o| elements.iter().map(|e| (*o, *e)));
            self.sets.entry(id).or_default().extend(pairs);
        }
        Ok(())
    }

    /// The elements of a set that never changes.
    fn constant_set(&self, program: &Program, set: rogatio_mir::Guard) -> Option<Vec<u32>> {
        let Op::SetOf(domain, cond) = &program.guards.get(set.index())?.op else {
            return None;
        };
        let mut found = Vec::new();
        for e in domain.kinds.iter().flat_map(|k| self.range(*k)) {
            let env = Env::default().with_const(domain.var, Const::Entity(e));
            match self.fold(program, *cond, &env)? {
                Const::Bool(true) => found.push(e),
                Const::Bool(false) => {}
                _ => return None,
            }
        }
        Some(found)
    }

    fn constant(
        &self,
        program: &Program,
        g: rogatio_mir::Guard,
        env: &Env,
    ) -> Result<Const, Refusal> {
        self.fold(program, g, env).ok_or_else(|| {
            Refusal::form("what an experiment assumes must be known before its runs begin")
                .at(program, g)
        })
    }

    fn assume(
        &mut self,
        program: &Program,
        assume: &Assume,
        item: &ScenarioItem,
    ) -> Result<(), Refusal> {
        let stamped = item.at.as_ref().map(|s| match s.time {
            StampTime::Day(d) => d,
            StampTime::Instant(i) => i.day(),
        });
        let from = assume.from.or(stamped).map(Day::number);
        let dated = assume.until.is_some() || from.is_some_and(|d| d > self.begin);
        let over: Vec<Env> = match &assume.each {
            None => vec![Env::default()],
            Some((domain, cond)) => {
                let mut envs = Vec::new();
                let elements: Vec<u32> = self.elements(domain).collect();
                for e in elements {
                    let env = Env::default().with_const(domain.var, Const::Entity(e));
                    match self.fold(program, *cond, &env) {
                        Some(Const::Bool(true)) => envs.push(env),
                        Some(_) => {}
                        // Of whom it is assumed shows only in a run.
                        None => {
                            match &assume.what {
                                Assumed::Status(s, ..) => self.dated_statuses.insert(*s),
                                Assumed::Given(g, ..) => self.dated_givens.insert(*g),
                                Assumed::Act(_) => continue,
                            };
                            return Ok(());
                        }
                    }
                }
                envs
            }
        };
        for env in over {
            let keys = |args: &[rogatio_mir::Guard]| -> Result<Vec<u32>, Refusal> {
                args.iter()
                    .map(|g| match self.constant(program, *g, &env)? {
                        Const::Entity(e) => Ok(e),
                        _ => Err(Refusal::form("a key that is no entity is not compiled")
                            .at(program, *g)),
                    })
                    .collect()
            };
            match &assume.what {
                Assumed::Status(s, ..) if dated => {
                    self.dated_statuses.insert(*s);
                }
                Assumed::Status(s, args, value) => {
                    let keys = keys(args)?;
                    if let Some(value) = value {
                        match self.fold(program, *value, &env) {
                            Some(Const::None) => continue,
                            Some(value) => {
                                self.values.insert((*s, keys.clone()), value);
                                self.assumed.retain(|(t, k, _)| (t, k) != (s, &keys));
                            }
                            // What hangs on the case: whoever reads it is not compiled.
                            None => {
                                self.dated_statuses.insert(*s);
                                continue;
                            }
                        };
                    }
                    self.assumed
                        .push((*s, keys, of_day(from.unwrap_or(self.begin))));
                }
                Assumed::Given(g, ..) if assume.until.is_some() => {
                    self.dated_givens.insert(*g);
                }
                Assumed::Given(g, args, value) => {
                    self.set_given(program, *g, (args, *value), from, &env)?;
                }
                Assumed::Act(act) => match act.act {
                    CaseActKind::Act(a) => {
                        self.assumed_acts.insert(a);
                    }
                    _ => return Err(Refusal::form("an assumed ballot is not compiled")),
                },
            }
        }
        Ok(())
    }

    /// Whether a run makes new entities of one of the kinds.
    pub(crate) fn grows(&self, kinds: &[KindId]) -> bool {
        kinds.iter().any(|k| self.growing.contains(k))
    }

    /// Those that are there when a run begins.
    pub(crate) fn elements(&self, domain: &Domain) -> impl Iterator<Item = u32> {
        domain
            .kinds
            .iter()
            .filter(|k| !self.growing.contains(k))
            .flat_map(|k| self.range(*k))
            .collect::<Vec<_>>()
            .into_iter()
    }

    pub(crate) fn range(&self, kind: KindId) -> std::ops::Range<u32> {
        let (first, end) = self.ranges.get(kind.index()).copied().unwrap_or((0, 0));
        first..end
    }

    /// The ranges of kinds, empty ones left out, neighbours joined.
    pub(crate) fn joined(&self, kinds: &[KindId]) -> Vec<(u32, u32)> {
        let extents = self.extents(kinds);
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (first, end, _) in extents {
            match joined.last_mut() {
                Some(last) if last.1 == first => last.1 = end,
                _ => joined.push((first, end)),
            }
        }
        joined
    }

    /// The ranges of kinds, neighbours joined where no run adds to them; with the kind of those to which it does.
    pub(crate) fn extents(&self, kinds: &[KindId]) -> Vec<(u32, u32, Option<KindId>)> {
        let grows = |k: &KindId| self.growing.contains(k).then_some(*k);
        let mut ranges: Vec<(u32, u32, Option<KindId>)> = kinds
            .iter()
            .map(|k| (self.range(*k), grows(k)))
            .filter(|(r, _)| !r.is_empty())
            .map(|(r, grows)| (r.start, r.end, grows))
            .collect();
        ranges.sort_unstable();
        ranges.dedup();
        let mut extents: Vec<(u32, u32, Option<KindId>)> = Vec::new();
        for (first, end, grows) in ranges {
            match extents.last_mut() {
                Some((_, last, None)) if *last == first && grows.is_none() => *last = end,
                _ => extents.push((first, end, grows)),
            }
        }
        extents
    }

    pub(crate) fn is_of(&self, entity: u32, kinds: &[KindId]) -> bool {
        self.members
            .get(entity as usize)
            .is_some_and(|m| kinds.contains(&m.kind))
    }

    pub(crate) fn program_entity(&self, e: rogatio_mir::EntityId) -> u32 {
        self.of_program.get(e.index()).copied().unwrap_or(0)
    }

    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The value of a field of an entity.
    pub(crate) fn field(&self, program: &Program, entity: u32, field: FieldId) -> Option<Const> {
        // In a union each kind has its own field of that name.
        let kind = self.members.get(entity as usize).map(|m| m.kind);
        let own = kind.and_then(|k| program.field_of_kind(field, k));
        let field = own.unwrap_or(field);
        if let Some(v) = self.fields.get(&(field, entity)) {
            return Some(v.clone());
        }
        let declared = program.fields.get(field.index())?;
        match declared.default {
            Some(default) => self.fold(program, default, &Env::default()),
            None if matches!(declared.ty, rogatio_mir::Ty::Optional(_)) => Some(Const::None),
            None => None,
        }
    }

    /// A variable's name, for messages.
    pub(crate) fn variable(program: &Program, var: VarId) -> &str {
        program
            .vars
            .get(var.index())
            .map_or("?", |v| v.name.as_str())
    }
}
