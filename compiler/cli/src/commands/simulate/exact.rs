//! `rogatio simulate --exact`: the laws in place of runs.

use super::output;
use crate::args::Simulate;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::Front;
use rogatio_diagnostics::SourceMap;
use rogatio_mir::{Experiment, Program};
use rogatio_report::{ExactReport, ExactSweepReport};
use rogatio_simulate::{Axis, ExactResult, Point, SimError, Values};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints the exact answers, or why a measure has none.
pub(super) fn run(
    console: &Console,
    args: &Simulate,
    front: &Front,
    program: &Program,
    experiment: &Experiment,
) -> Done {
    let result = match answers(args, program, experiment, &[]) {
        Ok(result) => result,
        Err(e) => {
            let found = e.diagnostic().also(experiment.span, "this experiment");
            console.report(&[found], &front.sources);
            return Err(Stop::Exit(Exit::BadInput));
        }
    };
    let each = result.unanswered.iter().map(|u| {
        let found = u.why.diagnostic().also(experiment.span, "this experiment");
        found.note(format!("of the measure `{}`", u.measure))
    });
    let found: Vec<_> = each.collect();
    console.report(&found, &front.sources);
    if result.measures.is_empty() {
        return Err(Stop::Exit(Exit::BadInput));
    }
    print(console, args, &result, &output::hash(&front.sources))?;
    Ok(match found.is_empty() {
        true => Exit::Fine,
        false => Exit::Findings,
    })
}

/// The same where every measure hangs on the ballots of a vote alone; nothing otherwise.
pub(super) fn if_pure(
    console: &Console,
    args: &Simulate,
    hash: &str,
    program: &Program,
    experiment: &Experiment,
) -> Option<Done> {
    let votes = rogatio_simulate::pure_votes(program, experiment, &[]).ok()?;
    if votes.is_empty() || votes.iter().any(Result::is_err) {
        return None;
    }
    let result = ExactResult::of(program, experiment, &[], args.seed).ok()?;
    if !result.unanswered.is_empty() {
        return None;
    }
    Some(print(console, args, &result, hash))
}

/// A place in a sweep with its exact answers.
pub(super) type ExactPlace = (Vec<(String, String)>, ExactResult);

/// Exact answers at several points.
pub(super) struct Sweep<'a> {
    console: &'a Console,
    args: &'a Simulate,
    axes: Vec<String>,
    done: Vec<ExactPlace>,
    /// What has no answer, told once of each measure.
    told: Vec<(String, String)>,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(console: &'a Console, args: &'a Simulate, axes: &[Axis]) -> Sweep<'a> {
        Sweep {
            console,
            args,
            axes: axes.iter().map(|a| a.name().to_owned()).collect(),
            done: Vec::new(),
            told: Vec::new(),
        }
    }

    pub(super) fn point(
        &mut self,
        sources: &SourceMap,
        program: &Program,
        experiment: &Experiment,
        point: &Point,
    ) -> Result<(), Stop> {
        let result = answers(self.args, program, experiment, &point.values);
        let result = result.map_err(|e| {
            let found = e.diagnostic().also(experiment.span, "this experiment");
            self.console.report(&[found], sources);
            Stop::Exit(Exit::BadInput)
        })?;
        for u in &result.unanswered {
            let name = (u.measure.clone(), u.why.message.clone());
            if !self.told.contains(&name) {
                let found = u.why.diagnostic().also(experiment.span, "this experiment");
                let found = found.note(format!("of the measure `{}`", u.measure));
                self.console.report(&[found], sources);
                self.told.push(name);
            }
        }
        self.done.push((point.at.clone(), result));
        Ok(())
    }

    pub(super) fn end(self, hash: &str) -> Done {
        if self.done.iter().all(|(_, r)| r.measures.is_empty()) {
            return Err(Stop::Exit(Exit::BadInput));
        }
        let Some(report) = ExactSweepReport::of(&self.axes, &self.done, hash, VERSION) else {
            return Err(Stop::Exit(Exit::BadInput));
        };
        let human = || report.render(self.console.style());
        output::print(self.console, self.args.format, &report, human)?;
        if let Some(path) = &self.args.output {
            output::write_exact_sweep(self.console, path, &self.axes, &self.done, hash)?;
            self.console.remark(&format!("written: {}", path.display()));
        }
        Ok(match self.told.is_empty() {
            true => Exit::Fine,
            false => Exit::Findings,
        })
    }
}

fn answers(
    args: &Simulate,
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<ExactResult, SimError> {
    let result = ExactResult::of(program, experiment, values, args.seed);
    match args.pivotal {
        true => result.and_then(|r| r.with_pivotal(program, experiment, values)),
        false => result,
    }
}

fn print(console: &Console, args: &Simulate, result: &ExactResult, hash: &str) -> Done {
    let report = ExactReport::of(result, hash, VERSION);
    let human = || report.render(console.style());
    output::print(console, args.format, &report, human)?;
    if let Some(path) = &args.output {
        output::write_exact(console, path, result, hash)?;
        console.remark(&format!("written: {}", path.display()));
    }
    Ok(Exit::Fine)
}
