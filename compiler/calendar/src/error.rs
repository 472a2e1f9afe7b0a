//! What can go wrong with dates and lengths.

/// A date, time or length that cannot be read or computed.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash, thiserror::Error)]
pub enum CalendarError {
    /// The result lies outside the years 1 to 9999, or a number overflows.
    #[error("the result lies outside the years 1 to 9999")]
    OutOfRange,
    /// A length finer than a day (`90 minutes`) was counted from a day.
    #[error("a length that is not a whole number of days cannot be counted from a day")]
    NotWholeDays,
    /// A length of a second clock meets a date, a period or a length of the world's.
    #[error("the two clocks cannot be compared")]
    OtherClock,
    /// A period whose months and days have opposite signs has no defined order of counting.
    #[error("a period cannot go forward in months and back in days, or the reverse")]
    MixedSigns,
    /// A delay must not be negative.
    #[error("a delay cannot be negative")]
    NegativeLength,
    /// Not of the form `1993-09-30`.
    #[error("a date is written year-month-day, such as 1993-09-30")]
    DateSyntax,
    /// Not of the form `1993-09-30T12:00`.
    #[error("a time is written date, T, hours:minutes, such as 1993-09-30T12:00")]
    TimeSyntax,
    /// What follows the time is neither `Z` nor an offset such as `+09:00`.
    #[error("after a time only Z or an offset such as +09:00 may follow")]
    OffsetSyntax,
    /// Year 0.
    #[error("years run from 1 to 9999, there is no year {0}")]
    NoSuchYear(i32),
    /// A month other than 1 to 12.
    #[error("months run from 01 to 12, there is no month {0:02}")]
    NoSuchMonth(u32),
    /// A day that its month does not have.
    #[error("{year}-{month:02} has {last} days, there is no day {day:02}")]
    NoSuchDay {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u32,
        /// The day that does not exist.
        day: u32,
        /// The last day of that month.
        last: u32,
    },
    /// An hour above 23, or a minute or second above 59 (no leap seconds, rule R2).
    #[error("there is no time {hour:02}:{minute:02}:{second:02}")]
    NoSuchTime {
        /// The hour as written.
        hour: u32,
        /// The minute as written.
        minute: u32,
        /// The second as written.
        second: u32,
    },
    /// A unit of a calendar that begins on a day which not every month has, or that has no length.
    #[error("a unit of a calendar begins on a day that every month has, 1 to 28, and is not empty")]
    NoAnchor,
    /// A set of days that takes too many steps to search.
    #[error("this set of days is too intricate to be searched")]
    TooIntricate,
    /// Not a unit of time.
    #[error("a unit is second, minute, hour, day, week, month or year, singular or plural")]
    UnknownUnit,
    /// Not a counting convention.
    #[error("a counting convention is treaty, japan or eu_1182_71")]
    UnknownConvention,
    /// Not a day of the week.
    #[error("a weekday is monday, tuesday, wednesday, thursday, friday, saturday or sunday")]
    UnknownWeekday,
}
