//! Civil days.

use std::fmt;
use std::str::FromStr;

use crate::CalendarError;

/// Civil day number: days since 1970-01-01 (proleptic Gregorian), years 1 to 9999.
///
/// Printed `1993-09-30`; a year below 1000 is printed as given (`956-07-07`).
/// The number is public for the engines; numbers outside [`Day::MIN`] to
/// [`Day::MAX`] are never made here, and are printed by the same arithmetic.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Day(pub i32);

/// Days from 0000-03-01 to 1970-01-01: years are counted from March, so that
/// the leap day is the last of its year.
const MARCH_ZERO: i64 = 719_468;
/// Days in 400 years.
pub(crate) const ERA: i64 = 146_097;

/// Whether a year is a leap year of the Gregorian calendar.
#[must_use]
pub const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days of a month; `None` if there is no such month.
#[must_use]
pub const fn days_in_month(year: i32, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        _ => None,
    }
}

/// Day number of a civil date whose month is 1 to 12.
pub(crate) const fn number(year: i64, month: i64, day: i64) -> i64 {
    // Months from March: March = 0 .. February = 11.
    let shifted = (month + 9) % 12;
    let year = if shifted >= 10 { year - 1 } else { year };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 153 days in each five months from March: 31 30 31 30 31.
    365 * year + leaps + (153 * shifted + 2) / 5 + day - 1 - MARCH_ZERO
}

/// Civil date of a day number, exact for any number an `i64` of seconds can reach.
pub(crate) const fn civil(number: i64) -> (i64, u32, u32) {
    let n = number + MARCH_ZERO;
    let era = n.div_euclid(ERA);
    let n = n.rem_euclid(ERA);
    let century = (4 * n + 3) / ERA;
    let in_century = n - century * ERA / 4;
    let in_century_year = (4 * in_century + 3) / 1461;
    let in_year = in_century - in_century_year * 1461 / 4;
    let shifted = (5 * in_year + 2) / 153;
    let day = in_year - (153 * shifted + 2) / 5 + 1;
    let year = era * 400 + century * 100 + in_century_year;
    if shifted >= 10 {
        (year + 1, (shifted - 9) as u32, day as u32)
    } else {
        (year, (shifted + 3) as u32, day as u32)
    }
}

impl Day {
    /// 0001-01-01.
    pub const MIN: Day = Day(number(1, 1, 1) as i32);
    /// 9999-12-31.
    pub const MAX: Day = Day(number(9999, 12, 31) as i32);

    /// The day of a civil date; `None` if it does not exist or its year is not 1 to 9999.
    #[must_use]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        match Day::try_from_ymd(year, month, day) {
            Ok(day) => Some(day),
            Err(_) => None,
        }
    }

    /// Like [`Day::from_ymd`], saying what does not exist.
    ///
    /// # Errors
    /// `NoSuchYear`, `NoSuchMonth` or `NoSuchDay`.
    pub const fn try_from_ymd(year: i32, month: u32, day: u32) -> Result<Day, CalendarError> {
        if year < 1 || year > 9999 {
            return Err(CalendarError::NoSuchYear(year));
        }
        let Some(last) = days_in_month(year, month) else {
            return Err(CalendarError::NoSuchMonth(month));
        };
        if day < 1 || day > last {
            return Err(CalendarError::NoSuchDay {
                year,
                month,
                day,
                last,
            });
        }
        Ok(Day(number(year as i64, month as i64, day as i64) as i32))
    }

    /// A day from its number; `None` outside the years 1 to 9999.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Day> {
        if number >= Day::MIN.0 as i64 && number <= Day::MAX.0 as i64 {
            Some(Day(number as i32))
        } else {
            None
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0 as i64
    }

    /// Year, month (1 to 12) and day of the month.
    #[must_use]
    pub const fn ymd(self) -> (i32, u32, u32) {
        let (year, month, day) = civil(self.0 as i64);
        (year as i32, month, day)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day_of_month(self) -> u32 {
        self.ymd().2
    }

    /// The day of the week.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 as i64 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The day so many days later (earlier if negative); `None` out of range.
    #[must_use]
    pub const fn checked_add_days(self, days: i64) -> Option<Day> {
        match (self.0 as i64).checked_add(days) {
            Some(number) => Day::from_number(number),
            None => None,
        }
    }

    /// The day of the same number so many months later (earlier if negative),
    /// or the last of that month if it has no such day; `None` out of range.
    #[must_use]
    pub const fn checked_add_months(self, months: i64) -> Option<Day> {
        let (year, month, day) = self.ymd();
        let Some(index) = (year as i64 * 12 + month as i64 - 1).checked_add(months) else {
            return None;
        };
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
        if year < 1 || year > 9999 {
            return None;
        }
        match days_in_month(year as i32, month) {
            Some(last) => Day::from_ymd(year as i32, month, if day < last { day } else { last }),
            None => None,
        }
    }

    /// The next day; `None` after 9999-12-31.
    #[must_use]
    pub const fn succ(self) -> Option<Day> {
        self.checked_add_days(1)
    }

    /// The day before; `None` before 0001-01-01.
    #[must_use]
    pub const fn pred(self) -> Option<Day> {
        self.checked_add_days(-1)
    }

    /// Days from `earlier` to this day; negative if it is later.
    #[must_use]
    pub const fn days_since(self, earlier: Day) -> i64 {
        self.0 as i64 - earlier.0 as i64
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        f.pad(&format!("{year}-{month:02}-{day:02}"))
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads a number of `least` to `most` ASCII digits.
pub(crate) fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

impl FromStr for Day {
    type Err = CalendarError;

    /// One to four digits of the year, two of the month, two of the day.
    fn from_str(text: &str) -> Result<Day, CalendarError> {
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CalendarError::DateSyntax);
        };
        let (Some(year), Some(month), Some(day)) =
            (digits(year, 1, 4), digits(month, 2, 2), digits(day, 2, 2))
        else {
            return Err(CalendarError::DateSyntax);
        };
        Day::try_from_ymd(year as i32, month, day)
    }
}

/// A day of the week.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// All seven, from Monday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The English name in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        }
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Weekday {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Weekday, CalendarError> {
        let found = Weekday::ALL
            .into_iter()
            .find(|day| text.eq_ignore_ascii_case(day.name()));
        found.ok_or(CalendarError::UnknownWeekday)
    }
}
