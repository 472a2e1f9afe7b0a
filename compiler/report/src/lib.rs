//! Results as text for terminals and as JSON.
//!
//! Comes in: what the interpreter and the simulator found. Goes out: strings, and values
//! that serialise. Never happens: a result that is computed here, a file, a clock, a
//! number without its error, a verdict without its article.
#![forbid(unsafe_code)]

mod line;
mod table;
mod view;
pub mod timeline;

pub use line::{Group, Line, LineKind, Link, group};
pub use table::{Align, Style, Table, counted, grouped, pad, plural, width, words, wrap};
pub use view::{article, articles, line, lines};
