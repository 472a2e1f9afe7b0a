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

/// `Veto -> no for permanent`: another name that a ballot may bear, perhaps for some voters only (R35).
#[derive(Clone, Debug, PartialEq)]
pub struct BallotLabel {
    /// What stands on the ballot.
    pub name: Name,
    /// The value it counts as.
    pub value: Name,
    /// Whose ballots may bear it; all voters' if absent.
    pub of: Option<Expr>,
}

/// What becomes of equal votes (R37).
#[derive(Clone, Debug, PartialEq)]
pub enum Tie {
    /// `tie rejected`, `tie adopted when chair in yes`.
    Outcome {
        /// `adopted`, `rejected`.
        outcome: Name,
        /// When; always if absent.
        when: Option<Expr>,
    },
    /// `tie chair decides`, `tie chair decides within 7 days else rejected`.
    Decides {
        /// Who has the casting vote.
        who: Expr,
        /// How long after the votes were found equal.
        within: Option<Expr>,
        /// What silence of the one who decides means.
        otherwise: Option<Name>,
    },
}

/// The slots of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum DecisionClauseKind {
    /// `ballots yes, no, abstain, Veto -> no for permanent, last counts`.
    Ballots {
        /// The values.
        values: Vec<Name>,
        /// The further labels, each of one value.
        labels: Vec<BallotLabel>,
        /// `first counts` (else `last counts`); of an objection neither need be said.
        first_counts: Option<bool>,
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
    Tie(Tie),
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
    /// `open D [through STAGE [of x]]`, `open through STAGE [of x]`.
    Open {
        /// The length.
        length: Option<Expr>,
        /// `or until all have voted | certain | C | E | T`.
        or_until: Vec<CloseWhen>,
        /// `through STAGE of x`: until the instance x leaves the stage; without `of` the subject.
        through: Option<(Name, Option<Expr>)>,
    },
    /// `withdrawn upon E`: it is closed without a result.
    Withdrawn(Expr),
    /// `enacts ACT(…) [to X] [when C]`: adoption enters this act, by the body.
    Enacts {
        /// The act.
        act: Expr,
        /// When.
        when: Option<Expr>,
    },
    /// `closes T | upon E | when all have voted …`.
    Closes {
        /// What closes it.
        at: CloseWhen,
        /// `extended to T2`.
        extended_to: Option<Expr>,
        /// `or until …`: the first of them that comes.
        or_until: Vec<CloseWhen>,
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
    /// `when C`.
    When(Expr),
    /// `or until X`: a condition, an event or a time.
    Until(Expr),
}
