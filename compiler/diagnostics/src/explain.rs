//! The long story of each code.
//!
//! Comes in: the Markdown files of the registry. Goes out: title and text per code,
//! and the example programs in them. Never compiles the examples: the suite does.

use crate::{Code, Lang, codes};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What `rogatio explain` says about one code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// One line, no full stop.
    pub title: &'static str,
    /// Markdown: what it means, why, a bad and a good program, the edit to make.
    pub text: &'static str,
}

static ALL: LazyLock<Vec<Explanation>> = LazyLock::new(|| {
    codes::ALL
        .iter()
        .map(|&(code, file)| {
            let (first, text) = file.split_once('\n').unwrap_or((file, ""));
            let title = first.split_once(':').map_or("", |(_, title)| title.trim());
            let text = text.trim();
            Explanation { code, title, text }
        })
        .collect()
});

/// Japanese titles, a line each: the code, a space, the title.
const JAPANESE: &str = include_str!("titles_ja.txt");

static TITLES_JA: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| JAPANESE.lines().filter_map(|l| l.split_once(' ')).collect());

/// The explanation of a code, letter case aside.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Explanation> {
    ALL.iter()
        .find(|e| e.code.as_str().eq_ignore_ascii_case(code.trim()))
}

/// Every explanation, by code.
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    ALL.iter()
}

impl Explanation {
    /// Its title in a language.
    #[must_use]
    pub fn title_in(&self, lang: Lang) -> &'static str {
        let japanese = || TITLES_JA.get(self.code.as_str()).copied();
        match lang {
            Lang::En => self.title,
            Lang::Ja => japanese().unwrap_or(self.title),
        }
    }

    /// The programs of this text that are wrong, in order.
    pub fn bad(&self) -> impl Iterator<Item = &'static str> {
        blocks(self.text, "rog bad")
    }

    /// The programs of this text that are right, in order.
    pub fn good(&self) -> impl Iterator<Item = &'static str> {
        blocks(self.text, "rog good")
    }
}

/// The fenced blocks whose info string is `info`.
fn blocks(text: &'static str, info: &'static str) -> impl Iterator<Item = &'static str> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .filter_map(move |block| {
            let (first, program) = block.split_once('\n')?;
            (first.trim() == info).then_some(program)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// A text may say why it has no program to show.
    const WITHOUT: &str = "No example program: ";

    #[test]
    fn every_file_has_a_line_and_every_line_a_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codes");
        let names = std::fs::read_dir(folder).expect("the folder of texts");
        let files: BTreeSet<String> = names
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let lines: BTreeSet<String> = codes::ALL.iter().map(|(c, _)| format!("{c}.md")).collect();
        assert_eq!(files, lines, "codes/*.md against src/codes.rs");
    }

    #[test]
    fn every_code_has_a_japanese_title() {
        let titled: Vec<&str> = JAPANESE
            .lines()
            .map(|l| l.split(' ').next().unwrap_or(""))
            .collect();
        let codes: Vec<&str> = codes::ALL.iter().map(|(c, _)| c.as_str()).collect();
        assert_eq!(
            titled, codes,
            "src/titles_ja.txt against src/codes.rs, in order"
        );
        for e in explanations() {
            let title = e.title_in(Lang::Ja);
            assert!(title.chars().any(|c| c > '\u{3000}'), "{}: {title}", e.code);
            assert!(!title.ends_with('。'), "{}: full stop", e.code);
        }
    }

    #[test]
    fn codes_are_sorted_and_well_formed() {
        assert!(
            codes::ALL.windows(2).all(|w| w[0].0 < w[1].0),
            "sort the lines of src/codes.rs"
        );
        for (code, _) in codes::ALL {
            let (band, digits) = code.as_str().split_at(1);
            assert!(matches!(band, "E" | "W"), "{code}: E or W");
            assert!(
                digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
                "{code}: four digits"
            );
        }
    }

    #[test]
    fn every_text_is_complete() {
        for (e, (code, file)) in explanations().zip(codes::ALL) {
            assert!(file.starts_with(&format!("# {code}: ")), "{code}: title");
            assert!(!e.title.is_empty(), "{code}: empty title");
            assert!(!e.title.ends_with('.'), "{code}: full stop in title");
            assert!(e.text.len() > 80, "{code}: no text");
            assert!(
                file.ends_with('\n') && !file.contains('\r'),
                "{code}: line ends"
            );
            let fences = file.lines().filter(|l| l.starts_with("```")).count();
            assert!(fences % 2 == 0, "{code}: a block is not closed");
            if code.as_str()[1..].starts_with("00") || e.text.contains(WITHOUT) {
                continue;
            }
            assert!(e.bad().next().is_some(), "{code}: no ```rog bad block");
            assert!(e.good().next().is_some(), "{code}: no ```rog good block");
            assert!(
                e.bad().all(|b| e.good().all(|g| g != b)),
                "{code}: bad = good"
            );
        }
    }

    #[test]
    fn explains_by_name() {
        let e = explain(" e0105 ").expect("registered");
        assert_eq!((e.code, e.title), (codes::E0105, "malformed date"));
        assert!(e.bad().next().is_some_and(|b| b.contains("1993-9-30")));
        assert!(e.good().next().is_some_and(|g| g.contains("1993-09-30")));
        assert!(explain("E9999").is_none() && explain("").is_none());
    }
}
