//! Helps in Japanese: `helps_ja.txt` has a template for each.

use crate::{Catalogue, Lang};
use std::borrow::Cow;
use std::sync::LazyLock;

const JAPANESE: &str = include_str!("helps_ja.txt");

static HELPS: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(JAPANESE));

/// A help line in a language; in English where there is no other.
#[must_use]
pub fn help_in(help: &str, lang: Lang) -> Cow<'_, str> {
    match lang {
        Lang::En => Cow::Borrowed(help),
        Lang::Ja => HELPS.say(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Piece, pairs, pieces};
    use std::collections::BTreeSet;

    fn names(template: &'static str) -> BTreeSet<&'static str> {
        let name = |p: Piece| match p {
            Piece::Part(name) => Some(name),
            Piece::Words(_) => None,
        };
        pieces(template).into_iter().filter_map(name).collect()
    }

    #[test]
    fn both_languages_have_the_same_parts() {
        let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
        for (english, japanese) in pairs(JAPANESE) {
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
