//! The TextMate grammar in `grammar/editors` and the lexer see the same words, on every program of the repository.
//!
//! A small reader of TextMate grammars stands here: single-line matches, captures, and one level of begin and end, which
//! is all that the grammar uses. Editors run the same patterns.

#[path = "editor/textmate.rs"]
mod textmate;

use rogatio_diagnostics::FileId;
use rogatio_grammar::keywords;
use rogatio_grammar::token::{TokenKind as K, lex};
use std::path::{Path, PathBuf};
use textmate::Grammar;

fn grammar() -> Grammar {
    Grammar::read(include_str!("../editors/rogatio.tmLanguage.json"))
}

fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["tests/suite", "stdlib", "examples", "grammar/tests"]
        .map(|f| root.join(f))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|x| x == "rog") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 300, "only {} programs", found.len());
    found
}

/// What a token must look like; `None` where the grammar of an editor cannot know.
fn wanted(kind: K, text: &str) -> Option<&'static [&'static str]> {
    const WORD: &[&str] = &["keyword", "storage"];
    Some(match kind {
        K::Str => &["string"],
        K::Int
        | K::Percent
        | K::Ordinal
        | K::Duration
        | K::Date
        | K::DateTime
        | K::Stamp
        | K::Decimal => &["constant.numeric"],
        // A name that is spelt like a reserved word (`on kind where …`) is a name by its place.
        K::Ident if keywords().iter().any(|k| k.word == text) => return None,
        K::Ident => &["", "entity", "constant.numeric.provision"],
        K::Label => &["entity.name.section.label"],
        _ if keywords().iter().any(|k| k.kind == kind && k.reserved) => WORD,
        // Words glued on one line; a line break between them is out of an editor's sight.
        _ if kind.spelling().contains(' ') && kind.spelling() == text => WORD,
        _ => return None,
    })
}

#[test]
fn editors_see_what_the_lexer_sees() {
    let grammar = grammar();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for path in programs() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lexed = lex(FileId(0), &text);
        // Programs with mistakes in their tokens are the lexer's alone.
        if !lexed.diagnostics.is_empty() {
            continue;
        }
        let scopes = grammar.scopes(&text);
        for comment in &lexed.comments {
            let scope = scopes[comment.start as usize];
            if !scope.starts_with("comment") {
                wrong.push(format!("{}: a comment is `{scope}`", path.display()));
            }
        }
        for token in &lexed.tokens {
            let word = token.text(&text);
            let Some(wanted) = wanted(token.kind, word) else {
                continue;
            };
            let scope = scopes[token.start as usize];
            compared += 1;
            let fits = |w: &&str| {
                if w.is_empty() {
                    scope.is_empty()
                } else {
                    scope.starts_with(*w)
                }
            };
            if !wanted.iter().any(fits) {
                let line = text[..token.start as usize].matches('\n').count() + 1;
                wrong.push(format!(
                    "{}:{line}: `{word}` ({:?}) is `{scope}`",
                    path.display(),
                    token.kind
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(60)].join("\n")
    );
    assert!(compared > 20_000, "only {compared} tokens");
}

#[test]
fn every_reserved_word_is_known() {
    let grammar = grammar();
    let missing: Vec<_> = keywords()
        .iter()
        .filter(|k| k.reserved)
        .map(|k| format!("x {} y", k.word))
        .filter(|line| grammar.scopes(line)[2].is_empty())
        .collect();
    assert!(
        missing.is_empty(),
        "add to rogatio.tmLanguage.json: {missing:?}"
    );
}
