//! Timers and watched conditions at their place in the pass (R1, R17, R23).

use crate::eval::Eval;
use crate::state::{Cause, CauseKind, Dep, EdgeKey, Slot, SlotWhen};
use crate::trigger::{Batch, Seen, Trigger, TriggerKind};
use crate::{Case, Env, Key, Moment, Precision, Truth, Value};
use rogatio_calendar::{Instant, Length, Phase, Point};
use rogatio_mir::{EdgeId, Effect, Firing, TimerId};

/// Where a timer or window end lies (the table of R1).
pub(crate) fn firing_point(m: Moment, firing: Firing) -> Point {
    if m.precision == Precision::Second {
        let phase = match firing {
            Firing::Opening => Phase::Opening,
            Firing::TacitStart => Phase::TacitStart,
            Firing::Lapse | Firing::Closing => Phase::Lapse,
        };
        return Point::new(m.point.second(), phase, 0).unwrap_or(Point::NEVER);
    }
    match firing {
        Firing::Opening => Point::day_phase(m.day, Phase::Opening),
        Firing::TacitStart => Point::next_day_phase(m.day, Phase::TacitStart),
        Firing::Lapse => Point::next_day_phase(m.day, Phase::Lapse),
        Firing::Closing => Point::day_phase(m.day, Phase::Lapse),
    }
}

