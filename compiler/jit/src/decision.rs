//! Decisions (R34-R39): what closes them is heard in a pass, their outcomes are worked out on its frozen result, and
//! then they close and open; that they did is for the next pass at the same point (R11).

use crate::ballot::Lines;
use crate::emit::{Em, R};
use crate::event::{Event, QUIET};
use crate::fold::{Bind, Const, Env, NEVER, V};
use crate::layout::{Col, Elem, Keys, List, Space};
use crate::procedure::watching;
use crate::reads::{Part, Slot};
use crate::refusal::Refusal;
use crate::rule::Pass;
use crate::slice::Slice;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::Length;
use rogatio_mir::{
    Closing, Decision, DecisionId, DecisionOutcome, Domain, Experiment, Guard, On, Op, ProcedureId,
    Program, Silence, Stated, TieKind,
};

/// The state of a decision on its matters.
#[derive(Clone, Debug)]
pub(crate) struct DecisionCols {
    /// What it is opened on.
    pub(crate) keys: Keys,
    pub(crate) voters: Keys,
    pub(crate) open: Col,
    /// How often it was opened.
    pub(crate) number: Col,
    pub(crate) opened: Col,
    /// The outcome of the last closing, from 1; 0 if there was none.
    pub(crate) last: Col,
    /// That of the closing in this pass.
    pub(crate) result: Col,
    /// In this pass: 1 it closes, 2 it opens.
    pub(crate) moves: Col,
    pub(crate) closing: List,
    pub(crate) opening: List,
    /// Windows that end in this pass.
    pub(crate) due: List,
    /// Of one that begins with consensus: 1 once votes have taken its place; and where they do in this pass.
    pub(crate) step: Option<Col>,
    pub(crate) steps: List,
    /// By matter and voter: the ballot cast, from 1.
    pub(crate) ballots: Col,
    /// First of the clock items at which ballots are cast, and of those at which windows end.
    pub(crate) cast: u32,
    pub(crate) ends: u32,
    /// First of those at which ballots with a date are.
    pub(crate) dated: u32,
    pub(crate) lines: Lines,
    /// The roll of the opening, where it is frozen.
    pub(crate) frozen: Option<crate::roll::Frozen>,
    /// The roll of the last closing, where something outside reads it.
    pub(crate) kept: Option<crate::tally::Kept>,
    /// By matter and voter: pivotal at the last closing, where a measure asks.
    pub(crate) pivotal: Option<Col>,
}

/// Outcomes of the compiled decisions, in the order of their numbers.
const OUTCOMES: [DecisionOutcome; 6] = [
    DecisionOutcome::Adopted,
    DecisionOutcome::Rejected,
    DecisionOutcome::Inquorate,
    DecisionOutcome::Inadmissible,
    DecisionOutcome::Withdrawn,
    DecisionOutcome::Lapsed,
];

/// Those that a decision may have: the last only where its text, or that it is one of several bodies, makes it lapse.
pub(crate) fn outcomes(program: &Program, d: DecisionId) -> &'static [DecisionOutcome] {
    let decision = &program.decisions[d.index()];
    let lapsed = |o: &DecisionOutcome| *o == DecisionOutcome::Lapsed;
    let tie = decision.tie.as_ref().and_then(|t| tie_outcome(&t.kind));
    let lapses = decision.whole.is_some()
        || !decision.earlier.is_empty()
        || decision.deemed.iter().any(|(o, _)| lapsed(o))
        || tie.is_some_and(|(o, _)| lapsed(&o));
    &OUTCOMES[..if lapses { 6 } else { 5 }]
}

/// A variable of an event under another name.
pub(crate) fn rename(on: &mut On, from: rogatio_mir::VarId, to: &Domain) {
    for m in on.matches_mut() {
        if let rogatio_mir::Match::Bind(v, _) = m
            && *v == from
        {
            *m = rogatio_mir::Match::Bind(to.var, to.kinds.clone());
        }
    }
}

/// What equal votes come to, under a condition: no casting vote is given in a run.
pub(crate) fn tie_outcome(tie: &TieKind) -> Option<(DecisionOutcome, Option<Guard>)> {
    match tie {
        TieKind::Outcome(o, when) => Some((*o, *when)),
        TieKind::Decides {
            until: None,
            otherwise: Some(o),
            ..
        } => Some((*o, None)),
        TieKind::Decides { .. } => None,
    }
    .filter(|(o, _)| number(*o) != 0)
}

