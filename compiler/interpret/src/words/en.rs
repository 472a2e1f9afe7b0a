//! In English.

use super::{Needed, Words};
use crate::{Deadline, Moment};
use rogatio_calendar::{Day, Length};
use rogatio_mir::{CmpOp, DecisionOutcome, NormState, Ordinal, RollSet, ShareCmp};

/// The sentences in English.
pub(super) struct En;

fn value(v: Option<&str>) -> String {
    v.map_or(String::new(), |v| format!(" = {v}"))
}

impl Words for En {
    fn moment(&self, m: &Moment) -> String {
        m.to_string()
    }
    fn day(&self, d: Day) -> String {
        d.to_string()
    }
    fn length(&self, l: Length) -> String {
        l.to_string()
    }
    fn share(&self, c: ShareCmp, n: i64, d: i64) -> String {
        let word = match c {
            ShareCmp::AtLeast => "at least",
            ShareCmp::MoreThan => "more than",
            ShareCmp::AtMost => "at most",
            ShareCmp::LessThan => "less than",
        };
        if d == 100 {
            format!("{word} {n}%")
        } else {
            format!("{word} {n}/{d}")
        }
    }
    fn ordinal(&self, o: Ordinal) -> String {
        match o {
            Ordinal::First => "first".to_owned(),
            Ordinal::Last => "last".to_owned(),
            Ordinal::Nth(n) => self.nth(i64::from(n)),
        }
    }
    fn nth(&self, n: i64) -> String {
        let end = match (n % 10, n % 100) {
            (1, r) if r != 11 => "st",
            (2, r) if r != 12 => "nd",
            (3, r) if r != 13 => "rd",
            _ => "th",
        };
        format!("{n}{end}")
    }
    fn and_list(&self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        }
    }
    fn list(&self, names: &[&str]) -> String {
        names.join(", ")
    }
    fn clauses(&self, texts: &[&str]) -> String {
        texts.join("; ")
    }

    fn call(&self, name: &str, of: &[String]) -> String {
        if of.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", of.join(", "))
        }
    }
    fn cite(&self, cite: &str) -> String {
        cite.to_owned()
    }

    fn range(&self, lo: i64, hi: i64) -> String {
        format!("{lo} to {hi}")
    }
    fn pending(&self, latest: Option<&Moment>) -> String {
        match latest {
            Some(m) => format!("pending, {m} at the latest"),
            None => "pending".to_owned(),
        }
    }
    fn nobody(&self) -> &'static str {
        "nobody"
    }
    fn none(&self) -> &'static str {
        "none"
    }
    fn conflict(&self) -> &'static str {
        "conflict"
    }
    fn undetermined(&self) -> &'static str {
        "undetermined"
    }

    fn verdict(&self, word: &'static str) -> &'static str {
        word
    }
    fn norm_state(&self, s: NormState) -> &'static str {
        crate::show::state_name(s)
    }
    fn outcome(&self, o: DecisionOutcome) -> &'static str {
        o.word()
    }
    fn roll_set<'a>(&self, set: &RollSet, ballot: &'a str) -> &'a str {
        match set {
            RollSet::Ballot(_) => ballot,
            RollSet::Silent => "silent",
            RollSet::Cast => "cast",
            RollSet::Voting => "voting",
            RollSet::Voters => "voters",
            RollSet::Members => "members",
            RollSet::Present => "present",
            RollSet::Chair => "the chair",
        }
    }
    fn ballot<'a>(&self, name: &'a str) -> &'a str {
        name
    }

    fn deed(
        &self,
        what: &str,
        by: Option<&str>,
        for_whom: Option<&str>,
        to: Option<&str>,
    ) -> String {
        let mut text = what.to_owned();
        for (word, who) in [("by", by), ("for", for_whom), ("to", to)] {
            if let Some(who) = who {
                text.push_str(&format!(" {word} {who}"));
            }
        }
        text
    }
    fn vote(&self, ballot: &str, decision: &str) -> String {
        format!("vote({ballot}) in {decision}")
    }
    fn casting_vote(&self, ballot: &str, decision: &str) -> String {
        format!("casting_vote({ballot}) in {decision}")
    }
    fn declare(&self, adopts: bool, decision: &str) -> String {
        format!("{}({decision})", if adopts { "adopt" } else { "reject" })
    }
    fn object(&self, decision: &str) -> String {
        format!("object in {decision}")
    }
    fn gavel(&self, decision: &str) -> String {
        format!("gavel in {decision}")
    }
    fn decision(&self, name: &str, subject: Option<&str>, body: Option<&str>) -> String {
        let subject = subject.map_or(String::new(), |s| format!(" on {s}"));
        let body = body.map_or(String::new(), |b| format!(" by {b}"));
        format!("{name}{subject}{body}")
    }
    fn dated(&self, what: &str, when: &Moment) -> String {
        format!("{what} on {when}")
    }
    fn judged(&self, what: &str, verdict: &str) -> String {
        format!("{what}: {verdict}")
    }

    fn starts(&self, status: &str, v: Option<&str>) -> String {
        format!("{status}{} starts", value(v))
    }
    fn ends(&self, status: &str) -> String {
        format!("{status} ends")
    }
    fn arises(&self, duty: &str, due: Option<Deadline>) -> String {
        let due = due.map_or(String::new(), |d| format!(", due {}", until(d)));
        format!("{duty} arises{due}")
    }
    fn fulfilled(&self, duty: &str, late: bool, by: Option<&str>) -> String {
        let late = if late { " late" } else { "" };
        let by = by.map_or(String::new(), |b| format!(" by {b}"));
        format!("{duty} is fulfilled{late}{by}")
    }
    fn lapses(&self, duty: &str, worth: Option<&'static str>) -> String {
        let worth = worth.map_or(String::new(), |w| format!(": {w}"));
        format!("{duty} lapses{worth}")
    }
    fn is_dated(&self, duty: &str, due: Option<Deadline>) -> String {
        let due = due.map_or(String::new(), |d| format!(", due {}", until(d)));
        format!("{duty} gets a due date{due}")
    }
    fn is_undated(&self, duty: &str) -> String {
        format!("{duty} loses its due date")
    }
    fn released(&self, duty: &str) -> String {
        format!("{duty} is released")
    }
    fn violated(&self, duty: &str, should: bool) -> String {
        let word = if should { "falls short" } else { "is breached" };
        format!("{duty} {word}")
    }
    fn observed_again(&self, duty: &str) -> String {
        format!("{duty} is observed again")
    }
    fn opens(&self, decision: &str) -> String {
        format!("{decision} opens")
    }
    fn closes(&self, decision: &str, outcome: &str, reason: &str) -> String {
        format!("{decision}: {outcome}, {reason}")
    }
    fn is_in_stage(&self, instance: &str, stage: &str) -> String {
        format!("{instance} is {stage}")
    }

    fn inquorate(&self) -> &'static str {
        "the quorum was not reached"
    }
    fn low_participation(&self) -> &'static str {
        "participation was too low"
    }
    fn majority_reached(&self) -> &'static str {
        "the required majority was reached"
    }
    fn majority_missed(&self) -> &'static str {
        "the required majority was not reached"
    }
    fn with_numbers(&self, reason: &str, numbers: &str) -> String {
        format!("{reason}: {numbers}")
    }
    fn vetoed(&self, names: &[&str]) -> String {
        format!("vetoed by {}", names.join(", "))
    }
    fn enough(&self, deed: &str) -> String {
        format!("{deed} by as many as it takes (one draw for all)")
    }
    fn drawn_at_once(&self, voters: usize) -> String {
        match voters {
            1 => "one draw in place of 1 ballot, by the law of the count".to_owned(),
            n => format!("one draw in place of {n} ballots, by the law of the count"),
        }
    }
    fn deemed(&self, outcome: &str) -> String {
        format!("deemed {outcome}")
    }
    fn withdrawn(&self) -> &'static str {
        "it was withdrawn"
    }
    fn no_result(&self) -> &'static str {
        "it closed without a result"
    }
    fn inadmissible(&self) -> &'static str {
        "it was not admissible"
    }
    fn consensus(&self) -> &'static str {
        "consensus: nobody objected"
    }
    fn no_consensus(&self, names: &[&str]) -> String {
        format!("no consensus: {} objected", names.join(", "))
    }
    fn consensus_not_declared(&self) -> &'static str {
        "no consensus was declared"
    }
    fn needed_of(&self, what: Needed<'_>, needed: i64, base: i64) -> String {
        format!("{} {}, {needed} of {base} needed", what.name, what.is)
    }
    fn allowed_of(&self, what: Needed<'_>, most: i64, base: i64) -> String {
        format!(
            "{} {}, at most {most} of {base} allowed",
            what.name, what.is
        )
    }
    fn against(&self, what: Needed<'_>, op: CmpOp, y: i64, other: Option<&str>) -> String {
        let Needed { name, is: x } = what;
        let than = |word: &str, n: i64| match other {
            Some(other) => format!("{name} {x}, {word} {other} {y} needed"),
            None => format!("{name} {x}, {n} needed"),
        };
        match (op, other) {
            (CmpOp::Ge, _) => than("at least", y),
            (CmpOp::Gt, _) => than("more than", y.saturating_add(1)),
            (CmpOp::Le, Some(other)) => format!("{name} {x}, at most {other} {y} allowed"),
            (CmpOp::Lt, Some(other)) => format!("{name} {x}, less than {other} {y} allowed"),
            (CmpOp::Le, None) => format!("{name} {x}, at most {y} allowed"),
            (CmpOp::Lt, None) => {
                format!("{name} {x}, at most {} allowed", y.saturating_sub(1))
            }
            (CmpOp::Eq, _) => than("exactly", y),
            (CmpOp::Ne, _) => format!("{name} {x}, another number needed"),
        }
    }
    fn of_nothing(&self, what: Needed<'_>, base: &str) -> String {
        format!("{} {} of nothing: {base} is empty", what.name, what.is)
    }
    fn nobody_votes(&self, reason: &str, body: &str, has_members: bool) -> String {
        match has_members {
            true => format!("{reason}; nobody in {body} is entitled to vote"),
            false => format!("{reason}; {body} has no members"),
        }
    }

    fn recalled(&self, n: usize) -> String {
        let acts = if n == 1 { "act is" } else { "acts are" };
        format!("{n} {acts} recalled, not documented")
    }
    fn but(&self, sentence: &str, why: &str) -> String {
        format!("{sentence}, but {why}")
    }
    fn not(&self, condition: &str) -> String {
        format!("not: {condition}")
    }
    fn holds_against(&self, condition: &str) -> String {
        condition.to_owned()
    }
    fn no_power(&self, act: &str) -> String {
        format!("nobody like that has the power to do `{act}`")
    }
    fn does_not_hold(&self, who: &str, office: &str, holder: Option<&str>) -> String {
        match holder {
            Some(holder) => format!("{who} does not hold {office}: {holder} does"),
            None => format!("{who} does not hold {office}: the office is vacant"),
        }
    }
    fn perhaps_holds(&self, who: &str, office: &str) -> String {
        format!("whether {who} holds {office} cannot be said")
    }
    fn forbidden(&self, sentence: &str, advised: bool) -> String {
        let word = if advised {
            "advised against"
        } else {
            "forbidden"
        };
        format!("{word}: {sentence}")
    }
    fn perhaps_forbidden(&self, sentence: &str, advised: bool) -> String {
        let worth = match advised {
            true => "it goes against a recommendation",
            false => "it is forbidden",
        };
        format!("whether {worth} cannot be said: {sentence}")
    }
    fn excepted(&self, sentence: &str, when: &str) -> String {
        format!("excepted from: {sentence}, as {when}")
    }
    fn conditioned(&self, sentence: &str, when: &[String], unless: &[String]) -> String {
        let when = match when {
            [] => String::new(),
            all => format!(", when {}", all.join(" and ")),
        };
        let lifts: String = unless.iter().map(|c| format!(", unless {c}")).collect();
        format!("{sentence}{when}{lifts}")
    }
    fn late(&self, duty: &str) -> String {
        format!("late: {duty} lapsed unused")
    }
    fn not_before(&self, when: &str) -> String {
        format!("not before {when}")
    }
    fn only_at(&self, op: CmpOp, m: &Moment) -> String {
        match op {
            CmpOp::Ge => format!("not before {m}"),
            CmpOp::Gt => format!("only after {m}"),
            CmpOp::Lt => format!("only before {m}"),
            CmpOp::Le => format!("not after {m}"),
            CmpOp::Eq => format!("only {}", m.in_words()),
            CmpOp::Ne => format!("not {}", m.in_words()),
        }
    }
    fn with_rule(&self, when: &str, rule: &str) -> String {
        format!("{when}: {rule}")
    }
    fn time_not_come(&self) -> &'static str {
        "its time has not come"
    }
    fn time_ended_with(&self, day: Day) -> String {
        format!("its time ended with {day}")
    }
    fn time_ended_at(&self, m: &Moment) -> String {
        format!("its time ended at {m}")
    }
    fn not_now(&self) -> &'static str {
        "its time is not now"
    }

    fn since_beginning(&self) -> &'static str {
        "from the beginning"
    }
    fn assumed(&self) -> &'static str {
        "assumed"
    }
    fn given_changed(&self, given: &str) -> String {
        format!("{given} changed")
    }
    fn time_is(&self, rule: &str, at: &Moment) -> String {
        format!("{rule} = {at}")
    }
    fn became(&self, condition: &str, rise: bool, when: &Moment) -> String {
        let word = if rise {
            "became true"
        } else {
            "ceased to be true"
        };
        format!("{condition} {word} on {when}")
    }
    fn started(&self, status: &str, when: &Moment) -> String {
        format!("{status} started on {when}")
    }
    fn ended(&self, status: &str, when: &Moment) -> String {
        format!("{status} ended on {when}")
    }
    fn entered(&self, instance: &str, stage: &str, when: &Moment) -> String {
        format!("{instance} became {stage} on {when}")
    }
    fn left(&self, instance: &str, stage: &str, when: &Moment) -> String {
        format!("{instance} left {stage} on {when}")
    }
    fn opened(&self, decision: &str, when: &Moment) -> String {
        format!("{decision} opened on {when}")
    }
    fn resulted(&self, decision: &str, outcome: &str, when: &Moment) -> String {
        format!("{decision} {outcome} on {when}")
    }
    fn duty_became(&self, duty: &str, state: &str, when: &Moment) -> String {
        format!("{duty} {state} on {when}")
    }
    fn on(&self, when: &Moment) -> String {
        format!("on {when}")
    }
    fn since(&self, status: &str, v: Option<&str>, when: &Moment) -> String {
        format!("{status}{} since {when}", value(v))
    }
    fn until(&self, status: &str, when: &Moment) -> String {
        format!("{status} until {when}")
    }
    fn the_nth(&self, n: i64, what: &str) -> String {
        format!("the {} {what}", self.nth(n))
    }
    fn nth_was(&self, which: Option<Ordinal>, n: i64, what: &str) -> String {
        match which {
            Some(o) => format!("{}: {what}", self.ordinal(o)),
            None => format!("{}: {what}", self.nth(n)),
        }
    }
    fn is_undetermined(&self, condition: &str) -> String {
        format!("{condition} is undetermined")
    }
    fn nobody_by(&self, due: Deadline) -> String {
        let by = if due.before { "before" } else { "by" };
        format!("nobody had done it {by} {}", due.at)
    }
    fn still_left(&self, names: &[String]) -> String {
        let (told, more) = super::first_of(names);
        let more = match more {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        format!("left: {}{more}", told.join(", "))
    }
    fn not_asked_for(&self, duty: &str) -> String {
        format!("{duty} does not ask it for this one, or it has been done")
    }
    fn time_ended_first(&self, cause: &str) -> String {
        format!("its time ended first: {cause}")
    }
    fn duty_is(&self, duty: &str, state: &str, late: bool, due: Option<Deadline>) -> String {
        let late = if late { ", done late" } else { "" };
        let due = due.map_or(String::new(), |d| format!(", due {}", until(d)));
        format!("{duty} is {state}{late}{due}")
    }
    fn act_is(&self, act: &str, verdict: &str) -> String {
        format!("{act} is {verdict}")
    }
    fn will(&self, ends: bool, when: &Moment, rule: &str) -> String {
        let word = if ends { "ends" } else { "starts" };
        format!("{word} {}: {rule}", when.in_words())
    }
    fn may(&self, ends: bool, rule: &str, undetermined: bool) -> String {
        let word = if ends { "ends" } else { "starts" };
        let what = if undetermined {
            "undetermined"
        } else {
            "pending"
        };
        format!("{word} {rule}, which is {what}")
    }
    fn open_since(&self, decision: &str, when: &Moment) -> String {
        format!("{decision} is open since {when}")
    }
    fn ballots(&self, counts: &[(&str, i64)], silent: i64) -> String {
        let mut words: Vec<String> = counts.iter().map(|(n, h)| format!("{n} {h}")).collect();
        words.push(format!("silent {silent}"));
        words.join(", ")
    }
    fn no_ballot_yet(&self, voter: &str) -> String {
        format!("{voter} has cast no ballot")
    }
    fn silence(&self, voter: &str, counts_as: Option<&str>) -> String {
        match counts_as {
            Some(ballot) => format!("{voter} cast no ballot, and silence counts as {ballot}"),
            None => format!("{voter} cast no ballot, and silence is no ballot"),
        }
    }
    fn weighs(&self, voter: &str, votes: &str) -> String {
        format!("{voter} weighs {votes}")
    }
    fn is(&self, what: &str, v: &str) -> String {
        format!("{what} is {v}")
    }
    fn cannot_be_told(&self, n: usize) -> String {
        format!("{n} cannot be told")
    }
    fn excluded(&self, by: &str, who: &str) -> String {
        format!("{by} excluded {who}")
    }
    fn none_of_them(&self) -> &'static str {
        "none"
    }
    fn defeats(&self, rule: &str) -> String {
        format!("this defeats {rule}")
    }
    fn row(&self, n: usize, when: &str, v: &str) -> String {
        format!("row {n}: {when} -> {v}")
    }
    fn any_case(&self, other: bool) -> &'static str {
        if other {
            "every other case"
        } else {
            "any case"
        }
    }
    fn undetermined_by(&self, clauses: &[&str]) -> String {
        format!("undetermined: {}", clauses.join("; "))
    }
    fn certain(&self, outcome: &str, because: &str) -> String {
        format!("{outcome}: {because}")
    }

    fn shifted(&self, length: &str, before: bool, base: &str) -> String {
        let word = if before { "before" } else { "after" };
        format!("{length} {word} {base}")
    }
    fn has_happened(&self, what: &str) -> String {
        format!("{what} has happened")
    }
    fn held_for(&self, what: &str, length: &str) -> String {
        format!("{what} for {length}")
    }
    fn share_of(&self, part: &str, share: &str, base: &str) -> String {
        format!("{part} is {share} of {base}")
    }
    fn ordinal_of(&self, o: Ordinal, what: &str) -> String {
        format!("{} {what}", self.ordinal(o))
    }
    fn in_force(&self, version: &str) -> String {
        format!("{version} is in force")
    }
    fn the_event(&self) -> &'static str {
        "the event"
    }
    fn truth(&self, t: bool) -> &'static str {
        if t { "true" } else { "false" }
    }
    fn and(&self) -> &'static str {
        " and "
    }
    fn or(&self) -> &'static str {
        " or "
    }
    fn negated(&self, condition: &str) -> String {
        format!("not {condition}")
    }
    fn on_roll(&self, voter: &str, set: &str, decision: &str) -> String {
        format!("{voter} in {set} of {decision}")
    }
    fn in_stages(&self, instance: &str, stages: &[&str]) -> String {
        format!("{instance} is {}", stages.join(" or "))
    }
    fn had_outcome(&self, decision: &str, outcome: DecisionOutcome) -> String {
        format!("{}({decision})", outcome.word())
    }
    fn was_pivotal(&self, voter: &str, decision: &str) -> String {
        format!("{voter} is pivotal in {decision}")
    }
    fn is_open(&self, decision: &str) -> String {
        format!("{decision} is open")
    }
    fn norm_is(&self, norm: &str, state: &str) -> String {
        format!("{norm} is {state}")
    }
}

/// `2030-01-01`, `before 2030-01-01`.
pub(crate) fn until(d: Deadline) -> String {
    let before = if d.before { "before " } else { "" };
    format!("{before}{}", d.at)
}
