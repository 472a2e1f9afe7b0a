//! The queue of clock items: buckets of equal days found through a two-level bitmap; no buckets for a few items.
//!
//! Chosen over a heap because drawing 190 clocks and taking out thirty has no branch that cannot be predicted: an
//! insertion is a dozen instructions, the first bucket two counts of trailing zeros. Buckets are lists through the
//! items; those of one day and phase that are acts go by the order of their words (R52), the others as one batch.

mod few;

pub(crate) use few::{FEW, ROW};

use crate::emit::{Em, R};
use crate::fold::NEVER;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, condcodes::IntCC, types};
use rogatio_mir::draw;

impl Em<'_, '_> {
    /// The bucket of a time of the run.
    fn bucket(&mut self, due: ir::Value) -> ir::Value {
        let q = &self.layout.queue;
        let since = self.plus(due, -q.start);
        self.b.ins().ushr_imm_u(since, i64::from(q.shift))
    }

    /// Sets the due time of an item that is not queued, and queues it unless that is beyond the end.
    pub(crate) fn queue(&mut self, item: ir::Value, due: ir::Value) {
        let q = &self.layout.queue;
        self.store(q.due, item, due);
        if self.beginning || q.few {
            return;
        }
        let in_time = self.cmp_imm(IntCC::SignedLessThanOrEqual, due, q.end);
        let (yes, after) = (self.block(), self.block());
        self.branch(in_time, yes, after);
        self.at(yes);
        let bucket = self.bucket(due);
        let word = self.b.ins().ushr_imm_u(bucket, 6);
        let place = self.b.ins().band_imm_u(bucket, 63);
        let one = self.int(1);
        let bit = self.b.ins().ishl(one, place);
        let bits = self.load(q.bits, word);
        let head = self.load(q.head, bucket);
        let set = self.b.ins().band(bits, bit);
        let used = self.cmp_imm(IntCC::NotEqual, set, 0);
        let none = self.int(q.none);
        let next = self.b.ins().select(used, head, none);
        self.store(q.next, item, next);
        self.store(q.head, bucket, item);
        let bits = self.b.ins().bor(bits, bit);
        self.store(q.bits, word, bits);
        let flag = self.b.ins().ishl(one, word);
        let summary = self.b.use_var(self.summary);
        let summary = self.b.ins().bor(summary, flag);
        self.b.def_var(self.summary, summary);
        self.jump(after);
        self.at(after);
    }

    /// Takes an item out, wherever it lies; it is not armed then.
    pub(crate) fn unqueue(&mut self, item: ir::Value) -> R<()> {
        let q = &self.layout.queue;
        let due = self.load(q.due, item);
        self.store_imm(q.due, item, NEVER);
        if self.beginning || q.few {
            return Ok(());
        }
        let queued = self.cmp_imm(IntCC::SignedLessThanOrEqual, due, q.end);
        self.when(queued, |em| {
            let bucket = em.bucket(due);
            let (head, inside, found, after) = (em.block(), em.block(), em.block(), em.block());
            let previous = em.b.append_block_param(head, types::I64);
            let current = em.b.append_block_param(head, types::I64);
            let (none, first) = (em.int(q.none), em.load(q.head, bucket));
            em.b.ins()
                .jump(head, &[BlockArg::Value(none), BlockArg::Value(first)]);
            em.at(head);
            let end = em.cmp(IntCC::Equal, current, none);
            em.branch(end, after, inside);
            em.at(inside);
            let here = em.cmp(IntCC::Equal, current, item);
            let next = em.load(q.next, current);
            em.b.ins().brif(
                here,
                found,
                &[],
                head,
                &[BlockArg::Value(current), BlockArg::Value(next)],
            );
            em.at(found);
            em.unlink(bucket, previous, item)?;
            em.jump(after);
            em.at(after);
            Ok(())
        })
    }

