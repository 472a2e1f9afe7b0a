//! Decisions: every slot said, every base this body's.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, DecisionClauseKind as D};
use crate::call::outcome_of;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// Which mandatory slots were said.
#[derive(Default)]
struct Said {
    ballots: Option<Span>,
    quorum: Option<Span>,
    passes: Option<Span>,
    silence: Option<Span>,
    closes: bool,
    roll: Option<(ast::Expr, ProvisionId)>,
    steps: Vec<crate::consensus::SaidStep>,
}

impl Checker {
    pub(crate) fn decision(&mut self, cx: &mut Context, id: DecisionId, d: &ast::Decision) {
        let depth = cx.locals.len();
        let outer = cx.provision;
        let Some((entity, body)) = self.deciding_body(cx, d) else {
            return;
        };
        let subject = self.program.decisions[id.index()].subject;
        if let (Some(v), Some(p)) = (subject, &d.on) {
            cx.locals.push((p.name.text.clone(), v));
        }
        let voter = self.program.decisions[id.index()].voter;
        self.program.vars[voter.index()].ty = Ty::Entity(body.kinds.clone());
        self.program.decisions[id.index()].body = entity;
        // The ballots name the sets that every other slot reads.
        let mut said = Said::default();
        for c in &d.clauses {
            if let D::Ballots {
                values,
                first_counts,
                ..
            } = &c.kind
            {
                self.once(&mut said.ballots, c.span, "ballots");
                let decision = &mut self.program.decisions[id.index()];
                decision.ballots = values.iter().map(|v| v.text.clone()).collect();
                decision.first_counts = *first_counts;
            }
        }
        let head = self.program.decisions[id.index()].head.unwrap_or(id);
        cx.decision = Some(DecisionContext {
            id,
            head,
            subject,
            kinds: body.kinds.clone(),
            weighted: body.weight.is_some(),
            closing: false,
        });
        let mut number = None;
        for c in &d.clauses {
            cx.provision = self.label(cx.module, outer, &c.labels, &mut number);
            self.modelled(cx.provision);
            self.clause(cx, id, c, &mut said);
        }
        if let Some((at, provision)) = said.roll.take() {
            cx.provision = provision;
            self.roll_as_of(cx, id, &at);
        }
        cx.provision = outer;
        cx.decision = None;
        cx.locals.truncate(depth);
        self.take_steps(id, &said.steps, said.passes);
        self.unsaid(d, &said);
    }

    fn deciding_body(&mut self, cx: &mut Context, d: &ast::Decision) -> Option<(EntityId, Body)> {
        if d.by.len() > 1 {
            self.unsupported(d.by[1].span, "decisions of several bodies");
            return None;
        }
        let by = d.by.first()?;
        let e = self.expr(cx, by, None);
        let found = match e.kind {
            ExprKind::Entity(x) => self.program.entities[x.index()]
                .body
                .clone()
                .map(|b| (x, b)),
            ExprKind::Set(_) => match &by.kind {
                ast::ExprKind::Name(n) => match self.symbol(cx, &n.text) {
                    Some(Symbol::Entity(x)) => self.program.entities[x.index()]
                        .body
                        .clone()
                        .map(|b| (x, b)),
                    _ => None,
                },
                _ => None,
            },
            ExprKind::Error => return None,
            _ => None,
        };
        if found.is_none() {
            self.error(
                Diagnostic::error(codes::E0609, "a decision is taken by a body with members")
                    .at(by.span, "no body")
                    .help("declare it: `body NAME { members KIND }`"),
            );
        }
        found
    }

    fn once(&mut self, slot: &mut Option<Span>, span: Span, name: &str) {
        if let Some(first) = *slot {
            self.error(
                Diagnostic::error(codes::E0602, format!("`{name}` is said twice"))
                    .at(span, "said again")
                    .also(first, "first said here")
                    .help("keep one; variants are written as `except … when …`"),
            );
        }
        *slot = Some(span);
    }

    fn stated(&mut self, cx: &mut Context, s: &ast::Stated) -> Stated {
        match s {
            ast::Stated::None => Stated::None,
            ast::Stated::NotStated(t) => Stated::NotStated(t.value.clone()),
            ast::Stated::Rule(slot) => Stated::Rule(self.slot(cx, slot, Some(&Ty::Bool))),
        }
    }

