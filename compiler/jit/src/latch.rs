//! Statuses, histories, edges and timers at their place in a pass (R16, R17).

use crate::emit::{Em, R};
use crate::event::{Event, LISTED};
use crate::fold::{Bind, Env, NEVER, V};
use crate::layout::Keys;
use crate::reads::Slot;
use crate::refusal::Refusal;
use crate::rule::Pass;
use crate::slice::Watched;
use crate::stored::{ends, kept, starts};
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{EdgeId, Effect, Firing, Guard, HistId, Latch, StatusId, TimerId};

impl Em<'_, '_> {
    /// Emits `body` with the index of a rule's keys, where they are keys of the latch.
    fn at_key(
        &mut self,
        keys: &Keys,
        args: &[Guard],
        env: &Env,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        if keys.empty {
            return Ok(());
        }
        let (at, fits) = self.key(keys, args, env)?;
        match fits {
            Some(fits) => self.when(fits, |em| body(em, at)),
            None => body(self, at),
        }
    }

    pub(crate) fn status_latch(&mut self, s: StatusId, pass: &mut Pass) -> R<()> {
        let latch = Latch::Status(s);
        let (layout, program) = (self.layout, self.program);
        let (cols, status) = (&layout.statuses[&s], &program.statuses[s.index()]);
        let ending = self.stirred(pass, latch, |e| ends(program, e));
        let starting = self.stirred(pass, latch, |e| starts(program, e));
        let mark = cols.mark.filter(|_| ending && starting);
        if ending {
            self.rules(pass, latch, |e| ends(program, e), &mut |em, rule, env| {
                let (Effect::End(args) | Effect::Start(args, _)) = &rule.effect else {
                    return Ok(());
                };
                em.at_key(&cols.keys, args, env, |em, at| {
                    let on = em.load_bool(cols.on, at);
                    em.either(
                        on,
                        |em| {
                            em.store_imm(cols.on, at, 0);
                            if let Some(end) = cols.end {
                                let now = em.now();
                                em.store(end, at, now);
                            }
                            if let Some((col, list)) = mark {
                                em.store_imm(col, at, 2);
                                em.append(list, at);
                            }
                            em.note(Event::Ended(s), at);
                            em.wrote(Slot::Status(s), &cols.keys, at)
                        },
                        |em| {
                            if let Some((col, list)) = mark {
                                let before = em.load_bool(col, at);
                                let fresh = em.cmp_narrow(before, 0);
                                em.when(fresh, |em| {
                                    em.store_imm(col, at, 1);
                                    em.append(list, at);
                                    Ok(())
                                })?;
                            }
                            Ok(())
                        },
                    )
                })
            })?;
            pass.note(Event::Ended(s), layout);
            pass.written.insert(Slot::Status(s));
        }
        if starting {
            self.rules(pass, latch, |e| starts(program, e), &mut |em, rule, env| {
                let Effect::Start(args, value) = &rule.effect else {
                    return Ok(());
                };
                em.at_key(&cols.keys, args, env, |em, at| {
                    let on = em.load_bool(cols.on, at);
                    let mut may = em.not(on);
                    let value = match (value, cols.value, &status.value) {
                        (Some(v), Some(col), Some(ty)) => {
                            let v = em.value(*v, env)?;
                            let bits = em.kept_bits(&v, kept(ty)?.1)?;
                            let wide = em.b.func.dfg.value_type(bits).bits() == 8;
                            let bits = if wide { em.wide(bits) } else { bits };
                            Some((col, bits))
                        }
                        _ => None,
                    };
                    if let (Some((_, bits)), Some((given, step))) = (value, cols.given) {
                        // Two clauses disagree (R21): the interpreter tells of it.
                        let (present, last) = (em.get(layout.step), em.load(step, at));
                        let before = em.load(given, at);
                        let twice = em.cmp(IntCC::Equal, present, last);
                        let other = em.cmp(IntCC::NotEqual, before, bits);
                        let both = em.both(twice, other);
                        em.leave_open(both);
                        em.set_aside();
                        em.store(given, at, bits);
                        em.store(step, at, present);
                    }
                    if let Some((col, bits)) = value {
                        // Another value is a start, not an end.
                        let before = em.load(col, at);
                        let other = em.cmp(IntCC::NotEqual, before, bits);
                        let changes = em.both(on, other);
                        em.when(changes, |em| {
                            em.store(col, at, bits);
                            let now = em.now();
                            if let Some(start) = cols.start {
                                em.store(start, at, now);
                            }
                            em.note(Event::Started(s), at);
                            em.wrote(Slot::Status(s), &cols.keys, at)
                        })?;
                    }
                    // Blocked by an `until`, or started once before; what ended in this pass starts anew regardless.
                    let mut free = em.bool(true);
                    let mut limited = false;
                    if status.once
                        && let Some(start) = cols.start
                    {
                        let last = em.load(start, at);
                        let never = em.cmp_imm(IntCC::Equal, last, NEVER);
                        free = em.both(free, never);
                        limited = true;
                    }
                    let entities = em.entities(&cols.keys, at);
                    for g in &status.blocked_while {
                        let mut env = Env::default();
                        for (d, e) in status.keys.iter().zip(&entities) {
                            env.bind(d.var, Bind::V(V::Entity(*e)));
                        }
                        let blocked = em.truth(*g, &env)?;
                        let open = em.not(blocked);
                        free = em.both(free, open);
                        limited = true;
                    }
                    if let Some((col, _)) = mark {
                        let m = em.load_bool(col, at);
                        let untouched = em.cmp_narrow(m, 0);
                        let renewed = em.cmp_narrow(m, 2);
                        free = em.both(free, untouched);
                        free = em.b.ins().bor(free, renewed);
                        limited = true;
                    }
                    if limited {
                        may = em.both(may, free);
                    }
                    em.when(may, |em| {
                        em.store_imm(cols.on, at, 1);
                        if let Some((col, bits)) = value {
                            em.store(col, at, bits);
                        }
                        let now = em.now();
                        if let Some(start) = cols.start {
                            em.store(start, at, now);
                        }
                        if let Some(first) = cols.first {
                            let before = em.load(first, at);
                            let never = em.cmp_imm(IntCC::Equal, before, NEVER);
                            let t = em.b.ins().select(never, now, before);
                            em.store(first, at, t);
                        }
                        em.note(Event::Started(s), at);
                        em.wrote(Slot::Status(s), &cols.keys, at)
                    })
                })
            })?;
            pass.note(Event::Started(s), layout);
            pass.written.insert(Slot::Status(s));
        }
        if let Some((col, list)) = mark {
            self.each_of(list, |em, at| {
                em.store_imm(col, at, 0);
                Ok(())
            })?;
            self.set_imm(list.count, 0);
        }
        Ok(())
    }

