//! `rogatio simulate --exact`: the laws of a vote in place of runs.

use super::output;
use crate::args::Simulate;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::Front;
use rogatio_diagnostics::Diagnostic;
use rogatio_mir::{Experiment, Program};
use rogatio_report::ExactReport;

/// Prints the exact answers, or why a measure has none.
pub(super) fn run(
    console: &Console,
    args: &Simulate,
    front: &Front,
    program: &Program,
    experiment: &Experiment,
) -> Done {
    match answers(program, experiment) {
        Ok(report) => print(console, args, experiment, &report),
        Err(found) => {
            console.report(&found, &front.sources);
            Err(Stop::Exit(Exit::BadInput))
        }
    }
}

/// The same where every measure has an exact answer; nothing otherwise.
pub(super) fn if_pure(
    console: &Console,
    args: &Simulate,
    program: &Program,
    experiment: &Experiment,
) -> Option<Done> {
    let report = answers(program, experiment).ok()?;
    if report.is_empty() {
        return None;
    }
    Some(print(console, args, experiment, &report))
}

fn print(
    console: &Console,
    args: &Simulate,
    experiment: &Experiment,
    report: &[ExactReport],
) -> Done {
    let human = || rogatio_report::exact_table(&experiment.name, report, console.style());
    output::print(console, args.format, &report, human)?;
    Ok(Exit::Fine)
}

/// An answer for each measure, or what is found instead.
fn answers(
    program: &Program,
    experiment: &Experiment,
) -> Result<Vec<ExactReport>, Vec<Diagnostic>> {
    let answers = rogatio_simulate::exact(program, experiment, &[])
        .map_err(|e| vec![e.diagnostic().also(experiment.span, "this experiment")])?;
    let measures = experiment.measures.iter().zip(&answers);
    let refused = measures.filter_map(|(m, a)| Some((m, a.as_ref().err()?)));
    let found: Vec<_> = refused
        .map(|(m, r)| {
            let found = r.diagnostic().also(experiment.span, "this experiment");
            found.note(format!("of the measure `{}`", m.name))
        })
        .collect();
    if !found.is_empty() {
        return Err(found);
    }
    let names = experiment.measures.iter().map(|m| m.name.as_str());
    Ok(names
        .zip(answers.iter().flatten())
        .map(|(n, e)| ExactReport::of(n, e))
        .collect())
}
