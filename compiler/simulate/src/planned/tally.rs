//! The law of a vote's outcome by the number of its voters, all with the same odds: a dynamic program over how many have
//! given which answer. Answers that no clause tells apart are one.

use rogatio_mir::DecisionOutcome;
use std::collections::BTreeMap;

/// A sum over the voters: so much for each answer, and a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) constant: i128,
    pub(super) each: Vec<i128>,
}

/// A condition on how many gave which answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    Is(bool),
    AtLeastZero(Sum),
    Not(Box<Clause>),
    All(Vec<Clause>),
    Any(Vec<Clause>),
}

/// A test of R37: where the clause has this truth, the outcome is known.
pub(super) struct Test {
    pub(super) clause: Clause,
    pub(super) stops_on: bool,
    pub(super) outcome: DecisionOutcome,
}

/// Counts looked at for one vote, at most.
const MOST_COUNTS: u128 = 4_000_000;
/// A probability of one.
pub(super) const ONE: u128 = 1 << 126;

/// What [`law`] finds: the outcomes, and by number of voters the first word after the piece of each but the last.
pub(super) type Ends = (Vec<DecisionOutcome>, Vec<Vec<u128>>);

impl Sum {
    pub(super) fn constant(n: i128, answers: usize) -> Sum {
        Sum {
            constant: n,
            each: vec![0; answers],
        }
    }

    /// `self * a + other * b`; none on overflow.
    pub(super) fn join(&self, a: i128, other: &Sum, b: i128) -> Option<Sum> {
        let term = |x: i128, y: i128| x.checked_mul(a)?.checked_add(y.checked_mul(b)?);
        let each = self.each.iter().zip(&other.each).map(|(x, y)| term(*x, *y));
        Some(Sum {
            constant: term(self.constant, other.constant)?,
            each: each.collect::<Option<_>>()?,
        })
    }

    fn at(&self, counts: &[i128]) -> i128 {
        let terms = self.each.iter().zip(counts).map(|(x, n)| x * n);
        self.constant + terms.sum::<i128>()
    }
}

impl Clause {
    pub(super) fn holds(&self, counts: &[i128]) -> bool {
        match self {
            Clause::Is(b) => *b,
            Clause::AtLeastZero(sum) => sum.at(counts) >= 0,
            Clause::Not(c) => !c.holds(counts),
            Clause::All(all) => all.iter().all(|c| c.holds(counts)),
            Clause::Any(any) => any.iter().any(|c| c.holds(counts)),
        }
    }

    pub(super) fn sums<'c>(&'c self, found: &mut Vec<&'c Sum>) {
        match self {
            Clause::Is(_) => {}
            Clause::AtLeastZero(sum) => found.push(sum),
            Clause::Not(c) => c.sums(found),
            Clause::All(list) | Clause::Any(list) => list.iter().for_each(|c| c.sums(found)),
        }
    }

    /// With other sums in place of these.
    pub(super) fn with(&self, f: &dyn Fn(&Sum) -> Sum) -> Clause {
        let list = |all: &[Clause]| all.iter().map(|c| c.with(f)).collect();
        match self {
            Clause::Is(b) => Clause::Is(*b),
            Clause::AtLeastZero(sum) => Clause::AtLeastZero(f(sum)),
            Clause::Not(c) => Clause::Not(Box::new(c.with(f))),
            Clause::All(all) => Clause::All(list(all)),
            Clause::Any(any) => Clause::Any(list(any)),
        }
    }
}

/// The product of two probabilities, rounded down.
pub(super) fn times(p: u128, q: u128) -> u128 {
    const LOW: u128 = u64::MAX as u128;
    let ((a, b), (c, d)) = ((p >> 64, p & LOW), (q >> 64, q & LOW));
    // (a 2^64 + b)(c 2^64 + d) / 2^126, what is below 2^64 aside.
    let (ad, bc) = (a * d, b * c);
    let middle = ((b * d) >> 64) + (ad & LOW) + (bc & LOW);
    ((a * c) << 2) + (((ad >> 64) + (bc >> 64)) << 2) + (middle >> 62)
}

