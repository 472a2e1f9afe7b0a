//! From source text to a program, for tests.
#![allow(dead_code)]

use rogatio_diagnostics::{Diagnostic, FileId, Format, SourceMap, render};
use rogatio_interpret::{Case, LogError, Logs, RunOptions, ScenarioRun, run_scenario};
use rogatio_mir::{Program, Readings, Scenario, lower};
use rogatio_semantics::{Library, ast, check};
use std::sync::Arc;

struct NoLibrary;

impl Library for NoLibrary {
    fn module(&mut self, _: &str) -> Option<(FileId, ast::Module, Vec<Diagnostic>)> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// One file of that name.
pub(crate) struct OneLog(pub(crate) &'static str, pub(crate) &'static str);

impl Logs for OneLog {
    fn read(&self, relative: &str) -> Result<String, LogError> {
        if relative == self.0 {
            Ok(self.1.to_owned())
        } else {
            Err(LogError("not found".to_owned()))
        }
    }
}

/// Compiles a text that has no errors.
pub(crate) fn compile(text: &str) -> (Arc<Program>, Vec<Scenario>) {
    let mut map = SourceMap::new();
    let file = map.add("test.rog", text.to_owned());
    let (module, mut found) = rogatio_grammar::parse(file, text);
    let (checked, more) = check(&module, &mut NoLibrary);
    found.extend(more);
    let (mut program, more) = lower(&checked.program, &Readings::new());
    found.extend(more);
    let errors: Vec<String> = found
        .iter()
        .filter(|d| d.is_error())
        .map(|d| render(d, &map, Format::Short))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let scenarios = std::mem::take(&mut program.scenarios);
    (Arc::new(program), scenarios)
}

/// Runs all scenarios of a text.
pub(crate) fn run(text: &str, logs: &dyn Logs) -> Vec<ScenarioRun> {
    let (program, scenarios) = compile(text);
    scenarios
        .iter()
        .map(|s| run_scenario(&program, s, logs, &RunOptions::default()))
        .collect()
}

/// Runs all scenarios of a text and expects every expectation to come true.
pub(crate) fn holds(text: &str, logs: &dyn Logs) -> Vec<ScenarioRun> {
    let runs = run(text, logs);
    let mut failed = Vec::new();
    let mut expectations = 0;
    for run in &runs {
        failed.extend(run.diagnostics.iter().map(|d| d.message.clone()));
        expectations += run.expectations.len();
        let bad = run.expectations.iter().filter(|e| !e.passed);
        failed.extend(bad.map(|e| {
            let line = text[..e.span.start as usize].matches('\n').count() + 1;
            format!("line {line}, {}: {}", e.at, e.message)
        }));
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(expectations > 0);
    runs
}

/// The case of the first scenario of a text, at its end.
pub(crate) fn case_of(text: &str) -> Case {
    let runs = holds(text, &rogatio_interpret::NoLogs);
    runs.into_iter().next().expect("a scenario").case
}
