//! Statuses, histories, edges and timers, with what caused them.

use super::{Cause, OccurrenceId};
use crate::{ClauseSet, Key, Moment, Reason, Truth, Value};
use rogatio_calendar::Point;
use rogatio_mir::{RuleId, VarId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An interval of a status: half-open.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Its start.
    pub start: Moment,
    /// Its end, if it has ended.
    pub end: Option<Moment>,
    /// The value of a valued status.
    pub value: Option<Value>,
    /// What started it, and the rule.
    pub cause: Arc<Cause>,
    /// The rule; none if assumed.
    pub rule: Option<RuleId>,
    /// What ended it.
    pub end_cause: Option<Arc<Cause>>,
    /// The rule that ended it.
    pub end_rule: Option<RuleId>,
}

/// A status for one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatusLine {
    /// In order, disjoint; only the last may be open.
    pub(crate) intervals: Vec<Interval>,
    /// It may have started or ended, and cannot be said.
    pub(crate) doubt: Option<ClauseSet>,
}

impl StatusLine {
    pub(crate) fn current(&self) -> Option<&Interval> {
        self.intervals.last().filter(|i| i.end.is_none())
    }

    pub(crate) fn is_on(&self) -> bool {
        self.current().is_some()
    }
}

/// An entry of a history summary.
#[derive(Clone, Debug)]
pub struct Push {
    /// The occurrence; none where other events are counted (`2nd start(S)`).
    pub occurrence: Option<OccurrenceId>,
    /// What it was.
    pub cause: Arc<Cause>,
    /// Its time.
    pub moment: Moment,
    /// The stored positions.
    pub stored: Vec<Value>,
    /// Whether it counts cannot be said.
    pub uncertain: Option<ClauseSet>,
    /// Why its filter held, for pushes that are read one by one.
    pub why: Option<Arc<Reason>>,
}

/// A watched condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeState {
    pub(crate) keys: BTreeMap<Key, EdgeKey>,
    /// End of the journal when it was last evaluated; `None` before the first time.
    pub(crate) seen: Option<usize>,
    /// The earliest wake-up of its keys.
    pub(crate) wake: Option<Point>,
}

/// A watched condition for one key.
#[derive(Clone, Debug)]
pub(crate) struct EdgeKey {
    pub(crate) value: Truth,
    pub(crate) risen: bool,
    pub(crate) wake: Point,
}

/// An armed timer.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// Variables bound by the arming event.
    pub(crate) carried: Vec<(VarId, Value)>,
    /// Time of the arming event.
    pub(crate) base: Moment,
    pub(crate) when: SlotWhen,
    pub(crate) uncertain: Option<ClauseSet>,
    /// What armed it, under which rule.
    pub(crate) cause: Arc<Cause>,
    pub(crate) rule: RuleId,
    /// End of the journal when it was last evaluated.
    pub(crate) seen: usize,
    pub(crate) wake: Point,
}

/// When a timer fires.
#[derive(Clone, Debug)]
pub(crate) enum SlotWhen {
    /// Its time is pending.
    Waiting,
    /// Fixed: the time, and the point at which it fires.
    At(Moment, Point),
    /// The text does not say.
    Unknown(ClauseSet),
}
