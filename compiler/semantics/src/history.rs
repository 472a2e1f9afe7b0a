//! Questions to the past: `X as of E`, `C for D`, `first E after T`, counts and times of events (R4, R15, R23).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, Ordinal};
use crate::check::{Checker, error_expr};
use crate::expr::unparen;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// `X as of E`: the value right after E, undetermined before.
    pub(crate) fn as_of(
        &mut self,
        cx: &mut Context,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        let value = self.expr(cx, l, None);
        let Some(stream) = self.as_of_when(cx, r) else {
            return error_expr(cx.provision, span);
        };
        let ty = value.ty.clone();
        if ty == Ty::Error {
            return error_expr(cx.provision, span);
        }
        let kind = ExprKind::AsOf(Box::new(value), Box::new(stream));
        self.make(cx, kind, ty, span)
    }

    /// The event of an `as of`; an error if it could lie in the past when it becomes known.
    pub(crate) fn as_of_when(&mut self, cx: &mut Context, r: &ast::Expr) -> Option<Stream> {
        let stream = self.stream(cx, r);
        let back = match &stream.kind {
            StreamKind::At(t) | StreamKind::LapseAt(t) => self.counts_back(t),
            _ => false,
        };
        if back {
            self.error(
                Diagnostic::error(codes::E0434, "this time may be over when it becomes known")
                    .at(r.span, "counted back from something that has no date yet")
                    .help(
                        "keep the value in a status that begins then, or name an event or a date",
                    ),
            );
            return None;
        }
        Some(stream)
    }

    /// Whether a time is counted back from one that no calendar fixes.
    fn counts_back(&self, t: &Expr) -> bool {
        match &t.kind {
            ExprKind::Shift {
                before: true, base, ..
            }
            | ExprKind::DatesPick {
                pick: Pick { before: true, .. },
                from: base,
                ..
            } => !matches!(base.kind, ExprKind::Day(_) | ExprKind::Instant(_)),
            ExprKind::Call(define, _) => match &self.program.defines[define.index()].value {
                DefineValue::Expr(value) => self.counts_back(value),
                _ => false,
            },
            _ => {
                let mut back = false;
                t.each_child(&mut |c| back |= self.counts_back(c));
                back
            }
        }
    }

    /// `C for D`: C has held for so long without a break.
    pub(crate) fn held_for(
        &mut self,
        cx: &mut Context,
        cond: &ast::Expr,
        length: &ast::Expr,
        span: Span,
    ) -> Expr {
        let cond = self.cond(cx, cond);
        let length = self.length(cx, length);
        let ty = if cond.ty == Ty::Error || length.ty == Ty::Error {
            Ty::Error
        } else {
            Ty::Bool
        };
        let kind = ExprKind::HeldFor(Box::new(cond), Box::new(length));
        self.make(cx, kind, ty, span)
    }

    /// Is `x for y` a condition and a length, not an act and for whom? By names alone.
    pub(crate) fn is_held_for(&self, cx: &Context, cond: &ast::Expr, length: &ast::Expr) -> bool {
        self.act_of(cx, cond).is_none()
            && match &unparen(length).kind {
                A::Length(..) => true,
                A::Name(n) => match cx.local(&n.text) {
                    Some(v) => self.var_ty(v) == Ty::Length,
                    None => self.names_length(cx, &n.text),
                },
                A::Call(f, _) => matches!(&f.kind, A::Name(n) if self.names_length(cx, &n.text)),
                _ => false,
            }
    }

    fn names_length(&self, cx: &Context, name: &str) -> bool {
        match self.symbol(cx, name) {
            Some(Symbol::Define(d)) => self.program.defines[d.index()].ty == Ty::Length,
            Some(Symbol::Given(g)) => self.program.givens[g.index()].ty == Ty::Length,
            Some(Symbol::Parameter(i)) => cx
                .parameters
                .get(i)
                .is_some_and(|(_, ty)| *ty == Ty::Length),
            _ => false,
        }
    }

    /// `count(E)` of an event that is no act, perhaps `in the last` D; nothing if it is none.
    pub(crate) fn count_events(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Expr> {
        let (of, length) = in_the_last(e);
        if self.act_of(cx, of).is_some() || self.is_set(cx, of) || !self.is_event(cx, of) {
            return None;
        }
        let stream = self.stream(cx, of);
        let length = length.map(|l| Box::new(self.length(cx, l)));
        let kind = ExprKind::CountEvents(Box::new(stream), length);
        Some(self.make(cx, kind, Ty::Int, e.span))
    }

    /// An event as a condition: it has come.
    pub(crate) fn has_come(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let stream = self.stream(cx, e);
        let count = ExprKind::CountEvents(Box::new(stream), None);
        let count = self.make(cx, count, Ty::Int, e.span);
        let zero = self.make(cx, ExprKind::Int(0), Ty::Int, e.span);
        let kind = ExprKind::Compare(CmpOp::Gt, Box::new(count), Box::new(zero));
        self.make(cx, kind, Ty::Bool, e.span)
    }

    /// `last adopted(D on x)`, `2nd start(S) in the last 10 years`: the time of an element of a stream.
    pub(crate) fn event_point(
        &mut self,
        cx: &mut Context,
        ordinal: Ordinal,
        e: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (of, length) = in_the_last(e);
        if self.act_of(cx, of).is_some() || !self.is_event(cx, of) {
            return None;
        }
        let stream = self.stream(cx, of);
        let length = length.map(|l| Box::new(self.length(cx, l)));
        let kind = ExprKind::EventPoint(ordinal, Box::new(stream), length);
        Some(self.make(cx, kind, Ty::Time, span))
    }

    /// `first E after T`, `last E before T`, `first S after T` for a status; nothing if `l` is none of these.
    pub(crate) fn event_pick(
        &mut self,
        cx: &mut Context,
        before: bool,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let A::Ordinal(ordinal, inner) = &unparen(l).kind else {
            return None;
        };
        let status = self.names_status(cx, inner);
        if !status && !self.is_event(cx, inner) {
            return None;
        }
        let n = match (ordinal, before) {
            (Ordinal::First, false) | (Ordinal::Last, true) => 1,
            (Ordinal::Nth(n), false) if *n > 0 => *n,
            _ => {
                self.error(
                    Diagnostic::error(codes::E0430, "which of these events is meant?")
                        .at(l.span, "they may come again and again")
                        .help(if before {
                            "write `last … before …`"
                        } else {
                            "write `first … after …` or `2nd … after …`"
                        }),
                );
                return Some(error_expr(cx.provision, span));
            }
        };
        let pick = Pick {
            n,
            before,
            end: false,
        };
        let kind = if status {
            let v = self.expr(cx, inner, None);
            let (ExprKind::StatusOn(status, keys) | ExprKind::StatusValue(status, keys)) = v.kind
            else {
                return Some(error_expr(cx.provision, span));
            };
            ExprKind::StatusPick {
                status,
                keys,
                pick,
                from: Box::new(self.time(cx, r)),
            }
        } else {
            let stream = self.stream(cx, inner);
            ExprKind::EventPick {
                stream: Box::new(stream),
                pick,
                from: Box::new(self.time(cx, r)),
            }
        };
        Some(self.make(cx, kind, Ty::Time, span))
    }

    fn names_status(&self, cx: &Context, e: &ast::Expr) -> bool {
        match &e.kind {
            A::Paren(i) => self.names_status(cx, i),
            A::Name(n) => {
                cx.local(&n.text).is_none()
                    && matches!(self.symbol(cx, &n.text), Some(Symbol::Status(_)))
            }
            A::Call(f, _) => self.names_status(cx, f),
            A::Field(_, n) => matches!(self.symbol(cx, &n.text), Some(Symbol::Status(_))),
            _ => false,
        }
    }

    /// Does `l after T` pick an event or an interval? By names alone.
    pub(crate) fn picks_event(&self, cx: &Context, l: &ast::Expr) -> bool {
        matches!(&unparen(l).kind, A::Ordinal(_, inner)
            if self.names_status(cx, inner) || self.is_event(cx, inner))
    }

    /// `first M after T`, `first E after T` as an event: its time comes.
    pub(crate) fn pick_comes(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        let t = self.expr(cx, e, Some(&Ty::Time));
        let span = e.span;
        if matches!(t.kind, ExprKind::DatesPick { .. }) {
            return self.stream_of(cx, StreamKind::At(Box::new(t)), span);
        }
        let now = self.make(cx, ExprKind::Now, Ty::Time, span);
        let come = ExprKind::Compare(CmpOp::Ge, Box::new(now), Box::new(t));
        let cond = Box::new(self.make(cx, come, Ty::Bool, span));
        self.stream_of(cx, StreamKind::Rise { cond, once: false }, span)
    }

    /// `E in the last D`, `3rd E in the last D` as an event: when it becomes so.
    pub(crate) fn in_last_becomes(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Stream> {
        let (n, of) = match &unparen(e).kind {
            A::Ordinal(Ordinal::First, i) => (1, i.as_ref()),
            A::Ordinal(Ordinal::Nth(n), i) if *n > 0 => (i64::from(*n), i.as_ref()),
            _ => (1, unparen(e)),
        };
        if !matches!(unparen(of).kind, A::InTheLast(..)) {
            return None;
        }
        let span = e.span;
        let count = if self.act_of(cx, of).is_some() {
            let p = self.pattern(cx, of)?;
            self.make(cx, ExprKind::CountActs(Box::new(p)), Ty::Int, span)
        } else {
            self.count_events(cx, of)?
        };
        let n = self.make(cx, ExprKind::Int(n), Ty::Int, span);
        let reached = ExprKind::Compare(CmpOp::Ge, Box::new(count), Box::new(n));
        let cond = Box::new(self.make(cx, reached, Ty::Bool, span));
        Some(self.stream_of(cx, StreamKind::Rise { cond, once: false }, span))
    }

    /// `S as of E` for a set: of each element, whether it was in it.
    pub(crate) fn set_as_of(
        &mut self,
        cx: &mut Context,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> SetExpr {
        let mut set = self.set(cx, l);
        let was = match self.as_of_when(cx, r) {
            Some(stream) => {
                let in_it = Box::new(set.cond.clone());
                self.make(cx, ExprKind::AsOf(in_it, Box::new(stream)), Ty::Bool, span)
            }
            None => error_expr(cx.provision, span),
        };
        set.cond = was;
        set
    }

    /// The start of an interval or span as a window: `during first session(Diet) after T`.
    pub(crate) fn during_pick(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Time> {
        let A::Binary(op @ (BinaryOp::After | BinaryOp::Before), l, r) = &unparen(e).kind else {
            return None;
        };
        let before = *op == BinaryOp::Before;
        let opens = match self.dates_pick(cx, before, l, r, e.span) {
            Some(day) => day,
            None if self.names_status_pick(cx, l) => self.event_pick(cx, before, l, r, e.span)?,
            None => return None,
        };
        let mut closes = opens.clone();
        let lasts = match &mut closes.kind {
            ExprKind::DatesPick { pick, .. } => {
                pick.end = true;
                true
            }
            ExprKind::StatusPick { pick, .. } => {
                pick.end = true;
                false
            }
            _ => true,
        };
        debug_assert!(matches!(strip(&opens.ty), Ty::Day | Ty::Time | Ty::Error));
        Some(Time::Span {
            opens,
            closes,
            lasts,
        })
    }

    fn names_status_pick(&self, cx: &Context, l: &ast::Expr) -> bool {
        matches!(&unparen(l).kind, A::Ordinal(_, inner) if self.names_status(cx, inner))
    }
}

/// `E in the last D` taken apart.
fn in_the_last(e: &ast::Expr) -> (&ast::Expr, Option<&ast::Expr>) {
    match &unparen(e).kind {
        A::InTheLast(of, length) => (of, Some(length)),
        _ => (e, None),
    }
}
