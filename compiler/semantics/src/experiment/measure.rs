//! What an experiment measures.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(super) fn measure(
        &mut self,
        cx: &mut Context,
        name: Option<&ast::Name>,
        what: &ast::Expr,
        by: Option<&ast::Expr>,
    ) -> Option<Measure> {
        let mut day = match by.map(|e| (&e.kind, e.span)) {
            Some((A::Date(d), _)) => Some(*d),
            Some((_, span)) => {
                self.error(
                    Diagnostic::error(codes::E0927, "a date belongs here").at(span, "not a date"),
                );
                None
            }
            None => None,
        };
        let kind = match &what.kind {
            A::Call(f, args) if matches!(&f.kind, A::Name(n) if n.text == "probability") => {
                let [
                    ast::Arg {
                        kind: ast::ArgKind::Value(e),
                        ..
                    },
                ] = args.as_slice()
                else {
                    self.arity("probability", 1, args.len(), what.span);
                    return None;
                };
                let cond = match &e.kind {
                    A::By(inner, d) if matches!(d.kind, A::Date(_)) => {
                        if let A::Date(d) = d.kind {
                            day = Some(d);
                        }
                        self.cond(cx, inner)
                    }
                    _ => self.cond(cx, e),
                };
                MeasureKind::Probability(cond, day)
            }
            A::Call(f, _) if matches!(&f.kind, A::Name(n) if matches!(n.text.as_str(), "share" | "mean" | "histogram" | "quantile")) =>
            {
                self.unsupported(what.span, "this measure");
                return None;
            }
            _ => {
                let v = self.expr(cx, what, None);
                match v.ty {
                    Ty::Day | Ty::Time => MeasureKind::Date(v),
                    Ty::Int => MeasureKind::Number(v),
                    Ty::Bool => MeasureKind::Probability(v, day),
                    Ty::Error => return None,
                    _ => {
                        self.error(
                            Diagnostic::error(
                                codes::E0953,
                                format!("{} is not measured", self.show(&v.ty)),
                            )
                            .at(what.span, "a date, a number or a condition")
                            .help("write `start(STATUS)`, `count(…)` or `probability(C by DATE)`"),
                        );
                        return None;
                    }
                }
            }
        };
        let name = name
            .map(|n| n.text.clone())
            .unwrap_or_else(|| measure_name(what));
        Some(Measure {
            name,
            kind,
            span: what.span,
        })
    }
}

/// A measure's own words: the calls and names in it.
fn measure_name(e: &ast::Expr) -> String {
    match &e.kind {
        A::Name(n) => n.text.clone(),
        A::Date(d) => d.to_string(),
        A::By(a, b) => format!("{} by {}", measure_name(a), measure_name(b)),
        A::Call(f, args) => {
            let inner: Vec<String> = args
                .iter()
                .map(|a| match &a.kind {
                    ast::ArgKind::Value(e) => measure_name(e),
                    ast::ArgKind::Named(n, _) | ast::ArgKind::Bind(n, _) => n.text.clone(),
                    ast::ArgKind::Any => "_".to_owned(),
                })
                .collect();
            format!("{}({})", measure_name(f), inner.join(", "))
        }
        _ => "measure".to_owned(),
    }
}
