//! Evaluation of guards: strong Kleene, intervals for counts, pending times (R3, R7-R9, R22, R23).

use crate::decision::Assumption;
use crate::state::{SlotWhen, StatusLine};
use crate::{Case, ClauseSet, Entity, Env, Key, Moment, Truth, Value};
use rogatio_calendar::{Length, Point};
use rogatio_mir::{
    ArithOp, CmpOp, DefineId, Domain, FieldId, GivenId, Guard, GuardNode, HistId, NormId, NormState, Op, Ordinal,
    ProvisionId, ShareCmp, StatusId, TimerId, Ty,
};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Deeper than any sensible text; guards the stack.
const DEEPEST: u32 = 600;

/// Values already computed for a version of the state.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    version: u64,
    now: Option<Point>,
    closed: HashMap<Guard, (Value, Point)>,
    calls: HashMap<(DefineId, Vec<Value>), (Value, Point)>,
}

/// One evaluation. [`Eval::wake`] is the first point at which time alone may change the result.
pub(crate) struct Eval<'c> {
    pub(crate) case: &'c Case,
    pub(crate) wake: Point,
    pub(crate) assumption: Option<Assumption>,
    /// Decisions that close together: silence is moved (R36, R42).
    pub(crate) moved: Vec<(rogatio_mir::DecisionId, Option<Entity>)>,
    depth: u32,
}

