//! What a simulation refuses.

use rogatio_diagnostics::{Code, Diagnostic, codes};
use rogatio_jit::Refusal;
use rogatio_mir::Span;

/// The largest number of runs: at a million a second it takes eleven days.
pub const MAX_RUNS: u64 = 1_000_000_000_000;

/// Why nothing was run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SimError {
    /// The experiment cannot be compiled.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Too many runs (E0967).
    #[error("{runs} runs would take {days} days even at a million a second")]
    TooMany {
        /// How many were asked for.
        runs: u64,
        /// Days at a million a second.
        days: u64,
    },
    /// No engine follows such a line of an experiment yet (E0012).
    #[error("{0} in an experiment")]
    Unplayed(&'static str, Span),
    /// The interpreter could not follow one of many runs.
    #[error("run {0}: {1}")]
    Run(u64, Box<SimError>),
    /// The interpreter could not follow a run.
    #[error("the run cannot be replayed: {0}")]
    Replay(String),
}

impl SimError {
    /// Too many runs.
    #[must_use]
    pub fn too_many(runs: u64) -> SimError {
        SimError::TooMany {
            runs,
            days: runs / 1_000_000 / 86_400,
        }
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            SimError::Refused(r) => r.code,
            SimError::TooMany { .. } => codes::E0967,
            SimError::Replay(_) => codes::E0960,
            SimError::Unplayed(..) => codes::E0012,
            SimError::Run(_, why) => why.code(),
        }
    }

    /// As a diagnostic.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            SimError::Refused(r) => r.diagnostic(),
            SimError::TooMany { .. } => Diagnostic::error(self.code(), self.to_string())
                .help(format!("ask for at most {MAX_RUNS} runs; a million give a probability to one part in a thousand")),
            SimError::Replay(_) => Diagnostic::error(self.code(), self.to_string()),
            SimError::Unplayed(what, span) => {
                Diagnostic::error(self.code(), format!("this version does not simulate {what}"))
                    .at(*span, "here")
                    .help("leave the line out, or write what it says as `assume`")
            }
            SimError::Run(run, why) => why.diagnostic().note(format!("in run {run}")),
        }
    }
}
