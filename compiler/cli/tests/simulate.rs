//! `simulate`: the same bytes for one thread and two, whole outputs or none.

mod common;

use common::{race, rogatio, write};
use std::fs;

#[test]
fn threads_do_not_matter() {
    let dir = race();
    let run = |threads: &str, out: &str| {
        let args = [
            "simulate",
            "race.rog",
            "--runs",
            "20000",
            "--seed",
            "7",
            "--threads",
            threads,
            "-o",
            out,
        ];
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        (ended.stdout, fs::read(dir.path().join(out)).unwrap())
    };
    let (one, two) = (run("1", "one.csv"), run("2", "two.csv"));
    assert!(one == two, "{}\n{}", one.0, two.0);
    for part in [
        "seed",
        "20 000",
        "median",
        "[",
        "95 % intervals",
        "start(in_force)",
    ] {
        assert!(one.0.contains(part), "{part}: {}", one.0);
    }
}

#[test]
fn the_result_as_json() {
    let dir = race();
    let args = [
        "simulate", "race.rog", "race", "--runs", "1000", "--seed", "1", "--format", "json",
    ];
    let ended = rogatio(&dir, &args);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout).expect("one object");
    assert_eq!(
        (&object["runs"], &object["complete"]),
        (&1000.into(), &true.into())
    );
    let classes = &object["measures"][0]["classes"];
    let all = ["reached", "censored", "undetermined", "stuck", "overflow"];
    let sum: u64 = all.iter().filter_map(|c| classes[c].as_u64()).sum();
    assert_eq!(sum, 1000, "every run ends in exactly one class");
}

