//! What an experiment measures.

use std::borrow::Cow;

use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, codes};

use super::measure_name::words;
use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::check::Checker;
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

/// The functions that stand around what is measured.
const FUNCTIONS: [&str; 5] = ["probability", "share", "mean", "quantile", "histogram"];

/// A cited provision of which the breaches are measured: `breach of art 23(1)`.
fn breach(e: &ast::Expr) -> Option<&ast::Cite> {
    match &unparen(e).kind {
        A::Binary(BinaryOp::Of, l, r) if matches!(&l.kind, A::Name(n) if n.text == "breach") => {
            match &unparen(r).kind {
                A::Cite(c) => Some(c),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `C by DATE` as the condition and the day; the day may have gone to the last operand.
fn by_day(e: &ast::Expr) -> (Cow<'_, ast::Expr>, Option<Day>) {
    match &e.kind {
        A::By(inner, d) => match d.kind {
            A::Date(d) => (Cow::Borrowed(&**inner), Some(d)),
            _ => (Cow::Borrowed(e), None),
        },
        A::Binary(op, l, r) => day_of_last(e, r, |r| A::Binary(*op, l.clone(), r)),
        A::Not(r) => day_of_last(e, r, A::Not),
        A::Is {
            subject,
            negated,
            what,
            base: Some(base),
        } => day_of_last(e, base, |base| A::Is {
            subject: subject.clone(),
            negated: *negated,
            what: what.clone(),
            base: Some(base),
        }),
        A::Is {
            subject,
            negated,
            what,
            base: None,
        } => day_of_last(e, what, |what| A::Is {
            subject: subject.clone(),
            negated: *negated,
            what,
            base: None,
        }),
        _ => (Cow::Borrowed(e), None),
    }
}

/// The day that has gone to the last operand of `e`, and `e` without it.
fn day_of_last<'e>(
    e: &'e ast::Expr,
    last: &'e ast::Expr,
    around: impl FnOnce(Box<ast::Expr>) -> A,
) -> (Cow<'e, ast::Expr>, Option<Day>) {
    match by_day(last) {
        (last, Some(d)) => {
            let kind = around(Box::new(last.into_owned()));
            (Cow::Owned(ast::Expr { kind, span: e.span }), Some(d))
        }
        _ => (Cow::Borrowed(e), None),
    }
}

/// The values of a call, if it has no other arguments.
fn values(args: &[ast::Arg]) -> Option<Vec<&ast::Expr>> {
    args.iter()
        .map(|a| match &a.kind {
            ast::ArgKind::Value(e) => Some(e),
            _ => None,
        })
        .collect()
}

impl Checker {
    /// `measure NAME: WHAT by DATE`: one measure; `measure breaches` is one for each provision that can be breached.
    pub(super) fn measure(
        &mut self,
        cx: &mut Context,
        name: Option<&ast::Name>,
        what: &ast::Expr,
        by: Option<&ast::Expr>,
    ) -> Vec<Measure> {
        let mut day = None;
        if let Some(e) = by {
            match &e.kind {
                A::Date(d) => day = Some(*d),
                _ => self.error(
                    Diagnostic::error(codes::E0927, "a date belongs here").at(e.span, "not a date"),
                ),
            }
        }
        if let A::Name(n) = &what.kind
            && n.text == "breaches"
            && cx.local(&n.text).is_none()
            && self.symbol(cx, &n.text).is_none()
        {
            return self.breaches(name, day, what.span);
        }
        if let Some(matter) = self.asks_who_is_pivotal(cx, what) {
            return self.pivotal(cx, name, what, &matter, day);
        }
        let Some((kind, shown)) = self.measured_as(cx, what, day) else {
            return Vec::new();
        };
        let name = name.map_or_else(|| words(what), |n| n.text.clone());
        vec![Measure {
            name,
            kind,
            shown,
            table: None,
            span: what.span,
        }]
    }

    fn measured_as(
        &mut self,
        cx: &mut Context,
        what: &ast::Expr,
        day: Option<Day>,
    ) -> Option<(MeasureKind, Shown)> {
        let (function, args) = match &what.kind {
            A::Call(f, args) => match &f.kind {
                A::Name(n) if FUNCTIONS.contains(&n.text.as_str()) => (n.text.as_str(), args),
                _ => return Some((self.measured_value(cx, what, day)?, Shown::All)),
            },
            _ => return Some((self.measured_value(cx, what, day)?, Shown::All)),
        };
        let wanted = if function == "quantile" { 2 } else { 1 };
        let values = values(args).filter(|v| v.len() == wanted);
        let Some(values) = values else {
            self.arity(function, wanted, args.len(), what.span);
            return None;
        };
        let of = *values.first()?;
        if matches!(function, "probability" | "share") {
            return Some((self.condition(cx, of, day)?, Shown::All));
        }
        let kind = self.measured_value(cx, of, day)?;
        if matches!(
            kind,
            MeasureKind::Probability(..) | MeasureKind::Breaches { any: true, .. }
        ) {
            self.error(
                Diagnostic::error(codes::E0953, format!("a condition has no {function}"))
                    .at(of.span, "holds or does not")
                    .help("write `probability(C)` for the share of the runs in which it holds"),
            );
            return None;
        }
        let shown = match (function, values.get(1)) {
            ("mean", _) => Shown::Mean,
            ("quantile", Some(q)) => self.quantile_of(q)?,
            _ => Shown::Histogram,
        };
        Some((kind, shown))
    }

    /// A condition: `C`, `C by DATE`, `breach of art 23(1)`.
    fn condition(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        day: Option<Day>,
    ) -> Option<MeasureKind> {
        let (e, by) = by_day(e);
        let (e, day) = (&*e, by.or(day));
        if let Some(cite) = breach(e) {
            let norms = self.breachable(cx, cite, e.span)?;
            return Some(MeasureKind::Breaches {
                norms,
                any: true,
                by: day,
            });
        }
        Some(MeasureKind::Probability(self.cond(cx, e), day))
    }

    /// A date, a number or a condition.
    fn measured_value(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        day: Option<Day>,
    ) -> Option<MeasureKind> {
        if breach(e).is_some() {
            return self.condition(cx, e, day);
        }
        if let A::Call(f, args) = &e.kind
            && matches!(&f.kind, A::Name(n) if n.text == "count")
            && let Some([of]) = values(args).as_deref()
            && let Some(cite) = breach(of)
        {
            let norms = self.breachable(cx, cite, e.span)?;
            return Some(MeasureKind::Breaches {
                norms,
                any: false,
                by: day,
            });
        }
        let v = self.expr(cx, e, None);
        if day.is_some() && matches!(v.ty, Ty::Day | Ty::Time | Ty::Int) {
            self.error(
                Diagnostic::error(codes::E0953, "only a condition is measured by a date")
                    .at(e.span, "a date or a number, taken at the end of a run")
                    .help("leave the date out, or write a condition: `probability(C by DATE)`"),
            );
            return None;
        }
        match v.ty {
            Ty::Day | Ty::Time => Some(MeasureKind::Date(v)),
            Ty::Int => Some(MeasureKind::Number(v)),
            Ty::Bool => Some(MeasureKind::Probability(v, day)),
            Ty::Error => None,
            _ => {
                self.error(
                    Diagnostic::error(
                        codes::E0953,
                        format!("{} is not measured", self.show(&v.ty)),
                    )
                    .at(e.span, "a date, a number or a condition")
                    .help("write `start(STATUS)`, `count(…)` or `probability(C by DATE)`"),
                );
                None
            }
        }
    }

    /// `90%`, `(9/10)`: between nothing and everything.
    fn quantile_of(&mut self, e: &ast::Expr) -> Option<Shown> {
        let share = match &unparen(e).kind {
            A::Percent(n, d) => Some((*n, *d)),
            _ => self.fraction(e),
        };
        let share = share
            .and_then(|(n, d)| Some((u64::try_from(n).ok()?, u64::try_from(d).ok()?)))
            .filter(|(n, d)| 0 < *n && n < d);
        if share.is_none() {
            self.error(
                Diagnostic::error(codes::E0980, "a quantile lies between nothing and all")
                    .at(e.span, "of which part of the runs?")
                    .help("write a percentage above 0% and below 100%: `quantile(start(in_force), 90%)`"),
            );
        }
        share.map(|(n, d)| Shown::Quantile(n, d))
    }

    /// The norms of a provision that can be breached.
    fn breachable(&mut self, cx: &Context, cite: &ast::Cite, span: Span) -> Option<Vec<NormId>> {
        let cited = self.cite(cx, cite)?;
        let norms: Vec<NormId> = self
            .breached_norms()
            .into_iter()
            .filter(|(_, p)| self.program.is_within(*p, cited))
            .map(|(n, _)| n)
            .collect();
        if norms.is_empty() {
            self.error(
                Diagnostic::error(
                    codes::E0981,
                    format!("nothing in {} can be breached", cite.text()),
                )
                .at(span, "no duty and no prohibition")
                .help("cite a provision with a `must` or `must not`, or write `measure breaches` for all of them"),
            );
            return None;
        }
        Some(norms)
    }

    fn breached_norms(&self) -> Vec<(NormId, ProvisionId)> {
        let norms = self.program.norms.iter().enumerate();
        norms
            .filter(|(_, n)| n.can_be_breached(&self.program))
            .filter_map(|(i, n)| Some((NormId(u32::try_from(i).ok()?), n.provision)))
            .collect()
    }

    /// A measure for each provision that can be breached, in the order of the texts.
    fn breaches(&mut self, name: Option<&ast::Name>, day: Option<Day>, span: Span) -> Vec<Measure> {
        let table = name.map_or("breaches", |n| n.text.as_str()).to_owned();
        let mut of: Vec<(ProvisionId, Vec<NormId>)> = Vec::new();
        for (norm, provision) in self.breached_norms() {
            match of.iter_mut().find(|(p, _)| *p == provision) {
                Some((_, norms)) => norms.push(norm),
                None => of.push((provision, vec![norm])),
            }
        }
        if of.is_empty() {
            self.error(
                Diagnostic::error(codes::E0981, "nothing here can be breached")
                    .at(span, "no duty and no prohibition")
                    .help("measure something else, or write the duty: `X must A within 2 months upon E`"),
            );
        }
        of.into_iter()
            .map(|(p, norms)| {
                let cite = self.program.provisions.get(p.index());
                let cite = cite.map_or("", |p| p.cite.as_str());
                Measure {
                    name: if cite.is_empty() { "no article" } else { cite }.to_owned(),
                    kind: MeasureKind::Breaches {
                        norms,
                        any: false,
                        by: day,
                    },
                    shown: Shown::Mean,
                    table: Some(table.clone()),
                    span,
                }
            })
            .collect()
    }
}
