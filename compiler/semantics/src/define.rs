//! Defines and the values of slots.

use crate::ast;
use crate::check::Checker;
use crate::declare::is_event;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn define(&mut self, cx: &mut Context, id: DefineId, d: &ast::Define) {
        if self.is_wrong(&d.name) {
            return;
        }
        let depth = cx.locals.len();
        self.bind_params(cx, id, &d.params);
        let event = d.ty.as_ref().is_some_and(is_event);
        let value = if event {
            DefineValue::Stream(self.stream_slot(cx, &d.value))
        } else if let Ty::Set(_) = self.program.defines[id.index()].ty.clone() {
            DefineValue::Set(self.set_slot(cx, &d.value))
        } else {
            let declared = self.program.defines[id.index()].ty.clone();
            let want = if d.ty.is_some() { Some(declared) } else { None };
            let v = if want == Some(Ty::Bool) && d.value.exceptions.is_empty() {
                self.cond(cx, &d.value.base)
            } else if want == Some(Ty::Int) && d.value.exceptions.is_empty() {
                self.quantity(cx, &d.value.base)
            } else {
                self.slot(cx, &d.value, want.as_ref())
            };
            match &want {
                Some(ty) => self.expect_ty(&v, ty),
                None => match self.program.defines[id.index()].ty.clone() {
                    // An earlier version has it.
                    ty if cx.version.is_some() && ty != Ty::Error => self.expect_ty(&v, &ty),
                    _ => self.program.defines[id.index()].ty = v.ty.clone(),
                },
            }
            DefineValue::Expr(v)
        };
        cx.locals.truncate(depth);
        self.define_is(cx, id, value);
    }

    /// An event with its exceptions: the one that is an exception where its condition holds, else the other.
    fn stream_slot(&mut self, cx: &mut Context, s: &ast::Slot) -> Stream {
        let base = self.stream(cx, &s.base);
        if s.exceptions.is_empty() {
            return base;
        }
        let outer = cx.provision;
        let mut number = None;
        let mut others = Vec::new();
        let mut none = Vec::new();
        for e in &s.exceptions {
            self.at_closing(cx, e.at_closing, &e.cond);
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let (when, event) = (self.cond(cx, &e.cond), self.stream(cx, &e.value));
            let span = event.span;
            let filtered = StreamKind::Where(Box::new(event), Box::new(when.clone()));
            others.push(self.stream_of(cx, filtered, span));
            none.push(self.make(cx, ExprKind::Not(Box::new(when)), Ty::Bool, span));
        }
        cx.provision = outer;
        let span = base.span;
        let otherwise = self.make(cx, ExprKind::And(none), Ty::Bool, span);
        let filtered = StreamKind::Where(Box::new(base), Box::new(otherwise));
        let mut all = vec![self.stream_of(cx, filtered, span)];
        all.extend(others);
        self.stream_of(cx, StreamKind::Or(all), span)
    }

    /// What a define names, in this version.
    pub(crate) fn define_is(&mut self, cx: &Context, id: DefineId, value: DefineValue) {
        let define = &mut self.program.defines[id.index()];
        let placeholder = DefineValue::Expr(crate::check::error_expr(cx.provision, define.span));
        let before = std::mem::replace(&mut define.value, placeholder);
        let value = self.define_by_version(cx, before, value);
        self.program.defines[id.index()].value = value;
    }

    pub(crate) fn bind_params(&mut self, cx: &mut Context, id: DefineId, params: &[ast::Param]) {
        let vars = self.program.defines[id.index()].params.clone();
        let own = vars.len() - params.len();
        for (p, v) in params.iter().zip(&vars[own..]) {
            cx.locals.push((p.name.text.clone(), *v));
        }
    }

    /// A value with its exceptions.
    pub(crate) fn slot(&mut self, cx: &mut Context, s: &ast::Slot, want: Option<&Ty>) -> Expr {
        if s.exceptions.is_empty() {
            return self.slot_value(cx, &s.base, want);
        }
        let base = self.ruled(cx, &s.base, want);
        let outer = cx.provision;
        let mut number = None;
        let ty = base.ty.clone();
        let span = base.span;
        let mut exceptions = Vec::new();
        for e in &s.exceptions {
            let at_closing = self.at_closing(cx, e.at_closing, &e.cond);
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let when = self.cond(cx, &e.cond);
            let value = self.where_known(cx, &e.cond, true, |c, cx| {
                c.ruled(cx, &e.value, Some(want.unwrap_or(&ty)))
            });
            if !self.fits(&value.ty, want.unwrap_or(&ty)) {
                let text = self.show(&ty);
                self.mismatch(&value, &text);
            }
            exceptions.push(Exception {
                when,
                value,
                at_closing,
            });
        }
        cx.provision = outer;
        self.make(
            cx,
            ExprKind::Except {
                base: Box::new(base),
                exceptions,
            },
            ty,
            span,
        )
    }

    /// Beside exceptions a decision's rule may be `none`, which asks for nothing.
    fn ruled(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        let rule = |c: &mut Self, cx: &mut Context| c.slot_value(cx, e, want);
        match want {
            Some(Ty::Bool) if cx.decision.is_some() => self.no_rule_or(cx, e, true, rule),
            _ => rule(self, cx),
        }
    }

    pub(crate) fn slot_value(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        want: Option<&Ty>,
    ) -> Expr {
        match want {
            Some(Ty::Bool) => self.cond(cx, e),
            Some(Ty::Int) => self.quantity(cx, e),
            _ => self.expr(cx, e, want),
        }
    }
}
