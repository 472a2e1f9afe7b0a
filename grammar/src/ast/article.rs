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

impl Number {
    /// The paragraphs alone: `(1)(a)`.
    #[must_use]
    pub fn in_parentheses(&self) -> String {
        self.paras.iter().map(|p| format!("({})", p.text)).collect()
    }
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
    /// `pinned at E`: what is in force at E stays.
    pub pinned_at: Option<VersionBound>,
    /// `applies version before with L -> R`, once the items are written out: what is exchanged in those of the version before.
    pub with: Vec<Substitution>,
    /// Once the items are written out: what the versions before exchanged that were written by their differences, the
    /// earliest first, with their own texts.
    pub before: Vec<(Vec<Substitution>, Span)>,
    /// Once the items are written out: the text of the version itself. What stands elsewhere is the version before's.
    pub own: Span,
    /// The first of two `from`, `until` or `pinned at`; the last one stands above.
    pub repeated: Option<Span>,
    /// What it does.
    pub body: ArticleBody,
}

/// Where a version begins or ends.
#[derive(Clone, Debug, PartialEq)]
pub enum VersionBound {
    /// A date.
    Day(Day, Span),
    /// An event, with its words as written.
    Event(Expr, String),
}

impl VersionBound {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            VersionBound::Day(_, span) => *span,
            VersionBound::Event(e, _) => e.span,
        }
    }
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

/// `applies SRC [as of DATE] with L -> R [quoting "…"] [in PARTS] [when C | unless C]` (R48).
#[derive(Clone, Debug, PartialEq)]
pub struct Applies {
    /// `article 10 (2)..(4), (6)`: what is applied.
    pub ranges: Vec<SourceRange>,
    /// `of convention`: the module that declares it, another than this one.
    pub module: Option<Path>,
    /// `as of DATE`: the version of that day, for ever.
    pub as_of: Option<Expr>,
    /// The substitutions.
    pub with: Vec<Substitution>,
    /// `when C`.
    pub when: Option<Expr>,
    /// `unless C`.
    pub unless: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// A range of labelled blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRange {
    /// `annex II part 1` before `article 12`: where the range stands.
    pub above: Vec<CiteLink>,
    /// The heading word.
    pub heading: HeadingWord,
    /// First provision of the range.
    pub from: Number,
    /// Last: `(4)` of the same article, or another article.
    pub to: Option<Number>,
    /// Where it stands.
    pub span: Span,
}

impl SourceRange {
    /// The citation of its first or last provision, which has this number.
    #[must_use]
    pub fn chain(&self, number: &Number) -> Vec<CiteLink> {
        let mut chain = self.above.clone();
        chain.push(CiteLink {
            heading: Some(self.heading),
            number: number.clone(),
            inside: !self.above.is_empty(),
        });
        chain
    }
}

/// `L -> R [quoting "…"] [in PARTS]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Substitution {
    /// What stands in the source.
    pub from: Expr,
    /// What stands here.
    pub to: Expr,
    /// The phrase of the text that is replaced.
    pub quoting: Option<Text>,
    /// Only in these parts.
    pub parts: Vec<PartRange>,
    /// Where it stands.
    pub span: Span,
}

/// `(2)`, `26 .. 29`, `27 (1)..(3)`: parts of what is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct PartRange {
    /// The first; a number without text stands for the article that is applied.
    pub from: Number,
    /// The last.
    pub to: Option<Number>,
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

/// `art 36(1)`, `art 11(2) > 10(3)`, `annex II(3)`, `art 8 of cartagena`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cite {
    /// The chain, outermost first.
    pub chain: Vec<CiteLink>,
    /// `only`: not its applied copies.
    pub only: bool,
    /// `of cartagena`: of the module under that name.
    pub module: Option<Path>,
    /// Where it stands.
    pub span: Span,
}

impl Cite {
    /// As provisions are cited in every answer: `art 11(2) > 10(3)`, `annex II part 1 art 3`, with the module's name
    /// behind it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (i, link) in self.chain.iter().enumerate() {
            let word = match link.heading {
                None | Some(HeadingWord::Article) if i > 0 && !link.inside => "",
                None | Some(HeadingWord::Article) => "art ",
                Some(HeadingWord::Annex) => "annex ",
                Some(HeadingWord::Preamble) => "preamble",
                Some(HeadingWord::Paragraph) if link.inside => {
                    let paras = link.number.in_parentheses();
                    text += &format!("({}){paras}", link.number.text);
                    continue;
                }
                Some(HeadingWord::Paragraph) => "paragraph ",
                Some(HeadingWord::Section) => "section ",
                Some(HeadingWord::Part) => "part ",
                Some(HeadingWord::Chapter) => "chapter ",
            };
            let joint = match i {
                0 => "",
                _ if link.inside => " ",
                _ => " > ",
            };
            let number = &link.number;
            text += &format!("{joint}{word}{}{}", number.text, number.in_parentheses());
        }
        let module = self.module.iter().map(|m| {
            let names: Vec<&str> = m.segments.iter().map(|s| s.text.as_str()).collect();
            format!(" of {}", names.join("."))
        });
        std::iter::once(text).chain(module).collect()
    }
}

/// One provision of a citation.
#[derive(Clone, Debug, PartialEq)]
pub struct CiteLink {
    /// `None` for `art`, and for a number alone.
    pub heading: Option<HeadingWord>,
    /// Its number.
    pub number: Number,
    /// It stands inside the one before it: `annex II part 1`. Otherwise that one applies it: `art 11 > 10`.
    pub inside: bool,
}
