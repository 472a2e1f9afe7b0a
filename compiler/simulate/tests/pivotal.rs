//! Who is pivotal: native code, the block machine and the interpreter find the same in each run, and the exact answer is
//! the probability of just that.

mod common;

use common::{agree, program};
use rogatio_simulate::{Engine, Exact, Ready, SimOptions, Wish, exact, pure_votes, run};

/// A council that votes again and again, whose members come and go, with a veto, weights and silence that counts.
const COUNCIL: &str = "module t
     kind State { favour: chance = 60%  big: bool = false  shares: int = 1 }
     kind Chair
     body Council { members State where seated  weight(s) = s.shares }
     status seated(s: State) from seat by s until leave by s
     act seat by any State
     act leave by any State
     act convene by any Chair
     act count_votes by any Chair
     any s: State cannot seat when seated(s)
     any s: State cannot leave when not seated(s)
     decision Adopt by Council {
         ballots yes, no, abstain, last counts
         quorum heads(yes + no + abstain) is at least 1/2 of heads(members)
         participation heads(cast) >= 2
         passes when votes(yes) is more than 1/2 of votes(voting)
         veto big
         silence abstain
         ROLL
         opens upon convene
         closes upon count_votes
     }
     experiment e {
         begin 2030-01-01
         State: A { big = true }, B { shares = 3 }, C { favour = 0% }
         State 2
         Chair: Chairman
         each State does seat after exponential(60 days)
         each State does leave after exponential(200 days)
         Chairman does convene after uniform(20 days, 40 days) when not open(Adopt) restarting
         Chairman does count_votes after 3 days when open(Adopt) restarting
         each s: State votes yes s.favour, no (80% - s.favour) on Adopt when s = A or s = C
         each State votes yes 50%, no 20%, abstain 20% on Adopt
         horizon 1 year
         measure adopted(Adopt)
         measure pivotal(Adopt)
     }";

#[test]
fn members_who_come_and_go() {
    for roll in ["", "roll at opening"] {
        let text = COUNCIL.replace("s.favour, no (80% - s.favour)", "40%, no 40%");
        let program = program(&text.replace("ROLL", roll));
        let names: Vec<&str> = (program.experiments[0].measures.iter())
            .map(|m| m.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["adopted(Adopt)", "A", "B", "C", "State#1", "State#2"]
        );
        let different = agree(&program, &[], 7, 60);
        assert!(different >= 15, "only {different}");
    }
}

#[test]
fn a_matter_that_is_put_by_an_act() {
    let program = program(
        "module t
         kind Member { big: bool = false }
         kind Motion
         body House { members Member }
         act put(m: Motion) by any Member
         act withdraw(m: Motion) by any Member
         decision Pass on m: Motion by House {
             ballots yes, no, first counts
             quorum none
             passes when yes is at least 2/3 of cast
             veto x: Member where x.big
             silence none
             tie adopted
             opens upon put(m)
             open 10 days
             withdrawn upon withdraw(m)
         }
         experiment e {
             begin 2030-01-01
             Member: A { big = true }, B
             Member 3
             Motion: M, N
             A does put(M) after uniform(1 day, 30 days)
             A does put(N) after uniform(1 day, 30 days)
             B does withdraw(m) after uniform(12 days, 80 days)
             each Member votes yes 60%, no 20% on Pass
             horizon 60 days
             measure pivotal(Pass on M)
             measure second: pivotal(Pass on N) by 2030-01-20
         }",
    );
    assert_eq!(program.experiments[0].measures.len(), 10);
    let different = agree(&program, &[], 3, 300);
    assert!(different >= 60, "only {different}");
}

#[test]
fn the_block_machine_and_the_exact_answer() {
    let text = "module t
         kind Member { shares: int = 1 }
         event call
         event close
         body House { members Member  weight(m) = m.shares }
         decision Pass by House {
             ballots yes, no, abstain, last counts
             quorum heads(cast) >= 2
             passes when votes(yes) > votes(no)
             silence abstain
             opens upon call
             closes upon close
         }
         experiment e {
             begin 2030-01-01
             Member: A { shares = 3 }, B { shares = 2 }, C, D
             2030-01-02: call
             2030-01-04: close
             each Member votes yes 50%, no 30%, abstain 10% on Pass
             horizon 1 week
             measure pivotal(Pass)
             measure adopted(Pass)
         }";
    let program = program(text);
    let e = &program.experiments[0];
    let ready = Ready::new(&program, e, &[], Wish::Auto).unwrap();
    assert_eq!(ready.engine(), Engine::Block);
    let options = SimOptions {
        runs: 200_000,
        ..SimOptions::default()
    };
    let found = run(&program, e, &ready, &options).unwrap();
    let steps = Ready::new(&program, e, &[], Wish::Interpret).unwrap();
    let few = SimOptions {
        runs: 300,
        ..SimOptions::default()
    };
    let (one, other) = (
        run(&program, e, &steps, &few).unwrap(),
        run(&program, e, &ready, &few).unwrap(),
    );
    let answers = exact(&program, e, &[]).unwrap();
    let votes = pure_votes(&program, e, &[]).unwrap();
    // Of the outcome, the last measure, it was asked before who is pivotal.
    let by_voter = votes[4].as_ref().unwrap().pivotal().unwrap();
    for (i, answer) in answers.into_iter().take(4).enumerate() {
        let Ok(Exact::Probability(p)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(p, by_voter[i].1, "{}", by_voter[i].0);
        let share = found.measures[i].probability().unwrap();
        let p = num_traits::ToPrimitive::to_f64(&p).unwrap();
        assert!((share.estimate - p).abs() < 0.006, "{} {p}", share.estimate);
        assert_eq!(
            one.measures[i].probability().unwrap().estimate,
            other.measures[i].probability().unwrap().estimate
        );
    }
}
