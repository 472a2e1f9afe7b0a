//! What guards read: defines, givens, fields, statuses, histories, norms, exceptions (R4, R7, R22, R30b).

use super::*;
use crate::state::Pushes;

impl<'c> Eval<'c> {
    pub(super) fn call(&mut self, g: Guard, d: DefineId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let Some(define) = case.program().defines.get(d.index()) else {
            return Value::Undetermined(ClauseSet::default());
        };
        let args: Vec<Value> = gs.iter().map(|a| self.value(*a, env)).collect();
        let timed = case
            .index()
            .event_time
            .get(define.value.index())
            .copied()
            .unwrap_or(true)
            || case
                .index()
                .event_time
                .get(g.index())
                .copied()
                .unwrap_or(true);
        let memo = self.is_plain() && !timed && env.version.is_none();
        let key = (d, args);
        if memo && let Some((v, wake)) = case.memo(|m| m.calls.get(&key).cloned()) {
            self.wake = self.wake.min(wake);
            return v;
        }
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        inner.version = env.version;
        let vars = define
            .params
            .iter()
            .copied()
            .chain(define.element.as_ref().map(|(v, _)| *v));
        for (var, value) in vars.zip(&key.1) {
            inner.bind(var, value.clone());
        }
        let outer = std::mem::replace(&mut self.wake, Point::NEVER);
        let v = self.value(define.value, &mut inner);
        if memo {
            let wake = self.wake.min(self.hidden);
            case.memo(|m| m.calls.insert(key, (v.clone(), wake)));
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

    pub(crate) fn given(&mut self, id: GivenId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let mut values = Vec::with_capacity(gs.len());
        for g in gs {
            match self.value(*g, env) {
                u @ Value::Undetermined(_) => return u,
                Value::None | Value::Pending { .. } => return Value::None,
                v => values.push(v),
            }
        }
        let key: Key = values.iter().map(|v| case.state().key_item(v)).collect();
        let Some(given) = case.program().givens.get(id.index()) else {
            return Value::None;
        };
        let now = case.state().now.point;
        let set = case
            .state()
            .givens
            .get(id.index())
            .and_then(|m| m.get(&key));
        if let Some((_, v)) = set.and_then(|values| values.range(..=now).next_back()) {
            return v.clone();
        }
        match given.default {
            Some(default) => {
                let mut inner = Env::new().in_versions_of(env.version);
                for (var, v) in given.params.iter().zip(values) {
                    inner.bind(*var, v);
                }
                self.value(default, &mut inner)
            }
            None => {
                let names: Vec<String> = values.iter().map(|v| case.show_value(v)).collect();
                let text = match (given.finding, names.as_slice()) {
                    (None, _) => format!("the given `{}` is not supplied", given.name),
                    (Some(_), []) => format!("nobody has found `{}`", given.name),
                    (Some(_), keys) => {
                        format!("nobody has found `{}({})`", given.name, keys.join(", "))
                    }
                };
                Value::unknown(given.provision, text)
            }
        }
    }

    /// What the text says of a given, where no case says otherwise and it is no plain value: the guard, and what it reads.
    pub(crate) fn text_of_given(
        &mut self,
        id: GivenId,
        gs: &[Guard],
        env: &mut Env,
    ) -> Option<(Guard, Env)> {
        let case = self.case;
        let given = case.program().givens.get(id.index())?;
        let default = given.default?;
        let node = case.program().guards.get(default.index())?;
        if node.op.is_constant() && node.provision == given.provision {
            return None;
        }
        let values: Vec<Value> = gs.iter().map(|g| self.value(*g, env)).collect();
        let key: Key = values.iter().map(|v| case.state().key_item(v)).collect();
        let set = case.state().givens.get(id.index());
        let now = case.state().now.point;
        let set = set.and_then(|m| m.get(&key));
        if set.is_some_and(|values| values.range(..=now).next_back().is_some()) {
            return None;
        }
        let mut inner = Env::new().in_versions_of(env.version);
        for (var, v) in given.params.iter().zip(values) {
            inner.bind(*var, v);
        }
        Some((default, inner))
    }

    pub(super) fn field(&mut self, p: ProvisionId, owner: &Value, f: FieldId) -> Value {
        let case = self.case;
        let f = self.field_of(owner, f);
        let Some(field) = case.program().fields.get(f.index()) else {
            return Value::None;
        };
        match owner {
            Value::Entity(e) => {
                if let Some(v) = case
                    .state()
                    .entities
                    .get(e.index())
                    .and_then(|d| d.fields.get(&f))
                {
                    return v.clone();
                }
                match field.default {
                    Some(default) => self.value(default, &mut Env::new()),
                    None if matches!(field.ty, Ty::Optional(_)) => Value::None,
                    None => Value::unknown(
                        p,
                        format!("{}.{} is not given", case.entity_name(*e), field.name),
                    ),
                }
            }
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::unknown(p, format!("nobody has the field `{}` here", field.name)),
        }
    }

    /// The field of that name which the owner's own kind has: kinds that are united may each have one.
    fn field_of(&self, owner: &Value, f: FieldId) -> FieldId {
        let Value::Entity(e) = owner else { return f };
        let kind = self.case.state().entities.get(e.index()).map(|d| d.kind);
        let own = kind.and_then(|k| self.case.program().field_of_kind(f, k));
        own.unwrap_or(f)
    }

    pub(super) fn in_field(&mut self, owner: &Value, f: FieldId, element: &Value) -> Value {
        let f = self.field_of(owner, f);
        match (owner, element) {
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => {
                Value::Undetermined(c.clone())
            }
            (Value::Entity(o), Value::Entity(e)) => {
                let data = self.case.state().entities.get(o.index());
                // What an act put into the field of an instance is a value.
                if let Some(value) = data.and_then(|d| d.fields.get(&f)) {
                    return self.in_set(value, element);
                }
                if let Some(set) = data.and_then(|d| d.sets.get(&f)) {
                    return Value::Bool(set.contains(e));
                }
                let field = self.case.program().fields.get(f.index());
                match field.and_then(|f| f.default) {
                    Some(default) => {
                        let set = self.value(default, &mut Env::new());
                        self.in_set(&set, element)
                    }
                    None => Value::Bool(false),
                }
            }
            _ => Value::Bool(false),
        }
    }

    // ---- statuses -------------------------------------------------------------------------------------------

    pub(super) fn line(&self, s: StatusId, key: &Key) -> Option<&'c StatusLine> {
        self.case.state().statuses.get(s.index())?.get(key)
    }

    /// An assumption in force for this status now.
    pub(super) fn assumed(&self, s: StatusId, key: &Key) -> Option<&'c Option<Value>> {
        let now = self.case.state().now.point;
        let spans = self.case.state().assumed.get(s.index())?.get(key)?;
        let holds = |from: &Option<Point>, until: &Option<Point>| {
            from.is_none_or(|p| p <= now) && until.is_none_or(|p| now < p)
        };
        spans
            .iter()
            .rev()
            .find(|(f, u, _)| holds(f, u))
            .map(|(.., v)| v)
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
        let Some(status) = case.program().statuses.get(s.index()) else {
            return Truth::False;
        };
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
        let timers = if on {
            &status.end_timers
        } else {
            &status.start_timers
        };
        match self.scheduled(timers, key) {
            Scheduled::Unknown(c) => Truth::Unknown(c),
            _ => Truth::of(on),
        }
    }

