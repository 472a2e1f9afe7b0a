//! MIR: the one form every engine runs. What comes in: checked HIR and the readings chosen. What goes out: a
//! [`Program`] of slots, events, guards, timers, effects and provenance. It never evaluates and knows no engine.
#![forbid(unsafe_code)]

mod mir;

pub use mir::*;
