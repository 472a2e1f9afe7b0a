//! The command line: help, usage, exit codes, formats, formatting, stories of codes.

mod common;

use common::{TREATY, rogatio, rogatio_with, write};
use tempfile::tempdir;

const COMMANDS: [&str; 13] = [
    "new",
    "check",
    "run",
    "why",
    "why-not",
    "test",
    "fmt",
    "explain",
    "repl",
    "simulate",
    "schema",
    "man",
    "completions",
];

#[test]
fn every_help_shows_an_example() {
    let dir = tempdir().unwrap();
    let ended = rogatio(&dir, &["--help"]);
    assert_eq!(ended.exit, 0);
    assert!(ended.stdout.contains("Examples:"));
    for command in COMMANDS {
        let ended = rogatio(&dir, &[command, "--help"]);
        assert_eq!(ended.exit, 0, "{command}");
        assert!(
            ended.stdout.contains("Examples:\n  "),
            "{command}: {}",
            ended.stdout
        );
        assert!(
            ended.stdout.contains(&format!("rogatio {command}")),
            "{command}"
        );
    }
}

#[test]
fn usage_mistakes_are_2() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    for args in [
        &[][..],
        &["chekc"],
        &["check"],
        &["check", "treaty.rog", "--format", "xml"],
        &["run", "treaty.rog", "--until", "1993-13-01"],
        &["run", "treaty.rog", "--reading", "A5"],
        &["run", "treaty.rog", "--reading", "A5=now"],
        &["run", "treaty.rog", "--scenario", "nothing like it"],
        &["why", "treaty.rog"],
        &["simulate", "treaty.rog", "--runs", "0"],
        &["explain", "E9999"],
        &["explain"],
    ] {
        let ended = rogatio(&dir, args);
        assert_eq!(ended.exit, 2, "{args:?}: {}", ended.stderr);
        assert!(!ended.stderr.is_empty());
    }
}

#[test]
fn colours_only_when_asked_for() {
    let dir = tempdir().unwrap();
    write(&dir, "bad.rog", "module bad\nkind\n");
    let plain = rogatio(&dir, &["check", "bad.rog"]);
    assert!(!plain.stderr.contains('\u{1b}'));
    let never = rogatio(&dir, &["check", "bad.rog", "--color", "never"]);
    assert_eq!(plain.stderr, never.stderr);
    let always = rogatio(&dir, &["--color", "always", "check", "bad.rog"]);
    assert!(always.stderr.contains('\u{1b}'));
}

#[test]
fn the_passes_can_be_seen() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    for pass in ["tokens", "ast", "hir", "mir"] {
        let ended = rogatio(&dir, &["check", "treaty.rog", "--emit", pass]);
        assert_eq!(ended.exit, 0, "{pass}: {}", ended.stderr);
        assert!(ended.stdout.contains("deposit"), "{pass}: {}", ended.stdout);
    }
}

