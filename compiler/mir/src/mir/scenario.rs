//! Scenarios: dated acts and expectations over guards.

use super::*;
use rogatio_calendar::Day;
pub use rogatio_semantics::ast::{MapValue, StampTime};
pub use rogatio_semantics::hir::{ExpectedVerdict, Stamp};

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its title.
    pub name: String,
    /// Its lines.
    pub items: Vec<ScenarioItem>,
    /// Where it stands.
    pub span: Span,
}

/// A line.
#[derive(Clone, Debug)]
pub struct ScenarioItem {
    /// Its date.
    pub at: Option<Stamp>,
    /// What it says.
    pub kind: ScenarioItemKind,
    /// Where it stands.
    pub span: Span,
}

/// An entity of a case.
#[derive(Clone, Debug)]
pub struct CaseEntity {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindId,
    /// Scalar fields.
    pub fields: Vec<(FieldId, Guard)>,
    /// Set-valued fields: names of the elements.
    pub sets: Vec<(FieldId, Vec<String>)>,
    /// Where it stands.
    pub span: Span,
}

/// An act of a case.
#[derive(Clone, Debug)]
pub struct CaseAct {
    /// Which.
    pub act: CaseActKind,
    /// One occurrence per actor.
    pub actors: Vec<Option<Guard>>,
    /// The provision that is invoked.
    pub under: Option<Under>,
    /// For whom.
    pub for_whom: Option<Guard>,
    /// To whom.
    pub to: Option<Guard>,
    /// Arguments; `None`: default, unsaid, or the new instance.
    pub args: Vec<Option<Guard>>,
    /// Names the entity it opens.
    pub binder: Option<String>,
}

/// A declared act, or a ballot.
#[derive(Clone, Debug)]
pub enum CaseActKind {
    /// Declared.
    Act(ActId),
    /// A ballot: its value, and the label it bears.
    Vote(DecisionId, u32, Option<u32>, Option<Guard>),
    /// A casting vote.
    Casting(DecisionId, u32, Option<Guard>),
    /// An outcome declared by a body, where the rule lies elsewhere.
    Declare(DecisionId, DecisionOutcome, Option<Guard>),
    /// An objection to consensus.
    Object(DecisionId, Option<Guard>),
    /// Consensus is declared.
    Gavel(DecisionId, Option<Guard>),
}

/// Lines.
#[derive(Clone, Debug)]
pub enum ScenarioItemKind {
    /// Entities.
    Entities(Vec<CaseEntity>),
    /// From a column of the log.
    EntitiesFromLog {
        /// Kind.
        kind: KindId,
        /// Column.
        column: String,
        /// Filter.
        filter: Option<(String, String)>,
    },
    /// An act.
    Act(CaseAct),
    /// A given takes a value.
    SetGiven(GivenId, Vec<Guard>, Guard),
    /// An assumption.
    Assume(Assume),
    /// A reading was chosen (already folded; for the report).
    Reading(ReadingId, usize),
    /// An ordinal gets a length.
    Term(Urgency, Length),
    /// A log file.
    EventsFrom {
        /// Relative to the module's file.
        file: String,
        /// Mapping.
        mapping: Vec<(String, MapValue)>,
    },
    /// An expectation.
    Expect(Expect),
    /// A branch.
    Branch(String, Vec<ScenarioItem>),
}

/// An assumption.
#[derive(Clone, Debug)]
pub struct Assume {
    /// Over these elements.
    pub each: Option<(Domain, Guard)>,
    /// What.
    pub what: Assumed,
    /// From; from the beginning if absent.
    pub from: Option<Day>,
    /// Until (half-open).
    pub until: Option<Day>,
    /// As written.
    pub text: String,
}

/// What is assumed.
#[derive(Clone, Debug)]
pub enum Assumed {
    /// A status.
    Status(StatusId, Vec<Guard>, Option<Guard>),
    /// A given.
    Given(GivenId, Vec<Guard>, Guard),
    /// A valid act before the case begins.
    Act(CaseAct),
}

/// An expectation.
#[derive(Clone, Debug)]
pub struct Expect {
    /// What.
    pub kind: ExpectKind,
    /// One of these among the reasons.
    pub because: Vec<ProvisionId>,
    /// The limb's name.
    pub name: Option<String>,
}

/// What can be expected.
#[derive(Clone, Debug)]
pub enum ExpectKind {
    /// A condition.
    Cond(Guard),
    /// Verdict of the last act.
    Verdict(ExpectedVerdict),
    /// State and due date of a norm.
    Norm(NormId, Vec<Guard>, NormState, Option<Day>),
    /// The instance is stuck (R45), or is not.
    Stuck(Guard, bool),
    /// The value is undetermined (R7), or is not.
    Undetermined(Guard, bool),
    /// No open duty.
    NoDuty(NormId, Vec<Guard>),
    /// May, cannot, must.
    Can {
        /// Which.
        modal: Modal,
        /// The act with one actor.
        act: CaseAct,
        /// Due.
        by: Option<Day>,
        /// Ordinal.
        urgency: Option<Urgency>,
    },
}
