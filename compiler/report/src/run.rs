//! A scenario that was run: as text, and as the object of `rogatio run --format json`.
//!
//! The keys of the object are documented on the fields below; none is ever renamed.

use crate::line::Line;
use crate::residual::Residual;
use crate::table::{Align, Style, Table, counted, width, wrap};
use crate::tested::Expectation;
use crate::timeline;
use crate::view::{lines, standing_at};
use crate::words::Heading;
use rogatio_diagnostics::{Lang, SourceMap};
use rogatio_interpret::{Case, ScenarioRun};
use rogatio_mir::{Program, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// Everything `rogatio run` has to say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunReport {
    /// Version of the program that made it.
    pub version: &'static str,
    /// The file.
    pub file: String,
    /// The module: `un.cbd`; empty for a file without a `module` line.
    pub module: String,
    /// Its titles.
    pub titles: Vec<String>,
    /// The day whose versions of the articles rule throughout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_at: Option<String>,
    /// The day by which facts are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
    /// Its scenarios, in the order written.
    pub scenarios: Vec<ScenarioReport>,
    /// Findings: what was not met, what was wrong with a log. As `check --format json`.
    #[schemars(with = "Vec<rogatio_diagnostics::JsonFinding<'static>>")]
    pub diagnostics: Vec<serde_json::Value>,
}

/// A reading and its choice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReadingUsed {
    /// Its name.
    pub name: String,
    /// The question it answers.
    pub question: String,
    /// The choice taken.
    pub choice: String,
    /// Whether it was asked for, rather than taken by default.
    pub explicit: bool,
    /// Every choice.
    pub choices: Vec<String>,
    /// The article it stands in.
    pub article: Option<String>,
    /// Of a scenario: whether something in it rested on a rule that reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<bool>,
}

/// One scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ScenarioReport {
    /// Its title.
    pub name: String,
    /// What was assumed.
    pub assumptions: Vec<String>,
    /// The readings used.
    pub readings: Vec<ReadingUsed>,
    /// The day at whose end the case stands, or the time of a day after whose acts it stands.
    pub end: String,
    /// Lines left out because they were not known yet.
    #[serde(skip_serializing_if = "is_zero")]
    pub unknown_lines: usize,
    /// Expectations left out because they are about other rules or facts.
    #[serde(skip_serializing_if = "is_zero")]
    pub unread_expectations: usize,
    /// What happened, in order.
    pub timeline: Vec<Line>,
    /// What was expected, in the order written.
    pub expectations: Vec<Expectation>,
    /// The branches.
    pub branches: Vec<BranchReport>,
    /// What stands open at the end.
    pub residual: Residual,
}

/// A branch, from where it leaves its scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BranchReport {
    /// Its title.
    pub name: String,
    /// What happened after it left.
    pub timeline: Vec<Line>,
    /// What stands open at its end.
    pub residual: Residual,
}

