//! With `--lang ja` no word of ours is English: what is Latin in a result is a name or a text of the module, or one of a
//! short list of words that are the same everywhere.

mod common;

use common::{rogatio, root};
use rogatio_diagnostics::SourceMap;
use rogatio_grammar::token::{TokenKind, lex};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Words that are written in Latin letters in Japanese, too, or that one types.
const EVERYWHERE: [&str; 7] = [
    "AVX",
    "CSV",
    "JSON",
    "immediately",
    "rogatio",
    "splitmix",
    "UTF",
];

/// Measures and questions are shown as they were typed.
const TYPED: [&str; 3] = ["start(in_force)", "start(ended)", "count(Party)"];

/// The library, examples and templates.
fn programs(below: &Path, out: &mut Vec<PathBuf>) {
    let all = std::fs::read_dir(below).unwrap().flatten();
    for path in all.map(|e| e.path()) {
        if path.is_dir() {
            programs(&path, out);
        } else if path.extension().is_some_and(|e| e == "rog" || e == "csv") {
            out.push(path);
        }
    }
}

/// What modules and logs call things, and what they say in quotes.
struct Theirs {
    names: BTreeSet<String>,
    texts: Vec<String>,
}

impl Theirs {
    fn read() -> Theirs {
        let mut files = Vec::new();
        for below in ["stdlib", "examples", "compiler/cli/templates"] {
            programs(&root().join(below), &mut files);
        }
        let (mut names, mut texts) = (BTreeSet::new(), BTreeSet::new());
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            if file.extension().is_some_and(|e| e == "csv") {
                names.extend(words(&source));
                continue;
            }
            let name = file.display().to_string();
            let id = SourceMap::new().add(&name, source.as_str());
            for token in lex(id, &source).tokens {
                let text = token.text(&source);
                match token.kind {
                    TokenKind::Str => {
                        let said = text.trim_matches('"');
                        texts.insert(said.to_owned());
                        // The name of somebody, or a title.
                        if said.len() < 40 {
                            names.extend(words(said));
                        }
                    }
                    TokenKind::Ident => names.extend(words(text)),
                    _ => {}
                }
            }
        }
        names.extend(EVERYWHERE.map(str::to_owned));
        // What the language calls things is no name of a module.
        for word in [
            "later", "earlier", "start", "end", "count", "sum", "first", "last",
        ] {
            names.remove(word);
        }
        let mut texts: Vec<String> = texts.into_iter().filter(|t| t.contains(' ')).collect();
        texts.extend(TYPED.map(str::to_owned));
        texts.sort_by_key(|t| std::cmp::Reverse(t.len()));
        Theirs { names, texts }
    }

    /// The words of a result that are neither theirs nor quoted.
    fn not_theirs(&self, line: &str) -> Vec<String> {
        let mut rest = line.to_owned();
        for text in &self.texts {
            rest = rest.replace(text, " ");
        }
        let rest = without(&rest, '「', '」');
        let rest = without(&rest, '`', '`');
        let rest = without(&rest, '"', '"');
        let ours = |w: &String| !self.names.contains(w) && !is_number(w);
        words(&rest).into_iter().filter(ours).collect()
    }
}

/// `A5`, `30th`, a hash: there is a digit in it.
fn is_number(word: &str) -> bool {
    word.len() == 1 || word.contains(|c: char| c.is_ascii_digit())
}

fn without(text: &str, open: char, close: char) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(from) = rest.find(open) {
        out.push_str(&rest[..from]);
        rest = &rest[from + open.len_utf8()..];
        match rest.find(close) {
            Some(to) => rest = &rest[to + close.len_utf8()..],
            None => return out,
        }
    }
    out + rest
}

/// Runs of Latin letters, digits and `_`; options, commands of the prompt and names of files are left out.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for blank in text.split_whitespace() {
        let blank = blank.split("--").next().unwrap_or_default();
        if blank.contains(".rog") || blank.starts_with(':') {
            continue;
        }
        let parts = blank.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let latin = |w: &&str| w.contains(|c: char| c.is_ascii_alphabetic());
        out.extend(parts.filter(latin).map(str::to_owned));
    }
    out
}

#[test]
fn no_word_of_ours_is_english() {
    let theirs = Theirs::read();
    let root = root().canonicalize().unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root.join("examples"), dir.path().join("examples")).unwrap();
    std::os::unix::fs::symlink(root.join("stdlib"), dir.path().join("stdlib")).unwrap();
    let mut found = Vec::new();
    for (exit, command) in COMMANDS {
        let mut args: Vec<&str> = command.split('|').flat_map(str::split_whitespace).collect();
        if let Some((head, last)) = command.split_once('|') {
            args = head.split_whitespace().collect();
            args.push(last.trim());
        }
        args.extend(["--lang", "ja"]);
        let ended = rogatio(&dir, &args);
        assert_eq!(ended.exit, exit, "{command}\n{}", ended.stderr);
        for line in ended.stdout.lines().chain(ended.stderr.lines()) {
            let words = theirs.not_theirs(line);
            if !words.is_empty() {
                found.push(format!("{command}: {words:?} in {line}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// An exit code and what was asked; a last argument with blanks in it stands after `|`.
const COMMANDS: [(i32, &str); 33] = [
    (0, "run examples/cbd_history.rog"),
    (0, "run examples/cbd_contested_amendment.rog"),
    (0, "run examples/fluegel_decade.rog"),
    (0, "run examples/ship_that_will_not_stop.rog"),
    (0, "run examples/renewal_lost.rog"),
    (0, "run stdlib/dao/governor.scenarios.rog"),
    (0, "run stdlib/eu/council.scenarios.rog"),
    (0, "run stdlib/us/congress.scenarios.rog"),
    (0, "run stdlib/civil/association.scenarios.rog"),
    (0, "run stdlib/std/vote.scenarios.rog"),
    (0, "run stdlib/std/treaty.scenarios.rog"),
    (0, "why examples/cbd_history.rog in_force --at 1993-12-29"),
    (
        0,
        "why examples/cbd_history.rog --at 1993-12-29 | count(Party)",
    ),
    (
        0,
        "why examples/cbd_contested_amendment.rog | adopted(Amend on Seabed)",
    ),
    (
        0,
        "why-not examples/cbd_history.rog in_force --at 1993-09-29",
    ),
    (0, "test stdlib/civil --coverage"),
    (0, "test stdlib/un/charter.scenarios.rog"),
    (0, "coverage dao.governor"),
    (0, "coverage un.sc_resolution_1353"),
    (0, "power un.charter Substantive"),
    (0, "power examples/power/eec_of_six.rog"),
    (2, "power eu.council"),
    (0, "simulate examples/cbd_race.rog --runs 200"),
    (0, "simulate examples/cbd_race.rog --runs 100 --vary wait"),
    (0, "simulate examples/cbd_race.rog --replay 3"),
    (0, "simulate examples/cbd_race.rog --explain-plan"),
    (0, "simulate examples/bench/council_vote.rog --explain-plan"),
    (0, "simulate examples/bench/w3_approval.rog --explain-plan"),
    (
        0,
        "simulate examples/cbd_race.rog --engine interpret --explain-plan",
    ),
    (2, "simulate examples/cbd_race.rog --vary nothing"),
    (2, "simulate examples/cbd_race.rog no_such_race"),
    (0, "timeline examples/cbd_history.rog --format text"),
    (2, "run examples/cbd_history.rog --scenario nothing"),
];
