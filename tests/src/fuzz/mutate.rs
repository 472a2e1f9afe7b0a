//! Mutations that know what a program is made of: words, numbers, lines, blocks; and some that do not.

use super::Seed;
use crate::chance::Chance;
use std::collections::BTreeSet;

/// Pieces to put in.
pub(super) struct Words {
    pieces: Vec<String>,
}

/// What trips programs up anywhere.
const HARD: &[&str] = &[
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "4294967296",
    "1/0",
    "0/0",
    "999999999 years",
    "9223372036854775807 days",
    "0 days",
    "0001-01-01",
    "9999-12-31",
    "2001-02-30",
    "9999-12-31T23:59:59",
    "0th",
    "4294967296th",
    "100%",
    "0.000000000000000000001",
    "(",
    ")",
    "{",
    "}",
    "((",
    "\"",
    "//",
    ",",
    ",,",
    "..",
    "->",
    "#",
    "@",
    "_",
    "now",
    "this",
    "here",
    "it",
    "none",
    "\u{feff}",
    "\0",
    "\r",
    "\u{3000}",
    "\u{202e}",
    "e\u{301}",
    "（１）",
    "十一",
    "🏛",
    "\n(4)",
    "\n(一)",
];

impl Words {
    /// Every word of the corpus, once, and what is hard.
    pub(super) fn of(corpus: &[Seed]) -> Words {
        let mut pieces: BTreeSet<String> = BTreeSet::new();
        for seed in corpus {
            pieces.extend(
                tokens(&seed.text)
                    .into_iter()
                    .map(|(a, b)| seed.text[a..b].to_owned()),
            );
        }
        pieces.retain(|p| p.len() < 40);
        let mut pieces: Vec<String> = pieces.into_iter().collect();
        // The hard ones come up as often as one word in eight.
        let often = (pieces.len() / HARD.len() / 8).max(1);
        for hard in HARD {
            pieces.extend(std::iter::repeat_n((*hard).to_owned(), often));
        }
        Words { pieces }
    }

    fn one(&self, chance: &mut Chance) -> &str {
        chance.one(&self.pieces).map_or("", String::as_str)
    }
}

/// One of the corpus with a few mutations.
pub(super) fn mutated(corpus: &[Seed], words: &Words, chance: &mut Chance) -> Seed {
    let Some(seed) = chance.one(corpus) else {
        return Seed {
            name: String::new(),
            text: String::new(),
        };
    };
    let mut seed = seed.clone();
    // Mostly little damage: what is broken altogether is read by nobody beyond the parser.
    let times = [1, 1, 1, 2, 2, 3, 5, 12][chance.below(8)];
    for _ in 0..times {
        seed.text = mutate(&seed.text, corpus, words, chance);
    }
    // A blow-up must not make the run slow.
    if seed.text.len() > 100_000 {
        let end = floor(&seed.text, 100_000);
        seed.text.truncate(end);
    }
    seed
}

fn mutate(text: &str, corpus: &[Seed], words: &Words, chance: &mut Chance) -> String {
    let cut = |at: (usize, usize), with: &str| format!("{}{with}{}", &text[..at.0], &text[at.1..]);
    let tokens = tokens(text);
    let Some(&one) = chance.one(&tokens) else {
        return words.one(chance).to_owned();
    };
    let own = &text[one.0..one.1];
    match chance.below(20) {
        0 | 1 => cut(one, ""),
        2 => cut(one, &format!("{own} {own}")),
        3 | 4 => cut(one, words.one(chance)),
        5 => cut((one.0, one.0), &format!(" {} ", words.one(chance))),
        6 => {
            let other = chance.one(&tokens).copied().unwrap_or(one);
            let (a, b) = if one.0 <= other.0 {
                (one, other)
            } else {
                (other, one)
            };
            if a.1 > b.0 {
                return text.to_owned();
            }
            let (x, y) = (&text[a.0..a.1], &text[b.0..b.1]);
            format!("{}{y}{}{x}{}", &text[..a.0], &text[a.1..b.0], &text[b.1..])
        }
        // A word that stands elsewhere in this text: a name for another name.
        7 | 8 => {
            let other = chance.one(&tokens).copied().unwrap_or(one);
            cut(one, &text[other.0..other.1])
        }
        9 => lines(text, chance, |list, a, _| {
            list.remove(a);
        }),
        10 => lines(text, chance, |list, a, b| list.insert(b, list[a])),
        11 => lines(text, chance, |list, a, b| list.swap(a, b)),
        // Lines of another text.
        12 => {
            let other = chance.one(corpus).map_or("", |s| s.text.as_str());
            let theirs: Vec<&str> = other.lines().collect();
            let from = chance.below(theirs.len());
            let to = (from + 1 + chance.below(8)).min(theirs.len());
            let more = theirs.get(from..to).unwrap_or_default().join("\n");
            let at = chance.below(text.lines().count());
            let own: Vec<&str> = text.lines().collect();
            let (before, after) = own.split_at(at);
            [before, &[more.as_str()], after].concat().join("\n")
        }
        13 => nested(text, one, chance),
        14 => flipped(text, chance),
        15 => cut((one.0, text.len()), ""),
        16 => cut(one, HARD[chance.below(HARD.len())]),
        17 => number(text, &tokens, chance),
        18 => {
            let block = block(text, chance);
            cut(block, "")
        }
        _ => {
            let at = block(text, chance);
            let own = &text[at.0..at.1];
            let times = [2, 3, 40][chance.below(3)];
            cut(at, &own.repeat(times))
        }
    }
}

