//! Every coalition: one bit each, 64 coalitions a word.

use super::Counts;
use crate::game::Game;
use num_bigint::BigUint;

/// Members, at most: 2^30 coalitions are 128 MiB of bits.
pub(crate) const MOST_MEMBERS: usize = 30;

/// Within a word, the coalitions that have the member of this bit of their number.
const HAS: [u64; 6] = [
    0xaaaa_aaaa_aaaa_aaaa,
    0xcccc_cccc_cccc_cccc,
    0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00,
    0xffff_0000_ffff_0000,
    0xffff_ffff_0000_0000,
];

/// Which coalitions win: bit m of the whole is the coalition whose members are the bits of m.
pub(crate) struct Bits {
    n: usize,
    words: Vec<u64>,
}

/// Within a word, the coalitions of this many of the first six members.
fn of_size() -> [u64; 7] {
    let mut out = [0u64; 7];
    for m in 0u32..64 {
        out[m.count_ones() as usize] |= 1 << m;
    }
    out
}

impl Bits {
    pub(crate) fn new(game: &Game) -> Bits {
        let n = game.len();
        let low = n.min(6);
        let k = game.weights.len();
        // The sums of the coalitions of the first six, one row a coalition.
        let mut small = vec![0i64; k << low];
        for m in 1usize..1 << low {
            let bit = m.trailing_zeros() as usize;
            for s in 0..k {
                small[m * k + s] = small[(m & (m - 1)) * k + s] + game.weights[s][bit];
            }
        }
        let mut base = vec![0i64; k];
        let mut sums = vec![0i64; k];
        let words = (0u64..1 << (n - low))
            .map(|at| {
                if at > 0 {
                    // From the coalition before: its trailing members leave, the next one joins.
                    let joins = at.trailing_zeros() as usize;
                    for (base, weights) in base.iter_mut().zip(&game.weights) {
                        *base += weights[low + joins];
                        *base -= weights[low..low + joins].iter().sum::<i64>();
                    }
                }
                let mut word = 0u64;
                for m in 0..1usize << low {
                    for (s, (b, few)) in sums.iter_mut().zip(base.iter().zip(&small[m * k..])) {
                        *s = b + few;
                    }
                    word |= u64::from(game.shape.wins(&sums)) << m;
                }
                word
            })
            .collect();
        Bits { n, words }
    }

    /// Bits that are coalitions at all.
    fn valid(&self) -> u64 {
        match self.n {
            0..=5 => (1u64 << (1 << self.n)) - 1,
            _ => u64::MAX,
        }
    }

    /// The coalitions that block: those whose complement does not win.
    pub(crate) fn blocking(&self) -> Bits {
        let valid = self.valid();
        let shift = 64 - valid.count_ones();
        let words = self.words.iter().rev();
        let words = words
            .map(|w| !(w.reverse_bits() >> shift) & valid)
            .collect();
        Bits { n: self.n, words }
    }

    pub(crate) fn count(&self, game: &Game) -> Counts {
        let n = self.n;
        let sizes = of_size();
        let mut by_size = vec![0u64; n + 1];
        let mut with = vec![vec![0u64; n + 1]; n];
        for (at, word) in self.words.iter().enumerate() {
            if *word == 0 {
                continue;
            }
            let high = at.count_ones() as usize;
            for (few, mask) in sizes.iter().enumerate() {
                let found = u64::from((word & mask).count_ones());
                if found == 0 {
                    continue;
                }
                by_size[high + few] += found;
                let mut left = at;
                while left != 0 {
                    with[6 + left.trailing_zeros() as usize][high + few] += found;
                    left &= left - 1;
                }
                for (m, has) in HAS.iter().enumerate().take(n.min(6)) {
                    with[m][high + few] += u64::from((word & mask & has).count_ones());
                }
            }
        }
        let big = |row: &Vec<u64>| row.iter().map(|c| BigUint::from(*c)).collect();
        Counts {
            by_size: big(&by_size),
            with: game
                .groups
                .iter()
                .map(|g| big(&with[g.members[0]]))
                .collect(),
        }
    }

    /// The minimal coalitions among these: how many, and the first ones by number of members.
    pub(crate) fn minimal(&self, shown: usize) -> (u64, Vec<u64>) {
        let mut count = 0u64;
        let mut least: Vec<(u32, u64)> = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            let mut minimal = *word;
            // Whoever is in it is needed.
            let mut left = at;
            while left != 0 && minimal != 0 {
                minimal &= !self.words[at ^ (1 << left.trailing_zeros())];
                left &= left - 1;
            }
            for (m, has) in HAS.iter().enumerate().take(self.n.min(6)) {
                minimal &= !((word & !has) << (1 << m)) | !has;
            }
            count += u64::from(minimal.count_ones());
            while minimal != 0 {
                let coalition = (at as u64) << 6 | u64::from(minimal.trailing_zeros());
                least.push((coalition.count_ones(), coalition));
                minimal &= minimal - 1;
            }
            if least.len() > 4096.max(4 * shown) {
                least.sort_unstable();
                least.truncate(shown);
            }
        }
        least.sort_unstable();
        least.truncate(shown);
        (count, least.into_iter().map(|(_, c)| c).collect())
    }
}
