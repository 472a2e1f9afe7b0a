//! What is pasted, and what is typed for too long.
//!
//! The editor lays its text out anew after every change, and counts its rows in sixteen bits. A long paste therefore never
//! gets there: the terminal marks where a paste begins and ends, what is between is kept here, and a long one is read at once.

use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, KeyCode, KeyEvent, Modifiers};
use std::sync::{Arc, Mutex, PoisonError};

/// A text of more bytes is not edited: a paste is read at once, and typing stops.
pub(super) const EDITED: usize = 16 << 10;

/// A paste of more bytes is not kept.
const LONGEST: usize = super::input::LONGEST;

/// What was pasted.
#[derive(Clone, Default)]
pub(super) struct Pasted(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The paste that is going on.
    open: Option<String>,
    /// The whole text, with a paste that is too long to be edited.
    whole: Option<String>,
    /// Characters were left out.
    cut: bool,
}

/// What became of a line beside the editor.
pub(super) enum Beside {
    /// All is in the editor.
    Nothing,
    /// The text that is to be read in place of the editor's.
    Whole(String),
    /// The editor's text is not all that was typed.
    Cut,
}

impl Pasted {
    /// What a line came to; the next one begins afresh.
    pub(super) fn take(&self) -> Beside {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::take(&mut *state) {
            State { cut: true, .. } => Beside::Cut,
            State {
                whole: Some(text), ..
            } => Beside::Whole(text),
            _ => Beside::Nothing,
        }
    }
}

impl State {
    /// What a key does to a line of so many bytes; none: what it does anyway.
    fn key(&mut self, key: KeyEvent, line: &str, at: usize) -> Option<Cmd> {
        if let Some(paste) = &mut self.open {
            match (key.0, key.1) {
                (KeyCode::BracketedPasteEnd, _) => return Some(self.end(line, at)),
                // A paste whose end got lost is left as a line is.
                (KeyCode::Char('C' | 'D'), Modifiers::CTRL) => {
                    self.open = None;
                    return None;
                }
                _ => {}
            }
            let typed = match (key.0, key.1) {
                (KeyCode::Char(c), Modifiers::NONE | Modifiers::SHIFT) => Some(c),
                (KeyCode::Enter, _) | (KeyCode::Char('M'), Modifiers::CTRL) => Some('\r'),
                (KeyCode::Char('J'), Modifiers::CTRL) => Some('\n'),
                (KeyCode::Tab, _) | (KeyCode::Char('I'), Modifiers::CTRL) => Some('\t'),
                _ => None,
            };
            paste.extend(typed.filter(|_| paste.len() <= LONGEST));
            return Some(Cmd::Noop);
        }
        match (key.0, key.1) {
            (KeyCode::BracketedPasteStart, _) => {
                self.open = Some(String::new());
                Some(Cmd::Noop)
            }
            (KeyCode::Char(_), Modifiers::NONE | Modifiers::SHIFT) if line.len() >= EDITED => {
                self.cut = true;
                Some(Cmd::Noop)
            }
            // Whoever takes something back has seen that it was too long.
            (KeyCode::Backspace, _) | (KeyCode::Char('H' | 'U' | 'W' | 'K'), Modifiers::CTRL) => {
                self.cut = false;
                None
            }
            _ => None,
        }
    }

    fn end(&mut self, line: &str, at: usize) -> Cmd {
        let paste = self.open.take().unwrap_or_default();
        let paste = paste.replace("\r\n", "\n").replace('\r', "\n");
        if line.len() + paste.len() <= EDITED {
            return Cmd::Insert(1, paste);
        }
        let (before, behind) = line.split_at_checked(at).unwrap_or((line, ""));
        self.whole = Some([before, &paste, behind].concat());
        Cmd::AcceptLine
    }
}

impl ConditionalEventHandler for Pasted {
    fn handle(&self, event: &Event, _: u16, _: bool, line: &EventContext<'_>) -> Option<Cmd> {
        let key = *event.get(0)?;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.key(key, line.line(), line.pos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paste(text: &str, line: &str, at: usize) -> (Cmd, Beside) {
        let pasted = Pasted::default();
        let mut last = None;
        {
            let mut state = pasted.0.lock().unwrap();
            let plain = |code| KeyEvent(code, Modifiers::NONE);
            let begin = plain(KeyCode::BracketedPasteStart);
            assert_eq!(state.key(begin, line, at), Some(Cmd::Noop));
            for c in text.chars() {
                let key = KeyEvent::new(c, Modifiers::NONE);
                assert_eq!(state.key(key, line, at), Some(Cmd::Noop), "{c:?}");
            }
            last = state
                .key(plain(KeyCode::BracketedPasteEnd), line, at)
                .or(last);
        }
        (last.unwrap(), pasted.take())
    }

    #[test]
    fn a_short_paste_is_edited() {
        let (cmd, beside) = paste("寄託\tby A\r\ncount\r1\n", "ab", 1);
        assert_eq!(cmd, Cmd::Insert(1, "寄託\tby A\ncount\n1\n".to_owned()));
        assert!(matches!(beside, Beside::Nothing));
    }

    #[test]
    fn a_long_paste_is_read_where_it_stands() {
        let long = "count(deposit)\n".repeat(70_000);
        let (cmd, beside) = paste(&long, "1 + 2", 4);
        assert_eq!(cmd, Cmd::AcceptLine);
        let Beside::Whole(text) = beside else {
            panic!("it is not whole");
        };
        assert_eq!(text, format!("1 + {long}2"));
        let (_, beside) = paste(&"x".repeat(LONGEST + 100), "", 0);
        assert!(matches!(beside, Beside::Whole(text) if text.len() > LONGEST));
    }

    #[test]
    fn typing_ends_and_a_paste_without_an_end_can_be_left() {
        let pasted = Pasted::default();
        let mut state = pasted.0.lock().unwrap();
        let long = "x".repeat(EDITED);
        let x = KeyEvent::new('x', Modifiers::NONE);
        assert_eq!(state.key(x, &long[1..], 0), None);
        assert_eq!(state.key(x, &long, 0), Some(Cmd::Noop));
        assert!(state.cut);
        state.key(KeyEvent(KeyCode::Backspace, Modifiers::NONE), &long, 0);
        assert!(!state.cut);
        let begin = KeyEvent(KeyCode::BracketedPasteStart, Modifiers::NONE);
        assert_eq!(state.key(begin, "", 0), Some(Cmd::Noop));
        assert_eq!(state.key(KeyEvent::ctrl('C'), "", 0), None);
        assert_eq!(state.key(x, "", 0), None);
    }
}
