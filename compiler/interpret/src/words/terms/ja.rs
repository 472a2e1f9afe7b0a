//! In Japanese: the words of a statute.

use super::super::Words as _;
use super::super::ja::{Ja, say};
use super::Terms;
use rogatio_mir::{DatePart, DatesJoin, DecisionOutcome, Modal, Ordinal, Pick};

/// `A、B 又は C`.
fn or_list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => say(&[&most.join("、"), "又は", last]),
    }
}

/// `A と B のうち最も遅い時`.
fn among(of: &[String], which: &str) -> String {
    let parts: Vec<String> = of.iter().map(|p| format!("「{p}」")).collect();
    format!("{}のうち{which}", parts.join("と"))
}

/// The n-th, counted from the last where it is negative.
fn nth(n: i64) -> String {
    match n {
        -1 => "最後".to_owned(),
        n if n < 0 => format!("最後から{}番目", -n),
        n => format!("第{n}"),
    }
}

impl Terms for Ja {
    fn later(&self, of: &[String]) -> String {
        among(
            of,
            if of.len() == 2 {
                "遅い方"
            } else {
                "最も遅いもの"
            },
        )
    }
    fn earlier(&self, of: &[String]) -> String {
        among(
            of,
            if of.len() == 2 {
                "早い方"
            } else {
                "最も早いもの"
            },
        )
    }
    fn start_of(&self, status: &str, first: bool) -> String {
        let word = if first {
            "が最初に生ずる時"
        } else {
            "が生ずる時"
        };
        say(&[status, word])
    }
    fn end_of(&self, status: &str) -> String {
        say(&[status, "が終了する時"])
    }
    fn shifted_outside(&self, length: &str, skip: &str, before: bool, base: &str) -> String {
        let word = if before { "前" } else { "後" };
        let from = if before { "の" } else { "から" };
        say(&[base, from, length, word, "（", skip, "を算入しない）"])
    }
    fn now(&self) -> &'static str {
        "現在"
    }
    fn no_value(&self) -> &'static str {
        "なし"
    }

    fn count_of(&self, what: &str) -> String {
        say(&[what, "の数"])
    }
    fn sum_of(&self, what: &str) -> String {
        say(&[what, "の合計"])
    }
    fn sum_over(&self, value: &str, set: &str) -> String {
        say(&[set, "についての", value, "の合計"])
    }
    fn any_kind(&self, kinds: &[&str]) -> String {
        or_list(kinds)
    }
    fn those_where(&self, var: &str, kinds: &str, condition: &str) -> String {
        format!("{kinds}（{var}：{condition}）")
    }
    fn those_with(&self, kinds: &str, status: &str) -> String {
        format!("{kinds}（{status}）")
    }
    fn some(&self, set: &str) -> String {
        say(&[set, "があること"])
    }
    fn every(&self, set: &str, condition: &str) -> String {
        say(&["全ての", set, "について", condition])
    }
    fn is_in(&self, element: &str, set: &str) -> String {
        say(&[element, "が", set, "に含まれること"])
    }
    fn is_a(&self, what: &str, kinds: &str) -> String {
        say(&[what, "が", kinds, "であること"])
    }
    fn is_none(&self, what: &str) -> String {
        say(&[what, "がないこと"])
    }
    fn or_else(&self, value: &str, other: &str) -> String {
        say(&[value, "（なければ", other, "）"])
    }
    fn first_by(&self, set: &str, criteria: &[(&str, String)]) -> String {
        let by: Vec<String> = criteria
            .iter()
            .map(|(order, key)| {
                let order = match *order {
                    "most" => "の多い順",
                    "fewest" => "の少ない順",
                    "earliest" => "の早い順",
                    "latest" => "の遅い順",
                    other => other,
                };
                say(&[key, order])
            })
            .collect();
        say(&[set, "のうち、", &by.join("、次いで"), "で最初のもの"])
    }
    fn with_exceptions(&self, rule: &str, exceptions: &[(String, String)]) -> String {
        let but: Vec<String> = exceptions
            .iter()
            .map(|(value, condition)| say(&[condition, "のときは", value]))
            .collect();
        format!("{rule}（ただし、{}）", but.join("、"))
    }
    fn table_of(&self, rows: usize) -> String {
        format!("{rows}行の表")
    }
    fn votes_of(&self, voter: &str) -> String {
        say(&[voter, "の票数"])
    }
    fn is_certain(&self, decision: &str, outcome: Option<DecisionOutcome>) -> String {
        match outcome {
            Some(o) => say(&[decision, "の", self.outcome(o), "が確実であること"]),
            None => say(&[decision, "の結果が確実であること"]),
        }
    }
    fn not_stated(&self, what: &str) -> String {
        format!("定めなし「{what}」")
    }

    fn value_of(&self, which: Ordinal, what: &str) -> String {
        say(&[&self.ordinal(which), "の", what, "の値"])
    }
    fn those_since(&self, what: &str, time: &str) -> String {
        say(&[time, "以後の", what])
    }
    fn those_in_last(&self, what: &str, length: &str) -> String {
        say(&["過去", length, "間の", what])
    }
    fn attempted(&self, what: &str) -> String {
        say(&["試みられた", what])
    }
    fn some_of(&self, what: &str) -> String {
        say(&["所定の条件を満たす", what])
    }
    fn under(&self, what: &str, cite: &str) -> String {
        say(&[&self.cite(cite), "に基づく", what])
    }
    fn picked(&self, pick: Pick, what: &str, from: &str) -> String {
        let end = if pick.end {
            "の終わり"
        } else {
            "の初め"
        };
        match pick.n {
            0 => say(&[from, "以後の", what, end]),
            n if pick.before => say(&[from, "より前の", &nth(-i64::from(n)), "の", what, end]),
            n => say(&[from, "より後の", &nth(i64::from(n)), "の", what, end]),
        }
    }
    fn joined_dates(&self, join: DatesJoin, a: &str, b: &str) -> String {
        match join {
            DatesJoin::Both => say(&[a, "かつ", b]),
            DatesJoin::Either => say(&[a, "又は", b]),
            DatesJoin::Without => say(&[a, "（", b, "を除く）"]),
            DatesJoin::Of => say(&[b, "の", a]),
            DatesJoin::Nth(n) => say(&[b, "の", &nth(i64::from(n)), "の", a]),
        }
    }
    fn date_part(&self, part: DatePart, of: &str) -> String {
        let word = match part {
            DatePart::Year => "の年",
            DatePart::Month => "の月",
            DatePart::Day => "の日",
        };
        say(&[of, word])
    }
    fn between(&self, from: &str, to: &str) -> String {
        say(&[from, "から", to, "まで"])
    }

    fn modal(&self, modal: Modal, what: &str) -> String {
        let word = match modal {
            Modal::May => "の権限",
            Modal::Cannot => "の無権限",
            Modal::Must => "の義務",
            Modal::MustNot => "の禁止",
            Modal::Should => "の勧告",
            Modal::ShouldNot => "を控えるべき旨の勧告",
        };
        say(&[what, word])
    }
    fn unlabelled(&self, modal: Modal, what: &str, _: &str) -> String {
        self.modal(modal, what)
    }
    fn quoted(&self, text: &str) -> String {
        format!("「{text}」")
    }
    fn qualified(&self, qualifier: &str, what: &str) -> String {
        format!("「{qualifier}」{what}")
    }
    fn to_cast(&self, decision: &str) -> String {
        say(&[decision, "における決裁権の行使"])
    }
    fn to_object(&self, decision: &str) -> String {
        self.object(decision)
    }
    fn to_declare(&self, decision: &str) -> String {
        say(&[decision, "の可決又は否決"])
    }
    fn to_vote(&self, ballot: Option<&str>, decision: &str) -> String {
        match ballot {
            Some(ballot) => say(&[decision, "における", ballot, "の投票"]),
            None => say(&[decision, "における投票"]),
        }
    }
    fn to_ensure(&self, condition: &str) -> String {
        say(&[condition, "を確保すること"])
    }
    fn to_stay(&self, condition: &str) -> String {
        say(&[condition, "の継続"])
    }
    fn to_do_one(&self, of: &[String]) -> String {
        let of: Vec<&str> = of.iter().map(String::as_str).collect();
        say(&[&of.join("、"), "のいずれか"])
    }
}
