//! Streams: each becomes triggers; delays become timers, rises edges, ordinals histories.

use super::arm::lapse;
use super::*;
use rogatio_semantics::hir::{ArgPattern, Expr, Stream, StreamKind};
use std::collections::BTreeSet;

/// What a stream is lowered for.
#[derive(Clone, Debug, Default)]
pub(super) struct Purpose {
    /// Keys of the status, duty or instance: timers are keyed by them.
    pub(super) keys: Vec<VarId>,
    /// Other variables that are read when the stream fires: timers carry them.
    pub(super) needed: BTreeSet<VarId>,
    /// Keys that the stream itself introduces: ordinals count over all their values.
    pub(super) introduced: Vec<VarId>,
    /// Of a way out: the stage and its instance; ordinals count within the present visit (R45).
    pub(super) visit: Option<(ProcedureId, u32, VarId)>,
    /// A lapse here starts something (R1, phase 0) rather than ending it.
    pub(super) tacit: bool,
    /// A lapse here ends a time in which something could be done.
    pub(super) window: bool,
}

impl Purpose {
    pub(super) fn keys(keys: &[VarId]) -> Self {
        Purpose {
            keys: keys.to_vec(),
            ..Purpose::default()
        }
    }

    pub(super) fn inner(&self, more: BTreeSet<VarId>) -> Self {
        let needed = self.needed.union(&more).copied().collect();
        Purpose {
            needed,
            tacit: false,
            ..self.clone()
        }
    }

    /// Keys for each of which an ordinal counts anew.
    fn counted(&self) -> Vec<VarId> {
        let own = self.keys.iter().copied();
        own.filter(|k| !self.introduced.contains(k)).collect()
    }
}

/// One trigger of a stream.
#[derive(Clone, Debug)]
pub(super) struct Trig {
    /// The event.
    pub(super) on: On,
    /// All hold.
    pub(super) guards: Vec<Guard>,
    /// Variables it binds.
    pub(super) bound: BTreeSet<VarId>,
    /// Timers it went through, the last one last.
    pub(super) timers: Vec<TimerId>,
    /// Of a condition becoming true, and nothing else: the condition.
    pub(super) level: Option<Guard>,
    /// What a reason cites.
    pub(super) provision: ProvisionId,
    /// Where it stands.
    pub(super) span: Span,
}

