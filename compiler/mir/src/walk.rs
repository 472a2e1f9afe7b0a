//! Walks over guards: operands, structural equality, contradiction.

use crate::*;
use std::collections::BTreeMap;

/// All operands of an operation, read or to be replaced: written once for both.
macro_rules! operands {
    ($op:expr, $visit:ident, $iter:ident) => {
        match $op {
            Op::Bool(_)
            | Op::Int(_)
            | Op::Day(_)
            | Op::Instant(_)
            | Op::Length(_)
            | Op::Text(_)
            | Op::None
            | Op::Share(..)
            | Op::Chance(_)
            | Op::Entity(_)
            | Op::CaseEntity(_)
            | Op::Var(_)
            | Op::Now
            | Op::EventTime
            | Op::NotStated(_)
            | Op::Dates(_)
            | Op::InVersion(..)
            | Op::Parameter(_)
            | Op::OutcomeIs(_, None, _)
            | Op::DecisionOpen(_, None)
            | Op::Certain(_, None, _) => {}
            Op::Not(a)
            | Op::Field(a, _)
            | Op::IsKind(a, _)
            | Op::InStage(a, ..)
            | Op::EnteredAt(a, ..)
            | Op::IsNone(a)
            | Op::DatePart(_, a)
            | Op::Digit(a)
            | Op::OutcomeIs(_, Some(a), _)
            | Op::DecisionOpen(_, Some(a))
            | Op::Certain(_, Some(a), _)
            | Op::Count(_, a)
            | Op::SetOf(_, a)
            | Op::Exists(_, a) => $visit(a),
            Op::Compare(_, a, b)
            | Op::Arith(_, a, b)
            | Op::OrElse(a, b)
            | Op::DatesRange(a, b)
            | Op::DatesJoin(_, a, b)
            | Op::InDates(a, b)
            | Op::DatesPick {
                dates: a, from: b, ..
            }
            | Op::Sum(_, a, b)
            | Op::ForAll(_, a, b)
            | Op::Shift {
                length: a, base: b, ..
            }
            | Op::InField {
                owner: a,
                element: b,
                ..
            }
            | Op::InSet { set: a, element: b } => {
                $visit(a);
                $visit(b);
            }
            Op::ShiftOutside {
                length: a,
                base: b,
                skip: c,
                ..
            }
            | Op::ShareCompare {
                part: a,
                share: b,
                base: c,
            } => {
                $visit(a);
                $visit(b);
                $visit(c);
            }
            Op::OnRoll { subject, voter, .. }
            | Op::Weight { subject, voter, .. }
            | Op::Pivotal { subject, voter, .. } => {
                subject.$iter().for_each(&mut $visit);
                $visit(voter);
            }
            Op::And(list)
            | Op::Or(list)
            | Op::Later(list)
            | Op::Earlier(list)
            | Op::Call(_, list)
            | Op::Given(_, list)
            | Op::StatusOn(_, list)
            | Op::StatusValue(_, list)
            | Op::StatusStart(_, list)
            | Op::StatusFirstStart(_, list)
            | Op::StatusEnd(_, list)
            | Op::HistCount(_, list)
            | Op::HistTime(_, _, list)
            | Op::HistArg(_, _, _, list)
            | Op::HistSum(_, _, list) => list.$iter().for_each(&mut $visit),
            Op::HistInLast {
                length: one, keys, ..
            }
            | Op::HistPick {
                from: one, keys, ..
            }
            | Op::StatusPick {
                from: one, keys, ..
            } => {
                keys.$iter().for_each(&mut $visit);
                $visit(one);
            }
            Op::HistSince(_, time, list) => {
                $visit(time);
                list.$iter().for_each(&mut $visit);
            }
            Op::Best(_, cond, keys) => {
                $visit(cond);
                keys.$iter().for_each(|(_, g)| $visit(g));
            }
            Op::ByVersion(list) => list.$iter().for_each(|(_, g)| $visit(g)),
            Op::NormIs(_, list, _) => list.$iter().flatten().for_each(&mut $visit),
            Op::Table {
                rows, none, plain, ..
            } => {
                for (cond, value, _) in rows.$iter() {
                    $visit(cond);
                    $visit(value);
                }
                $visit(none);
                $visit(plain);
            }
            Op::Except(base, list) => {
                $visit(base);
                for (cond, value) in list.$iter() {
                    $visit(cond);
                    $visit(value);
                }
            }
        }
    };
}

