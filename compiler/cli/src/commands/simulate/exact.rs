//! `rogatio simulate --exact`: the laws in place of runs.

use super::output;
use crate::args::Simulate;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::Front;
use rogatio_mir::{Experiment, Program};
use rogatio_report::ExactReport;
use rogatio_simulate::ExactResult;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints the exact answers, or why a measure has none.
pub(super) fn run(
    console: &Console,
    args: &Simulate,
    front: &Front,
    program: &Program,
    experiment: &Experiment,
) -> Done {
    let result = ExactResult::of(program, experiment, &[], args.seed);
    let result = match args.pivotal {
        true => result.and_then(|r| r.with_pivotal(program, experiment, &[])),
        false => result,
    };
    let result = match result {
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
