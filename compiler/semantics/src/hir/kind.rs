//! Kinds, entities, fields, types.

use super::*;

/// A type. Times and days are one value domain with two precisions (R3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `date`: a day.
    Day,
    /// `instant`: a point, perhaps recorded by day only.
    Time,
    /// `duration`, `period`.
    Length,
    /// `set of date`: a set of days.
    Dates,
    /// `share`: a comparison with a fraction, `at least 2/3`.
    Share,
    /// `chance`: a fraction from 0 to 1 by which something is drawn.
    Chance,
    /// `text`.
    Text,
    /// A number of a declared unit.
    Quantity(UnitId),
    /// An entity of one of these leaf kinds (sorted).
    Entity(Vec<KindId>),
    /// A set of such entities.
    Set(Vec<KindId>),
    /// `T?`.
    Optional(Box<Ty>),
    /// `none` alone.
    None,
    /// After an error: fits everywhere, reported already.
    Error,
}

/// A unit of one's own.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// What a leaf kind is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum KindClass {
    /// Declared with `kind`; members come from scenarios.
    Plain,
    /// Declared with named instances only.
    Enumeration,
    /// All offices.
    Office,
    /// All bodies.
    Body,
    /// Instances of a procedure.
    Procedure(ProcedureId),
    /// Occurrences of an act that the text names (R29).
    Occurrence,
}

/// A leaf kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// What it is.
    pub class: KindClass,
    /// Its fields.
    pub fields: Vec<FieldId>,
    /// Its named instances.
    pub instances: Vec<EntityId>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// A field of a kind.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whose.
    pub kind: KindId,
    /// The type of its value (`Ty::Set` for `set of K`).
    pub ty: Ty,
    /// The value where none is given.
    pub default: Option<Expr>,
}

/// An entity known at check time.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// Its kind.
    pub kind: KindId,
    /// Of an office: who holds it (an entity-valued expression).
    pub holder: Option<Expr>,
    /// Of a body: its clauses.
    pub body: Option<Body>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}
