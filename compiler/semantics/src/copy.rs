//! What a name means in a copy (R48): the rules of one provision, checked again for another.
//!
//! An `applies` is read as the same items once more, in a scope whose resolution substitutes. Substitution acts on what a name
//! resolves to, never on text, and all pairs of a list act at once: `A -> B, B -> A` exchanges the two. What binds in an item
//! (a variable) is looked up before any name, so nothing is ever captured. A copy of a copy has several levels, inner first.

mod cited;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;
use crate::shape::plain;

/// In which copies a scope stands.
#[derive(Clone, Debug)]
pub(crate) struct CopyScope {
    /// The levels, inner first: indices of [`Checker::copyings`].
    pub(crate) levels: Vec<usize>,
    /// Where the copied item stands in its source.
    pub(crate) source: Span,
    /// What the copied item declares, once it is declared.
    pub(crate) item: Option<Symbol>,
}

/// One list of substitutions with what it has copied.
pub(crate) struct Copying {
    /// The applying provision: what replaces and the added conditions are read here.
    pub(crate) cx: Context,
    /// The module that declares the source.
    pub(crate) source_module: usize,
    /// First and last provision of each range.
    pub(crate) ranges: Vec<(ProvisionId, ProvisionId)>,
    /// What is replaced by what.
    pub(crate) replacements: Vec<Replacement>,
    /// `when C`, added to every copied sentence.
    pub(crate) when: Option<ast::Expr>,
    /// `unless C`, added likewise.
    pub(crate) unless: Option<ast::Expr>,
    /// What a name of the source means: the original and its copy.
    pub(crate) copied: Vec<(Symbol, Symbol)>,
    /// Provisions of the source and their copies.
    pub(crate) provisions: HashMap<ProvisionId, ProvisionId>,
    /// Which names have been read, and how.
    pub(crate) uses: RefCell<Vec<Use>>,
    /// Where a citation has been replaced, and by which substitution.
    pub(crate) cited: Vec<(usize, ProvisionId)>,
    /// `as of DATE`: the text of that day, whatever becomes of it.
    pub(crate) frozen: bool,
    /// What is copied stays what it is: an article takes up its own version before (R48b).
    pub(crate) same_article: bool,
    /// The list is that of a version before, where it is looked at (R48b).
    pub(crate) inherited: bool,
    /// The `applies` line.
    pub(crate) span: Span,
}

/// `L -> R [in PARTS]`, resolved.
pub(crate) struct Replacement {
    pub(crate) from: Replaced,
    pub(crate) to: By,
    /// The parts named; none: everywhere.
    pub(crate) parts: Vec<Part>,
    pub(crate) quoting: Option<ast::Text>,
    /// L as written.
    pub(crate) text: String,
    /// R as it is printed.
    pub(crate) words: String,
    pub(crate) span: Span,
}

/// L.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Replaced {
    /// Not resolved (yet), or found wrong.
    Nothing,
    /// A name.
    Name(Symbol),
    /// What a provision declares, and the provision where it is cited.
    Provision(ProvisionId),
}

/// R.
#[derive(Clone, Debug)]
pub(crate) enum By {
    /// Not resolved (yet), or found wrong.
    Nothing,
    /// A name.
    Name(Symbol, String),
    /// A value: L's parameters where L names them, and the expression.
    Value(Vec<ast::Name>, ast::Expr),
    /// A provision; what stands in it for what L declares.
    Provision(ProvisionId, Vec<(Symbol, Option<Symbol>)>),
}

/// Parts of a source, by their citations.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) from: String,
    pub(crate) to: Option<String>,
    pub(crate) span: Span,
}

/// A name read in a copy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    /// The provision of the source where it stands.
    pub(crate) provision: ProvisionId,
    /// What it means here.
    pub(crate) read: Read,
    /// What it means in the source.
    pub(crate) symbol: Symbol,
    /// The copy whose text reads it.
    pub(crate) item: Option<Symbol>,
    /// The name.
    pub(crate) name: String,
}

/// How a name is read in a copy.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// By that substitution.
    Replaced(usize),
    /// A name of the source: its copy.
    Copied,
    /// As in the source.
    Kept,
}

impl Context {
    /// The levels behind `level`: what is written in that applying article is itself read through them.
    fn behind(&self, level: usize) -> Option<Rc<CopyScope>> {
        let copy = self.copy.as_ref()?;
        let at = copy.levels.iter().position(|l| *l == level)?;
        let levels = copy.levels[at + 1..].to_vec();
        (!levels.is_empty()).then(|| {
            Rc::new(CopyScope {
                levels,
                source: copy.source,
                item: copy.item.clone(),
            })
        })
    }
}

