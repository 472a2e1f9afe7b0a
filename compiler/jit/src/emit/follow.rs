//! What a pass leaves to the next one at the same point (R11): lists, and a bit for each event that has one key. Where
//! one event is alone, which it mostly is, a pass of its own looks at nothing else.

use super::*;
use crate::event::{LISTED, QUIET};
use crate::rule::Pass;
use rogatio_mir::DecisionId;

impl Em<'_, '_> {
    /// Something happened in this pass.
    pub(crate) fn note(&mut self, event: Event, index: ir::Value) {
        if let Some(list) = self.layout.lists.get(&event) {
            self.append(*list, index);
        }
        if let Some(bit) = event.follows().and_then(|e| self.layout.bits.get(&e)) {
            self.leave(1 << bit);
        }
    }

    /// Emits `body` for every key at which an event happened.
    pub(crate) fn each_event(
        &mut self,
        pass: &Pass,
        event: Event,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        let only = self.int(0);
        let Some(bit) = self.layout.bits.get(&event) else {
            if let (Event::Fired(t), Some(fired)) = (event, pass.fired)
                && fired == Some(t)
                && self.layout.timers[&t].keys.cap == 1
            {
                return body(self, only);
            }
            return self.each_of(self.layout.lists[&event], body);
        };
        if pass.sole == Some(*bit) {
            return body(self, only);
        }
        let present = self.b.use_var(self.present);
        let mask = self.int(1 << bit);
        let happened = self.b.ins().band(present, mask);
        self.when(happened, |em| body(em, only))
    }

    /// The bit that an event leaves to the next pass; none if that is a list. If nobody waits for it, others may read
    /// what has changed.
    pub(crate) fn left_by(&self, event: Event) -> i64 {
        let layout = self.layout;
        match event.follows().and_then(|e| layout.bits.get(&e)) {
            Some(bit) => 1 << bit,
            None if layout.lists.contains_key(&event) => 0,
            None => match event {
                // Whoever waits for an instance to leave a stage is not told apart from those that read where it is.
                Event::Leaving(..) => 0,
                _ => 1 << QUIET,
            },
        }
    }

    /// The same of an instance that enters a stage.
    pub(crate) fn entered(&self, p: ProcedureId, stage: u32) -> i64 {
        let bits = self.left_by(Event::Entering(p, stage));
        let slots = [
            Slot::Stage(p),
            Slot::Kind(self.program.procedures[p.index()].kind),
        ];
        match bits == 1 << QUIET && !self.read_in_passes(&slots) {
            true => 0,
            false => bits,
        }
    }

    /// Whether a latch or the close of a decision reads one of some slots.
    fn read_in_passes(&self, slots: &[Slot]) -> bool {
        let read = |s: &Slot| {
            slots.contains(s)
                || matches!(s, Slot::Counter(i) if slots.iter().any(|s| self.slice.counters[*i].slots.contains(s)))
        };
        let latches = self.slice.watchers.iter();
        let mut latches = latches.filter(|w| matches!(w.of, Watched::Latch(_)));
        latches.any(|w| w.own.iter().map(|(s, _)| s).chain(&w.any).any(read))
            || self.slice.rolls.values().flatten().any(read)
    }

    /// Leaves bits to the next pass.
    pub(crate) fn leave(&mut self, bits: i64) {
        if bits != 0 {
            let bits = self.int(bits);
            self.leave_value(bits);
        }
    }

    fn leave_value(&mut self, bits: ir::Value) {
        let before = self.b.use_var(self.pending);
        let all = self.b.ins().bor(before, bits);
        self.b.def_var(self.pending, all);
    }

    pub(crate) fn leave_if(&mut self, cond: ir::Value, bits: i64) {
        let (bits, none) = (self.int(bits), self.int(0));
        let bits = self.b.ins().select(cond, bits, none);
        self.leave_value(bits);
    }

    /// Leaves the bits that stand at an index.
    pub(crate) fn leave_by(&mut self, index: ir::Value, bits: Vec<i64>) {
        let first = bits.first().copied().unwrap_or(0);
        let known = self.known(index).and_then(|i| usize::try_from(i).ok());
        if let Some(bits) = known.and_then(|i| bits.get(i)) {
            return self.leave(*bits);
        }
        if bits.iter().all(|b| *b == first) {
            return self.leave(first);
        }
        let table = self.table(Elem::I64, bits);
        let bits = self.load(table, index);
        self.leave_value(bits);
    }

    /// What the pass before left, as far as it is known.
    pub(crate) fn left(&self, pass: &mut Pass) {
        let layout = self.layout;
        let program = self.program;
        let sole = pass.sole.filter(|bit| *bit != QUIET);
        let next = layout.lists.keys().filter(|e| e.is_next());
        let listed = next.filter(|_| pass.sole.is_none());
        let bits = layout.bits.iter();
        let bits = bits.filter(|(_, bit)| pass.sole.is_none_or(|sole| sole == **bit));
        pass.active.extend(listed.chain(bits.map(|(e, _)| e)));
        // Of an event alone it is known what has changed.
        let about = |p: ProcedureId, d: Option<DecisionId>| {
            let of = layout.bits.iter().find(|(_, bit)| Some(**bit) == sole);
            match (of.map(|(e, _)| *e), d) {
                (None, _) => true,
                (Some(Event::Enter(q, _) | Event::Leave(q, _)), None) => p == q,
                (Some(Event::Opened(e) | Event::Outcome(e, _)), Some(d)) => d == e,
                _ => false,
            }
        };
        for p in self.slice.procedures.iter().filter(|p| about(**p, None)) {
            pass.written.insert(Slot::Stage(*p));
            pass.written
                .insert(Slot::Kind(program.procedures[p.index()].kind));
        }
        let decisions = self.slice.decisions.iter();
        let decisions = decisions.filter(|d| about(ProcedureId(0), Some(**d)));
        pass.written.extend(decisions.map(|d| Slot::Decision(*d)));
    }

    /// Passes for what each pass leaves to the next, until nothing is left (R11). Fills the block `head`.
    pub(crate) fn follow(&mut self, head: ir::Block, settled: ir::Block) -> R<()> {
        let layout = self.layout;
        self.at(head);
        let present = self.b.use_var(self.pending);
        let inside = self.block();
        self.branch(present, inside, settled);
        self.at(inside);
        let none = self.int(0);
        self.b.def_var(self.pending, none);
        self.b.def_var(self.present, present);
        let mut alone = Vec::new();
        if !self.beginning && !layout.bits.is_empty() {
            let several = self.block();
            let less = self.plus(present, -1);
            let rest = self.b.ins().band(present, less);
            let single = self.block();
            self.branch(rest, several, single);
            self.at(single);
            let bits = layout.bits.values().copied().chain([QUIET]);
            alone = bits.map(|bit| (bit, self.block())).collect();
            let block = |bit| {
                alone
                    .iter()
                    .find(|(b, _)| *b == bit)
                    .map_or(several, |(_, b)| *b)
            };
            let blocks: Vec<ir::Block> = (0..=LISTED).map(block).collect();
            let bit = self.b.ins().ctz(present);
            self.jump_by(bit, &blocks, several);
            self.at(several);
        }
        self.pass(Pass {
            follows: true,
            ..Pass::default()
        })?;
        self.jump(head);
        for (bit, block) in alone {
            self.at(block);
            self.pass(Pass {
                follows: true,
                sole: Some(bit),
                ..Pass::default()
            })?;
            self.jump(head);
        }
        Ok(())
    }
}
