//! The bounds of an experiment on how much a run opens (R60), and which of them a run went beyond.

use crate::engine::{Engine, Ready};
use crate::error::SimError;
use crate::result::SimResult;
use rogatio_jit::OVERFLOW;
use rogatio_mir::{Experiment, Program};

/// A line `at most N KIND in all`, or `… open`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The name of the kind.
    pub kind: String,
    /// How many there may be.
    pub most: u32,
    /// All that a run opens count, not only those that are in no outcome.
    pub in_all: bool,
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.in_all { "in all" } else { "open" };
        write!(f, "at most {} {} {what}", self.most, self.kind)
    }
}

impl Bound {
    /// All bounds of an experiment, as they are written.
    #[must_use]
    pub fn all(program: &Program, experiment: &Experiment) -> Vec<Bound> {
        let caps = experiment.caps.iter();
        caps.map(|(kind, most, in_all)| Bound {
            kind: program.kinds[kind.index()].name.clone(),
            most: *most,
            in_all: *in_all,
        })
        .collect()
    }

    /// The same line with room for twice as many.
    #[must_use]
    pub fn wider(&self) -> Bound {
        Bound {
            most: self.most.saturating_mul(2).max(1),
            ..self.clone()
        }
    }
}

/// Runs that are looked through for one that overflowed.
const SOUGHT: u64 = 1 << 18;

/// The same, where each is interpreted.
const SOUGHT_SLOWLY: u64 = 1 << 9;

/// The first run of a result, from one on, that overflowed; none if none did, or none of those at the beginning.
///
/// # Errors
/// What the interpreter refuses.
pub fn first_overflow(
    ready: &Ready,
    result: &SimResult,
    first: u64,
) -> Result<Option<u64>, SimError> {
    if result.measures.iter().all(|m| m.classes.overflow == 0) {
        return Ok(None);
    }
    let sought = match ready.engine() {
        Engine::Interpret => SOUGHT_SLOWLY,
        Engine::Jit | Engine::Block => SOUGHT,
    };
    let (grain, width, end) = (
        ready.engine().grain(),
        ready.width(),
        result.runs.min(first.saturating_add(sought)),
    );
    let mut worker = ready.worker(result.seed);
    let mut from = first;
    while from < end {
        let to = (from + grain).min(end);
        let mut records = vec![0; (to - from) as usize * width];
        let done = worker.records(from, to, width, &mut records);
        done.map_err(|(_, why)| why)?;
        let over = (from..to)
            .zip(records.chunks_exact(width))
            .find(|(_, r)| r[0] == OVERFLOW);
        if let Some((run, _)) = over {
            return Ok(Some(run));
        }
        from = to;
    }
    Ok(None)
}
