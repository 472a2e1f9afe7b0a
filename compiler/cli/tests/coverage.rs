//! `coverage` and `test --coverage`.

mod common;

use common::{rogatio, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::{TempDir, tempdir};

const MODULE: &str = r#"module league
kind Member
act join by any Member
act leave by Member
preamble hortatory "peace"
article 1 "Members" {
    (2) any Member may leave
    (1) status member(m: Member) from join by m until leave by m
    (3) hortatory "all are equal"
}
article 2 "Seat" not modelled "a place is no rule"
scenario "in" {
    Member: A
    2030-01-01: join by A
    expect member(A) because art 1(1)
}
"#;

fn league() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "league.rog", MODULE);
    dir
}

fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|l| serde_json::from_str(l).expect("an object a line"))
        .collect()
}

#[test]
fn every_provision_has_its_line_in_the_order_of_the_text() {
    let ended = rogatio(&league(), &["coverage", "league.rog", "--format", "json"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let found = objects(&ended.stdout);
    let ids: Vec<_> = found.iter().map(|o| o["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["preamble", "1", "1(1)", "1(2)", "1(3)", "2"]);
    let kinds: Vec<_> = found.iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "hortatory",
            "modelled",
            "modelled",
            "modelled",
            "hortatory",
            "not_modelled"
        ]
    );
    assert_eq!(found[5]["reason"], "a place is no rule");
    let scenarios: Vec<_> = found
        .iter()
        .map(|o| o["scenarios"].as_u64().unwrap())
        .collect();
    assert_eq!(scenarios, [0, 1, 1, 0, 0, 0]);
}

/// `tests/inventory/MODULE.txt` lists the provisions of a document as a reader of the text counted them, a line each.
/// The module leaves none out, and scenarios use at least 85 % of those that are modelled.
#[test]
fn the_documents_are_accounted_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/inventory");
    let lists: Vec<_> = std::fs::read_dir(&folder)
        .expect("the lists")
        .map(|e| e.expect("a list").path())
        .collect();
    let mut wrong = Vec::new();
    for list in &lists {
        let module = list.file_stem().and_then(|s| s.to_str()).unwrap();
        let ended = rogatio(
            &tempdir().unwrap(),
            &["coverage", module, "--format", "json"],
        );
        if ended.exit != 0 {
            wrong.push(format!("{module}: {}", ended.stderr));
            continue;
        }
        let found: BTreeMap<String, Value> = objects(&ended.stdout)
            .into_iter()
            .map(|o| (o["id"].as_str().unwrap().to_owned(), o))
            .collect();
        let text = std::fs::read_to_string(list).unwrap();
        let (mut modelled, mut used) = (0, 0);
        for id in text.lines().map(str::trim) {
            if id.is_empty() || id.starts_with('#') {
                continue;
            }
            match found.get(id) {
                None => wrong.push(format!("{module}: no provision {id}")),
                Some(o) if o["kind"] == "modelled" => {
                    modelled += 1;
                    used += usize::from(o["scenarios"] != 0);
                }
                Some(_) => {}
            }
        }
        assert!(modelled > 0, "{module}: an empty list");
        if used * 100 < modelled * 85 {
            wrong.push(format!("{module}: {used} of {modelled} are used"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!lists.is_empty(), "no list in {}", folder.display());
}

#[test]
fn the_file_beside_the_module_counts() {
    let dir = league();
    let more = "use league\nscenario \"out\" {\n Member: A\n 2030-01-01: join by A\n 2031-01-01: leave by A\n expect not member(A)\n}\n";
    write(&dir, "league.scenarios.rog", more);
    let ended = rogatio(&dir, &["coverage", "league.rog"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("2 scenarios"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("never"), "{}", ended.stdout);
    let ended = rogatio(&dir, &["test", ".", "--coverage"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let within = "use league\nscenario \"in and out\" {\n Member: A\n 2030-01-01: join by A\n expect member(A)\n}\n";
    std::fs::create_dir(dir.path().join("league")).unwrap();
    write(&dir, "league/more.scenarios.rog", within);
    for module in ["league.rog", "league"] {
        let ended = rogatio(&dir, &["coverage", module, "--stdlib", "."]);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        assert!(ended.stdout.contains("3 scenarios"), "{}", ended.stdout);
    }
    std::fs::remove_dir_all(dir.path().join("league")).unwrap();
    let totals = "league: 6 provisions: 3 modelled (3 exercised, 100%), 2 hortatory, 1 not modelled; 2 scenarios";
    assert!(ended.stdout.contains(totals), "{}", ended.stdout);
}

#[test]
fn what_never_came_to_bear_is_named() {
    let ended = rogatio(&league(), &["coverage", "league.rog"]);
    let line = ended
        .stdout
        .lines()
        .find(|l| l.starts_with("1(2)"))
        .unwrap();
    assert!(line.contains("never"), "{line}");
}

#[test]
fn a_failing_expectation_is_a_finding() {
    let dir = league();
    let failing = MODULE.replace("expect member(A)", "expect not member(A)");
    write(&dir, "league.rog", &failing);
    let ended = rogatio(&dir, &["coverage", "league.rog"]);
    assert_eq!(ended.exit, 1, "{}", ended.stdout);
}

#[test]
fn a_module_that_does_not_check_is_bad_input() {
    let dir = tempdir().unwrap();
    write(&dir, "x.rog", "kind K\nstatus s while nonsense\n");
    let ended = rogatio(&dir, &["coverage", "x.rog"]);
    assert_eq!(ended.exit, 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("E0201"), "{}", ended.stderr);
}

#[test]
fn names_alone_are_vocabulary() {
    let dir = tempdir().unwrap();
    let text = "module club\narticle 1 {\n  (1) kind Member\n  (2) office Chair\n  (3) body Meeting { members Member }\n}\narticle 2 { act join by any Member }\narticle 3 { kind Old = Member where joined\n status joined(m: Member) from join by m }\nscenario \"one\" {\n Member: A\n 2030-01-01: join by A\n}\n";
    write(&dir, "club.rog", text);
    let ended = rogatio(&dir, &["coverage", "club.rog"]);
    assert_eq!(ended.exit, 0, "{}{}", ended.stdout, ended.stderr);
    let kind = |id: &str| {
        let line = ended.stdout.lines().find(|l| l.starts_with(id)).unwrap();
        line.contains("vocabulary")
    };
    assert!(
        ["1 ", "1(1)", "1(2)", "1(3)"].into_iter().all(kind),
        "{}",
        ended.stdout
    );
    assert!(!kind("2 ") && !kind("3 "), "{}", ended.stdout);
    assert!(ended.stdout.contains(" 4 vocabulary,"), "{}", ended.stdout);
}
