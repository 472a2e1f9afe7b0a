//! A sweep: for each measure a row a point.

use super::measure::{mean_of, quantiles, report, share};
use super::{IN_BRACKETS, MeasureReport, Named, chosen, named};
use crate::said::said;
use crate::table::{Align, Style, Table, grouped, width};
use rogatio_diagnostics::Lang;
use rogatio_simulate::{Engine, Kind, MeasureStats, Shown, SimResult};
use schemars::JsonSchema;
use serde::Serialize;

/// The object of `rogatio simulate --vary … --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SweepReport {
    /// Version of the program that made it.
    pub version: &'static str,
    /// The experiment.
    pub experiment: String,
    /// The module.
    pub module: String,
    /// A hash of every text that was read.
    pub hash: String,
    /// The scheme of the random draws.
    pub draws: &'static str,
    /// Where the random numbers start: the same for all points.
    pub seed: u64,
    /// Runs asked for at each point.
    pub asked: u64,
    /// The first day of a run.
    pub begin: String,
    /// The last day of a run.
    pub last: String,
    /// What is varied.
    pub axes: Vec<String>,
    /// The points, the last axis running fastest; those that were not begun are missing.
    pub points: Vec<PointReport>,
}

/// A point of a sweep.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PointReport {
    /// Its place on each axis.
    pub at: Vec<Named>,
    /// What played the runs.
    pub engine: Engine,
    /// Rewrites of the plan that change which draws there are.
    pub rewrites: Vec<String>,
    /// Runs done.
    pub runs: u64,
    /// Whether all were done.
    pub complete: bool,
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// The measures.
    pub measures: Vec<MeasureReport>,
}

/// A place in a sweep with its result.
pub type SweepPoint = (Vec<(String, String)>, SimResult);

impl SweepReport {
    /// Of results at several points; nothing if there is none.
    #[must_use]
    pub fn of(
        axes: &[String],
        points: &[SweepPoint],
        hash: &str,
        version: &'static str,
    ) -> Option<SweepReport> {
        let (_, first) = points.first()?;
        Some(SweepReport {
            version,
            experiment: first.experiment.clone(),
            module: first.program.clone(),
            hash: hash.to_owned(),
            draws: first.draws,
            seed: first.seed,
            asked: first.asked,
            begin: first.begin.to_string(),
            last: first.last.to_string(),
            axes: axes.to_vec(),
            points: points
                .iter()
                .map(|(at, result)| PointReport {
                    at: named(at),
                    engine: result.engine,
                    rewrites: result.rewrites.clone(),
                    runs: result.runs,
                    complete: result.complete,
                    parameters: named(&result.params),
                    readings: named(&result.readings),
                    measures: result.measures.iter().map(report).collect(),
                })
                .collect(),
        })
    }

    /// For people.
    #[must_use]
    pub fn render(&self, points: &[SweepPoint], style: Style) -> String {
        let mut out = format!(
            "{}\n{}\n",
            style.bold(&self.experiment),
            "─".repeat(width(&self.experiment).max(8))
        );
        let mut facts = Table::new(&[Align::Left; 2]);
        let fact = |name: &str, value: String| [name, &value].map(|t| said(t, style.lang));
        facts.row(fact("points", grouped(points.len() as u64)));
        let (least, most) = points.iter().fold((u64::MAX, 0), |(a, b), (_, r)| {
            (a.min(r.runs), b.max(r.runs))
        });
        let runs = match least == most {
            true => format!("{} at each point, with the same draws", grouped(most)),
            false => format!(
                "{} to {} a point, with the same draws",
                grouped(least),
                grouped(most)
            ),
        };
        facts.row(fact("runs", runs));
        facts.row(fact(
            "seed",
            format!("{}  (draws: {})", self.seed, self.draws),
        ));
        facts.row(fact("each run", format!("{} to {}", self.begin, self.last)));
        if let Some(first) = self.points.first() {
            let fixed = |all: &[Named]| -> Vec<Named> {
                let all = all.iter().filter(|n| !self.axes.contains(&n.name));
                all.cloned().collect()
            };
            let (parameters, readings) = (fixed(&first.parameters), fixed(&first.readings));
            chosen(&mut facts, &parameters, &readings, style);
        }
        facts.row(super::provenance(
            &self.module,
            &self.hash,
            self.version,
            style,
        ));
        out += &facts.render(2);
        let measures = points.first().map_or(0, |(_, r)| r.measures.len());
        for i in 0..measures {
            let of = |(at, r): &'_ SweepPoint| (at.clone(), r.measures[i].clone());
            let rows: Vec<_> = points.iter().map(of).collect();
            out += &one(&self.axes, &rows, style);
        }
        out += &format!("\n{}\n", said(IN_BRACKETS, style.lang));
        out
    }
}

