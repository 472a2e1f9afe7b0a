//! The formatter.
//!
//! It works on the tokens: the words stay, the white space between them is set anew. The author's line breaks
//! are kept, since where a long sentence is broken says how it is to be read; but every item and clause of a
//! block that spans lines begins its own line, four spaces deeper than the block, and what goes on with the line
//! before stands deeper still, and `and` and `or` below a `when` deeper than that. The columns of a table line up.
//! Comments stay where they are. At most one empty line is kept.

mod columns;

use crate::ast::{
    Article, ArticleBody, ExperimentItemKind, ExprKind, Item, ItemKind, KindDef, ScenarioItem,
    ScenarioItemKind, StageItemKind,
};
use crate::lexer::{Comment, normal};
use crate::source;
use crate::token::{Lexed, Token, TokenKind as K, is_name, lex};
use rogatio_diagnostics::{Diagnostic, FileId};
use std::collections::{HashMap, HashSet};

/// Formats a module.
///
/// # Errors
/// The findings of the parser: a text with mistakes is not touched.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let lexed = lex(file, text);
    let (items, diagnostics) = source::module(file, text, &lexed);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let mut starts = Starts::default();
    starts.items(&items);
    let out = Writer::new(text, &lexed, &starts).write();
    // The words must be the same as before; if ever they are not, the text stays as it is.
    let again = lex(file, &out);
    let same = again.tokens.len() == lexed.tokens.len()
        && again.comments.len() == lexed.comments.len()
        && again
            .tokens
            .iter()
            .zip(&lexed.tokens)
            .all(|(a, b)| a.kind == b.kind && squeeze(a.text(&out)) == squeeze(b.text(text)));
    Ok(if same { out } else { text.to_owned() })
}

/// A token's text without superfluous white space and without comments within.
fn squeeze(text: &str) -> String {
    if text.starts_with('"') {
        return text.to_owned();
    }
    let plain: Vec<&str> = text
        .lines()
        .map(|l| l.split("//").next().unwrap_or(""))
        .collect();
    let words: Vec<&str> = plain.iter().flat_map(|l| l.split_whitespace()).collect();
    let joined = words
        .join(" ")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace("（ ", "（")
        .replace(" ）", "）");
    normal(&joined)
}

/// How far below its block a line stands that begins with a given byte: 0 for items and clauses, 1 for the lines
/// of a scenario that share the date above.
#[derive(Default)]
struct Starts {
    below: HashMap<u32, usize>,
    /// The parentheses of odds: `abstain (1 - p)` is no set `abstain(…)`.
    odds: HashSet<u32>,
    /// The rows of each table, from and to.
    tables: Vec<Vec<(u32, u32)>>,
}

