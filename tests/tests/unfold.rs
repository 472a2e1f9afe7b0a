//! A copy of the code for each discrete state gives the records that the code for any state gives.

use rogatio_simulate::{Plans, compile, planned, unfold};
use rogatio_tests::{build, files, workspace};

/// Runs compared for a seed.
const RUNS: u64 = 1_500;

#[test]
fn every_experiment_with_few_states() {
    let mut all = Vec::new();
    for folder in ["tests/suite", "examples", "compiler/cli/templates"] {
        all.extend(files(&workspace().join(folder), ".rog"));
    }
    let (mut unfolded, mut kept, mut wrong) = (Vec::new(), 0, Vec::new());
    for path in all {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a program");
        let Some(program) = build(&name, &text, path.parent()).mir else {
            continue;
        };
        for experiment in &program.experiments {
            let Ok(planned) = planned(&program, experiment, &[], Plans::default()) else {
                continue;
            };
            let (program, experiment) = (&*planned.program, &*planned.experiment);
            let Ok(whole) = compile(program, experiment, &[]) else {
                continue;
            };
            let Some(states) = unfold(program, experiment, &[]).expect("as it was compiled") else {
                kept += 1;
                continue;
            };
            // Its states were found by runs of the seed 0.
            for seed in [0, 7] {
                let (a, b) = (
                    whole.instance(seed).run(0, RUNS),
                    states.instance(seed).run(0, RUNS),
                );
                if let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) {
                    let run = at / whole.width();
                    let row = |v: &[i64]| v[run * whole.width()..][..whole.width()].to_vec();
                    wrong.push(format!(
                        "{name}, {}, seed {seed}, run {run}: {:?}, by states {:?}",
                        experiment.name,
                        row(&a),
                        row(&b)
                    ));
                }
            }
            unfolded.push((name.clone(), states.size().states));
        }
    }
    println!(
        "{} experiments by states, {kept} only as a whole",
        unfolded.len()
    );
    let approval = unfolded
        .iter()
        .find(|u| u.0.ends_with("bench/w3_approval.rog"));
    assert!(approval.is_some_and(|u| u.1 > Some(20)), "{unfolded:?}");
    assert!(unfolded.len() > 1, "{unfolded:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
