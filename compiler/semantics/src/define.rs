//! Defines, exceptions, slots, tables.

use rogatio_diagnostics::{Diagnostic, codes};

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
            if let Some(e) = d.value.exceptions.first() {
                self.unsupported(e.span, "exceptions on a define of events");
            }
            DefineValue::Stream(self.stream(cx, &d.value.base))
        } else if let Ty::Set(_) = self.program.defines[id.index()].ty.clone() {
            if let Some(e) = d.value.exceptions.first() {
                self.unsupported(e.span, "exceptions on a define of sets");
            }
            DefineValue::Set(self.set(cx, &d.value.base))
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
        let base = self.slot_value(cx, &s.base, want);
        if s.exceptions.is_empty() {
            return base;
        }
        let outer = cx.provision;
        let mut number = None;
        let ty = base.ty.clone();
        let span = base.span;
        let mut exceptions = Vec::new();
        for e in &s.exceptions {
            if e.at_closing {
                self.unsupported(e.span, "exceptions read `at closing`");
            }
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let cond = self.cond(cx, &e.cond);
            let value = self.slot_value(cx, &e.value, Some(want.unwrap_or(&ty)));
            if !self.fits(&value.ty, want.unwrap_or(&ty)) {
                let text = self.show(&ty);
                self.mismatch(&value, &text);
            }
            exceptions.push((cond, value));
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

    fn slot_value(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        match want {
            Some(Ty::Bool) => self.cond(cx, e),
            Some(Ty::Int) => self.quantity(cx, e),
            _ => self.expr(cx, e, want),
        }
    }

    pub(crate) fn exception_to(&mut self, cx: &mut Context, x: &ast::ExceptionTo) {
        let name = crate::check::text_of(&x.target);
        let target = match self.symbol(cx, &name) {
            Some(Symbol::Define(d)) => d,
            Some(_) => {
                return self.unsupported(
                    x.target.span,
                    "exceptions to slots of decisions, bodies and sentences",
                );
            }
            None if x.target.segments.len() > 1 => {
                return self.unsupported(
                    x.target.span,
                    "exceptions to slots of decisions, bodies and sentences",
                );
            }
            None => return self.unknown(cx, &name, x.target.span),
        };
        let params = self.program.defines[target.index()].params.clone();
        let depth = cx.locals.len();
        let own = params.len().saturating_sub(x.args.len());
        if x.args.len() > params.len() {
            self.arity(&name, params.len(), x.args.len(), x.target.span);
        }
        for (a, v) in x.args.iter().zip(&params[own..]) {
            match &a.kind {
                ast::ArgKind::Value(ast::Expr {
                    kind: ast::ExprKind::Name(n),
                    ..
                })
                | ast::ArgKind::Bind(n, _) => {
                    cx.locals.push((n.text.clone(), *v));
                }
                _ => self.error(
                    Diagnostic::error(codes::E0203, "the parameters of an exception are names")
                        .at(a.span, "a name belongs here")
                        .help("name the parameter and put the case into `when`"),
                ),
            }
        }
        let want = self.program.defines[target.index()].ty.clone();
        let cond = self.cond(cx, &x.cond);
        let value = self.slot_value(cx, &x.value, Some(&want));
        self.expect_ty(&value, &want);
        cx.locals.truncate(depth);
        let cond = self.while_in_force(cx, cond);
        self.exceptions.push((target, cond, value));
    }
}
