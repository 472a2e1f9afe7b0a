//! Windows that are over before they begin: a notice that cannot fit its window, a time `between` two in the wrong order.

use rogatio_calendar::Instant;
use rogatio_diagnostics::{Diagnostic, codes};

use super::length::Bounds;
use super::terms::meant;
use crate::ast::Ordinal;
use crate::check::Checker;
use crate::hir::*;
use crate::shape::plain;

/// What is known of a time beforehand, in seconds after something that it hangs on: an act, a start, the calendar.
#[derive(Clone, Default)]
struct Anchored {
    /// The act whose occurrence it counts from, if it hangs on that alone.
    act: Option<ActId>,
    /// It is not earlier than any of these.
    floors: Vec<(String, i64)>,
    /// It is not later than any of these.
    ceilings: Vec<(String, i64)>,
}

impl Anchored {
    /// Whether it always comes before another.
    fn precedes(&self, other: &Anchored) -> bool {
        self.ceilings.iter().any(|(root, most)| {
            let mut floors = other.floors.iter().filter(|(r, _)| r == root);
            floors.any(|(_, least)| most < least)
        })
    }

    /// Seconds after its act, at least and at most.
    fn offset(&self) -> Option<(i64, i64)> {
        self.act?;
        Some((self.floors.first()?.1, self.ceilings.first()?.1))
    }
}

/// The calendar, on which days written out lie.
const CALENDAR: &str = "calendar";
/// So many names within names are opened.
const DEPTH: u8 = 8;
const LAST_SECOND: i64 = 86_399;

impl Checker {
    pub(super) fn notices(&mut self) {
        let p = &self.program;
        let mut found: Vec<Diagnostic> = Vec::new();
        for n in &p.norms {
            let (Some(time), None) = (&n.time, &n.not_counting) else {
                continue;
            };
            let times = std::iter::once(time).chain(n.time_except.iter().map(|(t, _)| t));
            let says =
                "if the text does say this, the finding is the text's: nobody can be in time";
            for d in times.filter_map(|t| over(p, n, t)) {
                let d = d.help(says);
                if !found.contains(&d) {
                    found.push(d);
                }
            }
        }
        self.diagnostics.extend(found);
    }
}

/// What is wrong with a time of a sentence: it ends before it begins.
fn over(p: &Program, n: &Norm, time: &Time) -> Option<Diagnostic> {
    let born = birth(p, n);
    let too_soon = |until: &Anchored| born.as_ref().is_some_and(|b| until.precedes(b));
    match time {
        Time::AtLeastBefore { length, event } => {
            let notice = Bounds::of(length);
            let until = anchored(p, event);
            let d = if too_soon(&shifted(until.clone(), notice, true)) {
                too_late().at(length.span, "so long before …").also(
                    event.span,
                    "… what comes sooner than that after the duty arises",
                )
            } else {
                let by = held_too_soon(p, n, &until, notice)?;
                too_late()
                    .at(length.span, "so long before what has to be done sooner")
                    .also(by, "this is owed earlier than the notice allows")
            };
            Some(d.help("shorten the notice, or give what it announces a later day"))
        }
        Time::Before(t) | Time::At(t) => too_soon(&anchored(p, t)).then(|| ended(t)),
        Time::Between(a, b) => {
            let (from, to) = (anchored(p, a), anchored(p, b));
            if to.precedes(&from) {
                let d = too_late()
                    .at(b.span, "the window ends here …")
                    .also(a.span, "… and begins later than that");
                return Some(
                    d.help("turn the two times round, or count the second from a later event"),
                );
            }
            too_soon(&to).then(|| ended(b))
        }
        _ => None,
    }
}

fn ended(t: &Expr) -> Diagnostic {
    too_late()
        .at(t.span, "over when the duty arises")
        .help("give a time after the event upon which the duty arises")
}

fn too_late() -> Diagnostic {
    Diagnostic::warning(
        codes::W0355,
        "nothing can be done in this time: it ends before it begins",
    )
}

/// When an instance of the sentence is born: at an event.
fn birth(p: &Program, n: &Norm) -> Option<Anchored> {
    n.upon.as_ref().and_then(|s| event(p, s))
}

fn event(p: &Program, s: &Stream) -> Option<Anchored> {
    match &s.kind {
        StreamKind::Act(of) => Some(at(occurrence(of), Some(of.act))),
        StreamKind::After(length, s) | StreamKind::LapseAfter(length, s) => {
            Some(shifted(event(p, s)?, Bounds::of(length), false))
        }
        StreamKind::Nth(_, s) | StreamKind::InVersion(s, _) | StreamKind::Where(s, _) => {
            event(p, s)
        }
        StreamKind::At(t) | StreamKind::LapseAt(t) => Some(anchored(p, t)),
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
        StreamKind::Combined {
            earlier,
            points,
            stream,
        } => {
            let points = points.iter().map(|t| anchored(p, t));
            let all: Vec<Anchored> = points.chain([event(p, stream)?]).collect();
            Some(combined(&all, *earlier))
        }
        _ => None,
    }
}

