//! `:save FILE`: what was done, as a file of scenarios that `rogatio test` passes.
//!
//! Every verdict and every status reached is offered as an expectation; those that the
//! engine meets are kept, with the article where it is the one. The text is then read,
//! checked and run as `rogatio test` would, and written only if it passes.

use super::session::{MAIN, Session, State, What};
use super::text;
use super::{Refused, branch::Branch};
use crate::case::{Asked, findings, own, prepare};
use crate::front::Front;
use crate::load::Source;
use crate::write::replace;
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, FileId, codes};
use rogatio_grammar::{ReplLine, ast, parse_repl};
use rogatio_interpret::{Case, CauseKind, Entity, Entry, Happening, Interval};
use rogatio_mir::{DecisionOutcome, StatusId};
use rogatio_report::{articles, counted};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Expectations offered of one day, lest a file be too long to read.
const OFFERED: usize = 40;
/// Of a status that more have on one day, they are counted.
const SINGLE: usize = 5;
/// Articles tried of one verdict.
const CITED: usize = 6;
/// What an act can be worth, as expectations say it.
const VERDICTS: &[&str] = &["valid", "void", "undetermined", "breach", "late"];

/// Writes the file; a file that is there only if `over`.
pub(super) fn save(session: &mut Session, rest: &str, over: bool) -> Result<String, Refused> {
    let name = text::unquoted(rest);
    if name.is_empty() {
        return Err("write :save and the name of a file: :save history.rog".into());
    }
    let path = Path::new(&name);
    if !over && path.symlink_metadata().is_ok() {
        let d = Diagnostic::error(codes::E1100, format!("there is a file `{name}` already")).help(
            format!("choose another name, or write :save! {name} to replace it"),
        );
        return Err(vec![d].into());
    }
    let mut scratch = session.clone();
    let saved = Saved::of(&mut scratch)?;
    if saved.scenarios.is_empty() {
        return Err("nothing has been typed yet that could be saved".into());
    }
    let text = saved.text(&mut scratch, path)?;
    replace(path, text.as_bytes()).map_err(|e| {
        let d = Diagnostic::error(codes::E0007, format!("`{name}` cannot be written: {e}"))
            .help("nothing is lost: choose another place and write :save again");
        Refused::Findings(vec![d])
    })?;
    let expectations = counted(saved.expectations as u64, "expectation");
    let lines = counted(saved.lines as u64, "line");
    let mut out =
        format!("written: {name} ({lines}, {expectations}); `rogatio test {name}` passes\n");
    for left in &saved.left_out {
        out += &format!("left out, since it does not hold any more: {left}\n");
    }
    Ok(out)
}

/// What is to be written.
struct Saved {
    /// Declarations and sentences typed.
    rules: Vec<String>,
    /// Title and lines of each branch.
    scenarios: Vec<(String, Vec<String>)>,
    lines: usize,
    expectations: usize,
    /// Expectations typed that later lines have undone, and branches that do not fit in.
    left_out: Vec<String>,
}

impl Saved {
    fn of(session: &mut Session) -> Result<Saved, Refused> {
        let mut saved = Saved {
            rules: rules(&session.state),
            scenarios: Vec::new(),
            lines: 0,
            expectations: 0,
            left_out: Vec::new(),
        };
        let mut states = vec![(session.branch.clone(), session.state.clone())];
        let others = session
            .branches
            .iter()
            .map(|b: &Branch| (b.name.clone(), b.state.clone()));
        states.extend(others);
        states.sort_by(|a, b| (a.0 != MAIN, &a.0).cmp(&(b.0 != MAIN, &b.0)));
        let (file, here) = (session.state.rules.source.file, session.branch.clone());
        for (name, state) in states {
            if state
                .entries
                .iter()
                .all(|e| matches!(e.what, What::Rule(_)))
            {
                continue;
            }
            if state.rules.source.file != file || rules(&state) != saved.rules {
                saved
                    .left_out
                    .push(format!("branch {name}, which has other rules than {here}"));
                continue;
            }
            let lines = saved.scenario(session, &state)?;
            saved.scenarios.push((name, lines));
        }
        Ok(saved)
    }

