//! The prompt on a terminal: typed through a pseudo-terminal, as a person would.
#![cfg(unix)]

mod common;

use common::{TREATY, rogatio, write};
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use tempfile::{TempDir, tempdir};

/// A terminal of so many columns with a prompt in it; the history is kept in the folder.
fn terminal(dir: &TempDir, columns: u16, args: &str) -> PtySession {
    let binary = assert_cmd::cargo::cargo_bin!("rogatio");
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(
            "stty cols {columns} rows 40; exec {} {args}",
            binary.display()
        ))
        .current_dir(dir.path())
        .env("XDG_STATE_HOME", dir.path().join("state"))
        .env("TERM", "xterm")
        .env("ROGATIO_LANG", "en")
        .env("NO_COLOR", "1");
    let options = Options::new()
        .timeout_ms(Some(120_000))
        .strip_ansi_escape_codes(true);
    spawn_with_options(command, options).expect("a pseudo-terminal")
}

/// The terminal's bytes, as the session gives them.
fn bytes(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// Waits for the first prompt.
fn ready(terminal: &mut PtySession) {
    terminal.exp_regex("> \r").expect("a prompt");
}

/// Waits for a text of the answer, and for the next prompt.
fn answers(terminal: &mut PtySession, what: &str, answer: &str) {
    let told = terminal.exp_string(&bytes(answer));
    let told = told.and_then(|_| terminal.exp_regex("\n\r[^\r\n]*> \r"));
    if let Err(e) = told {
        panic!("{what}: {answer}: {e}");
    }
}

/// Types a line, and waits for a text of the answer.
fn say(terminal: &mut PtySession, line: &str, answer: &str) {
    terminal.send(&format!("{line}\r")).unwrap();
    terminal.flush().unwrap();
    answers(terminal, line, answer);
}

/// Ctrl-D, and the end.
fn leave(mut terminal: PtySession) -> String {
    terminal.send_control('d').unwrap();
    let rest = terminal.exp_eof().unwrap();
    let status = terminal.process_mut().exit().unwrap();
    assert!(format!("{status:?}").contains(", 0)"), "{status:?} {rest}");
    rest
}

#[test]
fn the_convention_is_played_and_saved() {
    let dir = tempdir().unwrap();
    let mut t = terminal(&dir, 100, "repl un.cbd");
    ready(&mut t);
    say(&mut t, "State: S1..S29, Mongolia", "");
    for i in 1..=29 {
        say(
            &mut t,
            &format!("1993-06-10: deposit(accession) by S{i}"),
            "-> deposited",
        );
    }
    say(
        &mut t,
        "1993-09-30: deposit(accession) by Mongolia",
        "-> deposited",
    );
    say(&mut t, ":can Mongolia", "cannot sign");
    say(&mut t, "in_force", "\nfalse");
    say(&mut t, ":why in_force", "not: in_force");
    say(&mut t, ":step", "in_force starts");
    say(
        &mut t,
        ":why in_force",
        "90 days after 1993-09-30 = 1993-12-29",
    );
    say(&mut t, ":undo", "taken back: 1993-09-30");
    say(&mut t, ":redo", "done again: 1993-09-30");
    say(&mut t, ":fork withdrawn", "branch withdrawn, from main");
    say(&mut t, "1994-02-01: withdraw by S1", "void");
    say(&mut t, ":save history.rog", "written: history.rog");
    leave(t);
    let tested = rogatio(&dir, &["test", "history.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
    assert!(
        tested.stdout.contains("branch withdrawn"),
        "{}",
        tested.stdout
    );
    let saved = fs::read_to_string(dir.path().join("history.rog")).unwrap();
    for part in [
        "expect in_force because art 36(1)",
        "expect void because art 38(1)",
        "count(State & bound) = 30",
    ] {
        assert!(saved.contains(part), "{part}: {saved}");
    }
}

/// The same session, asked in Japanese: what the prompt says is in Japanese, what is typed and saved is the language.
#[test]
fn the_convention_is_played_in_japanese() {
    let dir = tempdir().unwrap();
    let mut t = terminal(&dir, 100, "repl un.cbd --lang ja");
    t.exp_string(&bytes("生物の多様性に関する条約。:help で説明を示し"))
        .unwrap();
    ready(&mut t);
    say(&mut t, "State: S1..S29, Mongolia", "");
    say(
        &mut t,
        "1993-06-10: deposit(accession) by each of S1..S29",
        "寄託（加入）：国 29",
    );
    say(
        &mut t,
        "1993-09-30: deposit(accession) by Mongolia",
        "Mongolia による寄託（加入）",
    );
    say(&mut t, ":can Mongolia", "【不可】署名");
    say(&mut t, ":must", "履行すべき義務はない");
    say(&mut t, "in_force", "\n不成立");
    say(&mut t, ":whynot in_force", "1993年12月29日まで待つ");
    say(&mut t, ":step", "条約の効力が生ずる");
    say(&mut t, ":why in_force", "第36条(1)");
    say(&mut t, ":undo", "取り消した：1993-09-30");
    say(&mut t, ":redo", "やり直した：1993-09-30");
    say(&mut t, ":fork withdrawn", "分岐 withdrawn（main から）");
    say(&mut t, "1994-02-01: withdraw by S1", "無効");
    say(&mut t, ":nonsense", "という命令はない");
    say(&mut t, "1994-02-01: withdraw by S99", "直し方：");
    say(&mut t, ":save history.rog", "書き込んだ：history.rog");
    leave(t);
    let tested = rogatio(&dir, &["test", "history.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
    let saved = fs::read_to_string(dir.path().join("history.rog")).unwrap();
    assert!(
        saved.contains("expect in_force because art 36(1)"),
        "{saved}"
    );
}

const JAPANESE: &str = r#"module 条約 "小さな条約"
kind 締約国
article 1 "効力発生" {
  act 寄託する by any 締約国
  act 届け出る by any 締約国
  status 効力発生 from 90 days after 3rd 寄託する by 締約国
}
"#;

#[test]
fn the_same_in_japanese() {
    let dir = tempdir().unwrap();
    write(&dir, "条約.rog", JAPANESE);
    let mut t = terminal(&dir, 60, "repl 条約.rog");
    ready(&mut t);
    say(&mut t, "締約国: 日本, モンゴル国, \"セント ルシア\"", "");
    say(&mut t, "1993-09-28: 寄託する by 日本", "寄託する by 日本");
    say(&mut t, "1993-09-29: 寄託する by モンゴル国", "art 1");
    say(&mut t, "1993-09-30: 寄託する by \"セント ルシア\"", "art 1");
    say(&mut t, ":can 日本", "届け出る");
    say(&mut t, ":step", "効力発生 starts");
    say(&mut t, ":why 効力発生", "90 days after 1993-09-30");
    say(&mut t, ":undo", "taken back");
    say(&mut t, ":fork 別案", "branch 別案, from main");
    say(&mut t, "1993-10-10: 寄託する by \"セント ルシア\"", "art 1");
    say(&mut t, ":diff", "only in 別案");
    say(&mut t, ":save 記録.rog", "written: 記録.rog");
    leave(t);
    let tested = rogatio(&dir, &["test", "記録.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
    let saved = fs::read_to_string(dir.path().join("記録.rog")).unwrap();
    assert!(saved.contains("寄託する by \"セント ルシア\""), "{saved}");
}

#[test]
fn keys_complete_join_lines_and_drop_them() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "State: Ada, Bela", "");
    say(&mut t, "1993-09-28: depo\t by Be\t", "deposit by Bela");
    say(&mut t, "count(\r  deposit\r)", "\n1");
    // What was begun is dropped by Ctrl-C, and the program goes on.
    t.send("1993-09-29: deposit by").unwrap();
    t.flush().unwrap();
    t.send_control('c').unwrap();
    t.flush().unwrap();
    answers(&mut t, "Ctrl-C", "");
    say(&mut t, "count(deposit)", "\n1");
    // Several lines pasted at once are several lines.
    t.send("\u{1b}[200~1994-01-01: deposit by Ada\n1994-01-02: deposit by Bela\n\u{1b}[201~\r")
        .unwrap();
    t.flush().unwrap();
    answers(&mut t, "a paste", "1994-01-02   deposit by Bela");
    say(&mut t, "count(deposit)", "\n3");
    leave(t);
}

#[test]
fn a_long_answer_is_interrupted_and_the_session_goes_on() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "State: Ada", "");
    say(&mut t, "1993-09-28: deposit by Ada", "art 1");
    let race = "experiment race { begin 2000-01-01 State 10 each State does deposit after exponential(1 year) horizon 10 years measure count(deposit) }";
    say(&mut t, race, "");
    t.send(":sim 900000000000 count(deposit)\r").unwrap();
    t.flush().unwrap();
    t.exp_string("\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    t.send_control('c').unwrap();
    t.flush().unwrap();
    answers(&mut t, ":sim", "ended early");
    say(&mut t, "count(deposit)", "\n1");
    leave(t);
}

#[test]
fn lines_of_earlier_sessions_come_back() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "State: Ada", "");
    say(&mut t, "count(State)", "\n1");
    leave(t);
    let file = dir.path().join("state/rogatio/history");
    assert!(fs::read_to_string(&file).unwrap().contains("count(State)"));
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "\u{1b}[A", "\n0");
    leave(t);

    // A history that cannot be read, or not be written, is left as it is.
    for (bytes, mode) in [
        (&b"#V2\ncount(\xff\xfe\n"[..], 0o644),
        (&b"#V2\nmine\n"[..], 0o444),
    ] {
        fs::remove_file(&file).unwrap();
        fs::write(&file, bytes).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let mut t = terminal(&dir, 100, "repl treaty.rog");
        let root = fs::OpenOptions::new().append(true).open(&file).is_ok();
        if mode == 0o644 || !root {
            t.exp_string("is left as it is").unwrap();
        }
        ready(&mut t);
        say(&mut t, "State: Ada", "");
        say(&mut t, "count(State)", "\n1");
        leave(t);
        if mode == 0o644 || !root {
            assert_eq!(fs::read(&file).unwrap(), bytes);
        }
    }
    // Nobody, not even root, writes into a folder as if it were a file.
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    t.exp_string("is left as it is, and this session is not added")
        .unwrap();
    ready(&mut t);
    say(&mut t, "1 + 41", "\n42");
    leave(t);
}

#[test]
fn a_narrow_terminal_and_a_large_paste() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 20, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "State: Ada, Bela, Cora", "");
    for (day, who) in [(28, "Ada"), (29, "Bela"), (30, "Cora")] {
        say(&mut t, &format!("1993-09-{day}: deposit by {who}"), "art 1");
    }
    say(&mut t, ":step", "in_force starts");
    say(&mut t, ":why in_force", "1993-09-30");
    say(&mut t, ":help", ":quit");
    say(&mut t, ":can", "deposit");
    let paste = "nonsense ".repeat(120_000);
    t.send(&format!("\u{1b}[200~{paste}\u{1b}[201~\r")).unwrap();
    t.flush().unwrap();
    answers(&mut t, "a paste", "error");
    say(&mut t, "count(deposit)", "\n3");
    leave(t);
}