    /// A byte equals a number.
    fn cmp_narrow(&mut self, byte: ir::Value, n: i64) -> ir::Value {
        self.b.ins().icmp_imm_u(IntCC::Equal, byte, n)
    }

    pub(crate) fn hist_latch(&mut self, h: HistId, pass: &mut Pass) -> R<()> {
        let latch = Latch::Hist(h);
        if !self.stirred(pass, latch, |_| true) {
            return Ok(());
        }
        let layout = self.layout;
        let cols = &layout.hists[&h];
        self.rules(
            pass,
            latch,
            |e| matches!(e, Effect::Push(_)),
            &mut |em, rule, env| {
                let Effect::Push(args) = &rule.effect else {
                    return Ok(());
                };
                let when = match &env.event {
                    Some(V::Time(t)) => *t,
                    _ => em.now(),
                };
                em.at_key(&cols.keys, args, env, |em, at| match cols.step {
                    None => em.push(h, at, when, pass),
                    Some(step) => {
                        let (present, last) = (em.get(layout.step), em.load(step, at));
                        let fresh = em.cmp(IntCC::NotEqual, present, last);
                        em.when(fresh, |em| {
                            em.store(step, at, present);
                            em.push(h, at, when, pass)
                        })
                    }
                })
            },
        )?;
        pass.written.insert(Slot::Hist(h));
        Ok(())
    }

    fn push(&mut self, h: HistId, at: ir::Value, now: ir::Value, pass: &Pass) -> R<()> {
        let layout = self.layout;
        let cols = &layout.hists[&h];
        let before = self.load(cols.n, at);
        let n = self.plus(before, 1);
        self.store(cols.n, at, n);
        if let Some(first) = cols.first {
            let t = self.load(first, at);
            let t = self.b.ins().smin(t, now);
            self.store(first, at, t);
        }
        if let Some(last) = cols.last {
            self.store(last, at, now);
        }
        for (k, col) in &cols.nth {
            let t = self.load(*col, at);
            let this = self.cmp_imm(IntCC::Equal, n, i64::from(*k));
            let t = self.b.ins().select(this, now, t);
            self.store(*col, at, t);
        }
        self.store_arguments(h, at, n, pass)?;
        self.wrote(Slot::Hist(h), &cols.keys, at)
    }

