//! A line of a timeline, ready to be printed or written as JSON.
//!
//! Comes in: what the interpreter recorded, through `view`. Goes out: [`Line`]s, and the
//! same grouped. Never happens: a line without the article it rests on, where there is
//! one.

use crate::words::words;
use rogatio_calendar::Day;
use rogatio_diagnostics::Lang;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// What a line is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Link {
    /// Its date.
    pub date: String,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub article: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// The kinds of those it concerns: `State`.
    #[serde(skip)]
    pub nouns: Vec<String>,
    /// In words.
    pub text: String,
    /// Of an act: `valid`, `void`, `undetermined`, `pending`, and `breach`, `late`, `shortfall` beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verdict: Vec<String>,
    /// The articles it rests on.
    pub articles: Vec<String>,
    /// The number of the occurrence it is.
    #[serde(skip)]
    pub act: Option<u32>,
    /// The number of the occurrence that brought it about directly.
    #[serde(skip)]
    pub caused_by: Option<u32>,
    /// The number of the occurrence that set the clock for it.
    #[serde(skip)]
    pub set_by: Option<u32>,
    /// Of an act: `30th deposit`, counting those that have effect.
    #[serde(skip)]
    pub ordinal: String,
    /// Told in a section of its own: an assumption, a duty that no clock assesses.
    #[serde(skip)]
    pub aside: bool,
    /// A status whose condition holds when the case begins: no event.
    #[serde(skip)]
    pub since_beginning: bool,
    /// Why, in a few words: `90 days after 1993-09-30`.
    pub because: String,
    /// Of a duty that comes again: how often, `2 years`.
    #[serde(skip)]
    pub every: Option<String>,
    /// When a duty is due, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// What is done on that day, or at that second, is late: it is due before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub due_before: bool,
    /// The causes, nearest first.
    pub causes: Vec<Link>,
}

/// One of those whom a line concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// The kind.
    pub noun: String,
    /// Rests on something recalled rather than documented.
    pub recalled: bool,
}

impl Member {
    fn of(line: &Line, place: usize) -> Member {
        Member {
            name: line.who.get(place).cloned().unwrap_or_default(),
            noun: line.nouns.get(place).cloned().unwrap_or_default(),
            recalled: line.recalled,
        }
    }
}

/// One or more lines that say the same of different entities.
#[derive(Clone, Debug)]
pub struct Group {
    /// The first of them. It is recalled if all are, and has a reason if all have the same.
    pub line: Line,
    /// All whom they concern, in the order written; one where nothing was grouped.
    pub members: Vec<Member>,
    /// What follows at once for each of them: `deposited`.
    pub so: Vec<String>,
    /// In which place of those concerned its lines differ; none where nothing was grouped.
    pub(crate) place: Option<usize>,
}

impl Group {
    fn of(line: &Line) -> Group {
        Group {
            line: line.clone(),
            members: vec![Member::of(line, 0)],
            so: Vec::new(),
            place: None,
        }
    }

    /// Takes in a line that says the same, if it does: it concerns another one, in one place.
    fn take(&mut self, next: &Group) -> bool {
        let Some(place) = same(self, next) else {
            return false;
        };
        if self.place.is_none() {
            self.place = Some(place);
            self.members = vec![Member::of(&self.line, place)];
        }
        self.line.recalled &= next.line.recalled;
        if self.line.because != next.line.because {
            self.line.because.clear();
        }
        self.members.push(Member::of(&next.line, place));
        true
    }

    /// What its lines say, without those in whom they differ: `paid(_, Fund)`.
    pub(crate) fn what(&self) -> String {
        let who = &self.line.who;
        let Some(place) = self.place.filter(|_| who.len() > 1) else {
            return self.line.what.clone();
        };
        let keys = who.iter().enumerate();
        let keys = keys.map(|(i, name)| if i == place { "_" } else { name.as_str() });
        let keys: Vec<&str> = keys.collect();
        // Of a value the keys come before it: `dues(_, Fund) = 3`.
        let (name, value) = match self.line.what.split_once(" = ") {
            Some((name, value)) => (name, format!(" = {value}")),
            None => (self.line.what.as_str(), String::new()),
        };
        format!("{name}({}){value}", keys.join(", "))
    }

    /// `30 States and 1 Organization`.
    #[must_use]
    pub fn count(&self) -> String {
        self.count_in(Lang::En)
    }

    /// The same in a language.
    pub(crate) fn count_in(&self, lang: Lang) -> String {
        count(self.members.iter().map(|m| m.noun.as_str()), lang)
    }
}

