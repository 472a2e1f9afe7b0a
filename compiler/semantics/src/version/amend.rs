//! `applies version before { … }` (R48b): the items of the version before, with those of some labels replaced.
//!
//! Comes in: a module as written. Goes out: the same module in which every version has all its items. A replaced item is
//! found by its label, or by the name it declares; what is vocabulary (kinds, readings, lengths of ordinals) is not
//! declared again. Items keep their places in the text, so that a reason shows the words that rule.

use rogatio_diagnostics::{Diagnostic, codes};

use super::dated;
use crate::article::{citation, is_number};
use crate::ast::{
    Article, ArticleBody, HeadingWord, Item, ItemKind, KindDef, LabelTag, Module, Substitution,
    VersionBound,
};
use crate::hir::Span;

/// The module with all versions written out; `None` if it has none that is written by its differences.
pub(crate) fn expand(module: &Module, found: &mut Vec<Diagnostic>) -> Option<Module> {
    let mut blocks = Vec::new();
    collect(&module.items, None, &mut blocks);
    blocks
        .iter()
        .any(|b| matches!(b.article.body, ArticleBody::AppliesVersionBefore { .. }))
        .then(|| Module {
            items: written_out(&module.items, &blocks, found),
            ..module.clone()
        })
}

struct Block<'a> {
    cite: String,
    article: &'a Article,
    span: Span,
}

fn collect<'a>(items: &'a [Item], above: Option<&str>, out: &mut Vec<Block<'a>>) {
    for item in items {
        let ItemKind::Article(a) = &item.kind else {
            continue;
        };
        let cites: Vec<String> = a
            .numbers
            .iter()
            .map(|n| {
                let cite = citation(above, a.heading, &n.text);
                n.paras
                    .iter()
                    .fold(cite, |cite, p| format!("{cite}({})", p.text))
            })
            .collect();
        if let ArticleBody::Items(items) = &a.body {
            collect(items, cites.first().map(String::as_str), out);
        }
        out.extend(cites.into_iter().map(|cite| Block {
            cite,
            article: a,
            span: item.span,
        }));
    }
}

fn written_out(items: &[Item], blocks: &[Block<'_>], found: &mut Vec<Diagnostic>) -> Vec<Item> {
    items
        .iter()
        .map(|item| {
            let ItemKind::Article(a) = &item.kind else {
                return item.clone();
            };
            let body = match &a.body {
                ArticleBody::Items(items) => ArticleBody::Items(written_out(items, blocks, found)),
                ArticleBody::AppliesVersionBefore { items, .. } => match whole(a, blocks, 0) {
                    Ok(items) => ArticleBody::Items(items),
                    Err(d) => {
                        found.push(*d);
                        ArticleBody::Items(items.clone())
                    }
                },
                other => other.clone(),
            };
            let with = match &a.body {
                ArticleBody::AppliesVersionBefore { with, .. } => with.clone(),
                _ => Vec::new(),
            };
            let before = match &a.body {
                ArticleBody::AppliesVersionBefore { .. } => exchanged_before(a, blocks),
                _ => Vec::new(),
            };
            Item {
                kind: ItemKind::Article(Box::new(Article {
                    body,
                    with,
                    before,
                    own: item.span,
                    ..Article::clone(a)
                })),
                ..item.clone()
            }
        })
        .collect()
}

/// What the versions before exchanged that are written by their differences, the earliest first.
fn exchanged_before(a: &Article, blocks: &[Block<'_>]) -> Vec<(Vec<Substitution>, Span)> {
    let (mut chain, mut at) = (Vec::new(), a);
    while let Some(earlier) = before(at, blocks).filter(|_| chain.len() < blocks.len()) {
        let ArticleBody::AppliesVersionBefore { with, .. } = &earlier.body else {
            break;
        };
        let block = blocks.iter().find(|b| std::ptr::eq(b.article, earlier));
        chain.push((with.clone(), block.map_or(Span::NONE, |b| b.span)));
        at = earlier;
    }
    chain.reverse();
    chain
}

/// All items of a version.
fn whole(a: &Article, blocks: &[Block<'_>], depth: usize) -> Result<Vec<Item>, Box<Diagnostic>> {
    let place = |a: &Article| a.numbers.first().map_or(Span::NONE, |n| n.span);
    let changes = match &a.body {
        ArticleBody::AppliesVersionBefore { items, .. } => items,
        ArticleBody::Items(items) => return Ok(items.clone()),
        ArticleBody::Hortatory(_) | ArticleBody::NotModelled(_) | ArticleBody::Applies(_) => {
            return Ok(Vec::new());
        }
    };
    let refuse =
        |message: String, label: &str| Diagnostic::error(codes::E0825, message).at(place(a), label);
    let cite = blocks
        .iter()
        .find(|b| std::ptr::eq(b.article, a))
        .map_or("this article", |b| b.cite.as_str());
    let Some(before) = before(a, blocks).filter(|_| depth < blocks.len()) else {
        return Err(Box::new(
            refuse(format!("{cite} has no version before this one"), "which version is amended?")
                .help("write the version before it, ending where this one begins: `until DATE`, here `from DATE`"),
        ));
    };
    if !matches!(
        before.body,
        ArticleBody::Items(_) | ArticleBody::AppliesVersionBefore { .. }
    ) {
        return Err(Box::new(
            refuse(
                format!("the version of {cite} before this one has no rules to amend"),
                "amends it",
            )
            .also(place(before), "the version before")
            .help("write this version out in full"),
        ));
    }
    Ok(amended(whole(before, blocks, depth + 1)?, changes))
}

/// The version that ends where this one begins; else the one written before it.
fn before<'a>(a: &Article, blocks: &[Block<'a>]) -> Option<&'a Article> {
    let at = blocks.iter().position(|b| std::ptr::eq(b.article, a))?;
    let cite = &blocks[at].cite;
    let same = |x: Option<&VersionBound>| match (x, a.from.as_ref()) {
        (Some(VersionBound::Day(p, _)), Some(VersionBound::Day(q, _))) => p == q,
        (Some(VersionBound::Event(_, p)), Some(VersionBound::Event(_, q))) => p == q,
        _ => false,
    };
    let others = || {
        blocks
            .iter()
            .enumerate()
            .filter(|(i, b)| *i != at && b.cite == *cite && dated(b.article))
    };
    others()
        .find(|(_, b)| same(b.article.until.as_ref()))
        .or_else(|| others().rfind(|(i, _)| *i < at))
        .map(|(_, b)| b.article)
}

