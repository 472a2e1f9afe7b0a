//! Laws of delays as tables of cumulated chances, made once before the runs, in integers (R55).
//!
//! A row is a delay in ticks and the last word that gives it. Triangular and empirical tables are exact: a row's end is
//! the chance of at most so many ticks times 2^64, rounded down, less one. Of a Weibull law that chance is worked out with
//! 60 bits after the point, so it is exact to 2^-48 at least.

use super::{BITS, atanh};

/// The greatest shape of a Weibull law.
pub const MAX_SHAPE: i64 = 16;
/// Rows of a table at most.
const MAX_ROWS: i64 = 1 << 20;

/// A table of delays.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    /// The last word of each row, rising; that of the last row is the greatest there is.
    ends: Vec<u64>,
    /// Its delay, at least 1.
    ticks: Vec<i64>,
}

impl Table {
    /// The delay of a word.
    #[must_use]
    pub fn ticks(&self, word: u64) -> i64 {
        let row = self.ends.partition_point(|end| *end < word);
        self.ticks.get(row).copied().unwrap_or(1)
    }

    /// The rows: the last word of each, and its delay.
    #[must_use]
    pub fn rows(&self) -> (&[u64], &[i64]) {
        (&self.ends, &self.ticks)
    }

    /// Rows from delays in rising order with the first word, from 0 to 2^64, that is longer. Those of no word are left
    /// out, and the last one takes what is left.
    fn of(rows: impl IntoIterator<Item = (i64, u128)>, rest: i64) -> Table {
        let mut table = Table {
            ends: Vec::new(),
            ticks: Vec::new(),
        };
        let mut from = 0u128;
        for (ticks, to) in rows {
            if to > from {
                let (end, ticks) = (u64::try_from(to - 1).unwrap_or(u64::MAX), ticks.max(1));
                match (table.ends.last_mut(), table.ticks.last()) {
                    (Some(last), Some(same)) if *same == ticks => *last = end,
                    _ => {
                        table.ends.push(end);
                        table.ticks.push(ticks);
                    }
                }
                from = to;
            }
        }
        if from < 1 << 64 {
            table.ends.push(u64::MAX);
            table.ticks.push(rest.max(1));
        }
        table
    }

    pub(super) fn triangular(a: i64, mode: i64, b: i64, longest: i64) -> Option<Table> {
        let last = b.min(longest.max(1));
        if last - a > MAX_ROWS {
            return None;
        }
        let wide = |n: i64| n.unsigned_abs() as u128;
        // The chance of at most k ticks.
        let upto = |k: i64| {
            if k <= mode {
                ((wide(k - a) * wide(k - a)) << 64) / (wide(b - a) * wide(mode - a)).max(1)
            } else {
                let (over, all) = (wide(b - k) * wide(b - k), wide(b - a) * wide(b - mode));
                // Rounded down, so what is taken off is rounded up.
                (1 << 64) - (over << 64).div_ceil(all)
            }
        };
        Some(Table::of((a.max(1)..=last).map(|k| (k, upto(k))), last + 1))
    }

    pub(super) fn weibull(scale: i64, num: i64, den: i64, longest: i64) -> Option<Table> {
        let shape = i128::from(num)
            .checked_mul(ONE)?
            .checked_div(i128::from(den))?;
        if shape <= 0 || shape > i128::from(MAX_SHAPE) * ONE || longest > MAX_ROWS {
            return None;
        }
        let (mut rows, mut k) = (Vec::new(), 1);
        while k <= longest.max(1) {
            let ln = ln(k) - ln(scale);
            // Beyond e^4 > 44 nothing is left of 2^-64; below e^-48 nothing has come yet.
            let power = (ln * (shape >> 20)) >> (BITS - 20);
            let chance = if power >= 4 * ONE {
                ONE
            } else if power <= -48 * ONE {
                0
            } else {
                ONE - exp(-exp(power))
            };
            let upto = (chance.clamp(0, ONE) as u128) << (64 - BITS);
            rows.push((k, upto));
            if upto == 1 << 64 {
                break;
            }
            k += 1;
        }
        Some(Table::of(rows, k))
    }