impl ScenarioReport {
    /// Of a scenario that was run.
    #[must_use]
    pub fn of(scenario: &Scenario, run: &ScenarioRun, sources: &SourceMap) -> ScenarioReport {
        let case = &run.case;
        let beginning = run.beginning.residual();
        let branches = run.branches.iter().map(|(name, end)| BranchReport {
            name: name.clone(),
            timeline: lines(end, shared(case, end)),
            residual: Residual::since(end, &beginning),
        });
        // The readings have a list of their own.
        let assumed = run
            .assumptions
            .iter()
            .filter(|a| !a.starts_with("reading "));
        ScenarioReport {
            name: scenario.name.clone(),
            assumptions: assumed.cloned().collect(),
            readings: readings(case.program())
                .into_iter()
                .zip(run.readings_used())
                .map(|(r, used)| ReadingUsed {
                    used: Some(used),
                    ..r
                })
                .collect(),
            end: standing_at(case),
            unknown_lines: run.left_out.lines,
            unread_expectations: run.left_out.expectations,
            timeline: lines(case, 0),
            expectations: run
                .expectations
                .iter()
                .map(|e| Expectation::of(e, sources))
                .collect(),
            branches: branches.collect(),
            residual: Residual::since(case, &beginning),
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style, trace: bool) -> String {
        let mut out = format!("{}\n", style.bold(&self.name));
        out += &format!("{}\n", "─".repeat(width(&self.name).clamp(8, style.width)));
        if !self.assumptions.is_empty() {
            out += &section(style, Heading::Assumed);
            for a in &self.assumptions {
                let mut first = true;
                for line in wrap(a, style.width.saturating_sub(4)) {
                    out += if first { "  " } else { "    " };
                    out += &format!("{line}\n");
                    first = false;
                }
            }
        }
        out += &self.left_out();
        if !self.readings.is_empty() {
            out += &section(style, Heading::Readings);
            out += &readings_told(&self.readings, trace, style);
        }
        if !self.timeline.is_empty() {
            out += &section(style, Heading::WhatHappens);
            out += &timeline::render(&self.timeline, style, trace);
        }
        if !self.expectations.is_empty() {
            let met = self.expectations.iter().filter(|e| e.met).count();
            out += &section(style, Heading::Expected);
            let met = style.words().met(met, self.expectations.len());
            out += &format!("  {met}\n");
        }
        out += &self.residual.render(style, trace);
        for branch in &self.branches {
            out += &format!("\n{}\n", style.bold(&style.words().branch(&branch.name)));
            out += &timeline::render(&branch.timeline, style, trace);
        }
        out
    }
}

impl ScenarioReport {
    /// What a question about other facts or rules leaves out.
    fn left_out(&self) -> String {
        let mut out = String::new();
        let number = |n: usize, noun: &str| counted(u64::try_from(n).unwrap_or(u64::MAX), noun);
        if self.unknown_lines > 0 {
            out += &format!("  not known yet: {}\n", number(self.unknown_lines, "line"));
        }
        if self.unread_expectations > 0 {
            out += &format!(
                "  not read: {}, about the scenario's own facts and rules\n",
                number(self.unread_expectations, "expectation")
            );
        }
        out
    }
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// Which rules and which facts a question is asked of, for the head of an output: nothing if its own.
#[must_use]
pub fn as_of(rules_at: Option<&str>, known_at: Option<&str>, lang: Lang) -> String {
    crate::words::words(lang).as_of(rules_at, known_at)
}

fn section(style: Style, title: Heading) -> String {
    format!("\n{}\n", style.bold(style.words().heading(title)))
}

/// The readings of a program, with their choices.
#[must_use]
pub fn readings(program: &Program) -> Vec<ReadingUsed> {
    let of = |r: &rogatio_mir::Reading| ReadingUsed {
        name: r.name.clone(),
        question: r.question.clone(),
        choice: r.choices.get(r.chosen).cloned().unwrap_or_default(),
        explicit: r.explicit,
        choices: r.choices.clone(),
        article: program
            .provisions
            .get(r.provision.index())
            .filter(|p| p.parent.is_some())
            .map(|p| p.cite.clone()),
        used: None,
    };
    program.readings.iter().map(of).collect()
}

/// The readings that were chosen, and those that something rested on; the rest is counted.
fn readings_told(readings: &[ReadingUsed], trace: bool, style: Style) -> String {
    let told = |r: &&ReadingUsed| trace || r.explicit || r.used != Some(false);
    let shown: Vec<ReadingUsed> = readings.iter().filter(told).cloned().collect();
    let mut out = readings_in(&shown, style);
    let rest = readings.len() - shown.len();
    if rest > 0 {
        let more = style.words().more_readings(rest, !shown.is_empty());
        out += &format!("  {more}\n");
    }
    out
}

/// Name, choice, whether by default, question; within the width.
#[must_use]
pub fn readings_table(readings: &[ReadingUsed], style: Style) -> String {
    readings_rows(readings, style).render_within(2, style.width)
}

/// The same with each reading on one line.
pub(crate) fn readings_in(readings: &[ReadingUsed], style: Style) -> String {
    readings_rows(readings, style).render(2)
}

fn readings_rows(readings: &[ReadingUsed], style: Style) -> Table {
    let mut table = Table::new(&[Align::Left; 4]);
    for r in readings {
        let how = style.words().taken(r.explicit);
        table.row([
            r.name.clone(),
            r.choice.clone(),
            how.to_owned(),
            r.question.clone(),
        ]);
    }
    table
}

/// How many entries two timelines have in common at their beginning.
pub(crate) fn shared(a: &Case, b: &Case) -> usize {
    let both = a.timeline().iter().zip(b.timeline());
    both.take_while(|(x, y)| x.point == y.point && x.text == y.text)
        .count()
}
