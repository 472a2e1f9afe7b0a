//! HIR to MIR.
//!
//! Comes in: a checked program and the readings chosen. Goes out: a [`Program`] and what cannot be lowered. Never
//! happens: a construct that is dropped in silence; what no engine can run is E0401.
//!
//! One file per construct; `expr`, `pattern` and `stream` are shared by all. Ids of HIR tables are kept; tables that
//! grow (variables, statuses) grow behind them.

mod arm;
mod ballot;
mod birth;
mod dates;
mod decision;
mod define;
mod env;
mod experiment;
mod expr;
mod free;
mod history;
mod name;
mod norm;
mod pattern;
mod procedure;
mod scenario;
mod status;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod version;
mod ways;
mod window;

pub(crate) use name::nth_name;

use crate::build::{Builder, number};
use crate::order::{Node, arrange};
use crate::*;
use env::Env;
use pattern::Told;
use rogatio_calendar::{Convention, Day};
use rogatio_diagnostics::{Diagnostic, codes};
use rogatio_semantics::hir;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The choices made for a run: among readings by name, the default where none is made; and the day whose versions rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    chosen: BTreeMap<String, String>,
    rules_at: Option<Day>,
    lang: Lang,
}

/// A choice that the program does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReading {
    /// No such reading; the known ones.
    Reading(String, Vec<String>),
    /// The reading has no such choice; those it has.
    Choice(String, String, Vec<String>),
}

impl Readings {
    /// All defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `choice` for the reading `name`; a later choice replaces an earlier one.
    #[must_use]
    pub fn choose(mut self, name: impl Into<String>, choice: impl Into<String>) -> Self {
        self.chosen.insert(name.into(), choice.into());
        self
    }

    /// Lets the versions of a day rule throughout, whatever the day on which something happens.
    #[must_use]
    pub fn rules_at(mut self, day: Option<Day>) -> Self {
        self.rules_at = day;
        self
    }

    /// Tells what happens in this language.
    #[must_use]
    pub fn lang(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// These choices and those that a scenario or experiment makes in its lines; its own win.
    #[must_use]
    pub fn of_case(mut self, hir: &hir::Program, items: &[hir::ScenarioItem]) -> Self {
        for item in items {
            if let hir::ScenarioItemKind::Reading(r, choice) = &item.kind
                && let Some(r) = hir.readings.get(r.index())
                && let Some(choice) = r.choices.get(*choice)
            {
                self.chosen.insert(r.name.clone(), choice.clone());
            }
        }
        self
    }

    /// Whether the program knows all readings and choices. [`lower`] ignores those it does not know.
    ///
    /// # Errors
    /// Every unknown reading or choice, by name.
    pub fn check(&self, hir: &hir::Program) -> Result<(), Vec<UnknownReading>> {
        let unknown: Vec<UnknownReading> = self
            .chosen
            .iter()
            .filter_map(
                |(name, choice)| match hir.readings.iter().find(|r| r.name == *name) {
                    None => {
                        let known = hir.readings.iter().map(|r| r.name.clone()).collect();
                        Some(UnknownReading::Reading(name.clone(), known))
                    }
                    Some(r) if !r.choices.contains(choice) => Some(UnknownReading::Choice(
                        name.clone(),
                        choice.clone(),
                        r.choices.clone(),
                    )),
                    Some(_) => None,
                },
            )
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(unknown)
        }
    }

    /// The reading as chosen. One without default that is not chosen gets a further choice of its own, so that no
    /// condition on it is true and none is false.
    fn take(&self, r: &hir::Reading) -> Reading {
        let explicit = self
            .chosen
            .get(&r.name)
            .and_then(|c| r.choices.iter().position(|x| x == c));
        let mut choices = r.choices.clone();
        let chosen = explicit.or(r.default).unwrap_or_else(|| {
            choices.push("not chosen".to_owned());
            choices.len() - 1
        });
        Reading {
            name: r.name.clone(),
            question: r.question.clone(),
            choices,
            chosen,
            explicit: explicit.is_some(),
            provision: r.provision,
            read_in: BTreeSet::new(),
            read_by: BTreeSet::new(),
        }
    }
}

/// Guards that a program has for each of its rules, more or less: tables of them need not be moved as they grow.
const GUARDS: usize = 8;

/// Lowers a checked program. After an error the program is complete but must not be run.
#[must_use]
pub fn lower(hir: &hir::Program, choice: &Readings) -> (Program, Vec<Diagnostic>) {
    let mut program = Program::default();
    program.norms.reserve(hir.norms.len());
    let rules = hir.norms.len() + hir.defines.len() + hir.statuses.len();
    program.guards.reserve(GUARDS * rules);
    let mut cx = Cx::new(hir, Builder::from_program(program));
    cx.tables(choice);
    cx.defines();
    cx.statuses();
    cx.decisions();
    cx.norms();
    cx.procedures();
    cx.scenarios();
    cx.experiments();
    cx.rules_of_the_day();
    cx.finish()
}

