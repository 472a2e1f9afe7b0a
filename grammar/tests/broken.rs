//! Texts with mistakes: one finding for each, at its line, and what is right survives.

use rogatio_diagnostics::FileId;
use rogatio_grammar::ast::{ItemKind, Module};
use rogatio_grammar::parse;

/// The codes and lines of the findings.
fn findings(text: &str) -> Vec<(String, usize)> {
    let (_, diagnostics) = parse(FileId(0), text);
    diagnostics
        .iter()
        .map(|d| {
            let at = (d.span().start as usize).min(text.len());
            (d.code.to_string(), text[..at].matches('\n').count() + 1)
        })
        .collect()
}

#[track_caller]
fn check(text: &str, want: &[(&str, usize)]) {
    let got = findings(text);
    let got: Vec<(&str, usize)> = got.iter().map(|(c, l)| (c.as_str(), *l)).collect();
    let (_, diagnostics) = parse(FileId(0), text);
    assert_eq!(got, want, "\n{text}\n{diagnostics:#?}");
}

/// The message and the help of the only finding.
#[track_caller]
fn said(text: &str) -> String {
    let (_, diagnostics) = parse(FileId(0), text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    format!(
        "{} | {}",
        diagnostics[0].message,
        diagnostics[0].help.join("; ")
    )
}

fn decision(clauses: &str) -> String {
    format!(
        "decision D on d: X by B {{\n  ballots yes, no, last counts\n{clauses}\n  silence none\n}}\nkind After\n"
    )
}

#[test]
fn nine_mistakes_are_nine_findings() {
    let text = include_str!("samples/nine.bad");
    check(
        text,
        &[
            ("E0101", 3),
            ("E0112", 5),
            ("E0113", 9),
            ("E0112", 10),
            ("E0105", 15),
            ("E0112", 17),
            ("E0101", 18),
            ("E0111", 22),
            ("E0101", 23),
        ],
    );
    let (module, _) = parse(FileId(0), text);
    let has = |f: &dyn Fn(&ItemKind) -> bool| module.items.iter().filter(|i| f(&i.kind)).count();
    assert_eq!(has(&|k| matches!(k, ItemKind::Kind(_))), 3);
    assert_eq!(
        has(&|k| matches!(k, ItemKind::Decision(d) if d.clauses.len() == 4)),
        1
    );
    assert_eq!(
        has(&|k| matches!(k, ItemKind::Procedure(p) if p.items.len() == 3)),
        1
    );
    assert_eq!(
        has(&|k| matches!(k, ItemKind::Define(d) if d.name.text == "y")),
        1
    );
}

#[test]
fn a_missing_brace_is_noticed_at_the_next_declaration() {
    check(
        "module m\nkind A {\n  x\n  y\n\nact f by any A\nkind B\n",
        &[("E0102", 2)],
    );
    let (module, _) = parse(FileId(0), "kind A {\n  x\n\nkind B\ndefine c: int = 1\n");
    let kept = |m: &Module| {
        m.items
            .iter()
            .filter(|i| !matches!(i.kind, ItemKind::Error(_)))
            .count()
    };
    assert_eq!(kept(&module), 3);
}

#[test]
fn a_missing_brace_at_the_end() {
    check("kind A\narticle 1 {\n  kind B\n", &[("E0102", 2)]);
}

#[test]
fn a_brace_too_many() {
    check("kind A\n}\nkind B\n", &[("E0103", 2)]);
}

#[test]
fn a_parenthesis_too_few_or_too_many() {
    check(
        "define a: int = (1 + 2\ndefine b: int = 3\n",
        &[("E0102", 1)],
    );
    check(
        "define a: int = 1 + 2)\ndefine b: int = 3\n",
        &[("E0103", 1)],
    );
}

#[test]
fn an_open_string() {
    check("module m \"open\nkind A\n", &[("E0104", 1)]);
}

#[test]
fn dates() {
    check("define a: date = 1993-9-30\n", &[("E0105", 1)]);
    assert!(said("define a: date = 1993-9-30\n").contains("write 1993-09-30"));
    assert!(said("define a: date = 1993/09/30\n").contains("write 1993-09-30"));
    assert!(said("define a: date = 1993-13-01\n").contains("month 13"));
    check("define a: date = 1993-02-30\n", &[("E0105", 1)]);
    check("define a: date = 04/05/1993\n", &[("E0105", 1)]);
    check(
        "scenario \"s\" {\n  1993-9-30: f by A\n  1993-09-31T25:00: f by A\n}\n",
        &[("E0105", 2), ("E0105", 3)],
    );
}

#[test]
fn large_numbers() {
    check("define a: int = 9223372036854775808\n", &[("E0106", 1)]);
    check("define a: int = 9223372036854775807\n", &[]);
}

#[test]
fn reserved_words() {
    check("define first: int = 5\nkind A\n", &[("E0107", 1)]);
    check("act after by any A\nkind A\n", &[("E0107", 1)]);
    check("act f(until: A) by A\n", &[("E0107", 1)]);
    check("kind when\nkind B\n", &[("E0107", 1)]);
}

#[test]
fn unknown_characters() {
    check("kind A;\nkind B\n", &[("E0109", 1)]);
    check("kind A §§§\nkind B\n", &[("E0109", 1)]);
    check("define a： int = 5\n", &[("E0109", 1)]);
    check("act f（x: A) by A\n", &[("E0109", 1)]);
    check("module m “title”\nkind B\n", &[("E0109", 1), ("E0109", 1)]);
}

#[test]
fn names_with_hidden_characters() {
    check("kind A\u{200d}B\n", &[("E0110", 1)]);
}

#[test]
fn words_of_other_languages() {
    check("each A shall f\n", &[("E0111", 1)]);
    check("define a: bool = b == c\n", &[("E0111", 1)]);
    check(
        "define a: bool = b && c || !d\n",
        &[("E0111", 1), ("E0111", 1), ("E0111", 1)],
    );
    check("any A can f\nkind B\n", &[("E0111", 1)]);
    check("any A may f if x\nkind B\n", &[("E0111", 1)]);
    check("enum Colour { red green }\nkind B\n", &[("E0111", 1)]);
}

#[test]
fn missing_words() {
    assert!(
        said(&decision("  quorum none\n  passes yes >= 9"))
            .starts_with("`when` is missing before `yes`")
    );
    check(
        &decision("  passes yes >= 9\n  quorum none"),
        &[("E0112", 3)],
    );
    check("define a int = 5\n", &[("E0112", 1)]);
    check("act f(text Draft) by A\n", &[("E0112", 1)]);
    check("define a: int 5\nkind B\n", &[("E0112", 1)]);
    check(
        "procedure P {\n  stage a { on f b }\n  outcome b\n}\n",
        &[("E0112", 2)],
    );
    check(
        "decision D on d: X by B {\n  ballots yes, no\n  quorum none\n}\n",
        &[("E0112", 2)],
    );
    check("table t(a: X) -> Y { a, b c }\n", &[("E0112", 1)]);
}

#[test]
fn clauses_of_a_decision() {
    check(&decision("  majority 2/3\n  quorum none"), &[("E0113", 3)]);
    assert!(said(&decision("  majority 2/3")).contains("passes when"));
    assert!(said(&decision("  quorun none")).contains("did you mean `quorum`?"));
    check(
        &decision("  threshold 5\n  abstention counts"),
        &[("E0113", 3), ("E0113", 4)],
    );
}

#[test]
fn labels_and_articles() {
    check(
        "article 1 {\n  (1) any A may f\n  (2)\n}\n",
        &[("E0115", 3)],
    );
    check(
        "decision D on d: X by B {\n  quorum none\n  article 4 { kind A }\n  silence none\n}\n",
        &[("E0115", 3)],
    );
}

#[test]
fn sentences() {
    check(
        "any p: A must f when x within 2 months\nkind B\n",
        &[("E0101", 1)],
    );
    assert!(said("any p: A must f when x within 2 months\n").contains("put the time before"));
    check("A f(x)\nkind B\n", &[("E0101", 1)]);
    check("any A may\nkind B\n", &[("E0101", 1)]);
    check(
        "article 1 {\n  (1) any A may f upon\n  (2) any B may g\n}\n",
        &[("E0101", 2)],
    );
}

#[test]
fn misspelt_words() {
    assert!(said("defin a: int = 5\nkind B\n").contains("did you mean `define`?"));
    assert!(said("procedre P { outcome a }\nkind B\n").contains("did you mean `procedure`?"));
    assert!(
        said("scenario \"s\" {\n  1994-01-01: expect b becuse art 3\n}\n")
            .contains("did you mean `because`?")
    );
    assert!(said("experiment e {\n  horizn 40 years\n}\n").contains("did you mean `horizon`?"));
    assert!(said("any A may f unles g\n").contains("did you mean"));
}

#[test]
fn unfinished_lines() {
    check("status a from f after\nstatus b from g\n", &[("E0101", 1)]);
    check("define a: int =\ndefine b: int = 5\n", &[("E0101", 1)]);
    check(
        "define a: int = 5 +\n\n\ndefine b: int = 5\n",
        &[("E0101", 1)],
    );
    let (module, _) = parse(FileId(0), "status a from f after\nstatus b from g\n");
    assert!(
        module
            .items
            .iter()
            .any(|i| matches!(&i.kind, ItemKind::Status(s) if s.name.text == "b"))
    );
}

#[test]
fn mistakes_in_neighbouring_lines() {
    let text = "article 1 {\n  (1) any A mey f\n  (2) any B may g\n  (3) any C must\n  (4) define x: int = 5\n  (5) define y int = 5\n}\n";
    check(text, &[("E0101", 2), ("E0101", 4), ("E0112", 6)]);
    let (module, _) = parse(FileId(0), text);
    let ItemKind::Article(article) = &module.items[0].kind else {
        panic!("{module:?}")
    };
    let rogatio_grammar::ast::ArticleBody::Items(items) = &article.body else {
        panic!()
    };
    assert_eq!(items.len(), 2);
}

#[test]
fn stages_are_left_with_on() {
    assert!(
        said("procedure P {\n  stage a { after 30 days -> b }\n  outcome b\n}\n")
            .contains("on lapse of 30 days")
    );
}

#[test]
fn lines_in_the_wrong_block() {
    assert!(said("kind A\nexpect void\nkind B\n").contains("scenario"));
    assert!(said("on x -> y\nkind B\n").contains("stage"));
    assert!(said("measure x\nkind B\n").contains("experiment"));
    assert!(said("use std.time, std.vote\nkind B\n").contains("one `use`"));
    assert!(said("A must f within 2 months after g\nkind B\n").contains("within D upon EVENT"));
    check("define x: int = if a then b\nkind B\n", &[("E0111", 1)]);
    check("act f(x: A by any A\nkind B\n", &[("E0102", 1)]);
    let stage = "procedure P {\n  stage x { (a) on f -> y  (b) decide D }\n  outcome y\n}\n";
    assert!(said(stage).contains("a label begins its line"));
}

#[test]
fn too_many_mistakes() {
    let text = "kind 5\n".repeat(500);
    let got = findings(&text);
    assert_eq!(got.len(), 51);
    assert_eq!(got.last().map(|(c, _)| c.as_str()), Some("E0114"));
    let text = "é\u{301} § \n".repeat(500);
    assert!(findings(&text).len() <= 51);
}

#[test]
fn the_examples_of_the_codes() {
    for explanation in rogatio_diagnostics::explanations() {
        let code = explanation.code.as_str();
        if !code.starts_with("E01") {
            continue;
        }
        for bad in explanation.bad() {
            let got = findings(bad);
            assert!(got.iter().any(|(c, _)| c == code), "{code}: {got:?}\n{bad}");
            // What is too much stands beside what it is too much of.
            let alone = got.len() == 1 || code == "E0114";
            assert!(alone, "{code}: {got:?}\n{bad}");
        }
        for good in explanation.good() {
            assert!(
                findings(good).is_empty(),
                "{code}: {:?}\n{good}",
                findings(good)
            );
        }
    }
}
