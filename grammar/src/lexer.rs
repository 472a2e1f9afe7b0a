//! From text to tokens.
//!
//! logos cuts the text into words, numbers, signs and comments; [`crate::glue`] then joins what belongs
//! together. Whatever is no token at all is reported here, once for a run of such characters, so that the
//! parser never fails on a single character.

use crate::glue::glue;
use crate::token::{Token, TokenKind, word_kind};
use logos::Logos;
use rogatio_calendar::{Day, Instant};
use rogatio_diagnostics::{Diagnostic, FileId, Span, codes};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A comment with its place.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The first byte, of the first `/`.
    pub start: u32,
    /// One past the last byte, the line break not included.
    pub end: u32,
    /// Whether it is alone on its line.
    pub first_on_line: bool,
    /// `///`: belongs to the declaration that follows.
    pub doc: bool,
}

/// What the lexer makes of a text.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// The tokens, glued.
    pub tokens: Vec<Token>,
    /// The comments.
    pub comments: Vec<Comment>,
    /// What is wrong with single tokens.
    pub diagnostics: Vec<Diagnostic>,
}

/// Bytes of a usual text for each of its tokens.
const TOKEN: usize = 6;

/// How many findings of the lexer are reported before it says that there are too many.
const LIMIT: usize = 50;

#[derive(Logos, Copy, Clone, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\f\u{a0}\u{feff}\u{3000}]+")]
enum Raw {
    #[regex(r"\n")]
    Newline,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    // U+200C and U+200D are refused, but read as part of the name: one message, not three.
    #[regex(
        r"\p{XID_Start}[\p{XID_Continue}\u{200b}-\u{200d}\u{2060}]*",
        priority = 4
    )]
    #[regex(r"_[\p{XID_Continue}\u{200b}-\u{200d}\u{2060}]+", priority = 4)]
    Word,
    #[token("_")]
    Underscore,
    #[regex(r"[0-9][0-9_]*", priority = 6)]
    Int,
    #[regex(r"[０-９]+")]
    WideInt,
    #[regex(r"[0-9]+\.[0-9]+")]
    Decimal,
    #[regex(r"[0-9]+(\.[0-9]+)?%")]
    Percent,
    #[regex(r"[0-9]+(st|nd|rd|th)", priority = 10)]
    Ordinal,
    #[regex(r"[0-9]+[A-Za-z][A-Za-z0-9]*", priority = 5)]
    Number,
    #[regex(r"[0-9]{3,5}-[0-9]{1,2}-[0-9]{1,2}")]
    #[regex(r"[0-9]{1,2}-[0-9][0-9]-[0-9][0-9]")]
    #[regex(r"[0-9]{3,4}/[0-9]{1,2}/[0-9]{1,2}")]
    #[regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")]
    Date,
    #[regex(r"[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}T[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?(Z|[+\-][0-9]{1,2}:[0-9]{2})?")]
    DateTime,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#, priority = 6)]
    Str,
    #[regex(r#""([^"\\\n]|\\[^\n])*"#, priority = 5)]
    OpenStr,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("->")]
    Arrow,
    #[token("=")]
    Eq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("&")]
    Amp,
    #[token("|")]
    Bar,
    #[token("?")]
    Question,
    #[token("~")]
    Tilde,
    #[token("#")]
    Hash,
    #[token("@")]
    At,
    #[token("==")]
    EqEq,
    #[token("&&")]
    AmpAmp,
    #[token("||")]
    BarBar,
    #[token("!")]
    Bang,
    #[token("=>")]
    FatArrow,
    #[token("（")]
    WideLParen,
    #[token("）")]
    WideRParen,
    #[token("、")]
    #[token("，")]
    WideComma,
    #[token("：")]
    WideColon,
    #[token("｛")]
    WideLBrace,
    #[token("｝")]
    WideRBrace,
    #[token("＝")]
    WideEq,
}

