//! `applies SRC with L -> R`: rules of one provision for another (R48). The range is found, its rules are declared again for
//! the applying provision, and checked with all the others in the scope that [`crate::copy`] gives them.

mod replacement;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::copy::*;
use crate::hir::*;
use crate::scope::*;

/// An `applies` line, its place among the items that wait, and what of them it copies.
struct Line<'a> {
    at: usize,
    cx: Context,
    applies: &'a ast::Applies,
    /// Roots of its ranges.
    ranges: Vec<(ProvisionId, ProvisionId)>,
    source_module: usize,
    copies: Vec<Pending<'a>>,
    level: Option<usize>,
}

impl Checker {
    /// Puts the copies behind the lines that apply them. `others` are the rules of the modules checked before.
    pub(crate) fn expand_applies<'a>(
        &mut self,
        pending: &mut Vec<Pending<'a>>,
        others: &[Pending<'a>],
    ) {
        self.resolve_exchanges();
        let mut lines = Vec::new();
        for (at, p) in pending.iter().enumerate() {
            if let PendingItem::Applies(a) = p.what {
                let (ranges, source_module) = self.ranges(&p.cx, a);
                lines.push(Line {
                    at,
                    cx: p.cx.clone(),
                    applies: a,
                    ranges,
                    source_module,
                    copies: Vec::new(),
                    level: None,
                });
            }
        }
        if lines.is_empty() {
            return;
        }
        for i in self.inner_first(&lines) {
            let found = self.sources(&lines, i, pending, others);
            self.copy_all(&mut lines[i], found);
        }
        for line in &lines {
            if let Some(level) = line.level {
                self.replacements(level, line.applies, true);
            }
        }
        for mut line in lines.into_iter().rev() {
            let at = line.at + 1;
            pending.splice(at..at, line.copies.drain(..));
        }
    }

    /// The first and last provision of each range; one that is not declared is reported.
    fn ranges(
        &mut self,
        cx: &Context,
        a: &ast::Applies,
    ) -> (Vec<(ProvisionId, ProvisionId)>, usize) {
        let mut scope = cx.clone();
        if let Some(path) = &a.module {
            match self.module_named(cx, &crate::check::text_of(path)) {
                Some(m) => scope.module = m,
                None => {
                    self.unknown(cx, &crate::check::text_of(path), path.span);
                    return (Vec::new(), cx.module);
                }
            }
        }
        let mut found = Vec::new();
        for r in &a.ranges {
            let cite = |n: &ast::Number| ast::Cite {
                chain: r.chain(n),
                only: false,
                module: None,
                span: n.span,
            };
            let Some(from) = self.cite(&scope, &cite(&r.from)) else {
                continue;
            };
            let to = match &r.to {
                Some(n) => match self.cite(&scope, &cite(n)) {
                    Some(to) => to,
                    None => continue,
                },
                None => from,
            };
            let of = |p: ProvisionId| &self.program.provisions[p.index()];
            if of(to).span.start < of(from).span.start {
                let (first, last) = (of(from).cite.clone(), of(to).cite.clone());
                self.error(
                    Diagnostic::error(codes::E0840, format!("{last} stands before {first}"))
                        .at(r.span, "nothing stands between them in this order")
                        .help("name the provision first that stands first"),
                );
                continue;
            }
            found.push((from, to));
        }
        let module = found.first().map_or(scope.module, |(p, _)| {
            self.program.provisions[p.index()].module as usize
        });
        (found, module)
    }

