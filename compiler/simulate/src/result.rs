//! What a simulation found.

use crate::engine::Engine;
use crate::stats::{Kind, MeasureStats};
use crate::stop::Width;
use rogatio_calendar::Day;
use rogatio_mir::Shown;

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
    /// Rewrites of the plan that change which draws there are (R56).
    pub rewrites: Vec<String>,
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

/// One number of a result, as tables have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The measure; empty for what is said of the whole.
    pub measure: String,
    /// What is said: `mean of reached`, `quantile`, `count` …
    pub statistic: &'static str,
    /// Of which value, quantile, parameter or reading.
    pub at: String,
    /// The number, date or word.
    pub value: String,
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Rows as CSV, a line each, with columns before them that are the same in all.
#[must_use]
pub fn csv(before: &[String], rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let own = [row.measure.as_str(), row.statistic, &row.at, &row.value];
        let all = before.iter().map(String::as_str).chain(own);
        let cells: Vec<String> = all.map(quoted).collect();
        out += &cells.join(",");
        out.push('\n');
    }
    out
}

impl SimResult {
    /// What the result was made from and how.
    #[must_use]
    pub fn provenance(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut line = |statistic, at: &str, value: String| {
            rows.push(Row {
                measure: String::new(),
                statistic,
                at: at.to_owned(),
                value,
            });
        };
        line("program", "", self.program.clone());
        line("experiment", "", self.experiment.clone());
        for (name, value) in &self.params {
            line("parameter", name, value.clone());
        }
        for (name, choice) in &self.readings {
            line("reading", name, choice.clone());
        }
        line("begin", "", self.begin.to_string());
        line("horizon", "", self.last.to_string());
        line("draws", "", self.draws.to_owned());
        line("engine", "", self.engine.name().to_owned());
        for rewrite in &self.rewrites {
            line("rewrite", "", rewrite.clone());
        }
        line("seed", "", self.seed.to_string());
        line("runs", "", self.runs.to_string());
        line("complete", "", self.complete.to_string());
        rows
    }

    /// All numbers of all measures.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.measures.iter().flat_map(measure_rows).collect()
    }

    /// Provenance and numbers as CSV. The bytes depend on the program, the experiment, the seed, the engine and the number
    /// of runs only.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::from("measure,statistic,at,value\n");
        out += &csv(&[], &self.provenance());
        out += &csv(&[], &self.rows());
        out
    }
}

fn measure_rows(m: &MeasureStats) -> Vec<Row> {
    let mut rows = Vec::new();
    let name = m.full_name();
    let mut line = |statistic, at: &str, value: String| {
        rows.push(Row {
            measure: name.clone(),
            statistic,
            at: at.to_owned(),
            value,
        });
    };
    for (class, n) in m.classes.iter() {
        line(class, "", n.to_string());
    }
    if let Some(p) = m.probability() {
        line("share", "", format!("{:.6}", p.estimate));
        if p.at_most > p.estimate {
            line("share at most", "", format!("{:.6}", p.at_most));
        }
        line("share low 95%", "", format!("{:.6}", p.low));
        line("share high 95%", "", format!("{:.6}", p.high));
    }
    if m.kind == Kind::Probability {
        line("count", "", m.successes().to_string());
        return rows;
    }
    if let Some(mean) = m.mean() {
        let unit = match m.kind {
            Kind::Date => "days since begin",
            _ => "",
        };
        line("mean of reached", unit, format!("{:.4}", mean.mean));
        line("standard error", unit, format!("{:.4}", mean.error));
        line("standard deviation", unit, format!("{:.4}", mean.deviation));
    }
    let own = match m.shown {
        Shown::Quantile(part, whole) => Some((part, whole)),
        _ => None,
    };
    let mut shares: Vec<(u64, u64)> = QUANTILES.iter().map(|q| (*q, 1000)).collect();
    if let Some(own) = own.filter(|(p, w)| shares.iter().all(|(q, t)| q * w != p * t)) {
        shares.push(own);
    }
    shares.sort_by_key(|(part, whole)| u128::from(*part) * 1_000_000_000 / u128::from(*whole));
    for (part, whole) in shares {
        if let Some(v) = m.quantile(part, whole) {
            let at = format!("{:.4}", part as f64 / whole as f64);
            let at = at.strip_suffix("00").unwrap_or(&at);
            line("quantile", at, m.show_quantile(v));
        }
    }
    for (value, n) in m.histogram.iter() {
        line("count", &m.show(value), n.to_string());
    }
    rows
}
