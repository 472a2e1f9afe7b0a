//! The plan's rewrites that change which draws there are and leave every law as it is (R56). They are of the program and
//! the experiment, so all engines execute them alike; without any, the experiment is the oracle of the planned one.
//!
//! | file | what it does |
//! |---|---|
//! | `enough` | whether the acts of many alike are one draw: the day by which enough have come |
//! | `vote` | whether a vote is one draw, and its clauses as sums over answers |
//! | `standing` | the law of the outcome where the same voters vote in every run, whatever they differ in |
//! | `classes` | the law by how many voters there are of each weight, with a veto or without |
//! | `tally` | the law of the outcome by the number of voters, all alike |
//! | `readers` | who reads ballots, and when rolls change |

mod classes;
mod enough;
mod readers;
mod standing;
mod tally;
mod vote;

use crate::error::SimError;
use crate::replay::known;
use rogatio_jit::{Values, specialise};
use rogatio_mir::{Builder, DecisionId, Experiment, Op, Program, Ty};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which rewrites a plan may take.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plans {
    /// Ballots of pure votes drawn in planes.
    pub planes: bool,
    /// Votes of histories drawn at once.
    pub votes: bool,
    /// Acts of many alike, of which only the day is read by which enough have come, drawn as one.
    pub clocks: bool,
}

impl Plans {
    /// None: every draw is made as it is written.
    pub const NONE: Plans = Plans {
        planes: false,
        votes: false,
        clocks: false,
    };
    /// Their names, as `--plan` takes them.
    pub const NAMES: [&'static str; 5] = ["all", "clocks", "none", "planes", "votes"];

    /// Whether every rewrite may be taken.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Plans::default()
    }

    /// Their names, as `--plan` takes them.
    #[must_use]
    pub fn text(self) -> String {
        let each = [
            ("planes", self.planes),
            ("votes", self.votes),
            ("clocks", self.clocks),
        ];
        let taken: Vec<&str> = each.iter().filter(|e| e.1).map(|e| e.0).collect();
        match taken.len() {
            0 => "none".to_owned(),
            3 => "all".to_owned(),
            _ => taken.join(","),
        }
    }

    /// Those of some names; none of an unknown name.
    #[must_use]
    pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Plans> {
        let mut plans = Plans::NONE;
        for name in names {
            match name {
                "all" => plans = Plans::default(),
                "none" => {}
                "planes" => plans.planes = true,
                "votes" => plans.votes = true,
                "clocks" => plans.clocks = true,
                _ => return None,
            }
        }
        Some(plans)
    }
}

impl Default for Plans {
    /// All.
    fn default() -> Plans {
        Plans {
            planes: true,
            votes: true,
            clocks: true,
        }
    }
}

/// A program and its experiment as a plan has rewritten them.
#[derive(Clone, Debug)]
pub struct Planned<'p> {
    /// The program.
    pub program: Cow<'p, Program>,
    /// The experiment.
    pub experiment: Cow<'p, Experiment>,
    /// The rewrites, by name.
    pub rewrites: Vec<String>,
    /// What was not rewritten, and why.
    pub left: Vec<(String, &'static str)>,
}

/// Rewrites an experiment as far as that is allowed and its laws stay what they are.
///
/// # Errors
/// A parameter without a value; what the interpreter refuses to begin with.
pub fn planned<'p>(
    program: &'p Program,
    experiment: &'p Experiment,
    values: &Values,
    plans: Plans,
) -> Result<Planned<'p>, SimError> {
    let mut made = Planned {
        program: Cow::Borrowed(program),
        experiment: Cow::Borrowed(experiment),
        rewrites: Vec::new(),
        left: Vec::new(),
    };
    if plans.votes && !experiment.ballots.is_empty() {
        votes(&mut made, values)?;
    }
    let many = |b: &rogatio_mir::Behaviour| b.who.each && !b.each.is_empty();
    for (i, b) in experiment.behaviours.iter().enumerate() {
        if plans.clocks && many(b) {
            clocks(&mut made, values, i)?;
        }
    }
    Ok(made)
}

/// Draws the clocks of a behaviour as one for each matter, if they can be.
fn clocks(made: &mut Planned<'_>, values: &Values, i: usize) -> Result<(), SimError> {
    let given = Arc::new(specialise(&made.program, &made.experiment, values)?);
    let case = known(&given, &made.experiment)?;
    let behaviour = &made.experiment.behaviours[i];
    let members = &behaviour.who.domain.kinds;
    if case
        .entities()
        .filter(|e| members.contains(&e.2))
        .nth(1)
        .is_none()
    {
        return Ok(());
    }
    let act = behaviour.act();
    let name = act.map_or("", |a| given.acts[a.index()].name.as_str());
    let name = format!("clocks of {name}");
    match enough::enough(&given, &made.experiment, &case, i) {
        Ok(enough) => {
            let program = std::mem::take(made.program.to_mut());
            let program = enough.rewrite(program, made.experiment.to_mut());
            made.program = Cow::Owned(program);
            made.rewrites.push(format!("{name} drawn as one"));
        }
        Err(why) => made.left.push((name, why)),
    }
    Ok(())
}

/// Draws the votes at once that can be.
fn votes(made: &mut Planned<'_>, values: &Values) -> Result<(), SimError> {
    let given = Arc::new(specialise(&made.program, &made.experiment, values)?);
    let case = known(&given, &made.experiment)?;
    let voted: BTreeSet<DecisionId> = made.experiment.ballots.iter().map(|l| l.decision).collect();
    let mut found = Vec::new();
    for d in voted {
        let name = &given.decisions[d.index()].name;
        match vote::at_once(&given, &made.experiment, &case, d) {
            Ok(outcome) => {
                made.rewrites.push(format!("votes on {name} drawn at once"));
                found.push(outcome);
            }
            Err(why) => made.left.push((format!("votes on {name}"), why)),
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut builder = Builder::from_program(made.program.clone().into_owned());
    for (mut outcome, classes) in found {
        outcome.voters = match classes.len() {
            2.. => classes::index(&mut builder, outcome.decision, &classes),
            _ => {
                let decision = builder.program.decisions[outcome.decision.index()].clone();
                let count = Op::Count(decision.voter, decision.voters);
                builder.guard(count, Ty::Int, decision.provision)
            }
        };
        let experiment = made.experiment.to_mut();
        experiment
            .ballots
            .retain(|l| l.decision != outcome.decision);
        experiment.outcomes.push(outcome);
    }
    made.program = Cow::Owned(builder.program);
    Ok(())
}
