//! The part of a page about an experiment.

use super::words::PageWords;
use crate::picture::Words;
use crate::picture::measure::{cumulative, histogram, probabilities, survival};
use crate::simulate::{MeasureReport, SimReport};
use crate::table::grouped;
use rogatio_simulate::{Kind, MeasureStats, SimResult};
use serde::Serialize;

/// Standard errors on either side of a 95 % interval.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// An experiment on a page.
#[derive(Clone, Debug, Serialize)]
pub struct ExperimentPart {
    /// Its name.
    pub name: String,
    facts: Vec<(String, String)>,
    probabilities: Option<String>,
    measures: Vec<Measure>,
}

/// A measure: statistic, value, interval; and its pictures.
#[derive(Clone, Debug, Serialize)]
struct Measure {
    name: String,
    rows: Vec<(String, String, String)>,
    pictures: Vec<String>,
}

impl ExperimentPart {
    /// Of a simulation.
    #[must_use]
    pub fn of(
        result: &SimResult,
        report: &SimReport,
        words: &Words,
        w: &PageWords,
    ) -> ExperimentPart {
        let runs = match result.complete {
            true => grouped(result.runs),
            false => w.of(&grouped(result.runs), &grouped(result.asked)),
        };
        let mut facts = vec![
            (w.runs.to_owned(), runs),
            (
                w.seed.to_owned(),
                format!("{} ({})", result.seed, result.draws),
            ),
            (
                w.each_run.to_owned(),
                format!("{} – {}", report.begin, report.last),
            ),
        ];
        facts.extend(
            report
                .parameters
                .iter()
                .map(|p| (format!("param {}", p.name), p.value.clone())),
        );
        let measures = result.measures.iter().zip(&report.measures).enumerate();
        ExperimentPart {
            name: result.experiment.clone(),
            facts,
            probabilities: probabilities(result, words, "probabilities"),
            measures: measures
                .map(|(i, (m, r))| measure(result, m, r, i, words, w))
                .collect(),
        }
    }
}

fn measure(
    result: &SimResult,
    m: &MeasureStats,
    r: &MeasureReport,
    i: usize,
    words: &Words,
    w: &PageWords,
) -> Measure {
    let mut rows = Vec::new();
    let percent = |x: f64| format!("{:.2} %", x * 100.0);
    if let Some(p) = &r.share {
        let name = if m.kind == Kind::Date {
            w.reached
        } else {
            w.probability
        };
        rows.push((
            name.to_owned(),
            percent(p.estimate),
            format!("[{}, {}]", percent(p.low), percent(p.high)),
        ));
    }
    for q in &r.quantiles {
        let name = if q.share == 0.5 {
            words.chart.median.to_owned()
        } else {
            format!("{:.0} %", q.share * 100.0)
        };
        rows.push((name, q.value.clone(), format!("[{}, {}]", q.low, q.high)));
    }
    if let Some(mean) = &r.mean {
        let half = Z * mean.error;
        let (value, interval) = (
            format!("{:.2}", mean.mean),
            format!("[{:.2}, {:.2}]", mean.mean - half, mean.mean + half),
        );
        let name = if m.kind == Kind::Date {
            w.mean_days
        } else {
            w.mean
        };
        rows.push((name.to_owned(), value, interval));
    }
    for (class, n) in m.classes.iter() {
        rows.push((
            words.chart.class(class).to_owned(),
            w.of(&grouped(n), &grouped(m.classes.total())),
            String::new(),
        ));
    }
    let pictures = [
        histogram(result, m, words, &format!("histogram-{i}")),
        cumulative(result, m, words, &format!("cumulative-{i}")),
        survival(result, m, words, &format!("survival-{i}")).filter(|_| m.classes.censored > 0),
    ];
    Measure {
        name: m.name.clone(),
        rows,
        pictures: pictures.into_iter().flatten().collect(),
    }
}
