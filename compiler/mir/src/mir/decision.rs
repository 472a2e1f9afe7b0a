//! Decisions (R34-R43).

use super::*;
pub use rogatio_semantics::hir::Silence;

/// A slot of a decision.
#[derive(Clone, Debug)]
pub enum Stated {
    /// The text sets none.
    None,
    /// The text is silent.
    NotStated(String),
    /// The rule.
    Rule(Guard),
}

/// A decision. One open or closed state per subject.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its name.
    pub name: String,
    /// The subject.
    pub subject: Option<Domain>,
    /// The body.
    pub body: EntityId,
    /// Of several bodies: the part of each; then it has no roll of its own (R41b).
    pub limbs: Vec<DecisionId>,
    /// The decision of several bodies that this is a part of.
    pub whole: Option<DecisionId>,
    /// What the outcomes of the bodies come to: conditions over the subject, in the order tested.
    pub together: Vec<(DecisionOutcome, Guard, ProvisionId)>,
    /// The text the rule lies in, where it is not this one: its outcome is declared.
    pub given: Option<(String, ProvisionId)>,
    /// Ballot values. Their order is their meaning, whatever their names: the first is in favour, the second against, the
    /// third neither; those after it count as ballots cast and no more. `voting`, a veto, a tie and `certain` go by it.
    pub ballots: Vec<String>,
    /// Further names that a ballot may bear.
    pub labels: Vec<BallotLabel>,
    /// The first counts.
    pub first_counts: bool,
    /// Each ballot still to come only helps or only harms each clause: a result can be certain early (R40).
    pub monotone: bool,
    /// So do the ballots to which those who have voted may still change where the last ones count: what none of them can
    /// alter is certain all the same.
    pub monotone_changed: bool,
    /// The voter: kinds of the body's members.
    pub voter: Domain,
    /// Entitled to vote, over voter (default: the body's members).
    pub voters: Guard,
    /// Member of the body, over voter.
    pub members: Guard,
    /// Present, over voter.
    pub present: Option<Guard>,
    /// Votes of the voter, where weighted.
    pub weight: Option<Guard>,
    /// Whether the voter may cast a ballot beyond being a voter: `cannot vote` norms, `any`… Norms about voting.
    pub vote_norms: Vec<NormId>,
    /// Admissible when.
    pub admissible: Option<Guard>,
    /// Quorum.
    pub quorum: (Stated, ProvisionId),
    /// Participation.
    pub participation: (Stated, ProvisionId),
    /// Whose `no` rejects, over voter.
    pub veto: Option<Guard>,
    /// Adopted when.
    pub passes: (Stated, ProvisionId),
    /// The steps before the last one; a consensus without a step after it is here alone.
    pub earlier: Vec<Step>,
    /// Deemed outcomes.
    pub deemed: Vec<(DecisionOutcome, Guard)>,
    /// Silence.
    pub silence: (Silence, ProvisionId),
    /// Silence where it differs by voter: the name of a ballot (text), or `none`, over voter.
    pub silence_by_voter: Option<Guard>,
    /// On a tie.
    pub tie: Option<Tie>,
    /// Who is in the chair of the body.
    pub chair: Option<Guard>,
    /// Roll frozen at opening.
    pub roll_at_opening: bool,
    /// The version of the article it stands in.
    pub version: Option<VersionId>,
    /// The decision whose name and state it shares: this is another version of it.
    pub head: Option<DecisionId>,
    /// The same decision in other versions; only of the one that the name means.
    pub others: Vec<DecisionId>,
    /// Opens on these (beside stages that say `decide`).
    pub opens: Vec<(On, Vec<Domain>, Option<Guard>)>,
    /// Opened on entry of a stage.
    pub stage: Option<(ProcedureId, u32)>,
    /// Closings.
    pub closes: Vec<Closing>,
    /// Upon these it is closed without a result.
    pub withdrawn: Vec<(On, Option<Guard>)>,
    /// What its adoption enters.
    pub enacts: Vec<Enacts>,
    /// Where declared.
    pub provision: ProvisionId,
}

