//! `rogatio new`: every template as a user meets it, and names that are none.

mod common;

use common::{Ended, rogatio, write};
use tempfile::{TempDir, tempdir};

const TEMPLATES: [&str; 5] = ["treaty", "council", "association", "dao", "parliament"];

fn made(template: &str, name: &str) -> TempDir {
    let dir = tempdir().unwrap();
    let ended = rogatio(&dir, &["new", name, "--template", template]);
    assert_eq!(ended.exit, 0, "{template}: {}", ended.stderr);
    assert!(ended.stdout.contains("Next:\n  cd "), "{}", ended.stdout);
    dir
}

#[test]
fn every_template_checks_runs_tests_and_is_laid_out() {
    for (template, name) in TEMPLATES.iter().zip([
        "State",
        "rules",
        "a_long_name_for_an_association",
        "漁業協定",
        "x1",
    ]) {
        let dir = made(template, name);
        let fine = |args: &[&str]| -> Ended {
            let ended = rogatio(&dir, args);
            assert_eq!(
                (ended.exit, ended.stderr.as_str()),
                (0, ""),
                "{template}: {args:?}"
            );
            ended
        };
        let module = format!("{name}/{name}.rog");
        let scenarios = format!("{name}/{name}.scenarios.rog");
        assert!(
            fine(&["check", &module, &scenarios])
                .stdout
                .contains("checked: ")
        );
        let told = fine(&["run", &scenarios]).stdout;
        assert!(
            told.lines().count() > 60,
            "{template}: worth reading\n{told}"
        );
        assert!(
            told.contains(" \u{2014} void "),
            "{template}: shows what is refused"
        );
        assert!(
            told.contains("art ") || told.contains("section "),
            "{template}: cites"
        );
        let tested = fine(&["test", name]).stdout;
        assert!(tested.ends_with(" passed, 0 failed\n"), "{tested}");
        fine(&["fmt", "--check", name]);
        // The page names commands that work, in the folder it is in.
        let page = std::fs::read_to_string(dir.path().join(name).join("README.md")).unwrap();
        assert!(page.starts_with(&format!("# {name}\n")), "{page}");
        let inside = tempdir().unwrap();
        for file in [format!("{name}.rog"), format!("{name}.scenarios.rog")] {
            std::fs::copy(dir.path().join(name).join(&file), inside.path().join(&file)).unwrap();
        }
        let shown = page.split("```").nth(1).unwrap().lines().skip(1);
        for line in shown {
            let ended = rogatio(
                &inside,
                &words(line)[1..]
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
            );
            assert_eq!(
                ended.exit, 0,
                "{template}: {line}\n{}{}",
                ended.stdout, ended.stderr
            );
        }
    }
}

/// A command line as a shell reads it, quotes only.
fn words(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\'' | '"', None) => quote = Some(c),
            (' ', None) => out.push(String::new()),
            (c, _) => out.last_mut().unwrap().push(c),
        }
    }
    out
}

#[test]
fn experiments_come_with_those_that_ask_how_long() {
    for template in ["treaty", "dao"] {
        let dir = made(template, "rules");
        let ended = rogatio(
            &dir,
            &["simulate", "rules/rules.scenarios.rog", "--runs", "2000"],
        );
        assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""), "{template}");
        assert!(
            ended.stdout.contains("median"),
            "{template}: {}",
            ended.stdout
        );
    }
}

#[test]
fn experiments_come_with_those_that_vote() {
    for template in ["association", "council", "parliament"] {
        let dir = made(template, "rules");
        let args = ["simulate", "rules/rules.scenarios.rog", "--runs", "100"];
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, 0, "{template}: {}", ended.stderr);
        let said = ended.stdout.matches("probability").count();
        assert!(said >= 2, "{template}: {}", ended.stdout);
        // Neither sure nor impossible: there is something to vary.
        assert!(
            !ended.stdout.contains("probability   0 %"),
            "{template}: {}",
            ended.stdout
        );
    }
}

#[test]
fn a_treaty_by_default() {
    let dir = tempdir().unwrap();
    assert_eq!(rogatio(&dir, &["new", "rules"]).exit, 0);
    let text = std::fs::read_to_string(dir.path().join("rules/rules.rog")).unwrap();
    assert!(
        text.contains("\nmodule rules \"条約\" \"A treaty\"\n"),
        "{text}"
    );
    assert!(!text.contains("my_rules"));
}

#[test]
fn what_is_there_is_never_touched() {
    let dir = tempdir().unwrap();
    write(&dir, "rules", "mine");
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    for name in ["rules", "empty"] {
        let ended = rogatio(&dir, &["new", name]);
        assert_eq!(ended.exit, 3, "{}", ended.stdout);
        assert!(
            ended.stderr.starts_with("error[E1131]: "),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(
        std::fs::read_to_string(dir.path().join("rules")).unwrap(),
        "mine"
    );
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 2, "nothing is left behind");
}

#[test]
fn names_that_are_none() {
    let dir = tempdir().unwrap();
    let long = "a".repeat(61);
    for name in [
        "",
        " ",
        "a b",
        "kind",
        "3rd",
        "un.cbd",
        "../up",
        "/tmp",
        "a/b",
        ".",
        "-",
        "a\nkind X",
        "a // b",
        "a \"t\"",
        "a(b: kind)",
        "x}",
        "\u{202e}abc",
        long.as_str(),
    ] {
        let ended = rogatio(&dir, &["new", "--", name]);
        assert_eq!(ended.exit, 2, "{name:?}: {}{}", ended.stdout, ended.stderr);
        assert!(
            ended.stderr.starts_with("error[E1130]: "),
            "{name:?}: {}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("help: "),
            "{name:?}: {}",
            ended.stderr
        );
    }
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
}
