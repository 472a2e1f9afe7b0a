//! Parsing on after a mistake.
//!
//! A text without mistakes is parsed once and this file is not used. Otherwise the text is cut into its
//! declarations, each is parsed by itself, and where one fails, the smallest group of lines around the mistake
//! is reported, cut out, and the rest parsed again: so one mistake costs one message and one line, and what
//! stands before and after keeps its tree. Layout is read here, to guess what the author meant; it never gives
//! a text a meaning.
//!
//! LALRPOP's own recovery is not used. Sentences begin with a name, so every word could restart one, and the
//! parser would rather begin a sentence at the next word than look for the next clause.

mod reserved;

use self::reserved::Reserved;
use crate::ast::{Item, ItemKind};
use crate::make::{Ctx, Parsed};
use crate::message;
use crate::parser::{self, Failure};
use crate::token::{Token, TokenKind, TokenKind as K};
use rogatio_diagnostics::{Diagnostic, Span, codes};

/// How many messages one text gets.
pub(crate) const MOST: usize = 50;
/// How many mistakes are cut out of one declaration.
const TRIES: usize = 20;

/// Parses a module with mistakes.
pub(crate) fn module(ctx: &Ctx<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Item> {
    let mut items = vec![];
    let mut inner = vec![];
    let mut names = Reserved::of(ctx);
    let chunks = chunks(ctx, diagnostics);
    let mut complete = !diagnostics.iter().any(Diagnostic::is_error);
    for chunk in chunks {
        if diagnostics.len() > MOST {
            break;
        }
        let (tokens, cuts) = repair(ctx, K::StartModule, chunk, &mut names, diagnostics);
        complete &= tokens.is_some() && cuts.is_empty();
        if let Some(Parsed::Items(mut parsed)) =
            tokens.and_then(|t| parser::run(ctx, K::StartModule, &t).ok())
        {
            items.append(&mut parsed);
        }
        for cut in cuts {
            match cut.top {
                true => items.push(error(cut.names, cut.span)),
                false => inner.extend(cut.names),
            }
        }
    }
    names.tell(diagnostics);
    // A clause cut out of a declaration that is kept leaves a mark too: later passes must not complain of what is missing.
    if !complete
        && (!inner.is_empty() || !items.iter().any(|i| matches!(i.kind, ItemKind::Error(_))))
        && let Some(first) = diagnostics.iter().find(|d| d.is_error())
    {
        let end = first.span().end;
        items.push(error(inner, Span::new(ctx.file, end, end)));
    }
    items.sort_by_key(|item| item.span.start);
    items
}

fn error(names: Vec<String>, span: Span) -> Item {
    Item {
        labels: vec![],
        docs: vec![],
        kind: ItemKind::Error(names),
        span,
    }
}

/// What was cut out of a text.
struct Cut {
    span: Span,
    /// Whether it stood outside all braces.
    top: bool,
    names: Vec<String>,
}

impl Cut {
    fn new(ctx: &Ctx<'_>, tokens: &[Token], top: bool) -> Option<Cut> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        Some(Cut {
            span: Span::new(ctx.file, first.start, last.end),
            top,
            names: declared(ctx, tokens),
        })
    }
}

/// The names that tokens seem to declare: what stands after `status`, `act`, `kind` and the like.
fn declared(ctx: &Ctx<'_>, tokens: &[Token]) -> Vec<String> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    pairs
        .filter(|(word, name)| {
            (starter(word.kind) || weak_starter(word.kind)) && crate::token::is_name(name.kind)
        })
        .filter_map(|(_, name)| ctx.text.get(name.start as usize..name.end as usize))
        .map(str::to_owned)
        .collect()
}

/// Parses anything else: one message per mistake.
pub(crate) fn other(
    ctx: &Ctx<'_>,
    start: TokenKind,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Parsed> {
    let mut names = Reserved::of(ctx);
    let (tokens, _) = repair(ctx, start, ctx.tokens.to_vec(), &mut names, diagnostics);
    names.tell(diagnostics);
    parser::run(ctx, start, &tokens?).ok()
}

/// Limits the number of messages.
pub(crate) fn cap(ctx: &Ctx<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() > MOST {
        diagnostics.truncate(MOST);
        let at = diagnostics
            .last()
            .map_or(Span::new(ctx.file, 0, 0), Diagnostic::span);
        diagnostics.push(
            Diagnostic::error(
                codes::E0114,
                format!("this text has more than {MOST} mistakes"),
            )
            .at(
                Span::new(ctx.file, at.end, at.end),
                "nothing after this is reported",
            )
            .help("mend the first ones and check again"),
        );
    }
}

/// Words that begin a declaration and nothing else.
pub(crate) fn starter(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Module
            | K::Kind
            | K::Office
            | K::Body
            | K::Deed
            | K::Event
            | K::Define
            | K::Status
            | K::AlsoGiven
            | K::AlsoStatus
            | K::Decision
            | K::Procedure
            | K::Stage
            | K::Outcome
            | K::Article
            | K::Clock
            | K::Scenario
            | K::Experiment
            | K::ExceptionTo
            | K::Given
            | K::Source
            | K::Term
            | K::Reading
    )
}

