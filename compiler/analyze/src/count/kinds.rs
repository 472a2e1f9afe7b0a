//! All kinds of coalitions: how many of each group are in it.

use super::{Counts, binomials};
use crate::game::Game;
use num_bigint::BigUint;
use num_traits::Zero;

pub(super) fn count(game: &Game) -> Counts {
    if game.len() < 63 {
        narrow(game)
    } else {
        wide(game)
    }
}

/// Coalitions fit 64 bits, and with a factor of a group's size 128.
fn narrow(game: &Game) -> Counts {
    let (n, groups) = (game.len(), game.groups.len());
    let ways: Vec<Vec<u64>> = (game.groups.iter())
        .map(|g| {
            let row = binomials(g.members.len());
            row.iter()
                .map(|b| b.iter_u64_digits().next().unwrap_or(0))
                .collect()
        })
        .collect();
    let mut by_size = vec![0u64; n + 1];
    let mut with = vec![vec![0u128; n + 1]; groups];
    let (mut counts, mut sums) = (vec![0usize; groups], vec![0i64; game.weights.len()]);
    loop {
        if game.shape.wins(&sums) {
            let size: usize = counts.iter().sum();
            let product = counts
                .iter()
                .zip(&ways)
                .map(|(k, row)| row[*k])
                .product::<u64>();
            by_size[size] += product;
            for (w, k) in with.iter_mut().zip(&counts) {
                w[size] += u128::from(product) * *k as u128;
            }
        }
        if !game.next(&mut counts, &mut sums) {
            break;
        }
    }
    let of_one = |(w, g): (Vec<u128>, &crate::game::Group)| {
        let one = |all: u128| BigUint::from(all / g.members.len() as u128);
        w.into_iter().map(one).collect()
    };
    Counts {
        by_size: by_size.into_iter().map(BigUint::from).collect(),
        with: with.into_iter().zip(&game.groups).map(of_one).collect(),
    }
}

fn wide(game: &Game) -> Counts {
    let (n, groups) = (game.len(), game.groups.len());
    let ways: Vec<Vec<BigUint>> = (game.groups.iter())
        .map(|g| binomials(g.members.len()))
        .collect();
    let mut by_size = vec![BigUint::zero(); n + 1];
    let mut with = vec![vec![BigUint::zero(); n + 1]; groups];
    let (mut counts, mut sums) = (vec![0usize; groups], vec![0i64; game.weights.len()]);
    loop {
        if game.shape.wins(&sums) {
            let size: usize = counts.iter().sum();
            let product: BigUint = counts.iter().zip(&ways).map(|(k, row)| &row[*k]).product();
            for (w, k) in with.iter_mut().zip(&counts) {
                w[size] += &product * *k;
            }
            by_size[size] += product;
        }
        if !game.next(&mut counts, &mut sums) {
            break;
        }
    }
    for (w, g) in with.iter_mut().zip(&game.groups) {
        w.iter_mut().for_each(|c| *c /= g.members.len());
    }
    Counts { by_size, with }
}
