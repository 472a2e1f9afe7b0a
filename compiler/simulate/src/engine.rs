//! Which engine plays the runs: the compiled one where it can, else the interpreter. Both give the same records for the
//! same runs, so the choice changes how long a simulation takes and nothing else.

use crate::error::SimError;
use crate::replay::Player;
use rogatio_calendar::Day;
use rogatio_jit::{Compiled, Instance, Refusal, Values};
use rogatio_mir::draw::Delay;
use rogatio_mir::{Assumed, Experiment, Program, ScenarioItemKind, Span};
use serde::{Deserialize, Serialize};

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
    /// The reference.
    Interpret,
}

impl Engine {
    /// `jit`, `interpret`: as every output has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Engine::Jit => "jit",
            Engine::Interpret => "interpret",
        }
    }

    /// Runs that a thread takes at a time.
    pub(crate) fn grain(self) -> u64 {
        match self {
            Engine::Jit => crate::BLOCK,
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
}

#[derive(Debug)]
enum Kind {
    Native(Compiled),
    Steps(Box<Player>),
}

/// The engine in one thread.
pub(crate) enum Worker {
    Native(Box<Instance>),
    Steps(Box<Player>, u64),
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
        let last = program
            .counting
            .add(experiment.begin, experiment.horizon)
            .unwrap_or(Day::MAX);
        let mut refusal = None;
        if wish != Wish::Interpret {
            match rogatio_jit::compile(program, experiment, values) {
                Ok(compiled) => {
                    return Ok(Ready {
                        last,
                        width: compiled.width(),
                        kind: Kind::Native(compiled),
                        refusal,
                    });
                }
                Err(why) if wish == Wish::Jit => return Err(why.into()),
                Err(why) => refusal = Some(why),
            }
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
            kind: Kind::Steps(Box::new(player)),
            refusal,
        })
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Native(_) => Engine::Jit,
            Kind::Steps(_) => Engine::Interpret,
        }
    }

    /// Why the compiled engine does not play it, where it was tried.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The compiled experiment.
    #[must_use]
    pub fn compiled(&self) -> Option<&Compiled> {
        match &self.kind {
            Kind::Native(compiled) => Some(compiled),
            Kind::Steps(_) => None,
        }
    }

    /// The experiment made ready for the interpreter.
    #[must_use]
    pub fn player(&self) -> Option<&Player> {
        match &self.kind {
            Kind::Native(_) => None,
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
            Kind::Native(compiled) => compiled.sites().map(owned).collect(),
            Kind::Steps(player) => player.laws().map(owned).collect(),
        }
    }

    /// Numbers in a record: the class, then the measures.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The engine for one more thread.
    pub(crate) fn worker(&self, seed: u64) -> Worker {
        match &self.kind {
            Kind::Native(compiled) => Worker::Native(Box::new(compiled.instance(seed))),
            Kind::Steps(player) => Worker::Steps(player.clone(), seed),
        }
    }
}

impl Worker {
    /// The records of the runs from one number (included) to another (excluded).
    pub(crate) fn records(
        &mut self,
        from: u64,
        to: u64,
        width: usize,
        records: &mut [i64],
    ) -> Result<(), (u64, SimError)> {
        match self {
            Worker::Native(instance) => instance.run_into(from, to, records),
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
