//! Shares, thresholds and sums of votes against whole numbers without bounds, up to the last number a program can write.

use proptest::prelude::*;
use rogatio_calendar::Day;
use rogatio_interpret::{ActInput, Case, Truth, Value};
use rogatio_mir::{ActId, DecisionId, GivenId, KindId, Program, ShareCmp, StatusId};
use rogatio_tests::build;
use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

// ---- whole numbers without bounds ------------------------------------------------------------------------------------

/// A sign and digits, the lowest first: as on paper, so that it has nothing in common with the engine's arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whole {
    negative: bool,
    digits: Vec<u32>,
}

impl Whole {
    fn of(n: i64) -> Whole {
        let digits = n.to_string();
        let digits = digits.bytes().rev().filter(u8::is_ascii_digit);
        Whole {
            negative: n < 0,
            digits: digits.map(|d| u32::from(d - b'0')).collect(),
        }
        .tidy()
    }

    fn tidy(mut self) -> Whole {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        self.negative &= !self.digits.is_empty();
        self
    }

    fn times(&self, other: &Whole) -> Whole {
        let mut digits = vec![0; self.digits.len() + other.digits.len() + 1];
        for (i, a) in self.digits.iter().enumerate() {
            let mut carry = 0;
            for (k, b) in other.digits.iter().chain([&0]).enumerate() {
                let here = digits[i + k] + a * b + carry;
                digits[i + k] = here % 10;
                carry = here / 10;
            }
        }
        Whole {
            negative: self.negative != other.negative,
            digits,
        }
        .tidy()
    }

    /// A sum of numbers that are not negative.
    fn plus(&self, other: &Whole) -> Whole {
        let mut digits = Vec::new();
        let mut carry = 0;
        for i in 0..=self.digits.len().max(other.digits.len()) {
            let at = |w: &Whole| w.digits.get(i).copied().unwrap_or(0);
            let here = at(self) + at(other) + carry;
            digits.push(here % 10);
            carry = here / 10;
        }
        Whole {
            negative: false,
            digits,
        }
        .tidy()
    }

    fn fits(&self) -> bool {
        let (least, most) = (Whole::of(i64::MIN), Whole::of(i64::MAX));
        self.compare(&least) != Ordering::Less && self.compare(&most) != Ordering::Greater
    }

    fn compare(&self, other: &Whole) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            _ => {}
        }
        let size = self.digits.len().cmp(&other.digits.len());
        let size = size.then_with(|| self.digits.iter().rev().cmp(other.digits.iter().rev()));
        if self.negative { size.reverse() } else { size }
    }
}

/// Whether a share is reached (R9): nothing is any share of an empty whole.
fn reached(cmp: ShareCmp, (num, den): (i64, i64), part: i64, of: i64) -> bool {
    let (part, need) = (
        Whole::of(part).times(&Whole::of(den)),
        Whole::of(num).times(&Whole::of(of)),
    );
    let order = part.compare(&need);
    of > 0
        && match cmp {
            ShareCmp::AtLeast => order != Ordering::Less,
            ShareCmp::MoreThan => order == Ordering::Greater,
            ShareCmp::AtMost => order != Ordering::Greater,
            ShareCmp::LessThan => order == Ordering::Less,
        }
}

const COMPARISONS: [(ShareCmp, &str); 4] = [
    (ShareCmp::AtLeast, "at least"),
    (ShareCmp::MoreThan, "more than"),
    (ShareCmp::AtMost, "at most"),
    (ShareCmp::LessThan, "less than"),
];

// ---- numbers near the edges ------------------------------------------------------------------------------------------

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => -4..40_i64,
        2 => any::<i64>(),
        2 => (0..6_i64).prop_map(|n| i64::MAX - n),
        1 => (0..6_i64).prop_map(|n| i64::MIN + n),
        1 => (0..6_i64).prop_map(|n| i64::MAX / 3 * 2 - 3 + n),
        1 => (0..6_i64).prop_map(|n| (1 << 53) - 3 + n),
    ]
}

/// Between nothing and the whole.
fn fraction() -> impl Strategy<Value = (i64, i64)> {
    let den = prop_oneof![
        3 => 1..12_i64,
        1 => Just(100_i64),
        1 => 1..=i64::MAX,
        1 => (0..4_i64).prop_map(|n| i64::MAX - n),
    ];
    den.prop_flat_map(|den| {
        let num = prop_oneof![0..=den, Just(den), Just(den - 1), Just(den / 3 * 2)];
        (num, Just(den))
    })
}

/// A part, a share and a whole, often so that the share is met exactly or missed by one.
fn question() -> impl Strategy<Value = (i64, (i64, i64), i64)> {
    (number(), fraction(), number(), -1..=1_i64, any::<bool>()).prop_map(
        |(part, (num, den), of, beside, near)| {
            // The whole in steps of the denominator keeps the product in bounds.
            let exact = (of / den).checked_mul(num).filter(|_| near);
            let of = if near { of / den * den } else { of };
            let part = exact.and_then(|e| e.checked_add(beside)).unwrap_or(part);
            (part, (num, den), of)
        },
    )
}

