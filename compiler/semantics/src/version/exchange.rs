//! `applies version before with L -> R { … }` (R48b): the items of the version before, in which names mean something else.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::ast;
use crate::check::Checker;
use crate::copy::{CopyScope, Copying};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Declares the items of such a version: those that it writes itself as they stand, the others through its list. What
    /// they declare keeps its name, for it is the same article.
    pub(crate) fn amended_items<'a>(
        &mut self,
        cx: &Context,
        a: &'a ast::Article,
        items: &'a [ast::Item],
        pending: &mut Vec<Pending<'a>>,
    ) {
        // The lists of the versions before act first, each on what was written before it: inner levels.
        let mut exchanges: Vec<(Option<usize>, Span)> = Vec::new();
        for (with, own) in &a.before {
            let level = (!with.is_empty()).then(|| self.exchange(cx, a, with, true));
            exchanges.push((level, *own));
        }
        let last = (!a.with.is_empty()).then(|| self.exchange(cx, a, &a.with, false));
        exchanges.push((last, a.own));
        let mut number: Option<String> = None;
        for item in items {
            let mut inner = cx.clone();
            inner.provision = self.label(cx.module, cx.provision, &item.labels, &mut number);
            let written = exchanges
                .iter()
                .rposition(|(_, own)| own.contains(item.span));
            let later = exchanges.iter().skip(written.map_or(0, |v| v + 1));
            let levels: Vec<usize> = later.filter_map(|(level, _)| *level).collect();
            if levels.is_empty() {
                self.declare_item(inner, item, pending);
                continue;
            }
            let mut scope = CopyScope {
                levels,
                source: item.span,
                item: None,
            };
            inner.copy = Some(Rc::new(scope.clone()));
            let first = pending.len();
            self.as_copied(&inner.clone(), |c| c.declare_item(inner, item, pending));
            for p in &mut pending[first..] {
                scope.item = p.what.symbol();
                p.cx.copy = Some(Rc::new(scope.clone()));
            }
        }
    }

    /// One list of such a version, as a level of copies.
    fn exchange(
        &mut self,
        cx: &Context,
        a: &ast::Article,
        with: &[ast::Substitution],
        inherited: bool,
    ) -> usize {
        let list = ast::Applies {
            ranges: a.numbers.iter().map(|n| range_of(a, n)).collect(),
            module: None,
            as_of: None,
            with: with.to_vec(),
            when: None,
            unless: None,
            span: with.first().map_or(Span::NONE, |s| s.span),
        };
        let own = cx.provision;
        let own = self.program.provisions[own.index()].of.unwrap_or(own);
        let level = self.copyings.len();
        self.copyings.push(Copying {
            cx: cx.clone(),
            source_module: cx.module,
            ranges: vec![(own, own)],
            replacements: Vec::new(),
            when: None,
            unless: None,
            copied: Vec::new(),
            provisions: HashMap::new(),
            uses: RefCell::default(),
            cited: Vec::new(),
            frozen: false,
            same_article: true,
            inherited,
            span: list.span,
        });
        self.replacements(level, &list, false);
        self.exchanges.push((level, list));
        level
    }

    /// The copy at hand if what it declares is named by its provision; an article that takes up its own version before
    /// declares the same names again.
    pub(crate) fn named_apart(&self, cx: &Context) -> Option<Rc<CopyScope>> {
        let copy = cx.copy.as_ref()?;
        let apart = |l: &usize| !self.copyings[*l].same_article;
        copy.levels.iter().any(apart).then(|| copy.clone())
    }

    /// What names the lists could not resolve before everything was declared.
    pub(crate) fn resolve_exchanges(&mut self) {
        for (level, list) in std::mem::take(&mut self.exchanges) {
            self.replacements(level, &list, true);
        }
    }
}

/// The article itself, as the range whose parts a substitution may name.
fn range_of(a: &ast::Article, n: &ast::Number) -> ast::SourceRange {
    ast::SourceRange {
        above: Vec::new(),
        heading: a.heading,
        from: n.clone(),
        to: None,
        span: n.span,
    }
}
