//! The text of a module: declarations and articles as they stand there, and types.

use super::Refused;
use super::ask::errors;
use super::session::{Session, What};
use super::text::unquoted;
use rogatio_diagnostics::{Catalogue, FileId, Lang, Span};
use rogatio_grammar::ast::{ArticleBody, Item, ItemKind, Name};
use rogatio_grammar::{parse, parse_expr};
use rogatio_report::Style;
use rogatio_semantics::hir;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// `:type EXPR`.
pub(super) fn type_of(session: &mut Session, rest: &str) -> Result<String, Refused> {
    if rest.is_empty() {
        return Err("write :type and an expression: :type start(in_force)".into());
    }
    let file = session.file(rest);
    let (e, found) = parse_expr(file, rest);
    errors(found)?;
    let mut checked = session.state.rules.checked.clone();
    let _ = checked.scenario_items(&session.state.lines());
    let (ty, found) = checked.type_of(&e);
    errors(found)?;
    Ok(type_in(&ty, session.lang))
}

/// A type in words: `type_ja.txt` has what `compiler/semantics` calls them, and Japanese below.
fn type_in(ty: &str, lang: Lang) -> String {
    static JAPANESE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::new(include_str!("type_ja.txt")).with_parts(kinds));
    match lang {
        Lang::En => ty.to_owned(),
        Lang::Ja => JAPANESE.say(ty).into_owned(),
    }
}

/// Names of kinds are the module's, whatever else they may mean.
fn kinds(name: &str, part: &str) -> Option<String> {
    matches!(name, "kind" | "unit").then(|| part.replace(" or ", " 又は "))
}

