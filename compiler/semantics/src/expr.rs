//! Expressions: names, calls and operators to typed HIR.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use crate::together::with_body;
use rogatio_diagnostics::nearest;

impl Checker {
    pub(crate) fn make(&self, cx: &Context, kind: ExprKind, ty: Ty, span: Span) -> Expr {
        self.one_axis(cx, &kind);
        Expr {
            kind,
            ty,
            provision: cx.provision,
            span,
        }
    }

    /// What a name stands for here.
    pub(crate) fn symbol(&self, cx: &Context, name: &str) -> Option<Symbol> {
        let symbol = match name.split_once(" of ") {
            Some((name, cite)) => self.copy_named(cx, name, cite),
            None => self.written_symbol(cx, name),
        };
        Some(self.in_copy(cx, name, symbol?))
    }

    /// What a name stands for in the text where it is written.
    fn written_symbol(&self, cx: &Context, name: &str) -> Option<Symbol> {
        if let Some(i) = cx.parameters.iter().position(|(n, _)| n == name) {
            return Some(Symbol::Parameter(i));
        }
        let scope = &self.scopes[cx.module];
        if let Some((p, _)) = cx.procedure
            && let Some(s) = scope.of_procedure.get(&(p, name.to_owned()))
        {
            return Some(s.clone());
        }
        if let Some((p, _)) = cx.procedure
            && let Some(field) = self.parameter(p, name)
        {
            return Some(Symbol::Field(field));
        }
        if let Some((alias, rest)) = name.split_once('.')
            && let Some(Symbol::Module(m)) = scope
                .names
                .get(alias)
                .map(|(s, _)| s)
                .or_else(|| scope.imports.get(alias))
        {
            return self.member(*m, rest);
        }
        if let Some((s, _)) = scope.names.get(name) {
            return Some(s.clone());
        }
        if let Some(s) = scope.imports.get(name) {
            return Some(s.clone());
        }
        // From outside, a procedure's own names take the instance as first argument.
        only_inner(scope, name)
    }

    /// A name of another module: its own, or one that it uses itself.
    fn member(&self, module: usize, name: &str) -> Option<Symbol> {
        let scope = &self.scopes[module];
        let first = name.split_once('.').map_or(name, |(first, _)| first);
        let found = scope
            .names
            .get(first)
            .map(|(s, _)| s)
            .or_else(|| scope.imports.get(first));
        match (found, name.split_once('.')) {
            (Some(Symbol::Module(m)), Some((_, rest))) => self.member(*m, rest),
            (Some(s), None) => Some(s.clone()),
            (None, None) => only_inner(scope, name),
            _ => None,
        }
    }

    fn unknown_member(&mut self, module: usize, alias: &str, name: &str, span: Span) {
        let scope = &self.scopes[module];
        let known = scope
            .names
            .keys()
            .chain(scope.of_procedure.keys().map(|(_, n)| n));
        let near = nearest(name, known.map(String::as_str));
        let d = Diagnostic::error(codes::E0201, format!("module `{alias}` has no `{name}`"))
            .at(span, "not declared there");
        let d = match near {
            Some(near) => d.help(format!("did you mean `{alias}.{near}`?")),
            None => d.help("name what the module declares; `rogatio doc` shows it"),
        };
        self.error(d);
    }

    /// An unknown name, with the nearest known one.
    pub(crate) fn unknown(&mut self, cx: &Context, name: &str, span: Span) {
        if let Some((own, cite)) = name.split_once(" of ") {
            return self.unknown_copy(cx, own, cite, span);
        }
        if let Some((alias, own)) = name.rsplit_once('.')
            && let Some(Symbol::Module(m)) = self.symbol(cx, alias)
        {
            return self.unknown_member(m, alias, own, span);
        }
        let scope = &self.scopes[cx.module];
        let known = scope
            .names
            .keys()
            .chain(scope.imports.keys())
            .chain(scope.of_procedure.keys().map(|(_, n)| n))
            .map(String::as_str)
            .chain(cx.locals.iter().map(|(n, _)| n.as_str()))
            .chain(self.instances.keys().map(String::as_str))
            .chain(
                cx.case
                    .iter()
                    .flat_map(|c| c.entities.keys().map(String::as_str)),
            );
        let near = nearest(name, known.filter(|k| *k != name));
        let mut d = Diagnostic::error(codes::E0201, format!("nothing here is named `{name}`"))
            .at(span, "not declared");
        d = match near {
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None if cx.case.is_some() => d.help("declare entities by kind first: `State: A, B`"),
            None => d.help("declare it, or bind it: `x: KIND`"),
        };
        self.error(d);
    }

