//! Decisions: openings, ballots, tallies.

use super::{Cause, OccurrenceId};
use crate::{ClauseSet, Entity, Moment, Reason, Value};
use rogatio_mir::{DecisionId, DecisionOutcome, Guard, ProvisionId};
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Voters one other answer of whom would have changed whether it was adopted, and those of whom that is open; where
    /// a measure asks.
    pub pivotal: BTreeMap<Entity, Option<ClauseSet>>,
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
    /// The outcome by the value of a guard that counts those entitled to vote, where it was drawn in place of their ballots
    /// (R56).
    pub(crate) drawn: Option<(Arc<[DecisionOutcome]>, Guard)>,
    /// The roll, where it is frozen: from the opening, or from the close.
    pub(crate) roll: Option<Arc<Roll>>,
    /// It takes no more ballots, and its result waits for others, or for the casting vote.
    pub awaits: Option<Awaited>,
    /// How it closed.
    pub closed: Option<Closed>,
    /// Tally at close.
    pub tally: Option<Tally>,
    /// What its rules asked for as of the closing; the roll is kept beside it.
    pub(crate) sheet: Option<Arc<TallySheet>>,
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

/// What a decision was counted by: who voted how, what was needed, who could have stopped it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TallySheet {
    /// Members and voters.
    pub roll: Vec<RollEntry>,
    /// Voters whose ballot against would be a veto.
    pub may_veto: Vec<Entity>,
    /// The numbers that the rules ask for, in the order in which they are read.
    pub thresholds: Vec<Threshold>,
}

/// A rule of a decision that asks for numbers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Who has to be there.
    Quorum,
    /// How many have to vote.
    Participation,
    /// What is needed to pass.
    Passes,
}

/// A number that a rule asks for (R37).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Of which rule.
    pub rule: Rule,
    /// What it rests on.
    pub provision: ProvisionId,
    /// What is counted: `yes`, `votes(yes)`.
    pub name: String,
    /// The comparison in words: `yes is at least 2/3 of voting`.
    pub text: String,
    /// How many there are.
    pub have: i64,
    /// How many are asked for.
    pub asked: Asked,
    /// Of a share: what it is a share of, and how many that are.
    pub base: Option<(String, i64)>,
    /// The rule has alternatives, of which this is one.
    pub alternative: bool,
}

/// What a threshold asks for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// So many or more.
    AtLeast(i64),
    /// So many or fewer.
    AtMost(i64),
    /// So many.
    Exactly(i64),
    /// A share of nothing: no number reaches it (R9).
    Unreachable,
}

impl Threshold {
    /// Whether what there is suffices.
    #[must_use]
    pub fn is_met(&self) -> bool {
        match self.asked {
            Asked::AtLeast(n) => self.have >= n,
            Asked::AtMost(n) => self.have <= n,
            Asked::Exactly(n) => self.have == n,
            Asked::Unreachable => false,
        }
    }
}