/// `:doc NAME`.
pub(super) fn doc(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    let name = unquoted(rest);
    if name.is_empty() {
        return Err("write :doc and a name: :doc in_force".into());
    }
    let mut out = String::new();
    let mut names: Vec<String> = Vec::new();
    for file in files(session) {
        let items = items_of(session, file);
        walk(&items, &mut |item| {
            for n in declared(item) {
                if n.text == name {
                    out += &told(session, item, style);
                } else {
                    names.push(n.text.clone());
                }
            }
        });
    }
    if !out.is_empty() {
        return Ok(out);
    }
    let run = session.case()?;
    if let Some(e) = run.case.find_entity(&name) {
        let kind = run.case.entity_kind(e);
        let kind = kind.and_then(|k| run.case.program().kinds.get(k.index()));
        return Ok(format!("{name}: {}", kind.map_or("?", |k| k.name.as_str())));
    }
    if let Some(word) = rogatio_grammar::keywords().iter().find(|k| k.word == name) {
        return Ok(format!("{name}: a word of the language: {}", word.what));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = crate::front::among(&name, &names);
    Err(format!("nothing is declared as `{name}`{near}").into())
}

/// `:article N`.
pub(super) fn article(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if rest.is_empty() {
        return Err("write :article and its number: :article 36".into());
    }
    let hir = &session.state.rules.checked.program;
    let asked = rest.trim();
    let wanted = [
        asked.to_owned(),
        format!("art {asked}"),
        asked.replacen("article ", "art ", 1),
    ];
    let found: Vec<Span> = hir
        .provisions
        .iter()
        .filter(|p| p.source.is_none() && p.parent.is_some() && wanted.contains(&p.cite))
        .map(|p| p.span)
        .collect();
    if found.is_empty() {
        let cites = citations(session);
        let names: Vec<&str> = cites.iter().map(String::as_str).collect();
        let near = crate::front::among(&wanted[1], &names);
        return Err(format!("there is no {}{near}", wanted[1]).into());
    }
    let mut shown: Vec<Span> = Vec::new();
    let mut out = String::new();
    for span in found {
        let items = items_of(session, span.file);
        // The smallest item with that place in it.
        let mut smallest: Option<&Item> = None;
        walk(&items, &mut |item| {
            if within(span, item.span) {
                smallest = Some(item);
            }
        });
        if let Some(item) = smallest
            && !shown.contains(&item.span)
        {
            shown.push(item.span);
            out += &told(session, item, style);
        }
    }
    Ok(out)
}

/// The provisions of the module and of those it uses, as they are cited.
pub(super) fn citations(session: &Session) -> Vec<String> {
    let provisions = &session.state.rules.checked.program.provisions;
    let plain = |p: &&hir::Provision| p.parent.is_some() && p.source.is_none();
    let cites: BTreeSet<&str> = provisions
        .iter()
        .filter(plain)
        .map(|p| p.cite.as_str())
        .collect();
    cites.into_iter().map(str::to_owned).collect()
}

fn within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The files that the rules stand in: the module's own first, what was typed last.
fn files(session: &Session) -> Vec<FileId> {
    let own = session.state.rules.source.file;
    let mut files = vec![own];
    let provisions = &session.state.rules.checked.program.provisions;
    let typed = session.state.entries.iter().filter_map(|e| match &e.what {
        What::Rule(item) => Some(item.span.file),
        What::Line(_) => None,
    });
    for file in provisions.iter().map(|p| p.span.file).chain(typed) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn items_of(session: &Session, file: FileId) -> Vec<Item> {
    parse(file, session.sources().text(file)).0.items
}

/// Every item, outer ones first.
fn walk<'a>(items: &'a [Item], f: &mut impl FnMut(&'a Item)) {
    for item in items {
        f(item);
        if let ItemKind::Article(article) = &item.kind
            && let ArticleBody::Items(items) | ArticleBody::AppliesVersionBefore { items, .. } =
                &article.body
        {
            walk(items, f);
        }
    }
}

/// The names that an item declares.
fn declared(item: &Item) -> Vec<&Name> {
    match &item.kind {
        ItemKind::Kind(x) => vec![&x.name],
        ItemKind::Office(x) => vec![&x.name],
        ItemKind::Unit(name, _) => vec![name],
        ItemKind::Body(x) => vec![&x.name],
        ItemKind::Act(x) => vec![&x.name],
        ItemKind::Given(x) => vec![&x.name],
        ItemKind::Reading(x) => vec![&x.name],
        ItemKind::Define(x) => vec![&x.name],
        ItemKind::Table(x) => vec![&x.name],
        ItemKind::Status(x) => vec![&x.name],
        ItemKind::Norm(x) => x.label.iter().collect(),
        ItemKind::Decision(x) => vec![&x.name],
        ItemKind::Procedure(x) => vec![&x.name],
        ItemKind::Stage(x) => vec![&x.name],
        ItemKind::Outcome(x) => x.names.iter().collect(),
        ItemKind::Clock(x) => vec![&x.name],
        ItemKind::Experiment(x) => vec![&x.name],
        _ => Vec::new(),
    }
}

/// An item as it stands in its text, under its heading and its place.
fn told(session: &Session, item: &Item, style: Style) -> String {
    let sources = session.sources();
    let text = sources.text(item.span.file);
    let before = text.get(..item.span.start as usize).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let file = sources.name(item.span.file);
    let heading = sources.heading_at(item.span);
    let heading = heading.map_or(String::new(), |h| format!("{h}, "));
    let mut out = format!("{}\n", style.dim(&format!("{heading}{file}:{line}")));
    for doc in &item.docs {
        out += &format!("/// {}\n", doc.value);
    }
    // The first line is indented as the others are.
    let indent = before.rsplit('\n').next().unwrap_or_default();
    let indent = if indent.trim().is_empty() {
        indent.len()
    } else {
        0
    };
    for (i, l) in session.text_at(item.span).lines().enumerate() {
        let own = l.len() - l.trim_start().len();
        let cut = if i == 0 { 0 } else { own.min(indent) };
        out += &format!("{}\n", l.get(cut..).unwrap_or(l));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_in_japanese() {
        for (english, japanese) in [
            ("a truth value", "真偽値"),
            ("a number of seats", "seats の数"),
            (
                "a set of State or Organization",
                "State 又は Organization の集合",
            ),
            ("an Organization", "Organization"),
            ("a date or none", "日付（`none` のこともある）"),
            (
                "a State or Organization or none",
                "State 又は Organization（`none` のこともある）",
            ),
        ] {
            assert_eq!(type_in(english, Lang::Ja), japanese);
            assert_eq!(type_in(english, Lang::En), english);
        }
    }
}
