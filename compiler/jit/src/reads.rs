//! What a guard reads, and whether the compiled engine has its forms. Counts that change by one key at a time become
//! counters.

mod bounds;
mod sets;
mod slots;

use crate::fold::{Bind, Const, Env, NEVER};
use crate::refusal::Refusal;
use crate::stored::{kept_of, number};
use crate::world::World;
use rogatio_calendar::Length;
use rogatio_mir::{
    CmpOp, DecisionId, Domain, FieldId, Guard, HistId, KindId, Op, Ordinal, ProcedureId, Program,
    RollSet, StatusId, TimerId, Ty,
};
use std::collections::BTreeSet;

/// Something that can change during a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Slot {
    Status(StatusId),
    Hist(HistId),
    /// The time a timer is armed for.
    Timer(TimerId),
    /// Index into [`Counters`].
    Counter(usize),
    /// The stage of an instance.
    Stage(ProcedureId),
    /// Which instances there are.
    Kind(KindId),
    /// Whether a decision is open, and its outcome.
    Decision(DecisionId),
}

/// A part of a latch that is read, beyond whether it is on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Part {
    Start(StatusId),
    FirstStart(StatusId),
    End(StatusId),
    Count(HistId),
    First(HistId),
    Last(HistId),
    Nth(HistId, u32),
    /// The value of a status.
    Value(StatusId),
    /// A stored position of a push, by its number (`u32::MAX`: the last).
    Arg(HistId, u32, u32),
    /// When an instance entered a stage last.
    Entered(ProcedureId, u32),
    /// How many pushes there had been when an instance entered a stage last.
    Since(HistId, ProcedureId, u32),
    /// A field of instances.
    Field(FieldId),
    /// The roll of a decision, seen from outside.
    Tally(DecisionId),
}

/// Where the keys of what reads a slot stand among the keys of the slot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Places {
    pub(crate) at: Vec<usize>,
    /// How many keys the slot has.
    pub(crate) of: usize,
}

impl Places {
    /// The keys are the same.
    pub(crate) fn are_all(&self) -> bool {
        self.at.len() == self.of && self.at.iter().enumerate().all(|(i, at)| i == *at)
    }
}

/// What a guard reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    /// The slot, and where the keys of the guard at hand stand among its own, if all do: a change concerns them alone.
    pub(crate) slots: BTreeSet<(Slot, Option<Places>)>,
    pub(crate) parts: BTreeSet<Part>,
    /// Stages of those procedures whose instances' stage is read: to be in others makes no difference.
    pub(crate) stages: BTreeSet<(ProcedureId, u32)>,
    /// The present time.
    pub(crate) now: bool,
    /// The time of an event.
    pub(crate) event: bool,
    /// A variable bound outside.
    pub(crate) outer: bool,
    /// A tally outside of its decision: ballots are cast together, so nothing may watch it.
    pub(crate) tally: bool,
}

/// A count of the elements of a set that depend on nothing but themselves: kept up to date at each change.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    pub(crate) domain: Domain,
    pub(crate) cond: Guard,
    /// Of a `for all`: those that satisfy `cond` and not this are counted.
    pub(crate) then: Option<Guard>,
    /// The element and the variables bound outside on which it depends, in the order of the keys that are read: a count
    /// for each tuple of the latter.
    pub(crate) keys: Vec<Domain>,
    pub(crate) slots: BTreeSet<Slot>,
    /// As [`Reads::stages`].
    pub(crate) stages: BTreeSet<(ProcedureId, u32)>,
}

impl Counter {
    /// What it is counted for.
    pub(crate) fn outer(&self) -> Vec<Domain> {
        let others = self.keys.iter().filter(|d| d.var != self.domain.var);
        others.cloned().collect()
    }
}

/// Guards of a program with the counters found in them.
pub(crate) struct Reader<'p> {
    pub(crate) program: &'p Program,
    pub(crate) world: &'p World,
    pub(crate) counters: Vec<Counter>,
    /// The decision whose rules are read.
    pub(crate) close: Option<DecisionId>,
    /// The decisions the rules of whose rolls are read.
    pub(crate) rolls: Vec<DecisionId>,
    /// What is read keeps the versions of its beginning, which is not known here.
    pub(crate) kept: bool,
    /// The condition of a `while` status is read, which has the version of the day.
    pub(crate) level: bool,
    /// What of the guards read may set a run aside, if anything may: the first.
    pub(crate) aside: Option<Refusal>,
}

