//! `x is WHAT`: kinds, stages, states of sentences, values.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::call::norm_state;
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::kind::strip;
use crate::scenario::UNDETERMINED;
use crate::scope::*;

impl Checker {
    /// `x is WHAT [of BASE]`.
    pub(crate) fn is(
        &mut self,
        cx: &mut Context,
        subject: &ast::Expr,
        what: &ast::Expr,
        base: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        if let Some(base) = base {
            let share = self.expr(cx, what, Some(&Ty::Share));
            self.expect_ty(&share, &Ty::Share);
            return self.share_compare(cx, subject, share, base, span);
        }
        let word = match &what.kind {
            A::Name(n) => n.text.clone(),
            A::Share(..) => {
                self.error(
                    Diagnostic::error(codes::E0303, "a share of what?")
                        .at(what.span, "the base is missing")
                        .help("say of which set: `… of members`"),
                );
                return error_expr(cx.provision, span);
            }
            _ => String::new(),
        };
        if word == "empty" && self.is_set(cx, subject) {
            let set = self.set(cx, subject);
            let some = self.make(cx, ExprKind::Exists(Box::new(set)), Ty::Bool, span);
            return self.make(cx, ExprKind::Not(Box::new(some)), Ty::Bool, span);
        }
        // `renewal(m) is open`
        if let Some((norm, args)) = self.norm_ref(cx, subject)
            && let Some(state) = norm_state(&word)
        {
            let keys = self.norm_keys(cx, norm, args, span);
            return self.make(cx, ExprKind::NormIs { norm, keys, state }, Ty::Bool, span);
        }
        // `Amend on a is open` arrives as a call
        if word == "open"
            && let A::Name(n) = &subject.kind
            && let Some(Symbol::Decision(decision)) = self.symbol(cx, &n.text)
        {
            return self.make(
                cx,
                ExprKind::DecisionOpen {
                    decision,
                    subject: None,
                },
                Ty::Bool,
                span,
            );
        }
        let s = self.expr(cx, subject, None);
        if s.ty == Ty::Error && !word.is_empty() {
            return error_expr(cx.provision, span);
        }
        if word == "none" {
            if !matches!(s.ty, Ty::Optional(_) | Ty::Error | Ty::None) {
                self.error(
                    Diagnostic::error(codes::E0304, "this value is never `none`")
                        .at(subject.span, self.show(&s.ty))
                        .help("drop the test"),
                );
            }
            return self.make(cx, ExprKind::IsNone(Box::new(s)), Ty::Bool, span);
        }
        if let Some(procedure) = self.procedure_of(strip(&s.ty))
            && let Some(stage) = self.program.procedures[procedure.index()]
                .stages
                .iter()
                .position(|x| x.name == word)
        {
            let kind = ExprKind::InStage {
                instance: Box::new(s),
                procedure,
                stages: vec![stage],
            };
            return self.make(cx, kind, Ty::Bool, span);
        }
        if !word.is_empty() {
            let instance = match strip(&s.ty) {
                Ty::Entity(kinds) => self.instances.get(&word).is_some_and(|found| {
                    found
                        .iter()
                        .any(|i| kinds.contains(&self.program.entities[i.index()].kind))
                }),
                _ => false,
            };
            match self.symbol(cx, &word) {
                Some(Symbol::Kind(r)) if !instance => {
                    let is = self.make(
                        cx,
                        ExprKind::IsKind(Box::new(s.clone()), r.kinds),
                        Ty::Bool,
                        span,
                    );
                    return match r.role {
                        Some(role) => {
                            let holds =
                                self.make(cx, ExprKind::Call(role, vec![s]), Ty::Bool, span);
                            self.make(cx, ExprKind::And(vec![is, holds]), Ty::Bool, span)
                        }
                        None => is,
                    };
                }
                Some(Symbol::Status(st))
                    if self.program.statuses[st.index()].params.len() == 1
                        && self.program.statuses[st.index()].value.is_none() =>
                {
                    return self.make(cx, ExprKind::StatusOn(st, vec![s]), Ty::Bool, span);
                }
                Some(Symbol::Define(d))
                    if self.program.defines[d.index()].params.len() == 1
                        && self.program.defines[d.index()].ty == Ty::Bool =>
                {
                    return self.make(cx, ExprKind::Call(d, vec![s]), Ty::Bool, span);
                }
                None if !instance => {
                    if let Some(procedure) = self.procedure_of(strip(&s.ty)) {
                        self.unknown_stage(procedure, &word, what.span);
                        return error_expr(cx.provision, span);
                    }
                }
                _ => {}
            }
        }
        let want = strip(&s.ty).clone();
        if word == UNDETERMINED && self.symbol(cx, &word).is_none() {
            return self.not_a_value(
                cx,
                what.span,
                "only a case asks for that: `expect X is undetermined`, in a line of its own",
            );
        }
        let v = self.expr(cx, what, Some(&want));
        if !self.fits(&v.ty, &s.ty) {
            self.error(
                Diagnostic::error(
                    codes::E0304,
                    format!("{} is never {}", self.show(&s.ty), self.show(&v.ty)),
                )
                .at(what.span, self.show(&v.ty))
                .also(subject.span, self.show(&s.ty))
                .help(match v.ty {
                    Ty::Dates => "ask whether it is one of them: `… in …`",
                    _ => "compare it with a value of its own type",
                }),
            );
        }
        self.make(
            cx,
            ExprKind::Compare(CmpOp::Eq, Box::new(s), Box::new(v)),
            Ty::Bool,
            span,
        )
    }

