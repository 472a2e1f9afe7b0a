//! Minimal coalitions: those that win, or block, and would not without any one of their members.

use crate::count::{Bits, MOST_KINDS, MOST_MEMBERS, binomials, is_size};
use crate::game::{Game, Leaf, Shape};
use num_bigint::BigUint;
use num_traits::{One, Zero};

/// A kind of coalition: how many of each group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Group and how many of its members; groups of whom there is none are left out.
    pub takes: Vec<(usize, usize)>,
    /// How many coalitions are of this kind.
    pub coalitions: BigUint,
}

/// The minimal coalitions.
#[derive(Clone, Debug, Default)]
pub struct Minimal {
    /// How many there are; none if they could not be counted.
    pub count: Option<BigUint>,
    /// Kinds of them, the smallest first, up to the bound asked for.
    pub shown: Vec<Pattern>,
    /// Whether those are all.
    pub complete: bool,
}

/// The minimal winning and the minimal blocking coalitions, with up to so many kinds of each.
pub(crate) fn minimal(game: &Game, shown: usize) -> (Minimal, Minimal) {
    if game.kinds_of_coalitions().is_some_and(|k| k <= MOST_KINDS) {
        let dual = game.shape.dual(&game.totals());
        return (kinds(game, &game.shape, shown), kinds(game, &dual, shown));
    }
    if game.len() <= MOST_MEMBERS {
        let wins = Bits::new(game);
        return (
            bits(game, &wins, shown),
            bits(game, &wins.blocking(), shown),
        );
    }
    let winning = one_quota(game).map(|(sum, quota)| {
        let total: i64 = game.weights[sum].iter().sum();
        (
            by_weight(game, sum, quota),
            by_weight(game, sum, total - quota + 1),
        )
    });
    let of = |count: Option<BigUint>| Minimal {
        complete: count.as_ref().is_some_and(Zero::is_zero),
        count,
        shown: Vec::new(),
    };
    match winning {
        Some((w, b)) => (of(w), of(b)),
        None => (Minimal::default(), Minimal::default()),
    }
}

fn kinds(game: &Game, shape: &Shape, shown: usize) -> Minimal {
    let ways: Vec<Vec<BigUint>> = (game.groups.iter())
        .map(|g| binomials(g.members.len()))
        .collect();
    let (mut counts, mut sums) = (
        vec![0usize; game.groups.len()],
        vec![0i64; game.weights.len()],
    );
    let mut less = vec![0i64; sums.len()];
    let mut total = BigUint::zero();
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut many = 0usize;
    loop {
        if shape.wins(&sums) {
            let needed = game.groups.iter().zip(&counts).all(|(g, k)| {
                less.iter_mut()
                    .zip(sums.iter().zip(&g.weights))
                    .for_each(|(l, (s, w))| *l = s - w);
                *k == 0 || !shape.wins(&less)
            });
            if needed {
                let product: BigUint = counts.iter().zip(&ways).map(|(k, row)| &row[*k]).product();
                total += product;
                many += 1;
                found.push((counts.iter().sum(), counts.clone()));
                if found.len() > 1024.max(4 * shown) {
                    found.sort();
                    found.truncate(shown);
                }
            }
        }
        if !game.next(&mut counts, &mut sums) {
            break;
        }
    }
    // The smallest first; among equals those that take from the first groups.
    found.sort_by(|(a, x), (b, y)| a.cmp(b).then(y.cmp(x)));
    found.truncate(shown);
    let pattern = |(_, counts): (usize, Vec<usize>)| Pattern {
        coalitions: counts.iter().zip(&ways).map(|(k, row)| &row[*k]).product(),
        takes: counts
            .into_iter()
            .enumerate()
            .filter(|(_, k)| *k > 0)
            .collect(),
    };
    Minimal {
        count: Some(total),
        complete: many <= shown,
        shown: found.into_iter().map(pattern).collect(),
    }
}

fn bits(game: &Game, all: &Bits, shown: usize) -> Minimal {
    let (count, first) = all.minimal(shown);
    let mut group_of = vec![0usize; game.len()];
    for (g, group) in game.groups.iter().enumerate() {
        group.members.iter().for_each(|m| group_of[*m] = g);
    }
    let mut patterns: Vec<Pattern> = Vec::new();
    for coalition in first {
        let mut takes = vec![0usize; game.groups.len()];
        for (m, group) in group_of.iter().enumerate() {
            takes[*group] += (coalition >> m & 1) as usize;
        }
        let coalitions = (takes.iter().zip(&game.groups))
            .map(|(k, g)| binomials(g.members.len()).swap_remove(*k))
            .product();
        let takes = takes
            .into_iter()
            .enumerate()
            .filter(|(_, k)| *k > 0)
            .collect();
        let pattern = Pattern { takes, coalitions };
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    let listed: BigUint = patterns.iter().map(|p| &p.coalitions).sum();
    Minimal {
        complete: listed == BigUint::from(count),
        count: Some(BigUint::from(count)),
        shown: patterns,
    }
}

/// The quota, where the rule is one sum that has to reach it.
fn one_quota(game: &Game) -> Option<(usize, i64)> {
    let mut shape = &game.shape;
    while let Shape::And(parts) | Shape::Or(parts) = shape {
        let [one] = parts.as_slice() else { return None };
        shape = one;
    }
    match shape {
        Shape::Leaf(Leaf { sum, quota }) if !is_size(&game.weights[*sum]) => Some((*sum, *quota)),
        _ => None,
    }
}

/// Coalitions of at least the quota whose lightest member is needed: from the heaviest down, the last one who joins lifts it
/// over the quota.
fn by_weight(game: &Game, sum: usize, quota: i64) -> Option<BigUint> {
    let mut weights = game.weights[sum].clone();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    let quota = usize::try_from(quota).ok()?;
    // Memory and work are bounded; beyond, they stay uncounted.
    if quota.checked_mul(weights.len())? > 1 << 22 {
        return None;
    }
    if quota == 0 {
        return Some(BigUint::one());
    }
    let mut below = vec![BigUint::zero(); quota];
    below[0] = BigUint::one();
    let mut count = BigUint::zero();
    for w in weights {
        let w = usize::try_from(w).ok()?;
        if w == 0 {
            break;
        }
        count += below[quota.saturating_sub(w)..].iter().sum::<BigUint>();
        for at in (w..quota).rev() {
            let add = below[at - w].clone();
            below[at] += add;
        }
    }
    Some(count)
}
