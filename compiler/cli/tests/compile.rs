//! `rogatio compile`: object files, libraries and programs give the numbers that `simulate` gives.

mod common;

use common::{rogatio, write};
use std::process::Command;
use tempfile::TempDir;

const BILLS: &str = "module bills
kind State
kind Clerk
act submit(new b: Bill) by any State
act approve(b: Bill) by Clerk
any Clerk may approve(b) when b is pending
procedure Bill { stage pending { on approve -> passed   on lapse of 60 days -> dead }   outcome passed, dead }
status busy from 5th submit
experiment bills {
    begin 2001-01-01
    State 10
    Clerk 1
    at most 30 Bill in all
    each State does submit after exponential(1 year)
    each Clerk does approve(b: Bill) after exponential(40 days)
    horizon 2 years
    measure start(busy)
    measure laws: count(b: Bill where b is passed)
}
";

/// Runs a program in the folder; its standard output.
fn ran(dir: &TempDir, program: &str, args: &[&str]) -> String {
    let mut command = Command::new(dir.path().join(program));
    let done = command.args(args).current_dir(dir.path()).output();
    let done = done.expect("the program starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{program}: {said}");
    String::from_utf8(done.stdout).expect("UTF-8")
}

fn links() -> bool {
    Command::new("cc").arg("--version").output().is_ok()
}

/// The counts of a measure in what a worker wrote: value and number of runs.
fn counts(text: &str, measure: usize) -> Vec<(i64, u64)> {
    let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let pairs = json["measures"][measure]["counts"]
        .as_array()
        .expect("counts");
    let number = |p: &serde_json::Value| (p[0].as_i64(), p[1].as_u64());
    let all = pairs.iter().map(|p| match number(p) {
        (Some(v), Some(n)) => (v, n),
        _ => panic!("{p} is no count"),
    });
    all.collect()
}

