//! The driver: loads modules, declares names, then checks bodies in an order that never needs a second look.

use std::collections::HashMap;

use rogatio_calendar::Convention;
use rogatio_diagnostics::{Diagnostic, FileId, codes};

use crate::ast;
use crate::checked::Checked;
use crate::hir::*;
use crate::scope::*;
use rogatio_diagnostics::nearest;

/// Finds modules by name.
pub trait Library {
    /// The parsed module of that name and its own diagnostics, or `None` if there is none.
    fn module(&mut self, path: &str) -> Option<(FileId, ast::Module, Vec<Diagnostic>)>;
    /// Names of the modules it has, for suggestions.
    fn names(&self) -> Vec<String>;
}

/// Checks a module with all it uses. Never fails: what could not be understood is in the diagnostics and missing from the
/// program; run nothing if one of them is an error.
pub fn check(root: &ast::Module, library: &mut dyn Library) -> (Checked, Vec<Diagnostic>) {
    let mut loaded: Vec<(String, ast::Module)> = Vec::new();
    let mut diagnostics = Vec::new();
    load(
        root,
        library,
        &mut loaded,
        &mut diagnostics,
        &mut vec![own_path(root)],
    );
    let mut checker = Checker {
        diagnostics,
        ..Checker::default()
    };
    for (path, module) in loaded
        .iter()
        .map(|(p, m)| (p.as_str(), m))
        .chain([("", root)])
    {
        checker.module(path, module);
    }
    checker.finish_program();
    let Checker {
        program,
        scopes,
        diagnostics,
        ..
    } = checker;
    let names = crate::checked::case_names(&program);
    (
        Checked {
            program,
            scopes,
            names,
        },
        diagnostics,
    )
}

fn own_path(module: &ast::Module) -> String {
    module
        .items
        .iter()
        .find_map(|i| match &i.kind {
            ast::ItemKind::Module(head) => Some(text_of(&head.path)),
            _ => None,
        })
        .unwrap_or_default()
}

/// Every module named by `use` (true) or `of`, with its arguments.
fn used(module: &ast::Module) -> Vec<(&ast::Path, &[ast::Arg], bool)> {
    module
        .items
        .iter()
        .filter_map(|i| match &i.kind {
            ast::ItemKind::Use(u) => Some((&u.path, u.args.as_slice(), true)),
            ast::ItemKind::Experiment(x) => x.of.as_ref().map(|p| (p, [].as_slice(), false)),
            ast::ItemKind::Scenario(s) => s.of.as_ref().map(|p| (p, [].as_slice(), false)),
            _ => None,
        })
        .collect()
}

fn load(
    module: &ast::Module,
    library: &mut dyn Library,
    loaded: &mut Vec<(String, ast::Module)>,
    diagnostics: &mut Vec<Diagnostic>,
    stack: &mut Vec<String>,
) {
    for (path, args, by_use) in used(module) {
        let name = text_of(path);
        if !by_use && stack.first() == Some(&name) && stack.len() == 1 && !name.is_empty() {
            continue; // `of` this very module
        }
        if loaded.iter().any(|(n, _)| *n == name) {
            continue;
        }
        if !args.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    codes::E0012,
                    "parameterised modules are not part of this version",
                )
                .at(path.span, "used with arguments")
                .help("declare the second instrument with its own kind and key the statuses by it"),
            );
            continue;
        }
        if stack.contains(&name) {
            diagnostics.push(
                Diagnostic::error(
                    codes::E0205,
                    format!("`{name}` uses itself, through {}", stack.join(" -> ")),
                )
                .at(path.span, "used again here")
                .help("move what both need into a third module"),
            );
            continue;
        }
        match library.module(&name) {
            Some((_, m, mut found)) => {
                diagnostics.append(&mut found);
                stack.push(name.clone());
                load(&m, library, loaded, diagnostics, stack);
                stack.pop();
                loaded.push((name, m));
            }
            None => {
                let names = library.names();
                let mut d = Diagnostic::error(codes::E0204, format!("there is no module `{name}`"))
                    .at(path.span, "not found in the library");
                d = match nearest(&name, names.iter().map(String::as_str)) {
                    Some(near) => d.help(format!("did you mean `{near}`?")),
                    None => d.help(format!("the library has: {}", names.join(", "))),
                };
                diagnostics.push(d);
            }
        }
    }
}

