//! `assume`: facts and intervals that a case starts from.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn assume(&mut self, cx: &mut Context, a: &ast::Assume) -> Option<Assume> {
        let depth = cx.locals.len();
        let each = a
            .each
            .as_ref()
            .map(|each| self.each_of(cx, each, a.what.span));
        let what = if self.act_of(cx, &a.what).is_some() {
            self.case_act(cx, &a.what, None).map(Assumed::Act)
        } else {
            self.assumed(cx, a)
        };
        let mut from = a.from.as_ref().and_then(|e| self.day(e));
        let mut until = a.until.as_ref().and_then(|e| self.day(e));
        if let Some(e) = &a.during {
            match &e.kind {
                A::Range(x, y) => {
                    from = self.day(x);
                    until = self.day(y).and_then(|d| d.checked_add_days(1));
                }
                _ => {
                    self.day(e);
                }
            }
        }
        cx.locals.truncate(depth);
        Some(Assume {
            each,
            what: what?,
            from,
            until,
            text: assume_text(a),
        })
    }

    /// `for each s: K where C`; binds the name.
    pub(crate) fn each_of(
        &mut self,
        cx: &mut Context,
        (name, ty, cond): &(ast::Name, ast::TypeExpr, Option<ast::Expr>),
        span: Span,
    ) -> SetExpr {
        let r = self.kind_ref(cx, ty);
        let var = self.fresh(&name.text, Ty::Entity(r.kinds.clone()));
        cx.locals.push((name.text.clone(), var));
        let mut set = self.kind_set(cx, var, r, span);
        if let Some(c) = cond {
            let c = self.cond(cx, c);
            set.cond = self.make(cx, ExprKind::And(vec![set.cond, c]), Ty::Bool, span);
        }
        set
    }

    pub(crate) fn assumed(&mut self, cx: &mut Context, a: &ast::Assume) -> Option<Assumed> {
        // `assume f(x) = v` may arrive as one comparison.
        let (target, value) = match (&a.what.kind, &a.value) {
            (A::Binary(ast::BinaryOp::Eq, l, r), None) => (l.as_ref(), Some(r.as_ref())),
            _ => (&a.what, a.value.as_ref()),
        };
        let t = self.expr(cx, target, None);
        match t.kind {
            ExprKind::StatusOn(s, keys) => Some(Assumed::Status(s, keys, None)),
            ExprKind::StatusValue(s, keys) => {
                let ty = self.program.statuses[s.index()]
                    .value
                    .clone()
                    .unwrap_or(Ty::Error);
                let v = value.map(|e| self.expr(cx, e, Some(&ty)));
                if let Some(v) = &v {
                    self.expect_ty(v, &ty);
                }
                Some(Assumed::Status(s, keys, v))
            }
            ExprKind::Given(g, keys) => {
                let ty = t.ty.clone();
                let v = match value {
                    Some(e) => self.expr(cx, e, Some(&ty)),
                    None => self.make(cx, ExprKind::Bool(true), Ty::Bool, t.span),
                };
                self.expect_ty(&v, &ty);
                Some(Assumed::Given(g, keys, v))
            }
            ExprKind::Error => None,
            _ => {
                self.error(
                    Diagnostic::error(
                        codes::E0925,
                        "only statuses, givens and acts can be assumed",
                    )
                    .at(target.span, "a define follows from other things")
                    .help("assume what it rests on"),
                );
                None
            }
        }
    }
}

/// What is assumed, in words, for the report.
fn assume_text(a: &ast::Assume) -> String {
    let mut text = words(&a.what);
    if let Some(v) = &a.value {
        text.push_str(&format!(" = {}", words(v)));
    }
    if let Some((n, t, c)) = &a.each {
        let kind = match &t.kind {
            ast::TypeKind::Named(p) => crate::check::text_of(p),
            _ => "entity".to_owned(),
        };
        text.push_str(&format!(" for each {}: {kind}", n.text));
        if let Some(c) = c {
            text.push_str(&format!(" where {}", words(c)));
        }
    }
    text
}

fn words(e: &ast::Expr) -> String {
    match &e.kind {
        A::Name(n) => n.text.clone(),
        A::Text(t) => t.value.clone(),
        A::Int(n) => n.to_string(),
        A::Date(d) => d.to_string(),
        A::Paren(e) => format!("({})", words(e)),
        A::Not(e) => format!("not {}", words(e)),
        A::By(a, b) => format!("{} by {}", words(a), words(b)),
        A::Call(f, args) => {
            let inner: Vec<String> = args
                .iter()
                .map(|a| match &a.kind {
                    ast::ArgKind::Value(e) => words(e),
                    ast::ArgKind::Named(n, e) => format!("{} = {}", n.text, words(e)),
                    ast::ArgKind::Bind(n, _) => n.text.clone(),
                    ast::ArgKind::Any => "_".to_owned(),
                })
                .collect();
            format!("{}({})", words(f), inner.join(", "))
        }
        A::Binary(op, l, r) => {
            let op = match op {
                ast::BinaryOp::Eq => "=",
                ast::BinaryOp::Ne => "!=",
                ast::BinaryOp::And => "and",
                ast::BinaryOp::Or => "or",
                _ => "…",
            };
            format!("{} {op} {}", words(l), words(r))
        }
        _ => "…".to_owned(),
    }
}
