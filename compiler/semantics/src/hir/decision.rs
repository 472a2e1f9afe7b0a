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
    /// The deciding body; an office may take a decision whose rule lies elsewhere.
    pub body: EntityId,
    /// Of several bodies: the part of each, in order (R41b).
    pub limbs: Vec<DecisionId>,
    /// The decision of several bodies that this is a part of.
    pub whole: Option<DecisionId>,
    /// What the outcomes of the bodies come to, in the order tested.
    pub together: Vec<(DecisionOutcome, Expr, ProvisionId)>,
    /// The text the rule lies in, where it is not this one.
    pub given: Option<(String, ProvisionId)>,
    /// The ballot values, in order: `yes`, `no`, `abstain`; `object` for a consensus.
    pub ballots: Vec<String>,
    /// Further names that a ballot may bear.
    pub labels: Vec<BallotLabel>,
    /// The first valid ballot counts (else the last).
    pub first_counts: bool,
    /// Every clause only gains or only loses by each ballot still to come, so that its result can be certain early (R40).
    pub monotone: bool,
    /// So do the ballots to which those who have voted may still change where the last ones count: what none of them can
    /// alter is certain all the same.
    pub monotone_changed: bool,
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
    /// Adopted when; where there are several steps, the rule of the last one.
    pub passes: (Stated, ProvisionId),
    /// The steps before the last one: `first consensus`, `first RULE` (R41). A consensus without a step after it stands here
    /// alone, and there is no rule.
    pub earlier: Vec<Step>,
    /// `deemed OUTCOME when C`.
    pub deemed: Vec<(DecisionOutcome, Expr)>,
    /// What silence counts as: `None` = no ballot.
    pub silence: (Silence, ProvisionId),
    /// Where it differs by voter: the name of a ballot, or `none`, over the voter variable.
    pub silence_by_voter: Option<Expr>,
    /// On equal yes and no.
    pub tie: Option<Tie>,
    /// Roll frozen at opening.
    pub roll_at_opening: bool,
    /// `roll at T`: members, voters and weights as they stood then.
    pub roll_as_of: Option<(Stream, ProvisionId)>,
    /// `present = cast`, or the body's own rule.
    pub present: Option<Expr>,
    /// Opening.
    pub opens: Option<Stream>,
    /// Closings, the first that comes.
    pub closes: Vec<Closing>,
    /// The version of the article it stands in.
    pub version: Option<VersionId>,
    /// The decision of which this is another version: the one that the name means.
    pub head: Option<DecisionId>,
    /// It is closed without a result upon this.
    pub withdrawn: Option<Stream>,
    /// Acts that its adoption enters.
    pub enacts: Vec<Enacts>,
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
            .chain(self.earlier.iter().filter_map(|s| s.rule.as_ref()))
            .chain(self.passes.0.rule())
            .chain(self.deemed.iter().map(|(_, e)| e))
            .chain(self.tie.iter().flat_map(|t| match &t.kind {
                TieKind::Outcome(_, when) => when.as_ref(),
                TieKind::Decides { who, .. } => Some(who),
            }))
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

/// A step that another may follow (R41).
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it says so.
    pub provision: ProvisionId,
    /// The rule; `None`: consensus.
    pub rule: Option<Expr>,
    /// What begins the step after it; without it there is none.
    pub next: Option<Stream>,
}

/// `enacts ACT when C`: adoption enters the act, by the body, judged by the norms (R37).
#[derive(Clone, Debug)]
pub struct Enacts {
    /// Which.
    pub act: ActId,
    /// Its arguments, in order; missing ones take their default.
    pub args: Vec<Option<Expr>>,
    /// To whom.
    pub to: Option<Expr>,
    /// For whom.
    pub for_whom: Option<Expr>,
    /// When.
    pub when: Option<Expr>,
    /// Where it says so.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// What a voter that did not vote has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// No ballot exists.
    None,
    /// The text is silent.
    NotStated(String),
    /// As this ballot value.
    As(usize),
}

/// `Veto -> no for permanent` (R35).
#[derive(Clone, Debug)]
pub struct BallotLabel {
    /// What stands on the ballot.
    pub name: String,
    /// The value it counts as: an index into [`Decision::ballots`].
    pub value: usize,
    /// A condition on the voter variable: whose ballots may bear it.
    pub of: Option<Expr>,
    /// Where it says so.
    pub provision: ProvisionId,
}

/// What becomes of equal votes (R37).
#[derive(Clone, Debug)]
pub struct Tie {
    /// Where it says so.
    pub provision: ProvisionId,
    /// What it says.
    pub kind: TieKind,
}

/// The ways to break a tie.
#[derive(Clone, Debug)]
pub enum TieKind {
    /// An outcome, where a condition holds; else the decision is rejected.
    Outcome(DecisionOutcome, Option<Expr>),
    /// A casting vote.
    Decides {
        /// Whose: an entity, perhaps none.
        who: Expr,
        /// How long after the votes were found equal; without it, as long as it takes.
        within: Option<Expr>,
        /// What it means that none was given in time.
        otherwise: Option<DecisionOutcome>,
    },
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
    /// `open through STAGE`: the instance leaves the stage.
    Left {
        /// Of which procedure.
        procedure: ProcedureId,
        /// Index of the stage.
        stage: usize,
        /// The instance.
        instance: Expr,
    },
    /// All have voted.
    AllVoted,
    /// The outcome is certain.
    Certain,
    /// A condition.
    When(Expr),
}
