//! Behaviours on top of the interpreter (R49-R52): which clocks run, when they are looked at again, what they draw. This
//! is written from the rules, not from the compiled engine, which is tested against it.

use rogatio_calendar::{Day, Instant, Phase, Point};
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Env, Happening, Truth, Value, Verdict};
use rogatio_mir::draw::{self, Generator};
use rogatio_mir::{
    ActClass, ActId, Behaviour, Demand, Does, Firing, Guard, KindId, Match, Modal, Norm, Op,
    Program, VarId, Window, each_guard,
};
use std::collections::HashSet;

/// A clock: a behaviour for an actor and its other variables.
pub(crate) struct Clock {
    pub(crate) behaviour: usize,
    pub(crate) key: Vec<Entity>,
    env: Env,
    stream: u64,
    draws: u64,
    /// Day and word of the act it will do.
    pub(crate) due: Option<(Day, u64)>,
    /// The day since which it runs, and its ticks then.
    began: (i64, i64),
    /// What is left of an interrupted delay that is resumed: ticks, and the word it was drawn with.
    left: Option<(i64, u64)>,
    /// When time alone may start or stop it.
    pub(crate) check: Option<Point>,
}

/// What a behaviour's clocks depend on.
#[derive(Debug)]
pub(crate) struct Needs {
    /// Nothing but what happens to the clock's own entities.
    local: bool,
    /// Guards compared with the present, and bounds of windows, over the variables of the clock.
    times: Vec<(Option<VarId>, Bound)>,
    /// Such a comparison where it cannot be taken out: every day may change it.
    daily: bool,
    /// Givens change by date.
    dated: bool,
}

/// A time at which a condition may change.
#[derive(Debug)]
enum Bound {
    Now(Guard),
    Window(Guard, Firing),
}

/// Whether a clock runs.
pub(crate) enum Running {
    Yes,
    No,
    /// The text leaves it open.
    Open,
}

impl Needs {
    pub(crate) fn new(program: &Program, b: &Behaviour, dated: bool) -> Needs {
        let mut needs = Needs {
            local: true,
            times: Vec::new(),
            daily: false,
            dated,
        };
        let mut foreign: HashSet<VarId> = HashSet::new();
        needs.guards(
            program,
            None,
            [b.who.cond].into_iter().chain(b.when),
            &foreign,
        );
        // Who holds an office is read of a status that is of nobody in particular (R25b).
        let held = |kinds: &[KindId]| {
            let mut all = program.entities.iter();
            all.any(|e| e.holder.is_some() && kinds.contains(&e.kind))
        };
        needs.local &= !held(&b.who.domain.kinds);
        let Some(act) = b.act().and_then(|a| program.acts.get(a.index())) else {
            // Whether an outcome can be declared hangs on its decision.
            needs.local = false;
            return needs;
        };
        for norm in act
            .norms
            .iter()
            .filter_map(|n| program.norms.get(n.index()))
        {
            let parts = norm.demand.parts().iter().filter_map(|d| match d {
                Demand::Act {
                    matches, filter, ..
                } => Some((matches, *filter)),
                _ => None,
            });
            let filters: Vec<Guard> = parts.clone().filter_map(|(_, f)| f).collect();
            let matches: Vec<_> = parts.flat_map(|(m, _)| m).collect();
            foreign.extend(matches.iter().filter_map(|(_, m)| match m {
                Match::Bind(v, _) => Some(*v),
                _ => None,
            }));
            needs.local &= norm.duty.is_none() || norm.modal == Modal::MustNot;
            needs.local &= !held(&norm.who.domain.kinds);
            let who = Some(norm.who.domain.var);
            let is = matches.iter().filter_map(|(_, m)| match m {
                Match::Is(g) => Some(*g),
                _ => None,
            });
            let all = is
                .chain([norm.who.cond])
                .chain(filters)
                .chain(norm.cond)
                .chain(norm.window.during);
            needs.guards(program, who, all, &foreign);
            needs.window(program, who, &norm.window, norm, &foreign);
        }
        needs
    }

    fn window(
        &mut self,
        program: &Program,
        who: Option<VarId>,
        w: &Window,
        norm: &Norm,
        foreign: &HashSet<VarId>,
    ) {
        let bounds = w
            .opens
            .map(|g| (g, Firing::Opening))
            .into_iter()
            .chain(w.closes);
        for (g, firing) in bounds {
            self.guards(program, who, [g], foreign);
            self.times.push((who, Bound::Window(g, firing)));
        }
        self.daily |= norm.duty.is_some() || !w.closes_on.is_empty();
    }

