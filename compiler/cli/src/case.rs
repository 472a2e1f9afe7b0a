//! The scenarios of a file: found by title, prepared, run.

use crate::console::Console;
use crate::exit::Stop;
use crate::front::{Front, among};
use crate::load::read_text;
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_interpret::{ExpectationResult, LogError, Logs, RunOptions, ScenarioRun, run_scenario};
use rogatio_mir::{Program, Readings, Scenario, ScenarioItemKind, StampTime};
use rogatio_semantics::hir;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the logs that scenarios name, relative to the file that names them.
pub(crate) struct Folder(pub(crate) Option<PathBuf>);

impl Logs for Folder {
    fn read(&self, relative: &str) -> Result<String, LogError> {
        let folder = self.0.as_deref().unwrap_or(Path::new(""));
        read_text(&folder.join(relative)).map_err(|d| LogError(d.message))
    }
}

/// What a run is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Until the end of this day, or after the acts of this time.
    pub(crate) until: Option<StampTime>,
    /// With the facts known on this day.
    pub(crate) known_at: Option<Day>,
    /// Of other facts or rules than the scenario's own: its expectations are not about them.
    pub(crate) hypothetical: bool,
}

/// A scenario with the program to run it on.
pub(crate) struct Prepared {
    /// The program under the readings that the scenario takes.
    pub(crate) program: Arc<Program>,
    /// The scenario.
    pub(crate) scenario: Scenario,
}

/// Indices of the scenarios that stand in the file itself, not in modules it uses.
pub(crate) fn own(front: &Front) -> Vec<usize> {
    let all = front.hir().scenarios.iter().enumerate();
    all.filter(|(_, s)| s.span.file == front.file)
        .map(|(i, _)| i)
        .collect()
}

/// The scenario whose title that is, or the only one that has it as a part.
pub(crate) fn choose(front: &Front, title: &str) -> Result<usize, String> {
    let own = own(front);
    let name = |i: &usize| front.hir().scenarios[*i].name.as_str();
    if let Some(i) = own.iter().find(|i| name(i) == title) {
        return Ok(*i);
    }
    let wanted = title.to_lowercase();
    let parts: Vec<usize> = own
        .iter()
        .copied()
        .filter(|i| name(i).to_lowercase().contains(&wanted))
        .collect();
    match parts.as_slice() {
        [one] => Ok(*one),
        [] => {
            let names: Vec<&str> = own.iter().map(name).collect();
            Err(format!(
                "there is no scenario `{title}`{}",
                among(title, &names)
            ))
        }
        several => {
            let names: Vec<String> = several.iter().map(|i| format!("\n  {}", name(i))).collect();
            Err(format!(
                "several scenarios have `{title}` in their title:{}",
                names.concat()
            ))
        }
    }
}

/// The scenario a question is asked of: the one named, or the only one.
pub(crate) fn only(
    console: &Console,
    front: &Front,
    title: Option<&str>,
) -> Result<Option<usize>, Stop> {
    if let Some(title) = title {
        return choose(front, title)
            .map(Some)
            .map_err(|m| console.usage(&m));
    }
    match own(front).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let name = |i: &usize| format!("\n  {}", front.hir().scenarios[*i].name);
            let names: Vec<String> = several.iter().map(name).collect();
            Err(console.usage(&format!(
                "this file has {} scenarios; choose one with --scenario:{}",
                several.len(),
                names.concat()
            )))
        }
    }
}

/// A scenario with its program. A reading that the scenario takes itself stands over one
/// of the command line; the program is lowered again for it.
pub(crate) fn prepare(
    front: &mut Front,
    program: &Arc<Program>,
    readings: &Readings,
    index: usize,
) -> Prepared {
    let mut own = readings.clone();
    let mut differs = false;
    let taken = front.hir().scenarios[index]
        .items
        .iter()
        .filter_map(|item| match item.kind {
            hir::ScenarioItemKind::Reading(reading, choice) => Some((reading, choice)),
            _ => None,
        });
    for (reading, choice) in taken {
        let reading = &front.hir().readings[reading.index()];
        if let Some(choice) = reading.choices.get(choice) {
            own = own.choose(reading.name.as_str(), choice.as_str());
            differs = true;
        }
    }
    let program = if differs {
        Arc::new(front.lower(&own))
    } else {
        program.clone()
    };
    let scenario = program.scenarios[index].clone();
    Prepared { program, scenario }
}

