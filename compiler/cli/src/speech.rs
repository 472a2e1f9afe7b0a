//! What the prompt says in the language of whoever reads it.
//!
//! Comes in: a text of ours in English, line by line. Goes out: the same in that language. Never happens: a text of a
//! user, of a report or of a module is looked at; those are in their language already.
//!
//! `prompt_ja.txt` has the lines in English and in Japanese.

use rogatio_diagnostics::{Catalogue, Lang};
use std::borrow::Cow;
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("prompt_ja.txt")).with_parts(part));

/// A part that is a day is written as days are; a line of an experiment stands as it is.
fn part(name: &str, part: &str) -> Option<String> {
    match name {
        "date" => Some(rogatio_interpret::japanese_date(part)),
        "bound" | "bounds" | "wider" => Some(part.to_owned()),
        _ => None,
    }
}

/// A sentence in a language.
pub(crate) fn say(text: &str, lang: Lang) -> Cow<'_, str> {
    match lang {
        Lang::En => Cow::Borrowed(text),
        Lang::Ja => JAPANESE.say(text),
    }
}

/// The same for each line, which keeps its indentation.
pub(crate) fn say_lines(text: &str, lang: Lang) -> String {
    let line = |line: &str| {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        format!("{indent}{}", say(words, lang))
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_days_and_indentation_stay() {
        let ja = |text| say_lines(text, Lang::Ja);
        assert_eq!(ja("at the end of 1993-12-29"), "1993年12月29日終了時");
        assert_eq!(
            ja("taken back: 1993-09-30: a by B"),
            "取り消した：1993-09-30: a by B"
        );
        assert_eq!(
            ja("nobody is called `Mongola`; did you mean `Mongolia`?"),
            "`Mongola` という者はいない。`Mongolia` のことか"
        );
        assert_eq!(
            ja("  w             wait for the next thing that time brings\n"),
            "  w             時が次にもたらすものを待つ\n"
        );
        assert_eq!(ja("Mongolia"), "Mongolia");
        assert_eq!(
            say("there are no readings", Lang::En),
            "there are no readings"
        );
    }
}
