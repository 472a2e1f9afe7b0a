//! What a measure reads, proved from the MIR: the number of actors who have done one act, and nothing else that changes.
//!
//! What is not listed here is refused: an answer is exact or there is none.

use rogatio_analyze::{Refusal, not_pure};
use rogatio_interpret::{Case, Entity, Env};
use rogatio_mir::{
    ActId, Assumed, Behaviour, CaseActKind, Demand, Domain, Effect, Experiment, Firing, Guard,
    HistId, KindId, Latch, Match, Norm, On, Op, Ordinal, Position, Program, Rule, ScenarioItemKind,
    Silence, StatusId, TimerId, VarId, each_guard,
};
use std::collections::{BTreeSet, HashSet};

type R<T> = Result<T, Refusal>;

/// Rules that hang on rules, at most so deep.
const DEEPEST: u32 = 32;

/// When something comes, once the act that settles it is done.
pub(super) struct Time {
    /// Over the day of that act; none: on that day.
    pub(super) at: Option<Guard>,
    firing: Option<Firing>,
}

impl Time {
    /// Whether it has come by the end of its own day.
    pub(super) fn by_day(&self) -> bool {
        self.firing.is_none_or(|f| f == Firing::Opening)
    }
}

/// The walk over what is read.
pub(super) struct Reads<'a> {
    pub(super) program: &'a Program,
    pub(super) experiment: &'a Experiment,
    pub(super) begun: &'a Case,
    /// Each act counts, not each actor.
    pub(super) once: bool,
    /// What anybody does in the experiment.
    live: HashSet<ActId>,
    /// What is read of.
    acts: BTreeSet<ActId>,
    /// The kinds of actor that are counted, a list for each place that counts.
    counted: Vec<Vec<KindId>>,
}

