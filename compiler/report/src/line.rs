//! A line of a timeline, ready to be printed or written as JSON.
//!
//! Comes in: what the interpreter recorded, through `view`. Goes out: [`Line`]s, and the
//! same grouped. Never happens: a line without the article it rests on, where there is
//! one.

use crate::table::counted;
use rogatio_calendar::Day;
use serde::Serialize;

/// What a line is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// An act, deed, event or ballot.
    Act,
    /// A status starts.
    Starts,
    /// A status ends.
    Ends,
    /// A duty is born.
    Duty,
    /// A duty is fulfilled.
    Fulfilled,
    /// A duty lapses, an invariant fails.
    Breach,
    /// A duty is released, an invariant holds again.
    Released,
    /// A decision opens.
    Opens,
    /// A decision closes.
    Decided,
    /// A procedure enters a stage.
    Stage,
    /// A procedure or decision is frozen.
    Stuck,
    /// Anything else.
    Note,
}

/// Links of a chain of causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its date.
    pub date: String,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub article: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The date: `1993-12-29`, with the time of day where it is known.
    pub date: String,
    /// The day, for sorting.
    #[serde(skip)]
    pub day: Day,
    /// Rests on something recalled rather than documented.
    pub recalled: bool,
    /// What kind of line.
    pub kind: LineKind,
    /// What happened, without whom it concerns: `bound`, `deposit`.
    pub what: String,
    /// Whom it concerns: the actor, or the keys of a status.
    pub who: Vec<String>,
    /// What became of it: `starts`, `lapses`; empty for acts.
    #[serde(skip)]
    pub verb: &'static str,
    /// The kind of the first of those it concerns: `State`.
    #[serde(skip)]
    pub noun: String,
    /// In words.
    pub text: String,
    /// Of an act: `valid`, `void`, `undetermined`, `pending`, and `breach`, `late`, `shortfall` beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verdict: Vec<String>,
    /// The articles it rests on.
    pub articles: Vec<String>,
    /// Why, in a few words: `90 days after 30th deposit (1993-09-30)`.
    pub because: String,
    /// When a duty is due, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The causes, nearest first.
    pub causes: Vec<Link>,
}

/// One or more lines that say the same of different entities.
#[derive(Clone, Debug)]
pub struct Group {
    /// The first of them.
    pub line: Line,
    /// All whom they concern, in the order written, each with its kind; one where nothing
    /// was grouped.
    pub members: Vec<(String, String)>,
}

impl Group {
    /// `30 States and 1 Organization`.
    #[must_use]
    pub fn count(&self) -> String {
        let mut kinds: Vec<(&str, u64)> = Vec::new();
        for (_, noun) in &self.members {
            match kinds.iter_mut().find(|(k, _)| k == noun) {
                Some((_, n)) => *n += 1,
                None => kinds.push((noun, 1)),
            }
        }
        let parts: Vec<String> = kinds.iter().map(|(noun, n)| counted(*n, noun)).collect();
        parts.join(" and ")
    }
}

/// Lines of the same day that differ only in whom they concern become one group, at the
/// place of the first. The order of the rest is kept.
#[must_use]
pub fn group(lines: &[Line]) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    let mut day_start = 0;
    for line in lines {
        if out.get(day_start).is_some_and(|g| g.line.day != line.day) {
            day_start = out.len();
        }
        let same = |g: &&mut Group| {
            let l = &g.line;
            line.who.len() == 1
                && l.who.len() == 1
                && l.date == line.date
                && (l.kind, l.recalled) == (line.kind, line.recalled)
                && (&l.what, l.verb) == (&line.what, line.verb)
                && l.verdict == line.verdict
                && l.articles == line.articles
                && l.due == line.due
        };
        let who = (line.who.first().cloned().unwrap_or_default(), line.noun.clone());
        match out.iter_mut().skip(day_start).find(same) {
            Some(g) => g.members.push(who),
            None => out.push(Group { line: line.clone(), members: vec![who] }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(day: i32, what: &str, who: &str) -> Line {
        Line {
            date: Day(day).to_string(),
            day: Day(day),
            recalled: false,
            kind: LineKind::Starts,
            what: what.into(),
            who: vec![who.into()],
            verb: "starts",
            noun: "State".into(),
            text: format!("{what}: {who}"),
            verdict: vec![],
            articles: vec!["art 1".into()],
            because: String::new(),
            due: None,
            causes: vec![],
        }
    }

    #[test]
    fn same_day_same_thing() {
        let lines = [line(1, "bound", "A"), line(1, "seen", "A"), line(1, "bound", "B"), line(2, "bound", "C")];
        let groups = group(&lines);
        let shown: Vec<_> = groups.iter().map(|g| (g.line.what.as_str(), g.members.len())).collect();
        assert_eq!(shown, [("bound", 2), ("seen", 1), ("bound", 1)]);
        assert_eq!(groups[0].count(), "2 States");
    }
}
