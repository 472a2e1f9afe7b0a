//! Decisions: openings, ballots, tallies.

use super::{Cause, OccurrenceId};
use crate::{ClauseSet, Entity, Moment, Reason, Value};
use rogatio_mir::{DecisionId, DecisionOutcome, ProvisionId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A decision on a subject, or without one.
pub type Matter = (DecisionId, Option<Entity>);

/// Why a decision closes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its time is over.
    Window,
    /// The chair's gavel.
    Gavel,
    /// It was withdrawn.
    Withdrawn,
    /// An event or condition.
    Other,
}

/// Closed for ballots, while the result depends on decisions that are still open (R42) or on a casting vote (R37).
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Since when.
    pub since: Moment,
    /// Those it waits for.
    pub rivals: Vec<Matter>,
    /// The votes are equal: it waits for the casting vote.
    pub tied: bool,
    /// Why it closed.
    pub why: Why,
    /// What closed it.
    pub cause: Arc<Cause>,
}

/// A ballot.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Index of its value.
    pub value: u32,
    /// The occurrence.
    pub occurrence: OccurrenceId,
    /// Whether it counts cannot be said.
    pub uncertain: Option<ClauseSet>,
}

/// A casting vote.
#[derive(Clone, Debug)]
pub struct Casting {
    /// Index of its value.
    pub value: u32,
    /// Whose.
    pub by: Entity,
    /// Whether it counts cannot be said.
    pub uncertain: Option<ClauseSet>,
}

/// A line of the roll as it stood at opening or at close.
#[derive(Clone, Debug)]
pub struct RollEntry {
    /// Who.
    pub member: Entity,
    /// Is a member of the body.
    pub is_member: bool,
    /// Is entitled to vote.
    pub is_voter: bool,
    /// Cast a ballot.
    pub cast: bool,
    /// Counted as this ballot value, silence moved; `None` = silent.
    pub value: Option<u32>,
    /// Counts as silent where the text does not say what silence is.
    pub unknown: Option<ClauseSet>,
    /// Whether it is a member or entitled to vote cannot be said.
    pub doubt: Option<ClauseSet>,
    /// Its votes: a number, a range, or undetermined.
    pub weight: Value,
}

/// A roll as it was frozen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roll {
    lines: Vec<RollEntry>,
    of: HashMap<Entity, usize>,
}

impl Roll {
    pub(crate) fn new(lines: Vec<RollEntry>) -> Roll {
        let of = lines.iter().enumerate().map(|(i, r)| (r.member, i));
        let of = of.collect();
        Roll { lines, of }
    }

    pub(crate) fn lines(&self) -> &[RollEntry] {
        &self.lines
    }

    /// The line of somebody.
    pub(crate) fn of(&self, e: Entity) -> Option<&RollEntry> {
        self.lines.get(*self.of.get(&e)?)
    }
}

/// How a decision closed.
#[derive(Clone, Debug)]
pub struct Closed {
    /// When.
    pub moment: Moment,
    /// How.
    pub outcome: DecisionOutcome,
    /// Why, in words.
    pub reason: String,
    /// What the reason cites.
    pub provisions: Vec<ProvisionId>,
    /// Clauses that leave it open.
    pub clauses: ClauseSet,
    /// What other provisions said about the rules that decided (R59).
    pub basis: Vec<Reason>,
    /// What closed it.
    pub cause: Arc<Cause>,
}

/// Numbers of an opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Per ballot value: name, heads, votes.
    pub values: Vec<(String, i64, i64)>,
    /// Silent: heads, votes.
    pub silent: (i64, i64),
    /// Entitled: heads, votes.
    pub voters: (i64, i64),
    /// The whole body: heads, votes.
    pub members: (i64, i64),
}

/// An opening of a decision.
#[derive(Clone, Debug)]
pub struct Opening {
    /// From 1.
    pub number: u32,
    /// When.
    pub opened: Moment,
    /// The text that rules it: the decision itself, or the same decision in another version (R47b).
    pub text: DecisionId,
    /// What opened it.
    pub cause: Arc<Cause>,
    /// Counted ballots.
    pub ballots: BTreeMap<Entity, Ballot>,
    /// Who objected to consensus.
    pub objections: Vec<Entity>,
    /// Consensus was declared over objections.
    pub gavelled: bool,
    /// The step it is in (R41), from 0.
    pub step: usize,
    /// The casting vote that counts.
    pub casting: Option<Casting>,
    /// The outcome the body declared, where the rule lies elsewhere.
    pub declared: Option<(DecisionOutcome, Option<ClauseSet>)>,
    /// The roll, where it is frozen: from the opening, or from the close.
    pub(crate) roll: Option<Arc<Roll>>,
    /// It takes no more ballots, and its result waits for others, or for the casting vote.
    pub awaits: Option<Awaited>,
    /// How it closed.
    pub closed: Option<Closed>,
    /// Tally at close.
    pub tally: Option<Tally>,
}

impl Opening {
    /// Neither closed nor waiting for others.
    #[must_use]
    pub fn takes_ballots(&self) -> bool {
        self.closed.is_none() && self.awaits.is_none()
    }
}

/// A decision on one subject.
#[derive(Clone, Debug, Default)]
pub(crate) struct DecisionState {
    pub(crate) openings: Vec<Opening>,
}

impl DecisionState {
    pub(crate) fn current(&self) -> Option<&Opening> {
        self.openings.last().filter(|o| o.takes_ballots())
    }
}
