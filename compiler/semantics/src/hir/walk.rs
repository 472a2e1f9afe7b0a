//! Walking an expression: every variable it mentions.

use super::*;

impl Expr {
    /// Calls `f` on every mention of a variable, binders included.
    pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
        match &mut self.kind {
            ExprKind::Var(v) => f(v),
            ExprKind::Count(s) | ExprKind::Exists(s) | ExprKind::Set(s) => s.for_each_var(f),
            ExprKind::Sum { set, value: e }
            | ExprKind::ForAll(set, e)
            | ExprKind::Member(e, set) => {
                set.for_each_var(f);
                e.for_each_var(f);
            }
            ExprKind::Best { set, keys } => {
                set.for_each_var(f);
                keys.iter_mut().for_each(|(_, e)| e.for_each_var(f));
            }
            ExprKind::Occurred(p)
            | ExprKind::CountActs(p)
            | ExprKind::ActTime(_, p)
            | ExprKind::ActArg(_, p, _)
            | ExprKind::SumActs(p, _) => p.for_each_var(f),
            ExprKind::AsOf(e, s)
            | ExprKind::EventPick {
                stream: s, from: e, ..
            } => {
                e.for_each_var(f);
                s.for_each_var(f);
            }
            ExprKind::CountEvents(s, length) | ExprKind::EventPoint(_, s, length) => {
                s.for_each_var(f);
                if let Some(length) = length {
                    length.for_each_var(f);
                }
            }
            _ => self.for_each_child(&mut |e| e.for_each_var(f)),
        }
    }

    /// The variables it mentions.
    #[must_use]
    pub fn vars(&self) -> Vec<VarId> {
        let mut found = Vec::new();
        self.clone().for_each_var(&mut |v| found.push(*v));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl SetExpr {
    /// Calls `f` on every mention of a variable, the element included.
    pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
        f(&mut self.var);
        self.cond.for_each_var(f);
    }
}

impl ArgPattern {
    /// Calls `f` on every mention of a variable.
    pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
        match self {
            ArgPattern::Any => {}
            ArgPattern::Var(v) => f(v),
            ArgPattern::Is(e) => e.for_each_var(f),
            ArgPattern::In(s) => s.for_each_var(f),
        }
    }
}

impl Pattern {
    /// Calls `f` on every mention of a variable.
    pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
        self.actor.for_each_var(f);
        self.for_whom.for_each_var(f);
        self.to.for_each_var(f);
        self.args.iter_mut().for_each(|a| a.for_each_var(f));
        self.itself.for_each_var(f);
        for e in self.filter.iter_mut().chain(&mut self.in_last) {
            e.for_each_var(f);
        }
    }
}

