//! The parameters of a module, and what makes one copy of it another module than the next (R12, tour 4.1).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ActClass};
use crate::check::{Checker, error_expr, id};
use crate::hir::*;
use crate::load::{Unit, class_of, head};
use crate::scope::*;

/// A module while its group is checked.
pub(crate) struct Open<'a> {
    pub(crate) unit: usize,
    /// Its place among the modules of the program.
    pub(crate) index: usize,
    pub(crate) cx: Context,
    pub(crate) module: &'a ast::Module,
}

impl Checker {
    /// Parameters become names of the module. What they name may itself be declared later: `last` reports what is not there.
    pub(crate) fn bind_parameters(
        &mut self,
        units: &[Unit<'_>],
        open: &Open<'_>,
        user: Option<&Context>,
        last: bool,
    ) {
        let Some(head) = head(open.module) else {
            return;
        };
        let copy = units[open.unit].copy.as_ref();
        for (i, p) in head.params.iter().enumerate() {
            let before = self.diagnostics.len();
            let known = self.scopes[open.index].names.get(&p.name.text).cloned();
            match known {
                None => {
                    let module = copy.and_then(|c| c.modules.get(&i)).copied();
                    let arg = copy.and_then(|c| c.args[i].as_ref());
                    self.bind(open, p, arg, module, user);
                }
                // A value is computed again; what is named stays what it is.
                Some((Symbol::Define(d), span))
                    if span == p.name.span && !class_of(&p.ty).is_some_and(is_class) =>
                {
                    self.parameter_value(open, p, d, copy.and_then(|c| c.args[i].as_ref()), user);
                }
                Some(_) => {}
            }
            if !last {
                self.diagnostics.truncate(before);
            } else if self.diagnostics[before..].iter().any(Diagnostic::is_error) {
                self.misused.insert(open.index);
            }
        }
    }

    fn bind(
        &mut self,
        open: &Open<'_>,
        p: &ast::Param,
        arg: Option<&ast::Expr>,
        module: Option<usize>,
        user: Option<&Context>,
    ) {
        if arg.is_none() && module.is_none() && p.default.is_none() {
            return; // reported: checked by itself
        }
        let class = class_of(&p.ty).unwrap_or_default();
        if class == "module" {
            if let Some(m) = module.and_then(|u| self.places.get(&u)) {
                let symbol = Symbol::Module(*m);
                self.enter(&open.cx, &p.name, symbol);
            }
            return;
        }
        if !is_class(class) {
            return self.declare_parameter(open, p, arg, user);
        }
        let (arg, scope) = match (arg, user, &p.default) {
            (Some(arg), Some(user), _) => (arg, user),
            (_, _, Some(default)) => (default, &open.cx),
            _ => return,
        };
        let Some(name) = crate::applies::name_of(arg) else {
            return self.not_of_class(p, arg, class, "not a name");
        };
        match self.symbol(scope, &name) {
            Some(symbol) if self.is_of_class(&symbol, class) => {
                self.enter(&open.cx, &p.name, symbol);
            }
            Some(other) => self.not_of_class(p, arg, class, other.what()),
            None => self.unknown(scope, &name, arg.span),
        }
    }

    fn not_of_class(&mut self, p: &ast::Param, arg: &ast::Expr, class: &str, what: &str) {
        let article = if class.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        self.error(
            Diagnostic::error(
                codes::E0851,
                format!("`{}` is {article} {class}", p.name.text),
            )
            .at(arg.span, what)
            .also(p.span, "declared here")
            .help(format!(
                "name {article} {class} that is declared or used here"
            )),
        );
    }

    fn is_of_class(&self, s: &Symbol, class: &str) -> bool {
        let kind_of = |e: &EntityId| {
            let kind = self.program.entities[e.index()].kind;
            self.program.kinds[kind.index()].class
        };
        let act = |a: &ActId| self.program.acts[a.index()].class;
        match (s, class) {
            (Symbol::Kind(r), "procedure") => matches!(r.kinds.as_slice(), [k]
                if matches!(self.program.kinds[k.index()].class, KindClass::Procedure(_))),
            (Symbol::Kind(_), "kind") => true,
            (Symbol::Entity(e), "body") => kind_of(e) == KindClass::Body,
            (Symbol::Entity(e), "office") => kind_of(e) == KindClass::Office,
            (Symbol::Act(a), "act") => act(a) == ActClass::Act,
            (Symbol::Act(a), "deed") => act(a) == ActClass::Deed,
            (Symbol::Act(a), "event") => act(a) == ActClass::Event,
            (Symbol::Define(_), "event") => true,
            (Symbol::Define(_), "define")
            | (Symbol::Status(_), "status")
            | (Symbol::Decision(_), "decision")
            | (Symbol::Given(_), "given") => true,
            _ => false,
        }
    }

    /// A value is a define of the module, with the argument as its value.
    fn declare_parameter(
        &mut self,
        open: &Open<'_>,
        p: &ast::Param,
        arg: Option<&ast::Expr>,
        user: Option<&Context>,
    ) {
        let ty = self.ty(&open.cx, &p.ty);
        if ty == Ty::Error {
            return; // perhaps of a kind that is bound later
        }
        let define = DefineId(id(self.program.defines.len()));
        self.program.defines.push(Define {
            name: p.name.text.clone(),
            titles: Vec::new(),
            params: Vec::new(),
            value: DefineValue::Expr(error_expr(open.cx.provision, p.name.span)),
            ty,
            provision: open.cx.provision,
            span: p.name.span,
        });
        self.enter(&open.cx, &p.name, Symbol::Define(define));
        self.parameter_value(open, p, define, arg, user);
    }

    fn parameter_value(
        &mut self,
        open: &Open<'_>,
        p: &ast::Param,
        define: DefineId,
        arg: Option<&ast::Expr>,
        user: Option<&Context>,
    ) {
        let ty = self.program.defines[define.index()].ty.clone();
        let written = match (arg, user) {
            (Some(e), Some(user)) => Some((e, user)),
            _ => p.default.as_ref().map(|e| (e, &open.cx)),
        };
        let Some((e, scope)) = written else { return };
        let before = self.diagnostics.len();
        let v = self.expr(&mut scope.clone(), e, Some(&ty));
        if !self.fits(&v.ty, &ty) {
            let (want, got) = (self.show(&ty), self.show(&v.ty));
            self.error(
                Diagnostic::error(codes::E0851, format!("`{}` is {want}", p.name.text))
                    .at(e.span, got)
                    .also(p.span, "declared here")
                    .help(format!("give {want}")),
            );
        }
        if self.diagnostics[before..].iter().all(|d| !d.is_error()) {
            // What rests on it is cited where it stands in the copy.
            let v = Expr {
                provision: open.cx.provision,
                ..v
            };
            self.program.defines[define.index()].value = DefineValue::Expr(v);
        }
    }

    /// Runs a part of the check of a module. What is found in a copy waits until it is known whether its arguments fit.
    pub(crate) fn as_used<R>(&mut self, index: usize, check: impl FnOnce(&mut Self) -> R) -> R {
        if !self.used_at.contains_key(&index) {
            return check(self);
        }
        let before = self.diagnostics.len();
        let made = check(self);
        let found = self.diagnostics.split_off(before);
        self.found_in_copies
            .extend(found.into_iter().map(|d| (index, d)));
        made
    }

    /// Shows what was found in copies: at the `use` first, in the text second. With wrong arguments nothing else is said.
    pub(crate) fn report_used(&mut self) {
        let mut shown_at: Vec<(rogatio_diagnostics::Code, Span)> = Vec::new();
        for (index, d) in std::mem::take(&mut self.found_in_copies) {
            let Some(span) = self.used_at.get(&index).copied() else {
                continue;
            };
            if self.misused.contains(&index) {
                continue;
            }
            let here = d.labels.iter().any(|l| l.primary && span.contains(l.span));
            // The same line of the text may be wrong in several copies: once is enough.
            let place = (d.code, d.span());
            if shown_at.contains(&place) && !here {
                continue;
            }
            shown_at.push(place);
            let mut shown = d;
            if !here {
                let labels = std::mem::take(&mut shown.labels);
                shown = shown.at(span, "in this copy of the module");
                for l in labels {
                    shown = shown.also(l.span, l.text);
                }
            }
            self.error(shown);
        }
    }

    /// A name in a copy as it is printed: what the copy declares under its alias, what it was given by its own name.
    pub(crate) fn own_words(&self, cx: &Context, name: &str) -> String {
        let Some(alias) = &self.program.modules[cx.module].alias else {
            return name.to_owned();
        };
        if let Some((module, own)) = name.rsplit_once('.')
            && matches!(self.symbol(cx, module), Some(Symbol::Module(_)))
        {
            return own.to_owned();
        }
        let declared = self.scopes[cx.module].names.get(name);
        match declared {
            Some((symbol, _)) if self.is_declared_in(symbol, cx.module) => {
                format!("{alias}.{name}")
            }
            Some((Symbol::Kind(r), _)) => match (r.role, r.kinds.as_slice()) {
                (Some(d), _) => self.program.defines[d.index()].name.clone(),
                (None, [k]) => self.program.kinds[k.index()].name.clone(),
                _ => name.to_owned(),
            },
            Some((Symbol::Entity(e), _)) => self.program.entities[e.index()].name.clone(),
            _ => name.to_owned(),
        }
    }

    /// Whether a type is a parameter of the module: a copy cannot choose another.
    pub(crate) fn is_given_kind(&self, cx: &Context, t: &ast::TypeExpr) -> bool {
        let declared = class_of(t).and_then(|name| self.scopes[cx.module].names.get(name));
        self.used_at.contains_key(&cx.module)
            && declared.is_some_and(|(s, _)| !self.is_declared_in(s, cx.module))
    }

    /// Whether a kind or an entity is declared in the module, not given to it.
    fn is_declared_in(&self, symbol: &Symbol, module: usize) -> bool {
        let provision = match symbol {
            Symbol::Kind(r) => match (r.role, r.kinds.first()) {
                (Some(d), _) => self.program.defines[d.index()].provision,
                (None, Some(k)) => self.program.kinds[k.index()].provision,
                (None, None) => return false,
            },
            Symbol::Entity(e) => self.program.entities[e.index()].provision,
            other => match self.declared_in(other) {
                Some(p) => p,
                None => return false,
            },
        };
        self.is_of_module(provision, module)
    }

    /// Names and citations of copies say which copy: `cartagena.in_force`, `art 8 of cartagena`.
    pub(crate) fn name_copies(&mut self) {
        let program = &mut self.program;
        let aliases: Vec<Option<String>> =
            program.modules.iter().map(|m| m.alias.clone()).collect();
        if aliases.iter().all(Option::is_none) {
            return;
        }
        let of: Vec<Option<String>> = program
            .provisions
            .iter()
            .map(|p| aliases[p.module as usize].clone())
            .collect();
        let name = |text: &mut String, p: ProvisionId| {
            if let Some(alias) = &of[p.index()] {
                *text = format!("{alias}.{text}");
            }
        };
        for x in &mut program.kinds {
            if !x.span.is_none() {
                name(&mut x.name, x.provision);
            }
        }
        for x in &mut program.entities {
            let class = program.kinds[x.kind.index()].class;
            if matches!(class, KindClass::Office | KindClass::Body) {
                name(&mut x.name, x.provision);
            }
        }
        for x in &mut program.acts {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.givens {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.readings {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.defines {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.statuses {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.decisions {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.procedures {
            name(&mut x.name, x.provision);
        }
        for x in &mut program.norms {
            if let Some(label) = &mut x.label {
                name(label, x.provision);
            }
        }
        for (i, p) in program.provisions.iter_mut().enumerate() {
            if let Some(alias) = &of[i] {
                p.cite = match p.parent {
                    Some(_) => format!("{} of {alias}", p.cite),
                    None => alias.clone(),
                };
            }
        }
    }
}

/// Words that type a parameter as a declared thing.
fn is_class(word: &str) -> bool {
    matches!(
        word,
        "module"
            | "kind"
            | "body"
            | "office"
            | "act"
            | "deed"
            | "event"
            | "status"
            | "define"
            | "decision"
            | "procedure"
            | "given"
    )
}
