//! So few clock items that all their due times are looked at: to arm one is a store, to disarm it another.
//!
//! The earliest time is a minimum over vectors, those due at it a comparison with it, a bit each. No branch depends on how
//! many are armed.

use super::{First, Place};
use crate::emit::{Em, R};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, MemFlagsData, condcodes::IntCC, types};

/// So many are few: a bit for each in a word.
pub(crate) const FEW: u32 = 64;
/// Due times are looked at by so many.
pub(crate) const ROW: u32 = 4;

impl Em<'_, '_> {
    /// As [`Em::first`], without buckets.
    pub(super) fn first_of_few(&mut self, done: ir::Block) -> First {
        if self.whole.is_some() {
            return self.least_of_few(done);
        }
        let q = &self.layout.queue;
        let rows = q.items.max(1).div_ceil(ROW) as i32;
        let flags = MemFlagsData::trusted();
        let base = self.base;
        let parts: Vec<ir::Value> = (0..rows)
            .map(|k| {
                let at = q.due.off + 16 * k;
                self.b.ins().load(types::I32X4, flags, base, at)
            })
            .collect();
        let mut least = parts.clone();
        while least.len() > 1 {
            let pairs: Vec<_> = least.chunks(2).map(<[_]>::to_vec).collect();
            least.clear();
            for pair in pairs {
                least.push(match pair[..] {
                    [a, b] => self.b.ins().smin(a, b),
                    _ => pair[0],
                });
            }
        }
        let mut least = least[0];
        for lanes in [[2, 3, 0, 1], [1, 0, 3, 2]] {
            let moved = self.lanes(least, lanes);
            least = self.b.ins().smin(least, moved);
        }
        let due = self.b.ins().extractlane(least, 0);
        let due = self.b.ins().sextend(types::I64, due);
        let in_time = self.cmp_imm(IntCC::SignedLessThanOrEqual, due, q.end);
        let some = self.block();
        self.branch(in_time, some, done);
        self.at(some);
        let mut items: Option<ir::Value> = None;
        for (row, parts) in (0i64..).zip(parts.chunks(4)) {
            let same: Vec<ir::Value> = parts
                .iter()
                .map(|p| self.b.ins().icmp(IntCC::Equal, *p, least))
                .collect();
            let pairs: Vec<ir::Value> = same
                .chunks(2)
                .map(|c| self.b.ins().snarrow(c[0], c[c.len() - 1]))
                .collect();
            let (low, high) = (pairs[0], pairs[pairs.len() - 1]);
            let bytes = self.b.ins().snarrow(low, high);
            let bits = self.b.ins().vhigh_bits(types::I32, bytes);
            let mut bits = self.wide(bits);
            // What was taken twice to fill a vector counts once.
            if parts.len() < 4 {
                bits = self.b.ins().band_imm_u(bits, (1 << (4 * parts.len())) - 1);
            }
            let bits = self.b.ins().ishl_imm_u(bits, 16 * row);
            items = Some(match items {
                Some(others) => self.b.ins().bor(others, bits),
                None => bits,
            });
        }
        let items = items.unwrap_or(due);
        let item = self.first_act(items, due);
        First {
            place: Place::Among(items),
            item,
            due,
        }
    }

    fn lanes(&mut self, v: ir::Value, lanes: [u8; 4]) -> ir::Value {
        let bytes: Vec<u8> = lanes
            .iter()
            .flat_map(|l| (0..4).map(move |i| 4 * l + i))
            .collect();
        let little = MemFlagsData::new().with_endianness(ir::Endianness::Little);
        let v = self.b.ins().bitcast(types::I8X16, little, v);
        let mask = self.b.func.dfg.immediates.push(bytes.into());
        let moved = self.b.ins().shuffle(v, v, mask);
        self.b.ins().bitcast(types::I32X4, little, moved)
    }

    /// Which of several acts of a time comes first: that of the least word (R52). Of others, any.
    fn first_act(&mut self, items: ir::Value, due: ir::Value) -> ir::Value {
        let q = &self.layout.queue;
        let arg = BlockArg::Value;
        let first = self.b.ins().ctz(items);
        let more = self.plus(items, -1);
        let rest = self.b.ins().band(items, more);
        let phase = self.b.ins().band_imm_u(due, 3);
        let act = self.cmp_imm(IntCC::Equal, phase, 3);
        let several = self.cmp_imm(IntCC::NotEqual, rest, 0);
        let tie = self.both(act, several);
        let (ties, head, inside, found) = (self.block(), self.block(), self.block(), self.block());
        let item = self.b.append_block_param(found, types::I64);
        self.b.ins().brif(tie, ties, &[], found, &[arg(first)]);
        self.at(ties);
        let word = self.load(q.word, first);
        let word = self.mix(word);
        let best = self.b.append_block_param(head, types::I64);
        let least = self.b.append_block_param(head, types::I64);
        let left = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[arg(first), arg(word), arg(rest)]);
        self.at(head);
        self.b.ins().brif(left, inside, &[], found, &[arg(best)]);
        self.at(inside);
        let other = self.b.ins().ctz(left);
        let word = self.load(q.word, other);
        let word = self.mix(word);
        let before = self.cmp(IntCC::UnsignedLessThan, word, least);
        let best = self.b.ins().select(before, other, best);
        let least = self.b.ins().select(before, word, least);
        let more = self.plus(left, -1);
        let left = self.b.ins().band(left, more);
        self.b.ins().jump(head, &[arg(best), arg(least), arg(left)]);
        self.at(found);
        item
    }

    /// Runs over the numbers of the bits of a word, from the lowest.
    pub(crate) fn each_bit(
        &mut self,
        bits: ir::Value,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        let (head, inside, after) = (self.block(), self.block(), self.block());
        let left = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[BlockArg::Value(bits)]);
        self.at(head);
        self.branch(left, inside, after);
        self.at(inside);
        let bit = self.b.ins().ctz(left);
        let more = self.plus(left, -1);
        let rest = self.b.ins().band(left, more);
        body(self, bit)?;
        self.b.ins().jump(head, &[BlockArg::Value(rest)]);
        self.at(after);
        Ok(())
    }
}
