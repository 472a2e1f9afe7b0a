//! Sets of days by rule: months, weekdays, ranges, "the first Monday of May".
//!
//! A set of days has *spans*: of a unit ([`Dates::Unit`]: days, weeks, months, terms) its consecutive instances, of
//! anything else its maximal runs (rule R15). `every M` comes at the first day of each span, `during M` lasts through
//! one, `first M after T` is the first that begins later than T.

use std::cell::Cell;
use std::sync::Arc;

use crate::day::{ERA, civil, number};
use crate::{CalendarError, Cycle, Day, Span, Weekday};

/// A set of days.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dates {
    /// Listed days and ranges: sorted, disjoint, not adjacent. See [`Dates::listed`].
    Listed(Arc<[Span]>),
    /// All days, cut into the instances of a unit.
    Unit(Cycle),
    /// One month of each year, 1 to 12.
    Month(u32),
    /// One day of each week.
    Weekday(Weekday),
    /// Days of both.
    Both(Arc<(Dates, Dates)>),
    /// Days of either.
    Either(Arc<(Dates, Dates)>),
    /// Days of the first that are not of the second.
    Without(Arc<(Dates, Dates)>),
    /// `A of B`: of a unit A, its instances that begin in B; of anything else, the days of both.
    Of(Arc<(Dates, Dates)>),
    /// `Nth A of B`: in each span of B, the n-th span of A that begins in it; counted from the end if negative.
    Nth(i32, Arc<(Dates, Dates)>),
}

/// Which way to look.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

impl Way {
    fn step(self, day: Day) -> Option<Day> {
        match self {
            Way::Forward => day.succ(),
            Way::Back => day.pred(),
        }
    }

    /// Whether a day lies beyond another.
    fn past(self, day: Day, other: Day) -> bool {
        if self == Way::Forward {
            day > other
        } else {
            day < other
        }
    }

    /// The end of a span that is met first.
    fn near(self, span: Span) -> Day {
        if self == Way::Forward {
            span.first
        } else {
            span.last
        }
    }

    /// The end of a span that is met last.
    fn far(self, span: Span) -> Day {
        if self == Way::Forward {
            span.last
        } else {
            span.first
        }
    }

    /// The one that is met first.
    fn nearer(self, a: Option<Day>, b: Option<Day>) -> Option<Day> {
        match (a, b) {
            (Some(a), Some(b)) => Some(if self == Way::Forward {
                a.min(b)
            } else {
                a.max(b)
            }),
            (a, None) => a,
            (None, b) => b,
        }
    }

    /// The one that is met last; none if one is never met.
    fn farther(self, a: Option<Day>, b: Option<Day>) -> Option<Day> {
        let (a, b) = (a?, b?);
        Some(if self == Way::Forward {
            a.max(b)
        } else {
            a.min(b)
        })
    }
}

impl Dates {
    /// Days and ranges, in any order, overlapping or not.
    #[must_use]
    pub fn listed(spans: impl IntoIterator<Item = Span>) -> Dates {
        let mut all: Vec<Span> = spans.into_iter().filter(|s| s.first <= s.last).collect();
        all.sort_unstable();
        let mut out: Vec<Span> = Vec::with_capacity(all.len());
        for s in all {
            match out.last_mut() {
                Some(before) if s.first.number() <= before.last.number() + 1 => {
                    before.last = before.last.max(s.last);
                }
                _ => out.push(s),
            }
        }
        Dates::Listed(out.into())
    }

    /// Days of both.
    #[must_use]
    pub fn both(self, other: Dates) -> Dates {
        Dates::Both(Arc::new((self, other)))
    }

    /// Days of either.
    #[must_use]
    pub fn either(self, other: Dates) -> Dates {
        match (&self, &other) {
            (Dates::Listed(a), Dates::Listed(b)) => Dates::listed(a.iter().chain(&**b).copied()),
            _ => Dates::Either(Arc::new((self, other))),
        }
    }