/// Words that begin a declaration, and may also be names.
pub(crate) fn weak_starter(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Act
            | K::Use
            | K::Unit
            | K::Table
            | K::Counting
            | K::Annex
            | K::Section
            | K::Part
            | K::Chapter
            | K::Preamble
            | K::Paragraph
    )
}

/// Whether a line may begin with it: anything but what goes on with the line before.
fn begins_line(kind: TokenKind) -> bool {
    starter(kind)
        || crate::token::is_name(kind)
        || matches!(
            kind,
            K::Label
                | K::TailLabel
                | K::Any
                | K::Each
                | K::Either
                | K::Hortatory
                | K::NotModelled
                | K::On
                | K::First
                | K::Expect
                | K::Assume
                | K::Stamp
                | K::Tilde
                | K::Measure
                | K::Param
                | K::Begin
                | K::Horizon
                | K::Branch
                | K::EventsFrom
                | K::AtMost
                | K::Underscore
                | K::RBrace
                | K::From
                | K::OnceFrom
                | K::Until
                | K::NoneAfter
                | K::Error
        )
}

/// Cuts the tokens into declarations, and reports braces without a partner.
fn chunks(ctx: &Ctx<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Vec<Token>> {
    let tokens = ctx.tokens;
    let mut unclosed = unclosed(tokens);
    let mut out: Vec<Vec<Token>> = vec![];
    let mut chunk: Vec<Token> = vec![];
    let mut open: Vec<Token> = vec![];
    for (i, token) in tokens.iter().enumerate() {
        let first_column =
            token.start == 0 || ctx.text.as_bytes().get(token.start as usize - 1) == Some(&b'\n');
        if first_column && unclosed > 0 && !open.is_empty() && opens_declaration(tokens, i) {
            unclosed = unclosed.saturating_sub(open.len());
            if let Some(brace) = open.last() {
                diagnostics.push(message::never_closed(ctx, *brace, Some(*token)));
            }
            close_all(ctx, &mut chunk, open.len());
            open.clear();
            out.push(std::mem::take(&mut chunk));
        } else if open.is_empty()
            && token.first_on_line
            && !chunk.is_empty()
            && begins_item(tokens, i, first_column)
        {
            out.push(std::mem::take(&mut chunk));
        }
        match token.kind {
            K::LBrace => open.push(*token),
            K::RBrace if open.pop().is_none() => {
                diagnostics.push(message::closes_nothing(ctx, *token));
                continue;
            }
            _ => {}
        }
        chunk.push(*token);
    }
    if let Some(brace) = open.last() {
        diagnostics.push(message::never_closed(ctx, *brace, None));
        close_all(ctx, &mut chunk, open.len());
    }
    out.push(chunk);
    out.retain(|c| !c.is_empty());
    out
}

/// Adds the closing braces that are missing.
fn close_all(ctx: &Ctx<'_>, chunk: &mut Vec<Token>, count: usize) {
    let at = chunk.last().map_or(ctx.text.len() as u32, |t| t.end);
    for _ in 0..count {
        chunk.push(Token {
            kind: K::RBrace,
            start: at,
            end: at,
            first_on_line: true,
        });
    }
}

/// How many braces are open at the end.
fn unclosed(tokens: &[Token]) -> usize {
    tokens.iter().fold(0_usize, |depth, t| match t.kind {
        K::LBrace => depth + 1,
        K::RBrace => depth.saturating_sub(1),
        _ => depth,
    })
}

/// Whether a declaration surely begins here.
fn opens_declaration(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).map(|t| t.kind);
    let kind = tokens[at].kind;
    starter(kind) || weak_starter(kind) && matches!(next, Some(K::Ident | K::Int | K::Number))
}

/// Whether, outside all braces, an item may begin here.
fn begins_item(tokens: &[Token], at: usize, first_column: bool) -> bool {
    let kind = tokens[at].kind;
    let labelled = at > 0 && tokens[at - 1].kind == K::Label;
    !labelled
        && (starter(kind)
            || opens_declaration(tokens, at)
            || first_column
                && (crate::token::is_name(kind)
                    || matches!(kind, K::Label | K::Any | K::Each | K::Either)))
}

