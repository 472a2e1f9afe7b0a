//! For people: the clauses concerned, quoted and underlined.
//!
//! Comes in: a diagnostic. Goes out: the message, the source lines with their labels,
//! then one `= in` line per article concerned, and the help and notes. Never slow:
//! beyond [`MAX_FILE`] or [`MAX_LINE`] the lines are named instead of quoted. Never
//! lets a source text move the terminal's cursor or hide a character.

mod words;

use super::{clean, is_invisible, one_line, short};
use crate::{Diagnostic, FileId, Label, Lang, Severity, SourceMap, Span, help_in};
use ariadne::{Cache, Color, Config, IndexType, LabelAttach, Report, ReportKind, Source};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use words::Words;

/// Files beyond this many bytes are not quoted.
const MAX_FILE: usize = 2_000_000;
/// Lines beyond this many bytes are not quoted.
const MAX_LINE: usize = 2_000;
/// Further places are counted only.
const MAX_LABELS: usize = 16;

/// Renders a diagnostic for people.
pub(super) fn render(d: &Diagnostic, sources: &SourceMap, color: bool, lang: Lang) -> String {
    let paint = Paint { color };
    let words = Words::of(lang);
    let mut labels: Vec<&Label> = d.labels.iter().filter(|l| sources.knows(l.span)).collect();
    labels.sort_by_key(|l| !l.primary);
    let hidden = labels.len().saturating_sub(MAX_LABELS);
    labels.truncate(MAX_LABELS);

    let mut out = String::new();
    let head = format!("{}[{}]", words.severity(d.severity), d.code);
    let head = paint.bold(&head, severity_code(d.severity));
    let title = words.title(d);
    let message = title.map_or_else(|| clean(&d.message), Cow::Borrowed);
    let colon = words.colon;
    if labels.iter().all(|l| quotable(l, sources)) {
        out += &format!("{head}{colon}{message}\n");
        if !labels.is_empty() {
            out += &quote(d, &labels, sources, color);
        }
    } else {
        let place = short::place(d.span(), sources).unwrap_or_default();
        out += &format!("{place}: {head}{colon}{message}\n");
        for label in &labels {
            let place = short::place(label.span, sources).unwrap_or_default();
            out += &format!("  {place}: {}\n", one_line(&label.text));
        }
    }

    let mut remarks = Vec::new();
    let mut headings: Vec<&str> = Vec::new();
    labels.sort_by_key(|l| (!l.primary, l.span.file, l.span.start));
    for label in &labels {
        if let Some(heading) = sources.heading_at(sources.visible(label.span))
            && !headings.contains(&heading)
        {
            headings.push(heading);
            remarks.push(words.within(&one_line(heading)));
        }
    }
    if hidden > 0 {
        remarks.push(words.more_places(hidden));
    }
    if title.is_some() {
        let (found, message) = (paint.bold(words.found, 0), clean(&d.message));
        remarks.push(format!("{found}{colon}{message}"));
    }
    let nowhere = d.labels.iter().filter(|l| !sources.knows(l.span));
    let texts = nowhere.map(|l| &l.text).filter(|t| !t.is_empty());
    remarks.extend(texts.map(|t| format!("{}{colon}{}", paint.bold(words.note, 0), clean(t))));
    remarks.extend(d.help.iter().map(|h| {
        format!(
            "{}{colon}{}",
            paint.bold(words.help, 0),
            clean(&help_in(h, lang))
        )
    }));
    remarks.extend(
        d.notes
            .iter()
            .map(|n| format!("{}{colon}{}", paint.bold(words.note, 0), clean(n))),
    );
    for remark in remarks {
        // Further lines of a remark stand under its first word.
        out += &format!("  = {}\n", remark.replace('\n', "\n    "));
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Whether the lines a label touches are short enough, and its file small enough.
fn quotable(label: &Label, sources: &SourceMap) -> bool {
    let span = sources.visible(label.span);
    sources.text(span.file).len() <= MAX_FILE
        && sources.line_len(span.file, span.start) <= MAX_LINE
        && sources.line_len(span.file, span.end) <= MAX_LINE
}

/// The quoted lines, as ariadne draws them.
fn quote(d: &Diagnostic, labels: &[&Label], sources: &SourceMap, color: bool) -> String {
    let main = sources.visible(d.span());
    // ariadne groups neighbours, so order is by file (the main one first), then by the
    // line a label ends on.
    let mut marks: Vec<(Span, &Label)> = labels
        .iter()
        .map(|l| (widen(sources.visible(l.span), sources), *l))
        .collect();
    marks.sort_by_key(|(s, _)| {
        (
            s.file != main.file,
            s.file,
            sources.end_line_col(*s).0,
            s.start,
        )
    });

    let config = Config::default()
        .with_color(color)
        .with_label_attach(LabelAttach::Start)
        .with_index_type(IndexType::Char);
    let mut report = Report::build(ReportKind::Error, chars(main, sources)).with_config(config);
    for (span, label) in marks {
        let color = match (label.primary, d.severity) {
            (false, _) | (_, Severity::Note) => Color::Blue,
            (true, Severity::Error) => Color::Red,
            (true, Severity::Warning) => Color::Yellow,
        };
        report = report.with_label(
            ariadne::Label::new(chars(span, sources))
                .with_message(one_line(&label.text))
                .with_color(color),
        );
    }
    let mut bytes = Vec::new();
    if report.finish().write(Texts(sources), &mut bytes).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    // Its own heading line is dropped: ours has the form of the other renderings.
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    body.to_owned()
}

/// A span ariadne can draw: without the blanks and line breaks at its end, and what is
/// missing is shown under the next character.
fn widen(span: Span, sources: &SourceMap) -> Span {
    let rest = &sources.text(span.file)[span.start as usize..];
    let len = match sources.slice(span).trim_end().len() {
        0 => rest.chars().next().map_or(0, char::len_utf8),
        len => len,
    };
    let len = u32::try_from(len).unwrap_or(0);
    Span::new(span.file, span.start, span.start + len)
}

/// The span in characters. Bytes would do for one file, but for a label in a second
/// file ariadne 0.6 takes a count of characters for one of bytes: a wrong line, or a
/// panic inside a character.
fn chars(span: Span, sources: &SourceMap) -> (FileId, Range<usize>) {
    let text = sources.text(span.file);
    let start = text[..span.start as usize].chars().count();
    let len = text[span.start as usize..span.end as usize].chars().count();
    (span.file, start..start + len)
}

/// The texts as ariadne sees them.
struct Texts<'a>(&'a SourceMap);

impl Cache<FileId> for Texts<'_> {
    type Storage = Arc<str>;

    fn fetch(&mut self, id: &FileId) -> Result<&Source<Arc<str>>, impl fmt::Debug> {
        self.0.shown(*id, shown).ok_or("no such text")
    }

    fn display<'a>(&self, id: &'a FileId) -> Option<impl fmt::Display + 'a> {
        Some(one_line(self.0.name(*id)))
    }
}

/// The text with every character that would not be seen, or that ariadne would take for
/// the end of a line, replaced one for one.
fn shown(text: &Arc<str>) -> Arc<str> {
    let fine = |c: char| matches!(c, '\n' | '\t') || !is_invisible(c);
    if text.chars().all(fine) {
        return Arc::clone(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(match c {
            '\r' if rest.peek() == Some(&'\n') => '\r',
            '\r' | '\u{0B}' | '\u{0C}' => ' ',
            c if fine(c) => c,
            _ => '\u{FFFD}',
        });
    }
    out.into()
}

fn severity_code(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 31,
        Severity::Warning => 33,
        Severity::Note => 34,
    }
}

struct Paint {
    color: bool,
}

impl Paint {
    /// Bold, in a terminal colour (0: the usual one).
    fn bold(&self, words: &str, color: u8) -> String {
        match (self.color, color) {
            (false, _) => words.to_owned(),
            (true, 0) => format!("\u{1b}[1m{words}\u{1b}[0m"),
            (true, c) => format!("\u{1b}[1;{c}m{words}\u{1b}[0m"),
        }
    }
}
