//! Helps in Japanese.
//!
//! Comes in: a help line as it was said, in English. Goes out: the same line in Japanese, with the same names, numbers
//! and pieces of program in it. Never happens: a line is put together from parts; a help is said in two places.
//!
//! `helps_ja.txt` has two lines a help: the English as its place in the code has it, with a name in braces for each part
//! that is filled in, and the Japanese, indented. A part that is itself a line of the file (`2 arguments`) is turned,
//! too; any other stays as it is.

use crate::Lang;
use std::borrow::Cow;
use std::sync::LazyLock;

const JAPANESE: &str = include_str!("helps_ja.txt");

/// A piece of a template.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Piece<'a> {
    /// Words that stand as they are.
    Words(&'a str),
    /// A part that is filled in.
    Part(&'a str),
}

/// A help in both languages.
struct Template {
    english: Vec<Piece<'static>>,
    japanese: Vec<Piece<'static>>,
}

impl Template {
    /// How many bytes of the English are fixed: of two templates that fit, the one with more says more exactly what is
    /// meant.
    fn fixed(&self) -> usize {
        let len = |p: &Piece<'_>| match p {
            Piece::Words(w) => w.len(),
            Piece::Part(_) => 0,
        };
        self.english.iter().map(len).sum()
    }
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let mut all: Vec<Template> = pairs()
        .map(|(english, japanese)| Template {
            english: pieces(english),
            japanese: pieces(japanese),
        })
        .collect();
    all.sort_by_key(|t| std::cmp::Reverse(t.fixed()));
    all
});

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = JAPANESE.lines();
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?.trim_start())))
}

/// Cuts a template at its parts: `{name}`, letters, digits and `_` without a space.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = template[at..].find('{').map(|n| at + n) {
        let rest = &template[open + 1..];
        let len = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        at = open + 1 + len;
        if len > 0 && template[at..].starts_with('}') {
            if from < open {
                out.push(Piece::Words(&template[from..open]));
            }
            out.push(Piece::Part(&rest[..len]));
            at += 1;
            from = at;
        }
    }
    if from < template.len() {
        out.push(Piece::Words(&template[from..]));
    }
    out
}

/// What stands in the parts of a template, where a text has its form.
fn fit<'t>(template: &[Piece<'static>], text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    match template {
        [] => text.is_empty().then(Vec::new),
        [Piece::Words(words), rest @ ..] => fit(rest, text.strip_prefix(words)?),
        [Piece::Part(name)] => (!text.is_empty()).then(|| vec![(*name, text)]),
        [Piece::Part(name), rest @ ..] => {
            let Piece::Words(next) = rest[0] else {
                return None;
            };
            // A part ends where the words behind it come first, or later where the rest asks for it.
            text.match_indices(next)
                .filter(|(at, _)| *at > 0)
                .find_map(|(at, _)| {
                    let mut parts = fit(rest, &text[at..])?;
                    parts.insert(0, (name, &text[..at]));
                    Some(parts)
                })
        }
    }
}

/// A help line in a language; in English where there is no other.
#[must_use]
pub fn help_in(help: &str, lang: Lang) -> Cow<'_, str> {
    match lang {
        Lang::En => Cow::Borrowed(help),
        Lang::Ja => japanese(help).map_or(Cow::Borrowed(help), Cow::Owned),
    }
}

/// No help is longer; what is, has text of a user in it, and is shown as it is.
const LONGEST: usize = 2_000;

fn japanese(help: &str) -> Option<String> {
    if help.len() > LONGEST {
        return None;
    }
    let found = |t: &'static Template| fit(&t.english, help).map(|parts| (t, parts));
    let (template, parts) = TEMPLATES.iter().find_map(found)?;
    let filled = template.japanese.iter().map(|piece| match piece {
        Piece::Words(words) => Cow::Borrowed(*words),
        Piece::Part(name) => {
            let part = parts
                .iter()
                .find(|(n, _)| n == name)
                .map_or("", |(_, p)| *p);
            // The whole line was no template of parts alone, so this ends.
            japanese(part).map_or(Cow::Borrowed(part), Cow::Owned)
        }
    });
    Some(filled.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names(template: &str) -> BTreeSet<&str> {
        let name = |p: Piece<'static>| match p {
            Piece::Part(name) => Some(name),
            Piece::Words(_) => None,
        };
        // Leaked: a few short lines of a test.
        let template: &'static str = Box::leak(template.to_owned().into_boxed_str());
        pieces(template).into_iter().filter_map(name).collect()
    }

    #[test]
    fn lines_come_in_pairs_and_are_sorted() {
        assert_eq!(JAPANESE.lines().count() % 2, 0, "an odd line");
        for (n, line) in JAPANESE.lines().enumerate() {
            assert_eq!(line.starts_with("  "), n % 2 == 1, "line {}: {line}", n + 1);
        }
        let english: Vec<&str> = pairs().map(|(e, _)| e).collect();
        for two in english.windows(2) {
            assert!(two[0] < two[1], "sort: {} before {}", two[1], two[0]);
        }
    }

    #[test]
    fn both_languages_have_the_same_parts() {
        let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
        for (english, japanese) in pairs() {
            let (e, j) = (names(english), names(japanese));
            assert!(j.is_subset(&e), "{english}\n{japanese}");
            // An article, `a` or `an`, has no equal.
            assert!(e.difference(&j).all(|n| *n == "article"), "{english}");
            assert!(japanese.chars().any(is_japanese), "{japanese}");
            assert!(!japanese.ends_with('。'), "full stop: {japanese}");
            assert!(
                pieces(english)
                    .iter()
                    .any(|p| matches!(p, Piece::Words(w) if w.trim().len() > 2)),
                "too general: {english}"
            );
            for two in pieces(english).windows(2) {
                assert!(
                    !matches!(two, [Piece::Part(_), Piece::Part(_)]),
                    "no words between: {english}"
                );
            }
        }
    }

    #[test]
    fn parts_are_carried_over() {
        let ja = |help| help_in(help, Lang::Ja);
        assert_eq!(ja("did you mean `Mongolia`?"), "`Mongolia` のことか");
        assert_eq!(ja("give 2 arguments"), "引数を2個与える");
        assert_eq!(
            ja("write `exception` before `define`"),
            "`define` の前に `exception` と書く"
        );
        assert_eq!(
            ja("declare it in the module: `clock table \"…\" { hours }`"),
            "モジュールで宣言する：`clock table \"…\" { hours }`"
        );
        assert_eq!(ja("something nobody says"), "something nobody says");
        assert_eq!(help_in("did you mean `x`?", Lang::En), "did you mean `x`?");
    }

    #[test]
    fn long_and_odd_lines_end() {
        let long = "write `".repeat(2000);
        assert!(!help_in(&long, Lang::Ja).is_empty());
        assert_eq!(help_in("", Lang::Ja), "");
    }
}
