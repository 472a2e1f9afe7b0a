//! Results of `rogatio test`.

use crate::said::said;
use crate::table::{Style, pad, width};
use rogatio_diagnostics::{Diagnostic, Lang, SourceMap};
use rogatio_interpret::{ExpectationResult, ScenarioRun};
use schemars::JsonSchema;
use serde::Serialize;

/// One expectation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Expectation {
    /// The limb's name: `T07(ii)`.
    pub name: Option<String>,
    /// As written.
    pub text: String,
    /// Whether it was met.
    pub met: bool,
    /// What was found instead; empty if it was met.
    pub message: String,
    /// The day or time it was read at.
    pub at: String,
    /// Branches around it, outermost first.
    pub branch: Vec<String>,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
}

impl Expectation {
    /// With its place.
    #[must_use]
    pub fn of(e: &ExpectationResult, sources: &SourceMap) -> Expectation {
        let (line, column) = sources.line_col(e.span);
        Expectation {
            name: e.name.clone(),
            text: sources.slice(e.span).to_owned(),
            met: e.passed,
            message: e.message.clone(),
            at: e.at.clone(),
            branch: e.branch.clone(),
            line,
            column,
        }
    }
}

/// The first thing that went wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Failure {
    /// Its code.
    pub code: String,
    /// The file it is in, if it has a place.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<usize>,
    /// From 1.
    pub column: Option<usize>,
    /// In words.
    pub message: String,
}

/// One scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestResult {
    /// Its title.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// `passed` or `failed`.
    pub outcome: &'static str,
    /// In the order written.
    pub expectations: Vec<Expectation>,
    /// Of a failed one.
    pub failure: Option<Failure>,
}

impl TestResult {
    /// One JSON object without line breaks.
    #[must_use]
    pub fn json(&self) -> String {
        // Strings, numbers and lists only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self, style: Style) -> String {
        let met = self.expectations.iter().filter(|e| e.met).count();
        let all = self.expectations.len();
        let (mark, count) = match self.failure {
            None => (style.good(&mark("ok", style)), all.to_string()),
            Some(_) => (style.bad(&mark("FAILED", style)), format!("{met} of {all}")),
        };
        let noun = if all == 1 {
            "expectation"
        } else {
            "expectations"
        };
        let words = if all == 0 {
            "nothing expected".to_owned()
        } else {
            format!("{count} {noun}")
        };
        format!(
            "  {mark}  {}  {}\n",
            self.name,
            style.dim(&match style.lang {
                Lang::En => format!("({words})"),
                Lang::Ja => format!("（{}）", said(&words, style.lang)),
            })
        )
    }
}

/// `ok    ` and `FAILED`, as wide as each other in a language.
fn mark(word: &str, style: Style) -> String {
    let wide = ["ok", "FAILED"].map(|w| width(&said(w, style.lang)));
    pad(&said(word, style.lang), wide.into_iter().max().unwrap_or(0))
}

/// The results so far.
#[derive(Clone, Debug, Default)]
pub struct Tests {
    passed: u64,
    failed: u64,
    broken: Vec<String>,
}

impl Tests {
    /// Adds a scenario with what was found in it.
    pub fn add(
        &mut self,
        name: &str,
        file: &str,
        run: &ScenarioRun,
        found: &[Diagnostic],
        sources: &SourceMap,
    ) -> TestResult {
        let failure = found.iter().find(|d| d.is_error()).map(|d| {
            let place = sources.knows(d.span()).then(|| sources.line_col(d.span()));
            Failure {
                code: d.code.to_string(),
                file: place.map(|_| sources.name(d.span().file).to_owned()),
                line: place.map(|p| p.0),
                column: place.map(|p| p.1),
                message: d.message.clone(),
            }
        });
        match failure {
            None => self.passed += 1,
            Some(_) => self.failed += 1,
        }
        TestResult {
            name: name.to_owned(),
            file: file.to_owned(),
            outcome: if failure.is_none() {
                "passed"
            } else {
                "failed"
            },
            expectations: run
                .expectations
                .iter()
                .map(|e| Expectation::of(e, sources))
                .collect(),
            failure,
        }
    }

    /// Adds a file that does not check.
    pub fn broken(&mut self, file: &str) {
        self.broken.push(file.to_owned());
    }

    /// Scenarios that were run.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.passed + self.failed
    }

    /// Scenarios that failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// `12 passed, 1 failed`, in a language.
    #[must_use]
    pub fn summary(&self, lang: Lang) -> String {
        let mut text = format!("{} passed, {} failed", self.passed, self.failed);
        match self.broken.len() {
            0 => {}
            1 => text += &format!("; 1 file does not check: {}", self.broken.join(", ")),
            n => text += &format!("; {n} files do not check: {}", self.broken.join(", ")),
        }
        said(&text, lang) + "\n"
    }
}
