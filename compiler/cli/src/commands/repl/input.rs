//! Where lines come from: an editor on a terminal, plain lines elsewhere.

use crate::exit::Stop;
use rogatio_grammar::{is_complete, keywords};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use std::io::{self, BufRead, IsTerminal};

/// What is typed.
pub(super) enum Input {
    /// On a terminal.
    Editor(Box<Editor<Names, DefaultHistory>>),
    /// From a pipe or a file.
    Plain(io::Lines<io::StdinLock<'static>>),
}

/// What came.
pub(super) enum Typed {
    /// A whole line, or several that belong together.
    Text(String),
    /// Ctrl-C: what was begun is dropped.
    Dropped,
    /// Nothing more.
    End,
}

impl Input {
    /// An editor if standard input is a terminal.
    pub(super) fn open() -> Input {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .auto_add_history(true)
            .build();
        if io::stdin().is_terminal()
            && let Ok(mut editor) = Editor::with_config(config)
        {
            editor.set_helper(Some(Names::default()));
            return Input::Editor(Box::new(editor));
        }
        Input::Plain(io::stdin().lock().lines())
    }

    /// Whether somebody types.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Input::Editor(_))
    }

    /// The names that can be completed.
    pub(super) fn know(&mut self, names: Vec<String>) {
        if let Input::Editor(editor) = self
            && let Some(helper) = editor.helper_mut()
        {
            helper.names = names;
        }
    }

    /// The next text that is complete.
    pub(super) fn next(&mut self, prompt: &str) -> Result<Typed, Stop> {
        match self {
            Input::Editor(editor) => match editor.readline(prompt) {
                Ok(text) => Ok(Typed::Text(text)),
                Err(ReadlineError::Interrupted) => Ok(Typed::Dropped),
                Err(ReadlineError::Eof) => Ok(Typed::End),
                Err(ReadlineError::Io(e)) => Err(e.into()),
                Err(e) => Err(io::Error::other(e).into()),
            },
            Input::Plain(lines) => {
                let mut text = String::new();
                for line in lines {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&line?);
                    if whole(&text) {
                        return Ok(Typed::Text(text));
                    }
                }
                // What is still open at the end is for the parser to complain about.
                Ok(if text.is_empty() {
                    Typed::End
                } else {
                    Typed::Text(text)
                })
            }
        }
    }
}

fn whole(text: &str) -> bool {
    text.trim_start().starts_with(':') || is_complete(text)
}

/// Completes names, key words and commands.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<String>,
}

impl Helper for Names {}
impl Highlighter for Names {}

impl Hinter for Names {
    type Hint = String;
}

impl Validator for Names {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if whole(ctx.input()) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Completer for Names {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..at).unwrap_or(line);
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_word(*c))
            .last()
            .map_or(at, |(i, _)| i);
        let begun = before.get(start..).unwrap_or_default();
        let commands = super::COMMANDS
            .iter()
            .map(|(name, _)| *name)
            .filter(|_| start == 0);
        let words = keywords().iter().map(|k| k.word);
        let mut found: Vec<&str> = self
            .names
            .iter()
            .map(String::as_str)
            .chain(commands)
            .chain(words)
            .collect();
        found.retain(|word| !begun.is_empty() && word.starts_with(begun));
        found.sort_unstable();
        found.dedup();
        let pairs = found.into_iter().map(|word| Pair {
            display: word.to_owned(),
            replacement: word.to_owned(),
        });
        Ok((start, pairs.collect()))
    }
}
