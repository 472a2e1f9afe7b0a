//! Both engines give the same records for acts and ballots with a date, beside clocks and drawn ballots.

mod common;

use common::{agree, compiled, program};

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, 150);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn a_council_with_a_calendar() {
    check(
        10,
        "module t
         kind State { favour: chance = 60% }
         kind Chair
         body Council { members State where seated }
         status seated(s: State) from seat by s until leave by s
         act seat by any State
         act leave by any State
         any s: State cannot leave when not seated(s)
         act convene by any Chair
         act count_votes by any Chair
         decision Adopt by Council {
             ballots yes, no, abstain, last counts
             quorum none
             passes when yes >= 3
             silence abstain
             opens upon convene
             closes upon count_votes
         }
         status law from 10 days after adopted(Adopt)
         experiment e {
             begin 2030-01-01
             State: A, B { favour = 100% }, C { favour = 0% }
             State 3
             Chair: Chairman
             2030-01-01: seat by each of A, B
             2030-01-04: seat by C
             2030-02-01: convene by Chairman
             2030-02-05: leave by B
             2030-02-06: leave by B
             2030-02-06: seat by B
             2030-02-10: count_votes by Chairman
             2030-02-10: convene by Chairman
             2030-03-10: count_votes by Chairman
             2031-09-10: count_votes by Chairman
             each s: State does seat after exponential(60 days) when not seated(s)
             each s: State votes yes s.favour, no (90% - s.favour * 90%) on Adopt
             horizon 1 year
             measure start(law)
             measure count(State & seated)
             measure count(leave)
             measure last seat
             measure probability(adopted(Adopt) by 2030-02-10)
             measure probability(adopted(Adopt))
         }",
    );
}

#[test]
fn ballots_with_a_date() {
    let text = "module t
         kind State
         kind Draft
         event put(d: Draft)
         body Council { members State where seated }
         status seated(s: State) from seat by s until leave by s
         act seat by any State
         act leave by any State
         decision Adopt on d: Draft by Council {
             ballots yes, no, abstain, WHICH counts
             quorum (yes + no) is at least 1/2 of members
             passes when yes is more than 1/2 of voting
             silence abstain
             opens upon put(d)
             open 30 days, or until all have voted
         }
         status law(d: Draft) from 10 days after adopted(Adopt on d)
         experiment e {
             begin 2030-01-01
             State: A, B, C, D
             Draft: X, Y
             2030-01-01: seat by each of A, B, C
             2030-01-15: vote(yes on X) by A
             2030-02-01: put(X)
             2030-02-01: put(Y)
             2030-02-02: vote(yes on X) by each of A, B
             2030-02-03: vote(no on X) by A
             2030-02-03: vote(no on X) by D
             2030-02-04: vote(yes on Y) by each of A, B, C
             2030-02-20: vote(no on Y) by C
             each State does seat after exponential(60 days)
             each State does leave after exponential(100 days)
             horizon 1 year
             measure start(law(X))
             measure start(law(Y))
             measure count(State & seated)
             measure probability(open(Adopt on Y) by 2030-02-10)
             measure probability(inquorate(Adopt on X))
             measure probability(rejected(Adopt on X))
         }";
    for which in ["first", "last"] {
        check(20, &text.replace("WHICH", which));
    }
}