    pub(crate) fn unknown_stage(&mut self, procedure: ProcedureId, word: &str, span: Span) {
        self.partial = true;
        let p = &self.program.procedures[procedure.index()];
        let known: Vec<String> = p.stages.iter().map(|s| s.name.clone()).collect();
        let near = rogatio_diagnostics::nearest(word, known.iter().map(String::as_str));
        let name = p.name.clone();
        let mut d = Diagnostic::error(
            codes::E0706,
            format!("procedure `{name}` has no stage `{word}`"),
        )
        .at(span, "no such stage");
        d = match near {
            Some(n) => d.help(format!("did you mean `{n}`?")),
            None => d.help(format!("its stages: {}", known.join(", "))),
        };
        self.error(d);
    }

    /// A labelled norm named in an expression, with its arguments.
    pub(crate) fn norm_ref<'a>(
        &self,
        cx: &Context,
        e: &'a ast::Expr,
    ) -> Option<(NormId, &'a [ast::Arg])> {
        let (name, args): (&ast::Name, &[ast::Arg]) = match &e.kind {
            A::Name(n) => (n, &[]),
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n, args),
                _ => return None,
            },
            _ => return None,
        };
        match self.symbol(cx, &name.text) {
            Some(Symbol::Norm(n)) => Some((n, args)),
            _ => None,
        }
    }

    pub(crate) fn norm_keys(
        &mut self,
        cx: &mut Context,
        norm: NormId,
        args: &[ast::Arg],
        span: Span,
    ) -> Vec<Expr> {
        let name = self.program.norms[norm.index()]
            .label
            .clone()
            .unwrap_or_default();
        let keys = self.program.norms[norm.index()].keys.clone();
        let this = cx.procedure.map(|(_, t)| t);
        let given: Vec<VarId> = keys
            .iter()
            .copied()
            .take(args.len() + usize::from(this.is_some()))
            .collect();
        if args.len() > keys.len() {
            self.arity(&name, keys.len(), args.len(), span);
            return Vec::new();
        }
        if let Some(this) = this
            && keys.first() == Some(&this)
        {
            return self.arguments(cx, &name, &given, args, span);
        }
        self.arguments(cx, &name, &keys[..args.len()], args, span)
    }
}
