//! The slice: only what the measures can depend on (R60). Everything else of the program has no effect on a run's record.

mod watch;

use crate::event::Event;
use crate::fold::{Bind, Const, Env};
use crate::power::{clock_keys, enabling, held, keyed};
use crate::reads::{Counter, Part, Places, Reader, Reads, Slot};
use crate::refusal::Refusal;
use crate::world::World;
use rogatio_diagnostics::codes;
use rogatio_mir::{
    ActId, Behaviour, DecisionId, Domain, EdgeId, Effect, Experiment, FieldId, Guard, KindId,
    Latch, Match, MeasureKind, On, Position, ProcedureId, Program, Rule, StatusId, Ty,
};
use std::collections::{BTreeMap, BTreeSet};

/// A condition or time that must be looked at again when something it reads changes.
#[derive(Clone, Debug)]
pub(crate) struct Watcher {
    pub(crate) of: Watched,
    /// Slots read at its own keys only, and where those stand among theirs.
    pub(crate) own: BTreeSet<(Slot, Places)>,
    /// Slots read otherwise: a change concerns all keys.
    pub(crate) any: BTreeSet<Slot>,
    /// As [`Reads::stages`]; none where any may make a difference.
    pub(crate) stages: Option<BTreeSet<(ProcedureId, u32)>>,
    /// Time alone may change it.
    pub(crate) now: bool,
}

/// What is watched.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Watched {
    /// An edge or a timer whose time may be pending.
    Latch(Latch),
    /// Whether a behaviour's clock runs: index into [`Slice::behaviours`].
    Behaviour(usize),
    /// Whether ballots can be cast in a decision.
    Ballots(DecisionId),
}

/// What is compiled.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    pub(crate) latches: BTreeSet<Latch>,
    pub(crate) parts: BTreeSet<Part>,
    /// Indices into the experiment's behaviours.
    pub(crate) behaviours: Vec<usize>,
    pub(crate) counters: Vec<Counter>,
    pub(crate) watchers: Vec<Watcher>,
    pub(crate) procedures: BTreeSet<ProcedureId>,
    pub(crate) decisions: BTreeSet<DecisionId>,
    /// What it depends on who may vote, by decision.
    pub(crate) rolls: BTreeMap<DecisionId, BTreeSet<Slot>>,
    /// Rules that may apply, by latch, in the order written.
    pub(crate) rules: BTreeMap<Latch, Vec<usize>>,
    /// What may set a run aside ([`crate::ASIDE`]), with its place.
    pub(crate) aside: Option<Refusal>,
    /// Edges that are looked at when a step is over.
    pub(crate) settled: BTreeSet<EdgeId>,
    /// Statuses to which two clauses may give different values at once.
    pub(crate) clashes: BTreeSet<StatusId>,
}

pub(crate) struct Slicer<'p> {
    pub(crate) reader: Reader<'p>,
    pub(crate) experiment: &'p Experiment,
    pub(crate) slice: Slice,
    todo: Vec<Latch>,
    procedures: Vec<ProcedureId>,
    decisions: Vec<DecisionId>,
    acts: BTreeSet<ActId>,
}

impl Slice {
    pub(crate) fn new(
        program: &Program,
        world: &World,
        experiment: &Experiment,
    ) -> Result<Slice, Refusal> {
        let reader = Reader {
            program,
            world,
            counters: Vec::new(),
            close: None,
            rolls: Vec::new(),
            kept: false,
            level: false,
            aside: None,
        };
        let mut s = Slicer {
            reader,
            experiment,
            slice: Slice::default(),
            todo: Vec::new(),
            procedures: Vec::new(),
            decisions: Vec::new(),
            acts: BTreeSet::new(),
        };
        for (kind, ..) in &experiment.caps {
            s.grown(std::slice::from_ref(kind));
        }
        for measure in &experiment.measures {
            let g = match measure.kind {
                MeasureKind::Date(g) | MeasureKind::Probability(g, _) | MeasureKind::Number(g) => g,
                // Written as a number or a condition before.
                MeasureKind::Breaches { .. } => continue,
            };
            s.need(g, &Env::default(), 0)?;
        }
        loop {
            if let Some(latch) = s.todo.pop() {
                s.latch(latch)?;
            } else if let Some(p) = s.procedures.pop() {
                s.reader.kept = true;
                let needed = s.procedure(p);
                s.reader.kept = false;
                needed?;
            } else if let Some(d) = s.decisions.pop() {
                s.decision(d)?;
            } else {
                break;
            }
        }
        s.slice.behaviours.sort_unstable();
        s.watch()?;
        s.slice.counters = s.reader.counters;
        s.slice.aside = s.reader.aside;
        s.slice.settled = world.settled.clone();
        s.slice
            .settled
            .retain(|e| s.slice.latches.contains(&Latch::Edge(*e)));
        Ok(s.slice)
    }

