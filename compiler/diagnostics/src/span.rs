//! Places in source texts.
//!
//! Comes in: texts with names, byte ranges, article headings. Goes out: lines,
//! columns and headings. Never panics: a place outside its text is moved to the
//! nearest one inside, and never lies within a character.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// Which source text a place is in. Given out by [`SourceMap::add`].
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct FileId(
    /// The position in the source map; `u32::MAX` for no file.
    pub u32,
);

/// A half-open range of bytes in one source text.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text this is a part of.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// `{:-?}` writes no place: two values that say the same in two places are then written alike.
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.sign_minus() {
            return Ok(());
        }
        f.debug_struct("Span")
            .field("file", &self.file)
            .field("start", &self.start)
            .field("end", &self.end)
            .finish()
    }
}

impl Span {
    /// No place at all: the finding is about a run, a command line or a missing file.
    pub const NONE: Span = Span {
        file: FileId(u32::MAX),
        start: 0,
        end: 0,
    };

    /// The bytes `start..end` of `file`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The smallest span that covers both. [`Span::NONE`] adds nothing; of two
    /// different files the first wins.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if other.file != self.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether this is no place at all.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.file.0 == u32::MAX
    }

    /// Whether the other place lies in this one.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte; it may still be a place (something missing there).
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The place just behind this one: where a missing word would go.
    #[must_use]
    pub const fn after(self) -> Span {
        Span {
            file: self.file,
            start: self.end,
            end: self.end,
        }
    }
}

/// One text, with what is computed from it when first asked for.
#[derive(Clone, Debug)]
struct File {
    name: String,
    text: Arc<str>,
    headings: Vec<(Span, String)>,
    /// The byte at which each line starts.
    lines: OnceLock<Vec<usize>>,
    /// The text as it is shown to people; see `render::human`.
    shown: OnceLock<ariadne::Source<Arc<str>>>,
}

/// The source texts of one session, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name people know it by (usually its path as given).
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File {
            name: name.into(),
            text: text.into(),
            headings: Vec::new(),
            lines: OnceLock::new(),
            shown: OnceLock::new(),
        });
        id
    }

    fn get(&self, file: FileId) -> Option<&File> {
        self.files.get(usize::try_from(file.0).ok()?)
    }

    /// The name of a text; empty if there is no such text.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.get(file).map_or("", |f| &f.name)
    }

    /// The text itself; empty if there is no such text.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |f| &f.text)
    }

    /// The bytes a span covers, clamped to whole characters of its text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let span = self.clamp(span);
        &self.text(span.file)[span.start as usize..span.end as usize]
    }

    /// Every text, in the order added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        (0..self.files.len()).map(|i| FileId(u32::try_from(i).unwrap_or(u32::MAX)))
    }

    /// Whether the span is in one of these texts.
    #[must_use]
    pub fn knows(&self, span: Span) -> bool {
        self.get(span.file).is_some()
    }

    /// Line and column of the start of a span, both from 1; columns count characters.
    /// A place outside its text counts as the nearest one inside.
    #[must_use]
    pub fn line_col(&self, span: Span) -> (usize, usize) {
        self.position(span.file, span.start)
    }

    /// Line and column of the end of a span (one past its last character).
    #[must_use]
    pub fn end_line_col(&self, span: Span) -> (usize, usize) {
        self.position(span.file, span.end.max(span.start))
    }

    fn position(&self, file: FileId, byte: u32) -> (usize, usize) {
        let Some(f) = self.get(file) else {
            return (1, 1);
        };
        let byte = f.text.floor_char_boundary(byte as usize);
        let line = f.line_of(byte);
        let start = f.lines().get(line).copied().unwrap_or(0);
        (line + 1, f.text[start..byte].chars().count() + 1)
    }

    /// Replaces the headings of a text: for each article the bytes it covers and how
    /// it is cited, `art 36 "Entry into force"`.
    pub fn set_headings(&mut self, file: FileId, headings: Vec<(Span, String)>) {
        if let Some(f) = self.files.get_mut(file.0 as usize) {
            f.headings = headings;
        }
    }

    /// The innermost heading whose range covers the whole span.
    #[must_use]
    pub fn heading_at(&self, span: Span) -> Option<&str> {
        let end = span.end.max(span.start);
        self.get(span.file)?
            .headings
            .iter()
            .filter(|(h, _)| h.start <= span.start && span.start < h.end && end <= h.end)
            .min_by_key(|(h, _)| h.len())
            .map(|(_, heading)| heading.as_str())
    }

    /// The same span, forced into its text and onto whole characters.
    pub(crate) fn clamp(&self, span: Span) -> Span {
        let text = self.text(span.file);
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.ceil_char_boundary((span.end as usize).min(text.len()));
        let end = end.max(start);
        // A text over 4 GB has no place beyond its first 4 GB.
        let start = u32::try_from(start).unwrap_or(0);
        let end = u32::try_from(end).unwrap_or(start);
        Span::new(span.file, start, end)
    }

    /// The span people are shown: clamped, and what is missing at the end of a text is
    /// shown behind its last visible character rather than on an empty line.
    pub(crate) fn visible(&self, span: Span) -> Span {
        let span = self.clamp(span);
        let text = self.text(span.file);
        if span.is_empty() && span.start as usize == text.len() {
            let end = u32::try_from(text.trim_end().len()).unwrap_or(0);
            return Span::new(span.file, end, end);
        }
        span
    }

    /// Length in bytes of the line a byte is on.
    pub(crate) fn line_len(&self, file: FileId, byte: u32) -> usize {
        let Some(f) = self.get(file) else { return 0 };
        let line = f.line_of(byte as usize);
        let start = f.lines().get(line).copied().unwrap_or(0);
        let end = f.lines().get(line + 1).copied().unwrap_or(f.text.len());
        end - start
    }

    /// The text as shown, made once by `make`.
    pub(crate) fn shown(
        &self,
        file: FileId,
        make: impl FnOnce(&Arc<str>) -> Arc<str>,
    ) -> Option<&ariadne::Source<Arc<str>>> {
        let f = self.get(file)?;
        Some(f.shown.get_or_init(|| ariadne::Source::from(make(&f.text))))
    }
}

