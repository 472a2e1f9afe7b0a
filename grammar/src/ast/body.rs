//! `body`.

use super::*;

/// `body Conference "締約国会議" { members Party … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Its clauses.
    pub clauses: Vec<BodyClause>,
}

/// One clause of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyClause {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// What it says.
    pub kind: BodyClauseKind,
    /// Labels included.
    pub span: Span,
}

/// The clauses of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyClauseKind {
    /// `members Party`.
    Members(Slot),
    /// `weight(p) = 1 except … when …`.
    Weight(Name, Slot),
    /// `voters m: Member where not suspended(m)`: whose ballots count in its decisions.
    Voters(Slot),
    /// `present p where attend(m) by p`: who counts as present.
    Present(Slot),
    /// `seats permanent: 5 State`.
    Seats {
        /// The group's name.
        name: Name,
        /// How many.
        count: i64,
        /// Of which kind.
        kind: TypeExpr,
    },
    /// `chair President`.
    Chair(Slot),
}

/// A value that takes exceptions: every slot of a body, decision, define or norm (tour 4.5).
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The rule.
    pub base: Expr,
    /// `except V when C`, in the order written.
    pub exceptions: Vec<Except>,
}

/// `except V when C`.
#[derive(Clone, Debug, PartialEq)]
pub struct Except {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// The other value.
    pub value: Expr,
    /// When it holds.
    pub cond: Expr,
    /// `at closing`: read at close instead of latched at the opening (R43).
    pub at_closing: bool,
    /// Where it stands.
    pub span: Span,
}
