//! Decision tables.

use super::*;
pub use rogatio_grammar::ast::HitPolicy;

/// A decision table over variables in scope.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Which of the rows that match gives the value.
    pub hit: HitPolicy,
    /// Its rows in order.
    pub rows: Vec<TableRow>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// When it matches: its provision is the row's.
    pub cond: Expr,
    /// What it gives; an instance of the result's kind where the strongest counts.
    pub value: Expr,
}
