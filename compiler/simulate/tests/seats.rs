//! Both engines agree on bodies with seats, where nothing in a run fills more seats than there are.

mod common;

use common::{agree, program};

const COUNCIL: &str = "module t
    kind State
    kind Draft
    event call(d: Draft)
    act leave by any State
    act elect(s: State) by any State
    body Council {
        seats permanent: 2 State
        seats elected: 3 State
    }
    ALSO
    decision Adopt on d: Draft by Council {
        ballots yes, no, abstain, last counts
        quorum none
        passes when yes >= 3
        veto permanent
        silence abstain
        opens upon call(d)
        open 10 days
    }
    experiment e {
        begin 2030-01-01
        State: P1, P2, A, B, C, D
        State 3
        permanent: P1, P2
        elected: A, B, C
        Draft: X, Y
        2030-01-02: call(X)
        2030-06-01: call(Y)
        each State does leave after exponential(200 days)
        each s: State votes yes 70%, no 10% on Adopt
        horizon 1 year
        measure probability(adopted(Adopt on X))
        measure probability(adopted(Adopt on Y))
        measure count(Council)
        measure count(leave)
    }";

#[test]
fn holders_that_stay() {
    let different = agree(&program(&COUNCIL.replace("ALSO", "")), &[], 7, 60);
    assert!(different >= 8, "{different}");
}

/// Who may be elected beyond the seats leaves the text open: refused, and played by the interpreter.
#[test]
fn more_holders_than_seats() {
    let also = "also status elected(s: State) from elect(s) until leave by s";
    let text = COUNCIL.replace("ALSO", also).replace(
        "        horizon",
        "        A does elect(s) after exponential(100 days)\n        horizon",
    );
    let program = program(&text);
    let why = rogatio_simulate::compile(&program, &program.experiments[0], &[]);
    let why = why.expect_err("who of them sits is not stated");
    assert_eq!(why.code.as_str(), "E0961", "{why}");
}
