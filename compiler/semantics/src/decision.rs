//! Decisions: every slot said, every base this body's.

use std::collections::BTreeMap;

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
    /// The line about equal votes that is this body's, and whether it names the body.
    tie: Option<(Span, bool)>,
    /// Slots that hold one thing, by their words.
    slots: BTreeMap<&'static str, Span>,
    steps: Vec<crate::consensus::SaidStep>,
}

impl Checker {
    pub(crate) fn decision(&mut self, cx: &mut Context, id: DecisionId, d: &ast::Decision) {
        let given = d.clauses.iter().find_map(|c| match &c.kind {
            D::Given(t) => Some(t),
            _ => None,
        });
        if let Some(t) = given {
            self.given_alone(d, t);
        }
        let limbs = self.program.decisions[id.index()].limbs.clone();
        let outer = cx.procedure;
        if let (None, Some((procedure, _)), Some(subject)) =
            (&d.on, outer, self.program.decisions[id.index()].subject)
        {
            // A decision of a procedure without a subject of its own is on the instance.
            cx.procedure = Some((procedure, subject));
        }
        if limbs.is_empty() {
            if let Some(by) = d.by.first() {
                self.decide(cx, id, d, by, given.is_some());
            }
        } else {
            for (limb, by) in limbs.into_iter().zip(&d.by) {
                self.told_once(|c| c.decide(cx, limb, d, by, given.is_some()));
            }
            self.together(cx, id, d);
        }
        cx.procedure = outer;
    }

