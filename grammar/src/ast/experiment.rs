//! `experiment`.

use super::*;

/// `experiment race of un.cbd { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// The module it simulates; this file's if absent.
    pub of: Option<Path>,
    /// Its lines.
    pub items: Vec<ExperimentItem>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentItem {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// What it says.
    pub kind: ExperimentItemKind,
    /// Where it stands.
    pub span: Span,
}

/// The lines of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum ExperimentItemKind {
    /// `begin 1992-06-05`.
    Begin(Expr),
    /// `State 190`: a population.
    Population(Name, i64),
    /// `State: A, B`: named members, and every other line shared with scenarios (assume, reading, term, dated acts).
    Scenario(ScenarioItem),
    /// `at most 64 Amendment open`.
    Cap {
        /// How many.
        count: i64,
        /// Of which kind.
        kind: Name,
        /// `in all` (else `open`).
        in_all: bool,
    },
    /// `param wait: period = 4 years over 1 year .. 10 years step 1 year`.
    Parameter {
        /// Its name.
        name: Name,
        /// Its type.
        ty: TypeExpr,
        /// Its value.
        value: Option<Expr>,
        /// The sweep `over a .. b step s`.
        sweep: Option<(Expr, Expr, Option<Expr>)>,
    },
    /// `each Party votes yes 70%, no 10% on Amend [when C] [as a bloc G]`.
    Votes {
        /// Who.
        who: Who,
        /// Odds by ballot.
        odds: Vec<(Name, Expr)>,
        /// Which decision.
        on: Expr,
        /// `when C`.
        when: Option<Expr>,
        /// `as a bloc G`: those who share one draw.
        bloc: Option<Name>,
    },
    /// `each State does deposit after exponential(wait) [not counting X] [when C] [restarting | resuming]`.
    Does {
        /// Who.
        who: Who,
        /// What.
        act: Expr,
        /// The law of the delay.
        after: Expr,
        /// `not counting X`.
        not_counting: Option<Expr>,
        /// `when C`.
        when: Option<Expr>,
        /// `restarting` (Some(true)) or `resuming` (Some(false)).
        restarting: Option<bool>,
        /// `even without power`.
        even_without_power: bool,
    },
    /// `reading R = a / b`: the first, and those that a sweep goes over.
    Readings {
        /// The reading.
        name: Name,
        /// Its choices.
        choices: Vec<Name>,
        /// Where it stands.
        span: Span,
    },
    /// `horizon 40 years`.
    Horizon(Expr),
    /// `measure start(in_force)`.
    Measure {
        /// `name:` before the measure.
        name: Option<Name>,
        /// What is measured.
        what: Expr,
        /// `by DATE`.
        by: Option<Expr>,
    },
}
