//! The state of a prompt: a module and the lines typed so far, nothing else. Whatever is
//! asked is computed from them anew, so that taking a line back, or putting one into the
//! past, costs nothing.
//!
//! A session is cheap to clone: rules and lines are shared. An evaluation works on a clone,
//! and an interrupted one leaves nothing behind.

use super::branch::Branch;
use super::moment::{Moment, reading};
use super::rules::Rules;
use crate::args::{LibraryArgs, ReadingArgs};
use crate::case::{Folder, unmet};
use crate::front;
use crate::load::Loader;
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, FileId, Lang, SourceMap, Span};
use rogatio_grammar::ast;
use rogatio_grammar::{ReplLine, parse_expr, parse_repl};
use rogatio_interpret::{RunOptions, ScenarioRun, run_scenario};
use rogatio_mir::{Guard, Program, Readings, Scenario};
use rogatio_semantics::Checked;
use std::sync::Arc;

/// A line that stays.
pub(super) struct Entry {
    /// As typed; of a line of the case with its date.
    pub(super) text: String,
    /// What it is.
    pub(super) what: What,
}

/// What a line that stays is.
pub(super) enum What {
    /// A declaration or sentence: the rules change.
    Rule(Box<ast::Item>),
    /// An act, an assumption, entities, an expectation.
    Line(Box<ast::ScenarioItem>),
}

/// What a line turned out to be.
pub(super) enum Answer {
    /// It stays.
    Kept(Box<Kept>),
    /// A question; the case, the condition or value asked for, and whether it names an act.
    Value(Box<ScenarioRun>, Guard, bool),
    /// Nothing was typed.
    Nothing,
}

/// A line that stays, and what it changed.
pub(super) struct Kept {
    /// The run before.
    pub(super) before: ScenarioRun,
    /// The run with it.
    pub(super) after: ScenarioRun,
    /// It is an expectation, and met.
    pub(super) met: bool,
    /// What is odd about it.
    pub(super) found: Vec<Diagnostic>,
}

/// What undoing goes back to.
#[derive(Clone)]
pub(super) struct State {
    pub(super) rules: Arc<Rules>,
    pub(super) readings: Readings,
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) at: Option<Moment>,
}

/// What was done, and the state before it, or after it.
pub(super) type Step = (String, State);

/// A prompt's state.
#[derive(Clone)]
pub(crate) struct Session {
    pub(super) loader: Loader,
    pub(super) state: State,
    pub(super) undo: Vec<Step>,
    pub(super) redo: Vec<Step>,
    /// The branch that lines go to.
    pub(super) branch: String,
    /// The branch that one was forked from.
    pub(super) from: Option<String>,
    /// The other branches.
    pub(super) branches: Vec<Branch>,
    /// The run of the state, if it has been made.
    run: Option<ScenarioRun>,
    /// The language it answers in.
    pub(super) lang: Lang,
}

/// Why there is no session.
pub(super) struct Unopened {
    /// What is wrong with the module.
    pub(super) found: Vec<Diagnostic>,
    /// Its texts.
    pub(super) sources: SourceMap,
    /// What is wrong with the command line.
    pub(super) usage: Option<String>,
}

/// The branch that every session begins with.
pub(super) const MAIN: &str = "main";

impl Session {
    /// With a module, or with none; and what was found in it.
    pub(super) fn open(
        name: Option<&str>,
        library: &LibraryArgs,
        asked: &ReadingArgs,
        lang: Lang,
    ) -> Result<(Session, Vec<Diagnostic>), Unopened> {
        let mut loader = Loader::new(library.stdlib.as_deref());
        let chosen =
            |checked: &Checked| front::readings(&checked.program, asked).map(|r| r.lang(lang));
        let (rules, readings, found) = match Rules::open(name, &mut loader, chosen) {
            Ok(opened) => opened,
            Err((found, usage)) => {
                let sources = loader.sources;
                return Err(Unopened {
                    found,
                    sources,
                    usage,
                });
            }
        };
        let state = State {
            rules: Arc::new(rules),
            readings,
            entries: Vec::new(),
            at: None,
        };
        let session = Session {
            loader,
            state,
            undo: Vec::new(),
            redo: Vec::new(),
            branch: MAIN.to_owned(),
            from: None,
            branches: Vec::new(),
            run: None,
            lang,
        };
        Ok((session, found))
    }

