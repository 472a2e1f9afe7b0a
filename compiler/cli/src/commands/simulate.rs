//! `rogatio simulate`: an experiment, many times.

use crate::args::{OutputFormat, Simulate};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, among, compile, refuse};
use crate::write::replace;
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_mir::{Experiment, Program};
use rogatio_report::SimReport;
use rogatio_simulate::{Engine, MAX_RUNS, Ready, Refusal, SimError, SimOptions, SimResult};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Set by Ctrl-C: what is complete is reported.
static CANCEL: AtomicBool = AtomicBool::new(false);

/// Runs one experiment.
pub(crate) fn run(console: &mut Console, args: &Simulate) -> Done {
    if args.format == OutputFormat::Json {
        console.findings = Findings::Json;
    }
    if let Some(path) = &args.output {
        // Known before the work, not after it.
        writable(path).map_err(|why| refuse(console, &cannot_write(path, &why)))?;
    }
    let (front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let experiment =
        choose(&front, &program, args.experiment.as_deref()).map_err(|m| console.usage(&m))?;
    let result = work(console, args, &front, &program, experiment).map_err(|d| {
        console.report(&[d], &front.sources);
        Stop::Exit(Exit::BadInput)
    })?;

    let hash = hash(&front);
    let report = SimReport::of(&result, &hash, env!("CARGO_PKG_VERSION"));
    match args.format {
        OutputFormat::Human => console.print(&report.render(&result, console.style()))?,
        OutputFormat::Json => {
            console.print(&(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"))?;
        }
    }
    if let Some(path) = &args.output {
        let csv = csv(&result, &hash);
        replace(path, csv.as_bytes())
            .map_err(|e| refuse(console, &cannot_write(path, &e.to_string())))?;
        console.remark(&format!("written: {}", path.display()));
    }
    if !result.complete {
        console.remark("ended early: the result is that of the runs that are complete");
        return Ok(Exit::Findings);
    }
    Ok(Exit::Fine)
}

/// The experiment named, or the only one of the file.
fn choose<'p>(
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
    front: &Front,
    program: &Program,
    experiment: &Experiment,
) -> Result<SimResult, Diagnostic> {
    let told = |e: SimError| e.diagnostic().also(experiment.span, "this experiment");
    if let Some(runs) = args.runs.filter(|n| *n > MAX_RUNS) {
        return Err(SimError::too_many(runs).diagnostic());
    }
    let ready = Ready::new(program, experiment, &[], args.engine.into()).map_err(told)?;
    if let Some(refusal) = ready.refusal() {
        console.remark(&interpreted(&front.sources, refusal));
    }
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
    let result = rogatio_simulate::run(program, experiment, &ready, &options);
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    result.map_err(told)
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

/// The result as CSV, with what it was made from and by.
fn csv(result: &SimResult, hash: &str) -> String {
    let csv = result.to_csv();
    let (head, rest) = csv.split_once('\n').unwrap_or((&csv, ""));
    format!(
        "{head}\n,version,,{}\n,hash,,{hash}\n{rest}",
        env!("CARGO_PKG_VERSION")
    )
}

/// A hash of every text that was read, whatever the files are called.
fn hash(front: &Front) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in front.sources.files() {
        // Every text ends with a byte that none has in it.
        for byte in front.sources.text(file).bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

fn writable(path: &Path) -> Result<(), String> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}`", folder.display()));
    }
    Ok(())
}

fn cannot_write(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(
        codes::E0007,
        format!("`{}` cannot be written: {why}", path.display()),
    )
}
