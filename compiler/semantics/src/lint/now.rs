//! `now` stands in comparisons only (R23): so every condition changes at points that are known ahead, or by what happens.

use std::collections::BTreeMap;

use rogatio_diagnostics::{Diagnostic, Severity, codes};

use crate::check::Checker;
use crate::hir::*;

impl Checker {
    /// Every use of the present that is neither compared with a time, looked up in a set of days, nor asked for its year.
    pub(crate) fn now_in_comparisons(&mut self) {
        let mut search = Search {
            program: &self.program,
            found: Vec::new(),
            parameters: BTreeMap::new(),
        };
        self.program
            .each_rule(&mut |part| search.look(part, &Present::Now));
        let mut spans = search.found;
        spans.sort_unstable_by_key(|s| (s.file, s.start, s.end));
        spans.dedup();
        for span in spans {
            // What is refused there has been said already.
            let said = |d: &Diagnostic| d.severity == Severity::Error && d.span() == span;
            if self.diagnostics.iter().any(said) {
                continue;
            }
            self.error(
                Diagnostic::error(codes::E0350, "`now` is only compared")
                    .at(span, "the present as a value changes at every moment")
                    .help("turn it round and compare: `now >= 30 days after E`, `now in M`, `year(now) > 2000`")
                    .help("to keep the day on which something happens, name that: `first E`, `last E`, `start(S)`"),
            );
        }
    }
}

/// What stands for the present: the word itself, or a parameter that it is given to.
enum Present {
    Now,
    Parameter(VarId),
}

struct Search<'a> {
    program: &'a Program,
    found: Vec<Span>,
    /// Whether a define only compares a parameter.
    parameters: BTreeMap<(DefineId, usize), bool>,
}

impl Search<'_> {
    fn is(e: &Expr, present: &Present) -> bool {
        match present {
            Present::Now => matches!(e.kind, ExprKind::Now),
            Present::Parameter(v) => matches!(e.kind, ExprKind::Var(x) if x == *v),
        }
    }

    fn look(&mut self, part: Piece<'_>, present: &Present) {
        let Piece::Expr(e) = part else {
            part.direct(&mut |p| self.look(p, present));
            return;
        };
        match &e.kind {
            _ if Self::is(e, present) => self.found.push(e.span),
            ExprKind::Compare(_, a, b) => {
                let mut side = |x: &Expr, other: &Expr| {
                    if !Self::is(x, present) || Self::is(other, present) {
                        self.look(Piece::Expr(x), present);
                    }
                };
                side(a, b);
                side(b, a);
            }
            ExprKind::InDates(t, days) => {
                if !Self::is(t, present) {
                    self.look(Piece::Expr(t), present);
                }
                self.look(Piece::Expr(days), present);
            }
            ExprKind::DatePart(_, t) if Self::is(t, present) => {}
            ExprKind::Call(define, args) => {
                for (i, a) in args.iter().enumerate() {
                    if !(Self::is(a, present) && self.compares(*define, i)) {
                        self.look(Piece::Expr(a), present);
                    }
                }
            }
            _ => part.direct(&mut |p| self.look(p, present)),
        }
    }

    /// Whether a define does with this parameter what may be done with the present.
    fn compares(&mut self, define: DefineId, at: usize) -> bool {
        if let Some(known) = self.parameters.get(&(define, at)) {
            return *known;
        }
        // A define that leads back to itself is refused elsewhere.
        self.parameters.insert((define, at), true);
        let d = &self.program.defines[define.index()];
        let Some(v) = d.params.get(at) else {
            return true;
        };
        let mut inner = Search {
            program: self.program,
            found: Vec::new(),
            parameters: std::mem::take(&mut self.parameters),
        };
        d.value
            .pieces(&mut |p| inner.look(p, &Present::Parameter(*v)));
        let only = inner.found.is_empty();
        self.parameters = inner.parameters;
        self.parameters.insert((define, at), only);
        only
    }
}
