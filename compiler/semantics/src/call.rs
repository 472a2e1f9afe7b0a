//! Calls, fields, `is`, shares and counts.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::{Checker, error_expr, id};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    pub(crate) fn call(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        f: &ast::Expr,
        args: &[ast::Arg],
    ) -> Expr {
        let span = e.span;
        let name = match &f.kind {
            A::Name(n) => n.text.clone(),
            A::Field(base, name) => return self.member_call(cx, base, name, args, span),
            _ => return self.not_a_value(cx, span, "only a name takes arguments"),
        };
        match name.as_str() {
            "later" | "earlier" => {
                let mut times = Vec::new();
                for a in args {
                    match &a.kind {
                        ast::ArgKind::Value(e) => times.push(self.time(cx, e)),
                        _ => self.arity(&name, 2, args.len(), a.span),
                    }
                }
                let kind = if name == "later" {
                    ExprKind::Later(times)
                } else {
                    ExprKind::Earlier(times)
                };
                return self.make(cx, kind, Ty::Time, span);
            }
            "start" | "end" => return self.start_or_end(cx, &name, args, false, span),
            "year" | "month" | "day" | "digit" => {
                if let Some(part) = self.date_part(cx, &name, args, span) {
                    return part;
                }
            }
            "certain" if args.len() == 1 && self.symbol(cx, &name).is_none() => {
                return self.certain(cx, &args[0], span);
            }
            "open" if args.len() == 1 && self.symbol(cx, &name).is_none() => {
                return match self.decision_arg(cx, &args[0]) {
                    Some((decision, subject)) => {
                        let subject = subject.map(Box::new);
                        let kind = ExprKind::DecisionOpen { decision, subject };
                        self.make(cx, kind, Ty::Bool, span)
                    }
                    None => self.no_decision(cx, &args[0]),
                };
            }
            "count" => return self.count(cx, args, span),
            "heads" => return self.heads(cx, args, span),
            "votes" => return self.votes(cx, args, span),
            "sum" => return self.sum(cx, args, span),
            word if (word == "carried" || outcome_of(word).is_some())
                && args.len() == 1
                && self.symbol(cx, &name).is_none() =>
            {
                let word = if name == "carried" {
                    "adopted"
                } else {
                    name.as_str()
                };
                return match self.decision_arg(cx, &args[0]) {
                    Some((d, subject)) => self.outcome_is(cx, word, d, subject, span),
                    None => self.no_decision(cx, &args[0]),
                };
            }
            _ => {}
        }
        if self.is_set(cx, e) {
            let set = self.set(cx, e);
            return self.value_of_set(cx, set, span);
        }
        let over = match args {
            [
                ast::Arg {
                    kind: ast::ArgKind::Value(inner),
                    ..
                },
            ] if self.is_set(cx, inner) => Some(inner),
            _ => None,
        };
        match (self.symbol(cx, &name), over) {
            // `population(S)`: the sum of a define, table, given or status over a set.
            (Some(symbol), Some(inner)) if self.is_number_of_one(&symbol) => {
                self.sum_of(cx, &name, symbol, inner, span)
            }
            (Some(symbol), _) => self.reference(cx, &name, symbol, args, span),
            (None, over) => {
                // The same of a field.
                if let Some(inner) = over
                    && self
                        .program
                        .fields
                        .iter()
                        .any(|f| f.name == name && crate::unit::is_number(&f.ty))
                {
                    return self.field_sum(cx, &name, inner, span);
                }
                if let Some(field) = self.called_field(&name, args) {
                    self.error(
                        Diagnostic::error(codes::E0201, format!("nothing here is named `{name}`"))
                            .at(f.span, "a field of its argument")
                            .help(format!("write `{field}.{name}`")),
                    );
                    return error_expr(cx.provision, span);
                }
                match self.of_which_procedure(cx, &name, f.span, args) {
                    Some(symbol) => self.reference(cx, &name, symbol, args, span),
                    None => error_expr(cx.provision, span),
                }
            }
        }
    }

    /// What is wrong with an argument that is to be a decision and its subject.
    pub(crate) fn no_decision(&mut self, cx: &mut Context, arg: &ast::Arg) -> Expr {
        let named = self
            .decision_parts(cx, arg)
            .map(|(n, on, _)| (n.clone(), on.is_some()));
        match named {
            Some((n, _)) if self.symbol(cx, &n.text).is_none() && cx.local(&n.text).is_none() => {
                self.unknown(cx, &n.text, n.span);
                error_expr(cx.provision, arg.span)
            }
            Some((n, false)) if matches!(self.symbol(cx, &n.text), Some(Symbol::Decision(_))) => {
                let help = format!("say on what: `{} on x`", n.text);
                self.error(
                    Diagnostic::error(codes::E0302, "this is not a value")
                        .at(arg.span, "on what?")
                        .help(help),
                );
                error_expr(cx.provision, arg.span)
            }
            _ => self.not_a_value(
                cx,
                arg.span,
                "name a decision and its subject: `adopted(Amend on a)`",
            ),
        }
    }

    /// `pop(p)` for `p.pop`: the name whose field was called.
    fn called_field(&self, name: &str, args: &[ast::Arg]) -> Option<String> {
        let [
            ast::Arg {
                kind: ast::ArgKind::Value(e),
                on: None,
                ..
            },
        ] = args
        else {
            return None;
        };
        let A::Name(of) = &crate::expr::unparen(e).kind else {
            return None;
        };
        let declared = self.scopes.iter().flat_map(|s| s.of_procedure.keys());
        let of_procedure = declared.into_iter().any(|(_, n)| n == name);
        let known = self.program.fields.iter().any(|f| f.name == name);
        (known && !of_procedure).then(|| of.text.clone())
    }

    /// A name that several procedures declare: the first argument says whose is meant.
    fn of_which_procedure(
        &mut self,
        cx: &mut Context,
        name: &str,
        span: Span,
        args: &[ast::Arg],
    ) -> Option<Symbol> {
        let (module, own) = match name.rsplit_once('.') {
            Some((alias, own)) => match self.symbol(cx, alias) {
                Some(Symbol::Module(m)) => (m, own),
                _ => (cx.module, name),
            },
            None => (cx.module, name),
        };
        let owners: Vec<(ProcedureId, Symbol)> = self.scopes[module]
            .of_procedure
            .iter()
            .filter(|((_, n), _)| n == own)
            .map(|((p, _), s)| (*p, s.clone()))
            .collect();
        if owners.is_empty() {
            self.unknown(cx, name, span);
            return None;
        }
        if let Some(ast::Arg {
            kind: ast::ArgKind::Value(e),
            ..
        }) = args.first()
        {
            let before = self.diagnostics.len();
            let ty = self.expr(&mut cx.clone(), e, None).ty;
            self.diagnostics.truncate(before); // said again with the other arguments
            let of = self.procedure_of(strip(&ty));
            if let Some((_, symbol)) = owners.iter().find(|(p, _)| Some(*p) == of) {
                return Some(symbol.clone());
            }
        }
        let mut names: Vec<&str> = owners
            .iter()
            .map(|(p, _)| self.program.procedures[p.index()].name.as_str())
            .collect();
        names.sort_unstable();
        let names = names.join(", ");
        self.error(
            Diagnostic::error(
                codes::E0211,
                format!("`{name}` is declared in several procedures: {names}"),
            )
            .at(span, "an instance of none of them")
            .help(format!(
                "name the instance: `x.{name}`, or give it as the first argument"
            )),
        );
        None
    }

    /// The module that an expression names: `cartagena`, `cartagena.convention`.
    pub(crate) fn module_of(&self, cx: &Context, e: &ast::Expr) -> Option<String> {
        let name = crate::applies::name_of(e)?;
        let first = name
            .split_once('.')
            .map_or(name.as_str(), |(first, _)| first);
        let module = matches!(self.symbol(cx, &name), Some(Symbol::Module(_)));
        (module && cx.local(first).is_none()).then_some(name)
    }

    /// What a procedure declares under a name, whichever module it is of.
    pub(crate) fn in_procedure(
        &self,
        cx: &Context,
        procedure: ProcedureId,
        name: &str,
    ) -> Option<Symbol> {
        let key = (procedure, name.to_owned());
        let own = self.program.procedures[procedure.index()].provision;
        let module = self.program.provisions[own.index()].module as usize;
        [cx.module, module]
            .into_iter()
            .find_map(|m| self.scopes[m].of_procedure.get(&key).cloned())
    }

    /// `a.accepted(p)`: a name of a's procedure.
    fn member_call(
        &mut self,
        cx: &mut Context,
        base: &ast::Expr,
        name: &ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) -> Expr {
        if let Some(alias) = self.module_of(cx, base) {
            let full = format!("{alias}.{}", name.text);
            return match self.symbol(cx, &full) {
                Some(s) => self.reference(cx, &full, s, args, span),
                None => {
                    self.unknown(cx, &full, name.span);
                    error_expr(cx.provision, span)
                }
            };
        }
        let owner = self.expr(cx, base, None);
        let Some(procedure) = self.procedure_of(&owner.ty) else {
            if owner.ty != Ty::Error {
                self.mismatch(&owner, "an instance of a procedure");
            }
            return error_expr(cx.provision, span);
        };
        let Some(symbol) = self.in_procedure(cx, procedure, &name.text) else {
            let p = self.program.procedures[procedure.index()].name.clone();
            self.error(
                Diagnostic::error(
                    codes::E0207,
                    format!("procedure `{p}` declares no `{}`", name.text),
                )
                .at(name.span, "not declared in it"),
            );
            return error_expr(cx.provision, span);
        };
        // Read as if inside the procedure, the owner being the instance.
        let this = self.program.procedures[procedure.index()].this;
        let mut inner = cx.clone();
        inner.procedure = Some((procedure, this));
        let made = self.reference(&mut inner, &name.text, symbol, args, span);
        replace(made, this, &owner)
    }

    pub(crate) fn field(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        base: &ast::Expr,
        name: &ast::Name,
    ) -> Expr {
        if self.act_of(cx, e).is_some() {
            return self.occurred(cx, e);
        }
        if self.module_of(cx, base).is_some() {
            return self.member_call(cx, base, name, &[], e.span);
        }
        // `(last withdraw by p).effective`
        if let A::Ordinal(ordinal, inner) = &crate::expr::unparen(base).kind
            && self.act_of(cx, inner).is_some()
        {
            let Some(p) = self.pattern(cx, inner) else {
                return error_expr(cx.provision, e.span);
            };
            return self.act_arg(cx, *ordinal, p, name, e.span);
        }
        if self.is_set(cx, e) {
            let set = self.set(cx, e);
            return self.value_of_set(cx, set, e.span);
        }
        let owner = self.expr(cx, base, None);
        match owner.ty.clone() {
            Ty::Entity(kinds) => {
                if let Some(p) = self.procedure_of(&owner.ty)
                    && self.in_procedure(cx, p, &name.text).is_some()
                {
                    return self.member_call(cx, base, name, &[], e.span);
                }
                match self.field_of(&kinds, name) {
                    Some((field, ty)) => {
                        self.make(cx, ExprKind::Field(Box::new(owner), field), ty, e.span)
                    }
                    None => error_expr(cx.provision, e.span),
                }
            }
            Ty::Error => owner,
            _ => {
                self.mismatch(&owner, "an entity with fields");
                error_expr(cx.provision, e.span)
            }
        }
    }

    fn act_arg(
        &mut self,
        cx: &Context,
        ordinal: ast::Ordinal,
        p: Pattern,
        name: &ast::Name,
        span: Span,
    ) -> Expr {
        let act = &self.program.acts[p.act.index()];
        match act.params.iter().position(|x| x.name == name.text) {
            Some(i) => {
                let ty = Ty::Optional(Box::new(strip(&act.params[i].ty).clone()));
                self.make(cx, ExprKind::ActArg(ordinal, Box::new(p), i), ty, span)
            }
            None => {
                let known: Vec<&str> = act.params.iter().map(|p| p.name.as_str()).collect();
                let help = if known.is_empty() {
                    "it has none".to_owned()
                } else {
                    format!("it has: {}", known.join(", "))
                };
                let act = act.name.clone();
                self.error(
                    Diagnostic::error(
                        codes::E0208,
                        format!("`{act}` has no argument `{}`", name.text),
                    )
                    .at(name.span, "not an argument of this act")
                    .help(help),
                );
                error_expr(cx.provision, span)
            }
        }
    }

    /// A field by name of one of the kinds.
    pub(crate) fn field_of(&mut self, kinds: &[KindId], name: &ast::Name) -> Option<(FieldId, Ty)> {
        // That the kind is not declared has been told.
        if kinds.is_empty() {
            return None;
        }
        let of_that_name = |f: &&Field| f.name == name.text && kinds.contains(&f.kind);
        let found = self.program.fields.iter().position(|f| of_that_name(&f));
        if let Some(i) = found {
            let ty = self.program.fields[i].ty.clone();
            let mut all = self.program.fields.iter().filter(of_that_name);
            if let Some(other) = all.find(|f| f.ty != ty) {
                let (one, other) = (self.show(&ty), self.show(&other.ty));
                self.error(
                    Diagnostic::error(
                        codes::E0301,
                        format!("`{}` is not the same in all these kinds", name.text),
                    )
                    .at(name.span, format!("here {one}, there {other}"))
                    .help("give the field one type in every kind of the union, or ask each kind for itself"),
                );
                return None;
            }
            return Some((FieldId(id(i)), ty));
        }
        let known: Vec<String> = self
            .program
            .fields
            .iter()
            .filter(|f| kinds.contains(&f.kind))
            .map(|f| f.name.clone())
            .collect();
        let near = rogatio_diagnostics::nearest(&name.text, known.iter().map(String::as_str));
        let kind = self.show(&Ty::Entity(kinds.to_vec()));
        let mut d = Diagnostic::error(codes::E0207, format!("{kind} has no field `{}`", name.text))
            .at(name.span, "no such field");
        d = match near {
            Some(n) => d.help(format!("did you mean `{n}`?")),
            None if known.is_empty() => {
                d.help("declare fields with the kind: `kind State { population: int }`")
            }
            None => d.help(format!("it has: {}", known.join(", "))),
        };
        self.error(d);
        None
    }

    /// `Amend on a` as the argument of `adopted(…)`.
    pub(crate) fn decision_arg(
        &mut self,
        cx: &mut Context,
        arg: &ast::Arg,
    ) -> Option<(DecisionId, Option<Expr>)> {
        let (n, on, body) = self.decision_parts(cx, arg)?;
        let Some(Symbol::Decision(decision)) = self.symbol(cx, &n.text) else {
            return None;
        };
        let decision = self.taken_by(decision, body.or(cx.of_body), n.span);
        let want = self.program.decisions[decision.index()]
            .subject
            .map(|v| self.var_ty(v));
        let subject = match (on, want) {
            (Some(e), Some(ty)) => {
                let v = self.argument_value(cx, e, &ty);
                self.expect_ty(&v, &ty);
                Some(v)
            }
            (Some(e), None) => {
                self.arity(&n.text, 0, 1, e.span);
                None
            }
            (None, Some(ty)) => {
                let (_, this) = cx.procedure?;
                (self.var_ty(this) == ty).then(|| self.make(cx, ExprKind::Var(this), ty, arg.span))
            }
            (None, None) => None,
        };
        Some((decision, subject))
    }

    /// A value in argument position: in a sentence an unknown name becomes a variable.
    pub(crate) fn argument_value(&mut self, cx: &mut Context, e: &ast::Expr, ty: &Ty) -> Expr {
        if let A::Name(n) = &e.kind
            && self.is_new(cx, &n.text)
        {
            let v = self.fresh(&n.text, ty.clone());
            cx.locals.push((n.text.clone(), v));
            return self.make(cx, ExprKind::Var(v), ty.clone(), e.span);
        }
        // `q: Question` binds (R4).
        if let A::Element(n, t) = &e.kind {
            let own = self.ty(cx, t);
            let v = self.fresh(&n.text, own.clone());
            cx.locals.push((n.text.clone(), v));
            return self.make(cx, ExprKind::Var(v), own, e.span);
        }
        self.expr(cx, e, Some(ty))
    }

    pub(crate) fn outcome_is(
        &mut self,
        cx: &Context,
        word: &str,
        decision: DecisionId,
        subject: Option<Expr>,
        span: Span,
    ) -> Expr {
        let outcome = outcome_of(word).unwrap_or(DecisionOutcome::Adopted);
        self.make(
            cx,
            ExprKind::OutcomeIs {
                decision,
                subject: subject.map(Box::new),
                outcome,
            },
            Ty::Bool,
            span,
        )
    }

    /// The decision that a bare outcome is about; a stage that decides several must say which.
    pub(crate) fn the_decision(
        &mut self,
        cx: &Context,
        word: &ast::Name,
    ) -> Option<(DecisionId, Option<Expr>)> {
        let found = self.stage_decision(cx)?;
        let (p, _) = cx.procedure?;
        let stage = &self.program.procedures[p.index()].stages[cx.stage?];
        let here = stage.decides.iter();
        let here: Vec<DecisionId> = here
            .filter(|(v, _)| v.is_none() || *v == cx.version)
            .map(|(_, d)| *d)
            .collect();
        if let [first, second, ..] = here.as_slice() {
            let name = |d: &DecisionId| self.program.decisions[d.index()].name.clone();
            let (first, second) = (name(first), name(second));
            let (text, stage) = (&word.text, stage.name.clone());
            self.partial = true;
            self.error(
                Diagnostic::error(codes::E0724, format!("`{text}` of which decision?"))
                    .at(
                        word.span,
                        format!("`{stage}` decides `{first}` and `{second}`"),
                    )
                    .help(format!("write `{text}({first} on this)`")),
            );
        }
        Some(found)
    }

    /// In a stage that decides something, `adopted` means that decision.
    pub(crate) fn stage_decision(&self, cx: &Context) -> Option<(DecisionId, Option<Expr>)> {
        let (p, this) = cx.procedure?;
        let stage = &self.program.procedures[p.index()].stages.get(cx.stage?)?;
        let own = stage.decides.iter().find(|(v, _)| *v == cx.version);
        let d = own.or(stage.decides.first())?.1;
        let d = cx.of_body.and_then(|b| self.limb_of(d, b)).unwrap_or(d);
        let subject = self.program.decisions[d.index()].subject.map(|_| Expr {
            kind: ExprKind::Var(this),
            ty: self.var_ty(this),
            provision: cx.provision,
            span: Span::NONE,
        });
        Some((d, subject))
    }
}

