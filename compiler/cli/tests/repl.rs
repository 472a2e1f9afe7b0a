//! The prompt, fed through a pipe.

mod common;

use common::{Ended, TREATY, rogatio_with, write};
use tempfile::tempdir;

fn typed(lines: &str) -> Ended {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    rogatio_with(&dir, &["repl", "treaty.rog"], lines)
}

const THREE: &str = "\
State: Ada, Bela, Cora, \"Saint Lucia\"
1993-09-28: deposit by Ada
1993-09-29: deposit by Bela
1993-09-30: deposit by Cora
";

#[test]
fn acts_and_questions() {
    let ended = typed(&format!(
        "{THREE}in_force\n:at 1993-12-29\nin_force\nstart(in_force)\n"
    ));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(
        lines.iter().any(|l| l.contains("deposit by Cora")),
        "{}",
        ended.stdout
    );
    let answers: Vec<&&str> = lines.iter().filter(|l| !l.starts_with("1993-09")).collect();
    assert_eq!(
        answers,
        [
            &"false",
            &"at the end of 1993-12-29",
            &"true",
            &"1993-12-29"
        ],
        "{}",
        ended.stdout
    );
}

#[test]
fn history_is_the_state() {
    let ended = typed(&format!(
        "{THREE}count(deposit)\n:undo\ncount(deposit)\n:undo\n:undo\n:undo\n:undo\n"
    ));
    assert!(
        ended
            .stdout
            .contains("taken back: 1993-09-30: deposit by Cora"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("\n3\n") && ended.stdout.contains("\n2\n"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("nothing to take back"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.exit, 1);

    // A line put into the past: everything after it is computed anew.
    let ended = typed(&format!(
        "{THREE}1993-01-01: deposit by \"Saint Lucia\"\n:at 1994-06-01\nstart(in_force)\n"
    ));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(ended.stdout.ends_with("1993-12-28\n"), "{}", ended.stdout);
}

#[test]
fn why_can_must_timeline_readings_help() {
    let commands = ":at 1993-12-29\n:why in_force\n:can Ada\n:must\n:timeline\n:readings\n:help\n:quit\nnot read\n";
    let ended = typed(&format!("{THREE}{commands}"));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    for part in [
        "90 days after 1993-09-30",
        "\n  deposit  ",
        "nothing is owed",
        "no readings",
        ":whynot",
        "expectation",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let ended = typed(&format!("{THREE}:at 1993-09-28\n:whynot in_force\n"));
    assert!(ended.stdout.contains("2 more deposit"), "{}", ended.stdout);
}

/// Of all, who they are by each act and article; the reasons, which name one actor each, are told of one.
#[test]
fn what_all_may_do_and_what_one() {
    let dir = tempdir().unwrap();
    let charter = "module demo\nkind State\nkind Paper\nact sign by State\nact join by State\n\
        act table(p: Paper, aloud: bool = false) by State\nstatus signed(s: State) from sign by s\nstatus tabled(p: Paper) from table(p)\n\
        any s: State may sign\nany s: State may join when signed(s)\n\
        any s: State may table(p) when not tabled(p)\n";
    write(&dir, "demo.rog", charter);
    let typed = |lines: &str| {
        let ended = rogatio_with(&dir, &["repl", "demo.rog"], lines);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        ended.stdout
    };
    let all = typed("State: A, B, C, D\n2000-01-01: sign by D\n:can\n");
    let rows: Vec<&str> = all.lines().filter(|l| l.starts_with("  ")).collect();
    let begins = |start: &str| rows.iter().filter(|r| r.starts_with(start)).count();
    assert_eq!(begins("  sign: 4 States (A, B, …)"), 1, "{all}");
    assert_eq!(begins("  join: D"), 1, "{all}");
    assert_eq!(begins("  cannot join: 3 States (A, B, …)"), 1, "{all}");
    assert_eq!(begins("  table: 4 States (A, B, …)"), 1, "{all}");
    assert!(all.contains("depends on p: Paper"), "{all}");
    assert!(!all.contains("but not: signed(A)"), "{all}");
    assert!(all.contains(":can and a name"), "{all}");
    let one = typed("State: A, B, C, D\n:can B\n");
    assert!(one.contains("but not: signed(B)"), "{one}");
    assert!(!one.contains(":can and a name"), "{one}");
    let ja = rogatio_with(
        &dir,
        &["repl", "demo.rog", "--lang", "ja"],
        "State: A, B\n:can\n",
    )
    .stdout;
    assert!(ja.contains("p: Paper による"), "{ja}");
}

#[test]
fn a_whole_timeline_and_long_questions() {
    let whole = typed(&format!("{THREE}:at 1993-12-29\n:timeline all\n")).stdout;
    assert!(whole.contains("<- 1993-09-30  deposit by Cora"), "{whole}");
    let refused = typed(":timeline some\n");
    assert_eq!(refused.exit, 1);
    assert!(
        refused.stderr.contains(":timeline all"),
        "{}",
        refused.stderr
    );

    let dir = tempdir().unwrap();
    let begun = "module demo\nkind State\nstatus here(s: State) while true\n";
    write(&dir, "begun.rog", begun);
    let told = rogatio_with(&dir, &["repl", "begun.rog"], "State: A\n:timeline\n").stdout;
    assert!(told.contains(":timeline all tells which"), "{told}");

    let question = "is it so ".repeat(20);
    let asks = format!("module demo\nreading R1 \"{question}\" {{ yes (default)  no }}\n");
    write(&dir, "asks.rog", &asks);
    let told = rogatio_with(&dir, &["repl", "asks.rog"], ":readings\n").stdout;
    assert!(told.contains("R1  yes  default  is it so"), "{told}");
    assert!(told.lines().all(|l| l.chars().count() <= 120), "{told}");
}

#[test]
fn expectations_and_rules() {
    let ended = typed(&format!(
        "{THREE}1993-12-29: expect in_force because art 1\n"
    ));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(ended.stdout.ends_with("as expected\n"), "{}", ended.stdout);
    let ended = typed(&format!(
        "{THREE}1993-12-29: expect not in_force\ncount(deposit)\n"
    ));
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("E0930"), "{}", ended.stderr);

    let ended = typed(
        "State: A\nstatus seen(s: State) from deposit by s\n1999-01-01: deposit by A\nseen(A)\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("seen") && ended.stdout.ends_with("true\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn several_lines_until_complete() {
    let ended = typed("State: A, B\nstatus pair {\n");
    assert_eq!(ended.exit, 1, "what is open at the end is a mistake");
    let ended = typed("State: A, B\ncount(\n  deposit\n)\n");
    assert_eq!(
        (ended.exit, ended.stdout.lines().last()),
        (0, Some("0")),
        "{}",
        ended.stderr
    );
}

/// Nobody is caught in an open bracket, and an answer that nobody reads is no error.
#[test]
fn a_command_ends_what_is_open() {
    let ended = typed("State: Ada\ncount(\n:readings\ncount(State)\n");
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("E0102"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "there are no readings\n1\n");
}

#[test]
fn a_pipe_that_nobody_reads_is_no_error() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let lines = ":help\n".repeat(2000);
    write(&dir, "lines.txt", &lines);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = std::process::Command::new(assert_cmd::cargo::cargo_bin!("rogatio"))
        .args(["repl", "treaty.rog"])
        .current_dir(dir.path())
        .stdin(std::fs::File::open(dir.path().join("lines.txt")).unwrap())
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(0));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn mistakes_change_nothing() {
    let ended = typed(&format!(
        "{THREE}1993-10-01: deposit by Nobody\nkind\n:nonsense\n:at soon\ncount(deposit)\n"
    ));
    assert_eq!(ended.exit, 1);
    assert!(ended.stdout.ends_with("3\n"), "{}", ended.stdout);
    for part in ["Nobody", ":nonsense", "`soon`"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}

#[test]
fn without_a_module() {
    let dir = tempdir().unwrap();
    let lines = "kind Cat\nact purr by any Cat\nCat: Tom\n2020-01-01: purr by Tom\ncount(purr)\n";
    let ended = rogatio_with(&dir, &["repl"], lines);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(ended.stdout.ends_with("1\n"), "{}", ended.stdout);
    assert_eq!(rogatio_with(&dir, &["repl", "none.rog"], "").exit, 3);
}
