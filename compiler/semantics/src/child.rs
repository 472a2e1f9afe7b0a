//! `opens Q(args)` in a stage: the children of an instance (R46).
//!
//! Comes in: stages that open other procedures. Goes out: what each opens, a field `parent` of those procedures, and
//! their outcome `abandoned` where leaving the stage ends the child.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, ItemKind, StageItemKind};
use crate::check::{Checker, id};
use crate::declare::sorted;
use crate::hir::*;
use crate::scope::*;

/// What a stage opens, before its body is read.
struct Child {
    procedure: ProcedureId,
    parent: KindId,
    while_here: bool,
    span: Span,
}

impl Checker {
    /// Which procedures are opened by stages: known before any body that says `q.parent` or `q is abandoned`.
    pub(crate) fn declare_children(&mut self, cx: &Context, items: &[ast::Item]) {
        let before = self.diagnostics.len();
        let mut children = Vec::new();
        self.children_in(cx, items, &mut children);
        self.diagnostics.truncate(before); // said again where the stage is read
        let mut done: Vec<ProcedureId> = Vec::new();
        for child in &children {
            self.opened_in.push((child.procedure, child.span));
            if done.contains(&child.procedure) {
                continue;
            }
            done.push(child.procedure);
            let all = || children.iter().filter(|c| c.procedure == child.procedure);
            let parents = sorted(all().map(|c| c.parent).collect());
            self.parent_field(child, parents);
            if let Some(c) = all().find(|c| c.while_here) {
                self.abandoned_outcome(cx, c);
            }
        }
    }

