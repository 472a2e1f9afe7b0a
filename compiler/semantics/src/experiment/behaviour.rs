//! What members do, and when: behaviour clocks (R49).

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn behaviour(
        &mut self,
        cx: &mut Context,
        who: &ast::Who,
        act: &ast::Expr,
        (after, not_counting): (&ast::Expr, Option<&ast::Expr>),
        when: Option<&ast::Expr>,
        restarting: Option<bool>,
        even_without_power: bool,
        site: String,
        span: Span,
    ) -> Option<Behaviour> {
        let depth = cx.locals.len();
        let who = self.doer(cx, who);
        // An argument that is not declared is any: one clock for each value.
        cx.implicit = true;
        let does = self.does(cx, &who, act);
        cx.implicit = false;
        let does = does?;
        let when = when.map(|e| self.filter(cx, who.var, e));
        let law = self.law(cx, after);
        let not_counting = not_counting.map(|e| self.dates(cx, e));
        cx.locals.truncate(depth);
        Some(Behaviour {
            who,
            does,
            law: law?,
            not_counting,
            when,
            restarting,
            even_without_power,
            site,
            span,
        })
    }

    /// An act; or `adopt(D on x)`, `reject(D on x)`, the outcome of a rule that lies elsewhere (R41b).
    fn does(&mut self, cx: &mut Context, who: &Subject, act: &ast::Expr) -> Option<Does> {
        if let A::Call(f, args) = &act.kind
            && let A::Name(name) = &f.kind
            && matches!(name.text.as_str(), "adopt" | "reject")
            && !matches!(self.symbol(cx, &name.text), Some(Symbol::Act(_)))
            && let Some((decision, matter)) = args.first().and_then(|a| self.decision_arg(cx, a))
        {
            let (declared, _) = self.declared_outcome(name, decision, matter);
            let CaseActKind::Declare {
                decision,
                outcome,
                subject: matter,
            } = declared?
            else {
                return None;
            };
            self.declaring_body(decision, who, name.span);
            return Some(Does::Declare {
                decision,
                outcome,
                matter,
            });
        }
        let outside = std::mem::replace(&mut cx.each, EachMeans::Any);
        let pattern = self.pattern(cx, act);
        cx.each = outside;
        let mut pattern = pattern?;
        pattern.actor = ArgPattern::Var(who.var);
        Some(Does::Act(pattern))
    }

    /// Who declares an outcome is a body that decides.
    fn declaring_body(&mut self, decision: DecisionId, who: &Subject, span: Span) {
        let one = match &who.cond.kind {
            ExprKind::Compare(CmpOp::Eq, a, b) => [a, b].into_iter().find_map(|e| match e.kind {
                ExprKind::Entity(e) => Some(e),
                _ => None,
            }),
            _ => None,
        };
        if one.is_none_or(|e| self.limb_of(decision, e).is_none()) {
            self.not_one_of(decision, &who.text, span);
        }
    }

    /// Who a line of an experiment is about: everybody of a set, each for itself, or somebody named.
    pub(super) fn doer(&mut self, cx: &mut Context, who: &ast::Who) -> Subject {
        let mut subject = self.subject_of(cx, std::slice::from_ref(who), who.span);
        subject.each = true;
        subject
    }
}
