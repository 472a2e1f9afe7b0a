//! The laws of delays (R51, R55).

use rogatio_calendar::delay_ticks_days;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::check::Checker;
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

/// The greatest shape of a Weibull law.
const MAX_SHAPE: i64 = 16;

impl Checker {
    pub(super) fn law(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Law> {
        let law = self.law_named(cx, e)?;
        self.law_holds(&law, e.span);
        Some(law)
    }

    fn law_named(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Law> {
        if let A::Length(..) = &e.kind {
            return Some(Law::Fixed(self.length(cx, e)));
        }
        let (name, args) = match &e.kind {
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n.text.as_str(), args.as_slice()),
                _ => ("", args.as_slice()),
            },
            _ => ("", [].as_slice()),
        };
        let values: Vec<&ast::Expr> = args
            .iter()
            .filter_map(|a| match &a.kind {
                ast::ArgKind::Value(e) => Some(e),
                _ => None,
            })
            .collect();
        if values.len() == args.len() {
            match (name, values.as_slice()) {
                ("exponential", [mean]) => return Some(Law::Exponential(self.length(cx, mean))),
                ("geometric", [mean]) => return Some(Law::Geometric(self.length(cx, mean))),
                ("fixed", [d]) => return Some(Law::Fixed(self.length(cx, d))),
                ("uniform", [a, b]) => {
                    return Some(Law::Uniform(self.length(cx, a), self.length(cx, b)));
                }
                ("triangular", [a, mode, b]) => {
                    let [a, mode, b] = [a, mode, b].map(|e| self.length(cx, e));
                    return Some(Law::Triangular(a, mode, b));
                }
                ("weibull", [scale, shape]) => {
                    let scale = self.length(cx, scale);
                    let (num, den) = self.shape(shape)?;
                    return Some(Law::Weibull(scale, num, den));
                }
                ("empirical", [_, ..]) => return self.observed(cx, &values),
                _ => {}
            }
        }
        self.error(
            Diagnostic::error(codes::E0952, "a law of delay belongs here")
                .at(e.span, "after how long?")
                .help("write `exponential(MEAN)`, `geometric(MEAN)`, `uniform(FROM, TO)`, `triangular(FROM, MODE, TO)`, `weibull(SCALE, 3/2)`, `empirical(3 of 90 days, 5 of 120 days)` or a fixed length such as `30 days`"),
        );
        None
    }

    /// The shape of a Weibull law: a constant.
    fn shape(&mut self, e: &ast::Expr) -> Option<(i64, i64)> {
        let shape = match unparen(e).kind {
            A::Int(n) => Some((n, 1)),
            _ => self.fraction(e),
        };
        let fits = |(n, d): &(i64, i64)| *d > 0 && *n > 0 && n / d <= MAX_SHAPE && *d < 1 << 32;
        if let Some(shape) = shape.filter(fits) {
            return Some(shape);
        }
        self.error(
            Diagnostic::error(
                codes::E0973,
                "the shape of a Weibull law is a constant above 0 and at most 16",
            )
            .at(e.span, "no such number")
            .help("write a whole number, a fraction or a percentage: `2`, `3/2`, `150%`"),
        );
        None
    }

    /// `empirical(3 of 90 days, 5 of 120 days)`: lengths with how often they were seen.
    fn observed(&mut self, cx: &mut Context, values: &[&ast::Expr]) -> Option<Law> {
        let mut all = Vec::new();
        for e in values {
            match &unparen(e).kind {
                A::Binary(BinaryOp::Of, n, length) if matches!(n.kind, A::Int(_)) => {
                    if let A::Int(n) = n.kind {
                        all.push((self.length(cx, length), n));
                    }
                }
                _ => all.push((self.length(cx, e), 1)),
            }
        }
        Some(Law::Empirical(all))
    }

    /// What can be said of a law from the text alone.
    fn law_holds(&mut self, law: &Law, span: Span) {
        let ticks = |e: &Expr| match e.kind {
            ExprKind::Length(l) => Some(delay_ticks_days(l).unwrap_or(-1)),
            _ => None,
        };
        let mut wrong = |message: &str, note: &str, help: &str| {
            self.error(
                Diagnostic::error(codes::E0973, message)
                    .at(span, note)
                    .help(help),
            );
        };
        let all: Vec<&Expr> = match law {
            Law::Exponential(e) | Law::Geometric(e) | Law::Fixed(e) | Law::Weibull(e, ..) => {
                vec![e]
            }
            Law::Uniform(a, b) => vec![a, b],
            Law::Triangular(a, m, b) => vec![a, m, b],
            Law::Empirical(all) => all.iter().map(|(e, _)| e).collect(),
        };
        let known: Vec<i64> = all.iter().filter_map(|e| ticks(e)).collect();
        if known.iter().any(|t| *t < 0) {
            return wrong(
                "a delay is not negative",
                "before it began",
                "give lengths of a day or more",
            );
        }
        if known.len() == all.len() && known.iter().all(|t| *t == 0) {
            return wrong(
                "this delay has no length",
                "an act takes at least a day to come",
                "give a length of a day or more",
            );
        }
        let ordered = matches!(law, Law::Uniform(..) | Law::Triangular(..));
        if ordered && !known.is_sorted() && known.len() == all.len() {
            return wrong(
                "these lengths do not rise",
                "the least comes first, the greatest last",
                "write `uniform(FROM, TO)` with FROM at most TO, `triangular(FROM, MODE, TO)` with MODE between them",
            );
        }
        if let Law::Empirical(all) = law {
            let mut total = Some(0i64);
            for (_, w) in all {
                total = total.and_then(|t| t.checked_add(*w));
            }
            if all.iter().any(|(_, w)| *w < 0) || total.is_none_or(|t| t == 0) {
                wrong(
                    "these weights are no law",
                    "they are not negative, and their sum is neither nothing nor beyond 2^63",
                    "write how often each length was seen: `empirical(3 of 90 days, 5 of 120 days)`",
                );
            }
        }
    }
}
