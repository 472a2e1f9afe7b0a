//! Births and releases of the instances of norms (R28, R30).

use super::norm::{Facts, free_in};
use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{Expr, StreamKind, Time};

impl Cx<'_> {
    pub(super) fn release(&mut self, f: &Facts<'_>, scope_born: bool) -> Option<Guard> {
        let n = f.n;
        let mut parts = self.within(&n.keys, |cx| {
            let mut parts = Vec::new();
            if let Some(c) = &n.unless {
                parts.push(cx.expr(c));
            }
            if let Some(c) = &n.while_ {
                let c = cx.expr(c);
                parts.push(cx.not(c, n.provision, n.span));
            }
            if let Some(Time::Until(e)) = &n.time
                && let StreamKind::At(t) = &e.kind
            {
                let now = cx.b.guard_at(Op::Now, Ty::Time, n.provision, n.span);
                let t = cx.expr(t);
                let come = Op::Compare(CmpOp::Ge, now, t);
                parts.push(cx.b.guard_at(come, Ty::Bool, n.provision, n.span));
            }
            let recurrent = matches!(n.time, Some(Time::Every { .. } | Time::During(_)));
            if n.who.each && (scope_born || recurrent) && n.keys.contains(&n.who.var) {
                let c = cx.expr(&n.who.cond);
                parts.push(cx.not(c, n.provision, n.span));
            }
            parts
        });
        parts.extend(self.ends_with_version(f, scope_born));
        if n.while_here
            && let Some(here) = self.in_scope_of_stage(n)
        {
            parts.push(self.not(here, n.provision, n.span));
        }
        let released = self.any(parts, n.provision, n.span);
        (self.known(released) != Some(false)).then_some(released)
    }

    /// What makes an instance, with what is tested before the event's effects, and whether it is born with its scope.
    pub(super) fn births(&mut self, f: &Facts<'_>) -> (Vec<(Trig, Vec<Guard>)>, bool) {
        let n = f.n;
        let keyed = n.keys.contains(&n.who.var);
        let mut known = vec![n.who.var];
        known.extend(n.instance.map(|(_, v)| v));
        if let Some(base) = n.else_of.and_then(|b| self.hir.norms.get(b.index())) {
            known.extend(&base.keys);
        }
        let introduced = n.keys.iter().copied().filter(|k| !known.contains(k));
        let to = Purpose {
            needed: n.when.as_ref().map(free::expr).unwrap_or_default(),
            introduced: introduced.collect(),
            ..Purpose::keys(&n.keys)
        };
        if let Some(upon) = &n.upon {
            let trigs = self.stream(upon, &to);
            let tested = trigs.into_iter().map(|t| {
                let mut before: Vec<Guard> = self.at_trigger(&t, &n.keys, |cx| {
                    let subject = keyed.then_some(&n.who.cond);
                    n.when.iter().chain(subject).map(|c| cx.expr(c)).collect()
                });
                before.extend(self.in_scope_of_stage(n));
                if let Some(base) = n.else_of {
                    before.push(self.base_is(base, n, NormState::Lapsed));
                }
                self.born_in_version(f, false, &mut before);
                (t, before)
            });
            return (tested.collect(), false);
        }
        if let Some(base) = n.else_of {
            let keys = self
                .hir
                .norms
                .get(base.index())
                .map_or_else(Vec::new, |b| b.keys.clone());
            let matches = keys
                .iter()
                .map(|&k| {
                    if n.keys.contains(&k) {
                        Match::Bind(k, self.kinds_of(k))
                    } else {
                        Match::Any
                    }
                })
                .collect();
            let trig = trigger(n, On::Norm(base, NormState::Lapsed, matches), &keys);
            let before = self.within(&n.keys, |cx| n.when.iter().map(|c| cx.expr(c)).collect());
            return (vec![(trig, before)], false);
        }
        let (trigs, scope_born) = self.scope_births(f, keyed);
        let plain = trigs.into_iter().map(|mut t| {
            let mut before = std::mem::take(&mut t.guards);
            self.born_in_version(f, scope_born, &mut before);
            (t, before)
        });
        (plain.collect(), scope_born)
    }

    /// The conditions whose rise makes an instance, in the present scope.
    pub(super) fn standing_conds(&mut self, n: &hir::Norm) -> Vec<Guard> {
        let during = match &n.time {
            Some(Time::During(c)) => Some(c),
            _ => None,
        };
        let subject = n.keys.contains(&n.who.var).then_some(&n.who.cond);
        let conds = n.when.iter().chain(&n.while_).chain(during).chain(subject);
        conds.map(|c| self.expr(c)).collect()
    }

    fn base_is(&mut self, base: NormId, n: &hir::Norm, state: NormState) -> Guard {
        let keys = self
            .hir
            .norms
            .get(base.index())
            .map_or_else(Vec::new, |b| b.keys.clone());
        let args = keys
            .iter()
            .map(|&k| n.keys.contains(&k).then(|| self.var(k)))
            .collect();
        self.b
            .guard_at(Op::NormIs(base, args, state), Ty::Bool, n.provision, n.span)
    }

    /// Births by a condition, or with the scope.
    fn scope_births(&mut self, f: &Facts<'_>, keyed: bool) -> (Vec<Trig>, bool) {
        let n = f.n;
        let during = match &n.time {
            Some(Time::During(c)) => Some(c),
            _ => None,
        };
        let conds: Vec<&Expr> = n.when.iter().chain(&n.while_).chain(during).collect();
        let subject = keyed.then_some(&n.who.cond);
        let scope = n
            .instance
            .filter(|(_, v)| n.keys.contains(v))
            .map(|(procedure, this)| {
                let stages = match n.stage {
                    Some(stage) => vec![at(stage)],
                    None => (0..at(self.hir.procedures[procedure.index()].stages.len())).collect(),
                };
                self.in_stage(procedure, this, stages, n.provision, n.span)
            });
        if !conds.is_empty() {
            let mut parts = self.within(&n.keys, |cx| cx.standing_conds(n));
            parts.extend(scope);
            let cond = self.all(parts, n.provision, n.span);
            let cond = self.cond_of_versions(n, cond);
            return (vec![self.rise_over(cond, n)], false);
        }
        let cond = subject.map(|c| self.within(&n.keys, |cx| cx.expr(c)));
        if let Some(live) = self.opens_with_version(n) {
            let parts = scope.into_iter().chain(cond).chain([live]).collect();
            let cond = self.all(parts, n.provision, n.span);
            return (vec![self.rise_over(cond, n)], true);
        }
        let joining = cond.filter(|c| self.known(*c).is_none());
        if let (Some(cond), Some(scope)) = (joining, scope) {
            // Who is one when the scope opens, and who joins later.
            let cond = self.all(vec![scope, cond], n.provision, n.span);
            return (vec![self.rise_over(cond, n)], true);
        }
        let mut births = match (n.instance, n.stage) {
            (Some((procedure, this)), Some(stage)) if n.keys.contains(&this) => {
                let kinds = self.kinds_of(this);
                let on = On::Enter(procedure, at(stage), Match::Bind(this, kinds));
                vec![trigger(n, on, &[this])]
            }
            _ => self.begin(&n.keys, n.provision, n.span),
        };
        for b in &mut births {
            b.guards.extend(cond);
        }
        if let Some(cond) = joining {
            // What holds at the beginning rises then.
            births.retain(|b| !matches!(b.on, On::Begin));
            births.push(self.rise_over(cond, n));
        }
        (births, true)
    }

    /// A rise over those keys that the condition reads.
    fn rise_over(&mut self, cond: Guard, n: &hir::Norm) -> Trig {
        let read = free_in(&self.b.program, cond);
        let keys: Vec<VarId> = n
            .keys
            .iter()
            .copied()
            .filter(|k| read.contains(k))
            .collect();
        self.rise_of(cond, &keys, false, n.provision, n.span)
    }
}

fn trigger(n: &hir::Norm, on: On, bound: &[VarId]) -> Trig {
    Trig {
        on,
        guards: Vec::new(),
        bound: bound.iter().copied().collect(),
        timers: Vec::new(),
        level: None,
        provision: n.provision,
        span: n.span,
    }
}

pub(super) fn begin(n: &hir::Norm) -> hir::Stream {
    hir::Stream {
        kind: hir::StreamKind::Begin,
        provision: n.provision,
        span: n.span,
    }
}
