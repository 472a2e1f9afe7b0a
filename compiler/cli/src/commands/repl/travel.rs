//! Time at a prompt: to a moment, to the next thing that time alone brings, on either clock.

use super::Refused;
use super::moment::{Moment, length};
use super::session::Session;
use rogatio_calendar::{Instant, Point};
use rogatio_interpret::{Case, ScenarioRun};
use rogatio_mir::StampTime;
use rogatio_report::{Style, lines, timeline};

/// The clock is asked so many times for something that is told before the prompt gives up.
const WAKES: usize = 10_000;

/// `:at DATE`: questions are asked of the end of that day, or of what stands after a second.
pub(super) fn at(session: &mut Session, rest: &str) -> Result<String, Refused> {
    let to = match rest {
        "" => None,
        text => Some(session.moment_of(text, ":at")?),
    };
    go(session, to)?;
    Ok(match session.moment() {
        Some(at) => at.told(),
        None => "no day has a line yet".to_owned(),
    })
}

/// `:until DATE`: lets time pass, and tells what it brings.
pub(super) fn until(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if rest.is_empty() {
        return Err("write :until and a date: :until 1993-12-29".into());
    }
    let to = session.moment_of(rest, ":until")?;
    if session.moment().is_some_and(|now| {
        to < Moment {
            reading: None,
            ..now
        }
    }) {
        return Err(format!("{to} is past; :at {to} looks back at it").into());
    }
    let read = session.case()?.case.reading();
    if let (Some(to_read), Some(read)) = (to.reading, read)
        && to_read < read
    {
        let read = length(read);
        return Err(format!("the second clock reads {read} already; :at {to} looks back").into());
    }
    let mut told = pass(session, to, style)?;
    if told.is_empty() {
        told = match to.time {
            StampTime::Day(day) if to.reading.is_none() => {
                format!("nothing happens until the end of {day}\n")
            }
            _ => format!("nothing happens until {to}\n"),
        };
    }
    Ok(told)
}

/// `:step`: to the next time at which something happens by itself, or was typed. Dates come first: nothing says how long the
/// second clock takes, so it runs on only when they bring nothing more.
pub(super) fn step(session: &mut Session, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let now = session.moment();
    let typed = session.state.entries.iter().filter_map(|e| e.stamp());
    let typed = typed
        .map(|stamp| Moment::from(stamp.time))
        .filter(|m| {
            now.is_none_or(|now| {
                *m > Moment {
                    reading: None,
                    ..now
                }
            })
        })
        .min();
    let reading = next_reading(&run.case);
    let by_date = typed.into_iter().chain(next_moment(&run.case)).min();
    match (by_date, now, reading) {
        (Some(to), ..) => {
            // The hands of the second clock stay where they are.
            let to = Moment {
                reading: now.and_then(|now| now.reading),
                ..to
            };
            let mut told = pass(session, to, style)?;
            if let Some(seconds) = reading {
                let at = length(seconds);
                told += &format!("(the second clock brings something at {at}: :until @ {at})\n");
            }
            Ok(told)
        }
        (None, Some(now), Some(_)) => pass(session, Moment { reading, ..now }, style),
        _ => Ok("nothing more will happen unless somebody acts".to_owned()),
    }
}

/// The next moment at which time alone brings something that is told: a day, where it is one's midnight.
fn next_moment(case: &Case) -> Option<Moment> {
    let mut future = case.clone();
    let known = case.timeline().len();
    for _ in 0..WAKES {
        let next = future.next_wake().filter(|p| !p.is_never())?;
        future.advance(next);
        if let Some(entry) = future.timeline().get(known) {
            let second = second_within_a_day(next);
            return Some(second.map_or_else(
                || Moment::end_of(entry.day),
                |second| StampTime::Instant(second).into(),
            ));
        }
        future.fault().is_none().then_some(())?;
    }
    None
}

/// The second of a point, unless it is a midnight, which belongs to its day.
fn second_within_a_day(point: Point) -> Option<Instant> {
    let second = Instant(point.second());
    (Instant::from_day(second.day()) != second).then_some(second)
}

/// What the second clock reads when it next brings something by itself.
fn next_reading(case: &Case) -> Option<i64> {
    let mut future = case.clone();
    let known = case.timeline().len();
    for _ in 0..WAKES {
        if !future.advance_second_clock() {
            return None;
        }
        if future.timeline().len() > known {
            return future.reading();
        }
        future.fault().is_none().then_some(())?;
    }
    None
}

/// Goes to a moment; where the case cannot be run up to it, the session stays where it is.
fn go(session: &mut Session, to: Option<Moment>) -> Result<ScenarioRun, Refused> {
    let was = session.state.at;
    session.set_moment(to);
    session.case().map_err(|found| {
        session.set_moment(was);
        found.into()
    })
}

fn pass(session: &mut Session, to: Moment, style: Style) -> Result<String, Refused> {
    let known = session.case()?.case.timeline().len();
    let after = go(session, Some(to))?;
    Ok(timeline::table(&lines(&after.case, known), style))
}
