//! Who is pivotal as a measure: `measure pivotal(Amend on a)`.

use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// Anonymous voters whose ballots are looked at one by one, at most.
const MOST_VOTERS: u64 = 1000;

impl Checker {
    /// The argument of `pivotal(…)`, where the module has nothing of that name.
    pub(super) fn asks_who_is_pivotal(
        &mut self,
        cx: &mut Context,
        what: &ast::Expr,
    ) -> Option<Vec<ast::Arg>> {
        let A::Call(f, args) = &what.kind else {
            return None;
        };
        let A::Name(n) = &f.kind else { return None };
        let own = n.text == "pivotal"
            && cx.local(&n.text).is_none()
            && self.symbol(cx, &n.text).is_none();
        own.then(|| args.clone())
    }

    /// A table: of each who may sit in the body of a decision, the share of the runs in which it was pivotal.
    pub(super) fn pivotal(
        &mut self,
        cx: &mut Context,
        name: Option<&ast::Name>,
        what: &ast::Expr,
        args: &[ast::Arg],
        by: Option<Day>,
    ) -> Vec<Measure> {
        let span = what.span;
        let [arg] = args else {
            self.arity("pivotal", 1, args.len(), span);
            return Vec::new();
        };
        let before = self.diagnostics.len();
        let Some((decision, subject)) = self.decision_arg(cx, arg) else {
            if self.diagnostics.len() == before {
                self.error(
                    Diagnostic::error(codes::E0953, "whose votes, in which decision?")
                        .at(span, "no decision, or one without its matter")
                        .help("name the decision and what it is on: `measure pivotal(Amend on a)`"),
                );
            }
            return Vec::new();
        };
        if let Some((why, help)) = self.nobody_pivotal(decision) {
            let text = &self.program.decisions[decision.index()];
            let (name, at) = (text.name.clone(), text.span);
            self.error(
                Diagnostic::error(
                    codes::E0987,
                    format!("who is pivotal in `{name}` is not defined"),
                )
                .at(span, why)
                .also(at, "the decision")
                .help(help),
            );
            return Vec::new();
        }
        let name = name.map_or_else(|| super::measure_name::words(what), |n| n.text.clone());
        vec![Measure {
            name: name.clone(),
            kind: MeasureKind::Pivotal {
                decision,
                subject,
                by,
            },
            shown: Shown::All,
            table: Some(name),
            span,
        }]
    }

    /// A row for each voter, and each is asked at every close: for bodies, not for peoples.
    pub(super) fn too_many_to_be_pivotal(&mut self, made: &Experiment) {
        for m in &made.measures {
            let MeasureKind::Pivotal { decision, .. } = &m.kind else {
                continue;
            };
            let voter = self.program.decisions[decision.index()].voter;
            let Ty::Entity(kinds) = self.var_ty(voter) else {
                continue;
            };
            let of = made.populations.iter().filter(|(k, _)| kinds.contains(k));
            let n: u64 = of.map(|(_, n)| u64::from(*n)).sum();
            if n > MOST_VOTERS {
                self.error(
                    Diagnostic::error(codes::E0987, format!("who is pivotal among {n} voters is a table too long to be read"))
                        .at(m.span, format!("of at most {MOST_VOTERS} voters"))
                        .help("take a smaller population, or ask `rogatio power`, which counts large bodies exactly"),
                );
            }
        }
    }

    /// Why a single ballot has no outcome of its own to change, all others' standing; and the edit.
    fn nobody_pivotal(&self, decision: DecisionId) -> Option<(&'static str, &'static str)> {
        let decision = self.program.decisions[decision.index()]
            .head
            .unwrap_or(decision);
        let head = &self.program.decisions[decision.index()];
        if !head.limbs.is_empty() {
            return Some((
                "several bodies decide together",
                "measure it in the decision of one body: `measure pivotal(D of BODY on x)`, or ask `rogatio power` for the whole",
            ));
        }
        let texts = self.program.decisions.iter().enumerate();
        let texts = texts.filter(|(i, d)| *i == decision.index() || d.head == Some(decision));
        for (_, d) in texts {
            let waits = d.tie.as_ref().is_some_and(|t| {
                matches!(&t.kind, TieKind::Decides { within, otherwise, .. } if within.is_some() || otherwise.is_none())
            });
            let found = if d.given.is_some() {
                Some((
                    "its rule lies in another text, so no ballots are counted",
                    "measure its outcome: `measure probability(adopted(D))`",
                ))
            } else if !d.earlier.is_empty() {
                Some((
                    "a consensus is sought, or several steps are taken",
                    "measure its outcome, or ask `rogatio power` for the rule of its last step",
                ))
            } else if waits {
                Some((
                    "equal votes wait for a casting vote",
                    "say what equal votes come to (`tie rejected`), or measure its outcome",
                ))
            } else if d.slots().any(|e| self.reads_another_vote(decision, e)) {
                Some((
                    "it is decided against other matters",
                    "measure the outcome of each matter: `measure probability(adopted(D on x))`",
                ))
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether a rule looks at the ballots on another matter, or in another decision.
    fn reads_another_vote(&self, decision: DecisionId, rule: &Expr) -> bool {
        let (mut ranged_over, mut of, mut found) = (Vec::new(), Vec::new(), false);
        self.each_read(rule, &mut |e| match &e.kind {
            ExprKind::Count(set)
            | ExprKind::Exists(set)
            | ExprKind::ForAll(set, _)
            | ExprKind::Sum { set, .. }
            | ExprKind::Best { set, .. }
            | ExprKind::Member(_, set)
            | ExprKind::Set(set) => ranged_over.push(set.var),
            ExprKind::OnRoll {
                decision: d,
                subject,
                ..
            } => {
                let head = self.program.decisions[d.index()].head.unwrap_or(*d);
                found |= head != decision;
                match subject.as_deref().map(|e| &e.kind) {
                    // What a define is told may be the matter at hand.
                    Some(ExprKind::Var(v)) => of.push(*v),
                    Some(_) => found = true,
                    None => {}
                }
            }
            _ => {}
        });
        found || of.iter().any(|v| ranged_over.contains(v))
    }
}
