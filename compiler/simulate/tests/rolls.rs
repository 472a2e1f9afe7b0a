//! Both engines agree on frozen rolls, silence that differs by voter, equal votes, withdrawals and conditions that close.

mod common;

use common::{agree, program};

/// A council with some clauses of its decision.
fn council(clauses: &str, weight: &str, passes: &str) -> String {
    format!(
        "module t
         kind State {{ guest: bool = false  shares: int = 1 }}
         kind Draft {{ weighty: bool = false }}
         office Chair
         event put(d: Draft)
         event stop(d: Draft)
         act join by any State
         act leave by any State
         act pull(d: Draft) by any State
         status member(s: State) from join by s until leave by s
         status pulled(d: Draft) from pull(d)
         body Council {{ members State where member  {weight} }}
         decision Adopt on d: Draft by Council {{
             ballots yes, no, abstain, last counts
             quorum none
             passes when {passes}
             {clauses}
             opens upon put(d)
         }}
         status law(d: Draft) from 3 days after adopted(Adopt on d)
         status dead(d: Draft) from rejected(Adopt on d)
         status gone(d: Draft) from withdrawn(Adopt on d)
         experiment e {{
             begin 2030-01-01
             State: A {{ guest = true  shares = 3 }}, B {{ guest = true }}, C {{ shares = 2 }}
             State 3
             Draft: D1, D2 {{ weighty = true }}, D3
             2030-02-01: put(D1)
             2030-02-20: put(D2)
             2030-04-01: put(D1)
             2030-04-10: put(D3)
             2030-05-01: stop(D1)
             2030-05-01: stop(D2)
             each State does join after exponential(25 days) when not member(it)
             each State does leave after exponential(60 days)
             C does pull(D2) after exponential(100 days)
             C does pull(D3) after exponential(30 days)
             each s: State votes yes 40%, no 40%, abstain 5% on Adopt
             horizon 6 months
             measure start(law(D1))
             measure start(dead(D2))
             measure start(gone(D3))
             measure count(leave)
             measure count(d: Draft where adopted(Adopt on d))
             measure count(d: Draft where rejected(Adopt on d))
             measure count(d: Draft where withdrawn(Adopt on d))
             measure probability(adopted(Adopt on D1) by 2030-03-15)
             measure probability(adopted(Adopt on D2))
             measure probability(rejected(Adopt on D3))
         }}"
    )
}

#[track_caller]
fn check(text: &str) {
    let different = agree(&program(text), &[], 5, 25);
    assert!(
        different >= 10,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn rolls_frozen_at_the_opening() {
    let clauses = "silence none  roll at opening  open 30 days";
    check(&council(clauses, "", "yes is at least 1/2 of members"));
    let clauses = "silence abstain  roll at opening  open 40 days, or until all have voted";
    let votes = "votes(yes) is more than 1/2 of votes(voting)";
    check(&council(
        clauses,
        "weight(s) = s.shares except 5 when count(join by s) >= 2",
        votes,
    ));
}

#[test]
fn silence_by_voter() {
    let clauses = "silence no except yes when voter.guest  open 20 days";
    check(&council(clauses, "", "yes is more than 1/2 of voting"));
    let clauses = "silence none except abstain when d.weighty and not voter.guest  open 20 days";
    check(&council(clauses, "", "yes + no >= 2 and silent < 3"));
}

#[test]
fn equal_votes() {
    let clauses = "silence abstain  tie adopted  open 10 days";
    check(&council(clauses, "", "yes is more than 1/2 of voting"));
    let clauses = "silence abstain  tie adopted when d.weighty  open 10 days";
    let votes = "votes(yes) is more than 1/2 of votes(voting)";
    check(&council(clauses, "weight(s) = s.shares", votes));
    let clauses = "silence abstain  tie adopted  roll at opening  open 10 days";
    check(&council(clauses, "weight(s) = s.shares", votes));
    let clauses = "silence abstain  tie Chair decides else adopted  open 10 days";
    check(&council(clauses, "weight(s) = s.shares", votes));
}

#[test]
fn withdrawals_and_conditions_that_close() {
    let clauses = "silence abstain  withdrawn upon pull(d)  open 60 days";
    check(&council(clauses, "", "yes is more than 1/2 of voting"));
    let clauses =
        "silence abstain  withdrawn upon pull(d)  closes when count(leave) >= 6 or yes >= 3";
    check(&council(clauses, "", "yes is more than 1/2 of voting"));
    let clauses = "silence abstain  withdrawn upon stop(d)  closes upon stop(d)";
    check(&council(clauses, "", "yes is more than 1/2 of voting"));
}
