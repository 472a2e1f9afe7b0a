//! A measure that is open because a procedure is frozen is stuck; one that is open by itself is undetermined (R10, R58).

mod common;

use common::program;
use rogatio_simulate::{FROZEN, OPEN, Ready, SimOptions, Wish, compile, replay, run};

const BILLS: &str = "module t
    kind State
    given urgent: bool
    act propose(new b: Bill) by any State
    act sign(b: Bill) by any State
    procedure Bill {
        stage proposed { on sign when urgent -> law }
        outcome law
    }
    status spoken from propose
    experiment e {
        begin 2030-01-01
        State 2
        at most 4 Bill in all
        BEHAVIOURS
        horizon 1 year
        measure count(b: Bill where b is law)
        measure probability(spoken and urgent)
        measure count(propose)
    }";

#[test]
fn a_bill_that_is_frozen() {
    let text = BILLS.replace(
        "        BEHAVIOURS\n",
        "        each State does propose after exponential(1 year)
        each State does sign(b) after exponential(1 year)\n",
    );
    let program = program(&text);
    let experiment = &program.experiments[0];
    let why = compile(&program, experiment, &[]).expect_err("the text leaves it open");
    assert_eq!(why.code.as_str(), "E0961", "{why}");
    let mut seen = [0u64; 3];
    for run in 0..40 {
        let record = match replay(&program, experiment, &[], 3, run) {
            Ok(played) => played.record,
            Err(why) => panic!("{why}"),
        };
        match record[1] {
            FROZEN => seen[0] += 1,
            OPEN => seen[1] += 1,
            _ => seen[2] += 1,
        }
        // Nothing was proposed: nothing is open.
        let spoken = record[3] > 0;
        assert_eq!(record[2] == 0, !spoken, "run {run}: {record:?}");
    }
    assert!(seen[0] >= 5 && seen[1] == 0 && seen[2] >= 5, "{seen:?}");
    let ready = Ready::new(&program, experiment, &[], Wish::Interpret).unwrap();
    let options = SimOptions {
        runs: 40,
        seed: 3,
        ..SimOptions::default()
    };
    let result = run(&program, experiment, &ready, &options).unwrap();
    let classes = result.measures[0].classes;
    assert_eq!((classes.stuck, classes.undetermined), (seen[0], 0));
    assert!(
        result.measures[1].classes.undetermined > 0,
        "open by itself where nothing is frozen"
    );
}