/// A part of a whole that is at most 2^64, rounded down.
pub(super) fn ratio(part: u128, whole: u128) -> u128 {
    let (first, rest) = ((part << 63) / whole, (part << 63) % whole);
    (first << 63) + (rest << 63) / whole
}

/// A test over groups: its clause, on which truth it stops, and the outcome then, by its place.
pub(super) type Grouped = (Clause, bool, usize);

/// The law of the outcome for each number of voters from none to `most`; `weights` are the chances of the answers over
/// 2^64. The first test that stops gives the outcome; the last must stop always.
///
/// None if there are too many counts to look at.
pub(super) fn law(tests: &[Test], weights: &[u128], most: usize) -> Option<Ends> {
    let mut sums = Vec::new();
    tests.iter().for_each(|t| t.clause.sums(&mut sums));
    // Answers by what they add to each sum: the first of its kind, and their weight.
    let mut groups: BTreeMap<Vec<i128>, (usize, u128)> = BTreeMap::new();
    for (answer, weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0) {
        let adds = sums.iter().map(|s| s.each[answer]).collect();
        groups.entry(adds).or_insert((answer, 0)).1 += weight;
    }
    // Those who add to nothing are as if they were not there.
    let idle = groups.remove(&vec![0; sums.len()]).map_or(0, |(_, w)| w);
    let (of, weights): (Vec<usize>, Vec<u128>) = groups.into_values().unzip();
    // The sums over groups of answers in place of those over answers.
    let over_groups = |sum: &Sum| Sum {
        constant: sum.constant,
        each: of.iter().map(|a| sum.each[*a]).collect(),
    };
    let (grouped, all) = grouped(tests, &|c| c.with(&over_groups));
    let whole = (1 << 64) - idle;
    let shares: Vec<u128> = weights.iter().map(|w| ratio(*w, whole)).collect();
    let active = by_voters(&grouped, &shares, most, all.len())?;
    let found = match idle {
        0 => active,
        // So many of n are not idle; what they come to is known.
        _ => {
            let both = [ratio(whole, 1 << 64), ratio(idle, 1 << 64)];
            let mut found = vec![vec![0; all.len()]; most + 1];
            each_law(&both, most, &mut |n, counts, p| {
                let of = &active[counts[0] as usize];
                let sums = found[n].iter_mut().zip(of);
                sums.for_each(|(sum, q)| *sum += times(p, *q));
            })?;
            found
        }
    };
    Some(ends(&found, &all))
}

/// The tests with other sums, each with the place of its outcome, and the outcomes.
pub(super) fn grouped(
    tests: &[Test],
    clause: &dyn Fn(&Clause) -> Clause,
) -> (Vec<Grouped>, Vec<DecisionOutcome>) {
    let mut all: Vec<DecisionOutcome> = Vec::new();
    let mut grouped = Vec::new();
    for t in tests {
        let place = all.iter().position(|o| *o == t.outcome);
        let place = place.unwrap_or_else(|| {
            all.push(t.outcome);
            all.len() - 1
        });
        grouped.push((clause(&t.clause), t.stops_on, place));
    }
    (grouped, all)
}

/// The ends of the pieces from the probabilities of all outcomes, by number of voters.
pub(super) fn ends(found: &[Vec<u128>], all: &[DecisionOutcome]) -> Ends {
    // Those that never come are left out.
    let comes: Vec<usize> = (0..all.len())
        .filter(|i| found.iter().any(|found| found[*i] > 0))
        .collect();
    let ends = found.iter().map(|found| {
        let last = comes.iter().rposition(|i| found[*i] > 0).unwrap_or(0);
        let mut sum = 0;
        let ends = comes.iter().enumerate().map(|(at, i)| {
            sum += found[*i];
            // What was lost in rounding is the last one's.
            if at >= last { 1 << 64 } else { sum >> 62 }
        });
        ends.take(comes.len().saturating_sub(1)).collect()
    });
    let ends = ends.collect();
    (comes.iter().map(|i| all[*i]).collect(), ends)
}

