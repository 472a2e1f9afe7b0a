//! How many of some independent actors have acted by a day, and when the k-th does: Poisson-binomial laws.
//!
//! An actor's chance to have acted after so many ticks is a number of words of 2^64 (R55), so the law is one of fractions
//! over a power of two. The law of one day is given as such; the law of a date, a day after the other, in fixed point with
//! a bound of its error.

use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Zero};
use rogatio_mir::draw::Delay;

/// One, in the fixed point of [`Arrivals::kth`].
pub const ONE: u64 = 1 << 63;

/// Actors who each act once, after a delay of their own.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// Each law with the number of those who have it.
    laws: Vec<(Delay, u32)>,
}

/// The law of the tick at which the k-th acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kth {
    /// Ticks in order, each with the chance of this and no other, in parts of [`ONE`].
    pub law: Vec<(i64, u64)>,
    /// Every sum of neighbouring chances is at most so many parts off.
    pub error: u64,
}

impl Arrivals {
    /// Of these laws.
    #[must_use]
    pub fn new(delays: impl IntoIterator<Item = Delay>) -> Arrivals {
        let mut laws: Vec<(Delay, u32)> = Vec::new();
        for delay in delays {
            match laws.iter_mut().find(|(d, _)| *d == delay) {
                Some((_, n)) => *n += 1,
                None => laws.push((delay, 1)),
            }
        }
        Arrivals { laws }
    }

    /// How many actors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.laws.iter().map(|(_, n)| *n as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.laws.is_empty()
    }

    /// How likely each number, from 0, of those who have acted after so many ticks is: numerators over
    /// [`Arrivals::denominator`].
    #[must_use]
    pub fn number(&self, ticks: i64) -> Vec<BigUint> {
        let mut law = vec![BigUint::one()];
        for (delay, n) in &self.laws {
            let yes = BigUint::from(delay.words_within(ticks));
            let no = (BigUint::one() << 64) - &yes;
            for _ in 0..*n {
                let mut next = vec![BigUint::zero(); law.len() + 1];
                for (k, p) in law.iter().enumerate() {
                    next[k] += p * &no;
                    next[k + 1] += p * &yes;
                }
                law = next;
            }
        }
        law
    }

    /// What the numbers of [`Arrivals::number`] add up to.
    #[must_use]
    pub fn denominator(&self) -> BigUint {
        BigUint::one() << (64 * self.len())
    }

    /// The mean of what has a value for each number of those who have acted after so many ticks.
    #[must_use]
    pub fn mean(&self, ticks: i64, values: &[i64]) -> BigRational {
        let law = self.number(ticks);
        let each = law.into_iter().zip(values);
        let sum: BigInt = each.map(|(p, v)| BigInt::from(p) * *v).sum();
        BigRational::new(sum, BigInt::from(self.denominator()))
    }

    /// The law of the tick at which the k-th acts, up to a last tick; what is left of one comes later or never.
    #[must_use]
    pub fn kth(&self, k: usize, last: i64) -> Kth {
        let error = (self.len() as u64).saturating_mul(k as u64);
        let mut law = Vec::new();
        let mut before = 0;
        for tick in 1..=last {
            let now = self.at_least(k, tick).max(before);
            if now > before {
                law.push((tick, now - before));
            }
            before = now;
            // What is left is less than what is known.
            if ONE - now <= error {
                break;
            }
        }
        Kth { law, error }
    }

    /// The chance that k have acted, in parts of [`ONE`]: too small by at most one part for each actor and each number
    /// below k, since each product is rounded down once and never counts for more than itself.
    fn at_least(&self, k: usize, tick: i64) -> u64 {
        let mut fewer = vec![0u64; k];
        let Some(none) = fewer.first_mut() else {
            return ONE;
        };
        *none = ONE;
        // How many may have acted so far.
        let mut most = 0;
        for (delay, n) in &self.laws {
            let words = delay.words_within(tick);
            if words == 0 {
                continue;
            }
            let moved = |p: u64| ((u128::from(p) * words) >> 64) as u64;
            for _ in 0..*n {
                for j in (0..=most.min(k - 1)).rev() {
                    let gone = moved(fewer[j]);
                    fewer[j] -= gone;
                    if let Some(next) = fewer.get_mut(j + 1) {
                        *next += gone;
                    }
                }
                most += 1;
            }
        }
        ONE - fewer.iter().sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::ToPrimitive;

    fn race() -> Arrivals {
        let means = [30, 30, 45, 100, 7];
        Arrivals::new(means.iter().filter_map(|m| Delay::geometric(*m)))
    }

    #[test]
    fn the_law_of_a_date_is_that_of_the_number() {
        let race = race();
        assert_eq!(race.len(), 5);
        for k in 1..=5 {
            let law = race.kth(k, 4000);
            let mut sum = 0u64;
            let mut next = law.law.iter().peekable();
            for tick in 1..400 {
                while let Some((_, p)) = next.next_if(|(t, _)| *t <= tick) {
                    sum += p;
                }
                let number = race.number(tick);
                let exact: BigUint = number[k..].iter().sum();
                let exact = BigRational::new(exact.into(), race.denominator().into());
                let scaled = exact * BigRational::from_integer(BigInt::from(ONE));
                let off = scaled - BigRational::from_integer(BigInt::from(sum));
                let off = off.to_f64().unwrap_or(f64::NAN);
                assert!((0.0..=law.error as f64).contains(&off), "{k} {tick}: {off}");
            }
        }
    }

    #[test]
    fn numbers_add_up_and_have_their_mean() {
        let race = race();
        for tick in [0, 1, 20, 365] {
            assert_eq!(
                race.number(tick).iter().sum::<BigUint>(),
                race.denominator()
            );
            // The mean of a number is the sum of the chances.
            let words: u128 = race
                .laws
                .iter()
                .map(|(d, n)| d.words_within(tick) * u128::from(*n))
                .sum();
            let sum = BigRational::new(words.into(), BigInt::from(1u128 << 64));
            assert_eq!(race.mean(tick, &[0, 1, 2, 3, 4, 5]), sum);
        }
        let coins = Arrivals::new(
            [Delay::uniform(1, 2), Delay::uniform(1, 2)]
                .into_iter()
                .flatten(),
        );
        let law: Vec<BigUint> = coins.number(1).iter().map(|p| p >> 126).collect();
        assert_eq!(law, [1u8, 2, 1].map(BigUint::from));
    }

    #[test]
    fn more_than_there_are_never_act() {
        assert!(race().kth(6, 1000).law.is_empty());
        assert_eq!(race().kth(0, 5).law, [(1, ONE)]);
        let fixed = Arrivals::new([Delay::Fixed(3), Delay::Fixed(5)]);
        assert_eq!(fixed.kth(2, 9).law, [(5, ONE)]);
    }
}
