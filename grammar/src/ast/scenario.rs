//! `scenario`.

use super::*;
use rogatio_calendar::{Day, Instant};

/// `scenario "…" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name.
    pub name: Text,
    /// `of un.cbd`: the module it tests, if not this file's.
    pub of: Option<Path>,
    /// Its lines.
    pub items: Vec<ScenarioItem>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioItem {
    /// `1993-12-29:` before the line; absent means the date of the line before.
    pub at: Option<Stamp>,
    /// What it is.
    pub kind: ScenarioItemKind,
    /// Where it stands.
    pub span: Span,
}

/// A date or a time, with the order within it: `1993-09-30#2`, and a second clock's stamp `@ 20 hours`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// The world clock.
    pub time: StampTime,
    /// `#n`.
    pub order: Option<i64>,
    /// `~`: recalled, not checked.
    pub recalled: bool,
    /// `@ 20 hours`: the second clock's.
    pub second_clock: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// A day or a time of day.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum StampTime {
    /// A day.
    Day(Day),
    /// To the second.
    Instant(Instant),
}

/// The lines of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioItemKind {
    /// `State: S1..S29, Mongolia, "Saint Lucia"`; with fields: `State: Mongolia { developed = false }`.
    Entities {
        /// The kind (or a status, stage or seat group naming a set).
        kind: Path,
        /// Who.
        members: Vec<EntityDecl>,
    },
    /// `State: from column actor where kind = "State"`: from the event log.
    EntitiesFromLog {
        /// The kind.
        kind: Path,
        /// The column.
        column: Name,
        /// `where COLUMN = "VALUE"`.
        filter: Option<(Name, Text)>,
    },
    /// `deposit(form: accession) by Mongolia`; `by each of S1..S29`; perhaps named: `a1 = propose(…) by P`.
    Act {
        /// Names the entity that the act creates.
        binder: Option<Name>,
        /// The act.
        act: Expr,
    },
    /// `unsafe(a) = true`: a given takes a value from this date.
    Set {
        /// The given.
        target: Expr,
        /// Its value.
        value: Expr,
    },
    /// `expect …`.
    Expect(Expect),
    /// `assume signed(s) for each s: State`, `assume session(Diet) during a .. b`.
    Assume(Assume),
    /// `reading A5 = fixed_at_adoption`.
    Reading(Name, Name),
    /// `term without delay = 14 days`.
    Term(Term),
    /// `events from "deposits.csv" { at = deposited  act = "deposit" }`.
    EventsFrom {
        /// The file, relative to the module.
        file: Text,
        /// Which column, constant or mapping stands for which key.
        mapping: Vec<(Name, MapValue)>,
    },
    /// `branch "…" { … }`.
    Branch(Text, Vec<ScenarioItem>),
}

/// The source of a log key.
#[derive(Clone, Debug, PartialEq)]
pub enum MapValue {
    /// A column of the file.
    Column(Name),
    /// The same for every line.
    Constant(Text),
}

/// One or many entities.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityDecl {
    /// `S1` or a text.
    pub first: Name,
    /// `..S29`.
    pub last: Option<Name>,
    /// `{ members = S1..S27 }`.
    pub fields: Vec<(Name, Vec<EntityDeclValue>)>,
    /// Where it stands.
    pub span: Span,
}

/// Value of a field: an expression, or a range of entities for a set.
#[derive(Clone, Debug, PartialEq)]
pub enum EntityDeclValue {
    /// One value.
    One(Expr),
    /// `S1..S27`.
    Range(Name, Name),
}

/// `assume C [from T] [until T] [during a .. b] [for each s: K]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assume {
    /// A status, or a given with a value.
    pub what: Expr,
    /// `= v` for a valued status.
    pub value: Option<Expr>,
    /// From when; from the beginning if absent.
    pub from: Option<Expr>,
    /// Until when.
    pub until: Option<Expr>,
    /// `during a .. b`.
    pub during: Option<Expr>,
    /// `for each s: K [where C]`.
    pub each: Option<(Name, TypeExpr, Option<Expr>)>,
    /// `with probability 30%`: drawn once a run, in an experiment.
    pub probability: Option<Expr>,
    /// `alternates F1 / F2`: holds for as long as the first law says, then does not for as long as the second, in an experiment.
    pub alternates: Option<Expr>,
}

/// `expect …`: reads the end of the day, or the state after that second's acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// `because art 36(1)`.
    pub because: Vec<Cite>,
    /// `"T07(ii)"`: the limb's name.
    pub name: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// What can be expected.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpectKind {
    /// A condition holds.
    Cond(Expr),
    /// The verdict of the act given just before: `expect void`.
    Verdict(Name),
    /// `expect L is open by 1994-12-29`; `by` absent when none.
    Norm {
        /// The labelled norm.
        label: Expr,
        /// `open`, `fulfilled`, `lapsed`, `released`, `breached`, `pending`.
        state: Name,
        /// The due date.
        by: Option<Expr>,
    },
    /// `expect no duty L`.
    NoDuty(Expr),
    /// `expect may A by X`, `expect cannot A by X`, `expect must A by X by DATE`.
    Can {
        /// May, cannot or must.
        modal: Modal,
        /// The act with its actor.
        act: Expr,
        /// The due date, for `must`.
        by: Option<Expr>,
        /// `promptly`.
        urgency: Option<Urgency>,
    },
}
