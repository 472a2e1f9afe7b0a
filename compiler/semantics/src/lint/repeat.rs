//! The n-th act, where nothing keeps one actor from all of them (R20).

use rogatio_diagnostics::{Diagnostic, codes, with_article};

use super::behind::reads_act;
use crate::ast::{ActClass, Ordinal};
use crate::check::Checker;
use crate::hir::*;

impl Checker {
    /// `30th deposit by State` counts occurrences: thirty of them may be one State's.
    pub(super) fn repeated_acts(&mut self) {
        let mut found: Vec<(Span, u32, ActId, bool, Vec<KindId>)> = Vec::new();
        let p = &self.program;
        p.each_rule(&mut |piece| {
            piece.each(&mut |piece| {
                let counted = match piece {
                    Piece::Stream(Stream {
                        kind: StreamKind::Nth(n, s),
                        span,
                        ..
                    }) => occurrences(s).map(|of| (*span, *n, of)),
                    Piece::Expr(Expr {
                        kind: ExprKind::ActTime(Ordinal::Nth(n), of),
                        span,
                        ..
                    }) => Some((*span, *n, of.as_ref())),
                    _ => None,
                };
                if let Some((span, n, of)) = counted
                    && n >= 2
                    && !found.iter().any(|(s, ..)| *s == span)
                    && let Some(kinds) = by_several(p, of)
                    && !once_each(p, of.act)
                {
                    found.push((span, n, of.act, whole(of), kinds));
                }
                true
            });
        });
        for (span, n, act, whole, kinds) in found {
            let act = &self.program.acts[act.index()];
            let kinds: Vec<&str> = kinds
                .iter()
                .map(|k| self.program.kinds[k.index()].name.as_str())
                .collect();
            let who = with_article(&kinds.join(" or "));
            let one = kinds[0];
            let name = &act.name;
            let found = Diagnostic::warning(
                codes::W0351,
                format!("{who} that does it again counts again"),
            )
            .at(span, format!("{n} occurrences, perhaps all of one actor"))
            .also(
                act.span,
                "nothing takes the power away from who has done it",
            );
            self.error(if whole {
                found.help(format!(
                    "count those who did it: `first time count(who({name})) >= {n}`"
                ))
                .help(format!(
                    "or take the power away from who has done it: `any p: {one} cannot {name} when {name} by p`"
                ))
            } else {
                found.help(format!(
                    "count those who did it: `first time count(who(E)) >= {n}`, E the act with what is said of it here"
                ))
                .help(format!(
                    "or take the power away from who has done it: `any p: {one} cannot {name}(…) when {name}(…) by p`, with the same in both places"
                ))
            });
        }
    }
}

/// The act of which a stream is the occurrences.
fn occurrences(s: &Stream) -> Option<&Pattern> {
    match &s.kind {
        StreamKind::Act(p) => Some(p),
        StreamKind::Where(s, _) | StreamKind::InVersion(s, _) => occurrences(s),
        _ => None,
    }
}

/// Whether every occurrence of the act is meant, whatever it is about.
fn whole(of: &Pattern) -> bool {
    let open = of.filter.is_none() && of.under.is_none() && of.in_last.is_none();
    open && of.args.iter().all(|a| matches!(a, ArgPattern::Any))
}

/// The kinds of those who may be meant, if they are several: an act of one named actor is counted as often as it is done.
fn by_several(p: &Program, of: &Pattern) -> Option<Vec<KindId>> {
    let act = &p.acts[of.act.index()];
    if act.class != ActClass::Act {
        return None;
    }
    let kinds = match &of.actor {
        ArgPattern::Any => &act.by,
        ArgPattern::In(s) | ArgPattern::Each(s) => &s.kinds,
        ArgPattern::Var(_) | ArgPattern::Is(_) => return None,
    };
    let plain = |k: &&KindId| p.kinds[k.index()].class == KindClass::Plain;
    let kinds: Vec<KindId> = kinds.iter().filter(plain).copied().collect();
    (!kinds.is_empty()).then_some(kinds)
}

/// Whether every power to do it reads what has been done before, or a `cannot` does.
fn once_each(p: &Program, act: ActId) -> bool {
    let about = |n: &&Norm| n.pred.acts().iter().any(|p| p.act == act);
    let limited = |n: &Norm| {
        let by_guard = n.guards().any(|e| reads_act(p, Piece::Expr(e), act));
        // A `may` of a stage ends with it: if the act leads on, it is not done again here.
        let by_stage = n.instance.zip(n.stage).is_some_and(|((q, _), s)| {
            let ways = &p.procedures[q.index()].stages[s].transitions;
            ways.iter().any(|t| reads_act(p, Piece::Stream(&t.on), act))
        });
        by_guard || by_stage
    };
    // A duty ends with what it asks for; a permission does not.
    let mut powers = p.norms.iter().filter(about);
    let mut taken = p.norms.iter().filter(about);
    powers.all(|n| n.modal != Modal::May || limited(n))
        || taken.any(|n| n.modal == Modal::Cannot && !n.who.jointly && limited(n))
}
