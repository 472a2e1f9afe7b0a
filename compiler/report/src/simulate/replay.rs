//! One run of an experiment, told like a scenario.

use super::Named;
use crate::line::Line;
use crate::said::said;
use crate::table::{Align, Style, Table, width};
use crate::{timeline, view};
use rogatio_simulate::{FROZEN, Kind, MeasureStats, OPEN, OVERFLOW, Replay, STUCK};
use schemars::JsonSchema;
use serde::Serialize;

/// The object of `rogatio simulate --replay RUN --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReplayReport {
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
    /// Rewrites of the plan that change which draws there are.
    pub rewrites: Vec<String>,
    /// Where the random numbers start.
    pub seed: u64,
    /// The number of the run.
    pub run: u64,
    /// How it ended: `reached` (its end), `undetermined`, `stuck` or `overflow`.
    pub class: &'static str,
    /// Of `overflow`, the bound beyond which it went: `at most 20 Bill in all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceeded: Option<String>,
    /// The line to write instead of it.
    #[serde(skip)]
    wider: Option<String>,
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// What the run gave for each measure; `censored` where the horizon came first.
    pub measures: Vec<Named>,
    /// What happened.
    pub timeline: Vec<Line>,
}

impl ReplayReport {
    /// Of a run; the measures lend their names and units.
    #[must_use]
    pub fn of(
        result: &rogatio_simulate::SimResult,
        run: u64,
        replay: &Replay,
        hash: &str,
        version: &'static str,
    ) -> ReplayReport {
        let value = |(m, value): (&MeasureStats, &i64)| Named {
            name: m.name.clone(),
            value: match (*value, m.kind) {
                (rogatio_simulate::CENSORED, _) => "censored".to_owned(),
                (OPEN, _) => "undetermined".to_owned(),
                (FROZEN, _) => "stuck".to_owned(),
                (v, Kind::Date) => m.show(v - m.begin.number()),
                (v, Kind::Probability) => if v == 1 { "yes" } else { "no" }.to_owned(),
                (v, Kind::Number) => v.to_string(),
            },
        };
        let class = match replay.record.first().copied().unwrap_or_default() {
            rogatio_simulate::REACHED => "reached",
            STUCK => "stuck",
            OVERFLOW => "overflow",
            _ => "undetermined",
        };
        let measures = match class {
            "reached" => (result.measures.iter())
                .zip(replay.record.iter().skip(1))
                .map(value)
                .collect(),
            _ => Vec::new(),
        };
        ReplayReport {
            version,
            experiment: result.experiment.clone(),
            module: result.program.clone(),
            hash: hash.to_owned(),
            draws: result.draws,
            rewrites: result.rewrites.clone(),
            seed: result.seed,
            run,
            class,
            exceeded: replay.exceeded.as_ref().map(ToString::to_string),
            wider: replay.exceeded.as_ref().map(|b| b.wider().to_string()),
            parameters: super::named(&result.params),
            readings: super::named(&result.readings),
            measures,
            timeline: view::lines(&replay.case, 0),
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style, trace: bool) -> String {
        let say = |text: &str| said(text, style.lang);
        let title = say(&format!("{}, run {}", self.experiment, self.run));
        let mut out = format!(
            "{}\n{}\n",
            style.bold(&title),
            "─".repeat(width(&title).max(8))
        );
        let mut facts = Table::new(&[Align::Left; 2]);
        facts.row([
            say("seed"),
            say(&format!("{}  (draws: {})", self.seed, self.draws)),
        ]);
        super::rewritten(&mut facts, &self.rewrites, style);
        super::chosen(&mut facts, &self.parameters, &self.readings, style);
        facts.row(super::provenance(
            &self.module,
            &self.hash,
            self.version,
            style,
        ));
        if self.class != "reached" {
            facts.row([say("ended"), say(self.class)]);
        }
        if let (Some(bound), Some(wider)) = (&self.exceeded, &self.wider) {
            let text = format!("more than `{bound}` allows: write `{wider}`, or open fewer");
            facts.row([String::new(), say(&text)]);
        }
        out += &facts.render(2);
        out += &format!("\n{}\n", style.bold(&say("What happens")));
        out += &timeline::render(&self.timeline, style, trace);
        if !self.measures.is_empty() {
            out += &format!("\n{}\n", style.bold(&say("Measured")));
            let mut table = Table::new(&[Align::Left; 2]);
            for m in &self.measures {
                table.row([m.name.clone(), say(&m.value)]);
            }
            out += &table.render(2);
        }
        out
    }
}
