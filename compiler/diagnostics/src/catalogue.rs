//! Sentences by their English form.
//!
//! Comes in: a sentence as it was said, in English. Goes out: the same sentence in another language, with the same names,
//! numbers and pieces of program in it. Never happens: a sentence is put together from parts that belong to no sentence.
//!
//! A catalogue is a text with two lines a sentence: the English as its place in the code has it, with a name in braces
//! for each part that is filled in, and the other language, indented. A part that is itself in the catalogue is turned,
//! too; any other stays as it is.

use std::borrow::Cow;

/// No sentence is longer; what is, has text of a user in it, and is shown as it is.
const LONGEST: usize = 2_000;

/// A piece of a template.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    /// Words that stand as they are.
    Words(&'static str),
    /// A part that is filled in.
    Part(&'static str),
}

/// A sentence in both languages.
struct Template {
    english: Vec<Piece>,
    other: Vec<Piece>,
}

impl Template {
    /// How many bytes of the English are fixed: of two templates that fit, the one with more says more exactly what is
    /// meant.
    fn fixed(&self) -> usize {
        let len = |p: &Piece| match p {
            Piece::Words(w) => w.len(),
            Piece::Part(_) => 0,
        };
        self.english.iter().map(len).sum()
    }
}

/// Sentences in English and in another language.
pub struct Catalogue {
    templates: Vec<Template>,
    /// What becomes of a part with this name, where it is no sentence of its own.
    part: fn(&str, &str) -> Option<String>,
}

impl Catalogue {
    /// Of a text with two lines a sentence.
    #[must_use]
    pub fn new(text: &'static str) -> Catalogue {
        let mut templates: Vec<Template> = pairs(text)
            .map(|(english, other)| Template {
                english: pieces(english),
                other: pieces(other),
            })
            .collect();
        templates.sort_by_key(|t| std::cmp::Reverse(t.fixed()));
        Catalogue {
            templates,
            part: |_, _| None,
        }
    }

    /// The same, where a part is turned by its name: a `date`, for instance.
    #[must_use]
    pub fn with_parts(mut self, part: fn(&str, &str) -> Option<String>) -> Catalogue {
        self.part = part;
        self
    }

    /// The sentence in the other language; itself where it is not in the catalogue.
    #[must_use]
    pub fn say<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.turn(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn turn(&self, text: &str) -> Option<String> {
        if text.len() > LONGEST {
            return None;
        }
        let mut templates = self.templates.iter();
        let (other, parts) =
            templates.find_map(|t| fit(text, &t.english).map(|parts| (&t.other, parts)))?;
        let filled = other.iter().map(|piece| match piece {
            Piece::Words(words) => Cow::Borrowed(*words),
            Piece::Part(name) => {
                let part = parts
                    .iter()
                    .find(|(n, _)| n == name)
                    .map_or("", |(_, p)| *p);
                // Every template has words of its own, so a part is shorter, and this ends.
                let turned = (self.part)(name, part).or_else(|| self.turn(part));
                turned.map_or(Cow::Borrowed(part), Cow::Owned)
            }
        });
        Some(filled.collect())
    }
}

/// The sentences of a catalogue in both languages.
pub(crate) fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = text.lines();
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?.trim_start())))
}

/// Cuts a template at its parts: `{name}`, letters, digits and `_` without a space.
pub(crate) fn pieces(template: &'static str) -> Vec<Piece> {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = template[at..].find('{').map(|n| at + n) {
        let rest = &template[open + 1..];
        let len = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        at = open + 1 + len;
        if len > 0 && template[at..].starts_with('}') {
            if from < open {
                out.push(Piece::Words(&template[from..open]));
            }
            out.push(Piece::Part(&rest[..len]));
            at += 1;
            from = at;
        }
    }
    if from < template.len() {
        out.push(Piece::Words(&template[from..]));
    }
    out
}

/// What stands in the parts of a template, where a text has its form.
fn fit<'t>(text: &'t str, template: &[Piece]) -> Option<Vec<(&'static str, &'t str)>> {
    match template {
        [] => text.is_empty().then(Vec::new),
        [Piece::Words(words), rest @ ..] => fit(text.strip_prefix(words)?, rest),
        [Piece::Part(name)] => (!text.is_empty()).then(|| vec![(*name, text)]),
        [Piece::Part(name), rest @ ..] => {
            let Piece::Words(next) = rest[0] else {
                return None;
            };
            // A part ends where the words behind it come first, or later where the rest asks for it.
            text.match_indices(next)
                .filter(|(at, _)| *at > 0)
                .find_map(|(at, _)| {
                    let mut parts = fit(&text[at..], rest)?;
                    parts.insert(0, (name, &text[..at]));
                    Some(parts)
                })
        }
    }
}
