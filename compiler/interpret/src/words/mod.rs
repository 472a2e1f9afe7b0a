//! What the interpreter says, sentence by sentence, in each language.
//!
//! A sentence is one function with named parts, never glued from fragments: the order of its parts is the language's. A
//! new sentence is declared here and written in `en` and in `ja`; the compiler asks for both.
//!
//! Conditions are shown in the language of the programs (`start(in_force) <= now`), which is no natural one, in English;
//! in Japanese their forms are said as a statute would (`terms`), and only signs and the names of a module stay.

mod en;
mod ja;
mod terms;

use crate::{Deadline, Moment};
use rogatio_calendar::{Day, Length};
use rogatio_diagnostics::Lang;
use rogatio_mir::{CmpOp, DecisionOutcome, NormState, Ordinal, RollSet, ShareCmp};

pub(crate) use en::until as english_deadline;
pub use ja::{date as japanese_date, say as japanese};
pub(crate) use terms::Terms;

/// The sentences of a language.
#[must_use]
pub fn words(lang: Lang) -> &'static dyn Words {
    match lang {
        Lang::En => &en::En,
        Lang::Ja => &ja::Ja,
    }
}

/// The names of a list that are told where it is long, and how many are not.
fn first_of(names: &[String]) -> (&[String], usize) {
    const TOLD: usize = 8;
    let told = names.get(..TOLD).unwrap_or(names);
    (told, names.len() - told.len())
}

/// What sets a threshold asks for: `votes(yes) 15, 18 of 90 needed`.
#[derive(Copy, Clone, Debug)]
pub struct Needed<'a> {
    /// What is counted.
    pub name: &'a str,
    /// What it comes to.
    pub is: i64,
}

/// The sentences of the interpreter. Arguments are texts that are ready: names, conditions, dates.
pub trait Words: Terms {
    // Times, lengths and numbers.

    /// A time.
    fn moment(&self, m: &Moment) -> String;
    /// A day.
    fn day(&self, d: Day) -> String;
    /// A length.
    fn length(&self, l: Length) -> String;
    /// A share: `at least 2/3`.
    fn share(&self, c: ShareCmp, n: i64, d: i64) -> String;
    /// `first`, `30th`, `last`.
    fn ordinal(&self, o: Ordinal) -> String;
    /// `30th`.
    fn nth(&self, n: i64) -> String;
    /// `A, B and C`.
    fn and_list(&self, names: &[&str]) -> String;
    /// `A, B`.
    fn list(&self, names: &[&str]) -> String;
    /// Reasons or clauses side by side.
    fn clauses(&self, texts: &[&str]) -> String;

    /// A name with what it is said of: `bound(Mongolia)`.
    fn call(&self, name: &str, of: &[String]) -> String;
    /// How a provision is cited: `art 36(1)`.
    fn cite(&self, cite: &str) -> String;

    // Values.

    /// A number between bounds.
    fn range(&self, lo: i64, hi: i64) -> String;
    /// A time that is not settled, with its latest.
    fn pending(&self, latest: Option<&Moment>) -> String;
    /// The empty set.
    fn nobody(&self) -> &'static str;
    /// No value.
    fn none(&self) -> &'static str;
    /// Two clauses disagree.
    fn conflict(&self) -> &'static str;
    /// The text is silent.
    fn undetermined(&self) -> &'static str;

    // States and results.