impl<'c> Eval<'c> {
    pub(crate) fn new(case: &'c Case) -> Eval<'c> {
        Eval { case, wake: Point::NEVER, assumption: None, moved: Vec::new(), depth: 0 }
    }

    /// Nothing is supposed that is not so.
    fn is_plain(&self) -> bool {
        self.assumption.is_none() && self.moved.is_empty()
    }

    pub(crate) fn truth(&mut self, g: Guard, env: &mut Env) -> Truth {
        let v = self.value(g, env);
        match v.truth() {
            Truth::Unknown(c) if c == ClauseSet::default() => {
                let provision = self.case.program().guards.get(g.index()).map_or(ProvisionId(0), |n| n.provision);
                Truth::Unknown(ClauseSet::one(provision, "this condition has no truth value"))
            }
            t => t,
        }
    }

    pub(crate) fn value(&mut self, g: Guard, env: &mut Env) -> Value {
        let case: &'c Case = self.case;
        let Some(node) = case.program().guards.get(g.index()) else { return Value::Undetermined(ClauseSet::default()) };
        if self.depth >= DEEPEST {
            return Value::unknown(node.provision, "the expression is nested too deeply");
        }
        let memo = matches!(
            node.op,
            Op::Count(..) | Op::Sum(..) | Op::Exists(..) | Op::ForAll(..) | Op::And(_) | Op::Or(_)
        ) && self.is_plain()
            && case.index().is_closed(g);
        if memo && let Some((v, wake)) = case.memo(|m| m.closed.get(&g).cloned()) {
            self.wake = self.wake.min(wake);
            return v;
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.wake, Point::NEVER);
        let v = self.op(g, node, env);
        self.depth -= 1;
        if memo {
            case.memo(|m| m.closed.insert(g, (v.clone(), self.wake)));
        }
        self.wake = self.wake.min(outer);
        v
    }

    fn op(&mut self, g: Guard, node: &'c GuardNode, env: &mut Env) -> Value {
        let p = node.provision;
        match &node.op {
            Op::Bool(b) => Value::Bool(*b),
            Op::Int(n) => Value::Int(*n),
            Op::Day(d) => Value::Time(Moment::of_day(*d)),
            Op::Instant(i) => Value::Time(Moment::of_instant(*i)),
            Op::Length(l) => Value::Length(*l),
            Op::Text(t) => Value::Text(t.clone()),
            Op::None => Value::None,
            Op::Share(c, n, d) => Value::Share(*c, *n, *d),
            Op::Entity(e) => Value::Entity(Entity(e.0)),
            Op::CaseEntity(name) => match self.case.find_entity(name) {
                Some(e) => Value::Entity(e),
                None => Value::unknown(p, format!("the case has no entity `{name}`")),
            },
            Op::Var(v) => env.get(*v).cloned().unwrap_or_else(|| {
                let name = self.case.program().vars.get(v.index()).map_or("?", |v| v.name.as_str());
                Value::unknown(p, format!("`{name}` is open"))
            }),
            Op::Now => Value::Time(self.case.state().now),
            Op::EventTime => match env.event_time {
                Some(m) => Value::Time(m),
                None => Value::PENDING,
            },
            Op::Not(a) => self.truth(*a, env).negate().into(),
            Op::And(gs) => self.all(gs, env),
            Op::Or(gs) => self.any(gs, env),
            Op::Compare(op, a, b) => self.comparison(p, *op, *a, *b, env),
            Op::ShareCompare { part, share, base } => self.share(p, *part, *share, *base, env),
            Op::Arith(op, a, b) => {
                let (a, b) = (self.value(*a, env), self.value(*b, env));
                arith(p, *op, &a, &b)
            }
            Op::Shift { before, length, base } => {
                let length = self.value(*length, env);
                let base = self.value(*base, env);
                self.shift(p, *before, &length, &base)
            }
            Op::Later(gs) => self.later(gs, env),
            Op::Earlier(gs) => self.earlier(gs, env),
            Op::Count(d, c) => self.count(d, *c, env),
            Op::Sum(d, c, w) => self.sum(p, d, *c, *w, env),
            Op::Exists(d, c) => self.exists(d, *c, env),
            Op::ForAll(d, c, t) => self.for_all(d, *c, *t, env),
            Op::Call(d, gs) => self.call(g, *d, gs, env),
            Op::Given(id, gs) => self.given(*id, gs, env),
            Op::StatusOn(s, gs) => self.status_on(*s, gs, env),
            Op::StatusValue(s, gs) => self.status_value(*s, gs, env),
            Op::StatusStart(s, gs) => self.status_start(*s, gs, env, false),
            Op::StatusFirstStart(s, gs) => self.status_start(*s, gs, env, true),
            Op::StatusEnd(s, gs) => self.status_end(*s, gs, env),
            Op::Field(owner, f) => {
                let owner = self.value(*owner, env);
                self.field(p, &owner, *f)
            }
            Op::InField { owner, field, element } => {
                let (owner, element) = (self.value(*owner, env), self.value(*element, env));
                self.in_field(&owner, *field, &element)
            }
            Op::HistCount(h, gs) => self.hist(*h, gs, env, |pushes| {
                let sure = pushes.iter().filter(|p| p.uncertain.is_none()).count();
                Value::count(as_int(sure), as_int(pushes.len()), doubts(pushes))
            }),
            Op::HistTime(h, o, gs) => {
                let v = self.hist(*h, gs, env, |pushes| match pick(pushes, *o) {
                    Picked::One(push) => Value::Time(push.moment),
                    Picked::Nothing => Value::PENDING,
                    Picked::Unclear(c) => Value::Undetermined(c),
                });
                if v == Value::None { Value::PENDING } else { v }
            }
            Op::HistArg(h, o, i, gs) => self.hist(*h, gs, env, |pushes| match pick(pushes, *o) {
                Picked::One(push) => push.stored.get(*i as usize).cloned().unwrap_or(Value::None),
                Picked::Nothing => Value::None,
                Picked::Unclear(c) => Value::Undetermined(c),
            }),
            Op::HistSum(h, i, gs) => self.hist_sum(p, *h, *i, gs, env),
            Op::HistInLast(h, length, gs) => self.in_last(p, *h, *length, gs, env),
            Op::IsKind(e, kinds) => match self.value(*e, env) {
                Value::Entity(e) => Value::Bool(self.case.state().is_of(e, kinds)),
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::InStage(i, procedure, stages) => match self.value(*i, env) {
                Value::Entity(e) => match self.case.state().instances.get(&e) {
                    Some(inst) if inst.procedure == *procedure => match &inst.stuck {
                        Some(c) => Value::Undetermined(c.clone()),
                        None => Value::Bool(stages.contains(&inst.stage)),
                    },
                    _ => Value::Bool(false),
                },
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::EnteredAt(i, procedure, stage) => match self.value(*i, env) {
                Value::Entity(e) => match self.case.state().instances.get(&e) {
                    Some(inst) if inst.procedure == *procedure => {
                        inst.entered.get(stage).map_or(Value::PENDING, |m| Value::Time(*m))
                    }
                    _ => Value::PENDING,
                },
                u @ Value::Undetermined(_) => u,
                _ => Value::PENDING,
            },
            Op::NormIs(n, keys, state) => self.norm_is(*n, keys, *state, env),
            Op::OnRoll { decision, subject, voter, set } => {
                let subject = match subject.map(|s| self.value(s, env)) {
                    Some(u @ Value::Undetermined(_)) => return u,
                    Some(v) => v.entity(),
                    None => None,
                };
                match self.value(*voter, env) {
                    Value::Entity(v) => self.on_roll(p, *decision, subject, v, set).into(),
                    u @ Value::Undetermined(_) => u,
                    _ => Value::Bool(false),
                }
            }
            Op::OutcomeIs(d, s, outcome) => match s.map(|s| self.value(s, env)) {
                Some(u @ Value::Undetermined(_)) => u,
                s => self.case.outcome_is(*d, s.and_then(|v| v.entity()), *outcome).into(),
            },
            Op::DecisionOpen(d, s) => match s.map(|s| self.value(s, env)) {
                Some(u @ Value::Undetermined(_)) => u,
                s => Value::Bool(self.case.opening(*d, s.and_then(|v| v.entity())).is_some()),
            },
            Op::IsNone(a) => match self.value(*a, env) {
                Value::None => Value::Bool(true),
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::OrElse(a, b) => match self.value(*a, env) {
                Value::None | Value::Pending { .. } => self.value(*b, env),
                v => v,
            },
            Op::Except(base, arms) => self.except(p, *base, arms, env),
            Op::NotStated(text) => Value::unknown(p, text.clone()),
            Op::Parameter(_) => Value::unknown(p, "a parameter of an experiment has no value in a case"),
        }
    }

    fn all(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut result = Truth::True;
        for g in gs {
            result = result.and(self.truth(*g, env));
            if result.is_false() {
                break;
            }
        }
        result.into()
    }

    fn any(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut result = Truth::False;
        for g in gs {
            result = result.or(self.truth(*g, env));
            if result.is_true() {
                break;
            }
        }
        result.into()
    }

    // ---- sets -----------------------------------------------------------------------------------------------

    /// Runs over the elements; `f` says whether to go on.
    fn each(&mut self, d: &Domain, env: &mut Env, f: &mut dyn FnMut(&mut Self, &mut Env) -> bool) {
        let case = self.case;
        let depth = env.len();
        for kind in &d.kinds {
            for e in case.state().by_kind.get(kind.index()).into_iter().flatten() {
                env.bind(d.var, Value::Entity(*e));
                let go_on = f(self, env);
                env.truncate(depth);
                if !go_on {
                    return;
                }
            }
        }
    }

    fn count(&mut self, d: &Domain, cond: Guard, env: &mut Env) -> Value {
        let (mut lo, mut hi, mut clauses) = (0, 0, ClauseSet::default());
        self.each(d, env, &mut |this, env| {
            match this.truth(cond, env) {
                Truth::True => {
                    lo += 1;
                    hi += 1;
                }
                Truth::False => {}
                Truth::Unknown(c) => {
                    hi += 1;
                    clauses = clauses.union(&c);
                }
            }
            true
        });
        Value::count(lo, hi, clauses)
    }

    fn sum(&mut self, p: ProvisionId, d: &Domain, cond: Guard, weight: Guard, env: &mut Env) -> Value {
        let (mut lo, mut hi, mut clauses) = (0i64, 0i64, ClauseSet::default());
        let mut bad: Option<Value> = None;
        self.each(d, env, &mut |this, env| {
            let member = this.truth(cond, env);
            if member.is_false() {
                return true;
            }
            let w = this.value(weight, env);
            let Some((mut a, mut b)) = w.bounds() else {
                bad = Some(match w {
                    u @ Value::Undetermined(_) => u,
                    _ => Value::unknown(p, "a weight is not a number"),
                });
                return false;
            };
            if let Truth::Unknown(c) = member {
                clauses = clauses.union(&c);
                a = a.min(0);
                b = b.max(0);
            }
            clauses = clauses.union(&w.clauses());
            match (lo.checked_add(a), hi.checked_add(b)) {
                (Some(l), Some(h)) => (lo, hi) = (l, h),
                _ => bad = Some(Value::unknown(p, "a sum is too large")),
            }
            bad.is_none()
        });
        bad.unwrap_or_else(|| Value::count(lo, hi, clauses))
    }

    fn exists(&mut self, d: &Domain, cond: Guard, env: &mut Env) -> Value {
        let mut result = Truth::False;
        self.each(d, env, &mut |this, env| {
            let t = this.truth(cond, env);
            result = std::mem::replace(&mut result, Truth::False).or(t);
            !result.is_true()
        });
        result.into()
    }

    fn for_all(&mut self, d: &Domain, cond: Guard, then: Guard, env: &mut Env) -> Value {
        let mut result = Truth::True;
        self.each(d, env, &mut |this, env| {
            let mut t = this.truth(cond, env).negate();
            if !t.is_true() {
                t = t.or(this.truth(then, env));
            }
            result = std::mem::replace(&mut result, Truth::True).and(t);
            !result.is_false()
        });
        result.into()
    }

    // ---- names ----------------------------------------------------------------------------------------------

    fn call(&mut self, g: Guard, d: DefineId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let Some(define) = case.program().defines.get(d.index()) else {
            return Value::Undetermined(ClauseSet::default());
        };
        let args: Vec<Value> = gs.iter().map(|a| self.value(*a, env)).collect();
        let timed = case.index().event_time.get(define.value.index()).copied().unwrap_or(true)
            || case.index().event_time.get(g.index()).copied().unwrap_or(true);
        let memo = self.is_plain() && !timed;
        let key = (d, args);
        if memo && let Some((v, wake)) = case.memo(|m| m.calls.get(&key).cloned()) {
            self.wake = self.wake.min(wake);
            return v;
        }
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        let vars = define.params.iter().copied().chain(define.element.as_ref().map(|(v, _)| *v));
        for (var, value) in vars.zip(&key.1) {
            inner.bind(var, value.clone());
        }
        let outer = std::mem::replace(&mut self.wake, Point::NEVER);
        let v = self.value(define.value, &mut inner);
        if memo {
            case.memo(|m| m.calls.insert(key, (v.clone(), self.wake)));
        }
        self.wake = self.wake.min(outer);
        v
    }

    /// Entities as a key; `Err` carries what the read is worth if one of them is none or undetermined.
    pub(crate) fn key(&mut self, gs: &[Guard], env: &mut Env) -> Result<Key, Value> {
        let mut key = Key::with_capacity(gs.len());
        for g in gs {
            match self.value(*g, env) {
                Value::Entity(e) => key.push(e),
                u @ Value::Undetermined(_) => return Err(u),
                Value::None | Value::Pending { .. } => return Err(Value::None),
                v => key.push(self.case.state().key_item(&v)),
            }
        }
        Ok(key)
    }

    fn given(&mut self, id: GivenId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(v) => return v,
        };
        let Some(given) = case.program().givens.get(id.index()) else { return Value::None };
        let now = case.state().now.point;
        let set = case.state().givens.get(id.index()).and_then(|m| m.get(&key));
        if let Some((_, v)) = set.and_then(|values| values.range(..=now).next_back()) {
            return v.clone();
        }
        match given.default {
            Some(default) => {
                let mut inner = Env::new();
                for (var, e) in given.params.iter().zip(key) {
                    inner.bind(*var, case.state().key_value(e));
                }
                self.value(default, &mut inner)
            }
            None => Value::unknown(given.provision, format!("the given `{}` is not supplied", given.name)),
        }
    }

    fn field(&mut self, p: ProvisionId, owner: &Value, f: FieldId) -> Value {
        let case = self.case;
        let Some(field) = case.program().fields.get(f.index()) else { return Value::None };
        match owner {
            Value::Entity(e) => {
                if let Some(v) = case.state().entities.get(e.index()).and_then(|d| d.fields.get(&f)) {
                    return v.clone();
                }
                match field.default {
                    Some(default) => self.value(default, &mut Env::new()),
                    None if matches!(field.ty, Ty::Optional(_)) => Value::None,
                    None => Value::unknown(p, format!("{}.{} is not given", case.entity_name(*e), field.name)),
                }
            }
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::unknown(p, format!("nobody has the field `{}` here", field.name)),
        }
    }

    fn in_field(&mut self, owner: &Value, f: FieldId, element: &Value) -> Value {
        match (owner, element) {
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => Value::Undetermined(c.clone()),
            (Value::Entity(o), Value::Entity(e)) => {
                let set = self.case.state().entities.get(o.index()).and_then(|d| d.sets.get(&f));
                Value::Bool(set.is_some_and(|s| s.contains(e)))
            }
            _ => Value::Bool(false),
        }
    }

    // ---- statuses -------------------------------------------------------------------------------------------

    fn line(&self, s: StatusId, key: &Key) -> Option<&'c StatusLine> {
        self.case.state().statuses.get(s.index())?.get(key)
    }

    /// An assumption in force for this status now.
    fn assumed(&self, s: StatusId, key: &Key) -> Option<&'c Option<Value>> {
        let now = self.case.state().now.point;
        let spans = self.case.state().assumed.get(s.index())?.get(key)?;
        let holds = |from: &Option<Point>, until: &Option<Point>| {
            from.is_none_or(|p| p <= now) && until.is_none_or(|p| now < p)
        };
        spans.iter().rev().find(|(f, u, _)| holds(f, u)).map(|(.., v)| v)
    }

    pub(crate) fn status_on(&mut self, s: StatusId, gs: &[Guard], env: &mut Env) -> Value {
        match self.key(gs, env) {
            Ok(key) => self.status_holds(s, &key).into(),
            Err(Value::Undetermined(c)) => Value::Undetermined(c),
            Err(_) => Value::Bool(false),
        }
    }

    pub(crate) fn status_holds(&mut self, s: StatusId, key: &Key) -> Truth {
        let case = self.case;
        let Some(status) = case.program().statuses.get(s.index()) else { return Truth::False };
        if let Some(level) = status.level {
            if self.assumed(s, key).is_some() {
                return Truth::True;
            }
            let mut inner = Env::new();
            for (d, e) in status.keys.iter().zip(key) {
                inner.bind(d.var, case.state().key_value(*e));
            }
            return self.truth(level, &mut inner);
        }
        let line = self.line(s, key);
        if let Some(c) = line.and_then(|l| l.doubt.as_ref()) {
            return Truth::Unknown(c.clone());
        }
        let on = line.is_some_and(StatusLine::is_on);
        let timers = if on { &status.end_timers } else { &status.start_timers };
        match self.scheduled(timers, key) {
            Scheduled::Unknown(c) => Truth::Unknown(c),
            _ => Truth::of(on),
        }
    }

    fn status_value(&mut self, s: StatusId, gs: &[Guard], env: &mut Env) -> Value {
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(v) => return v,
        };
        if let Some(c) = self.line(s, &key).and_then(|l| l.doubt.as_ref()) {
            return Value::Undetermined(c.clone());
        }
        let current = self.line(s, &key).and_then(StatusLine::current);
        current.and_then(|i| i.value.clone()).unwrap_or(Value::None)
    }

