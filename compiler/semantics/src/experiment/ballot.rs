//! How members vote in an experiment, and the chances by which that is drawn (R53).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A};
use crate::ballot::ballots_of;
use crate::check::{Checker, error_expr};
use crate::expr::unparen;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

/// Whether an expression has the shape of a chance: `70%`, `1/3`, `100% - p`.
pub(crate) fn is_chance(e: &ast::Expr) -> bool {
    matches!(
        unparen(e).kind,
        A::Percent(..)
            | A::Int(_)
            | A::Binary(
                BinaryOp::Div | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul,
                ..
            )
    )
}

/// The word for a voter who casts no ballot.
const ABSENT: &str = "absent";

impl Checker {
    /// A chance: a percentage, a fraction of whole numbers, and what is made of chances.
    pub(crate) fn chance(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let e = unparen(e);
        let constant = match &e.kind {
            A::Percent(n, d) => Chance::new(*n, *d),
            A::Int(n) => Chance::new(*n, 1),
            A::Binary(BinaryOp::Div, ..) => self.fraction(e).and_then(|(n, d)| Chance::new(n, d)),
            A::Binary(op, l, r) if is_chance(e) => {
                let (a, b) = (self.chance(cx, l), self.chance(cx, r));
                let op = match op {
                    BinaryOp::Add => ArithOp::Add,
                    BinaryOp::Sub => ArithOp::Sub,
                    _ => ArithOp::Mul,
                };
                let kind = ExprKind::Arith(op, Box::new(a), Box::new(b));
                return self.make(cx, kind, Ty::Chance, e.span);
            }
            _ => {
                let v = self.value(cx, e, Some(&Ty::Chance));
                if !matches!(strip(&v.ty), Ty::Chance | Ty::Error)
                    || matches!(v.ty, Ty::Optional(_))
                {
                    self.mismatch(&v, "a chance such as `70%`");
                    return error_expr(cx.provision, e.span);
                }
                return v;
            }
        };
        match constant {
            Some(c) if c.is_proper() => self.make(cx, ExprKind::Chance(c), Ty::Chance, e.span),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0972, "a chance lies between nothing and certainty")
                        .at(e.span, "no chance")
                        .help("write a percentage from 0% to 100%, or a fraction such as (1/3)"),
                );
                error_expr(cx.provision, e.span)
            }
        }
    }

    /// `each Party votes yes 70%, no 10% on Amend when C as a bloc G`.
    pub(super) fn odds(
        &mut self,
        cx: &mut Context,
        experiment: &str,
        line: &ast::ExperimentItem,
    ) -> Option<BallotOdds> {
        let ast::ExperimentItemKind::Votes {
            who,
            odds,
            on,
            when,
            bloc,
        } = &line.kind
        else {
            return None;
        };
        let decision = self.decision_voted_on(cx, on)?;
        let depth = cx.locals.len();
        let span = who.span;
        let who = self.doer(cx, who);
        if who.jointly {
            self.error(
                Diagnostic::error(codes::E0970, "a vote is a member's own")
                    .at(span, "not cast jointly")
                    .help("say that they vote alike: `each … votes … on … as a bloc NAME`"),
            );
        }
        self.members_vote(decision, &who.kinds, span);
        let subject = self.program.decisions[decision.index()].subject;
        if let Some(v) = subject {
            cx.locals
                .push((self.program.vars[v.index()].name.clone(), v));
        }
        let odds = self.odds_of(cx, decision, odds, line.span);
        let when = when.as_ref().map(|e| self.filter(cx, who.var, e));
        cx.locals.truncate(depth);
        let module = &self.program.modules[cx.module].path;
        let name = &self.program.decisions[decision.index()].name;
        Some(BallotOdds {
            who,
            decision,
            subject,
            odds: odds?,
            when,
            bloc: bloc.as_ref().map(|n| n.text.clone()),
            // One site for all lines about a decision: who votes by which line does not change the words drawn.
            site: format!("{module}/{experiment}/votes on {name}"),
            span: line.span,
        })
    }

    fn decision_voted_on(&mut self, cx: &Context, on: &ast::Expr) -> Option<DecisionId> {
        let named = match &on.kind {
            A::Name(n) => self.symbol(cx, &n.text),
            _ => None,
        };
        let refuse = |this: &mut Self, message: &str, note: &str, help: &str| {
            this.error(
                Diagnostic::error(codes::E0970, message)
                    .at(on.span, note)
                    .help(help),
            );
        };
        let Some(Symbol::Decision(d)) = named else {
            let names = self.program.decisions.iter();
            let names: Vec<&str> = names
                .filter(|d| d.head.is_none() && d.whole.is_none())
                .map(|d| d.name.as_str())
                .collect();
            let note = match names.is_empty() {
                true => "the module has no decision".to_owned(),
                false => format!("the decisions are: {}", names.join(", ")),
            };
            refuse(
                self,
                "members vote on a decision",
                &note,
                "name the decision alone: `… on Amend`; a line holds for whatever it is opened on",
            );
            return None;
        };
        let first = &self.program.decisions[self.first_part(d).index()];
        if first.given.is_some() || self.program.decisions[d.index()].given.is_some() {
            refuse(
                self,
                "nobody's ballot counts here: the rule lies in another text",
                "its outcome is declared",
                "draw the outcome: `BODY does adopt(D on x) after exponential(20 days)`, and `reject(D on x)` in a line of its own",
            );
            return None;
        }
        if first.ballots.is_empty() || first.ballots == ["object"] {
            refuse(
                self,
                "a consensus takes objections, no ballots",
                "nobody votes on it",
                "give the decision a step that takes ballots, `then …`",
            );
            return None;
        }
        Some(d)
    }

    /// Who votes can sit in the body.
    fn members_vote(&mut self, decision: DecisionId, kinds: &[KindId], span: Span) {
        let d = &self.program.decisions[decision.index()];
        let parts: Vec<DecisionId> = match d.limbs.is_empty() {
            true => vec![decision],
            false => d.limbs.clone(),
        };
        let sits = |p: &DecisionId| {
            let voter = self.program.decisions[p.index()].voter;
            matches!(self.var_ty(voter), Ty::Entity(k) if kinds.iter().any(|x| k.contains(x)))
        };
        if !kinds.is_empty() && !parts.iter().any(sits) {
            let name = d.name.clone();
            self.error(
                Diagnostic::error(codes::E0970, format!("nobody meant here votes on `{name}`"))
                    .at(span, "not of a kind that sits in the body")
                    .help("name the members of the body that decides"),
            );
        }
    }

    fn odds_of(
        &mut self,
        cx: &mut Context,
        decision: DecisionId,
        written: &[(ast::Name, ast::Expr)],
        span: Span,
    ) -> Option<Vec<(usize, Option<usize>, Expr)>> {
        let widest = self.widest(self.first_part(decision));
        let (ballots, labels) = (widest.ballots.clone(), widest.labels.clone());
        let mut odds: Vec<(usize, Option<usize>, Expr)> = Vec::new();
        let mut seen: Vec<&ast::Name> = Vec::new();
        let (mut sum, mut wrong) = (Some(Chance::ZERO), false);
        for (name, e) in written {
            let chance = self.chance(cx, e);
            sum = sum.and_then(|s| s.plus(constant_chance(&chance)?));
            wrong |= chance.ty == Ty::Error;
            if let Some(first) = seen.iter().find(|n| n.text == name.text) {
                self.error(
                    Diagnostic::error(
                        codes::E0971,
                        format!("the odds of `{}` are given twice", name.text),
                    )
                    .at(name.span, "again")
                    .also(first.span, "first given here")
                    .help("keep one of the two"),
                );
                wrong = true;
                continue;
            }
            seen.push(name);
            let label = labels.iter().position(|l| l.name == name.text);
            let value = ballots.iter().position(|b| *b == name.text);
            match (value, label) {
                (Some(i), _) => odds.push((i, None, chance)),
                (None, Some(l)) => odds.push((labels[l].value, label, chance)),
                (None, None) if name.text == ABSENT => {}
                (None, None) => {
                    let list = ballots_of(self.widest(self.first_part(decision)));
                    self.error(
                        Diagnostic::error(
                            codes::E0971,
                            format!("there is no ballot `{}`", name.text),
                        )
                        .at(name.span, format!("the ballots are: {list}"))
                        .help("name one of them, or `absent` for who casts none"),
                    );
                    wrong = true;
                }
            }
        }
        if wrong {
            return None;
        }
        if let Some(sum) = sum
            && sum > Chance::ONE
        {
            self.error(
                Diagnostic::error(codes::E0972, format!("these odds add up to {sum}"))
                    .at(span, "more than certainty")
                    .help("lower one of them; what is left of 100% casts no ballot"),
            );
            return None;
        }
        if let (Some(sum), true) = (sum, seen.iter().any(|n| n.text == ABSENT))
            && sum < Chance::ONE
        {
            let left = Chance::ONE.minus(sum).unwrap_or(Chance::ZERO);
            self.error(
                Diagnostic::error(codes::E0972, format!("these odds add up to {sum}"))
                    .at(span, format!("{left} is nobody's"))
                    .help("leave `absent` out: what is left of 100% casts no ballot; or raise one of the odds"),
            );
            return None;
        }
        odds.sort_by_key(|(i, label, _)| (*i, *label));
        Some(odds)
    }
}

/// A chance that is known from the text alone.
fn constant_chance(e: &Expr) -> Option<Chance> {
    match &e.kind {
        ExprKind::Chance(c) => Some(*c),
        ExprKind::Arith(op, a, b) => {
            let (a, b) = (constant_chance(a)?, constant_chance(b)?);
            match op {
                ArithOp::Add => a.plus(b),
                ArithOp::Sub => a.minus(b),
                ArithOp::Mul => a.times(b),
            }
        }
        _ => None,
    }
}
