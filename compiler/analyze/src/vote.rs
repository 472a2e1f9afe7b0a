//! A vote of an experiment: who answers what with which odds, and a measure as a formula over the answers.

use crate::derive::{Answer, Electorate, Voter};
use crate::law::Draw;
use crate::odds::{self, covering};
use crate::refusal::Refusal;
use rogatio_diagnostics::codes;
use rogatio_interpret::{ActInput, Case, Entity, Verdict};
use rogatio_mir::draw::{self, Odds};
use rogatio_mir::{BallotOdds, Chance, DecisionId, Experiment};
use std::collections::BTreeMap;

/// A draw of an experiment, with what its random numbers are keyed by (R53, R54).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Odds and answers.
    pub draw: Draw,
    /// Hash of the path of its line.
    pub site: u64,
    /// Key of the matter decided on.
    pub matter: Option<u64>,
    /// Key of the voter, or of the bloc.
    pub who: u64,
    /// The opening, from 1.
    pub opening: u32,
}

/// The odds of a voter: where they are drawn, and the chance of each ballot.
pub(crate) struct Chances {
    site: u64,
    bloc: Option<String>,
    by_ballot: Vec<(u32, Chance)>,
}

/// E1005: something that a measure hangs on beside the ballots.
#[must_use]
pub fn not_pure(why: impl Into<String>) -> Refusal {
    Refusal::new(codes::E1005, why.into())
        .help("simulate it (without `--exact`); exact are votes on one matter whose roll, weights and rules stand when they open, and how many of many actors have done one act by a day, each after a delay of its own, or when the k-th has")
}

/// The draws of a vote just opened, in the order of the first voter concerned.
///
/// # Errors
/// E1001 where the text is open, E1005 where a ballot's validity is, E1002 for odds that are none.
pub fn draws(
    case: &Case,
    experiment: &Experiment,
    subject: Option<Entity>,
    electorate: &Electorate,
) -> Result<Vec<Drawn>, Refusal> {
    drawn(case, experiment, subject, electorate, &|voter| {
        let ballots = voter.answers().filter_map(|a| match a {
            Answer::Ballot(b) => Some(b),
            Answer::Silent => None,
        });
        for ballot in ballots {
            let act = ActInput::vote(voter.decision, subject, ballot, voter.entity);
            if case.judge(&act).verdict != Verdict::Valid {
                return Err(not_pure(format!(
                    "{} may not cast every ballot when the vote opens",
                    voter.name
                )));
            }
        }
        Ok(())
    })
}

/// The draws of a vote that has not opened, by odds that stand; all its voters may cast every ballot.
///
/// # Errors
/// E1001 where the text is open, E1002 for odds that are none.
pub fn draws_to_come(
    case: &Case,
    experiment: &Experiment,
    subject: Option<Entity>,
    electorate: &Electorate,
) -> Result<Vec<Drawn>, Refusal> {
    drawn(case, experiment, subject, electorate, &|_| Ok(()))
}

fn drawn(
    case: &Case,
    experiment: &Experiment,
    subject: Option<Entity>,
    electorate: &Electorate,
    may_vote: &dyn Fn(&Voter) -> Result<(), Refusal>,
) -> Result<Vec<Drawn>, Refusal> {
    let mut together: BTreeMap<(u64, u64, u32), Vec<(u32, Chances)>> = BTreeMap::new();
    for (v, voter) in (0u32..).zip(&electorate.voters) {
        let Some(chances) = chances(case, experiment, subject, voter.decision, voter.entity)?
        else {
            continue;
        };
        may_vote(voter)?;
        let who = match &chances.bloc {
            Some(bloc) => draw::bloc_key(bloc),
            None => draw::entity_key(&voter.name),
        };
        let opening = case.openings(voter.decision, subject).last();
        let key = (chances.site, who, opening.map_or(1, |o| o.number));
        together.entry(key).or_default().push((v, chances));
    }
    let mut out: Vec<Drawn> = Vec::new();
    for ((site, who, opening), members) in together {
        out.push(Drawn {
            draw: one(electorate, &members)?,
            site,
            matter: subject.map(|s| draw::entity_key(case.entity_name(s))),
            who,
            opening,
        });
    }
    let first = |d: &Drawn| {
        d.draw
            .pieces
            .first()
            .and_then(|(_, a)| a.first())
            .map(|(v, _)| *v)
    };
    out.sort_by_key(first);
    Ok(out)
}

/// The first line that covers a voter, with its chances (R53).
fn chances(
    case: &Case,
    experiment: &Experiment,
    subject: Option<Entity>,
    d: DecisionId,
    voter: Entity,
) -> Result<Option<Chances>, Refusal> {
    let program = case.program();
    let head = |d: DecisionId| {
        let text = program.decisions.get(d.index());
        text.and_then(|t| t.head).unwrap_or(d)
    };
    let whole = program.decisions.get(d.index()).and_then(|t| t.whole);
    let about = |l: &BallotOdds| head(l.decision) == head(d) || Some(l.decision) == whole;
    let lines = experiment.ballots.iter().filter(|l| about(l));
    let open = |clauses| Refusal::open(program, &clauses);
    let Some((line, env)) = covering(case, lines, subject, voter).map_err(open)? else {
        return Ok(None);
    };
    let mut by_ballot = odds::chances(case, line, &env).map_err(open)?;
    // What the simulation refuses is refused here too.
    if Odds::new(&by_ballot).is_err() {
        let mut refusal = Refusal::new(codes::E0972, "the odds of a ballot are none");
        refusal.span = line.span;
        return Err(refusal);
    }
    by_ballot.sort_by_key(|(b, _)| *b);
    Ok(Some(Chances {
        site: line.draw.site,
        bloc: line.bloc.clone(),
        by_ballot,
    }))
}

/// The draw of those who share it: where one of them goes over to its next ballot, a new piece begins.
fn one(electorate: &Electorate, members: &[(u32, Chances)]) -> Result<Draw, Refusal> {
    let fine = || {
        Refusal::new(codes::E1004, "the odds have too large a common denominator")
            .help("round the odds")
    };
    let mut of = 1u64;
    for (_, c) in members {
        for (_, chance) in &c.by_ballot {
            let den = chance.den().unsigned_abs();
            of = of
                .checked_mul(den / num_integer::Integer::gcd(&of, &den))
                .ok_or_else(fine)?;
        }
    }
    // By voter: ballots with the first number, from 0 to the denominator, that is not theirs.
    let cuts = |c: &Chances| -> Vec<(u64, usize)> {
        let mut sum = 0u64;
        let each = c.by_ballot.iter().map(|(b, chance)| {
            sum += chance.num().unsigned_abs() * (of / chance.den().unsigned_abs());
            (sum, *b as usize)
        });
        each.collect()
    };
    let all: Vec<(u32, Vec<(u64, usize)>)> = members.iter().map(|(v, c)| (*v, cuts(c))).collect();
    let mut ends: Vec<u64> = all
        .iter()
        .flat_map(|(_, c)| c.iter().map(|(e, _)| *e))
        .chain([of])
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let mut pieces = Vec::new();
    let mut from = 0u64;
    for end in ends.into_iter().filter(|e| *e > 0) {
        let answers = all.iter().map(|(v, cuts)| {
            let silent = electorate.voters[*v as usize].silent();
            let ballot = cuts
                .iter()
                .find(|(e, _)| from < *e)
                .map_or(silent, |(_, b)| *b);
            (*v, ballot)
        });
        pieces.push((end - from, answers.collect()));
        from = end;
    }
    Ok(Draw { of, pieces })
}
