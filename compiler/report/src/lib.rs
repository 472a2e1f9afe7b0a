//! Results as text for terminals and as JSON.
//!
//! Comes in: what the interpreter and the simulator found. Goes out: strings, and values
//! that serialise. Never happens: a result that is computed here, a file, a clock, a
//! number without its error, a verdict without its article.
#![forbid(unsafe_code)]

mod coverage;
pub mod doc;
mod exact;
mod line;
pub mod page;
pub mod picture;
mod power;
mod residual;
mod run;
mod said;
mod schema;
mod simulate;
mod table;
mod tested;
pub mod timeline;
mod view;
pub mod votes;
pub mod why;
mod words;

pub use coverage::{Coverage, Covered, Encoding, Totals};
pub use exact::{
    DateReport, ExactAnswers, ExactHead, ExactMeasure, ExactPoint, ExactQuantile, ExactReport,
    ExactSweepReport, PivotalReport, UnansweredReport,
};
pub use line::{Group, Line, LineKind, Link, Member, group};
pub use power::{PowerContext, PowerReport};
pub use residual::{Certain, Decision, Owed, Permit, Precluded, Procedure, Residual};
pub use run::{
    BranchReport, ReadingUsed, RunReport, ScenarioReport, as_of, readings, readings_table,
};
pub use schema::{Output, schema};
pub use simulate::{
    MeasureReport, Named, PointReport, QuantileReport, ReplayReport, SimReport, SweepPoint,
    SweepReport, plan as simulation_plan, plan_line,
};
pub use table::{Align, Style, Table, counted, fold, grouped, pad, plural, width, wrap};
pub use tested::{Expectation, Failure, TestResult, Tests};
pub use view::{article, articles, lines};
pub use votes::{VoteTable, vote_tables};
pub use why::{MissingTree, ReasonTree, WhyReport};
