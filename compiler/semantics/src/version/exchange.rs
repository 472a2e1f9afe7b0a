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
        let list = ast::Applies {
            ranges: a.numbers.iter().map(|n| range_of(a, n)).collect(),
            module: None,
            as_of: None,
            with: a.with.clone(),
            when: None,
            unless: None,
            span: a.with.first().map_or(Span::NONE, |s| s.span),
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
            span: list.span,
        });
        self.replacements(level, &list, false);
        let mut number: Option<String> = None;
        for item in items {
            let mut inner = cx.clone();
            inner.provision = self.label(cx.module, cx.provision, &item.labels, &mut number);
            let own =
                a.own.file == item.span.file && (a.own.start..a.own.end).contains(&item.span.start);
            if own {
                self.declare_item(inner, item, pending);
                continue;
            }
            let mut scope = CopyScope {
                levels: vec![level],
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
        self.exchanges.push((level, list));
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