    /// Days of this set that are not of the other.
    #[must_use]
    pub fn without(self, other: Dates) -> Dates {
        Dates::Without(Arc::new((self, other)))
    }

    /// `self of other`.
    #[must_use]
    pub fn of(self, other: Dates) -> Dates {
        Dates::Of(Arc::new((self, other)))
    }

    /// `Nth self of other`; `n` is not 0.
    #[must_use]
    pub fn nth_of(self, n: i32, other: Dates) -> Dates {
        Dates::Nth(n, Arc::new((self, other)))
    }

    /// Whether its spans are instances of a unit rather than maximal runs.
    #[must_use]
    pub fn has_units(&self) -> bool {
        match self {
            Dates::Unit(_) => true,
            Dates::Of(of) => of.0.has_units(),
            Dates::Nth(_, of) => of.0.has_units(),
            _ => false,
        }
    }

    /// Whether a day is in the set.
    ///
    /// # Errors
    /// `TooIntricate` if that takes too many steps.
    pub fn contains(&self, day: Day) -> Result<bool, CalendarError> {
        self.has(day, &Fuel::new())
    }

    /// The span that a day lies in, if the day is in the set.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn span_at(&self, day: Day) -> Result<Option<Span>, CalendarError> {
        self.span(day, &Fuel::new())
    }

    /// The first span that begins later than a day; none before the calendar ends.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn next_span(&self, after: Day) -> Result<Option<Span>, CalendarError> {
        self.next(after, &Fuel::new())
    }

    /// The last span that begins earlier than a day.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn last_span(&self, before: Day) -> Result<Option<Span>, CalendarError> {
        self.last(before, &Fuel::new())
    }

    /// The `n`-th span that begins later than a day, or earlier, counted backward; with `n` = 0 the one that the day lies in,
    /// else the next. None if the calendar ends before.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn nth_span(&self, day: Day, n: u32, back: bool) -> Result<Option<Span>, CalendarError> {
        if n == 0 {
            return match self.span_at(day)? {
                Some(found) => Ok(Some(found)),
                None => self.next_span(day),
            };
        }
        let mut span = Span::day(day);
        for _ in 0..n {
            let next = match back {
                true => self.last_span(span.first)?,
                false => self.next_span(span.first)?,
            };
            match next {
                Some(found) => span = found,
                None => return Ok(None),
            }
        }
        Ok(Some(span))
    }

    /// The first later day on which membership is not what it is on `day`.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn next_change(&self, day: Day) -> Result<Option<Day>, CalendarError> {
        self.edge(day, Way::Forward, &Fuel::new())
    }

    /// The `n`-th later day that is not in the set, or the `n`-th earlier one; none if the calendar ends before (rule
    /// R2). With `n` = 0 it is the day itself.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn nth_outside(&self, day: Day, n: u32, back: bool) -> Result<Option<Day>, CalendarError> {
        let fuel = Fuel::new();
        let way = if back { Way::Back } else { Way::Forward };
        let mut at = day;
        for _ in 0..n {
            let Some(mut next) = way.step(at) else {
                return Ok(None);
            };
            if self.has(next, &fuel)? {
                match self.edge(next, way, &fuel)? {
                    Some(outside) => next = outside,
                    None => return Ok(None),
                }
            }
            at = next;
        }
        Ok(Some(at))
    }

    /// Whether no day is in it.
    ///
    /// # Errors
    /// As [`Dates::contains`].
    pub fn is_empty(&self) -> Result<bool, CalendarError> {
        Ok(!self.contains(Day::MIN)? && self.next_change(Day::MIN)?.is_none())
    }

    fn has(&self, day: Day, fuel: &Fuel) -> Steps<bool> {
        fuel.step()?;
        Ok(match self {
            Dates::Listed(spans) => {
                let at = spans.partition_point(|s| s.last < day);
                spans.get(at).is_some_and(|s| s.contains(day))
            }
            Dates::Unit(_) => true,
            Dates::Month(m) => day.month() == *m,
            Dates::Weekday(w) => day.weekday() == *w,
            Dates::Both(of) => of.0.has(day, fuel)? && of.1.has(day, fuel)?,
            Dates::Either(of) => of.0.has(day, fuel)? || of.1.has(day, fuel)?,
            Dates::Without(of) => of.0.has(day, fuel)? && !of.1.has(day, fuel)?,
            Dates::Of(of) if of.0.has_units() => match of.0.span(day, fuel)? {
                Some(span) => of.1.has(span.first, fuel)?,
                None => false,
            },
            Dates::Of(of) => of.0.has(day, fuel)? && of.1.has(day, fuel)?,
            Dates::Nth(n, of) => {
                let Some(span) = of.0.span(day, fuel)? else {
                    return Ok(false);
                };
                match of.1.span(span.first, fuel)? {
                    Some(within) => of.0.nth_in(*n, within, fuel)? == Some(span),
                    None => false,
                }
            }
        })
    }

    fn span(&self, day: Day, fuel: &Fuel) -> Steps<Option<Span>> {
        fuel.step()?;
        match self {
            Dates::Unit(cycle) => return Ok(Some(cycle.span(day))),
            Dates::Of(of) | Dates::Nth(_, of) if of.0.has_units() => {
                return if self.has(day, fuel)? {
                    of.0.span(day, fuel)
                } else {
                    Ok(None)
                };
            }
            _ => {}
        }
        if !self.has(day, fuel)? {
            return Ok(None);
        }
        let after = self.edge(day, Way::Forward, fuel)?;
        let before = self.edge(day, Way::Back, fuel)?;
        Ok(Some(Span {
            first: before.and_then(Day::succ).unwrap_or(Day::MIN),
            last: after.and_then(Day::pred).unwrap_or(Day::MAX),
        }))
    }

    fn next(&self, after: Day, fuel: &Fuel) -> Steps<Option<Span>> {
        let mut day = after.succ();
        if !self.has_units() && self.has(after, fuel)? {
            // The run that a day already lies in began earlier.
            day = self.edge(after, Way::Forward, fuel)?;
        }
        while let Some(at) = day {
            day = match self.span(at, fuel)? {
                Some(span) if span.first > after => return Ok(Some(span)),
                Some(span) => span.last.succ(),
                None => self.edge(at, Way::Forward, fuel)?,
            };
        }
        Ok(None)
    }

    fn last(&self, before: Day, fuel: &Fuel) -> Steps<Option<Span>> {
        let mut day = before.pred();
        while let Some(at) = day {
            if let Some(span) = self.span(at, fuel)? {
                return Ok(Some(span));
            }
            day = self.edge(at, Way::Back, fuel)?;
        }
        Ok(None)
    }

    /// The n-th span that begins in another, from the end if negative.
    fn nth_in(&self, n: i32, within: Span, fuel: &Fuel) -> Steps<Option<Span>> {
        if let Dates::Unit(Cycle::Days { count: 1, .. }) = self {
            let day = if n > 0 {
                within.first.checked_add_days(i64::from(n) - 1)
            } else {
                within.last.checked_add_days(i64::from(n) + 1)
            };
            return Ok(day.filter(|d| within.contains(*d)).map(Span::day));
        }
        let mut span = if n > 0 {
            match within.first.pred() {
                Some(eve) => self.next(eve, fuel)?,
                None => match self.span(within.first, fuel)? {
                    None => self.next(within.first, fuel)?,
                    found => found,
                },
            }
        } else {
            match within.last.succ() {
                Some(morrow) => self.last(morrow, fuel)?,
                None => match self.span(within.last, fuel)? {
                    None => self.last(within.last, fuel)?,
                    found => found,
                },
            }
        };
        for _ in 1..n.unsigned_abs() {
            let Some(here) = span.filter(|s| within.contains(s.first)) else {
                return Ok(None);
            };
            span = if n > 0 {
                self.next(here.first, fuel)?
            } else {
                self.last(here.first, fuel)?
            };
        }
        Ok(span.filter(|s| within.contains(s.first)))
    }

    /// The nearest day that way whose membership differs.
    fn edge(&self, day: Day, way: Way, fuel: &Fuel) -> Steps<Option<Day>> {
        fuel.step()?;
        Ok(match self {
            Dates::Unit(_) => None,
            Dates::Listed(spans) => {
                let at = spans.partition_point(|s| s.last < day);
                let here = spans.get(at).filter(|s| s.contains(day));
                match (here, way) {
                    (Some(s), Way::Forward) => s.last.succ(),
                    (Some(s), Way::Back) => s.first.pred(),
                    (None, Way::Forward) => spans.get(at).map(|s| s.first),
                    (None, Way::Back) => {
                        at.checked_sub(1).and_then(|i| spans.get(i)).map(|s| s.last)
                    }
                }
            }
            Dates::Month(month) => month_edge(*month, day, way),
            Dates::Weekday(w) => {
                let mut at = way.step(day);
                if day.weekday() != *w {
                    while let Some(other) = at.filter(|d| d.weekday() != *w) {
                        at = way.step(other);
                    }
                }
                at
            }
            Dates::Of(of) if of.0.has_units() => return self.unit_edge(of, None, day, way, fuel),
            Dates::Nth(n, of) => return self.unit_edge(of, Some(*n), day, way, fuel),
            Dates::Both(of) | Dates::Of(of) => {
                return self.combined(of, (true, true), day, way, fuel);
            }
            Dates::Without(of) => return self.combined(of, (true, false), day, way, fuel),
            // A day is outside iff it is in neither.
            Dates::Either(of) => return self.combined(of, (false, false), day, way, fuel),
        })
    }

    /// Whether it repeats every 400 years, as months, weekdays and leap years do.
    fn recurs(&self) -> bool {
        match self {
            Dates::Listed(_) => false,
            Dates::Unit(Cycle::Days { count, .. }) => ERA % i64::from(*count).max(1) == 0,
            Dates::Unit(Cycle::Months { count, .. }) => 4800 % (*count).max(1) == 0,
            Dates::Unit(Cycle::PartsOfMonth { .. }) | Dates::Month(_) | Dates::Weekday(_) => true,
            Dates::Both(of)
            | Dates::Either(of)
            | Dates::Without(of)
            | Dates::Of(of)
            | Dates::Nth(_, of) => of.0.recurs() && of.1.recurs(),
        }
    }

    /// A day from which on it is no use to look further that way: what has not changed in 400 years never does.
    fn horizon(&self, day: Day, way: Way) -> Day {
        let era = if way == Way::Forward { ERA } else { -ERA };
        let limit = day.checked_add_days(era).filter(|_| self.recurs());
        limit.unwrap_or(if way == Way::Forward {
            Day::MAX
        } else {
            Day::MIN
        })
    }

    /// Of a set that a day enters or leaves exactly when it begins or ceases to hold that the day is in one set (or not,
    /// by `want`) and in the other (or not). While one of the two fails nothing can change before that one does, so whole
    /// stretches are skipped.
    fn combined(
        &self,
        (a, b): &(Dates, Dates),
        want: (bool, bool),
        day: Day,
        way: Way,
        fuel: &Fuel,
    ) -> Steps<Option<Day>> {
        let holds = |at: Day| Ok((a.has(at, fuel)? == want.0, b.has(at, fuel)? == want.1));
        let (mut in_a, mut in_b): (bool, bool) = holds(day)?;
        let was = in_a && in_b;
        let horizon = self.horizon(day, way);
        let mut at = day;
        loop {
            let next = match (in_a, in_b) {
                (false, true) => a.edge(at, way, fuel)?,
                (true, false) => b.edge(at, way, fuel)?,
                (both, _) => {
                    let (x, y) = (a.edge(at, way, fuel)?, b.edge(at, way, fuel)?);
                    if both {
                        way.nearer(x, y)
                    } else {
                        way.farther(x, y)
                    }
                }
            };
            let Some(next) = next.filter(|d| !way.past(*d, horizon)) else {
                return Ok(None);
            };
            at = next;
            (in_a, in_b) = holds(at)?;
            if (in_a && in_b) != was {
                return Ok(Some(at));
            }
        }
    }

    /// Of a set whose spans are picked among those of another, by number or by where they begin: on to the end of those
    /// that follow upon each other, or to the next one.
    fn unit_edge(
        &self,
        (of, within): &(Dates, Dates),
        n: Option<i32>,
        day: Day,
        way: Way,
        fuel: &Fuel,
    ) -> Steps<Option<Day>> {
        let beyond = |span: Span| way.step(way.far(span));
        let mut at = day;
        while self.has(at, fuel)? {
            let Some(next) = of.span(at, fuel)?.and_then(beyond) else {
                return Ok(None);
            };
            at = next;
        }
        if at != day {
            return Ok(Some(at));
        }
        let Some(n) = n else {
            loop {
                at = match of.span(at, fuel)? {
                    Some(span) if !span.contains(day) && within.has(span.first, fuel)? => {
                        return Ok(Some(way.near(span)));
                    }
                    // No instance between here and there begins in the other set.
                    Some(span) => {
                        let there = if within.has(span.first, fuel)? {
                            beyond(span)
                        } else {
                            within.edge(span.first, way, fuel)?
                        };
                        match way.farther(there, beyond(span)) {
                            Some(next) => next,
                            None => return Ok(None),
                        }
                    }
                    None => match of.edge(at, way, fuel)? {
                        Some(next) => next,
                        None => return Ok(None),
                    },
                };
            }
        };
        let mut w = match within.span(day, fuel)? {
            None if way == Way::Forward => within.next(day, fuel)?,
            None => within.last(day, fuel)?,
            found => found,
        };
        let horizon = self.horizon(day, way);
        while let Some(here) = w.filter(|w| !way.past(way.near(*w), horizon)) {
            if let Some(span) = of.nth_in(n, here, fuel)? {
                match way {
                    Way::Forward if span.first > day => return Ok(Some(span.first)),
                    Way::Back if span.last < day => return Ok(Some(span.last)),
                    _ => {}
                }
            }
            w = match way {
                Way::Forward => within.next(here.first, fuel)?,
                Way::Back => within.last(here.first, fuel)?,
            };
        }
        Ok(None)
    }
}

/// How many steps a question may take. Every sensible set answers within some thousands; one that is built of sets that
/// never come, nested, would search the calendar for each day of the calendar.
const STEPS: u32 = 500_000;

/// Steps left.
struct Fuel(Cell<u32>);

impl Fuel {
    fn new() -> Fuel {
        Fuel(Cell::new(STEPS))
    }

    fn step(&self) -> Steps<()> {
        let left = self
            .0
            .get()
            .checked_sub(1)
            .ok_or(CalendarError::TooIntricate)?;
        self.0.set(left);
        Ok(())
    }
}

type Steps<T> = Result<T, CalendarError>;

fn month_edge(month: u32, day: Day, way: Way) -> Option<Day> {
    let (year, now, _) = civil(day.number());
    let (now, want) = (i64::from(now), i64::from(month));
    let at = match way {
        Way::Forward if now == want => number(year + now / 12, now % 12 + 1, 1),
        Way::Forward => number(year + i64::from(want < now), want, 1),
        Way::Back if now == want => number(year, now, 1) - 1,
        // The last day of the month: the eve of the next month's first.
        Way::Back => {
            let year = year - i64::from(want > now);
            number(year + want / 12, want % 12 + 1, 1) - 1
        }
    };
    Day::from_number(at)
}
