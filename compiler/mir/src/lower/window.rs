//! Windows of norms: the table of R1.

use super::norm::Facts;
use super::stream::Purpose;
use super::*;
use rogatio_semantics::hir::{Expr, ExprKind, Time};

type SpanBounds = (Option<Guard>, Option<(Guard, Firing)>);

impl Cx<'_> {
    /// A window by the table of R1.
    pub(super) fn window(&mut self, f: &Facts<'_>, time: &Time) -> Window {
        let n = f.n;
        let mut w = Window::default();
        self.within(&f.scope, |cx| {
            let closes = |g, firing| Some((g, firing));
            match time {
                Time::Within { length, .. } => {
                    let base = cx.event_time.unwrap_or_else(|| {
                        cx.b.guard_at(Op::EventTime, Ty::Time, n.provision, n.span)
                    });
                    let end = cx.shift(n, false, length, base);
                    w.closes = closes(end, Firing::Lapse);
                }
                Time::AtLeastBefore { length, event } => {
                    let event = cx.expr(event);
                    let end = cx.shift(n, true, length, event);
                    w.closes = closes(end, Firing::Lapse);
                }
                Time::Before(t) => w.closes = closes(cx.expr(t), Firing::Closing),
                Time::NotBefore(t) => w.opens = Some(cx.expr(t)),
                Time::At(t) => {
                    let t = cx.expr(t);
                    w.opens = Some(t);
                    w.closes = closes(t, Firing::Lapse);
                }
                Time::Between(a, b) => {
                    w.opens = Some(cx.expr(a));
                    w.closes = closes(cx.expr(b), Firing::Lapse);
                }
                Time::Span {
                    opens,
                    closes: end,
                    lasts,
                } => {
                    w.opens = Some(cx.expr(opens));
                    let firing = if *lasts {
                        Firing::Lapse
                    } else {
                        Firing::Closing
                    };
                    w.closes = closes(cx.expr(end), firing);
                }
                Time::During(c) => {
                    w.during = Some(cx.expr(c));
                    // An invariant has no deadline: it is kept while they last.
                    let deadline = f.duty() && !f.invariant();
                    if let (ExprKind::InDates(_, dates), true) = (&c.kind, deadline) {
                        (w.opens, w.closes) = cx.span_of_birth(n, dates);
                    }
                }
                Time::Urgency(u) => {
                    w.urgency = Some((*u, n.provision));
                    w.skip = n.not_counting.as_ref().map(|e| cx.expr(e));
                }
                Time::BeforeEvent(_) | Time::Every { .. } | Time::Until(_) => {}
            }
        });
        if let Time::BeforeEvent(e) = time {
            w.closes_on = self.ends_on(n, e);
        }
        w
    }

    /// First and last day of the span in which a duty is born, else of the next.
    fn span_of_birth(&mut self, n: &hir::Norm, dates: &Expr) -> SpanBounds {
        let dates = self.expr(dates);
        let from = self.event_time.unwrap_or_else(|| {
            self.b
                .guard_at(Op::EventTime, Ty::Time, n.provision, n.span)
        });
        let [first, last] = [false, true].map(|end| {
            let pick = Pick {
                n: 0,
                before: false,
                end,
            };
            let op = Op::DatesPick { dates, pick, from };
            self.b.guard_at(op, Ty::Day, n.provision, n.span)
        });
        (Some(first), Some((last, Firing::Lapse)))
    }

    /// Events that end an instance, its keys being known.
    pub(super) fn ends_on(&mut self, n: &hir::Norm, e: &hir::Stream) -> Vec<(On, Option<Guard>)> {
        let trigs = self.stream(e, &Purpose::keys(&n.keys)).into_iter();
        trigs
            .map(|t| {
                let guard = self.guards(t.guards, t.provision, t.span);
                (self.compare_keys(t.on, &n.keys), guard)
            })
            .collect()
    }

    /// A length after or before a time, without the days that the sentence does not count.
    fn shift(&mut self, n: &hir::Norm, before: bool, length: &Expr, base: Guard) -> Guard {
        let length_guard = self.expr(length);
        let op = match &n.not_counting {
            Some(skip) => Op::ShiftOutside {
                before,
                length: length_guard,
                base,
                skip: self.expr(skip),
            },
            None => Op::Shift {
                before,
                closes: true,
                length: length_guard,
                base,
            },
        };
        self.b.guard_at(op, Ty::Time, length.provision, length.span)
    }

    /// Keys that are bound already are compared.
    fn compare_keys(&mut self, mut on: On, keys: &[VarId]) -> On {
        let mut compare = |m: &mut Match| {
            if let Match::Bind(v, _) = m
                && keys.contains(v)
            {
                *m = Match::Is(self.var(*v));
            }
        };
        match &mut on {
            On::Act { matches, .. } | On::Ballot { matches, .. } => {
                matches.iter_mut().for_each(|(_, m)| compare(m))
            }
            On::Timer(_, list)
            | On::Rise(_, list)
            | On::Fall(_, list)
            | On::Started(_, list)
            | On::Ended(_, list)
            | On::Norm(_, _, list) => list.iter_mut().for_each(compare),
            On::Enter(_, _, m) | On::Leave(_, _, m) | On::Outcome(_, _, m) | On::Opened(_, m) => {
                compare(m)
            }
            On::Begin => {}
        }
        on
    }
}

/// The expressions of a time.
pub(super) fn times(t: &Time) -> Vec<&Expr> {
    match t {
        Time::Within { length, .. } => vec![length],
        Time::AtLeastBefore { length, event } => vec![length, event],
        Time::Before(e) | Time::NotBefore(e) | Time::At(e) | Time::During(e) => vec![e],
        Time::Between(a, b)
        | Time::Span {
            opens: a,
            closes: b,
            ..
        } => vec![a, b],
        Time::Every { length, after } => vec![length, after],
        Time::BeforeEvent(_) | Time::Until(_) | Time::Urgency(_) => Vec::new(),
    }
}

/// Whether a time counts from the event.
pub(super) fn counts_from_event(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::EventTime) || free::children(e).into_iter().any(counts_from_event)
}
