//! Guards: pure expressions over latches, hash-consed with their provenance.
//!
//! Values: truth, integers, times, lengths, shares, entities, texts, `none`, undetermined (U, R7). A time is a point with a
//! precision (by day or to the second) or *pending*. Sets do not exist at run time: a set is an element variable, the kinds
//! it ranges over and a membership guard.

use super::*;
use rogatio_calendar::{Dates, Day, Instant};
pub use rogatio_semantics::hir::{
    ArithOp, CmpOp, DatePart, DatesJoin, HitPolicy, Ordinal, Pick, RankOrder, RollSet, ShareCmp,
};

/// A guard with its type and provenance.
#[derive(Clone, Debug)]
pub struct GuardNode {
    /// What it computes.
    pub op: Op,
    /// Its type.
    pub ty: Ty,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// The source, for messages.
    pub span: Span,
}

/// Elements of a set: the variable and its leaf kinds; membership is a guard beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain {
    /// The element.
    pub var: VarId,
    /// Leaf kinds it ranges over.
    pub kinds: Vec<KindId>,
}

/// What is read off the entries of a history.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum HistRead {
    /// How many there are.
    Count,
    /// The time of one.
    Time(Ordinal),
    /// A stored argument of one (index into [`Hist::store`]).
    Arg(Ordinal, u32),
    /// The sum of a stored integer argument.
    Sum(u32),
}