    /// A verdict: `valid`, `void`, `breach`, `late` …, by its English word.
    fn verdict(&self, word: &'static str) -> &'static str;
    /// The state of a duty.
    fn norm_state(&self, s: NormState) -> &'static str;
    /// The result of a decision.
    fn outcome(&self, o: DecisionOutcome) -> &'static str;
    /// A set of a roll that is no ballot.
    fn roll_set<'a>(&self, set: &RollSet, ballot: &'a str) -> &'a str;
    /// A ballot with one of the usual names: `yes`, `no`, `abstain`.
    fn ballot<'a>(&self, name: &'a str) -> &'a str;

    // Acts.

    /// An act by somebody, perhaps for and to others.
    fn deed(
        &self,
        what: &str,
        by: Option<&str>,
        for_whom: Option<&str>,
        to: Option<&str>,
    ) -> String;
    /// A ballot in a decision.
    fn vote(&self, ballot: &str, decision: &str) -> String;
    /// A casting vote.
    fn casting_vote(&self, ballot: &str, decision: &str) -> String;
    /// A body declares the result of a decision.
    fn declare(&self, adopts: bool, decision: &str) -> String;
    /// An objection against a consensus.
    fn object(&self, decision: &str) -> String;
    /// A consensus is declared.
    fn gavel(&self, decision: &str) -> String;
    /// A decision with its subject, and of several bodies the one.
    fn decision(&self, name: &str, subject: Option<&str>, body: Option<&str>) -> String;
    /// Something that happened, with its time.
    fn dated(&self, what: &str, when: &Moment) -> String;
    /// An act with its verdict.
    fn judged(&self, what: &str, verdict: &str) -> String;

    // What happens.

    /// A status starts, with its value.
    fn starts(&self, status: &str, value: Option<&str>) -> String;
    /// A status ends.
    fn ends(&self, status: &str) -> String;
    /// A duty arises, with the day by which it is due.
    fn arises(&self, duty: &str, due: Option<Deadline>) -> String;
    /// A duty is fulfilled.
    fn fulfilled(&self, duty: &str, late: bool, by: Option<&str>) -> String;
    /// A duty lapses.
    fn lapses(&self, duty: &str, worth: Option<&'static str>) -> String;
    /// A duty gets a due date, or another one, which may stand beside it.
    fn is_dated(&self, duty: &str, due: Option<Deadline>) -> String;
    /// It has none any more.
    fn is_undated(&self, duty: &str) -> String;
    /// A duty is released.
    fn released(&self, duty: &str) -> String;
    /// An invariant begins to fail: of a `must`, of a `should`.
    fn violated(&self, duty: &str, should: bool) -> String;
    /// An invariant holds again.
    fn observed_again(&self, duty: &str) -> String;
    /// A decision opens.
    fn opens(&self, decision: &str) -> String;
    /// A decision closes.
    fn closes(&self, decision: &str, outcome: &str, reason: &str) -> String;
    /// An instance is in a stage.
    fn is_in_stage(&self, instance: &str, stage: &str) -> String;

    // Reasons of results.

    /// The quorum was not reached.
    fn inquorate(&self) -> &'static str;
    /// Too few took part.
    fn low_participation(&self) -> &'static str;
    /// The majority was reached.
    fn majority_reached(&self) -> &'static str;
    /// The majority was not reached.
    fn majority_missed(&self) -> &'static str;
    /// A reason with its numbers.
    fn with_numbers(&self, reason: &str, numbers: &str) -> String;
    /// Vetoed.
    fn vetoed(&self, names: &[&str]) -> String;
    /// As many have done an act as it takes; who, was not drawn.
    fn enough(&self, deed: &str) -> String;
    /// The outcome was drawn in place of the ballots of so many voters.
    fn drawn_at_once(&self, voters: usize) -> String;
    /// Deemed to have a result.
    fn deemed(&self, outcome: &str) -> String;
    /// Withdrawn.
    fn withdrawn(&self) -> &'static str;
    /// Closed without a result.
    fn no_result(&self) -> &'static str;
    /// Not admissible.
    fn inadmissible(&self) -> &'static str;
    /// Nobody objected.
    fn consensus(&self) -> &'static str;
    /// Some objected.
    fn no_consensus(&self, names: &[&str]) -> String;
    /// Nobody declared it.
    fn consensus_not_declared(&self) -> &'static str;
    /// So many of a base are needed.
    fn needed_of(&self, what: Needed<'_>, needed: i64, base: i64) -> String;
    /// At most so many of a base are allowed.
    fn allowed_of(&self, what: Needed<'_>, most: i64, base: i64) -> String;
    /// How a number stands against another one, which may have a name, in a comparison that is wanted.
    fn against(&self, what: Needed<'_>, op: CmpOp, y: i64, other: Option<&str>) -> String;
    /// The base of a share is empty.
    fn of_nothing(&self, what: Needed<'_>, base: &str) -> String;
    /// A result, of a decision in which nobody could vote: the body has no members, or none of them is entitled.
    fn nobody_votes(&self, reason: &str, body: &str, has_members: bool) -> String;

    /// So many acts of a case are recalled, not documented.
    fn recalled(&self, n: usize) -> String;

    // Why an act is void.

    /// A sentence would have allowed it, but for something.
    fn but(&self, sentence: &str, why: &str) -> String;
    /// A condition fails.
    fn not(&self, condition: &str) -> String;
    /// What must not be, as behind `unless`, is.
    fn holds_against(&self, condition: &str) -> String;
    /// Nobody like that may.
    fn no_power(&self, act: &str) -> String;
    /// The office that may is held by another, or by nobody.
    fn does_not_hold(&self, who: &str, office: &str, holder: Option<&str>) -> String;
    /// Who holds the office that may is undetermined.
    fn perhaps_holds(&self, who: &str, office: &str) -> String;
    /// A prohibition with its sentence; `advised` where it is a recommendation.
    fn forbidden(&self, sentence: &str, advised: bool) -> String;
    /// A prohibition with its sentence, of which cannot be said whether it holds; `advised` where it is a recommendation.
    fn perhaps_forbidden(&self, sentence: &str, advised: bool) -> String;
    /// A sentence that does not bind, and what is excepted from it.
    fn excepted(&self, sentence: &str, when: &str) -> String;
    /// A ban, the conditions it states, and what would lift it.
    fn conditioned(&self, sentence: &str, when: &[String], unless: &[String]) -> String;
    /// Done after its duty had lapsed.
    fn late(&self, duty: &str) -> String;
    /// A window is not open yet.
    fn not_before(&self, when: &str) -> String;
    /// Only at, before or after a time, as a comparison of the present with it says.
    fn only_at(&self, op: CmpOp, m: &Moment) -> String;
    /// A time with the rule that gives it.
    fn with_rule(&self, when: &str, rule: &str) -> String;
    /// A window waits for something.
    fn time_not_come(&self) -> &'static str;
    /// A window closed with a day.
    fn time_ended_with(&self, day: Day) -> String;
    /// A window closed at a time.
    fn time_ended_at(&self, m: &Moment) -> String;
    /// A window is not open.
    fn not_now(&self) -> &'static str;

    // Reasons.

    /// From the beginning of the case.
    fn since_beginning(&self) -> &'static str;
    /// Assumed by the case.
    fn assumed(&self) -> &'static str;
    /// A given changed.
    fn given_changed(&self, given: &str) -> String;
    /// A time with the rule that gives it.
    fn time_is(&self, rule: &str, at: &Moment) -> String;
    /// A condition became true, or ceased to be.
    fn became(&self, condition: &str, rise: bool, when: &Moment) -> String;
    /// A status started.
    fn started(&self, status: &str, when: &Moment) -> String;
    /// A status ended.
    fn ended(&self, status: &str, when: &Moment) -> String;
    /// An instance entered a stage.
    fn entered(&self, instance: &str, stage: &str, when: &Moment) -> String;
    /// An instance left a stage.
    fn left(&self, instance: &str, stage: &str, when: &Moment) -> String;
    /// A decision opened.
    fn opened(&self, decision: &str, when: &Moment) -> String;
    /// A decision came to a result.
    fn resulted(&self, decision: &str, outcome: &str, when: &Moment) -> String;
    /// A duty came into a state.
    fn duty_became(&self, duty: &str, state: &str, when: &Moment) -> String;
    /// A time alone.
    fn on(&self, when: &Moment) -> String;
    /// A status holds since a time.
    fn since(&self, status: &str, value: Option<&str>, when: &Moment) -> String;
    /// A status held until a time.
    fn until(&self, status: &str, when: &Moment) -> String;
    /// The n-th of a history.
    fn the_nth(&self, n: i64, what: &str) -> String;
    /// The n-th was this.
    fn nth_was(&self, which: Option<Ordinal>, n: i64, what: &str) -> String;
    /// A condition is undetermined.
    fn is_undetermined(&self, condition: &str) -> String;
    /// Nobody did it in time.
    fn nobody_by(&self, due: Deadline) -> String;
    /// Those for whom an act is still to be done.
    fn still_left(&self, names: &[String]) -> String;
    /// A duty asks nothing for the one whom an act is about, or no longer.
    fn not_asked_for(&self, duty: &str) -> String;
    /// Something ended its time first.
    fn time_ended_first(&self, cause: &str) -> String;
    /// The state of a duty.
    fn duty_is(&self, duty: &str, state: &str, late: bool, due: Option<Deadline>) -> String;
    /// An act and its verdict.
    fn act_is(&self, act: &str, verdict: &str) -> String;
    /// A scheduled start or end.
    fn will(&self, ends: bool, when: &Moment, rule: &str) -> String;
    /// A start or end that waits, or that the text leaves open.
    fn may(&self, ends: bool, rule: &str, undetermined: bool) -> String;
    /// Another ballot of a voter's would have changed a decision.
    fn was_pivotal(&self, voter: &str, decision: &str) -> String;
    /// A decision is open.
    fn open_since(&self, decision: &str, when: &Moment) -> String;
    /// How many cast each ballot, and how many none.
    fn ballots(&self, counts: &[(&str, i64)], silent: i64) -> String;
    /// No ballot so far.
    fn no_ballot_yet(&self, voter: &str) -> String;
    /// No ballot; what silence counts as.
    fn silence(&self, voter: &str, counts_as: Option<&str>) -> String;
    /// The weight of a voter.
    fn weighs(&self, voter: &str, votes: &str) -> String;
    /// A value.
    fn is(&self, what: &str, value: &str) -> String;
    /// How many elements cannot be told.
    fn cannot_be_told(&self, n: usize) -> String;
    /// What kept elements out of a set.
    fn excluded(&self, by: &str, who: &str) -> String;
    /// No element.
    fn none_of_them(&self) -> &'static str;
    /// An exception defeats a rule.
    fn defeats(&self, rule: &str) -> String;
    /// A row of a table.
    fn row(&self, n: usize, when: &str, value: &str) -> String;
    /// The condition of a row that has none.
    fn any_case(&self, other: bool) -> &'static str;
    /// A value that is undetermined, with the clauses.
    fn undetermined_by(&self, clauses: &[&str]) -> String;
    /// A result that can no longer change.
    fn certain(&self, outcome: &str, because: &str) -> String;

    // Parts of conditions.

    /// So long after, or before, something.
    fn shifted(&self, length: &str, before: bool, base: &str) -> String;
    /// An event has happened.
    fn has_happened(&self, what: &str) -> String;
    /// A condition has held for so long.
    fn held_for(&self, what: &str, length: &str) -> String;
    /// A part is such a share of a base.
    fn share_of(&self, part: &str, share: &str, base: &str) -> String;
    /// The n-th of a history, as a time.
    fn ordinal_of(&self, o: Ordinal, what: &str) -> String;
    /// A version is in force.
    fn in_force(&self, version: &str) -> String;
    /// The time of the event that is asked about.
    fn the_event(&self) -> &'static str;
    /// A truth value.
    fn truth(&self, t: bool) -> &'static str;
    /// Conditions that all hold.
    fn and(&self) -> &'static str;
    /// Conditions of which one holds.
    fn or(&self) -> &'static str;
    /// A condition that does not hold.
    fn negated(&self, condition: &str) -> String;
    /// Whether somebody is in a set of a roll.
    fn on_roll(&self, voter: &str, set: &str, decision: &str) -> String;
    /// Something is in a stage, or in one of several.
    fn in_stages(&self, instance: &str, stages: &[&str]) -> String;
    /// A decision had a result.
    fn had_outcome(&self, decision: &str, outcome: DecisionOutcome) -> String;
    /// A decision is open.
    fn is_open(&self, decision: &str) -> String;
    /// A duty is in a state.
    fn norm_is(&self, norm: &str, state: &str) -> String;
}
