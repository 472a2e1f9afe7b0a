//! Stages and outcomes: what declares them, and what a stage says.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ItemKind, StageItemKind};
use crate::check::Checker;
use crate::declare::values;
use crate::hir::*;
use crate::scope::*;

impl Checker {
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
                        let cx = self.in_version(cx, a);
                        self.declare_stages(&cx, items);
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
        let Some(stage) = stages.iter().position(|x| x.name == s.name.text) else {
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

    pub(crate) fn new_stage(
        &mut self,
        cx: &Context,
        procedure: ProcedureId,
        name: &ast::Name,
        titles: &[ast::Text],
        outcome: bool,
    ) -> usize {
        if let Some(stage) = self.stage_again(cx, procedure, name, outcome) {
            return stage;
        }
        let p = &mut self.program.procedures[procedure.index()];
        if let Some(implied) = p.abandoned.filter(|_| outcome && name.text == "abandoned") {
            // Said as well as implied.
            let stage = &mut p.stages[implied];
            stage.titles = values(titles);
            stage.provision = cx.provision;
            stage.span = name.span;
            return implied;
        }
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
            opens: Vec::new(),
            versions: cx.version.into_iter().collect(),
            provision: cx.provision,
            span: name.span,
        });
        let stage = p.stages.len() - 1;
        self.first_of_version(cx, procedure, stage, outcome);
        stage
    }

    /// A stage that an earlier version has, too.
    fn stage_again(
        &mut self,
        cx: &Context,
        procedure: ProcedureId,
        name: &ast::Name,
        outcome: bool,
    ) -> Option<usize> {
        let v = cx.version?;
        let stages = &self.program.procedures[procedure.index()].stages;
        let stage = stages.iter().position(|s| s.name == name.text)?;
        let before = &stages[stage];
        if before.versions.is_empty() || !before.versions.iter().all(|w| self.apart(*w, v)) {
            return None;
        }
        if before.outcome != outcome {
            let what = if outcome { "a stage" } else { "an outcome" };
            let d = Diagnostic::error(
                codes::E0823,
                format!("`{}` is {what} in an earlier version", name.text),
            )
            .at(name.span, "not the same here")
            .also(before.span, "first declared here")
            .help("give the new one a name of its own");
            self.error(d);
        }
        self.program.procedures[procedure.index()].stages[stage]
            .versions
            .push(v);
        self.first_of_version(cx, procedure, stage, outcome);
        Some(stage)
    }

    /// An instance is born in the first stage of its version.
    fn first_of_version(
        &mut self,
        cx: &Context,
        procedure: ProcedureId,
        stage: usize,
        outcome: bool,
    ) {
        let first = &mut self.program.procedures[procedure.index()].first;
        if let Some(v) = cx.version
            && !outcome
            && first.iter().all(|(w, _)| *w != v)
        {
            first.push((v, stage));
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
        // What it decides and opens first: `on adopted` means that.
        for item in &s.items {
            if let StageItemKind::Opens { what, when, while_ } = &item.kind {
                cx.provision = self.label(cx.module, outer, &item.labels, &mut number);
                let opens = self.opens(cx, what, when.as_ref(), while_.as_ref());
                self.program.procedures[procedure.index()].stages[stage]
                    .opens
                    .extend(opens);
                cx.provision = outer;
                continue;
            }
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
                    let decides =
                        &mut self.program.procedures[procedure.index()].stages[stage].decides;
                    if !decides.contains(&(cx.version, d)) {
                        decides.push((cx.version, d));
                    }
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
                    let when = self.when_in_force(cx, when, item.span);
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
                StageItemKind::Decide(_) | StageItemKind::Opens { .. } | StageItemKind::Item(_) => {
                }
            }
        }
        cx.provision = outer;
    }
}