/// Lowers one more expression, for a question asked of a running case. Histories and timers may be added to the
/// program; its order is computed again. What cannot be lowered is undetermined, with its reason.
pub fn lower_expr(program: &mut Program, hir: &hir::Program, e: &hir::Expr) -> Guard {
    let mut guard = Guard(0);
    extend(program, hir, |cx| {
        guard = cx.said(e);
        if let Some(error) = cx.errors.first() {
            let op = Op::NotStated(error.message.clone());
            guard = cx.b.guard_at(op, e.ty.clone(), e.provision, e.span);
        }
    });
    guard
}

/// Lowers lines of a scenario, for those typed into a running case.
pub fn lower_scenario_items(
    program: &mut Program,
    hir: &hir::Program,
    items: &[hir::ScenarioItem],
) -> Vec<ScenarioItem> {
    let mut lowered = Vec::new();
    extend(program, hir, |cx| lowered = cx.items(items));
    lowered
}

fn extend(program: &mut Program, hir: &hir::Program, run: impl FnOnce(&mut Cx<'_>)) {
    let mut cx = Cx::new(hir, Builder::from_program(std::mem::take(program)));
    run(&mut cx);
    *program = cx.finish().0;
}

/// Lowering in progress.
struct Cx<'a> {
    hir: &'a hir::Program,
    b: Builder,
    errors: Vec<Diagnostic>,
    env: Env,
    /// What the event's time is, where it is not that of the trigger.
    event_time: Option<Guard>,
    /// Histories and edges by what they are, so that equal ones are shared.
    hists: HashMap<Told, HistId>,
    edges: HashMap<(Guard, bool, Vec<Domain>), EdgeId>,
    /// Latched values (`X as of E`) by where they stand, and for which of several bodies.
    latched: HashMap<String, StatusId>,
    /// The decision whose slots are being lowered: what stands in them once is read for each body that decides.
    deciding: Option<DecisionId>,
    /// Variables that HIR got after it was lowered, and what they are here.
    added: BTreeMap<VarId, VarId>,
    /// Variables of shared histories: by number and type.
    canon: HashMap<(usize, Ty), VarId>,
    /// The define that is being lowered.
    define: Option<DefineId>,
}

impl<'a> Cx<'a> {
    fn new(hir: &'a hir::Program, b: Builder) -> Self {
        let mut cx = Cx {
            hir,
            b,
            errors: Vec::new(),
            env: Env::new(),
            event_time: None,
            hists: HashMap::new(),
            edges: HashMap::new(),
            latched: HashMap::new(),
            deciding: None,
            added: BTreeMap::new(),
            canon: HashMap::new(),
            define: None,
        };
        cx.know();
        cx
    }

    /// Tables that are copied, and empty rows for what the constructs fill.
    fn tables(&mut self, choice: &Readings) {
        let hir = self.hir;
        let p = &mut self.b.program;
        if let Some(module) = hir.modules.last() {
            p.name.clone_from(&module.path);
            p.titles.clone_from(&module.titles);
        }
        p.counting = hir
            .modules
            .last()
            .map_or(Convention::Treaty, |m| m.counting);
        p.countings = hir
            .modules
            .iter()
            .map(|m| Counting {
                convention: m.counting,
                holidays: m.holidays,
            })
            .collect();
        p.provisions = Arc::new(match hir.provisions.as_slice() {
            [] => vec![nowhere()],
            all => all.to_vec(),
        });
        p.terms.clone_from(&hir.terms);
        p.readings = hir.readings.iter().map(|r| choice.take(r)).collect();
        let vars = hir.vars.iter().map(|v| Var {
            name: v.name.clone(),
            ty: v.ty.clone(),
        });
        p.vars = Arc::new(vars.collect());
        p.hir_vars = number(hir.vars.len());
        p.units = hir.units.iter().map(|u| u.name.clone()).collect();
        p.kinds = hir
            .kinds
            .iter()
            .map(|k| Kind {
                name: k.name.clone(),
                class: k.class,
                fields: k.fields.clone(),
                instances: k.instances.clone(),
            })
            .collect();
        p.rules_at = choice.rules_at;
        p.lang = choice.lang;
        p.titled = Titled::of(hir, choice.lang);
        p.second_clock = hir.second_clock.clone();
        self.status_rows();
        self.version_rows();
        self.act_rows();
        self.entity_rows();
    }

