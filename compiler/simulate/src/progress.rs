//! The runs of one experiment, from the first to the last or to where it is stopped: threads, checkpoints, ends.

use crate::engine::{Ready, Wish, Worker};
use crate::error::{MAX_RUNS, SimError};
use crate::planned::Plans;
use crate::result::SimResult;
use crate::stats::MeasureStats;
use crate::stop::{Width, checkpoint};
use rogatio_jit::Values;
use rogatio_mir::draw::Generator;
use rogatio_mir::{Experiment, Op, Program};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How to simulate.
pub struct SimOptions<'a> {
    /// Number of runs; with `until`, at most.
    pub runs: u64,
    /// Where the draws start.
    pub seed: u64,
    /// Threads, at least one.
    pub threads: usize,
    /// Values of parameters that differ from the experiment's.
    pub values: &'a Values,
    /// Which engine.
    pub engine: Wish,
    /// Stop when the intervals are so narrow.
    pub until: Option<Width>,
    /// The number of the first run; with `resumed`, where that ended.
    pub first: u64,
    /// What runs before `first` gave, if they are to count.
    pub resumed: Option<Vec<MeasureStats>>,
    /// Told after each few runs: runs done, runs asked for.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Given the result so far now and then; what it does takes no thread's time but the caller's.
    pub checkpoint: &'a (dyn Fn(&SimResult) + Sync),
    /// How often.
    pub every: Duration,
    /// Looked at before each few runs.
    pub cancel: &'a AtomicBool,
}

/// Never set: a simulation that nobody cancels.
static NEVER: AtomicBool = AtomicBool::new(false);

impl Default for SimOptions<'_> {
    fn default() -> Self {
        SimOptions {
            runs: crate::BLOCK,
            seed: 0,
            threads: 1,
            values: &[],
            engine: Wish::Auto,
            until: None,
            first: 0,
            resumed: None,
            progress: &|_, _| {},
            checkpoint: &|_| {},
            every: Duration::MAX,
            cancel: &NEVER,
        }
    }
}

/// Runs an experiment.
///
/// # Errors
/// [`SimError::Refused`], [`SimError::TooMany`]; what the interpreter refuses.
pub fn simulate(
    program: &Program,
    experiment: &Experiment,
    options: &SimOptions<'_>,
) -> Result<SimResult, SimError> {
    if options.runs > MAX_RUNS {
        return Err(SimError::too_many(options.runs));
    }
    let (generator, plans) = (Generator::default(), Plans::default());
    // How many it takes to a width is not known before.
    let runs = options.until.is_none().then_some(options.runs);
    let (values, wish) = (options.values, options.engine);
    let ready = Ready::for_runs(program, experiment, values, wish, generator, plans, runs)?;
    run(program, experiment, &ready, options)
}

/// One thread's work and what it found.
struct Thread {
    worker: Worker,
    measures: Vec<MeasureStats>,
}

/// How long the threads work between two looks at the whole.
const LOOK: Duration = Duration::from_millis(150);

/// After so long it is known how long the rest will take.
const TRIED: Duration = Duration::from_millis(20);

/// So long a rest is worth code for each discrete state.
const LONG: Duration = Duration::from_millis(600);

/// Runs an experiment whose engine is ready.
///
/// # Errors
/// What the interpreter refuses.
pub fn run(
    program: &Program,
    experiment: &Experiment,
    ready: &Ready,
    options: &SimOptions<'_>,
) -> Result<SimResult, SimError> {
    let begin = experiment.begin;
    let fresh = MeasureStats::all(experiment, begin, ready.last());
    let mut result = SimResult {
        experiment: experiment.name.clone(),
        program: program.name.clone(),
        seed: options.seed,
        draws: ready.generator().version(),
        rewrites: ready.rewrites().to_vec(),
        engine: ready.engine(),
        asked: options.runs,
        until: options.until,
        runs: options.first,
        complete: false,
        params: params(program, experiment, options.values),
        readings: readings(program),
        begin,
        last: ready.last(),
        measures: options.resumed.clone().unwrap_or_else(|| fresh.clone()),
    };
    let grain = ready.engine().grain();
    let left = options.runs.saturating_sub(options.first).div_ceil(grain);
    let threads = options
        .threads
        .clamp(1, usize::try_from(left).unwrap_or(usize::MAX).max(1));
    let mut threads: Vec<Thread> = (0..threads)
        .map(|_| Thread {
            worker: ready.worker(options.seed),
            measures: fresh.clone(),
        })
        .collect();
    let mut saved = Instant::now();
    // Native code is made anew once it is known that much is left to do.
    let (begun, mut unfolded) = (Instant::now(), false);
    // Grains between two looks: as many as take about LOOK.
    let mut grains = threads.len() as u64;
    let enough = |r: &SimResult| options.until.is_some_and(|w| w.reached(&r.measures));
    // A result that was resumed may stand where one stops.
    let at_checkpoint = |n: u64| n > 0 && checkpoint(n - 1) == n;
    let mut complete = result.runs >= options.runs
        || (options.until.is_some() && at_checkpoint(result.runs) && enough(&result));
    while !complete && !options.cancel.load(Ordering::Relaxed) {
        let stop = options.until.map_or(u64::MAX, |_| checkpoint(result.runs));
        let to = stop
            .min(options.runs)
            .min(result.runs.saturating_add(grains.saturating_mul(grain)));
        let started = Instant::now();
        let done = span(&mut threads, result.runs, to, grain, ready.width(), options)?;
        for thread in &mut threads {
            for (all, one) in result.measures.iter_mut().zip(&mut thread.measures) {
                all.merge(one);
                one.clear();
            }
        }
        result.runs = done;
        complete = done >= options.runs || (done == stop && enough(&result));
        let took = started.elapsed();
        if took < LOOK / 2 {
            grains = grains.saturating_mul(2);
        } else if took > LOOK * 2 {
            grains = (grains / 2).max(threads.len() as u64);
        }
        let spent = begun.elapsed();
        if !unfolded && !complete && spent >= TRIED {
            unfolded = true;
            let played = (done - options.first).max(1);
            let left = (options.runs - done) as f64 / played as f64;
            if spent.as_secs_f64() * left >= LONG.as_secs_f64()
                // What cannot be made goes on as it is.
                && let Ok(Some(compiled)) = ready.unfolded(program, experiment, options.values)
            {
                for thread in &mut threads {
                    thread.worker.run_by(&compiled, options.seed);
                }
            }
        }
        if saved.elapsed() >= options.every && !complete {
            (options.checkpoint)(&result);
            saved = Instant::now();
        }
    }
    result.complete = complete;
    Ok(result)
}

