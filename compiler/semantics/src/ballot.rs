//! What a ballot may say, what silence means, and who breaks a tie (R35-R37), and the day of the roll (R39).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::call::outcome_of;
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// `Veto -> no for permanent`.
    pub(crate) fn ballot_labels(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        values: &[ast::Name],
        labels: &[ast::BallotLabel],
    ) {
        let voter = self.program.decisions[id.index()].voter;
        for (i, v) in values.iter().enumerate() {
            if let Some(first) = values[..i].iter().find(|w| w.text == v.text) {
                self.label_twice(v, first);
            }
        }
        for (i, l) in labels.iter().enumerate() {
            let before = values.iter().chain(labels[..i].iter().map(|l| &l.name));
            if let Some(first) = before.into_iter().find(|n| n.text == l.name.text) {
                self.label_twice(&l.name, first);
                continue;
            }
            if !values.iter().any(|v| v.text == l.value.text) {
                let list = ballots_of(&self.program.decisions[id.index()]);
                self.error(
                    Diagnostic::error(
                        codes::E0606,
                        format!("`{}` counts as one of the ballots", l.name.text),
                    )
                    .at(l.value.span, format!("the ballots are: {list}"))
                    .help("name one of them behind the arrow"),
                );
                continue;
            }
            let of = l.of.as_ref().map(|e| self.filter(cx, voter, e));
            let known = &mut self.program.decisions[id.index()].labels;
            if let Some(known) = known.iter_mut().find(|k| k.name == l.name.text) {
                (known.of, known.provision) = (of, cx.provision);
            }
        }
    }

    /// Who objects twice objects once: of any other ballot it must be said which counts (R35).
    pub(crate) fn counts_unsaid(&mut self, values: &[ast::Name], span: Span) {
        if matches!(values, [one] if one.text == "object") {
            return;
        }
        self.error(
            Diagnostic::error(codes::E0112, "which ballot of a member counts is not said")
                .at(span, "`, last counts` or `, first counts` is missing")
                .help("write `ballots yes, no, abstain, last counts`"),
        );
    }

    fn label_twice(&mut self, again: &ast::Name, first: &ast::Name) {
        self.error(
            Diagnostic::error(
                codes::E0606,
                format!("ballot `{}` is named twice", again.text),
            )
            .at(again.span, "named again")
            .also(first.span, "first named here")
            .help("keep one of the two"),
        );
    }

    /// `silence abstain except yes when demanded(d) by voter`.
    pub(crate) fn silence(&mut self, cx: &mut Context, id: DecisionId, s: &ast::Stated) {
        let outer = cx.provision;
        let base = match s {
            ast::Stated::None => Silence::None,
            ast::Stated::NotStated(t) => Silence::NotStated(t.value.clone()),
            ast::Stated::Rule(slot) => {
                let base = self.silence_value(id, &slot.base);
                if !slot.exceptions.is_empty() {
                    let chain = self.silence_by_voter(cx, id, slot, &base);
                    self.program.decisions[id.index()].silence_by_voter = Some(chain);
                }
                base
            }
        };
        cx.provision = outer;
        self.program.decisions[id.index()].silence = (base, outer);
    }

    /// An exception chain by role: `abstain except yes when demander`, as the name of a ballot.
    fn silence_by_voter(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        slot: &ast::Slot,
        base: &Silence,
    ) -> Expr {
        let outer = cx.provision;
        let voter = self.program.decisions[id.index()].voter;
        let base = self.silence_text(cx, id, base, slot.base.span);
        let depth = cx.locals.len();
        cx.locals.push(("voter".to_owned(), voter));
        let mut number = None;
        let mut exceptions = Vec::new();
        for e in &slot.exceptions {
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let at_closing = self.at_closing(cx, e.at_closing, &e.cond);
            let when = self.filter(cx, voter, &e.cond);
            let value = self.silence_value(id, &e.value);
            exceptions.push(Exception {
                when,
                value: self.silence_text(cx, id, &value, e.value.span),
                at_closing,
            });
        }
        cx.locals.truncate(depth);
        cx.provision = outer;
        let span = base.span;
        let kind = ExprKind::Except {
            base: Box::new(base),
            exceptions,
        };
        self.make(cx, kind, Ty::Text, span)
    }

    pub(crate) fn silence_text(
        &self,
        cx: &Context,
        id: DecisionId,
        s: &Silence,
        span: Span,
    ) -> Expr {
        let ballots = &self.program.decisions[id.index()].ballots;
        let kind = match s {
            Silence::None => ExprKind::Text("none".to_owned()),
            Silence::As(i) => ExprKind::Text(ballots.get(*i).cloned().unwrap_or_default()),
            Silence::NotStated(why) => ExprKind::NotStated(why.clone()),
        };
        self.make(cx, kind, Ty::Text, span)
    }

    pub(crate) fn silence_value(&mut self, id: DecisionId, e: &ast::Expr) -> Silence {
        let d = &self.program.decisions[id.index()];
        match &e.kind {
            ast::ExprKind::Paren(inner) => return self.silence_value(id, inner),
            ast::ExprKind::NotStated(t) => return Silence::NotStated(t.value.clone()),
            ast::ExprKind::Name(n) if n.text == "none" => return Silence::None,
            ast::ExprKind::Name(n) => {
                if let Some(i) = d.ballots.iter().position(|b| *b == n.text) {
                    return Silence::As(i);
                }
            }
            _ => {}
        }
        let list = ballots_of(d);
        if list.is_empty() && self.partial {
            return Silence::None;
        }
        self.error(
            Diagnostic::error(codes::E0606, "silence counts as one of the ballots")
                .at(e.span, format!("the ballots are: {list}"))
                .help("name one of them, or write `silence none`"),
        );
        Silence::None
    }

    /// `tie rejected`, `tie adopted when chair in yes`, `tie chair decides within 7 days else rejected`. Nothing if the line
    /// is another body's; else whether it names the body: `tie rejected when deciding_body = House`.
    pub(crate) fn tie(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        t: &ast::Tie,
        span: Span,
    ) -> Option<bool> {
        let mut of_body = false;
        if self.program.decisions[id.index()].ballots.len() < 2 {
            self.error(
                Diagnostic::error(codes::E0606, "a tie needs ballots for and against")
                    .at(span, "which votes are equal?")
                    .help("declare the ballots in order, for, against, abstention: `ballots yes, no, abstain, …`"),
            );
        }
        let kind = match t {
            ast::Tie::Outcome { outcome, when } => {
                let outcome = self.tie_outcome(outcome)?;
                let mut when = when.as_ref().map(|c| self.cond(cx, c));
                if let Some(ours) = when.as_ref().and_then(settled) {
                    if !ours {
                        return None;
                    }
                    (of_body, when) = (true, None);
                }
                TieKind::Outcome(outcome, when)
            }
            ast::Tie::Decides {
                who,
                within,
                otherwise,
            } => {
                let who = self.expr(cx, who, None);
                if !matches!(strip(&who.ty), Ty::Entity(_) | Ty::Error) {
                    self.mismatch(&who, "an entity: who has the casting vote");
                }
                let within = within.as_ref().map(|e| self.length(cx, e));
                if let (Some(w), None) = (&within, otherwise) {
                    self.error(
                        Diagnostic::error(codes::E0632, "what if no casting vote comes in time?")
                            .at(w.span, "this time may run out")
                            .help("say it: `tie chair decides within 7 days else rejected`"),
                    );
                }
                let otherwise = match otherwise {
                    Some(name) => Some(self.tie_outcome(name)?),
                    None => None,
                };
                TieKind::Decides {
                    who,
                    within,
                    otherwise,
                }
            }
        };
        self.program.decisions[id.index()].tie = Some(Tie {
            provision: cx.provision,
            kind,
        });
        Some(of_body)
    }

    fn tie_outcome(&mut self, name: &ast::Name) -> Option<DecisionOutcome> {
        match outcome_of(&name.text) {
            Some(o @ (DecisionOutcome::Adopted | DecisionOutcome::Rejected)) => Some(o),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0606, format!("a tie is not `{}`", name.text))
                        .at(name.span, "adopted or rejected")
                        .help("write `tie rejected`, `tie adopted when …` or `tie chair decides`"),
                );
                None
            }
        }
    }

    /// `roll at T`: members, voters and weights are latched when T comes (R39).
    pub(crate) fn roll_as_of(&mut self, cx: &mut Context, id: DecisionId, at: &ast::Expr) {
        let depth = cx.locals.len();
        let stream = self.stream(cx, at);
        cx.locals.truncate(depth);
        self.program.decisions[id.index()].roll_as_of = Some((stream, cx.provision));
    }
}

