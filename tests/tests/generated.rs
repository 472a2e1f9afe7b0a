//! Programs at random: whatever the compiled engine or the block machine takes, it runs as the interpreter does, bit for
//! bit. `ROGATIO_CASES=2000` for a long night.

use proptest::prelude::*;
use rogatio_mir::Program;
use rogatio_simulate::{ASIDE, Engine, Ready, SimOptions, Wish, compile, replay, simulate};
use rogatio_tests::{build, generate};
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = 3;

fn program(text: &str) -> Result<Program, String> {
    let mut built = build("generated.rog", text, None);
    match built.mir.take() {
        Some(mir) => Ok(mir),
        None => {
            let wrong = built.found.iter().find(|d| d.is_error());
            Err(wrong.map_or_else(String::new, |d| format!("{}: {}", d.code, d.message)))
        }
    }
}

/// What became of a program: how many different records its runs have, or why it has none in native code.
fn runs(text: &str, runs: u64) -> Result<Result<usize, String>, String> {
    let program = match program(text) {
        Ok(program) => program,
        Err(why) => return Ok(Err(why)),
    };
    let experiment = &program.experiments[0];
    let compiled = match compile(&program, experiment, &[]) {
        Ok(compiled) => compiled,
        Err(why) => return Ok(Err(why.to_string())),
    };
    let records = compiled.instance(SEED).run(0, runs);
    let mut different = BTreeSet::new();
    for (run, native) in (0..runs).zip(records.chunks(compiled.width())) {
        let played = replay(&program, experiment, &[], SEED, run).map_err(|e| e.to_string())?;
        if native[0] != ASIDE && played.record != native {
            let names = experiment.measures.iter().map(|m| m.name.as_str());
            let names: Vec<&str> = ["class"].into_iter().chain(names).collect();
            let differ = (0..native.len()).filter(|i| native[*i] != played.record[*i]);
            let differ: Vec<String> = differ
                .map(|i| {
                    format!(
                        "{}: native {}, interpreted {}",
                        names[i], native[i], played.record[i]
                    )
                })
                .collect();
            return Err(format!("run {run}: {}", differ.join("; ")));
        }
        different.insert(native.to_vec());
    }
    Ok(Ok(different.len()))
}

/// A vote: by which engine, and whether each run alone is the interpreter's.
fn votes(text: &str, runs: u64) -> Result<Result<Engine, String>, String> {
    let program = match program(text) {
        Ok(program) => program,
        Err(why) => return Ok(Err(why)),
    };
    let experiment = &program.experiments[0];
    let ready = match Ready::new(&program, experiment, &[], Wish::Auto) {
        Ok(ready) => ready,
        Err(why) => return Ok(Err(why.to_string())),
    };
    let one = |engine, run| {
        let options = SimOptions {
            first: run,
            runs: run + 1,
            seed: SEED,
            threads: 1,
            engine,
            ..SimOptions::default()
        };
        simulate(&program, experiment, &options).map_err(|e| e.to_string())
    };
    for run in (0..runs).chain([4095, 4096, 4097]) {
        let (quick, slow) = (one(Wish::Auto, run)?, one(Wish::Interpret, run)?);
        if quick.measures != slow.measures {
            return Err(format!(
                "run {run}: {:?} and {:?}",
                quick.measures, slow.measures
            ));
        }
    }
    Ok(Ok(ready.engine()))
}

fn quietly<T>(text: &str, run: impl Fn(&str) -> Result<T, String>) -> Result<T, TestCaseError> {
    let run = std::panic::AssertUnwindSafe(|| run(text));
    match std::panic::catch_unwind(run) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(why)) => Err(TestCaseError::fail(format!("{why}\n{text}"))),
        Err(_) => Err(TestCaseError::fail(format!("a panic\n{text}"))),
    }
}

fn cases() -> u32 {
    let more = std::env::var("ROGATIO_CASES").ok();
    more.and_then(|n| n.parse().ok())
        .unwrap_or(if cfg!(debug_assertions) { 30 } else { 300 })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn both_engines_agree(choices in prop::collection::vec(any::<u16>(), 40..240)) {
        let _compared = quietly(&generate::module(&choices), |text| runs(text, 15))?;
    }

    #[test]
    fn every_lane_of_the_block_machine(choices in prop::collection::vec(any::<u16>(), 10..90)) {
        let _compared = quietly(&generate::vote(&choices), |text| votes(text, 6))?;
    }
}

/// Else the laws above would speak of nothing.
#[test]
fn most_of_them_are_compared() {
    let (mut taken, mut different, mut why) = (0, 0, BTreeMap::new());
    for n in 0..40 {
        match runs(&generate::module(&generate::choices(n)), 8) {
            Ok(Ok(records)) => {
                taken += 1;
                different += usize::from(records > 1);
            }
            Ok(Err(refused)) => *why.entry(refused).or_insert(0) += 1,
            Err(wrong) => panic!("{wrong}\n{}", generate::module(&generate::choices(n))),
        }
    }
    let mut engines = BTreeMap::new();
    for n in 0..40 {
        let text = generate::vote(&generate::choices(n));
        match votes(&text, 1) {
            Ok(Ok(engine)) => *engines.entry(engine.name().to_owned()).or_insert(0) += 1,
            Ok(Err(refused)) => *engines.entry(refused).or_insert(0) += 1,
            Err(wrong) => panic!("{wrong}\n{text}"),
        }
    }
    println!("{taken} of 40, {different} with different runs; {why:#?}; votes: {engines:#?}");
    assert!(
        taken >= 30 && different >= 16,
        "{taken} of 40, {different}; {why:#?}"
    );
    assert!(
        engines.get("block").is_some_and(|n| *n >= 30),
        "{engines:#?}"
    );
}
