//! Contests: `first of S by most E1, then earliest E2` (R42).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, Ordinal, RankOrder};
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use std::collections::BTreeSet;

impl Checker {
    /// The best of a set. In its keys `it` is the element, a bare one-place name is applied to it, and a bare set of the
    /// decision at hand is that of the same decision on `it` (R4).
    pub(crate) fn contest(
        &mut self,
        cx: &mut Context,
        set: &ast::Expr,
        keys: &[(RankOrder, ast::Expr)],
        span: Span,
    ) -> Expr {
        let depth = cx.locals.len();
        let set = self.set(cx, set);
        cx.locals.push(("it".to_owned(), set.var));
        let outer = cx.decision.clone();
        if let Some(d) = &mut cx.decision
            && let Some(subject) = d.subject
            && let (Ty::Entity(of), Ty::Entity(it)) = (self.var_ty(subject), self.var_ty(set.var))
            && it.iter().any(|k| of.contains(k))
        {
            d.subject = Some(set.var);
        }
        let mut ranked = Vec::new();
        for (order, e) in keys {
            let value = match order {
                RankOrder::Most | RankOrder::Fewest => self.rank_number(cx, set.var, e),
                RankOrder::Earliest | RankOrder::Latest => self.rank_time(cx, set.var, e),
            };
            if value.ty != Ty::Error && !value.vars().contains(&set.var) {
                self.error(
                    Diagnostic::error(
                        codes::E0650,
                        "this is the same for everything that is compared",
                    )
                    .at(e.span, format!("does not depend on the element `{}`", self.program.vars[set.var.index()].name))
                    .help("ask it of the element: `count(yes(D on it))`, `start(filed(it))`, or a name with one argument"),
                );
            }
            ranked.push((*order, value));
        }
        cx.decision = outer;
        cx.locals.truncate(depth);
        let ty = Ty::Optional(Box::new(Ty::Entity(set.kinds.clone())));
        let kind = ExprKind::Best {
            set: Box::new(set),
            keys: ranked,
        };
        self.make(cx, kind, ty, span)
    }

    fn rank_number(&mut self, cx: &mut Context, var: VarId, e: &ast::Expr) -> Expr {
        if let Some(v) = self.of_element(cx, var, e) {
            if !crate::unit::is_number(&v.ty) {
                self.expect_ty(&v, &Ty::Int);
            }
            return v;
        }
        self.number(cx, e, None)
    }

    fn rank_time(&mut self, cx: &mut Context, var: VarId, e: &ast::Expr) -> Expr {
        let value = match self.of_element(cx, var, e) {
            Some(v) => v,
            None => return self.time(cx, e),
        };
        // A status by its name stands for its start: what is ranked is when.
        match value.kind {
            ExprKind::StatusOn(status, keys) => {
                let kind = ExprKind::StartOf {
                    status,
                    keys,
                    first: false,
                };
                self.make(cx, kind, Ty::Time, e.span)
            }
            _ => {
                if !matches!(strip(&value.ty), Ty::Day | Ty::Time | Ty::Error) {
                    self.mismatch(&value, "a time");
                }
                value
            }
        }
    }

    /// A bare one-place name applied to the element: a define, status, given, field; of an act its first occurrence on it.
    fn of_element(&mut self, cx: &mut Context, var: VarId, e: &ast::Expr) -> Option<Expr> {
        let A::Name(n) = &e.kind else { return None };
        if cx.local(&n.text).is_some() || self.is_set(cx, e) {
            return None;
        }
        let it = self.make(cx, ExprKind::Var(var), self.var_ty(var), e.span);
        let fits = |this: &Self, param: VarId| this.fits(&it.ty, &this.var_ty(param));
        match self.symbol(cx, &n.text) {
            Some(Symbol::Define(d)) => {
                let define = &self.program.defines[d.index()];
                let ty = define.ty.clone();
                let ok = matches!(define.params.as_slice(), [one] if fits(self, *one))
                    && !matches!(define.value, DefineValue::Stream(_));
                ok.then(|| self.make(cx, ExprKind::Call(d, vec![it]), ty, e.span))
            }
            Some(Symbol::Given(g)) => {
                let given = &self.program.givens[g.index()];
                let ty = given.ty.clone();
                let ok = matches!(given.params.as_slice(), [one] if fits(self, *one));
                ok.then(|| self.make(cx, ExprKind::Given(g, vec![it]), ty, e.span))
            }
            Some(Symbol::Status(s)) => {
                let status = &self.program.statuses[s.index()];
                let value = status.value.clone();
                let ok = matches!(status.params.as_slice(), [one] if fits(self, *one));
                ok.then(|| match value {
                    Some(ty) => {
                        let ty = Ty::Optional(Box::new(ty));
                        self.make(cx, ExprKind::StatusValue(s, vec![it]), ty, e.span)
                    }
                    None => self.make(cx, ExprKind::StatusOn(s, vec![it]), Ty::Bool, e.span),
                })
            }
            Some(Symbol::Act(a)) => {
                let params = &self.program.acts[a.index()].params;
                let at = params.iter().position(|p| self.fits(&it.ty, &p.ty))?;
                let mut pattern = self.bare_pattern(cx, a, e.span);
                pattern.args[at] = ArgPattern::Var(var);
                let kind = ExprKind::ActTime(Ordinal::First, Box::new(pattern));
                Some(self.make(cx, kind, Ty::Time, e.span))
            }
            Some(_) => None,
            None => {
                let Ty::Entity(kinds) = &it.ty else {
                    return None;
                };
                let field = self
                    .program
                    .fields
                    .iter()
                    .position(|f| f.name == n.text && kinds.contains(&f.kind))?;
                let ty = self.program.fields[field].ty.clone();
                let field = FieldId(crate::check::id(field));
                Some(self.make(cx, ExprKind::Field(Box::new(it), field), ty, e.span))
            }
        }
    }

