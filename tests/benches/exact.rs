//! Exact answers and a cold start: `cargo bench -p rogatio-tests --bench exact`. The budgets stand in `README.md` beside
//! this file.

use divan::{Bencher, black_box};
use rogatio_analyze::{Game, derive, power};
use rogatio_calendar::{Day, Phase, Point};
use rogatio_interpret::Case;
use rogatio_mir::{DecisionId, Program};
use rogatio_tests::{build, workspace};
use std::sync::Arc;

fn main() {
    divan::main();
}

fn program(path: &str) -> Program {
    let file = workspace().join(path);
    let text = std::fs::read_to_string(&file).expect("an example");
    build(path, &text, file.parent()).mir.expect("it checks")
}

/// The probability itself, once it is known of what.
#[divan::bench]
fn probability_of_w1(bencher: Bencher<'_, '_>) {
    let program = program("examples/bench/w1_council.rog");
    let votes = rogatio_simulate::pure_votes(&program, &program.experiments[0], &[]);
    let vote = votes.expect("a vote").remove(0).expect("a pure vote");
    bencher.bench(|| black_box(&vote).exact());
}

/// From the checked program to the answer.
#[divan::bench]
fn probability_of_w1_from_its_program(bencher: Bencher<'_, '_>) {
    let program = program("examples/bench/w1_council.rog");
    bencher.bench(|| rogatio_simulate::exact(black_box(&program), &program.experiments[0], &[]));
}

/// The thirtieth of 190 states, each with a pace of its own, from the checked program: four measures are asked for, and the
/// date is the one that has a law.
#[divan::bench]
fn law_of_w2_date(bencher: Bencher<'_, '_>) {
    let mut program = program("examples/bench/w2_treaty.rog");
    program.experiments[0].measures.truncate(1);
    bencher.bench(|| rogatio_simulate::exact(black_box(&program), &program.experiments[0], &[]));
}

/// All indices of all members.
#[divan::bench]
fn power_of_27_members(bencher: Bencher<'_, '_>) {
    let program = Arc::new(program("examples/bench/power_27.rog"));
    let mut case = Case::new(program);
    let day = Day::from_ymd(2025, 1, 1).expect("a day");
    case.begin(Point::day_phase(day, Phase::Opening));
    let rule = derive(&case, DecisionId(0), None).expect("a rule");
    let game = || Game::of(&rule, &|v| rule.voters[v].opposes).expect("a game");
    bencher.bench(|| power(black_box(game()), 5));
}

/// The race of the Convention: parsed, linked, checked, lowered, made into native code.
#[divan::bench]
fn cold_start_of_the_race(bencher: Bencher<'_, '_>) {
    let text = std::fs::read_to_string(workspace().join("examples/cbd_race.rog"));
    let text = text.expect("an example");
    bencher.bench(|| {
        let program = build("cbd_race", black_box(&text), None)
            .mir
            .expect("it checks");
        rogatio_simulate::compile(&program, &program.experiments[0], &[]).map(|_| ())
    });
}
