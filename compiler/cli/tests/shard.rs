//! `shard`: any cut of the runs, in any order, gives the bytes of an undivided simulation; what does not fit is refused.

mod common;

use common::{Ended, race, rogatio, write};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn fine(ended: Ended) -> Ended {
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    ended
}

fn plan(dir: &TempDir, runs: &str, shards: &str, folder: &str) -> Vec<String> {
    let args = ["shard", "plan", "race.rog", "--runs", runs, "--seed", "7"];
    let args = [&args[..], &["--shards", shards, "-o", folder]].concat();
    let ended = fine(rogatio(dir, &args));
    ended.stdout.lines().map(str::to_owned).collect()
}

fn play(dir: &TempDir, shards: &[String]) -> Vec<String> {
    let part = |shard: &String| {
        let out = format!("{shard}.part");
        fine(rogatio(dir, &["shard", "run", shard, "-o", &out]));
        out
    };
    shards.iter().map(part).collect()
}

#[test]
fn any_cut_gives_the_same_bytes() {
    let dir = race();
    let runs = "50000";
    for out in ["all.json", "all.csv"] {
        let args = [
            "simulate", "race.rog", "--runs", runs, "--seed", "7", "-o", out,
        ];
        fine(rogatio(&dir, &args));
    }
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    for count in ["1", "2", "7", "40"] {
        let shards = plan(&dir, runs, count, &format!("cut{count}"));
        let most = 50_000_u64.div_ceil(4096);
        let wanted = count.parse::<u64>().unwrap().min(most);
        assert_eq!(shards.len() as u64, wanted, "whole blocks");
        let mut parts = play(&dir, &shards);
        parts.reverse();
        // The texts are in the shards: the program may be elsewhere.
        for out in ["merged.json", "merged.csv"] {
            let named: Vec<&str> = parts.iter().map(String::as_str).collect();
            let args = [&["shard", "merge"], &named[..], &["-o", out]].concat();
            fine(rogatio(&dir, &args));
            assert!(
                read(out) == read(&out.replace("merged", "all")),
                "{count} {out}"
            );
        }
    }
}

#[test]
fn a_worker_needs_nothing_but_its_shard() {
    let dir = race();
    let shards = plan(&dir, "9000", "2", "cut");
    fs::remove_file(dir.path().join("race.rog")).unwrap();
    let parts = play(&dir, &shards);
    let merged = ["shard", "merge", &parts[0], &parts[1], "-o", "out.csv"];
    fine(rogatio(&dir, &merged));
}

#[test]
fn what_does_not_fit_is_refused() {
    let dir = race();
    let shards = plan(&dir, "20000", "3", "cut");
    let parts = play(&dir, &shards);
    write(&dir, "out.json", "precious\n");
    let merge = |files: &[&str]| {
        let args = [&["shard", "merge"], files, &["-o", "out.json"]].concat();
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, 3, "{}", ended.stderr);
        assert_eq!(
            fs::read_to_string(dir.path().join("out.json")).unwrap(),
            "precious\n"
        );
        ended.stderr
    };
    let missing = merge(&[&parts[0], &parts[2]]);
    assert!(
        missing.contains("E0983") && missing.contains("are missing"),
        "{missing}"
    );
    let twice = merge(&[&parts[0], &parts[1], &parts[1], &parts[2]]);
    assert!(twice.contains("there twice"), "{twice}");
    let text = fs::read_to_string(dir.path().join(&parts[1])).unwrap();
    for (bad, said) in [
        (text.replacen("\"seed\":7", "\"seed\":8", 1), "another seed"),
        (
            text.replacen("\"sum\":\"", "\"sum\":\"1", 1),
            "do not add up",
        ),
        (text[..text.len() / 2].to_owned(), "damaged"),
        ("{}".to_owned(), "damaged"),
    ] {
        write(&dir, "bad.part", bad);
        let found = merge(&[&parts[0], "bad.part", &parts[2]]);
        assert!(found.contains(said), "{said}: {found}");
    }
    // A shard whose texts were changed, or that another version made.
    let shard: PathBuf = dir.path().join(&shards[0]);
    let text = fs::read_to_string(&shard).unwrap();
    for (bad, said) in [
        (
            text.replacen("4 years", "5 years", 1),
            "another hash of the texts",
        ),
        (
            text.replacen("\"version\":\"0.", "\"version\":\"9.", 1),
            "another version",
        ),
        (
            text.replacen("rogatio-shard-1", "rogatio-shard-9", 1),
            "another format",
        ),
        (text[..text.len() - 9].to_owned(), "damaged"),
    ] {
        write(&dir, "bad.json", bad);
        let ended = rogatio(&dir, &["shard", "run", "bad.json", "-o", "x.part"]);
        assert_eq!(ended.exit, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
        assert!(!dir.path().join("x.part").exists());
    }
    let none = rogatio(&dir, &["shard", "run", "nothing.json", "-o", "x.part"]);
    assert!(
        none.exit == 3 && none.stderr.contains("E0001"),
        "{}",
        none.stderr
    );
}

