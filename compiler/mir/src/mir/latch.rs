//! Latches: what a history leaves behind.

use super::*;

/// Anything that rules write.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Latch {
    /// A status.
    Status(StatusId),
    /// A history summary.
    Hist(HistId),
    /// A watched condition: evaluated at its place in the order; its rise or fall triggers later rules of the same pass.
    Edge(EdgeId),
    /// A timer site.
    Timer(TimerId),
}

/// A status (R6, R16): per key tuple disjoint half-open intervals.
#[derive(Clone, Debug)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// Its keys with their kinds.
    pub keys: Vec<Domain>,
    /// Valued: the type of the value.
    pub value: Option<Ty>,
    /// `while C`: the condition over the keys. [`Op::StatusOn`] is this condition; the intervals are kept by rules on an edge.
    pub level: Option<Guard>,
    /// Timers whose firing starts it for the same keys (first of the timer's keys): scheduled starts (R22).
    pub start_timers: Vec<TimerId>,
    /// Timers whose firing ends it.
    pub end_timers: Vec<TimerId>,
    /// `once from`: no re-start.
    pub once: bool,
    /// Until-conditions: a start is blocked while one holds (R16).
    pub blocked_while: Vec<Guard>,
    /// No status of the text but a value that some expression keeps (`X as of E`, `C for D`): not told.
    pub kept: bool,
    /// Where declared.
    pub provision: ProvisionId,
}

/// A summary of occurrences, keyed. Rules push to it.
#[derive(Clone, Debug)]
pub struct Hist {
    /// For dumps and reasons: `deposit by p`.
    pub name: String,
    /// The act it summarises.
    pub act: ActId,
    /// Keys.
    pub keys: Vec<Domain>,
    /// What the keys are called in its name; empty where they do not stand in it.
    pub key_names: Vec<String>,
    /// Positions whose values each push stores.
    pub store: Vec<Position>,
    /// Numbers of pushes whose time is read (beside first and last).
    pub nth: Vec<u32>,
    /// Counts attempts, valid or not.
    pub attempted: bool,
    /// The parts of its name, for languages that put them together in another order; none of what is no pattern of acts.
    pub pattern: Option<PatternName>,
}

/// The parts of the name of a pattern of acts.
#[derive(Clone, Debug)]
pub struct PatternName {
    /// Of the act.
    pub args: Vec<ArgName>,
    /// By whom.
    pub actor: ArgName,
    /// For whom.
    pub for_whom: ArgName,
    /// To whom.
    pub to: ArgName,
    /// Whether a condition follows.
    pub filtered: bool,
    /// The provision it relied on: `art 7(2)`.
    pub under: Option<String>,
}

/// What stands in a position of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgName {
    /// Anything.
    Any,
    /// Somebody who has a title of his own.
    Entity(EntityId),
    /// One of some kinds.
    Kinds(Vec<KindId>),
    /// A variable or a short expression.
    Text(String),
}

impl Hist {
    /// [`Hist::act`] of a history that counts no acts but other events (`2nd start(S)`).
    pub const NO_ACT: ActId = ActId(u32::MAX);
}

/// A watched condition over keys. What holds when the case begins, or when a key comes into being, rises then.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Keys.
    pub keys: Vec<Domain>,
    /// The condition.
    pub cond: Guard,
    /// Rises only once per key.
    pub once: bool,
    /// Where it stands.
    pub provision: ProvisionId,
}

/// Where in its day a timer fires (R1).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Firing {
    /// `D after E`: phase 2 of midnight of the day.
    Opening,
    /// `from lapse of D after E`: phase 0 of the next midnight, dated the day.
    TacitStart,
    /// Window ends: phase 1 of the next midnight.
    Lapse,
    /// `closes T`, `before T`: phase 1 of midnight of the day itself.
    Closing,
}

/// A timer site: one timer per key tuple, absorbed while armed (R17).
#[derive(Clone, Debug)]
pub struct Timer {
    /// For dumps and reasons: `90 days after 30th deposit`.
    pub name: String,
    /// Keys. The first ones are those of the status, duty or instance it serves.
    pub keys: Vec<Domain>,
    /// Variables bound by the arming event that `at` or the rules on this timer read; stored with the timer.
    pub carried: Vec<VarId>,
    /// When it fires: over keys, carried variables and [`Op::EventTime`] (of the arming event). Pending: re-evaluated
    /// whenever what it reads changes, until it is fixed, and then no more. Past or present: fires at once, in the next
    /// micro-step (in this very pass for rules later in the order).
    pub at: Guard,
    /// Where in the day.
    pub firing: Firing,
    /// Its firing counts only if this holds then: the version of its rule is in force.
    pub live: Option<Guard>,
    /// The instance in whose visit it runs: it reads the versions of that.
    pub visit: Option<VarId>,
    /// Where it stands.
    pub provision: ProvisionId,
}
