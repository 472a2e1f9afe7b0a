//! Why, and why not: trees of reasons, each with its article.

use crate::table::{Style, pad, width, wrap};
use crate::timeline;
use crate::view::article;
use crate::words::Heading;
use rogatio_interpret::{Case, Env, Missing, MissingKind, Reason, ReasonKind, Truth, Value};
use rogatio_mir::Guard;
use schemars::JsonSchema;
use serde::Serialize;

/// A reason with the reasons for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReasonTree {
    /// In words.
    pub text: String,
    /// `holds`, `fails`, `open`, `value`, `event`.
    pub kind: &'static str,
    /// The articles it rests on, the nearest first.
    pub articles: Vec<String>,
    /// Since when, or when.
    pub date: Option<String>,
    /// Rests on something recalled rather than documented.
    pub recalled: bool,
    /// The reasons for it.
    pub children: Vec<ReasonTree>,
}

/// Something missing, with its parts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MissingTree {
    /// In words; empty for a mere list of parts.
    pub text: String,
    /// `nothing`, `impossible`, `acts`, `wait`, `given`, `silent`, `all` (the children), `then` (one after the other).
    pub kind: &'static str,
    /// The article that asks for it.
    pub article: Option<String>,
    /// Acts that others must do.
    pub acts: i64,
    /// Days to wait.
    pub days: i64,
    /// Parts that nothing known can bring about.
    pub impossible: u32,
    /// Its parts.
    pub children: Vec<MissingTree>,
}

/// The object of `rogatio why --format json` and `why-not`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhyReport {
    /// The expression as asked.
    pub expression: String,
    /// The scenario it is asked of.
    pub scenario: Option<String>,
    /// The day at whose end it is asked.
    pub at: String,
    /// Its value: `true`, `false`, `undetermined`, a number, a date.
    pub value: String,
    /// The day whose versions of the articles rule throughout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_at: Option<String>,
    /// The day by which facts are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
    /// The readings used.
    pub readings: Vec<crate::run::ReadingUsed>,
    /// Of `why`: the derivation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonTree>,
    /// Of `why-not`: what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingTree>,
}

impl ReasonTree {
    /// Of a reason.
    #[must_use]
    pub fn of(case: &Case, r: &Reason) -> ReasonTree {
        let mut articles = Vec::new();
        for p in r.provision.iter().chain(&r.also) {
            articles.extend(article(case, *p).filter(|a| !articles.contains(a)));
        }
        ReasonTree {
            text: r.text.clone(),
            kind: match r.kind {
                ReasonKind::Holds => "holds",
                ReasonKind::Fails => "fails",
                ReasonKind::Open => "open",
                ReasonKind::Value => "value",
                ReasonKind::Event => "event",
            },
            articles,
            date: r.moment.map(|m| m.to_string()),
            recalled: r.recalled,
            children: r.children.iter().map(|c| ReasonTree::of(case, c)).collect(),
        }
    }
}

impl MissingTree {
    /// Of what is missing.
    #[must_use]
    pub fn of(case: &Case, m: &Missing) -> MissingTree {
        MissingTree {
            text: m.text.clone(),
            kind: match m.kind {
                MissingKind::Nothing => "nothing",
                MissingKind::Impossible => "impossible",
                MissingKind::Acts => "acts",
                MissingKind::Wait => "wait",
                MissingKind::Given => "given",
                MissingKind::Silent => "silent",
                MissingKind::All => "all",
                MissingKind::Then => "then",
            },
            article: m.provision.and_then(|p| article(case, p)),
            acts: m.cost.acts,
            days: m.cost.days,
            impossible: m.cost.impossible,
            children: m
                .children
                .iter()
                .map(|c| MissingTree::of(case, c))
                .collect(),
        }
    }
}

/// A question with its value, of the end of a day.
#[must_use]
pub fn answer(question: &str, at: &str, value: &str, style: Style) -> String {
    let w = style.words();
    w.answer(question, &w.date(at), value)
}

/// The value of a guard, with the clauses that leave it open.
#[must_use]
pub fn value(case: &Case, g: Guard, v: &Value, style: Style) -> String {
    let shown = case.show_value_of(g, v);
    let clauses: Vec<String> = v
        .clauses()
        .iter()
        .map(|c| match article(case, c.provision) {
            Some(a) => format!("{} [{a}]", c.text),
            None => c.text.clone(),
        })
        .collect();
    if clauses.is_empty() {
        shown
    } else {
        format!("{}: {}", style.open(&shown), clauses.join("; "))
    }
}