pub(crate) fn number(o: DecisionOutcome) -> i64 {
    OUTCOMES
        .iter()
        .position(|x| *x == o)
        .map_or(0, |i| i as i64 + 1)
}

/// What a decision is opened on, as keys.
pub(crate) fn matter(d: &Decision) -> Vec<Domain> {
    d.subject.iter().cloned().collect()
}

/// Stages that open a decision on their instance.
pub(crate) fn stages(program: &Program, d: DecisionId) -> Vec<(ProcedureId, u32)> {
    let mut all = Vec::new();
    for (p, procedure) in (0u32..).zip(&program.procedures) {
        for (s, stage) in (0u32..).zip(&procedure.stages) {
            if stage.decides.iter().any(|(_, x)| *x == d) {
                all.push((ProcedureId(p), s));
            }
        }
    }
    all
}

/// Whether a decision has only what is compiled.
pub(crate) fn accepted(program: &Program, world: &World, d: DecisionId) -> Result<(), Refusal> {
    let decision = &program.decisions[d.index()];
    let mut versions = stages(program, d).into_iter().flat_map(|(p, s)| {
        let stage = &program.procedures[p.index()].stages[s as usize];
        stage.decides.iter().filter(|(v, x)| *x == d && v.is_some())
    });
    let closes = |wanted: fn(&Closing) -> bool| decision.closes.iter().any(wanted);
    let tie = decision
        .tie
        .as_ref()
        .is_some_and(|t| tie_outcome(&t.kind).is_none());
    let unstated = |s: &Stated| matches!(s, Stated::NotStated(_));
    let silent = matches!(decision.silence.0, Silence::NotStated(_));
    let what = [
        (
            decision.head.is_some() || !decision.others.is_empty() || versions.next().is_some(),
            "versions",
        ),
        (
            (!decision.limbs.is_empty() || decision.whole.is_some()) && !world.is_apart(d),
            "several bodies",
        ),
        (decision.given.is_some(), "a rule in another text"),
        (
            !crate::deciding::norms_are_plain(program, world, d),
            "norms about voting",
        ),
        (!crate::consensus::is_plain(decision), "several steps"),
        (!decision.enacts.is_empty(), "an act that it enters"),
        (tie, "equal votes that wait for a casting vote"),
        (
            closes(|c| matches!(c, Closing::Certain)),
            "an early close when the result is certain",
        ),
    ];
    if let Some((_, what)) = what.iter().find(|(is, _)| *is) {
        return Err(Refusal::form(format!(
            "a decision with {what} (`{}`) is not compiled",
            decision.name
        )));
    }
    if unstated(&decision.quorum.0)
        || unstated(&decision.participation.0)
        || unstated(&decision.passes.0)
        || silent
    {
        return Err(Refusal::open(format!(
            "the text leaves a rule of `{}` open",
            decision.name
        )));
    }
    if decision.deemed.iter().any(|(o, _)| number(*o) == 0) {
        return Err(Refusal::form("this deemed outcome is not compiled"));
    }
    Ok(())
}

/// No time of day is known in a run, so hours that a vote is open for never end. Those of a second clock do where it is read.
pub(crate) fn without_hours(program: &mut Program, world: &World) {
    let hours = |g: &Guard| match &program.guard(*g).op {
        Op::Shift { length, .. } => {
            let length = world.fold(program, *length, &Env::default());
            matches!(length, Some(Const::Length(Length::Duration(_))))
        }
        _ => false,
    };
    let mut closes = Vec::new();
    for d in &program.decisions {
        let ends = |c: &&Closing| !matches!(c, Closing::At(g, _) if hours(g));
        closes.push(d.closes.iter().filter(ends).cloned().collect());
    }
    for (d, closes) in program.decisions.iter_mut().zip(closes) {
        d.closes = closes;
    }
}

/// Whether a time closes it.
pub(crate) fn has_window(decision: &Decision) -> bool {
    let mut closes = decision.closes.iter();
    closes.any(|c| matches!(c, Closing::At(..)))
}

