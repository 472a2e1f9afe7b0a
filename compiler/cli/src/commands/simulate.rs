//! `rogatio simulate`: an experiment, many times.

use crate::args::{OutputFormat, Simulate};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, among, compile};
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use rogatio_diagnostics::SourceMap;
use rogatio_mir::{Experiment, Program};
use rogatio_report::{ReplayReport, SimReport};
use rogatio_simulate::{Engine, MAX_RUNS, Ready, Refusal, SimError, SimOptions, SimResult, Wish};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

pub(crate) mod output;

/// Set by Ctrl-C: what is complete is reported.
static CANCEL: AtomicBool = AtomicBool::new(false);

/// Runs one experiment.
pub(crate) fn run(console: &mut Console, args: &Simulate) -> Done {
    if args.format == OutputFormat::Json {
        console.findings = Findings::Json;
    }
    if let Some(path) = &args.output {
        // Known before the work, not after it.
        output::check(console, path)?;
    }
    let (front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let experiment =
        choose(&front, &program, args.experiment.as_deref()).map_err(|m| console.usage(&m))?;
    let told = |e: SimError| {
        let d = e.diagnostic().also(experiment.span, "this experiment");
        console.report(&[d], &front.sources);
        Stop::Exit(Exit::BadInput)
    };
    if let Some(runs) = args.runs.filter(|n| *n > MAX_RUNS) {
        return Err(told(SimError::too_many(runs)));
    }
    let wish = match args.replay {
        Some(_) => Wish::Interpret,
        None => args.engine.into(),
    };
    let ready = Ready::new(&program, experiment, &[], wish).map_err(told)?;
    let hash = output::hash(&front.sources);
    if args.explain_plan {
        let plan = rogatio_simulate::plan(&program, experiment, &ready, &[]);
        let human = || rogatio_report::simulation_plan(&plan, console.style());
        output::print(console, args.format, &plan, human)?;
        return Ok(Exit::Fine);
    }
    if let (Some(run), Some(player)) = (args.replay, ready.player()) {
        let head = SimOptions {
            runs: 0,
            seed: args.seed,
            ..SimOptions::default()
        };
        let head = rogatio_simulate::run(&program, experiment, &ready, &head).map_err(told)?;
        let replay = player.play(args.seed, run).map_err(told)?;
        let report = ReplayReport::of(&head, run, &replay, &hash, env!("CARGO_PKG_VERSION"));
        let human = || report.render(console.style(), args.trace);
        output::print(console, args.format, &report, human)?;
        return Ok(Exit::Fine);
    }
    if let Some(refusal) = ready.refusal() {
        console.remark(&interpreted(&front.sources, refusal));
    }
    let result = work(console, args, &ready, &program, experiment).map_err(told)?;
    let report = SimReport::of(&result, &hash, env!("CARGO_PKG_VERSION"));
    output::print(console, args.format, &report, || {
        report.render(&result, console.style())
    })?;
    if let Some(path) = &args.output {
        output::write(console, path, &result, &hash)?;
        console.remark(&format!("written: {}", path.display()));
    }
    if !result.complete {
        console.remark("ended early: the result is that of the runs that are complete");
        return Ok(Exit::Findings);
    }
    Ok(Exit::Fine)
}

/// The experiment named, or the only one of the file.
pub(super) fn choose<'p>(
    front: &Front,
    program: &'p Program,
    name: Option<&str>,
) -> Result<&'p Experiment, String> {
    if let Some(name) = name {
        let names: Vec<&str> = program
            .experiments
            .iter()
            .map(|e| e.name.as_str())
            .collect();
        let found = program.experiments.iter().find(|e| e.name == name);
        return found
            .ok_or_else(|| format!("there is no experiment `{name}`{}", among(name, &names)));
    }
    let own: Vec<&Experiment> = program
        .experiments
        .iter()
        .filter(|e| e.span.file == front.file)
        .collect();
    match own.as_slice() {
        [one] => Ok(one),
        [] => Err("there is no experiment in this file".to_owned()),
        several => {
            let names: Vec<String> = several.iter().map(|e| format!("\n  {}", e.name)).collect();
            Err(format!(
                "this file has {} experiments; name one:{}",
                several.len(),
                names.concat()
            ))
        }
    }
}

/// Runs where none were asked for: compiled, interpreted.
const RUNS: (u64, u64) = (100_000, 1000);

fn work(
    console: &Console,
    args: &Simulate,
    ready: &Ready,
    program: &Program,
    experiment: &Experiment,
) -> Result<SimResult, SimError> {
    let threads = match args.threads {
        Some(n) => usize::from(n),
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    // A second Ctrl-C does not wait. Where no handler can be set, the first ends it all.
    let _ = ctrlc::set_handler(|| {
        if CANCEL.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let runs = args.runs.unwrap_or(match ready.engine() {
        Engine::Jit => RUNS.0,
        Engine::Interpret => RUNS.1,
    });
    let bar = console.is_watched().then(|| progress(runs));
    let shown = |done: u64, _: u64| {
        if let Some(bar) = &bar {
            bar.set_position(done);
        }
    };
    let options = SimOptions {
        runs,
        seed: args.seed,
        threads,
        progress: &shown,
        cancel: &CANCEL,
        ..SimOptions::default()
    };
    let result = rogatio_simulate::run(program, experiment, ready, &options);
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    result
}

/// Why the interpreter plays the runs, where that stands, and what it costs: one line.
fn interpreted(sources: &SourceMap, refusal: &Refusal) -> String {
    let place = if sources.knows(refusal.span) {
        let (line, column) = sources.line_col(refusal.span);
        format!(" at {}:{line}:{column}", sources.name(refusal.span.file))
    } else {
        String::new()
    };
    format!("interpreted, about a thousand times slower than native code: {refusal}{place}")
}

fn progress(runs: u64) -> ProgressBar {
    let bar = ProgressBar::new(runs);
    let template = "{bar:40} {human_pos} of {human_len} runs, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        let per_sec = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{} a second", HumanCount(state.per_sec() as u64));
        };
        bar.set_style(style.with_key("per_sec", per_sec));
    }
    bar
}
