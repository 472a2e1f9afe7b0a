//! Reasons that are one short line, in the language of the case.
//!
//! Comes in: a reason in English, with the names, conditions and dates of a case in it. Goes out: the same in that
//! language; what is not in the catalogue stays. `said_ja.txt` has the lines in English and in Japanese.

use crate::Case;
use crate::words::japanese_date;
use rogatio_diagnostics::{Catalogue, Lang};
use std::borrow::Cow;
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("said_ja.txt")).with_parts(dated));

/// A part that is a day is written as days are.
pub(crate) fn dated(name: &str, part: &str) -> Option<String> {
    (name == "date").then(|| japanese_date(part))
}

impl Case {
    /// A reason in the language of the case.
    #[must_use]
    pub fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.program().lang {
            Lang::En => Cow::Borrowed(text),
            Lang::Ja => JAPANESE.say(text),
        }
    }

    /// The same of a reason that is kept.
    pub(crate) fn say(&self, text: String) -> String {
        match self.said(&text) {
            Cow::Owned(said) => said,
            Cow::Borrowed(_) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_with_reasons_in_them() {
        for (english, japanese) in [
            (
                "Isola is not entitled to vote: not bound(Isola)",
                "Isola に投票権がない：not bound(Isola)",
            ),
            (
                "the votes are equal, and the casting vote of Norway is adopted",
                "可否同数。Norway の決裁票は可決",
            ),
            ("no such thing", "no such thing"),
        ] {
            assert_eq!(JAPANESE.say(english), japanese);
        }
    }
}
