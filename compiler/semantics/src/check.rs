//! The driver: loads modules, declares names, then checks bodies in an order that never needs a second look.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use rogatio_calendar::Convention;
use rogatio_diagnostics::{Diagnostic, FileId, codes};

use crate::ast;
use crate::checked::Checked;
use crate::hir::*;
use crate::instantiate::Open;
use crate::load::{Loaded, Unit, load, own_path};
use crate::scope::*;

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
    let Loaded {
        units,
        diagnostics,
        repeats,
    } = load(root, library);
    let mut checker = Checker {
        diagnostics,
        repeats,
        ..Checker::default()
    };
    let mut rules = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        // A copy of a parameterised module is checked with the module that uses it: each may name what the other declares.
        if unit.copy.is_none() {
            let group: Vec<usize> = (0..=i).filter(|u| user_of(&units, *u) == i).collect();
            checker.group(&units, &group, &mut rules);
        }
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

/// The module that uses a copy, through copies.
fn user_of(units: &[Unit<'_>], unit: usize) -> usize {
    let mut at = unit;
    while let Some(copy) = &units[at].copy {
        at = copy.user;
    }
    at
}

/// Does a module have items that could not be read?
fn unread(items: &[ast::Item]) -> bool {
    items.iter().any(|i| match &i.kind {
        ast::ItemKind::Error(_) => true,
        ast::ItemKind::Article(a) => {
            matches!(&a.body, ast::ArticleBody::Items(items) if unread(items))
        }
        ast::ItemKind::Procedure(p) => unread(&p.items),
        _ => false,
    })
}

/// The names that the unread items seem to declare; the parser leaves them outside all articles.
fn lost(items: &[ast::Item]) -> Vec<String> {
    let unread = items.iter().filter_map(|i| match &i.kind {
        ast::ItemKind::Error(names) => Some(names),
        _ => None,
    });
    unread.flatten().cloned().collect()
}

/// A dotted name as text.
pub(crate) fn text_of(path: &ast::Path) -> String {
    if let [one] = path.segments.as_slice() {
        return one.text.clone();
    }
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
    pub(crate) exceptions: Vec<(DefineId, Exception)>,
    /// What the names of each sentence stand for, for exceptions to it.
    pub(crate) norm_names: HashMap<NormId, Vec<(String, VarId)>>,
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
    /// Unions and roles that name something unknown or themselves, with the names they are made of.
    pub(crate) waiting_kinds: std::collections::BTreeMap<(usize, String), Vec<String>>,
    /// Something could not be read: what is missing may have been there.
    pub(crate) partial: bool,
    /// Acts by module, procedure and name, with their places.
    pub(crate) act_names: HashMap<(usize, Option<ProcedureId>, String), Span>,
    /// What is applied, and how names are read there.
    pub(crate) copyings: Vec<crate::copy::Copying>,
    /// Versions that exchange names in the version before, by their level: what their lists name is looked up again.
    pub(crate) exchanges: Vec<(usize, ast::Applies)>,
    /// How many of them have been looked at for what they leave open.
    pub(crate) looked_at: usize,
    /// Modules of the program by their unit.
    pub(crate) places: HashMap<usize, usize>,
    /// Where copies of parameterised modules are used.
    pub(crate) used_at: HashMap<usize, Span>,
    /// Copies whose arguments are wrong.
    pub(crate) misused: HashSet<usize>,
    /// What has been found in such copies.
    pub(crate) found_in_copies: Vec<(usize, Diagnostic)>,
    /// What was found in copies: as found in the source, and as it is shown.
    pub(crate) in_copies: Vec<(Diagnostic, Diagnostic)>,
    /// Versions of articles, and who declares what in which.
    pub(crate) versions: crate::version::Versions,
    /// Items of one place are checked more than once.
    pub(crate) repeats: bool,
    /// Givens that a text supplies, in which version, and where.
    pub(crate) supplied: Vec<(GivenId, Option<VersionId>, Span)>,
    /// Times of two clocks that were compared.
    pub(crate) across_clocks: RefCell<Vec<Diagnostic>>,
}

impl Checker {
    /// A module with the copies of parameterised modules that it uses, phase by phase. `rules` are those of the modules
    /// before it.
    fn group<'a>(&mut self, units: &'a [Unit<'a>], group: &[usize], rules: &mut Vec<Pending<'a>>) {
        let norms = self.program.norms.len();
        let open: Vec<Open<'a>> = group.iter().map(|u| self.open(units, *u)).collect();
        let scope_of = |unit: usize| open.iter().find(|o| o.unit == unit).map(|o| o.cx.clone());
        let users: Vec<Option<Context>> = open
            .iter()
            .map(|o| units[o.unit].copy.as_ref().and_then(|c| scope_of(c.user)))
            .collect();
        // What a phase declares becomes visible to all modules of the group.
        // Modules checked before change no more: what is used of them alone is taken in once.
        let begun = open.first().map_or(0, |o| o.index);
        let mut settled = vec![false; open.len()];
        let mut visible = |checker: &mut Self, last: bool| {
            for (o, settled) in open.iter().zip(&mut settled) {
                if !*settled {
                    *settled = checker.import(&units[o.unit], o.index, begun);
                }
            }
            for (o, user) in open.iter().zip(&users) {
                checker.bind_parameters(units, o, user.as_ref(), last);
            }
        };
        let each = |checker: &mut Self, phase: &mut dyn FnMut(&mut Self, &Open<'a>)| {
            for o in &open {
                checker.as_used(o.index, |c| phase(c, o));
            }
        };
        let mut pending = Vec::new();
        visible(self, false);
        each(self, &mut |c, o| {
            c.declare_versions(&o.cx, &o.module.items, &mut pending);
            c.declare_units(&o.cx, &o.module.items);
            c.declare_clocks(&o.cx, &o.module.items);
            c.declare_kinds(&o.cx, &o.module.items);
            c.name_acts(&o.cx, &o.module.items);
        });
        visible(self, false);
        let mut waiting: Vec<_> = open
            .iter()
            .map(|o| self.kind_aliases(&o.cx, &o.module.items))
            .collect();
        loop {
            let before: usize = waiting.iter().map(Vec::len).sum();
            for (o, aliases) in open.iter().zip(&mut waiting) {
                self.as_used(o.index, |c| c.resolve_aliases(aliases));
            }
            visible(self, false);
            if waiting.iter().map(Vec::len).sum::<usize>() == before {
                break;
            }
        }
        for (o, aliases) in open.iter().zip(waiting) {
            self.as_used(o.index, |c| {
                c.kind_contents(&o.cx, &o.module.items, aliases)
            });
        }
        each(self, &mut |c, o| c.declare_entities(&o.cx, &o.module.items));
        visible(self, false);
        each(self, &mut |c, o| {
            c.declare_stages(&o.cx, &o.module.items);
            c.declare_children(&o.cx, &o.module.items);
        });
        each(self, &mut |c, o| {
            c.declare_items(&o.cx, &o.module.items, &mut pending);
            c.find_holidays(&o.cx, &o.module.items);
        });
        visible(self, true);
        each(self, &mut |c, o| c.field_defaults(&o.cx, &o.module.items));
        self.expand_applies(&mut pending, rules);
        self.settle_occurrences();
        rules.extend(
            pending
                .iter()
                .filter(|p| crate::applies::is_rule(p))
                .cloned(),
        );
        self.bodies(pending);
        self.suspensions(norms);
        self.substitutions();
        self.apply_exceptions();
        each(self, &mut |c, o| c.cases(&o.cx, &o.module.items));
        self.report_used();
    }

    /// A module of the program, before anything in it is declared.
    fn open<'a>(&mut self, units: &'a [Unit<'a>], at: usize) -> Open<'a> {
        let Unit {
            path, module, copy, ..
        } = &units[at];
        let index = self.scopes.len();
        self.places.insert(at, index);
        self.partial |= unread(&module.items);
        let own = own_path(module);
        let own = if own.is_empty() { path.clone() } else { own };
        let alias = copy.as_ref().and_then(|c| c.alias.as_ref());
        if let Some(c) = copy {
            self.used_at.insert(index, c.span);
        }
        let mut info = ModuleInfo {
            path: match alias {
                Some(alias) => format!("{own} as {}", alias.text),
                None => own.clone(),
            },
            alias: alias.map(|a| a.text.clone()),
            titles: Vec::new(),
            source: None,
            counting: Convention::Treaty,
            counts: false,
            holidays: None,
        };
        let mut heads = 0;
        for item in &module.items {
            match &item.kind {
                ast::ItemKind::Module(head) if heads > 0 => {
                    let path = head.path.span;
                    self.error(
                        Diagnostic::error(codes::E0202, "a second module begins here")
                            .at(path, "in the file of another")
                            .help(
                                "one file is one module: move what follows into a file of its own",
                            ),
                    );
                }
                ast::ItemKind::Module(head) => {
                    heads += 1;
                    info.titles = head.titles.iter().map(|t| t.value.clone()).collect();
                }
                // Several sources stand one after the other.
                ast::ItemKind::Source(text) => {
                    let before = info.source.take().map(|s| s + "; ");
                    info.source = Some(before.unwrap_or_default() + &text.value);
                }
                ast::ItemKind::Counting(name) => self.counting(&mut info, name),
                _ => {}
            }
        }
        self.program.modules.push(info);
        self.scopes.push(ModuleScope {
            lost: lost(&module.items),
            ..ModuleScope::default()
        });
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
        Open {
            unit: at,
            index,
            cx: Context::new(index, frame),
            module,
        }
    }

    /// The names of used modules become visible, under an alias or bare. Tells whether all of them stand before `begun`.
    fn import(&mut self, unit: &Unit<'_>, index: usize, begun: usize) -> bool {
        let mut settled = true;
        for (at, item) in unit.module.items.iter().enumerate() {
            let Some(from) = unit.uses.get(&at).and_then(|u| self.places.get(u)).copied() else {
                continue;
            };
            settled &= from < begun;
            self.scopes[index].second_clock |= self.scopes[from].second_clock;
            if let ast::ItemKind::Use(u) = &item.kind
                && let Some(alias) = &u.alias
            {
                self.scopes[index]
                    .imports
                    .insert(alias.text.clone(), Symbol::Module(from));
                continue;
            }
            let other = self.scopes[from].clone();
            let scope = &mut self.scopes[index];
            scope.beside.push(from);
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
        settled
    }

    fn bodies(&mut self, pending: Vec<Pending<'_>>) {
        // Givens, acts and bodies first: what they say is asked for by everything else.
        let rank = |p: &PendingItem<'_>| match p {
            PendingItem::Body(..) | PendingItem::Office(..) => 0,
            PendingItem::Act(..) | PendingItem::Given(..) => 1,
            PendingItem::Role(..) => 2,
            PendingItem::Define(..) | PendingItem::Table(..) => 3,
            PendingItem::Decision(..) => 4,
            // What limits a sentence waits for all sentences.
            PendingItem::ExceptionTo(x) if x.value.is_none() => 10,
            PendingItem::ExceptionTo(..) | PendingItem::AlsoGiven(..) => 5,
            PendingItem::Status(..) | PendingItem::VersionEvent(..) => 6,
            PendingItem::AlsoStatus(..) => 7,
            PendingItem::Norm(..) => 8,
            PendingItem::Procedure(..) | PendingItem::Stage(..) => 9,
            PendingItem::Applies(..) => 10,
        };
        let mut pending = pending;
        let sentences = pending.iter().filter(|p| rank(&p.what) == 8).count();
        self.program.norms.reserve(sentences);
        // Each is large: it is moved once.
        pending.sort_by_cached_key(|p| rank(&p.what));
        let named = pending.partition_point(|p| rank(&p.what) < 3);
        let later = pending.split_off(named);
        self.check_bodies(pending);
        // Everything else may name a sentence by its label and keys.
        for p in &later {
            if let PendingItem::Norm(n, label) = &p.what {
                self.foresee(&mut p.cx.clone(), n, *label);
            }
        }
        self.check_bodies(later);
        self.report_copies();
    }

    fn check_bodies(&mut self, pending: Vec<Pending<'_>>) {
        for Pending { cx, what } in pending {
            let scope = cx.clone();
            self.as_used(scope.module, |c| {
                c.as_copied(&scope, |c| c.body_of(cx, what));
            });
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
                PendingItem::AlsoGiven(a) => self.also_given(&mut cx, a),
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

    fn finish_program(&mut self) {
        self.report_across_clocks();
        self.finish_versions();
        self.lint();
        self.name_copies();
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