    pub(super) fn empirical(observed: &[(i64, i64)]) -> Option<Table> {
        let mut sorted = observed.to_vec();
        sorted.sort_unstable();
        let mut total = 0i64;
        for (_, weight) in &sorted {
            total = total.checked_add(*weight).filter(|_| *weight >= 0)?;
        }
        if total == 0 {
            return None;
        }
        let mut sum = 0u128;
        let rows = sorted.into_iter().map(|(ticks, weight)| {
            sum += u128::from(weight.unsigned_abs());
            (ticks, (sum << 64) / u128::from(total.unsigned_abs()))
        });
        Some(Table::of(rows, 1))
    }
}

/// One.
const ONE: i128 = 1 << BITS;
/// ln 2.
const LN_2: i128 = 0xb17_217f_7d1c_f79a;

/// The logarithm of a positive integer.
fn ln(n: i64) -> i128 {
    let exponent = n.max(1).ilog2();
    let m = (i128::from(n.max(1)) << BITS) >> exponent;
    // With m from 1 to 2.
    let x = ((m - ONE) << BITS) / (m + ONE);
    2 * atanh(x) + i128::from(exponent) * LN_2
}

/// The exponential of a number from -60 to 4.
fn exp(x: i128) -> i128 {
    let n = x.div_euclid(LN_2);
    let r = x.rem_euclid(LN_2);
    let (mut term, mut sum, mut k) = (ONE, 0i128, 1i128);
    while term != 0 {
        sum += term;
        term = ((term * r) >> BITS) / k;
        k += 1;
    }
    if n >= 0 {
        sum << n
    } else {
        sum >> (-n).min(127)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Delay, entity_key, nth_key, site, stream, word};
    use super::*;

    /// Pearson's statistic of the delays of many runs over cells of equal chance, by the law's own distribution function.
    fn statistic(delay: &Delay, cells: usize, upto: impl Fn(f64) -> f64) -> f64 {
        let key = nth_key(stream(3, site("a law"), &[entity_key("X")]), 0);
        let n = 100_000u64;
        // Cells end at whole ticks, so each has the exact chance of its ticks.
        let (mut ends, mut k) = (Vec::new(), 0.0);
        for c in 1..cells {
            while upto(k) < c as f64 / cells as f64 {
                k += 1.0;
            }
            ends.push(k);
        }
        ends.dedup();
        let mut counts = vec![0u64; ends.len() + 1];
        for run in 0..n {
            let ticks = delay.ticks(word(key, run)) as f64;
            counts[ends.partition_point(|e| *e < ticks)] += 1;
        }
        let mut before = 0.0;
        let mut sum = 0.0;
        for (i, count) in counts.iter().enumerate() {
            let end = ends.get(i).map_or(1.0, |e| upto(*e));
            let expected = (end - before) * n as f64;
            before = end;
            sum += (*count as f64 - expected).powi(2) / expected;
        }
        sum
    }

    // With 19 degrees of freedom 43.8 is exceeded once in a thousand; the seed is fixed.
    const ENOUGH: f64 = 43.8;

    #[test]
    fn triangular_follows_its_law() {
        let delay = Delay::triangular(100, 250, 1000, 20_000).unwrap();
        let law = |x: f64| match x {
            x if x <= 100.0 => 0.0,
            x if x <= 250.0 => (x - 100.0).powi(2) / (900.0 * 150.0),
            x if x < 1000.0 => 1.0 - (1000.0 - x).powi(2) / (900.0 * 750.0),
            _ => 1.0,
        };
        assert!(statistic(&delay, 20, law) < ENOUGH);
        assert_eq!((delay.ticks(0), delay.ticks(u64::MAX)), (101, 1000));
        // At the mode exactly its share has come.
        let Delay::Table(t) = &delay else { panic!() };
        let row = t.ticks.iter().position(|k| *k == 250).unwrap();
        assert_eq!(u128::from(t.ends[row]) + 1, (150u128 << 64) / 900);
        for (a, mode, b) in [(5, 5, 9), (5, 9, 9), (0, 0, 1), (0, 1, 2)] {
            let d = Delay::triangular(a, mode, b, 100).unwrap();
            assert!(
                d.ticks(0) >= 1 && d.ticks(u64::MAX) == b.max(1),
                "{a} {mode} {b}"
            );
        }
        assert_eq!(Delay::triangular(7, 7, 7, 100), Delay::fixed(7));
        assert_eq!(Delay::triangular(7, 6, 8, 100), None);
        assert_eq!(Delay::triangular(-1, 6, 8, 100), None);
        assert_eq!(
            Delay::triangular(10, 20, 1000, 50).unwrap().ticks(u64::MAX),
            51
        );
    }

    #[test]
    fn weibull_follows_its_law() {
        for (num, den) in [(1, 2), (1, 1), (3, 2), (5, 1)] {
            let delay = Delay::weibull(400, num, den, 20_000).unwrap();
            let shape = num as f64 / den as f64;
            let law = |x: f64| 1.0 - (-(x / 400.0).powf(shape)).exp();
            let x2 = statistic(&delay, 20, law);
            assert!(x2 < ENOUGH, "{num}/{den}: {x2}");
            let Delay::Table(t) = &delay else { panic!() };
            for (k, end) in t.ticks.iter().zip(&t.ends).take(t.ends.len() - 1) {
                let found = (*end as f64 + 1.0) / 2f64.powi(64);
                assert!((found - law(*k as f64)).abs() < 1e-13, "{num}/{den} at {k}");
            }
            assert!(t.ends.windows(2).all(|w| w[0] < w[1]));
        }
        assert_eq!(Delay::weibull(0, 1, 1, 100), None);
        assert_eq!(Delay::weibull(10, 0, 1, 100), None);
        assert_eq!(Delay::weibull(10, 17, 1, 100), None);
        assert_eq!(Delay::weibull(10, 1, 0, 100), None);
        assert_eq!(Delay::weibull(100, 1, 1, 50).unwrap().ticks(u64::MAX), 51);
    }

    #[test]
    fn empirical_keeps_its_weights() {
        let delay = Delay::empirical(&[(120, 5), (90, 3), (30, 0), (90, 2)]).unwrap();
        let Delay::Table(t) = &delay else { panic!() };
        assert_eq!(
            (t.ends.as_slice(), t.ticks.as_slice()),
            ([(1 << 63) - 1, u64::MAX].as_slice(), [90, 120].as_slice())
        );
        assert_eq!(
            [0, (1 << 63) - 1, 1 << 63, u64::MAX].map(|w| delay.ticks(w)),
            [90, 90, 120, 120]
        );
        for wrong in [
            &[(5, 0)][..],
            &[],
            &[(5, -1), (6, 3)],
            &[(-5, 1)],
            &[(1, i64::MAX), (2, 1)],
        ] {
            assert_eq!(Delay::empirical(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_other_laws_follow_theirs() {
        let law = |mean: f64| move |x: f64| 1.0 - (-x / mean).exp();
        assert!(statistic(&Delay::exponential(1461).unwrap(), 20, law(1461.0)) < ENOUGH);
        let geometric = |x: f64| 1.0 - (1.0 - 1.0 / 40.0f64).powf(x);
        assert!(statistic(&Delay::geometric(40).unwrap(), 20, geometric) < ENOUGH);
        let uniform = |x: f64| ((x - 199.0) / 301.0).clamp(0.0, 1.0);
        assert!(statistic(&Delay::uniform(200, 500).unwrap(), 20, uniform) < ENOUGH);
    }

    #[test]
    fn logarithm_and_exponential() {
        let float = |x: i128| x as f64 / ONE as f64;
        for n in [1, 2, 3, 1461, i64::from(i32::MAX)] {
            assert!(
                (float(ln(n)) - (n as f64).ln()).abs() < 1e-14 * (1.0 + (n as f64).ln()),
                "{n}"
            );
        }
        for x in [-50.0, -1.0, -0.001, 0.0, 0.5, 3.9] {
            let found = float(exp((x * ONE as f64) as i128));
            assert!(
                (found - f64::exp(x)).abs() < 1e-14 * f64::exp(x) + 1e-17,
                "{x}"
            );
        }
    }
}