    fn act_rows(&mut self) {
        for act in &self.hir.acts {
            let params = act
                .params
                .iter()
                .map(|p| {
                    let default = p.default.as_ref().map(|d| self.expr(d));
                    (p.name.clone(), p.ty.clone(), default)
                })
                .collect();
            self.b.program.acts.push(Act {
                name: act.name.clone(),
                class: act.class,
                params,
                by: act.by.clone(),
                to: act.to.clone(),
                opens: act.opens,
                occurrences: act.occurrences,
                enough_of: None,
                norms: Vec::new(),
                provision: act.provision,
            });
        }
        for given in &self.hir.givens {
            let default = given.default.as_ref();
            let default = default.map(|d| self.within(&given.params, |cx| cx.expr(d)));
            self.b.program.givens.push(Given {
                name: given.name.clone(),
                params: given.params.clone(),
                ty: given.ty.clone(),
                finding: given.finding,
                default,
                provision: given.provision,
            });
        }
    }

    fn entity_rows(&mut self) {
        for field in &self.hir.fields {
            let default = field.default.as_ref().map(|d| self.expr(d));
            self.b.program.fields.push(Field {
                name: field.name.clone(),
                kind: field.kind,
                ty: field.ty.clone(),
                default,
            });
        }
        for entity in &self.hir.entities {
            let holder = entity.holder.as_ref().map(|h| self.expr(h));
            let body = entity.body.as_ref().map(|b| {
                self.within(&[b.member], |cx| Body {
                    member: b.member,
                    members: cx.expr(&b.members),
                    present: b.present.as_ref().map(|e| cx.expr(e)),
                    weight: b.weight.as_ref().map(|e| cx.expr(e)),
                })
            });
            self.b.program.entities.push(Entity {
                name: entity.name.clone(),
                titles: entity.titles.clone(),
                kind: entity.kind,
                holder,
                body,
            });
        }
    }

    fn finish(self) -> (Program, Vec<Diagnostic>) {
        let Cx {
            hir,
            mut b,
            mut errors,
            ..
        } = self;
        errors.extend(arrange(&mut b.program, &mut |node| match node {
            Node::Latch(Latch::Status(s)) => hir.statuses.get(s.index()).map(|s| s.span),
            Node::Define(d) => hir.defines.get(d.index()).map(|d| d.span),
            Node::Given(g) => {
                let default = hir.givens.get(g.index()).and_then(|g| g.default.as_ref());
                default.map(|d| d.span)
            }
            Node::Roll(d, _) | Node::Result(d) => hir.decisions.get(d.index()).map(|d| d.span),
            Node::Stage(p, s) => {
                let stages = hir.procedures.get(p.index()).map(|p| &p.stages);
                stages.and_then(|list| list.get(s as usize)).map(|s| s.span)
            }
            Node::Latch(_) => None,
        }));
        (b.program, errors)
    }

    /// Runs with exactly these variables in scope, each standing for itself.
    fn within<R>(&mut self, vars: &[VarId], run: impl FnOnce(&mut Self) -> R) -> R {
        let own = vars.iter().map(|&v| (v, self.var(v))).collect();
        let outer = std::mem::replace(&mut self.env, own);
        let result = run(self);
        self.env = outer;
        result
    }

    /// Runs with these variables in scope beside those that are.
    fn also<R>(&mut self, vars: &[VarId], run: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.env.clone();
        for &v in vars {
            let guard = self.var(v);
            self.env.insert(v, guard);
        }
        let result = run(self);
        self.env = outer;
        result
    }

    /// A variable of HIR, which may have got it after it was lowered.
    fn here(&mut self, v: VarId) -> VarId {
        if v.0 < self.b.program.hir_vars {
            return v;
        }
        if let Some(&here) = self.added.get(&v) {
            return here;
        }
        let var = self.hir.vars.get(v.index());
        let (name, ty) = var.map_or(("?".to_owned(), Ty::Error), |v| {
            (v.name.clone(), v.ty.clone())
        });
        let here = self.b.var(&name, ty);
        self.added.insert(v, here);
        here
    }

    /// An expression of a case: perhaps one that was read later than the program.
    fn said(&mut self, e: &hir::Expr) -> Guard {
        let mut e = e.clone();
        e.for_each_var(&mut |v| *v = self.here(*v));
        self.expr(&e)
    }

    fn said_all(&mut self, list: &[hir::Expr]) -> Vec<Guard> {
        list.iter().map(|e| self.said(e)).collect()
    }

