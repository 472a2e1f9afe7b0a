//! Parameters take their values before anything else is done.

use crate::Values;
use crate::fold::{Const, Env};
use crate::refusal::Refusal;
use crate::world::World;
use rogatio_calendar::Day;
use rogatio_diagnostics::codes;
use rogatio_mir::{Experiment, Op, Program};

/// A program in which the parameters of an experiment have become constants: the experiment's own values, or those
/// given by name. The interpreter runs the same program when it replays.
///
/// # Errors
/// E0962 for a parameter that has no value, or none that is known before the runs.
pub fn specialise(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Program, Refusal> {
    let mut program = program.clone();
    for (i, (name, value)) in experiment.params.iter().enumerate() {
        let op = match values.iter().find(|(n, _)| n == name) {
            Some((_, op)) => op.clone(),
            None => constant(&program, *value).ok_or_else(|| {
                Refusal::new(
                    codes::E0962,
                    format!("the parameter `{name}` has no value that is known before the runs"),
                )
                .at(&program, *value)
                .span(experiment.span)
            })?,
        };
        let parameter = Op::Parameter(i as u32);
        for node in program.guards.iter_mut().filter(|n| n.op == parameter) {
            node.op = op.clone();
        }
    }
    if let Some((name, _)) = values
        .iter()
        .find(|(n, _)| experiment.params.iter().all(|(p, _)| p != n))
    {
        return Err(Refusal::new(
            codes::E0962,
            format!("the experiment has no parameter `{name}`"),
        )
        .span(experiment.span));
    }
    Ok(program)
}

/// The value of a guard, if it is known before the runs.
#[must_use]
pub fn constant(program: &Program, g: rogatio_mir::Guard) -> Option<Op> {
    match World::default().fold(program, g, &Env::default())? {
        Const::Bool(b) => Some(Op::Bool(b)),
        Const::Int(n) => Some(Op::Int(n)),
        Const::Time(t) => Day::from_number(crate::fold::day_of(t)).map(Op::Day),
        Const::Length(l) => Some(Op::Length(l)),
        Const::Share(c, n, d) => Some(Op::Share(c, n, d)),
        Const::Chance(c) => Some(Op::Chance(c)),
        Const::Text(t) => Some(Op::Text(t)),
        Const::Dates(d) => Some(Op::Dates(d)),
        Const::None => Some(Op::None),
        Const::Entity(_) => None,
    }
}

/// The program with its decision tables as chains of exceptions: compiled code keeps no reasons.
pub(crate) fn plain_tables(mut program: Program) -> Program {
    for at in 0..program.guards.len() {
        if let Op::Table { plain, .. } = program.guards[at].op {
            program.guards[at].op = program.guards[plain.index()].op.clone();
        }
    }
    program
}
