//! What the README shows is what the program says.

mod common;

use common::{rogatio, rogatio_with, root, write};
use tempfile::{TempDir, tempdir};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// What stands between a fence after a heading and the end of its block.
fn block(from: &str, fence: &str) -> String {
    let readme = readme();
    let (_, rest) = readme.split_once(from).unwrap();
    let (_, rest) = rest.split_once(fence).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn demo() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "demo.rog", block("## A program", "```rog\n"));
    dir
}

#[test]
fn the_program() {
    let ended = rogatio(&demo(), &["run", "demo.rog"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout, block("prints what happens", "```text\n"));
}

/// Commands behind `$`, each with its answer.
#[test]
fn the_questions() {
    let dir = tempdir().unwrap();
    let session = block("## A question", "```text\n");
    let asked: Vec<&str> = session.split("$ rogatio ").skip(1).collect();
    assert_eq!(asked.len(), 2);
    for one in asked {
        let (line, told) = one.split_once('\n').unwrap();
        let words: Vec<String> = line
            .split(' ')
            .map(|w| match w.strip_prefix("examples/") {
                Some(file) => root().join("examples").join(file).display().to_string(),
                None => w.trim_matches('\'').to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = rogatio(&dir, &words);
        assert_eq!(ended.stdout.trim_end(), told.trim_end(), "{line}");
    }
}

#[test]
fn the_error() {
    let dir = tempdir().unwrap();
    write(&dir, "association.rog", block("## An error", "```text\n"));
    let ended = rogatio(&dir, &["check", "association.rog"]);
    assert_eq!(ended.exit, 3);
    let (_, rest) = readme()
        .split_once("## An error")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let shown = rest
        .split("```text\n")
        .nth(2)
        .unwrap()
        .split_once("```")
        .unwrap()
        .0;
    assert!(ended.stderr.starts_with(shown), "{}", ended.stderr);
}

#[test]
fn the_power_of_six() {
    let dir = tempdir().unwrap();
    let six = root().join("examples/power/eec_of_six.rog");
    let ended = rogatio(&dir, &["power", six.to_str().unwrap()]);
    let shown = block("## Voting power", "```text\n");
    assert!(ended.stdout.contains(shown.trim_end()), "{}", ended.stdout);
}

/// The session is one: what is typed there answers what stands there.
#[test]
fn the_session_of_the_readme() {
    let dir = demo();
    let session = block("## The prompt", "```text\n");
    let (typed, told): (Vec<&str>, Vec<&str>) = session.lines().partition(|l| l.starts_with("> "));
    let typed: String = typed.iter().map(|l| format!("{}\n", &l[2..])).collect();
    let ended = rogatio_with(&dir, &["repl", "demo.rog"], &typed);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>(), told);
    let tested = rogatio(&dir, &["test", "later.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
}
