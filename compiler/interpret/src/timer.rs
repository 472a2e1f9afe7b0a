//! Timers and watched conditions at their place in the pass (R1, R17, R23).

use crate::dirty::{Dirty, Filter};
use crate::eval::{Eval, Known};
use crate::state::{Cause, CauseKind, Dep, EdgeKey, Slot, SlotWhen};
use crate::trigger::{Batch, Seen, Trigger, TriggerKind};
use crate::{Case, ClauseSet, Env, Key, Moment, Precision, Truth, Value};
use rogatio_calendar::{CalendarError, Dates, Day, Instant, Length, Phase, Point};
use rogatio_mir::{EdgeId, Effect, Firing, GivenId, ProvisionId, Timer, TimerId};
use std::collections::BTreeSet;

/// Where a timer or window end lies (the table of R1).
pub(crate) fn firing_point(m: Moment, firing: Firing) -> Point {
    if m.precision == Precision::Second {
        return m.point.with_phase(match firing {
            Firing::Opening => Phase::Opening,
            Firing::TacitStart => Phase::TacitStart,
            Firing::Lapse | Firing::Closing => Phase::Lapse,
        });
    }
    match firing {
        Firing::Opening => Point::day_phase(m.day, Phase::Opening),
        Firing::TacitStart => Point::next_day_phase(m.day, Phase::TacitStart),
        Firing::Lapse => Point::next_day_phase(m.day, Phase::Lapse),
        Firing::Closing => Point::day_phase(m.day, Phase::Lapse),
    }
}

/// What leaves a day open.
struct Open(ClauseSet);

impl From<CalendarError> for Open {
    fn from(e: CalendarError) -> Open {
        Open(ClauseSet::one(ProvisionId(0), e.to_string()))
    }
}

impl Case {
    /// `D after m`, `D before m` under the convention of the provision's module (R2, R3b); `closes` is the end of a
    /// period in which something may or must be done.
    ///
    /// # Errors
    /// What leaves it open.
    pub(crate) fn shift_moment(
        &self,
        p: ProvisionId,
        m: Moment,
        length: Length,
        before: bool,
        closes: bool,
    ) -> Result<Moment, ClauseSet> {
        let counting = self.program().counting_of(p);
        let convention = counting.convention;
        let why = |e: CalendarError| ClauseSet::one(p, e.to_string());
        if let Length::Elapsed(d) = length {
            return self.shift_reading(p, m, d, before);
        }
        if m.is_of_second_clock() {
            let text = format!("no date is known of what comes at {m}");
            return Err(ClauseSet::one(p, text));
        }
        if let Length::Duration(d) = length {
            if m.precision != Precision::Second {
                let day = m.day;
                let text = format!(
                    "the time of day on {day} is not recorded, so {length} cannot be counted"
                );
                return Err(ClauseSet::one(p, text));
            }
            let moved = convention.shift_time(Instant(m.point.second()), d, before);
            return moved.map(Moment::of_instant).map_err(why);
        }
        let day = match (closes, before) {
            (false, true) => convention.sub(m.day, length).map_err(why),
            (false, false) => convention.add(m.day, length).map_err(why),
            (true, _) => {
                let mut holidays = None;
                let last = convention.last_day(m.day, length, before, |day| {
                    self.is_holiday(p, counting.holidays, day, &mut holidays)
                });
                last.map_err(|e: Open| e.0)
            }
        };
        day.map(Moment::of_day)
    }

    fn is_holiday(
        &self,
        p: ProvisionId,
        given: Option<GivenId>,
        day: Day,
        known: &mut Option<Dates>,
    ) -> Result<bool, Open> {
        let Some(given) = given else { return Ok(false) };
        let open = |c: ClauseSet| Open(c);
        if known.is_none() {
            *known = match Eval::new(self).given(given, &[], &mut Env::new()) {
                Value::Dates(dates) => Some(dates),
                v => return Err(open(v.clauses())),
            };
        }
        match known.as_ref().map(|d| d.contains(day)) {
            Some(Ok(is)) => Ok(is),
            Some(Err(e)) => Err(open(ClauseSet::one(p, e.to_string()))),
            None => Ok(false),
        }
    }

