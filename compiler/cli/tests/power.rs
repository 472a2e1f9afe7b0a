//! `power`.

mod common;

use common::{rogatio, write};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

const CLUB: &str = r#"module club
kind Member
kind Motion
event put(m: Motion)
event counted(m: Motion)
given quiet(m: Member): bool
article 1 "Votes" {
    body Club { members Member }
    decision Carry on m: Motion by Club {
        ballots yes, no, abstain, last counts
        quorum cast is at least 1/2 of members
        passes when yes is more than 1/2 of voting
        silence not stated "the rules do not say"
        opens upon put(m)
        closes upon counted(m)
    }
    decision Odd on m: Motion by Club {
        ballots yes, no, last counts
        quorum none
        passes when count(yes) = 2
        silence none
        opens upon put(m)
        closes upon counted(m)
    }
    decision Product on m: Motion by Club {
        ballots yes, no, last counts
        quorum none
        passes when count(yes(Product on m)) * count(cast(Product on m)) >= 4
        silence none
        opens upon put(m)
        closes upon counted(m)
    }
    decision Loud on m: Motion by Club {
        ballots yes, no, last counts
        quorum none
        passes when count(v: Member where v in yes(Loud on m) and quiet(v)) >= 1
        silence none
        opens upon put(m)
        closes upon counted(m)
    }
    decision Elsewhere on m: Motion by Club {
        given "the bylaws"
        opens upon put(m)
        closes upon counted(m)
    }
}
"#;

fn club() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "club.rog", CLUB);
    dir
}

#[test]
fn anonymous_members_share_alike() {
    let dir = club();
    let args = [
        "power",
        "club.rog",
        "Carry",
        "--members",
        "5",
        "--format",
        "json",
    ];
    let ended = rogatio(&dir, &args);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let found: Value = serde_json::from_str(&ended.stdout).expect("an object");
    assert_eq!(
        (&found["winning"], &found["coalitions"]),
        (&"16".into(), &"32".into())
    );
    assert_eq!(found["members"].as_array().unwrap().len(), 5);
    assert_eq!(found["members"][4]["member"], "Member#5");
    assert_eq!(found["members"][4]["shapley_shubik"]["exact"], "1/5");
    assert_eq!(found["minimal_winning"]["count"], "10");
    assert_eq!(found["against"], "no");
    let csv = rogatio(
        &dir,
        &[
            "power",
            "club.rog",
            "Carry",
            "--members",
            "3",
            "--format",
            "csv",
        ],
    );
    assert_eq!(csv.stdout.lines().count(), 4);
    assert!(
        csv.stdout
            .contains("Member#1,1,2,1/2,1/3,1/3,1/2,1/2,false,false"),
        "{}",
        csv.stdout
    );
}

#[test]
fn the_others_matter() {
    let dir = club();
    // Half must vote, and those who stay away are not counted: silence is asked for, and the text is silent on it.
    let absent = rogatio(
        &dir,
        &[
            "power",
            "club.rog",
            "Carry",
            "--members",
            "4",
            "--against",
            "absent",
        ],
    );
    assert_eq!(absent.exit, 3);
    assert!(absent.stderr.contains("E1001"), "{}", absent.stderr);
    // Of those voting, one is more than half of one.
    let abstain = rogatio(
        &dir,
        &[
            "power",
            "club.rog",
            "Carry",
            "--members",
            "4",
            "--against",
            "abstain",
        ],
    );
    assert!(
        abstain.stdout.contains("winning coalitions: 15 of 16"),
        "{}",
        abstain.stdout
    );
}

#[test]
fn what_has_no_exact_answer_is_refused_with_its_code() {
    let dir = club();
    let ended = |decision: &str, more: &[&str]| {
        let args: Vec<&str> = ["power", "club.rog", decision]
            .iter()
            .chain(more)
            .copied()
            .collect();
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, 3, "{decision}: {}", ended.stdout);
        assert!(ended.stderr.contains("help:"), "{}", ended.stderr);
        ended.stderr
    };
    assert!(ended("Carry", &[]).contains("E1000"));
    assert!(ended("Loud", &["--members", "3"]).contains("E1001"));
    assert!(ended("Product", &["--members", "3"]).contains("E1002"));
    assert!(ended("Odd", &["--members", "3"]).contains("E1003"));
    assert!(ended("Elsewhere", &["--members", "3"]).contains("E1006"));
}