/// Why a condition is as it is, or a value what it is.
#[must_use]
pub fn render(case: &Case, g: Guard, style: Style) -> String {
    let reason = ReasonTree::of(case, &case.explain(g, &Env::new()));
    let recalled = any_recalled(&reason);
    let mut rows = Vec::new();
    reason_rows(&reason, "", "", style, &mut rows);
    let mut out = tree(&rows, style);
    if recalled {
        out += &format!("\n{}\n", style.words().recalled());
    }
    out
}

/// What is missing for a condition to hold.
#[must_use]
pub fn render_not(case: &Case, g: Guard, style: Style) -> String {
    let env = Env::new();
    if case.eval(g, &env).truth() == Truth::True {
        let nothing = style.words().nothing_missing();
        return format!("{nothing}\n\n{}", render(case, g, style));
    }
    let missing = MissingTree::of(case, &case.missing(g, &env));
    if missing.kind == "nothing" {
        return format!("{}\n", value(case, g, &case.eval(g, &env), style));
    }
    let mut rows = Vec::new();
    missing_rows(&missing, "", "", style, &mut rows);
    let missing = style.words().heading(Heading::Missing);
    format!("{missing}\n{}", tree(&rows, style))
}

fn any_recalled(r: &ReasonTree) -> bool {
    r.recalled || r.children.iter().any(any_recalled)
}

/// A line of a tree: its branches, its continuation, text, article.
struct Row {
    lead: String,
    under: String,
    text: String,
    cite: String,
    kind: &'static str,
}

fn reason_rows(r: &ReasonTree, lead: &str, under: &str, style: Style, rows: &mut Vec<Row>) {
    let mark = if r.recalled && r.children.is_empty() {
        "~"
    } else {
        ""
    };
    rows.push(Row {
        lead: lead.to_owned(),
        under: format!(
            "{under}{}",
            if r.children.is_empty() {
                "   "
            } else {
                "│  "
            }
        ),
        text: format!("{}{mark}", r.text),
        cite: timeline::cites(&r.articles, style),
        kind: r.kind,
    });
    children(&r.children, under, |c, lead, under| {
        reason_rows(c, lead, under, style, rows)
    });
}

fn missing_rows(m: &MissingTree, lead: &str, under: &str, style: Style, rows: &mut Vec<Row>) {
    let text = match (m.text.as_str(), m.kind) {
        ("", kind) => style.words().parts(kind == "then"),
        (text, _) => text,
    };
    rows.push(Row {
        lead: lead.to_owned(),
        under: format!(
            "{under}{}",
            if m.children.is_empty() {
                "   "
            } else {
                "│  "
            }
        ),
        text: text.to_owned(),
        cite: m
            .article
            .as_ref()
            .map_or_else(String::new, |a| style.words().cite(a)),
        kind: m.kind,
    });
    children(&m.children, under, |c, lead, under| {
        missing_rows(c, lead, under, style, rows)
    });
}

fn children<T>(all: &[T], under: &str, mut f: impl FnMut(&T, &str, &str)) {
    for (i, child) in all.iter().enumerate() {
        let last = i + 1 == all.len();
        let (branch, stem) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        f(
            child,
            &format!("{under}{branch}"),
            &format!("{under}{stem}"),
        );
    }
}

fn tree(rows: &[Row], style: Style) -> String {
    let cite_width = rows
        .iter()
        .map(|r| width(&r.cite))
        .max()
        .unwrap_or(0)
        .min(28);
    let room = style.width.saturating_sub(cite_width + 2).max(40);
    let mut wrapped = Vec::new();
    for row in rows {
        let lines = wrap(&row.text, room.saturating_sub(width(&row.lead)).max(24));
        wrapped.push(lines);
    }
    let column = rows
        .iter()
        .zip(&wrapped)
        .flat_map(|(r, lines)| lines.iter().map(|l| width(&r.lead) + width(l)))
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for (row, lines) in rows.iter().zip(&wrapped) {
        let cites = wrap(&row.cite, cite_width);
        for i in 0..lines.len().max(cites.len()) {
            let lead = if i == 0 { &row.lead } else { &row.under };
            let text = lines.get(i).map_or("", String::as_str);
            let room = column.saturating_sub(width(lead));
            let cite = cites.get(i).map_or("", String::as_str);
            let line = format!(
                "{}{}  {}",
                style.dim(lead),
                paint(style, row.kind, &pad(text, room)),
                style.dim(cite)
            );
            out += line.trim_end();
            out.push('\n');
        }
    }
    out
}

fn paint(style: Style, kind: &str, text: &str) -> String {
    match kind {
        "fails" | "impossible" => style.bad(text),
        "open" | "silent" => style.open(text),
        _ => text.to_owned(),
    }
}
