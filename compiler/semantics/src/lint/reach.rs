//! Stages nobody reaches, leaves, or comes to an end from; outcomes of a decision that no way out handles (R44, R45).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::ActClass;
use crate::check::Checker;
use crate::hir::*;

impl Checker {
    /// Warnings about all procedures.
    pub(crate) fn stages(&mut self) {
        let mut found = Vec::new();
        for i in 0..self.program.procedures.len() {
            let id = ProcedureId(crate::check::id(i));
            let p = &self.program.procedures[i];
            if p.stages.is_empty() {
                continue;
            }
            let born = p.born().into_iter();
            let mut reached = reach(p, born.chain(p.abandoned), |p, s| {
                p.stages[s].transitions.iter().map(|t| t.target).collect()
            });
            if let Some(end) = p.abandoned {
                reached[end] = true;
            }
            let outcomes = (0..p.stages.len()).filter(|s| p.stages[*s].outcome);
            let ends = reach(p, outcomes, |p, s| {
                let leads = |x: &Stage| x.transitions.iter().any(|t| t.target == s);
                (0..p.stages.len())
                    .filter(|x| leads(&p.stages[*x]))
                    .collect()
            });
            let has_outcome = p.stages.iter().any(|s| s.outcome);
            for (s, stage) in p.stages.iter().enumerate() {
                if !reached[s] {
                    found.push(unreached(p, stage));
                }
                if stage.outcome {
                    continue;
                }
                if stage.transitions.is_empty() {
                    found.push(
                        Diagnostic::warning(
                            codes::W0702,
                            format!("nothing leads out of `{}` of `{}`", stage.name, p.name),
                        )
                        .at(stage.span, "an instance stays here for ever")
                        .help("add `on EVENT -> STAGE`, or declare it as an `outcome`"),
                    );
                } else if has_outcome && !ends[s] && reached[s] {
                    found.push(
                        Diagnostic::warning(
                            codes::W0722,
                            format!(
                                "no outcome of `{}` can be reached from `{}`",
                                p.name, stage.name
                            ),
                        )
                        .at(stage.span, "an instance goes round for ever from here")
                        .help("write `on EVENT -> OUTCOME` in one of the stages that go round"),
                    );
                }
                found.extend(self.powerless_exit(id, s));
                found.extend(self.unhandled_outcomes(stage));
            }
        }
        self.diagnostics.extend(found);
    }

    /// Every way out waits for an act that can be done in other stages only.
    fn powerless_exit(&self, procedure: ProcedureId, s: usize) -> Option<Diagnostic> {
        let p = &self.program.procedures[procedure.index()];
        let stage = &p.stages[s];
        let mut acts = Vec::new();
        for t in &stage.transitions {
            let StreamKind::Act(pattern) = &t.on.kind else {
                return None;
            };
            acts.push((pattern.act, t.span));
        }
        // A duty keeps its power after the stage it arose in (R31); a `may` does not.
        let elsewhere = |n: &Norm| {
            let own = n.instance.is_some_and(|(q, _)| q == procedure);
            let other = own && n.stage.is_some_and(|at| at != s);
            let when = n.when.as_ref();
            n.modal == Modal::May
                && (other || when.is_some_and(|c| not_in(c, p.this, procedure, s)))
        };
        let barred = |act: ActId| {
            let declared = &self.program.acts[act.index()];
            let grants = |n: &&Norm| {
                matches!(n.modal, Modal::May | Modal::Must | Modal::Should)
                    && matches!(&n.pred, NormPred::Act(p) if p.act == act)
            };
            let mut grants = self.program.norms.iter().filter(grants).peekable();
            // Nobody at all: that is said where the act is declared.
            declared.class == ActClass::Act && grants.peek().is_some() && grants.all(elsewhere)
        };
        if acts.is_empty() || !acts.iter().all(|(a, _)| barred(*a)) {
            return None;
        }
        let (act, span) = acts[0];
        let name = &self.program.acts[act.index()].name;
        Some(
            Diagnostic::warning(
                codes::W0723,
                format!(
                    "nobody has the power to leave `{}` of `{}`",
                    stage.name, p.name
                ),
            )
            .at(span, format!("nobody may `{name}` in this stage"))
            .help(format!(
                "let a sentence of this stage give the power: `any KIND may {name}`"
            )),
        )
    }