#[test]
fn interpreted_shards_are_small() {
    let dir = race();
    let more = ["--runs", "20", "--shards", "3", "--engine", "interpret"];
    let args = [&["shard", "plan", "race.rog", "-o", "cut"], &more[..]].concat();
    let shards: Vec<String> = fine(rogatio(&dir, &args))
        .stdout
        .lines()
        .map(str::to_owned)
        .collect();
    let parts = play(&dir, &shards);
    assert_eq!(parts.len(), 3);
    let named: Vec<&str> = parts.iter().map(String::as_str).collect();
    fine(rogatio(
        &dir,
        &[&["shard", "merge"], &named[..], &["-o", "m.json"]].concat(),
    ));
    let args = [
        "simulate",
        "race.rog",
        "--runs",
        "20",
        "--engine",
        "interpret",
        "-o",
        "a.json",
    ];
    fine(rogatio(&dir, &args));
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    assert!(read("m.json") == read("a.json"));
}

/// The same with a parameter.
fn waiting() -> TempDir {
    let dir = race();
    let text = fs::read_to_string(dir.path().join("race.rog")).unwrap();
    let text = text
        .replace("exponential(4 years)", "exponential(wait)")
        .replace(
            "  State 20\n",
            "  State 20\n  param wait: period = 4 years\n",
        );
    write(&dir, "race.rog", text);
    dir
}

#[test]
fn a_sweep_is_cut_like_a_simulation() {
    let dir = waiting();
    let runs = "20000";
    let vary = [
        "--vary",
        "wait=2 years,5 years",
        "--runs",
        runs,
        "--seed",
        "7",
    ];
    for out in ["all.json", "all.csv"] {
        fine(rogatio(
            &dir,
            &[&["simulate", "race.rog"], &vary[..], &["-o", out]].concat(),
        ));
    }
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    let mut kept = Vec::new();
    for count in ["1", "2", "7", "40"] {
        let folder = format!("sweep{count}");
        let args = [
            &["shard", "plan", "race.rog"],
            &vary[..],
            &["--shards", count, "-o", &folder],
        ];
        let planned = fine(rogatio(&dir, &args.concat()));
        let shards: Vec<String> = planned.stdout.lines().map(str::to_owned).collect();
        let mut parts = play(&dir, &shards);
        parts.reverse();
        for out in ["merged.json", "merged.csv"] {
            let named: Vec<&str> = parts.iter().map(String::as_str).collect();
            fine(rogatio(
                &dir,
                &[&["shard", "merge"], &named[..], &["-o", out]].concat(),
            ));
            assert!(
                read(out) == read(&out.replace("merged", "all")),
                "{count} {out}"
            );
        }
        kept = parts;
    }
    // A point that is lost, and a part of another sweep.
    let text = fs::read_to_string(dir.path().join(&kept[0])).unwrap();
    let mut part: serde_json::Value = serde_json::from_str(&text).unwrap();
    part["points"].as_array_mut().unwrap().pop();
    let other = text.replacen("5 years\"", "6 years\"", 1);
    for (bad, said) in [
        (part.to_string(), "do not add up"),
        (other, "another sweep"),
    ] {
        write(&dir, "bad.part", bad);
        let named: Vec<&str> = kept[1..]
            .iter()
            .map(String::as_str)
            .chain(["bad.part"])
            .collect();
        let ended = rogatio(
            &dir,
            &[&["shard", "merge"], &named[..], &["-o", "x.json"]].concat(),
        );
        assert_eq!(ended.exit, 3, "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
        assert!(!dir.path().join("x.json").exists());
    }
}

#[test]
fn what_is_not_cut() {
    let dir = waiting();
    for (option, value, exit, said) in [
        ("--until-width", "0.01", 3, "E0986"),
        ("--vary", "wait=1 day..100000 days/1 day", 3, "E0984"),
        ("--vary", "wiat", 2, "did you mean"),
    ] {
        let args = [
            "shard", "plan", "race.rog", "--runs", "100", "--shards", "2",
        ];
        let args = [&args[..], &["-o", "shards", option, value]].concat();
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, exit, "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
        assert!(!dir.path().join("shards").exists());
    }
}

#[test]
fn a_shard_says_which_plan_it_is_of() {
    let dir = race();
    let cut = |folder: &str, plan: &str| {
        let args = ["shard", "plan", "race.rog", "--runs", "9000", "--seed", "7"];
        let args = [&args[..], &["--shards", "2", "-o", folder, "--plan", plan]].concat();
        let ended = fine(rogatio(&dir, &args));
        let shards: Vec<String> = ended.stdout.lines().map(str::to_owned).collect();
        play(&dir, &shards)
    };
    let (none, votes) = (cut("none", "none"), cut("votes", "votes"));
    let alone = ["shard", "merge", &none[0], &none[1], "-o", "merged.json"];
    fine(rogatio(&dir, &alone));
    let all = ["simulate", "race.rog", "--runs", "9000", "--seed", "7"];
    fine(rogatio(
        &dir,
        &[&all[..], &["--plan", "none", "-o", "all.json"]].concat(),
    ));
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    assert!(read("merged.json") == read("all.json"));
    let mixed = ["shard", "merge", &none[0], &votes[1], "-o", "merged.json"];
    let ended = rogatio(&dir, &mixed);
    assert!(
        ended.exit == 3 && ended.stderr.contains("another plan"),
        "{}",
        ended.stderr
    );
    assert!(read("merged.json") == read("all.json"), "nothing is lost");
}
