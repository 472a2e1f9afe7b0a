//! `rogatio repl`: a module tried out line by line.

mod input;
mod session;

use crate::args::Repl;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use input::{Input, Typed};
use rogatio_calendar::Day;
use rogatio_diagnostics::Diagnostic;
use rogatio_interpret::{Env, ScenarioRun};
use rogatio_report::{Line, Residual, Style, lines, readings, readings_table, timeline, why};
use session::{Answer, Session};

/// What can be typed beside the language itself.
const COMMANDS: &[(&str, &str)] = &[
    (
        ":at",
        "[DATE]      ask of the end of that day; without a date, of the last day typed",
    ),
    (":why", "EXPR       why it is so"),
    (":whynot", "EXPR    what is missing"),
    (":can", "[ACTOR]    what may be done now"),
    (":must", "          what must be done, and by when"),
    (":timeline", "      what has happened"),
    (":readings", "      the readings used"),
    (":undo", "          take the last line back"),
    (":help", "          this list"),
    (":quit", "          leave"),
];

const HELP: &str = "\
Type
  an expression              count(Party)
  a dated act                1993-09-30: deposit by Mongolia
  entities                   State: A, B, S1..S29
  an assumption              assume signed(s) for each s: State
  an expectation             1993-12-29: expect in_force because art 36(1)
  a declaration or sentence  any State may leave
";

/// Reads lines until there are no more. Not typed by somebody, a line that is refused
/// makes the exit code 1.
pub(crate) fn run(console: &Console, args: &Repl) -> Done {
    let (mut session, found) =
        match Session::open(args.file.as_deref(), &args.library, &args.readings) {
            Ok(opened) => opened,
            Err((found, sources)) => {
                console.report(&found, &sources);
                return Err(Exit::BadInput.into());
            }
        };
    session
        .check_readings(&args.readings)
        .map_err(|m| console.usage(&m))?;
    console.report(&found, session.sources());

    let mut input = Input::open();
    let style = console.style();
    if input.is_terminal() {
        let title = session
            .program()
            .titles
            .last()
            .cloned()
            .unwrap_or_else(|| session.program().name.clone());
        let title = if title.is_empty() {
            String::new()
        } else {
            format!("{title}. ")
        };
        console.print(&format!("{title}Type :help for help, :quit to leave.\n"))?;
    }
    let mut exit = Exit::Fine;
    loop {
        input.know(session.names());
        let prompt = session
            .day()
            .map_or_else(|| "> ".to_owned(), |d| format!("{d}> "));
        let text = match input.next(&prompt)? {
            Typed::Text(text) => text,
            Typed::Dropped => continue,
            Typed::End => break,
        };
        let text = text.trim();
        if matches!(text, ":quit" | ":q" | ":exit") {
            break;
        }
        match one(console, &mut session, text, style) {
            Ok(true) => {}
            Ok(false) if input.is_terminal() => {}
            Ok(false) => exit = Exit::Findings,
            Err(stop) => return Err(stop),
        }
    }
    Ok(exit)
}

/// One line; whether it was understood and nothing was found.
fn one(console: &Console, session: &mut Session, text: &str, style: Style) -> Result<bool, Stop> {
    let answer = match text.split_once(char::is_whitespace).unwrap_or((text, "")) {
        ("", _) => return Ok(true),
        (name, rest) if name.starts_with(':') => {
            command(console, session, name, rest.trim(), style)
        }
        _ => line(session, text, style),
    };
    match answer {
        Ok(text) => {
            if !text.is_empty() {
                console.print(&(text.trim_end().to_owned() + "\n"))?;
            }
            Ok(true)
        }
        Err(Refused::Findings(found)) => {
            console.report(&found, session.sources());
            Ok(false)
        }
        Err(Refused::Words(words)) => {
            console.remark(&words);
            Ok(false)
        }
        Err(Refused::Stop(stop)) => Err(stop),
    }
}

/// Why there is no answer.
enum Refused {
    Findings(Vec<Diagnostic>),
    Words(String),
    Stop(Stop),
}

impl From<Vec<Diagnostic>> for Refused {
    fn from(found: Vec<Diagnostic>) -> Refused {
        Refused::Findings(found)
    }
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Refused {
        Refused::Stop(stop)
    }
}

