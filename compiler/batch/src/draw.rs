//! A draw for all runs of a block: a uniform number of each run against the odds, plane by plane until no run is tied.
//!
//! The first [`EAGER`] planes are drawn for all runs. By then few words of 64 runs have a tied one: these are packed
//! together, and only they are drawn further. After [`FIRST`] planes the few runs that are left go on word by word.

use crate::plane::{Plane, WORDS};
use crate::simd::{MOST_LANES, Simd};
use rogatio_mir::Chance;
use rogatio_mir::draw::{GOLDEN, STRIDE, nth_key, plane_key, plane_word};

/// Where the pieces of a draw end: numerators over one denominator, each above 0 and below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) of: u64,
    pub(crate) at: Vec<u64>,
}

/// Digits of the ends that are worked out beforehand; later ones are from the fractions themselves.
const FIRST: usize = 16;
/// Planes that are drawn for all runs, where the digits go on for so long.
const EAGER: usize = 8;
/// Planes that are drawn of a tied run before it is asked again.
const STEP: usize = 4;

/// The binary digits of an end, exactly.
#[derive(Clone, Debug)]
struct Digits {
    /// The first ones, the highest first; each in all bits.
    first: [u64; FIRST],
    /// How many there are before nothing but zeros, as far as these show.
    len: usize,
    /// What is left after the first ones, over the denominator.
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

/// Room for the words that have tied runs.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    /// By end, the tied runs of all words.
    tied: [Plane; 2],
    /// Where each of these words is.
    at: [u64; WORDS + MOST_LANES],
    /// By end, the runs still tied of each, then those found below.
    packed: [[u64; WORDS + MOST_LANES]; 2],
}

impl Tail {
    pub(crate) const EMPTY: Tail = Tail {
        tied: [Plane::NONE; 2],
        at: [0; WORDS + MOST_LANES],
        packed: [[0; WORDS + MOST_LANES]; 2],
    };
}

/// What is added to the key of a plane for each word.
const AT: [u64; WORDS] = multiples(GOLDEN);
/// What is added to the key of a block for each plane.
const OF_PLANE: [u64; FIRST] = multiples(STRIDE);

const fn multiples<const N: usize>(of: u64) -> [u64; N] {
    let mut all = [0; N];
    let mut i = 0;
    while i < N {
        all[i] = of.wrapping_mul(i as u64);
        i += 1;
    }
    all
}

/// The keys of a draw in a block: of the block, and of its first planes.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    of_block: u64,
    of_planes: [u64; FIRST],
}

impl Keys {
    pub(crate) const NONE: Keys = Keys {
        of_block: 0,
        of_planes: [0; FIRST],
    };

    /// From the keys of all draws.
    #[inline(always)]
    pub(crate) fn of<S: Simd>(s: S, draws: &[u64], block: u64, into: &mut [Keys]) {
        for (draw, keys) in draws.iter().zip(into) {
            keys.of_block = nth_key(*draw, block);
            for plane in (0..FIRST).step_by(S::LANES) {
                let each = s.add(s.splat(keys.of_block), s.load(&OF_PLANE[plane..]));
                let [a, b] = s.mix(each);
                s.store(s.xor(a, b), &mut keys.of_planes[plane..]);
            }
        }
    }
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

/// One more plane of some words: which are below an end whose digit is a one, and still tied if alike.
#[inline(always)]
fn compare<S: Simd, const N: usize, const W: usize>(
    s: S,
    ones: [bool; N],
    drawn: &[[S::V; 2]; W],
    tied: &mut [[S::V; W]; N],
    less: &mut [[S::V; W]; N],
) {
    for i in 0..N {
        for w in 0..W {
            let before = tied[i][w];
            if ones[i] {
                tied[i][w] = s.where_differ(before, drawn[w]);
                less[i][w] = s.or(less[i][w], s.without(before, tied[i][w]));
            } else {
                tied[i][w] = s.where_alike(before, drawn[w]);
            }
        }
    }
}

/// The lanes of which one of these is not zero.
#[inline(always)]
fn any<S: Simd, const N: usize>(s: S, of: &[S::V; N]) -> u32 {
    let mut all = of[0];
    for more in &of[1..] {
        all = s.or(all, *more);
    }
    s.set(all)
}

impl Ready {
    pub(crate) fn new(ends: Ends) -> Ready {
        let digits = ends.at.iter().map(|end| {
            let (mut first, mut rest, mut len) = ([0; FIRST], *end, FIRST + 1);
            for (plane, digit) in first.iter_mut().enumerate() {
                let (one, left) = next_digit(rest, ends.of);
                *digit = 0u64.wrapping_sub(u64::from(one));
                if left == 0 && rest != 0 {
                    len = plane + 1;
                }
                rest = left;
            }
            Digits { first, len, rest }
        });
        let digits = digits.collect();
        Ready { ends, digits }
    }