#[test]
fn what_the_variables_of_a_sentence_stand_for() {
    let dir = tempdir().unwrap();
    let text = r#"module notes
kind Party
kind Draft
office Secretariat
act table_it(d: Draft) by any Party
act send(d: Draft, copy: Draft) by Secretariat
article 1 {
  (1) Secretariat must send(d, c)
      within 3 days upon table_it(d) // "at once" is another matter
  (2) each Party must "as far as possible", "help // a little"
}
"#;
    write(&dir, "notes.rog", text);
    let ended = rogatio(&dir, &["check", "notes.rog", "--bindings"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let want = "art 1(1)  Secretariat must send(d, c) within 3 days upon table_it(d)
    one for each  d: Draft
    any  c: Draft
art 1(2)  each Party must \"as far as possible\", \"help // a little\"
    one for each  each Party
";
    assert_eq!(ended.stdout, want);
    // The element of a set stands for nothing outside it, though a roll names it.
    let ended = rogatio(&dir, &["check", "dao.governor", "--bindings"]);
    let want =
        "any a: Account cannot vote(Vote on p) when a in cast(Vote on p)\n    any  p: Proposal\n";
    assert!(ended.stdout.contains(want), "{}", ended.stdout);
    let ended = rogatio(&dir, &["check", "notes.rog", "--bindings", "--emit", "mir"]);
    assert_eq!(ended.exit, 2, "{}", ended.stdout);
}

#[test]
fn standard_input_is_a_file() {
    let dir = tempdir().unwrap();
    assert_eq!(rogatio_with(&dir, &["check", "-"], TREATY).exit, 0);
    let ended = rogatio_with(
        &dir,
        &["check", "-", "--format", "short"],
        "module x\nkind\n",
    );
    assert!(ended.stderr.starts_with("<stdin>:"), "{}", ended.stderr);
}

#[test]
fn modules_beside_the_file_then_the_folder_then_the_library() {
    let dir = tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("lib/law")).unwrap();
    write(&dir, "lib/law/sea.rog", "module law.sea\nkind Ship\n");
    write(
        &dir,
        "main.rog",
        "module main\nuse law.sea\nact sink by any Ship\n",
    );
    let ended = rogatio(&dir, &["check", "main.rog", "--format", "short"]);
    assert_eq!(ended.exit, 3);
    assert!(
        ended.stderr.contains("no module `law.sea`"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        rogatio(&dir, &["check", "main.rog", "--stdlib", "lib"]).exit,
        0
    );
    assert_eq!(
        rogatio(&dir, &["check", "law.sea", "--stdlib", "lib"]).exit,
        0
    );
    std::fs::create_dir(dir.path().join("law")).unwrap();
    write(&dir, "law/sea.rog", "module law.sea\nkind Boat\n");
    let ended = rogatio(&dir, &["check", "main.rog", "--stdlib", "lib"]);
    assert!(
        ended.stderr.contains("`Ship`"),
        "the file beside comes first: {}",
        ended.stderr
    );
}

#[test]
fn stories_of_codes() {
    let dir = tempdir().unwrap();
    let list = rogatio(&dir, &["explain", "--list"]);
    assert!(list.stdout.lines().count() > 20);
    let first = list.stdout.lines().next().unwrap();
    assert_eq!(first, "E0001  file not found");
    let one = rogatio(&dir, &["explain", "e0001"]);
    assert_eq!(one.exit, 0);
    assert!(
        one.stdout.starts_with("E0001: file not found\n"),
        "{}",
        one.stdout
    );
}

#[test]
fn completions_for_shells() {
    let dir = tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let ended = rogatio(&dir, &["completions", shell]);
        assert_eq!(ended.exit, 0);
        assert!(ended.stdout.contains("why-not"), "{shell}");
        // Fish completes options alone.
        let codes = ended.stdout.contains("E0601");
        assert_eq!(codes, shell != "fish", "{shell}: codes");
    }
}

#[test]
fn manual_pages() {
    let dir = tempdir().unwrap();
    let ended = rogatio(&dir, &["man", "-o", "share/man1"]);
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
    let page = |name: &str| {
        let path = dir.path().join("share/man1").join(name);
        std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    assert!(
        page("rogatio.1").contains("rogatio\\-why\\-not(1)"),
        "{}",
        page("rogatio.1")
    );
    for command in COMMANDS {
        let text = page(&format!("rogatio-{command}.1"));
        assert!(
            text.contains(".TH") && text.contains("Examples:"),
            "{command}: {text}"
        );
    }
    assert_eq!(
        ended.stdout.lines().count(),
        std::fs::read_dir(dir.path().join("share/man1"))
            .unwrap()
            .count()
    );
    write(&dir, "file", "");
    let ended = rogatio(&dir, &["man", "-o", "file/x"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.starts_with("error[E0007]"), "{}", ended.stderr);
}
