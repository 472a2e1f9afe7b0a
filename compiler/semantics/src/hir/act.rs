//! Acts, givens, readings.

use super::*;
use rogatio_grammar::ast::ActClass;

/// An act, deed or event.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Act, deed or event.
    pub class: ActClass,
    /// Its arguments.
    pub params: Vec<ActParam>,
    /// Leaf kinds of the actor; empty for an event.
    pub by: Vec<KindId>,
    /// Leaf kinds of the addressee.
    pub to: Vec<KindId>,
    /// The instance it opens: index of the `new` parameter.
    pub opens: Option<(usize, ProcedureId)>,
    /// The kind of its occurrences, where the text names them (R29).
    pub occurrences: Option<KindId>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// A parameter of an act.
#[derive(Clone, Debug)]
pub struct ActParam {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// The value where none is given.
    pub default: Option<Expr>,
}

/// A fact from outside.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its keys.
    pub params: Vec<VarId>,
    /// The type of its value.
    pub ty: Ty,
    /// A finding: the last valid occurrence of this act says its value, in the argument after the keys.
    pub finding: Option<ActId>,
    /// The value where nothing is supplied; without it the given is undetermined.
    pub default: Option<Expr>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// A named choice between readings of a text.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// The question.
    pub question: String,
    /// The choices.
    pub choices: Vec<String>,
    /// Index of the default choice.
    pub default: Option<usize>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}
