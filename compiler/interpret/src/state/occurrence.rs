//! Occurrences and their verdicts.

use super::DutyId;
use crate::{ClauseSet, Entity, Moment, Value};
use rogatio_mir::{ActId, DecisionId, DecisionOutcome, NormId, ProvisionId, Under};

/// The n-th thing that happened in a case.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct OccurrenceId(pub u32);

impl OccurrenceId {
    /// As an index into [`crate::Case::occurrences`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A declared act, or an implicit act of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActKind {
    /// Declared.
    Act(ActId),
    /// A ballot.
    Vote {
        /// In which decision.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// Index of the ballot value.
        ballot: u32,
        /// Index of the label it bears, if it is one of the further names.
        label: Option<u32>,
    },
    /// A casting vote on equal votes.
    Casting {
        /// In which decision.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// Index of the ballot value: for or against.
        ballot: u32,
    },
    /// An outcome declared by a body, where the rule lies elsewhere (R41b).
    Declare {
        /// In which decision.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
        /// Adopted or rejected.
        outcome: DecisionOutcome,
    },
    /// An objection to consensus.
    Object {
        /// In which decision.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
    },
    /// The chair declares consensus.
    Gavel {
        /// In which decision.
        decision: DecisionId,
        /// On what.
        subject: Option<Entity>,
    },
}

/// An act to be judged or done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActInput {
    /// What.
    pub act: ActKind,
    /// Who; nobody for an event.
    pub actor: Option<Entity>,
    /// The provision that is invoked: its powers alone are looked at.
    pub under: Option<Under>,
    /// For whom it is done.
    pub for_whom: Option<Entity>,
    /// To whom.
    pub to: Option<Entity>,
    /// Arguments in order; missing ones take their default, or stay unsaid.
    pub args: Vec<Option<Value>>,
    /// Name of the entity it opens.
    pub binder: Option<String>,
    /// Recalled rather than documented (`~`): marks everything that follows from it.
    pub recalled: bool,
}

impl ActInput {
    /// A declared act by somebody, without arguments.
    #[must_use]
    pub fn new(act: ActId, actor: Option<Entity>) -> ActInput {
        ActInput {
            act: ActKind::Act(act),
            actor,
            under: None,
            for_whom: None,
            to: None,
            args: Vec::new(),
            binder: None,
            recalled: false,
        }
    }

    /// A ballot, by its position.
    #[must_use]
    pub fn vote(
        decision: DecisionId,
        subject: Option<Entity>,
        ballot: u32,
        voter: Entity,
    ) -> ActInput {
        ActInput {
            act: ActKind::Vote {
                decision,
                subject,
                ballot,
                label: None,
            },
            ..ActInput::new(ActId(0), Some(voter))
        }
    }
}

/// What an act is worth (R26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has effect.
    Valid,
    /// It is recorded, without effect.
    Void,
    /// The text does not say.
    Undetermined,
    /// A share of a joint act: no effect until the last one (R28).
    Pending,
}

/// A joint act, as far as it is done (R28).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joint {
    /// The sentence.
    pub(crate) norm: NormId,
    /// In which matter: the values of what tells its groups apart.
    pub(crate) matter: Vec<Value>,
    /// Those who share.
    pub(crate) members: Vec<Entity>,
    /// This is the last share.
    pub(crate) complete: bool,
    /// Each of them has the power to do it by itself, too.
    pub(crate) alone: bool,
}

/// A verdict with its flags and reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgment {
    /// The verdict.
    pub verdict: Verdict,
    /// Prohibitions it breaches; of a deed also the norms it falls short of.
    pub breach: Vec<NormId>,
    /// It is a breach (a deed without power breaches without a norm to name).
    pub breached: bool,
    /// A deed without the power to it: what would be void if it were an act (R26).
    pub unpowered: bool,
    /// A deed of which cannot be said whether there was power to it.
    pub in_doubt: bool,
    /// Prohibitions of which cannot be said whether it breaches them.
    pub perhaps_forbidden: Vec<NormId>,
    /// Recommendations of which cannot be said whether it goes against them.
    pub perhaps_unadvised: Vec<NormId>,
    /// Recommendations it goes against.
    pub shortfall: Vec<NormId>,
    /// Duties it fulfils.
    pub fulfils: Vec<DutyId>,
    /// Lapsed duties it does late.
    pub late: Vec<DutyId>,
    /// Every power it rests on.
    pub basis: Vec<NormId>,
    /// What the verdict cites.
    pub reasons: Vec<ProvisionId>,
    /// The reasons in words.
    pub text: Vec<String>,
    /// Clauses that leave it open.
    pub clauses: ClauseSet,
    /// A duty to do it and a prohibition held together (R26).
    pub dilemma: bool,
    /// What it breaches, with the keys of each norm: for events and labels (R30b).
    pub broken: Vec<(NormId, Vec<Value>)>,
    /// Void, although the actor is one of those meant.
    pub(crate) nearly: bool,
    /// Offices that the actor held.
    pub(crate) offices: Vec<Entity>,
    /// Of which joint act it is a share.
    pub(crate) joint: Option<Joint>,
}