impl Stream {
    /// Calls `f` on every mention of a variable.
    pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
        match &mut self.kind {
            StreamKind::Act(p) => p.for_each_var(f),
            StreamKind::Or(ss) => ss.iter_mut().for_each(|s| s.for_each_var(f)),
            StreamKind::After(e, s) | StreamKind::LapseAfter(e, s) | StreamKind::Where(s, e) => {
                e.for_each_var(f);
                s.for_each_var(f);
            }
            StreamKind::LapseAt(e)
            | StreamKind::At(e)
            | StreamKind::Every(e)
            | StreamKind::Rise { cond: e, .. } => e.for_each_var(f),
            StreamKind::Started(_, ps) | StreamKind::Ended(_, ps) | StreamKind::Norm(_, _, ps) => {
                ps.iter_mut().for_each(|p| p.for_each_var(f));
            }
            StreamKind::Nth(_, s) => s.for_each_var(f),
            StreamKind::Combined { points, stream, .. } => {
                points.iter_mut().for_each(|e| e.for_each_var(f));
                stream.for_each_var(f);
            }
            StreamKind::Outcome(_, _, p)
            | StreamKind::Opened(_, p)
            | StreamKind::Enter(_, _, p)
            | StreamKind::Leave(_, _, p) => p.for_each_var(f),
            StreamKind::Ballot(b) => {
                for p in [&mut b.actor, &mut b.for_whom, &mut b.subject] {
                    p.for_each_var(f);
                }
            }
            StreamKind::InVersion(s, _) => s.for_each_var(f),
            StreamKind::Begin | StreamKind::BreachOf(_) => {}
        }
    }

    /// The variables it mentions.
    #[must_use]
    pub fn vars(&self) -> Vec<VarId> {
        let mut found = Vec::new();
        self.clone().for_each_var(&mut |v| found.push(*v));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The direct operands of an expression, lent or lent to be changed: both walks have one list.
macro_rules! operands {
    ($self:ident, $f:ident, $iter:ident $(, $mut:tt)?) => {
        match &$($mut)? $self.kind {
            ExprKind::Not(e)
            | ExprKind::Field(e, _)
            | ExprKind::IsKind(e, _)
            | ExprKind::IsNone(e)
            | ExprKind::DatePart(_, e)
            | ExprKind::Digit(e)
            | ExprKind::InStage { instance: e, .. }
            | ExprKind::EnteredAt { instance: e, .. } => $f(e),
            ExprKind::And(es)
            | ExprKind::Or(es)
            | ExprKind::Later(es)
            | ExprKind::Earlier(es)
            | ExprKind::Call(_, es)
            | ExprKind::Given(_, es)
            | ExprKind::StatusOn(_, es)
            | ExprKind::StatusValue(_, es)
            | ExprKind::EndOf(_, es)
            | ExprKind::StartOf { keys: es, .. }
            | ExprKind::NormIs { keys: es, .. } => es.$iter().for_each($f),
            ExprKind::Compare(_, a, b)
            | ExprKind::Arith(_, a, b)
            | ExprKind::OrElse(a, b)
            | ExprKind::DatesRange(a, b)
            | ExprKind::HeldFor(a, b)
            | ExprKind::DatesJoin(_, a, b)
            | ExprKind::InDates(a, b)
            | ExprKind::DatesPick {
                dates: a, from: b, ..
            }
            | ExprKind::Shift {
                length: a, base: b, ..
            }
            | ExprKind::InSet { set: a, element: b }
            | ExprKind::InField {
                owner: a,
                element: b,
                ..
            } => {
                $f(a);
                $f(b);
            }
            ExprKind::ShareCompare { part, share, base } => {
                $f(part);
                $f(share);
                $f(base);
            }
            ExprKind::Count(s) | ExprKind::Exists(s) | ExprKind::Set(s) => $f(&$($mut)? s.cond),
            ExprKind::Sum { set, value } => {
                $f(&$($mut)? set.cond);
                $f(value);
            }
            ExprKind::ForAll(s, e) | ExprKind::Member(e, s) => {
                $f(&$($mut)? s.cond);
                $f(e);
            }
            ExprKind::Best { set, keys } => {
                $f(&$($mut)? set.cond);
                keys.$iter().for_each(|(_, e)| $f(e));
            }
            ExprKind::OnRoll { subject, voter, .. } | ExprKind::Weight { subject, voter, .. } => {
                if let Some(s) = subject {
                    $f(s);
                }
                $f(voter);
            }
            ExprKind::OutcomeIs { subject, .. }
            | ExprKind::DecisionOpen { subject, .. }
            | ExprKind::Certain { subject, .. } => {
                if let Some(s) = subject {
                    $f(s);
                }
            }
            ExprKind::Except { base, exceptions } => {
                $f(base);
                for x in exceptions {
                    $f(&$($mut)? x.when);
                    $f(&$($mut)? x.value);
                }
            }
            ExprKind::ByVersion(list) => list.$iter().for_each(|(_, e)| $f(e)),
            ExprKind::Table(t) => {
                for row in &$($mut)? t.rows {
                    $f(&$($mut)? row.cond);
                    $f(&$($mut)? row.value);
                }
            }
            ExprKind::AsOf(e, _) | ExprKind::EventPick { from: e, .. } => $f(e),
            ExprKind::CountEvents(_, length) | ExprKind::EventPoint(_, _, length) => {
                if let Some(length) = length {
                    $f(length);
                }
            }
            ExprKind::StatusPick { keys, from, .. } => {
                keys.$iter().for_each(&mut *$f);
                $f(from);
            }
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Day(_)
            | ExprKind::Instant(_)
            | ExprKind::Length(_)
            | ExprKind::Text(_)
            | ExprKind::None
            | ExprKind::Entity(_)
            | ExprKind::CaseEntity(_)
            | ExprKind::Var(_)
            | ExprKind::Now
            | ExprKind::EventTime
            | ExprKind::Chance(_)
            | ExprKind::ShareValue { .. }
            | ExprKind::ReadingIs(..)
            | ExprKind::Occurred(_)
            | ExprKind::CountActs(_)
            | ExprKind::ActTime(..)
            | ExprKind::ActArg(..)
            | ExprKind::SumActs(..)
            | ExprKind::NotStated(_)
            | ExprKind::Dates(_)
            | ExprKind::InVersion(_)
            | ExprKind::Parameter(_)
            | ExprKind::Error => {}
        }
    };
}

impl Expr {
    /// Calls `f` on the direct operands that are values of their own (keys, sides of a comparison …).
    pub fn for_each_child(&mut self, f: &mut dyn FnMut(&mut Expr)) {
        operands!(self, f, iter_mut, mut);
    }

    /// Calls `f` on the same operands, to be read.
    pub fn each_child(&self, f: &mut dyn FnMut(&Expr)) {
        operands!(self, f, iter);
    }
}
