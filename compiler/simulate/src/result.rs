//! What a simulation found.

use crate::engine::Engine;
use crate::stats::{Kind, MeasureStats};
use crate::stop::Width;
use rogatio_calendar::Day;

/// The quantiles that are printed, in thousandths.
pub const QUANTILES: [u64; 7] = [10, 50, 250, 500, 750, 950, 990];

/// The result of a simulation. The same runs give the same result, whatever the number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimResult {
    /// The experiment.
    pub experiment: String,
    /// The program.
    pub program: String,
    /// The seed.
    pub seed: u64,
    /// The version of the draws.
    pub draws: &'static str,
    /// The engine that played the runs.
    pub engine: Engine,
    /// Runs asked for.
    pub asked: u64,
    /// Stop when the intervals are so narrow, if asked for.
    pub until: Option<Width>,
    /// Runs done: numbers 0 to this, this excluded.
    pub runs: u64,
    /// All that were asked for, or as many as the wanted width took.
    pub complete: bool,
    /// Parameters with their values.
    pub params: Vec<(String, String)>,
    /// Readings that were taken.
    pub readings: Vec<(String, String)>,
    /// The first day of a run.
    pub begin: Day,
    /// The last.
    pub last: Day,
    /// The measures.
    pub measures: Vec<MeasureStats>,
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

impl SimResult {
    /// All numbers as CSV: one line per measure, statistic and value. The bytes depend on the program, the experiment, the
    /// seed and the number of runs only.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::from("measure,statistic,at,value\n");
        let mut line = |measure: &str, statistic: &str, at: &str, value: &str| {
            for (i, part) in [measure, statistic, at, value].into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&quoted(part));
            }
            out.push('\n');
        };
        line("", "program", "", &self.program);
        line("", "experiment", "", &self.experiment);
        for (name, value) in &self.params {
            line("", "parameter", name, value);
        }
        for (name, choice) in &self.readings {
            line("", "reading", name, choice);
        }
        line("", "begin", "", &self.begin.to_string());
        line("", "horizon", "", &self.last.to_string());
        line("", "draws", "", self.draws);
        line("", "engine", "", self.engine.name());
        line("", "seed", "", &self.seed.to_string());
        line("", "runs", "", &self.runs.to_string());
        line(
            "",
            "complete",
            "",
            if self.complete { "true" } else { "false" },
        );
        for m in &self.measures {
            for (class, n) in m.classes.iter() {
                line(&m.name, class, "", &n.to_string());
            }
            if let Some(p) = m.probability() {
                line(&m.name, "share", "", &format!("{:.6}", p.estimate));
                line(&m.name, "share low 95%", "", &format!("{:.6}", p.low));
                line(&m.name, "share high 95%", "", &format!("{:.6}", p.high));
            }
            if m.kind == Kind::Probability {
                line(&m.name, "count", "", &m.successes().to_string());
                continue;
            }
            if let Some(mean) = m.mean() {
                let unit = if m.kind == Kind::Date {
                    "days since begin"
                } else {
                    ""
                };
                line(
                    &m.name,
                    "mean of reached",
                    unit,
                    &format!("{:.4}", mean.mean),
                );
                line(
                    &m.name,
                    "standard error",
                    unit,
                    &format!("{:.4}", mean.error),
                );
                line(
                    &m.name,
                    "standard deviation",
                    unit,
                    &format!("{:.4}", mean.deviation),
                );
            }
            for q in QUANTILES {
                if let Some(v) = m.quantile(q) {
                    line(
                        &m.name,
                        "quantile",
                        &format!("{:.2}", q as f64 / 1000.0),
                        &m.show_quantile(v),
                    );
                }
            }
            for (value, n) in m.histogram.iter() {
                line(&m.name, "count", &m.show(value), &n.to_string());
            }
        }
        out
    }
}
