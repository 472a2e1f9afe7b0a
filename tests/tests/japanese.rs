//! Whoever reads Japanese is told in Japanese what to do: each help of the sources has its line in
//! `compiler/diagnostics/src/helps_ja.txt`, and so has each help that a program of the suite or a page of a code raises.

use rogatio_diagnostics::{Diagnostic, Lang, explanations, help_in};
use rogatio_tests::{build, files, workspace};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The helps without a Japanese line.
fn missing<'a>(helps: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    helps.filter(|h| help_in(h, Lang::Ja) == *h).collect()
}

fn assert_none(missing: &BTreeSet<&str>) {
    let mut list = String::new();
    for help in missing {
        let _ = writeln!(list, "{help}");
    }
    assert!(
        missing.is_empty(),
        "write into compiler/diagnostics/src/helps_ja.txt, sorted, with the Japanese indented below:\n{list}"
    );
}

/// The text that a literal stands for, with an `x` for each part that `format!` fills in. `None` where it does not end.
fn literal(rest: &str, filled: bool) -> Option<String> {
    let mut out = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => out.push('\n'),
                c => out.push(c),
            },
            '{' | '}' if filled => {
                if chars.next_if_eq(&c).is_some() {
                    out.push(c);
                } else {
                    chars.find(|c| *c == '}')?;
                    out.push('x');
                }
            }
            c => out.push(c),
        }
    }
    None
}

/// The helps written out in a source.
fn written(source: &str) -> Vec<String> {
    let starts = ["help(", "with_help(", "help = Some("];
    let mut out = Vec::new();
    for start in starts {
        for (at, _) in source.match_indices(start) {
            let rest = source[at + start.len()..].trim_start();
            let filled = rest.strip_prefix("format!(").map(str::trim_start);
            if let Some(rest) = filled.unwrap_or(rest).strip_prefix('"') {
                out.extend(literal(rest, filled.is_some()));
            }
        }
    }
    out
}

#[test]
fn every_help_of_the_sources() {
    let mut helps = Vec::new();
    for folder in ["compiler", "grammar/src"] {
        for path in files(&workspace().join(folder), ".rs") {
            let place = path.to_string_lossy().replace('\\', "/");
            if !place.contains("/src/") || place.contains("/diagnostics/") {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("a source");
            let said = source.split("#[cfg(test)]\nmod tests {").next();
            helps.extend(said.into_iter().flat_map(written));
        }
    }
    assert!(helps.len() > 350, "only {} found", helps.len());
    // A slot of a decision and its choices: a line for each slot.
    helps.retain(|h| h != "x: x");
    assert_none(&missing(helps.iter().map(String::as_str)));
}

#[test]
fn every_help_that_is_raised() {
    let mut found: Vec<Diagnostic> = Vec::new();
    for path in files(&workspace().join("tests/suite"), ".rog") {
        let text = std::fs::read_to_string(&path).expect("a program");
        let built = build("a.rog", &text, path.parent());
        found.extend(built.found);
    }
    for page in explanations() {
        for text in page.bad() {
            found.extend(build("a.rog", text, None).found);
        }
    }
    let helps = found.iter().flat_map(|d| &d.help);
    assert!(helps.clone().count() > 500);
    assert_none(&missing(helps.map(String::as_str)));
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let source = "d.help(\"write `{ }` \\\"…\\\"\").help(format!(\n \"a {x} {{ b }} \\\n   c\"))";
    assert_eq!(written(source), ["write `{ }` \"…\"", "a x { b } c"]);
}