impl<'a> Reads<'a> {
    pub(super) fn new(
        program: &'a Program,
        experiment: &'a Experiment,
        begun: &'a Case,
    ) -> R<Reads<'a>> {
        if !experiment.drawn.is_empty() {
            return Err(not_pure("givens or lengths that are drawn for each run"));
        }
        if !experiment.caps.is_empty() {
            return Err(not_pure(
                "a run may end with more instances than it may have",
            ));
        }
        let mut live: HashSet<ActId> = experiment
            .behaviours
            .iter()
            .filter_map(Behaviour::act)
            .collect();
        for item in &experiment.items {
            let dated = match &item.kind {
                ScenarioItemKind::SetGiven(..) => item.at.is_some(),
                ScenarioItemKind::Assume(a) => {
                    item.at.is_some()
                        || a.from.is_some()
                        || a.until.is_some()
                        || matches!(a.what, Assumed::Act(_))
                }
                ScenarioItemKind::Act(a) => {
                    if let CaseActKind::Act(act) = a.act {
                        live.insert(act);
                    }
                    false
                }
                _ => false,
            };
            if dated {
                return Err(not_pure("facts that change on a date"));
            }
        }
        Ok(Reads {
            program,
            experiment,
            begun,
            once: false,
            live,
            acts: BTreeSet::new(),
            counted: Vec::new(),
        })
    }

    /// The one act that all of it hangs on.
    pub(super) fn act(&self) -> R<ActId> {
        let mut acts = self.acts.iter();
        match (acts.next(), acts.next()) {
            (Some(act), None) => Ok(*act),
            (None, _) => Err(not_pure("nothing that it hangs on is random")),
            _ => Err(not_pure("the measure hangs on several acts")),
        }
    }

    /// That all actors count alike.
    pub(super) fn all_counted(&self, racers: &[Entity]) -> R<()> {
        let kind = |e: &Entity| {
            self.begun
                .entities()
                .find(|(x, ..)| x == e)
                .map(|(.., k)| k)
        };
        let kinds: HashSet<KindId> = racers.iter().filter_map(kind).collect();
        match self
            .counted
            .iter()
            .all(|c| kinds.iter().all(|k| c.contains(k)))
        {
            true => Ok(()),
            false => Err(not_pure("only some of those who act are counted")),
        }
    }

    /// That nothing else done in the experiment can leave a run open, or do the act.
    pub(super) fn alone(&self, act: ActId) -> R<()> {
        let e = self.experiment;
        for item in &e.items {
            if let ScenarioItemKind::Act(a) = &item.kind
                && matches!(a.act, CaseActKind::Act(x) if x == act)
            {
                return Err(not_pure("the act is also done on a fixed date"));
            }
        }
        let others = e.behaviours.iter().any(|b| b.act() != Some(act)) || !e.ballots.is_empty();
        if !others {
            return Ok(());
        }
        let open = |op: &Op| match op {
            Op::NotStated(_) | Op::ByVersion(_) | Op::Best(..) => true,
            Op::Given(id, _) => self.program.givens[id.index()].default.is_none(),
            _ => false,
        };
        let text = self.program.guards.iter().any(|g| open(&g.op));
        let mut decisions = self.program.decisions.iter();
        if text || decisions.any(|d| matches!(d.silence.0, Silence::NotStated(_))) {
            return Err(not_pure(
                "what others do may hang on what the text leaves open",
            ));
        }
        Ok(())
    }

    /// Whether an event never comes in the experiment.
    fn idle(&self, on: &On, depth: u32) -> bool {
        let none = |latch: Latch| {
            depth < DEEPEST
                && self
                    .program
                    .rules
                    .iter()
                    .all(|r| r.target != latch || self.idle(&r.on, depth + 1))
        };
        match on {
            On::Act { act, .. } => !self.live.contains(act),
            On::Timer(t, _) => none(Latch::Timer(*t)),
            On::Started(s, _) | On::Ended(s, _) => {
                self.program.statuses[s.index()].level.is_none()
                    && none(Latch::Status(*s))
                    // What is assumed starts as the case begins.
                    && self.begun.status_keys(*s).next().is_none()
            }
            _ => false,
        }
    }

    /// The rules that write a latch in the experiment.
    fn rules(&self, latch: Latch) -> Vec<&'a Rule> {
        let program = self.program;
        let all = program.rules.iter().filter(|r| r.target == latch);
        all.filter(|r| !self.idle(&r.on, 0)).collect()
    }

    /// The variable that an act binds its actor to, where the rule takes every such act alike.
    fn every_act(&mut self, on: &On) -> R<Option<VarId>> {
        let On::Act {
            act,
            matches,
            under: None,
            attempted: false,
        } = on
        else {
            return Err(not_pure("the measure hangs on more than acts"));
        };
        let mut bound = None;
        for (position, m) in matches {
            match (position, m) {
                (Position::Actor, Match::Bind(v, kinds)) => {
                    self.counted.push(kinds.clone());
                    bound = Some(*v);
                }
                (_, Match::Any) => {}
                // A name for what is not looked at.
                (p, Match::Bind(..)) if *p != Position::Actor => {}
                _ => return Err(not_pure("only some of the acts count")),
            }
        }
        self.acts.insert(*act);
        Ok(bound)
    }

    fn is_var(&self, g: Guard, v: VarId) -> bool {
        self.program.guard(g).op == Op::Var(v)
    }

    /// A status that an actor's own act starts at once, for good.
    fn own_status(&mut self, s: StatusId) -> R<()> {
        let status = &self.program.statuses[s.index()];
        if status.level.is_some() || status.value.is_some() {
            return Err(not_pure(format!(
                "`{}` is more than an act started",
                status.name
            )));
        }
        for rule in self.rules(Latch::Status(s)) {
            let Effect::Start(keys, None) = &rule.effect else {
                return Err(not_pure(format!("`{}` may end again", status.name)));
            };
            self.own_rule(rule, keys)?;
        }
        match status.blocked_while.is_empty() {
            true => Ok(()),
            false => Err(not_pure(format!("`{}` does not always start", status.name))),
        }
    }

    /// A history of an actor's own acts.
    fn own_hist(&mut self, h: HistId) -> R<()> {
        for rule in self.rules(Latch::Hist(h)) {
            let Effect::Push(keys) = &rule.effect else {
                return Err(not_pure("the measure hangs on more than acts"));
            };
            self.own_rule(rule, keys)?;
        }
        Ok(())
    }

    fn own_rule(&mut self, rule: &Rule, keys: &[Guard]) -> R<()> {
        if rule.guard.is_some() || !rule.each.is_empty() {
            return Err(not_pure("only some of the acts count"));
        }
        let bound = self.every_act(&rule.on)?;
        match (keys, bound) {
            ([key], Some(v)) if self.is_var(*key, v) => Ok(()),
            _ => Err(not_pure("an act counts for somebody else")),
        }
    }

    /// A guard over one actor that reads its own acts only.
    fn own(&mut self, g: Guard, of: VarId) -> R<()> {
        let program = self.program;
        match &program.guard(g).op {
            Op::Bool(_) | Op::Int(_) | Op::Share(..) | Op::Text(_) | Op::Length(_) => Ok(()),
            Op::IsKind(x, _) if self.is_var(*x, of) => Ok(()),
            Op::Not(a) => self.own(*a, of),
            Op::And(all) | Op::Or(all) => all.iter().try_for_each(|a| self.own(*a, of)),
            Op::Compare(_, a, b) | Op::Arith(_, a, b) => {
                [a, b].into_iter().try_for_each(|a| self.own(*a, of))
            }
            Op::StatusOn(s, args) if args.len() == 1 && self.is_var(args[0], of) => {
                self.own_status(*s)
            }
            Op::HistCount(h, args) if args.len() == 1 && self.is_var(args[0], of) => {
                self.own_hist(*h)
            }
            Op::Call(d, args) => {
                let d = &program.defines[d.index()];
                let element = d.element.iter().map(|(v, _)| *v);
                let params: Vec<VarId> = d.params.iter().copied().chain(element).collect();
                match (params.as_slice(), args.as_slice()) {
                    ([], []) => self.own(d.value, of),
                    ([p], [a]) if self.is_var(*a, of) => self.own(d.value, *p),
                    _ => Err(self.more(g)),
                }
            }
            _ => Err(self.more(g)),
        }
    }

    fn more(&self, g: Guard) -> Refusal {
        let mut why = not_pure("the measure hangs on more than who has acted");
        why.span = self.program.guard(g).span;
        why
    }

    /// No entity is of these kinds, and none comes to be.
    fn empty(&self, d: &Domain) -> bool {
        let made = |k: &KindId| {
            self.program.procedures.iter().any(|p| p.kind == *k)
                || self.program.acts.iter().any(|a| a.occurrences == Some(*k))
        };
        !d.kinds.iter().any(made) && !self.begun.entities().any(|(_, _, k)| d.kinds.contains(&k))
    }

    /// A guard that reads how many have acted, and not who.
    pub(super) fn number(&mut self, g: Guard) -> R<()> {
        self.count(g, true)
    }

    /// The same; a trigger (`counts` is false) is looked at once only, so what it counts after that is all the same.
    fn count(&mut self, g: Guard, counts: bool) -> R<()> {
        let program = self.program;
        match &program.guard(g).op {
            Op::Bool(_) | Op::Int(_) | Op::Share(..) | Op::Text(_) => Ok(()),
            Op::Not(a) => self.count(*a, counts),
            Op::And(all) | Op::Or(all) => all.iter().try_for_each(|a| self.count(*a, counts)),
            Op::Compare(_, a, b) | Op::Arith(_, a, b) => {
                [a, b].into_iter().try_for_each(|a| self.count(*a, counts))
            }
            Op::ShareCompare { part, share, base } => [part, share, base]
                .into_iter()
                .try_for_each(|a| self.count(*a, counts)),
            Op::Call(d, args) if args.is_empty() => {
                self.count(program.defines[d.index()].value, counts)
            }
            Op::Count(d, inner) => {
                if self.empty(d) {
                    return Ok(());
                }
                // Whoever is counted counts by its own acts.
                self.own(*inner, d.var)
            }
            Op::HistCount(h, args) if args.is_empty() => self.hist(*h, counts),
            _ => Err(self.more(g)),
        }
    }

    /// A history of all acts.
    fn hist(&mut self, h: HistId, counts: bool) -> R<()> {
        for rule in self.rules(Latch::Hist(h)) {
            let Effect::Push(keys) = &rule.effect else {
                return Err(not_pure("the measure hangs on more than acts"));
            };
            if !keys.is_empty() || !rule.each.is_empty() {
                return Err(not_pure("only some of the acts count"));
            }
            self.every_act(&rule.on)?;
            self.once |= counts || rule.guard.is_none();
            if let Some(g) = rule.guard {
                self.count(g, counts)?;
            }
        }
        Ok(())
    }

    /// A time that one act settles.
    pub(super) fn date(&mut self, g: Guard) -> R<Time> {
        let program = self.program;
        match &program.guard(g).op {
            Op::Call(d, args) if args.is_empty() => self.date(program.defines[d.index()].value),
            Op::StatusStart(s, args) | Op::StatusFirstStart(s, args) if args.is_empty() => {
                self.start(*s)
            }
            Op::HistTime(h, nth @ (Ordinal::First | Ordinal::Nth(_)), args) if args.is_empty() => {
                let rules = self.rules(Latch::Hist(*h));
                let [rule] = rules.as_slice() else {
                    return Err(self.more(g));
                };
                let first = matches!(nth, Ordinal::First | Ordinal::Nth(1));
                if rule.guard.is_some() && !first {
                    return Err(not_pure("only some of the acts count"));
                }
                // The first act of all is somebody's first.
                self.once |= rule.guard.is_none() && !first;
                self.trigger(rule)?;
                Ok(Time {
                    at: None,
                    firing: None,
                })
            }
            _ => Err(self.more(g)),
        }
    }

    /// The start of a status.
    pub(super) fn start(&mut self, s: StatusId) -> R<Time> {
        let status = &self.program.statuses[s.index()];
        let name = &status.name;
        if status.level.is_some() || !status.keys.is_empty() || !status.blocked_while.is_empty() {
            return Err(not_pure(format!("`{name}` is not started by an act alone")));
        }
        let rules = self.rules(Latch::Status(s));
        let [rule] = rules.as_slice() else {
            return Err(not_pure(format!(
                "`{name}` may start in several ways, or end"
            )));
        };
        if !matches!(&rule.effect, Effect::Start(keys, _) if keys.is_empty())
            || !rule.each.is_empty()
        {
            return Err(not_pure(format!("`{name}` may end")));
        }
        match &rule.on {
            On::Timer(t, _) if rule.guard.is_none() => self.timer(*t),
            _ => {
                self.trigger(rule)?;
                Ok(Time {
                    at: None,
                    firing: None,
                })
            }
        }
    }

    fn timer(&mut self, t: TimerId) -> R<Time> {
        let timer = &self.program.timers[t.index()];
        let rules = self.rules(Latch::Timer(t));
        let [rule] = rules.as_slice() else {
            return Err(not_pure(format!(
                "`{}` may begin in several ways",
                timer.name
            )));
        };
        let bare = timer.keys.is_empty() && timer.carried.is_empty() && timer.live.is_none();
        if !bare || !matches!(&rule.effect, Effect::Arm(keys) if keys.is_empty()) {
            return Err(not_pure(format!(
                "`{}` hangs on more than the act",
                timer.name
            )));
        }
        self.trigger(rule)?;
        self.shifted(timer.at)?;
        Ok(Time {
            at: Some(timer.at),
            firing: Some(timer.firing),
        })
    }

    /// A rule that an act sets off, by how many have acted then.
    fn trigger(&mut self, rule: &Rule) -> R<()> {
        self.every_act(&rule.on)?;
        if !rule.each.is_empty() {
            return Err(not_pure("only some of the acts count"));
        }
        match rule.guard {
            Some(g) => self.count(g, false),
            None => Ok(()),
        }
    }

    /// A time that hangs on the day of the act alone.
    fn shifted(&self, at: Guard) -> R<()> {
        let (mut todo, mut more) = (vec![at], None);
        while !todo.is_empty() {
            let mut inner = Vec::new();
            each_guard(self.program, &todo, |g, op| match op {
                Op::EventTime
                | Op::Shift { .. }
                | Op::ShiftOutside { .. }
                | Op::Length(_)
                | Op::Int(_)
                | Op::Bool(_)
                | Op::Dates(_)
                | Op::Var(_)
                | Op::Later(_) => {}
                Op::Call(d, _) => inner.push(self.program.defines[d.index()].value),
                _ => more = Some(g),
            });
            todo = inner;
        }
        more.map_or(Ok(()), |g| Err(self.more(g)))
    }

    /// That whether an actor may act hangs on its own acts alone.
    pub(super) fn behaviour(&mut self, b: &Behaviour) -> R<()> {
        if !b.each.is_empty()
            || b.for_whom.is_some()
            || b.even_without_power
            || b.not_counting.is_some()
        {
            return Err(not_pure(
                "a line whose clocks are not one for each actor, counting all days",
            ));
        }
        let of = b.who.domain.var;
        for g in [b.who.cond].into_iter().chain(b.when) {
            self.own_acts(g, of)?;
        }
        let act = b.act().map(|a| &self.program.acts[a.index()]);
        for norm in act.into_iter().flat_map(|a| &a.norms) {
            let norm = &self.program.norms[norm.index()];
            if self.concerns(norm, b) {
                self.norm(norm)?;
            }
        }
        Ok(())
    }

    /// The same guard for the actor: fields are fixed, so they may be read.
    fn own_acts(&mut self, g: Guard, of: VarId) -> R<()> {
        match &self.program.guard(g).op {
            Op::Field(x, _) if self.is_var(*x, of) => Ok(()),
            Op::Entity(_) | Op::CaseEntity(_) | Op::Day(_) => Ok(()),
            Op::Not(a) => self.own_acts(*a, of),
            Op::And(all) | Op::Or(all) => all.iter().try_for_each(|a| self.own_acts(*a, of)),
            Op::Compare(_, a, b) => [a, b].into_iter().try_for_each(|a| self.own_acts(*a, of)),
            Op::Var(v) if *v == of => Ok(()),
            _ => self.own(g, of).map_err(|mut why| {
                "who may act hangs on more than the actor's own acts".clone_into(&mut why.message);
                why
            }),
        }
    }

    /// Whether a norm can say anything of the act of a behaviour's actors.
    fn concerns(&self, norm: &Norm, b: &Behaviour) -> bool {
        let never = |g: &Guard| self.program.guard(*g).op == Op::Bool(false);
        if norm.cond.iter().any(never)
            || !norm
                .who
                .domain
                .kinds
                .iter()
                .any(|k| b.who.domain.kinds.contains(k))
        {
            return false;
        }
        let value = |g: Guard| self.begun.eval(g, &Env::new());
        let is_const = |g: Guard| {
            matches!(
                self.program.guard(g).op,
                Op::Bool(_) | Op::Int(_) | Op::Entity(_) | Op::CaseEntity(_) | Op::Text(_)
            )
        };
        let other = |(p, m): &(Position, Match)| match (p, m) {
            (Position::Arg(i), Match::Is(g)) if is_const(*g) => {
                let said = b
                    .args
                    .get(*i as usize)
                    .copied()
                    .flatten()
                    .filter(|a| is_const(*a));
                said.is_some_and(|a| value(a) != value(*g))
            }
            _ => false,
        };
        norm.demand.parts().iter().any(|d| match d {
            Demand::Act { act, matches, .. } => Some(*act) == b.act() && !matches.iter().any(other),
            _ => false,
        })
    }

    fn norm(&mut self, norm: &Norm) -> R<()> {
        let w = &norm.window;
        let timed = w.opens.is_some()
            || w.closes.is_some()
            || !w.closes_on.is_empty()
            || w.during.is_some();
        if timed || norm.duty.is_some() || norm.visit.is_some() || norm.version.is_some() {
            return Err(not_pure(format!(
                "`{}` is not the same at all times",
                norm.text
            )));
        }
        let who = norm.who.domain.var;
        let filters = norm.demand.parts().iter().filter_map(|d| match d {
            Demand::Act { filter, .. } => *filter,
            _ => None,
        });
        let guards: Vec<Guard> = [norm.who.cond]
            .into_iter()
            .chain(norm.cond)
            .chain(filters)
            .collect();
        for g in guards {
            if self.fixed(g) {
                continue;
            }
            self.own_acts(g, who)?;
        }
        Ok(())
    }

    /// A guard that reads nothing that changes.
    fn fixed(&self, g: Guard) -> bool {
        let mut fixed = true;
        each_guard(self.program, &[g], |_, op| {
            fixed &= match op {
                Op::Bool(_)
                | Op::Int(_)
                | Op::Text(_)
                | Op::Entity(_)
                | Op::CaseEntity(_)
                | Op::Var(_)
                | Op::Not(_)
                | Op::And(_)
                | Op::Or(_)
                | Op::Compare(..)
                | Op::IsKind(..)
                | Op::Field(..) => true,
                Op::StatusOn(s, _) => {
                    self.program.statuses[s.index()].level.is_none()
                        && self.rules(Latch::Status(*s)).is_empty()
                }
                Op::HistCount(h, _) => self.rules(Latch::Hist(*h)).is_empty(),
                _ => false,
            }
        });
        fixed
    }
}
