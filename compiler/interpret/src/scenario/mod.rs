//! Runs scenarios: their lines and logs in order, their expectations at the end of their days.

mod act;
mod ballot;
mod before;

use crate::log::{Log, LogLine, LogTime, Logs, nearest};
use crate::{
    ActInput, ActKind, At, Case, CaseError, Entity, Env, OccurrenceId, Reason, Value, When,
};
use rogatio_calendar::{Day, Instant, Phase, Point};
use rogatio_diagnostics::{Diagnostic, Span, codes};
use rogatio_mir::{
    ActId, Assume, Assumed, CaseAct, CaseActKind, CaseEntity, Expect, ExpectKind, Guard, Op,
    Program, Scenario, ScenarioItem, ScenarioItemKind, Stamp, StampTime, Ty,
};
use std::sync::Arc;

/// How to run a scenario.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Stop at the end of this day, or after the acts of this second: what is dated later is left out.
    pub until: Option<StampTime>,
    /// At the end, let the second clock run on to this reading, in seconds, and what is due at it happen (R48c).
    pub reading: Option<i64>,
    /// A further log: its name and text.
    pub extra_log: Option<(String, String)>,
    /// Only what was known on this day: lines dated, or of a log recorded, later are left out.
    pub known_at: Option<Day>,
    /// Leave out the expectations: other facts or rules are asked of than those they are about.
    pub without_expectations: bool,
}

/// What a run left out because it was asked of other facts or rules than its own.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    /// Lines that were not known yet.
    pub lines: usize,
    /// Expectations: they are about the facts and rules of the scenario.
    pub expectations: usize,
}

/// What became of an expectation.
#[derive(Clone, Debug)]
pub struct ExpectationResult {
    /// The limb's name.
    pub name: Option<String>,
    /// Where it stands: the text there is the expectation as written.
    pub span: Span,
    /// Whether it came true.
    pub passed: bool,
    /// What was found instead; empty if it passed.
    pub message: String,
    /// Why it is so, or what is missing.
    pub reason: Option<Reason>,
    /// The day or time it was read at.
    pub at: String,
    /// Branches around it, outermost first.
    pub branch: Vec<String>,
}

/// A scenario that was run.
#[derive(Clone, Debug)]
pub struct ScenarioRun {
    /// The case at the end.
    pub case: Case,
    /// The case at its beginning: what is given and assumed stands, nobody has acted.
    pub beginning: Case,
    /// Its expectations in order, those of branches where the branch stands.
    pub expectations: Vec<ExpectationResult>,
    /// What was assumed, for the report.
    pub assumptions: Vec<String>,
    /// What was wrong with the case itself.
    pub diagnostics: Vec<Diagnostic>,
    /// The cases at the end of its branches, by name.
    pub branches: Vec<(String, Case)>,
    /// What was left out.
    pub left_out: LeftOut,
}

/// A line of a scenario or of a log.
enum Line<'s> {
    Item(&'s ScenarioItem),
    Log(Arc<Log>, usize),
}

pub(crate) struct Runner<'s> {
    pub(crate) case: Case,
    logs: &'s dyn Logs,
    until: Option<StampTime>,
    known_at: Option<Day>,
    without_expectations: bool,
    left_out: LeftOut,
    out: Vec<ExpectationResult>,
    assumptions: Vec<String>,
    diagnostics: Vec<Diagnostic>,
    branches: Vec<(String, Case)>,
    path: Vec<String>,
    /// The case as expectations of a day or second read it, until something happens.
    reading: Option<(StampTime, Case)>,
    pub(crate) last: Vec<OccurrenceId>,
    recalled: usize,
    /// Assumptions about instances that no act has opened yet: made at their place among the lines.
    waiting: Vec<Span>,
    beginning: Option<Case>,
}

