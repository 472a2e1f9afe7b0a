//! Random draws as a stateless function of seed, site, key and run (R51, R52, R54, R55).
//!
//! Comes in: a seed, the path of a draw site, the names of what it is keyed by, the number of the draw and of the run.
//! Goes out: a 64-bit word, a delay in ticks, an order among acts of one day. Never happens: a floating-point number,
//! a state that one run leaves for the next. The whole scheme is one version, [`DRAW_VERSION`]: whatever changes a word
//! or a tick changes its name.
//!
//! A unit exponential variate is `-ln U` with U the word read as a binary fraction: its leading zeros are the
//! memoryless restarts (each is worth ln 2), the ten bits after the first one choose a cell of the table of ln(1 + f),
//! and the next 32 interpolate in it. The table is made by an integer series, so every engine and machine has the same.

mod ballot;
mod delay;
mod order;
mod philox;
mod table;

pub use ballot::{Improper, Odds, ballot_key, bloc_key};
pub use delay::{Delay, MAX_TICKS};
pub use order::nth_smallest;
pub use philox::{Generator, philox};
pub use table::{MAX_SHAPE, Table};

/// The name of the scheme: printed with every result.
pub const DRAW_VERSION: &str = "splitmix-1";

/// The increment of splitmix64: 2^64 divided by the golden ratio, odd.
pub const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Steps between the keys of the draws of one site and key.
pub const STRIDE: u64 = 0xd134_2543_de82_ef95;
/// First factor of [`mix`].
pub const MIX_1: u64 = 0xbf58_476d_1ce4_e5b9;
/// Second factor of [`mix`].
pub const MIX_2: u64 = 0x94d0_49bb_1331_11eb;

/// The finaliser of splitmix64, a bijection.
#[must_use]
#[inline]
pub const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(MIX_1);
    let z = (z ^ (z >> 27)).wrapping_mul(MIX_2);
    z ^ (z >> 31)
}

/// Takes one more word into a hash.
const fn absorb(hash: u64, word: u64) -> u64 {
    mix(hash.wrapping_mul(STRIDE) ^ mix(word.wrapping_add(GOLDEN)))
}

