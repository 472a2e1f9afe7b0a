//! Modules and their items.

use super::*;

/// A whole source text.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// In the order written, headers (`module`, `use`) among them.
    pub items: Vec<Item>,
    /// The whole text.
    pub span: Span,
}

/// A declaration, sentence or header with the labels written before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `(3)(b)`: labels directly before the item, outermost first.
    pub labels: Vec<LabelTag>,
    /// `///` comments directly before the item.
    pub docs: Vec<Text>,
    /// What it is.
    pub kind: ItemKind,
    /// Labels included.
    pub span: Span,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `module un.cbd "…" "…"`, with parameters: `module un.cbd.protocol(convention: module, needed: int)`.
    Module(ModuleHead),
    /// `source "…"`.
    Source(Text),
    /// `use std.treaty`, `use un.cbd.protocol(un.cbd, 50) as cartagena`.
    Use(Use),
    /// `counting treaty`.
    Counting(Name),
    /// `term immediately = 0 days`.
    Term(Term),
    /// `kind …`.
    Kind(Kind),
    /// `office …`.
    Office(Office),
    /// `unit Va`.
    Unit(Name, Vec<Text>),
    /// `body …`.
    Body(Body),
    /// `act …`, `deed …`, `event …`.
    Act(Act),
    /// `given …`.
    Given(Given),
    /// `reading …`.
    Reading(Reading),
    /// `define …`.
    Define(Define),
    /// `also given …`.
    AlsoGiven(AlsoGiven),
    /// `exception to …`.
    ExceptionTo(ExceptionTo),
    /// `table …`.
    Table(Table),
    /// `status …`, `also status …`.
    Status(Status),
    /// A sentence.
    Norm(Box<Norm>),
    /// `decision …`.
    Decision(Decision),
    /// `procedure …`.
    Procedure(Procedure),
    /// `stage S of P { … }`: a stage declared away from its procedure (R44). Inside a procedure `of` is absent.
    Stage(Stage),
    /// `outcome a, b`, `outcome a of P`.
    Outcome(Outcome),
    /// `article …` and the other headings.
    Article(Box<Article>),
    /// `(2) applies article 10 (2)..(4) with …`: under a label of an article.
    Applies(Box<Applies>),
    /// `(2) hortatory "…"`, `(2) not modelled "…"`: an inert label.
    Inert(Inert),
    /// `clock …`.
    Clock(Clock),
    /// `scenario "…" { … }`.
    Scenario(Scenario),
    /// `experiment … { … }`.
    Experiment(Experiment),
    /// What could not be read; a diagnostic says why. It keeps the names that it seems to declare, so that nothing that uses
    /// them is called a mistake.
    Error(Vec<String>),
}

/// The head line of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleHead {
    /// `un.cbd`.
    pub path: Path,
    /// Of a parameterised module: values, or declared things (`convention: module`, `party: kind`).
    pub params: Vec<Param>,
    /// Titles, any number of languages.
    pub titles: Vec<Text>,
}

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The module's name.
    pub path: Path,
    /// Arguments of a parameterised module.
    pub args: Vec<Arg>,
    /// `as cartagena`.
    pub alias: Option<Name>,
}

/// `term without delay = 14 days`.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Which ordinal.
    pub urgency: Urgency,
    /// Its length.
    pub length: Expr,
}

/// The urgency ordinals, the most urgent first.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// `immediately`
    Immediately,
    /// `promptly`
    Promptly,
    /// `without delay`
    WithoutDelay,
}