/// Cuts `text` into tokens. Never fails: what cannot be read becomes [`TokenKind::Error`] and a diagnostic.
#[must_use]
pub fn lex(file: FileId, text: &str) -> Lexed {
    let mut lexer = Lexer {
        file,
        text,
        out: Lexed {
            tokens: Vec::with_capacity(text.len() / TOKEN),
            ..Lexed::default()
        },
        first: true,
        bad: None,
    };
    if u32::try_from(text.len()).is_err() {
        lexer.out.diagnostics.push(
            Diagnostic::error(codes::E0108, "the file is larger than 4 gigabytes")
                .at(Span::new(file, 0, 0), "from here on"),
        );
        return lexer.out;
    }
    lexer.run();
    let mut out = lexer.out;
    out.tokens = glue(file, text, &out.tokens, &mut out.diagnostics);
    out
}

struct Lexer<'s> {
    file: FileId,
    text: &'s str,
    out: Lexed,
    first: bool,
    /// A run of characters that mean nothing.
    bad: Option<(u32, u32)>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut raw = Raw::lexer(self.text);
        while let Some(result) = raw.next() {
            let span = raw.span();
            let (start, end) = (span.start as u32, span.end as u32);
            match result {
                Ok(raw) => {
                    self.end_bad();
                    self.token(raw, start, end);
                }
                Err(()) => match &mut self.bad {
                    Some((_, last)) if *last == start => *last = end,
                    _ => {
                        self.end_bad();
                        self.bad = Some((start, end));
                    }
                },
            }
            if self.out.diagnostics.len() >= LIMIT {
                break;
            }
        }
        self.end_bad();
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    fn push(&mut self, kind: TokenKind, start: u32, end: u32) {
        self.out.tokens.push(Token {
            kind,
            start,
            end,
            first_on_line: self.first,
        });
        self.first = false;
    }

    /// Reports the run of unknown characters that ends here.
    #[inline]
    fn end_bad(&mut self) {
        if let Some((start, end)) = self.bad.take() {
            self.report_bad(start, end);
        }
    }

    fn report_bad(&mut self, start: u32, end: u32) {
        let run = self.slice(start, end);
        let first = run.chars().next().unwrap_or(' ');
        let shown = if first.is_control() || first.is_whitespace() {
            format!("character U+{:04X}", first as u32)
        } else {
            format!("`{first}`")
        };
        let more = run.chars().count() - 1;
        let message = match more {
            0 => format!("{shown} has no meaning here"),
            n => format!("{shown} and {n} more characters have no meaning here"),
        };
        let help = match first {
            ';' => Some("leave it out: a line needs no sign at its end"),
            '[' | ']' => Some("write `(` and `)` for arguments, `{` and `}` for blocks"),
            '“' | '”' | '„' | '«' | '»' | '「' | '」' | '\'' | '‘' | '’' => {
                Some("write texts in straight quotes: \"…\"")
            }
            '≥' => Some("write `>=`, or `is at least` before a share"),
            '≤' => Some("write `<=`, or `is at most` before a share"),
            '≠' => Some("write `!=`"),
            '–' | '—' | '−' | '－' => Some("write `-`"),
            '。' | '．' => Some("leave it out, or write `.`"),
            _ => None,
        };
        let mut diagnostic =
            Diagnostic::error(codes::E0109, message).at(self.span(start, end), "unknown character");
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
        // A stray separator is dropped, so that it costs one message only.
        if first != ';' {
            self.push(TokenKind::Error, start, end);
        }
    }

    /// A sign of another language, read as the one that is meant.
    fn foreign(&mut self, code: rogatio_diagnostics::Code, kind: TokenKind, start: u32, end: u32) {
        let sign = self.slice(start, end);
        let meant = kind.spelling();
        let diagnostic =
            Diagnostic::error(code, format!("`{sign}` is not a sign of this language"))
                .at(self.span(start, end), format!("write `{meant}`"))
                .help(format!("write `{meant}` instead of `{sign}`"));
        self.report(diagnostic);
        self.push(kind, start, end);
    }

    fn token(&mut self, raw: Raw, start: u32, end: u32) {
        use TokenKind as K;
        let kind = match raw {
            Raw::Newline => {
                self.first = true;
                return;
            }
            Raw::Comment => {
                let text = self.slice(start, end);
                let doc = text.starts_with("///") && !text.starts_with("////");
                let trimmed = start + text.trim_end().len() as u32;
                self.out.comments.push(Comment {
                    start,
                    end: trimmed,
                    first_on_line: self.first,
                    doc,
                });
                return;
            }
            Raw::Word => return self.word(start, end),
            Raw::Int => return self.int(start, end),
            Raw::Date => return self.date(start, end),
            Raw::DateTime => {
                if let Err(why) = self.slice(start, end).parse::<Instant>() {
                    let diagnostic = Diagnostic::error(
                        codes::E0105,
                        format!("not a date and time: {why}"),
                    )
                    .at(self.span(start, end), "this time cannot be read")
                    .help("write year, month, day, `T`, hours and minutes: `1993-09-30T12:00`");
                    self.report(diagnostic);
                }
                K::DateTime
            }
            Raw::OpenStr => {
                let diagnostic =
                    Diagnostic::error(codes::E0104, "this text has no closing quote on its line")
                        .at(self.span(start, end), "begins here")
                        .help("write `\"` at its end");
                self.report(diagnostic);
                K::Str
            }
            Raw::EqEq => return self.foreign(codes::E0111, K::Eq, start, end),
            Raw::AmpAmp => return self.foreign(codes::E0111, K::And, start, end),
            Raw::BarBar => return self.foreign(codes::E0111, K::Or, start, end),
            Raw::Bang => return self.foreign(codes::E0111, K::Not, start, end),
            Raw::FatArrow => return self.foreign(codes::E0111, K::Arrow, start, end),
            Raw::WideComma => return self.foreign(codes::E0109, K::Comma, start, end),
            Raw::WideColon => return self.foreign(codes::E0109, K::Colon, start, end),
            Raw::WideLBrace => return self.foreign(codes::E0109, K::LBrace, start, end),
            Raw::WideRBrace => return self.foreign(codes::E0109, K::RBrace, start, end),
            Raw::WideEq => return self.foreign(codes::E0109, K::Eq, start, end),
            // Full-width parentheses are right around a label; the gluing pass reports the others.
            Raw::LParen | Raw::WideLParen => K::LParen,
            Raw::RParen | Raw::WideRParen => K::RParen,
            Raw::LBrace => K::LBrace,
            Raw::RBrace => K::RBrace,
            Raw::Comma => K::Comma,
            Raw::Colon => K::Colon,
            Raw::Dot => K::Dot,
            Raw::DotDot => K::DotDot,
            Raw::Arrow => K::Arrow,
            Raw::Eq => K::Eq,
            Raw::Ne => K::Ne,
            Raw::Lt => K::Lt,
            Raw::Le => K::Le,
            Raw::Gt => K::Gt,
            Raw::Ge => K::Ge,
            Raw::Plus => K::Plus,
            Raw::Minus => K::Minus,
            Raw::Star => K::Star,
            Raw::Slash => K::Slash,
            Raw::Amp => K::Amp,
            Raw::Bar => K::Bar,
            Raw::Question => K::Question,
            Raw::Tilde => K::Tilde,
            Raw::Hash => K::Hash,
            Raw::At => K::At,
            Raw::Underscore => K::Underscore,
            Raw::WideInt => K::Number,
            Raw::Decimal => K::Decimal,
            Raw::Percent => K::Percent,
            Raw::Ordinal => K::Ordinal,
            Raw::Number => K::Number,
            Raw::Str => K::Str,
        };
        self.push(kind, start, end);
    }

    fn word(&mut self, start: u32, end: u32) {
        let word = self.slice(start, end);
        if word.is_ascii() {
            let kind = word_kind(word);
            if word == "shall" {
                let diagnostic = Diagnostic::error(
                    codes::E0111,
                    "`shall` is not a word of this language",
                )
                .at(self.span(start, end), "write `must`")
                .help("write `must` for a duty, `may` for a power, `should` for a recommendation");
                self.report(diagnostic);
                return self.push(TokenKind::Must, start, end);
            }
            return self.push(kind, start, end);
        }
        let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}');
        if word.contains(hidden) {
            let clean: String = word.chars().filter(|&c| !hidden(c)).nfc().collect();
            let diagnostic =
                Diagnostic::error(codes::E0110, "a name holds a character that cannot be seen")
                    .at(
                        self.span(start, end),
                        "a joiner or a space of no width is in this name",
                    )
                    .help(format!("type the name again: `{clean}`"));
            self.report(diagnostic);
        }
        self.push(TokenKind::Ident, start, end);
    }

    fn int(&mut self, start: u32, end: u32) {
        if parse_int(self.slice(start, end)).is_none() {
            let diagnostic = Diagnostic::error(codes::E0106, "this number is too large")
                .at(self.span(start, end), "more than 9223372036854775807")
                .help("count in a larger unit");
            self.report(diagnostic);
        }
        self.push(TokenKind::Int, start, end);
    }

    fn date(&mut self, start: u32, end: u32) {
        let text = self.slice(start, end);
        if let Err(why) = text.parse::<Day>() {
            let parts: Vec<u32> = text
                .split(['-', '/'])
                .map(|p| p.parse().unwrap_or(0))
                .collect();
            let spelt = match parts[..] {
                [year, month, day] if year > 31 || text.starts_with("00") => {
                    Day::from_ymd(year as i32, month, day)
                }
                _ => None,
            };
            let (message, help) = match spelt {
                Some(day) => (
                    format!("`{text}` is not how a date is written"),
                    format!("write {day}"),
                ),
                None if text.contains('/') => (
                    format!("`{text}` is not how a date is written"),
                    "write year, month and day with `-`: `1993-09-30`".to_owned(),
                ),
                None => (
                    format!("`{text}` is not a date: {why}"),
                    "write a day that exists, as year-month-day: `1993-09-30`".to_owned(),
                ),
            };
            let diagnostic = Diagnostic::error(codes::E0105, message)
                .at(self.span(start, end), "not a date")
                .help(help);
            self.report(diagnostic);
        }
        self.push(TokenKind::Date, start, end);
    }
}

