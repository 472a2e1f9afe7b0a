//! The residual for people.

use super::row::{Row, table, whom};
use super::{Certain, Decision, Owed, Permit, Procedure, Residual};
use crate::table::Style;
use crate::timeline;
use crate::words::{Due, Heading};
use std::collections::{HashMap, HashSet};

impl Residual {
    /// The end of a report: what is owed, what comes, what is on its way, what may be done.
    #[must_use]
    pub fn render(&self, style: Style, all: bool) -> String {
        let mut out = String::new();
        let (may, standing) = self.brief_rows(Which::Allowed, all, style);
        let (forbidden, more_forbidden) = self.brief_rows(Which::Forbidden, all, style);
        let (open, more_open) = self.brief_rows(Which::Open, all, style);
        let sections = [
            (
                Heading::Owed,
                self.owed_rows(false, style),
                self.unassessed(style),
            ),
            (
                Heading::DecisionsOpen,
                self.decision_rows(style),
                String::new(),
            ),
            (Heading::OnItsWay, self.procedure_rows(style), String::new()),
            (Heading::MayBeDone, may, standing),
            (Heading::Forbidden, forbidden, more_forbidden),
            (Heading::WorthOpen, open, more_open),
        ];
        let w = style.words();
        for (title, rows, more) in sections {
            if !rows.is_empty() || !more.is_empty() {
                let title = style.bold(&w.heading_at(title, &w.date(&self.at)));
                out += &format!("\n{title}\n{}{more}", table(&rows, style));
            }
        }
        if !self.to_come.is_empty() {
            let title = style.bold(w.heading(Heading::ToCome));
            out += &format!("\n{title}\n{}", timeline::table(&self.to_come, style));
        }
        out
    }

    /// What must be done.
    #[must_use]
    pub fn render_must(&self, style: Style) -> String {
        match self.owed_rows(true, style) {
            none if none.is_empty() => format!("{}\n", style.words().nothing_owed()),
            rows => table(&rows, style),
        }
    }

    /// What a reader of a timeline need not see line by line: duties of qualified, anonymous acts.
    fn unassessed(&self, style: Style) -> String {
        match self.duties.iter().filter(|o| !o.assessed).count() {
            0 => String::new(),
            n => format!("  {}\n", style.words().qualified_more(n)),
        }
    }

    fn owed_rows(&self, all: bool, style: Style) -> Vec<Row> {
        let w = style.words();
        let row = |o: &Owed| {
            let day = |d: &Option<String>| d.as_ref().map(|d| w.date(d));
            let until = |d: &String| w.until(&w.date(d), o.due_before);
            let (on, lapsed) = (o.due.as_ref().map(until), day(&o.lapsed));
            let due = match (on.as_deref(), o.state.as_str(), o.unfulfillable) {
                _ if !o.open.is_empty() => Due::Open(&o.open),
                (Some(due), ..) if o.unassessed => Due::Unassessed(due),
                (Some(due), "lapsed", _) => Due::Was(due),
                (None, "lapsed", _) => Due::Overdue(lapsed.as_deref()),
                (Some(due), _, false) => Due::On(due),
                (None, "breached", _) => Due::Breached,
                (due, _, true) => Due::Impossible(due),
                (None, ..) if !o.assessed || o.unassessed => Due::NotAssessed,
                (None, ..) => Due::NoDate,
            };
            Row {
                what: w.owes(&whom(&o.who, &o.nouns, style), &o.text),
                cite: o.article.as_ref().map_or_else(String::new, |a| w.cite(a)),
                rest: w.due(due),
                members: o.who.clone(),
            }
        };
        let shown = |o: &&Owed| all || o.assessed;
        self.duties.iter().filter(shown).map(row).collect()
    }

    fn decision_rows(&self, style: Style) -> Vec<Row> {
        let w = style.words();
        let row = |d: &Decision| {
            let closes = d.closes.iter().map(|c| w.closes(&w.date(c)));
            let open = d.as_it_stands.as_ref().filter(|s| s.undetermined);
            let open = open.map(|s| w.would_be(&s.outcome, &s.because));
            // The decision's own article stands beside it.
            let other = |c: &Certain| {
                let article = c.article.as_ref().filter(|a| !d.articles.contains(a));
                article.map(|a| w.cite(a))
            };
            let stands = match (&d.certain, d.waits_for.as_slice()) {
                (Some(c), _) => w.certain(&c.outcome, &c.because, other(c).as_deref()),
                (None, []) => {
                    let carried = d.as_it_stands.as_ref().is_some_and(|s| s.adopted);
                    w.to_be_adopted(&d.needs, carried)
                }
                (None, rivals) => w.waits_for(rivals),
            };
            let kept = d.settled.iter();
            let kept = kept.map(|c| w.settled(&c.outcome, &c.because, other(c).as_deref()));
            let rest: Vec<String> = closes.chain([open.unwrap_or(stands)]).chain(kept).collect();
            Row {
                what: d.text.clone(),
                cite: timeline::cites(&d.articles, style),
                rest: w.side_by_side(&rest),
                members: Vec::new(),
            }
        };
        self.decisions.iter().map(row).collect()
    }

