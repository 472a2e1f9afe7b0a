//! Acts and givens: defaults, addressees, the power of `by any`.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ActClass};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn act(&mut self, cx: &mut Context, id: ActId, a: &ast::Act) {
        for (i, p) in a.params.iter().enumerate() {
            if let Some(d) = &p.default {
                let ty = self.program.acts[id.index()].params[i].ty.clone();
                let v = self.expr(cx, d, Some(&ty));
                self.expect_ty(&v, &ty);
                let before = self.program.acts[id.index()].params[i].default.take();
                let v = self.by_version(cx, before, v);
                self.program.acts[id.index()].params[i].default = Some(v);
            }
        }
        if let Some(to) = &a.to {
            let body = matches!(&to.kind, ast::ExprKind::Name(n)
                if matches!(self.symbol(cx, &n.text), Some(Symbol::Entity(_))));
            let set = !body && self.is_set(cx, to);
            let kinds = if set {
                self.set(cx, to).kinds
            } else {
                match self.expr(cx, to, None).ty {
                    Ty::Entity(k) => k,
                    _ => Vec::new(),
                }
            };
            self.program.acts[id.index()].to = kinds;
        }
        let Some(by) = &a.by else {
            if a.class == ActClass::Act {
                self.error(
                    Diagnostic::error(codes::E0508, format!("who does `{}`?", a.name.text))
                        .at(a.name.span, "a legal act has an actor")
                        .help("add `by any KIND` (who also has the power), `by KIND`, or declare an `event`"),
                );
            }
            return;
        };
        if a.class == ActClass::Event {
            self.error(
                Diagnostic::error(
                    codes::E0305,
                    format!("`{}` is an event: nobody does it", a.name.text),
                )
                .at(by.span, "an actor for an event")
                .help("drop `by …`, or declare an `act` or a `deed`"),
            );
            return;
        }
        if by.any && !self.program.acts[id.index()].by.is_empty() {
            self.any_power(cx, id, a, by);
        }
    }

    /// `by any K when C` is the sentence `any K may A when C`.
    fn any_power(&mut self, cx: &mut Context, act: ActId, a: &ast::Act, by: &ast::ActBy) {
        let depth = cx.locals.len();
        let kinds = self.program.acts[act.index()].by.clone();
        let var = self.fresh("actor", Ty::Entity(kinds.clone()));
        cx.locals.push(("it".to_owned(), var));
        if let Some(b) = &by.binder {
            cx.locals.push((b.text.clone(), var));
        }
        let mut parts = Vec::new();
        for k in &by.kinds {
            let r = self.kind_ref(cx, k);
            let set = self.kind_set(cx, var, r.clone(), k.span);
            let v = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), k.span);
            let mut tests = vec![self.make(
                cx,
                ExprKind::IsKind(Box::new(v), r.kinds.clone()),
                Ty::Bool,
                k.span,
            )];
            if r.role.is_some() {
                tests.push(set.cond);
            }
            // `by any Depositary`: that office alone
            if let ast::TypeKind::Named(p) = &k.kind
                && let Some(Symbol::Entity(e)) = self.symbol(cx, &crate::check::text_of(p))
            {
                let v = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), k.span);
                let e = self.make(cx, ExprKind::Entity(e), Ty::Entity(r.kinds), k.span);
                tests.push(self.make(
                    cx,
                    ExprKind::Compare(CmpOp::Eq, Box::new(v), Box::new(e)),
                    Ty::Bool,
                    k.span,
                ));
            }
            parts.push(self.make(cx, ExprKind::And(tests), Ty::Bool, k.span));
        }
        let cond = self.make(cx, ExprKind::Or(parts), Ty::Bool, by.span);
        let params: Vec<(String, Ty)> = self.program.acts[act.index()]
            .params
            .iter()
            .map(|p| (p.name.clone(), p.ty.clone()))
            .collect();
        let mut pattern = self.bare_pattern(cx, act, a.name.span);
        for (i, (name, ty)) in params.into_iter().enumerate() {
            let v = self.fresh(&name, ty);
            cx.locals.push((name, v));
            pattern.args[i] = ArgPattern::Var(v);
        }
        let when = by.when.as_ref().map(|w| self.cond(cx, w));
        cx.locals.truncate(depth);
        let read = when.as_ref().map(Expr::vars).unwrap_or_default();
        for arg in &mut pattern.args {
            if matches!(arg, ArgPattern::Var(v) if !read.contains(v)) && !instance_of(cx, arg) {
                *arg = ArgPattern::Any;
            }
        }
        let names: Vec<String> = by.kinds.iter().map(|k| self.type_words(cx, k)).collect();
        let text = format!("any {}", names.join(" or "));
        let who = Subject {
            var,
            kinds,
            cond,
            each: false,
            jointly: false,
            text,
        };
        let power = Norm {
            pred: NormPred::Act(pattern),
            when,
            ..self.blank_norm(cx, who, by.span)
        };
        self.program.norms.push(power);
    }

    /// A type as it is printed.
    fn type_words(&self, cx: &Context, t: &ast::TypeExpr) -> String {
        match &t.kind {
            ast::TypeKind::Named(p) => self.own_words(cx, &crate::check::text_of(p)),
            ast::TypeKind::Union(ts) => {
                let names: Vec<String> = ts.iter().map(|t| self.type_words(cx, t)).collect();
                names.join(" or ")
            }
            ast::TypeKind::SetOf(t) => format!("set of {}", self.type_words(cx, t)),
            ast::TypeKind::Optional(t) => format!("{}?", self.type_words(cx, t)),
        }
    }

    pub(crate) fn given(&mut self, cx: &mut Context, id: GivenId, g: &ast::Given) {
        let depth = cx.locals.len();
        let params = self.program.givens[id.index()].params.clone();
        let own = params.len() - g.params.len();
        for (p, v) in g.params.iter().zip(&params[own..]) {
            cx.locals.push((p.name.text.clone(), *v));
        }
        if let Some(by) = &g.by {
            self.finding_power(cx, id, by);
        }
        if let Some(d) = &g.default {
            let ty = self.program.givens[id.index()].ty.clone();
            let v = self.expr(cx, d, Some(&ty));
            self.expect_ty(&v, &ty);
            let before = self.program.givens[id.index()].default.take();
            let v = self.by_version(cx, before, v);
            self.program.givens[id.index()].default = Some(v);
        }
        cx.locals.truncate(depth);
    }
}

/// The instance of the procedure the act is declared in.
fn instance_of(cx: &Context, arg: &ArgPattern) -> bool {
    matches!((arg, cx.procedure), (ArgPattern::Var(v), Some((_, this))) if *v == this)
}
