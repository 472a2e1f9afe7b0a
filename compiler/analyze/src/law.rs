//! Probabilities under independent ballots: a rule's sums with laws instead of answers, by dynamic programming over the
//! voters in order.
//!
//! A state is how far each sum has come. A sum that can no longer fail, or no longer hold, is settled, and a state in which
//! the whole is settled is taken out at once; so a vote of nine of fifteen with vetoes has some sixty states. Weights are
//! whole numbers over one common denominator; nothing is rounded.

use crate::refusal::Refusal;
use crate::rule::{Formula, Sum};
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Zero};
use rogatio_diagnostics::codes;
use std::collections::HashMap;

/// States at one time, at most.
const MOST_STATES: usize = 1 << 20;

/// A draw: with these odds, these answers. Those of a bloc are drawn together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The denominator of the odds.
    pub of: u64,
    /// Numerators that add up to it, each with the answers of the voters concerned.
    pub pieces: Vec<(u64, Vec<(u32, usize)>)>,
}

/// How far a sum has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Far {
    /// To this, and the rest of the draws decides whether it reaches zero.
    At(i128),
    /// It reaches zero whatever comes.
    Holds,
    /// It does not, whatever comes.
    Fails,
}

/// A step from one state to others.
#[derive(Clone, Debug)]
struct Step {
    from: u32,
    /// By piece of the draw.
    to: Vec<To>,
}

#[derive(Clone, Copy, Debug)]
enum To {
    State(u32),
    True,
    False,
}

/// A rule over some draws, ready to be asked for its probability under any odds of the same shape.
#[derive(Clone, Debug)]
pub struct Law {
    /// By draw: the steps, and how many states there are after it.
    layers: Vec<(Vec<Step>, usize)>,
    /// Decided before anybody answers.
    settled: Option<bool>,
}

impl Law {
    /// Prepares a formula over the answers that the draws give; voters without a draw answer as told.
    ///
    /// # Errors
    /// E1004 if there are too many states.
    pub fn new(formula: &Formula, draws: &[Draw], others: &[usize]) -> Result<Law, Refusal> {
        Law::within(usize::MAX, formula, draws, others)
    }

    /// The same with so many states in all.
    ///
    /// # Errors
    /// E1004 if there are more.
    pub fn within(
        most: usize,
        formula: &Formula,
        draws: &[Draw],
        others: &[usize],
    ) -> Result<Law, Refusal> {
        let mut sums: Vec<&Sum> = Vec::new();
        formula.sums(&mut sums);
        sums.sort();
        sums.dedup();
        let mut drawn = vec![false; others.len()];
        let pieces = draws.iter().flat_map(|d| &d.pieces);
        pieces
            .flat_map(|(_, a)| a)
            .for_each(|(v, _)| drawn[*v as usize] = true);
        let add = |sum: &Sum, v: u32, answer: usize| {
            sum.terms
                .get(&v)
                .and_then(|t| t.get(answer))
                .copied()
                .unwrap_or(0)
        };
        // What each piece of each draw adds to each sum, and the least and most that the draws from here on can add.
        let adds: Vec<Vec<Vec<i128>>> = (draws.iter())
            .map(|d| {
                let of = |answers: &Vec<(u32, usize)>| {
                    let each = |s: &&Sum| answers.iter().map(|(v, a)| add(s, *v, *a)).sum();
                    sums.iter().map(each).collect()
                };
                d.pieces.iter().map(|(_, answers)| of(answers)).collect()
            })
            .collect();
        let mut rest = vec![vec![(0i128, 0i128); sums.len()]];
        for piece in adds.iter().rev() {
            let last = &rest[rest.len() - 1];
            let next = (0..sums.len()).map(|s| {
                let own = piece.iter().map(|p| p[s]);
                let (lo, hi) = (own.clone().min().unwrap_or(0), own.max().unwrap_or(0));
                (last[s].0 + lo, last[s].1 + hi)
            });
            rest.push(next.collect());
        }
        rest.reverse();
        let far = |value: i128, (lo, hi): (i128, i128)| match value {
            v if v + lo >= 0 => Far::Holds,
            v if v + hi < 0 => Far::Fails,
            v => Far::At(v),
        };
        let start: Vec<Far> = (sums.iter().zip(&rest[0]))
            .map(|(s, r)| {
                let fixed = (0u32..).zip(others).filter(|(v, _)| !drawn[*v as usize]);
                far(
                    s.constant + fixed.map(|(v, a)| add(s, v, *a)).sum::<i128>(),
                    *r,
                )
            })
            .collect();
        let decide = |state: &[Far]| settled(formula, &sums, state);
        let first = decide(&start);
        let mut law = Law {
            layers: Vec::new(),
            settled: first,
        };
        let (mut states, mut all) = (vec![start], 0);
        for (at, pieces) in adds.iter().enumerate() {
            if first.is_some() {
                break;
            }
            let (mut steps, mut names, mut next) = (Vec::new(), HashMap::new(), Vec::new());
            for (from, state) in (0u32..).zip(&states) {
                let to = pieces.iter().map(|piece| {
                    let moved: Vec<Far> = (state.iter().zip(piece).zip(&rest[at + 1]))
                        .map(|((f, add), r)| match f {
                            Far::At(v) => far(v + add, *r),
                            f => *f,
                        })
                        .collect();
                    match decide(&moved) {
                        Some(true) => To::True,
                        Some(false) => To::False,
                        None => {
                            let number = *names.entry(moved).or_insert_with_key(|state| {
                                next.push(state.clone());
                                next.len() - 1
                            });
                            To::State(u32::try_from(number).unwrap_or(u32::MAX))
                        }
                    }
                });
                let to = to.collect();
                steps.push(Step { from, to });
            }
            all += next.len();
            if next.len() > MOST_STATES || all > most {
                let n = next.len();
                return Err(Refusal::new(
                    codes::E1004,
                    format!("the sums of the rule take more than {n} different values together: no exact law"),
                )
                .help("round the weights, or simulate"));
            }
            law.layers.push((steps, next.len()));
            states = next;
        }
        Ok(law)
    }

