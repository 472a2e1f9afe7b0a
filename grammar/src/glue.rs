//! The gluing pass: why `must not` is one token, and `quorum` can still be a name.
//!
//! Sentences have no full stop. After the last word of one sentence the next one begins at once, most often
//! with a name; so the parser, which looks one token ahead, must tell from that token alone whether the
//! sentence goes on. A word that could be either would have to be reserved everywhere, and a language about
//! institutions cannot afford to reserve `once`, `even`, `held`, `most` or `term`.
//!
//! This pass looks two to four tokens ahead instead. It joins words that mean something only together (`must
//! not`, `at least`, `once from`, `by each of`), numbers and their units (`90 days`), and decides by its
//! neighbours what a few words are: `term` is a keyword before `immediately`, `reading` before a name and `{`,
//! `only` after a citation; elsewhere they are names like any other. It also tells three things apart that look
//! the same to the lexer:
//!
//! * `(4)` first on its line is a *label* of the item that follows; directly after `article 13` it is a
//!   *paragraph* of that number; anywhere else it is an argument.
//! * `1993-09-30` before `:` is a *stamp* of a scenario; elsewhere a date.
//! * `Bill#1` without spaces is one name, that of the first `Bill`; `#` after a date is the order in a day.
//! * `void` after `expect` is a *verdict* unless an operator follows.
//!
//! White space, comments and line breaks may stand between glued words. Layout has no meaning except in two
//! places, both for labels: a label begins its line, and a paragraph stands on the line of its number.

mod join;
mod label;

use self::label::{is_label, numeral};
use crate::token::{Token, TokenKind, TokenKind as K, is_name};
use rogatio_diagnostics::{Diagnostic, FileId, Span, codes};
use std::collections::HashSet;

/// Glues `raw`, the tokens of the lexer.
pub(crate) fn glue(
    file: FileId,
    text: &str,
    raw: &[Token],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Token> {
    let mut gluer = Gluer {
        file,
        text,
        raw,
        at: 0,
        out: Vec::with_capacity(raw.len()),
        modules: modules_named(text, raw),
        parens: 0,
        cite: Cite::No,
        in_applies: false,
        in_with: false,
        cited_module: false,
        in_clock: false,
        diagnostics,
    };
    while gluer.at < raw.len() {
        gluer.step();
    }
    gluer.out
}

/// Whether the last token belongs to the number of a provision.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Cite {
    No,
    /// A heading word or `art`: a number is next.
    Heading,
    /// A number or a paragraph: `(4)` is a paragraph, `>` goes on to a further number.
    Number,
    /// `,`, `..` or `>` after a number.
    Joint,
}

/// Names that stand for modules in a text: `use … as cartagena`, `module x(convention: module)`.
fn modules_named<'a>(text: &'a str, raw: &[Token]) -> HashSet<&'a str> {
    let mut found = HashSet::new();
    for (i, token) in raw.iter().enumerate() {
        let before = |n: usize| i.checked_sub(n).and_then(|at| raw.get(at));
        let after_colon = || before(1).is_some_and(|t| t.kind == K::Colon);
        let name = match token.kind {
            K::As
                if raw[..i]
                    .iter()
                    .rev()
                    .find(|t| t.first_on_line)
                    .is_some_and(|t| t.kind == K::Use) =>
            {
                raw.get(i + 1)
            }
            K::Module if after_colon() => before(2),
            _ => None,
        };
        if let Some(name) = name {
            found.insert(name.text(text));
        }
    }
    found
}

struct Gluer<'a> {
    file: FileId,
    text: &'a str,
    raw: &'a [Token],
    at: usize,
    out: Vec<Token>,
    /// Names of modules: what follows a dot behind them is one name with them.
    modules: HashSet<&'a str>,
    parens: u32,
    cite: Cite,
    /// After `applies`, to the end of its substitutions: a comma may go on with `(6)`.
    in_applies: bool,
    /// After `with`: `in (2)` names parts.
    in_with: bool,
    /// After `art 27 of`: the name of a module, and perhaps `only`.
    cited_module: bool,
    /// After `clock`: `calendar` is a keyword.
    in_clock: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// The verdicts that `expect` may name alone.
const VERDICTS: &[&str] = &[
    "void",
    "valid",
    "lawful",
    "breach",
    "late",
    "undetermined",
    "stuck",
    "shortfall",
    "outstanding",
    "pending",
    "conflict",
    "dilemma",
    "unassessed",
    "fulfilled",
];

