//! Experiments.

use super::*;
use rogatio_calendar::{Day, Length};
use rogatio_grammar::ast::Urgency;

/// An experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// The first day.
    pub begin: Day,
    /// The length of a run.
    pub horizon: Length,
    /// Anonymous populations.
    pub populations: Vec<(KindId, u32)>,
    /// Entities, assumptions, readings, terms, dated acts.
    pub items: Vec<ScenarioItem>,
    /// Parameters.
    pub params: Vec<Parameter>,
    /// Behaviours.
    pub behaviours: Vec<Behaviour>,
    /// What is drawn before a run begins.
    pub drawn: Vec<DrawnFact>,
    /// Readings with the choices that a sweep goes over; the first is taken otherwise.
    pub choices: Vec<(ReadingId, Vec<usize>)>,
    /// Ballot odds.
    pub ballots: Vec<BallotOdds>,
    /// Caps: (kind, n, in all).
    pub caps: Vec<(KindId, u32, bool)>,
    /// Measures.
    pub measures: Vec<Measure>,
    /// Where it stands.
    pub span: Span,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Its value.
    pub value: Option<Expr>,
    /// `over a .. b step s`.
    pub sweep: Option<(Expr, Expr, Option<Expr>)>,
}

/// Laws of a delay (R51, R55).
#[derive(Clone, Debug)]
pub enum Law {
    /// Mean.
    Exponential(Expr),
    /// Mean.
    Geometric(Expr),
    /// From, to.
    Uniform(Expr, Expr),
    /// Always the same.
    Fixed(Expr),
    /// Least, most likely, greatest.
    Triangular(Expr, Expr, Expr),
    /// Scale, and the shape as a fraction.
    Weibull(Expr, i64, i64),
    /// Lengths with their weights.
    Empirical(Vec<(Expr, i64)>),
}

/// What is drawn before a run begins (R57).
#[derive(Clone, Debug)]
pub struct DrawnFact {
    /// For each of these, if `for each`.
    pub each: Option<SetExpr>,
    /// What.
    pub what: Drawn,
    /// Path of the site.
    pub site: String,
    /// Where it stands.
    pub span: Span,
}

/// What can be drawn before a run begins.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few exist
pub enum Drawn {
    /// `assume G(k) = v with probability 30%`: the given, its keys, the value, the chance.
    Chance(GivenId, Vec<Expr>, Expr, Expr),
    /// `assume G(k) alternates F1 / F2`: yes for as long as the first law says, no for as long as the second, and so on.
    Alternates(GivenId, Vec<Expr>, Law, Law),
    /// `term without delay = uniform(3 days, 10 days)`.
    Term(Urgency, Law),
}

/// `each State does deposit after exponential(wait)`.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Who.
    pub who: Subject,
    /// What.
    pub does: Does,
    /// After what.
    pub law: Law,
    /// The days that a delay does not count.
    pub not_counting: Option<Expr>,
    /// When.
    pub when: Option<Expr>,
    /// `restarting` / `resuming`.
    pub restarting: Option<bool>,
    /// Even without power.
    pub even_without_power: bool,
    /// Path of the site: module, experiment, clause (R54).
    pub site: String,
    /// Where it stands.
    pub span: Span,
}

/// What a behaviour does.
#[derive(Clone, Debug)]
pub enum Does {
    /// An act, whose actor is the subject.
    Act(Pattern),
    /// `adopt(D on x)`, `reject(D on x)`: the outcome of a rule that lies elsewhere (R41b).
    Declare {
        /// Which decision; of several bodies the subject says whose part.
        decision: DecisionId,
        /// Adopted or rejected.
        outcome: DecisionOutcome,
        /// The matter.
        matter: Option<Expr>,
    },
}

/// `each Party votes yes 70%, … on Amend` (R53).
#[derive(Clone, Debug)]
pub struct BallotOdds {
    /// Who.
    pub who: Subject,
    /// Which decision.
    pub decision: DecisionId,
    /// The matter decided, where the decision names one.
    pub subject: Option<VarId>,
    /// The odds of each ballot value, by its position, in the order of the positions, and the label it bears, if it is one
    /// of the further names; what is left is no ballot.
    pub odds: Vec<(usize, Option<usize>, Expr)>,
    /// `when C`, over the voter and the matter.
    pub when: Option<Expr>,
    /// Those of one bloc share a draw.
    pub bloc: Option<String>,
    /// Path of the site.
    pub site: String,
    /// Where it stands.
    pub span: Span,
}

/// A measure.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its name, or its text.
    pub name: String,
    /// What is measured.
    pub kind: MeasureKind,
    /// How it is reported.
    pub shown: Shown,
    /// The table of the report it is a row of, if any: `breaches`.
    pub table: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// How a date or a number is reported.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Mean, quantiles and histogram.
    All,
    /// `mean(X)`.
    Mean,
    /// `quantile(X, 90%)`: numerator and denominator, between 0 and 1.
    Quantile(u64, u64),
    /// `histogram(X)`.
    Histogram,
}

/// Kinds of measure.
#[derive(Clone, Debug)]
pub enum MeasureKind {
    /// A date: quantiles, histogram, share never reached.
    Date(Expr),
    /// Probability of a condition at the horizon, or by a day.
    Probability(Expr, Option<Day>),
    /// Mean and quantiles of an integer at the horizon.
    Number(Expr),
    /// How often norms were breached.
    Breaches {
        /// The norms.
        norms: Vec<NormId>,
        /// Only whether they were.
        any: bool,
        /// By the end of this day; by the horizon if absent.
        by: Option<Day>,
    },
    /// Who is pivotal in a decision: a measure for each who may sit in its body.
    Pivotal {
        /// The decision.
        decision: DecisionId,
        /// The matter, if it has one.
        subject: Option<Expr>,
        /// By the end of this day; by the horizon if absent.
        by: Option<Day>,
    },
}

/// `term without delay = 14 days` in an experiment.
pub type TermItem = (Urgency, Length);
