//! `rogatio repl`: a module tried out line by line.

mod ask;
mod branch;
mod complete;
mod evaluate;
mod help;
mod highlight;
mod history;
mod input;
mod load;
mod look;
mod moment;
mod paste;
pub(crate) mod play;
mod rules;
mod save;
mod session;
mod sim;
mod text;
mod travel;

use crate::args::Repl;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::speech::{say, say_lines};
use evaluate::Evaluation;
use input::{Input, Typed};
use rogatio_diagnostics::{Diagnostic, Lang};
use rogatio_interpret::Env;
use rogatio_report::{Style, lines, timeline, why};
use session::{Answer, Kept, Session, Unopened};
use std::sync::atomic::Ordering;

/// Reads lines until there are no more. Not typed by somebody, a line that is refused
/// makes the exit code 1.
pub(crate) fn run(console: &mut Console, args: &Repl) -> Done {
    console.speak(false);
    let console = &*console;
    let mut session = open(console, args)?;
    let mut input = Input::open(console)?;
    let style = console.style();
    if input.is_terminal() {
        let program = session.program();
        let own = || program.titles.last().map(String::as_str);
        let title = console.lang.title(&program.titles).or_else(own);
        let greeting = say("Type :help for help, :quit to leave.", console.lang);
        match (title.unwrap_or(&program.name), console.lang) {
            ("", _) => console.print(&format!("{greeting}\n"))?,
            (title, Lang::En) => console.print(&format!("{title}. {greeting}\n"))?,
            (title, Lang::Ja) => console.print(&format!("{title}。{greeting}\n"))?,
        }
        evaluate::catch_interrupts();
    }
    let mut exit = Exit::Fine;
    // Somebody at a terminal has seen what was refused.
    let refused = if input.is_terminal() {
        Exit::Fine
    } else {
        Exit::Findings
    };
    loop {
        input.know(&session);
        for note in input.notes() {
            console.remark(&say(&note, console.lang));
        }
        let text = match input.next(&prompt(&session))? {
            Typed::Text(text) => text,
            Typed::Dropped => continue,
            Typed::TooLong => {
                console.remark(&say(
                    "what was typed is too long for a line; put it into a file and :load it",
                    console.lang,
                ));
                exit = exit.max(refused);
                continue;
            }
            Typed::NotText => {
                console.remark(&say(
                    "a line is not UTF-8, and was left out; save the text again as UTF-8",
                    console.lang,
                ));
                exit = exit.max(refused);
                continue;
            }
            Typed::End => break,
        };
        let pieces = pieces(&text);
        for (i, line) in pieces.iter().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if line.starts_with(':') && help::canonical(line) == ":quit" {
                return Ok(exit);
            }
            let fine = if input.is_terminal() {
                watched(console, &mut session, line, style)?
            } else {
                let answer = answer(&mut session, line, style);
                told(console, &session, answer)?
            };
            if !fine {
                exit = exit.max(refused);
            }
            // Ctrl-C means all of it, also where it came between two answers.
            let left = pieces.len() - i - 1;
            if left > 0 && evaluate::INTERRUPTED.swap(false, Ordering::Relaxed) {
                let note = format!("left out of what was pasted: {left}");
                console.remark(&say(&note, console.lang));
                break;
            }
        }
    }
    Ok(exit)
}

/// A session as the command line asks for it.
fn open(console: &Console, args: &Repl) -> Result<Session, Stop> {
    let opened = Session::open(
        args.file.as_deref(),
        &args.library,
        &args.readings,
        console.lang,
    );
    match opened {
        Ok((session, found)) => {
            console.report(&found, session.sources());
            Ok(session)
        }
        Err(Unopened {
            usage: Some(usage), ..
        }) => Err(console.usage(&usage)),
        Err(Unopened { found, sources, .. }) => {
            console.report(&found, &sources);
            Err(Exit::BadInput.into())
        }
    }
}

/// `main 1993-12-29> `, without what goes without saying.
fn prompt(session: &Session) -> String {
    let branch = Some(session.branch.as_str()).filter(|b| *b != session::MAIN);
    let at = session.moment().map(|m| m.to_string());
    let parts: Vec<&str> = branch.into_iter().chain(at.as_deref()).collect();
    format!("{}> ", parts.join(" "))
}