    /// R42: a slot that is read at the close may read tallies of other decisions, not an outcome that may come at the same
    /// instant: its own decision's, or one that reads its own in turn.
    pub(crate) fn outcomes_at_close(&mut self) {
        let all = self.program.decisions.iter();
        let reads: Vec<Vec<(DecisionId, Span)>> = all.map(|d| self.read_at_close(d)).collect();
        let reaches = |from: DecisionId, to: usize| {
            let mut seen = BTreeSet::from([from.index()]);
            let mut todo = vec![from.index()];
            while let Some(i) = todo.pop() {
                let next = reads[i].iter().map(|(d, _)| d.index());
                todo.extend(next.filter(|n| seen.insert(*n)));
            }
            seen.contains(&to)
        };
        for (i, list) in reads.iter().enumerate() {
            let Some((other, span)) = list.iter().find(|(d, _)| reaches(*d, i)) else {
                continue;
            };
            let (name, other) = (
                &self.program.decisions[i].name,
                &self.program.decisions[other.index()].name,
            );
            let mut e = Diagnostic::error(
                codes::E0651,
                format!("`{name}` reads an outcome that may come at the same instant as its own"),
            )
            .at(*span, format!("the outcome of `{other}`"))
            .help("compare the tallies instead: `d = first of rivals(d) by most yes`, `count(yes(D on x)) > …`");
            if name != other {
                e = e.note(format!("`{other}` reads the outcome of `{name}` in turn"));
            }
            self.diagnostics.push(e);
        }
    }

    fn read_at_close(&self, d: &Decision) -> Vec<(DecisionId, Span)> {
        let mut found = Vec::new();
        for e in d.slots() {
            self.each_read(e, &mut |e| {
                if let ExprKind::OutcomeIs { decision, .. } = e.kind {
                    found.push((decision, e.span));
                }
            });
        }
        found
    }

    /// Whether an expression reads the ballots of a decision.
    pub(crate) fn reads_ballots(&self, e: &Expr) -> bool {
        crate::threshold::reads_ballots(&self.program, e)
    }

    /// Every expression that is read with this one, through defines; not the conditions of exceptions that are latched at
    /// the opening (R43).
    pub(crate) fn each_read(&self, e: &Expr, f: &mut dyn FnMut(&Expr)) {
        fn walk(this: &Checker, e: &Expr, seen: &mut BTreeSet<DefineId>, f: &mut dyn FnMut(&Expr)) {
            f(e);
            if let ExprKind::Call(d, _) = e.kind
                && seen.insert(d)
            {
                match &this.program.defines[d.index()].value {
                    DefineValue::Expr(e) => walk(this, e, seen, f),
                    DefineValue::Set(s) => walk(this, &s.cond, seen, f),
                    DefineValue::Stream(_) => {}
                }
            }
            if let ExprKind::Except { base, exceptions } = &e.kind {
                walk(this, base, seen, f);
                for x in exceptions {
                    if x.at_closing || this.reads_ballots(&x.when) {
                        walk(this, &x.when, seen, f);
                    }
                    walk(this, &x.value, seen, f);
                }
                return;
            }
            e.each_child(&mut |c| walk(this, c, seen, f));
        }
        walk(self, e, &mut BTreeSet::new(), f);
    }
}
