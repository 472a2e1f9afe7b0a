//! Ballots drawn by odds, in the interpreter: when they are cast, by whom, and how often.

mod common;

use common::program;
use rogatio_interpret::Happening;
use rogatio_simulate::{Replay, replay};

const COUNCIL: &str = "module t
    kind State { favour: chance = 60% }
    kind Chair
    body Council { members State where seated }
    status seated(s: State) from seat by s until leave by s
    act seat by any State
    act leave by any State
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
    experiment e {
        begin 2030-01-01
        State: A, B { favour = 100% }, C { favour = 0% }
        State 3
        Chair: Chairman
        assume seated(s) for each s: State
        LINES
        horizon 3 years
        measure probability(adopted(Adopt))
    }";

fn council(lines: &str) -> String {
    COUNCIL.replace("LINES", lines)
}

fn run(text: &str, run: u64) -> Replay {
    let program = program(text);
    replay(&program, &program.experiments[0], &[], 11, run).unwrap_or_else(|e| panic!("{e}"))
}

/// Yes, no, abstain, silent at each closing of a run.
fn tallies(r: &Replay) -> Vec<[i64; 4]> {
    let closings = r.case.timeline().iter().filter_map(|entry| {
        let Happening::DecisionClosed { tally, .. } = &entry.what else {
            return None;
        };
        let of = |name: &str| tally.values.iter().find(|v| v.0 == name).map_or(0, |v| v.1);
        Some([of("yes"), of("no"), of("abstain"), tally.silent.0])
    });
    closings.collect()
}

const OPEN: &str = "2030-02-01: convene by Chairman\n2030-02-02: count_votes by Chairman\n";

#[test]
fn odds_of_members_and_of_parameters() {
    let lines = "param p: chance = 30%
        each s: State votes yes (s.favour * p + s.favour * (100% - p)), no (100% - s.favour) on Adopt";
    let mut yes = [0i64; 2];
    for n in 0..200 {
        let r = run(&council(&format!("{OPEN}{lines}")), n);
        let [tally] = tallies(&r)[..] else {
            panic!("one closing")
        };
        assert!(
            tally[0] >= 1 && tally[1] >= 1,
            "B is sure to be for it, C against: {tally:?}"
        );
        assert_eq!(tally[0] + tally[1], 6);
        yes[usize::from(tally[0] >= 3)] += 1;
        assert_eq!(r.record, [0, i64::from(tally[0] >= 3)]);
    }
    // At least two of four at 60%: 513/625; three standard deviations of 200 runs are 16.
    assert!((yes[1] - 164).abs() <= 16, "{yes:?}");
}

#[test]
fn who_is_absent_casts_nothing() {
    let r = run(
        &council(&format!("{OPEN}each State votes absent 100% on Adopt")),
        0,
    );
    // Silence counts as an abstention.
    assert_eq!(tallies(&r), [[0, 0, 6, 0]]);
    assert!(!r.case.timeline().iter().any(|e| e.text.contains("vote(")));
    let r = run(
        &council(&format!("{OPEN}each State votes yes 0% on Adopt")),
        0,
    );
    assert_eq!(tallies(&r), [[0, 0, 6, 0]]);
}

#[test]
fn the_first_line_that_covers_a_voter_holds() {
    let lines = "A votes no 100% on Adopt
        each s: State votes abstain 100% on Adopt when s = B
        each State votes yes 100% on Adopt";
    for n in 0..3 {
        assert_eq!(
            tallies(&run(&council(&format!("{OPEN}{lines}")), n)),
            [[4, 1, 1, 0]]
        );
    }
}

#[test]
fn a_bloc_votes_as_one() {
    let lines = "each State votes yes 50%, no 50% on Adopt as a bloc All";
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..20 {
        seen.extend(tallies(&run(&council(&format!("{OPEN}{lines}")), n)));
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [[0, 6, 0, 0], [6, 0, 0, 0]]
    );
}

#[test]
fn each_opening_has_ballots_of_its_own() {
    let again = OPEN.replace("-02-", "-03-");
    let lines = "each State votes yes 50%, no 50% on Adopt";
    let r = run(&council(&format!("{OPEN}{again}{lines}")), 1);
    let [first, second] = tallies(&r)[..] else {
        panic!("two closings")
    };
    let differ = (0..10).any(|n| {
        let t = tallies(&run(&council(&format!("{OPEN}{again}{lines}")), n));
        t[0] != t[1]
    });
    assert!(differ, "{first:?} {second:?}");
    // The ballots of the first opening do not depend on whether there is a second.
    assert_eq!(
        tallies(&run(&council(&format!("{OPEN}{lines}")), 1)),
        [first]
    );
}

#[test]
fn members_vote_when_they_may() {
    // State#1 leaves before the opening; State#2 while it is open, and its ballot no longer counts.
    let lines = "2030-01-05: leave by A
        2030-02-01: convene by Chairman
        2030-02-05: leave by B
        2030-02-06: seat by A
        2030-02-10: count_votes by Chairman
        each State votes yes 100% on Adopt";
    let r = run(&council(lines), 0);
    assert_eq!(tallies(&r), [[5, 0, 0, 0]]);
    let of_a = r
        .case
        .timeline()
        .iter()
        .find(|e| e.text.contains("vote(yes) in Adopt by A"));
    assert_eq!(
        of_a.map(|e| e.point.to_string()),
        Some("2030-02-06T00:00:00 act #1".to_owned())
    );
}

#[test]
fn clocks_open_and_close() {
    let lines = "Chairman does convene after uniform(20 days, 40 days) when not open(Adopt)
        Chairman does count_votes after 5 days when open(Adopt)
        each State votes yes 50%, no 50% on Adopt";
    assert!(tallies(&run(&council(lines), 0)).len() > 20);
}

#[test]
fn odds_that_a_parameter_makes_improper() {
    let text = council(&format!(
        "{OPEN}param p: chance = 70%\neach State votes yes p, no 30% on Adopt"
    ));
    let program = program(&text);
    let with = |n| {
        [(
            "p".to_owned(),
            rogatio_mir::Op::Chance(rogatio_mir::Chance::new(n, 100).unwrap()),
        )]
    };
    let e = &program.experiments[0];
    assert!(replay(&program, e, &with(70), 1, 1).is_ok());
    let why = replay(&program, e, &with(71), 1, 1).expect_err("101%");
    assert_eq!(why.to_string(), "E0972: these odds add up to 101%");
}
