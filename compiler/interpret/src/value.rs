//! Values: what guards compute (R3, R7, R8).

use rogatio_calendar::{Dates, Day, Instant, Length, Phase, Point};
use rogatio_mir::{Chance, ProvisionId, ShareCmp};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// An entity of a case: those of the program first, then those of the case, then created instances.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Entity(pub u32);

impl Entity {
    /// Keys may hold other values than entities; those are numbered from here.
    pub(crate) const INTERNED: u32 = 1 << 31;
    /// In a key: a value that no key holds.
    pub(crate) const NOWHERE: Entity = Entity(u32::MAX);

    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The entities a status, history, timer or edge is keyed by.
pub type Key = Vec<Entity>;

/// How exactly a time is known (R3, R3b).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// By day.
    Day,
    /// By day, with the order within it (`#n`).
    Order,
    /// To the second.
    Second,
}

/// A time: where it lies among the points, the day it is dated, and how exactly it is known.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The point.
    pub point: Point,
    /// The day it is dated; of a lapse, the day from which lengths count (R1).
    pub day: Day,
    /// How exactly it is known.
    pub precision: Precision,
    /// What the second clock reads then, where the text has one and the reading is known (R48c).
    pub second_clock: Option<Point>,
}

impl Moment {
    /// A time of the second clock, of which no date is known. It is on no day: its `day` is later than any.
    #[must_use]
    pub fn of_second_clock(point: Point) -> Moment {
        Moment {
            point,
            day: Day::MAX,
            precision: Precision::Second,
            second_clock: Some(point),
        }
    }

    /// Whether it is a time of the second clock only.
    #[must_use]
    pub fn is_of_second_clock(self) -> bool {
        self.point.second_clock().is_some()
    }

    /// What the second clock reads then, in seconds.
    #[must_use]
    pub fn reading(self) -> Option<i64> {
        self.second_clock.and_then(Point::second_clock)
    }

    /// A day as such.
    #[must_use]
    pub fn of_day(day: Day) -> Moment {
        Moment {
            point: Point::day_phase(day, Phase::Opening),
            day,
            precision: Precision::Day,
            second_clock: None,
        }
    }

    /// A time of day as such.
    #[must_use]
    pub fn of_instant(instant: Instant) -> Moment {
        let day = instant.day();
        let point = Point::at(instant, Phase::Opening)
            .unwrap_or_else(|| Point::day_phase(day, Phase::Opening));
        Moment {
            point,
            day,
            precision: Precision::Second,
            second_clock: None,
        }
    }

    /// A point of the case.
    #[must_use]
    pub fn at_point(point: Point, precision: Precision) -> Moment {
        Moment {
            point,
            day: point.dated(),
            precision,
            second_clock: None,
        }
    }

    /// In a sentence: `on 1993-12-29`; of the second clock only, `@ 72 hours`.
    #[must_use]
    pub fn in_words(self) -> String {
        if self.is_of_second_clock() {
            self.to_string()
        } else {
            format!("on {self}")
        }
    }

    /// The day, and what the second clock reads where there is one.
    #[must_use]
    pub fn by_day(self) -> String {
        let precision = Precision::Day;
        Moment { precision, ..self }.to_string()
    }

    /// Sorts moments: by day dated, then by point.
    pub(crate) fn rank(self) -> (Day, Point) {
        (self.day, self.point)
    }

    /// Which is the earlier, by day dated and then by point; none where one has no place on the axis of the other.
    pub(crate) fn order(self, other: Moment) -> Option<std::cmp::Ordering> {
        if self.is_of_second_clock() || other.is_of_second_clock() {
            return Some(self.reading()?.cmp(&other.reading()?));
        }
        Some(self.rank().cmp(&other.rank()))
    }

    /// Whether both lie on one axis, so that they can be compared (R48c).
    #[must_use]
    pub fn is_comparable(self, other: Moment) -> bool {
        self.order(other).is_some()
    }

    /// From when the present is no longer before it (R3, R23).
    #[must_use]
    pub fn begins(self) -> Point {
        match self.precision {
            Precision::Day => Point::day_phase(self.day, Phase::Opening),
            _ => self.point,
        }
    }

    /// From when the present is after it.
    #[must_use]
    pub fn ends(self) -> Point {
        match self.precision {
            Precision::Day => Point::next_day_phase(self.day, Phase::Opening),
            Precision::Order => Point::from_raw(self.point.raw().saturating_add(1)),
            Precision::Second if self.point.phase() == Phase::Act => {
                Point::from_raw(self.point.raw().saturating_add(1))
            }
            Precision::Second => match self.point.second_clock() {
                Some(s) => Point::of_second_clock(s + 1, Phase::Opening, 0),
                None => Point::new(self.point.second() + 1, Phase::Opening, 0),
            }
            .unwrap_or(Point::NEVER),
        }
    }