impl Checker {
    /// What a name of the source means in the copy at hand.
    pub(crate) fn in_copy(&self, cx: &Context, name: &str, symbol: Symbol) -> Symbol {
        let Some(copy) = &cx.copy else { return symbol };
        let mut name = last_segment(name).to_owned();
        let mut symbol = symbol;
        for (i, level) in copy.levels.iter().enumerate() {
            if matches!(symbol, Symbol::Value { .. }) {
                break; // its expression is read through the levels behind
            }
            let provision = self.source_of(cx.provision, copy.levels.len() - i);
            let copying = &self.copyings[*level];
            let read = self.read_at(copying, *level, provision, &name, &symbol);
            let used = Use {
                symbol: symbol.clone(),
                item: copy.item.clone(),
                name: name.clone(),
                provision,
                read: read.0,
            };
            let mut uses = copying.uses.borrow_mut();
            // What is read once is mostly read again soon.
            if !uses.iter().rev().any(|u| *u == used) {
                uses.push(used);
            }
            if let Some((other, its)) = read.1 {
                symbol = other;
                name = its;
            }
        }
        symbol
    }

    fn read_at(
        &self,
        copying: &Copying,
        level: usize,
        provision: ProvisionId,
        name: &str,
        symbol: &Symbol,
    ) -> (Read, Option<(Symbol, String)>) {
        for (i, r) in copying.replacements.iter().enumerate() {
            if !self.in_parts(&r.parts, provision) {
                continue;
            }
            let other = match (&r.from, &r.to) {
                (Replaced::Name(l), by) if l == symbol && names_it(symbol, name, &r.text) => {
                    match by {
                        By::Name(s, text) => Some((s.clone(), text.clone())),
                        By::Value(..) => {
                            let value = Symbol::Value {
                                level,
                                replacement: i,
                            };
                            Some((value, name.to_owned()))
                        }
                        By::Nothing | By::Provision(..) => continue,
                    }
                }
                (Replaced::Provision(_), By::Provision(_, names)) => {
                    match names.iter().find(|(l, _)| l == symbol) {
                        Some((_, Some(s))) => Some((s.clone(), name.to_owned())),
                        Some((_, None)) => None,
                        None => continue,
                    }
                }
                _ => continue,
            };
            return (Read::Replaced(i), other);
        }
        match copying.copied.iter().find(|(l, _)| l == symbol) {
            Some((_, s)) => (Read::Copied, Some((s.clone(), name.to_owned()))),
            None => (Read::Kept, None),
        }
    }

    /// A name as it is to be printed in a copy: that of what stands for it.
    pub(crate) fn replacing_words(&self, cx: &Context, name: &str) -> String {
        let p = &self.program;
        match self.symbol(cx, name) {
            Some(Symbol::Entity(e)) => p.entities[e.index()].name.clone(),
            Some(Symbol::Kind(r)) => match (r.role, r.kinds.as_slice()) {
                (Some(d), _) => p.defines[d.index()].name.clone(),
                (None, [k]) => p.kinds[k.index()].name.clone(),
                _ => self.replaced_kind(cx, name),
            },
            Some(Symbol::Value { level, replacement }) => {
                self.copyings[level].replacements[replacement].words.clone()
            }
            _ => name.to_owned(),
        }
    }

    /// A union of kinds has its name from where it is written.
    fn replaced_kind(&self, cx: &Context, name: &str) -> String {
        let Some(copy) = &cx.copy else {
            return name.to_owned();
        };
        copy.levels.iter().fold(name.to_owned(), |name, level| {
            let found = self.copyings[*level]
                .replacements
                .iter()
                .find_map(|r| match &r.to {
                    By::Name(Symbol::Kind(_), to)
                        if last_segment(&r.text) == last_segment(&name) =>
                    {
                        Some(to.clone())
                    }
                    _ => None,
                });
            found.unwrap_or(name)
        })
    }

