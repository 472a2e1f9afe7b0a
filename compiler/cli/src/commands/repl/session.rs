//! The state of a prompt: the lines typed so far, nothing else. Whatever is asked is
//! computed from them anew, so that taking a line back, or putting one into the past,
//! costs nothing.

use crate::args::{LibraryArgs, ReadingArgs};
use crate::case::Folder;
use crate::load::{Loader, Source};
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap, Span};
use rogatio_grammar::ast;
use rogatio_grammar::{ReplLine, parse, parse_expr, parse_repl};
use rogatio_interpret::{RunOptions, ScenarioRun, run_scenario};
use rogatio_mir::{Guard, Program, Readings, Scenario};
use rogatio_semantics::Checked;
use std::sync::Arc;

/// A line that stays.
struct Entry {
    text: String,
    what: What,
}

enum What {
    /// A declaration or sentence: the rules change.
    Rule(Box<ast::Item>),
    /// An act, an assumption, entities, an expectation.
    Line(Box<ast::ScenarioItem>),
}

/// What a line turned out to be.
pub(super) enum Answer {
    /// It stays; the run with it and the run before it.
    Kept {
        /// Before.
        before: Box<ScenarioRun>,
        /// With it.
        after: Box<ScenarioRun>,
    },
    /// A question; the case, and the condition or value asked for.
    Value(Box<ScenarioRun>, Guard),
    /// Nothing was typed.
    Nothing,
}

/// A prompt's state.
pub(super) struct Session {
    loader: Loader,
    source: Source,
    base: ast::Module,
    entries: Vec<Entry>,
    readings: Readings,
    at: Option<Day>,
    /// The rules, those typed included.
    checked: Checked,
    program: Program,
}

impl Session {
    /// With a module, or with none.
    pub(super) fn open(
        name: Option<&str>,
        library: &LibraryArgs,
        readings: &ReadingArgs,
    ) -> Result<(Session, Vec<Diagnostic>), (Vec<Diagnostic>, SourceMap)> {
        let mut loader = Loader::new(library.stdlib.as_deref());
        let (source, base, found) = match name {
            Some(name) => {
                let source = loader.open(name).map_err(|d| (vec![d], SourceMap::new()))?;
                let (module, found) = loader.parse(&source);
                (source, module, found)
            }
            None => {
                let file = loader.sources.add("<typed>", "");
                let source = Source {
                    file,
                    folder: Some(std::path::PathBuf::new()),
                };
                (source, parse(file, "").0, Vec::new())
            }
        };
        let (checked, more) = rogatio_semantics::check(&base, &mut loader.shelf(&source, &base));
        let mut session = Session {
            loader,
            source,
            base,
            entries: Vec::new(),
            readings: Readings::new(),
            at: None,
            checked,
            program: Program::default(),
        };
        let mut all = found;
        all.extend(more);
        for (name, choice) in &readings.readings {
            session.readings = session.readings.choose(name.as_str(), choice.as_str());
        }
        if !all.iter().any(Diagnostic::is_error) {
            let (program, more) = rogatio_mir::lower(&session.checked.program, &session.readings);
            session.program = program;
            all.extend(more);
        }
        if all.iter().any(Diagnostic::is_error) {
            return Err((all, session.loader.sources));
        }
        Ok((session, all))
    }

    /// The readings asked for that there are not.
    pub(super) fn check_readings(&self, args: &ReadingArgs) -> Result<(), String> {
        crate::front::readings(&self.checked.program, args).map(|_| ())
    }

    /// Every text, for messages.
    pub(super) fn sources(&self) -> &SourceMap {
        &self.loader.sources
    }

    /// The rules.
    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// Names worth completing.
    pub(super) fn names(&self) -> Vec<String> {
        self.checked.known_names()
    }

    /// The day questions are asked of.
    pub(super) fn day(&self) -> Option<Day> {
        self.at
            .or_else(|| self.lines().iter().filter_map(day_of).max())
    }

    /// Asks of the end of another day, or of the last day that has a line.
    pub(super) fn set_day(&mut self, at: Option<Day>) {
        self.at = at;
    }

    /// Takes the last line back.
    pub(super) fn undo(&mut self) -> Result<Option<String>, Vec<Diagnostic>> {
        let Some(entry) = self.entries.pop() else {
            return Ok(None);
        };
        if matches!(entry.what, What::Rule(_)) {
            self.check()?;
        }
        Ok(Some(entry.text))
    }