    pub(crate) fn edge_latch(&mut self, e: EdgeId, pass: &mut Pass) -> R<()> {
        if self.slice.settled.contains(&e) {
            return Ok(());
        }
        let Some(w) = self.concerned(pass, Watched::Latch(Latch::Edge(e))) else {
            return Ok(());
        };
        self.look_at(e, w)?;
        pass.note(Event::Rise(e), self.layout);
        pass.note(Event::Fall(e), self.layout);
        Ok(())
    }

    /// Looks at the conditions that are read when a step is over; what has changed is for another pass.
    pub(crate) fn settle_edges(&mut self) -> R<()> {
        let slice = self.slice;
        for e in &slice.settled {
            if let Some(w) = self.watcher(Watched::Latch(Latch::Edge(*e))) {
                self.look_at(*e, w)?;
            }
        }
        Ok(())
    }

    /// Looks at a condition where something that it reads has changed.
    fn look_at(&mut self, e: EdgeId, w: usize) -> R<()> {
        let (layout, program, slice) = (self.layout, self.program, self.slice);
        let (cols, edge) = (&layout.edges[&e], &program.edges[e.index()]);
        self.each_marked(w, |em, at, entities| {
            let mut env = Env::default();
            for (d, e) in edge.keys.iter().zip(entities) {
                env.bind(d.var, Bind::V(V::Entity(*e)));
            }
            let new = em.watched(w, at, |em| em.truth(edge.cond, &env))?;
            let old = em.load_bool(cols.old, at);
            em.store(cols.old, at, new);
            let was_off = em.not(old);
            let mut rises = em.both(new, was_off);
            if let Some(risen) = cols.risen {
                let before = em.load_bool(risen, at);
                let first = em.not(before);
                rises = em.both(rises, first);
                let after = em.b.ins().bor(before, rises);
                em.store(risen, at, after);
            }
            for (event, happens) in [(slice.rise(e), Some(rises)), (slice.fall(e), None)] {
                let (list, bit) = (layout.lists.get(&event), layout.bits.get(&event));
                if list.is_none() && bit.is_none() {
                    continue;
                }
                let happens = match happens {
                    Some(rises) => rises,
                    None => {
                        let off = em.not(new);
                        em.both(old, off)
                    }
                };
                if let Some(list) = list {
                    em.append_if(*list, at, happens);
                    if event.is_next() {
                        em.leave_if(happens, 1 << LISTED);
                    }
                }
                if let Some(bit) = bit {
                    em.leave_if(happens, 1 << bit);
                }
            }
            Ok(())
        })
    }

    /// Emits a guard of a watcher and, where time alone may change it, arms its wake-up.
    pub(crate) fn watched(
        &mut self,
        w: usize,
        at: ir::Value,
        f: impl FnOnce(&mut Self) -> R<ir::Value>,
    ) -> R<ir::Value> {
        let Some(item) = self.layout.watchers[w].item else {
            return f(self);
        };
        let var = self.variable(NEVER);
        let outer = self.wake.replace(var);
        let value = f(self);
        self.wake = outer;
        let value = value?;
        let item = self.plus(at, i64::from(item));
        let time = self.b.use_var(var);
        self.rearm(item, time)?;
        Ok(value)
    }

