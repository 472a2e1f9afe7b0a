//! Behaviours (R49-R52): whether an actor's clock runs, and its draws.

use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, NEVER, V};
use crate::laws::Laws;
use crate::layout::{Col, Elem, Near};
use crate::power::{clock_keys, demanded, powers};
use crate::refusal::Refusal;
use crate::rule::{Done, Matching};
use crate::slice::Watched;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC, types};
use rogatio_mir::draw::{self, Delay};
use rogatio_mir::{ActClass, Behaviour, Firing, Guard, Match, NormId, Position};

/// A day that no run reaches: so long a delay ends no run sooner than the longest there is.
pub(crate) const LATEST: i64 = (NEVER >> 2) - 2;

impl Em<'_, '_> {
    pub(crate) fn behaviour(&self, i: usize) -> &Behaviour {
        let experiment = self.experiment;
        &experiment.behaviours[self.slice.behaviours[i]]
    }

    /// The act that a behaviour does for an actor.
    pub(crate) fn done(&mut self, i: usize, entities: &[ir::Value]) -> R<Done> {
        let b = self.behaviour(i).clone();
        let Some(act) = b.act() else {
            return Err(Refusal::form("an outcome that is drawn is not compiled"));
        };
        let mut env = Env::default();
        for (d, e) in clock_keys(&b).iter().zip(entities) {
            env.bind(d.var, Bind::V(V::Entity(*e)));
        }
        let actor = entities.first().copied().unwrap_or_else(|| self.int(-1));
        Ok(Done {
            act,
            actor,
            args: b.args,
            to: b.to,
            env,
            opened: None,
        })
    }

    /// Whether an actor's clock runs: it is one of those meant, the condition holds, and it has the power.
    fn enabled(&mut self, i: usize, entities: &[ir::Value]) -> R<ir::Value> {
        let b = self.behaviour(i).clone();
        let done = self.done(i, entities)?;
        self.decided(true, |em, parts| {
            parts.push(em.part(|em| em.truth(b.who.cond, &done.env))?);
            if let Some(when) = b.when {
                parts.push(em.part(|em| em.truth(when, &done.env))?);
            }
            let none = em.bool(true);
            let power = |em: &mut Self| Ok(em.empowered(&b, &done)?.unwrap_or(none));
            parts.push(em.part(power)?);
            Ok(())
        })
    }

    /// Whether the actor has the power to do an act (R25); none if nobody needs it.
    pub(crate) fn empowered(&mut self, b: &Behaviour, done: &Done) -> R<Option<ir::Value>> {
        if self.program.acts[done.act.index()].class != ActClass::Act {
            return Ok(None);
        }
        let (grants, takes) = powers(self.program, self.world, b)?;
        let power = self.decided(true, |em, parts| {
            parts.push(em.part(|em| em.some_norm(b, &grants, done))?);
            if !takes.is_empty() {
                let free = |em: &mut Self| {
                    let taken = em.some_norm(b, &takes, done)?;
                    Ok(em.not(taken))
                };
                parts.push(em.part(free)?);
            }
            if let Some(filled) = em.is_filled(&b.who.domain.kinds, done.actor)? {
                parts.push((filled, None));
            }
            Ok(())
        })?;
        Ok(Some(power))
    }

    fn some_norm(&mut self, b: &Behaviour, norms: &[NormId], done: &Done) -> R<ir::Value> {
        let program = self.program;
        self.decided(false, |em, parts| {
            for n in norms {
                parts.push(em.part(|em| em.norm_holds(*n, done))?);
                let norm = &program.norms[n.index()];
                for office in crate::office::as_office(program, b, norm) {
                    let as_office = Done {
                        actor: em.int(i64::from(em.world.program_entity(office.0))),
                        ..done.clone()
                    };
                    parts.push(em.part(|em| {
                        let kinds = &b.who.domain.kinds;
                        let holds = em.holds_office(kinds, done.actor, office)?;
                        let applies = em.norm_holds(*n, &as_office)?;
                        Ok(em.both(holds, applies))
                    })?);
                }
            }
            Ok(())
        })
    }

