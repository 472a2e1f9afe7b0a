//! The emitter: loads, stores, loops, lists, marks. The files beside it emit one construct each.

mod change;
mod follow;

use crate::event::Event;
use crate::fold::{Const, NEVER, V};
use crate::layout::{Col, Elem, Keys, Layout, List};
use crate::reads::{Reader, Slot};
use crate::refusal::Refusal;
use crate::slice::{Slice, Watched};
use crate::world::World;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, MemFlagsData, condcodes::IntCC, types};
use cranelift_frontend::{FunctionBuilder, Variable};
use rogatio_mir::{Experiment, KindId, Latch, ProcedureId, Program};
use std::collections::BTreeSet;

pub(crate) type R<T> = Result<T, Refusal>;

/// A table made while code was emitted: where it lies and what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) col: Col,
    pub(crate) values: Vec<i64>,
}

/// Tables for all functions of one compilation.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) tables: Vec<Table>,
    pub(crate) end: usize,
}

/// Emits one function.
pub(crate) struct Em<'a, 'f> {
    pub(crate) program: &'a Program,
    pub(crate) world: &'a World,
    pub(crate) experiment: &'a Experiment,
    pub(crate) slice: &'a Slice,
    pub(crate) layout: &'a Layout,
    pub(crate) reader: &'a Reader<'a>,
    /// Laws of the behaviours compiled, in days.
    pub(crate) laws: &'a [crate::laws::Laws],
    pub(crate) tables: &'a mut Tables,
    pub(crate) b: FunctionBuilder<'f>,
    pub(crate) base: ir::Value,
    /// The present time.
    pub(crate) now: Variable,
    /// Which words of the queue's bitmap have bits.
    pub(crate) summary: Variable,
    /// The run's number times [`rogatio_mir::draw::GOLDEN`].
    pub(crate) run_word: Variable,
    /// Whether the pass before left something to the next one.
    /// The same of the pass before: what this one finds.
    pub(crate) present: Variable,
    pub(crate) pending: Variable,
    /// Collects the first time at which time alone changes the guard at hand.
    pub(crate) wake: Option<Variable>,
    /// The decision whose rules are read.
    pub(crate) close: Option<crate::outcome::AtClose>,
    /// The function that runs once: nothing is drawn or queued.
    pub(crate) beginning: bool,
    /// The function that runs histories, if what is emitted is to be evaluated in part: see `unfold`.
    pub(crate) whole: Option<ir::FuncRef>,
    /// How deep within a guard what is emitted stands, and whether native code does not have it: see `aside`.
    pub(crate) within: u32,
    pub(crate) open: Option<ir::Value>,
}

impl Em<'_, '_> {
    pub(crate) fn int(&mut self, n: i64) -> ir::Value {
        self.b.ins().iconst(types::I64, n)
    }

    pub(crate) fn bool(&mut self, b: bool) -> ir::Value {
        self.b.ins().iconst(types::I8, i64::from(b))
    }

    pub(crate) fn now(&mut self) -> ir::Value {
        self.b.use_var(self.now)
    }

    /// The number that a value surely is.
    pub(crate) fn known(&self, v: ir::Value) -> Option<i64> {
        let inst = self.b.func.dfg.value_def(v).inst()?;
        match self.b.func.dfg.insts[inst] {
            ir::InstructionData::UnaryImm { imm, .. } => Some(imm.bits()),
            _ => None,
        }
    }

    /// A value and a number.
    pub(crate) fn plus(&mut self, v: ir::Value, n: i64) -> ir::Value {
        match self.known(v) {
            Some(m) => self.int(m.wrapping_add(n)),
            None if n == 0 => v,
            None => self.b.ins().iadd_imm_s(v, n),
        }
    }

    pub(crate) fn cmp(&mut self, cc: IntCC, a: ir::Value, b: ir::Value) -> ir::Value {
        if let (Some(x), Some(y)) = (self.known(a), self.known(b)) {
            let ty = self.b.func.dfg.value_type(a);
            return self.bool(rogatio_partial::compare(cc, ty, x, y));
        }
        self.b.ins().icmp(cc, a, b)
    }

