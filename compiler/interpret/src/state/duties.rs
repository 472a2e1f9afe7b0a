//! All instances of norms, and where to find those that something is about.

use super::{DutyId, DutyInstance};
use crate::Value;
use rogatio_calendar::{Day, Point};
use rogatio_mir::{Modal, NormId, NormState};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A norm, one of its keys, and the value there.
type Place = (NormId, usize, Value);

/// The instances of norms of a case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Duties {
    /// Shared with the cases that were cloned from this one, until one of them changes it.
    book: Arc<Book>,
    /// Born since all were looked at last.
    pub(crate) fresh: BTreeSet<DutyId>,
    /// End of the journal when all were looked at last.
    pub(crate) seen: usize,
    /// The day on which one was fulfilled last, and those fulfilled on it.
    met: Option<(Day, BTreeSet<DutyId>)>,
    /// The last that is not in time for want of an order within its day, and the point at which that came out (R3b).
    pub(crate) order_missing: Option<(Point, DutyId)>,
}

/// All instances by what they are looked up by.
#[derive(Clone, Debug, Default)]
struct Book {
    list: Vec<Arc<DutyInstance>>,
    of: HashMap<NormId, Vec<DutyId>>,
    by_key: HashMap<Place, Vec<DutyId>>,
    latest: HashMap<(NormId, Vec<Value>), DutyId>,
    live: HashMap<NormId, BTreeSet<DutyId>>,
    live_by_key: HashMap<Place, BTreeSet<DutyId>>,
    /// Those that time alone may change, soonest first.
    wakes: BTreeSet<(Point, DutyId)>,
}

/// Values that are found by equality; the others are kept together.
fn place(n: NormId, at: usize, v: &Value) -> Place {
    let v = match v {
        Value::Entity(_) | Value::Int(_) | Value::Bool(_) | Value::Text(_) => v.clone(),
        _ => Value::None,
    };
    (n, at, v)
}

impl Duties {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &DutyInstance> {
        self.book.list.iter().map(AsRef::as_ref)
    }

    pub(crate) fn get(&self, id: DutyId) -> Option<&DutyInstance> {
        self.book.list.get(id.index()).map(AsRef::as_ref)
    }

    /// The number of the next one.
    pub(crate) fn next(&self) -> DutyId {
        DutyId(u32::try_from(self.book.list.len()).unwrap_or(u32::MAX))
    }

    /// The instances of a norm, oldest first.
    pub(crate) fn of(&self, n: NormId) -> &[DutyId] {
        self.book.of.get(&n).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn push(&mut self, d: DutyInstance, modal: Modal) {
        self.fresh.insert(d.id);
        Arc::make_mut(&mut self.book).push(d, modal);
    }

    pub(crate) fn replace(&mut self, d: DutyInstance, modal: Modal) {
        if d.state == NormState::Fulfilled
            && let Some(settled) = d.settled
        {
            match &mut self.met {
                Some((day, ids)) if *day == settled.day => drop(ids.insert(d.id)),
                met => *met = Some((settled.day, BTreeSet::from([d.id]))),
            }
        }
        Arc::make_mut(&mut self.book).replace(d, modal);
    }

    /// Live instances of a norm, perhaps more than those with these values at their keys: any of a list per key.
    pub(crate) fn live(&self, n: NormId, wanted: &[(usize, Vec<Value>)]) -> Vec<DutyId> {
        let found = |at: usize, v: &Value| self.book.live_by_key.get(&place(n, at, v));
        let size = |at: usize, values: &[Value]| {
            let odd = found(at, &Value::None).map_or(0, BTreeSet::len);
            let sizes = values.iter().filter_map(|v| found(at, v));
            odd + sizes.map(BTreeSet::len).sum::<usize>()
        };
        match wanted.iter().min_by_key(|(at, values)| size(*at, values)) {
            None => self
                .book
                .live
                .get(&n)
                .into_iter()
                .flatten()
                .copied()
                .collect(),
            Some((at, values)) => {
                let odd = [Value::None];
                let sets = values.iter().chain(&odd).filter_map(|v| found(*at, v));
                let ids: BTreeSet<DutyId> = sets.flatten().copied().collect();
                ids.into_iter().collect()
            }
        }
    }

    /// The latest instance of a norm whose keys are these (`None`: any).
    pub(crate) fn latest(&self, n: NormId, keys: &[Option<Value>]) -> Option<&DutyInstance> {
        if let Some(all) = keys.iter().cloned().collect::<Option<Vec<Value>>>()
            && let Some(id) = self.book.latest.get(&(n, all))
        {
            return self.get(*id);
        }
        self.like(n, keys).next()
    }

    /// The instances of a norm whose keys are these as far as they go (`None`: any), latest first.
    pub(crate) fn like<'d, 'k>(
        &'d self,
        n: NormId,
        keys: &'k [Option<Value>],
    ) -> impl Iterator<Item = &'d DutyInstance> + use<'d, 'k> {
        let known = keys.iter().enumerate();
        let known = known.filter_map(|(at, v)| Some((at, v.as_ref()?)));
        let lists = known.map(|(at, v)| {
            let list = self.book.by_key.get(&place(n, at, v));
            list.map_or(&[][..], Vec::as_slice)
        });
        let ids = lists.min_by_key(|l| l.len()).unwrap_or(self.of(n));
        let fits = move |d: &&DutyInstance| {
            let mut pairs = keys.iter().zip(&d.keys);
            pairs.all(|(w, k)| w.as_ref().is_none_or(|w| w == k))
        };
        let latest = ids.iter().rev().filter_map(|id| self.get(*id));
        latest.filter(fits)
    }

