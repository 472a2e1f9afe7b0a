//! When enough is known: sequential stopping at fixed numbers of runs, decided in integers, so that threads, engines and
//! interruptions do not change where a simulation stops.

use crate::stats::{Kind, MeasureStats};
use num_bigint::BigInt;
use serde::{Deserialize, Serialize};

/// The square of the standard normal quantile of 95 % intervals, in millionths.
const Z_SQUARE: i64 = 3_841_459;
const MILLION: i64 = 1_000_000;

/// How wide a 95 % interval may be at most, in millionths.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Width(
    /// Millionths, at least 1.
    pub u64,
);

impl Width {
    /// Whether all intervals are at most so wide: those of the shares; in an experiment that has none, those of the means.
    #[must_use]
    pub fn reached(self, measures: &[MeasureStats]) -> bool {
        let shares: Vec<&MeasureStats> =
            measures.iter().filter(|m| m.kind != Kind::Number).collect();
        if shares.is_empty() {
            return measures.iter().all(|m| self.mean_is(m));
        }
        shares.iter().all(|m| {
            let yes = match m.kind {
                Kind::Probability => m.successes(),
                _ => m.classes.reached,
            };
            let open = m.classes.total() - m.classes.reached - m.classes.censored;
            let n = m.classes.total();
            self.share_is(yes, n) && self.share_is(yes + open, n)
        })
    }

    /// Wilson's interval for `yes` of `n`: its width is 2z sqrt(y(n-y)/n + z²/4) / (n + z²).
    fn share_is(self, yes: u64, n: u64) -> bool {
        if n == 0 {
            return false;
        }
        let [y, n, z, million, w] = [
            BigInt::from(yes),
            n.into(),
            Z_SQUARE.into(),
            MILLION.into(),
            self.0.into(),
        ];
        // 4z²(y(n-y)/n + z²/4) <= w²(n + z²)², times 4n and the squares of what is counted in millionths.
        let spread: BigInt = 4 * &y * (&n - &y) * &million + &z * &n;
        let whole: BigInt = &n * &million + &z;
        let left: BigInt = &z * spread * &million * &million;
        let right: BigInt = &w * &w * &whole * &whole * &n;
        left <= right
    }

    /// Mean ± z standard errors: its width is 2z sqrt((n S2 - S²) / (n²(n-1))).
    fn mean_is(self, m: &MeasureStats) -> bool {
        let n = BigInt::from(m.classes.reached);
        if m.classes.reached < 2 {
            return false;
        }
        let (sum, squares) = (BigInt::from(m.sum), BigInt::from(m.squares));
        let spread: BigInt = &n * squares - &sum * &sum;
        let left: BigInt = BigInt::from(4) * Z_SQUARE * spread * MILLION;
        let right: BigInt = BigInt::from(self.0) * self.0 * &n * &n * (&n - 1);
        left <= right
    }
}

/// The first number of runs after `done` at which a simulation may stop.
#[must_use]
pub(crate) fn checkpoint(done: u64) -> u64 {
    const STEP: u64 = 1024;
    let mut at = 0u64;
    while at <= done {
        at = at.saturating_add(STEP.max(at / 4 / STEP * STEP));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_wilsons() {
        // 81 of 263: [0.2553, 0.3662] (Newcombe 1998, table I), 0.1109 wide.
        assert!(Width(111_000).share_is(81, 263));
        assert!(!Width(110_800).share_is(81, 263));
        // 0 of 20: [0, 0.1611].
        assert!(Width(161_200).share_is(0, 20) && !Width(161_000).share_is(0, 20));
        assert!(!Width(MILLION as u64).share_is(0, 0));
    }

    #[test]
    fn checkpoints_are_fixed_and_rise() {
        let all: Vec<u64> = std::iter::successors(Some(0), |n| Some(checkpoint(*n)))
            .take(10)
            .collect();
        assert_eq!(
            all,
            [0, 1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192, 10_240]
        );
        assert_eq!(checkpoint(8200), 10_240, "wherever one comes from");
    }
}
