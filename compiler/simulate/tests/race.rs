//! Exact laws of a race: against hand numbers, against histories that are played, and what is refused.

mod common;

use common::{example, program};
use num_traits::ToPrimitive;
use rogatio_mir::Program;
use rogatio_simulate::{DateLaw, Exact, ExactResult, ONE, SimOptions, exact, simulate};

fn answers(p: &Program) -> Vec<Result<Exact, String>> {
    let all = exact(p, &p.experiments[0], &[]).unwrap_or_else(|e| panic!("{e}"));
    all.into_iter()
        .map(|a| a.map_err(|r| r.to_string()))
        .collect()
}

fn fraction(a: &Result<Exact, String>) -> String {
    let a = a.as_ref().unwrap_or_else(|e| panic!("{e}"));
    a.value().expect("a fraction").to_string()
}

fn law(a: &Result<Exact, String>) -> &DateLaw {
    match a {
        Ok(Exact::Date(law)) => law,
        other => panic!("{other:?}"),
    }
}

/// A treaty; sentences and the lines of its experiment are what a test is about.
fn treaty(text: &str, lines: &str) -> Program {
    program(&format!(
        "module t
         counting treaty
         kind State {{ big: bool = false }}
         kind Observer
         event storm
         act deposit by any State
         act leave by any State
         any s: State cannot deposit when count(deposit by s) >= 1
         status in_force from 10 days after 2nd deposit
         status bound(s: State) from deposit by s
         {text}
         experiment e {{
             begin 2030-01-01
             State 3
             horizon 20 days
             {lines}
         }}"
    ))
}

#[test]
fn three_states_by_hand() {
    // On day 1 or 2, each as likely as the other.
    let p = treaty(
        "",
        "each s: State does deposit after uniform(1 day, 2 days)
         measure second: 2nd deposit
         measure third: 3rd deposit
         measure one: first deposit
         measure start(in_force)
         measure probability(in_force by 2030-01-12)
         measure probability(in_force by 2030-01-11)
         measure whole: count(State & bound) = 3
         measure count(deposit)
         measure probability((count(deposit) >= 2) by 2030-01-02)",
    );
    let found = answers(&p);
    let days = |i: usize| -> Vec<(String, u64)> {
        let law = law(&found[i]);
        let parts = |p: u64| (p as f64 / ONE as f64 * 8.0).round() as u64;
        law.days
            .iter()
            .map(|(d, p)| (d.to_string(), parts(*p)))
            .collect()
    };
    let day = |d: &str, p| (d.to_owned(), p);
    // In eighths.
    assert_eq!(days(0), [day("2030-01-02", 4), day("2030-01-03", 4)]);
    assert_eq!(days(1), [day("2030-01-02", 1), day("2030-01-03", 7)]);
    assert_eq!(days(2), [day("2030-01-02", 7), day("2030-01-03", 1)]);
    assert_eq!(days(3), [day("2030-01-12", 4), day("2030-01-13", 4)]);
    let law = law(&found[0]);
    assert_eq!(
        law.quantile(1, 2).map(|d| d.to_string()).as_deref(),
        Some("2030-01-02")
    );
    assert_eq!(
        law.quantile(3, 4).map(|d| d.to_string()).as_deref(),
        Some("2030-01-03")
    );
    assert!((law.mean().unwrap() - 1.5).abs() < 1e-12 && (law.reached() - 1.0).abs() < 1e-12);
    let fractions: Vec<String> = found[4..].iter().map(fraction).collect();
    assert_eq!(fractions, ["1/2", "0", "1", "3", "1/2"]);
}

