//! Norms: powers with their windows, duties with births, windows and releases (R25-R33).

use super::birth::begin;
use super::stream::Trig;
use super::window::{counts_from_event, times};
use super::*;
use rogatio_semantics::hir::{ArgPattern, Expr, ExprKind, NormPred, StreamKind, Time};
use std::collections::BTreeSet;

/// What is known of a norm before its parts are lowered.
pub(super) struct Facts<'n> {
    pub(super) n: &'n hir::Norm,
    /// Variables that judging an act gives values: the subject, and what the demand binds.
    judged: Vec<VarId>,
    /// Those and the keys.
    pub(super) scope: Vec<VarId>,
    demand: Demand,
}

impl Facts<'_> {
    /// A value is asked for, not an act.
    pub(super) fn invariant(&self) -> bool {
        matches!(self.demand, Demand::Ensure(_))
    }

    /// The window counts from a birth.
    fn counts_from_birth(&self) -> bool {
        self.n
            .time
            .as_ref()
            .is_some_and(|t| times(t).iter().any(|e| counts_from_event(e)))
            || self.n.else_of.is_some()
            || self.n.upon.is_some()
    }

    /// Has instances.
    pub(super) fn duty(&self) -> bool {
        match self.n.modal {
            Modal::Must | Modal::Should => true,
            Modal::MustNot | Modal::ShouldNot => self.invariant(),
            Modal::Cannot => false,
            Modal::May => {
                self.n.else_of.is_some()
                    || !self.n.time_except.is_empty()
                    || self.n.label.is_some() && (self.n.time.is_some() || self.n.upon.is_some())
            }
        }
    }
}

