//! `status`.

use super::*;

/// `status bound(p: Joiner) from … until …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// `also`: another article's contribution.
    pub also: bool,
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Its keys.
    pub params: Vec<Param>,
    /// Of a valued status: the type of the value.
    pub ty: Option<TypeExpr>,
    /// When it holds.
    pub tails: Vec<StatusTail>,
}

/// One clause of a status. `from E until F` is two tails.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusTail {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// What it says.
    pub kind: StatusTailKind,
    /// Where it stands.
    pub span: Span,
}

/// The clauses of a status.
#[derive(Clone, Debug, PartialEq)]
pub enum StatusTailKind {
    /// `from E`, `once from E`, with `unless F meanwhile`.
    From {
        /// A stream.
        event: Expr,
        /// A later start does not reopen it.
        once: bool,
        /// `unless F meanwhile`: F between cause and start stops it (R17).
        unless_meanwhile: Option<Expr>,
    },
    /// `until E`.
    Until(Expr),
    /// `while C`.
    While(Expr),
    /// `is V after E`: of a valued status.
    Is {
        /// The value (`none` included).
        value: Expr,
        /// The stream; absent for a constant initial value.
        after: Option<Expr>,
    },
    /// `none after E`.
    NoneAfter(Expr),
    /// `unless F meanwhile` where no `from` comes before it.
    UnlessMeanwhile(Expr),
}
