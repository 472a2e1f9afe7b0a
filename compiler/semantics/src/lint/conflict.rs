//! A status that would have two values at once (R21).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::check::Checker;
use crate::hir::*;
use crate::shape::plain;

impl Checker {
    /// Two clauses of one status that the same occurrence fires, with values that differ whatever happens.
    pub(super) fn values_in_conflict(&mut self) {
        let p = &self.program;
        let mut found: Vec<(String, Span, Span)> = Vec::new();
        for s in &p.statuses {
            for (i, a) in s.clauses.iter().enumerate() {
                for b in &s.clauses[i + 1..] {
                    let (StatusClauseKind::Is(x, e), StatusClauseKind::Is(y, f)) =
                        (&a.kind, &b.kind)
                    else {
                        continue;
                    };
                    if a.version == b.version
                        && differ(x, y)
                        && same_occurrences(e, f, &s.params)
                        && !found.iter().any(|(_, _, at)| *at == b.span)
                    {
                        found.push((s.name.clone(), a.span, b.span));
                    }
                }
            }
        }
        for (name, first, second) in found {
            self.error(
                Diagnostic::error(
                    codes::E0351,
                    format!("`{name}` would have two values after the same event"),
                )
                .at(second, "one value from here on")
                .also(first, "and another")
                .help("keep one, or let a filter tell them apart: `is V after E where C`"),
            );
        }
    }
}

/// Values that are never the same.
fn differ(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::None, ExprKind::None) => false,
        (ExprKind::None, _) => !matches!(b.ty, Ty::Optional(_) | Ty::None | Ty::Error),
        (_, ExprKind::None) => !matches!(a.ty, Ty::Optional(_) | Ty::None | Ty::Error),
        (ExprKind::Bool(x), ExprKind::Bool(y)) => x != y,
        (ExprKind::Int(x), ExprKind::Int(y)) => x != y,
        (ExprKind::Day(x), ExprKind::Day(y)) => x != y,
        (ExprKind::Entity(x), ExprKind::Entity(y)) => x != y,
        _ => false,
    }
}

/// Whether every occurrence that fires one fires the other, for the same keys.
fn same_occurrences(a: &Stream, b: &Stream, keys: &[VarId]) -> bool {
    let (StreamKind::Act(a), StreamKind::Act(b)) = (&a.kind, &b.kind) else {
        return false;
    };
    let open = |p: &Pattern| p.filter.is_none() && p.under.is_none() && p.in_last.is_none();
    // What a clause binds for its value only is called otherwise in the other.
    let place = |a: &ArgPattern| match a {
        ArgPattern::Var(v) if !keys.contains(v) => "Any".to_owned(),
        a => plain(a),
    };
    let places = |p: &Pattern| {
        let ends = [&p.actor, &p.for_whom, &p.to];
        ends.into_iter()
            .chain(&p.args)
            .map(place)
            .collect::<Vec<_>>()
    };
    // A name that stands twice wants the same in both places.
    let apart = |p: &Pattern| {
        let names: Vec<VarId> = [&p.actor, &p.for_whom, &p.to]
            .into_iter()
            .chain(&p.args)
            .filter_map(|a| match a {
                ArgPattern::Var(v) => Some(*v),
                _ => None,
            })
            .collect();
        let twice = |(i, v): (usize, &VarId)| names[..i].contains(v);
        !names.iter().enumerate().any(twice)
    };
    if !apart(a) || !apart(b) {
        return false;
    }
    a.act == b.act && a.attempted == b.attempted && open(a) && open(b) && places(a) == places(b)
}