    /// Whether a norm is about an act and holds: subject, match, filter, condition, window (R25, R28).
    fn norm_holds(&mut self, n: NormId, done: &Done) -> R<ir::Value> {
        let program = self.program;
        let norm = &program.norms[n.index()];
        let Some((matches, filter)) = demanded(norm, Some(done.act)) else {
            return Ok(self.bool(false));
        };
        let env = self
            .at_present()
            .with(norm.who.domain.var, Bind::V(V::Entity(done.actor)));
        // The instance that the act opens is nobody yet: a name for it holds of any, and nothing is known of it.
        let opened = program.acts[done.act.index()].opens.map(|(i, _)| i as u32);
        let named = |p: Position, m: &Match| matches!((p, m), (Position::Arg(i), Match::Bind(..)) if Some(i) == opened);
        let matches = matches.iter().filter(|(p, m)| !named(*p, m));
        let (mut values, mut list) = (Vec::new(), Vec::new());
        for (position, m) in matches {
            list.push(m.clone());
            values.push(match position {
                Position::Actor => V::Entity(done.actor),
                Position::Arg(i) if *m != Match::Any => self.argument(done, *i)?,
                Position::To => self.addressee(done)?,
                _ => V::Const(Const::None),
            });
        }
        let mut m = Matching {
            env,
            conds: Vec::new(),
            deferred: Vec::new(),
        };
        let of = self.of_kinds(done.actor, &norm.who.domain.kinds);
        m.conds.push(of);
        if !self.matching(&mut m, &list, &values, &[])? {
            return Ok(self.bool(false));
        }
        if !m.deferred.is_empty() {
            let what = "a power over an argument that hangs on another is not compiled";
            return Err(Refusal::form(what).span(norm.span));
        }
        self.decided(true, |em, parts| {
            parts.push(em.part(|em| em.truth(norm.who.cond, &m.env))?);
            parts.extend(m.conds.iter().map(|cond| (*cond, None)));
            for g in filter.iter().chain(&norm.cond).chain(&norm.window.during) {
                parts.push(em.part(|em| em.truth(*g, &m.env))?);
            }
            if let Some(g) = norm.window.opens {
                let open = |em: &mut Self| em.bound_has_come(g, Firing::Opening, &m.env, true);
                parts.push(em.part(open)?);
            }
            if let Some((g, firing)) = norm.window.closes {
                let open = |em: &mut Self| em.bound_has_come(g, firing, &m.env, false);
                parts.push(em.part(open)?);
            }
            Ok(())
        })
    }

    /// A bound of a window: whether it has come (an opening) or not (a closing). A pending one has not.
    fn bound_has_come(&mut self, g: Guard, firing: Firing, env: &Env, opens: bool) -> R<ir::Value> {
        let time = self.time(g, env)?;
        let pending = self.cmp_imm(IntCC::Equal, time, NEVER);
        let at = self.firing(time, firing);
        let never = self.int(NEVER);
        let at = self.b.ins().select(pending, never, at);
        self.wake_at(at);
        let now = self.now();
        let come = self.cmp(IntCC::SignedLessThanOrEqual, at, now);
        Ok(if opens { come } else { self.not(come) })
    }

