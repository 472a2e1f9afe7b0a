//! What may and cannot be done, as `:can` tells it: of one in full, of all an overview.

use super::row::{Row, table, whom};
use super::{Permit, Residual};
use crate::table::Style;
use crate::timeline;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// So many of those who may do an act are named.
const FIRST: usize = 2;

/// What can be said of an act.
struct Said<'a> {
    worth: Worth,
    text: &'a str,
    who: &'a [String],
    nouns: &'a [String],
    articles: Vec<String>,
    /// The end of its time, and the arguments that it hangs on.
    limits: String,
    /// Why it is open, a breach, advised against, or void.
    reason: String,
}

/// What an act would be worth.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
enum Worth {
    /// It may be done, or perhaps.
    May,
    Breach,
    Void,
}

impl Worth {
    fn of(self, text: &str, style: Style) -> String {
        match self {
            Worth::May => text.to_owned(),
            Worth::Breach => style.words().must_not(text),
            Worth::Void => style.words().cannot(text),
        }
    }
}

impl Residual {
    /// What may and cannot be done: by one, with the reasons; of all, who they are by each act and its articles.
    #[must_use]
    pub fn render_can(&self, actor: Option<&str>, style: Style) -> String {
        let w = style.words();
        let said = self.said(style);
        let rows = match actor {
            Some(actor) => by_one(&said, actor, style),
            None => overview(&said, style),
        };
        let mut out = table(&rows, style);
        if out.is_empty() {
            out = format!("{}\n", w.nothing_can_be_done());
        }
        if actor.is_none() && said.iter().any(|s| !s.reason.is_empty()) {
            out += &format!("{}\n", style.dim(w.reasons_of_one()));
        }
        if self.abridged {
            out += &format!("{}\n", w.abridged());
        }
        out
    }

    /// What may be done, then what must not, then what cannot.
    fn said(&self, style: Style) -> Vec<Said<'_>> {
        let w = style.words();
        let permit = |p: &'_ Permit| {
            let until = p.until.iter().map(|u| w.may_until(&w.date(u)));
            let depends = p.depends.then(|| w.depends(&p.hangs_on));
            let open = (!p.open.is_empty()).then(|| w.worth_open(p.deed, &p.open));
            let advised = (!p.advised.is_empty()).then(|| p.why.clone());
            (
                w.side_by_side(&until.chain(depends).collect::<Vec<_>>()),
                w.side_by_side(&open.into_iter().chain(advised).collect::<Vec<_>>()),
            )
        };
        let may = self.may.iter().filter(|p| !p.breach).map(|p| {
            let (limits, reason) = permit(p);
            Said {
                worth: Worth::May,
                text: &p.text,
                who: &p.who,
                nouns: &p.nouns,
                articles: [p.articles.as_slice(), &p.advised].concat(),
                limits,
                reason,
            }
        });
        let must_not = self.may.iter().filter(|p| p.breach).map(|p| Said {
            worth: Worth::Breach,
            text: &p.text,
            who: &p.who,
            nouns: &p.nouns,
            articles: p.against.clone(),
            limits: String::new(),
            reason: p.why.clone(),
        });
        let cannot = self.cannot.iter().map(|p| Said {
            worth: Worth::Void,
            text: &p.text,
            who: &p.who,
            nouns: &p.nouns,
            articles: p.articles.clone(),
            limits: String::new(),
            reason: p.why.clone(),
        });
        may.chain(must_not).chain(cannot).collect()
    }
}

/// All that can be said of one.
fn by_one(said: &[Said<'_>], actor: &str, style: Style) -> Vec<Row> {
    let of_one = said.iter().filter(|s| s.who.iter().any(|w| w == actor));
    let row = |s: &Said<'_>| {
        let rest = [s.limits.clone(), s.reason.clone()].into_iter();
        let rest: Vec<String> = rest.filter(|r| !r.is_empty()).collect();
        Row {
            what: s.worth.of(s.text, style),
            cite: timeline::cites(&s.articles, style),
            rest: style.words().side_by_side(&rest),
            members: Vec::new(),
        }
    };
    of_one.map(row).collect()
}

/// Of each act, its articles and its limits who may do it, must not or cannot; a reason only where all have the same and the
/// act may be done. What the same ones cannot do by the same articles is told together.
fn overview(said: &[Said<'_>], style: Style) -> Vec<Row> {
    let w = style.words();
    let mut acts: Vec<Vec<&Said<'_>>> = Vec::new();
    let mut at = HashMap::new();
    for s in said {
        let key = (s.worth, s.text, s.articles.as_slice(), s.limits.as_str());
        let i = *at.entry(key).or_insert_with(|| {
            acts.push(Vec::new());
            acts.len() - 1
        });
        acts[i].push(s);
    }
    let mut rows: Vec<(&Said<'_>, Vec<String>, Row)> = Vec::new();
    let mut of_same = HashMap::new();
    for all in &acts {
        let first = all[0];
        let (who, nouns) = together(all);
        let together = of_same.entry((first.worth, first.articles.as_slice(), who.clone()));
        if first.worth == Worth::Void
            && let Entry::Occupied(row) = &together
        {
            let (_, texts, _): &mut (_, Vec<String>, _) = &mut rows[*row.get()];
            texts.push(first.text.to_owned());
            continue;
        }
        together.or_insert(rows.len());
        let mut rest: Vec<String> = vec![first.limits.clone()];
        if first.worth == Worth::May && all.iter().all(|s| s.reason == first.reason) {
            rest.push(first.reason.clone());
        }
        rest.retain(|r| !r.is_empty());
        let count = whom(&who, &nouns, style);
        let named = match who.len() {
            0 | 1 => count,
            n => w.named(&count, &who[..n.min(FIRST)], n > FIRST),
        };
        let row = Row {
            what: named,
            cite: timeline::cites(&first.articles, style),
            rest: w.side_by_side(&rest),
            members: Vec::new(),
        };
        rows.push((first, vec![first.text.to_owned()], row));
    }
    let row = |(first, texts, row): (&Said<'_>, Vec<String>, Row)| Row {
        what: w.may(&first.worth.of(&w.list(&texts), style), &row.what),
        ..row
    };
    rows.into_iter().map(row).collect()
}

/// Those who are meant, each once, and their kinds.
fn together(all: &[&Said<'_>]) -> (Vec<String>, Vec<String>) {
    let mut seen: HashSet<&str> = HashSet::new();
    let each = all.iter().flat_map(|s| s.who.iter().zip(s.nouns));
    each.filter(|(who, _)| seen.insert(who.as_str()))
        .map(|(who, noun)| (who.clone(), noun.clone()))
        .unzip()
}
