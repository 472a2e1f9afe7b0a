//! Threads, blocks, cancelling, refusals.

mod common;

use common::{compiled, example, program};
use rogatio_calendar::{Convention, Day, Length, Unit};
use rogatio_mir::Op;
use rogatio_simulate::{
    BLOCK, Kind, MAX_RUNS, Quantile, SimOptions, SimResult, Wish, compile, simulate,
};
use std::sync::atomic::{AtomicBool, Ordering};

fn run(program: &rogatio_mir::Program, runs: u64, threads: usize) -> SimResult {
    let options = SimOptions {
        runs,
        seed: 1,
        threads,
        ..SimOptions::default()
    };
    simulate(program, &program.experiments[0], &options).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn threads_change_nothing() {
    let program = example("cbd_race.rog");
    let runs = 3 * BLOCK + 17;
    let (one, two, many) = (
        run(&program, runs, 1),
        run(&program, runs, 2),
        run(&program, runs, 7),
    );
    assert_eq!(one.to_csv(), two.to_csv());
    assert_eq!(one.to_csv(), many.to_csv());
    assert!(one.complete && one.runs == runs);
    for m in &one.measures {
        assert_eq!(m.classes.total(), runs, "{}", m.name);
    }
}

#[test]
fn any_split_of_the_runs_gives_the_same_records() {
    let program = example("cbd_race.rog");
    let compiled = compiled(&program, &[]);
    let all = compiled.instance(5).run(0, 300);
    let mut again = compiled.instance(5);
    let parts: Vec<i64> = [(0, 1), (1, 100), (100, 299), (299, 300)]
        .iter()
        .flat_map(|(a, b)| again.run(*a, *b))
        .collect();
    assert_eq!(all, parts);
    let mut late = compiled.instance(5);
    assert_eq!(
        late.run(250, 260),
        all[250 * compiled.width()..260 * compiled.width()]
    );
    assert_ne!(compiled.instance(6).run(0, 300), all);
}

#[test]
fn the_thirtieth_of_190_exponentials_has_its_known_mean() {
    // The mean of the 30th order statistic is 30 years times the sum of 1/(190 - i); rounding up adds half a day.
    let program = example("cbd_race.rog");
    let text = std::fs::read_to_string(common::root().join("examples/cbd_race.rog")).unwrap();
    let long = common::program(&text.replace("horizon 6 years", "horizon 60 years"));
    let result = run(&long, 40_000, 2);
    let m = &result.measures[0];
    assert_eq!((m.kind, m.classes.reached), (Kind::Date, 40_000));
    let wanted = 10_957.0 * (0..30).map(|i| 1.0 / f64::from(190 - i)).sum::<f64>() + 0.5 + 90.0;
    let mean = m.mean().unwrap();
    assert!(
        (mean.mean - wanted).abs() < 5.0 * mean.error,
        "{} {wanted} {}",
        mean.mean,
        mean.error
    );
    let Some(Quantile::At(median)) = m.quantile(500, 1000) else {
        panic!("reached by all")
    };
    assert!((median as f64 - wanted).abs() < 100.0);
    assert_eq!(program.experiments.len(), 1);
}

#[test]
fn a_cancelled_simulation_is_one_of_fewer_runs() {
    let program = example("cbd_race.rog");
    let cancel = AtomicBool::new(false);
    let progress = |done: u64, _: u64| cancel.store(done >= 2 * BLOCK, Ordering::Relaxed);
    let options = SimOptions {
        runs: 100 * BLOCK,
        seed: 1,
        threads: 2,
        progress: &progress,
        cancel: &cancel,
        ..SimOptions::default()
    };
    let result = simulate(&program, &program.experiments[0], &options).unwrap();
    assert!(!result.complete && result.runs >= 2 * BLOCK && result.runs < 100 * BLOCK);
    let same = run(&program, result.runs, 1);
    assert_eq!(result.measures, same.measures);
    assert_eq!(
        result.to_csv(),
        same.to_csv().replace("complete,,true", "complete,,false")
    );
}

#[test]
fn parameters_take_other_values() {
    let program = example("cbd_race.rog");
    let ten = Op::Length(Length::from_unit(10, Unit::Year).unwrap());
    let values = [("wait".to_owned(), ten)];
    let fast = compiled(&program, &values).instance(1).run(0, 200);
    let slow = compiled(&program, &[]).instance(1).run(0, 200);
    // Draws are shared: every run is sooner with the shorter wait.
    assert!(
        fast.chunks(4)
            .zip(slow.chunks(4))
            .all(|(f, s)| f[3] >= s[3])
    );
    let wrong = compile(
        &program,
        &program.experiments[0],
        &[("weight".to_owned(), Op::Int(1))],
    )
    .unwrap_err();
    assert_eq!(wrong.code.as_str(), "E0962");
    let options = SimOptions {
        runs: 10,
        seed: 1,
        threads: 1,
        values: &values,
        ..SimOptions::default()
    };
    let result = simulate(&program, &program.experiments[0], &options).unwrap();
    assert!(result.to_csv().contains("parameter,wait,10 years"));
    assert!(common::agree(&program, &values, 2, 3) >= 1);
}

#[test]
fn months_and_years_are_those_of_the_calendar() {
    for (counting, n, unit) in [
        ("treaty", 1, "month"),
        ("treaty", 13, "month"),
        ("japan", 1, "month"),
        ("japan", 2, "year"),
    ] {
        let mut p = program(&format!(
            "module t
             counting {counting}
             kind State
             act sign by any State
             status due from {n} {unit}s after first sign
             experiment e {{ begin 2000-01-01  State 1  each State does sign after fixed(1 day)  horizon 6 years  measure start(due) }}"
        ));
        let convention: Convention = counting.parse().unwrap();
        let length = Length::from_unit(
            n,
            if unit == "month" {
                Unit::Month
            } else {
                Unit::Year
            },
        )
        .unwrap();
        let days = (0..60)
            .chain(360..430)
            .map(|i| (1999, i))
            .chain((1899..1901).flat_map(|y| (50..64).map(move |i| (y, i))));
        for (year, i) in days {
            let begin = Day::from_ymd(year, 1, 1)
                .unwrap()
                .checked_add_days(i)
                .unwrap();
            p.experiments[0].begin = begin;
            let found = compiled(&p, &[]).instance(1).run(0, 1)[1];
            let wanted = convention.add(begin.succ().unwrap(), length).unwrap();
            assert_eq!(
                Day::from_number(found),
                Some(wanted),
                "{counting} {n} {unit} {begin}"
            );
        }
    }
}

#[test]
fn too_many_runs_are_refused() {
    let program = example("cbd_race.rog");
    let options = SimOptions {
        runs: 1_000_000_000_000_000_000,
        seed: 1,
        threads: 1,
        ..SimOptions::default()
    };
    let e = simulate(&program, &program.experiments[0], &options).unwrap_err();
    assert_eq!(e.code().as_str(), "E0967");
    assert!(e.to_string().contains("11574074 days"), "{e}");
    const { assert!(MAX_RUNS >= 1_000_000_000) };
}

#[test]
fn what_is_not_compiled_is_refused_with_its_code() {
    let refused = |size: u32, more: &str, experiment: &str| {
        let p = program(&format!(
            "module t
             kind State {{ seat: State? }}
             act sign(day: date) by any State
             {more}
             experiment e {{ begin 2000-01-01  State {size}  horizon 1 year  {experiment} }}"
        ));
        let e = compile(&p, &p.experiments[0], &[])
            .map(|_| ())
            .expect_err(experiment);
        (e.code.as_str(), e.to_string())
    };
    let signs = "each State does sign after exponential(1 month)";
    let cases: [(&str, &str, String, &str); 7] = [
        ("E0960", "may be left out", "each State does give after exponential(1 month) measure count(s: State where generous(s))".to_owned(), "act give(whom: State) by any State  status generous(s: State) from give(t: State) by s"),
        ("E0960", "keeps its remaining time", "each State does sign after uniform(1 day, 9 days) when count(sign) < 2 resuming measure count(sign)".to_owned(), ""),
        ("E0961", "the given `rich` has no value", format!("{signs} measure count(s: State where rich(s) and m(s))"), "given rich(s: State): bool  status m(s: State) from sign by s"),
        ("E0961", "the text is silent", format!("{signs} measure probability(x)"), "define x: bool = count(sign) >= 1 and not stated \"how\""),
        ("E0963", "interrupted", "each State does sign after uniform(1 day, 9 days) when count(sign) < 2 measure count(sign)".to_owned(), ""),
        ("E0964", "outside the run", format!("{signs} measure probability(m by 2009-01-01)"), "status m from first sign"),
        ("E0965", "four million", format!("{signs} measure count(s: State where count(t: State where p(s, t)) >= 1)"), "status m(s: State) from sign by s  status p(s: State, t: State) from (m(s) and m(t) becomes true)"),
    ];
    for (code, part, experiment, more) in cases {
        let (found, text) = refused(if code == "E0965" { 3000 } else { 3 }, more, &experiment);
        assert_eq!(found, code, "{text}");
        assert!(text.contains(part), "{text}");
    }
}

/// The engine changes nothing but the time: all numbers of both are the same.
#[test]
fn the_interpreter_gives_the_same_result() {
    let program = example("cbd_race.rog");
    let with = |engine, threads| {
        let options = SimOptions {
            runs: 24,
            seed: 3,
            threads,
            engine,
            ..SimOptions::default()
        };
        simulate(&program, &program.experiments[0], &options).unwrap_or_else(|e| panic!("{e}"))
    };
    let (jit, one, two) = (
        with(Wish::Auto, 1),
        with(Wish::Interpret, 1),
        with(Wish::Interpret, 2),
    );
    assert_eq!((jit.engine.name(), one.engine.name()), ("jit", "interpret"));
    assert_eq!(jit.measures, one.measures);
    assert_eq!(one, two);
}

/// What the compiled engine refuses is played by the interpreter; asked for by name, it refuses.
#[test]
fn what_is_not_compiled_is_interpreted() {
    let program = program(
        "module t
         kind State
         act fix(n: int) by any State
         status level: int? is n after fix(n: int)
         status high from (level or else 0) >= 3
         experiment levels {
             begin 2001-01-01
             State 3
             each State does fix(3) after uniform(1 day, 2 years) resuming
             horizon 5 years
             measure start(high)
         }",
    );
    let with = |engine| {
        let options = SimOptions {
            runs: 30,
            engine,
            ..SimOptions::default()
        };
        simulate(&program, &program.experiments[0], &options)
    };
    let found = with(Wish::Auto).unwrap();
    assert_eq!(found.engine.name(), "interpret");
    assert!(
        found.measures[0].classes.reached >= 20,
        "{:?}",
        found.measures[0].classes
    );
    assert_eq!(with(Wish::Jit).unwrap_err().code().as_str(), "E0960");
}

/// A simulation that was stopped goes on where it ended, and ends with the same numbers.
#[test]
fn what_was_interrupted_goes_on() {
    let program = example("cbd_race.rog");
    let part = |first, runs, resumed| {
        let options = SimOptions {
            runs,
            seed: 1,
            threads: 2,
            first,
            resumed,
            ..SimOptions::default()
        };
        simulate(&program, &program.experiments[0], &options).unwrap()
    };
    let begun = part(0, 5000, None);
    let ended = part(begun.runs, 9000, Some(begun.measures));
    assert_eq!(ended, run(&program, 9000, 1));
}

/// The number of runs that a width takes is the same for any number of threads, and does not depend on interruptions.
#[test]
fn a_width_is_reached_at_a_checkpoint() {
    let program = example("cbd_race.rog");
    let until = |threads, first, resumed, width| {
        let options = SimOptions {
            runs: 1_000_000,
            seed: 1,
            threads,
            until: Some(rogatio_simulate::Width(width)),
            first,
            resumed,
            ..SimOptions::default()
        };
        simulate(&program, &program.experiments[0], &options).unwrap()
    };
    let (one, two) = (until(1, 0, None, 20_000), until(2, 0, None, 20_000));
    assert_eq!(one, two);
    assert!(
        one.complete && one.runs < 100_000 && one.runs.is_multiple_of(1024),
        "{}",
        one.runs
    );
    for m in &one.measures {
        if let Some(p) = m.probability() {
            assert!(p.high - p.low <= 0.02, "{p:?}");
        }
    }
    let wide = until(1, 0, None, 40_000);
    assert!(wide.runs < one.runs);
    assert_eq!(until(2, wide.runs, Some(wide.measures), 20_000), one);
}
