//! `define`, `exception to`.

use super::*;

/// `define needed(d: Draft): share = more than 1/2 except …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Define {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its type.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Slot,
}

/// `exception to needed(d) = at least 3/4 when d is CharterChange`, `exception to ban when p is Doctor`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionTo {
    /// `needed`, `Adopt.passes`, the label of a sentence.
    pub target: Path,
    /// Its parameters, as names.
    pub args: Vec<Arg>,
    /// The other value; a sentence has none.
    pub value: Option<Expr>,
    /// When it holds.
    pub cond: Expr,
    /// `at closing`.
    pub at_closing: bool,
}
