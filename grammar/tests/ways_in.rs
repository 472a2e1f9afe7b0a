//! Expressions and lines of the REPL.

use rogatio_diagnostics::FileId;
use rogatio_grammar::ast::{BinaryOp, Expr, ExprKind, ItemKind, ScenarioItemKind};
use rogatio_grammar::{ReplLine, is_complete, keywords, parse_expr, parse_repl};

fn expr(text: &str) -> Expr {
    let (expr, diagnostics) = parse_expr(FileId(0), text);
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:#?}");
    expr
}

fn repl(text: &str) -> ReplLine {
    let (line, diagnostics) = parse_repl(FileId(0), text);
    line.unwrap_or_else(|| panic!("{text}: {diagnostics:#?}"))
}

/// The operators, outermost first, with their operands in parentheses.
fn shape(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Binary(op, a, b) => format!("({} {op:?} {})", shape(a), shape(b)),
        ExprKind::Name(n) => n.text.clone(),
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Length(n, unit) => format!("{n}{unit}"),
        ExprKind::Call(f, args) => format!("{}/{}", shape(f), args.len()),
        ExprKind::Ordinal(o, e) => format!("[{o:?} {}]", shape(e)),
        ExprKind::Where(a, b) => format!("<{} where {}>", shape(a), shape(b)),
        ExprKind::By(a, b) => format!("{}-by-{}", shape(a), shape(b)),
        ExprKind::Share(c, v) => format!("{c:?} {}", shape(v)),
        ExprKind::Not(e) => format!("!{}", shape(e)),
        ExprKind::Is {
            subject,
            negated,
            what,
            base,
        } => format!(
            "{{{} is{} {}{}}}",
            shape(subject),
            if *negated { " not" } else { "" },
            shape(what),
            base.as_ref()
                .map_or(String::new(), |b| format!(" of {}", shape(b)))
        ),
        other => format!("{other:?}")
            .split(['(', ' '])
            .next()
            .unwrap_or("")
            .to_owned(),
    }
}

#[test]
fn precedence() {
    for (text, want) in [
        ("a or b and not c = d", "(a Or (b And !(c Eq d)))"),
        ("x >= 2/3 of Party", "(x Ge ((2 Div 3) Of Party))"),
        (
            "x is at least 2/3 of y and z",
            "({x is AtLeast (2 Div 3) of y} And z)",
        ),
        ("yes is needed(d) of voting", "{yes is needed/1 of voting}"),
        ("q is not lapsed", "{q is not lapsed}"),
        (
            "90 days after 30th deposit by State",
            "(90day After [Nth(30) deposit-by-State])",
        ),
        (
            "90 days after first accept where c is d",
            "(90day After [First <accept where {c is d}>])",
        ),
        ("lapse of 1 year after E", "(lapse Of (1year After E))"),
        ("lapse of refile(m)", "(lapse Of refile/1)"),
        (
            "first session(Diet) after expiry(m)",
            "([First session/1] After expiry/1)",
        ),
        (
            "x as of 30 days before E >= 3",
            "((x AsOf (30day Before E)) Ge 3)",
        ),
        ("a + b of c - d * e", "((a Add (b Of c)) Sub (d Mul e))"),
        (
            "yes & permanent is empty",
            "{(yes Intersect permanent) is empty}",
        ),
    ] {
        assert_eq!(shape(&expr(text)), want, "{text}");
    }
}

#[test]
fn arguments() {
    let ExprKind::Call(_, args) =
        expr("f(x, y: T, z: T where c, form = accession, a = b and c, _, Motion on d)").kind
    else {
        panic!("a call")
    };
    let kinds: Vec<String> = args
        .iter()
        .map(|a| {
            format!("{:?}", a.kind)
                .split('(')
                .next()
                .unwrap_or("")
                .to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        ["Value", "Bind", "Value", "Named", "Value", "Any", "Value"]
    );
    assert!(args[6].on.is_some());
}

#[test]
fn spans_cover_their_text() {
    let text = "  count(a & b)  as of  x  ";
    let e = expr(text);
    assert_eq!(
        &text[e.span.start as usize..e.span.end as usize],
        "count(a & b)  as of  x"
    );
    let ExprKind::Binary(BinaryOp::AsOf, a, _) = e.kind else {
        panic!()
    };
    assert_eq!(
        &text[a.span.start as usize..a.span.end as usize],
        "count(a & b)"
    );
}

#[test]
fn lines_of_the_repl() {
    assert!(matches!(repl("in_force"), ReplLine::Expr(_)));
    assert!(matches!(repl("renewal(m) is open"), ReplLine::Expr(_)));
    assert!(matches!(repl("deposit by Mongolia"), ReplLine::Expr(_)));
    let ReplLine::Scenario(line) = repl("1993-09-30: deposit by Mongolia") else {
        panic!()
    };
    assert!(line.at.is_some() && matches!(line.kind, ScenarioItemKind::Act { .. }));
    assert!(matches!(repl("expect void"), ReplLine::Scenario(_)));
    assert!(matches!(repl("State: A, B"), ReplLine::Scenario(_)));
    assert!(matches!(repl("assume signed(A)"), ReplLine::Scenario(_)));
    let ReplLine::Item(item) = repl("define a: int = 5") else {
        panic!()
    };
    assert!(matches!(item.kind, ItemKind::Define(_)));
    assert!(matches!(repl("any A may f"), ReplLine::Item(_)));
    assert!(parse_repl(FileId(0), "").0.is_none());
    let (line, diagnostics) = parse_repl(FileId(0), "1993-09-30: deposit by by A");
    assert!(line.is_none() && diagnostics.len() == 1, "{diagnostics:?}");
    let (line, diagnostics) = parse_repl(FileId(0), "count(");
    assert!(line.is_none() && !diagnostics.is_empty());
}

#[test]
fn complete_lines() {
    assert!(is_complete("define a: int = 5"));
    assert!(!is_complete("article 1 {"));
    assert!(!is_complete("count(a"));
    assert!(
        is_complete("module m \"open"),
        "no text goes over the end of its line"
    );
    assert!(!is_complete("define x ="));
    assert!(!is_complete("State: A,"));
    assert!(is_complete("define x =\n\n"), "an empty line ends it");
    assert!(is_complete("say )"));
    assert!(is_complete("}"));
}

#[test]
fn reserved_words_name_nothing_and_the_others_do() {
    for keyword in keywords() {
        let (_, diagnostics) = parse_expr(FileId(0), &format!("{} + x", keyword.word));
        assert_eq!(
            diagnostics.is_empty(),
            !keyword.reserved,
            "{}",
            keyword.word
        );
        let (line, _) = parse_repl(FileId(0), &format!("define {}: int = 5", keyword.word));
        assert_eq!(line.is_some(), !keyword.reserved, "{}", keyword.word);
    }
}
