//! From a case to the lanes of its timeline.

use super::lanes::{Axis, Bar, BarKind, Lane, Mark, MarkKind, Panel, Section, Time};
use crate::line::{Line, LineKind};
use rogatio_calendar::SECONDS_PER_DAY;
use rogatio_interpret::{ActKind, Case, DutyId, Entity, Happening, Key, Moment, Precision};
use rogatio_mir::{DecisionId, NormState, StatusId};
use std::collections::BTreeMap;

/// Statuses and duties of one name with more than so many cases are counted, not drawn one by one.
const SINGLE: usize = 4;
/// With more lanes than this, everything that comes in numbers is counted.
const MANY: usize = 40;
/// Lanes of a panel at most; what is beyond is counted in [`Panel::left_out`].
const MOST: usize = 70;

pub(super) fn is_told(line: &Line) -> bool {
    !line.aside && !line.since_beginning
}

/// A duty with the articles it was told with.
type Cited = (DutyId, Vec<String>);

pub(super) struct Builder<'a> {
    pub(super) case: &'a Case,
    pub(super) axis: Axis,
    /// The first entry of the timeline that is drawn.
    pub(super) from: usize,
    /// The lines from there on.
    pub(super) told: &'a [Line],
    pub(super) lanes: Vec<Lane>,
}

