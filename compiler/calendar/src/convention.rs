//! How a length is counted from a day.

use std::fmt;
use std::str::FromStr;

use crate::day::{civil, number};
use crate::{CalendarError, Day, Duration, Instant, Length, Weekday, days_in_month};

/// A counting convention (rule R2). A period meets a date only under one.
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
    /// Regulation (EEC, Euratom) No 1182/71. The event's day is not counted
    /// (article 3, paragraph 1); a period of weeks, months or years ends on the
    /// same day of the week or date, or on the last of the month if it has no
    /// such date (3(2)(c)). Public holidays, Sundays and Saturdays are counted
    /// (3(3)), but a period does not end on one (3(4)), unless it is counted
    /// back, and one of two days or more has at least two working days (3(5)).
    /// What takes effect on a day is not moved (4 and 5). Of hours, the one in
    /// which the event falls is not counted (3(1)).
    Eu1182,
}

impl Convention {
    /// All conventions.
    pub const ALL: [Convention; 3] = [Convention::Treaty, Convention::Japan, Convention::Eu1182];

    /// The name in the source.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Convention::Treaty => "treaty",
            Convention::Japan => "japan",
            Convention::Eu1182 => "eu_1182_71",
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

    /// The last day of `within LENGTH of EVENT`; the window includes it (rule R1). Under
    /// [`Convention::Eu1182`] Saturdays and Sundays alone are free; see [`Convention::last_day`].
    ///
    /// # Errors
    /// As [`Convention::add`].
    pub fn window_last_day(self, event: Day, length: Length) -> Result<Day, CalendarError> {
        self.last_day(event, length, false, |_| Ok(false))
    }

    /// The last day of a period in which something may or must be done, from an event on or, `back`, up to one.
    /// `holiday` tells the public holidays.
    ///
    /// # Errors
    /// As [`Convention::add`], and whatever `holiday` says.
    pub fn last_day<E: From<CalendarError>>(
        self,
        event: Day,
        length: Length,
        back: bool,
        mut holiday: impl FnMut(Day) -> Result<bool, E>,
    ) -> Result<Day, E> {
        let mut day = if back {
            self.sub(event, length)?
        } else {
            self.add(event, length)?
        };
        if self != Convention::Eu1182 {
            return Ok(day);
        }
        let beyond = |day: Day| {
            let next = if back { day.pred() } else { day.succ() };
            next.ok_or(CalendarError::OutOfRange)
        };
        let mut works = |day: Day| -> Result<bool, E> {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            Ok(!weekend && !holiday(day)?)
        };
        let (months, days) = components(length)?;
        if months != 0 || days.abs() >= 2 {
            // Article 3(5): from the event's day, which does not count, to the last one.
            let mut working = 0;
            let mut at = event;
            while at != day && working < 2 {
                at = beyond(at)?;
                working += u32::from(works(at)?);
            }
            while working < 2 {
                day = beyond(day)?;
                working += u32::from(works(day)?);
            }
        }
        if !back && day != event {
            // Article 3(4).
            while !works(day)? {
                day = beyond(day)?;
            }
        }
        Ok(day)
    }

    /// The time at which a period of hours, minutes or seconds from an event ends, or up to one begins. Under
    /// [`Convention::Eu1182`] the hour in which the event falls is not counted.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn shift_time(
        self,
        event: Instant,
        length: Duration,
        back: bool,
    ) -> Result<Instant, CalendarError> {
        let begun = event.0.rem_euclid(3600);
        let counted = match (self, back) {
            (Convention::Eu1182, false) => event.checked_add(Duration(3600 - begun)),
            (Convention::Eu1182, true) => event.checked_sub(Duration(begun)),
            _ => Some(event),
        };
        let moved = counted.and_then(|t| {
            if back {
                t.checked_sub(length)
            } else {
                t.checked_add(length)
            }
        });
        moved.ok_or(CalendarError::OutOfRange)
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
            Convention::Treaty | Convention::Eu1182 => from.checked_add_months(months),
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
