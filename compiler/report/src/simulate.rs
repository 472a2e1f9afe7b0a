//! A simulation: a table of measures with their errors, and histograms.
//!
//! Every interval is one of 95 %.

mod histogram;
mod plan;
mod replay;

pub use plan::render as plan;
pub use replay::ReplayReport;

use crate::table::{Align, Style, Table, grouped, width};
use histogram::histogram;
use rogatio_simulate::{Classes, Engine, Kind, Mean, MeasureStats, Probability, SimResult};
use serde::Serialize;

/// Standard errors on either side of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// Quantiles shown: thousandths, name.
const SHOWN: [(u64, &str); 5] = [
    (50, "5 %"),
    (250, "25 %"),
    (500, "median"),
    (750, "75 %"),
    (950, "95 %"),
];

/// The object of `rogatio simulate --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct SimReport {
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
    /// What played the runs: `jit` or `interpret`.
    pub engine: Engine,
    /// Where the random numbers start.
    pub seed: u64,
    /// Runs asked for.
    pub asked: u64,
    /// Runs done.
    pub runs: u64,
    /// Whether all were done.
    pub complete: bool,
    /// The first day of a run.
    pub begin: String,
    /// The last day of a run.
    pub last: String,
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// The measures.
    pub measures: Vec<MeasureReport>,
}

/// A name with its value.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value or choice.
    pub value: String,
}

/// A measure.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureReport {
    /// As written.
    pub name: String,
    /// `date`, `probability` or `number`.
    pub kind: Kind,
    /// How the runs ended.
    pub classes: Classes,
    /// Of a probability, the share of the runs in which it held; of a date, in which it was reached.
    pub share: Option<Probability>,
    /// Over the runs that reached a value; of a date in days since the begin.
    pub mean: Option<Mean>,
    /// Quantiles over all runs; those that did not reach a value count as later than all.
    pub quantiles: Vec<QuantileReport>,
    /// How often each value came: value, runs.
    pub histogram: Vec<(String, u64)>,
}

/// A quantile with its interval.
#[derive(Clone, Debug, Serialize)]
pub struct QuantileReport {
    /// Its share: 0.5 for the median.
    pub share: f64,
    /// Its value; `> 1998-06-05` beyond the horizon.
    pub value: String,
    /// Lower end of its interval.
    pub low: String,
    /// Upper end.
    pub high: String,
}