    fn clause(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        c: &ast::DecisionClause,
        said: &mut Said,
    ) {
        let provision = cx.provision;
        match &c.kind {
            D::Ballots { values, labels, .. } => self.ballot_labels(cx, id, values, labels),
            D::Quorum(s) => {
                self.once(&mut said.quorum, c.span, "quorum");
                let s = self.stated(cx, s);
                self.program.decisions[id.index()].quorum = (s, provision);
            }
            D::Participation(s) => {
                let s = self.stated(cx, s);
                self.program.decisions[id.index()].participation = (s, provision);
            }
            D::Passes(s) => {
                self.once(&mut said.passes, c.span, "passes");
                let s = self.stated(cx, s);
                self.program.decisions[id.index()].passes = (s, provision);
            }
            D::Admissible(s) => {
                let e = self.slot(cx, s, Some(&Ty::Bool));
                self.program.decisions[id.index()].admissible = Some(e);
            }
            D::Veto(ast::Stated::Rule(s)) => {
                if self.program.decisions[id.index()].ballots.len() < 2 {
                    self.error(
                        Diagnostic::error(codes::E0606, "a veto is a ballot against, and there is none")
                            .at(c.span, "which ballot is the veto?")
                            .help("declare the ballots in order, for, against, abstention: `ballots yes, no, abstain, …`"),
                    );
                }
                let voter = self.program.decisions[id.index()].voter;
                let e = self.filter_slot(cx, voter, s);
                self.program.decisions[id.index()].veto = Some(e);
            }
            D::Veto(_) => {}
            D::Voters(s) => {
                let voter = self.program.decisions[id.index()].voter;
                let e = self.filter_slot(cx, voter, s);
                self.program.decisions[id.index()].voters = Some(e);
            }
            D::Present(s) => {
                let voter = self.program.decisions[id.index()].voter;
                let e = self.filter_slot(cx, voter, s);
                self.program.decisions[id.index()].present = Some(e);
            }
            D::Deemed { outcome, cond } => {
                let e = self.slot(cx, cond, Some(&Ty::Bool));
                let known = outcome_of(&outcome.text);
                match known.filter(|o| *o != DecisionOutcome::Undetermined) {
                    Some(o) => self.program.decisions[id.index()].deemed.push((o, e)),
                    None => self.error(
                        Diagnostic::error(
                            codes::E0606,
                            format!("`{}` is no outcome", outcome.text),
                        )
                        .at(outcome.span, "adopted or rejected")
                        .help("write `deemed adopted when …`"),
                    ),
                }
            }
            D::Silence(s) => {
                self.once(&mut said.silence, c.span, "silence");
                self.silence(cx, id, s);
            }
            D::Tie(t) => self.tie(cx, id, t, c.span),
            D::Roll(e) => match &e.kind {
                ast::ExprKind::Name(n) if n.text == "opening" => {
                    self.program.decisions[id.index()].roll_at_opening = true
                }
                ast::ExprKind::Name(n) if n.text == "closing" => {}
                // When all other slots are known: the voters are said anywhere.
                _ => said.roll = Some((e.clone(), provision)),
            },
            D::First(e) => self.first_step(cx, e, &mut said.steps),
            D::Then { rule, upon } => {
                self.then_step(cx, rule, upon.as_ref(), c.span, &mut said.steps)
            }
            D::Opens(e) => {
                let s = self.stream(cx, e);
                self.program.decisions[id.index()].opens = Some(s);
            }
            D::Open {
                length,
                or_until,
                through,
            } => {
                said.closes = true;
                self.window(cx, id, length.as_ref(), through.as_ref());
                if let Some(w) = or_until {
                    self.close_when(cx, id, w, c.span);
                }
            }
            D::Closes { at, extended_to } => {
                said.closes = true;
                match extended_to {
                    Some(e) => self.extended(cx, id, at, e),
                    None => self.close_when(cx, id, at, c.span),
                }
            }
            D::Withdrawn(e) => {
                let s = self.stream(cx, e);
                self.program.decisions[id.index()].withdrawn = Some(s);
            }
            D::Enacts { act, when } => self.enacts(cx, id, act, when.as_ref()),
            D::Given(t) => self.unsupported(t.span, "decisions whose rule lies in another text"),
            D::Together(_) => self.unsupported(c.span, "`together`"),
        }
    }

    /// Nothing is assumed: each mandatory slot that was not said is an error that lists the choices.
    fn unsaid(&mut self, d: &ast::Decision, said: &Said) {
        let consensus_only =
            said.passes.is_none() && matches!(said.steps.as_slice(), [one] if one.rule.is_none());
        let stepwise = !said.steps.is_empty();
        let mut missing = Vec::new();
        if said.ballots.is_none() && !consensus_only {
            missing.push((
                "ballots",
                "`ballots yes, no, abstain, last counts` (or `first counts`)",
            ));
        }
        if said.quorum.is_none() {
            missing.push(("quorum", "`quorum none`, `quorum present is at least 1/2 of members`, `quorum not stated \"…\"`"));
        }
        if said.passes.is_none() && !consensus_only && !stepwise {
            missing.push((
                "passes",
                "`passes when yes is more than 1/2 of voting`, `… is at least 2/3 of members`, `passes not stated \"…\"`",
            ));
        }
        if said.silence.is_none() && !consensus_only {
            missing.push((
                "silence",
                "`silence abstain`, `silence no`, `silence none`, `silence not stated \"…\"`",
            ));
        }
        if !said.closes {
            missing.push((
                "closing",
                "`closes upon EVENT`, `open 72 hours`, `closes when all have voted`",
            ));
        }
        if self.partial {
            return;
        }
        if missing.is_empty() {
            return;
        }
        let names: Vec<&str> = missing.iter().map(|(n, _)| *n).collect();
        let mut e = Diagnostic::error(
            codes::E0601,
            format!("decision `{}` does not say its {}", d.name.text, names.join(", ")),
        )
        .at(d.name.span, "nothing is assumed")
        .note("there is no default majority, quorum or silence rule: the text sets one, sets none, or is silent");
        for (name, choices) in missing {
            e = e.help(format!("{name}: {choices}"));
        }
        self.error(e);
    }
}
