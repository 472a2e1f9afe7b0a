//! Guards to code: truth in a byte, integers, times and entities in 64 bits.

use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, NEVER, V, day_of};
use crate::layout::Keys;
use crate::reads::{CHANGING_DAYS, plain};
use crate::refusal::Refusal;
use crate::stored::NO_INT;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{
    ArithOp, Domain, Firing, Guard, HistId, Op, Ordinal, StatusId, TimerId, Ty, VarId,
};

impl Em<'_, '_> {
    /// A value as bits: truth in 8, everything else in 64.
    pub(crate) fn bits(&mut self, v: &V) -> R<ir::Value> {
        Ok(match v {
            V::Bool(x) | V::Int(x) | V::Time(x) | V::Entity(x) => *x,
            V::Const(Const::Bool(b)) => self.bool(*b),
            V::Const(Const::Int(n) | Const::Time(n)) => self.int(*n),
            V::Const(Const::Entity(e)) => self.int(i64::from(*e)),
            V::Const(Const::None) => self.int(-1),
            V::Const(_) => return Err(Refusal::form("a value of this type is not compiled")),
        })
    }

    pub(crate) fn truth(&mut self, g: Guard, env: &Env) -> R<ir::Value> {
        match self.value(g, env)? {
            V::Bool(b) => Ok(b),
            V::Const(Const::Bool(b)) => Ok(self.bool(b)),
            V::Const(Const::None) => Ok(self.bool(false)),
            _ => Err(Refusal::form("this is no condition").at(self.program, g)),
        }
    }

    pub(crate) fn time(&mut self, g: Guard, env: &Env) -> R<ir::Value> {
        match self.value(g, env)? {
            V::Time(t) => Ok(t),
            V::Const(Const::Time(t)) => Ok(self.int(t)),
            V::Const(Const::None) => Ok(self.int(NEVER)),
            _ => Err(Refusal::form("this is no time").at(self.program, g)),
        }
    }

    pub(crate) fn integer(&mut self, g: Guard, env: &Env) -> R<ir::Value> {
        match self.value(g, env)? {
            V::Int(n) => Ok(n),
            V::Const(Const::Int(n)) => Ok(self.int(n)),
            V::Const(Const::None) => Ok(self.int(NO_INT)),
            _ => Err(Refusal::form("this is no integer").at(self.program, g)),
        }
    }

    pub(crate) fn entity(&mut self, g: Guard, env: &Env) -> R<ir::Value> {
        match self.value(g, env)? {
            V::Entity(e) => Ok(e),
            V::Const(Const::Entity(e)) => Ok(self.int(i64::from(e))),
            V::Const(Const::None) => Ok(self.int(-1)),
            _ => Err(Refusal::form("this is no entity").at(self.program, g)),
        }
    }

    pub(crate) fn value(&mut self, g: Guard, env: &Env) -> R<V> {
        if let Some(c) = self.world.fold(self.program, g, env) {
            return Ok(V::Const(c));
        }
        if self.layout.aside.is_none() {
            return self.op(g, env).map_err(|r| r.at(self.program, g));
        }
        let before = self.open.take();
        self.within += 1;
        let value = self.op(g, env).map_err(|r| r.at(self.program, g));
        self.within -= 1;
        if let Some(before) = before {
            self.leave_open(before);
        }
        if self.within == 0 {
            self.set_aside();
        }
        value
    }

