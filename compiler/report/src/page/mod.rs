//! A page that can be handed on: inputs, readings, pictures, tables and the reasons by article, in one file that needs no
//! network.
//!
//! Comes in: a scenario that was run, an experiment that was simulated. Goes out: HTML. The words are in `words`.

mod experiment;
mod scenario;
mod sweep;
pub mod words;

pub use experiment::ExperimentPart;
pub use scenario::ScenarioPart;
pub use sweep::SweepPart;
pub use words::PageWords;

use crate::run::ReadingUsed;
use minijinja::{Environment, Value, context};

/// What a page is made from.
pub struct Source<'a> {
    /// The file, as it was named.
    pub file: &'a str,
    /// The module; empty for a file without one.
    pub module: &'a str,
    /// Its titles.
    pub titles: &'a [String],
    /// A hash of every text that was read.
    pub hash: &'a str,
    /// Version of the program that makes it.
    pub version: &'a str,
    /// The day whose versions of the articles rule throughout.
    pub rules_at: Option<String>,
    /// The readings of the text.
    pub readings: Vec<ReadingUsed>,
    /// A scenario.
    pub scenario: Option<ScenarioPart>,
    /// An experiment.
    pub experiment: Option<ExperimentPart>,
    /// The same experiment under several values.
    pub sweep: Option<SweepPart>,
}

/// The page as HTML.
///
/// # Errors
/// What the template engine says; only a defect of the template can cause it.
pub fn page(source: &Source<'_>, w: &PageWords) -> Result<String, String> {
    let mut facts = vec![(w.file, source.file.to_owned())];
    if !source.module.is_empty() {
        facts.push((w.module, source.module.to_owned()));
    }
    facts.push((w.hash, source.hash.to_owned()));
    facts.push((w.program, format!("rogatio {}", source.version)));
    facts.extend(source.rules_at.clone().map(|d| (w.rules_at, d)));
    // Those on which nothing rests are many, and say nothing here.
    let readings: Vec<&ReadingUsed> = source
        .readings
        .iter()
        .filter(|r| r.explicit || r.used != Some(false))
        .collect();
    let name = match (&source.scenario, &source.experiment) {
        (Some(s), _) => s.name.clone(),
        (None, Some(e)) => e.name.clone(),
        (None, None) => source.file.to_owned(),
    };
    let style = format!(
        "{}{}",
        include_str!("../doc/page.css"),
        include_str!("report.css")
    );
    let mut environment = Environment::new();
    environment
        .add_template("report.html", include_str!("report.html"))
        .map_err(|e| e.to_string())?;
    let template = environment
        .get_template("report.html")
        .map_err(|e| e.to_string())?;
    template
        .render(context! {
            w => Value::from_serialize(w),
            title => name,
            titles => source.titles,
            style => style,
            facts => Value::from_serialize(&facts),
            readings => Value::from_serialize(&readings),
            scenario => Value::from_serialize(&source.scenario),
            experiment => Value::from_serialize(&source.experiment),
            sweep => Value::from_serialize(&source.sweep),
            footer => w.footer(source.version),
        })
        .map_err(|e| e.to_string())
}
