//! Scenarios: dated acts and expectations.

use super::*;
use rogatio_calendar::{Day, Length};
use rogatio_grammar::ast::{MapValue, StampTime, Urgency};

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its title.
    pub name: String,
    /// Its lines, in the order written.
    pub items: Vec<ScenarioItem>,
    /// Where it stands.
    pub span: Span,
}

/// When a line is.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Day or time.
    pub time: StampTime,
    /// `#n`.
    pub order: Option<i64>,
    /// `~`.
    pub recalled: bool,
    /// `@ 20 hours`: what the second clock reads, in seconds.
    pub reading: Option<i64>,
}

/// A line.
#[derive(Clone, Debug)]
pub struct ScenarioItem {
    /// Its date (inherited from the line before if it has none); none before the first dated line.
    pub at: Option<Stamp>,
    /// What it is.
    pub kind: ScenarioItemKind,
    /// Where it stands.
    pub span: Span,
}

/// An entity of the case.
#[derive(Clone, Debug)]
pub struct CaseEntity {
    /// Its name.
    pub name: String,
    /// Its leaf kind.
    pub kind: KindId,
    /// Values of its fields: one value, or the members of a set-valued field by name.
    pub fields: Vec<(FieldId, FieldValue)>,
    /// Where it stands.
    pub span: Span,
}

/// A field's value in a case.
#[derive(Clone, Debug)]
pub enum FieldValue {
    /// One value.
    Expr(Expr),
    /// Named entities.
    Entities(Vec<String>),
}

/// An act as given in a case. Entity names are resolved when the case runs.
#[derive(Clone, Debug)]
pub struct CaseAct {
    /// Which.
    pub act: CaseActKind,
    /// One per act, in order (`by each of`, ranges expanded); one `None` for an event.
    pub actors: Vec<Option<Expr>>,
    /// The provision that is invoked: its powers alone are looked at.
    pub under: Option<Under>,
    /// For whom.
    pub for_whom: Option<Expr>,
    /// To whom.
    pub to: Option<Expr>,
    /// The arguments: `None` = the default, or unsaid.
    pub args: Vec<Option<Expr>>,
    /// Names the entity it opens.
    pub binder: Option<String>,
}

/// A declared act, or a ballot.
#[derive(Clone, Debug)]
pub enum CaseActKind {
    /// A declared act.
    Act(ActId),
    /// `vote(yes) on d by m`, `vote(yes on Amend on d)`.
    Vote {
        /// Which decision.
        decision: DecisionId,
        /// Index of the ballot value.
        ballot: usize,
        /// Index of the label it bears, if it is one of the further names.
        label: Option<usize>,
        /// The subject.
        subject: Option<Expr>,
    },
    /// `casting_vote(yes on d) by m`.
    Casting {
        /// Which decision.
        decision: DecisionId,
        /// Index of the ballot value.
        ballot: usize,
        /// The subject.
        subject: Option<Expr>,
    },
    /// `adopt(D on x) by B`, `reject(D on x) by B`: the outcome of a rule that lies elsewhere.
    Declare {
        /// Which decision; of several bodies the actor says whose part.
        decision: DecisionId,
        /// Adopted or rejected.
        outcome: DecisionOutcome,
        /// The subject.
        subject: Option<Expr>,
    },
    /// `object` in a consensus.
    Object {
        /// Which decision.
        decision: DecisionId,
        /// The subject.
        subject: Option<Expr>,
    },
    /// `gavel`: the chair declares consensus.
    Gavel {
        /// Which decision.
        decision: DecisionId,
        /// The subject.
        subject: Option<Expr>,
    },
}

/// The lines of a scenario.
#[derive(Clone, Debug)]
pub enum ScenarioItemKind {
    /// Entities.
    Entities(Vec<CaseEntity>),
    /// Entities of a kind taken from a column of the log.
    EntitiesFromLog {
        /// The kind.
        kind: KindId,
        /// The column.
        column: String,
        /// `where COLUMN = "VALUE"`.
        filter: Option<(String, String)>,
    },
    /// An act.
    Act(CaseAct),
    /// A given takes a value.
    SetGiven {
        /// Which.
        given: GivenId,
        /// Its keys.
        keys: Vec<Expr>,
        /// The value.
        value: Expr,
    },
    /// A status or given is assumed.
    Assume(Assume),
    /// A reading is chosen.
    Reading(ReadingId, usize),
    /// An ordinal gets a length.
    Term(Urgency, Length),
    /// Acts from a log file.
    EventsFrom {
        /// The file, relative to the module's own.
        file: String,
        /// The mapping of keys.
        mapping: Vec<(String, MapValue)>,
    },
    /// An expectation.
    Expect(Expect),
    /// A branch: runs from a copy of the state here.
    Branch(String, Vec<ScenarioItem>),
}

/// An assumption.
#[derive(Clone, Debug)]
pub struct Assume {
    /// Ranges over these elements, if `for each`.
    pub each: Option<SetExpr>,
    /// What is assumed.
    pub what: Assumed,
    /// From this day; from the beginning if absent.
    pub from: Option<Day>,
    /// Until this day (half-open).
    pub until: Option<Day>,
    /// As written, for the report.
    pub text: String,
}

/// What can be assumed.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few exist, and boxes would be in every reader's way
pub enum Assumed {
    /// A status holds (with a value).
    Status(StatusId, Vec<Expr>, Option<Expr>),
    /// A given has a value.
    Given(GivenId, Vec<Expr>, Expr),
    /// An act is taken to have been done validly before the case begins.
    Act(CaseAct),
}

/// An expectation.
#[derive(Clone, Debug)]
pub struct Expect {
    /// What.
    pub kind: ExpectKind,
    /// One of these must be among the reasons.
    pub because: Vec<ProvisionId>,
    /// The limb's name.
    pub name: Option<String>,
}

/// Verdicts of an act.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ExpectedVerdict {
    Valid,
    /// Valid, in breach of nothing, and in time.
    Lawful,
    Void,
    Breach,
    Late,
    Undetermined,
    Stuck,
    Shortfall,
    Pending,
    Conflict,
}

/// What can be expected.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few exist, and boxes would be in every reader's way
pub enum ExpectKind {
    /// A condition.
    Cond(Expr),
    /// The verdict of the last act given.
    Verdict(ExpectedVerdict),
    /// A labelled norm's state and due date.
    Norm {
        /// Which.
        norm: NormId,
        /// Keys.
        keys: Vec<Expr>,
        /// State.
        state: NormState,
        /// Due.
        by: Option<Day>,
    },
    /// The instance is stuck: frozen, owing what cannot be done, or at rest (R45); false: it is not.
    Stuck(Expr, bool),
    /// The value is undetermined, or is not.
    Undetermined(Expr, bool),
    /// No open duty of that label.
    NoDuty(NormId, Vec<Expr>),
    /// May, cannot or must do.
    Can {
        /// Which.
        modal: Modal,
        /// The act, one actor.
        act: CaseAct,
        /// Due, for must.
        by: Option<Day>,
        /// Ordinal, for must.
        urgency: Option<Urgency>,
    },
}