    pub(crate) fn timer_latch(&mut self, t: TimerId, position: usize, batch: &mut Batch) {
        let program = self.program_arc();
        let Some(timer) = program.timers.get(t.index()) else {
            return;
        };
        let mut arms: Vec<(Key, Slot)> = Vec::new();
        for mut hit in self.hits(position, batch) {
            let Some(rule) = program.rules.get(hit.rule.0 as usize) else {
                continue;
            };
            match &rule.effect {
                Effect::Disarm(keys) => {
                    if let Some(key) = self.write_key(keys, &mut hit.env) {
                        self.disarm(t, &key, hit.uncertain);
                    }
                }
                Effect::Arm(keys) => {
                    let Some(key) = self.write_key(keys, &mut hit.env) else {
                        continue;
                    };
                    let carried = timer
                        .carried
                        .iter()
                        .filter_map(|v| hit.env.get(*v).map(|x| (*v, x.clone())))
                        .collect();
                    let slot = Slot {
                        carried,
                        base: hit.trigger.moment,
                        when: SlotWhen::Waiting,
                        uncertain: hit.uncertain,
                        cause: hit.trigger.cause,
                        rule: hit.rule,
                        wake: Point::NEVER,
                    };
                    arms.push((key, slot));
                }
                _ => {}
            }
        }
        let index = self.index_arc();
        let parts = index.timer_parts.get(t.index());
        let parts = parts.map_or(&[][..], Vec::as_slice);
        let waits = self.state().waiting.get(t.index());
        let known = if arms.is_empty() && waits.is_none_or(|w| w.keys.is_empty()) {
            Known::default()
        } else {
            self.refresh_parts(parts)
        };
        let mut look = self.slots_to_evaluate(t);
        let state = self.state_mut();
        if let (Some(slots), Some(waiting)) = (
            state.slots.get_mut(t.index()),
            state.waiting.get_mut(t.index()),
        ) {
            for (key, slot) in arms {
                if let std::collections::btree_map::Entry::Vacant(place) = slots.entry(key.clone())
                {
                    place.insert(slot);
                    waiting.keys.insert(key.clone());
                    look.insert(key);
                }
            }
        }
        for key in look {
            self.evaluate_slot(t, &key, &known, position, batch);
        }
        let end = self.state().changes.end();
        if let Some(waiting) = self.state_mut().waiting.get_mut(t.index()) {
            waiting.seen = end;
        }
    }

    fn disarm(&mut self, t: TimerId, key: &Key, uncertain: Option<ClauseSet>) {
        let Some(slots) = self.state_mut().slots.get_mut(t.index()) else {
            return;
        };
        let mine: Vec<Key> = slots
            .range(key.clone()..)
            .take_while(|(k, _)| k.starts_with(key))
            .map(|(k, _)| k.clone())
            .collect();
        let mut gone = Vec::new();
        for k in mine {
            if let Some(c) = &uncertain {
                if let Some(slot) = slots.get_mut(&k) {
                    slot.uncertain = Some(slot.uncertain.take().unwrap_or_default().union(c));
                }
            } else if let Some(slot) = slots.remove(&k) {
                gone.push((k, slot));
            }
        }
        for (k, slot) in gone {
            self.forget_slot(t, &k, slot.wake);
            if let SlotWhen::At(_, p) = slot.when {
                self.state_mut().armed.remove(&(p, t, k));
            }
        }
        self.state_mut().touch(Dep::Timer(t), key.clone());
    }

    /// A slot no longer waits.
    fn forget_slot(&mut self, t: TimerId, key: &Key, wake: Point) {
        if let Some(waiting) = self.state_mut().waiting.get_mut(t.index()) {
            waiting.keys.remove(key);
            waiting.wakes.remove(&(wake, key.clone()));
        }
    }

    /// Waiting slots of which something they read has changed or whose time may have come.
    fn slots_to_evaluate(&self, t: TimerId) -> BTreeSet<Key> {
        let state = self.state();
        let (Some(timer), Some(waiting)) = (
            self.program().timers.get(t.index()),
            state.waiting.get(t.index()),
        ) else {
            return BTreeSet::new();
        };
        if waiting.keys.is_empty() {
            return BTreeSet::new();
        }
        let reads = self.index().timer_reads.get(t.index());
        let reads = reads.map_or(&[][..], Vec::as_slice);
        let filters = match self.dirty(reads, timer.keys.len(), waiting.seen) {
            Dirty::All => return waiting.keys.clone(),
            Dirty::Some(filters) => filters,
        };
        let mut out = BTreeSet::new();
        for filter in filters {
            match filter.iter().copied().collect::<Option<Key>>() {
                Some(key) if waiting.keys.contains(&key) => {
                    out.insert(key);
                }
                Some(_) => {}
                None => out.extend(waiting.keys.iter().filter(|k| fits(&filter, k)).cloned()),
            }
        }
        let due = waiting.wakes.iter();
        let due = due.take_while(|(wake, _)| *wake <= state.now.point);
        out.extend(due.map(|(_, key)| key.clone()));
        out
    }

