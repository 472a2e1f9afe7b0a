//! Instructions on numbers, as Cranelift defines them. Numbers are bits, zero-extended.

use crate::value::{masked, signed};
use cranelift_codegen::ir::{Opcode, Type, condcodes::IntCC};

/// The result of an instruction on one number, of type `from`, whose result is of type `to`.
pub(crate) fn unary(op: Opcode, from: Type, to: Type, a: i64) -> Option<i64> {
    let bits = i64::from(from.bits());
    let wide = masked(a, from).cast_unsigned();
    let result = match op {
        Opcode::Uextend | Opcode::Ireduce => a,
        Opcode::Sextend => signed(a, from),
        Opcode::Bnot => !a,
        Opcode::Ineg => a.wrapping_neg(),
        Opcode::Ctz => i64::from(wide.trailing_zeros()).min(bits),
        Opcode::Clz => i64::from(wide.leading_zeros()) - (64 - bits),
        Opcode::Popcnt => i64::from(wide.count_ones()),
        _ => return None,
    };
    Some(masked(result, to))
}

/// The result of an instruction on two numbers of one type. Shifts take the second modulo the width.
pub(crate) fn binary(op: Opcode, ty: Type, a: i64, b: i64) -> Option<i64> {
    let signs = || (signed(a, ty), signed(b, ty));
    // What is known is zero-extended.
    let (ua, ub) = (a.cast_unsigned(), b.cast_unsigned());
    let by = || (ub % u64::from(ty.bits().max(1))) as u32;
    let result = match op {
        Opcode::Iadd => a.wrapping_add(b),
        Opcode::Isub => a.wrapping_sub(b),
        Opcode::Imul => a.wrapping_mul(b),
        Opcode::Umulhi if ty.bits() == 64 => ((u128::from(ua) * u128::from(ub)) >> 64) as i64,
        Opcode::Band => a & b,
        Opcode::Bor => a | b,
        Opcode::Bxor => a ^ b,
        Opcode::Ishl => a.wrapping_shl(by()),
        Opcode::Ushr => (ua >> by()).cast_signed(),
        Opcode::Sshr => signed(a, ty) >> by(),
        Opcode::Smin => {
            let (a, b) = signs();
            a.min(b)
        }
        Opcode::Smax => {
            let (a, b) = signs();
            a.max(b)
        }
        Opcode::Umin => ua.min(ub).cast_signed(),
        Opcode::Umax => ua.max(ub).cast_signed(),
        _ => return None,
    };
    Some(masked(result, ty))
}

/// Whether one number compares so with another of the same type; both are bits, zero-extended.
#[must_use]
pub fn compare(cc: IntCC, ty: Type, a: i64, b: i64) -> bool {
    let (sa, sb) = (signed(a, ty), signed(b, ty));
    let (ua, ub) = (a.cast_unsigned(), b.cast_unsigned());
    match cc {
        IntCC::Equal => ua == ub,
        IntCC::NotEqual => ua != ub,
        IntCC::SignedLessThan => sa < sb,
        IntCC::SignedLessThanOrEqual => sa <= sb,
        IntCC::SignedGreaterThan => sa > sb,
        IntCC::SignedGreaterThanOrEqual => sa >= sb,
        IntCC::UnsignedLessThan => ua < ub,
        IntCC::UnsignedLessThanOrEqual => ua <= ub,
        IntCC::UnsignedGreaterThan => ua > ub,
        IntCC::UnsignedGreaterThanOrEqual => ua >= ub,
    }
}

/// Whether any number compares so with one, or none does.
pub(crate) fn always(cc: IntCC, ty: Type, b: i64) -> Option<bool> {
    let most = masked(-1, ty);
    match cc {
        IntCC::UnsignedLessThanOrEqual if b == most => Some(true),
        IntCC::UnsignedGreaterThan if b == most => Some(false),
        IntCC::UnsignedGreaterThanOrEqual if b == 0 => Some(true),
        IntCC::UnsignedLessThan if b == 0 => Some(false),
        _ => None,
    }
}

/// What an instruction gives of a value and a number where that is the value or a number.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Simple {
    Same,
    Number(i64),
}

/// The result of an instruction on a value that is not known and a number.
pub(crate) fn with_number(op: Opcode, ty: Type, b: i64) -> Option<Simple> {
    let all = masked(-1, ty);
    match (op, b) {
        (
            Opcode::Iadd
            | Opcode::Isub
            | Opcode::Bor
            | Opcode::Bxor
            | Opcode::Ishl
            | Opcode::Ushr
            | Opcode::Sshr,
            0,
        )
        | (Opcode::Imul, 1) => Some(Simple::Same),
        (Opcode::Band | Opcode::Imul, 0) => Some(Simple::Number(0)),
        (Opcode::Band, b) if b == all => Some(Simple::Same),
        (Opcode::Bor, b) if b == all => Some(Simple::Number(all)),
        _ => None,
    }
}

/// Whether the operands of an instruction may change places.
pub(crate) fn commutes(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::Iadd
            | Opcode::Imul
            | Opcode::Band
            | Opcode::Bor
            | Opcode::Bxor
            | Opcode::Smin
            | Opcode::Smax
            | Opcode::Umin
            | Opcode::Umax
    )
}