/// The events that a decision waits for.
pub(crate) fn each_event(program: &Program, d: DecisionId, f: &mut dyn FnMut(&On)) {
    let decision = &program.decisions[d.index()];
    for (on, ..) in &decision.opens {
        f(on);
    }
    for (p, s) in stages(program, d) {
        f(&On::Enter(p, s, rogatio_mir::Match::Any));
    }
    for c in &decision.closes {
        if let Closing::Upon(on, _) = c {
            f(on);
        }
    }
    let steps = decision.earlier.iter().flat_map(|s| &s.next);
    for (on, _) in decision.withdrawn.iter().chain(steps) {
        f(on);
    }
}

impl DecisionCols {
    pub(crate) fn new(
        program: &Program,
        (world, slice): (&World, &Slice),
        experiment: &Experiment,
        d: DecisionId,
        (cast, ends, dated): (u32, u32, u32),
        (hot, cold): (&mut Space, &mut Space),
    ) -> Result<DecisionCols, Refusal> {
        let decision = &program.decisions[d.index()];
        let keys = Keys::new(world, &matter(decision))?;
        let voters = match decision.limbs.is_empty() {
            true => Keys::new(world, std::slice::from_ref(&decision.voter))?,
            false => Keys::nobody(),
        };
        let (n, all) = (keys.cap, keys.cap.saturating_mul(voters.cap));
        if all > 1 << 20 {
            return Err(Refusal::new(
                rogatio_diagnostics::codes::E0965,
                "a decision has more than a million ballots here",
            ));
        }
        let at_once = experiment.drawn_outcome(d).is_some();
        let mut list = || List {
            count: hot.col(Elem::I32, 1),
            entries: cold.many(Elem::I32, n + 1),
            single: n <= 1,
        };
        let [closing, opening, due] = [list(), list(), list()];
        let seeks = crate::consensus::sought(decision).is_some();
        let steps = if seeks { list() } else { due };
        Ok(DecisionCols {
            step: seeks.then(|| hot.col(Elem::U8, n)),
            steps,
            open: hot.col(Elem::U8, n),
            number: hot.col(Elem::I32, n),
            opened: hot.col(Elem::I32, n),
            last: hot.col(Elem::U8, n),
            result: hot.col(Elem::U8, n),
            moves: hot.col(Elem::U8, n),
            closing,
            opening,
            due,
            ballots: hot.many(Elem::U8, if at_once { 1 } else { all }),
            cast,
            ends,
            dated,
            lines: {
                let matters = keys.with_names(world).map_or(n, |k| k.cap);
                Lines::new(experiment, d, (matters, matters * voters.cap), cold)
            },
            frozen: crate::roll::Frozen::new(decision, all, hot),
            kept: slice
                .parts
                .contains(&Part::Tally(d))
                .then(|| crate::tally::Kept::new(decision, all, hot)),
            pivotal: rogatio_mir::asks_pivotal(program, experiment)
                .contains(&d)
                .then(|| hot.many(Elem::U8, all)),
            keys,
            voters,
        })
    }

    /// Columns that are scratch or tables.
    pub(crate) fn cold(&mut self) -> Vec<&mut Col> {
        let mut all = vec![
            &mut self.closing.entries,
            &mut self.opening.entries,
            &mut self.due.entries,
        ];
        if self.step.is_some() {
            all.push(&mut self.steps.entries);
        }
        all.extend(self.lines.columns());
        all
    }
}

impl Em<'_, '_> {
    pub(crate) fn decision(&self, d: DecisionId) -> &Decision {
        let program = self.program;
        &program.decisions[d.index()]
    }

    /// The matter at an index.
    pub(crate) fn about(&mut self, d: DecisionId, at: ir::Value) -> Env {
        let keys = &self.layout.decisions[&d].keys;
        let entities = self.entities(keys, at);
        let mut env = Env::default();
        if let (Some(s), Some(e)) = (&self.decision(d).subject, entities.first()) {
            env.bind(s.var, Bind::V(V::Entity(*e)));
        }
        env
    }

    /// The index of the matter that an event is about.
    pub(crate) fn matter_of(&mut self, d: DecisionId, env: &Env) -> R<ir::Value> {
        let Some(s) = self.decision(d).subject.clone() else {
            return Ok(self.int(0));
        };
        let Some(Bind::V(e)) = env.get(s.var).cloned() else {
            return Err(Refusal::form("what is decided on is open here"));
        };
        let e = self.bits(&e)?;
        let lo = self.layout.decisions[&d].keys.dims[0].lo;
        Ok(self.plus(e, -i64::from(lo)))
    }

