//! What a line begun may become: completion, and the hint that is shown behind it.

use super::help::{COMMANDS, Wants, find};
use super::look::citations;
use super::session::Session;
use super::text::name;
use rogatio_grammar::keywords;
use rogatio_interpret::Happening;
use std::path::{Path, PathBuf};

/// Entries of a folder that are looked at.
const MOST_FILES: usize = 2000;

/// What is known of the session: cheap to ask at every key.
#[derive(Default)]
pub(super) struct Known {
    names: Vec<String>,
    actors: Vec<String>,
    dates: Vec<String>,
    branches: Vec<String>,
    citations: Vec<String>,
    modules: Vec<String>,
    /// Acts with what they take: `deposit`, `(form) by any Joiner`.
    acts: Vec<(String, String)>,
}

/// Words that can stand at a place, and where it begins.
pub(super) struct Candidates {
    pub(super) start: usize,
    pub(super) words: Vec<String>,
}

impl Known {
    /// Of a session as it stands.
    pub(super) fn of(session: &Session) -> Known {
        let program = session.program();
        let kind = |k: &rogatio_mir::KindId| {
            program
                .kinds
                .get(k.index())
                .map_or("?", |k| k.name.as_str())
        };
        let acts = program.acts.iter().map(|a| {
            let params: Vec<&str> = a.params.iter().map(|(n, ..)| n.as_str()).collect();
            let params = if params.is_empty() {
                String::new()
            } else {
                format!("({})", params.join(", "))
            };
            let mut by: Vec<&str> = a.by.iter().map(kind).collect();
            by.truncate(3);
            let by = if by.is_empty() {
                String::new()
            } else {
                format!(" by {}", by.join(" or "))
            };
            (a.name.clone(), format!("{params}{by}"))
        });
        let mut known = Known {
            names: session.names(),
            branches: session.branch_names(),
            citations: citations(session)
                .into_iter()
                .map(|c| c.strip_prefix("art ").map_or(c.clone(), str::to_owned))
                .collect(),
            modules: session.loader.names(),
            acts: acts.collect(),
            ..Known::default()
        };
        known.names.sort();
        known.names.dedup();
        if let Some(run) = session.last_run() {
            known.actors = run.case.entities().map(|(_, n, _)| name(n)).collect();
            let days = run
                .case
                .timeline()
                .iter()
                .filter(|e| !matches!(e.what, Happening::StatusEnded { .. }));
            known.dates = days.map(|e| e.day.to_string()).collect();
        }
        known.dates.extend(
            session
                .state
                .entries
                .iter()
                .filter_map(|e| e.day())
                .map(|d| d.to_string()),
        );
        known.dates.sort();
        known.dates.dedup();
        known
    }

    /// What the word before the cursor may become.
    pub(super) fn complete(&self, line: &str, at: usize) -> Candidates {
        let before = line.get(..at).unwrap_or(line);
        if let Some((command, rest)) = argument(before) {
            let start = before.len() - rest.len();
            let words: Vec<String> = match command.wants {
                Wants::Nothing => Vec::new(),
                Wants::Expression | Wants::Name => return self.word(before, start, &[]),
                Wants::Actor => self.actors.clone(),
                Wants::Date => self.dates.clone(),
                Wants::Branch => self.branches.clone(),
                Wants::Provision => self.citations.clone(),
                Wants::File => files(rest),
                Wants::Module => [files(rest), self.modules.clone()].concat(),
                Wants::Command => COMMANDS.iter().map(|c| c.name.to_owned()).collect(),
            };
            return Candidates {
                start,
                words: fitting(words, rest),
            };
        }
        if before.starts_with(':') {
            let words = COMMANDS.iter().map(|c| c.name.to_owned()).collect();
            return Candidates {
                start: 0,
                words: fitting(words, before),
            };
        }
        self.word(before, 0, &self.dates)
    }