impl File {
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
            std::iter::once(0)
                .chain(newlines.map(|(i, _)| i + 1))
                .collect()
        })
    }

    /// The line, from 0, that a byte is on.
    fn line_of(&self, byte: usize) -> usize {
        self.lines()
            .partition_point(|&s| s <= byte)
            .saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_spans() {
        let (a, b) = (FileId(0), FileId(1));
        let x = Span::new(a, 4, 6);
        assert_eq!(x.to(Span::new(a, 10, 12)), Span::new(a, 4, 12));
        assert_eq!(x.to(Span::new(a, 1, 2)), Span::new(a, 1, 6));
        assert_eq!(x.to(Span::new(b, 10, 12)), x);
        assert_eq!(x.to(Span::NONE), x);
        assert_eq!(Span::NONE.to(x), x);
        assert!(Span::NONE.to(Span::NONE).is_none());
        assert_eq!(x.after(), Span::new(a, 6, 6));
    }

    #[test]
    fn counts_lines_and_characters() {
        let mut map = SourceMap::new();
        let f = map.add("a.rog", "body 安全\r\n保障 x\n");
        let at = |start| map.line_col(Span::new(f, start, start));
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(5), (1, 6));
        assert_eq!(at(7), (1, 6), "inside a character");
        assert_eq!(at(8), (1, 7));
        assert_eq!(at(13), (2, 1));
        assert_eq!(at(20), (2, 4));
        assert_eq!(at(22), (3, 1));
        assert_eq!(at(9999), (3, 1));
        assert_eq!(map.line_col(Span::NONE), (1, 1));
        assert_eq!(map.end_line_col(Span::new(f, 5, 11)), (1, 8));
    }

    #[test]
    fn never_leaves_the_text() {
        let mut map = SourceMap::new();
        let f = map.add("a.rog", "安全");
        assert_eq!(map.slice(Span::new(f, 1, 2)), "安");
        assert_eq!(map.slice(Span::new(f, 90, 2)), "");
        assert_eq!(map.slice(Span::NONE), "");
        assert_eq!(map.name(FileId(7)), "");
        assert_eq!(map.files().collect::<Vec<_>>(), [f]);
    }

    #[test]
    fn finds_the_innermost_heading() {
        let mut map = SourceMap::new();
        let f = map.add("a.rog", "x".repeat(100));
        let range = |a, b| Span::new(f, a, b);
        map.set_headings(
            f,
            vec![
                (range(0, 90), "part 1".into()),
                (range(10, 50), "art 1".into()),
                (range(50, 90), "art 2".into()),
            ],
        );
        assert_eq!(map.heading_at(range(12, 13)), Some("art 1"));
        assert_eq!(map.heading_at(range(50, 50)), Some("art 2"));
        assert_eq!(map.heading_at(range(5, 13)), Some("part 1"));
        assert_eq!(map.heading_at(range(95, 96)), None);
        assert_eq!(map.heading_at(Span::NONE), None);
    }
}
