//! Exact answers where all that is random are the ballots of one vote: its probability is a fraction.
//!
//! The history is played once with nobody voting: it says who is on the roll and with which odds when the vote opens, and
//! that nothing of this changes until it closes. The rest is [`rogatio_analyze`].

use super::Exact;
use crate::error::SimError;
use crate::replay::Player;
use crate::settled;
use num_rational::BigRational;
use rogatio_analyze::{
    Asked, Draw, Drawn, Electorate, Law, Refusal, ask, decisions_in, draws, mean, not_pure,
};
use rogatio_interpret::{Case, Entity, Env};
use rogatio_jit::{Values, specialise};
use rogatio_mir::{
    Closing, DecisionId, DecisionOutcome, Experiment, Guard, Measure, MeasureKind, Program, Silence,
};

/// Runs looked at for what follows upon the outcomes, at most.
const LOOKED_AT: u64 = 12;

/// A measure that hangs on the ballots of one vote and on nothing else that is random.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PureVote {
    /// The draws, in the order of their voters.
    pub drawn: Vec<Drawn>,
    /// What each voter answers who has no draw.
    pub others: Vec<usize>,
    /// The measure over the voters' answers.
    pub asked: Asked,
    /// By voter: its name, and the answers that it may give and whose effect the text states.
    pub voters: Vec<(String, Vec<usize>)>,
}

