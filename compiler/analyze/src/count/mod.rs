//! Winning coalitions counted by their size, in all and those that have a given member.
//!
//! Four ways, the first that fits: kinds of coalitions where members are alike; a generating function over the sums where
//! weights are small; two sorted halves where one sum matters beside the number of members; every coalition as a bit.

mod bits;
mod generating;
mod halves;
mod kinds;
mod number;

pub(crate) use bits::{Bits, MOST_MEMBERS};
pub(crate) use number::binomials;

use crate::game::{Game, Shape};
use crate::refusal::Refusal;
use num_bigint::BigUint;
use rogatio_diagnostics::codes;

/// Kinds of coalitions gone through, at most.
pub(crate) const MOST_KINDS: u64 = 1 << 22;

/// How coalitions were counted.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Members who are alike were not told apart; all kinds of coalitions were gone through.
    Kinds,
    /// A generating function over the sums of weights.
    Generating,
    /// Two halves, sorted by weight, put together.
    Halves,
    /// Every coalition.
    Enumeration,
}

impl Method {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Method::Kinds => "all kinds of coalitions, members who are alike not told apart",
            Method::Generating => "a generating function over the sums of weights",
            Method::Halves => "two halves of the body, sorted by weight and put together",
            Method::Enumeration => "every coalition",
        }
    }
}

/// Winning coalitions by size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Of this many members.
    pub(crate) by_size: Vec<BigUint>,
    /// For each group, of this many members of whom one given member of the group is one.
    pub(crate) with: Vec<Vec<BigUint>>,
}

/// Counts by the first way that fits.
pub(crate) fn count(game: &Game) -> Result<(Counts, Method), Refusal> {
    if let Some(found) = generating::count(game, 1 << 16) {
        return Ok((found, Method::Generating));
    }
    if game.kinds_of_coalitions().is_some_and(|k| k <= MOST_KINDS) {
        return Ok((kinds::count(game), Method::Kinds));
    }
    if let Some(found) = halves::count(game) {
        return Ok((found, Method::Halves));
    }
    if let Some(found) = generating::count(game, generating::MOST_WORDS) {
        return Ok((found, Method::Generating));
    }
    if game.len() <= MOST_MEMBERS {
        return Ok((Bits::new(game).count(game), Method::Enumeration));
    }
    Err(too_many(game))
}

#[cfg(test)]
/// By one way only: to hold the ways against each other. None where it does not fit.
pub(crate) fn count_by(game: &Game, method: Method) -> Option<Counts> {
    match method {
        Method::Kinds => game
            .kinds_of_coalitions()
            .is_some_and(|k| k <= MOST_KINDS)
            .then(|| kinds::count(game)),
        Method::Generating => generating::count(game, generating::MOST_WORDS),
        Method::Halves => halves::count(game),
        Method::Enumeration => (game.len() <= MOST_MEMBERS).then(|| Bits::new(game).count(game)),
    }
}

fn too_many(game: &Game) -> Refusal {
    let totals = game.totals();
    let largest = totals.iter().max().copied().unwrap_or(0);
    Refusal::new(
        codes::E1004,
        format!(
            "{} members of {} different weights, whose weights add up to {largest}, are too many for an exact answer",
            game.len(),
            game.groups.len(),
        ),
    )
    .help("up to 30 members of any weight, and bodies of hundreds whose weights are small or alike, are counted: round the weights")
}

/// Whether a sum is the number of members.
pub(crate) fn is_size(weights: &[i64]) -> bool {
    weights.iter().all(|w| *w == 1)
}

/// The least value of a sum from which a shape holds, the other sums fixed; none if it never does. Only for shapes in
/// which support helps.
pub(crate) fn threshold(shape: &Shape, sums: &mut [i64], sum: usize, total: i64) -> Option<i64> {
    let mut leaves = Vec::new();
    shape.leaves(false, &mut leaves);
    let mut quotas: Vec<i64> = leaves
        .iter()
        .filter(|(l, _)| l.sum == sum)
        .map(|(l, _)| l.quota.max(0))
        .chain([0])
        .filter(|q| *q <= total)
        .collect();
    quotas.sort_unstable();
    quotas.into_iter().find(|q| {
        sums[sum] = *q;
        shape.wins(sums)
    })
}

#[cfg(test)]
mod tests;