    /// The variable itself.
    fn var(&mut self, v: VarId) -> Guard {
        let ty = self
            .b
            .program
            .vars
            .get(v.index())
            .map_or(Ty::Error, |v| v.ty.clone());
        self.b.guard(Op::Var(v), ty, ProvisionId(0))
    }

    fn vars(&mut self, vars: &[VarId]) -> Vec<Guard> {
        vars.iter().map(|&v| self.var(v)).collect()
    }

    /// The leaf kinds of a variable; none if it is no entity.
    fn kinds_of(&self, v: VarId) -> Vec<KindId> {
        self.b
            .program
            .vars
            .get(v.index())
            .map_or_else(Vec::new, |v| entity_kinds(&v.ty))
    }

    /// The kinds that a position must be of to bind a variable: any for one that may be none.
    fn bind_kinds(&self, v: VarId) -> Vec<KindId> {
        match self.b.program.vars.get(v.index()).map(|v| &v.ty) {
            Some(Ty::Optional(_)) => Vec::new(),
            _ => self.kinds_of(v),
        }
    }

    fn domain(&self, v: VarId) -> Domain {
        Domain {
            var: v,
            kinds: self.kinds_of(v),
        }
    }

    fn domains(&self, vars: &[VarId]) -> Vec<Domain> {
        vars.iter().map(|&v| self.domain(v)).collect()
    }

    fn var_name(&self, v: VarId) -> &str {
        self.b
            .program
            .vars
            .get(v.index())
            .map_or("?", |v| v.name.as_str())
    }

    /// Reports what no engine can run yet.
    fn unsupported(&mut self, span: Span, what: impl std::fmt::Display) {
        self.errors.push(
            Diagnostic::error(codes::E0401, format!("no engine runs {what} yet"))
                .at(span, "cannot be run")
                .help("latch this part in a status or define of its own and read that instead")
                .note("`rogatio explain E0401` tells more"),
        );
    }

    /// Reports a variable that nothing gives a value.
    fn unbound(&mut self, v: VarId, span: Span) {
        let message = format!("`{}` has no value here", self.var_name(v));
        self.errors.push(
            Diagnostic::error(codes::E0404, message)
                .at(span, "")
                .help("let the event name it, or a key, or `each`"),
        );
    }

    /// Variables for which a rule must be run one by one because its event does not bind them.
    fn each(&mut self, keys: &[VarId], bound: impl Fn(VarId) -> bool, span: Span) -> Vec<Domain> {
        let missing = self.each_there_is(keys, bound);
        for d in &missing {
            if d.kinds.is_empty() {
                self.unbound(d.var, span);
            }
        }
        missing
    }

    /// The same where nothing is written for values that nobody has named: a key that is no entity runs over those in use.
    fn each_there_is(&self, keys: &[VarId], bound: impl Fn(VarId) -> bool) -> Vec<Domain> {
        let missing: Vec<VarId> = keys.iter().copied().filter(|&k| !bound(k)).collect();
        self.domains(&missing)
    }

    /// A condition that is watched for each key cannot be watched for each number there is: those keys for which it is, and
    /// those that are refused.
    fn watched(&mut self, cond: Guard, keys: &[VarId], span: Span) -> (Vec<VarId>, Vec<VarId>) {
        let mut read = std::collections::BTreeSet::new();
        crate::walk::each_guard(&self.b.program, &[cond], |_, op| {
            if let Op::Var(v) = op {
                read.insert(*v);
            }
        });
        let (mut watched, mut refused) = (Vec::new(), Vec::new());
        for &v in keys {
            if !self.kinds_of(v).is_empty() {
                watched.push(v);
            } else if read.contains(&v) {
                refused.push(v);
                let name = self.var_name(v).to_owned();
                self.errors.push(
                    Diagnostic::error(
                        codes::E0439,
                        format!("`{name}` has too many values to watch a condition for each"),
                    )
                    .at(span, "a condition on a key that is no entity")
                    .help("let an event name the key: `from E(…)`, `until F(…)`; or make it a define, which is asked and not watched"),
                );
            }
        }
        (watched, refused)
    }
}

/// The leaf kinds of an entity type.
fn entity_kinds(ty: &Ty) -> Vec<KindId> {
    match ty {
        Ty::Entity(kinds) => kinds.clone(),
        Ty::Optional(inner) => entity_kinds(inner),
        _ => Vec::new(),
    }
}

/// The provision of a program that has none.
fn nowhere() -> Provision {
    Provision {
        module: 0,
        cite: String::new(),
        title: String::new(),
        parent: None,
        source: None,
        version: None,
        of: None,
        kind: hir::ProvisionKind::Frame,
        span: Span::NONE,
    }
}

/// An index of HIR as a number of MIR.
fn at(index: usize) -> u32 {
    number(index)
}
