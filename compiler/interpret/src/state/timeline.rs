//! The timeline: what a reader wants to see, in order, each with its cause.

use super::{Deadline, DutyId, OccurrenceId, Tally};
use crate::{ClauseSet, Entity, Key, Moment, Value};
use rogatio_calendar::{Day, Point};
use rogatio_mir::{
    DecisionId, DecisionOutcome, EdgeId, GivenId, NormId, NormState, ProcedureId, ProvisionId,
    StatusId, TimerId,
};
use std::sync::Arc;

/// Why something changed: a link of a chain that ends in an act, an assumption or the beginning.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What.
    pub what: CauseKind,
    /// When.
    pub moment: Moment,
    /// What a reason cites.
    pub provision: Option<ProvisionId>,
    /// Rests on something recalled.
    pub recalled: bool,
    /// What caused that.
    pub parent: Option<Arc<Cause>>,
    pub(crate) depth: u32,
}

/// Chains are cut beyond this, so that a case of many renewals stays small.
const LONGEST_CHAIN: u32 = 256;

impl Cause {
    pub(crate) fn new(
        what: CauseKind,
        moment: Moment,
        provision: Option<ProvisionId>,
        parent: Option<Arc<Cause>>,
    ) -> Arc<Cause> {
        let recalled = parent.as_ref().is_some_and(|p| p.recalled);
        let depth = parent.as_ref().map_or(0, |p| p.depth + 1);
        let parent = parent.filter(|_| depth < LONGEST_CHAIN);
        let depth = if parent.is_none() { 0 } else { depth };
        Arc::new(Cause {
            what,
            moment,
            provision,
            recalled,
            parent,
            depth,
        })
    }
}

/// What caused something.
#[derive(Clone, Debug)]
pub enum CauseKind {
    /// The case began.
    Begin,
    /// An assumption of the case.
    Assumed,
    /// A given changed.
    Given(GivenId),
    /// An act, deed, event or ballot.
    Occurrence(OccurrenceId),
    /// A timer fired.
    Timer {
        /// Which.
        timer: TimerId,
        /// Its time.
        at: Moment,
        /// Time of what armed it.
        base: Moment,
    },
    /// A condition became true, or false.
    Edge {
        /// Which.
        edge: EdgeId,
        /// For whom.
        key: Key,
        /// Became true.
        rise: bool,
    },
    /// A status started.
    Started(StatusId, Key),
    /// A status ended.
    Ended(StatusId, Key),
    /// An instance entered a stage.
    Entered(Entity, ProcedureId, u32),
    /// An instance left a stage.
    Left(Entity, ProcedureId, u32),
    /// A decision opened.
    Opened(DecisionId, Option<Entity>),
    /// A decision closed.
    Closed(DecisionId, Option<Entity>, DecisionOutcome),
    /// A norm's instance changed its state.
    Norm(NormId, NormState, DutyId),
    /// Time passed.
    Time,
}

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its point.
    pub point: Point,
    /// The day it is dated.
    pub day: Day,
    /// Its time, as exactly as known.
    pub moment: Moment,
    /// What happened.
    pub what: Happening,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub provisions: Vec<ProvisionId>,
    /// Why.
    pub cause: Option<Arc<Cause>>,
    /// Rests on something recalled rather than documented.
    pub recalled: bool,
}

/// What can stand in a timeline.
#[derive(Clone, Debug)]
pub enum Happening {
    /// An act, deed, event or ballot, with its verdict in the occurrence.
    Occurrence(OccurrenceId),
    /// A status started.
    StatusStarted {
        /// Which.
        status: StatusId,
        /// For whom.
        key: Key,
        /// Its value.
        value: Option<Value>,
    },
    /// A status ended.
    StatusEnded {
        /// Which.
        status: StatusId,
        /// For whom.
        key: Key,
    },
    /// A duty was born.
    DutyBorn(DutyId),
    /// It is due at another time than it was, or has a due date now, or none any more.
    DueMoved {
        /// Which.
        duty: DutyId,
        /// The new one.
        due: Option<Deadline>,
    },
    /// It was fulfilled; late if it had lapsed.
    DutyFulfilled {
        /// Which.
        duty: DutyId,
        /// By what; `None` for an invariant.
        by: Option<OccurrenceId>,
        /// After its lapse.
        late: bool,
    },
    /// It lapsed: a breach of a must, a shortfall of a should.
    DutyLapsed {
        /// Which.
        duty: DutyId,
        /// A breach.
        breach: bool,
    },
    /// It was released.
    DutyReleased(DutyId),
    /// An invariant began to fail.
    ViolationStarted(DutyId),
    /// An invariant holds again.
    ViolationEnded(DutyId),
    /// A decision opened.
    DecisionOpened {
        /// Which.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// Which opening, from 1.
        opening: u32,
    },
    /// A decision closed.
    DecisionClosed {
        /// Which.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// How.
        outcome: DecisionOutcome,
        /// Why.
        reason: String,
        /// The numbers.
        tally: Tally,
    },
    /// A step of a decision is over, the next one begins (R41).
    NextStep {
        /// Which.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// The numbers of the step that is over.
        tally: Tally,
    },
    /// A decision takes no more ballots; its result waits for others (R42).
    ResultAwaited {
        /// Which.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// The numbers.
        tally: Tally,
    },
    /// An instance entered a stage.
    StageEntered {
        /// Which.
        instance: Entity,
        /// Of what.
        procedure: ProcedureId,
        /// Index of the stage.
        stage: u32,
    },
    /// An instance or decision is frozen (R10).
    Stuck {
        /// Which.
        instance: Entity,
        /// By what.
        clauses: ClauseSet,
    },
}
