//! Planes: one bit for each run of a block; numbers as planes of their binary digits.
//!
//! Everything here is inlined into the kernels, which are compiled for the vectors of a processor.

use crate::simd::Simd;

/// Words of a plane.
pub(crate) const WORDS: usize = 64;

/// One bit for each run of a block; a whole number of cache lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Plane(pub(crate) [u64; WORDS]);

impl Plane {
    /// No run.
    pub(crate) const NONE: Plane = Plane([0; WORDS]);

    /// The runs from one (included) to another (excluded).
    pub(crate) fn of(from: u64, to: u64) -> Plane {
        // Those before a run, in a word.
        let before = |run: u64, word: usize| match run.saturating_sub(64 * word as u64) {
            64.. => u64::MAX,
            n => (1u64 << n) - 1,
        };
        Plane(std::array::from_fn(|w| before(to, w) & !before(from, w)))
    }

    /// How many runs.
    #[inline(always)]
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|w| u64::from(w.count_ones())).sum()
    }
}

/// The runs of one plane without those of another.
#[inline(always)]
pub(crate) fn without<S: Simd>(s: S, planes: &mut [Plane], a: usize, b: usize, to: usize) {
    for w in (0..WORDS).step_by(S::LANES) {
        let (a, b) = (s.load(&planes[a].0[w..]), s.load(&planes[b].0[w..]));
        s.store(s.without(a, b), &mut planes[to].0[w..]);
    }
}

/// All other runs.
#[inline(always)]
pub(crate) fn not<S: Simd>(s: S, planes: &mut [Plane], a: usize, to: usize) {
    for w in (0..WORDS).step_by(S::LANES) {
        let a = s.load(&planes[a].0[w..]);
        s.store(s.without(s.splat(u64::MAX), a), &mut planes[to].0[w..]);
    }
}

/// The runs of all planes.
#[inline(always)]
pub(crate) fn all<S: Simd>(s: S, planes: &mut [Plane], list: &[usize], to: usize) {
    for w in (0..WORDS).step_by(S::LANES) {
        let mut found = s.splat(u64::MAX);
        for plane in list {
            found = s.and(found, s.load(&planes[*plane].0[w..]));
        }
        s.store(found, &mut planes[to].0[w..]);
    }
}

/// The runs of any plane.
#[inline(always)]
pub(crate) fn one_of<S: Simd>(s: S, planes: &mut [Plane], list: &[usize], to: usize) {
    for w in (0..WORDS).step_by(S::LANES) {
        let mut found = s.splat(0);
        for plane in list {
            found = s.or(found, s.load(&planes[*plane].0[w..]));
        }
        s.store(found, &mut planes[to].0[w..]);
    }
}

/// The sum of three planes, and where it carries if that is asked.
#[inline(always)]
pub(crate) fn full_adder<S: Simd>(
    s: S,
    planes: &mut [Plane],
    of: [usize; 3],
    sum: usize,
    carry: Option<usize>,
) {
    for w in (0..WORDS).step_by(S::LANES) {
        let (a, b) = (s.load(&planes[of[0]].0[w..]), s.load(&planes[of[1]].0[w..]));
        let c = s.load(&planes[of[2]].0[w..]);
        let x = s.xor(a, b);
        s.store(s.xor(x, c), &mut planes[sum].0[w..]);
        if let Some(carry) = carry {
            s.store(s.or(s.and(a, b), s.and(x, c)), &mut planes[carry].0[w..]);
        }
    }
}

/// The sum of two planes, and where it carries if that is asked.
#[inline(always)]
pub(crate) fn half_adder<S: Simd>(
    s: S,
    planes: &mut [Plane],
    of: [usize; 2],
    sum: usize,
    carry: Option<usize>,
) {
    for w in (0..WORDS).step_by(S::LANES) {
        let (a, b) = (s.load(&planes[of[0]].0[w..]), s.load(&planes[of[1]].0[w..]));
        s.store(s.xor(a, b), &mut planes[sum].0[w..]);
        if let Some(carry) = carry {
            s.store(s.and(a, b), &mut planes[carry].0[w..]);
        }
    }
}

/// Where a number, given by its digits from the lowest, is at least a constant that has no more digits.
#[inline(always)]
pub(crate) fn at_least<S: Simd>(
    s: S,
    planes: &mut [Plane],
    digits: &[usize],
    constant: u64,
    to: usize,
) {
    for w in (0..WORDS).step_by(S::LANES) {
        // From the lowest digit: at least so far, then decided by each higher digit that differs.
        let mut found = s.splat(u64::MAX);
        for (i, digit) in digits.iter().enumerate() {
            let d = s.load(&planes[*digit].0[w..]);
            found = if constant >> i & 1 == 1 {
                s.and(d, found)
            } else {
                s.or(d, found)
            };
        }
        s.store(found, &mut planes[to].0[w..]);
    }
}

/// How often a number, given by its digits from the lowest, is each value from 0, among the runs of the last plane of
/// `halves`. Before that one stand, by digit, those that have the digits of a value from there up: from one value to the
/// next few of them change.
#[inline(always)]
pub(crate) fn values<S: Simd>(
    s: S,
    planes: &[Plane],
    digits: &[usize],
    halves: &mut [Plane],
    counts: &mut [u64],
) {
    for (value, count) in counts.iter_mut().enumerate() {
        let changed = match value {
            0 => digits.len(),
            _ => value.trailing_zeros() as usize + 1,
        };
        for (i, digit) in digits[..changed].iter().enumerate().rev() {
            let one = value >> i & 1 == 1;
            for w in (0..WORDS).step_by(S::LANES) {
                let above = s.load(&halves[i + 1].0[w..]);
                let digit = s.load(&planes[*digit].0[w..]);
                let half = if one {
                    s.and(above, digit)
                } else {
                    s.without(above, digit)
                };
                s.store(half, &mut halves[i].0[w..]);
            }
        }
        *count = halves[0].count();
    }
}
