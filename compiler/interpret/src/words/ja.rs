//! In Japanese, in the terms of statutes and treaties.

mod text;

use text::*;
pub use text::{date, say};

use super::{Needed, Words};
use crate::{Deadline, Moment};
use rogatio_calendar::{Day, Length, Period};
use rogatio_mir::{CmpOp, DecisionOutcome, NormState, Ordinal, RollSet, ShareCmp};

/// The sentences in Japanese.
pub(super) struct Ja;

impl Words for Ja {
    fn moment(&self, m: &Moment) -> String {
        when(m)
    }
    fn day(&self, d: Day) -> String {
        date(&d.to_string())
    }
    fn length(&self, l: Length) -> String {
        text::length(l)
    }
    fn share(&self, c: ShareCmp, n: i64, d: i64) -> String {
        text::share(c, n, d)
    }
    fn ordinal(&self, o: Ordinal) -> String {
        match o {
            Ordinal::First => "最初".to_owned(),
            Ordinal::Last => "最後".to_owned(),
            Ordinal::Nth(n) => self.nth(i64::from(n)),
        }
    }
    fn nth(&self, n: i64) -> String {
        format!("{n}番目")
    }
    fn and_list(&self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [most @ .., last] => say(&[&most.join("、"), "及び", last]),
        }
    }
    fn list(&self, names: &[&str]) -> String {
        names.join("、")
    }
    fn clauses(&self, texts: &[&str]) -> String {
        texts.join("；")
    }

    fn call(&self, name: &str, of: &[String]) -> String {
        text::call(name, of)
    }
    fn cite(&self, cite: &str) -> String {
        text::cite(cite)
    }

    fn range(&self, lo: i64, hi: i64) -> String {
        format!("{lo}から{hi}まで")
    }
    fn pending(&self, latest: Option<&Moment>) -> String {
        match latest {
            Some(m) => format!("未到来（遅くとも{}）", when(m)),
            None => "未到来".to_owned(),
        }
    }
    fn nobody(&self) -> &'static str {
        "該当者なし"
    }
    fn none(&self) -> &'static str {
        "なし"
    }
    fn conflict(&self) -> &'static str {
        "抵触"
    }
    fn undetermined(&self) -> &'static str {
        "未確定"
    }

    fn verdict(&self, word: &'static str) -> &'static str {
        match word {
            "valid" => "有効",
            "void" => "無効",
            "undetermined" => "未確定",
            "pending" => "未完成",
            "breach" => "違反",
            "late" => "期限後",
            "shortfall" => "勧告不適合",
            "dilemma" => "義務の衝突",
            other => other,
        }
    }
    fn norm_state(&self, s: NormState) -> &'static str {
        match s {
            NormState::None => "不存在",
            NormState::Pending => "始期未到来",
            NormState::Open => "存続中",
            NormState::Fulfilled => "履行済み",
            NormState::Lapsed => "期限経過",
            NormState::Released => "消滅",
            NormState::Breached => "違反中",
        }
    }
    fn outcome(&self, o: DecisionOutcome) -> &'static str {
        match o {
            DecisionOutcome::Adopted => "可決",
            DecisionOutcome::Rejected => "否決",
            DecisionOutcome::Inquorate => "定足数不足",
            DecisionOutcome::Inadmissible => "不受理",
            DecisionOutcome::Lapsed => "不成立",
            DecisionOutcome::Undetermined => "未確定",
            DecisionOutcome::Withdrawn => "撤回",
        }
    }
    fn roll_set<'a>(&self, set: &RollSet, ballot: &'a str) -> &'a str {
        match set {
            RollSet::Ballot(_) => ballot,
            RollSet::Silent => "無投票",
            RollSet::Cast => "投票数",
            RollSet::Voting => "賛否の投票数",
            RollSet::Voters => "議決権者",
            RollSet::Members => "構成員",
            RollSet::Present => "出席者",
            RollSet::Chair => "議長",
        }
    }
    fn ballot<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "yes" | "For" | "yea" => "賛成",
            "no" | "Against" | "nay" => "反対",
            "abstain" | "Abstain" => "棄権",
            other => other,
        }
    }

    fn deed(
        &self,
        what: &str,
        by: Option<&str>,
        for_whom: Option<&str>,
        to: Option<&str>,
    ) -> String {
        text::deed(what, by, for_whom, to)
    }
    fn vote(&self, ballot: &str, decision: &str) -> String {
        say(&[decision, "における", ballot, "の投票"])
    }
    fn casting_vote(&self, ballot: &str, decision: &str) -> String {
        say(&[decision, "における決裁権の行使（", ballot, "）"])
    }
    fn declare(&self, adopts: bool, decision: &str) -> String {
        say(&[decision, if adopts { "の可決" } else { "の否決" }])
    }
    fn object(&self, decision: &str) -> String {
        say(&[decision, "についての異議"])
    }
    fn gavel(&self, decision: &str) -> String {
        say(&[decision, "についてのコンセンサスの宣言"])
    }
    fn decision(&self, name: &str, subject: Option<&str>, body: Option<&str>) -> String {
        let subject = subject.map_or(String::new(), |s| format!("（{s}）"));
        match body {
            Some(body) => say(&[body, "における", name, &subject]),
            None => say(&[name, &subject]),
        }
    }
    fn dated(&self, what: &str, m: &Moment) -> String {
        format!("{what}（{}）", when(m))
    }
    fn judged(&self, what: &str, verdict: &str) -> String {
        format!("{what}：{verdict}")
    }

    fn starts(&self, status: &str, value: Option<&str>) -> String {
        match value {
            Some(value) => say(&[status, "が", value, "となる"]),
            None => say(&[status, "が生ずる"]),
        }
    }
    fn ends(&self, status: &str) -> String {
        say(&[status, "が終了する"])
    }
    fn arises(&self, duty: &str, m: Option<Deadline>) -> String {
        say(&[duty, "が発生する", &due(m)])
    }
    fn fulfilled(&self, duty: &str, late: bool, by: Option<&str>) -> String {
        let word = if late {
            "が期限後に履行される"
        } else {
            "が履行される"
        };
        let by = by.map_or(String::new(), |b| format!("（{b}）"));
        say(&[duty, word, &by])
    }
    fn lapses(&self, duty: &str, worth: Option<&'static str>) -> String {
        let lapses = say(&[duty, "の期限が経過する"]);
        worth.map_or(lapses.clone(), |w| format!("{lapses}：{}", self.verdict(w)))
    }
    fn is_dated(&self, duty: &str, to: Option<Deadline>) -> String {
        say(&[duty, "の期限が定まる", &due(to)])
    }
    fn is_undated(&self, duty: &str) -> String {
        say(&[duty, "の期限がなくなる"])
    }
    fn released(&self, duty: &str) -> String {
        say(&[duty, "が消滅する"])
    }
    fn violated(&self, duty: &str, should: bool) -> String {
        let word = if should {
            "に適合しなくなる"
        } else {
            "の違反が始まる"
        };
        say(&[duty, word])
    }
    fn observed_again(&self, duty: &str) -> String {
        say(&[duty, "が再び遵守される"])
    }
    fn opens(&self, decision: &str) -> String {
        say(&[decision, "の表決が始まる"])
    }
    fn closes(&self, decision: &str, outcome: &str, reason: &str) -> String {
        format!("{decision}：{outcome}。{reason}")
    }
    fn is_in_stage(&self, instance: &str, stage: &str) -> String {
        say(&[instance, "が", stage, "となる"])
    }

    fn inquorate(&self) -> &'static str {
        "定足数に達しなかった"
    }
    fn low_participation(&self) -> &'static str {
        "投票に参加した者が足りなかった"
    }
    fn majority_reached(&self) -> &'static str {
        "必要な多数に達した"
    }
    fn majority_missed(&self) -> &'static str {
        "必要な多数に達しなかった"
    }
    fn with_numbers(&self, reason: &str, numbers: &str) -> String {
        format!("{reason}（{numbers}）")
    }
    fn vetoed(&self, names: &[&str]) -> String {
        say(&[&names.join("、"), "の拒否権による"])
    }
    fn enough(&self, deed: &str) -> String {
        say(&[deed, "が必要な数に達する（一括抽選）"])
    }
    fn drawn_at_once(&self, voters: usize) -> String {
        format!("{voters}票を一つずつ引かず、開票結果の分布から一度に引いた")
    }
    fn deemed(&self, outcome: &str) -> String {
        format!("{outcome}とみなされた")
    }
    fn withdrawn(&self) -> &'static str {
        "撤回された"
    }
    fn no_result(&self) -> &'static str {
        "議決に至らずに終わった"
    }
    fn inadmissible(&self) -> &'static str {
        "受理されなかった"
    }
    fn consensus(&self) -> &'static str {
        "コンセンサスによる。異議はなかった"
    }
    fn no_consensus(&self, names: &[&str]) -> String {
        say(&[
            "コンセンサスに至らなかった。",
            &names.join("、"),
            "が異議を申し立てた",
        ])
    }
    fn consensus_not_declared(&self) -> &'static str {
        "コンセンサスは宣言されなかった"
    }
    fn needed_of(&self, what: Needed<'_>, needed: i64, base: i64) -> String {
        format!("{} {}、{base}のうち{needed}を要する", what.name, what.is)
    }
    fn allowed_of(&self, what: Needed<'_>, most: i64, base: i64) -> String {
        format!(
            "{} {}、{base}のうち{most}以下であることを要する",
            what.name, what.is
        )
    }
    fn against(&self, what: Needed<'_>, op: CmpOp, y: i64, other: Option<&str>) -> String {
        let Needed { name, is: x } = what;
        let other = other.map_or_else(|| y.to_string(), |o| format!("{o} {y}"));
        let asked = match op {
            CmpOp::Ge => format!("{other}以上であることを要する"),
            CmpOp::Gt => format!("{other}を超えることを要する"),
            CmpOp::Le => format!("{other}以下であることを要する"),
            CmpOp::Lt => format!("{other}未満であることを要する"),
            CmpOp::Eq => format!("{other}と等しいことを要する"),
            CmpOp::Ne => format!("{other}と異なることを要する"),
        };
        format!("{name} {x}、{asked}")
    }
    fn of_nothing(&self, what: Needed<'_>, base: &str) -> String {
        format!("{} {}、{}に当たる者がいない", what.name, what.is, base)
    }
    fn nobody_votes(&self, reason: &str, body: &str, has_members: bool) -> String {
        match has_members {
            true => format!("{reason}。{body} に投票権をもつ者がいない"),
            false => format!("{reason}。{body} には構成員がいない"),
        }
    }

    fn recalled(&self, n: usize) -> String {
        format!("{n}件の行為は、文書によらず記憶による")
    }
    fn but(&self, sentence: &str, why: &str) -> String {
        format!("「{sentence}」。ただし、{why}")
    }
    fn not(&self, condition: &str) -> String {
        format!("次を満たさない：{condition}")
    }
    fn holds_against(&self, condition: &str) -> String {
        format!("次に当たる：{condition}")
    }
    fn no_power(&self, act: &str) -> String {
        format!("「{act}」を行う権限のある者に当たらない")
    }
    fn does_not_hold(&self, who: &str, office: &str, holder: Option<&str>) -> String {
        match holder {
            Some(holder) => say(&[
                who,
                "は",
                office,
                "でない。",
                office,
                "は",
                holder,
                "である",
            ]),
            None => say(&[who, "は", office, "でない。", office, "は空席である"]),
        }
    }
    fn perhaps_holds(&self, who: &str, office: &str) -> String {
        say(&[who, "が", office, "であるか否かは定まらない"])
    }
    fn forbidden(&self, sentence: &str, advised: bool) -> String {
        let word = if advised {
            "勧告に反する"
        } else {
            "禁止に反する"
        };
        format!("{word}：{sentence}")
    }
    fn perhaps_forbidden(&self, sentence: &str, advised: bool) -> String {
        let against = if advised { "勧告" } else { "禁止" };
        format!("{against}に反するか否かは定まらない：{sentence}")
    }
    fn excepted(&self, sentence: &str, when: &str) -> String {
        say(&["「", sentence, "」の例外：", when])
    }
    fn conditioned(&self, sentence: &str, when: &[String], unless: &[String]) -> String {
        let when = (!when.is_empty()).then(|| format!("次の場合に限る：{}", when.join("、かつ")));
        let lifts = (!unless.is_empty()).then(|| format!("次の場合を除く：{}", unless.join("、")));
        let both: Vec<String> = when.into_iter().chain(lifts).collect();
        match both.as_slice() {
            [] => format!("「{sentence}」"),
            some => format!("「{sentence}」（{}）", some.join("。")),
        }
    }
    fn late(&self, duty: &str) -> String {
        say(&["期限後：", duty, "は行われないまま期限が経過した"])
    }
    fn not_before(&self, when: &str) -> String {
        format!("{when}以後でなければならない")
    }
    fn only_at(&self, op: CmpOp, m: &Moment) -> String {
        let m = when(m);
        match op {
            CmpOp::Ge => format!("{m}以後でなければならない"),
            CmpOp::Gt => format!("{m}より後でなければならない"),
            CmpOp::Lt => format!("{m}より前でなければならない"),
            CmpOp::Le => format!("{m}以前でなければならない"),
            CmpOp::Eq => format!("{m}に限る"),
            CmpOp::Ne => format!("{m}を除く"),
        }
    }
    fn with_rule(&self, when: &str, rule: &str) -> String {
        format!("{when}（{rule}）")
    }
    fn time_not_come(&self) -> &'static str {
        "その時期が到来していない"
    }
    fn time_ended_with(&self, day: Day) -> String {
        format!("その期間は{}をもって満了した", date(&day.to_string()))
    }
    fn time_ended_at(&self, m: &Moment) -> String {
        format!("その期間は{}に満了した", when(m))
    }
    fn not_now(&self) -> &'static str {
        "その期間内でない"
    }

    fn since_beginning(&self) -> &'static str {
        "当初から"
    }
    fn assumed(&self) -> &'static str {
        "前提による"
    }
    fn given_changed(&self, given: &str) -> String {
        say(&[given, "が変わった"])
    }
    fn time_is(&self, rule: &str, at: &Moment) -> String {
        format!("{rule} ＝ {}", when(at))
    }
    fn became(&self, condition: &str, rise: bool, m: &Moment) -> String {
        let word = if rise {
            "が成立"
        } else {
            "が不成立となる"
        };
        say(&[condition, word, &format!("（{}）", when(m))])
    }
    fn started(&self, status: &str, m: &Moment) -> String {
        say(&[status, "が生じた", &format!("（{}）", when(m))])
    }
    fn ended(&self, status: &str, m: &Moment) -> String {
        say(&[status, "が終了した", &format!("（{}）", when(m))])
    }
    fn entered(&self, instance: &str, stage: &str, m: &Moment) -> String {
        say(&[
            instance,
            "が",
            stage,
            "となった",
            &format!("（{}）", when(m)),
        ])
    }
    fn left(&self, instance: &str, stage: &str, m: &Moment) -> String {
        say(&[
            instance,
            "が",
            stage,
            "でなくなった",
            &format!("（{}）", when(m)),
        ])
    }
    fn opened(&self, decision: &str, m: &Moment) -> String {
        say(&[decision, "の表決が始まった", &format!("（{}）", when(m))])
    }
    fn resulted(&self, decision: &str, outcome: &str, m: &Moment) -> String {
        format!("{decision}：{outcome}（{}）", when(m))
    }
    fn duty_became(&self, duty: &str, state: &str, m: &Moment) -> String {
        format!("{duty}：{state}（{}）", when(m))
    }
    fn on(&self, m: &Moment) -> String {
        when(m)
    }
    fn since(&self, status: &str, value: Option<&str>, m: &Moment) -> String {
        let value = value.map_or(String::new(), |v| format!(" ＝ {v}"));
        format!("{status}{value}：{}から", when(m))
    }
    fn until(&self, status: &str, m: &Moment) -> String {
        format!("{status}：{}まで", when(m))
    }
    fn the_nth(&self, n: i64, what: &str) -> String {
        say(&[&self.nth(n), "の", what])
    }
    fn nth_was(&self, which: Option<Ordinal>, n: i64, what: &str) -> String {
        let which = which.map_or_else(|| self.nth(n), |o| self.ordinal(o));
        format!("{which}：{what}")
    }
    fn is_undetermined(&self, condition: &str) -> String {
        say(&[condition, "は未確定"])
    }
    fn nobody_by(&self, due: Deadline) -> String {
        let by = if due.before {
            "より前に"
        } else {
            "までに"
        };
        format!("{}{by}行われなかった", when(&due.at))
    }
    fn still_left(&self, names: &[String]) -> String {
        let (told, more) = super::first_of(names);
        let more = match more {
            0 => String::new(),
            n => format!("ほか{n}"),
        };
        format!("残り：{}{more}", told.join("、"))
    }
    fn not_asked_for(&self, duty: &str) -> String {
        format!("{duty}はこれについて求めていないか、既に行われた")
    }
    fn time_ended_first(&self, cause: &str) -> String {
        format!("先に期間が終了した：{cause}")
    }
    fn duty_is(&self, duty: &str, state: &str, late: bool, m: Option<Deadline>) -> String {
        let late = if late { "、期限後の履行" } else { "" };
        format!("{duty}：{state}{late}{}", due(m))
    }
    fn act_is(&self, act: &str, verdict: &str) -> String {
        say(&[act, "は", verdict])
    }
    fn will(&self, ends: bool, m: &Moment, rule: &str) -> String {
        let word = if ends { "終了する" } else { "生ずる" };
        format!("{}に{word}：{rule}", when(m))
    }
    fn may(&self, ends: bool, rule: &str, undetermined: bool) -> String {
        let word = if ends { "終了する" } else { "生ずる" };
        let what = if undetermined {
            "未確定"
        } else {
            "未到来"
        };
        say(&[rule, "に", word, &format!("（{what}）")])
    }
    fn open_since(&self, decision: &str, m: &Moment) -> String {
        format!("{decision}：{}から表決中", when(m))
    }
    fn ballots(&self, counts: &[(&str, i64)], silent: i64) -> String {
        let mut words: Vec<String> = counts
            .iter()
            .map(|(n, h)| format!("{} {h}", self.ballot(n)))
            .collect();
        words.push(format!("無投票 {silent}"));
        words.join("、")
    }
    fn no_ballot_yet(&self, voter: &str) -> String {
        say(&[voter, "はまだ投票していない"])
    }
    fn silence(&self, voter: &str, counts_as: Option<&str>) -> String {
        match counts_as {
            Some(ballot) => say(&[voter, "は投票せず、無投票は", ballot, "とみなされる"]),
            None => say(&[voter, "は投票せず、無投票は票に数えない"]),
        }
    }
    fn weighs(&self, voter: &str, votes: &str) -> String {
        say(&[voter, "の票数は", votes])
    }
    fn is(&self, what: &str, value: &str) -> String {
        say(&[what, "は", value])
    }
    fn cannot_be_told(&self, n: usize) -> String {
        format!("{n}については判定できない")
    }
    fn excluded(&self, by: &str, who: &str) -> String {
        say(&[by, "により除かれる者：", who])
    }
    fn none_of_them(&self) -> &'static str {
        "なし"
    }
    fn defeats(&self, rule: &str) -> String {
        say(&["これは次の規定に優先する：", rule])
    }
    fn row(&self, n: usize, when: &str, value: &str) -> String {
        format!("第{n}行：{when} → {value}")
    }
    fn any_case(&self, other: bool) -> &'static str {
        if other {
            "その他の場合"
        } else {
            "すべての場合"
        }
    }
    fn undetermined_by(&self, clauses: &[&str]) -> String {
        format!("未確定：{}", clauses.join("；"))
    }
    fn certain(&self, outcome: &str, because: &str) -> String {
        format!("{outcome}：{because}")
    }

    fn shifted(&self, length: &str, before: bool, base: &str) -> String {
        if before {
            say(&[base, "の", length, "前"])
        } else {
            say(&[base, "から", length, "後"])
        }
    }
    fn has_happened(&self, what: &str) -> String {
        say(&[what, "が行われたこと"])
    }
    fn held_for(&self, what: &str, length: &str) -> String {
        say(&[what, "が", length, "継続したこと"])
    }
    fn share_of(&self, part: &str, share: &str, base: &str) -> String {
        say(&[part, "が", base, "の", share])
    }
    fn ordinal_of(&self, o: Ordinal, what: &str) -> String {
        say(&[&self.ordinal(o), "の", what])
    }
    fn in_force(&self, version: &str) -> String {
        say(&[version, "が施行されていること"])
    }
    fn the_event(&self) -> &'static str {
        "当該事由"
    }
    fn truth(&self, t: bool) -> &'static str {
        if t { "成立" } else { "不成立" }
    }
    fn and(&self) -> &'static str {
        " かつ "
    }
    fn or(&self) -> &'static str {
        " 又は "
    }
    fn negated(&self, condition: &str) -> String {
        say(&[condition, "でない"])
    }
    fn on_roll(&self, voter: &str, set: &str, decision: &str) -> String {
        say(&[voter, "が", decision, "の", set, "であること"])
    }
    fn in_stages(&self, instance: &str, stages: &[&str]) -> String {
        say(&[instance, "が", &stages.join("又は"), "であること"])
    }
    fn had_outcome(&self, decision: &str, outcome: DecisionOutcome) -> String {
        say(&[decision, "の", self.outcome(outcome)])
    }
    fn was_pivotal(&self, voter: &str, decision: &str) -> String {
        say(&[voter, "が", decision, "の結果を左右すること"])
    }
    fn is_open(&self, decision: &str) -> String {
        say(&[decision, "が表決中であること"])
    }
    fn norm_is(&self, norm: &str, state: &str) -> String {
        say(&[norm, "が", state])
    }
}