    /// Compares two times by rule R3: by day unless both are known exactly. Where a text has a second clock, its readings
    /// decide between times that the world's leaves equal, and alone where one time is of that clock (R48c).
    #[must_use]
    pub fn compare(self, other: Moment) -> std::cmp::Ordering {
        let readings = self.reading().zip(other.reading());
        let by_second_clock = readings.map_or(std::cmp::Ordering::Equal, |(a, b)| a.cmp(&b));
        if self.is_of_second_clock() || other.is_of_second_clock() {
            return by_second_clock;
        }
        self.compare_in_world(other).then(by_second_clock)
    }

    fn compare_in_world(self, other: Moment) -> std::cmp::Ordering {
        use Precision::{Order, Second};
        match (self.precision, other.precision) {
            (Order, Order) => self.point.cmp(&other.point),
            (Second, Second) => {
                let acts = self.point.phase() == Phase::Act && other.point.phase() == Phase::Act;
                if acts {
                    self.point.cmp(&other.point)
                } else {
                    self.point.second().cmp(&other.point.second())
                }
            }
            _ => self.day.cmp(&other.day),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on_second_clock = |s| Length::Elapsed(rogatio_calendar::Duration(s));
        if let Some(s) = self.point.second_clock() {
            return write!(f, "@ {}", on_second_clock(s));
        }
        match self.precision {
            Precision::Second => write!(f, "{}", self.point.instant()),
            _ => write!(f, "{}", self.day),
        }?;
        // A clock that stands at its beginning tells nothing.
        match self.reading().filter(|s| *s != 0) {
            Some(s) => write!(f, " @ {}", on_second_clock(s)),
            None => Ok(()),
        }
    }
}

/// A clause that leaves something open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// What a reason cites.
    pub provision: ProvisionId,
    /// What is open.
    pub text: String,
    /// Two clauses that contradict each other, rather than a silent one.
    pub conflict: bool,
    /// It hangs on an argument that is not said: no open question of the text.
    pub unsaid: bool,
}

/// The clauses that make a value undetermined (R7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClauseSet(Arc<Vec<Clause>>);

impl ClauseSet {
    /// One clause.
    #[must_use]
    pub fn one(provision: ProvisionId, text: impl Into<String>) -> ClauseSet {
        ClauseSet(Arc::new(vec![Clause {
            provision,
            text: text.into(),
            conflict: false,
            unsaid: false,
        }]))
    }

    /// A condition on an argument that is not said.
    #[must_use]
    pub(crate) fn unsaid(provision: ProvisionId) -> ClauseSet {
        ClauseSet(Arc::new(vec![Clause {
            provision,
            text: "it depends on what is not said here".to_owned(),
            conflict: false,
            unsaid: true,
        }]))
    }

    /// Two that contradict each other.
    #[must_use]
    pub fn conflict(provision: ProvisionId, text: impl Into<String>) -> ClauseSet {
        ClauseSet(Arc::new(vec![Clause {
            provision,
            text: text.into(),
            conflict: true,
            unsaid: false,
        }]))
    }

    /// Both sets.
    #[must_use]
    pub fn union(&self, other: &ClauseSet) -> ClauseSet {
        if self.0.is_empty() || self == other {
            return other.clone();
        }
        if other.0.is_empty() {
            return self.clone();
        }
        let mut all: Vec<Clause> = self.0.iter().chain(other.0.iter()).cloned().collect();
        all.sort();
        all.dedup();
        ClauseSet(Arc::new(all))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The clauses, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Clause> {
        self.0.iter()
    }

    /// Whether it comes from a contradiction.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.0.iter().any(|c| c.conflict)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Truth.
    Bool(bool),
    /// Integer.
    Int(i64),
    /// An integer between two bounds: some elements are undetermined (R8).
    IntRange {
        /// At least.
        lo: i64,
        /// At most.
        hi: i64,
        /// Why.
        clauses: ClauseSet,
    },
    /// A fixed time.
    Time(Moment),
    /// A time later than now that is not known yet (R7).
    Pending {
        /// At this time at the latest.
        cap: Option<Moment>,
        /// Some length before a pending event: it may lie in the past (R24).
        back: bool,
    },
    /// Length.
    Length(Length),
    /// A set of days.
    Dates(Dates),
    /// `at least 2/3`.
    Share(ShareCmp, i64, i64),
    /// A chance, in an experiment.
    Chance(Chance),
    /// Entity.
    Entity(Entity),
    /// Text.
    Text(String),
    /// A set of entities.
    Set(Arc<BTreeSet<Entity>>),
    /// `none`.
    None,
    /// The text leaves it open.
    Undetermined(ClauseSet),
}

impl Value {
    /// A pending time without cap.
    pub(crate) const PENDING: Value = Value::Pending {
        cap: None,
        back: false,
    };