/// Why a run is set aside in which two exceptions hold.
pub(crate) fn disagree() -> Refusal {
    Refusal::open("two exceptions to one rule may disagree")
        .help("make their conditions exclude each other, or give the case to the interpreter")
}

/// Why a question about a set of days is refused.
pub(crate) const CHANGING_DAYS: &str = "a set of days that changes during a run is not compiled";

type Walked = Result<(), Refusal>;

impl Reader<'_> {
    /// What a guard reads where `keys` are the keys of what it belongs to.
    pub(crate) fn reads(&mut self, g: Guard, env: &Env, keys: usize) -> Result<Reads, Refusal> {
        let mut reads = Reads::default();
        self.walk(g, env, keys, &mut reads)?;
        Ok(reads)
    }

    /// The counter of a count, if it has one.
    pub(crate) fn counter(
        &self,
        domain: &Domain,
        cond: Guard,
        then: Option<Guard>,
    ) -> Option<usize> {
        self.counters
            .iter()
            .position(|c| c.cond == cond && c.then == then && c.domain == *domain)
    }

    pub(crate) fn walk(&mut self, g: Guard, env: &Env, keys: usize, out: &mut Reads) -> Walked {
        if self.world.fold(self.program, g, env).is_some() {
            return Ok(());
        }
        self.op(g, env, keys, out)
            .map_err(|r| r.at(self.program, g))
    }

    fn all(&mut self, gs: &[Guard], env: &Env, keys: usize, out: &mut Reads) -> Walked {
        gs.iter().try_for_each(|g| self.walk(*g, env, keys, out))
    }

    fn op(&mut self, g: Guard, env: &Env, keys: usize, out: &mut Reads) -> Walked {
        let program = self.program;
        let op = &program.guard(g).op;
        self.closed_kinds(op)?;
        match op {
            Op::Var(v) => match env.get(*v) {
                None => Err(Refusal::form(format!(
                    "`{}` is open here",
                    World::variable(program, *v)
                ))),
                Some(Bind::Outer) => {
                    out.outer = true;
                    Ok(())
                }
                Some(_) => Ok(()),
            },
            Op::Now => {
                out.now = true;
                Ok(())
            }
            Op::EventTime => {
                out.event = true;
                Ok(())
            }
            Op::Not(a) => self.walk(*a, env, keys, out),
            Op::And(gs) | Op::Or(gs) => self.all(gs, env, keys, out),
            Op::Later(gs) => self.all(gs, env, keys, out),
            Op::Earlier(gs) => {
                out.now |= gs.iter().any(|g| self.may_pend(*g));
                self.all(gs, env, keys, out)
            }
            Op::Compare(op, a, b) => {
                self.comparable(*op, *a, *b, env)?;
                self.all(&[*a, *b], env, keys, out)
            }
            Op::ShareCompare { part, share, base } => {
                self.all(&[*part, *base], env, keys, out)?;
                self.share(*share, env, keys, out)
            }
            Op::Arith(_, a, b) => {
                if self.magnitude(g).is_none() {
                    return Err(Refusal::form(
                        "arithmetic that may overflow is not compiled",
                    ));
                }
                self.all(&[*a, *b], env, keys, out)
            }
            Op::Shift {
                length,
                base,
                closes,
                ..
            } => match self.world.fold(program, *length, env) {
                Some(Const::Length(Length::Period(_))) => {
                    let provision = program.guard(g).provision;
                    self.world.counted(program, provision, *closes)?;
                    self.walk(*base, env, keys, out)
                }
                Some(_) => Err(Refusal::form("times finer than a day are not compiled")),
                None => Err(Refusal::form(
                    "a length that changes during a run is not compiled",
                )),
            },
            Op::Count(d, c) | Op::Exists(d, c) => self.set(d, &[*c], None, env, keys, out),
            Op::ForAll(d, c, t) => self.set(d, &[*c], Some(*t), env, keys, out),
            Op::Sum(d, c, w) => {
                let grown = d.kinds.iter().filter(|k| self.world.grows(&[**k]));
                out.slots.extend(grown.map(|k| (Slot::Kind(*k), None)));
                let inner = env.clone().with(d.var, Bind::Element);
                self.all(&[*c, *w], &inner, keys, out)
            }
            Op::Call(d, args) => {
                self.arguments(args, env, keys, out)?;
                let (Some(inner), Some(define)) = (
                    self.world.inline(program, *d, args, env),
                    program.defines.get(d.index()),
                ) else {
                    return Err(Refusal::form("an unknown define"));
                };
                self.walk(define.value, &inner, keys, out)
            }
            Op::Given(id, args) => {
                let given = &program.givens[id.index()];
                if self.world.dated_givens.contains(id) {
                    return Err(Refusal::form(format!(
                        "a given that is drawn, or that holds for those whom only a run shows (`{}`), is not compiled",
                        given.name
                    )));
                }
                if self.world.givens.contains_key(id) {
                    return self.given_in_tables(g, *id, args, (env, keys), out);
                }
                let Some(default) = given.default else {
                    return Err(Refusal::open(format!(
                        "the given `{}` has no value in this experiment",
                        given.name
                    ))
                    .help(format!(
                        "assume a value in the experiment: `assume {} = …`",
                        given.name
                    )));
                };
                self.arguments(args, env, keys, out)?;
                let inner = self
                    .world
                    .bind_all(program, given.params.iter().copied(), args, env);
                self.walk(default, &inner, keys, out)
            }
            Op::StatusOn(s, args) => {
                self.no_doubt(*s)?;
                if let Some(level) = program.statuses[s.index()].level {
                    if self.world.assumed.iter().any(|(t, ..)| t == s) {
                        return Err(Refusal::form(
                            "a `while` status that is assumed is not compiled",
                        ));
                    }
                    self.arguments(args, env, keys, out)?;
                    let vars = program.statuses[s.index()].keys.iter().map(|d| d.var);
                    let inner = self.world.bind_all(program, vars, args, env);
                    let outer = std::mem::replace(&mut self.level, true);
                    let walked = self.walk(level, &inner, keys, out);
                    self.level = outer;
                    return walked;
                }
                self.slot(Slot::Status(*s), args, env, keys, out)
            }
            Op::StatusStart(s, args) => {
                out.parts.insert(Part::Start(*s));
                self.scheduled(*s, true, args, env, keys, out)
            }
            Op::StatusFirstStart(s, args) => {
                out.parts.insert(Part::FirstStart(*s));
                self.scheduled(*s, true, args, env, keys, out)
            }
            Op::StatusEnd(s, args) => {
                out.parts.insert(Part::End(*s));
                self.scheduled(*s, false, args, env, keys, out)
            }
            Op::HistCount(h, args) => {
                out.parts.insert(Part::Count(*h));
                self.slot(Slot::Hist(*h), args, env, keys, out)
            }
            Op::HistTime(h, o, args) => {
                out.parts.insert(match o {
                    Ordinal::First => Part::First(*h),
                    Ordinal::Last => Part::Last(*h),
                    Ordinal::Nth(n) if *n <= 1 => Part::First(*h),
                    Ordinal::Nth(n) => Part::Nth(*h, *n),
                });
                self.slot(Slot::Hist(*h), args, env, keys, out)
            }
            Op::StatusValue(s, args) => {
                self.no_doubt(*s)?;
                out.parts.insert(Part::Value(*s));
                self.slot(Slot::Status(*s), args, env, keys, out)
            }
            Op::HistArg(h, o, i, args) => {
                kept_of(program, *h, *i)?;
                out.parts.insert(Part::Arg(*h, number(*o), *i));
                self.slot(Slot::Hist(*h), args, env, keys, out)
            }
            Op::InStage(i, p, stages) => {
                out.stages.extend(stages.iter().map(|s| (*p, *s)));
                self.slot(Slot::Stage(*p), &[*i], env, keys, out)
            }
            Op::EnteredAt(i, p, stage) => {
                out.parts.insert(Part::Entered(*p, *stage));
                out.stages.insert((*p, *stage));
                self.slot(Slot::Stage(*p), &[*i], env, keys, out)
            }
            Op::HistSince(h, time, args) => {
                let Some((_, p, stage)) = self.since_visit(*h, *time, args) else {
                    return Err(Refusal::form(
                        "a count of acts since a time that is no visit of a stage is not compiled",
                    ));
                };
                out.parts.insert(Part::Since(*h, p, stage));
                out.stages.insert((p, stage));
                self.slot(Slot::Stage(p), args, env, keys, out)?;
                self.slot(Slot::Hist(*h), args, env, keys, out)
            }
            Op::Field(owner, field) => {
                let of = program.fields.get(field.index());
                if !of.is_some_and(|f| {
                    matches!(
                        plain(&f.ty),
                        Ty::Bool | Ty::Int | Ty::Quantity(_) | Ty::Entity(_) | Ty::Day
                    )
                }) {
                    return Err(Refusal::form("a field of this type is not compiled"));
                }
                let kind = of.map(|f| f.kind);
                if kind.is_some_and(|k| self.world.grows(&[k])) {
                    // Fields of an instance never change.
                    out.parts.insert(Part::Field(*field));
                    return self.walk(*owner, env, keys, out);
                }
                let kinds = kind.into_iter();
                for e in kinds.flat_map(|k| self.world.range(k)) {
                    if self.world.field(program, e, *field).is_none() {
                        let name = &self.world.members[e as usize].name;
                        let field = of.map_or("", |f| f.name.as_str());
                        return Err(Refusal::open(format!(
                            "{name}.{field} has no value in this experiment"
                        )));
                    }
                }
                self.walk(*owner, env, keys, out)
            }
            Op::InField { owner, element, .. } => self.all(&[*owner, *element], env, keys, out),
            Op::IsKind(a, _) => self.walk(*a, env, keys, out),
            Op::IsNone(a) => match plain(&program.guard(*a).ty) {
                Ty::Entity(_) | Ty::Int | Ty::Quantity(_) => self.walk(*a, env, keys, out),
                Ty::Day | Ty::Time if self.tells_none(*a) => self.walk(*a, env, keys, out),
                _ => Err(Refusal::form("`is none` of this type is not compiled")),
            },
            Op::OrElse(a, b) => match plain(&program.guard(*a).ty) {
                Ty::Entity(_) | Ty::Time | Ty::Day | Ty::Int | Ty::Quantity(_) => {
                    self.all(&[*a, *b], env, keys, out)
                }
                _ => Err(Refusal::form("`or else` of this type is not compiled")),
            },
            Op::Except(base, arms) => {
                if matches!(&program.guard(g).ty, Ty::Optional(of) if **of == Ty::Bool) {
                    return Err(Refusal::form(
                        "a truth value that may be none is not compiled",
                    ));
                }
                let live = self.live_arms(arms, env);
                if live.len() > 1 {
                    self.may_step_aside(disagree(), g);
                }
                self.walk(*base, env, keys, out)?;
                let mut each = live.iter();
                each.try_for_each(|(cond, value)| self.all(&[*cond, *value], env, keys, out))
            }
            Op::OutcomeIs(d, subject, _) | Op::DecisionOpen(d, subject) => {
                let args: Vec<Guard> = subject.iter().copied().collect();
                self.slot(Slot::Decision(*d), &args, env, keys, out)
            }
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => {
                let args: Vec<Guard> = subject.iter().copied().collect();
                self.walk(*voter, env, keys, out)?;
                self.slot(Slot::Decision(*decision), &args, env, keys, out)
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                ..
            }
            | Op::Weight {
                decision,
                subject,
                voter,
            } => {
                let set = match op {
                    Op::OnRoll { set, .. } => Some(set),
                    _ => None,
                };
                if self.rolls.contains(decision) && is_of_roll(set) {
                    // A rule of the roll that reads another set of it.
                    return self.walk(*voter, env, keys, out);
                }
                if self.close.is_none() {
                    return self.tally(g, (*decision, *subject), env, keys, out);
                }
                if !crate::decision::is_of(program, self.close, *decision, *subject) {
                    return Err(Refusal::form(
                        "a tally of another decision than the one whose rule reads it is not compiled",
                    ));
                }
                self.walk(*voter, env, keys, out)?;
                // It is counted when the decision closes, and kept nowhere.
                out.outer = true;
                let d = &program.decisions[decision.index()];
                let mut inner = env.clone().with(d.voter.var, Bind::Element);
                if let Some(s) = &d.subject {
                    inner.bind(s.var, Bind::Element);
                }
                let weight = matches!(op, Op::Weight { .. })
                    .then_some(d.weight)
                    .flatten();
                let rules = [d.voters, d.members]
                    .into_iter()
                    .chain(d.present)
                    .chain(weight);
                let rules: Vec<Guard> = rules.collect();
                self.roll(*decision, &rules, &inner, keys, out)
            }
            Op::DatesPick { dates, from, .. } => {
                crate::pick::accepted(self.world, program, *dates, env)?;
                self.walk(*from, env, keys, out)
            }
            Op::InDates(t, dates) => {
                let known = self.world.fold(program, *dates, env);
                if known.and_then(Const::dates).is_none() {
                    return Err(Refusal::form(CHANGING_DAYS));
                }
                if program.guard(*t).op != Op::Now {
                    return Err(Refusal::form(
                        "a set of days is asked about another time than the present, which is not compiled",
                    ));
                }
                out.now = true;
                Ok(())
            }
            Op::InVersion(v, present) => self.version(*v, *present, out),
            Op::NotStated(text) => Err(Refusal::open(format!("the text is silent: {text}"))),
            Op::CaseEntity(name) => self.case_entity(g, name, out),
            Op::ShiftOutside {
                length, base, skip, ..
            } => {
                crate::sitting::outside(self.world, program, (*length, *skip), env)?;
                if program.guard(*base).op != Op::EventTime {
                    let why = "days counted one by one from a time far from the runs";
                    self.may_step_aside(Refusal::form(why), g);
                }
                self.walk(*base, env, keys, out)
            }
            Op::NormIs(n, ..) => Err(Refusal::form(match self.world.unwritten.get(n) {
                Some(why) => format!("the state of {why} is not compiled"),
                None => "the state of a norm is not compiled".to_owned(),
            })),
            _ => Err(Refusal::form(format!("{} is not compiled", describe(op)))),
        }
    }

    /// What is read of a tally outside of its decision.
    fn tally(
        &mut self,
        g: Guard,
        (d, subject): (DecisionId, Option<Guard>),
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        let program = self.program;
        let decision = &program.decisions[d.index()];
        let (voter, set) = match &program.guard(g).op {
            Op::OnRoll { voter, set, .. } => (*voter, Some(set)),
            Op::Weight { voter, .. } => (*voter, None),
            _ => return Ok(()),
        };
        let frozen = matches!(set, None | Some(RollSet::Members | RollSet::Voters));
        let what = if !decision.limbs.is_empty() || decision.given.is_some() {
            "a tally of a decision that counts nothing"
        } else if matches!(set, Some(RollSet::Chair)) {
            "who is in the chair"
        } else if decision.roll_at_opening && frozen {
            "a roll that is frozen at the opening, outside of its decision,"
        } else {
            ""
        };
        if !what.is_empty() {
            return Err(Refusal::form(format!("{what} is not compiled")));
        }
        out.parts.insert(Part::Tally(d));
        (out.tally, out.outer) = (true, true);
        let args: Vec<Guard> = subject.into_iter().collect();
        self.slot(Slot::Decision(d), &args, env, keys, out)?;
        self.walk(voter, env, keys, out)?;
        let mut inner = env.clone().with(decision.voter.var, Bind::Element);
        if let Some(s) = &decision.subject {
            inner.bind(s.var, Bind::Element);
        }
        let rules = [decision.voters, decision.members].into_iter();
        let rules: Vec<Guard> = rules
            .chain(decision.present)
            .chain(decision.weight)
            .collect();
        self.roll(d, &rules, &inner, keys, out)
    }

    /// What the rules of a roll read, which may read its other sets.
    fn roll(
        &mut self,
        d: DecisionId,
        rules: &[Guard],
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        let mut plain = true;
        rogatio_mir::each_guard(self.program, rules, |_, op| {
            if let Op::OnRoll { decision, set, .. } = op {
                plain &= *decision == d && is_of_roll(Some(set));
            }
        });
        if !plain {
            return Err(Refusal::form(
                "a roll that hangs on ballots, or on another, is not compiled",
            ));
        }
        let close = self.close.replace(d);
        self.rolls.push(d);
        let walked = self.all(rules, env, keys, out);
        self.rolls.pop();
        self.close = close;
        walked
    }

    /// Whether what has this field may be of another kind that has one of the same name.
    fn is_of_several(&self, owner: Guard, field: rogatio_mir::FieldId) -> bool {
        let p = self.program;
        let ty = p.guards.get(owner.index()).map(|g| plain(&g.ty));
        let (Some(Ty::Entity(kinds)), Some(own)) = (ty, p.fields.get(field.index())) else {
            return false;
        };
        kinds
            .iter()
            .any(|k| *k != own.kind && p.field_of_kind(field, *k).is_some())
    }

    /// The instance variable, procedure and stage of a count of acts in a visit.
    pub(crate) fn since_visit(
        &self,
        h: HistId,
        time: Guard,
        args: &[Guard],
    ) -> Option<(Guard, ProcedureId, u32)> {
        let Op::EnteredAt(i, p, stage) = &self.program.guard(time).op else {
            return None;
        };
        let keys = &self.program.hists[h.index()].keys;
        let of_instance = args == [*i] && keys.len() == 1;
        let acts = self.program.hists[h.index()].act != rogatio_mir::Hist::NO_ACT;
        (of_instance && acts).then_some((*i, *p, *stage))
    }

    /// Sets of instances, and fields of the same name of several kinds, are not compiled.
    fn closed_kinds(&self, op: &Op) -> Walked {
        let field = |f: &rogatio_mir::FieldId| self.program.fields.get(f.index()).map(|f| f.kind);
        if let Op::Field(owner, f)
        | Op::InField {
            owner, field: f, ..
        } = op
            && self.is_of_several(*owner, *f)
        {
            return Err(Refusal::form(
                "a field that several kinds of a union have is not compiled",
            ));
        }
        let grows = match op {
            Op::InField { field: f, .. } => field(f).is_some_and(|k| self.world.grows(&[k])),
            _ => false,
        };
        if grows {
            return Err(Refusal::form("a set of an instance is not compiled"));
        }
        Ok(())
    }

    /// Exceptions whose condition is not known to be false.
    pub(crate) fn live_arms(&self, arms: &[(Guard, Guard)], env: &Env) -> Vec<(Guard, Guard)> {
        let never = |c: Guard| self.world.fold(self.program, c, env) == Some(Const::Bool(false));
        arms.iter().copied().filter(|(c, _)| !never(*c)).collect()
    }
}

/// Whether a set of a roll hangs on no ballots.
fn is_of_roll(set: Option<&RollSet>) -> bool {
    matches!(
        set,
        Some(RollSet::Members | RollSet::Voters | RollSet::Present)
    )
}

/// A type without its option.
pub(crate) fn plain(ty: &Ty) -> &Ty {
    match ty {
        Ty::Optional(inner) => inner,
        other => other,
    }
}

fn describe(op: &Op) -> &'static str {
    match op {
        Op::Instant(_) => "a time of day",
        Op::HistSum(..) => "a sum over earlier acts",
        Op::HistInLast { .. } => "what happened in the last days",
        Op::OnRoll { .. }
        | Op::Weight { .. }
        | Op::OutcomeIs(..)
        | Op::Pivotal { .. }
        | Op::DecisionOpen(..)
        | Op::Certain(..) => "a decision",
        Op::Parameter(_) => "a parameter without a value",
        Op::ByVersion(_) => {
            "what is said by version, where none may be in force or an event chooses,"
        }
        Op::None | Op::Text(_) | Op::Length(_) | Op::Share(..) | Op::Chance(_) => {
            "a value of this type"
        }
        _ => "this form",
    }
}