    fn op(&mut self, g: Guard, env: &Env) -> R<V> {
        let program = self.program;
        Ok(match &program.guard(g).op {
            Op::Var(v) => match env.get(*v) {
                Some(Bind::V(v)) => v.clone(),
                _ => {
                    return Err(Refusal::form(format!(
                        "`{}` is open here",
                        World::variable(program, *v)
                    )));
                }
            },
            Op::CaseEntity(name) => self.case_entity(name)?,
            Op::Now => V::Time(self.now()),
            Op::EventTime => match &env.event {
                Some(v) => v.clone(),
                None => V::Const(Const::Time(NEVER)),
            },
            Op::Not(a) => {
                let a = self.truth(*a, env)?;
                V::Bool(self.not(a))
            }
            Op::And(gs) => V::Bool(self.fold_truth(gs, env, true)?),
            Op::Or(gs) => V::Bool(self.fold_truth(gs, env, false)?),
            Op::Compare(op, a, b) => V::Bool(self.compare(*op, *a, *b, env)?),
            Op::ShareCompare { part, share, base } => {
                let (x, b) = (self.integer(*part, env)?, self.integer(*base, env)?);
                V::Bool(self.share(*share, x, b, env)?)
            }
            Op::Arith(op, a, b) => {
                let (a, b) = (self.integer(*a, env)?, self.integer(*b, env)?);
                V::Int(match op {
                    ArithOp::Add => self.b.ins().iadd(a, b),
                    ArithOp::Sub => self.b.ins().isub(a, b),
                    ArithOp::Mul => self.b.ins().imul(a, b),
                })
            }
            Op::Shift {
                before,
                closes,
                length,
                base,
            } => {
                let Some(Const::Length(length)) = self.world.fold(program, *length, env) else {
                    return Err(Refusal::form(
                        "a length that changes during a run is not compiled",
                    ));
                };
                let base = self.time(*base, env)?;
                let by = self
                    .world
                    .counted(program, program.guard(g).provision, *closes)?;
                V::Time(self.shift(*before, length, base, &by)?)
            }
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => V::Time(self.outside(*before, (*length, *skip), *base, env)?),
            Op::Later(gs) => {
                let mut latest: Option<ir::Value> = None;
                for g in gs {
                    let t = self.time(*g, env)?;
                    latest = Some(latest.map_or(t, |l| self.b.ins().smax(l, t)));
                }
                V::Time(latest.unwrap_or_else(|| self.int(NEVER)))
            }
            Op::Earlier(gs) => V::Time(self.earlier(gs, env)?),
            Op::Count(d, c) => V::Int(self.count(d, *c, None, env)?),
            Op::Exists(d, c) => {
                let n = self.count(d, *c, None, env)?;
                V::Bool(self.cmp_imm(IntCC::SignedGreaterThan, n, 0))
            }
            Op::ForAll(d, c, t) => {
                let n = self.count(d, *c, Some(*t), env)?;
                V::Bool(self.cmp_imm(IntCC::Equal, n, 0))
            }
            Op::Sum(d, c, w) => V::Int(self.sum(d, env, |em, env| {
                let (holds, weight) = (em.truth(*c, env)?, em.integer(*w, env)?);
                let zero = em.int(0);
                Ok(em.b.ins().select(holds, weight, zero))
            })?),
            Op::Call(d, args) => {
                let define = &program.defines[d.index()];
                let vars = define
                    .params
                    .iter()
                    .copied()
                    .chain(define.element.as_ref().map(|(v, _)| *v));
                let inner = self.bound(vars, args, env)?;
                self.value(define.value, &inner)?
            }
            Op::Given(id, args) => {
                let given = &program.givens[id.index()];
                if self.world.givens.contains_key(id) {
                    return self.given(*id, args, env);
                }
                let inner = self.bound(given.params.iter().copied(), args, env)?;
                match given.default {
                    Some(default) => self.value(default, &inner)?,
                    None => {
                        return Err(Refusal::open(format!(
                            "the given `{}` has no value",
                            given.name
                        )));
                    }
                }
            }
            Op::StatusOn(s, args) => {
                let status = &program.statuses[s.index()];
                if let Some(level) = status.level {
                    let inner = self.bound(status.keys.iter().map(|d| d.var), args, env)?;
                    return Ok(V::Bool(self.truth(level, &inner)?));
                }
                let cols = &self.layout.statuses[s];
                let (at, fits) = self.key(&cols.keys, args, env)?;
                let on = self.load_bool(cols.on, at);
                V::Bool(match fits {
                    Some(f) => self.both(on, f),
                    None => on,
                })
            }
            Op::StatusStart(s, args) => V::Time(self.status_start(*s, args, env)?),
            Op::StatusFirstStart(s, args) => {
                let cols = &self.layout.statuses[s];
                let Some(first) = cols.first else {
                    return Err(Refusal::form("an unread first start"));
                };
                let (at, fits) = self.key(&cols.keys, args, env)?;
                let t = self.load(first, at);
                let next = self.scheduled(&program.statuses[s.index()].start_timers, at);
                let began = self.cmp_imm(IntCC::NotEqual, t, NEVER);
                let t = self.b.ins().select(began, t, next);
                V::Time(self.or_never(t, fits))
            }
            Op::StatusEnd(s, args) => {
                let cols = &self.layout.statuses[s];
                let Some(end) = cols.end else {
                    return Err(Refusal::form("an unread end"));
                };
                let (at, fits) = self.key(&cols.keys, args, env)?;
                let on = self.load_bool(cols.on, at);
                let last = self.load(end, at);
                let next = self.scheduled(&program.statuses[s.index()].end_timers, at);
                let t = self.b.ins().select(on, next, last);
                V::Time(self.or_never(t, fits))
            }
            Op::HistCount(h, args) => {
                let cols = &self.layout.hists[h];
                let (at, fits) = self.key(&cols.keys, args, env)?;
                let n = self.load(cols.n, at);
                V::Int(match fits {
                    Some(f) => {
                        let zero = self.int(0);
                        self.b.ins().select(f, n, zero)
                    }
                    None => n,
                })
            }
            Op::HistTime(h, o, args) => V::Time(self.hist_time(*h, *o, args, env)?),
            Op::Field(owner, f) if self.world.grows(&[program.fields[f.index()].kind]) => {
                self.instance_field(*owner, *f, env)?
            }
            Op::Field(owner, field) => self.field(*owner, *field, env)?,
            Op::DatesPick { dates, pick, from } => V::Time(self.pick(*dates, *pick, *from, env)?),
            Op::InDates(_, dates) => {
                let set = self.world.fold(program, *dates, env);
                let Some(set) = set.and_then(Const::dates) else {
                    return Err(Refusal::form(CHANGING_DAYS));
                };
                V::Bool(self.today_in(&set)?)
            }
            Op::InVersion(v, present) => V::Bool(self.in_version(*v, *present)),
            Op::OutcomeIs(d, subject, o) => self.decision_is(*d, *subject, Some(*o), env)?,
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => self.was_pivotal(*decision, *subject, *voter, env)?,
            Op::DecisionOpen(d, subject) => self.decision_is(*d, *subject, None, env)?,
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => match self.close {
                Some(_) => self.on_roll(*voter, set, env)?,
                None => self.on_roll_outside((*decision, *subject), *voter, set, env)?,
            },
            Op::Weight {
                decision,
                subject,
                voter,
            } => match self.close {
                Some(_) => self.votes_of(*voter, env)?,
                None => self.votes_outside((*decision, *subject), *voter, env)?,
            },
            Op::InStage(i, p, stages) => {
                let cols = &self.layout.procedures[p];
                let (at, fits) = self.key(&cols.keys, &[*i], env)?;
                let stage = self.load(cols.stage, at);
                let among = self.among(stage, stages);
                V::Bool(match fits {
                    Some(f) => self.both(among, f),
                    None => among,
                })
            }
            Op::EnteredAt(i, p, stage) => {
                let cols = &self.layout.procedures[p];
                let (at, fits) = self.key(&cols.keys, &[*i], env)?;
                let t = self.load(cols.entered[stage], at);
                V::Time(self.or_never(t, fits))
            }
            Op::HistSince(h, time, args) => {
                let Some((_, p, stage)) = self.reader.since_visit(*h, *time, args) else {
                    return Err(Refusal::form("a count since no visit"));
                };
                let (keys, n) = (&self.layout.hists[h].keys, self.layout.hists[h].n);
                let since = self.layout.procedures[&p].since[&(*h, stage)];
                let (at, fits) = self.key(keys, args, env)?;
                let (n, before) = (self.load(n, at), self.load(since, at));
                // Before the first visit nothing is counted: it is dated never.
                let more = self.b.ins().isub(n, before);
                let zero = self.int(0);
                let more = self.b.ins().smax(more, zero);
                V::Int(match fits {
                    Some(f) => self.b.ins().select(f, more, zero),
                    None => more,
                })
            }
            Op::InField {
                owner,
                field,
                element,
            } => V::Bool(self.in_field(*owner, *field, *element, env)?),
            Op::IsKind(e, kinds) => {
                let e = self.entity(*e, env)?;
                V::Bool(self.of_kinds(e, kinds))
            }
            Op::IsNone(a) => {
                let v = self.value(*a, env)?;
                match self.is_none(&v) {
                    Some(none) => V::Bool(none),
                    None => return Err(Refusal::form("`is none` of this type is not compiled")),
                }
            }
            Op::StatusValue(s, args) => self.status_value(*s, args, env)?,
            Op::HistArg(h, o, i, args) => {
                self.hist_arg(*h, *o, *i, args, env, &program.guard(g).ty)?
            }
            Op::OrElse(a, b) => match plain(&program.guard(*a).ty) {
                Ty::Entity(_) => {
                    let (a, b) = (self.entity(*a, env)?, self.entity(*b, env)?);
                    let none = self.cmp_imm(IntCC::Equal, a, -1);
                    V::Entity(self.b.ins().select(none, b, a))
                }
                Ty::Int | Ty::Quantity(_) => {
                    let (a, b) = (self.integer(*a, env)?, self.integer(*b, env)?);
                    let none = self.cmp_imm(IntCC::Equal, a, NO_INT);
                    V::Int(self.b.ins().select(none, b, a))
                }
                _ => {
                    let (a, b) = (self.time(*a, env)?, self.time(*b, env)?);
                    let pending = self.cmp_imm(IntCC::Equal, a, NEVER);
                    V::Time(self.b.ins().select(pending, b, a))
                }
            },
            Op::Except(base, arms) => {
                let live = self.reader.live_arms(arms, env);
                let none = match plain(&program.guard(g).ty) {
                    Ty::Int | Ty::Quantity(_) => NO_INT,
                    Ty::Day | Ty::Time => NEVER,
                    _ => -1,
                };
                let base = self.value(*base, env)?;
                let mut chosen = self.kept_bits(&base, none)?;
                let mut taken: Option<ir::Value> = None;
                for (cond, value) in live {
                    let cond = self.truth(cond, env)?;
                    let value = self.value(value, env)?;
                    let value = self.kept_bits(&value, none)?;
                    chosen = self.b.ins().select(cond, value, chosen);
                    taken = Some(self.only_one(taken, cond));
                }
                match plain(&program.guard(g).ty) {
                    Ty::Bool => V::Bool(chosen),
                    Ty::Int | Ty::Quantity(_) => V::Int(chosen),
                    Ty::Day | Ty::Time => V::Time(chosen),
                    _ => V::Entity(chosen),
                }
            }
            _ => return Err(Refusal::form("this form is not compiled")),
        })
    }

