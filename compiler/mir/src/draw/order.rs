//! Order statistics: one of many words in their order, without drawing them all.

use super::{GOLDEN, mix};

/// The n-th smallest, counted from 1, of so many uniform words, drawn by one. Exact: the bits of all words are fair coins,
/// looked at from the highest; of those still in question only how many have the next bit set is drawn, as ones among as
/// many fair bits, and the rest of the last one is drawn whole.
#[must_use]
pub fn nth_smallest(word: u64, of: u64, nth: u64) -> u64 {
    let (mut state, mut left, mut rank) = (word, of.max(1), nth.max(1));
    let mut next = || {
        state = state.wrapping_add(GOLDEN);
        mix(state)
    };
    let mut found = 0u64;
    for bits in (1..=64u32).rev() {
        if left == 1 {
            return found.checked_shl(bits).unwrap_or(0) | (next() >> (64 - bits));
        }
        let (mut ones, mut rest) = (0, left);
        while rest > 0 {
            let width = rest.min(64);
            ones += u64::from((next() >> (64 - width)).count_ones());
            rest -= width;
        }
        let zeros = left - ones;
        let high = rank > zeros;
        (left, rank) = if high {
            (ones, rank - zeros)
        } else {
            (zeros, rank)
        };
        found = (found << 1) | u64::from(high);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::word;

    #[test]
    fn it_has_the_law_of_sorting() {
        // By eighths of the range, against the words themselves, sorted: Pearson's statistic of seven degrees exceeds 29.9
        // once in ten thousand times; the seeds are fixed.
        const RUNS: u64 = 40_000;
        for (of, nth) in [(1u64, 1u64), (2, 2), (5, 1), (7, 4), (130, 87), (190, 190)] {
            let mut counts = [[0u64; 8]; 2];
            for run in 0..RUNS {
                let one = nth_smallest(word(of * 7 + nth, run), of, nth);
                let mut all: Vec<u64> = (0..of).map(|i| word(mix(of + i), run)).collect();
                all.sort_unstable();
                for (row, found) in counts.iter_mut().zip([one, all[nth as usize - 1]]) {
                    // The law is spread out: by the mean of so many.
                    let mean = nth as f64 / (of + 1) as f64;
                    let deviation = (mean * (1.0 - mean) / (of + 2) as f64).sqrt();
                    let at = (found as f64 / 2f64.powi(64) - mean) / deviation;
                    row[((at * 2.0 + 4.0).floor().clamp(0.0, 7.0)) as usize] += 1;
                }
            }
            let x2: f64 = (counts[0].iter().zip(&counts[1]))
                .filter(|(a, b)| **a + **b > 0)
                .map(|(a, b)| (*a as f64 - *b as f64).powi(2) / (a + b) as f64)
                .sum();
            assert!(x2 < 29.9, "{nth} of {of}: {x2} {counts:?}");
        }
    }

    #[test]
    fn of_all_ranks_of_one_draw_the_order_is_theirs() {
        for run in 0..200 {
            let all: Vec<u64> = (1..=9).map(|n| nth_smallest(word(3, run), 9, n)).collect();
            assert!(all.windows(2).all(|w| w[0] >> 63 <= w[1] >> 63));
        }
    }
}
