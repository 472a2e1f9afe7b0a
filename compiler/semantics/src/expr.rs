//! Expressions: names, calls and operators to typed HIR.

mod reference;
mod symbol;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use crate::together::with_body;
use rogatio_diagnostics::nearest;

impl Checker {
    pub(crate) fn make(&self, cx: &Context, kind: ExprKind, ty: Ty, span: Span) -> Expr {
        self.one_axis(cx, &kind);
        Expr {
            kind,
            ty,
            provision: cx.provision,
            span,
        }
    }

    /// A value. `want` helps to choose between instances of enumerations and entities of a case.
    pub(crate) fn expr(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        if matches!(want.map(strip), Some(Ty::Dates)) || self.is_dates(cx, e) {
            self.dates(cx, e)
        } else if matches!(want.map(strip), Some(Ty::Chance)) && crate::experiment::is_chance(e) {
            self.chance(cx, e)
        } else {
            let v = self.value(cx, e, want);
            let v = self.as_known(cx, e, v);
            self.as_set(cx, v, want)
        }
    }

    /// The same for what is no set of days by its shape.
    pub(crate) fn value(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        let span = e.span;
        if let Some((inner, body)) = self.of_one_body(cx, e) {
            return with_body(cx, body, |cx| self.expr(cx, inner, want));
        }
        match &e.kind {
            A::Int(n) => self.make(cx, ExprKind::Int(*n), Ty::Int, span),
            A::Date(d) => self.make(cx, ExprKind::Day(*d), Ty::Day, span),
            A::DateTime(i) => self.make(cx, ExprKind::Instant(*i), Ty::Time, span),
            A::Length(n, unit) => match self.length_in(cx, *n, *unit) {
                Some(l) => self.make(cx, ExprKind::Length(l), Ty::Length, span),
                None => {
                    self.error(
                        Diagnostic::error(codes::E0106, "this length is too long")
                            .at(span, "too long"),
                    );
                    error_expr(cx.provision, span)
                }
            },
            A::Text(t) => self.text(cx, t, want),
            A::Call(..) | A::Name(_) if self.is_ballot_event(cx, e) => self.has_come(cx, e),
            A::Name(n) => self.name(cx, n, want),
            A::Paren(inner) => self.expr(cx, inner, want),
            A::Neg(inner) if matches!(inner.kind, A::Length(..)) => {
                self.error(
                    Diagnostic::error(codes::E0301, "a length of time has no sign")
                        .at(span, "below nothing")
                        .help("nothing comes before what brings it about: leave out `-`; for a day before another write `3 days before T`"),
                );
                error_expr(cx.provision, span)
            }
            A::Neg(inner) => {
                let v = self.number(cx, inner, want);
                let ty = v.ty.clone();
                let zero = self.make(cx, ExprKind::Int(0), ty.clone(), span);
                self.make(
                    cx,
                    ExprKind::Arith(ArithOp::Sub, Box::new(zero), Box::new(v)),
                    ty,
                    span,
                )
            }
            A::Not(_) | A::Binary(BinaryOp::Or | BinaryOp::And, ..) => self.cond(cx, e),
            // `lapse of L`, `breach of L`: it has come.
            A::Binary(BinaryOp::Of, ..) if self.is_event(cx, e) => self.has_come(cx, e),
            A::Binary(op, l, r) => self.binary(cx, *op, l, r, span),
            A::Is {
                subject,
                negated,
                what,
                base,
            } => {
                let is = self.is(cx, subject, what, base.as_deref(), span);
                if *negated {
                    self.make(cx, ExprKind::Not(Box::new(is)), Ty::Bool, span)
                } else {
                    is
                }
            }
            A::Share(cmp, value) => self.share(cx, *cmp, value, span),
            A::Percent(..) => {
                self.error(
                    Diagnostic::error(codes::E0303, "a share alone compares nothing")
                        .at(span, "of what, and which way?")
                        .help("write `at least 55% of members`"),
                );
                error_expr(cx.provision, span)
            }
            A::Call(f, args) => self.call(cx, e, f, args),
            A::Field(base, name) => self.field(cx, e, base, name),
            A::Ordinal(ordinal, inner) => self.ordinal(cx, *ordinal, inner, span),
            A::By(..) | A::For(..) if self.is_ballot_event(cx, e) => self.has_come(cx, e),
            A::Where(inner, _) if self.is_ballot_event(cx, inner) => self.has_come(cx, e),
            A::Where(inner, cond) => {
                if let A::Ordinal(ordinal, of) = &inner.kind {
                    let with = ast::Expr {
                        kind: A::Where(of.clone(), cond.clone()),
                        span,
                    };
                    return self.ordinal(cx, *ordinal, &with, span);
                }
                if self.act_of(cx, e).is_some() {
                    return self.occurred(cx, e);
                }
                let set = self.set(cx, e);
                self.value_of_set(cx, set, span)
            }
            A::For(cond, length) if self.is_held_for(cx, cond, length) => {
                self.held_for(cx, cond, length, span)
            }
            A::InTheLast(of, _) if self.act_of(cx, of).is_none() => {
                match self.count_events(cx, e) {
                    Some(count) => {
                        let none = self.make(cx, ExprKind::Int(0), Ty::Int, span);
                        let kind = ExprKind::Compare(CmpOp::Gt, Box::new(count), Box::new(none));
                        self.make(cx, kind, Ty::Bool, span)
                    }
                    None => self.occurred(cx, e),
                }
            }
            A::By(..) | A::For(..) | A::To(..) | A::Under(..) | A::InTheLast(..) => {
                self.occurred(cx, e)
            }
            A::EachOf(_) => self.not_a_value(
                cx,
                span,
                "`each of …` lists who acts in a dated line of a case; of several, ask `act by A and act by B`",
            ),
            A::Element(..) | A::Quantified(..) => {
                let set = self.set(cx, e);
                self.value_of_set(cx, set, span)
            }
            A::Every(_) => self.not_a_value(
                cx,
                span,
                "`every …` is an event and belongs after `from`, `until` or `upon`; that all of a set are so is `(s: K where not C) is empty`",
            ),
            A::Becomes(_) => self.not_a_value(
                cx,
                span,
                "`C becomes true` is an event; it belongs after `from`, `until` or `upon`",
            ),
            A::FirstTime(_) => self.not_a_value(
                cx,
                span,
                "`first time C` is an event; it belongs after `from`, `until` or `upon`",
            ),
            A::Ranked(set, keys) => self.contest(cx, set, keys, span),
            A::Range(..) => self.not_a_value(
                cx,
                span,
                "a range belongs after `during`, `by each of` or in a list",
            ),
            A::Cite(_) => self.not_a_value(
                cx,
                span,
                "a citation belongs after `because`, `under` or `despite`",
            ),
            A::NotStated(t) => {
                let ty = want.cloned().unwrap_or(Ty::Bool);
                self.make(cx, ExprKind::NotStated(t.value.clone()), ty, span)
            }
            A::Error => error_expr(cx.provision, span),
        }
    }

