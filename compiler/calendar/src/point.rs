//! Packed time points.

use std::fmt;

use crate::{Day, Instant, SECONDS_PER_DAY};

/// The four phases of a second (rule R1), in their order.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Tacit starts: `from lapse of D after E`.
    TacitStart = 0,
    /// Window ends, deadlines, closings, and every breach that follows.
    Lapse = 1,
    /// `D after E`, version changes, calendar boundaries.
    Opening = 2,
    /// Acts, in log order.
    Act = 3,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Phase; 4] = [Phase::TacitStart, Phase::Lapse, Phase::Opening, Phase::Act];
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Phase::TacitStart => "tacit start",
            Phase::Lapse => "lapse",
            Phase::Opening => "opening",
            Phase::Act => "act",
        })
    }
}

const SEQ_BITS: u32 = 22;
const PHASE_BITS: u32 = 2;
const SECOND_SHIFT: u32 = SEQ_BITS + PHASE_BITS;

/// A point of rule R1: `(second, phase, seq)` in one `i64` of 40 + 2 + 22 bits.
///
/// The second is kept in two's complement in the top 40 bits (from -2^39 to
/// 2^39 - 1, of which the years 1 to 9999 need -6.3e10 to 2.6e11), so integer
/// order is lexicographic order. [`Point::NEVER`] is above every point.
///
/// Where a text has a second clock (rule R48c), its points lie above the last
/// second of the world's: one number, two axes that never meet. What is due on
/// one axis is never reached on the other.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Point(i64);

impl Point {
    /// Later than every point.
    pub const NEVER: Point = Point(i64::MAX);
    /// The largest `seq`: one more act in a second is an error (rule R1).
    pub const MAX_SEQ: u32 = (1 << SEQ_BITS) - 1;
    /// The midnight that begins 0001-01-01.
    pub const MIN_SECOND: i64 = Day::MIN.0 as i64 * SECONDS_PER_DAY;
    /// The midnight that ends 9999-12-31, whose dusk is still of that day.
    pub const MAX_SECOND: i64 = (Day::MAX.0 as i64 + 1) * SECONDS_PER_DAY;

    /// The first and last second of the second clock's axis, which begins at 0.
    const SECOND_CLOCK: (i64, i64) = (300_000_000_000, 500_000_000_000);

    /// A point of the second clock: so many seconds after it began (rule R48c);
    /// `None` if they are negative or more than 2 * 10^11 (6337 years).
    #[must_use]
    pub const fn of_second_clock(seconds: i64, phase: Phase, seq: u32) -> Option<Point> {
        let (first, last) = Point::SECOND_CLOCK;
        if seconds < 0 || seconds > last - first || seq > Point::MAX_SEQ {
            return None;
        }
        Some(Point::pack(first + seconds, phase, seq))
    }

    /// The seconds since the second clock began, if the point is one of its axis.
    #[must_use]
    pub const fn second_clock(self) -> Option<i64> {
        let (first, last) = Point::SECOND_CLOCK;
        let second = self.second();
        if second < first || second > last {
            return None;
        }
        Some(second - first)
    }

    /// The same second at a phase, `seq` 0. Unlike [`Point::new`] it is of either axis.
    #[must_use]
    pub const fn with_phase(self, phase: Phase) -> Point {
        if self.is_never() {
            return self;
        }
        Point::pack(self.second(), phase, 0)
    }

    /// The next point of the same axis: one more act, or the next phase.
    #[must_use]
    pub const fn succ(self) -> Point {
        Point(self.0.saturating_add(1))
    }

    /// Packs a point; `None` if the second is outside [`Point::MIN_SECOND`] to
    /// [`Point::MAX_SECOND`] or `seq` is above [`Point::MAX_SEQ`].
    #[must_use]
    pub const fn new(second: i64, phase: Phase, seq: u32) -> Option<Point> {
        if second < Point::MIN_SECOND || second > Point::MAX_SECOND || seq > Point::MAX_SEQ {
            return None;
        }
        Some(Point::pack(second, phase, seq))
    }

    const fn pack(second: i64, phase: Phase, seq: u32) -> Point {
        Point((second << SECOND_SHIFT) | ((phase as i64) << SEQ_BITS) | seq as i64)
    }

