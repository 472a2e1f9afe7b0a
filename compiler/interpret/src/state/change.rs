//! What has changed, so that only what reads it is evaluated again.

use crate::Key;
use rogatio_mir::{
    DecisionId, FieldId, GivenId, Guard, HistId, KindId, NormId, ProcedureId, StatusId, TimerId,
};

/// Something a guard can read.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Dep {
    Status(StatusId),
    Hist(HistId),
    Given(GivenId),
    Norm(NormId),
    Decision(DecisionId),
    Procedure(ProcedureId),
    /// The population of a kind; its key is the newcomer.
    Kind(KindId),
    Field(FieldId),
    /// A timer was armed, disarmed or moved: scheduled starts and ends (R22).
    Timer(TimerId),
    /// The value of a part that reads no variable.
    Part(Guard),
}

/// A journal of changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    journal: Vec<(Dep, Key)>,
    /// Per sort and number of what can change: the end of the journal after its last change.
    last: [Vec<usize>; 10],
}

impl Changes {
    fn place(dep: Dep) -> (usize, usize) {
        match dep {
            Dep::Status(x) => (0, x.index()),
            Dep::Hist(x) => (1, x.index()),
            Dep::Given(x) => (2, x.index()),
            Dep::Norm(x) => (3, x.index()),
            Dep::Decision(x) => (4, x.index()),
            Dep::Procedure(x) => (5, x.index()),
            Dep::Kind(x) => (6, x.index()),
            Dep::Field(x) => (7, x.index()),
            Dep::Timer(x) => (8, x.index()),
            Dep::Part(x) => (9, x.index()),
        }
    }

    pub(crate) fn push(&mut self, dep: Dep, key: Key) {
        self.journal.push((dep, key));
        let (sort, number) = Changes::place(dep);
        if let Some(last) = self.last.get_mut(sort) {
            if last.len() <= number {
                last.resize(number + 1, 0);
            }
            last[number] = self.journal.len();
        }
    }

    /// The present end of the journal.
    pub(crate) fn end(&self) -> usize {
        self.journal.len()
    }

    /// Whether this has changed since.
    pub(crate) fn is_since(&self, dep: Dep, seen: usize) -> bool {
        let (sort, number) = Changes::place(dep);
        let last = self.last.get(sort).and_then(|l| l.get(number));
        last.is_some_and(|&at| at > seen)
    }

    /// The changes since.
    pub(crate) fn since(&self, seen: usize) -> &[(Dep, Key)] {
        self.journal.get(seen..).unwrap_or_default()
    }
}