/// Cuts mistakes out of a chunk until it parses. Gives what is left, and what was cut.
fn repair(
    ctx: &Ctx<'_>,
    start: TokenKind,
    mut tokens: Vec<Token>,
    names: &mut Reserved,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<Vec<Token>>, Vec<Cut>) {
    let mut cuts = vec![];
    let tries = if tokens.len() > 200_000 { 3 } else { TRIES };
    let mut renamed = 0;
    for _ in 0..tries {
        let failure = loop {
            match parser::run(ctx, start, &tokens) {
                Ok(_) => return (Some(tokens), cuts),
                Err(failure)
                    if renamed < tries * 5
                        && names.rename(ctx, start, &mut tokens, &failure, diagnostics) =>
                {
                    renamed += 1;
                }
                Err(failure) => break failure,
            }
        };
        diagnostics.extend(message::explain(ctx, start, &tokens, &failure));
        if start != K::StartModule {
            return (None, cuts);
        }
        let (from, to) = group(&tokens, &failure);
        let depth = depth_at(&tokens, from);
        cuts.extend(Cut::new(
            ctx,
            tokens.get(from..to).unwrap_or(&[]),
            depth == 0,
        ));
        if from >= to {
            break;
        }
        tokens.drain(from..to);
        if tokens.is_empty() || diagnostics.len() > MOST {
            break;
        }
    }
    if tokens.is_empty() {
        return (Some(tokens), cuts);
    }
    cuts.extend(Cut::new(ctx, &tokens, true));
    (None, cuts)
}

fn depth_at(tokens: &[Token], at: usize) -> usize {
    unclosed(tokens.get(..at).unwrap_or(&[]))
}

/// The lines to cut out for a mistake: a range of tokens at one depth of braces.
fn group(tokens: &[Token], failure: &Failure) -> (usize, usize) {
    if tokens.is_empty() {
        return (0, 0);
    }
    let at = failure.at.min(tokens.len() - 1);
    // If nothing could end before the bad token, the mistake is on the line before.
    let complete = failure
        .expected
        .iter()
        .any(|k| matches!(k, K::RBrace | K::Define));
    let mut blamed = at;
    if at > 0 && failure.at >= tokens.len()
        || tokens[at].first_on_line && !complete && at > 0
        || tokens[at].kind == K::RBrace && at > 0
    {
        blamed = if failure.at >= tokens.len() {
            at
        } else {
            at - 1
        };
    }
    if tokens[blamed].kind == K::RBrace {
        // The block that ends here belongs to the line that opened it.
        blamed = matching_open(tokens, blamed).unwrap_or(blamed);
    }
    let mut from = blamed;
    loop {
        let token = tokens[from];
        if token.first_on_line && begins_line(token.kind) && !inside_parens(tokens, from)
            || from == 0
        {
            break;
        }
        match tokens[from - 1].kind {
            K::LBrace => break,
            K::RBrace => match matching_open(tokens, from - 1) {
                // A block on the lines before: stop after it, unless it is within this line.
                Some(open) if !token.first_on_line && same_line(tokens, open, from) => from = open,
                _ => break,
            },
            _ => from -= 1,
        }
    }
    let mut to = from;
    let mut parens = 0_i32;
    while to < tokens.len() {
        let token = tokens[to];
        let ends =
            to > from.max(blamed) && token.first_on_line && begins_line(token.kind) && parens <= 0;
        match token.kind {
            K::RBrace => break,
            _ if ends => break,
            K::LBrace => {
                to = matching_close(tokens, to).map_or(tokens.len(), |close| close + 1);
                continue;
            }
            K::LParen => parens += 1,
            K::RParen => parens -= 1,
            kind if parens > 0
                && to > blamed
                && token.first_on_line
                && (starter(kind) || kind == K::Label) =>
            {
                break;
            }
            _ => {}
        }
        to += 1;
    }
    if to == from {
        // A stray sign: take it alone.
        return (at, at + 1);
    }
    (from, to)
}

fn inside_parens(tokens: &[Token], at: usize) -> bool {
    let mut open = 0_i32;
    // A parenthesis that is open for so long is a mistake itself.
    for token in tokens[..at].iter().rev().take(2_000) {
        match token.kind {
            K::RParen => open -= 1,
            K::LParen => {
                open += 1;
                if open > 0 {
                    return true;
                }
            }
            K::LBrace | K::RBrace => return false,
            kind if starter(kind) => return false,
            _ => {}
        }
    }
    false
}

fn same_line(tokens: &[Token], from: usize, to: usize) -> bool {
    tokens[from + 1..=to].iter().all(|t| !t.first_on_line)
}

fn matching_open(tokens: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, token) in tokens[..=close].iter().enumerate().rev() {
        match token.kind {
            K::RBrace => depth += 1,
            K::LBrace => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

fn matching_close(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            K::LBrace => depth += 1,
            K::RBrace => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}
