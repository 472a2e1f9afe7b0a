//! Subjects of sentences: who may, must or cannot.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, Quantifier};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn subject_of(&mut self, cx: &mut Context, who: &[ast::Who], span: Span) -> Subject {
        let mut sets = Vec::new();
        let mut each = false;
        let mut jointly = false;
        let mut binder = None;
        let mut words = Vec::new();
        for w in who {
            each |= matches!(w.quantifier, Quantifier::Each);
            jointly |= w.jointly;
            binder = binder.or(w.binder.clone());
            let prefix = match w.quantifier {
                Quantifier::The => "",
                Quantifier::Any => "any ",
                Quantifier::Each => "each ",
                Quantifier::Either => "either ",
            };
            let jointly = if w.jointly { " jointly" } else { "" };
            words.push([prefix, &self.words_of(cx, &w.what), jointly].concat());
            sets.push(self.subject_set(cx, w));
        }
        let set = sets
            .into_iter()
            .reduce(|a, b| {
                let kinds =
                    crate::declare::sorted(a.kinds.iter().chain(&b.kinds).copied().collect());
                let var = self.fresh("subject", Ty::Entity(kinds.clone()));
                let v = |this: &Self, cx: &Context| {
                    this.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), span)
                };
                let ia = ExprKind::IsKind(Box::new(v(self, cx)), a.kinds.clone());
                let ib = ExprKind::IsKind(Box::new(v(self, cx)), b.kinds.clone());
                let (ia, ib) = (
                    self.make(cx, ia, Ty::Bool, span),
                    self.make(cx, ib, Ty::Bool, span),
                );
                let ca = crate::set::substitute(a.cond, a.var, var);
                let cb = crate::set::substitute(b.cond, b.var, var);
                let x = self.make(cx, ExprKind::And(vec![ia, ca]), Ty::Bool, span);
                let y = self.make(cx, ExprKind::And(vec![ib, cb]), Ty::Bool, span);
                let cond = self.make(cx, ExprKind::Or(vec![x, y]), Ty::Bool, span);
                SetExpr {
                    var,
                    kinds,
                    cond,
                    span,
                }
            })
            .unwrap_or_else(|| SetExpr {
                var: VarId(0),
                kinds: Vec::new(),
                cond: crate::check::error_expr(cx.provision, span),
                span,
            });
        if let Some(b) = binder {
            cx.locals.push((b.text, set.var));
        }
        Subject {
            var: set.var,
            kinds: set.kinds,
            cond: set.cond,
            each,
            jointly,
            text: words.join(" or "),
        }
    }

    /// The subject as a set: a kind or role, or the one entity of a name or call.
    fn subject_set(&mut self, cx: &mut Context, w: &ast::Who) -> SetExpr {
        if let A::Name(n) = &w.what.kind
            && cx.local(&n.text).is_none()
            && let Some(symbol) = self.symbol(cx, &n.text)
        {
            let entity = matches!(symbol, Symbol::Entity(_));
            if !entity && self.is_set(cx, &w.what) {
                if w.quantifier == Quantifier::The && !w.jointly {
                    self.error(
                        Diagnostic::error(codes::E0502, format!("which {}?", n.text))
                            .at(w.span, "a kind alone names nobody")
                            .help(format!("write `any {}` or `each {}`", n.text, n.text)),
                    );
                }
                return self.set(cx, &w.what);
            }
        } else if self.is_set(cx, &w.what) {
            return self.set(cx, &w.what);
        }
        let v = self.expr(cx, &w.what, None);
        let kinds = match crate::kind::strip(&v.ty) {
            Ty::Entity(k) => k.clone(),
            Ty::Error => Vec::new(),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0502, format!("{} cannot act", self.show(&v.ty)))
                        .at(
                            w.span,
                            "the subject of a sentence is an office, a body, or `any KIND`",
                        )
                        .help("name who may, must or cannot do it"),
                );
                Vec::new()
            }
        };
        let var = self.fresh("subject", Ty::Entity(kinds.clone()));
        let s = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), w.span);
        let cond = self.make(
            cx,
            ExprKind::Compare(CmpOp::Eq, Box::new(s), Box::new(v)),
            Ty::Bool,
            w.span,
        );
        SetExpr {
            var,
            kinds,
            cond,
            span: w.span,
        }
    }

    /// A subject as written, for messages and reports; in a copy with what replaces a name.
    fn words_of(&self, cx: &Context, e: &ast::Expr) -> String {
        match &e.kind {
            A::Name(n) if cx.copy.is_some() && cx.local(&n.text).is_none() => {
                self.replacing_words(cx, &n.text)
            }
            A::Name(n) if cx.local(&n.text).is_none() => self.own_words(cx, &n.text),
            A::Name(n) => n.text.clone(),
            A::Call(f, args) => {
                let inner: Vec<String> = args
                    .iter()
                    .map(|a| match &a.kind {
                        ast::ArgKind::Value(e) | ast::ArgKind::Named(_, e) => self.words_of(cx, e),
                        ast::ArgKind::Bind(n, _) => n.text.clone(),
                        ast::ArgKind::Any => "_".to_owned(),
                    })
                    .collect();
                format!("{}({})", self.words_of(cx, f), inner.join(", "))
            }
            A::Field(b, n) => format!("{}.{}", self.words_of(cx, b), n.text),
            A::Paren(e) => self.words_of(cx, e),
            A::Where(e, _) => self.words_of(cx, e),
            A::Element(n, _) => n.text.clone(),
            _ => "…".to_owned(),
        }
    }
}
