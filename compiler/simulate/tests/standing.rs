//! Votes of histories drawn at once (R56) whose voters differ: in weight and veto, and, where the electorate stands, in odds,
//! by blocs and in what the rule counts.

mod common;

use common::{agree, plan, program, records, same_law};
use rogatio_mir::{DecisionOutcome, Program};
use rogatio_simulate::Plans;

/// A council that votes again and again: three large members and five small ones.
const COUNCIL: &str = "module t
     kind State { favour: chance  size: int  large: bool = false }
     kind Motion
     kind Clerk
     BODY
     act table(m: Motion) by any Clerk
     decision Carry on m: Motion by Council {
         ballots yes, no, abstain, last counts
         RULE
         opens upon table(m)
         open 3 days
     }
     status carried(m: Motion) from adopted(Carry on m)
     status lost(m: Motion) from rejected(Carry on m)
     status failed(m: Motion) from inquorate(Carry on m)
     experiment e {
         begin 2000-01-01
         State: A { favour = 70%  size = 4  large = true }, B { favour = 50%  size = 4  large = true },
             C { favour = 20%  size = 3  large = true }, D { favour = 60%  size = 1 },
             E { favour = 60%  size = 1 }, F { favour = 55%  size = 2 }, G { favour = 60%  size = 1 },
             H { favour = 60%  size = 1 }
         Motion: Referendum  Motion 3
         Clerk: K
         K does table(m) after uniform(5 days, 30 days) when not carried(m) and count(table(m)) < 4 restarting
         ODDS
         horizon 60 days
         measure count(Motion & carried)
         measure count(Motion & lost)
         measure count(Motion & failed)
         measure count(table)
     }";

const WEIGHTED: &str = "body Council { members State  weight(s) = s.size }";
const PLAIN: &str = "body Council { members State }";
const BY_FIELD: &str = "each s: State votes yes s.favour, no 20% on Carry";

#[track_caller]
fn council(body: &str, rule: &str, odds: &str) -> Program {
    let text = COUNCIL.replace("BODY", body).replace("RULE", rule);
    program(&text.replace("ODDS", odds))
}

/// What differs by voter, and rules that read it.
const CASES: [(&str, &str, &str); 7] = [
    (
        WEIGHTED,
        "quorum none  silence none  passes when votes(yes) >= 9",
        BY_FIELD,
    ),
    (
        WEIGHTED,
        "quorum votes(cast) is at least 3/4 of votes(members)  silence no
         passes when votes(yes) is more than 1/2 of votes(voting) and heads(yes) >= 4",
        BY_FIELD,
    ),
    (
        PLAIN,
        "quorum none  silence none  passes when yes >= 5  veto large",
        BY_FIELD,
    ),
    (
        WEIGHTED,
        "quorum none  silence abstain  passes when votes(yes) >= 7  veto large
         tie adopted",
        "each State votes yes 60%, no 30% on Carry",
    ),
    (
        PLAIN,
        "quorum none  silence none  passes when yes is more than 1/2 of voting",
        "each s: State votes yes 60%, no 40% on Carry when s.large as a bloc whip
         each State votes yes 45%, no 45% on Carry",
    ),
    (
        PLAIN,
        "quorum none  silence none  passes when count(yes & large) >= 2 and yes >= 4",
        BY_FIELD,
    ),
    (
        PLAIN,
        "roll at opening  quorum cast >= 7  silence none  passes when yes >= 4",
        "A votes yes 90%, no 5% on Carry
         each State votes yes 40%, no 40%, abstain 10% on Carry",
    ),
];

#[test]
fn both_engines_draw_the_same_outcomes() {
    for (body, rule, odds) in CASES {
        let (made, rewrites, left) = plan(&council(body, rule, odds), Plans::default());
        assert_eq!(
            rewrites,
            ["votes on Carry drawn at once"],
            "{rule}: {left:?}"
        );
        assert!(made.experiments[0].ballots.is_empty());
        let different = agree(&made, &[], 5, 60);
        assert!(different >= 5, "{rule}: {different}");
    }
}

