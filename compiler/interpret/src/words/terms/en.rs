//! In English: the words of the programs.

use super::super::Words as _;
use super::super::en::En;
use super::Terms;
use rogatio_mir::{DatePart, DatesJoin, DecisionOutcome, Modal, Ordinal, Pick};

impl Terms for En {
    fn later(&self, of: &[String]) -> String {
        self.call("later", of)
    }
    fn earlier(&self, of: &[String]) -> String {
        self.call("earlier", of)
    }
    fn start_of(&self, status: &str, first: bool) -> String {
        let first = if first { "first " } else { "" };
        format!("{first}start({status})")
    }
    fn end_of(&self, status: &str) -> String {
        format!("end({status})")
    }
    fn shifted_outside(&self, length: &str, skip: &str, before: bool, base: &str) -> String {
        let word = if before { "before" } else { "after" };
        format!("{length}, {skip} not counted, {word} {base}")
    }
    fn now(&self) -> &'static str {
        "now"
    }
    fn no_value(&self) -> &'static str {
        "none"
    }

    fn count_of(&self, what: &str) -> String {
        format!("count({what})")
    }
    fn sum_of(&self, what: &str) -> String {
        format!("sum({what})")
    }
    fn sum_over(&self, value: &str, set: &str) -> String {
        format!("sum of {value} over {set}")
    }
    fn any_kind(&self, kinds: &[&str]) -> String {
        kinds.join(" | ")
    }
    fn those_where(&self, var: &str, kinds: &str, condition: &str) -> String {
        format!("{var}: {kinds} where {condition}")
    }
    fn those_with(&self, kinds: &str, status: &str) -> String {
        format!("{kinds} & {status}")
    }
    fn some(&self, set: &str) -> String {
        format!("some {set}")
    }
    fn every(&self, set: &str, condition: &str) -> String {
        format!("every {set} has {condition}")
    }
    fn is_in(&self, element: &str, set: &str) -> String {
        format!("{element} in {set}")
    }
    fn is_a(&self, what: &str, kinds: &str) -> String {
        format!("{what} is {kinds}")
    }
    fn is_none(&self, what: &str) -> String {
        format!("{what} is none")
    }
    fn or_else(&self, value: &str, other: &str) -> String {
        format!("{value} or else {other}")
    }
    fn first_by(&self, set: &str, criteria: &[(&str, String)]) -> String {
        let by: Vec<String> = criteria.iter().map(|(o, k)| format!("{o} {k}")).collect();
        format!("first of {set} by {}", by.join(", then "))
    }
    fn with_exceptions(&self, rule: &str, exceptions: &[(String, String)]) -> String {
        let mut text = rule.to_owned();
        for (value, condition) in exceptions {
            text.push_str(&format!(" except {value} when {condition}"));
        }
        text
    }
    fn table_of(&self, rows: usize) -> String {
        format!("a table of {rows} rows")
    }
    fn votes_of(&self, voter: &str) -> String {
        format!("the votes of {voter}")
    }
    fn is_certain(&self, decision: &str, outcome: Option<DecisionOutcome>) -> String {
        match outcome {
            Some(o) => format!("certain({}({decision}))", o.word()),
            None => format!("certain({decision})"),
        }
    }
    fn not_stated(&self, what: &str) -> String {
        format!("not stated \"{what}\"")
    }

    fn value_of(&self, which: Ordinal, what: &str) -> String {
        format!("a value of the {} {what}", self.ordinal(which))
    }
    fn those_since(&self, what: &str, time: &str) -> String {
        format!("{what} since {time}")
    }
    fn those_in_last(&self, what: &str, length: &str) -> String {
        format!("{what} in the last {length}")
    }
    fn attempted(&self, what: &str) -> String {
        format!("attempted {what}")
    }
    fn some_of(&self, what: &str) -> String {
        format!("{what} where …")
    }
    fn under(&self, what: &str, cite: &str) -> String {
        format!("{what} under {cite}")
    }
    fn picked(&self, pick: Pick, what: &str, from: &str) -> String {
        pick.words(what, from)
    }
    fn joined_dates(&self, join: DatesJoin, a: &str, b: &str) -> String {
        join.words(a, b)
    }
    fn date_part(&self, part: DatePart, of: &str) -> String {
        format!("{}({of})", part.name())
    }
    fn between(&self, from: &str, to: &str) -> String {
        format!("{from} .. {to}")
    }

    fn modal(&self, modal: Modal, what: &str) -> String {
        format!("{} {what}", crate::residual::modal_word(modal))
    }
    fn unlabelled(&self, _: Modal, _: &str, name: &str) -> String {
        name.to_owned()
    }
    fn quoted(&self, text: &str) -> String {
        format!("\"{text}\"")
    }
    fn qualified(&self, qualifier: &str, what: &str) -> String {
        format!("\"{qualifier}\", {what}")
    }
    fn to_cast(&self, decision: &str) -> String {
        format!("casting_vote in {decision}")
    }
    fn to_object(&self, decision: &str) -> String {
        format!("object in {decision}")
    }
    fn to_declare(&self, decision: &str) -> String {
        format!("adopt or reject {decision}")
    }
    fn to_vote(&self, ballot: Option<&str>, decision: &str) -> String {
        match ballot {
            Some(ballot) => format!("vote {ballot} in {decision}"),
            None => format!("vote in {decision}"),
        }
    }
    fn to_ensure(&self, condition: &str) -> String {
        format!("ensure {condition}")
    }
    fn to_stay(&self, condition: &str) -> String {
        format!("stay {condition}")
    }
    fn to_do_one(&self, of: &[String]) -> String {
        format!("one of ({})", of.join(", "))
    }
}