    /// Variables bound to the values of arguments.
    pub(crate) fn bound(
        &mut self,
        vars: impl Iterator<Item = VarId>,
        args: &[Guard],
        env: &Env,
    ) -> R<Env> {
        let mut inner = Env {
            event: env.event.clone(),
            ..Env::default()
        };
        for (var, arg) in vars.zip(args) {
            let v = self.value(*arg, env)?;
            inner.bind(var, Bind::V(v));
        }
        Ok(inner)
    }

    fn fold_truth(&mut self, gs: &[Guard], env: &Env, and: bool) -> R<ir::Value> {
        let mut all: Option<ir::Value> = None;
        let before = self.open.take();
        let mut parts = Vec::new();
        for g in gs {
            let v = match self.value(*g, env)? {
                // Known ones do not matter, or decide; the latter was folded before.
                V::Const(Const::Bool(b)) if b == and => continue,
                V::Bool(v) => v,
                V::Const(Const::Bool(b)) => self.bool(b),
                _ => return Err(Refusal::form("this is no condition").at(self.program, *g)),
            };
            parts.push((v, self.open.take()));
            all = Some(match all {
                None => v,
                Some(a) if and => self.both(a, v),
                Some(a) => self.one_of(a, v),
            });
        }
        self.open = before;
        self.open_unless_decided(&parts, and);
        Ok(all.unwrap_or_else(|| self.bool(and)))
    }

