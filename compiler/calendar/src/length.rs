//! Lengths of time as the source writes them.

use std::fmt;
use std::str::FromStr;

use crate::{CalendarError, SECONDS_PER_DAY};

/// A unit of civil time.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum Unit {
    /// One second.
    Second,
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
    /// A calendar day.
    Day,
    /// Seven calendar days.
    Week,
    /// A calendar month.
    Month,
    /// Twelve calendar months.
    Year,
}

impl Unit {
    /// All units, shortest first.
    pub const ALL: [Unit; 7] = [
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Year,
    ];

    /// The singular name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    /// Whether it is shorter than a day, so that a length in it runs from a time, not from a day.
    #[must_use]
    pub const fn is_hour_precise(self) -> bool {
        matches!(self, Unit::Second | Unit::Minute | Unit::Hour)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Unit {
    type Err = CalendarError;

    /// Singular or plural.
    fn from_str(text: &str) -> Result<Unit, CalendarError> {
        let singular = text.strip_suffix('s').unwrap_or(text);
        let found = Unit::ALL.into_iter().find(|unit| unit.name() == singular);
        found.ok_or(CalendarError::UnknownUnit)
    }
}

/// A length in seconds: days and shorter (rule R2).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Duration(pub i64);

impl Duration {
    /// So many days; `None` on overflow.
    #[must_use]
    pub const fn from_days(days: i64) -> Option<Duration> {
        match days.checked_mul(SECONDS_PER_DAY) {
            Some(seconds) => Some(Duration(seconds)),
            None => None,
        }
    }

    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whether it is a whole number of days, so that it can be taken as a period (rule R2).
    #[must_use]
    pub const fn is_whole_days(self) -> bool {
        self.0 % SECONDS_PER_DAY == 0
    }

    /// The days, if it is a whole number of them.
    #[must_use]
    pub const fn whole_days(self) -> Option<i64> {
        if self.is_whole_days() {
            Some(self.0 / SECONDS_PER_DAY)
        } else {
            None
        }
    }

    /// The sum; `None` on overflow.
    #[must_use]
    pub const fn checked_add(self, other: Duration) -> Option<Duration> {
        match self.0.checked_add(other.0) {
            Some(seconds) => Some(Duration(seconds)),
            None => None,
        }
    }
}

/// Writes a count with its unit.
fn counted(count: i64, unit: Unit) -> String {
    let plural = if count.unsigned_abs() == 1 { "" } else { "s" };
    format!("{count} {}{plural}", unit.name())
}

/// Hours, or minutes, or seconds: the largest that divides.
fn in_hours(seconds: i64) -> String {
    if seconds % 3600 == 0 {
        counted(seconds / 3600, Unit::Hour)
    } else if seconds % 60 == 0 {
        counted(seconds / 60, Unit::Minute)
    } else {
        counted(seconds, Unit::Second)
    }
}

impl fmt::Display for Duration {
    /// `90 days`, `30 hours`, `45 minutes`, `10 seconds`: the largest unit that divides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole_days() {
            Some(days) => f.pad(&counted(days, Unit::Day)),
            None => f.pad(&in_hours(self.0)),
        }
    }
}

/// Months plus days (rule R2); it meets a date only under a [`crate::Convention`].
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub struct Period {
    /// Calendar months; a year is twelve.
    pub months: i32,
    /// Calendar days, counted after the months.
    pub days: i32,
}

impl Period {
    /// The sum, by component; `None` on overflow.
    #[must_use]
    pub const fn checked_add(self, other: Period) -> Option<Period> {
        match (
            self.months.checked_add(other.months),
            self.days.checked_add(other.days),
        ) {
            (Some(months), Some(days)) => Some(Period { months, days }),
            _ => None,
        }
    }
}

