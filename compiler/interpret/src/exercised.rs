//! Which provisions a scenario put to use.

use crate::{Cause, CauseKind, Entry, Happening, ScenarioRun};
use rogatio_mir::{DefineId, Op, ProvisionId, Reading, each_guard};
use std::collections::BTreeSet;
use std::sync::Arc;

impl ScenarioRun {
    /// The provisions that something in the case rested on: a line of the timeline, what caused it, the reasons of a
    /// verdict, or the reason of an expectation that was met. A provision that merely exists, or is only read by a
    /// rule that never came to bear, is not among them.
    #[must_use]
    pub fn exercised(&self) -> BTreeSet<ProvisionId> {
        let mut out = BTreeSet::new();
        let branches = self.branches.iter().map(|(_, case)| case);
        for case in std::iter::once(&self.case).chain(branches) {
            for entry in case.timeline().iter().filter(|e| !idle(e)) {
                out.extend(&entry.provisions);
                out.extend(chain(entry.cause.as_ref()));
            }
            for occurrence in case.occurrences() {
                out.extend(&occurrence.judgment.reasons);
            }
        }
        for e in self.expectations.iter().filter(|e| e.passed) {
            out.extend(e.reason.iter().flat_map(|r| r.provisions()));
        }
        out
    }
}

impl ScenarioRun {
    /// Of each reading of the program, whether something in the case rested on a provision that reads it, itself or
    /// through its defines.
    #[must_use]
    pub fn readings_used(&self) -> Vec<bool> {
        let exercised = self.exercised();
        let program = self.case.program();
        let mut called: BTreeSet<DefineId> = BTreeSet::new();
        let own = program.guards.iter();
        let own = own.filter(|n| exercised.contains(&n.provision));
        let mut next: Vec<DefineId> = own.filter_map(|n| called_by(&n.op)).collect();
        while let Some(d) = next.pop() {
            if !called.insert(d) {
                continue;
            }
            let body = program.defines.get(d.index()).map(|d| d.value);
            each_guard(program, body.as_slice(), |_, op| next.extend(called_by(op)));
        }
        let used =
            |r: &Reading| !r.read_in.is_disjoint(&exercised) || !r.read_by.is_disjoint(&called);
        program.readings.iter().map(used).collect()
    }
}

fn called_by(op: &Op) -> Option<DefineId> {
    match op {
        Op::Call(d, _) => Some(*d),
        _ => None,
    }
}

/// A duty that is merely born with the case has decided nothing yet.
fn idle(entry: &Entry) -> bool {
    let root = std::iter::successors(entry.cause.as_ref(), |c| c.parent.as_ref()).last();
    matches!(entry.what, Happening::DutyBorn(_))
        && !root.is_some_and(|c| matches!(c.what, CauseKind::Occurrence(_) | CauseKind::Given(_)))
}

fn chain(cause: Option<&Arc<Cause>>) -> impl Iterator<Item = ProvisionId> + '_ {
    std::iter::successors(cause, |c| c.parent.as_ref()).filter_map(|c| c.provision)
}
