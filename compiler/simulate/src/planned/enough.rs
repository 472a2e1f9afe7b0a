//! Exchangeable clocks as one (R56): of many who do an act after delays of the same law that all begin together, nothing is
//! read but the day by which enough have done it. That is an order statistic of the delays, drawn as one; the acts
//! themselves are not done.
//!
//! What is proved, on the text: all clocks of a matter begin at one instant, which comes once, and each ends by its own act
//! alone; the act only starts a status, which never ends; that status is counted in one watched condition, against the
//! number of those whose clocks began, and hinders its own act, and is read nowhere else; the condition becomes true at
//! some number and stays; and all that follows is a date some days later, so that the order within the day is nobody's.

use super::readers::{Root, events, readers, roots};
use super::tally::Sum;
use super::vote::{Counts, Why};
use rogatio_calendar::{Length, Period};
use rogatio_interpret::Case;
use rogatio_mir::{
    ActClass, ActId, Behaviour, CaseActKind, Does, Domain, EdgeId, Effect, Experiment, Guard,
    KindId, Latch, Law, Match, Modal, Norm, On, Op, Position, Program, Rule, ScenarioItemKind,
    StatusId, VarId, each_guard,
};

mod once;
mod rewrite;

/// Clocks that are drawn as one.
pub(super) struct Enough {
    behaviour: usize,
    edge: EdgeId,
    /// The matter, as the edge has it.
    matter: Domain,
    /// How many clocks begin, over the matter.
    of: Guard,
    /// By that number, at which of them enough have ended; 0: never.
    which: Vec<u32>,
}

const OTHERS: Why = "who may act is more than who it was opened for and has not acted";
const READ: Why = "it is read who has acted";

/// What is looked at.
struct Look<'p> {
    program: &'p Program,
    experiment: &'p Experiment,
    act: ActId,
    members: &'p [KindId],
}

/// Whether the clocks of a behaviour can be drawn as one.
pub(super) fn enough(
    program: &Program,
    experiment: &Experiment,
    case: &Case,
    behaviour: usize,
) -> Result<Enough, Why> {
    let b = &experiment.behaviours[behaviour];
    let act = plain(program, b)?;
    let look = Look {
        program,
        experiment,
        act,
        members: &b.who.domain.kinds,
    };
    look.done_by_clocks_alone(behaviour)?;
    let done = look.only_starts()?;
    let open = look.power(done)?;
    look.begins_once(open)?;
    let edge = look.one_reader(done)?;
    look.only_dates_follow(edge)?;
    let e = &program.edges[edge.index()];
    let [matter] = e.keys.as_slice() else {
        return Err(READ);
    };
    let counts = Acted {
        look: &look,
        matter: matter.var,
        done,
        open,
    };
    let clause = counts.clause(e.cond, false)?;
    let of = counts.base(e.cond).ok_or(READ)?;
    let most = case
        .entities()
        .filter(|e| look.members.contains(&e.2))
        .count();
    let mut which = Vec::new();
    for m in 0..=most as i128 {
        let met = |c: i128| clause.holds(&[c, m - c]);
        let first = (0..=m).find(|c| met(*c));
        match first {
            None => which.push(0),
            Some(0) => return Err("enough have acted before anybody has"),
            Some(c) if (c..=m).all(met) => which.push(u32::try_from(c).unwrap_or(u32::MAX)),
            Some(_) => return Err("more acts may be too many"),
        }
    }
    Ok(Enough {
        behaviour,
        edge,
        matter: matter.clone(),
        of,
        which,
    })
}

/// That the behaviour is each member's act on a matter, after the same memoryless delay.
fn plain(program: &Program, b: &Behaviour) -> Result<ActId, Why> {
    let Does::Act(act) = b.does else {
        return Err("an outcome is declared");
    };
    let (Law::Exponential(mean) | Law::Geometric(mean)) = b.law else {
        return Err("its delays are not memoryless");
    };
    let mut constant = true;
    each_guard(program, &[mean], |_, op| {
        constant &= matches!(op, Op::Length(_) | Op::Int(_) | Op::Arith(..));
    });
    if !constant {
        return Err("each has a pace of its own");
    }
    let all = program.guard(b.who.cond).op == Op::Bool(true) && !b.who.jointly;
    let ([matter], [Some(arg)]) = (b.each.as_slice(), b.args.as_slice()) else {
        return Err("it is no act on one matter");
    };
    let bare = b.when.is_none()
        && b.for_whom.is_none()
        && b.to.is_none()
        && b.not_counting.is_none()
        && !b.even_without_power;
    let declared = &program.acts[act.index()];
    let plain = declared.class == ActClass::Act
        && declared.opens.is_none()
        && declared.occurrences.is_none();
    match all && bare && plain && program.guard(*arg).op == Op::Var(matter.var) {
        true => Ok(act),
        false => Err("its clocks are not all alike"),
    }
}

