//! Norms: sentences.

use super::*;

/// `label: WHO MODAL ["QUALIFIER",] ACT [for WHOM] [to WHOM] [TIME …] … [else …]` (tour 4.7).
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// `renewal:` makes the norm a value.
    pub label: Option<Name>,
    /// Whose norm it is; several are `A or B` (any one fulfils).
    pub who: Vec<Who>,
    /// The modality.
    pub modal: Modal,
    /// What is demanded, permitted or forbidden.
    pub pred: NormPred,
    /// `for WHOM`: agency.
    pub for_whom: Option<Expr>,
    /// `to WHOM`.
    pub to_whom: Option<Expr>,
    /// When it is to be done.
    pub time: Option<TimeSpec>,
    /// `except TIME when C`: provisos on the time (R30c).
    pub time_except: Vec<(TimeSpec, Expr)>,
    /// `not counting DAYS`.
    pub not_counting: Option<Expr>,
    /// `upon E`, `upon c: E`.
    pub upon: Option<Upon>,
    /// `when C`.
    pub when: Option<Expr>,
    /// `while C` (`while here` in a stage).
    pub while_: Option<Expr>,
    /// `unless C`.
    pub unless: Option<Expr>,
    /// `despite art N`.
    pub despite: Option<Cite>,
    /// `else SENTENCE`: upon lapse of this one.
    pub else_: Option<Box<Norm>>,
    /// Where it stands.
    pub span: Span,
}

/// `upon c: change(plan) or stop(plan)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Upon {
    /// Names the triggering occurrence.
    pub binder: Option<Name>,
    /// The stream.
    pub event: Expr,
}

/// The subject of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Who {
    /// How it quantifies.
    pub quantifier: Quantifier,
    /// `each p: K`: names the subject.
    pub binder: Option<Name>,
    /// A name, a call, a kind.
    pub what: Expr,
    /// `K jointly`.
    pub jointly: bool,
    /// Where it stands.
    pub span: Span,
}

/// Quantifiers of a subject.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// None: one entity (or a set, with `jointly`).
    The,
    /// `any K`.
    Any,
    /// `each K`.
    Each,
    /// `either K`.
    Either,
}

/// Modalities (tour 3).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Modal {
    /// `may`: power.
    May,
    /// `cannot`: power taken away.
    Cannot,
    /// `must`: duty.
    Must,
    /// `must not`: prohibition.
    MustNot,
    /// `should`: recommendation.
    Should,
    /// `should not`.
    ShouldNot,
}

/// What a sentence is about.
#[derive(Clone, Debug, PartialEq)]
pub enum NormPred {
    /// An act, with its pattern of arguments, perhaps qualified.
    Act {
        /// `"as far as possible",`.
        qualifier: Option<Text>,
        /// `deposit(form: f)`.
        act: Expr,
    },
    /// `one of (A, B)`.
    OneOf {
        /// `"as far as possible",`.
        qualifier: Option<Text>,
        /// Any of them fulfils.
        acts: Vec<Expr>,
    },
    /// An anonymous act, named by its clause.
    Anonymous {
        /// `"as far as possible",`.
        qualifier: Option<Text>,
        /// `"adopt incentive measures"`.
        text: Text,
    },
    /// `ensure C`: an invariant (R32).
    Ensure(Expr),
    /// `stay S(x)`: a status that lasts stands for an act (R32).
    Stay(Expr),
}

/// The times of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSpec {
    /// Which.
    pub kind: TimeKind,
    /// Where it stands.
    pub span: Span,
}

/// The times of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeKind {
    /// `within D`, also `within a further D`.
    Within {
        /// `a further`.
        further: bool,
        /// The length.
        length: Expr,
    },
    /// `at least D before E`.
    AtLeastBefore {
        /// The length.
        length: Expr,
        /// A date or point.
        event: Expr,
    },
    /// `before E`.
    Before(Expr),
    /// `after E`, `from E`: not earlier than.
    After(Expr),
    /// `at T`.
    At(Expr),
    /// `between A and B`.
    Between(Expr, Expr),
    /// `every D after E`.
    Every {
        /// The length.
        length: Expr,
        /// The first base.
        after: Expr,
    },
    /// `during M`.
    During(Expr),
    /// `until E`: of an invariant.
    Until(Expr),
    /// An ordinal without length.
    Urgency(Urgency),
}