/// A paste of more rows than an editor counts, what is typed without pause, and Ctrl-C in the middle of many lines.
#[test]
fn long_pastes_are_read_whole_and_can_be_stopped() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 20, "repl treaty.rog");
    ready(&mut t);
    let acts = "State: Ada\n1993-09-28: deposit by Ada\n";
    let paste = format!("{acts}{}", "\n".repeat(1 << 20));
    t.send(&format!("\u{1b}[200~{paste}\u{1b}[201~")).unwrap();
    t.flush().unwrap();
    answers(&mut t, "a paste of many rows", "read at once");
    // Lines typed ahead are not lost.
    t.send("count(deposit)\rcount(State) + 40\r1 + 66\r")
        .unwrap();
    t.flush().unwrap();
    answers(&mut t, "typed ahead", "\n67");
    // Unmarked, a line ends where it would be too long to edit.
    t.send(&"nonsense ".repeat(30_000)).unwrap();
    t.send("\r").unwrap();
    t.flush().unwrap();
    answers(&mut t, "a long line", "too long for a line");
    let many = "1 + 1\n".repeat(40_000);
    t.send(&format!("\u{1b}[200~{many}\u{1b}[201~")).unwrap();
    t.flush().unwrap();
    t.exp_string("\n2").unwrap();
    t.send_control('c').unwrap();
    t.flush().unwrap();
    answers(&mut t, "Ctrl-C", "left out of what was pasted: ");
    say(&mut t, "count(deposit)", "\n1");
    leave(t);
}

