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
    /// A decision opened, closed or went on to its second step.
    Decision(DecisionId),
    /// A ballot: its key is the subject, if there is one, and the voter.
    Ballot(DecisionId),
    Procedure(ProcedureId),
    /// The population of a kind; its key is the newcomer.
    Kind(KindId),
    Field(FieldId),
    /// A timer was armed, disarmed or moved: scheduled starts and ends (R22).
    Timer(TimerId),
    /// The value of a part that reads no variable.
    Part(Guard),
}

/// The changes of one thing: when, counted over all things, and for which key.
type Entries = Vec<(usize, Key)>;

/// A journal of changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Per sort and number of what can change.
    of: [Vec<Entries>; 11],
    end: usize,
}

impl Changes {
    fn place(dep: Dep) -> (usize, usize) {
        match dep {
            Dep::Status(x) => (0, x.index()),
            Dep::Hist(x) => (1, x.index()),
            Dep::Given(x) => (2, x.index()),
            Dep::Norm(x) => (3, x.index()),
            Dep::Decision(x) => (4, x.index()),
            Dep::Ballot(x) => (5, x.index()),
            Dep::Procedure(x) => (6, x.index()),
            Dep::Kind(x) => (7, x.index()),
            Dep::Field(x) => (8, x.index()),
            Dep::Timer(x) => (9, x.index()),
            Dep::Part(x) => (10, x.index()),
        }
    }

    pub(crate) fn push(&mut self, dep: Dep, key: Key) {
        let (sort, number) = Changes::place(dep);
        if let Some(of) = self.of.get_mut(sort) {
            if of.len() <= number {
                of.resize(number + 1, Vec::new());
            }
            of[number].push((self.end, key));
        }
        self.end += 1;
    }

    /// The present end of the journal.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// The changes of something since.
    pub(crate) fn since(&self, dep: Dep, seen: usize) -> &[(usize, Key)] {
        let (sort, number) = Changes::place(dep);
        let of = self.of.get(sort).and_then(|of| of.get(number));
        let all = of.map_or(&[][..], Vec::as_slice);
        match all.last() {
            Some((last, _)) if *last >= seen => all
                .get(all.partition_point(|(at, _)| *at < seen)..)
                .unwrap_or_default(),
            _ => &[],
        }
    }
}
