//! Aligned columns and wrapped text, by the width a terminal gives each character.
//!
//! Comes in: words. Goes out: lines without trailing blanks. Never happens: a byte count
//! taken for a width, a word cut in two where a line could have ended before it.

mod wrap;

pub(crate) use wrap::widest_part;
pub use wrap::{fold, wrap};

use crate::words::{Words, words};
use rogatio_diagnostics::Lang;
use unicode_width::UnicodeWidthStr;

/// Columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text with blanks up to a width.
#[must_use]
pub fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// `1 state`, `30 states`.
#[must_use]
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {}", grouped(n), plural(noun))
    }
}

/// The plural of an English noun; of a word in another script, the word.
#[must_use]
pub fn plural(noun: &str) -> String {
    if !noun.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return noun.to_owned();
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// A number with a thin mark at every third digit from five digits on: `100 000`.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// How a column stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left.
    Left,
    /// To the right.
    Right,
}

/// A cell is not folded into fewer columns.
const NARROWEST: usize = 24;

/// Rows of cells.
#[derive(Clone, Debug, Default)]
pub struct Table {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Columns that stand so.
    #[must_use]
    pub fn new(align: &[Align]) -> Table {
        Table {
            align: align.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same within so many columns: the last cell of a row goes on below itself.
    #[must_use]
    pub fn render_within(&self, indent: usize, columns: usize) -> String {
        let cells = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let last = cells.saturating_sub(1);
        let widest = |c: usize| {
            let of_column = self.rows.iter().filter_map(|r| r.get(c));
            of_column.map(|t| width(t)).max().unwrap_or(0)
        };
        let before: usize = (0..last).map(|c| widest(c) + 2).sum();
        let room = columns.saturating_sub(indent + before).max(NARROWEST);
        let mut folded = Table::new(&self.align);
        for row in &self.rows {
            let Some(text) = row.get(last) else {
                folded.row(row.iter().cloned());
                continue;
            };
            for (i, line) in wrap(text, room).into_iter().enumerate() {
                let head = row[..last].iter().map(|cell| match i {
                    0 => cell.clone(),
                    _ => String::new(),
                });
                folded.row(head.chain([line]));
            }
        }
        folded.render(indent)
    }

    /// The rows as lines, two blanks between columns, after so many blanks.
    #[must_use]
    pub fn render(&self, indent: usize) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|c| {
                self.rows
                    .iter()
                    .filter_map(|r| r.get(c))
                    .map(|t| width(t))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(indent);
            for (c, cell) in row.iter().enumerate() {
                let blanks = " ".repeat(widths[c].saturating_sub(width(cell)));
                match self.align.get(c) {
                    Some(Align::Right) => line += &format!("{blanks}{cell}"),
                    _ => line += &format!("{cell}{blanks}"),
                }
                line += "  ";
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

/// How text is dressed: colours or none, and how wide it may be.
#[derive(Copy, Clone, Debug)]
pub struct Style {
    /// Terminal colours.
    pub color: bool,
    /// Columns of a line.
    pub width: usize,
    /// The language of what stands around the texts of a case.
    pub lang: Lang,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            color: false,
            width: 100,
            lang: Lang::En,
        }
    }
}

impl Style {
    /// The sentences of its language.
    pub(crate) fn words(self) -> &'static dyn Words {
        words(self.lang)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Headings.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What may be passed over.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What is wrong.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// What is right.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What is open.
    #[must_use]
    pub fn open(self, text: &str) -> String {
        self.paint("33", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_align() {
        let mut t = Table::new(&[Align::Left, Align::Right]);
        t.row(["締約国".into(), "1".into()]);
        t.row(["State".into(), "30".into()]);
        assert_eq!(t.render(2), "  締約国   1\n  State   30\n");
    }

    #[test]
    fn wraps_at_blanks_and_inside_what_has_none() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(
            wrap("平和協力法案平和協力", 8),
            ["平和協力", "法案平和", "協力"]
        );
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn numbers_and_nouns() {
        assert_eq!(counted(1, "state"), "1 state");
        assert_eq!(counted(30, "party"), "30 parties");
        assert_eq!(counted(2, "国"), "2 国");
        assert_eq!(grouped(1_000_000), "1 000 000");
        assert_eq!(grouped(1000), "1000");
    }
}
