//! Sets as comprehensions: every set is an element variable, its kinds and a membership condition.

mod filter;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::check::Checker;
use crate::declare::sorted;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Could this expression denote a set? Decided by names alone, without diagnostics.
    pub(crate) fn is_set(&self, cx: &Context, e: &ast::Expr) -> bool {
        if let Some((inner, _)) = self.of_one_body(cx, e) {
            return self.is_set(cx, inner);
        }
        match &e.kind {
            A::Paren(inner) => self.is_set(cx, inner),
            A::Element(..) => true,
            A::Binary(BinaryOp::Intersect | BinaryOp::Union, ..) => !self.is_dates(cx, e),
            A::Binary(BinaryOp::Sub | BinaryOp::Add | BinaryOp::AsOf, l, _) => self.is_set(cx, l),
            A::Where(l, _) => self.is_set(cx, l),
            A::Quantified(_, _, inner) => self.is_set(cx, inner),
            A::Name(n) => {
                if let Some(v) = cx.local(&n.text) {
                    return matches!(self.program.vars[v.index()].ty, Ty::Set(_));
                }
                if self.roll_set(cx, &n.text).is_some() {
                    return true;
                }
                match self.symbol(cx, &n.text) {
                    Some(Symbol::Kind(_)) => true,
                    Some(Symbol::Define(d)) => {
                        matches!(self.program.defines[d.index()].ty, Ty::Set(_))
                    }
                    // Another status is a set only where nothing but a set can stand: elsewhere it may be a time.
                    Some(Symbol::Status(s)) => {
                        self.seats.iter().any(|(_, g)| g.status == s)
                            || self.is_held_set(&Symbol::Status(s))
                    }
                    Some(symbol @ Symbol::Given(_)) => self.is_held_set(&symbol),
                    Some(Symbol::Entity(e)) => self.program.entities[e.index()].body.is_some(),
                    Some(Symbol::Field(f)) => {
                        matches!(self.program.fields[f.index()].ty, Ty::Set(_))
                    }
                    Some(Symbol::Value { level, replacement }) => self
                        .value_written(level, replacement)
                        .is_some_and(|(_, e)| self.is_set(&self.value_scope(cx, level), &e)),
                    _ => false,
                }
            }
            A::Call(f, args) => match &f.kind {
                A::Name(n) => {
                    n.text == "who"
                        || args.first().is_some_and(|a| {
                            (roll_word(&n.text) && a.on.is_some())
                                || self.names_roll(cx, &n.text, a)
                        })
                        || match self.symbol(cx, &n.text) {
                            Some(Symbol::Define(d)) => {
                                matches!(self.program.defines[d.index()].ty, Ty::Set(_))
                            }
                            Some(symbol) => self.is_held_set(&symbol),
                            None => false,
                        }
                }
                _ => false,
            },
            A::Field(_, name) => {
                self.program
                    .fields
                    .iter()
                    .any(|f| f.name == name.text && matches!(f.ty, Ty::Set(_)))
                    && !self
                        .program
                        .fields
                        .iter()
                        .any(|f| f.name == name.text && !matches!(f.ty, Ty::Set(_)))
            }
            _ => false,
        }
    }

    /// Whether a word names a set of the roll of the decision that an argument names: `yes(Amend on a)`.
    fn names_roll(&self, cx: &Context, word: &str, a: &ast::Arg) -> bool {
        self.named_decision(cx, a)
            .is_some_and(|d| roll_word(word) || self.is_ballot(d, word))
    }

    /// The decision that an argument names: `Amend on a`.
    pub(crate) fn named_decision(&self, cx: &Context, a: &ast::Arg) -> Option<DecisionId> {
        let (n, ..) = self.decision_parts(cx, a)?;
        match self.symbol(cx, &n.text) {
            Some(Symbol::Decision(d)) => Some(d),
            _ => None,
        }
    }

    /// The roll set of that name, inside a decision.
    fn roll_set(&self, cx: &Context, name: &str) -> Option<RollSet> {
        let d = cx.decision.as_ref()?;
        roll_set_of(&self.program.decisions[d.id.index()], name)
    }

    /// An expression that must be a set.
    pub(crate) fn set(&mut self, cx: &mut Context, e: &ast::Expr) -> SetExpr {
        if let Some((inner, body)) = self.of_one_body(cx, e) {
            return crate::together::with_body(cx, body, |cx| self.set(cx, inner));
        }
        match &e.kind {
            A::Paren(inner) => self.set(cx, inner),
            A::Binary(BinaryOp::AsOf, l, r) => self.set_as_of(cx, l, r, e.span),
            A::Binary(BinaryOp::Intersect, l, r) => {
                let left = self.set(cx, l);
                let right = self.filter(cx, left.var, r);
                self.narrowed(cx, left, right, e.span)
            }
            A::Binary(BinaryOp::Sub, l, r) => {
                let left = self.set(cx, l);
                let right = self.filter(cx, left.var, r);
                let not = self.make(cx, ExprKind::Not(Box::new(right)), Ty::Bool, e.span);
                self.narrowed(cx, left, not, e.span)
            }
            A::Binary(BinaryOp::Union | BinaryOp::Add, l, r) => {
                let left = self.set_or_one(cx, l);
                let right = self.set_or_one(cx, r);
                let kinds = sorted(left.kinds.iter().chain(&right.kinds).copied().collect());
                let var = self.fresh("it", Ty::Entity(kinds.clone()));
                let guard = |this: &mut Self, cx: &Context, s: SetExpr| {
                    let cond = substitute(s.cond, s.var, var);
                    if s.kinds == kinds {
                        return cond;
                    }
                    let v = this.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), s.span);
                    let is =
                        this.make(cx, ExprKind::IsKind(Box::new(v), s.kinds), Ty::Bool, s.span);
                    this.make(cx, ExprKind::And(vec![is, cond]), Ty::Bool, s.span)
                };
                let a = guard(self, cx, left);
                let b = guard(self, cx, right);
                let cond = self.make(cx, ExprKind::Or(vec![a, b]), Ty::Bool, e.span);
                SetExpr {
                    var,
                    kinds,
                    cond,
                    span: e.span,
                }
            }
            A::Element(name, ty) => {
                let r = self.kind_ref(cx, ty);
                let var = self.fresh(&name.text, Ty::Entity(r.kinds.clone()));
                cx.locals.push((name.text.clone(), var));
                self.kind_set(cx, var, r, e.span)
            }
            A::Where(l, cond) => {
                let depth = cx.locals.len();
                let left = self.set(cx, l);
                cx.locals.push(("it".to_owned(), left.var));
                let cond = self.filter(cx, left.var, cond);
                cx.locals.truncate(depth);
                self.narrowed(cx, left, cond, e.span)
            }
            A::Quantified(_, binder, inner) => {
                let s = self.set(cx, inner);
                if let Some(b) = binder {
                    cx.locals.push((b.text.clone(), s.var));
                }
                s
            }
            A::Call(f, args) => self.set_call(cx, e, f, args),
            A::Field(base, name) => self.field_set(cx, e, base, name),
            A::Name(n) => self.named_set(cx, n),
            _ => {
                let value = self.expr(cx, e, None);
                if value.ty != Ty::Error {
                    self.mismatch(&value, "a set");
                }
                self.empty_set(cx, e.span)
            }
        }
    }

    fn named_set(&mut self, cx: &mut Context, n: &ast::Name) -> SetExpr {
        if let Some(roll) = self.roll_set(cx, &n.text) {
            let d = cx
                .decision
                .clone()
                .expect("roll sets exist in a decision only");
            return self.roll(cx, d.head, d.subject, roll, &d.kinds, n.span);
        }
        if let Some(v) = cx.local(&n.text)
            && let Ty::Set(_) = self.var_ty(v)
        {
            let value = self.make(cx, ExprKind::Var(v), self.var_ty(v), n.span);
            return self.value_set(cx, value);
        }
        match self.symbol(cx, &n.text) {
            Some(symbol) if self.is_held_set(&symbol) => {
                self.held_set(cx, &n.text, symbol, &[], n.span)
            }
            Some(Symbol::Kind(r)) => {
                let var = self.fresh("it", Ty::Entity(r.kinds.clone()));
                self.kind_set(cx, var, r, n.span)
            }
            Some(Symbol::Entity(e)) => match self.program.entities[e.index()].body.clone() {
                Some(b) => {
                    let var = self.fresh("it", Ty::Entity(b.kinds.clone()));
                    SetExpr {
                        var,
                        kinds: b.kinds,
                        cond: substitute(b.members, b.member, var),
                        span: n.span,
                    }
                }
                None => self.not_a_set(cx, &n.text, "an entity", n.span),
            },
            Some(Symbol::Define(d)) if matches!(self.program.defines[d.index()].ty, Ty::Set(_)) => {
                self.define_set(cx, d, Vec::new(), n.span)
            }
            Some(Symbol::Field(f)) if matches!(self.program.fields[f.index()].ty, Ty::Set(_)) => {
                let own = crate::procedure::own_field(&n.text, n.span);
                self.set(cx, &own)
            }
            Some(Symbol::Status(s)) if self.holders_kinds(cx, s).is_some() => {
                let kinds = self.holders_kinds(cx, s).unwrap_or_default();
                let var = self.fresh("it", Ty::Entity(kinds.clone()));
                SetExpr {
                    var,
                    cond: self.filter_status(cx, var, s, n.span),
                    kinds,
                    span: n.span,
                }
            }
            Some(Symbol::Value { level, replacement }) => {
                match self.value_written(level, replacement) {
                    Some((_, e)) => self.set(&mut self.value_scope(cx, level), &e),
                    None => self.empty_set(cx, n.span),
                }
            }
            Some(other) => self.not_a_set(cx, &n.text, other.what(), n.span),
            None => {
                self.unknown(cx, &n.text, n.span);
                self.empty_set(cx, n.span)
            }
        }
    }

    /// The kinds of those a one-place status can hold for: its bare name is the set of them.
    pub(crate) fn holders_kinds(&self, cx: &Context, s: StatusId) -> Option<Vec<KindId>> {
        let status = &self.program.statuses[s.index()];
        let own = status.params.len().checked_sub(usize::from(
            status.of_procedure.is_some() && cx.procedure.map(|(p, _)| p) == status.of_procedure,
        ))?;
        match (own, &status.value) {
            (1, None) => match self.var_ty(*status.params.last()?) {
                Ty::Entity(kinds) => Some(kinds),
                _ => None,
            },
            _ => None,
        }
    }

    fn not_a_set(&mut self, cx: &Context, name: &str, what: &str, span: Span) -> SetExpr {
        self.error(
            Diagnostic::error(codes::E0203, format!("`{name}` is {what}, not a set"))
                .at(span, "a set belongs here")
                .help("name a kind, a role, a set-valued define, or write `x: K where …`"),
        );
        self.empty_set(cx, span)
    }

    fn set_call(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        f: &ast::Expr,
        args: &[ast::Arg],
    ) -> SetExpr {
        let A::Name(n) = &f.kind else {
            self.error(
                Diagnostic::error(codes::E0203, "this is not a set")
                    .at(e.span, "a set belongs here"),
            );
            return self.empty_set(cx, e.span);
        };
        if n.text == "who" {
            let [arg] = args else {
                self.arity("who", 1, args.len(), e.span);
                return self.empty_set(cx, e.span);
            };
            let ast::ArgKind::Value(inner) = &arg.kind else {
                return self.empty_set(cx, e.span);
            };
            if self.is_ballot_event(cx, inner) {
                return self.who_voted(cx, inner, e.span);
            }
            let Some(mut pattern) = self.pattern(cx, inner) else {
                return self.empty_set(cx, e.span);
            };
            let kinds = self.program.acts[pattern.act.index()].by.clone();
            let var = self.fresh("it", Ty::Entity(kinds.clone()));
            let mut also = None;
            if let ArgPattern::In(s) = std::mem::replace(&mut pattern.actor, ArgPattern::Var(var)) {
                also = Some(substitute(s.cond, s.var, var));
            }
            let mut cond = self.make(cx, ExprKind::Occurred(Box::new(pattern)), Ty::Bool, e.span);
            if let Some(also) = also {
                cond = self.make(cx, ExprKind::And(vec![cond, also]), Ty::Bool, e.span);
            }
            return SetExpr {
                var,
                kinds,
                cond,
                span: e.span,
            };
        }
        if let Some(arg) = args.first()
            && (roll_word(&n.text) || self.names_roll(cx, &n.text, arg))
            && let Some((decision, subject)) = self.decision_arg(cx, arg)
        {
            if self.whose_roll(decision, e.span) {
                return self.empty_set(cx, e.span);
            }
            let Some(roll) = roll_set_of(self.widest(decision), &n.text) else {
                let list = self.widest(decision).ballots.join(", ");
                self.error(
                    Diagnostic::error(
                        codes::E0606,
                        format!("this decision has no ballot `{}`", n.text),
                    )
                    .at(n.span, "not one of its ballots")
                    .help(format!("its ballots are: {list}")),
                );
                return self.empty_set(cx, e.span);
            };
            let kinds = self.body_kinds(decision);
            let var = self.fresh("voter", Ty::Entity(kinds.clone()));
            let voter = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), e.span);
            let cond = self.make(
                cx,
                ExprKind::OnRoll {
                    decision,
                    subject: subject.map(Box::new),
                    voter: Box::new(voter),
                    set: roll,
                },
                Ty::Bool,
                e.span,
            );
            return SetExpr {
                var,
                kinds,
                cond,
                span: e.span,
            };
        }
        match self.symbol(cx, &n.text) {
            Some(Symbol::Define(d)) if matches!(self.program.defines[d.index()].ty, Ty::Set(_)) => {
                let params = self.program.defines[d.index()].params.clone();
                let values = self.arguments(cx, &n.text, &params, args, e.span);
                self.define_set(cx, d, values, e.span)
            }
            Some(symbol) if self.is_held_set(&symbol) => {
                self.held_set(cx, &n.text, symbol, args, e.span)
            }
            Some(other) => self.not_a_set(cx, &n.text, other.what(), e.span),
            None => {
                self.unknown(cx, &n.text, n.span);
                self.empty_set(cx, e.span)
            }
        }
    }

    /// Kinds of the members of a decision's body.
    pub(crate) fn body_kinds(&self, decision: DecisionId) -> Vec<KindId> {
        let kinds = self.limbs(decision).into_iter().flat_map(|part| {
            let body = self.program.decisions[part.index()].body;
            let body = self.program.body(body);
            body.map(|b| b.kinds.clone()).unwrap_or_default()
        });
        sorted(kinds.collect())
    }

    fn define_set(
        &mut self,
        cx: &Context,
        d: DefineId,
        mut args: Vec<Expr>,
        span: Span,
    ) -> SetExpr {
        let define = &self.program.defines[d.index()];
        let Ty::Set(kinds) = define.ty.clone() else {
            return self.empty_set(cx, span);
        };
        if let (Some((_, this)), true) = (cx.procedure, args.is_empty() && define.params.len() == 1)
        {
            args.push(self.make(cx, ExprKind::Var(this), self.var_ty(this), span));
        }
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        args.push(self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), span));
        let cond = self.make(cx, ExprKind::Call(d, args), Ty::Bool, span);
        SetExpr {
            var,
            kinds,
            cond,
            span,
        }
    }

    fn field_set(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        base: &ast::Expr,
        name: &ast::Name,
    ) -> SetExpr {
        let owner = self.expr(cx, base, None);
        let Ty::Entity(owners) = owner.ty.clone() else {
            if owner.ty != Ty::Error {
                self.mismatch(&owner, "an entity with fields");
            }
            return self.empty_set(cx, e.span);
        };
        let Some((field, Ty::Set(kinds))) = self.field_of(&owners, name) else {
            return self.empty_set(cx, e.span);
        };
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        let element = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), e.span);
        let cond = self.make(
            cx,
            ExprKind::InField {
                owner: Box::new(owner),
                field,
                element: Box::new(element),
            },
            Ty::Bool,
            e.span,
        );
        SetExpr {
            var,
            kinds,
            cond,
            span: e.span,
        }
    }

    /// A roll set of a decision as a comprehension over its voters.
    pub(crate) fn roll(
        &mut self,
        cx: &Context,
        decision: DecisionId,
        subject: Option<VarId>,
        set: RollSet,
        kinds: &[KindId],
        span: Span,
    ) -> SetExpr {
        let var = self.fresh("voter", Ty::Entity(kinds.to_vec()));
        let voter = self.make(cx, ExprKind::Var(var), Ty::Entity(kinds.to_vec()), span);
        let subject =
            subject.map(|s| Box::new(self.make(cx, ExprKind::Var(s), self.var_ty(s), span)));
        // `voting` is yes and no together.
        let cond = self.make(
            cx,
            ExprKind::OnRoll {
                decision,
                subject,
                voter: Box::new(voter),
                set,
            },
            Ty::Bool,
            span,
        );
        SetExpr {
            var,
            kinds: kinds.to_vec(),
            cond,
            span,
        }
    }

    pub(crate) fn kind_set(&mut self, cx: &Context, var: VarId, r: KindRef, span: Span) -> SetExpr {
        let cond = match r.role {
            Some(role) => {
                let v = self.make(cx, ExprKind::Var(var), Ty::Entity(r.kinds.clone()), span);
                self.make(cx, ExprKind::Call(role, vec![v]), Ty::Bool, span)
            }
            None => self.make(cx, ExprKind::Bool(true), Ty::Bool, span),
        };
        SetExpr {
            var,
            kinds: r.kinds,
            cond,
            span,
        }
    }

    pub(crate) fn empty_set(&mut self, cx: &Context, span: Span) -> SetExpr {
        let var = self.fresh("it", Ty::Error);
        SetExpr {
            var,
            kinds: Vec::new(),
            cond: self.make(cx, ExprKind::Error, Ty::Error, span),
            span,
        }
    }
}

/// Words that name the sets of a roll.
pub(crate) fn roll_word(name: &str) -> bool {
    matches!(
        name,
        "yes" | "no" | "abstain" | "silent" | "cast" | "voters" | "members" | "voting" | "present"
    )
}

pub(crate) fn roll_set_of(d: &Decision, name: &str) -> Option<RollSet> {
    if let Some(i) = d.ballots.iter().position(|b| b == name) {
        return Some(RollSet::Ballot(i));
    }
    Some(match name {
        "silent" => RollSet::Silent,
        "cast" => RollSet::Cast,
        "voters" => RollSet::Voters,
        "members" => RollSet::Members,
        "present" => RollSet::Present,
        "voting" => RollSet::Voting,
        _ => return None,
    })
}

/// The expression with one variable for another.
pub(crate) fn substitute(mut e: Expr, from: VarId, to: VarId) -> Expr {
    e.for_each_var(&mut |v| {
        if *v == from {
            *v = to;
        }
    });
    e
}
