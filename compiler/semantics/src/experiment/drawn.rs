//! What is drawn before a run of an experiment begins: givens with a chance, givens that come and go, lengths of words (R57).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, ScenarioItemKind as I};
use crate::check::Checker;
use crate::expr::unparen;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

/// The names of laws of delay.
const LAWS: [&str; 7] = [
    "exponential",
    "geometric",
    "uniform",
    "fixed",
    "triangular",
    "weibull",
    "empirical",
];

/// Whether an expression is a law of delay by its name: `uniform(3 days, 10 days)`.
pub(crate) fn is_law(e: &ast::Expr) -> bool {
    match &unparen(e).kind {
        A::Call(f, _) => matches!(&f.kind, A::Name(n) if LAWS.contains(&n.text.as_str())),
        _ => false,
    }
}

/// Whether a line says of something that it is drawn.
pub(super) fn is_drawn(line: &ast::ScenarioItem) -> bool {
    line.at.is_none()
        && match &line.kind {
            I::Assume(a) => a.probability.is_some() || a.alternates.is_some(),
            I::Term(t) => is_law(&t.length),
            _ => false,
        }
}

impl Checker {
    /// A case is what it says it is.
    pub(crate) fn nothing_drawn(&mut self, span: Span) {
        self.error(
            Diagnostic::error(codes::E0954, "nothing is drawn here")
                .at(span, "a case is what it says it is")
                .help("say what holds; what is drawn stands in an experiment, on a line without a date"),
        );
    }

    /// A line of an experiment that says of something that it is drawn.
    pub(super) fn drawn(
        &mut self,
        cx: &mut Context,
        experiment: &str,
        line: &ast::ScenarioItem,
        n: u32,
    ) -> Option<DrawnFact> {
        if !is_drawn(line) {
            return None;
        }
        let depth = cx.locals.len();
        let found = match &line.kind {
            I::Assume(a) => self.drawn_given(cx, a),
            I::Term(t) => {
                let law = self.law(cx, &t.length);
                law.map(|law| {
                    (
                        None,
                        Drawn::Term(t.urgency, law),
                        format!("{:?}", t.urgency),
                    )
                })
            }
            _ => None,
        };
        cx.locals.truncate(depth);
        let (each, what, name) = found?;
        let module = &self.program.modules[cx.module].path;
        Some(DrawnFact {
            each,
            what,
            site: format!("{module}/{experiment}/assume {name}/{n}"),
            span: line.span,
        })
    }

    fn drawn_given(
        &mut self,
        cx: &mut Context,
        a: &ast::Assume,
    ) -> Option<(Option<SetExpr>, Drawn, String)> {
        let dated = [&a.from, &a.until, &a.during];
        if let Some(date) = dated.into_iter().flatten().next() {
            self.error(
                Diagnostic::error(codes::E0955, "what is drawn holds for the whole run")
                    .at(date.span, "no time of its own")
                    .help("leave the time out; a given that comes and goes `alternates F1 / F2`"),
            );
        }
        let each = a
            .each
            .as_ref()
            .map(|each| self.each_of(cx, each, a.what.span));
        let Assumed::Given(g, keys, value) = self.assumed(cx, a)? else {
            self.error(
                Diagnostic::error(codes::E0955, "only a given is drawn")
                    .at(a.what.span, "follows from acts, or is assumed as it is")
                    .help("draw the given that it rests on: `assume G with probability 30%`"),
            );
            return None;
        };
        let name = self.program.givens[g.index()].name.clone();
        let what = match (&a.probability, &a.alternates) {
            (Some(_), Some(second)) => {
                self.error(
                    Diagnostic::error(codes::E0955, "drawn once, or coming and going?")
                        .at(second.span, "one of the two")
                        .help("leave `with probability` out, or `alternates`"),
                );
                return None;
            }
            (Some(chance), None) => Drawn::Chance(g, keys, value, self.chance(cx, chance)),
            (None, Some(laws)) => {
                let yes = *strip(&value.ty) == Ty::Bool && matches!(value.kind, ExprKind::Bool(_));
                if !yes || a.value.is_some() {
                    self.error(
                        Diagnostic::error(
                            codes::E0955,
                            "only a given that is yes or no alternates",
                        )
                        .at(a.what.span, "has other values, or one is said")
                        .help(
                            "write `assume G alternates F1 / F2`: yes for F1, no for F2, and so on",
                        ),
                    );
                    return None;
                }
                let A::Binary(BinaryOp::Div, first, second) = &unparen(laws).kind else {
                    self.error(
                        Diagnostic::error(codes::E0955, "two laws belong here")
                            .at(laws.span, "for how long yes, for how long no?")
                            .help("write `alternates exponential(2 years) / uniform(1 month, 3 months)`"),
                    );
                    return None;
                };
                let (first, second) = (self.law(cx, first), self.law(cx, second));
                Drawn::Alternates(g, keys, first?, second?)
            }
            (None, None) => return None,
        };
        Some((each, what, name))
    }
}
