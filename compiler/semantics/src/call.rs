//! Calls, fields, `is`, shares and counts.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, ShareCmp};
use crate::check::{Checker, error_expr, id};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    pub(crate) fn call(&mut self, cx: &mut Context, e: &ast::Expr, f: &ast::Expr, args: &[ast::Arg], want: Option<&Ty>) -> Expr {
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
                let kind = if name == "later" { ExprKind::Later(times) } else { ExprKind::Earlier(times) };
                return self.make(cx, kind, Ty::Time, span);
            }
            "start" | "end" => return self.start_or_end(cx, &name, args, false, span),
            "count" => return self.count(cx, args, span),
            "heads" => return self.heads(cx, args, span),
            "votes" => return self.votes(cx, args, span),
            "sum" => return self.sum(cx, args, span),
            "adopted" | "rejected" | "inquorate" | "inadmissible" | "lapsed" | "carried"
                if args.len() == 1 && self.symbol(cx, &name).is_none() =>
            {
                let word = if name == "carried" { "adopted" } else { name.as_str() };
                return match self.decision_arg(cx, &args[0]) {
                    Some((d, subject)) => self.outcome_is(cx, word, d, subject, span),
                    None => self.not_a_value(cx, args[0].span, "name a decision and its subject: `adopted(Amend on a)`"),
                };
            }
            _ => {}
        }
        if self.is_set(cx, e) {
            let set = self.set(cx, e);
            let ty = Ty::Set(set.kinds.clone());
            return self.make(cx, ExprKind::Set(Box::new(set)), ty, span);
        }
        match self.symbol(cx, &name) {
            Some(symbol) => self.reference(cx, &name, symbol, args, span),
            None => {
                // `population(S)`: the sum of a field over a set
                if let [arg] = args
                    && let ast::ArgKind::Value(inner) = &arg.kind
                    && self.is_set(cx, inner)
                    && self.program.fields.iter().any(|f| f.name == name && f.ty == Ty::Int)
                {
                    return self.field_sum(cx, &name, inner, span);
                }
                let _ = want;
                self.unknown(cx, &name, f.span);
                error_expr(cx.provision, span)
            }
        }
    }

    /// `a.accepted(p)`: a name of a's procedure.
    fn member_call(&mut self, cx: &mut Context, base: &ast::Expr, name: &ast::Name, args: &[ast::Arg], span: Span) -> Expr {
        if let A::Name(alias) = &base.kind
            && let Some(Symbol::Module(_)) = self.symbol(cx, &alias.text)
        {
            let full = format!("{}.{}", alias.text, name.text);
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
        let Some(symbol) = self.scopes[cx.module].of_procedure.get(&(procedure, name.text.clone())).cloned() else {
            let p = self.program.procedures[procedure.index()].name.clone();
            self.error(
                Diagnostic::error(codes::E0207, format!("procedure `{p}` declares no `{}`", name.text))
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

    pub(crate) fn field(&mut self, cx: &mut Context, e: &ast::Expr, base: &ast::Expr, name: &ast::Name) -> Expr {
        if self.act_of(cx, e).is_some() {
            return self.occurred(cx, e);
        }
        if let A::Name(alias) = &base.kind
            && cx.local(&alias.text).is_none()
            && let Some(Symbol::Module(_)) = self.symbol(cx, &alias.text)
        {
            return self.member_call(cx, base, name, &[], e.span);
        }
        // `(last withdraw by p).effective`
        if let A::Ordinal(ordinal, inner) = &crate::expr::unparen(base).kind
            && self.act_of(cx, inner).is_some()
        {
            let Some(p) = self.pattern(cx, inner) else { return error_expr(cx.provision, e.span) };
            return self.act_arg(cx, *ordinal, p, name, e.span);
        }
        if self.is_set(cx, e) {
            let set = self.set(cx, e);
            let ty = Ty::Set(set.kinds.clone());
            return self.make(cx, ExprKind::Set(Box::new(set)), ty, e.span);
        }
        let owner = self.expr(cx, base, None);
        match owner.ty.clone() {
            Ty::Entity(kinds) => {
                if let Some(p) = self.procedure_of(&owner.ty)
                    && self.scopes[cx.module].of_procedure.contains_key(&(p, name.text.clone()))
                {
                    return self.member_call(cx, base, name, &[], e.span);
                }
                match self.field_of(&kinds, name) {
                    Some((field, ty)) => self.make(cx, ExprKind::Field(Box::new(owner), field), ty, e.span),
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

    fn act_arg(&mut self, cx: &Context, ordinal: ast::Ordinal, p: Pattern, name: &ast::Name, span: Span) -> Expr {
        let act = &self.program.acts[p.act.index()];
        match act.params.iter().position(|x| x.name == name.text) {
            Some(i) => {
                let ty = Ty::Optional(Box::new(strip(&act.params[i].ty).clone()));
                self.make(cx, ExprKind::ActArg(ordinal, Box::new(p), i), ty, span)
            }
            None => {
                let known: Vec<&str> = act.params.iter().map(|p| p.name.as_str()).collect();
                let help = if known.is_empty() { "it has none".to_owned() } else { format!("it has: {}", known.join(", ")) };
                let act = act.name.clone();
                self.error(
                    Diagnostic::error(codes::E0208, format!("`{act}` has no argument `{}`", name.text))
                        .at(name.span, "not an argument of this act")
                        .help(help),
                );
                error_expr(cx.provision, span)
            }
        }
    }

    /// A field by name of one of the kinds.
    pub(crate) fn field_of(&mut self, kinds: &[KindId], name: &ast::Name) -> Option<(FieldId, Ty)> {
        let found = self.program.fields.iter().position(|f| f.name == name.text && kinds.contains(&f.kind));
        if let Some(i) = found {
            return Some((FieldId(id(i)), self.program.fields[i].ty.clone()));
        }
        let known: Vec<String> =
            self.program.fields.iter().filter(|f| kinds.contains(&f.kind)).map(|f| f.name.clone()).collect();
        let near = crate::suggest::nearest(&name.text, known.iter().map(String::as_str));
        let kind = self.show(&Ty::Entity(kinds.to_vec()));
        let mut d = Diagnostic::error(codes::E0207, format!("{kind} has no field `{}`", name.text)).at(name.span, "no such field");
        d = match near {
            Some(n) => d.help(format!("did you mean `{n}`?")),
            None if known.is_empty() => d.help("declare fields with the kind: `kind State { population: int }`"),
            None => d.help(format!("it has: {}", known.join(", "))),
        };
        self.error(d);
        None
    }

    fn one_value<'a>(&mut self, word: &str, args: &'a [ast::Arg], span: Span) -> Option<&'a ast::Expr> {
        match args {
            [ast::Arg { kind: ast::ArgKind::Value(e), on: None, .. }] => Some(e),
            _ => {
                self.arity(word, 1, args.len(), span);
                None
            }
        }
    }

    fn count(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("count", args, span) else { return error_expr(cx.provision, span) };
        if self.act_of(cx, e).is_some() && !self.is_set(cx, e) {
            return match self.pattern(cx, e) {
                Some(p) => self.make(cx, ExprKind::CountActs(Box::new(p)), Ty::Int, span),
                None => error_expr(cx.provision, span),
            };
        }
        let depth = cx.locals.len();
        let set = self.set(cx, e);
        cx.locals.truncate(depth);
        self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span)
    }

    fn heads(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("heads", args, span) else { return error_expr(cx.provision, span) };
        let set = self.set(cx, e);
        self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span)
    }

    /// `votes(S)`: the sum of the body's weights over S.
    fn votes(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("votes", args, span) else { return error_expr(cx.provision, span) };
        let decision = cx.decision.as_ref().map(|d| d.id).or_else(|| self.decision_in(cx, e));
        let set = self.set(cx, e);
        let Some(decision) = decision else {
            self.error(
                Diagnostic::error(codes::E0603, "`votes(…)` counts in a decision")
                    .at(span, "no decision here gives a weight")
                    .help("name the roll: `votes(yes(Amend on a))`, or count heads: `count(…)`"),
            );
            return error_expr(cx.provision, span);
        };
        let body = self.program.decisions[decision.index()].body;
        let body = self.program.entities[body.index()].body.clone();
        match body.and_then(|b| b.weight.map(|w| (b.member, w))) {
            Some((member, weight)) => {
                let value = crate::set::substitute(weight, member, set.var);
                self.make(cx, ExprKind::Sum { set: Box::new(set), value: Box::new(value) }, Ty::Int, span)
            }
            None => self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span),
        }
    }

    fn decision_in(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<DecisionId> {
        match &e.kind {
            A::Paren(inner) => self.decision_in(cx, inner),
            A::Binary(_, l, _) => self.decision_in(cx, l),
            A::Call(_, args) => args.first().and_then(|a| self.decision_arg(&mut cx.clone(), a)).map(|(d, _)| d),
            _ => None,
        }
    }

    fn sum(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("sum", args, span) else { return error_expr(cx.provision, span) };
        if let A::Field(base, name) = &e.kind
            && self.act_of(cx, base).is_some()
        {
            let Some(p) = self.pattern(cx, base) else { return error_expr(cx.provision, span) };
            let params = &self.program.acts[p.act.index()].params;
            if let Some(i) = params.iter().position(|x| x.name == name.text && x.ty == Ty::Int) {
                return self.make(cx, ExprKind::SumActs(Box::new(p), i), Ty::Int, span);
            }
            self.error(
                Diagnostic::error(codes::E0208, format!("no argument `{}` that is a number", name.text))
                    .at(name.span, "only numbers are added up"),
            );
            return error_expr(cx.provision, span);
        }
        self.not_a_value(cx, span, "write `sum(ACT.argument)`")
    }

    fn field_sum(&mut self, cx: &mut Context, field: &str, e: &ast::Expr, span: Span) -> Expr {
        let set = self.set(cx, e);
        let name = ast::Name { text: field.to_owned(), span };
        let Some((field, _)) = self.field_of(&set.kinds.clone(), &name) else { return error_expr(cx.provision, span) };
        let owner = self.make(cx, ExprKind::Var(set.var), Ty::Entity(set.kinds.clone()), span);
        let value = self.make(cx, ExprKind::Field(Box::new(owner), field), Ty::Int, span);
        self.make(cx, ExprKind::Sum { set: Box::new(set), value: Box::new(value) }, Ty::Int, span)
    }

    /// A number; a set is counted. In a body with weights a bare set is an error (R38).
    pub(crate) fn quantity(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        if self.is_set(cx, e) {
            if cx.decision.as_ref().is_some_and(|d| d.weighted) {
                self.error(
                    Diagnostic::error(codes::E0603, "this body has weights: a bare set is heads or votes?")
                        .at(e.span, "counted how?")
                        .help("write `votes(…)` for weights or `heads(…)` for members"),
                );
            }
            let depth = cx.locals.len();
            let set = self.set(cx, e);
            cx.locals.truncate(depth);
            return self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, e.span);
        }
        let v = self.expr(cx, e, Some(&Ty::Int));
        if !self.fits(&v.ty, &Ty::Int) {
            self.mismatch(&v, "a number");
            return error_expr(cx.provision, e.span);
        }
        v
    }

    /// `1/3`, `55%`.
    pub(crate) fn fraction(&self, e: &ast::Expr) -> Option<(i64, i64)> {
        match &crate::expr::unparen(e).kind {
            A::Percent(n, d) => Some((*n, *d)),
            A::Binary(BinaryOp::Div, l, r) => match (&l.kind, &r.kind) {
                (A::Int(n), A::Int(d)) => Some((*n, *d)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn share(&mut self, cx: &mut Context, cmp: ShareCmp, value: &ast::Expr, span: Span) -> Expr {
        if let Some((num, den)) = self.fraction(value) {
            if den <= 0 || num < 0 || num > den {
                self.error(
                    Diagnostic::error(codes::E0312, "a share lies between nothing and the whole")
                        .at(value.span, "no part of a whole")
                        .help("write a fraction such as 2/3 or 55%"),
                );
                return error_expr(cx.provision, span);
            }
            return self.make(cx, ExprKind::ShareValue { cmp, num, den }, Ty::Share, span);
        }
        self.error(
            Diagnostic::error(codes::E0303, "a share is a fraction or a percentage")
                .at(value.span, "not a fraction")
                .help("write `at least 2/3`, or use a define of type share: `x is needed(d) of y`"),
        );
        error_expr(cx.provision, span)
    }

    pub(crate) fn share_compare(&mut self, cx: &mut Context, part: &ast::Expr, share: Expr, base: &ast::Expr, span: Span) -> Expr {
        if let Some((num, den)) = match share.kind {
            ExprKind::ShareValue { num, den, .. } => Some((num, den)),
            _ => None,
        } && (den <= 0 || num < 0 || num > den)
        {
            self.error(
                Diagnostic::error(codes::E0312, "a share lies between nothing and the whole")
                    .at(share.span, "no part of a whole")
                    .help("write a fraction such as 2/3 or 55%"),
            );
        }
        let p = self.quantity(cx, part);
        let b = self.quantity(cx, base);
        if matches!(p.kind, ExprKind::CountActs(_)) && matches!(b.kind, ExprKind::Count(_)) {
            self.error(
                Diagnostic::error(codes::E0306, "acts are not members: one member may act twice")
                    .at(part.span, "counts acts")
                    .also(base.span, "counts members")
                    .help("did you mean the actors, `who(…)`, or a status such as `accepted`?"),
            );
        }
        let kind = ExprKind::ShareCompare { part: Box::new(p), share: Box::new(share), base: Box::new(b) };
        self.make(cx, kind, Ty::Bool, span)
    }

    /// `x is WHAT [of BASE]`.
    pub(crate) fn is(&mut self, cx: &mut Context, subject: &ast::Expr, what: &ast::Expr, base: Option<&ast::Expr>, span: Span) -> Expr {
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
            return self.make(cx, ExprKind::DecisionOpen { decision, subject: None }, Ty::Bool, span);
        }
        let s = self.expr(cx, subject, None);
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
            && let Some(stage) = self.program.procedures[procedure.index()].stages.iter().position(|x| x.name == word)
        {
            let kind = ExprKind::InStage { instance: Box::new(s), procedure, stages: vec![stage] };
            return self.make(cx, kind, Ty::Bool, span);
        }
        if !word.is_empty() {
            let instance = match strip(&s.ty) {
                Ty::Entity(kinds) => self.instances.get(&word).is_some_and(|found| {
                    found.iter().any(|i| kinds.contains(&self.program.entities[i.index()].kind))
                }),
                _ => false,
            };
            match self.symbol(cx, &word) {
                Some(Symbol::Kind(r)) if !instance => {
                    let is = self.make(cx, ExprKind::IsKind(Box::new(s.clone()), r.kinds), Ty::Bool, span);
                    return match r.role {
                        Some(role) => {
                            let holds = self.make(cx, ExprKind::Call(role, vec![s]), Ty::Bool, span);
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
        let v = self.expr(cx, what, Some(&want));
        if !self.fits(&v.ty, &s.ty) {
            self.error(
                Diagnostic::error(codes::E0304, format!("{} is never {}", self.show(&s.ty), self.show(&v.ty)))
                    .at(what.span, self.show(&v.ty))
                    .also(subject.span, self.show(&s.ty)),
            );
        }
        self.make(cx, ExprKind::Compare(CmpOp::Eq, Box::new(s), Box::new(v)), Ty::Bool, span)
    }

    pub(crate) fn unknown_stage(&mut self, procedure: ProcedureId, word: &str, span: Span) {
        self.partial = true;
        let p = &self.program.procedures[procedure.index()];
        let known: Vec<String> = p.stages.iter().map(|s| s.name.clone()).collect();
        let near = crate::suggest::nearest(word, known.iter().map(String::as_str));
        let name = p.name.clone();
        let mut d = Diagnostic::error(codes::E0706, format!("procedure `{name}` has no stage `{word}`")).at(span, "no such stage");
        d = match near {
            Some(n) => d.help(format!("did you mean `{n}`?")),
            None => d.help(format!("its stages: {}", known.join(", "))),
        };
        self.error(d);
    }

    /// A labelled norm named in an expression, with its arguments.
    pub(crate) fn norm_ref<'a>(&self, cx: &Context, e: &'a ast::Expr) -> Option<(NormId, &'a [ast::Arg])> {
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

    pub(crate) fn norm_keys(&mut self, cx: &mut Context, norm: NormId, args: &[ast::Arg], span: Span) -> Vec<Expr> {
        let name = self.program.norms[norm.index()].label.clone().unwrap_or_default();
        let keys = self.program.norms[norm.index()].keys.clone();
        let this = cx.procedure.map(|(_, t)| t);
        let given: Vec<VarId> = keys.iter().copied().take(args.len() + usize::from(this.is_some())).collect();
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

    /// `Amend on a` as the argument of `adopted(…)`.
    pub(crate) fn decision_arg(&mut self, cx: &mut Context, arg: &ast::Arg) -> Option<(DecisionId, Option<Expr>)> {
        let ast::ArgKind::Value(e) = &arg.kind else { return None };
        let A::Name(n) = &e.kind else { return None };
        let Some(Symbol::Decision(decision)) = self.symbol(cx, &n.text) else { return None };
        let want = self.program.decisions[decision.index()].subject.map(|v| self.var_ty(v));
        let subject = match (&arg.on, want) {
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
        if cx.implicit
            && let A::Name(n) = &e.kind
            && cx.local(&n.text).is_none()
            && self.symbol(cx, &n.text).is_none()
            && !self.instances.contains_key(&n.text)
        {
            let v = self.fresh(&n.text, ty.clone());
            cx.locals.push((n.text.clone(), v));
            return self.make(cx, ExprKind::Var(v), ty.clone(), e.span);
        }
        self.expr(cx, e, Some(ty))
    }

    pub(crate) fn outcome_is(&mut self, cx: &Context, word: &str, decision: DecisionId, subject: Option<Expr>, span: Span) -> Expr {
        let outcome = outcome_of(word).unwrap_or(DecisionOutcome::Adopted);
        self.make(cx, ExprKind::OutcomeIs { decision, subject: subject.map(Box::new), outcome }, Ty::Bool, span)
    }

    /// In a stage that decides something, `adopted` means that decision.
    pub(crate) fn stage_decision(&self, cx: &Context) -> Option<(DecisionId, Option<Expr>)> {
        let (p, this) = cx.procedure?;
        let stage = &self.program.procedures[p.index()].stages.get(cx.stage?)?;
        let d = *stage.decides.first()?;
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
fn replace(mut e: Expr, var: VarId, value: &Expr) -> Expr {
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
