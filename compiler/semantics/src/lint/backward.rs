//! A day counted forward where the text counts back (R24): month ends make them different days.

use rogatio_calendar::Length;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::check::Checker;
use crate::hir::*;

impl Checker {
    /// `day(m) >= 6 months after E`, where `day(m)` is what a calendar of meetings says: "six months before" is another day.
    pub(super) fn counted_forward(&mut self) {
        let p = &self.program;
        let mut found: Vec<(Span, Span)> = Vec::new();
        p.each_rule(&mut |piece| {
            piece.each(&mut |piece| {
                if let Piece::Expr(e) = piece
                    && let ExprKind::Compare(op, a, b) = &e.kind
                {
                    let (late, early) = match op {
                        CmpOp::Ge | CmpOp::Gt => (a, b),
                        CmpOp::Le | CmpOp::Lt => (b, a),
                        CmpOp::Eq | CmpOp::Ne => return true,
                    };
                    if in_months(early)
                        && scheduled(p, late, 0)
                        && !found.iter().any(|(s, _)| *s == e.span)
                    {
                        found.push((e.span, late.span));
                    }
                }
                true
            });
        });
        for (span, late) in found {
            self.error(
                Diagnostic::warning(
                    codes::W0352,
                    "months counted forward to a day that is set: counted back they end elsewhere",
                )
                .at(span, "six months after 31 August is 28 February, six months before that is 28 August")
                .also(late, "this day is set ahead, and may be moved")
                .help("if the text says `before`, turn it round: `E <= 6 months before DAY`")
                .help("if it says `after`, set the first possible day with a name: `define earliest: date = 6 months after E`"),
            );
        }
    }
}

/// `D after E`, D of months or years, E something that happens.
fn in_months(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Shift {
            before: false,
            length,
            base,
        } => {
            matches!(length.kind, ExprKind::Length(Length::Period(p)) if p.months != 0)
                && matches!(
                    base.kind,
                    ExprKind::ActTime(..)
                        | ExprKind::EventPoint(..)
                        | ExprKind::EventPick { .. }
                        | ExprKind::StartOf { .. }
                        | ExprKind::EnteredAt { .. }
                )
        }
        _ => false,
    }
}

/// A day that a status keeps: what was set last.
fn scheduled(p: &Program, e: &Expr, depth: usize) -> bool {
    match &e.kind {
        ExprKind::StatusValue(s, _) => {
            let value = p.statuses[s.index()].value.as_ref();
            value.is_some_and(|t| matches!(crate::kind::strip(t), Ty::Day | Ty::Time))
        }
        ExprKind::OrElse(a, _) => scheduled(p, a, depth),
        ExprKind::Call(d, _) if depth < 16 => match &p.defines[d.index()].value {
            DefineValue::Expr(e) => scheduled(p, e, depth + 1),
            _ => false,
        },
        _ => false,
    }
}
