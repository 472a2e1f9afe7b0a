//! A timeline for people: dates, what happened, the article, why.

use crate::line::{Group, Line, LineKind, Member, group_in};
use crate::table::{Style, pad, widest_part, width, wrap};
use crate::words::Due;
use rogatio_diagnostics::Lang;

/// Names shown of a group before the rest is only counted.
const NAMES: usize = 60;

/// The lines, equal ones of a day grouped; with `trace`, each by itself and with its causes.
#[must_use]
pub fn render(lines: &[Line], style: Style, trace: bool) -> String {
    render_as(
        lines,
        style,
        match trace {
            true => Told::Traced,
            false => Told::Grouped,
        },
    )
}

/// How much of a timeline is told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Equal lines of a day grouped; `--trace` tells the rest.
    Grouped,
    /// The same at the prompt, where `:timeline all` does.
    AtPrompt,
    /// Each line by itself and with its causes.
    Traced,
}

/// The lines, as much as is asked for.
#[must_use]
pub fn render_as(lines: &[Line], style: Style, how: Told) -> String {
    let trace = how == Told::Traced;
    // What tells the rest.
    let by = match how {
        Told::AtPrompt => ":timeline all",
        _ => "--trace",
    };
    let mut out = rows(lines, style, trace);
    let untold = |which: fn(&&Line) -> bool| {
        if trace {
            0
        } else {
            lines.iter().filter(which).count()
        }
    };
    let since_beginning = untold(|l| l.since_beginning);
    if since_beginning > 0 {
        let text = style.words().since_beginning(since_beginning, by);
        out += &format!("{}\n", style.dim(&text));
    }
    let untold = untold(|l| l.aside && l.kind == LineKind::Duty);
    if untold > 0 {
        out += &format!("{}\n", style.dim(&style.words().without_date(untold, by)));
    }
    if lines.iter().any(|l| l.recalled) {
        out += &format!("\n{}\n", style.words().recalled());
    }
    out
}

/// The lines alone, equal ones of a day grouped.
#[must_use]
pub fn table(lines: &[Line], style: Style) -> String {
    rows(lines, style, false)
}

fn rows(lines: &[Line], style: Style, trace: bool) -> String {
    let groups: Vec<Group> = if trace {
        lines
            .iter()
            .map(|l| Group {
                line: l.clone(),
                members: Vec::new(),
                so: Vec::new(),
                place: None,
            })
            .collect()
    } else {
        let told: Vec<Line> = lines
            .iter()
            .filter(|l| !l.aside && !l.since_beginning)
            .cloned()
            .collect();
        group_in(&told, style.lang)
    };
    let heads: Vec<String> = groups.iter().map(|g| head(g, trace, style)).collect();
    let cites: Vec<String> = groups
        .iter()
        .map(|g| cites(&g.line.articles, style))
        .collect();

    let longest = |texts: &[String], least, most: usize| {
        texts
            .iter()
            .map(|t| width(t))
            .filter(|w| *w <= most)
            .max()
            .unwrap_or(least)
            .max(least)
    };
    let dates: Vec<String> = groups.iter().map(|g| date(&g.line, style)).collect();
    let date_width = longest(&dates, 11, 24);
    let what_width = longest(
        &heads,
        24,
        style.width.saturating_sub(date_width + 30).clamp(24, 52),
    );
    // `art 13(4) [from` `956-07-07]`: a version takes two lines, not five.
    let versions = cites.iter().any(|c| c.contains(" [") || c.contains('〔'));
    // No word of a citation is cut where there is room for it.
    let words = cites
        .iter()
        .map(|c| widest_part(c))
        .max()
        .unwrap_or(0)
        .min(32);
    let least = words.max(if versions { 18 } else { 8 });
    let cite_width = longest(&cites, least, least.max(22));
    let margin = date_width + 2;
    let rest = style
        .width
        .saturating_sub(margin + what_width + cite_width + 4)
        .max(24);

    let mut out = String::new();
    for (((g, head), cite), date) in groups.iter().zip(&heads).zip(&cites).zip(&dates) {
        let because = wrap(&because(g, style), rest);
        let what = wrap(head, what_width);
        let cited = wrap(cite, cite_width);
        for i in 0..what.len().max(cited.len()).max(because.len()) {
            let cell = |lines: &[String]| lines.get(i).cloned().unwrap_or_default();
            let first = if i == 0 {
                pad(date, date_width)
            } else {
                " ".repeat(date_width)
            };
            let row = format!(
                "{first}  {}  {}  {}",
                paint(style, &g.line, &pad(&cell(&what), what_width)),
                pad(&cell(&cited), cite_width),
                style.dim(&cell(&because)),
            );
            out += row.trim_end();
            out.push('\n');
        }
        if g.members.len() > 1 {
            let mark = |m: &Member| {
                if m.recalled && !g.line.recalled {
                    "~"
                } else {
                    ""
                }
            };
            let members: Vec<String> = g
                .members
                .iter()
                .map(|m| format!("{}{}", m.name, mark(m)))
                .collect();
            for line in wrap(
                &names_in(&members, style.lang),
                style.width.saturating_sub(margin + 2),
            ) {
                out += &format!("{}{}\n", " ".repeat(margin + 2), style.dim(&line));
            }
        }
        if trace {
            for link in &g.line.causes {
                let article = link
                    .article
                    .as_ref()
                    .map_or(String::new(), |a| format!("  [{}]", style.words().cite(a)));
                let date = style.words().date(&link.date);
                let text = format!("<- {date}  {}{article}", link.text);
                out += &format!("{}{}\n", " ".repeat(margin + 2), style.dim(&text));
            }
        }
    }
    out
}