impl fmt::Display for Period {
    /// `1 year`, `6 months`, `2 years 3 days`; an empty period is `0 days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.months / 12, Unit::Year),
            (self.months % 12, Unit::Month),
            (self.days, Unit::Day),
        ];
        let words: Vec<String> = parts
            .into_iter()
            .filter(|&(count, _)| count != 0)
            .map(|(count, unit)| counted(i64::from(count), unit))
            .collect();
        f.pad(
            if words.is_empty() {
                "0 days".to_owned()
            } else {
                words.join(" ")
            }
            .as_str(),
        )
    }
}

/// What the source text `90 days`, `1 year` or `72 hours` denotes.
///
/// The variant keeps the precision that was written, because `72 hours` and
/// `3 days` differ (rules R1, R3b): the first runs from a time to a time, the
/// second from a day to a day. Seconds, minutes and hours are a `Duration`;
/// days, weeks, months and years are a `Period`, whose months are zero where
/// the text has days or weeks only. A length of days is still a `duration` in
/// the sense of rule R2: see [`Length::as_duration`]. A length in units that a
/// second clock owns is of its own kind: no date can be counted in it (R48c).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub enum Length {
    /// Seconds, minutes, hours: runs from a time.
    Duration(Duration),
    /// Days, weeks, months, years: runs from a day.
    Period(Period),
    /// Hours, minutes, seconds that a second clock owns: runs on that clock.
    Elapsed(Duration),
}

impl Length {
    /// The length `n unit`; `None` if it overflows.
    #[must_use]
    pub fn from_unit(n: i64, unit: Unit) -> Option<Length> {
        let seconds = |size: i64| n.checked_mul(size).map(|s| Length::Duration(Duration(s)));
        let whole = |size: i64| {
            n.checked_mul(size)
                .and_then(|count| i32::try_from(count).ok())
        };
        let days = |size| whole(size).map(|days| Length::Period(Period { months: 0, days }));
        let months = |size| whole(size).map(|months| Length::Period(Period { months, days: 0 }));
        match unit {
            Unit::Second => seconds(1),
            Unit::Minute => seconds(60),
            Unit::Hour => seconds(3600),
            Unit::Day => days(1),
            Unit::Week => days(7),
            Unit::Month => months(1),
            Unit::Year => months(12),
        }
    }

    /// Whether it runs from a time rather than a day (`72 hours`).
    #[must_use]
    pub const fn is_hour_precise(self) -> bool {
        matches!(self, Length::Duration(_) | Length::Elapsed(_))
    }

    /// The same length on the second clock, if it is one of hours, minutes or seconds.
    #[must_use]
    pub const fn on_second_clock(self) -> Option<Length> {
        match self {
            Length::Duration(d) | Length::Elapsed(d) => Some(Length::Elapsed(d)),
            Length::Period(_) => None,
        }
    }

    /// The length as a `duration` of rule R2 (days and shorter); `None` if it has months.
    #[must_use]
    pub const fn as_duration(self) -> Option<Duration> {
        match self {
            Length::Duration(duration) => Some(duration),
            Length::Period(Period { months: 0, days }) => Duration::from_days(days as i64),
            Length::Period(_) | Length::Elapsed(_) => None,
        }
    }

    /// The length as a `period` of rule R2: a duration only if it is of whole days.
    ///
    /// # Errors
    /// `NotWholeDays`, `OtherClock`, or `OutOfRange` for more days than a period holds.
    pub fn as_period(self) -> Result<Period, CalendarError> {
        match self {
            Length::Elapsed(_) => Err(CalendarError::OtherClock),
            Length::Period(period) => Ok(period),
            Length::Duration(duration) => {
                let days = duration.whole_days().ok_or(CalendarError::NotWholeDays)?;
                let days = i32::try_from(days).map_err(|_| CalendarError::OutOfRange)?;
                Ok(Period { months: 0, days })
            }
        }
    }

