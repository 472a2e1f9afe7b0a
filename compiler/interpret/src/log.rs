//! Histories from files: CSV, or JSON lines.
//!
//! Comes in: the text of a file and a mapping of keys to columns. Goes out: lines with their places, and what is wrong
//! with the others. Nothing is dropped in silence, and nothing is read from disk here.
//!
//! The keys are `at`, `n`, `act`, `actor`, `for`, `to`, `recalled`, `recorded`, and one per argument. A key that is not mapped is the
//! column of its name. `recalled` is set by the values `recalled`, `true`, `yes` and `1`. `recorded` is the day
//! on which the line became known; without it that is the day of the act itself.

use rogatio_calendar::{Day, Instant};
use rogatio_diagnostics::{Diagnostic, codes};
use rogatio_mir::MapValue;
use std::collections::BTreeMap;

/// Finds the files that scenarios name.
pub trait Logs {
    /// The text of a file; its name is relative to the module that names it.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, relative: &str) -> Result<String, LogError>;
}

/// A file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LogError(pub String);

/// No files.
#[derive(Copy, Clone, Debug, Default)]
pub struct NoLogs;

impl Logs for NoLogs {
    fn read(&self, relative: &str) -> Result<String, LogError> {
        Err(LogError(format!("no file `{relative}` here")))
    }
}

/// A date or time as recorded.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LogTime {
    /// By day.
    Day(Day),
    /// To the second.
    Instant(Instant),
}

impl LogTime {
    /// The second at which it begins.
    #[must_use]
    pub fn second(self) -> i64 {
        match self {
            LogTime::Day(d) => Instant::from_day(d).0,
            LogTime::Instant(i) => i.0,
        }
    }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: LogTime,
    /// Order within the day, where recorded.
    pub n: Option<i64>,
    /// Name of the act.
    pub act: String,
    /// Who.
    pub actor: Option<String>,
    /// For whom.
    pub for_whom: Option<String>,
    /// To whom.
    pub to: Option<String>,
    /// Arguments by name; every other column is here too.
    pub args: BTreeMap<String, String>,
    /// Recalled rather than documented.
    pub recalled: bool,
    /// When it became known, where that is not the day of the act itself.
    pub recorded: Option<Day>,
    /// Its line in the file, from 1.
    pub line: usize,
}

impl LogLine {
    /// The day from which it is known.
    #[must_use]
    pub fn known_from(&self) -> Day {
        self.recorded
            .unwrap_or_else(|| Instant(self.at.second()).day())
    }
}

/// A log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// The file's name, for messages.
    pub name: String,
    /// What could be read.
    pub lines: Vec<LogLine>,
    /// The columns of every line as they stand, for entities taken from them.
    pub rows: Vec<BTreeMap<String, String>>,
}

impl Log {
    /// Leaves out what was not known on a day; returns how many lines that are.
    pub fn known_on(&mut self, day: Day) -> usize {
        let known = |l: &LogLine| l.known_from() <= day;
        let late: Vec<bool> = self.lines.iter().map(|l| !known(l)).collect();
        if late.len() == self.rows.len() {
            let mut late = late.iter();
            self.rows.retain(|_| late.next() != Some(&true));
        }
        self.lines.retain(known);
        late.into_iter().filter(|l| *l).count()
    }
}

type Row = (usize, BTreeMap<String, String>);

/// Reads a log. What cannot be read is reported with its line, and left out.
#[must_use]
pub fn parse(name: &str, text: &str, mapping: &[(String, MapValue)]) -> (Log, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = text.trim_start().starts_with('{');
    let (columns, rows) = if json {
        json_rows(name, text, &mut found)
    } else {
        csv_rows(name, text, &mut found)
    };
    if rows.is_empty() && found.is_empty() {
        let message = format!("{name} is empty");
        found.push(
            Diagnostic::error(codes::E0906, message)
                .help("a log has a line of column names, and one line per act"),
        );
    }
    let mapped = |key: &str| mapping.iter().find(|(k, _)| k == key).map(|(_, v)| v);
    let is_there = |column: &str| json || columns.iter().any(|c| c == column);
    let mut missing = false;
    for key in ["at", "act"] {
        let column = match mapped(key) {
            Some(MapValue::Constant(_)) => continue,
            Some(MapValue::Column(c)) => c.text.as_str(),
            None => key,
        };
        if !rows.is_empty() && !is_there(column) {
            missing = true;
            found.push(missing_column(name, key, column, &columns));
        }
    }
    for (key, value) in mapping {
        if let MapValue::Column(c) = value
            && !["at", "act"].contains(&key.as_str())
            && !rows.is_empty()
            && !is_there(&c.text)
        {
            missing = true;
            found.push(missing_column(name, key, &c.text, &columns));
        }
    }
    let mut log = Log {
        name: name.to_owned(),
        ..Log::default()
    };
    for (line, row) in rows {
        log.rows.push(row.clone());
        if missing {
            continue;
        }
        match read_line(name, line, row, mapping) {
            Ok(l) => log.lines.push(l),
            Err(d) => found.push(*d),
        }
    }
    out_of_order(&log, &mut found);
    (log, found)
}

