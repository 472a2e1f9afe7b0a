//! Experiments: draws, threads and exactly mergeable statistics. What comes in: a program and one of its experiments.
//! What goes out: a [`SimResult`], or for one run its [`Replay`] in the interpreter. Nothing that is merged is a float,
//! and no result depends on the number of threads.
//!
//! Runs are numbered; each is a function of the seed and its number alone (R54). They are handed out to threads in
//! order, a few at a time, and what was begun is finished: so a cancelled simulation is one of fewer runs, and goes on
//! where it ended.
#![forbid(unsafe_code)]

mod ballots;
mod bound;
mod clocks;
mod dated;
mod drawn;
mod engine;
mod error;
mod exact;
mod measure;
mod part;
mod plan;
mod planned;
mod progress;
mod replay;
mod result;
mod saved;
mod settled;
mod stats;
mod stop;
mod sweep;

pub use bound::{Bound, first_overflow};
pub use engine::{Engine, Ready, Wish};
pub use error::{MAX_RUNS, SimError};
pub use exact::{DateLaw, Exact, ExactResult, PureVote, Unanswered, exact, pure_votes};
pub use part::{PART, Part, PartMeasure, SHARD, Shard, Source, merge, whole};
pub use plan::{Plan, plan};
pub use planned::{Planned, Plans, planned};
pub use progress::{SimOptions, run, shown, simulate};
pub use replay::{Player, Replay, replay};
pub use result::{QUANTILES, Row, SimResult, csv};
pub use rogatio_analyze::ONE;
pub use rogatio_jit::{
    ASIDE, CENSORED, Compiled, Effort, OVERFLOW, REACHED, Refusal, Values, compile, compile_with,
    examine, unfold,
};
pub use rogatio_mir::Shown;
pub use saved::{Begun, Same, Saved};
pub use stats::{
    Classes, FROZEN, Histogram, Kind, Mean, MeasureStats, OPEN, Probability, Quantile, STUCK,
    wilson,
};
pub use stop::Width;
pub use sweep::{Axis, MAX_POINTS, Point, declared, grid, range};

/// Runs in a block: shards begin and end at multiples of it.
pub const BLOCK: u64 = 4096;