    /// Checks the slots as one body takes the decision.
    fn decide(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        d: &ast::Decision,
        by: &ast::Expr,
        given: bool,
    ) {
        let depth = cx.locals.len();
        let outer = cx.provision;
        let Some((entity, body)) = self.deciding_body(cx, by, given) else {
            return;
        };
        let subject = self.program.decisions[id.index()].subject;
        if let (Some(v), Some(p)) = (subject, &d.on) {
            cx.locals.push((p.name.text.clone(), v));
        }
        let kinds = body.as_ref().map_or_else(Vec::new, |b| b.kinds.clone());
        let voter = self.program.decisions[id.index()].voter;
        self.program.vars[voter.index()].ty = Ty::Entity(kinds.clone());
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
                decision.first_counts = first_counts.unwrap_or(false);
                if first_counts.is_none() {
                    self.counts_unsaid(values, c.span);
                }
            }
        }
        cx.decision = Some(self.decision_context(id));
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
        self.unsaid(id, d, &said);
    }

    /// What the slots of a decision are read with.
    pub(crate) fn decision_context(&self, id: DecisionId) -> DecisionContext {
        let d = &self.program.decisions[id.index()];
        let body = self.program.body(d.body);
        DecisionContext {
            id,
            head: d.head.unwrap_or(id),
            subject: d.subject,
            kinds: body.map_or_else(Vec::new, |b| b.kinds.clone()),
            weighted: body.is_some_and(|b| b.weight.is_some()),
            closing: false,
        }
    }

    /// The body that decides; an office or a body without known members decides where the rule lies elsewhere.
    fn deciding_body(
        &mut self,
        cx: &mut Context,
        by: &ast::Expr,
        given: bool,
    ) -> Option<(EntityId, Option<Body>)> {
        let e = self.expr(cx, by, None);
        let named = match &by.kind {
            ast::ExprKind::Name(n) => self.symbol(cx, &n.text),
            _ => None,
        };
        let entity = match (&e.kind, named) {
            (ExprKind::Entity(x), _) => Some(*x),
            (ExprKind::Set(_), Some(Symbol::Entity(x))) => Some(x),
            (ExprKind::Error, _) => return None,
            _ => None,
        };
        let body = entity.and_then(|x| self.program.entities[x.index()].body.clone());
        match (entity, body) {
            (Some(x), body) if given => return Some((x, body)),
            (Some(x), Some(b)) if !b.kinds.is_empty() => return Some((x, Some(b))),
            (Some(x), Some(_)) => {
                let name = self.program.entities[x.index()].name.clone();
                self.error(
                    Diagnostic::error(
                        codes::E0635,
                        format!("another text says who sits in `{name}`: no ballot can be counted here"),
                    )
                    .at(by.span, "its members are not stated")
                    .help("say where the rule lies: `given \"Constitution art 56\"`, or who its members are"),
                );
            }
            _ => self.error(
                Diagnostic::error(codes::E0609, "a decision is taken by a body with members")
                    .at(by.span, "no body")
                    .help("declare it: `body NAME { members KIND }`"),
            ),
        }
        None
    }

    pub(crate) fn once(&mut self, slot: &mut Option<Span>, span: Span, name: &str) {
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
        if let Some(word) = said_once(&c.kind) {
            let mut first = said.slots.get(word).copied();
            self.once(&mut first, c.span, word);
            said.slots.insert(word, c.span);
        }
        match &c.kind {
            D::Ballots { values, labels, .. } => self.ballot_labels(cx, id, values, labels),
            D::Quorum(s) => {
                said.quorum = Some(c.span);
                let s = self.stated(cx, s);
                self.program.decisions[id.index()].quorum = (s, provision);
            }
            D::Participation(s) => {
                let s = self.stated(cx, s);
                self.program.decisions[id.index()].participation = (s, provision);
            }
            D::Passes(s) => {
                said.passes = Some(c.span);
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
                said.silence = Some(c.span);
                self.silence(cx, id, s);
            }
            D::Tie(t) => match said.tie {
                // What one body's line leaves is for the others.
                Some((_, true)) => {}
                Some((first, false)) => self.once(&mut Some(first), c.span, "tie"),
                None => said.tie = self.tie(cx, id, t, c.span).map(|of_body| (c.span, of_body)),
            },
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
            // Several bodies open together.
            D::Opens(_) if self.program.decisions[id.index()].whole.is_some() => {}
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
                for w in or_until {
                    self.close_when(cx, id, w, c.span);
                }
            }
            D::Closes {
                at,
                extended_to,
                or_until,
            } => {
                said.closes = true;
                match extended_to {
                    Some(e) => self.extended(cx, id, at, e),
                    None => self.close_when(cx, id, at, c.span),
                }
                for w in or_until {
                    self.close_when(cx, id, w, c.span);
                }
            }
            D::Withdrawn(e) => {
                let s = self.stream(cx, e);
                self.program.decisions[id.index()].withdrawn = Some(s);
            }
            D::Enacts { act, when } => self.enacts(cx, id, act, when.as_ref()),
            D::Given(t) => {
                self.program.decisions[id.index()].given = Some((t.value.clone(), provision));
            }
            D::Together(_) if self.program.decisions[id.index()].whole.is_some() => {}
            D::Together(_) => self.together_alone(c.span),
        }
    }

    /// Nothing is assumed: each mandatory slot that was not said is an error that lists the choices.
    fn unsaid(&mut self, id: DecisionId, d: &ast::Decision, said: &Said) {
        // What says no rule here: none is asked for.
        let given = self.program.decisions[id.index()].given.is_some();
        let consensus_only = given
            || said.passes.is_none()
                && matches!(said.steps.as_slice(), [one] if one.rule.is_none());
        let stepwise = !said.steps.is_empty();
        if consensus_only && !given {
            let own = ["object"];
            let ballots = &self.program.decisions[id.index()].ballots;
            let others = said.ballots.filter(|_| *ballots != own);
            self.consensus_alone(&[
                ("ballots", others),
                ("veto", said.slots.get("veto").copied()),
                ("silence", said.silence),
                ("tie", said.tie.map(|(span, _)| span)),
            ]);
        }
        let mut missing = Vec::new();
        if said.ballots.is_none() && !consensus_only {
            missing.push((
                "ballots",
                "`ballots yes, no, abstain, last counts` (or `first counts`)",
            ));
        }
        if said.quorum.is_none() && !given {
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

/// The word of a slot that holds one thing; another line of it would silently take its place.
fn said_once(kind: &D) -> Option<&'static str> {
    Some(match kind {
        D::Quorum(_) => "quorum",
        D::Participation(_) => "participation",
        D::Passes(_) => "passes",
        D::Admissible(_) => "admissible",
        D::Veto(_) => "veto",
        D::Voters(_) => "voters",
        D::Present(_) => "present",
        D::Silence(_) => "silence",
        D::Roll(_) => "roll",
        D::Opens(_) => "opens",
        D::Withdrawn(_) => "withdrawn",
        D::Given(_) => "given",
        _ => return None,
    })
}
