//! What is known of a value.

use cranelift_codegen::ir::{Type, Value};

/// What is known of a value while its code is copied. Numbers are the bits of the value, zero-extended.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Val {
    /// A number.
    Known(i64),
    /// The arena's address and so many bytes.
    Arena(i64),
    /// An address within the arena that is not known before the run.
    Within(Value),
    /// Known when it runs.
    Open(Value),
    /// One of two numbers.
    Either(Either),
}

/// `yes` if `cond` is not zero, otherwise `no`; `value` is which.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Either {
    pub(crate) value: Value,
    pub(crate) cond: Value,
    pub(crate) yes: i64,
    pub(crate) no: i64,
}

impl Val {
    /// What is known once it is known whether a condition holds.
    pub(crate) fn given(self, cond: Value, holds: bool) -> Val {
        match self {
            Val::Either(e) if e.cond == cond => Val::Known(if holds { e.yes } else { e.no }),
            Val::Open(v) if v == cond && !holds => Val::Known(0),
            other => other,
        }
    }
}

/// The bits of a number that a type has.
pub(crate) fn masked(n: i64, ty: Type) -> i64 {
    match ty.bits() {
        0 | 64.. => n,
        bits => n & ((1 << bits) - 1),
    }
}

/// A number of a type, with its sign.
pub(crate) fn signed(n: i64, ty: Type) -> i64 {
    let unused = 64 - ty.bits().clamp(1, 64);
    (n << unused) >> unused
}
