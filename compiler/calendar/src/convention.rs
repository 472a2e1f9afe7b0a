//! How a length is counted from a day.

use std::fmt;
use std::str::FromStr;

use crate::day::{civil, number};
use crate::{CalendarError, Day, Length, days_in_month};

/// A counting convention (rule R2). A period meets a date only under one.
///
/// Regulation (EEC, Euratom) 1182/71 would be a third; it is not implemented.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub enum Convention {
    /// The event's day is day 0. A period of months ends on the day of the
    /// same number, or on the last of the month if it has none: 30 September
    /// 1993 + 90 days is 29 December 1993, 31 August + 6 months is the last of
    /// February.
    Treaty,
    /// Civil Code of Japan, articles 140 and 143. The event's own day is not
    /// counted (140), so the first counted day is the next one. A period of
    /// months or years ends on the eve of the day that corresponds to the
    /// first counted day or, if there is none, on the last day of that month
    /// (143, paragraph 2). No roll-over for holidays (142) unless the text
    /// says so.
    Japan,
}

impl Convention {
    /// All conventions.
    pub const ALL: [Convention; 2] = [Convention::Treaty, Convention::Japan];

    /// The name in the source.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Convention::Treaty => "treaty",
            Convention::Japan => "japan",
        }
    }

    /// The last day of the period of this length that begins with the event's
    /// day. Months come first, then days. A negative length counts back, as
    /// [`Convention::sub`].
    ///
    /// # Errors
    /// `NotWholeDays`, `MixedSigns` or `OutOfRange`.
    pub fn add(self, from: Day, length: Length) -> Result<Day, CalendarError> {
        let (months, days) = components(length)?;
        self.count(from, months, days)
    }

    /// The day this length before a day, which is the last on which something
    /// is `at least` the length before it. Months come first, then days. A
    /// negative length counts forward, as [`Convention::add`].
    ///
    /// `treaty`: the day of the same number, or the last of the month if it
    /// has none. Month ends make this no inverse of adding: 28 February 2027
    /// less 6 months is 28 August 2026, yet 31 August 2026 plus 6 months is
    /// also 28 February 2027.
    ///
    /// `japan`: the code has no rule for counting back; this is the smallest
    /// sensible mirror of articles 140 and 143. The event's own day is not
    /// counted, so the first counted day is the one before it. A period of
    /// months ends on the morrow of the day that corresponds to the first
    /// counted day or, if there is none, on the morrow of the last day of that
    /// month, that is on the first of the next: the missing day would lie
    /// between the two. (Ending on the last day itself would make a later
    /// event have an earlier limit.) 2018-03-16 less 2 years is 2016-03-16;
    /// 2024-05-01 less 2 months is 2024-03-01.
    ///
    /// # Errors
    /// `NotWholeDays`, `MixedSigns` or `OutOfRange`.
    pub fn sub(self, from: Day, length: Length) -> Result<Day, CalendarError> {
        let (months, days) = components(length)?;
        self.count(from, -months, -days)
    }

    /// The last day of `within LENGTH of EVENT`; the window includes it (rule R1).
    ///
    /// # Errors
    /// As [`Convention::add`].
    pub fn window_last_day(self, event: Day, length: Length) -> Result<Day, CalendarError> {
        self.add(event, length)
    }

    /// The day of `LENGTH after EVENT`, from whose dawn what it dates holds
    /// (rule R1). It is the last day of the period in both conventions; what
    /// holds only once the whole period has run is `lapse of LENGTH after
    /// EVENT` (under `japan`, the day *after* the period has passed).
    ///
    /// # Errors
    /// As [`Convention::add`].
    pub fn after_day(self, event: Day, length: Length) -> Result<Day, CalendarError> {
        self.add(event, length)
    }

    /// Counts months, then days, which have the same sign.
    fn count(self, from: Day, months: i64, days: i64) -> Result<Day, CalendarError> {
        let by_month = match self {
            _ if months == 0 => Some(from),
            Convention::Treaty => from.checked_add_months(months),
            Convention::Japan if months > 0 => japan_forward(from, months),
            Convention::Japan => japan_back(from, months),
        };
        by_month
            .and_then(|day| day.checked_add_days(days))
            .ok_or(CalendarError::OutOfRange)
    }
}

/// The eve of the day corresponding to the morrow, or the last of that month.
fn japan_forward(from: Day, months: i64) -> Option<Day> {
    let (year, month, day, last) = corresponding(from.number() + 1, months)?;
    let end = if day <= last { day - 1 } else { last };
    Day::from_number(number(year, month, 1) + i64::from(end) - 1)
}

/// The morrow of the day corresponding to the eve, or the first of the next month.
fn japan_back(from: Day, months: i64) -> Option<Day> {
    let (year, month, day, last) = corresponding(from.number() - 1, months)?;
    Day::from_number(number(year, month, 1) + i64::from(day.min(last)))
}

/// The year and month so many months after a day number, the day's number in
/// its own month, and the last day of the new one. Neither need be in range:
/// only the end of the period must be.
fn corresponding(first: i64, months: i64) -> Option<(i64, i64, u32, u32)> {
    let (year, month, day) = civil(first);
    let index = year * 12 + i64::from(month) - 1 + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let last = days_in_month(i32::try_from(year).ok()?, month as u32)?;
    Some((year, month, day, last))
}

/// Months and days of a length that can be counted from a day.
fn components(length: Length) -> Result<(i64, i64), CalendarError> {
    if let Length::Duration(duration) = length {
        return Ok((0, duration.whole_days().ok_or(CalendarError::NotWholeDays)?));
    }
    let period = length.as_period()?;
    let (months, days) = (i64::from(period.months), i64::from(period.days));
    if months.signum() * days.signum() < 0 {
        return Err(CalendarError::MixedSigns);
    }
    Ok((months, days))
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Convention {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Convention, CalendarError> {
        let found = Convention::ALL
            .into_iter()
            .find(|convention| convention.name() == text);
        found.ok_or(CalendarError::UnknownConvention)
    }
}
