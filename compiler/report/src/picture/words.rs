//! The words of the pictures, in each language they speak: one table a picture.
//!
//! What a text says itself (names, titles, articles) is never translated.

use super::lanes::Section;
use super::sign::Sign;
use crate::votes::{BallotCount, Side};
use crate::words::words;
use rogatio_diagnostics::Lang;

/// The words of every picture.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The language, as HTML names it: `en`, `ja`.
    pub lang: &'static str,
    /// Of vote tables.
    pub votes: &'static VoteWords,
    /// Of timelines.
    pub timeline: &'static TimelineWords,
    /// Of graphs.
    pub graph: &'static GraphWords,
    /// Of charts.
    pub chart: &'static ChartWords,
}

impl Words {
    /// English.
    pub const EN: Words = Words {
        lang: "en",
        votes: &VoteWords::EN,
        timeline: &TimelineWords::EN,
        graph: &GraphWords::EN,
        chart: &ChartWords::EN,
    };
    /// Japanese.
    pub const JA: Words = Words {
        lang: "ja",
        votes: &VoteWords::JA,
        timeline: &TimelineWords::JA,
        graph: &GraphWords::JA,
        chart: &ChartWords::JA,
    };

    /// The language.
    #[must_use]
    pub fn language(&self) -> Lang {
        Lang::of_locale(self.lang)
    }

    /// How a provision is cited: `art 36(1)`.
    #[must_use]
    pub fn cite(&self, cite: &str) -> String {
        words(self.language()).cite(cite)
    }

    /// A day or time in its ISO form, as days are written.
    #[must_use]
    pub fn date(&self, iso: &str) -> String {
        words(self.language()).date(iso)
    }

