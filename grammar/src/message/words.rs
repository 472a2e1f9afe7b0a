//! What tokens are called in messages: classes of expected tokens, near misses, words of other languages.

use crate::recover::starter;
use crate::token::{TokenKind, TokenKind as K, is_name};

/// Words of legal or programming English, and what to write.
pub(super) const FOREIGN: &[(&str, &str, &str)] = &[
    (
        "if",
        "when",
        "write `when` before a condition; for another value write `except VALUE when CONDITION`",
    ),
    ("will", "must", "write `must` for a duty, `may` for a power"),
    (
        "can",
        "may",
        "write `may` for a power; what takes a power away is `cannot`",
    ),
    ("might", "may", "write `may` for a power"),
    ("ought", "should", "write `should` for a recommendation"),
    ("elif", "except", "write `except VALUE when CONDITION`"),
    ("case", "except", "write `except VALUE when CONDITION`"),
    (
        "otherwise",
        "else",
        "write `else` before the sentence that follows a lapse",
    ),
    ("provided", "when", "write `when` before a condition"),
    (
        "whenever",
        "upon",
        "write `upon` before an event, `when` before a condition",
    ),
    ("let", "define", "write `define NAME: TYPE = VALUE`"),
    ("def", "define", "write `define NAME: TYPE = VALUE`"),
    (
        "fn",
        "define",
        "write `define NAME(PARAMETERS): TYPE = VALUE`",
    ),
    (
        "function",
        "define",
        "write `define NAME(PARAMETERS): TYPE = VALUE`",
    ),
    (
        "var",
        "status",
        "nothing is assigned: write `status` for a fact that changes, `define` for a value",
    ),
    ("enum", "kind", "write `kind NAME { first second }`"),
    ("struct", "kind", "write `kind NAME { field: TYPE }`"),
    ("type", "kind", "write `kind`"),
    ("import", "use", "write `use PATH`"),
    (
        "rule",
        "define",
        "a rule is a sentence, `WHO must ACT`, or a `define`",
    ),
];

/// What a clause of a decision is often called.
pub(super) const CLAUSES: &[(&str, &str)] = &[
    ("majority", "passes when yes is at least 2/3 of voting"),
    ("threshold", "passes when yes is at least 2/3 of voting"),
    ("requires", "passes when yes is at least 2/3 of voting"),
    ("pass", "passes when …"),
    ("approval", "passes when …"),
    ("unanimity", "passes when no is empty"),
    ("consensus", "first consensus"),
    ("abstention", "silence abstain"),
    ("abstain", "silence abstain"),
    ("ballot", "ballots yes, no, abstain, last counts"),
    ("vote", "ballots yes, no, abstain, last counts"),
    ("options", "ballots yes, no, abstain, last counts"),
    ("deadline", "closes … or open 30 days"),
    ("duration", "open 30 days"),
    ("close", "closes upon …"),
    ("members", "voters …: the members are those of the body"),
    ("chair", "tie chair decides"),
    ("electorate", "voters …"),
];

/// Words that begin a declaration.
pub(super) fn first_word(kind: TokenKind) -> bool {
    starter(kind)
        || matches!(
            kind,
            K::Act
                | K::Use
                | K::Unit
                | K::Table
                | K::Counting
                | K::Annex
                | K::Section
                | K::Chapter
                | K::Hortatory
        )
}

pub(super) fn modal(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::May
            | K::Cannot
            | K::Must
            | K::MustNot
            | K::Should
            | K::ShouldNot
            | K::MustEnsure
            | K::ShouldEnsure
    )
}

/// The place of a part of a sentence, and its name.
pub(super) fn part(kind: TokenKind) -> Option<(u8, &'static str)> {
    Some(match kind {
        K::Within
        | K::AtLeast
        | K::Before
        | K::NotBefore
        | K::After
        | K::AtWord
        | K::Between
        | K::Every
        | K::During
        | K::Immediately
        | K::Promptly
        | K::WithoutDelay => (1, "time"),
        K::NotCounting => (2, "`not counting`"),
        K::Upon => (3, "event (`upon`)"),
        K::When => (4, "condition (`when`)"),
        K::While => (5, "`while`"),
        K::Unless => (6, "`unless`"),
        K::Despite => (7, "`despite`"),
        _ => return None,
    })
}

pub(super) fn operator(kind: TokenKind) -> bool {
    crate::glue::operator(kind)
        || matches!(
            kind,
            K::ByEachOf | K::Question | K::Para | K::CiteGt | K::CiteHeading | K::Only
        )
}

/// What an expression may begin with, besides names.
pub(super) fn operand_start(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Int
            | K::Percent
            | K::Duration
            | K::Date
            | K::DateTime
            | K::Ordinal
            | K::First
            | K::Last
            | K::FirstTime
            | K::Every
            | K::Not
            | K::Minus
            | K::LParen
            | K::Any
            | K::Each
            | K::Either
            | K::Art
            | K::AtLeast
            | K::AtMost
            | K::MoreThan
            | K::LessThan
            | K::NotStated
            | K::Str
    )
}