/// Does a module have items that could not be read?
fn unread(items: &[ast::Item]) -> bool {
    items.iter().any(|i| match &i.kind {
        ast::ItemKind::Error => true,
        ast::ItemKind::Article(a) => {
            matches!(&a.body, ast::ArticleBody::Items(items) if unread(items))
        }
        ast::ItemKind::Procedure(p) => unread(&p.items),
        _ => false,
    })
}

/// A dotted name as text.
pub(crate) fn text_of(path: &ast::Path) -> String {
    path.segments
        .iter()
        .map(|s| s.text.as_str())
        .collect::<Vec<_>>()
        .join(".")
}

/// The state of a check.
#[derive(Default)]
pub(crate) struct Checker {
    pub(crate) program: Program,
    pub(crate) scopes: Vec<ModuleScope>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Exceptions by define, put into their values at the end.
    pub(crate) exceptions: Vec<(DefineId, Expr, Expr)>,
    /// The seats of bodies, from their declaration on.
    pub(crate) seats: Vec<(EntityId, SeatGroup)>,
    /// Readings that some rule or case names.
    pub(crate) used_readings: Vec<ReadingId>,
    /// Where entities of enumerations are named, by name.
    pub(crate) instances: HashMap<String, Vec<EntityId>>,
    /// Procedures that stages open, and where.
    pub(crate) opened_in: Vec<(ProcedureId, Span)>,
    /// Decisions asked whether their result is certain, and where.
    pub(crate) certain: Vec<(DecisionId, Span)>,
    /// Something could not be read: what is missing may have been there.
    pub(crate) partial: bool,
    /// Acts by module, procedure and name, with their places.
    pub(crate) act_names: HashMap<(usize, Option<ProcedureId>, String), Span>,
    /// What is applied, and how names are read there.
    pub(crate) copyings: Vec<crate::copy::Copying>,
    /// How many of them have been looked at for what they leave open.
    pub(crate) looked_at: usize,
    /// What was found in copies: as found in the source, and as it is shown.
    pub(crate) in_copies: Vec<(Diagnostic, Diagnostic)>,
    /// Versions of articles, and who declares what in which.
    pub(crate) versions: crate::version::Versions,
    /// Items of one place are checked more than once.
    pub(crate) repeats: bool,
}

