//! Sets as values: what an argument, a status or a given holds, and the set of one.

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Whether a status or given holds a set.
    pub(crate) fn is_held_set(&self, symbol: &Symbol) -> bool {
        match symbol {
            Symbol::Status(s) => {
                matches!(self.program.statuses[s.index()].value, Some(Ty::Set(_)))
            }
            Symbol::Given(g) => matches!(self.program.givens[g.index()].ty, Ty::Set(_)),
            _ => false,
        }
    }

    /// The set that a status or given holds.
    pub(crate) fn held_set(
        &mut self,
        cx: &mut Context,
        name: &str,
        symbol: Symbol,
        args: &[ast::Arg],
        span: Span,
    ) -> SetExpr {
        let value = self.reference(cx, name, symbol, args, span);
        self.value_set(cx, value)
    }

    /// A set as a value; what was a value before is that value.
    pub(crate) fn value_of_set(&self, cx: &Context, set: SetExpr, span: Span) -> Expr {
        if let ExprKind::InSet { set: held, element } = &set.cond.kind
            && matches!(element.kind, ExprKind::Var(v) if v == set.var)
        {
            return (**held).clone();
        }
        let ty = Ty::Set(set.kinds.clone());
        let kind = ExprKind::Set(Box::new(set));
        self.make(cx, kind, ty, span)
    }

    /// The elements of a set that is a value.
    pub(crate) fn value_set(&mut self, cx: &Context, value: Expr) -> SetExpr {
        let span = value.span;
        let Ty::Set(kinds) = crate::kind::strip(&value.ty).clone() else {
            return self.empty_set(cx, span);
        };
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        let element = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), span);
        let kind = ExprKind::InSet {
            set: Box::new(value),
            element: Box::new(element),
        };
        SetExpr {
            var,
            kinds,
            cond: self.make(cx, kind, Ty::Bool, span),
            span,
        }
    }

    /// A set, or an entity for the set of it alone.
    pub(crate) fn set_or_one(&mut self, cx: &mut Context, e: &ast::Expr) -> SetExpr {
        if self.is_set(cx, e) || !self.may_be_entity(cx, e) {
            return self.set(cx, e);
        }
        let one = self.expr(cx, e, None);
        match one.ty.clone() {
            Ty::Entity(kinds) => self.set_of_one(cx, one, kinds),
            Ty::Error => self.empty_set(cx, e.span),
            _ => {
                self.mismatch(&one, "a set, or one of its kind,");
                self.empty_set(cx, e.span)
            }
        }
    }

    /// The set of one entity.
    fn set_of_one(&mut self, cx: &Context, one: Expr, kinds: Vec<KindId>) -> SetExpr {
        let span = one.span;
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        let element = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), span);
        let is = ExprKind::Compare(CmpOp::Eq, Box::new(element), Box::new(one));
        SetExpr {
            var,
            kinds,
            cond: self.make(cx, is, Ty::Bool, span),
            span,
        }
    }

    /// Where a set is wanted, an entity is the set of it, and none the empty one.
    pub(crate) fn as_set(&mut self, cx: &Context, v: Expr, want: Option<&Ty>) -> Expr {
        let Some(Ty::Set(kinds)) = want.map(crate::kind::strip) else {
            return v;
        };
        let span = v.span;
        let set = match v.ty.clone() {
            Ty::Entity(own) => self.set_of_one(cx, v, own),
            Ty::None => SetExpr {
                var: self.fresh("it", Ty::Entity(kinds.clone())),
                kinds: kinds.clone(),
                cond: self.make(cx, ExprKind::Bool(false), Ty::Bool, span),
                span,
            },
            _ => return v,
        };
        self.value_of_set(cx, set, span)
    }

    /// Could it be one entity? A local, a field, an entity of the text or the case.
    fn may_be_entity(&self, cx: &Context, e: &ast::Expr) -> bool {
        match &crate::expr::unparen(e).kind {
            A::Name(n) => {
                let entity = matches!(self.symbol(cx, &n.text), Some(Symbol::Entity(_)));
                let in_case = cx.case.as_ref();
                let in_case = in_case.is_some_and(|c| c.entities.contains_key(&n.text));
                cx.local(&n.text).is_some()
                    || entity
                    || in_case
                    || self.instances.contains_key(&n.text)
            }
            A::Text(t) => cx
                .case
                .as_ref()
                .is_some_and(|c| c.entities.contains_key(&t.value)),
            A::Field(..) => true,
            A::Call(f, _) => match &f.kind {
                A::Name(n) => match self.symbol(cx, &n.text) {
                    Some(Symbol::Define(d)) => matches!(
                        crate::kind::strip(&self.program.defines[d.index()].ty),
                        Ty::Entity(_)
                    ),
                    Some(Symbol::Status(s)) => {
                        matches!(self.program.statuses[s.index()].value, Some(Ty::Entity(_)))
                    }
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
}
