//! `article` and the other headings, citations.

use super::*;
use rogatio_calendar::Day;

/// Heading words.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum HeadingWord {
    /// `article`
    Article,
    /// `annex`
    Annex,
    /// `section`
    Section,
    /// `part`
    Part,
    /// `chapter`
    Chapter,
    /// `preamble`
    Preamble,
    /// `paragraph`
    Paragraph,
}

/// `36`, `13bis`, `II`, with paragraphs `(1)(a)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// `36`, `13bis`, `II`; empty for a preamble.
    pub text: String,
    /// `(1)(a)`.
    pub paras: Vec<LabelTag>,
    /// Where it stands.
    pub span: Span,
}

/// `article 13 "Members" until 956-07-07 { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// The heading word.
    pub heading: HeadingWord,
    /// Its numbers: `article 1, 25, 42 not modelled "…"` names several.
    pub numbers: Vec<Number>,
    /// Titles.
    pub titles: Vec<Text>,
    /// `from D`.
    pub from: Option<VersionBound>,
    /// `until D`.
    pub until: Option<VersionBound>,
    /// `pinned at E`.
    pub pinned_at: Option<Expr>,
    /// What it does.
    pub body: ArticleBody,
}

/// Where a version begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum VersionBound {
    /// A date.
    Day(Day, Span),
    /// An event.
    Event(Expr),
}

/// What an article does.
#[derive(Clone, Debug, PartialEq)]
pub enum ArticleBody {
    /// `{ … }`.
    Items(Vec<Item>),
    /// `hortatory "…"`.
    Hortatory(Vec<Text>),
    /// `not modelled "…"`.
    NotModelled(Vec<Text>),
    /// `applies version before [with …] { … }`.
    AppliesVersionBefore {
        /// The substitutions.
        with: Vec<Substitution>,
        /// Replacements and additions.
        items: Vec<Item>,
    },
    /// `applies article 10 (2)..(4) with L -> R …`.
    Applies(Applies),
}

/// `applies SRC with L -> R [in PARTS] [when C | unless C]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Applies {
    /// The source's heading word.
    pub heading: HeadingWord,
    /// First provision of the range.
    pub from: Number,
    /// Last: `(4)` of the same article, or another article.
    pub to: Option<Number>,
    /// The substitutions.
    pub with: Vec<Substitution>,
    /// `when C`.
    pub when: Option<Expr>,
    /// `unless C`.
    pub unless: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `L -> R [in PARTS]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Substitution {
    /// What stands in the source.
    pub from: Expr,
    /// What stands here.
    pub to: Expr,
    /// Only in these parts.
    pub parts: Vec<LabelTag>,
    /// Where it stands.
    pub span: Span,
}

/// `(2) hortatory "…"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Inert {
    /// `not modelled` (else `hortatory`).
    pub not_modelled: bool,
    /// The reason or summary.
    pub texts: Vec<Text>,
}

/// `art 36(1)`, `art 11(2) > 10(3)`, `annex II(3)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cite {
    /// The chain, outermost first. The heading word is `None` for `art` and for every further link.
    pub chain: Vec<(Option<HeadingWord>, Number)>,
    /// `only`: not its applied copies.
    pub only: bool,
    /// Where it stands.
    pub span: Span,
}
