//! The state of a case: everything a history has left behind up to now, with its causes.

mod change;
mod duties;
mod duty;
mod entity;
mod latch;
mod occurrence;
mod roll;
mod timeline;

pub use duty::{Deadline, DutyId, DutyInstance, Recipient, Violation};
pub use entity::EntityData;
pub use latch::{Interval, Push};
pub use occurrence::{ActInput, ActKind, Judgment, Occurrence, OccurrenceId, Verdict};
pub use roll::{
    Asked, Awaited, Ballot, Casting, Closed, Matter, Opening, RollEntry, Rule, Tally, TallySheet,
    Threshold, Why,
};
pub use timeline::{Cause, CauseKind, Entry, Happening};

pub(crate) use change::{Changes, Dep};
pub(crate) use duties::Duties;
pub(crate) use latch::{EdgeKey, EdgeState, Part, Pushes, Slot, SlotWhen, StatusLine, Waiting};
pub(crate) use occurrence::Joint;
pub(crate) use roll::{DecisionState, Roll};

use crate::frozen::Frozen;
use crate::{ClauseSet, Entity, Key, Moment, Precision, Value};
use rogatio_calendar::{Day, Length, Phase, Point};
use rogatio_mir::{
    GivenId, Guard, KindId, Modal, ProcedureId, Program, ProvisionId, StatusId, TimerId, Urgency,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// An assumption of a status: from, until, value.
pub(crate) type Span = (Option<Point>, Option<Point>, Option<Value>);

/// A share of a joint act (R28).
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) norm: rogatio_mir::NormId,
    /// In which matter: the values of what tells its groups apart.
    pub(crate) matter: Vec<Value>,
    pub(crate) member: Entity,
    pub(crate) input: ActInput,
}

/// An act that an adoption enters (R37).
#[derive(Clone, Debug)]
pub(crate) struct Enacted {
    pub(crate) input: ActInput,
    /// Whether it is entered cannot be said.
    pub(crate) doubt: Option<ClauseSet>,
    pub(crate) cause: Arc<Cause>,
}

/// An instance of a procedure.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Which procedure.
    pub procedure: ProcedureId,
    /// Index of the stage it is in.
    pub stage: u32,
    /// Number of stages entered so far.
    pub visit: u32,
    /// The point that chooses versions for this visit (R47b).
    pub version: Point,
    /// That of the visit before.
    pub(crate) left: Point,
    /// When it entered each stage last.
    pub entered: BTreeMap<u32, Moment>,
    /// Frozen: a way out could not be determined (R10).
    pub stuck: Option<ClauseSet>,
    pub(crate) frozen: Frozen,
    /// The instance whose stage opened it (R46).
    pub parent: Option<Parent>,
    /// What made it enter the stage.
    pub cause: Arc<Cause>,
}

/// The stage that opened an instance.
#[derive(Clone, Debug)]
pub struct Parent {
    /// Of which instance.
    pub instance: Entity,
    /// Index of the stage.
    pub stage: u32,
    /// Leaving that stage abandons the child.
    pub while_here: bool,
    /// Where the text says so.
    pub provision: ProvisionId,
}

/// What the clock will change by itself.
#[derive(Clone, Debug)]
pub(crate) enum Scheduled {
    /// A given changes.
    Given(GivenId, Key),
    /// An assumed status starts.
    Start(StatusId, Key, Option<Value>),
    /// An assumed status ends.
    End(StatusId, Key),
}