/// Runs a scenario to its end, or to the day given.
#[must_use]
pub fn run_scenario(
    program: &Arc<Program>,
    scenario: &Scenario,
    logs: &dyn Logs,
    options: &RunOptions,
) -> ScenarioRun {
    let mut runner = Runner {
        case: Case::new(program.clone()),
        logs,
        until: options.until,
        known_at: options.known_at,
        without_expectations: options.without_expectations,
        left_out: LeftOut::default(),
        out: Vec::new(),
        assumptions: Vec::new(),
        diagnostics: Vec::new(),
        branches: Vec::new(),
        path: Vec::new(),
        reading: None,
        last: Vec::new(),
        recalled: 0,
        waiting: Vec::new(),
        beginning: None,
    };
    for r in &program.readings {
        if let Some(choice) = r.choices.get(r.chosen) {
            let how = if r.explicit { "" } else { " (default)" };
            runner
                .assumptions
                .push(format!("reading {} = {choice}{how}", r.name));
        }
    }
    let mut more = Vec::new();
    if let Some((name, text)) = &options.extra_log {
        let (log, found) = crate::log::parse(name, text, &[]);
        runner.diagnostics.extend(found);
        more.push(Arc::new(runner.known(log)));
    }
    runner.whole(&scenario.items, more);
    // What was due on the second clock before comes first, then the dates, then what is due at the very reading.
    if let Some(seconds) = options.reading {
        runner.case.second_clock_to(seconds, false);
    }
    if let Some(time) = options.until {
        read_on(&mut runner.case, time);
    }
    if let Some(seconds) = options.reading {
        runner.case.second_clock_to(seconds, true);
    }
    if runner.recalled > 0 {
        let n = runner.recalled;
        let told = runner.case.words().recalled(n);
        runner.assumptions.push(told);
    }
    if let Some(why) = runner.case.fault() {
        runner.diagnostics.push(
            Diagnostic::error(codes::E0910, why.to_owned()).at(scenario.span, "in this scenario"),
        );
    }
    ScenarioRun {
        beginning: runner.beginning.unwrap_or_else(|| runner.case.clone()),
        case: runner.case,
        expectations: runner.out,
        assumptions: runner.assumptions,
        diagnostics: runner.diagnostics,
        branches: runner.branches,
        left_out: runner.left_out,
    }
}

fn stamp_second(s: &Stamp) -> i64 {
    match s.time {
        StampTime::Day(d) => Instant::from_day(d).0,
        StampTime::Instant(i) => i.0,
    }
}

fn day_of(time: StampTime) -> Day {
    match time {
        StampTime::Day(d) => d,
        StampTime::Instant(i) => i.day(),
    }
}

/// Whether a line of this second is later than the end of a day, or than a second.
fn is_later(second: i64, until: StampTime) -> bool {
    match until {
        StampTime::Day(d) => Instant(second).day() > d,
        StampTime::Instant(i) => second > i.0,
    }
}

/// Lets time pass to the end of a day, or to after the acts of a second.
fn read_on(case: &mut Case, time: StampTime) {
    match time {
        StampTime::Day(d) => case.end_of_day(d),
        StampTime::Instant(i) => {
            if let Some(p) = Point::new(i.0, Phase::Act, 0).filter(|p| *p > case.now()) {
                case.advance(p);
            }
        }
    }
}

/// From when a given or an assumption under this time is known: phase 2 of the midnight of its day, or of its second (R1).
fn known_from(s: &Stamp) -> Option<Point> {
    match s.time {
        StampTime::Day(d) => Some(opening(d)),
        StampTime::Instant(i) => Point::at(i, Phase::Opening),
    }
}

fn opening(d: Day) -> Point {
    Point::day_phase(d, Phase::Opening)
}

