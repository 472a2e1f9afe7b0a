//! `given`, `reading`.

use super::*;

/// `given statehood(s: State): bool = true`.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its name.
    pub name: Name,
    /// Its keys.
    pub params: Vec<Param>,
    /// The type of its value.
    pub ty: TypeExpr,
    /// `by DefenceDirector`: a finding of that office.
    pub by: Option<Expr>,
    /// Value where nothing is supplied.
    pub default: Option<Expr>,
}

/// `also given statehood(s: State) = recognised(s)`: what another text says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AlsoGiven {
    /// Which given.
    pub target: Path,
    /// Its keys, with their types.
    pub params: Vec<Param>,
    /// Its value where a case supplies none.
    pub value: Slot,
}

/// `reading A5 "…?" { at_deposit (default)  fixed_at_adoption }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its name.
    pub name: Name,
    /// The question the text leaves open.
    pub question: Option<Text>,
    /// The choices; at most one is the default.
    pub choices: Vec<ReadingChoice>,
}

/// One choice of a reading.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingChoice {
    /// Its name.
    pub name: Name,
    /// Marked `(default)`.
    pub default: bool,
    /// What it means.
    pub text: Option<Text>,
}