impl Op {
    /// Whether it is a constant.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        matches!(
            self,
            Op::Bool(_)
                | Op::Int(_)
                | Op::Day(_)
                | Op::Instant(_)
                | Op::Length(_)
                | Op::Text(_)
                | Op::None
                | Op::Entity(_)
                | Op::CaseEntity(_)
        )
    }

    /// The guards this one is computed from, in order.
    #[must_use]
    pub fn operands(&self) -> Vec<Guard> {
        let mut found = Vec::new();
        self.each_operand(&mut |g| found.push(g));
        found
    }

    /// Calls `visit` for each of them.
    pub fn each_operand(&self, visit: &mut dyn FnMut(Guard)) {
        let mut visit = |g: &Guard| visit(*g);
        operands!(self, visit, iter);
    }

    /// The same, to be replaced.
    pub fn operands_mut(&mut self) -> Vec<&mut Guard> {
        let mut found = Vec::new();
        let mut visit = |g| found.push(g);
        operands!(self, visit, iter_mut);
        found
    }
}

/// Calls `visit` for every guard below and including the roots, once each.
pub fn each_guard(program: &Program, roots: &[Guard], mut visit: impl FnMut(Guard, &Op)) {
    let mut seen = vec![0_u64; program.guards.len().div_ceil(64)];
    let mut stack: Vec<Guard> = roots.iter().rev().copied().collect();
    while let Some(g) = stack.pop() {
        let (word, bit) = (&mut seen[g.index() / 64], 1 << (g.index() % 64));
        if *word & bit == 0 {
            *word |= bit;
            let op = &program.guard(g).op;
            visit(g, op);
            let below = stack.len();
            op.each_operand(&mut |g| stack.push(g));
            stack[below..].reverse();
        }
    }
}

/// Whether two guards compute the same, provisions aside.
#[must_use]
pub fn same(program: &Program, a: Guard, b: Guard) -> bool {
    Comparison::new(program).same(a, b)
}

/// Whether two guards, each of a variable, compute the same of the same element.
#[must_use]
pub fn same_for(program: &Program, (a, x): (Guard, VarId), (b, y): (Guard, VarId)) -> bool {
    let mut comparison = Comparison::new(program);
    comparison.alias(x, y);
    comparison.same(a, b)
}

/// The operation with all its operands replaced by guard 0.
fn blank(op: &Op) -> Op {
    let mut op = op.clone();
    for g in op.operands_mut() {
        *g = Guard(0);
    }
    op
}

/// Whether the two conditions provably never hold together.
pub(crate) fn contradict(program: &Program, a: Guard, b: Guard) -> bool {
    Comparison::new(program).contradict(a, b)
}

/// Two guards side by side: what is provable without evaluating either.
pub(crate) struct Comparison<'p> {
    program: &'p Program,
    /// Variables of the second that stand for the same as one of the first.
    alias: BTreeMap<VarId, VarId>,
}

impl<'p> Comparison<'p> {
    pub(crate) fn new(program: &'p Program) -> Self {
        Comparison {
            program,
            alias: BTreeMap::new(),
        }
    }

    /// The second variable is the first.
    pub(crate) fn alias(&mut self, first: VarId, second: VarId) {
        self.alias.insert(second, first);
    }