    fn evaluate_slot(
        &mut self,
        t: TimerId,
        key: &Key,
        known: &Known,
        position: usize,
        batch: &mut Batch,
    ) {
        let program = self.program_arc();
        let (Some(timer), Some(slot)) = (
            program.timers.get(t.index()),
            self.state().slots.get(t.index()).and_then(|m| m.get(key)),
        ) else {
            return;
        };
        let mut env = Env::new().at_event(slot.base);
        for (d, e) in timer.keys.iter().zip(key) {
            env.bind(d.var, self.state().key_value(*e));
        }
        for (v, value) in &slot.carried {
            env.bind(*v, value.clone());
        }
        if let Some(instance) = timer.visit.and_then(|v| env.get(v)).cloned() {
            self.at_visit(&mut env, &instance);
        }
        let mut eval = Eval::new(self);
        eval.known = known.clone();
        let value = eval.value(timer.at, &mut env);
        let wake = eval.wake;
        let mut doubt = None;
        let value = match value {
            Value::Undetermined(c) if timer.visit.is_some() => {
                match self.at_the_earliest(timer, slot.base, &mut env) {
                    Some(m) => {
                        doubt = Some(c);
                        Value::Time(m)
                    }
                    None => Value::Undetermined(c),
                }
            }
            v => v,
        };
        let when = match value {
            Value::Time(m) => SlotWhen::At(m, firing_point(m, timer.firing)),
            Value::Pending { .. } | Value::None => SlotWhen::Waiting,
            Value::Undetermined(c) => SlotWhen::Unknown(c),
            _ => SlotWhen::Unknown(ClauseSet::one(timer.provision, "this is no time")),
        };
        let fire = match &when {
            SlotWhen::At(_, p) => Some(*p),
            _ => None,
        };
        let old = slot.wake;
        let state = self.state_mut();
        if let (Some(slot), Some(waiting)) = (
            state.slots.get_mut(t.index()).and_then(|m| m.get_mut(key)),
            state.waiting.get_mut(t.index()),
        ) {
            slot.when = when;
            slot.wake = wake;
            if let Some(c) = doubt {
                slot.uncertain = Some(slot.uncertain.take().unwrap_or_default().union(&c));
            }
            waiting.wakes.remove(&(old, key.clone()));
            if fire.is_some() {
                waiting.keys.remove(key);
            } else if !wake.is_never() {
                waiting.wakes.insert((wake, key.clone()));
                state.wake_at(wake);
            }
        }
        match fire {
            Some(p) if self.state().has_reached(p) => {
                if let Some(trigger) = self.fire(t, key, Seen::After(position)) {
                    batch.late.push(Trigger {
                        seen: Seen::UpTo(position),
                        ..trigger.clone()
                    });
                    batch.add(self, trigger);
                }
            }
            Some(p) => {
                self.state_mut().armed.insert((p, t, key.clone()));
                self.state_mut().touch(Dep::Timer(t), key.clone());
            }
            None => self.state_mut().touch(Dep::Timer(t), key.clone()),
        }
    }

    /// When a stage may be left by a count of hours from a day without a time of day: at the end of what is counted from its
    /// midnight. From then on nobody can say in which stage the case is (R3b, R10).
    fn at_the_earliest(&self, timer: &Timer, base: Moment, env: &mut Env) -> Option<Moment> {
        if base.precision == Precision::Second || base.is_of_second_clock() {
            return None;
        }
        let midnight = Moment::of_instant(Instant(base.point.second()));
        let mut env = std::mem::take(env).at_event(midnight);
        match Eval::new(self).value(timer.at, &mut env) {
            Value::Time(m) => Some(m),
            _ => None,
        }
    }

    /// Takes a timer out of its slot as a trigger.
    pub(crate) fn fire(&mut self, t: TimerId, key: &Key, seen: Seen) -> Option<Trigger> {
        let program = self.program_arc();
        let provision = program.timers.get(t.index()).map(|t| t.provision);
        let slot = self.state_mut().slots.get_mut(t.index())?.remove(key)?;
        self.forget_slot(t, key, slot.wake);
        self.state_mut().touch(Dep::Timer(t), key.clone());
        let SlotWhen::At(at, point) = slot.when else {
            return None;
        };
        let what = CauseKind::Timer {
            timer: t,
            at,
            base: slot.base,
        };
        let now = self.state().now;
        let moment = if at.is_of_second_clock() {
            now
        } else {
            Moment {
                point,
                second_clock: now.second_clock,
                ..at
            }
        };
        let cause = Cause::new(what, moment, provision, Some(slot.cause));
        let kind = TriggerKind::Timer(t, key.clone(), slot.carried);
        Some(Trigger {
            kind,
            moment,
            uncertain: slot.uncertain,
            cause,
            seen,
        })
    }