    pub(crate) fn cmp_imm(&mut self, cc: IntCC, a: ir::Value, b: i64) -> ir::Value {
        let b = self.int(b);
        self.cmp(cc, a, b)
    }

    pub(crate) fn both(&mut self, a: ir::Value, b: ir::Value) -> ir::Value {
        match (self.known(a), self.known(b)) {
            (Some(0), _) | (_, Some(1)) => a,
            (_, Some(0)) | (Some(1), _) => b,
            _ => self.b.ins().band(a, b),
        }
    }

    /// Whether one of two conditions holds.
    pub(crate) fn one_of(&mut self, a: ir::Value, b: ir::Value) -> ir::Value {
        match (self.known(a), self.known(b)) {
            (Some(0), _) | (_, Some(1)) => b,
            (_, Some(0)) | (Some(1), _) => a,
            _ => self.b.ins().bor(a, b),
        }
    }

    pub(crate) fn not(&mut self, a: ir::Value) -> ir::Value {
        match self.known(a) {
            Some(n) => self.bool(n == 0),
            None => self.b.ins().bxor_imm_u(a, 1),
        }
    }

    pub(crate) fn wide(&mut self, a: ir::Value) -> ir::Value {
        if let (Some(n), types::I8) = (self.known(a), self.b.func.dfg.value_type(a)) {
            return self.int(n & 0xff);
        }
        self.b.ins().uextend(types::I64, a)
    }

    /// The base and the displacement of an element.
    fn address(&mut self, col: Col, index: ir::Value) -> (ir::Value, i32) {
        if col.single {
            return (self.base, col.off);
        }
        let known = self.known(index).map(|n| n << col.elem.shift());
        let known = known.and_then(|n| i32::try_from(n).ok()?.checked_add(col.off));
        if let Some(off) = known {
            return (self.base, off);
        }
        let offset = match col.elem.shift() {
            0 => index,
            s => self.b.ins().ishl_imm_u(index, i64::from(s)),
        };
        (self.b.ins().iadd(self.base, offset), col.off)
    }

    /// An element, widened to 64 bits.
    pub(crate) fn load(&mut self, col: Col, index: ir::Value) -> ir::Value {
        let (at, off) = self.address(col, index);
        let flags = MemFlagsData::trusted();
        match col.elem {
            Elem::U8 => self.b.ins().uload8(types::I64, flags, at, off),
            Elem::U16 => self.b.ins().uload16(types::I64, flags, at, off),
            Elem::I32 => self.b.ins().sload32(flags, at, off),
            Elem::I64 => self.b.ins().load(types::I64, flags, at, off),
        }
    }

    /// A truth value.
    pub(crate) fn load_bool(&mut self, col: Col, index: ir::Value) -> ir::Value {
        let (at, off) = self.address(col, index);
        self.b
            .ins()
            .load(types::I8, MemFlagsData::trusted(), at, off)
    }

    /// Stores a 64-bit value, or a truth value in a column of bytes.
    pub(crate) fn store(&mut self, col: Col, index: ir::Value, value: ir::Value) {
        let (at, off) = self.address(col, index);
        let flags = MemFlagsData::trusted();
        let bits = self.b.func.dfg.value_type(value).bits();
        match (col.elem, bits) {
            (Elem::I64, 64) | (Elem::U8, 8) => self.b.ins().store(flags, value, at, off),
            (Elem::U8, _) => self.b.ins().istore8(flags, value, at, off),
            (Elem::U16, _) => self.b.ins().istore16(flags, value, at, off),
            (Elem::I32, _) => self.b.ins().istore32(flags, value, at, off),
            (Elem::I64, _) => {
                let value = self.wide(value);
                self.b.ins().store(flags, value, at, off)
            }
        };
    }

    pub(crate) fn store_imm(&mut self, col: Col, index: ir::Value, value: i64) {
        let value = self.int(value);
        self.store(col, index, value);
    }

