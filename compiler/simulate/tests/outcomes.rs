//! Outcomes that are declared at random times, and ballots under a further name, in the interpreter.

mod common;

use common::program;
use rogatio_simulate::{Engine, Ready, SimOptions, Wish, replay, run};

const DIET: &str = r#"module t
    kind Bill
    body Lower { members not stated "Constitution" }
    body Upper { members not stated "Constitution" }
    office Chair
    act table_bill(b: Bill) by any Chair
    act close_session by any Chair
    decision Pass on b: Bill by each of (Lower, Upper) {
        given "Constitution"
        together adopted when each adopts, rejected when any rejects
        opens upon table_bill(b)
        closes upon close_session
    }
    experiment e {
        begin 2030-01-01
        Bill: X, Y
        2030-01-01: table_bill(X) by Chair
        2030-01-11: table_bill(Y) by Chair
        Lower does adopt(Pass on b) after exponential(20 days)
        Lower does reject(Pass on b) after exponential(60 days)
        Upper does adopt(Pass on b) after 5 days when b = X
        2030-12-01: close_session by Chair
        horizon 1 year
        measure adopted: probability(adopted(Pass on X))
        measure rejected: probability(rejected(Pass on X))
        measure other: probability(adopted(Pass on Y))
        measure fell: probability(rejected(Pass on Y))
        measure first adopted(Pass on X)
    }"#;

/// Two clocks of one House race: it adopts with the odds of their paces, whatever the matter; the other House takes five
/// days over one bill and never comes to the other.
#[test]
fn houses_declare() {
    let program = program(DIET);
    let experiment = &program.experiments[0];
    let ready = Ready::new(&program, experiment, &[], Wish::Interpret).unwrap();
    assert_eq!(ready.engine(), Engine::Interpret);
    let options = SimOptions {
        runs: 1500,
        seed: 3,
        ..SimOptions::default()
    };
    let result = run(&program, experiment, &ready, &options).unwrap();
    let share = |m: usize| result.measures[m].probability().unwrap().estimate;
    // In whole days the tie of a day is a coin's, which leaves the odds within a hundredth of 3 to 1. Five standard
    // deviations of 1500 runs are 0.056.
    assert!((share(0) - 0.75).abs() < 0.065, "{}", share(0));
    assert!((share(0) + share(1) - 1.0).abs() < 1e-9);
    assert_eq!(share(2), 0.0);
    assert!((share(3) - 0.25).abs() < 0.065, "{}", share(3));
    assert!(result.measures[4].mean().unwrap().mean >= 5.0);
}

/// Each matter and each House has draws of its own, and the runs do not hang on each other.
#[test]
fn a_clock_for_each_matter() {
    let program = program(DIET);
    let different = (0..40)
        .filter(|n| {
            let r = replay(&program, &program.experiments[0], &[], 1, *n).unwrap();
            r.record[2] != r.record[4]
        })
        .count();
    assert!(different > 5, "{different}");
}

const COUNCIL: &str = r#"module t
    kind State
    kind Chair
    given great(s: State): bool = false
    body Council { members State }
    act convene by any Chair
    decision Adopt by Council {
        ballots yes, no, abstain, Veto -> no for great, last counts
        quorum none
        passes when yes >= 2
        veto great
        silence abstain
        opens upon convene
        open 1 day
    }
    experiment e {
        begin 2030-01-01
        State: A, B, C
        Chair: Chairman
        assume great(A) = true
        2030-02-01: convene by Chairman
        A votes LINE on Adopt
        each State votes OTHERS on Adopt
        horizon 1 year
        measure probability(adopted(Adopt))
        measure no: count(no(Adopt))
        measure others: count(abstain(Adopt))
    }"#;

fn council(line: &str, others: &str) -> Vec<i64> {
    let text = COUNCIL.replace("LINE", line).replace("OTHERS", others);
    let program = program(&text);
    replay(&program, &program.experiments[0], &[], 1, 0)
        .unwrap()
        .record
}

/// A label is the ballot it stands for, of those who may use it; of the others it is void, and so nobody's ballot.
#[test]
fn a_further_name_of_a_ballot() {
    assert_eq!(council("Veto 100%", "yes 100%")[1..], [0, 1, 0]);
    assert_eq!(council("yes 100%", "yes 100%")[1..], [1, 0, 0]);
    assert_eq!(council("yes 100%", "Veto 100%")[1..], [0, 0, 2]);
    // Both names in one line: the odds are those of each.
    let both = |n: u64| {
        let text = COUNCIL
            .replace("LINE", "no 25%, Veto 25%, yes 50%")
            .replace("OTHERS", "no 30%, Veto 70%");
        let program = program(&text);
        let r = replay(&program, &program.experiments[0], &[], n, 0).unwrap();
        (r.record[2], r.record[3])
    };
    let all: Vec<(i64, i64)> = (0..300).map(both).collect();
    let no: i64 = all.iter().map(|(no, _)| no).sum();
    let silent: i64 = all.iter().map(|(_, s)| s).sum();
    // 0.5 + 2 * 0.3 of each run, and 2 * 0.7; five standard deviations are about 65.
    assert!((no - 330).abs() < 70, "{no}");
    assert!((silent - 420).abs() < 60, "{silent}");
}

/// The exact answer says that it does not know them; native code has further names of ballots, and no declared outcomes.
#[test]
fn refused_elsewhere() {
    let text = COUNCIL
        .replace("LINE", "Veto 10%, yes 90%")
        .replace("OTHERS", "yes 60%")
        .replace("measure no: count(no(Adopt))", "")
        .replace("measure others: count(abstain(Adopt))", "");
    for (text, compiled) in [(text.as_str(), true), (DIET, false)] {
        let program = program(text);
        let native = Ready::new(&program, &program.experiments[0], &[], Wish::Jit);
        assert_eq!(native.is_ok(), compiled, "{text}");
        if compiled {
            assert!(common::agree(&program, &[], 3, 60) > 1, "{text}");
        }
        let exact = rogatio_simulate::pure_votes(&program, &program.experiments[0], &[]);
        assert!(exact.unwrap().iter().all(Result::is_err));
    }
}
