//! The same code for the vectors of several processors, chosen at run time.
//!
//! A function that was compiled for instructions may be called only where the processor has them: that, and the
//! instructions themselves in [`crate::simd`], is all the unsafe code there is. [`Kernel`] can be made only by asking.

#![allow(unsafe_code)]

use crate::machine::{Machine, Scratch};
use crate::simd::Words;
#[cfg(target_arch = "x86_64")]
use crate::simd::{avx2::Avx2, avx512::Avx512};

/// Vectors that the processor has.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Kernel(Which);

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Which {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// Words of 64 bits: everywhere.
    pub const PORTABLE: Kernel = Kernel(Which::Portable);

    /// The widest that this processor has.
    #[must_use]
    pub fn best() -> Kernel {
        Kernel::all().pop().unwrap_or(Kernel::PORTABLE)
    }

    /// All that this processor has, the widest last.
    #[must_use]
    pub fn all() -> Vec<Kernel> {
        #[allow(unused_mut)]
        let mut all = vec![Kernel::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        {
            let counts = std::arch::is_x86_feature_detected!("popcnt");
            if counts && std::arch::is_x86_feature_detected!("avx2") {
                all.push(Kernel(Which::Avx2));
            }
            if counts
                && std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512dq")
            {
                all.push(Kernel(Which::Avx512));
            }
        }
        all
    }

    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Which::Portable => "64-bit words",
            #[cfg(target_arch = "x86_64")]
            Which::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Which::Avx512 => "AVX-512",
        }
    }

    /// Works out a block into the scratch.
    pub(crate) fn run(self, machine: &Machine, keys: &[u64], block: u64, scratch: &mut Scratch) {
        match self.0 {
            Which::Portable => machine.work::<_, 2, 1>(Words, keys, block, scratch),
            // SAFETY: such a value is made by `all` alone, after the processor was asked for just these instructions.
            #[cfg(target_arch = "x86_64")]
            Which::Avx2 => unsafe { avx2(machine, keys, block, scratch) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Which::Avx512 => unsafe { avx512(machine, keys, block, scratch) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn avx2(machine: &Machine, keys: &[u64], block: u64, scratch: &mut Scratch) {
    // SAFETY: this is compiled for just these instructions.
    let s = unsafe { Avx2::new() };
    // Of sixteen registers.
    machine.work::<_, 4, 2>(s, keys, block, scratch);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,popcnt")]
fn avx512(machine: &Machine, keys: &[u64], block: u64, scratch: &mut Scratch) {
    // SAFETY: this is compiled for just these instructions.
    let s = unsafe { Avx512::new() };
    // Of thirty-two registers.
    machine.work::<_, 8, 4>(s, keys, block, scratch);
}
