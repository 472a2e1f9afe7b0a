//! `rogatio report`: a page to hand on.

mod sweep;

use super::graph::{entered, picture};
use super::simulate::{choose, output};
use crate::args::picture::Report;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::picture::{Drawn, Unnamed, drawn, emit};
use rogatio_diagnostics::Lang;
use rogatio_mir::{Experiment, Op, Program};
use rogatio_report::page::{ExperimentPart, PageWords, ScenarioPart, Source, SweepPart, page};
use rogatio_report::picture::Words;
use rogatio_report::{ScenarioReport, SimReport, readings};
use rogatio_simulate::{Engine, MAX_RUNS, Ready, SimError, SimOptions, SimResult, Wish};
use std::thread;

/// Runs where none were asked for: compiled, interpreted.
const RUNS: (u64, u64) = (20_000, 500);

/// Tells a scenario, an experiment, or both.
pub(crate) fn run(console: &mut Console, args: &Report) -> Done {
    console.speak(false);
    if let Some(path) = &args.drawing.output {
        // Known before the work, not after it.
        output::check(console, path)?;
    }
    let (drawn, exit) = drawn(console, &args.drawing, Unnamed::IfOnly)?;
    let own = |e: &&Experiment| e.span.file == drawn.front.file;
    let experiments = drawn.program.experiments.iter().filter(own).count();
    let experiment = match (&args.experiment, experiments) {
        (None, 0) => None,
        // One is told of itself; of several, one has to be named, unless a scenario is what is asked for.
        (None, n) if n > 1 && drawn.run.is_some() => None,
        (name, _) => Some(
            choose(&drawn.front, &drawn.program, name.as_deref()).map_err(|m| console.usage(&m))?,
        ),
    };
    if drawn.run.is_none() && experiment.is_none() {
        return Err(console.usage(&format!(
            "`{}` has no scenario or experiment to tell, or several; name one with --scenario or EXPERIMENT",
            args.drawing.file
        )));
    }
    if !args.vary.is_empty() && experiment.is_none() {
        return Err(console.usage("only an experiment can be varied; name one: EXPERIMENT"));
    }
    let words = Words::of(console.lang);
    let w = match console.lang {
        Lang::En => &PageWords::EN,
        Lang::Ja => &PageWords::JA,
    };
    let hash = output::hash(&drawn.front.sources);
    let swept = match experiment {
        Some(e) if !args.vary.is_empty() => sweep::points(console, args, &drawn, e)?,
        _ => Vec::new(),
    };
    let experiment = experiment
        .map(|e| simulated(console, args, &drawn, e))
        .transpose()?;
    let sim = experiment
        .as_ref()
        .map(|r| SimReport::of(r, &hash, env!("CARGO_PKG_VERSION")));
    let part = experiment.as_ref().zip(sim.as_ref());
    let program: &Program = drawn
        .run
        .as_ref()
        .map_or(&drawn.program, |(p, _)| &p.program);
    let scenario = drawn.run.as_ref().map(|(p, run)| {
        (
            ScenarioReport::of(&p.scenario, run, &drawn.front.sources),
            run,
        )
    });
    let graph = picture(&drawn, &args.drawing.file, &entered(&drawn));
    let source = Source {
        file: &args.drawing.file,
        module: &drawn.program.name,
        titles: &program.titles,
        hash: &hash,
        version: env!("CARGO_PKG_VERSION"),
        rules_at: program.rules_at.map(|d| d.to_string()),
        readings: scenario
            .as_ref()
            .map_or_else(|| readings(program), |(s, _)| s.readings.clone()),
        scenario: scenario.map(|(s, run)| {
            ScenarioPart::of(
                &s,
                run,
                drawn.module(&args.drawing.file),
                Some(&graph),
                words,
                w,
            )
        }),
        experiment: part.map(|(r, s)| ExperimentPart::of(r, s, words, w)),
        sweep: SweepPart::of(&swept, words, w),
    };
    let html = page(&source, w).map_err(|e| {
        console.remark(&format!("error: the page cannot be made: {e}"));
        Stop::Exit(Exit::Internal)
    })?;
    emit(console, args.drawing.output.as_deref(), &html)?;
    Ok(exit)
}

fn simulated(
    console: &Console,
    args: &Report,
    drawn: &Drawn,
    experiment: &Experiment,
) -> Result<SimResult, Stop> {
    let told = |e: SimError| {
        let d = e.diagnostic().also(experiment.span, "this experiment");
        console.report(&[d], &drawn.front.sources);
        Stop::Exit(Exit::BadInput)
    };
    if let Some(runs) = args.runs.filter(|n| *n > MAX_RUNS) {
        return Err(told(SimError::too_many(runs)));
    }
    at(args, &drawn.program, experiment, &[]).map_err(told)
}

/// The experiment with these values of its parameters.
fn at(
    args: &Report,
    program: &Program,
    experiment: &Experiment,
    values: &[(String, Op)],
) -> Result<SimResult, SimError> {
    let ready = Ready::new(program, experiment, values, Wish::default())?;
    let runs = args.runs.unwrap_or(match ready.engine() {
        Engine::Jit | Engine::Block => RUNS.0,
        Engine::Interpret => RUNS.1,
    });
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let options = SimOptions {
        runs,
        seed: args.seed,
        threads,
        values,
        ..SimOptions::default()
    };
    rogatio_simulate::run(program, experiment, &ready, &options)
}
