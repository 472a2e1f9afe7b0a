//! Units of a calendar, and the spans of days they cut time into (rule R15).

use crate::day::number;
use crate::{CalendarError, Day, days_in_month};

/// A unit of a calendar: it cuts time into consecutive spans of days.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cycle {
    /// So many days from a day on, and before it: `day` is 1 from anywhere, `week` 7 from a Monday.
    Days {
        /// How many, at least 1.
        count: u32,
        /// The first day of one span.
        from: Day,
    },
    /// So many months, each span beginning on the same day of a month: `month`, `year`, `term of 10 years`.
    Months {
        /// How many, at least 1.
        count: u32,
        /// The first day of one span; its day of the month is at most 28.
        from: Day,
    },
    /// The parts of each month: two of 15 days, or three of 10, the last one to the end of the month.
    PartsOfMonth {
        /// 2 or 3.
        parts: u32,
    },
}

impl Cycle {
    /// Each day.
    pub const DAY: Cycle = Cycle::Days {
        count: 1,
        from: Day(0),
    };
    /// Each week, from Monday (1970-01-05 was one).
    pub const WEEK: Cycle = Cycle::Days {
        count: 7,
        from: Day(4),
    };
    /// Each month.
    pub const MONTH: Cycle = Cycle::Months {
        count: 1,
        from: Day(0),
    };
    /// Each year, from 1 January.
    pub const YEAR: Cycle = Cycle::Months {
        count: 12,
        from: Day(0),
    };

    /// A unit of so many months that begins on a day.
    ///
    /// # Errors
    /// `NoAnchor` if the day is the 29th or later, or there are no months.
    pub fn months(count: u32, from: Day) -> Result<Cycle, CalendarError> {
        if count == 0 || from.day_of_month() > 28 {
            return Err(CalendarError::NoAnchor);
        }
        Ok(Cycle::Months { count, from })
    }

    /// A unit of so many days that begins on a day.
    ///
    /// # Errors
    /// `NoAnchor` if there are no days.
    pub fn days(count: u32, from: Day) -> Result<Cycle, CalendarError> {
        if count == 0 {
            return Err(CalendarError::NoAnchor);
        }
        Ok(Cycle::Days { count, from })
    }

    /// The instance that a day lies in, clipped to the calendar.
    #[must_use]
    pub fn span(self, day: Day) -> Span {
        let (first, next) = match self {
            Cycle::Days { count, from } => {
                let count = i64::from(count.max(1));
                let offset = (day.number() - from.number()).rem_euclid(count);
                (day.number() - offset, day.number() - offset + count)
            }
            Cycle::Months { count, from } => {
                let (y, m, d) = from.ymd();
                let anchor = i64::from(y) * 12 + i64::from(m) - 1;
                let (year, month, dom) = day.ymd();
                let mut index = i64::from(year) * 12 + i64::from(month) - 1;
                if dom < d {
                    index -= 1;
                }
                let count = i64::from(count.max(1));
                let first = index - (index - anchor).rem_euclid(count);
                let at = |i: i64| number(i.div_euclid(12), i.rem_euclid(12) + 1, i64::from(d));
                (at(first), at(first + count))
            }
            Cycle::PartsOfMonth { parts } => {
                let (year, month, dom) = day.ymd();
                let last = days_in_month(year, month).unwrap_or(31);
                let size = if parts == 2 { 15 } else { 10 };
                let part = ((dom - 1) / size).min(parts.max(1) - 1);
                let first = day.number() - i64::from(dom) + 1 + i64::from(part * size);
                let end = if part + 1 >= parts {
                    last
                } else {
                    (part + 1) * size
                };
                (first, day.number() - i64::from(dom) + 1 + i64::from(end))
            }
        };
        Span {
            first: clip(first),
            last: clip(next - 1),
        }
    }
}

pub(crate) fn clip(number: i64) -> Day {
    Day::from_number(number).unwrap_or(if number < 0 { Day::MIN } else { Day::MAX })
}

/// Consecutive days, both ends included.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Span {
    /// One day.
    #[must_use]
    pub const fn day(day: Day) -> Span {
        Span {
            first: day,
            last: day,
        }
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}
