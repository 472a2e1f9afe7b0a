//! Units of one's own: `unit Va`, `500 of Va`. Numbers of different units are never mixed.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, ItemKind};
use crate::check::{Checker, id};
use crate::declare::values;
use crate::expr::unparen;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

/// A number, with a unit or without.
pub(crate) fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Int | Ty::Quantity(_))
}

impl Checker {
    /// Units have their names before anything that is measured in them.
    pub(crate) fn declare_units(&mut self, cx: &Context, items: &[ast::Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Unit(name, titles) => {
                    let unit = UnitId(id(self.program.units.len()));
                    self.program.units.push(Unit {
                        name: name.text.clone(),
                        titles: values(titles),
                        provision: cx.provision,
                        span: name.span,
                    });
                    self.enter(cx, name, Symbol::Unit(unit));
                }
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        self.declare_units(cx, items);
                    }
                }
                ItemKind::Procedure(p) => self.declare_units(cx, &p.items),
                _ => {}
            }
        }
    }

    /// The unit, now with its provision.
    pub(crate) fn placed_unit(&mut self, cx: &Context, name: &ast::Name) {
        if let Some(u) = self.program.units.iter_mut().find(|u| u.span == name.span) {
            u.provision = cx.provision;
        }
    }

    /// The unit that a name stands for.
    pub(crate) fn unit_of(&self, cx: &Context, e: &ast::Expr) -> Option<UnitId> {
        let name = match &unparen(e).kind {
            A::Name(n) if cx.local(&n.text).is_none() => n.text.clone(),
            A::Field(base, n) => match &base.kind {
                A::Name(alias) => format!("{}.{}", alias.text, n.text),
                _ => return None,
            },
            _ => return None,
        };
        match self.symbol(cx, &name) {
            Some(Symbol::Unit(u)) => Some(u),
            _ => None,
        }
    }

    /// `500 of Va`.
    pub(crate) fn measured(&mut self, cx: &mut Context, e: &ast::Expr, unit: UnitId) -> Expr {
        let n = self.quantity(cx, e);
        let ty = if n.ty == Ty::Error {
            Ty::Error
        } else {
            Ty::Quantity(unit)
        };
        Expr { ty, ..n }
    }

    /// A number, with a unit or without; a set is counted.
    pub(crate) fn number(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        if self.is_set(cx, e) {
            return self.quantity(cx, e);
        }
        let v = self.expr(cx, e, want);
        if !is_number(&v.ty) && v.ty != Ty::Error {
            self.mismatch(&v, "a number");
            return crate::check::error_expr(cx.provision, e.span);
        }
        v
    }

    /// What is added or multiplied: a number, or a length of time.
    pub(crate) fn term(&mut self, cx: &mut Context, e: &ast::Expr, op: ast::BinaryOp) -> Expr {
        if self.is_set(cx, e) {
            return self.quantity(cx, e);
        }
        let v = self.expr(cx, e, None);
        let fits = is_number(&v.ty) || (v.ty == Ty::Length && op != ast::BinaryOp::Sub);
        if !fits && v.ty != Ty::Error {
            self.mismatch(&v, "a number");
            return crate::check::error_expr(cx.provision, e.span);
        }
        v
    }

    /// Two numbers that are added or compared have one unit.
    pub(crate) fn same_unit(&mut self, a: &Expr, b: &Expr) -> bool {
        let (x, y) = (strip(&a.ty).clone(), strip(&b.ty).clone());
        if !is_number(&x) || !is_number(&y) || x == y {
            return true;
        }
        let named = |this: &Self, ty: &Ty| match ty {
            Ty::Quantity(u) => format!("`{}`", this.program.units[u.index()].name),
            _ => "no unit".to_owned(),
        };
        let (p, q) = (named(self, &x), named(self, &y));
        let unit = match (&x, &y) {
            (Ty::Quantity(u), _) | (_, Ty::Quantity(u)) => {
                self.program.units[u.index()].name.clone()
            }
            _ => String::new(),
        };
        let help = if x == Ty::Int || y == Ty::Int {
            format!("say the unit of the bare number: `… of {unit}`")
        } else {
            "units are not converted: give the rate by a define, and multiply by a number"
                .to_owned()
        };
        self.error(
            Diagnostic::error(codes::E0340, "numbers of different units are mixed")
                .at(b.span, format!("in {q}"))
                .also(a.span, format!("in {p}"))
                .help(help),
        );
        false
    }

    /// The unit of a sum, difference or product.
    pub(crate) fn unit_of_result(&mut self, op: ArithOp, a: &Expr, b: &Expr) -> Ty {
        match (&a.ty, &b.ty) {
            (Ty::Error, _) | (_, Ty::Error) => Ty::Error,
            (Ty::Length, Ty::Length) if op == ArithOp::Add => Ty::Length,
            (Ty::Length, Ty::Int) | (Ty::Int, Ty::Length) if op == ArithOp::Mul => Ty::Length,
            (Ty::Length, _) | (_, Ty::Length) => {
                self.error(
                    Diagnostic::error(
                        codes::E0309,
                        "lengths are added to lengths, and multiplied by numbers",
                    )
                    .at(b.span, format!("this is {}", self.show(&b.ty)))
                    .also(a.span, format!("this is {}", self.show(&a.ty)))
                    .help("write `2 * 30 days`, or `1 year + 6 months`"),
                );
                Ty::Error
            }
            (Ty::Quantity(_), Ty::Quantity(_)) if op == ArithOp::Mul => {
                self.error(
                    Diagnostic::error(codes::E0340, "a product of two quantities has no unit")
                        .at(b.span, self.show(&b.ty))
                        .also(a.span, self.show(&a.ty))
                        .help("multiply a quantity by a bare number"),
                );
                Ty::Error
            }
            (Ty::Quantity(_), _) if op == ArithOp::Mul => a.ty.clone(),
            (_, Ty::Quantity(_)) if op == ArithOp::Mul => b.ty.clone(),
            _ if self.same_unit(a, b) => a.ty.clone(),
            _ => Ty::Error,
        }
    }
}
