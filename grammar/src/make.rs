//! What the productions of the grammar build: helpers between the parser's stack and the tree.

// What is large lies on the parser's stack in a box, and is handed on in it, even to those who take it out at once.
#![allow(clippy::boxed_local, clippy::vec_box)]

mod article;
mod parts;

use crate::ast::*;
use crate::lexer::{normal, parse_day, parse_int};
use crate::token::Token;
use rogatio_calendar::{Day, Instant, Unit};
use rogatio_diagnostics::{FileId, Span};
use std::cell::Cell;

pub(crate) use article::*;
pub(crate) use parts::*;

/// What a parse gives back, by what it was for.
pub(crate) enum Parsed {
    /// A module, or a piece of one.
    Items(Vec<Item>),
    /// One expression.
    Expr(Box<Expr>),
    /// Lines of a scenario.
    Lines(Vec<ScenarioItem>),
}

/// The text and what the parser needs to know about it.
pub(crate) struct Ctx<'s> {
    pub(crate) file: FileId,
    pub(crate) text: &'s str,
    /// The glued tokens of the whole text.
    pub(crate) tokens: &'s [Token],
    /// `///` comments, by the first byte of the token that follows.
    pub(crate) docs: Vec<(u32, Text)>,
    /// Where the last node ended among the tokens: the next one ends close by.
    pub(crate) near: Cell<usize>,
}