    /// Scheduled firings of timers that serve a key.
    pub(crate) fn scheduled(&self, timers: &[TimerId], key: &Key) -> Scheduled {
        let mut best: Option<Moment> = None;
        let mut waiting = false;
        for t in timers {
            let Some(slots) = self.case.state().slots.get(t.index()) else { continue };
            let mine = slots.range(key.clone()..).take_while(|(k, _)| k.starts_with(key));
            for (_, slot) in mine {
                match &slot.when {
                    SlotWhen::At(m, fire) => {
                        let start = Moment { point: *fire, ..*m };
                        if best.is_none_or(|b| start.point < b.point) {
                            best = Some(start);
                        }
                    }
                    SlotWhen::Waiting => waiting = true,
                    SlotWhen::Unknown(c) => return Scheduled::Unknown(c.clone()),
                }
            }
        }
        match best {
            Some(m) => Scheduled::At(m),
            None if waiting => Scheduled::Waiting,
            None => Scheduled::No,
        }
    }

    fn status_start(&mut self, s: StatusId, gs: &[Guard], env: &mut Env, first: bool) -> Value {
        let case = self.case;
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(Value::Undetermined(c)) => return Value::Undetermined(c),
            Err(_) => return Value::PENDING,
        };
        let Some(status) = case.program().statuses.get(s.index()) else { return Value::PENDING };
        let line = self.line(s, &key);
        if let Some(c) = line.and_then(|l| l.doubt.as_ref()) {
            return Value::Undetermined(c.clone());
        }
        let intervals = line.map_or(&[][..], |l| l.intervals.as_slice());
        if first && let Some(i) = intervals.first() {
            return Value::Time(i.start);
        }
        if let Some(i) = line.and_then(StatusLine::current) {
            return Value::Time(i.start);
        }
        match self.scheduled(&status.start_timers, &key) {
            Scheduled::At(m) => Value::Time(m),
            Scheduled::Unknown(c) => Value::Undetermined(c),
            Scheduled::Waiting if intervals.is_empty() => Value::PENDING,
            Scheduled::Waiting | Scheduled::No => {
                intervals.last().map_or(Value::PENDING, |i| Value::Time(i.start))
            }
        }
    }

    fn status_end(&mut self, s: StatusId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(Value::Undetermined(c)) => return Value::Undetermined(c),
            Err(_) => return Value::PENDING,
        };
        let Some(status) = case.program().statuses.get(s.index()) else { return Value::PENDING };
        let line = self.line(s, &key);
        if let Some(c) = line.and_then(|l| l.doubt.as_ref()) {
            return Value::Undetermined(c.clone());
        }
        if line.is_some_and(StatusLine::is_on) {
            let ends = self.assumed_end(s, &key);
            return match (self.scheduled(&status.end_timers, &key), ends) {
                (Scheduled::At(m), Some(e)) if e.point < m.point => Value::Time(e),
                (Scheduled::At(m), _) => Value::Time(m),
                (Scheduled::Unknown(c), _) => Value::Undetermined(c),
                (_, Some(e)) => Value::Time(e),
                _ => Value::PENDING,
            };
        }
        line.and_then(|l| l.intervals.last()).and_then(|i| i.end).map_or(Value::PENDING, Value::Time)
    }

    fn assumed_end(&self, s: StatusId, key: &Key) -> Option<Moment> {
        let now = self.case.state().now.point;
        let spans = self.case.state().assumed.get(s.index())?.get(key)?;
        let end = spans.iter().filter_map(|(_, until, _)| *until).filter(|p| *p > now).min()?;
        Some(Moment::of_day(end.dated()))
    }

    // ---- histories ------------------------------------------------------------------------------------------

    fn hist(
        &mut self,
        h: HistId,
        gs: &[Guard],
        env: &mut Env,
        f: impl FnOnce(&'c [crate::state::Push]) -> Value,
    ) -> Value {
        let case = self.case;
        match self.key(gs, env) {
            Ok(key) => {
                let pushes = case.state().hists.get(h.index()).and_then(|m| m.get(&key));
                f(pushes.map_or(&[], Vec::as_slice))
            }
            Err(u @ Value::Undetermined(_)) => u,
            Err(_) => f(&[]),
        }
    }

    fn hist_sum(&mut self, p: ProvisionId, h: HistId, i: u32, gs: &[Guard], env: &mut Env) -> Value {
        self.hist(h, gs, env, |pushes| {
            let (mut lo, mut hi) = (0i64, 0i64);
            for push in pushes {
                let Some((a, b)) = push.stored.get(i as usize).and_then(Value::bounds) else {
                    return Value::unknown(p, "an argument that is summed is not a number");
                };
                let (a, b) = if push.uncertain.is_some() { (a.min(0), b.max(0)) } else { (a, b) };
                match (lo.checked_add(a), hi.checked_add(b)) {
                    (Some(l), Some(h)) => (lo, hi) = (l, h),
                    _ => return Value::unknown(p, "a sum is too large"),
                }
            }
            Value::count(lo, hi, doubts(pushes))
        })
    }

    fn in_last(&mut self, p: ProvisionId, h: HistId, length: Length, gs: &[Guard], env: &mut Env) -> Value {
        let mut pushes: &[crate::state::Push] = &[];
        let bad = self.hist(h, gs, env, |found| {
            pushes = found;
            Value::None
        });
        if let Value::Undetermined(_) = bad {
            return bad;
        }
        let now = self.case.state().now.point;
        let (mut lo, mut hi) = (0, 0);
        for push in pushes {
            // R23: an entry counts while now < `D after` it.
            match self.shift(p, false, &Value::Length(length), &Value::Time(push.moment)) {
                Value::Time(m) => {
                    if now < m.begins() {
                        hi += 1;
                        lo += i64::from(push.uncertain.is_none());
                        self.wake = self.wake.min(m.begins());
                    }
                }
                v => return v,
            }
        }
        Value::count(lo, hi, doubts(pushes))
    }

    // ---- norms ----------------------------------------------------------------------------------------------

    fn norm_is(&mut self, n: NormId, keys: &[Option<Guard>], state: NormState, env: &mut Env) -> Value {
        let case = self.case;
        let mut wanted = Vec::with_capacity(keys.len());
        for k in keys {
            match k.map(|k| self.value(k, env)) {
                Some(u @ Value::Undetermined(_)) => return u,
                v => wanted.push(v),
            }
        }
        let matching = |d: &&crate::DutyInstance| {
            wanted.iter().zip(&d.keys).all(|(w, k)| w.as_ref().is_none_or(|w| w == k))
        };
        let ids = case.state().duties_of.get(n.index()).map_or(&[][..], Vec::as_slice);
        let latest = ids.iter().rev().filter_map(|id| case.state().duty(*id)).find(matching);
        match latest {
            None => Value::Bool(state == NormState::None),
            Some(d) => match &d.unknown {
                Some(c) if d.is_open() => Value::Undetermined(c.clone()),
                _ => Value::Bool(case.duty_is(d, state)),
            },
        }
    }

    // ---- exceptions -----------------------------------------------------------------------------------------

    fn except(&mut self, p: ProvisionId, base: Guard, arms: &[(Guard, Guard)], env: &mut Env) -> Value {
        let mut sure: Vec<Value> = Vec::new();
        let mut perhaps: Vec<Value> = Vec::new();
        let mut clauses = ClauseSet::default();
        for (cond, value) in arms {
            match self.truth(*cond, env) {
                Truth::True => sure.push(self.value(*value, env)),
                Truth::False => {}
                Truth::Unknown(c) => {
                    clauses = clauses.union(&c);
                    perhaps.push(self.value(*value, env));
                }
            }
        }
        let Some(first) = sure.first().cloned() else {
            let base = self.value(base, env);
            return if perhaps.iter().all(|v| *v == base) { base } else { Value::Undetermined(clauses) };
        };
        if let Some(other) = sure.iter().find(|v| **v != first) {
            let text = format!(
                "two exceptions hold and disagree: {} and {}",
                self.case.show_value(&first),
                self.case.show_value(other)
            );
            return Value::Undetermined(ClauseSet::conflict(p, text));
        }
        if perhaps.iter().all(|v| *v == first) { first } else { Value::Undetermined(clauses) }
    }

    // ---- times ----------------------------------------------------------------------------------------------

    fn later(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut best: Option<Moment> = None;
        let mut pending = false;
        let mut unknown: Option<ClauseSet> = None;
        for g in gs {
            match self.value(*g, env) {
                Value::Time(m) => best = Some(best.filter(|b| b.rank() >= m.rank()).unwrap_or(m)),
                Value::Pending { .. } | Value::None => pending = true,
                v => unknown = Some(unknown.unwrap_or_default().union(&v.clauses())),
            }
        }
        match (pending, unknown, best) {
            (true, ..) => Value::PENDING,
            (false, Some(c), _) => Value::Undetermined(c),
            (false, None, Some(m)) => Value::Time(m),
            (false, None, None) => Value::PENDING,
        }
    }

    fn earlier(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut best: Option<Moment> = None;
        let mut pending = false;
        let mut unknown: Option<ClauseSet> = None;
        for g in gs {
            match self.value(*g, env) {
                Value::Time(m) => best = Some(best.filter(|b| b.rank() <= m.rank()).unwrap_or(m)),
                Value::Pending { cap, .. } => {
                    pending = true;
                    if let Some(m) = cap {
                        best = Some(best.filter(|b| b.rank() <= m.rank()).unwrap_or(m));
                    }
                }
                Value::None => pending = true,
                v => unknown = Some(unknown.unwrap_or_default().union(&v.clauses())),
            }
        }
        if let Some(c) = unknown {
            return Value::Undetermined(c);
        }
        match best {
            Some(m) if pending && m.begins() > self.case.state().now.point => {
                self.wake = self.wake.min(m.begins());
                Value::Pending { cap: Some(m), back: false }
            }
            Some(m) => Value::Time(m),
            None => Value::PENDING,
        }
    }

    pub(crate) fn shift(&mut self, p: ProvisionId, before: bool, length: &Value, base: &Value) -> Value {
        let length = match length {
            Value::Length(l) => *l,
            Value::Undetermined(c) => return Value::Undetermined(c.clone()),
            _ => return Value::unknown(p, "a length is not given"),
        };
        match base {
            Value::Time(m) => match self.case.shift_moment(*m, length, before) {
                Ok(m) => Value::Time(m),
                Err(why) => Value::unknown(p, why),
            },
            Value::Pending { cap, back } => {
                let cap = cap.and_then(|m| self.case.shift_moment(m, length, before).ok());
                Value::Pending { cap, back: *back || before }
            }
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::PENDING,
        }
    }

    // ---- comparisons ----------------------------------------------------------------------------------------

    fn comparison(&mut self, p: ProvisionId, op: CmpOp, a: Guard, b: Guard, env: &mut Env) -> Value {
        let guards = &self.case.program().guards;
        let is_now = |g: Guard| guards.get(g.index()).is_some_and(|n| n.op == Op::Now);
        if is_now(a) {
            let t = self.value(b, env);
            return self.now_against(p, op, &t);
        }
        if is_now(b) {
            let t = self.value(a, env);
            return self.now_against(p, flip(op), &t);
        }
        let (a, b) = (self.value(a, env), self.value(b, env));
        self.compare(p, op, &a, &b)
    }

    /// `now CMP t` (R3, R7, R23).
    fn now_against(&mut self, p: ProvisionId, op: CmpOp, t: &Value) -> Value {
        let now = self.case.state().now.point;
        match t {
            Value::Time(m) => {
                let (begins, ends) = (m.begins(), m.ends());
                if now < begins {
                    self.wake = self.wake.min(begins);
                } else if now < ends {
                    self.wake = self.wake.min(ends);
                }
                let (ge, gt) = (now >= begins, now >= ends);
                Value::Bool(match op {
                    CmpOp::Ge => ge,
                    CmpOp::Gt => gt,
                    CmpOp::Lt => !ge,
                    CmpOp::Le => !gt,
                    CmpOp::Eq => ge && !gt,
                    CmpOp::Ne => !ge || gt,
                })
            }
            Value::Pending { cap, back: false } => {
                if let Some(m) = cap {
                    self.wake = self.wake.min(m.begins());
                }
                Value::Bool(matches!(op, CmpOp::Lt | CmpOp::Le | CmpOp::Ne))
            }
            Value::Pending { .. } => Value::unknown(p, "the time counted back from has no date yet"),
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::Bool(op == CmpOp::Ne),
        }
    }

    pub(crate) fn compare(&mut self, p: ProvisionId, op: CmpOp, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Undetermined(x), Value::Undetermined(y)) => Value::Undetermined(x.union(y)),
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => Value::Undetermined(c.clone()),
            (Value::Time(x), Value::Time(y)) => Value::Bool(holds(op, x.compare(*y))),
            (Value::Pending { cap, back }, Value::Time(t)) => self.pending_against(p, op, *cap, *back, *t),
            (Value::Time(t), Value::Pending { cap, back }) => self.pending_against(p, flip(op), *cap, *back, *t),
            (Value::Pending { .. }, Value::Pending { .. }) => Value::unknown(p, "neither time is known yet"),
            (Value::Length(x), Value::Length(y)) => match compare_lengths(*x, *y) {
                Some(o) => Value::Bool(holds(op, o)),
                None => Value::unknown(p, "months and days cannot be compared without a date"),
            },
            (Value::Entity(x), Value::Entity(y)) if !matches!(op, CmpOp::Eq | CmpOp::Ne) => {
                Value::Bool(holds(op, x.cmp(y)))
            }
            (Value::Bool(x), Value::Bool(y)) => Value::Bool(holds(op, x.cmp(y))),
            (Value::Text(x), Value::Text(y)) => Value::Bool(holds(op, x.cmp(y))),
            _ => match (a.bounds(), b.bounds()) {
                (Some(x), Some(y)) => interval(op, x, y, || a.clauses().union(&b.clauses())),
                _ => Value::Bool(match op {
                    CmpOp::Eq => a == b,
                    CmpOp::Ne => a != b,
                    _ => false,
                }),
            },
        }
    }

    /// `pending CMP t`: a pending time is later than now (R7).
    fn pending_against(&mut self, p: ProvisionId, op: CmpOp, cap: Option<Moment>, back: bool, t: Moment) -> Value {
        let now = self.case.state().now.point;
        let later = !back && t.ends() <= now;
        let not_earlier = !back && t.begins() <= now;
        let earlier = cap.is_some_and(|c| c.compare(t) == Ordering::Less);
        if !back && !later {
            let next = if not_earlier { t.ends() } else { t.begins() };
            self.wake = self.wake.min(next);
        }
        let order = if later {
            Some(Ordering::Greater)
        } else if earlier {
            Some(Ordering::Less)
        } else {
            None
        };
        match (order, op) {
            (Some(o), _) => Value::Bool(holds(op, o)),
            (None, CmpOp::Ge) if not_earlier => Value::Bool(true),
            (None, CmpOp::Lt) if not_earlier => Value::Bool(false),
            _ => Value::unknown(p, "a time that is compared is not known yet"),
        }
    }

    fn share(&mut self, p: ProvisionId, part: Guard, share: Guard, base: Guard, env: &mut Env) -> Value {
        let (x, s, b) = (self.value(part, env), self.value(share, env), self.value(base, env));
        let (Some((xl, xh)), Some((bl, bh))) = (x.bounds(), b.bounds()) else {
            let c = x.clauses().union(&b.clauses()).union(&s.clauses());
            return Value::Undetermined(c);
        };
        let (cmp, num, den) = match s {
            Value::Share(cmp, num, den) => (cmp, num, den),
            Value::Undetermined(c) => return Value::Undetermined(c),
            _ => return Value::unknown(p, "the share is not given"),
        };
        if bh <= 0 {
            return Value::Bool(false);
        }
        let wide = |n: i64, m: i64| i128::from(n) * i128::from(m);
        let (lo, hi) = (wide(den, xl), wide(den, xh));
        let (need_lo, need_hi) = (wide(num, bl.max(0)), wide(num, bh));
        let (sure, possible) = match cmp {
            ShareCmp::AtLeast => (lo >= need_hi, hi >= need_lo),
            ShareCmp::MoreThan => (lo > need_hi, hi > need_lo),
            ShareCmp::AtMost => (hi <= need_lo, lo <= need_hi),
            ShareCmp::LessThan => (hi < need_lo, lo < need_hi),
        };
        match (sure && bl > 0, possible) {
            (true, _) => Value::Bool(true),
            (false, false) => Value::Bool(false),
            (false, true) => Value::Undetermined(x.clauses().union(&b.clauses())),
        }
    }

}

