//! Versions of articles (R47): their intervals, and the names that several of them declare. A slot belongs to its name, a
//! rule to its version.

mod amend;
mod copy;
mod exchange;
mod finish;
mod name;

pub(crate) use amend::expand;

use std::collections::{HashMap, HashSet};

use rogatio_diagnostics::{Diagnostic, codes};

use crate::article::citation;
use crate::ast::{self, ArticleBody, ItemKind};
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::*;

/// A heading with its bounds, as written.
struct Block<'a> {
    cite: String,
    span: Span,
    article: &'a ast::Article,
}

impl Block<'_> {
    fn dated(&self) -> bool {
        dated(self.article)
    }
}

/// Whether an article says when it is in force.
pub(crate) fn dated(a: &ast::Article) -> bool {
    a.from.is_some() || a.until.is_some()
}

/// A name: its module, the procedure it stands in, its text.
type Key = (usize, Option<ProcedureId>, String);

/// What is known of versions while a program is checked.
#[derive(Default)]
pub(crate) struct Versions {
    /// By the place of the article's number.
    at: HashMap<Span, VersionId>,
    /// Who declares a name, in which version and where.
    pub(super) declared: HashMap<Key, Vec<(Option<VersionId>, Span)>>,
    /// Declarations that disagree with an earlier version: they are said to, and otherwise left alone.
    pub(super) wrong: HashSet<Span>,
    /// Versions of sources within versions of what applies them; none if they are never in force together.
    pub(super) together: HashMap<(VersionId, VersionId), Option<VersionId>>,
}

impl Checker {
    /// The version that begins with this number of an article.
    pub(crate) fn version_at(&self, number: Span) -> Option<VersionId> {
        self.versions.at.get(&number).copied()
    }

    /// The scope of an article's items: that around it, in the article's version.
    pub(crate) fn in_version(&self, cx: &Context, a: &ast::Article) -> Context {
        let mut inner = cx.clone();
        let number = a.numbers.first().map(|n| n.span);
        if let Some(v) = number.and_then(|n| self.version_at(n)) {
            inner.version = Some(v);
        }
        inner
    }

