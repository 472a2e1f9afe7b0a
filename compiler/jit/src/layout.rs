//! The arena of one thread: what a run changes (copied from an image at its start), scratch, and tables.
//!
//! One base pointer with constant displacements; columns by key, times in 32 bits. Clock items (behaviours' clocks,
//! timers, wake-ups) share one column of due times, so that one queue serves all of them.

mod keys;
mod place;

pub(crate) use keys::Keys;

use crate::decision::DecisionCols;
use crate::event::{Event, events};
use crate::fold::NEVER;
use crate::instances::ProcedureCols;
use crate::reads::Part;
use crate::refusal::Refusal;
use crate::slice::{Slice, Watched};
use crate::world::World;
use rogatio_diagnostics::codes;
use rogatio_mir::{
    DecisionId, Domain, EdgeId, Experiment, Firing, HistId, KindId, Latch, ProcedureId, Program,
    StatusId, TimerId,
};
use std::collections::BTreeMap;

/// Buckets of the queue at most: 64 words of 64 bits under one summary word.
const BUCKETS: i64 = 4096;
/// The largest arena, in bytes.
const LARGEST: usize = 64 << 20;

/// The size of a column's elements.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Elem {
    U8,
    U16,
    I32,
    I64,
}

impl Elem {
    pub(crate) fn shift(self) -> u32 {
        match self {
            Elem::U8 => 0,
            Elem::U16 => 1,
            Elem::I32 => 2,
            Elem::I64 => 3,
        }
    }
}

/// A column: an offset from the arena's base.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Col {
    pub(crate) off: i32,
    pub(crate) elem: Elem,
    /// It has one element only.
    pub(crate) single: bool,
}

/// A list of key indices: what happened in a pass.
#[derive(Copy, Clone, Debug)]
pub(crate) struct List {
    pub(crate) count: Col,
    pub(crate) entries: Col,
    /// There is one key: its index is 0, the count says all.
    pub(crate) single: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct StatusCols {
    pub(crate) keys: Keys,
    pub(crate) on: Col,
    pub(crate) start: Option<Col>,
    pub(crate) first: Option<Col>,
    pub(crate) end: Option<Col>,
    pub(crate) value: Option<Col>,
    /// 1: an end came while it was off; 2: it ended in this pass.
    pub(crate) mark: Option<(Col, List)>,
    /// The value that a clause gave it last, and the step, where two may disagree.
    pub(crate) given: Option<(Col, Col)>,
}

#[derive(Clone, Debug)]
pub(crate) struct HistCols {
    pub(crate) keys: Keys,
    pub(crate) n: Col,
    pub(crate) first: Option<Col>,
    pub(crate) last: Option<Col>,
    pub(crate) nth: BTreeMap<u32, Col>,
    /// Stored positions, by the number of the push.
    pub(crate) args: BTreeMap<(u32, u32), Col>,
    /// The step of the last push, where one act may push twice.
    pub(crate) step: Option<Col>,
}

#[derive(Clone, Debug)]
pub(crate) struct EdgeCols {
    pub(crate) keys: Keys,
    pub(crate) old: Col,
    pub(crate) risen: Option<Col>,
}

#[derive(Clone, Debug)]
pub(crate) struct TimerCols {
    pub(crate) keys: Keys,
    /// First of its clock items.
    pub(crate) item: u32,
    pub(crate) pending: Option<Col>,
    /// Time of what armed it.
    pub(crate) base: Col,
    /// Time it stands for when it fires.
    pub(crate) event: Col,
    pub(crate) carried: Vec<Col>,
    pub(crate) firing: Firing,
}

/// Keys of the first draws of some streams, so many of each.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Near {
    pub(crate) streams: Col,
    pub(crate) keys: Col,
}

impl Near {
    pub(crate) const DRAWS: u32 = 16;
    /// Of more streams than so many no keys are kept.
    const STREAMS: u32 = 64;
}

#[derive(Clone, Debug)]
pub(crate) struct BehaviourCols {
    pub(crate) keys: Keys,
    pub(crate) item: u32,
    /// Draws so far.
    pub(crate) draws: Col,
    /// The keys of its streams, where instances that have names are among them.
    pub(crate) names: Option<Keys>,
    /// Keys of the streams, of their first draws.
    pub(crate) stream: Col,
    pub(crate) first_key: Col,
}

