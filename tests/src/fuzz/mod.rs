//! Damaged texts: seeded mutations of everything the repository can read, and what must hold for each of them.
//!
//! Comes in: a corpus, a check, and how long. Goes out: nothing, or a panic with the smallest input that fails the check
//! and the numbers that make it again. Never happens: an input that depends on time or on threads; an endless run, for an
//! input that takes too long is a failure.
//!
//! `ROGATIO_FUZZ_SECONDS=300` goes on for so long, else a fixed number of inputs is tried. `ROGATIO_FUZZ_SEED` chooses
//! another stream of inputs.

mod mutate;
mod shrink;

use crate::chance::Chance;
use crate::{files, workspace};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longer than this on one input is a hang, on a slow and busy machine too.
const TOO_LONG: Duration = Duration::from_secs(120);
/// As much as the command line gives to its worker.
const STACK: usize = 64 << 20;

/// A text of the corpus.
#[derive(Clone, Debug)]
pub struct Seed {
    /// Its path in the repository.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Every text with one of these endings: programs, logs, and the programs on the pages of codes and forms.
#[must_use]
pub fn corpus(endings: &[&str]) -> Vec<Seed> {
    let root = workspace();
    let folders = ["tests/suite", "stdlib", "examples"];
    let mut seeds = Vec::new();
    for folder in folders {
        for ending in endings {
            for path in files(&root.join(folder), ending) {
                if let Ok(text) = std::fs::read_to_string(&path) {
                    let name = path.strip_prefix(&root).unwrap_or(&path);
                    let name = name.to_string_lossy().into_owned();
                    seeds.push(Seed { name, text });
                }
            }
        }
    }
    if endings.contains(&".rog") {
        for folder in ["compiler/diagnostics/codes", "grammar/reference"] {
            for path in files(&root.join(folder), ".md") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let name = path.to_string_lossy().into_owned();
                let blocks = text.split("```").filter_map(|b| b.strip_prefix("rog"));
                let programs = blocks.filter_map(|b| b.split_once('\n'));
                seeds.extend(programs.map(|(_, text)| Seed {
                    name: name.clone(),
                    text: text.to_owned(),
                }));
            }
        }
    }
    seeds
}

/// What a target does with an input: `Err` says what does not hold. A panic is a failure of its own.
pub type Check<'c> = &'c (dyn Fn(&Seed) -> Result<(), String> + Sync);

/// Tries mutations of the corpus, `inputs` of them unless the environment gives a time.
///
/// # Panics
/// With the input, made as small as can be, that fails the check.
pub fn fuzz(target: &str, corpus: &[Seed], inputs: usize, check: Check<'_>) {
    assert!(!corpus.is_empty(), "{target}: nothing to damage");
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seconds = number("ROGATIO_FUZZ_SECONDS");
    let seed = number("ROGATIO_FUZZ_SEED").unwrap_or(1);
    let at_work: Arc<Mutex<Option<(Instant, Seed)>>> = Arc::default();
    let words = mutate::Words::of(corpus);
    let work = || {
        let until = seconds.map(|s| Instant::now() + Duration::from_secs(s));
        for n in 0u64.. {
            let over = match until {
                Some(t) => Instant::now() >= t,
                None => n >= inputs as u64,
            };
            if over {
                return Ok(n);
            }
            let mut chance = Chance::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(n));
            let input = mutate::mutated(corpus, &words, &mut chance);
            note(&at_work, Some((Instant::now(), input.clone())));
            if until.is_some() {
                // A stack that overflows ends the process: then this is what did it.
                keep(target, &input.text);
            }
            let failed = fails(check, &input);
            note(&at_work, None);
            if let Some(why) = failed {
                return Err((n, input, why));
            }
        }
        Ok(0)
    };
    let outcome = quietly(|| {
        std::thread::scope(|scope| {
            let worker = std::thread::Builder::new().stack_size(STACK);
            let worker = worker.spawn_scoped(scope, work).expect("a thread");
            while !worker.is_finished() {
                std::thread::sleep(Duration::from_millis(20));
                let now = at_work.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((since, input)) = &*now
                    && since.elapsed() > TOO_LONG
                {
                    let path = keep(target, &input.text);
                    // A thread that hangs cannot be ended, only the process.
                    eprintln!(
                        "{target}: an input takes for ever: {path} (from {})",
                        input.name
                    );
                    std::process::exit(101);
                }
            }
            worker.join().expect("the worker catches its panics")
        })
    });
    match outcome {
        Ok(n) => println!("{target}: {n} inputs"),
        Err((n, input, why)) => {
            let small = quietly(|| shrink::shrink(&input, &|s| fails(check, s)));
            let why = quietly(|| fails(check, &small)).unwrap_or(why);
            let path = keep(target, &small.text);
            panic!(
                "{target}: input {n} of seed {seed}, made from {}:\n{why}\n--- {path}\n{}\n---",
                input.name, small.text
            );
        }
    }
}

fn note(place: &Mutex<Option<(Instant, Seed)>>, what: Option<(Instant, Seed)>) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = what;
}

/// Why an input fails, if it does.
fn fails(check: Check<'_>, input: &Seed) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| check(input))) {
        Ok(Ok(())) => None,
        Ok(Err(why)) => Some(why),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
            Some(format!("panic at {place}: {}", text.unwrap_or_default()))
        }
    }
}

/// Where the last panic was.
static PLACE: Mutex<String> = Mutex::new(String::new());

/// Runs without a message for each panic that is caught.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _lock = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
    let result = run();
    std::panic::set_hook(before);
    result
}

/// Writes an input below `target/`, and says where.
fn keep(target: &str, text: &str) -> String {
    let folder = workspace().join("target/fuzz");
    let name = folder.join(format!("{target}.txt"));
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&name, text));
    match kept {
        Ok(()) => name.to_string_lossy().into_owned(),
        Err(e) => format!("not kept: {e}"),
    }
}
