//! Votes of histories drawn at once (R56): both engines play the planned program bit for bit, and its laws are those of
//! the program as written.

mod common;

use common::{agree, example, plan, program, records, same_law};
use rogatio_mir::{DecisionOutcome, Program};
use rogatio_simulate::{Plans, planned};

/// A body that grows while it votes: who joins within the window votes too.
const CLUB: &str = "module t
     kind Person
     kind Motion
     kind Clerk
     kind Member = Person where joined
     body Club { members Member }
     act join by any Person
     any p: Person cannot join when count(join by p) >= 1
     status joined(p: Person) from join by p
     act table(m: Motion) by any Clerk
     decision Carry on m: Motion by Club {
         ballots yes, no, abstain, last counts
         QUORUM
         passes when yes is at least 2/3 of voting
         silence none
         opens upon table(m)
         open 3 days
     }
     status carried(m: Motion) from adopted(Carry on m)
     status lost(m: Motion) from rejected(Carry on m)
     experiment e {
         begin 2000-01-01
         Person 9
         Motion: Referendum  Motion 2
         Clerk: C
         each p: Person does join after geometric(20 days)
         C does table(m) after uniform(5 days, 40 days) when not carried(m) and not lost(m) restarting
         each Member votes yes 55%, no 20%, abstain 5% on Carry
         horizon 40 days
         measure count(Motion & carried)
         measure count(Motion & lost)
         measure count(Person & joined)
     }";

fn club(quorum: &str) -> Program {
    program(&CLUB.replace("QUORUM", quorum))
}

#[test]
fn both_engines_draw_the_same_outcomes() {
    for quorum in [
        "quorum none",
        "quorum cast is at least 1/2 of members",
        "roll at opening  quorum cast >= 3",
        "quorum none  participation cast is more than 1/3 of voters",
    ] {
        let (made, rewrites, left) = plan(&club(quorum), Plans::default());
        assert_eq!(
            rewrites,
            ["votes on Carry drawn at once"],
            "{quorum}: {left:?}"
        );
        assert!(made.experiments[0].ballots.is_empty());
        let different = agree(&made, &[], 5, 150);
        assert!(different >= 12, "{quorum}: {different}");
    }
}

#[test]
fn the_laws_are_those_of_the_text() {
    for quorum in ["quorum none", "quorum cast is at least 3/4 of members"] {
        let written = club(quorum);
        same_law(&written, &plan(&written, Plans::default()).0, 60_000);
    }
}

/// A vote of a constant body, known exactly: the share of runs that adopt.
#[test]
fn the_probability_is_exact() {
    let text = |days: &str| {
        format!(
            "module t
             kind Person
             kind Clerk
             body Board {{ members Person }}
             act call by any Clerk
             decision Carry by Board {{
                 ballots yes, no, abstain, last counts
                 quorum none  silence no
                 passes when yes is more than 1/2 of voting
                 opens upon call
                 open 2 days
             }}
             status carried from adopted(Carry)
             experiment e {{
                 begin 2000-01-01
                 Person 11
                 Clerk: C
                 C does call after {days} when count(call) = 0 restarting
                 each Person votes yes 40%, no 30% on Carry
                 horizon 60 days
                 measure probability(carried)
             }}"
        )
    };
    // Yes is one of eleven with chance 4/10, all others count as no: P(Bin(11, 4/10) >= 6).
    let choose = [462u64, 330, 165, 55, 11, 1];
    let ways: u64 = (6u32..)
        .zip(choose)
        .map(|(k, c)| c * 4u64.pow(k) * 6u64.pow(11 - k))
        .sum();
    let exact = ways as f64 / 1e11;
    let written = program(&text("uniform(1 day, 9 days)"));
    let (made, rewrites, left) = plan(&written, Plans::default());
    assert_eq!(rewrites.len(), 1, "{left:?}");
    let law = &made.experiments[0].outcomes[0];
    assert_eq!(
        law.outcomes,
        [DecisionOutcome::Adopted, DecisionOutcome::Rejected]
    );
    let found = law.ends[11][0] as f64 / 2f64.powi(64);
    assert!((found - exact).abs() < 1e-15, "{found} is not {exact}");
    let runs = 200_000;
    let adopted = records(&made, 3, runs)[&vec![0, 1]] as f64 / runs as f64;
    let error = (exact * (1.0 - exact) / runs as f64).sqrt();
    assert!(
        (adopted - exact).abs() < 4.0 * error,
        "{adopted} is not {exact}"
    );
}

#[test]
fn the_treaty_of_the_benchmark() {
    let written = example("bench/w2_treaty.rog");
    let (made, rewrites, left) = plan(&written, Plans::default());
    assert!(
        rewrites.contains(&"votes on Amend drawn at once".to_owned()),
        "{left:?}"
    );
    // Without the dates, which are all different.
    let numbers = |p: &Program| {
        let mut p = p.clone();
        p.experiments[0].measures.remove(0);
        p
    };
    same_law(&numbers(&written), &numbers(&made), 4_000);
}

/// What is not exchangeable, or read, is drawn as it is written, and the plan says why.
#[test]
fn what_is_left_as_written() {
    let cases = [
        (
            "open 3 days",
            "open 3 days  closes when all have voted",
            "it may close before its time is over",
        ),
        (
            "5% on Carry",
            "5% on Carry as a bloc whip",
            "voters vote as a bloc",
        ),
        ("each Member votes", "each Person votes", ""),
        (
            "each Member votes yes 55%",
            "P votes yes 90%, no 10% on Carry  each Member votes yes 55%",
            "several lines give odds",
        ),
        (
            "measure count(Person & joined)",
            "measure count(Person & heard)",
            "ballots are read beside the outcome",
        ),
        (
            "measure count(Person & joined)",
            "measure pivotal(Carry on Referendum)",
            "ballots are read beside the outcome",
        ),
        (
            "status joined(p: Person) from join by p",
            "status joined(p: Person) from lapse of 9 days after join by p",
            "who may vote can change at the close",
        ),
        (
            "yes is at least 2/3 of voting",
            "yes is at least 2/3 of voting and count(table) < 9",
            "its rule reads more than the numbers of ballots",
        ),
    ];
    let heard = "status heard(p: Person) from vote(no) by p";
    let text = CLUB
        .replace("QUORUM", "quorum none")
        .replace("kind Motion", "kind Motion\n     status_here");
    for (from, to, why) in cases {
        assert!(text.contains(from), "{from}");
        let more = if to.contains("heard") { heard } else { "" };
        let text = text.replace(from, to).replace("status_here", more);
        let (_, rewrites, left) = plan(
            &program(&text.replace("Clerk: C", "Clerk: C  Person: P")),
            Plans::default(),
        );
        if why.is_empty() {
            assert_eq!(rewrites.len(), 1, "{to}: {left:?}");
            continue;
        }
        assert!(rewrites.is_empty(), "{to}");
        assert_eq!(left, [("votes on Carry".to_owned(), why)], "{to}");
    }
    assert_eq!(Plans::named(["none"]), Some(Plans::NONE));
    assert_eq!(
        Plans::named(["votes", "planes", "clocks"]),
        Some(Plans::default())
    );
    assert_eq!(Plans::named(["vote"]), None);
    let written = club("quorum none");
    let none = planned(&written, &written.experiments[0], &[], Plans::NONE);
    assert!(none.unwrap().rewrites.is_empty());
}
