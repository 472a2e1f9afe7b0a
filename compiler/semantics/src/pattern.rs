//! Patterns of occurrences: `deposit(form: f) by State where …`.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// The act at the root of an event term, by names alone.
    pub(crate) fn act_of(&self, cx: &Context, e: &ast::Expr) -> Option<ActId> {
        match &e.kind {
            A::Name(n) if cx.local(&n.text).is_none() => match self.symbol(cx, &n.text) {
                Some(Symbol::Act(a)) => Some(a),
                _ => None,
            },
            A::Call(f, _) => self.act_of(cx, f),
            A::Field(base, name) => {
                let module = self.module_of(cx, base)?;
                match self.symbol(cx, &format!("{module}.{}", name.text)) {
                    Some(Symbol::Act(a)) => Some(a),
                    _ => None,
                }
            }
            A::Paren(i)
            | A::By(i, _)
            | A::For(i, _)
            | A::To(i, _)
            | A::Under(i, _)
            | A::InTheLast(i, _)
            | A::Where(i, _)
            | A::Ordinal(_, i) => self.act_of(cx, i),
            _ => None,
        }
    }

    /// The pattern without any constraint.
    pub(crate) fn bare_pattern(&self, cx: &Context, act: ActId, span: Span) -> Pattern {
        let a = &self.program.acts[act.index()];
        let mut args = vec![ArgPattern::Any; a.params.len()];
        if let Some((_, this)) = cx.procedure {
            let this_ty = self.var_ty(this);
            for (i, p) in a.params.iter().enumerate() {
                if p.ty == this_ty {
                    args[i] = ArgPattern::Var(this);
                }
            }
        }
        Pattern {
            act,
            actor: ArgPattern::Any,
            for_whom: ArgPattern::Any,
            to: ArgPattern::Any,
            args,
            itself: ArgPattern::Any,
            filter: None,
            under: None,
            in_last: None,
            attempted: false,
            span,
        }
    }

    /// An event term that must be an act pattern.
    pub(crate) fn pattern(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Pattern> {
        match &e.kind {
            A::Paren(inner) => self.pattern(cx, inner),
            A::Name(n) => match self.symbol(cx, &n.text) {
                Some(Symbol::Act(act)) => Some(self.bare_pattern(cx, act, e.span)),
                Some(other) => {
                    self.error(
                        Diagnostic::error(
                            codes::E0203,
                            format!("`{}` is {}, not an act", n.text, other.what()),
                        )
                        .at(e.span, "an act, deed or event belongs here"),
                    );
                    None
                }
                None => {
                    self.unknown(cx, &n.text, n.span);
                    None
                }
            },
            A::Field(..) => {
                let act = self.act_of(cx, e)?;
                Some(self.bare_pattern(cx, act, e.span))
            }
            A::Call(f, args) => {
                let mut p = self.pattern(cx, f)?;
                self.pattern_args(cx, &mut p, args, e.span);
                Some(p)
            }
            A::By(inner, who) => {
                let mut p = self.pattern(cx, inner)?;
                let kinds = self.program.acts[p.act.index()].by.clone();
                if kinds.is_empty() {
                    let name = self.program.acts[p.act.index()].name.clone();
                    self.error(
                        Diagnostic::error(
                            codes::E0305,
                            format!("`{name}` is an event: nobody does it"),
                        )
                        .at(who.span, "an actor for an event")
                        .help("drop `by …`, or declare it as an act: `act … by any KIND`"),
                    );
                }
                p.actor = self.position(cx, who, &kinds);
                Some(p)
            }
            A::For(inner, who) => {
                let mut p = self.pattern(cx, inner)?;
                let kinds = self.program.acts[p.act.index()].by.clone();
                p.for_whom = self.position(cx, who, &kinds);
                Some(p)
            }
            A::To(inner, who) => {
                let mut p = self.pattern(cx, inner)?;
                let kinds = self.program.acts[p.act.index()].to.clone();
                p.to = self.position(cx, who, &kinds);
                Some(p)
            }
            A::Under(inner, cite) => {
                let mut p = self.pattern(cx, inner)?;
                let only = cite.only;
                p.under = self
                    .cite(cx, cite)
                    .map(|provision| Under { provision, only });
                Some(p)
            }
            A::InTheLast(inner, length) => {
                let mut p = self.pattern(cx, inner)?;
                p.in_last = Some(Box::new(self.length(cx, length)));
                Some(p)
            }
            A::Where(inner, cond) => {
                let mut p = self.pattern(cx, inner)?;
                let c = self.cond(cx, cond);
                p.filter = Some(Box::new(match p.filter.take() {
                    Some(old) => self.make(cx, ExprKind::And(vec![*old, c]), Ty::Bool, e.span),
                    None => c,
                }));
                Some(p)
            }
            _ => {
                self.error(
                    Diagnostic::error(codes::E0413, "this is not an act")
                        .at(e.span, "an act, deed or event belongs here"),
                );
                None
            }
        }
    }

    fn pattern_args(&mut self, cx: &mut Context, p: &mut Pattern, args: &[ast::Arg], span: Span) {
        let act = self.program.acts[p.act.index()].clone();
        let mut next = 0;
        // The instance may stay unsaid: one argument fewer, and the first does not name an instance.
        if let Some((_, this)) = cx.procedure
            && args.len() < act.params.len()
            && act
                .params
                .first()
                .is_some_and(|x| x.ty == self.var_ty(this))
            && !self.names_instance(cx, args.first(), &act.params[0].ty)
        {
            next = 1;
        }
        for a in args {
            let i = match &a.kind {
                ast::ArgKind::Named(n, _) => match act.params.iter().position(|x| x.name == n.text)
                {
                    Some(i) => i,
                    None => {
                        let known: Vec<&str> = act.params.iter().map(|x| x.name.as_str()).collect();
                        self.error(
                            Diagnostic::error(
                                codes::E0208,
                                format!("`{}` has no argument `{}`", act.name, n.text),
                            )
                            .at(n.span, "not an argument of this act")
                            .help(if known.is_empty() {
                                "it has none".to_owned()
                            } else {
                                format!("it has: {}", known.join(", "))
                            }),
                        );
                        continue;
                    }
                },
                // `effective: e` binds by the parameter's name where the "type" is no type but a new name
                ast::ArgKind::Bind(n, t) if self.binds_by_name(cx, &act, n, t) => {
                    let i = act
                        .params
                        .iter()
                        .position(|x| x.name == n.text)
                        .unwrap_or(0);
                    if let ast::TypeKind::Named(path) = &t.kind {
                        let word = &path.segments[0];
                        p.args[i] = self.bind_or_match(cx, word, &act.params[i].ty);
                    }
                    continue;
                }
                _ => {
                    let i = next;
                    next += 1;
                    i
                }
            };
            if i >= act.params.len() {
                self.arity(&act.name, act.params.len(), args.len(), span);
                return;
            }
            p.args[i] = match &a.kind {
                ast::ArgKind::Any => ArgPattern::Any,
                ast::ArgKind::Bind(n, t) => {
                    let ty = self.ty(cx, t);
                    if !self.fits(&ty, &act.params[i].ty) {
                        let e = crate::check::error_expr(cx.provision, a.span);
                        let e = Expr {
                            ty: ty.clone(),
                            ..e
                        };
                        self.expect_ty(&e, &act.params[i].ty.clone());
                    }
                    let v = self.fresh(&n.text, ty);
                    cx.locals.push((n.text.clone(), v));
                    ArgPattern::Var(v)
                }
                ast::ArgKind::Value(e) | ast::ArgKind::Named(_, e) => {
                    self.argument_pattern(cx, e, &act.params[i].ty)
                }
            };
        }
    }

    fn names_instance(&self, cx: &Context, arg: Option<&ast::Arg>, ty: &Ty) -> bool {
        match arg.map(|a| &a.kind) {
            Some(ast::ArgKind::Value(e)) => match &e.kind {
                A::Name(n) => {
                    n.text == "this" || cx.local(&n.text).is_some_and(|v| self.var_ty(v) == *ty)
                }
                _ => false,
            },
            Some(ast::ArgKind::Any) => true,
            Some(ast::ArgKind::Bind(_, t)) => match (&t.kind, ty) {
                (ast::TypeKind::Named(path), Ty::Entity(kinds)) => {
                    matches!(self.symbol(cx, &crate::check::text_of(path)), Some(Symbol::Kind(r)) if r.kinds == *kinds)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn binds_by_name(&self, cx: &Context, act: &Act, n: &ast::Name, t: &ast::TypeExpr) -> bool {
        let ast::TypeKind::Named(path) = &t.kind else {
            return false;
        };
        act.params.iter().any(|p| p.name == n.text)
            && path.segments.len() == 1
            && !matches!(
                self.symbol(cx, &path.segments[0].text),
                Some(Symbol::Kind(_))
            )
            && ![
                "bool", "int", "date", "instant", "duration", "period", "share", "chance", "text",
            ]
            .contains(&path.segments[0].text.as_str())
    }

    fn bind_or_match(&mut self, cx: &mut Context, name: &ast::Name, ty: &Ty) -> ArgPattern {
        let e = ast::Expr {
            kind: A::Name(name.clone()),
            span: name.span,
        };
        if cx.local(&name.text).is_some()
            || self.symbol(cx, &name.text).is_some()
            || self.instances.contains_key(&name.text)
        {
            return self.argument_pattern(cx, &e, ty);
        }
        let v = self.fresh(&name.text, ty.clone());
        cx.locals.push((name.text.clone(), v));
        ArgPattern::Var(v)
    }

    /// Whether a name in the argument of an event or sentence is new, and becomes a variable there.
    pub(crate) fn is_new(&self, cx: &Context, name: &str) -> bool {
        let word = matches!(name, "this" | "here" | "now" | "none" | "true" | "false");
        cx.implicit
            && !word
            && !name.contains('#')
            && cx.local(name).is_none()
            && self.symbol(cx, name).is_none()
            && !self.instances.contains_key(name)
    }

    /// A value an argument must equal, a variable it binds or matches, a set it must be in.
    pub(crate) fn argument_pattern(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        ty: &Ty,
    ) -> ArgPattern {
        if let A::Name(n) = &e.kind {
            if let Some(v) = cx.local(&n.text) {
                let value = self.make(cx, ExprKind::Var(v), self.var_ty(v), e.span);
                self.expect_ty(&value, ty);
                return ArgPattern::Var(v);
            }
            if self.is_new(cx, &n.text) {
                let v = self.fresh(&n.text, ty.clone());
                cx.locals.push((n.text.clone(), v));
                return ArgPattern::Var(v);
            }
        }
        if matches!(ty, Ty::Entity(_)) && self.is_set(cx, e) {
            if let A::Quantified(quantifier, ..) = crate::expr::unparen(e).kind {
                let set = self.set(cx, e);
                return self.of_several(cx, quantifier, set, e.span);
            }
            return ArgPattern::In(Box::new(self.set(cx, e)));
        }
        let v = self.expr(cx, e, Some(ty));
        self.expect_ty(&v, ty);
        match v.kind {
            ExprKind::Var(x) => ArgPattern::Var(x),
            _ => ArgPattern::Is(Box::new(v)),
        }
    }

    /// An actor or addressee.
    pub(crate) fn position(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        kinds: &[KindId],
    ) -> ArgPattern {
        match &e.kind {
            A::Paren(inner) => self.position(cx, inner, kinds),
            A::Quantified(quantifier, binder, inner) => {
                let mut set = self.set(cx, inner);
                if let Some(b) = binder {
                    cx.locals.push((b.text.clone(), set.var));
                }
                set.span = e.span;
                self.actor_kinds(&set.kinds.clone(), kinds, e.span);
                let several = self.of_several(cx, *quantifier, set, e.span);
                match several {
                    ArgPattern::In(set)
                        if binder.is_some() && matches!(set.cond.kind, ExprKind::Bool(true)) =>
                    {
                        ArgPattern::Var(set.var)
                    }
                    other => other,
                }
            }
            _ if self.is_set(cx, e) => {
                // A body acts itself; a kind or role names its members.
                if let A::Name(n) = &e.kind
                    && let Some(Symbol::Entity(_)) = self.symbol(cx, &n.text)
                {
                    let v = self.expr(cx, e, None);
                    return self.entity_position(v, kinds);
                }
                let set = self.set(cx, e);
                self.actor_kinds(&set.kinds.clone(), kinds, e.span);
                ArgPattern::In(Box::new(set))
            }
            _ => {
                let want = Ty::Entity(kinds.to_vec());
                let pattern = self.argument_pattern(cx, e, &want);
                match pattern {
                    ArgPattern::Is(v) => self.entity_position(*v, kinds),
                    other => other,
                }
            }
        }
    }

    /// `any K`, `each K` in a position: of a duty `each` asks for every one of them.
    fn of_several(
        &mut self,
        cx: &Context,
        quantifier: ast::Quantifier,
        set: SetExpr,
        span: Span,
    ) -> ArgPattern {
        match (quantifier, cx.each) {
            (ast::Quantifier::Each, EachMeans::All) => return ArgPattern::Each(Box::new(set)),
            (ast::Quantifier::Each, EachMeans::Nothing) => self.error(
                Diagnostic::error(codes::E0529, "`each` where one thing happens")
                    .at(span, "what happens is about one of them at a time")
                    .help("write `any …` for one of them; that all have done it is a comparison of sets: `(K - who(A)) is empty`"),
            ),
            _ => {}
        }
        ArgPattern::In(Box::new(set))
    }

    fn entity_position(&mut self, v: Expr, kinds: &[KindId]) -> ArgPattern {
        if let Ty::Entity(found) = &v.ty {
            self.actor_kinds(&found.clone(), kinds, v.span);
        }
        ArgPattern::Is(Box::new(v))
    }

    /// These kinds and those of the holders of offices among them, whose acts count as the office's (R25b).
    pub(crate) fn acting_kinds(&self, kinds: &[KindId]) -> Vec<KindId> {
        let mut all = kinds.to_vec();
        loop {
            let held = self
                .program
                .entities
                .iter()
                .filter(|e| all.contains(&e.kind))
                .filter_map(|e| e.holder.as_ref());
            let holders = held.flat_map(|h| match strip(&h.ty) {
                Ty::Entity(kinds) => kinds.clone(),
                _ => Vec::new(),
            });
            let Some(more) = holders.into_iter().find(|k| !all.contains(k)) else {
                return all;
            };
            all.push(more);
        }
    }

    /// Can an entity of these kinds stand in that position at all?
    fn actor_kinds(&mut self, found: &[KindId], kinds: &[KindId], span: Span) {
        let acting = self.acting_kinds(kinds);
        if !kinds.is_empty() && !found.is_empty() && !found.iter().any(|k| acting.contains(k)) {
            let want = self.show(&Ty::Entity(kinds.to_vec()));
            let got = self.show(&Ty::Entity(found.to_vec()));
            self.error(
                Diagnostic::error(
                    codes::E0305,
                    format!("the act is done by {want}, this is {got}"),
                )
                .at(span, "the wrong kind of actor")
                .help("correct the actor, or widen `by …` where the act is declared"),
            );
        }
    }

    /// An event term as a condition: it has occurred.
    pub(crate) fn occurred(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let depth = cx.locals.len();
        let made = match self.pattern(cx, e) {
            Some(p) => self.make(cx, ExprKind::Occurred(Box::new(p)), Ty::Bool, e.span),
            None => crate::check::error_expr(cx.provision, e.span),
        };
        // In a sentence what it binds stays bound: times and conditions after it may read it.
        if !cx.implicit {
            cx.locals.truncate(depth);
        }
        made
    }
}
