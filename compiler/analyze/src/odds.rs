//! The odds of an experiment for a voter (R53): the first line that covers it, and the chances that this line gives.

use rogatio_interpret::{Case, ClauseSet, Entity, Env, Value};
use rogatio_mir::{BallotOdds, Chance};

/// The first line that covers a voter in a decision on `subject`, with what the line's variables are.
///
/// # Errors
/// The clauses under which the text leaves it open whether a line covers the voter.
pub fn covering<'l>(
    case: &Case,
    lines: impl IntoIterator<Item = &'l BallotOdds>,
    subject: Option<Entity>,
    voter: Entity,
) -> Result<Option<(&'l BallotOdds, Env)>, ClauseSet> {
    let kind = case.entity_kind(voter);
    for line in lines {
        if !kind.is_some_and(|k| line.who.domain.kinds.contains(&k)) {
            continue;
        }
        let mut env = Env::new().with(line.who.domain.var, Value::Entity(voter));
        if let (Some(d), Some(s)) = (&line.subject, subject) {
            env.bind(d.var, Value::Entity(s));
        }
        let mut truth = case.eval(line.who.cond, &env).truth();
        if let Some(when) = line.when {
            truth = truth.and(case.eval(when, &env).truth());
        }
        if let Some(open) = truth.clauses() {
            return Err(open.clone());
        }
        if truth.is_true() {
            return Ok(Some((line, env)));
        }
    }
    Ok(None)
}

/// The chance of each ballot that a line names, for the voter of `env`.
///
/// # Errors
/// The clauses that leave a chance open.
pub fn chances(case: &Case, line: &BallotOdds, env: &Env) -> Result<Vec<(u32, Chance)>, ClauseSet> {
    let one = |(ballot, g): &(u32, rogatio_mir::Guard)| match case.eval(*g, env) {
        Value::Chance(c) => Ok((*ballot, c)),
        open => Err(open.clauses()),
    };
    line.odds.iter().map(one).collect()
}
