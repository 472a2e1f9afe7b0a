//! Where the result of a simulation goes.

use super::exact::ExactPlace;
use super::parquet;
use crate::args::OutputFormat;
use crate::console::Console;
use crate::exit::Stop;
use crate::front::refuse;
use crate::load::read_text;
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_report::{ExactReport, ExactSweepReport, SimReport, SweepPoint, SweepReport};
use rogatio_simulate::{ExactResult, Row, Saved};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

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

/// Whether the name of a file says in which form a result is to be written.
pub(crate) fn formed(console: &Console, path: &Path) -> Result<(), Stop> {
    if form(path).is_none() {
        return Err(console.usage(&format!(
            "`{}`: a result is written as CSV, JSON or Parquet; end the name with .csv, .json or .parquet",
            path.display()
        )));
    }
    Ok(())
}

/// The forms of a file of results, by its name.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
    Parquet,
}

fn form(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Form::Csv),
        "json" => Some(Form::Json),
        "parquet" => Some(Form::Parquet),
        _ => None,
    }
}

/// Writes a result whole or not at all. What was kept on the way is not needed any more.
pub(crate) fn write(
    console: &Console,
    path: &Path,
    axes: &[String],
    points: &[SweepPoint],
    hash: &str,
) -> Result<(), Stop> {
    if form(path) == Some(Form::Json) {
        put(console, path, json(axes, points, hash).as_bytes())?;
    } else {
        rows(console, path, axes, &parts(axes, points, hash))?;
    }
    if form(path) == Some(Form::Json) {
        let _ = std::fs::remove_file(part(path));
    }
    Ok(())
}

/// Keeps the result so far beside the file it will be written to: what stood there stays until the end.
pub(super) fn keep(
    path: &Path,
    axes: &[String],
    points: &[SweepPoint],
    hash: &str,
) -> std::io::Result<()> {
    match form(path) {
        Some(Form::Json) => replace(&part(path), json(axes, points, hash).as_bytes()),
        _ => Ok(()),
    }
}

/// Whether a file is one that `--resume` can continue.
pub(super) fn resumable(console: &Console, path: &Path) -> Result<(), Stop> {
    match form(path) {
        Some(Form::Json) => Ok(()),
        _ => Err(console.usage(&format!(
            "`{}`: `--resume` continues a result that is kept as JSON; end the name of -o with .json",
            path.display()
        ))),
    }
}

/// What `--resume` continues: what was kept on the way, else the file itself; nothing if there is neither.
pub(super) fn saved(console: &Console, path: &Path) -> Result<Option<Saved>, Stop> {
    let kept = part(path);
    let path = if kept.exists() { kept.as_path() } else { path };
    if !path.exists() {
        console.remark(&format!("{} is not there yet: begun anew", path.display()));
        return Ok(None);
    }
    let text = read_text(path).map_err(|d| refuse(console, &d))?;
    match Saved::parse(&text) {
        Ok(saved) => Ok(Some(saved)),
        Err(e) => Err(refuse(
            console,
            &e.diagnostic().note(format!("in {}", path.display())),
        )),
    }
}

/// `OUT.json.part`.
fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// The result as JSON: what `--format json` prints.
fn json(axes: &[String], points: &[SweepPoint], hash: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let text = match points {
        [(_, result)] if axes.is_empty() => {
            serde_json::to_string_pretty(&SimReport::of(result, hash, version))
        }
        _ => serde_json::to_string_pretty(&SweepReport::of(axes, points, hash, version)),
    };
    text.unwrap_or_default() + "\n"
}

/// Rows that have the same place in a sweep.
type Part = (Vec<String>, Vec<Row>);

/// The result as rows, with what it was made from and by. A sweep has a column for each axis before the others.
fn parts(axes: &[String], points: &[SweepPoint], hash: &str) -> Vec<Part> {
    let blank = vec![String::new(); axes.len()];
    let mut parts = vec![(blank.clone(), head(hash))];
    for (i, (at, result)) in points.iter().enumerate() {
        let at: Vec<String> = at.iter().map(|(_, value)| value.clone()).collect();
        // Said once where nothing is varied, else of each point.
        let before = if axes.is_empty() && i == 0 {
            &blank
        } else {
            &at
        };
        parts.push((before.clone(), result.provenance()));
        parts.push((at, result.rows()));
    }
    parts
}

