//! Colours of what is typed: words of the language, dates, texts, comments, commands.

use rogatio_diagnostics::FileId;
use rogatio_grammar::keywords;
use rogatio_grammar::token::{TokenKind, lex};

/// Longer texts are shown as they are: they come from a paste.
pub(super) const LONGEST: usize = 2048;

const COMMAND: &str = "\u{1b}[36m";
const WORD: &str = "\u{1b}[1m";
const DATE: &str = "\u{1b}[35m";
const TEXT: &str = "\u{1b}[32m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// The line with colours; none if it has none.
pub(super) fn coloured(line: &str) -> Option<String> {
    if line.is_empty() || line.len() > LONGEST {
        return None;
    }
    let (command, rest) = if line.starts_with(':') {
        line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()))
    } else {
        ("", line)
    };
    let mut out = String::new();
    if !command.is_empty() {
        out += &format!("{COMMAND}{command}{PLAIN}");
    }
    let lexed = lex(FileId(0), rest);
    let mut spans: Vec<(usize, usize, &str)> = lexed
        .tokens
        .iter()
        .filter_map(|t| {
            let colour = match t.kind {
                TokenKind::Date | TokenKind::DateTime | TokenKind::Stamp => DATE,
                TokenKind::Str => TEXT,
                kind if is_word(kind) => WORD,
                _ => return None,
            };
            Some((t.start as usize, t.end as usize, colour))
        })
        .collect();
    spans.extend(
        lexed
            .comments
            .iter()
            .map(|c| (c.start as usize, c.end as usize, DIM)),
    );
    spans.sort_unstable_by_key(|s| s.0);
    let mut at = 0;
    for (start, end, colour) in spans {
        out += rest.get(at..start)?;
        out += &format!("{colour}{}{PLAIN}", rest.get(start..end)?);
        at = end;
    }
    out += rest.get(at..)?;
    (out != line).then_some(out)
}

fn is_word(kind: TokenKind) -> bool {
    keywords().iter().any(|k| k.kind == kind && k.reserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_no_character() {
        for line in [
            "1993-09-30: deposit by \"Saint Lucia\" // note",
            ":why in_force and not 脱退(日本)",
            "\"unclosed",
            "何 = ((",
        ] {
            let shown = coloured(line).unwrap_or_else(|| line.to_owned());
            let mut plain = shown.clone();
            for code in [COMMAND, WORD, DATE, TEXT, DIM, PLAIN] {
                plain = plain.replace(code, "");
            }
            assert_eq!(plain, line);
        }
        assert!(coloured("a and b").is_some_and(|s| s.contains(WORD)));
    }
}
