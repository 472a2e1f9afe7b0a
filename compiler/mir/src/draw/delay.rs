//! The laws of delays in whole ticks (R51, R55).

use super::{Table, first_word, unit_exponential};
use std::sync::Arc;

/// The longest mean and bound of a delay law, in ticks: 2^31.
pub const MAX_TICKS: i64 = 1 << 31;

/// A law of delays with its parameters, in whole ticks (R51, R55).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Delay {
    /// A unit exponential variate times a scale in fixed point 32.32, rounded up to whole ticks.
    Scaled(u64),
    /// From `first`, `count` ticks all equally likely.
    Uniform {
        /// The shortest, at least 1.
        first: i64,
        /// How many.
        count: u64,
    },
    /// Always the same, at least 1.
    Fixed(i64),
    /// By a table of cumulated chances: triangular, Weibull, empirical.
    Table(Arc<Table>),
}

impl Delay {
    /// Exponential with a mean in ticks, rounded up; `None` if it is negative or above [`MAX_TICKS`].
    #[must_use]
    pub fn exponential(mean: i64) -> Option<Delay> {
        (0..=MAX_TICKS)
            .contains(&mean)
            .then_some(Delay::Scaled((mean as u64) << 32))
    }

    /// Geometric on 1, 2, 3 … with a mean in ticks: an exponential with the scale -1/ln(1 - 1/mean), rounded up.
    /// `None` if the mean is negative or above [`MAX_TICKS`]; up to one tick it is always one tick.
    #[must_use]
    pub fn geometric(mean: i64) -> Option<Delay> {
        if !(0..=MAX_TICKS).contains(&mean) {
            return None;
        }
        if mean <= 1 {
            return Some(Delay::Fixed(1));
        }
        // -ln(1 - 1/m) = 2 atanh(1/q) with q = 2m - 1, so the scale is q / (2 (1 + 1/(3 q^2) + 1/(5 q^4) + ...)).
        const BITS: u32 = 60;
        let q = 2 * i128::from(mean) - 1;
        let (mut power, mut sum, mut k) = (1i128 << BITS, 0i128, 1i128);
        while power != 0 {
            sum += power / k;
            power /= q * q;
            k += 2;
        }
        let scale = ((q << (BITS + 32)) / sum + 1) >> 1;
        u64::try_from(scale).ok().map(Delay::Scaled)
    }

    /// All whole ticks from one bound to the other, both included, equally likely; what is below one tick is one
    /// tick. `None` if a bound is negative, above [`MAX_TICKS`] or the second is less than the first.
    #[must_use]
    pub fn uniform(from: i64, to: i64) -> Option<Delay> {
        let allowed = 0..=MAX_TICKS;
        if !allowed.contains(&from) || !allowed.contains(&to) || to < from {
            return None;
        }
        Some(if to <= 1 {
            Delay::Fixed(1)
        } else {
            Delay::Uniform {
                first: from,
                count: (to - from) as u64 + 1,
            }
        })
    }

    /// Always the same; `None` if it is negative or above [`MAX_TICKS`]. Zero is one tick.
    #[must_use]
    pub fn fixed(ticks: i64) -> Option<Delay> {
        (0..=MAX_TICKS)
            .contains(&ticks)
            .then_some(Delay::Fixed(ticks.max(1)))
    }

    /// The least `a`, the most likely `mode` and the greatest `b` of a triangular law; what is longer than `longest` is
    /// one tick more than that. `None` if they are not in this order, or out of range.
    #[must_use]
    pub fn triangular(a: i64, mode: i64, b: i64, longest: i64) -> Option<Delay> {
        let allowed = 0 <= a && a <= mode && mode <= b && b <= MAX_TICKS;
        if !allowed || b == a {
            return if allowed { Delay::fixed(a) } else { None };
        }
        Table::triangular(a, mode, b, longest).map(|t| Delay::Table(Arc::new(t)))
    }

    /// A Weibull law with a scale in ticks and the shape `num/den`; what is longer than `longest` is one tick more than
    /// that. `None` if the scale is not from 1 to [`MAX_TICKS`], or the shape not positive and at most `MAX_SHAPE`.
    #[must_use]
    pub fn weibull(scale: i64, num: i64, den: i64, longest: i64) -> Option<Delay> {
        if !(1..=MAX_TICKS).contains(&scale) {
            return None;
        }
        Table::weibull(scale, num, den, longest).map(|t| Delay::Table(Arc::new(t)))
    }

