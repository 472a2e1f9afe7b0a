//! Refuses what is nested too deeply, before it is parsed.
//!
//! The parser keeps its own stack, but the tree it builds is walked by recursion in every later pass, and even
//! freed by recursion. So the height of the tree is bounded here, on the tokens: brackets within brackets, long
//! chains of operators, chains of `else`.

use crate::token::{Token, TokenKind as K};
use rogatio_diagnostics::{Diagnostic, FileId, Span, codes};

/// Brackets within brackets.
pub(crate) const NESTING: usize = 128;
/// Operators along one path of an expression.
pub(crate) const HEIGHT: u32 = 256;
/// Sentences joined by `else`.
const ELSES: u32 = 64;

/// What is open at one bracket: the height of the expression so far.
#[derive(Copy, Clone, Default)]
struct Level {
    /// `and`, `or`, `not` of this expression.
    logic: u32,
    /// Other operators since the last of those.
    ops: u32,
    /// The greatest such number.
    most: u32,
    /// The greatest height of a bracket inside.
    inner: u32,
}

impl Level {
    fn height(self) -> u32 {
        self.logic + self.most.max(self.ops) + self.inner + 1
    }
}

/// The first place where a limit is passed.
pub(crate) fn check(file: FileId, tokens: &[Token]) -> Option<Diagnostic> {
    let mut stack = vec![Level::default()];
    let mut elses = 0;
    let mut after_else = false;
    let mut ended = false;
    for token in tokens {
        let kind = token.kind;
        let begins = operand(kind);
        let Some(level) = stack.last_mut() else { break };
        if ended && begins && kind != K::LParen {
            // Two operands side by side: the second begins something else.
            *level = Level::default();
        }
        match kind {
            K::LParen | K::LBrace => {
                if stack.len() > NESTING {
                    return Some(too_deep(
                        file,
                        *token,
                        &format!("more than {NESTING} brackets are open here"),
                    ));
                }
                stack.push(Level::default());
            }
            K::RParen | K::RBrace => {
                let height = level.height();
                if stack.len() > 1 {
                    stack.pop();
                }
                if let Some(outer) = stack.last_mut() {
                    if kind == K::RBrace {
                        *outer = Level::default();
                    } else {
                        outer.inner = outer.inner.max(height);
                    }
                }
            }
            K::And | K::Or | K::Not => {
                level.logic += 1;
                level.most = level.most.max(level.ops);
                level.ops = 0;
            }
            kind if operator(kind) => level.ops += 1,
            K::Comma => {
                *level = Level {
                    inner: level.inner,
                    ..Level::default()
                }
            }
            _ if begins => {}
            _ => *level = Level::default(),
        }
        if stack.last().is_some_and(|l| l.height() > HEIGHT) {
            return Some(too_deep(
                file,
                *token,
                &format!("more than {HEIGHT} operators in one expression"),
            ));
        }
        match kind {
            K::Else => after_else = true,
            K::May
            | K::Cannot
            | K::Must
            | K::MustNot
            | K::Should
            | K::ShouldNot
            | K::MustEnsure
            | K::ShouldEnsure => {
                elses = if after_else { elses + 1 } else { 0 };
                after_else = false;
                if elses > ELSES {
                    return Some(too_deep(
                        file,
                        *token,
                        &format!("more than {ELSES} sentences joined by `else`"),
                    ));
                }
            }
            _ => {}
        }
        ended = begins && kind != K::LParen || matches!(kind, K::RParen | K::RBrace);
    }
    None
}

fn too_deep(file: FileId, token: Token, why: &str) -> Diagnostic {
    Diagnostic::error(codes::E0108, "this is nested too deeply")
        .at(Span::new(file, token.start, token.end), why)
        .help("name a part with `define` and use its name")
}

/// What an operand consists of. `-` is left out: it may stand between two.
fn operand(kind: K) -> bool {
    crate::token::is_name(kind)
        || matches!(
            kind,
            K::Int
                | K::Decimal
                | K::Number
                | K::Percent
                | K::Duration
                | K::Date
                | K::DateTime
                | K::Str
                | K::Para
                | K::Instance
                | K::LParen
                | K::Underscore
        )
}

fn operator(kind: K) -> bool {
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
            | K::OrElse
            | K::AsOf
            | K::InTheLast
            | K::SetOf
            | K::Question
            | K::First
            | K::Last
            | K::Ordinal
            | K::Any
            | K::Each
            | K::Either
            | K::FirstTime
            | K::Every
            | K::Art
            | K::CiteGt
            | K::CiteHeading
            | K::ByEachOf
            | K::AtLeast
            | K::AtMost
            | K::MoreThan
            | K::LessThan
    )
}