const RANKS: &[&str] = &["most", "fewest", "earliest", "latest"];

impl Gluer<'_> {
    fn kind(&self, ahead: usize) -> Option<TokenKind> {
        self.raw.get(self.at + ahead).map(|t| t.kind)
    }

    fn text_at(&self, ahead: usize) -> &str {
        self.raw
            .get(self.at + ahead)
            .map_or("", |t| t.text(self.text))
    }

    fn is(&self, ahead: usize, word: &str) -> bool {
        self.text_at(ahead) == word
    }

    /// Whether the token is a word that could be a name.
    fn named(&self, ahead: usize) -> bool {
        self.kind(ahead)
            .is_some_and(|k| is_name(k) || contextual(k))
    }

    fn last(&self) -> Option<TokenKind> {
        self.out.last().map(|t| t.kind)
    }

    fn nth_last(&self, n: usize) -> Option<TokenKind> {
        self.out
            .len()
            .checked_sub(n)
            .and_then(|i| self.out.get(i))
            .map(|t| t.kind)
    }

    fn same_line(&self, ahead: usize) -> bool {
        self.raw
            .get(self.at + ahead)
            .is_some_and(|t| !t.first_on_line)
    }

    /// Emits the next `count` raw tokens as one.
    fn emit(&mut self, kind: TokenKind, count: usize) {
        let (Some(first), Some(last)) = (self.raw.get(self.at), self.raw.get(self.at + count - 1))
        else {
            self.at = self.raw.len();
            return;
        };
        self.out.push(Token {
            kind,
            start: first.start,
            end: last.end,
            first_on_line: first.first_on_line,
        });
        self.at += count;
        match kind {
            K::LParen => self.parens += 1,
            K::RParen => self.parens = self.parens.saturating_sub(1),
            K::LBrace | K::RBrace => {
                self.parens = 0;
                self.in_applies = false;
                self.in_with = false;
                if kind == K::RBrace {
                    self.in_clock = false;
                }
            }
            K::Applies | K::AppliesVersionBefore => self.in_applies = true,
            K::With => self.in_with = self.in_applies,
            K::When | K::Unless => self.in_with = false,
            K::Clock => self.in_clock = true,
            _ => {}
        }
    }

    fn step(&mut self) {
        let Some(token) = self.raw.get(self.at).copied() else {
            return;
        };
        let kind = token.kind;
        self.end_applies(token);
        // A word directly after a dot is a name, whatever it is elsewhere: `un.charter.body`, `p.kind`.
        let after_dot = self.last() == Some(K::Dot)
            && self.out.last().is_some_and(|dot| dot.end == token.start)
            && self.out.len() > 1
            && token
                .text(self.text)
                .starts_with(|c: char| c.is_alphabetic());
        if after_dot {
            self.cite = Cite::No;
            return self.emit(K::Ident, 1);
        }
        if self.numbered() {
            self.cite = Cite::No;
            return self.emit(K::Instance, 3);
        }
        if self.of_module(token) {
            self.cite = Cite::No;
            return self.emit(K::Ident, 3);
        }
        match kind {
            K::LParen => return self.paren(),
            K::RParen => {
                self.wide(0);
                self.cite = Cite::No;
                return self.emit(K::RParen, 1);
            }
            K::Comma => {
                let joint = self.cite == Cite::Number
                    && (matches!(self.kind(1), Some(K::Int | K::Number | K::Decimal))
                        || self.in_applies && self.kind(1) == Some(K::LParen));
                self.cite = if joint { Cite::Joint } else { Cite::No };
                if self.is(1, "then") && RANKS.contains(&self.text_at(2)) {
                    return self.emit(K::ThenRank, 3);
                }
                return self.emit(K::Comma, 1);
            }
            K::DotDot => {
                self.cite = if self.cite == Cite::Number {
                    Cite::Joint
                } else {
                    Cite::No
                };
                return self.emit(K::DotDot, 1);
            }
            K::Gt
                if self.cite == Cite::Number
                    && (matches!(self.kind(1), Some(K::Int | K::Number)) || self.heads(1)) =>
            {
                self.cite = Cite::Joint;
                return self.emit(K::CiteGt, 1);
            }
            K::Article | K::Annex | K::Section | K::Part | K::Chapter | K::Paragraph | K::Art
                if self.cite == Cite::Number && !token.first_on_line && self.is_numbered(1) =>
            {
                self.cite = Cite::Heading;
                return self.emit(K::CiteHeading, 1);
            }
            K::Annex | K::Section | K::Part | K::Chapter | K::Paragraph
                if self.out.last().is_some_and(|t| t.kind == K::Of)
                    && self.is_event(1)
                    && self.is_numbered(1) =>
            {
                self.cite = Cite::Heading;
                return self.emit(K::CiteHeading, 1);
            }
            K::Of if self.cite == Cite::Number && !token.first_on_line && self.named(1) => {
                self.cite = Cite::No;
                self.emit(K::OfModule, 1);
                self.cited_module = true;
                return;
            }
            K::Of if self.of_copy() => {
                self.cite = Cite::No;
                return self.emit(K::OfCopy, 1);
            }
            K::In if self.in_with && self.kind(1) == Some(K::Int) => {
                self.cite = Cite::Joint;
                return self.emit(K::In, 1);
            }
            _ => {}
        }
        // The number after a heading word.
        let number = match kind {
            K::Int | K::Number | K::Decimal => matches!(self.cite, Cite::Heading | Cite::Joint),
            _ => self.cite == Cite::Heading && !token.first_on_line && self.named(0),
        };
        if number {
            self.cite = Cite::Number;
            let kind = if matches!(kind, K::Int | K::Number | K::Decimal) {
                kind
            } else {
                K::Ident
            };
            return self.emit(kind, 1);
        }
        let after_module = self.cited_module && self.last() != Some(K::OfModule);
        if after_module && kind != K::Dot {
            self.cited_module = false;
        }
        let cited = self.cite == Cite::Number || after_module;
        if kind == K::Ident && cited && self.is(0, "only") && !token.first_on_line {
            self.cite = Cite::No;
            return self.emit(K::Only, 1);
        }
        self.cite = match kind {
            K::Article | K::Annex | K::Section | K::Part | K::Chapter | K::Paragraph | K::Art => {
                Cite::Heading
            }
            K::Preamble => Cite::Number,
            _ => Cite::No,
        };
        let (kind, count) = self.joined(kind);
        if matches!(
            kind,
            K::From
                | K::Until
                | K::While
                | K::Is
                | K::OnceFrom
                | K::NoneAfter
                | K::Except
                | K::Unless
        ) {
            self.tail_labels();
        }
        self.emit(kind, count);
    }

    /// `Amendment#1`, written together: the first instance of a procedure.
    fn numbered(&self) -> bool {
        let [Some(name), Some(hash), Some(number)] =
            [0, 1, 2].map(|ahead| self.raw.get(self.at + ahead))
        else {
            return false;
        };
        (hash.kind, number.kind) == (K::Hash, K::Int)
            && (name.end, hash.end) == (hash.start, number.start)
            && self.named(0)
    }

    /// `cartagena.bound`, written together: a name of the module used as `cartagena`.
    fn of_module(&self, token: Token) -> bool {
        let [Some(dot), Some(name)] = [1, 2].map(|ahead| self.raw.get(self.at + ahead)) else {
            return false;
        };
        dot.kind == K::Dot
            && is_name(token.kind)
            && (token.end, dot.end) == (dot.start, name.start)
            && !matches!(self.last(), Some(K::Dot | K::Use))
            && self.modules.contains(token.text(self.text))
            && name.text(self.text).starts_with(char::is_alphabetic)
    }

    /// Whether the word there is a heading that a number follows on its line: `annex II`.
    fn heads(&self, ahead: usize) -> bool {
        matches!(
            self.kind(ahead),
            Some(K::Annex | K::Section | K::Part | K::Chapter | K::Paragraph)
        ) && self.is_numbered(ahead + 1)
    }

    /// The number of a provision stands there, on the same line.
    fn is_numbered(&self, ahead: usize) -> bool {
        self.same_line(ahead)
            && (matches!(self.kind(ahead), Some(K::Int | K::Number)) || self.named(ahead))
    }

    /// So many tokens back a word stands that makes an event of a provision: `breach of annex II`.
    fn is_event(&self, back: usize) -> bool {
        let word = self.out.iter().rev().nth(back);
        word.is_some_and(|t| ["lapse", "breach", "fulfilment"].contains(&t.text(self.text)))
    }

    /// `renewal(m) of art 9(5)`: not `lapse of art 9(5)`, which is an event of that article.
    fn of_copy(&self) -> bool {
        !self.is_event(0) && (self.kind(1) == Some(K::Art) || self.heads(1))
    }

    /// What begins a line and goes on with nothing ends the substitutions before it: `in (a)` is no part any more.
    fn end_applies(&mut self, token: Token) {
        if !self.in_applies || !token.first_on_line {
            return;
        }
        let goes_on = matches!(
            token.kind,
            K::With | K::Arrow | K::In | K::Comma | K::DotDot | K::As | K::Of
        ) || matches!(
            self.last(),
            Some(
                K::Applies
                    | K::With
                    | K::Arrow
                    | K::In
                    | K::Comma
                    | K::DotDot
                    | K::AsOf
                    | K::OfModule
                    | K::Quoting
            )
        ) || token.text(self.text) == "quoting";
        if !goes_on {
            self.in_applies = false;
            self.in_with = false;
        }
    }

    /// Labels directly before a clause of a status or an exception belong to it, not to a new item.
    fn tail_labels(&mut self) {
        for token in self.out.iter_mut().rev() {
            if token.kind != K::Label {
                break;
            }
            token.kind = K::TailLabel;
        }
    }

    /// `(`: a label, a paragraph, or a parenthesis.
    fn paren(&mut self) {
        let token = self.raw[self.at];
        let closes = self.kind(2) == Some(K::RParen);
        if closes && is_label(self.text_at(1)) {
            let para = matches!(self.cite, Cite::Number | Cite::Joint)
                && (!token.first_on_line || self.in_applies)
                || self.in_with && matches!(self.last(), Some(K::In));
            if para {
                self.emit(K::Para, 3);
                self.cite = Cite::Number;
                return;
            }
            let begins = match self.out.last() {
                None => true,
                Some(last) => match last.kind {
                    K::LBrace | K::RBrace | K::Label => true,
                    kind => {
                        token.first_on_line && (numeral(self.text_at(1)) || !awaits_operand(kind))
                    }
                },
            };
            if begins && self.parens == 0 {
                self.cite = Cite::No;
                return self.emit(K::Label, 3);
            }
            self.perhaps_label(token);
        }
        self.wide(0);
        self.cite = Cite::No;
        self.emit(K::LParen, 1);
    }

    /// Reports a full-width parenthesis outside a label.
    fn wide(&mut self, ahead: usize) {
        let Some(token) = self.raw.get(self.at + ahead) else {
            return;
        };
        let sign = token.text(self.text);
        let plain = match sign {
            "（" => "(",
            "）" => ")",
            _ => return,
        };
        self.diagnostics.push(
            Diagnostic::error(codes::E0109, format!("`{sign}` is a full-width sign"))
                .at(
                    Span::new(self.file, token.start, token.end),
                    format!("write `{plain}`"),
                )
                .help("full-width parentheses may stand only around a label, such as （１）"),
        );
    }
}

