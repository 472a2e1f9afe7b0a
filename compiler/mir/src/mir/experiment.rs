//! Experiments: random lines and measures (R49-R58).

use super::*;
use rogatio_calendar::Day;
pub use rogatio_semantics::hir::Shown;
use std::collections::BTreeSet;

/// How a draw site is coded (R54).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// One 64-bit word per draw.
    Word,
    /// Bit planes over 4096 runs.
    Plane,
}

/// A draw site.
#[derive(Clone, Debug)]
pub struct Draw {
    /// Hash of the site's path.
    pub site: u64,
    /// The path.
    pub path: String,
    /// Coding.
    pub coding: Coding,
}

/// Laws of a delay; parameters are guards of type length, read when the clock starts.
#[derive(Clone, Debug)]
pub enum Law {
    /// Mean.
    Exponential(Guard),
    /// Mean.
    Geometric(Guard),
    /// From, to.
    Uniform(Guard, Guard),
    /// Fixed.
    Fixed(Guard),
    /// Least, most likely, greatest.
    Triangular(Guard, Guard, Guard),
    /// Scale, and the shape as a fraction.
    Weibull(Guard, i64, i64),
    /// Lengths with their weights.
    Empirical(Vec<(Guard, i64)>),
    /// Of so many delays of a law that begin together, the one by whose end enough have ended: of a planned experiment
    /// alone (R56). How many they are, over the actor, and by that number which of them it is, from 1; 0: none.
    Nth(Box<Law>, Guard, std::sync::Arc<Vec<u32>>),
}

/// An experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Its name.
    pub name: String,
    /// First day.
    pub begin: Day,
    /// Length of a run.
    pub horizon: Length,
    /// Anonymous populations.
    pub populations: Vec<(KindId, u32)>,
    /// Entities, assumptions, terms, dated acts.
    pub items: Vec<ScenarioItem>,
    /// Parameters: name and value.
    pub params: Vec<(String, Guard)>,
    /// Behaviours.
    pub behaviours: Vec<Behaviour>,
    /// What is drawn before a run begins.
    pub drawn: Vec<DrawnFact>,
    /// Readings with the choices that a sweep goes over; the first is taken otherwise.
    pub choices: Vec<(ReadingId, Vec<usize>)>,
    /// Values of parameters that a sweep takes: parameter, from, to, step.
    pub sweeps: Vec<(u32, Guard, Guard, Option<Guard>)>,
    /// How voters vote.
    pub ballots: Vec<BallotOdds>,
    /// Decisions whose outcome is drawn in place of the ballots: of a planned experiment alone (R56).
    pub outcomes: Vec<DrawnOutcome>,
    /// Caps.
    pub caps: Vec<(KindId, u32, bool)>,
    /// Measures.
    pub measures: Vec<Measure>,
    /// Where it stands.
    pub span: Span,
}

impl Experiment {
    /// The law of a decision's outcome, where that is drawn in place of the ballots.
    #[must_use]
    pub fn drawn_outcome(&self, d: DecisionId) -> Option<&DrawnOutcome> {
        self.outcomes.iter().find(|o| o.decision == d)
    }
}

/// What is drawn before a run begins (R57): once for each element, by its name.
#[derive(Clone, Debug)]
pub struct DrawnFact {
    /// Over these elements.
    pub each: Option<(Domain, Guard)>,
    /// What.
    pub what: Drawn,
    /// Its draws.
    pub draw: Draw,
    /// Where it stands.
    pub span: Span,
}

/// What can be drawn before a run begins.
#[derive(Clone, Debug)]
pub enum Drawn {
    /// A given takes a value with a chance: the given, its keys, the value, the chance.
    Chance(GivenId, Vec<Guard>, Guard, Guard),
    /// A given is yes for as long as the first law says, no for as long as the second, and so on.
    Alternates(GivenId, Vec<Guard>, Law, Law),
    /// An ordinal gets a length.
    Term(Urgency, Law),
}

/// A behaviour clock (R49): one per actor for which the act is empowered and `when` holds.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Who.
    pub who: Who,
    /// What.
    pub does: Does,
    /// Fixed arguments; `None`: unsaid. A variable that is not the actor's ([`Behaviour::each`]) makes one clock per value.
    pub args: Vec<Option<Guard>>,
    /// Variables of `args` and `when` beside the actor's: one clock per actor and tuple of these.
    pub each: Vec<Domain>,
    /// For whom and to whom, where said.
    pub for_whom: Option<Guard>,
    /// To whom.
    pub to: Option<Guard>,
    /// `when C` over the actor.
    pub when: Option<Guard>,
    /// Delay.
    pub law: Law,
    /// The days that a delay does not count.
    pub not_counting: Option<Guard>,
    /// Fresh draw at each rise (true), remaining time kept (false).
    pub restarting: Option<bool>,
    /// Even without power.
    pub even_without_power: bool,
    /// Draws of the delay.
    pub draw: Draw,
    /// Where it stands.
    pub span: Span,
}

/// What a behaviour does.
#[derive(Copy, Clone, Debug)]
pub enum Does {
    /// An act.
    Act(ActId),
    /// The outcome of a rule that lies elsewhere (R41b): of which decision, which, of which matter.
    Declare(DecisionId, DecisionOutcome, Option<Guard>),
}

impl Behaviour {
    /// The act it does, if it is one.
    #[must_use]
    pub fn act(&self) -> Option<ActId> {
        match self.does {
            Does::Act(act) => Some(act),
            Does::Declare(..) => None,
        }
    }
}

/// How voters vote in a decision (R53): one draw per voter, or bloc, and opening. The first line that covers a voter holds.
#[derive(Clone, Debug)]
pub struct BallotOdds {
    /// Who.
    pub who: Who,
    /// Which decision.
    pub decision: DecisionId,
    /// The matter decided, where the decision names one.
    pub subject: Option<Domain>,
    /// Position of the ballot value and its chance, over the voter and the matter; what is left of one casts no ballot.
    pub odds: Vec<(u32, Guard)>,
    /// The label that each of them bears, if it is one of the further names (R35).
    pub labels: Vec<Option<u32>>,
    /// `when C`, over the voter and the matter.
    pub when: Option<Guard>,
    /// Those of one bloc share a draw.
    pub bloc: Option<String>,
    /// Draws of the ballots.
    pub draw: Draw,
    /// Where it stands.
    pub span: Span,
}

/// A measure.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// What.
    pub kind: MeasureKind,
    /// How it is reported.
    pub shown: Shown,
    /// The table of the report it is a row of, if any: `breaches`.
    pub table: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The decisions of which some measure asks who is pivotal.
#[must_use]
pub fn asks_pivotal(program: &Program, experiment: &Experiment) -> BTreeSet<DecisionId> {
    let asked = experiment.measures.iter().filter_map(|m| match m.kind {
        MeasureKind::Probability(g, _) => match program.guard(g).op {
            Op::Pivotal { decision, .. } => Some(decision),
            _ => None,
        },
        _ => None,
    });
    asked.collect()
}

/// Kinds of measure.
#[derive(Clone, Debug)]
pub enum MeasureKind {
    /// A time at the horizon; pending is censored.
    Date(Guard),
    /// A condition at the horizon or at the end of a day.
    Probability(Guard, Option<Day>),
    /// An integer at the horizon.
    Number(Guard),
    /// How often any of these norms was breached.
    Breaches {
        /// The norms.
        norms: Vec<NormId>,
        /// Only whether they were.
        any: bool,
        /// By the end of this day; by the horizon if absent.
        by: Option<Day>,
    },
}
