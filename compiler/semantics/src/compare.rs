//! Comparisons, of values, sets, readings and shares.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, ShareCmp};
use crate::check::{Checker, error_expr};
use crate::expr::unparen;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use rogatio_diagnostics::nearest;

impl Checker {
    pub(crate) fn compare(
        &mut self,
        cx: &mut Context,
        op: CmpOp,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        if let A::Name(n) = &l.kind
            && cx.local(&n.text).is_none()
            && let Some(Symbol::Reading(reading)) = self.symbol(cx, &n.text)
        {
            return self.reading_is(cx, reading, op, r, span);
        }
        // `x >= 1/3 of S`
        if let A::Binary(BinaryOp::Of, fraction, base) = &unparen(r).kind
            && let Some((num, den)) = self.fraction(fraction)
        {
            let cmp = match op {
                CmpOp::Ge => ShareCmp::AtLeast,
                CmpOp::Gt => ShareCmp::MoreThan,
                CmpOp::Le => ShareCmp::AtMost,
                CmpOp::Lt => ShareCmp::LessThan,
                _ => {
                    self.error(
                        Diagnostic::error(
                            codes::E0303,
                            "a share is compared with `>=`, `>`, `<=` or `<`",
                        )
                        .at(span, "equal to a fraction?")
                        .help("write `at least`, `more than`, `at most` or `less than`"),
                    );
                    return error_expr(cx.provision, span);
                }
            };
            let share = self.make(
                cx,
                ExprKind::ShareValue { cmp, num, den },
                Ty::Share,
                fraction.span,
            );
            return self.share_compare(cx, l, share, base, span);
        }
        let ordered = !matches!(op, CmpOp::Eq | CmpOp::Ne);
        let (a, b) = if self.names_bodies(cx, l, r) {
            (self.entity_meant(cx, l), self.entity_meant(cx, r))
        } else if self.is_set(cx, l) || self.is_set(cx, r) {
            if ordered {
                (self.number(cx, l, None), self.number(cx, r, None))
            } else if self.is_set_beside(cx, l, r) && self.is_set_beside(cx, r, l) {
                return self.same_set(cx, op, l, r, span);
            } else {
                (self.number(cx, l, None), self.number(cx, r, None))
            }
        } else {
            // A bare name of an enumeration or case is typed by the other side.
            let first_names = matches!(&unparen(l).kind, A::Name(n) if cx.local(&n.text).is_none())
                && !matches!(unparen(r).kind, A::Name(_));
            if first_names {
                let b = self.expr(cx, r, None);
                let want = strip(&b.ty).clone();
                (self.expr(cx, l, Some(&want)), b)
            } else {
                let a = self.expr(cx, l, None);
                let want = strip(&a.ty).clone();
                let told = self.diagnostics.len();
                let b = self.expr(cx, r, Some(&want));
                // A bare name beside what is not known may be an instance of it.
                let unknown = |d: &Diagnostic| d.code == codes::E0201;
                if a.ty == Ty::Error
                    && matches!(unparen(r).kind, A::Name(_))
                    && self.diagnostics[told..].iter().all(unknown)
                {
                    self.diagnostics.truncate(told);
                }
                (a, b)
            }
        };
        let kind = ExprKind::Compare(op, Box::new(a.clone()), Box::new(b.clone()));
        if !self.same_unit(&a, &b) {
            return error_expr(cx.provision, span);
        }
        if !self.comparable(&a.ty, &b.ty, ordered) {
            self.error(
                Diagnostic::error(
                    codes::E0304,
                    format!(
                        "{} and {} are not compared",
                        self.show(&a.ty),
                        self.show(&b.ty)
                    ),
                )
                .at(b.span, format!("this is {}", self.show(&b.ty)))
                .also(a.span, format!("this is {}", self.show(&a.ty)))
                .help("compare values of one type; a set is counted with `count(…)`"),
            );
        }
        if ordered && (matches!(a.ty, Ty::Optional(_)) || matches!(b.ty, Ty::Optional(_))) {
            let at = if matches!(a.ty, Ty::Optional(_)) {
                a.span
            } else {
                b.span
            };
            self.may_be_none(at, "none is neither before nor after anything");
        }
        self.make(cx, kind, Ty::Bool, span)
    }

    fn may_be_none(&mut self, at: Span, why: &str) {
        self.error(
            Diagnostic::error(codes::E0307, "this value may be `none`")
                .at(at, why)
                .help("say what then holds: `(… or else VALUE)`, or test `… is none` first"),
        );
    }

    /// A body compared with what is one entity: it is meant itself, not its members.
    fn names_bodies(&mut self, cx: &Context, l: &ast::Expr, r: &ast::Expr) -> bool {
        let is_body = |this: &Self, e: &ast::Expr| match &unparen(e).kind {
            A::Name(n) if cx.local(&n.text).is_none() => match this.symbol(cx, &n.text) {
                Some(Symbol::Entity(x)) => this.program.entities[x.index()].body.is_some(),
                _ => false,
            },
            _ => false,
        };
        let other = match (is_body(self, l), is_body(self, r)) {
            (true, false) => r,
            (false, true) => l,
            _ => return false,
        };
        if self.is_set(cx, other) {
            return false;
        }
        let before = self.diagnostics.len();
        let ty = self.expr(&mut cx.clone(), other, None).ty;
        self.diagnostics.truncate(before); // said again with the comparison
        matches!(strip(&ty), Ty::Entity(_))
    }