    /// Every text, for messages.
    pub(super) fn sources(&self) -> &SourceMap {
        &self.loader.sources
    }

    /// The rules.
    pub(super) fn program(&self) -> &Program {
        &self.state.rules.program
    }

    /// Names worth completing: those of the module and of the case.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = self.state.rules.checked.known_names();
        if let Some(run) = &self.run {
            let entities = run.case.entities();
            names.extend(entities.map(|(_, n, _)| super::text::name(n)));
        }
        names
    }

    /// When questions are asked.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.state.moment()
    }

    /// Asks of another moment, or of what stands after the last line.
    pub(super) fn set_moment(&mut self, at: Option<Moment>) {
        if self.state.at != at {
            self.run = None;
        }
        self.state.at = at;
    }

    /// Goes on from another state; what was is one step back.
    pub(super) fn become_state(&mut self, done: String, next: State, run: Option<ScenarioRun>) {
        let before = std::mem::replace(&mut self.state, next);
        self.undo.push((done, before));
        self.redo.clear();
        self.run = run;
    }

    /// Takes the last step back; says which.
    pub(super) fn undo(&mut self) -> Option<String> {
        let (done, before) = self.undo.pop()?;
        let after = std::mem::replace(&mut self.state, before);
        self.redo.push((done.clone(), after));
        self.run = None;
        Some(done)
    }

    /// Does again what was taken back; says what.
    pub(super) fn redo(&mut self) -> Option<String> {
        let (done, after) = self.redo.pop()?;
        let before = std::mem::replace(&mut self.state, after);
        self.undo.push((done.clone(), before));
        self.run = None;
        Some(done)
    }

    /// What was computed no longer holds.
    pub(super) fn forget(&mut self) {
        self.run = None;
    }

    /// Reads a line: an answer, or what is wrong with it. A line that is wrong is not kept.
    pub(super) fn read(&mut self, text: &str) -> Result<Answer, Vec<Diagnostic>> {
        let text = text.trim();
        let file = self.file(text);
        let (line, found) = parse_repl(file, text);
        if found.iter().any(Diagnostic::is_error) {
            return Err(found);
        }
        let what = match line {
            None => return Ok(Answer::Nothing),
            Some(ReplLine::Expr(e)) if let Some(item) = self.one_entity(&e) => {
                What::Line(Box::new(item))
            }
            Some(ReplLine::Expr(e)) => {
                let (run, guard) = self.ask(&e)?;
                let act = matches!(e.kind, ast::ExprKind::By(..));
                return Ok(Answer::Value(Box::new(run), guard, act));
            }
            Some(ReplLine::Item(item)) => What::Rule(Box::new(item)),
            Some(ReplLine::Scenario(item)) => What::Line(Box::new(item)),
        };
        self.keep(text, file, what)
    }

    /// Adds a line; it is kept if nothing is wrong with it.
    fn keep(&mut self, text: &str, file: FileId, what: What) -> Result<Answer, Vec<Diagnostic>> {
        let before = self.case()?;
        let entry = self.state.dated(text, what);
        let (mut next, found) = self.with(&self.state.clone(), entry)?;
        if let Some(stamp) = next.entries.last().and_then(|e| e.stamp())
            && next.hides(stamp)
        {
            next.at = None;
        }
        let after = self.run_of(&next, &next.rules.program)?;
        if after.diagnostics.len() > before.diagnostics.len() {
            let known = before.diagnostics.len();
            return Err(after.diagnostics.into_iter().skip(known).collect());
        }
        let mine = |e: &&rogatio_interpret::ExpectationResult| e.span.file == file;
        let failed: Vec<Diagnostic> = after
            .expectations
            .iter()
            .filter(mine)
            .filter(|e| !e.passed)
            .map(unmet)
            .collect();
        if !failed.is_empty() {
            return Err(failed);
        }
        let met = after.expectations.iter().any(|e| mine(&e));
        self.become_state(text.to_owned(), next, Some(after.clone()));
        Ok(Answer::Kept(Box::new(Kept {
            before,
            after,
            met,
            found,
        })))
    }

    /// A state with one line more, whose rules are checked again if the line is one; with
    /// what is odd about it.
    pub(super) fn with(
        &mut self,
        state: &State,
        entry: Entry,
    ) -> Result<(State, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut next = state.clone();
        let file = match &entry.what {
            What::Rule(item) => Some(item.span.file),
            What::Line(item) => match &item.kind {
                ast::ScenarioItemKind::Reading(name, choice) => {
                    // A reading that there is not is found here.
                    self.run_lines(state, std::slice::from_ref(&**item), &state.rules.program)?;
                    next.readings = next
                        .readings
                        .choose(name.text.as_str(), choice.text.as_str());
                    Some(item.span.file)
                }
                _ => None,
            },
        };
        next.entries.push(Arc::new(entry));
        let mut odd = Vec::new();
        if let Some(file) = file {
            let typed = next.entries.iter().filter_map(|e| match &e.what {
                What::Rule(item) => Some(item.as_ref()),
                What::Line(_) => None,
            });
            let (rules, found) = state.rules.with(typed, &mut self.loader, &next.readings)?;
            odd = found;
            odd.retain(|d| d.span().file == file);
            next.rules = Arc::new(rules);
        }
        Ok((next, odd))
    }

    /// The case, and an expression lowered for it.
    pub(super) fn question(&mut self, text: &str) -> Result<(ScenarioRun, Guard), Vec<Diagnostic>> {
        let file = self.file(text);
        let (e, found) = parse_expr(file, text);
        if found.iter().any(Diagnostic::is_error) {
            return Err(found);
        }
        self.ask(&e)
    }

    /// The case as it was last asked for.
    pub(super) fn last_run(&self) -> Option<&ScenarioRun> {
        self.run.as_ref()
    }

    /// The case as it stands.
    pub(super) fn case(&mut self) -> Result<ScenarioRun, Vec<Diagnostic>> {
        if let Some(run) = &self.run {
            return Ok(run.clone());
        }
        let run = self.run_of(&self.state, &self.state.rules.program)?;
        self.run = Some(run.clone());
        Ok(run)
    }

    /// `State: Ada` is a set with an element called `State`, or an entity; where `State` is
    /// a kind, the latter is meant.
    fn one_entity(&self, e: &ast::Expr) -> Option<ast::ScenarioItem> {
        let ast::ExprKind::Element(kind, ty) = &e.kind else {
            return None;
        };
        let ast::TypeKind::Named(path) = &ty.kind else {
            return None;
        };
        let [first] = path.segments.as_slice() else {
            return None;
        };
        let kinds = &self.state.rules.checked.program.kinds;
        if !kinds.iter().any(|k| k.name == kind.text) {
            return None;
        }
        let member = ast::EntityDecl {
            first: first.clone(),
            last: None,
            fields: Vec::new(),
            span: first.span,
        };
        let kind = ast::Path {
            segments: vec![kind.clone()],
            span: kind.span,
        };
        let kind = ast::ScenarioItemKind::Entities {
            kind,
            members: vec![member],
        };
        Some(ast::ScenarioItem {
            at: None,
            kind,
            span: e.span,
        })
    }

    /// The readings that the command line took, and no line did: name and choice.
    pub(super) fn readings_chosen(&self) -> Vec<(String, String)> {
        let typed = |name: &str| {
            self.state.entries.iter().any(|e| match &e.what {
                What::Line(item) => {
                    matches!(&item.kind, ast::ScenarioItemKind::Reading(n, _) if n.text == name)
                }
                What::Rule(_) => false,
            })
        };
        let explicit = self.program().readings.iter().filter(|r| r.explicit);
        explicit
            .filter(|r| !typed(&r.name))
            .filter_map(|r| Some((r.name.clone(), r.choices.get(r.chosen)?.clone())))
            .collect()
    }

    /// A typed text under a number, for messages.
    pub(super) fn file(&mut self, text: &str) -> FileId {
        self.loader.sources.add("<typed>", text)
    }

    /// The text that a place names.
    pub(super) fn text_at(&self, span: Span) -> &str {
        let text = self.loader.sources.text(span.file);
        text.get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    fn ask(&mut self, e: &ast::Expr) -> Result<(ScenarioRun, Guard), Vec<Diagnostic>> {
        let mut checked = self.state.rules.checked.clone();
        let _ = checked.scenario_items(&self.state.lines());
        let (e, found) = checked.expr(e);
        if found.iter().any(Diagnostic::is_error) {
            return Err(found);
        }
        let mut program = self.state.rules.program.clone();
        let guard = rogatio_mir::lower_expr(&mut program, &checked.program, &e);
        // What the question reads must be kept from the beginning.
        Ok((self.run_of(&self.state, &program)?, guard))
    }

    /// Runs the lines of a state up to its day.
    pub(super) fn run_of(
        &self,
        state: &State,
        program: &Program,
    ) -> Result<ScenarioRun, Vec<Diagnostic>> {
        self.run_lines(state, &state.lines(), program)
    }

    /// Runs lines of a case under the rules of a state, up to its day.
    pub(super) fn run_lines(
        &self,
        state: &State,
        lines: &[ast::ScenarioItem],
        program: &Program,
    ) -> Result<ScenarioRun, Vec<Diagnostic>> {
        let mut checked = state.rules.checked.clone();
        let (mut items, mut found) = checked.scenario_items(lines);
        found.retain(Diagnostic::is_error);
        if !found.is_empty() {
            return Err(found);
        }
        let at = state.moment();
        let reading = at.and_then(|at| at.reading);
        if let Some(seconds) = reading {
            let known = |r: Option<i64>| r.is_none_or(|r| r <= seconds);
            items.retain(|i| known(i.at.as_ref().and_then(|at| at.reading)));
        }
        let mut program = program.clone();
        let items = rogatio_mir::lower_scenario_items(&mut program, &checked.program, &items);
        let scenario = Scenario {
            name: "typed".to_owned(),
            items,
            span: Span::NONE,
        };
        let options = RunOptions {
            until: at.map(|at| at.time),
            reading,
            ..RunOptions::default()
        };
        let logs = Folder(state.rules.source.folder.clone());
        Ok(run_scenario(&Arc::new(program), &scenario, &logs, &options))
    }
}

