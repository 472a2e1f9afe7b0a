//! The two functions of an experiment: one that begins a case, once, and one that runs histories.

use crate::emit::{Em, R};
use crate::event::Event;
use crate::fold::NEVER;
use crate::guard::end_of_day;
use crate::queue::{First, Place};
use crate::reads::Slot;
use crate::rule::Pass;
use crate::slice::Watched;
use crate::{OVERFLOW, REACHED};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, MemFlagsData, condcodes::IntCC, types};
use cranelift_codegen::isa::TargetFrontendConfig;
use rogatio_mir::{DecisionId, TimerId, draw};

/// Blocks of the function that runs histories: see [`rogatio_partial::Source`].
#[derive(Copy, Clone, Debug)]
pub(crate) struct Heads {
    pub(crate) runs: ir::Block,
    pub(crate) run: ir::Block,
    pub(crate) done: ir::Block,
    pub(crate) events: ir::Block,
    pub(crate) aside: ir::Block,
}

impl Em<'_, '_> {
    /// `fn(arena)`: counters, the step in which the case begins, the clocks that run from the beginning.
    pub(crate) fn begin(mut self, frontend: TargetFrontendConfig) -> R<()> {
        let now = self.int(self.world.begin * 4 + 2);
        self.b.def_var(self.now, now);
        for i in 0..self.slice.counters.len() {
            if !self.slice.counters[i].outer().is_empty() {
                let keys = &self.layout.counters[i].keys;
                let (zero, cap) = (self.int(0), self.int(i64::from(keys.cap)));
                self.each(zero, cap, |em, at| {
                    let entities = em.entities(keys, at);
                    let conds = em.members(keys, &entities);
                    em.when_all(&conds, |em| em.recount_at(i, at, &entities))
                })?;
                continue;
            }
            let domain = &self.slice.counters[i].domain;
            for (from, to) in self.extents(&domain.kinds) {
                let first = self.layout.counters[i].keys.dims[0].lo;
                self.each(from, to, |em, e| {
                    let at = em.plus(e, -i64::from(first));
                    em.recount_at(i, at, &[e])
                })?;
            }
        }
        for w in 0..self.slice.watchers.len() {
            self.mark_all(w, None);
        }
        self.pass(Pass {
            begin: true,
            ..Pass::default()
        })?;
        let (head, after) = (self.block(), self.block());
        self.jump(head);
        self.follow(head, after)?;
        self.at(after);
        self.settle_step(head)?;
        self.clocks()?;
        self.look_at_ballots()?;
        self.b.ins().return_(&[]);
        self.finish(frontend);
        Ok(())
    }

    /// Nothing follows any more: what is read then may bring about more passes.
    fn settle_step(&mut self, follow: ir::Block) -> R<()> {
        if self.slice.settled.is_empty() {
            return Ok(());
        }
        self.settle_edges()?;
        let more = self.b.use_var(self.pending);
        let over = self.block();
        self.branch(more, follow, over);
        self.at(over);
        Ok(())
    }

    fn finish(mut self, frontend: TargetFrontendConfig) {
        self.b.seal_all_blocks();
        self.b.finalize(frontend);
    }

