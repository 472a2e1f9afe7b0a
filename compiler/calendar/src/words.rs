//! Sets of days in the words of the source.

use std::fmt;

use crate::{Cycle, Dates, Span};

/// `1st Monday of May`, `last day of month`.
#[must_use]
pub fn nth_of_words(n: i32, what: &str, of: &str) -> String {
    match n {
        1 => format!("1st {what} of {of}"),
        _ => format!("{} of {of}", nth_words(n, what)),
    }
}

/// `first Monday`, `2nd Monday`, `last day`, `2nd last day`.
#[must_use]
pub fn nth_words(n: i32, what: &str) -> String {
    let count = n.unsigned_abs();
    let end = match (count % 10, count % 100) {
        (1, r) if r != 11 => "st",
        (2, r) if r != 12 => "nd",
        (3, r) if r != 13 => "rd",
        _ => "th",
    };
    match n {
        1 => format!("first {what}"),
        -1 => format!("last {what}"),
        _ if n < 0 => format!("{count}{end} last {what}"),
        _ => format!("{count}{end} {what}"),
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} .. {}", self.first, self.last)
        }
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Cycle::DAY => f.write_str("day"),
            Cycle::WEEK => f.write_str("week"),
            Cycle::MONTH => f.write_str("month"),
            Cycle::YEAR => f.write_str("year"),
            Cycle::Days { count, from } => write!(f, "{count} days from {from}"),
            Cycle::Months { count, from } => {
                let length = crate::Period {
                    months: i32::try_from(count).unwrap_or(i32::MAX),
                    days: 0,
                };
                write!(f, "{length} from {from}")
            }
            Cycle::PartsOfMonth { parts: 2 } => f.write_str("half of a month"),
            Cycle::PartsOfMonth { .. } => f.write_str("third of a month"),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month, 1 to 12.
#[must_use]
pub fn month_name(month: u32) -> Option<&'static str> {
    MONTHS
        .get(usize::try_from(month).ok()?.checked_sub(1)?)
        .copied()
}

/// Listed days beyond so many are counted, not named.
const MOST_LISTED: usize = 6;

impl fmt::Display for Dates {
    /// In the words of the source, as far as it has words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dates::Listed(spans) if spans.is_empty() => f.write_str("no day"),
            Dates::Listed(spans) => {
                for (i, span) in spans.iter().take(MOST_LISTED).enumerate() {
                    let bar = if i == 0 { "" } else { " | " };
                    write!(f, "{bar}{span}")?;
                }
                match spans.len().saturating_sub(MOST_LISTED) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Dates::Unit(cycle) => write!(f, "{cycle}"),
            Dates::Month(m) => f.write_str(month_name(*m).unwrap_or("?")),
            Dates::Weekday(w) => {
                let name = w.name();
                write!(f, "{}{}", name[..1].to_ascii_uppercase(), &name[1..])
            }
            Dates::Both(of) => write!(f, "({} & {})", of.0, of.1),
            Dates::Either(of) => write!(f, "({} | {})", of.0, of.1),
            Dates::Without(of) => write!(f, "({} - {})", of.0, of.1),
            Dates::Of(of) => write!(f, "{} of {}", of.0, of.1),
            Dates::Nth(n, of) => {
                f.write_str(&nth_of_words(*n, &of.0.to_string(), &of.1.to_string()))
            }
        }
    }
}
