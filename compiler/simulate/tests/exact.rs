//! Exact answers: against hand numbers, against the interpreter run by run, and what is refused.

mod common;

use common::{example, program};
use num_traits::ToPrimitive;
use rogatio_mir::Program;
use rogatio_simulate::{Engine, Exact, Player, SimOptions, Wish, exact, simulate};

fn answers(p: &Program) -> Vec<Result<Exact, String>> {
    let all = exact(p, &p.experiments[0], &[]).unwrap_or_else(|e| panic!("{e}"));
    all.into_iter()
        .map(|a| a.map_err(|r| r.to_string()))
        .collect()
}

fn value(a: &Result<Exact, String>) -> f64 {
    let a = a.as_ref().unwrap_or_else(|e| panic!("{e}"));
    a.value().unwrap().to_f64().unwrap()
}

#[test]
fn a_council_vote() {
    let p = example("bench/council_vote.rog");
    let found = answers(&p);
    assert!((value(&found[0]) - 0.535_546_291_610).abs() < 5e-13);
    assert!(matches!(&found[1], Ok(Exact::Mean(m)) if m.to_string() == "187/20"));
}

/// A club of seven with a chair; the lines of its experiment are what a test is about.
fn club(lines: &str) -> Program {
    program(&format!(
        r#"module club
kind Member {{ bold: bool = false }}
kind Motion
act speak by any Member
event put(m: Motion)
event counted(m: Motion)
body Club {{ members Member }}
decision Carry on m: Motion by Club {{
    ballots yes, no, abstain, last counts
    quorum cast is at least 1/2 of members
    passes when yes is more than 1/2 of voting
    tie adopted
    silence none
    opens upon put(m)
    closes upon counted(m)
}}
decision Quick on m: Motion by Club {{
    ballots yes, no, last counts
    quorum none
    passes when yes is more than 1/2 of members
    silence none
    opens upon put(m)
    open 10 days, or until all have voted
}}
status carried(m: Motion) from adopted(Carry on m)
experiment e {{
    begin 2030-01-01
    Member: A {{ bold = true }}, B {{ bold = true }}, C
    Member 4
    Motion: M
    2030-01-02: put(M)
    2030-01-05: counted(M)
    {lines}
    horizon 2 weeks
}}
decision Again on m: Motion by Club {{
    ballots yes, no, last counts
    quorum none
    passes when yes is more than 1/2 of members
    silence none
    opens upon put(m) or rejected(Again on m)
    open 2 days
}}
"#
    ))
}

/// The share of runs in which each measure holds, by the interpreter.
fn played(p: &Program, runs: u64) -> Vec<f64> {
    let e = &p.experiments[0];
    let player = Player::new(p, e, &[]).unwrap_or_else(|e| panic!("{e}"));
    let mut sums = vec![0i64; e.measures.len()];
    for run in 0..runs {
        let record = player
            .play(11, run)
            .unwrap_or_else(|e| panic!("{e}"))
            .record;
        sums.iter_mut().zip(&record[1..]).for_each(|(s, v)| *s += v);
    }
    sums.into_iter().map(|s| s as f64 / runs as f64).collect()
}

#[test]
fn the_interpreter_comes_near() {
    // Quorum, absence, a bloc whose members differ in their odds, a tie, a close as soon as all have voted.
    let p = club(
        "A votes yes 50%, no 30% on Carry as a bloc Friends
         B votes yes 70%, no 10% on Carry as a bloc Friends
         each m: Member votes yes 40%, no 35%, abstain 5% on Carry
         measure carried: adopted(Carry on M)
         measure for_it: count(yes(Carry on M))
         measure no_quorum: inquorate(Carry on M)
         measure narrow: adopted(Carry on M) and count(yes(Carry on M)) <= 3",
    );
    let found: Vec<f64> = answers(&p).iter().map(value).collect();
    // A and B draw together, each by its own odds: worked out by going through all answers.
    for (exact, wanted) in found
        .iter()
        .zip([0.708_047_937_5, 3.2, 0.057_92, 0.286_927_937_5])
    {
        assert!((exact - wanted).abs() < 1e-12, "{exact} {wanted}");
    }
    let runs = 3000;
    for (i, (exact, seen)) in found.iter().zip(played(&p, runs)).enumerate() {
        // Five standard errors of a share; the number of votes is at most seven.
        let scale = if i == 1 { 2.0 } else { 0.5 };
        let tolerance = 5.0 * scale / (runs as f64).sqrt();
        assert!((exact - seen).abs() < tolerance, "{i}: {exact} {seen}");
        assert!(*exact > 0.001, "{i}: {exact}");
    }
}

