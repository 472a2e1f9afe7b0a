//! The language in which something is said.
//!
//! Comes in: the name of a locale. Goes out: a language. Never happens: a locale is read here, a sentence is glued from
//! parts of two languages. The sentences themselves stand in the crates that say them, in a trait `Words` with one
//! implementation a language.

/// A language of messages.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of a locale such as `ja_JP.UTF-8`; English for one whose language nothing is said in.
    #[must_use]
    pub fn of_locale(name: &str) -> Lang {
        let language = name.split(['_', '-', '.', '@']).next().unwrap_or("");
        if language.eq_ignore_ascii_case("ja") {
            Lang::Ja
        } else {
            Lang::En
        }
    }

    /// The language that an environment asks for: the first of `ROGATIO_LANG`, `LC_ALL`, `LC_MESSAGES` and `LANG` that
    /// says something.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Lang {
        ["ROGATIO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|v| !v.trim().is_empty())
            .map_or(Lang::En, |v| Lang::of_locale(v.trim()))
    }

    /// The title to show of those that a text gives in several languages: `"国" "State"`. `None` where none is of this
    /// language; English is named by the identifier.
    #[must_use]
    pub fn title(self, titles: &[String]) -> Option<&str> {
        match self {
            Lang::En => None,
            Lang::Ja => titles.iter().find_map(|t| japanese_part(t)),
        }
    }
}

/// The Japanese beginning of a title, which may go on in another language: `締約国会議 Conference of the Parties`.
fn japanese_part(title: &str) -> Option<&str> {
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let mut end = None;
    for (at, word) in words(title) {
        if word.chars().any(is_japanese) {
            end = Some(at + word.len());
        } else if !word.chars().all(|c| !c.is_alphabetic()) {
            break;
        }
    }
    end.map(|end| title[..end].trim())
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(' ').scan(0, |at, word| {
        let here = *at;
        *at += word.len() + 1;
        Some((here, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        for (name, lang) in [
            ("ja_JP.UTF-8", Lang::Ja),
            ("ja", Lang::Ja),
            ("JA-JP", Lang::Ja),
            ("C", Lang::En),
            ("en_GB.UTF-8", Lang::En),
            ("java", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::of_locale(name), lang, "{name}");
        }
    }

    #[test]
    fn the_first_variable_that_says_something() {
        let of = |set: &[(&str, &str)]| {
            Lang::of_environment(|v| set.iter().find(|s| s.0 == v).map(|s| s.1.to_owned()))
        };
        assert_eq!(of(&[]), Lang::En);
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8")]), Lang::Ja);
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")]), Lang::En);
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "")]), Lang::Ja);
        assert_eq!(of(&[("LC_ALL", "C"), ("ROGATIO_LANG", "ja")]), Lang::Ja);
    }

    #[test]
    fn titles_in_several_languages() {
        let title = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
            Lang::Ja.title(&texts).map(str::to_owned)
        };
        assert_eq!(title(&["国", "State"]).as_deref(), Some("国"));
        assert_eq!(title(&["State", "国"]).as_deref(), Some("国"));
        assert_eq!(
            title(&["下院 House of Representatives"]).as_deref(),
            Some("下院")
        );
        assert_eq!(title(&["第 3 条 Article 3"]).as_deref(), Some("第 3 条"));
        assert_eq!(title(&["State"]), None);
        assert_eq!(title(&[]), None);
        assert_eq!(Lang::En.title(&["国".to_owned()]), None);
    }
}