#[test]
fn the_laws_are_those_of_the_text() {
    for (body, rule, odds) in CASES {
        let written = council(body, rule, odds);
        let (made, rewrites, _) = plan(&written, Plans::default());
        assert_eq!(rewrites.len(), 1, "{rule}");
        same_law(&written, &made, 30_000);
    }
}

/// A probability known on paper, to the last word.
#[test]
fn the_law_is_exact() {
    // A with B or C has three of the four votes; without A there are two.
    let text = "module t
        kind State { size: int  large: bool = false }
        kind Clerk
        body Council { members State  weight(s) = s.size }
        act call by any Clerk
        decision Carry by Council {
            ballots yes, no, abstain, last counts
            quorum heads(cast) >= 2
            silence none
            passes when votes(yes) >= 3
            veto large
            opens upon call
            open 2 days
        }
        status carried from adopted(Carry)
        experiment e {
            begin 2000-01-01
            State: A { size = 2  large = true }, B { size = 1 }, C { size = 1 }
            Clerk: K
            K does call after uniform(1 day, 9 days) when count(call) = 0 restarting
            A votes yes 50%, no 30% on Carry
            each State votes yes 40%, no 30% on Carry
            horizon 60 days
            measure probability(carried)
        }";
    let (made, rewrites, left) = plan(&program(text), Plans::default());
    assert_eq!(rewrites.len(), 1, "{left:?}");
    let law = &made.experiments[0].outcomes[0];
    // Inquorate: A stays away and so does one of the others, or A alone votes: 2/10 * 51/100 + 8/10 * 9/100.
    // Adopted: A and one of the two are in favour: 5/10 * (1 - 36/100). A veto is tested before.
    use DecisionOutcome::{Adopted, Inquorate, Rejected};
    assert_eq!(law.outcomes, [Inquorate, Rejected, Adopted]);
    let of = |thousandths: u128| (thousandths << 64) / 1000;
    assert_eq!(*law.ends, vec![vec![of(174), of(680)]; 4]);
    let runs = 100_000;
    let carried = records(&made, 3, runs)[&vec![0, 1]] as f64 / runs as f64;
    let error = (0.32 * 0.68 / runs as f64).sqrt();
    assert!((carried - 0.32).abs() < 4.0 * error, "{carried}");
}

/// What may change in a run has no one law, and the plan says why.
#[test]
fn what_is_left_as_written() {
    let cases = [
        (
            "kind Clerk",
            "kind Clerk\n     status gone(s: State) from count(table) >= 2",
            "members State ",
            "members State where not gone ",
            "the odds are not the same for all voters at all times",
        ),
        (
            "kind Clerk",
            "kind Clerk",
            "weight(s) = s.size",
            "weight(s) = s.size + count(table)",
            "its votes are weighted",
        ),
        (
            "passes when votes(yes) >= 9",
            "passes when votes(yes) >= 9 and count(table) < 3",
            "each s: State votes yes s.favour",
            "each State votes yes 60%",
            "its rule reads more than the numbers of ballots",
        ),
        (
            "open 3 days",
            "open 3 days  closes when votes(yes) >= 9",
            "",
            "",
            "it may close before its time is over",
        ),
        (
            "silence none",
            "silence not stated \"nothing is said\"",
            "",
            "",
            "the text is silent on silence",
        ),
    ];
    let (body, rule, odds) = CASES[0];
    for (from, to, also, with, why) in cases {
        let text = COUNCIL.replace("BODY", body).replace("RULE", rule);
        let text = text.replace("ODDS", odds);
        assert!(text.contains(from) && text.contains(also), "{from}");
        let text = text.replace(from, to);
        let text = if also.is_empty() {
            text
        } else {
            text.replace(also, with)
        };
        let (_, rewrites, left) = plan(&program(&text), Plans::default());
        assert!(rewrites.is_empty(), "{to}");
        assert_eq!(left, [("votes on Carry".to_owned(), why)], "{to}");
    }
}

