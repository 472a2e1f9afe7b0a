//! In English.

use super::{Due, Heading, Words};
use crate::table::counted;

/// The sentences in English.
pub(super) struct En;

fn cited(article: Option<&str>) -> String {
    article.map_or(String::new(), |a| format!(" ({a})"))
}

/// A day is read at its end, a time of a day as it stands then.
fn when(iso: &str) -> String {
    match iso.contains('T') {
        true => format!("at {iso}"),
        false => format!("at the end of {iso}"),
    }
}

impl Words for En {
    fn heading(&self, h: Heading) -> &'static str {
        match h {
            Heading::Assumed => "Assumed",
            Heading::Readings => "Readings",
            Heading::WhatHappens => "What happens",
            Heading::Expected => "Expected",
            Heading::Owed => "Owed",
            Heading::DecisionsOpen => "Decisions open",
            Heading::OnItsWay => "On its way",
            Heading::MayBeDone => "May be done",
            Heading::Forbidden => "Forbidden",
            Heading::WorthOpen => "Undetermined",
            Heading::ToCome => "To come if nobody acts",
            Heading::Missing => "missing:",
        }
    }
    fn heading_at(&self, h: Heading, day: &str) -> String {
        format!("{} {}", self.heading(h), when(day))
    }
    fn cite(&self, cite: &str) -> String {
        cite.to_owned()
    }
    fn date(&self, iso: &str) -> String {
        iso.to_owned()
    }
    fn list(&self, texts: &[String]) -> String {
        texts.join(", ")
    }
    fn way_to(&self, stage: &str, missing: Option<&str>) -> String {
        match missing {
            Some(missing) => format!("-> {stage}: {missing}"),
            None => format!("-> {stage}"),
        }
    }
    fn side_by_side(&self, texts: &[String]) -> String {
        texts.join("; ")
    }
    fn nth_act(&self, ordinal: &str, act: &str) -> String {
        format!("{ordinal} {act}")
    }
    fn count(&self, kinds: &[(&str, u64)]) -> String {
        let parts: Vec<String> = kinds.iter().map(|(noun, n)| counted(*n, noun)).collect();
        parts.join(" and ")
    }
    fn met(&self, met: usize, all: usize) -> String {
        format!("{met} of {all} met")
    }
    fn branch(&self, name: &str) -> String {
        format!("Branch: {name}")
    }
    fn act_by(&self, what: &str, count: &str) -> String {
        format!("{what} by {count}")
    }
    fn for_several(&self, what: &str, verb: &'static str, count: &str) -> String {
        format!("{what} {verb}: {count}")
    }
    fn with_verdicts(&self, what: &str, verdicts: &[&str]) -> String {
        format!("{what} — {}", verdicts.join(", "))
    }
    fn until(&self, day: &str, before: bool) -> String {
        let before = if before { "before " } else { "" };
        format!("{before}{day}")
    }
    fn due(&self, due: Due<'_>) -> String {
        match due {
            Due::On(day) => format!("due {day}"),
            Due::Was(day) => format!("was due {day}"),
            Due::Overdue(Some(day)) => format!("overdue since {day}"),
            Due::Overdue(None) => "overdue".to_owned(),
            Due::Impossible(Some(day)) => format!("due {day}; nobody can do it now"),
            Due::Impossible(None) => "nobody can do it now".to_owned(),
            Due::Breached => "breached".to_owned(),
            Due::NotAssessed => "not assessed".to_owned(),
            Due::Unassessed(day) => format!("due {day}, not assessed"),
            Due::NoDate => "no date".to_owned(),
            Due::Open(clauses) => format!("undetermined: {}", clauses.join("; ")),
        }
    }
    fn so(&self, what: &str) -> String {
        format!("-> {what}")
    }
    fn no_longer(&self, what: &str, article: Option<&str>) -> String {
        format!("no longer {what}{}", cited(article))
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
            format!("({})", whom.join(", "))
        };
        format!("{ordinal}: {what}{whom} on {date}{}", cited(article))
    }
    fn since_beginning(&self, n: usize, by: &str) -> String {
        let verb = if n == 1 { "holds" } else { "hold" };
        let statuses = counted(n as u64, "status");
        format!("({statuses} {verb} from the beginning; {by} tells which)")
    }
    fn without_date(&self, n: usize, by: &str) -> String {
        let duties = counted(n as u64, "duty");
        let verb = if n == 1 { "arises" } else { "arise" };
        format!("({duties} without a date {verb} too; {by} tells when)")
    }
    fn recalled(&self) -> &'static str {
        "~ rests on a date that is recalled, not documented"
    }
    fn and_more(&self, n: usize) -> String {
        format!(" and {n} more")
    }
    fn more_readings(&self, n: usize, some_told: bool) -> String {
        let more = if some_told { "more " } else { "" };
        let (their, them) = if n == 1 {
            ("its", "it")
        } else {
            ("their", "them")
        };
        format!("({n} {more}at {their} default, on which nothing here rests; --trace lists {them})")
    }
    fn taken(&self, explicit: bool) -> &'static str {
        if explicit { "chosen" } else { "default" }
    }
    fn dated(&self, what: &str, when: &str) -> String {
        format!("{what} ({when})")
    }
    fn case_begins(&self) -> &'static str {
        "the case begins"
    }
    fn changes(&self, given: &str) -> String {
        format!("{given} changes")
    }
    fn no_longer_holds(&self, condition: &str) -> String {
        format!("no longer {condition}")
    }
    fn is_no_longer(&self, instance: &str, stage: &str) -> String {
        format!("{instance} is no longer {stage}")
    }
    fn has_result(&self, decision: &str, outcome: &str) -> String {
        format!("{decision} is {outcome}")
    }
    fn duty_is(&self, duty: &str, state: &str) -> String {
        format!("{duty} is {state}")
    }
    fn time_passes(&self) -> &'static str {
        "time passes"
    }
    fn tally(&self, values: &[(String, String)], silent: Option<&str>, of: &str) -> String {
        let mut parts: Vec<String> = values.iter().map(|(n, v)| format!("{n} {v}")).collect();
        parts.extend(silent.map(|s| format!("silent {s}")));
        parts.push(format!("of {of}"));
        parts.join(", ")
    }
    fn amount(&self, heads: i64, votes: i64) -> String {
        if heads == votes {
            heads.to_string()
        } else {
            format!("{heads} ({votes} votes)")
        }
    }
    fn again(&self, every: &str) -> String {
        format!("and every {every} after")
    }
    fn qualified_more(&self, n: usize) -> String {
        match n {
            1 => "(1 qualified duty more, which is recorded and not assessed)".to_owned(),
            n => format!("({n} qualified duties more, which are recorded and not assessed)"),
        }
    }
    fn as_from_beginning(&self, n: usize, some_told: bool) -> String {
        let more = if some_told { "more " } else { "" };
        let them = if n == 1 { "it" } else { "them" };
        format!("({n} {more}as from the beginning; --trace lists {them})")
    }
    fn owes(&self, who: &str, what: &str) -> String {
        format!("{who} {what}")
    }
    fn may_until(&self, day: &str) -> String {
        format!("until {day}")
    }
    fn worth_open(&self, deed: bool, clauses: &[String]) -> String {
        let worth = if deed { "a breach" } else { "void" };
        format!(
            "whether it would be {worth} is undetermined: {}",
            clauses.join("; ")
        )
    }
    fn depends(&self, arguments: &[String]) -> String {
        match arguments {
            [] => "depends on what is not said".to_owned(),
            open => format!("depends on {}", self.list(open)),
        }
    }
    fn named(&self, count: &str, first: &[String], more: bool) -> String {
        let more = if more { ", …" } else { "" };
        format!("{count} ({}{more})", self.list(first))
    }
    fn reasons_of_one(&self) -> &'static str {
        "(the reasons: :can and a name)"
    }
    fn must_not(&self, act: &str) -> String {
        format!("must not {act}")
    }
    fn cannot(&self, act: &str) -> String {
        format!("cannot {act}")
    }
    fn nothing_can_be_done(&self) -> &'static str {
        "nothing can be done now"
    }
    fn abridged(&self) -> &'static str {
        "(there is too much to try: the list is not complete)"
    }
    fn nothing_owed(&self) -> &'static str {
        "nothing is owed"
    }
    fn may(&self, act: &str, who: &str) -> String {
        format!("{act}: {who}")
    }
    fn closes(&self, when: &str) -> String {
        format!("closes {when}")
    }
    fn settled(&self, outcome: &str, because: &str, article: Option<&str>) -> String {
        format!(
            "{outcome} unless a ballot that has been cast is changed: {because}{}",
            cited(article)
        )
    }
    fn certain(&self, outcome: &str, because: &str, article: Option<&str>) -> String {
        format!("certain: {outcome}, {because}{}", cited(article))
    }
    fn would_be(&self, outcome: &str, because: &str) -> String {
        format!("would be {outcome} as ballots stand: {because}")
    }
    fn to_be_adopted(&self, missing: &str, carried: bool) -> String {
        match (missing.is_empty(), carried) {
            (true, _) => "would be adopted as ballots stand".to_owned(),
            (false, true) => format!("would be adopted as ballots stand; waits for {missing}"),
            (false, false) => format!("to be adopted: {missing}"),
        }
    }
    fn waits_for(&self, others: &[String]) -> String {
        format!("takes no more ballots; waits for {}", others.join(", "))
    }
    fn is_in(&self, name: &str, stage: &str) -> String {
        format!("{name} is {stage}")
    }
    fn answer(&self, question: &str, at: &str, value: &str) -> String {
        format!("{question} {}: {value}", when(at))
    }
    fn nothing_missing(&self) -> &'static str {
        "it is so: nothing is missing"
    }
    fn parts(&self, in_order: bool) -> &'static str {
        if in_order {
            "one after the other"
        } else {
            "all of these"
        }
    }
    fn as_of(&self, rules: Option<&str>, facts: Option<&str>) -> String {
        let rules = rules.map(|d| format!("rules: as in force on {d}, throughout\n"));
        let facts = facts.map(|d| format!("facts: as known on {d}\n"));
        [rules, facts].into_iter().flatten().collect()
    }
}
