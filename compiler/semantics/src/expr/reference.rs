//! Names and calls as values: what they refer to, and the arguments they take.

use super::*;

impl Checker {
    pub(super) fn name(&mut self, cx: &mut Context, n: &ast::Name, want: Option<&Ty>) -> Expr {
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
                let define = &self.program.defines[d.index()];
                if let DefineValue::Stream(_) = define.value {
                    // As a condition an event means that it has come.
                    let event = call_again(name, args, span);
                    return self.has_come(cx, &event);
                }
                let (params, ty) = (define.params.clone(), define.ty.clone());
                let values = self.arguments(cx, name, &params, args, span);
                if let Ty::Set(kinds) = ty {
                    let set = self.set(cx, &call_again(name, args, span));
                    return self.value_of_set(cx, SetExpr { kinds, ..set }, span);
                }
                self.make(cx, ExprKind::Call(d, values), ty, span)
            }
            Symbol::Status(s) => {
                let status = &self.program.statuses[s.index()];
                let (params, value) = (status.params.clone(), status.value.clone());
                let keys = self.arguments(cx, name, &params, args, span);
                match value {
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
                let given = &self.program.givens[g.index()];
                let (params, ty) = (given.params.clone(), given.ty.clone());
                let keys = self.arguments(cx, name, &params, args, span);
                self.make(cx, ExprKind::Given(g, keys), ty, span)
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

    pub(super) fn argument(&mut self, cx: &mut Context, a: &ast::Arg, ty: &Ty) -> Expr {
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
        let mut d = Diagnostic::error(
            codes::E0206,
            format!("`{name}` takes {}, not {got}", plural(want, "argument")),
        )
        .at(span, format!("{} here", plural(got, "argument")))
        .help(format!("give {}", plural(want, "argument")));
        if (want, got) == (0, 1) {
            d = d.help("if this is the label of what follows, begin a line with it");
        }
        self.error(d);
    }
}

pub(super) fn call_again(name: &str, args: &[ast::Arg], span: Span) -> ast::Expr {
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