/// Plays the runs from one number (included) to another (excluded); ends early only if it is cancelled, and then with a
/// whole beginning. Returns the first run not played.
fn span(
    threads: &mut [Thread],
    from: u64,
    to: u64,
    grain: u64,
    width: usize,
    options: &SimOptions<'_>,
) -> Result<u64, SimError> {
    let (next, done) = (AtomicU64::new(from), AtomicU64::new(0));
    let failed: Mutex<Option<(u64, SimError)>> = Mutex::new(None);
    let work = |thread: &mut Thread| {
        let mut records = vec![0i64; width * usize::try_from(grain).unwrap_or(0)];
        while !options.cancel.load(Ordering::Relaxed) {
            let first = next.fetch_add(grain, Ordering::Relaxed);
            if first >= to {
                break;
            }
            let end = to.min(first + grain);
            if thread.worker.tally(first, end, &mut thread.measures) {
                let all = done.fetch_add(end - first, Ordering::Relaxed) + (end - first);
                (options.progress)(from + all, options.runs);
                continue;
            }
            let records = &mut records[..width * (end - first) as usize];
            if let Err((run, why)) = thread.worker.records(first, end, width, records) {
                // Earlier runs were handed out before, so the earliest that fails is always found.
                next.store(to, Ordering::Relaxed);
                let mut failed = failed.lock().unwrap_or_else(|e| e.into_inner());
                if failed.as_ref().is_none_or(|(r, _)| run < *r) {
                    *failed = Some((run, why));
                }
                break;
            }
            for (i, stats) in thread.measures.iter_mut().enumerate() {
                stats.take_all(records, width, i + 1);
            }
            let all = done.fetch_add(end - first, Ordering::Relaxed) + (end - first);
            (options.progress)(from + all, options.runs);
        }
    };
    let alone = threads.len() == 1;
    std::thread::scope(|scope| {
        let Some((own, others)) = threads.split_first_mut() else {
            return;
        };
        if !alone {
            for other in others {
                // Where the system gives fewer threads, fewer do the same work.
                let _ = std::thread::Builder::new().spawn_scoped(scope, || work(other));
            }
        }
        work(own);
    });
    match failed.into_inner().unwrap_or_else(|e| e.into_inner()) {
        Some((run, why)) => Err(SimError::Run(run, Box::new(why))),
        None => Ok(from + done.into_inner()),
    }
}

/// The readings of a program with their choices.
pub(crate) fn readings(program: &Program) -> Vec<(String, String)> {
    let all = program.readings.iter();
    all.filter_map(|r| r.choices.get(r.chosen).map(|c| (r.name.clone(), c.clone())))
        .collect()
}

/// The parameters of an experiment with their values.
pub(crate) fn params(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Vec<(String, String)> {
    let value = |(name, g): &(String, rogatio_mir::Guard)| {
        let op = values
            .iter()
            .find(|(n, _)| n == name)
            .map_or(&program.guard(*g).op, |(_, op)| op);
        (name.clone(), shown(op))
    };
    experiment.params.iter().map(value).collect()
}

/// The value of a parameter as it is written.
#[must_use]
pub fn shown(op: &Op) -> String {
    match op {
        Op::Length(l) => l.to_string(),
        Op::Int(n) => n.to_string(),
        Op::Day(d) => d.to_string(),
        Op::Bool(b) => b.to_string(),
        Op::Share(_, n, d) => format!("{n}/{d}"),
        Op::Chance(c) => match 100_000_i64.checked_rem(c.den()) {
            // Percents, where those are exact; else the fraction.
            Some(0) => {
                let thousandths = i128::from(c.num()) * (100_000 / i128::from(c.den()));
                let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
                format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
            }
            _ => format!("{}/{}", c.num(), c.den()),
        },
        Op::Text(t) => t.clone(),
        _ => "…".to_owned(),
    }
}
