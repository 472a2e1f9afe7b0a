//! Power indices as fractions.
//!
//! Banzhaf 1965 (Penrose 1946), Shapley and Shubik 1954, Coleman 1971.

use crate::count::{Counts, Method, count};
use crate::game::Game;
use crate::minimal::{Minimal, minimal};
use crate::refusal::Refusal;
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Zero};

/// The power of a member; members of one group have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Coalitions without it that win as soon as it joins.
    pub swings: BigUint,
    /// Swings over the coalitions of the others: the absolute index of Banzhaf.
    pub banzhaf: BigRational,
    /// Its share of all swings: the normalised index of Banzhaf.
    pub share: BigRational,
    /// The share of all orders in which it is the one that turns a losing coalition into a winning one.
    pub shapley_shubik: BigRational,
    /// Of the winning coalitions, those that it can undo: Coleman's power to prevent action.
    pub prevent: BigRational,
    /// Of the losing coalitions, those that it can make win: Coleman's power to initiate action.
    pub initiate: BigRational,
    /// It is in every winning coalition.
    pub veto: bool,
    /// It makes no difference to any.
    pub dummy: bool,
}

/// A game and its power indices.
#[derive(Clone, Debug)]
pub struct Power {
    /// The game.
    pub game: Game,
    /// Winning coalitions.
    pub winning: BigUint,
    /// All coalitions.
    pub coalitions: BigUint,
    /// Winning over all coalitions: Coleman's power of the body to act.
    pub act: BigRational,
    /// By group.
    pub members: Vec<Member>,
    /// Minimal winning coalitions.
    pub minimal_winning: Minimal,
    /// Minimal blocking coalitions: without any one of their members the rest could win.
    pub minimal_blocking: Minimal,
    /// How it was counted.
    pub method: Method,
}

/// The indices of a game, with up to so many kinds of minimal coalitions.
///
/// # Errors
/// E1004 where the body is too large.
pub fn power(game: Game, shown: usize) -> Result<Power, Refusal> {
    let (counts, method) = count(&game)?;
    let (minimal_winning, minimal_blocking) = minimal(&game, shown);
    let n = game.len();
    let winning: BigUint = counts.by_size.iter().sum();
    let coalitions = BigUint::one() << n;
    let members = members(&game, &counts, &winning, &coalitions);
    Ok(Power {
        act: ratio(&winning, &coalitions),
        game,
        winning,
        coalitions,
        members,
        minimal_winning,
        minimal_blocking,
        method,
    })
}

/// 0/0 is 0: where nobody wins, nobody has power.
fn ratio(a: &BigUint, b: &BigUint) -> BigRational {
    if b.is_zero() {
        return BigRational::zero();
    }
    BigRational::new(BigInt::from(a.clone()), BigInt::from(b.clone()))
}

fn members(game: &Game, counts: &Counts, winning: &BigUint, coalitions: &BigUint) -> Vec<Member> {
    let n = game.len();
    let losing = coalitions - winning;
    let others = coalitions >> 1;
    // Orders in which the coalition of so many comes first, then the member, then the rest.
    let mut factorials = vec![BigUint::one()];
    for k in 1..=n {
        let next = &factorials[k - 1] * k;
        factorials.push(next);
    }
    let swings: Vec<(BigUint, BigUint)> = (counts.with.iter())
        .map(|with| {
            let (mut swings, mut orders) = (BigUint::zero(), BigUint::zero());
            for size in 1..=n {
                // Support helps: those that win with it, less those that win without it.
                let already = &counts.by_size[size - 1] - &with[size - 1];
                let here = &with[size] - already;
                orders += &here * &factorials[size - 1] * &factorials[n - size];
                swings += here;
            }
            (swings, orders)
        })
        .collect();
    let all: BigUint = (swings.iter().zip(&game.groups))
        .map(|((s, _), g)| s * g.members.len())
        .sum();
    (swings.into_iter())
        .map(|(swings, orders)| Member {
            banzhaf: ratio(&swings, &others),
            share: ratio(&swings, &all),
            shapley_shubik: ratio(&orders, &factorials[n]),
            prevent: ratio(&swings, winning),
            initiate: ratio(&swings, &losing),
            veto: swings == *winning && !winning.is_zero(),
            dummy: swings.is_zero(),
            swings,
        })
        .collect()
}

#[cfg(test)]
mod tests;
