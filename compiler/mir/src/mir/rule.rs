//! Rules: on an event, if a guard holds, one effect on one latch.

use super::*;

/// A rule. Variables bound by `on` and `each` are visible in `guard` and `effect`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What triggers it.
    pub on: On,
    /// Keys that the event does not bind: the rule runs for every tuple of them.
    pub each: Vec<Domain>,
    /// Condition.
    pub guard: Option<Guard>,
    /// The latch it writes.
    pub target: Latch,
    /// What it does.
    pub effect: Effect,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// The source.
    pub span: Span,
}

/// How a position or key of an event is matched. In [`Demand`] and in a duty's window a variable that is bound already
/// (the subject, a key of the instance) is compared, not bound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// Anything.
    Any,
    /// Binds a variable (entities: if of one of its kinds).
    Bind(VarId, Vec<KindId>),
    /// Equal to a guard over variables bound before it or keys of `each`.
    Is(Guard),
}

/// Triggers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum On {
    /// A valid occurrence in this micro-step.
    Act {
        /// Which act.
        act: ActId,
        /// Positions; those not listed match anything. In this order.
        matches: Vec<(Position, Match)>,
        /// `under art N`: its basis rests on this provision or one inside it.
        under: Option<Under>,
        /// Also void ones.
        attempted: bool,
    },
    /// A valid ballot, objection or gavel in a decision (R35); what counts of them is read by guards.
    Ballot {
        /// Which decision: of several bodies, the part of one.
        decision: DecisionId,
        /// Which of its acts.
        sort: BallotSort,
        /// The ballot value; any if absent.
        ballot: Option<u32>,
        /// The further name that it must bear.
        label: Option<u32>,
        /// Who, for whom, and on what ([`Position::Arg`] 0).
        matches: Vec<(Position, Match)>,
    },
    /// A timer fires: one match per key; the carried variables are bound as declared.
    Timer(TimerId, Vec<Match>),
    /// A watched condition becomes true in this pass.
    Rise(EdgeId, Vec<Match>),
    /// A watched condition becomes false in this pass.
    Fall(EdgeId, Vec<Match>),
    /// A status starts in this pass, or takes another value.
    Started(StatusId, Vec<Match>),
    /// A status ends in this pass.
    Ended(StatusId, Vec<Match>),
    /// An instance enters a stage (occurrence).
    Enter(ProcedureId, u32, Match),
    /// An instance leaves a stage (occurrence).
    Leave(ProcedureId, u32, Match),
    /// A decision closes with an outcome (occurrence).
    Outcome(DecisionId, DecisionOutcome, Match),
    /// A decision opens (occurrence).
    Opened(DecisionId, Match),
    /// A norm's instance changes state (occurrence).
    Norm(NormId, NormState, Vec<Match>),
    /// The case begins.
    Begin,
}

/// Effects.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Starts the target status (keys, value).
    Start(Vec<Guard>, Option<Guard>),
    /// Ends it.
    End(Vec<Guard>),
    /// Pushes to the target history.
    Push(Vec<Guard>),
    /// Arms the target timer for these keys, unless it is armed.
    Arm(Vec<Guard>),
    /// Disarms it.
    Disarm(Vec<Guard>),
    /// Nothing: the target edge is evaluated at its place.
    Watch,
}