/// By number of voters, none of them idle: the probability of each outcome.
fn by_voters(
    tests: &[Grouped],
    shares: &[u128],
    most: usize,
    outcomes: usize,
) -> Option<Vec<Vec<u128>>> {
    let mut found = vec![vec![0; outcomes]; most + 1];
    let mut take = |n: usize, counts: &[i128], p: u128| {
        let stops = |(clause, on, _): &&Grouped| clause.holds(counts) == *on;
        let outcome = tests.iter().find(stops).map_or(outcomes - 1, |t| t.2);
        found[n][outcome] += p;
    };
    if shares.is_empty() {
        // All are idle: there are none.
        take(0, &[], ONE);
    } else {
        each_law(shares, most, &mut take)?;
    }
    Some(found)
}

/// Calls `f` for each number of voters and each count of who is in which group, with its probability.
fn each_law(shares: &[u128], most: usize, f: &mut impl FnMut(usize, &[i128], u128)) -> Option<()> {
    let free = shares.len().saturating_sub(1);
    if looked_at(free, most)? > MOST_COUNTS {
        return None;
    }
    let size = most + 1;
    let mut chances = vec![0u128; size.checked_pow(u32::try_from(free).ok()?)?];
    chances[0] = ONE;
    for n in 0..=most {
        if n > 0 {
            one_more(&mut chances, shares, size, n);
        }
        each_count(free, n, &mut |counts: &[i128], cell: &[usize]| {
            let p = chances[cell.iter().fold(0, |at, c| at * size + c)];
            if p > 0 {
                f(n, counts, p);
            }
        });
    }
    Some(())
}

/// How many counts there are for all numbers of voters.
fn looked_at(free: usize, most: usize) -> Option<u128> {
    // C(most + free + 1, free + 1)
    (0..=free as u128).try_fold(1u128, |c, i| {
        Some(c.checked_mul(most as u128 + 1 + i)? / (i + 1))
    })
}

/// One voter more, the n-th: each cell comes of itself, by the last group's answer, and of those with one less of a
/// group. From the last cell to the first, so that what is read is of one voter less.
fn one_more(chances: &mut [u128], weights: &[u128], size: usize, n: usize) {
    fn go(
        chances: &mut [u128],
        weights: &[u128],
        size: usize,
        left: usize,
        (cell, less): (usize, &mut Vec<(bool, usize)>),
    ) {
        let free = weights.len() - 1;
        let group = less.len();
        if group == free {
            let mut p = times(chances[cell], weights[free]);
            for ((some, step), weight) in less.iter().zip(weights) {
                if *some {
                    p += times(chances[cell - step], *weight);
                }
            }
            chances[cell] = p;
            return;
        }
        let step = size.pow(u32::try_from(free - 1 - group).unwrap_or(0));
        for count in (0..=left).rev() {
            less.push((count > 0, step));
            go(
                chances,
                weights,
                size,
                left - count,
                (cell + count * step, less),
            );
            less.pop();
        }
    }
    go(chances, weights, size, n, (0, &mut Vec::new()));
}

