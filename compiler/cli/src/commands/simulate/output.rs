//! Where the result of a simulation goes.

use crate::args::OutputFormat;
use crate::console::Console;
use crate::exit::Stop;
use crate::front::refuse;
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_simulate::SimResult;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

/// Prints a result for people or for programs.
pub(super) fn print(
    console: &Console,
    format: OutputFormat,
    object: &impl Serialize,
    human: impl FnOnce() -> String,
) -> Result<(), Stop> {
    match format {
        OutputFormat::Human => console.print(&human()),
        OutputFormat::Json => {
            console.print(&(serde_json::to_string_pretty(object).unwrap_or_default() + "\n"))
        }
    }
}

/// Whether a file can be written here, as far as that can be known before the work.
pub(crate) fn check(console: &Console, path: &Path) -> Result<(), Stop> {
    writable(path).map_err(|why| refuse(console, &cannot_write(path, &why)))
}

/// Writes a result whole or not at all.
pub(super) fn write(
    console: &Console,
    path: &Path,
    result: &SimResult,
    hash: &str,
) -> Result<(), Stop> {
    replace(path, csv(result, hash).as_bytes())
        .map_err(|e| refuse(console, &cannot_write(path, &e.to_string())))
}

/// The result as CSV, with what it was made from and by.
fn csv(result: &SimResult, hash: &str) -> String {
    let csv = result.to_csv();
    let (head, rest) = csv.split_once('\n').unwrap_or((&csv, ""));
    format!(
        "{head}\n,version,,{}\n,hash,,{hash}\n{rest}",
        env!("CARGO_PKG_VERSION")
    )
}

/// SHA-256 of every text that was read, in the order of reading, whatever the files are called.
pub(crate) fn hash(sources: &SourceMap) -> String {
    let mut hash = Sha256::new();
    for file in sources.files() {
        hash.update(sources.text(file));
        // Every text ends with a byte that none has in it.
        hash.update([0]);
    }
    hash.finalize().iter().fold(String::new(), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

fn writable(path: &Path) -> Result<(), String> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}`", folder.display()));
    }
    Ok(())
}

pub(crate) fn cannot_write(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(
        codes::E0007,
        format!("`{}` cannot be written: {why}", path.display()),
    )
}
