//! Counting: sets, votes, sums, shares of a base.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, ShareCmp};
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::scope::*;
use crate::unit::is_number;

impl Checker {
    pub(crate) fn one_value<'a>(
        &mut self,
        word: &str,
        args: &'a [ast::Arg],
        span: Span,
    ) -> Option<&'a ast::Expr> {
        match args {
            [
                ast::Arg {
                    kind: ast::ArgKind::Value(e),
                    on: None,
                    ..
                },
            ] => Some(e),
            _ => {
                self.arity(word, 1, args.len(), span);
                None
            }
        }
    }

    pub(crate) fn count(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("count", args, span) else {
            return error_expr(cx.provision, span);
        };
        if self.act_of(cx, e).is_some() && !self.is_set(cx, e) {
            return match self.pattern(cx, e) {
                Some(p) => self.make(cx, ExprKind::CountActs(Box::new(p)), Ty::Int, span),
                None => error_expr(cx.provision, span),
            };
        }
        if let Some(count) = self.count_events(cx, e) {
            return count;
        }
        let depth = cx.locals.len();
        let set = self.set(cx, e);
        cx.locals.truncate(depth);
        self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span)
    }

    pub(crate) fn heads(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("heads", args, span) else {
            return error_expr(cx.provision, span);
        };
        let set = self.set(cx, e);
        self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span)
    }

    /// `votes(S)`: the sum of the body's weights over S.
    pub(crate) fn votes(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("votes", args, span) else {
            return error_expr(cx.provision, span);
        };
        let own = cx.decision.as_ref().map(|d| (d.id, d.subject));
        let own = own.map(|(d, subject)| {
            let subject = subject.map(|v| self.make(cx, ExprKind::Var(v), self.var_ty(v), span));
            (d, subject)
        });
        let decision = self.decision_in(cx, e).or(own);
        let set = self.set(cx, e);
        let Some((decision, subject)) = decision else {
            self.error(
                Diagnostic::error(codes::E0603, "`votes(…)` counts in a decision")
                    .at(span, "no decision here gives a weight")
                    .help("name the roll: `votes(yes(Amend on a))`, or count heads: `count(…)`"),
            );
            return error_expr(cx.provision, span);
        };
        let body = self.program.decisions[decision.index()].body;
        let body = self.program.body(body);
        let Some((weight, member)) = body.and_then(|b| Some((b.weight.clone()?, b.member))) else {
            return self.make(cx, ExprKind::Count(Box::new(set)), Ty::Int, span);
        };
        self.twice_counted(&weight, member, &set, span);
        let ty = weight.ty.clone();
        let voter = self.make(
            cx,
            ExprKind::Var(set.var),
            Ty::Entity(set.kinds.clone()),
            span,
        );
        let weight = ExprKind::Weight {
            decision,
            subject: subject.map(Box::new),
            voter: Box::new(voter),
        };
        let value = self.make(cx, weight, ty.clone(), span);
        self.make(
            cx,
            ExprKind::Sum {
                set: Box::new(set),
                value: Box::new(value),
            },
            ty,
            span,
        )
    }

    /// W where the votes of the whole body are added up and one member's are those of others (R38).
    fn twice_counted(&mut self, weight: &Expr, member: VarId, set: &SetExpr, span: Span) {
        let whole = matches!(
            set.cond.kind,
            ExprKind::OnRoll {
                set: RollSet::Members,
                ..
            }
        );
        if whole && self.counts_members_of(weight, member) {
            self.error(
                Diagnostic::warning(
                    codes::W0630,
                    "the votes of some members are those of other members: they are counted twice",
                )
                .at(span, "adds up everybody's votes")
                .also(weight.span, "one member's votes come from other entities")
                .help("count `heads(members)`, or the votes cast: `votes(voting)`"),
            );
        }
    }

    /// Whether a weight counts entities that the member has as a field.
    fn counts_members_of(&self, weight: &Expr, member: VarId) -> bool {
        let mut found = false;
        let kinds = match self.var_ty(member) {
            Ty::Entity(kinds) => kinds,
            _ => return false,
        };
        fn look(e: &Expr, f: &mut dyn FnMut(&Expr)) {
            f(e);
            e.each_child(&mut |c| look(c, f));
        }
        look(weight, &mut |e| {
            if let ExprKind::Count(s) | ExprKind::Sum { set: s, .. } = &e.kind {
                let mut cond = s.cond.clone();
                let mut of_member = false;
                cond.for_each_var(&mut |v| of_member |= *v == member);
                found |= of_member && s.kinds.iter().any(|k| kinds.contains(k));
            }
        });
        found
    }

    /// The decision whose roll a set names: `yes(Amend on a) & developed`.
    fn decision_in(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
    ) -> Option<(DecisionId, Option<Expr>)> {
        match &e.kind {
            A::Paren(inner) | A::Where(inner, _) => self.decision_in(cx, inner),
            A::Binary(_, l, _) => self.decision_in(cx, l),
            A::Call(_, args) => args
                .first()
                .and_then(|a| self.decision_arg(&mut cx.clone(), a)),
            _ => None,
        }
    }

    pub(crate) fn sum(&mut self, cx: &mut Context, args: &[ast::Arg], span: Span) -> Expr {
        let Some(e) = self.one_value("sum", args, span) else {
            return error_expr(cx.provision, span);
        };
        if let Some((base, name)) = argument_of(e)
            && self.act_of(cx, &base).is_some()
        {
            let Some(p) = self.pattern(cx, &base) else {
                return error_expr(cx.provision, span);
            };
            let params = &self.program.acts[p.act.index()].params;
            if let Some(i) = params
                .iter()
                .position(|x| x.name == name.text && is_number(&x.ty))
            {
                let ty = params[i].ty.clone();
                return self.make(cx, ExprKind::SumActs(Box::new(p), i), ty, span);
            }
            self.error(
                Diagnostic::error(
                    codes::E0208,
                    format!("no argument `{}` that is a number", name.text),
                )
                .at(name.span, "only numbers are added up"),
            );
            return error_expr(cx.provision, span);
        }
        self.not_a_value(cx, span, "write `sum(ACT.argument)`")
    }

    /// A number for each entity of some kinds.
    pub(crate) fn is_number_of_one(&self, symbol: &Symbol) -> bool {
        let p = &self.program;
        let (params, ty) = match symbol {
            Symbol::Define(d) => (&p.defines[d.index()].params, Some(&p.defines[d.index()].ty)),
            Symbol::Given(g) => (&p.givens[g.index()].params, Some(&p.givens[g.index()].ty)),
            Symbol::Status(s) => {
                let s = &p.statuses[s.index()];
                (&s.params, s.value.as_ref())
            }
            _ => return false,
        };
        let one = matches!(params.as_slice(), [x] if matches!(self.var_ty(*x), Ty::Entity(_)));
        one && ty.is_some_and(is_number)
    }

    /// `population(S)` of a define, table, given or status: its sum over the set (R4: the bare name is applied to each).
    pub(crate) fn sum_of(
        &mut self,
        cx: &mut Context,
        name: &str,
        symbol: Symbol,
        e: &ast::Expr,
        span: Span,
    ) -> Expr {
        let depth = cx.locals.len();
        let set = self.set(cx, e);
        cx.locals.truncate(depth);
        const ELEMENT: &str = "(element)"; // a name that nobody can write
        cx.locals.push((ELEMENT.to_owned(), set.var));
        let element = ast::Name {
            text: ELEMENT.to_owned(),
            span: e.span,
        };
        let arg = ast::Arg {
            kind: ast::ArgKind::Value(ast::Expr {
                kind: A::Name(element),
                span: e.span,
            }),
            on: None,
            span: e.span,
        };
        let value = self.reference(cx, name, symbol, &[arg], span);
        cx.locals.truncate(depth);
        let ty = value.ty.clone();
        if ty == Ty::Error {
            return value;
        }
        let (set, value) = (Box::new(set), Box::new(value));
        self.make(cx, ExprKind::Sum { set, value }, ty, span)
    }

    pub(crate) fn field_sum(
        &mut self,
        cx: &mut Context,
        field: &str,
        e: &ast::Expr,
        span: Span,
    ) -> Expr {
        let set = self.set(cx, e);
        let name = ast::Name {
            text: field.to_owned(),
            span,
        };
        let Some((field, ty)) = self.field_of(&set.kinds.clone(), &name) else {
            return error_expr(cx.provision, span);
        };
        let owner = self.make(
            cx,
            ExprKind::Var(set.var),
            Ty::Entity(set.kinds.clone()),
            span,
        );
        let value = self.make(
            cx,
            ExprKind::Field(Box::new(owner), field),
            ty.clone(),
            span,
        );
        self.make(
            cx,
            ExprKind::Sum {
                set: Box::new(set),
                value: Box::new(value),
            },
            ty,
            span,
        )
    }

    /// A number; a set is counted. In a body with weights a bare set is an error (R38).
    pub(crate) fn quantity(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        if self.is_set(cx, e) {
            if cx.decision.as_ref().is_some_and(|d| d.weighted) {
                self.error(
                    Diagnostic::error(
                        codes::E0603,
                        "this body has weights: a bare set is heads or votes?",
                    )
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

    pub(crate) fn share(
        &mut self,
        cx: &mut Context,
        cmp: ShareCmp,
        value: &ast::Expr,
        span: Span,
    ) -> Expr {
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

    pub(crate) fn share_compare(
        &mut self,
        cx: &mut Context,
        part: &ast::Expr,
        share: Expr,
        base: &ast::Expr,
        span: Span,
    ) -> Expr {
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
        let p = self.number(cx, part, None);
        let b = self.number(cx, base, None);
        self.same_unit(&p, &b);
        if matches!(p.kind, ExprKind::CountActs(_)) && matches!(b.kind, ExprKind::Count(_)) {
            self.error(
                Diagnostic::error(
                    codes::E0306,
                    "acts are not members: one member may act twice",
                )
                .at(part.span, "counts acts")
                .also(base.span, "counts members")
                .help("did you mean the actors, `who(…)`, or a status such as `accepted`?"),
            );
        }
        let kind = ExprKind::ShareCompare {
            part: Box::new(p),
            share: Box::new(share),
            base: Box::new(b),
        };
        self.make(cx, kind, Ty::Bool, span)
    }
}

/// `deposit.amount by p in the last 20 years`: the act without the argument, and the argument.
fn argument_of(e: &ast::Expr) -> Option<(ast::Expr, ast::Name)> {
    let around = |inner: &ast::Expr, wrap: &dyn Fn(Box<ast::Expr>) -> A| {
        let (act, name) = argument_of(inner)?;
        let kind = wrap(Box::new(act));
        Some((ast::Expr { kind, span: e.span }, name))
    };
    match &e.kind {
        A::Field(base, name) => Some(((**base).clone(), name.clone())),
        A::Paren(i) => argument_of(i),
        A::By(i, x) => around(i, &|i| A::By(i, x.clone())),
        A::For(i, x) => around(i, &|i| A::For(i, x.clone())),
        A::To(i, x) => around(i, &|i| A::To(i, x.clone())),
        A::Under(i, x) => around(i, &|i| A::Under(i, x.clone())),
        A::Where(i, x) => around(i, &|i| A::Where(i, x.clone())),
        A::InTheLast(i, x) => around(i, &|i| A::InTheLast(i, x.clone())),
        _ => None,
    }
}
