//! One meaning, however it is worked out: evaluating only what has changed gives what evaluating everything gives, and
//! native code gives what the interpreter gives.

use rogatio_interpret::Case;
use rogatio_mir::Program;
use rogatio_simulate::{ASIDE, Effort, Plans, compile, compile_with, planned, replay};
use rogatio_tests::chance::{self, Chance};
use rogatio_tests::{build, files, scale, workspace};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs one history the quick way and the thorough way.
fn agree(
    name: &str,
    program: &Arc<Program>,
    each: usize,
    seed: u64,
    steps: usize,
) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let quick = chance::populated(program, each, &mut chance);
    let history = chance::history(&quick, steps, &mut chance);
    let mut thorough = quick.clone();
    thorough.set_thorough(true);
    let run = |mut case: Case| {
        for (day, input) in &history {
            if let Err(why) = chance::give(&mut case, *day, input) {
                return vec![format!("refused: {why}")];
            }
        }
        if let Some((day, _)) = history.last() {
            case.end_of_day(day.checked_add_days(900).unwrap_or(*day));
        }
        chance::seen(&case)
    };
    let (a, b) = (run(quick), run(thorough));
    if a == b {
        return Ok(());
    }
    let at = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let line = |v: &[String]| v.get(at).cloned().unwrap_or_else(|| "(the end)".to_owned());
    Err(format!(
        "{name}, {each} of a kind, seed {seed}, line {at}:\n  quick    {}\n  thorough {}",
        line(&a),
        line(&b)
    ))
}

fn programs() -> Vec<(String, PathBuf)> {
    let mut all = Vec::new();
    for folder in ["tests/suite", "examples", "stdlib"] {
        for path in files(&workspace().join(folder), ".rog") {
            all.push((path.display().to_string(), path));
        }
    }
    all
}

#[test]
fn every_program_of_the_repository_at_random() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (name, path) in programs() {
        let text = std::fs::read_to_string(&path).expect("a program");
        let built = build(&name, &text, path.parent());
        let Some(mir) = built.mir else { continue };
        let program = Arc::new(mir);
        tried += 1;
        for seed in 1..=3 {
            wrong.extend(agree(&name, &program, 3, seed, 25).err());
        }
    }
    assert!(tried > 200, "only {tried} programs were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn large_sets_at_random() {
    let mut wrong = Vec::new();
    for text in [
        scale::TREATY,
        scale::ASSEMBLY,
        scale::HARBOUR,
        scale::CHAMBER,
    ] {
        let program = scale::program(text);
        for seed in 1..=6 {
            wrong.extend(agree(&program.name, &program, 40, seed, 120).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Too long for the interpreter as they are written; `compiler/simulate/tests/examples.rs` compares shorter runs of them.
const ELSEWHERE: &[&str] = &["examples/cbd_race.rog", "examples/bench/w2_treaty.rog"];

/// Every experiment of the repository in native code and in the interpreter, bit for bit. What is not compiled is
/// refused with a code, and counted by it.
#[test]
fn every_experiment_in_both_engines() {
    let (mut wrong, mut compared, mut refused) = (Vec::new(), 0, BTreeMap::new());
    let (mut rewrites, mut aside) = (0, 0);
    let why = std::env::var_os("ROGATIO_WHY").is_some();
    let templates = files(&workspace().join("compiler/cli/templates"), ".rog");
    let templates = templates.into_iter().map(|p| (p.display().to_string(), p));
    for (name, path) in programs().into_iter().chain(templates) {
        let elsewhere = ELSEWHERE.iter().any(|e| path.ends_with(e));
        let text = std::fs::read_to_string(&path).expect("a program");
        let Some(program) = build(&name, &text, path.parent()).mir else {
            continue;
        };
        for experiment in &program.experiments {
            // As written, and as its plan rewrites it (R56).
            let planned = planned(&program, experiment, &[], Plans::default());
            let planned = planned.ok().filter(|p| !p.rewrites.is_empty());
            let written = (!elsewhere).then_some((&program, experiment));
            let rewritten = planned.as_ref().map(|p| (&*p.program, &*p.experiment));
            for (program, experiment) in written.into_iter().chain(rewritten) {
                let compiled = match compile(program, experiment, &[]) {
                    Ok(compiled) => compiled,
                    Err(refusal) => {
                        if why {
                            println!("{name}, {}: {refusal}", experiment.name);
                        }
                        *refused.entry(refusal.code.as_str()).or_insert(0) += 1;
                        continue;
                    }
                };
                compared += 1;
                let records = compiled.instance(11).run(0, 5);
                let quick = compile_with(program, experiment, &[], Effort::Little);
                if quick.map(|q| q.instance(11).run(0, 5)).ok().as_ref() != Some(&records) {
                    wrong.push(format!("{name}, {}: with little effort", experiment.name));
                }
                for (run, native) in records.chunks(compiled.width()).enumerate() {
                    if native[0] == ASIDE {
                        aside += 1;
                        continue;
                    }
                    match replay(program, experiment, &[], 11, run as u64) {
                        Ok(played) if played.record == native => {}
                        Ok(played) => wrong.push(format!(
                            "{name}, {}, run {run}: native {native:?}, interpreted {:?}",
                            experiment.name, played.record
                        )),
                        Err(why) => wrong.push(format!("{name}, run {run}: {why}")),
                    }
                }
            }
            rewrites += usize::from(planned.is_some());
        }
    }
    println!(
        "{compared} experiments compared, {rewrites} of them as planned, too; {aside} runs left to the interpreter; refused: {refused:?}"
    );
    assert!(rewrites >= 1, "no plan has rewritten anything");
    assert!(compared >= 5, "only {compared} experiments were compared");
    assert!(refused.keys().all(|c| c.starts_with("E096")), "{refused:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