impl Starts {
    fn add(&mut self, span: rogatio_diagnostics::Span) {
        self.below.insert(span.start, 0);
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.add(item.span);
            self.kind(&item.kind);
        }
    }

    fn kind(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Kind(kind) => {
                if let KindDef::Own { fields, instances } = &kind.def {
                    fields.iter().for_each(|f| self.add(f.span));
                    instances.iter().for_each(|(name, _)| self.add(name.span));
                }
            }
            ItemKind::Body(body) => body.clauses.iter().for_each(|c| self.add(c.span)),
            ItemKind::Reading(reading) => {
                reading.choices.iter().for_each(|c| self.add(c.name.span))
            }
            ItemKind::Table(table) => {
                table.rows.iter().for_each(|r| self.add(r.span));
                let rows = table.rows.iter().map(|r| (r.span.start, r.span.end));
                self.tables.push(rows.collect());
            }
            ItemKind::Decision(decision) => decision.clauses.iter().for_each(|c| self.add(c.span)),
            ItemKind::Procedure(procedure) => self.items(&procedure.items),
            ItemKind::Stage(stage) => {
                for item in &stage.items {
                    self.add(item.span);
                    if let StageItemKind::Item(item) = &item.kind {
                        self.kind(&item.kind);
                    }
                }
            }
            ItemKind::Article(article) => self.article(article),
            ItemKind::Scenario(scenario) => self.lines(&scenario.items),
            ItemKind::Experiment(experiment) => {
                for item in &experiment.items {
                    self.add(item.span);
                    if let ExperimentItemKind::Votes { odds, .. } = &item.kind {
                        let values = odds.iter().map(|(_, value)| value);
                        let bracketed = values.filter(|v| matches!(v.kind, ExprKind::Paren(_)));
                        self.odds.extend(bracketed.map(|v| v.span.start));
                    }
                }
            }
            _ => {}
        }
    }

    fn article(&mut self, article: &Article) {
        match &article.body {
            ArticleBody::Items(items) | ArticleBody::AppliesVersionBefore { items, .. } => {
                self.items(items)
            }
            _ => {}
        }
    }

    fn lines(&mut self, lines: &[ScenarioItem]) {
        let mut dated = false;
        for line in lines {
            dated |= line.at.is_some();
            let belongs = matches!(
                line.kind,
                ScenarioItemKind::Act { .. }
                    | ScenarioItemKind::Set { .. }
                    | ScenarioItemKind::Expect(_)
            );
            let below = usize::from(dated && line.at.is_none() && belongs);
            self.below.insert(line.span.start, below);
            match &line.kind {
                ScenarioItemKind::Branch(_, lines) => self.lines(lines),
                ScenarioItemKind::EventsFrom { mapping, .. } => {
                    mapping.iter().for_each(|(key, _)| self.add(key.span))
                }
                ScenarioItemKind::Entities { members, .. } => {
                    members
                        .iter()
                        .flat_map(|m| &m.fields)
                        .for_each(|(name, _)| self.add(name.span));
                }
                _ => {}
            }
        }
    }
}

/// A token or a comment.
#[derive(Copy, Clone)]
enum Piece {
    Token(usize),
    Comment(Comment),
}