    /// An instant at a phase, `seq` 0; `None` outside the years 1 to 9999.
    #[must_use]
    pub const fn at(instant: Instant, phase: Phase) -> Option<Point> {
        Point::new(instant.0, phase, 0)
    }

    /// The midnight that begins a day, at a phase, `seq` 0. A day number
    /// outside [`Day::MIN`] to the day after [`Day::MAX`] is held within them.
    #[must_use]
    pub const fn day_phase(day: Day, phase: Phase) -> Point {
        let second = Instant::from_day(day).0;
        if second < Point::MIN_SECOND {
            Point::pack(Point::MIN_SECOND, phase, 0)
        } else if second > Point::MAX_SECOND {
            Point::pack(Point::MAX_SECOND, phase, 0)
        } else {
            Point::pack(second, phase, 0)
        }
    }

    /// The midnight that ends a day, at a phase: phases 0 and 1 of it are the
    /// dusk of the day (rule R1).
    #[must_use]
    pub const fn next_day_phase(day: Day, phase: Phase) -> Point {
        Point::day_phase(Day(day.0.saturating_add(1)), phase)
    }

    /// The packed number.
    #[must_use]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The point of a packed number. Every number is accepted, and every
    /// accessor is defined for it.
    #[must_use]
    pub const fn from_raw(raw: i64) -> Point {
        Point(raw)
    }

    /// Whether it is [`Point::NEVER`].
    #[must_use]
    pub const fn is_never(self) -> bool {
        self.0 == i64::MAX
    }

    /// The second since 1970-01-01T00:00:00 of local civil time.
    #[must_use]
    pub const fn second(self) -> i64 {
        self.0 >> SECOND_SHIFT
    }

    /// The phase.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match (self.0 >> SEQ_BITS) & 3 {
            0 => Phase::TacitStart,
            1 => Phase::Lapse,
            2 => Phase::Opening,
            _ => Phase::Act,
        }
    }

    /// The number among the acts of its second.
    #[must_use]
    pub const fn seq(self) -> u32 {
        (self.0 & Point::MAX_SEQ as i64) as u32
    }

    /// The second as an instant.
    #[must_use]
    pub const fn instant(self) -> Instant {
        Instant(self.second())
    }

    /// The day a thing at this point is dated (rule R1). In phase 0 it is the
    /// day that the second ends: at the midnight of d+1, d. In phases 1 to 3
    /// it is the day of the second: the effects of a lapse at the midnight of
    /// d+1 are dated d+1. Held within [`Day::MIN`] and [`Day::MAX`];
    /// [`Point::NEVER`] is dated [`Day::MAX`].
    #[must_use]
    pub const fn dated(self) -> Day {
        match self.phase() {
            Phase::TacitStart => Instant(self.second() - 1).day(),
            Phase::Lapse | Phase::Opening | Phase::Act => self.instant().day(),
        }
    }

    /// The last day through which what lapses at this point held: at phase 1
    /// of the midnight of d+1, d. `D after lapse` counts from it (rule R1). In
    /// phases other than 1 it is [`Point::dated`].
    #[must_use]
    pub const fn held_through(self) -> Day {
        match self.phase() {
            Phase::Lapse => Instant(self.second() - 1).day(),
            Phase::TacitStart | Phase::Opening | Phase::Act => self.dated(),
        }
    }
}

impl fmt::Display for Point {
    /// `1993-12-29T00:00:00 opening`, with ` #n` after it where `seq` is not 0; `never`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() {
            return f.pad("never");
        }
        if let Some(seconds) = self.second_clock() {
            let reading = crate::Length::Elapsed(crate::Duration(seconds));
            return f.pad(&format!("@ {reading} {}", self.phase()));
        }
        let (instant, phase, seq) = (self.instant(), self.phase(), self.seq());
        if seq == 0 {
            f.pad(&format!("{instant} {phase}"))
        } else {
            f.pad(&format!("{instant} {phase} #{seq}"))
        }
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `now >= d` (rule R3): from phase 2 of the midnight of d.
#[must_use]
pub fn now_ge(now: Point, day: Day) -> bool {
    now >= Point::day_phase(day, Phase::Opening)
}

/// `now > d` (rule R3): from phase 2 of the midnight of d+1.
#[must_use]
pub fn now_gt(now: Point, day: Day) -> bool {
    now >= Point::next_day_phase(day, Phase::Opening)
}
