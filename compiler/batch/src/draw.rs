//! A draw for all runs of a block: a uniform number of each run against the odds, plane by plane until no run is tied.

use crate::plane::{CHUNK, CHUNKS, Chunk, Plane, and, each, not, or, xor};
use rogatio_mir::Chance;
use rogatio_mir::draw::{plane_key, plane_word};

/// Where the pieces of a draw end: numerators over one denominator, each above 0 and below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) of: u64,
    pub(crate) at: Vec<u64>,
}

/// Digits of the ends that are worked out beforehand; later ones are from the fractions themselves.
const FIRST: usize = 24;

/// The binary digits of an end, exactly.
#[derive(Clone, Debug)]
struct Digits {
    /// The first ones, the highest first.
    first: u32,
    /// What is left after these, over the denominator.
    rest: u64,
}

/// The ballot of a voter in one run, plane-coded (R54): which, of some chances in the order of their positions, a number
/// drawn bit by bit falls into; none where it is beyond them all. Two voters with one key draw the same number.
#[must_use]
pub fn ballot(chances: &[(u32, Chance)], key: u64, run: u64) -> Option<u32> {
    let mut sorted = chances.to_vec();
    sorted.sort_by_key(|(b, _)| *b);
    let mut sum = Chance::ZERO;
    sorted.into_iter().find_map(|(b, chance)| {
        sum = sum.plus(chance)?;
        let (num, of) = (sum.num().unsigned_abs(), sum.den().unsigned_abs());
        (num >= of || is_below(num, of, key, run)).then_some(b)
    })
}

/// Whether the number of a run lies below a fraction below one: bit by bit, until they differ.
fn is_below(end: u64, of: u64, key: u64, run: u64) -> bool {
    let (block, lane) = (run / crate::BLOCK, run % crate::BLOCK);
    let (mut rest, mut plane) = (end, 0);
    while rest != 0 {
        let word = plane_word(plane_key(key, block, plane), lane / 64);
        let (digit, left) = next_digit(rest, of);
        match (word >> (lane % 64) & 1 == 1, digit) {
            (false, true) => return true,
            (true, false) => return false,
            _ => (rest, plane) = (left, plane + 1),
        }
    }
    false
}

/// A draw made ready.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    ends: Ends,
    digits: Vec<Digits>,
}

/// The next digit of a fraction, and what is left.
const fn next_digit(rest: u64, of: u64) -> (bool, u64) {
    // 2 * rest without overflow.
    if rest >= of - rest {
        (true, rest - (of - rest))
    } else {
        (false, rest + rest)
    }
}

impl Ready {
    pub(crate) fn new(ends: Ends) -> Ready {
        let digits = ends.at.iter().map(|end| {
            let (mut first, mut rest) = (0u32, *end);
            for _ in 0..FIRST {
                let (one, left) = next_digit(rest, ends.of);
                first = first << 1 | u32::from(one);
                rest = left;
            }
            Digits { first, rest }
        });
        let digits = digits.collect();
        Ready { ends, digits }
    }

    /// For each end, where the number of a run lies below it.
    #[inline(always)]
    pub(crate) fn block(&self, key: u64, block: u64, below: &mut [Plane]) {
        match below {
            [one] => self.of::<1>(key, block, std::array::from_mut(one)),
            [a, b] => {
                let mut both = [*a, *b];
                self.of::<2>(key, block, &mut both);
                [*a, *b] = both;
            }
            many => {
                for chunk in 0..CHUNKS {
                    self.chunk_of_many(key, block, chunk, many);
                }
            }
        }
    }

