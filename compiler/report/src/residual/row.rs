//! Lines of a section: what, the article, the rest, and names below.

use crate::line::count;
use crate::table::{Style, pad, width, wrap};
use crate::timeline;

/// The one, or how many of each kind.
pub(super) fn whom(who: &[String], nouns: &[String], style: Style) -> String {
    match who {
        [one] => one.clone(),
        _ => count(nouns.iter().map(String::as_str), style.lang),
    }
}

/// A line of a section.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) cite: String,
    pub(super) rest: String,
    /// Named below if there are several, but not too many.
    pub(super) members: Vec<String>,
}

/// Longer lists of names are only counted.
const NAMED: usize = 8;

pub(super) fn table(rows: &[Row], style: Style) -> String {
    let longest = |text: fn(&Row) -> &str, most: usize| {
        rows.iter()
            .map(|r| width(text(r)).min(most))
            .max()
            .unwrap_or(0)
    };
    let what_width = longest(|r| &r.what, 52).max(24);
    let cite_width = longest(|r| &r.cite, 24);
    let rest_width = style
        .width
        .saturating_sub(what_width + cite_width + 6)
        .max(24);
    let mut out = String::new();
    for row in rows {
        let what = wrap(&row.what, what_width);
        let cite = wrap(&row.cite, cite_width);
        let rest = wrap(&row.rest, rest_width);
        for i in 0..what.len().max(cite.len()).max(rest.len()) {
            let cell = |lines: &[String]| lines.get(i).cloned().unwrap_or_default();
            let line = format!(
                "  {}  {}  {}",
                pad(&cell(&what), what_width),
                pad(&cell(&cite), cite_width),
                style.dim(&cell(&rest)),
            );
            out += line.trim_end();
            out.push('\n');
        }
        if (2..=NAMED).contains(&row.members.len()) {
            for line in wrap(
                &timeline::names_in(&row.members, style.lang),
                style.width.saturating_sub(6),
            ) {
                out += &format!("    {}\n", style.dim(&line));
            }
        }
    }
    out
}
