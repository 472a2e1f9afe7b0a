//! The lines of earlier sessions, kept in the user's state folder.

use rustyline::history::{DefaultHistory, History};
use rustyline::{Editor, Helper};
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Lines kept.
pub(super) const MOST: usize = 2000;
/// A line longer than this is a paste and is not kept from session to session.
const LONGEST: usize = 10_000;

/// The file of the history: none if nothing is to be kept.
pub(super) struct Kept {
    path: Option<PathBuf>,
}

impl Kept {
    /// Reads the history into an editor. What is wrong with it is a note, and the file is
    /// left as it is.
    pub(super) fn read<H: Helper>(
        editor: &mut Editor<H, DefaultHistory>,
    ) -> (Kept, Option<String>) {
        let Some(path) = file() else {
            return (Kept { path: None }, None);
        };
        let unkept = |why: &dyn std::fmt::Display| {
            let note = format!(
                "note: the history {} is left as it is, and this session is not added: {why}",
                path.display()
            );
            (Kept { path: None }, Some(note))
        };
        match fs::read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return unkept(&e),
            Ok(bytes) => {
                if String::from_utf8(bytes).is_err() {
                    return unkept(&"it is not UTF-8");
                }
                if let Err(e) = editor.load_history(&path) {
                    return unkept(&e);
                }
            }
        }
        match writable(&path) {
            Ok(()) => (Kept { path: Some(path) }, None),
            Err(e) => unkept(&e),
        }
    }

    /// Adds what was typed since; once it fails it is not tried again.
    pub(super) fn add<H: Helper>(
        &mut self,
        editor: &mut Editor<H, DefaultHistory>,
        text: &str,
    ) -> Option<String> {
        let path = self.path.as_ref()?;
        if text.trim().is_empty() || text.len() > LONGEST {
            return None;
        }
        let _ = editor.history_mut().add(text);
        let failed = editor.append_history(path).err()?;
        let note = format!("note: {} cannot be written: {failed}", path.display());
        self.path = None;
        Some(note)
    }
}

/// `$XDG_STATE_HOME/rogatio/history`, or `~/.local/state/rogatio/history`.
fn file() -> Option<PathBuf> {
    let absolute = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let state =
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("rogatio").join("history"))
}

/// Whether lines can be added; the folder is made.
fn writable(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::OpenOptions::new().append(true).open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        opened => opened.map(|_| ()),
    }
}
