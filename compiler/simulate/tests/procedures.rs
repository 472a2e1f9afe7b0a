//! Both engines give the same records for procedures: stages, timers, ways out, instances that acts and stages open.

mod common;

use common::{agree, program};

/// Runs of each experiment, in both engines.
const RUNS: u64 = 40;

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, RUNS);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

const BILLS: &str = "module t
    kind State
    kind Clerk
    act submit(new b: Bill, weight: int) by any State
    act approve(b: Bill) by Clerk
    act refuse(b: Bill) by Clerk
    act appeal(b: Bill) by State
    any Clerk may approve(b) when b is pending
    any Clerk may refuse(b) when b is pending
    any State may appeal(b) when b is refused
    procedure Bill(weight: int) {
        stage pending {
            on approve -> passed
            on refuse -> refused
            on lapse of 60 days -> dead
        }
        stage refused {
            on appeal when count(appeal) <= 2 -> pending
            on lapse of 30 days -> dead
        }
        outcome passed, dead
    }
    status busy from 5th submit
    status law(b: Bill) from 30 days after passed(b)";

#[test]
fn bills_pass_and_die() {
    check(
        30,
        &format!(
            "{BILLS}
            experiment bills {{
                begin 2001-01-01
                State 4
                Clerk 2
                at most 12 Bill in all
                each State does submit(weight = 3) after exponential(200 days)
                each Clerk does approve(b: Bill) after exponential(90 days)
                each Clerk does refuse(b: Bill) after exponential(80 days)
                each State does appeal(b: Bill) after exponential(200 days)
                horizon 1 year
                measure start(busy)
                measure count(b: Bill where b is passed)
                measure count(b: Bill where b is dead)
                measure count(b: Bill where b is refused)
                measure count(Bill)
                measure count(b: Bill where law(b))
            }}"
        ),
    );
}

#[test]
fn too_many_bills_overflow_in_both_engines() {
    for cap in [
        "at most 4 Bill in all",
        "at most 12 Bill in all at most 2 Bill open",
    ] {
        check(
            4,
            &format!(
                "{BILLS}
                experiment bills {{
                    begin 2001-01-01
                    State 4
                    Clerk 1
                    {cap}
                    each State does submit(weight = 3) after exponential(200 days)
                    each Clerk does approve(b: Bill) after exponential(30 days)
                    horizon 1 year
                    measure start(busy)
                    measure count(b: Bill where b is passed)
                }}"
            ),
        );
    }
}

#[test]
fn conditions_children_and_fields() {
    check(
        20,
        "module t
         kind State
         act plan(new p: Plan, size: int, author: State) by any State
         act veto(h: Hearing) by State
         act vote by State
         any State may vote
         any s: State may veto(h) when h is open and s != h.parent.author
         status ready from 3rd vote
         procedure Plan(size: int, author: State) {
             stage waiting { on ready -> heard   on lapse of 200 days -> lapsed }
             stage heard {
                 opens Hearing while here
                 on vetoed(h: Hearing) when h.parent = this -> rejected
                 on lapse of 40 days -> agreed
             }
             outcome agreed, rejected, lapsed
         }
         procedure Hearing {
             stage open { on veto -> vetoed   on lapse of 20 days -> closed }
             outcome vetoed, closed
         }
         experiment e {
             begin 2001-01-01
             State 3
             at most 9 Plan in all
             at most 9 Hearing in all
             each s: State does plan(size = 2, author = s) after uniform(20 days, 200 days)
             each State does vote after exponential(100 days)
             each State does veto(h: Hearing) after exponential(90 days)
             horizon 1 year
             measure count(p: Plan where p is agreed)
             measure count(p: Plan where p is rejected)
             measure count(p: Plan where p is lapsed)
             measure count(p: Plan where p.size >= 2 and p is waiting)
             measure count(h: Hearing where h is closed)
             measure count(h: Hearing where h is abandoned)
         }",
    );
}

#[test]
fn opened_by_events() {
    check(
        20,
        "module t
         kind State
         act leave by any State
         act join by State
         any s: State may join when not member(s)
         status member(s: State) from join by s until leave by s
         procedure Review(of_: State) opened by start(member(of_)) {
             stage one { on lapse of 30 days -> two   on leave by of_ -> gone }
             stage two { on not member(of_) -> one   on 100 days after two(this) -> done }
             outcome done, gone
         }
         status tested(s: State) from done(r: Review) where r.of_ = s
         experiment e {
             begin 2001-01-01
             State 4
             at most 40 Review in all
             each State does join after exponential(100 days)
             each State does leave after exponential(90 days)
             horizon 1 year
             measure count(Review)
             measure count(r: Review where r is done)
             measure count(r: Review where r is gone)
             measure count(s: State where tested(s))
         }",
    );
}
