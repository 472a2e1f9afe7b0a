//! What the interpreter recorded, as [`Line`]s.
//!
//! Comes in: a case. Goes out: lines in words. The only file that knows how the
//! interpreter keeps its timeline.

use crate::line::{Line, LineKind, Link};
use crate::said::said;
use crate::words::words;
use rogatio_calendar::{Day, Phase};
use rogatio_interpret::{
    ActKind, Case, Cause, CauseKind, DutyId, Entity, Entry, Env, Happening, Moment, OccurrenceId,
    Tally, Value,
};
use rogatio_mir::{ActId, Demand, Op, ProvisionId, StatusId, Version, VersionBound, title_or};
use std::collections::HashMap;

/// The lines of a case from the n-th entry of its timeline on.
#[must_use]
pub fn lines(case: &Case, from: usize) -> Vec<Line> {
    let mut counts: HashMap<ActId, i64> = HashMap::new();
    let mut out = Vec::new();
    for (i, e) in case.timeline().iter().enumerate() {
        let act = match &e.what {
            Happening::Occurrence(id) => case.occurrence(*id).filter(|o| o.has_effect()),
            _ => None,
        };
        let count = act.and_then(|o| match o.act {
            ActKind::Act(a) => Some((a, counts.entry(a).or_default())),
            _ => None,
        });
        let ordinal = count.map_or_else(String::new, |(a, n)| {
            *n += 1;
            let ordinal = case.words().nth(*n);
            words(case.program().lang).nth_act(&ordinal, case.act_called(a))
        });
        if i >= from {
            out.push(Line {
                ordinal,
                ..line(case, e)
            });
        }
    }
    out
}

/// Where a case stands: the day at whose end, or a time of a day that was asked for.
pub(crate) fn standing_at(case: &Case) -> String {
    let now = case.now();
    let midnight = now.instant() == rogatio_calendar::Instant::from_day(now.instant().day());
    match now.phase() == Phase::Act && !midnight {
        true => now.instant().to_string(),
        false => now.dated().to_string(),
    }
}

