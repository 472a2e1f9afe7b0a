//! `rogatio simulate --exact`: the laws of a vote in place of runs.

use super::output;
use crate::args::Simulate;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::Front;
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
    let bad = |found: &[rogatio_diagnostics::Diagnostic]| {
        console.report(found, &front.sources);
        Stop::Exit(Exit::BadInput)
    };
    let answers = rogatio_simulate::exact(program, experiment, &[])
        .map_err(|e| bad(&[e.diagnostic().also(experiment.span, "this experiment")]))?;
    let measures = experiment.measures.iter().zip(&answers);
    let refused = measures.filter_map(|(m, a)| Some((m, a.as_ref().err()?)));
    let found: Vec<_> = refused
        .map(|(m, r)| {
            let found = r.diagnostic().also(experiment.span, "this experiment");
            found.note(format!("of the measure `{}`", m.name))
        })
        .collect();
    if !found.is_empty() {
        return Err(bad(&found));
    }
    let names = experiment.measures.iter().map(|m| m.name.as_str());
    let report: Vec<ExactReport> = names
        .zip(answers.iter().flatten())
        .map(|(n, e)| ExactReport::of(n, e))
        .collect();
    let human = || rogatio_report::exact_table(&experiment.name, &report, console.style());
    output::print(console, args.format, &report, human)?;
    Ok(Exit::Fine)
}
