//! What has changed, so that only what reads it is evaluated again.

use crate::Key;
use rogatio_mir::{
    DecisionId, EdgeId, FieldId, GivenId, HistId, KindId, NormId, ProcedureId, StatusId, TimerId,
};
use std::collections::HashMap;

/// Something a guard can read.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Dep {
    Status(StatusId),
    Hist(HistId),
    Given(GivenId),
    Norm(NormId),
    Decision(DecisionId),
    Procedure(ProcedureId),
    /// The population of a kind.
    Kind(KindId),
    Field(FieldId),
    /// A timer was armed, disarmed or moved: scheduled starts and ends (R22).
    Timer(TimerId),
    /// Only for explanations.
    #[allow(dead_code)]
    Edge(EdgeId),
}

/// A journal of changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    journal: Vec<(Dep, Key)>,
    last: HashMap<Dep, usize>,
}

impl Changes {
    pub(crate) fn push(&mut self, dep: Dep, key: Key) {
        self.journal.push((dep, key));
        self.last.insert(dep, self.journal.len());
    }

    /// The present end of the journal.
    pub(crate) fn end(&self) -> usize {
        self.journal.len()
    }

    /// Whether one of these has changed since.
    pub(crate) fn any_since(&self, deps: &[Dep], seen: usize) -> bool {
        deps.iter()
            .any(|d| self.last.get(d).is_some_and(|&at| at > seen))
    }

    /// The changes since.
    pub(crate) fn since(&self, seen: usize) -> &[(Dep, Key)] {
        self.journal.get(seen..).unwrap_or_default()
    }
}