impl SimReport {
    /// Of a result.
    #[must_use]
    pub fn of(result: &SimResult, hash: &str, version: &'static str) -> SimReport {
        SimReport {
            version,
            experiment: result.experiment.clone(),
            module: result.program.clone(),
            hash: hash.to_owned(),
            draws: result.draws,
            engine: result.engine,
            seed: result.seed,
            asked: result.asked,
            runs: result.runs,
            complete: result.complete,
            begin: result.begin.to_string(),
            last: result.last.to_string(),
            parameters: named(&result.params),
            readings: named(&result.readings),
            measures: result.measures.iter().map(measure).collect(),
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, result: &SimResult, style: Style) -> String {
        let mut out = format!(
            "{}\n{}\n",
            style.bold(&self.experiment),
            "─".repeat(width(&self.experiment).max(8))
        );
        let mut facts = Table::new(&[Align::Left; 2]);
        let runs = match self.complete {
            true => grouped(self.runs),
            false => format!(
                "{} of {}: ended early",
                grouped(self.runs),
                grouped(self.asked)
            ),
        };
        let engine = match self.engine {
            Engine::Jit => "native code",
            Engine::Interpret => "interpreted",
        };
        facts.row(["runs".to_owned(), format!("{runs}  ({engine})")]);
        facts.row([
            "seed".to_owned(),
            format!("{}  (draws: {})", self.seed, self.draws),
        ]);
        facts.row([
            "each run".to_owned(),
            format!("{} to {}", self.begin, self.last),
        ]);
        for p in &self.parameters {
            facts.row([format!("param {}", p.name), p.value.clone()]);
        }
        for r in &self.readings {
            facts.row([format!("reading {}", r.name), r.value.clone()]);
        }
        facts.row(provenance(&self.module, &self.hash, self.version));
        out += &facts.render(2);
        for m in &result.measures {
            out += &format!("\n{}\n", style.bold(&m.name));
            out += &rows(m);
            out += &histogram(m, style);
        }
        out += "\nIn brackets: 95 % intervals of the simulation, not of the world.\n";
        out
    }
}

fn named(all: &[(String, String)]) -> Vec<Named> {
    all.iter()
        .map(|(name, value)| Named {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

/// The module, what its texts hash to, and the program that read them.
fn provenance(module: &str, hash: &str, version: &str) -> [String; 2] {
    let module = if module.is_empty() { "texts" } else { module };
    let hash = hash.get(..16).unwrap_or(hash);
    [module.to_owned(), format!("{hash}  (rogatio {version})")]
}

fn measure(m: &MeasureStats) -> MeasureReport {
    let quantiles = if m.kind == Kind::Probability {
        Vec::new()
    } else {
        quantiles(m)
    };
    MeasureReport {
        name: m.name.clone(),
        kind: m.kind,
        classes: m.classes,
        share: m.probability(),
        mean: m.mean().filter(|_| m.kind != Kind::Probability),
        quantiles: quantiles.into_iter().map(|(_, q)| q).collect(),
        histogram: m.histogram.iter().map(|(v, n)| (m.show(v), n)).collect(),
    }
}

/// The value with at most so many runs below it; none beyond the horizon.
fn at_rank(m: &MeasureStats, rank: u64) -> String {
    let mut seen = 0;
    for (value, n) in m.histogram.iter() {
        seen += n;
        if seen >= rank {
            return m.show(value);
        }
    }
    format!("> {}", m.last)
}

/// Quantiles with the order statistics that hold them in between.
fn quantiles(m: &MeasureStats) -> Vec<(&'static str, QuantileReport)> {
    let n = m.classes.reached + m.classes.censored;
    let mut out = Vec::new();
    for (permille, name) in SHOWN {
        let Some(q) = m.quantile(permille) else {
            continue;
        };
        let share = permille as f64 / 1000.0;
        let half = Z * (n as f64 * share * (1.0 - share)).sqrt();
        let middle = n as f64 * share;
        let rank = |x: f64| (x.max(1.0) as u64).min(n);
        let low = at_rank(m, rank((middle - half).floor()));
        let high = at_rank(m, rank((middle + half).ceil() + 1.0));
        out.push((
            name,
            QuantileReport {
                share,
                value: m.show_quantile(q),
                low,
                high,
            },
        ));
    }
    out
}

fn rows(m: &MeasureStats) -> String {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Left]);
    if let Some(p) = m.probability() {
        let word = if m.kind == Kind::Date {
            "reached"
        } else {
            "probability"
        };
        let digits = digits((p.high - p.low) * 100.0);
        let percent = |x: f64| format!("{:.digits$}", x * 100.0);
        table.row([
            word.to_owned(),
            format!("{} %", percent(p.estimate)),
            format!("[{}, {}] %", percent(p.low), percent(p.high)),
        ]);
    }
    if m.kind != Kind::Probability {
        for (name, q) in quantiles(m) {
            table.row([name.to_owned(), q.value, format!("[{}, {}]", q.low, q.high)]);
        }
        if let Some(mean) = m.mean() {
            let half = Z * mean.error;
            let digits = digits(2.0 * half);
            let (unit, of) = match (m.kind, m.classes.reached < m.classes.total()) {
                (Kind::Date, true) => (" days", " after the begin, over the runs that reached it"),
                (Kind::Date, false) => (" days", " after the begin"),
                (_, true) => ("", " over the runs that reached a value"),
                (_, false) => ("", ""),
            };
            let interval = format!(
                "[{:.digits$}, {:.digits$}]{of}",
                mean.mean - half,
                mean.mean + half
            );
            table.row([
                "mean".to_owned(),
                format!("{:.digits$}{unit}", mean.mean),
                interval,
            ]);
        }
    }
    let others: Vec<String> = m
        .classes
        .iter()
        .filter(|(class, _)| *class != "reached")
        .map(|(class, n)| runs(m, class, n))
        .collect();
    let mut out = table.render(2);
    if !others.is_empty() {
        out += &format!("  {}\n", others.join(", "));
    }
    out
}

/// `censored 376 859 (37.7 %)`.
fn runs(m: &MeasureStats, class: &str, n: u64) -> String {
    let word = if class == "censored" {
        "never within a run:"
    } else {
        class
    };
    format!(
        "{word} {} of {} runs",
        grouped(n),
        grouped(m.classes.total())
    )
}

/// Decimals worth printing for an interval so wide.
fn digits(wide: f64) -> usize {
    match wide {
        w if w <= 0.0 => 2,
        w if w < 0.005 => 4,
        w if w < 0.05 => 3,
        w if w < 0.5 => 2,
        w if w < 5.0 => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_interval() {
        assert_eq!(
            [digits(20.0), digits(1.0), digits(0.1), digits(0.0)],
            [0, 1, 2, 2]
        );
    }
}