    fn guards(
        &mut self,
        program: &Program,
        who: Option<VarId>,
        roots: impl IntoIterator<Item = Guard>,
        foreign: &HashSet<VarId>,
    ) {
        let mut todo: Vec<Guard> = roots.into_iter().collect();
        let mut seen: HashSet<Guard> = HashSet::new();
        let mut top = true;
        while !todo.is_empty() {
            let mut inner = Vec::new();
            each_guard(program, &todo, |g, op| {
                if !seen.insert(g) {
                    return;
                }
                let now = |g: &Guard| program.guard(*g).op == Op::Now;
                let own =
                    |g: &Guard| matches!(program.guard(*g).op, Op::Var(v) if !foreign.contains(&v));
                match op {
                    Op::Count(..) | Op::Sum(..) | Op::Exists(..) | Op::ForAll(..) => {
                        self.local = false;
                        top = false;
                    }
                    Op::StatusOn(s, args) => {
                        self.local &= !args.is_empty() && args.iter().all(own);
                        inner.extend(program.statuses[s.index()].level);
                    }
                    Op::HistCount(_, args)
                    | Op::HistTime(_, _, args)
                    | Op::HistArg(_, _, _, args) => {
                        self.local &= !args.is_empty() && args.iter().all(own);
                    }
                    Op::StatusValue(..)
                    | Op::StatusStart(..)
                    | Op::StatusFirstStart(..)
                    | Op::StatusEnd(..) => {
                        // Starts can be scheduled without anything happening.
                        self.local = false;
                    }
                    Op::InStage(..)
                    | Op::EnteredAt(..)
                    | Op::HistSince(..)
                    | Op::NormIs(..)
                    | Op::OnRoll { .. } => self.local = false,
                    Op::OutcomeIs(..)
                    | Op::Pivotal { .. }
                    | Op::DecisionOpen(..)
                    | Op::Certain(..) => self.local = false,
                    Op::HistInLast { .. }
                    | Op::HistPick { .. }
                    | Op::StatusPick { .. }
                    | Op::Earlier(_)
                    | Op::InVersion(..)
                    | Op::ByVersion(_) => self.daily = true,
                    Op::InDates(a, _) | Op::DatePart(_, a) if now(a) => self.daily = true,
                    Op::Call(d, args) => {
                        self.local &= args.iter().all(own);
                        inner.extend(program.defines.get(d.index()).map(|d| d.value));
                    }
                    Op::Given(id, args) => {
                        self.daily |= self.dated;
                        self.local &= args.iter().all(own);
                        inner.extend(program.givens.get(id.index()).and_then(|g| g.default));
                    }
                    Op::Compare(_, a, b) if now(a) || now(b) => {
                        let other = if now(a) { *b } else { *a };
                        if top {
                            self.times.push((who, Bound::Now(other)));
                        } else {
                            self.daily = true;
                        }
                    }
                    _ => {}
                }
            });
            todo = inner;
            top = false;
        }
    }
}

impl Clock {
    pub(crate) fn new(
        case: &Case,
        b: &Behaviour,
        behaviour: usize,
        seed: u64,
        key: Vec<Entity>,
    ) -> Clock {
        let vars = std::iter::once(&b.who.domain).chain(&b.each);
        let env = vars
            .zip(&key)
            .fold(Env::new(), |env, (d, e)| env.with(d.var, Value::Entity(*e)));
        let names: Vec<u64> = key
            .iter()
            .map(|e| draw::entity_key(case.entity_name(*e)))
            .collect();
        let stream = draw::stream(seed, b.draw.site, &names);
        Clock {
            behaviour,
            key,
            env,
            stream,
            draws: 0,
            due: None,
            began: (0, 0),
            left: None,
            check: None,
        }
    }

    /// The act it does.
    pub(crate) fn act(&self, case: &Case, b: &Behaviour) -> ActInput {
        let entity = |g: Option<Guard>| g.and_then(|g| case.eval(g, &self.env).entity());
        let act = match b.does {
            Does::Act(act) => ActKind::Act(act),
            Does::Declare(decision, outcome, matter) => ActKind::Declare {
                decision,
                subject: entity(matter),
                outcome,
            },
        };
        ActInput {
            act,
            actor: self.key.first().copied(),
            under: None,
            for_whom: entity(b.for_whom),
            to: entity(b.to),
            args: b
                .args
                .iter()
                .map(|g| g.map(|g| case.eval(g, &self.env)))
                .collect(),
            binder: None,
            recalled: false,
        }
    }

    /// Whether the act is empowered and asked for now.
    pub(crate) fn running(&self, case: &Case, b: &Behaviour) -> Running {
        let mut truth = Truth::True;
        for g in std::iter::once(b.who.cond).chain(b.when) {
            truth = truth.and(case.eval(g, &self.env).truth());
        }
        let class = |a: ActId| case.program().acts.get(a.index()).map(|a| a.class);
        // An outcome needs the power too: its decision is open and has none yet.
        let powered = b.act().is_none_or(|a| class(a) == Some(ActClass::Act));
        if powered && !b.even_without_power && !truth.is_false() {
            let power = match case.judge(&self.act(case, b)).verdict {
                Verdict::Valid => Truth::True,
                Verdict::Undetermined => Truth::Unknown(rogatio_interpret::ClauseSet::default()),
                _ => Truth::False,
            };
            truth = truth.and(power);
        }
        match truth {
            Truth::True => Running::Yes,
            Truth::False => Running::No,
            Truth::Unknown(_) => Running::Open,
        }
    }

