//! A result that was written as JSON, read again so that it can be continued. What is read is checked against itself:
//! a file that was cut short or changed is refused, not continued.

use crate::engine::Engine;
use crate::error::SimError;
use crate::result::SimResult;
use crate::stats::{Classes, Kind, MeasureStats};
use rogatio_calendar::Day;
use rogatio_mir::Experiment;
use serde::Deserialize;

/// A file of results: one, or the points of a sweep.
#[derive(Clone, Debug, Deserialize)]
pub struct Saved {
    version: String,
    experiment: String,
    hash: String,
    draws: String,
    seed: u64,
    #[serde(default)]
    axes: Vec<String>,
    #[serde(default)]
    points: Vec<SavedPoint>,
    #[serde(flatten)]
    single: Option<SavedPoint>,
}

#[derive(Clone, Debug, Deserialize)]
struct SavedPoint {
    #[serde(default)]
    at: Vec<SavedName>,
    engine: Engine,
    #[serde(default)]
    rewrites: Vec<String>,
    runs: u64,
    complete: bool,
    parameters: Vec<SavedName>,
    readings: Vec<SavedName>,
    measures: Vec<SavedMeasure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct SavedName {
    name: String,
    value: String,
}

#[derive(Clone, Debug, Deserialize)]
struct SavedMeasure {
    name: String,
    kind: Kind,
    classes: Classes,
    sum: String,
    squares: String,
    histogram: Vec<(String, u64)>,
}

/// What a file holds of one point.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Runs done.
    pub runs: u64,
    /// All that were asked for, or the width was reached.
    pub complete: bool,
    /// What they gave.
    pub measures: Vec<MeasureStats>,
}

/// What must be the same for a result to be continued.
#[derive(Clone, Debug)]
pub struct Same<'a> {
    /// The version of the program.
    pub version: &'a str,
    /// The hash of the texts.
    pub hash: &'a str,
    /// The axes of the sweep.
    pub axes: &'a [String],
}

fn names(all: &[SavedName]) -> Vec<(String, String)> {
    all.iter()
        .map(|n| (n.name.clone(), n.value.clone()))
        .collect()
}

fn text(all: &[(String, String)]) -> String {
    let each: Vec<String> = all.iter().map(|(n, v)| format!("{n} = {v}")).collect();
    if each.is_empty() {
        "none".to_owned()
    } else {
        each.join(", ")
    }
}

impl Saved {
    /// Reads a file.
    ///
    /// # Errors
    /// [`SimError::Damaged`] (E0983).
    pub fn parse(json: &str) -> Result<Saved, SimError> {
        let mut saved: Saved =
            serde_json::from_str(json).map_err(|e| SimError::Damaged(e.to_string()))?;
        if saved.axes.is_empty() {
            let single = saved.single.take();
            let single =
                single.ok_or_else(|| SimError::Damaged("it has no measures".to_owned()))?;
            saved.points = vec![single];
        }
        Ok(saved)
    }

    /// What the file holds of the n-th point, if it has begun; `fresh` is the same point without runs.
    ///
    /// # Errors
    /// [`SimError::Differs`] (E0982) if it is a result of something else, [`SimError::Damaged`].
    pub fn point(
        &self,
        n: usize,
        same: &Same<'_>,
        experiment: &Experiment,
        fresh: &SimResult,
        at: &[(String, String)],
    ) -> Result<Option<Begun>, SimError> {
        let differs = |what: &'static str, has: &str, wanted: &str| match has == wanted {
            true => Ok(()),
            false => Err(SimError::Differs(what, has.to_owned(), wanted.to_owned())),
        };
        differs("version of rogatio", &self.version, same.version)?;
        differs("experiment", &self.experiment, &experiment.name)?;
        differs("hash of the texts", &self.hash, same.hash)?;
        differs("scheme of the draws", &self.draws, fresh.draws)?;
        differs("seed", &self.seed.to_string(), &fresh.seed.to_string())?;
        differs("sweep over", &self.axes.join(", "), &same.axes.join(", "))?;
        let Some(point) = self.points.get(n) else {
            return Ok(None);
        };
        differs("point", &text(&names(&point.at)), &text(at))?;
        differs("engine", point.engine.name(), fresh.engine.name())?;
        let rewrites = |all: &[String]| match all.is_empty() {
            true => "no rewrites".to_owned(),
            false => all.join(", "),
        };
        differs(
            "plan",
            &rewrites(&point.rewrites),
            &rewrites(&fresh.rewrites),
        )?;
        differs(
            "parameters",
            &text(&names(&point.parameters)),
            &text(&fresh.params),
        )?;
        differs(
            "readings",
            &text(&names(&point.readings)),
            &text(&fresh.readings),
        )?;
        if point.runs > fresh.asked {
            let (has, wanted) = (point.runs.to_string(), fresh.asked.to_string());
            return Err(SimError::Differs(
                "number of runs",
                has,
                format!("at most {wanted}"),
            ));
        }
        if point.measures.len() != fresh.measures.len() {
            return Err(SimError::Damaged(
                "its measures are not those of the experiment".to_owned(),
            ));
        }
        let measures = point.measures.iter().zip(&fresh.measures);
        let measures: Result<Vec<MeasureStats>, SimError> = measures
            .map(|(saved, fresh)| saved.restore(fresh, point.runs))
            .collect();
        Ok(Some(Begun {
            runs: point.runs,
            complete: point.complete,
            measures: measures?,
        }))
    }
}

impl SavedMeasure {
    fn restore(&self, fresh: &MeasureStats, runs: u64) -> Result<MeasureStats, SimError> {
        let damaged = |what: &str| SimError::Damaged(format!("measure `{}`: {what}", self.name));
        if self.name != fresh.name || self.kind != fresh.kind {
            return Err(damaged("the experiment has another in its place"));
        }
        let mut counts = Vec::new();
        for (value, n) in &self.histogram {
            let value = match self.kind {
                Kind::Date => value.parse::<Day>().ok().map(|d| d.days_since(fresh.begin)),
                _ => value.parse().ok(),
            };
            counts.push((value.ok_or_else(|| damaged("a value that is none"))?, *n));
        }
        fresh
            .filled(self.classes, &self.sum, &self.squares, &counts)
            .filter(|m| m.classes.total() == runs)
            .ok_or_else(|| damaged("its numbers do not add up"))
    }
}
