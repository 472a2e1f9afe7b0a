//! Early certainty: `certain(D on x)`, `certain(adopted(D on x))` (R40).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Whether a result can no longer be another, whatever the ballots still to come.
    pub(crate) fn certain(&mut self, cx: &mut Context, arg: &ast::Arg, span: Span) -> Expr {
        let (decision, subject, outcome) = match self.decision_arg(cx, arg) {
            Some((d, s)) => (d, s.map(Box::new), None),
            None => {
                let ast::ArgKind::Value(e) = &arg.kind else {
                    return self.certain_of_what(cx, arg.span);
                };
                match self.expr(cx, e, None).kind {
                    ExprKind::OutcomeIs {
                        decision,
                        subject,
                        outcome: o @ (DecisionOutcome::Adopted | DecisionOutcome::Rejected),
                    } => (decision, subject, Some(o)),
                    ExprKind::Error => return error_expr(cx.provision, span),
                    _ => return self.certain_of_what(cx, arg.span),
                }
            }
        };
        self.certain.push((decision, span));
        let kind = ExprKind::Certain {
            decision,
            subject,
            outcome,
        };
        self.make(cx, kind, Ty::Bool, span)
    }

    fn certain_of_what(&mut self, cx: &Context, span: Span) -> Expr {
        self.not_a_value(
            cx,
            span,
            "name a decision or its outcome: `certain(Amend on a)`, `certain(adopted(Amend on a))`",
        )
    }

    /// R40: nothing is certain while ballots may change.
    pub(crate) fn certain_needs_first_ballots(&mut self) {
        for (decision, span) in self.certain.clone() {
            let d = &self.program.decisions[decision.index()];
            let votes = d.passes.0.rule().is_some();
            if votes && !d.first_counts {
                let name = d.name.clone();
                self.error(
                    Diagnostic::error(codes::E0610, "nothing is certain while ballots may change")
                        .at(span, format!("the last ballots of `{name}` count"))
                        .help(
                            "write `first counts` with the ballots, or close `when all have voted`",
                        ),
                );
            }
        }
    }
}