/// The measures of an experiment as pure votes; or why they are none.
///
/// # Errors
/// A parameter without a value; what the interpreter refuses.
pub fn pure_votes(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Vec<Result<PureVote, Refusal>>, SimError> {
    // What a voter's other ballots come to is read off the rule here.
    let player = Player::new(program, experiment, values)?.without_pivotal();
    let program = specialise(program, experiment, values)?;
    let each = experiment.measures.iter();
    each.map(|m| {
        let found = measure(&program, experiment, &player, m)?;
        Ok(found.map_err(|r| super::placed(r, &program, m)))
    })
    .collect()
}

/// The states of a vote in the silent run.
#[derive(Default)]
struct Stations {
    opened: Option<Case>,
    last: Option<Case>,
    closed: Option<Case>,
}

fn measure(
    program: &Program,
    experiment: &Experiment,
    player: &Player,
    m: &Measure,
) -> Result<Result<PureVote, Refusal>, SimError> {
    let (question, by) = match m.kind {
        MeasureKind::Probability(g, by) => (g, by),
        MeasureKind::Number(g) => (g, None),
        MeasureKind::Date(_) => return Ok(Err(not_pure("the measure is a date"))),
        MeasureKind::Breaches { .. } => {
            return Ok(Err(not_pure("the measure is the breach of a duty")));
        }
    };
    if let Err(r) = pure(program, experiment, question) {
        return Ok(Err(r));
    }
    let (mut stations, mut matter) = (Stations::default(), None);
    let end = player.silent(by, &mut |case| {
        if matter.is_none() {
            matter = the_matter(case, question).ok();
        }
        let Some((d, s)) = matter else { return };
        let limbs = &case.program().decisions[d.index()].limbs;
        let open = |d: DecisionId| case.opening(d, s).is_some();
        let is_open = open(d) || limbs.iter().any(|l| open(*l));
        match (
            is_open,
            stations.opened.is_some(),
            stations.closed.is_some(),
        ) {
            (true, false, _) => {
                stations.opened = Some(case.clone());
                stations.last = Some(case.clone());
            }
            (true, true, _) => stations.last = Some(case.clone()),
            (false, true, false) => stations.closed = Some(case.clone()),
            _ => {}
        }
    })?;
    let Some(end) = end else {
        return Ok(Err(not_pure(
            "acts of one day come in an order by chance, or the text leaves open whether they come",
        )));
    };
    let (d, s) = match the_matter(&end, question) {
        Ok(found) => found,
        Err(r) => return Ok(Err(r)),
    };
    let found = of_vote(experiment, &stations, (d, s), question);
    Ok(match found {
        Ok(_) if !opens_once(player, (d, s))? => Err(not_pure("the vote opens more than once")),
        found => found,
    })
}

/// Whether the vote is taken once, whichever way it goes: what comes after it hangs on its outcome, so one run of each is
/// looked at, as far as they come soon.
fn opens_once(player: &Player, (d, s): (DecisionId, Option<Entity>)) -> Result<bool, SimError> {
    let mut seen: Vec<DecisionOutcome> = Vec::new();
    for run in 0..LOOKED_AT {
        let case = player.play(0, run)?.case;
        if case.openings(d, s).len() > 1 {
            return Ok(false);
        }
        let outcome = outcome(&case, d, s);
        seen.extend(outcome.filter(|o| !seen.contains(o)));
        if seen.len() > 1 {
            break;
        }
    }
    Ok(true)
}

/// The one vote that a question is about.
fn the_matter(case: &Case, question: Guard) -> Result<(DecisionId, Option<Entity>), Refusal> {
    let program = case.program();
    let mut found: Vec<(DecisionId, Option<Entity>)> = Vec::new();
    for (d, subject) in decisions_in(program, question) {
        let text = &program.decisions[d.index()];
        let head = text.head.unwrap_or(d);
        let whole = text
            .whole
            .map(|w| program.decisions[w.index()].head.unwrap_or(w));
        let subject = match subject {
            None => None,
            Some(g) => match case.eval(g, &Env::new()).entity() {
                Some(e) => Some(e),
                None => {
                    return Err(not_pure(
                        "the measure is about several matters, or one not known yet",
                    ));
                }
            },
        };
        let matter = (whole.unwrap_or(head), subject);
        if !found.contains(&matter) {
            found.push(matter);
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(not_pure("the measure is about no decision")),
        _ => Err(not_pure("the measure is about several votes")),
    }
}

/// That nothing but ballots is random.
fn pure(program: &Program, experiment: &Experiment, question: Guard) -> Result<(), Refusal> {
    if !settled::clocks_are(program, experiment) {
        return Err(not_pure("acts at random times"));
    }
    if !experiment.drawn.is_empty() {
        return Err(not_pure("givens or lengths that are drawn for each run"));
    }
    let head = |d: DecisionId| {
        let text = &program.decisions[d.index()];
        let d = text.whole.unwrap_or(d);
        program.decisions[d.index()].head.unwrap_or(d)
    };
    let asked: Vec<DecisionId> = decisions_in(program, question)
        .into_iter()
        .map(|(d, _)| head(d))
        .collect();
    if asked.is_empty() {
        return Err(not_pure(
            "the measure reads more of a history than ballots and outcomes",
        ));
    }
    if experiment
        .ballots
        .iter()
        .any(|l| !asked.contains(&head(l.decision)))
    {
        return Err(not_pure(
            "ballots in other decisions may change the roll or the rule of this one",
        ));
    }
    let labelled = |l: &rogatio_mir::BallotOdds| l.labels.iter().any(Option::is_some);
    if experiment.ballots.iter().any(labelled) {
        return Err(not_pure("a further name of a ballot is not everybody's"));
    }
    Ok(())
}

fn of_vote(
    experiment: &Experiment,
    stations: &Stations,
    (d, s): (DecisionId, Option<Entity>),
    question: Guard,
) -> Result<PureVote, Refusal> {
    let Some(opened) = &stations.opened else {
        return Err(not_pure("the vote does not open in time"));
    };
    let (electorate, asked) = ask(opened, d, s, question)?;
    let draws_of = |case: &Case, e: &Electorate| draws(case, experiment, s, e);
    let drawn = draws_of(opened, &electorate)?;
    let others: Vec<usize> = electorate.voters.iter().map(|v| v.silent()).collect();
    let changes = || not_pure("the roll, the weights or the rule change while votes are cast");
    let same = |case: &Case| -> Result<(), Refusal> {
        let (e, a) = ask(case, d, s, question)?;
        let names = |e: &Electorate| e.voters.iter().map(|v| v.entity).collect::<Vec<_>>();
        if names(&e) == names(&electorate)
            && a == asked
            && e.rule.adopted == electorate.rule.adopted
        {
            Ok(())
        } else {
            Err(changes())
        }
    };
    if let Some(last) = &stations.last {
        same(last)?;
        if draws_of(last, &electorate)? != drawn {
            return Err(changes());
        }
    }
    let text = opened.decision_text(d, s).cloned();
    let closings = |case: &Case| {
        let limbs = text.iter().flat_map(|t| t.limbs.iter().chain([&d]));
        let all = limbs.filter_map(|l| case.decision_text(*l, s));
        all.flat_map(|t| t.closes.clone()).collect::<Vec<Closing>>()
    };
    let closings = closings(opened);
    let early = closings.iter().any(|c| matches!(c, Closing::When(_)));
    if early {
        return Err(not_pure("the vote closes upon a condition"));
    }
    // Silence counts where somebody may stay away.
    let silent_may = |v: usize| {
        let silent = electorate.voters[v].silent();
        let pieces = drawn
            .iter()
            .flat_map(|d| &d.draw.pieces)
            .filter(|(w, _)| *w > 0);
        let mut of: Vec<usize> = pieces
            .flat_map(|(_, a)| a)
            .filter(|(x, _)| *x as usize == v)
            .map(|(_, a)| *a)
            .collect();
        of.dedup();
        of.is_empty() || of.contains(&silent)
    };
    let absent: Vec<usize> = (0..electorate.voters.len())
        .filter(|v| silent_may(*v))
        .collect();
    for v in &absent {
        let voter = &electorate.voters[*v];
        if let Silence::NotStated(why) = &voter.silence {
            return Err(Refusal::silent(&voter.name, why));
        }
    }
    match &stations.closed {
        Some(closed) => {
            same(closed)?;
            // What the rule says of a vote in which nobody votes is what came of it.
            let found = outcome(closed, d, s);
            let says = electorate.rule.adopted.holds(&others).unwrap_or(false);
            if found.is_none_or(|o| {
                (o == DecisionOutcome::Adopted) != says || o == DecisionOutcome::Withdrawn
            }) {
                return Err(not_pure("the vote ends otherwise than by its rule"));
            }
        }
        None => {
            let all = closings.iter().any(|c| matches!(c, Closing::AllVoted(_)));
            if !all || !absent.is_empty() {
                return Err(not_pure(
                    "the vote may not close within a run, or not by the day of the measure",
                ));
            }
        }
    }
    let voters = electorate.voters.iter();
    let voters = voters.map(|v| (v.name.clone(), v.may_answer().collect()));
    Ok(PureVote {
        drawn,
        others,
        asked,
        voters: voters.collect(),
    })
}

impl PureVote {
    /// The exact answer.
    ///
    /// # Errors
    /// E1004 if there are too many different sums.
    pub fn exact(&self) -> Result<Exact, Refusal> {
        let draws: Vec<Draw> = self.drawn.iter().map(|d| d.draw.clone()).collect();
        match &self.asked {
            Asked::Truth(f) => {
                let law = Law::new(f, &draws, &self.others)?;
                Ok(Exact::Probability(law.probability(&draws)))
            }
            Asked::Number(sum) => Ok(Exact::Mean(mean(sum, &draws, &self.others))),
        }
    }

    /// The probability of each voter to be pivotal: that another ballot of its own, or none, would change whether the
    /// condition holds, the ballots of all others standing.
    ///
    /// # Errors
    /// E1004 if there are too many different sums; E1005 of a number.
    pub fn pivotal(&self) -> Result<Vec<(String, BigRational)>, Refusal> {
        let Asked::Truth(f) = &self.asked else {
            return Err(not_pure(
                "a number has no pivotal voters: ask for an outcome",
            ));
        };
        let draws: Vec<Draw> = self.drawn.iter().map(|d| d.draw.clone()).collect();
        let each = (0u32..).zip(&self.voters).map(|(v, (name, answers))| {
            let chance = rogatio_analyze::pivotal(f, &draws, &self.others, v, answers)?;
            Ok((name.clone(), chance))
        });
        each.collect()
    }
}

fn outcome(case: &Case, d: DecisionId, s: Option<Entity>) -> Option<DecisionOutcome> {
    Some(case.openings(d, s).last()?.closed.as_ref()?.outcome)
}
