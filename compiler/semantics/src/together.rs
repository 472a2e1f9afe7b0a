//! Decisions of several bodies, and decisions whose rule lies in another text (R41b).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, DecisionClauseKind as D, ExprKind as A};
use crate::call::outcome_of;
use crate::check::{Checker, error_expr};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// What the outcomes of the bodies come to, and what opens them all.
    pub(crate) fn together(&mut self, cx: &mut Context, id: DecisionId, d: &ast::Decision) {
        let depth = cx.locals.len();
        let outer = cx.provision;
        if let (Some(v), Some(p)) = (self.program.decisions[id.index()].subject, &d.on) {
            cx.locals.push((p.name.text.clone(), v));
        }
        let mut said = None;
        let mut number = None;
        for c in &d.clauses {
            cx.provision = self.label(cx.module, outer, &c.labels, &mut number);
            match &c.kind {
                D::Opens(e) => {
                    let s = self.stream(cx, e);
                    self.program.decisions[id.index()].opens = Some(s);
                }
                D::Together(conditions) => {
                    self.once(&mut said, c.span, "together");
                    for (outcome, cond) in conditions {
                        let test = self.together_cond(cx, id, cond);
                        let known = outcome_of(&outcome.text);
                        match known.filter(|o| *o != DecisionOutcome::Undetermined) {
                            Some(o) => self.program.decisions[id.index()].together.push((
                                o,
                                test,
                                cx.provision,
                            )),
                            None => self.error(
                                Diagnostic::error(
                                    codes::E0606,
                                    format!("`{}` is no outcome", outcome.text),
                                )
                                .at(outcome.span, "adopted, rejected or lapsed")
                                .help("write `together adopted when each adopts, rejected when any rejects`"),
                            ),
                        }
                    }
                }
                _ => {}
            }
        }
        cx.provision = outer;
        cx.locals.truncate(depth);
        if said.is_none() && !self.partial {
            self.error(
                Diagnostic::error(
                    codes::E0634,
                    format!(
                        "decision `{}` does not say what its bodies decide together",
                        d.name.text
                    ),
                )
                .at(d.name.span, "nothing is assumed")
                .help("both: `together adopted when each adopts, rejected when any rejects`")
                .help("either: `together adopted when any adopts, rejected when each rejects`"),
            );
        }
    }

    /// `together` belongs to several bodies.
    pub(crate) fn together_alone(&mut self, span: Span) {
        self.error(
            Diagnostic::error(codes::E0634, "one body decides nothing together")
                .at(span, "with whom?")
                .help("name the bodies: `by each of (House, Senate)`, or take this out"),
        );
    }

    /// `each adopts`, `any rejects`, joined with `and`, `or`, `not` and any other condition.
    fn together_cond(&mut self, cx: &mut Context, id: DecisionId, e: &ast::Expr) -> Expr {
        match &e.kind {
            A::Paren(inner) => self.together_cond(cx, id, inner),
            A::Not(inner) => {
                let c = self.together_cond(cx, id, inner);
                self.make(cx, ExprKind::Not(Box::new(c)), Ty::Bool, e.span)
            }
            A::Binary(op @ (ast::BinaryOp::And | ast::BinaryOp::Or), l, r) => {
                let both = vec![self.together_cond(cx, id, l), self.together_cond(cx, id, r)];
                let kind = match op {
                    ast::BinaryOp::And => ExprKind::And(both),
                    _ => ExprKind::Or(both),
                };
                self.make(cx, kind, Ty::Bool, e.span)
            }
            A::Quantified(quantifier, None, verb) => {
                let outcome = match &verb.kind {
                    A::Name(n) => match n.text.as_str() {
                        "adopts" => Some(DecisionOutcome::Adopted),
                        "rejects" => Some(DecisionOutcome::Rejected),
                        "lapses" => Some(DecisionOutcome::Lapsed),
                        _ => None,
                    },
                    _ => None,
                };
                let Some(outcome) = outcome else {
                    self.error(
                        Diagnostic::error(codes::E0634, "what do the bodies do?")
                            .at(verb.span, "adopts, rejects or lapses")
                            .help("write `each adopts`, `any rejects`, `each lapses`"),
                    );
                    return error_expr(cx.provision, e.span);
                };
                let subject = self.program.decisions[id.index()].subject;
                let limbs = self.program.decisions[id.index()].limbs.clone();
                let mut parts = Vec::new();
                for limb in limbs {
                    // A part is named by its first version.
                    let limb = self.program.decisions[limb.index()].head.unwrap_or(limb);
                    let subject = subject
                        .map(|v| Box::new(self.make(cx, ExprKind::Var(v), self.var_ty(v), e.span)));
                    let kind = ExprKind::OutcomeIs {
                        decision: limb,
                        subject,
                        outcome,
                    };
                    parts.push(self.make(cx, kind, Ty::Bool, e.span));
                }
                let kind = match quantifier {
                    ast::Quantifier::Each => ExprKind::And(parts),
                    _ => ExprKind::Or(parts),
                };
                self.make(cx, kind, Ty::Bool, e.span)
            }
            _ => self.cond(cx, e),
        }
    }

    /// The parts of a decision that its bodies take, in any version of it; itself, where one body takes it all.
    pub(crate) fn limbs(&self, decision: DecisionId) -> Vec<DecisionId> {
        let head = self.program.decisions[decision.index()].head;
        let whole = Some(head.unwrap_or(decision));
        let all = self.program.decisions.iter().enumerate();
        let parts: Vec<DecisionId> = all
            .filter(|(_, d)| d.whole == whole && d.head.is_none())
            .map(|(i, _)| DecisionId(crate::check::id(i)))
            .collect();
        if parts.is_empty() {
            vec![decision]
        } else {
            parts
        }
    }

    /// The part of the first of several bodies: what may stand on a ballot is the same in all.
    pub(crate) fn first_part(&self, decision: DecisionId) -> DecisionId {
        self.limbs(decision).first().copied().unwrap_or(decision)
    }

    /// The part of a decision that one of its bodies takes; the decision itself, where one body takes it all.
    pub(crate) fn limb_of(&self, decision: DecisionId, body: EntityId) -> Option<DecisionId> {
        let parts = self.limbs(decision).into_iter();
        parts
            .into_iter()
            .find(|l| self.program.decisions[l.index()].body == body)
    }

    fn is_of_several(&self, decision: DecisionId) -> bool {
        self.limbs(decision) != [decision]
    }

    /// `x by House`: the expression and the body that is meant, where the name is a body's.
    pub(crate) fn by_body<'e>(
        &self,
        cx: &Context,
        e: &'e ast::Expr,
    ) -> Option<(&'e ast::Expr, EntityId)> {
        let A::By(inner, who) = &e.kind else {
            return None;
        };
        let A::Name(n) = &crate::expr::unparen(who).kind else {
            return None;
        };
        match self.symbol(cx, &n.text) {
            Some(Symbol::Entity(b)) => Some((inner, b)),
            _ => None,
        }
    }

    /// `adopted(Approve on p) by House`, `yes(Approve on p) by Senate`, in a stage `rejected by House`: what is asked of
    /// one of the bodies.
    pub(crate) fn of_one_body<'e>(
        &self,
        cx: &Context,
        e: &'e ast::Expr,
    ) -> Option<(&'e ast::Expr, EntityId)> {
        let (inner, body) = self.by_body(cx, e)?;
        let decision = match &inner.kind {
            A::Call(f, args) => {
                let (A::Name(n), Some(arg)) = (&f.kind, args.first()) else {
                    return None;
                };
                let d = self.named_decision(cx, arg)?;
                let asked = outcome_of(&n.text).is_some()
                    || n.text == "carried"
                    || crate::set::roll_word(&n.text)
                    || self.is_ballot(d, &n.text);
                asked.then_some(d)?
            }
            A::Name(n) if outcome_of(&n.text).is_some() => self.stage_decision(cx)?.0,
            _ => return None,
        };
        (self.is_of_several(decision) || self.limb_of(decision, body).is_some())
            .then_some((inner, body))
    }

    /// A name of one of a decision's ballots.
    pub(crate) fn is_ballot(&self, d: DecisionId, name: &str) -> bool {
        let parts = self.limbs(d);
        parts
            .into_iter()
            .any(|d| crate::set::roll_set_of(self.widest(d), name).is_some())
    }

    /// The parts of an argument that names a decision: `Approve on p by House`, `Approve by House`.
    pub(crate) fn decision_parts<'a>(
        &self,
        cx: &Context,
        arg: &'a ast::Arg,
    ) -> Option<(&'a ast::Name, Option<&'a ast::Expr>, Option<EntityId>)> {
        let ast::ArgKind::Value(value) = &arg.kind else {
            return None;
        };
        let (named, of_value) = match self.by_body(cx, value) {
            Some((inner, body)) => (inner, Some(body)),
            None => (value, None),
        };
        let A::Name(name) = &named.kind else {
            return None;
        };
        let (on, of_subject) = match arg.on.as_ref().map(|on| (on, self.by_body(cx, on))) {
            Some((_, Some((inner, body)))) => (Some(inner), Some(body)),
            Some((on, None)) => (Some(on), None),
            None => (None, None),
        };
        Some((name, on, of_value.or(of_subject)))
    }

    /// The decision as the body meant takes it.
    pub(crate) fn taken_by(
        &mut self,
        decision: DecisionId,
        body: Option<EntityId>,
        span: Span,
    ) -> DecisionId {
        let Some(body) = body else {
            return decision;
        };
        if let Some(limb) = self.limb_of(decision, body) {
            return limb;
        }
        let name = self.program.entities[body.index()].name.clone();
        self.not_one_of(decision, &name, span);
        decision
    }

    /// A body that does not take part in a decision.
    pub(crate) fn not_one_of(&mut self, decision: DecisionId, name: &str, span: Span) {
        let d = &self.program.decisions[decision.index()];
        let parts = self.limbs(decision);
        let bodies: Vec<&str> = parts
            .iter()
            .map(|l| self.program.decisions[l.index()].body)
            .map(|b| self.program.entities[b.index()].name.as_str())
            .collect();
        let message = format!("`{name}` does not decide `{}`", d.name);
        let help = format!("it is decided by {}", bodies.join(", "));
        self.error(
            Diagnostic::error(codes::E0634, message)
                .at(span, "not one of its bodies")
                .help(help),
        );
    }

    /// A roll is one body's: `yes(D on x)` of several says whose.
    pub(crate) fn whose_roll(&mut self, decision: DecisionId, span: Span) -> bool {
        if !self.is_of_several(decision) {
            return false;
        }
        let name = self.program.decisions[decision.index()].name.clone();
        self.error(
            Diagnostic::error(
                codes::E0634,
                format!("several bodies vote on `{name}`: each has its own roll"),
            )
            .at(span, "whose ballots?")
            .help("say it behind: `… by HOUSE`"),
        );
        true
    }

    /// The slots that `given` replaces must not be said (R41b).
    pub(crate) fn given_alone(&mut self, d: &ast::Decision, text: &ast::Text) {
        for c in &d.clauses {
            let word = match &c.kind {
                D::Ballots { .. } => "ballots",
                D::Quorum(_) => "quorum",
                D::Participation(_) => "participation",
                D::Passes(_) => "passes",
                D::Admissible(_) => "admissible",
                D::Veto(_) => "veto",
                D::Deemed { .. } => "deemed",
                D::Voters(_) => "voters",
                D::Silence(_) => "silence",
                D::Tie(_) => "tie",
                D::Roll(_) => "roll",
                D::First(_) => "first",
                D::Then { .. } => "then",
                D::Present(_) => "present",
                _ => continue,
            };
            self.error(
                Diagnostic::error(
                    codes::E0635,
                    format!("`{word}` is said here, and the rule lies elsewhere"),
                )
                .at(c.span, "a slot of the rule")
                .also(text.span, "the rule lies there")
                .help("keep one of the two: the slots, or `given \"…\"`"),
            );
        }
    }
}

/// Reads an expression as about the part of a decision that one body takes.
pub(crate) fn with_body<T>(
    cx: &mut Context,
    body: EntityId,
    read: impl FnOnce(&mut Context) -> T,
) -> T {
    let outer = cx.of_body.replace(body);
    let read = read(cx);
    cx.of_body = outer;
    read
}
