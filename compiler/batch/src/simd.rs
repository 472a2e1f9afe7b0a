//! Vectors of a processor, as far as the block machine needs them.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;

/// The vectors of a processor. Who has a value of such a type has asked the processor for them.
pub(crate) trait Simd: Copy {
    /// Some words.
    type V: Copy;
    /// How many: a power of two, at most [`MOST_LANES`].
    const LANES: usize;

    /// The same word in each lane.
    fn splat(self, word: u64) -> Self::V;
    /// The first words of a slice.
    fn load(self, from: &[u64]) -> Self::V;
    /// Into the first words of a slice.
    fn store(self, v: Self::V, to: &mut [u64]);
    /// Both.
    fn and(self, a: Self::V, b: Self::V) -> Self::V;
    /// One of them.
    fn or(self, a: Self::V, b: Self::V) -> Self::V;
    /// One alone.
    fn xor(self, a: Self::V, b: Self::V) -> Self::V;
    /// The first without the second.
    fn without(self, a: Self::V, b: Self::V) -> Self::V;
    /// The sum of each lane, modulo 2^64.
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// Two words for each lane; [`rogatio_mir::draw::mix`] of it is where they differ.
    fn mix(self, v: Self::V) -> [Self::V; 2];
    /// Those where two others differ.
    fn where_differ(self, of: Self::V, ab: [Self::V; 2]) -> Self::V;
    /// Those where two others are alike.
    fn where_alike(self, of: Self::V, ab: [Self::V; 2]) -> Self::V;
    /// Which lanes are not zero, a bit each.
    fn set(self, v: Self::V) -> u32;
    /// These lanes one behind the other, into the first words of a slice; what is in the words behind them, up to as many
    /// as there are lanes, is lost.
    fn pack(self, lanes: u32, v: Self::V, to: &mut [u64]);
    /// The first words of a slice, one behind the other, into these lanes; zero in the others.
    fn unpack(self, lanes: u32, from: &[u64]) -> Self::V;
}

/// The most lanes there are.
pub(crate) const MOST_LANES: usize = 8;

/// Words of 64 bits, one by one.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Words;

impl Simd for Words {
    type V = u64;
    const LANES: usize = 1;

    #[inline(always)]
    fn splat(self, word: u64) -> u64 {
        word
    }

    #[inline(always)]
    fn load(self, from: &[u64]) -> u64 {
        from[0]
    }

    #[inline(always)]
    fn store(self, v: u64, to: &mut [u64]) {
        to[0] = v;
    }

    #[inline(always)]
    fn and(self, a: u64, b: u64) -> u64 {
        a & b
    }

    #[inline(always)]
    fn or(self, a: u64, b: u64) -> u64 {
        a | b
    }

    #[inline(always)]
    fn xor(self, a: u64, b: u64) -> u64 {
        a ^ b
    }

    #[inline(always)]
    fn without(self, a: u64, b: u64) -> u64 {
        a & !b
    }

    #[inline(always)]
    fn add(self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn mix(self, v: u64) -> [u64; 2] {
        [rogatio_mir::draw::mix(v), 0]
    }

    #[inline(always)]
    fn where_differ(self, of: u64, [a, b]: [u64; 2]) -> u64 {
        of & (a ^ b)
    }

    #[inline(always)]
    fn where_alike(self, of: u64, [a, b]: [u64; 2]) -> u64 {
        of & !(a ^ b)
    }

    #[inline(always)]
    fn set(self, v: u64) -> u32 {
        u32::from(v != 0)
    }

    #[inline(always)]
    fn pack(self, _: u32, v: u64, to: &mut [u64]) {
        // Where the lane is not wanted, the next one is written over it.
        to[0] = v;
    }

    #[inline(always)]
    fn unpack(self, lanes: u32, from: &[u64]) -> u64 {
        from[0] & 0u64.wrapping_sub(u64::from(lanes))
    }
}