    /// The lines of one branch, with what came of them.
    fn scenario(&mut self, session: &mut Session, state: &State) -> Result<Vec<String>, Refused> {
        let state = State {
            at: state.at.max(state.last()),
            ..state.clone()
        };
        let run = session.run_of(&state, &state.rules.program)?;
        let mut lines = Lines::offered(session, &state, &run.case);
        let run = loop {
            let items: Vec<ast::ScenarioItem> = lines.all.iter().map(|l| l.item.clone()).collect();
            match session.run_lines(&state, &items, &state.rules.program) {
                Ok(run) => break run,
                Err(found) => {
                    // An offer that cannot be said in the language is none.
                    let bad: BTreeSet<FileId> = found.iter().map(|d| d.span().file).collect();
                    let before = lines.all.len();
                    lines
                        .all
                        .retain(|l| l.group.is_none() || !bad.contains(&l.item.span.file));
                    if lines.all.len() == before {
                        return Err(found.into());
                    }
                }
            }
        };
        let passed: BTreeMap<FileId, bool> = run
            .expectations
            .iter()
            .map(|e| (e.span.file, e.passed))
            .collect();
        let mut out = Vec::new();
        let chosen = session.readings_chosen();
        out.extend(
            chosen
                .iter()
                .map(|(name, choice)| format!("reading {name} = {choice}")),
        );
        let mut taken = BTreeSet::new();
        let mut ahead = String::new();
        let typed: BTreeSet<&str> = state.entries.iter().map(|e| e.text.as_str()).collect();
        for line in &lines.all {
            let is_expectation = matches!(line.item.kind, ast::ScenarioItemKind::Expect(_));
            let holds = passed.get(&line.item.span.file).copied();
            match line.group {
                Some(group) if holds != Some(true) || !taken.insert(group) => continue,
                None if is_expectation && holds == Some(false) => {
                    self.left_out.push(line.text.clone());
                    continue;
                }
                _ => {}
            }
            if line.group.is_some() && typed.contains(line.text.as_str()) {
                continue;
            }
            if is_expectation {
                self.expectations += 1;
            } else {
                self.lines += 1;
            }
            // A date stands once, before the first of its lines.
            let (stamp, rest) = line.text.split_once(": ").unwrap_or(("", &line.text));
            if line.group.is_some() && stamp == ahead {
                out.push(rest.to_owned());
            } else {
                ahead = if line.day_only() {
                    stamp.to_owned()
                } else {
                    String::new()
                };
                out.push(line.text.clone());
            }
        }
        Ok(out)
    }

    /// The file: with `use` where its module can be found from there, else with the module's
    /// own text; the first of the two that passes.
    fn text(&self, session: &mut Session, path: &Path) -> Result<String, Refused> {
        let rules = &session.state.rules;
        let name = rules.name.clone();
        let module = rules.base.items.iter().find_map(|i| match &i.kind {
            ast::ItemKind::Module(head) => {
                let path = head.path.segments.iter().map(|s| s.text.as_str());
                Some(path.collect::<Vec<_>>().join("."))
            }
            _ => None,
        });
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        // A file is found by the name of its module only from its own folder.
        let beside = |module: &str| match (&rules.source.folder, &name) {
            (None, _) => true,
            (Some(of), Some(name)) => {
                *of == folder
                    && Path::new(name).file_name() == Some(format!("{module}.rog").as_ref())
            }
            (Some(_), None) => false,
        };
        let typed = self.rules.join("\n");
        let scenarios = self.scenarios(&rules.base);
        let origin = name.as_ref().map_or(String::new(), |n| format!(" {n}"));
        let head = format!("// Typed at the prompt of `rogatio repl{origin}`.\n");
        let mut drafts = Vec::new();
        if name.is_none() {
            drafts.push(format!("{head}{typed}\n\n{scenarios}"));
        } else {
            // A file that only runs another module is not needed for it.
            let uses = uses(session, &rules.base);
            if let Some(used) = uses {
                drafts.push(format!("{head}{used}\n{typed}\n\n{scenarios}"));
            } else if let Some(module) = module.filter(|m| beside(m)) {
                drafts.push(format!("{head}use {module}\n\n{typed}\n\n{scenarios}"));
            }
            let whole = session.loader.sources.text(rules.source.file);
            drafts.push(format!("{whole}\n{head}{typed}\n\n{scenarios}"));
        }
        let mut wrong = Vec::new();
        for draft in drafts {
            match passes(session, path, &draft) {
                Ok(text) => return Ok(text),
                Err(found) => wrong = found,
            }
        }
        let d = Diagnostic::error(
            codes::E1101,
            "what was typed does not pass as a file of its own",
        );
        let notes = wrong
            .iter()
            .take(3)
            .fold(d, |d, w| d.note(w.message.clone()));
        let d = notes.help("save it beside the module that it belongs to");
        Err(vec![d].into())
    }

