//! A simulation: a table of measures with their errors, and histograms.
//!
//! Every interval is one of 95 %.

mod histogram;
mod measure;
mod plan;
mod replay;
mod sweep;

pub use plan::{line as plan_line, render as plan};
pub use replay::ReplayReport;
pub use sweep::{PointReport, SweepPoint, SweepReport};

use crate::said::said;
use crate::table::{Align, Style, Table, grouped, width};
use rogatio_simulate::{Classes, Engine, Kind, Mean, Probability, SimResult};
use schemars::JsonSchema;
use serde::Serialize;

/// The object of `rogatio simulate --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// Rewrites of the plan that change which draws there are.
    pub rewrites: Vec<String>,
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value or choice.
    pub value: String,
}

/// A measure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeasureReport {
    /// As written.
    pub name: String,
    /// The table it is a row of: `breaches`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// `date`, `probability` or `number`.
    pub kind: Kind,
    /// How the runs ended.
    pub classes: Classes,
    /// Of a probability, the share of the runs in which it held; of a date, in which it was reached.
    pub share: Option<Probability>,
    /// Over the runs that reached a value; of a date in days since the begin.
    pub mean: Option<Mean>,
    /// The sum of the values of the runs that reached one, exactly; of dates in days since the begin.
    pub sum: String,
    /// The sum of their squares, exactly.
    pub squares: String,
    /// Quantiles over all runs; those that did not reach a value count as later than all.
    pub quantiles: Vec<QuantileReport>,
    /// How often each value came: value, runs.
    pub histogram: Vec<(String, u64)>,
}

/// A quantile with its interval.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
            rewrites: result.rewrites.clone(),
            seed: result.seed,
            asked: result.asked,
            runs: result.runs,
            complete: result.complete,
            begin: result.begin.to_string(),
            last: result.last.to_string(),
            parameters: named(&result.params),
            readings: named(&result.readings),
            measures: result.measures.iter().map(measure::report).collect(),
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
            Engine::Block => "bit-planes",
            Engine::Interpret => "interpreted",
        };
        let fact = |name: &str, value: String| [name, &value].map(|t| said(t, style.lang));
        facts.row(fact(
            "runs",
            format!("{}  ({engine})", said(&runs, style.lang)),
        ));
        facts.row(fact(
            "seed",
            format!("{}  (draws: {})", self.seed, self.draws),
        ));
        facts.row(fact("each run", format!("{} to {}", self.begin, self.last)));
        rewritten(&mut facts, &self.rewrites, style);
        chosen(&mut facts, &self.parameters, &self.readings, style);
        facts.row(provenance(&self.module, &self.hash, self.version, style));
        out += &facts.render(2);
        out += &measure::render(&result.measures, style);
        out += &format!("\n{}\n", said(IN_BRACKETS, style.lang));
        out
    }
}

/// What the intervals are.
const IN_BRACKETS: &str = "In brackets: 95 % intervals of the simulation, not of the world.";

/// What the plan draws otherwise than it is written.
pub(crate) fn rewritten(facts: &mut Table, rewrites: &[String], style: Style) {
    for (i, rewrite) in rewrites.iter().enumerate() {
        let head = if i == 0 { "plan" } else { "" };
        facts.row([head, rewrite].map(|t| said(t, style.lang)));
    }
}

/// The parameters and readings of a run.
pub(crate) fn chosen(facts: &mut Table, parameters: &[Named], readings: &[Named], style: Style) {
    let of = |what, all: &[Named]| -> Vec<[String; 2]> {
        let name = |n: &Named| said(&format!("{what} {}", n.name), style.lang);
        all.iter().map(|n| [name(n), n.value.clone()]).collect()
    };
    for row in of("param", parameters)
        .into_iter()
        .chain(of("reading", readings))
    {
        facts.row(row);
    }
}

pub(crate) fn named(all: &[(String, String)]) -> Vec<Named> {
    all.iter()
        .map(|(name, value)| Named {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

/// The module, what its texts hash to, and the program that read them.
pub(crate) fn provenance(module: &str, hash: &str, version: &str, style: Style) -> [String; 2] {
    let module = match module {
        "" => said("texts", style.lang),
        name => name.to_owned(),
    };
    let hash = hash.get(..16).unwrap_or(hash);
    let by = said(&format!("{hash}  (rogatio {version})"), style.lang);
    [module, by]
}
