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

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::*;

    /// Every operation on vectors against the same on words.
    fn as_words_do<S: Simd>(s: S) {
        let n = S::LANES;
        let some = |of: u64| -> [u64; 8] {
            std::array::from_fn(|i| rogatio_mir::draw::word(of, i as u64))
        };
        let (a, b, c) = (some(1), some(2), some(3));
        let each = |v: S::V, f: &dyn Fn(usize) -> u64| {
            let mut found = [0; 8];
            s.store(v, &mut found);
            for i in 0..n {
                assert_eq!(found[i], f(i), "lane {i} of {n}");
            }
        };
        let (x, y, z) = (s.load(&a), s.load(&b), s.load(&c));
        each(s.splat(7), &|_| 7);
        each(s.and(x, y), &|i| a[i] & b[i]);
        each(s.or(x, y), &|i| a[i] | b[i]);
        each(s.xor(x, y), &|i| a[i] ^ b[i]);
        each(s.without(x, y), &|i| a[i] & !b[i]);
        each(s.add(x, y), &|i| a[i].wrapping_add(b[i]));
        each(s.where_differ(x, [y, z]), &|i| a[i] & (b[i] ^ c[i]));
        each(s.where_alike(x, [y, z]), &|i| a[i] & !(b[i] ^ c[i]));
        let [p, q] = s.mix(x);
        each(s.xor(p, q), &|i| rogatio_mir::draw::mix(a[i]));
        for lanes in 0..1u32 << n {
            let chosen = |i: usize| lanes >> i & 1 == 1;
            let set: [u64; 8] =
                std::array::from_fn(|i| if chosen(i) { 1 << (9 * (i % 7)) } else { 0 });
            assert_eq!(s.set(s.load(&set)), lanes);
            let mut packed = [0; 8];
            s.pack(lanes, x, &mut packed);
            let wanted: Vec<u64> = (0..n).filter(|i| chosen(*i)).map(|i| a[i]).collect();
            assert_eq!(packed[..wanted.len()], wanted);
            let place = |i: usize| (lanes & ((1 << i) - 1)).count_ones() as usize;
            each(s.unpack(lanes, &b), &|i| {
                if chosen(i) { b[place(i)] } else { 0 }
            });
        }
    }

    #[test]
    fn vectors_do_as_words_do() {
        as_words_do(Words);
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: it is there.
            as_words_do(unsafe { avx2::Avx2::new() });
        }
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512dq")
        {
            // SAFETY: they are there.
            as_words_do(unsafe { avx512::Avx512::new() });
        }
    }
}