impl Cx<'_> {
    /// All norms, then who may judge by them.
    pub(super) fn norms(&mut self) {
        for n in &self.hir.norms {
            let norm = self.norm(n);
            self.b.norm(norm);
        }
    }

    fn norm(&mut self, n: &hir::Norm) -> Norm {
        let (demand, bound) = self.demand(n);
        let mut judged = vec![n.who.var];
        judged.extend(bound.iter().filter(|v| **v != n.who.var));
        let mut scope = judged.clone();
        scope.extend(n.keys.iter().chain(n.instance.as_ref().map(|(_, v)| v)));
        scope.dedup();
        let facts = Facts {
            n,
            judged,
            scope,
            demand,
        };
        let duty = facts.duty().then(|| self.duty(&facts));
        let who_cond = self.within(&facts.scope, |cx| cx.expr(&n.who.cond));
        let (cond, window) = match n.modal {
            Modal::Must | Modal::Should => (None, Window::default()),
            _ if facts.invariant() => (None, Window::default()),
            _ => self.power(&facts),
        };
        let mut what = self.demand_name(n);
        if let Some(q) = &n.qualifier {
            what = format!("{q:?}, {what}");
        }
        let name = n
            .label
            .clone()
            .unwrap_or_else(|| [modal_name(n.modal), " ", &what].concat());
        Norm {
            name,
            labelled: n.label.is_some(),
            modal: n.modal,
            who: Who {
                domain: Domain {
                    var: n.who.var,
                    kinds: n.who.kinds.clone(),
                },
                cond: who_cond,
                each: n.who.each,
                jointly: n.who.jointly,
                text: n.who.text.clone(),
            },
            text: [&n.who.text, " ", modal_name(n.modal), " ", &what].concat(),
            qualifier: n.qualifier.clone(),
            demand: facts.demand,
            cond,
            window,
            duty,
            keys: n.keys.clone(),
            despite: n.despite,
            else_: n.else_,
            version: n.version,
            others: Vec::new(),
            head: n.head,
            visit: n.stage.and(n.instance).map(|(_, this)| this),
            else_of: n.else_of,
            provision: n.provision,
            span: n.span,
        }
    }

    fn demand_name(&self, n: &hir::Norm) -> String {
        let act = |p: &hir::Pattern| {
            let mut p = p.clone();
            p.actor = ArgPattern::Any;
            self.pattern_name(&p)
        };
        match &n.pred {
            NormPred::Act(p) => act(p),
            NormPred::OneOf(list) => {
                let names: Vec<String> = list.iter().map(act).collect();
                format!("one of ({})", names.join(", "))
            }
            NormPred::Anonymous(text) => format!("{text:?}"),
            NormPred::Vote {
                decision,
                ballot,
                label,
                ..
            } => {
                let d = self.hir.decisions.get(decision.index());
                let name = d.map_or("?", |d| d.name.as_str());
                match self.ballot_said(*decision, *ballot, *label) {
                    Some(ballot) => format!("vote {ballot} on {name}"),
                    None => format!("vote on {name}"),
                }
            }
            NormPred::Ensure(e) => match (n.pred.stays(), n.modal) {
                (Some((s, keys)), Modal::May | Modal::MustNot | Modal::ShouldNot) => {
                    let kind = ExprKind::StatusOn(s, keys.to_vec());
                    let stay = Expr { kind, ..e.clone() };
                    format!("stay {}", self.expr_name(&stay))
                }
                _ => format!("ensure {}", self.expr_name(e)),
            },
        }
    }

    /// The demand and the variables it binds.
    fn demand(&mut self, n: &hir::Norm) -> (Demand, BTreeSet<VarId>) {
        let mut known = n.keys.clone();
        known.push(n.who.var);
        known.extend(n.instance.map(|(_, v)| v));
        match &n.pred {
            NormPred::Act(p) => self.demanded_act(n, p, &known),
            NormPred::OneOf(list) => {
                let mut bound = BTreeSet::new();
                let mut parts = Vec::new();
                for p in list {
                    let (part, more) = self.demanded_act(n, p, &known);
                    parts.push(part);
                    bound.extend(more);
                }
                (Demand::OneOf(parts), bound)
            }
            NormPred::Anonymous(text) => (Demand::Anonymous(text.clone()), BTreeSet::new()),
            NormPred::Vote {
                decision,
                ballot,
                label,
                subject,
                for_whom,
            } => {
                let (mut matches, bound) = self.bind(&[subject, for_whom], &known);
                let conds = self.in_scope(&known, &bound, |cx| {
                    bound.conds.iter().map(|c| cx.expr(c)).collect()
                });
                let for_whom = matches.pop().unwrap_or(Match::Any);
                let demand = Demand::Vote {
                    decision: *decision,
                    ballot: ballot.map(at),
                    label: label.map(at),
                    for_whom,
                    subject: matches.pop().unwrap_or(Match::Any),
                    filter: self.guards(conds, n.provision, n.span),
                };
                (demand, bound.vars)
            }
            NormPred::Ensure(e) => {
                let guard = self.within(&known, |cx| cx.expr(e));
                // `must not ensure C`: C must fail.
                let guard = match n.modal {
                    Modal::MustNot | Modal::ShouldNot => self.not(guard, e.provision, e.span),
                    _ => guard,
                };
                (Demand::Ensure(guard), BTreeSet::new())
            }
        }
    }

    /// An act with its positions, its actor apart: that is the subject.
    fn demanded_act(
        &mut self,
        n: &hir::Norm,
        p: &hir::Pattern,
        known: &[VarId],
    ) -> (Demand, BTreeSet<VarId>) {
        let mut p = p.clone();
        p.actor = ArgPattern::Any;
        let (on, guards, bound) = self.on_pattern(&p, known);
        let provision = p.filter.as_ref().map_or(n.provision, |f| f.provision);
        let filter = self.guards(guards, provision, p.span);
        let matches = match on {
            On::Act { matches, .. } => matches,
            _ => Vec::new(),
        };
        let demand = Demand::Act {
            act: p.act,
            matches,
            filter,
        };
        (demand, bound)
    }

    /// Condition and window of a norm that judges acts. One with instances grants through them: its window, its keys and
    /// what its birth tested are theirs.
    fn power(&mut self, f: &Facts<'_>) -> (Option<Guard>, Window) {
        let n = f.n;
        let at_birth = n.upon.is_some() && f.duty();
        let mut parts = self.within(&f.scope, |cx| {
            let when = n.when.iter().filter(|_| !at_birth);
            let mut parts: Vec<Guard> = Vec::new();
            if let Some(v) = n.version.filter(|_| !f.duty()) {
                parts.push(cx.in_version(v, n.provision, n.span));
            }
            parts.extend(when.chain(&n.while_).map(|c| cx.expr(c)));
            if let Some(c) = &n.unless {
                let c = cx.expr(c);
                parts.push(cx.not(c, n.provision, n.span));
            }
            parts
        });
        parts.extend(self.in_scope_of_stage(n));
        let mut window = Window::default();
        if !f.duty() {
            if f.counts_from_birth() {
                self.event_time = Some(self.last_birth(f, &mut parts));
            }
            if let Some(time) = &n.time {
                window = self.window(f, time);
            }
            self.event_time = None;
        }
        let cond = self.guards(parts, n.provision, n.span);
        let mut given = f.judged.clone();
        if f.duty() {
            given.extend(&n.keys);
        }
        (cond.map(|c| self.exist(c, &given, n)), window)
    }

    /// In force from the last birth on: its time; that there was one is added to the conditions.
    fn last_birth(&mut self, f: &Facts<'_>, parts: &mut Vec<Guard>) -> Guard {
        let n = f.n;
        let keys: Vec<VarId> = n
            .keys
            .iter()
            .copied()
            .filter(|k| f.judged.contains(k))
            .collect();
        let births: Vec<Trig> = self
            .births(f)
            .0
            .into_iter()
            .map(|(mut t, before)| {
                t.guards.extend(before);
                t
            })
            .collect();
        let s = n.upon.clone().unwrap_or_else(|| begin(n));
        let hist = self.pushed(&births, &keys, &s);
        let args = self.vars(&keys);
        let count = Op::HistCount(hist, args.clone());
        let count = self.b.guard_at(count, Ty::Int, n.provision, n.span);
        let none = self.b.guard_at(Op::Int(0), Ty::Int, n.provision, n.span);
        let has = Op::Compare(CmpOp::Gt, count, none);
        parts.push(self.b.guard_at(has, Ty::Bool, n.provision, n.span));
        let last = Op::HistTime(hist, Ordinal::Last, args);
        self.b.guard_at(last, Ty::Time, n.provision, n.span)
    }

    /// Variables that judging the act gives no value: some value will do.
    fn exist(&mut self, mut cond: Guard, judged: &[VarId], n: &hir::Norm) -> Guard {
        for v in free_in(&self.b.program, cond) {
            if judged.contains(&v) {
                continue;
            }
            let domain = self.domain(v);
            if domain.kinds.is_empty() {
                self.unbound(v, n.span);
                continue;
            }
            cond = self
                .b
                .guard_at(Op::Exists(domain, cond), Ty::Bool, n.provision, n.span);
        }
        cond
    }

    /// Inside a stage, or inside an instance at all.
    pub(super) fn in_scope_of_stage(&mut self, n: &hir::Norm) -> Option<Guard> {
        let (procedure, this) = n.instance?;
        let stage = n.stage?;
        Some(self.in_stage(procedure, this, vec![at(stage)], n.provision, n.span))
    }

    pub(super) fn in_stage(
        &mut self,
        procedure: ProcedureId,
        this: VarId,
        stages: Vec<u32>,
        provision: ProvisionId,
        span: Span,
    ) -> Guard {
        let this = self.var(this);
        self.b.guard_at(
            Op::InStage(this, procedure, stages),
            Ty::Bool,
            provision,
            span,
        )
    }

    /// `to each K`: the sets of which a duty asks for every member, each way of meeting it once.
    fn several(&mut self, f: &Facts<'_>) -> Vec<Several> {
        let n = f.n;
        let mut all: Vec<Several> = Vec::new();
        for sets in n.pred.each() {
            let vars: Vec<VarId> = sets.iter().map(|s| s.var).collect();
            let known = |s: &Several| s.each.iter().map(|d| d.var).eq(vars.iter().copied());
            if vars.is_empty() || all.iter().any(known) {
                continue;
            }
            let scope: Vec<VarId> = n.keys.iter().chain(&vars).copied().collect();
            let conds = self.within(&scope, |cx| sets.iter().map(|s| cx.expr(&s.cond)).collect());
            let cond = self.all(conds, n.provision, n.span);
            let each = sets.iter().map(|s| Domain {
                var: s.var,
                kinds: s.kinds.clone(),
            });
            all.push(Several {
                each: each.collect(),
                cond,
            });
        }
        all
    }

    fn duty(&mut self, f: &Facts<'_>) -> Duty {
        let n = f.n;
        let (trigs, scope_born) = self.births(f);
        let mut births = Vec::new();
        for (t, before) in trigs {
            let each = self.each(&n.keys, |k| t.bound.contains(&k), t.span);
            let guard = self.guards(before, t.provision, t.span);
            let after = self.guards(t.guards, t.provision, t.span);
            let never = |g: Option<Guard>| g.is_some_and(|g| self.known(g) == Some(false));
            if !never(guard) && !never(after) {
                let keys = self.vars(&n.keys);
                births.push(Birth {
                    on: t.on,
                    each,
                    guard,
                    after,
                    keys,
                });
            }
        }
        let window = n
            .time
            .as_ref()
            .map(|t| self.window(f, t))
            .unwrap_or_default();
        let provisos = n
            .time_except
            .iter()
            .map(|(time, c)| {
                let window = self.window(f, time);
                (window, self.within(&f.scope, |cx| cx.expr(c)))
            })
            .collect();
        let every = match &n.time {
            Some(Time::Every { length, after }) => Some(self.within(&f.scope, |cx| Every {
                length: cx.expr(length),
                base: cx.expr(after),
                skip: n.not_counting.as_ref().map(|x| cx.expr(x)),
            })),
            _ => None,
        };
        let further_of = match &n.time {
            Some(Time::Within { further: true, .. }) => n.else_of,
            _ => None,
        };
        // What recurs is fulfilled only by acts after its birth.
        let fulfilled_at_birth = scope_born && every.is_none();
        Duty {
            keys: self.domains(&n.keys),
            births,
            window,
            further_of,
            provisos,
            every,
            release: self.release(f, scope_born),
            several: self.several(f),
            release_on: match &n.time {
                // A time known ahead is a condition on the present.
                Some(Time::Until(e)) if !matches!(e.kind, StreamKind::At(_)) => self.ends_on(n, e),
                _ => Vec::new(),
            },
            scope_born: fulfilled_at_birth,
        }
    }
}

/// Variables of a guard that no set inside it binds.
pub(super) fn free_in(program: &Program, g: Guard) -> BTreeSet<VarId> {
    fn of(
        program: &Program,
        g: Guard,
        known: &mut BTreeMap<Guard, BTreeSet<VarId>>,
    ) -> BTreeSet<VarId> {
        if let Some(free) = known.get(&g) {
            return free.clone();
        }
        let op = &program.guard(g).op;
        let mut free = BTreeSet::new();
        for operand in op.operands() {
            free.extend(of(program, operand, known));
        }
        match op {
            Op::Var(v) => {
                free.insert(*v);
            }
            Op::Count(d, _)
            | Op::Sum(d, ..)
            | Op::Exists(d, _)
            | Op::SetOf(d, _)
            | Op::ForAll(d, ..) => {
                free.remove(&d.var);
            }
            _ => {}
        }
        known.insert(g, free.clone());
        free
    }
    of(program, g, &mut BTreeMap::new())
}

pub(crate) fn modal_name(m: Modal) -> &'static str {
    match m {
        Modal::May => "may",
        Modal::Cannot => "cannot",
        Modal::Must => "must",
        Modal::MustNot => "must not",
        Modal::Should => "should",
        Modal::ShouldNot => "should not",
    }
}
