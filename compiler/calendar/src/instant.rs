//! Instants of local civil time.

use std::fmt;
use std::str::FromStr;

use crate::day::{civil, digits};
use crate::{CalendarError, Day, Duration, SECONDS_PER_DAY};

/// Whole seconds since 1970-01-01T00:00:00 of local civil time (rule R2: one
/// zone per module, no leap seconds, no daylight saving).
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// 0001-01-01T00:00:00.
    pub const MIN: Instant = Instant::from_day(Day::MIN);
    /// 9999-12-31T23:59:59.
    pub const MAX: Instant = Instant(Instant::from_day(Day::MAX).0 + SECONDS_PER_DAY - 1);

    /// The midnight that begins a day.
    #[must_use]
    pub const fn from_day(day: Day) -> Instant {
        Instant(day.0 as i64 * SECONDS_PER_DAY)
    }

    /// A time of a day; `None` above 23:59:59.
    #[must_use]
    pub const fn from_day_hms(day: Day, hour: u32, minute: u32, second: u32) -> Option<Instant> {
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = hour as i64 * 3600 + minute as i64 * 60 + second as i64;
        Some(Instant(Instant::from_day(day).0 + seconds))
    }

    /// The day it falls on, held within [`Day::MIN`] and [`Day::MAX`].
    #[must_use]
    pub const fn day(self) -> Day {
        let number = self.0.div_euclid(SECONDS_PER_DAY);
        match Day::from_number(number) {
            Some(day) => day,
            None if number < 0 => Day::MIN,
            None => Day::MAX,
        }
    }

    /// Hour, minute and second.
    #[must_use]
    pub const fn hms(self) -> (u32, u32, u32) {
        let second = self.0.rem_euclid(SECONDS_PER_DAY) as u32;
        (second / 3600, second / 60 % 60, second % 60)
    }

    /// Whether it is a midnight.
    #[must_use]
    pub const fn is_midnight(self) -> bool {
        self.0.rem_euclid(SECONDS_PER_DAY) == 0
    }

    /// The instant so much later (earlier if negative); `None` outside the years 1 to 9999.
    #[must_use]
    pub const fn checked_add(self, length: Duration) -> Option<Instant> {
        match self.0.checked_add(length.0) {
            Some(second) if second >= Instant::MIN.0 && second <= Instant::MAX.0 => {
                Some(Instant(second))
            }
            _ => None,
        }
    }

    /// The instant so much earlier; `None` outside the years 1 to 9999.
    #[must_use]
    pub const fn checked_sub(self, length: Duration) -> Option<Instant> {
        match length.0.checked_neg() {
            Some(seconds) => self.checked_add(Duration(seconds)),
            None => None,
        }
    }

    /// The time from `earlier` to this instant; `None` if it overflows.
    #[must_use]
    pub const fn checked_since(self, earlier: Instant) -> Option<Duration> {
        match self.0.checked_sub(earlier.0) {
            Some(seconds) => Some(Duration(seconds)),
            None => None,
        }
    }

    /// Reads `DATE'T'hh:mm[:ss][Z|+hh:mm]`: the civil time as written, and the
    /// offset from UTC in seconds where one is written.
    ///
    /// Civil time is local and a module has one zone (rule R2), so the offset
    /// does not move the instant; the caller can see that all agree.
    ///
    /// # Errors
    /// What the date, the time or the offset has wrong.
    pub fn parse_with_offset(text: &str) -> Result<(Instant, Option<i32>), CalendarError> {
        let (date, rest) = text.split_once('T').ok_or(CalendarError::TimeSyntax)?;
        let day: Day = date.parse()?;
        let (time, offset) = match rest.find(['Z', '+', '-']) {
            Some(at) => (&rest[..at], Some(parse_offset(&rest[at..])?)),
            None => (rest, None),
        };
        let mut parts = time.split(':').map(|part| digits(part, 2, 2));
        let (hour, minute, second) = match (parts.next(), parts.next(), parts.next(), parts.next())
        {
            (Some(Some(hour)), Some(Some(minute)), None, None) => (hour, minute, 0),
            (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) => {
                (hour, minute, second)
            }
            _ => return Err(CalendarError::TimeSyntax),
        };
        Instant::from_day_hms(day, hour, minute, second)
            .map(|instant| (instant, offset))
            .ok_or(CalendarError::NoSuchTime {
                hour,
                minute,
                second,
            })
    }
}

/// Reads `Z`, `+hh:mm` or `-hh:mm`, in seconds.
fn parse_offset(text: &str) -> Result<i32, CalendarError> {
    if text == "Z" {
        return Ok(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (
            -1,
            text.strip_prefix('-').ok_or(CalendarError::OffsetSyntax)?,
        ),
    };
    let (hour, minute) = rest.split_once(':').ok_or(CalendarError::OffsetSyntax)?;
    match (digits(hour, 2, 2), digits(minute, 2, 2)) {
        (Some(hour @ 0..=23), Some(minute @ 0..=59)) => {
            Ok(sign * (hour * 3600 + minute * 60) as i32)
        }
        _ => Err(CalendarError::OffsetSyntax),
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(SECONDS_PER_DAY));
        let (hour, minute, second) = self.hms();
        f.pad(&format!(
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        ))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = CalendarError;

    /// The civil time as written; see [`Instant::parse_with_offset`].
    fn from_str(text: &str) -> Result<Instant, CalendarError> {
        Instant::parse_with_offset(text).map(|(instant, _)| instant)
    }
}