impl Prepared {
    /// Runs it to the end of the last day that it names, or to the day given. A log of the
    /// command line stands in for those that the scenario names.
    pub(crate) fn run(
        &self,
        front: &Front,
        asked: &Asked,
        events: Option<&(String, String)>,
    ) -> ScenarioRun {
        let mut run = self.run_acts(front, asked, events);
        let last = self
            .scenario
            .items
            .iter()
            .filter_map(|i| i.at.as_ref())
            .map(|at| match at.time {
                StampTime::Day(d) => d,
                StampTime::Instant(i) => i.day(),
            });
        if let (None, Some(last)) = (asked.until, last.max()) {
            run.case.end_of_day(last);
        }
        run
    }

    fn run_acts(
        &self,
        front: &Front,
        asked: &Asked,
        events: Option<&(String, String)>,
    ) -> ScenarioRun {
        let logs = Folder(front.folder.clone());
        let options = RunOptions {
            until: asked.until,
            reading: None,
            extra_log: None,
            known_at: asked.known_at,
            without_expectations: asked.hypothetical,
        };
        let Some((name, text)) = events else {
            return run_scenario(&self.program, &self.scenario, &logs, &options);
        };
        let named = self
            .scenario
            .items
            .iter()
            .any(|i| matches!(i.kind, ScenarioItemKind::EventsFrom { .. }));
        if named {
            // Its columns are mapped as the scenario maps those of its own log.
            let instead = Instead { text };
            return run_scenario(&self.program, &self.scenario, &instead, &options);
        }
        let extra_log = Some((name.clone(), text.clone()));
        let options = RunOptions {
            extra_log,
            ..options
        };
        run_scenario(&self.program, &self.scenario, &logs, &options)
    }
}

/// One log in place of every other.
struct Instead<'a> {
    text: &'a str,
}

impl Logs for Instead<'_> {
    fn read(&self, _: &str) -> Result<String, LogError> {
        Ok(self.text.to_owned())
    }
}

/// An expectation that is not met, as a finding at its place.
pub(crate) fn unmet(e: &ExpectationResult) -> Diagnostic {
    let limb = e.name.as_ref().map_or(String::new(), |n| format!("{n}: "));
    let at = if e.at.is_empty() {
        String::new()
    } else {
        format!(" on {}", e.at)
    };
    Diagnostic::error(
        codes::E0930,
        format!("{limb}not as expected{at}: {}", e.message),
    )
    .at(e.span, "expected here")
}

/// Every finding of a run: what was wrong with the case, then what was not met.
pub(crate) fn findings(run: &ScenarioRun) -> Vec<Diagnostic> {
    let unmet = run.expectations.iter().filter(|e| !e.passed).map(unmet);
    run.diagnostics.iter().cloned().chain(unmet).collect()
}

/// Whether the case could not be run as written: an unknown actor, a line out of order.
pub(crate) fn is_bad(run: &ScenarioRun) -> bool {
    run.diagnostics.iter().any(Diagnostic::is_error)
}

/// Reads the log of `--events`.
pub(crate) fn read_events(console: &Console, path: &Path) -> Result<(String, String), Stop> {
    let text = read_text(path).map_err(|d| {
        console.report(&[d], &SourceMap::new());
        Stop::Exit(crate::exit::Exit::BadInput)
    })?;
    Ok((path.display().to_string(), text))
}

/// A day, or a time of a day, as it is written.
pub(crate) fn written(time: StampTime) -> String {
    match time {
        StampTime::Day(d) => d.to_string(),
        StampTime::Instant(i) => i.to_string(),
    }
}
