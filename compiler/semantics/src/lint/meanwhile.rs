//! A start that is on its way, and an end that may come before it (R17).

use rogatio_diagnostics::{Diagnostic, codes};

use super::length::Bounds;
use crate::ast::ActClass;
use crate::check::Checker;
use crate::hir::*;

impl Checker {
    /// `from D after E` without `meanwhile`, while an `until` may come between E and the start: the start comes all the same.
    pub(super) fn ends_before_the_start(&mut self) {
        let p = &self.program;
        let mut found = Vec::new();
        for (i, s) in p.statuses.iter().enumerate() {
            let id = StatusId(crate::check::id(i));
            for from in &s.clauses {
                let StatusClauseKind::From {
                    stream,
                    unless_meanwhile: None,
                    ..
                } = &from.kind
                else {
                    continue;
                };
                let Some(wait) = delay(stream).filter(|w| w.most > 0) else {
                    continue;
                };
                let between = s.clauses.iter().find(|c| match &c.kind {
                    StatusClauseKind::Until(until) => {
                        (c.version == from.version || c.version.is_none() || from.version.is_none())
                            && may_come(p, until, id, wait)
                    }
                    _ => false,
                });
                if let Some(until) = between
                    && !found.iter().any(|(_, s, _)| *s == from.span)
                {
                    found.push((s.name.clone(), from.span, until.span));
                }
            }
        }
        for (name, from, until) in found {
            self.error(
                Diagnostic::warning(
                    codes::W0350,
                    format!("`{name}` begins even if what ends it comes first"),
                )
                .at(from, "once on its way, this start is certain")
                .also(until, "between the cause and the start, this ends nothing")
                .help("if the start then fails, write `unless F meanwhile` after it, F the event that ends it")
                .help("if the text means what is written, say so: `unless none meanwhile`"),
            );
        }
    }
}

/// How long after its cause a stream comes, if the cause is an event.
fn delay(s: &Stream) -> Option<Bounds> {
    match &s.kind {
        StreamKind::After(length, s) | StreamKind::LapseAfter(length, s) => {
            Some(Bounds::of(length) + delay(s).unwrap_or_default())
        }
        StreamKind::Combined { points, stream, .. } => {
            let shifts = points.iter().map(|e| match &e.kind {
                ExprKind::Shift {
                    before: false,
                    length,
                    ..
                } => Bounds::of(length),
                _ => Bounds::default(),
            });
            let all = shifts.fold(delay(stream).unwrap_or_default(), Bounds::later);
            Some(all)
        }
        StreamKind::Where(s, _) | StreamKind::InVersion(s, _) => delay(s),
        StreamKind::Or(list) => list.iter().filter_map(delay).reduce(Bounds::later),
        _ => None,
    }
}

/// Whether an `until` may come while a start waits for so long: by what happens, not by a date or a condition (which, if it
/// still holds, keeps the status from starting, R16).
fn may_come(p: &Program, until: &Stream, status: StatusId, wait: Bounds) -> bool {
    match &until.kind {
        StreamKind::Act(of) => {
            let filtered = of.filter.as_ref().is_some_and(|e| needs(p, e, status, 0));
            !filtered && possible_before(p, of.act, status)
        }
        // What takes longer than the start, and began to run with or after its cause, comes after it.
        StreamKind::After(length, s) | StreamKind::LapseAfter(length, s) => {
            wait.most < i64::MAX
                && Bounds::of(length).most < wait.most
                && may_come(p, s, status, wait)
        }
        StreamKind::Or(list) => list.iter().any(|s| may_come(p, s, status, wait)),
        StreamKind::Where(s, c) => !needs(p, c, status, 0) && may_come(p, s, status, wait),
        StreamKind::InVersion(s, _) | StreamKind::Nth(_, s) => may_come(p, s, status, wait),
        StreamKind::Started(other, _) | StreamKind::Ended(other, _) => *other != status,
        StreamKind::Outcome(..) | StreamKind::Enter(..) | StreamKind::Leave(..) => true,
        _ => false,
    }
}

/// Whether an act can be done while the status does not hold.
fn possible_before(p: &Program, act: ActId, status: StatusId) -> bool {
    if p.acts[act.index()].class != ActClass::Act {
        return true;
    }
    let about = |n: &&Norm| n.pred.acts().iter().any(|p| p.act == act);
    let mut powers = p.norms.iter().filter(about);
    let barred = p.norms.iter().filter(about).any(|n| {
        let without = |e: &Expr| match &e.kind {
            ExprKind::Not(e) => needs(p, e, status, 0),
            _ => false,
        };
        n.modal == Modal::Cannot
            && !n.who.jointly
            && (n.unless.as_ref().is_some_and(|e| needs(p, e, status, 0))
                || n.when.as_ref().is_some_and(without))
    });
    !barred
        && powers.any(|n| {
            let born = n.upon.as_ref().is_some_and(|s| born_of(s, status));
            matches!(n.modal, Modal::May | Modal::Must | Modal::Should)
                && !born
                && !std::iter::once(&n.who.cond)
                    .chain(&n.when)
                    .chain(&n.while_)
                    .any(|e| needs(p, e, status, 0))
        })
}

/// Whether an event comes with or after the start of the status.
fn born_of(s: &Stream, status: StatusId) -> bool {
    match &s.kind {
        StreamKind::Started(s, _) => *s == status,
        StreamKind::After(_, s)
        | StreamKind::LapseAfter(_, s)
        | StreamKind::Where(s, _)
        | StreamKind::InVersion(s, _)
        | StreamKind::Nth(_, s) => born_of(s, status),
        StreamKind::At(e) => after_start(e, status),
        _ => false,
    }
}

/// Whether a condition holds only where the status does, or after it began.
fn needs(p: &Program, e: &Expr, status: StatusId, depth: usize) -> bool {
    let since = |e: &Expr| after_start(e, status);
    match &e.kind {
        ExprKind::StatusOn(s, _) => *s == status,
        ExprKind::And(list) => list.iter().any(|e| needs(p, e, status, depth)),
        ExprKind::Or(list) => list.iter().all(|e| needs(p, e, status, depth)),
        ExprKind::Compare(CmpOp::Ge | CmpOp::Gt, a, b) => {
            matches!(a.kind, ExprKind::Now) && since(b)
        }
        ExprKind::Compare(CmpOp::Le | CmpOp::Lt, a, b) => {
            matches!(b.kind, ExprKind::Now) && since(a)
        }
        ExprKind::Call(d, _) if depth < 16 => match &p.defines[d.index()].value {
            DefineValue::Expr(e) => needs(p, e, status, depth + 1),
            DefineValue::Set(s) => needs(p, &s.cond, status, depth + 1),
            DefineValue::Stream(_) => false,
        },
        _ => false,
    }
}

/// `start(S)`, or some length after it.
fn after_start(e: &Expr, status: StatusId) -> bool {
    match &e.kind {
        ExprKind::StartOf { status: s, .. } => *s == status,
        ExprKind::Shift {
            before: false,
            base,
            ..
        } => after_start(base, status),
        _ => false,
    }
}
