//! `simulate --plan`: rewrites are named in every output, change no law, and do not depend on threads, engines or shards.

mod common;

use common::{rogatio, write};
use std::fs;

const CLUB: &str = "\
module club
kind Person
kind Motion
kind Clerk
body Club { members Person }
act table(m: Motion) by any Clerk
decision Carry on m: Motion by Club {
    ballots yes, no, last counts
    quorum none
    passes when yes is more than 1/2 of voting
    silence none
    opens upon table(m)
    open 3 days
}
status carried(m: Motion) from adopted(Carry on m)
experiment year {
    begin 2000-01-01
    Person 7
    Motion 3
    Clerk: C
    C does table(m) after uniform(5 days, 40 days) when not carried(m) restarting
    each Person votes yes 45%, no 40% on Carry
    horizon 60 days
    measure count(Motion & carried)
}
";

const NAME: &str = "votes on Carry drawn at once";

#[test]
fn a_plan_is_named_and_the_same_everywhere() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir, "club.rog", CLUB);
    let told = |args: &[&str]| {
        let all = ["simulate", "club.rog", "--seed", "3"];
        let ended = rogatio(&dir, &[&all, args].concat());
        assert_eq!(ended.exit, 0, "{args:?}: {}", ended.stderr);
        ended.stdout
    };
    let runs = ["--runs", "6000", "-o"];
    told(&[&runs[..], &["one.csv", "--threads", "1"]].concat());
    told(&[&runs[..], &["two.csv", "--threads", "2"]].concat());
    let one = fs::read_to_string(dir.path().join("one.csv")).unwrap();
    assert_eq!(one, fs::read_to_string(dir.path().join("two.csv")).unwrap());
    assert!(one.contains(&format!("rewrite,,{NAME}")), "{one}");
    // So do shards, in any order.
    let fine = |args: &[&str]| {
        let ended = rogatio(&dir, args);
        assert_eq!(ended.exit, 0, "{args:?}: {}", ended.stderr);
        ended.stdout
    };
    let cut = ["shard", "plan", "club.rog", "--runs", "6000", "--seed", "3"];
    let shards = fine(&[&cut[..], &["--shards", "2", "-o", "cut"]].concat());
    let shards: Vec<&str> = shards.lines().collect();
    assert_eq!(shards.len(), 2);
    for (shard, part) in shards.iter().zip(["a.part", "b.part"]) {
        fine(&["shard", "run", shard, "-o", part]);
    }
    fine(&["shard", "merge", "b.part", "a.part", "-o", "merged.csv"]);
    assert_eq!(
        one,
        fs::read_to_string(dir.path().join("merged.csv")).unwrap()
    );
    // Both engines play the same plan.
    let measured = |args: &[&str]| {
        let json = told(&[&["--runs", "300", "--format", "json"], args].concat());
        let object: serde_json::Value = serde_json::from_str(&json).unwrap();
        (object["measures"].clone(), object["rewrites"].clone())
    };
    let planned = measured(&["--engine", "jit"]);
    assert_eq!(planned.1[0], NAME);
    assert_eq!(planned, measured(&["--engine", "interpret"]));
    let written = measured(&["--plan", "none"]);
    assert_ne!(planned, written);
    assert!(
        written.1.as_array().is_none_or(Vec::is_empty),
        "{}",
        written.1
    );
    assert_eq!(planned, measured(&["--plan", "votes,planes"]));
    assert!(told(&["--explain-plan"]).contains(NAME));
    let plain = told(&["--explain-plan", "--plan", "none"]);
    assert!(
        plain.contains("rewrites    none") || plain.contains("rewrites  none"),
        "{plain}"
    );
    let replay = told(&["--replay", "4"]);
    assert!(
        replay.contains("one draw in") && replay.contains(NAME),
        "{replay}"
    );
    assert!(!replay.contains("silent"), "{replay}");
    let japanese = told(&["--replay", "4", "--lang", "ja"]);
    assert!(japanese.contains("Carryの表決は一度に引く"), "{japanese}");
}

#[test]
fn another_plan_is_not_continued() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir, "club.rog", CLUB);
    let args = [
        "simulate", "club.rog", "--seed", "3", "-o", "out.json", "--runs",
    ];
    let first = rogatio(&dir, &[&args[..], &["500"]].concat());
    assert_eq!(first.exit, 0, "{}", first.stderr);
    let kept = fs::read(dir.path().join("out.json")).unwrap();
    let more = ["900", "--resume", "--plan", "none"];
    let refused = rogatio(&dir, &[&args[..], &more].concat());
    assert_eq!(refused.exit, 3, "{}", refused.stdout);
    assert!(
        refused.stderr.contains("E0982") && refused.stderr.contains("plan"),
        "{}",
        refused.stderr
    );
    assert_eq!(kept, fs::read(dir.path().join("out.json")).unwrap());
    let continued = rogatio(&dir, &[&args[..], &["900", "--resume"]].concat());
    assert_eq!(continued.exit, 0, "{}", continued.stderr);
}
