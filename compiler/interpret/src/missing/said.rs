//! What is missing, in the language of the case.
//!
//! The search makes its lines in English; `ja.txt` has each of them in Japanese.

use super::Missing;
use crate::said::dated;
use crate::words::words;
use rogatio_diagnostics::{Catalogue, Lang};
use rogatio_mir::DecisionOutcome;
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("ja.txt")).with_parts(part));

/// A day, the outcome of a decision, a version of an article: each as it is written elsewhere.
fn part(name: &str, part: &str) -> Option<String> {
    let words = words(Lang::Ja);
    let outcome = || OUTCOMES.into_iter().find(|o| o.word() == part);
    match name {
        "outcome" | "wanted" => outcome().map(|o| words.outcome(o).to_owned()),
        "version" => Some(words.cite(part)),
        _ => dated(name, part),
    }
}

const OUTCOMES: [DecisionOutcome; 7] = [
    DecisionOutcome::Adopted,
    DecisionOutcome::Rejected,
    DecisionOutcome::Inquorate,
    DecisionOutcome::Inadmissible,
    DecisionOutcome::Lapsed,
    DecisionOutcome::Undetermined,
    DecisionOutcome::Withdrawn,
];

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
            (
                "Amend on x: nothing known makes it lapsed",
                "Amend on x を不成立とするものは知られていない",
            ),
            (
                "art 1 [from 2030-01-01 until 2040-01-01] to be in force",
                "第1条〔2030年1月1日以後2040年1月1日前〕が施行されること",
            ),
            ("2 more votes yes (1 of 3)", "yes の票があと2（3のうち1）"),
        ] {
            assert_eq!(JAPANESE.say(english), japanese);
        }
    }
}
