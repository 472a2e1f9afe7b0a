//! Walking an expression: every variable it mentions.

use super::*;

/// How a variable is mentioned.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    /// It is read.
    Use,
    /// It is the element of a set, and stands for nothing outside it.
    Binder,
}

/// What mentions variables.
macro_rules! mentioning {
    ($($what:ident)*) => { $(
        impl $what {
            /// Calls `f` on every mention of a variable, the elements of sets included.
            pub fn for_each_var(&mut self, f: &mut dyn FnMut(&mut VarId)) {
                self.mentions(&mut |v, _| f(v));
            }

            /// The elements of the sets in it.
            #[must_use]
            pub fn elements(&self) -> Vec<VarId> {
                let mut found = Vec::new();
                self.mentioned(&mut |v, how| {
                    if how == Mention::Binder {
                        found.push(*v);
                    }
                });
                found
            }

            /// The variables it mentions.
            #[must_use]
            pub fn vars(&self) -> Vec<VarId> {
                let mut found = Vec::new();
                self.mentioned(&mut |v, _| found.push(*v));
                found.sort_unstable();
                found.dedup();
                found
            }
        }
    )* };
}

mentioning!(Expr SetExpr ArgPattern Pattern Stream);

/// Every mention of a variable, lent or lent to be changed: both walks have one list.
macro_rules! mentions {
    ($name:ident, $iter:ident, $each:ident $(, $mut:tt)?) => {
        impl Expr {
            /// Calls `f` on every mention of a variable.
            pub(super) fn $name(&$($mut)? self, f: &mut dyn FnMut(&$($mut)? VarId, Mention)) {
                match &$($mut)? self.kind {
                    ExprKind::Var(v) => f(v, Mention::Use),
                    ExprKind::Count(s) | ExprKind::Exists(s) | ExprKind::Set(s) => s.$name(f),
                    ExprKind::Sum { set, value: e }
                    | ExprKind::ForAll(set, e)
                    | ExprKind::Member(e, set) => {
                        set.$name(f);
                        e.$name(f);
                    }
                    ExprKind::Best { set, keys } => {
                        set.$name(f);
                        keys.$iter().for_each(|(_, e)| e.$name(f));
                    }
                    ExprKind::Occurred(p)
                    | ExprKind::CountActs(p)
                    | ExprKind::ActTime(_, p)
                    | ExprKind::ActArg(_, p, _)
                    | ExprKind::SumActs(p, _) => p.$name(f),
                    ExprKind::AsOf(e, s)
                    | ExprKind::EventPick {
                        stream: s, from: e, ..
                    } => {
                        e.$name(f);
                        s.$name(f);
                    }
                    ExprKind::CountEvents(s, length) | ExprKind::EventPoint(_, s, length) => {
                        s.$name(f);
                        if let Some(length) = length {
                            length.$name(f);
                        }
                    }
                    _ => self.$each(&mut |e| e.$name(f)),
                }
            }
        }

        impl SetExpr {
            /// Calls `f` on every mention of a variable: the element is bound here.
            pub(super) fn $name(&$($mut)? self, f: &mut dyn FnMut(&$($mut)? VarId, Mention)) {
                f(&$($mut)? self.var, Mention::Binder);
                self.cond.$name(f);
            }
        }

        impl ArgPattern {
            /// Calls `f` on every mention of a variable.
            pub(super) fn $name(&$($mut)? self, f: &mut dyn FnMut(&$($mut)? VarId, Mention)) {
                match self {
                    ArgPattern::Any => {}
                    ArgPattern::Var(v) => f(v, Mention::Use),
                    ArgPattern::Is(e) => e.$name(f),
                    ArgPattern::In(s) | ArgPattern::Each(s) => s.$name(f),
                }
            }
        }

        impl Pattern {
            /// Calls `f` on every mention of a variable.
            pub(super) fn $name(&$($mut)? self, f: &mut dyn FnMut(&$($mut)? VarId, Mention)) {
                self.actor.$name(f);
                self.for_whom.$name(f);
                self.to.$name(f);
                self.args.$iter().for_each(|a| a.$name(f));
                self.itself.$name(f);
                for e in self.filter.$iter().chain(&$($mut)? self.in_last) {
                    e.$name(f);
                }
            }
        }

        impl Stream {
            /// Calls `f` on every mention of a variable.
            pub(super) fn $name(&$($mut)? self, f: &mut dyn FnMut(&$($mut)? VarId, Mention)) {
                match &$($mut)? self.kind {
                    StreamKind::Act(p) => p.$name(f),
                    StreamKind::Or(ss) => ss.$iter().for_each(|s| s.$name(f)),
                    StreamKind::After(e, s) | StreamKind::LapseAfter(e, s) | StreamKind::Where(s, e) => {
                        e.$name(f);
                        s.$name(f);
                    }
                    StreamKind::LapseAt(e)
                    | StreamKind::At(e)
                    | StreamKind::Every(e)
                    | StreamKind::Rise { cond: e, .. } => e.$name(f),
                    StreamKind::Started(_, ps) | StreamKind::Ended(_, ps) | StreamKind::Norm(_, _, ps) => {
                        ps.$iter().for_each(|p| p.$name(f));
                    }
                    StreamKind::Nth(_, s) => s.$name(f),
                    StreamKind::Combined { points, stream, .. } => {
                        points.$iter().for_each(|e| e.$name(f));
                        stream.$name(f);
                    }
                    StreamKind::Outcome(_, _, p)
                    | StreamKind::Opened(_, p)
                    | StreamKind::Enter(_, _, p)
                    | StreamKind::Leave(_, _, p) => p.$name(f),
                    StreamKind::Ballot(b) => {
                        for p in [&$($mut)? b.actor, &$($mut)? b.for_whom, &$($mut)? b.subject] {
                            p.$name(f);
                        }
                    }
                    StreamKind::InVersion(s, _) => s.$name(f),
                    StreamKind::Begin | StreamKind::BreachOf(_) => {}
                }
            }
        }
    };
}

mentions!(mentions, iter_mut, for_each_child, mut);
mentions!(mentioned, iter, each_child);

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