    /// `fn(arena, from, to, out)`: one record per run, the class and a value per measure.
    pub(crate) fn runs(
        mut self,
        from: ir::Value,
        to: ir::Value,
        out: ir::Value,
        frontend: TargetFrontendConfig,
    ) -> R<Option<Heads>> {
        let measures = self.experiment.measures.len();
        let (head, one, after) = (self.block(), self.block(), self.block());
        let (next, done) = (self.block(), self.block());
        let run = self.b.append_block_param(head, types::I64);
        let record = self.b.append_block_param(head, types::I64);
        self.b
            .ins()
            .jump(head, &[BlockArg::Value(from), BlockArg::Value(out)]);
        self.at(head);
        let more = self.cmp(IntCC::UnsignedLessThan, run, to);
        self.branch(more, one, after);
        self.at(one);
        let golden = self.b.ins().imul_imm_s(run, draw::GOLDEN.cast_signed());
        self.b.def_var(self.run_word, golden);
        let zero = self.int(0);
        self.b.def_var(self.summary, zero);
        self.b.def_var(self.pending, zero);
        let start = self.int(self.world.begin * 4 + 2);
        self.b.def_var(self.now, start);
        self.restore()?;
        self.start()?;
        // Measures taken before the end, in the order of their times.
        let mut early = Vec::new();
        for i in 0..measures {
            if let Some(t) = self.taken_at(i)? {
                early.push((t, i));
            }
        }
        early.sort_unstable();
        let snapshot = self.b.declare_var(types::I64);
        self.b.def_var(snapshot, zero);
        let (events, stop, aside) = (self.block(), self.block(), self.block());
        let (follow, settled, check, over) =
            (self.block(), self.block(), self.block(), self.block());
        // Nothing follows yet, but so all is one loop: what does not change in it is worked out once a run.
        self.jump(follow);
        self.at(events);
        let first = self.first(stop);
        for (i, (time, m)) in early.iter().enumerate() {
            let taken = self.b.use_var(snapshot);
            let untaken = self.cmp_imm(IntCC::Equal, taken, i as i64);
            let past = self.cmp_imm(IntCC::SignedGreaterThan, first.due, *time);
            let take = self.both(untaken, past);
            self.when(take, |em| {
                em.record(record, *m, *time)?;
                let n = em.int(i as i64 + 1);
                em.b.def_var(snapshot, n);
                Ok(())
            })?;
        }
        self.b.def_var(self.now, first.due);
        match self.whole {
            Some(_) => self.one_by_one(first.due, aside, follow)?,
            None => self.come_due(&first, follow)?,
        }
        self.follow(follow, settled)?;
        self.at(settled);
        self.settle_step(follow)?;
        self.clocks()?;
        self.look_at_ballots()?;
        self.jump(check);
        self.at(check);
        if let Some(ended) = self.ended() {
            // Whether a run overflows, or is set aside, is known at its end only.
            self.branch(ended, over, events);
        } else {
            match self.all_final()? {
                Some(known) => self.branch(known, stop, events),
                None => self.jump(events),
            }
        }
        self.at(over);
        for m in 0..=measures {
            let mut value = self.int(if m == 0 { OVERFLOW } else { 0 });
            if m == 0 {
                value = self.class_if_aside(value);
            }
            self.b
                .ins()
                .store(MemFlagsData::trusted(), value, record, 8 * m as i32);
        }
        self.jump(next);
        self.at(stop);
        for (i, (time, m)) in early.iter().enumerate() {
            let taken = self.b.use_var(snapshot);
            let untaken = self.cmp_imm(IntCC::SignedLessThanOrEqual, taken, i as i64);
            self.when(untaken, |em| em.record(record, *m, *time))?;
        }
        for m in 0..measures {
            if !early.iter().any(|(_, e)| *e == m) {
                self.record(record, m, end_of_day(self.world.last))?;
            }
        }
        let class = self.int(REACHED);
        let class = self.class_if_aside(class);
        self.b
            .ins()
            .store(MemFlagsData::trusted(), class, record, 0);
        self.jump(next);
        if let Some(whole) = self.whole {
            self.at(aside);
            let (base, end) = (self.base, self.plus(run, 1));
            self.b.ins().call(whole, &[base, run, end, record]);
            self.jump(next);
        }
        self.at(next);
        let run = self.plus(run, 1);
        let record = self.plus(record, 8 * (measures as i64 + 1));
        self.b
            .ins()
            .jump(head, &[BlockArg::Value(run), BlockArg::Value(record)]);
        self.at(after);
        self.jump(done);
        self.at(done);
        self.b.ins().return_(&[]);
        let heads = self.whole.map(|_| Heads {
            runs: head,
            run: one,
            done: after,
            events,
            aside,
        });
        self.finish(frontend);
        Ok(heads)
    }