    /// A value. `want` helps to choose between instances of enumerations and entities of a case.
    pub(crate) fn expr(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        if matches!(want.map(strip), Some(Ty::Dates)) || self.is_dates(cx, e) {
            self.dates(cx, e)
        } else if matches!(want.map(strip), Some(Ty::Chance)) && crate::experiment::is_chance(e) {
            self.chance(cx, e)
        } else {
            let v = self.value(cx, e, want);
            let v = self.as_known(cx, e, v);
            self.as_set(cx, v, want)
        }
    }

    /// The same for what is no set of days by its shape.
    pub(crate) fn value(&mut self, cx: &mut Context, e: &ast::Expr, want: Option<&Ty>) -> Expr {
        let span = e.span;
        if let Some((inner, body)) = self.of_one_body(cx, e) {
            return with_body(cx, body, |cx| self.expr(cx, inner, want));
        }
        match &e.kind {
            A::Int(n) => self.make(cx, ExprKind::Int(*n), Ty::Int, span),
            A::Date(d) => self.make(cx, ExprKind::Day(*d), Ty::Day, span),
            A::DateTime(i) => self.make(cx, ExprKind::Instant(*i), Ty::Time, span),
            A::Length(n, unit) => match self.length_in(cx, *n, *unit) {
                Some(l) => self.make(cx, ExprKind::Length(l), Ty::Length, span),
                None => {
                    self.error(
                        Diagnostic::error(codes::E0106, "this length is too long")
                            .at(span, "too long"),
                    );
                    error_expr(cx.provision, span)
                }
            },
            A::Text(t) => self.text(cx, t, want),
            A::Name(n) => self.name(cx, n, want),
            A::Paren(inner) => self.expr(cx, inner, want),
            A::Neg(inner) => {
                let v = self.number(cx, inner, want);
                let ty = v.ty.clone();
                let zero = self.make(cx, ExprKind::Int(0), ty.clone(), span);
                self.make(
                    cx,
                    ExprKind::Arith(ArithOp::Sub, Box::new(zero), Box::new(v)),
                    ty,
                    span,
                )
            }
            A::Not(_) | A::Binary(BinaryOp::Or | BinaryOp::And, ..) => self.cond(cx, e),
            A::Binary(op, l, r) => self.binary(cx, *op, l, r, span),
            A::Is {
                subject,
                negated,
                what,
                base,
            } => {
                let is = self.is(cx, subject, what, base.as_deref(), span);
                if *negated {
                    self.make(cx, ExprKind::Not(Box::new(is)), Ty::Bool, span)
                } else {
                    is
                }
            }
            A::Share(cmp, value) => self.share(cx, *cmp, value, span),
            A::Percent(..) => {
                self.error(
                    Diagnostic::error(codes::E0303, "a share alone compares nothing")
                        .at(span, "of what, and which way?")
                        .help("write `at least 55% of members`"),
                );
                error_expr(cx.provision, span)
            }
            A::Call(f, args) => self.call(cx, e, f, args),
            A::Field(base, name) => self.field(cx, e, base, name),
            A::Ordinal(ordinal, inner) => self.ordinal(cx, *ordinal, inner, span),
            A::Where(inner, cond) => {
                if let A::Ordinal(ordinal, of) = &inner.kind {
                    let with = ast::Expr {
                        kind: A::Where(of.clone(), cond.clone()),
                        span,
                    };
                    return self.ordinal(cx, *ordinal, &with, span);
                }
                if self.act_of(cx, e).is_some() {
                    return self.occurred(cx, e);
                }
                let set = self.set(cx, e);
                self.value_of_set(cx, set, span)
            }
            A::For(cond, length) if self.is_held_for(cx, cond, length) => {
                self.held_for(cx, cond, length, span)
            }
            A::InTheLast(of, _) if self.act_of(cx, of).is_none() => {
                match self.count_events(cx, e) {
                    Some(count) => {
                        let none = self.make(cx, ExprKind::Int(0), Ty::Int, span);
                        let kind = ExprKind::Compare(CmpOp::Gt, Box::new(count), Box::new(none));
                        self.make(cx, kind, Ty::Bool, span)
                    }
                    None => self.occurred(cx, e),
                }
            }
            A::By(..) | A::For(..) | A::To(..) | A::Under(..) | A::InTheLast(..) => {
                self.occurred(cx, e)
            }
            A::Element(..) | A::EachOf(_) | A::Quantified(..) => {
                let set = self.set(cx, e);
                self.value_of_set(cx, set, span)
            }
            A::Every(_) => self.not_a_value(
                cx,
                span,
                "`every …` is an event; it belongs after `from`, `until` or `upon`",
            ),
            A::Becomes(_) => self.not_a_value(
                cx,
                span,
                "`C becomes true` is an event; it belongs after `from`, `until` or `upon`",
            ),
            A::FirstTime(_) => self.not_a_value(
                cx,
                span,
                "`first time C` is an event; it belongs after `from`, `until` or `upon`",
            ),
            A::Ranked(set, keys) => self.contest(cx, set, keys, span),
            A::Range(..) => self.not_a_value(
                cx,
                span,
                "a range belongs after `during`, `by each of` or in a list",
            ),
            A::Cite(_) => self.not_a_value(
                cx,
                span,
                "a citation belongs after `because`, `under` or `despite`",
            ),
            A::NotStated(t) => {
                let ty = want.cloned().unwrap_or(Ty::Bool);
                self.make(cx, ExprKind::NotStated(t.value.clone()), ty, span)
            }
            A::Error => error_expr(cx.provision, span),
        }
    }

