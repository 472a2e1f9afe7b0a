//! Steps of a decision: `first consensus`, `first RULE`, `then RULE upon E` (R41).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// A step as it is written.
pub(crate) struct SaidStep {
    /// `None`: consensus.
    pub(crate) rule: Option<Expr>,
    upon: Option<Stream>,
    /// Written as `first`.
    first: bool,
    provision: ProvisionId,
    span: Span,
}

impl Checker {
    pub(crate) fn first_step(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        steps: &mut Vec<SaidStep>,
    ) {
        if let Some(first) = steps.first() {
            self.error(
                Diagnostic::error(codes::E0602, "`first` is said twice")
                    .at(e.span, "said again")
                    .also(first.span, "first said here")
                    .help("write the steps after it as `then RULE upon E`"),
            );
            return;
        }
        let consensus = matches!(&e.kind, ast::ExprKind::Name(n) if n.text == "consensus");
        let rule = (!consensus).then(|| self.cond(cx, e));
        steps.push(SaidStep {
            rule,
            upon: None,
            first: true,
            provision: cx.provision,
            span: e.span,
        });
    }

    pub(crate) fn then_step(
        &mut self,
        cx: &mut Context,
        rule: &ast::Slot,
        upon: Option<&ast::Expr>,
        span: Span,
        steps: &mut Vec<SaidStep>,
    ) {
        let rule = self.slot(cx, rule, Some(&Ty::Bool));
        let upon = upon.map(|e| self.stream(cx, e));
        if steps.is_empty() {
            self.error(
                Diagnostic::error(codes::E0604, "`then` follows a `first` step")
                    .at(span, "nothing comes first")
                    .help("write `first consensus` before it, or `passes when …` instead"),
            );
        } else if upon.is_none() {
            self.error(
                Diagnostic::error(codes::E0604, "what begins this step?")
                    .at(span, "no event begins it")
                    .help("write `then RULE upon E`, for example `upon declared_exhausted(d)`"),
            );
        }
        steps.push(SaidStep {
            rule: Some(rule),
            upon,
            first: false,
            provision: cx.provision,
            span,
        });
    }

    /// A consensus that no vote follows asks who objects, and nothing else (R41).
    pub(crate) fn consensus_alone(&mut self, slots: &[(&str, Option<Span>)]) {
        for (word, span) in slots {
            if let Some(span) = span {
                self.error(
                    Diagnostic::error(
                        codes::E0664,
                        format!("a consensus that no vote follows has no `{word}`"),
                    )
                    .at(*span, "its one ballot is `object`")
                    .help("leave it out, or add the vote that follows: `then RULE upon E`"),
                );
            }
        }
    }

    /// The last step is the rule by which it passes; those before it wait for what begins the next.
    pub(crate) fn take_steps(&mut self, id: DecisionId, steps: &[SaidStep], passes: Option<Span>) {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return;
        };
        if let Some(passes) = passes {
            self.error(
                Diagnostic::error(codes::E0602, "the rule is said twice")
                    .at(passes, "said here")
                    .also(first.span, "and in steps")
                    .help("keep the steps, `first …` and `then … upon E`, or the one rule `passes when …`"),
            );
            return;
        }
        let earlier = |s: &SaidStep, next: Option<&SaidStep>| Step {
            provision: s.provision,
            rule: s.rule.clone(),
            next: next.and_then(|n| n.upon.clone()),
        };
        let mut all: Vec<Step> = steps.windows(2).map(|w| earlier(&w[0], w.get(1))).collect();
        match &last.rule {
            Some(rule) if steps.len() > 1 => {
                self.program.decisions[id.index()].passes =
                    (Stated::Rule(rule.clone()), last.provision);
            }
            Some(_) if !last.first => {}
            Some(_) => self.error(
                Diagnostic::error(codes::E0604, "a first step that is a vote needs a second")
                    .at(last.span, "nothing follows it")
                    .help("write `passes when …`, or add `then RULE upon E`"),
            ),
            None => all.push(earlier(last, None)),
        }
        self.program.decisions[id.index()].earlier = all;
    }
}
