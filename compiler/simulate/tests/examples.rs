//! The examples that ship, in both engines.

mod common;

use common::{agree, compiled, example};
use rogatio_simulate::Plans;

/// Fifty histories of the Convention's race, run by the native function and replayed by the interpreter.
#[test]
fn the_race_to_thirty_deposits() {
    let program = example("cbd_race.rog");
    let different = agree(&program, &[], 1, 50);
    assert!(different >= 25, "only {different} different records");
}

#[test]
fn a_council_with_odds_of_its_own_for_each() {
    let program = example("bench/w1_council.rog");
    assert!(agree(&program, &[], 3, 200) == 2);
    // The exact probability is 0.535546…; five standard deviations of 100 000 runs are 0.0079.
    let n = 100_000;
    let records = compiled(&program, &[]).instance(1).run(0, n);
    let adopted = records.chunks(2).filter(|r| r[1] == 1).count();
    let share = adopted as f64 / n as f64;
    assert!((share - 0.535_546_291_610).abs() < 0.0079, "{share}");
}

#[test]
fn a_treaty_and_its_amendments() {
    // The interpreter takes its time for the whole forty years; the first conference is in the tenth.
    let text =
        std::fs::read_to_string(common::root().join("examples/bench/w2_treaty.rog")).unwrap();
    let short = common::program(&text.replace("horizon 14610 days", "horizon 4000 days"));
    assert_eq!(agree(&short, &[], 3, 2), 2);
    let program = example("bench/w2_treaty.rog");
    // As planned there is less to play: the whole of it.
    let (planned, rewrites, left) = common::plan(&program, Plans::default());
    assert_eq!(rewrites.len(), 2, "{left:?}");
    assert_eq!(agree(&planned, &[], 3, 3), 3);
    let width = program.experiments[0].measures.len() + 1;
    let n = 400u64;
    let records = compiled(&program, &[]).instance(1).run(0, n);
    let mean = |m: usize| records.chunks(width).map(|r| r[m]).sum::<i64>() as f64 / n as f64;
    // Adopted by two thirds of those who vote, of whom 69% are in favour: more often than not, and less often than held.
    assert!(mean(2) > 5.0 && mean(3) > mean(2) / 2.0 && mean(3) < mean(2) && mean(4) <= mean(3));
}

/// W3: the approval of an operation by two chambers with a recess. Run by run as the interpreter plays it; in law as the
/// same process written by hand (twenty million histories of it).
#[test]
fn an_approval_by_two_chambers() {
    let program = example("bench/w3_approval.rog");
    assert!(agree(&program, &[], 3, 60) > 40);
    let width = program.experiments[0].measures.len() + 1;
    let n = 100_000u64;
    let records = compiled(&program, &[]).instance(1).run(0, n);
    let mean = |m: usize| records.chunks(width).map(|r| r[m]).sum::<i64>() as f64 / n as f64;
    // Five standard deviations of either at most.
    for (m, by_hand) in [
        (1, 0.2649),
        (2, 0.1430),
        (3, 0.1793),
        (4, 0.3153),
        (5, 0.0869),
    ] {
        assert!((mean(m) - by_hand).abs() < 0.008, "{m}: {}", mean(m));
    }
    assert!((mean(6) - 1.6493).abs() < 0.033, "{}", mean(6));
}

/// Other words, the same laws: under Philox the council adopts as often.
#[test]
fn another_generator() {
    let program = example("bench/w1_council.rog");
    let player = rogatio_simulate::Player::new(&program, &program.experiments[0], &[])
        .unwrap()
        .with_generator(rogatio_mir::draw::Generator::Philox);
    let n = 400u64;
    let adopted: i64 = (0..n)
        .map(|run| player.play(1, run).unwrap().record[1])
        .sum();
    // Five standard deviations of 400 runs are 50.
    assert!((adopted - 214).abs() < 50, "{adopted}");
    let words = |own: bool| -> Vec<i64> {
        let played = |run| match own {
            true => rogatio_simulate::replay(&program, &program.experiments[0], &[], 1, run),
            false => player.play(1, run),
        };
        (0..40).map(|run| played(run).unwrap().record[1]).collect()
    };
    assert_ne!(words(true), words(false));
}
