//! `may A before E`, `cannot A before E`, `must not A before E`: what holds until an event has come. A duty has a deadline in
//! the same words; what is no duty ends, and nobody is late (R25, R26).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, TimeKind};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// What a power, a ban or a prohibition ends with.
pub(crate) enum Before {
    /// One time: a day, `2nd e`, `start(S)`.
    Time(Expr),
    /// That the event has come.
    Come(Expr),
}

impl Checker {
    /// `before E` of what is no duty; nothing for all else.
    pub(crate) fn before(
        &mut self,
        cx: &mut Context,
        modal: ast::Modal,
        time: Option<&ast::TimeSpec>,
    ) -> Option<Before> {
        let TimeKind::Before(e) = &time?.kind else {
            return None;
        };
        if is_duty(modal) {
            return None;
        }
        let is_time = self.is_right(|c| {
            c.time(&mut cx.clone(), e);
        });
        let is_event = !is_time
            && self.is_right(|c| {
                c.stream(&mut cx.clone(), e);
            });
        Some(match is_event {
            true => Before::Come(self.cond(cx, e)),
            // What is neither is told here.
            false => Before::Time(self.time(cx, e)),
        })
    }

    /// Whether a check finds no mistake; what it finds is not told.
    fn is_right(&mut self, check: impl FnOnce(&mut Checker)) -> bool {
        let before = self.diagnostics.len();
        check(self);
        !self.diagnostics.drain(before..).any(|d| d.is_error())
    }

    /// The provisos on a time. What is no duty has none that could be tested: a power has one where it lapses at a time.
    pub(crate) fn provisos(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        ends_with_event: bool,
    ) -> Vec<(Time, Expr)> {
        let lapses = match n.modal {
            ast::Modal::Must | ast::Modal::Should => true,
            ast::Modal::May => !ends_with_event,
            ast::Modal::MustNot | ast::Modal::ShouldNot => {
                matches!(n.pred, ast::NormPred::Stay(_))
            }
            ast::Modal::Cannot => false,
        };
        let mut out = Vec::new();
        for (t, c) in &n.time_except {
            let time = match self.before(cx, n.modal, Some(t)) {
                Some(Before::Come(_)) => None,
                Some(Before::Time(time)) => Some(Time::Before(time)),
                None => self.norm_time(cx, t),
            };
            let c = self.cond(cx, c);
            match time.filter(|_| lapses) {
                Some(time) => out.push((time, c)),
                None => self.error(
                    Diagnostic::error(codes::E0528, "a proviso is tested when a time lapses, and none lapses here")
                        .at(t.span, "when would it be tested?")
                        .help("write a sentence for each case: `… before E when not C`, and `… before F when C`"),
                ),
            }
        }
        out
    }
}

/// Whether it demands an act.
pub(crate) fn is_duty(modal: ast::Modal) -> bool {
    matches!(modal, ast::Modal::Must | ast::Modal::Should)
}
