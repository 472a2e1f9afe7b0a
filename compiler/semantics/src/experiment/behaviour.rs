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
        after: &ast::Expr,
        when: Option<&ast::Expr>,
        restarting: Option<bool>,
        even_without_power: bool,
        site: String,
        span: Span,
    ) -> Option<Behaviour> {
        let depth = cx.locals.len();
        let set = self.set(cx, &who.what);
        if let Some(b) = &who.binder {
            cx.locals.push((b.text.clone(), set.var));
        }
        let mut pattern = self.pattern(cx, act)?;
        pattern.actor = ArgPattern::Var(set.var);
        let when = when.map(|e| self.filter(cx, set.var, e));
        let law = self.law(cx, after);
        cx.locals.truncate(depth);
        let who = Subject {
            var: set.var,
            kinds: set.kinds,
            cond: set.cond,
            each: true,
            jointly: false,
            text: String::from("each"),
        };
        Some(Behaviour {
            who,
            act: pattern,
            law: law?,
            when,
            restarting,
            even_without_power,
            site,
            span,
        })
    }
}
