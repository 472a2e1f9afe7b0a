//! Exact answers of an experiment: fractions, and the decimals they come to.

use crate::table::{Align, Style, Table};
use num_traits::ToPrimitive;
use rogatio_simulate::Exact;
use schemars::JsonSchema;
use serde::Serialize;

/// Fractions longer than this are given in full in JSON only.
const LONGEST: usize = 60;

/// A measure with its exact answer: an element of `rogatio simulate --exact --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExactReport {
    /// The measure.
    pub name: String,
    /// `probability` or `mean`.
    pub kind: &'static str,
    /// The fraction in lowest terms.
    pub exact: String,
    /// The nearest decimal.
    pub about: f64,
}

impl ExactReport {
    /// The report of an answer.
    #[must_use]
    pub fn of(name: &str, exact: &Exact) -> ExactReport {
        ExactReport {
            name: name.to_owned(),
            kind: match exact {
                Exact::Probability(_) => "probability",
                Exact::Mean(_) => "mean",
            },
            exact: exact.value().to_string(),
            about: exact.value().to_f64().unwrap_or(f64::NAN),
        }
    }
}

/// For people: a line a measure.
#[must_use]
pub fn exact_table(experiment: &str, answers: &[ExactReport], style: Style) -> String {
    let mut table = Table::new(&[Align::Left, Align::Left, Align::Right, Align::Left]);
    for a in answers {
        let about = match a.kind {
            "probability" => format!("{:.10} %", 100.0 * a.about),
            _ => format!("{:.10}", a.about),
        };
        let fraction = match a.exact.len() {
            0..=LONGEST => a.exact.clone(),
            n => format!("a fraction of {n} digits"),
        };
        table.row([a.name.clone(), a.kind.to_owned(), about, fraction]);
    }
    format!(
        "{}\n{}\nNothing was drawn: these are the laws of the ballots, exactly. `--sample` runs it.\n",
        style.bold(experiment),
        table.render(2)
    )
}
