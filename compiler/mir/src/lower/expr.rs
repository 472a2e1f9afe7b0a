//! Expressions: one guard node each; readings are folded, constants go, provenance stays.

use super::*;
use rogatio_semantics::hir::{Expr, ExprKind, SetExpr};

impl Cx<'_> {
    /// Lowers an expression in the present scope.
    pub(super) fn expr(&mut self, e: &Expr) -> Guard {
        let op = match &e.kind {
            ExprKind::Var(v) => {
                return self.env.get(v).copied().unwrap_or_else(|| {
                    self.unbound(*v, e.span);
                    self.var(*v)
                });
            }
            ExprKind::EventTime => match self.event_time {
                Some(time) => return time,
                None => Op::EventTime,
            },
            ExprKind::And(list) => {
                let parts = self.exprs(list);
                return self.all(parts, e.provision, e.span);
            }
            ExprKind::Or(list) => {
                let parts = self.exprs(list);
                return self.any(parts, e.provision, e.span);
            }
            ExprKind::Not(a) => {
                let a = self.expr(a);
                return self.not(a, e.provision, e.span);
            }
            ExprKind::Except { base, exceptions } => return self.except(e, base, exceptions),
            ExprKind::Table(t) => return self.table(e, t),
            ExprKind::Member(element, set) => return self.member(e, element, set),
            ExprKind::InVersion(v) => return self.in_version(*v, e.provision, e.span),
            ExprKind::ByVersion(list) => return self.by_version(e, list),
            ExprKind::AsOf(value, stream) => return self.as_of(e, value, stream),
            ExprKind::HeldFor(cond, length) => return self.held_for(e, cond, length),
            ExprKind::CountEvents(..) | ExprKind::EventPoint(..) | ExprKind::EventPick { .. } => {
                return self.events(e);
            }
            ExprKind::StatusPick {
                status,
                keys,
                pick,
                from,
            } => Op::StatusPick {
                status: *status,
                pick: *pick,
                from: self.expr(from),
                keys: self.exprs(keys),
            },
            ExprKind::Occurred(_)
            | ExprKind::CountActs(_)
            | ExprKind::ActTime(..)
            | ExprKind::ActArg(..)
            | ExprKind::SumActs(..) => return self.acts(e),
            ExprKind::IsKind(a, kinds) => {
                let a = self.expr(a);
                let own = entity_kinds(&self.b.program.guard(a).ty);
                if !own.is_empty() && own.iter().all(|k| kinds.contains(k)) {
                    Op::Bool(true)
                } else {
                    Op::IsKind(a, kinds.clone())
                }
            }
            ExprKind::Count(set) => {
                let (domain, cond) = self.set(set);
                Op::Count(domain, cond)
            }
            ExprKind::Exists(set) => {
                let (domain, cond) = self.set(set);
                if self.known(cond) == Some(false) {
                    return cond;
                }
                Op::Exists(domain, cond)
            }
            ExprKind::Sum { set, value } => {
                let (domain, cond) = self.set(set);
                let value = self.also(&[set.var], |cx| cx.expr(value));
                Op::Sum(domain, cond, value)
            }
            ExprKind::ForAll(set, c) => {
                let (domain, cond) = self.set(set);
                let c = self.also(&[set.var], |cx| cx.expr(c));
                Op::ForAll(domain, cond, c)
            }
            ExprKind::Best { set, keys } => {
                let (domain, cond) = self.set(set);
                let keys = self.also(&[set.var], |cx| {
                    keys.iter().map(|(order, e)| (*order, cx.expr(e))).collect()
                });
                Op::Best(domain, cond, keys)
            }
            ExprKind::Set(set) => {
                let (domain, cond) = self.set(set);
                Op::SetOf(domain, cond)
            }
            ExprKind::Call(define, args) => {
                if let Some(d) = self.hir.defines.get(define.index())
                    && matches!(d.value, hir::DefineValue::Stream(_))
                {
                    // The checker reads it as a count.
                    self.unsupported(e.span, format!("the event `{}` as a value", d.name));
                }
                Op::Call(*define, self.exprs(args))
            }
            _ => self.plain(e),
        };
        self.b.guard_at(op, e.ty.clone(), e.provision, e.span)
    }

    /// Shapes that are lowered operand by operand.
    fn plain(&mut self, e: &Expr) -> Op {
        match &e.kind {
            ExprKind::Bool(v) => Op::Bool(*v),
            ExprKind::Int(v) => Op::Int(*v),
            ExprKind::Day(v) => Op::Day(*v),
            ExprKind::Instant(v) => Op::Instant(*v),
            ExprKind::Length(v) => Op::Length(*v),
            ExprKind::Text(v) => Op::Text(v.clone()),
            ExprKind::None => Op::None,
            ExprKind::Entity(v) => Op::Entity(*v),
            ExprKind::CaseEntity(v) => Op::CaseEntity(v.clone()),
            ExprKind::Now => Op::Now,
            ExprKind::Chance(c) => Op::Chance(*c),
            ExprKind::ShareValue { cmp, num, den } => Op::Share(*cmp, *num, *den),
            ExprKind::Parameter(i) => Op::Parameter(at(*i)),
            ExprKind::NotStated(why) => Op::NotStated(why.clone()),
            ExprKind::ReadingIs(r, choice) => self.reading(*r, *choice, e.provision),
            ExprKind::Compare(op, a, b) => Op::Compare(
                match op {
                    hir::CmpOp::Eq => CmpOp::Eq,
                    hir::CmpOp::Ne => CmpOp::Ne,
                    hir::CmpOp::Lt => CmpOp::Lt,
                    hir::CmpOp::Le => CmpOp::Le,
                    hir::CmpOp::Gt => CmpOp::Gt,
                    hir::CmpOp::Ge => CmpOp::Ge,
                },
                self.expr(a),
                self.expr(b),
            ),
            ExprKind::ShareCompare { part, share, base } => Op::ShareCompare {
                part: self.expr(part),
                share: self.expr(share),
                base: self.expr(base),
            },
            ExprKind::Arith(op, a, b) => Op::Arith(*op, self.expr(a), self.expr(b)),
            ExprKind::Shift {
                before,
                length,
                base,
            } => Op::Shift {
                before: *before,
                closes: false,
                length: self.expr(length),
                base: self.expr(base),
            },
            ExprKind::Later(list) => Op::Later(self.exprs(list)),
            ExprKind::Earlier(list) => Op::Earlier(self.exprs(list)),
            ExprKind::Given(g, keys) => self.given(e, *g, keys),
            ExprKind::StatusOn(s, keys) => Op::StatusOn(*s, self.exprs(keys)),
            ExprKind::StatusValue(s, keys) => Op::StatusValue(*s, self.exprs(keys)),
            ExprKind::StartOf {
                status,
                keys,
                first: false,
            } => Op::StatusStart(*status, self.exprs(keys)),
            ExprKind::StartOf {
                status,
                keys,
                first: true,
            } => Op::StatusFirstStart(*status, self.exprs(keys)),
            ExprKind::EndOf(s, keys) => Op::StatusEnd(*s, self.exprs(keys)),
            ExprKind::Field(a, f) => Op::Field(self.expr(a), *f),
            ExprKind::InSet { set, element } => Op::InSet {
                set: self.expr(set),
                element: self.expr(element),
            },
            ExprKind::InField {
                owner,
                field,
                element,
            } => Op::InField {
                owner: self.expr(owner),
                field: *field,
                element: self.expr(element),
            },
            ExprKind::InStage {
                instance,
                procedure,
                stages,
            } => {
                let stages = stages.iter().map(|&s| at(s)).collect();
                Op::InStage(self.expr(instance), *procedure, stages)
            }
            ExprKind::EnteredAt {
                instance,
                procedure,
                stage,
            } => Op::EnteredAt(self.expr(instance), *procedure, at(*stage)),
            ExprKind::NormIs { norm, keys, state } => {
                let count = self
                    .hir
                    .norms
                    .get(norm.index())
                    .map_or(keys.len(), |n| n.keys.len());
                let mut given: Vec<Option<Guard>> =
                    keys.iter().map(|k| Some(self.expr(k))).collect();
                given.resize(count.max(given.len()), None);
                Op::NormIs(*norm, given, *state)
            }
            ExprKind::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => Op::OnRoll {
                decision: *decision,
                subject: subject.as_ref().map(|s| self.expr(s)),
                voter: self.expr(voter),
                set: set.clone(),
            },
            ExprKind::Weight {
                decision,
                subject,
                voter,
            } => Op::Weight {
                decision: *decision,
                subject: subject.as_ref().map(|s| self.expr(s)),
                voter: self.expr(voter),
            },
            ExprKind::OutcomeIs {
                decision,
                subject,
                outcome,
            } => {
                let subject = subject.as_ref().map(|s| self.expr(s));
                Op::OutcomeIs(*decision, subject, *outcome)
            }
            ExprKind::Certain {
                decision,
                subject,
                outcome,
            } => {
                let subject = subject.as_ref().map(|s| self.expr(s));
                Op::Certain(*decision, subject, *outcome)
            }
            ExprKind::DecisionOpen { decision, subject } => {
                let subject = subject.as_ref().map(|s| self.expr(s));
                Op::DecisionOpen(*decision, subject)
            }
            ExprKind::Dates(dates) => Op::Dates(dates.clone()),
            ExprKind::DatesRange(a, b) => Op::DatesRange(self.expr(a), self.expr(b)),
            ExprKind::DatesJoin(join, a, b) => Op::DatesJoin(*join, self.expr(a), self.expr(b)),
            ExprKind::InDates(t, dates) => Op::InDates(self.expr(t), self.expr(dates)),
            ExprKind::DatesPick { dates, pick, from } => Op::DatesPick {
                dates: self.expr(dates),
                pick: *pick,
                from: self.expr(from),
            },
            ExprKind::DatePart(part, t) => Op::DatePart(*part, self.expr(t)),
            ExprKind::Digit(n) => Op::Digit(self.expr(n)),
            ExprKind::IsNone(a) => Op::IsNone(self.expr(a)),
            ExprKind::OrElse(a, b) => Op::OrElse(self.expr(a), self.expr(b)),
            // The checker has said so, or should have.
            _ => {
                self.unsupported(e.span, "this expression");
                Op::NotStated("not understood".to_owned())
            }
        }
    }

    pub(super) fn exprs(&mut self, list: &[Expr]) -> Vec<Guard> {
        list.iter().map(|e| self.expr(e)).collect()
    }

    /// The element's domain and the membership guard.
    pub(super) fn set(&mut self, set: &SetExpr) -> (Domain, Guard) {
        let cond = self.also(&[set.var], |cx| cx.expr(&set.cond));
        (
            Domain {
                var: set.var,
                kinds: set.kinds.clone(),
            },
            cond,
        )
    }

    /// A constant as an operation; equal ones of all provisions are one guard.
    pub(super) fn literal(&mut self, e: &Expr) -> Option<Guard> {
        let op = match &e.kind {
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Day(_)
            | ExprKind::Instant(_)
            | ExprKind::Length(_)
            | ExprKind::Text(_)
            | ExprKind::None
            | ExprKind::Entity(_)
            | ExprKind::CaseEntity(_) => self.plain(e),
            _ => return None,
        };
        Some(self.b.guard_at(op, e.ty.clone(), ProvisionId(0), e.span))
    }

    /// The truth value of a guard that is a constant.
    pub(super) fn known(&self, g: Guard) -> Option<bool> {
        match self.b.program.guard(g).op {
            Op::Bool(v) => Some(v),
            _ => None,
        }
    }

    fn reading(&mut self, r: ReadingId, choice: usize, provision: ProvisionId) -> Op {
        match self.b.program.readings.get_mut(r.index()) {
            Some(row) => {
                // Folded away, it would leave no trace of who reads it.
                match self.define {
                    Some(d) => row.read_by.insert(d),
                    None => row.read_in.insert(provision),
                };
                let declared = self
                    .hir
                    .readings
                    .get(r.index())
                    .map_or(0, |r| r.choices.len());
                if row.chosen < declared {
                    Op::Bool(row.chosen == choice)
                } else {
                    Op::NotStated(format!("reading {} is not chosen", row.name))
                }
            }
            None => Op::NotStated("unknown reading".to_owned()),
        }
    }

    /// All of them; constants are folded, what is false is the one that is.
    pub(super) fn all(&mut self, parts: Vec<Guard>, provision: ProvisionId, span: Span) -> Guard {
        self.fold(parts, provision, span, true)
    }

    /// One of them.
    pub(super) fn any(&mut self, parts: Vec<Guard>, provision: ProvisionId, span: Span) -> Guard {
        self.fold(parts, provision, span, false)
    }

    fn fold(
        &mut self,
        parts: Vec<Guard>,
        provision: ProvisionId,
        span: Span,
        neutral: bool,
    ) -> Guard {
        let mut left = Vec::new();
        for part in parts {
            match self.known(part) {
                Some(v) if v == neutral => {}
                Some(_) => return part,
                None if left.contains(&part) => {}
                None => left.push(part),
            }
        }
        match left.as_slice() {
            [] => self
                .b
                .guard_at(Op::Bool(neutral), Ty::Bool, provision, span),
            [one] => *one,
            _ => {
                let op = if neutral { Op::And(left) } else { Op::Or(left) };
                self.b.guard_at(op, Ty::Bool, provision, span)
            }
        }
    }

    /// All of them, or nothing if there is nothing to test.
    pub(super) fn guards(
        &mut self,
        parts: Vec<Guard>,
        provision: ProvisionId,
        span: Span,
    ) -> Option<Guard> {
        let g = self.all(parts, provision, span);
        (self.known(g) != Some(true)).then_some(g)
    }

    pub(super) fn not(&mut self, a: Guard, provision: ProvisionId, span: Span) -> Guard {
        let op = match self.b.program.guard(a).op {
            Op::Bool(v) => Op::Bool(!v),
            _ => Op::Not(a),
        };
        self.b.guard_at(op, Ty::Bool, provision, span)
    }

    fn except(&mut self, e: &Expr, base: &Expr, exceptions: &[hir::Exception]) -> Guard {
        let base = self.expr(base);
        let mut left = Vec::new();
        for hir::Exception {
            when: cond, value, ..
        } in exceptions
        {
            let cond = self.expr(cond);
            if self.known(cond) != Some(false) {
                left.push((cond, self.expr(value)));
            }
        }
        match left.as_slice() {
            [] => base,
            [(cond, value)] if self.known(*cond) == Some(true) => *value,
            _ => self
                .b
                .guard_at(Op::Except(base, left), e.ty.clone(), e.provision, e.span),
        }
    }

    /// Membership: the set's condition with the element put in.
    fn member(&mut self, e: &Expr, element: &Expr, set: &SetExpr) -> Guard {
        let element = self.expr(element);
        let own = entity_kinds(&self.b.program.guard(element).ty);
        let mut parts = Vec::new();
        if own.is_empty() || own.iter().any(|k| !set.kinds.contains(k)) {
            let op = Op::IsKind(element, set.kinds.clone());
            parts.push(self.b.guard_at(op, Ty::Bool, e.provision, e.span));
        }
        let outer = self.env.clone();
        self.env.insert(set.var, element);
        parts.push(self.expr(&set.cond));
        self.env = outer;
        self.all(parts, e.provision, e.span)
    }

    /// A given; one that somebody finds has the value of the last finding (tour 4.4).
    fn given(&mut self, e: &Expr, g: GivenId, keys: &[Expr]) -> Op {
        let supplied = Op::Given(g, self.exprs(keys));
        let given = self.hir.givens.get(g.index());
        let Some((act, provision)) = given.and_then(|g| Some((g.finding?, g.provision))) else {
            return supplied;
        };
        let any = || hir::ArgPattern::Any;
        let pattern = hir::Pattern {
            act,
            actor: any(),
            for_whom: any(),
            to: any(),
            args: keys
                .iter()
                .map(|k| hir::ArgPattern::Is(Box::new(k.clone())))
                .chain([any()])
                .collect(),
            itself: any(),
            filter: None,
            under: None,
            in_last: None,
            attempted: false,
            span: e.span,
        };
        let (hist, args) = self.hist(&pattern);
        self.keep(hist, Ordinal::Last);
        let slot = self.store(hist, Position::Arg(at(keys.len())));
        let last = Op::HistArg(hist, Ordinal::Last, slot, args);
        let optional = Ty::Optional(Box::new(e.ty.clone()));
        let last = self.b.guard_at(last, optional, provision, e.span);
        let supplied = self.b.guard_at(supplied, e.ty.clone(), provision, e.span);
        Op::OrElse(last, supplied)
    }

    /// Queries of the history.
    fn acts(&mut self, e: &Expr) -> Guard {
        let (ExprKind::Occurred(p)
        | ExprKind::CountActs(p)
        | ExprKind::ActTime(_, p)
        | ExprKind::ActArg(_, p, _)
        | ExprKind::SumActs(p, _)) = &e.kind
        else {
            return self.b.guard_at(Op::None, e.ty.clone(), e.provision, e.span);
        };
        let (hist, args) = self.hist(p);
        let read = match &e.kind {
            ExprKind::ActTime(ordinal, _) => {
                self.keep(hist, *ordinal);
                HistRead::Time(*ordinal)
            }
            ExprKind::ActArg(ordinal, _, i) => {
                self.keep(hist, *ordinal);
                HistRead::Arg(*ordinal, self.store(hist, Position::Arg(at(*i))))
            }
            ExprKind::SumActs(_, i) => HistRead::Sum(self.store(hist, Position::Arg(at(*i)))),
            _ => HistRead::Count,
        };
        let occurred = matches!(e.kind, ExprKind::Occurred(_));
        let ty = if occurred { Ty::Int } else { e.ty.clone() };
        let length = p.in_last.as_ref().map(|l| self.expr(l));
        let read = self.history(hist, read, length, args);
        let read = self.b.guard_at(read, ty, e.provision, e.span);
        if !occurred {
            return read;
        }
        let none = self.b.guard_at(Op::Int(0), Ty::Int, e.provision, e.span);
        let op = Op::Compare(CmpOp::Gt, read, none);
        self.b.guard_at(op, Ty::Bool, e.provision, e.span)
    }

    /// What is read off a history, perhaps only off its entries in the last length.
    pub(super) fn history(
        &self,
        hist: HistId,
        read: HistRead,
        length: Option<Guard>,
        keys: Vec<Guard>,
    ) -> Op {
        match (length, read) {
            (Some(length), _) => Op::HistInLast {
                hist,
                read,
                length,
                keys,
            },
            (None, HistRead::Count) => Op::HistCount(hist, keys),
            (None, HistRead::Time(o)) => Op::HistTime(hist, o, keys),
            (None, HistRead::Arg(o, slot)) => Op::HistArg(hist, o, slot, keys),
            (None, HistRead::Sum(slot)) => Op::HistSum(hist, slot, keys),
        }
    }

    pub(super) fn keep(&mut self, hist: HistId, ordinal: Ordinal) {
        let nth = &mut self.b.program.hists[hist.index()].nth;
        if let Ordinal::Nth(n) = ordinal
            && !nth.contains(&n)
        {
            nth.push(n);
        }
    }

    fn store(&mut self, hist: HistId, position: Position) -> u32 {
        let store = &mut self.b.program.hists[hist.index()].store;
        let slot = store
            .iter()
            .position(|p| *p == position)
            .unwrap_or_else(|| {
                store.push(position);
                store.len() - 1
            });
        at(slot)
    }

    /// A count that is n.
    pub(super) fn count_guard(
        &mut self,
        count: Guard,
        n: u32,
        provision: ProvisionId,
        span: Span,
    ) -> Guard {
        let n = self
            .b
            .guard_at(Op::Int(i64::from(n)), Ty::Int, provision, span);
        self.b
            .guard_at(Op::Compare(CmpOp::Eq, count, n), Ty::Bool, provision, span)
    }
}