/// What a guard computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Truth.
    Bool(bool),
    /// Integer.
    Int(i64),
    /// Day.
    Day(Day),
    /// Time of day.
    Instant(Instant),
    /// Length.
    Length(Length),
    /// Text.
    Text(String),
    /// `none`.
    None,
    /// `at least 2/3`.
    Share(ShareCmp, i64, i64),
    /// A chance, in an experiment.
    Chance(Chance),
    /// An entity of the program.
    Entity(EntityId),
    /// An entity of the case, by name.
    CaseEntity(String),
    /// A variable.
    Var(VarId),
    /// The present point.
    Now,
    /// Time of the event that triggered the rule; in a timer's `at`, of the event that armed it; in a duty's window, of its birth.
    EventTime,
    /// Strong Kleene.
    Not(Guard),
    /// Strong Kleene.
    And(Vec<Guard>),
    /// Strong Kleene.
    Or(Vec<Guard>),
    /// Ints, entities, bools, texts, lengths, optional values; times by rule R3.
    Compare(CmpOp, Guard, Guard),
    /// part CMP share of base, by cross-multiplication; false on an empty base (R9).
    ShareCompare {
        /// Part.
        part: Guard,
        /// Of type share.
        share: Guard,
        /// Base.
        base: Guard,
    },
    /// Checked arithmetic.
    Arith(ArithOp, Guard, Guard),
    /// `D after T`, `D before T` under the convention of the provision's module.
    Shift {
        /// Backward.
        before: bool,
        /// The end of a period in which something may or must be done, rather than a day on which something takes
        /// effect: conventions may move it.
        closes: bool,
        /// Length.
        length: Guard,
        /// Base time.
        base: Guard,
    },
    /// The n-th day after or before the day of T that is not in a set of days: `within 10 days not counting X` (R2).
    ShiftOutside {
        /// Backward.
        before: bool,
        /// Length, of whole days.
        length: Guard,
        /// Base time.
        base: Guard,
        /// The days that do not count.
        skip: Guard,
    },
    /// Latest of the times; pending if one is pending.
    Later(Vec<Guard>),
    /// Earliest; R7 for pending ones.
    Earlier(Vec<Guard>),
    /// Number of elements.
    Count(Domain, Guard),
    /// Sum of the last guard over the elements.
    Sum(Domain, Guard, Guard),
    /// Some element.
    Exists(Domain, Guard),
    /// All elements that satisfy the first satisfy the second.
    ForAll(Domain, Guard, Guard),
    /// The best of the elements by these keys over the element, in order (R42): `none` of an empty set, U on a tie.
    Best(Domain, Guard, Vec<(RankOrder, Guard)>),
    /// A define applied; for a set-valued one the element is the last argument.
    Call(DefineId, Vec<Guard>),
    /// A given.
    Given(GivenId, Vec<Guard>),
    /// A status holds. Of a `while` status: its condition, now.
    StatusOn(StatusId, Vec<Guard>),
    /// Value of a valued status; `none` while off.
    StatusValue(StatusId, Vec<Guard>),
    /// R22: current start, else scheduled, else last, else pending.
    StatusStart(StatusId, Vec<Guard>),
    /// Start of the first interval, scheduled if it has not come, else pending.
    StatusFirstStart(StatusId, Vec<Guard>),
    /// Scheduled end of the current interval, else the last end if off, else pending.
    StatusEnd(StatusId, Vec<Guard>),
    /// A scalar field.
    Field(Guard, FieldId),
    /// The elements of a set, as they stand: a value.
    SetOf(Domain, Guard),
    /// The element is in a set that is a value; in none there is nothing.
    InSet {
        /// The set.
        set: Guard,
        /// The element.
        element: Guard,
    },
    /// element in owner.field
    InField {
        /// Owner.
        owner: Guard,
        /// Field.
        field: FieldId,
        /// Element.
        element: Guard,
    },
    /// Number of pushes.
    HistCount(HistId, Vec<Guard>),
    /// Time of the first, n-th, last push; pending if there is none yet.
    HistTime(HistId, Ordinal, Vec<Guard>),
    /// Stored argument (index into [`Hist::store`]) of the first, n-th, last push; `none` if there is none.
    HistArg(HistId, Ordinal, u32, Vec<Guard>),
    /// Sum of a stored integer argument.
    HistSum(HistId, u32, Vec<Guard>),
    /// Number of pushes later than a time: in the present visit of a stage.
    HistSince(HistId, Guard, Vec<Guard>),
    /// What is read off the pushes that are not older than a length: of each, now is before length after it (R23).
    HistInLast {
        /// The history.
        hist: HistId,
        /// What is read.
        read: HistRead,
        /// The length.
        length: Guard,
        /// Its keys.
        keys: Vec<Guard>,
    },
    /// Time of the n-th push later than a time (or earlier, backward); pending if there is none yet.
    HistPick {
        /// The history.
        hist: HistId,
        /// Which push.
        pick: Pick,
        /// Seen from when.
        from: Guard,
        /// Its keys.
        keys: Vec<Guard>,
    },
    /// Start or end of the n-th interval of a status that begins later than a time (or earlier, backward).
    StatusPick {
        /// The status.
        status: StatusId,
        /// Which interval.
        pick: Pick,
        /// Seen from when.
        from: Guard,
        /// Its keys.
        keys: Vec<Guard>,
    },
    /// Kind test.
    IsKind(Guard, Vec<KindId>),
    /// The instance is in one of the stages.
    InStage(Guard, ProcedureId, Vec<u32>),
    /// When the instance entered the stage last, else pending.
    EnteredAt(Guard, ProcedureId, u32),
    /// State of the latest instance of a norm that matches the keys (`None` argument: any).
    NormIs(NormId, Vec<Option<Guard>>, NormState),
    /// Voter in a set of the decision's roll.
    OnRoll {
        /// Decision.
        decision: DecisionId,
        /// Subject.
        subject: Option<Guard>,
        /// Voter.
        voter: Guard,
        /// Set.
        set: RollSet,
    },
    /// The voter's votes: frozen with the roll, else as they stand.
    Weight {
        /// Decision.
        decision: DecisionId,
        /// Subject.
        subject: Option<Guard>,
        /// Voter.
        voter: Guard,
    },
    /// Outcome of the latest closing.
    OutcomeIs(DecisionId, Option<Guard>, DecisionOutcome),
    /// At the latest closing a voter was pivotal: one other ballot of its own, or none, all others' standing, would have
    /// changed whether the decision was adopted. Only measures ask it.
    Pivotal {
        /// Of which decision.
        decision: DecisionId,
        /// On which matter.
        subject: Option<Guard>,
        /// Voter.
        voter: Guard,
    },
    /// The result of an open decision can no longer be another than this one, or another at all; of a closed one, its
    /// outcome (R40).
    Certain(DecisionId, Option<Guard>, Option<DecisionOutcome>),
    /// Open for ballots.
    DecisionOpen(DecisionId, Option<Guard>),
    /// `is none`.
    IsNone(Guard),
    /// `or else`; of times: also replaces pending.
    OrElse(Guard, Guard),
    /// Exceptions: those whose condition holds win over the base; two with different values are a conflict (U).
    Except(Guard, Vec<(Guard, Guard)>),
    /// The version is in force: at the point that chooses versions, or (true) at present.
    InVersion(VersionId, bool),
    /// The value of the version in force; U if none is.
    ByVersion(Vec<(VersionId, Guard)>),
    /// A decision table: conditions and results of its rows.
    Table {
        /// Which of the rows that match gives the value.
        hit: HitPolicy,
        /// Condition, result and place of each row, in order.
        rows: Vec<(Guard, Guard, ProvisionId)>,
        /// Where no row matches.
        none: Guard,
        /// The same value as a chain of exceptions.
        plain: Guard,
    },
    /// The text is silent: U with this provision.
    NotStated(String),
    /// A set of days.
    Dates(Dates),
    /// The days from a time to a time.
    DatesRange(Guard, Guard),
    /// Two sets of days made one.
    DatesJoin(DatesJoin, Guard, Guard),
    /// The day of a time is in a set of days; of the present, it changes at phase 2 of midnight (R1).
    InDates(Guard, Guard),
    /// First or last day of a span of a set of days, seen from a time; pending if the calendar ends before.
    DatesPick {
        /// The set.
        dates: Guard,
        /// Which span.
        pick: Pick,
        /// Seen from when.
        from: Guard,
    },
    /// Year, month or day of the month of a time.
    DatePart(DatePart, Guard),
    /// The last decimal digit.
    Digit(Guard),
    /// A parameter of the experiment.
    Parameter(u32),
}