impl<'s> Ctx<'s> {
    /// The span of a node. An empty last part ends where the next token begins; so the end is moved back to
    /// the end of a token.
    pub(crate) fn span(&self, l: usize, r: usize) -> Span {
        let (l, r) = (l as u32, r as u32);
        let at = self.ended_before(r);
        let end = match at.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            Some(t) if t.end > l => t.end.min(r),
            _ => r.max(l),
        };
        Span::new(self.file, l, end)
    }

    /// How many tokens end at a byte or before it.
    fn ended_before(&self, r: u32) -> usize {
        const FEW: usize = 8;
        let (behind, ahead) = self.tokens.split_at(self.near.get());
        let few = ahead.iter().take(FEW).take_while(|t| t.end <= r).count();
        let at = if few == FEW || behind.last().is_some_and(|t| t.end > r) {
            self.tokens.partition_point(|t| t.end <= r)
        } else {
            behind.len() + few
        };
        self.near.set(at);
        at
    }

    fn slice(&self, l: usize, r: usize) -> &'s str {
        self.text.get(l..r).unwrap_or("")
    }

    pub(crate) fn word(&self, l: usize, r: usize) -> String {
        normal(self.slice(l, r))
    }

    pub(crate) fn name(&self, l: usize, r: usize) -> Name {
        Name {
            text: self.word(l, r),
            span: self.span(l, r),
        }
    }

    pub(crate) fn text(&self, l: usize, r: usize) -> Text {
        let raw = self.slice(l, r);
        let inner = raw.strip_prefix('"').unwrap_or(raw);
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        let mut value = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some(other) => value.push(other),
                    None => {}
                },
                c => value.push(c),
            }
        }
        Text {
            value,
            span: self.span(l, r),
        }
    }

    pub(crate) fn label(&self, l: usize, r: usize) -> LabelTag {
        let inner = self
            .slice(l, r)
            .trim_matches(['(', ')', '（', '）', ' ', '\u{3000}', '\t']);
        let text = inner
            .chars()
            .map(|c| match c {
                '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
                c => c,
            })
            .collect::<String>();
        LabelTag {
            text: normal(&text),
            span: self.span(l, r),
        }
    }

    pub(crate) fn path(&self, segments: Vec<Name>, l: usize, r: usize) -> Path {
        Path {
            segments,
            span: self.span(l, r),
        }
    }

    pub(crate) fn int(&self, l: usize, r: usize) -> i64 {
        parse_int(self.slice(l, r)).unwrap_or(i64::MAX)
    }

    pub(crate) fn expr(&self, kind: ExprKind, l: usize, r: usize) -> Box<Expr> {
        Box::new(Expr {
            kind,
            span: self.span(l, r),
        })
    }

    pub(crate) fn int_expr(&self, l: usize, r: usize) -> Box<Expr> {
        self.expr(ExprKind::Int(self.int(l, r)), l, r)
    }

    pub(crate) fn percent(&self, l: usize, r: usize) -> Box<Expr> {
        let text = self.slice(l, r).trim_end_matches('%');
        let places = text.split_once('.').map_or(0, |(_, f)| f.len());
        let over = u32::try_from(places)
            .ok()
            .and_then(|p| 10_i64.checked_pow(p))
            .and_then(|p| p.checked_mul(100));
        let value = text.replace('.', "").parse::<i64>().ok();
        match value.zip(over) {
            Some((value, over)) => self.expr(ExprKind::Percent(value, over), l, r),
            None => self.expr(ExprKind::Error, l, r),
        }
    }

    pub(crate) fn duration(&self, l: usize, r: usize) -> Box<Expr> {
        let text = self.slice(l, r);
        let digits = text
            .find(|c: char| !c.is_ascii_digit() && c != '_')
            .unwrap_or(text.len());
        let count = parse_int(&text[..digits]).unwrap_or(i64::MAX);
        let unit = text
            .rsplit(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or("");
        let unit = unit.parse::<Unit>().unwrap_or(Unit::Day);
        self.expr(ExprKind::Length(count, unit), l, r)
    }

    pub(crate) fn date(&self, l: usize, r: usize) -> Box<Expr> {
        self.expr(ExprKind::Date(parse_day(self.slice(l, r))), l, r)
    }

    fn instant(&self, l: usize, r: usize) -> Instant {
        let text = self.slice(l, r);
        text.parse().unwrap_or_else(|_| {
            let day = text
                .split_once('T')
                .map_or(Day::MIN, |(day, _)| parse_day(day));
            Instant::from_day_hms(day, 0, 0, 0).unwrap_or(Instant(0))
        })
    }

    pub(crate) fn datetime(&self, l: usize, r: usize) -> Box<Expr> {
        self.expr(ExprKind::DateTime(self.instant(l, r)), l, r)
    }

    pub(crate) fn nth(&self, l: usize, r: usize) -> Ordinal {
        let digits = self
            .slice(l, r)
            .trim_end_matches(|c: char| c.is_ascii_alphabetic());
        Ordinal::Nth(digits.parse().unwrap_or(u32::MAX))
    }

    pub(crate) fn rank(&self, l: usize, r: usize) -> RankOrder {
        let text = self.slice(l, r);
        match text.rsplit(char::is_whitespace).next().unwrap_or("") {
            "most" => RankOrder::Most,
            "fewest" => RankOrder::Fewest,
            "earliest" => RankOrder::Earliest,
            _ => RankOrder::Latest,
        }
    }

    /// `closing` out of the glued `at closing`.
    pub(crate) fn closing(&self, l: usize, r: usize) -> Box<Expr> {
        let from = r.saturating_sub("closing".len()).max(l);
        let span = Span::new(self.file, from as u32, r as u32);
        name_expr(Name {
            text: "closing".to_owned(),
            span,
        })
    }

    pub(crate) fn ty(&self, kind: TypeKind, l: usize, r: usize) -> Box<TypeExpr> {
        Box::new(TypeExpr {
            kind,
            span: self.span(l, r),
        })
    }

    /// A type that is spelt with a reserved word: `event`.
    pub(crate) fn word_type(&self, l: usize, r: usize) -> Box<TypeExpr> {
        let path = one_path(self.name(l, r));
        self.ty(TypeKind::Named(path), l, r)
    }

    pub(crate) fn param(
        &self,
        new: bool,
        name: Name,
        ty: Box<TypeExpr>,
        default: Option<Box<Expr>>,
        l: usize,
        r: usize,
    ) -> Box<Param> {
        let end = default.as_ref().map_or(ty.span, |d| d.span);
        let span = Span::new(self.file, l as u32, end.end.min(r as u32));
        Box::new(Param {
            new,
            name,
            ty: *ty,
            default: own(default),
            span,
        })
    }

    pub(crate) fn item(&self, labels: Vec<LabelTag>, kind: ItemKind, l: usize, r: usize) -> Item {
        let first = self.docs.partition_point(|(at, _)| (*at as usize) < l);
        let docs = self.docs[first..]
            .iter()
            .take_while(|(at, _)| *at as usize == l)
            .map(|(_, t)| t.clone())
            .collect();
        Item {
            labels,
            docs,
            kind,
            span: self.span(l, r),
        }
    }

    /// A declaration in a stage: the labels are the stage item's.
    pub(crate) fn stage_decl(
        &self,
        labels: Vec<LabelTag>,
        kind: ItemKind,
        l: usize,
        r: usize,
    ) -> StageItem {
        let item = self.item(vec![], kind, l, r);
        StageItem {
            labels,
            kind: StageItemKind::Item(Box::new(item)),
            span: self.span(l, r),
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn who(
        &self,
        quantifier: Quantifier,
        binder: Option<Name>,
        what: Box<Expr>,
        jointly: bool,
        l: usize,
        r: usize,
    ) -> Box<Who> {
        Box::new(Who {
            quantifier,
            binder,
            what: *what,
            jointly,
            span: self.span(l, r),
        })
    }

    /// `first E where C`, `last E after T`: the filter was bound inside already.
    pub(crate) fn ordinal(&self, which: Ordinal, of: Box<Expr>, l: usize, r: usize) -> Box<Expr> {
        self.expr(ExprKind::Ordinal(which, of), l, r)
    }

    pub(crate) fn ranked(
        &self,
        set: Box<Expr>,
        first: (RankOrder, Expr),
        rest: Vec<(RankOrder, Expr)>,
        l: usize,
        r: usize,
    ) -> Box<Expr> {
        self.expr(ExprKind::Ranked(set, unshift(first, rest)), l, r)
    }

    pub(crate) fn by_each(&self, act: Box<Expr>, of: Vec<Expr>, l: usize, r: usize) -> Box<Expr> {
        let span = of.iter().fold(Span::NONE, |s, e| s.to(e.span));
        let each = Expr {
            kind: ExprKind::EachOf(of),
            span,
        };
        self.expr(ExprKind::By(act, Box::new(each)), l, r)
    }

    pub(crate) fn method(
        &self,
        on: Box<Expr>,
        name: Name,
        args: Vec<Arg>,
        l: usize,
        r: usize,
    ) -> Box<Expr> {
        let span = on.span.to(name.span);
        let callee = Expr {
            kind: ExprKind::Field(on, name),
            span,
        };
        self.expr(ExprKind::Call(Box::new(callee), args), l, r)
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn stamp(
        &self,
        recalled: bool,
        tl: usize,
        tr: usize,
        order: Option<i64>,
        second_clock: Option<Box<Expr>>,
        l: usize,
        r: usize,
    ) -> Box<Stamp> {
        let text = self.slice(tl, tr);
        let time = if text.contains('T') {
            StampTime::Instant(self.instant(tl, tr))
        } else {
            StampTime::Day(parse_day(text))
        };
        Box::new(Stamp {
            time,
            order,
            recalled,
            second_clock: own(second_clock),
            span: self.span(l, r),
        })
    }
}
