//! Event terms: streams of points (R15) and patterns of occurrences (R4).

use super::*;

/// Which valid occurrences of an act.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The act.
    pub act: ActId,
    /// Who did it.
    pub actor: ArgPattern,
    /// For whom.
    pub for_whom: ArgPattern,
    /// To whom.
    pub to: ArgPattern,
    /// One an argument of the act.
    pub args: Vec<ArgPattern>,
    /// The occurrence itself (`upon c: A`).
    pub itself: ArgPattern,
    /// `where C`: judged right after the occurrence.
    pub filter: Option<Box<Expr>>,
    /// `under art N`.
    pub under: Option<Under>,
    /// `in the last D`: the length.
    pub in_last: Option<Box<Expr>>,
    /// All of them, valid or not (`attempted A`).
    pub attempted: bool,
    /// Where it stands.
    pub span: Span,
}

/// An implicit act of a decision.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BallotSort {
    /// A ballot.
    Vote,
    /// A casting vote on equal votes.
    Casting,
    /// An objection to consensus.
    Object,
    /// The chair declares consensus.
    Gavel,
}

impl BallotSort {
    /// The act's name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BallotSort::Vote => "vote",
            BallotSort::Casting => "casting_vote",
            BallotSort::Object => "object",
            BallotSort::Gavel => "gavel",
        }
    }
}

/// Which valid ballots in a decision (R35), whether or not they are the ones that count.
#[derive(Clone, Debug)]
pub struct BallotPattern {
    /// In which decision; of several bodies, the part of one.
    pub decision: DecisionId,
    /// Which of its acts.
    pub sort: BallotSort,
    /// What is on it (index into [`Decision::ballots`]); any if absent.
    pub ballot: Option<usize>,
    /// The further name that it must bear.
    pub label: Option<usize>,
    /// Who cast it; with `for_whom`, who did so for another.
    pub actor: ArgPattern,
    /// Whose ballot it is, cast by another.
    pub for_whom: ArgPattern,
    /// On what.
    pub subject: ArgPattern,
    /// Where it stands.
    pub span: Span,
}

/// What one position of an occurrence must be.
#[derive(Clone, Debug)]
pub enum ArgPattern {
    /// Anything.
    Any,
    /// Binds the variable. A variable already bound by its context (a key of the status, a parameter of the
    /// define) is matched; in a stream that gives a key its value it binds. Lowering knows which.
    Var(VarId),
    /// Equal to a value.
    Is(Box<Expr>),
    /// An entity with this property: (element, kinds, condition). `deposit by State`.
    In(Box<SetExpr>),
    /// Of what a duty asks: each of these in its turn, as they were when the duty arose.
    Each(Box<SetExpr>),
}

/// A stream of points with causes.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its shape.
    pub kind: StreamKind,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// The shapes of a stream.
#[derive(Clone, Debug)]
pub enum StreamKind {
    /// Valid occurrences.
    Act(Box<Pattern>),
    /// Either.
    Or(Vec<Stream>),
    /// `D after E`.
    After(Box<Expr>, Box<Stream>),
    /// `lapse of D after E`: the end of the last day.
    LapseAfter(Box<Expr>, Box<Stream>),
    /// `lapse of T`, T a time.
    LapseAt(Box<Expr>),
    /// A time known ahead, once: a date, `D after P` with P a point.
    At(Box<Expr>),
    /// `every M`: the first day of each span of a set of days.
    Every(Box<Expr>),
    /// `start(S)`, a status beginning.
    Started(StatusId, Vec<ArgPattern>),
    /// `end(S)`.
    Ended(StatusId, Vec<ArgPattern>),
    /// `C becomes true`; `once`: `first time C`.
    Rise {
        /// The condition.
        cond: Box<Expr>,
        /// Fires once per scope.
        once: bool,
    },
    /// `first E`, `30th E` of a stream that is no plain act pattern (those are filters on a pattern).
    Nth(u32, Box<Stream>),
    /// The elements that come while the version is in force.
    InVersion(Box<Stream>, VersionId),
    /// `E where C`, judged right after the element.
    Where(Box<Stream>, Box<Expr>),
    /// `later(points…, E)` (`earlier: false`) or `earlier(…)`: each element combined with points, once all are fixed.
    Combined {
        /// Minimum instead of maximum.
        earlier: bool,
        /// The points.
        points: Vec<Expr>,
        /// The one stream.
        stream: Box<Stream>,
    },
    /// A decision closes with that outcome.
    Outcome(DecisionId, DecisionOutcome, ArgPattern),
    /// A decision opens.
    Opened(DecisionId, ArgPattern),
    /// Valid ballots in a decision, objections or gavels.
    Ballot(Box<BallotPattern>),
    /// An instance enters a stage.
    Enter(ProcedureId, usize, ArgPattern),
    /// An instance leaves a stage: `end(q is s)`.
    Leave(ProcedureId, usize, ArgPattern),
    /// A norm's instance changes to that state.
    Norm(NormId, NormState, Vec<ArgPattern>),
    /// Some duty or prohibition of a provision is breached.
    BreachOf(ProvisionId),
    /// The case begins (a scope that is always open).
    Begin,
}

impl BallotPattern {
    /// What its positions must be: who, for whom, on what.
    #[must_use]
    pub fn positions(&self) -> [&ArgPattern; 3] {
        [&self.actor, &self.for_whom, &self.subject]
    }
}