/// Citations side by side.
pub(crate) fn cites(articles: &[String], style: Style) -> String {
    let cited: Vec<String> = articles.iter().map(|a| style.words().cite(a)).collect();
    style.words().list(&cited)
}

fn date(line: &Line, style: Style) -> String {
    // A year below 1000 keeps its place in the column.
    let shown = match style.lang {
        Lang::En => format!("{:>10}", line.date),
        Lang::Ja => style.words().date(&line.date),
    };
    if line.recalled {
        format!("{shown}~")
    } else {
        shown
    }
}

/// What stands in the second column.
fn head(g: &Group, trace: bool, style: Style) -> String {
    let line = &g.line;
    let mut text = if trace || g.members.len() < 2 {
        line.text.clone()
    } else {
        match line.kind {
            LineKind::Act => style.words().act_by(&line.what, &g.count_in(style.lang)),
            _ => style
                .words()
                .for_several(&g.what(), line.verb, &g.count_in(style.lang)),
        }
    };
    let remarkable: Vec<&str> = line
        .verdict
        .iter()
        .map(String::as_str)
        .filter(|v| *v != "valid")
        .collect();
    if !remarkable.is_empty() {
        text = style.words().with_verdicts(&text, &remarkable);
    }
    text
}

/// A group in words.
pub(crate) fn told(g: &Group, lang: Lang) -> String {
    let style = Style {
        lang,
        ..Style::default()
    };
    let mut text = head(g, false, style);
    if g.members.len() > 1 {
        let all: Vec<String> = g.members.iter().map(|m| m.name.clone()).collect();
        let colon = match lang {
            Lang::En => ": ",
            Lang::Ja => "：",
        };
        text += &format!("{colon}{}", names_in(&all, lang));
    }
    text
}

fn because(g: &Group, style: Style) -> String {
    let line = &g.line;
    let w = style.words();
    let until = |d: &String| w.until(&w.date(d), line.due_before);
    let due = line.due.iter().map(|d| w.due(Due::On(&until(d))));
    let so = Some(style.words().side_by_side(&g.so))
        .filter(|s| !s.is_empty())
        .map(|s| style.words().so(&s));
    let because = Some(line.because.clone()).filter(|b| !b.is_empty());
    let all: Vec<String> = due.chain(so).chain(because).collect();
    style.words().side_by_side(&all)
}

/// The names of a group.
#[must_use]
pub fn names(all: &[String]) -> String {
    names_in(all, Lang::En)
}

/// The names of a group, with their ends in a language.
pub(crate) fn names_in(all: &[String], lang: Lang) -> String {
    let words = crate::words::words(lang);
    let mut text = words.list(&all[..all.len().min(NAMES)]);
    if all.len() > NAMES {
        text += &words.and_more(all.len() - NAMES);
    }
    text
}

fn paint(style: Style, line: &Line, text: &str) -> String {
    match line.kind {
        LineKind::Breach | LineKind::Stuck => style.bad(text),
        LineKind::Act if line.verdict.iter().any(|v| v != "valid") => style.bad(text),
        LineKind::Starts | LineKind::Decided => style.bold(text),
        LineKind::Duty => style.open(text),
        _ => text.to_owned(),
    }
}