fn missing_column(name: &str, key: &str, column: &str, columns: &[String]) -> Diagnostic {
    let message = format!("{name} has no column `{column}`");
    let d = Diagnostic::error(codes::E0902, message)
        .note(format!("the columns are: {}", columns.join(", ")));
    d.help(format!(
        "say which column it is: `events from \"{name}\" {{ {key} = COLUMN }}`"
    ))
}

fn out_of_order(log: &Log, found: &mut Vec<Diagnostic>) {
    for pair in log.lines.windows(2) {
        let [a, b] = pair else { continue };
        let day = |l: &LogLine| Instant(l.at.second()).day();
        let by_order = match (a.n, b.n) {
            (Some(x), Some(y)) => day(a) == day(b) && y < x,
            _ => false,
        };
        let both_timed = matches!((a.at, b.at), (LogTime::Instant(_), LogTime::Instant(_)));
        let earlier = if both_timed {
            b.at.second() < a.at.second()
        } else {
            day(b) < day(a)
        };
        if earlier || by_order {
            let message = format!(
                "{}:{}: this line is earlier than the line before it",
                log.name, b.line
            );
            let help = "put the lines in the order of their dates, and of `n` within a day";
            found.push(Diagnostic::error(codes::E0903, message).help(help));
        }
    }
}

fn read_line(
    name: &str,
    line: usize,
    mut row: BTreeMap<String, String>,
    mapping: &[(String, MapValue)],
) -> Result<LogLine, Box<Diagnostic>> {
    for (key, value) in mapping {
        let text = match value {
            MapValue::Constant(t) => Some(t.value.clone()),
            MapValue::Column(c) => row.get(&c.text).cloned(),
        };
        if let Some(text) = text {
            row.insert(key.clone(), text);
        }
    }
    let mut take = |key: &str| {
        row.remove(key)
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    let bad = |code, message: String| {
        Box::new(Diagnostic::error(code, format!("{name}:{line}: {message}")))
    };
    let Some(at) = take("at") else {
        return Err(bad(codes::E0901, "the date is missing".to_owned()));
    };
    let at = parse_time(&at).map_err(|why| {
        let d = bad(codes::E0901, format!("`{at}` is not a date"));
        Box::new(d.note(why))
    })?;
    let n = match take("n") {
        Some(n) => match n.parse() {
            Ok(n) => Some(n),
            Err(_) => {
                return Err(bad(
                    codes::E0907,
                    format!("`{n}` is not a number: `n` is the order within the day"),
                ));
            }
        },
        None => None,
    };
    let Some(act) = take("act") else {
        return Err(bad(codes::E0905, "the act is missing".to_owned()));
    };
    let (actor, for_whom, to) = (take("actor"), take("for"), take("to"));
    let recorded = match take("recorded") {
        None => None,
        Some(text) => match parse_time(&text) {
            Ok(time) => Some(Instant(time.second()).day()),
            Err(why) => {
                let d = bad(
                    codes::E0901,
                    format!(
                        "`{text}` is not a date: `recorded` is the day on which the line became known"
                    ),
                );
                return Err(Box::new(d.note(why)));
            }
        },
    };
    let recalled = take("recalled");
    let recalled = recalled
        .is_some_and(|r| matches!(r.to_lowercase().as_str(), "recalled" | "true" | "yes" | "1"));
    Ok(LogLine {
        at,
        n,
        act,
        actor,
        for_whom,
        to,
        args: row,
        recalled,
        recorded,
        line,
    })
}

/// A date, or a date with a time.
///
/// # Errors
/// Why it is neither.
pub fn parse_time(text: &str) -> Result<LogTime, String> {
    if text.contains('T') {
        text.parse()
            .map(LogTime::Instant)
            .map_err(|e: rogatio_calendar::CalendarError| e.to_string())
    } else {
        text.parse()
            .map(LogTime::Day)
            .map_err(|e: rogatio_calendar::CalendarError| e.to_string())
    }
}

fn csv_rows(name: &str, text: &str, found: &mut Vec<Diagnostic>) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(h) => h.iter().map(str::to_owned).collect(),
        Err(e) => {
            found.push(Diagnostic::error(codes::E0907, format!("{name}:1: {e}")));
            return (Vec::new(), Vec::new());
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record
                    .position()
                    .map_or(0, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
                let row = columns
                    .iter()
                    .cloned()
                    .zip(record.iter().map(str::to_owned))
                    .collect();
                rows.push((line, row));
            }
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                let why = match e.kind() {
                    csv::ErrorKind::UnequalLengths {
                        expected_len, len, ..
                    } => {
                        format!("{len} fields where the first line has {expected_len} columns")
                    }
                    _ => e.to_string(),
                };
                let d = Diagnostic::error(codes::E0907, format!("{name}:{line}: {why}"));
                found.push(d.help("quote a field that contains a comma"));
            }
        }
    }
    (columns, rows)
}