    /// Those that were fulfilled on a day, if it is the last on which one was.
    pub(crate) fn met_on(&self, day: Day) -> impl Iterator<Item = &DutyInstance> {
        let met = self.met.as_ref().filter(|(d, _)| *d == day);
        let ids = met.into_iter().flat_map(|(_, ids)| ids);
        ids.filter_map(|id| self.get(*id))
            .filter(|d| d.state == NormState::Fulfilled)
    }

    /// Those whose time has come.
    pub(crate) fn due(&self, now: Point) -> impl Iterator<Item = DutyId> {
        let due = self.book.wakes.iter().take_while(move |(p, _)| *p <= now);
        due.map(|(_, id)| *id)
    }
}

impl Book {
    fn push(&mut self, d: DutyInstance, modal: Modal) {
        self.of.entry(d.norm).or_default().push(d.id);
        for (at, v) in d.keys.iter().enumerate() {
            let list = self.by_key.entry(place(d.norm, at, v)).or_default();
            list.push(d.id);
        }
        self.latest.insert((d.norm, d.keys.clone()), d.id);
        self.index(&d, modal, Point::NEVER);
        self.list.push(Arc::new(d));
    }

    fn replace(&mut self, d: DutyInstance, modal: Modal) {
        let Some(old) = self.list.get(d.id.index()).map(|old| wake(old)) else {
            return;
        };
        self.index(&d, modal, old);
        if let Some(place) = self.list.get_mut(d.id.index()) {
            *place = Arc::new(d);
        }
    }

    fn index(&mut self, d: &DutyInstance, modal: Modal, old: Point) {
        let new = wake(d);
        if old != new {
            self.wakes.remove(&(old, d.id));
            if !new.is_never() {
                self.wakes.insert((new, d.id));
            }
        }
        let live = is_live(d, modal);
        let all = self.live.entry(d.norm).or_default();
        if live == all.contains(&d.id) {
            return;
        }
        if live {
            all.insert(d.id);
        } else {
            all.remove(&d.id);
        }
        for (at, v) in d.keys.iter().enumerate() {
            let set = self.live_by_key.entry(place(d.norm, at, v)).or_default();
            if live {
                set.insert(d.id);
            } else {
                set.remove(&d.id);
            }
        }
    }
}

/// Still of interest: open, to be done late, or to be born again.
fn is_live(d: &DutyInstance, modal: Modal) -> bool {
    let right = modal == Modal::May && !matches!(d.state, NormState::Lapsed | NormState::Released);
    right || d.is_outstanding() || may_recur(d)
}

fn may_recur(d: &DutyInstance) -> bool {
    !d.next_round_born && d.state != NormState::Released && !d.due_point.is_never()
}

/// When time alone may change it.
fn wake(d: &DutyInstance) -> Point {
    let open = if d.is_open() { d.wake } else { Point::NEVER };
    // `every D`: the next round is born when this one is due, done or not.
    let round = if may_recur(d) {
        d.due_point
    } else {
        Point::NEVER
    };
    open.min(round)
}
