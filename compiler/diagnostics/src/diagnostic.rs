//! What is wrong, where, and what to do about it.
//!
//! Comes in: a code, words and places. Goes out: a [`Diagnostic`], a plain value.
//! Never renders itself: that is `render`'s.

use crate::Span;
use std::fmt;

/// A stable name for one kind of finding, such as `E0103`. Only [`crate::codes`]
/// makes them, so every code has its explanation.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    pub(crate) const fn new(name: &'static str) -> Self {
        Code(name)
    }

    /// The code as written: `E0103`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The registered code of that name, letter case aside.
    #[must_use]
    pub fn find(name: &str) -> Option<Code> {
        crate::explain(name).map(|e| e.code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// How grave a finding is, gravest first.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Severity {
    /// The program has no meaning, or the command failed.
    Error,
    /// It has a meaning, perhaps not the one intended.
    Warning,
    /// Information.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place and what is to be said about it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A short phrase; may be empty.
    pub text: String,
    /// Whether the finding is about this place, or only explained by it.
    pub primary: bool,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Diagnostic {
    /// Which kind of finding.
    pub code: Code,
    /// How grave.
    pub severity: Severity,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// The clauses concerned.
    pub labels: Vec<Label>,
    /// The edits to make, each one sentence.
    pub help: Vec<String>,
    /// Whatever else is worth knowing.
    pub notes: Vec<String>,
}

/// A word longer than this, such as a name that was pasted by mistake, is told by its beginning.
const LONGEST_WORD: usize = 200;
/// So many of its characters.
const BEGINNING: usize = 60;

/// A sentence that can be read, whatever names it tells.
fn clipped(text: String) -> String {
    if text.len() <= LONGEST_WORD {
        return text;
    }
    let words = text.split_inclusive(' ').map(|word| {
        let end = word.char_indices().nth(BEGINNING).map(|(at, _)| at);
        match (end, word.chars().nth(LONGEST_WORD)) {
            (Some(end), Some(_)) => {
                let closing = if word.trim_end().ends_with('`') {
                    "`"
                } else {
                    ""
                };
                let space = if word.ends_with(' ') { " " } else { "" };
                format!("{}…{closing}{space}", &word[..end])
            }
            _ => word.to_owned(),
        }
    });
    words.collect()
}

impl Diagnostic {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity,
            message: clipped(message.into()),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Information.
    #[must_use]
    pub fn note_of(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Adds a place the finding is about.
    #[must_use]
    pub fn at(self, span: Span, text: impl Into<String>) -> Self {
        self.label(span, text, true)
    }

    /// Adds a place that explains the finding.
    #[must_use]
    pub fn also(self, span: Span, text: impl Into<String>) -> Self {
        self.label(span, text, false)
    }

    fn label(mut self, span: Span, text: impl Into<String>, primary: bool) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            primary,
        });
        self
    }

    /// Adds an edit to make.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(clipped(text.into()));
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(clipped(text.into()));
        self
    }

    /// The place the finding is about: the first primary label that has one, else the
    /// first label that has one, else [`Span::NONE`].
    #[must_use]
    pub fn span(&self) -> Span {
        let placed = || self.labels.iter().filter(|l| !l.span.is_none());
        placed()
            .find(|l| l.primary)
            .or_else(|| placed().next())
            .map_or(Span::NONE, |l| l.span)
    }

    /// Whether this is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, codes};

    #[test]
    fn a_name_without_end_is_told_by_its_beginning() {
        let name = "国".repeat(1_000_000);
        let d = Diagnostic::error(codes::E0201, format!("nothing here is named `{name}`"))
            .help(format!("did you mean `{name}` or `b`?"));
        let short = "国".repeat(59);
        assert_eq!(d.message, format!("nothing here is named `{short}…`"));
        assert_eq!(d.help[0], format!("did you mean `{short}…` or `b`?"));
        let many = "word ".repeat(100);
        assert_eq!(Diagnostic::error(codes::E0201, many.clone()).message, many);
    }

    #[test]
    fn builds_in_reading_order() {
        let place = Span::new(FileId(0), 3, 4);
        let d = Diagnostic::warning(codes::E0101, "odd")
            .also(Span::new(FileId(0), 1, 2), "because of this")
            .at(Span::NONE, "")
            .at(place, "here")
            .help("do this")
            .note("by the way");
        assert_eq!(d.span(), place);
        assert!(!d.is_error());
        assert_eq!(d.labels.len(), 3);
        assert_eq!((d.help.len(), d.notes.len()), (1, 1));
        assert_eq!(
            Diagnostic::error(codes::E0101, "no place").span(),
            Span::NONE
        );
    }

    #[test]
    fn codes_are_found_by_name() {
        assert_eq!(Code::find("e0103"), Some(codes::E0103));
        assert_eq!(Code::find("E9999"), None);
        assert_eq!(format!("{:>7}", codes::E0103), "  E0103");
    }
}