/// Words, numbers, texts in quotes and signs, by place. A rough cut: the lexer's own is under test.
pub(super) fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let mut end = start + c.len_utf8();
        let take = |ok: &dyn Fn(char) -> bool,
                    end: &mut usize,
                    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>| {
            while let Some((at, d)) = chars.next_if(|(_, d)| ok(*d)) {
                *end = at + d.len_utf8();
            }
        };
        if c.is_ascii_digit() {
            take(
                &|d| word(d) || matches!(d, '-' | '.' | '%'),
                &mut end,
                &mut chars,
            );
        } else if word(c) {
            take(&word, &mut end, &mut chars);
        } else if c == '"' {
            take(&|d| d != '"' && d != '\n', &mut end, &mut chars);
            if let Some((at, _)) = chars.next_if(|(_, d)| *d == '"') {
                end = at + 1;
            }
        }
        found.push((start, end));
    }
    found
}

fn lines<'t>(
    text: &'t str,
    chance: &mut Chance,
    change: impl FnOnce(&mut Vec<&'t str>, usize, usize),
) -> String {
    let mut list: Vec<&str> = text.lines().collect();
    if list.is_empty() {
        return String::new();
    }
    let (a, b) = (chance.below(list.len()), chance.below(list.len()));
    change(&mut list, a, b);
    list.join("\n")
}

/// Something in many brackets, or under many prefixes.
fn nested(text: &str, at: (usize, usize), chance: &mut Chance) -> String {
    let (open, close) = [
        ("(", ")"),
        ("not ", ""),
        ("{", "}"),
        ("- ", ""),
        ("count(", ")"),
        ("later(", ", now)"),
        ("first ", ""),
        ("90 days after ", ""),
        ("lapse of ", ""),
        ("set of ", ""),
    ][chance.below(10)];
    let deep = [2, 10, 300, 3000][chance.below(4)];
    format!(
        "{}{}{}{}{}",
        &text[..at.0],
        open.repeat(deep),
        &text[at.0..at.1],
        close.repeat(deep),
        &text[at.1..]
    )
}

/// One bit of one byte; what is no longer UTF-8 is what a reader of files makes of it.
fn flipped(text: &str, chance: &mut Chance) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = chance.below(bytes.len());
    if let Some(b) = bytes.get_mut(at) {
        *b ^= 1 << chance.below(8);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A number becomes another one.
fn number(text: &str, tokens: &[(usize, usize)], chance: &mut Chance) -> String {
    let digit = |t: &&(usize, usize)| text[t.0..].starts_with(|c: char| c.is_ascii_digit());
    let numbers: Vec<&(usize, usize)> = tokens.iter().filter(digit).collect();
    let Some(at) = chance.one(&numbers) else {
        return text.to_owned();
    };
    let own = &text[at.0..at.1];
    let new = match chance.below(6) {
        0 => own.replace(|c: char| c.is_ascii_digit(), "9"),
        1 => own.replace(|c: char| c.is_ascii_digit(), "0"),
        2 => format!("{own}{own}"),
        3 => format!("-{own}"),
        4 => "1".repeat(1 + chance.below(40)),
        _ => chance.below(100).to_string(),
    };
    format!("{}{new}{}", &text[..at.0], &text[at.1..])
}

/// From a `{` to the `}` that closes it, or a whole line.
fn block(text: &str, chance: &mut Chance) -> (usize, usize) {
    let opens: Vec<usize> = text.match_indices('{').map(|(i, _)| i).collect();
    let Some(&start) = chance.one(&opens) else {
        return (0, text.find('\n').map_or(text.len(), |i| i + 1));
    };
    let mut depth = 0;
    for (i, c) in text[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (start, start + i + 1);
        }
    }
    (start, text.len())
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
