//! Sample modules parse without findings, and the formatter keeps them.

use rogatio_diagnostics::FileId;
use rogatio_grammar::{dump_ast, dump_tokens, format, headings, parse};

const SAMPLES: &[(&str, &str)] = &[
    ("tour", include_str!("samples/tour.rog")),
    ("japanese", include_str!("samples/japanese.rog")),
    ("names", include_str!("samples/names.rog")),
    ("layout", include_str!("samples/layout.rog")),
    ("forms", include_str!("samples/forms.rog")),
];

fn file() -> FileId {
    FileId(0)
}

#[test]
fn samples_parse() {
    for (name, text) in SAMPLES {
        let (module, diagnostics) = parse(file(), text);
        assert!(diagnostics.is_empty(), "{name}: {diagnostics:#?}");
        assert!(!module.items.is_empty());
        assert!(!dump_tokens(text).is_empty());
    }
}

#[test]
fn formatting_changes_no_tree() {
    for (name, text) in SAMPLES {
        let once = format(file(), text).unwrap_or_else(|d| panic!("{name}: {d:#?}"));
        let (before, _) = parse(file(), text);
        let (after, diagnostics) = parse(file(), &once);
        assert!(diagnostics.is_empty(), "{name}: {diagnostics:#?}");
        assert_eq!(dump_ast(&before), dump_ast(&after), "{name}");
    }
}

#[test]
fn formatting_twice_is_formatting_once() {
    for (name, text) in SAMPLES {
        let once = format(file(), text).expect("parses");
        let twice = format(file(), &once).expect("parses");
        assert_eq!(once, twice, "{name}");
        for comment in text
            .lines()
            .filter_map(|l| l.split_once("//").map(|(_, c)| c.trim_end()))
        {
            assert!(once.contains(comment), "{name}: {comment}");
        }
    }
}

#[test]
fn formatting_sets_items_on_lines_of_their_own() {
    let text = "kind   A   kind B{x:int=5 y :int}\n\n\n\narticle 1   \"One\" {\n(1) any A may f ( x )   within 2 days  when  c  //  why\n  else B must g\n\n}\n";
    let want = "kind A\nkind B { x: int = 5  y: int }\n\narticle 1 \"One\" {\n    (1) any A may f(x)  within 2 days  when c  //  why\n        else B must g\n}\n";
    assert_eq!(format(file(), text).expect("parses"), want);
}

#[test]
fn formatting_lines_up_the_columns_of_a_table() {
    let text = "table t(a: K, 地: K) -> int first {\n  staff, 本部 -> 1 // one\n officer,x  -> 22\n _,_ -> 3\n}\n";
    let want = "table t(a: K, 地: K) -> int first {\n    staff,   本部 -> 1  // one\n    officer, x    -> 22\n    _,       _    -> 3\n}\n";
    assert_eq!(format(file(), text).expect("parses"), want);
    assert_eq!(format(file(), want).expect("parses"), want);
    // On one line there are no columns.
    let text = "table t(a: K) -> int first { staff -> 1  _ -> 3 }\n";
    assert_eq!(format(file(), text).expect("parses"), text);
}

#[test]
fn formatting_sets_conditions_below_their_word() {
    let text = "define x: int = 3\n except 4 when a\n and b\n or c\ndefine y: bool = a\n and b\nscenario \"s\" {\n 2001-01-01: f\n expect a\n and b\n}\n";
    let want = "define x: int = 3\n    except 4 when a\n        and b\n        or c\ndefine y: bool = a\n    and b\nscenario \"s\" {\n    2001-01-01: f\n        expect a\n            and b\n}\n";
    assert_eq!(format(file(), text).expect("parses"), want);
}

#[test]
fn formatting_keeps_odds_apart_from_sets() {
    let text = "experiment e {\n each S votes yes 70%, no(1/7), abstain (p - 1/7) on D\n measure probability(abstain(D) is empty)\n}\n";
    let want = "experiment e {\n    each S votes yes 70%, no (1/7), abstain (p - 1/7) on D\n    measure probability(abstain(D) is empty)\n}\n";
    assert_eq!(format(file(), text).expect("parses"), want);
}

#[test]
fn a_text_with_mistakes_is_not_formatted() {
    assert!(format(file(), "kind kind").is_err());
}

#[test]
fn headings_name_what_they_are_in() {
    let text = "annex II \"Arbitration\" { part 1 { kind A } }\narticle 36 (1) \"Force\" hortatory";
    let (module, _) = parse(file(), text);
    let found: Vec<String> = headings(&module).into_iter().map(|(_, h)| h).collect();
    assert_eq!(
        found,
        [
            "annex II \"Arbitration\"",
            "annex II part 1",
            "art 36(1) \"Force\""
        ]
    );
}

#[test]
fn names_are_normalised() {
    let (composed, _) = parse(file(), "kind R\u{e9}gion");
    let (decomposed, diagnostics) = parse(file(), "kind Re\u{301}gion");
    assert!(diagnostics.is_empty());
    assert_eq!(dump_ast(&composed), dump_ast(&decomposed));
}

#[test]
fn docs_belong_to_the_item_that_follows() {
    let (module, _) = parse(
        file(),
        "/// one\n/// two\n(1) kind A\n// not this\nkind B\n",
    );
    assert_eq!(
        module.items[0]
            .docs
            .iter()
            .map(|d| d.value.as_str())
            .collect::<Vec<_>>(),
        ["one", "two"]
    );
    assert!(module.items[1].docs.is_empty());
}
