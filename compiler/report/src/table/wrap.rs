//! Where a line may end.
//!
//! Between blanks, and before or after a character of a script without blanks, but never so that a line begins with a
//! sign that closes or ends with one that opens (JIS X 4051, the rules for line beginnings and ends). A word of letters
//! or digits is cut only where it is longer than a line.

use super::width;
use unicode_width::UnicodeWidthChar;

/// Signs that no line begins with.
const NOT_FIRST: &str = "）」』】〕］｝〉》、。，．・：；？！ー々…)]},.:;?!";
/// Signs that no line ends with.
const NOT_LAST: &str = "（「『【〔［｛〈《([{";

/// The text in lines of at most so many columns, eight at least.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for (i, piece) in pieces(word).into_iter().enumerate() {
            let gap = usize::from(i == 0 && !line.is_empty());
            if width(&line) + gap + width(piece) <= columns {
                if gap == 1 {
                    line.push(' ');
                }
                line.push_str(piece);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in piece.chars() {
                if width(&line) + c.width().unwrap_or(0) > columns {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Columns that the longest part takes that cannot be parted.
#[must_use]
pub(crate) fn widest_part(text: &str) -> usize {
    let parts = text.split_whitespace().flat_map(pieces);
    parts.map(width).max().unwrap_or(0)
}

/// The text in lines that a terminal narrower than a table can show: what is longer goes on below, a little to the right.
/// Bars and rules are cut.
#[must_use]
pub fn fold(text: &str, columns: usize) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (words, end) = match line.strip_suffix('\n') {
            Some(words) => (words, "\n"),
            None => (line, ""),
        };
        if width(words) <= columns {
            out += line;
            continue;
        }
        if words.contains('█') || words.trim().chars().all(|c| c == '─') {
            let mut room = columns;
            let fits = |c: &char| {
                let wide = c.width().unwrap_or(0);
                let fits = wide <= room;
                room = room.saturating_sub(if fits { wide } else { room });
                fits
            };
            out += words
                .chars()
                .take_while(fits)
                .collect::<String>()
                .trim_end();
            out += end;
            continue;
        }
        let blanks = words.len() - words.trim_start().len();
        let indent = blanks.min(columns / 4);
        let lines = wrap(words, columns.saturating_sub(indent + 2).max(8));
        let shown: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(i, l)| {
                format!(
                    "{}{l}",
                    " ".repeat(if i == 0 { indent } else { indent + 2 })
                )
            })
            .collect();
        out += &shown.join("\n");
        out += end;
    }
    out
}

/// The parts of a word between which a line may end.
fn pieces(word: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in word.char_indices() {
        if before.is_some_and(|b| may_part(b, c)) {
            out.push(&word[from..at]);
            from = at;
        }
        before = Some(c);
    }
    out.push(&word[from..]);
    out
}

fn may_part(before: char, after: char) -> bool {
    let wide = |c: char| c.width().unwrap_or(0) > 1;
    (wide(before) || wide(after)) && !NOT_LAST.contains(before) && !NOT_FIRST.contains(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_in_either_script() {
        assert_eq!(wrap("two words here", 9), ["two words", "here"]);
        assert_eq!(
            wrap("ただし、次を満たさない：litigates(t, Japan)", 28),
            ["ただし、次を満たさない：", "litigates(t, Japan)"]
        );
        assert_eq!(wrap("S21、S22、S23", 9), ["S21、", "S22、S23"]);
        assert_eq!(
            wrap("締約国の地位（Japan）", 14),
            ["締約国の地位", "（Japan）"]
        );
        assert_eq!(wrap("abcdefghijkl", 8), ["abcdefgh", "ijkl"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn a_narrow_terminal_has_all_words() {
        let text = "short\n  1993-12-29  in_force starts          art 36(1)\n████████████████████████████\n";
        let folded = fold(text, 20);
        assert!(folded.lines().all(|l| width(l) <= 20), "{folded}");
        assert_eq!(
            folded,
            "short\n  1993-12-29\n    in_force starts\n    art 36(1)\n████████████████████\n"
        );
        assert_eq!(
            fold("締約国の地位が生ずる", 10),
            "締約国の\n  地位が生\n  ずる"
        );
        assert_eq!(fold(text, 60), text);
    }

    #[test]
    fn no_line_begins_with_a_sign_that_closes() {
        let text =
            "第三条の規定は、この条約の締約国（議定書の締約国を除く。）については、適用しない。";
        for columns in 8..60 {
            for line in wrap(text, columns) {
                assert!(width(&line) <= columns, "{columns}: {line}");
                assert!(!line.starts_with(['）', '、', '。']), "{columns}: {line}");
                assert!(!line.ends_with('（'), "{columns}: {line}");
            }
        }
    }
}
