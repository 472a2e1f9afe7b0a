//! What is said of runs that opened more than their experiment allows (R60): which bound, and what to write instead.

use rogatio_mir::draw::Generator;
use rogatio_mir::{Experiment, Program};
use rogatio_simulate::{Bound, Plans, Ready, SimError, SimResult, Values, Wish, first_overflow};

/// What was played.
pub(crate) struct Played<'a> {
    pub(crate) program: &'a Program,
    pub(crate) experiment: &'a Experiment,
    pub(crate) ready: &'a Ready,
    pub(crate) values: &'a Values,
    pub(crate) rng: Generator,
    pub(crate) plans: Plans,
    /// The first run.
    pub(crate) first: u64,
    /// Whether a run can be shown from where this is said.
    pub(crate) replays: bool,
}

impl Played<'_> {
    /// The sentence; none if no run overflowed.
    pub(crate) fn told(&self, result: &SimResult) -> Result<Option<String>, SimError> {
        if result.measures.iter().all(|m| m.classes.overflow == 0) {
            return Ok(None);
        }
        let (program, experiment) = (self.program, self.experiment);
        if let Some(run) = first_overflow(self.ready, result, self.first)? {
            let (values, rng, plans) = (self.values, self.rng, self.plans);
            let ready = Ready::with_plan(program, experiment, values, Wish::Interpret, rng, plans)?;
            let replay = ready.player().map(|p| p.play(result.seed, run));
            if let Some(bound) = replay.transpose()?.and_then(|r| r.exceeded) {
                let wider = bound.wider();
                let mut text = format!(
                    "run {run} goes beyond `{bound}` and measures nothing: write `{wider}` in the experiment, or let fewer be \
                     opened"
                );
                if self.replays {
                    text += &format!("; --replay {run} shows what opens them");
                }
                return Ok(Some(text));
            }
        }
        let bounds = Bound::all(program, experiment);
        let bounds: Vec<String> = bounds.iter().map(|b| format!("`{b}`")).collect();
        Ok(Some(format!(
            "some runs go beyond a bound of the experiment and measure nothing: write a larger number in {}",
            bounds.join(", ")
        )))
    }
}
