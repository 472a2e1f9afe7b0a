//! Cases in source text: one file per theme, every expectation must come true.

mod common;

use common::{OneLog, holds, run};
use rogatio_interpret::{NoLogs, RunOptions, run_scenario};

#[test]
fn statuses_and_duties() {
    holds(include_str!("cases/statuses_and_duties.rog"), &NoLogs);
}

#[test]
fn decisions() {
    holds(include_str!("cases/decisions.rog"), &NoLogs);
}

#[test]
fn offices_stages_invariants() {
    holds(include_str!("cases/offices_stages_invariants.rog"), &NoLogs);
}

#[test]
fn ties_provisos_silence() {
    holds(include_str!("cases/ties_provisos_silence.rog"), &NoLogs);
}

const LOG: &str = "deposited,actor,kind,date_source\n\
                   1992-09-04,Mauritius,State,recalled\n\
                   1993-05-03,Peru,State,seen\n\
                   1993-09-30,Mongolia,State,seen\n";

#[test]
fn a_case_from_a_log() {
    let runs = holds(
        include_str!("cases/deposits.rog"),
        &OneLog("deposits.csv", LOG),
    );
    let run = &runs[0];
    assert!(
        run.assumptions
            .iter()
            .any(|a| a == "1 act is recalled, not documented"),
        "{:?}",
        run.assumptions
    );
    let first = run
        .case
        .timeline()
        .iter()
        .find(|e| e.text.starts_with("deposit"))
        .expect("an act");
    assert!(first.recalled);
}

#[test]
fn what_is_wrong_with_a_log_is_said() {
    let codes = |log: &'static str| -> Vec<&str> {
        let runs = run(
            include_str!("cases/deposits.rog"),
            &OneLog("deposits.csv", log),
        );
        runs[0]
            .diagnostics
            .iter()
            .map(|d| d.code.as_str())
            .collect()
    };
    assert_eq!(
        codes(
            "deposited,actor,kind,date_source\n1992-09-04,,Other,seen\n1992-13-01,P,State,seen\n"
        ),
        ["E0901", "E0904"]
    );
    assert_eq!(
        codes("deposited,actor,kind,date_source\n1992-09-04,Rio,City,seen\n"),
        ["E0904"]
    );
    assert_eq!(
        codes("day,actor,kind,date_source\n1992-09-04,A,State,seen\n"),
        ["E0902"]
    );
    assert_eq!(codes(""), ["E0906"]);
    let runs = run(include_str!("cases/deposits.rog"), &NoLogs);
    assert_eq!(runs[0].diagnostics[0].code.as_str(), "E0908");
}

#[test]
fn a_run_can_stop_early() {
    let (program, scenarios) = common::compile(include_str!("cases/deposits.rog"));
    let until = "1993-12-01".parse().ok().map(rogatio_mir::StampTime::Day);
    let options = RunOptions {
        until,
        extra_log: None,
        ..RunOptions::default()
    };
    let run = run_scenario(
        &program,
        &scenarios[0],
        &OneLog("deposits.csv", LOG),
        &options,
    );
    assert!(run.expectations.is_empty());
    assert_eq!(run.case.now().dated().to_string(), "1993-12-01");
}