    pub(crate) fn not_a_value(&mut self, cx: &Context, span: Span, why: &str) -> Expr {
        self.error(
            Diagnostic::error(codes::E0302, "this is not a value")
                .at(span, "a value belongs here")
                .help(why),
        );
        error_expr(cx.provision, span)
    }

    fn text(&mut self, cx: &Context, t: &ast::Text, want: Option<&Ty>) -> Expr {
        if let Some(case) = &cx.case {
            if let Some(kind) = case.entities.get(&t.value) {
                return self.make(
                    cx,
                    ExprKind::CaseEntity(t.value.clone()),
                    Ty::Entity(vec![*kind]),
                    t.span,
                );
            }
            if let Some(Ty::Entity(kinds)) = want.map(strip)
                && case.open
            {
                return self.make(
                    cx,
                    ExprKind::CaseEntity(t.value.clone()),
                    Ty::Entity(kinds.clone()),
                    t.span,
                );
            }
        }
        self.make(cx, ExprKind::Text(t.value.clone()), Ty::Text, t.span)
    }

    fn name(&mut self, cx: &mut Context, n: &ast::Name, want: Option<&Ty>) -> Expr {
        let span = n.span;
        if let Some(v) = cx.local(&n.text) {
            return self.make(cx, ExprKind::Var(v), self.var_ty(v), span);
        }
        match n.text.as_str() {
            "true" => return self.make(cx, ExprKind::Bool(true), Ty::Bool, span),
            "false" => return self.make(cx, ExprKind::Bool(false), Ty::Bool, span),
            "none" => return self.make(cx, ExprKind::None, Ty::None, span),
            "now" => return self.make(cx, ExprKind::Now, Ty::Time, span),
            "opening" if cx.decision.as_ref().is_some_and(|d| d.closing) => {
                return self.make(cx, ExprKind::EventTime, Ty::Time, span);
            }
            "here" => {
                if let (Some((procedure, this)), Some(stage)) = (cx.procedure, cx.stage) {
                    let instance =
                        Box::new(self.make(cx, ExprKind::Var(this), self.var_ty(this), span));
                    return self.make(
                        cx,
                        ExprKind::InStage {
                            instance,
                            procedure,
                            stages: vec![stage],
                        },
                        Ty::Bool,
                        span,
                    );
                }
            }
            "this" => {
                if let Some((_, this)) = cx.procedure {
                    return self.make(cx, ExprKind::Var(this), self.var_ty(this), span);
                }
            }
            "deciding_body" if self.symbol(cx, "deciding_body").is_none() => {
                if let Some(d) = &cx.decision {
                    let body = self.program.decisions[d.id.index()].body;
                    let Some(found) = self.program.entities.get(body.index()) else {
                        return error_expr(cx.provision, span);
                    };
                    let ty = Ty::Entity(vec![found.kind]);
                    return self.make(cx, ExprKind::Entity(body), ty, span);
                }
            }
            "chair" if self.symbol(cx, "chair").is_none() => {
                if let Some(d) = cx.decision.clone() {
                    return match self.chair_of(d.id) {
                        Some(e) => Expr { span, ..e },
                        None => self.no_chair(cx, d.id, span),
                    };
                }
            }
            word if crate::call::outcome_of(word).is_some() => {
                if let Some((d, subject)) = self.the_decision(cx, n) {
                    return self.outcome_is(cx, &n.text, d, subject, span);
                }
            }
            _ => {}
        }
        if cx.decision.is_some()
            && self.is_set(
                cx,
                &ast::Expr {
                    kind: A::Name(n.clone()),
                    span,
                },
            )
        {
            let set = self.set(
                cx,
                &ast::Expr {
                    kind: A::Name(n.clone()),
                    span,
                },
            );
            return self.value_of_set(cx, set, span);
        }
        // An instance of an enumeration that the context asks for wins over everything declared.
        if let Some(Ty::Entity(kinds)) = want.map(strip)
            && let Some(found) = self.instances.get(&n.text)
            && let Some(i) = found
                .iter()
                .copied()
                .find(|i| kinds.contains(&self.program.entities[i.index()].kind))
        {
            return match self.in_copy(cx, &n.text, Symbol::Entity(i)) {
                Symbol::Value { level, replacement } => {
                    self.replaced_value(cx, (level, replacement), &n.text, &[], want, span)
                }
                symbol => self.reference(cx, &n.text, symbol, &[], span),
            };
        }
        if let Some(case) = &cx.case
            && let Some(kind) = case.entities.get(&n.text)
        {
            return self.make(
                cx,
                ExprKind::CaseEntity(n.text.clone()),
                Ty::Entity(vec![*kind]),
                span,
            );
        }
        if let Some((procedure, number)) = n.text.split_once('#') {
            return self.numbered_instance(cx, n, procedure, number);
        }
        match self.symbol(cx, &n.text) {
            Some(Symbol::Value { level, replacement }) => {
                self.replaced_value(cx, (level, replacement), &n.text, &[], want, span)
            }
            Some(symbol) => self.reference(cx, &n.text, symbol, &[], span),
            None => {
                if let Some(found) = self.instances.get(&n.text) {
                    if let [one] = found.as_slice() {
                        let one = self.in_copy(cx, &n.text, Symbol::Entity(*one));
                        return self.reference(cx, &n.text, one, &[], span);
                    }
                    let kinds: Vec<String> = found
                        .iter()
                        .map(|i| {
                            self.program.kinds[self.program.entities[i.index()].kind.index()]
                                .name
                                .clone()
                        })
                        .collect();
                    self.error(
                        Diagnostic::error(
                            codes::E0211,
                            format!("`{}` is an instance of several kinds", n.text),
                        )
                        .at(span, format!("of {}", kinds.join(", ")))
                        .help("compare it with a value of the kind you mean"),
                    );
                    return error_expr(cx.provision, span);
                }
                if let (Some(case), Some(Ty::Entity(kinds))) = (&cx.case, want.map(strip))
                    && case.open
                {
                    return self.make(
                        cx,
                        ExprKind::CaseEntity(n.text.clone()),
                        Ty::Entity(kinds.clone()),
                        span,
                    );
                }
                self.unknown(cx, &n.text, span);
                error_expr(cx.provision, span)
            }
        }
    }

