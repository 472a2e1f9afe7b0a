//! Procedures, stages, outcomes.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ItemKind, StageItemKind};
use crate::check::Checker;
use crate::declare::values;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    fn procedure_named(&mut self, cx: &Context, name: &ast::Name) -> Option<(ProcedureId, VarId)> {
        let found = match self.symbol(cx, &name.text) {
            Some(Symbol::Kind(r)) if r.kinds.len() == 1 => {
                match self.program.kinds[r.kinds[0].index()].class {
                    KindClass::Procedure(p) => Some((p, self.program.procedures[p.index()].this)),
                    _ => None,
                }
            }
            _ => None,
        };
        if found.is_none() {
            self.error(
                Diagnostic::error(codes::E0703, format!("`{}` is not a procedure", name.text))
                    .at(name.span, "a procedure belongs here"),
            );
        }
        found
    }

    /// The field of the instances of a procedure that is its parameter of this name.
    pub(crate) fn parameter(&self, procedure: ProcedureId, name: &str) -> Option<FieldId> {
        let kind = self.program.procedures[procedure.index()].kind;
        let fields = &self.program.kinds[kind.index()].fields;
        let named = |f: &&FieldId| self.program.fields[f.index()].name == name;
        fields.iter().find(named).copied()
    }

    /// `Amendment#1` in a case: the instance that was opened first (R5).
    pub(crate) fn numbered_instance(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        procedure: &str,
        number: &str,
    ) -> Expr {
        let kind = match self.symbol(cx, procedure) {
            Some(Symbol::Kind(r)) if r.kinds.len() == 1 && r.role.is_none() => r.kinds[0],
            Some(other) => {
                self.error(
                    Diagnostic::error(
                        codes::E0703,
                        format!("`{procedure}` is {}, not a procedure", other.what()),
                    )
                    .at(name.span, "only instances of procedures are numbered"),
                );
                return crate::check::error_expr(cx.provision, name.span);
            }
            None => {
                self.unknown(cx, procedure, name.span);
                return crate::check::error_expr(cx.provision, name.span);
            }
        };
        let is_procedure = matches!(
            self.program.kinds[kind.index()].class,
            KindClass::Procedure(_)
        );
        let counts = number.parse::<u32>().is_ok_and(|n| n > 0);
        let wrong = if !is_procedure {
            Some((
                "only instances of procedures are numbered",
                format!("`{procedure}` is not a procedure: name one that is"),
            ))
        } else if !counts {
            Some((
                "instances are numbered from 1",
                format!("write `{procedure}#1` for the first"),
            ))
        } else if cx.case.is_none() {
            Some((
                "instances exist in cases only",
                format!("write a variable, `x: {procedure}`, or `this`"),
            ))
        } else {
            None
        };
        if let Some((why, help)) = wrong {
            self.error(
                Diagnostic::error(codes::E0720, format!("no rule can name `{}`", name.text))
                    .at(name.span, why)
                    .help(help),
            );
            return crate::check::error_expr(cx.provision, name.span);
        }
        let ty = Ty::Entity(vec![kind]);
        self.make(cx, ExprKind::CaseEntity(name.text.clone()), ty, name.span)
    }

    pub(crate) fn declare_procedure<'a>(
        &mut self,
        cx: &Context,
        p: &'a ast::Procedure,
        pending: &mut Vec<Pending<'a>>,
    ) {
        let Some((procedure, this)) = self.procedure_named(cx, &p.name) else {
            return;
        };
        self.program.procedures[procedure.index()].provision = cx.provision;
        let kind = self.program.procedures[procedure.index()].kind;
        self.program.kinds[kind.index()].provision = cx.provision;
        let mut inner = cx.clone();
        inner.procedure = Some((procedure, this));
        // Stage names first: transitions name stages that come later.
        self.declare_items(&inner, &p.items, pending);
        pending.push(Pending {
            cx: inner,
            what: PendingItem::Procedure(procedure, p),
        });
    }

    /// Stages before outcomes, so that a case begins in a stage wherever its outcomes are written (R44).
    pub(crate) fn declare_stages(&mut self, cx: &Context, items: &[ast::Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Procedure(p) => {
                    let before = self.diagnostics.len();
                    let found = self.procedure_named(cx, &p.name);
                    self.diagnostics.truncate(before); // said again where it is declared
                    let mut inner = cx.clone();
                    inner.procedure = found;
                    self.declare_stages(&inner, &p.items);
                }
                ItemKind::Stage(s) => {
                    let before = self.diagnostics.len();
                    let own = match &s.of {
                        Some(name) => self.procedure_named(cx, name),
                        None => cx.procedure,
                    };
                    self.diagnostics.truncate(before);
                    if let Some((procedure, _)) = own {
                        self.new_stage(cx, procedure, &s.name, &s.titles, false);
                    }
                }
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        self.declare_stages(cx, items);
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn declare_stage<'a>(
        &mut self,
        cx: &Context,
        s: &'a ast::Stage,
        pending: &mut Vec<Pending<'a>>,
    ) {
        let own = match &s.of {
            Some(name) => self.procedure_named(cx, name),
            None => cx.procedure,
        };
        let Some((procedure, this)) = own else {
            self.error(
                Diagnostic::error(
                    codes::E0703,
                    format!("stage `{}` belongs to no procedure", s.name.text),
                )
                .at(s.name.span, "outside a procedure")
                .help(format!(
                    "write `stage {} of PROCEDURE {{ … }}`",
                    s.name.text
                )),
            );
            return;
        };
        let mut inner = cx.clone();
        inner.procedure = Some((procedure, this));
        let stages = &mut self.program.procedures[procedure.index()].stages;
        let Some(stage) = stages.iter().position(|x| x.span == s.name.span) else {
            return;
        };
        stages[stage].provision = cx.provision;
        inner.stage = Some(stage);
        let mut number = None;
        for item in &s.items {
            let mut at = inner.clone();
            at.provision = self.label(cx.module, inner.provision, &item.labels, &mut number);
            if let StageItemKind::Item(i) = &item.kind {
                at.provision = self.label(cx.module, at.provision, &i.labels, &mut number);
                self.declare_item(at, i, pending);
            }
        }
        pending.push(Pending {
            cx: inner,
            what: PendingItem::Stage(procedure, stage, s),
        });
    }

    pub(crate) fn declare_outcome(&mut self, cx: &Context, o: &ast::Outcome) {
        let own = match &o.of {
            Some(name) => self.procedure_named(cx, name),
            None => cx.procedure,
        };
        let Some((procedure, _)) = own else {
            let span = o.names.first().map_or(Span::NONE, |n| n.span);
            self.error(
                Diagnostic::error(codes::E0703, "an outcome belongs to a procedure")
                    .at(span, "outside a procedure")
                    .help("write `outcome NAME of PROCEDURE`"),
            );
            return;
        };
        for n in &o.names {
            self.new_stage(cx, procedure, n, &[], true);
        }
    }

    fn new_stage(
        &mut self,
        cx: &Context,
        procedure: ProcedureId,
        name: &ast::Name,
        titles: &[ast::Text],
        outcome: bool,
    ) -> usize {
        let p = &mut self.program.procedures[procedure.index()];
        if let Some(first) = p.stages.iter().find(|s| s.name == name.text) {
            let first = first.span;
            self.error(
                Diagnostic::error(
                    codes::E0202,
                    format!("stage `{}` is declared twice", name.text),
                )
                .at(name.span, "declared again here")
                .also(first, "first declared here"),
            );
        }
        let p = &mut self.program.procedures[procedure.index()];
        p.stages.push(Stage {
            name: name.text.clone(),
            titles: values(titles),
            outcome,
            transitions: Vec::new(),
            decides: Vec::new(),
            provision: cx.provision,
            span: name.span,
        });
        p.stages.len() - 1
    }

    pub(crate) fn procedure(
        &mut self,
        cx: &mut Context,
        procedure: ProcedureId,
        p: &ast::Procedure,
    ) {
        if let Some(e) = &p.opened_by {
            let mut outside = cx.clone();
            outside.procedure = None;
            outside.implicit = true;
            let s = self.stream(&mut outside, e);
            self.program.procedures[procedure.index()].opened_by = Some(s);
        }
        let opened_by_act = self
            .program
            .acts
            .iter()
            .find(|a| a.opens.is_some_and(|(_, x)| x == procedure));
        match (&p.opened_by, opened_by_act) {
            (None, None) => self.error(
                Diagnostic::error(codes::E0704, format!("nothing opens `{}`", p.name.text))
                    .at(p.name.span, "no instance can ever exist")
                    .help(format!("let an act open it, `act propose(new x: {}) by …`, or write `opened by EVENT`", p.name.text)),
            ),
            (Some(e), Some(a)) => {
                let span = a.span;
                self.error(
                    Diagnostic::error(codes::E0705, format!("two things open `{}`", p.name.text))
                        .at(e.span, "this event")
                        .also(span, "and this act")
                        .help("keep one of them"),
                );
            }
            _ => {}
        }
        let stages = &self.program.procedures[procedure.index()].stages;
        if stages.is_empty() {
            self.error(
                Diagnostic::error(codes::E0702, format!("`{}` has no stage", p.name.text))
                    .at(p.name.span, "where does an instance begin?")
                    .help("add `stage NAME { on EVENT -> OTHER }`"),
            );
        }
    }

    pub(crate) fn stage(
        &mut self,
        cx: &mut Context,
        procedure: ProcedureId,
        stage: usize,
        s: &ast::Stage,
    ) {
        let outer = cx.provision;
        let mut number = None;
        // What it decides first: `on adopted` means that.
        for item in &s.items {
            let StageItemKind::Decide(name) = &item.kind else {
                continue;
            };
            match self.symbol(cx, &name.text) {
                Some(Symbol::Decision(d)) => {
                    let kind = self.program.procedures[procedure.index()].kind;
                    let subject = self.program.decisions[d.index()]
                        .subject
                        .map(|v| self.var_ty(v));
                    if subject.is_some_and(|t| t != Ty::Entity(vec![kind])) {
                        self.error(
                            Diagnostic::error(
                                codes::E0301,
                                format!("`{}` decides on something else", name.text),
                            )
                            .at(name.span, "its subject is not this procedure"),
                        );
                    }
                    self.program.decisions[d.index()].stage = Some((procedure, stage));
                    self.program.procedures[procedure.index()].stages[stage]
                        .decides
                        .push(d);
                }
                Some(other) => self.error(
                    Diagnostic::error(
                        codes::E0203,
                        format!("`{}` is {}, not a decision", name.text, other.what()),
                    )
                    .at(name.span, "a decision belongs here"),
                ),
                None => self.unknown(cx, &name.text, name.span),
            }
        }
        for item in &s.items {
            cx.provision = self.label(cx.module, outer, &item.labels, &mut number);
            match &item.kind {
                StageItemKind::Transition { on, when, target } => {
                    let depth = cx.locals.len();
                    cx.implicit = true;
                    let on = self.stream(cx, on);
                    cx.implicit = false;
                    let when = when.as_ref().map(|w| self.cond(cx, w));
                    cx.locals.truncate(depth);
                    let stages = &self.program.procedures[procedure.index()].stages;
                    let Some(to) = stages.iter().position(|x| x.name == target.text) else {
                        self.unknown_stage(procedure, &target.text, target.span);
                        continue;
                    };
                    let transition = Transition {
                        on,
                        when,
                        target: to,
                        provision: cx.provision,
                        span: item.span,
                    };
                    self.program.procedures[procedure.index()].stages[stage]
                        .transitions
                        .push(transition);
                }
                StageItemKind::Opens(e) => self.unsupported(e.span, "`opens` in a stage"),
                StageItemKind::Decide(_) | StageItemKind::Item(_) => {}
            }
        }
        cx.provision = outer;
    }
}

/// A parameter of the procedure at hand, as a field of `this`.
pub(crate) fn own_field(text: &str, span: Span) -> ast::Expr {
    let name = |text: &str| ast::Name {
        text: text.to_owned(),
        span,
    };
    let this = ast::Expr {
        kind: ast::ExprKind::Name(name("this")),
        span,
    };
    ast::Expr {
        kind: ast::ExprKind::Field(Box::new(this), name(text)),
        span,
    }
}
