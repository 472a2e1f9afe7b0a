//! Typed expressions.

use super::*;
use rogatio_calendar::{Dates, Day, Instant, Length};
pub use rogatio_grammar::ast::{Ordinal, RankOrder, ShareCmp};

/// A typed expression with the provision it stands in.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its shape.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// Comparisons.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Integer arithmetic, checked.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
}

/// The sets of a decision's roll (R36).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RollSet {
    /// Members whose counted ballot is this value (index into [`Decision::ballots`]).
    Ballot(usize),
    /// Silent voters, after `silence` has moved them at close.
    Silent,
    /// Explicit ballots of any value.
    Cast,
    /// Those entitled to vote.
    Voters,
    /// The whole body.
    Members,
    /// Yes and no together: "present and voting".
    Voting,
    /// Those present.
    Present,
    /// The chair.
    Chair,
}

/// State of a labelled norm (R30b).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum NormState {
    None,
    Pending,
    Open,
    Fulfilled,
    Lapsed,
    Released,
    Breached,
}

/// Outcomes of a decision (R34).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum DecisionOutcome {
    Adopted,
    Rejected,
    Inquorate,
    Inadmissible,
    Lapsed,
    Withdrawn,
    Undetermined,
}

impl DecisionOutcome {
    /// In words: `adopted`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            DecisionOutcome::Adopted => "adopted",
            DecisionOutcome::Rejected => "rejected",
            DecisionOutcome::Inquorate => "inquorate",
            DecisionOutcome::Inadmissible => "inadmissible",
            DecisionOutcome::Lapsed => "lapsed",
            DecisionOutcome::Withdrawn => "withdrawn",
            DecisionOutcome::Undetermined => "undetermined",
        }
    }
}