    /// The expression that stands for a name of the source, with the arguments the name has there.
    pub(crate) fn replaced_value(
        &mut self,
        cx: &mut Context,
        (level, replacement): (usize, usize),
        name: &str,
        args: &[ast::Arg],
        want: Option<&Ty>,
        span: Span,
    ) -> Expr {
        let Some((params, value)) = self.value_written(level, replacement) else {
            return crate::check::error_expr(cx.provision, span);
        };
        let types = self.signature(level, replacement);
        let vars: Vec<VarId> = types
            .iter()
            .enumerate()
            .map(|(i, ty)| {
                let name = params.get(i).map_or("it", |p| p.text.as_str());
                self.fresh(name, ty.clone())
            })
            .collect();
        // An argument that the replacement does not name is checked all the same.
        let given = self.arguments(cx, name, &vars, args, span);
        let mut inner = self.value_scope(cx, level);
        for (p, v) in params.iter().zip(&vars) {
            inner.locals.push((p.text.clone(), *v));
        }
        let mut made = self.expr(&mut inner, &value, want);
        for (var, arg) in vars.iter().zip(&given) {
            made = crate::call::replace(made, *var, arg);
        }
        made
    }

    /// The parameters and the expression of `L -> R` with R a value.
    pub(crate) fn value_written(
        &self,
        level: usize,
        replacement: usize,
    ) -> Option<(Vec<ast::Name>, ast::Expr)> {
        match &self.copyings[level].replacements[replacement].to {
            By::Value(params, e) => Some((params.clone(), e.clone())),
            _ => None,
        }
    }

    /// The scope in which the values of a level are read: the applying article's, cited where they stand.
    pub(crate) fn value_scope(&self, cx: &Context, level: usize) -> Context {
        let mut inner = self.copyings[level].cx.clone();
        inner.provision = cx.provision;
        inner.copy = cx.behind(level);
        inner
    }

    /// The types of L's parameters.
    fn signature(&self, level: usize, replacement: usize) -> Vec<Ty> {
        let Replaced::Name(symbol) = &self.copyings[level].replacements[replacement].from else {
            return Vec::new();
        };
        let params = match symbol {
            Symbol::Define(d) => &self.program.defines[d.index()].params,
            Symbol::Status(s) => &self.program.statuses[s.index()].params,
            Symbol::Given(g) => &self.program.givens[g.index()].params,
            _ => return Vec::new(),
        };
        params.iter().map(|v| self.var_ty(*v)).collect()
    }

    /// The conditions that the applying articles add to a copied sentence; they may name its variables.
    pub(crate) fn added_conditions(
        &mut self,
        cx: &mut Context,
        sentence: Span,
        when: Option<Expr>,
        unless: Option<Expr>,
    ) -> (Option<Expr>, Option<Expr>) {
        // What follows upon a lapse (`else`) is part of the sentence and takes no condition of its own.
        let Some(copy) = cx.copy.clone().filter(|c| c.source == sentence) else {
            return (when, unless);
        };
        let (mut when, mut unless) = (when, unless);
        for level in &copy.levels {
            let copying = &self.copyings[*level];
            let (more, except) = (copying.when.clone(), copying.unless.clone());
            let mut inner = self.value_scope(cx, *level);
            inner.provision = self.copyings[*level].cx.provision;
            inner.locals.clone_from(&cx.locals);
            let mut read = |checker: &mut Self, e: ast::Expr| {
                let before = checker.diagnostics.len();
                let c = checker.cond(&mut inner, &e);
                checker.not_of_this_sentence(before, copy.source);
                c
            };
            // The original steps back with `unless C` where its copy stands `when C`: the copy does not step back from itself.
            if let Some(e) = more {
                let c = read(self, e);
                unless = unless.and_then(|u| without(u, &c, false));
                when = Some(self.join(cx, when, c, true));
            }
            if let Some(e) = except {
                let c = read(self, e);
                when = when.and_then(|w| without(w, &c, true));
                unless = Some(self.join(cx, unless, c, false));
            }
        }
        (when, unless)
    }

    /// A name in an added condition that the copied sentence does not have is an error of that sentence.
    fn not_of_this_sentence(&mut self, before: usize, source: Span) {
        for d in &mut self.diagnostics[before..] {
            if d.code != codes::E0201 {
                continue;
            }
            let name = d.message.split('`').nth(1).unwrap_or_default().to_owned();
            d.code = codes::E0844;
            d.message = format!("a sentence that is applied has no variable `{name}`");
            for l in &mut d.labels {
                "added to every sentence that is applied".clone_into(&mut l.text);
            }
            d.help = vec![
                "name variables that every applied sentence has, or apply the sentences in two parts, each with its own condition".to_owned(),
            ];
            *d = d.clone().also(source, "not in this sentence");
        }
    }

    fn join(&self, cx: &Context, before: Option<Expr>, c: Expr, and: bool) -> Expr {
        let Some(before) = before else { return c };
        let span = before.span;
        let parts = vec![before, c];
        let kind = if and {
            ExprKind::And(parts)
        } else {
            ExprKind::Or(parts)
        };
        self.make(cx, kind, Ty::Bool, span)
    }