impl Checker {
    fn module(&mut self, path: &str, module: &ast::Module) {
        let written_out = crate::version::expand(module, &mut self.diagnostics);
        self.repeats |= written_out.is_some();
        let module = written_out.as_ref().unwrap_or(module);
        let index = self.scopes.len();
        self.partial |= unread(&module.items);
        let own = own_path(module);
        let own = if own.is_empty() { path.to_owned() } else { own };
        let mut info = ModuleInfo {
            path: own.clone(),
            titles: Vec::new(),
            source: None,
            counting: Convention::Treaty,
        };
        for item in &module.items {
            match &item.kind {
                ast::ItemKind::Module(head) => {
                    info.titles = head.titles.iter().map(|t| t.value.clone()).collect();
                    if let Some(p) = head.params.first() {
                        self.unsupported(p.span, "parameterised modules");
                    }
                }
                ast::ItemKind::Source(text) => info.source = Some(text.value.clone()),
                ast::ItemKind::Counting(name) => match name.text.as_str() {
                    "treaty" => info.counting = Convention::Treaty,
                    "japan" => info.counting = Convention::Japan,
                    _ => self.error(
                        Diagnostic::error(
                            codes::E0203,
                            format!("`{}` is not a counting convention", name.text),
                        )
                        .at(name.span, "unknown convention")
                        .help("write `counting treaty` or `counting japan`"),
                    ),
                },
                _ => {}
            }
        }
        self.program.modules.push(info);
        self.scopes.push(ModuleScope::default());
        let frame = ProvisionId(id(self.program.provisions.len()));
        self.program.provisions.push(Provision {
            module: id(index),
            cite: if own.is_empty() {
                "this file".to_owned()
            } else {
                own
            },
            title: String::new(),
            parent: None,
            source: None,
            version: None,
            of: None,
            kind: ProvisionKind::Frame,
            span: module.span,
        });
        for item in &module.items {
            self.import(index, item);
        }
        let cx = Context::new(index, frame);
        let mut pending = Vec::new();
        self.declare_versions(&cx, &module.items, &mut pending);
        self.declare_units(&cx, &module.items);
        self.declare_kinds(&cx, &module.items);
        self.name_acts(&cx, &module.items);
        self.resolve_kinds(&cx, &module.items);
        self.declare_entities(&cx, &module.items);
        self.declare_stages(&cx, &module.items);
        self.declare_children(&cx, &module.items);
        self.declare_items(&cx, &module.items, &mut pending);
        self.expand_applies(&mut pending, &[]);
        self.settle_occurrences();
        self.bodies(pending);
        self.substitutions();
        self.apply_exceptions();
        self.cases(&cx, &module.items);
    }

    /// The names of a used module become visible, under its alias or bare.
    fn import(&mut self, index: usize, item: &ast::Item) {
        let (path, alias) = match &item.kind {
            ast::ItemKind::Use(u) => (&u.path, u.alias.as_ref()),
            ast::ItemKind::Experiment(x) if x.of.is_some() => {
                (x.of.as_ref().expect("tested"), None)
            }
            ast::ItemKind::Scenario(s) if s.of.is_some() => (s.of.as_ref().expect("tested"), None),
            _ => return,
        };
        let name = text_of(path);
        let Some(from) = self
            .program
            .modules
            .iter()
            .position(|m| m.path == name && !name.is_empty())
        else {
            return;
        };
        if from == index {
            return;
        }
        if let Some(alias) = alias {
            self.scopes[index]
                .imports
                .insert(alias.text.clone(), Symbol::Module(from));
            return;
        }
        let other = self.scopes[from].clone();
        let scope = &mut self.scopes[index];
        for (n, s) in other.imports {
            scope.imports.entry(n).or_insert(s);
        }
        for (n, (s, _)) in other.names {
            scope.imports.insert(n, s);
        }
        scope.of_procedure.extend(other.of_procedure);
        for (c, p) in other.provisions {
            scope.provisions.entry(c).or_insert(p);
        }
    }