#[test]
fn arguments_of_every_type() {
    check(
        10,
        "module t
         kind State { big: bool = false }
         act fix(n: int, urgent: bool = false, until_: date, whom: State, note: text) by State
         any s: State may fix(n, urgent) when n <= 4 or s.big
         any s: State cannot fix(n) when count(fix by s) >= 3
         deed break_in(n: int) by State
         status level: int? is n after fix(n: int), none after break_in
         status urgent_ from fix(urgent = true) until 3rd fix
         status chosen(s: State) from fix(whom: s)
         status late from now > ((last fix).until_ or else 2030-01-01)
         experiment e {
             begin 2030-01-01
             State: A, B { big = true }
             2030-01-02: fix(3, false, 2030-02-01, B, \"x\") by A
             2030-01-03: fix(5, true, 2030-02-01, B, \"x\") by A
             2030-01-04: fix(5, true, 2030-03-01, A, \"y\") by B
             2030-02-04: fix(2, until_ = 2030-05-01, whom = A, note = \"x\") by each of A, B
             2030-02-04: break_in(1) by A
             2030-04-04: fix(-7, true, 2030-06-01, A, \"x\") by B
             each State does fix(4, true, 2030-07-01, A, \"z\") after exponential(60 days)
             each State does break_in(2) after exponential(60 days)
             horizon 1 year
             measure level or else 99
             measure start(urgent_)
             measure count(State & chosen)
             measure start(chosen(B))
             measure first start(late)
             measure count(fix)
             measure last fix
         }",
    );
}

/// A line names what it opens: whatever number that has in a run, its draws are keyed by the name (R54).
#[test]
fn instances_that_lines_name() {
    let file = common::root().join("tests/suite/experiment/named_instances.rog");
    check(12, &std::fs::read_to_string(file).expect("a program"));
}

/// Values by key and from a day on; a run in which two exceptions hold is left to the interpreter.
#[test]
fn givens_by_key_and_day() {
    let file = common::root().join("tests/suite/experiment/givens_by_key_and_day.rog");
    let program = program(&std::fs::read_to_string(file).expect("a program"));
    // Every day is looked at in the interpreter.
    assert!(agree(&program, &[], 7, 15) >= 8);
}

/// What comes before a run is refused.
#[test]
fn what_is_refused() {
    let refused = |line: &str| {
        let p = program(&format!(
            "module t
             kind State
             act open_case(new c: Case) by any State
             act close_case(c: Case) by any State
             act sign by any State
             procedure Case {{ stage pending {{ on close_case -> done }} outcome done }}
             experiment e {{ begin 2030-01-01  State: A  at most 3 Case in all  horizon 1 year  {line}
                 measure count(c: Case where c is done) measure count(sign) }}"
        ));
        let e = rogatio_simulate::compile(&p, &p.experiments[0], &[]);
        e.map(|_| ()).map_err(|e| e.to_string())
    };
    let both = "2030-02-01: open_case by A as One  2030-03-01: close_case(One) by A";
    assert_eq!(refused(both), Ok(()));
    assert!(
        refused("2029-02-01: sign by A")
            .unwrap_err()
            .contains("before the run")
    );
    assert_eq!(refused("2030-02-01: sign by A"), Ok(()));
    let p = program(
        "module t
         kind State
         act sign by any State
         experiment e { begin 2030-01-01  State: A  horizon 1 year  2030-02-01: sign by A  measure first sign }",
    );
    let drawn: Vec<_> = compiled(&p, &[]).sites().map(|s| s.0.to_owned()).collect();
    assert!(drawn.is_empty(), "{drawn:?}");
}

/// A sentence may name the instance that its act opens; of a clock and of an act with a date alike.
#[test]
fn the_power_to_open_what_a_sentence_names() {
    check(
        10,
        "module t
         kind State
         act accede by any State
         status bound(p: State) from accede by p
         act propose(new a: Amendment) by State
         any p: State may propose(a) when bound(p)
         any p: State cannot propose(a) when count(propose by p) >= 3
         procedure Amendment { stage proposed { on lapse of 50 days -> dropped } outcome dropped }
         experiment e {
             begin 2030-01-01
             State: A, B
             State 2
             at most 20 Amendment in all
             2030-01-01: accede by A
             2030-01-01: propose by A
             2030-01-02: propose by B
             each State does accede after exponential(60 days)
             each State does propose after exponential(60 days)
             horizon 1 year
             measure count(propose)
             measure count(x: Amendment where x is proposed)
             measure count(Amendment)
             measure first propose
         }",
    );
}