    fn op(&self, g: Guard) -> &'p Op {
        &self.program.guard(g).op
    }

    fn conjuncts(&self, g: Guard) -> Vec<Guard> {
        match self.op(g) {
            Op::And(list) => list.clone(),
            _ => vec![g],
        }
    }

    pub(crate) fn same(&self, a: Guard, b: Guard) -> bool {
        let (x, y) = (self.op(a), self.op(b));
        if let (Op::Var(v), Op::Var(w)) = (x, y) {
            return v == self.alias.get(w).unwrap_or(w);
        }
        if a == b && self.alias.is_empty() {
            return true;
        }
        let (p, q) = (x.operands(), y.operands());
        p.len() == q.len()
            && blank(x) == blank(y)
            && p.into_iter().zip(q).all(|(a, b)| self.same(a, b))
    }

    /// Whether the first provably holds wherever the second does.
    pub(crate) fn implied(&self, first: Guard, second: Guard) -> bool {
        let known = self.conjuncts(second);
        let given = |x: &Guard| known.iter().any(|y| self.same(*x, *y));
        self.conjuncts(first).iter().all(given)
    }

    /// Whether the two provably never hold together.
    pub(crate) fn contradict(&self, a: Guard, b: Guard) -> bool {
        let right = self.conjuncts(b);
        let any = |x: &Guard| right.iter().any(|y| self.exclude(*x, *y));
        self.conjuncts(a).iter().any(any)
    }

    fn exclude(&self, a: Guard, b: Guard) -> bool {
        match (self.op(a), self.op(b)) {
            (Op::Bool(false), _) | (_, Op::Bool(false)) => true,
            (Op::Not(x), _) if self.same(*x, b) => true,
            (_, Op::Not(y)) if self.same(a, *y) => true,
            (Op::Compare(p, a, b), Op::Compare(q, c, d)) => {
                let sides = self.same(*a, *c);
                sides && self.same(*b, *d) && opposite(*p, *q)
                    || sides && self.no_value(*p, *b, *q, *d)
            }
            (Op::InVersion(v, n), Op::InVersion(w, m)) => {
                let version = |v: &VersionId| &self.program.versions[v.index()];
                v != w && n == m && version(v).cite == version(w).cite
            }
            (Op::InStage(x, p, s), Op::InStage(y, q, t)) => {
                p == q && self.same(*x, *y) && s.iter().all(|s| !t.contains(s))
            }
            (Op::OutcomeIs(d, x, o), Op::OutcomeIs(e, y, u)) => {
                let subject = match (x, y) {
                    (Some(x), Some(y)) => self.same(*x, *y),
                    (None, None) => true,
                    _ => false,
                };
                d == e && subject && o != u
            }
            _ => false,
        }
    }

    /// No value compares so with both constants.
    fn no_value(&self, p: CmpOp, b: Guard, q: CmpOp, d: Guard) -> bool {
        match (self.op(b), self.op(d)) {
            (Op::Int(b), Op::Int(d)) => no_number(p, *b, q, *d),
            (Op::Day(b), Op::Day(d)) => no_number(p, b.0.into(), q, d.0.into()),
            (Op::Entity(b), Op::Entity(d)) => p == CmpOp::Eq && q == CmpOp::Eq && b != d,
            (Op::Bool(b), Op::Bool(d)) => p == CmpOp::Eq && q == CmpOp::Eq && b != d,
            (Op::Text(b), Op::Text(d)) => p == CmpOp::Eq && q == CmpOp::Eq && b != d,
            _ => false,
        }
    }
}

/// Whether one comparison is the negation of the other.
fn opposite(p: CmpOp, q: CmpOp) -> bool {
    let negation = match p {
        CmpOp::Eq => CmpOp::Ne,
        CmpOp::Ne => CmpOp::Eq,
        CmpOp::Lt => CmpOp::Ge,
        CmpOp::Ge => CmpOp::Lt,
        CmpOp::Le => CmpOp::Gt,
        CmpOp::Gt => CmpOp::Le,
    };
    q == negation
}

/// No x with `x p b` and `x q d`.
fn no_number(p: CmpOp, b: i64, q: CmpOp, d: i64) -> bool {
    // As closed ranges; `!=` leaves out one number and is not looked at.
    let range = |op, n: i64| match op {
        CmpOp::Eq => Some((n, n)),
        CmpOp::Lt => Some((i64::MIN, n.saturating_sub(1))),
        CmpOp::Le => Some((i64::MIN, n)),
        CmpOp::Gt => Some((n.saturating_add(1), i64::MAX)),
        CmpOp::Ge => Some((n, i64::MAX)),
        CmpOp::Ne => None,
    };
    match (range(p, b), range(q, d)) {
        (Some((a, b)), Some((c, d))) => a.max(c) > b.min(d),
        _ => false,
    }
}
