//! What members do, and when: behaviour clocks (R49).

use crate::ast;
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
        let pattern = self.pattern(cx, act);
        cx.implicit = false;
        let mut pattern = pattern?;
        pattern.actor = ArgPattern::Var(who.var);
        let when = when.map(|e| self.filter(cx, who.var, e));
        let law = self.law(cx, after);
        let not_counting = not_counting.map(|e| self.dates(cx, e));
        cx.locals.truncate(depth);
        Some(Behaviour {
            who,
            act: pattern,
            law: law?,
            not_counting,
            when,
            restarting,
            even_without_power,
            site,
            span,
        })
    }

    /// Who a line of an experiment is about: everybody of a set, each for itself, or somebody named.
    pub(super) fn doer(&mut self, cx: &mut Context, who: &ast::Who) -> Subject {
        let mut subject = self.subject_of(cx, std::slice::from_ref(who), who.span);
        subject.each = true;
        subject
    }
}