/// One entry.
fn line(case: &Case, e: &Entry) -> Line {
    let near = nearest(e);
    let mut out = Line {
        date: e.moment.to_string(),
        day: e.day,
        recalled: e.recalled,
        kind: LineKind::Note,
        what: e.text.clone(),
        who: Vec::new(),
        verb: "",
        nouns: Vec::new(),
        text: e.text.clone(),
        verdict: Vec::new(),
        articles: articles(case, &e.provisions),
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
        causes: causes(case, near),
    };
    if let Some(c) = near {
        out.because = cause_text(case, c, e.day);
        if let CauseKind::Occurrence(id) = c.what {
            out.caused_by = Some(id.0);
        }
        let setter = c.parent.as_deref().map(|p| &p.what);
        if let (CauseKind::Timer { .. }, Some(CauseKind::Occurrence(id))) = (&c.what, setter) {
            out.set_by = Some(id.0);
        }
    }
    match &e.what {
        Happening::Occurrence(id) => occurrence(case, *id, &mut out),
        Happening::StatusStarted { status, key, value } => {
            let name = case.status_called(*status);
            let shown = value.as_ref();
            let shown = shown.map(|v| format!(" = {}", case.show_status_value(*status, v)));
            out.kind = LineKind::Starts;
            out.what = format!("{name}{}", shown.unwrap_or_default());
            out.verb = "starts";
            out.aside = near.is_some_and(|c| matches!(c.what, CauseKind::Assumed));
            out.since_beginning = holds_from_beginning(e);
            concerns(case, key, &mut out);
            version_begins(case, *status, &mut out);
        }
        Happening::StatusEnded { status, key } => {
            out.kind = LineKind::Ends;
            out.what = case.status_called(*status).to_owned();
            out.verb = "ends";
            concerns(case, key, &mut out);
        }
        Happening::DutyBorn(id) => {
            duty(case, *id, LineKind::Duty, "arises", &mut out);
            out.text = case.words().arises(&case.show_duty(*id), None);
            if let Some(d) = case.duty(*id) {
                out.due = d.due_at_birth.map(|d| d.at.to_string());
                out.due_before = d.due_at_birth.is_some_and(|d| d.before);
                let demand = case.program().norms.get(d.norm.index()).map(|n| &n.demand);
                out.aside = d.due.is_none() && matches!(demand, Some(Demand::Anonymous(_)));
            }
        }
        Happening::DutyFulfilled { duty: id, late, .. } => {
            duty(
                case,
                *id,
                LineKind::Fulfilled,
                if *late {
                    "is fulfilled late"
                } else {
                    "is fulfilled"
                },
                &mut out,
            );
            if *late {
                out.verdict = vec!["late".to_owned()];
            }
        }
        Happening::DutyLapsed { duty: id, .. } => {
            let word = match case.worth_of_lapse(*id) {
                Some("breach") => "lapses: breach",
                Some(_) => "lapses: shortfall",
                None => "lapses",
            };
            duty(case, *id, LineKind::Breach, word, &mut out);
        }
        Happening::DueMoved { duty: id, due } => {
            let (name, w) = (case.show_duty(*id), case.words());
            let (verb, text) = match due {
                Some(_) => ("gets a due date", w.is_dated(&name, None)),
                None => ("loses its due date", w.is_undated(&name)),
            };
            duty(case, *id, LineKind::Duty, verb, &mut out);
            out.text = text;
            out.due = due.map(|d| d.at.to_string());
            out.due_before = due.is_some_and(|d| d.before);
        }
        Happening::DutyReleased(id) => duty(case, *id, LineKind::Released, "is released", &mut out),
        Happening::ViolationStarted(id) => {
            let norm = case
                .duty(*id)
                .and_then(|d| case.program().norms.get(d.norm.index()));
            let word = match norm.map(|n| n.modal) {
                Some(rogatio_mir::Modal::Should) => "falls short",
                _ => "is breached",
            };
            duty(case, *id, LineKind::Breach, word, &mut out)
        }
        Happening::ViolationEnded(id) => {
            duty(case, *id, LineKind::Released, "is observed again", &mut out)
        }
        Happening::DecisionOpened { .. } => out.kind = LineKind::Opens,
        Happening::ResultAwaited { tally, .. } | Happening::NextStep { tally, .. } => {
            out.kind = LineKind::Opens;
            out.because = tally_text(case, tally);
        }
        Happening::DecisionClosed { tally, .. } => {
            out.kind = LineKind::Decided;
            out.because = tally_text(case, tally);
        }
        Happening::StageEntered { instance, .. } => {
            out.kind = LineKind::Stage;
            out.who = vec![case.called(*instance).to_owned()];
        }
        Happening::Stuck { instance, .. } => {
            out.kind = LineKind::Stuck;
            out.who = vec![case.called(*instance).to_owned()];
        }
    }
    out
}

/// Whether a status only shows that its condition holds when the case begins.
fn holds_from_beginning(e: &Entry) -> bool {
    let chain = || std::iter::successors(e.cause.as_deref(), |c| c.parent.as_deref());
    let still = |c: &Cause| {
        let kind = matches!(
            c.what,
            CauseKind::Edge { .. } | CauseKind::Started(..) | CauseKind::Begin
        );
        kind && c.moment == e.moment
    };
    let begins = |c: &Cause| matches!(c.what, CauseKind::Begin);
    chain().count() > 1 && chain().all(still) && chain().last().is_some_and(begins)
}

/// Of the event from which versions of articles are in force, what it means.
fn version_begins(case: &Case, status: StatusId, out: &mut Line) {
    let bound = Some(VersionBound::Event(status));
    let names = |which: fn(&Version) -> Option<VersionBound>| -> Vec<String> {
        let all = case.program().versions.iter();
        all.filter(|v| which(v) == bound)
            .map(Version::name)
            .collect()
    };
    let (from, until) = (names(|v| v.from), names(|v| v.until));
    let told = |names: &[String], one: &str, several: &str| match names {
        [] => None,
        [name] => Some(format!("{name} {one}")),
        [most @ .., last] => Some(format!("{} and {last} {several}", most.join(", "))),
    };
    let begins = told(&from, "comes into force", "come into force");
    let ends = told(&until, "ends", "end");
    let text: Vec<String> = begins.into_iter().chain(ends).collect();
    if !text.is_empty() {
        let lang = case.program().lang;
        let text: Vec<String> = text.iter().map(|t| said(t, lang)).collect();
        out.text = words(lang).side_by_side(&text);
        out.verb = "";
    }
}

