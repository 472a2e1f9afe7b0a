//! Whoever reads Japanese is told in Japanese what to do: each help of the sources has its line in
//! `compiler/diagnostics/src/helps_ja.txt`, and so has each help that a program of the suite or a page of a code raises.

use rogatio_diagnostics::{Diagnostic, Lang, explanations, help_in};
use rogatio_tests::{build, files, workspace};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

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

/// A catalogue has two lines a sentence, the Japanese indented, and is sorted by the English.
#[test]
fn every_catalogue_is_in_pairs_and_sorted() {
    let all = files(&workspace().join("compiler"), "ja.txt");
    let of_source = |p: &&PathBuf| p.iter().any(|part| part == "src");
    let catalogues = all.iter().filter(of_source);
    let catalogues: Vec<_> = catalogues
        .filter(|p| !p.ends_with("titles_ja.txt"))
        .collect();
    assert!(catalogues.len() > 6, "only {} found", catalogues.len());
    for path in catalogues {
        let text = std::fs::read_to_string(path).expect("a catalogue");
        let at = path.display();
        assert_eq!(text.lines().count() % 2, 0, "{at}: an odd line");
        for (n, line) in text.lines().enumerate() {
            let indented = line.starts_with("  ");
            assert_eq!(indented, n % 2 == 1, "{at}, line {}: {line}", n + 1);
            assert_eq!(
                line.starts_with(' '),
                indented,
                "{at}, line {}: {line}",
                n + 1
            );
        }
        let english: Vec<&str> = text.lines().step_by(2).collect();
        for two in english.windows(2) {
            assert!(two[0] < two[1], "{at}: sort {} before {}", two[1], two[0]);
        }
    }
}

/// Where the lines of a plan are written: a source, and the item in it that says them.
const PLANS: [(&str, &str); 4] = [
    ("compiler/simulate/src/plan.rs", "pub fn plan("),
    ("compiler/simulate/src/engine.rs", "pub fn rewrites("),
    ("compiler/jit/src/laws.rs", "pub fn law_text("),
    ("compiler/batch/src/machine.rs", "pub fn describe("),
];

/// Whether there is a word in Latin letters in it, other than the `x` of parts.
fn has_word(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic() || c == 'x');
    words.any(|w| w.len() > 1)
}

/// The literals of an item with words in them; `x` stands for what is filled in.
fn literals_of(source: &str, item: &str) -> Vec<String> {
    let (before, from) = source.split_once(item).expect("the item");
    // It ends where a brace closes at its own depth.
    let indent = before.rsplit('\n').next().unwrap_or_default();
    let end = format!("\n{indent}}}\n");
    let body = from.split(&end).next().expect("an end");
    let mut out = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find('"') {
        rest = &rest[at + 1..];
        let text = literal(rest, true).expect("a literal ends");
        // Behind it, escapes included.
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        rest = &rest[end.expect("it ends") + 1..];
        let has_word = text
            .split(|c: char| !c.is_alphabetic())
            .any(|w| w.len() > 1);
        out.extend(has_word.then_some(text));
    }
    out
}

/// Why something is drawn as it is written: the texts of these files that are of several words and have no parts.
fn reasons_of_plans() -> Vec<String> {
    let mut out = Vec::new();
    for path in files(&workspace().join("compiler/simulate/src/planned"), ".rs") {
        let source = std::fs::read_to_string(path).expect("a source");
        let code = source.split("#[cfg(test)]").next().expect("a first part");
        let lines = code.lines().map(str::trim_start);
        for line in lines.filter(|l| !l.starts_with("//")) {
            let texts = line.split('"').skip(1).step_by(2);
            out.extend(
                texts
                    .filter(|t| t.contains(' ') && !t.contains('{'))
                    .map(str::to_owned),
            );
        }
    }
    assert!(out.len() > 30, "only {} found", out.len());
    out
}

#[test]
fn every_line_of_a_plan() {
    let mut lines = BTreeSet::new();
    for (path, item) in PLANS {
        let source = std::fs::read_to_string(workspace().join(path)).expect("a source");
        lines.extend(literals_of(&source, item));
    }
    assert!(lines.len() > 40, "only {} found", lines.len());
    lines.extend(reasons_of_plans());
    let missing: Vec<&String> = lines
        .iter()
        .filter(|l| has_word(&rogatio_report::plan_line(l, Lang::Ja)))
        .collect();
    assert!(
        missing.is_empty(),
        "write into compiler/report/src/simulate/plan_ja.txt, sorted, with the Japanese indented below: {missing:#?}"
    );
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