    /// Looks at the clocks that something may have started or stopped.
    pub(crate) fn clocks(&mut self) -> R<()> {
        let watched = |i| Some((i, self.watcher(Watched::Behaviour(i))?));
        let all: Vec<_> = (0..self.slice.behaviours.len())
            .filter_map(watched)
            .collect();
        let watchers = &self.layout.watchers;
        let (few, many): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|(_, w)| watchers[*w].bit.is_some());
        let look = |em: &mut Self, (i, w)| {
            em.each_marked(w, |em, at, entities| em.clock(i, w, at, entities))
        };
        let bits = few.iter().filter_map(|(_, w)| watchers[*w].bit);
        let bits = bits.fold(0i64, |all, bit| all | 1 << bit);
        if bits != 0 {
            let (dirty, bits) = (self.get(self.layout.dirty), self.int(bits));
            let some = self.b.ins().band(dirty, bits);
            self.when(some, |em| few.into_iter().try_for_each(|one| look(em, one)))?;
        }
        many.into_iter().try_for_each(|one| look(self, one))
    }

    fn clock(&mut self, i: usize, w: usize, at: ir::Value, entities: &[ir::Value]) -> R<()> {
        let layout = self.layout;
        let cols = &layout.behaviours[i];
        let runs = self.watched(w, at, |em| em.enabled(i, entities))?;
        let item = self.plus(at, i64::from(cols.item));
        let due = self.load(layout.queue.due, item);
        let armed = self.cmp_imm(IntCC::NotEqual, due, NEVER);
        let changes = self.b.ins().bxor(runs, armed);
        self.when(changes, |em| {
            em.either(
                runs,
                |em| {
                    if em.beginning {
                        // Drawn at the start of each run.
                        em.store_imm(layout.queue.due, item, 0);
                        em.append(layout.enabled[i], at);
                        return Ok(());
                    }
                    let n = em.load(cols.draws, at);
                    let next = em.plus(n, 1);
                    em.store(cols.draws, at, next);
                    let place = em.place_of_stream(i, at);
                    let key = em.nth_key(cols.stream, place, n)?;
                    em.start_clock(i, item, key)
                },
                |em| em.unqueue(item),
            )
        })
    }

    /// [`draw::nth_key`] of the stream at a place. Where code is evaluated in part a table has those of the first draws.
    pub(crate) fn nth_key(&mut self, streams: Col, place: ir::Value, n: ir::Value) -> R<ir::Value> {
        let far = |em: &mut Self| {
            let stream = em.load(streams, place);
            let steps = em.b.ins().imul_imm_s(n, draw::STRIDE.cast_signed());
            let key = em.b.ins().iadd(stream, steps);
            em.mix(key)
        };
        let table = self.whole.and(self.layout.near(streams));
        let Some(table) = table else {
            return Ok(far(self));
        };
        let key = self.variable(0);
        let near = self.cmp_imm(IntCC::UnsignedLessThan, n, i64::from(Near::DRAWS));
        self.either(
            near,
            |em| {
                let row = em.b.ins().imul_imm_s(place, i64::from(Near::DRAWS));
                let at = em.b.ins().iadd(row, n);
                let kept = em.load(table, at);
                em.b.def_var(key, kept);
                Ok(())
            },
            |em| {
                let made = far(em);
                em.b.def_var(key, made);
                Ok(())
            },
        )?;
        Ok(self.b.use_var(key))
    }

    /// Draws a delay and queues the act.
    pub(crate) fn start_clock(&mut self, i: usize, item: ir::Value, key: ir::Value) -> R<()> {
        let laws = self.laws;
        let run = self.b.use_var(self.run_word);
        let word = self.b.ins().iadd(key, run);
        let word = self.mix(word);
        // Ties are not broken here.
        if self.whole.is_none() {
            self.store(self.layout.queue.word, item, word);
        }
        let ticks = match laws[i].nth() {
            None => self.ticks_of(i, &laws[i], item, word)?,
            Some((of, which)) => self.ticks_of_nth(i, (of, which), item, word)?,
        };
        let now = self.now();
        let today = self.day(now);
        let day = match laws[i].sitting() {
            Some(sitting) => self.nth_sitting(sitting, today, ticks),
            None => {
                let day = self.b.ins().iadd(today, ticks);
                let latest = self.int(LATEST);
                self.b.ins().smin(day, latest)
            }
        };
        let four = self.b.ins().ishl_imm_u(day, 2);
        let due = self.plus(four, 3);
        self.queue(item, due);
        Ok(())
    }

    /// [`Delay::ticks_of_nth`], of as many as there are now.
    fn ticks_of_nth(
        &mut self,
        i: usize,
        (of, which): (Guard, &[u32]),
        item: ir::Value,
        word: ir::Value,
    ) -> R<ir::Value> {
        let layout = self.layout;
        let cols = &layout.behaviours[i];
        let at = self.b.ins().iadd_imm_s(item, -i64::from(cols.item));
        let entities = self.entities(&cols.keys, at);
        let env = self.done(i, &entities)?.env;
        let of = self.integer(of, &env)?;
        let most = self.int(which.len() as i64 - 1);
        let of = self.b.ins().umin(of, most);
        let table = self.table(Elem::I64, which.iter().map(|n| i64::from(*n)).collect());
        let nth = self.load(table, of);
        let law = self.laws[i].first();
        let rank = match law {
            Delay::Scaled(_) => {
                let rank = self.b.ins().isub(of, nth);
                self.b.ins().iadd_imm_s(rank, 1)
            }
            Delay::Fixed(_) | Delay::Uniform { .. } | Delay::Table(_) => nth,
        };
        // Of none it does not matter which: it is not taken.
        let one = self.int(1);
        let (of, rank) = (self.b.ins().smax(of, one), self.b.ins().smax(rank, one));
        let rank = self.b.ins().smin(rank, of);
        let word = self.nth_smallest(word, of, rank);
        let ticks = self.ticks(law, word);
        let never = self.int(LATEST);
        let none = self.cmp_imm(IntCC::Equal, nth, 0);
        Ok(self.b.ins().select(none, never, ticks))
    }

    /// [`draw::nth_smallest`].
    fn nth_smallest(&mut self, word: ir::Value, of: ir::Value, nth: ir::Value) -> ir::Value {
        let [state, left, rank, found, bits, ones, rest] = [(); 7].map(|()| self.variable(0));
        for (var, value) in [(state, word), (left, of), (rank, nth)] {
            self.b.def_var(var, value);
        }
        let all = self.int(64);
        self.b.def_var(bits, all);
        let [head, many, coins, split, single, after] = [(); 6].map(|()| self.block());
        self.jump(head);
        self.at(head);
        let n = self.b.use_var(left);
        let alone = self.cmp_imm(IntCC::Equal, n, 1);
        self.branch(alone, single, many);
        self.at(many);
        let zero = self.int(0);
        self.b.def_var(ones, zero);
        self.b.def_var(rest, n);
        self.jump(coins);
        self.at(coins);
        let word = self.next_word(state);
        let (to_draw, full) = (self.b.use_var(rest), self.int(64));
        let width = self.b.ins().umin(to_draw, full);
        let down = self.b.ins().isub(full, width);
        let set = self.b.ins().ushr(word, down);
        let set = self.b.ins().popcnt(set);
        let before = self.b.use_var(ones);
        let sum = self.b.ins().iadd(before, set);
        self.b.def_var(ones, sum);
        let to_draw = self.b.ins().isub(to_draw, width);
        self.b.def_var(rest, to_draw);
        let more = self.cmp_imm(IntCC::NotEqual, to_draw, 0);
        self.branch(more, coins, split);
        self.at(split);
        let (n, r) = (self.b.use_var(left), self.b.use_var(rank));
        let zeros = self.b.ins().isub(n, sum);
        let high = self.cmp(IntCC::UnsignedGreaterThan, r, zeros);
        let fewer = self.b.ins().select(high, sum, zeros);
        self.b.def_var(left, fewer);
        let past = self.b.ins().isub(r, zeros);
        let r = self.b.ins().select(high, past, r);
        self.b.def_var(rank, r);
        let so_far = self.b.use_var(found);
        let so_far = self.b.ins().ishl_imm_u(so_far, 1);
        let bit = self.wide(high);
        let so_far = self.b.ins().bor(so_far, bit);
        self.b.def_var(found, so_far);
        let to_go = self.b.use_var(bits);
        let to_go = self.b.ins().iadd_imm_s(to_go, -1);
        self.b.def_var(bits, to_go);
        let more = self.cmp_imm(IntCC::NotEqual, to_go, 0);
        self.branch(more, head, after);
        self.at(single);
        let word = self.next_word(state);
        let (to_go, full) = (self.b.use_var(bits), self.int(64));
        let down = self.b.ins().isub(full, to_go);
        let tail = self.b.ins().ushr(word, down);
        // A shift by 64 is one by 0 here, of nothing found yet.
        let so_far = self.b.use_var(found);
        let so_far = self.b.ins().ishl(so_far, to_go);
        let whole = self.b.ins().bor(so_far, tail);
        self.b.def_var(found, whole);
        self.jump(after);
        self.at(after);
        self.b.use_var(found)
    }

    /// The next word of a sequence.
    fn next_word(&mut self, state: cranelift_frontend::Variable) -> ir::Value {
        let before = self.b.use_var(state);
        let step = self.int(draw::GOLDEN.cast_signed());
        let now = self.b.ins().iadd(before, step);
        self.b.def_var(state, now);
        self.mix(now)
    }

    /// The delay of a word for the clock of an item, by the law of all or by its own.
    fn ticks_of(
        &mut self,
        i: usize,
        laws: &Laws,
        item: ir::Value,
        word: ir::Value,
    ) -> R<ir::Value> {
        if let [law] = laws.all() {
            return Ok(self.ticks(law, word));
        }
        let at = self.plus(item, -i64::from(self.layout.behaviours[i].item));
        let numbers =
            |f: fn(&Delay) -> Option<i64>| laws.all().iter().map(f).collect::<Option<Vec<_>>>();
        if let Some(fixed) = numbers(|d| match d {
            Delay::Fixed(n) => Some(*n),
            _ => None,
        }) {
            let table = self.table(Elem::I64, fixed);
            return Ok(self.load(table, at));
        }
        let Some(scales) = numbers(|d| match d {
            Delay::Scaled(scale) => Some(scale.cast_signed()),
            _ => None,
        }) else {
            return Err(Refusal::form(
                "lengths of their own for each actor are compiled in `exponential`, `geometric` and `fixed` laws only",
            )
            .span(self.behaviour(i).span));
        };
        let table = self.table(Elem::I64, scales);
        let scale = self.load(table, at);
        let unit = self.unit_exponential(word);
        let ticks = self.scaled(unit, scale);
        Ok(self.at_least_one(ticks))
    }

    /// A unit variate times a scale, rounded up.
    fn scaled(&mut self, unit: ir::Value, scale: ir::Value) -> ir::Value {
        let (high, low) = (
            self.b.ins().umulhi(unit, scale),
            self.b.ins().imul(unit, scale),
        );
        let rest = self.cmp_imm(IntCC::NotEqual, low, 0);
        let rest = self.wide(rest);
        self.b.ins().iadd(high, rest)
    }

    /// [`Delay::ticks`].
    fn ticks(&mut self, law: &Delay, word: ir::Value) -> ir::Value {
        match *law {
            Delay::Fixed(n) => self.int(n),
            Delay::Uniform { first, count } => {
                let count = self.int(count.cast_signed());
                let offset = self.b.ins().umulhi(word, count);
                let ticks = self.plus(offset, first);
                if first >= 1 {
                    ticks
                } else {
                    self.at_least_one(ticks)
                }
            }
            Delay::Table(ref table) => self.table_ticks(table, word),
            Delay::Scaled(scale) => {
                let unit = self.unit_exponential(word);
                let ticks = if scale & 0xffff_ffff == 0 && scale >> 32 < 1 << 25 {
                    // The product has less than 64 bits.
                    let product = self.b.ins().imul_imm_s(unit, (scale >> 32).cast_signed());
                    let up = self.plus(product, 0xffff_ffff);
                    self.b.ins().ushr_imm_u(up, 32)
                } else {
                    let scale = self.int(scale.cast_signed());
                    self.scaled(unit, scale)
                };
                self.at_least_one(ticks)
            }
        }
    }

    /// [`draw::Table::ticks`]: a binary search without branches, for the first row whose end is not below the word.
    fn table_ticks(&mut self, table: &draw::Table, word: ir::Value) -> ir::Value {
        let (ends, ticks) = table.rows();
        let rows = ends.len().max(1);
        let ends = self.table(Elem::I64, ends.iter().map(|e| e.cast_signed()).collect());
        let ticks = self.table(Elem::I64, ticks.to_vec());
        let mut at = self.int(0);
        let mut step = rows.next_power_of_two() as i64 / 2;
        while step > 0 {
            // The row before the one that the step leads to; beyond the last row there is nothing.
            let there = self.plus(at, step);
            let before = self.plus(there, -1);
            let last = self.int(rows as i64 - 1);
            let inside = self.b.ins().smin(before, last);
            let end = self.load(ends, inside);
            let below = self.cmp(IntCC::UnsignedLessThan, end, word);
            at = self.b.ins().select(below, there, at);
            step /= 2;
        }
        let last = self.int(rows as i64 - 1);
        let at = self.b.ins().smin(at, last);
        self.load(ticks, at)
    }

    fn at_least_one(&mut self, ticks: ir::Value) -> ir::Value {
        let one = self.int(1);
        self.b.ins().smax(ticks, one)
    }

    /// [`draw::unit_exponential`].
    fn unit_exponential(&mut self, word: ir::Value) -> ir::Value {
        let word = self.b.ins().bor_imm_u(word, 1);
        let zeros = self.b.ins().clz(word);
        let shifted = self.b.ins().ishl(word, zeros);
        let fraction = self.b.ins().ishl_imm_u(shifted, 1);
        let cell = self.b.ins().ushr_imm_u(fraction, 54);
        let rest = self.b.ins().ushr_imm_u(fraction, 22);
        let rest = self.b.ins().band_imm_u(rest, 0xffff_ffff);
        let ln = self.layout.ln;
        let low = self.load_u32(ln, cell, 0);
        let high = self.load_u32(ln, cell, 4);
        let step = self.b.ins().isub(high, low);
        let step = self.b.ins().imul(step, rest);
        let step = self.b.ins().ushr_imm_u(step, 32);
        let low = self.b.ins().iadd(low, step);
        let restarts = self.plus(zeros, 1);
        let whole = self.b.ins().imul_imm_s(restarts, draw::LN_2.cast_signed());
        self.b.ins().isub(whole, low)
    }

    fn load_u32(&mut self, col: crate::layout::Col, index: ir::Value, more: i32) -> ir::Value {
        let offset = self.b.ins().ishl_imm_u(index, 2);
        let at = self.b.ins().iadd(self.base, offset);
        let flags = ir::MemFlagsData::trusted().with_readonly();
        let narrow = self.b.ins().load(types::I32, flags, at, col.off + more);
        self.wide(narrow)
    }
}
