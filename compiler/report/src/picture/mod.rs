//! Pictures: what happened and what was measured, drawn.
//!
//! Comes in: cases, programs, results. Goes out: SVG, DOT, Mermaid and text, the same bytes for the same input. Never
//! happens: a colour that alone carries a meaning, a reference to anything outside the file, a result computed here.

pub mod words;

pub use words::Words;
