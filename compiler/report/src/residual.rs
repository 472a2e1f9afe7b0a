//! What stands open: duties, decisions, procedures, what the clock will do, what may be done.

use crate::line::{Line, count};
use crate::table::{Style, pad, width, wrap};
use crate::timeline;
use crate::view::{article, articles, lines};
use crate::words::{Due, Heading, words};
use rogatio_diagnostics::Lang;
use rogatio_interpret::{ActKind, Case, ClauseSet, OpenDecision, OpenProcedure, Residual as Found};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// What stands open at the end of a case.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Residual {
    /// As of when.
    pub at: String,
    /// Duties that are outstanding.
    pub duties: Vec<Owed>,
    /// Decisions that take ballots.
    pub decisions: Vec<Decision>,
    /// Procedures on their way.
    pub procedures: Vec<Procedure>,
    /// What time alone will bring if nobody acts, soonest first; the first of it.
    pub to_come: Vec<Line>,
    /// What would be valid now.
    pub may: Vec<Permit>,
    /// What would be void now, and why.
    pub cannot: Vec<Precluded>,
    /// There was too much to try: acts may be missing from `may` and `cannot`.
    pub abridged: bool,
}

/// A duty that one or several owe.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Owed {
    /// Who owes it.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// What: `must convene`.
    pub text: String,
    /// Its due date, if it has one.
    pub due: Option<String>,
    /// `pending`, `open`, `lapsed`, `breached`.
    pub state: String,
    /// When it lapsed without having had a due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<String>,
    /// The article.
    pub article: Option<String>,
    /// Why it cannot be said whether it is owed, or until when.
    pub open: Vec<String>,
    /// A recommendation only.
    pub should: bool,
    /// Known by its act; a qualified, anonymous one is not assessed.
    pub assessed: bool,
    /// Nobody can do it now.
    pub unfulfillable: bool,
}

/// An open decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// Which, on what.
    pub text: String,
    /// Since when.
    pub opened: String,
    /// When it closes by itself, if it does.
    pub closes: Option<String>,
    /// Who has not voted.
    pub silent: Vec<String>,
    /// What is missing for it to be adopted.
    pub missing: String,
    /// What no ballot still to come can change.
    pub certain: Option<Certain>,
    /// The decisions that its result waits for; it takes no more ballots.
    pub waits_for: Vec<String>,
}

/// A result that is certain before the close.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Certain {
    /// `adopted`, `rejected`.
    pub outcome: String,
    /// Why.
    pub because: String,
    /// The rule.
    pub article: Option<String>,
}

/// A procedure on its way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Procedure {
    /// Which.
    pub name: String,
    /// The stage it is in.
    pub stage: String,
    /// Since when.
    pub since: Option<String>,
    /// Stages it can go to, with what is missing.
    pub ways_out: Vec<(String, String)>,
    /// Why it cannot move by itself, if so.
    pub stuck: Option<String>,
    /// What that rests on.
    pub articles: Vec<String>,
}

/// What would be valid.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Permit {
    /// Who may.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// The act's name.
    pub act: String,
    /// What, without whom.
    pub text: String,
    /// Until when, if there is an end.
    pub until: Option<String>,
    /// What it rests on.
    pub articles: Vec<String>,
    /// It would be a breach all the same.
    pub breach: bool,
    /// It cannot be said whether it would be valid: the silent clauses.
    pub open: Vec<String>,
    /// It was so from the beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    /// It concerns somebody or something of the case.
    #[serde(skip)]
    of_case: bool,
}

/// What would be void.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Precluded {
    /// Who cannot.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// What, without whom.
    pub text: String,
    /// Why.
    pub why: String,
    /// What that rests on.
    pub articles: Vec<String>,
}

/// The clauses that leave something open, in words.
fn texts(clauses: &Option<ClauseSet>) -> Vec<String> {
    let clauses = clauses.iter().flat_map(ClauseSet::iter);
    clauses.map(|c| c.text.clone()).collect()
}

impl Residual {
    /// Of a case as it stands.
    #[must_use]
    pub fn of(case: &Case) -> Residual {
        Residual::after(case, None)
    }

    /// The same, where what could be done at the beginning is told apart.
    #[must_use]
    pub fn since(case: &Case, beginning: &Found) -> Residual {
        Residual::after(case, Some(beginning))
    }