    /// Those of a language.
    #[must_use]
    pub fn of(lang: Lang) -> &'static Words {
        match lang {
            Lang::En => &Words::EN,
            Lang::Ja => &Words::JA,
        }
    }
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
    pub none_cast: &'static str,
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
        none_cast: "no ballot was cast",
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
        none_cast: "投票なし",
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
            _ => self.sentences().ballot(&c.ballot),
        }
    }

    fn language(&self) -> Lang {
        match self.japanese {
            false => Lang::En,
            true => Lang::Ja,
        }
    }

    fn sentences(&self) -> &'static dyn rogatio_interpret::Words {
        rogatio_interpret::words(self.language())
    }

    /// How provisions are cited: `art 36(1), art 40`.
    #[must_use]
    pub fn cites(&self, cites: &[String]) -> String {
        let w = self.sentences();
        let cited: Vec<String> = cites.iter().map(|c| w.cite(c)).collect();
        let cited: Vec<&str> = cited.iter().map(String::as_str).collect();
        w.list(&cited)
    }

    /// A day or time in its ISO form, as days are written.
    #[must_use]
    pub fn date(&self, iso: &str) -> String {
        words(self.language()).date(iso)
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

/// The words of a timeline.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each names the word it is
pub struct TimelineWords {
    japanese: bool,
    pub branch: &'static str,
    pub second_clock: &'static str,
    pub signs: &'static str,
}

impl TimelineWords {
    /// English.
    pub const EN: TimelineWords = TimelineWords {
        japanese: false,
        branch: "Branch",
        second_clock: "The second clock: its readings convert to no date",
        signs: "● act  ○ date recalled  ✕ void  ━ holds  ─ runs  │ due  ✓ met  ✔ late  ✗ missed or breach  ▲ adopted  ▽ not  ◆ outcome  ≈ drawn short",
    };
    /// Japanese.
    pub const JA: TimelineWords = TimelineWords {
        japanese: true,
        branch: "分岐",
        second_clock: "第二の時計(日付には換算されない)",
        signs: "● 行為  ○ 記憶による日付  ✕ 無効  ━ 成立  ─ 期間  │ 期限  ✓ 履行  ✔ 遅れて履行  ✗ 不履行・違反  ▲ 可決  ▽ 可決されず  ◆ 結果  ≈ 短縮",
    };

    /// `until the end of 1994-04-05`.
    #[must_use]
    pub fn until(&self, day: &str) -> String {
        match self.japanese {
            false => format!("until the end of {day}"),
            true => format!("{day}終了時まで"),
        }
    }

    /// The heading of a group of lanes.
    #[must_use]
    pub fn section(&self, section: Section) -> &'static str {
        match (self.japanese, section) {
            (false, Section::Acts) => "ACTS AND EVENTS",
            (false, Section::Decisions) => "DECISIONS",
            (false, Section::Procedures) => "PROCEDURES",
            (false, Section::Statuses) => "STATUSES",
            (false, Section::Duties) => "DUTIES",
            (true, Section::Acts) => "行為・出来事",
            (true, Section::Decisions) => "議決",
            (true, Section::Procedures) => "手続",
            (true, Section::Statuses) => "状態",
            (true, Section::Duties) => "義務",
        }
    }

    /// A stretch that is drawn short.
    #[must_use]
    pub fn length(&self, seconds: i64) -> String {
        let (hours, days) = (seconds / 3600, seconds / 86_400);
        let years = days * 400 / 146_097;
        let (n, en, ja) = match (years, days) {
            (0, 0..3) => (hours, "h", "時間"),
            (0, _) => (days, "d", "日"),
            _ => (years, "y", "年"),
        };
        if self.japanese {
            format!("{n}{ja}")
        } else {
            format!("{n} {en}")
        }
    }

    /// Lanes that are not drawn.
    #[must_use]
    pub fn left_out(&self, n: usize) -> String {
        match self.japanese {
            false => format!("{n} more lanes are not drawn; --format json has them"),
            true => format!("ほかに {n} 行あるが描かれていない(--format json にはある)"),
        }
    }

    /// Events of a date that are not told.
    #[must_use]
    pub fn more(&self, n: usize) -> String {
        match self.japanese {
            false => format!("and {n} more"),
            true => format!("ほか {n} 件"),
        }
    }

    /// Dates without a number.
    #[must_use]
    pub fn not_numbered(&self, n: usize) -> String {
        match (self.japanese, n) {
            (false, 1) => "1 more date is drawn and not listed".to_owned(),
            (false, _) => format!("{n} more dates are drawn and not listed"),
            (true, _) => format!("ほかに {n} 日が描かれているが列挙していない"),
        }
    }

    /// What a sign means.
    #[must_use]
    pub(crate) fn sign(&self, sign: Sign) -> &'static str {
        let (en, ja) = match sign {
            Sign::Act => ("act", "行為"),
            Sign::Recalled => ("act on a date recalled", "行為(日付は記憶による)"),
            Sign::Breach => ("act in breach", "違反の行為"),
            Sign::Void => ("act void or undetermined", "無効・不定の行為"),
            Sign::Holds => ("status holds", "状態が成立"),
            Sign::Count => ("how many", "件数"),
            Sign::Runs => ("duty runs", "義務の期間"),
            Sign::Due => ("due", "期限"),
            Sign::Met => ("met", "履行"),
            Sign::Late => ("met late", "遅れて履行"),
            Sign::Missed => ("missed", "不履行"),
            Sign::Overdue => ("overdue", "期限経過"),
            Sign::Released => ("released", "解除"),
            Sign::Ballots => ("open for ballots", "投票中"),
            Sign::Adopted => ("adopted", "可決"),
            Sign::NotAdopted => ("not adopted", "可決されず"),
            Sign::Stage => ("stage", "段階"),
            Sign::Outcome => ("outcome", "結果"),
            Sign::Stuck => ("stuck", "停止"),
        };
        if self.japanese { ja } else { en }
    }
}

/// The words of a graph.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each names the word it is
pub struct GraphWords {
    japanese: bool,
    pub decides: &'static str,
    pub opens: &'static str,
    pub legend: &'static str,
    pub taken: &'static str,
}

impl GraphWords {
    /// English.
    pub const EN: GraphWords = GraphWords {
        japanese: false,
        decides: "decides",
        opens: "opens",
        legend: "Boxes are stages, double frames outcomes; a dot is where an instance begins. A line says what takes the way, and under which article.",
        taken: "Thick lines and filled boxes: taken in the scenario, with dates.",
    };
    /// Japanese.
    pub const JA: GraphWords = GraphWords {
        japanese: true,
        decides: "議決",
        opens: "開始",
        legend: "四角は段階、二重枠は結果、黒点は開始点。線には移行の原因と条項を記す。",
        taken: "太線と塗りつぶしは事例で通った経路(日付つき)。",
    };