/// A line of the language.
fn line(session: &mut Session, text: &str, style: Style) -> Result<String, Refused> {
    match session.read(text)? {
        Answer::Nothing => Ok(String::new()),
        Answer::Value(run, guard) => {
            let value = run.case.eval(guard, &Env::new());
            Ok(why::value(&run.case, guard, &value, style))
        }
        Answer::Kept { before, after } => kept(&before, &after, style),
    }
}

/// What a line that stays has changed.
fn kept(before: &ScenarioRun, after: &ScenarioRun, style: Style) -> Result<String, Refused> {
    let old = lines(&before.case, 0);
    let new: Vec<Line> = without(lines(&after.case, 0), &old);
    let mut out = timeline::table(&new, style);
    let unmet: Vec<_> = after
        .expectations
        .iter()
        .skip(before.expectations.len())
        .collect();
    for e in unmet {
        if e.passed {
            out += "as expected\n";
        } else {
            return Err(Refused::Findings(vec![crate::case::unmet(e)]));
        }
    }
    Ok(out)
}

/// The lines that were not there before.
fn without(new: Vec<Line>, old: &[Line]) -> Vec<Line> {
    let mut left: Vec<(&str, &str)> = old
        .iter()
        .map(|l| (l.date.as_str(), l.text.as_str()))
        .collect();
    let mut kept = Vec::new();
    for line in new {
        match left
            .iter()
            .position(|l| *l == (line.date.as_str(), line.text.as_str()))
        {
            Some(at) => {
                left.remove(at);
            }
            None => kept.push(line),
        }
    }
    kept
}

/// A line that begins with a colon.
fn command(
    console: &Console,
    session: &mut Session,
    name: &str,
    rest: &str,
    style: Style,
) -> Result<String, Refused> {
    match name {
        ":help" | ":h" | ":?" => {
            let commands = COMMANDS
                .iter()
                .map(|(name, what)| format!("  {name} {what}\n"));
            Ok(format!("{HELP}or\n{}", commands.collect::<String>()))
        }
        ":at" => {
            let day: Option<Day> =
                match rest {
                    "" => None,
                    text => Some(text.parse().map_err(|e| {
                        Refused::Words(format!("`{text}`: {e}; write :at 1993-12-29"))
                    })?),
                };
            session.set_day(day);
            Ok(match session.day() {
                Some(day) => format!("at the end of {day}"),
                None => "no day has a line yet".to_owned(),
            })
        }
        ":why" | ":whynot" | ":why-not" if rest.is_empty() => {
            Err(Refused::Words(format!("write {name} and an expression")))
        }
        ":why" => {
            let (run, guard) = session.question(rest)?;
            Ok(why::render(&run.case, guard, style))
        }
        ":whynot" | ":why-not" => {
            let (run, guard) = session.question(rest)?;
            Ok(why::render_not(&run.case, guard, style))
        }
        ":can" => {
            let run = session.case()?;
            if !rest.is_empty() && run.case.find_entity(rest.trim_matches('"')).is_none() {
                return Err(Refused::Words(format!("nobody is called `{rest}`")));
            }
            let actor = Some(rest.trim_matches('"')).filter(|a| !a.is_empty());
            Ok(Residual::of(&run.case).render_can(actor, style))
        }
        ":must" => {
            let run = session.case()?;
            Ok(Residual::of(&run.case).render_must(style))
        }
        ":timeline" => {
            let run = session.case()?;
            Ok(timeline::render(&lines(&run.case, 0), style, false))
        }
        ":readings" => match readings(session.program()) {
            none if none.is_empty() => Ok("there are no readings".to_owned()),
            some => Ok(readings_table(&some)),
        },
        ":undo" => match session.undo()? {
            Some(text) => Ok(format!("taken back: {text}")),
            None => Err(Refused::Words("there is nothing to take back".to_owned())),
        },
        _ => {
            let names: Vec<&str> = COMMANDS.iter().map(|(n, _)| *n).collect();
            let near = crate::front::among(name, &names);
            let _ = console;
            Err(Refused::Words(format!(
                "there is no command `{name}`{near}; :help lists them"
            )))
        }
    }
}
