//! `timeline`: the picture is the same every time, well formed, whole in itself, and tells what the scenario does.

mod common;
mod drawing;

use common::{TREATY, rogatio, write};
use drawing::{example, look_at, snapshot};
use tempfile::tempdir;

#[test]
fn the_history_of_the_convention() {
    let dir = tempdir().unwrap();
    let file = example("cbd_history.rog");
    let ended = rogatio(&dir, &["timeline", &file, "--format", "svg"]);
    assert_eq!(
        (ended.exit, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stderr
    );
    snapshot("examples/pictures/cbd_history.svg", &ended.stdout);
    let seen = look_at(&ended.stdout);
    for must in [
        "the Convention enters into force",
        "in_force",
        "art 36(1)",
        "30",
        "45",
        "1993-12-29",
    ] {
        assert!(
            seen.texts.iter().any(|t| t.contains(must)),
            "`{must}` is not in the picture"
        );
    }
    assert!(
        seen.titles
            .iter()
            .any(|t| t.contains("1993-09-30 deposit(ratification) by Mongolia [art 34(1)]"))
    );
}

#[test]
fn both_clocks_and_branches() {
    let dir = tempdir().unwrap();
    let file = example("../stdlib/fluegel/charter.scenarios.rog");
    let ended = rogatio(
        &dir,
        &["timeline", &file, "--scenario", "TV-8", "--format", "svg"],
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    snapshot("compiler/cli/tests/pictures/two_clocks.svg", &ended.stdout);
    let seen = look_at(&ended.stdout);
    for must in ["second clock", "72 h", "Branch: "] {
        assert!(
            seen.texts.iter().any(|t| t.contains(must)),
            "`{must}` is not in the picture"
        );
    }
}

/// Two duties of one name rest on different articles: each lane shows its own, in the picture and in the text.
#[test]
fn lanes_of_one_name_are_told_apart() {
    let dir = tempdir().unwrap();
    let file = example("ship_that_will_not_stop.rog");
    let svg = rogatio(
        &dir,
        &["timeline", &file, "--lang", "en", "--format", "svg"],
    );
    assert_eq!(svg.exit, 0, "{}", svg.stderr);
    let document = roxmltree::Document::parse(&svg.stdout).expect("well-formed XML");
    let texts: Vec<&str> = document
        .descendants()
        .filter(|n| n.has_tag_name((n.tag_name().namespace().unwrap_or(""), "text")))
        .filter_map(|n| n.text())
        .collect();
    let beside: Vec<&str> = texts
        .windows(2)
        .filter(|w| w[0].starts_with("told_to_seal(") && !w[0].ends_with('s'))
        .map(|w| w[1])
        .collect();
    assert_eq!(beside, ["art 47", "art 50(3) > 47"]);
    let text = rogatio(&dir, &["timeline", &file, "--lang", "en"]);
    let mut lanes: Vec<&str> = text
        .stdout
        .lines()
        .filter(|l| l.starts_with("told_to_"))
        .map(|l| l.split("  ").next().unwrap_or_default())
        .collect();
    assert_eq!(lanes.len(), 2, "{}", text.stdout);
    lanes.dedup();
    assert_eq!(lanes.len(), 2, "{}", text.stdout);
}

/// An act is one lane whatever it is done to, in either language.
#[test]
fn acts_have_as_many_lanes_in_japanese() {
    let dir = tempdir().unwrap();
    let file = example("ship_that_will_not_stop.rog");
    let lanes = |lang: &str| {
        let told = rogatio(
            &dir,
            &["timeline", &file, "--lang", lang, "--format", "json"],
        );
        let json: serde_json::Value = serde_json::from_str(&told.stdout).expect("JSON");
        let lanes = json["panels"][0]["lanes"]
            .as_array()
            .expect("lanes")
            .clone();
        let marks = |l: &serde_json::Value| l["marks"].as_array().map_or(0, Vec::len);
        let acts = lanes.iter().filter(|l| l["section"] == "acts");
        acts.map(marks).collect::<Vec<_>>()
    };
    assert_eq!(lanes("ja"), lanes("en"));
    assert!(lanes("en").iter().any(|n| *n > 1));
}

#[test]
fn the_forms_agree() {
    let dir = tempdir().unwrap();
    write(&dir, "t.rog", TREATY);
    let text = rogatio(&dir, &["timeline", "t.rog"]);
    assert_eq!(text.exit, 0, "{}", text.stderr);
    assert!(text.stdout.contains("deposit"), "{}", text.stdout);
    assert!(
        text.stdout.contains('●') && text.stdout.contains('━'),
        "{}",
        text.stdout
    );
    let json = rogatio(&dir, &["timeline", "t.rog", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(
        json["panels"][0]["lanes"][0]["marks"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(
        json["panels"][0]["lanes"][1]["bars"][0]["from"],
        "1993-12-29"
    );
    let svg = rogatio(&dir, &["timeline", "t.rog", "-o", "t.svg"]);
    assert_eq!((svg.exit, svg.stdout.as_str()), (0, ""));
    let first = std::fs::read_to_string(dir.path().join("t.svg")).unwrap();
    look_at(&first);
    rogatio(&dir, &["timeline", "t.rog", "-o", "t.svg"]);
    assert_eq!(
        first,
        std::fs::read_to_string(dir.path().join("t.svg")).unwrap()
    );
}

#[test]
fn what_cannot_be_drawn_or_written_is_said() {
    let dir = tempdir().unwrap();
    write(&dir, "t.rog", TREATY);
    write(&dir, "k.rog", "module k\nkind K\n");
    let none = rogatio(&dir, &["timeline", "k.rog"]);
    assert_eq!(none.exit, 2, "{}", none.stderr);
    assert!(none.stderr.contains("no scenario"), "{}", none.stderr);
    let nowhere = rogatio(&dir, &["timeline", "t.rog", "-o", "no/such/folder.svg"]);
    assert_eq!(nowhere.exit, 3, "{}", nowhere.stderr);
    assert!(nowhere.stderr.contains("E0007"), "{}", nowhere.stderr);
    std::fs::create_dir(dir.path().join("d.svg")).unwrap();
    let folder = rogatio(&dir, &["timeline", "t.rog", "-o", "d.svg"]);
    assert_eq!(folder.exit, 3, "{}", folder.stderr);
    assert!(dir.path().join("d.svg").is_dir());
}

#[test]
fn nobody_reads_to_the_end() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("rogatio"))
        .args(["timeline", &example("cbd_history.rog"), "--format", "svg"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
