//! Timers that streams arm: `D after E`, `lapse of T`, a day that moves, `later(points, E)`.

use super::stream::{Purpose, Trig};
use super::*;
use crate::build::on_act;
use rogatio_semantics::hir::{
    ArgPattern, DefineValue, Expr, ExprKind, Pattern, Stream, StreamKind,
};
use std::collections::BTreeSet;

impl Cx<'_> {
    /// A timer that the triggers arm: `length after` them (or their own time), combined with points.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn delay(
        &mut self,
        s: &Stream,
        length: Option<&Expr>,
        points: &[Expr],
        later: bool,
        arms: Vec<Trig>,
        to: &Purpose,
        firing: Firing,
    ) -> Trig {
        let mut read: BTreeSet<VarId> = free::exprs(points.iter().chain(length));
        read.extend(&to.needed);
        let given: BTreeSet<VarId> = arms.iter().flat_map(|t| &t.bound).copied().collect();
        let carried: Vec<VarId> = read
            .into_iter()
            .filter(|v| given.contains(v) && !to.keys.contains(v))
            .collect();
        let scope: Vec<VarId> = to.keys.iter().chain(&carried).copied().collect();
        let time = self
            .b
            .guard_at(Op::EventTime, Ty::Time, s.provision, s.span);
        let at = self.within(&scope, |cx| {
            let event = match length {
                None => time,
                Some(length) => {
                    let length = cx.expr(length);
                    let op = Op::Shift {
                        before: false,
                        closes: to.window && firing == Firing::Lapse,
                        length,
                        base: time,
                    };
                    cx.b.guard_at(op, Ty::Time, s.provision, s.span)
                }
            };
            if points.is_empty() {
                return event;
            }
            let mut all = cx.exprs(points);
            all.push(event);
            let op = if later {
                Op::Later(all)
            } else {
                Op::Earlier(all)
            };
            cx.b.guard_at(op, Ty::Time, s.provision, s.span)
        });
        self.timer(s, at, firing, &to.keys, carried, arms)
    }

    /// A timer with its arming rules, as a trigger.
    pub(super) fn timer(
        &mut self,
        s: &Stream,
        at: Guard,
        firing: Firing,
        keys: &[VarId],
        carried: Vec<VarId>,
        arms: Vec<Trig>,
    ) -> Trig {
        let name = self.stream_name(s);
        let domains = self.domains(keys);
        let timer = self.b.timer(&name, domains.clone(), at, firing);
        let row = &mut self.b.program.timers[timer.index()];
        row.carried.clone_from(&carried);
        row.provision = s.provision;
        let mut timers = Vec::new();
        for arm in arms {
            timers.extend(&arm.timers);
            let effect = Effect::Arm(self.vars(keys));
            self.rule_of(&arm, keys, Latch::Timer(timer), effect);
        }
        timers.push(timer);
        let binds = domains
            .into_iter()
            .map(|d| Match::Bind(d.var, d.kinds))
            .collect();
        Trig {
            on: On::Timer(timer, binds),
            guards: Vec::new(),
            bound: keys.iter().copied().chain(carried).collect(),
            timers,
            level: None,
            provision: s.provision,
            span: s.span,
        }
    }

    /// A rule on a trigger, for each key that it does not bind.
    pub(super) fn rule_of(&mut self, t: &Trig, keys: &[VarId], target: Latch, effect: Effect) {
        let each = match effect {
            Effect::End(_) | Effect::Disarm(_) => {
                self.each_there_is(keys, |k| t.bound.contains(&k))
            }
            _ => self.each(keys, |k| t.bound.contains(&k), t.span),
        };
        let guard = self.guards(t.guards.clone(), t.provision, t.span);
        if guard.is_some_and(|g| self.known(g) == Some(false)) {
            // A reading not taken.
            return;
        }
        self.b.add_rule(Rule {
            on: t.on.clone(),
            each,
            guard,
            target,
            effect,
            provision: t.provision,
            span: t.span,
        });
    }

    /// A time known ahead, perhaps pending: armed by `arms`, and again, under a guard, whenever what it is read off moves.
    pub(super) fn point(
        &mut self,
        s: &Stream,
        t: &Expr,
        keys: &[VarId],
        firing: Firing,
        arms: Vec<Trig>,
        guard: Option<Guard>,
    ) -> Trig {
        let at = self.within(keys, |cx| cx.expr(t));
        let fired = self.timer(s, at, firing, keys, Vec::new(), arms);
        let Some(&timer) = fired.timers.last() else {
            return fired;
        };
        let mut moves = Vec::new();
        self.moves(t, keys, true, &mut moves);
        for mut on in moves {
            on.guards.extend(guard);
            let args = self.vars(keys);
            self.rule_of(&on, keys, Latch::Timer(timer), Effect::Disarm(args.clone()));
            self.rule_of(&on, keys, Latch::Timer(timer), Effect::Arm(args));
        }
        fired
    }

    /// The events that move a time which is read off the state: a status starting, a last occurrence. `own`: the
    /// expression is in the keys' scope (not inside a define).
    fn moves(&mut self, e: &Expr, keys: &[VarId], own: bool, out: &mut Vec<Trig>) {
        let add = |on, guards, bound, out: &mut Vec<Trig>| {
            out.push(Trig {
                on,
                guards,
                bound,
                timers: Vec::new(),
                level: None,
                provision: e.provision,
                span: e.span,
            });
        };
        match &e.kind {
            ExprKind::StartOf {
                status,
                keys: args,
                first: false,
            }
            | ExprKind::StatusValue(status, args)
            | ExprKind::EndOf(status, args) => {
                let patterns: Vec<ArgPattern> = args
                    .iter()
                    .map(|a| match a.kind {
                        ExprKind::Var(v) if own && keys.contains(&v) => ArgPattern::Var(v),
                        _ => ArgPattern::Any,
                    })
                    .collect();
                let (matches, guards, bound) = self.matches(&patterns, keys);
                add(On::Started(*status, matches), guards, bound, out);
            }
            ExprKind::ActTime(Ordinal::Last, p)
            | ExprKind::ActArg(Ordinal::Last, p, _)
            | ExprKind::CountActs(p)
            | ExprKind::SumActs(p, _) => self.moved_by(p, keys, own, out),
            ExprKind::Call(define, _) => {
                let hir = self.hir;
                if let Some(DefineValue::Expr(value)) =
                    hir.defines.get(define.index()).map(|d| &d.value)
                {
                    self.moves(value, keys, false, out);
                }
            }
            _ => {}
        }
        for child in free::children(e) {
            self.moves(child, keys, own, out);
        }
    }

    fn moved_by(&mut self, p: &Pattern, keys: &[VarId], own: bool, out: &mut Vec<Trig>) {
        let (on, guards, bound) = if own && p.filter.is_none() {
            self.on_pattern(p, keys)
        } else {
            (on_act(p.act, Vec::new()), Vec::new(), BTreeSet::new())
        };
        out.push(Trig {
            on,
            guards,
            bound,
            timers: Vec::new(),
            level: None,
            provision: p.filter.as_ref().map_or(ProvisionId(0), |f| f.provision),
            span: p.span,
        });
    }

    /// `later(points, E)`: E arms a timer for the latest of them.
    pub(super) fn combined(
        &mut self,
        s: &Stream,
        earlier: bool,
        points: &[Expr],
        inner: &Stream,
        to: &Purpose,
    ) -> Vec<Trig> {
        let mut read = free::exprs(points);
        let (length, from, firing) = match &inner.kind {
            StreamKind::Or(list) => {
                return list
                    .iter()
                    .flat_map(|e| self.combined(s, earlier, points, e, to))
                    .collect();
            }
            StreamKind::After(d, e) => (Some(d.as_ref()), e.as_ref(), Firing::Opening),
            StreamKind::LapseAfter(d, e) => (Some(d.as_ref()), e.as_ref(), lapse(to)),
            _ => (None, inner, Firing::Opening),
        };
        read.extend(free::exprs(length));
        let arms = self.stream(from, &to.inner(read));
        vec![self.delay(s, length, points, !earlier, arms, to, firing)]
    }
}

pub(super) fn lapse(to: &Purpose) -> Firing {
    if to.tacit {
        Firing::TacitStart
    } else {
        Firing::Lapse
    }
}
