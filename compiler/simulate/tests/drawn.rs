//! What is drawn before a run begins: givens with a chance, givens that come and go, lengths of words of urgency.

mod common;

use common::program;
use rogatio_simulate::{Ready, SimError, SimOptions, SimResult, Wish, replay, run};

const LINES: &str = "module t
    kind State
    kind Chair
    given ready(s: State): bool = false
    given host: State? = none
    given open_border: bool = false
    act join by State
    any s: State may join when ready(s)
    act cross by any State
    any s: State cannot cross unless open_border
    act summon by any Chair
    act answer by State
    duty: each s: State must answer without delay upon summon
    experiment e {
        begin 2030-01-01
        State: A, B
        State 8
        Chair: C
        LINES
        horizon 10 years
        measure MEASURE
    }";

fn simulated(lines: &str, measure: &str, runs: u64) -> Result<SimResult, SimError> {
    let text = LINES.replace("LINES", lines).replace("MEASURE", measure);
    // Duties are looked at every day: a year of them is enough.
    let text = match lines.contains("summon") {
        true => text.replace("10 years", "1 year"),
        false => text,
    };
    let program = program(&text);
    let experiment = &program.experiments[0];
    let ready = Ready::new(&program, experiment, &[], Wish::Interpret)?;
    let options = SimOptions {
        runs,
        seed: 5,
        ..SimOptions::default()
    };
    run(&program, experiment, &ready, &options)
}

/// Ten states with three chances in ten each: three are ready on average, by a binomial law.
#[test]
fn a_given_with_a_chance() {
    let r = simulated(
        "assume ready(s) with probability 30% for each s: State",
        "count(s: State where ready(s))",
        400,
    )
    .unwrap();
    let mean = r.measures[0].mean().unwrap();
    // Five standard errors of 400 runs are 0.36; the variance of the law is 2.1.
    assert!((mean.mean - 3.0).abs() < 0.36, "{}", mean.mean);
    assert!(
        (mean.deviation - 2.1f64.sqrt()).abs() < 0.3,
        "{}",
        mean.deviation
    );
}

/// A value other than yes is taken with its chance; else it is the default.
#[test]
fn a_value_with_a_chance() {
    let r = simulated(
        "assume host = A with probability (1/4)",
        "probability((host = A))",
        400,
    )
    .unwrap();
    let share = r.measures[0].probability().unwrap().estimate;
    assert!((share - 0.25).abs() < 0.11, "{share}");
}

/// Yes for a year, no for half a year: at the end of each run two thirds of the time are yes.
#[test]
fn a_given_that_comes_and_goes() {
    let fixed = "assume open_border alternates 300 days / 200 days";
    let at = |day: &str| {
        let r = simulated(fixed, &format!("probability(open_border by {day})"), 3).unwrap();
        r.measures[0].probability().unwrap().estimate
    };
    // 300 days from the first day on, then 200.
    assert_eq!(at("2030-10-27"), 1.0);
    assert_eq!(at("2030-10-28"), 0.0);
    assert_eq!(at("2031-05-15"), 0.0);
    assert_eq!(at("2031-05-16"), 1.0);
    let r = simulated(
        "assume open_border alternates exponential(200 days) / exponential(100 days)",
        "probability(open_border)",
        400,
    )
    .unwrap();
    let share = r.measures[0].probability().unwrap().estimate;
    assert!((share - 2.0 / 3.0).abs() < 0.12, "{share}");
}

/// The word of urgency has a length of its own in each run.
#[test]
fn a_drawn_length() {
    let lines = "term without delay = uniform(10 days, 29 days)
        2030-02-01: summon by C
        A does answer after 20 days when count(answer by A) = 0 restarting";
    let r = simulated(lines, "probability(duty(A) is fulfilled)", 200).unwrap();
    let share = r.measures[0].probability().unwrap().estimate;
    // The answer comes on the twentieth day: in time under ten of the twenty lengths.
    assert!((share - 0.5).abs() < 0.18, "{share}");
}

/// What hangs on a drawn given is not compiled, and has no exact answer.
#[test]
fn refused_where_it_is_not_known() {
    let lines = "assume ready(s) with probability 30% for each s: State
        each s: State does join after 10 days when count(join by s) = 0 restarting";
    let text = LINES
        .replace("LINES", lines)
        .replace("MEASURE", "count(join)");
    let program = program(&text);
    let ready = Ready::new(&program, &program.experiments[0], &[], Wish::Jit);
    let why = ready.unwrap_err();
    assert_eq!(why.code().as_str(), "E0960", "{why}");
    assert!(why.to_string().contains("ready"), "{why}");
    let exact = rogatio_simulate::pure_votes(&program, &program.experiments[0], &[]).unwrap();
    assert!(!exact.is_empty() && exact.iter().all(Result::is_err));
    let e = simulated(
        "param p: chance = 60%
        assume ready(A) with probability (p + p)",
        "probability(ready(A))",
        3,
    );
    assert_eq!(e.unwrap_err().code().as_str(), "E0972");
}

/// Draws are of a site and a name: another line does not move them.
#[test]
fn another_line_moves_no_draw() {
    let records = |more: &str| -> Vec<Vec<i64>> {
        let lines = format!("assume ready(s) with probability 30% for each s: State\n{more}");
        let text = LINES
            .replace("LINES", &lines)
            .replace("MEASURE", "count(s: State where ready(s))");
        let program = program(&text);
        let play = |run| replay(&program, &program.experiments[0], &[], 5, run);
        (0..50).map(|run| play(run).unwrap().record).collect()
    };
    let alone = records("");
    assert!(alone.iter().any(|r| *r != alone[0]));
    assert_eq!(
        alone,
        records("assume open_border alternates exponential(200 days) / exponential(100 days)")
    );
}
