//! Norms: grants for judging acts, duties with their life (R25-R33).

use super::*;

/// A norm.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Its label or a text made from the sentence.
    pub name: String,
    /// Has a label of its own (is a value).
    pub labelled: bool,
    /// Modality.
    pub modal: Modal,
    /// The subject.
    pub who: Who,
    /// As written: `any Party`, `must communicate(a)`.
    pub text: String,
    /// Qualifier.
    pub qualifier: Option<String>,
    /// What it is about.
    pub demand: Demand,
    /// Judging an act (`may`, `cannot`, `must not`, `should not`; `must` and `should` grant through their duty): conditions
    /// over subject, keys and arguments bound by the demand: `when`, `while`, `not unless`, stage.
    pub cond: Option<Guard>,
    /// Of a `may`, `cannot`, `must not`: the window in which it holds; times may be pending. (opens, closes)
    pub window: Window,
    /// Of a must, should, labelled may or invariant: its instances.
    pub duty: Option<Duty>,
    /// What tells its instances apart (R28), also of a prohibition.
    pub keys: Vec<VarId>,
    /// `despite art N`.
    pub despite: Option<ProvisionId>,
    /// Upon lapse.
    pub else_: Option<NormId>,
    /// The version of the article it stands in.
    pub version: Option<VersionId>,
    /// The same norm in other versions; only of the one that a label names.
    pub others: Vec<NormId>,
    /// The norm of which this is another version.
    pub head: Option<NormId>,
    /// Declared in a stage: the instance in whose visit it holds, and whose version it keeps (R47b).
    pub visit: Option<VarId>,
    /// Of an `else`: the norm whose lapse it follows, and whose version it keeps.
    pub else_of: Option<NormId>,
    /// Where declared.
    pub provision: ProvisionId,
    /// The source.
    pub span: Span,
}

/// The subject: a variable over kinds, with a condition.
#[derive(Clone, Debug)]
pub struct Who {
    /// The actor and its kinds.
    pub domain: Domain,
    /// Is one of those meant (bool over the actor and keys).
    pub cond: Guard,
    /// One instance per member.
    pub each: bool,
    /// Together.
    pub jointly: bool,
    /// As written.
    pub text: String,
}

/// What a norm is about.
#[derive(Clone, Debug)]
pub enum Demand {
    /// An act with matched positions; `filter` over all bound variables.
    Act {
        /// Which.
        act: ActId,
        /// Positions in order (the actor is bound to the subject's variable, not listed).
        matches: Vec<(Position, Match)>,
        /// `where C`.
        filter: Option<Guard>,
    },
    /// A ballot in a decision.
    Vote {
        /// Which.
        decision: DecisionId,
        /// What is on it; any if absent.
        ballot: Option<u32>,
        /// The further name that it must bear.
        label: Option<u32>,
        /// On what.
        subject: Match,
        /// For whom (R25b).
        for_whom: Match,
        /// A condition on the subject.
        filter: Option<Guard>,
    },
    /// Anonymous, named by its clause; never assessed by a clock.
    Anonymous(String),
    /// An invariant.
    Ensure(Guard),
    /// Several acts, any of which fulfils (R33); each grants the power to itself.
    OneOf(Vec<Demand>),
}

impl Norm {
    /// A qualified duty: no clock says that it was not met, so it does not lapse (R33).
    #[must_use]
    pub fn is_unassessed(&self) -> bool {
        self.modal == Modal::Must && self.qualifier.is_some()
    }
}

impl Demand {
    /// What may be done to meet it: itself, or each of the alternatives.
    #[must_use]
    pub fn parts(&self) -> &[Demand] {
        match self {
            Demand::OneOf(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// The acts it is about.
    pub fn acts(&self) -> impl Iterator<Item = ActId> {
        self.parts().iter().filter_map(|d| match d {
            Demand::Act { act, .. } => Some(*act),
            _ => None,
        })
    }
}

/// A window of time: half-open in points, by rule R1. Absent bounds do not bind; pending ones mean "not yet".
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// Not before this time: phase 2 of its midnight (or that second).
    pub opens: Option<Guard>,
    /// The last time, and where in the day it closes ([`Firing::Lapse`]: the day is in; [`Firing::Closing`]: it is out).
    pub closes: Option<(Guard, Firing)>,
    /// `before E`: closes at E's own step.
    pub closes_on: Vec<(On, Option<Guard>)>,
    /// An ordinal without length, and where it stands.
    pub urgency: Option<(Urgency, ProvisionId)>,
    /// Days that the length which the ordinal is given does not count.
    pub skip: Option<Guard>,
    /// Holds only while this is true (`during S`).
    pub during: Option<Guard>,
}

impl Window {
    /// Whether it never closes and was never closed.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.opens.is_none()
            && self.closes.is_none()
            && self.closes_on.is_empty()
            && self.during.is_none()
    }
}

/// Instances of a norm.
#[derive(Clone, Debug)]
pub struct Duty {
    /// Instance key (R28): bound at birth.
    pub keys: Vec<Domain>,
    /// Births.
    pub births: Vec<Birth>,
    /// Closed over keys and [`Op::EventTime`] = birth.
    pub window: Window,
    /// `within a further D`: the window counts from the last due day of the norm before, not from birth.
    pub further_of: Option<NormId>,
    /// Provisos: (window, condition), tested when the window before lapses unused.
    pub provisos: Vec<(Window, Guard)>,
    /// `every D after T`: the k-th instance is due k lengths after the base.
    pub every: Option<Every>,
    /// Released when this becomes true (`unless C`, not `while C`, stage left with `while here`).
    pub release: Option<Guard>,
    /// Released by these events (`must ensure C until E`, R32).
    pub release_on: Vec<(On, Option<Guard>)>,
    /// What has to be done for each of several, by the ways of meeting it; none where once will do.
    pub several: Vec<Several>,
    /// Born fulfilled if the act already occurred in the same instance (scope births, R28).
    pub scope_born: bool,
}

/// `to each K`: whom or what an act has to be done for, all of them. Who is one of them is settled when an instance is born
/// (R30).
#[derive(Clone, Debug)]
pub struct Several {
    /// The variables that the demand binds, and their kinds.
    pub each: Vec<Domain>,
    /// Which of them are meant, over these and the keys.
    pub cond: Guard,
}

/// `every D after T`.
#[derive(Clone, Debug)]
pub struct Every {
    /// D.
    pub length: Guard,
    /// T.
    pub base: Guard,
    /// Days that do not count in it (R2).
    pub skip: Option<Guard>,
}

impl Duty {
    /// Events that end an instance: `before E` of its window and of its provisos, `until E`.
    pub fn ends(&self) -> impl Iterator<Item = &(On, Option<Guard>)> {
        let provisos = self.provisos.iter().flat_map(|(w, _)| &w.closes_on);
        self.window
            .closes_on
            .iter()
            .chain(provisos)
            .chain(&self.release_on)
    }
}

/// A birth.
#[derive(Clone, Debug)]
pub struct Birth {
    /// The trigger. [`On::Begin`] with `each` keys and a rising `guard` is done through an edge: [`On::Rise`].
    pub on: On,
    /// Keys the trigger does not bind.
    pub each: Vec<Domain>,
    /// Tested once, in the state just before the event's effects (R28).
    pub guard: Option<Guard>,
    /// Judged right after the event, in the frozen result of its pass: filters and ordinals of the event (R4).
    pub after: Option<Guard>,
    /// Values of the keys.
    pub keys: Vec<Guard>,
}
