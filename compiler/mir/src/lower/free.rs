//! Variables that occur free in HIR: a pattern's variables count, an element of a set does not.

use rogatio_semantics::hir::*;
use std::collections::BTreeSet;

/// Of an expression.
pub(super) fn expr(e: &Expr) -> BTreeSet<VarId> {
    let mut out = BTreeSet::new();
    in_expr(e, &mut out);
    out
}

/// Of several expressions.
pub(super) fn exprs<'e>(list: impl IntoIterator<Item = &'e Expr>) -> BTreeSet<VarId> {
    let mut out = BTreeSet::new();
    for e in list {
        in_expr(e, &mut out);
    }
    out
}

/// Of a stream.
pub(super) fn stream(s: &Stream) -> BTreeSet<VarId> {
    let mut out = BTreeSet::new();
    in_stream(s, &mut out);
    out
}

fn in_set(s: &SetExpr, rest: Option<&Expr>, out: &mut BTreeSet<VarId>) {
    let mut inner = expr(&s.cond);
    if let Some(rest) = rest {
        in_expr(rest, &mut inner);
    }
    inner.remove(&s.var);
    out.extend(inner);
}

fn in_arg(a: &ArgPattern, out: &mut BTreeSet<VarId>) {
    match a {
        ArgPattern::Any => {}
        ArgPattern::Var(v) => {
            out.insert(*v);
        }
        ArgPattern::Is(e) => in_expr(e, out),
        ArgPattern::In(s) | ArgPattern::Each(s) => {
            out.insert(s.var);
            in_expr(&s.cond, out);
        }
    }
}

pub(super) fn in_pattern(p: &Pattern, out: &mut BTreeSet<VarId>) {
    for a in [&p.actor, &p.for_whom, &p.to].into_iter().chain(&p.args) {
        in_arg(a, out);
    }
    for e in p.filter.iter().chain(&p.in_last) {
        in_expr(e, out);
    }
}

fn in_stream(s: &Stream, out: &mut BTreeSet<VarId>) {
    match &s.kind {
        StreamKind::Act(p) => in_pattern(p, out),
        StreamKind::Or(list) => list.iter().for_each(|s| in_stream(s, out)),
        StreamKind::After(d, s) | StreamKind::LapseAfter(d, s) | StreamKind::Where(s, d) => {
            in_expr(d, out);
            in_stream(s, out);
        }
        StreamKind::LapseAt(t) | StreamKind::At(t) | StreamKind::Every(t) => in_expr(t, out),
        StreamKind::Started(_, args)
        | StreamKind::Ended(_, args)
        | StreamKind::Norm(_, _, args) => {
            args.iter().for_each(|a| in_arg(a, out));
        }
        StreamKind::BreachOf(_) => {}
        StreamKind::Rise { cond, .. } => in_expr(cond, out),
        StreamKind::Nth(_, s) | StreamKind::InVersion(s, _) => in_stream(s, out),
        StreamKind::Combined { points, stream, .. } => {
            points.iter().for_each(|p| in_expr(p, out));
            in_stream(stream, out);
        }
        StreamKind::Outcome(_, _, a)
        | StreamKind::Opened(_, a)
        | StreamKind::Enter(_, _, a)
        | StreamKind::Leave(_, _, a) => in_arg(a, out),
        StreamKind::Ballot(b) => b.positions().into_iter().for_each(|a| in_arg(a, out)),
        StreamKind::Begin => {}
    }
}

/// The expressions directly below an expression that are in its own scope.
pub(super) fn children(e: &Expr) -> Vec<&Expr> {
    match &e.kind {
        ExprKind::Not(a)
        | ExprKind::Field(a, _)
        | ExprKind::IsKind(a, _)
        | ExprKind::IsNone(a)
        | ExprKind::DatePart(_, a)
        | ExprKind::Digit(a)
        | ExprKind::InStage { instance: a, .. }
        | ExprKind::EnteredAt { instance: a, .. }
        | ExprKind::Member(a, _)
        | ExprKind::AsOf(a, _)
        | ExprKind::EventPick { from: a, .. } => vec![a],
        ExprKind::CountEvents(_, length) | ExprKind::EventPoint(_, _, length) => {
            length.as_deref().into_iter().collect()
        }
        ExprKind::StatusPick { keys, from, .. } => keys.iter().chain([from.as_ref()]).collect(),
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
        } => vec![a, b],
        ExprKind::ShareCompare { part, share, base } => vec![part, share, base],
        ExprKind::And(list)
        | ExprKind::Or(list)
        | ExprKind::Later(list)
        | ExprKind::Earlier(list)
        | ExprKind::Call(_, list)
        | ExprKind::Given(_, list)
        | ExprKind::StatusOn(_, list)
        | ExprKind::StatusValue(_, list)
        | ExprKind::EndOf(_, list)
        | ExprKind::StartOf { keys: list, .. }
        | ExprKind::NormIs { keys: list, .. } => list.iter().collect(),
        ExprKind::OnRoll { subject, voter, .. } | ExprKind::Weight { subject, voter, .. } => {
            subject
                .as_deref()
                .into_iter()
                .chain([voter.as_ref()])
                .collect()
        }
        ExprKind::OutcomeIs { subject, .. }
        | ExprKind::DecisionOpen { subject, .. }
        | ExprKind::Certain { subject, .. } => subject.as_deref().into_iter().collect(),
        ExprKind::ByVersion(list) => list.iter().map(|(_, e)| e).collect(),
        ExprKind::Table(t) => t.rows.iter().flat_map(|r| [&r.cond, &r.value]).collect(),
        ExprKind::Except { base, exceptions } => {
            let mut all = vec![base.as_ref()];
            all.extend(exceptions.iter().flat_map(|x| [&x.when, &x.value]));
            all
        }
        _ => Vec::new(),
    }
}

fn in_expr(e: &Expr, out: &mut BTreeSet<VarId>) {
    match &e.kind {
        ExprKind::Var(v) => {
            out.insert(*v);
        }
        ExprKind::Count(s) | ExprKind::Exists(s) | ExprKind::Set(s) | ExprKind::Member(_, s) => {
            in_set(s, None, out)
        }
        ExprKind::Sum { set, value } => in_set(set, Some(value), out),
        ExprKind::ForAll(s, c) => in_set(s, Some(c), out),
        ExprKind::Best { set, keys } => {
            let mut inner = exprs(keys.iter().map(|(_, e)| e).chain([&set.cond]));
            inner.remove(&set.var);
            out.extend(inner);
        }
        ExprKind::Occurred(p)
        | ExprKind::CountActs(p)
        | ExprKind::ActTime(_, p)
        | ExprKind::ActArg(_, p, _)
        | ExprKind::SumActs(p, _) => in_pattern(p, out),
        ExprKind::AsOf(_, s)
        | ExprKind::EventPick { stream: s, .. }
        | ExprKind::CountEvents(s, _)
        | ExprKind::EventPoint(_, s, _) => in_stream(s, out),
        _ => {}
    }
    for c in children(e) {
        in_expr(c, out);
    }
}