/// The further names on the ballots, known before anything is checked; whose they are comes later.
pub(crate) fn labels_named(
    values: &[ast::Name],
    labels: &[ast::BallotLabel],
    provision: ProvisionId,
) -> Vec<BallotLabel> {
    let of = |l: &ast::BallotLabel| {
        let value = values.iter().position(|v| v.text == l.value.text)?;
        let (name, of) = (l.name.text.clone(), None);
        Some(BallotLabel {
            name,
            value,
            of,
            provision,
        })
    };
    labels.iter().filter_map(of).collect()
}

/// The ballots as a list for messages.
pub(crate) fn ballots_of(d: &Decision) -> String {
    let labels = d.labels.iter().map(|l| l.name.as_str());
    let all: Vec<&str> = d.ballots.iter().map(String::as_str).chain(labels).collect();
    all.join(", ")
}

/// What a condition about named entities alone comes to, as `deciding_body = House` where one body is meant.
fn settled(e: &Expr) -> Option<bool> {
    match &e.kind {
        ExprKind::Compare(op, a, b) => match (&a.kind, &b.kind, op) {
            (ExprKind::Entity(a), ExprKind::Entity(b), CmpOp::Eq) => Some(a == b),
            (ExprKind::Entity(a), ExprKind::Entity(b), CmpOp::Ne) => Some(a != b),
            _ => None,
        },
        ExprKind::Not(inner) => settled(inner).map(|x| !x),
        ExprKind::Or(parts) => parts
            .iter()
            .map(settled)
            .try_fold(false, |x, y| Some(x | y?)),
        ExprKind::And(parts) => parts
            .iter()
            .map(settled)
            .try_fold(true, |x, y| Some(x & y?)),
        _ => None,
    }
}