struct Writer<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pieces: Vec<Piece>,
    starts: &'a HashMap<u32, usize>,
    odds: &'a HashSet<u32>,
    /// Spaces that stand before a token so that the columns of its table line up.
    columns: HashMap<usize, usize>,
    /// How far below its block the last item or clause stands that begins a line.
    item: usize,
    /// How far below its block the last line stands that goes on with a condition.
    condition: Option<usize>,
    /// For each `{`, and its `}`: whether the block is written on one line.
    inline: HashMap<usize, bool>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, lexed: &'a Lexed, starts: &'a Starts) -> Self {
        let tokens = &lexed.tokens;
        let mut pieces = Vec::with_capacity(tokens.len() + lexed.comments.len());
        let mut comments = lexed.comments.iter().copied().peekable();
        for (i, token) in tokens.iter().enumerate() {
            while let Some(comment) = comments.next_if(|c| c.start < token.start) {
                pieces.push(Piece::Comment(comment));
            }
            pieces.push(Piece::Token(i));
        }
        pieces.extend(comments.map(Piece::Comment));
        let mut inline = HashMap::new();
        let mut open = vec![];
        for (i, token) in tokens.iter().enumerate() {
            match token.kind {
                K::LBrace => open.push(i),
                K::RBrace => {
                    if let Some(from) = open.pop() {
                        let between = text
                            .get(tokens[from].end as usize..token.start as usize)
                            .unwrap_or("");
                        let one = !between.contains('\n');
                        inline.insert(from, one);
                        inline.insert(i, one);
                    }
                }
                _ => {}
            }
        }
        let mut writer = Writer {
            text,
            tokens,
            pieces,
            starts: &starts.below,
            odds: &starts.odds,
            columns: HashMap::new(),
            item: 0,
            condition: None,
            inline,
            out: String::with_capacity(text.len()),
        };
        writer.columns = starts
            .tables
            .iter()
            .flat_map(|rows| writer.columns_of(rows))
            .collect();
        writer
    }

    fn write(mut self) -> String {
        let mut depth = 0_usize;
        // How many blocks on one line are open.
        let mut flat = 0_usize;
        let mut last_end = 0_u32;
        let mut after_comment = false;
        let mut before: Option<usize> = None;
        let pieces = std::mem::take(&mut self.pieces);
        for (at, piece) in pieces.iter().enumerate() {
            let start = match piece {
                Piece::Token(i) => self.tokens[*i].start,
                Piece::Comment(c) => c.start,
            };
            let gap = self
                .text
                .get(last_end as usize..start as usize)
                .unwrap_or("");
            let breaks = gap.matches('\n').count();
            match *piece {
                Piece::Comment(comment) => {
                    let own_line = comment.first_on_line || self.out.is_empty();
                    if own_line {
                        let next = pieces[at..].iter().find_map(|p| match p {
                            Piece::Token(i) => Some(*i),
                            Piece::Comment(_) => None,
                        });
                        self.line(breaks > 1, before);
                        let below = next.map_or(0, |i| self.below(i));
                        let indent = if next.is_some_and(|i| self.tokens[i].kind == K::RBrace) {
                            depth
                        } else {
                            depth + below
                        };
                        self.indent(indent);
                    } else {
                        self.out.push_str("  ");
                    }
                    self.out.push_str(
                        self.text
                            .get(comment.start as usize..comment.end as usize)
                            .unwrap_or("")
                            .trim_end(),
                    );
                    after_comment = true;
                    last_end = last_end.max(comment.end);
                }
                Piece::Token(i) => {
                    let token = self.tokens[i];
                    let closes = token.kind == K::RBrace;
                    let block = self.inline.get(&i).copied();
                    let after_open = before.is_some_and(|b| {
                        self.tokens[b].kind == K::LBrace && self.inline.get(&b) == Some(&false)
                    });
                    let empty = closes
                        && before.is_some_and(|b| self.tokens[b].kind == K::LBrace)
                        && !after_comment;
                    let forced = flat == 0
                        && before.is_some()
                        && (after_open && !empty
                            || closes && block == Some(false) && !empty
                            || self.own_line(i));
                    if closes {
                        match block {
                            Some(true) => flat = flat.saturating_sub(1),
                            _ => depth = depth.saturating_sub(1),
                        }
                    }
                    if forced || after_comment || breaks > 0 && !empty {
                        self.line(breaks > 1 && !after_open && !closes, before);
                        let below = if closes { 0 } else { self.below(i) };
                        self.begin_line(i, below);
                        self.indent(depth + below);
                    } else if let Some(spaces) = self.columns.get(&i) {
                        self.out.extend(std::iter::repeat_n(' ', *spaces));
                    } else if let Some(b) = before
                        && self.space(b, i)
                    {
                        self.out.push(' ');
                        // Items on one line, and the parts of a sentence where the author set them off.
                        let item = !matches!(self.tokens[b].kind, K::LBrace)
                            && self.starts.contains_key(&token.start);
                        if item || part(token.kind) && gap.chars().filter(|c| *c == ' ').count() > 1
                        {
                            self.out.push(' ');
                        }
                    }
                    self.out.push_str(&squeeze(token.text(self.text)));
                    if token.kind == K::LBrace {
                        match block {
                            Some(true) => flat += 1,
                            _ => depth += 1,
                        }
                    }
                    before = Some(i);
                    after_comment = false;
                    last_end = token.end;
                }
            }
        }
        while self.out.ends_with(['\n', ' ']) {
            self.out.pop();
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// Ends the line, and leaves an empty one if the author did.
    fn line(&mut self, empty: bool, before: Option<usize>) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if self.out.is_empty() {
            return;
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        let opened = before.is_some_and(|b| self.tokens[b].kind == K::LBrace)
            && self.out.trim_end().ends_with('{');
        if empty && !opened && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("    ");
        }
    }

    /// How much deeper than its block a line stands that begins with this token.
    fn below(&self, i: usize) -> usize {
        let token = self.tokens[i];
        match (self.starts.get(&token.start), self.condition) {
            (Some(below), _) => *below,
            (None, Some(condition)) if matches!(token.kind, K::And | K::Or) => condition + 1,
            (None, _) => self.item + 1,
        }
    }

    /// A line begins, so far below its block.
    fn begin_line(&mut self, i: usize, below: usize) {
        let token = self.tokens[i];
        if self.starts.contains_key(&token.start) || token.kind == K::RBrace {
            self.item = below;
            self.condition = None;
        } else if condition(token.kind) {
            self.condition = Some(below);
        } else if !matches!(token.kind, K::And | K::Or) {
            self.condition = None;
        }
    }

    /// Whether an item or clause begins here that must begin its line; fields and instances may share one.
    fn own_line(&self, i: usize) -> bool {
        let token = self.tokens[i];
        let short = is_name(token.kind)
            && matches!(self.tokens.get(i.wrapping_sub(1)).map(|t| t.kind), Some(k) if !matches!(k, K::LBrace))
            && self.in_short_block(i);
        self.starts.contains_key(&token.start) && !short
    }

    /// Whether the innermost block is one of fields, instances, choices or columns.
    fn in_short_block(&self, i: usize) -> bool {
        let mut closed = 0_usize;
        for j in (0..i).rev() {
            match self.tokens[j].kind {
                K::RBrace => closed += 1,
                K::LBrace if closed > 0 => closed -= 1,
                K::LBrace => {
                    // What opened it: the first word of its line.
                    let first = self.tokens[..j]
                        .iter()
                        .rev()
                        .find(|t| self.starts.contains_key(&t.start));
                    let head = first.map(|t| t.kind);
                    return matches!(head, Some(K::Kind | K::Reading | K::EventsFrom))
                        || self.tokens[..j]
                            .last()
                            .is_some_and(|t| is_name(t.kind) || t.kind == K::Str)
                            && head.is_some_and(|k| {
                                is_name(k)
                                    && k != K::Annex
                                    && k != K::Part
                                    && k != K::Section
                                    && k != K::Chapter
                            });
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a space stands between two tokens of a line.
    fn space(&self, a: usize, b: usize) -> bool {
        let (left, right) = (self.tokens[a].kind, self.tokens[b].kind);
        let operand = |k: K| {
            let other = matches!(k, K::RParen | K::Para | K::Number | K::Int | K::Instance);
            is_name(k) || other
        };
        let kind = |i: usize| self.tokens.get(i).map(|t| t.kind);
        match (left, right) {
            (_, K::Comma | K::RParen | K::Dot | K::Colon | K::Question | K::ThenRank | K::Hash) => {
                false
            }
            (K::LParen | K::Dot | K::Tilde | K::Hash, _) => false,
            (K::LBrace, K::RBrace) => false,
            (K::Label | K::TailLabel, K::Label | K::TailLabel) => false,
            (K::Preamble, K::Para) => true,
            (left, K::Para) => left == K::In || left == K::Comma,
            (left, K::LParen) => {
                !is_name(left)
                    || kind(b + 1) == Some(K::Default)
                    || self.odds.contains(&self.tokens[b].start)
            }
            (left, K::DotDot) => !tight(left),
            (K::DotDot, right) => !tight(right),
            (K::Int, K::Slash) => {
                kind(b + 1) != Some(K::Int)
                    || kind(a.wrapping_sub(1)) == Some(K::Slash)
                    || kind(b + 2) == Some(K::Slash)
            }
            (K::Slash, K::Int) => {
                kind(a.wrapping_sub(1)) != Some(K::Int)
                    || kind(a.wrapping_sub(2)) == Some(K::Slash)
                    || kind(b + 1) == Some(K::Slash)
            }
            (K::Minus, _) => kind(a.wrapping_sub(1)).is_some_and(|k| {
                operand(k)
                    || matches!(
                        k,
                        K::Duration | K::Percent | K::Date | K::DateTime | K::Str | K::Decimal
                    )
            }),
            _ => true,
        }
    }
}

/// What may be set off by two spaces: the parts of a sentence and the clauses of a status.
fn part(kind: K) -> bool {
    matches!(
        kind,
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
            | K::WithoutDelay
            | K::NotCounting
            | K::Upon
            | K::When
            | K::While
            | K::Unless
            | K::Despite
            | K::Else
            | K::Except
            | K::From
            | K::OnceFrom
            | K::Until
            | K::Is
            | K::NoneAfter
            | K::For
            | K::To
            | K::Because
            | K::On
            | K::Arrow
    )
}

/// What begins a condition that may go on over several lines.
fn condition(kind: K) -> bool {
    matches!(kind, K::When | K::While | K::Unless | K::Except | K::Where)
}

/// What stands close to `..`.
fn tight(kind: K) -> bool {
    is_name(kind) || matches!(kind, K::Int | K::Para | K::Number | K::Str)
}
