//! What stands beside numbers, in the language of the reader.
//!
//! Comes in: a head, a cell or a line of ours in English. Goes out: the same in that language. Never happens: a text of a
//! module or of a case is looked at. `said_ja.txt` has the lines in English and in Japanese.

use rogatio_diagnostics::{Catalogue, Lang};
use rogatio_interpret::japanese_date;
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("said_ja.txt")).with_parts(part));

/// A part that is a day is written as days are; numbers and a line of an experiment stand as they are.
fn part(name: &str, part: &str) -> Option<String> {
    match name {
        "date" | "last" => Some(japanese_date(part)),
        "bound" | "interval" | "wider" => Some(part.to_owned()),
        _ => None,
    }
}

/// A text in a language.
#[must_use]
pub(crate) fn said(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => text.to_owned(),
        Lang::Ja => JAPANESE.say(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_stay() {
        for (english, japanese) in [
            ("100 000  (native code)", "100 000  （機械語）"),
            (
                "1992-06-05 to 2032-06-05",
                "1992年6月5日から2032年6月5日まで",
            ),
            (
                "never within a run: 3 of 20 runs",
                "期間内に生じない：20回中3回",
            ),
            (
                "[1.32, 1.70] over the runs that reached a value",
                "[1.32, 1.70] 値を得た回のみ",
            ),
            ("median", "中央値"),
            ("start(in_force)", "start(in_force)"),
        ] {
            assert_eq!(said(english, Lang::Ja), japanese);
        }
    }
}