    fn bodies(&mut self, pending: Vec<Pending<'_>>) {
        // Givens, acts and bodies first: what they say is asked for by everything else.
        let rank = |p: &PendingItem<'_>| match p {
            PendingItem::Body(..) | PendingItem::Office(..) => 0,
            PendingItem::Act(..) | PendingItem::Given(..) => 1,
            PendingItem::Role(..) => 2,
            PendingItem::Define(..) | PendingItem::Table(..) => 3,
            PendingItem::ExceptionTo(..) => 4,
            PendingItem::Decision(..) => 5,
            PendingItem::Status(..) | PendingItem::VersionEvent(..) => 6,
            PendingItem::AlsoStatus(..) => 7,
            PendingItem::Norm(..) => 8,
            PendingItem::Procedure(..) | PendingItem::Stage(..) => 9,
            PendingItem::Applies(..) => 10,
        };
        let mut pending = pending;
        pending.sort_by_key(|p| rank(&p.what));
        let named = pending.partition_point(|p| rank(&p.what) < 3);
        let later = pending.split_off(named);
        self.check_bodies(pending);
        // Everything else may name a sentence by its label and keys.
        for p in &later {
            if let PendingItem::Norm(n, label) = &p.what {
                self.as_copied(&p.cx, |c| c.foresee(&mut p.cx.clone(), n, *label));
            }
        }
        self.check_bodies(later);
        self.report_copies();
    }

    fn check_bodies(&mut self, pending: Vec<Pending<'_>>) {
        for Pending { cx, what } in pending {
            let scope = cx.clone();
            self.as_copied(&scope, |checker| checker.body_of(cx, what));
        }
    }

    fn body_of(&mut self, mut cx: Context, what: PendingItem<'_>) {
        {
            match what {
                PendingItem::Office(e, a) => self.office(&mut cx, e, a),
                PendingItem::Body(e, a) => self.body(&mut cx, e, a),
                PendingItem::Act(i, a) => self.act(&mut cx, i, a),
                PendingItem::Given(i, a) => self.given(&mut cx, i, a),
                PendingItem::Define(i, a) => self.define(&mut cx, i, a),
                PendingItem::Role(i, a) => self.role(&mut cx, i, a),
                PendingItem::ExceptionTo(a) => self.exception_to(&mut cx, a),
                PendingItem::Table(i, a) => self.table(&mut cx, i, a),
                PendingItem::Status(i, a) => self.status(&mut cx, i, a),
                PendingItem::AlsoStatus(a) => self.also_status(&mut cx, a),
                PendingItem::Norm(a, i) => {
                    self.norm(&mut cx, a, i, None);
                }
                PendingItem::Decision(i, a) => self.decision(&mut cx, i, a),
                PendingItem::Procedure(i, a) => self.procedure(&mut cx, i, a),
                PendingItem::Stage(i, s, a) => self.stage(&mut cx, i, s, a),
                PendingItem::Applies(_) => {}
                PendingItem::VersionEvent(i, e) => self.version_event(&mut cx, i, e),
            }
        }
    }

    fn apply_exceptions(&mut self) {
        for (target, cond, value) in std::mem::take(&mut self.exceptions) {
            let define = &mut self.program.defines[target.index()];
            let DefineValue::Expr(base) = &mut define.value else {
                continue;
            };
            if let ExprKind::Except { exceptions, .. } = &mut base.kind {
                exceptions.push((cond, value));
            } else {
                let (ty, provision, span) = (base.ty.clone(), base.provision, base.span);
                let inner = std::mem::replace(base, error_expr(provision, span));
                *base = Expr {
                    kind: ExprKind::Except {
                        base: Box::new(inner),
                        exceptions: vec![(cond, value)],
                    },
                    ty,
                    provision,
                    span,
                };
            }
        }
    }

    fn finish_program(&mut self) {
        self.finish_versions();
        self.lint();
        if self.repeats {
            let mut seen = Vec::new();
            self.diagnostics.retain(|d| {
                let new = !seen.contains(d);
                if new {
                    seen.push(d.clone());
                }
                new
            });
        }
    }

    pub(crate) fn error(&mut self, d: Diagnostic) {
        self.diagnostics.push(d);
    }

    /// A form of the language that this version reads but does not run.
    pub(crate) fn unsupported(&mut self, span: Span, what: &str) {
        self.error(
            Diagnostic::error(
                codes::E0012,
                format!("{what}: part of the language, not of this version"),
            )
            .at(span, "cannot be run yet")
            .help("`rogatio explain E0012` lists what this version runs"),
        );
    }

    pub(crate) fn fresh(&mut self, name: &str, ty: Ty) -> VarId {
        let v = VarId(id(self.program.vars.len()));
        self.program.vars.push(Var {
            name: name.to_owned(),
            ty,
        });
        v
    }

    pub(crate) fn var_ty(&self, v: VarId) -> Ty {
        self.program.vars[v.index()].ty.clone()
    }
}

/// Index to id; a program of more than 2^32 of anything does not fit in memory.
pub(crate) fn id(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The expression that stands for one that could not be checked.
pub(crate) fn error_expr(provision: ProvisionId, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Error,
        ty: Ty::Error,
        provision,
        span,
    }
}
