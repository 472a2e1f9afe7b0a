//! The words of a page, in each language it speaks.

use serde::Serialize;

/// The words of a report.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs)] // each names the word it is
pub struct PageWords {
    /// The language, as HTML names it: `en`, `ja`.
    pub lang: &'static str,
    pub inputs: &'static str,
    pub file: &'static str,
    pub module: &'static str,
    pub hash: &'static str,
    pub program: &'static str,
    pub rules_at: &'static str,
    pub readings: &'static str,
    pub chosen: &'static str,
    pub by_default: &'static str,
    pub assumed: &'static str,
    pub dates: &'static str,
    pub date: &'static str,
    pub what: &'static str,
    pub article: &'static str,
    pub why: &'static str,
    pub votes: &'static str,
    pub procedures: &'static str,
    pub open: &'static str,
    pub by_article: &'static str,
    pub experiment: &'static str,
    pub value: &'static str,
    pub interval: &'static str,
    pub error: &'static str,
    pub runs: &'static str,
    pub seed: &'static str,
    pub each_run: &'static str,
    pub reached: &'static str,
    pub probability: &'static str,
    pub mean: &'static str,
    pub mean_days: &'static str,
    pub over: &'static str,
    pub same_draws: &'static str,
}

impl PageWords {
    /// English.
    pub const EN: PageWords = PageWords {
        lang: "en",
        inputs: "Made from",
        file: "file",
        module: "module",
        hash: "hash of the texts",
        program: "made by",
        rules_at: "rules as of",
        readings: "Readings",
        chosen: "chosen",
        by_default: "default",
        assumed: "Assumed",
        dates: "Dates",
        date: "date",
        what: "what",
        article: "article",
        why: "why",
        votes: "Votes",
        procedures: "Procedures",
        open: "Open at the end",
        by_article: "By article",
        experiment: "Experiment",
        value: "value",
        interval: "95 % interval",
        error: "Intervals are those of the simulation, not of the world.",
        runs: "runs",
        seed: "seed",
        each_run: "each run",
        reached: "reached",
        probability: "probability",
        mean: "mean",
        mean_days: "mean, in days after the begin, over the runs that reached it",
        over: "Over",
        same_draws: "All points share their draws: a difference between two of them is one of the rules. Intervals are those of the simulation.",
    };
    /// Japanese.
    pub const JA: PageWords = PageWords {
        lang: "ja",
        inputs: "作成の基礎",
        file: "ファイル",
        module: "モジュール",
        hash: "本文のハッシュ",
        program: "作成",
        rules_at: "適用する規則の日",
        readings: "解釈",
        chosen: "選択",
        by_default: "既定",
        assumed: "前提",
        dates: "日付",
        date: "日付",
        what: "事項",
        article: "条項",
        why: "理由",
        votes: "投票",
        procedures: "手続",
        open: "終わりの時点で未了のもの",
        by_article: "条項別",
        experiment: "実験",
        value: "値",
        interval: "95%区間",
        error: "区間はシミュレーションの誤差であり、現実の誤差ではない。",
        runs: "試行数",
        seed: "シード",
        each_run: "各試行の期間",
        reached: "到達",
        probability: "確率",
        mean: "平均",
        mean_days: "平均(開始からの日数、到達した試行について)",
        over: "変化させるもの：",
        same_draws: "全ての点は同じ乱数による。二点の差は規則の差である。区間はシミュレーションの誤差である。",
    };

    /// `7 of 7 expectations met`.
    #[must_use]
    pub fn expected(&self, met: usize, all: usize) -> String {
        match (self.lang, all) {
            ("ja", _) => format!("期待 {all} 件中 {met} 件が満たされた"),
            (_, 1) => format!("{met} of 1 expectation met"),
            _ => format!("{met} of {all} expectations met"),
        }
    }

    /// `20 of 30`.
    #[must_use]
    pub fn of(&self, part: &str, whole: &str) -> String {
        match self.lang {
            "ja" => format!("{whole} 中 {part}"),
            _ => format!("{part} of {whole}"),
        }
    }

    /// What a page ends with.
    #[must_use]
    pub fn footer(&self, version: &str) -> String {
        match self.lang {
            "ja" => format!(
                "rogatio {version} により作成。モジュールは本文の一つの読み方を示すものであり、法的助言ではない。"
            ),
            _ => format!(
                "Made by rogatio {version}. A module states one reading of a text; it is no legal advice."
            ),
        }
    }
}