/// All counts of `free` groups among `n`, with that of the last group behind them.
fn each_count(free: usize, n: usize, f: &mut impl FnMut(&[i128], &[usize])) {
    fn go(
        free: usize,
        left: usize,
        cell: &mut Vec<usize>,
        counts: &mut Vec<i128>,
        f: &mut impl FnMut(&[i128], &[usize]),
    ) {
        if cell.len() == free {
            counts.push(left as i128);
            f(counts, cell);
            counts.pop();
            return;
        }
        for c in 0..=left {
            cell.push(c);
            counts.push(c as i128);
            go(free, left - c, cell, counts, f);
            cell.pop();
            counts.pop();
        }
    }
    go(free, n, &mut Vec::new(), &mut Vec::new(), f);
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    /// Yes is at least 2/3 of yes and no, of yes, no and absent; at least `quorum` cast, and so many for each absent.
    fn two_thirds(quorum: i128, absent: i128) -> Vec<Test> {
        let sum = |constant, each: [i128; 3]| {
            Clause::AtLeastZero(Sum {
                constant,
                each: each.to_vec(),
            })
        };
        let some = sum(-1, [1, 1, 0]);
        vec![
            Test {
                clause: sum(-quorum, [1, 1, -absent]),
                stops_on: false,
                outcome: DecisionOutcome::Inquorate,
            },
            Test {
                clause: Clause::All(vec![some, sum(0, [1, -2, 0])]),
                stops_on: true,
                outcome: DecisionOutcome::Adopted,
            },
            Test {
                clause: Clause::Is(true),
                stops_on: true,
                outcome: DecisionOutcome::Rejected,
            },
        ]
    }

    /// By all sequences of answers, in whole numbers.
    fn by_force((quorum, absent): (usize, usize), weights: [u64; 3], n: usize) -> [BigUint; 3] {
        let mut found = [const { BigUint::ZERO }; 3];
        for code in 0..3usize.pow(n as u32) {
            let answers: Vec<usize> = (0..n as u32).map(|i| code / 3usize.pow(i) % 3).collect();
            let count = |a| answers.iter().filter(|x| **x == a).count();
            let (yes, no) = (count(0), count(1));
            let weight: BigUint = answers.iter().map(|a| BigUint::from(weights[*a])).product();
            let adopted = yes + no > 0 && 3 * yes >= 2 * (yes + no);
            let at = match (yes + no < quorum + absent * count(2), adopted) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            found[at] += weight;
        }
        found
    }

    #[test]
    fn the_law_is_that_of_all_sequences() {
        let weights: [u64; 3] = [
            0x86e9_78d4_fdf3_b645,
            0x3ced_9168_72b0_20c4,
            0x3c28_f5c2_8f5c_28f7,
        ];
        let wide = weights.map(u128::from);
        assert_eq!(wide.iter().sum::<u128>(), 1 << 64);
        for (quorum, absent) in [(0, 0), (3, 0), (1, 2)] {
            let tests = two_thirds(quorum as i128, absent as i128);
            let (outcomes, ends) = law(&tests, &wide, 8).unwrap();
            for (n, ends) in ends.iter().enumerate() {
                let exact = by_force((quorum, absent), weights, n);
                let mut sum = BigUint::ZERO;
                for (o, end) in outcomes.iter().zip(ends) {
                    sum += &exact[match o {
                        DecisionOutcome::Inquorate => 0,
                        DecisionOutcome::Adopted => 1,
                        _ => 2,
                    }];
                    // The end is the sum of the probabilities times 2^64, rounded down.
                    let (wanted, one) = (&sum << 64usize, BigUint::from(1u32) << (64 * n));
                    let floor = &wanted / &one;
                    let found = BigUint::from(*end);
                    let close = found == floor || &found + 1u32 == floor;
                    assert!(close, "{n} voters, {o:?}: {found} is not {floor}");
                }
            }
            if quorum == 0 {
                assert_eq!(
                    outcomes,
                    [DecisionOutcome::Adopted, DecisionOutcome::Rejected]
                );
                assert_eq!(ends[0], [0]);
            }
        }
    }

    #[test]
    fn what_is_certain_takes_all_words() {
        let (outcomes, ends) = law(&two_thirds(0, 0), &[1 << 64, 0, 0], 50).unwrap();
        assert_eq!(outcomes.len(), 2);
        assert_eq!(ends[0], [0]);
        assert!(ends[1..].iter().all(|e| *e == [1 << 64]));
        let (outcomes, ends) = law(&two_thirds(0, 0), &[0, 0, 1 << 64], 50).unwrap();
        assert_eq!(outcomes, [DecisionOutcome::Rejected]);
        assert!(ends.iter().all(Vec::is_empty));
    }

    #[test]
    fn too_many_counts_are_refused() {
        let weights = [1 << 62, 1 << 62, 1 << 63];
        assert!(law(&two_thirds(0, 1), &weights, 60).is_some());
        assert!(law(&two_thirds(0, 1), &weights, 1000).is_none());
        // Who is absent counts nowhere here.
        assert!(law(&two_thirds(0, 0), &weights, 1000).is_some());
    }
}
