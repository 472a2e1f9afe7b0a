//! A diagnostic as text.
//!
//! Comes in: a [`Diagnostic`] and the texts it points into. Goes out: a string without
//! a final line break. Never prints, never fails, never slow: big files and long
//! lines get a plainer form.

mod human;
mod json;

pub use json::JsonFinding;
mod short;
#[cfg(test)]
mod tests;

use crate::{Diagnostic, Lang, SourceMap};
use std::borrow::Cow;

/// The forms a diagnostic can be rendered in.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// For people: the clauses quoted and underlined.
    Human {
        /// Whether to use terminal colours.
        color: bool,
    },
    /// For programs: one JSON object on one line.
    Json,
    /// For editors and `grep`: `file:line:col: error[E0101]: message`.
    Short,
}

/// Renders one diagnostic in English, without a final line break.
#[must_use]
pub fn render(d: &Diagnostic, sources: &SourceMap, format: Format) -> String {
    render_in(d, sources, format, Lang::En)
}

/// Renders one diagnostic in a language, without a final line break. Only people are spoken to in another one: the
/// title and the helps are turned, what was found in this very place is said in English below.
#[must_use]
pub fn render_in(d: &Diagnostic, sources: &SourceMap, format: Format, lang: Lang) -> String {
    match format {
        Format::Human { color } => human::render(d, sources, color, lang),
        Format::Json => json::render(d, sources),
        Format::Short => short::render(d, sources),
    }
}

/// Whether a character would do something to a terminal, or to the order of the
/// characters around it, instead of being seen.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Words that may quote a program, safe to show: what is invisible becomes `�`.
fn clean(words: &str) -> Cow<'_, str> {
    if words.chars().any(|c| is_invisible(c) && c != '\n') {
        let shown = |c| match c {
            '\n' => '\n',
            '\t' => ' ',
            c if is_invisible(c) => '\u{FFFD}',
            c => c,
        };
        Cow::Owned(words.chars().map(shown).collect())
    } else {
        Cow::Borrowed(words)
    }
}

/// The same on one line.
fn one_line(words: &str) -> String {
    clean(words)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