#[derive(Clone, Debug)]
pub(crate) struct WatcherCols {
    pub(crate) keys: Keys,
    pub(crate) all: Col,
    pub(crate) list: Option<List>,
    pub(crate) mark: Col,
    /// Its place in [`Layout::dirty`], instead of the three before.
    pub(crate) bit: Option<u32>,
    /// First of its wake-ups.
    pub(crate) item: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct CounterCols {
    pub(crate) keys: Keys,
    /// What it is counted for.
    pub(crate) outer: Keys,
    pub(crate) count: Col,
    pub(crate) holds: Col,
}

/// The queue of clock items: buckets of days, found through a bitmap.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) due: Col,
    pub(crate) next: Col,
    pub(crate) head: Col,
    pub(crate) bits: Col,
    /// Drawn words, by item.
    pub(crate) word: Col,
    /// No item.
    pub(crate) none: i64,
    /// A time is moved right by this for its bucket.
    pub(crate) shift: u32,
    /// The last time of a run.
    pub(crate) end: i64,
    /// The first.
    pub(crate) start: i64,
    /// Clock items in all.
    pub(crate) items: u32,
    /// They are so few that the first is found by looking at all of them: there are no buckets.
    pub(crate) few: bool,
}

/// The whole arena.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) statuses: BTreeMap<StatusId, StatusCols>,
    pub(crate) hists: BTreeMap<HistId, HistCols>,
    pub(crate) edges: BTreeMap<EdgeId, EdgeCols>,
    pub(crate) timers: BTreeMap<TimerId, TimerCols>,
    pub(crate) behaviours: Vec<BehaviourCols>,
    pub(crate) watchers: Vec<WatcherCols>,
    pub(crate) counters: Vec<CounterCols>,
    pub(crate) procedures: BTreeMap<ProcedureId, ProcedureCols>,
    pub(crate) decisions: BTreeMap<DecisionId, DecisionCols>,
    /// The run has more of something than the experiment allows.
    pub(crate) overflow: Option<Col>,
    /// The run has met what native code does not have.
    pub(crate) aside: Option<Col>,
    /// What bears the names of [`World::named`], -1 where nothing does.
    pub(crate) named: Col,
    pub(crate) lists: BTreeMap<Event, List>,
    /// Events left to the next pass that have one key at most: a bit each in [`crate::emit::Em::pending`].
    pub(crate) bits: BTreeMap<Event, u32>,
    /// What must be looked at again and has one key at most: a bit each ([`WatcherCols::bit`]).
    pub(crate) dirty: Col,
    pub(crate) queue: Queue,
    /// Number of the step in the run.
    pub(crate) step: Col,
    /// Length of what a run changes.
    pub(crate) mutable: usize,
    /// Where its image lies.
    pub(crate) image: i32,
    /// Items armed when a run begins: their number, then the items.
    pub(crate) armed: List,
    /// Actors per behaviour whose clock runs from the beginning.
    pub(crate) enabled: Vec<List>,
    pub(crate) ln: Col,
    /// Where there are few clocks.
    pub(crate) near: Vec<Near>,
    /// Values of the mutable part that are not zero, before the begin: (column, index, value).
    pub(crate) initial: Vec<(Col, u32, i64)>,
    pub(crate) size: usize,
}

/// Hands out space.
pub(crate) struct Space {
    at: usize,
}

impl Space {
    pub(crate) fn col(&mut self, elem: Elem, n: u32) -> Col {
        let size = 1usize << elem.shift();
        self.at = self.at.next_multiple_of(size);
        let off = self.at;
        self.at += size * n as usize;
        Col {
            off: i32::try_from(off).unwrap_or(i32::MAX),
            elem,
            single: n == 1,
        }
    }

    pub(crate) fn many(&mut self, elem: Elem, n: u32) -> Col {
        Col {
            single: false,
            ..self.col(elem, n)
        }
    }
}

