//! What only the interpreter knows is refused rather than left out: instances that a run opens, offices that actors hold.

mod common;

use common::program;
use rogatio_simulate::compile;

fn refused(text: &str) -> String {
    let p = program(text);
    match compile(&p, &p.experiments[0], &[]) {
        Ok(_) => String::from("compiled"),
        Err(e) => e.to_string(),
    }
}

const OPENED: &str = "module t
    kind State
    act propose(new r: Request) by any State
    act join by any State
    procedure Request { stage filed { on join -> decided }  outcome decided }
    status member(s: State) from join by s
    experiment e {
        begin 2000-01-01
        State 3
        each State does propose after exponential(1 month)
        each State does join after exponential(1 month)
        horizon 1 year
        measure MEASURE
    }";

#[test]
fn instances_that_nothing_bounds_are_not_left_out() {
    for measure in [
        "count(Request)",
        "probability(count(r: Request where r is decided) >= 2)",
    ] {
        let found = refused(&OPENED.replace("MEASURE", measure));
        assert!(
            found.starts_with("E0968") && found.contains("Request"),
            "{found}"
        );
    }
}

#[test]
fn instances_that_nothing_measured_depends_on_are_left_out() {
    let text = OPENED.replace("MEASURE", "count(State & member)");
    assert_eq!(refused(&text), "compiled");
    assert!(common::agree(&program(&text), &[], 1, 20) >= 1);
}

#[test]
fn the_clock_of_whoever_holds_an_office_runs() {
    let text = "module t
        kind State
        office Chair held by presides
        act appoint(c: State) by any State
        act open by State or Chair
        Chair may open
        status presides: State? is c after appoint(c: State)
        experiment e {
            begin 2000-01-01
            State: A, B
            each State does appoint(A) after exponential(1 month)
            each State does open after exponential(1 month)
            horizon 1 year
            measure count(open)
        }";
    // Who presides opens: the clock of whoever does runs, and stops when another does.
    assert!(common::agree(&program(text), &[], 1, 60) > 1);
}
