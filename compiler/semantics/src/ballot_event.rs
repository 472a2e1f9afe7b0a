//! Ballots as event terms (R4, R35): `last vote by p`, `count(vote(no on d))`, `upon vote(Amend on a) by p`.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::scope::*;
use crate::set::substitute;
use crate::stream::as_pattern;

/// A ballot term taken apart: the act's name with its arguments, who did it and for whom.
struct Term<'e> {
    name: &'e ast::Name,
    args: &'e [ast::Arg],
    by: Option<&'e ast::Expr>,
    for_whom: Option<&'e ast::Expr>,
}

impl<'e> Term<'e> {
    fn of(e: &'e ast::Expr) -> Option<Term<'e>> {
        let (mut by, mut for_whom, mut at) = (None, None, e);
        loop {
            at = match &at.kind {
                A::Paren(i) => i,
                A::By(i, who) if by.is_none() => {
                    by = Some(who.as_ref());
                    i
                }
                A::For(i, who) if for_whom.is_none() => {
                    for_whom = Some(who.as_ref());
                    i
                }
                _ => break,
            };
        }
        let (name, args): (_, &[ast::Arg]) = match &at.kind {
            A::Name(n) => (n, &[]),
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n, args),
                _ => return None,
            },
            _ => return None,
        };
        Some(Term {
            name,
            args,
            by,
            for_whom,
        })
    }

    fn sort(&self) -> Option<BallotSort> {
        match self.name.text.as_str() {
            "vote" => Some(BallotSort::Vote),
            "casting_vote" => Some(BallotSort::Casting),
            "object" => Some(BallotSort::Object),
            "gavel" => Some(BallotSort::Gavel),
            _ => None,
        }
    }
}

impl Checker {
    /// Is this a ballot, an objection or a gavel? By names alone; a declared name of that sort goes first.
    pub(crate) fn is_ballot_event(&self, cx: &Context, e: &ast::Expr) -> bool {
        let Some(term) = Term::of(e).filter(|t| t.sort().is_some()) else {
            return false;
        };
        let name = &term.name.text;
        cx.local(name).is_none()
            && self.symbol(cx, name).is_none()
            && (name == "vote"
                || term.by.is_some()
                || term.args.first().is_some_and(|a| {
                    a.on.is_some() || self.named_decision(cx, a).is_some() || term.args.len() == 2
                }))
    }

    /// The valid ballots that are meant, of every decision that they may be cast in.
    pub(crate) fn ballot_stream(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        let span = e.span;
        let none = |this: &mut Self, cx: &Context| {
            let cond = Box::new(error_expr(cx.provision, span));
            this.stream_of(cx, StreamKind::Rise { cond, once: false }, span)
        };
        let Some((term, sort)) = Term::of(e).and_then(|t| t.sort().map(|s| (t, s))) else {
            return none(self, cx);
        };
        let Some((decisions, value, subject)) = self.ballots_meant(cx, &term, sort, span) else {
            return none(self, cx);
        };
        let mut kinds: Vec<KindId> = Vec::new();
        for d in &decisions {
            for k in self.body_kinds(*d) {
                if !kinds.contains(&k) {
                    kinds.push(k);
                }
            }
        }
        // A gavel is whoever presides; a casting vote may be an officer's.
        if !matches!(sort, BallotSort::Vote | BallotSort::Object) {
            kinds.clear();
        }
        let whom = |this: &mut Self, cx: &mut Context, who: Option<&ast::Expr>| match who {
            Some(who) if kinds.is_empty() && !this.is_set(cx, who) => {
                this.argument_pattern(cx, who, &Ty::Error)
            }
            Some(who) => this.position(cx, who, &kinds),
            None => ArgPattern::Any,
        };
        let actor = whom(self, cx, term.by);
        let for_whom = whom(self, cx, term.for_whom);
        let of = |this: &Self, decision: DecisionId| {
            let (ballot, label) = match &value {
                Some(name) => this.ballot_named(decision, &name.text),
                None => (None, None),
            };
            let pattern = BallotPattern {
                decision,
                sort,
                ballot,
                label,
                actor: actor.clone(),
                for_whom: for_whom.clone(),
                subject: subject.clone(),
                span,
            };
            this.stream_of(cx, StreamKind::Ballot(Box::new(pattern)), span)
        };
        let mut all: Vec<Stream> = decisions.iter().map(|d| of(self, *d)).collect();
        match all.len() {
            1 => all.remove(0),
            _ => self.stream_of(cx, StreamKind::Or(all), span),
        }
    }

