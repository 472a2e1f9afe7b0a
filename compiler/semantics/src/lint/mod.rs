//! What is well formed and still wrong, found when every name and rule is known: acts nobody has power to do, decisions that
//! nothing opens, readings never used; in files of their own, what rules about time, duties and stages leave doubtful.

mod backward;
mod behind;
mod conflict;
mod dilemma;
mod length;
mod meanwhile;
mod notice;
mod now;
mod reach;
mod repeat;
mod terms;

use rogatio_diagnostics::{Diagnostic, Severity, codes};

use crate::ast::ActClass;
use crate::check::Checker;
use crate::hir::*;

impl Checker {
    pub(crate) fn lint(&mut self) {
        if self.partial {
            return;
        }
        self.powerless_acts();
        self.now_in_comparisons();
        self.unopened_decisions();
        self.outcomes_at_close();
        self.certain_needs_first_ballots();
        self.thresholds();
        self.stages();
        self.values_in_conflict();
        self.doubts();
        self.unused_readings();
    }

    /// What the rules leave doubtful is told where the module itself is checked, and of a copy where it is used; not to those
    /// who use a module as it is.
    fn doubts(&mut self) {
        let before = self.diagnostics.len();
        self.ends_before_the_start();
        self.repeated_acts();
        self.counted_forward();
        self.notices();
        self.dilemmas();
        let modules = self.program.modules.len();
        let told: Vec<_> = self
            .program
            .provisions
            .iter()
            .filter(|p| p.kind == ProvisionKind::Frame)
            .filter(|p| {
                let at = p.module as usize;
                at + 1 == modules || self.used_at.contains_key(&at)
            })
            .map(|p| p.span.file)
            .collect();
        let mut found = self.diagnostics.split_off(before);
        found.retain(|d| d.severity == Severity::Error || told.contains(&d.span().file));
        self.diagnostics.append(&mut found);
    }

    /// R25: an act of which nobody has power under any state.
    fn powerless_acts(&mut self) {
        let p = &self.program;
        let mut found = Vec::new();
        let mut about: Vec<Vec<(&Norm, &Pattern)>> = vec![Vec::new(); p.acts.len()];
        for n in &p.norms {
            if matches!(n.modal, Modal::May | Modal::Must | Modal::Should) {
                for pattern in n.pred.acts() {
                    if let Some(of) = about.get_mut(pattern.act.index()) {
                        of.push((n, pattern));
                    }
                }
            }
        }
        for (a, grants) in p.acts.iter().zip(about) {
            // An actor of an unknown kind has been reported.
            if a.class != ActClass::Act || a.by.is_empty() {
                continue;
            }
            if grants.is_empty() {
                let d = nobody(&a.name)
                    .at(a.span, "every occurrence would be void")
                    .help(format!(
                        "declare it `by any KIND`, or write a sentence: `any KIND may {}`",
                        a.name
                    ))
                    .help("if nobody's power is needed, declare it as a `deed` or an `event`");
                found.push(d);
                continue;
            }
            // A duty that a `cannot` leaves without power is told of as a duty.
            let Some((first, _)) = grants.iter().find(|(n, _)| n.modal == Modal::May) else {
                continue;
            };
            let taken: Option<Vec<&Norm>> = grants
                .iter()
                .map(|(n, pattern)| dilemma::taken_away(p, n, pattern))
                .collect();
            if let Some(not) = taken.as_ref().and_then(|all| all.first()) {
                found.push(
                    nobody(&a.name)
                        .at(not.span, "always takes the power away")
                        .also(first.span, "that is given here")
                        .help("give the `cannot` a condition, `unless C`, or write `despite art N` on the sentence that gives the power"),
                );
            }
        }
        self.diagnostics.extend(found);
    }

    /// R34: opening is a slot. A decision that says no opening is opened by the stage that decides it.
    fn unopened_decisions(&mut self) {
        let p = &self.program;
        // Versions of a decision are opened by what opens any of them.
        let head = |d: DecisionId| p.decisions[d.index()].head.unwrap_or(d);
        let stages = p.procedures.iter().flat_map(|p| &p.stages);
        let decided: Vec<DecisionId> = stages
            .flat_map(|s| &s.decides)
            .map(|(_, d)| head(*d))
            .collect();
        let mut found: Vec<(String, Span, bool)> = Vec::new();
        for (i, d) in p.decisions.iter().enumerate() {
            let id = DecisionId(crate::check::id(i));
            let misused = self
                .misused
                .contains(&(p.provisions[d.provision.index()].module as usize));
            if d.opens.is_none() && d.whole.is_none() && !misused && !decided.contains(&head(id)) {
                found.push((d.name.clone(), d.span, !d.closes.is_empty()));
            }
        }
        found.dedup();
        for (name, span, read) in found {
            let choices = format!(
                "opening: `opens upon EVENT`, or `decide {name}` in a stage of a procedure"
            );
            let told = |d: &&mut Diagnostic| d.code == codes::E0601 && d.span() == span;
            if let Some(told) = self.diagnostics.iter_mut().find(told) {
                *told = told.clone().help(choices);
                told.message.push_str(", opening");
                continue;
            }
            // One that is not read to its end has another mistake, which has been told.
            if !read {
                continue;
            }
            self.error(
                Diagnostic::error(
                    codes::E0601,
                    format!("decision `{name}` does not say its opening"),
                )
                .at(span, "no stage decides it, and no event opens it")
                .help(choices),
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

fn nobody(act: &str) -> Diagnostic {
    Diagnostic::error(
        codes::E0501,
        format!("nobody ever has the power to `{act}`"),
    )
}
