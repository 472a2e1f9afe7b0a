//! `rogatio simulate`: an experiment, many times.

use crate::args::{OutputFormat, Simulate};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, among, compile, keep};
use bound::Played;
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use rogatio_diagnostics::SourceMap;
use rogatio_mir::{Experiment, Program};
use rogatio_report::{ReplayReport, SimReport, SweepPoint, SweepReport};
use rogatio_simulate::{
    Engine, MAX_RUNS, Point, Ready, Refusal, Same, Saved, SimError, SimOptions, SimResult, Wish,
    grid,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub(crate) mod bound;
mod exact;
pub(crate) mod output;
mod parquet;
pub(crate) mod vary;

/// Set by Ctrl-C: what is complete is reported.
static CANCEL: AtomicBool = AtomicBool::new(false);

/// Runs one experiment.
pub(crate) fn run(console: &mut Console, args: &Simulate) -> Done {
    console.speak(args.format == OutputFormat::Json);
    if args.format == OutputFormat::Json {
        console.findings = Findings::Json;
    }
    if let Some(path) = &args.output {
        // Known before the work, not after it.
        output::check(console, path)?;
        output::formed(console, path)?;
        if args.resume {
            output::resumable(console, path)?;
        }
    }
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let index =
        chosen(&front, &program, args.experiment.as_deref()).map_err(|m| console.usage(&m))?;
    let told = |front: &Front, e: SimError| {
        let d = e.diagnostic();
        let d = match d.labels.is_empty() {
            true => d,
            false => d.also(program.experiments[index].span, "this experiment"),
        };
        console.report(&[d], &front.sources);
        Stop::Exit(Exit::BadInput)
    };
    if let Some(runs) = args.runs.filter(|n| *n > MAX_RUNS) {
        return Err(told(&front, SimError::too_many(runs)));
    }
    let axes = vary::axes(front.hir(), &program, index, &args.vary).map_err(|t| match t {
        vary::Trouble::Usage(m) => console.usage(&m),
        vary::Trouble::Values(e) => told(&front, e),
    })?;
    let points = grid(&axes).map_err(|e| told(&front, e))?;
    let hash = output::hash(&front.sources);
    let asked = front
        .readings(&args.readings)
        .map_err(|m| console.usage(&m))?
        .lang(console.lang);
    let first = asked.clone();
    let asked = vary::own_readings(&program, &program.experiments[index])
        .into_iter()
        .fold(asked, |all, (name, choice)| all.choose(name, choice))
        .lang(console.lang);
    if args.exact && !axes.is_empty() {
        let mut sweep = exact::Sweep::new(console, args, &axes);
        for point in &points {
            let readings = point.readings.iter().cloned();
            let readings = readings.fold(asked.clone(), |all, (name, choice)| {
                all.choose(name, choice)
            });
            let made = (readings != first).then(|| front.lower(&readings));
            let program = made.as_ref().unwrap_or(&program);
            sweep.point(&front.sources, program, &program.experiments[index], point)?;
        }
        return sweep.end(&hash);
    }
    if args.exact || !args.asks_for_runs() {
        let made = (asked != first).then(|| front.lower(&asked));
        let program = made.as_ref().unwrap_or(&program);
        let experiment = &program.experiments[index];
        if args.exact {
            return exact::run(console, args, &front, program, experiment);
        }
        if let Some(done) = exact::if_pure(console, args, &hash, program, experiment) {
            return done;
        }
    }
    let mut sweep = Sweep {
        console,
        args,
        hash,
        axes: axes.iter().map(|a| a.name().to_owned()).collect(),
        done: Vec::new(),
        saved: None,
    };
    if let (true, Some(path)) = (args.resume, &args.output) {
        sweep.saved = output::saved(console, path)?;
    }
    let (mut told_why, mut told_over) = (false, false);
    for (n, point) in points.iter().enumerate() {
        if CANCEL.load(Ordering::Relaxed) {
            break;
        }
        let readings = point.readings.iter().cloned();
        let readings = readings.fold(asked.clone(), |all, (name, choice)| {
            all.choose(name, choice)
        });
        let made = (readings != first).then(|| front.lower(&readings));
        let program = made.as_ref().unwrap_or(&program);
        let experiment = &program.experiments[index];
        let wish = match args.replay {
            Some(_) => Wish::Interpret,
            None => args.engine.into(),
        };
        let rng = args.rng.into();
        let (plans, runs) = (args.plans(), args.runs);
        let ready = Ready::for_runs(program, experiment, &point.values, wish, rng, plans, runs);
        let ready = ready.map_err(|e| told(&front, e))?;
        let task = Task {
            program,
            experiment,
            ready: &ready,
            point,
            n,
            of: points.len(),
        };
        if args.explain_plan {
            let plan = rogatio_simulate::plan(program, experiment, &ready, &point.values);
            let human = || rogatio_report::simulation_plan(&plan, console.style());
            output::print(console, args.format, &plan, human)?;
            return Ok(Exit::Fine);
        }
        if let (Some(run), Some(player)) = (args.replay, ready.player()) {
            let head = task.head(args).map_err(|e| told(&front, e))?;
            let replay = player.play(args.seed, run).map_err(|e| told(&front, e))?;
            let hash = &sweep.hash;
            let report = ReplayReport::of(&head, run, &replay, hash, env!("CARGO_PKG_VERSION"));
            let human = || report.render(console.style(), args.trace);
            output::print(console, args.format, &report, human)?;
            return Ok(Exit::Fine);
        }
        if let (Some(refusal), false) = (ready.refusal(), told_why) {
            console.remark(&interpreted(&front.sources, refusal));
            told_why = true;
        }
        let result = sweep.point(&task).map_err(|e| told(&front, e))?;
        let played = Played {
            program,
            experiment,
            ready: &ready,
            values: &point.values,
            rng,
            plans: args.plans(),
            first: 0,
            replays: true,
        };
        if !told_over && let Some(text) = played.told(&result).map_err(|e| told(&front, e))? {
            console.remark(&text);
            told_over = true;
        }
        sweep.done.push((point.at.clone(), result));
    }
    let done = sweep.end(points.len());
    keep((front, program));
    done
}

/// A point that is to be simulated.
struct Task<'a> {
    program: &'a Program,
    experiment: &'a Experiment,
    ready: &'a Ready,
    point: &'a Point,
    n: usize,
    of: usize,
}