    /// The lines in an order in which what a line copies is there before it. A circle is reported and left out.
    fn inner_first(&mut self, lines: &[Line<'_>]) -> Vec<usize> {
        let needs: Vec<Vec<usize>> = lines
            .iter()
            .map(|l| {
                (0..lines.len())
                    .filter(|i| self.selects(l, lines[*i].cx.provision))
                    .collect()
            })
            .collect();
        let mut done: Vec<usize> = Vec::new();
        loop {
            let next = (0..lines.len())
                .find(|i| !done.contains(i) && needs[*i].iter().all(|n| done.contains(n)));
            match next {
                Some(i) => done.push(i),
                None => break,
            }
        }
        let mut told: Vec<usize> = Vec::new();
        for first in 0..lines.len() {
            // One that is part of a circle, not one that only leads to it.
            if done.contains(&first) || told.contains(&first) || !reaches(&needs, first, first) {
                continue;
            }
            let circle = circle(&needs, first);
            self.applies_itself(lines, &circle);
            told.extend(circle);
        }
        done
    }

    fn applies_itself(&mut self, lines: &[Line<'_>], circle: &[usize]) {
        let cite = |i: &usize| {
            let p = lines[*i].cx.provision;
            self.program.provisions[p.index()].cite.clone()
        };
        let (Some(first), rest) = (circle.first(), circle.get(1..).unwrap_or(&[])) else {
            return;
        };
        let mut names: Vec<String> = circle.iter().map(cite).collect();
        names.push(cite(first));
        let mut d = Diagnostic::error(
            codes::E0841,
            format!("what is applied applies itself: {}", names.join(" > ")),
        )
        .at(
            lines[*first].applies.span,
            "this range contains what applies it",
        );
        for i in rest {
            d = d.also(lines[*i].applies.span, "through this");
        }
        self.error(
            d.help("leave the applying provision out of the range: name the paragraphs that are meant")
                .help("a renewal that comes again and again is an event: `upon 2 years after last approve(m)`"),
        );
    }

    fn selects(&self, line: &Line<'_>, provision: ProvisionId) -> bool {
        line.ranges
            .iter()
            .any(|(from, to)| self.in_range(provision, *from, *to))
    }

    /// What a line copies: rules that wait, copies of other lines among them, in the order of the document.
    fn sources<'a>(
        &self,
        lines: &[Line<'a>],
        i: usize,
        pending: &[Pending<'a>],
        others: &[Pending<'a>],
    ) -> Vec<Pending<'a>> {
        let line = &lines[i];
        let mut found = Vec::new();
        for (at, p) in others.iter().chain(pending).enumerate() {
            if let Some(inner) = lines
                .iter()
                .find(|l| at.checked_sub(others.len()) == Some(l.at))
            {
                let chosen = |c: &&Pending<'a>| self.selects(line, c.cx.provision);
                found.extend(inner.copies.iter().filter(chosen).cloned());
            } else if is_rule(p) && self.selects(line, p.cx.provision) {
                found.push(p.clone());
            }
        }
        found
    }

    /// Declares the rules again, for the applying provision.
    fn copy_all<'a>(&mut self, line: &mut Line<'a>, sources: Vec<Pending<'a>>) {
        if line.ranges.is_empty() {
            return;
        }
        let a = line.applies;
        let sources = match &a.as_of {
            Some(e) => match self.text_of_day(e, a, sources) {
                Some(sources) => sources,
                None => return,
            },
            None => sources,
        };
        if sources.is_empty() {
            let cites: Vec<String> = a.ranges.iter().map(range_text).collect();
            self.error(
                Diagnostic::error(codes::E0840, format!("{} has no rule to apply", cites.join(", ")))
                    .at(a.span, "nothing is copied")
                    .help("acts, kinds, offices, bodies, givens and procedures are shared, not copied: name the provisions that say who may or must, what is defined, when a status holds or how is decided"),
            );
            return;
        }
        let level = self.copyings.len();
        self.copyings.push(Copying {
            cx: line.cx.clone(),
            source_module: line.source_module,
            ranges: line.ranges.clone(),
            replacements: Vec::new(),
            when: a.when.clone(),
            unless: a.unless.clone(),
            copied: Vec::new(),
            provisions: HashMap::new(),
            uses: RefCell::default(),
            cited: Vec::new(),
            frozen: a.as_of.is_some(),
            same_article: false,
            inherited: false,
            span: a.span,
        });
        line.level = Some(level);
        self.modelled(line.cx.provision);
        self.replacements(level, a, false);
        for (from, to) in line.ranges.clone() {
            self.copy_inert(level, from, to);
        }
        if !sources
            .iter()
            .any(|p| matches!(p.what, PendingItem::Norm(..)))
            && let Some(c) = a.when.as_ref().or(a.unless.as_ref())
        {
            self.error(
                Diagnostic::error(codes::E0845, "no sentence takes this condition")
                    .at(c.span, "added to every sentence that is applied, and none is")
                    .help("drop it; the condition of a status, define or decision stands in that rule"),
            );
        }
        for source in sources {
            let mut cx = source.cx.clone();
            let version = source.cx.version.filter(|_| a.as_of.is_none());
            cx.version = match self.version_of_copy(version, line.cx.version, a.span) {
                Ok(version) => version,
                // The two never hold together: the copy is no rule of any day.
                Err(()) => continue,
            };
            cx.provision = self.copied_provision(level, source.cx.provision);
            let mut levels = source
                .cx
                .copy
                .as_ref()
                .map_or_else(Vec::new, |c| c.levels.clone());
            levels.push(level);
            let mut scope = CopyScope {
                levels,
                source: source.what.span(),
                item: None,
            };
            cx.copy = Some(Rc::new(scope.clone()));
            self.modelled(cx.provision);
            let what = self.as_copied(&cx, |c| c.declared_again(&cx, source.what.clone()));
            scope.item = what.symbol();
            cx.copy = Some(Rc::new(scope));
            line.copies.push(Pending { cx, what });
        }
    }

    fn declared_again<'a>(&mut self, cx: &Context, what: PendingItem<'a>) -> PendingItem<'a> {
        match what {
            PendingItem::Define(_, a) => PendingItem::Define(self.declare_define(cx, a), a),
            PendingItem::Table(_, a) => PendingItem::Table(self.declare_table(cx, a), a),
            PendingItem::Status(_, a) => PendingItem::Status(self.declare_status(cx, a), a),
            PendingItem::Decision(_, a) => PendingItem::Decision(self.declare_decision(cx, a), a),
            PendingItem::Norm(a, _) => PendingItem::Norm(a, self.declare_label(cx, a)),
            other => other,
        }
    }

