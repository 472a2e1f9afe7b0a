//! AST to checked HIR: names are resolved, types and norms checked, modules linked. What comes in: parsed modules and a
//! [`Library`] that finds more of them. What goes out: a [`Checked`] program and diagnostics. It never evaluates and never
//! reads files.
//!
//! One file per construct, as in the AST; `scope` and `declare` come first (names before bodies), `lint` last.
#![forbid(unsafe_code)]

mod act;
mod applies;
mod article;
mod ballot;
mod ballot_event;
mod before;
mod bindings;
mod body;
mod call;
mod case_act;
mod certain;
mod check;
mod checked;
mod child;
mod clock;
mod collected;
mod compare;
mod consensus;
mod contest;
mod copy;
mod counting;
mod dates;
mod decision;
mod declare;
mod define;
mod dump;
mod enact;
mod exception;
mod exception_to_norm;
mod experiment;
mod expr;
mod finding;
mod history;
mod instantiate;
mod is;
mod kind;
mod known;
mod lint;
mod load;
mod norm;
mod occurrence;
mod pattern;
mod procedure;
mod scenario;
mod scope;
mod set;
mod shape;
mod share;
mod status;
mod stay;
mod stream;
mod subject;
mod substitution;
mod supply;
mod table;
mod threshold;
mod time;
mod together;
mod types;
mod unit;
mod version;
mod window;

pub mod hir;

pub use bindings::{Bindings, bindings};
pub use check::{Library, check};
pub use checked::Checked;
pub use dump::dump;
pub use rogatio_grammar::ast;