    fn scenarios(&self, base: &ast::Module) -> String {
        let taken: BTreeSet<&str> = base
            .items
            .iter()
            .filter_map(|i| match &i.kind {
                ast::ItemKind::Scenario(s) => Some(s.name.value.as_str()),
                _ => None,
            })
            .collect();
        let mut out = String::new();
        for (name, lines) in &self.scenarios {
            let title = if name == MAIN {
                "as typed".to_owned()
            } else {
                format!("as typed, branch {name}")
            };
            let numbered = (2..).map(|n| format!("{title} ({n})"));
            let free = std::iter::once(title.clone()).chain(numbered);
            let title = free
                .into_iter()
                .find(|t| !taken.contains(t.as_str()))
                .unwrap_or(title);
            out += &format!(
                "scenario \"{}\" {{\n",
                title.replace('\\', "\\\\").replace('"', "\\\"")
            );
            for line in lines {
                out += &format!("    {line}\n");
            }
            out += "}\n\n";
        }
        out
    }
}

/// The `use` lines of a module that has nothing else but scenarios and experiments.
fn uses(session: &Session, base: &ast::Module) -> Option<String> {
    let mut out = String::new();
    for item in &base.items {
        match &item.kind {
            ast::ItemKind::Use(_) => out += &format!("{}\n", session.text_at(item.span)),
            ast::ItemKind::Scenario(_) | ast::ItemKind::Experiment(_) => {}
            _ => return None,
        }
    }
    Some(out).filter(|o| !o.is_empty())
}

/// The rules typed, as typed.
fn rules(state: &State) -> Vec<String> {
    let typed = state
        .entries
        .iter()
        .filter(|e| matches!(e.what, What::Rule(_)));
    typed.map(|e| e.text.clone()).collect()
}

/// The text as it would be formatted, if every scenario typed passes.
fn passes(session: &Session, path: &Path, draft: &str) -> Result<String, Vec<Diagnostic>> {
    let mut loader = session.loader.clone();
    let file = loader.sources.add(path.display().to_string(), draft);
    let text = rogatio_grammar::format(file, draft)?;
    let file = loader
        .sources
        .add(path.display().to_string(), text.as_str());
    let folder = Some(path.parent().map(Path::to_path_buf).unwrap_or_default());
    let mut front = Front::check(loader, &Source { file, folder });
    if front.has_errors() {
        return Err(front
            .found
            .into_iter()
            .filter(Diagnostic::is_error)
            .collect());
    }
    let readings = rogatio_mir::Readings::new();
    let program = Arc::new(front.lower(&readings));
    for i in own(&front) {
        let prepared = prepare(&mut front, &program, &readings, i);
        let run = prepared.run(&front, &Asked::default(), None);
        let mut found = findings(&run);
        found.retain(Diagnostic::is_error);
        if !found.is_empty() {
            return Err(found);
        }
    }
    Ok(text)
}

/// A line, typed or offered.
struct Line {
    text: String,
    item: ast::ScenarioItem,
    /// Of an offer: the first of its group that is met is kept.
    group: Option<usize>,
}