/// The value of an `INT` token; underscores are for the eye.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    if text.contains('_') {
        text.replace('_', "").parse().ok()
    } else {
        text.parse().ok()
    }
}

/// The value of a `DATE` token; a badly written one (reported by the lexer) is read as it was meant.
pub(crate) fn parse_day(text: &str) -> Day {
    if let Ok(day) = text.parse() {
        return day;
    }
    let parts: Vec<u32> = text
        .split(['-', '/'])
        .map(|p| p.parse().unwrap_or(1))
        .collect();
    let (year, month, day) = match parts[..] {
        [a, b, c] if c > 31 => (c, b, a),
        [a, b, c] => (a, b, c),
        _ => (1, 1, 1),
    };
    let (year, month) = (year.clamp(1, 9999) as i32, month.clamp(1, 12));
    (1..=day.clamp(1, 31))
        .rev()
        .find_map(|d| Day::from_ymd(year, month, d))
        .unwrap_or(Day::MIN)
}

/// A name in Unicode normal form C, without characters that cannot be seen.
pub(crate) fn normal(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}');
    if text.contains(hidden) {
        return text.chars().filter(|&c| !hidden(c)).nfc().collect();
    }
    if is_nfc(text) {
        text.to_owned()
    } else {
        text.nfc().collect()
    }
}