    /// Evaluates a watched condition where something it reads has changed or its time has come.
    pub(crate) fn edge_latch(&mut self, e: EdgeId, position: usize, batch: &mut Batch) {
        let program = self.program_arc();
        let Some(edge) = program.edges.get(e.index()) else {
            return;
        };
        let index = self.index_arc();
        let parts = index
            .edge_parts
            .get(e.index())
            .map_or(&[][..], Vec::as_slice);
        let known = self.refresh_parts(parts);
        let mut wakes: Vec<Point> = Vec::new();
        for key in self.edge_keys(e) {
            let mut env = Env::new();
            for (d, x) in edge.keys.iter().zip(&key) {
                env.bind(d.var, Value::Entity(*x));
            }
            let mut eval = Eval::new(self);
            eval.known = known.clone();
            let value = eval.truth(edge.cond, &mut env);
            let wake = eval.wake;
            let Some(state) = self.state_mut().edges.get_mut(e.index()) else {
                return;
            };
            let place = state.keys.entry(key);
            let key = place.key().clone();
            let slot = place.or_insert(EdgeKey {
                value: Truth::False,
                risen: false,
                wake: Point::NEVER,
            });
            let old = std::mem::replace(&mut slot.wake, wake);
            if old != wake {
                state.wakes.remove(&(old, key.clone()));
                if !wake.is_never() {
                    state.wakes.insert((wake, key.clone()));
                    wakes.push(wake);
                }
            }
            if slot.value == value {
                continue;
            }
            let was = std::mem::replace(&mut slot.value, value.clone());
            let may = !(edge.once && slot.risen);
            let rises = may && !was.is_true() && value.is_true();
            let may_rise = may && was.is_false() && value.clauses().is_some();
            let falls = !was.is_false() && value.is_false();
            let may_fall = was.is_true() && value.clauses().is_some();
            slot.risen |= rises;
            let uncertain = value.clauses().cloned();
            for (happens, rise) in [(rises || may_rise, true), (falls || may_fall, false)] {
                if happens {
                    let trigger =
                        self.edge_trigger(e, &key, rise, uncertain.clone(), position, batch);
                    batch.add(self, trigger);
                }
            }
        }
        let end = self.state().changes.end();
        for wake in wakes {
            self.state_mut().wake_at(wake);
        }
        if let Some(state) = self.state_mut().edges.get_mut(e.index()) {
            state.seen = Some(end);
        }
    }

    fn edge_trigger(
        &self,
        e: EdgeId,
        key: &Key,
        rise: bool,
        uncertain: Option<ClauseSet>,
        position: usize,
        batch: &Batch,
    ) -> Trigger {
        let now = self.state().now;
        let provision = self.program().edges.get(e.index()).map(|e| e.provision);
        let what = CauseKind::Edge {
            edge: e,
            key: key.clone(),
            rise,
        };
        let cause = Cause::new(what, now, provision, Some(self.root_cause(batch)));
        let kind = if rise {
            TriggerKind::Rise(e, key.clone())
        } else {
            TriggerKind::Fall(e, key.clone())
        };
        Trigger {
            kind,
            moment: now,
            uncertain,
            cause,
            seen: Seen::After(position),
        }
    }

    /// The keys of an edge that must be evaluated again.
    fn edge_keys(&self, e: EdgeId) -> BTreeSet<Key> {
        let state = self.state();
        let (Some(edge), Some(edge_state)) = (
            self.program().edges.get(e.index()),
            state.edges.get(e.index()),
        ) else {
            return BTreeSet::new();
        };
        let Some(seen) = edge_state.seen else {
            return self.all_keys(&edge.keys);
        };
        let reads = self.index().edge_reads.get(e.index());
        let reads = reads.map_or(&[][..], Vec::as_slice);
        let mut filters = match self.dirty(reads, edge.keys.len(), seen) {
            Dirty::All => return self.all_keys(&edge.keys),
            Dirty::Some(filters) => filters,
        };
        filters.extend(self.newcomers(&edge.keys, seen));
        let mut out = BTreeSet::new();
        for filter in filters {
            self.fitting(&edge.keys, &filter, &mut out);
        }
        let due = edge_state.wakes.iter();
        let due = due.take_while(|(wake, _)| *wake <= state.now.point);
        out.extend(due.map(|(_, key)| key.clone()));
        out
    }
}

fn fits(filter: &Filter, key: &Key) -> bool {
    let mut pairs = filter.iter().zip(key);
    pairs.all(|(f, k)| f.is_none_or(|f| f == *k))
}
