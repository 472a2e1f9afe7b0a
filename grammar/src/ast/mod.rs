//! The abstract syntax tree: what a module says, with the place where it says it.
//!
//! One file per construct, with the same name as in every later pass. Nodes are plain data; nothing here
//! knows what a name refers to. Every node carries a [`Span`] in bytes.

// Nodes are built once and walked; boxing the larger variants would only burden every pass. Items alone are so many, and
// moved so often while they are built, that the largest of them lie in boxes.
#![allow(clippy::large_enum_variant)]

mod act;
mod article;
mod body;
mod clock;
mod decision;
mod define;
mod experiment;
mod expr;
mod given;
mod kind;
mod module;
mod norm;
mod procedure;
mod scenario;
mod status;
mod table;

pub use act::*;
pub use article::*;
pub use body::*;
pub use clock::*;
pub use decision::*;
pub use define::*;
pub use experiment::*;
pub use expr::*;
pub use given::*;
pub use kind::*;
pub use module::*;
pub use norm::*;
pub use procedure::*;
pub use scenario::*;
pub use status::*;
pub use table::*;

pub use rogatio_diagnostics::Span;

/// A name as written, in Unicode normal form C.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The text, NFC; of the copy that another article applies, with its citation: `ready of art 33 > 27`.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A dotted name: `un.cbd`, `Amend.passes`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// One or more segments.
    pub segments: Vec<Name>,
    /// From the first segment to the last.
    pub span: Span,
}

/// A quoted text without its quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The value, escapes resolved.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A label of a paragraph or item: `(4)`, `(b)`, `(一)`.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelTag {
    /// What stands between the parentheses.
    pub text: String,
    /// With the parentheses.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Its shape.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The shapes of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `State`, `int`, `date`, `set`.
    Named(Path),
    /// `State | Organization`.
    Union(Vec<TypeExpr>),
    /// `set of State`.
    SetOf(Box<TypeExpr>),
    /// `State?`.
    Optional(Box<TypeExpr>),
}

/// A parameter: `p: State`, `new a: Amendment`, `population: int = 5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// `new`: a valid occurrence of the act opens an instance.
    pub new: bool,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Value if none is given.
    pub default: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}