    /// A declared name with arguments (none for a bare name).
    pub(crate) fn reference(
        &mut self,
        cx: &mut Context,
        name: &str,
        symbol: Symbol,
        args: &[ast::Arg],
        span: Span,
    ) -> Expr {
        match symbol {
            Symbol::Entity(e) => {
                let kind = self.program.entities[e.index()].kind;
                self.make(cx, ExprKind::Entity(e), Ty::Entity(vec![kind]), span)
            }
            Symbol::Define(d) => {
                let define = self.program.defines[d.index()].clone();
                if let DefineValue::Stream(_) = define.value {
                    // As a condition an event means that it has come.
                    let event = call_again(name, args, span);
                    return self.has_come(cx, &event);
                }
                let values = self.arguments(cx, name, &define.params, args, span);
                if let Ty::Set(kinds) = &define.ty {
                    let set = self.set(cx, &call_again(name, args, span));
                    let set = SetExpr {
                        kinds: kinds.clone(),
                        ..set
                    };
                    return self.value_of_set(cx, set, span);
                }
                self.make(cx, ExprKind::Call(d, values), define.ty, span)
            }
            Symbol::Status(s) => {
                let status = self.program.statuses[s.index()].clone();
                let keys = self.arguments(cx, name, &status.params, args, span);
                match status.value {
                    // A set that is not held is empty.
                    Some(ty @ Ty::Set(_)) => {
                        self.make(cx, ExprKind::StatusValue(s, keys), ty, span)
                    }
                    None => self.make(cx, ExprKind::StatusOn(s, keys), Ty::Bool, span),
                    Some(ty) => self.make(
                        cx,
                        ExprKind::StatusValue(s, keys),
                        Ty::Optional(Box::new(ty)),
                        span,
                    ),
                }
            }
            Symbol::Given(g) => {
                let given = self.program.givens[g.index()].clone();
                let keys = self.arguments(cx, name, &given.params, args, span);
                self.make(cx, ExprKind::Given(g, keys), given.ty, span)
            }
            Symbol::Parameter(i) => {
                let ty = cx.parameters[i].1.clone();
                self.make(cx, ExprKind::Parameter(i), ty, span)
            }
            Symbol::Field(_) => {
                if !args.is_empty() {
                    self.arity(name, 0, args.len(), span);
                }
                let own = crate::procedure::own_field(name, span);
                self.expr(cx, &own, None)
            }
            Symbol::Act(_) => {
                let e = call_again(name, args, span);
                self.occurred(cx, &e)
            }
            Symbol::Kind(_) => {
                let set = self.set(cx, &call_again(name, args, span));
                self.value_of_set(cx, set, span)
            }
            Symbol::Reading(_) => self.not_a_value(
                cx,
                span,
                "compare a reading with one of its choices: `when A5 = at_deposit`",
            ),
            Symbol::Norm(_) => {
                self.not_a_value(cx, span, "ask for its state: `renewal(m) is open`")
            }
            Symbol::Decision(_) => {
                self.not_a_value(cx, span, "ask for its outcome: `adopted(Amend on a)`")
            }
            Symbol::Module(_) => self.not_a_value(cx, span, "name something in it: `alias.name`"),
            Symbol::Value { level, replacement } => {
                self.replaced_value(cx, (level, replacement), name, args, None, span)
            }
            Symbol::Unit(_) => {
                self.not_a_value(cx, span, "a unit measures a number: `500 of UNIT`")
            }
        }
    }

