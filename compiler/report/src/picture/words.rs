//! The words of the pictures, in each language they speak: one table a picture.
//!
//! What a text says itself (names, titles, articles) is never translated.

use crate::votes::{BallotCount, Side};

/// The words of every picture.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The language, as HTML names it: `en`, `ja`.
    pub lang: &'static str,
    /// Of vote tables.
    pub votes: &'static VoteWords,
}

impl Words {
    /// English.
    pub const EN: Words = Words {
        lang: "en",
        votes: &VoteWords::EN,
    };
    /// Japanese.
    pub const JA: Words = Words {
        lang: "ja",
        votes: &VoteWords::JA,
    };
}

/// The words of a vote table.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each names the word it is
pub struct VoteWords {
    japanese: bool,
    pub open_since: &'static str,
    pub veto: &'static str,
    pub no_veto: &'static str,
    pub mark_veto: &'static str,
    pub mark_silence: &'static str,
    pub mark_doubt: &'static str,
    pub of_nothing: &'static str,
    pub or: &'static str,
    pub silent: &'static str,
    pub votes: &'static str,
    pub heads: &'static str,
    pub voters: &'static str,
    pub threshold: &'static str,
}

impl VoteWords {
    /// English.
    pub const EN: VoteWords = VoteWords {
        japanese: false,
        open_since: "open since",
        veto: "veto",
        no_veto: "none",
        mark_veto: "! a veto",
        mark_silence: "* no ballot cast: what silence counts as",
        mark_doubt: "? undetermined",
        of_nothing: "a share of nothing is not reached",
        or: "or ",
        silent: "silent",
        votes: "votes",
        heads: "heads",
        voters: "voters",
        threshold: "needed",
    };
    /// Japanese.
    pub const JA: VoteWords = VoteWords {
        japanese: true,
        open_since: "投票中 開始",
        veto: "拒否権",
        no_veto: "行使なし",
        mark_veto: "! 拒否権の行使",
        mark_silence: "* 投票なし(沈黙の扱いによる)",
        mark_doubt: "? 不定",
        of_nothing: "母数が零であり、達しない",
        or: "又は ",
        silent: "無投票",
        votes: "票",
        heads: "名",
        voters: "投票権者",
        threshold: "必要数",
    };

    /// `adopted` in this language.
    #[must_use]
    pub fn outcome(&self, word: &'static str) -> &'static str {
        match (self.japanese, word) {
            (true, "adopted") => "可決",
            (true, "rejected") => "否決",
            (true, "inquorate") => "定足数不足",
            (true, "inadmissible") => "不受理",
            (true, "lapsed") => "廃案",
            (true, "withdrawn") => "撤回",
            (true, "undetermined") => "不定",
            _ => word,
        }
    }

    /// The name of a rule: `quorum`.
    #[must_use]
    pub fn rule(&self, word: &'static str) -> &'static str {
        match (self.japanese, word) {
            (true, "quorum") => "定足数",
            (true, "participation") => "投票率",
            (true, "passes") => "可決要件",
            _ => word,
        }
    }

    /// The name of a ballot, which is the text's own; of silence, ours.
    #[must_use]
    pub fn ballot<'c>(&self, c: &'c BallotCount) -> &'c str {
        match c.side {
            Side::Silent => self.silent,
            _ => &c.ballot,
        }
    }

    /// `7 of 11`.
    #[must_use]
    pub fn of(&self, part: &str, whole: &str) -> String {
        match self.japanese {
            false => format!("{part} of {whole}"),
            true => format!("{whole} 中 {part}"),
        }
    }

    /// `8 needed`.
    #[must_use]
    pub fn needed(&self, n: i64) -> String {
        match self.japanese {
            false => format!("{n} needed"),
            true => format!("{n} 以上必要"),
        }
    }

    /// `exactly 8 needed`.
    #[must_use]
    pub fn exactly(&self, n: i64) -> String {
        match self.japanese {
            false => format!("exactly {n} needed"),
            true => format!("ちょうど {n} が必要"),
        }
    }

    /// `at most 8 allowed`.
    #[must_use]
    pub fn allowed(&self, n: i64) -> String {
        match self.japanese {
            false => format!("at most {n} allowed"),
            true => format!("{n} 以下であること"),
        }
    }

    /// `1 short`.
    #[must_use]
    pub fn short(&self, n: i64) -> String {
        match self.japanese {
            false => format!("{n} short"),
            true => format!("{n} 不足"),
        }
    }
}