    /// What opens and closes decisions in a pass, and with which outcome; nothing changes yet.
    pub(crate) fn decide(&mut self, pass: &mut Pass) -> R<()> {
        let (slice, program) = (self.slice, self.program);
        for d in &slice.decisions {
            let decision = &program.decisions[d.index()];
            let within = |r: Refusal| r.within(program, decision.provision);
            if self.closings(pass, *d).map_err(within)? {
                pass.closing.insert(*d);
                pass.closing.extend(&decision.limbs);
            }
            if self.next_steps(pass, *d).map_err(within)? {
                pass.stepping.insert(*d);
            }
            if self.openings(pass, *d).map_err(within)? {
                pass.opening.insert(*d);
            }
        }
        for d in &pass.closing {
            let cols = &self.layout.decisions[d];
            self.each_of(cols.closing, |em, at| {
                let outcome = em.outcome(*d, at)?;
                let outcome = em.unless_withdrawn(*d, at, outcome);
                let outcome = em.unless_lapsed(*d, at, outcome);
                em.store(cols.result, at, outcome);
                em.keep_roll(*d, at)?;
                em.who_is_pivotal(*d, at, outcome)
            })
            .map_err(|r| r.within(program, program.decisions[d.index()].provision))?;
        }
        Ok(())
    }

    /// What closes a decision; false if nothing can in this pass.
    fn closings(&mut self, pass: &Pass, d: DecisionId) -> R<bool> {
        let (program, layout) = (self.program, self.layout);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let mut any = self.withdrawals(pass, d)?;
        if (pass.clock || pass.follows) && has_window(decision) {
            any = true;
            self.each_of(cols.due, |em, at| em.closes_in_time(d, at))?;
            self.set_imm(cols.due.count, 0);
        }
        for c in &decision.closes {
            match c {
                Closing::Upon(on, guard) if self.may_hear(pass, on) => {
                    any = true;
                    let rule = watching(on, matter(decision));
                    // A stage that is left is a window that ends.
                    let leaves = matches!(on, On::Leave(..));
                    let close = |em: &mut Self, at| match leaves {
                        true => em.closes_in_time(d, at),
                        false => em.will_close(d, at),
                    };
                    self.heard(pass, &rule, &mut |em, env| {
                        let at = em.matter_of(d, env)?;
                        match guard {
                            None => close(em, at),
                            Some(g) => {
                                let holds = em.truth(*g, env)?;
                                em.when(holds, |em| close(em, at))
                            }
                        }
                    })?;
                }
                Closing::AllVoted(g) | Closing::When(g) if self.rolls_change(pass, d) => {
                    any = true;
                    let (zero, n) = (self.int(0), self.int(i64::from(cols.keys.cap)));
                    self.each(zero, n, |em, at| {
                        let open = em.load_bool(cols.open, at);
                        em.when(open, |em| {
                            let mut env = em.about(d, at);
                            let opened = em.load(cols.opened, at);
                            env.event = Some(V::Time(opened));
                            let mut met = em.at_close(d, at, false, |em| em.truth(*g, &env))?;
                            if let (Closing::AllVoted(_), Some(takes)) =
                                (c, em.takes_ballots(d, at))
                            {
                                met = em.both(met, takes);
                            }
                            em.when(met, |em| {
                                em.will_close(d, at)?;
                                em.parts_lapse(d, at)
                            })
                        })
                    })?;
                }
                _ => {}
            }
        }
        Ok(any)
    }

    /// Whether who may vote, or who has, may have changed.
    fn rolls_change(&self, pass: &Pass, d: DecisionId) -> bool {
        let slots = &self.slice.rolls[&d];
        let touched = |s: &Slot| {
            pass.written.contains(s)
                || matches!(s, Slot::Counter(i) if !self.slice.counters[*i].slots.is_disjoint(&pass.written))
        };
        pass.begin || pass.cast == Some(d) || slots.iter().any(touched)
    }

    pub(crate) fn will_close(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let cols = &self.layout.decisions[&d];
        let (open, moves) = (self.load_bool(cols.open, at), self.load(cols.moves, at));
        let free = self.cmp_imm(IntCC::Equal, moves, 0);
        let both = self.both(open, free);
        self.when(both, |em| {
            em.store_imm(cols.moves, at, 1);
            em.append(cols.closing, at);
            Ok(())
        })
    }