pub(crate) fn outcome_of(word: &str) -> Option<DecisionOutcome> {
    Some(match word {
        "adopted" => DecisionOutcome::Adopted,
        "rejected" => DecisionOutcome::Rejected,
        "inquorate" => DecisionOutcome::Inquorate,
        "inadmissible" => DecisionOutcome::Inadmissible,
        "lapsed" => DecisionOutcome::Lapsed,
        "withdrawn" => DecisionOutcome::Withdrawn,
        "undetermined" => DecisionOutcome::Undetermined,
        _ => return None,
    })
}

pub(crate) fn norm_state(word: &str) -> Option<NormState> {
    Some(match word {
        "none" => NormState::None,
        "pending" => NormState::Pending,
        "open" => NormState::Open,
        "fulfilled" => NormState::Fulfilled,
        "lapsed" => NormState::Lapsed,
        "released" => NormState::Released,
        "breached" => NormState::Breached,
        _ => return None,
    })
}

/// The expression with a value for a variable.
pub(crate) fn replace(mut e: Expr, var: VarId, value: &Expr) -> Expr {
    fn walk(e: &mut Expr, var: VarId, value: &Expr) {
        if matches!(e.kind, ExprKind::Var(v) if v == var) {
            *e = value.clone();
            return;
        }
        e.for_each_child(&mut |c| walk(c, var, value));
    }
    walk(&mut e, var, value);
    e
}
