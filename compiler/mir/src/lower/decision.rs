//! Decisions: slots over the roll, openings, closings (R34-R43).

use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{ArgPattern, Expr, ExprKind, Stream, StreamKind};
use std::collections::BTreeSet;

impl Cx<'_> {
    /// All decisions. Norms about voting enter themselves later.
    pub(super) fn decisions(&mut self) {
        for (i, d) in self.hir.decisions.iter().enumerate() {
            self.deciding = Some(DecisionId(at(i)));
            let lowered = self.decision(DecisionId(at(i)), d);
            self.deciding = None;
            self.b.decision(lowered);
        }
    }

    fn decision(&mut self, id: DecisionId, d: &hir::Decision) -> Decision {
        let keys: Vec<VarId> = d.subject.into_iter().collect();
        // Of several bodies each has a roll; the whole has none.
        let body = self
            .hir
            .entities
            .get(d.body.index())
            .and_then(|e| e.body.as_ref())
            .filter(|_| d.limbs.is_empty());
        let kinds = body.map_or_else(Vec::new, |b| b.kinds.clone());
        let voter: Vec<VarId> = keys.iter().copied().chain([d.voter]).collect();
        // The body's own clauses, with the voter as the member.
        let mut own = |clause: Option<&Expr>, rolled: bool| {
            let (clause, member) = (clause?, body?.member);
            Some(self.within(&voter, |cx| {
                let is = cx.var(d.voter);
                cx.env.insert(member, is);
                match rolled {
                    true => cx.rolled(d, clause),
                    false => cx.expr(clause),
                }
            }))
        };
        let members = own(body.map(|b| &b.members), true);
        let own_voters = own(body.and_then(|b| b.voters.as_ref()), true);
        let own_present = own(body.and_then(|b| b.present.as_ref()), false);
        let weight = own(body.and_then(|b| b.weight.as_ref()), true);
        let chair = own(body.and_then(|b| b.chair.as_ref()), false);
        let name = d.head.unwrap_or(id);
        let mut over_voter = |e: &Expr| self.within(&voter, |cx| cx.slot(name, d, e));
        let present = d.present.as_ref().map(&mut over_voter).or(own_present);
        let veto = d.veto.as_ref().map(&mut over_voter);
        let silence_by_voter = d.silence_by_voter.as_ref().map(&mut over_voter);
        let labels = d.labels.iter();
        let labels = labels
            .map(|l| BallotLabel {
                name: l.name.clone(),
                value: at(l.value),
                of: l.of.as_ref().map(&mut over_voter),
                provision: l.provision,
            })
            .collect();
        let members = members.unwrap_or_else(|| {
            if d.limbs.is_empty() && d.given.is_none() {
                self.unsupported(d.span, "a decision by what is no body");
            }
            self.b.bool(false)
        });
        let together = self.within(&keys, |cx| {
            let conditions = d.together.iter();
            conditions.map(|(o, e, p)| (*o, cx.expr(e), *p)).collect()
        });
        let voters = d.voters.as_ref().map(|e| {
            self.within(&voter, |cx| match d.roll_as_of {
                Some(_) => cx.rolled(d, e),
                None => cx.slot(name, d, e),
            })
        });
        let voters = voters.or(own_voters).unwrap_or(members);
        let stated = |cx: &mut Self, (s, p): &(hir::Stated, ProvisionId)| {
            let s = match s {
                hir::Stated::None => Stated::None,
                hir::Stated::NotStated(why) => Stated::NotStated(why.clone()),
                hir::Stated::Rule(e) => Stated::Rule(cx.within(&keys, |cx| cx.slot(name, d, e))),
            };
            (s, *p)
        };
        let quorum = stated(self, &d.quorum);
        let participation = stated(self, &d.participation);
        let passes = stated(self, &d.passes);
        let (admissible, deemed) = self.within(&keys, |cx| {
            let admissible = d.admissible.as_ref().map(|e| cx.slot(name, d, e));
            let deemed = d.deemed.iter();
            let deemed = deemed.map(|(o, e)| (*o, cx.slot(name, d, e))).collect();
            (admissible, deemed)
        });
        let tie = d.tie.as_ref().map(|t| self.tie(name, d, t, &keys));
        let opens = d.opens.as_ref().map_or_else(Vec::new, |s| {
            let mut trigs = self.stream(s, &Purpose::keys(&keys));
            if let Some(v) = d.version {
                trigs = self.trigs_in_version(trigs, v, d.provision, d.span);
            }
            trigs
                .into_iter()
                .map(|t| {
                    let each = self.each(&keys, |k| t.bound.contains(&k), t.span);
                    let guard = self.guards(t.guards, t.provision, t.span);
                    (t.on, each, guard)
                })
                .collect()
        });
        let earlier = d.earlier.iter();
        let earlier = earlier
            .map(|s| Step {
                provision: s.provision,
                rule: s
                    .rule
                    .as_ref()
                    .map(|e| self.within(&keys, |cx| cx.slot(id, d, e))),
                then: s.next.is_some(),
                next: s
                    .next
                    .as_ref()
                    .map_or_else(Vec::new, |s| self.upon(s, &keys)),
            })
            .collect();
        let withdrawn = d.withdrawn.as_ref();
        let withdrawn = withdrawn.map_or_else(Vec::new, |s| self.upon(s, &keys));
        let enacts = d.enacts.iter().map(|e| self.enacts(e, &keys)).collect();
        let closes = d
            .closes
            .iter()
            .flat_map(|c| self.closing(c, id, d, &keys))
            .collect();
        Decision {
            name: d.name.clone(),
            subject: d.subject.map(|v| self.domain(v)),
            body: d.body,
            // The state of a part is that of its first version.
            limbs: d
                .limbs
                .iter()
                .map(|l| {
                    self.hir
                        .decisions
                        .get(l.index())
                        .and_then(|l| l.head)
                        .unwrap_or(*l)
                })
                .collect(),
            whole: d.whole,
            together,
            given: d.given.clone(),
            ballots: d.ballots.clone(),
            labels,
            first_counts: d.first_counts,
            monotone: d.monotone,
            monotone_changed: d.monotone_changed,
            voter: Domain {
                var: d.voter,
                kinds,
            },
            voters,
            members,
            present,
            weight,
            vote_norms: Vec::new(),
            admissible,
            quorum,
            participation,
            veto,
            passes,
            earlier,
            deemed,
            silence: d.silence.clone(),
            silence_by_voter,
            tie,
            chair,
            roll_at_opening: d.roll_at_opening,
            version: d.version,
            head: d.head,
            others: Vec::new(),
            opens,
            stage: d.stage.map(|(p, s)| (p, at(s))),
            closes,
            withdrawn,
            enacts,
            provision: d.provision,
        }
    }

    fn enacts(&mut self, e: &hir::Enacts, keys: &[VarId]) -> Enacts {
        self.within(keys, |cx| Enacts {
            act: e.act,
            args: e
                .args
                .iter()
                .map(|a| a.as_ref().map(|a| cx.expr(a)))
                .collect(),
            to: e.to.as_ref().map(|x| cx.expr(x)),
            for_whom: e.for_whom.as_ref().map(|x| cx.expr(x)),
            when: e.when.as_ref().map(|x| cx.expr(x)),
            provision: e.provision,
        })
    }

    fn tie(&mut self, id: DecisionId, d: &hir::Decision, t: &hir::Tie, keys: &[VarId]) -> Tie {
        let kind = match &t.kind {
            hir::TieKind::Outcome(o, when) => {
                let when = when.as_ref();
                TieKind::Outcome(*o, when.map(|e| self.within(keys, |cx| cx.slot(id, d, e))))
            }
            hir::TieKind::Decides {
                who,
                within,
                otherwise,
            } => TieKind::Decides {
                who: self.within(keys, |cx| cx.slot(id, d, who)),
                until: within.as_ref().map(|l| self.after_event(l, d, keys)),
                otherwise: *otherwise,
            },
        };
        Tie {
            provision: t.provision,
            kind,
        }
    }

    /// A length after [`Op::EventTime`].
    fn after_event(&mut self, length: &Expr, d: &hir::Decision, keys: &[VarId]) -> Guard {
        let event = self
            .b
            .guard_at(Op::EventTime, Ty::Time, d.provision, length.span);
        self.within(keys, |cx| {
            let op = Op::Shift {
                before: false,
                closes: true,
                length: cx.expr(length),
                base: event,
            };
            cx.b.guard_at(op, Ty::Time, length.provision, length.span)
        })
    }

    /// Members, voters and weights as they stood at the time of the roll (R39).
    fn rolled(&mut self, d: &hir::Decision, e: &Expr) -> Guard {
        match &d.roll_as_of {
            Some((stream, provision)) => self.expr(&Expr {
                kind: ExprKind::AsOf(Box::new(e.clone()), Box::new(stream.clone())),
                provision: *provision,
                ..e.clone()
            }),
            None => self.expr(e),
        }
    }

    /// A slot: conditions of its exceptions that read neither a voter nor a tally are latched at the opening, unless
    /// they are said to be read at the close (R43).
    fn slot(&mut self, id: DecisionId, d: &hir::Decision, e: &Expr) -> Guard {
        let ExprKind::Except { base, exceptions } = &e.kind else {
            return self.expr(e);
        };
        let opened = Stream {
            kind: StreamKind::Opened(id, d.subject.map_or(ArgPattern::Any, ArgPattern::Var)),
            provision: e.provision,
            span: e.span,
        };
        let mut exceptions = exceptions.clone();
        for x in &mut exceptions {
            if x.at_closing {
                continue;
            }
            let cond = &mut x.when;
            let now = self.expr(cond);
            let latched = matches!(cond.kind, ExprKind::AsOf(..));
            let by_voter = free::expr(cond).contains(&d.voter);
            if !latched && !by_voter && self.known(now).is_none() && !self.reads_ballots(now) {
                let kind = ExprKind::AsOf(Box::new(cond.clone()), Box::new(opened.clone()));
                *cond = Expr {
                    kind,
                    ..cond.clone()
                };
            }
        }
        let base = base.clone();
        let kind = ExprKind::Except { base, exceptions };
        self.expr(&Expr { kind, ..e.clone() })
    }

    /// Whether a guard reads the roll of a decision.
    fn reads_ballots(&self, g: Guard) -> bool {
        let program = &self.b.program;
        let mut seen = BTreeSet::new();
        let mut next = vec![g];
        while let Some(g) = next.pop() {
            if !seen.insert(g) {
                continue;
            }
            let op = &program.guard(g).op;
            match op {
                Op::OnRoll { .. } | Op::Weight { .. } => return true,
                Op::Call(define, _) => {
                    next.extend(program.defines.get(define.index()).map(|d| d.value));
                }
                _ => {}
            }
            next.extend(op.operands());
        }
        false
    }

    /// Triggers that concern the open decision; those that do not bind its subject concern all.
    fn upon(&mut self, s: &Stream, keys: &[VarId]) -> Vec<(On, Option<Guard>)> {
        let trigs = self.stream(s, &Purpose::keys(keys));
        let with_guard = |t: Trig, cx: &mut Self| {
            let guard = cx.guards(t.guards, t.provision, t.span);
            (t.on, guard)
        };
        trigs.into_iter().map(|t| with_guard(t, self)).collect()
    }

    fn closing(
        &mut self,
        c: &hir::Closing,
        id: DecisionId,
        d: &hir::Decision,
        keys: &[VarId],
    ) -> Vec<Closing> {
        match c {
            hir::Closing::Open(length) => {
                vec![Closing::At(
                    self.after_event(length, d, keys),
                    Firing::Lapse,
                )]
            }
            hir::Closing::At(t) => {
                vec![Closing::At(
                    self.within(keys, |cx| cx.expr(t)),
                    Firing::Closing,
                )]
            }
            hir::Closing::Upon(s) => self
                .upon(s, keys)
                .into_iter()
                .map(|(on, g)| Closing::Upon(on, g))
                .collect(),
            hir::Closing::Left {
                procedure,
                stage,
                instance,
            } => {
                let instance = self.within(keys, |cx| cx.expr(instance));
                let left = On::Leave(*procedure, at(*stage), Match::Is(instance));
                vec![Closing::Upon(left, None)]
            }
            hir::Closing::AllVoted => vec![Closing::AllVoted(self.all_voted(id, d, keys))],
            hir::Closing::Certain => vec![Closing::Certain],
            hir::Closing::When(c) => vec![Closing::When(self.within(keys, |cx| cx.expr(c)))],
        }
    }

    /// Every voter has cast a ballot.
    fn all_voted(&mut self, id: DecisionId, d: &hir::Decision, keys: &[VarId]) -> Guard {
        let body = self.hir.entities.get(d.body.index());
        let kinds = body.and_then(|e| e.body.as_ref());
        let domain = Domain {
            var: d.voter,
            kinds: kinds.map_or_else(Vec::new, |b| b.kinds.clone()),
        };
        let subject = keys.first().map(|v| self.var(*v));
        let voter = self.var(d.voter);
        // Ballots are kept under the first text.
        let decision = d.head.unwrap_or(id);
        let on_roll = |cx: &mut Self, set| {
            let op = Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            };
            cx.b.guard_at(op, Ty::Bool, d.provision, d.span)
        };
        let entitled = on_roll(self, RollSet::Voters);
        let cast = on_roll(self, RollSet::Cast);
        let op = Op::ForAll(domain, entitled, cast);
        self.b.guard_at(op, Ty::Bool, d.provision, d.span)
    }
}
