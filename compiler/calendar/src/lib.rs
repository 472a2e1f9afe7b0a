//! Civil dates, durations, counting conventions and packed time points.
//!
//! Everything here is exact integer arithmetic on the proleptic Gregorian
//! calendar, years 1 to 9999, in local civil time without leap seconds or
//! daylight saving (rule R2). Nothing reads a clock. Whatever leaves the
//! supported range is a [`CalendarError`] (or `None`), never a panic.
//!
//! | file | what it holds | rules |
//! |---|---|---|
//! | `day` | [`Day`], [`Weekday`] | R2 |
//! | `instant` | [`Instant`] | R2 |
//! | `point` | [`Point`], [`Phase`], comparison with days | R1, R3 |
//! | `length` | [`Unit`], [`Duration`], [`Period`], [`Length`], delays | R2, R51 |
//! | `convention` | [`Convention`]: how a length is counted from a day | R2 |
//! | `cycle` | [`Cycle`], [`Span`]: units that cut time into spans | R15 |
//! | `dates` | [`Dates`]: sets of days by rule, their spans | R15, R23 |
//! | `words` | sets of days in words | R15 |
//! | `window` | where windows close and openings lie | R1 |
#![forbid(unsafe_code)]

mod convention;
mod cycle;
mod dates;
mod day;
mod error;
mod instant;
mod length;
mod point;
mod window;
mod words;

pub use convention::Convention;
pub use cycle::{Cycle, Span};
pub use dates::Dates;
pub use day::{Day, Weekday, days_in_month, is_leap};
pub use error::CalendarError;
pub use instant::Instant;
pub use length::{Duration, Length, Period, Unit, delay_ticks_days, delay_ticks_seconds};
pub use point::{Phase, Point, now_ge, now_gt};
pub use window::{
    after, after_instant, at_least_before, before_day, lapse_of_after, lapse_of_after_instant,
    lapse_point, on_lapse, opening_point, tacit_point, within, within_instant, within_not_counting,
};
pub use words::{month_name, nth_of_words, nth_words};

/// Seconds in a civil day (rule R2: no leap seconds, no daylight saving).
pub const SECONDS_PER_DAY: i64 = 86_400;