/// Scheduled firing of a timer.
pub(crate) enum Scheduled {
    At(Moment),
    Waiting,
    Unknown(ClauseSet),
    No,
}

impl Memo {
    /// Forgets everything if the state has changed.
    pub(crate) fn refresh(&mut self, version: u64, now: Point) {
        if self.version != version || self.now != Some(now) {
            self.version = version;
            self.now = Some(now);
            self.closed.clear();
            self.calls.clear();
        }
    }
}

enum Picked<'a> {
    One(&'a crate::state::Push),
    Nothing,
    Unclear(ClauseSet),
}

/// The first, n-th or last entry, if it can be told (R4, R10).
fn pick(pushes: &[crate::state::Push], o: Ordinal) -> Picked<'_> {
    let n = match o {
        Ordinal::First => 1,
        Ordinal::Nth(n) => n.max(1) as usize,
        Ordinal::Last => pushes.len(),
    };
    let Some(push) = n.checked_sub(1).and_then(|i| pushes.get(i)) else { return Picked::Nothing };
    let before = if o == Ordinal::Last { std::slice::from_ref(push) } else { pushes.get(..n).unwrap_or_default() };
    if before.iter().any(|p| p.uncertain.is_some()) { Picked::Unclear(doubts(before)) } else { Picked::One(push) }
}