    /// Whether an entity argument is sure to be in a key's range.
    fn sure(&self, keys: &Keys, i: usize, g: Guard) -> bool {
        let Some(dim) = keys.dims.get(i) else {
            return false;
        };
        match &self.program.guard(g).ty {
            Ty::Entity(kinds) => self
                .world
                .joined(kinds)
                .iter()
                .all(|(lo, hi)| dim.lo <= *lo && *hi <= dim.lo + dim.n),
            _ => false,
        }
    }

    /// The index of a key, and whether it is one.
    pub(crate) fn key(
        &mut self,
        keys: &Keys,
        args: &[Guard],
        env: &Env,
    ) -> R<(ir::Value, Option<ir::Value>)> {
        let sure: Vec<bool> = args
            .iter()
            .enumerate()
            .map(|(i, g)| self.sure(keys, i, *g))
            .collect();
        let mut values = Vec::new();
        for g in args {
            values.push(self.value(*g, env)?);
        }
        if keys.empty {
            let (zero, no) = (self.int(0), self.bool(false));
            return Ok((zero, Some(no)));
        }
        Ok(self.index(keys, &values, &sure))
    }

    fn or_never(&mut self, t: ir::Value, fits: Option<ir::Value>) -> ir::Value {
        match fits {
            Some(f) => {
                let never = self.int(NEVER);
                self.b.ins().select(f, t, never)
            }
            None => t,
        }
    }