impl Layout {
    pub(crate) fn new(
        program: &Program,
        world: &World,
        experiment: &Experiment,
        slice: &Slice,
    ) -> Result<Layout, Refusal> {
        let mut hot = Space { at: 0 };
        let mut cold = Space { at: 0 };
        let mut initial = Vec::new();
        let step = hot.col(Elem::I64, 1);
        let mut items = 0u32;
        let mut take = |n: u32| {
            let first = items;
            items += n;
            first
        };
        let mut behaviours = Vec::new();
        for b in &slice.behaviours {
            let keys = match world.dated.keys(*b) {
                Some(rows) => rows,
                None => crate::power::clock_space(program, world, &experiment.behaviours[*b])?,
            };
            behaviours.push((take(keys.cap), keys));
        }
        let mut timers = Vec::new();
        for latch in &slice.latches {
            if let Latch::Timer(t) = latch {
                let keys = Keys::new(world, &program.timers[t.index()].keys)?;
                timers.push((*t, take(keys.cap), keys));
            }
        }
        let mut watchers = Vec::new();
        for w in &slice.watchers {
            let keys = match w.of {
                Watched::Latch(Latch::Edge(e)) => Keys::new(world, &program.edges[e.index()].keys)?,
                Watched::Latch(Latch::Timer(t)) => {
                    Keys::new(world, &program.timers[t.index()].keys)?
                }
                Watched::Latch(_) => Keys::new(world, &[])?,
                Watched::Behaviour(i) => behaviours[i].1.clone(),
                Watched::Ballots(_) => Keys::new(world, &[])?,
            };
            let item = w.now.then(|| take(keys.cap));
            watchers.push((keys, item));
        }
        let mut voting = Vec::new();
        for d in &slice.decisions {
            let matter = crate::decision::matter(&program.decisions[d.index()]);
            let n = Keys::new(world, &matter)?.cap;
            let dated = world.dated.ballots(*d);
            let windows = match crate::decision::has_window(&program.decisions[d.index()]) {
                true => n,
                false => 0,
            };
            voting.push((*d, (take(n), take(windows), take(dated))));
        }
        let few = items <= crate::queue::FEW;
        // What is looked at as vectors fills them.
        hot.at = hot.at.next_multiple_of(64);
        let room = match few {
            true => items.max(1).next_multiple_of(crate::queue::ROW),
            false => items,
        };
        let due = hot.many(Elem::I32, room);
        initial.extend((0..room).map(|i| (due, i, NEVER)));
        let buckets = if few { 0 } else { BUCKETS as u32 };
        let bits = hot.many(Elem::I64, buckets / 64);
        let index = if items < 0xffff { Elem::U16 } else { Elem::I32 };
        let (start, end) = (4 * world.begin, 4 * (world.last + 1));
        let mut shift = 2;
        while (end - start) >> shift >= BUCKETS {
            shift += 1;
        }
        let queue = Queue {
            due,
            next: cold.many(index, if few { 0 } else { items }),
            head: cold.many(index, buckets),
            bits,
            word: cold.many(Elem::I64, items.max(1)),
            none: if index == Elem::U16 {
                0xffff
            } else {
                i64::from(u32::MAX >> 1)
            },
            shift,
            end,
            start,
            items,
            few,
        };
        let mut decisions = BTreeMap::new();
        for (d, items) in voting {
            let space = (&mut hot, &mut cold);
            let cols = DecisionCols::new(program, (world, slice), experiment, d, items, space)?;
            decisions.insert(d, cols);
        }
        let unborn = |col: Col, initial: &mut Vec<_>| {
            initial.extend((0..world.named.len() as u32).map(|i| (col, i, -1)))
        };
        let never = |col: Col, n: u32, initial: &mut Vec<_>| {
            initial.extend((0..n).map(|i| (col, i, NEVER)))
        };
        let mut list = |hot: &mut Space, n: u32| List {
            count: hot.col(Elem::I32, 1),
            entries: cold.many(Elem::I32, n.max(1) + 1),
            single: n <= 1,
        };
        let mut layout = Layout {
            statuses: BTreeMap::new(),
            hists: BTreeMap::new(),
            edges: BTreeMap::new(),
            timers: BTreeMap::new(),
            behaviours: Vec::new(),
            watchers: Vec::new(),
            counters: Vec::new(),
            procedures: BTreeMap::new(),
            decisions,
            overflow: (!slice.procedures.is_empty()).then(|| hot.col(Elem::U8, 1)),
            aside: slice.aside.is_some().then(|| hot.col(Elem::U8, 1)),
            named: hot.many(Elem::I32, world.named.len() as u32),
            lists: BTreeMap::new(),
            bits: BTreeMap::new(),
            dirty: hot.col(Elem::I64, 1),
            queue,
            step,
            mutable: 0,
            image: 0,
            armed: list(&mut hot, items),
            enabled: Vec::new(),
            ln: step,
            near: Vec::new(),
            initial: Vec::new(),
            size: 0,
        };
        unborn(layout.named, &mut initial);
        for latch in &slice.latches {
            match latch {
                Latch::Status(s) => {
                    let status = &program.statuses[s.index()];
                    let keys = Keys::new(world, &status.keys)?;
                    let rules = &slice.rules[latch];
                    let ends = rules
                        .iter()
                        .any(|r| crate::stored::ends(program, &program.rules[*r].effect));
                    let mut time = |wanted: bool| {
                        wanted.then(|| {
                            let col = hot.col(Elem::I32, keys.cap);
                            never(col, keys.cap, &mut initial);
                            col
                        })
                    };
                    let start = time(slice.parts.contains(&Part::Start(*s)) || status.once);
                    let first = time(slice.parts.contains(&Part::FirstStart(*s)));
                    let end = time(slice.parts.contains(&Part::End(*s)));
                    let value = match &status.value {
                        Some(ty) => Some(hot.col(crate::stored::kept(ty)?.0, keys.cap)),
                        None => None,
                    };
                    let on = hot.col(Elem::U8, keys.cap);
                    let clash = slice.clashes.contains(s) && value.is_some();
                    let given =
                        clash.then(|| (hot.col(Elem::I64, keys.cap), hot.col(Elem::I64, keys.cap)));
                    let mark =
                        ends.then(|| (hot.col(Elem::U8, keys.cap), list(&mut hot, keys.cap)));
                    layout.statuses.insert(
                        *s,
                        StatusCols {
                            keys,
                            on,
                            start,
                            first,
                            end,
                            value,
                            mark,
                            given,
                        },
                    );
                }
                Latch::Hist(h) => {
                    let keys = Keys::new(world, &program.hists[h.index()].keys)?;
                    let part = |p: Part| slice.parts.contains(&p);
                    let mut time = |wanted: bool| {
                        wanted.then(|| {
                            let col = hot.col(Elem::I32, keys.cap);
                            never(col, keys.cap, &mut initial);
                            col
                        })
                    };
                    let (first, last) = (time(part(Part::First(*h))), time(part(Part::Last(*h))));
                    let nth = slice.parts.iter().filter_map(|p| match p {
                        Part::Nth(g, n) if g == h => time(true).map(|c| (*n, c)),
                        _ => None,
                    });
                    let nth = nth.collect();
                    let mut args = BTreeMap::new();
                    for p in &slice.parts {
                        if let Part::Arg(g, n, i) = p
                            && g == h
                        {
                            let (elem, none) = crate::stored::kept_of(program, *h, *i)?;
                            let col = hot.col(elem, keys.cap);
                            initial.extend((0..keys.cap).map(|at| (col, at, none)));
                            args.insert((*n, *i), col);
                        }
                    }
                    let rules = &slice.rules[latch];
                    let twice =
                        rules.len() > 1 || rules.iter().any(|r| !program.rules[*r].each.is_empty());
                    let step = twice.then(|| hot.col(Elem::I64, keys.cap));
                    let n = hot.col(Elem::I32, keys.cap);
                    layout.hists.insert(
                        *h,
                        HistCols {
                            keys,
                            n,
                            first,
                            last,
                            nth,
                            args,
                            step,
                        },
                    );
                }
                Latch::Edge(e) => {
                    let edge = &program.edges[e.index()];
                    let keys = Keys::new(world, &edge.keys)?;
                    let old = hot.col(Elem::U8, keys.cap);
                    let risen = edge.once.then(|| hot.col(Elem::U8, keys.cap));
                    layout.edges.insert(*e, EdgeCols { keys, old, risen });
                }
                Latch::Timer(_) => {}
            }
        }
        for (t, item, keys) in timers {
            let timer = &program.timers[t.index()];
            let watched = slice
                .watchers
                .iter()
                .any(|w| w.of == Watched::Latch(Latch::Timer(t)));
            let pending = watched.then(|| hot.col(Elem::U8, keys.cap));
            let base = hot.col(Elem::I32, keys.cap);
            let event = hot.col(Elem::I32, keys.cap);
            let carried = timer
                .carried
                .iter()
                .map(|_| hot.col(Elem::I64, keys.cap))
                .collect();
            let firing = timer.firing;
            layout.timers.insert(
                t,
                TimerCols {
                    keys,
                    item,
                    pending,
                    base,
                    event,
                    carried,
                    firing,
                },
            );
        }
        let mut dirty = 0..u64::BITS;
        for (keys, item) in watchers {
            let bit = if keys.cap > 1 { None } else { dirty.next() };
            let all = hot.col(Elem::U8, 1);
            let mark = hot.col(Elem::U8, keys.cap);
            let list = (keys.cap > 1).then(|| list(&mut hot, keys.cap));
            layout.watchers.push(WatcherCols {
                keys,
                all,
                list,
                mark,
                bit,
                item,
            });
        }
        for c in &slice.counters {
            let keys = Keys::new(world, &c.keys)?;
            let outer = Keys::new(world, &c.outer())?;
            let count = hot.col(Elem::I64, outer.cap);
            let holds = hot.col(Elem::U8, keys.cap);
            layout.counters.push(CounterCols {
                keys,
                outer,
                count,
                holds,
            });
        }
        for p in &slice.procedures {
            let parts = (&mut hot, &mut initial);
            let cols = ProcedureCols::new(program, world, slice, *p, parts, &mut list)?;
            layout.procedures.insert(*p, cols);
        }
        let (heard, mut bits) = (events(program, slice), 0..crate::event::QUIET);
        for event in &heard {
            if event.is_next()
                && layout.keys_of(*event).cap <= 1
                && let Some(bit) = bits.next()
            {
                layout.bits.insert(*event, bit);
            }
        }
        let others = layout
            .decisions
            .iter()
            .filter(|(_, cols)| cols.keys.cap > 1);
        let others: Vec<Event> = others
            .flat_map(|(d, _)| crate::decision::events_of(program, *d))
            .collect();
        for event in heard.into_iter().chain(others) {
            let of = event.follows().unwrap_or(event);
            let at_once = matches!(event, Event::AtOnce(_));
            if layout.lists.contains_key(&event) || (layout.bits.contains_key(&of) && !at_once) {
                continue;
            }
            let cap = layout.keys_of(event).cap;
            let list = list(&mut hot, cap);
            layout.lists.insert(event, list);
        }
        let draws: Vec<Col> = behaviours
            .iter()
            .map(|(_, k)| hot.col(Elem::I32, k.cap))
            .collect();
        layout.enabled = behaviours
            .iter()
            .map(|(_, k)| list(&mut hot, k.cap))
            .collect();
        for ((item, keys), draws) in behaviours.into_iter().zip(draws) {
            let names = keys.with_names(world);
            let streams = names.as_ref().map_or(keys.cap, |k| k.cap);
            let stream = cold.many(Elem::I64, streams);
            let first_key = cold.many(Elem::I64, streams);
            layout.behaviours.push(BehaviourCols {
                keys,
                names,
                item,
                draws,
                stream,
                first_key,
            });
        }
        if layout.queue.few {
            layout.near = layout
                .streams()
                .into_iter()
                .filter(|(_, n)| *n <= Near::STREAMS)
                .map(|(streams, n)| Near {
                    streams,
                    keys: cold.many(Elem::I64, n * Near::DRAWS),
                })
                .collect();
        }
        layout.ln = cold.many(Elem::I32, rogatio_mir::draw::LN_CELLS as u32 + 1);
        layout.mutable = hot.at.next_multiple_of(64);
        cold.at = cold.at.next_multiple_of(64);
        let image = cold.many(Elem::I64, (layout.mutable / 8) as u32);
        layout.image = image.off;
        layout.initial = initial;
        layout.move_cold();
        layout.size = layout.mutable + cold.at;
        layout.check()
    }
}
