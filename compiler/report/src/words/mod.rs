//! What the reports say around what the interpreter says, sentence by sentence, in each language.

mod en;
mod ja;

use rogatio_diagnostics::Lang;

/// The sentences of a language.
#[must_use]
pub(crate) fn words(lang: Lang) -> &'static dyn Words {
    match lang {
        Lang::En => &en::En,
        Lang::Ja => &ja::Ja,
    }
}

/// Headings of a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    Assumed,
    Readings,
    WhatHappens,
    Expected,
    Owed,
    DecisionsOpen,
    OnItsWay,
    MayBeDone,
    Forbidden,
    /// Acts of which cannot be said what they would be worth.
    WorthOpen,
    ToCome,
    Missing,
}

/// When something is due, as far as it is known.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Due<'a> {
    /// By a day.
    On(&'a str),
    /// It was due by a day.
    Was(&'a str),
    /// It lapsed on a day, or at some time.
    Overdue(Option<&'a str>),
    /// By a day, and nobody can do it any more.
    Impossible(Option<&'a str>),
    /// It is being breached.
    Breached,
    /// No clock assesses it.
    NotAssessed,
    /// By a day, and no clock assesses it.
    Unassessed(&'a str),
    /// There is no date.
    NoDate,
    /// The text leaves it open.
    Open(&'a [String]),
}

/// The sentences of reports.
pub(crate) trait Words: Sync {
    /// The title of a section.
    fn heading(&self, h: Heading) -> &'static str;
    /// The same, of the end of a day.
    fn heading_at(&self, h: Heading, day: &str) -> String;
    /// A citation: `art 36(1)`.
    fn cite(&self, cite: &str) -> String;
    /// A day or time in its ISO form.
    fn date(&self, iso: &str) -> String;
    /// Several texts side by side.
    fn list(&self, texts: &[String]) -> String;
    /// A stage that can come next, with what is missing for it.
    fn way_to(&self, stage: &str, missing: Option<&str>) -> String;
    /// Several remarks side by side.
    fn side_by_side(&self, texts: &[String]) -> String;
    /// `30th deposit`.
    fn nth_act(&self, ordinal: &str, act: &str) -> String;
    /// How many there are of each kind.
    fn count(&self, kinds: &[(&str, u64)]) -> String;
    /// So many expectations are met.
    fn met(&self, met: usize, all: usize) -> String;
    /// The title of a branch.
    fn branch(&self, name: &str) -> String;
    /// An act by several.
    fn act_by(&self, what: &str, count: &str) -> String;
    /// The same happens for several: what, its English verb, how many.
    fn for_several(&self, what: &str, verb: &'static str, count: &str) -> String;
    /// An act with verdicts other than valid.
    fn with_verdicts(&self, what: &str, verdicts: &[&str]) -> String;
    /// A day as the end of a time, which is in, or out itself.
    fn until(&self, day: &str, before: bool) -> String;
    /// When a duty is due.
    fn due(&self, due: Due<'_>) -> String;
    /// What an act sets off at once.
    fn so(&self, what: &str) -> String;
    /// That a status ended with an act.
    fn no_longer(&self, what: &str, article: Option<&str>) -> String;
    /// That a status started with an act.
    fn now(&self, what: &str, article: Option<&str>) -> String;
    /// What an act announces: its ordinal, what, whom, when.
    fn announces(
        &self,
        ordinal: &str,
        what: &str,
        whom: &[String],
        date: &str,
        article: Option<&str>,
    ) -> String;
    /// Statuses that hold from the beginning are not told.
    fn since_beginning(&self, n: usize, by: &str) -> String;
    /// Duties without a date are not told.
    fn without_date(&self, n: usize, by: &str) -> String;
    /// What the mark `~` means.
    fn recalled(&self) -> &'static str;
    /// Names beyond those told.
    fn and_more(&self, n: usize) -> String;
    /// Readings that are not told.
    fn more_readings(&self, n: usize, some_told: bool) -> String;
    /// How a reading was taken.
    fn taken(&self, explicit: bool) -> &'static str;
    /// A cause of an earlier day.
    fn dated(&self, what: &str, when: &str) -> String;
    /// The case begins.
    fn case_begins(&self) -> &'static str;
    /// A given changes.
    fn changes(&self, given: &str) -> String;
    /// A condition no longer holds.
    fn no_longer_holds(&self, condition: &str) -> String;
    /// An instance left a stage.
    fn is_no_longer(&self, instance: &str, stage: &str) -> String;
    /// A decision has a result.
    fn has_result(&self, decision: &str, outcome: &str) -> String;
    /// A duty is in a state.
    fn duty_is(&self, duty: &str, state: &str) -> String;
    /// Time passes.
    fn time_passes(&self) -> &'static str;
    /// Ballots with their numbers, the silent, and the roll.
    fn tally(&self, values: &[(String, String)], silent: Option<&str>, of: &str) -> String;
    /// Heads, and their votes where these differ.
    fn amount(&self, heads: i64, votes: i64) -> String;
    /// It comes again after so long.
    fn again(&self, every: &str) -> String;
    /// Qualified duties are not told.
    fn qualified_more(&self, n: usize) -> String;
    /// Acts that are as from the beginning are not told.
    fn as_from_beginning(&self, n: usize, some_told: bool) -> String;
    /// A duty of somebody.
    fn owes(&self, who: &str, what: &str) -> String;
    /// Until when an act may be done.
    fn may_until(&self, day: &str) -> String;
    /// It is open what an act would be worth; a deed happens whatever it is worth.
    fn worth_open(&self, deed: bool, clauses: &[String]) -> String;
    /// An act that would be a breach.
    fn must_not(&self, act: &str) -> String;
    /// An act that would be void.
    fn cannot(&self, act: &str) -> String;
    /// Whether an act may be done hangs on arguments that are not said: `m: Meeting`.
    fn depends(&self, arguments: &[String]) -> String;
    /// Those who may do an act: how many, and the first by name.
    fn named(&self, count: &str, first: &[String], more: bool) -> String;
    /// Where the reasons are told that an overview of all leaves out.
    fn reasons_of_one(&self) -> &'static str;
    /// Nothing can be done.
    fn nothing_can_be_done(&self) -> &'static str;
    /// The list of what can be done is not complete.
    fn abridged(&self) -> &'static str;
    /// No duty is outstanding.
    fn nothing_owed(&self) -> &'static str;
    /// Who may do an act.
    fn may(&self, act: &str, who: &str) -> String;
    /// When a decision closes.
    fn closes(&self, when: &str) -> String;
    /// The result of a decision is certain if nobody changes a ballot.
    fn settled(&self, outcome: &str, because: &str, article: Option<&str>) -> String;
    /// The result of a decision is certain.
    fn certain(&self, outcome: &str, because: &str, article: Option<&str>) -> String;
    /// What an open decision would come to if it closed now.
    fn would_be(&self, outcome: &str, because: &str) -> String;
    /// What an open decision needs to be adopted, empty if nothing; `carried`: the ballots suffice.
    fn to_be_adopted(&self, missing: &str, carried: bool) -> String;
    /// A decision waits for others.
    fn waits_for(&self, others: &[String]) -> String;
    /// An instance is in a stage.
    fn is_in(&self, name: &str, stage: &str) -> String;
    /// The value of a question, and when.
    fn answer(&self, question: &str, at: &str, value: &str) -> String;
    /// Nothing is missing.
    fn nothing_missing(&self) -> &'static str;
    /// What is missing, one after the other, or all.
    fn parts(&self, in_order: bool) -> &'static str;
    /// Which rules and facts a question is asked of.
    fn as_of(&self, rules: Option<&str>, facts: Option<&str>) -> String;
}