// ---- programs --------------------------------------------------------------------------------------------------------

fn program(text: &str) -> Arc<Program> {
    let built = build("exactness", text, None);
    assert!(!built.has_errors(), "{}\n{text}", built.report());
    Arc::new(built.mir.expect("no error was found"))
}

fn known(case: &mut Case, at: u32, value: Value) {
    case.set_given(GivenId(at), &[], value, None)
        .expect("declared");
}

fn first_day() -> Day {
    Day::from_ymd(2001, 1, 1).expect("a day")
}

fn truth(case: &Case, at: usize) -> Truth {
    let id = StatusId(u32::try_from(at).expect("few statuses"));
    case.status_holds(id, &[])
}

static QUESTIONS: LazyLock<Arc<Program>> = LazyLock::new(|| {
    program(
        "
module exactness
given part: int
given whole: int
given needed: share
status enough while part is needed of whole
status twice while 3 * part >= 2 * whole
",
    )
});

/// Members of whom it may not be known whether they are in the part, or in the whole.
static DOUBTS: LazyLock<Arc<Program>> = LazyLock::new(|| {
    program(
        "
module exactness
kind State
given needed: share
given one(p: State): bool
given other(p: State): bool
status enough while count(p: State where one(p)) is needed of count(p: State where other(p))
",
    )
});

