//! Loads and stores: what is known is in no memory, what is open is where it was.

use crate::cells::Content;
use crate::step::Step;
use crate::value::{Val, masked, signed};
use crate::walk::{State, Walk};
use cranelift_codegen::ir::{Block, Inst, InstructionData, Opcode, Type, Value, types};

/// How many bytes an instruction loads or stores.
pub(crate) fn bytes(op: Opcode, ty: Type) -> usize {
    match op {
        Opcode::Uload8 | Opcode::Sload8 | Opcode::Istore8 => 1,
        Opcode::Uload16 | Opcode::Sload16 | Opcode::Istore16 => 2,
        Opcode::Uload32 | Opcode::Sload32 | Opcode::Istore32 => 4,
        _ => ty.bytes() as usize,
    }
}

/// The number that a load makes of bytes.
pub(crate) fn extended(op: Opcode, ty: Type, n: i64) -> i64 {
    let of = |part: Type| masked(signed(n, part), ty);
    match op {
        Opcode::Sload8 => of(types::I8),
        Opcode::Sload16 => of(types::I16),
        Opcode::Sload32 => of(types::I32),
        _ => n,
    }
}

/// Where something lies.
enum Place {
    /// In the memory that is followed.
    Followed(usize),
    /// Elsewhere in the arena, at a known place.
    Arena(i64),
    /// Elsewhere.
    Other,
}