    fn will_open(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let cols = &self.layout.decisions[&d];
        let (open, moves) = (self.load_bool(cols.open, at), self.load(cols.moves, at));
        let closed = self.not(open);
        let free = self.cmp_imm(IntCC::Equal, moves, 0);
        let mut both = self.both(closed, free);
        if let Some(whole) = self.whole_is_open(d, at) {
            let over = self.not(whole);
            both = self.both(both, over);
        }
        self.when(both, |em| {
            em.store_imm(cols.moves, at, 2);
            em.append(cols.opening, at);
            Ok(())
        })
    }

    /// What opens a decision; false if nothing can in this pass.
    fn openings(&mut self, pass: &Pass, d: DecisionId) -> R<bool> {
        let (program, layout) = (self.program, self.layout);
        let decision = &program.decisions[d.index()];
        let mut any = false;
        for (on, each, guard) in &decision.opens {
            if !self.may_hear(pass, on) {
                continue;
            }
            any = true;
            let rule = watching(on, each.clone());
            self.heard(pass, &rule, &mut |em, env| {
                let at = em.matter_of(d, env)?;
                match guard {
                    None => em.will_open(d, at),
                    Some(g) => {
                        let holds = em.truth(*g, env)?;
                        em.when(holds, |em| em.will_open(d, at))
                    }
                }
            })?;
        }
        for (p, s) in stages(program, d) {
            let entered = Event::Enter(p, s);
            if !pass.active.contains(&entered) {
                continue;
            }
            any = true;
            let keyed = decision.subject.is_some();
            let from = layout.procedures[&p].keys.dims[0].lo;
            let to = layout.decisions[&d].keys.dims.first().map_or(0, |k| k.lo);
            self.each_event(pass, entered, |em, at| {
                let at = match keyed {
                    true => em.plus(at, i64::from(from) - i64::from(to)),
                    false => em.int(0),
                };
                em.will_open(d, at)
            })?;
        }
        Ok(any)
    }

