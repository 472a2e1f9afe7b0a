//! The block machine: votes of which a run is a fixed computation, 4096 runs at a time, a bit each (R54, section 10(b)).
//!
//! Comes in: the draws of a vote and what is asked about it, as formulas over sums of answers ([`rogatio_analyze`]). Goes
//! out: for each block of runs how often each value came. Never happens: a branch that depends on a run, a draw that
//! depends on the block before it, a threshold that is rounded: a lane's bits are drawn until it differs from the odds.
//!
//! A draw compares a uniform number with the odds bit by bit, the highest first, for all runs at once; after some bits
//! few words of runs have one that is tied, and only these go on. A count adds answers with carry-save adders, a
//! comparison goes digit by digit, a measure counts bits. The same code is compiled for the vectors of several
//! processors (`simd`), and the one at hand is asked at run time which it can run ([`Kernel`]). The results do not
//! depend on it. [`Machine::answers`] replays one run alone, from the rule and not from this code.

// Several vectors are indexed together, and closures would not be compiled for the instructions of their caller.
#![allow(clippy::needless_range_loop)]

mod draw;
mod kernel;
mod machine;
mod plane;
mod simd;

pub use draw::ballot;
pub use kernel::Kernel;
pub use machine::{BLOCK, Instance, Machine, Tally};
