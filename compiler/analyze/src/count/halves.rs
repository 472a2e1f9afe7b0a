//! Two halves of the body, each with its coalitions sorted by weight, put together (Horowitz and Sahni 1974): for weights
//! that are large, such as populations, and one sum beside the number of members.

use super::{Counts, is_size, threshold};
use crate::game::Game;
use num_bigint::BigUint;

/// Members, at most: each half has 2^17 coalitions.
const MOST: usize = 34;

/// The coalitions of a half of one size, by weight: members as bits.
type Sorted = Vec<(i64, u32)>;

fn half(weights: &[i64]) -> Vec<Sorted> {
    let n = weights.len();
    let mut by_size: Vec<Sorted> = vec![Vec::new(); n + 1];
    let mut sums = vec![0i64; 1 << n];
    by_size[0].push((0, 0));
    for mask in 1u32..1 << n {
        let low = mask.trailing_zeros() as usize;
        let sum = sums[(mask & (mask - 1)) as usize] + weights[low];
        sums[mask as usize] = sum;
        by_size[mask.count_ones() as usize].push((sum, mask));
    }
    by_size.iter_mut().for_each(|s| s.sort_unstable());
    by_size
}

/// None where there is more than one sum beside the size, or too many members.
pub(super) fn count(game: &Game) -> Option<Counts> {
    let n = game.len();
    let own: Vec<usize> = (0..game.weights.len())
        .filter(|i| !is_size(&game.weights[*i]))
        .collect();
    let [own] = own[..] else { return None };
    if n > MOST || game.weights[own].iter().any(|w| *w < 0) {
        return None;
    }
    let weights = &game.weights[own];
    let total: i64 = weights.iter().sum();
    let mut sums = vec![0i64; game.weights.len()];
    let needed: Vec<Option<i64>> = (0..=n)
        .map(|size| {
            sums.iter_mut().for_each(|s| *s = size as i64);
            threshold(&game.shape, &mut sums, own, total)
        })
        .collect();
    let cut = n / 2;
    let (first, second) = (half(&weights[..cut]), half(&weights[cut..]));
    // How many of the coalitions from here to the end have a member.
    let rest = n - cut;
    let having: Vec<Vec<u32>> = second
        .iter()
        .map(|s| {
            let mut all = vec![0u32; (s.len() + 1) * rest];
            for (at, (_, mask)) in s.iter().enumerate().rev() {
                for m in 0..rest {
                    all[at * rest + m] = all[(at + 1) * rest + m] + (mask >> m & 1);
                }
            }
            all
        })
        .collect();
    let mut by_size = vec![0u64; n + 1];
    let mut with = vec![vec![0u64; n + 1]; n];
    for (i, a) in first.iter().enumerate() {
        for (j, b) in second.iter().enumerate() {
            let size = i + j;
            let Some(need) = needed[size] else { continue };
            // As the first grows, less is needed of the second.
            let mut from = b.len();
            for (sum, mask) in a {
                while from > 0 && b[from - 1].0 + sum >= need {
                    from -= 1;
                }
                let found = (b.len() - from) as u64;
                if found == 0 {
                    continue;
                }
                by_size[size] += found;
                let mut left = *mask;
                while left != 0 {
                    with[left.trailing_zeros() as usize][size] += found;
                    left &= left - 1;
                }
                for (m, n) in having[j][from * rest..(from + 1) * rest].iter().enumerate() {
                    with[cut + m][size] += u64::from(*n);
                }
            }
        }
    }
    let big = |row: &Vec<u64>| row.iter().map(|c| BigUint::from(*c)).collect();
    Some(Counts {
        by_size: big(&by_size),
        with: game
            .groups
            .iter()
            .map(|g| big(&with[g.members[0]]))
            .collect(),
    })
}
