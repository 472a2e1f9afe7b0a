//! Why no exact answer is given: a code, the form, and its place.

use rogatio_diagnostics::{Code, Diagnostic, codes};
use rogatio_interpret::ClauseSet;
use rogatio_mir::{Guard, Program, Span};
use std::fmt;

/// A refusal. Nothing was computed.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Which kind.
    pub code: Code,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// Where the form stands.
    pub span: Span,
    /// The edit to make.
    pub help: Option<String>,
}

impl Refusal {
    /// A refusal without a place.
    #[must_use]
    pub fn of(code: Code, message: impl Into<String>) -> Refusal {
        Refusal::new(code, message)
    }

    /// The edit to make.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Refusal {
        self.help(help)
    }

    pub(crate) fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            message: message.into(),
            span: Span::NONE,
            help: None,
        }
    }

    /// Something in the rule that is no sum over ballots.
    pub(crate) fn form(program: &Program, g: Guard, what: impl fmt::Display) -> Refusal {
        Refusal::new(codes::E1002, format!("{what}: this is no sum over ballots"))
            .at(program, g)
            .help("state the rule in counts, votes, shares and sets of the ballots")
    }

    /// Something that the text leaves open.
    pub(crate) fn open(program: &Program, clauses: &ClauseSet) -> Refusal {
        let each = clauses
            .iter()
            .map(|c| format!("{} ({})", c.text, program.cite(c.provision)));
        let each: Vec<String> = each.collect();
        Refusal::new(
            codes::E1001,
            format!("the outcome hangs on what is open: {}", each.join("; ")),
        )
        .help("supply it in a scenario, or choose a reading")
    }

    /// The text does not say what the silence of a voter counts as, and silence was asked for.
    #[must_use]
    pub fn silent(voter: &str, why: &str) -> Refusal {
        Refusal::new(
            codes::E1001,
            format!("what the silence of {voter} counts as is not stated: {why}"),
        )
        .help("ask under an answer that the text provides for: --against no")
    }

    pub(crate) fn at(mut self, program: &Program, g: Guard) -> Refusal {
        if let (true, Some(node)) = (self.span.is_none(), program.guards.get(g.index())) {
            self.span = node.span;
        }
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.help = Some(help.into());
        self
    }

    /// As a finding to print.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let mut d = Diagnostic::error(self.code, self.message.clone());
        if !self.span.is_none() {
            d = d.at(self.span, "here");
        }
        match &self.help {
            Some(help) => d.help(help.clone()),
            None => d,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