fn occurrence(case: &Case, id: OccurrenceId, out: &mut Line) {
    out.kind = LineKind::Act;
    let Some(o) = case.occurrence(id) else { return };
    out.act = Some(id.0);
    out.text = case.show_deed(o);
    let mut nobody = o.clone();
    nobody.actor = None;
    out.what = case.show_deed(&nobody);
    concerns(case, o.actor.as_slice(), out);
    let j = &o.judgment;
    out.verdict = j.words().into_iter().map(str::to_owned).collect();
    let plain = out.verdict == ["valid"];
    if o.assumed {
        out.because = case.words().assumed().to_owned();
    } else if !plain {
        let texts: Vec<&str> = j.text.iter().map(String::as_str).collect();
        out.because = case.words().clauses(&texts);
    }
}

fn duty(case: &Case, id: DutyId, kind: LineKind, verb: &'static str, out: &mut Line) {
    out.kind = kind;
    out.verb = verb;
    let Some(d) = case.duty(id) else { return };
    out.what = case.norm_called(d.norm).into_owned();
    let norm = case.program().norms.get(d.norm.index());
    let every = norm.and_then(|n| n.duty.as_ref()?.every.as_ref());
    out.every = every.map(|e| case.describe(e.length, &Env::new()));
    let keys: Vec<Entity> = d.keys.iter().filter_map(Value::entity).collect();
    if keys.len() == d.keys.len() {
        concerns(case, &keys, out);
    } else {
        out.who = d.keys.iter().map(|k| case.show_value(k)).collect();
    }
}

fn concerns(case: &Case, key: &[Entity], out: &mut Line) {
    out.who = key.iter().map(|e| case.called(*e).to_owned()).collect();
    let kind = |e: &Entity| {
        let kind = case.entity_kind(*e);
        kind.map_or_else(String::new, |k| case.kind_called(k).to_owned())
    };
    out.nouns = key.iter().map(kind).collect();
}

/// Citations, each once. A frame (the module itself) is no article.
#[must_use]
pub fn articles(case: &Case, provisions: &[ProvisionId]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for p in provisions {
        if let Some(cite) = article(case, *p)
            && !out.contains(&cite)
        {
            out.push(cite);
        }
    }
    out
}

/// The citation of a provision, unless it is the module's own frame.
#[must_use]
pub fn article(case: &Case, p: ProvisionId) -> Option<String> {
    let provision = case.program().provisions.get(p.index())?;
    provision.parent.is_some().then(|| provision.cite.clone())
}

/// The nearest cause that says more than the entry itself.
fn nearest(e: &Entry) -> Option<&Cause> {
    let mut cause = e.cause.as_deref();
    while let Some(c) = cause {
        let itself = match (&c.what, &e.what) {
            (CauseKind::Started(s, k), Happening::StatusStarted { status, key, .. })
            | (CauseKind::Ended(s, k), Happening::StatusEnded { status, key }) => {
                s == status && k == key
            }
            (CauseKind::Norm(_, _, d), what) => duty_of(what) == Some(*d),
            (CauseKind::Occurrence(a), Happening::Occurrence(b)) => a == b,
            (
                CauseKind::Opened(a, s),
                Happening::DecisionOpened {
                    decision, subject, ..
                },
            ) => (a, s) == (decision, subject),
            (
                CauseKind::Closed(a, s, _),
                Happening::DecisionClosed {
                    decision, subject, ..
                },
            ) => (a, s) == (decision, subject),
            (CauseKind::Entered(i, ..), Happening::StageEntered { instance, .. }) => i == instance,
            _ => false,
        };
        if !itself {
            return Some(c);
        }
        cause = c.parent.as_deref();
    }
    None
}

fn duty_of(what: &Happening) -> Option<DutyId> {
    match what {
        Happening::DutyBorn(d)
        | Happening::DueMoved { duty: d, .. }
        | Happening::DutyReleased(d)
        | Happening::ViolationStarted(d)
        | Happening::ViolationEnded(d)
        | Happening::DutyFulfilled { duty: d, .. }
        | Happening::DutyLapsed { duty: d, .. } => Some(*d),
        _ => None,
    }
}

