//! Spans, stable codes, diagnostics and their rendering.
//!
//! Comes in: source texts, and what the passes found wrong in them, as a
//! [`Diagnostic`] that points at bytes of those texts. Goes out: text for people
//! ([`Format::Human`]), one line per finding ([`Format::Short`]), one JSON object
//! per finding ([`Format::Json`]), and the long story of a code ([`explain`]).
//! Never happens: nothing here prints, reads a file, or panics on any span, however
//! far outside its text; no two findings share a code; no code changes its meaning.
//!
//! ```
//! use rogatio_diagnostics::{Diagnostic, Format, SourceMap, Span, codes, render};
//!
//! let mut sources = SourceMap::new();
//! let file = sources.add("demo.rog", "module demo }\n");
//! let found = Diagnostic::error(codes::E0103, "`}` closes nothing")
//!     .at(Span::new(file, 12, 13), "nothing is open here")
//!     .help("remove this `}`");
//! assert_eq!(
//!     render(&found, &sources, Format::Short),
//!     "demo.rog:1:13: error[E0103]: `}` closes nothing",
//! );
//! ```
#![forbid(unsafe_code)]

mod article;
mod catalogue;
pub mod codes;
mod diagnostic;
mod explain;
mod helps;
mod lang;
mod render;
mod span;
mod suggest;

pub use article::with_article;
pub use catalogue::Catalogue;
pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use explain::{Explanation, explain, explanations};
pub use helps::help_in;
pub use lang::Lang;
pub use render::{Format, JsonFinding, render, render_in};
pub use span::{FileId, SourceMap, Span};
pub use suggest::{distance, nearest};
