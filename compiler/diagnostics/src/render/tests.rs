//! What people see.

use crate::*;
use unicode_width::UnicodeWidthStr;

const HUMAN: Format = Format::Human { color: false };

fn span(map: &SourceMap, file: FileId, part: &str) -> Span {
    let at = map.text(file).find(part).expect("the part is there");
    Span::new(file, at as u32, (at + part.len()) as u32)
}

#[test]
fn quotes_labels_headings_and_help() {
    let mut map = SourceMap::new();
    let text = "article 36 \"Entry into force\" {\n  (1) passes  yes >= 9\n}\nkind A\n";
    let f = map.add("a.rog", text);
    map.set_headings(
        f,
        vec![(Span::new(f, 0, 57), "art 36 \"Entry into force\"".into())],
    );
    let d = Diagnostic::error(codes::E0112, "`when` is missing")
        .at(span(&map, f, "yes"), "a condition begins here")
        .also(span(&map, f, "passes"), "of this clause")
        .also(span(&map, f, "A\n"), "")
        .help("write `passes when yes >= 9`")
        .note("first\nsecond");
    let expected = r#"
error[E0112]: `when` is missing
   ╭─[ a.rog:2:15 ]
   │
 2 │   (1) passes  yes >= 9
   │       ┬─────  ┬──
   │       ╰──────────── of this clause
   │               │
   │               ╰──── a condition begins here
   │
 4 │ kind A
   │      ┬
   │      ╰──
───╯
  = in art 36 "Entry into force"
  = help: write `passes when yes >= 9`
  = note: first
    second"#;
    let got = render(&d, &map, HUMAN);
    assert_eq!(got, expected.trim_start(), "\n{got}");
}

#[test]
fn underlines_wide_characters() {
    let mut map = SourceMap::new();
    let f = map.add("条約.rog", "body 安全保障理事会 { members 加盟国 }\n");
    let d = Diagnostic::error(codes::E0101, "unknown").at(span(&map, f, "加盟国"), "これ");
    let got = render(&d, &map, HUMAN);
    let lines: Vec<&str> = got.lines().collect();
    let before = |line: &str, mark: &str| {
        let at = line
            .find(mark)
            .unwrap_or_else(|| panic!("no {mark} in\n{got}"));
        line[..at].width()
    };
    assert_eq!(before(lines[3], "加盟国"), before(lines[4], "┬"), "\n{got}");
    assert_eq!(
        lines[4].trim_start_matches([' ', '│']).width(),
        6,
        "\n{got}"
    );
    assert!(lines[1].contains("条約.rog:1:24"), "\n{got}");
}

#[test]
fn labels_in_a_second_file() {
    let mut map = SourceMap::new();
    let a = map.add("a.rog", "module a\n");
    let b = map.add("b.rog", "// 安全保障理事会\nkind 加盟国\nkind 加盟国\n");
    let second = Span::new(b, map.text(b).rfind('加').unwrap_or(0) as u32, 57);
    let d = Diagnostic::error(codes::E0101, "twice")
        .at(span(&map, a, "a\n"), "here")
        .also(second, "again")
        .also(span(&map, b, "加盟国"), "first");
    let got = render(&d, &map, HUMAN);
    assert!(got.contains("a.rog:1:8"), "\n{got}");
    assert!(got.contains("b.rog:2:6"), "\n{got}");
    assert!(got.contains("3 │ kind 加盟国"), "\n{got}");
}

#[test]
fn any_span_is_safe() {
    let texts = [
        "",
        "\n",
        "安\r\n全\u{2028}x\n",
        "a\n\n\tb",
        "e\u{301}\u{200D}\r\u{85}",
    ];
    for text in texts {
        let mut map = SourceMap::new();
        let a = map.add("a", text);
        let b = map.add("b", "安全\n安全");
        for start in 0..=text.len() as u32 + 2 {
            for end in 0..=text.len() as u32 + 2 {
                let d = Diagnostic::warning(codes::E0101, "x")
                    .at(Span::new(a, start, end), "p")
                    .also(Span::new(b, end, start + 3), "q")
                    .also(Span::new(FileId(9), 1, 2), "r");
                for format in [
                    HUMAN,
                    Format::Human { color: true },
                    Format::Json,
                    Format::Short,
                ] {
                    let got = render(&d, &map, format);
                    assert!(got.lines().all(|l| l == l.trim_end()), "{got:?}");
                    assert!(!got.ends_with('\n'));
                }
                assert!(render(&d, &map, HUMAN).contains("note: r"));
            }
        }
    }
}

