//! Exact answers at several points: for each measure a row a point.

use super::{ExactMeasure, ExactReport, UnansweredReport};
use crate::said::said;
use crate::simulate::{Named, chosen, named, provenance};
use crate::table::{Align, Style, Table, grouped, width};
use rogatio_simulate::ExactResult;
use schemars::JsonSchema;
use serde::Serialize;

/// The object of `rogatio simulate --exact --vary … --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactSweepReport {
    /// Version of the program that made it.
    pub version: &'static str,
    /// The experiment.
    pub experiment: String,
    /// The module.
    pub module: String,
    /// A hash of every text that was read.
    pub hash: String,
    /// `none`: there are no random draws.
    pub draws: &'static str,
    /// `exact`.
    pub engine: &'static str,
    /// The seed that was given; nothing hangs on it.
    pub seed: u64,
    /// The first day of a run.
    pub begin: String,
    /// The last day of a run.
    pub last: String,
    /// What is varied.
    pub axes: Vec<String>,
    /// The points, the last axis running fastest.
    pub points: Vec<ExactPoint>,
}

/// A point of a sweep with its exact answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactPoint {
    /// Its place on each axis.
    pub at: Vec<Named>,
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// The measures.
    pub measures: Vec<ExactMeasure>,
    /// The measures without an exact answer here.
    pub unanswered: Vec<UnansweredReport>,
}

impl ExactSweepReport {
    /// Of answers at several points; nothing if there is none.
    #[must_use]
    pub fn of(
        axes: &[String],
        points: &[(Vec<(String, String)>, ExactResult)],
        hash: &str,
        version: &'static str,
    ) -> Option<ExactSweepReport> {
        let (_, first) = points.first()?;
        let point = |(at, result): &(Vec<(String, String)>, ExactResult)| {
            let report = ExactReport::of(result, hash, version);
            ExactPoint {
                at: named(at),
                parameters: report.parameters,
                readings: report.readings,
                measures: report.measures,
                unanswered: report.unanswered,
            }
        };
        Some(ExactSweepReport {
            version,
            experiment: first.experiment.clone(),
            module: first.program.clone(),
            hash: hash.to_owned(),
            draws: "none",
            engine: "exact",
            seed: first.seed,
            begin: first.begin.to_string(),
            last: first.last.to_string(),
            axes: axes.to_vec(),
            points: points.iter().map(point).collect(),
        })
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut facts = Table::new(&[Align::Left; 2]);
        let say = |text: &str| said(text, style.lang);
        facts.row([say("points"), grouped(self.points.len() as u64)]);
        facts.row([say("runs"), say("none  (exact)")]);
        let span = format!("{} to {}", self.begin, self.last);
        facts.row([say("a history"), say(&span)]);
        if let Some(first) = self.points.first() {
            let fixed = |all: &[Named]| -> Vec<Named> {
                let all = all.iter().filter(|n| !self.axes.contains(&n.name));
                all.cloned().collect()
            };
            let (parameters, readings) = (fixed(&first.parameters), fixed(&first.readings));
            chosen(&mut facts, &parameters, &readings, style);
        }
        facts.row(provenance(&self.module, &self.hash, self.version, style));
        let mut out = format!(
            "{}\n{}\n{}",
            style.bold(&self.experiment),
            "─".repeat(width(&self.experiment).max(8)),
            facts.render(2)
        );
        // A measure may have an answer at some points only.
        let mut names: Vec<String> = Vec::new();
        for m in self.points.iter().flat_map(|p| &p.measures) {
            if !names.contains(&m.full_name()) {
                names.push(m.full_name());
            }
        }
        for name in names {
            out += &format!("\n{}\n{}", style.bold(&name), self.one(&name, style));
        }
        let drawn = "Nothing was drawn: these are the laws themselves. `--sample` runs it.";
        out += &format!("\n{}\n", say(drawn));
        out
    }

    /// One measure at all points.
    fn one(&self, name: &str, style: Style) -> String {
        let say = |text: &str| said(text, style.lang);
        let found = |p: &ExactPoint| p.measures.iter().find(|m| m.full_name() == name).cloned();
        let dated = self
            .points
            .iter()
            .filter_map(found)
            .any(|m| m.date.is_some());
        let mut align = vec![Align::Right; self.axes.len() + 1];
        align.push(if dated { Align::Right } else { Align::Left });
        let mut table = Table::new(&align);
        let mut heads = self.axes.clone();
        if dated {
            heads.extend([say("reached"), say("median")]);
            table.row(heads);
        }
        for p in &self.points {
            let mut row: Vec<String> = p.at.iter().map(|n| n.value.clone()).collect();
            match found(p) {
                Some(m) => row.extend([m.shown(), m.beside(style)]),
                None => row.extend([say("no exact answer"), String::new()]),
            }
            table.row(row);
        }
        table.render(2)
    }
}
