//! Which engine plays the runs: the compiled one where it can, else the interpreter. Both give the same records for the
//! same runs, so the choice changes how long a simulation takes and nothing else.

use crate::error::SimError;
use crate::exact::{PureVote, pure_votes};
use crate::planned::Plans;
use crate::replay::Player;
use crate::stats::MeasureStats;
use rogatio_batch::{Kernel, Machine};
use rogatio_calendar::Day;
use rogatio_diagnostics::codes;
use rogatio_jit::{ASIDE, Compiled, Effort, Instance, Refusal, Values};
use rogatio_mir::draw::{Delay, Generator};
use rogatio_mir::{Assumed, Coding, Experiment, Program, ScenarioItemKind, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The engine that is asked for.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// The compiled one; where it refuses, the interpreter.
    #[default]
    Auto,
    /// The compiled one or none.
    Jit,
    /// The interpreter.
    Interpret,
}

/// The engine that plays the runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Native code.
    Jit,
    /// Bit-planes: votes, 4096 at a time.
    Block,
    /// The reference.
    Interpret,
}

impl Engine {
    /// `jit`, `interpret`: as every output has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Engine::Jit => "jit",
            Engine::Block => "block",
            Engine::Interpret => "interpret",
        }
    }

    /// Runs that a thread takes at a time.
    pub(crate) fn grain(self) -> u64 {
        match self {
            Engine::Jit | Engine::Block => crate::BLOCK,
            Engine::Interpret => 4,
        }
    }
}

/// An experiment with the engine that will play it.
#[derive(Debug)]
pub struct Ready {
    last: Day,
    width: usize,
    kind: Kind,
    refusal: Option<Refusal>,
    generator: Generator,
    plans: Plans,
    /// The rewrites of the plan, and what was left as it is written, with the reason.
    rewrites: Vec<String>,
    left: Vec<(String, &'static str)>,
}

#[derive(Debug)]
enum Kind {
    /// With the interpreter, where a run may be set aside.
    Native(Box<Compiled>, Option<Box<Player>>),
    Block(Arc<Machine>),
    Steps(Box<Player>),
}

/// The engine in one thread.
pub(crate) enum Worker {
    Native(Box<Instance>, Option<(Box<Player>, u64)>),
    Block(Box<rogatio_batch::Instance>),
    Steps(Box<Player>, u64),
}

/// The rewrite of a pure vote.
const PLANES: &str = "ballots drawn in planes";

/// Whether a refusal is of what is modelled (R50), which no engine decides for its author.
fn of_meaning(why: &Refusal) -> bool {
    why.code == codes::E0963
}

impl Ready {
    /// Chooses the engine and prepares it.
    ///
    /// # Errors
    /// [`SimError::Refused`] if the compiled engine was asked for and refuses, or no engine can play it.
    pub fn new(
        program: &Program,
        experiment: &Experiment,
        values: &Values,
        wish: Wish,
    ) -> Result<Ready, SimError> {
        let (generator, plans) = (Generator::default(), Plans::default());
        Ready::with_plan(program, experiment, values, wish, generator, plans)
    }

    /// The same with the words of another generator, which the interpreter alone has, and those rewrites that are named.
    ///
    /// # Errors
    /// [`SimError::Generator`] (E0956) if the compiled engine was asked for; as [`Ready::new`].
    pub fn with_plan(
        program: &Program,
        experiment: &Experiment,
        values: &Values,
        wish: Wish,
        generator: Generator,
        plans: Plans,
    ) -> Result<Ready, SimError> {
        Ready::for_runs(program, experiment, values, wish, generator, plans, None)
    }