    /// A word of an expression or line.
    fn word(&self, before: &str, from: usize, dates: &[String]) -> Candidates {
        let tail = before.get(from..).unwrap_or_default();
        // A name in quotes is completed with its quotes.
        let quoted = (tail.matches('"').count() % 2 == 1)
            .then(|| tail.rfind('"'))
            .flatten();
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '#');
        let begin = quoted.unwrap_or_else(|| {
            let begun: usize = tail
                .chars()
                .rev()
                .take_while(|c| is_word(*c))
                .map(char::len_utf8)
                .sum();
            tail.len() - begun
        });
        let start = from + begin;
        let begun = before.get(start..).unwrap_or_default();
        let ahead = tail.get(..begin).unwrap_or_default();
        let wants_actor = ["by", "of", "for", "to"].iter().any(|w| {
            ahead
                .trim_end()
                .strip_suffix(w)
                .is_some_and(|b| b.is_empty() || b.ends_with(char::is_whitespace))
        });
        if wants_actor && begun.is_empty() {
            return Candidates {
                start,
                words: self.actors.clone(),
            };
        }
        if begun.is_empty() {
            return Candidates {
                start,
                words: Vec::new(),
            };
        }
        let mut words = self.names.clone();
        words.extend(self.actors.iter().cloned());
        words.extend(dates.iter().cloned());
        words.extend(keywords().iter().map(|k| k.word.to_owned()));
        Candidates {
            start,
            words: fitting(words, begun),
        }
    }

    /// What is shown behind a line that may go on.
    pub(super) fn hint(&self, line: &str) -> Option<String> {
        if let Some(command) = find(line) {
            return (!command.takes.is_empty()).then(|| format!(" {}", command.takes));
        }
        if line.starts_with(':') {
            return match self.complete(line, line.len()).words.as_slice() {
                [only] if argument(line).is_none() => only.strip_prefix(line).map(str::to_owned),
                _ => None,
            };
        }
        // Behind a date and the name of an act: what the act takes.
        let (stamp, rest) = line.split_once(": ")?;
        let act = rest.split(|c: char| c == '(' || c.is_whitespace()).next()?;
        if !stamp.starts_with(|c: char| c.is_ascii_digit()) || act != rest {
            return None;
        }
        self.acts
            .iter()
            .find(|(n, _)| n == act)
            .map(|(_, takes)| takes.clone())
    }
}

/// The command that a line begins with, and what follows it.
fn argument(line: &str) -> Option<(&'static super::help::Command, &str)> {
    let (word, rest) = line.split_once(char::is_whitespace)?;
    Some((find(word)?, rest.trim_start()))
}

fn fitting(mut words: Vec<String>, begun: &str) -> Vec<String> {
    words.retain(|w| w.starts_with(begun) || w.trim_start_matches('"').starts_with(begun));
    words.sort();
    words.dedup();
    words
}

/// Files and folders that a path begun may name.
fn files(begun: &str) -> Vec<String> {
    let begun = begun.trim_start_matches('"');
    let (folder, _) = begun.rsplit_once('/').map_or(("", begun), |(f, n)| (f, n));
    let prefix = if begun.contains('/') {
        format!("{folder}/")
    } else {
        String::new()
    };
    let here: PathBuf = match (folder, begun.starts_with('/')) {
        ("", true) => PathBuf::from("/"),
        ("", false) => PathBuf::from("."),
        (f, _) => Path::new(f).to_path_buf(),
    };
    let entries = std::fs::read_dir(here)
        .into_iter()
        .flatten()
        .flatten()
        .take(MOST_FILES);
    let mut out: Vec<String> = entries
        .filter_map(|e| {
            let name = e.file_name().into_string().ok()?;
            let folder = e.path().is_dir();
            (!name.starts_with('.') && (folder || name.ends_with(".rog")))
                .then(|| format!("{prefix}{name}{}", if folder { "/" } else { "" }))
        })
        .collect();
    out.sort();
    out
}
