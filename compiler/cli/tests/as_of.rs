//! `--rules-at` and `--known-at`: the rules of a day, and the facts known on one.

mod common;

use common::{rogatio, write};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

const CHARTER: &str = r#"module charter
kind State
act join by any State
article 13 "Seats" until 956-07-07 {
    (4) define needed: int = 5
}
article 13 "Seats" from 956-07-07 {
    (4) define needed: int = 4
}
define enough: bool = count(join) >= needed
scenario "four" {
    State: A, B, C, D
    950-01-01: join by each of A, B
    955-12-31: join by each of C, D
    960-01-01: expect enough because art 13(4)
}
"#;

fn charter() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "charter.rog", CHARTER);
    dir
}

fn why(word: &str, more: &[&str]) -> (i32, String, Value) {
    let args = [&[word, "charter.rog", "enough"], more].concat();
    let human = rogatio(&charter(), &args);
    let json = rogatio(&charter(), &[&args[..], &["--format", "json"]].concat());
    let json = serde_json::from_str(&json.stdout).unwrap_or_default();
    (human.exit, human.stdout + &human.stderr, json)
}

#[test]
fn the_versions_of_a_day_rule_throughout() {
    let (exit, text, json) = why("why", &["--rules-at", "956-07-07", "--at", "955-12-31"]);
    assert_eq!(exit, 0, "{text}");
    assert!(
        text.contains("rules: as in force on 956-07-07, throughout"),
        "{text}"
    );
    assert!(text.contains("art 13(4) [from 956-07-07]"), "{text}");
    assert_eq!(
        (&json["value"], &json["rules_at"]),
        (&"true".into(), &"956-07-07".into())
    );
    let (_, text, json) = why("why-not", &["--rules-at", "956-07-06"]);
    assert!(text.contains("rules: as in force on 956-07-06"), "{text}");
    assert_eq!(json["value"], "false", "{json}");
}

#[test]
fn facts_of_a_later_day_are_not_known() {
    let (exit, text, json) = why("why-not", &["--known-at", "955-01-01"]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("facts: as known on 955-01-01"), "{text}");
    assert_eq!(
        (&json["value"], &json["known_at"]),
        (&"false".into(), &"955-01-01".into())
    );
}

#[test]
fn expectations_about_other_facts_are_not_read() {
    let args = ["run", "charter.rog", "--known-at", "955-01-01"];
    let ended = rogatio(&charter(), &args);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("not read: 1 expectation"),
        "{}",
        ended.stdout
    );
    let ended = rogatio(&charter(), &[&args[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["known_at"], "955-01-01");
    assert_eq!(report["scenarios"][0]["unknown_lines"], 1);
    assert_eq!(report["scenarios"][0]["unread_expectations"], 1);
}

#[test]
fn a_day_that_is_none_is_refused() {
    for option in ["--rules-at", "--known-at"] {
        let ended = rogatio(&charter(), &["run", "charter.rog", option, "956-13-07"]);
        assert_eq!(ended.exit, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("year-month-day"), "{}", ended.stderr);
    }
}

const DEBATE: &str = r#"module debate
kind Member
kind Motion
body House { members Member }
event put(m: Motion)
article 4 {
    decision Pass on m: Motion by House {
        ballots yes, no, first counts
        quorum none
        passes when yes > no
        silence none
        opens upon put(m)
        open 72 hours
    }
}
scenario "three days" {
    Member: A, B, C
    Motion: M
    2030-06-01T10:00: put(M)
    2030-06-01T11:00: vote(yes on M) by A
    2030-06-01T15:00: vote(no on M) by B
}
"#;

#[test]
fn a_question_is_asked_of_a_time_of_a_day() {
    let dir = tempdir().unwrap();
    write(&dir, "debate.rog", DEBATE);
    let ask = |word: &str, expr: &str, at: &str| {
        let args = [word, "debate.rog", expr, "--at", at, "--format", "json"];
        let out = rogatio(&dir, &args);
        assert_eq!(out.exit, 0, "{}", out.stderr);
        let json: Value = serde_json::from_str(&out.stdout).unwrap();
        (json["at"].clone(), json["value"].clone())
    };
    let told = |at: &str, value: &str| (Value::from(at), Value::from(value));
    // The acts of that second count, those of the next do not; a window ends before the acts of its last second.
    let open = "open(Pass on M)";
    for (expr, at, value) in [
        ("yes(Pass on M)", "2030-06-01T10:59:59", "0"),
        ("yes(Pass on M)", "2030-06-01T11:00:00", "1"),
        ("no(Pass on M)", "2030-06-01T14:00:00", "0"),
        (open, "2030-06-01T09:59:59", "false"),
        (open, "2030-06-04T09:59:59", "true"),
        (open, "2030-06-04T10:00:00", "false"),
    ] {
        assert_eq!(ask("why", expr, at), told(at, value), "{expr} at {at}");
        assert_eq!(ask("why-not", expr, at), told(at, value), "{expr} at {at}");
    }
    // Seconds may be left out; a day is read at its end.
    assert_eq!(
        ask("why", "no(Pass on M)", "2030-06-01T15:00"),
        told("2030-06-01T15:00:00", "1")
    );
    assert_eq!(
        ask("why", "no(Pass on M)", "2030-06-01"),
        told("2030-06-01", "1")
    );

    let run = rogatio(&dir, &["run", "debate.rog", "--until", "2030-06-01T14:00"]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("Decisions open at 2030-06-01T14:00:00"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("would be adopted as ballots stand"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("vote(no)"), "{}", run.stdout);

    for bad in ["2030-06-01T25:00", "2030-13-01", "noon"] {
        let out = rogatio(&dir, &["why", "debate.rog", open, "--at", bad]);
        assert_eq!(out.exit, 2, "{bad}");
        assert!(
            out.stderr.contains("1993-12-29T15:00"),
            "{bad}: {}",
            out.stderr
        );
    }
}
