//! `run`, `why`, `why-not` and `test` on a small treaty.

mod common;

use common::{TREATY, rogatio, write};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

fn treaty() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    dir
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON object")
}

#[test]
fn the_timeline_has_dates_acts_articles_and_reasons() {
    let ended = rogatio(&treaty(), &["run", "treaty.rog"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let line = |start: &str| {
        ended
            .stdout
            .lines()
            .find(|l| l.starts_with(start))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        ended.stdout.starts_with("A small treaty  treaty\n"),
        "{}",
        ended.stdout
    );
    assert!(
        line("1993-09-30").contains("deposit by Cora"),
        "{}",
        ended.stdout
    );
    let force = line("1993-12-29");
    assert!(force.contains("in_force starts"), "{}", ended.stdout);
    assert!(
        force.contains("art 1") && force.contains("90 days after 1993-09-30"),
        "{force}"
    );
    assert!(ended.stdout.contains("2 of 2 met"), "{}", ended.stdout);
}

#[test]
fn until_leaves_out_what_is_later() {
    let ended = rogatio(&treaty(), &["run", "treaty.rog", "--until", "1993-09-29"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("Bela") && !ended.stdout.contains("deposit by Cora"),
        "{}",
        ended.stdout
    );
}

#[test]
fn everything_as_json() {
    let ended = rogatio(&treaty(), &["run", "treaty.rog", "--format", "json"]);
    let object = json(&ended.stdout);
    assert_eq!(object["module"], "treaty");
    let scenario = &object["scenarios"][0];
    assert_eq!(scenario["name"], "three deposits");
    let lines = scenario["timeline"].as_array().expect("lines");
    let force = lines
        .iter()
        .find(|l| l["what"] == "in_force")
        .expect("in force");
    assert_eq!(
        (&force["date"], &force["kind"]),
        (&"1993-12-29".into(), &"starts".into())
    );
    assert_eq!(force["articles"], serde_json::json!(["art 1"]));
    assert_eq!(scenario["expectations"][1]["met"], true);
    assert!(scenario["residual"]["duties"].is_array());
}

#[test]
fn an_expectation_that_is_not_met_is_a_finding_at_its_place() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "bad.rog",
        TREATY.replace("1993-12-28: expect not", "1993-12-28: expect"),
    );
    let ended = rogatio(&dir, &["run", "bad.rog"]);
    assert_eq!(ended.exit, 1);
    assert!(
        ended.stderr.contains("error[E0930]") && ended.stderr.contains("bad.rog:12"),
        "{}",
        ended.stderr
    );

    let ended = rogatio(&dir, &["test", "bad.rog", "--format", "json"]);
    assert_eq!(ended.exit, 1);
    let object = json(&ended.stdout);
    assert_eq!(
        (&object["name"], &object["outcome"]),
        (&"three deposits".into(), &"failed".into())
    );
    assert_eq!(
        (&object["failure"]["file"], &object["failure"]["line"]),
        (&"bad.rog".into(), &12.into())
    );
    assert!(object["failure"]["column"].is_u64() && object["failure"]["message"].is_string());

    let ended = rogatio(&dir, &["test", "bad.rog", "--format", "short"]);
    assert!(ended.stderr.starts_with("bad.rog:12:"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "0 passed, 1 failed\n");
}

#[test]
fn tests_of_a_folder() {
    let dir = treaty();
    std::fs::create_dir(dir.path().join("more")).unwrap();
    write(
        &dir,
        "more/other.rog",
        TREATY.replace("three deposits", "another"),
    );
    let ended = rogatio(&dir, &["test", "."]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.ends_with("2 passed, 0 failed\n"),
        "{}",
        ended.stdout
    );
    let ended = rogatio(
        &dir,
        &["test", ".", "--filter", "ANOTHER", "--format", "json"],
    );
    assert_eq!(json(&ended.stdout)["outcome"], "passed");

    write(&dir, "more/broken.rog", "module broken\nkind\n");
    let ended = rogatio(&dir, &["test", "."]);
    assert_eq!(ended.exit, 3);
    assert!(
        ended
            .stdout
            .contains("2 passed, 0 failed; 1 file does not check"),
        "{}",
        ended.stdout
    );
}

#[test]
fn why_and_why_not() {
    let dir = treaty();
    let ended = rogatio(
        &dir,
        &["why", "treaty.rog", "in_force", "--at", "1993-12-29"],
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    for part in [
        "in_force at the end of 1993-12-29: true",
        "art 1",
        "90 days",
        "Cora on 1993-09-30",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let ended = rogatio(
        &dir,
        &["why-not", "treaty.rog", "in_force", "--at", "1993-09-29"],
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    for part in ["false", "1 more deposit", "90 days"] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let ended = rogatio(
        &dir,
        &[
            "why-not",
            "treaty.rog",
            "in_force",
            "--at",
            "1993-09-29",
            "--format",
            "json",
        ],
    );
    let object = json(&ended.stdout);
    assert_eq!(
        (&object["value"], &object["at"]),
        (&"false".into(), &"1993-09-29".into())
    );
    assert_eq!(object["missing"]["acts"], 1);
    let ended = rogatio(&dir, &["why", "treaty.rog", "in_farce"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("in_farce"), "{}", ended.stderr);
}

/// The treaty, with a reading of how many deposits it takes.
fn with_reading() -> String {
    TREATY.replace(
        "  status in_force from 90 days after 3rd deposit by State",
        "  reading R \"how many instruments?\" { three (default)  two }
  define needed: int = 3 except 2 when R = two
  status in_force from 90 days after first deposit where count(deposit) >= needed",
    )
}

#[test]
fn readings_are_chosen_and_named() {
    let dir = tempdir().unwrap();
    write(&dir, "read.rog", with_reading());
    let ended = rogatio(&dir, &["run", "read.rog"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .contains("  R  three  default  how many instruments?\n"),
        "{}",
        ended.stdout
    );

    let ended = rogatio(&dir, &["run", "read.rog", "--reading", "R=two"]);
    assert_eq!(
        ended.exit, 1,
        "a day earlier, so the scenario is not met: {}",
        ended.stdout
    );
    assert!(
        ended
            .stdout
            .contains("  R  two  chosen  how many instruments?\n"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("1993-12-28   in_force starts"),
        "{}",
        ended.stdout
    );

    let ended = rogatio(
        &dir,
        &["why", "read.rog", "in_force", "--reading", "R=four"],
    );
    assert_eq!(ended.exit, 2);
    assert!(
        ended
            .stderr
            .contains("no choice `four`; there is `three`, `two`"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_scenario_keeps_the_reading_it_takes() {
    let dir = tempdir().unwrap();
    let text = with_reading().replace("  State: Ada", "  reading R = two\n  State: Ada");
    write(
        &dir,
        "read.rog",
        text.replace("1993-12-28: expect not", "1993-12-28: expect"),
    );
    for reading in ["R=two", "R=three"] {
        let ended = rogatio(&dir, &["test", "read.rog", "--reading", reading]);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
    }
}

#[test]
fn a_log_of_the_command_line() {
    let dir = tempdir().unwrap();
    let (rules, _) = TREATY.split_once("  1993-09-28").unwrap();
    write(&dir, "open.rog", format!("{rules}}}\n"));
    write(
        &dir,
        "acts.csv",
        "at,act,actor\n2001-01-01,deposit,Ada\n2001-01-02,deposit,Bela\n2001-01-03,deposit,Cora\n",
    );
    let args = [
        "run",
        "open.rog",
        "--events",
        "acts.csv",
        "--until",
        "2001-06-01",
    ];
    let ended = rogatio(&dir, &args);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("2001-04-03   in_force starts"),
        "{}",
        ended.stdout
    );
    write(
        &dir,
        "acts.jsonl",
        "{\"at\":\"2001-01-01\",\"act\":\"deposit\",\"actor\":\"Ada\"}\n{\"at\":\"2001-01-01\",\"act\":\"deposit\",\"actor\":\"Bela\"}\n",
    );
    let ended = rogatio(&dir, &["run", "open.rog", "--events", "acts.jsonl"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("deposit by 2 States"),
        "equal lines of a day are grouped: {}",
        ended.stdout
    );
}

#[test]
fn japanese_names_align() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "ja.rog",
        TREATY
            .replace("Ada", "日本国")
            .replace("Bela", "安全保障理事会"),
    );
    let ended = rogatio(&dir, &["run", "ja.rog"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    // Before the column of articles a wide character takes two places.
    let before_article = |name: &str| {
        let line = ended
            .stdout
            .lines()
            .find(|l| l.contains(name))
            .unwrap_or_default();
        let (before, _) = line.split_once("art 1").unwrap_or_default();
        before
            .chars()
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let column = before_article("Cora");
    assert!(column > 20, "{}", ended.stdout);
    for name in ["日本国", "安全保障理事会", "in_force starts"] {
        assert_eq!(before_article(name), column, "{name}: {}", ended.stdout);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads_is_no_error() {
    // Of a program without a finding, so that nothing else is told.
    let dir = tempdir().unwrap();
    let text = "module quiet\nevent ends\nstatus closed from ends\nscenario \"s\" {\n    2001-01-01: ends\n    expect closed\n}\n";
    write(&dir, "quiet.rog", text);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("rogatio"))
        .current_dir(dir.path())
        .args(["run", "quiet.rog"])
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
