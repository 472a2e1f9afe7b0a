//! Where a prompt stands in time: at the end of a day or after the acts of a second, and where a text has a second clock of
//! its own (R48c), at what that reads.

use super::Refused;
use super::session::{Entry, Session, State, day_of, second_of};
use rogatio_calendar::{Day, Duration, Instant, Length, Unit};
use rogatio_diagnostics::{Diagnostic, Span};
use rogatio_grammar::{ReplLine, ast, parse_repl};
use rogatio_mir::StampTime;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

const NO_READING: &str = "write a length of the second clock behind `@`: @ 71 hours";

/// When questions are asked.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The end of a day, or what stands after the acts of a second.
    pub(super) time: StampTime,
    /// What the second clock reads, in seconds; none: what the lines say.
    pub(super) reading: Option<i64>,
}

impl Moment {
    /// The end of a day.
    pub(super) fn end_of(day: Day) -> Moment {
        StampTime::Day(day).into()
    }

    /// Its day.
    pub(super) fn day(self) -> Day {
        day_of(self.time)
    }

    /// Whether something of this time is later than it.
    pub(super) fn is_before(self, time: StampTime) -> bool {
        self.cmp(&time.into()) == Ordering::Less
    }

    /// As it is said in a sentence: a day is meant to its end.
    pub(super) fn told(self) -> String {
        match (self.time, self.reading) {
            (StampTime::Day(_), None) => format!("at the end of {self}"),
            _ => format!("at {self}"),
        }
    }

    /// A day passes only when it ends: it is later than its seconds.
    fn key(self) -> (Day, i64, Option<i64>) {
        let second = match self.time {
            StampTime::Day(_) => i64::MAX,
            StampTime::Instant(i) => i.0,
        };
        (self.day(), second, self.reading)
    }
}

impl From<StampTime> for Moment {
    fn from(time: StampTime) -> Moment {
        Moment {
            time,
            reading: None,
        }
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As a line of a case is stamped: `1010-05-07 @ 71 hours`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            StampTime::Day(day) => write!(f, "{day}")?,
            StampTime::Instant(instant) => write!(f, "{instant}")?,
        }
        match self.reading {
            Some(seconds) => write!(f, " @ {}", length(seconds)),
            None => Ok(()),
        }
    }
}

/// A reading of the second clock.
pub(super) fn length(seconds: i64) -> Length {
    Length::Elapsed(Duration(seconds))
}

/// The same as a line has it behind `@`, in the largest unit that divides it.
pub(super) fn reading(seconds: i64, span: Span) -> ast::Expr {
    let (size, unit) = [(3600, Unit::Hour), (60, Unit::Minute), (1, Unit::Second)]
        .into_iter()
        .find(|(size, _)| seconds % size == 0)
        .unwrap_or((1, Unit::Second));
    ast::Expr {
        kind: ast::ExprKind::Length(seconds / size, unit),
        span,
    }
}

impl Session {
    /// A moment as typed behind a command: `1993-12-29`, `2030-01-01T10:00`, `1010-05-07 @ 71 hours`, or `@ 71 hours` on
    /// the day where the prompt stands.
    pub(super) fn moment_of(&mut self, text: &str, command: &str) -> Result<Moment, Refused> {
        let (date, clock) = match text.split_once('@') {
            Some((date, clock)) => (date.trim(), Some(clock.trim())),
            None => (text, None),
        };
        let time = match (date, self.moment()) {
            ("", Some(now)) if clock.is_some() => now.time,
            ("", None) if clock.is_some() => {
                return Err(format!(
                    "no day has a line yet; write {command} 1010-05-07 @ {}",
                    clock.unwrap_or_default()
                )
                .into());
            }
            (date, _) if date.contains(['T', 't']) => {
                let instant = date.parse::<Instant>();
                StampTime::Instant(
                    instant
                        .map_err(|e| format!("`{date}`: {e}; write {command} 1993-12-29T10:00"))?,
                )
            }
            (date, _) => StampTime::Day(
                date.parse::<Day>()
                    .map_err(|e| format!("`{date}`: {e}; write {command} 1993-12-29"))?,
            ),
        };
        let reading = match clock {
            None => None,
            Some("") => return Err(NO_READING.into()),
            Some(clock) => Some(self.reading_of(time.into(), clock)?),
        };
        Ok(Moment { time, reading })
    }

    /// A length as the second clock reads it, in seconds: it is understood as in the stamp of a line.
    fn reading_of(&mut self, at: Moment, clock: &str) -> Result<i64, Refused> {
        let text = format!("{at} @ {clock}: expect true");
        let file = self.file(&text);
        let (line, mut found) = parse_repl(file, &text);
        if let Some(ReplLine::Scenario(item)) = line
            && !found.iter().any(Diagnostic::is_error)
        {
            let mut checked = self.state.rules.checked.clone();
            let (items, wrong) = checked.scenario_items(&[item]);
            let at = items.first().and_then(|i| i.at.as_ref());
            if let Some(reading) = at.and_then(|at| at.reading) {
                return Ok(reading);
            }
            found = wrong;
        }
        found.retain(Diagnostic::is_error);
        match found.is_empty() {
            true => Err(NO_READING.into()),
            false => Err(found.into()),
        }
    }
}

/// After the last of some lines: of those of one day, one to the second comes last.
pub(super) fn last<'e>(entries: impl Iterator<Item = &'e Entry>) -> Option<Moment> {
    let stamps = entries.filter_map(Entry::stamp);
    let last = stamps.max_by_key(|s| {
        let to_the_second = matches!(s.time, StampTime::Instant(_));
        (second_of(s), to_the_second)
    });
    last.map(|s| s.time.into())
}

impl State {
    /// When questions are asked: where `:at` went, or after the last line.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.at.or_else(|| self.last())
    }

    /// After the last line.
    pub(super) fn last(&self) -> Option<Moment> {
        last(self.entries.iter().map(Arc::as_ref))
    }

    /// Whether a line that is stamped so would not be seen from where the prompt stands.
    pub(super) fn hides(&self, stamp: &ast::Stamp) -> bool {
        self.at.is_some_and(|at| {
            Moment::from(at.time).is_before(stamp.time)
                || (at.reading.is_some() && stamp.second_clock.is_some())
        })
    }
}