static ASSEMBLY: LazyLock<Arc<Program>> = LazyLock::new(|| {
    program(
        "
module exactness
kind Member { shares: int = 1 }
kind Motion
body Assembly { members Member  weight(m) = m.shares }
event call(m: Motion)
given needed: share
decision Adopt on m: Motion by Assembly {
    ballots yes, no, abstain, last counts
    quorum none
    passes when votes(yes) is needed of votes(members)
    silence abstain
    opens upon call(m)
    closes 3 days after first call(m)
}
status carried(m: Motion) from adopted(Adopt on m)
status failed(m: Motion) from rejected(Adopt on m)
",
    )
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// A share that is given, of a number that is given.
    #[test]
    fn a_share_is_compared_exactly((part, (num, den), of) in question(), cmp in 0..4_usize) {
        let cmp = COMPARISONS[cmp].0;
        let mut case = Case::new(QUESTIONS.clone());
        known(&mut case, 0, Value::Int(part));
        known(&mut case, 1, Value::Int(of));
        known(&mut case, 2, Value::Share(cmp, num, den));
        case.end_of_day(first_day());
        prop_assert_eq!(truth(&case, 0), Truth::of(reached(cmp, (num, den), part, of)));
        // Multiplied across, a number that is too large is not known, and never another number.
        let (three, two) = (Whole::of(3).times(&Whole::of(part)), Whole::of(2).times(&Whole::of(of)));
        let crossed = truth(&case, 1);
        if three.fits() && two.fits() {
            prop_assert_eq!(crossed, Truth::of(three.compare(&two) != Ordering::Less));
        } else {
            prop_assert!(crossed.clauses().is_some(), "{crossed:?}");
        }
    }

    /// Where membership is not known the answer is the one that all ways to know it agree on.
    #[test]
    fn doubts_decide_only_what_they_agree_on(
        members in prop::collection::vec((0..3_u8, 0..3_u8), 0..7),
        (num, den) in (1..8_i64).prop_flat_map(|d| (0..=d, Just(d))),
        cmp in 0..4_usize,
    ) {
        let cmp = COMPARISONS[cmp].0;
        let mut case = Case::new(DOUBTS.clone());
        known(&mut case, 0, Value::Share(cmp, num, den));
        let kind = DOUBTS.kinds.iter().position(|k| k.name == "State").expect("declared");
        let kind = KindId(u32::try_from(kind).expect("few"));
        for (n, (one, other)) in members.iter().enumerate() {
            let e = case.add_entity(&format!("S{n}"), kind).expect("new");
            for (given, answer) in [(1, one), (2, other)] {
                if *answer < 2 {
                    case.set_given(GivenId(given), &[e], Value::Bool(*answer == 1), None).expect("declared");
                }
            }
        }
        case.end_of_day(first_day());
        let range = |of: &dyn Fn(&(u8, u8)) -> u8| {
            let all = members.iter().map(of);
            let sure = i64::try_from(all.clone().filter(|a| *a == 1).count()).expect("few");
            sure..=sure + i64::try_from(all.filter(|a| *a == 2).count()).expect("few")
        };
        let answers: Vec<bool> = range(&|m| m.0)
            .flat_map(|part| range(&|m| m.1).map(move |of| reached(cmp, (num, den), part, of)))
            .collect();
        let got = truth(&case, 0);
        if answers.iter().all(|a| *a == answers[0]) {
            prop_assert_eq!(got, Truth::of(answers[0]));
        } else {
            prop_assert!(got.clauses().is_some(), "{:?} of {:?}", got, answers);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same with shares that are written, in all four words and as they stand in a text.
    #[test]
    fn a_written_share_is_compared_exactly(
        questions in prop::collection::vec((question(), 0..4_usize), 1..6),
    ) {
        let mut text = "module exactness\n".to_owned();
        for (n, ((_, (num, den), _), cmp)) in questions.iter().enumerate() {
            let words = COMPARISONS[*cmp].1;
            let _ = writeln!(
                text,
                "given part{n}: int\ngiven whole{n}: int\nstatus s{n} while part{n} is {words} {num}/{den} of whole{n}"
            );
        }
        let mut case = Case::new(program(&text));
        for (n, ((part, _, of), _)) in (0..).zip(&questions) {
            known(&mut case, 2 * n, Value::Int(*part));
            known(&mut case, 2 * n + 1, Value::Int(*of));
        }
        case.end_of_day(first_day());
        for (n, ((part, share, of), cmp)) in questions.iter().enumerate() {
            let want = reached(COMPARISONS[*cmp].0, *share, *part, *of);
            prop_assert_eq!(truth(&case, n), Truth::of(want), "{}", text);
        }
    }

    /// Votes by weight: the sums are exact, or too large and then nothing is decided.
    #[test]
    fn votes_are_added_exactly(
        members in prop::collection::vec(
            (prop_oneof![0..9_i64, Just(i64::MAX), 0..i64::MAX / 2, Just(i64::MAX / 3)], 0..4_u32), 1..6),
        (num, den) in fraction(),
        at_least in any::<bool>(),
    ) {
        let cmp = if at_least { ShareCmp::AtLeast } else { ShareCmp::MoreThan };
        let p = ASSEMBLY.clone();
        let mut case = Case::new(p.clone());
        let kind = |name: &str| {
            let at = p.kinds.iter().position(|k| k.name == name).expect("declared");
            KindId(u32::try_from(at).expect("few"))
        };
        known(&mut case, 0, Value::Share(cmp, num, den));
        let field = p.kinds[kind("Member").index()].fields[0];
        let mut voters = Vec::new();
        let (mut yes, mut all) = (Whole::of(0), Whole::of(0));
        for (n, (shares, ballot)) in members.iter().enumerate() {
            let e = case.add_entity(&format!("M{n}"), kind("Member")).expect("new");
            case.set_field(e, field, Value::Int(*shares)).expect("a field");
            voters.push((e, *ballot));
            all = all.plus(&Whole::of(*shares));
            if *ballot == 0 {
                yes = yes.plus(&Whole::of(*shares));
            }
        }
        let motion = case.add_entity("Motion", kind("Motion")).expect("new");
        let call = ActInput { args: vec![Some(Value::Entity(motion))], ..ActInput::new(ActId(0), None) };
        case.perform(first_day(), call).expect("in order");
        // The fourth does not vote.
        for (who, ballot) in voters.into_iter().filter(|(_, b)| *b < 3) {
            case.perform(first_day(), ActInput::vote(DecisionId(0), Some(motion), ballot, who)).expect("in order");
        }
        case.end_of_day(first_day().checked_add_days(9).expect("near"));
        let outcome = |at: u32| case.status_holds(StatusId(at), &[motion]);
        if all.fits() {
            let (part, need) = (yes.times(&Whole::of(den)), Whole::of(num).times(&all));
            let order = part.compare(&need);
            let empty = all.compare(&Whole::of(0)) == Ordering::Equal;
            let carried = !empty && (order == Ordering::Greater || (at_least && order == Ordering::Equal));
            prop_assert_eq!(outcome(0), Truth::of(carried));
            prop_assert_eq!(outcome(1), Truth::of(!carried));
        } else {
            prop_assert!(!outcome(0).is_true() && !outcome(1).is_true(), "{:?} {:?}", outcome(0), outcome(1));
        }
    }
}

/// The arithmetic on paper is itself right.
#[test]
fn products_on_paper() {
    for (a, b) in [
        (0_i64, 5_i64),
        (-3, 7),
        (12_345, -678),
        (99, 99),
        (-1, i64::MAX),
        (4, -4),
    ] {
        if let Some(product) = a.checked_mul(b) {
            assert_eq!(Whole::of(a).times(&Whole::of(b)), Whole::of(product));
        }
        assert_eq!(Whole::of(a).compare(&Whole::of(b)), a.cmp(&b));
    }
    assert!(Whole::of(i64::MIN).fits() && !Whole::of(i64::MAX).plus(&Whole::of(1)).fits());
}
