//! A run that opens more than its experiment allows: the bound is named, and the edit.

mod common;

use common::{rogatio, rogatio_with, write};
use tempfile::TempDir;

const MODULE: &str = "module t
kind State
act submit(new b: Bill) by State
act file(new p: Paper) by State
any State may submit(b)
any State may file(p)
procedure Bill { stage pending { on lapse of 30 days -> lapsed } outcome lapsed }
procedure Paper { stage pending { on lapse of 30 days -> lapsed } outcome lapsed }
";

/// With bounds, and how often each thing is opened.
fn module(bounds: &str) -> TempDir {
    let dir = TempDir::new().expect("a folder");
    let text = format!(
        "{MODULE}experiment e {{ begin 2001-01-01 State 4 {bounds}
            each State does submit after exponential(100 days)
            each State does file after exponential(100 days)
            horizon 1 year
            measure count(b: Bill where b is lapsed)
        }}"
    );
    write(&dir, "t.rog", &text);
    dir
}

/// What is remarked of a simulation, and what of the replay of the run that it names.
fn told(dir: &TempDir, engine: &str, lang: &str) -> (String, String) {
    let common = ["--lang", lang, "simulate", "t.rog", "--seed", "1"];
    let ran = rogatio(
        dir,
        &[&common[..], &["--engine", engine, "--runs", "300"]].concat(),
    );
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let run = ran.stderr.split("--replay ").nth(1).unwrap_or_default();
    let run: String = run.chars().take_while(char::is_ascii_digit).collect();
    if run.is_empty() {
        return (ran.stderr, String::new());
    }
    let replay = rogatio(dir, &[&common[..], &["--replay", &run]].concat());
    assert_eq!(replay.exit, 0, "{}", replay.stderr);
    (ran.stderr, replay.stdout)
}

#[test]
fn the_bound_is_named_with_the_edit() {
    for (bounds, bound, wider) in [
        (
            "at most 2 Bill in all at most 90 Paper in all",
            "at most 2 Bill in all",
            "at most 4 Bill in all",
        ),
        (
            "at most 90 Bill in all at most 3 Paper in all",
            "at most 3 Paper in all",
            "at most 6 Paper in all",
        ),
        (
            "at most 90 Bill in all at most 1 Bill open at most 90 Paper in all",
            "at most 1 Bill open",
            "at most 2 Bill open",
        ),
    ] {
        let dir = module(bounds);
        let mut of_engines = Vec::new();
        for engine in ["jit", "interpret"] {
            let (ran, replay) = told(&dir, engine, "en");
            for text in [&ran, &replay] {
                for part in [bound, &format!("write `{wider}`")] {
                    assert!(text.contains(part), "{engine}: {part}: {text}");
                }
            }
            of_engines.push(ran.lines().last().unwrap_or_default().to_owned());
        }
        assert_eq!(of_engines[0], of_engines[1], "the same run and bound");
        let (ran, replay) = told(&dir, "jit", "ja");
        for text in [ran, replay] {
            assert!(text.contains(&format!("`{bound}` を超え")), "{text}");
            assert!(text.contains(&format!("`{wider}` と書く")), "{text}");
        }
    }
}

#[test]
fn nothing_is_told_of_runs_within_the_bounds() {
    let dir = module("at most 90 Bill in all at most 90 Paper in all");
    let (ran, replay) = told(&dir, "jit", "en");
    assert!(!ran.contains("at most"), "{ran}");
    assert_eq!(replay, "");
}

#[test]
fn the_edit_is_enough_in_the_end() {
    let mut most = 1;
    for _ in 0..10 {
        let dir = module(&format!(
            "at most {most} Bill in all at most 90 Paper in all"
        ));
        let (ran, _) = told(&dir, "jit", "en");
        let Some((_, rest)) = ran.split_once("write `at most ") else {
            assert!(most > 4, "{most}");
            return;
        };
        let next: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let next: u32 = next.parse().expect("a number");
        assert!(next > most);
        most = next;
    }
    panic!("still beyond {most}");
}

/// The last line of a remark that names a bound.
fn remark(text: &str) -> &str {
    let named = |line: &&str| line.contains("goes beyond");
    text.lines().find(named).unwrap_or_default()
}

#[test]
fn parts_and_what_they_come_to_name_it_too() {
    let dir = module("at most 3 Bill in all at most 90 Paper in all");
    let (whole, _) = told(&dir, "jit", "en");
    // Shards begin at multiples of the runs that a thread takes at a time.
    let fine = |args: &[&str]| {
        let ended = rogatio(&dir, args);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        ended
    };
    let args = ["shard", "plan", "t.rog", "--runs", "20000", "--seed", "1"];
    let shards = fine(&[&args[..], &["--shards", "2", "-o", "cut"]].concat()).stdout;
    let shards: Vec<&str> = shards.lines().collect();
    assert_eq!(shards.len(), 2);
    let mut parts = Vec::new();
    for (i, shard) in shards.iter().enumerate() {
        let part = format!("{i}.part");
        let played = fine(&["shard", "run", shard, "-o", &part]);
        let said = remark(&played.stderr);
        assert!(
            said.contains("`at most 3 Bill in all`"),
            "{}",
            played.stderr
        );
        // Of a shard, one of its own runs.
        assert_eq!(said == remark(&whole), i == 0, "{said}");
        parts.push(part);
    }
    let merged = fine(&["shard", "merge", &parts[0], &parts[1], "-o", "all.json"]);
    assert_eq!(remark(&merged.stderr), remark(&whole));
    assert!(!remark(&whole).is_empty());
}

#[test]
fn the_prompt_names_it_too() {
    for (lang, said, edit) in [
        (
            "en",
            "goes beyond `at most 3 Bill in all`",
            "write `at most 6 Bill in all`",
        ),
        (
            "ja",
            "`at most 3 Bill in all` を超え",
            "`at most 6 Bill in all` と書く",
        ),
    ] {
        let dir = module("at most 3 Bill in all at most 90 Paper in all");
        let asked = ":sim 300 count(b: Bill where b is lapsed)\n";
        let ended = rogatio_with(&dir, &["--lang", lang, "repl", "t.rog"], asked);
        for part in [said, edit] {
            assert!(
                ended.stdout.contains(part),
                "{part}: {}{}",
                ended.stdout,
                ended.stderr
            );
        }
        assert!(!ended.stdout.contains("--replay"), "{}", ended.stdout);
    }
    let dir = module("at most 90 Bill in all at most 90 Paper in all");
    let asked = ":sim 300 count(b: Bill where b is lapsed)\n";
    let ended = rogatio_with(&dir, &["repl", "t.rog"], asked);
    assert!(ended.stdout.contains("300"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("beyond"), "{}", ended.stdout);
}