/// The items of a version: those before it, with some replaced and some added.
pub(crate) fn amended(base: Vec<Item>, changes: &[Item]) -> Vec<Item> {
    let mut out: Vec<(Key, Item)> = labelled(&base)
        .into_iter()
        .filter(|(_, item)| !is_vocabulary(item))
        .collect();
    let mut done: Vec<Key> = Vec::new();
    for (key, item) in labelled(changes) {
        let again = done.contains(&key);
        let place = if again {
            out.iter().rposition(|(k, _)| *k == key).map(|i| i + 1)
        } else {
            let first = out
                .iter()
                .position(|(k, old)| replaces(&key, &item, k, old));
            out.retain(|(k, old)| !replaces(&key, &item, k, old));
            first
        };
        done.push(key.clone());
        let place = place.unwrap_or(out.len());
        out.insert(place, (key, item));
    }
    out.into_iter().map(|(_, item)| item).collect()
}

/// A label in full, `4`, `a`; of an inner heading its words.
type Key = Vec<String>;

/// Items with their labels in full, also in the items: a letter alone continues the number before it.
fn labelled(items: &[Item]) -> Vec<(Key, Item)> {
    let mut number: Option<LabelTag> = None;
    items
        .iter()
        .map(|item| {
            let mut item = item.clone();
            if let Some(first) = item.labels.first() {
                if is_number(&first.text) {
                    number = Some(first.clone());
                } else if let Some(number) = &number {
                    item.labels.insert(0, number.clone());
                }
            }
            let mut key: Key = item.labels.iter().map(|l| l.text.clone()).collect();
            if let ItemKind::Article(a) = &item.kind {
                let number = a.numbers.first();
                let text = number.map_or("", |n| n.text.as_str());
                if a.heading != HeadingWord::Paragraph {
                    key.push(citation(None, a.heading, text));
                } else {
                    key.push(text.to_owned());
                }
                key.extend(number.iter().flat_map(|n| &n.paras).map(|p| p.text.clone()));
            }
            (key, item)
        })
        .collect()
}

/// By label, with all that stands under it; without a label by the name declared.
fn replaces(key: &Key, item: &Item, old_key: &Key, old: &Item) -> bool {
    if !key.is_empty() {
        return old_key.starts_with(key);
    }
    declared(item).is_some_and(|name| declared(old) == Some(name))
}

/// The name that an item declares.
fn declared(item: &Item) -> Option<&str> {
    Some(match &item.kind {
        ItemKind::Office(x) => &x.name.text,
        ItemKind::Body(x) => &x.name.text,
        ItemKind::Act(x) => &x.name.text,
        ItemKind::Given(x) => &x.name.text,
        ItemKind::Define(x) => &x.name.text,
        ItemKind::Table(x) => &x.name.text,
        ItemKind::Status(x) if !x.also => &x.name.text,
        ItemKind::Decision(x) => &x.name.text,
        ItemKind::Procedure(x) => &x.name.text,
        ItemKind::Norm(x) => &x.label.as_ref()?.text,
        _ => return None,
    })
}

/// What belongs to the module rather than to a version of one of its articles.
fn is_vocabulary(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Kind(k) => !matches!(k.def, KindDef::Alias { cond: Some(_), .. }),
        ItemKind::Reading(_)
        | ItemKind::Unit(..)
        | ItemKind::Clock(_)
        | ItemKind::Term(_)
        | ItemKind::Scenario(_)
        | ItemKind::Experiment(_) => true,
        _ => false,
    }
}