#[test]
fn a_bloc_is_no_set_of_independent_voters() {
    let bloc =
        "each Member votes yes 60%, no 40% on Carry as a bloc All\nmeasure adopted(Carry on M)";
    let found = answers(&club(bloc));
    assert_eq!(
        found[0].as_ref().unwrap().value().unwrap().to_string(),
        "3/5"
    );
    let free = "each Member votes yes 60%, no 40% on Carry\nmeasure adopted(Carry on M)";
    // Four or more of seven.
    let found = answers(&club(free));
    assert_eq!(
        found[0].as_ref().unwrap().value().unwrap().to_string(),
        "11097/15625"
    );
}

#[test]
fn a_vote_that_closes_when_all_have_voted() {
    let p = club("each Member votes yes 50%, no 50% on Quick\nmeasure adopted(Quick on M)");
    assert_eq!(
        answers(&p)[0]
            .as_ref()
            .unwrap()
            .value()
            .unwrap()
            .to_string(),
        "1/2"
    );
}

/// A delay that is fixed is no chance: W1 in which the president puts it to the vote after a day.
#[test]
fn a_vote_that_is_called_after_a_fixed_delay() {
    let p = example("bench/w1_council.rog");
    assert!((value(&answers(&p)[0]) - 0.535_546_291_610).abs() < 1e-12);
    let block = simulated(&p, Wish::Auto, 3, 300, 1);
    assert_eq!(block.engine, Engine::Block);
    let steps = simulated(&p, Wish::Interpret, 3, 300, 2);
    assert_eq!(block.measures, steps.measures);
    // A clock that runs no matter what else happens; the vote is as it was.
    let votes = "each Member votes yes 60%, no 40% on Carry\nmeasure adopted(Carry on M)\n";
    let spoken = club(&format!("{votes}A does speak after 1 day"));
    assert_eq!(
        answers(&spoken)[0]
            .as_ref()
            .unwrap()
            .value()
            .unwrap()
            .to_string(),
        "11097/15625"
    );
    for (lines, why) in [
        // Two clocks of one day go by chance; one that waits for the outcome hangs on the ballots.
        ("each Member does speak after 1 day", "an order by chance"),
        (
            "A does speak after 1 day when adopted(Carry on M) restarting",
            "random times",
        ),
    ] {
        let found = answers(&club(&format!("{votes}{lines}")));
        let refusal = found[0].as_ref().expect_err(why);
        assert!(
            refusal.starts_with("E1005") && refusal.contains(why),
            "{refusal}"
        );
    }
}

#[test]
fn what_is_no_pure_vote_is_refused() {
    let votes = "each Member votes yes 60%, no 40% on Carry\n";
    for (lines, why) in [
        (
            "each Member does speak after exponential(1 week)\nmeasure adopted(Carry on M)",
            "random times",
        ),
        ("measure carried(M)", "more than who has acted"),
        ("measure start(carried(M))", "more than who has acted"),
        (
            "each Member votes yes 50%, no 50% on Quick\nmeasure adopted(Carry on M)",
            "other decisions",
        ),
        (
            "2030-01-20: put(M)\nmeasure probability(adopted(Carry on M) by 2030-01-04)",
            "may not close",
        ),
    ] {
        let votes = if why == "more than once" { "" } else { votes };
        let found = answers(&club(&format!("{votes}{lines}")));
        let refusal = found[0].as_ref().expect_err(why);
        assert!(
            refusal.starts_with("E1005") && refusal.contains(why),
            "{refusal}"
        );
    }
}

