//! What people read: programs in the documents, the library, the examples.

use rogatio_diagnostics::{FileId, codes, explanations};
use rogatio_grammar::format;
use rogatio_tests::{build, files, run_scenarios, workspace};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const DOCUMENTS: &[&str] = &["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

/// The documents, and every page of the reference.
fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = DOCUMENTS.iter().map(|n| workspace().join(n)).collect();
    found.extend(pages());
    found
}

/// The pages of the reference.
fn pages() -> Vec<PathBuf> {
    let found = files(&workspace().join("grammar/reference"), ".md");
    assert!(found.len() > 13, "a page for each form");
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The programs that ship, with the folder their modules and logs are found in.
fn shipped() -> Vec<(PathBuf, PathBuf)> {
    let (library, examples) = (workspace().join("stdlib"), workspace().join("examples"));
    let of = |root: &Path| {
        files(root, ".rog")
            .into_iter()
            .map(|f| (f, root.to_path_buf()))
            .collect::<Vec<_>>()
    };
    let found = [of(&library), of(&examples)].concat();
    assert!(
        found.len() > 2,
        "the library and the examples are where they were"
    );
    found
}

fn finish(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn programs_in_documents_check() {
    let mut wrong = Vec::new();
    for path in documents() {
        let name = path.strip_prefix(workspace()).unwrap_or(&path).display();
        for (line, program) in programs(&read(&path)) {
            let built = build(
                &format!("{name}, line {line}"),
                &program,
                Some(&workspace().join("examples")),
            );
            if !built.found.is_empty() {
                wrong.push(built.report());
            }
            let outcome = run_scenarios(&built, Some(&workspace().join("examples")));
            if !outcome.marks.is_empty() {
                wrong.push(format!("{name}, line {line}:\n{}", outcome.report));
            }
        }
    }
    finish(&wrong);
}

/// The blocks marked `rog`, with the line they begin on.
fn programs(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut inside: Option<bool> = None;
    for (i, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), inside) {
            (Some(info), None) => {
                let rog = info.trim() == "rog";
                if rog {
                    found.push((i + 2, String::new()));
                }
                inside = Some(rog);
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => {
                if let Some((_, program)) = found.last_mut() {
                    program.push_str(line);
                    program.push('\n');
                }
            }
            _ => {}
        }
    }
    found
}

/// Under `## Codes` a page names codes that exist; every code about the language stands on a page.
#[test]
fn the_reference_names_every_code_of_the_language() {
    let known: BTreeSet<String> = explanations().map(|e| e.code.as_str().to_owned()).collect();
    let mut named = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in pages() {
        let text = read(&path);
        let codes = text.split_once("## Codes").map_or("", |(_, rest)| rest);
        for code in codes.split([',', '\n', ' ']).filter(|c| !c.is_empty()) {
            if !known.contains(code) {
                wrong.push(format!("{}: no code `{code}`", path.display()));
            }
            named.insert(code.to_owned());
        }
    }
    let of_the_language = |c: &&String| {
        c.starts_with('W')
            || matches!(
                &c[..3],
                "E01" | "E02" | "E03" | "E04" | "E05" | "E06" | "E07" | "E08"
            )
    };
    let left_out: Vec<_> = known
        .iter()
        .filter(of_the_language)
        .filter(|c| !named.contains(*c))
        .collect();
    if !left_out.is_empty() {
        wrong.push(format!(
            "no page of grammar/reference has {left_out:?} under `## Codes`"
        ));
    }
    finish(&wrong);
}

#[test]
fn what_ships_is_formatted() {
    let mut wrong = Vec::new();
    for (path, _) in shipped() {
        let text = read(&path);
        match format(FileId(0), &text) {
            Ok(formatted) if formatted == text => {}
            Ok(formatted) => {
                let at = text
                    .lines()
                    .zip(formatted.lines())
                    .take_while(|(a, b)| a == b)
                    .count();
                wrong.push(format!(
                    "{}:{}: `rogatio fmt` changes it",
                    path.display(),
                    at + 1
                ));
            }
            Err(_) => wrong.push(format!("{}: does not parse", path.display())),
        }
    }
    finish(&wrong);
}

#[test]
fn what_ships_checks_without_a_warning() {
    let mut wrong = Vec::new();
    for (path, root) in shipped() {
        let built = build(&path.display().to_string(), &read(&path), Some(&root));
        // A module with parameters is checked by the scenarios beside it.
        let by_use = built.found.iter().all(|d| d.code == codes::W0847)
            && path.with_extension("scenarios.rog").is_file();
        if !built.found.is_empty() && !by_use {
            wrong.push(built.report());
        }
    }
    finish(&wrong);
}

#[test]
fn scenarios_of_what_ships_pass() {
    let mut wrong = Vec::new();
    let mut scenarios = 0;
    for (path, root) in shipped() {
        let built = build(&path.display().to_string(), &read(&path), Some(&root));
        let outcome = run_scenarios(&built, path.parent());
        scenarios += outcome.scenarios;
        if !outcome.marks.is_empty() {
            wrong.push(format!("{}\n{}", path.display(), outcome.report));
        }
    }
    finish(&wrong);
    assert!(scenarios > 15, "only {scenarios} scenarios were run");
}
