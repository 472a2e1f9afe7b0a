//! Which modules a program is made of: those it uses, each once, and one copy of a parameterised module for each `use` (R12).

use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;

use rogatio_diagnostics::{Diagnostic, codes, nearest};

use crate::ast::{self, ExprKind as A, ItemKind};
use crate::check::{Library, text_of};
use crate::hir::Span;

/// The tree of a module: the root's is the caller's, one of the library is shared by its copies.
#[derive(Clone)]
pub(crate) enum Tree<'m> {
    /// The root as it is.
    Root(&'m ast::Module),
    /// Any other, and what has been written out.
    Shared(Rc<ast::Module>),
}

impl Deref for Tree<'_> {
    type Target = ast::Module;

    fn deref(&self) -> &ast::Module {
        match self {
            Tree::Root(module) => module,
            Tree::Shared(module) => module,
        }
    }
}

/// A module of the program.
pub(crate) struct Unit<'m> {
    /// The name by which it was used; empty for the root.
    pub(crate) path: String,
    pub(crate) module: Tree<'m>,
    /// The unit that each `use`, `scenario … of` and `experiment … of` means, by the item's place in the module.
    pub(crate) uses: HashMap<usize, usize>,
    /// A copy of a parameterised module.
    pub(crate) copy: Option<Instance>,
}

/// How a parameterised module is used.
#[derive(Clone)]
pub(crate) struct Instance {
    /// The unit whose `use` it is.
    pub(crate) user: usize,
    /// The name it has there.
    pub(crate) alias: Option<ast::Name>,
    /// The argument of each parameter; none: its default.
    pub(crate) args: Vec<Option<ast::Expr>>,
    /// The units that are arguments, by parameter.
    pub(crate) modules: HashMap<usize, usize>,
    /// The `use` line.
    pub(crate) span: Span,
}

/// The modules of a program, each behind all it uses, the root last.
pub(crate) struct Loaded<'m> {
    pub(crate) units: Vec<Unit<'m>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Versions are written out: items of one place are checked more than once.
    pub(crate) repeats: bool,
}

pub(crate) fn load<'m>(root: &'m ast::Module, library: &mut dyn Library) -> Loaded<'m> {
    let mut loader = Loader {
        library,
        texts: HashMap::new(),
        loaded: Loaded {
            units: Vec::new(),
            diagnostics: Vec::new(),
            repeats: false,
        },
    };
    let mut stack = vec![own_path(root)];
    possible(root, &mut loader.loaded.diagnostics);
    let root = alone(root, &mut loader.loaded.diagnostics);
    loader.unit(String::new(), root, None, &mut stack);
    loader.loaded
}

/// A parameterised module that is checked by itself has its defaults. Without them there is nothing to check yet.
fn alone<'m>(root: &'m ast::Module, diagnostics: &mut Vec<Diagnostic>) -> Tree<'m> {
    let open = head(root).and_then(|h| h.params.iter().find(|p| p.default.is_none()));
    let Some(param) = open else {
        return Tree::Root(root);
    };
    diagnostics.push(
        Diagnostic::warning(
            codes::W0847,
            format!("`{}` is checked where it is used", own_path(root)),
        )
        .at(param.span, "unknown until a `use` says what it is")
        .help(format!(
            "to check it, use it in a file of scenarios: `use {}(…) as NAME`; a parameter may have a default: `{}: … = …`",
            own_path(root),
            param.name.text
        )),
    );
    let mut root = root.clone();
    root.items
        .retain(|i| matches!(i.kind, ItemKind::Module(_) | ItemKind::Source(_)));
    Tree::Shared(Rc::new(root))
}

/// Parameters are single values or declared things.
fn possible(module: &ast::Module, diagnostics: &mut Vec<Diagnostic>) {
    for p in head(module).iter().flat_map(|h| &h.params) {
        if let ast::TypeKind::SetOf(_) | ast::TypeKind::Optional(_) = p.ty.kind {
            diagnostics.push(
                Diagnostic::error(
                    codes::E0853,
                    format!("`{}` cannot be given from outside", p.name.text),
                )
                .at(p.ty.span, "neither one value nor one declared thing")
                .help(
                    "take the name of a kind, a define or a status: `who: kind`, `which: define`",
                ),
            );
        }
    }
}