    // ---- sets ---------------------------------------------------------------------------------------------------

    fn count(&mut self, d: &Domain, cond: Guard, then: Option<Guard>, env: &Env) -> R<ir::Value> {
        if let Some(i) = self.reader.counter(d, cond, then) {
            let cols = &self.layout.counters[i];
            let outer = self.slice.counters[i].outer();
            let mut of = Vec::new();
            for d in &outer {
                of.push(match env.get(d.var) {
                    Some(Bind::V(v)) => v.clone(),
                    _ => return Err(Refusal::form("a variable of a count is open here")),
                });
            }
            let (at, fits) = self.index(&cols.outer, &of, &[]);
            let n = self.load(cols.count, at);
            return Ok(match fits {
                Some(fits) => {
                    let zero = self.int(0);
                    self.b.ins().select(fits, n, zero)
                }
                None => n,
            });
        }
        self.sum(d, env, |em, env| {
            let holds = em.holds(cond, then, env)?;
            Ok(em.wide(holds))
        })
    }

    fn holds(&mut self, cond: Guard, then: Option<Guard>, env: &Env) -> R<ir::Value> {
        let holds = self.truth(cond, env)?;
        match then {
            None => Ok(holds),
            Some(then) => {
                let then = self.truth(then, env)?;
                let not = self.not(then);
                Ok(self.both(holds, not))
            }
        }
    }