    /// The versions of a module's articles: they follow each other without overlap and without gap.
    pub(crate) fn declare_versions<'a>(
        &mut self,
        cx: &Context,
        items: &'a [ast::Item],
        pending: &mut Vec<Pending<'a>>,
    ) {
        let mut blocks = Vec::new();
        self.blocks(items, None, None, &mut blocks);
        let mut groups: Vec<(String, Vec<Block<'a>>)> = Vec::new();
        for block in blocks {
            match groups.iter_mut().find(|(cite, _)| *cite == block.cite) {
                Some((_, group)) => group.push(block),
                None => groups.push((block.cite.clone(), vec![block])),
            }
        }
        for (cite, group) in groups {
            if group.iter().any(Block::dated) {
                self.versions_of(cx, &cite, group, pending);
            }
        }
    }

    /// Every heading that may have versions, with its citation. What stands inside a version belongs to it.
    fn blocks<'a>(
        &mut self,
        items: &'a [ast::Item],
        above: Option<&str>,
        inside: Option<Span>,
        out: &mut Vec<Block<'a>>,
    ) {
        for item in items {
            let ItemKind::Article(a) = &item.kind else {
                continue;
            };
            if let Some(span) = a.repeated {
                self.error(
                    Diagnostic::error(codes::E0822, "this bound is said twice")
                        .at(span, "said here first")
                        .help("keep one `from` and one `until`"),
                );
            }
            let own = dated(a).then(|| a.numbers.first().map_or(item.span, |n| n.span));
            if let (Some(outer), Some(own)) = (inside, own) {
                self.error(
                    Diagnostic::error(codes::E0824, "a version inside a version")
                        .at(own, "this heading has bounds of its own")
                        .also(outer, "and stands in a version of this one")
                        .help("give versions to one of the two headings: the inner one, with the outer one undated, if only a part changes"),
                );
            }
            let mut first = None;
            for number in &a.numbers {
                let mut cite = citation(above, a.heading, &number.text);
                for para in &number.paras {
                    cite = format!("{cite}({})", para.text);
                }
                first.get_or_insert_with(|| cite.clone());
                if inside.is_none() {
                    out.push(Block {
                        cite,
                        span: number.span,
                        article: a,
                    });
                }
            }
            if let ArticleBody::Items(items) = &a.body {
                self.blocks(items, first.as_deref(), inside.or(own), out);
            }
        }
    }

    fn versions_of<'a>(
        &mut self,
        cx: &Context,
        cite: &str,
        group: Vec<Block<'a>>,
        pending: &mut Vec<Pending<'a>>,
    ) {
        let several = group.len() > 1;
        let mut made: Vec<(Version, Span)> = Vec::new();
        for block in &group {
            let from = block.article.from.as_ref();
            let until = block.article.until.as_ref();
            let pinned = block.article.pinned_at.as_ref();
            let version = Version {
                cite: cite.to_owned(),
                provision: cx.provision,
                from: from.map(|b| self.bound(cx, b, pending)),
                until: until.map(|b| self.bound(cx, b, pending)),
                pinned: pinned.map(|b| self.bound(cx, b, pending)),
                label: label(from, until),
                several,
                span: block.span,
            };
            if let (Some(VersionBound::Day(from)), Some(VersionBound::Day(until))) =
                (version.from, version.until)
                && from >= until
            {
                self.error(
                    Diagnostic::error(codes::E0822, format!("{cite} ends before it begins"))
                        .at(block.span, format!("from {from}, until {until}"))
                        .help("a version holds from its first day until the day that is no longer its own: `from A until B` with A before B"),
                );
                return self.enter_versions(made, version, block.span);
            }
            made.push((version, block.span));
        }
        self.in_order(&mut made);
        if several {
            self.follow_each_other(cite, &made);
        }
        for (version, span) in made {
            self.enter_version(version, span);
        }
    }

    /// After a mistake: all that is known, so that nothing else is found wrong.
    fn enter_versions(&mut self, made: Vec<(Version, Span)>, last: Version, span: Span) {
        for (version, span) in made.into_iter().chain([(last, span)]) {
            self.enter_version(version, span);
        }
    }

    fn enter_version(&mut self, version: Version, span: Span) {
        let v = VersionId(id(self.program.versions.len()));
        self.program.versions.push(version);
        self.versions.at.insert(span, v);
    }

    /// By date; versions that an event bounds keep the order written.
    fn in_order(&self, made: &mut [(Version, Span)]) {
        let day = |b: Option<VersionBound>| match b {
            None => Some(None),
            Some(VersionBound::Day(d)) => Some(Some(d)),
            Some(VersionBound::Event(_)) => None,
        };
        if made.iter().all(|(v, _)| day(v.from).is_some()) {
            made.sort_by_key(|(v, _)| day(v.from).flatten());
        }
    }

    /// Half-open intervals, each beginning where the one before it ends.
    fn follow_each_other(&mut self, cite: &str, made: &[(Version, Span)]) {
        use VersionBound::{Day, Event};
        for pair in made.windows(2) {
            let [(a, first), (b, second)] = pair else {
                continue;
            };
            let d = match (a.until, b.from) {
                (Some(Day(end)), Some(Day(start))) if end == start => continue,
                (Some(Event(end)), Some(Event(start))) if end == start => continue,
                (Some(Day(end)), Some(Day(start))) if end < start => {
                    Diagnostic::error(codes::E0821, format!("nothing says what {cite} is from {end} until {start}"))
                        .at(*second, format!("this version begins on {start}"))
                        .also(*first, format!("the one before it ends on {end}"))
                        .help(format!("let one end where the other begins; if the text of that time is not known: `{} from {end} until {start} not modelled \"why\"`", cite.replacen("art ", "article ", 1)))
                }
                (Some(Day(end)), Some(Day(start))) => {
                    Diagnostic::error(codes::E0820, format!("two versions of {cite} hold at the same time"))
                        .at(*second, format!("this one from {start}"))
                        .also(*first, format!("this one until {end}"))
                        .help(format!("end the first where the second begins: `until {start}`"))
                }
                (Some(_), Some(_)) => {
                    Diagnostic::error(codes::E0829, format!("whether these versions of {cite} overlap cannot be told"))
                        .at(*second, format!("begins: {}", b.label))
                        .also(*first, format!("ends: {}", a.label))
                        .help("let the second begin with the very event or day, in the same words, that ends the first")
                }
                (_, start) => {
                    let mut d = Diagnostic::error(codes::E0820, format!("two versions of {cite} hold at the same time"))
                        .at(*second, if start.is_none() { "this one has no `from`".to_owned() } else { b.label.clone() })
                        .also(*first, if a.until.is_none() { "this one has no `until`".to_owned() } else { a.label.clone() });
                    d = match (start, a.until) {
                        (Some(Day(start)), _) => d.help(format!("write `until {start}` on the first of them")),
                        (None, Some(Day(end))) => d.help(format!("write `from {end}` on the later one")),
                        _ => d.help("give each its bounds: the earlier one `until DATE`, the later one `from DATE`"),
                    };
                    d
                }
            };
            self.error(d);
        }
    }

    /// A bound; an event is checked when all names are known.
    fn bound<'a>(
        &mut self,
        cx: &Context,
        b: &'a ast::VersionBound,
        pending: &mut Vec<Pending<'a>>,
    ) -> VersionBound {
        match b {
            ast::VersionBound::Day(day, _) => VersionBound::Day(*day),
            ast::VersionBound::Event(e, text) => {
                let events = &mut self.program.version_events;
                let same = |x: &VersionEvent| x.text == *text && x.provision == cx.provision;
                if let Some(i) = events.iter().position(same) {
                    return VersionBound::Event(i);
                }
                events.push(VersionEvent {
                    text: text.clone(),
                    stream: None,
                    provision: cx.provision,
                    span: e.span,
                });
                let event = events.len() - 1;
                pending.push(Pending {
                    cx: cx.clone(),
                    what: PendingItem::VersionEvent(event, e),
                });
                VersionBound::Event(event)
            }
        }
    }

    /// The event at which a version begins or ends.
    pub(crate) fn version_event(&mut self, cx: &mut Context, event: usize, e: &ast::Expr) {
        let stream = self.stream(cx, e);
        self.program.version_events[event].stream = Some(stream);
    }
}

/// `from 979-12-31 until 1048-12-31`.
fn label(from: Option<&ast::VersionBound>, until: Option<&ast::VersionBound>) -> String {
    let word = |b: &ast::VersionBound| match b {
        ast::VersionBound::Day(day, _) => day.to_string(),
        ast::VersionBound::Event(_, text) => text.clone(),
    };
    let parts = from
        .map(|b| format!("from {}", word(b)))
        .into_iter()
        .chain(until.map(|b| format!("until {}", word(b))));
    parts.collect::<Vec<_>>().join(" ")
}