    /// What is due first comes to pass: an act, or all timers and wake-ups of a time.
    fn come_due(&mut self, first: &First, follow: ir::Block) -> R<()> {
        let phase = self.b.ins().band_imm_u(first.due, 3);
        let act = self.cmp_imm(IntCC::Equal, phase, 3);
        let (acts, clock) = (self.block(), self.block());
        match first.place {
            Place::Among(items) => self.dispatch(first.item, items, act, clock, follow)?,
            Place::Bucket { .. } => {
                self.branch(act, acts, clock);
                self.at(acts);
                self.take(first)?;
                self.acts(first.item, follow)?;
            }
        }
        self.at(clock);
        self.take_all(first, |em, item| em.due(item, first.due))?;
        self.pass(Pass {
            clock: true,
            ..Pass::default()
        })?;
        self.jump(follow);
        Ok(())
    }

    /// Writes a measure as of a time.
    fn record(&mut self, record: ir::Value, m: usize, time: i64) -> R<()> {
        let now = self.int(time);
        self.b.def_var(self.now, now);
        let value = self.measure(m)?;
        self.b
            .ins()
            .store(MemFlagsData::trusted(), value, record, 8 * (m as i32 + 1));
        Ok(())
    }

    /// Copies the image over what the last run changed.
    fn restore(&mut self) -> R<()> {
        if self.whole.is_some() {
            self.restore_words();
            return Ok(());
        }
        let (from, to) = (self.int(0), self.int(self.layout.mutable as i64 / 64));
        let image = self.layout.image;
        self.each(from, to, |em, i| {
            let offset = em.b.ins().ishl_imm_u(i, 6);
            let at = em.b.ins().iadd(em.base, offset);
            let flags = MemFlagsData::trusted();
            let parts: Vec<ir::Value> = (0..4)
                .map(|k| em.b.ins().load(types::I8X16, flags, at, image + 16 * k))
                .collect();
            for (k, part) in parts.into_iter().enumerate() {
                em.b.ins().store(flags, part, at, 16 * k as i32);
            }
            Ok(())
        })
    }

    /// Queues what is armed from the beginning, and draws the clocks that run from it.
    fn start(&mut self) -> R<()> {
        let layout = self.layout;
        // Without buckets the times say all.
        if !layout.queue.few {
            self.each_of(layout.armed, |em, item| {
                let due = em.load(layout.queue.due, item);
                em.queue(item, due);
                Ok(())
            })?;
        }
        for i in 0..self.slice.behaviours.len() {
            let cols = &layout.behaviours[i];
            self.each_of(layout.enabled[i], |em, at| {
                let place = em.place_of_stream(i, at);
                let key = em.load(cols.first_key, place);
                let item = em.plus(at, i64::from(cols.item));
                em.start_clock(i, item, key)
            })?;
        }
        Ok(())
    }

    /// An item that is no act comes due: into its timer's list, or its watcher is marked.
    fn due(&mut self, item: ir::Value, due: ir::Value) -> R<()> {
        let layout = self.layout;
        let after = self.block();
        for (t, cols) in &layout.timers {
            let at = self.plus(item, -i64::from(cols.item));
            let mine = self.cmp_imm(IntCC::UnsignedLessThan, at, i64::from(cols.keys.cap));
            let (yes, no) = (self.block(), self.block());
            self.branch(mine, yes, no);
            self.at(yes);
            self.fires(*t, at, due)?;
            self.note(Event::Fired(*t), at);
            self.jump(after);
            self.at(no);
        }
        self.window_ends(item, after)?;
        for (w, cols) in layout.watchers.iter().enumerate() {
            let Some(first) = cols.item else { continue };
            let at = self.plus(item, -i64::from(first));
            let mine = self.cmp_imm(IntCC::UnsignedLessThan, at, i64::from(cols.keys.cap));
            self.when(mine, |em| {
                em.mark_index(w, at);
                Ok(())
            })?;
        }
        self.jump(after);
        self.at(after);
        Ok(())
    }

