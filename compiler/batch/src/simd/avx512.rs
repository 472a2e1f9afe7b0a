//! Eight words at a time, with AVX-512.

#![allow(unsafe_code)]

use super::Simd;
use rogatio_mir::draw::{MIX_1, MIX_2};
use std::arch::x86_64::*;

/// A processor with AVX-512F and DQ.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The processor has `avx512f` and `avx512dq`.
    #[inline(always)]
    pub(crate) unsafe fn new() -> Avx512 {
        Avx512(())
    }
}

fn words(from: &[u64]) -> &[u64; 8] {
    from.first_chunk().expect("eight words")
}

// SAFETY of all that follows: a value of this type is made only where the processor has these instructions, and whoever
// reads or writes memory has a slice of eight words.
impl Simd for Avx512 {
    type V = __m512i;
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, word: u64) -> __m512i {
        unsafe { _mm512_set1_epi64(word as i64) }
    }

    #[inline(always)]
    fn load(self, from: &[u64]) -> __m512i {
        unsafe { _mm512_loadu_epi64(words(from).as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, v: __m512i, to: &mut [u64]) {
        let to: &mut [u64; 8] = to.first_chunk_mut().expect("eight words");
        unsafe { _mm512_storeu_epi64(to.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn or(self, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_or_si512(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn without(self, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_andnot_si512(b, a) }
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_add_epi64(a, b) }
    }

    #[inline(always)]
    fn mix(self, v: __m512i) -> [__m512i; 2] {
        unsafe {
            let v = _mm512_xor_si512(v, _mm512_srli_epi64::<30>(v));
            let v = _mm512_mullo_epi64(v, _mm512_set1_epi64(MIX_1 as i64));
            let v = _mm512_xor_si512(v, _mm512_srli_epi64::<27>(v));
            let v = _mm512_mullo_epi64(v, _mm512_set1_epi64(MIX_2 as i64));
            [v, _mm512_srli_epi64::<31>(v)]
        }
    }

    #[inline(always)]
    fn where_differ(self, of: __m512i, [a, b]: [__m512i; 2]) -> __m512i {
        // A bit for each of the eight combinations, the first operand's being the highest of the three.
        unsafe { _mm512_ternarylogic_epi64::<0b0110_0000>(of, a, b) }
    }

    #[inline(always)]
    fn where_alike(self, of: __m512i, [a, b]: [__m512i; 2]) -> __m512i {
        unsafe { _mm512_ternarylogic_epi64::<0b1001_0000>(of, a, b) }
    }

    #[inline(always)]
    fn set(self, v: __m512i) -> u32 {
        unsafe { u32::from(_mm512_test_epi64_mask(v, v)) }
    }

    #[inline(always)]
    fn pack(self, lanes: u32, v: __m512i, to: &mut [u64]) {
        // In a register: compressing into memory is slow on some processors.
        self.store(unsafe { _mm512_maskz_compress_epi64(lanes as u8, v) }, to);
    }

    #[inline(always)]
    fn unpack(self, lanes: u32, from: &[u64]) -> __m512i {
        let v = self.load(from);
        unsafe { _mm512_maskz_expand_epi64(lanes as u8, v) }
    }
}