/// The kinds are the same, in whatever order.
fn alike(a: &[KindId], b: &[KindId]) -> bool {
    a.len() == b.len() && a.iter().all(|k| b.contains(k))
}

impl Look<'_> {
    fn is_true(&self, g: Guard) -> bool {
        self.program.guard(g).op == Op::Bool(true)
    }

    /// Nothing else does the act.
    fn done_by_clocks_alone(&self, behaviour: usize) -> Result<(), Why> {
        let others = self.experiment.behaviours.iter().enumerate();
        let others = others.filter(|(i, b)| *i != behaviour && b.act() == Some(self.act));
        let dated = self.experiment.items.iter().any(|i| match &i.kind {
            ScenarioItemKind::Act(a) => matches!(a.act, CaseActKind::Act(x) if x == self.act),
            ScenarioItemKind::Assume(_) => true,
            _ => false,
        });
        let enacted = self.program.decisions.iter().flat_map(|d| &d.enacts);
        let enacted = enacted.into_iter().any(|e| e.act == self.act);
        match others.count() == 0 && !dated && !enacted {
            true => Ok(()),
            false => Err("the act is done otherwise, too, or something is assumed"),
        }
    }

    /// The status that the act starts, and where the matter stands among its keys: all that comes of the act.
    fn only_starts(&self) -> Result<(StatusId, usize), Why> {
        let of_it = |on: &&On| matches!(on, On::Act { act, .. } if *act == self.act);
        if events(self.program).filter(of_it).count() != 1 {
            return Err("more than one status comes of the act");
        }
        let rule = self.program.rules.iter().find(|r| of_it(&&r.on));
        let Some(Rule {
            on:
                On::Act {
                    matches,
                    under: None,
                    attempted: false,
                    ..
                },
            each,
            guard: None,
            target: Latch::Status(s),
            effect: Effect::Start(keys, None),
            ..
        }) = rule
        else {
            return Err("something else than a status comes of the act");
        };
        let bound = |p: Position| {
            matches.iter().find_map(|(at, m)| match m {
                Match::Bind(v, _) if *at == p => Some(*v),
                _ => None,
            })
        };
        let (actor, matter) = (bound(Position::Actor), bound(Position::Arg(0)));
        let place = self.places(*s, keys, actor, matter)?;
        match each.is_empty() && matches.len() == 2 && self.never_ends(*s) {
            true => Ok((*s, place)),
            false => Err("the status that comes of the act may end"),
        }
    }

    /// Where the matter stands among two keys that are the member and the matter.
    fn places(
        &self,
        s: StatusId,
        keys: &[Guard],
        member: Option<VarId>,
        matter: Option<VarId>,
    ) -> Result<usize, Why> {
        let (Some(member), Some(matter), [a, b]) = (member, matter, keys) else {
            return Err("its status is not of a member and a matter");
        };
        let is = |g: &Guard, v: VarId| self.program.guard(*g).op == Op::Var(v);
        let place = match (
            is(a, matter) && is(b, member),
            is(b, matter) && is(a, member),
        ) {
            (true, _) => 0,
            (_, true) => 1,
            _ => return Err("its status is not of a member and a matter"),
        };
        let kinds = &self.program.statuses[s.index()].keys[1 - place].kinds;
        match alike(kinds, self.members) {
            true => Ok(place),
            false => Err("its status is of others, too"),
        }
    }

    /// A status with one rule, which starts it.
    fn never_ends(&self, s: StatusId) -> bool {
        let status = &self.program.statuses[s.index()];
        self.program.rules_of(Latch::Status(s)).count() == 1
            && status.level.is_none()
            && status.value.is_none()
            && status.blocked_while.is_empty()
            && status.start_timers.is_empty()
            && status.end_timers.is_empty()
    }

    /// The status of those who may act, beside not having acted.
    fn power(&self, done: (StatusId, usize)) -> Result<(StatusId, usize), Why> {
        let mut open = Vec::new();
        let mut barred = false;
        let (mut granted, program) = (false, self.program);
        for n in &program.acts[self.act.index()].norms {
            let norm = &program.norms[n.index()];
            let (matter, cond) = self.judges(norm)?;
            match (norm.modal, cond) {
                (Modal::May, None) if matter.is_none() => granted = true,
                (Modal::Cannot, Some(cond)) => {
                    let mut literals = Vec::new();
                    self.bars(cond, false, &mut literals)?;
                    for (s, args, holds) in literals {
                        let found = self.places(s, args, Some(norm.who.domain.var), matter)?;
                        match holds {
                            true => open.push((s, found)),
                            false if (s, found) == done => barred = true,
                            false => return Err(OTHERS),
                        }
                    }
                }
                _ => return Err(OTHERS),
            }
        }
        open.dedup();
        match (open.as_slice(), granted && barred) {
            ([one], true) => Ok(*one),
            _ => Err(OTHERS),
        }
    }

    /// A norm about the act: the variable of its matter, and its condition.
    fn judges(&self, norm: &Norm) -> Result<(Option<VarId>, Option<Guard>), Why> {
        let rogatio_mir::Demand::Act {
            matches,
            filter: None,
            ..
        } = &norm.demand
        else {
            return Err(OTHERS);
        };
        let matter = match matches.as_slice() {
            [] => None,
            [(Position::Arg(0), Match::Bind(v, _))] => Some(*v),
            _ => return Err(OTHERS),
        };
        let bare = norm.window.is_always()
            && norm.duty.is_none()
            && norm.despite.is_none()
            && norm.version.is_none()
            && norm.visit.is_none();
        let all = self.is_true(norm.who.cond)
            && self
                .members
                .iter()
                .all(|k| norm.who.domain.kinds.contains(k));
        match bare && all {
            true => Ok((matter, norm.cond.filter(|g| !self.is_true(*g)))),
            false => Err(OTHERS),
        }
    }

    /// What a condition that bars an act (or, denied, allows it) says must hold, or not, for it to be possible: its
    /// statuses, of which all count.
    fn bars<'g>(
        &'g self,
        g: Guard,
        denied: bool,
        found: &mut Vec<(StatusId, &'g [Guard], bool)>,
    ) -> Result<(), Why> {
        match (&self.program.guard(g).op, denied) {
            (Op::Not(a), _) => self.bars(*a, !denied, found),
            (Op::And(all), true) | (Op::Or(all), false) => {
                all.iter().try_for_each(|g| self.bars(*g, denied, found))
            }
            (Op::StatusOn(s, args), _) => {
                found.push((*s, args, denied));
                Ok(())
            }
            _ => Err(OTHERS),
        }
    }

    /// That the status of those who may act begins for all of a matter at one instant, once.
    fn begins_once(&self, (s, place): (StatusId, usize)) -> Result<(), Why> {
        const AGAIN: Why = "those who may act may come to do so at several times";
        if !self.never_ends(s) {
            return Err(AGAIN);
        }
        let Some((_, rule)) = self.program.rules_of(Latch::Status(s)).next() else {
            return Err(AGAIN);
        };
        let (On::Outcome(d, _, Match::Bind(matter, _)), Effect::Start(keys, None), [member]) =
            (&rule.on, &rule.effect, rule.each.as_slice())
        else {
            return Err(AGAIN);
        };
        let at = self.places(s, keys, Some(member.var), Some(*matter))?;
        match at == place && alike(&member.kinds, self.members) && self.opens_once(*d) {
            true => Ok(()),
            false => Err(AGAIN),
        }
    }

    /// The one watched condition that reads the status; its own act's norms do, and nothing else.
    fn one_reader(&self, (s, _): (StatusId, usize)) -> Result<EdgeId, Why> {
        let heard = |on: &On| match on {
            On::Started(x, _) | On::Ended(x, _) => *x == s,
            _ => false,
        };
        if events(self.program).any(heard) {
            return Err(READ);
        }
        let found = readers(self.program, &|op| of_status(op) == Some(s));
        let mut edges = Vec::new();
        for (root, g) in roots(self.program, self.experiment) {
            match root {
                _ if !found.contains(&g) => {}
                Root::Edge(e) => edges.push(e),
                Root::Judges(n) if self.program.acts[self.act.index()].norms.contains(&n) => {}
                _ => return Err(READ),
            }
        }
        match edges.as_slice() {
            [one] => Ok(*one),
            _ => Err(READ),
        }
    }

    /// That upon the condition only timers are armed, which fire on a later day, and that nothing but measures reads when
    /// they will.
    fn only_dates_follow(&self, edge: EdgeId) -> Result<(), Why> {
        const FOLLOWS: Why = "more follows at once than a date";
        let program = self.program;
        let heard = |on: &&On| matches!(on, On::Rise(e, _) | On::Fall(e, _) if *e == edge);
        let mut rules = 0;
        for rule in program.rules.iter().filter(|r| heard(&&r.on)) {
            if matches!(rule.effect, Effect::Watch) {
                rules += 1;
                continue;
            }
            let (On::Rise(..), Latch::Timer(t), Effect::Arm(_), None) =
                (&rule.on, rule.target, &rule.effect, rule.guard)
            else {
                return Err(FOLLOWS);
            };
            let timer = &program.timers[t.index()];
            let Op::Shift {
                before: false,
                length,
                base,
                ..
            } = program.guard(timer.at).op
            else {
                return Err(FOLLOWS);
            };
            let later = match program.guard(length).op {
                Op::Length(Length::Period(Period { months, days })) => {
                    months >= 0 && days >= 0 && (months > 0 || days > 0)
                }
                _ => false,
            };
            if !later || program.guard(base).op != Op::EventTime || timer.live.is_some() {
                return Err(FOLLOWS);
            }
            let ends =
                |s: &rogatio_mir::Status| s.start_timers.contains(&t) || s.end_timers.contains(&t);
            let dated: Vec<StatusId> = (0u32..)
                .zip(&program.statuses)
                .filter(|(_, s)| ends(s))
                .map(|(i, _)| StatusId(i))
                .collect();
            let when = readers(program, &|op| {
                let known = !matches!(op, Op::StatusOn(..));
                known && of_status(op).is_some_and(|s| dated.contains(&s))
            });
            let early = |(root, g): &(Root, Guard)| *root != Root::Measure && when.contains(g);
            if roots(program, self.experiment).iter().any(early) {
                return Err(FOLLOWS);
            }
            rules += 1;
        }
        match events(program).filter(heard).count() == rules {
            true => Ok(()),
            false => Err(FOLLOWS),
        }
    }
}