    /// A timer fires at the time of which it was due.
    pub(crate) fn fires(&mut self, t: TimerId, at: ir::Value, due: ir::Value) -> R<()> {
        let cols = &self.layout.timers[&t];
        let event = self.moment(due, cols.firing);
        self.store(cols.event, at, event);
        self.wrote(Slot::Timer(t), &cols.keys, at)
    }

    /// The acts of behaviours: each with its own pass.
    fn acts(&mut self, item: ir::Value, follow: ir::Block) -> R<()> {
        let layout = self.layout;
        let last = self.slice.behaviours.len().saturating_sub(1);
        for i in 0..self.slice.behaviours.len() {
            let cols = &layout.behaviours[i];
            let mut no = None;
            if i < last || !layout.decisions.is_empty() {
                let mine = self.cmp_imm(
                    IntCC::SignedLessThan,
                    item,
                    i64::from(cols.item + cols.keys.cap),
                );
                let (yes, other) = (self.block(), self.block());
                self.branch(mine, yes, other);
                self.at(yes);
                no = Some(other);
            }
            let at = self.plus(item, -i64::from(cols.item));
            self.act(i, at, follow)?;
            if let Some(no) = no {
                self.at(no);
            }
        }
        for (d, cols) in &layout.decisions {
            let drawn = (cols.cast, cols.keys.cap);
            let dated = (cols.dated, self.world.dated.ballots(*d));
            for ((first, rows), is_dated) in [(drawn, false), (dated, true)] {
                if is_dated && rows == 0 {
                    continue;
                }
                let at = self.plus(item, -i64::from(first));
                let mine = self.cmp_imm(IntCC::UnsignedLessThan, at, i64::from(rows));
                let (yes, other) = (self.block(), self.block());
                self.branch(mine, yes, other);
                self.at(yes);
                self.ballots(*d, at, is_dated, follow)?;
                self.at(other);
            }
        }
        if self.slice.behaviours.is_empty() || !layout.decisions.is_empty() {
            self.jump(follow);
        }
        Ok(())
    }

    /// The act of a behaviour, with its pass.
    pub(crate) fn act(&mut self, i: usize, at: ir::Value, follow: ir::Block) -> R<()> {
        let cols = &self.layout.behaviours[i];
        let at_row = at;
        if let Some(w) = self.watcher(Watched::Behaviour(i)) {
            self.mark_index(w, at);
        }
        let mut done = match self.dated_act(i, at)? {
            Some(done) => {
                // Without power nothing follows.
                let b = self.behaviour(i).clone();
                if let Some(power) = self.empowered(&b, &done)? {
                    let lawful = self.block();
                    self.branch(power, lawful, follow);
                    self.at(lawful);
                }
                done
            }
            None => {
                let entities = self.entities(&cols.keys, at);
                self.done(i, &entities)?
            }
        };
        let mut pass = Pass::default();
        if let Some((at, p)) = self.program.acts[done.act.index()].opens
            && self.slice.procedures.contains(&p)
        {
            let fields = self.fields_from(p, at, &done)?;
            let opened = self.open_by_act(p, &fields, follow)?;
            self.name_opened(i, at_row, p, opened)?;
            done.opened = Some(opened);
            self.moved(&mut pass, p);
            pass.written
                .insert(Slot::Kind(self.program.procedures[p.index()].kind));
        }
        pass.act = Some(done);
        self.pass(pass)?;
        self.jump(follow);
        Ok(())
    }

    /// Ballots are cast, drawn or with a date, with their pass.
    pub(crate) fn ballots(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        dated: bool,
        follow: ir::Block,
    ) -> R<()> {
        match dated {
            true => self.dated_ballot(d, at)?,
            false => self.cast(d, at)?,
        }
        self.pass(Pass {
            cast: Some(d),
            ..Pass::default()
        })?;
        self.jump(follow);
        Ok(())
    }
}

const _: () = assert!(NEVER > 0);
