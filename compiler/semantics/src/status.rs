//! Statuses.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, StatusTailKind as T};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn status(&mut self, cx: &mut Context, id: StatusId, s: &ast::Status) {
        if self.is_wrong(&s.name) {
            return;
        }
        if s.tails.is_empty() {
            self.error(
                Diagnostic::error(
                    codes::E0410,
                    format!("nothing says when `{}` holds", s.name.text),
                )
                .at(s.name.span, "a status without a clause")
                .help("add `from EVENT`, `while CONDITION` or `is VALUE after EVENT`"),
            );
        }
        self.tails(cx, id, s);
    }

    pub(crate) fn also_status(&mut self, cx: &mut Context, s: &ast::Status) {
        match self.symbol(cx, &s.name.text) {
            Some(Symbol::Status(id)) => {
                let want = self.program.statuses[id.index()].params.len();
                let own = s.params.len() + usize::from(cx.procedure.is_some());
                if own == want {
                    self.tails(cx, id, s);
                } else {
                    self.arity(&s.name.text, want, own, s.name.span);
                }
            }
            Some(other) => self.error(
                Diagnostic::error(
                    codes::E0203,
                    format!("`{}` is {}, not a status", s.name.text, other.what()),
                )
                .at(s.name.span, "`also status` adds to a status"),
            ),
            None => self.unknown(cx, &s.name.text, s.name.span),
        }
    }

    fn tails(&mut self, cx: &mut Context, id: StatusId, s: &ast::Status) {
        let depth = cx.locals.len();
        let params = self.program.statuses[id.index()].params.clone();
        let own = params.len() - s.params.len();
        for (p, v) in s.params.iter().zip(&params[own..]) {
            cx.locals.push((p.name.text.clone(), *v));
        }
        let outer = cx.provision;
        let mut number = None;
        for t in &s.tails {
            cx.provision = self.label(cx.module, outer, &t.labels, &mut number);
            self.modelled(cx.provision);
            let inner = cx.locals.len();
            let valued = self.program.statuses[id.index()].value.clone();
            let kind = match &t.kind {
                T::From {
                    event,
                    once,
                    unless_meanwhile,
                } => {
                    if valued.is_some() {
                        self.error(
                            Diagnostic::error(
                                codes::E0411,
                                "a valued status takes its value from `is V after E`",
                            )
                            .at(t.span, "which value from here on?")
                            .help("write `is VALUE after EVENT`"),
                        );
                    }
                    let stream = self.stream(cx, event);
                    let unless_meanwhile = unless_meanwhile.as_ref().map(|e| self.meanwhile(cx, e));
                    StatusClauseKind::From {
                        stream,
                        once: *once,
                        unless_meanwhile,
                    }
                }
                T::Until(e) => StatusClauseKind::Until(self.stream(cx, e)),
                T::While(c) => StatusClauseKind::While(self.cond(cx, c)),
                T::Is { value, after } => {
                    let Some(ty) = valued else {
                        self.error(
                            Diagnostic::error(
                                codes::E0411,
                                format!("`{}` has no value", s.name.text),
                            )
                            .at(value.span, "a value for a status that only holds or not")
                            .also(s.name.span, "declared without a type")
                            .help("give it a type, `status s: KIND?`, or write `from EVENT`"),
                        );
                        continue;
                    };
                    // The event first: it binds what the value reads.
                    let want = Ty::Optional(Box::new(ty));
                    match after {
                        Some(e) => {
                            // `is t after recommend(t) by s`: the argument's name binds
                            let outer = std::mem::replace(&mut cx.implicit, true);
                            let stream = self.stream(cx, e);
                            cx.implicit = outer;
                            let v = self.expr(cx, value, Some(&want));
                            self.expect_ty(&v, &want);
                            StatusClauseKind::Is(v, stream)
                        }
                        None => {
                            let v = self.expr(cx, value, Some(&want));
                            self.expect_ty(&v, &want);
                            StatusClauseKind::Initially(v)
                        }
                    }
                }
                T::UnlessMeanwhile(e) => {
                    let valued = self.program.statuses[id.index()].value.is_some();
                    self.error(if valued {
                        Diagnostic::error(codes::E0352, "a value that is on its way is not stopped")
                            .at(e.span, "only a start is")
                            .help("say it of the event: `is V after D after E where C`")
                    } else {
                        Diagnostic::error(codes::E0352, "nothing is on its way here")
                            .at(e.span, "what would this stop?")
                            .help("write it after the start that it stops: `from 90 days after E unless F meanwhile`")
                    });
                    continue;
                }
                T::NoneAfter(e) => {
                    let stream = self.stream(cx, e);
                    let none = self.make(cx, ExprKind::None, Ty::None, t.span);
                    StatusClauseKind::Is(none, stream)
                }
            };
            cx.locals.truncate(inner);
            let clause = StatusClause {
                kind,
                version: cx.version,
                provision: cx.provision,
                span: t.span,
            };
            self.same_act_twice(id, &clause);
            self.program.statuses[id.index()].clauses.push(clause);
        }
        cx.provision = outer;
        cx.locals.truncate(depth);
    }

    /// `unless F meanwhile`; with `none`, nothing stops the start, and that is said (R17).
    fn meanwhile(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        if matches!(&crate::expr::unparen(e).kind, ast::ExprKind::Name(n) if n.text == "none") {
            return self.stream_of(cx, StreamKind::Or(Vec::new()), e.span);
        }
        self.stream(cx, e)
    }

    /// R16: the same act pattern in `from` and `until` is an error.
    fn same_act_twice(&mut self, id: StatusId, new: &StatusClause) {
        let StatusClauseKind::Until(until) = &new.kind else {
            return;
        };
        let StreamKind::Act(u) = &until.kind else {
            return;
        };
        for c in &self.program.statuses[id.index()].clauses {
            if let StatusClauseKind::From { stream, .. } = &c.kind
                && (c.version == new.version || c.version.is_none() || new.version.is_none())
                && let StreamKind::Act(f) = &stream.kind
                && f.act == u.act
                && f.filter.is_none()
                && u.filter.is_none()
                && same_args(f, u, &self.program.statuses[id.index()].params)
            {
                let d = Diagnostic::error(codes::E0416, "the same act starts and ends this status")
                    .at(until.span, "ends it")
                    .also(stream.span, "starts it")
                    .help("give the two acts different names or arguments");
                self.error(d);
                return;
            }
        }
    }
}

/// Whether all occurrences that one pattern takes for some keys of the status are taken by the other for the same keys.
fn same_args(a: &Pattern, b: &Pattern, keys: &[VarId]) -> bool {
    let key = |p: &ArgPattern| match p {
        ArgPattern::Any => Some(None),
        ArgPattern::Var(v) => Some(Some(*v).filter(|v| keys.contains(v))),
        _ => None,
    };
    let mut pairs = a.args.iter().zip(&b.args);
    pairs.all(|(x, y)| key(x).is_some() && key(x) == key(y))
}