    /// States in all.
    #[must_use]
    pub fn states(&self) -> usize {
        self.layers.iter().map(|(steps, _)| steps.len()).sum()
    }

    /// The probability that the formula holds, exactly.
    #[must_use]
    pub fn probability(&self, draws: &[Draw]) -> BigRational {
        match self.settled {
            Some(true) => return BigRational::one(),
            Some(false) => return BigRational::zero(),
            None => {}
        }
        let bits: u32 = draws.iter().map(|d| 64 - d.of.leading_zeros()).sum();
        let (num, den) = if bits < 128 {
            let (num, den) = self.run(draws, 0u128, 1u128, |a, w| a * u128::from(w));
            (BigUint::from(num), BigUint::from(den))
        } else {
            self.run(draws, BigUint::zero(), BigUint::one(), |a, w| a * w)
        };
        BigRational::new(BigInt::from(num), BigInt::from(den))
    }

    /// Numerator and denominator.
    fn run<T: Clone + std::ops::AddAssign + PartialEq>(
        &self,
        draws: &[Draw],
        zero: T,
        one: T,
        times: impl Fn(&T, u64) -> T,
    ) -> (T, T) {
        let mut found = zero.clone();
        let mut now = vec![one.clone()];
        for ((steps, states), draw) in self.layers.iter().zip(draws) {
            // What was found is now over the larger denominator.
            found = times(&found, draw.of);
            let mut next = vec![zero.clone(); *states];
            for step in steps {
                let here = &now[step.from as usize];
                if *here == zero {
                    continue;
                }
                for (to, (weight, _)) in step.to.iter().zip(&draw.pieces) {
                    match to {
                        To::State(s) => next[*s as usize] += times(here, *weight),
                        To::True => found += times(here, *weight),
                        To::False => {}
                    }
                }
            }
            now = next;
        }
        let den = draws
            .iter()
            .take(self.layers.len())
            .fold(one, |d, draw| times(&d, draw.of));
        (found, den)
    }
}

/// The probability that a voter is pivotal: that another answer of its own, the others' standing as they are, would
/// change whether the formula holds.
///
/// # Errors
/// E1004 if there are too many states.
pub fn pivotal(
    formula: &Formula,
    draws: &[Draw],
    others: &[usize],
    voter: u32,
    answers: &[usize],
) -> Result<BigRational, Refusal> {
    let mut rest = draws.to_vec();
    for (_, of) in rest.iter_mut().flat_map(|d| &mut d.pieces) {
        of.retain(|(v, _)| *v != voter);
    }
    let each: Vec<Formula> = answers
        .iter()
        .map(|a| formula.answered(voter, *a))
        .collect();
    let chance = |f: Formula| -> Result<BigRational, Refusal> {
        match f {
            Formula::Is(b) => Ok(BigRational::from_integer(BigInt::from(u8::from(b)))),
            f => Ok(Law::new(&f, &rest, others)?.probability(&rest)),
        }
    };
    let always = chance(Formula::all(each.clone()))?;
    let never = chance(Formula::any(each).negate())?;
    Ok(BigRational::one() - always - never)
}

/// Whether a formula is decided by how far its sums have come.
fn settled(f: &Formula, sums: &[&Sum], state: &[Far]) -> Option<bool> {
    let join = |parts: &[Formula], absorbing: bool| {
        let mut open = false;
        for p in parts {
            match settled(p, sums, state) {
                Some(b) if b == absorbing => return Some(b),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(!absorbing)
    };
    match f {
        Formula::Is(b) => Some(*b),
        Formula::Open(_) => None,
        Formula::AtLeastZero(s) => {
            let at = sums.binary_search(&s).ok()?;
            match state[at] {
                Far::Holds => Some(true),
                Far::Fails => Some(false),
                Far::At(_) => None,
            }
        }
        Formula::Not(f) => settled(f, sums, state).map(|b| !b),
        Formula::And(parts) => join(parts, false),
        Formula::Or(parts) => join(parts, true),
    }
}

/// The expected value of a sum.
#[must_use]
pub fn mean(sum: &Sum, draws: &[Draw], others: &[usize]) -> BigRational {
    let big = |n: i128| BigRational::from_integer(BigInt::from(n));
    let mut drawn = vec![false; others.len()];
    let mut total = big(sum.constant);
    let add = |v: u32, a: usize| {
        sum.terms
            .get(&v)
            .and_then(|t| t.get(a))
            .copied()
            .unwrap_or(0)
    };
    for d in draws {
        for (weight, answers) in &d.pieces {
            let here: i128 = answers.iter().map(|(v, a)| add(*v, *a)).sum();
            total += BigRational::new(BigInt::from(*weight), BigInt::from(d.of)) * big(here);
            answers.iter().for_each(|(v, _)| drawn[*v as usize] = true);
        }
    }
    for (v, a) in (0u32..).zip(others).filter(|(v, _)| !drawn[*v as usize]) {
        total += big(add(v, *a));
    }
    total
}

#[cfg(test)]
mod tests;
