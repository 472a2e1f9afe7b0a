//! Why an experiment is not compiled: a code, the form, and its place.

use rogatio_diagnostics::{Code, Diagnostic, codes};
use rogatio_mir::{Guard, Program, ProvisionId, Span};
use std::fmt;

/// A refusal. Nothing was run.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Which kind.
    pub code: Code,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// Where the form stands.
    pub span: Span,
    /// The citation of the provision it stands in, if any.
    pub cite: Option<String>,
    /// The edit to make.
    pub help: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            message: message.into(),
            span: Span::NONE,
            cite: None,
            help: None,
        }
    }

    /// A form that the compiled engine does not have.
    pub(crate) fn form(message: impl Into<String>) -> Refusal {
        Refusal::new(codes::E0960, message)
    }

    /// Something that the text leaves open.
    pub(crate) fn open(message: impl Into<String>) -> Refusal {
        Refusal::new(codes::E0961, message)
    }

    pub(crate) fn span(mut self, span: Span) -> Refusal {
        if self.span.is_none() {
            self.span = span;
        }
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.help = Some(help.into());
        self
    }

    /// Adds a place, unless one is known already.
    pub(crate) fn at(self, program: &Program, guard: Guard) -> Refusal {
        match program.guards.get(guard.index()) {
            Some(node) => self.span(node.span).within(program, node.provision),
            None => self,
        }
    }

    /// Adds a citation, unless one is known already.
    pub(crate) fn within(mut self, program: &Program, provision: ProvisionId) -> Refusal {
        if self.cite.is_none() {
            self.cite = program
                .provisions
                .get(provision.index())
                .map(|p| p.cite.clone())
                .filter(|c| !c.is_empty());
        }
        self
    }

    /// As a diagnostic.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let mut d = Diagnostic::error(self.code, self.message.clone());
        if !self.span.is_none() {
            d = d.at(self.span, "here");
        }
        if let Some(cite) = &self.cite {
            d = d.note(format!("under {cite}"));
        }
        if let Some(help) = &self.help {
            d = d.help(help.clone());
        }
        d
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.cite {
            Some(cite) => write!(f, " ({cite})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