    /// For some of the ends, each with the plane it goes into, where the number of a run lies below it. Of one end `A`
    /// vectors are worked on together, of two `B`.
    #[inline(always)]
    pub(crate) fn block<S: Simd, const A: usize, const B: usize>(
        &self,
        s: S,
        keys: &Keys,
        ends: &[(usize, usize)],
        planes: &mut [Plane],
        tail: &mut Tail,
    ) {
        let mut pairs = ends.chunks_exact(2);
        for pair in &mut pairs {
            self.of::<S, 2, B>(s, keys, [pair[0], pair[1]], planes, tail);
        }
        if let [one] = pairs.remainder() {
            self.of::<S, 1, A>(s, keys, [*one], planes, tail);
        }
    }

    /// As many ends as are known when this is compiled: what is tied stays in registers.
    #[inline(always)]
    fn of<S: Simd, const N: usize, const W: usize>(
        &self,
        s: S,
        keys: &Keys,
        ends: [(usize, usize); N],
        planes: &mut [Plane],
        tail: &mut Tail,
    ) {
        let digits: [&Digits; N] = std::array::from_fn(|i| &self.digits[ends[i].0]);
        let longest = digits.iter().fold(0, |n, d| n.max(d.len));
        for group in (0..WORDS).step_by(W * S::LANES) {
            let mut tied = [[s.splat(u64::MAX); W]; N];
            let mut less = [[s.splat(0); W]; N];
            for plane in 0..longest.min(EAGER) {
                let (of_plane, mut drawn) = (s.splat(keys.of_planes[plane]), [[s.splat(0); 2]; W]);
                for w in 0..W {
                    drawn[w] = s.mix(s.add(of_plane, s.load(&AT[group + w * S::LANES..])));
                }
                // What does not depend on a run is asked once for all these words.
                let first = digits[0].first[plane] != 0;
                let last = digits[N - 1].first[plane] != 0;
                match (first, last) {
                    (false, false) => compare(s, [false; N], &drawn, &mut tied, &mut less),
                    (true, true) => compare(s, [true; N], &drawn, &mut tied, &mut less),
                    (one, _) => {
                        let mut ones = [!one; N];
                        ones[0] = one;
                        compare(s, ones, &drawn, &mut tied, &mut less);
                    }
                }
            }
            for i in 0..N {
                let to = &mut planes[ends[i].1].0;
                // Nothing but zeros is left: no number is below that was not before.
                let open = digits[i].len > EAGER;
                for w in 0..W {
                    s.store(less[i][w], &mut to[group + w * S::LANES..]);
                    if longest > EAGER {
                        let tied = if open { tied[i][w] } else { s.splat(0) };
                        s.store(tied, &mut tail.tied[i].0[group + w * S::LANES..]);
                    }
                }
            }
        }
        if longest > EAGER {
            self.rest(s, keys, ends, planes, tail);
        }
    }