    /// The same for so many runs, where their number is known: the code for a few is made quickly.
    ///
    /// # Errors
    /// As [`Ready::with_plan`].
    pub fn for_runs(
        program: &Program,
        experiment: &Experiment,
        values: &Values,
        wish: Wish,
        generator: Generator,
        plans: Plans,
        runs: Option<u64>,
    ) -> Result<Ready, SimError> {
        let wish = match (generator, wish) {
            (Generator::Splitmix, wish) => wish,
            (_, Wish::Jit) => return Err(SimError::Generator(generator.version())),
            (_, Wish::Auto | Wish::Interpret) => Wish::Interpret,
        };
        let last = program
            .counting
            .add(experiment.begin, experiment.horizon)
            .unwrap_or(Day::MAX);
        let mut refusal = None;
        // A vote is drawn in planes, whichever engine plays it; only native code knows words alone.
        let planned = match wish {
            Wish::Jit => None,
            // Planes are of the one generator.
            _ if generator != Generator::Splitmix || !plans.planes => None,
            Wish::Auto | Wish::Interpret => block(program, experiment, values)?,
        };
        let (mut rewrites, mut left) = (Vec::new(), Vec::new());
        let rewritten;
        let (program, experiment) = match &planned {
            Some((experiment, _)) => {
                rewrites.push(PLANES.to_owned());
                (program, experiment)
            }
            None => {
                rewritten = crate::planned::planned(program, experiment, values, plans)?;
                rewrites.clone_from(&rewritten.rewrites);
                left.clone_from(&rewritten.left);
                (&*rewritten.program, &*rewritten.experiment)
            }
        };
        if let (Wish::Auto, Some((_, machine))) = (wish, &planned) {
            return Ok(Ready {
                last,
                width: experiment.measures.len() + 1,
                kind: Kind::Block(machine.clone()),
                refusal,
                generator,
                plans,
                rewrites,
                left,
            });
        }
        if wish != Wish::Interpret {
            match native(program, experiment, values, wish, Effort::for_runs(runs)) {
                Ok((compiled, player)) => {
                    return Ok(Ready {
                        last,
                        width: compiled.width(),
                        kind: Kind::Native(Box::new(compiled), player.map(Box::new)),
                        refusal,
                        generator,
                        plans,
                        rewrites,
                        left,
                    });
                }
                Err(SimError::Refused(why)) if wish != Wish::Jit && !of_meaning(&why) => {
                    refusal = Some(why);
                }
                Err(why) => return Err(why),
            }
        } else if let Err(why) = rogatio_jit::examine(program, experiment, values)
            && of_meaning(&why)
        {
            return Err(why.into());
        }
        let player = match (Player::new(program, experiment, values), &refusal) {
            (Ok(player), _) => player,
            // What stops both engines is told in the words of the first.
            (Err(SimError::Refused(_)), Some(why)) => return Err(why.clone().into()),
            (Err(why), _) => return Err(why),
        };
        Ok(Ready {
            last,
            width: experiment.measures.len() + 1,
            kind: Kind::Steps(Box::new(player.with_generator(generator))),
            refusal,
            generator,
            plans,
            rewrites,
            left,
        })
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Native(..) => Engine::Jit,
            Kind::Block(_) => Engine::Block,
            Kind::Steps(_) => Engine::Interpret,
        }
    }

    /// Why the compiled engine does not play it, where it was tried.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// What makes the words of the draws.
    #[must_use]
    pub fn generator(&self) -> Generator {
        self.generator
    }

    /// The rewrites of the plan that change which draws there are (R56), by name.
    #[must_use]
    pub fn rewrites(&self) -> &[String] {
        &self.rewrites
    }

    /// What was not rewritten, and why.
    #[must_use]
    pub fn left(&self) -> &[(String, &'static str)] {
        &self.left
    }

    /// The compiled experiment.
    #[must_use]
    pub fn compiled(&self) -> Option<&Compiled> {
        match &self.kind {
            Kind::Native(compiled, _) => Some(compiled),
            Kind::Block(_) | Kind::Steps(_) => None,
        }
    }

    /// The vote made ready for the block machine.
    #[must_use]
    pub fn machine(&self) -> Option<&Machine> {
        match &self.kind {
            Kind::Block(machine) => Some(machine),
            Kind::Native(..) | Kind::Steps(_) => None,
        }
    }

    /// The experiment made ready for the interpreter.
    #[must_use]
    pub fn player(&self) -> Option<&Player> {
        match &self.kind {
            Kind::Native(..) | Kind::Block(_) => None,
            Kind::Steps(player) => Some(player),
        }
    }

    /// The last day of a run.
    #[must_use]
    pub fn last(&self) -> Day {
        self.last
    }

    /// The sites of draws with their laws, in whole ticks.
    #[must_use]
    pub fn sites(&self) -> Vec<(String, Delay)> {
        let owned = |(path, law): (&str, &Delay)| (path.to_owned(), law.clone());
        match &self.kind {
            Kind::Native(compiled, _) => compiled.sites().map(owned).collect(),
            Kind::Block(_) => Vec::new(),
            Kind::Steps(player) => player.laws().map(owned).collect(),
        }
    }

    /// Numbers in a record: the class, then the measures.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The engine for one more thread.
    /// Native code with a copy of it for each discrete state, where these are few: for a run so long that it pays.
    ///
    /// # Errors
    /// As [`Ready::with_plan`].
    pub fn unfolded(
        &self,
        program: &Program,
        experiment: &Experiment,
        values: &Values,
    ) -> Result<Option<Compiled>, SimError> {
        if !matches!(self.kind, Kind::Native(..)) {
            return Ok(None);
        }
        let planned = crate::planned::planned(program, experiment, values, self.plans)?;
        Ok(rogatio_jit::unfold(
            &planned.program,
            &planned.experiment,
            values,
        )?)
    }

    pub(crate) fn worker(&self, seed: u64) -> Worker {
        match &self.kind {
            Kind::Native(compiled, player) => {
                let player = player.as_ref().map(|p| (p.clone(), seed));
                Worker::Native(Box::new(compiled.instance(seed)), player)
            }
            Kind::Block(machine) => Worker::Block(Box::new(machine.instance(seed, Kernel::best()))),
            Kind::Steps(player) => Worker::Steps(player.clone(), seed),
        }
    }
}

impl Worker {
    /// Plays on by other native code for the same experiment.
    pub(crate) fn run_by(&mut self, compiled: &Compiled, seed: u64) {
        if let Worker::Native(instance, _) = self {
            **instance = compiled.instance(seed);
        }
    }

