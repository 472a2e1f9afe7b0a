//! Pictures: what happened and what was measured, drawn.
//!
//! Comes in: cases, programs, results. Goes out: SVG, DOT, Mermaid and text, the same bytes for the same input. Never
//! happens: a colour that alone carries a meaning, a reference to anything outside the file, a result computed here.

mod builder;
mod chart;
pub mod graph;
pub mod graph_svg;
mod key_dates;
pub mod lanes;
mod layered;
pub mod measure;
mod place;
mod scale;
mod sign;
mod svg;
pub mod sweep;
pub mod timeline;
mod timeline_text;
pub mod votes;
pub mod words;

pub use graph::Graph;
pub use lanes::Timeline;
pub use words::Words;
