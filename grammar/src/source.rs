//! The ways in: a module, an expression, a line of the REPL.

use crate::ast::{Expr, ExprKind, Item, Module, ScenarioItem, ScenarioItemKind, Text};
use crate::limits;
use crate::make::{Ctx, Parsed};
use crate::parser;
use crate::recover;
use crate::token::{Lexed, TokenKind as K, lex};
use rogatio_diagnostics::{Diagnostic, FileId, Span};
use std::cell::Cell;

/// Parses a module. Never fails and never panics: what cannot be read is left out and reported.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (Module, Vec<Diagnostic>) {
    let lexed = lex(file, text);
    let (items, diagnostics) = module(file, text, &lexed);
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    (Module { items, span }, diagnostics)
}

/// The same for a text that is lexed already.
pub(crate) fn module(file: FileId, text: &str, lexed: &Lexed) -> (Vec<Item>, Vec<Diagnostic>) {
    let ctx = context(file, text, lexed);
    let mut diagnostics = lexed.diagnostics.clone();
    let items = if let Some(deep) = limits::check(file, &lexed.tokens) {
        diagnostics.push(deep);
        vec![]
    } else {
        match parser::run(&ctx, K::StartModule, &lexed.tokens) {
            Ok(Parsed::Items(items)) => items,
            _ => recover::module(&ctx, &mut diagnostics),
        }
    };
    diagnostics.sort_by_key(|d| d.span().start);
    recover::cap(&ctx, &mut diagnostics);
    (items, diagnostics)
}

/// Parses one expression, as `rogatio why` takes it.
#[must_use]
pub fn parse_expr(file: FileId, text: &str) -> (Expr, Vec<Diagnostic>) {
    let lexed = lex(file, text);
    let ctx = context(file, text, &lexed);
    let mut diagnostics = lexed.diagnostics.clone();
    let nothing = || Expr {
        kind: ExprKind::Error,
        span: Span::new(file, 0, text.len() as u32),
    };
    if let Some(deep) = limits::check(file, &lexed.tokens) {
        diagnostics.push(deep);
        return (nothing(), diagnostics);
    }
    let parsed = match parser::run(&ctx, K::StartExpr, &lexed.tokens) {
        Ok(parsed) => Some(parsed),
        Err(_) => recover::other(&ctx, K::StartExpr, &mut diagnostics),
    };
    match parsed {
        Some(Parsed::Expr(expr)) => (*expr, diagnostics),
        _ => (nothing(), diagnostics),
    }
}

/// What a line of the REPL may be.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)]
pub enum ReplLine {
    /// A declaration or sentence.
    Item(Item),
    /// An expression to evaluate.
    Expr(Expr),
    /// An act with or without its date, an expectation, an assumption, entities.
    Scenario(ScenarioItem),
}

/// Parses a line of the REPL: a declaration, an expression, or a line of a scenario.
///
/// A bare name or call is an expression; with a date before it, it is an act.
#[must_use]
pub fn parse_repl(file: FileId, text: &str) -> (Option<ReplLine>, Vec<Diagnostic>) {
    let lexed = lex(file, text);
    let ctx = context(file, text, &lexed);
    let mut diagnostics = lexed.diagnostics.clone();
    if lexed.tokens.is_empty() {
        return (None, diagnostics);
    }
    if let Some(deep) = limits::check(file, &lexed.tokens) {
        diagnostics.push(deep);
        return (None, diagnostics);
    }
    let mut furthest = (0, K::StartExpr);
    for start in [K::StartExpr, K::StartLine, K::StartModule] {
        let line = match parser::run(&ctx, start, &lexed.tokens) {
            Ok(Parsed::Expr(expr)) => Some(ReplLine::Expr(*expr)),
            Ok(Parsed::Lines(mut lines)) if lines.len() == 1 => lines.pop().map(line_or_expr),
            Ok(Parsed::Items(mut items)) if items.len() == 1 => items.pop().map(ReplLine::Item),
            Ok(_) => None,
            Err(failure) => {
                if failure.at > furthest.0 {
                    furthest = (failure.at, start);
                }
                None
            }
        };
        if line.is_some() {
            return (line, diagnostics);
        }
    }
    // The reading that got furthest is the one that was meant.
    let before = diagnostics.len();
    let _ = recover::other(&ctx, furthest.1, &mut diagnostics);
    if diagnostics.len() == before {
        let (_, mut found) = module(file, text, &lexed);
        diagnostics.append(&mut found);
    }
    (None, diagnostics)
}

fn line_or_expr(line: ScenarioItem) -> ReplLine {
    match line {
        ScenarioItem {
            at: None,
            kind: ScenarioItemKind::Act { binder: None, act },
            ..
        } => ReplLine::Expr(act),
        line => ReplLine::Scenario(line),
    }
}

/// Whether brackets are balanced and no operator waits for what follows it: what the lines
/// typed so far leave open. No token goes over the end of a line, so each is looked at once.
#[derive(Clone, Debug, Default)]
pub struct Open {
    depth: i64,
    awaits: bool,
}

impl Open {
    /// Reads one more line.
    pub fn line(&mut self, line: &str) {
        let lexed = lex(FileId(0), line);
        for token in &lexed.tokens {
            match token.kind {
                K::LParen | K::LBrace => self.depth += 1,
                K::RParen | K::RBrace => self.depth -= 1,
                _ => {}
            }
        }
        let last = lexed.tokens.last().map(|t| t.text(line));
        // An empty line asks for an answer, whatever is missing.
        self.awaits = last.is_some_and(|t| matches!(t, "=" | "," | "and" | "or" | "+"));
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.depth <= 0 && !self.awaits
    }
}

/// Whether a text of the REPL is complete.
#[must_use]
pub fn is_complete(text: &str) -> bool {
    let mut open = Open::default();
    text.lines().for_each(|l| open.line(l));
    if text.ends_with('\n') {
        open.line("");
    }
    open.is_complete()
}

/// What the parser needs to know, with the `///` comments by the token they precede.
fn context<'s>(file: FileId, text: &'s str, lexed: &'s Lexed) -> Ctx<'s> {
    let docs = lexed
        .comments
        .iter()
        .filter(|c| c.doc)
        .filter_map(|c| {
            let next = lexed.tokens.partition_point(|t| t.start < c.start);
            let at = lexed.tokens.get(next)?.start;
            let value = text.get(c.start as usize + 3..c.end as usize)?;
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            Some((
                at,
                Text {
                    value,
                    span: Span::new(file, c.start, c.end),
                },
            ))
        })
        .collect();
    Ctx {
        file,
        text,
        tokens: &lexed.tokens,
        docs,
        near: Cell::new(0),
    }
}