/// How many there are of each noun: `30 States and 1 Organization`.
pub(crate) fn count<'a>(nouns: impl Iterator<Item = &'a str>, lang: Lang) -> String {
    let mut kinds: Vec<(&str, u64)> = Vec::new();
    for noun in nouns {
        match kinds.iter_mut().find(|(k, _)| *k == noun) {
            Some((_, n)) => *n += 1,
            None => kinds.push((noun, 1)),
        }
    }
    words(lang).count(&kinds)
}

/// Lines for reading: lines of the same day that differ only in whom they concern become
/// one group, at the place of the first; a status that an act sets for its own actor is
/// told with the act. The order of the rest is kept.
#[must_use]
pub fn group(lines: &[Line]) -> Vec<Group> {
    group_in(lines, Lang::En)
}

/// The same, with what an act brings about told in a language.
pub(crate) fn group_in(lines: &[Line], lang: Lang) -> Vec<Group> {
    let words = words(lang);
    let mut single: Vec<Group> = Vec::new();
    let mut act_at: HashMap<u32, usize> = HashMap::new();
    for line in lines {
        if let Some(id) = line.act {
            act_at.insert(id, single.len());
        }
        let place = |id: Option<u32>| id.and_then(|id| act_at.get(&id)).copied();
        if let Some(act) = place(line.caused_by).and_then(|i| single.get_mut(i))
            && follows(line, &act.line)
        {
            let article = line
                .articles
                .iter()
                .find(|a| !act.line.articles.contains(a));
            let article = article.map(|a| words.cite(a));
            act.so.push(match line.kind {
                LineKind::Ends => words.no_longer(&line.what, article.as_deref()),
                _ => words.now(&line.what, article.as_deref()),
            });
            continue;
        }
        // What an act brings about later, for all or for others, is announced with the act.
        if let Some(act) = place(line.set_by).and_then(|i| single.get_mut(i))
            && line.kind == LineKind::Starts
            && line.day > act.line.day
            && line.who != act.line.who
        {
            let article = line.articles.first().map(|a| words.cite(a));
            act.so.push(words.announces(
                &act.line.ordinal,
                &line.what,
                &line.who,
                &words.date(&line.date),
                article.as_deref(),
            ));
        }
        single.push(Group::of(line));
    }

    let mut out: Vec<Group> = Vec::new();
    let mut day_start = 0;
    for next in single {
        if out
            .get(day_start)
            .is_some_and(|g| g.line.day != next.line.day)
        {
            day_start = out.len();
        }
        let today = out.get_mut(day_start..).unwrap_or_default();
        if !today.iter_mut().any(|g| g.take(&next)) {
            out.push(next);
        }
    }
    out
}

/// Whether a line says no more than what the act did to its own actor.
fn follows(line: &Line, act: &Line) -> bool {
    matches!(line.kind, LineKind::Starts | LineKind::Ends)
        && line.day == act.day
        && line.who.len() == 1
        && line.who == act.who
}

/// The place in which a line concerns another one than a group does, if they say the same otherwise.
fn same(a: &Group, b: &Group) -> Option<usize> {
    let (x, y) = (&a.line, &b.line);
    let alike = x.date == y.date
        && (x.kind, x.verb) == (y.kind, y.verb)
        && x.what == y.what
        && x.verdict == y.verdict
        && x.articles == y.articles
        && (&x.due, x.due_before) == (&y.due, y.due_before)
        && a.so == b.so;
    if !alike || x.who.len() != y.who.len() {
        return None;
    }
    let mut pairs = x.who.iter().zip(&y.who).enumerate();
    let place = match a.place {
        Some(place) => place,
        None if x.who.len() == 1 => 0,
        None => pairs.clone().find(|(_, (x, y))| x != y)?.0,
    };
    let keyed = x.who.len() == 1 || (!x.verb.is_empty() && x.nouns.len() == x.who.len());
    let elsewhere = pairs.all(|(i, (x, y))| i == place || x == y);
    (keyed && !x.who.is_empty() && elsewhere).then_some(place)
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
            nouns: vec!["State".into()],
            text: format!("{what}: {who}"),
            verdict: vec![],
            articles: vec!["art 1".into()],
            act: None,
            caused_by: None,
            set_by: None,
            ordinal: String::new(),
            aside: false,
            since_beginning: false,
            because: String::new(),
            every: None,
            due: None,
            due_before: false,
            causes: vec![],
        }
    }

    #[test]
    fn same_day_same_thing() {
        let lines = [
            line(1, "bound", "A"),
            line(1, "seen", "A"),
            line(1, "bound", "B"),
            line(2, "bound", "C"),
        ];
        let groups = group(&lines);
        let shown: Vec<_> = groups
            .iter()
            .map(|g| (g.line.what.as_str(), g.members.len()))
            .collect();
        assert_eq!(shown, [("bound", 2), ("seen", 1), ("bound", 1)]);
        assert_eq!(groups[0].count(), "2 States");
    }
}
