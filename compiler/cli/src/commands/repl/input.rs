//! Where lines come from: an editor on a terminal, plain lines elsewhere.

use super::complete::Known;
use super::help;
use super::highlight::{self, coloured};
use super::history::{self, Kept};
use super::paste::{Beside, Pasted};
use super::session::Session;
use crate::console::Console;
use crate::exit::Stop;
use rogatio_grammar::{Open, is_complete};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Event, EventHandler, Helper};
use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Read};

/// A text of more bytes than this is not typed.
pub(super) const LONGEST: usize = 4 << 20;

/// What is typed.
pub(super) enum Input {
    /// On a terminal.
    Editor(Box<Editing>),
    /// From a pipe or a file.
    Plain(io::StdinLock<'static>),
}

/// An editor with its history.
pub(super) struct Editing {
    editor: Editor<Typing, DefaultHistory>,
    kept: Kept,
    pasted: Pasted,
    notes: Vec<String>,
}

/// What came.
pub(super) enum Typed {
    /// A whole line, or several that belong together.
    Text(String),
    /// Ctrl-C: what was begun is dropped.
    Dropped,
    /// More than a prompt reads at once.
    TooLong,
    /// Bytes that are no text.
    NotText,
    /// Nothing more.
    End,
}

impl Input {
    /// An editor if standard input is a terminal.
    pub(super) fn open(console: &Console) -> Result<Input, Stop> {
        if !io::stdin().is_terminal() {
            return Ok(Input::Plain(io::stdin().lock()));
        }
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .max_history_size(history::MOST)
            .map_err(io::Error::other)?
            .build();
        let mut editor = Editor::with_config(config).map_err(io::Error::other)?;
        editor.set_helper(Some(Typing {
            known: Known::default(),
            color: console.style().color,
        }));
        let pasted = Pasted::default();
        let keys = EventHandler::Conditional(Box::new(pasted.clone()));
        editor.bind_sequence(Event::Any, keys);
        let (kept, note) = Kept::read(&mut editor);
        Ok(Input::Editor(Box::new(Editing {
            editor,
            kept,
            pasted,
            notes: note.into_iter().collect(),
        })))
    }

    /// Whether somebody types.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Input::Editor(_))
    }

    /// What can be completed.
    pub(super) fn know(&mut self, session: &Session) {
        if let Input::Editor(editing) = self
            && let Some(helper) = editing.editor.helper_mut()
        {
            helper.known = Known::of(session);
        }
    }

    /// Notes on what became of the history.
    pub(super) fn notes(&mut self) -> Vec<String> {
        match self {
            Input::Editor(editing) => std::mem::take(&mut editing.notes),
            Input::Plain(_) => Vec::new(),
        }
    }

    /// The next text that is complete.
    pub(super) fn next(&mut self, prompt: &str) -> Result<Typed, Stop> {
        match self {
            Input::Editor(editing) => editing.next(prompt),
            Input::Plain(lines) => plain(lines),
        }
    }
}

impl Editing {
    fn next(&mut self, prompt: &str) -> Result<Typed, Stop> {
        let read = self.editor.readline(prompt);
        let text = match (read, self.pasted.take()) {
            (Ok(_), Beside::Cut) => return Ok(Typed::TooLong),
            (Ok(_), Beside::Whole(text)) => {
                let note = "note: what was pasted is too long to be edited, and was read at once";
                self.notes.push(note.to_owned());
                text
            }
            (Ok(text), Beside::Nothing) => text,
            (Err(ReadlineError::Interrupted), _) => return Ok(Typed::Dropped),
            (Err(ReadlineError::Eof), _) => return Ok(Typed::End),
            (Err(ReadlineError::Io(e)), _) if e.kind() == io::ErrorKind::InvalidData => {
                return Ok(Typed::NotText);
            }
            (Err(ReadlineError::Io(e)), _) => return Err(e.into()),
            (Err(e), _) => return Err(io::Error::other(e).into()),
        };
        let note = self.kept.add(&mut self.editor, text.trim_end());
        self.notes.extend(note);
        Ok(if text.len() > LONGEST {
            Typed::TooLong
        } else {
            Typed::Text(text)
        })
    }
}

/// The next text of a pipe or file that is complete. What is still open at the end is for
/// the parser to complain about.
fn plain(lines: &mut impl BufRead) -> Result<Typed, Stop> {
    let (mut text, mut open) = (String::new(), Open::default());
    loop {
        let mut bytes = Vec::new();
        let limit = (LONGEST - text.len().min(LONGEST)) as u64 + 1;
        lines.take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(if text.is_empty() {
                Typed::End
            } else {
                Typed::Text(text)
            });
        }
        if text.len() + bytes.len() > LONGEST {
            skip_line(lines)?;
            return Ok(Typed::TooLong);
        }
        let Ok(line) = String::from_utf8(bytes) else {
            return Ok(Typed::NotText);
        };
        let line = line.trim_end_matches(['\n', '\r']);
        let command = text.is_empty() && line.trim_start().starts_with(':');
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
        open.line(line);
        if command || help::is_command(line) || open.is_complete() {
            return Ok(Typed::Text(text));
        }
    }
}

/// Reads over the rest of a line.
fn skip_line(lines: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = lines.fill_buf()?;
        let (length, end) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        lines.consume(length);
        if end {
            return Ok(());
        }
    }
}

/// Completes, hints, colours, and knows when a text is whole.
pub(super) struct Typing {
    known: Known,
    color: bool,
}

impl Helper for Typing {}

impl Highlighter for Typing {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        match self.color.then(|| coloured(line)).flatten() {
            Some(shown) => Cow::Owned(shown),
            None => Cow::Borrowed(line),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.color {
            Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m"))
        } else {
            Cow::Borrowed(hint)
        }
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        self.color && (1..=highlight::LONGEST).contains(&line.len()) && kind != CmdKind::MoveCursor
    }
}

impl Hinter for Typing {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<String> {
        // Without colour a hint looks as if it had been typed.
        if !self.color || at < line.len() || line.len() > highlight::LONGEST {
            return None;
        }
        self.known.hint(line)
    }
}

impl Validator for Typing {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = ctx.input();
        let ended = text.lines().skip(1).any(help::is_command);
        Ok(
            if text.trim_start().starts_with(':') || ended || is_complete(text) {
                ValidationResult::Valid(None)
            } else {
                ValidationResult::Incomplete
            },
        )
    }
}

impl Completer for Typing {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let found = self.known.complete(line, at);
        let pairs = found.words.into_iter().map(|word| Pair {
            display: word.clone(),
            replacement: word,
        });
        Ok((found.start, pairs.collect()))
    }
}
