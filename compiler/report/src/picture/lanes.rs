//! What a timeline draws: lanes of marks, bars and counts, from a case.
//!
//! Comes in: a case and its lines. Goes out: [`Timeline`], for the drawing, the text and JSON. What `run` does not tell
//! (assumptions, what holds from the beginning) is not drawn either.

use super::builder::Builder;
use super::key_dates::key_dates;
use super::words::Words;
use crate::view::lines;
use rogatio_interpret::{Case, ScenarioRun};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A timeline to draw.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Timeline {
    /// The scenario.
    pub title: String,
    /// The module, or the file.
    pub module: String,
    /// The day at whose end the case stands.
    pub end: String,
    /// The case, then what its second clock reads, then its branches.
    pub panels: Vec<Panel>,
    /// What happened on which date, in words, with articles and reasons.
    pub dates: Vec<KeyDate>,
}

/// A part of a timeline with an axis of its own.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Panel {
    /// The branch; empty for the scenario itself.
    pub branch: String,
    /// What its axis shows.
    pub axis: Axis,
    /// Where a branch leaves its scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves: Option<Time>,
    /// Its lanes.
    pub lanes: Vec<Lane>,
    /// Lanes that there was no room for.
    pub left_out: usize,
    /// What was reached last.
    pub now: Time,
}

/// What an axis shows.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Dates.
    World,
    /// Readings of the second clock (R48c), which no date converts to.
    SecondClock,
}

/// A time: what an axis needs, and as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Seconds: of a date since 1970, of a reading since it began.
    pub at: i64,
    /// As written.
    pub shown: String,
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.shown)
    }
}

/// As it is written.
impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// What a lane is about; lanes are drawn in this order.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Acts, deeds, events.
    Acts,
    /// Ballots and outcomes.
    Decisions,
    /// Stages.
    Procedures,
    /// Statuses.
    Statuses,
    /// Duties, with their windows.
    Duties,
}

/// A lane.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Lane {
    /// What it is about.
    pub section: Section,
    /// Its name.
    pub name: String,
    /// What it rests on.
    pub articles: Vec<String>,
    /// Stretches.
    pub bars: Vec<Bar>,
    /// Points.
    pub marks: Vec<Mark>,
    /// How many there are from when on, where they are counted.
    pub counts: Vec<(Time, i64)>,
}

/// A stretch of time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Bar {
    /// From.
    pub from: Time,
    /// To; without an end it goes on.
    pub to: Option<Time>,
    /// What it is.
    pub kind: BarKind,
    /// A word to stand in it.
    pub label: String,
    /// In words.
    pub text: String,
}

/// What a stretch is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BarKind {
    /// A status holds.
    Holds,
    /// A stage.
    Stage,
    /// A stage that is never left.
    Outcome,
    /// Ballots may be cast.
    Ballots,
    /// A duty runs.
    Runs,
    /// A duty that is past its date.
    Overdue,
}

/// A point of time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// What it is.
    pub kind: MarkKind,
    /// In words.
    pub text: String,
    /// Rests on a date that is recalled.
    pub recalled: bool,
}

/// What a point is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// An act.
    Act,
    /// An act without effect, or of which that is not known.
    Void,
    /// An act that is valid and breaches a rule.
    Breach,
    /// A deadline.
    Due,
    /// A duty is met.
    Met,
    /// It is met after its date.
    Late,
    /// It is missed.
    Missed,
    /// It is released.
    Released,
    /// A decision is adopted.
    Adopted,
    /// A decision ends otherwise.
    NotAdopted,
    /// An instance or a decision is frozen.
    Stuck,
}

/// What happened on a date.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeyDate {
    /// The branch; empty for the scenario itself.
    pub branch: String,
    /// When.
    pub at: Time,
    /// What, in the order in which it happened.
    pub events: Vec<KeyEvent>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeyEvent {
    /// In words.
    pub text: String,
    /// What it rests on.
    pub articles: Vec<String>,
    /// Why.
    pub because: String,
    /// How much it matters for a choice of what to number: 0 is an act among others.
    #[serde(skip)]
    pub weight: u8,
}