/// What is simulated with an engine.
fn simulated(
    p: &Program,
    engine: Wish,
    seed: u64,
    runs: u64,
    threads: usize,
) -> rogatio_simulate::SimResult {
    let options = SimOptions {
        runs,
        seed,
        threads,
        engine,
        ..SimOptions::default()
    };
    simulate(p, &p.experiments[0], &options).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_block_machine_plays_the_runs_of_the_interpreter() {
    let lines = "A votes yes 50%, no 30% on Carry as a bloc Friends
         B votes yes 70%, no 10% on Carry as a bloc Friends
         each m: Member votes yes (1/3), no 35%, abstain 5% on Carry
         measure carried: adopted(Carry on M)
         measure for_it: count(yes(Carry on M))
         measure no_quorum: inquorate(Carry on M)";
    for (p, runs) in [(club(lines), 700), (example("bench/council_vote.rog"), 300)] {
        let block = simulated(&p, Wish::Auto, 3, runs, 1);
        assert_eq!(block.engine, Engine::Block);
        let steps = simulated(&p, Wish::Interpret, 3, runs, 2);
        assert_eq!(steps.engine, Engine::Interpret);
        assert_eq!(block.measures, steps.measures);
    }
}

#[test]
fn any_number_of_threads_counts_the_same_votes() {
    let p = example("bench/council_vote.rog");
    let one = simulated(&p, Wish::Auto, 5, 1_000_001, 1);
    let two = simulated(&p, Wish::Auto, 5, 1_000_001, 2);
    assert_eq!(one.to_csv(), two.to_csv());
    let held = one.measures[0]
        .histogram
        .iter()
        .find(|(v, _)| *v == 1)
        .unwrap()
        .1;
    let p = 0.535_546_291_610;
    let z = (held as f64 - 1_000_001.0 * p) / (1_000_001.0 * p * (1.0 - p)).sqrt();
    assert!(z.abs() < 3.0, "{z}");
}

/// Against going through all ballots of all voters.
#[test]
fn who_is_pivotal() {
    let p = club(
        "A votes yes 50%, no 30% on Carry as a bloc Friends
         B votes yes 70%, no 10% on Carry as a bloc Friends
         each m: Member votes yes 40%, no 35%, abstain 5% on Carry
         measure carried: adopted(Carry on M)
         measure for_it: count(yes(Carry on M))",
    );
    let votes = rogatio_simulate::pure_votes(&p, &p.experiments[0], &[]).unwrap();
    let vote = votes[0].as_ref().unwrap();
    let found = vote.pivotal().unwrap();
    let rogatio_analyze::Asked::Truth(f) = &vote.asked else {
        panic!("an outcome");
    };
    // Every way the draws may come out, with its chance.
    let mut ways = vec![(
        num_rational::BigRational::from_integer(1.into()),
        vote.others.clone(),
    )];
    for drawn in &vote.drawn {
        let mut next = Vec::new();
        for (chance, answers) in &ways {
            for (weight, given) in &drawn.draw.pieces {
                let mut answers = answers.clone();
                given.iter().for_each(|(v, a)| answers[*v as usize] = *a);
                let part = num_rational::BigRational::new((*weight).into(), drawn.draw.of.into());
                next.push((chance * part, answers));
            }
        }
        ways = next;
    }
    assert_eq!(found.len(), 7);
    for (v, (name, chance)) in found.iter().enumerate() {
        let mut wanted = num_rational::BigRational::from_integer(0.into());
        for (way, answers) in &ways {
            let holds = f.holds(answers);
            let other = vote.voters[v].1.iter().any(|a| {
                let mut changed = answers.clone();
                changed[v] = *a;
                f.holds(&changed) != holds
            });
            if other {
                wanted += way;
            }
        }
        assert_eq!(*chance, wanted, "{name}");
        assert!(wanted.to_f64().unwrap() > 0.2, "{name}");
    }
    assert!(votes[1].as_ref().unwrap().pivotal().is_err());
}
