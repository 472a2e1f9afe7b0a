//! `rogatio run FILE --interactive`: at every choice the list of what is possible; somebody
//! says who does what, and is told what became of it.

mod choice;

use super::input::{Input, Typed};
use super::moment::{Moment, last};
use super::session::{Entry, Session, What};
use super::{Refused, answer, evaluate, load, open, told, watched};
use crate::args::{Repl, Run};
use crate::case;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::speech::{say, say_lines};
use choice::{Choice, Question};
use rogatio_diagnostics::Lang;
use rogatio_grammar::ast;
use rogatio_interpret::Case;
use rogatio_report::{Style, pad, width};
use std::sync::Arc;

/// Choices shown at once; more are reached by a part of their name.
const SHOWN: usize = 24;

const HELP: &str = "\
  a number      do that
  a word        only what has it in its name; alone: all again
  w             wait for the next thing that time brings
  d DATE        go to the end of a day
  u             take the last thing back
  save FILE     write what was done as a scenario that `rogatio test` passes
  q             leave
or a line as at the prompt of `rogatio repl`: entities, a dated act, :why, :must, :help";

/// Plays a file from the end of its scenario on, or from nothing.
pub(crate) fn play(console: &Console, args: &Run) -> Done {
    let opened = Repl {
        file: Some(args.file.clone()),
        readings: args.readings.clone(),
        library: args.library.clone(),
    };
    let mut session = open(console, &opened)?;
    begin(console, &mut session, args)?;
    let mut play = Play {
        console,
        input: Input::open(console)?,
        style: console.style(),
        session,
        filter: String::new(),
        changed: true,
        exit: Exit::Fine,
    };
    if play.input.is_terminal() {
        evaluate::catch_interrupts();
    }
    let greeting = "Type a number to do something, w to wait, ? for help, q to leave.\n";
    console.print(&say_lines(greeting, console.lang))?;
    loop {
        match play.turn() {
            Ok(true) => {}
            Ok(false) => return Ok(play.exit),
            Err(stop) => return Err(stop),
        }
    }
}

/// The lines of the scenario chosen, without what it expects.
fn begin(console: &Console, session: &mut Session, args: &Run) -> Result<(), Stop> {
    let all: Vec<ast::Scenario> = session
        .state
        .rules
        .base
        .items
        .iter()
        .filter_map(|i| match &i.kind {
            ast::ItemKind::Scenario(s) => Some(s.clone()),
            _ => None,
        })
        .collect();
    let chosen = match (&args.scenario, all.as_slice()) {
        (None, []) => return Ok(()),
        (None, [one]) => one.clone(),
        (None, several) => {
            let names: Vec<String> = several
                .iter()
                .map(|s| format!("\n  {}", s.name.value))
                .collect();
            let choose = format!(
                "this file has {} scenarios; choose the one to go on from with --scenario:{}",
                several.len(),
                names.concat()
            );
            return Err(console.usage(&say_lines(&choose, console.lang)));
        }
        (Some(title), _) => match load::scenario(&session.state.rules.base, title) {
            Ok(scenario) => scenario.clone(),
            Err(Refused::Words(words)) => return Err(console.usage(&words)),
            Err(Refused::Findings(found)) => {
                console.report(&found, session.sources());
                return Err(Exit::BadInput.into());
            }
        },
    };
    let keeps = |e: &Entry| match &e.what {
        What::Line(item) => !matches!(
            item.kind,
            ast::ScenarioItemKind::Expect(_) | ast::ScenarioItemKind::Branch(..)
        ),
        What::Rule(_) => true,
    };
    let until = args.until.map(Moment::from);
    let known = |e: &Entry| {
        let later = |until: Moment| e.stamp().is_some_and(|s| until.is_before(s.time));
        !until.is_some_and(later)
    };
    let mut entries = load::entries(session, &chosen);
    // Also what it only expects, it expects at some time.
    let last = last(entries.iter().map(Arc::as_ref));
    entries.retain(|e| keeps(e) && known(e));
    let (mut next, left) = load::replay(session, session.state.clone(), entries);
    next.at = until.or(last);
    session.become_state(format!("scenario {}", chosen.name.value), next, None);
    session.undo.clear();
    if !left.is_empty() {
        let text = load::with_left("some lines were left out".to_owned(), &left);
        console.remark(&say_lines(&text, console.lang));
    }
    match session.case() {
        Ok(run) if !case::is_bad(&run) => Ok(()),
        Ok(run) => {
            console.report(&run.diagnostics, session.sources());
            Err(Exit::BadInput.into())
        }
        Err(found) => {
            console.report(&found, session.sources());
            Err(Exit::BadInput.into())
        }
    }
}