impl Decision {
    /// The rules read at the close, in the order of R37.
    #[must_use]
    pub fn slots(&self) -> Vec<Guard> {
        let rule = |s: &Stated| match s {
            Stated::Rule(g) => Some(*g),
            Stated::None | Stated::NotStated(_) => None,
        };
        let mut slots: Vec<Guard> = self.admissible.into_iter().collect();
        slots.extend(rule(&self.quorum.0));
        slots.extend(rule(&self.participation.0));
        slots.extend(self.veto);
        slots.extend(self.earlier.iter().filter_map(|s| s.rule));
        slots.extend(rule(&self.passes.0));
        slots.extend(self.deemed.iter().map(|(_, g)| *g));
        slots.extend(self.tie.as_ref().and_then(|t| match &t.kind {
            TieKind::Outcome(_, when) => *when,
            TieKind::Decides { who, .. } => Some(*who),
        }));
        slots
    }

    /// Whether a step seeks consensus: objections are taken, no ballots.
    #[must_use]
    pub fn seeks_consensus(&self, step: usize) -> bool {
        self.earlier.get(step).is_some_and(|s| s.rule.is_none())
    }

    /// The rule of a step, with what it rests on; the last is that of `passes`.
    #[must_use]
    pub fn rule_of(&self, step: usize) -> (Stated, ProvisionId) {
        match self.earlier.get(step) {
            Some(s) => (s.rule.map_or(Stated::None, Stated::Rule), s.provision),
            None => self.passes.clone(),
        }
    }

    /// Position of the ballot in favour.
    pub const FOR: u32 = 0;
    /// Position of the ballot against.
    pub const AGAINST: u32 = 1;
    /// Position of the abstention.
    pub const ABSTAIN: u32 = 2;

    /// A position, if a ballot stands there.
    #[must_use]
    pub fn ballot(&self, position: u32) -> Option<u32> {
        ((position as usize) < self.ballots.len()).then_some(position)
    }

    /// Whether a ballot is for or against: `voting` (R36).
    #[must_use]
    pub fn is_vote(&self, ballot: u32) -> bool {
        matches!(ballot, Self::FOR | Self::AGAINST) && self.ballot(ballot).is_some()
    }
}

/// Another name that a ballot may bear (R35).
#[derive(Clone, Debug)]
pub struct BallotLabel {
    /// What stands on the ballot.
    pub name: String,
    /// The ballot value it counts as.
    pub value: u32,
    /// Whose ballots may bear it, over voter.
    pub of: Option<Guard>,
    /// What a reason cites.
    pub provision: ProvisionId,
}

/// What becomes of equal votes (R37).
#[derive(Clone, Debug)]
pub struct Tie {
    /// What a reason cites.
    pub provision: ProvisionId,
    /// What it says.
    pub kind: TieKind,
}

/// The ways to break a tie.
#[derive(Clone, Debug)]
pub enum TieKind {
    /// An outcome, where a condition over the subject holds.
    Outcome(DecisionOutcome, Option<Guard>),
    /// A casting vote.
    Decides {
        /// Whose, over the subject: an entity or none.
        who: Guard,
        /// Until when, over the subject and [`Op::EventTime`] (when the votes were found equal).
        until: Option<Guard>,
        /// What it means that none was given in time. Without `until`: by the closing.
        otherwise: Option<DecisionOutcome>,
    },
}

/// A step before the last one (R41).
#[derive(Clone, Debug)]
pub struct Step {
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Its rule; `None`: consensus.
    pub rule: Option<Guard>,
    /// What begins the step after it.
    pub next: Vec<(On, Option<Guard>)>,
    /// Another step follows.
    pub then: bool,
}

/// An act that adoption enters, by the body (R37).
#[derive(Clone, Debug)]
pub struct Enacts {
    /// Which.
    pub act: ActId,
    /// Its arguments over the subject; missing ones take their default.
    pub args: Vec<Option<Guard>>,
    /// To whom.
    pub to: Option<Guard>,
    /// For whom.
    pub for_whom: Option<Guard>,
    /// When.
    pub when: Option<Guard>,
    /// What a reason cites.
    pub provision: ProvisionId,
}

/// Closings.
#[derive(Clone, Debug)]
pub enum Closing {
    /// At a time over subject and [`Op::EventTime`] (the opening); closes at phase 1.
    At(Guard, Firing),
    /// Upon an event.
    Upon(On, Option<Guard>),
    /// All have voted: every voter has cast a ballot, as a condition over the subject.
    AllVoted(Guard),
    /// Outcome certain.
    Certain,
    /// A condition over the subject.
    When(Guard),
}
