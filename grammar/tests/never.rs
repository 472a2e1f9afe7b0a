//! No input makes the parser panic, overflow its stack or take more than linear time.

use proptest::prelude::*;
use rogatio_diagnostics::FileId;
use rogatio_grammar::{
    dump_ast, dump_tokens, format, headings, is_complete, keywords, parse, parse_expr, parse_repl,
};
use std::time::{Duration, Instant};

fn everything(text: &str) {
    let (module, diagnostics) = parse(FileId(0), text);
    for d in &diagnostics {
        let span = d.span();
        assert!(
            text.get(span.start as usize..span.end as usize).is_some(),
            "{d:?} in {text:?}"
        );
    }
    assert!(diagnostics.len() <= 51);
    let _ = (dump_ast(&module), dump_tokens(text), headings(&module));
    let _ = (
        parse_expr(FileId(0), text),
        parse_repl(FileId(0), text),
        is_complete(text),
    );
    if let Ok(once) = format(FileId(0), text) {
        let (again, found) = parse(FileId(0), &once);
        assert!(found.is_empty(), "{found:?}\n{text}\n---\n{once}");
        assert_eq!(dump_ast(&module), dump_ast(&again));
        assert_eq!(format(FileId(0), &once).as_deref(), Ok(once.as_str()));
    }
}

/// Words, signs and pieces of sentences.
fn word() -> impl Strategy<Value = String> {
    let mut words: Vec<String> = keywords().iter().map(|k| k.word.to_owned()).collect();
    for piece in [
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "->",
        "=",
        "!=",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "&",
        "|",
        "?",
        "~",
        "#",
        "@",
        "_",
        "\n",
        "\n(4)",
        "// c\n",
        "/// d\n",
        "\"t\"",
        "\"",
        "5",
        "90 days",
        "55%",
        "30th",
        "13bis",
        "1993-09-30",
        "1993-09-30:",
        "1993-09-30T12:00",
        "A",
        "b",
        "国",
        "（１）",
        "\u{0}",
        "most",
        "all have voted",
        "last counts",
        "none after",
        "once from",
        "also given",
        "also status",
        "exception to",
        "held by",
        "at least 2/3 of",
        "a further",
        "f(x)",
        "kind A",
        "any A may f",
        "expect void",
        "passes when yes >= 9",
        "in the last",
        "without delay",
        "}\n",
    ] {
        words.push(piece.to_owned());
    }
    prop::sample::select(words)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn on_token_soup(words in prop::collection::vec(word(), 0..40)) {
        everything(&words.join(" "));
    }

    #[test]
    fn on_any_text(text in "\\PC{0,80}") {
        everything(&text);
    }
}

proptest! {
    // Each case is a whole module.
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn on_a_sample_with_a_piece_removed(from in 0usize..12_000, len in 1usize..60) {
        let text = include_str!("samples/tour.rog");
        let cut: String = text.chars().take(from).chain(text.chars().skip(from + len)).collect();
        everything(&cut);
    }
}

fn first_code(text: &str) -> String {
    let (_, diagnostics) = parse(FileId(0), text);
    diagnostics
        .first()
        .map_or(String::new(), |d| d.code.to_string())
}

#[test]
fn on_deep_nesting() {
    for (open, close) in [("(", ")"), ("{", "}"), ("f(", ")"), ("article 1 {", "}")] {
        let text = format!(
            "define a: int = {}1{}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert_eq!(first_code(&text), "E0108", "{open}");
        let text = format!("define a: int = {}", open.repeat(100_000));
        assert_eq!(first_code(&text), "E0108", "{open}");
    }
    assert_eq!(
        first_code(&format!(
            "branch {}",
            "scenario \"s\" { branch \"b\" {".repeat(100_000)
        )),
        "E0108"
    );
}

#[test]
fn on_long_chains() {
    for piece in [
        "1 + ", "not ", "- ", "a.", "x or ", "x and ", "x after ", "x by ", "1 of ", "first ",
        "a = ",
    ] {
        let text = format!("define a: int = {}x", piece.repeat(100_000));
        assert_eq!(first_code(&text), "E0108", "{piece}");
    }
    let elses = format!("A must f {}", "else A must f ".repeat(100_000));
    assert_eq!(first_code(&elses), "E0108");
}

#[test]
fn on_long_lists_that_are_not_deep() {
    let states = "p = S or ".repeat(200) + "p = S";
    assert_eq!(
        first_code(&format!("define a(p: State): bool = {states}")),
        ""
    );
    assert_eq!(
        first_code(&format!("define a: int = f({}1)", "1 + 2, ".repeat(10_000))),
        ""
    );
    assert_eq!(
        first_code(
            &"any p: A must f(x, y) within 2 years upon g by p when x = y and not z\n"
                .repeat(5_000)
        ),
        ""
    );
    let lines = "f(x) by A\n".repeat(5_000);
    assert_eq!(
        first_code(&format!("scenario \"s\" {{ 1992-01-01: {lines} }}")),
        ""
    );
}

#[test]
fn at_the_limits_every_pass_ends() {
    // The deepest trees that are let through, on a small stack.
    let parens = format!("define a: int = {}1{}", "(".repeat(120), ")".repeat(120));
    let sums = format!("define a: int = {}1", "1 + ".repeat(250));
    let nots = format!("define a: int = {}b", "not ".repeat(250));
    let articles = format!("{}kind A{}", "article 1 { ".repeat(120), " }".repeat(120));
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            for text in [parens, sums, nots, articles] {
                assert_eq!(first_code(&text), "", "{}", &text[..80]);
                everything(&text);
            }
        })
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[test]
fn on_nul_bytes() {
    let text = "\0".repeat(5_000_000);
    let (_, diagnostics) = parse(FileId(0), &text);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code.as_str(), "E0109");
    let text = "\0 ".repeat(1_000_000);
    let (_, diagnostics) = parse(FileId(0), &text);
    assert_eq!(diagnostics.len(), 51);
}

#[test]
fn in_linear_time() {
    let inputs = [
        "any p: A must f(x) within 2 years upon g by p when x = y\n".repeat(20_000),
        "any p: A must must f(x)\n".repeat(20_000),
        "kind A {\n".repeat(20_000),
        "}\n".repeat(20_000),
        "(4) ".repeat(100_000),
        "\"".repeat(100_000),
        "// c\n".repeat(100_000),
        format!("article 1 {{\n{}}}\n", "any A may f x\n".repeat(20_000)),
    ];
    for text in inputs {
        let start = Instant::now();
        let _ = parse(FileId(0), &text);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{} in {:?}",
            &text[..20],
            start.elapsed()
        );
    }
}