/// Who is voted on may be one of those who vote: it is no further voter.
#[test]
fn a_matter_that_votes_itself() {
    let text = "module t
        kind State { size: int }
        kind Clerk
        body Council { members State  weight(s) = s.size }
        act propose(s: State) by any Clerk
        decision Exclude on s: State by Council {
            ballots yes, no, abstain, last counts
            quorum none  silence none
            passes when votes(yes) is more than 1/2 of votes(members)
            opens upon propose(s)
            open 2 days
        }
        status out(s: State) from adopted(Exclude on s)
        status member(s: State) from rejected(Exclude on s)
        experiment e {
            begin 2000-01-01
            State: A { size = 2 }, B { size = 1 }, C { size = 1 }
            Clerk: K
            K does propose(s) after uniform(1 day, 9 days) when not out(s) restarting
            each s: State votes yes 60%, no 40% on Exclude
            horizon 20 days
            measure count(State & out)
            measure count(State & member)
        }";
    let written = program(text);
    let (made, rewrites, left) = plan(&written, Plans::default());
    assert_eq!(rewrites.len(), 1, "{left:?}");
    assert!(agree(&made, &[], 7, 40) >= 3);
    same_law(&written, &made, 20_000);
}

/// A matter that comes into being in a run, on whose stage the council decides.
#[test]
fn a_matter_opened_in_a_run() {
    let text = "module t
        kind State { size: int  large: bool = false }
        kind Clerk
        body Council { members State  weight(s) = s.size }
        act bring(new b: Bill) by any Clerk
        any Clerk may bring(b)
        procedure Bill {
            stage pending { decide Carry  on adopted -> passed  on rejected -> dropped }
            outcome passed, dropped
            decision Carry by Council {
                ballots yes, no, abstain, last counts
                quorum none  silence none
                passes when votes(yes) >= 4
                veto large
                open 3 days
            }
        }
        experiment e {
            begin 2000-01-01
            State: A { size = 3  large = true }, B { size = 2 }, C { size = 2 }, D { size = 1 }
            Clerk: K
            at most 40 Bill in all
            K does bring after exponential(9 days) restarting
            each s: State votes yes 50%, no 30% on Carry
            horizon 60 days
            measure count(b: Bill where b is passed)
            measure count(b: Bill where b is dropped)
        }";
    let written = program(text);
    let (made, rewrites, left) = plan(&written, Plans::default());
    assert_eq!(rewrites, ["votes on Carry drawn at once"], "{left:?}");
    assert!(agree(&made, &[], 7, 60) >= 8);
    same_law(&written, &made, 20_000);
}

/// A council that grows while it votes: who joins within the window votes too.
const GROWING: &str = "module t
     kind State { size: int  large: bool = false }
     kind Motion
     kind Clerk
     body Council { members State where joined  WEIGHT }
     act join by any State
     any s: State cannot join when count(join by s) >= 1
     status joined(s: State) from join by s
     act table(m: Motion) by any Clerk
     decision Carry on m: Motion by Council {
         ballots yes, no, abstain, last counts
         RULE
         opens upon table(m)
         open 3 days
     }
     status carried(m: Motion) from adopted(Carry on m)
     status lost(m: Motion) from rejected(Carry on m)
     experiment e {
         begin 2000-01-01
         State: A { size = 4  large = true }, B { size = 4  large = true }, C { size = 4 },
             D { size = 2 }, E { size = 2 }, F { size = 2 }, G { size = 2 }, H { size = 2 }
         Motion: Referendum  Motion 2
         Clerk: K
         each s: State does join after geometric(15 days)
         K does table(m) after uniform(5 days, 40 days) when not carried(m) and not lost(m) restarting
         each State votes yes 55%, no 20%, abstain 5% on Carry
         horizon 40 days
         measure count(Motion & carried)
         measure count(Motion & lost)
         measure count(State & joined)
     }";

fn growing(weight: &str, rule: &str) -> Program {
    program(&GROWING.replace("WEIGHT", weight).replace("RULE", rule))
}