    /// Decisions close, then open.
    pub(crate) fn settle(&mut self, pass: &mut Pass) -> R<()> {
        let (slice, layout, program) = (self.slice, self.layout, self.program);
        for d in &slice.decisions {
            let cols = &layout.decisions[d];
            if pass.stepping.contains(d) {
                self.begin_steps(pass, *d)?;
            }
            let (closes, opens) = (pass.closing.contains(d), pass.opening.contains(d));
            if closes {
                self.each_of(cols.closing, |em, at| em.close(*d, at))?;
                self.set_imm(cols.closing.count, 0);
            }
            if opens {
                self.each_of(cols.opening, |em, at| em.open(*d, at))?;
                self.set_imm(cols.opening.count, 0);
                pass.note(Event::Opening(*d), layout);
            }
            if closes || opens {
                pass.written.insert(Slot::Decision(*d));
            }
            for o in outcomes(program, *d) {
                if closes {
                    pass.note(Event::Closing(*d, *o), layout);
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let layout = self.layout;
        let cols = &layout.decisions[&d];
        let outcome = self.load(cols.result, at);
        self.store(cols.last, at, outcome);
        self.store_imm(cols.open, at, 0);
        self.store_imm(cols.moves, at, 0);
        let window = has_window(self.decision(d)).then_some(cols.ends);
        for first in [cols.cast].into_iter().chain(window) {
            let item = self.plus(at, i64::from(first));
            let due = self.load(layout.queue.due, item);
            let armed = self.cmp_imm(IntCC::NotEqual, due, NEVER);
            self.when(armed, |em| em.unqueue(item))?;
        }
        let mut leaves = vec![1 << QUIET];
        let all = outcomes(self.program, d);
        leaves.extend(all.iter().map(|o| self.left_by(Event::Closing(d, *o))));
        self.leave_by(outcome, leaves);
        for o in all {
            if let Some(list) = layout.lists.get(&Event::Closing(d, *o)) {
                let this = self.cmp_imm(IntCC::Equal, outcome, number(*o));
                self.append_if(*list, at, this);
            }
        }
        self.wrote(Slot::Decision(d), &cols.keys, at)
    }

    fn open(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let (program, layout) = (self.program, self.layout);
        let cols = &layout.decisions[&d];
        let now = self.now();
        self.store_imm(cols.open, at, 1);
        if let Some(step) = cols.step {
            self.store_imm(step, at, 0);
        }
        self.store_imm(cols.moves, at, 0);
        self.store(cols.opened, at, now);
        let n = self.load(cols.number, at);
        let n = self.plus(n, 1);
        self.store(cols.number, at, n);
        if self.experiment.drawn_outcome(d).is_none() {
            let from = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
            let to = self.plus(from, i64::from(cols.voters.cap));
            self.each(from, to, |em, i| {
                em.store_imm(cols.ballots, i, 0);
                Ok(())
            })?;
        }
        let mut first: Option<ir::Value> = None;
        for c in &program.decisions[d.index()].closes {
            if let Closing::At(g, firing) = c {
                let mut env = self.about(d, at);
                env.event = Some(V::Time(now));
                let time = self.time(*g, &env)?;
                let end = self.firing(time, *firing);
                first = Some(first.map_or(end, |f| self.b.ins().smin(f, end)));
            }
        }
        if let Some(end) = first {
            let item = self.plus(at, i64::from(cols.ends));
            let past = self.cmp(IntCC::SignedLessThanOrEqual, end, now);
            self.either(
                past,
                |em| {
                    em.append(cols.due, at);
                    Ok(())
                },
                |em| {
                    em.queue(item, end);
                    Ok(())
                },
            )?;
        }
        self.freeze(d, at)?;
        let bits = self.left_by(Event::Opening(d));
        self.leave(bits);
        if let Some(list) = layout.lists.get(&Event::Opening(d)) {
            self.append(*list, at);
        }
        self.wrote(Slot::Decision(d), &cols.keys, at)
    }

    /// Whether a matter's decision has an outcome, or is open.
    pub(crate) fn decision_is(
        &mut self,
        d: DecisionId,
        subject: Option<Guard>,
        outcome: Option<DecisionOutcome>,
        env: &Env,
    ) -> R<V> {
        let cols = &self.layout.decisions[&d];
        let args: Vec<Guard> = subject.into_iter().collect();
        let (at, fits) = self.key(&cols.keys, &args, env)?;
        let is = match outcome {
            None => self.load_bool(cols.open, at),
            Some(o) if number(o) == 0 => self.bool(false),
            Some(o) => {
                let last = self.load(cols.last, at);
                self.cmp_imm(IntCC::Equal, last, number(o))
            }
        };
        Ok(V::Bool(match fits {
            Some(f) => self.both(is, f),
            None => is,
        }))
    }

    // ---- clock items ----------------------------------------------------------------------------------------

    /// A window ends.
    pub(crate) fn window_ends(&mut self, item: ir::Value, after: ir::Block) -> R<()> {
        let layout = self.layout;
        for (d, cols) in &layout.decisions {
            if !has_window(self.decision(*d)) {
                continue;
            }
            let at = self.plus(item, -i64::from(cols.ends));
            let mine = self.cmp_imm(IntCC::UnsignedLessThan, at, i64::from(cols.keys.cap));
            let (yes, no) = (self.block(), self.block());
            self.branch(mine, yes, no);
            self.at(yes);
            self.append(cols.due, at);
            self.jump(after);
            self.at(no);
        }
        Ok(())
    }
}

/// Whether a guard about a decision speaks of the one whose rules are read, on the same matter.
pub(crate) fn is_of(
    program: &Program,
    slice_of: Option<DecisionId>,
    d: DecisionId,
    subject: Option<Guard>,
) -> bool {
    let decision = &program.decisions[d.index()];
    let same = match (subject, &decision.subject) {
        (None, None) => true,
        (Some(g), Some(s)) => program.guard(g).op == Op::Var(s.var),
        _ => false,
    };
    slice_of == Some(d) && same
}

/// All that a decision leaves to the next pass, and finds in it.
pub(crate) fn events_of(program: &Program, d: DecisionId) -> Vec<Event> {
    let mut all = vec![Event::Opening(d), Event::Opened(d)];
    for o in outcomes(program, d) {
        all.extend([Event::Closing(d, *o), Event::Outcome(d, *o)]);
    }
    all
}