impl<'s> Runner<'s> {
    fn lines(&mut self, lines: Vec<(Option<i64>, Line<'s>)>) {
        for (second, line) in lines {
            if let (Some(s), Some(until)) = (second, self.until)
                && is_later(s, until)
            {
                continue;
            }
            match line {
                Line::Item(item) => self.item(item),
                Line::Log(log, i) => {
                    if let Some(l) = log.lines.get(i) {
                        self.log_line(&log.name, l);
                    }
                }
            }
        }
    }

    fn item(&mut self, item: &'s ScenarioItem) {
        if self.without_expectations && matches!(item.kind, ScenarioItemKind::Expect(_)) {
            self.left_out.expectations += 1;
            return;
        }
        if !self.is_known(item) {
            if !matches!(item.kind, ScenarioItemKind::Branch(..)) {
                self.left_out.lines += 1;
            }
            return;
        }
        let when = item.at.as_ref().map_or(When::from(At::Now), When::from);
        match &item.kind {
            ScenarioItemKind::Act(act) => {
                let recalled = item.at.as_ref().is_some_and(|s| s.recalled);
                self.act(act, when, item.span, recalled, false);
            }
            ScenarioItemKind::SetGiven(given, keys, value) => {
                // Those that could be read before the first act are known already.
                if !matches!(self.case.eval(*value, &Env::new()), Value::Undetermined(_))
                    && let Some(keys) = self.entities(keys, Some(item.span))
                {
                    let value = self.case.eval(*value, &Env::new());
                    let from = item.at.as_ref().and_then(known_from);
                    let same = self.case.given_at(*given, &keys, from) == Some(&value);
                    self.reading = None;
                    if !same && let Err(why) = self.case.set_given(*given, &keys, value, from) {
                        self.refuse(&why, item.span);
                    }
                }
            }
            ScenarioItemKind::Expect(expect) => self.expect(expect, item.at.as_ref(), item.span),
            ScenarioItemKind::Branch(name, items) => self.branch(name, items),
            ScenarioItemKind::Assume(a) if self.waiting.contains(&item.span) => {
                self.reading = None;
                self.assume(a, item);
            }
            ScenarioItemKind::Entities(_)
            | ScenarioItemKind::EntitiesFromLog { .. }
            | ScenarioItemKind::Assume(_)
            | ScenarioItemKind::Reading(..)
            | ScenarioItemKind::Term(..)
            | ScenarioItemKind::EventsFrom { .. } => {}
        }
    }

    /// Runs a branch from a copy of the case as it stands.
    fn branch(&mut self, name: &str, items: &'s [ScenarioItem]) {
        let kept = (self.case.clone(), self.last.clone());
        self.reading = None;
        self.path.push(name.to_owned());
        self.declare(items, &[]);
        self.know(items);
        let lines = merge(items, &[]);
        self.lines(lines);
        self.path.pop();
        self.reading = None;
        let end = std::mem::replace(&mut self.case, kept.0);
        self.branches.push((name.to_owned(), end));
        self.last = kept.1;
    }

    /// Reads an expectation: of a day at its end, of a time as it stands; with the lines above it, not those below.
    fn expect(&mut self, expect: &Expect, at: Option<&Stamp>, span: Span) {
        let asked = !matches!(expect.kind, ExpectKind::Verdict(_));
        let read = match at {
            // Where the second clock is read, it is after what was done at that reading (R48c).
            Some(stamp) if asked && stamp.reading.is_some() => {
                match self.case.read_at(stamp) {
                    Ok(()) => self.unordered(self.case.both_clocks_were_due(), span),
                    Err(why) => self.refuse(&why, span),
                }
                self.reading = None;
                self.expectation(expect)
            }
            Some(stamp) if asked => {
                let time = stamp.time;
                let known = self.reading.take().filter(|(t, _)| *t == time);
                let end = known.map_or_else(|| self.at_end_of(time), |(_, case)| case);
                let case = std::mem::replace(&mut self.case, end);
                let read = self.expectation(expect);
                let end = std::mem::replace(&mut self.case, case);
                self.reading = Some((time, end));
                read
            }
            _ => self.expectation(expect),
        };
        self.out.push(ExpectationResult {
            name: expect.name.clone(),
            span,
            passed: read.passed,
            message: read.message,
            reason: read.reason,
            at: at.map(shown).unwrap_or_default(),
            branch: self.path.clone(),
        });
    }

    /// The case at the end of a day, or after the acts of a second.
    fn at_end_of(&self, time: StampTime) -> Case {
        let mut case = self.case.clone();
        read_on(&mut case, time);
        case
    }
}

/// A stamp as it is written.
fn shown(stamp: &Stamp) -> String {
    let time = match stamp.time {
        StampTime::Day(d) => d.to_string(),
        StampTime::Instant(i) => i.to_string(),
    };
    match stamp.reading {
        Some(s) => {
            let reading = rogatio_calendar::Length::Elapsed(rogatio_calendar::Duration(s));
            format!("{time} @ {reading}")
        }
        None => time,
    }
}

fn urgency_name(u: rogatio_mir::Urgency) -> &'static str {
    match u {
        rogatio_mir::Urgency::Immediately => "immediately",
        rogatio_mir::Urgency::Promptly => "promptly",
        rogatio_mir::Urgency::WithoutDelay => "without delay",
    }
}

/// The lines of a scenario and of its logs by date; of one second those of the logs come first.
fn merge<'s>(items: &'s [ScenarioItem], logs: &[Arc<Log>]) -> Vec<(Option<i64>, Line<'s>)> {
    let mut from_logs: Vec<(i64, Arc<Log>, usize)> = Vec::new();
    for log in logs {
        from_logs.extend(
            log.lines
                .iter()
                .enumerate()
                .map(|(i, l)| (l.at.second(), log.clone(), i)),
        );
    }
    from_logs.sort_by_key(|(s, ..)| *s);
    let mut out = Vec::new();
    let mut rest = from_logs.into_iter().peekable();
    for item in items {
        let second = item.at.as_ref().map(stamp_second);
        if let Some(s) = second {
            // An expectation of a day reads it whole, its timed lines included.
            let whole_day = matches!(item.at.as_ref().map(|s| s.time), Some(StampTime::Day(_)));
            let reads = whole_day && matches!(item.kind, ScenarioItemKind::Expect(_));
            let limit = if reads {
                s + rogatio_calendar::SECONDS_PER_DAY - 1
            } else {
                s
            };
            while let Some((at, log, i)) = rest.next_if(|(at, ..)| *at <= limit) {
                out.push((Some(at), Line::Log(log, i)));
            }
        }
        out.push((second, Line::Item(item)));
    }
    out.extend(rest.map(|(at, log, i)| (Some(at), Line::Log(log, i))));
    out
}
