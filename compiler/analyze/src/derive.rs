//! A decision in a case -> its rule: the guards of the decision are evaluated with the ballots left open.
//!
//! What does not read the ballots is asked of the interpreter, in the case as it stands. What does is taken apart by its
//! form: sets of the roll are what an answer adds to a count, counts and sums add up, comparisons and shares are sums
//! compared with zero. So the rule is proved from the text, voter by voter; a form that cannot be taken apart is refused.

mod asked;
mod depends;
mod guard;
mod outcome;

use crate::refusal::Refusal;
use crate::rule::{Formula, Rule};
pub use asked::{Asked, ask, decisions_in};
use depends::Depends;
pub use depends::readings_of;
use rogatio_diagnostics::codes;
use rogatio_interpret::{Case, Entity, Truth};
use rogatio_mir::{Decision, DecisionId, DecisionOutcome, Program, RollSet, Silence};
use std::collections::HashMap;

/// What a voter can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It casts this ballot (index into the decision's ballots).
    Ballot(u32),
    /// It casts none.
    Silent,
}

/// One who votes in a decision; who votes in two bodies is there once for each.
#[derive(Clone, Debug)]
pub struct Voter {
    /// Who.
    pub entity: Entity,
    /// Its name.
    pub name: String,
    /// The decision; of several bodies, the part of this voter's body.
    pub decision: DecisionId,
    /// The names of its ballots; its answers are these, in order, and then silence.
    pub ballots: Vec<String>,
    /// What silence counts as.
    pub silence: Silence,
    /// The answer that supports: the ballot in favour; where consensus is sought, no objection.
    pub supports: usize,
    /// The answer that opposes.
    pub opposes: usize,
}

impl Voter {
    /// The answer of casting no ballot.
    #[must_use]
    pub fn silent(&self) -> usize {
        self.ballots.len()
    }

    /// Answers whose effect the text states: all ballots, and silence unless the text leaves open what it counts as.
    #[must_use]
    pub fn may_answer(&self) -> std::ops::Range<usize> {
        let silence = usize::from(!matches!(self.silence, Silence::NotStated(_)));
        0..self.ballots.len() + silence
    }

    /// Its answers in order.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        (0u32..)
            .zip(&self.ballots)
            .map(|(i, _)| Answer::Ballot(i))
            .chain([Answer::Silent])
    }
}

/// A decision's voters and its rule over their answers.
#[derive(Clone, Debug)]
pub struct Electorate {
    /// The voters, in order of their entities.
    pub voters: Vec<Voter>,
    /// Members of the body who have no vote.
    pub without_vote: Vec<String>,
    /// The rule.
    pub rule: Rule,
    /// What had to be supposed, a sentence each.
    pub supposed: Vec<String>,
}

/// The rule of a decision on a subject in a case as it stands: who is on the roll, with which weight, under which text.
///
/// # Errors
/// E1000 nobody votes; E1001 the text is open; E1002 a rule that is no sum over ballots; E1006 the rule lies elsewhere.
pub fn derive(case: &Case, d: DecisionId, subject: Option<Entity>) -> Result<Electorate, Refusal> {
    let program = case.program();
    let mut maker = Maker::new(case, subject);
    maker.enrol_all(d)?;
    let adopted = maker.outcome(d, DecisionOutcome::Adopted)?;
    let rejected = maker.outcome(d, DecisionOutcome::Rejected)?;
    if let Some(open) = adopted.open() {
        return Err(Refusal::open(program, &open));
    }
    Ok(Electorate {
        rule: Rule { adopted, rejected },
        voters: maker.voters,
        without_vote: maker.without_vote,
        supposed: maker.supposed,
    })
}

/// The outcomes that a decision can have, in the order in which they are tested, each as a truth about the answers; one
/// of them holds.
///
/// # Errors
/// As of [`derive()`].
pub fn outcomes(
    case: &Case,
    d: DecisionId,
    subject: Option<Entity>,
) -> Result<(Electorate, Vec<(DecisionOutcome, Formula)>), Refusal> {
    let electorate = derive(case, d, subject)?;
    let mut maker = Maker::new(case, subject);
    maker.enrol_all(d)?;
    let mut found = Vec::new();
    for outcome in maker.tested(d)? {
        let formula = maker.outcome(d, outcome)?;
        if let Some(open) = formula.open() {
            return Err(Refusal::open(case.program(), &open));
        }
        found.push((outcome, formula));
    }
    Ok((electorate, found))
}