/// A text pasted may be many lines: each that is complete stands for itself.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut piece, mut open) = (String::new(), rogatio_grammar::Open::default());
    for line in text.lines() {
        if !piece.is_empty() && help::is_command(line) {
            pieces.push(std::mem::take(&mut piece));
            open = rogatio_grammar::Open::default();
        }
        if !piece.is_empty() {
            piece.push('\n');
        }
        piece.push_str(line);
        open.line(line);
        if open.is_complete() {
            pieces.push(std::mem::take(&mut piece));
            open = rogatio_grammar::Open::default();
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Answers while somebody watches: Ctrl-C ends the answer and leaves the session as it was.
fn watched(
    console: &Console,
    session: &mut Session,
    line: &str,
    style: Style,
) -> Result<bool, Stop> {
    let (mut copy, line) = (session.clone(), line.to_owned());
    let work = move || {
        let answer = answer(&mut copy, &line, style);
        (copy, answer)
    };
    match evaluate::evaluate(work) {
        Evaluation::Done((after, answer)) => {
            *session = after;
            told(console, session, answer)
        }
        Evaluation::Interrupted => {
            console.remark(&say("interrupted; nothing has changed", console.lang));
            Ok(false)
        }
        Evaluation::Failed(said) => {
            crate::console::internal_error(&said);
            console.remark(&say(
                "the session is as it was before this line",
                console.lang,
            ));
            Ok(false)
        }
    }
}

/// Says what came of a line; whether it was understood and nothing was found.
fn told(console: &Console, session: &Session, answer: Result<Told, Refused>) -> Result<bool, Stop> {
    match answer {
        Ok(told) => {
            console.report(&told.found, session.sources());
            if !told.text.is_empty() {
                console.print(&(told.text.trim_end().to_owned() + "\n"))?;
            }
            Ok(true)
        }
        Err(Refused::Findings(found)) => {
            console.report(&found, session.sources());
            Ok(false)
        }
        Err(Refused::Words(words)) => {
            console.remark(&say_lines(&words, console.lang));
            Ok(false)
        }
    }
}

/// An answer, with what is odd about the line.
#[derive(Default)]
struct Told {
    text: String,
    found: Vec<Diagnostic>,
}

impl From<String> for Told {
    fn from(text: String) -> Told {
        Told {
            text,
            found: Vec::new(),
        }
    }
}

/// Why there is no answer.
enum Refused {
    /// Findings with their places.
    Findings(Vec<Diagnostic>),
    /// A remark.
    Words(String),
}

impl From<Vec<Diagnostic>> for Refused {
    fn from(found: Vec<Diagnostic>) -> Refused {
        Refused::Findings(found)
    }
}

impl From<String> for Refused {
    fn from(words: String) -> Refused {
        Refused::Words(words)
    }
}

impl From<&str> for Refused {
    fn from(words: &str) -> Refused {
        Refused::Words(words.to_owned())
    }
}

/// What a line answers.
fn answer(session: &mut Session, text: &str, style: Style) -> Result<Told, Refused> {
    let told = match text.split_once(char::is_whitespace).unwrap_or((text, "")) {
        ("", _) => return Ok(Told::default()),
        (name, rest) if name.starts_with(':') => {
            command(session, name, rest.trim(), style).map(Told::from)
        }
        _ => line(session, text, style),
    };
    // The next line will need it, and completion offers the names in it; what is wrong with
    // it is said when it is asked for.
    let _ = session.case();
    told
}

/// A line of the language.
fn line(session: &mut Session, text: &str, style: Style) -> Result<Told, Refused> {
    match session.read(text)? {
        Answer::Nothing => Ok(Told::default()),
        Answer::Value(run, guard, act) => {
            let value = run.case.eval(guard, &Env::new());
            let mut told = why::value(&run.case, guard, &value, style);
            if act && value.truth().is_false() {
                told += "  (it has not been done; with a date before it, it is done)";
                told = say(&told, style.lang).into_owned();
            }
            Ok(told.into())
        }
        Answer::Kept(kept) => Ok(changed(*kept, style)),
    }
}

/// What a line that stays has changed.
fn changed(kept: Kept, style: Style) -> Told {
    let old = lines(&kept.before.case, 0);
    let new = branch::without(&lines(&kept.after.case, 0), &old);
    let mut text = timeline::table(&new, style);
    if kept.met {
        text += &say("as expected", style.lang);
        text.push('\n');
    }
    // What an earlier line expected may not hold any more.
    for e in kept.after.expectations.iter().filter(|e| !e.passed) {
        let was = kept.before.expectations.iter().find(|b| b.span == e.span);
        if was.is_some_and(|b| b.passed) {
            let no_longer = format!("no longer as expected on {}: {}", e.at, e.message);
            text += &say(&no_longer, style.lang);
            text.push('\n');
        }
    }
    Told {
        text,
        found: kept.found,
    }
}

/// A line that begins with a colon.
fn command(session: &mut Session, name: &str, rest: &str, style: Style) -> Result<String, Refused> {
    let text = asked(session, name, rest, style)?;
    Ok(match help::canonical(name) {
        // Texts of the module, and what has a catalogue of its own.
        ":article" | ":doc" | ":type" => text,
        _ => say_lines(&text, style.lang),
    })
}

/// What it answers, as far as it is ours in English.
fn asked(session: &mut Session, name: &str, rest: &str, style: Style) -> Result<String, Refused> {
    help::too_much(name, rest)?;
    match help::canonical(name) {
        ":help" => help::help(rest, style),
        ":can" => ask::can(session, rest, style),
        ":must" => ask::must(session, rest, style),
        ":why" => ask::why(session, rest, style),
        ":whynot" => ask::why_not(session, rest, style),
        ":missing" => ask::missing(session, rest, style),
        ":votes" => ask::votes(session, style),
        ":timeline" => ask::told(session, rest, style),
        ":readings" => Ok(ask::readings(session, style)),
        ":at" => travel::at(session, rest),
        ":step" => travel::step(session, style),
        ":until" => travel::until(session, rest, style),
        ":undo" => session
            .undo()
            .map(|done| format!("taken back: {done}"))
            .ok_or_else(|| "there is nothing to take back".into()),
        ":redo" => session
            .redo()
            .map(|done| format!("done again: {done}"))
            .ok_or_else(|| "there is nothing to do again".into()),
        ":fork" => Ok(session.fork(rest)?),
        ":branch" if rest.is_empty() => Ok(session.branch_list(style)),
        ":branch" => Ok(session.go_to(rest)?),
        ":diff" => session.difference(rest, style),
        ":type" => look::type_of(session, rest),
        ":doc" => look::doc(session, rest, style),
        ":article" => look::article(session, rest, style),
        ":sim" => sim::sim(session, rest, style),
        ":load" => load::load(session, rest),
        ":reload" => load::reload(session),
        ":save" => save::save(session, rest, false),
        ":save!" => save::save(session, rest, true),
        _ => Err(help::unknown(name)),
    }
}