#[test]
fn too_large_a_body_is_refused() {
    let dir = tempdir().unwrap();
    let names: Vec<String> = (1..=60).map(|i| format!("S{i}")).collect();
    let rows: Vec<String> = (1..=60u64)
        .map(|i| format!("S{i} -> {}", 48_271u64.pow(3) * i * i % 99_999_989))
        .collect();
    write(
        &dir,
        "large.rog",
        format!(
            "module large\nkind State {{ {} }}\nevent put\nevent counted\narticle 1 \"Votes\" {{\nbody B {{ members State weight(s) = w(s) }}\n\
             table w(s: State) -> int {{ {} }}\ndecision D by B {{ ballots yes, no, last counts quorum none\n\
             passes when votes(yes) is more than 1/2 of votes(members) silence none opens upon put closes upon counted }} }}\n",
            names.join("  "),
            rows.join("\n"),
        ),
    );
    let ended = rogatio(&dir, &["power", "large.rog"]);
    assert_eq!(ended.exit, 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("E1004"), "{}", ended.stderr);
}

#[test]
fn wrong_names_are_usage() {
    let dir = club();
    let ended = rogatio(&dir, &["power", "club.rog", "Cary"]);
    assert_eq!(ended.exit, 2);
    assert!(
        ended.stderr.contains("did you mean `Carry`?"),
        "{}",
        ended.stderr
    );
    let ended = rogatio(&dir, &["power", "club.rog"]);
    assert_eq!(ended.exit, 2);
    assert!(ended.stderr.contains("name one"), "{}", ended.stderr);
}