    fn after(case: &Case, beginning: Option<&Found>) -> Residual {
        let found = case.residual();
        let mut out = Residual {
            at: case.now().dated().to_string(),
            decisions: found.decisions.iter().map(|d| decision(case, d)).collect(),
            procedures: found
                .procedures
                .iter()
                .map(|p| procedure(case, p))
                .collect(),
            to_come: to_come(case),
            abridged: found.abridged,
            ..Residual::default()
        };
        out.actors(case, &found, beginning);
        out
    }

    /// The actors of whom the same can be said, together.
    fn actors(&mut self, case: &Case, found: &Found, beginning: Option<&Found>) {
        let (mut owed, mut permits, mut precluded) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for a in &found.actors {
            let who = case.called(a.actor);
            let noun = case
                .entity_kind(a.actor)
                .map_or("", |k| case.kind_called(k));
            for o in &a.must {
                let lapsed = case.duty(o.duty).and_then(|d| d.settled);
                let lapsed = lapsed.filter(|_| o.due.is_none());
                let key = (
                    o.text.as_str(),
                    o.provision,
                    o.due,
                    o.state,
                    o.unfulfillable,
                    &o.open,
                    lapsed,
                );
                let i = *owed.entry(key).or_insert_with(|| {
                    self.duties.push(Owed {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        text: o.text.clone(),
                        due: o.due.map(|m| m.to_string()),
                        state: format!("{:?}", o.state).to_lowercase(),
                        lapsed: lapsed.map(|m| m.to_string()),
                        article: article(case, o.provision),
                        open: texts(&o.open),
                        should: o.should,
                        assessed: o.assessed,
                        unfulfillable: o.unfulfillable,
                    });
                    self.duties.len() - 1
                });
                self.duties[i].who.push(who.to_owned());
                self.duties[i].nouns.push(noun.to_owned());
            }
            for p in &a.may {
                let standing = beginning.is_some_and(|b| b.allowed(p));
                let of_case = p.concerns(case);
                let key = (
                    (standing, of_case),
                    p.text.as_str(),
                    p.provisions.as_slice(),
                    p.until,
                    p.breach,
                    &p.open,
                );
                let i = *permits.entry(key).or_insert_with(|| {
                    self.may.push(Permit {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        act: act_name(case, p),
                        text: p.text.clone(),
                        until: p.until.map(|m| m.to_string()),
                        articles: articles(case, &p.provisions),
                        breach: p.breach,
                        open: texts(&p.open),
                        standing,
                        of_case,
                    });
                    self.may.len() - 1
                });
                self.may[i].who.push(who.to_owned());
                self.may[i].nouns.push(noun.to_owned());
            }
            for p in &a.precluded {
                let key = (p.text.as_str(), p.why.as_str(), p.provisions.as_slice());
                let i = *precluded.entry(key).or_insert_with(|| {
                    self.cannot.push(Precluded {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        text: p.text.clone(),
                        why: p.why.clone(),
                        articles: articles(case, &p.provisions),
                    });
                    self.cannot.len() - 1
                });
                self.cannot[i].who.push(who.to_owned());
                self.cannot[i].nouns.push(noun.to_owned());
            }
        }
    }

