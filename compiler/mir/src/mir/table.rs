//! Static tables: kinds, entities, fields, acts, givens, readings, defines, variables.

use super::*;
pub use rogatio_semantics::ast::ActClass;
pub use rogatio_semantics::hir::KindClass;
use std::collections::BTreeSet;

/// A leaf kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: KindClass,
    /// Its fields.
    pub fields: Vec<FieldId>,
    /// Its named instances, in order.
    pub instances: Vec<EntityId>,
}

/// An entity known before a case.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Its kind.
    pub kind: KindId,
    /// Of an office: its holder, entity-valued or none.
    pub holder: Option<Guard>,
    /// Of a body.
    pub body: Option<Body>,
}

/// A body's clauses over its member variable.
#[derive(Clone, Debug)]
pub struct Body {
    /// The member.
    pub member: VarId,
    /// Is a member (bool).
    pub members: Guard,
    /// Is present (bool), where said.
    pub present: Option<Guard>,
    /// Its votes (int), where weighted.
    pub weight: Option<Guard>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whose.
    pub kind: KindId,
    /// Type of its value.
    pub ty: Ty,
    /// Default.
    pub default: Option<Guard>,
}

/// A position of an occurrence.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Position {
    /// Who did it.
    Actor,
    /// For whom.
    For,
    /// To whom.
    To,
    /// An argument.
    Arg(u32),
    /// The occurrence itself, an entity of its act's kind ([`Act::occurrences`]).
    Itself,
}

/// An act.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its name.
    pub name: String,
    /// Act, deed or event.
    pub class: ActClass,
    /// Parameters: name, type, default.
    pub params: Vec<(String, Ty, Option<Guard>)>,
    /// Leaf kinds of the actor.
    pub by: Vec<KindId>,
    /// Leaf kinds of the addressee.
    pub to: Vec<KindId>,
    /// Parameter that opens an instance of a procedure.
    pub opens: Option<(usize, ProcedureId)>,
    /// The kind of its occurrences, where they are entities (R29).
    pub occurrences: Option<KindId>,
    /// Norms that may grant (may, must, should, `any`), take (`cannot`) or forbid (`must not`, `should not`) it.
    pub norms: Vec<NormId>,
    /// The act that it stands for enough of, on the matter that is its actor: a plan drew the clocks of all as one (R56).
    pub enough_of: Option<ActId>,
    /// Where declared.
    pub provision: ProvisionId,
}

/// A given.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its keys.
    pub params: Vec<VarId>,
    /// Type of its value.
    pub ty: Ty,
    /// The act by which somebody finds it; the value of the last one stands before this row wherever it is read.
    pub finding: Option<ActId>,
    /// Default; without it and without a supplied value it is undetermined.
    pub default: Option<Guard>,
    /// Where declared.
    pub provision: ProvisionId,
}

/// A reading and its choice.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// The question.
    pub question: String,
    /// The choices.
    pub choices: Vec<String>,
    /// The one taken.
    pub chosen: usize,
    /// Taken by the user rather than by default.
    pub explicit: bool,
    /// Where declared.
    pub provision: ProvisionId,
    /// The provisions that read it outside defines.
    pub read_in: BTreeSet<ProvisionId>,
    /// The defines that read it.
    pub read_by: BTreeSet<DefineId>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
}

/// A define: guards call it, so that explanations can name it. Engines may inline it.
#[derive(Clone, Debug)]
pub struct Define {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<VarId>,
    /// Its value. Of a set-valued define: membership of [`Define::element`].
    pub value: Guard,
    /// Of a set-valued define: the element variable and its kinds.
    pub element: Option<(VarId, Vec<KindId>)>,
    /// Where declared.
    pub provision: ProvisionId,
}
