//! Experiments: draws, threads and exactly mergeable statistics. What comes in: a program and one of its experiments.
//! What goes out: a [`SimResult`], or for one run its [`Replay`] in the interpreter. Nothing that is merged is a float,
//! and no result depends on the number of threads.
//!
//! Runs are numbered; each is a function of the seed and its number alone (R54). They are handed out to threads in
//! order, a few at a time, and what was begun is finished: so a cancelled simulation is one of fewer runs, and goes on
//! where it ended.
#![forbid(unsafe_code)]

mod ballots;
mod clocks;
mod dated;
mod engine;
mod error;
mod progress;
mod replay;
mod result;
mod stats;
mod stop;

pub use engine::{Engine, Ready, Wish};
pub use error::{MAX_RUNS, SimError};
pub use progress::{SimOptions, run, simulate};
pub use replay::{Player, Replay, replay};
pub use result::{QUANTILES, SimResult};
pub use rogatio_jit::{Compiled, Refusal, Values};
pub use stats::{
    Classes, Histogram, Kind, Mean, MeasureStats, OPEN, OVERFLOW, Probability, Quantile, STUCK,
};
pub use stop::Width;

use rogatio_mir::{Experiment, Program};

/// Runs in a block: shards begin and end at multiples of it.
pub const BLOCK: u64 = 4096;

/// What a plan says, before anything is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The compiled experiment.
    pub compiled: Compiled,
    /// Its decisions, a line each.
    pub lines: Vec<String>,
}

/// Compiles an experiment and says how it will be run.
///
/// # Errors
/// [`SimError::Refused`].
pub fn plan(program: &Program, experiment: &Experiment, values: &Values) -> Result<Plan, SimError> {
    let compiled = rogatio_jit::compile(program, experiment, values)?;
    let lines = rogatio_jit::describe(program, experiment, &compiled);
    Ok(Plan { compiled, lines })
}
