//! `table`.

use super::*;

/// DMN hit policies.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// No two rows overlap.
    Unique,
    /// The first row that matches.
    First,
    /// Overlapping rows agree.
    Any,
    /// The strongest result, by the order of the result kind's instances.
    Strongest,
}

/// `table weapon_use(who: Personnel, …) -> Permission first { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its inputs.
    pub params: Vec<Param>,
    /// The type of its result.
    pub result: TypeExpr,
    /// The hit policy.
    pub hit: HitPolicy,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// One cell an input.
    pub cells: Vec<Cell>,
    /// The result.
    pub result: Expr,
    /// Where it stands.
    pub span: Span,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Alternatives (`or`); empty is `_`, everything.
    pub any_of: Vec<CellTest>,
    /// Where it stands.
    pub span: Span,
}

/// One alternative of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum CellTest {
    /// A value.
    Is(Expr),
    /// `>= 5`.
    Cmp(BinaryOp, Expr),
    /// `1 .. 5`.
    Range(Expr, Expr),
}
