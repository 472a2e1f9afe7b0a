//! What happens in a pass, as lists of keys; and what a pass leaves to the next one at the same point (R11).

use crate::slice::Slice;
use rogatio_mir::{
    DecisionId, DecisionOutcome, EdgeId, Latch, On, ProcedureId, Program, StatusId, TimerId,
};
use std::collections::BTreeSet;

/// Something in a pass that rules wait for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Event {
    /// Timers that the clock fired: seen by all rules.
    Fired(TimerId),
    /// Timers whose time had come when they were armed: seen by the rules that come later in the pass.
    AtOnce(TimerId),
    /// The same, for the rules that stood before: in the next pass.
    Late(TimerId),
    Rise(EdgeId),
    Fall(EdgeId),
    /// Conditions that are looked at when a step is over hold, or fail: heard in the pass after it.
    Held(EdgeId),
    Failed(EdgeId),
    Started(StatusId),
    Ended(StatusId),
    /// Instances that entered or left a stage: occurrences of the pass before.
    Enter(ProcedureId, u32),
    Leave(ProcedureId, u32),
    /// Those that do so in this pass: occurrences of the next.
    Entering(ProcedureId, u32),
    Leaving(ProcedureId, u32),
    /// Decisions that opened or closed: occurrences of the pass before.
    Opened(DecisionId),
    Outcome(DecisionId, DecisionOutcome),
    /// Those that do so in this pass: occurrences of the next.
    Opening(DecisionId),
    Closing(DecisionId, DecisionOutcome),
}

impl Event {
    /// What an event of this pass is in the next one at the same point.
    pub(crate) fn follows(self) -> Option<Event> {
        match self {
            Event::AtOnce(t) => Some(Event::Late(t)),
            Event::Entering(p, s) => Some(Event::Enter(p, s)),
            Event::Leaving(p, s) => Some(Event::Leave(p, s)),
            Event::Opening(d) => Some(Event::Opened(d)),
            Event::Closing(d, o) => Some(Event::Outcome(d, o)),
            _ => None,
        }
    }

    /// Whether it is one that a pass leaves for the next.
    pub(crate) fn is_next(self) -> bool {
        matches!(
            self,
            Event::Late(_)
                | Event::Held(_)
                | Event::Failed(_)
                | Event::Enter(..)
                | Event::Leave(..)
                | Event::Opened(_)
                | Event::Outcome(..)
        )
    }
}

/// Events that some rule or way out waits for.
pub(crate) fn events(program: &Program, slice: &Slice) -> BTreeSet<Event> {
    let place = |latch: Latch| program.order.iter().position(|l| *l == latch);
    let mut events = BTreeSet::new();
    let mut add = |on: &On, latch: Option<Latch>| match on {
        On::Timer(t, _) => {
            events.insert(Event::Fired(*t));
            events.insert(Event::AtOnce(*t));
            if latch.is_some_and(|latch| place(latch) <= place(Latch::Timer(*t))) {
                events.insert(Event::Late(*t));
            }
        }
        On::Rise(e, _) => _ = events.insert(slice.rise(*e)),
        On::Fall(e, _) => _ = events.insert(slice.fall(*e)),
        On::Started(s, _) => _ = events.insert(Event::Started(*s)),
        On::Ended(s, _) => _ = events.insert(Event::Ended(*s)),
        On::Enter(p, s, _) => events.extend([Event::Enter(*p, *s), Event::Entering(*p, *s)]),
        On::Leave(p, s, _) => events.extend([Event::Leave(*p, *s), Event::Leaving(*p, *s)]),
        On::Opened(d, _) => events.extend([Event::Opened(*d), Event::Opening(*d)]),
        On::Outcome(d, o, _) => events.extend([Event::Outcome(*d, *o), Event::Closing(*d, *o)]),
        _ => {}
    };
    for (latch, rules) in &slice.rules {
        for r in rules {
            add(&program.rules[*r].on, Some(*latch));
        }
    }
    for d in &slice.decisions {
        crate::decision::each_event(program, *d, &mut |on| add(on, None));
    }
    for p in &slice.procedures {
        crate::procedure::each_event(program, slice, *p, &mut |on| add(on, None));
    }
    events
}

/// Among what a pass leaves to the next: something changed that nobody waits for by name, but that may be read.
pub(crate) const QUIET: u32 = 62;
/// The same: some list is not empty.
pub(crate) const LISTED: u32 = 63;
