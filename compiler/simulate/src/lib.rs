//! Experiments: draws, threads and exactly mergeable statistics. What comes in: a program and one of its experiments.
//! What goes out: a [`SimResult`], or for one run its [`Replay`] in the interpreter. Nothing that is merged is a float,
//! and no result depends on the number of threads.
//!
//! Runs are numbered; each is a function of the seed and its number alone (R54). They are done in blocks of [`BLOCK`],
//! handed out in order, and a block that was begun is finished: so a cancelled simulation is one of fewer runs.
#![forbid(unsafe_code)]

mod clocks;
mod error;
mod replay;
mod result;
mod stats;

pub use error::{MAX_RUNS, SimError};
pub use replay::{Replay, replay};
pub use result::{QUANTILES, SimResult};
pub use rogatio_jit::{Compiled, Refusal, Values};
pub use stats::{Classes, Histogram, Kind, Mean, MeasureStats, Probability, Quantile};

use rogatio_calendar::Day;
use rogatio_mir::{Experiment, Op, Program, draw};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Runs in a block.
pub const BLOCK: u64 = 4096;

/// How to simulate.
pub struct SimOptions<'a> {
    /// Number of runs.
    pub runs: u64,
    /// Where the draws start.
    pub seed: u64,
    /// Threads, at least one.
    pub threads: usize,
    /// Values of parameters that differ from the experiment's.
    pub values: &'a Values,
    /// Told after each block: runs done, runs asked for.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Looked at before each block.
    pub cancel: &'a AtomicBool,
}

/// What a plan says, before anything is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The compiled experiment.
    pub compiled: Compiled,
    /// Its decisions, a line each.
    pub lines: Vec<String>,
}

/// Compiles an experiment and says how it will be run.
///
/// # Errors
/// [`SimError::Refused`].
pub fn plan(program: &Program, experiment: &Experiment, values: &Values) -> Result<Plan, SimError> {
    let compiled = rogatio_jit::compile(program, experiment, values)?;
    let lines = rogatio_jit::describe(program, experiment, &compiled);
    Ok(Plan { compiled, lines })
}

/// Runs an experiment.
///
/// # Errors
/// [`SimError::Refused`], [`SimError::TooMany`].
pub fn simulate(
    program: &Program,
    experiment: &Experiment,
    options: &SimOptions<'_>,
) -> Result<SimResult, SimError> {
    if options.runs > MAX_RUNS {
        return Err(SimError::too_many(options.runs));
    }
    let compiled = rogatio_jit::compile(program, experiment, options.values)?;
    Ok(run(program, experiment, &compiled, options))
}

/// Runs a compiled experiment.
#[must_use]
pub fn run(
    program: &Program,
    experiment: &Experiment,
    compiled: &Compiled,
    options: &SimOptions<'_>,
) -> SimResult {
    let begin = experiment.begin;
    let last = program
        .counting
        .add(begin, experiment.horizon)
        .unwrap_or(Day::MAX);
    let fresh = MeasureStats::all(experiment, begin, last);
    let blocks = options.runs.div_ceil(BLOCK);
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        let mut mine = fresh.clone();
        let mut instance = compiled.instance(options.seed);
        let width = compiled.width();
        let mut records = vec![0i64; width * BLOCK as usize];
        while !options.cancel.load(Ordering::Relaxed) {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                break;
            }
            let (from, to) = (block * BLOCK, options.runs.min((block + 1) * BLOCK));
            let records = &mut records[..width * (to - from) as usize];
            instance.run_into(from, to, records);
            for record in records.chunks_exact(width) {
                for (stats, value) in mine.iter_mut().zip(&record[1..]) {
                    stats.add(*value);
                }
            }
            let all = done.fetch_add(to - from, Ordering::Relaxed) + (to - from);
            (options.progress)(all, options.runs);
        }
        mine
    };
    let threads = options
        .threads
        .clamp(1, usize::try_from(blocks).unwrap_or(usize::MAX).max(1));
    let mut measures = fresh.clone();
    std::thread::scope(|scope| {
        // Where the system gives fewer threads, fewer do the same work.
        let spawn = |_| std::thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut parts = vec![work()];
        for other in others {
            match other.join() {
                Ok(part) => parts.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        for part in &parts {
            for (all, one) in measures.iter_mut().zip(part) {
                all.merge(one);
            }
        }
    });
    let runs = done.into_inner();
    SimResult {
        experiment: experiment.name.clone(),
        program: program.name.clone(),
        seed: options.seed,
        draws: draw::DRAW_VERSION,
        asked: options.runs,
        runs,
        complete: runs == options.runs,
        params: params(program, experiment, options.values),
        readings: program
            .readings
            .iter()
            .filter_map(|r| r.choices.get(r.chosen).map(|c| (r.name.clone(), c.clone())))
            .collect(),
        begin,
        last,
        measures,
    }
}

fn params(program: &Program, experiment: &Experiment, values: &Values) -> Vec<(String, String)> {
    let shown = |op: &Op| match op {
        Op::Length(l) => l.to_string(),
        Op::Int(n) => n.to_string(),
        Op::Day(d) => d.to_string(),
        Op::Bool(b) => b.to_string(),
        _ => "…".to_owned(),
    };
    let value = |(name, g): &(String, rogatio_mir::Guard)| {
        let op = values
            .iter()
            .find(|(n, _)| n == name)
            .map_or(&program.guard(*g).op, |(_, op)| op);
        (name.clone(), shown(op))
    };
    experiment.params.iter().map(value).collect()
}
