//! Machine output follows the schemas that `rogatio schema` prints, and those are in the repository.

mod common;

use common::{TREATY, rogatio, root, write};
use jsonschema::Validator;
use rogatio_report::{Output, schema};
use serde_json::Value;
use std::path::PathBuf;
use tempfile::{TempDir, tempdir};

/// The schema, closed: a key that it does not name is a mistake here, though readers must bear with new ones.
fn strict(command: &str) -> Validator {
    let mut open = schema(command).expect("a schema");
    close(&mut open);
    jsonschema::validator_for(&open).expect("a schema is a schema")
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("properties") {
                map.insert("unevaluatedProperties".into(), false.into());
            }
            map.iter_mut().for_each(|(_, v)| close(v));
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Validates everything that a command wrote.
fn valid(command: &str, stdout: &str, from: &[&str]) -> usize {
    let validator = strict(command);
    let lines = Output::ALL
        .iter()
        .find(|o| o.command == command)
        .unwrap()
        .lines;
    let texts: Vec<&str> = if lines {
        stdout.lines().collect()
    } else {
        vec![stdout]
    };
    for text in &texts {
        let value: Value =
            serde_json::from_str(text).unwrap_or_else(|e| panic!("{from:?}: {e}\n{text}"));
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{from:?}\n{}", wrong.join("\n"));
    }
    texts.len()
}

fn check(dir: &TempDir, args: &[&str]) -> usize {
    let option = ["--exact", "--explain-plan", "--replay", "--vary"];
    let option = option.into_iter().find(|o| args.contains(o));
    let command = option.map_or_else(|| args[0].to_owned(), |o| format!("{} {o}", args[0]));
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let ended = rogatio(dir, &args);
    assert!(ended.exit <= 3, "{args:?}: {}", ended.stderr);
    valid(&command, &ended.stdout, &args)
}

#[test]
fn the_schemas_of_the_repository_are_those_of_the_program() {
    let folder = root().join("compiler/report/schema");
    let mut names = Vec::new();
    for output in Output::ALL {
        let text = serde_json::to_string_pretty(&schema(output.command)).unwrap() + "\n";
        let path = folder.join(format!("{}.json", output.file()));
        names.push(path.clone());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "{}: UPDATE=1 writes it anew", path.display());
    }
    let mut there: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    there.sort();
    names.sort();
    assert_eq!(there, names);
}

#[test]
fn what_the_commands_write_follows_them() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    write(
        &dir,
        "bad.rog",
        "module bad\nkind\nkind State\nkind State\nact sail by any Ship\n",
    );
    write(
        &dir,
        "unmet.rog",
        TREATY.replace("expect in_force because art 1", "expect not in_force"),
    );
    write(
        &dir,
        "race.rog",
        TREATY.to_owned()
            + "experiment race {\n begin 1993-01-01\n State 9\n \
        param wait: period = 1 year\n each State does deposit after exponential(wait)\n horizon 2 years\n \
        measure start(in_force)\n measure probability(in_force)\n measure count(deposit)\n}\n",
    );
    assert!(check(&dir, &["check", "bad.rog", "missing.rog"]) >= 4);
    for file in ["treaty.rog", "unmet.rog", "race.rog"] {
        check(&dir, &["run", file]);
        assert_eq!(check(&dir, &["test", file]), 1);
        check(&dir, &["why", file, "in_force", "--at", "1993-12-29"]);
        check(&dir, &["why-not", file, "in_force", "--at", "1993-09-29"]);
        assert!(check(&dir, &["coverage", file]) >= 1);
    }
    check(&dir, &["simulate", "race.rog", "--runs", "500"]);
    check(&dir, &["simulate", "race.rog", "--runs", "1"]);
    check(&dir, &["simulate", "race.rog", "--replay", "3"]);
    check(&dir, &["simulate", "race.rog", "--explain-plan"]);
    let vary = ["--runs", "50", "--vary", "wait=1 year,2 years"];
    check(&dir, &[&["simulate", "race.rog"][..], &vary].concat());
    let vote = root().join("examples/bench/council_vote.rog");
    let vote = vote.canonicalize().unwrap();
    check(&dir, &["simulate", vote.to_str().unwrap(), "--exact"]);
    check(
        &dir,
        &["simulate", vote.to_str().unwrap(), "--explain-plan"],
    );
}

/// Long outputs of the shipped stories and library, with everything a line or a residual can hold.
#[test]
fn what_the_stories_write_follows_them() {
    let dir = tempdir().unwrap();
    let examples = root().join("examples").canonicalize().unwrap();
    for story in ["cbd_contested_amendment.rog", "ship_that_will_not_stop.rog"] {
        let story = examples.join(story);
        check(&dir, &["run", story.to_str().unwrap()]);
        check(&dir, &["timeline", story.to_str().unwrap()]);
        check(&dir, &["graph", story.to_str().unwrap()]);
    }
    for module in ["us.congress.scenarios", "dao.governor.scenarios"] {
        check(&dir, &["run", module]);
        check(&dir, &["test", module]);
    }
    check(&dir, &["coverage", "civil.association"]);
    check(&dir, &["power", "dao.governor", "--members", "5"]);
    let as_of = ["--rules-at", "2000-01-01", "--known-at", "2000-01-01"];
    check(
        &dir,
        &[&["run", "std.treaty.scenarios"][..], &as_of].concat(),
    );
}

#[test]
fn schemas_are_printed() {
    let dir = tempdir().unwrap();
    let list = rogatio(&dir, &["schema"]);
    assert_eq!(list.exit, 0);
    for output in Output::ALL {
        assert!(list.stdout.contains(output.command));
        let printed = rogatio(&dir, &["schema", output.command]).stdout;
        let printed: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(Some(printed), schema(output.command));
    }
    let ended = rogatio(&dir, &["schema", "wyh"]);
    assert_eq!(ended.exit, 2);
    assert!(
        ended.stderr.contains("did you mean `why`?"),
        "{}",
        ended.stderr
    );
}