#[test]
fn choices_at_a_terminal_are_saved_at_the_end() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 100, "run treaty.rog --interactive");
    ready(&mut t);
    say(&mut t, "?", "save FILE");
    t.send("1\r").unwrap();
    t.flush().unwrap();
    t.exp_string("who? (Ada, Bela, Cora)").unwrap();
    t.send("Be\r").unwrap();
    t.flush().unwrap();
    answers(&mut t, "Bela", "1993-12-29: deposit by Bela");
    t.send("q\r").unwrap();
    t.flush().unwrap();
    t.exp_string("save as").unwrap();
    t.send("game.rog\r").unwrap();
    t.flush().unwrap();
    t.exp_string("written: game.rog").unwrap();
    t.exp_eof().unwrap();
    let tested = rogatio(&dir, &["test", "game.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn a_module_that_changed_is_read_again() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let mut t = terminal(&dir, 100, "repl treaty.rog");
    ready(&mut t);
    say(&mut t, "State: Ada, Bela, Cora", "");
    for (day, who) in [(28, "Ada"), (29, "Bela"), (30, "Cora")] {
        say(&mut t, &format!("1993-09-{day}: deposit by {who}"), "art 1");
    }
    say(&mut t, "1993-12-29: expect in_force", "as expected");
    // Two deposits are enough now, after a longer time.
    let changed = TREATY.replace("90 days after 3rd", "100 days after 2nd");
    let changed = changed.split("scenario").next().unwrap().to_owned();
    write(&dir, "treaty.rog", &changed);
    say(&mut t, ":reload", "left out: 1993-12-29: expect in_force");
    say(&mut t, ":at 1994-01-07", "at the end of");
    say(&mut t, "start(in_force)", "\n1994-01-07");
    // A module with a mistake is not taken.
    write(&dir, "treaty.rog", changed.replace("any State", "any Stat"));
    say(&mut t, ":reload", "did you mean");
    say(&mut t, "count(deposit)", "\n3");
    leave(t);
}