    /// Undetermined by one clause.
    #[must_use]
    pub fn unknown(provision: ProvisionId, text: impl Into<String>) -> Value {
        Value::Undetermined(ClauseSet::one(provision, text))
    }

    /// As a truth value. `none` is false; what is no truth value at all is unknown.
    #[must_use]
    pub fn truth(&self) -> Truth {
        match self {
            Value::Bool(true) => Truth::True,
            Value::Bool(false) | Value::None => Truth::False,
            Value::Undetermined(c) => Truth::Unknown(c.clone()),
            _ => Truth::Unknown(ClauseSet::default()),
        }
    }

    /// Whether two clauses contradict each other in it (R21).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Value::Undetermined(c) if c.is_conflict())
    }

    /// The clauses that leave it open.
    #[must_use]
    pub fn clauses(&self) -> ClauseSet {
        match self {
            Value::Undetermined(c) | Value::IntRange { clauses: c, .. } => c.clone(),
            _ => ClauseSet::default(),
        }
    }

    /// A count between two bounds.
    pub(crate) fn count(lo: i64, hi: i64, clauses: ClauseSet) -> Value {
        if lo == hi {
            Value::Int(lo)
        } else {
            Value::IntRange { lo, hi, clauses }
        }
    }

    /// The bounds of an integer.
    #[must_use]
    pub fn bounds(&self) -> Option<(i64, i64)> {
        match self {
            Value::Int(n) => Some((*n, *n)),
            Value::IntRange { lo, hi, .. } => Some((*lo, *hi)),
            _ => None,
        }
    }

    /// The entity, if it is one.
    #[must_use]
    pub fn entity(&self) -> Option<Entity> {
        match self {
            Value::Entity(e) => Some(*e),
            _ => None,
        }
    }

    /// The fixed time, if it is one.
    #[must_use]
    pub fn time(&self) -> Option<Moment> {
        match self {
            Value::Time(m) => Some(*m),
            _ => None,
        }
    }
}

impl From<Truth> for Value {
    fn from(t: Truth) -> Value {
        match t {
            Truth::True => Value::Bool(true),
            Truth::False => Value::Bool(false),
            Truth::Unknown(c) => Value::Undetermined(c),
        }
    }
}

/// Strong Kleene truth (R8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// True.
    True,
    /// False.
    False,
    /// Neither can be said, because of these clauses.
    Unknown(ClauseSet),
}

impl Truth {
    /// Of a plain truth value.
    #[must_use]
    pub fn of(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }

    /// Surely true.
    #[must_use]
    pub fn is_true(&self) -> bool {
        *self == Truth::True
    }

    /// Surely false.
    #[must_use]
    pub fn is_false(&self) -> bool {
        *self == Truth::False
    }

    /// The clauses that leave it open.
    #[must_use]
    pub fn clauses(&self) -> Option<&ClauseSet> {
        match self {
            Truth::Unknown(c) => Some(c),
            _ => None,
        }
    }

    /// Negation.
    #[must_use]
    pub fn negate(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            u @ Truth::Unknown(_) => u,
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, t) | (t, Truth::True) => t,
            (Truth::Unknown(a), Truth::Unknown(b)) => Truth::Unknown(a.union(&b)),
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::True, _) | (_, Truth::True) => Truth::True,
            (Truth::False, t) | (t, Truth::False) => t,
            (Truth::Unknown(a), Truth::Unknown(b)) => Truth::Unknown(a.union(&b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kleene() {
        let u = Truth::Unknown(ClauseSet::one(ProvisionId(1), "x"));
        assert!(u.clone().and(Truth::False).is_false());
        assert!(u.clone().or(Truth::True).is_true());
        assert_eq!(u.clone().and(Truth::True), u);
        assert_eq!(u.clone().negate(), u);
    }

    #[test]
    fn times_compare_by_day_unless_both_are_exact() {
        use std::cmp::Ordering::{Equal, Less};
        let d = Day::from_ymd(2020, 1, 2).unwrap();
        let act = |seq, precision| {
            Moment::at_point(
                Point::new(d.number() * 86_400, Phase::Act, seq).unwrap(),
                precision,
            )
        };
        assert_eq!(
            act(1, Precision::Day).compare(act(2, Precision::Day)),
            Equal
        );
        assert_eq!(
            act(1, Precision::Order).compare(act(2, Precision::Order)),
            Less
        );
        assert_eq!(act(1, Precision::Second).compare(Moment::of_day(d)), Equal);
    }
}