/// A game.
struct Play<'c> {
    console: &'c Console,
    input: Input,
    style: Style,
    session: Session,
    /// Only choices that have this in their text.
    filter: String,
    /// The list is to be shown again.
    changed: bool,
    exit: Exit,
}

impl Play<'_> {
    /// One question and its answer; whether the game goes on.
    fn turn(&mut self) -> Result<bool, Stop> {
        let run = match self.session.case() {
            Ok(run) => run,
            Err(found) => {
                self.console.report(&found, self.session.sources());
                return Err(Exit::BadInput.into());
            }
        };
        let choices = choice::all(&run.case);
        if std::mem::take(&mut self.changed) {
            self.show(&run.case, &choices)?;
        }
        let Some(text) = self.ask(&super::prompt(&self.session))? else {
            return self.end();
        };
        let text = text.trim().to_owned();
        match text.split_once(char::is_whitespace).unwrap_or((&text, "")) {
            ("", _) => {
                self.filter.clear();
                self.changed = true;
            }
            ("q", "") => return self.end(),
            ("?", "") => {
                let help = say_lines(HELP, self.style.lang);
                self.console.print(&format!("{help}\n"))?;
            }
            ("w", "") => self.line(":step")?,
            ("u", "") => self.line(":undo")?,
            // Before the first day there is nothing to let pass.
            ("d", date) if self.session.moment().is_none() => self.line(&format!(":at {date}"))?,
            ("d", date) => self.line(&format!(":until {date}"))?,
            ("save", file) => self.line(&format!(":save {file}"))?,
            ("save!", file) => self.line(&format!(":save! {file}"))?,
            (number, "") if number.bytes().all(|b| b.is_ascii_digit()) => {
                let shown: Vec<&Choice> = choices.iter().filter(|c| c.has(&self.filter)).collect();
                let at = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                match at.and_then(|at| shown.get(at)) {
                    Some(choice) => self.choose(&run.case, choice)?,
                    None => self.refuse(&format!("there is no choice {number}"))?,
                }
            }
            (word, "")
                if !word.contains(':') && choices.iter().any(|c| c.has(&word.to_lowercase())) =>
            {
                self.filter = word.to_lowercase();
                self.changed = true;
            }
            _ => self.line(&text)?,
        }
        Ok(true)
    }

    /// The choices, numbered.
    fn show(&self, case: &Case, choices: &[Choice]) -> Result<(), Stop> {
        let shown: Vec<&Choice> = choices.iter().filter(|c| c.has(&self.filter)).collect();
        let mut out = String::new();
        if case.entities().count() <= case.program().entities.len() {
            let nobody = "nobody is in the case yet: type who there is, as in  State: Ada, Bela\n";
            out += &say_lines(nobody, self.style.lang);
        } else if shown.is_empty() {
            out += &say_lines("nothing can be done now; w waits\n", self.style.lang);
        }
        let rows: Vec<(String, String, String)> = shown
            .iter()
            .take(SHOWN)
            .map(|c| c.row(case, self.style.lang))
            .collect();
        let widest = |of: fn(&(String, String, String)) -> &str, most: usize| {
            rows.iter()
                .map(|r| width(of(r)).min(most))
                .max()
                .unwrap_or(0)
        };
        let number = rows.len().to_string().len();
        let (what, who) = (widest(|r| &r.0, 40), widest(|r| &r.1, 32));
        for (i, row) in rows.iter().enumerate() {
            let line = format!(
                "{:>number$}  {}  {}  {}",
                i + 1,
                pad(&row.0, what),
                pad(&row.1, who),
                self.style.dim(&row.2)
            );
            out += &format!("{}\n", line.trim_end());
        }
        if shown.len() > SHOWN {
            let more = shown.len() - SHOWN;
            let more = format!("({more} more: type a part of a name to see fewer)\n");
            out += &say_lines(&more, self.style.lang);
        }
        if !self.filter.is_empty() {
            let only = format!(
                "(only what has `{}`; an empty line shows all)\n",
                self.filter
            );
            out += &say_lines(&only, self.style.lang);
        }
        self.console.print(&out)
    }

    /// Asks what a choice leaves open, and does it.
    fn choose(&mut self, case: &Case, choice: &Choice) -> Result<(), Stop> {
        let mut said = choice::Said::default();
        for question in choice.questions(case) {
            let Some(text) = self.ask(&question.prompt(self.style.lang))? else {
                return Ok(());
            };
            match question.answer(text.trim()) {
                Ok(answer) => said.add(&question, answer),
                Err(words) => return self.refuse(&words),
            }
        }
        let at = match self.session.moment() {
            Some(at) => at,
            None => {
                let prompt = say("on which day? ", self.style.lang);
                let text = self.ask(&prompt)?.unwrap_or_default();
                match text.trim().parse() {
                    Ok(day) => Moment::end_of(day),
                    Err(e) => return self.refuse(&format!("{e}; write 1993-12-29")),
                }
            }
        };
        let line = format!("{at}: {}", choice.line(case, &said));
        if !self.input.is_terminal() || self.style.color {
            self.console
                .print(&format!("{}\n", self.style.dim(&line)))?;
        } else {
            self.console.print(&format!("{line}\n"))?;
        }
        self.line(&line)
    }

    /// A line as at the prompt.
    fn line(&mut self, text: &str) -> Result<(), Stop> {
        let stands = |s: &Session| (s.state.entries.len(), s.moment(), s.branch.clone());
        let before = stands(&self.session);
        let fine = if self.input.is_terminal() {
            watched(self.console, &mut self.session, text, self.style)?
        } else {
            let answer = answer(&mut self.session, text, self.style);
            told(self.console, &self.session, answer)?
        };
        self.seen(fine);
        self.changed = stands(&self.session) != before;
        Ok(())
    }

    fn refuse(&mut self, words: &str) -> Result<(), Stop> {
        self.console.remark(&say_lines(words, self.style.lang));
        self.seen(false);
        Ok(())
    }

    fn seen(&mut self, fine: bool) {
        self.changed = fine;
        self.filter.clear();
        if !fine && !self.input.is_terminal() {
            self.exit = Exit::Findings;
        }
    }

    /// What is typed; none at the end, or where it was dropped.
    fn ask(&mut self, prompt: &str) -> Result<Option<String>, Stop> {
        self.input.know(&self.session);
        for note in self.input.notes() {
            self.console.remark(&say(&note, self.style.lang));
        }
        Ok(match self.input.next(prompt)? {
            Typed::Text(text) => Some(text),
            Typed::Dropped => Some(String::new()),
            Typed::TooLong | Typed::NotText => {
                self.refuse("that is no answer")?;
                Some(String::new())
            }
            Typed::End => None,
        })
    }

    /// Leaves; somebody at a terminal may save first what is not saved.
    fn end(&mut self) -> Result<bool, Stop> {
        let unsaved = self
            .session
            .undo
            .iter()
            .any(|(done, _)| !done.starts_with(':'));
        if self.input.is_terminal() && unsaved {
            let prompt = say("save as (empty: do not save): ", self.style.lang);
            let text = self.ask(&prompt)?.unwrap_or_default();
            if !text.trim().is_empty() {
                self.line(&format!(":save {}", text.trim()))?;
            }
        }
        Ok(false)
    }
}

impl Question {
    fn prompt(&self, lang: Lang) -> String {
        let what = say(&self.what, lang);
        match self.options.as_slice() {
            [] => format!("{what}? "),
            some if some.len() <= 12 => format!("{what}? ({}) ", some.join(", ")),
            some => {
                let first: Vec<&str> = some.iter().take(8).map(String::as_str).collect();
                let (first, all) = (first.join(", "), some.len());
                match lang {
                    Lang::En => format!("{what}? ({first}, … {all} in all) "),
                    Lang::Ja => format!("{what}? ({first}, … 全{all}) "),
                }
            }
        }
    }
}