    /// A column of one element.
    pub(crate) fn get(&mut self, col: Col) -> ir::Value {
        let base = self.base;
        self.load(
            Col {
                single: true,
                ..col
            },
            base,
        )
    }

    pub(crate) fn set(&mut self, col: Col, value: ir::Value) {
        let base = self.base;
        self.store(
            Col {
                single: true,
                ..col
            },
            base,
            value,
        );
    }

    pub(crate) fn set_imm(&mut self, col: Col, value: i64) {
        let value = self.int(value);
        self.set(col, value);
    }

    /// A table of constants.
    pub(crate) fn table(&mut self, elem: Elem, values: Vec<i64>) -> Col {
        if let Some(t) = self
            .tables
            .tables
            .iter()
            .find(|t| t.col.elem == elem && t.values == values)
        {
            return t.col;
        }
        let at = self.tables.end.next_multiple_of(8);
        self.tables.end = at + (values.len() << elem.shift());
        let col = Col {
            off: i32::try_from(at).unwrap_or(i32::MAX),
            elem,
            single: false,
        };
        self.tables.tables.push(Table { col, values });
        col
    }

    // ---- control ------------------------------------------------------------------------------------------------

    pub(crate) fn block(&mut self) -> ir::Block {
        self.b.create_block()
    }

    pub(crate) fn jump(&mut self, to: ir::Block) {
        self.b.ins().jump(to, &[]);
    }

    pub(crate) fn branch(&mut self, cond: ir::Value, yes: ir::Block, no: ir::Block) {
        self.b.ins().brif(cond, yes, &[], no, &[]);
    }

    pub(crate) fn at(&mut self, block: ir::Block) {
        self.b.switch_to_block(block);
    }

    /// Emits `body` for when `cond` holds.
    pub(crate) fn when(&mut self, cond: ir::Value, body: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        match self.known(cond) {
            Some(0) => return Ok(()),
            Some(_) => return body(self),
            None => {}
        }
        let (yes, after) = (self.block(), self.block());
        self.branch(cond, yes, after);
        self.at(yes);
        self.apart(body)?;
        self.jump(after);
        self.at(after);
        Ok(())
    }

    /// The same with an alternative.
    pub(crate) fn either(
        &mut self,
        cond: ir::Value,
        yes: impl FnOnce(&mut Self) -> R<()>,
        no: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        match self.known(cond) {
            Some(0) => return no(self),
            Some(_) => return yes(self),
            None => {}
        }
        let (then, otherwise, after) = (self.block(), self.block(), self.block());
        self.branch(cond, then, otherwise);
        self.at(then);
        self.apart(yes)?;
        self.jump(after);
        self.at(otherwise);
        self.apart(no)?;
        self.jump(after);
        self.at(after);
        Ok(())
    }

    /// `when` all of some conditions hold.
    pub(crate) fn when_all(
        &mut self,
        conds: &[ir::Value],
        body: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        let Some((first, rest)) = conds.split_first() else {
            return body(self);
        };
        let all = rest.iter().fold(*first, |a, b| self.both(a, *b));
        self.when(all, body)
    }