    /// Delays that were observed, each with its weight. `None` if one is negative or above [`MAX_TICKS`], a weight is
    /// negative, or they add up to nothing or to more than 2^63.
    #[must_use]
    pub fn empirical(observed: &[(i64, i64)]) -> Option<Delay> {
        if observed
            .iter()
            .any(|(ticks, _)| !(0..=MAX_TICKS).contains(ticks))
        {
            return None;
        }
        Table::empirical(observed).map(|t| Delay::Table(Arc::new(t)))
    }

    /// The ticks of the n-th, counted from 1, to end of so many such delays that begin together, by one word. Of none, or of
    /// the 0-th, more than any run has.
    #[must_use]
    pub fn ticks_of_nth(&self, word: u64, of: u64, nth: u64) -> i64 {
        if nth == 0 || of == 0 {
            return MAX_TICKS;
        }
        // A unit variate falls as its word rises.
        let rank = match self {
            Delay::Scaled(_) => of + 1 - nth,
            Delay::Fixed(_) | Delay::Uniform { .. } | Delay::Table(_) => nth,
        };
        self.ticks(super::nth_smallest(word, of, rank))
    }

    /// The delay of a word: `max(1, ceil(X))` whole ticks.
    #[must_use]
    pub fn ticks(&self, word: u64) -> i64 {
        let ticks = match *self {
            Delay::Scaled(scale) => {
                let wide = u128::from(unit_exponential(word)) * u128::from(scale);
                (wide >> 64) as u64 + u64::from(wide as u64 != 0)
            }
            Delay::Uniform { first, count } => {
                first as u64 + ((u128::from(word) * u128::from(count)) >> 64) as u64
            }
            Delay::Fixed(ticks) => ticks as u64,
            Delay::Table(ref table) => return table.ticks(word),
        };
        (ticks as i64).max(1)
    }

    /// How many of the 2^64 words give at most so many ticks: the law's distribution function, exactly.
    #[must_use]
    pub fn words_within(&self, ticks: i64) -> u128 {
        const ALL: u128 = 1 << 64;
        let Some(ticks) = u64::try_from(ticks).ok().filter(|t| *t > 0) else {
            return 0;
        };
        match *self {
            Delay::Scaled(0) => ALL,
            Delay::Scaled(scale) => {
                // unit * scale <= ticks * 2^64, and the unit variate falls as the word rises.
                let most = (u128::from(ticks) << 64) / u128::from(scale);
                ALL - first_word(u64::try_from(most).unwrap_or(u64::MAX))
            }
            Delay::Uniform { first, count } => {
                // What is below one tick is one tick, so the first bound may be zero.
                match (ticks as i64).checked_sub(first) {
                    Some(over) if over >= 0 => {
                        let places = u128::from((over as u64).min(count - 1)) + 1;
                        (places << 64).div_ceil(u128::from(count))
                    }
                    _ => 0,
                }
            }
            Delay::Fixed(one) => match one as u64 <= ticks {
                true => ALL,
                false => 0,
            },
            Delay::Table(ref table) => {
                let (ends, all) = table.rows();
                let rows = all.partition_point(|t| *t as u64 <= ticks);
                rows.checked_sub(1)
                    .map_or(0, |last| u128::from(ends[last]) + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By halving: words of the laws of one variate give ever fewer ticks, those of the others ever more.
    fn by_halving(delay: &Delay, ticks: i64) -> u128 {
        let falls = matches!(delay, Delay::Scaled(_));
        let (mut from, mut to) = (0u128, 1u128 << 64);
        while from < to {
            let middle = from + (to - from) / 2;
            let within = delay.ticks(middle as u64) <= ticks;
            if within == falls {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        if falls { (1 << 64) - from } else { from }
    }

    #[test]
    fn the_distribution_is_that_of_the_words() {
        let year = 365;
        let all = [
            Delay::exponential(10 * year),
            Delay::exponential(0),
            Delay::exponential(1),
            Delay::exponential(MAX_TICKS),
            Delay::geometric(1500),
            Delay::geometric(2),
            Delay::uniform(0, 7),
            Delay::uniform(200, 500),
            Delay::fixed(30),
            Delay::triangular(3, 20, 90, 365),
            Delay::weibull(100, 3, 2, 400),
            Delay::empirical(&[(3, 1), (10, 5), (10, 2), (40, 1)]),
        ];
        for delay in all.into_iter().flatten() {
            for ticks in (0..60).chain([90, 199, 200, 364, 500, 1000, 5000, 100_000, 1 << 36]) {
                let found = delay.words_within(ticks);
                assert_eq!(found, by_halving(&delay, ticks), "{delay:?} {ticks}");
            }
            assert_eq!(delay.words_within(0), 0);
            assert_eq!(delay.words_within(-5), 0);
        }
    }
}