impl Walk<'_> {
    fn place(&self, (address, offset): (Val, i64), size: usize) -> Option<Place> {
        let end = self.source.followed as i64;
        match address {
            Val::Arena(at) => {
                let at = at + offset;
                if at >= end {
                    return Some(Place::Arena(at));
                }
                let first = usize::try_from(at).ok()?;
                (first + size <= self.source.followed).then_some(Place::Followed(first))
            }
            // A column of what is not followed lies behind what is.
            Val::Within(_) => (offset >= end).then_some(Place::Other),
            Val::Open(_) => Some(Place::Other),
            Val::Known(_) | Val::Either(_) => None,
        }
    }

    fn constant(&self, at: i64, size: usize) -> Option<i64> {
        let end = at + size as i64;
        let held = |r: &std::ops::Range<i64>| r.start <= at && end <= r.end;
        if size > 8 || !self.source.constant.iter().any(held) {
            return None;
        }
        let bytes = self.source.arena.get(at as usize..end as usize)?;
        let mut all = [0; 8];
        all[..size].copy_from_slice(bytes);
        Some(i64::from_le_bytes(all))
    }

    pub(crate) fn load(
        &mut self,
        into: Block,
        state: &mut State,
        inst: Inst,
        opcode: Opcode,
        at: (Val, i64),
    ) -> Step {
        let dfg = &self.source.func.dfg;
        let result = dfg.first_result(inst);
        let ty = dfg.value_type(result);
        let size = bytes(opcode, ty);
        let Some(place) = self.place(at, size) else {
            return Step::Aside;
        };
        let where_known = match place {
            Place::Followed(first) => {
                if size > 1 {
                    self.wide.entry((first, size)).or_default();
                }
                match state.cells.get(first, size) {
                    Content::Known(n) => {
                        let n = extended(opcode, ty, n);
                        state.values.insert(result, Val::Known(n));
                        return Step::On;
                    }
                    Content::Partly => return Step::Aside,
                    Content::Open => {}
                }
                Some(first as i64)
            }
            Place::Arena(first) => {
                if let Some(n) = self.constant(first, size) {
                    let n = extended(opcode, ty, n);
                    state.values.insert(result, Val::Known(n));
                    return Step::On;
                }
                Some(first)
            }
            Place::Other => None,
        };
        let kept = where_known.map(|first| (first, opcode, ty));
        if let Some(v) = kept.and_then(|k| state.loaded.get(&k)) {
            state.values.insert(result, Val::Open(*v));
            return Step::On;
        }
        let InstructionData::Load { flags, .. } = dfg.insts[inst] else {
            return Step::Aside;
        };
        if matches!(place, Place::Followed(_)) {
            self.flags = Some(flags);
        }
        let (arg, offset) = self.address(into, at);
        let data = InstructionData::Load {
            opcode,
            arg,
            flags,
            offset,
        };
        let Some(value) = self.put(into, data, ty) else {
            return Step::Aside;
        };
        if let Some(k) = kept {
            state.loaded.insert(k, value);
        }
        state.values.insert(result, Val::Open(value));
        Step::On
    }

    /// An address and a displacement: places in the arena are told from its beginning.
    fn address(
        &mut self,
        into: Block,
        (address, offset): (Val, i64),
    ) -> (Value, cranelift_codegen::ir::immediates::Offset32) {
        let whole = match address {
            Val::Arena(at) => i32::try_from(at + offset).ok().map(|o| (Val::Arena(0), o)),
            _ => None,
        };
        let (address, offset) = whole.unwrap_or((address, offset as i32));
        (self.value(into, address, types::I64), offset.into())
    }

    pub(crate) fn store(
        &mut self,
        into: Block,
        state: &mut State,
        inst: Inst,
        opcode: Opcode,
        value: Value,
        at: (Val, i64),
    ) -> Step {
        let dfg = &self.source.func.dfg;
        let value = dfg.resolve_aliases(value);
        let ty = dfg.value_type(value);
        let (val, size) = (state.val(value), bytes(opcode, ty));
        let Some(place) = self.place(at, size) else {
            return Step::Aside;
        };
        let InstructionData::Store { flags, .. } = dfg.insts[inst] else {
            return Step::Aside;
        };
        let mut first = None;
        match place {
            Place::Followed(place) => {
                let followed = !self.unfollowed.any(place, size);
                match val {
                    Val::Known(n) if followed => {
                        state.cells.set(place, size, n);
                        state.forget(place as i64, size);
                        return Step::On;
                    }
                    Val::Either(e) if followed => return Step::Split(e.cond),
                    Val::Arena(_) | Val::Within(_) => return Step::Aside,
                    _ => {}
                }
                state.cells.forget(place, size);
                // What is copied at once may have parts that are followed.
                if let Val::Known(n) = val {
                    for i in (0..size).filter(|i| !self.unfollowed.is(place + i)) {
                        state.cells.set(place + i, 1, n >> (8 * i) & 0xff);
                    }
                }
                first = Some(place as i64);
            }
            Place::Arena(place) => first = Some(place),
            Place::Other => {
                if matches!(at.0, Val::Within(_)) {
                    let end = self.source.followed as i64;
                    state.loaded.retain(|(at, ..), _| *at < end);
                }
            }
        }
        if let Some(first) = first {
            state.forget(first, size);
        }
        let (arg, offset) = self.address(into, at);
        let stored = self.value(into, val, ty);
        let data = InstructionData::Store {
            opcode,
            args: [stored, arg],
            flags,
            offset,
        };
        self.put(into, data, ty);
        if let Some(first) = first {
            self.remember(into, state, first, (opcode, ty), stored);
        }
        Step::On
    }
}

impl Walk<'_> {
    /// What is loaded from where something was just stored.
    fn remember(
        &mut self,
        into: Block,
        state: &mut State,
        first: i64,
        (opcode, ty): (Opcode, Type),
        stored: Value,
    ) {
        let (load, part) = match opcode {
            Opcode::Store => {
                state.loaded.insert((first, Opcode::Load, ty), stored);
                return;
            }
            Opcode::Istore32 => (Opcode::Sload32, types::I32),
            _ => return,
        };
        let mut value = stored;
        for (opcode, to) in [(Opcode::Ireduce, part), (Opcode::Sextend, ty)] {
            let data = InstructionData::Unary { opcode, arg: value };
            match self.put(into, data, to) {
                Some(v) => value = v,
                None => return,
            }
        }
        state.loaded.insert((first, load, ty), value);
    }
}

impl State {
    /// What lay in some bytes is no longer there.
    fn forget(&mut self, first: i64, size: usize) {
        let end = first + size as i64;
        let apart = |at: i64, op: Opcode, ty: Type| at >= end || at + bytes(op, ty) as i64 <= first;
        self.loaded.retain(|(at, op, ty), _| apart(*at, *op, *ty));
    }
}
