//! Parts of conditions: what the forms of the language are called in a sentence.
//!
//! In English they are the words of the programs themselves (`later(A, B)`), in Japanese those of a statute.

mod en;
mod ja;

use rogatio_mir::{DatePart, DatesJoin, DecisionOutcome, Modal, Ordinal, Pick};

/// What is counted, chosen or compared, in words. Arguments are texts that are ready.
pub trait Terms: Sync {
    /// The later of several times.
    fn later(&self, of: &[String]) -> String;
    /// The earlier of several times.
    fn earlier(&self, of: &[String]) -> String;
    /// The time at which a status starts; the first if it may start again.
    fn start_of(&self, status: &str, first: bool) -> String;
    /// The time at which a status ends.
    fn end_of(&self, status: &str) -> String;
    /// So long before or after something, where some days are not counted.
    fn shifted_outside(&self, length: &str, skip: &str, before: bool, base: &str) -> String;
    /// The present.
    fn now(&self) -> &'static str;
    /// No value, as an operand.
    fn no_value(&self) -> &'static str;

    /// How many.
    fn count_of(&self, what: &str) -> String;
    /// The sum of what a history stores.
    fn sum_of(&self, what: &str) -> String;
    /// The sum of a value over a set.
    fn sum_over(&self, value: &str, set: &str) -> String;
    /// Kinds of which it may be any.
    fn any_kind(&self, kinds: &[&str]) -> String;
    /// Those of some kinds of whom a condition holds.
    fn those_where(&self, var: &str, kinds: &str, condition: &str) -> String;
    /// Those of some kinds that have a status.
    fn those_with(&self, kinds: &str, status: &str) -> String;
    /// There is one.
    fn some(&self, set: &str) -> String;
    /// A condition holds of all.
    fn every(&self, set: &str, condition: &str) -> String;
    /// Something is an element.
    fn is_in(&self, element: &str, set: &str) -> String;
    /// Something is of one of some kinds.
    fn is_a(&self, what: &str, kinds: &str) -> String;
    /// There is no value.
    fn is_none(&self, what: &str) -> String;
    /// A value, or another where there is none.
    fn or_else(&self, value: &str, other: &str) -> String;
    /// The first of a set by criteria: the word of each order, and what it is read of.
    fn first_by(&self, set: &str, criteria: &[(&str, String)]) -> String;
    /// A rule with its exceptions: value, condition.
    fn with_exceptions(&self, rule: &str, exceptions: &[(String, String)]) -> String;
    /// A table with so many rows.
    fn table_of(&self, rows: usize) -> String;
    /// The votes of a member.
    fn votes_of(&self, voter: &str) -> String;
    /// A result can no longer change.
    fn is_certain(&self, decision: &str, outcome: Option<DecisionOutcome>) -> String;
    /// The text does not say.
    fn not_stated(&self, what: &str) -> String;

    /// What an occurrence of a history stores.
    fn value_of(&self, which: Ordinal, what: &str) -> String;
    /// Occurrences since a time.
    fn those_since(&self, what: &str, time: &str) -> String;
    /// Occurrences in the last so long.
    fn those_in_last(&self, what: &str, length: &str) -> String;
    /// Acts that were tried, valid or not.
    fn attempted(&self, what: &str) -> String;
    /// Acts that meet a condition which is not spelled out.
    fn some_of(&self, what: &str) -> String;
    /// Acts that relied on a provision.
    fn under(&self, what: &str, cite: &str) -> String;
    /// One of the spans of a status or a set of days, seen from a time.
    fn picked(&self, pick: Pick, what: &str, from: &str) -> String;
    /// Two sets of days in one.
    fn joined_dates(&self, join: DatesJoin, a: &str, b: &str) -> String;
    /// The year, month or day of a date.
    fn date_part(&self, part: DatePart, of: &str) -> String;
    /// Days from one to another.
    fn between(&self, from: &str, to: &str) -> String;

    /// A modality with what is asked, allowed or forbidden: `must convene`.
    fn modal(&self, modal: Modal, what: &str) -> String;
    /// What a norm without a label is called: `name` in the words of the program.
    fn unlabelled(&self, modal: Modal, what: &str, name: &str) -> String;
    /// What is asked in the words of the document only.
    fn quoted(&self, text: &str) -> String;
    /// What is asked, behind the words that qualify it.
    fn qualified(&self, qualifier: &str, what: &str) -> String;
    /// The use of a casting vote in a decision.
    fn to_cast(&self, decision: &str) -> String;
    /// An objection to a decision.
    fn to_object(&self, decision: &str) -> String;
    /// The word of a body that decides by itself.
    fn to_declare(&self, decision: &str) -> String;
    /// What a norm asks: a ballot in a decision.
    fn to_vote(&self, ballot: Option<&str>, decision: &str) -> String;
    /// What a norm asks: that a condition holds.
    fn to_ensure(&self, condition: &str) -> String;
    /// What a norm forbids: that a condition lasts.
    fn to_stay(&self, condition: &str) -> String;
    /// What a norm asks: one of several.
    fn to_do_one(&self, of: &[String]) -> String;
}