    /// Looks at the clock: starts or stops it. False if the text leaves open whether it runs.
    pub(crate) fn look(
        &mut self,
        case: &Case,
        b: &Behaviour,
        needs: &Needs,
        laws: &rogatio_jit::Laws,
        (generator, run): (Generator, u64),
    ) -> bool {
        match (self.running(case, b), self.due) {
            (Running::Open, _) => return false,
            (Running::Yes, None) => {
                let (ticks, word) = self.left.take().unwrap_or_else(|| {
                    let word = generator.word(draw::nth_key(self.stream, self.draws), run);
                    self.draws += 1;
                    let law = laws.of(self.key.iter().map(|e| case.entity_name(*e)));
                    let ticks = match laws.nth() {
                        None => law.ticks(word),
                        Some((of, which)) => {
                            let of = match case.eval(of, &self.env) {
                                Value::Int(n) => usize::try_from(n).unwrap_or(0),
                                _ => 0,
                            };
                            let nth = which.get(of).copied().unwrap_or(0);
                            law.ticks_of_nth(word, of as u64, nth.into())
                        }
                    };
                    (ticks, word)
                });
                let today = case.now().dated().number();
                self.began = (today, ticks);
                let day = laws.day_after(today, ticks);
                self.due = Some((Day::from_number(day).unwrap_or(Day::MAX), word));
            }
            (Running::No, Some((_, word))) => {
                self.due = None;
                // R50: `resuming` keeps what remains.
                if b.restarting == Some(false) {
                    let (since, ticks) = self.began;
                    let gone = laws.ticks_between(since, case.now().dated().number());
                    self.left = Some((ticks - gone, word));
                }
            }
            _ => {}
        }
        self.check = needs.next(case, b, self);
        true
    }

    /// Whether anything that happened concerns the clock.
    pub(crate) fn concerned(&self, needs: &Needs, touched: &HashSet<Entity>) -> bool {
        !needs.local || self.key.iter().any(|e| touched.contains(e))
    }
}

impl Needs {
    /// The first point after the present at which time alone may start or stop a clock.
    fn next(&self, case: &Case, b: &Behaviour, clock: &Clock) -> Option<Point> {
        let now = case.now();
        let mut points = Vec::new();
        if self.daily {
            let day = Instant(now.second()).day();
            points.extend([
                Point::day_phase(day, Phase::Lapse),
                Point::day_phase(day, Phase::Opening),
            ]);
            points.extend([
                Point::next_day_phase(day, Phase::Lapse),
                Point::next_day_phase(day, Phase::Opening),
            ]);
        }
        for (who, bound) in &self.times {
            let mut env = clock.env.clone();
            if let (Some(v), Some(actor)) = (who, clock.key.first()) {
                env.bind(*v, Value::Entity(*actor));
            }
            let (Bound::Now(g) | Bound::Window(g, _)) = bound;
            let Some(m) = case.eval(*g, &env).time() else {
                continue;
            };
            match bound {
                Bound::Now(_) => points.extend([m.begins(), m.ends()]),
                Bound::Window(_, Firing::Opening) => {
                    points.push(Point::day_phase(m.day, Phase::Opening))
                }
                Bound::Window(_, Firing::Closing) => {
                    points.push(Point::day_phase(m.day, Phase::Lapse))
                }
                Bound::Window(_, Firing::Lapse) => {
                    points.push(Point::next_day_phase(m.day, Phase::Lapse))
                }
                Bound::Window(_, Firing::TacitStart) => {
                    points.push(Point::next_day_phase(m.day, Phase::TacitStart))
                }
            }
        }
        debug_assert_eq!(b.each.len() + 1, clock.key.len());
        points.into_iter().filter(|p| *p > now).min()
    }
}

/// Everybody who is named by what happened since an entry of the timeline.
pub(crate) fn touched(case: &Case, since: usize) -> HashSet<Entity> {
    let mut all = HashSet::new();
    for entry in case.timeline().get(since..).unwrap_or_default() {
        match &entry.what {
            Happening::StatusStarted { key, .. } | Happening::StatusEnded { key, .. } => {
                all.extend(key)
            }
            Happening::Occurrence(id) => {
                if let Some(o) = case.occurrence(*id) {
                    all.extend(o.actor.into_iter().chain(o.for_whom).chain(o.to));
                    all.extend(o.args.iter().filter_map(Value::entity));
                }
            }
            _ => {}
        }
    }
    all
}