/// Words that this pass decides about.
fn contextual(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Source | K::Branch | K::Term | K::Reading | K::Begin | K::Horizon | K::Calendar
    )
}

/// After these an operand must follow, so `(x)` cannot be a label.
fn awaits_operand(kind: TokenKind) -> bool {
    operator(kind) && !matches!(kind, K::RParen)
        || matches!(
            kind,
            K::Not
                | K::When
                | K::Unless
                | K::Upon
                | K::Comma
                | K::LParen
                | K::Arrow
                | K::First
                | K::Last
                | K::Until
                | K::Except
                | K::Expect
                | K::Between
                | K::Within
                | K::Every
                | K::During
                | K::Assume
                | K::Measure
        )
}

/// Whether an expression goes on with this token.
pub(crate) fn operator(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Plus
            | K::Minus
            | K::Star
            | K::Slash
            | K::Amp
            | K::Bar
            | K::Eq
            | K::Ne
            | K::Lt
            | K::Le
            | K::Gt
            | K::Ge
            | K::And
            | K::Or
            | K::In
            | K::Is
            | K::Of
            | K::By
            | K::For
            | K::To
            | K::Under
            | K::After
            | K::Before
            | K::Where
            | K::Dot
            | K::DotDot
            | K::LParen
            | K::OrElse
            | K::AsOf
            | K::InTheLast
    )
}
