//! Every program of the repository that the compiler parses, tree-sitter parses too, and the query fits the grammar.

use rogatio_diagnostics::FileId;
use std::path::{Path, PathBuf};
use tree_sitter::{Node, Parser, Query};

fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let mut folders: Vec<PathBuf> = ["tests/suite", "stdlib", "examples", "grammar/tests"]
        .map(|f| root.join(f))
        .into();
    let mut found = Vec::new();
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
    found
}

fn parser() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&rogatio_tree_sitter::LANGUAGE.into())
        .expect("a language of this version");
    parser
}

/// The first place that does not parse.
fn mistake<'t>(node: Node<'t>) -> Option<Node<'t>> {
    if node.is_error() || node.is_missing() {
        return Some(node);
    }
    if !node.has_error() {
        return None;
    }
    let mut cursor = node.walk();
    let children: Vec<Node<'t>> = node.children(&mut cursor).collect();
    children.into_iter().find_map(mistake)
}

/// Samples that strain the compiler's own gluing pass: a comment between two words of one (`must // … not`), and a sentence
/// about something named `table`. An editor shows both with a mistake.
const STRAINED: &[&str] = &["layout.rog", "names.rog"];

#[test]
fn what_the_compiler_parses_has_a_tree() {
    let mut parser = parser();
    let (mut wrong, mut parsed) = (Vec::new(), 0);
    for path in programs() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let (_, found) = rogatio_grammar::parse(FileId(0), &text);
        let strained = STRAINED
            .iter()
            .any(|s| path.ends_with(Path::new("grammar/tests/samples").join(s)));
        if strained || found.iter().any(rogatio_diagnostics::Diagnostic::is_error) {
            continue;
        }
        parsed += 1;
        let tree = parser.parse(&text, None).expect("no time limit is set");
        if let Some(node) = mistake(tree.root_node()) {
            let line = node.start_position().row + 1;
            let words = text.lines().nth(line - 1).unwrap_or_default().trim();
            wrong.push(format!(
                "{}:{line}: {} in `{words}`",
                path.display(),
                node.kind()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {parsed}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(parsed > 250, "only {parsed} programs");
}

#[test]
fn a_label_is_no_argument() {
    let text = "article 1 {\n    (2) define f: int = g\n    (3) define h: int = f\n}\n";
    let tree = parser().parse(text, None).expect("no time limit is set");
    let seen = tree.root_node().to_sexp();
    assert_eq!(seen.matches("(label)").count(), 2, "{seen}");
    assert!(!seen.contains("args"), "{seen}");
}

#[test]
fn the_query_names_nodes_of_the_grammar() {
    let query = Query::new(
        &rogatio_tree_sitter::LANGUAGE.into(),
        rogatio_tree_sitter::HIGHLIGHTS,
    );
    if let Err(e) = query {
        panic!("{e}");
    }
}