/// The expected tokens without operators, if others remain, and without the words that are names.
pub(super) fn essential(expected: &[TokenKind]) -> Vec<TokenKind> {
    let name = expected.contains(&K::Ident);
    let plain: Vec<TokenKind> = expected
        .iter()
        .copied()
        .filter(|k| !name || *k == K::Ident || !is_name(*k))
        .collect();
    // `=` is an operator only where `!=` is one.
    let infix = |k: TokenKind| operator(k) && (k != K::Eq || expected.contains(&K::Ne));
    let strict: Vec<TokenKind> = plain
        .iter()
        .copied()
        .filter(|k| !infix(*k) && *k != K::Comma)
        .collect();
    if !strict.is_empty() {
        return strict;
    }
    let signs: Vec<TokenKind> = plain.iter().copied().filter(|k| *k == K::Comma).collect();
    if signs.is_empty() { plain } else { signs }
}

/// The expected tokens in words: classes first, then at most five others.
pub(super) fn classes(expected: &[TokenKind]) -> String {
    let has = |k| expected.contains(&k);
    let mut parts: Vec<String> = vec![];
    let mut rest = essential(expected);
    let class = |parts: &mut Vec<String>,
                 rest: &mut Vec<TokenKind>,
                 text: &str,
                 of: &dyn Fn(TokenKind) -> bool| {
        parts.push(text.to_owned());
        rest.retain(|k| !of(*k));
    };
    if has(K::Define) && has(K::Status) {
        class(&mut parts, &mut rest, "a declaration or a sentence", &|k| {
            first_word(k)
                || is_name(k)
                || operand_start(k)
                || matches!(
                    k,
                    K::NotModelled | K::Label | K::Preamble | K::Decide | K::Opens | K::On
                )
        });
    } else if has(K::Assume) && has(K::Expect) {
        class(&mut parts, &mut rest, "a line of the scenario", &|k| {
            is_name(k)
                || matches!(
                    k,
                    K::Assume
                        | K::Expect
                        | K::Reading
                        | K::Term
                        | K::EventsFrom
                        | K::Branch
                        | K::Stamp
                        | K::Tilde
                )
        });
    } else if has(K::Measure) && has(K::Param) {
        class(&mut parts, &mut rest, "a line of the experiment", &|k| {
            is_name(k)
                || operand_start(k)
                || matches!(
                    k,
                    K::Assume
                        | K::Reading
                        | K::Term
                        | K::EventsFrom
                        | K::Stamp
                        | K::Tilde
                        | K::Begin
                        | K::Horizon
                        | K::Param
                        | K::Measure
                        | K::Label
                )
        });
    } else if has(K::Int) && has(K::Ident) && has(K::LParen) {
        class(&mut parts, &mut rest, "an expression", &|k| {
            is_name(k) || operand_start(k)
        });
    } else if has(K::Ident) {
        class(&mut parts, &mut rest, "a name", &is_name);
    }
    if has(K::May) && has(K::Must) {
        class(
            &mut parts,
            &mut rest,
            "`may`, `must`, `should` or `cannot`",
            &modal,
        );
    }
    // What the gluing pass makes of words that have a spelling of their own.
    let inner = |k: &TokenKind| {
        matches!(k, K::OfCopy | K::OfModule | K::CiteGt | K::CiteHeading)
            || k.spelling().starts_with('<')
    };
    rest.retain(|k| !inner(k));
    let shown = rest.len().min(5usize.saturating_sub(parts.len()));
    parts.extend(rest[..shown].iter().map(|k| match k {
        K::Str => "a text in quotes".to_owned(),
        K::Int => "a number".to_owned(),
        K::Label | K::TailLabel => "a label".to_owned(),
        K::Para => "a paragraph number".to_owned(),
        K::Stamp => "a date".to_owned(),
        K::Verdict => "a verdict".to_owned(),
        K::Percent => "a percentage".to_owned(),
        k => format!("`{}`", k.spelling()),
    }));
    match parts.len() {
        0 => String::new(),
        1 => parts.remove(0),
        _ => {
            let last = parts.pop().unwrap_or_default();
            format!("{} or {last}", parts.join(", "))
        }
    }
}

/// The nearest expected word, if it is near enough.
pub(super) fn nearest(text: &str, expected: &[TokenKind]) -> Option<&'static str> {
    let limit = if text.chars().count() <= 4 { 1 } else { 2 };
    expected
        .iter()
        .map(|k| k.spelling())
        .filter(|w| w.starts_with(|c: char| c.is_ascii_lowercase()))
        .flat_map(|w| [w, w.split(' ').next().unwrap_or(w)])
        .map(|w| (rogatio_diagnostics::distance(text, w), w))
        .filter(|(d, w)| *d <= limit && *d > 0 && w.len() > 2)
        .min()
        .map(|(_, w)| w)
}
