//! The plan of a simulation, in the language of the reader.
//!
//! A plan is made in English; `plan_ja.txt` has each of its lines in both languages. A new line of a plan is a pair there:
//! `cargo test -p rogatio-tests --test japanese` lists those that lack it.

use crate::table::{Style, pad, width, wrap};
use rogatio_diagnostics::{Catalogue, Lang, explain};
use rogatio_interpret::japanese_date;
use rogatio_simulate::Plan;
use std::sync::LazyLock;

static JAPANESE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(include_str!("plan_ja.txt")).with_parts(part));

/// A code has its title with it, a day is written as days are, and what is called something keeps its name.
fn part(name: &str, part: &str) -> Option<String> {
    match name {
        "code" => explain(&format!("E{part}"))
            .map(|page| format!("{part}（{}）", page.title_in(Lang::Ja))),
        "date" | "from" | "last" => part.contains('-').then(|| japanese_date(part)),
        "act" | "decision" | "message" | "name" | "path" | "value" => Some(part.to_owned()),
        _ => None,
    }
}

/// A word or line of a plan in a language.
#[must_use]
pub fn line(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => text.to_owned(),
        Lang::Ja => JAPANESE.say(text).into_owned(),
    }
}

/// For people: a word for each decision, and what was decided.
#[must_use]
pub fn render(plan: &Plan, style: Style) -> String {
    let lines: Vec<(String, String)> = plan
        .lines
        .iter()
        .map(|l| (line(l.what, style.lang), line(&l.how, style.lang)))
        .collect();
    let wide = lines.iter().map(|(what, _)| width(what)).max();
    let wide = wide.unwrap_or(0);
    let room = style.width.saturating_sub(wide + 4).max(20);
    let mut out = String::new();
    let mut before = "";
    for (what, how) in &lines {
        let mut head = if what == before { "" } else { what };
        before = what;
        for line in wrap(how, room) {
            out += &format!("  {}  {line}\n", pad(head, wide));
            head = "";
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_days_keep_their_form() {
        for (english, japanese) in [
            (
                "the interpreter: E0960: a clock that keeps its rest (art 2)",
                "解釈実行：E0960（機械語に翻訳されない形式）　内容：a clock that keeps its rest (art 2)",
            ),
            ("none = run", "none = run"),
            (
                "none: a number, at the end of a run",
                "none：数、各回の終わりに",
            ),
            (
                "2001-01-01 to 2006-01-01, 1826 days",
                "2001年1月1日から2006年1月1日まで、1826日",
            ),
            (
                "demo/join/1: uniform from 10 to 400 days",
                "demo/join/1：一様分布、10日から400日まで",
            ),
        ] {
            assert_eq!(line(english, Lang::Ja), japanese);
        }
    }
}
