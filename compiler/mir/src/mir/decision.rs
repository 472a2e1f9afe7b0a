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
    /// Ballot values.
    pub ballots: Vec<String>,
    /// The first counts.
    pub first_counts: bool,
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
    /// Consensus first; then the vote upon these.
    pub consensus: Option<Consensus>,
    /// Deemed outcomes.
    pub deemed: Vec<(DecisionOutcome, Guard)>,
    /// Silence.
    pub silence: (Silence, ProvisionId),
    /// On a tie.
    pub tie: Option<Guard>,
    /// Roll frozen at opening.
    pub roll_at_opening: bool,
    /// Opens on these (beside stages that say `decide`).
    pub opens: Vec<(On, Vec<Domain>, Option<Guard>)>,
    /// Opened on entry of a stage.
    pub stage: Option<(ProcedureId, u32)>,
    /// Closings.
    pub closes: Vec<Closing>,
    /// Where declared.
    pub provision: ProvisionId,
}

/// Consensus (R41).
#[derive(Clone, Debug)]
pub struct Consensus {
    /// What a reason cites.
    pub provision: ProvisionId,
    /// What opens the second step.
    pub then_upon: Vec<(On, Option<Guard>)>,
    /// Has a second step at all.
    pub then: bool,
}

/// Closings.
#[derive(Clone, Debug)]
pub enum Closing {
    /// At a time over subject and [`Op::EventTime`] (the opening); closes at phase 1.
    At(Guard, Firing),
    /// Upon an event.
    Upon(On, Option<Guard>),
    /// All have voted.
    AllVoted,
    /// Outcome certain.
    Certain,
    /// A condition over the subject.
    When(Guard),
}