#[test]
fn classes_of_voters_who_come() {
    for (weight, rule) in [
        (
            "weight(s) = s.size",
            "quorum none  silence none  passes when votes(yes) is at least 2/3 of votes(voting)",
        ),
        (
            "",
            "quorum cast >= 2  silence none  passes when yes is more than 1/2 of voting  veto large",
        ),
        (
            "weight(s) = s.size",
            "quorum votes(cast) is more than 1/2 of votes(members)  silence no  tie adopted
             passes when votes(yes) is more than 1/2 of votes(voters) and heads(yes) >= 2  veto large",
        ),
    ] {
        let written = growing(weight, rule);
        let (made, rewrites, left) = plan(&written, Plans::default());
        assert_eq!(
            rewrites,
            ["votes on Carry drawn at once"],
            "{rule}: {left:?}"
        );
        let different = agree(&made, &[], 5, 100);
        assert!(different >= 10, "{rule}: {different}");
        same_law(&written, &made, 60_000);
    }
    // How many there were of each at the opening is not kept.
    let frozen = growing(
        "weight(s) = s.size",
        "roll at opening  quorum none  silence none  passes when votes(yes) >= 6",
    );
    let (_, rewrites, left) = plan(&frozen, Plans::default());
    assert!(rewrites.is_empty());
    assert_eq!(
        left,
        [("votes on Carry".to_owned(), "its votes are weighted")]
    );
}

/// By how many there are of each of two classes: the chance to be adopted, on paper.
#[test]
fn the_law_by_classes_is_exact() {
    let written = growing(
        "",
        "quorum none  silence none  passes when yes >= 2  veto large",
    );
    let (made, ..) = plan(&written, Plans::default());
    let law = &made.experiments[0].outcomes[0];
    assert_eq!(
        law.outcomes,
        [DecisionOutcome::Rejected, DecisionOutcome::Adopted]
    );
    // Two with a veto, six without.
    assert_eq!(law.ends.len(), 3 * 7);
    let choose = |n: i32, k: i32| (0..k).fold(1.0, |c, i| c * f64::from(n - i) / f64::from(i + 1));
    for large in 0..=2 {
        for small in 0..=6 {
            // The classes without a veto come first.
            let found = law.ends[(small * 3 + large) as usize][0] as f64 / 2f64.powi(64);
            let mut adopted = 0.0;
            for a in 0..=large {
                for b in 0..=small {
                    if a + b >= 2 {
                        // None of the large ones against.
                        let of_large = choose(large, a) * 0.55f64.powi(a) * 0.25f64.powi(large - a);
                        adopted +=
                            of_large * choose(small, b) * 0.55f64.powi(b) * 0.45f64.powi(small - b);
                    }
                }
            }
            assert!(
                (found - (1.0 - adopted)).abs() < 1e-12,
                "{large} and {small}: {found} is not {}",
                1.0 - adopted
            );
        }
    }
}

/// Too many different sums of yes and no: each ballot is drawn, and the plan says so before long.
#[test]
fn a_body_too_large_for_one_law() {
    let body = PLAIN;
    let rule = "quorum none  silence none
         passes when yes is at least 2/3 of voting and yes >= 4 and cast <= 390";
    let odds = "A votes yes 90%, no 5% on Carry
         each State votes yes 40%, no 40% on Carry";
    let few = council(body, rule, odds);
    assert_eq!(plan(&few, Plans::default()).1.len(), 1);
    let text = COUNCIL.replace("BODY", body).replace("RULE", rule);
    let more = "Motion: Referendum";
    assert!(text.contains(more));
    let with = "State: S1..S400 { favour = 50%  size = 1 }  Motion: Referendum";
    let text = text.replace("ODDS", odds).replace(more, with);
    let (_, rewrites, left) = plan(&program(&text), Plans::default());
    assert!(rewrites.is_empty());
    let why = "its voters and answers are too many for a table";
    assert_eq!(left, [("votes on Carry".to_owned(), why)]);
}
