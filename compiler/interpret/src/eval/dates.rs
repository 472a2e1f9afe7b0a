//! Sets of days and parts of a date (R1, R15, R23).

use super::*;
use rogatio_calendar::{CalendarError, Dates, Day, Instant, Phase, Span};
use rogatio_mir::{DatePart, DatesJoin, Pick};

impl Eval<'_> {
    /// A set of days, or what stands in its place.
    pub(crate) fn dates(
        &mut self,
        p: ProvisionId,
        g: Guard,
        env: &mut Env,
    ) -> Result<Dates, Value> {
        match self.value(g, env) {
            Value::Dates(dates) => Ok(dates),
            // A day alone is a set of one.
            Value::Time(m) => Ok(Dates::listed([Span::day(m.day)])),
            Value::Undetermined(c) => Err(Value::Undetermined(c)),
            _ => Err(Value::unknown(p, "a set of days is not known yet")),
        }
    }

    pub(super) fn dates_range(
        &mut self,
        p: ProvisionId,
        a: Guard,
        b: Guard,
        env: &mut Env,
    ) -> Value {
        match (self.value(a, env), self.value(b, env)) {
            (Value::Time(first), Value::Time(last)) => Value::Dates(Dates::listed([Span {
                first: first.day,
                last: last.day,
            }])),
            (Value::Undetermined(x), Value::Undetermined(y)) => Value::Undetermined(x.union(&y)),
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => Value::Undetermined(c),
            _ => Value::unknown(p, "an end of a range of days has no date yet"),
        }
    }

    pub(super) fn dates_join(
        &mut self,
        p: ProvisionId,
        join: DatesJoin,
        a: Guard,
        b: Guard,
        env: &mut Env,
    ) -> Value {
        match (self.dates(p, a, env), self.dates(p, b, env)) {
            (Ok(a), Ok(b)) => Value::Dates(join.apply(a, b)),
            (Err(v), Ok(_)) | (Ok(_), Err(v)) => v,
            (Err(a), Err(b)) => Value::Undetermined(a.clauses().union(&b.clauses())),
        }
    }

    /// The day that it is: a new one begins at phase 2 of its midnight, as terms of a calendar do (R1).
    pub(crate) fn today(&self) -> Day {
        let now = self.case.state().now.point;
        let ended = now.phase() < Phase::Opening && Instant(now.second()).is_midnight();
        Instant(now.second() - i64::from(ended)).day()
    }

    fn is_now(&self, g: Guard) -> bool {
        let node = self.case.program().guards.get(g.index());
        node.is_some_and(|n| n.op == Op::Now)
    }

    /// The day of a time, or what the question is worth.
    fn day_of(&mut self, p: ProvisionId, g: Guard, env: &mut Env) -> Result<Day, Value> {
        if self.is_now(g) {
            return Ok(self.today());
        }
        match self.value(g, env) {
            Value::Time(m) => Ok(m.day),
            Value::Undetermined(c) => Err(Value::Undetermined(c)),
            Value::None => Err(Value::None),
            _ => Err(Value::unknown(
                p,
                "a time that is asked about is not known yet",
            )),
        }
    }

    pub(super) fn in_dates(
        &mut self,
        p: ProvisionId,
        t: Guard,
        dates: Guard,
        env: &mut Env,
    ) -> Value {
        let day = match self.day_of(p, t, env) {
            Ok(day) => day,
            Err(Value::None) => return Value::Bool(false),
            Err(v) => return v,
        };
        let dates = match self.dates(p, dates, env) {
            Ok(dates) => dates,
            // What is known of a part may settle it.
            Err(Value::Undetermined(_)) => {
                let present = self.is_now(t);
                return self.is_among(p, day, present, dates, env).into();
            }
            Err(v) => return v,
        };
        if self.is_now(t) {
            match dates.next_change(day) {
                Ok(Some(next)) => self.wake = self.wake.min(Point::day_phase(next, Phase::Opening)),
                Ok(None) => {}
                Err(why) => return Value::unknown(p, why.to_string()),
            }
        }
        match dates.contains(day) {
            Ok(is) => Value::Bool(is),
            Err(why) => Value::unknown(p, why.to_string()),
        }
    }

    /// Whether a day is in a set of which a part is not known: in a union it is if the other part has it (R8).
    fn is_among(
        &mut self,
        p: ProvisionId,
        day: Day,
        present: bool,
        dates: Guard,
        env: &mut Env,
    ) -> Truth {
        let case = self.case;
        let node = case.program().guards.get(dates.index());
        match node.map(|n| &n.op) {
            Some(Op::DatesJoin(
                join @ (DatesJoin::Either | DatesJoin::Both | DatesJoin::Without),
                a,
                b,
            )) => {
                let a = self.is_among(p, day, present, *a, env);
                let b = self.is_among(p, day, present, *b, env);
                match join {
                    DatesJoin::Either => a.or(b),
                    DatesJoin::Both => a.and(b),
                    _ => a.and(b.negate()),
                }
            }
            Some(Op::Call(define, arguments)) if arguments.is_empty() => {
                match case.program().defines.get(define.index()) {
                    Some(define) => self.is_among(p, day, present, define.value, env),
                    None => Truth::Unknown(ClauseSet::default()),
                }
            }
            _ => match self.dates(p, dates, env) {
                Ok(dates) => {
                    if present && let Ok(Some(next)) = dates.next_change(day) {
                        self.wake = self.wake.min(Point::day_phase(next, Phase::Opening));
                    }
                    match dates.contains(day) {
                        Ok(is) => Truth::of(is),
                        Err(why) => Value::unknown(p, why.to_string()).truth(),
                    }
                }
                Err(v) => v.truth(),
            },
        }
    }

    /// `within n days not counting X`: the n-th day that is not in X, whether or not the first day is (R2).
    pub(super) fn shift_outside(
        &mut self,
        p: ProvisionId,
        (before, length): (bool, Guard),
        base: Guard,
        skip: Guard,
        env: &mut Env,
    ) -> Value {
        let (length, base) = (self.value(length, env), self.value(base, env));
        self.outside(p, before, &length, &base, skip, env)
    }

    /// The same of values.
    pub(crate) fn outside(
        &mut self,
        p: ProvisionId,
        before: bool,
        length: &Value,
        base: &Value,
        skip: Guard,
        env: &mut Env,
    ) -> Value {
        let period = match length {
            Value::Length(l) => l.as_period().ok().filter(|d| d.months == 0),
            u @ Value::Undetermined(_) => return u.clone(),
            _ => None,
        };
        let Some(days) = period.and_then(|d| u32::try_from(d.days).ok()) else {
            return Value::unknown(p, "only whole days can be counted one by one");
        };
        let from = match base {
            Value::Time(m) => m.day,
            u @ Value::Undetermined(_) => return u.clone(),
            _ => return Value::PENDING,
        };
        match self.dates(p, skip, env) {
            Ok(skip) => match skip.nth_outside(from, days, before) {
                Ok(Some(day)) => Value::Time(Moment::of_day(day)),
                Ok(None) => Value::PENDING,
                Err(why) => Value::unknown(p, why.to_string()),
            },
            Err(v) => v,
        }
    }

    pub(super) fn dates_pick(
        &mut self,
        p: ProvisionId,
        dates: Guard,
        pick: Pick,
        from: Guard,
        env: &mut Env,
    ) -> Value {
        let day = match self.value(from, env) {
            Value::Time(m) => m.day,
            Value::Pending { .. } | Value::None => return Value::PENDING,
            Value::Undetermined(c) => return Value::Undetermined(c),
            _ => return Value::unknown(p, "this is no time"),
        };
        let dates = match self.dates(p, dates, env) {
            Ok(dates) => dates,
            Err(v) => return v,
        };
        self.picked(p, dates.nth_span(day, pick.n, pick.before), pick)
    }

    fn picked(
        &self,
        p: ProvisionId,
        span: Result<Option<Span>, CalendarError>,
        pick: Pick,
    ) -> Value {
        match span {
            Ok(Some(s)) => Value::Time(Moment::of_day(if pick.end { s.last } else { s.first })),
            Ok(None) if pick.before => Value::unknown(p, "there is none before in the calendar"),
            Ok(None) => Value::PENDING,
            Err(why) => Value::unknown(p, why.to_string()),
        }
    }

    pub(super) fn date_part(
        &mut self,
        p: ProvisionId,
        part: DatePart,
        t: Guard,
        env: &mut Env,
    ) -> Value {
        let day = match self.day_of(p, t, env) {
            Ok(day) => day,
            Err(Value::None) => return Value::unknown(p, "there is no time to ask about"),
            Err(v) => return v,
        };
        let (year, month, dom) = day.ymd();
        if self.is_now(t) {
            let unit = match part {
                DatePart::Year => rogatio_calendar::Cycle::YEAR,
                DatePart::Month => rogatio_calendar::Cycle::MONTH,
                DatePart::Day => rogatio_calendar::Cycle::DAY,
            };
            if let Some(next) = unit.span(day).last.succ() {
                self.wake = self.wake.min(Point::day_phase(next, Phase::Opening));
            }
        }
        Value::Int(match part {
            DatePart::Year => i64::from(year),
            DatePart::Month => i64::from(month),
            DatePart::Day => i64::from(dom),
        })
    }
}
