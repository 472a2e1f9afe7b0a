//! Exact answers of an experiment: fractions with the decimals they come to, and the laws of dates.

mod sweep;

use crate::said::said;
use crate::simulate::{Named, chosen, named, provenance};
use crate::table::{Align, Style, Table, grouped, width};
use num_traits::ToPrimitive;
use rogatio_simulate::{DateLaw, Exact, ExactResult, QUANTILES};
use schemars::JsonSchema;
use serde::Serialize;
pub use sweep::{ExactPoint, ExactSweepReport};

/// Fractions longer than this are given in full in JSON only.
const LONGEST: usize = 60;

/// The object of `rogatio simulate --exact --format json`, and of a pure vote: as a simulation's, but nothing was drawn.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactReport {
    /// What was asked, of which texts.
    #[serde(flatten)]
    pub head: ExactHead,
    /// The answers.
    #[serde(flatten)]
    pub answers: ExactAnswers,
}

/// What was asked exactly, of which texts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactHead {
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
}

/// The exact answers with the values that they are for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactAnswers {
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// The measures.
    pub measures: Vec<ExactMeasure>,
    /// The measures without an exact answer.
    pub unanswered: Vec<UnansweredReport>,
}

/// A measure without an exact answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UnansweredReport {
    /// The measure.
    pub name: String,
    /// The code: `E1005`.
    pub code: String,
    /// What it hangs on.
    pub why: String,
}

/// A measure with its exact answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactMeasure {
    /// The measure.
    pub name: String,
    /// The table it is a row of: `breaches`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// `probability`, `mean` or `date`.
    pub kind: &'static str,
    /// The fraction in lowest terms; of a probability or mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// The nearest decimal: of a date, of the probability that it comes within a run.
    pub about: f64,
    /// The law of a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<DateReport>,
    /// With `--pivotal`: each voter with its probability to be pivotal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pivotal: Vec<PivotalReport>,
}

/// A voter with its probability to be pivotal: that another ballot of its own, or none, would change whether the measure
/// holds, the ballots of all others standing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PivotalReport {
    /// The voter.
    pub voter: String,
    /// The fraction in lowest terms.
    pub exact: String,
    /// The nearest decimal.
    pub about: f64,
}

/// The law of a date.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DateReport {
    /// No probability of a span of days is further off than this.
    pub error: f64,
    /// In days since the begin, over the runs that reach it.
    pub mean: Option<f64>,
    /// Quantiles over all runs; one that does not reach it counts as later than all.
    pub quantiles: Vec<ExactQuantile>,
    /// Each day with its probability.
    pub law: Vec<(String, f64)>,
}

/// A quantile of a law.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactQuantile {
    /// Its share: 0.5 for the median.
    pub share: f64,
    /// Its value; `> 1998-06-05` beyond the horizon.
    pub value: String,
}

impl ExactHead {
    fn of(result: &ExactResult, hash: &str, version: &'static str) -> ExactHead {
        ExactHead {
            version,
            experiment: result.experiment.clone(),
            module: result.program.clone(),
            hash: hash.to_owned(),
            draws: "none",
            engine: "exact",
            seed: result.seed,
            begin: result.begin.to_string(),
            last: result.last.to_string(),
        }
    }

    /// The title, and what stands above the answers: at how many points if at several, with which values.
    fn render(
        &self,
        points: Option<usize>,
        parameters: &[Named],
        readings: &[Named],
        style: Style,
    ) -> String {
        let mut facts = Table::new(&[Align::Left; 2]);
        let say = |text: &str| said(text, style.lang);
        if let Some(n) = points {
            facts.row([say("points"), grouped(n as u64)]);
        }
        facts.row([say("runs"), say("none  (exact)")]);
        let span = format!("{} to {}", self.begin, self.last);
        facts.row([say("a history"), say(&span)]);
        chosen(&mut facts, parameters, readings, style);
        facts.row(provenance(&self.module, &self.hash, self.version, style));
        format!(
            "{}\n{}\n{}",
            style.bold(&self.experiment),
            "─".repeat(width(&self.experiment).max(8)),
            facts.render(2)
        )
    }
}