    /// Values for the parameters of a status, define or given. In a procedure the instance may stay unsaid.
    pub(crate) fn arguments(
        &mut self,
        cx: &mut Context,
        name: &str,
        params: &[VarId],
        args: &[ast::Arg],
        span: Span,
    ) -> Vec<Expr> {
        let mut values = Vec::new();
        let mut params = params;
        if let Some((_, this)) = cx.procedure
            && args.len() + 1 == params.len()
            && params
                .first()
                .is_some_and(|p| self.var_ty(*p) == self.var_ty(this))
        {
            values.push(self.make(cx, ExprKind::Var(this), self.var_ty(this), span));
            params = &params[1..];
        }
        if args.len() != params.len() {
            self.arity(name, params.len(), args.len(), span);
        }
        for (p, a) in params.iter().zip(args) {
            let ty = self.var_ty(*p);
            values.push(self.argument(cx, a, &ty));
        }
        while values.len() < params.len() {
            values.push(error_expr(cx.provision, span));
        }
        values
    }

    fn argument(&mut self, cx: &mut Context, a: &ast::Arg, ty: &Ty) -> Expr {
        match &a.kind {
            ast::ArgKind::Value(e) | ast::ArgKind::Named(_, e) => {
                let v = self.argument_value(cx, e, ty);
                self.expect_ty(&v, ty);
                v
            }
            ast::ArgKind::Bind(n, t) => {
                let bound = self.ty(cx, t);
                let v = self.fresh(&n.text, bound.clone());
                cx.locals.push((n.text.clone(), v));
                self.make(cx, ExprKind::Var(v), bound, a.span)
            }
            ast::ArgKind::Any => self.not_a_value(
                cx,
                a.span,
                "`_` matches in an act's arguments; a value belongs here",
            ),
        }
    }

