//! In Japanese, in the terms of statutes and treaties.

use super::{Due, Heading, Words};
use rogatio_interpret::{japanese as say, japanese_date};

/// The sentences in Japanese.
pub(super) struct Ja;

/// What the interpreter says in Japanese.
fn spoken() -> &'static dyn rogatio_interpret::Words {
    rogatio_interpret::words(rogatio_diagnostics::Lang::Ja)
}

fn cited(article: Option<&str>) -> String {
    article.map_or(String::new(), |a| format!("（{a}）"))
}

/// A day is read at its end, a time of a day as it stands then.
fn when(shown: &str) -> String {
    // A time of a day ends with its minutes or seconds, in either writing.
    match shown.contains('T') || shown.contains('時') {
        true => format!("{shown}現在"),
        false => format!("{shown}終了時"),
    }
}

impl Words for Ja {
    fn heading(&self, h: Heading) -> &'static str {
        match h {
            Heading::Assumed => "前提",
            Heading::Readings => "解釈",
            Heading::WhatHappens => "経過",
            Heading::Expected => "検証",
            Heading::Owed => "義務",
            Heading::DecisionsOpen => "表決中の案件",
            Heading::OnItsWay => "進行中の手続",
            Heading::MayBeDone => "することができる行為",
            Heading::Forbidden => "禁止されている行為",
            Heading::WorthOpen => "可否が未確定の行為",
            Heading::ToCome => "何人も行為をしない場合の今後",
            Heading::Missing => "不足しているもの：",
        }
    }
    fn heading_at(&self, h: Heading, day: &str) -> String {
        format!("{}（{}）", self.heading(h), when(day))
    }
    fn cite(&self, cite: &str) -> String {
        spoken().cite(cite)
    }
    fn date(&self, iso: &str) -> String {
        japanese_date(iso)
    }
    fn list(&self, texts: &[String]) -> String {
        texts.join("、")
    }
    fn way_to(&self, stage: &str, missing: Option<&str>) -> String {
        match missing {
            Some(missing) => format!("→ {stage}：{missing}"),
            None => format!("→ {stage}"),
        }
    }
    fn side_by_side(&self, texts: &[String]) -> String {
        texts.join("；")
    }
    fn nth_act(&self, ordinal: &str, act: &str) -> String {
        say(&[ordinal, "の", act])
    }
    fn count(&self, kinds: &[(&str, u64)]) -> String {
        let parts: Vec<String> = kinds
            .iter()
            .map(|(noun, n)| format!("{noun} {n}"))
            .collect();
        parts.join("、")
    }
    fn met(&self, met: usize, all: usize) -> String {
        format!("{all}件中{met}件が予期したとおり")
    }
    fn branch(&self, name: &str) -> String {
        format!("分岐：{name}")
    }
    fn act_by(&self, what: &str, count: &str) -> String {
        format!("{what}：{count}")
    }
    fn for_several(&self, what: &str, verb: &'static str, count: &str) -> String {
        let text = match verb {
            "starts" if what.contains(" = ") => what.replace(" = ", " ＝ "),
            "starts" => say(&[what, "が生ずる"]),
            "ends" => say(&[what, "が終了する"]),
            "arises" => say(&[what, "が発生する"]),
            "gets a due date" => say(&[what, "の期限が定まる"]),
            "loses its due date" => say(&[what, "の期限がなくなる"]),
            "is fulfilled" => say(&[what, "が履行される"]),
            "is fulfilled late" => say(&[what, "が期限後に履行される"]),
            "lapses" => say(&[what, "の期限が経過する"]),
            "lapses: breach" => say(&[what, "の期限が経過する：違反"]),
            "lapses: shortfall" => say(&[what, "の期限が経過する：勧告不適合"]),
            "is released" => say(&[what, "が消滅する"]),
            "is breached" => say(&[what, "の違反が始まる"]),
            "falls short" => say(&[what, "に適合しなくなる"]),
            "is observed again" => say(&[what, "が再び遵守される"]),
            _ => what.to_owned(),
        };
        format!("{text}：{count}")
    }
    fn with_verdicts(&self, what: &str, verdicts: &[&str]) -> String {
        let words = spoken();
        let named = [
            "valid",
            "void",
            "undetermined",
            "pending",
            "breach",
            "late",
            "shortfall",
            "dilemma",
        ];
        let verdict = |v: &&str| {
            let known = named.iter().find(|n| *n == v);
            known.map_or_else(|| (*v).to_owned(), |n| words.verdict(n).to_owned())
        };
        let verdicts: Vec<String> = verdicts.iter().map(verdict).collect();
        format!("{what} ― {}", verdicts.join("、"))
    }
    fn until(&self, day: &str, before: bool) -> String {
        let before = if before { "より前" } else { "" };
        format!("{day}{before}")
    }
    fn due(&self, due: Due<'_>) -> String {
        match due {
            Due::On(day) => format!("期限 {day}"),
            Due::Was(day) => format!("{day}の期限を経過"),
            Due::Overdue(Some(day)) => format!("{day}から期限経過"),
            Due::Overdue(None) => "期限経過".to_owned(),
            Due::Impossible(Some(day)) => format!("期限 {day}、履行することができる者がいない"),
            Due::Impossible(None) => "履行することができる者がいない".to_owned(),
            Due::Breached => "違反中".to_owned(),
            Due::NotAssessed => "評価の対象としない".to_owned(),
            Due::Unassessed(day) => format!("期限 {day}、評価の対象としない"),
            Due::NoDate => "期限の定めなし".to_owned(),
            Due::Open(clauses) => format!("未確定：{}", clauses.join("；")),
        }
    }
    fn so(&self, what: &str) -> String {
        format!("→ {what}")
    }
    fn no_longer(&self, what: &str, article: Option<&str>) -> String {
        say(&[what, "の終了", &cited(article)])
    }
    fn now(&self, what: &str, article: Option<&str>) -> String {
        format!("{what}{}", cited(article))
    }
    fn announces(
        &self,
        ordinal: &str,
        what: &str,
        whom: &[String],
        date: &str,
        article: Option<&str>,
    ) -> String {
        let whom = if whom.is_empty() {
            String::new()
        } else {
            format!("（{}）", whom.join("、"))
        };
        let starts = say(&[date, "に", what, &whom, "が生ずる"]);
        format!("{ordinal}：{starts}{}", cited(article))
    }
    fn since_beginning(&self, n: usize, by: &str) -> String {
        format!("（このほか{n}件の状態が当初から存する。{by} で示す）")
    }
    fn without_date(&self, n: usize, by: &str) -> String {
        format!("（このほか期限の定めのない{n}件の義務が発生する。{by} で示す）")
    }
    fn recalled(&self) -> &'static str {
        "~ 文書によらず記憶による日付に基づく"
    }
    fn and_more(&self, n: usize) -> String {
        format!("ほか{n}")
    }
    fn more_readings(&self, n: usize, some_told: bool) -> String {
        let more = if some_told { "ほかの" } else { "" };
        format!("（{more}{n}件は既定の解釈による。結論に影響していない。--trace で示す）")
    }
    fn taken(&self, explicit: bool) -> &'static str {
        if explicit { "選択" } else { "既定" }
    }
    fn dated(&self, what: &str, when: &str) -> String {
        format!("{what}（{when}）")
    }
    fn case_begins(&self) -> &'static str {
        "当初"
    }
    fn changes(&self, given: &str) -> String {
        say(&[given, "が変わる"])
    }
    fn no_longer_holds(&self, condition: &str) -> String {
        say(&["次を満たさなくなる：", condition])
    }
    fn is_no_longer(&self, instance: &str, stage: &str) -> String {
        say(&[instance, "が", stage, "でなくなる"])
    }
    fn has_result(&self, decision: &str, outcome: &str) -> String {
        format!("{decision}：{outcome}")
    }
    fn duty_is(&self, duty: &str, state: &str) -> String {
        format!("{duty}：{state}")
    }
    fn time_passes(&self) -> &'static str {
        "時の経過"
    }
    fn tally(&self, values: &[(String, String)], silent: Option<&str>, of: &str) -> String {
        let mut parts: Vec<String> = values.iter().map(|(n, v)| format!("{n} {v}")).collect();
        parts.extend(silent.map(|s| format!("無投票 {s}")));
        format!("{}（総数 {of}）", parts.join("、"))
    }
    fn amount(&self, heads: i64, votes: i64) -> String {
        if heads == votes {
            heads.to_string()
        } else {
            format!("{heads}（{votes}票）")
        }
    }
    fn again(&self, every: &str) -> String {
        format!("以後{every}ごと")
    }
    fn qualified_more(&self, n: usize) -> String {
        format!("（このほか限定付きの義務{n}件。記録にとどめ、評価の対象としない）")
    }
    fn as_from_beginning(&self, n: usize, some_told: bool) -> String {
        let more = if some_told { "このほか" } else { "" };
        format!("（{more}{n}件は当初と同じ。--trace で示す）")
    }
    fn owes(&self, who: &str, what: &str) -> String {
        format!("{who}：{what}")
    }
    fn may_until(&self, day: &str) -> String {
        format!("{day}まで")
    }
    fn worth_open(&self, deed: bool, clauses: &[String]) -> String {
        let worth = if deed { "違反" } else { "無効" };
        format!("{worth}となるかどうかは未確定：{}", clauses.join("；"))
    }
    fn depends(&self, arguments: &[String]) -> String {
        match arguments {
            [] => "示されていない事項による".to_owned(),
            open => say(&[&self.list(open), "による"]),
        }
    }
    fn named(&self, count: &str, first: &[String], more: bool) -> String {
        let more = if more { "…" } else { "" };
        format!("{count}（{}{more}）", self.list(first))
    }
    fn reasons_of_one(&self) -> &'static str {
        "（理由は :can と名称で示す）"
    }
    fn must_not(&self, act: &str) -> String {
        format!("【禁止】{act}")
    }
    fn cannot(&self, act: &str) -> String {
        format!("【不可】{act}")
    }
    fn nothing_can_be_done(&self) -> &'static str {
        "現在することができる行為はない"
    }
    fn abridged(&self) -> &'static str {
        "（試みるべきものが多すぎるため、一覧は完全でない）"
    }
    fn nothing_owed(&self) -> &'static str {
        "履行すべき義務はない"
    }
    fn may(&self, act: &str, who: &str) -> String {
        format!("{act}：{who}")
    }
    fn closes(&self, when: &str) -> String {
        format!("{when}に終了")
    }
    fn settled(&self, outcome: &str, because: &str, article: Option<&str>) -> String {
        format!("投票の変更がない限り{outcome}：{because}{}", cited(article))
    }
    fn certain(&self, outcome: &str, because: &str, article: Option<&str>) -> String {
        format!("{outcome}が確定：{because}{}", cited(article))
    }
    fn would_be(&self, outcome: &str, because: &str) -> String {
        format!("現在の投票では{outcome}：{because}")
    }
    fn to_be_adopted(&self, missing: &str, carried: bool) -> String {
        match (missing.is_empty(), carried) {
            (true, _) => "現在の投票では可決となる".to_owned(),
            (false, true) => format!("現在の投票では可決となる。待つもの：{missing}"),
            (false, false) => format!("可決に要するもの：{missing}"),
        }
    }
    fn waits_for(&self, others: &[String]) -> String {
        format!("投票は締め切られ、次の結果を待つ：{}", others.join("、"))
    }
    fn is_in(&self, name: &str, stage: &str) -> String {
        format!("{name}：{stage}")
    }
    fn answer(&self, question: &str, at: &str, value: &str) -> String {
        format!("{question}（{}）：{value}", when(at))
    }
    fn nothing_missing(&self) -> &'static str {
        "既に成立しており、不足しているものはない"
    }
    fn parts(&self, in_order: bool) -> &'static str {
        if in_order {
            "次を順に"
        } else {
            "次のすべて"
        }
    }
    fn as_of(&self, rules: Option<&str>, facts: Option<&str>) -> String {
        let rules = rules.map(|d| {
            format!(
                "規定：全期間を通じて{}に施行されているもの\n",
                japanese_date(d)
            )
        });
        let facts = facts.map(|d| format!("事実：{}に知られているもの\n", japanese_date(d)));
        [rules, facts].into_iter().flatten().collect()
    }
}
