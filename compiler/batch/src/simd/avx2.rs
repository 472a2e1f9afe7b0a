//! Four words at a time, with AVX2.

#![allow(unsafe_code)]

use super::Simd;
use rogatio_mir::draw::{MIX_1, MIX_2};
use std::arch::x86_64::*;

/// A processor with AVX2.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor has `avx2`.
    #[inline(always)]
    pub(crate) unsafe fn new() -> Avx2 {
        Avx2(())
    }

    /// The product with a constant, modulo 2^64: of halves, since there is none of whole words.
    #[inline(always)]
    fn times(self, v: __m256i, by: u64) -> __m256i {
        unsafe {
            let (low, high) = (self.splat(by & 0xffff_ffff), self.splat(by >> 32));
            let lows = _mm256_mul_epu32(v, low);
            let a = _mm256_mul_epu32(_mm256_srli_epi64::<32>(v), low);
            let b = _mm256_mul_epu32(v, high);
            let cross = _mm256_slli_epi64::<32>(_mm256_add_epi64(a, b));
            _mm256_add_epi64(lows, cross)
        }
    }
}

/// For each set of lanes, the halves of words that come first, second, and so on.
const PACKED: [[u32; 8]; 16] = {
    let mut all = [[0; 8]; 16];
    let mut lanes = 0;
    while lanes < 16 {
        let (mut lane, mut to) = (0, 0);
        while lane < 4 {
            if lanes >> lane & 1 == 1 {
                all[lanes][to] = 2 * lane;
                all[lanes][to + 1] = 2 * lane + 1;
                to += 2;
            }
            lane += 1;
        }
        lanes += 1;
    }
    all
};

/// For each set of lanes, where each lane's halves come from.
const UNPACKED: [[u32; 8]; 16] = {
    let mut all = [[0; 8]; 16];
    let mut lanes = 0;
    while lanes < 16 {
        let (mut lane, mut from) = (0, 0);
        while lane < 4 {
            if lanes >> lane & 1 == 1 {
                all[lanes][2 * lane] = from;
                all[lanes][2 * lane + 1] = from + 1;
                from += 2;
            }
            lane += 1;
        }
        lanes += 1;
    }
    all
};

/// For each set of lanes, all bits of these.
const OF_LANES: [[u64; 4]; 16] = {
    let mut all = [[0; 4]; 16];
    let mut lanes = 0;
    while lanes < 16 {
        let mut lane = 0;
        while lane < 4 {
            if lanes >> lane & 1 == 1 {
                all[lanes][lane] = u64::MAX;
            }
            lane += 1;
        }
        lanes += 1;
    }
    all
};

// SAFETY of all that follows: a value of this type is made only where the processor has these instructions, and whoever
// reads or writes memory has a slice of four words.
impl Simd for Avx2 {
    type V = __m256i;
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, word: u64) -> __m256i {
        unsafe { _mm256_set1_epi64x(word as i64) }
    }

    #[inline(always)]
    fn load(self, from: &[u64]) -> __m256i {
        let from: &[u64; 4] = from.first_chunk().expect("four words");
        unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, v: __m256i, to: &mut [u64]) {
        let to: &mut [u64; 4] = to.first_chunk_mut().expect("four words");
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn or(self, a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_or_si256(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_xor_si256(a, b) }
    }

    #[inline(always)]
    fn without(self, a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_andnot_si256(b, a) }
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_add_epi64(a, b) }
    }

    #[inline(always)]
    fn mix(self, v: __m256i) -> [__m256i; 2] {
        unsafe {
            let v = self.times(self.xor(v, _mm256_srli_epi64::<30>(v)), MIX_1);
            let v = self.times(self.xor(v, _mm256_srli_epi64::<27>(v)), MIX_2);
            [v, _mm256_srli_epi64::<31>(v)]
        }
    }

    #[inline(always)]
    fn where_differ(self, of: __m256i, [a, b]: [__m256i; 2]) -> __m256i {
        self.and(of, self.xor(a, b))
    }

    #[inline(always)]
    fn where_alike(self, of: __m256i, [a, b]: [__m256i; 2]) -> __m256i {
        self.without(of, self.xor(a, b))
    }

    #[inline(always)]
    fn set(self, v: __m256i) -> u32 {
        unsafe {
            let zero = _mm256_cmpeq_epi64(v, _mm256_setzero_si256());
            !_mm256_movemask_pd(_mm256_castsi256_pd(zero)) as u32 & 15
        }
    }

    #[inline(always)]
    fn pack(self, lanes: u32, v: __m256i, to: &mut [u64]) {
        let from = &PACKED[lanes as usize & 15];
        let packed = unsafe {
            let from = _mm256_loadu_si256(from.as_ptr().cast());
            _mm256_permutevar8x32_epi32(v, from)
        };
        self.store(packed, to);
    }

    #[inline(always)]
    fn unpack(self, lanes: u32, from: &[u64]) -> __m256i {
        let lanes = lanes as usize & 15;
        let v = self.load(from);
        let spread = unsafe {
            let from = _mm256_loadu_si256(UNPACKED[lanes].as_ptr().cast());
            _mm256_permutevar8x32_epi32(v, from)
        };
        self.and(spread, self.load(&OF_LANES[lanes]))
    }
}