    /// Instances that are not named.
    #[must_use]
    pub fn more(&self, n: usize) -> String {
        match self.japanese {
            false => format!("and {n} more"),
            true => format!("ほか {n} 件"),
        }
    }
}

/// The words of a chart.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each names the word it is
pub struct ChartWords {
    japanese: bool,
    pub band: &'static str,
    pub only_horizon: &'static str,
    pub whiskers: &'static str,
    pub median: &'static str,
    pub probabilities: &'static str,
    pub darker: &'static str,
}

impl ChartWords {
    /// English.
    pub const EN: ChartWords = ChartWords {
        japanese: false,
        band: "Band: 95 % interval at each time (Wilson), of the simulation, not of the world.",
        only_horizon: "The horizon is the only censoring and the same for all runs: the shares are counts of runs, and no Kaplan-Meier estimate is needed.",
        whiskers: "Whiskers: 95 % intervals of the simulation, not of the world.",
        median: "median",
        probabilities: "Probabilities",
        darker: "The darker, the more. Dots: not measured.",
    };
    /// Japanese.
    pub const JA: ChartWords = ChartWords {
        japanese: true,
        band: "帯: 各時点の95%区間(ウィルソン)。シミュレーションの誤差であり、現実の誤差ではない。",
        only_horizon: "打ち切りは全試行に共通の期限だけであるため、割合は試行数そのものであり、カプラン・マイヤー推定は要しない。",
        whiskers: "ひげ: 95%区間。シミュレーションの誤差であり、現実の誤差ではない。",
        median: "中央値",
        probabilities: "確率",
        darker: "濃いほど大きい。点模様は測定なし。",
    };

    /// The title of a histogram.
    #[must_use]
    pub fn histogram(&self, measure: &str) -> String {
        match self.japanese {
            false => format!("{measure}: how often"),
            true => format!("{measure}: 頻度"),
        }
    }

    /// The title of a cumulative curve.
    #[must_use]
    pub fn cumulative(&self, measure: &str) -> String {
        match self.japanese {
            false => format!("{measure}: share of the runs that have reached it"),
            true => format!("{measure}: 到達した試行の割合"),
        }
    }

    /// The title of a survival curve.
    #[must_use]
    pub fn survival(&self, measure: &str) -> String {
        match self.japanese {
            false => format!("{measure}: share of the runs still waiting"),
            true => format!("{measure}: 未到達の試行の割合"),
        }
    }

    /// The title of a sweep.
    #[must_use]
    pub fn over(&self, measure: &str, parameter: &str) -> String {
        match self.japanese {
            false => format!("{measure} over {parameter}"),
            true => format!("{measure}({parameter} を変えたとき)"),
        }
    }

    /// `20 000 runs`.
    #[must_use]
    pub fn runs(&self, n: &str) -> String {
        match self.japanese {
            false => format!("{n} runs"),
            true => format!("{n} 試行"),
        }
    }

    /// `seed 1`.
    #[must_use]
    pub fn seed(&self, n: u64) -> String {
        match self.japanese {
            false => format!("seed {n}"),
            true => format!("シード {n}"),
        }
    }

    /// How runs end that reach no value.
    #[must_use]
    pub fn class<'c>(&self, class: &'c str) -> &'c str {
        match (self.japanese, class) {
            (false, "censored") => "not within the horizon",
            (true, "censored") => "期限内に未到達",
            (true, "undetermined") => "不定",
            (true, "stuck") => "停止",
            (true, "overflow") => "上限超過",
            (_, class) => class,
        }
    }

    /// Runs that wait at the horizon.
    #[must_use]
    pub fn censored(&self, percent: f64) -> String {
        match self.japanese {
            false => format!("{percent:.1} % censored at the horizon"),
            true => format!("期限で打ち切り {percent:.1} %"),
        }
    }

    /// `bars of 36 days`.
    #[must_use]
    pub fn bars_of_days(&self, n: i64) -> String {
        match (self.japanese, n) {
            (false, 1) => "a bar a day".to_owned(),
            (false, _) => format!("bars of {n} days"),
            (true, _) => format!("1本 = {n} 日"),
        }
    }

    /// `bars of 5`.
    #[must_use]
    pub fn bars_of(&self, n: i64) -> String {
        match self.japanese {
            false => format!("bars of {n}"),
            true => format!("1本 = {n}"),
        }
    }
}