/// What every result has: the version and the hash.
fn head(hash: &str) -> Vec<Row> {
    let row = |statistic, value: &str| Row {
        measure: String::new(),
        statistic,
        at: String::new(),
        value: value.to_owned(),
    };
    vec![row("version", env!("CARGO_PKG_VERSION")), row("hash", hash)]
}

/// Writes rows as CSV or Parquet.
fn rows(console: &Console, path: &Path, axes: &[String], parts: &[Part]) -> Result<(), Stop> {
    if form(path) == Some(Form::Parquet) {
        let all = parts.iter();
        let all = all.flat_map(|(before, rows)| rows.iter().map(move |r| (before.as_slice(), r)));
        let all: Vec<(&[String], &Row)> = all.collect();
        // What is said of the whole, once: of a sweep, what all points have.
        let whole = |(before, row): &&(&[String], &Row)| {
            row.measure.is_empty()
                && (before.iter().all(String::is_empty)
                    || matches!(
                        row.statistic,
                        "program" | "experiment" | "begin" | "horizon" | "draws" | "seed"
                    )
                    || (matches!(row.statistic, "parameter" | "reading")
                        && !axes.contains(&row.at)))
        };
        let mut about: Vec<(String, String)> = Vec::new();
        for (_, row) in all.iter().filter(whole) {
            let key = match row.at.as_str() {
                "" => format!("rogatio.{}", row.statistic),
                at => format!("rogatio.{}.{at}", row.statistic),
            };
            if about.iter().all(|(k, _)| *k != key) {
                about.push((key, row.value.clone()));
            }
        }
        let bytes = parquet::bytes(axes, &all, about)
            .map_err(|e| refuse(console, &cannot_write(path, &e)))?;
        return put(console, path, &bytes);
    }
    let columns = Row {
        measure: "measure".to_owned(),
        statistic: "statistic",
        at: "at".to_owned(),
        value: "value".to_owned(),
    };
    let each = parts
        .iter()
        .map(|(before, rows)| rogatio_simulate::csv(before, rows));
    let text: String = std::iter::once(rogatio_simulate::csv(axes, &[columns]))
        .chain(each)
        .collect();
    put(console, path, text.as_bytes())
}

fn put(console: &Console, path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    replace(path, bytes).map_err(|e| refuse(console, &cannot_write(path, &e.to_string())))
}

/// Writes exact answers whole or not at all.
pub(super) fn write_exact(
    console: &Console,
    path: &Path,
    result: &ExactResult,
    hash: &str,
) -> Result<(), Stop> {
    if form(path) == Some(Form::Json) {
        let report = ExactReport::of(result, hash, env!("CARGO_PKG_VERSION"));
        let text = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
        return put(console, path, text.as_bytes());
    }
    let all = [head(hash), result.provenance(), result.rows()].concat();
    rows(console, path, &[], &[(Vec::new(), all)])
}

/// The same of a sweep.
pub(super) fn write_exact_sweep(
    console: &Console,
    path: &Path,
    axes: &[String],
    points: &[ExactPlace],
    hash: &str,
) -> Result<(), Stop> {
    if form(path) == Some(Form::Json) {
        let report = ExactSweepReport::of(axes, points, hash, env!("CARGO_PKG_VERSION"));
        let text = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
        return put(console, path, text.as_bytes());
    }
    let mut parts = vec![(vec![String::new(); axes.len()], head(hash))];
    for (at, result) in points {
        let at: Vec<String> = at.iter().map(|(_, value)| value.clone()).collect();
        parts.push((at, [result.provenance(), result.rows()].concat()));
    }
    rows(console, path, axes, &parts)
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
    // Known before the work, as replacing it would be refused after it.
    if path.exists() && !path.is_file() {
        return Err("it is not a regular file".to_owned());
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
