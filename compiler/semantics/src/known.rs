//! What a condition tells of optional values: behind `x is not none and`, `x` is a value (R7).

use crate::ast::{self, ArgKind, BinaryOp, ExprKind as A};
use crate::check::Checker;
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Reads something where a condition is known to hold, or not to hold.
    pub(crate) fn where_known<T>(
        &mut self,
        cx: &mut Context,
        cond: &ast::Expr,
        holds: bool,
        read: impl FnOnce(&mut Self, &mut Context) -> T,
    ) -> T {
        let before = cx.not_none.len();
        told(cond, holds, &mut cx.not_none);
        let value = read(self, cx);
        cx.not_none.truncate(before);
        value
    }

    /// A value that is known not to be none has the type of what it then is.
    pub(crate) fn as_known(&self, cx: &Context, e: &ast::Expr, v: Expr) -> Expr {
        match &v.ty {
            Ty::Optional(inner) if cx.not_none.iter().any(|known| same(known, e)) => Expr {
                ty: (**inner).clone(),
                ..v
            },
            _ => v,
        }
    }
}

/// What is not none if a condition holds, or if it does not.
fn told(cond: &ast::Expr, holds: bool, found: &mut Vec<ast::Expr>) {
    match &cond.kind {
        A::Paren(inner) => told(inner, holds, found),
        A::Not(inner) => told(inner, !holds, found),
        A::Binary(BinaryOp::And, l, r) if holds => {
            told(l, true, found);
            told(r, true, found);
        }
        A::Binary(BinaryOp::Or, l, r) if !holds => {
            told(l, false, found);
            told(r, false, found);
        }
        A::Binary(op @ (BinaryOp::Eq | BinaryOp::Ne), l, r)
            if (*op == BinaryOp::Ne) == holds && is_none(r) =>
        {
            found.push(unparen(l).clone());
        }
        A::Is {
            subject,
            negated,
            what,
            base: None,
        } if *negated == holds && is_none(what) => found.push(unparen(subject).clone()),
        _ => {}
    }
}

fn is_none(e: &ast::Expr) -> bool {
    matches!(&unparen(e).kind, A::Name(n) if n.text == "none")
}

/// Whether two expressions are written alike: names, calls and fields.
fn same(a: &ast::Expr, b: &ast::Expr) -> bool {
    match (&unparen(a).kind, &unparen(b).kind) {
        (A::Name(x), A::Name(y)) => x.text == y.text,
        (A::Int(x), A::Int(y)) => x == y,
        (A::Field(x, f), A::Field(y, g)) => f.text == g.text && same(x, y),
        (A::Call(f, xs), A::Call(g, ys)) => {
            same(f, g)
                && xs.len() == ys.len()
                && xs.iter().zip(ys).all(|(x, y)| match (&x.kind, &y.kind) {
                    (ArgKind::Value(x), ArgKind::Value(y)) => same(x, y),
                    _ => false,
                })
        }
        _ => false,
    }
}
