//! Statuses, defines, tables.

use super::*;

/// A status.
#[derive(Clone, Debug)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Its keys.
    pub params: Vec<VarId>,
    /// Of a valued status.
    pub value: Option<Ty>,
    /// All clauses, `also` contributions included.
    pub clauses: Vec<StatusClause>,
    /// Declared inside this procedure: the first key is the instance.
    pub of_procedure: Option<ProcedureId>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// A clause of a status.
#[derive(Clone, Debug)]
pub struct StatusClause {
    /// What it says. Keys are the status's parameters (also for `also status`).
    pub kind: StatusClauseKind,
    /// The version of the article it stands in; what that means is in [`StatusClause::kind`].
    pub version: Option<VersionId>,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// The clauses of a status.
#[derive(Clone, Debug)]
pub enum StatusClauseKind {
    /// `[once] from E [unless F meanwhile]`.
    From {
        /// The starts.
        stream: Stream,
        /// No re-start.
        once: bool,
        /// Cancels a scheduled start.
        unless_meanwhile: Option<Stream>,
    },
    /// `until E`.
    Until(Stream),
    /// `while C`.
    While(Expr),
    /// `is V after E`; `none after E` has `ExprKind::None`.
    Is(Expr, Stream),
    /// `is V`: from the beginning.
    Initially(Expr),
}

/// A define, a dated role (one parameter, type bool) or a table (an expression of its rows).
#[derive(Clone, Debug)]
pub struct Define {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Its parameters.
    pub params: Vec<VarId>,
    /// Its value, exceptions inside.
    pub value: DefineValue,
    /// The type of its value.
    pub ty: Ty,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// What a define names.
#[derive(Clone, Debug)]
pub enum DefineValue {
    /// A value.
    Expr(Expr),
    /// A set.
    Set(SetExpr),
    /// An event.
    Stream(Stream),
}