pub(crate) fn own_path(module: &ast::Module) -> String {
    head(module).map(|h| text_of(&h.path)).unwrap_or_default()
}

pub(crate) fn head(module: &ast::Module) -> Option<&ast::ModuleHead> {
    module.items.iter().find_map(|i| match &i.kind {
        ItemKind::Module(head) => Some(head),
        _ => None,
    })
}

/// `un.cbd` as an argument.
fn dotted(e: &ast::Expr) -> Option<String> {
    match &e.kind {
        A::Name(n) => Some(n.text.clone()),
        A::Field(base, n) => Some(format!("{}.{}", dotted(base)?, n.text)),
        A::Paren(e) => dotted(e),
        _ => None,
    }
}

/// `convention: module`.
pub(crate) fn class_of(t: &ast::TypeExpr) -> Option<&str> {
    match &t.kind {
        ast::TypeKind::Named(p) if p.segments.len() == 1 => Some(p.segments[0].text.as_str()),
        _ => None,
    }
}

struct Loader<'l, 'm> {
    library: &'l mut dyn Library,
    /// Modules read so far.
    texts: HashMap<String, Option<Rc<ast::Module>>>,
    loaded: Loaded<'m>,
}

impl<'m> Loader<'_, 'm> {
    fn error(&mut self, d: Diagnostic) {
        self.loaded.diagnostics.push(d);
    }

    /// A module behind all that it uses.
    fn unit(
        &mut self,
        path: String,
        module: Tree<'m>,
        copy: Option<Instance>,
        stack: &mut Vec<String>,
    ) -> usize {
        let mut found = Vec::new();
        let module = match crate::version::expand(&module, &mut found) {
            Some(written_out) => {
                self.loaded.repeats = true;
                Tree::Shared(Rc::new(written_out))
            }
            None => module,
        };
        let diagnostics = &mut self.loaded.diagnostics;
        found.retain(|d| !diagnostics.contains(d)); // of another copy
        diagnostics.append(&mut found);
        let uses = self.uses(&module, stack);
        let unit = self.loaded.units.len();
        for used in uses.values() {
            if let Some(copy) = &mut self.loaded.units[*used].copy
                && copy.user == usize::MAX
            {
                copy.user = unit;
            }
        }
        self.loaded.units.push(Unit {
            path,
            module,
            uses,
            copy,
        });
        unit
    }

    fn uses(&mut self, module: &ast::Module, stack: &mut Vec<String>) -> HashMap<usize, usize> {
        let mut found = HashMap::new();
        // Names given to modules, and those used without one.
        let mut aliases: Vec<(String, usize, Span)> = Vec::new();
        let mut bare: Vec<(String, Span)> = Vec::new();
        for (at, item) in module.items.iter().enumerate() {
            match &item.kind {
                ItemKind::Use(u) => {
                    let name = u.alias.as_ref();
                    if let Some(alias) = name
                        && let Some((_, _, first)) =
                            aliases.iter().find(|(a, _, _)| *a == alias.text)
                    {
                        let d = Diagnostic::error(
                            codes::E0852,
                            format!("two modules are named `{}`", alias.text),
                        )
                        .at(alias.span, "named again here")
                        .also(*first, "named first here")
                        .help("give each its own name: `use … as OTHER`");
                        self.error(d);
                    }
                    let Some(unit) = self.used(u, item.span, &aliases, &bare, stack) else {
                        continue;
                    };
                    match name {
                        Some(alias) => aliases.push((alias.text.clone(), unit, alias.span)),
                        None => bare.push((text_of(&u.path), item.span)),
                    }
                    found.insert(at, unit);
                }
                ItemKind::Experiment(x) => {
                    if let Some(unit) = x.of.as_ref().and_then(|p| self.named(p, stack)) {
                        found.insert(at, unit);
                    }
                }
                ItemKind::Scenario(s) => {
                    if let Some(unit) = s.of.as_ref().and_then(|p| self.named(p, stack)) {
                        found.insert(at, unit);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// `of un.cbd`: a module that takes nothing; `of` the module at hand says nothing new.
    fn named(&mut self, path: &ast::Path, stack: &mut Vec<String>) -> Option<usize> {
        let name = text_of(path);
        if stack.len() == 1 && stack.first() == Some(&name) && !name.is_empty() {
            return None;
        }
        self.plain(&name, path.span, stack)
    }

    fn used(
        &mut self,
        u: &ast::Use,
        span: Span,
        aliases: &[(String, usize, Span)],
        bare: &[(String, Span)],
        stack: &mut Vec<String>,
    ) -> Option<usize> {
        let name = text_of(&u.path);
        let params = match self.text(&name, u.path.span, stack) {
            Some(m) => head(m).map(|h| h.params.clone()).unwrap_or_default(),
            None => return None,
        };
        if params.is_empty() && u.args.is_empty() {
            return self.plain(&name, u.path.span, stack);
        }
        if u.alias.is_none()
            && let Some((_, first)) = bare.iter().find(|(n, _)| *n == name)
        {
            let d = Diagnostic::error(
                codes::E0852,
                format!("`{name}` is used twice without a name"),
            )
            .at(span, "its names could not be told from the first one's")
            .also(*first, "used first here")
            .help("name the copies: `use … as NAME`");
            self.error(d);
            return None;
        }
        let args = self.arguments(&name, &params, u, span)?;
        let mut modules = HashMap::new();
        for (i, p) in params.iter().enumerate() {
            if class_of(&p.ty) != Some("module") {
                continue;
            }
            let unit = args[i]
                .as_ref()
                .and_then(|e| self.module_argument(e, p, aliases, stack))?;
            modules.insert(i, unit);
        }
        let module = Tree::Shared(self.text(&name, u.path.span, stack)?.clone());
        let copy = Instance {
            user: usize::MAX,
            alias: u.alias.clone(),
            args,
            modules,
            span,
        };
        stack.push(name.clone());
        let unit = self.unit(name, module, Some(copy), stack);
        stack.pop();
        Some(unit)
    }

    /// The argument of each parameter: by place, or by name (`wait = 90 days`).
    fn arguments(
        &mut self,
        name: &str,
        params: &[ast::Param],
        u: &ast::Use,
        span: Span,
    ) -> Option<Vec<Option<ast::Expr>>> {
        let names: Vec<&str> = params.iter().map(|p| p.name.text.as_str()).collect();
        let takes = match names.as_slice() {
            [] => "it takes no arguments: write its name alone".to_owned(),
            _ => format!("it takes ({})", names.join(", ")),
        };
        let mut args: Vec<Option<ast::Expr>> = vec![None; params.len()];
        let mut next = 0;
        for a in &u.args {
            let (at, e) = match &a.kind {
                ast::ArgKind::Value(e) => {
                    next += 1;
                    (Some(next - 1).filter(|i| *i < params.len()), e)
                }
                ast::ArgKind::Named(n, e) => (names.iter().position(|p| *p == n.text), e),
                ast::ArgKind::Bind(..) | ast::ArgKind::Any => {
                    self.error(
                        Diagnostic::error(codes::E0851, "this is not an argument of a module")
                            .at(
                                a.span,
                                "a value or the name of a declared thing belongs here",
                            )
                            .help(takes),
                    );
                    return None;
                }
            };
            let Some(at) = at else {
                self.error(
                    Diagnostic::error(codes::E0850, format!("`{name}` has no parameter for this"))
                        .at(a.span, "one argument too many")
                        .help(takes),
                );
                return None;
            };
            if args[at].replace(e.clone()).is_some() {
                self.error(
                    Diagnostic::error(codes::E0850, format!("`{}` is given twice", names[at]))
                        .at(a.span, "given again here")
                        .help(takes),
                );
                return None;
            }
        }
        let missing: Vec<&str> = params
            .iter()
            .zip(&args)
            .filter(|(p, a)| a.is_none() && p.default.is_none())
            .map(|(p, _)| p.name.text.as_str())
            .collect();
        if !missing.is_empty() {
            self.error(
                Diagnostic::error(
                    codes::E0850,
                    format!("`{name}` is used without {}", missing.join(", ")),
                )
                .at(span, "an argument is missing")
                .help(takes),
            );
            return None;
        }
        Some(args)
    }

    /// A module as an argument: a copy under its name here, or a module of the library.
    fn module_argument(
        &mut self,
        e: &ast::Expr,
        p: &ast::Param,
        aliases: &[(String, usize, Span)],
        stack: &mut Vec<String>,
    ) -> Option<usize> {
        let Some(name) = dotted(e) else {
            self.error(
                Diagnostic::error(codes::E0851, format!("`{}` is a module", p.name.text))
                    .at(e.span, "not the name of a module")
                    .also(p.span, "declared here")
                    .help("name a module: `un.cbd`, or a copy by the name its `use` gives it"),
            );
            return None;
        };
        if let Some((_, unit, _)) = aliases.iter().find(|(a, _, _)| *a == name) {
            return Some(*unit);
        }
        self.plain(&name, e.span, stack)
    }

    /// A module without parameters, loaded once.
    fn plain(&mut self, name: &str, span: Span, stack: &mut Vec<String>) -> Option<usize> {
        let known = self
            .loaded
            .units
            .iter()
            .position(|u| u.path == name && u.copy.is_none());
        if known.is_some() {
            return known;
        }
        let module = Tree::Shared(self.text(name, span, stack)?.clone());
        if let Some(p) = head(&module).and_then(|h| h.params.first()) {
            self.error(
                Diagnostic::error(codes::E0850, format!("`{name}` has parameters"))
                    .at(span, "used without arguments")
                    .also(p.span, "its parameters")
                    .help(format!(
                        "make a copy of it first, and use that: `use {name}(…) as NAME`"
                    )),
            );
            return None;
        }
        stack.push(name.to_owned());
        let unit = self.unit(name.to_owned(), module, None, stack);
        stack.pop();
        Some(unit)
    }

    /// The parsed text of a module, once for all its copies.
    fn text(&mut self, name: &str, span: Span, stack: &[String]) -> Option<&Rc<ast::Module>> {
        if stack.iter().any(|s| s == name && !s.is_empty()) {
            self.error(
                Diagnostic::error(
                    codes::E0205,
                    format!("`{name}` uses itself, through {}", stack.join(" -> ")),
                )
                .at(span, "used again here")
                .help("move what both need into a third module"),
            );
            return None;
        }
        if !self.texts.contains_key(name) {
            let read = self.library.module(name).map(|(_, module, found)| {
                self.loaded.diagnostics.extend(found);
                possible(&module, &mut self.loaded.diagnostics);
                Rc::new(module)
            });
            self.texts.insert(name.to_owned(), read);
        }
        if self.texts.get(name).is_some_and(Option::is_none) {
            // What runs a module is not there to be used.
            let mut names = self.library.names();
            names.retain(|n| !n.ends_with(".scenarios"));
            names.sort();
            names.dedup();
            let mut d = Diagnostic::error(codes::E0204, format!("there is no module `{name}`"))
                .at(span, "not found in the library");
            d = match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => d.help(format!("did you mean `{near}`?")),
                None => d.help(in_the_library(&names)),
            };
            self.error(d);
            return None;
        }
        self.texts.get(name).and_then(Option::as_ref)
    }
}

/// What could be used; of a large folder the beginning.
fn in_the_library(names: &[String]) -> String {
    const SHOWN: usize = 30;
    let shown = names.iter().take(SHOWN).map(String::as_str);
    let list = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => format!("the library has: {list}"),
        more => format!("the library has: {list}, and {more} more"),
    }
}