    /// Takes an item out of its bucket's list, given the one before it.
    fn unlink(&mut self, bucket: ir::Value, previous: ir::Value, item: ir::Value) -> R<()> {
        let q = &self.layout.queue;
        let next = self.load(q.next, item);
        let first = self.cmp_imm(IntCC::Equal, previous, q.none);
        self.either(
            first,
            |em| {
                em.store(q.head, bucket, next);
                let empty = em.cmp_imm(IntCC::Equal, next, q.none);
                em.when(empty, |em| {
                    let word = em.b.ins().ushr_imm_u(bucket, 6);
                    let place = em.b.ins().band_imm_u(bucket, 63);
                    let one = em.int(1);
                    let bit = em.b.ins().ishl(one, place);
                    let bits = em.load(q.bits, word);
                    let bits = em.b.ins().band_not(bits, bit);
                    em.store(q.bits, word, bits);
                    let last = em.cmp_imm(IntCC::Equal, bits, 0);
                    let flag = em.wide(last);
                    let flag = em.b.ins().ishl(flag, word);
                    let summary = em.b.use_var(em.summary);
                    let summary = em.b.ins().band_not(summary, flag);
                    em.b.def_var(em.summary, summary);
                    Ok(())
                })
            },
            |em| {
                em.store(q.next, previous, next);
                Ok(())
            },
        )
    }

    /// Changes the due time of an item; [`NEVER`] takes it out.
    pub(crate) fn rearm(&mut self, item: ir::Value, due: ir::Value) -> R<()> {
        let q = &self.layout.queue;
        if q.few {
            self.queue(item, due);
            return Ok(());
        }
        let before = self.load(q.due, item);
        let moved = self.cmp(IntCC::NotEqual, before, due);
        self.when(moved, |em| {
            em.unqueue(item)?;
            let armed = em.cmp_imm(IntCC::NotEqual, due, NEVER);
            em.when(armed, |em| {
                em.queue(item, due);
                Ok(())
            })
        })
    }

    /// The first item: its bucket, the one before it in the list, itself, its due time. Emits a jump to `done` if there
    /// is none; goes on in a fresh block.
    pub(crate) fn first(&mut self, done: ir::Block) -> First {
        let q = &self.layout.queue;
        if q.few {
            return self.first_of_few(done);
        }
        let summary = self.b.use_var(self.summary);
        let (some, found) = (self.block(), self.block());
        self.branch(summary, some, done);
        self.at(some);
        let word = self.b.ins().ctz(summary);
        let bits = self.load(q.bits, word);
        let low = self.b.ins().ctz(bits);
        let high = self.b.ins().ishl_imm_u(word, 6);
        let bucket = self.b.ins().bor(high, low);
        let head = self.load(q.head, bucket);
        let due = self.load(q.due, head);
        let next = self.load(q.next, head);
        let none = self.int(q.none);
        // Parameters: the one before the best, the best, its due time.
        for _ in 0..3 {
            self.b.append_block_param(found, types::I64);
        }
        let scan = self.block();
        let params: Vec<ir::Value> = (0..5)
            .map(|_| self.b.append_block_param(scan, types::I64))
            .collect();
        let alone = self.cmp(IntCC::Equal, next, none);
        let arg = BlockArg::Value;
        let best = [arg(none), arg(head), arg(due)];
        self.b.ins().brif(
            alone,
            found,
            &best,
            scan,
            &[arg(none), arg(head), arg(due), arg(head), arg(next)],
        );
        self.at(scan);
        let [best_previous, best, best_due, previous, current] = params[..] else {
            unreachable!()
        };
        let (due, next) = (self.load(q.due, current), self.load(q.next, current));
        let earlier = self.cmp(IntCC::SignedLessThan, due, best_due);
        let same = self.cmp(IntCC::Equal, due, best_due);
        let phase = self.b.ins().band_imm_u(due, 3);
        let act = self.cmp_imm(IntCC::Equal, phase, 3);
        let tie = self.both(same, act);
        let (ties, decide) = (self.block(), self.block());
        let better = self.b.append_block_param(decide, types::I8);
        self.b.ins().brif(tie, ties, &[], decide, &[arg(earlier)]);
        self.at(ties);
        let (mine, other) = (self.load(q.word, current), self.load(q.word, best));
        let (mine, other) = (self.mix(mine), self.mix(other));
        let before = self.cmp(IntCC::UnsignedLessThan, mine, other);
        self.b.ins().jump(decide, &[arg(before)]);
        self.at(decide);
        let new_previous = self.b.ins().select(better, previous, best_previous);
        let new_best = self.b.ins().select(better, current, best);
        let new_due = self.b.ins().select(better, due, best_due);
        let end = self.cmp(IntCC::Equal, next, none);
        let best = [arg(new_previous), arg(new_best), arg(new_due)];
        let go_on = [
            arg(new_previous),
            arg(new_best),
            arg(new_due),
            arg(current),
            arg(next),
        ];
        self.b.ins().brif(end, found, &best, scan, &go_on);
        self.at(found);
        let p = self.b.block_params(found).to_vec();
        First {
            place: Place::Bucket {
                bucket,
                previous: p[0],
            },
            item: p[1],
            due: p[2],
        }
    }