    fn procedure_rows(&self, style: Style) -> Vec<Row> {
        let w = style.words();
        let row = |p: &Procedure| {
            let ways = p
                .ways_out
                .iter()
                .map(|(stage, missing)| match missing.as_str() {
                    "" => w.way_to(stage, None),
                    missing => w.way_to(stage, Some(missing)),
                });
            let stuck = p.stuck.iter().cloned();
            Row {
                what: w.is_in(&p.name, &p.stage),
                cite: timeline::cites(&p.articles, style),
                rest: w.side_by_side(&stuck.chain(ways).collect::<Vec<_>>()),
                members: Vec::new(),
            }
        };
        self.procedures.iter().map(row).collect()
    }

    /// What may be done, perhaps with some arguments only where there are any, what is forbidden, or of what neither can be said, by the name of
    /// the act only; where that is long, only what became so or concerns somebody or something of the case, where that is
    /// long too, only what became so; and how much is left out.
    fn brief_rows(&self, which: Which, all: bool, style: Style) -> (Vec<Row>, String) {
        let of_these = || self.may.iter().filter(|p| which.holds(p));
        let full = self.in_full();
        let rows = brief(of_these(), which, &full, style);
        if all || rows.len() <= ACTS {
            return (rows, String::new());
        }
        let of_case = of_these().filter(|p| !p.standing || p.of_case);
        let mut told = brief(of_case, which, &full, style);
        if told.len() > ACTS {
            told = brief(of_these().filter(|p| !p.standing), which, &full, style);
        }
        let rest = rows.len() - told.len();
        let untold = match rest {
            0 => String::new(),
            n => format!(
                "  {}\n",
                style.words().as_from_beginning(n, !told.is_empty())
            ),
        };
        (told, untold)
    }

    /// Acts of which a name alone would say too little: findings, and what may be done in one way and not in another.
    fn in_full(&self) -> HashSet<&str> {
        let mut ways: HashMap<&str, Ways<'_>> = HashMap::new();
        for p in &self.may {
            let of_act = ways.entry(p.act.as_str()).or_default();
            of_act.texts.insert(p.text.as_str());
            of_act.finding |= p.in_full;
            of_act
                .worth
                .extend(Which::ALL.into_iter().find(|w| w.holds(p)));
        }
        let told = |w: &Ways<'_>| w.texts.len() <= WAYS && (w.finding || w.worth.len() > 1);
        let acts = ways.into_iter().filter(|(_, w)| told(w));
        acts.map(|(act, _)| act).collect()
    }
}

/// So many acts that may be done are told whatever they have to do with the case.
const ACTS: usize = 8;
/// An act that can be done in more ways than this is told by its name.
const WAYS: usize = 6;

/// The ways in which an act can be done.
#[derive(Default)]
struct Ways<'a> {
    texts: HashSet<&'a str>,
    finding: bool,
    /// What they would be worth.
    worth: HashSet<Which>,
}

/// What an act would be worth.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
enum Which {
    Allowed,
    Forbidden,
    /// It cannot be said whether it would be valid, or whether it would be a breach.
    Open,
}

impl Which {
    const ALL: [Which; 3] = [Which::Allowed, Which::Forbidden, Which::Open];

    fn holds(self, p: &Permit) -> bool {
        match self {
            Which::Allowed => p.open.is_empty() && !p.breach && !p.about_nothing,
            Which::Forbidden => p.breach,
            Which::Open => !p.open.is_empty() && !p.breach,
        }
    }

    fn articles(self, p: &Permit) -> &[String] {
        match self {
            Which::Allowed | Which::Open => &p.articles,
            Which::Forbidden => &p.against,
        }
    }
}

/// By the name of the act, except of those that are told in full.
fn brief<'a>(
    permits: impl Iterator<Item = &'a Permit>,
    which: Which,
    full: &HashSet<&str>,
    style: Style,
) -> Vec<Row> {
    let mut acts: Vec<(&str, Permit)> = Vec::new();
    let same_doubt = |a: &Permit, b: &Permit| (a.deed, &a.open) == (b.deed, &b.open);
    for p in permits {
        let name = match full.contains(p.act.as_str()) {
            true => p.text.as_str(),
            false => p.act.as_str(),
        };
        let told = |(a, q): &&mut (&str, Permit)| {
            *a == name
                && (which != Which::Open || same_doubt(p, q))
                && (which != Which::Allowed || q.hangs_on == p.hangs_on)
        };
        let Some((_, all)) = acts.iter_mut().find(told) else {
            let mut first = p.clone();
            first.articles = which.articles(p).to_vec();
            acts.push((name, first));
            continue;
        };
        for article in which.articles(p) {
            if !all.articles.contains(article) {
                all.articles.push(article.clone());
            }
        }
        for (who, noun) in p.who.iter().zip(&p.nouns) {
            if !all.who.contains(who) {
                all.who.push(who.clone());
                all.nouns.push(noun.clone());
            }
        }
    }
    let row = |(name, p): &(&str, Permit)| Row {
        what: style.words().may(name, &whom(&p.who, &p.nouns, style)),
        cite: timeline::cites(&p.articles, style),
        rest: match which {
            Which::Open => style.words().worth_open(p.deed, &p.open),
            Which::Allowed if p.depends => style.words().depends(&p.hangs_on),
            _ => String::new(),
        },
        members: Vec::new(),
    };
    acts.iter().map(row).collect()
}
