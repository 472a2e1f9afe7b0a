//! What is compiled, before any code is made: the program written anew, what is known of its world, what the measures need.

use crate::emit::R;
use crate::refusal::Refusal;
use crate::slice::Slice;
use crate::values::{self, specialise};
use crate::world::World;
use crate::{Values, dated, decision, duty, together, version};
use rogatio_diagnostics::codes;
use rogatio_mir::{Experiment, Program};

/// A program and its experiment in forms that native code has.
pub(crate) struct Prepared {
    pub(crate) program: Program,
    pub(crate) experiment: Experiment,
    pub(crate) world: World,
    pub(crate) slice: Slice,
}

/// Writes a program and its experiment in these forms; `lives`: with the lives of duties and rights.
///
/// # Errors
/// What the compiled engine cannot do.
pub(crate) fn prepare(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    lives: bool,
) -> R<Prepared> {
    let mut program = values::plain_tables(specialise(program, experiment, values)?);
    version::settled(&mut program, experiment);
    let (mut experiment, mut dated) = dated::as_behaviours(&mut program, experiment);
    let apart = together::apart(&mut program, &mut experiment, &mut dated);
    let (experiment, dated) = (&experiment, &dated);
    if experiment.measures.is_empty() {
        return Err(
            Refusal::new(codes::E0964, "the experiment measures nothing")
                .span(experiment.span)
                .help("add a line such as `measure start(in_force)`"),
        );
    }
    let term = |f: &&rogatio_mir::DrawnFact| matches!(f.what, rogatio_mir::Drawn::Term(..));
    if let Some(fact) = experiment.drawn.iter().find(term) {
        return Err(
            Refusal::form("a word of urgency whose length is drawn is not compiled")
                .span(fact.span),
        );
    }
    // What can come to pass is told of the text, not of what duties are written as.
    let text = World::new(&program, experiment, dated.clone())?;
    decision::without_hours(&mut program, &text);
    let duty::Made {
        program,
        experiment,
        carried,
        settled,
        unwritten,
    } = duty::as_latches(program, experiment, &text, lives)?;
    let mut world = World::new(&program, &experiment, dated.clone())?;
    (world.possible, world.carried) = (text.possible, carried);
    (world.settled, world.unwritten, world.apart) = (settled, unwritten, apart);
    let slice = Slice::new(&program, &world, &experiment)?;
    Ok(Prepared {
        program,
        experiment,
        world,
        slice,
    })
}
