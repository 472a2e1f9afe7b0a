//! What time alone brings.

use crate::line::Line;
use crate::view::lines;
use crate::words::words;
use rogatio_diagnostics::Lang;
use rogatio_interpret::Case;

/// More steps of the clock than this are not looked at.
const STEPS: usize = 256;
/// More than this is not told.
const LINES: usize = 100;

/// What time alone brings: a copy of the case goes on without acts.
pub(super) fn of(case: &Case) -> Vec<Line> {
    let mut future = case.clone();
    let known = case.timeline().len();
    for _ in 0..STEPS {
        let Some(next) = future.next_wake().filter(|p| !p.is_never()) else {
            break;
        };
        future.advance(next);
        if future.timeline().len() > known + LINES || future.fault().is_some() {
            break;
        }
    }
    let mut all = lines(&future, known);
    // What the second clock will bring is dated by nothing but its reading (R48c).
    let mut future = case.clone();
    for _ in 0..STEPS {
        let told = future.timeline().len() > known + LINES;
        if told || future.fault().is_some() || !future.advance_second_clock() {
            break;
        }
    }
    let by_reading = lines(&future, known).into_iter().map(|line| Line {
        date: line
            .date
            .find('@')
            .map_or(String::new(), |at| line.date[at..].to_owned()),
        ..line
    });
    all.extend(by_reading);
    once(all, case.program().lang)
}

/// Of a duty that comes again and again only the first line of each sort.
fn once(lines: Vec<Line>, lang: Lang) -> Vec<Line> {
    let words = words(lang);
    let mut out: Vec<Line> = Vec::new();
    for line in lines {
        let of_same =
            |l: &&mut Line| (l.verb, &l.what, &l.who) == (line.verb, &line.what, &line.who);
        let Some(every) = &line.every else {
            out.push(line);
            continue;
        };
        match out.iter_mut().find(of_same) {
            Some(first) => {
                let again = words.again(every);
                if !first.because.ends_with(&again) {
                    let sep = if first.because.is_empty() { "" } else { "; " };
                    first.because += &format!("{sep}{again}");
                }
            }
            None => out.push(line),
        }
    }
    out
}
