//! Windows of decisions: `open D`, `open through STAGE`, `closes T extended to T2` (R34).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, CloseWhen};
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// `open D`, `open through STAGE of x`, or both: the first that comes.
    pub(crate) fn window(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        length: Option<&ast::Expr>,
        through: Option<&(ast::Name, Option<ast::Expr>)>,
    ) {
        if let Some(length) = length {
            let l = self.length(cx, length);
            self.program.decisions[id.index()]
                .closes
                .push(Closing::Open(l));
        }
        if let Some((stage, of)) = through {
            self.through(cx, id, stage, of.as_ref());
        }
    }

    fn through(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        stage: &ast::Name,
        of: Option<&ast::Expr>,
    ) {
        let instance = match of {
            Some(e) => self.expr(cx, e, None),
            None => match self.program.decisions[id.index()].subject {
                Some(v) => self.make(cx, ExprKind::Var(v), self.var_ty(v), stage.span),
                None => crate::check::error_expr(cx.provision, stage.span),
            },
        };
        let Some(procedure) = self.procedure_of(strip(&instance.ty)) else {
            if of.is_none() || instance.ty != Ty::Error {
                let at = of.map_or(stage.span, |e| e.span);
                self.error(
                    Diagnostic::error(codes::E0657, "a stage of what?")
                        .at(at, "no instance of a procedure")
                        .help("say whose stage it is: `open through voting of d.session`"),
                );
            }
            return;
        };
        let p = &self.program.procedures[procedure.index()];
        let Some(at) = p.stages.iter().position(|s| s.name == stage.text) else {
            self.unknown_stage(procedure, &stage.text, stage.span);
            return;
        };
        self.program.decisions[id.index()]
            .closes
            .push(Closing::Left {
                procedure,
                stage: at,
                instance,
            });
    }

    /// A time at which it closes; `opening` is its own.
    fn closing_time(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        if let Some(d) = &mut cx.decision {
            d.closing = true;
        }
        let t = self.time(cx, e);
        if let Some(d) = &mut cx.decision {
            d.closing = false;
        }
        t
    }

    /// `closes T extended to T2`: at T, or at T2 if that is known by T and is later. T2 is read anew until the close.
    pub(crate) fn extended(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        at: &CloseWhen,
        to: &ast::Expr,
    ) {
        let CloseWhen::At(t) = at else {
            self.error(
                Diagnostic::error(codes::E0658, "only a closing at a time is extended")
                    .at(to.span, "what is the time that is put off?")
                    .help("write `closes T extended to T2`, for example `closes 3 days after opening extended to …`"),
            );
            return;
        };
        let (t, t2) = (self.closing_time(cx, t), self.closing_time(cx, to));
        let span = t.span.to(t2.span);
        let known = ExprKind::OrElse(Box::new(t2), Box::new(t.clone()));
        let known = self.make(cx, known, Ty::Time, to.span);
        let later = self.make(cx, ExprKind::Later(vec![t, known]), Ty::Time, span);
        self.program.decisions[id.index()]
            .closes
            .push(Closing::At(later));
    }

    /// Is it a point of time, `opening` among them?
    fn is_a_time(&mut self, cx: &Context, e: &ast::Expr) -> bool {
        let mut cx = cx.clone();
        if let Some(d) = &mut cx.decision {
            d.closing = true;
        }
        let before = self.diagnostics.len();
        let ty = self.expr(&mut cx, e, None).ty;
        self.diagnostics.truncate(before); // said again where it is taken
        matches!(strip(&ty), Ty::Day | Ty::Time)
    }

    /// What closes it: an event, a time, the voters, a condition.
    pub(crate) fn close_when(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        w: &CloseWhen,
        span: Span,
    ) {
        if let CloseWhen::Until(e) = w
            && let ast::ExprKind::Binary(ast::BinaryOp::Or, l, r) = &crate::expr::unparen(e).kind
            && self.is_event(cx, e)
        {
            // Each by itself: an event has to come, a condition may hold already.
            for part in [l, r] {
                self.close_when(cx, id, &CloseWhen::Until((**part).clone()), span);
            }
            return;
        }
        let closing = match w {
            CloseWhen::Upon(e) => Closing::Upon(self.stream(cx, e)),
            CloseWhen::At(e) if self.is_event(cx, e) && !self.is_a_time(cx, e) => {
                self.error(
                    Diagnostic::error(codes::E0302, "a time belongs here, this is an event")
                        .at(e.span, "it may come more than once")
                        .help("an event closes a decision with `upon`: `closes upon …`"),
                );
                Closing::At(crate::check::error_expr(cx.provision, e.span))
            }
            CloseWhen::At(e) => Closing::At(self.closing_time(cx, e)),
            CloseWhen::AllVoted => Closing::AllVoted,
            CloseWhen::Certain => {
                if !self.program.decisions[id.index()].first_counts {
                    self.error(
                        Diagnostic::error(
                            codes::E0610,
                            "nothing is certain while ballots may change",
                        )
                        .at(span, "its last ballots count")
                        .help(
                            "write `first counts` with the ballots, or close `when all have voted`",
                        ),
                    );
                }
                Closing::Certain
            }
            CloseWhen::When(e) => Closing::When(self.cond(cx, e)),
            CloseWhen::Until(e) if self.is_a_time(cx, e) => Closing::At(self.closing_time(cx, e)),
            CloseWhen::Until(e) if self.is_event(cx, e) => Closing::Upon(self.stream(cx, e)),
            CloseWhen::Until(e) => Closing::When(self.cond(cx, e)),
        };
        self.program.decisions[id.index()].closes.push(closing);
    }
}