/// The shapes of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A day.
    Day(Day),
    /// A time of day.
    Instant(Instant),
    /// `90 days`.
    Length(Length),
    /// A text.
    Text(String),
    /// `none`.
    None,
    /// An entity named in a module (an office, a body, an instance of an enumeration).
    Entity(EntityId),
    /// An entity of a scenario or of the command line, by name.
    CaseEntity(String),
    /// A variable.
    Var(VarId),
    /// The present; only compared with times (R23).
    Now,
    /// The triggering occurrence's time, inside streams and due dates.
    EventTime,
    /// Negation.
    Not(Box<Expr>),
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// Of ints, times, entities, bools, lengths, optional values.
    Compare(CmpOp, Box<Expr>, Box<Expr>),
    /// `x is at least 2/3 of y`: exact, false on an empty base (R9).
    ShareCompare {
        /// What is counted.
        part: Box<Expr>,
        /// A share value ([`ExprKind::ShareValue`], a define of type share …).
        share: Box<Expr>,
        /// Of what.
        base: Box<Expr>,
    },
    /// `70%` where a chance is wanted.
    Chance(Chance),
    /// `at least 2/3`: a value of type share.
    ShareValue {
        /// How it compares.
        cmp: ShareCmp,
        /// Numerator.
        num: i64,
        /// Denominator, positive.
        den: i64,
    },
    /// Checked integer arithmetic.
    Arith(ArithOp, Box<Expr>, Box<Expr>),
    /// `D after T` (`before: false`), `D before T`.
    Shift {
        /// Backward.
        before: bool,
        /// The length.
        length: Box<Expr>,
        /// From where.
        base: Box<Expr>,
    },
    /// `later(a, b, …)` of points.
    Later(Vec<Expr>),
    /// `earlier(a, b, …)` of points.
    Earlier(Vec<Expr>),
    /// Number of elements of a set.
    Count(Box<SetExpr>),
    /// Sum of `value` over a set (`votes(S)` is the sum of the body's weight).
    Sum {
        /// Over which elements.
        set: Box<SetExpr>,
        /// Of the element.
        value: Box<Expr>,
    },
    /// Some element exists.
    Exists(Box<SetExpr>),
    /// Every element satisfies the condition.
    ForAll(Box<SetExpr>, Box<Expr>),
    /// `first of S by most E1, then earliest E2` (R42): the best of a set, `none` of an empty one.
    Best {
        /// Among which elements.
        set: Box<SetExpr>,
        /// What they are ranked by, over the element.
        keys: Vec<(RankOrder, Expr)>,
    },
    /// Membership.
    Member(Box<Expr>, Box<SetExpr>),
    /// A set as a value (an argument, what a status or a given holds): its elements as they stand.
    Set(Box<SetExpr>),
    /// The element is in a set that is a value.
    InSet {
        /// The set: of a type `set of K`, perhaps none.
        set: Box<Expr>,
        /// The element.
        element: Box<Expr>,
    },
    /// A define, role or table applied.
    Call(DefineId, Vec<Expr>),
    /// A given, keyed.
    Given(GivenId, Vec<Expr>),
    /// A reading has this choice.
    ReadingIs(ReadingId, usize),
    /// A status holds.
    StatusOn(StatusId, Vec<Expr>),
    /// The value of a valued status.
    StatusValue(StatusId, Vec<Expr>),
    /// `start(S)` (R22); `first start(S)`.
    StartOf {
        /// Which.
        status: StatusId,
        /// Its keys.
        keys: Vec<Expr>,
        /// `first start`.
        first: bool,
    },
    /// `end(S)`: the end of the current or last interval, pending while on and unscheduled.
    EndOf(StatusId, Vec<Expr>),
    /// A scalar field.
    Field(Box<Expr>, FieldId),
    /// The element is in a set-valued field of the owner.
    InField {
        /// Whose field.
        owner: Box<Expr>,
        /// Which.
        field: FieldId,
        /// The element.
        element: Box<Expr>,
    },
    /// A valid occurrence has happened.
    Occurred(Box<Pattern>),
    /// Number of valid occurrences.
    CountActs(Box<Pattern>),
    /// Time of the first, n-th, last.
    ActTime(Ordinal, Box<Pattern>),
    /// An argument of the first, n-th, last.
    ActArg(Ordinal, Box<Pattern>, usize),
    /// Sum of an argument over the valid occurrences.
    SumActs(Box<Pattern>, usize),
    /// The entity is of one of the kinds.
    IsKind(Box<Expr>, Vec<KindId>),
    /// The instance is in one of these stages.
    InStage {
        /// The instance.
        instance: Box<Expr>,
        /// Which procedure.
        procedure: ProcedureId,
        /// Indices of stages.
        stages: Vec<usize>,
    },
    /// When the instance entered a stage last.
    EnteredAt {
        /// The instance.
        instance: Box<Expr>,
        /// Which procedure.
        procedure: ProcedureId,
        /// Index of the stage.
        stage: usize,
    },
    /// The latest instance of a labelled norm is in that state.
    NormIs {
        /// Which.
        norm: NormId,
        /// Its keys, in order, as far as given.
        keys: Vec<Expr>,
        /// The state.
        state: NormState,
    },
    /// The voter is in that set of the decision's roll. Only inside a decision's slots, or with a subject outside.
    OnRoll {
        /// Which.
        decision: DecisionId,
        /// The subject, if the decision has one.
        subject: Option<Box<Expr>>,
        /// The voter.
        voter: Box<Expr>,
        /// The set.
        set: RollSet,
    },
    /// The voter's votes in a decision of a body with weights: as frozen with its roll, else as they stand.
    Weight {
        /// Which.
        decision: DecisionId,
        /// The subject, if the decision has one.
        subject: Option<Box<Expr>>,
        /// The voter.
        voter: Box<Expr>,
    },
    /// The decision's latest closing had that outcome.
    OutcomeIs {
        /// Which.
        decision: DecisionId,
        /// The subject.
        subject: Option<Box<Expr>>,
        /// The outcome.
        outcome: DecisionOutcome,
    },
    /// The result of an open decision can no longer be another (R40), or no longer another than this; of a closed one, its
    /// outcome.
    Certain {
        /// Which.
        decision: DecisionId,
        /// The subject.
        subject: Option<Box<Expr>>,
        /// Adopted, rejected, or whichever.
        outcome: Option<DecisionOutcome>,
    },
    /// The decision is open for ballots.
    DecisionOpen {
        /// Which.
        decision: DecisionId,
        /// The subject.
        subject: Option<Box<Expr>>,
    },
    /// `x is none`.
    IsNone(Box<Expr>),
    /// `x or else v`.
    OrElse(Box<Expr>, Box<Expr>),
    /// Exceptions win over the base; two that hold and differ are a conflict.
    Except {
        /// The rule.
        base: Box<Expr>,
        /// In the order written; those of other articles last.
        exceptions: Vec<Exception>,
    },
    /// A decision table.
    Table(Box<Table>),
    /// `not stated "…"`: undetermined, with its reason.
    NotStated(String),
    /// `X as of E`: latched right after E.
    AsOf(Box<Expr>, Box<Stream>),
    /// `C for D`: it has held for so long without a break.
    HeldFor(Box<Expr>, Box<Expr>),
    /// Number of elements of a stream so far, perhaps `in the last` D.
    CountEvents(Box<Stream>, Option<Box<Expr>>),
    /// Time of the first, n-th, last element of a stream so far, perhaps `in the last` D.
    EventPoint(Ordinal, Box<Stream>, Option<Box<Expr>>),
    /// `first E after T`, `last E before T`.
    EventPick {
        /// The stream.
        stream: Box<Stream>,
        /// Which element.
        pick: Pick,
        /// Seen from when.
        from: Box<Expr>,
    },
    /// Start or end of `first S after T`, an interval of a status.
    StatusPick {
        /// Which status.
        status: StatusId,
        /// Its keys.
        keys: Vec<Expr>,
        /// Which interval.
        pick: Pick,
        /// Seen from when.
        from: Box<Expr>,
    },
    /// A set of days known when the module is checked.
    Dates(Dates),
    /// `a .. b`: the days from a time to a time.
    DatesRange(Box<Expr>, Box<Expr>),
    /// Two sets of days made one.
    DatesJoin(DatesJoin, Box<Expr>, Box<Expr>),
    /// `t in M`: the day of a time is in a set of days.
    InDates(Box<Expr>, Box<Expr>),
    /// `first M after T`: the first day of a span of a set of days.
    DatesPick {
        /// The set.
        dates: Box<Expr>,
        /// Which span.
        pick: Pick,
        /// Seen from when.
        from: Box<Expr>,
    },
    /// `year(t)`, `month(t)`, `day(t)`.
    DatePart(DatePart, Box<Expr>),
    /// `digit(n)`: the last decimal digit.
    Digit(Box<Expr>),
    /// The version is in force: at the point that chooses versions (R47b).
    InVersion(VersionId),
    /// The value of the version in force; undetermined if none is.
    ByVersion(Vec<(VersionId, Expr)>),
    /// A parameter of the experiment.
    Parameter(usize),
    /// After an error.
    Error,
}

/// `except V when C`, `exception to NAME = V when C`.
#[derive(Clone, Debug)]
pub struct Exception {
    /// When it holds.
    pub when: Expr,
    /// The other value.
    pub value: Expr,
    /// In a slot of a decision: the condition is read at the close, though it could be latched at the opening (R43).
    pub at_closing: bool,
}

/// A set as a comprehension: the elements of `kinds` for which `cond` holds.
#[derive(Clone, Debug)]
pub struct SetExpr {
    /// The element.
    pub var: VarId,
    /// Leaf kinds it ranges over.
    pub kinds: Vec<KindId>,
    /// Membership.
    pub cond: Expr,
    /// Where it stands.
    pub span: Span,
}