#[test]
fn an_output_is_never_lost() {
    let dir = race();
    write(&dir, "kept.csv", "precious\n");
    fs::create_dir(dir.path().join("folder")).unwrap();
    for out in ["folder", "none/out.csv"] {
        let ended = rogatio(&dir, &["simulate", "race.rog", "--runs", "10", "-o", out]);
        assert_eq!(ended.exit, 3);
        assert!(ended.stderr.contains("E0007"), "{}", ended.stderr);
    }
    let ended = rogatio(&dir, &["simulate", "race.rog", "nothing", "-o", "kept.csv"]);
    assert_eq!(ended.exit, 2, "{}", ended.stderr);
    assert_eq!(
        fs::read_to_string(dir.path().join("kept.csv")).unwrap(),
        "precious\n"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_valid_part() {
    use std::process::{Command, Stdio};
    use std::{thread, time::Duration};
    let dir = race();
    let child = Command::new(assert_cmd::cargo::cargo_bin!("rogatio"))
        .current_dir(dir.path())
        .args([
            "simulate",
            "race.rog",
            "--runs",
            "100000000000",
            "-o",
            "part.csv",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(700));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let csv = fs::read_to_string(dir.path().join("part.csv")).unwrap();
    assert!(csv.contains(",complete,,false\n"), "{csv}");
    let runs = csv.lines().find_map(|l| l.strip_prefix(",runs,,")).unwrap();
    assert_eq!(runs.parse::<u64>().unwrap() % 4096, 0, "whole blocks");
}

/// A duty that recurs is what the compiled engine does not follow.
const LEVELS: &str = "module levels
kind State

deed report by State
article 1 { (1) any State must report every 30 days after 2001-01-01 }
experiment levels {
    begin 2001-01-01
    State 3
    each State does report after exponential(1 year)
    horizon 5 years
    measure count(breach of art 1)
}
";

#[test]
fn what_is_not_compiled_is_interpreted_and_says_why() {
    let dir = race();
    write(&dir, "levels.rog", LEVELS);
    let ended = rogatio(&dir, &["simulate", "levels.rog", "--runs", "60"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    for part in ["interpreted", "slower", "E0960", "levels.rog:5:"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert!(ended.stdout.contains("(interpreted)"), "{}", ended.stdout);
    let ended = rogatio(&dir, &["simulate", "levels.rog", "--engine", "jit"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("error[E0960]"), "{}", ended.stderr);
}

#[test]
fn both_engines_give_the_same_numbers() {
    let dir = race();
    let run = |engine: &str| {
        let args = ["simulate", "race.rog", "--runs", "100", "--engine", engine];
        let args = [&args[..], &["--threads", "2", "-o", "out.csv"]].concat();
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        fs::read_to_string(dir.path().join("out.csv")).unwrap()
    };
    let (jit, steps) = (run("jit"), run("interpret"));
    assert!(jit.contains(",engine,,jit\n"), "{jit}");
    assert_eq!(jit.replace(",engine,,jit\n", ",engine,,interpret\n"), steps);
}

#[test]
fn numbers_of_runs_as_people_write_them() {
    let dir = race();
    for spelled in ["1e3", "1_000", "1000"] {
        let ended = rogatio(&dir, &["simulate", "race.rog", "--runs", spelled]);
        assert!(
            ended.stdout.contains("1000  (native code)"),
            "{}",
            ended.stdout
        );
    }
    for (spelled, exit, said) in [
        ("0", 2, "at least one run"),
        ("1.5", 2, "2.5e5"),
        ("1e30", 2, "more runs than can be numbered"),
        ("1e18", 3, "E0967"),
    ] {
        let ended = rogatio(&dir, &["simulate", "race.rog", "--runs", spelled]);
        assert_eq!(ended.exit, exit, "{spelled}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{spelled}: {}", ended.stderr);
    }
}

/// What is replayed is the very run that was counted: the dates told are the dates of the histogram.
#[test]
fn a_run_is_replayed_with_its_reasons() {
    let dir = race();
    let args = ["simulate", "race.rog", "--seed", "9"];
    let all = rogatio(
        &dir,
        &[&args[..], &["--runs", "5", "-o", "all.csv"]].concat(),
    );
    assert_eq!(all.exit, 0, "{}", all.stderr);
    let csv = fs::read_to_string(dir.path().join("all.csv")).unwrap();
    let mut counted: Vec<String> = csv
        .lines()
        .filter_map(|l| l.strip_prefix("start(in_force),count,"))
        .flat_map(|l| {
            let (day, n) = l.split_once(',').unwrap();
            vec![day.to_owned(); n.parse().unwrap()]
        })
        .collect();
    let mut told = Vec::new();
    for run in ["0", "1", "2", "3", "4"] {
        let ended = rogatio(&dir, &[&args[..], &["--replay", run]].concat());
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        assert!(ended.stdout.contains(&format!("race, run {run}")));
        assert!(
            ended.stdout.contains("deposit by State#"),
            "{}",
            ended.stdout
        );
        let day = ended.stdout.lines().find_map(|l| {
            let l = l.trim().strip_prefix("start(in_force)  ")?;
            Some(l.trim().to_owned())
        });
        told.extend(day.filter(|d| d != "censored"));
        let object = rogatio(
            &dir,
            &[&args[..], &["--replay", run, "--format", "json"]].concat(),
        );
        let object: serde_json::Value = serde_json::from_str(&object.stdout).expect("one object");
        assert_eq!(object["class"], "reached");
        assert!(!object["timeline"].as_array().unwrap().is_empty());
    }
    counted.sort();
    told.sort();
    assert_eq!(told, counted);
    assert!(!told.is_empty(), "{csv}");
}

#[test]
fn a_plan_says_what_will_be_done_and_does_nothing() {
    let dir = race();
    write(&dir, "levels.rog", LEVELS);
    let ended = rogatio(&dir, &["simulate", "race.rog", "--explain-plan"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    for part in [
        "native code",
        "exponential with a scale of 1461.00 days",
        "20 State",
        "730 days",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let ended = rogatio(&dir, &["simulate", "levels.rog", "--explain-plan"]);
    assert!(
        ended.stdout.contains("the interpreter: E0960"),
        "{}",
        ended.stdout
    );
    // However many runs are asked for: none is made.
    let runs = rogatio(
        &dir,
        &["simulate", "levels.rog", "--explain-plan", "--runs", "3"],
    );
    assert_eq!((runs.exit, runs.stdout), (0, ended.stdout));
}

const DUTIES: &str = "module duties
kind State
office Secretariat
act deposit by any State
act convene by Secretariat
deed leak by State
status in_force from 30 days after 2nd deposit
article 23 \"Conference\" {
    (1) Secretariat must convene within 1 year upon start(in_force)
    (2) any State must not leak
    (3) Secretariat must convene within 20 years upon start(in_force)
}
experiment race {
    begin 2001-01-01
    State 3
    each State does deposit after exponential(1 year)
    each State does leak after exponential(10 years)
    horizon 5 years
    measure probability(in_force by 2002-01-01)
    measure share(breach of art 23(1) by 2003-01-01)
    measure share(breach of art 23)
    measure count(breach of art 23(2))
    measure quantile(start(in_force), 99.5%)
    measure mean(count(deposit))
    measure histogram(first deposit)
    measure breaches
}
";

/// The duty lapses a year after the start: both shares count the same runs. The clauses are those of the table.
#[test]
fn breaches_by_article() {
    let dir = race();
    write(&dir, "duties.rog", DUTIES);
    let args = [
        "simulate",
        "duties.rog",
        "--runs",
        "200",
        "--format",
        "json",
    ];
    let ended = rogatio(&dir, &args);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout).expect("one object");
    let measures = object["measures"].as_array().unwrap();
    let found = |name: &str| {
        let named = measures.iter().find(|m| m["name"] == name);
        named.unwrap_or_else(|| panic!("{name}: {}", ended.stdout))
    };
    let share = |name: &str| found(name)["share"]["estimate"].as_f64().unwrap();
    let in_force = share("probability(in_force by 2002-01-01)");
    assert_eq!(in_force, share("share(breach of art 23(1) by 2003-01-01)"));
    assert!(in_force > 0.6 && in_force < 0.9, "{in_force}");
    assert_eq!(share("share(breach of art 23)"), 1.0);
    // Three states leak once in ten years, for five years.
    let leaks = found("count(breach of art 23(2))")["mean"]["mean"]
        .as_f64()
        .unwrap();
    assert!((leaks - 1.5).abs() < 0.3, "{leaks}");
    assert_eq!(found("art 23(2)")["table"], "breaches");
    assert_eq!(
        found("art 23(2)")["sum"],
        found("count(breach of art 23(2))")["sum"]
    );

    let human = rogatio(&dir, &["simulate", "duties.rog", "--runs", "50"]).stdout;
    let table = human.split("\nbreaches\n").nth(1).expect("a table");
    for part in [
        "art 23(1)",
        "art 23(2)",
        "of the runs",
        "never: 1 of 3 provisions",
    ] {
        assert!(table.contains(part), "{part}: {human}");
    }
    assert!(human.contains("99.5 %"), "{human}");
    let section = |name: &str| {
        human
            .split(&format!("\n{name}\n"))
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let mean = section("mean(count(deposit))");
    assert!(mean.starts_with("  mean  "), "only the mean: {mean}");
    let bars = section("histogram(first deposit)");
    assert!(
        !bars.split("\n\n").next().unwrap().contains("mean"),
        "{bars}"
    );
}

/// Philox: other words, named in every output, of the interpreter alone; a plan is told whatever number of runs is asked for.
#[test]
fn a_second_generator() {
    let dir = race();
    write(
        &dir,
        "vote.rog",
        "module t
kind State
body Council { members State }
event called
decision Adopt by Council {
    ballots yes, no, last counts
    quorum none
    passes when yes >= 3
    silence none
    opens upon called
    open 1 day
}
experiment vote {
    begin 2030-01-01
    State 5
    2030-01-02: called
    each State votes yes 50%, no 50% on Adopt
    horizon 1 month
    measure probability(adopted(Adopt))
}
",
    );
    let told = |args: &[&str]| {
        let all = ["simulate", "vote.rog", "--runs", "200", "--seed", "1"];
        rogatio(&dir, &[&all, args].concat())
    };
    let own = told(&["--format", "json", "--engine", "interpret"]);
    let other = told(&["--format", "json", "--rng", "philox"]);
    assert!(
        own.stdout.contains("\"draws\": \"splitmix-1\""),
        "{}",
        own.stdout
    );
    assert!(
        own.stdout.contains("ballots drawn in planes"),
        "{}",
        own.stdout
    );
    assert!(
        other.stdout.contains("\"draws\": \"philox4x32-10-1\""),
        "{}",
        other.stdout
    );
    assert!(
        other.stdout.contains("\"engine\": \"interpret\""),
        "{}",
        other.stdout
    );
    assert_ne!(own.stdout, other.stdout);
    let refused = told(&["--rng", "philox", "--engine", "jit"]);
    assert_eq!(refused.exit, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("E0956"), "{}", refused.stderr);
    // A result of one generator is not continued with the other.
    let out = "out.json";
    assert_eq!(told(&["--rng", "philox", "-o", out]).exit, 0);
    let mixed = told(&["--resume", "-o", out]);
    assert!(mixed.stderr.contains("E0982"), "{}", mixed.stderr);
    let plan = told(&["--explain-plan", "--rng", "philox"]);
    assert_eq!(plan.exit, 0, "{}", plan.stderr);
    assert!(plan.stdout.contains("philox4x32-10-1"), "{}", plan.stdout);
}