/// Hash of a text: FNV-1a, then [`mix`].
const fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    let mut i = 0;
    while i < bytes.len() {
        h = (h ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    mix(h)
}

/// The hash of a draw site's path: module, experiment, clause (R54).
#[must_use]
pub const fn site(path: &str) -> u64 {
    hash(path)
}

/// The key of an entity that the program or the experiment names.
#[must_use]
pub const fn entity_key(name: &str) -> u64 {
    hash(name)
}

/// The name of the i-th member, counted from 1, of an anonymous population: `State#17`.
#[must_use]
pub fn member_name(kind: &str, i: u32) -> String {
    [kind, "#", &i.to_string()].concat()
}

/// The key of all draws of a site for these entities: H(seed, site, key…) of rule R54 before the number of the draw.
#[must_use]
pub fn stream(seed: u64, site: u64, keys: &[u64]) -> u64 {
    let start = absorb(absorb(0, seed), site);
    let all = keys.iter().fold(start, |h, &k| absorb(h, k));
    absorb(all, keys.len() as u64)
}

/// The key of the n-th draw, counted from 0, of a stream.
#[must_use]
#[inline]
pub const fn nth_key(stream: u64, n: u64) -> u64 {
    mix(stream.wrapping_add(n.wrapping_mul(STRIDE)))
}

/// The word of a draw in a run: `mix(k + run*G)`.
#[must_use]
pub const fn word(key: u64, run: u64) -> u64 {
    mix(key.wrapping_add(run.wrapping_mul(GOLDEN)))
}

/// The key of a plane of a block of 4096 runs (R54): the highest digits of a uniform number are plane 0.
#[must_use]
#[inline]
pub const fn plane_key(key: u64, block: u64, plane: u64) -> u64 {
    nth_key(nth_key(key, block), plane)
}

/// A word of a plane: bit r mod 64 of word r/64 is that of run r of the block.
#[must_use]
#[inline]
pub const fn plane_word(plane_key: u64, index: u64) -> u64 {
    mix(plane_key.wrapping_add(index.wrapping_mul(GOLDEN)))
}

/// The order among acts of one tick (R52): smaller first.
#[must_use]
pub const fn tie(word: u64) -> u64 {
    mix(word)
}

/// Cells of [`LN_TABLE`].
pub const LN_CELLS: usize = 1024;
/// ln 2 in fixed point 32.32, rounded.
pub const LN_2: u64 = 0xb172_17f8;

/// ln(1 + i/1024) for i = 0 ..= 1024 in fixed point 0.32, rounded.
pub static LN_TABLE: [u32; LN_CELLS + 1] = {
    let mut table = [0; LN_CELLS + 1];
    let mut i = 0;
    while i <= LN_CELLS {
        table[i] = ln_of_cell(i as i128);
        i += 1;
    }
    table
};

/// Bits after the point of what logarithms are worked out from.
const BITS: u32 = 60;

/// The area hyperbolic tangent of at most 1/3, so 40 terms are plenty: ln(a/b) = 2 atanh((a-b)/(a+b)).
const fn atanh(x: i128) -> i128 {
    let square = (x * x) >> BITS;
    let (mut power, mut sum, mut k) = (x, 0i128, 1i128);
    while power != 0 {
        sum += power / k;
        power = (power * square) >> BITS;
        k += 2;
    }
    sum
}

const fn ln_of_cell(i: i128) -> u32 {
    let x = (i << BITS) / (2 * LN_CELLS as i128 + i);
    let rounded = (2 * atanh(x) + (1 << (BITS - 33))) >> (BITS - 32);
    if rounded > u32::MAX as i128 {
        return u32::MAX;
    }
    rounded as u32
}

/// A unit exponential variate in fixed point 32.32, from 0 to 64 ln 2.
#[must_use]
pub fn unit_exponential(word: u64) -> u64 {
    // The last bit is set so that there is a first one; it is below what the table resolves.
    let word = word | 1;
    let zeros = word.leading_zeros();
    let fraction = (word << zeros) << 1;
    let cell = (fraction >> 54) as usize;
    let rest = (fraction >> 22) & 0xffff_ffff;
    let (low, high) = (u64::from(LN_TABLE[cell]), u64::from(LN_TABLE[cell + 1]));
    let ln = low + (((high - low) * rest) >> 32);
    (u64::from(zeros) + 1) * LN_2 - ln
}

/// The first word, from 0 to 2^64, whose unit variate is at most so great: [`unit_exponential`] falls as the word rises.
pub(crate) fn first_word(most: u64) -> u128 {
    // With so many zeros before its first bit a word gives from `zeros * LN_2` (not included) to one LN_2 more.
    let zeros = most / LN_2;
    if zeros >= 64 {
        return 0;
    }
    // What must be taken off at least.
    let ln = (zeros + 1) * LN_2 - most;
    let cell = LN_TABLE.partition_point(|at| u64::from(*at) <= ln).max(1) - 1;
    let word = if cell + 1 >= LN_TABLE.len() {
        // Nothing with so many zeros does; the first with one less does.
        1u128 << (64 - zeros)
    } else {
        let (low, high) = (u64::from(LN_TABLE[cell]), u64::from(LN_TABLE[cell + 1]));
        let rest = ((ln - low) << 32).div_ceil(high - low);
        // The rest may carry into the next cell.
        let fraction = ((cell as u128) << 32) + u128::from(rest);
        (((1u128 << 42) + fraction) << 21).div_ceil(1 << zeros)
    };
    // The last bit is read as set, so a word and the next odd one are alike.
    word & !1
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u64 = 200_000;

    fn moments(delay: Delay, name: &str) -> (f64, f64) {
        let key = nth_key(stream(7, site(name), &[entity_key("X")]), 0);
        let (mut sum, mut squares) = (0.0, 0.0);
        for run in 0..N {
            let x = delay.ticks(word(key, run)) as f64;
            sum += x;
            squares += x * x;
        }
        let mean = sum / N as f64;
        (mean, squares / N as f64 - mean * mean)
    }

    fn close(found: f64, wanted: f64, tolerance: f64) {
        assert!(
            (found - wanted).abs() <= tolerance * wanted,
            "{found} is not {wanted}"
        );
    }

    #[test]
    fn vectors() {
        // The first words of splitmix64 from state 0, as published: the scheme is that generator with a random start.
        assert_eq!(word(0, 1), 0xe220_a839_7b1d_cdaf);
        assert_eq!(word(0, 2), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(word(0, 3), 0x06c4_5d18_8009_454f);
        assert_eq!(site("un.cbd/race/deposit"), 0xc6b2_0757_7e1b_a5aa);
        assert_eq!(entity_key("State#1"), 0x82eb_5739_b219_028c);
        let s = stream(1, site("un.cbd/race/deposit"), &[entity_key("State#1")]);
        assert_eq!(s, 0xb700_39ee_2212_aae3);
        assert_eq!(nth_key(s, 0), 0xbc03_33e6_976d_711c);
        let year = Delay::exponential(1461).unwrap();
        let days: Vec<i64> = (0..6)
            .map(|run| year.ticks(word(nth_key(s, 0), run)))
            .collect();
        assert_eq!(days, [840, 3895, 3429, 4, 1516, 2599]);
    }

    #[test]
    fn streams_differ_by_everything() {
        let one = stream(1, 2, &[3]);
        for other in [
            stream(2, 2, &[3]),
            stream(1, 3, &[3]),
            stream(1, 2, &[4]),
            stream(1, 2, &[]),
            stream(1, 2, &[3, 3]),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(stream(1, 2, &[3, 4]), stream(1, 2, &[4, 3]));
        assert_ne!(nth_key(one, 0), nth_key(one, 1));
    }

    #[test]
    fn the_table_is_the_logarithm_and_rises() {
        for (i, &entry) in LN_TABLE.iter().enumerate() {
            let exact = (1.0 + i as f64 / LN_CELLS as f64).ln() * 4_294_967_296.0;
            assert!((f64::from(entry) - exact).abs() <= 0.5 + 1e-5, "{i}");
        }
        assert!(LN_TABLE.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(u64::from(LN_TABLE[LN_CELLS]), LN_2);
    }

    #[test]
    fn the_variate_falls_with_the_word_and_is_the_logarithm() {
        let words = (0..64).flat_map(|s| [1u64 << s, (3 << s) >> 1, u64::MAX >> (63 - s)]);
        let mut words: Vec<u64> = words.chain((0..20_000).map(mix)).collect();
        words.sort_unstable();
        assert!(
            words
                .windows(2)
                .all(|w| unit_exponential(w[0]) >= unit_exponential(w[1]))
        );
        for w in words {
            let exact = -((w.max(1) as f64) / 18_446_744_073_709_551_616.0).ln();
            let found = unit_exponential(w) as f64 / 4_294_967_296.0;
            assert!(
                (found - exact).abs() < 4e-7 || w < 1 << 22,
                "{w:x}: {found} {exact}"
            );
        }
        assert_eq!(unit_exponential(u64::MAX), 1);
    }

    #[test]
    fn moments_are_those_of_the_laws() {
        let (mean, variance) = moments(Delay::exponential(1461).unwrap(), "exponential");
        close(mean, 1461.5, 0.01);
        close(variance, 1461.0 * 1461.0, 0.02);
        let (mean, variance) = moments(Delay::geometric(10).unwrap(), "geometric");
        close(mean, 10.0, 0.01);
        close(variance, 90.0, 0.02);
        let (mean, variance) = moments(Delay::uniform(200, 500).unwrap(), "uniform");
        close(mean, 350.0, 0.005);
        close(variance, (301.0 * 301.0 - 1.0) / 12.0, 0.02);
        assert_eq!(moments(Delay::fixed(30).unwrap(), "fixed"), (30.0, 0.0));
    }

    #[test]
    fn a_geometric_step_has_its_odds() {
        let delay = Delay::geometric(4).unwrap();
        let key = nth_key(stream(7, site("odds"), &[]), 0);
        let mut counts = [0u64; 4];
        for run in 0..N {
            if let Some(c) = counts.get_mut(delay.ticks(word(key, run)) as usize) {
                *c += 1;
            }
        }
        assert_eq!(counts[0], 0);
        close(counts[1] as f64, N as f64 / 4.0, 0.02);
        close(counts[2] as f64, N as f64 * 3.0 / 16.0, 0.02);
        close(counts[3] as f64, N as f64 * 9.0 / 64.0, 0.03);
    }

    #[test]
    fn bounds() {
        assert_eq!(Delay::uniform(0, 0), Some(Delay::Fixed(1)));
        assert_eq!(Delay::uniform(5, 4), None);
        assert_eq!(Delay::exponential(-1), None);
        assert_eq!(Delay::exponential(MAX_TICKS + 1), None);
        assert_eq!(Delay::geometric(1), Some(Delay::Fixed(1)));
        assert_eq!(Delay::fixed(0), Some(Delay::Fixed(1)));
        let u = Delay::uniform(2, 4).unwrap();
        assert_eq!((u.ticks(0), u.ticks(u64::MAX)), (2, 4));
        assert_eq!(Delay::exponential(0).unwrap().ticks(1), 1);
        assert!(
            Delay::geometric(MAX_TICKS).is_some()
                && Delay::exponential(MAX_TICKS).unwrap().ticks(0) > 0
        );
    }
}
