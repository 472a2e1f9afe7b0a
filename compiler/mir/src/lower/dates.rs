//! `every M`: a timer that arms itself anew for the next span of a set of days.

use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{Expr, Pick, Stream};

impl Cx<'_> {
    /// The triggers of `every M`: the first day of each span that begins later than the case, the instance or the span
    /// before; and the beginning of the case, if a span begins with it.
    pub(super) fn every(&mut self, s: &Stream, dates: &Expr, to: &Purpose) -> Vec<Trig> {
        let time = self
            .b
            .guard_at(Op::EventTime, Ty::Time, s.provision, s.span);
        let pick = Pick {
            n: 1,
            before: false,
            end: false,
        };
        let (at, at_once) = self.within(&to.keys, |cx| {
            let dates = cx.expr(dates);
            let next = |cx: &mut Self, from| {
                let op = Op::DatesPick { dates, pick, from };
                cx.b.guard_at(op, Ty::Day, s.provision, s.span)
            };
            let day =
                rogatio_calendar::Length::Period(rogatio_calendar::Period { months: 0, days: 1 });
            let day =
                cx.b.guard_at(Op::Length(day), Ty::Length, s.provision, s.span);
            let eve = Op::Shift {
                before: true,
                closes: false,
                length: day,
                base: time,
            };
            let eve = cx.b.guard_at(eve, Ty::Day, s.provision, s.span);
            let first = next(cx, eve);
            let op = Op::Compare(CmpOp::Eq, first, time);
            let at_once = cx.b.guard_at(op, Ty::Bool, s.provision, s.span);
            (next(cx, time), at_once)
        });
        let arms = self.begin(&to.keys, s.provision, s.span);
        let mut out: Vec<Trig> = arms
            .iter()
            .filter(|t| matches!(t.on, On::Begin))
            .cloned()
            .collect();
        for t in &mut out {
            t.guards.push(at_once);
        }
        let fired = self.timer(s, at, Firing::Opening, &to.keys, Vec::new(), arms);
        if let Some(&timer) = fired.timers.last() {
            let effect = Effect::Arm(self.vars(&to.keys));
            self.rule_of(&fired, &to.keys, Latch::Timer(timer), effect);
        }
        out.push(fired);
        out
    }
}