impl Line {
    /// Whether its stamp says what the lines after it may take over: no order, no clock of
    /// a text's own, nothing recalled.
    fn day_only(&self) -> bool {
        let at = self.item.at.as_ref();
        at.is_some_and(|at| at.order.is_none() && !at.recalled && at.second_clock.is_none())
    }
}

#[derive(Default)]
struct Lines {
    all: Vec<Line>,
    groups: usize,
}

impl Lines {
    /// The lines typed, and after each what may have come of it.
    fn offered(session: &mut Session, state: &State, case: &Case) -> Lines {
        let mut lines = Lines::default();
        let mut reached = reached(case);
        let (typed, end) = (state.sorted(), state.moment());
        for (i, (entry, item)) in typed.iter().enumerate() {
            let next = typed.get(i + 1).and_then(|(e, _)| e.day());
            if let Some(day) = entry.day() {
                // What came before the line, on days without one.
                let before: Vec<Day> = reached.range(..day).map(|(d, _)| *d).collect();
                for day in before {
                    lines.of_day(session, &day.to_string(), reached.remove(&day));
                }
            }
            lines.all.push(Line {
                text: entry.text.clone(),
                item: (*item).clone(),
                group: None,
            });
            let Some(day) = entry.day() else { continue };
            let stamp = item.at.as_ref().map(|at| stamp(&entry.text, at, day));
            let stamp = stamp.unwrap_or_else(|| day.to_string());
            if matches!(item.kind, ast::ScenarioItemKind::Act { .. }) {
                lines.verdicts(session, case, day, &stamp);
            }
            // What a second clock has brought since is told where it stands at the end.
            let runs_on = end.is_some_and(|end| end.day() == day && end.reading.is_some());
            if next != Some(day) && !runs_on {
                lines.of_day(session, &stamp, reached.remove(&day));
            }
        }
        for (day, offers) in reached {
            match end {
                Some(end) if day == end.day() => {
                    lines.of_day(session, &end.to_string(), Some(offers));
                }
                Some(end) if day < end.day() => {
                    lines.of_day(session, &day.to_string(), Some(offers));
                }
                _ => {}
            }
        }
        lines
    }

    /// The verdicts that the act just given may have.
    fn verdicts(&mut self, session: &mut Session, case: &Case, day: Day, stamp: &str) {
        let mut cited: Vec<String> = Vec::new();
        for entry in case.timeline().iter().filter(|e| e.day == day) {
            if matches!(entry.what, Happening::Occurrence(_)) {
                cited.extend(articles(case, &entry.provisions));
            }
        }
        cited.sort();
        cited.dedup();
        cited.truncate(CITED);
        for verdict in VERDICTS {
            self.offer(session, stamp, verdict, &cited);
        }
    }

    /// What may hold at the end of a day.
    fn of_day(&mut self, session: &mut Session, stamp: &str, offers: Option<Vec<Offer>>) {
        for (text, cited) in offers.into_iter().flatten().take(OFFERED) {
            self.offer(session, stamp, &text, &cited);
        }
    }

    /// An expectation: resting on each of these articles, or on none.
    fn offer(&mut self, session: &mut Session, stamp: &str, what: &str, cited: &[String]) {
        let with = cited
            .iter()
            .map(|a| format!("{stamp}: expect {what} because {a}"));
        let group = self.groups;
        self.groups += 1;
        for text in with.chain([format!("{stamp}: expect {what}")]) {
            let file = session.file(&text);
            let (line, found) = parse_repl(file, &text);
            if let (Some(ReplLine::Scenario(item)), true) = (line, found.is_empty()) {
                self.all.push(Line {
                    text,
                    item,
                    group: Some(group),
                });
            }
        }
    }
}

/// A stamp for what is expected: as written, without what is only of its act. A second is
/// read after its acts.
fn stamp(text: &str, at: &ast::Stamp, day: Day) -> String {
    match at.time {
        ast::StampTime::Day(_) => day.to_string(),
        ast::StampTime::Instant(instant) => match text.split_once(": ") {
            Some((written, _)) if !written.contains(['#', '~', '@', ' ']) => written.to_owned(),
            _ => instant.to_string(),
        },
    }
}