impl Task<'_> {
    /// The result without runs.
    fn head(&self, args: &Simulate) -> Result<SimResult, SimError> {
        let head = SimOptions {
            runs: 0,
            seed: args.seed,
            values: &self.point.values,
            ..SimOptions::default()
        };
        rogatio_simulate::run(self.program, self.experiment, self.ready, &head)
    }
}

/// A sweep under way; of one point, if nothing is varied.
struct Sweep<'a> {
    console: &'a Console,
    args: &'a Simulate,
    hash: String,
    axes: Vec<String>,
    done: Vec<SweepPoint>,
    /// What `--resume` continues.
    saved: Option<Saved>,
}

impl Sweep<'_> {
    fn point(&self, task: &Task<'_>) -> Result<SimResult, SimError> {
        let args = self.args;
        let runs = args
            .runs
            .unwrap_or(match (task.ready.engine(), args.until_width) {
                (Engine::Jit | Engine::Block, None) => RUNS.0,
                (Engine::Interpret, None) => RUNS.1,
                (Engine::Jit | Engine::Block, Some(_)) => UNTIL.0,
                (Engine::Interpret, Some(_)) => UNTIL.1,
            });
        let (mut first, mut resumed) = (0, None);
        if let Some(saved) = &self.saved {
            let same = Same {
                version: env!("CARGO_PKG_VERSION"),
                hash: &self.hash,
                axes: &self.axes,
            };
            let mut head = task.head(args)?;
            head.asked = runs;
            let begun = saved.point(task.n, &same, task.experiment, &head, &task.point.at)?;
            if let Some(begun) = begun {
                (first, resumed) = (begun.runs, Some(begun.measures));
            }
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
        let bar = self
            .console
            .is_watched()
            .then(|| progress(runs, first, task));
        let shown = |done: u64, _: u64| {
            if let Some(bar) = &bar {
                bar.set_position(done);
            }
        };
        let keep = |so_far: &SimResult| {
            if let Some(path) = &args.output {
                let mut all = self.done.clone();
                all.push((task.point.at.clone(), so_far.clone()));
                // What cannot be kept now is written at the end; that failure is told.
                let _ = output::keep(path, &self.axes, &all, &self.hash);
            }
        };
        let options = SimOptions {
            runs,
            seed: args.seed,
            threads,
            values: &task.point.values,
            until: args.until_width,
            first,
            resumed,
            progress: &shown,
            checkpoint: &keep,
            every: Duration::from_secs(args.checkpoint),
            cancel: &CANCEL,
            ..SimOptions::default()
        };
        let result = rogatio_simulate::run(task.program, task.experiment, task.ready, &options);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        result
    }

    /// Prints and writes what was found.
    fn end(&self, points: usize) -> Done {
        let (console, args) = (self.console, self.args);
        let version = env!("CARGO_PKG_VERSION");
        let style = console.style();
        if self.axes.is_empty() {
            if let [(_, result)] = self.done.as_slice() {
                let report = SimReport::of(result, &self.hash, version);
                output::print(console, args.format, &report, || {
                    report.render(result, style)
                })?;
            }
        } else if let Some(report) = SweepReport::of(&self.axes, &self.done, &self.hash, version) {
            output::print(console, args.format, &report, || {
                report.render(&self.done, style)
            })?;
        }
        if let Some(path) = &args.output {
            output::write(console, path, &self.axes, &self.done, &self.hash)?;
            console.remark(&format!("written: {}", path.display()));
        }
        let whole = self.done.len() == points && self.done.iter().all(|(_, r)| r.complete);
        if !whole {
            console.remark("ended early: the result is that of the runs that are complete");
            return Ok(Exit::Findings);
        }
        let wide = |r: &SimResult| r.until.is_some_and(|w| !w.reached(&r.measures));
        if self.done.iter().any(|(_, r)| wide(r)) {
            console
                .remark("the width was not reached within the number of runs; --runs allows more");
            return Ok(Exit::Findings);
        }
        Ok(Exit::Fine)
    }
}

