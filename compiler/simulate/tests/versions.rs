//! Both engines read the version in force: of the day, or, inside a decision, of its opening.

mod common;

use common::{agree, program};

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, 20);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

fn council(until: &str, from: &str) -> String {
    format!(
        "module t
         kind State
         kind Draft
         event put(d: Draft)
         act join by any State
         act leave by any State
         status member(s: State) from join by s until leave by s
         body Council {{ members State where member }}
         article 1 until {until} {{
             (1) define needed: share = more than 1/2
             (2) define least: int = 2
             (3) status quiet from 40 days after join until 10 days after leave
         }}
         article 1 from {until} until {from} {{
             (1) define needed: share = at least 2/3
             (2) define least: int = 4
             (3) status quiet from 20 days after join until lapse of 5 days after leave
         }}
         article 1 from {from} {{
             (1) define needed: share = at least 1/3
             (2) define least: int = 1
             (3) status quiet from 3 days after 2nd leave
         }}
         article 2 {{ any s: State cannot leave when count(State & member) < least }}
         decision Adopt on d: Draft by Council {{
             ballots yes, no, abstain, last counts
             quorum none
             passes when yes is needed of members
             silence abstain
             opens upon put(d)
             open 60 days
         }}
         status many while count(State & member) >= least
         status was_many from count(State & member) >= least
         experiment e {{
             begin 2030-01-01
             State 6
             Draft: D1, D2, D3
             2030-02-01: put(D1)
             2030-05-20: put(D2)
             2030-09-10: put(D3)
             each State does join after exponential(80 days) when not member(it)
             each State does leave after exponential(120 days)
             each s: State votes yes 60%, no 30% on Adopt
             horizon 1 year
             measure probability(adopted(Adopt on D1))
             measure probability(adopted(Adopt on D2))
             measure probability(adopted(Adopt on D3))
             measure start(was_many)
             measure start(quiet)
             measure end(quiet)
             measure count(leave)
             measure last leave
             measure probability(many by 2030-06-01)
             measure probability(many by 2030-10-02)
         }}"
    )
}

/// Versions that change while runs go on: a decision keeps the one of its opening.
#[test]
fn versions_that_change() {
    check(10, &council("2030-06-01", "2030-10-01"));
}

/// A version from the first day on, one that ends with the last day, and those of other centuries.
#[test]
fn versions_that_do_not() {
    check(10, &council("2030-01-01", "2031-01-02"));
    check(10, &council("2010-01-01", "2030-01-02"));
    check(10, &council("2031-01-01", "2040-01-01"));
}

/// A decision, a duty and a stage of an article that has the same version throughout.
#[test]
fn what_stands_in_a_version() {
    check(
        10,
        "module t
         kind State
         office Clerk
         act ask by any State
         act answer(s: State) by Clerk
         act propose(new b: Bill) by any State
         act call by Clerk
         Clerk may call
         body Council { members State }
         article 3 until 2020-01-01 {
             (1) Clerk must answer(s) within 10 days upon ask by s
             (2) decision Adopt on b: Bill by Council {
                 ballots yes, no, abstain, last counts
                 quorum none
                 passes when yes >= 1
                 silence abstain
                 closes upon call
             }
         }
         article 3 from 2020-01-01 {
             (1) Clerk must answer(s) within 1 month upon ask by s
             (2) decision Adopt on b: Bill by Council {
                 ballots yes, no, abstain, last counts
                 quorum yes + no + abstain >= 2
                 passes when yes is more than 1/2 of voting
                 silence abstain
                 open 30 days
             }
         }
         procedure Bill {
             stage open { decide Adopt  on adopted -> law  on rejected -> lost  on inquorate -> lost }
             outcome law, lost
         }
         experiment e {
             begin 2030-01-01
             State 3
             at most 8 Bill in all
             each State does ask after exponential(60 days)
             each State does propose after exponential(200 days)
             Clerk does answer(s) after exponential(20 days)
             Clerk does call after exponential(15 days)
             each s: State votes yes 50%, no 30% on Adopt
             horizon 1 year
             measure count(b: Bill where b is law)
             measure count(b: Bill where b is lost)
             measure count(answer)
             measure count(breach of art 3(1))
         }",
    );
}
