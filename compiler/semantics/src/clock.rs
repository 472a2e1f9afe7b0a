//! Clocks: the calendar of the world's, and a second axis (R48c).

use rogatio_calendar::{Duration, Length, Unit};
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, ItemKind};
use crate::check::Checker;
use crate::declare::values;
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

/// Which clock a time or a length is of.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Axis {
    /// A date, days and longer.
    World,
    /// A second clock's.
    Second,
    /// What happened is recorded on both.
    Both,
    /// It cannot be said before a case.
    Unknown,
}

impl Axis {
    /// Whether two times, or two lengths, can be compared.
    fn meets(self, other: Axis) -> bool {
        !matches!(
            (self, other),
            (Axis::World, Axis::Second) | (Axis::Second, Axis::World)
        )
    }

    /// The axis of what is one or the other of two.
    fn join(self, other: Axis) -> Axis {
        match (self, other) {
            (a, b) if a == b => a,
            (Axis::Both, a) | (a, Axis::Both) => a,
            _ => Axis::Unknown,
        }
    }
}

impl Checker {
    /// A second clock is known before any length is read: its units run on it.
    pub(crate) fn declare_clocks(&mut self, cx: &Context, items: &[ast::Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Clock(c) => self.declare_clock(cx, c),
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        self.declare_clocks(cx, items);
                    }
                }
                _ => {}
            }
        }
    }

    fn declare_clock(&mut self, cx: &Context, c: &ast::Clock) {
        let mut longest: Option<Unit> = None;
        for unit in &c.units {
            match unit.text.parse::<Unit>() {
                Ok(u) if u <= Unit::Week => longest = longest.max(Some(u)),
                found => {
                    let why = match found {
                        Ok(u) => format!("a {u} has no length of its own"),
                        Err(_) => "no unit of time".to_owned(),
                    };
                    self.error(
                        Diagnostic::error(codes::E0437, "a clock owns units of a fixed length")
                            .at(unit.span, why)
                            .help("name seconds, minutes, hours, days or weeks: it owns those and all shorter ones"),
                    );
                }
            }
        }
        let Some(unit) = longest else { return };
        if let (Some(calendar), Some(own)) = (&c.calendar, c.units.first()) {
            self.error(
                Diagnostic::error(codes::E0437, "a calendar divides the world's days")
                    .at(calendar.name.span, "a calendar")
                    .also(own.span, "units of a second clock")
                    .help("declare two clocks: one with the calendar, one that owns the units"),
            );
            return;
        }
        if let Some(other) = &self.program.second_clock
            && other.span != c.name.span
        {
            let message = format!("`{}` would be a third clock", c.name.text);
            let d = Diagnostic::error(codes::E0437, message)
                .at(c.name.span, "another axis of time")
                .also(other.span, format!("`{}` is the second one", other.name))
                .help("a text has the world's clock and at most one other");
            return self.error(d);
        }
        self.scopes[cx.module].second_clock = true;
        self.program.second_clock = Some(SecondClock {
            name: c.name.text.clone(),
            titles: values(&c.titles),
            unit,
            provision: cx.provision,
            span: c.name.span,
        });
    }

    pub(crate) fn clock(&mut self, cx: &Context, c: &ast::Clock) {
        if let Some(second) = &mut self.program.second_clock
            && second.span == c.name.span
        {
            second.provision = cx.provision;
        }
        if let Some(calendar) = &c.calendar {
            self.calendar(cx, calendar);
        }
    }

    /// A length as a text means it: a second clock owns its units in the module that declares it, and wherever that is
    /// used.
    pub(crate) fn length_in(&self, cx: &Context, n: i64, unit: Unit) -> Option<Length> {
        if let Some(clock) = &self.program.second_clock
            && self.scopes[cx.module].second_clock
            && unit <= clock.unit
        {
            return clock.seconds(n, unit).map(|s| Length::Elapsed(Duration(s)));
        }
        Length::from_unit(n, unit)
    }

    /// `@ 20 hours`: what the second clock reads, in seconds.
    pub(crate) fn clock_reading(&mut self, e: &ast::Expr) -> Option<i64> {
        let Some(clock) = &self.program.second_clock else {
            self.error(
                Diagnostic::error(codes::E0438, "this text has one clock only")
                    .at(e.span, "a reading of a second one")
                    .help("declare it in the module: `clock table \"…\" { hours }`"),
            );
            return None;
        };
        let longest = clock.unit;
        let name = clock.name.clone();
        if let A::Length(n, unit) = &unparen(e).kind
            && let Some(seconds) = clock.seconds(*n, *unit)
        {
            return Some(seconds);
        }
        self.error(
            Diagnostic::error(codes::E0438, format!("this is no reading of `{name}`"))
                .at(e.span, "not understood")
                .help(format!(
                    "write a number and a unit that it owns: `@ 20 {longest}s`"
                )),
        );
        None
    }

    /// Refuses what would compare or add times of two clocks (R48c).
    pub(crate) fn one_axis(&self, cx: &Context, kind: &ExprKind) {
        if self.program.second_clock.is_none() {
            return;
        }
        match kind {
            ExprKind::Compare(_, a, b)
            | ExprKind::DatesRange(a, b)
            | ExprKind::Arith(ArithOp::Add | ArithOp::Sub, a, b)
            | ExprKind::OrElse(a, b)
                if !self.axis(a).meets(self.axis(b)) =>
            {
                self.two_clocks(cx, a.span, b.span);
            }
            ExprKind::Later(list) | ExprKind::Earlier(list) => self.on_one_axis(cx, list, None),
            ExprKind::Shift { length, base, .. } if !self.axis(length).meets(self.axis(base)) => {
                self.shifted_across(cx, length.span, base.span);
            }
            _ => {}
        }
    }

    /// The same of an event term.
    pub(crate) fn one_axis_of_stream(&self, cx: &Context, kind: &StreamKind) {
        if self.program.second_clock.is_none() {
            return;
        }
        match kind {
            StreamKind::Combined { points, stream, .. } => {
                self.on_one_axis(cx, points, Some((self.stream_axis(stream), stream.span)));
            }
            StreamKind::After(length, stream) | StreamKind::LapseAfter(length, stream)
                if !self.axis(length).meets(self.stream_axis(stream)) =>
            {
                self.shifted_across(cx, length.span, stream.span);
            }
            _ => {}
        }
    }

    fn on_one_axis(&self, cx: &Context, list: &[Expr], first: Option<(Axis, Span)>) {
        let of = list.iter().map(|e| (self.axis(e), e.span));
        let all: Vec<(Axis, Span)> = first.into_iter().chain(of).collect();
        let find = |axis| all.iter().find(|(a, _)| *a == axis).map(|(_, s)| *s);
        if let (Some(world), Some(second)) = (find(Axis::World), find(Axis::Second)) {
            self.two_clocks(cx, world, second);
        }
    }

    fn two_clocks(&self, cx: &Context, a: Span, b: Span) {
        let Some(clock) = &self.program.second_clock else {
            return;
        };
        let d = Diagnostic::error(codes::E0436, "the two clocks cannot be compared")
            .at(a, "")
            .at(b, "on the other clock")
            .also(clock.span, format!("`{}` owns its units", clock.name))
            .note(self.program.provisions[cx.provision.index()].cite.clone())
            .help("compare each with a time of its own clock, and join the two conditions with `and` or `or`");
        self.across(d);
    }

    fn shifted_across(&self, cx: &Context, length: Span, base: Span) {
        let Some(clock) = &self.program.second_clock else {
            return;
        };
        let d = Diagnostic::error(codes::E0436, "the two clocks cannot be compared")
            .at(length, "a length on one clock")
            .at(base, "a time on the other")
            .also(clock.span, format!("`{}` owns its units", clock.name))
            .note(self.program.provisions[cx.provision.index()].cite.clone())
            .help("what happens is recorded on both: let the first begin a status, and count from its start");
        self.across(d);
    }

    fn across(&self, d: Diagnostic) {
        let mut found = self.across_clocks.borrow_mut();
        if !found.contains(&d) {
            found.push(d);
        }
    }

    /// What was found where expressions were made.
    pub(crate) fn report_across_clocks(&mut self) {
        self.diagnostics.append(self.across_clocks.get_mut());
    }

    /// Which clock a time or a length is of, as far as the text says.
    fn axis(&self, e: &Expr) -> Axis {
        match &e.kind {
            ExprKind::Day(_) | ExprKind::Instant(_) | ExprKind::DatesPick { .. } => Axis::World,
            ExprKind::Length(Length::Elapsed(_)) => Axis::Second,
            ExprKind::Length(_) => Axis::World,
            ExprKind::Now
            | ExprKind::EventTime
            | ExprKind::ActTime(..)
            | ExprKind::EventPoint(..)
            | ExprKind::EventPick { .. }
            | ExprKind::StatusPick { .. }
            | ExprKind::StartOf { .. }
            | ExprKind::EndOf(..)
            | ExprKind::EnteredAt { .. } => Axis::Both,
            ExprKind::Shift { length, .. } => self.axis(length),
            ExprKind::Arith(_, a, b) => match (a.ty == Ty::Length, b.ty == Ty::Length) {
                (true, true) => self.axis(a).join(self.axis(b)),
                (true, false) => self.axis(a),
                (false, true) => self.axis(b),
                (false, false) => Axis::Unknown,
            },
            ExprKind::Later(list) | ExprKind::Earlier(list) => {
                let all = list.iter().map(|e| self.axis(e));
                all.reduce(Axis::join).unwrap_or(Axis::Unknown)
            }
            ExprKind::OrElse(a, b) => self.axis(a).join(self.axis(b)),
            ExprKind::Except { base, exceptions } => {
                let all = exceptions.iter().map(|x| self.axis(&x.value));
                all.fold(self.axis(base), Axis::join)
            }
            ExprKind::ByVersion(list) => {
                let all = list.iter().map(|(_, e)| self.axis(e));
                all.reduce(Axis::join).unwrap_or(Axis::Unknown)
            }
            ExprKind::Call(d, _) => match self.program.defines.get(d.index()).map(|d| &d.value) {
                Some(DefineValue::Expr(value)) if is_timed(&value.ty) => self.axis(value),
                _ => Axis::Unknown,
            },
            _ => Axis::Unknown,
        }
    }

    fn stream_axis(&self, s: &Stream) -> Axis {
        match &s.kind {
            StreamKind::After(length, _) | StreamKind::LapseAfter(length, _) => self.axis(length),
            StreamKind::At(e) | StreamKind::LapseAt(e) => self.axis(e),
            StreamKind::Where(s, _) | StreamKind::Nth(_, s) | StreamKind::InVersion(s, _) => {
                self.stream_axis(s)
            }
            StreamKind::Or(list) => {
                let all = list.iter().map(|s| self.stream_axis(s));
                all.reduce(Axis::join).unwrap_or(Axis::Unknown)
            }
            StreamKind::Combined { points, stream, .. } => {
                let all = points.iter().map(|e| self.axis(e));
                all.fold(self.stream_axis(stream), Axis::join)
            }
            StreamKind::Every(_) => Axis::World,
            _ => Axis::Both,
        }
    }
}

fn is_timed(ty: &Ty) -> bool {
    matches!(crate::kind::strip(ty), Ty::Time | Ty::Day | Ty::Length)
}
