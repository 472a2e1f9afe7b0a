//! A timeline for people: dates, what happened, the article, why.

use crate::line::{Group, Line, LineKind, Member, group};
use crate::table::{Style, counted, pad, width, wrap};

/// Names shown of a group before the rest is only counted.
const NAMES: usize = 60;

/// The lines, equal ones of a day grouped; with `trace`, each by itself and with its causes.
#[must_use]
pub fn render(lines: &[Line], style: Style, trace: bool) -> String {
    let mut out = rows(lines, style, trace);
    let untold = |which: fn(&&Line) -> bool| {
        if trace {
            0
        } else {
            lines.iter().filter(which).count()
        }
    };
    let from_beginning = untold(|l| l.from_beginning);
    if from_beginning > 0 {
        let verb = if from_beginning == 1 { "holds" } else { "hold" };
        let statuses = counted(from_beginning as u64, "status");
        let text = format!("({statuses} {verb} from the beginning; --trace tells which)");
        out += &format!("{}\n", style.dim(&text));
    }
    let untold = untold(|l| l.aside && l.kind == LineKind::Duty);
    if untold > 0 {
        let duties = counted(untold as u64, "duty");
        let verb = if untold == 1 { "arises" } else { "arise" };
        out += &format!(
            "{}\n",
            style.dim(&format!(
                "({duties} without a date {verb} too; --trace tells when)"
            ))
        );
    }
    if lines.iter().any(|l| l.recalled) {
        out += "\n~ rests on a date that is recalled, not documented\n";
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
            })
            .collect()
    } else {
        let told: Vec<Line> = lines
            .iter()
            .filter(|l| !l.aside && !l.from_beginning)
            .cloned()
            .collect();
        group(&told)
    };
    let heads: Vec<String> = groups.iter().map(|g| head(g, trace)).collect();
    let cites: Vec<String> = groups.iter().map(|g| g.line.articles.join(", ")).collect();

    let longest = |texts: &[String], least, most: usize| {
        texts
            .iter()
            .map(|t| width(t))
            .filter(|w| *w <= most)
            .max()
            .unwrap_or(least)
            .max(least)
    };
    let dates: Vec<String> = groups.iter().map(|g| date(&g.line)).collect();
    let date_width = longest(&dates, 11, 24);
    let what_width = longest(
        &heads,
        24,
        style.width.saturating_sub(date_width + 30).clamp(24, 52),
    );
    // `art 13(4) [from` `956-07-07]`: a version takes two lines, not five.
    let versions = cites.iter().any(|c| c.contains(" ["));
    let cite_width = longest(&cites, if versions { 18 } else { 8 }, 22);
    let margin = date_width + 2;
    let rest = style
        .width
        .saturating_sub(margin + what_width + cite_width + 4)
        .max(24);

    let mut out = String::new();
    for (((g, head), cite), date) in groups.iter().zip(&heads).zip(&cites).zip(&dates) {
        let because = wrap(&because(g), rest);
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
            for line in wrap(&names(&members), style.width.saturating_sub(margin + 2)) {
                out += &format!("{}{}\n", " ".repeat(margin + 2), style.dim(&line));
            }
        }
        if trace {
            for link in &g.line.causes {
                let article = link
                    .article
                    .as_ref()
                    .map_or(String::new(), |a| format!("  [{a}]"));
                let text = format!("<- {}  {}{article}", link.date, link.text);
                out += &format!("{}{}\n", " ".repeat(margin + 2), style.dim(&text));
            }
        }
    }
    out
}

fn date(line: &Line) -> String {
    // A year below 1000 keeps its place in the column.
    let shown = format!("{:>10}", line.date);
    if line.recalled {
        format!("{shown}~")
    } else {
        shown
    }
}

/// What stands in the second column.
fn head(g: &Group, trace: bool) -> String {
    let line = &g.line;
    let mut text = if trace || g.members.len() < 2 {
        line.text.clone()
    } else {
        match line.kind {
            LineKind::Act => format!("{} by {}", line.what, g.count()),
            _ => format!("{} {}: {}", line.what, line.verb, g.count()),
        }
    };
    let remarkable: Vec<&str> = line
        .verdict
        .iter()
        .map(String::as_str)
        .filter(|v| *v != "valid")
        .collect();
    if !remarkable.is_empty() {
        text += &format!(" — {}", remarkable.join(", "));
    }
    text
}

/// A group in words.
pub(crate) fn told(g: &Group) -> String {
    let mut text = head(g, false);
    if g.members.len() > 1 {
        let all: Vec<String> = g.members.iter().map(|m| m.name.clone()).collect();
        text += &format!(": {}", names(&all));
    }
    text
}

fn because(g: &Group) -> String {
    let line = &g.line;
    let due = line.due.iter().map(|d| format!("due {d}"));
    let so = Some(g.so.join("; "))
        .filter(|s| !s.is_empty())
        .map(|s| format!("-> {s}"));
    let because = Some(line.because.clone()).filter(|b| !b.is_empty());
    due.chain(so).chain(because).collect::<Vec<_>>().join("; ")
}

/// The names of a group.
#[must_use]
pub fn names(all: &[String]) -> String {
    let mut text = all
        .iter()
        .take(NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if all.len() > NAMES {
        text += &format!(" and {} more", all.len() - NAMES);
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
