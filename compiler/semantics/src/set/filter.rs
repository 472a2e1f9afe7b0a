//! The condition of a set: an expression read of each element.

use super::*;

impl Checker {
    /// A condition on an element: a bare one-place name is applied to it, a set is membership, anything else is read with
    /// the element as `it`.
    pub(crate) fn filter(&mut self, cx: &mut Context, var: VarId, e: &ast::Expr) -> Expr {
        let element_ty = self.var_ty(var);
        match &e.kind {
            A::Paren(inner) => return self.filter(cx, var, inner),
            A::Not(inner) => {
                let c = self.filter(cx, var, inner);
                return self.make(cx, ExprKind::Not(Box::new(c)), Ty::Bool, e.span);
            }
            A::Binary(op @ (BinaryOp::And | BinaryOp::Or), l, r) => {
                let (a, b) = (self.filter(cx, var, l), self.filter(cx, var, r));
                let kind = if *op == BinaryOp::And {
                    ExprKind::And(vec![a, b])
                } else {
                    ExprKind::Or(vec![a, b])
                };
                return self.make(cx, kind, Ty::Bool, e.span);
            }
            A::Name(n) if cx.local(&n.text).is_none() => {
                let element = self.make(cx, ExprKind::Var(var), element_ty.clone(), e.span);
                if n.text == "chair"
                    && let Some(d) = &cx.decision
                    && self.symbol(cx, "chair").is_none()
                {
                    return self.in_the_chair(cx, d.id, d.subject, element);
                }
                match self.symbol(cx, &n.text) {
                    Some(Symbol::Status(s)) => {
                        let status = &self.program.statuses[s.index()];
                        let params = status.params.len();
                        if status.value.is_none() && params >= 1 {
                            if params == 1 && self.fits_key(s, 0, &element_ty) {
                                return self.make(
                                    cx,
                                    ExprKind::StatusOn(s, vec![element]),
                                    Ty::Bool,
                                    e.span,
                                );
                            }
                            if let (2, Some((_, this))) = (params, cx.procedure) {
                                let this =
                                    self.make(cx, ExprKind::Var(this), self.var_ty(this), e.span);
                                return self.make(
                                    cx,
                                    ExprKind::StatusOn(s, vec![this, element]),
                                    Ty::Bool,
                                    e.span,
                                );
                            }
                        }
                    }
                    Some(Symbol::Define(d)) => {
                        let define = &self.program.defines[d.index()];
                        if define.params.len() == 1
                            && define.ty == Ty::Bool
                            && self.fits(&element_ty, &self.var_ty(define.params[0]))
                        {
                            return self.make(
                                cx,
                                ExprKind::Call(d, vec![element]),
                                Ty::Bool,
                                e.span,
                            );
                        }
                    }
                    Some(Symbol::Given(g)) => {
                        let given = &self.program.givens[g.index()];
                        if given.params.len() == 1
                            && given.ty == Ty::Bool
                            && self.fits(&element_ty, &self.var_ty(given.params[0]))
                        {
                            return self.make(
                                cx,
                                ExprKind::Given(g, vec![element]),
                                Ty::Bool,
                                e.span,
                            );
                        }
                    }
                    Some(Symbol::Act(a)) if !self.program.acts[a.index()].by.is_empty() => {
                        let mut pattern = self.bare_pattern(cx, a, e.span);
                        pattern.actor = ArgPattern::Var(var);
                        return self.make(
                            cx,
                            ExprKind::Occurred(Box::new(pattern)),
                            Ty::Bool,
                            e.span,
                        );
                    }
                    Some(Symbol::Kind(r)) if r.role.is_none() => {
                        return self.make(
                            cx,
                            ExprKind::IsKind(Box::new(element), r.kinds),
                            Ty::Bool,
                            e.span,
                        );
                    }
                    _ => {}
                }
                // A boolean field of the element.
                if let Ty::Entity(kinds) = &element_ty
                    && let Some(f) = self.program.fields.iter().position(|f| {
                        f.name == n.text && kinds.contains(&f.kind) && f.ty == Ty::Bool
                    })
                    && self.symbol(cx, &n.text).is_none()
                {
                    let element = self.make(cx, ExprKind::Var(var), element_ty, e.span);
                    let field = FieldId(crate::check::id(f));
                    return self.make(
                        cx,
                        ExprKind::Field(Box::new(element), field),
                        Ty::Bool,
                        e.span,
                    );
                }
            }
            _ => {}
        }
        if self.is_set(cx, e) {
            let s = self.set(cx, e);
            let Ty::Entity(kinds) = &element_ty else {
                return s.cond;
            };
            let cond = substitute(s.cond, s.var, var);
            if kinds.iter().all(|k| s.kinds.contains(k)) {
                return cond;
            }
            let v = self.make(cx, ExprKind::Var(var), element_ty, e.span);
            let is = self.make(cx, ExprKind::IsKind(Box::new(v), s.kinds), Ty::Bool, e.span);
            return self.make(cx, ExprKind::And(vec![is, cond]), Ty::Bool, e.span);
        }
        cx.locals.push(("it".to_owned(), var));
        let c = self.cond(cx, e);
        cx.locals.pop();
        c
    }

    pub(crate) fn narrowed(
        &mut self,
        cx: &Context,
        set: SetExpr,
        cond: Expr,
        span: Span,
    ) -> SetExpr {
        let both = if matches!(set.cond.kind, ExprKind::Bool(true)) {
            cond
        } else {
            self.make(cx, ExprKind::And(vec![set.cond, cond]), Ty::Bool, span)
        };
        SetExpr {
            var: set.var,
            kinds: set.kinds,
            cond: both,
            span,
        }
    }

    pub(super) fn fits_key(&self, s: StatusId, key: usize, ty: &Ty) -> bool {
        let param = self.program.statuses[s.index()].params[key];
        match (self.var_ty(param), ty) {
            (Ty::Entity(a), Ty::Entity(b)) => b.iter().any(|k| a.contains(k)),
            (Ty::Error, _) | (_, Ty::Error) => true,
            (a, b) => a == *b,
        }
    }

    /// Whether a one-place status, seen from inside its procedure, holds for an element.
    pub(super) fn filter_status(&self, cx: &Context, var: VarId, s: StatusId, span: Span) -> Expr {
        let mut keys = Vec::new();
        if self.program.statuses[s.index()].params.len() == 2
            && let Some((_, this)) = cx.procedure
        {
            keys.push(self.make(cx, ExprKind::Var(this), self.var_ty(this), span));
        }
        keys.push(self.make(cx, ExprKind::Var(var), self.var_ty(var), span));
        self.make(cx, ExprKind::StatusOn(s, keys), Ty::Bool, span)
    }
}
