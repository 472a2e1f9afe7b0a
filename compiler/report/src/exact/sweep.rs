//! Exact answers at several points: for each measure a row a point.

use super::{ExactAnswers, ExactHead, ExactReport};
use crate::said::said;
use crate::simulate::{Named, named};
use crate::table::{Align, Style, Table};
use rogatio_simulate::ExactResult;
use schemars::JsonSchema;
use serde::Serialize;

/// The object of `rogatio simulate --exact --vary … --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactSweepReport {
    /// What was asked, of which texts.
    #[serde(flatten)]
    pub head: ExactHead,
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
    /// The answers here.
    #[serde(flatten)]
    pub answers: ExactAnswers,
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
        let point = |(at, result): &(Vec<(String, String)>, ExactResult)| ExactPoint {
            at: named(at),
            answers: ExactReport::of(result, hash, version).answers,
        };
        Some(ExactSweepReport {
            head: ExactHead::of(first, hash, version),
            axes: axes.to_vec(),
            points: points.iter().map(point).collect(),
        })
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let say = |text: &str| said(text, style.lang);
        let fixed = |all: &[Named]| -> Vec<Named> {
            let all = all.iter().filter(|n| !self.axes.contains(&n.name));
            all.cloned().collect()
        };
        let first = self.points.first().map(|p| &p.answers);
        let parameters = first.map_or_else(Vec::new, |a| fixed(&a.parameters));
        let readings = first.map_or_else(Vec::new, |a| fixed(&a.readings));
        let points = Some(self.points.len());
        let mut out = self.head.render(points, &parameters, &readings, style);
        // A measure may have an answer at some points only.
        let mut names: Vec<String> = Vec::new();
        for m in self.points.iter().flat_map(|p| &p.answers.measures) {
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
        let found = |p: &ExactPoint| {
            p.answers
                .measures
                .iter()
                .find(|m| m.full_name() == name)
                .cloned()
        };
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