    pub(crate) fn timer_latch(&mut self, t: TimerId, pass: &mut Pass) -> R<()> {
        let latch = Latch::Timer(t);
        let (layout, program) = (self.layout, self.program);
        let (cols, timer) = (&layout.timers[&t], &program.timers[t.index()]);
        let mut touched = false;
        if self.stirred(pass, latch, |e| matches!(e, Effect::Disarm(_))) {
            touched = true;
            self.rules(
                pass,
                latch,
                |e| matches!(e, Effect::Disarm(_)),
                &mut |em, rule, env| {
                    let Effect::Disarm(args) = &rule.effect else {
                        return Ok(());
                    };
                    if args.len() != timer.keys.len() {
                        return Err(Refusal::form(
                            "a timer disarmed by a part of its keys is not compiled",
                        ));
                    }
                    em.at_key(&cols.keys, args, env, |em, at| {
                        let item = em.plus(at, i64::from(cols.item));
                        em.unqueue(item)?;
                        if let Some(pending) = cols.pending {
                            em.store_imm(pending, at, 0);
                        }
                        em.wrote(Slot::Timer(t), &cols.keys, at)
                    })
                },
            )?;
        }
        if self.stirred(pass, latch, |e| matches!(e, Effect::Arm(_))) {
            touched = true;
            self.rules(
                pass,
                latch,
                |e| matches!(e, Effect::Arm(_)),
                &mut |em, rule, env| {
                    let Effect::Arm(args) = &rule.effect else {
                        return Ok(());
                    };
                    em.at_key(&cols.keys, args, env, |em, at| {
                        let item = em.plus(at, i64::from(cols.item));
                        let due = em.load(layout.queue.due, item);
                        let mut free = em.cmp_imm(IntCC::Equal, due, NEVER);
                        if let Some(pending) = cols.pending {
                            let waits = em.load_bool(pending, at);
                            let idle = em.not(waits);
                            free = em.both(free, idle);
                        }
                        em.when(free, |em| {
                            let event = match &env.event {
                                Some(v) => em.bits(v)?,
                                None => em.now(),
                            };
                            em.store(cols.base, at, event);
                            for (var, col) in timer.carried.iter().zip(&cols.carried) {
                                let v = match env.get(*var) {
                                    Some(Bind::V(v)) => em.bits(&v.clone())?,
                                    _ => em.int(-1),
                                };
                                em.store(*col, at, v);
                            }
                            em.evaluate(t, at)
                        })
                    })
                },
            )?;
        }
        if let Some(w) = self.concerned(pass, Watched::Latch(latch))
            && let Some(pending) = cols.pending
        {
            touched = true;
            self.each_marked(w, |em, at, _| {
                let waits = em.load_bool(pending, at);
                em.when(waits, |em| em.evaluate(t, at))
            })?;
        }
        if touched {
            pass.note(Event::AtOnce(t), layout);
            pass.written.insert(Slot::Timer(t));
        }
        Ok(())
    }

    /// Works out when an armed timer fires.
    fn evaluate(&mut self, t: TimerId, at: ir::Value) -> R<()> {
        let (layout, program) = (self.layout, self.program);
        let (cols, timer) = (&layout.timers[&t], &program.timers[t.index()]);
        let base = self.load(cols.base, at);
        let mut env = Env {
            event: Some(V::Time(base)),
            ..Env::default()
        };
        let entities = self.entities(&cols.keys, at);
        for (d, e) in timer.keys.iter().zip(&entities) {
            env.bind(d.var, Bind::V(V::Entity(*e)));
        }
        for (var, col) in timer.carried.iter().zip(&cols.carried) {
            let bits = self.load(*col, at);
            let v = self.typed(*var, bits);
            env.bind(*var, Bind::V(v));
        }
        let time = match self.watcher(Watched::Latch(Latch::Timer(t))) {
            Some(w) => self.watched(w, at, |em| em.time(timer.at, &env))?,
            None => self.time(timer.at, &env)?,
        };
        let fixed = self.cmp_imm(IntCC::NotEqual, time, NEVER);
        let Some(pending) = cols.pending else {
            return self.fix(t, at, time);
        };
        let waits = self.not(fixed);
        self.store(pending, at, waits);
        self.when(fixed, |em| em.fix(t, at, time))?;
        self.wrote(Slot::Timer(t), &cols.keys, at)
    }

    /// The time is known: the timer is queued, or fires at once.
    fn fix(&mut self, t: TimerId, at: ir::Value, time: ir::Value) -> R<()> {
        let layout = self.layout;
        let cols = &layout.timers[&t];
        let fire = self.firing(time, cols.firing);
        let now = self.now();
        let past = self.cmp(IntCC::SignedLessThanOrEqual, fire, now);
        let item = self.plus(at, i64::from(cols.item));
        self.either(
            past,
            |em| {
                let event = em.moment(fire, cols.firing);
                em.store(cols.event, at, event);
                em.note(Event::AtOnce(t), at);
                Ok(())
            },
            |em| {
                em.queue(item, fire);
                Ok(())
            },
        )?;
        if cols.pending.is_none() {
            self.wrote(Slot::Timer(t), &cols.keys, at)?;
        }
        Ok(())
    }

    /// Where a timer lies (the table of R1).
    pub(crate) fn firing(&mut self, time: ir::Value, firing: Firing) -> ir::Value {
        let day = self.day(time);
        let four = self.b.ins().ishl_imm_u(day, 2);
        let offset = match firing {
            Firing::Opening => 2,
            Firing::TacitStart => 4,
            Firing::Lapse => 5,
            Firing::Closing => 1,
        };
        self.plus(four, offset)
    }
}