    /// The event that a condition begins to hold.
    pub(crate) fn rise(&self, e: EdgeId) -> Event {
        match self.settled.contains(&e) {
            true => Event::Held(e),
            false => Event::Rise(e),
        }
    }

    /// The event that it no longer does.
    pub(crate) fn fall(&self, e: EdgeId) -> Event {
        match self.settled.contains(&e) {
            true => Event::Failed(e),
            false => Event::Fall(e),
        }
    }
}

/// Whether an act of a behaviour may have no argument there.
fn may_be_left_out(program: &Program, b: &Behaviour, argument: u32) -> bool {
    match b.args.get(argument as usize).copied().flatten() {
        Some(g) => matches!(program.guard(g).ty, Ty::Optional(_) | Ty::None),
        None => true,
    }
}

/// The variables a rule's event and its `each` bind.
pub(crate) fn rule_vars(program: &Program, on: &On) -> Vec<rogatio_mir::VarId> {
    let mut vars: Vec<_> = on
        .matches()
        .into_iter()
        .filter_map(|m| match m {
            Match::Bind(v, _) => Some(*v),
            _ => None,
        })
        .collect();
    if let On::Timer(t, _) = on {
        let timer = &program.timers[t.index()];
        vars.extend(timer.keys.iter().map(|d| d.var));
        vars.extend(&timer.carried);
    }
    vars
}

