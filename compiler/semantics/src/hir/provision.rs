//! Provisions: what a citation names.

use super::*;

/// How a provision is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProvisionKind {
    /// A module, or a heading without own text.
    Frame,
    /// Only names are declared under it that the rules of other provisions speak of: kinds, offices, units, bodies with all
    /// of a kind.
    Vocabulary,
    /// Something else is declared under it.
    Modelled,
    /// Addressable, inert.
    Hortatory(String),
    /// Left out, and why.
    NotModelled(String),
}

/// `under art 7(2)`, `under art 7(2) only`: what relied on it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Under {
    /// The provision.
    pub provision: ProvisionId,
    /// Not its applied copies.
    pub only: bool,
}

/// An article, paragraph or item of a module.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Index of its module in [`Program::modules`].
    pub module: u32,
    /// How it is cited: `art 36(1)`, `annex II(3)`; the module's path for a frame without article.
    pub cite: String,
    /// The heading of its article: `Entry into force`.
    pub title: String,
    /// The one it stands in.
    pub parent: Option<ProvisionId>,
    /// An applied copy of this one (R48): `art 11(2) > 10(3)` of `art 10(3)`.
    pub source: Option<ProvisionId>,
    /// The version of the article it belongs to.
    pub version: Option<VersionId>,
    /// In a version: the same provision whatever the version, which a citation of any of them names.
    pub of: Option<ProvisionId>,
    /// What it is.
    pub kind: ProvisionKind,
    /// Where it stands.
    pub span: Span,
}