fn at(root: String, act: Option<ActId>) -> Anchored {
    Anchored {
        act,
        floors: vec![(root.clone(), 0)],
        ceilings: vec![(root, 0)],
    }
}

fn on_calendar(first: i64, last: i64) -> Anchored {
    Anchored {
        act: None,
        floors: vec![(CALENDAR.to_owned(), first)],
        ceilings: vec![(CALENDAR.to_owned(), last)],
    }
}

fn occurrence(of: &Pattern) -> String {
    format!("act {}", plain(of))
}

fn anchored(p: &Program, e: &Expr) -> Anchored {
    anchored_in(p, e, 0)
}

fn anchored_in(p: &Program, e: &Expr, depth: u8) -> Anchored {
    let inner = |e: &Expr| anchored_in(p, e, depth);
    match &e.kind {
        ExprKind::Day(day) => {
            let midnight = Instant::from_day(*day).0;
            on_calendar(midnight, midnight.saturating_add(LAST_SECOND))
        }
        ExprKind::Instant(t) => on_calendar(t.0, t.0),
        ExprKind::Shift {
            before,
            length,
            base,
        } => shifted(inner(base), Bounds::of(length), *before),
        ExprKind::Later(all) | ExprKind::Earlier(all) => {
            let all: Vec<Anchored> = all.iter().map(inner).collect();
            combined(&all, matches!(e.kind, ExprKind::Earlier(_)))
        }
        ExprKind::ActTime(Ordinal::First, of) => at(occurrence(of), Some(of.act)),
        // The last, and the n-th, may come long after the first, and not before it.
        ExprKind::ActTime(which, of) => {
            let mut t = at(format!("{which:?} {}", occurrence(of)), Some(of.act));
            t.floors.push((occurrence(of), 0));
            t
        }
        ExprKind::StartOf { status, keys, .. } => {
            let keys: Vec<String> = keys.iter().map(|k| plain(&k.kind)).collect();
            at(format!("start {status:?} {keys:?}"), None)
        }
        // What a name stands for hangs on the same as the name.
        ExprKind::Call(..) if depth < DEPTH => match meant(p, e) {
            Some(meant) => anchored_in(p, &meant, depth + 1),
            None => at(plain(&e.kind), None),
        },
        kind => at(plain(kind), None),
    }
}

/// The latest of several times, or the earliest.
fn combined(all: &[Anchored], earlier: bool) -> Anchored {
    let floors = |t: &Anchored| t.floors.clone();
    let ceilings = |t: &Anchored| t.ceilings.clone();
    // The latest is not earlier than any of them; what bounds all of them bounds it from above.
    let any = |of: &dyn Fn(&Anchored) -> Vec<(String, i64)>| all.iter().flat_map(of).collect();
    let common = |of: &dyn Fn(&Anchored) -> Vec<(String, i64)>| {
        let [first, rest @ ..] = all else {
            return Vec::new();
        };
        let in_all = of(first).into_iter().filter_map(|(root, n)| {
            rest.iter()
                .try_fold(n, |n, t| {
                    let mut own = of(t).into_iter().filter(|(r, _)| *r == root);
                    let (_, m) = own.next()?;
                    Some(if earlier { n.min(m) } else { n.max(m) })
                })
                .map(|n| (root, n))
        });
        in_all.collect()
    };
    let (floors, ceilings) = match earlier {
        false => (any(&floors), common(&ceilings)),
        true => (common(&floors), any(&ceilings)),
    };
    Anchored {
        act: None,
        floors,
        ceilings,
    }
}

fn shifted(mut t: Anchored, by: Bounds, before: bool) -> Anchored {
    let (least, most) = if before {
        (by.most.saturating_neg(), by.least.saturating_neg())
    } else {
        (by.least, by.most)
    };
    for (_, n) in &mut t.floors {
        *n = n.saturating_add(least);
    }
    for (_, n) in &mut t.ceilings {
        *n = n.saturating_add(most);
    }
    t
}

/// The duty that demands what the notice is for, upon the same event, sooner than the notice takes.
fn held_too_soon(p: &Program, n: &Norm, until: &Anchored, notice: Bounds) -> Option<Span> {
    let announced = until.act?;
    let born = birth(p, n)?;
    let (_, until) = until.offset()?;
    let (birth_least, _) = born.offset()?;
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
        let other = birth(p, duty)?;
        // Variables differ between sentences: the event is the same act.
        let same = other.act == born.act;
        let last = other.offset()?.1.saturating_add(Bounds::of(length).most);
        let needed = birth_least.saturating_add(notice.least);
        (same && last.saturating_add(until) < needed).then_some(duty.span)
    })
}
