//! Statuses, histories, edges and timers, with what caused them.

use super::{Cause, OccurrenceId};
use crate::{ClauseSet, Key, Moment, Reason, Truth, Value};
use rogatio_calendar::Point;
use rogatio_mir::{RuleId, VarId};
use std::collections::{BTreeMap, BTreeSet};
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

/// The entries of a history summary for one key, with what is asked of all of them at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pushes {
    list: Vec<Push>,
    /// Which of them are not certain.
    doubtful: Vec<usize>,
    /// Per stored position: the sums up to and including each entry, lowest and highest; cut off where one is no number.
    sums: Vec<Vec<(i64, i64)>>,
}

impl Pushes {
    pub(crate) fn list(&self) -> &[Push] {
        &self.list
    }

    pub(crate) fn push(&mut self, push: Push) {
        let at = self.list.len();
        if self.sums.len() < push.stored.len() {
            self.sums.resize(push.stored.len(), Vec::new());
        }
        for (sums, v) in self.sums.iter_mut().zip(&push.stored) {
            let before = match at.checked_sub(1) {
                None => Some((0, 0)),
                Some(last) => sums.get(last).copied(),
            };
            let (Some((lo, hi)), Some((a, b))) = (before, v.bounds()) else {
                continue;
            };
            let (a, b) = if push.uncertain.is_some() {
                (a.min(0), b.max(0))
            } else {
                (a, b)
            };
            if let (Some(lo), Some(hi)) = (lo.checked_add(a), hi.checked_add(b)) {
                sums.push((lo, hi));
            }
        }
        if push.uncertain.is_some() {
            self.doubtful.push(at);
        }
        self.list.push(push);
    }

    /// How many of the first `n` are not certain.
    pub(crate) fn doubtful(&self, n: usize) -> usize {
        self.doubtful.partition_point(|at| *at < n)
    }

    /// The clauses that leave some of these open.
    pub(crate) fn doubts(&self, from: usize, to: usize) -> ClauseSet {
        let (a, b) = (self.doubtful(from), self.doubtful(to));
        let places = self.doubtful.get(a..b).unwrap_or_default();
        let found = places.iter().filter_map(|at| self.list.get(*at));
        found
            .filter_map(|p| p.uncertain.as_ref())
            .fold(ClauseSet::default(), |a, c| a.union(c))
    }

    /// The sum of a stored position over all of them; `None` if one is no number or the sum is too large.
    pub(crate) fn sum(&self, position: usize) -> Option<(i64, i64)> {
        self.sum_from(position, 0)
    }

    /// The same over those from a place on.
    pub(crate) fn sum_from(&self, position: usize, start: usize) -> Option<(i64, i64)> {
        if start >= self.list.len() {
            return Some((0, 0));
        }
        let sums = self.sums.get(position)?;
        let (lo, hi) = sums.get(self.list.len() - 1).copied()?;
        match start.checked_sub(1) {
            None => Some((lo, hi)),
            Some(before) => {
                let (a, b) = sums.get(before).copied()?;
                Some((lo.checked_sub(a)?, hi.checked_sub(b)?))
            }
        }
    }
}

/// A watched condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct EdgeState {
    pub(crate) keys: BTreeMap<Key, EdgeKey>,
    /// End of the journal when it was last evaluated; `None` before the first time.
    pub(crate) seen: Option<usize>,
    /// The keys that time alone may change, soonest first.
    pub(crate) wakes: BTreeSet<(Point, Key)>,
}

/// A part that reads no variable.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) value: Value,
    pub(crate) wake: Point,
    /// End of the journal when it was last known to be so.
    pub(crate) seen: usize,
}

/// Slots of a timer whose time is not fixed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) keys: BTreeSet<Key>,
    /// Those that time alone may fix, soonest first.
    pub(crate) wakes: BTreeSet<(Point, Key)>,
    /// End of the journal when they were last evaluated.
    pub(crate) seen: usize,
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