    /// The words with a run that is tied yet, packed together.
    #[inline(always)]
    fn rest<S: Simd, const N: usize>(
        &self,
        s: S,
        keys: &Keys,
        ends: [(usize, usize); N],
        planes: &mut [Plane],
        tail: &mut Tail,
    ) {
        let mut lanes = [0; WORDS];
        let mut n = 0;
        for w in (0..WORDS).step_by(S::LANES) {
            let mut tied = [s.splat(0); N];
            for i in 0..N {
                tied[i] = s.load(&tail.tied[i].0[w..]);
            }
            let set = any(s, &tied);
            s.pack(set, s.load(&AT[w..]), &mut tail.at[n..n + MOST_LANES]);
            for i in 0..N {
                s.pack(set, tied[i], &mut tail.packed[i][n..n + MOST_LANES]);
            }
            lanes[w] = set;
            n += set.count_ones() as usize;
        }
        for i in 0..N {
            s.store(s.splat(0), &mut tail.packed[i][n..n + MOST_LANES]);
        }
        let digits: [&Digits; N] = std::array::from_fn(|i| &self.digits[ends[i].0]);
        for j in (0..n).step_by(S::LANES) {
            let at = s.load(&tail.at[j..j + MOST_LANES]);
            let (mut tied, mut less) = ([s.splat(0); N], [s.splat(0); N]);
            for i in 0..N {
                tied[i] = s.load(&tail.packed[i][j..]);
            }
            let mut plane = EAGER;
            while plane < FIRST && any(s, &tied) != 0 {
                for plane in plane..plane + STEP {
                    let [a, b] = s.mix(s.add(s.splat(keys.of_planes[plane]), at));
                    for i in 0..N {
                        let one = s.splat(digits[i].first[plane]);
                        let still = s.where_alike(tied[i], [s.xor(a, one), b]);
                        less[i] = s.or(less[i], s.and(s.xor(tied[i], still), one));
                        tied[i] = still;
                    }
                }
                plane += STEP;
            }
            let open = any(s, &tied) != 0;
            for i in 0..N {
                s.store(less[i], &mut tail.packed[i][j..]);
                if open {
                    let mut left = [0; MOST_LANES];
                    s.store(tied[i], &mut left);
                    for lane in 0..S::LANES {
                        let (at, less) = (tail.at[j + lane], &mut tail.packed[i][j + lane]);
                        *less |= self.later(ends[i].0, keys.of_block, at, left[lane]);
                    }
                }
            }
        }
        let mut from = 0;
        for w in (0..WORDS).step_by(S::LANES) {
            for i in 0..N {
                let less = s.unpack(lanes[w], &tail.packed[i][from..from + MOST_LANES]);
                let to = &mut planes[ends[i].1].0[w..];
                s.store(s.or(s.load(to), less), to);
            }
            from += lanes[w].count_ones() as usize;
        }
    }

    /// Which of the few runs of a word that are tied after the first digits are below: from the fraction itself, as far
    /// as it takes.
    #[cold]
    #[inline(never)]
    fn later(&self, end: usize, key: u64, at: u64, mut tied: u64) -> u64 {
        let (mut rest, mut plane, mut less) = (self.digits[end].rest, FIRST as u64, 0);
        // Once nothing is left of the end, no number is below it that was not before.
        while rest != 0 && tied != 0 {
            let drawn = plane_word(nth_key(key, plane).wrapping_add(at), 0);
            let digit;
            (digit, rest) = next_digit(rest, self.ends.of);
            if digit {
                less |= tied & !drawn;
                tied &= drawn;
            } else {
                tied &= !drawn;
            }
            plane += 1;
        }
        less
    }

    /// The piece of one run alone: how many ends its number is not below. From the rule: bit by bit, the fractions exact.
    pub(crate) fn piece(&self, key: u64, run: u64) -> usize {
        let below = |end: &&u64| is_below(**end, self.ends.of, key, run);
        self.ends.at.iter().filter(|end| !below(end)).count()
    }
}
