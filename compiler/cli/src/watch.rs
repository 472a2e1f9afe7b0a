//! `--watch`: a command again and again, whenever something it read has changed.
//!
//! Modification times are polled: that works on every file system, over networks and in containers, and sees what an
//! editor puts in the place of a file. Never happens: a change between the reading and the waiting that goes unnoticed,
//! a run for each of several writes in a row, a screen that is cleared.

use crate::console::Console;
use crate::exit::{Done, Stop};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// What was read by the present run, as it was just before; nothing is kept unless something is watched.
static READ: Mutex<Option<BTreeMap<PathBuf, Stamp>>> = Mutex::new(None);

/// Set by Ctrl-C.
static ENDED: AtomicBool = AtomicBool::new(false);

/// What is looked at of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stamp {
    /// There is nothing.
    Missing,
    /// Size and time of a file.
    File(u64, SystemTime),
    /// The programs and folders in a folder; what an editor leaves beside them is no matter.
    Folder(Vec<OsString>),
}

impl Stamp {
    fn of(path: &Path) -> Stamp {
        let Ok(metadata) = fs::metadata(path) else {
            return Stamp::Missing;
        };
        if !metadata.is_dir() {
            let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            return Stamp::File(metadata.len(), time);
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let matters = |e: &fs::DirEntry| {
            Path::new(&e.file_name())
                .extension()
                .is_some_and(|x| x == "rog")
                || e.file_type().is_ok_and(|t| t.is_dir())
        };
        let mut names: Vec<OsString> = entries.filter(matters).map(|e| e.file_name()).collect();
        names.sort();
        Stamp::Folder(names)
    }
}

/// Remembers that a path is about to be read, or looked for.
pub(crate) fn note(path: &Path) {
    let Ok(mut read) = READ.lock() else { return };
    if let Some(read) = read.as_mut()
        && !read.contains_key(path)
    {
        read.insert(path.to_path_buf(), Stamp::of(path));
    }
}

/// Runs a command once, or with `--watch` until Ctrl-C; then its exit code is that of the last run.
pub(crate) fn over(
    console: &mut Console,
    watch: bool,
    inputs: &[String],
    mut run: impl FnMut(&mut Console) -> Done,
) -> Done {
    if !watch {
        return run(console);
    }
    if inputs.iter().any(|i| i == "-") {
        return Err(console.usage("standard input cannot be watched: name a file"));
    }
    let handler = || {
        // Who asks twice does not want to wait for the run.
        if ENDED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    };
    if let Err(e) = ctrlc::set_handler(handler) {
        console.remark(&format!("note: Ctrl-C ends at once: {e}"));
    }
    loop {
        set(Some(BTreeMap::new()));
        let done = run(console);
        let read = set(None).unwrap_or_default();
        let exit = match done {
            Ok(exit) | Err(Stop::Exit(exit)) => exit,
            Err(stop) => return Err(stop),
        };
        let there = read
            .values()
            .filter(|s| matches!(s, Stamp::File(..)))
            .count();
        let noun = if there == 1 { "file" } else { "files" };
        console.remark(&format!("watching {there} {noun}; Ctrl-C ends"));
        let Some(changed) = wait(&read) else {
            return Ok(exit);
        };
        console.remark(&format!("\n{} changed", changed.display()));
    }
}

fn set(next: Option<BTreeMap<PathBuf, Stamp>>) -> Option<BTreeMap<PathBuf, Stamp>> {
    READ.lock()
        .ok()
        .and_then(|mut r| std::mem::replace(&mut *r, next))
}

/// Waits for a change and for the writing to come to rest; nothing after Ctrl-C.
fn wait(read: &BTreeMap<PathBuf, Stamp>) -> Option<PathBuf> {
    let now = || -> Vec<Stamp> { read.keys().map(|p| Stamp::of(p)).collect() };
    let changed = loop {
        if ENDED.load(Ordering::SeqCst) {
            return None;
        }
        if let Some((path, _)) = read.iter().find(|(p, s)| Stamp::of(p) != **s) {
            break path.clone();
        }
        sleep(PAUSE);
    };
    // An editor may write in several steps, or take a file away before it puts the new one there.
    let mut before = now();
    for _ in 0..20 {
        sleep(PAUSE / 2);
        let after = now();
        let gone = |(was, is): (&Stamp, &Stamp)| *was != Stamp::Missing && *is == Stamp::Missing;
        let gone = read.values().zip(&after).any(gone);
        if after == before && !gone {
            break;
        }
        before = after;
    }
    if ENDED.load(Ordering::SeqCst) {
        None
    } else {
        Some(changed)
    }
}