impl ExactReport {
    /// The report of exact answers.
    #[must_use]
    pub fn of(result: &ExactResult, hash: &str, version: &'static str) -> ExactReport {
        let measure = |(table, name, exact): &(Option<String>, String, Exact)| {
            let about = |x: Option<f64>| x.unwrap_or(f64::NAN);
            let (kind, about, date) = match exact {
                Exact::Probability(p) => ("probability", about(p.to_f64()), None),
                Exact::Mean(m) => ("mean", about(m.to_f64()), None),
                Exact::Date(law) => ("date", law.reached(), Some(DateReport::of(law))),
            };
            ExactMeasure {
                name: name.clone(),
                table: table.clone(),
                kind,
                exact: exact.value().map(ToString::to_string),
                about,
                date,
                pivotal: (result.pivotal.iter())
                    .filter(|(measure, _)| measure == name)
                    .flat_map(|(_, voters)| voters)
                    .map(|(voter, p)| PivotalReport {
                        voter: voter.clone(),
                        exact: p.to_string(),
                        about: p.to_f64().unwrap_or(f64::NAN),
                    })
                    .collect(),
            }
        };
        let answers = ExactAnswers {
            parameters: named(&result.params),
            readings: named(&result.readings),
            measures: result.measures.iter().map(measure).collect(),
            unanswered: (result.unanswered.iter())
                .map(|u| UnansweredReport {
                    name: u.measure.clone(),
                    code: u.why.code.to_string(),
                    why: u.why.message.clone(),
                })
                .collect(),
        };
        ExactReport {
            head: ExactHead::of(result, hash, version),
            answers,
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let say = |text: &str| said(text, style.lang);
        let answers = &self.answers;
        let mut out = self
            .head
            .render(None, &answers.parameters, &answers.readings, style);
        let mut table = Table::new(&[Align::Left, Align::Left, Align::Right, Align::Left]);
        for m in answers.measures.iter().filter(|m| m.date.is_none()) {
            table.row([m.full_name(), say(m.kind), m.shown(), m.beside(style)]);
        }
        if answers.measures.iter().any(|m| m.date.is_none()) {
            out += &format!("\n{}", table.render(2));
        }
        for m in &answers.measures {
            if let Some(date) = &m.date {
                out += &format!(
                    "\n{}\n{}",
                    style.bold(&m.full_name()),
                    date.render(m.about, style)
                );
            }
        }
        for m in answers.measures.iter().filter(|m| !m.pivotal.is_empty()) {
            let mut table = Table::new(&[Align::Left, Align::Right]);
            for p in &m.pivotal {
                table.row([p.voter.clone(), format!("{:.10} %", 100.0 * p.about)]);
            }
            let head = style.bold(&format!("{}: {}", m.full_name(), say("who is pivotal")));
            out += &format!("\n{head}\n{}", table.render(2));
        }
        let drawn = "Nothing was drawn: these are the laws themselves. `--sample` runs it.";
        out += &format!("\n{}\n", say(drawn));
        out
    }
}

impl ExactMeasure {
    /// The number: of a date the share of the runs that reach it.
    fn shown(&self) -> String {
        match self.kind {
            "mean" => format!("{:.10}", self.about),
            _ => format!("{:.10} %", 100.0 * self.about),
        }
    }

    /// What stands beside it: the fraction; of a date its median.
    fn beside(&self, style: Style) -> String {
        if let Some(date) = &self.date {
            let median = date.quantiles.iter().find(|q| q.share == 0.5);
            return median.map_or_else(String::new, |q| q.value.clone());
        }
        let exact = self.exact.clone().unwrap_or_default();
        match exact.len() {
            0..=LONGEST => exact,
            n => said(
                &format!("a fraction of {n} digits (--format json)"),
                style.lang,
            ),
        }
    }

    fn full_name(&self) -> String {
        match &self.table {
            Some(table) => format!("{table}: {}", self.name),
            None => self.name.clone(),
        }
    }
}

impl DateReport {
    fn of(law: &DateLaw) -> DateReport {
        let quantile = |q: &u64| ExactQuantile {
            share: *q as f64 / 1000.0,
            value: match law.quantile(*q, 1000) {
                Some(day) => day.to_string(),
                None => format!("> {}", law.last),
            },
        };
        let one = rogatio_simulate::ONE as f64;
        let each = law.days.iter();
        DateReport {
            error: law.bound(),
            mean: law.mean(),
            quantiles: QUANTILES.iter().map(quantile).collect(),
            law: each
                .map(|(d, p)| (d.to_string(), *p as f64 / one))
                .collect(),
        }
    }

    fn render(&self, reached: f64, style: Style) -> String {
        let say = |text: &str| said(text, style.lang);
        let mut table = Table::new(&[Align::Left, Align::Right]);
        table.row([say("reached"), format!("{:.10} %", 100.0 * reached)]);
        for q in &self.quantiles {
            let name = match q.share {
                0.5 => "median".to_owned(),
                s => format!("{}% by", 100.0 * s),
            };
            table.row([say(&name), q.value.clone()]);
        }
        if let Some(mean) = self.mean {
            table.row([say("mean of those"), say(&format!("{mean:.6} days"))]);
        }
        table.row([say("error at most"), format!("{:.1e}", self.error)]);
        table.render(2)
    }
}
