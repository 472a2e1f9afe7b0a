//! Sets of days and parts of a date (R15, R23).

/// How two sets of days make one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum DatesJoin {
    /// `A & B`.
    Both,
    /// `A | B`.
    Either,
    /// `A - B`.
    Without,
    /// `A of B`.
    Of,
    /// `3rd A of B`; from the end if negative.
    Nth(i32),
}

/// What is asked of a date.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// `year(t)`.
    Year,
    /// `month(t)`, 1 to 12.
    Month,
    /// `day(t)`, of the month, 1 to 31.
    Day,
}

impl DatePart {
    /// The word in the source.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DatePart::Year => "year",
            DatePart::Month => "month",
            DatePart::Day => "day",
        }
    }
}

/// Which of the spans of a set of days, or of the intervals of a status, seen from a time.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pick {
    /// The how-manieth, from 1; 0 is the one that the time lies in, else the next.
    pub n: u32,
    /// Of those that begin earlier, counted backward, rather than of those that begin later.
    pub before: bool,
    /// Its last day, or end, rather than its first.
    pub end: bool,
}

impl DatesJoin {
    /// In the words of the source.
    #[must_use]
    pub fn words(self, a: &str, b: &str) -> String {
        match self {
            DatesJoin::Both => format!("{a} & {b}"),
            DatesJoin::Either => format!("{a} | {b}"),
            DatesJoin::Without => format!("{a} - {b}"),
            DatesJoin::Of => format!("{a} of {b}"),
            DatesJoin::Nth(n) => rogatio_calendar::nth_of_words(n, a, b),
        }
    }
}

impl Pick {
    /// In the words of the source.
    #[must_use]
    pub fn words(self, what: &str, from: &str) -> String {
        let n = i32::try_from(self.n).unwrap_or(i32::MAX);
        if n == 0 {
            let which = if self.end { "end" } else { "start" };
            return format!("{which} of {what} at or after {from}");
        }
        // `first (1st day of month)`: of several words, what is picked from needs its own brackets.
        let grouped = format!("({what})");
        let what = match what.contains(' ') && !what.starts_with('(') {
            true => grouped.as_str(),
            false => what,
        };
        match self.before {
            true => format!("{} before {from}", rogatio_calendar::nth_words(-n, what)),
            false => format!("{} after {from}", rogatio_calendar::nth_words(n, what)),
        }
    }
}
