//! A case: a program, what is known of the world, and the history so far.

mod known;
mod read;

use crate::eval::{Eval, Memo};
use crate::frozen::{Freeze, Frozen};
use crate::index::Index;
use crate::state::{
    ActInput, ActKind, Cause, CauseKind, Dep, DutyInstance, Entry, Happening, Interval, Judgment,
    Occurrence, OccurrenceId, Scheduled, State, Verdict,
};
use crate::step::Create;
use crate::trigger::{Trigger, TriggerKind};
use crate::{ClauseSet, Entity, Env, Key, Moment, Precision, Value};
use rogatio_calendar::{Day, Instant, Length, Phase, Point};
use rogatio_mir::{
    FieldId, GivenId, Guard, KindId, NormId, NormState, ProcedureId, Program, Stamp, StampTime,
    StatusId, Urgency,
};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a case refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// Names are unique.
    #[error("the case has an entity `{0}` already")]
    Duplicate(String),
    /// No such kind, field, status or given.
    #[error("there is no such {0} in the program")]
    NoSuch(&'static str),
    /// History goes forward.
    #[error("an act dated {at} comes after the case has reached {now}")]
    OutOfOrder {
        /// The act's date.
        at: String,
        /// Where the case is.
        now: String,
    },
    /// More acts in one second than a point can number.
    #[error("too many acts in one second")]
    TooMany,
    /// The date lies outside the calendar.
    #[error("the date lies outside the calendar")]
    OutOfRange,
    /// A step did not end.
    #[error("{0}")]
    Runaway(String),
}

/// When an act is done.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Where the case is, as exactly as it knows.
    Now,
    /// On a day, in the order given.
    Day(Day),
    /// On a day, with its order recorded (`#n`).
    Ordered(Day),
    /// To the second.
    Instant(Instant),
}

impl From<Day> for At {
    fn from(day: Day) -> At {
        At::Day(day)
    }
}

impl From<Instant> for At {
    fn from(instant: Instant) -> At {
        At::Instant(instant)
    }
}

/// When an act is done, by both clocks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// By the world's.
    pub at: At,
    /// By the second clock, in seconds; none: as it reads.
    pub reading: Option<i64>,
}

impl<T: Into<At>> From<T> for When {
    fn from(at: T) -> When {
        When {
            at: at.into(),
            reading: None,
        }
    }
}

impl From<&Stamp> for When {
    fn from(stamp: &Stamp) -> When {
        let at = match (stamp.time, stamp.order) {
            (StampTime::Day(d), Some(_)) => At::Ordered(d),
            (StampTime::Day(d), None) => At::Day(d),
            (StampTime::Instant(i), _) => At::Instant(i),
        };
        When {
            at,
            reading: stamp.reading,
        }
    }
}

/// A case. Cheap to branch by cloning.
#[derive(Debug)]
pub struct Case {
    program: Arc<Program>,
    index: Arc<Index>,
    state: State,
    memo: RefCell<Memo>,
    /// Readings of the second clock at which time alone may change something.
    awaited: RefCell<BTreeSet<Point>>,
    /// On the way to the present, both clocks brought something about: which of it came first is not recorded.
    both_due: bool,
}

impl Clone for Case {
    fn clone(&self) -> Case {
        Case {
            program: self.program.clone(),
            index: self.index.clone(),
            state: self.state.clone(),
            memo: RefCell::default(),
            awaited: self.awaited.clone(),
            both_due: self.both_due,
        }
    }
}

impl Case {
    /// A case in which nothing is known and nothing has happened.
    #[must_use]
    pub fn new(program: Arc<Program>) -> Case {
        let index = Arc::new(Index::new(&program));
        let state = State::new(&program);
        Case {
            program,
            index,
            state,
            memo: RefCell::default(),
            awaited: RefCell::default(),
            both_due: false,
        }
    }

