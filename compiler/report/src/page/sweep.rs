//! The part of a page about a sweep: each measure over the values of a parameter, or of two.

use super::experiment::Z;
use super::words::PageWords;
use crate::picture::Words;
use crate::picture::sweep::{Estimate, Heat, Sweep, heat, line};
use crate::simulate::SweepPoint;
use crate::table::grouped;
use rogatio_simulate::{Kind, MeasureStats};
use serde::Serialize;

/// A sweep on a page.
#[derive(Clone, Debug, Serialize)]
pub struct SweepPart {
    /// What is varied.
    axes: Vec<String>,
    measures: Vec<Swept>,
}

/// A measure at all points.
#[derive(Clone, Debug, Serialize)]
struct Swept {
    /// Its name, and which of its statistics is shown.
    name: String,
    statistic: String,
    picture: String,
    /// A row a point: its place, the value, the interval.
    rows: Vec<(Vec<String>, String, String)>,
}

impl SweepPart {
    /// Of results at the points of a grid with one axis or two, the last running fastest; nothing if there is none.
    #[must_use]
    pub fn of(points: &[SweepPoint], words: &Words, w: &PageWords) -> Option<SweepPart> {
        let (at, first) = points.first()?;
        let axes: Vec<String> = at.iter().map(|(name, _)| name.clone()).collect();
        let made_from = format!(
            "{} · {} · {}",
            first.experiment,
            words.chart.runs(&grouped(first.asked)),
            words.chart.seed(first.seed)
        );
        let mut measures = Vec::new();
        for (i, measure) in first.measures.iter().enumerate() {
            for &statistic in Statistic::all(measure) {
                let found: Vec<(Vec<String>, Option<Estimate>)> = points
                    .iter()
                    .map(|(at, result)| {
                        let place = at.iter().map(|(_, value)| value.clone()).collect();
                        (place, statistic.of(&result.measures[i]))
                    })
                    .collect();
                let picture = Drawing {
                    measure: measure.full_name(),
                    made_from: made_from.clone(),
                    axes: &axes,
                    percent: statistic == Statistic::Share,
                    id: format!("sweep-{}", measures.len()),
                };
                measures.push(Swept {
                    name: measure.full_name(),
                    statistic: statistic.name(measure, w).to_owned(),
                    picture: picture.draw(&found, words)?,
                    rows: rows(found, statistic),
                });
            }
        }
        Some(SweepPart { axes, measures })
    }
}

/// What of a measure is shown over a parameter.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Statistic {
    /// The share of the runs.
    Share,
    /// The mean over the runs that have a value.
    Mean,
}

impl Statistic {
    fn all(m: &MeasureStats) -> &'static [Statistic] {
        match m.kind {
            Kind::Probability => &[Statistic::Share],
            Kind::Date => &[Statistic::Share, Statistic::Mean],
            Kind::Number => &[Statistic::Mean],
        }
    }

    fn name<'w>(self, m: &MeasureStats, w: &'w PageWords) -> &'w str {
        match (self, m.kind) {
            (Statistic::Share, Kind::Date) => w.reached,
            (Statistic::Share, _) => w.probability,
            (Statistic::Mean, Kind::Date) => w.mean_days,
            (Statistic::Mean, _) => w.mean,
        }
    }

    fn of(self, m: &MeasureStats) -> Option<Estimate> {
        match self {
            Statistic::Share => m.probability().map(|p| Estimate {
                at: p.estimate,
                low: p.low,
                high: p.high,
            }),
            Statistic::Mean => m.mean().map(|mean| Estimate {
                at: mean.mean,
                low: mean.mean - Z * mean.error,
                high: mean.mean + Z * mean.error,
            }),
        }
    }

    fn shown(self, v: f64) -> String {
        match self {
            Statistic::Share => format!("{:.2} %", v * 100.0),
            Statistic::Mean => format!("{v:.2}"),
        }
    }
}

fn rows(
    found: Vec<(Vec<String>, Option<Estimate>)>,
    statistic: Statistic,
) -> Vec<(Vec<String>, String, String)> {
    let row = |(place, e): (Vec<String>, Option<Estimate>)| match e {
        Some(e) => {
            let interval = format!("[{}, {}]", statistic.shown(e.low), statistic.shown(e.high));
            (place, statistic.shown(e.at), interval)
        }
        None => (place, "–".to_owned(), String::new()),
    };
    found.into_iter().map(row).collect()
}

/// What is drawn.
struct Drawing<'a> {
    measure: String,
    made_from: String,
    axes: &'a [String],
    percent: bool,
    id: String,
}

impl Drawing<'_> {
    fn draw(self, found: &[(Vec<String>, Option<Estimate>)], words: &Words) -> Option<String> {
        match self.axes {
            [one] => {
                let points = found.iter().map(|(at, e)| (at[0].clone(), *e)).collect();
                let sweep = Sweep {
                    measure: self.measure,
                    made_from: self.made_from,
                    parameter: one.clone(),
                    points,
                    percent: self.percent,
                };
                Some(line(&sweep, words, &self.id))
            }
            [down, across] => {
                let mut rows: Vec<String> = Vec::new();
                let mut columns: Vec<String> = Vec::new();
                for (at, _) in found {
                    for (value, known) in at.iter().zip([&mut rows, &mut columns]) {
                        if !known.contains(value) {
                            known.push(value.clone());
                        }
                    }
                }
                let cell = |row: &String, column: &String| {
                    let here = found
                        .iter()
                        .find(|(at, _)| at[0] == *row && at[1] == *column);
                    here.and_then(|(_, e)| e.map(|e| e.at))
                };
                let cells = rows
                    .iter()
                    .map(|r| columns.iter().map(|c| cell(r, c)).collect())
                    .collect();
                let map = Heat {
                    measure: self.measure,
                    made_from: self.made_from,
                    across: (across.clone(), columns),
                    down: (down.clone(), rows),
                    cells,
                    percent: self.percent,
                };
                Some(heat(&map, words, &self.id))
            }
            _ => None,
        }
    }
}