/// The state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) now: Moment,
    pub(crate) begun: bool,
    /// Set when a step did not come to an end within the bound (a defect of the program or the engine).
    pub(crate) runaway: Option<String>,
    pub(crate) entities: Vec<EntityData>,
    pub(crate) by_kind: Vec<Vec<Entity>>,
    pub(crate) names: HashMap<String, Entity>,
    /// Values other than entities that stand in keys.
    pub(crate) interned: Vec<Value>,
    pub(crate) interned_as: HashMap<Value, Entity>,
    pub(crate) occurrences: Vec<Arc<Occurrence>>,
    /// The numbers of those of each act, oldest first.
    pub(crate) occurrences_of: HashMap<rogatio_mir::ActId, Vec<OccurrenceId>>,
    pub(crate) statuses: Vec<BTreeMap<Key, StatusLine>>,
    pub(crate) assumed: Vec<BTreeMap<Key, Vec<Span>>>,
    pub(crate) hists: Vec<BTreeMap<Key, Pushes>>,
    pub(crate) edges: Vec<EdgeState>,
    /// Values of parts that read no variable.
    pub(crate) parts: HashMap<Guard, Part>,
    pub(crate) slots: Vec<BTreeMap<Key, Slot>>,
    /// Per timer: those whose time is not fixed.
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) armed: BTreeSet<(Point, TimerId, Key)>,
    pub(crate) wakes: BTreeSet<Point>,
    pub(crate) scheduled: BTreeMap<Point, Vec<Scheduled>>,
    pub(crate) givens: Vec<BTreeMap<Key, BTreeMap<Point, Value>>>,
    pub(crate) terms: Vec<(Urgency, Length)>,
    pub(crate) duties: Duties,
    /// Prohibitions that acts have breached, with the keys (R30b).
    pub(crate) broken: Vec<(rogatio_mir::NormId, Vec<Value>)>,
    pub(crate) shares: Vec<Share>,
    pub(crate) decisions: Vec<BTreeMap<Option<Entity>, DecisionState>>,
    /// Decisions of which it is asked at each closing who is pivotal.
    pub(crate) asks_pivotal: Vec<rogatio_mir::DecisionId>,
    /// Acts that adoptions have brought about, not entered yet.
    pub(crate) enacted: VecDeque<Enacted>,
    pub(crate) is_enacting: bool,
    pub(crate) instances: BTreeMap<Entity, Instance>,
    /// What stages of an instance opened, in that order.
    pub(crate) children: HashMap<Entity, Vec<Entity>>,
    /// Instances that something undetermined holds.
    pub(crate) frozen: BTreeSet<Entity>,
    /// The instances by the stage they are in.
    pub(crate) in_stage: BTreeMap<(ProcedureId, u32), BTreeSet<Entity>>,
    /// What is open: neither closed nor without an opening.
    pub(crate) unfinished: BTreeSet<Matter>,
    /// When time alone may close a decision, soonest first; and per decision the same.
    pub(crate) closings: BTreeSet<(Point, Matter)>,
    pub(crate) closing_of: HashMap<Matter, Point>,
    /// End of the journal when all decisions were looked at last.
    pub(crate) decided: usize,
    pub(crate) timeline: Vec<Entry>,
    pub(crate) changes: Changes,
    /// Goes up with every change; memoised values of another version are stale.
    pub(crate) version: u64,
    /// Everything is evaluated at every step.
    pub(crate) thorough: bool,
}

impl State {
    pub(crate) fn new(program: &Program) -> State {
        let mut state = State {
            now: Moment {
                point: Point::day_phase(Day::MIN, Phase::TacitStart),
                day: Day::MIN,
                precision: Precision::Day,
                second_clock: program
                    .second_clock
                    .as_ref()
                    .and_then(|_| Point::of_second_clock(0, Phase::TacitStart, 0)),
            },
            begun: false,
            runaway: None,
            entities: Vec::new(),
            by_kind: vec![Vec::new(); program.kinds.len()],
            names: HashMap::new(),
            interned: Vec::new(),
            interned_as: HashMap::new(),
            occurrences: Vec::new(),
            occurrences_of: HashMap::new(),
            statuses: vec![BTreeMap::new(); program.statuses.len()],
            assumed: vec![BTreeMap::new(); program.statuses.len()],
            hists: vec![BTreeMap::new(); program.hists.len()],
            edges: vec![EdgeState::default(); program.edges.len()],
            parts: HashMap::new(),
            slots: vec![BTreeMap::new(); program.timers.len()],
            waiting: vec![Waiting::default(); program.timers.len()],
            armed: BTreeSet::new(),
            wakes: BTreeSet::new(),
            scheduled: BTreeMap::new(),
            givens: vec![BTreeMap::new(); program.givens.len()],
            terms: program.terms.iter().map(|&(u, l, _)| (u, l)).collect(),
            duties: Duties::default(),
            broken: Vec::new(),
            shares: Vec::new(),
            decisions: vec![BTreeMap::new(); program.decisions.len()],
            asks_pivotal: Vec::new(),
            enacted: VecDeque::new(),
            is_enacting: false,
            instances: BTreeMap::new(),
            children: HashMap::new(),
            frozen: BTreeSet::new(),
            in_stage: BTreeMap::new(),
            unfinished: BTreeSet::new(),
            closings: BTreeSet::new(),
            closing_of: HashMap::new(),
            decided: 0,
            timeline: Vec::new(),
            changes: Changes::default(),
            version: 0,
            thorough: false,
        };
        for e in &program.entities {
            state.push_entity(&e.name, e.kind);
        }
        state
    }

