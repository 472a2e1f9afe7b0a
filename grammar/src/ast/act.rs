//! `act`, `deed`, `event`.

use super::*;

/// Whose doing an occurrence is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActClass {
    /// A legal act: void without power.
    Act,
    /// A physical act: never void.
    Deed,
    /// Nobody's.
    Event,
}

/// `act deposit(form: Form) by any Joiner to Depositary`.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Act, deed or event.
    pub class: ActClass,
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Its arguments.
    pub params: Vec<Param>,
    /// `by any Joiner when C` or `by Joiner`.
    pub by: Option<ActBy>,
    /// `to Depositary`.
    pub to: Option<Expr>,
}

/// The actor's type, and with `any` the power.
#[derive(Clone, Debug, PartialEq)]
pub struct ActBy {
    /// `any`: the type and the power (R25).
    pub any: bool,
    /// `any p: K`: names the actor.
    pub binder: Option<Name>,
    /// The types; `A | B`, `A or B`.
    pub kinds: Vec<TypeExpr>,
    /// `when C`: only with `any`.
    pub when: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}
