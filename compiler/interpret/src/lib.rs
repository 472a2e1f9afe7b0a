//! The reference engine: MIR and a history in, verdicts, residual and explanation out.
//!
//! A [`Case`] is a program, what is known of the world (entities, givens, assumptions) and a history. Acts go in with
//! [`Case::perform`]; time passes with [`Case::advance`]. Out come a verdict per act ([`Judgment`]), statuses as
//! intervals, duties with their life, decisions with their tallies, instances of procedures with their stages, a
//! [timeline](Case::timeline), and three renderings of one question: why ([`Case::explain`]), why not
//! ([`Case::missing`]), and what now ([`Case::residual`]). [`run_scenario`] runs a test of a module, [`log`] reads a
//! history from CSV or JSON lines.
//!
//! It is small and obvious rather than fast: every rule of the language stands here once, and the compiled engines are
//! measured against it. It never reads files or the clock, never draws a random number, and never panics on any input.
//!
//! | file | what it does | rules |
//! |---|---|---|
//! | `value`, `env` | values, truth, times | R3, R7, R8 |
//! | `eval` | guards | R7-R9, R22, R23 |
//! | `index` | who reads what | - |
//! | `trigger` | events and patterns | R4, R15 |
//! | `step` | the step and its micro-steps | R1, R11, R13 |
//! | `second_clock` | an axis of time of its own | R48c |
//! | `status`, `history`, `timer` | latches at their place in the pass | R16-R21, R23 |
//! | `judge` | power, prohibition, verdict | R25-R28 |
//! | `norm` | duties and invariants | R24, R28-R33 |
//! | `decision` | ballots, rolls, outcomes | R34-R43 |
//! | `procedure` | stages | R10, R44-R46 |
//! | `show`, `describe` | values and happenings, conditions in words | R59 |
//! | `explain`, `missing`, `residual` | why, why not, what now | R59 |
//! | `scenario`, `expect`, `log` | tests and case files | R1, R3b |
#![forbid(unsafe_code)]

pub mod abandon;
mod case;
mod child;
mod decision;
mod describe;
mod dirty;
mod env;
mod eval;
mod exercised;
mod expect;
mod explain;
mod frozen;
mod history;
mod index;
mod judge;
pub mod log;
mod missing;
mod norm;
mod part;
mod procedure;
mod residual;
mod said;
mod scenario;
mod second_clock;
mod show;
mod state;
mod status;
mod step;
mod timer;
mod trigger;
mod unmet;
mod value;
mod version;
mod words;

pub use case::{At, Case, CaseError, When};
pub use decision::{Certainty, Standing};
pub use env::Env;
pub use explain::{Reason, ReasonKind};
pub use log::{LogError, Logs, NoLogs};
pub use missing::{Cost, Missing, MissingKind};
pub use residual::{
    ActorResidual, OpenDecision, OpenProcedure, Owed, Permit, Precluded, Residual, ScheduledChange,
    Standstill, StandstillKind,
};
pub use scenario::{ExpectationResult, LeftOut, RunOptions, ScenarioRun, run_scenario};
pub use state::{
    ActInput, ActKind, Asked, Awaited, Ballot, Casting, Cause, CauseKind, Closed, Deadline, DutyId,
    DutyInstance, EntityData, Entry, Happening, Instance, Interval, Judgment, Matter, Occurrence,
    OccurrenceId, Opening, Push, Recipient, RollEntry, Rule, Tally, TallySheet, Threshold, Verdict,
    Violation, Why,
};
pub use value::{Clause, ClauseSet, Entity, Key, Moment, Precision, Truth, Value};
pub use words::{Words, japanese, japanese_date, words};