    fn children_in(&mut self, cx: &Context, items: &[ast::Item], out: &mut Vec<Child>) {
        for item in items {
            match &item.kind {
                ItemKind::Procedure(p) => {
                    let mut inner = cx.clone();
                    inner.procedure = self.procedure_named(cx, &p.name);
                    self.children_in(&inner, &p.items, out);
                }
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        self.children_in(cx, items, out);
                    }
                }
                ItemKind::Stage(s) => {
                    let own = match &s.of {
                        Some(name) => self.procedure_named(cx, name),
                        None => cx.procedure,
                    };
                    let Some((parent, _)) = own else { continue };
                    for line in &s.items {
                        let StageItemKind::Opens { what, while_, .. } = &line.kind else {
                            continue;
                        };
                        if let Some((name, _)) = called(what)
                            && let Some((procedure, _)) = self.procedure_named(cx, &name)
                        {
                            out.push(Child {
                                procedure,
                                parent: self.program.procedures[parent.index()].kind,
                                while_here: while_.is_some(),
                                span: what.span,
                            });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn parent_field(&mut self, child: &Child, parents: Vec<KindId>) {
        let kind = self.program.procedures[child.procedure.index()].kind;
        if self.parameter(child.procedure, "parent").is_some() {
            self.taken(child, "parent", "rename the parameter");
            return;
        }
        let field = FieldId(id(self.program.fields.len()));
        self.program.fields.push(Field {
            name: "parent".to_owned(),
            kind,
            ty: Ty::Entity(parents),
            default: None,
        });
        self.program.kinds[kind.index()].fields.push(field);
        self.program.procedures[child.procedure.index()].parent = Some(field);
    }

    fn abandoned_outcome(&mut self, cx: &Context, child: &Child) {
        let stages = &self.program.procedures[child.procedure.index()].stages;
        let stage = match stages.iter().position(|s| s.name == "abandoned") {
            Some(own) if stages[own].outcome => own,
            Some(_) => {
                self.taken(
                    child,
                    "abandoned",
                    "rename the stage, or declare it as an `outcome`",
                );
                return;
            }
            None => {
                let name = ast::Name {
                    text: "abandoned".to_owned(),
                    span: child.span,
                };
                self.new_stage(cx, child.procedure, &name, &[], true)
            }
        };
        self.program.procedures[child.procedure.index()].abandoned = Some(stage);
    }

    fn taken(&mut self, child: &Child, name: &str, help: &str) {
        let p = &self.program.procedures[child.procedure.index()];
        let (own, span) = (p.name.clone(), p.span);
        let stages = p.stages.iter().filter(|s| s.name == name);
        let span = stages.map(|s| s.span).next().unwrap_or(span);
        let what = if name == "parent" {
            format!("`{name}` of `{own}` is the instance whose stage opened it")
        } else {
            format!("`{name}` is how a `{own}` ends whose parent has gone on")
        };
        self.error(
            Diagnostic::error(codes::E0722, what)
                .at(span, format!("declares `{name}` for something else"))
                .also(child.span, "opened here")
                .help(help),
        );
    }

    /// `opens Q(args) [when C] [while here]`.
    pub(crate) fn opens(
        &mut self,
        cx: &mut Context,
        what: &ast::Expr,
        when: Option<&ast::Expr>,
        while_: Option<&ast::Expr>,
    ) -> Option<Opens> {
        let Some((name, args)) = called(what) else {
            self.error(
                Diagnostic::error(codes::E0703, "a procedure belongs here")
                    .at(what.span, "not the name of one")
                    .help("write `opens Q`, or `opens Q(values)`"),
            );
            return None;
        };
        let (procedure, _) = self.procedure_named(cx, &name)?;
        if let Some(w) = while_
            && !matches!(&w.kind, A::Name(n) if n.text == "here")
        {
            self.error(
                Diagnostic::error(
                    codes::E0723,
                    "a child lasts by itself, or as long as its parent stays",
                )
                .at(w.span, "not `here`")
                .help("write `while here`; for another end give the child a way out of its own"),
            );
        }
        let fields = self.child_fields(cx, procedure, &name, args, what.span);
        let when = when.map(|w| self.cond(cx, w));
        let when = self.when_in_force(cx, when, what.span);
        Some(Opens {
            procedure,
            fields,
            when,
            while_here: while_.is_some(),
            provision: cx.provision,
            span: what.span,
        })
    }

    fn child_fields(
        &mut self,
        cx: &mut Context,
        procedure: ProcedureId,
        name: &ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) -> Vec<(FieldId, Expr)> {
        let p = &self.program.procedures[procedure.index()];
        let fields = &self.program.kinds[p.kind.index()].fields;
        let own = fields.iter().filter(|f| Some(**f) != p.parent);
        let params: Vec<FieldId> = own.copied().collect();
        let mut found: Vec<(FieldId, Expr)> = Vec::new();
        let mut places = params.iter().copied();
        for a in args {
            let (field, e) = match &a.kind {
                ast::ArgKind::Value(e) => match places.next() {
                    Some(f) => (f, e),
                    None => {
                        self.arity(&name.text, params.len(), args.len(), span);
                        break;
                    }
                },
                ast::ArgKind::Named(n, e) => match self.parameter(procedure, &n.text) {
                    Some(f) if params.contains(&f) => (f, e),
                    _ => {
                        let kinds = [self.program.procedures[procedure.index()].kind];
                        self.field_of(&kinds, n);
                        continue;
                    }
                },
                ast::ArgKind::Bind(..) | ast::ArgKind::Any => {
                    self.not_a_value(cx, a.span, "a new instance is given values");
                    continue;
                }
            };
            let ty = self.program.fields[field.index()].ty.clone();
            let value = self.expr(cx, e, Some(&ty));
            self.expect_ty(&value, &ty);
            found.retain(|(f, _)| *f != field);
            found.push((field, value));
        }
        for f in params {
            if !found.iter().any(|(g, _)| *g == f) {
                self.parameter_without_value(procedure, f, span, true);
            }
        }
        found
    }

    /// R44: an opener gives every parameter a value, unless it may be none or has one of its own.
    pub(crate) fn parameter_without_value(
        &mut self,
        procedure: ProcedureId,
        field: FieldId,
        span: Span,
        of_stage: bool,
    ) {
        let f = &self.program.fields[field.index()];
        if f.default.is_some() || matches!(f.ty, Ty::Optional(_) | Ty::Set(_) | Ty::Error) {
            return;
        }
        let (param, ty) = (f.name.clone(), self.show(&f.ty));
        let p = &self.program.procedures[procedure.index()];
        let (name, declared) = (p.name.clone(), p.span);
        self.error(
            Diagnostic::error(
                codes::E0721,
                format!("what is the `{param}` of a new `{name}`?"),
            )
            .at(
                span,
                if of_stage {
                    "no value for it here"
                } else {
                    "opens one without it"
                },
            )
            .also(declared, format!("`{param}` is {ty}"))
            .help(if of_stage {
                format!("write `opens {name}({param} = …)`")
            } else {
                format!("give it an argument `{param}`")
            })
            .help(format!(
                "or let `{param}` be none, `{param}: TYPE?`, or have a value, `{param}: TYPE = …`"
            )),
        );
    }
}

/// `Q` or `Q(args)`, Q perhaps of another module.
fn called(e: &ast::Expr) -> Option<(ast::Name, &[ast::Arg])> {
    let (f, args) = match &e.kind {
        A::Call(f, args) => (f.as_ref(), args.as_slice()),
        _ => (e, [].as_slice()),
    };
    match &f.kind {
        A::Name(n) => Some((n.clone(), args)),
        A::Field(base, n) => match &base.kind {
            A::Name(alias) => {
                let text = format!("{}.{}", alias.text, n.text);
                Some((ast::Name { text, span: f.span }, args))
            }
            _ => None,
        },
        _ => None,
    }
}