impl Builder<'_> {
    pub(super) fn panel(mut self, branch: &str) -> Panel {
        self.acts();
        self.decisions();
        self.procedures();
        let before = self.lanes.len();
        self.statuses(SINGLE);
        self.duties(SINGLE);
        if self.lanes.len() > MANY {
            self.lanes.truncate(before);
            self.statuses(1);
            self.duties(1);
        }
        self.lanes
            .retain(|l| !(l.bars.is_empty() && l.marks.is_empty() && l.counts.is_empty()));
        self.lanes.sort_by_key(|l| l.section);
        let left_out = self.lanes.len().saturating_sub(MOST);
        self.lanes.truncate(MOST);
        let day = self.case.now().dated();
        let now = match (self.axis, self.case.reading()) {
            (Axis::SecondClock, Some(at)) => Time {
                at,
                shown: reading(at),
            },
            _ => Time {
                at: (day.number() + 1) * SECONDS_PER_DAY,
                shown: day.to_string(),
            },
        };
        let leaves = self
            .case
            .timeline()
            .get(self.from)
            .and_then(|e| self.time(e.moment));
        Panel {
            branch: branch.to_owned(),
            axis: self.axis,
            leaves: leaves.filter(|_| !branch.is_empty()),
            lanes: self.lanes,
            left_out,
            now,
        }
    }

    /// A moment on this axis, if it has a place there.
    fn time(&self, m: Moment) -> Option<Time> {
        match self.axis {
            Axis::SecondClock => m.reading().map(|at| Time {
                at,
                shown: reading(at),
            }),
            Axis::World if m.is_of_second_clock() => None,
            Axis::World => {
                let at = match m.precision {
                    Precision::Second => m.point.second(),
                    _ => m.day.number() * SECONDS_PER_DAY,
                };
                Some(Time {
                    at,
                    shown: m.to_string(),
                })
            }
        }
    }

    /// The end of the day of a moment: the last time in.
    fn until(&self, m: Moment) -> Option<Time> {
        let mut time = self.time(m)?;
        if self.axis == Axis::World && m.precision != Precision::Second {
            time.at += SECONDS_PER_DAY;
        }
        Some(time)
    }

    /// What was told, with what the interpreter recorded.
    fn entries(&self) -> impl Iterator<Item = (&rogatio_interpret::Entry, &Line)> {
        let entries = self.case.timeline().iter().skip(self.from);
        entries.zip(self.told).filter(|(_, l)| is_told(l))
    }

    /// What a declared act is called, whatever it is done to.
    fn act(&self, e: &rogatio_interpret::Entry) -> Option<String> {
        let Happening::Occurrence(id) = e.what else {
            return None;
        };
        match self.case.occurrence(id)?.act {
            ActKind::Act(a) => Some(self.case.act_called(a).to_owned()),
            _ => None,
        }
    }

    fn acts(&mut self) {
        let mut lanes: Vec<Lane> = Vec::new();
        for (e, line) in self.entries() {
            if line.kind != LineKind::Act {
                continue;
            }
            let Some(at) = self.time(e.moment) else {
                continue;
            };
            let name = self.act(e).unwrap_or_else(|| {
                let text = line.what.split(['(', '（']).next();
                text.unwrap_or_default().trim().to_owned()
            });
            let has = |v: &str| line.verdict.iter().any(|w| w == v);
            let kind = if has("void") || has("undetermined") || has("pending") {
                MarkKind::Void
            } else if has("breach") {
                MarkKind::Breach
            } else {
                MarkKind::Act
            };
            let mark = Mark {
                at,
                kind,
                text: told(line),
                recalled: line.recalled,
            };
            match lanes.iter_mut().find(|l| l.name == name) {
                Some(lane) => lane.push(mark, &line.articles),
                None => {
                    let mut lane = Lane::new(Section::Acts, name);
                    lane.push(mark, &line.articles);
                    lanes.push(lane);
                }
            }
        }
        self.lanes.append(&mut lanes);
    }

    fn decisions(&mut self) {
        let mut seen: Vec<(DecisionId, Option<Entity>)> = Vec::new();
        for (e, _) in self.entries() {
            if let Happening::DecisionOpened {
                decision, subject, ..
            }
            | Happening::DecisionClosed {
                decision, subject, ..
            } = &e.what
                && !seen.contains(&(*decision, *subject))
            {
                seen.push((*decision, *subject));
            }
        }
        for (d, s) in seen {
            let name = self.case.show_decision(d, s);
            let mut lane = Lane::new(Section::Decisions, name.clone());
            for o in self.case.openings(d, s) {
                let Some(from) = self.time(o.opened) else {
                    continue;
                };
                let closed = o.closed.as_ref();
                let to = closed.and_then(|c| self.time(c.moment));
                let articles = closed.map_or_else(Vec::new, |c| {
                    crate::view::articles(self.case, &c.provisions)
                });
                if let (Some(c), Some(at)) = (closed, &to) {
                    let adopted = c.outcome == rogatio_mir::DecisionOutcome::Adopted;
                    let kind = if adopted {
                        MarkKind::Adopted
                    } else {
                        MarkKind::NotAdopted
                    };
                    let text = format!(
                        "{} {name}: {}, {}{}",
                        at.shown,
                        c.outcome.word(),
                        c.reason,
                        cited(&articles)
                    );
                    lane.push(
                        Mark {
                            at: at.clone(),
                            kind,
                            text,
                            recalled: false,
                        },
                        &articles,
                    );
                }
                let text = format!(
                    "{name}: {} – {}",
                    from.shown,
                    to.as_ref().map_or("", |t| &t.shown)
                );
                lane.bars.push(Bar {
                    from,
                    to,
                    kind: BarKind::Ballots,
                    label: String::new(),
                    text,
                });
            }
            self.lanes.push(lane);
        }
    }

    fn procedures(&mut self) {
        let mut lanes: Vec<(Entity, Lane)> = Vec::new();
        for (e, line) in self.entries() {
            let Happening::StageEntered {
                instance,
                procedure,
                stage,
            } = &e.what
            else {
                if let Happening::Stuck { instance, .. } = &e.what
                    && let Some(at) = self.time(e.moment)
                    && let Some((_, lane)) = lanes.iter_mut().find(|(i, _)| i == instance)
                {
                    let mark = Mark {
                        at,
                        kind: MarkKind::Stuck,
                        text: told(line),
                        recalled: line.recalled,
                    };
                    lane.push(mark, &line.articles);
                }
                continue;
            };
            let Some(from) = self.time(e.moment) else {
                continue;
            };
            let stage = self
                .case
                .program()
                .procedures
                .get(procedure.index())
                .and_then(|p| p.stages.get(*stage as usize));
            let Some(stage) = stage else { continue };
            let bar = Bar {
                from: from.clone(),
                // An outcome is where it ends.
                to: stage.outcome.then(|| from.clone()),
                kind: if stage.outcome {
                    BarKind::Outcome
                } else {
                    BarKind::Stage
                },
                label: stage.name.clone(),
                text: told(line),
            };
            let place = lanes
                .iter()
                .position(|(i, _)| i == instance)
                .unwrap_or_else(|| {
                    let name = self.case.entity_name(*instance).to_owned();
                    let kind = self.case.entity_kind(*instance);
                    let kind = kind.map(|k| self.case.kind_called(k));
                    let kind = kind.map_or(String::new(), |k| format!("{k} "));
                    lanes.push((
                        *instance,
                        Lane::new(Section::Procedures, format!("{kind}{name}")),
                    ));
                    lanes.len() - 1
                });
            if let Some((_, lane)) = lanes.get_mut(place) {
                if let Some(last) = lane.bars.last_mut().filter(|b| b.to.is_none()) {
                    last.to = Some(from);
                }
                lane.bars.push(bar);
                lane.cite(&line.articles);
            }
        }
        self.lanes.extend(lanes.into_iter().map(|(_, l)| l));
    }

    fn statuses(&mut self, single: usize) {
        let mut found: BTreeMap<StatusId, Vec<(Key, Vec<String>)>> = BTreeMap::new();
        let mut order: Vec<StatusId> = Vec::new();
        for (e, line) in self.entries() {
            if let Happening::StatusStarted { status, key, .. }
            | Happening::StatusEnded { status, key } = &e.what
            {
                if !order.contains(status) {
                    order.push(*status);
                }
                let keys = found.entry(*status).or_default();
                if !keys.iter().any(|(k, _)| k == key) {
                    keys.push((key.clone(), line.articles.clone()));
                }
            }
        }
        for status in order {
            let keys = found.remove(&status).unwrap_or_default();
            if keys.len() <= single {
                for (key, articles) in keys {
                    let name = self.case.show_status(status, &key);
                    let mut lane = Lane::new(Section::Statuses, name.clone());
                    lane.cite(&articles);
                    for i in self.case.intervals(status, &key) {
                        let Some(from) = self.time(i.start) else {
                            continue;
                        };
                        let to = i.end.and_then(|m| self.time(m));
                        let label = i
                            .value
                            .as_ref()
                            .map(|v| self.case.show_status_value(status, v));
                        let label = label.unwrap_or_default();
                        let value = if label.is_empty() {
                            String::new()
                        } else {
                            format!(" = {label}")
                        };
                        let end = to
                            .as_ref()
                            .map_or(String::new(), |t| format!(" – {}", t.shown));
                        let text =
                            format!("{name}{value}: {}{end}{}", from.shown, cited(&articles));
                        lane.bars.push(Bar {
                            from,
                            to,
                            kind: BarKind::Holds,
                            label,
                            text,
                        });
                    }
                    self.lanes.push(lane);
                }
                continue;
            }
            let name = self.case.status_called(status);
            let mut lane = Lane::new(Section::Statuses, name.to_owned());
            let mut changes: Vec<(Time, i64)> = Vec::new();
            for (key, articles) in &keys {
                lane.cite(articles);
                for i in self.case.intervals(status, key) {
                    changes.extend(self.time(i.start).map(|t| (t, 1)));
                    changes.extend(i.end.and_then(|m| self.time(m)).map(|t| (t, -1)));
                }
            }
            lane.counts = counted(changes);
            self.lanes.push(lane);
        }
    }

    fn duties(&mut self, single: usize) {
        let mut norms: Vec<(u32, Vec<Cited>)> = Vec::new();
        for (e, line) in self.entries() {
            let id = match &e.what {
                Happening::DutyBorn(d)
                | Happening::DutyReleased(d)
                | Happening::ViolationStarted(d)
                | Happening::ViolationEnded(d)
                | Happening::DutyFulfilled { duty: d, .. }
                | Happening::DutyLapsed { duty: d, .. } => *d,
                _ => continue,
            };
            let Some(duty) = self.case.duty(id) else {
                continue;
            };
            let norm = duty.norm.0;
            let place = norms
                .iter()
                .position(|(n, _)| *n == norm)
                .unwrap_or_else(|| {
                    norms.push((norm, Vec::new()));
                    norms.len() - 1
                });
            if let Some((_, ids)) = norms.get_mut(place)
                && !ids.iter().any(|(d, _)| *d == id)
            {
                ids.push((id, line.articles.clone()));
            }
        }
        for (_, ids) in norms {
            if ids.len() <= single {
                for (id, articles) in ids {
                    let mut lane = Lane::new(Section::Duties, self.case.show_duty(id));
                    lane.cite(&articles);
                    self.duty(id, &articles, true, &mut lane);
                    self.lanes.push(lane);
                }
                continue;
            }
            let norm = ids
                .first()
                .and_then(|(d, _)| self.case.duty(*d))
                .map(|d| d.norm);
            let norm = norm.and_then(|n| self.case.program().norms.get(n.index()));
            let mut lane = Lane::new(
                Section::Duties,
                norm.map_or_else(String::new, |n| n.name.clone()),
            );
            let mut changes = Vec::new();
            for (id, articles) in &ids {
                lane.cite(articles);
                self.duty(*id, articles, false, &mut lane);
                if let Some(d) = self.case.duty(*id) {
                    changes.extend(self.time(d.born).map(|t| (t, 1)));
                    changes.extend(d.settled.and_then(|m| self.time(m)).map(|t| (t, -1)));
                }
            }
            lane.counts = counted(changes);
            self.lanes.push(lane);
        }
    }

    /// A duty's window, its deadline and what became of it. Of many, only what became of them.
    fn duty(&self, id: DutyId, articles: &[String], alone: bool, lane: &mut Lane) {
        let Some(d) = self.case.duty(id) else { return };
        let name = self.case.show_duty(id);
        let due = d.due.and_then(|m| match d.due_before {
            true => self.time(m),
            false => self.until(m),
        });
        let is_due = if d.due_before { "runs out" } else { "is due" };
        let settled = d.settled.and_then(|m| self.time(m));
        let mut mark = |at: Option<Time>, kind: MarkKind, word: &str| {
            if let Some(at) = at {
                let text = format!("{} {name} {word}{}", at.shown, cited(articles));
                lane.marks.push(Mark {
                    at,
                    kind,
                    text,
                    recalled: false,
                });
            }
        };
        if alone {
            mark(due.clone(), MarkKind::Due, is_due);
        }
        match d.state {
            NormState::Fulfilled => mark(settled.clone(), MarkKind::Met, "is met"),
            NormState::Released => mark(settled.clone(), MarkKind::Released, "is released"),
            NormState::Lapsed if d.late => {
                mark(due.clone(), MarkKind::Missed, "is missed");
                mark(settled.clone(), MarkKind::Late, "is met late");
            }
            NormState::Lapsed => mark(settled.clone(), MarkKind::Missed, "is missed"),
            _ => {}
        }
        for v in &d.violations {
            mark(self.time(v.start), MarkKind::Missed, "is not observed");
            if alone && let Some(from) = self.time(v.start) {
                let to = v.end.and_then(|m| self.time(m));
                let text = format!("{name}: {}", from.shown);
                lane.bars.push(Bar {
                    from,
                    to,
                    kind: BarKind::Overdue,
                    label: String::new(),
                    text,
                });
            }
        }
        let Some(from) = self.time(d.opens.unwrap_or(d.born)).filter(|_| alone) else {
            return;
        };
        if !d.violations.is_empty() {
            return;
        }
        let text = format!("{name}: {}{}", from.shown, cited(articles));
        let overdue = match (&due, &settled) {
            (Some(due), Some(end)) if d.late && end.at > due.at => Some((due.clone(), end.clone())),
            _ => None,
        };
        let to = due.or_else(|| settled.clone());
        if let Some((from, to)) = overdue {
            let text = text.clone();
            lane.bars.push(Bar {
                from,
                to: Some(to),
                kind: BarKind::Overdue,
                label: String::new(),
                text,
            });
        }
        lane.bars.push(Bar {
            from,
            to,
            kind: BarKind::Runs,
            label: String::new(),
            text,
        });
    }
}