    /// Whether an element is counted by a counter.
    pub(crate) fn counted(&mut self, i: usize, entities: &[ir::Value]) -> R<ir::Value> {
        let slice = self.slice;
        let c = &slice.counters[i];
        let mut env = Env::default();
        for (d, e) in c.keys.iter().zip(entities) {
            env.bind(d.var, Bind::V(V::Entity(*e)));
        }
        self.holds(c.cond, c.then, &env)
    }

    /// A sum over the elements of a domain.
    pub(crate) fn sum(
        &mut self,
        d: &Domain,
        env: &Env,
        f: impl Fn(&mut Self, &Env) -> R<ir::Value>,
    ) -> R<ir::Value> {
        let total = self.variable(0);
        for (from, to) in self.extents(&d.kinds) {
            self.each(from, to, |em, e| {
                let env = env.clone().with(d.var, Bind::V(V::Entity(e)));
                let x = f(em, &env)?;
                let before = em.b.use_var(total);
                let after = em.b.ins().iadd(before, x);
                em.b.def_var(total, after);
                Ok(())
            })?;
        }
        Ok(self.b.use_var(total))
    }

    // ---- latches ------------------------------------------------------------------------------------------------

    /// The time for which timers are armed at a key, as a start or end (R22).
    fn scheduled(&mut self, timers: &[TimerId], at: ir::Value) -> ir::Value {
        let mut first = self.int(NEVER);
        for t in timers {
            let cols = &self.layout.timers[t];
            let item = self.plus(at, i64::from(cols.item));
            let due = self.load(self.layout.queue.due, item);
            let due = self.in_its_version(self.program.timers[t.index()].live, due);
            let time = self.moment(due, cols.firing);
            first = self.b.ins().smin(first, time);
        }
        first
    }

    /// The time that a firing stands for: a lapse is dated the day it held through.
    pub(crate) fn moment(&mut self, due: ir::Value, firing: Firing) -> ir::Value {
        if firing != Firing::Lapse {
            return due;
        }
        let earlier = self.plus(due, -1);
        let armed = self.cmp_imm(IntCC::NotEqual, due, NEVER);
        self.b.ins().select(armed, earlier, due)
    }

    fn status_start(&mut self, s: StatusId, args: &[Guard], env: &Env) -> R<ir::Value> {
        let cols = &self.layout.statuses[&s];
        let Some(start) = cols.start else {
            return Err(Refusal::form("an unread start"));
        };
        let (at, fits) = self.key(&cols.keys, args, env)?;
        let on = self.load_bool(cols.on, at);
        let last = self.load(start, at);
        let timers = &self.program.statuses[s.index()].start_timers;
        let mut t = last;
        if !timers.is_empty() {
            let next = self.scheduled(timers, at);
            let armed = self.cmp_imm(IntCC::NotEqual, next, NEVER);
            let off = self.not(on);
            let take = self.both(off, armed);
            t = self.b.ins().select(take, next, last);
        }
        Ok(self.or_never(t, fits))
    }

    fn hist_time(&mut self, h: HistId, o: Ordinal, args: &[Guard], env: &Env) -> R<ir::Value> {
        let cols = &self.layout.hists[&h];
        let col = match o {
            Ordinal::First => cols.first,
            Ordinal::Last => cols.last,
            Ordinal::Nth(n) if n <= 1 => cols.first,
            Ordinal::Nth(n) => cols.nth.get(&n).copied(),
        };
        let Some(col) = col else {
            return Err(Refusal::form("an unread time"));
        };
        let (at, fits) = self.key(&cols.keys, args, env)?;
        let t = self.load(col, at);
        Ok(self.or_never(t, fits))
    }
}

/// The last time of a day: the day is in.
pub(crate) const fn end_of_day(day: i64) -> i64 {
    4 * (day + 1)
}

const _: () = assert!(day_of(end_of_day(5)) == 5);
