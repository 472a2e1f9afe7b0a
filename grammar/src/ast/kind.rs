//! `kind`, `office`.

use super::*;

/// `kind State { developed: bool = false }`, `kind Joiner = State | Organization`, `kind Sitting { open recess }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// What it consists of.
    pub def: KindDef,
}

/// The two ways to say what a kind is.
#[derive(Clone, Debug, PartialEq)]
pub enum KindDef {
    /// Fields and named instances, either may be empty.
    Own {
        /// `population: int`.
        fields: Vec<Param>,
        /// `open "開会中"`.
        instances: Vec<(Name, Vec<Text>)>,
    },
    /// `= Joiner where bound`: a union, an alias or a dated role.
    Alias {
        /// The base.
        base: TypeExpr,
        /// The condition of a dated role; a bare one-place name is applied to the element.
        cond: Option<Expr>,
    },
}

/// `office HQChief held by PrimeMinister`.
#[derive(Clone, Debug, PartialEq)]
pub struct Office {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Who holds it: an entity or a valued status.
    pub holder: Option<Expr>,
}