    /// An entity; of a body itself, not its members.
    fn entity_meant(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        if let A::Name(n) = &unparen(e).kind
            && let Some(Symbol::Entity(x)) = self.symbol(cx, &n.text)
        {
            let kind = self.program.entities[x.index()].kind;
            return self.make(cx, ExprKind::Entity(x), Ty::Entity(vec![kind]), e.span);
        }
        self.expr(cx, e, None)
    }

    /// Whether what is compared with `other` is a set: beside one, an entity is the set of it, and `none` the empty one.
    fn is_set_beside(&mut self, cx: &Context, e: &ast::Expr, other: &ast::Expr) -> bool {
        if self.is_set(cx, e) {
            return true;
        }
        let want = self.kinds_of_set(cx, other).map(Ty::Entity);
        let before = self.diagnostics.len();
        let ty = self.expr(&mut cx.clone(), e, want.as_ref()).ty;
        self.diagnostics.truncate(before); // said again with the comparison
        matches!(strip(&ty), Ty::Entity(_) | Ty::None)
    }

    fn kinds_of_set(&mut self, cx: &Context, e: &ast::Expr) -> Option<Vec<KindId>> {
        let before = self.diagnostics.len();
        let set = self.is_set(cx, e).then(|| self.set(&mut cx.clone(), e));
        self.diagnostics.truncate(before); // said again with the comparison
        set.map(|s| s.kinds)
    }

    /// A set, or what stands for one beside another.
    fn set_beside(&mut self, cx: &mut Context, e: &ast::Expr, kinds: &[KindId]) -> SetExpr {
        if self.is_set(cx, e) {
            return self.set(cx, e);
        }
        let one = self.expr(cx, e, Some(&Ty::Entity(kinds.to_vec())));
        if let Ty::Optional(_) = one.ty {
            self.may_be_none(one.span, "a set holds those that there are");
            return self.empty_set(cx, e.span);
        }
        let value = self.as_set(cx, one, Some(&Ty::Set(kinds.to_vec())));
        self.value_set(cx, value)
    }

    pub(crate) fn same_set(
        &mut self,
        cx: &mut Context,
        op: CmpOp,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        let (of_l, of_r) = (self.kinds_of_set(cx, l), self.kinds_of_set(cx, r));
        let kinds = of_l.as_ref().or(of_r.as_ref()).cloned().unwrap_or_default();
        let mut one_way = |cx: &mut Context, l: &ast::Expr, r: &ast::Expr| {
            let a = self.set_beside(cx, l, &kinds);
            let b = self.set_beside(cx, r, &kinds);
            let cond = crate::set::substitute(b.cond, b.var, a.var);
            self.make(
                cx,
                ExprKind::ForAll(Box::new(a), Box::new(cond)),
                Ty::Bool,
                span,
            )
        };
        let (x, y) = (one_way(cx, l, r), one_way(cx, r, l));
        let both = self.make(cx, ExprKind::And(vec![x, y]), Ty::Bool, span);
        if op == CmpOp::Ne {
            self.make(cx, ExprKind::Not(Box::new(both)), Ty::Bool, span)
        } else {
            both
        }
    }

    pub(crate) fn reading_is(
        &mut self,
        cx: &Context,
        reading: ReadingId,
        op: CmpOp,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        self.used_readings.push(reading);
        let choices = self.program.readings[reading.index()].choices.clone();
        let name = self.program.readings[reading.index()].name.clone();
        let word = if let A::Name(n) = &unparen(r).kind {
            n.text.as_str()
        } else {
            ""
        };
        let Some(choice) = choices.iter().position(|c| c == word) else {
            let near = nearest(word, choices.iter().map(String::as_str));
            let list = choices.join(", ");
            self.error(
                Diagnostic::error(codes::E0210, format!("`{name}` has no choice of that name"))
                    .at(r.span, format!("its choices: {list}"))
                    .help(near.map_or(format!("write one of: {list}"), |n| {
                        format!("did you mean `{n}`?")
                    })),
            );
            return error_expr(cx.provision, span);
        };
        let is = self.make(cx, ExprKind::ReadingIs(reading, choice), Ty::Bool, span);
        match op {
            CmpOp::Eq => is,
            CmpOp::Ne => self.make(cx, ExprKind::Not(Box::new(is)), Ty::Bool, span),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0304, "readings are not ordered")
                        .at(span, "compare with `=`")
                        .help(format!("write `{name} = {word}`")),
                );
                error_expr(cx.provision, span)
            }
        }
    }

    pub(crate) fn comparable(&self, a: &Ty, b: &Ty, ordered: bool) -> bool {
        match (strip(a), strip(b)) {
            (Ty::Error, _) | (_, Ty::Error) => true,
            (Ty::None, _) | (_, Ty::None) => !ordered,
            (Ty::Int, Ty::Int) | (Ty::Length, Ty::Length) => true,
            (Ty::Quantity(x), Ty::Quantity(y)) => x == y,
            (Ty::Day | Ty::Time, Ty::Day | Ty::Time) => true,
            (Ty::Entity(x), Ty::Entity(y)) => !ordered && x.iter().any(|k| y.contains(k)),
            (Ty::Bool, Ty::Bool) | (Ty::Text, Ty::Text) => !ordered,
            _ => false,
        }
    }
}