impl Slicer<'_> {
    pub(crate) fn need(&mut self, g: Guard, env: &Env, keys: usize) -> Result<Reads, Refusal> {
        let reads = self.reader.reads(g, env, keys)?;
        for (slot, _) in &reads.slots {
            self.need_slot(*slot);
        }
        for part in &reads.parts {
            if self.slice.parts.insert(*part)
                && let Part::Field(f) = part
            {
                self.field(*f)?;
            }
        }
        Ok(reads)
    }

    fn need_slot(&mut self, slot: Slot) {
        match slot {
            Slot::Status(s) => self.need_latch(Latch::Status(s)),
            Slot::Hist(h) => self.need_latch(Latch::Hist(h)),
            Slot::Timer(t) => self.need_latch(Latch::Timer(t)),
            Slot::Stage(p) => self.need_procedure(p),
            Slot::Kind(k) => self.grown(&[k]),
            Slot::Decision(d) => self.need_decision(d),
            Slot::Counter(i) => {
                for slot in self.reader.counters[i].slots.clone() {
                    self.need_slot(slot);
                }
            }
        }
    }

    fn need_latch(&mut self, latch: Latch) {
        if self.slice.latches.insert(latch) {
            self.todo.push(latch);
        }
    }

    pub(crate) fn need_procedure(&mut self, p: ProcedureId) {
        if self.slice.procedures.insert(p) {
            self.procedures.push(p);
        }
    }

    pub(crate) fn need_decision(&mut self, d: DecisionId) {
        if self.slice.decisions.insert(d) {
            self.decisions.push(d);
        }
    }

    /// Kinds to which a run adds: what opens their instances is needed.
    fn grown(&mut self, kinds: &[KindId]) {
        let program = self.reader.program;
        let opened = (0u32..).zip(&program.procedures);
        let opened = opened.filter(|(_, p)| kinds.contains(&p.kind));
        let all: Vec<ProcedureId> = opened.map(|(i, _)| ProcedureId(i)).collect();
        for p in all {
            if self.reader.world.possible.procedure(p) {
                self.need_procedure(p);
            }
        }
    }

    pub(crate) fn grown_keys(&mut self, domains: &[Domain]) {
        for d in domains {
            self.grown(&d.kinds);
        }
    }

    /// What opens and moves the instances of a procedure.
    fn procedure(&mut self, p: ProcedureId) -> Result<(), Refusal> {
        let program = self.reader.program;
        let procedure = &program.procedures[p.index()];
        let named = |r: Refusal| r.within(program, procedure.provision);
        if self.reader.world.range(procedure.kind).is_empty() {
            let name = &procedure.name;
            return Err(named(
                Refusal::new(
                    codes::E0968,
                    format!("nothing bounds how many instances of `{name}` a run opens"),
                )
                .span(self.experiment.span)
                .help(format!("add to the experiment: `at most 20 {name} in all`")),
            ));
        }
        if procedure.births().len() > 1 {
            return Err(named(Refusal::form(
                "a procedure whose first stage differs by version is not compiled",
            )));
        }
        for (i, act) in (0u32..).zip(&program.acts) {
            if act.opens.is_some_and(|(_, opened)| opened == p) {
                self.act(ActId(i))?;
            }
        }
        for (on, guard, _) in &procedure.opened_by {
            if self.reader.world.possible.event(on) {
                self.event(on).map_err(named)?;
                let env = bound_by(program, on);
                for g in guard.iter() {
                    self.need(*g, &env, 0)?;
                }
            }
        }
        for (i, parent) in (0u32..).zip(&program.procedures) {
            let opens = parent.stages.iter().flat_map(|s| &s.opens);
            for o in opens.filter(|o| o.procedure == p) {
                if self.reader.world.possible.procedure(ProcedureId(i)) {
                    self.need_procedure(ProcedureId(i));
                    let env = Env::default().with(parent.this, Bind::Element);
                    for g in o.guard.iter() {
                        self.need(*g, &env, 0)?;
                    }
                }
            }
        }
        for t in procedure.stages.iter().flat_map(|s| &s.transitions) {
            let within = |r: Refusal| r.within(program, t.provision);
            for on in &t.on {
                if !self.reader.world.possible.event(on) {
                    continue;
                }
                let env = bound_by(program, on).with(procedure.this, Bind::Element);
                let guard = t.guard;
                if guard.is_some_and(|g| {
                    self.reader.world.fold(program, g, &env) == Some(Const::Bool(false))
                }) {
                    continue;
                }
                self.event(on).map_err(within)?;
                for g in guard.iter().chain(&equal_to(on)) {
                    self.need(*g, &env, 0).map_err(within)?;
                }
            }
            let env = Env::default().with(procedure.this, Bind::Element);
            if let Some(c) = t.on_condition {
                for g in t.guard.into_iter().chain([c]) {
                    self.need(g, &env, 0).map_err(within)?;
                }
            }
        }
        Ok(())
    }

    /// What fills a field of instances.
    fn field(&mut self, f: FieldId) -> Result<(), Refusal> {
        let program = self.reader.program;
        let kind = program.fields[f.index()].kind;
        self.grown(&[kind]);
        let of = |p: &ProcedureId| program.procedures[p.index()].kind == kind;
        for procedure in program.procedures.iter().filter(|p| p.kind == kind) {
            for (on, _, fields) in &procedure.opened_by {
                let env = bound_by(program, on);
                for (_, g) in fields.iter().filter(|(field, _)| *field == f) {
                    self.need(*g, &env, 0)?;
                }
            }
        }
        for parent in &program.procedures {
            let env = Env::default().with(parent.this, Bind::Element);
            let opens = parent.stages.iter().flat_map(|s| &s.opens);
            for o in opens.filter(|o| of(&o.procedure)) {
                for (_, g) in o.fields.iter().filter(|(field, _)| *field == f) {
                    self.need(*g, &env, 0)?;
                }
            }
        }
        Ok(())
    }

    fn latch(&mut self, latch: Latch) -> Result<(), Refusal> {
        let program = self.reader.program;
        let keys = match latch {
            Latch::Status(s) => &program.statuses[s.index()].keys,
            Latch::Hist(h) => &program.hists[h.index()].keys,
            Latch::Edge(e) => &program.edges[e.index()].keys,
            Latch::Timer(t) => &program.timers[t.index()].keys,
        };
        self.grown_keys(keys);
        match latch {
            Latch::Status(s) => {
                let status = &program.statuses[s.index()];
                let clash = crate::stored::values_at_once(program, s)
                    .map_err(|r| r.within(program, status.provision))?;
                if let Some(why) = clash {
                    self.slice.clashes.insert(s);
                    self.reader.aside.get_or_insert(why);
                }
                for g in &status.blocked_while {
                    self.need(*g, &keyed(&status.keys), status.keys.len())?;
                }
            }
            Latch::Hist(h) => {
                let hist = &program.hists[h.index()];
                if hist.attempted {
                    return Err(Refusal::form(format!(
                        "a history of attempts (`{}`) is not compiled",
                        hist.name
                    )));
                }
            }
            Latch::Edge(e) => {
                let edge = &program.edges[e.index()];
                self.need(edge.cond, &keyed(&edge.keys), edge.keys.len())?;
            }
            Latch::Timer(t) => {
                let timer = &program.timers[t.index()];
                let env = timer
                    .carried
                    .iter()
                    .fold(keyed(&timer.keys), |e, v| e.with(*v, Bind::Element));
                self.need(timer.at, &env, timer.keys.len())?;
            }
        }
        let mut kept = Vec::new();
        for (i, rule) in program
            .rules
            .iter()
            .enumerate()
            .filter(|(_, r)| r.target == latch)
        {
            if matches!(rule.effect, Effect::Watch) || !self.reader.world.possible.event(&rule.on) {
                continue;
            }
            if self
                .rule(rule)
                .map_err(|r| r.span(rule.span).within(program, rule.provision))?
            {
                kept.push(i);
            }
        }
        self.slice.rules.insert(latch, kept);
        Ok(())
    }

    /// Whether the rule may apply; what it needs is needed.
    fn rule(&mut self, rule: &Rule) -> Result<bool, Refusal> {
        let program = self.reader.program;
        self.grown_keys(&rule.each);
        let mut env = Env::default();
        for v in rule_vars(program, &rule.on)
            .into_iter()
            .chain(rule.each.iter().map(|d| d.var))
        {
            env.bind(v, Bind::Element);
        }
        if let Some(g) = rule.guard
            && self.reader.world.fold(program, g, &env) == Some(Const::Bool(false))
        {
            return Ok(false);
        }
        let mut guards: Vec<Guard> = rule.guard.into_iter().collect();
        guards.extend(equal_to(&rule.on));
        match &rule.effect {
            Effect::Start(keys, value) => guards.extend(keys.iter().chain(value)),
            Effect::End(keys) | Effect::Push(keys) | Effect::Arm(keys) | Effect::Disarm(keys) => {
                guards.extend(keys)
            }
            Effect::Watch => {}
        }
        for g in guards {
            self.need(g, &env, 0)?;
        }
        self.event(&rule.on)?;
        Ok(true)
    }

    /// What an event is made of.
    pub(crate) fn event(&mut self, on: &On) -> Result<(), Refusal> {
        match on {
            On::Act {
                act,
                under,
                matches,
                ..
            } => {
                if under.is_some() {
                    return Err(Refusal::form("`under` a provision is not compiled"));
                }
                self.positions(*act, matches)?;
                self.act(*act)?;
            }
            On::Timer(t, _) => self.need_latch(Latch::Timer(*t)),
            On::Rise(e, _) | On::Fall(e, _) => self.need_latch(Latch::Edge(*e)),
            On::Started(s, _) | On::Ended(s, _) => self.need_latch(Latch::Status(*s)),
            On::Enter(p, ..) | On::Leave(p, ..) => self.need_procedure(*p),
            On::Outcome(d, ..) | On::Opened(d, _) => self.need_decision(*d),
            On::Norm(n, ..) => {
                let norm = &self.reader.program.norms[n.index()];
                let what = match self.reader.world.unwritten.get(n) {
                    Some(why) => {
                        format!("what follows from `{}`, {why}, is not compiled", norm.name)
                    }
                    None => format!(
                        "what follows from `{}`, a duty or permission, is not compiled",
                        norm.name
                    ),
                };
                return Err(Refusal::form(what)
                    .span(norm.span)
                    .within(self.reader.program, norm.provision));
            }
            On::Ballot { .. } => {
                return Err(Refusal::form("what follows a ballot is not compiled"));
            }
            On::Begin => {}
        }
        Ok(())
    }

    /// Positions that only the interpreter knows: offices the actor holds. One that is opened is needed.
    fn positions(&mut self, act: ActId, matches: &[(Position, Match)]) -> Result<(), Refusal> {
        let program = self.reader.program;
        for (position, m) in matches {
            if let Some((i, p)) = program.acts[act.index()].opens
                && *m != Match::Any
                && *position == Position::Arg(i as u32)
            {
                self.need_procedure(p);
            }
            let kinds: &[KindId] = match m {
                Match::Any => continue,
                Match::Bind(_, kinds) => kinds,
                Match::Is(g) => match &program.guard(*g).ty {
                    Ty::Entity(kinds) => kinds,
                    _ => continue,
                },
            };
            let doers = || {
                self.experiment
                    .behaviours
                    .iter()
                    .filter(|b| b.act() == Some(act))
            };
            // What is left out is bound to none there, and a key that is none is nobody's.
            if let (Position::Arg(i), Match::Bind(_, kinds)) = (position, m)
                && !kinds.is_empty()
                && program.acts[act.index()]
                    .opens
                    .is_none_or(|(opened, _)| opened as u32 != *i)
                && doers().any(|b| may_be_left_out(program, b, *i))
            {
                return Err(Refusal::form(
                    "a rule that binds an argument which may be left out is not compiled",
                ));
            }
            for b in doers().filter(|_| *position == Position::Actor) {
                let itself = matches!(m, Match::Bind(..))
                    && b.who.domain.kinds.iter().all(|k| kinds.contains(k));
                if !itself && held(program, b).iter().any(|k| kinds.contains(k)) {
                    return Err(Refusal::form(
                        "an act of the holder of an office is not compiled",
                    ));
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, act: ActId) -> Result<(), Refusal> {
        let program = self.reader.program;
        if !self.acts.insert(act) {
            return Ok(());
        }
        let name = &program.acts[act.index()].name;
        // Whose adoption does the act: refused there.
        for (i, d) in (0u32..).zip(&program.decisions) {
            if d.enacts.iter().any(|e| e.act == act)
                && self.reader.world.possible.decision(DecisionId(i))
            {
                self.need_decision(DecisionId(i));
            }
        }
        if self.reader.world.assumed_acts.contains(&act) {
            return Err(Refusal::form(format!(
                "an act before the run (`{name}`) is not compiled"
            )));
        }
        for (i, behaviour) in self
            .experiment
            .behaviours
            .iter()
            .enumerate()
            .filter(|(_, b)| b.act() == Some(act))
        {
            self.slice.behaviours.push(i);
            self.reader.world.dated_behaviour(program, i)?;
            self.behaviour(behaviour, i)
                .map_err(|r| r.span(behaviour.span))?;
        }
        Ok(())
    }

    fn behaviour(&mut self, b: &Behaviour, i: usize) -> Result<(), Refusal> {
        let program = self.reader.program;
        if b.who.jointly {
            return Err(Refusal::form("a joint behaviour is not compiled"));
        }
        if b.restarting == Some(false) {
            return Err(Refusal::form(
                "a clock that keeps its remaining time (`resuming`) is not compiled",
            ));
        }
        if b.even_without_power {
            return Err(Refusal::form(
                "a behaviour `even without power` is not compiled",
            ));
        }
        if b.for_whom.is_some() {
            return Err(Refusal::form("acting for somebody else is not compiled"));
        }
        let keys = clock_keys(b);
        self.grown_keys(&keys);
        let env = self.reader.world.dated.unknown(i, keyed(&keys));
        for g in b.args.iter().flatten().chain(&b.to) {
            self.need(*g, &env, keys.len())?;
        }
        if let rogatio_mir::Law::Nth(_, of, _) = &b.law {
            self.need(*of, &env, keys.len())?;
        }
        for g in enabling(program, self.reader.world, b)? {
            self.reader.kept = g.kept;
            let needed = self.need(g.guard, &g.env(b), keys.len());
            self.reader.kept = false;
            needed?;
        }
        Ok(())
    }
}

/// The variables of an event, bound.
pub(crate) fn bound_by(program: &Program, on: &On) -> Env {
    let vars = rule_vars(program, on).into_iter();
    vars.fold(Env::default(), |env, v| env.with(v, Bind::Element))
}

/// What positions or keys of an event are compared with.
pub(crate) fn equal_to(on: &On) -> Vec<Guard> {
    let is = on.matches().into_iter().filter_map(|m| match m {
        Match::Is(g) => Some(*g),
        _ => None,
    });
    is.collect()
}