/// The status that an operation reads.
fn of_status(op: &Op) -> Option<StatusId> {
    match op {
        Op::StatusOn(s, _)
        | Op::StatusValue(s, _)
        | Op::StatusStart(s, _)
        | Op::StatusFirstStart(s, _)
        | Op::StatusEnd(s, _) => Some(*s),
        Op::StatusPick { status, .. } => Some(*status),
        _ => None,
    }
}

/// The watched condition over who has acted, and who may but has not.
struct Acted<'l> {
    look: &'l Look<'l>,
    matter: VarId,
    done: (StatusId, usize),
    open: (StatusId, usize),
}

impl Acted<'_> {
    /// Whether a count is of those with a status.
    fn counts(&self, domain: &Domain, cond: Guard, (s, place): (StatusId, usize)) -> bool {
        let program = self.look.program;
        let Op::StatusOn(x, args) = &program.guard(cond).op else {
            return false;
        };
        let is = |i: usize, v: VarId| {
            args.get(i)
                .is_some_and(|g| program.guard(*g).op == Op::Var(v))
        };
        *x == s
            && is(place, self.matter)
            && is(1 - place, domain.var)
            && alike(&domain.kinds, self.look.members)
    }

    /// The count of all who may act, within a condition.
    fn base(&self, cond: Guard) -> Option<Guard> {
        let mut found = None;
        each_guard(self.look.program, &[cond], |g, op| {
            if let Op::Count(domain, cond) = op
                && self.counts(domain, *cond, self.open)
            {
                found = Some(g);
            }
        });
        found
    }
}

impl Counts for Acted<'_> {
    fn program(&self) -> &Program {
        self.look.program
    }

    fn answers(&self) -> usize {
        2
    }

    fn count(&self, domain: &Domain, cond: Guard, _: bool) -> Result<Sum, Why> {
        let each = match () {
            () if self.counts(domain, cond, self.done) => vec![1, 0],
            () if self.counts(domain, cond, self.open) => vec![1, 1],
            () => return Err("enough is more than a number of those who have acted"),
        };
        Ok(Sum { constant: 0, each })
    }
}