    /// Adds an entity, whatever its name.
    pub(crate) fn push_entity(&mut self, name: &str, kind: KindId) -> Entity {
        let id = Entity(u32::try_from(self.entities.len()).unwrap_or(u32::MAX));
        self.entities.push(EntityData::new(name, kind));
        if let Some(list) = self.by_kind.get_mut(kind.index()) {
            list.push(id);
        }
        self.names.insert(name.to_owned(), id);
        self.touch(Dep::Kind(kind), vec![id]);
        id
    }

    /// A value as an item of a key.
    pub(crate) fn key_item(&self, v: &Value) -> Entity {
        match v {
            Value::Entity(e) => *e,
            v => *self.interned_as.get(v).unwrap_or(&Entity::NOWHERE),
        }
    }

    /// The same, for writing.
    pub(crate) fn intern(&mut self, v: Value) -> Entity {
        match self.key_item(&v) {
            Entity::NOWHERE => {
                let e = interned(self.interned.len());
                self.interned.push(v.clone());
                self.interned_as.insert(v, e);
                e
            }
            e => e,
        }
    }

    /// Items that stand for values other than entities and have stood in some key, of those that fit.
    pub(crate) fn in_use(&self, fits: impl Fn(&Value) -> bool) -> Vec<Entity> {
        let all = self.interned.iter().enumerate();
        let fitting = all.filter(|(_, v)| fits(v));
        fitting.map(|(i, _)| interned(i)).collect()
    }

    /// What an item of a key stands for.
    pub(crate) fn key_value(&self, e: Entity) -> Value {
        match e.0.checked_sub(Entity::INTERNED) {
            None => Value::Entity(e),
            Some(i) => self
                .interned
                .get(i as usize)
                .cloned()
                .unwrap_or(Value::None),
        }
    }

    pub(crate) fn kind(&self, e: Entity) -> Option<KindId> {
        self.entities.get(e.index()).map(|d| d.kind)
    }

    pub(crate) fn is_of(&self, e: Entity, kinds: &[KindId]) -> bool {
        self.kind(e).is_some_and(|k| kinds.contains(&k))
    }

    /// The entities of some kinds, in the order of their creation within each kind.
    pub(crate) fn of_kinds(&self, kinds: &[KindId]) -> Vec<Entity> {
        kinds
            .iter()
            .filter_map(|k| self.by_kind.get(k.index()))
            .flatten()
            .copied()
            .collect()
    }

    /// Notes that something changed.
    pub(crate) fn touch(&mut self, dep: Dep, key: Key) {
        self.version += 1;
        self.changes.push(dep, key);
    }

    pub(crate) fn wake_at(&mut self, point: Point) {
        if !point.is_never() && !self.has_reached(point) {
            self.wakes.insert(point);
        }
    }

    /// Whether the clock on whose axis a point lies has come to it (R48c).
    pub(crate) fn has_reached(&self, point: Point) -> bool {
        match point.second_clock() {
            Some(_) => self.now.second_clock.is_some_and(|now| point <= now),
            None => point <= self.now.point,
        }
    }

    /// The phase in which the clock is on whose axis a point lies.
    pub(crate) fn phase_at(&self, point: Point) -> Phase {
        match (point.second_clock(), self.now.second_clock) {
            (Some(_), Some(now)) => now.phase(),
            _ => self.now.point.phase(),
        }
    }

    /// Enters an instance of a norm, or what has become of it.
    pub(crate) fn put_duty(&mut self, d: DutyInstance, modal: Modal) {
        let wakes = [d.wake, d.due_point];
        if self.duties.get(d.id).is_some() {
            self.duties.replace(d, modal);
        } else {
            self.duties.push(d, modal);
        }
        for p in wakes {
            self.wake_at(p);
        }
    }

    pub(crate) fn duty(&self, id: DutyId) -> Option<&DutyInstance> {
        self.duties.get(id)
    }

    /// The next point at which the clock of the world alone may change something.
    pub(crate) fn next_wake(&self) -> Option<Point> {
        let armed = self.armed.first().map(|(p, ..)| *p);
        let wake = self.wakes.first().copied();
        let scheduled = self.scheduled.keys().next().copied();
        let next = [armed, wake, scheduled].into_iter().flatten().min();
        next.filter(|p| p.second_clock().is_none())
    }
}

fn interned(i: usize) -> Entity {
    let i = u32::try_from(i).unwrap_or(Entity::INTERNED);
    Entity(
        Entity::INTERNED
            .saturating_add(i)
            .min(Entity::NOWHERE.0 - 1),
    )
}
