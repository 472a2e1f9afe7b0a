//! Instances of norms (R28-R32).

use super::{Cause, OccurrenceId};
use crate::{ClauseSet, Moment, Value};
use rogatio_calendar::Point;
use rogatio_mir::{NormId, NormState};
use std::sync::Arc;

/// The n-th instance of a norm in a case.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DutyId(pub u32);

impl DutyId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A maximal interval in which an invariant fails (R32).
#[derive(Clone, Debug)]
pub struct Violation {
    /// Its start.
    pub start: Moment,
    /// Its end, if it has ended.
    pub end: Option<Moment>,
}

/// One of several for whom a duty asks for an act (`to each K`), as things stood when it arose (R30).
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Who or what: the values of the variables, in the order of [`rogatio_mir::Several::each`].
    pub of: Vec<Value>,
    /// Whether it is one of them cannot be said.
    pub doubtful: Option<ClauseSet>,
    /// The act that was done for it.
    pub done: Option<OccurrenceId>,
    /// An act was done for it of which cannot be said whether it is valid.
    pub perhaps_done: Option<ClauseSet>,
}

impl Recipient {
    /// What keeps open whether anything is still to be done for it.
    pub(crate) fn in_doubt(&self) -> Option<ClauseSet> {
        let doubts = self.doubtful.iter().chain(&self.perhaps_done).cloned();
        doubts.reduce(|a, b| a.union(&b))
    }
}

/// The end of a time as it is told.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Deadline {
    /// The day or second.
    pub at: Moment,
    /// It is out itself.
    pub before: bool,
}

/// An instance of a must, should, labelled may or invariant.
#[derive(Clone, Debug)]
pub struct DutyInstance {
    /// Its number.
    pub id: DutyId,
    /// Which norm.
    pub norm: NormId,
    /// Values of its keys, in the order of [`rogatio_mir::Duty::keys`].
    pub keys: Vec<Value>,
    /// Time of the event it was born of.
    pub born: Moment,
    /// The point that chooses versions for it; what has no deadline and must always hold reads those of the day (R47b).
    pub version: Option<Point>,
    /// What it was born of.
    pub cause: Arc<Cause>,
    /// Its state.
    pub state: NormState,
    /// Its window has opened at least once.
    pub opened: bool,
    /// Its window opens at this point; never while pending.
    pub opens: Option<Moment>,
    /// The opening is pending.
    pub opens_pending: bool,
    /// When it is due: the last time in.
    pub due: Option<Moment>,
    /// What is done on the day it is due, or at that second, is late: the time ends before it (R1).
    pub due_before: bool,
    /// When it was due as it arose; the date may move (R30).
    pub due_at_birth: Option<Deadline>,
    /// The point of the lapse.
    pub due_point: Point,
    /// Where the window itself closes, provisos left aside; never where that is not known. It may move (R30c).
    pub(crate) anchor: Point,
    /// Which proviso applies, from 1; 0 = the window itself.
    pub proviso: usize,
    /// For `every D after T`: the number of this instance, from 1.
    pub round: i64,
    /// What fulfilled it, in time or late.
    pub fulfilled_by: Option<OccurrenceId>,
    /// Those for whom it asks, by the ways of meeting it; none where one act will do.
    pub several: Vec<Vec<Recipient>>,
    /// Fulfilled after its lapse.
    pub late: bool,
    /// It was fulfilled when it lapsed.
    pub(crate) done_before_lapse: bool,
    /// When it was fulfilled, lapsed or released.
    pub settled: Option<Moment>,
    /// What made it lapse, what fails last made it fail, or what released it.
    pub ended_by: Option<Arc<Cause>>,
    /// A qualified duty: no clock says that it was not met, so it does not lapse (R33).
    pub unassessed: bool,
    /// Its birth, its window or its fulfilment cannot be determined.
    pub unknown: Option<ClauseSet>,
    /// Whether it was born, fulfilled or prolonged cannot be said: what its window cannot clear up.
    pub(crate) doubt: Option<ClauseSet>,
    /// It was perhaps fulfilled, by an act of which cannot be said whether it is valid, or as what it asks for perhaps held.
    pub(crate) perhaps_done: Option<ClauseSet>,
    /// Whether what must always hold holds now cannot be said.
    pub(crate) unclear: Option<ClauseSet>,
    /// It may not have been born.
    pub(crate) unborn: bool,
    /// Of an invariant: where it failed.
    pub violations: Vec<Violation>,
    pub(crate) wake: Point,
    /// Of `every D`: the next one is born. Of any other norm: none will be.
    pub(crate) next_round_born: bool,
    /// Its time is over, and whether a proviso prolongs it cannot be said.
    pub(crate) hangs: bool,
}

impl DutyInstance {
    /// Lapsed after it was fulfilled: on the same day as the event it had to come before, no order being recorded (R33).
    #[must_use]
    pub fn done_on_the_day(&self) -> bool {
        self.state == NormState::Lapsed && self.done_before_lapse
    }

    /// When it is due, as it is told.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        Some(Deadline {
            at: self.due?,
            before: self.due_before,
        })
    }

    /// In one of the ways of meeting it, the act has been done for all.
    pub(crate) fn is_done_for_all(&self) -> bool {
        let done = |w: &Vec<Recipient>| w.iter().all(|r| r.done.is_some());
        self.several.iter().any(done)
    }

    /// What keeps open whether the act has been done for all: each of those left is perhaps none of them, or has perhaps been
    /// served.
    pub(crate) fn left_in_doubt(&self) -> Option<ClauseSet> {
        let doubts = |w: &Vec<Recipient>| {
            let left = w.iter().filter(|r| r.done.is_none());
            left.map(Recipient::in_doubt)
                .reduce(|a, b| Some(a?.union(&b?)))
                .flatten()
        };
        self.several.iter().find_map(doubts)
    }

    /// Its time is over, and whether it lapsed cannot be said; or whether it is being breached.
    #[must_use]
    pub fn is_undetermined(&self) -> bool {
        self.is_open() && (self.hangs || self.unclear.is_some())
    }

    /// Neither fulfilled, lapsed nor released.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            NormState::Open | NormState::Pending | NormState::Breached
        )
    }

    /// Still to be done: open and not done while it hung, or lapsed and not done late.
    #[must_use]
    pub fn is_outstanding(&self) -> bool {
        let done_as_it_hung = self.hangs && self.fulfilled_by.is_some();
        (self.is_open() && !done_as_it_hung) || (self.state == NormState::Lapsed && !self.late)
    }
}