#[test]
fn the_place_is_the_same_in_every_form() {
    let texts = [
        "",
        "\n",
        "安\r\n全\u{2028}x\u{85}y\rz\n\n",
        "a\n\n\tb",
        "a\u{B}b\u{C}c",
    ];
    for text in texts {
        let mut map = SourceMap::new();
        let f = map.add("f", text);
        for start in 0..=text.len() as u32 {
            let d = Diagnostic::error(codes::E0101, "x").at(Span::new(f, start, start), "p");
            let short = render(&d, &map, Format::Short);
            let place = short.split_once(": ").map_or("", |p| p.0);
            let human = render(&d, &map, HUMAN);
            assert!(human.contains(&format!("[ {place} ]")), "{short}\n{human}");
            assert!(human.contains('╰'), "{text:?} {start}\n{human}");
        }
    }
}

#[test]
fn missing_at_the_end_is_shown_on_the_last_line() {
    let mut map = SourceMap::new();
    let f = map.add("a.rog", "kind A {\n  x\n\n\n");
    let d = Diagnostic::error(codes::E0102, "`{` is never closed")
        .at(Span::new(f, 16, 16), "expected `}`");
    let got = render(&d, &map, HUMAN);
    assert!(
        got.contains("[ a.rog:2:4 ]") && got.contains(" 2 │   x"),
        "\n{got}"
    );
}

#[test]
fn no_place_no_frame() {
    let d = Diagnostic::error(codes::E0001, "no such file: x.rog").help("check the spelling");
    assert_eq!(
        render(&d, &SourceMap::new(), HUMAN),
        "error[E0001]: no such file: x.rog\n  = help: check the spelling"
    );
    let d = d.at(Span::NONE, "asked for here");
    assert!(render(&d, &SourceMap::new(), HUMAN).contains("= note: asked for here"));
}

#[test]
fn nothing_reaches_the_terminal_raw() {
    let mut map = SourceMap::new();
    let f = map.add("a\u{1b}.rog", "kind \u{1b}[2JA\u{202E}B\n");
    let d = Diagnostic::error(codes::E0109, "bad \u{1b}[2J").at(Span::new(f, 5, 6), "\u{7}");
    let got = render(&d, &map, HUMAN);
    assert!(!got.contains(['\u{1b}', '\u{202E}', '\u{7}']), "{got:?}");
    assert!(got.contains("kind \u{FFFD}[2JA\u{FFFD}B"), "\n{got}");
}

#[test]
fn colours_only_when_asked() {
    let mut map = SourceMap::new();
    let f = map.add("a.rog", "kind A\n");
    let d = Diagnostic::error(codes::E0101, "x")
        .at(Span::new(f, 0, 4), "y")
        .help("z");
    assert!(!render(&d, &map, HUMAN).contains('\u{1b}'));
    assert!(render(&d, &map, Format::Human { color: true }).starts_with("\u{1b}[1;31merror"));
}

#[test]
fn huge_texts_get_the_plain_form() {
    let line = "x".repeat(100) + "\n";
    let big = line.repeat(500_000);
    let end = big.len() as u32 - 2;
    let mut map = SourceMap::new();
    let f = map.add("big.rog", big);
    let g = map.add("wide.rog", "y ".repeat(1_500));
    let began = std::time::Instant::now();
    for _ in 0..20 {
        let d = Diagnostic::error(codes::E0101, "odd")
            .at(Span::new(f, end, end + 1), "here")
            .also(Span::new(g, 2, 3), "there")
            .help("stop");
        let expected = "big.rog:500000:100: error[E0101]: odd\n  big.rog:500000:100: here\n  \
                        wide.rog:1:3: there\n  = help: stop";
        assert_eq!(render(&d, &map, HUMAN), expected);
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn many_places_are_counted() {
    let mut map = SourceMap::new();
    let f = map.add("a.rog", "x\n".repeat(1_000));
    let mut d = Diagnostic::error(codes::E0101, "many");
    for i in 0..1_000 {
        d = d.also(Span::new(f, i * 2, i * 2 + 1), "");
    }
    assert!(render(&d, &map, HUMAN).ends_with("= and 984 more places"));
}
