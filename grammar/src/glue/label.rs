//! Labels: what may stand between their parentheses, and what only looks like one.

use super::Gluer;
use crate::token::{Token, TokenKind, TokenKind as K, is_name};
use rogatio_diagnostics::{Diagnostic, Span, codes};

impl Gluer<'_> {
    /// Warns of an argument that stands as a label would: apart from its name, and with another item behind it on the line.
    pub(super) fn perhaps_label(&mut self, paren: Token) {
        let apart = self
            .out
            .last()
            .is_some_and(|t| is_name(t.kind) && t.end < paren.start);
        let begins = self.same_line(3)
            && (starts_item(self.kind(3))
                || self.named(3)
                    && matches!(self.kind(4), Some(K::May | K::Must | K::Should | K::Cannot)));
        if !(apart && begins && self.parens == 0) {
            return;
        }
        let label = self.text_at(1).to_owned();
        let (Some(name), Some(close)) = (self.out.last(), self.raw.get(self.at + 2)) else {
            return;
        };
        let name = name.text(self.text);
        let span = Span::new(self.file, paren.start, close.end);
        self.diagnostics.push(
            Diagnostic::warning(
                codes::W0370,
                format!("`({label})` is read as an argument of `{name}`"),
            )
            .at(span, "another item follows on this line")
            .help(format!(
                "if it is the label of what follows, begin a line with it; if not, write `{name}({label})`"
            )),
        );
    }
}

/// What stands between the parentheses of a label: a number, one letter, a Roman or a kanji numeral.
pub(super) fn is_label(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c.is_alphanumeric(),
        (Some(first), Some(_)) => {
            first.is_ascii_digit()
                && text.chars().all(|c| c.is_ascii_alphanumeric())
                && text.len() <= 6
                || text.chars().all(|c| ('０'..='９').contains(&c))
                || text.len() <= 8 && text.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'l'))
                || text.len() <= 8 && text.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
                || text.chars().all(|c| "一二三四五六七八九十百〇".contains(c))
        }
        _ => false,
    }
}

/// Nobody writes a number alone in parentheses, unless as a label.
pub(super) fn numeral(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_numeric() || "一二三四五六七八九十百〇".contains(c))
}

/// Words that begin a declaration or the subject of a sentence.
fn starts_item(kind: Option<TokenKind>) -> bool {
    matches!(
        kind,
        Some(
            K::Kind
                | K::Body
                | K::Office
                | K::Act
                | K::Deed
                | K::Event
                | K::Given
                | K::Define
                | K::Table
                | K::Status
                | K::Decision
                | K::Procedure
                | K::Any
                | K::Each
                | K::Either
        )
    )
}