fn doubts(pushes: &[crate::state::Push]) -> ClauseSet {
    pushes.iter().filter_map(|p| p.uncertain.as_ref()).fold(ClauseSet::default(), |a, c| a.union(c))
}

pub(crate) fn as_int(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) fn flip(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::Le => CmpOp::Ge,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::Ge => CmpOp::Le,
        same => same,
    }
}

fn holds(op: CmpOp, o: Ordering) -> bool {
    match op {
        CmpOp::Eq => o == Ordering::Equal,
        CmpOp::Ne => o != Ordering::Equal,
        CmpOp::Lt => o == Ordering::Less,
        CmpOp::Le => o != Ordering::Greater,
        CmpOp::Gt => o == Ordering::Greater,
        CmpOp::Ge => o != Ordering::Less,
    }
}

fn interval(op: CmpOp, a: (i64, i64), b: (i64, i64), clauses: impl Fn() -> ClauseSet) -> Value {
    let (sure, possible) = match op {
        CmpOp::Lt => (a.1 < b.0, a.0 < b.1),
        CmpOp::Le => (a.1 <= b.0, a.0 <= b.1),
        CmpOp::Gt => (a.0 > b.1, a.1 > b.0),
        CmpOp::Ge => (a.0 >= b.1, a.1 >= b.0),
        CmpOp::Eq => (a.0 == a.1 && a == b, a.0 <= b.1 && b.0 <= a.1),
        CmpOp::Ne => (a.1 < b.0 || b.1 < a.0, !(a.0 == a.1 && a == b)),
    };
    match (sure, possible) {
        (true, _) => Value::Bool(true),
        (_, false) => Value::Bool(false),
        _ => Value::Undetermined(clauses()),
    }
}

