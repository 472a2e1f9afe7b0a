//! Where windows close and openings lie: the table of rule R1.
//!
//! `after` opens, `within` and `lapse of` close. What is counted from a day is
//! counted under a [`Convention`]; what is counted in hours from a time
//! (`..._instant`) is the same rule at that second.

use crate::{CalendarError, Convention, Day, Duration, Instant, Length, Phase, Point};

/// Where something closes whose last day is `last`: phase 1 of the midnight
/// that ends it.
#[must_use]
pub const fn lapse_point(last: Day) -> Point {
    Point::next_day_phase(last, Phase::Lapse)
}

/// Where `from DAY` opens: phase 2 of the midnight that begins it.
#[must_use]
pub const fn opening_point(day: Day) -> Point {
    Point::day_phase(day, Phase::Opening)
}

/// Where a tacit start dated `day` lies: phase 0 of the midnight that ends it.
#[must_use]
pub const fn tacit_point(day: Day) -> Point {
    Point::next_day_phase(day, Phase::TacitStart)
}

/// Where `before DAY`, `closes DAY` and `until DAY` close: phase 1 of the
/// midnight that begins it, so that the day is out.
#[must_use]
pub const fn before_day(day: Day) -> Point {
    Point::day_phase(day, Phase::Lapse)
}

/// Where `within LENGTH of EVENT` closes; its last day is in.
///
/// # Errors
/// As [`Convention::add`].
pub fn within(convention: Convention, event: Day, length: Length) -> Result<Point, CalendarError> {
    convention.window_last_day(event, length).map(lapse_point)
}

/// Where `within LENGTH of EVENT` closes if the days that `skipped` accepts
/// are not counted (rule R2): it ends with the n-th counted day after the
/// event's day, whether or not that day is counted itself. Fewer than one day
/// ends with the event's day.
///
/// # Errors
/// `OutOfRange` if the days to be counted run out before the year 10000.
pub fn within_not_counting(
    event: Day,
    days: i64,
    mut skipped: impl FnMut(Day) -> bool,
) -> Result<Point, CalendarError> {
    let (mut last, mut left) = (event, days);
    while left > 0 {
        last = last.succ().ok_or(CalendarError::OutOfRange)?;
        left -= i64::from(!skipped(last));
    }
    Ok(lapse_point(last))
}

/// Where `from LENGTH after EVENT` opens: it holds for all acts of the day.
///
/// # Errors
/// As [`Convention::add`].
pub fn after(convention: Convention, event: Day, length: Length) -> Result<Point, CalendarError> {
    convention.after_day(event, length).map(opening_point)
}

/// Where `from lapse of LENGTH after EVENT` starts tacitly: after the acts of
/// its last day, and dated that day.
///
/// # Errors
/// As [`Convention::add`].
pub fn lapse_of_after(
    convention: Convention,
    event: Day,
    length: Length,
) -> Result<Point, CalendarError> {
    convention.after_day(event, length).map(tacit_point)
}

/// Where a stage exit `on lapse of LENGTH`, or an `until lapse`, lies that is
/// counted from a day.
///
/// # Errors
/// As [`Convention::add`].
pub fn on_lapse(
    convention: Convention,
    event: Day,
    length: Length,
) -> Result<Point, CalendarError> {
    convention.window_last_day(event, length).map(lapse_point)
}

/// The last day of `at least LENGTH before EVENT`, and where it closes as a
/// deadline; the day is in.
///
/// # Errors
/// As [`Convention::sub`].
pub fn at_least_before(
    convention: Convention,
    event: Day,
    length: Length,
) -> Result<(Day, Point), CalendarError> {
    convention
        .sub(event, length)
        .map(|day| (day, lapse_point(day)))
}

/// Where `72 hours from EVENT` closes: an act stamped exactly then is late.
///
/// # Errors
/// `OutOfRange`.
pub fn within_instant(event: Instant, length: Duration) -> Result<Point, CalendarError> {
    at_distance(event, length, Phase::Lapse)
}

/// Where `from 72 hours after EVENT` opens.
///
/// # Errors
/// `OutOfRange`.
pub fn after_instant(event: Instant, length: Duration) -> Result<Point, CalendarError> {
    at_distance(event, length, Phase::Opening)
}

/// Where `from lapse of 72 hours after EVENT` starts tacitly.
///
/// # Errors
/// `OutOfRange`.
pub fn lapse_of_after_instant(event: Instant, length: Duration) -> Result<Point, CalendarError> {
    at_distance(event, length, Phase::TacitStart)
}

fn at_distance(event: Instant, length: Duration, phase: Phase) -> Result<Point, CalendarError> {
    let second = event
        .0
        .checked_add(length.0)
        .ok_or(CalendarError::OutOfRange)?;
    Point::new(second, phase, 0).ok_or(CalendarError::OutOfRange)
}