    /// R44: an outcome of a decision that no transition handles.
    fn unhandled_outcomes(&self, stage: &Stage) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (_, d) in &stage.decides {
            let decision = &self.program.decisions[d.index()];
            let rule = |s: &Stated| matches!(s, Stated::Rule(_));
            let possible = [
                ("adopted", DecisionOutcome::Adopted, true),
                ("rejected", DecisionOutcome::Rejected, true),
                (
                    "inquorate",
                    DecisionOutcome::Inquorate,
                    rule(&decision.quorum.0),
                ),
                (
                    "inadmissible",
                    DecisionOutcome::Inadmissible,
                    decision.admissible.is_some(),
                ),
            ];
            let ways = || stage.transitions.iter();
            let open: Vec<&str> = possible
                .into_iter()
                .filter(|(_, o, possible)| *possible && !ways().any(|t| handles(&t.on, *d, *o)))
                .map(|(n, ..)| n)
                .collect();
            if !open.is_empty() {
                found.push(
                    Diagnostic::warning(
                        codes::W0703,
                        format!("what if `{}` is {}?", decision.name, open.join(" or ")),
                    )
                    .at(stage.span, "no way out for that outcome")
                    .help(if stage.decides.len() > 1 {
                        let of = format!("{} on this", decision.name);
                        format!("write `on {}({of}) -> STAGE` in this stage", open[0])
                    } else {
                        format!("write `on {} -> STAGE` in this stage", open[0])
                    }),
                );
            }
        }
        found
    }
}

/// The stages that lead on from some, those included.
fn reach(
    p: &Procedure,
    from: impl Iterator<Item = usize>,
    next: impl Fn(&Procedure, usize) -> Vec<usize>,
) -> Vec<bool> {
    let mut reached = vec![false; p.stages.len()];
    let mut todo: Vec<usize> = from.collect();
    while let Some(s) = todo.pop() {
        if !std::mem::replace(&mut reached[s], true) {
            todo.extend(next(p, s));
        }
    }
    reached
}

fn unreached(p: &Procedure, stage: &Stage) -> Diagnostic {
    Diagnostic::warning(
        codes::W0701,
        format!("nothing leads to `{}` of `{}`", stage.name, p.name),
    )
    .at(stage.span, "no instance can get here")
    .help(format!(
        "write `on EVENT -> {}` in a stage before it",
        stage.name
    ))
}

/// Whether a way out is for this outcome: the event itself, one of several, or a condition that reads it.
fn handles(s: &Stream, decision: DecisionId, outcome: DecisionOutcome) -> bool {
    match &s.kind {
        StreamKind::Outcome(d, o, _) => (*d, *o) == (decision, outcome),
        StreamKind::Or(list) => list.iter().any(|s| handles(s, decision, outcome)),
        StreamKind::Where(s, _) => handles(s, decision, outcome),
        StreamKind::Rise { cond, .. } => reads(cond, decision, outcome),
        _ => false,
    }
}

fn reads(e: &Expr, decision: DecisionId, outcome: DecisionOutcome) -> bool {
    let mut found = matches!(
        &e.kind,
        ExprKind::OutcomeIs { decision: d, outcome: o, .. } if (*d, *o) == (decision, outcome)
    );
    e.each_child(&mut |c| found |= reads(c, decision, outcome));
    found
}

/// Whether a condition says that the instance is in other stages than this one.
fn not_in(e: &Expr, this: VarId, procedure: ProcedureId, s: usize) -> bool {
    match &e.kind {
        ExprKind::And(list) => list.iter().any(|e| not_in(e, this, procedure, s)),
        ExprKind::InStage {
            instance,
            procedure: p,
            stages,
        } => {
            let own = matches!(instance.kind, ExprKind::Var(v) if v == this);
            own && *p == procedure && !stages.contains(&s)
        }
        _ => false,
    }
}