impl Cx<'_> {
    /// The triggers of a stream.
    pub(super) fn stream(&mut self, s: &Stream, to: &Purpose) -> Vec<Trig> {
        let one = |on, guards, bound| {
            vec![Trig {
                on,
                guards,
                bound,
                timers: Vec::new(),
                level: None,
                provision: s.provision,
                span: s.span,
            }]
        };
        match &s.kind {
            StreamKind::Act(p) => {
                let (on, guards, bound) = self.on_pattern(p, &to.keys);
                one(on, guards, bound)
            }
            StreamKind::Or(list) => list.iter().flat_map(|s| self.stream(s, to)).collect(),
            StreamKind::After(d, e) => {
                let arms = self.stream(e, &to.inner(free::expr(d)));
                vec![self.delay(s, Some(d), &[], true, arms, to, Firing::Opening)]
            }
            StreamKind::LapseAfter(d, e) => {
                let arms = self.stream(e, &to.inner(free::expr(d)));
                vec![self.delay(s, Some(d), &[], true, arms, to, lapse(to))]
            }
            StreamKind::LapseAt(t) => {
                let arms = self.begin(&to.keys, s.provision, s.span);
                vec![self.point(s, t, &to.keys, lapse(to), arms, None)]
            }
            StreamKind::At(t) => {
                let arms = self.begin(&to.keys, s.provision, s.span);
                vec![self.point(s, t, &to.keys, Firing::Opening, arms, None)]
            }
            StreamKind::Every(dates) => self.every(s, dates, to),
            StreamKind::Started(status, args) => {
                let (matches, guards, bound) = self.matches(args, &to.keys);
                one(On::Started(*status, matches), guards, bound)
            }
            StreamKind::Ended(status, args) => {
                let (matches, guards, bound) = self.matches(args, &to.keys);
                one(On::Ended(*status, matches), guards, bound)
            }
            StreamKind::Norm(norm, state, args) => {
                let (mut matches, guards, bound) = self.matches(args, &to.keys);
                let count = self.hir.norms.get(norm.index()).map_or(0, |n| n.keys.len());
                matches.resize(count.max(matches.len()), Match::Any);
                let named = self.norms_named(*norm);
                let of = |n| {
                    one(
                        On::Norm(n, *state, matches.clone()),
                        guards.clone(),
                        bound.clone(),
                    )
                };
                named.into_iter().flat_map(of).collect()
            }
            StreamKind::BreachOf(cited) => {
                let mut trigs = Vec::new();
                for (i, n) in self.hir.norms.iter().enumerate() {
                    if n.can_be_breached(self.hir) && self.hir.is_within(n.provision, *cited) {
                        let any = vec![Match::Any; n.keys.len()];
                        let on = On::Norm(NormId(at(i)), NormState::Breached, any);
                        trigs.extend(one(on, Vec::new(), BTreeSet::new()));
                    }
                }
                trigs
            }
            StreamKind::Outcome(decision, outcome, a) => {
                let (m, guards, bound) = self.one_match(a, &to.keys);
                one(On::Outcome(*decision, *outcome, m), guards, bound)
            }
            StreamKind::Opened(decision, a) => {
                let (m, guards, bound) = self.one_match(a, &to.keys);
                one(On::Opened(*decision, m), guards, bound)
            }
            StreamKind::Ballot(p) => {
                let (on, guards, bound) = self.on_ballot(p, &to.keys);
                one(on, guards, bound)
            }
            StreamKind::Enter(procedure, stage, a) => {
                let (m, guards, bound) = self.one_match(a, &to.keys);
                one(On::Enter(*procedure, at(*stage), m), guards, bound)
            }
            StreamKind::Leave(procedure, stage, a) => {
                let (m, guards, bound) = self.one_match(a, &to.keys);
                one(On::Leave(*procedure, at(*stage), m), guards, bound)
            }
            StreamKind::Begin => self.begin(&to.keys, s.provision, s.span),
            StreamKind::Rise { cond, once: true } if to.visit.is_some() => {
                vec![self.first_rise(cond, s, to)]
            }
            StreamKind::Rise { cond, once } => vec![self.rise(cond, *once, s, to)],
            StreamKind::Where(e, c) => {
                let mut trigs = self.stream(e, &to.inner(free::expr(c)).tacit(to.tacit));
                for t in &mut trigs {
                    let guard = self.at_trigger(t, &to.keys, |cx| cx.expr(c));
                    t.guards.push(guard);
                    t.level = None;
                }
                trigs
            }
            StreamKind::InVersion(e, v) => {
                let trigs = self.stream(e, to);
                self.trigs_in_version(trigs, *v, s.provision, s.span)
            }
            StreamKind::Nth(n, e) => self.nth(*n, e, to),
            StreamKind::Combined {
                earlier,
                points,
                stream,
            } => self.combined(s, *earlier, points, stream, to),
        }
    }

    /// Runs with the keys and the trigger's variables in scope.
    pub(super) fn at_trigger<R>(
        &mut self,
        t: &Trig,
        keys: &[VarId],
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let vars: Vec<VarId> = keys.iter().chain(&t.bound).copied().collect();
        self.within(&vars, run)
    }

    pub(super) fn matches(
        &mut self,
        args: &[ArgPattern],
        keys: &[VarId],
    ) -> (Vec<Match>, Vec<Guard>, BTreeSet<VarId>) {
        let args: Vec<&ArgPattern> = args.iter().collect();
        let (matches, bound) = self.bind(&args, keys);
        let guards = self.in_scope(keys, &bound, |cx| {
            bound.conds.iter().map(|c| cx.expr(c)).collect()
        });
        (matches, guards, bound.vars)
    }

    fn one_match(
        &mut self,
        a: &ArgPattern,
        keys: &[VarId],
    ) -> (Match, Vec<Guard>, BTreeSet<VarId>) {
        let (mut matches, bound) = self.bind(&[a], keys);
        let guards = self.in_scope(keys, &bound, |cx| {
            bound.conds.iter().map(|c| cx.expr(c)).collect()
        });
        (matches.pop().unwrap_or(Match::Any), guards, bound.vars)
    }

    /// The beginning, for each tuple of keys: of the case, or of the instances among them.
    pub(super) fn begin(
        &mut self,
        keys: &[VarId],
        provision: ProvisionId,
        span: Span,
    ) -> Vec<Trig> {
        let mut trigs = Vec::new();
        let mut add = |on, bound| {
            trigs.push(Trig {
                on,
                guards: Vec::new(),
                bound,
                timers: Vec::new(),
                level: None,
                provision,
                span,
            });
        };
        let mut always = true;
        for &key in keys {
            let kinds = self.kinds_of(key);
            let created = kinds
                .iter()
                .filter_map(|&k| match self.hir.kinds[k.index()].class {
                    KindClass::Procedure(p) => Some((k, p)),
                    _ => None,
                });
            let created: Vec<(KindId, ProcedureId)> = created.collect();
            always &= created.len() < kinds.len() || kinds.is_empty();
            for (kind, procedure) in created {
                for stage in self.first_stages(procedure) {
                    let on = On::Enter(procedure, stage, Match::Bind(key, vec![kind]));
                    add(on, BTreeSet::from([key]));
                }
            }
        }
        if always {
            add(On::Begin, BTreeSet::new());
        }
        trigs
    }

    /// `C becomes true`: an edge over the keys and whatever else C leaves open.
    fn rise(&mut self, cond: &Expr, once: bool, s: &Stream, to: &Purpose) -> Trig {
        let mut keys: Vec<VarId> = Vec::new();
        let free = free::expr(cond);
        // `first time` is once per instance.
        let wanted = |k: &VarId| free.contains(k) || once && self.is_instance(*k);
        keys.extend(to.keys.iter().copied().filter(wanted));
        let more = free
            .iter()
            .filter(|v| !to.keys.contains(v) && to.needed.contains(v));
        keys.extend(more.filter(|v| !self.kinds_of(**v).is_empty()));
        let guard = self.within(&keys, |cx| cx.expr(cond));
        self.rise_of(guard, &keys, once, s.provision, s.span)
    }

    /// `first time C` in a stage: the first rise of the visit, or the entry if C holds then.
    fn first_rise(&mut self, cond: &Expr, s: &Stream, to: &Purpose) -> Trig {
        let mut trig = self.rise(cond, false, s, to);
        let keys: Vec<VarId> = trig.bound.iter().copied().collect();
        let hist = self.pushed(std::slice::from_ref(&trig), &keys, s);
        let args = self.vars(&keys);
        let count = self.counted(hist, args, to, s);
        let one = self.b.guard_at(Op::Int(1), Ty::Int, s.provision, s.span);
        let first = Op::Compare(CmpOp::Le, count, one);
        let first = self.b.guard_at(first, Ty::Bool, s.provision, s.span);
        trig.guards.push(first);
        trig
    }

    fn is_instance(&self, v: VarId) -> bool {
        let class = |k: &KindId| self.b.program.kinds.get(k.index()).map(|k| k.class);
        let created = |k: &KindId| matches!(class(k), Some(KindClass::Procedure(_)));
        self.kinds_of(v).iter().any(created)
    }

    /// A guard over keys becoming true.
    pub(super) fn rise_of(
        &mut self,
        cond: Guard,
        keys: &[VarId],
        once: bool,
        provision: ProvisionId,
        span: Span,
    ) -> Trig {
        let (keys, refused) = self.watched(cond, keys, span);
        let domains = self.each(&keys, |_| false, span);
        let edge = self.edge(cond, domains.clone(), once, provision);
        let binds = domains
            .into_iter()
            .map(|d| Match::Bind(d.var, d.kinds))
            .collect();
        Trig {
            on: On::Rise(edge, binds),
            guards: Vec::new(),
            bound: keys.into_iter().chain(refused).collect(),
            timers: Vec::new(),
            level: Some(cond),
            provision,
            span,
        }
    }

    /// An edge, shared with an equal one.
    pub(super) fn edge(
        &mut self,
        cond: Guard,
        keys: Vec<Domain>,
        once: bool,
        provision: ProvisionId,
    ) -> EdgeId {
        let what = (cond, once, keys);
        if let Some(&edge) = self.edges.get(&what) {
            return edge;
        }
        let edge = self.b.edge(what.2.clone(), cond, once);
        self.b.program.edges[edge.index()].provision = provision;
        self.edges.insert(what, edge);
        edge
    }

    /// `30th E`: a count right after the element.
    fn nth(&mut self, n: u32, e: &Stream, to: &Purpose) -> Vec<Trig> {
        let mut trigs = self.stream(e, to);
        let counted = to.counted();
        if let (StreamKind::Act(p), [trig]) = (&e.kind, trigs.as_mut_slice()) {
            let (hist, args) = self.within(&counted, |cx| cx.hist(p));
            let count = self.counted(hist, args, to, e);
            let guard = self.count_guard(count, n, e.provision, e.span);
            trig.guards.push(guard);
            return trigs;
        }
        // Counted for the keys that every element binds.
        let keys: Vec<VarId> = counted
            .into_iter()
            .filter(|k| trigs.iter().all(|t| t.bound.contains(k)))
            .collect();
        let hist = self.pushed(&trigs, &keys, e);
        for t in &mut trigs {
            let args = self.vars(&keys);
            let count = self.counted(hist, args, to, e);
            let guard = self.count_guard(count, n, e.provision, e.span);
            t.guards.push(guard);
            t.level = None;
        }
        trigs
    }

    /// The number of a history's pushes: of all, or of those in the present visit.
    fn counted(&mut self, hist: HistId, args: Vec<Guard>, to: &Purpose, e: &Stream) -> Guard {
        let op = match to.visit {
            None => Op::HistCount(hist, args),
            Some((procedure, stage, this)) => {
                let this = self.var(this);
                let entered = Op::EnteredAt(this, procedure, stage);
                let entered = self.b.guard_at(entered, Ty::Time, e.provision, e.span);
                Op::HistSince(hist, entered, args)
            }
        };
        self.b.guard_at(op, Ty::Int, e.provision, e.span)
    }

    /// A history of the elements of a stream.
    pub(super) fn pushed(&mut self, trigs: &[Trig], keys: &[VarId], s: &Stream) -> HistId {
        let act = trigs.iter().find_map(|t| match t.on {
            On::Act { act, .. } => Some(act),
            _ => None,
        });
        let name = self.stream_name(s);
        let domains = self.domains(keys);
        let hist = self.b.hist(&name, act.unwrap_or(Hist::NO_ACT), domains);
        for t in trigs {
            let push = Effect::Push(self.vars(keys));
            self.rule_of(t, keys, Latch::Hist(hist), push);
        }
        hist
    }
}

impl Purpose {
    pub(super) fn tacit(mut self, tacit: bool) -> Self {
        self.tacit = tacit;
        self
    }
}