impl State {
    /// A line as it is kept: an act or an expectation without a date has the prompt's.
    pub(super) fn dated(&self, text: &str, mut what: What) -> Entry {
        let mut text = text.to_owned();
        if let What::Line(item) = &mut what
            && item.at.is_none()
            && matches!(
                item.kind,
                ast::ScenarioItemKind::Act { .. } | ast::ScenarioItemKind::Expect(_)
            )
            && let Some(at) = self.moment()
        {
            let second_clock = at.reading.map(|seconds| reading(seconds, item.span));
            item.at = Some(ast::Stamp {
                time: at.time,
                order: None,
                recalled: false,
                second_clock,
                span: item.span,
            });
            text = format!("{at}: {text}");
        }
        Entry { text, what }
    }

    /// The lines of the case by date; of one date, as typed.
    pub(super) fn sorted(&self) -> Vec<(&Entry, &ast::ScenarioItem)> {
        let mut lines: Vec<_> = self
            .entries
            .iter()
            .filter_map(|e| match &e.what {
                What::Line(item) => Some((e.as_ref(), item.as_ref())),
                What::Rule(_) => None,
            })
            .collect();
        lines.sort_by_key(|(_, item)| item.at.as_ref().map(second_of));
        lines
    }

    /// The same, without their texts.
    pub(super) fn lines(&self) -> Vec<ast::ScenarioItem> {
        self.sorted()
            .into_iter()
            .map(|(_, item)| item.clone())
            .collect()
    }
}

impl Entry {
    /// Its day, if it has one.
    pub(super) fn day(&self) -> Option<Day> {
        self.stamp().map(|at| day_of(at.time))
    }

    /// When it is, by both clocks.
    pub(super) fn stamp(&self) -> Option<&ast::Stamp> {
        match &self.what {
            What::Line(item) => item.at.as_ref(),
            What::Rule(_) => None,
        }
    }
}

/// The day of a date or time.
pub(super) fn day_of(time: ast::StampTime) -> Day {
    match time {
        ast::StampTime::Day(d) => d,
        ast::StampTime::Instant(i) => i.day(),
    }
}

pub(super) fn second_of(at: &ast::Stamp) -> i64 {
    match at.time {
        ast::StampTime::Day(d) => rogatio_calendar::Instant::from_day(d).0,
        ast::StampTime::Instant(i) => i.0,
    }
}
