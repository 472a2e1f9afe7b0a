//! A question about a vote: an outcome, a count of ballots, as a formula or a sum over the voters' answers.

use super::guard::Part;
use super::outcome::MOVED;
use super::{Electorate, Maker};
use crate::refusal::Refusal;
use crate::rule::{Formula, Sum};
use crate::vote::not_pure;
use rogatio_interpret::{Case, Entity, Env, Value};
use rogatio_mir::{DecisionId, Guard, Op, Program};
use std::collections::BTreeSet;

/// What was asked, over the voters' answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A condition.
    Truth(Formula),
    /// A number.
    Number(Sum),
}

/// A question about the decision on a subject in a case as it stands; outcomes in it are those of the vote.
///
/// # Errors
/// Those of [`super::derive`], and E1005 where the question reads a history.
pub fn ask(
    case: &Case,
    d: DecisionId,
    subject: Option<Entity>,
    question: Guard,
) -> Result<(Electorate, Asked), Refusal> {
    let program = case.program();
    if let Some(bad) = history(program, question) {
        let refusal = not_pure("the measure reads more of a history than ballots and outcomes");
        return Err(refusal.at(program, bad));
    }
    let electorate = super::derive(case, d, subject)?;
    let mut maker = Maker::new(case, subject);
    maker.enrol_all(d)?;
    maker.asks = true;
    let asked = match maker.part(question, &Env::new(), MOVED)? {
        Part::Truth(f) => Asked::Truth(f),
        Part::Number(s) => Asked::Number(s),
        Part::Known(Value::Bool(b)) => Asked::Truth(Formula::Is(b)),
        Part::Known(Value::Int(n)) => Asked::Number(Sum::constant(i128::from(n))),
        Part::Known(v) if !v.clauses().is_empty() => {
            return Err(Refusal::open(program, &v.clauses()));
        }
        Part::Known(_) => return Err(not_pure("the measure is neither a condition nor a number")),
    };
    if let Asked::Truth(f) = &asked
        && let Some(open) = f.open()
    {
        return Err(Refusal::open(program, &open));
    }
    Ok((electorate, asked))
}

/// A part of a question that may be another once the vote is over, other than the vote itself.
fn history(program: &Program, question: Guard) -> Option<Guard> {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![question]);
    while let Some(g) = todo.pop() {
        if !seen.insert(g) {
            continue;
        }
        let op = &program.guard(g).op;
        match op {
            Op::Bool(_)
            | Op::Int(_)
            | Op::Text(_)
            | Op::None
            | Op::Share(..)
            | Op::Entity(_)
            | Op::CaseEntity(_)
            | Op::Var(_)
            | Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Compare(..)
            | Op::ShareCompare { .. }
            | Op::Arith(..)
            | Op::Count(..)
            | Op::Sum(..)
            | Op::Exists(..)
            | Op::ForAll(..)
            | Op::Field(..)
            | Op::InField { .. }
            | Op::IsKind(..)
            | Op::OnRoll { .. }
            | Op::Weight { .. }
            | Op::OutcomeIs(..)
            | Op::Pivotal { .. }
            | Op::IsNone(_)
            | Op::Except(..)
            | Op::Table { .. } => {}
            Op::Call(d, _) => todo.extend(program.defines.get(d.index()).map(|d| d.value)),
            _ => return Some(g),
        }
        todo.extend(op.operands());
    }
    None
}

/// The decisions whose outcomes or ballots a question reads.
#[must_use]
pub fn decisions_in(program: &Program, question: Guard) -> Vec<(DecisionId, Option<Guard>)> {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![question]);
    let mut found = Vec::new();
    while let Some(g) = todo.pop() {
        if !seen.insert(g) {
            continue;
        }
        let op = &program.guard(g).op;
        match op {
            Op::OutcomeIs(d, s, _) => found.push((*d, *s)),
            Op::OnRoll {
                decision, subject, ..
            }
            | Op::Pivotal {
                decision, subject, ..
            } => found.push((*decision, *subject)),
            Op::Call(d, _) => todo.extend(program.defines.get(d.index()).map(|d| d.value)),
            _ => {}
        }
        todo.extend(op.operands());
    }
    found
}
