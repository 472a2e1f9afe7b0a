//! What productions build of articles, citations and applied provisions.

use crate::ast::*;
use rogatio_diagnostics::Span;

/// A bound of a version or a property of an article.
pub(crate) enum VersionPart {
    Until(VersionBound),
    From(VersionBound),
    Pinned(VersionBound),
}

pub(crate) fn bound(e: Expr, words: String) -> VersionBound {
    match e.kind {
        ExprKind::Date(day) => VersionBound::Day(day, e.span),
        _ => {
            let words: Vec<&str> = words.split_whitespace().collect();
            VersionBound::Event(e, words.join(" "))
        }
    }
}

pub(crate) fn article(
    heading: HeadingWord,
    numbers: Vec<Number>,
    titles: Vec<Text>,
    versions: Vec<VersionPart>,
    body: ArticleBody,
) -> Article {
    let mut article = Article {
        heading,
        numbers,
        titles,
        from: None,
        until: None,
        pinned_at: None,
        with: Vec::new(),
        before: Vec::new(),
        own: Span::NONE,
        repeated: None,
        body,
    };
    for version in versions {
        let again = match version {
            VersionPart::From(b) => article.from.replace(b).map(|b| b.span()),
            VersionPart::Until(b) => article.until.replace(b).map(|b| b.span()),
            VersionPart::Pinned(b) => article.pinned_at.replace(b).map(|b| b.span()),
        };
        article.repeated = article.repeated.or(again);
    }
    article
}

/// The first provision of a citation, or one that is applied.
pub(crate) fn outer(heading: Option<HeadingWord>, number: Number) -> CiteLink {
    CiteLink {
        heading,
        number,
        inside: false,
    }
}

/// A provision inside the one before it.
pub(crate) fn inner(word: &str, number: Number) -> CiteLink {
    let heading = match word {
        "annex" => Some(HeadingWord::Annex),
        "section" => Some(HeadingWord::Section),
        "part" => Some(HeadingWord::Part),
        "chapter" => Some(HeadingWord::Chapter),
        "paragraph" => Some(HeadingWord::Paragraph),
        _ => Some(HeadingWord::Article),
    };
    CiteLink {
        heading,
        number,
        inside: true,
    }
}

/// `annex II part 1 article 12(2)` and what it goes on to.
pub(crate) fn source_range(mut path: Vec<CiteLink>, to: Option<Number>) -> SourceRange {
    let last = path.pop().unwrap_or_else(|| {
        let number = Number {
            text: String::new(),
            paras: Vec::new(),
            span: Span::NONE,
        };
        outer(None, number)
    });
    let (heading, from) = (last.heading, last.number);
    let span = from.span.to(to.as_ref().map_or(from.span, |t| t.span));
    // `10 (2)..(4)`: the end is a paragraph of the same article.
    let to = to.map(|to| continued(&from, to));
    SourceRange {
        above: path,
        heading: heading.unwrap_or(HeadingWord::Article),
        from,
        to,
        span,
    }
}

/// A number that names paragraphs alone is of the article named before it.
fn continued(before: &Number, n: Number) -> Number {
    if n.text.is_empty() {
        Number {
            text: before.text.clone(),
            ..n
        }
    } else {
        n
    }
}

pub(crate) fn applies(
    first: SourceRange,
    more: Vec<SourceRange>,
    module: Option<Path>,
    as_of: Option<Expr>,
    with: Option<Vec<Substitution>>,
    conditions: (Option<Expr>, Option<Expr>),
    span: Span,
) -> Applies {
    let mut ranges = vec![first];
    for mut next in more {
        if let Some(before) = ranges.last() {
            let last = before.to.as_ref().unwrap_or(&before.from).clone();
            next.heading = before.heading;
            next.above.clone_from(&before.above);
            next.from = continued(&last, next.from);
            next.to = next.to.map(|to| continued(&next.from, to));
        }
        ranges.push(next);
    }
    Applies {
        ranges,
        module,
        as_of,
        with: with.unwrap_or_default(),
        when: conditions.0,
        unless: conditions.1,
        span,
    }
}

/// What stands between the commas of a `with` list.
pub(crate) enum WithPart {
    /// A substitution.
    Substitution(Substitution),
    /// A further part of the substitution before it.
    Part(PartRange),
}

pub(crate) fn part_range(from: Number, to: Option<Number>) -> PartRange {
    let span = from.span.to(to.as_ref().map_or(from.span, |t| t.span));
    let to = to.map(|to| continued(&from, to));
    PartRange { from, to, span }
}

/// A part belongs to the substitution before it; one without is kept with nothing to replace, and reported by the checker.
pub(crate) fn substitutions(list: Vec<WithPart>) -> Vec<Substitution> {
    let mut made: Vec<Substitution> = Vec::new();
    for part in list {
        match (part, made.last_mut()) {
            (WithPart::Substitution(s), _) => made.push(s),
            (WithPart::Part(p), Some(s)) => {
                s.span = s.span.to(p.span);
                s.parts.push(p);
            }
            (WithPart::Part(p), None) => {
                let nothing = Expr {
                    kind: ExprKind::Error,
                    span: p.span,
                };
                made.push(Substitution {
                    from: nothing.clone(),
                    to: nothing,
                    quoting: None,
                    span: p.span,
                    parts: vec![p],
                });
            }
        }
    }
    made
}

/// `ready of art 33 > 27` is one name.
pub(crate) fn of_copy(name: Name, cite: &Cite) -> Name {
    Name {
        text: format!("{} of {}", name.text, cite.text()),
        span: name.span.to(cite.span),
    }
}

pub(crate) fn path_of_copy(mut path: Path, cite: Option<Box<Cite>>) -> Path {
    if let Some(cite) = cite
        && let Some(last) = path.segments.pop()
    {
        path.segments.push(of_copy(last, &cite));
    }
    path
}
