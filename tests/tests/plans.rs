//! What a plan changes, it changes in the draws alone (R56): a vote in planes, in words, by the interpreter and exactly has
//! one law; what is dropped because no measure asks for it changes no bit of what is measured; neither do threads.

use num_rational::BigRational;
use rogatio_mir::Program;
use rogatio_simulate::{ASIDE, Engine, SimOptions, SimResult, Wish, compile, exact, simulate};
use rogatio_tests::{build, generate, workspace};

fn program(text: &str) -> Program {
    let built = build("plans.rog", text, None);
    let wrong = built.report();
    built.mir.unwrap_or_else(|| panic!("{wrong}\n{text}"))
}

fn played(program: &Program, engine: Wish, runs: u64, threads: usize) -> SimResult {
    let options = SimOptions {
        runs,
        seed: 5,
        threads,
        engine,
        ..SimOptions::default()
    };
    simulate(program, &program.experiments[0], &options).unwrap_or_else(|e| panic!("{e}"))
}

fn number(fraction: &BigRational) -> f64 {
    use num_bigint::ToBigInt;
    // Fifteen digits, exactly.
    let scale = 10u64.pow(15).to_bigint().expect("a number");
    let digits = (fraction.numer() * scale) / fraction.denom();
    digits.to_string().parse::<f64>().expect("digits") / 1e15
}

/// Standard deviations that a share may lie from its probability: of all shares compared here none but one in a million
/// would lie further.
const FAR: f64 = 5.0;

/// A sure thing has no spread; one run more or less has.
fn near(share: f64, probability: f64, runs: u64) -> bool {
    let spread = (probability * (1.0 - probability) / runs as f64).sqrt();
    (share - probability).abs() <= FAR * spread + 1e-12
}

#[test]
fn votes_in_planes_in_words_and_exactly() {
    let runs = 40_000;
    let mut sure = 0;
    let mut texts: Vec<String> = (0..12)
        .map(|n| generate::vote(&generate::choices(n)))
        .collect();
    let file = workspace().join("examples/bench/w1_council.rog");
    texts.push(std::fs::read_to_string(file).expect("an example"));
    for text in texts {
        let p = program(&text);
        let law = exact(&p, &p.experiments[0], &[]).expect("a vote");
        let planes = played(&p, Wish::Auto, runs, 2);
        let words = played(&p, Wish::Jit, runs, 2);
        assert_eq!(
            (planes.engine, words.engine),
            (Engine::Block, Engine::Jit),
            "{text}"
        );
        for (i, law) in law.iter().enumerate() {
            let law = law.as_ref().unwrap_or_else(|e| panic!("{e}\n{text}"));
            let probability = number(law.value().expect("a fraction"));
            sure += usize::from(probability == 0.0 || probability == 1.0);
            for result in [&planes, &words] {
                let m = &result.measures[i];
                let share = m.probability().expect("a condition").estimate;
                let engine = result.engine.name();
                assert!(
                    near(share, probability, runs),
                    "{}: {share} by {engine}, exactly {probability}\n{text}",
                    m.name
                );
            }
        }
        // The same planes by the interpreter: bit for bit.
        let (few, slow) = (
            played(&p, Wish::Auto, 40, 1),
            played(&p, Wish::Interpret, 40, 1),
        );
        assert_eq!(few.measures, slow.measures, "{text}");
    }
    assert!(sure < 26, "{sure} of 37 are sure: no test of chance");
}

/// Latches, histories and clocks are kept where a measure depends on them: each measure alone gives what it gives among
/// all, though less is compiled for it and its runs end earlier.
#[test]
fn what_is_dropped_changes_nothing() {
    let (runs, mut columns, mut different, mut smaller) = (60, 0, 0, 0);
    for n in 100..130 {
        let text = generate::module(&generate::choices(n));
        let Some(p) = build("plans.rog", &text, None).mir else {
            continue;
        };
        let whole = &p.experiments[0];
        let Ok(compiled) = compile(&p, whole, &[]) else {
            continue;
        };
        let width = compiled.width();
        let all = compiled.instance(9).run(0, runs);
        for (i, measure) in whole.measures.iter().enumerate().step_by(3) {
            let mut one = whole.clone();
            one.measures = vec![measure.clone()];
            let alone =
                compile(&p, &one, &[]).unwrap_or_else(|e| panic!("{}: {e}\n{text}", measure.name));
            smaller += usize::from(alone.size().copied < compiled.size().copied);
            columns += 1;
            let records = alone.instance(9).run(0, runs);
            // A run that overflows measures nothing, and both do in the same run. One that is set aside for another
            // measure need not be for this one.
            let pairs = records.chunks(2).zip(all.chunks(width));
            let native: Vec<_> = pairs.filter(|(_, whole)| whole[0] != ASIDE).collect();
            let mine: Vec<_> = native.iter().map(|(own, _)| (own[0], own[1])).collect();
            let among = native.iter().map(|(_, whole)| (whole[0], whole[i + 1]));
            assert_eq!(mine, among.collect::<Vec<_>>(), "{}\n{text}", measure.name);
            let column: Vec<i64> = mine.iter().map(|(_, value)| *value).collect();
            different += usize::from(column.windows(2).any(|w| w[0] != w[1]));
        }
    }
    println!(
        "{columns} measures alone, {different} of them random, {smaller} with less of an arena"
    );
    assert!(
        columns >= 40 && different >= 12 && smaller >= 20,
        "{columns}, {different}, {smaller}"
    );
}

/// Whichever engine, any number of threads writes the same bytes.
#[test]
fn threads_change_no_byte() {
    let vote = std::fs::read_to_string(workspace().join("examples/bench/w1_council.rog"));
    let vote = program(&vote.expect("an example"));
    let history = (100..).find_map(|n| {
        let p = build("plans.rog", &generate::module(&generate::choices(n)), None).mir?;
        compile(&p, &p.experiments[0], &[]).ok().map(|_| p)
    });
    let history = history.expect("a program that is compiled");
    for (p, engine, runs) in [
        (&vote, Wish::Auto, 3 * 4096 + 17),
        (&vote, Wish::Jit, 3 * 4096 + 17),
        (&vote, Wish::Interpret, 41),
        (&history, Wish::Jit, 3 * 4096 + 17),
        (&history, Wish::Interpret, 23),
    ] {
        let one = played(p, engine, runs, 1);
        for threads in [2, 5] {
            let more = played(p, engine, runs, threads);
            assert_eq!(one.to_csv(), more.to_csv(), "{threads} threads");
            assert_eq!(one, more, "{threads} threads");
        }
    }
}
