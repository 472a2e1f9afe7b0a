//! Findings: givens that an office settles by a recorded act, `find unsafe(a) = true by DefenceDirector` (tour 4.4).
//!
//! The act is called `find unsafe`; its arguments are the keys of the given and `value`. The last valid finding counts.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ArgKind, ExprKind as A, Quantifier};
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::*;

/// The argument that says what was found.
const VALUE: &str = "value";

impl Checker {
    /// The act of a given that somebody finds.
    pub(crate) fn declare_finding(&mut self, cx: &Context, given: GivenId, g: &ast::Given) {
        let Some(by) = &g.by else { return };
        let made = self.program.givens[given.index()].clone();
        if matches!(made.ty, Ty::Optional(_)) {
            self.error(
                Diagnostic::error(codes::E0525, "a finding is a value, not `none`")
                    .at(g.ty.span, "may be `none`")
                    .help("drop the `?`: before the first finding the given has its default, or is undetermined"),
            );
        }
        let mut kinds = Vec::new();
        self.finders(cx, by, &mut kinds);
        let mut params: Vec<ActParam> = made
            .params
            .iter()
            .map(|v| {
                let var = &self.program.vars[v.index()];
                ActParam {
                    name: var.name.clone(),
                    ty: var.ty.clone(),
                    default: None,
                }
            })
            .collect();
        params.push(ActParam {
            name: VALUE.to_owned(),
            ty: made.ty.clone(),
            default: None,
        });
        let act = ActId(id(self.program.acts.len()));
        let name = ast::Name {
            text: format!("find {}", g.name.text),
            span: g.name.span,
        };
        self.program.acts.push(Act {
            name: name.text.clone(),
            titles: Vec::new(),
            class: ast::ActClass::Act,
            params,
            by: crate::declare::sorted(kinds),
            to: Vec::new(),
            opens: None,
            occurrences: None,
            provision: cx.provision,
            span: g.name.span,
        });
        self.program.givens[given.index()].finding = Some(act);
        self.enter(cx, &name, Symbol::Act(act));
    }

    /// Kinds of those who find. What is no kind, office or body is reported with the sentence that gives them the power.
    fn finders(&self, cx: &Context, by: &ast::Expr, out: &mut Vec<KindId>) {
        match &by.kind {
            A::Paren(e) | A::Quantified(_, _, e) => self.finders(cx, e, out),
            A::Binary(ast::BinaryOp::Union, a, b) => {
                self.finders(cx, a, out);
                self.finders(cx, b, out);
            }
            A::Name(n) => match self.symbol(cx, &n.text) {
                Some(Symbol::Entity(e)) => out.push(self.program.entities[e.index()].kind),
                Some(Symbol::Kind(r)) => out.extend(r.kinds),
                _ => {}
            },
            _ => {}
        }
    }

    /// `by OFFICE` is the sentence `OFFICE may find …`.
    pub(crate) fn finding_power(&mut self, cx: &mut Context, given: GivenId, by: &ast::Expr) {
        let Some(act) = self.program.givens[given.index()].finding else {
            return;
        };
        let (binder, what) = match &by.kind {
            A::Quantified(_, b, inner) => (b.clone(), inner.as_ref().clone()),
            _ => (None, by.clone()),
        };
        let span = by.span;
        let who = ast::Who {
            quantifier: Quantifier::Any,
            binder,
            what,
            jointly: false,
            span,
        };
        let mut subject = self.subject_of(cx, std::slice::from_ref(&who), span);
        let office = subject.text.strip_prefix("any ").unwrap_or_default();
        if let Some(Symbol::Entity(_)) = self.symbol(cx, office) {
            subject.text = office.to_owned();
        }
        let mut pattern = self.bare_pattern(cx, act, span);
        pattern.actor = ArgPattern::Var(subject.var);
        let power = Norm {
            pred: NormPred::Act(pattern),
            ..self.blank_norm(cx, subject, span)
        };
        self.program.norms.push(power);
    }

    /// `find unsafe(A) = true by DefenceDirector` as the act that it is; nothing if the target is no finding.
    pub(crate) fn finding_line(&self, target: &ast::Expr, value: &ast::Expr) -> Option<ast::Expr> {
        let root = match &target.kind {
            A::Call(f, _) => f.as_ref(),
            _ => target,
        };
        let A::Name(n) = &root.kind else { return None };
        if !n.text.starts_with("find ") {
            return None;
        }
        // The value binds its actor: they change places.
        let (value, by): (&ast::Expr, Option<&ast::Expr>) = match &value.kind {
            A::By(v, who) => (v, Some(who)),
            _ => (value, None),
        };
        let mut args = match &target.kind {
            A::Call(_, args) => args.clone(),
            _ => Vec::new(),
        };
        args.push(ast::Arg {
            kind: ArgKind::Named(
                ast::Name {
                    text: VALUE.to_owned(),
                    span: value.span,
                },
                value.clone(),
            ),
            on: None,
            span: value.span,
        });
        let act = ast::Expr {
            kind: A::Call(Box::new(root.clone()), args),
            span: target.span,
        };
        Some(match by {
            Some(who) => ast::Expr {
                span: target.span.to(who.span),
                kind: A::By(Box::new(act), Box::new(who.clone())),
            },
            None => act,
        })
    }

    /// A finding is not set from outside.
    pub(crate) fn not_found_by_anybody(&mut self, given: GivenId, span: Span) {
        let g = &self.program.givens[given.index()];
        let Some(act) = g.finding else { return };
        let d = Diagnostic::error(codes::E0525, format!("who finds `{}`?", g.name))
            .at(span, "changes by an act of those who find it")
            .also(g.span, "a finding by declaration")
            .help(format!(
                "write `{} = VALUE by NAME`, or presuppose it: `assume {} = VALUE`",
                self.program.acts[act.index()].name,
                g.name
            ));
        self.error(d);
    }
}