#[test]
fn exact_answers_of_an_experiment() {
    let dir = club();
    let vote = |lines: &str| {
        format!(
            "use club\nexperiment e {{\nbegin 2030-01-01\nMember 5\nMotion: M\n2030-01-02: put(M)\n2030-01-03: counted(M)\n\
             each Member votes yes 60%, no 40% on Carry\n{lines}\nhorizon 1 week\n}}\n"
        )
    };
    write(&dir, "vote.rog", vote("measure adopted(Carry on M)"));
    let ended = rogatio(
        &dir,
        &["simulate", "vote.rog", "--exact", "--format", "json"],
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let found: Value = serde_json::from_str(&ended.stdout).expect("an object");
    // Three or more of five.
    assert_eq!(found["measures"][0]["exact"], "2133/3125");
    // What it was made from stands in it as in what is simulated.
    assert_eq!(found["hash"].as_str().map(str::len), Some(64));
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    for (key, value) in [
        ("experiment", "e"),
        ("engine", "exact"),
        ("last", "2030-01-08"),
    ] {
        assert_eq!(found[key], value, "{found}");
    }
    assert!(found["seed"] == 0 && found["readings"].is_array());
    let plan = rogatio(&dir, &["simulate", "vote.rog", "--explain-plan"]);
    assert!(plan.stdout.contains("block machine"), "{}", plan.stdout);
    write(
        &dir,
        "held.rog",
        vote("measure open: count(m: Motion where adopted(Carry on m)) >= 1"),
    );
    let ended = rogatio(
        &dir,
        &[
            "simulate",
            "vote.rog",
            "--exact",
            "--pivotal",
            "--format",
            "json",
        ],
    );
    let found: Value = serde_json::from_str(&ended.stdout).expect("an object");
    let pivotal = found["measures"][0]["pivotal"].as_array().expect("voters");
    // Two of the four others are for it.
    assert_eq!(pivotal.len(), 5);
    assert!(pivotal.iter().all(|v| v["exact"] == "216/625"), "{found}");
    let ended = rogatio(&dir, &["simulate", "held.rog", "--exact"]);
    assert_eq!(ended.exit, 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("E1005"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("of the measure `open`"),
        "{}",
        ended.stderr
    );
}

/// What is missing is told where it is missing, with the edit of an experiment and not of another command.
#[test]
fn an_experiment_in_which_nobody_votes_is_told_at_its_measure() {
    let dir = club();
    write(
        &dir,
        "empty.rog",
        "use club\nexperiment e {\nbegin 2030-01-01\nMotion: M\n2030-01-02: put(M)\n2030-01-03: counted(M)\n\
         each Member votes yes 60%, no 40% on Carry\nmeasure adopted(Carry on M)\nhorizon 1 week\n}\n",
    );
    let ended = rogatio(&dir, &["simulate", "empty.rog", "--exact"]);
    assert_eq!(ended.exit, 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("error[E1000]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("empty.rog:8:9"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("--members"), "{}", ended.stderr);
}

/// The law of a date, beside what has none: in every form of output, with what it was made from.
#[test]
fn the_law_of_a_date() {
    let dir = club();
    let race = "module race\ncounting treaty\nkind State\nact join by any State\n\
        any s: State cannot join when count(join by s) >= 1\nstatus open from 10 days after 2nd join\n\
        event storm\nstatus wet(s: State) from storm\n\
        experiment e {\nbegin 2030-01-01\nState 3\neach s: State does join after uniform(1 day, 2 days)\n\
        measure start(open)\nmeasure count(join)\nmeasure soaked: count(State & wet)\nhorizon 20 days\n}\n";
    write(&dir, "race.rog", race);
    let args = [
        "simulate", "race.rog", "--exact", "--seed", "9", "--format", "json",
    ];
    let ended = rogatio(&dir, &[&args[..], &["-o", "race.csv"]].concat());
    assert_eq!(ended.exit, 1, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("of the measure `soaked`"),
        "{}",
        ended.stderr
    );
    let found: Value = serde_json::from_str(&ended.stdout).expect("an object");
    let law = &found["measures"][0]["date"]["law"];
    assert_eq!(
        *law,
        serde_json::json!([["2030-01-12", 0.5], ["2030-01-13", 0.5]])
    );
    assert_eq!(found["measures"][1]["exact"], "3");
    assert_eq!(found["unanswered"][0]["code"], "E1005");
    let csv = std::fs::read_to_string(dir.path().join("race.csv")).expect("written");
    for line in [
        "measure,statistic,at,value",
        ",engine,,exact",
        ",seed,,9",
        "start(open),share,2030-01-12,0.500000000000000",
        "count(join),mean exactly,,3",
    ] {
        assert!(csv.lines().any(|l| l == line), "{line}\n{csv}");
    }
    assert!(csv.contains(",hash,,"), "{csv}");
}

#[test]
fn a_pure_vote_is_exact_unless_runs_are_asked_for() {
    let dir = club();
    write(
        &dir,
        "vote.rog",
        "use club\nexperiment e {\nbegin 2030-01-01\nMember 5\nMotion: M\n2030-01-02: put(M)\n2030-01-03: counted(M)\n\
         each Member votes yes 60%, no 40% on Carry\nmeasure adopted(Carry on M)\nhorizon 1 week\n}\n",
    );
    let simulated = |more: &[&str]| {
        let ended = rogatio(&dir, &[&["simulate", "vote.rog"], more].concat());
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        ended.stdout
    };
    assert!(simulated(&["--exact"]).contains("2133/3125"));
    assert_eq!(simulated(&[]), simulated(&["--exact"]));
    for runs in [
        &["--sample"][..],
        &["--runs", "1000"],
        &["--engine", "interpret"],
    ] {
        let text = simulated(runs);
        assert!(
            text.contains("seed") && !text.contains("2133/3125"),
            "{text}"
        );
    }
    let both = rogatio(&dir, &["simulate", "vote.rog", "--exact", "--sample"]);
    assert_eq!(both.exit, 2, "{}", both.stdout);
}
