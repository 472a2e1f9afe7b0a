//! The examples that ask a question of a document: the results that their first lines tell, from the same seed.

mod common;

use common::example;
use rogatio_simulate::{Ready, SimOptions, SimResult, Wish, run};

fn answer(name: &str, runs: u64) -> SimResult {
    let program = example(name);
    let experiment = &program.experiments[0];
    let ready = Ready::new(&program, experiment, &[], Wish::Auto).unwrap();
    let options = SimOptions {
        runs,
        seed: 1,
        threads: 2,
        ..SimOptions::default()
    };
    run(&program, experiment, &ready, &options).unwrap()
}

/// The file tells the share of runs of its first measure, in whole per cent with its interval, of so many runs.
fn told(name: &str, runs: u64) {
    let result = answer(name, runs);
    let text = std::fs::read_to_string(common::root().join("examples").join(name)).unwrap();
    let header: Vec<&str> = text.lines().take_while(|l| l.starts_with("//")).collect();
    let header = header.join(" ").replace("// ", "");
    assert!(
        header.contains(&format!("--runs {runs} --seed 1")),
        "{name}"
    );
    let percent = |x: f64| (x * 100.0).round();
    let first = &result.measures[0];
    assert_eq!(first.classes.reached, runs, "{name}: {:?}", first.classes);
    let p = first.probability().unwrap();
    let (share, low, high) = (percent(p.estimate), percent(p.low), percent(p.high));
    let said = format!("{share} % [{low}, {high}]");
    assert!(
        header.contains(&said),
        "{name} does not say {said} of {}",
        first.name
    );
}

#[test]
fn a_council_with_three_vetoes() {
    told("bench/fluegel_council.rog", 300);
}

#[test]
fn approvals_year_after_year() {
    told("bench/cooperation_approvals.rog", 60);
}

#[test]
fn a_second_term() {
    told("peace_support_term.rog", 150);
}

#[test]
fn contributors_that_are_heard() {
    told("contributors_heard.rog", 300);
}