/// A cause in words, seen from a day: what is of the same day is not dated again.
fn cause_text(case: &Case, c: &Cause, day: Day) -> String {
    let w = words(case.program().lang);
    let spoken = case.words();
    let dated = |text: String, m: Moment| {
        if m.day == day {
            text
        } else {
            w.dated(&text, &case.words().moment(&m))
        }
    };
    match &c.what {
        CauseKind::Begin => w.case_begins().to_owned(),
        CauseKind::Assumed => spoken.assumed().to_owned(),
        CauseKind::Given(g) => {
            let name = case
                .program()
                .givens
                .get(g.index())
                .map_or("?", |g| g.name.as_str());
            dated(w.changes(name), c.moment)
        }
        CauseKind::Occurrence(id) => {
            let text = case
                .occurrence(*id)
                .map_or_else(String::new, |o| case.show_deed(o));
            dated(text, c.moment)
        }
        CauseKind::Timer { timer, base, .. } => {
            let timer = case.program().timers.get(timer.index());
            timer.map_or_else(String::new, |t| {
                case.describe(t.at, &Env::new().at_event(*base))
            })
        }
        CauseKind::Edge { edge, key, rise } => {
            let text = case.show_edge(*edge, key, c.moment);
            let edge = case.program().edges.get(edge.index());
            let negative =
                edge.is_some_and(|e| matches!(case.program().guard(e.cond).op, Op::Not(_)));
            dated(
                match (*rise, text.strip_prefix("not ").filter(|_| negative)) {
                    (true, _) => text,
                    (false, Some(contrary)) => contrary.to_owned(),
                    (false, None) => w.no_longer_holds(&text),
                },
                c.moment,
            )
        }
        CauseKind::Started(s, key) => {
            dated(spoken.starts(&case.show_status(*s, key), None), c.moment)
        }
        CauseKind::Ended(s, key) => dated(spoken.ends(&case.show_status(*s, key)), c.moment),
        CauseKind::Entered(i, p, s) => dated(
            spoken.is_in_stage(case.called(*i), &stage(case, *p, *s)),
            c.moment,
        ),
        CauseKind::Left(i, p, s) => dated(
            w.is_no_longer(case.called(*i), &stage(case, *p, *s)),
            c.moment,
        ),
        CauseKind::Opened(d, s) => dated(spoken.opens(&case.show_decision(*d, *s)), c.moment),
        CauseKind::Closed(d, s, o) => dated(
            w.has_result(&case.show_decision(*d, *s), spoken.outcome(*o)),
            c.moment,
        ),
        CauseKind::Norm(_, state, d) => dated(
            w.duty_is(&case.show_duty(*d), spoken.norm_state(*state)),
            c.moment,
        ),
        CauseKind::Time => dated(w.time_passes().to_owned(), c.moment),
    }
}

fn stage(case: &Case, p: rogatio_mir::ProcedureId, s: u32) -> String {
    let procedure = case.program().procedures.get(p.index());
    let stage = procedure.and_then(|p| p.stages.get(s as usize));
    let name = stage.map_or("?", |s| s.name.as_str());
    let titles = case.program().titled.stages.get(p.index());
    titles
        .map_or(name, |t| title_or(t, s as usize, name))
        .to_owned()
}

/// The chain of causes, nearest first.
fn causes(case: &Case, first: Option<&Cause>) -> Vec<Link> {
    let mut out = Vec::new();
    let mut cause = first;
    while let Some(c) = cause {
        out.push(Link {
            date: c.moment.to_string(),
            text: cause_text(case, c, c.moment.day),
            article: c.provision.and_then(|p| article(case, p)),
        });
        cause = c.parent.as_deref();
    }
    out
}

/// `yes 20, no 5, abstain 1, silent 4`; with votes where they differ from heads.
fn tally_text(case: &Case, t: &Tally) -> String {
    // What several bodies decide, and what another text decides, is not counted here.
    if t.values.is_empty() {
        return String::new();
    }
    let w = words(case.program().lang);
    let values: Vec<(String, String)> = t
        .values
        .iter()
        .map(|(name, heads, votes)| {
            let name = case.words().ballot(name).to_owned();
            (name, w.amount(*heads, *votes))
        })
        .collect();
    let silent = (t.silent.0 > 0).then(|| w.amount(t.silent.0, t.silent.1));
    w.tally(
        &values,
        silent.as_deref(),
        &w.amount(t.voters.0, t.voters.1),
    )
}