/// One measure at all points.
fn one(axes: &[String], rows: &[(Vec<(String, String)>, MeasureStats)], style: Style) -> String {
    let Some((_, first)) = rows.first() else {
        return String::new();
    };
    let mut heads: Vec<String> = axes.to_vec();
    let mut table = Vec::new();
    let numbers: Vec<Vec<(String, String, String)>> =
        rows.iter().map(|(_, m)| cells(m, style.lang)).collect();
    // Every point says the same things, but one that is undetermined has no quantiles.
    let mut says: Vec<String> = Vec::new();
    for (name, ..) in numbers.iter().flatten() {
        if !says.contains(name) {
            says.push(name.clone());
        }
    }
    let mut align = vec![Align::Right; axes.len()];
    for name in &says {
        heads.extend([said(name, style.lang), String::new()]);
        align.extend([Align::Right, Align::Left]);
    }
    for ((at, m), cells) in rows.iter().zip(&numbers) {
        let mut row: Vec<String> = at.iter().map(|(_, value)| value.clone()).collect();
        for name in &says {
            let cell = cells.iter().find(|(n, ..)| n == name);
            let (value, interval) =
                cell.map_or_else(Default::default, |(_, v, i)| (v.clone(), i.clone()));
            row.extend([value, interval]);
        }
        let open = m.classes.undetermined + m.classes.stuck + m.classes.overflow;
        if open > 0 {
            let classes = m
                .classes
                .iter()
                .filter(|(c, _)| !matches!(*c, "reached" | "censored"));
            let each: Vec<String> = classes
                .map(|(c, n)| said(&format!("{c} {}", grouped(n)), style.lang))
                .collect();
            row.push(each.join(", "));
        }
        table.push(row);
    }
    let columns = table
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(heads.len());
    align.resize(columns, Align::Left);
    let mut out = Table::new(&align);
    for mut row in std::iter::once(heads).chain(table) {
        row.resize(columns, String::new());
        out.row(row);
    }
    format!("\n{}\n{}", style.bold(&first.full_name()), out.render(2))
}

/// What is said of a measure at a point: name, value, interval.
fn cells(m: &MeasureStats, lang: Lang) -> Vec<(String, String, String)> {
    let mut cells = Vec::new();
    if let Some(p) = m.probability() {
        let (value, interval) = share(&p, lang);
        let word = match m.kind {
            Kind::Date => "reached",
            _ => "probability",
        };
        cells.push((word.to_owned(), value, interval));
    }
    if m.kind == Kind::Probability {
        return cells;
    }
    let asked = matches!(m.shown, Shown::Quantile(..));
    if m.shown != Shown::Mean {
        for (name, q) in quantiles(m) {
            if asked || name == "median" {
                cells.push((name, q.value, format!("[{}, {}]", q.low, q.high)));
            }
        }
    }
    if let Some(mean) = m.mean().filter(|_| !asked) {
        let (value, interval) =
            mean_of(&mean, if m.kind == Kind::Date { " days" } else { "" }, lang);
        cells.push(("mean".to_owned(), value, interval));
    }
    cells
}