    /// Reads a line: an answer, or what is wrong with it. A line that is wrong is not kept.
    pub(super) fn read(&mut self, text: &str) -> Result<Answer, Vec<Diagnostic>> {
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
                return Ok(Answer::Value(Box::new(run), guard));
            }
            Some(ReplLine::Item(item)) => What::Rule(Box::new(item)),
            Some(ReplLine::Scenario(item)) => What::Line(Box::new(item)),
        };
        let before = self.run(&self.program)?;
        let rule = matches!(what, What::Rule(_));
        if let (What::Line(item), Some(at)) = (&what, self.at)
            && day_of(item).is_some_and(|d| d > at)
        {
            self.at = None;
        }
        self.entries.push(Entry {
            text: text.trim().to_owned(),
            what,
        });
        let kept = if rule { self.check() } else { Ok(()) };
        let after = kept
            .and_then(|()| self.run(&self.program.clone()))
            .and_then(|run| {
                let new = run.diagnostics.len() > before.diagnostics.len();
                if new {
                    Err(run.diagnostics.clone())
                } else {
                    Ok(run)
                }
            });
        match after {
            Ok(after) => Ok(Answer::Kept {
                before: Box::new(before),
                after: Box::new(after),
            }),
            Err(found) => {
                self.entries.pop();
                if rule {
                    // What was understood before is understood again.
                    let _ = self.check();
                }
                Err(found)
            }
        }
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

    /// The case as it stands.
    pub(super) fn case(&self) -> Result<ScenarioRun, Vec<Diagnostic>> {
        self.run(&self.program)
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
        if !self
            .checked
            .program
            .kinds
            .iter()
            .any(|k| k.name == kind.text)
        {
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

    fn file(&mut self, text: &str) -> FileId {
        self.loader.sources.add("<typed>", text)
    }

    fn ask(&self, e: &ast::Expr) -> Result<(ScenarioRun, Guard), Vec<Diagnostic>> {
        let mut checked = self.checked.clone();
        let _ = checked.scenario_items(&self.lines());
        let (e, found) = checked.expr(e);
        if found.iter().any(Diagnostic::is_error) {
            return Err(found);
        }
        let mut program = self.program.clone();
        let guard = rogatio_mir::lower_expr(&mut program, &checked.program, &e);
        Ok((self.run(&program)?, guard))
    }

    /// Checks the rules again, those typed included.
    fn check(&mut self) -> Result<(), Vec<Diagnostic>> {
        let mut module = self.base.clone();
        let typed = self.entries.iter().filter_map(|e| match &e.what {
            What::Rule(item) => Some((**item).clone()),
            What::Line(_) => None,
        });
        module.items.extend(typed);
        let (checked, mut found) =
            rogatio_semantics::check(&module, &mut self.loader.shelf(&self.source, &module));
        let (program, more) = rogatio_mir::lower(&checked.program, &self.readings);
        found.extend(more);
        if found.iter().any(Diagnostic::is_error) {
            found.retain(Diagnostic::is_error);
            return Err(found);
        }
        self.checked = checked;
        self.program = program;
        Ok(())
    }

    /// The lines of the case by date; of one date, as typed. A line without a date has that
    /// of the line typed before it.
    fn lines(&self) -> Vec<ast::ScenarioItem> {
        let mut last: Option<ast::Stamp> = None;
        let mut lines: Vec<ast::ScenarioItem> = Vec::new();
        for entry in &self.entries {
            let What::Line(item) = &entry.what else {
                continue;
            };
            let mut item = (**item).clone();
            match &item.at {
                Some(at) => last = Some(at.clone()),
                None if matches!(item.kind, ast::ScenarioItemKind::Expect(_)) => {
                    item.at = last.clone()
                }
                None => {}
            }
            lines.push(item);
        }
        lines.sort_by_key(|item| item.at.as_ref().map(second_of));
        lines
    }

    fn run(&self, program: &Program) -> Result<ScenarioRun, Vec<Diagnostic>> {
        let mut checked = self.checked.clone();
        let (items, found) = checked.scenario_items(&self.lines());
        let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut program = program.clone();
        let items = rogatio_mir::lower_scenario_items(&mut program, &checked.program, &items);
        let scenario = Scenario {
            name: "typed".to_owned(),
            items,
            span: Span::NONE,
        };
        let options = RunOptions {
            until: self.day(),
            extra_log: None,
            ..RunOptions::default()
        };
        let logs = Folder(self.source.folder.clone());
        Ok(run_scenario(&Arc::new(program), &scenario, &logs, &options))
    }
}

fn day_of(item: &ast::ScenarioItem) -> Option<Day> {
    item.at.as_ref().map(|at| match at.time {
        ast::StampTime::Day(d) => d,
        ast::StampTime::Instant(i) => i.day(),
    })
}

fn second_of(at: &ast::Stamp) -> i64 {
    match at.time {
        ast::StampTime::Day(d) => rogatio_calendar::Instant::from_day(d).0,
        ast::StampTime::Instant(i) => i.0,
    }
}