    /// Provisions of the range that are kept without a rule can be cited as applied, too.
    fn copy_inert(&mut self, level: usize, from: ProvisionId, to: ProvisionId) {
        for i in 0..self.program.provisions.len() {
            let p = ProvisionId(crate::check::id(i));
            let kind = self.program.provisions[i].kind.clone();
            if matches!(
                kind,
                ProvisionKind::Hortatory(_) | ProvisionKind::NotModelled(_)
            ) && self.in_range(p, from, to)
            {
                let copy = self.copied_provision(level, p);
                self.program.provisions[copy.index()].kind = kind;
            }
        }
    }

    /// The applied copy of a provision: `art 33 > 27(1)`.
    pub(crate) fn copied_provision(&mut self, level: usize, source: ProvisionId) -> ProvisionId {
        if let Some(p) = self.copyings[level].provisions.get(&source) {
            return *p;
        }
        let applying = self.copyings[level].cx.provision;
        let span = self.copyings[level].span;
        let from = self.program.provisions[source.index()].clone();
        let around = match from.parent {
            // Up to the article, whatever the range begins with: `art 11(2) > 10` is all that is applied of article 10. What
            // is applied there already stands in what applies it.
            Some(up) if up != source && (from.cite.ends_with(')') || from.source.is_some()) => {
                self.copied_provision(level, up)
            }
            _ => applying,
        };
        let outer = self.program.provisions[applying.index()].cite.clone();
        let inner = from.cite.strip_prefix("art ").unwrap_or(&from.cite);
        let module = self.copyings[level].cx.module;
        let cite = format!("{outer} > {inner}");
        let applying = self.copyings[level].cx.version;
        let version = from.version.filter(|_| !self.copyings[level].frozen);
        let copy = match self.version_of_copy(version, applying, span) {
            Ok(Some(v)) if version.is_some() => {
                if let Some(of) = from.of {
                    self.copied_provision(level, of);
                }
                self.provision_in(module, v, around, cite, span)
            }
            _ => self.provision(module, around, cite, span),
        };
        let made = &mut self.program.provisions[copy.index()];
        made.source = Some(source);
        made.title = from.title;
        self.copyings[level].provisions.insert(source, copy);
        copy
    }

    /// The module under an alias or with that name.
    pub(crate) fn module_named(&self, cx: &Context, name: &str) -> Option<usize> {
        match self.symbol(cx, name) {
            Some(Symbol::Module(m)) => Some(m),
            _ => self.program.modules.iter().position(|m| m.path == name),
        }
    }

    fn is_sort(&self, s: &Symbol) -> u8 {
        match s {
            Symbol::Define(d) => match self.program.defines[d.index()].value {
                DefineValue::Stream(_) => 1,
                _ => 0,
            },
            Symbol::Status(_) => 2,
            Symbol::Decision(_) => 3,
            _ => 4,
        }
    }
}

fn reaches(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; needs.len()];
    let mut todo = needs[from].clone();
    while let Some(n) = todo.pop() {
        if n == to {
            return true;
        }
        if !std::mem::replace(&mut seen[n], true) {
            todo.extend(&needs[n]);
        }
    }
    false
}

/// A way from a line back to itself.
fn circle(needs: &[Vec<usize>], first: usize) -> Vec<usize> {
    let mut way = vec![first];
    let mut at = first;
    loop {
        let next = needs[at]
            .iter()
            .copied()
            .find(|n| *n == first || !way.contains(n) && reaches(needs, *n, first));
        match next {
            Some(n) if n != first => {
                way.push(n);
                at = n;
            }
            _ => return way,
        }
    }
}

/// Rules are copied; what is declared inside a procedure belongs to the procedure, which is shared.
pub(crate) fn is_rule(p: &Pending<'_>) -> bool {
    p.cx.procedure.is_none()
        && matches!(
            p.what,
            PendingItem::Define(..)
                | PendingItem::Table(..)
                | PendingItem::Status(..)
                | PendingItem::AlsoStatus(..)
                | PendingItem::ExceptionTo(..)
                | PendingItem::Norm(..)
                | PendingItem::Decision(..)
        )
}

/// The order in which symbols of one sort were declared.
fn order(s: &Symbol) -> (u8, u32) {
    match s {
        Symbol::Define(d) => (0, d.0),
        Symbol::Status(s) => (1, s.0),
        Symbol::Decision(d) => (2, d.0),
        Symbol::Norm(n) => (3, n.0),
        _ => (4, 0),
    }
}

/// A name, perhaps dotted or with parameters.
pub(crate) fn name_of(e: &ast::Expr) -> Option<String> {
    match &e.kind {
        A::Name(n) => Some(n.text.clone()),
        A::Call(f, _) => name_of(f),
        A::Field(base, n) => Some(format!("{}.{}", name_of(base)?, n.text)),
        _ => None,
    }
}

fn range_text(r: &ast::SourceRange) -> String {
    let cite = |n: &ast::Number| {
        ast::Cite {
            chain: r.chain(n),
            only: false,
            module: None,
            span: n.span,
        }
        .text()
    };
    match &r.to {
        Some(to) => format!("{} .. {}", cite(&r.from), cite(to)),
        None => cite(&r.from),
    }
}
