//! Walks over guards: operands, structural equality, contradiction.

use crate::*;

impl Op {
    /// The guards this one is computed from, in order.
    #[must_use]
    pub fn operands(&self) -> Vec<Guard> {
        self.clone()
            .operands_mut()
            .into_iter()
            .map(|g| *g)
            .collect()
    }

    /// The same, to be replaced.
    pub fn operands_mut(&mut self) -> Vec<&mut Guard> {
        match self {
            Op::Bool(_)
            | Op::Int(_)
            | Op::Day(_)
            | Op::Instant(_)
            | Op::Length(_)
            | Op::Text(_)
            | Op::None
            | Op::Share(..)
            | Op::Entity(_)
            | Op::CaseEntity(_)
            | Op::Var(_)
            | Op::Now
            | Op::EventTime
            | Op::NotStated(_)
            | Op::Parameter(_)
            | Op::OutcomeIs(_, None, _)
            | Op::DecisionOpen(_, None) => Vec::new(),
            Op::Not(a)
            | Op::Field(a, _)
            | Op::IsKind(a, _)
            | Op::InStage(a, ..)
            | Op::EnteredAt(a, ..)
            | Op::IsNone(a)
            | Op::OutcomeIs(_, Some(a), _)
            | Op::DecisionOpen(_, Some(a))
            | Op::Count(_, a)
            | Op::Exists(_, a) => vec![a],
            Op::Compare(_, a, b)
            | Op::Arith(_, a, b)
            | Op::OrElse(a, b)
            | Op::Sum(_, a, b)
            | Op::ForAll(_, a, b) => vec![a, b],
            Op::Shift { length, base, .. } => vec![length, base],
            Op::ShareCompare { part, share, base } => vec![part, share, base],
            Op::InField { owner, element, .. } => vec![owner, element],
            Op::OnRoll { subject, voter, .. } | Op::Weight { subject, voter, .. } => {
                subject.iter_mut().chain([voter]).collect()
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
            | Op::HistSum(_, _, list)
            | Op::HistInLast(_, _, list) => list.iter_mut().collect(),
            Op::Best(_, cond, keys) => {
                let keys = keys.iter_mut().map(|(_, g)| g);
                [cond].into_iter().chain(keys).collect()
            }
            Op::NormIs(_, list, _) => list.iter_mut().flatten().collect(),
            Op::Except(base, list) => {
                let arms = list.iter_mut().flat_map(|(c, v)| [c, v]);
                [base].into_iter().chain(arms).collect()
            }
        }
    }
}

/// Calls `visit` for every guard below and including the roots, once each.
pub fn each_guard(program: &Program, roots: &[Guard], mut visit: impl FnMut(Guard, &Op)) {
    let mut seen = std::collections::HashSet::new();
    let mut stack: Vec<Guard> = roots.iter().rev().copied().collect();
    while let Some(g) = stack.pop() {
        if seen.insert(g) {
            let op = &program.guard(g).op;
            visit(g, op);
            stack.extend(op.operands().into_iter().rev());
        }
    }
}

/// Whether two guards compute the same, provisions aside.
#[must_use]
pub fn same(program: &Program, a: Guard, b: Guard) -> bool {
    if a == b {
        return true;
    }
    let (x, y) = (&program.guard(a).op, &program.guard(b).op);
    let (p, q) = (x.operands(), y.operands());
    p.len() == q.len()
        && blank(x) == blank(y)
        && p.into_iter().zip(q).all(|(a, b)| same(program, a, b))
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
    let conjuncts = |g: Guard| match &program.guard(g).op {
        Op::And(list) => list.clone(),
        _ => vec![g],
    };
    let left = conjuncts(a);
    let right = conjuncts(b);
    left.iter().any(|&x| {
        right
            .iter()
            .any(|&y| negates(program, x, y) || negates(program, y, x))
    })
}

fn negates(program: &Program, a: Guard, b: Guard) -> bool {
    match (&program.guard(a).op, &program.guard(b).op) {
        (Op::Not(x), _) => same(program, *x, b),
        (Op::Compare(p, a, b), Op::Compare(q, c, d)) => {
            let opposite = match p {
                CmpOp::Eq => CmpOp::Ne,
                CmpOp::Ne => CmpOp::Eq,
                CmpOp::Lt => CmpOp::Ge,
                CmpOp::Ge => CmpOp::Lt,
                CmpOp::Le => CmpOp::Gt,
                CmpOp::Gt => CmpOp::Le,
            };
            *q == opposite && same(program, *a, *c) && same(program, *b, *d)
        }
        (Op::InStage(x, p, s), Op::InStage(y, q, t)) => {
            p == q && same(program, *x, *y) && s.iter().all(|s| !t.contains(s))
        }
        _ => false,
    }
}