    /// A loop from `from` (included) to `to` (excluded).
    pub(crate) fn each(
        &mut self,
        from: ir::Value,
        to: ir::Value,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        if let (Some(first), Some(end)) = (self.known(from), self.known(to))
            && end <= first + 1
        {
            return if first < end {
                body(self, from)
            } else {
                Ok(())
            };
        }
        let (head, inside, after) = (self.block(), self.block(), self.block());
        let i = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[BlockArg::Value(from)]);
        self.at(head);
        let more = self.cmp(IntCC::SignedLessThan, i, to);
        self.branch(more, inside, after);
        self.at(inside);
        self.apart(|em| body(em, i))?;
        let next = self.plus(i, 1);
        self.b.ins().jump(head, &[BlockArg::Value(next)]);
        self.at(after);
        Ok(())
    }

    pub(crate) fn variable(&mut self, initial: i64) -> Variable {
        let var = self.b.declare_var(types::I64);
        let initial = self.int(initial);
        self.b.def_var(var, initial);
        var
    }

    // ---- lists --------------------------------------------------------------------------------------------------

    pub(crate) fn append(&mut self, list: List, index: ir::Value) {
        if list.single {
            return self.set_imm(list.count, 1);
        }
        let n = self.get(list.count);
        self.store(list.entries, n, index);
        let n = self.plus(n, 1);
        self.set(list.count, n);
    }

    /// Appends where a condition holds, without a branch: the place after the last is free.
    pub(crate) fn append_if(&mut self, list: List, index: ir::Value, cond: ir::Value) {
        let n = self.get(list.count);
        let more = self.wide(cond);
        if list.single {
            let n = self.b.ins().bor(n, more);
            return self.set(list.count, n);
        }
        self.store(list.entries, n, index);
        let n = self.b.ins().iadd(n, more);
        self.set(list.count, n);
    }

    pub(crate) fn each_of(
        &mut self,
        list: List,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        let n = self.get(list.count);
        if list.single {
            return self.when(n, |em| {
                let only = em.int(0);
                body(em, only)
            });
        }
        let zero = self.int(0);
        self.each(zero, n, |em, i| {
            let index = em.load(list.entries, i);
            body(em, index)
        })
    }

    // ---- keys ---------------------------------------------------------------------------------------------------

    /// The index of a key tuple, and whether the entities are in the ranges (`None`: surely).
    pub(crate) fn index(
        &mut self,
        keys: &Keys,
        args: &[V],
        sure: &[bool],
    ) -> (ir::Value, Option<ir::Value>) {
        let mut at: Option<ir::Value> = None;
        let mut fits: Option<ir::Value> = None;
        for (i, dim) in keys.dims.iter().enumerate() {
            let entity = match args.get(i) {
                Some(V::Entity(v) | V::Int(v)) => *v,
                Some(V::Const(Const::Entity(e))) => self.int(i64::from(*e)),
                _ => self.int(-1),
            };
            let from_lo = self.plus(entity, -i64::from(dim.lo));
            let mut place = from_lo;
            if !sure.get(i).copied().unwrap_or(false) {
                let ok = self.cmp_imm(IntCC::UnsignedLessThan, from_lo, i64::from(dim.n));
                let zero = self.int(0);
                place = match self.known(ok) {
                    Some(1) => from_lo,
                    _ => self.b.ins().select(ok, from_lo, zero),
                };
                fits = Some(match fits {
                    Some(f) => self.both(f, ok),
                    None => ok,
                });
            }
            at = Some(match at {
                Some(a) => {
                    let a = match self.known(a) {
                        Some(a) => self.int(a * i64::from(dim.n)),
                        None => self.b.ins().imul_imm_s(a, i64::from(dim.n)),
                    };
                    match (self.known(a), self.known(place)) {
                        (Some(a), _) => self.plus(place, a),
                        (_, Some(n)) => self.plus(a, n),
                        _ => self.b.ins().iadd(a, place),
                    }
                }
                None => place,
            });
        }
        let at = at.unwrap_or_else(|| self.int(0));
        let surely = |f: &ir::Value| self.known(*f) == Some(1);
        (at, fits.filter(|f| !surely(f)))
    }

    /// The entities of a key index.
    pub(crate) fn entities(&mut self, keys: &Keys, index: ir::Value) -> Vec<ir::Value> {
        let mut rest = index;
        let mut out = Vec::new();
        for (i, dim) in keys.dims.iter().enumerate().rev() {
            let place = if i == 0 {
                rest
            } else {
                let n = i64::from(dim.n);
                match self.known(rest) {
                    Some(all) => {
                        rest = self.int(all / n);
                        self.int(all % n)
                    }
                    None => {
                        let place = self.b.ins().urem_imm_u(rest, n);
                        rest = self.b.ins().udiv_imm_u(rest, n);
                        place
                    }
                }
            };
            out.push(self.plus(place, i64::from(dim.lo)));
        }
        out.reverse();
        out
    }

    /// Whether entities of a key are of its kinds, where a range has others in between, or not all of it is there yet.
    pub(crate) fn members(&mut self, keys: &Keys, entities: &[ir::Value]) -> Vec<ir::Value> {
        let mut conds = Vec::new();
        for (dim, e) in keys.dims.iter().zip(entities) {
            if !dim.full {
                let mut found = self.bool(false);
                for (from, to) in self.extents(&dim.kinds) {
                    let (place, n) = (self.b.ins().isub(*e, from), self.b.ins().isub(to, from));
                    let one = self.cmp(IntCC::UnsignedLessThan, place, n);
                    found = self.one_of(found, one);
                }
                conds.push(found);
            }
        }
        conds
    }

    /// The ranges of the entities of some kinds that are there now: first and end.
    pub(crate) fn extents(&mut self, kinds: &[KindId]) -> Vec<(ir::Value, ir::Value)> {
        let mut extents = Vec::new();
        for (lo, hi, grows) in self.world.extents(kinds) {
            let from = self.int(i64::from(lo));
            let of_kind = |p: &&ProcedureId| Some(self.program.procedures[p.index()].kind) == grows;
            let to = match self.layout.procedures.keys().find(of_kind) {
                Some(p) => {
                    let n = self.get(self.layout.procedures[p].created);
                    self.plus(n, i64::from(lo))
                }
                None => self.int(i64::from(if grows.is_some() { lo } else { hi })),
            };
            extents.push((from, to));
        }
        extents
    }

    /// Sorts a list; it is short.
    pub(crate) fn sort(&mut self, list: List) -> R<()> {
        let n = self.get(list.count);
        let one = self.int(1);
        self.each(one, n, |em, i| {
            let entry = em.load(list.entries, i);
            let (head, look, further, after) = (em.block(), em.block(), em.block(), em.block());
            let at = em.b.append_block_param(head, types::I64);
            em.b.ins().jump(head, &[BlockArg::Value(i)]);
            em.at(head);
            let some = em.cmp_imm(IntCC::SignedGreaterThan, at, 0);
            em.branch(some, look, after);
            em.at(look);
            let before = em.plus(at, -1);
            let other = em.load(list.entries, before);
            let larger = em.cmp(IntCC::SignedGreaterThan, other, entry);
            em.branch(larger, further, after);
            em.at(further);
            em.store(list.entries, at, other);
            em.b.ins().jump(head, &[BlockArg::Value(before)]);
            em.at(after);
            em.store(list.entries, at, entry);
            Ok(())
        })
    }

    /// Whether an entity is of some kinds.
    pub(crate) fn of_kinds(&mut self, entity: ir::Value, kinds: &[KindId]) -> ir::Value {
        let mut found = self.bool(false);
        for (lo, hi) in self.world.joined(kinds) {
            let from = self.plus(entity, -i64::from(lo));
            let one = self.cmp_imm(IntCC::UnsignedLessThan, from, i64::from(hi - lo));
            found = self.one_of(found, one);
        }
        found
    }

    /// The place of a latch in the order.
    pub(crate) fn place(&self, latch: Latch) -> usize {
        self.program
            .order
            .iter()
            .position(|l| *l == latch)
            .unwrap_or(usize::MAX)
    }

    /// Notes a time at which the guard at hand may change, if it lies ahead.
    pub(crate) fn wake_at(&mut self, time: ir::Value) {
        let Some(var) = self.wake else { return };
        let now = self.now();
        let ahead = self.cmp(IntCC::SignedGreaterThan, time, now);
        let never = self.int(NEVER);
        let time = self.b.ins().select(ahead, time, never);
        let before = self.b.use_var(var);
        let first = self.b.ins().smin(before, time);
        self.b.def_var(var, first);
    }
}

/// Slots that a pass may write.
pub(crate) type Written = BTreeSet<Slot>;