/// The share of the runs that reach a date by a day, and the law's.
fn compared(p: &Program, runs: u64) {
    let e = &p.experiments[0];
    let options = SimOptions {
        runs,
        seed: 5,
        threads: 2,
        ..SimOptions::default()
    };
    let result = simulate(p, e, &options).unwrap_or_else(|e| panic!("{e}"));
    let mut looked = 0;
    for (m, answer) in result.measures.iter().zip(answers(p)) {
        let near = |exact: f64, seen: f64, scale: f64, what: &str| {
            let tolerance = 5.0 * scale / (runs as f64).sqrt() + 1e-6;
            assert!(
                (exact - seen).abs() < tolerance,
                "{} {what}: {exact} {seen}",
                m.name
            );
        };
        match answer {
            Ok(Exact::Date(law)) => {
                near(
                    law.reached(),
                    m.probability().unwrap().estimate,
                    0.5,
                    "reached",
                );
                for share in [5, 25, 50, 75] {
                    let Some(day) = law.quantile(share, 100) else {
                        continue;
                    };
                    let by = day.days_since(m.begin);
                    let exact: u64 = law
                        .days
                        .iter()
                        .filter(|(d, _)| *d <= day)
                        .map(|(_, p)| p)
                        .sum();
                    let seen: u64 = m
                        .histogram
                        .iter()
                        .filter(|(v, _)| *v <= by)
                        .map(|(_, n)| n)
                        .sum();
                    near(
                        exact as f64 / ONE as f64,
                        seen as f64 / runs as f64,
                        0.5,
                        &day.to_string(),
                    );
                    looked += 1;
                }
            }
            Ok(Exact::Probability(x)) => {
                near(
                    x.to_f64().unwrap(),
                    m.probability().unwrap().estimate,
                    0.5,
                    "share",
                );
            }
            Ok(Exact::Mean(x)) => {
                let mean = m.mean().unwrap();
                near(x.to_f64().unwrap(), mean.mean, mean.deviation, "mean");
            }
            Err(_) => {}
        }
    }
    assert!(looked >= 3, "{looked}");
}

#[test]
fn histories_that_are_played_come_near() {
    compared(&example("cbd_race.rog"), 20_000);
    compared(&example("bench/w2_treaty.rog"), 2_000);
    // Two lines, each of its own actors; months that clamp; a share of those who are there.
    compared(
        &treaty(
            "status half from 1 month after first deposit where count(State & bound) is at least 1/2 of count(State)",
            "State: A { big = true }, B { big = true }
             each s: State does deposit after weibull(9 days, 3/2) when s.big
             each s: State does deposit after geometric(5 days) when not s.big
             horizon 3 months
             measure start(half)
             measure start(in_force)
             measure count(State & bound)",
        ),
        20_000,
    );
}

#[test]
fn what_hangs_on_more_is_refused() {
    let deposits = "each s: State does deposit after geometric(5 days)\n";
    for (text, lines, why) in [
        (
            "",
            "measure start(in_force)\nState: A\n2030-01-05: deposit by A",
            "fixed date",
        ),
        (
            "act again by any State",
            "measure count(again)\neach s: State does again after geometric(3 days)",
            "done again",
        ),
        (
            "also status in_force until 2nd leave",
            "measure start(in_force)\neach s: State does leave after geometric(3 days)",
            "several ways, or end",
        ),
        (
            "any s: State cannot deposit when count(deposit) >= 2",
            "measure count(deposit)",
            "own acts",
        ),
        (
            "any s: State cannot deposit when count(leave by s) >= 1",
            "measure count(deposit)\neach s: State does leave after geometric(3 days)",
            "several acts",
        ),
        (
            "given calm: bool",
            "measure count(deposit)\n2030-01-03: assume calm = true",
            "change on a date",
        ),
        (
            "",
            "measure count(s: State where bound(s) and s.big)",
            "more than who has acted",
        ),
        (
            "status calm from 3rd leave",
            "measure start(calm)",
            "several ways, or end",
        ),
        (
            "any s: State cannot deposit unless storm",
            "measure count(deposit)\n2030-01-05: storm",
            "own acts",
        ),
    ] {
        let p = treaty(text, &format!("{deposits}{lines}"));
        let found = answers(&p);
        let refusal = found[0].as_ref().expect_err(why);
        assert!(
            refusal.starts_with("E1005") && refusal.contains(why),
            "{why}: {refusal}"
        );
    }
}

#[test]
fn what_is_answered_stands_beside_what_is_not() {
    let p = example("bench/w2_treaty.rog");
    let found = ExactResult::of(&p, &p.experiments[0], &[], 7).unwrap();
    assert_eq!(
        (found.measures.len(), found.unanswered.len(), found.seed),
        (1, 3, 7)
    );
    let rows = found.rows();
    let unanswered = rows.iter().filter(|r| r.statistic == "no exact answer");
    assert!(unanswered.clone().all(|r| r.at == "E1005"));
    assert_eq!(unanswered.count(), 3);
    let shares = rows
        .iter()
        .filter(|r| r.statistic == "share" && !r.at.is_empty());
    let sum: f64 = shares.filter_map(|r| r.value.parse::<f64>().ok()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}
