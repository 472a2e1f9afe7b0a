//! `decision`.

use super::*;

/// `decision Amend on a: Amendment by Conference { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// `on a: Amendment`.
    pub on: Option<Param>,
    /// The deciding bodies; several with `by each of (…)`.
    pub by: Vec<Expr>,
    /// Its slots.
    pub clauses: Vec<DecisionClause>,
}

/// One slot.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionClause {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// What it says.
    pub kind: DecisionClauseKind,
    /// Labels included.
    pub span: Span,
}

/// `none`, `not stated "…"` or a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Stated {
    /// `none`: the text sets none.
    None,
    /// `not stated "why"`: the text is silent.
    NotStated(Text),
    /// The rule.
    Rule(Slot),
}

/// The slots of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum DecisionClauseKind {
    /// `ballots yes, no, abstain, last counts`.
    Ballots {
        /// The values.
        values: Vec<Name>,
        /// `first counts` (else `last counts`).
        first_counts: bool,
    },
    /// `quorum …`.
    Quorum(Stated),
    /// `participation …`.
    Participation(Stated),
    /// `passes when …` or `passes not stated "…"`.
    Passes(Stated),
    /// `admissible when …`.
    Admissible(Slot),
    /// `veto permanent`.
    Veto(Stated),
    /// `deemed adopted when …`.
    Deemed {
        /// `adopted`, `rejected`.
        outcome: Name,
        /// When.
        cond: Slot,
    },
    /// `voters …`.
    Voters(Slot),
    /// `silence abstain`.
    Silence(Stated),
    /// `tie chair decides`, `tie rejected`.
    Tie(Expr),
    /// `roll at opening`, `roll at E`.
    Roll(Expr),
    /// `first consensus`.
    First(Expr),
    /// `then RULE [upon E]`.
    Then {
        /// The rule of the second step.
        rule: Slot,
        /// What opens it.
        upon: Option<Expr>,
    },
    /// `opens upon E`.
    Opens(Expr),
    /// `open D [through STAGE]`.
    Open {
        /// The length.
        length: Expr,
        /// `or until all have voted | certain | C`.
        or_until: Option<CloseWhen>,
        /// `through STAGE`.
        through: Option<Name>,
    },
    /// `closes T | upon E | when all have voted …`.
    Closes {
        /// What closes it.
        at: CloseWhen,
        /// `extended to T2`.
        extended_to: Option<Expr>,
    },
    /// `present = cast`, `present S`.
    Present(Slot),
    /// `given "Constitution art 56"`.
    Given(Text),
    /// `together adopted when each adopts, rejected when any rejects`.
    Together(Vec<(Name, Expr)>),
}

/// What closes a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum CloseWhen {
    /// `upon E`.
    Upon(Expr),
    /// `T`: a point.
    At(Expr),
    /// `all have voted`.
    AllVoted,
    /// `certain`.
    Certain,
    /// `when C`, `until C`.
    When(Expr),
}
