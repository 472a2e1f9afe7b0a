//! Windows that are over before they begin: a notice that cannot fit its window, a time `between` two in the wrong order.

use rogatio_diagnostics::{Diagnostic, codes};

use super::length::Bounds;
use crate::ast::Ordinal;
use crate::check::Checker;
use crate::hir::*;
use crate::shape::plain;

/// A time as seconds after something: at least and at most.
struct Anchored {
    root: String,
    /// The act whose occurrence it counts from.
    act: Option<ActId>,
    least: i64,
    most: i64,
}

impl Checker {
    pub(super) fn notices(&mut self) {
        let p = &self.program;
        let mut found: Vec<Diagnostic> = Vec::new();
        for n in &p.norms {
            let (Some(time), None) = (&n.time, &n.not_counting) else {
                continue;
            };
            let d = match time {
                Time::AtLeastBefore { length, event } => {
                    let notice = Bounds::of(length);
                    let until = anchored(event);
                    let over = |birth: &Anchored| {
                        birth.root == until.root
                            && until.most.saturating_sub(notice.least) < birth.least
                    };
                    let too_long = if birth(n).is_some_and(|b| over(&b)) {
                        Some(too_late().at(length.span, "so long before …").also(
                            event.span,
                            "… what comes sooner than that after the duty arises",
                        ))
                    } else {
                        held_too_soon(p, n, &until, notice).map(|by| {
                            too_late()
                                .at(length.span, "so long before what has to be done sooner")
                                .also(by, "this is owed earlier than the notice allows")
                        })
                    };
                    too_long.map(|d| {
                        d.help("shorten the notice, or give what it announces a later day")
                    })
                }
                Time::Before(t) | Time::At(t) => {
                    let until = anchored(t);
                    birth(n)
                        .filter(|b| b.root == until.root && until.most < b.least)
                        .map(|_| {
                            too_late()
                                .at(t.span, "over when the duty arises")
                                .help("give a time after the event upon which the duty arises")
                        })
                }
                Time::Between(a, b) => {
                    let (from, to) = (anchored(a), anchored(b));
                    (from.root == to.root && to.most < from.least).then(|| {
                        too_late()
                            .at(b.span, "the window ends here …")
                            .also(a.span, "… and begins later than that")
                            .help(
                                "turn the two times round, or count the second from a later event",
                            )
                    })
                }
                _ => None,
            };
            let says =
                "if the text does say this, the finding is the text's: nobody can be in time";
            if let Some(d) = d.map(|d| d.help(says))
                && !found.contains(&d)
            {
                found.push(d);
            }
        }
        self.diagnostics.extend(found);
    }
}

fn too_late() -> Diagnostic {
    Diagnostic::warning(
        codes::W0355,
        "nothing can be done in this time: it ends before it begins",
    )
}

/// When an instance of the sentence is born: at an event.
fn birth(n: &Norm) -> Option<Anchored> {
    n.upon.as_ref().and_then(event)
}

fn event(s: &Stream) -> Option<Anchored> {
    match &s.kind {
        StreamKind::Act(of) => Some(at(occurrence(of), Some(of.act))),
        StreamKind::After(length, s) | StreamKind::LapseAfter(length, s) => {
            Some(shifted(event(s)?, Bounds::of(length), false))
        }
        StreamKind::Nth(_, s) | StreamKind::InVersion(s, _) => event(s),
        StreamKind::At(t) => Some(anchored(t)),
        StreamKind::Started(status, args) => {
            let keys: Option<Vec<String>> = args
                .iter()
                .map(|a| match a {
                    ArgPattern::Var(v) => Some(plain(&ExprKind::Var(*v))),
                    ArgPattern::Is(e) => Some(plain(&e.kind)),
                    _ => None,
                })
                .collect();
            Some(at(format!("start {status:?} {:?}", keys?), None))
        }
        _ => None,
    }
}

fn at(root: String, act: Option<ActId>) -> Anchored {
    Anchored {
        root,
        act,
        least: 0,
        most: 0,
    }
}

fn occurrence(of: &Pattern) -> String {
    format!("act {}", plain(of))
}

fn anchored(e: &Expr) -> Anchored {
    match &e.kind {
        ExprKind::Shift {
            before,
            length,
            base,
        } => shifted(anchored(base), Bounds::of(length), *before),
        ExprKind::ActTime(Ordinal::First, of) => at(occurrence(of), Some(of.act)),
        // The last may come long after the first.
        ExprKind::ActTime(Ordinal::Last, of) => {
            at(format!("last {}", occurrence(of)), Some(of.act))
        }
        ExprKind::StartOf { status, keys, .. } => {
            let keys: Vec<String> = keys.iter().map(|k| plain(&k.kind)).collect();
            at(format!("start {status:?} {keys:?}"), None)
        }
        kind => at(plain(kind), None),
    }
}

fn shifted(t: Anchored, by: Bounds, before: bool) -> Anchored {
    let (least, most) = if before {
        (by.most.saturating_neg(), by.least.saturating_neg())
    } else {
        (by.least, by.most)
    };
    Anchored {
        least: t.least.saturating_add(least),
        most: t.most.saturating_add(most),
        ..t
    }
}

/// The duty that demands what the notice is for, upon the same event, sooner than the notice takes.
fn held_too_soon(p: &Program, n: &Norm, until: &Anchored, notice: Bounds) -> Option<Span> {
    let announced = until.act?;
    let born = birth(n)?;
    p.norms.iter().find_map(|duty| {
        let demands = duty.modal == Modal::Must
            && matches!(&duty.pred, NormPred::Act(of) if of.act == announced)
            // One that is owed in some cases only may be owed in others than the notice is.
            && duty.when.is_none() && duty.while_.is_none() && duty.unless.is_none()
            && (n.version.is_none() || duty.version.is_none() || n.version == duty.version);
        let (
            Some(Time::Within {
                length,
                further: false,
            }),
            true,
        ) = (&duty.time, demands)
        else {
            return None;
        };
        let other = birth(duty)?;
        // Variables differ between sentences: the event is the same act.
        let same = other.act.is_some() && other.act == born.act;
        let last = other.most.saturating_add(Bounds::of(length).most);
        let needed = born.least.saturating_add(notice.least);
        (same && last.saturating_add(until.most) < needed).then_some(duty.span)
    })
}
