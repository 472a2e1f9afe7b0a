//! Histories seen through a window of time, or from a time: `in the last D`, `first E after T` (R4, R15, R23).

use super::*;
use crate::state::{Push, Pushes};
use rogatio_mir::{HistRead, Pick};

impl Eval<'_> {
    pub(super) fn in_last(
        &mut self,
        p: ProvisionId,
        h: HistId,
        read: HistRead,
        length: Guard,
        keys: &[Guard],
        env: &mut Env,
    ) -> Value {
        let case = self.case;
        let length = match self.value(length, env) {
            u @ Value::Undetermined(_) => return u,
            v => v,
        };
        let none = Pushes::default();
        let pushes = match self.key(keys, env) {
            Ok(key) => {
                let found = case.state().hists.get(h.index()).and_then(|m| m.get(&key));
                found.unwrap_or(&none)
            }
            Err(u @ Value::Undetermined(_)) => return u,
            Err(_) => &none,
        };
        let start = match self.window_start(p, pushes, &length) {
            Ok(start) => start,
            Err(v) => return v,
        };
        let all = pushes.list().len();
        match read {
            HistRead::Count => {
                let n = all - start;
                let doubtful = pushes.doubtful(all) - pushes.doubtful(start);
                Value::count(as_int(n - doubtful), as_int(n), pushes.doubts(start, all))
            }
            HistRead::Sum(i) => match pushes.sum_from(i as usize, start) {
                Some((lo, hi)) => Value::count(lo, hi, pushes.doubts(start, all)),
                None => Value::unknown(p, "what is summed is no number, or the sum is too large"),
            },
            HistRead::Time(o) => match pick(pushes, o, start) {
                Picked::One(push) => Value::Time(push.moment),
                Picked::Nothing => Value::PENDING,
                Picked::Unclear(c) => Value::Undetermined(c),
            },
            HistRead::Arg(o, i) => match pick(pushes, o, start) {
                Picked::One(push) => push.stored.get(i as usize).cloned().unwrap_or(Value::None),
                Picked::Nothing => Value::None,
                Picked::Unclear(c) => Value::Undetermined(c),
            },
        }
    }

    /// The first entry that still counts: now is before the length after it (R23). Entries end in the order in which
    /// they came, so those that are over are found by halving.
    fn window_start(
        &mut self,
        p: ProvisionId,
        pushes: &Pushes,
        length: &Value,
    ) -> Result<usize, Value> {
        let state = self.case.state();
        let mut bad = None;
        let mut end_of =
            |push: &Push| match self.shift(p, false, false, length, &Value::Time(push.moment)) {
                Value::Time(m) => Some(m.begins()),
                v => {
                    bad = Some(v);
                    None
                }
            };
        let list = pushes.list();
        let start =
            list.partition_point(|push| end_of(push).is_some_and(|end| state.has_reached(end)));
        let wake = list.get(start).and_then(end_of);
        if let Some(bad) = bad {
            return Err(bad);
        }
        self.wake_for(wake.unwrap_or(Point::NEVER));
        Ok(start)
    }

    /// The time that `first E after T` and its like look from.
    fn picked_from(&mut self, p: ProvisionId, from: Guard, env: &mut Env) -> Result<Moment, Value> {
        match self.value(from, env) {
            Value::Time(m) => Ok(m),
            Value::Pending { .. } | Value::None => Err(Value::PENDING),
            Value::Undetermined(c) => Err(Value::Undetermined(c)),
            _ => Err(Value::unknown(p, "this is no time")),
        }
    }

    pub(super) fn hist_pick(
        &mut self,
        p: ProvisionId,
        h: HistId,
        pick: Pick,
        from: Guard,
        keys: &[Guard],
        env: &mut Env,
    ) -> Value {
        let from = match self.picked_from(p, from, env) {
            Ok(from) => from,
            Err(v) => return v,
        };
        self.hist(h, keys, env, |pushes| {
            let list = pushes.list();
            let nth = (pick.n.max(1) - 1) as usize;
            let fits = |push: &Push| {
                let order = push.moment.compare(from);
                order
                    == if pick.before {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
            };
            let mut found = list.iter().enumerate().filter(|(_, push)| fits(push));
            let (place, seen) = if pick.before {
                let place = found.nth_back(nth).map(|(i, _)| i);
                (place, place.map_or(0..0, |i| i..list.len()))
            } else {
                let place = found.nth(nth).map(|(i, _)| i);
                (place, 0..place.map_or(list.len(), |i| i + 1))
            };
            let doubt = list
                .get(seen)
                .unwrap_or_default()
                .iter()
                .filter(|push| fits(push))
                .filter_map(|push| push.uncertain.as_ref())
                .fold(None, |all: Option<ClauseSet>, c| {
                    Some(all.unwrap_or_default().union(c))
                });
            match (place.and_then(|i| list.get(i)), doubt) {
                (_, Some(c)) => Value::Undetermined(c),
                (Some(push), None) => Value::Time(push.moment),
                (None, None) if pick.before => Value::unknown(p, "it had not happened before"),
                (None, None) => Value::PENDING,
            }
        })
    }

    pub(super) fn status_pick(
        &mut self,
        p: ProvisionId,
        s: StatusId,
        pick: Pick,
        from: Guard,
        keys: &[Guard],
        env: &mut Env,
    ) -> Value {
        let from = match self.picked_from(p, from, env) {
            Ok(from) => from,
            Err(v) => return v,
        };
        let key = match self.key(keys, env) {
            Ok(key) => key,
            Err(Value::Undetermined(c)) => return Value::Undetermined(c),
            Err(_) => return Value::PENDING,
        };
        let case = self.case;
        let Some(status) = case.program().statuses.get(s.index()) else {
            return Value::PENDING;
        };
        let line = self.line(s, &key);
        if let Some(c) = line.and_then(|l| l.doubt.as_ref()) {
            return Value::Undetermined(c.clone());
        }
        let mut spans: Vec<(Moment, Option<Moment>)> = line
            .map_or(&[][..], |l| l.intervals.as_slice())
            .iter()
            .map(|i| (i.start, i.end))
            .collect();
        // The end of the last one may be on its way, and so may the next start.
        if let Some(last) = spans.last_mut().filter(|(_, end)| end.is_none()) {
            last.1 = match (
                self.scheduled(&status.end_timers, &key),
                self.assumed_end(s, &key),
            ) {
                (Scheduled::Unknown(c), _) => return Value::Undetermined(c),
                (Scheduled::At(m), Some(e)) if e.point < m.point => Some(e),
                (Scheduled::At(m), _) => Some(m),
                (_, end) => end,
            };
        }
        spans.extend(self.assumed_ahead(s, &key));
        if let Scheduled::At(m) = self.scheduled(&status.start_timers, &key) {
            spans.push((m, None));
        }
        spans.sort_by_key(|(start, _)| start.point);
        spans.dedup_by_key(|(start, _)| start.point);
        let nth = (pick.n.max(1) - 1) as usize;
        let found = if pick.before {
            let mut all = spans
                .iter()
                .filter(|(m, _)| m.compare(from) == Ordering::Less);
            all.nth_back(nth)
        } else {
            let mut all = spans
                .iter()
                .filter(|(m, _)| m.compare(from) == Ordering::Greater);
            all.nth(nth)
        };
        match found {
            Some((start, _)) if !pick.end => Value::Time(*start),
            Some((_, end)) => end.map_or(Value::PENDING, Value::Time),
            None if pick.before => Value::unknown(p, "it had not begun before"),
            None => Value::PENDING,
        }
    }

    /// Assumed spans of a status that have not begun.
    fn assumed_ahead(&self, s: StatusId, key: &Key) -> Vec<(Moment, Option<Moment>)> {
        let now = self.case.state().now.point;
        let spans = self
            .case
            .state()
            .assumed
            .get(s.index())
            .and_then(|m| m.get(key));
        let day = |p: Point| Moment::of_day(p.dated());
        spans
            .into_iter()
            .flatten()
            .filter_map(|(from, until, _)| Some(((*from)?, *until)))
            .filter(|(from, _)| *from > now)
            .map(|(from, until)| (day(from), until.map(day)))
            .collect()
    }
}
