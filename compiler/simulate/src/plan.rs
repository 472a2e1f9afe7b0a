//! How an experiment will be run, in words (`--explain-plan`): the engine and why, what is drawn and when, what is kept.

use crate::engine::{Engine, Ready};
use crate::progress::shown;
use rogatio_batch::{Kernel, Machine};
use rogatio_jit::{Refusal, Values};
use rogatio_mir::{Experiment, MeasureKind, Program};
use serde::Serialize;

/// How an experiment will be run.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Plan {
    /// The engine.
    pub engine: Engine,
    /// Law-preserving rewrites (R56): what both engines do alike with what was written.
    pub rewrites: Vec<String>,
    /// Its decisions, in the order they are taken.
    pub lines: Vec<Decided>,
}

/// One decision of a plan, in English; `compiler/report` has it in other languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Decided {
    /// What about: the same word for all of one kind, as `delay` or `measure`.
    pub what: &'static str,
    /// What was decided.
    pub how: String,
}

/// Says how an experiment will be run by an engine.
#[must_use]
pub fn plan(program: &Program, experiment: &Experiment, ready: &Ready, values: &Values) -> Plan {
    let mut lines = Vec::new();
    let mut say = |what: &'static str, how: String| lines.push(Decided { what, how });
    let days = ready.last().days_since(experiment.begin);
    match (ready.compiled(), ready.refusal()) {
        (Some(compiled), _) => {
            let size = compiled.size();
            let (kept, all) = size.latches;
            say(
                "engine",
                "native code: every form that a measure depends on is compiled".to_owned(),
            );
            say(
                "events",
                match size.compared {
                    Some(n) => format!("from one event to the next by comparing the due times of all {n} clocks at once"),
                    None => "from one event to the next by a queue of days; a day on which nothing is due costs nothing".to_owned(),
                },
            );
            say(
                "kept",
                format!(
                    "{kept} of {all} latches; {} dropped, as no measure depends on them",
                    all - kept
                ),
            );
            say(
                "histories",
                "only the numbers and times that are read".to_owned(),
            );
            say(
                "counts",
                format!("{} kept as counters, not counted anew", size.counters),
            );
            say(
                "end",
                "a run ends as soon as no measure can change".to_owned(),
            );
            if let Some(why) = compiled.aside() {
                say(
                    "aside",
                    format!(
                        "a run that meets what native code leaves open is played by the interpreter: {why}"
                    ),
                );
            }
            if let Ok(Some(states)) = ready.unfolded(program, experiment, values) {
                let size = states.size();
                say(
                    "states",
                    format!(
                        "once much is left to run: a copy of the code for each of {} discrete states between events, {} bytes in all",
                        size.states.unwrap_or(0),
                        size.code
                    ),
                );
            }
            say(
                "memory",
                format!(
                    "{} bytes of code; {} bytes a thread, of which a run begins by copying {}",
                    size.code, size.arena, size.copied
                ),
            );
        }
        (None, _) if ready.machine().is_some() => {
            let machine = ready.machine().map_or(String::new(), Machine::describe);
            let kernel = Kernel::best().name();
            say(
                "engine",
                format!(
                    "the block machine ({kernel}): all that is random are the ballots of one vote, and its roll, weights and rule stand while it is open"
                ),
            );
            say("events", "none: a run is one vote".to_owned());
            say("kept", machine);
            say(
                "exact",
                "unless runs are asked for, the answers are fractions and nothing is drawn"
                    .to_owned(),
            );
        }
        (None, refusal) => {
            let why = refusal.map_or("it was asked for".to_owned(), Refusal::to_string);
            say("engine", format!("the interpreter: {why}"));
            say("events", "from one event to the next".to_owned());
            say("kept", "everything, with the reasons".to_owned());
        }
    }
    let rewrites = ready.rewrites();
    if rewrites.is_empty() {
        say("rewrites", "none".to_owned());
    }
    for rewrite in rewrites {
        say("rewrites", rewrite.clone());
    }
    for (what, why) in ready.left() {
        say("as written", format!("{what}: {why}"));
    }
    say(
        "draws",
        format!(
            "{}: {} for each seed, site, key, number and {}",
            ready.generator().version(),
            if ready.machine().is_some() {
                "planes of bits, the highest first, until no run is tied,"
            } else {
                "a word"
            },
            if ready.machine().is_some() {
                "block of runs"
            } else {
                "run"
            },
        ),
    );
    for (path, law) in ready.sites() {
        say("delay", format!("{path}: {}", rogatio_jit::law_text(&law)));
    }
    let run = format!("{} to {}, {days} days", experiment.begin, ready.last());
    say("each run", run);
    for (kind, n) in &experiment.populations {
        let name = program
            .kinds
            .get(kind.index())
            .map_or("?", |k| k.name.as_str());
        say("population", format!("{n} {name}"));
    }
    for (name, g) in &experiment.params {
        let value = values.iter().find(|(n, _)| n == name);
        let op = value.map_or(&program.guard(*g).op, |(_, op)| op);
        say("param", format!("{name} = {}", shown(op)));
    }
    for r in &program.readings {
        let choice = r.choices.get(r.chosen).map_or("?", String::as_str);
        say("reading", format!("{} = {choice}", r.name));
    }
    for m in &experiment.measures {
        let (kind, when) = match &m.kind {
            MeasureKind::Date(_) => ("a date", "at the end of a run".to_owned()),
            MeasureKind::Probability(_, Some(day)) => {
                ("a condition", format!("at the end of {day}"))
            }
            MeasureKind::Probability(..) => ("a condition", "at the end of a run".to_owned()),
            MeasureKind::Number(_) => ("a number", "at the end of a run".to_owned()),
            MeasureKind::Breaches { norms, by, .. } => {
                let by = by.map_or("in a run".to_owned(), |d| format!("by {d}"));
                let each = if norms.len() == 1 { "norm" } else { "norms" };
                ("breaches", format!("of {} {each}, {by}", norms.len()))
            }
        };
        say("measure", format!("{}: {kind}, {when}", m.name));
    }
    Plan {
        engine: ready.engine(),
        rewrites: rewrites.to_vec(),
        lines,
    }
}
