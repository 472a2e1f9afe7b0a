//! One jump to what is due, where there are few clock items: the code for each knows that nothing else is.

use crate::emit::{Em, R};
use crate::event::Event;
use crate::fold::NEVER;
use crate::rule::Pass;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, JumpTableData, condcodes::IntCC, types};
use rogatio_mir::{DecisionId, TimerId};

/// What clock items belong to.
#[derive(Copy, Clone, Debug)]
enum Of {
    Act(usize),
    Timer(TimerId),
    /// The wake-ups of what is watched.
    Wake(usize),
    /// Ballots, drawn or with a date.
    Ballots(DecisionId, bool),
    /// The window of a decision.
    Window(DecisionId),
}

impl Em<'_, '_> {
    /// All clock items: the first, how many, to what they belong.
    fn items(&self) -> Vec<(u32, u32, Of)> {
        let layout = self.layout;
        let acts = layout.behaviours.iter().enumerate();
        let acts = acts.map(|(i, cols)| (cols.item, cols.keys.cap, Of::Act(i)));
        let timers = layout.timers.iter();
        let timers = timers.map(|(t, cols)| (cols.item, cols.keys.cap, Of::Timer(*t)));
        let wakes = layout.watchers.iter().enumerate();
        let wakes = wakes.filter_map(|(w, cols)| Some((cols.item?, cols.keys.cap, Of::Wake(w))));
        let votes = layout.decisions.iter().flat_map(|(d, cols)| {
            let dated = self.world.dated.ballots(*d);
            let windows = match crate::decision::has_window(self.decision(*d)) {
                true => cols.keys.cap,
                false => 0,
            };
            [
                (cols.cast, cols.keys.cap, Of::Ballots(*d, false)),
                (cols.ends, windows, Of::Window(*d)),
                (cols.dated, dated, Of::Ballots(*d, true)),
            ]
        });
        acts.chain(timers).chain(wakes).chain(votes).collect()
    }

    /// Jumps to the code for an item, if it is an act or alone, and to `all` otherwise. `items` has a bit for each that
    /// is due.
    pub(crate) fn dispatch(
        &mut self,
        item: ir::Value,
        items: ir::Value,
        act: ir::Value,
        all: ir::Block,
        follow: ir::Block,
    ) -> R<()> {
        let less = self.plus(items, -1);
        let others = self.b.ins().band(items, less);
        let alone = self.cmp_imm(IntCC::Equal, others, 0);
        let one = self.one_of(act, alone);
        let single = self.block();
        self.branch(one, single, all);
        self.at(single);
        let ranges = self.items();
        let mut targets = vec![all; self.layout.queue.items as usize];
        let mut blocks = Vec::new();
        for (first, n, _) in &ranges {
            let block = self.block();
            targets[*first as usize..(first + n) as usize].fill(block);
            blocks.push(block);
        }
        self.jump_by(item, &targets, all);
        for ((first, n, of), block) in ranges.into_iter().zip(blocks) {
            if n == 0 {
                continue;
            }
            self.at(block);
            let item = if n == 1 {
                self.int(i64::from(first))
            } else {
                item
            };
            let at = self.plus(item, -i64::from(first));
            self.store_imm(self.layout.queue.due, item, NEVER);
            self.one_item(of, at, follow)?;
        }
        Ok(())
    }

    /// Jumps to the code for the one item that is due at a time, and to `aside` if there are several.
    pub(crate) fn one_by_one(
        &mut self,
        due: ir::Value,
        aside: ir::Block,
        follow: ir::Block,
    ) -> R<()> {
        let times = self.due_times();
        let same: Vec<ir::Value> = times
            .iter()
            .map(|time| self.cmp(IntCC::Equal, *time, due))
            .collect();
        let mut bodies = Vec::new();
        for (first, n, of) in self.items() {
            let body = self.block();
            let at = self.b.append_block_param(body, types::I64);
            for k in 0..n {
                let (mine, other) = (self.block(), self.block());
                self.branch(same[(first + k) as usize], mine, other);
                self.at(mine);
                for also in &same[(first + k + 1) as usize..] {
                    let alone = self.block();
                    self.branch(*also, aside, alone);
                    self.at(alone);
                }
                let k = self.int(i64::from(k));
                self.b.ins().jump(body, &[BlockArg::Value(k)]);
                self.at(other);
            }
            bodies.push((first, n, of, body, at));
        }
        self.jump(aside);
        for (first, n, of, body, at) in bodies.into_iter().filter(|b| b.1 > 0) {
            self.at(body);
            let item = self.plus(at, i64::from(first));
            self.store_imm(self.layout.queue.due, item, NEVER);
            let at = if n == 1 { self.int(0) } else { at };
            self.one_item(of, at, follow)?;
        }
        Ok(())
    }

    /// An item comes due that is an act or alone.
    fn one_item(&mut self, of: Of, at: ir::Value, follow: ir::Block) -> R<()> {
        let mut fired = None;
        match of {
            Of::Act(i) => return self.act(i, at, follow),
            Of::Ballots(d, dated) => return self.ballots(d, at, dated, follow),
            Of::Timer(t) => {
                let now = self.now();
                self.fires(t, at, now)?;
                if self.layout.timers[&t].keys.cap > 1 {
                    self.note(Event::Fired(t), at);
                }
                fired = Some(t);
            }
            Of::Wake(w) => self.mark_index(w, at),
            Of::Window(d) => self.append(self.layout.decisions[&d].due, at),
        }
        self.pass(Pass {
            clock: true,
            fired: Some(fired),
            ..Pass::default()
        })?;
        self.jump(follow);
        Ok(())
    }

    /// Jumps to the block that stands at an index.
    pub(crate) fn jump_by(&mut self, index: ir::Value, blocks: &[ir::Block], otherwise: ir::Block) {
        let lists = &mut self.b.func.dfg.value_lists;
        let mut call = |block| ir::BlockCall::new(block, [], lists);
        let calls: Vec<ir::BlockCall> = blocks.iter().map(|b| call(*b)).collect();
        let table = JumpTableData::new(call(otherwise), &calls);
        let table = self.b.create_jump_table(table);
        let index = self.b.ins().ireduce(types::I32, index);
        self.b.ins().br_table(index, table);
    }
}
