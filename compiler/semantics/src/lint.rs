//! What is well formed and still wrong: acts nobody has power to do, duties and prohibitions of one act, readings never
//! used. Stages nobody reaches or leaves are in `reach`.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::ActClass;
use crate::check::Checker;
use crate::hir::*;

impl Checker {
    pub(crate) fn lint(&mut self) {
        self.must_and_must_not();
        if self.partial {
            return;
        }
        self.powerless_acts();
        self.outcomes_at_close();
        self.certain_needs_first_ballots();
        self.thresholds();
        self.stages();
        self.unused_readings();
    }

    /// R25: an act of which nobody has power under any state.
    fn powerless_acts(&mut self) {
        let mut found = Vec::new();
        for (i, a) in self.program.acts.iter().enumerate() {
            // An actor of an unknown kind has been reported.
            if a.class != ActClass::Act || a.by.is_empty() {
                continue;
            }
            let granted = self.program.norms.iter().any(|n| {
                matches!(n.modal, Modal::May | Modal::Must | Modal::Should)
                    && n.pred.acts().iter().any(|p| p.act.index() == i)
            });
            if !granted {
                found.push((a.name.clone(), a.span));
            }
        }
        for (name, span) in found {
            self.error(
                Diagnostic::error(
                    codes::E0501,
                    format!("nobody ever has the power to `{name}`"),
                )
                .at(span, "every occurrence would be void")
                .help(format!(
                    "declare it `by any KIND`, or write a sentence: `any KIND may {name}`"
                ))
                .help("if nobody's power is needed, declare it as a `deed` or an `event`"),
            );
        }
    }

    /// R27: a duty and a prohibition of the same act and subject, neither yielding, neither with a condition.
    fn must_and_must_not(&mut self) {
        let mut found = Vec::new();
        for (i, must) in self.program.norms.iter().enumerate() {
            if must.modal != Modal::Must || must.despite.is_some() {
                continue;
            }
            for not in &self.program.norms {
                if not.modal != Modal::MustNot || not.despite.is_some() {
                    continue;
                }
                let (NormPred::Act(a), NormPred::Act(b)) = (&must.pred, &not.pred) else {
                    continue;
                };
                let bare = not.when.is_none()
                    && not.unless.is_none()
                    && not.while_.is_none()
                    && not.time.is_none();
                if a.act == b.act
                    && bare
                    && must.who.kinds.iter().any(|k| not.who.kinds.contains(k))
                    && b.filter.is_none()
                    && unconstrained(b)
                {
                    found.push((i, must.span, not.span));
                }
            }
        }
        for (_, must, not) in found {
            self.error(
                Diagnostic::error(codes::E0503, "the same act is demanded and forbidden")
                    .at(not, "forbidden here, always")
                    .also(must, "demanded here")
                    .help("say which yields: `despite art N` on the one that prevails, or give the prohibition a condition"),
            );
        }
    }

    fn unused_readings(&mut self) {
        let unused: Vec<(String, Span)> = self
            .program
            .readings
            .iter()
            .enumerate()
            .filter(|(i, _)| !self.used_readings.iter().any(|r| r.index() == *i))
            .map(|(_, r)| (r.name.clone(), r.span))
            .collect();
        for (name, span) in unused {
            self.error(
                Diagnostic::warning(codes::W0201, format!("reading `{name}` is never used"))
                    .at(span, "no rule depends on it")
                    .help(format!(
                        "let a rule read it, `when {name} = CHOICE`, or drop it"
                    )),
            );
        }
    }
}

fn unconstrained(p: &Pattern) -> bool {
    p.args
        .iter()
        .all(|a| matches!(a, ArgPattern::Any | ArgPattern::Var(_)))
}
