//! Times and lengths: `D after T`, `first deposit`, `start(S)`, urgency.

use rogatio_calendar::Length;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, Ordinal};
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// `30 days` as a constant.
    pub(crate) fn constant_length(&self, cx: &Context, e: &ast::Expr) -> Option<Length> {
        match &e.kind {
            A::Length(n, unit) => self.length_in(cx, *n, *unit),
            A::Paren(inner) => self.constant_length(cx, inner),
            // A length with a name: a parameter of the module, a define.
            A::Name(n) if cx.local(&n.text).is_none() => match self.symbol(cx, &n.text)? {
                Symbol::Define(d) => match &self.program.defines[d.index()].value {
                    DefineValue::Expr(Expr {
                        kind: ExprKind::Length(l),
                        ..
                    }) => Some(*l),
                    _ => None,
                },
                Symbol::Value { level, replacement } => {
                    let (_, e) = self.value_written(level, replacement)?;
                    self.constant_length(&self.value_scope(cx, level), &e)
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn expected_length(&mut self, span: Span) {
        self.error(
            Diagnostic::error(codes::E0309, "a length of time belongs here")
                .at(span, "not a length")
                .help("write a number and a unit: `90 days`, `6 months`, `72 hours`"),
        );
    }

    /// A length.
    pub(crate) fn length(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let v = self.expr(cx, e, Some(&Ty::Length));
        match strip(&v.ty) {
            Ty::Length | Ty::Error => v,
            _ => {
                self.expected_length(e.span);
                error_expr(cx.provision, e.span)
            }
        }
    }

    /// `D after T`, `D before T` as a time.
    pub(crate) fn shift(
        &mut self,
        cx: &mut Context,
        before: bool,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        if let Some(day) = self.dates_pick(cx, before, l, r, span) {
            return day;
        }
        if let Some(time) = self.event_pick(cx, before, l, r, span) {
            return time;
        }
        if !matches!(crate::expr::unparen(l).kind, A::Length(..)) && self.act_of(cx, l).is_some() {
            self.error(
                Diagnostic::error(codes::E0310, "what comes before or after must be a length of time")
                    .at(l.span, "an act, not a length")
                    .help("in a sentence put the time before `when`; to compare two acts compare their times"),
            );
            return error_expr(cx.provision, span);
        }
        let length = self.length(cx, l);
        if before && matches!(&crate::expr::unparen(r).kind, A::Name(n) if n.text == "now") {
            self.error(
                Diagnostic::error(
                    codes::E0311,
                    "`D before now` is not one day: month ends cannot be undone",
                )
                .at(span, "counted back from the present")
                .help("turn it round: `now >= D after E`"),
            );
            return error_expr(cx.provision, span);
        }
        let base = self.time(cx, r);
        let ty = if matches!(length.ty, Ty::Error) || matches!(base.ty, Ty::Error) {
            Ty::Error
        } else {
            Ty::Time
        };
        self.make(
            cx,
            ExprKind::Shift {
                before,
                length: Box::new(length),
                base: Box::new(base),
            },
            ty,
            span,
        )
    }

    /// `during M`: a status, or the days of a set.
    pub(crate) fn during(&mut self, cx: &mut Context, e: &ast::Expr) -> Time {
        if let A::Range(a, b) = &crate::expr::unparen(e).kind {
            return Time::Between(self.time(cx, a), self.time(cx, b));
        }
        if let Some(span) = self.during_pick(cx, e) {
            return span;
        }
        if !self.is_dates(cx, e) {
            return Time::During(self.cond(cx, e));
        }
        let now = ast::Expr {
            kind: A::Name(ast::Name {
                text: "now".to_owned(),
                span: e.span,
            }),
            span: e.span,
        };
        Time::During(self.in_dates(cx, &now, e, e.span))
    }

    /// A time: a date, `first deposit`, `start(S)`, `D after T`. A bare act is its first occurrence inside `D after`.
    pub(crate) fn time(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let v = self.time_or_length(cx, e);
        if *strip(&v.ty) == Ty::Length {
            self.mismatch(&v, "a time");
            return error_expr(cx.provision, e.span);
        }
        v
    }

    /// A time, or a length of time whatever it is called: `lapse of` takes both.
    pub(crate) fn time_or_length(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        if self.act_of(cx, e).is_some()
            && !matches!(crate::expr::unparen(e).kind, A::Ordinal(..))
            && !has_ordinal(e)
        {
            let Some(pattern) = self.pattern(cx, e) else {
                return error_expr(cx.provision, e.span);
            };
            self.error(
                Diagnostic::error(
                    codes::E0414,
                    "an act may occur many times; which one is meant?",
                )
                .at(e.span, "one time belongs here")
                .help("write `first …`, `last …` or `2nd …` before it"),
            );
            return self.make(
                cx,
                ExprKind::ActTime(Ordinal::First, Box::new(pattern)),
                Ty::Error,
                e.span,
            );
        }
        let v = self.expr(cx, e, Some(&Ty::Time));
        match strip(&v.ty) {
            Ty::Day | Ty::Time | Ty::Length | Ty::Error => v,
            Ty::Bool => match v.kind {
                // a status by its name: the time of its start is meant to be written
                ExprKind::StatusOn(..) => {
                    self.error(
                        Diagnostic::error(
                            codes::E0414,
                            "a status lasts; which time of it is meant?",
                        )
                        .at(e.span, "one time belongs here")
                        .help("write `start(…)` or `end(…)`"),
                    );
                    error_expr(cx.provision, e.span)
                }
                _ => {
                    self.mismatch(&v, "a time");
                    error_expr(cx.provision, e.span)
                }
            },
            _ => {
                self.mismatch(&v, "a time");
                error_expr(cx.provision, e.span)
            }
        }
    }

    /// `first E`, `last E`, `30th E` as a time.
    pub(crate) fn ordinal(
        &mut self,
        cx: &mut Context,
        ordinal: Ordinal,
        inner: &ast::Expr,
        span: Span,
    ) -> Expr {
        if let Ordinal::Nth(0) = ordinal {
            self.zeroth(span);
            return error_expr(cx.provision, span);
        }
        if let A::Call(f, args) = &inner.kind
            && let A::Name(n) = &f.kind
            && n.text == "start"
            && ordinal == Ordinal::First
        {
            return self.start_or_end(cx, "start", args, true, span);
        }
        if let Some(time) = self.event_point(cx, ordinal, inner, span) {
            return time;
        }
        if self.act_of(cx, inner).is_none() {
            self.error(
                Diagnostic::error(
                    codes::E0413,
                    "`first`, `last` and `30th` pick an occurrence of an event",
                )
                .at(inner.span, "not an event")
                .help("name an act, deed or event here, `start(…)` or `(… becomes true)`"),
            );
            return error_expr(cx.provision, span);
        }
        match self.pattern(cx, inner) {
            Some(p) => self.make(cx, ExprKind::ActTime(ordinal, Box::new(p)), Ty::Time, span),
            None => error_expr(cx.provision, span),
        }
    }

    /// `start(S)`, `end(S)`.
    pub(crate) fn start_or_end(
        &mut self,
        cx: &mut Context,
        word: &str,
        args: &[ast::Arg],
        first: bool,
        span: Span,
    ) -> Expr {
        let [arg] = args else {
            self.arity(word, 1, args.len(), span);
            return error_expr(cx.provision, span);
        };
        let ast::ArgKind::Value(e) = &arg.kind else {
            return self.not_a_value(cx, arg.span, "name a status");
        };
        let v = self.expr(cx, e, None);
        match v.kind {
            ExprKind::StatusOn(status, keys) | ExprKind::StatusValue(status, keys) => {
                let kind = if word == "start" {
                    ExprKind::StartOf {
                        status,
                        keys,
                        first,
                    }
                } else {
                    ExprKind::EndOf(status, keys)
                };
                self.make(cx, kind, Ty::Time, span)
            }
            ExprKind::InStage {
                instance,
                procedure,
                stages,
            } if word == "start" && stages.len() == 1 => {
                let stage = stages[0];
                self.make(
                    cx,
                    ExprKind::EnteredAt {
                        instance,
                        procedure,
                        stage,
                    },
                    Ty::Time,
                    span,
                )
            }
            ExprKind::Error => error_expr(cx.provision, span),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0413, format!("`{word}(…)` asks for a status"))
                        .at(e.span, "not a status")
                        .help(
                            "a define holds now; make it a status with `while` to ask since when",
                        ),
                );
                error_expr(cx.provision, span)
            }
        }
    }
}

/// `first accept where C` read as `where` around the ordinal.
pub(crate) fn has_ordinal(e: &ast::Expr) -> bool {
    match &e.kind {
        A::Ordinal(..) => true,
        A::Where(l, _)
        | A::By(l, _)
        | A::For(l, _)
        | A::To(l, _)
        | A::Under(l, _)
        | A::Paren(l) => has_ordinal(l),
        _ => false,
    }
}
