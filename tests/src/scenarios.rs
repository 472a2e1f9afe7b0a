//! The scenarios of a program, each under the readings it chooses.

use crate::{Built, Marks};
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, Format, Span, render};
use rogatio_interpret::{LogError, Logs, RunOptions, ScenarioRun, run_scenario};
use rogatio_mir::{Program, Readings, Scenario, ScenarioItemKind};
use std::path::Path;
use std::sync::Arc;

/// What became of the scenarios of a program.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many there are.
    pub scenarios: usize,
    /// What was wrong, by line.
    pub marks: Marks,
    /// The same for people.
    pub report: String,
}

/// Runs every scenario; logs lie in `folder`.
#[must_use]
pub fn run_scenarios(built: &Built, folder: Option<&Path>) -> Outcome {
    run_scenarios_known(built, folder, None)
}

/// The same, with what was known on a day.
#[must_use]
pub fn run_scenarios_known(built: &Built, folder: Option<&Path>, known_at: Option<Day>) -> Outcome {
    let mut outcome = Outcome::default();
    for (name, run) in runs_known(built, folder, known_at) {
        outcome.scenarios += 1;
        for d in &run.diagnostics {
            outcome.add(built, d.span(), d.code.as_str(), &shown(built, d));
        }
        for e in run.expectations.iter().filter(|e| !e.passed) {
            let (line, _) = built.sources.line_col(e.span);
            let limb = e.name.as_deref().unwrap_or_default();
            let at = &e.at;
            let text = format!(
                "scenario \"{name}\", line {line} {limb}: at {at}: {}\n",
                e.message
            );
            outcome.add(built, e.span, FAILED, &text);
        }
    }
    outcome
}

/// Compiles every experiment; the places of refusals are left out, since what is refused is a plan, not a line.
#[must_use]
pub fn refusals(built: &Built) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(mir) = &built.mir else {
        return outcome;
    };
    for experiment in mir.experiments.iter().filter(|e| e.span.file == built.file) {
        outcome.scenarios += 1;
        if let Err(why) = rogatio_simulate::compile(mir, experiment, &[]) {
            let d = why.diagnostic();
            outcome.add(built, Span::NONE, d.code.as_str(), &shown(built, &d));
        }
    }
    outcome
}

/// The code of an expectation that is not met.
const FAILED: &str = "E0930";

fn shown(built: &Built, d: &Diagnostic) -> String {
    format!(
        "{}\n",
        render(d, &built.sources, Format::Human { color: false })
    )
}

impl Outcome {
    fn add(&mut self, built: &Built, span: Span, code: &str, text: &str) {
        let codes = self.marks.entry(built.line(span)).or_default();
        codes.push(code.to_owned());
        codes.sort();
        self.report.push_str(text);
    }
}

/// The program's own scenarios after their run, by name; none if the program has errors.
#[must_use]
pub fn runs(built: &Built, folder: Option<&Path>) -> Vec<(String, ScenarioRun)> {
    runs_known(built, folder, None)
}

fn runs_known(
    built: &Built,
    folder: Option<&Path>,
    known_at: Option<Day>,
) -> Vec<(String, ScenarioRun)> {
    let options = RunOptions {
        known_at,
        ..RunOptions::default()
    };
    let Some(mir) = &built.mir else {
        return Vec::new();
    };
    let default = Arc::new(mir.clone());
    let mut all = Vec::new();
    let own = default
        .scenarios
        .iter()
        .enumerate()
        .filter(|(_, s)| s.span.file == built.file);
    for (i, scenario) in own {
        let program = under_its_readings(built, &default, scenario);
        let Some(scenario) = program.scenarios.get(i) else {
            continue;
        };
        let run = run_scenario(&program, scenario, &Folder(folder), &options);
        all.push((scenario.name.clone(), run));
    }
    all
}

/// A reading is folded when a program is lowered, so a scenario that chooses one has a program of its own.
fn under_its_readings(built: &Built, default: &Arc<Program>, scenario: &Scenario) -> Arc<Program> {
    let mut readings = Readings::new().rules_at(built.rules_at);
    let mut chosen = false;
    for item in &scenario.items {
        if let ScenarioItemKind::Reading(r, choice) = &item.kind
            && let Some(reading) = default.readings.get(r.index())
            && let Some(choice) = reading.choices.get(*choice)
        {
            readings = readings.choose(&reading.name, choice);
            chosen = true;
        }
    }
    if chosen {
        Arc::new(rogatio_mir::lower(&built.checked.program, &readings).0)
    } else {
        default.clone()
    }
}

/// Logs beside a program.
struct Folder<'a>(Option<&'a Path>);

impl Logs for Folder<'_> {
    fn read(&self, name: &str) -> Result<String, LogError> {
        let folder = self
            .0
            .ok_or_else(|| LogError("a program without a folder has no logs".to_owned()))?;
        std::fs::read_to_string(folder.join(name)).map_err(|e| LogError(e.to_string()))
    }
}