    /// Runs a check of a copied item: what it finds is shown at the applying line first, in the source second.
    pub(crate) fn as_copied<R>(&mut self, cx: &Context, check: impl FnOnce(&mut Self) -> R) -> R {
        let Some(copy) = cx.copy.clone() else {
            return check(self);
        };
        let before = self.diagnostics.len();
        let made = check(self);
        for d in self.diagnostics.split_off(before) {
            let shown = self.shown_as_copied(&copy, d.clone());
            self.in_copies.push((d, shown));
        }
        made
    }

    fn shown_as_copied(&self, copy: &CopyScope, d: Diagnostic) -> Diagnostic {
        let spans: Vec<Span> = copy
            .levels
            .iter()
            .rev()
            .map(|l| self.copyings[*l].span)
            .collect();
        let inside = |s: Span| spans.iter().any(|a| a.contains(s));
        let mut shown = d;
        if shown.labels.iter().any(|l| l.primary && inside(l.span)) {
            return match shown.labels.iter().any(|l| l.span == copy.source) {
                true => shown,
                false => shown.also(copy.source, "in what is applied from here"),
            };
        }
        let labels = std::mem::take(&mut shown.labels);
        for (i, span) in spans.iter().enumerate() {
            shown = if i == 0 {
                shown.at(*span, "in what is applied here")
            } else {
                shown.also(*span, "which applies this")
            };
        }
        for l in labels {
            shown = shown.also(l.span, l.text);
        }
        shown
    }

    /// What was found in copies and not in their sources, each once.
    pub(crate) fn report_copies(&mut self) {
        for (source, shown) in std::mem::take(&mut self.in_copies) {
            let known = self
                .diagnostics
                .iter()
                .any(|d| d.code == source.code && d.span() == source.span() || *d == shown);
            if !known {
                self.error(shown);
            }
        }
    }

    /// What a name of the source stands for in the text that a copy is made from, and the last level of copying.
    fn original(&self, copy: &CopyScope, name: &str) -> Option<(usize, Symbol)> {
        let (last, inner) = copy.levels.split_last()?;
        let declared = copy.levels.first().unwrap_or(last);
        let declared = self.copyings[*declared].source_module;
        let (original, _) = self.scopes[declared].names.get(name).cloned()?;
        let original = inner.iter().fold(original, |s, level| {
            let copied = &self.copyings[*level].copied;
            let found = copied.iter().find(|(l, _)| *l == s);
            found.map_or(s, |(_, r)| r.clone())
        });
        Some((*last, original))
    }

    /// The copy of a name that another version of the source has given (R48).
    pub(crate) fn copied_before(&self, copy: &CopyScope, name: &str) -> Option<Symbol> {
        let (last, original) = self.original(copy, name)?;
        let copied = self.copyings[last].copied.iter();
        copied
            .filter(|(l, _)| *l == original)
            .map(|(_, s)| s.clone())
            .next()
    }

    /// Enters a name that a copied item declares.
    pub(crate) fn enter_copy(
        &mut self,
        cx: &Context,
        copy: &CopyScope,
        name: &str,
        symbol: Symbol,
    ) {
        let Some((last, original)) = self.original(copy, name) else {
            return;
        };
        self.copyings[last].copied.push((original, symbol.clone()));
        let applying = self.copyings[last].cx.module;
        self.scopes[applying]
            .copies
            .push((name.to_owned(), cx.provision, symbol));
    }
}

/// A condition without the part that says `c`, if it has one; nothing, if that is all it says.
fn without(e: Expr, c: &Expr, and: bool) -> Option<Expr> {
    let said = plain(c);
    let says = |x: &Expr| plain(x) == said;
    if says(&e) {
        return None;
    }
    let kind = match e.kind {
        ExprKind::And(mut parts) if and => {
            parts.retain(|p| !says(p));
            ExprKind::And(parts)
        }
        ExprKind::Or(mut parts) if !and => {
            parts.retain(|p| !says(p));
            ExprKind::Or(parts)
        }
        kind => kind,
    };
    Some(Expr { kind, ..e })
}

/// Kinds that are the same under two names are told apart by the name; everything else is one thing with one name.
pub(crate) fn names_it(symbol: &Symbol, name: &str, written: &str) -> bool {
    !matches!(symbol, Symbol::Kind(_)) || name == last_segment(written)
}

fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