fn nobody(program: &Program, d: &Decision, without: &[String]) -> Refusal {
    let body = program.entities.get(d.body.index());
    let body = body.map_or("the body", |e| e.name.as_str());
    let help = "name a scenario in which the body has members (--scenario TITLE), or put members into it (--members N)";
    let why = if without.is_empty() {
        format!("{body} has no members here")
    } else {
        format!("no member of {body} is entitled to vote here")
    };
    let mut refusal =
        Refusal::new(codes::E1000, format!("nobody votes in `{}`: {why}", d.name)).help(help);
    if let Some(p) = program.provisions.get(d.provision.index()) {
        refusal.span = p.span;
    }
    refusal
}

/// The work of [`derive`].
struct Maker<'c> {
    case: &'c Case,
    program: &'c Program,
    depends: Depends,
    subject: Option<Entity>,
    voters: Vec<Voter>,
    /// Voters by decision (of the body's own part) and entity.
    index: HashMap<(DecisionId, Entity), u32>,
    without_vote: Vec<String>,
    supposed: Vec<String>,
    /// Outcomes of parts that were worked out already.
    limbs: HashMap<(DecisionId, u8), Formula>,
    /// A question about the vote is taken apart, not its own rule: outcomes are those of the vote.
    asks: bool,
}

impl<'c> Maker<'c> {
    fn new(case: &'c Case, subject: Option<Entity>) -> Maker<'c> {
        let program = case.program();
        Maker {
            case,
            program,
            depends: Depends::new(program),
            subject,
            voters: Vec::new(),
            index: HashMap::new(),
            without_vote: Vec::new(),
            supposed: Vec::new(),
            limbs: HashMap::new(),
            asks: false,
        }
    }

    /// Takes the voters of all bodies that decide.
    fn enrol_all(&mut self, d: DecisionId) -> Result<(), Refusal> {
        let whole = self.text(d)?;
        if whole.limbs.is_empty() {
            self.enrol(d)?;
        }
        for limb in whole.limbs.clone() {
            self.enrol(limb)?;
        }
        if self.voters.is_empty() {
            return Err(nobody(self.program, whole, &self.without_vote));
        }
        Ok(())
    }

    /// The text of the decision that rules.
    fn text(&self, d: DecisionId) -> Result<&'c Decision, Refusal> {
        self.case
            .decision_text(d, self.subject)
            .ok_or_else(|| Refusal::new(codes::E1002, "there is no such decision".to_owned()))
    }

    /// Takes the voters of a body's part.
    fn enrol(&mut self, d: DecisionId) -> Result<(), Refusal> {
        let text = self.text(d)?;
        if let Some((words, _)) = &text.given {
            let name = &text.name;
            return Err(Refusal::new(
                codes::E1006,
                format!("the rule of `{name}` lies elsewhere: {words}"),
            )
            .help("state the ballots and the majority in the decision"));
        }
        let voters: Vec<(Entity, String)> = self
            .case
            .entities()
            .filter(|(_, _, kind)| text.voter.kinds.contains(kind))
            .map(|(e, name, _)| (e, name.to_owned()))
            .collect();
        let bars = |n: &rogatio_mir::NormId| {
            let norm = self.program.norms.get(n.index());
            norm.filter(|n| n.modal == rogatio_mir::Modal::Cannot)
        };
        if let Some(norm) = text.vote_norms.iter().find_map(bars) {
            let cite = self.program.cite(norm.provision);
            self.suppose(format!("nobody is barred from voting ({cite})"));
        }
        let consensus = text.passes.0.is_none_rule() && text.seeks_consensus(0);
        for (e, name) in voters {
            let on = |set: &RollSet| match self.case.is_on_roll(d, self.subject, e, set) {
                Truth::Unknown(c) => Err(Refusal::open(self.program, &c)),
                t => Ok(t.is_true()),
            };
            if !on(&RollSet::Voters)? {
                if on(&RollSet::Members)? {
                    self.without_vote.push(name);
                }
                continue;
            }
            let number = u32::try_from(self.voters.len()).unwrap_or(u32::MAX);
            self.index.insert((d, e), number);
            let silent = text.ballots.len();
            let (supports, opposes) = if consensus {
                (silent, 0)
            } else {
                (0, 1.min(silent))
            };
            self.voters.push(Voter {
                entity: e,
                name,
                decision: d,
                ballots: text.ballots.clone(),
                silence: self.case.silence_of(d, self.subject, e),
                supports,
                opposes,
            });
        }
        Ok(())
    }
}

/// Whether a slot has no rule.
trait NoRule {
    fn is_none_rule(&self) -> bool;
}

impl NoRule for rogatio_mir::Stated {
    fn is_none_rule(&self) -> bool {
        !matches!(self, rogatio_mir::Stated::Rule(_))
    }
}
