//! Decisions in both engines: openings, ballots by odds, rolls at the close, outcomes and what follows from them.

mod common;

use common::{agree, program};

#[track_caller]
fn check(least: usize, runs: u64, text: &str) {
    let different = agree(&program(text), &[], 7, runs);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn a_council_that_is_convened_again_and_again() {
    check(
        40,
        200,
        "module t
         kind State { favour: chance = 60%  big: bool = false }
         kind Chair
         body Council { members State where seated }
         status seated(s: State) from seat by s until leave by s
         act seat by any State
         act leave by any State
         act convene by any Chair
         act count_votes by any Chair
         any s: State cannot seat when seated(s)
         any s: State cannot leave when not seated(s)
         decision Adopt by Council {
             ballots yes, no, abstain, last counts
             quorum (yes + no + abstain) is at least 1/2 of members
             participation cast >= 2
             passes when yes is more than 1/2 of voting
             veto big
             silence abstain
             opens upon convene
             closes upon count_votes
         }
         status law from 10 days after adopted(Adopt)
         status last_failed from rejected(Adopt) until adopted(Adopt)
         experiment e {
             begin 2030-01-01
             State: A { big = true }, B { favour = 100% }, C { favour = 0% }
             State 4
             Chair: Chairman
             param p: chance = 30% over 10% .. 50% step 20%
             each State does seat after exponential(60 days)
             each State does leave after exponential(200 days)
             Chairman does convene after uniform(20 days, 40 days) when not open(Adopt) restarting
             Chairman does count_votes after 3 days when open(Adopt) restarting
             A votes no 5%, yes 50% on Adopt
             each s: State votes yes s.favour, no (90% - s.favour * 90%) on Adopt when s = B or s = C
             each State votes yes p, no 20%, abstain 20% on Adopt as a bloc Rest
             horizon 1 year
             measure start(law)
             measure first start(last_failed)
             measure count(State & seated)
             measure probability(adopted(Adopt))
             measure probability(inquorate(Adopt))
             measure probability(last_failed by 2030-06-30)
         }",
    );
}

#[test]
fn bills_with_windows_weights_and_shares() {
    check(
        60,
        200,
        "module t
         kind Member { shares: int = 1 }
         kind Bill
         kind Clerk
         body Meeting {
             members Member
             weight(m) = m.shares
         }
         act table_bill(b: Bill) by any Clerk
         any c: Clerk cannot table_bill(b: Bill) when tabled(b)
         status tabled(b: Bill) from table_bill(b)
         decision Pass on b: Bill by Meeting {
             ballots yes, no, abstain, last counts
             quorum votes(cast) is at least 1/3 of votes(members)
             passes when votes(yes) is at least 2/3 of votes(voting) and heads(yes) >= 3
             silence none
             opens upon table_bill(b)
             open 10 days, or until all have voted
         }
         status law(b: Bill) from 30 days after adopted(Pass on b)
         status dead(b: Bill) from rejected(Pass on b)
         experiment e {
             begin 2030-01-01
             Member: A { shares = 10 }, B { shares = 5 }
             Member 5
             Bill: X, Y
             Bill 3
             Clerk: C
             C does table_bill(b) after exponential(60 days)
             each m: Member votes yes 55%, no 20%, abstain 15%, absent 10% on Pass when m.shares > 1
             each Member votes yes 70%, no 30% on Pass
             horizon 1 year
             measure count(Bill & law)
             measure count(Bill & dead)
             measure start(law(X))
             measure start(dead(Y))
             measure probability(inquorate(Pass on X))
         }",
    );
}

#[test]
fn who_may_vote_only_later_votes_then() {
    check(
        30,
        200,
        "module t
         kind Member
         kind Chair
         body Club { members Member where joined }
         act join by any Member
         act quit by any Member
         act convene by any Chair
         any m: Member cannot join when joined(m)
         any m: Member cannot quit when not joined(m)
         any c: Chair cannot convene when count(convene) >= 2
         status joined(m: Member) from 2 days after join by m until lapse of 5 days after quit by m
         decision Elect by Club {
             ballots yes, no, last counts
             quorum none
             passes when yes is at least 1/2 of members
             silence no
             opens upon convene
             open 30 days, or until all have voted
         }
         status elected from adopted(Elect)
         experiment e {
             begin 2030-01-01
             Member 6
             Chair: C
             each Member does join after exponential(30 days)
             each Member does quit after exponential(50 days)
             C does convene after uniform(30 days, 60 days) restarting
             each Member votes yes 50%, no 30% on Elect
             horizon 150 days
             measure start(elected)
             measure count(Member & joined)
             measure probability(open(Elect))
             measure probability(rejected(Elect))
         }",
    );
}

#[test]
fn a_stage_decides() {
    check(
        20,
        150,
        "module t
         kind Member
         kind Minister
         body Chamber { members Member }
         act propose(new b: Bill) by any Minister
         procedure Bill {
             stage voted {
                 decide Carry
                 on adopted -> sent
                 on rejected -> failed
             }
             stage sent { on lapse of 20 days -> law }
             outcome law, failed
         }
         decision Carry on b: Bill by Chamber {
             ballots yes, no, abstain, last counts
             quorum none
             passes when yes is more than 1/2 of voting
             silence abstain
             open 3 days
         }
         experiment e {
             begin 2030-01-01
             Member 7
             Minister: M
             at most 12 Bill in all
             M does propose after geometric(40 days)
             each Member votes yes 45%, no 40% on Carry
             horizon 200 days
             measure count(b: Bill where b is law)
             measure count(b: Bill where b is failed)
             measure count(propose)
         }",
    );
}
