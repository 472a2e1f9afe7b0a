//! A second clock (R48c): an axis of time of its own, with units that no date converts to.
//!
//! Its points lie above all points of the world's ([`Point::of_second_clock`]), so whatever is due on one axis is never
//! reached on the other. A line of a case may be stamped on both; between two lines it is the readings that say what the
//! second clock brought about, and the dates that say what the world's did.

use crate::state::State;
use crate::trigger::Seen;
use crate::{Case, ClauseSet, Moment};
use rogatio_calendar::{Duration, Phase, Point};
use rogatio_mir::ProvisionId;

/// The first point of the axis.
fn beginning() -> Point {
    Point::of_second_clock(0, Phase::TacitStart, 0).unwrap_or(Point::NEVER)
}

impl State {
    /// The next point at which the second clock alone may change something.
    fn next_reading(&self) -> Option<Point> {
        let now = self.now.second_clock?;
        let from = beginning();
        let armed = self
            .armed
            .range((from, rogatio_mir::TimerId(0), Vec::new())..);
        let armed = armed.map(|(p, ..)| *p).find(|p| p.second_clock().is_some());
        let wakes = self.wakes.range(now.succ()..);
        let wake = wakes.copied().find(|p| p.second_clock().is_some());
        armed.into_iter().chain(wake).min()
    }
}

impl Case {
    /// What the second clock reads, in seconds; none where the text has none.
    #[must_use]
    pub fn reading(&self) -> Option<i64> {
        self.state().now.reading()
    }

    /// Notes that time alone may change something when the second clock reads so.
    pub(crate) fn await_reading(&self, point: Point) {
        self.awaited(|set| {
            set.insert(point);
        });
    }

    /// The point at which time alone may change something: one of the second clock is noted, one of the world's is
    /// handed back.
    pub(crate) fn wake_for(&self, point: Point, wake: &mut Point) {
        if point.second_clock().is_some() {
            self.await_reading(point);
        } else {
            *wake = (*wake).min(point);
        }
    }

    /// `D after m` on the second clock.
    ///
    /// # Errors
    /// What leaves it open.
    pub(crate) fn shift_reading(
        &self,
        p: ProvisionId,
        m: Moment,
        length: Duration,
        before: bool,
    ) -> Result<Moment, ClauseSet> {
        let open = |text: String| ClauseSet::one(p, text);
        let Some(base) = m.reading() else {
            return Err(open(format!(
                "what the second clock read on {m} is not recorded"
            )));
        };
        let length = if before {
            -length.seconds()
        } else {
            length.seconds()
        };
        let moved = base.checked_add(length);
        let point = moved.and_then(|s| Point::of_second_clock(s, Phase::Opening, 0));
        let out = || open("the second clock begins at 0, and does not run for ever".to_owned());
        point.map(Moment::of_second_clock).ok_or_else(out)
    }

    /// The days until a time, to compare what has to be waited for; 0 for what the second clock brings.
    pub(crate) fn days_until(&self, m: Moment) -> i64 {
        if m.is_of_second_clock() {
            return 0;
        }
        m.day.days_since(self.state().now.day).max(0)
    }

    /// Lets the second clock run on to a point: everything before it, and with `inclusive` everything at it. The date stays
    /// the one that is reached.
    pub(crate) fn run_second_clock(&mut self, to: Point, inclusive: bool) {
        loop {
            let awaited = self.next_awaited();
            let next = self.state().next_reading().into_iter().chain(awaited).min();
            let Some(next) = next.filter(|p| *p < to || (*p == to && inclusive)) else {
                break;
            };
            if self.state().runaway.is_some() {
                break;
            }
            self.reading_step(next);
        }
        if self.state().now.second_clock.is_some_and(|now| now < to) {
            self.state_mut().now.second_clock = Some(to);
            self.state_mut().version += 1;
        }
    }

    /// Lets the second clock run on to where it brings something about by itself; whether there is such a reading.
    pub fn advance_second_clock(&mut self) -> bool {
        let awaited = self.next_awaited();
        match self.state().next_reading().into_iter().chain(awaited).min() {
            Some(next) if self.state().runaway.is_none() => {
                self.run_second_clock(next, true);
                true
            }
            _ => false,
        }
    }

    /// Lets the second clock run on until it reads so many seconds; `inclusive`: what is due then has happened. It does not run
    /// backward, and where the text has none, nothing happens.
    pub fn second_clock_to(&mut self, seconds: i64, inclusive: bool) {
        let phase = if inclusive {
            Phase::Act
        } else {
            Phase::TacitStart
        };
        if let (Some(to), Some(_)) = (Point::of_second_clock(seconds, phase, 0), self.reading()) {
            self.run_second_clock(to, inclusive);
        }
    }

    fn next_awaited(&self) -> Option<Point> {
        let now = self.state().now.second_clock?;
        self.awaited(|set| {
            *set = set.split_off(&now.succ());
            set.first().copied()
        })
    }

    /// All that the second clock brings about at one second and phase is one step.
    fn reading_step(&mut self, at: Point) {
        let state = self.state_mut();
        // It is a step of its own, like an act, at the date that is reached.
        state.now.point = state.now.point.succ();
        state.now.second_clock = state.now.second_clock.map(|now| now.max(at));
        state.version += 1;
        let mut triggers = Vec::new();
        let from = (beginning(), rogatio_mir::TimerId(0), Vec::new());
        let due: Vec<_> = self.state().armed.range(from..).cloned().collect();
        for (p, timer, key) in due.into_iter().take_while(|(p, ..)| *p <= at) {
            self.state_mut().armed.remove(&(p, timer, key.clone()));
            triggers.extend(self.fire(timer, &key, Seen::ByAll));
        }
        self.state_mut()
            .wakes
            .retain(|p| p.second_clock().is_none() || *p > at);
        // What reads the second clock is not noted one by one: there are few such steps.
        let thorough = std::mem::replace(&mut self.state_mut().thorough, true);
        self.step(triggers);
        self.state_mut().thorough = thorough;
    }
}
