//! Time at a prompt: to a date, to the next thing that time alone brings.

use super::Refused;
use super::session::Session;
use rogatio_calendar::Day;
use rogatio_interpret::Case;
use rogatio_report::{Style, lines, timeline};

/// The clock is asked so many times for something that is told before the prompt gives up.
const WAKES: usize = 10_000;

/// A date as `:at` takes it.
fn day(text: &str, command: &str) -> Result<Day, Refused> {
    text.parse()
        .map_err(|e| Refused::Words(format!("`{text}`: {e}; write {command} 1993-12-29")))
}

/// `:at DATE`: questions are asked of the end of that day.
pub(super) fn at(session: &mut Session, rest: &str) -> Result<String, Refused> {
    let to = match rest {
        "" => None,
        text => Some(day(text, ":at")?),
    };
    session.set_day(to);
    Ok(match session.day() {
        Some(day) => format!("at the end of {day}"),
        None => "no day has a line yet".to_owned(),
    })
}

/// `:until DATE`: lets time pass, and tells what it brings.
pub(super) fn until(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if rest.is_empty() {
        return Err("write :until and a date: :until 1993-12-29".into());
    }
    let to = day(rest, ":until")?;
    if session.day().is_some_and(|now| to < now) {
        return Err(format!("{to} is past; :at {to} looks back at it").into());
    }
    let mut told = pass(session, to, style)?;
    if told.is_empty() {
        told = format!("nothing happens until the end of {to}\n");
    }
    Ok(told)
}

/// `:step`: to the next day on which something happens by itself, or was typed.
pub(super) fn step(session: &mut Session, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let now = session.day();
    let typed = session
        .state
        .entries
        .iter()
        .filter_map(|e| e.day())
        .filter(|d| now.is_none_or(|now| *d > now))
        .min();
    let by_clock = next_day(&run.case);
    let Some(to) = typed.into_iter().chain(by_clock).min() else {
        return Ok("nothing more will happen unless somebody acts".to_owned());
    };
    pass(session, to, style)
}

/// The next day on which time alone brings something that is told.
pub(crate) fn next_day(case: &Case) -> Option<Day> {
    let mut future = case.clone();
    let known = case.timeline().len();
    for _ in 0..WAKES {
        let next = future.next_wake().filter(|p| !p.is_never())?;
        future.advance(next);
        if let Some(entry) = future.timeline().get(known) {
            return Some(entry.day);
        }
        future.fault().is_none().then_some(())?;
    }
    None
}

fn pass(session: &mut Session, to: Day, style: Style) -> Result<String, Refused> {
    let before = session.case()?;
    let known = before.case.timeline().len();
    let was = session.state.at;
    session.set_day(Some(to));
    match session.case() {
        Ok(after) => Ok(timeline::table(&lines(&after.case, known), style)),
        Err(found) => {
            session.set_day(was);
            Err(found.into())
        }
    }
}
