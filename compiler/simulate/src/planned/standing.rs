//! The law of a vote whose electorate stands: who votes, with how many votes, which veto and which odds is the same in every
//! run and at all times. Then the outcome has one law, whatever voters differ in, and [`rogatio_analyze`] works it out from
//! the rule itself: weights, vetoes, blocs, shares of several sums at once, silence that differs by voter.

use super::tally::Ends;
use super::vote::Why;
use crate::settled::made_in_a_run;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rogatio_analyze::{Draw, Law, draws_to_come, outcomes};
use rogatio_interpret::{Case, Entity};
use rogatio_mir::{
    BallotOdds, Decision, DecisionId, Domain, Experiment, Guard, Op, Program, Silence, VarId, draw,
};
use std::collections::HashSet;

/// States of a law in all, at most: more take longer to work out than a plan may.
const MOST_STATES: usize = 1 << 16;

/// The law, by the number of voters as all laws of votes are: it has one. None if the electorate or the rule may change.
pub(super) fn standing(
    program: &Program,
    lines: &[&BallotOdds],
    experiment: &Experiment,
    case: &Case,
    d: DecisionId,
) -> Option<Result<Ends, Why>> {
    let decision = &program.decisions[d.index()];
    let subjects = lines.iter().filter_map(|l| l.subject.as_ref());
    let subjects: Vec<VarId> = subjects.map(|s| s.var).collect();
    let own = own(decision);
    let odds = lines.iter().flat_map(|l| l.odds.iter().map(|(_, g)| *g));
    let whom = lines
        .iter()
        .flat_map(|l| [l.who.cond].into_iter().chain(l.when));
    if !stand(
        program,
        d,
        &subjects,
        own.into_iter().chain(odds).chain(whom),
    ) {
        return None;
    }
    // It is alike for every matter, so one stands for all; where they come into being in a run, one that might.
    let mut case = case.clone();
    let subject = match &decision.subject {
        None => None,
        Some(s) => {
            let known = case
                .entities()
                .find(|e| s.kinds.contains(&e.2))
                .map(|e| e.0);
            Some(match (known, s.kinds.first()?) {
                (Some(known), _) => known,
                (None, kind) => {
                    let name = draw::member_name(&program.kinds[kind.index()].name, 0);
                    case.add_entity(&name, *kind).ok()?
                }
            })
        }
    };
    Some(law(experiment, &case, d, subject))
}

/// Whether guards over the voters of a decision are the same in every run, at all times and for every matter, which the
/// decision and some lines may name.
pub(super) fn stand(
    program: &Program,
    d: DecisionId,
    subjects: &[VarId],
    guards: impl IntoIterator<Item = Guard>,
) -> bool {
    let own = program.decisions[d.index()].subject.iter().map(|s| s.var);
    let mut stands = Standing {
        program,
        d,
        subjects: own.chain(subjects.iter().copied()).collect(),
        seen: HashSet::new(),
    };
    guards.into_iter().all(|g| stands.guard(g))
}

/// What a decision and its roll are judged by.
fn own(decision: &Decision) -> Vec<Guard> {
    let mut all = decision.slots();
    all.extend([decision.voters, decision.members]);
    let more = decision.weight.into_iter().chain(decision.present);
    let more = more.chain(decision.chair);
    all.extend(more.chain(decision.silence_by_voter));
    all
}

fn law(
    experiment: &Experiment,
    case: &Case,
    d: DecisionId,
    subject: Option<Entity>,
) -> Result<Ends, Why> {
    let (electorate, formulas) =
        outcomes(case, d, subject).map_err(|_| "its rule is no sum over ballots, or open")?;
    let drawn = draws_to_come(case, experiment, subject, &electorate);
    let draws: Vec<Draw> = (drawn.map_err(|_| "the odds are none")?.into_iter())
        .map(|d| d.draw)
        .collect();
    let others: Vec<usize> = electorate.voters.iter().map(|v| v.silent()).collect();
    for (v, voter) in (0u32..).zip(&electorate.voters) {
        let own = |d: &&Draw| d.pieces.iter().any(|(_, a)| a.iter().any(|(x, _)| *x == v));
        let stays = match draws.iter().find(own) {
            None => true,
            Some(draw) => (draw.pieces.iter())
                .any(|(w, answers)| *w > 0 && answers.contains(&(v, voter.silent()))),
        };
        if stays && matches!(voter.silence, Silence::NotStated(_)) {
            return Err("the text is silent on silence");
        }
    }
    // By outcome, the sum of the probabilities so far. One outcome holds, so the last has what is left.
    let (mut comes, mut sum) = (Vec::new(), BigRational::zero());
    for (i, (outcome, formula)) in formulas.iter().enumerate() {
        let before = sum.clone();
        if i + 1 == formulas.len() {
            sum = BigRational::one();
        } else {
            let law = Law::within(MOST_STATES, formula, &draws, &others);
            let law = law.map_err(|_| "its voters and answers are too many for a table")?;
            sum += law.probability(&draws);
        }
        if sum > before {
            comes.push((*outcome, (sum.numer() << 64usize) / sum.denom()));
        }
    }
    let ends = comes
        .iter()
        .map(|(_, end)| end.to_u128().unwrap_or(1 << 64));
    let ends: Vec<u128> = ends.take(comes.len() - 1).collect();
    let outcomes = comes.into_iter().map(|(o, _)| o).collect();
    Ok((outcomes, vec![ends; electorate.voters.len() + 1]))
}

/// What is the same in every run and at all times, for every matter.
struct Standing<'p> {
    program: &'p Program,
    d: DecisionId,
    /// The matters.
    subjects: Vec<VarId>,
    /// Known to stand.
    seen: HashSet<Guard>,
}

impl Standing<'_> {
    fn guard(&mut self, g: Guard) -> bool {
        if self.seen.contains(&g) {
            return true;
        }
        let program = self.program;
        let op = &program.guard(g).op;
        let stands = match op {
            // Its own matter.
            Op::OnRoll {
                decision, voter, ..
            }
            | Op::Weight {
                decision, voter, ..
            } => *decision == self.d && self.guard(*voter),
            Op::Var(v) => !self.subjects.contains(v),
            Op::Count(d, _) | Op::Sum(d, ..) | Op::Exists(d, _) | Op::ForAll(d, ..) => {
                self.domain(d) && op.operands().iter().all(|g| self.guard(*g))
            }
            Op::Call(d, args) => {
                let value = program.defines.get(d.index()).map(|d| d.value);
                value
                    .into_iter()
                    .chain(args.iter().copied())
                    .all(|g| self.guard(g))
            }
            Op::Bool(_)
            | Op::Int(_)
            | Op::Text(_)
            | Op::None
            | Op::Share(..)
            | Op::Chance(_)
            | Op::Entity(_)
            | Op::CaseEntity(_)
            | Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Compare(..)
            | Op::ShareCompare { .. }
            | Op::Arith(..)
            | Op::Field(..)
            | Op::InSet { .. }
            | Op::InField { .. }
            | Op::IsKind(..)
            | Op::IsNone(_)
            | Op::OrElse(..)
            | Op::Except(..)
            | Op::Table { .. } => op.operands().iter().all(|g| self.guard(*g)),
            _ => false,
        };
        if stands {
            self.seen.insert(g);
        }
        stands
    }

    fn domain(&self, d: &Domain) -> bool {
        !d.kinds.iter().any(|k| made_in_a_run(self.program, *k))
    }
}