    pub(crate) fn arity(&mut self, name: &str, want: usize, got: usize, span: Span) {
        self.error(
            Diagnostic::error(
                codes::E0206,
                format!("`{name}` takes {}, not {got}", plural(want, "argument")),
            )
            .at(span, format!("{} here", plural(got, "argument")))
            .help(format!("give {}", plural(want, "argument"))),
        );
    }

    /// A condition: a truth value, an occurrence that has happened, a set that is not asked about.
    pub(crate) fn cond(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        match &e.kind {
            A::Paren(inner) => self.cond(cx, inner),
            A::Not(inner) => {
                let c = self.cond(cx, inner);
                if matches!(c.kind, ExprKind::ShareCompare { .. }) {
                    self.error(
                        Diagnostic::warning(codes::W0302, "`not` of a share is true for an empty base")
                            .at(e.span, "with nobody in the base this holds")
                            .help("write the opposite share (`less than 2/3 of …`), which is false for an empty base"),
                    );
                }
                self.make(cx, ExprKind::Not(Box::new(c)), Ty::Bool, e.span)
            }
            A::Binary(op @ (BinaryOp::And | BinaryOp::Or), l, r) => {
                let and = *op == BinaryOp::And;
                let a = self.cond(cx, l);
                let b = self.where_known(cx, l, and, |c, cx| c.cond(cx, r));
                let mut parts = Vec::new();
                for c in [a, b] {
                    match c.kind {
                        ExprKind::And(inner) if and => parts.extend(inner),
                        ExprKind::Or(inner) if !and => parts.extend(inner),
                        kind => parts.push(Expr { kind, ..c }),
                    }
                }
                let kind = if and {
                    ExprKind::And(parts)
                } else {
                    ExprKind::Or(parts)
                };
                self.make(cx, kind, Ty::Bool, e.span)
            }
            _ => {
                let v = self.expr(cx, e, Some(&Ty::Bool));
                match v.ty {
                    Ty::Bool | Ty::Error => v,
                    _ => {
                        self.error(
                            Diagnostic::error(
                                codes::E0302,
                                format!("a condition belongs here, this is {}", self.show(&v.ty)),
                            )
                            .at(e.span, "neither true nor false")
                            .help("compare it: `… = …`, `… is …`, `… >= …`"),
                        );
                        error_expr(cx.provision, e.span)
                    }
                }
            }
        }
    }

