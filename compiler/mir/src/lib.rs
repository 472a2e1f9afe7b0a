//! MIR: the one form every engine runs. What comes in: checked HIR and the readings chosen. What goes out: a
//! [`Program`] of slots, events, guards, timers, effects and provenance. It never evaluates and knows no engine.
#![forbid(unsafe_code)]

mod build;
mod cascade;
pub mod draw;
mod dump;
mod lower;
mod mir;
mod order;
mod walk;

pub use build::{Builder, on_act};
pub use dump::{dump, guard_text};
pub use lower::{Readings, UnknownReading, lower, lower_expr, lower_scenario_items};
pub use mir::*;
pub use order::Node;
pub use walk::{each_guard, same, same_for};