impl Case {
    /// `D after m`, `D before m` under the program's convention (R2, R3b).
    pub(crate) fn shift_moment(
        &self,
        m: Moment,
        length: Length,
        before: bool,
    ) -> Result<Moment, String> {
        if let Length::Duration(d) = length {
            if m.precision != Precision::Second {
                return Err(format!(
                    "the time of day on {} is not recorded, so {length} cannot be counted",
                    m.day
                ));
            }
            let instant = Instant(m.point.second());
            let moved = if before {
                instant.checked_sub(d)
            } else {
                instant.checked_add(d)
            };
            return moved
                .map(Moment::of_instant)
                .ok_or_else(|| "the time lies outside the calendar".to_owned());
        }
        let counting = self.program().counting;
        let day = if before {
            counting.sub(m.day, length)
        } else {
            counting.add(m.day, length)
        };
        day.map(Moment::of_day).map_err(|e| e.to_string())
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
                        seen: 0,
                        wake: Point::NEVER,
                    };
                    arms.push((key, slot));
                }
                _ => {}
            }
        }
        let mut fresh: Vec<Key> = Vec::new();
        if let Some(slots) = self.state_mut().slots.get_mut(t.index()) {
            for (key, slot) in arms {
                if let std::collections::btree_map::Entry::Vacant(place) = slots.entry(key.clone())
                {
                    place.insert(slot);
                    fresh.push(key);
                }
            }
        }
        for key in self.slots_to_evaluate(t, &fresh) {
            self.evaluate_slot(t, &key, position, batch);
        }
    }

    fn disarm(&mut self, t: TimerId, key: &Key, uncertain: Option<crate::ClauseSet>) {
        let Some(slots) = self.state_mut().slots.get_mut(t.index()) else {
            return;
        };
        let mine: Vec<Key> = slots
            .range(key.clone()..)
            .take_while(|(k, _)| k.starts_with(key))
            .map(|(k, _)| k.clone())
            .collect();
        let mut points = Vec::new();
        for k in mine {
            if let Some(c) = &uncertain {
                if let Some(slot) = slots.get_mut(&k) {
                    slot.uncertain = Some(slot.uncertain.take().unwrap_or_default().union(c));
                }
            } else if let Some(Slot {
                when: SlotWhen::At(_, p),
                ..
            }) = slots.remove(&k)
            {
                points.push((p, t, k));
            }
        }
        for entry in points {
            self.state_mut().armed.remove(&entry);
        }
        self.state_mut().touch(Dep::Timer(t), key.clone());
    }

    /// New ones, and waiting ones of which something they read has changed or whose time may have come.
    fn slots_to_evaluate(&self, t: TimerId, fresh: &[Key]) -> Vec<Key> {
        let reads = self
            .index()
            .timer_reads
            .get(t.index())
            .map_or(&[][..], Vec::as_slice);
        let state = self.state();
        let Some(slots) = state.slots.get(t.index()) else {
            return Vec::new();
        };
        let due = |key: &Key, slot: &Slot| {
            fresh.contains(key)
                || (!matches!(slot.when, SlotWhen::At(..))
                    && (slot.wake <= state.now.point || state.changes.any_since(reads, slot.seen)))
        };
        slots
            .iter()
            .filter(|(k, s)| due(k, s))
            .map(|(k, _)| k.clone())
            .collect()
    }

    fn evaluate_slot(&mut self, t: TimerId, key: &Key, position: usize, batch: &mut Batch) {
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
        let mut eval = Eval::new(self);
        let value = eval.value(timer.at, &mut env);
        let wake = eval.wake;
        let when = match value {
            Value::Time(m) => SlotWhen::At(m, firing_point(m, timer.firing)),
            Value::Pending { .. } | Value::None => SlotWhen::Waiting,
            Value::Undetermined(c) => SlotWhen::Unknown(c),
            _ => SlotWhen::Unknown(crate::ClauseSet::one(timer.provision, "this is no time")),
        };
        let now = self.state().now.point;
        let end = self.state().changes.end();
        let fire = match &when {
            SlotWhen::At(_, p) => Some(*p),
            _ => None,
        };
        if let Some(slot) = self
            .state_mut()
            .slots
            .get_mut(t.index())
            .and_then(|m| m.get_mut(key))
        {
            slot.when = when;
            slot.seen = end;
            slot.wake = wake;
        }
        match fire {
            Some(p) if p <= now => {
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

    /// Takes a timer out of its slot as a trigger.
    pub(crate) fn fire(&mut self, t: TimerId, key: &Key, seen: Seen) -> Option<Trigger> {
        let program = self.program_arc();
        let provision = program.timers.get(t.index()).map(|t| t.provision);
        let slot = self.state_mut().slots.get_mut(t.index())?.remove(key)?;
        self.state_mut().touch(Dep::Timer(t), key.clone());
        let SlotWhen::At(at, point) = slot.when else {
            return None;
        };
        let what = CauseKind::Timer {
            timer: t,
            at,
            base: slot.base,
        };
        let moment = Moment { point, ..at };
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
        for key in self.edge_keys(e) {
            let mut env = Env::new();
            for (d, x) in edge.keys.iter().zip(&key) {
                env.bind(d.var, Value::Entity(*x));
            }
            let mut eval = Eval::new(self);
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
                wake,
            });
            slot.wake = wake;
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
        if let Some(state) = self.state_mut().edges.get_mut(e.index()) {
            state.seen = Some(end);
            state.wake = state
                .keys
                .values()
                .map(|k| k.wake)
                .min()
                .filter(|p| !p.is_never());
        }
    }

    fn edge_trigger(
        &self,
        e: EdgeId,
        key: &Key,
        rise: bool,
        uncertain: Option<crate::ClauseSet>,
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
    fn edge_keys(&self, e: EdgeId) -> Vec<Key> {
        let state = self.state();
        let (Some(edge), Some(edge_state)) = (
            self.program().edges.get(e.index()),
            state.edges.get(e.index()),
        ) else {
            return Vec::new();
        };
        let all = || {
            let mut keys: Vec<Key> = vec![Vec::new()];
            for d in &edge.keys {
                let elements = state.of_kinds(&d.kinds);
                keys = keys
                    .into_iter()
                    .flat_map(|k| {
                        elements
                            .iter()
                            .map(move |x| k.iter().copied().chain([*x]).collect())
                    })
                    .collect();
            }
            keys
        };
        let Some(seen) = edge_state.seen else {
            return all();
        };
        let population = edge
            .keys
            .iter()
            .flat_map(|d| &d.kinds)
            .any(|k| state.changes.any_since(&[Dep::Kind(*k)], seen));
        let reads = self
            .index()
            .edge_reads
            .get(e.index())
            .map_or(&[][..], Vec::as_slice);
        let mut filters: Vec<Vec<Option<crate::Entity>>> = Vec::new();
        for (dep, map) in reads {
            if !state.changes.any_since(&[*dep], seen) {
                continue;
            }
            for (changed, key) in state.changes.since(seen) {
                if changed != dep {
                    continue;
                }
                let mut filter = vec![None; edge.keys.len()];
                for (at, value) in map.iter().zip(key) {
                    if let Some(place) = at.and_then(|at| filter.get_mut(at)) {
                        *place = Some(*value);
                    }
                }
                if filter.iter().all(Option::is_none) {
                    return all();
                }
                if !filters.contains(&filter) {
                    filters.push(filter);
                }
            }
        }
        let due = edge_state.wake.is_some_and(|w| w <= state.now.point);
        if population {
            let fits = |k: &Key| {
                edge_state
                    .keys
                    .get(k)
                    .is_none_or(|s| s.wake <= state.now.point)
                    || filters.iter().any(|f| fits_filter(f, k))
            };
            return all().into_iter().filter(fits).collect();
        }
        if filters.is_empty() && !due {
            return Vec::new();
        }
        let fits = |k: &Key, s: &EdgeKey| {
            s.wake <= state.now.point || filters.iter().any(|f| fits_filter(f, k))
        };
        edge_state
            .keys
            .iter()
            .filter(|(k, s)| fits(k, s))
            .map(|(k, _)| k.clone())
            .collect()
    }
}

fn fits_filter(filter: &[Option<crate::Entity>], key: &Key) -> bool {
    filter
        .iter()
        .zip(key)
        .all(|(f, k)| f.is_none_or(|f| f == *k))
}