    /// The end of a report: what is owed, what comes, what is on its way, what may be done.
    #[must_use]
    pub fn render(&self, style: Style, all: bool) -> String {
        let mut out = String::new();
        let (may, standing) = self.brief_rows(all, style);
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

    /// What may and cannot be done, by one or all.
    #[must_use]
    pub fn render_can(&self, actor: Option<&str>, style: Style) -> String {
        let asked = |who: &[String]| actor.is_none_or(|a| who.iter().any(|w| w == a));
        let mut rows = Vec::new();
        for p in self.may.iter().filter(|p| asked(&p.who)) {
            let mut remarks: Vec<String> = p.until.iter().map(|u| format!("until {u}")).collect();
            if p.breach {
                remarks.push("would be a breach".to_owned());
            }
            if !p.open.is_empty() {
                remarks.push(format!("perhaps void: {}", p.open.join("; ")));
            }
            rows.push(Row::of(
                &p.text,
                &p.who,
                &p.nouns,
                actor,
                &p.articles,
                remarks.join("; "),
                style,
            ));
        }
        for p in self.cannot.iter().filter(|p| asked(&p.who)) {
            let what = format!("cannot {}", p.text);
            rows.push(Row::of(
                &what,
                &p.who,
                &p.nouns,
                actor,
                &p.articles,
                p.why.clone(),
                style,
            ));
        }
        let mut out = table(&rows, style);
        if out.is_empty() {
            out = "nothing can be done now\n".to_owned();
        }
        if self.abridged {
            out += "(there is too much to try: the list is not complete)\n";
        }
        out
    }

    /// What must be done.
    #[must_use]
    pub fn render_must(&self, style: Style) -> String {
        match self.owed_rows(true, style) {
            none if none.is_empty() => "nothing is owed\n".to_owned(),
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
            let (on, lapsed) = (day(&o.due), day(&o.lapsed));
            let due = match (on.as_deref(), o.state.as_str(), o.unfulfillable) {
                _ if !o.open.is_empty() => Due::Open(&o.open),
                (Some(due), "lapsed", _) => Due::Was(due),
                (None, "lapsed", _) => Due::Overdue(lapsed.as_deref()),
                (Some(due), _, false) => Due::On(due),
                (None, "breached", _) => Due::Breached,
                (due, _, true) => Due::Impossible(due),
                (None, ..) if !o.assessed => Due::NotAssessed,
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
        let row = |d: &Decision| Row {
            what: d.text.clone(),
            cite: d
                .closes
                .as_ref()
                .map_or_else(String::new, |c| w.closes(&w.date(c))),
            rest: match (&d.certain, d.waits_for.as_slice()) {
                (Some(c), _) => {
                    let article = c.article.as_ref().map(|a| w.cite(a));
                    w.certain(&c.outcome, &c.because, article.as_deref())
                }
                (None, []) => w.to_be_adopted(&d.missing),
                (None, rivals) => w.waits_for(rivals),
            },
            members: Vec::new(),
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
                    "" => format!("-> {stage}"),
                    missing => format!("-> {stage}: {missing}"),
                });
            let stuck = p.stuck.iter().cloned();
            Row {
                what: w.is_in(&p.name, &p.stage),
                cite: timeline::cites(&p.articles, style),
                rest: stuck.chain(ways).collect::<Vec<_>>().join("; "),
                members: Vec::new(),
            }
        };
        self.procedures.iter().map(row).collect()
    }

    /// What surely may be done, by the name of the act only; where that is long, only what became possible or concerns
    /// somebody or something of the case, where that is long too, only what became possible; and how much is left out.
    fn brief_rows(&self, all: bool, style: Style) -> (Vec<Row>, String) {
        let sure = || self.may.iter().filter(|p| p.open.is_empty() && !p.breach);
        let rows = brief(sure(), style);
        if all || rows.len() <= ACTS {
            return (rows, String::new());
        }
        let mut told = brief(sure().filter(|p| !p.standing || p.of_case), style);
        if told.len() > ACTS {
            told = brief(sure().filter(|p| !p.standing), style);
        }
        let rest = rows.len() - told.len();
        let untold = match rest {
            0 => String::new(),
            n => format!(
                "  {}
",
                style.words().as_from_beginning(n, !told.is_empty())
            ),
        };
        (told, untold)
    }
}

/// So many acts that may be done are told whatever they have to do with the case.
const ACTS: usize = 8;

/// By the name of the act.
fn brief<'a>(permits: impl Iterator<Item = &'a Permit>, style: Style) -> Vec<Row> {
    let mut acts: Vec<Permit> = Vec::new();
    for p in permits {
        let Some(all) = acts.iter_mut().find(|a| a.act == p.act) else {
            acts.push(p.clone());
            continue;
        };
        for article in &p.articles {
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
    let row = |p: &Permit| Row {
        what: style.words().may(&p.act, &whom(&p.who, &p.nouns, style)),
        cite: timeline::cites(&p.articles, style),
        rest: String::new(),
        members: Vec::new(),
    };
    acts.iter().map(row).collect()
}

/// The name of an act; of a ballot, all of it.
fn act_name(case: &Case, p: &rogatio_interpret::Permit) -> String {
    match p.input.act {
        ActKind::Act(a) => case.act_called(a).to_owned(),
        _ => p.text.clone(),
    }
}

fn decision(case: &Case, d: &OpenDecision) -> Decision {
    Decision {
        text: d.text.clone(),
        opened: d.opened.to_string(),
        closes: d.closes.map(|m| m.to_string()),
        silent: d
            .silent
            .iter()
            .map(|e| case.called(*e).to_owned())
            .collect(),
        missing: d.missing.summary(),
        certain: d.certain.as_ref().map(|c| Certain {
            outcome: case.words().outcome(c.outcome).to_owned(),
            because: c.because.clone(),
            article: articles(case, &[c.provision]).into_iter().next(),
        }),
        waits_for: d
            .waits_for
            .iter()
            .map(|(d, s)| case.show_decision(*d, *s))
            .collect(),
    }
}

fn procedure(case: &Case, p: &OpenProcedure) -> Procedure {
    Procedure {
        name: case.called(p.instance).to_owned(),
        stage: p.stage.clone(),
        since: p.since.map(|m| m.to_string()),
        ways_out: p
            .ways_out
            .iter()
            .map(|(stage, m)| (stage.clone(), m.summary()))
            .collect(),
        stuck: p.stuck.as_ref().map(ToString::to_string),
        articles: articles(
            case,
            p.stuck.as_ref().map_or(&p.provisions, |s| &s.provisions),
        ),
    }
}

/// More steps of the clock than this are not looked at.
const STEPS: usize = 256;
/// More than this is not told.
const LINES: usize = 100;

/// What time alone brings: a copy of the case goes on without acts.
fn to_come(case: &Case) -> Vec<Line> {
    let mut future = case.clone();
    let known = case.timeline().len();
    for _ in 0..STEPS {
        let Some(next) = future.next_wake().filter(|p| !p.is_never()) else {
            break;
        };
        future.advance(next);
        if future.timeline().len() > known + LINES || future.fault().is_some() {
            break;
        }
    }
    let mut all = lines(&future, known);
    // What the second clock will bring is dated by nothing but its reading (R48c).
    let mut future = case.clone();
    for _ in 0..STEPS {
        let told = future.timeline().len() > known + LINES;
        if told || future.fault().is_some() || !future.advance_second_clock() {
            break;
        }
    }
    let by_reading = lines(&future, known).into_iter().map(|line| Line {
        date: line
            .date
            .find('@')
            .map_or(String::new(), |at| line.date[at..].to_owned()),
        ..line
    });
    all.extend(by_reading);
    once(all, case.program().lang)
}

/// Of a duty that comes again and again only the first line of each sort.
fn once(lines: Vec<Line>, lang: Lang) -> Vec<Line> {
    let words = words(lang);
    let mut out: Vec<Line> = Vec::new();
    for line in lines {
        let of_same =
            |l: &&mut Line| (l.verb, &l.what, &l.who) == (line.verb, &line.what, &line.who);
        let Some(every) = &line.every else {
            out.push(line);
            continue;
        };
        match out.iter_mut().find(of_same) {
            Some(first) => {
                let again = words.again(every);
                if !first.because.ends_with(&again) {
                    let sep = if first.because.is_empty() { "" } else { "; " };
                    first.because += &format!("{sep}{again}");
                }
            }
            None => out.push(line),
        }
    }
    out
}

/// The one, or how many of each kind.
fn whom(who: &[String], nouns: &[String], style: Style) -> String {
    match who {
        [one] => one.clone(),
        _ => count(nouns.iter().map(String::as_str), style.lang),
    }
}

/// A line of a section.
#[derive(Clone, Debug, Default)]
struct Row {
    what: String,
    cite: String,
    rest: String,
    /// Named below if there are several, but not too many.
    members: Vec<String>,
}

impl Row {
    /// What somebody may or cannot do; of one who is asked for, without saying who.
    fn of(
        what: &str,
        who: &[String],
        nouns: &[String],
        actor: Option<&str>,
        articles: &[String],
        rest: String,
        style: Style,
    ) -> Row {
        let (what, members) = match actor {
            Some(_) => (what.to_owned(), Vec::new()),
            None => (
                style.words().may(what, &whom(who, nouns, style)),
                who.to_vec(),
            ),
        };
        Row {
            what,
            cite: timeline::cites(articles, style),
            rest,
            members,
        }
    }
}

/// Longer lists of names are only counted.
const NAMED: usize = 8;

fn table(rows: &[Row], style: Style) -> String {
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