    pub(crate) fn not_a_value(&mut self, cx: &Context, span: Span, why: &str) -> Expr {
        self.error(
            Diagnostic::error(codes::E0302, "this is not a value")
                .at(span, "a value belongs here")
                .help(why),
        );
        error_expr(cx.provision, span)
    }

    fn text(&mut self, cx: &Context, t: &ast::Text, want: Option<&Ty>) -> Expr {
        if let Some(case) = &cx.case {
            if let Some(kind) = case.entities.get(&t.value) {
                return self.make(
                    cx,
                    ExprKind::CaseEntity(t.value.clone()),
                    Ty::Entity(vec![*kind]),
                    t.span,
                );
            }
            if let Some(Ty::Entity(kinds)) = want.map(strip)
                && case.open
            {
                return self.make(
                    cx,
                    ExprKind::CaseEntity(t.value.clone()),
                    Ty::Entity(kinds.clone()),
                    t.span,
                );
            }
        }
        self.make(cx, ExprKind::Text(t.value.clone()), Ty::Text, t.span)
    }

    /// A condition: a truth value, an occurrence that has happened, a set that is not asked about.
    pub(crate) fn cond(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        match &e.kind {
            A::Paren(inner) => self.cond(cx, inner),
            A::Not(inner) => {
                let c = self.cond(cx, inner);
                if matches!(c.kind, ExprKind::ShareCompare { .. }) {
                    self.error(
                        Diagnostic::warning(codes::W0302, "`not` of a share is true for an empty base")
                            .at(e.span, "with nobody in the base this holds")
                            .help("write the opposite share (`less than 2/3 of …`), which is false for an empty base"),
                    );
                }
                self.make(cx, ExprKind::Not(Box::new(c)), Ty::Bool, e.span)
            }
            A::Binary(op @ (BinaryOp::And | BinaryOp::Or), l, r) => {
                let and = *op == BinaryOp::And;
                let a = self.cond(cx, l);
                let b = self.where_known(cx, l, and, |c, cx| c.cond(cx, r));
                let mut parts = Vec::new();
                for c in [a, b] {
                    match c.kind {
                        ExprKind::And(inner) if and => parts.extend(inner),
                        ExprKind::Or(inner) if !and => parts.extend(inner),
                        kind => parts.push(Expr { kind, ..c }),
                    }
                }
                let kind = if and {
                    ExprKind::And(parts)
                } else {
                    ExprKind::Or(parts)
                };
                self.make(cx, kind, Ty::Bool, e.span)
            }
            _ => {
                let v = self.expr(cx, e, Some(&Ty::Bool));
                match v.ty {
                    Ty::Bool | Ty::Error => v,
                    _ => {
                        self.error(
                            Diagnostic::error(
                                codes::E0302,
                                format!("a condition belongs here, this is {}", self.show(&v.ty)),
                            )
                            .at(e.span, "neither true nor false")
                            .help(match v.ty {
                                Ty::Dates => "ask whether today is one of them: `now in …`",
                                _ => "compare it: `… = …`, `… is …`, `… >= …`",
                            }),
                        );
                        error_expr(cx.provision, e.span)
                    }
                }
            }
        }
    }