    /// The sum. Days and hours make a length in hours; months and hours only
    /// add up if the hours are whole days.
    ///
    /// # Errors
    /// `NotWholeDays`, `OtherClock` or `OutOfRange`.
    pub fn checked_add(self, other: Length) -> Result<Length, CalendarError> {
        let sum = match (self, other) {
            (Length::Elapsed(a), Length::Elapsed(b)) => a.checked_add(b).map(Length::Elapsed),
            (Length::Elapsed(_), _) | (_, Length::Elapsed(_)) => {
                return Err(CalendarError::OtherClock);
            }
            (Length::Period(a), Length::Period(b)) => a.checked_add(b).map(Length::Period),
            _ => match (self.as_duration(), other.as_duration()) {
                (Some(a), Some(b)) => a.checked_add(b).map(Length::Duration),
                _ => self
                    .as_period()?
                    .checked_add(other.as_period()?)
                    .map(Length::Period),
            },
        };
        sum.ok_or(CalendarError::OutOfRange)
    }

    /// The length so many times; `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Length> {
        let component = |n: i32| {
            i64::from(n)
                .checked_mul(times)
                .and_then(|n| i32::try_from(n).ok())
        };
        match self {
            Length::Duration(d) => {
                d.0.checked_mul(times)
                    .map(|s| Length::Duration(Duration(s)))
            }
            Length::Elapsed(d) => d.0.checked_mul(times).map(|s| Length::Elapsed(Duration(s))),
            Length::Period(p) => Some(Length::Period(Period {
                months: component(p.months)?,
                days: component(p.days)?,
            })),
        }
    }
}

impl From<Duration> for Length {
    fn from(duration: Duration) -> Length {
        Length::Duration(duration)
    }
}

impl From<Period> for Length {
    fn from(period: Period) -> Length {
        Length::Period(period)
    }
}

impl fmt::Display for Length {
    /// As written: `72 hours` stays in hours, `90 days` in days.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::Duration(duration) | Length::Elapsed(duration) => f.pad(&in_hours(duration.0)),
            Length::Period(period) => period.fmt(f),
        }
    }
}

/// Days in 4800 months; a month is a twelfth of 146097/400 days (rule R51).
const DAYS_IN_4800_MONTHS: i64 = 146_097;
/// Seconds in a month of rule R51: 146097 x 86400 / 4800, which is whole.
const SECONDS_IN_MONTH: i64 = DAYS_IN_4800_MONTHS * SECONDS_PER_DAY / 4800;

/// A length in a delay law, in ticks of one day (rule R51): a year is
/// 146097/400 days and a month a twelfth of it, rounded half up; hours and
/// shorter are rounded up to whole days. Zero stays zero (`at once`).
///
/// # Errors
/// `NegativeLength`, if either component is negative; `OtherClock`.
pub fn delay_ticks_days(length: Length) -> Result<i64, CalendarError> {
    match length {
        Length::Elapsed(_) => Err(CalendarError::OtherClock),
        Length::Duration(Duration(s)) if s < 0 => Err(CalendarError::NegativeLength),
        Length::Duration(Duration(s)) => {
            Ok(s / SECONDS_PER_DAY + i64::from(s % SECONDS_PER_DAY != 0))
        }
        Length::Period(Period { months, days }) if months < 0 || days < 0 => {
            Err(CalendarError::NegativeLength)
        }
        Length::Period(Period { months, days }) => {
            Ok((i64::from(months) * DAYS_IN_4800_MONTHS + 2400) / 4800 + i64::from(days))
        }
    }
}

/// A length in a delay law, in ticks of one second (rule R51); exact, since a
/// month of that rule is 2629746 seconds.
///
/// # Errors
/// `NegativeLength`, if either component is negative; `OtherClock`.
pub fn delay_ticks_seconds(length: Length) -> Result<i64, CalendarError> {
    match length {
        Length::Elapsed(_) => Err(CalendarError::OtherClock),
        Length::Duration(Duration(s)) if s >= 0 => Ok(s),
        Length::Period(Period { months, days }) if months >= 0 && days >= 0 => {
            Ok(i64::from(months) * SECONDS_IN_MONTH + i64::from(days) * SECONDS_PER_DAY)
        }
        _ => Err(CalendarError::NegativeLength),
    }
}