fn compare_lengths(a: Length, b: Length) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    if let (Some(x), Some(y)) = (a.as_duration(), b.as_duration()) {
        return Some(x.seconds().cmp(&y.seconds()));
    }
    let (x, y) = (a.as_period().ok()?, b.as_period().ok()?);
    let (months, days) = (x.months.cmp(&y.months), x.days.cmp(&y.days));
    match (months, days) {
        (Ordering::Equal, o) | (o, Ordering::Equal) => Some(o),
        (m, d) if m == d => Some(m),
        _ => None,
    }
}

fn arith(p: ProvisionId, op: ArithOp, a: &Value, b: &Value) -> Value {
    if let (Value::Length(x), Value::Length(y), ArithOp::Add) = (a, b, op) {
        return x.checked_add(*y).map_or_else(|e| Value::unknown(p, e.to_string()), Value::Length);
    }
    let scaled = match (a, b) {
        (Value::Length(l), n) | (n, Value::Length(l)) if op == ArithOp::Mul => n.bounds().map(|n| (*l, n)),
        _ => None,
    };
    if let Some((l, (n, m))) = scaled
        && n == m
    {
        return l.checked_mul(n).map_or_else(|| Value::unknown(p, "a length is too large"), Value::Length);
    }
    let (Some((al, ah)), Some((bl, bh))) = (a.bounds(), b.bounds()) else {
        return Value::Undetermined(a.clauses().union(&b.clauses()));
    };
    let (lo, hi) = match op {
        ArithOp::Add => (al.checked_add(bl), ah.checked_add(bh)),
        ArithOp::Sub => (al.checked_sub(bh), ah.checked_sub(bl)),
        ArithOp::Mul => {
            let products = [al.checked_mul(bl), al.checked_mul(bh), ah.checked_mul(bl), ah.checked_mul(bh)];
            if products.iter().any(Option::is_none) {
                (None, None)
            } else {
                (products.iter().flatten().min().copied(), products.iter().flatten().max().copied())
            }
        }
    };
    match (lo, hi) {
        (Some(lo), Some(hi)) => Value::count(lo, hi, a.clauses().union(&b.clauses())),
        _ => Value::unknown(p, "a number is too large"),
    }
}
