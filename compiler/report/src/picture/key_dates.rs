//! What happened on which date, for the numbers of a timeline.

use super::builder::is_told;
use super::lanes::{KeyDate, KeyEvent, Time};
use crate::line::{Group, Line, LineKind, group_in};
use crate::words::{Due, words};
use rogatio_calendar::SECONDS_PER_DAY;
use rogatio_diagnostics::Lang;
use rogatio_interpret::{Case, Precision};
use std::collections::BTreeMap;

/// The lines that are told, by date.
pub(super) fn key_dates(branch: &str, case: &Case, from: usize, told: &[Line]) -> Vec<KeyDate> {
    // A line knows its day; where on the axis its time of day is, the entry knows.
    let mut seconds: BTreeMap<&str, i64> = BTreeMap::new();
    for (e, line) in case.timeline().iter().skip(from).zip(told) {
        let at = match e.moment.precision {
            Precision::Second if !e.moment.is_of_second_clock() => e.moment.point.second(),
            _ => line.day.number() * SECONDS_PER_DAY,
        };
        seconds.entry(&line.date).or_insert(at);
    }
    let shown: Vec<Line> = told.iter().filter(|l| is_told(l)).cloned().collect();
    let mut out: Vec<KeyDate> = Vec::new();
    let mut last: Option<Told> = None;
    let lang = case.program().lang;
    for g in group_in(&shown, lang) {
        if let Some(told) = last.as_mut().filter(|t| t.takes(&g)) {
            told.groups.push(g);
            continue;
        }
        if let Some(told) = last.replace(Told { groups: vec![g] }) {
            told.put(branch, &seconds, lang, &mut out);
        }
    }
    if let Some(told) = last {
        told.put(branch, &seconds, lang, &mut out);
    }
    out
}

/// Groups that say the same of several keys: told together.
struct Told {
    groups: Vec<Group>,
}

impl Told {
    fn takes(&self, next: &Group) -> bool {
        let same = |a: &Line, b: &Line| {
            a.date == b.date
                && (a.kind, a.verb) == (b.kind, b.verb)
                && (&a.what, &a.articles) == (&b.what, &b.articles)
        };
        let several =
            |g: &Group| g.line.who.len() > 1 && !g.line.verb.is_empty() && g.so.is_empty();
        self.groups
            .first()
            .is_some_and(|g| several(g) && several(next) && same(&g.line, &next.line))
    }

    fn put(self, branch: &str, seconds: &BTreeMap<&str, i64>, lang: Lang, out: &mut Vec<KeyDate>) {
        let w = words(lang);
        let Some(first) = self.groups.first() else {
            return;
        };
        let line = &first.line;
        let text = match self.groups.as_slice() {
            [one] => crate::timeline::told(one, lang),
            all => {
                let keys: Vec<String> = all
                    .iter()
                    .map(|g| format!("({})", g.line.who.join(", ")))
                    .collect();
                let keys = crate::timeline::names_in(&keys, lang);
                w.for_several(&line.what, line.verb, &keys)
            }
        };
        let so = w.side_by_side(&first.so);
        let reasons = self.groups.iter().map(|g| g.line.because.as_str());
        let same = reasons.clone().all(|r| r == line.because);
        let because = [if same { line.because.as_str() } else { "" }, so.as_str()];
        let due = line.due.as_ref().map(|d| {
            let until = w.until(&w.date(d), line.due_before);
            w.due(Due::On(&until))
        });
        let because = because
            .into_iter()
            .filter(|t| !t.is_empty())
            .map(str::to_owned);
        let because: Vec<String> = due.into_iter().chain(because).collect();
        let event = KeyEvent {
            text,
            articles: line.articles.clone(),
            because: w.side_by_side(&because),
            weight: weight(line, so.contains([':', '：'])),
        };
        let at = Time {
            at: seconds.get(line.date.as_str()).copied().unwrap_or_default(),
            shown: line.date.clone(),
        };
        match out.last_mut() {
            Some(last) if last.at.shown == at.shown && last.branch == branch => {
                last.events.push(event)
            }
            _ => out.push(KeyDate {
                branch: branch.to_owned(),
                at,
                events: vec![event],
            }),
        }
    }
}

fn weight(line: &Line, brings_about: bool) -> u8 {
    match line.kind {
        LineKind::Breach | LineKind::Decided | LineKind::Stuck => 3,
        LineKind::Starts if line.who.is_empty() => 3,
        LineKind::Act if line.verdict.iter().any(|v| v != "valid") => 3,
        LineKind::Stage | LineKind::Ends | LineKind::Starts => 2,
        LineKind::Act if brings_about => 2,
        LineKind::Act | LineKind::Duty | LineKind::Note => 0,
        _ => 1,
    }
}
