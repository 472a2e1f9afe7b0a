//! Partial evaluation of a function in Cranelift's intermediate language: what comes in is a [`Source`], a loop over
//! an arena of memory of whose first bytes much is discrete (stages, flags, counts, whether a clock is armed). What
//! goes out is a [`Residual`]: the same function with a copy of its code for each discrete state that it can reach. A
//! copy knows that state: it does not load it, does not test it, does not store it. It decides no meaning and changes
//! no result: what it cannot follow goes to the source's own way out.
//!
//! The method is polyvariant specialisation as in Jones, Gomard, Sestoft, *Partial Evaluation and Automatic Program
//! Generation* (1993), chapter 4, on machine code's last form instead of a language's first, as in Fallin and
//! Bernstein, *Partial Evaluation, Whole-Program Compilation* (2024). What differs from both: a truth value that is
//! about to be kept splits the code in two, so that everything discrete stays known.
//!
//! | file | what it does |
//! |---|---|
//! | `walk` | copies of blocks, one for each state they are entered in |
//! | `step` | one instruction with what is known of its operands |
//! | `access` | loads and stores |
//! | `value`, `cells` | what is known of a value, and of the memory |
//! | `fold` | instructions on numbers |
//! | `live` | which values a block still needs |

#![forbid(unsafe_code)]

mod access;
mod cells;
mod dead;
mod fold;
mod live;
mod merge;
mod step;
mod trace;
mod value;
mod walk;

pub use fold::compare;

use cranelift_codegen::ir::{Block, Function, Value};
use std::ops::Range;

/// A function to be evaluated in part. Its first parameter is the arena's address.
#[derive(Debug)]
pub struct Source<'a> {
    /// It, whole: one loop over runs, and in it one over events.
    pub func: &'a Function,
    /// Bytes from the arena's beginning that are followed; nothing else in the arena overlaps them.
    pub followed: usize,
    /// Ranges that are never written, beyond what is followed: offsets from the arena's address.
    pub constant: Vec<Range<i64>>,
    /// The arena as it is when the function is called, for what is constant.
    pub arena: &'a [u8],
    /// Cells of several bytes that have few values each: followed however many these are.
    pub discrete: Vec<Range<i64>>,
    /// Cells that are not followed.
    pub open: Vec<Range<i64>>,
    /// The head of the loop over runs.
    pub runs: Block,
    /// Where a run begins: nothing is known there of what is followed, and nothing of it is read before it is written.
    pub run: Block,
    /// Where the function goes after the last run.
    pub done: Block,
    /// The head of the loop over events.
    pub events: Block,
    /// Where a run is done in another way from its beginning. It has no parameters.
    pub aside: Block,
    /// No time is beyond this.
    pub never: i64,
    /// So many instructions at most.
    pub most: usize,
}

/// What is left of a function.
#[derive(Debug)]
pub struct Residual {
    /// It, with a copy of its code for each discrete state.
    pub func: Function,
    /// Discrete states between two events.
    pub states: usize,
    /// Copies of blocks.
    pub blocks: usize,
    /// Instructions, before what nothing reads is taken out.
    pub instructions: usize,
    /// Places from which a run is done in another way.
    pub asides: usize,
}

/// A cell takes so many values between events before it is no longer followed.
const VALUES: usize = 3;

/// Evaluates a function in part; nothing if what is left of it would be too large.
#[must_use]
pub fn residual(source: &Source<'_>) -> Option<Residual> {
    let needs = live::needs(source.func, source.aside);
    let mut unfollowed = cells::Unfollowed::new(source.followed);
    for cell in &source.open {
        unfollowed.add(cell.start as usize..cell.end as usize);
    }
    loop {
        match walk::Walk::new(source, &needs, &unfollowed).all() {
            walk::Ended::Done(residual) => return Some(*residual),
            walk::Ended::TooLarge => return None,
            // A count without an end: it is kept in memory, and all begins anew.
            walk::Ended::Counts(cell) => unfollowed.add(cell),
        }
    }
}

/// The values of a block's parameters.
fn params(func: &Function, block: Block) -> &[Value] {
    func.dfg.block_params(block)
}
