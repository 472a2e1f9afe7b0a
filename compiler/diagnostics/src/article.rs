//! The English article before a name that a program gave.

/// `an Account`, `a State`, `a Union`: by the sound with which an English word of this spelling begins. A name in another
/// script has `a`.
#[must_use]
pub fn with_article(noun: &str) -> String {
    let first: String = noun.chars().take(5).flat_map(char::to_lowercase).collect();
    let starts = |list: &[&str]| list.iter().any(|s| first.starts_with(s));
    let vowel = match first.chars().next() {
        Some('a' | 'i') => true,
        Some('e') => !starts(&["eu", "ew"]),
        Some('o') => !starts(&["one", "once"]),
        Some('u') => {
            !starts(&["uni", "use", "usu", "uti", "ura", "uk"]) || starts(&["unim", "unin"])
        }
        Some('h') => starts(&["hour", "heir", "hones", "honor", "honou"]),
        _ => false,
    };
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::with_article;

    #[test]
    fn by_the_sound_it_begins_with() {
        for (noun, article) in [
            ("Account", "an"),
            ("Amendment or Draft", "an"),
            ("State", "a"),
            ("Union", "a"),
            ("User", "a"),
            ("Uncle", "an"),
            ("Event", "an"),
            ("European", "a"),
            ("Officer", "an"),
            ("OneTime", "a"),
            ("Hour", "an"),
            ("House", "a"),
            ("安全保障理事会", "a"),
        ] {
            assert_eq!(with_article(noun), format!("{article} {noun}"));
        }
    }
}
