//! Questions to the past: each gets a latch of its own that keeps what it asks for.

use super::stream::Purpose;
use super::*;
use rogatio_semantics::hir::{Expr, ExprKind, Stream, StreamKind};
use std::collections::BTreeSet;

impl Cx<'_> {
    /// `X as of E`: a status of its own that takes the value at each E; undetermined before the first.
    pub(super) fn as_of(&mut self, e: &Expr, value: &Expr, stream: &hir::Stream) -> Guard {
        let mut free = free::expr(value);
        free.extend(free::stream(stream));
        let keys: Vec<VarId> = free
            .into_iter()
            .filter(|v| self.env.contains_key(v))
            .collect();
        let args: Vec<Guard> = keys.iter().map(|v| self.env[v]).collect();
        let place = format!(
            "{:?} {:?} {keys:?} {:?}",
            e.provision, e.span, self.deciding
        );
        let known = if e.span.is_none() {
            None
        } else {
            self.latched.get(&place).copied()
        };
        let status = known.unwrap_or_else(|| {
            let domains = self.domains(&keys);
            let of = Some(self.expr_name(value)).filter(|name| !name.contains('…'));
            let of = of.map_or_else(String::new, |name| name + " ");
            let name = format!("{of}as of {}", self.stream_name(stream));
            let status = self.b.status(&name, domains, Some(value.ty.clone()));
            let row = &mut self.b.program.statuses[status.index()];
            row.provision = e.provision;
            row.kept = true;
            self.latched.insert(place, status);
            self.latch(status, &keys, value, stream);
            status
        });
        let on = self.b.guard_at(
            Op::StatusOn(status, args.clone()),
            Ty::Bool,
            e.provision,
            e.span,
        );
        let value = self.b.guard_at(
            Op::StatusValue(status, args),
            e.ty.clone(),
            e.provision,
            e.span,
        );
        let why = format!("not known before {}", self.stream_name(stream));
        let before = self
            .b
            .guard_at(Op::NotStated(why), e.ty.clone(), e.provision, e.span);
        self.b.guard_at(
            Op::Except(before, vec![(on, value)]),
            e.ty.clone(),
            e.provision,
            e.span,
        )
    }

    /// Variables of the present scope, as keys of a latch, and what they stand for here.
    fn scope_keys(&self, free: BTreeSet<VarId>) -> (Vec<VarId>, Vec<Guard>) {
        let keys: Vec<VarId> = free
            .into_iter()
            .filter(|v| self.env.contains_key(v))
            .collect();
        let args = keys.iter().map(|v| self.env[v]).collect();
        (keys, args)
    }

    /// `C for D`: a status that lasts as long as C, and the time since its start.
    pub(super) fn held_for(&mut self, e: &Expr, cond: &Expr, length: &Expr) -> Guard {
        let (status, args) = match &cond.kind {
            ExprKind::StatusOn(status, keys) => (*status, self.exprs(keys)),
            _ => self.kept_level(cond),
        };
        let (p, span) = (e.provision, e.span);
        let on = Op::StatusOn(status, args.clone());
        let on = self.b.guard_at(on, Ty::Bool, p, span);
        let base = Op::StatusStart(status, args);
        let base = self.b.guard_at(base, Ty::Time, p, span);
        let length = self.expr(length);
        let since = Op::Shift {
            before: false,
            closes: false,
            length,
            base,
        };
        let since = self.b.guard_at(since, Ty::Time, p, span);
        let now = self.b.guard_at(Op::Now, Ty::Time, p, span);
        let long = Op::Compare(CmpOp::Ge, now, since);
        let long = self.b.guard_at(long, Ty::Bool, p, span);
        self.all(vec![on, long], p, span)
    }

    /// A condition as a status of its own, so that it is known since when it holds.
    fn kept_level(&mut self, cond: &Expr) -> (StatusId, Vec<Guard>) {
        let (keys, args) = self.scope_keys(free::expr(cond));
        let place = format!(
            "held {:?} {:?} {keys:?} {:?}",
            cond.provision, cond.span, self.deciding
        );
        let known = self.latched.get(&place).filter(|_| !cond.span.is_none());
        if let Some(&status) = known {
            return (status, args);
        }
        let domains = self.domains(&keys);
        let level = self.within(&keys, |cx| cx.expr(cond));
        let name = self.expr_name(cond);
        let status = self.b.status(&name, domains, None);
        let row = &mut self.b.program.statuses[status.index()];
        row.provision = cond.provision;
        row.kept = true;
        self.latched.insert(place, status);
        self.level_of(status, &keys, level, cond.provision, cond.span);
        (status, args)
    }

    /// `count(E)`, `last E`, `first E after T` of a stream.
    pub(super) fn events(&mut self, e: &Expr) -> Guard {
        let op = match &e.kind {
            ExprKind::CountEvents(stream, length) => {
                let (hist, keys) = self.event_history(stream);
                let length = length.as_ref().map(|l| self.expr(l));
                self.history(hist, HistRead::Count, length, keys)
            }
            ExprKind::EventPoint(ordinal, stream, length) => {
                let (hist, keys) = self.event_history(stream);
                self.keep(hist, *ordinal);
                let length = length.as_ref().map(|l| self.expr(l));
                self.history(hist, HistRead::Time(*ordinal), length, keys)
            }
            ExprKind::EventPick { stream, pick, from } => {
                let (hist, keys) = self.event_history(stream);
                Op::HistPick {
                    hist,
                    pick: *pick,
                    from: self.expr(from),
                    keys,
                }
            }
            _ => Op::NotStated("not understood".to_owned()),
        };
        self.b.guard_at(op, e.ty.clone(), e.provision, e.span)
    }

    /// The history of a stream's elements, for the variables of the present scope that it mentions.
    fn event_history(&mut self, s: &Stream) -> (HistId, Vec<Guard>) {
        if let StreamKind::Act(p) = &s.kind {
            return self.hist(p);
        }
        let (keys, args) = self.scope_keys(free::stream(s));
        let place = Told::Stream(s.provision, s.span, keys.clone());
        let known = self.hists.get(&place).filter(|_| !s.span.is_none());
        if let Some(&hist) = known {
            return (hist, args);
        }
        let trigs = self.stream(s, &Purpose::keys(&keys));
        let hist = self.pushed(&trigs, &keys, s);
        self.hists.insert(place, hist);
        (hist, args)
    }
}