impl Lane {
    fn new(section: Section, name: String) -> Lane {
        Lane {
            section,
            name,
            articles: Vec::new(),
            bars: Vec::new(),
            marks: Vec::new(),
            counts: Vec::new(),
        }
    }

    fn push(&mut self, mark: Mark, articles: &[String]) {
        self.marks.push(mark);
        self.cite(articles);
    }

    fn cite(&mut self, articles: &[String]) {
        for a in articles {
            if !self.articles.contains(a) {
                self.articles.push(a.clone());
            }
        }
    }
}

/// Changes of a number as the number from each time on.
fn counted(mut changes: Vec<(Time, i64)>) -> Vec<(Time, i64)> {
    changes.sort();
    let (mut n, mut out) = (0, Vec::<(Time, i64)>::new());
    for (at, by) in changes {
        n += by;
        match out.last_mut() {
            Some(last) if last.0.at == at.at => last.1 = n,
            _ => out.push((at, n)),
        }
    }
    out
}

fn told(line: &Line) -> String {
    let verdict: Vec<&str> = line
        .verdict
        .iter()
        .map(String::as_str)
        .filter(|v| *v != "valid")
        .collect();
    let verdict = if verdict.is_empty() {
        String::new()
    } else {
        format!(" — {}", verdict.join(", "))
    };
    let because = if line.because.is_empty() {
        String::new()
    } else {
        format!(": {}", line.because)
    };
    format!(
        "{} {}{verdict}{}{because}",
        line.date,
        line.text,
        cited(&line.articles)
    )
}

fn cited(articles: &[String]) -> String {
    if articles.is_empty() {
        String::new()
    } else {
        format!(" [{}]", articles.join(", "))
    }
}

/// What a second clock reads: `26:30 h`.
fn reading(at: i64) -> String {
    let (hours, minutes, seconds) = (at / 3600, at / 60 % 60, at % 60);
    match (minutes, seconds) {
        (0, 0) => format!("{hours} h"),
        (m, 0) => format!("{hours}:{m:02} h"),
        (m, s) => format!("{hours}:{m:02}:{s:02} h"),
    }
}
