//! Decisions.

use super::*;

/// A slot that the text may leave open.
#[derive(Clone, Debug)]
pub enum Stated {
    /// The text sets none.
    None,
    /// The text is silent, and why that is said.
    NotStated(String),
    /// The rule: a condition over the roll.
    Rule(Expr),
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// The subject's variable, if any.
    pub subject: Option<VarId>,
    /// The deciding body.
    pub body: EntityId,
    /// The ballot values, in order: `yes`, `no`, `abstain`; `object` for a consensus.
    pub ballots: Vec<String>,
    /// The first valid ballot counts (else the last).
    pub first_counts: bool,
    /// A condition on the voter variable; members if absent.
    pub voters: Option<Expr>,
    /// The voter variable of the slots.
    pub voter: VarId,
    /// Quorum.
    pub quorum: (Stated, ProvisionId),
    /// Participation.
    pub participation: (Stated, ProvisionId),
    /// Admissible when.
    pub admissible: Option<Expr>,
    /// A condition on the voter variable: whose `no` rejects.
    pub veto: Option<Expr>,
    /// Adopted when. With a consensus, the rule of the second step.
    pub passes: (Stated, ProvisionId),
    /// `first consensus`; the second step opens upon this.
    pub consensus: Option<Consensus>,
    /// `deemed OUTCOME when C`.
    pub deemed: Vec<(DecisionOutcome, Expr)>,
    /// What silence counts as: `None` = no ballot.
    pub silence: (Silence, ProvisionId),
    /// On equal yes and no.
    pub tie: Option<Expr>,
    /// Roll frozen at opening.
    pub roll_at_opening: bool,
    /// `present = cast`, or the body's own rule.
    pub present: Option<Expr>,
    /// Opening.
    pub opens: Option<Stream>,
    /// Closings, the first that comes.
    pub closes: Vec<Closing>,
    /// Procedure whose stage decides it.
    pub stage: Option<(ProcedureId, usize)>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

impl Decision {
    /// The rules that are read at the close, in the order of R37.
    pub fn slots(&self) -> impl Iterator<Item = &Expr> {
        self.admissible
            .iter()
            .chain(self.quorum.0.rule())
            .chain(self.participation.0.rule())
            .chain(&self.veto)
            .chain(self.passes.0.rule())
            .chain(self.deemed.iter().map(|(_, e)| e))
            .chain(&self.tie)
    }
}

impl Stated {
    /// The rule, if there is one.
    #[must_use]
    pub fn rule(&self) -> Option<&Expr> {
        match self {
            Stated::Rule(e) => Some(e),
            Stated::None | Stated::NotStated(_) => None,
        }
    }
}

/// Consensus, then perhaps a vote (R41).
#[derive(Clone, Debug)]
pub struct Consensus {
    /// Where it says so.
    pub provision: ProvisionId,
    /// What opens the second step; without it there is none.
    pub then_upon: Option<Stream>,
}

/// What a voter that did not vote has done.
#[derive(Clone, Debug)]
pub enum Silence {
    /// No ballot exists.
    None,
    /// The text is silent.
    NotStated(String),
    /// As this ballot value.
    As(usize),
}

/// What closes a decision.
#[derive(Clone, Debug)]
pub enum Closing {
    /// `open D`.
    Open(Expr),
    /// `closes T`.
    At(Expr),
    /// `closes upon E`.
    Upon(Stream),
    /// All have voted.
    AllVoted,
    /// The outcome is certain.
    Certain,
    /// A condition.
    When(Expr),
}