/// What a case has reached, and the articles that it may rest on.
type Offer = (String, Vec<String>);

/// By day, what a case has reached: statuses, results of decisions, stages.
fn reached(case: &Case) -> BTreeMap<Day, Vec<Offer>> {
    let mut out: BTreeMap<Day, Vec<Offer>> = BTreeMap::new();
    // Of a status that many have, how often it changed on a day.
    let mut many: BTreeMap<(Day, StatusId), Vec<&Entry>> = BTreeMap::new();
    for entry in case.timeline() {
        let cause = entry.cause.as_deref();
        if cause.is_some_and(|c| matches!(c.what, CauseKind::Assumed | CauseKind::Begin)) {
            continue;
        }
        let text = match &entry.what {
            Happening::StatusStarted { status: s, .. }
            | Happening::StatusEnded { status: s, .. } => {
                many.entry((entry.day, *s)).or_default().push(entry);
                continue;
            }
            Happening::DecisionClosed {
                decision,
                subject,
                outcome,
                ..
            } => {
                let word = match outcome {
                    DecisionOutcome::Adopted => Some("adopted"),
                    DecisionOutcome::Rejected => Some("rejected"),
                    _ => None,
                };
                word.map(|w| format!("{w}({})", text::decision(case, *decision, *subject)))
            }
            Happening::StageEntered {
                instance,
                procedure,
                stage,
            } => {
                let procedure = case.program().procedures.get(procedure.index());
                let stage = procedure.and_then(|p| p.stages.get(*stage as usize));
                stage.map(|s| format!("{} is {}", text::name(case.entity_name(*instance)), s.name))
            }
            _ => None,
        };
        if let Some(text) = text {
            add(
                out.entry(entry.day).or_default(),
                text,
                articles(case, &entry.provisions),
            );
        }
    }
    for ((day, id), entries) in many {
        let offers = out.entry(day).or_default();
        let shown = if entries.len() > SINGLE { 2 } else { SINGLE };
        for entry in entries.iter().take(shown) {
            let text = match &entry.what {
                Happening::StatusStarted {
                    key, value: None, ..
                } => status(case, id, key),
                Happening::StatusEnded { key, .. } => format!("not {}", status(case, id, key)),
                _ => continue,
            };
            add(offers, text, articles(case, &entry.provisions));
        }
        if entries.len() > SINGLE {
            for text in counts(case, id, day) {
                add(offers, text, Vec::new());
            }
        }
    }
    out
}

fn add(offers: &mut Vec<Offer>, text: String, cited: Vec<String>) {
    if !offers.iter().any(|(t, _)| *t == text) {
        offers.push((text, cited));
    }
}

/// `count(State & bound) = 30`, for each kind that has the status at the end of a day.
fn counts(case: &Case, id: StatusId, day: Day) -> Vec<String> {
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    for key in case.status_keys(id) {
        let [one] = key.as_slice() else { continue };
        let kind = case
            .entity_kind(*one)
            .and_then(|k| case.program().kinds.get(k.index()));
        let holds = |i: &Interval| i.start.day <= day && i.end.is_none_or(|e| e.day > day);
        if let (Some(kind), true) = (kind, case.intervals(id, key).iter().any(holds)) {
            *of.entry(kind.name.as_str()).or_default() += 1;
        }
    }
    let name = case
        .program()
        .statuses
        .get(id.index())
        .map_or("?", |s| s.name.as_str());
    of.iter()
        .map(|(kind, n)| format!("count({kind} & {name}) = {n}"))
        .collect()
}

/// A status with its keys, as the language writes it.
pub(super) fn status(case: &Case, status: StatusId, key: &[Entity]) -> String {
    let of = case.program().statuses.get(status.index());
    let called = of.map_or("?", |s| s.name.as_str());
    if key.is_empty() {
        return called.to_owned();
    }
    let names: Vec<String> = key
        .iter()
        .map(|e| text::name(case.entity_name(*e)))
        .collect();
    format!("{called}({})", names.join(", "))
}