    fn binary(
        &mut self,
        cx: &mut Context,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Expr {
        match op {
            BinaryOp::Eq => self.compare(cx, CmpOp::Eq, l, r, span),
            BinaryOp::Ne => self.compare(cx, CmpOp::Ne, l, r, span),
            BinaryOp::Lt => self.compare(cx, CmpOp::Lt, l, r, span),
            BinaryOp::Le => self.compare(cx, CmpOp::Le, l, r, span),
            BinaryOp::Gt => self.compare(cx, CmpOp::Gt, l, r, span),
            BinaryOp::Ge => self.compare(cx, CmpOp::Ge, l, r, span),
            BinaryOp::In if self.is_dates(cx, r) => self.in_dates(cx, l, r, span),
            BinaryOp::In => {
                let set = self.set(cx, r);
                if let (A::Name(n), Some(d)) = (&crate::expr::unparen(l).kind, cx.decision.clone())
                    && n.text == "chair"
                    && self.symbol(cx, "chair").is_none()
                {
                    // The chair may be an office: its holder sits in the set.
                    let ty = Ty::Entity(set.kinds.clone());
                    let element = self.make(cx, ExprKind::Var(set.var), ty, l.span);
                    let chair = self.in_the_chair(cx, d.id, d.subject, element);
                    let set = self.narrowed(cx, set, chair, span);
                    return self.make(cx, ExprKind::Exists(Box::new(set)), Ty::Bool, span);
                }
                let ty = Ty::Entity(set.kinds.clone());
                let element = self.expr(cx, l, Some(&ty));
                if !matches!(strip(&element.ty), Ty::Entity(_) | Ty::Error) {
                    self.mismatch(&element, "an entity");
                }
                self.make(
                    cx,
                    ExprKind::Member(Box::new(element), Box::new(set)),
                    Ty::Bool,
                    span,
                )
            }
            BinaryOp::OrElse => {
                let a = self.expr(cx, l, None);
                let inner = strip(&a.ty).clone();
                let b = self.expr(cx, r, Some(&inner));
                self.expect_ty(&b, &inner);
                let ty = b.ty.clone();
                self.make(cx, ExprKind::OrElse(Box::new(a), Box::new(b)), ty, span)
            }
            BinaryOp::After | BinaryOp::Before => {
                self.shift(cx, op == BinaryOp::Before, l, r, span)
            }
            BinaryOp::AsOf => self.as_of(cx, l, r, span),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {
                if self.is_set(cx, l) {
                    let e = ast::Expr {
                        kind: A::Binary(op, Box::new(l.clone()), Box::new(r.clone())),
                        span,
                    };
                    let set = self.set(cx, &e);
                    return self.value_of_set(cx, set, span);
                }
                let (a, b) = (self.term(cx, l, op), self.term(cx, r, op));
                let op = match op {
                    BinaryOp::Add => ArithOp::Add,
                    BinaryOp::Sub => ArithOp::Sub,
                    _ => ArithOp::Mul,
                };
                let ty = self.unit_of_result(op, &a, &b);
                self.make(cx, ExprKind::Arith(op, Box::new(a), Box::new(b)), ty, span)
            }
            BinaryOp::Intersect | BinaryOp::Union => {
                let e = ast::Expr {
                    kind: A::Binary(op, Box::new(l.clone()), Box::new(r.clone())),
                    span,
                };
                let set = self.set(cx, &e);
                self.value_of_set(cx, set, span)
            }
            BinaryOp::Div => {
                self.error(
                    Diagnostic::error(codes::E0308, "numbers are not divided outside shares")
                        .at(span, "a quotient would have to be rounded")
                        .help("multiply across: `3 * a >= 2 * b`; or write a share: `a is at least 2/3 of b`"),
                );
                error_expr(cx.provision, span)
            }
            BinaryOp::Of => {
                if let Some(unit) = self.unit_of(cx, r) {
                    return Expr {
                        span,
                        ..self.measured(cx, l, unit)
                    };
                }
                if self.fraction(l).is_some() {
                    self.error(
                        Diagnostic::error(codes::E0303, "a fraction of a set is no number")
                            .at(span, "compare with it")
                            .help("write `count(…) >= 1/3 of …`, or `… is at least 1/3 of …`"),
                    );
                } else {
                    return self.not_a_value(
                        cx,
                        span,
                        "`of` joins a share and its base, or an event and its label",
                    );
                }
                error_expr(cx.provision, span)
            }
            BinaryOp::Or | BinaryOp::And => unreachable!("conditions are taken before"),
        }
    }
}

/// What the one procedure that declares it means by a name.
fn only_inner(scope: &ModuleScope, name: &str) -> Option<Symbol> {
    let mut inner = scope
        .of_procedure
        .iter()
        .filter(|((_, n), _)| n == name)
        .map(|(_, s)| s);
    match (inner.next(), inner.next()) {
        (Some(s), None) => Some(s.clone()),
        _ => None,
    }
}

fn call_again(name: &str, args: &[ast::Arg], span: Span) -> ast::Expr {
    let name = ast::Expr {
        kind: A::Name(ast::Name {
            text: name.to_owned(),
            span,
        }),
        span,
    };
    if args.is_empty() {
        name
    } else {
        ast::Expr {
            kind: A::Call(Box::new(name), args.to_vec()),
            span,
        }
    }
}

/// Through parentheses.
pub(crate) fn unparen(e: &ast::Expr) -> &ast::Expr {
    match &e.kind {
        A::Paren(inner) => unparen(inner),
        _ => e,
    }
}

/// "1 argument", "2 arguments", "no arguments".
pub(crate) fn plural(n: usize, noun: &str) -> String {
    match n {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}