    /// Takes the first item out.
    pub(crate) fn take(&mut self, first: &First) -> R<()> {
        let q = &self.layout.queue;
        self.store_imm(q.due, first.item, NEVER);
        match first.place {
            Place::Bucket { bucket, previous } => self.unlink(bucket, previous, first.item),
            Place::Among(_) => Ok(()),
        }
    }

    /// Takes out all items due at the time of the first, and runs over them.
    pub(crate) fn take_all(
        &mut self,
        first: &First,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        let q = &self.layout.queue;
        let bucket = match first.place {
            Place::Bucket { bucket, .. } => bucket,
            Place::Among(items) => {
                return self.each_bit(items, |em, item| {
                    em.store_imm(q.due, item, NEVER);
                    body(em, item)
                });
            }
        };
        let (head, inside, out, stay, after) = (
            self.block(),
            self.block(),
            self.block(),
            self.block(),
            self.block(),
        );
        let previous = self.b.append_block_param(head, types::I64);
        let current = self.b.append_block_param(head, types::I64);
        let (none, start) = (self.int(q.none), self.load(q.head, bucket));
        let arg = BlockArg::Value;
        self.b.ins().jump(head, &[arg(none), arg(start)]);
        self.at(head);
        let end = self.cmp(IntCC::Equal, current, none);
        self.branch(end, after, inside);
        self.at(inside);
        let next = self.load(q.next, current);
        let due = self.load(q.due, current);
        let mine = self.cmp(IntCC::Equal, due, first.due);
        self.branch(mine, out, stay);
        self.at(out);
        self.store_imm(q.due, current, NEVER);
        self.unlink(bucket, previous, current)?;
        body(self, current)?;
        self.b.ins().jump(head, &[arg(previous), arg(next)]);
        self.at(stay);
        self.b.ins().jump(head, &[arg(current), arg(next)]);
        self.at(after);
        Ok(())
    }

    /// [`draw::mix`].
    pub(crate) fn mix(&mut self, z: ir::Value) -> ir::Value {
        let high = self.b.ins().ushr_imm_u(z, 30);
        let z = self.b.ins().bxor(z, high);
        let factor = self.int(draw::MIX_1.cast_signed());
        let z = self.b.ins().imul(z, factor);
        let high = self.b.ins().ushr_imm_u(z, 27);
        let z = self.b.ins().bxor(z, high);
        let factor = self.int(draw::MIX_2.cast_signed());
        let z = self.b.ins().imul(z, factor);
        let high = self.b.ins().ushr_imm_u(z, 31);
        self.b.ins().bxor(z, high)
    }
}

/// The first item of the queue.
pub(crate) struct First {
    pub(crate) place: Place,
    pub(crate) item: ir::Value,
    pub(crate) due: ir::Value,
}

/// Where it lies.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Place {
    /// Its bucket, and the one before it in the list.
    Bucket {
        bucket: ir::Value,
        previous: ir::Value,
    },
    /// A bit for each item that is due with it.
    Among(ir::Value),
}
