//! Shares are compared exactly (R9): against multiplication by hand, limb by limb.

use proptest::prelude::*;
use rogatio_interpret::{Case, Env, Value};
use rogatio_mir::{GivenId, Program};
use rogatio_tests::build;
use std::cmp::Ordering;
use std::sync::Arc;

/// Whether an order is what a comparison asks for.
type Asks = fn(Ordering) -> bool;

/// The comparisons, and what they ask of the part against the share of the base.
const COMPARISONS: [(&str, Asks); 4] = [
    ("at least", Ordering::is_ge),
    ("more than", Ordering::is_gt),
    ("at most", Ordering::is_le),
    ("less than", Ordering::is_lt),
];

/// A program with one define for each comparison with a share.
fn program(num: u32, den: u32) -> Arc<Program> {
    let mut text = "given part: int\ngiven base: int\n".to_owned();
    for (i, (word, _)) in COMPARISONS.iter().enumerate() {
        text += &format!("define c{i}: bool = part is {word} {num}/{den} of base\n");
    }
    let built = build("shares.rog", &text, None);
    Arc::new(built.mir.expect("a program without errors"))
}

/// The product of two numbers as limbs of 32 bits, the least first.
fn product(a: u64, b: u64) -> [u32; 4] {
    let limbs = |n: u64| [n & 0xffff_ffff, n >> 32];
    let mut out = [0u64; 4];
    for (i, x) in limbs(a).into_iter().enumerate() {
        let mut carry = 0u64;
        for (j, y) in limbs(b).into_iter().enumerate() {
            let sum = x * y + out[i + j] + carry;
            out[i + j] = sum & 0xffff_ffff;
            carry = sum >> 32;
        }
        out[i + 2] += carry;
    }
    out.map(|limb| u32::try_from(limb).expect("a limb"))
}

/// How `part` stands to `num / den` of a positive base.
fn by_hand(part: i64, num: u32, den: u32, base: u64) -> Ordering {
    if part < 0 {
        return Ordering::Less;
    }
    let (mine, asked) = (
        product(part.unsigned_abs(), u64::from(den)),
        product(base, u64::from(num)),
    );
    mine.iter().rev().cmp(asked.iter().rev())
}

fn agrees(part: i64, base: i64, num: u32, den: u32) -> Result<(), TestCaseError> {
    let program = program(num, den);
    let mut case = Case::new(program.clone());
    for (at, value) in [part, base].into_iter().enumerate() {
        let given = GivenId(u32::try_from(at).expect("two givens"));
        case.set_given(given, &[], Value::Int(value), None)
            .expect("declared");
    }
    for (define, (word, holds)) in program.defines.iter().zip(COMPARISONS) {
        let asked = u64::try_from(base).ok().filter(|b| *b > 0);
        // Of nothing every comparison is false.
        let expected = asked.is_some_and(|b| holds(by_hand(part, num, den, b)));
        prop_assert_eq!(
            case.eval(define.value, &Env::new()),
            Value::Bool(expected),
            "{} is {} {}/{} of {}",
            part,
            word,
            num,
            den,
            base
        );
    }
    Ok(())
}

/// A share, and a base with the part that just meets it, more or less one.
fn at_the_edge() -> impl Strategy<Value = (i64, i64, u32, u32)> {
    (
        1u32..1_000_000_000,
        1u32..1_000_000_000,
        0i64..9_000_000_000,
        -1i64..=1,
    )
        .prop_map(|(a, b, times, off)| {
            let (num, den) = (a.min(b), a.max(b));
            (
                times * i64::from(num) + off,
                times * i64::from(den),
                num,
                den,
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_are_compared_exactly(part: i64, base: i64, a in 1u32..1_000_000_000, b in 1u32..1_000_000_000) {
        agrees(part, base, a.min(b), a.max(b))?;
    }

    #[test]
    fn shares_are_compared_exactly_where_they_are_just_met((part, base, num, den) in at_the_edge()) {
        agrees(part, base, num, den)?;
    }
}

#[test]
fn the_largest_numbers_are_no_exception() {
    for base in [0, 1, -1, i64::MAX, i64::MIN] {
        for part in [0, 1, -1, i64::MAX, i64::MIN] {
            agrees(part, base, 2, 3).expect("exact");
            agrees(part, base, 999_999_999, 1_000_000_000).expect("exact");
        }
    }
}
