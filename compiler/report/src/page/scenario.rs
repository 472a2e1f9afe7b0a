//! The part of a page about a scenario.

use super::words::PageWords;
use crate::line::Line;
use crate::picture::lanes::KeyEvent;
use crate::picture::timeline::{Told, numbers, svg};
use crate::picture::{Graph, Timeline, Words, graph_svg, votes};
use crate::run::ScenarioReport;
use crate::table::Style;
use crate::timeline::told;
use crate::view::lines;
use crate::votes::VoteTable;
use rogatio_interpret::{Case, ScenarioRun};
use serde::Serialize;

/// Columns of what stands open.
const COLUMNS: usize = 110;

/// A scenario on a page.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioPart {
    /// Its title.
    pub name: String,
    /// How many of its expectations are met.
    expected: String,
    /// Those that are not.
    failed: Vec<String>,
    assumptions: Vec<String>,
    timeline: String,
    dates: Vec<Date>,
    votes: Vec<String>,
    graph: Option<String>,
    residual: String,
    articles: Vec<Article>,
}

/// What happened on a date.
#[derive(Clone, Debug, Serialize)]
struct Date {
    number: Option<usize>,
    at: String,
    events: Vec<KeyEvent>,
}

/// What rests on an article: date, what, why.
#[derive(Clone, Debug, Serialize)]
struct Article {
    cite: String,
    lines: Vec<(String, String, String)>,
}

impl ScenarioPart {
    /// Of a scenario that was run; with the graph of the procedures that it entered.
    #[must_use]
    pub fn of(
        report: &ScenarioReport,
        run: &ScenarioRun,
        module: &str,
        graph: Option<&Graph>,
        words: &Words,
        w: &PageWords,
    ) -> ScenarioPart {
        let timeline = Timeline::of(&report.name, module, run);
        let met = report.expectations.iter().filter(|e| e.met).count();
        let dates = timeline.dates.iter().zip(numbers(&timeline));
        let dates = dates.map(|(d, number)| Date {
            number,
            at: match d.branch.as_str() {
                "" => words.date(&d.at.shown),
                branch => format!("{} ({branch})", words.date(&d.at.shown)),
            },
            events: d.events.iter().map(|e| cited(e, words)).collect(),
        });
        let style = Style {
            color: false,
            width: COLUMNS,
            lang: words.language(),
        };
        let cases = std::iter::once(&run.case).chain(run.branches.iter().map(|(_, c)| c));
        let mut drawn: Vec<String> = Vec::new();
        for (c, case) in cases.enumerate() {
            for (i, table) in VoteTable::all(case).iter().enumerate() {
                let one = votes::svg(table, words, &format!("votes-{c}-{i}"));
                // A branch shares the votes before it with its scenario.
                let same = |d: &String| d.replace(&id_of(d), "") == one.replace(&id_of(&one), "");
                if !drawn.iter().any(same) {
                    drawn.push(one);
                }
            }
        }
        ScenarioPart {
            name: report.name.clone(),
            expected: w.expected(met, report.expectations.len()),
            failed: report
                .expectations
                .iter()
                .filter(|e| !e.met)
                .map(|e| e.message.clone())
                .collect(),
            assumptions: report.assumptions.clone(),
            dates: dates.collect(),
            votes: drawn,
            graph: graph
                .filter(|g| !g.procedures.is_empty())
                .map(|g| graph_svg::svg(g, words, "graph")),
            residual: report.residual.render(style, false).trim().to_owned(),
            articles: by_article(&run.case, words),
            timeline: svg(&timeline, words, Told::Bare, "timeline"),
        }
    }
}

/// With its articles as they are cited in the language of the page.
fn cited(event: &KeyEvent, words: &Words) -> KeyEvent {
    KeyEvent {
        articles: event.articles.iter().map(|a| words.cite(a)).collect(),
        ..event.clone()
    }
}

/// The beginning of the ids of a picture.
fn id_of(picture: &str) -> String {
    let id = picture
        .split("aria-labelledby=\"")
        .nth(1)
        .and_then(|t| t.split("-title").next());
    id.unwrap_or_default().to_owned()
}

/// What happened, by the article it rests on, in the order of the text.
fn by_article(case: &Case, words: &Words) -> Vec<Article> {
    let mut shown: Vec<Line> = lines(case, 0);
    shown.retain(|l| !l.aside && !l.since_beginning);
    let groups = crate::line::group_in(&shown, words.language());
    let mut out = Vec::new();
    for p in case
        .program()
        .provisions
        .iter()
        .filter(|p| p.parent.is_some())
    {
        if out.iter().any(|a: &Article| a.cite == p.cite) {
            continue;
        }
        let resting = groups.iter().filter(|g| g.line.articles.contains(&p.cite));
        let lines: Vec<_> = resting
            .map(|g| {
                let text = told(g, words.language());
                (words.date(&g.line.date), text, g.line.because.clone())
            })
            .collect();
        if !lines.is_empty() {
            out.push(Article {
                cite: words.cite(&p.cite),
                lines,
            });
        }
    }
    out
}
