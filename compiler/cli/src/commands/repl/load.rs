//! Another module, or the same one read again.

use super::Refused;
use super::rules::Rules;
use super::session::{Entry, Session, State, What};
use super::text::unquoted;
use rogatio_diagnostics::{Diagnostic, Span};
use rogatio_grammar::ast;
use rogatio_mir::Readings;
use std::sync::Arc;

/// `:load MODULE|FILE [SCENARIO]`.
pub(super) fn load(session: &mut Session, rest: &str) -> Result<String, Refused> {
    let (name, title) = split(rest);
    if name.is_empty() {
        return Err("write :load and a file or the name of a module: :load un.cbd".into());
    }
    let opened = Rules::open(Some(&name), &mut session.loader, |_| {
        Ok(Readings::new().lang(session.lang))
    });
    let (rules, readings, _) = opened.map_err(|(found, _)| Refused::Findings(found))?;
    let rules = Arc::new(rules);
    let mut next = State {
        rules: rules.clone(),
        readings,
        entries: Vec::new(),
        at: None,
    };
    let mut left = Vec::new();
    let mut text = format!("loaded: {name}; :undo comes back");
    if !title.is_empty() {
        let scenario = scenario(&rules.base, &title)?;
        let entries = entries(session, scenario);
        let count = entries.len();
        (next, left) = replay(session, next, entries);
        let lines = rogatio_report::counted((count - left.len()) as u64, "line");
        text = format!(
            "loaded: {name}, {lines} of \"{}\"; :undo comes back",
            scenario.name.value
        );
    }
    session.become_state(format!(":load {rest}"), next, None);
    Ok(with_left(text, &left))
}

/// `:reload`.
pub(super) fn reload(session: &mut Session) -> Result<String, Refused> {
    let Some(name) = session.state.rules.name.clone() else {
        return Err("there is no module to read again; :load reads one".into());
    };
    let opened = Rules::open(Some(&name), &mut session.loader, |_| {
        Ok(session.state.readings.clone())
    });
    let (rules, readings, _) = opened.map_err(|(found, _)| Refused::Findings(found))?;
    let entries = session.state.entries.clone();
    let at = session.state.at;
    let next = State {
        rules: Arc::new(rules),
        readings,
        entries: Vec::new(),
        at: None,
    };
    let count = entries.len();
    let (mut next, left) = replay(session, next, entries);
    next.at = at;
    session.become_state(":reload".to_owned(), next, None);
    let lines = rogatio_report::counted((count - left.len()) as u64, "line");
    Ok(with_left(
        format!("read again: {name}; {lines} kept"),
        &left,
    ))
}

/// A line that does not fit any more, and why.
pub(super) type Left = (String, String);

/// Types lines again, one by one; those that do not fit are left out.
pub(super) fn replay(
    session: &mut Session,
    mut state: State,
    entries: Vec<Arc<Entry>>,
) -> (State, Vec<Left>) {
    let mut left = Vec::new();
    let known = session
        .run_of(&state, &state.rules.program)
        .map_or(0, |run| run.diagnostics.len());
    for entry in entries {
        let again = Entry {
            text: entry.text.clone(),
            what: copy(&entry.what),
        };
        let fits = session.with(&state, again).and_then(|(next, _)| {
            let run = session.run_of(&next, &next.rules.program)?;
            let mut found: Vec<Diagnostic> = run.diagnostics.into_iter().skip(known).collect();
            let mine = run
                .expectations
                .iter()
                .filter(|e| !e.passed && is_of(&entry, e.span));
            found.extend(mine.map(crate::case::unmet));
            if found.is_empty() {
                Ok(next)
            } else {
                Err(found)
            }
        });
        match fits {
            Ok(next) => state = next,
            Err(found) => {
                let why = found
                    .into_iter()
                    .next()
                    .map_or_else(String::new, |d| d.message);
                left.push((entry.text.clone(), why));
            }
        }
    }
    (state, left)
}

fn copy(what: &What) -> What {
    match what {
        What::Rule(item) => What::Rule(item.clone()),
        What::Line(item) => What::Line(item.clone()),
    }
}

/// Whether something stands in a line.
fn is_of(entry: &Entry, at: Span) -> bool {
    let span = match &entry.what {
        What::Rule(item) => item.span,
        What::Line(item) => item.span,
    };
    span.file == at.file && span.start <= at.start && at.end <= span.end
}

pub(super) fn with_left(mut text: String, left: &[Left]) -> String {
    for (line, why) in left {
        text += &format!("\nleft out: {line}\n  {why}");
    }
    text
}

/// The name, perhaps quoted, and what follows it.
fn split(rest: &str) -> (String, String) {
    let end = match rest.strip_prefix('"').and_then(|r| r.find('"')) {
        Some(close) => close + 2,
        None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    let (name, title) = rest.split_at_checked(end).unwrap_or((rest, ""));
    (unquoted(name), unquoted(title))
}

/// The scenario of that title, or the only one that has it as a part.
pub(super) fn scenario<'m>(
    module: &'m ast::Module,
    title: &str,
) -> Result<&'m ast::Scenario, Refused> {
    let all: Vec<&ast::Scenario> = module
        .items
        .iter()
        .filter_map(|i| match &i.kind {
            ast::ItemKind::Scenario(s) => Some(s),
            _ => None,
        })
        .collect();
    if let Some(same) = all.iter().find(|s| s.name.value == title) {
        return Ok(same);
    }
    let wanted = title.to_lowercase();
    let mut parts = all
        .iter()
        .filter(|s| s.name.value.to_lowercase().contains(&wanted));
    match (parts.next(), parts.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => {
            Err(format!("several scenarios have `{title}` in their title").into())
        }
        (None, _) => {
            let names: Vec<&str> = all.iter().map(|s| s.name.value.as_str()).collect();
            let near = crate::front::among(title, &names);
            Err(format!("there is no scenario `{title}`{near}").into())
        }
    }
}

/// The lines of a scenario as if typed; each with its own date.
pub(super) fn entries(session: &Session, scenario: &ast::Scenario) -> Vec<Arc<Entry>> {
    let mut last: Option<ast::Stamp> = None;
    let mut out = Vec::new();
    for item in &scenario.items {
        let mut item = item.clone();
        let mut text = session.text_at(item.span).trim().to_owned();
        match (&item.at, &last) {
            (Some(at), _) => last = Some(at.clone()),
            (None, Some(at)) => {
                text = format!(
                    "{}: {text}",
                    session.text_at(at.span).trim_end_matches(':').trim()
                );
                item.at = Some(at.clone());
            }
            (None, None) => {}
        }
        out.push(Arc::new(Entry {
            text,
            what: What::Line(Box::new(item)),
        }));
    }
    out
}