    /// The same with as many ends as are known when this is compiled: what is tied stays in registers.
    #[inline(always)]
    fn of<const N: usize>(&self, key: u64, block: u64, below: &mut [Plane; N]) {
        let digits: [Digits; N] = std::array::from_fn(|i| self.digits[i].clone());
        let mut keys = [0u64; FIRST];
        for (plane, k) in keys.iter_mut().enumerate() {
            *k = plane_key(key, block, plane as u64);
        }
        for chunk in 0..CHUNKS {
            let mut tied = [[u64::MAX; CHUNK]; N];
            let mut less = [[0u64; CHUNK]; N];
            let mut plane = 0;
            while plane < FIRST {
                let drawn = words(keys[plane], chunk);
                for i in 0..N {
                    let one =
                        0u64.wrapping_sub(u64::from(digits[i].first >> (FIRST - 1 - plane) & 1));
                    // Below where the end has a one and the number a zero; tied where they are alike.
                    let (t, l) = (&tied[i], &less[i]);
                    let differs = each(|w| drawn[w] ^ one);
                    let now = each(|w| l[w] | (t[w] & differs[w] & one));
                    let still = each(|w| t[w] & !differs[w]);
                    (less[i], tied[i]) = (now, still);
                }
                plane += 1;
                if plane >= 8 && !any(&tied) {
                    break;
                }
            }
            for i in 0..N {
                below[i][chunk] = less[i];
            }
            if any(&tied) {
                for i in 0..N {
                    let mut state = (less[i], tied[i]);
                    self.later(key, block, chunk, i, &mut state);
                    below[i][chunk] = state.0;
                }
            }
        }
    }

    #[inline(always)]
    fn chunk_of_many(&self, key: u64, block: u64, chunk: usize, below: &mut [Plane]) {
        for (i, d) in self.digits.iter().enumerate() {
            let mut tied = [u64::MAX; CHUNK];
            let mut less = [0u64; CHUNK];
            for plane in 0..FIRST {
                let drawn = words(plane_key(key, block, plane as u64), chunk);
                let one = 0u64.wrapping_sub(u64::from(d.first >> (FIRST - 1 - plane) & 1));
                let differs = each(|w| drawn[w] ^ one);
                less = each(|w| less[w] | (tied[w] & differs[w] & one));
                tied = and(&tied, &not(&differs));
                if !any(&[tied]) {
                    break;
                }
            }
            let mut state = (less, tied);
            self.later(key, block, chunk, i, &mut state);
            below[i][chunk] = state.0;
        }
    }

    /// The rare runs that are tied after the first digits: from the fraction itself, as far as it takes.
    #[cold]
    #[inline(never)]
    fn later(&self, key: u64, block: u64, chunk: usize, end: usize, state: &mut (Chunk, Chunk)) {
        let (less, tied) = state;
        let (mut rest, mut plane) = (self.digits[end].rest, FIRST as u64);
        // Once nothing is left of the end, no number is below it that was not before.
        while rest != 0 && any(&[*tied]) {
            let (digit, left) = next_digit(rest, self.ends.of);
            let one = 0u64.wrapping_sub(u64::from(digit));
            let drawn = words(plane_key(key, block, plane), chunk);
            let differs = xor(&drawn, &[one; CHUNK]);
            *less = or(less, &and(tied, &and(&differs, &[one; CHUNK])));
            *tied = and(tied, &not(&differs));
            rest = left;
            plane += 1;
        }
    }

    /// The piece of one run alone: how many ends its number is not below. From the rule: bit by bit, the fractions exact.
    pub(crate) fn piece(&self, key: u64, run: u64) -> usize {
        let below = |end: &&u64| is_below(**end, self.ends.of, key, run);
        self.ends.at.iter().filter(|end| !below(end)).count()
    }
}

#[inline(always)]
fn words(plane_key: u64, chunk: usize) -> Chunk {
    each(|w| plane_word(plane_key, (chunk * CHUNK + w) as u64))
}

#[inline(always)]
fn any<const N: usize>(planes: &[Chunk; N]) -> bool {
    let all = planes.iter().fold([0; CHUNK], |a, p| or(&a, p));
    all.iter().fold(0, |a, w| a | w) != 0
}