    fn binary(
        &mut self,
        cx: &mut Context,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        match op {
            BinaryOp::Eq => self.compare(cx, CmpOp::Eq, l, r, span),
            BinaryOp::Ne => self.compare(cx, CmpOp::Ne, l, r, span),
            BinaryOp::Lt => self.compare(cx, CmpOp::Lt, l, r, span),
            BinaryOp::Le => self.compare(cx, CmpOp::Le, l, r, span),
            BinaryOp::Gt => self.compare(cx, CmpOp::Gt, l, r, span),
            BinaryOp::Ge => self.compare(cx, CmpOp::Ge, l, r, span),
            BinaryOp::In if self.is_dates(cx, r) => self.in_dates(cx, l, r, span),
            BinaryOp::In => {
                let set = self.set(cx, r);
                if let (A::Name(n), Some(d)) = (&crate::expr::unparen(l).kind, cx.decision.clone())
                    && n.text == "chair"
                    && self.symbol(cx, "chair").is_none()
                {
                    // The chair may be an office: its holder sits in the set.
                    let ty = Ty::Entity(set.kinds.clone());
                    let element = self.make(cx, ExprKind::Var(set.var), ty, l.span);
                    let chair = self.in_the_chair(cx, d.id, d.subject, element);
                    let set = self.narrowed(cx, set, chair, span);
                    return self.make(cx, ExprKind::Exists(Box::new(set)), Ty::Bool, span);
                }
                let ty = Ty::Entity(set.kinds.clone());
                let element = self.expr(cx, l, Some(&ty));
                if !matches!(strip(&element.ty), Ty::Entity(_) | Ty::Error) {
                    self.mismatch(&element, "an entity");
                }
                self.make(
                    cx,
                    ExprKind::Member(Box::new(element), Box::new(set)),
                    Ty::Bool,
                    span,
                )
            }
            BinaryOp::OrElse => {
                let a = self.expr(cx, l, None);
                let inner = strip(&a.ty).clone();
                let b = self.expr(cx, r, Some(&inner));
                self.expect_ty(&b, &inner);
                let ty = b.ty.clone();
                self.make(cx, ExprKind::OrElse(Box::new(a), Box::new(b)), ty, span)
            }
            BinaryOp::After | BinaryOp::Before => {
                self.shift(cx, op == BinaryOp::Before, l, r, span)
            }
            BinaryOp::AsOf => self.as_of(cx, l, r, span),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {
                if self.is_set(cx, l) {
                    let e = ast::Expr {
                        kind: A::Binary(op, Box::new(l.clone()), Box::new(r.clone())),
                        span,
                    };
                    let set = self.set(cx, &e);
                    return self.value_of_set(cx, set, span);
                }
                let (a, b) = (self.term(cx, l, op), self.term(cx, r, op));
                let op = match op {
                    BinaryOp::Add => ArithOp::Add,
                    BinaryOp::Sub => ArithOp::Sub,
                    _ => ArithOp::Mul,
                };
                let ty = self.unit_of_result(op, &a, &b);
                self.make(cx, ExprKind::Arith(op, Box::new(a), Box::new(b)), ty, span)
            }
            BinaryOp::Intersect | BinaryOp::Union => {
                let e = ast::Expr {
                    kind: A::Binary(op, Box::new(l.clone()), Box::new(r.clone())),
                    span,
                };
                let set = self.set(cx, &e);
                self.value_of_set(cx, set, span)
            }
            BinaryOp::Div => {
                self.error(
                    Diagnostic::error(codes::E0308, "numbers are not divided outside shares")
                        .at(span, "a quotient would have to be rounded")
                        .help("multiply across: `3 * a >= 2 * b`; or write a share: `a is at least 2/3 of b`"),
                );
                error_expr(cx.provision, span)
            }
            BinaryOp::Of => {
                if let Some(unit) = self.unit_of(cx, r) {
                    return Expr {
                        span,
                        ..self.measured(cx, l, unit)
                    };
                }
                if self.fraction(l).is_some() {
                    self.error(
                        Diagnostic::error(codes::E0303, "a fraction of a set is no number")
                            .at(span, "compare with it")
                            .help("write `count(…) >= 1/3 of …`, or `… is at least 1/3 of …`"),
                    );
                } else if let A::Share(..) = &unparen(l).kind {
                    return self.not_a_value(
                        cx,
                        span,
                        "a share compares a set with its base: `yes is at least 2/3 of members`; a define of type share has no base",
                    );
                } else if let A::Length(..) = &unparen(l).kind {
                    return self.not_a_value(
                        cx,
                        span,
                        "a length counts from an event: `3 months after E`, or `within 3 months upon E`",
                    );
                } else {
                    return self.not_a_value(
                        cx,
                        span,
                        "`of` joins a share and its base, or an event and its label",
                    );
                }
                error_expr(cx.provision, span)
            }
            BinaryOp::Or | BinaryOp::And => unreachable!("conditions are taken before"),
        }
    }
}

/// Through parentheses.
pub(crate) fn unparen(e: &ast::Expr) -> &ast::Expr {
    match &e.kind {
        A::Paren(inner) => unparen(inner),
        _ => e,
    }
}

/// "1 argument", "2 arguments", "no arguments".
pub(crate) fn plural(n: usize, noun: &str) -> String {
    match n {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}
