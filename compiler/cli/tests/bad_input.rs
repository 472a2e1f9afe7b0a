//! What cannot be read is refused with a code, the right exit status and no panic.

mod common;

use common::{Ended, rogatio, write};
use tempfile::tempdir;

fn refused(ended: &Ended, code: &str) {
    assert_eq!(ended.exit, 3, "{}", ended.stderr);
    assert!(
        ended.stderr.contains(&format!("error[{code}]")),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("internal error"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_missing_file_names_its_neighbour() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", "module treaty\nkind State\n");
    let ended = rogatio(&dir, &["check", "traety.rog"]);
    refused(&ended, "E0001");
    assert!(
        ended.stderr.contains("did you mean `treaty.rog`?"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_folder() {
    let dir = tempdir().unwrap();
    std::fs::create_dir(dir.path().join("laws")).unwrap();
    write(&dir, "laws/one.rog", "module one\nkind State\n");
    for command in ["check", "run"] {
        let ended = rogatio(&dir, &[command, "laws"]);
        refused(&ended, "E0004");
        assert!(ended.stderr.contains("laws/one.rog"), "{}", ended.stderr);
    }
}

#[test]
fn not_utf8() {
    let dir = tempdir().unwrap();
    write(&dir, "old.rog", b"module demo\nkind \x8d\x91\n");
    let ended = rogatio(&dir, &["check", "old.rog"]);
    refused(&ended, "E0003");
    assert!(
        ended.stderr.contains("byte 17, on line 2"),
        "{}",
        ended.stderr
    );
    write(&dir, "wide.rog", b"\xff\xfem\0o\0");
    refused(&rogatio(&dir, &["check", "wide.rog"]), "E0003");
}

#[test]
fn an_empty_file_and_one_of_comments() {
    let dir = tempdir().unwrap();
    write(&dir, "empty.rog", "");
    refused(&rogatio(&dir, &["check", "empty.rog"]), "E0006");
    write(&dir, "words.rog", "// nothing yet\n");
    refused(&rogatio(&dir, &["check", "words.rog"]), "E0006");
}

#[test]
fn fifty_megabytes_of_zeros() {
    let dir = tempdir().unwrap();
    let file = std::fs::File::create(dir.path().join("zeros.rog")).unwrap();
    file.set_len(50_000_000).unwrap();
    for command in ["check", "run", "fmt"] {
        refused(&rogatio(&dir, &[command, "zeros.rog"]), "E0005");
    }
    let ended = rogatio(&dir, &["test", "zeros.rog"]);
    assert_eq!(ended.exit, 3);
    assert_eq!(
        ended.stdout,
        "0 passed, 0 failed; 1 file does not check: zeros.rog\n"
    );
    let file = std::fs::File::create(dir.path().join("huge.rog")).unwrap();
    file.set_len(70_000_000).unwrap();
    refused(&rogatio(&dir, &["check", "huge.rog"]), "E0005");
}

#[test]
fn a_hundred_thousand_brackets() {
    let dir = tempdir().unwrap();
    for (name, text) in [
        ("braces.rog", format!("article 1 {}", "{".repeat(100_000))),
        ("parens.rog", format!("define d = {}1", "(".repeat(100_000))),
        (
            "closed.rog",
            format!("define d = {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        ),
        (
            "nots.rog",
            format!("define d = {}true", "not ".repeat(100_000)),
        ),
        ("minus.rog", format!("define d = {}1", "- ".repeat(100_000))),
        ("sum.rog", format!("define d = 1{}", " + 1".repeat(100_000))),
    ] {
        write(&dir, name, text);
        let ended = rogatio(&dir, &["check", name]);
        assert!(
            matches!(ended.exit, 0 | 3),
            "{name}: {} {}",
            ended.exit,
            ended.stderr
        );
        assert!(
            !ended.stderr.contains("internal error"),
            "{name}: {}",
            ended.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempdir().unwrap();
    write(&dir, "closed.rog", "module demo\nkind State\n");
    let path = dir.path().join("closed.rog");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        return; // a user whom no permission stops
    }
    refused(&rogatio(&dir, &["check", "closed.rog"]), "E0002");
}

#[test]
fn one_bad_file_does_not_hide_the_next() {
    let dir = tempdir().unwrap();
    write(&dir, "a.rog", "module a\nkind\n");
    write(&dir, "b.rog", "module b\nkind State\n");
    let ended = rogatio(&dir, &["check", "a.rog", "none.rog", "b.rog"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stdout.contains("b.rog: checked"), "{}", ended.stdout);
    assert!(ended.stderr.contains("E0001"), "{}", ended.stderr);
}

#[test]
fn findings_as_json_and_short() {
    let dir = tempdir().unwrap();
    write(&dir, "a.rog", "module a\nkind State {\n");
    let ended = rogatio(&dir, &["check", "a.rog", "--format", "json"]);
    assert_eq!(ended.exit, 3);
    assert!(!ended.stdout.is_empty());
    for line in ended.stdout.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        assert_eq!(object["file"], "a.rog");
        assert!(object["code"].as_str().is_some_and(|c| c.starts_with('E')));
    }
    let ended = rogatio(&dir, &["check", "a.rog", "--format", "short"]);
    assert!(ended.stderr.starts_with("a.rog:"), "{}", ended.stderr);
    let ended = rogatio(&dir, &["check", "none.rog", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout).expect("one object");
    assert_eq!((object["code"].as_str(), ended.exit), (Some("E0001"), 3));
}

const LOGGED: &str = r#"module logged
kind State
act deposit by any State
act visit(guest: State) by any State
scenario "from a log" {
  State: Ada, Bela
  events from "acts.csv"
}
"#;

#[test]
fn logs_that_cannot_be_read_as_written() {
    let dir = tempdir().unwrap();
    write(&dir, "logged.rog", LOGGED);
    for (log, code, place) in [
        (
            "at,act,actor\n1992-01-01,deposit,Adda\n",
            "E0904",
            "acts.csv:2",
        ),
        (
            "at,act,actor\n1992-01-01,desposit,Ada\n",
            "E0905",
            "acts.csv:2",
        ),
        (
            "at,act,actor\n1992-02-30,deposit,Ada\n",
            "E0901",
            "acts.csv:2",
        ),
        (
            "at,act,actor\n1992-01-02,deposit,Ada\n1992-01-01,deposit,Bela\n",
            "E0903",
            "acts.csv:3",
        ),
        ("at,actor\n1992-01-01,Ada\n", "E0902", "acts.csv"),
        (
            "at,act,actor,guest\n1992-01-01,visit,Ada,Nobody\n",
            "E0904",
            "acts.csv:2",
        ),
        ("", "E0906", "acts.csv"),
    ] {
        write(&dir, "acts.csv", log);
        let ended = rogatio(&dir, &["run", "logged.rog"]);
        assert_eq!(ended.exit, 3, "{log:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains(&format!("error[{code}]")),
            "{log:?}: {}",
            ended.stderr
        );
        assert!(ended.stderr.contains(place), "{log:?}: {}", ended.stderr);
    }
    write(&dir, "acts.csv", b"at,act,actor\n1992-01-01,deposit,\xc0\n");
    let ended = rogatio(&dir, &["run", "logged.rog"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("not UTF-8"), "{}", ended.stderr);
    std::fs::remove_file(dir.path().join("acts.csv")).unwrap();
    let ended = rogatio(&dir, &["run", "logged.rog"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("E0908"), "{}", ended.stderr);
    assert_eq!(
        rogatio(&dir, &["run", "logged.rog", "--events", "none.csv"]).exit,
        3
    );
}

#[test]
fn a_line_that_no_experiment_follows() {
    let dir = tempdir().unwrap();
    let module = "module demo\nkind State\nact sign by any State\nstatus in_force from 2nd sign\n\
        experiment e {\n    begin 2000-01-01\n    State: A, B\n    each State does sign after exponential(1 year)\n    \
        2000-03-01T10:00: sign by A\n    horizon 4 years\n    measure start(in_force)\n}\n";
    write(&dir, "demo.rog", module);
    let ended = rogatio(&dir, &["simulate", "demo.rog"]);
    refused(&ended, "E0012");
}