    /// `who(vote(no on d))`: the distinct voters.
    pub(crate) fn who_voted(&mut self, cx: &mut Context, e: &ast::Expr, span: Span) -> SetExpr {
        let mut stream = self.ballot_stream(cx, e);
        let each: Vec<&mut Stream> = match &mut stream.kind {
            StreamKind::Or(list) => list.iter_mut().collect(),
            _ => vec![&mut stream],
        };
        let mut patterns = Vec::new();
        for s in each {
            match &mut s.kind {
                StreamKind::Ballot(b) => patterns.push(b),
                _ => return self.empty_set(cx, span),
            }
        }
        let mut kinds: Vec<KindId> = patterns
            .iter()
            .flat_map(|p| self.body_kinds(p.decision))
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        let mut also = None;
        for p in &mut patterns {
            let was = std::mem::replace(&mut p.actor, ArgPattern::Var(var));
            if let ArgPattern::In(s) = was {
                also = Some(substitute(s.cond, s.var, var));
            }
        }
        let count = ExprKind::CountEvents(Box::new(stream), None);
        let count = self.make(cx, count, Ty::Int, span);
        let zero = self.make(cx, ExprKind::Int(0), Ty::Int, span);
        let some = ExprKind::Compare(CmpOp::Gt, Box::new(count), Box::new(zero));
        let mut cond = self.make(cx, some, Ty::Bool, span);
        if let Some(also) = also {
            cond = self.make(cx, ExprKind::And(vec![cond, also]), Ty::Bool, span);
        }
        SetExpr {
            var,
            kinds,
            cond,
            span,
        }
    }

    /// What a sentence asks, allows or forbids: `must vote(yes, Amend on a)`, `cannot vote(Amend on a)`, `may vote`.
    pub(crate) fn ballot_demanded(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        act: &ast::Expr,
    ) -> NormPred {
        let nothing = NormPred::Anonymous(String::new());
        let Some((term, sort)) = Term::of(act).and_then(|t| t.sort().map(|s| (t, s))) else {
            return nothing;
        };
        if sort != BallotSort::Vote {
            let word = sort.word();
            self.error(
                Diagnostic::error(codes::E0665, format!("no sentence is about `{word}`"))
                    .at(act.span, "the decision says who does this")
                    .help("a sentence may be about ballots: `vote(Amend on a)`, `vote(no, Amend on a)`"),
            );
            return nothing;
        }
        let Some((decisions, value, subject)) = self.ballots_meant(cx, &term, sort, act.span)
        else {
            return nothing;
        };
        // What several bodies take is one decision; otherwise a sentence is about one.
        let whole = decisions.first().copied();
        let whole = whole.map(|d| self.program.decisions[d.index()].whole.unwrap_or(d));
        let decision = match (&decisions[..], whole) {
            ([one], _) => *one,
            (all, Some(whole)) if self.limbs(whole) == *all => whole,
            _ => {
                self.which_ballots(act.span, "several decisions have such a ballot");
                return nothing;
            }
        };
        let (ballot, label) = match value {
            Some(name) => self.ballot_named(decision, &name.text),
            None => (None, None),
        };
        let voter = self.program.decisions[decision.index()].voter;
        let for_whom = match (&n.for_whom, self.var_ty(voter)) {
            (Some(e), Ty::Entity(kinds)) => self.position(cx, e, &kinds),
            _ => ArgPattern::Any,
        };
        NormPred::Vote {
            decision,
            ballot,
            label,
            subject,
            for_whom,
        }
    }