impl Panel {
    /// What tells a lane from the others of its name: its articles and, where these are the same too, when it begins.
    /// None where its name is its own.
    pub(crate) fn told_apart(&self, lane: &Lane, words: &Words) -> Option<String> {
        let of_its_name = || {
            let all = self.lanes.iter().filter(|l| !std::ptr::eq(*l, lane));
            all.filter(|l| l.section == lane.section && l.name == lane.name)
        };
        of_its_name().next()?;
        let cited: Vec<String> = lane.articles.iter().map(|a| words.cite(a)).collect();
        let cited = cited.join(" · ");
        let begins = lane
            .begins()
            .filter(|_| cited.is_empty() || of_its_name().any(|l| l.articles == lane.articles));
        match begins {
            Some(at) if cited.is_empty() => Some(words.date(at)),
            Some(at) => Some(format!("{cited} · {}", words.date(at))),
            None => Some(cited).filter(|c| !c.is_empty()),
        }
    }
}

impl Lane {
    fn begins(&self) -> Option<&str> {
        let bars = self.bars.iter().map(|b| &b.from);
        let marks = self.marks.iter().map(|m| &m.at);
        let counts = self.counts.iter().map(|c| &c.0);
        let first = bars.chain(marks).chain(counts).min_by_key(|t| t.at)?;
        Some(&first.shown)
    }
}

impl Timeline {
    /// Of a scenario that was run.
    #[must_use]
    pub fn of(title: &str, module: &str, run: &ScenarioRun) -> Timeline {
        let mut out = Timeline {
            title: title.to_owned(),
            module: module.to_owned(),
            end: run.case.now().dated().to_string(),
            panels: Vec::new(),
            dates: Vec::new(),
        };
        out.add("", &run.case, 0);
        for (name, end) in &run.branches {
            let from = crate::run::shared(&run.case, end);
            out.add(name, end, from);
        }
        out
    }

    /// Of a case as it stands.
    #[must_use]
    pub fn of_case(title: &str, module: &str, case: &Case) -> Timeline {
        let mut out = Timeline {
            title: title.to_owned(),
            module: module.to_owned(),
            end: case.now().dated().to_string(),
            panels: Vec::new(),
            dates: Vec::new(),
        };
        out.add("", case, 0);
        out
    }

    fn add(&mut self, branch: &str, case: &Case, from: usize) {
        let told = lines(case, from);
        let mut axes = vec![Axis::World];
        // A second clock that never runs has nothing to show.
        let readings = case.timeline().iter().filter_map(|e| e.moment.reading());
        if readings.chain(case.reading()).any(|at| at > 0) {
            axes.push(Axis::SecondClock);
        }
        for axis in axes {
            let panel = Builder {
                case,
                axis,
                from,
                told: &told,
                lanes: Vec::new(),
            }
            .panel(branch);
            if axis == Axis::World && branch.is_empty() || !panel.lanes.is_empty() {
                self.panels.push(panel);
            }
        }
        self.dates.extend(key_dates(branch, case, from, &told));
    }

    /// Every time that is drawn on an axis.
    pub(crate) fn times(&self, axis: Axis) -> Vec<i64> {
        let panels = self.panels.iter().filter(|p| p.axis == axis);
        let mut out = Vec::new();
        for p in panels {
            out.push(p.now.at);
            for lane in &p.lanes {
                for b in &lane.bars {
                    out.push(b.from.at);
                    out.extend(b.to.as_ref().map(|t| t.at));
                }
                out.extend(lane.marks.iter().map(|m| m.at.at));
                out.extend(lane.counts.iter().map(|c| c.0.at));
            }
        }
        out
    }
}
