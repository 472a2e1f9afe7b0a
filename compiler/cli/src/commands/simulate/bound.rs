//! What is said of runs that opened more than their experiment allows (R60): which bound, and what to write instead.

use super::Task;
use crate::args::Simulate;
use rogatio_simulate::{Bound, Ready, SimError, SimResult, Wish, first_overflow};

/// The sentence; none if no run overflowed.
pub(super) fn told(
    args: &Simulate,
    task: &Task<'_>,
    result: &SimResult,
) -> Result<Option<String>, SimError> {
    if result.measures.iter().all(|m| m.classes.overflow == 0) {
        return Ok(None);
    }
    let (program, experiment) = (task.program, task.experiment);
    if let Some(run) = first_overflow(task.ready, result)? {
        let (values, rng) = (&task.point.values, args.rng.into());
        let plans = args.plans();
        let ready = Ready::with_plan(program, experiment, values, Wish::Interpret, rng, plans)?;
        let replay = ready.player().map(|p| p.play(result.seed, run));
        if let Some(bound) = replay.transpose()?.and_then(|r| r.exceeded) {
            let wider = bound.wider();
            return Ok(Some(format!(
                "run {run} goes beyond `{bound}` and measures nothing: write `{wider}` in the experiment, or let fewer be \
                 opened; --replay {run} shows what opens them"
            )));
        }
    }
    let bounds = Bound::all(program, experiment);
    let bounds: Vec<String> = bounds.iter().map(|b| format!("`{b}`")).collect();
    Ok(Some(format!(
        "some runs go beyond a bound of the experiment and measure nothing: write a larger number in {}",
        bounds.join(", ")
    )))
}
