//! Procedures: their parameters, what opens them, and their stages as events.

mod stage;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn procedure_named(
        &mut self,
        cx: &Context,
        name: &ast::Name,
    ) -> Option<(ProcedureId, VarId)> {
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
            // An occurrence that sentences may name (R29).
            Some(Symbol::Act(a))
                if let Some(kind) = self.program.acts[a.index()].occurrences
                    && cx.case.is_some() =>
            {
                kind
            }
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
        let is_procedure = !matches!(
            self.program.kinds[kind.index()].class,
            KindClass::Plain | KindClass::Enumeration | KindClass::Office | KindClass::Body
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
            let s = self.event_in_force(cx, s);
            let before = self.program.procedures[procedure.index()].opened_by.take();
            let s = match before {
                Some(before) => Stream {
                    kind: StreamKind::Or(vec![before, s.clone()]),
                    ..s
                },
                None => s,
            };
            self.program.procedures[procedure.index()].opened_by = Some(s);
        }
        self.openers(procedure, p);
        let stages = &self.program.procedures[procedure.index()].stages;
        if stages.is_empty() {
            self.error(
                Diagnostic::error(codes::E0702, format!("`{}` has no stage", p.name.text))
                    .at(p.name.span, "where does an instance begin?")
                    .help("add `stage NAME { on EVENT -> OTHER }`"),
            );
        }
    }

    /// Whether `name(…)` is the entry into a stage: some procedure has a stage of that name, and nothing else has it.
    pub(crate) fn is_stage_event(&self, cx: &Context, name: &str) -> bool {
        let has = |p: &Procedure| p.stages.iter().any(|s| s.name == name);
        cx.local(name).is_none()
            && self.symbol(cx, name).is_none()
            && self.program.procedures.iter().any(has)
    }

    /// In a stage that opens Q, the bare name of one of Q's stages: that procedure and stage.
    pub(crate) fn child_stage(&self, cx: &Context, name: &str) -> Option<(ProcedureId, usize)> {
        if cx.local(name).is_some() || self.symbol(cx, name).is_some() {
            return None;
        }
        let (p, _) = cx.procedure?;
        let here = self.program.procedures[p.index()].stages.get(cx.stage?)?;
        here.opens.iter().find_map(|o| {
            let stages = &self.program.procedures[o.procedure.index()].stages;
            let stage = stages.iter().position(|s| s.name == name)?;
            Some((o.procedure, stage))
        })
    }

    /// `on released` in a stage that opens inspections: one of this instance's is released.
    pub(crate) fn child_event(
        &mut self,
        cx: &Context,
        (procedure, stage): (ProcedureId, usize),
        span: Span,
    ) -> StreamKind {
        let (kind, parent) = {
            let p = &self.program.procedures[procedure.index()];
            (p.kind, p.parent)
        };
        let child = Ty::Entity(vec![kind]);
        let var = self.fresh("child", child.clone());
        let cond = match (parent, cx.procedure) {
            (Some(parent), Some((_, this))) => {
                let ty = self.program.fields[parent.index()].ty.clone();
                let x = self.make(cx, ExprKind::Var(var), child, span);
                let of = self.make(cx, ExprKind::Field(Box::new(x), parent), ty, span);
                let me = self.make(cx, ExprKind::Var(this), self.var_ty(this), span);
                let same = ExprKind::Compare(CmpOp::Eq, Box::new(of), Box::new(me));
                self.make(cx, same, Ty::Bool, span)
            }
            _ => crate::check::error_expr(cx.provision, span),
        };
        let kinds = vec![kind];
        let set = SetExpr {
            var,
            kinds,
            cond,
            span,
        };
        StreamKind::Enter(procedure, stage, ArgPattern::In(Box::new(set)))
    }

    /// `lapsed(q)`: the entry of an instance into a stage or outcome, as an event.
    pub(crate) fn stage_event(
        &mut self,
        cx: &mut Context,
        name: &ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<StreamKind> {
        let [arg] = args else {
            self.arity(&name.text, 1, args.len(), span);
            return None;
        };
        let having: Vec<(ProcedureId, usize)> = (0..self.program.procedures.len())
            .filter_map(|i| {
                let stages = &self.program.procedures[i].stages;
                let stage = stages.iter().position(|s| s.name == name.text)?;
                Some((ProcedureId(crate::check::id(i)), stage))
            })
            .collect();
        let pattern = match &arg.kind {
            ast::ArgKind::Bind(n, t) => {
                let ty = self.ty(cx, t);
                let var = self.fresh(&n.text, ty.clone());
                cx.locals.push((n.text.clone(), var));
                (ArgPattern::Var(var), ty)
            }
            ast::ArgKind::Value(e) => match having.as_slice() {
                [(only, _)] => {
                    let ty = Ty::Entity(vec![self.program.procedures[only.index()].kind]);
                    (self.argument_pattern(cx, e, &ty), ty)
                }
                _ => {
                    let value = self.expr(cx, e, None);
                    let ty = crate::kind::strip(&value.ty).clone();
                    (crate::stream::as_pattern(value), ty)
                }
            },
            ast::ArgKind::Any | ast::ArgKind::Named(..) => {
                let only = having.first().filter(|_| having.len() == 1);
                let kinds = only.map(|(p, _)| self.program.procedures[p.index()].kind);
                (ArgPattern::Any, Ty::Entity(kinds.into_iter().collect()))
            }
        };
        let of = self.procedure_of(&pattern.1);
        match having.iter().find(|(p, _)| Some(*p) == of) {
            Some((p, stage)) => Some(StreamKind::Enter(*p, *stage, pattern.0)),
            None => {
                if pattern.1 != Ty::Error {
                    let names = having
                        .iter()
                        .map(|(p, _)| &self.program.procedures[p.index()]);
                    let names: Vec<&str> = names.map(|p| p.name.as_str()).collect();
                    let d = Diagnostic::error(
                        codes::E0706,
                        format!("`{}` is a stage of {}", name.text, names.join(", ")),
                    )
                    .at(arg.span, "not an instance of it")
                    .help(format!("write `{}(x: {})`", name.text, names[0]));
                    self.error(d);
                }
                None
            }
        }
    }

    /// One opener, and it says what the parameters are (R44).
    fn openers(&mut self, procedure: ProcedureId, p: &ast::Procedure) {
        let acts = self.program.acts.iter();
        let act = acts
            .clone()
            .find(|a| a.opens.is_some_and(|(_, x)| x == procedure));
        let mut found: Vec<(Span, &str)> = Vec::new();
        found.extend(p.opened_by.as_ref().map(|e| (e.span, "this event")));
        found.extend(act.map(|a| (a.span, "this act")));
        let stage = self.opened_in.iter().find(|(q, _)| *q == procedure);
        found.extend(stage.map(|(_, span)| (*span, "this stage")));
        match found.as_slice() {
            [] => self.error(
                Diagnostic::error(codes::E0704, format!("nothing opens `{}`", p.name.text))
                    .at(p.name.span, "no instance can ever exist")
                    .help(format!(
                        "let an act open it, `act propose(new x: {}) by …`, write `opened by EVENT`, or let a stage \
                         say `opens {}`",
                        p.name.text, p.name.text
                    )),
            ),
            [_] => {}
            [first, second, ..] => {
                let d = Diagnostic::error(
                    codes::E0705,
                    format!("two things open `{}`", p.name.text),
                )
                .at(first.0, first.1)
                .also(second.0, format!("and {}", second.1))
                .help("keep one of them");
                self.error(d);
            }
        }
        let kind = self.program.procedures[procedure.index()].kind;
        let opened_by = self.program.procedures[procedure.index()].opened_by.clone();
        for field in self.program.kinds[kind.index()].fields.clone() {
            if Some(field) == self.program.procedures[procedure.index()].parent {
                continue;
            }
            let name = self.program.fields[field.index()].name.clone();
            let silent: Vec<Span> = self
                .program
                .acts
                .iter()
                .filter(|a| a.opens.is_some_and(|(_, x)| x == procedure))
                .filter(|a| !a.params.iter().any(|x| x.name == name))
                .map(|a| a.span)
                .collect();
            for span in silent {
                self.parameter_without_value(procedure, field, span, false);
            }
            if let Some(s) = opened_by.as_ref().and_then(|s| self.silent_on(s, &name)) {
                self.parameter_without_value(procedure, field, s, false);
            }
        }
    }

    /// The part of an opening event that says nothing of that name.
    fn silent_on(&self, s: &Stream, name: &str) -> Option<Span> {
        match &s.kind {
            StreamKind::Or(list) => list.iter().find_map(|s| self.silent_on(s, name)),
            StreamKind::After(_, s)
            | StreamKind::LapseAfter(_, s)
            | StreamKind::Nth(_, s)
            | StreamKind::Where(s, _)
            | StreamKind::InVersion(s, _)
            | StreamKind::Combined { stream: s, .. } => self.silent_on(s, name),
            StreamKind::Act(p)
                if self.program.acts[p.act.index()]
                    .params
                    .iter()
                    .any(|x| x.name == name) =>
            {
                None
            }
            _ => {
                let named = |v: &VarId| self.program.vars[v.index()].name == name;
                let says = s.vars().iter().any(named);
                (!says).then_some(s.span)
            }
        }
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