    /// In which decisions, which ballot by name, on what.
    #[allow(clippy::type_complexity)]
    fn ballots_meant<'e>(
        &mut self,
        cx: &mut Context,
        term: &Term<'e>,
        sort: BallotSort,
        span: Span,
    ) -> Option<(Vec<DecisionId>, Option<&'e ast::Name>, ArgPattern)> {
        let Some(first) = term.args.first() else {
            let (all, subject) = self.ballots_here(cx, sort);
            if all.is_empty() {
                self.which_ballots(span, "no decision here takes them");
                return None;
            }
            return Some((all, None, subject));
        };
        if term.args.len() > 2 {
            self.arity(&term.name.text, 2, term.args.len(), span);
            return None;
        }
        // `vote(Amend on a)`, `vote(yes, Amend on a)`
        let (value, of) = match term.args.get(1) {
            Some(second) => (Some(first), Some(second)),
            None if self.named_decision(cx, first).is_some() => (None, Some(first)),
            None => (Some(first), None),
        };
        let value = match value.map(|a| &a.kind) {
            None => None,
            Some(ast::ArgKind::Value(ast::Expr {
                kind: A::Name(n), ..
            })) => Some(n),
            Some(_) => {
                self.which_ballots(span, "a ballot is a name");
                return None;
            }
        };
        let Some(of) = of else {
            let value = value?;
            return self.ballots_on(cx, value, first.on.as_ref(), span);
        };
        let (n, on, body) = self.decision_parts(cx, of)?;
        let Some(Symbol::Decision(named)) = self.symbol(cx, &n.text) else {
            self.unknown(cx, &n.text, n.span);
            return None;
        };
        let body = body.or(cx.of_body);
        let decisions = match body.and_then(|b| self.limb_of(named, b)) {
            Some(limb) => vec![limb],
            None => self.limbs(named),
        };
        if let Some(value) = value
            && !decisions.iter().any(|d| self.takes(*d, &value.text))
        {
            self.no_such_ballot(decisions[0], value);
            return None;
        }
        let subject = match (on, self.program.decisions[named.index()].subject) {
            (Some(e), Some(v)) => {
                let ty = self.var_ty(v);
                self.ballot_subject(cx, e, &ty)
            }
            (Some(e), None) => {
                self.arity(&n.text, 0, 1, e.span);
                return None;
            }
            (None, Some(v)) => self.this_or_any(cx, v),
            (None, None) => ArgPattern::Any,
        };
        Some((decisions, value, subject))
    }

    /// `vote(yes on a)`: in every decision that has such a ballot and such a subject.
    fn ballots_on<'e>(
        &mut self,
        cx: &mut Context,
        value: &'e ast::Name,
        on: Option<&ast::Expr>,
        span: Span,
    ) -> Option<(Vec<DecisionId>, Option<&'e ast::Name>, ArgPattern)> {
        let fresh = matches!(on.map(|e| &e.kind), Some(A::Name(n)) if self.is_new(cx, &n.text));
        let subject = match on {
            Some(e) if !fresh => Some(self.argument_value(cx, e, &Ty::Error)),
            _ => None,
        };
        if subject.as_ref().is_some_and(|s| s.ty == Ty::Error) {
            return None;
        }
        let all = (0..self.program.decisions.len()).map(|i| DecisionId(crate::check::id(i)));
        let fits = |d: &DecisionId| {
            let decision = &self.program.decisions[d.index()];
            let on_it = match (&subject, decision.subject) {
                (Some(s), Some(v)) => self.fits(&s.ty, &self.var_ty(v)),
                (Some(_), None) => false,
                (None, v) => !fresh || v.is_some(),
            };
            decision.head.is_none()
                && decision.limbs.is_empty()
                && on_it
                && self.takes(*d, &value.text)
        };
        let found: Vec<DecisionId> = all.filter(fits).collect();
        let Some(one) = found.first().copied() else {
            self.which_ballots(
                span,
                &format!("no decision on this has the ballot `{}`", value.text),
            );
            return None;
        };
        let of_one = self.program.decisions[one.index()].subject;
        let pattern = match (on, subject, of_one) {
            (Some(_), Some(s), _) => as_pattern(s),
            (Some(e), None, Some(v)) => {
                let ty = self.var_ty(v);
                let types = |d: &DecisionId| {
                    let v = self.program.decisions[d.index()].subject;
                    v.map(|v| self.var_ty(v))
                };
                if found.iter().any(|d| types(d).as_ref() != Some(&ty)) {
                    self.which_ballots(span, "several decisions have such a ballot");
                    return None;
                }
                self.argument_pattern(cx, e, &ty)
            }
            (_, _, Some(v)) => self.this_or_any(cx, v),
            _ => ArgPattern::Any,
        };
        Some((found, Some(value), pattern))
    }

    /// What it is on: a name may bind, `d: Draft` does.
    fn ballot_subject(&mut self, cx: &mut Context, e: &ast::Expr, ty: &Ty) -> ArgPattern {
        match &e.kind {
            A::Element(..) => as_pattern(self.argument_value(cx, e, ty)),
            _ => self.argument_pattern(cx, e, ty),
        }
    }

    /// `vote` alone: inside a procedure the ballots on its instance, elsewhere those of the module's decisions.
    fn ballots_here(&self, cx: &Context, sort: BallotSort) -> (Vec<DecisionId>, ArgPattern) {
        if sort != BallotSort::Vote {
            return (Vec::new(), ArgPattern::Any);
        }
        let module = |p: ProvisionId| self.program.provisions.get(p.index()).map(|p| p.module);
        let all = (0..self.program.decisions.len()).map(|i| DecisionId(crate::check::id(i)));
        let own = |d: &DecisionId| {
            let decision = &self.program.decisions[d.index()];
            let votes = decision.ballots.iter().any(|b| b != "object");
            let own = module(decision.provision) == module(cx.provision);
            decision.head.is_none() && decision.limbs.is_empty() && votes && own
        };
        let here: Vec<DecisionId> = all.filter(own).collect();
        if let Some((_, this)) = cx.procedure {
            let ty = self.var_ty(this);
            let on_this = |d: &&DecisionId| {
                let v = self.program.decisions[d.index()].subject;
                v.is_some_and(|v| self.var_ty(v) == ty)
            };
            let on_this: Vec<DecisionId> = here.iter().filter(on_this).copied().collect();
            if !on_this.is_empty() {
                return (on_this, ArgPattern::Var(this));
            }
        }
        (here, ArgPattern::Any)
    }

    /// Inside the procedure of the matter: this one; elsewhere any.
    fn this_or_any(&self, cx: &Context, subject: VarId) -> ArgPattern {
        match cx.procedure {
            Some((_, this)) if self.var_ty(this) == self.var_ty(subject) => ArgPattern::Var(this),
            _ => ArgPattern::Any,
        }
    }

    /// Whether a name stands on the ballots of a decision.
    fn takes(&self, d: DecisionId, name: &str) -> bool {
        self.ballot_named(d, name).0.is_some()
    }

    /// The value of a ballot and, if the name is one of the further names, which.
    fn ballot_named(&self, d: DecisionId, name: &str) -> (Option<usize>, Option<usize>) {
        let d = self.widest(self.first_part(d));
        let label = d.labels.iter().position(|l| l.name == name);
        let known = d.ballots.iter().position(|b| b == name);
        (known.or(label.map(|l| d.labels[l].value)), label)
    }

    fn which_ballots(&mut self, span: Span, why: &str) {
        self.error(
            Diagnostic::error(codes::E0665, "which ballots are meant?")
                .at(span, why)
                .help("name the decision: `vote(Amend on a) by p`, or the ballot too: `vote(yes, Amend on a) by p`"),
        );
    }
}
