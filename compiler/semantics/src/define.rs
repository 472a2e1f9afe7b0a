//! Defines, exceptions, slots, tables.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, CellTest, HitPolicy};
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
    fn define_is(&mut self, cx: &Context, id: DefineId, value: DefineValue) {
        let define = &mut self.program.defines[id.index()];
        let placeholder = DefineValue::Expr(crate::check::error_expr(cx.provision, define.span));
        let before = std::mem::replace(&mut define.value, placeholder);
        let value = self.define_by_version(cx, before, value);
        self.program.defines[id.index()].value = value;
    }

    fn bind_params(&mut self, cx: &mut Context, id: DefineId, params: &[ast::Param]) {
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

    pub(crate) fn table(&mut self, cx: &mut Context, id: DefineId, t: &ast::Table) {
        if self.is_wrong(&t.name) {
            return;
        }
        let depth = cx.locals.len();
        self.bind_params(cx, id, &t.params);
        let params = self.program.defines[id.index()].params.clone();
        let inputs = params[params.len() - t.params.len()..].to_vec();
        let result = self.program.defines[id.index()].ty.clone();
        if t.hit != HitPolicy::First && t.hit != HitPolicy::Unique {
            self.unsupported(t.name.span, "hit policies `any` and `strongest`");
        }
        let outer = cx.provision;
        let mut number = None;
        let mut rows = Vec::new();
        for row in &t.rows {
            cx.provision = self.label(cx.module, outer, &row.labels, &mut number);
            if row.cells.len() != inputs.len() {
                self.arity(&t.name.text, inputs.len(), row.cells.len(), row.span);
            }
            let mut tests = Vec::new();
            for (cell, input) in row.cells.iter().zip(&inputs) {
                if let Some(c) = self.cell(cx, cell, *input) {
                    tests.push(c);
                }
            }
            let cond = self.make(cx, ExprKind::And(tests), Ty::Bool, row.span);
            let value = self.expr(cx, &row.result, Some(&result));
            self.expect_ty(&value, &result);
            rows.push((cond, value));
        }
        cx.provision = outer;
        cx.locals.truncate(depth);
        self.table_overlaps(t);
        // First match: row by row, each excluding those before it; no row: the text is silent.
        let mut value = self.make(
            cx,
            ExprKind::NotStated(format!("no row of `{}` matches", t.name.text)),
            result.clone(),
            t.name.span,
        );
        for (cond, v) in rows.into_iter().rev() {
            let (provision, span) = (cond.provision, cond.span);
            value = Expr {
                kind: ExprKind::Except {
                    base: Box::new(value),
                    exceptions: vec![(cond, v)],
                },
                ty: result.clone(),
                provision,
                span,
            };
        }
        self.define_is(cx, id, DefineValue::Expr(value));
    }

    fn cell(&mut self, cx: &mut Context, cell: &ast::Cell, input: VarId) -> Option<Expr> {
        let ty = self.var_ty(input);
        let mut any = Vec::new();
        for test in &cell.any_of {
            let v = |this: &Self, cx: &Context| {
                Box::new(this.make(cx, ExprKind::Var(input), ty.clone(), cell.span))
            };
            let made = match test {
                CellTest::Is(e) => {
                    let value = self.expr(cx, e, Some(&ty));
                    self.expect_ty(&value, &ty);
                    ExprKind::Compare(CmpOp::Eq, v(self, cx), Box::new(value))
                }
                CellTest::Cmp(op, e) => {
                    let value = self.expr(cx, e, Some(&ty));
                    self.expect_ty(&value, &ty);
                    let op = match op {
                        ast::BinaryOp::Ne => CmpOp::Ne,
                        ast::BinaryOp::Lt => CmpOp::Lt,
                        ast::BinaryOp::Le => CmpOp::Le,
                        ast::BinaryOp::Gt => CmpOp::Gt,
                        ast::BinaryOp::Ge => CmpOp::Ge,
                        _ => CmpOp::Eq,
                    };
                    ExprKind::Compare(op, v(self, cx), Box::new(value))
                }
                CellTest::Range(a, b) => {
                    let (a, b) = (self.expr(cx, a, Some(&ty)), self.expr(cx, b, Some(&ty)));
                    let low = self.make(
                        cx,
                        ExprKind::Compare(CmpOp::Ge, v(self, cx), Box::new(a)),
                        Ty::Bool,
                        cell.span,
                    );
                    let high = self.make(
                        cx,
                        ExprKind::Compare(CmpOp::Le, v(self, cx), Box::new(b)),
                        Ty::Bool,
                        cell.span,
                    );
                    ExprKind::And(vec![low, high])
                }
            };
            any.push(self.make(cx, made, Ty::Bool, cell.span));
        }
        match any.len() {
            0 => None,
            1 => any.pop(),
            _ => Some(self.make(cx, ExprKind::Or(any), Ty::Bool, cell.span)),
        }
    }

    /// `unique`: two rows that are the same in every cell overlap for certain.
    fn table_overlaps(&mut self, t: &ast::Table) {
        if t.hit != HitPolicy::Unique {
            return;
        }
        for (i, a) in t.rows.iter().enumerate() {
            for b in &t.rows[i + 1..] {
                let overlap = a.cells.iter().zip(&b.cells).all(|(x, y)| cells_meet(x, y));
                if overlap {
                    self.error(
                        Diagnostic::error(
                            codes::E0313,
                            format!("two rows of the unique table `{}` overlap", t.name.text),
                        )
                        .at(b.span, "this row")
                        .also(a.span, "and this one can both match")
                        .help("narrow one of them, or write `first` for the table"),
                    );
                    return;
                }
            }
        }
    }
}

/// Can both cells match? Certain only for `_` and equal names.
fn cells_meet(a: &ast::Cell, b: &ast::Cell) -> bool {
    if a.any_of.is_empty() || b.any_of.is_empty() {
        return true;
    }
    a.any_of.iter().any(|x| {
        b.any_of.iter().any(|y| match (x, y) {
            (CellTest::Is(x), CellTest::Is(y)) => match (&x.kind, &y.kind) {
                (ast::ExprKind::Name(x), ast::ExprKind::Name(y)) => x.text == y.text,
                (ast::ExprKind::Int(x), ast::ExprKind::Int(y)) => x == y,
                _ => false,
            },
            _ => false,
        })
    })
}
