//! A checked program with its scopes: more expressions and lines can be read against it (a prompt, a command line).

use rogatio_diagnostics::Diagnostic;

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// A checked program.
#[derive(Clone)]
pub struct Checked {
    /// The program.
    pub program: Program,
    pub(crate) scopes: Vec<ModuleScope>,
    pub(crate) names: CaseNames,
}

impl Checked {
    /// Reads an expression as if it stood in a scenario: entities of the program's scenarios are known. The checker may add
    /// variables to the program.
    pub fn expr(&mut self, e: &ast::Expr) -> (Expr, Vec<Diagnostic>) {
        self.with(|checker, cx| {
            let v = checker.expr(cx, e, None);
            if matches!(v.ty, Ty::Set(_)) {
                // a set at a prompt is counted
                return checker.quantity(cx, e);
            }
            v
        })
    }

    /// The type of an expression, in the language's own words.
    pub fn type_of(&mut self, e: &ast::Expr) -> (String, Vec<Diagnostic>) {
        self.with(|checker, cx| {
            let v = checker.expr(cx, e, None);
            checker.show(&v.ty)
        })
    }

    /// Reads lines of a scenario: entities, dated acts, expectations. What they declare stays known.
    pub fn scenario_items(
        &mut self,
        items: &[ast::ScenarioItem],
    ) -> (Vec<ScenarioItem>, Vec<Diagnostic>) {
        let mut names = None;
        let made = self.with(|checker, cx| {
            // The same line may be read again: what it declared before is no second declaration.
            cx.case = Some(CaseNames {
                entities: Default::default(),
                open: true,
            });
            let made = checker.scenario_items(cx, items);
            names = cx.case.clone();
            made
        });
        if let Some(n) = names {
            self.names.entities.extend(n.entities);
        }
        made
    }

    /// Reads lines with entities of these names and kinds known beforehand.
    pub fn know(&mut self, entities: impl IntoIterator<Item = (String, KindId)>) {
        self.names.entities.extend(entities);
    }

    /// Names that can be completed at a prompt.
    #[must_use]
    pub fn known_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .scopes
            .last()
            .iter()
            .flat_map(|s| s.names.keys().chain(s.imports.keys()))
            .cloned()
            .chain(self.names.entities.keys().cloned())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn with<T>(&mut self, f: impl FnOnce(&mut Checker, &mut Context) -> T) -> (T, Vec<Diagnostic>) {
        let mut checker = Checker {
            program: std::mem::take(&mut self.program),
            scopes: std::mem::take(&mut self.scopes),
            ..Checker::default()
        };
        checker.index_instances();
        let module = checker.scopes.len().saturating_sub(1);
        let frame = checker
            .program
            .provisions
            .iter()
            .rposition(|p| p.parent.is_none())
            .map_or(ProvisionId(0), |i| ProvisionId(crate::check::id(i)));
        let mut cx = Context::new(module, frame);
        cx.case = Some(self.names.clone());
        let made = f(&mut checker, &mut cx);
        checker.report_across_clocks();
        let Checker {
            program,
            scopes,
            diagnostics,
            ..
        } = checker;
        self.program = program;
        self.scopes = scopes;
        (made, diagnostics)
    }
}

impl Checker {
    fn index_instances(&mut self) {
        for (i, e) in self.program.entities.iter().enumerate() {
            if self.program.kinds[e.kind.index()].class == KindClass::Enumeration
                || self.program.kinds[e.kind.index()].class == KindClass::Plain
            {
                self.instances
                    .entry(e.name.clone())
                    .or_default()
                    .push(EntityId(crate::check::id(i)));
            }
        }
    }
}

/// The entities that scenarios declare.
pub(crate) fn case_names(program: &Program) -> CaseNames {
    fn collect(items: &[ScenarioItem], program: &Program, names: &mut CaseNames) {
        for item in items {
            match &item.kind {
                ScenarioItemKind::Entities(list) => {
                    for e in list {
                        names.entities.insert(e.name.clone(), e.kind);
                    }
                }
                ScenarioItemKind::EntitiesFromLog { .. } | ScenarioItemKind::EventsFrom { .. } => {
                    names.open = true
                }
                ScenarioItemKind::Act(CaseAct {
                    act: CaseActKind::Act(a),
                    binder: Some(b),
                    ..
                }) => {
                    if let Some(kind) = program.named_by(*a) {
                        names.entities.insert(b.clone(), kind);
                    }
                }
                ScenarioItemKind::Branch(_, items) => collect(items, program, names),
                _ => {}
            }
        }
    }
    let mut names = CaseNames::default();
    for s in &program.scenarios {
        collect(&s.items, program, &mut names);
    }
    names
}
