//! The slice: only what the measures can depend on (R60). Everything else of the program has no effect on a run's record.

use crate::fold::{Bind, Const, Env};
use crate::power::{clock_keys, enabling, held, keyed};
use crate::reads::{Counter, Part, Reader, Reads, Slot};
use crate::refusal::Refusal;
use crate::world::World;
use rogatio_diagnostics::codes;
use rogatio_mir::{
    ActId, Behaviour, Effect, Experiment, Guard, KindId, Latch, Match, MeasureKind, On, Position,
    Program, Rule, Ty,
};
use std::collections::{BTreeMap, BTreeSet};

/// A condition or time that must be looked at again when something it reads changes.
#[derive(Clone, Debug)]
pub(crate) struct Watcher {
    pub(crate) of: Watched,
    /// Slots read at its own keys only.
    pub(crate) own: BTreeSet<Slot>,
    /// Slots read otherwise: a change concerns all keys.
    pub(crate) any: BTreeSet<Slot>,
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
    /// Rules that may apply, by latch, in the order written.
    pub(crate) rules: BTreeMap<Latch, Vec<usize>>,
}

struct Slicer<'p> {
    reader: Reader<'p>,
    experiment: &'p Experiment,
    slice: Slice,
    todo: Vec<Latch>,
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
        };
        let mut s = Slicer {
            reader,
            experiment,
            slice: Slice::default(),
            todo: Vec::new(),
            acts: BTreeSet::new(),
        };
        for measure in &experiment.measures {
            let g = match measure.kind {
                MeasureKind::Date(g) | MeasureKind::Probability(g, _) | MeasureKind::Number(g) => g,
            };
            s.need(g, &Env::default(), 0)?;
        }
        while let Some(latch) = s.todo.pop() {
            s.latch(latch)?;
        }
        s.slice.behaviours.sort_unstable();
        s.watch()?;
        s.slice.counters = s.reader.counters;
        Ok(s.slice)
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
    fn need(&mut self, g: Guard, env: &Env, keys: usize) -> Result<Reads, Refusal> {
        let reads = self.reader.reads(g, env, keys)?;
        for (slot, _) in &reads.slots {
            self.need_slot(*slot);
        }
        self.slice.parts.extend(reads.parts.iter().copied());
        Ok(reads)
    }

    fn need_slot(&mut self, slot: Slot) {
        match slot {
            Slot::Status(s) => self.need_latch(Latch::Status(s)),
            Slot::Hist(h) => self.need_latch(Latch::Hist(h)),
            Slot::Timer(t) => self.need_latch(Latch::Timer(t)),
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

    fn closed(&self, domains: &[rogatio_mir::Domain]) -> Result<(), Refusal> {
        if domains.iter().any(|d| self.reader.world.grows(&d.kinds)) {
            return Err(Refusal::form(
                "a procedure that can be opened is not compiled",
            ));
        }
        Ok(())
    }

    fn latch(&mut self, latch: Latch) -> Result<(), Refusal> {
        let program = self.reader.program;
        let (keys, provision) = match latch {
            Latch::Status(s) => {
                let s = &program.statuses[s.index()];
                (&s.keys, Some(s.provision))
            }
            Latch::Hist(h) => (&program.hists[h.index()].keys, None),
            Latch::Edge(e) => {
                let e = &program.edges[e.index()];
                (&e.keys, Some(e.provision))
            }
            Latch::Timer(t) => {
                let t = &program.timers[t.index()];
                (&t.keys, Some(t.provision))
            }
        };
        self.closed(keys).map_err(|r| match provision {
            Some(p) => r.within(program, p),
            None => r,
        })?;
        match latch {
            Latch::Status(s) => {
                let status = &program.statuses[s.index()];
                if status.value.is_some() {
                    return Err(Refusal::form(format!(
                        "a status with a value (`{}`) is not compiled",
                        status.name
                    ))
                    .within(program, status.provision));
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
        self.closed(&rule.each)?;
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
        guards.extend(rule.on.matches().into_iter().filter_map(|m| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        }));
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
        match &rule.on {
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
            On::Enter(..) | On::Leave(..) => {
                return Err(Refusal::form(
                    "a procedure that can be opened is not compiled",
                ));
            }
            On::Outcome(..) | On::Opened(..) => {
                return Err(Refusal::form(
                    "a decision that can be opened is not compiled",
                ));
            }
            On::Norm(..) => return Err(Refusal::form("what follows a duty is not compiled")),
            On::Begin => {}
        }
        Ok(true)
    }

    /// Positions that only the interpreter knows: the instance that is opened, offices the actor holds.
    fn positions(&self, act: ActId, matches: &[(Position, Match)]) -> Result<(), Refusal> {
        let program = self.reader.program;
        let opens = program.acts[act.index()].opens.map(|(i, _)| i as u32);
        for (position, m) in matches {
            if *m != Match::Any && opens.is_some_and(|i| *position == Position::Arg(i)) {
                return Err(Refusal::form(
                    "a procedure that can be opened is not compiled",
                ));
            }
            let kinds: &[KindId] = match m {
                Match::Any => continue,
                Match::Bind(_, kinds) => kinds,
                Match::Is(g) => match &program.guard(*g).ty {
                    Ty::Entity(kinds) => kinds,
                    _ => continue,
                },
            };
            let doers = self.experiment.behaviours.iter().filter(|b| b.act == act);
            for b in doers.filter(|_| *position == Position::Actor) {
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
        if self.reader.world.dated_acts.contains(&act) {
            return Err(Refusal::form(format!(
                "an act with a date in an experiment (`{name}`) is not compiled"
            )));
        }
        for (i, behaviour) in self
            .experiment
            .behaviours
            .iter()
            .enumerate()
            .filter(|(_, b)| b.act == act)
        {
            self.slice.behaviours.push(i);
            self.behaviour(behaviour)
                .map_err(|r| r.span(behaviour.span))?;
        }
        Ok(())
    }

    fn behaviour(&mut self, b: &Behaviour) -> Result<(), Refusal> {
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
        self.closed(&keys)?;
        let env = keyed(&keys);
        for g in b.args.iter().flatten().chain(&b.to) {
            self.need(*g, &env, keys.len())?;
        }
        for g in enabling(program, self.reader.world, b)? {
            self.need(g.guard, &g.env(b), keys.len())?;
        }
        Ok(())
    }

    /// Watchers for whatever must be looked at again.
    fn watch(&mut self) -> Result<(), Refusal> {
        let program = self.reader.program;
        for latch in self.slice.latches.clone() {
            let reads = match latch {
                Latch::Edge(e) => {
                    let edge = &program.edges[e.index()];
                    self.reader
                        .reads(edge.cond, &keyed(&edge.keys), edge.keys.len())?
                }
                Latch::Timer(t) if self.reader.may_pend(program.timers[t.index()].at) => {
                    let timer = &program.timers[t.index()];
                    let env = timer
                        .carried
                        .iter()
                        .fold(keyed(&timer.keys), |e, v| e.with(*v, Bind::Element));
                    self.reader.reads(timer.at, &env, timer.keys.len())?
                }
                _ => continue,
            };
            self.slice
                .watchers
                .push(Watcher::new(Watched::Latch(latch), &reads));
        }
        for (i, b) in self.slice.behaviours.clone().into_iter().enumerate() {
            let behaviour = &self.experiment.behaviours[b];
            let mut all = Reads::default();
            for g in enabling(program, self.reader.world, behaviour)? {
                let reads =
                    self.reader
                        .reads(g.guard, &g.env(behaviour), 1 + behaviour.each.len())?;
                all.slots.extend(reads.slots);
                all.now |= reads.now || g.timed;
            }
            let watcher = Watcher::new(Watched::Behaviour(i), &all);
            let interrupted = !watcher.own.is_empty() || !watcher.any.is_empty() || watcher.now;
            let memoryless = matches!(
                behaviour.law,
                rogatio_mir::Law::Exponential(_) | rogatio_mir::Law::Geometric(_)
            );
            if interrupted
                && !memoryless
                && behaviour.restarting.is_none()
                && !only_by_itself(program, behaviour, &watcher)
            {
                return Err(Refusal::new(
                    codes::E0963,
                    "a clock that can be interrupted does not say what becomes of its delay",
                )
                .span(behaviour.span)
                .help(
                    "add `restarting` (a fresh delay each time it becomes possible) or `resuming`",
                ));
            }
            self.slice.watchers.push(watcher);
        }
        Ok(())
    }
}

/// A clock that only its own act stops is never interrupted: the histories of that act by its own actor.
fn only_by_itself(program: &Program, b: &Behaviour, watcher: &Watcher) -> bool {
    watcher.any.is_empty()
        && !watcher.now
        && watcher
            .own
            .iter()
            .all(|s| matches!(s, Slot::Hist(h) if program.hists[h.index()].act == b.act))
}

impl Watcher {
    fn new(of: Watched, reads: &Reads) -> Watcher {
        let any: BTreeSet<Slot> = reads
            .slots
            .iter()
            .filter(|(_, own)| !own)
            .map(|(s, _)| *s)
            .collect();
        let own = reads
            .slots
            .iter()
            .filter(|(s, own)| *own && !any.contains(s))
            .map(|(s, _)| *s)
            .collect();
        Watcher {
            of,
            own,
            any,
            now: reads.now,
        }
    }
}