impl Judgment {
    /// The verdict with its flags, in words: `valid`, `breach`, `late`. Of a deed without the power to it the breach is the
    /// verdict.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        let verdict = match self.verdict {
            Verdict::Valid if self.unpowered => None,
            Verdict::Valid if self.in_doubt => Some("undetermined"),
            Verdict::Valid => Some("valid"),
            Verdict::Void => Some("void"),
            Verdict::Undetermined => Some("undetermined"),
            Verdict::Pending => Some("pending"),
        };
        let flags = [
            (self.breached, "breach"),
            (
                self.perhaps_breach() || self.perhaps_shortfall(),
                "undetermined",
            ),
            (!self.late.is_empty(), "late"),
            (!self.shortfall.is_empty(), "shortfall"),
            (self.dilemma, "dilemma"),
        ];
        let flags = flags.into_iter().filter_map(|(is, w)| is.then_some(w));
        verdict.into_iter().chain(flags).collect()
    }

    /// It has effect, and whether it is a breach cannot be said: of a deed that is its whole verdict.
    #[must_use]
    pub fn perhaps_breach(&self) -> bool {
        self.verdict == Verdict::Valid && !self.in_doubt && !self.perhaps_forbidden.is_empty()
    }

    /// It has effect, and whether it goes against a recommendation cannot be said.
    #[must_use]
    pub fn perhaps_shortfall(&self) -> bool {
        let valid = self.verdict == Verdict::Valid && !self.in_doubt;
        valid && self.shortfall.is_empty() && !self.perhaps_unadvised.is_empty()
    }

    pub(crate) fn new(verdict: Verdict) -> Judgment {
        Judgment {
            verdict,
            breach: Vec::new(),
            breached: false,
            unpowered: false,
            in_doubt: false,
            perhaps_forbidden: Vec::new(),
            perhaps_unadvised: Vec::new(),
            shortfall: Vec::new(),
            fulfils: Vec::new(),
            late: Vec::new(),
            basis: Vec::new(),
            reasons: Vec::new(),
            text: Vec::new(),
            clauses: ClauseSet::default(),
            dilemma: false,
            broken: Vec::new(),
            nearly: false,
            offices: Vec::new(),
            joint: None,
        }
    }

    pub(crate) fn because(&mut self, provision: ProvisionId, text: impl Into<String>) {
        if !self.reasons.contains(&provision) {
            self.reasons.push(provision);
        }
        let text = text.into();
        if !text.is_empty() && !self.text.contains(&text) {
            self.text.push(text);
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Its number.
    pub id: OccurrenceId,
    /// What.
    pub act: ActKind,
    /// Who.
    pub actor: Option<Entity>,
    /// Of a joint act: all who did it.
    pub jointly: Vec<Entity>,
    /// Offices the actor held.
    pub offices: Vec<Entity>,
    /// The provision that was invoked.
    pub under: Option<Under>,
    /// For whom: whose act it is, if not the actor's (R25b).
    pub for_whom: Option<Entity>,
    /// To whom.
    pub to: Option<Entity>,
    /// Arguments, defaults filled in; `none` where unsaid.
    pub args: Vec<Value>,
    /// When.
    pub moment: Moment,
    /// Recalled rather than documented.
    pub recalled: bool,
    /// Its verdict and reasons.
    pub judgment: Judgment,
    /// The instance it opened.
    pub created: Option<Entity>,
    /// The entity that stands for it, where the text names occurrences of its act (R29).
    pub itself: Option<Entity>,
    /// Assumed to have been done before the case begins.
    pub assumed: bool,
}

impl Occurrence {
    /// Whether it counts, or may count.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        matches!(
            self.judgment.verdict,
            Verdict::Valid | Verdict::Undetermined
        )
    }
}