/// The experiment named, or the only one of the file.
pub(crate) fn choose<'p>(
    front: &Front,
    program: &'p Program,
    name: Option<&str>,
) -> Result<&'p Experiment, String> {
    chosen(front, program, name).map(|i| &program.experiments[i])
}

/// Its number.
fn chosen(front: &Front, program: &Program, name: Option<&str>) -> Result<usize, String> {
    let all = || program.experiments.iter().enumerate();
    if let Some(name) = name {
        let names: Vec<&str> = all().map(|(_, e)| e.name.as_str()).collect();
        return names
            .iter()
            .position(|n| *n == name)
            .ok_or_else(|| format!("there is no experiment `{name}`{}", among(name, &names)));
    }
    let own: Vec<(usize, &Experiment)> = all().filter(|(_, e)| e.span.file == front.file).collect();
    match own.as_slice() {
        [(one, _)] => Ok(*one),
        [] => Err("there is no experiment in this file".to_owned()),
        several => {
            let names = several.iter().map(|(_, e)| format!("\n  {}", e.name));
            Err(format!(
                "this file has {} experiments; name one:{}",
                several.len(),
                names.collect::<String>()
            ))
        }
    }
}

/// Runs where none were asked for: compiled, interpreted.
const RUNS: (u64, u64) = (100_000, 1000);
/// The most runs for a width, where no other number was asked for.
const UNTIL: (u64, u64) = (100_000_000, 100_000);

/// Why the interpreter plays the runs, where that stands, and what it costs: one line.
fn interpreted(sources: &SourceMap, refusal: &Refusal) -> String {
    let place = if sources.knows(refusal.span) {
        let (line, column) = sources.line_col(refusal.span);
        format!(" at {}:{line}:{column}", sources.name(refusal.span.file))
    } else {
        String::new()
    };
    format!("interpreted, much slower than native code: {refusal}{place}")
}

fn progress(runs: u64, first: u64, task: &Task<'_>) -> ProgressBar {
    let bar = ProgressBar::new(runs).with_position(first);
    bar.reset_eta();
    let mut template = "{bar:40} {human_pos} of {human_len} runs, {per_sec}, {eta} left".to_owned();
    if task.of > 1 {
        template += &format!(" at point {} of {}", task.n + 1, task.of);
    }
    if let Ok(style) = ProgressStyle::with_template(&template) {
        let per_sec = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{} a second", HumanCount(state.per_sec() as u64));
        };
        bar.set_style(style.with_key("per_sec", per_sec));
    }
    bar
}
