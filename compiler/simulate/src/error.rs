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
    /// Native code does not have this generator (E0956).
    #[error("native code and bit-planes do not have the generator {0}")]
    Generator(&'static str),
    /// A result of something else cannot be continued or merged (E0982): what differs, what the file has, what is wanted.
    #[error("the file has another {0}")]
    Differs(&'static str, String, String),
    /// A file of results that is cut short or changed (E0983).
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// Too many points of a sweep (E0984).
    #[error("this sweep has {0} points")]
    Points(u64),
    /// What is not cut into shards (E0986): which option, why, what to do.
    #[error("{0} is not cut into shards")]
    Uncut(&'static str, &'static str),
    /// A sweep that goes over nothing (E0985).
    #[error("{0}")]
    Sweep(String),
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
            SimError::Generator(_) => codes::E0956,
            SimError::Differs(..) => codes::E0982,
            SimError::Damaged(_) => codes::E0983,
            SimError::Points(_) => codes::E0984,
            SimError::Sweep(_) => codes::E0985,
            SimError::Uncut(..) => codes::E0986,
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
            SimError::Generator(_) => Diagnostic::error(self.code(), self.to_string())
                .help("leave `--engine jit` out: the interpreter plays the runs; or leave `--rng` out"),
            SimError::Replay(_) => Diagnostic::error(self.code(), self.to_string()),
            SimError::Differs(_, has, wanted) => Diagnostic::error(self.code(), self.to_string())
                .note(format!("it has {has}"))
                .note(format!("here it is {wanted}"))
                .help("give the options and texts that the file was made with, or write to another file"),
            SimError::Damaged(_) => Diagnostic::error(self.code(), self.to_string())
                .help("a file that rogatio wrote is whole; take the original, or begin anew"),
            SimError::Points(_) => Diagnostic::error(self.code(), self.to_string()).help(format!(
                "a sweep has at most {} points: take a wider step (`--vary p=0..100/10`), fewer values (`--vary p=1,5,20`) or fewer axes",
                crate::sweep::MAX_POINTS
            )),
            SimError::Uncut(_, help) => {
                Diagnostic::error(self.code(), self.to_string()).help(*help)
            }
            SimError::Sweep(_) => Diagnostic::error(self.code(), self.to_string()).help(
                "write `--vary p=FROM..TO/STEP` or `--vary p=A,B,C`, or in the experiment `param p: int = 1 over 1 .. 9 step 2`",
            ),
            SimError::Unplayed(what, span) => {
                Diagnostic::error(self.code(), format!("this version does not simulate {what}"))
                    .at(*span, "here")
                    .help("leave the line out, or write what it says as `assume`")
            }
            SimError::Run(run, why) => why.diagnostic().note(format!("in run {run}")),
        }
    }
}