    /// The same case under a program that has grown: guards were added for questions (a prompt, a command line), and
    /// nothing else.
    #[must_use]
    pub fn with_program(&self, program: Arc<Program>) -> Case {
        let index = Arc::new(Index::new(&program));
        Case {
            program,
            index,
            state: self.state.clone(),
            memo: RefCell::default(),
            awaited: self.awaited.clone(),
            both_due: self.both_due,
        }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    pub(crate) fn program_arc(&self) -> Arc<Program> {
        self.program.clone()
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn index_arc(&self) -> Arc<Index> {
        self.index.clone()
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    pub(crate) fn memo<T>(&self, f: impl FnOnce(&mut Memo) -> T) -> T {
        let mut memo = self.memo.borrow_mut();
        memo.refresh(self.state.version, self.state.now.point);
        f(&mut memo)
    }

    pub(crate) fn awaited<T>(&self, f: impl FnOnce(&mut BTreeSet<Point>) -> T) -> T {
        f(&mut self.awaited.borrow_mut())
    }

    /// Whether on the way to the present both clocks brought something about, so that its order is not recorded (R48c).
    #[must_use]
    pub fn both_clocks_were_due(&self) -> bool {
        self.both_due
    }

    // ---- time -----------------------------------------------------------------------------------------------

    /// The case begins.
    pub fn begin(&mut self, at: Point) {
        if self.state.begun {
            return;
        }
        self.set_now(at, None);
        // What holds from the beginning holds before anything rises.
        let mut first = Vec::new();
        while let Some(entry) = self.state.scheduled.first_entry() {
            if *entry.key() > at {
                break;
            }
            let point = *entry.key();
            first.extend(entry.remove().into_iter().map(|i| (point, i)));
        }
        for (point, item) in first {
            let since = if point.raw() == i64::MIN {
                self.state.now
            } else {
                Moment::of_day(point.dated())
            };
            self.before_begin(item, since);
        }
        self.state.begun = true;
        let now = self.state.now;
        let cause = Cause::new(CauseKind::Begin, now, None, None);
        let begin = Trigger::plain(TriggerKind::Begin, now, cause);
        self.step(vec![begin]);
        let points: Vec<Point> = self
            .state
            .wakes
            .iter()
            .copied()
            .filter(|p| *p <= at)
            .collect();
        for p in points {
            self.state.wakes.remove(&p);
        }
    }

    fn before_begin(&mut self, item: Scheduled, since: Moment) {
        let cause = Cause::new(CauseKind::Assumed, since, None, None);
        match item {
            Scheduled::Given(g, key) => self.state.touch(Dep::Given(g), key),
            Scheduled::Start(s, key, value) => {
                self.begin_status(s, &key, value, since, cause, None);
            }
            Scheduled::End(s, key) => {
                self.end_status(s, &key, since, cause, None);
            }
        }
    }

    /// Where the case is.
    #[must_use]
    pub fn now(&self) -> Point {
        self.state.now.point
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.state.begun
    }

    /// Why the engine gave up, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.state.runaway.as_deref()
    }

    /// Lets time pass up to a point, that point included.
    pub fn advance(&mut self, to: Point) {
        self.begin_at(to);
        self.run_to(to, true);
    }

    /// Lets time pass up to the end of a day: its tacit starts have happened, its lapses have not (R1).
    pub fn end_of_day(&mut self, day: Day) {
        self.begin_at(Point::day_phase(day, Phase::Opening));
        self.run_to(Point::next_day_phase(day, Phase::TacitStart), true);
    }

    fn begin_at(&mut self, point: Point) {
        if !self.state.begun {
            self.begin(Point::day_phase(point.dated(), Phase::Opening));
        }
    }

    /// When the clock alone may next change something.
    #[must_use]
    pub fn next_wake(&self) -> Option<Point> {
        self.state.next_wake()
    }

    // ---- acts -----------------------------------------------------------------------------------------------

    /// Both clocks run to a stamp, up to all that is done at it: what was due on the second clock before its reading comes
    /// first, then what the world's clock brings, and last what is due at the very reading (R48c).
    fn run_both(&mut self, before: Point, reading: Option<i64>) {
        let Some(now) = self.reading() else {
            return self.run_to(before, true);
        };
        let seconds = reading.unwrap_or(now);
        let start = Point::of_second_clock(seconds, Phase::TacitStart, 0).unwrap_or(Point::NEVER);
        let end = start.with_phase(Phase::Act);
        let (mut by_world, mut by_reading) = (false, false);
        loop {
            let told = self.state.timeline.len();
            self.run_second_clock(start, false);
            by_reading |= self.state.timeline.len() > told;
            let (told, at) = (self.state.timeline.len(), self.state.now.point);
            self.run_to(before, true);
            by_world |= self.state.timeline.len() > told;
            if self.state.now.point == at || self.state.runaway.is_some() {
                break;
            }
        }
        let told = self.state.timeline.len();
        self.run_second_clock(end, false);
        by_reading |= self.state.timeline.len() > told;
        self.state.now.second_clock = self.state.now.second_clock.map(|now| now.max(end));
        self.both_due = by_world && by_reading;
    }

    /// Lets both clocks run to a stamp, whose acts have been done.
    ///
    /// # Errors
    /// A stamp before the present, or outside the calendar.
    pub fn read_at(&mut self, when: impl Into<When>) -> Result<(), CaseError> {
        self.go_to(when.into())
    }

    /// The point and exactness of an act, and the way there.
    fn go_to(&mut self, when: When) -> Result<(), CaseError> {
        let at = when.at;
        if let (Some(to), Some(now)) = (when.reading, self.reading())
            && to < now
        {
            let shown = |s| format!("@ {}", Length::Elapsed(rogatio_calendar::Duration(s)));
            return Err(CaseError::OutOfOrder {
                at: shown(to),
                now: shown(now),
            });
        }
        let (second, precision) = match at {
            At::Now => (self.state.now.point.second(), self.state.now.precision),
            At::Day(d) => (Instant::from_day(d).0, Precision::Day),
            At::Ordered(d) => (Instant::from_day(d).0, Precision::Order),
            At::Instant(i) => (i.0, Precision::Second),
        };
        let first = Point::new(second, Phase::Act, 0).ok_or(CaseError::OutOfRange)?;
        self.begin_at(first);
        // Everything before the act, the clock items of its own second included.
        self.run_both(Point::from_raw(first.raw() - 1), when.reading);
        let now = self.state.now.point;
        let (late, same_day) = (
            now.second() > second,
            Instant(now.second()).day() == Instant(second).day(),
        );
        if late && !(same_day && precision != Precision::Second) {
            let at = match at {
                At::Instant(i) => i.to_string(),
                _ => Instant(second).day().to_string(),
            };
            return Err(CaseError::OutOfOrder {
                at,
                now: self.state.now.to_string(),
            });
        }
        let next = if now.phase() == Phase::Act && now >= first {
            Point::new(now.second(), Phase::Act, now.seq() + 1).ok_or(CaseError::TooMany)?
        } else if late {
            Point::new(now.second(), Phase::Act, 0).ok_or(CaseError::TooMany)?
        } else {
            first
        };
        self.set_now(next, Some(precision));
        if late {
            self.state.now.day = Instant(second).day();
        }
        Ok(())
    }

    /// Does an act: lets time pass up to it, judges it, records it, and lets what follows follow.
    ///
    /// # Errors
    /// An act before the present, a date outside the calendar, too many acts in a second, a step without end.
    pub fn perform(
        &mut self,
        at: impl Into<When>,
        act: ActInput,
    ) -> Result<OccurrenceId, CaseError> {
        self.go_to(at.into())?;
        let o = self.tentative(&act);
        let judgment = self.judge_occurrence(&o);
        self.enter(o, judgment, act, None)
    }

    /// Records an act as valid, whatever the norms say: it is assumed.
    ///
    /// # Errors
    /// As [`Case::perform`].
    pub fn perform_assumed(
        &mut self,
        at: impl Into<When>,
        act: ActInput,
    ) -> Result<OccurrenceId, CaseError> {
        self.go_to(at.into())?;
        let mut o = self.tentative(&act);
        o.assumed = true;
        self.enter(o, Judgment::new(Verdict::Valid), act, None)
    }

    /// Enters an act with its verdict; `why`: an adoption brought it about.
    pub(crate) fn enter(
        &mut self,
        mut o: Occurrence,
        judgment: Judgment,
        act: ActInput,
        why: Option<Arc<Cause>>,
    ) -> Result<OccurrenceId, CaseError> {
        o.moment = self.state.now;
        o.judgment = judgment;
        let id = o.id;
        if let Some(joint) = o.judgment.joint.clone() {
            self.enter_share(&mut o, joint, &act);
        }
        let cause = Arc::new(Cause {
            recalled: o.recalled,
            ..Arc::unwrap_or_clone(Cause::new(CauseKind::Occurrence(id), o.moment, None, why))
        });
        let mut next = Vec::new();
        let before = self.state.timeline.len();
        if let (ActKind::Act(a), true) = (&o.act, o.has_effect())
            && let Some((at, p)) = self.program.acts.get(a.index()).and_then(|a| a.opens)
        {
            let fields = self.fields_from(p, &o);
            let opening = Create {
                procedure: p,
                fields,
                parent: None,
                doubt: None,
                cause: cause.clone(),
            };
            let (entity, trigger) = self.create_instance(act.binder.as_deref(), opening);
            o.created = entity;
            if let (Some(e), Some(slot)) = (entity, o.args.get_mut(at)) {
                *slot = Value::Entity(e);
            }
            if let (Some(e), Verdict::Undetermined) = (entity, &o.judgment.verdict) {
                self.freeze(Freeze {
                    instance: e,
                    clauses: o.judgment.clauses.clone(),
                    frozen: Frozen::for_good(),
                });
            }
            next.extend(trigger);
        }
        o.itself = self.occurrence_entity(&o, act.binder.as_deref());
        if o.has_effect() && o.judgment.breached {
            let (now, broken) = (self.state.now, o.judgment.broken.clone());
            for (n, keys) in broken {
                let kind = TriggerKind::Norm(n, NormState::Breached, keys.clone());
                next.push(Trigger::plain(kind, now, cause.clone()));
                self.state.touch(Dep::Norm(n), Vec::new());
                self.state.broken.push((n, keys));
            }
        }
        let (moment, text) = (o.moment, self.show_occurrence(&o));
        let provisions = o.judgment.reasons.clone();
        if o.has_effect() {
            self.enter_ballot(&o);
        }
        if let ActKind::Act(act) = o.act {
            let of_act = self.state.occurrences_of.entry(act).or_default();
            of_act.push(o.id);
        }
        self.state.occurrences.push(Arc::new(o));
        self.state.version += 1;
        // What the act opens has its name before the act can be told, and comes after it in the telling.
        let opened = self.state.timeline.split_off(before);
        self.record(
            Happening::Occurrence(id),
            text,
            moment,
            provisions,
            Some(cause.clone()),
        );
        self.state.timeline.extend(opened);
        let trigger = Trigger::plain(TriggerKind::Act(id), moment, cause);
        self.step_then(vec![trigger], next);
        match &self.state.runaway {
            Some(why) => Err(CaseError::Runaway(why.clone())),
            None => Ok(id),
        }
    }

    /// An entity for an occurrence that sentences may name, with its arguments as fields (R29).
    fn occurrence_entity(&mut self, o: &Occurrence, name: Option<&str>) -> Option<Entity> {
        let ActKind::Act(a) = o.act else { return None };
        let program = self.program_arc();
        let act = program.acts.get(a.index())?;
        let kind = act.occurrences.filter(|_| o.has_effect())?;
        let number = self.state.of_kinds(&[kind]).len() + 1;
        let free = |n: &&str| act.opens.is_none() && !self.state.names.contains_key(*n);
        let name = name.filter(free).map(str::to_owned);
        let numbered = format!("{}#{number}", act.name);
        // What opened an instance is told by it: `order_diversion(Passage)`.
        let opened = act.opens.and_then(|(i, _)| o.args.get(i)?.entity());
        let opened = opened.map(|e| format!("{}({})", act.name, self.entity_name(e)));
        let name = name.or(opened).unwrap_or_else(|| numbered.clone());
        let entity = self.state.push_entity(&name, kind);
        self.state.names.entry(numbered).or_insert(entity);
        let actor = o.for_whom.or(o.actor).map_or(Value::None, Value::Entity);
        let values = o.args.iter().cloned().chain([actor]);
        let fields = program.kinds.get(kind.index())?.fields.iter().copied();
        if let Some(data) = self.state.entities.get_mut(entity.index()) {
            data.fields.extend(fields.zip(values));
        }
        Some(entity)
    }

    // ---- questions ------------------------------------------------------------------------------------------
}