#[test]
fn a_program_in_c_calls_an_experiment_and_a_worker_runs_shards_of_it() {
    if !links() {
        return;
    }
    let dir = TempDir::new().expect("a folder");
    write(&dir, "bills.rog", BILLS);
    let ended = rogatio(&dir, &["compile", "bills.rog", "-o", "worker"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let whole = ran(&dir, "worker", &["--seed", "7", "--runs", "3000"]);
    // Shards in any order add up to the whole.
    for measure in 0..2 {
        let mut sum = std::collections::BTreeMap::new();
        for shard in ["3/3", "1/3", "2/3"] {
            let args = [
                "--seed",
                "7",
                "--runs",
                "3000",
                "--shard",
                shard,
                "-o",
                "part.json",
            ];
            ran(&dir, "worker", &args);
            let part = std::fs::read_to_string(dir.path().join("part.json")).expect("a part");
            for (value, n) in counts(&part, measure) {
                *sum.entry(value).or_insert(0) += n;
            }
        }
        assert!(sum.into_iter().eq(counts(&whole, measure)));
    }
    // The same numbers as the engine of this process.
    let csv = [
        "simulate",
        "bills.rog",
        "--seed",
        "7",
        "--runs",
        "3000",
        "-o",
        "bills.csv",
    ];
    let ended = rogatio(&dir, &csv);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let csv = std::fs::read_to_string(dir.path().join("bills.csv")).expect("a result");
    let rows = csv.lines().filter_map(|l| l.strip_prefix("laws,count,"));
    let rows = rows.map(|l| {
        let (value, n) = l.split_once(',').expect("a value and a number");
        (
            value.parse().expect("a value"),
            n.parse().expect("a number"),
        )
    });
    let found: Vec<(i64, u64)> = rows.collect();
    assert!(found.len() > 5, "{csv}");
    assert_eq!(found, counts(&whole, 1));
    let passed: i128 = found
        .iter()
        .map(|(v, n)| i128::from(*v) * i128::from(*n))
        .sum();

    // A program of somebody else, against the header.
    let ended = rogatio(&dir, &["compile", "bills.rog", "bills", "-o", "bills.o"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let main = "#include <stdio.h>\n#include <stdlib.h>\n#include \"bills.h\"\n\
        int main(void) {\n\
            static _Alignas(64) char arena[ROGATIO_BILLS_ARENA];\n\
            static int64_t records[3000 * ROGATIO_BILLS_WIDTH];\n\
            long passed = 0;\n\
            rogatio_bills_prepare(arena, 7);\n\
            rogatio_bills_runs(arena, 1000, 3000, records);\n\
            rogatio_bills_runs(arena, 0, 1000, records + 2000 * ROGATIO_BILLS_WIDTH);\n\
            for (int i = 0; i < 3000; i++) passed += records[i * ROGATIO_BILLS_WIDTH + 2];\n\
            printf(\"%ld\\n\", passed);\n\
            return 0;\n}\n";
    write(&dir, "main.c", main);
    let linked = Command::new("cc")
        .args([
            "-std=c11", "-Wall", "-Werror", "main.c", "bills.o", "-o", "main",
        ])
        .current_dir(dir.path())
        .output()
        .expect("cc runs");
    assert!(
        linked.status.success(),
        "{}",
        String::from_utf8_lossy(&linked.stderr)
    );
    assert_eq!(ran(&dir, "main", &[]).trim(), passed.to_string());
}

/// A worker is a machine's share of a simulation: its parts go together with those of `shard run`, into the very bytes of one
/// simulation, and it takes no shard of other texts.
#[test]
fn parts_of_a_worker_merge_with_parts_of_others() {
    if !links() {
        return;
    }
    let dir = TempDir::new().expect("a folder");
    write(&dir, "bills.rog", BILLS);
    let done = |args: &[&str]| {
        let ended = rogatio(&dir, args);
        assert_eq!(ended.exit, 0, "{args:?}: {}", ended.stderr);
        ended.stdout
    };
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect(name);
    done(&["compile", "bills.rog", "-o", "worker"]);
    let plan = [
        "shard",
        "plan",
        "bills.rog",
        "--runs",
        "20000",
        "--seed",
        "7",
        "--shards",
        "3",
    ];
    done(&[&plan[..], &["--engine", "jit", "-o", "plan"]].concat());
    let part = |i: usize| format!("part{i}.json");
    let shard = |i: usize| format!("plan/bills-{i}.json");
    ran(&dir, "worker", &["--shard", &shard(1), "-o", &part(1)]);
    done(&["shard", "run", &shard(2), "-o", &part(2)]);
    ran(&dir, "worker", &["--shard", &shard(3), "-o", &part(3)]);
    // What a worker writes of a shard is what `shard run` writes.
    done(&["shard", "run", &shard(1), "-o", "again.json"]);
    assert_eq!(read(&part(1)), read("again.json"));
    done(&[
        "shard",
        "merge",
        &part(3),
        &part(1),
        &part(2),
        "-o",
        "merged.json",
    ]);
    let whole = [
        "simulate",
        "bills.rog",
        "--runs",
        "20000",
        "--seed",
        "7",
        "--engine",
        "jit",
    ];
    done(&[&whole[..], &["-o", "whole.json"]].concat());
    assert_eq!(read("merged.json"), read("whole.json"));
    // Without a plan a worker cuts the runs itself.
    for (i, shard) in ["2/2", "1/2"].into_iter().enumerate() {
        let args = [
            "--seed",
            "7",
            "--runs",
            "20000",
            "--shard",
            shard,
            "-o",
            &part(i),
        ];
        ran(&dir, "worker", &args);
    }
    done(&["shard", "merge", &part(0), &part(1), "-o", "merged.csv"]);
    done(&[&whole[..], &["-o", "whole.csv"]].concat());
    assert_eq!(read("merged.csv"), read("whole.csv"));

    // A shard of other texts.
    write(&dir, "bills.rog", BILLS.replace("60 days", "61 days"));
    done(&[&plan[..], &["--engine", "jit", "-o", "other"]].concat());
    write(&dir, "none.json", "{}\n");
    write(
        &dir,
        "engine.json",
        read(&shard(1)).replace("\"jit\"", "\"interpret\""),
    );
    for (file, why) in [
        (
            "other/bills-1.json",
            "is a shard of other texts: their hash is",
        ),
        ("none.json", "is no shard"),
        ("engine.json", "is a shard of another experiment, engine"),
        ("missing.json", "cannot be read"),
    ] {
        let mut command = Command::new(dir.path().join("worker"));
        let args = ["--shard", file, "-o", "refused.json"];
        let done = command.args(args).current_dir(dir.path()).output();
        let done = done.expect("the program starts");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(3), "{file}: {said}");
        assert!(said.contains(why), "{file}: {said}");
        assert!(!dir.path().join("refused.json").exists());
    }
}

#[test]
fn what_a_worker_is_asked_wrongly_it_says() {
    if !links() {
        return;
    }
    let dir = TempDir::new().expect("a folder");
    write(&dir, "bills.rog", BILLS);
    assert_eq!(
        rogatio(&dir, &["compile", "bills.rog", "-o", "worker"]).exit,
        0
    );
    for args in [
        &["--runs", "-1"][..],
        &["--runs", "10", "--shard", "3/2"],
        &["--from", "5", "--to", "2"],
        &["--runs", "10", "--from", "5", "--to", "2"],
        &["--runs", "10", "--from", "5", "--to", "11"],
        &["--runs", "10", "--from", "5"],
        &["--runs", "10", "--from", "5", "--to", "6", "--shard", "1/2"],
        &["--shard", "1/2"],
        &["--shard", "bills-1.json", "--seed", "3"],
        &["--runs", "99999999999999999999"],
        &["--rnus", "5"],
        &[],
    ] {
        let mut command = Command::new(dir.path().join("worker"));
        let done = command.args(args).output().expect("the program starts");
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        assert!(
            done.stdout.is_empty() && !done.stderr.is_empty(),
            "{args:?}"
        );
    }
    let mut command = Command::new(dir.path().join("worker"));
    let done = command
        .args(["--runs", "10", "-o", "no/such/folder.json"])
        .output();
    assert_eq!(done.expect("it starts").status.code(), Some(3));
}

#[test]
fn without_a_compiler_there_is_still_an_object() {
    let dir = TempDir::new().expect("a folder");
    write(&dir, "bills.rog", BILLS);
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("rogatio");
    command
        .current_dir(dir.path())
        .env("CC", "no-such-compiler-here");
    let done = command
        .args(["compile", "bills.rog", "-o", "bills.so"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(
        said.contains("E0969") && said.contains("no-such-compiler-here"),
        "{said}"
    );
    assert!(!dir.path().join("bills.so").exists());
    let ended = rogatio(&dir, &["compile", "bills.rog", "-o", "bills.o"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    // A header that is not ours stays.
    write(&dir, "mine.h", "int mine;\n");
    let ended = rogatio(&dir, &["compile", "bills.rog", "-o", "mine.o"]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("E0007"), "{}", ended.stderr);
    assert!(!dir.path().join("mine.o").exists());
    let header = std::fs::read_to_string(dir.path().join("mine.h")).expect("the header");
    assert_eq!(header, "int mine;\n");
}

/// What follows from a duty that recurs is refused where the duty stands, in the file that has it.
#[test]
fn a_refused_norm_is_shown_in_its_file() {
    let dir = TempDir::new().unwrap();
    write(&dir, "rules.rog", RECURRENT);
    write(&dir, "cases.rog", LATE_REPORTS);
    let ended = rogatio(&dir, &["compile", "cases.rog", "-o", "x.o"]);
    assert_ne!(ended.exit, 0);
    for must in [
        "E0960",
        "what follows from `reporting`, a duty that recurs, is not compiled",
        "rules.rog:13:9",
        "art 4(2)",
    ] {
        let said = &ended.stderr;
        assert!(said.contains(must), "`{must}` is missing: {said}");
    }
    assert!(!dir.path().join("x.o").exists());
}

const RECURRENT: &str = "\
module rules \"A club\"
counting treaty

kind Member
office Board
body Assembly { members Member }

act open() by Board
act report() by Member

article 4 {
    (1) Board may open
    (2) reporting: each Member must report every 30 days after first open
}
";

const LATE_REPORTS: &str = "\
use rules

experiment late {
    begin 2026-01-01
    Member: A, B
    Board does open after 1 day restarting
    each Member does report after exponential(20 days) restarting
    horizon 100 days
    measure count(breach of reporting)
}
";

/// A run of the first experiment may ask for what native code leaves open; no run of the second can.
#[test]
fn what_may_be_set_aside_is_played_but_not_shipped() {
    let dir = TempDir::new().expect("a folder");
    for (condition, refused) in [
        ("first deposit <= first ask", true),
        ("deposit and now <= 30 days after first deposit", false),
    ] {
        let text = format!(
            "module t\nkind State\nact deposit by State\nact ask by State\nany State may deposit\n\
             any s: State cannot deposit when deposit by s\nany State may ask\nstatus u while {condition}\n\
             experiment e {{ begin 2001-01-01 State 4\neach State does deposit after exponential(200 days)\n\
             each State does ask after exponential(200 days)\nhorizon 1 year\nmeasure share(u) }}\n"
        );
        write(&dir, "t.rog", &text);
        let plan = rogatio(&dir, &["simulate", "t.rog", "--explain-plan"]);
        assert_eq!(plan.stdout.contains("aside"), refused, "{}", plan.stdout);
        let ended = rogatio(&dir, &["compile", "t.rog", "-o", "t.o"]);
        assert_eq!(ended.stderr.contains("E0960"), refused, "{}", ended.stderr);
        assert_eq!(ended.exit != 0, refused, "{}", ended.stderr);
        assert_eq!(dir.path().join("t.o").exists(), !refused);
        if refused {
            assert!(ended.stderr.contains("no interpreter"), "{}", ended.stderr);
        }
    }
}
