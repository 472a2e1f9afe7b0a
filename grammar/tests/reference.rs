//! The reference in `grammar/reference` is true: the syntax it shows is the grammar's, and nothing is left out.
//!
//! Every production stands in exactly one block marked `ebnf`. `UPDATE=1 cargo test -p rogatio-grammar --test reference`
//! writes the blocks anew; a production that no page has must first be named in one (`Name =`).

#[path = "reference/ebnf.rs"]
mod ebnf;
#[path = "reference/tree_sitter.rs"]
mod tree_sitter;

use ebnf::Ebnf;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn pages() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference");
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries
        .map(|e| e.expect("a readable entry").path())
        .collect();
    found.retain(|p| p.extension().is_some_and(|x| x == "md"));
    found.sort();

    let read = |p: PathBuf| {
        let text = std::fs::read_to_string(&p).unwrap_or_else(|e| panic!("{}: {e}", p.display()));
        (p, text)
    };
    found.into_iter().map(read).collect()
}

/// The name of the production that begins on this line.
fn begins(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(' ')?;
    (rest.starts_with('=') && name.starts_with(char::is_uppercase)).then_some(name)
}

#[test]
fn every_name_is_declared() {
    let ebnf = Ebnf::read(include_str!("../src/grammar.lalrpop")).short();
    assert!(ebnf.undeclared().is_empty(), "{:?}", ebnf.undeclared());
}

#[test]
fn the_syntax_on_the_pages_is_the_grammar() {
    let ebnf = Ebnf::read(include_str!("../src/grammar.lalrpop")).short();
    let update = std::env::var_os("UPDATE").is_some();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, text) in pages() {
        let mut out = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            out.push_str(line);
            out.push('\n');
            if line != "```ebnf" {
                continue;
            }
            let mut block = Vec::new();
            for line in lines.by_ref().take_while(|l| *l != "```") {
                if let Some(name) = begins(line) {
                    *seen.entry(name.into()).or_default() += 1;
                    match ebnf.print(name) {
                        Some(production) => block.push(production),
                        None => wrong.push(format!(
                            "{}: the grammar has no `{name}` of its own",
                            path.display()
                        )),
                    }
                }
            }
            out.push_str(&block.join("\n"));
            out.push_str("\n```\n");
        }
        if out != text {
            if update {
                std::fs::write(&path, out).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            } else {
                wrong.push(format!(
                    "{}: the syntax is not the grammar's; UPDATE=1 writes it anew",
                    path.display()
                ));
            }
        }
    }
    for name in ebnf.names() {
        match seen.get(name) {
            Some(1) => {}
            Some(n) => wrong.push(format!("`{name}` is on {n} pages")),
            None => wrong.push(format!(
                "`{name}` is on no page: write `{name} =` into a block marked `ebnf`"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_grammar_of_tree_sitter_is_the_grammar() {
    let ebnf = Ebnf::read(include_str!("../src/grammar.lalrpop"));
    // A further link of a citation may follow what is one already: there the parser must not look ahead.
    let json = tree_sitter::grammar(&ebnf.looped(&["HeadChain"]));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/tree-sitter/src/grammar.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &json).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == json,
        "{}: not the grammar's; UPDATE=1 writes it anew",
        path.display()
    );
}