fn json_rows(name: &str, text: &str, found: &mut Vec<Diagnostic>) -> (Vec<String>, Vec<Row>) {
    use serde_json::Value as Json;
    let mut columns: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for (i, line) in text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let number = i + 1;
        let object = match serde_json::from_str::<Json>(line) {
            Ok(Json::Object(o)) => o,
            Ok(_) => {
                let message = format!("{name}:{number}: not an object");
                found.push(
                    Diagnostic::error(codes::E0907, message)
                        .help("every line is one object: { \"at\": … }"),
                );
                continue;
            }
            Err(e) => {
                let what = if e.is_eof() {
                    "the line ends in the middle of an object"
                } else {
                    "this is not JSON"
                };
                let d = Diagnostic::error(codes::E0907, format!("{name}:{number}: {what}"));
                found.push(d.note(format!("column {}: {e}", e.column())));
                continue;
            }
        };
        let mut row = BTreeMap::new();
        for (key, value) in object {
            let text = match value {
                Json::Null => continue,
                Json::String(s) => s,
                Json::Bool(b) => b.to_string(),
                Json::Number(n) => n.to_string(),
                Json::Array(_) | Json::Object(_) => {
                    let message =
                        format!("{name}:{number}: `{key}` is neither a text nor a number");
                    found.push(Diagnostic::error(codes::E0907, message));
                    continue;
                }
            };
            if !columns.contains(&key) {
                columns.push(key.clone());
            }
            row.insert(key, text);
        }
        rows.push((number, row));
    }
    (columns, rows)
}

/// The known name nearest to one that is not known, if it is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = name.chars().count() / 3 + 1;
    let scored = known
        .into_iter()
        .map(|k| (rogatio_diagnostics::distance(name, k), k));
    scored.filter(|(d, _)| *d <= far).min().map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_of(text: &str) -> Vec<&'static str> {
        parse("x.csv", text, &[])
            .1
            .iter()
            .map(|d| d.code.as_str())
            .collect()
    }

    #[test]
    fn reads_csv_and_json() {
        let (log, found) = parse(
            "x.csv",
            "at,n,act,actor,form\n1993-01-02,1,deposit,\"Saint Lucia\",accession\n",
            &[],
        );
        assert!(found.is_empty(), "{found:?}");
        let line = &log.lines[0];
        assert_eq!(
            (line.actor.as_deref(), line.n, line.line),
            (Some("Saint Lucia"), Some(1), 2)
        );
        assert_eq!(line.args.get("form").map(String::as_str), Some("accession"));
        let (log, found) = parse(
            "x.jsonl",
            "{\"at\":\"1993-01-02T10:00:00\",\"act\":\"a\",\"recalled\":true}\n",
            &[],
        );
        assert!(found.is_empty() && log.lines[0].recalled, "{found:?}");
    }

    #[test]
    fn knows_what_was_recorded_by_a_day() {
        let text = "at,recorded,act,actor\n1993-01-02,,a,X\n1993-01-03,1993-06-01,a,Y\n1993-01-04,1993-01-04T12:00:00,a,Z\n";
        let (mut log, found) = parse("x.csv", text, &[]);
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(log.known_on(Day::from_ymd(1993, 5, 31).expect("a day")), 1);
        let actors: Vec<_> = log
            .lines
            .iter()
            .filter_map(|l| l.actor.as_deref())
            .collect();
        assert_eq!(actors, ["X", "Z"]);
        assert_eq!(log.rows.len(), 2);
        assert_eq!(codes_of("at,recorded,act\n1993-01-02,soon,a\n"), ["E0901"]);
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(codes_of(""), ["E0906"]);
        assert_eq!(codes_of("at,act\n"), ["E0906"]);
        assert_eq!(codes_of("at,act\n1993-02-30,deposit\n"), ["E0901"]);
        assert_eq!(codes_of("date,act\n1993-02-03,deposit\n"), ["E0902"]);
        assert_eq!(codes_of("at,act\n1993-02-03,a\n1993-02-02,a\n"), ["E0903"]);
        assert_eq!(codes_of("at,act\n1993-02-03\n"), ["E0907"]);
        assert_eq!(codes_of("{\"at\":\"1993-01-02\",\"act\":"), ["E0907"]);
        assert_eq!(
            codes_of("at,n,act\n1993-02-03,2,a\n1993-02-03,1,a\n"),
            ["E0903"]
        );
    }

    #[test]
    fn suggests() {
        assert_eq!(nearest("Mongolie", ["Mongolia", "Malta"]), Some("Mongolia"));
        assert_eq!(nearest("xyz", ["Mongolia"]), None);
    }
}