    pub(super) fn status_value(&mut self, s: StatusId, gs: &[Guard], env: &mut Env) -> Value {
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
            let Some(slots) = self.case.state().slots.get(t.index()) else {
                continue;
            };
            let live = self
                .case
                .program()
                .timers
                .get(t.index())
                .and_then(|t| t.live);
            let mine = slots
                .range(key.clone()..)
                .take_while(|(k, _)| k.starts_with(key));
            for (_, slot) in mine {
                match &slot.when {
                    SlotWhen::At(m, fire) => {
                        if self.case.outlived(live, *fire) {
                            continue;
                        }
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

    pub(super) fn status_start(
        &mut self,
        s: StatusId,
        gs: &[Guard],
        env: &mut Env,
        first: bool,
    ) -> Value {
        let case = self.case;
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(Value::Undetermined(c)) => return Value::Undetermined(c),
            Err(_) => return Value::PENDING,
        };
        let Some(status) = case.program().statuses.get(s.index()) else {
            return Value::PENDING;
        };
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
            Scheduled::Waiting | Scheduled::No => intervals
                .last()
                .map_or(Value::PENDING, |i| Value::Time(i.start)),
        }
    }

    pub(super) fn status_end(&mut self, s: StatusId, gs: &[Guard], env: &mut Env) -> Value {
        let case = self.case;
        let key = match self.key(gs, env) {
            Ok(key) => key,
            Err(Value::Undetermined(c)) => return Value::Undetermined(c),
            Err(_) => return Value::PENDING,
        };
        let Some(status) = case.program().statuses.get(s.index()) else {
            return Value::PENDING;
        };
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
        line.and_then(|l| l.intervals.last())
            .and_then(|i| i.end)
            .map_or(Value::PENDING, Value::Time)
    }

    pub(super) fn assumed_end(&self, s: StatusId, key: &Key) -> Option<Moment> {
        let now = self.case.state().now.point;
        let spans = self.case.state().assumed.get(s.index())?.get(key)?;
        let end = spans
            .iter()
            .filter_map(|(_, until, _)| *until)
            .filter(|p| *p > now)
            .min()?;
        Some(Moment::of_day(end.dated()))
    }

    // ---- histories ------------------------------------------------------------------------------------------

    pub(super) fn hist(
        &mut self,
        h: HistId,
        gs: &[Guard],
        env: &mut Env,
        f: impl FnOnce(&Pushes) -> Value,
    ) -> Value {
        let case = self.case;
        match self.key(gs, env) {
            Ok(key) => {
                let pushes = case.state().hists.get(h.index()).and_then(|m| m.get(&key));
                match pushes {
                    Some(pushes) => f(pushes),
                    None => f(&Pushes::default()),
                }
            }
            Err(u @ Value::Undetermined(_)) => u,
            Err(_) => f(&Pushes::default()),
        }
    }

    pub(super) fn hist_sum(
        &mut self,
        p: ProvisionId,
        h: HistId,
        i: u32,
        gs: &[Guard],
        env: &mut Env,
    ) -> Value {
        self.hist(h, gs, env, |pushes| match pushes.sum(i as usize) {
            Some((lo, hi)) => Value::count(lo, hi, pushes.doubts(0, pushes.list().len())),
            None => Value::unknown(p, "what is summed is no number, or the sum is too large"),
        })
    }

    // ---- norms ----------------------------------------------------------------------------------------------

    pub(super) fn norm_is(
        &mut self,
        n: NormId,
        keys: &[Option<Guard>],
        state: NormState,
        env: &mut Env,
    ) -> Value {
        let case = self.case;
        let mut wanted = Vec::with_capacity(keys.len());
        for k in keys {
            match k.map(|k| self.value(k, env)) {
                Some(u @ Value::Undetermined(_)) => return u,
                v => wanted.push(v),
            }
        }
        let latest = case.latest_named(n, &wanted);
        match latest {
            // A prohibition has no instances: it is breached from the first act against it.
            None if case.was_broken(n, &wanted) => Value::Bool(state == NormState::Breached),
            None => Value::Bool(state == NormState::None),
            Some(d) => match &d.unknown {
                Some(c) if d.is_open() => Value::Undetermined(c.clone()),
                _ => Value::Bool(case.duty_is(d, state)),
            },
        }
    }

    // ---- exceptions -----------------------------------------------------------------------------------------

    pub(super) fn except(
        &mut self,
        p: ProvisionId,
        base: Guard,
        arms: &[(Guard, Guard)],
        env: &mut Env,
    ) -> Value {
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
            return if perhaps.iter().all(|v| *v == base) {
                base
            } else {
                Value::Undetermined(clauses)
            };
        };
        if let Some(other) = sure.iter().find(|v| **v != first) {
            let text = format!(
                "two exceptions hold and disagree: {} and {}",
                self.case.show_value_of(base, &first),
                self.case.show_value_of(base, other)
            );
            return Value::Undetermined(ClauseSet::conflict(p, text));
        }
        if perhaps.iter().all(|v| *v == first) {
            first
        } else {
            Value::Undetermined(clauses)
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

pub(super) enum Picked<'a> {
    One(&'a crate::state::Push),
    Nothing,
    Unclear(ClauseSet),
}

/// The first, n-th or last entry from a place on, if it can be told (R4, R10).
pub(super) fn pick(pushes: &Pushes, o: Ordinal, start: usize) -> Picked<'_> {
    let list = pushes.list();
    let n = match o {
        Ordinal::First => start + 1,
        Ordinal::Nth(n) => start.saturating_add(n.max(1) as usize),
        Ordinal::Last => list.len(),
    };
    let Some(push) = n
        .checked_sub(1)
        .filter(|at| *at >= start)
        .and_then(|i| list.get(i))
    else {
        return Picked::Nothing;
    };
    let from = if o == Ordinal::Last { n - 1 } else { start };
    if pushes.doubtful(from) < pushes.doubtful(n) {
        Picked::Unclear(pushes.doubts(from, n))
    } else {
        Picked::One(push)
    }
}
