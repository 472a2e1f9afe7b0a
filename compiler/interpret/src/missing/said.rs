//! What is missing, in the language of the case.
//!
//! The search makes its lines in English; `ja.txt` has each of them in Japanese.

use super::Missing;
use crate::said::dated;
use rogatio_diagnostics::{Catalogue, Lang};
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("ja.txt")).with_parts(dated));

impl Missing {
    /// With every line in a language.
    pub(super) fn said(mut self, lang: Lang) -> Missing {
        match lang {
            Lang::En => self,
            Lang::Ja => {
                self.text = JAPANESE.say(&self.text).into_owned();
                let children = self.children.into_iter();
                self.children = children.map(|c| c.said(lang)).collect();
                self
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_in_lines() {
        for (english, japanese) in [
            (
                "30 more in 国 & 寄託国の地位 (0 of 30), for example Mongolia, Japan, …",
                "国 & 寄託国の地位 があと30（30のうち0）。例：Mongolia, Japan, …",
            ),
            ("wait until 1993-12-29", "1993年12月29日まで待つ"),
            ("not in_force", "in_force でないこと"),
            (
                "vote(yes) by A in Amend on x",
                "Amend on x における A の投票（yes）",
            ),
            ("2 more votes yes (1 of 3)", "yes の票があと2（3のうち1）"),
        ] {
            assert_eq!(JAPANESE.say(english), japanese);
        }
    }
}