    /// Counts the runs from one number (included) to another (excluded) by value, where the engine does; says whether.
    pub(crate) fn tally(&mut self, from: u64, to: u64, measures: &mut [MeasureStats]) -> bool {
        let Worker::Block(instance) = self else {
            return false;
        };
        let size = rogatio_batch::BLOCK;
        for block in from / size..to.div_ceil(size) {
            let first = block * size;
            let lanes = from.saturating_sub(first)..(to - first).min(size);
            instance.block(block, lanes, |measure, value, times| {
                measures[measure].take_times(value, times);
            });
        }
        true
    }

    /// The records of the runs from one number (included) to another (excluded).
    pub(crate) fn records(
        &mut self,
        from: u64,
        to: u64,
        width: usize,
        records: &mut [i64],
    ) -> Result<(), (u64, SimError)> {
        match self {
            Worker::Native(instance, player) => {
                instance.run_into(from, to, records);
                let Some((player, seed)) = player else {
                    return Ok(());
                };
                for (run, record) in (from..to).zip(records.chunks_exact_mut(width)) {
                    if record[0] == ASIDE {
                        let played = player.play(*seed, run).map_err(|e| (run, e))?;
                        record.copy_from_slice(&played.record);
                    }
                }
            }
            // Counted by `tally`, not run by run.
            Worker::Block(_) => {}
            Worker::Steps(player, seed) => {
                for (run, record) in (from..to).zip(records.chunks_exact_mut(width)) {
                    let played = player.play(*seed, run).map_err(|e| (run, e))?;
                    record.copy_from_slice(&played.record);
                }
            }
        }
        Ok(())
    }
}

/// Runs that are tried before native code plays those of an experiment of which some may be set aside.
const TRIED: u64 = 64;

/// Native code, and the interpreter for the runs that it sets aside; refused if these are most, as far as a few show.
fn native(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    wish: Wish,
    effort: Effort,
) -> Result<(Compiled, Option<Player>), SimError> {
    let compiled = rogatio_jit::compile_with(program, experiment, values, effort)?;
    let Some(why) = compiled.aside() else {
        return Ok((compiled, None));
    };
    let records = compiled.instance(0).run(0, TRIED);
    let aside = records.chunks_exact(compiled.width());
    let aside = aside.filter(|r| r[0] == ASIDE).count() as u64;
    if 2 * aside > TRIED && wish != Wish::Jit {
        return Err(why.clone().into());
    }
    let player = Player::new(program, experiment, values)?;
    Ok((compiled, Some(player)))
}

/// The experiment with its ballots drawn in planes, and the machine, where all measures hang on one vote alone (R54).
fn block(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Option<(Experiment, Arc<Machine>)>, SimError> {
    if experiment.ballots.is_empty() || not_played(experiment).is_some() {
        return Ok(None);
    }
    let votes = pure_votes(program, experiment, values)?;
    let Ok(votes) = votes.into_iter().collect::<Result<Vec<PureVote>, _>>() else {
        return Ok(None);
    };
    let Some(first) = votes.first() else {
        return Ok(None);
    };
    let one = votes
        .iter()
        .all(|v| (&v.drawn, &v.others) == (&first.drawn, &first.others));
    let asked: Vec<_> = votes.iter().map(|v| v.asked.clone()).collect();
    let machine = Machine::new(&first.drawn, &first.others, &asked);
    let (true, Ok(machine)) = (one, machine) else {
        return Ok(None);
    };
    let mut planned = experiment.clone();
    for line in &mut planned.ballots {
        line.draw.coding = Coding::Plane;
    }
    Ok(Some((planned, Arc::new(machine))))
}

/// Lines of an experiment that no run would follow: refused rather than left out.
pub(crate) fn not_played(experiment: &Experiment) -> Option<SimError> {
    let what = |kind: &ScenarioItemKind| match kind {
        ScenarioItemKind::EventsFrom { .. } | ScenarioItemKind::EntitiesFromLog { .. } => {
            Some("a log of events")
        }
        ScenarioItemKind::Branch(..) => Some("a branch"),
        ScenarioItemKind::Assume(a) if matches!(a.what, Assumed::Act(_)) => Some("an assumed act"),
        _ => None,
    };
    experiment
        .items
        .iter()
        .find_map(|i| what(&i.kind).map(|w| (w, i.span)))
        .map(|(what, span): (&str, Span)| SimError::Unplayed(what, span))
}
