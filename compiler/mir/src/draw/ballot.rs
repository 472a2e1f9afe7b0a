//! Ballots drawn by odds (R53): which one a word is.
//!
//! The odds are exact fractions. They cut the range of a word into pieces, in the order of the ballots' positions; the
//! end of a piece is the sum of the odds so far times 2^64, rounded down. So a ballot's chance differs from its odds by
//! less than 2^-64, odds that sum to one leave no word over, and what is left over otherwise casts no ballot.

use super::{entity_key, nth_key, stream};
use rogatio_semantics::hir::Chance;

/// Why odds are none.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Improper {
    /// The odds of a ballot, by its position, are below nothing.
    Negative(u32, Chance),
    /// Their sum exceeds certainty.
    Over(Chance),
    /// A denominator that does not fit in 63 bits.
    TooFine,
}

/// The odds of the ballots of one voter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odds {
    /// Ballots in the order of their positions, each with the first word that is not its own.
    cuts: Vec<(u32, u128)>,
}

impl Odds {
    /// The odds of ballots by their positions.
    ///
    /// # Errors
    /// [`Improper`].
    pub fn new(chances: &[(u32, Chance)]) -> Result<Odds, Improper> {
        let mut sorted = chances.to_vec();
        sorted.sort_by_key(|(ballot, _)| *ballot);
        let (mut sum, mut cuts) = (Chance::ZERO, Vec::new());
        for (ballot, chance) in sorted {
            if chance < Chance::ZERO {
                return Err(Improper::Negative(ballot, chance));
            }
            sum = sum.plus(chance).ok_or(Improper::TooFine)?;
            if sum <= Chance::ONE {
                cuts.push((ballot, cut(sum)));
            }
        }
        if sum > Chance::ONE {
            return Err(Improper::Over(sum));
        }
        Ok(Odds { cuts })
    }

    /// The ballot that a word casts; `None`: none at all.
    #[must_use]
    pub fn ballot(&self, word: u64) -> Option<u32> {
        let cast = self.cuts.iter().find(|(_, end)| u128::from(word) < *end);
        cast.map(|(ballot, _)| *ballot)
    }

    /// Ballots in the order of their positions, each with the first word, from 0 to 2^64, that is not its own nor an
    /// earlier one's.
    #[must_use]
    pub fn cuts(&self) -> &[(u32, u128)] {
        &self.cuts
    }
}

/// A chance times 2^64, rounded down.
fn cut(chance: Chance) -> u128 {
    let (num, den) = (
        u128::from(chance.num().unsigned_abs()),
        u128::from(chance.den().unsigned_abs()),
    );
    (num << 64) / den
}

/// What takes the voter's place in the key of a draw where a bloc votes as one.
#[must_use]
pub fn bloc_key(name: &str) -> u64 {
    entity_key(&format!("as a bloc {name}"))
}

/// The key of the ballot of a voter, or of a bloc, in the n-th opening, counted from 1, of a decision on a matter (R53).
#[must_use]
pub fn ballot_key(seed: u64, site: u64, matter: Option<u64>, voter: u64, opening: u32) -> u64 {
    let keys: Vec<u64> = matter.into_iter().chain([voter]).collect();
    nth_key(
        stream(seed, site, &keys),
        u64::from(opening.saturating_sub(1)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::{site, word};
    use super::*;

    fn odds(chances: &[(u32, i64, i64)]) -> Result<Odds, Improper> {
        let list: Vec<_> = chances
            .iter()
            .map(|(b, n, d)| (*b, Chance::new(*n, *d).unwrap()))
            .collect();
        Odds::new(&list)
    }

    #[test]
    fn cuts_are_exact() {
        let o = odds(&[(1, 1, 4), (0, 1, 2)]).unwrap();
        assert_eq!(o.cuts(), [(0, 1 << 63), (1, 3 << 62)]);
        let at = |w: u64| o.ballot(w);
        assert_eq!(
            [
                at(0),
                at((1 << 63) - 1),
                at(1 << 63),
                at((3 << 62) - 1),
                at(3 << 62),
                at(u64::MAX)
            ],
            [Some(0), Some(0), Some(1), Some(1), None, None]
        );
        // Thirds leave no word over.
        let o = odds(&[(0, 1, 3), (1, 1, 3), (2, 1, 3)]).unwrap();
        assert_eq!(o.ballot(u64::MAX), Some(2));
        assert_eq!(o.cuts()[0].1, (1u128 << 64) / 3);
        let o = odds(&[(0, 0, 1), (2, 1, 1)]).unwrap();
        assert_eq!((o.ballot(0), o.ballot(u64::MAX)), (Some(2), Some(2)));
        assert_eq!(odds(&[]).unwrap().ballot(0), None);
    }

    #[test]
    fn improper_odds() {
        assert_eq!(
            odds(&[(0, 2, 3), (1, 1, 2)]),
            Err(Improper::Over(Chance::new(7, 6).unwrap()))
        );
        assert_eq!(
            odds(&[(0, 1, 1), (1, -1, 10)]),
            Err(Improper::Negative(1, Chance::new(-1, 10).unwrap()))
        );
        assert_eq!(
            odds(&[(0, 1, i64::MAX), (1, 1, i64::MAX - 1)]),
            Err(Improper::TooFine)
        );
    }

    #[test]
    fn frequencies_are_those_of_the_odds() {
        // Pearson's statistic for four outcomes: 16.3 is exceeded once in a thousand; the seed is fixed.
        let o = odds(&[(0, 55, 100), (1, 20, 100), (2, 15, 100)]).unwrap();
        let key = ballot_key(5, site("t/e/votes on D"), None, entity_key("A"), 1);
        let n = 100_000u64;
        let mut counts = [0u64; 4];
        for run in 0..n {
            counts[o.ballot(word(key, run)).map_or(3, |b| b as usize)] += 1;
        }
        let expected = [55, 20, 15, 10].map(|p| p * n / 100);
        let x2: f64 = counts
            .iter()
            .zip(expected)
            .map(|(c, e)| (*c as f64 - e as f64).powi(2) / e as f64)
            .sum();
        assert!(x2 < 16.3, "{counts:?}: {x2}");
    }

    #[test]
    fn keys_differ_by_matter_voter_and_opening() {
        let key = |m, v, n| ballot_key(1, 2, m, v, n);
        let all = [
            key(None, 3, 1),
            key(None, 3, 2),
            key(Some(4), 3, 1),
            key(Some(5), 3, 1),
            key(None, 4, 1),
            key(None, bloc_key("A"), 1),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }
}
