//! `:sim N MEASURE`: the experiment of the module, with one measure.

use super::Refused;
use super::evaluate::INTERRUPTED;
use super::session::{Session, What};
use crate::commands::simulate::bound::Played;
use crate::speech::say_lines;
use rogatio_diagnostics::{Diagnostic, codes};
use rogatio_grammar::{ast, parse};
use rogatio_mir::draw::Generator;
use rogatio_report::{SimReport, Style};
use rogatio_simulate::{MAX_RUNS, Plans, Ready, SimError, SimOptions, run};
use std::thread;

/// Where the random numbers start: the same question has the same answer.
const SEED: u64 = 0;

/// Runs it.
pub(super) fn sim(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    let usage = "write :sim, a number of runs and a measure: :sim 10000 start(in_force)";
    let (runs, measure) = rest.split_once(char::is_whitespace).ok_or(usage)?;
    let runs: u64 = runs.parse().ok().filter(|n| *n > 0).ok_or(usage)?;
    let measures = measures(session, measure.trim())?;

    let rules = session.state.rules.clone();
    let typed = session.state.entries.iter().filter_map(|e| match &e.what {
        What::Rule(item) => Some(item.as_ref()),
        What::Line(_) => None,
    });
    let own = rules.base.items.iter().chain(typed);
    let experiments: Vec<&ast::Item> = own
        .filter(|i| matches!(i.kind, ast::ItemKind::Experiment(_)))
        .collect();
    // The one typed last is the one that is meant.
    let Some(chosen) = experiments.last() else {
        let d = Diagnostic::error(codes::E1102, "there is no experiment to run")
            .help("type one: experiment race { begin 2000-01-01  State 10  each State does deposit after exponential(1 year)  horizon 10 years  measure count(deposit) }")
            .note("an experiment says who does what, and after what delays");
        return Err(vec![d].into());
    };
    let mut with = (*chosen).clone();
    let mut name = String::new();
    if let ast::ItemKind::Experiment(e) = &mut with.kind {
        name.clone_from(&e.name.text);
        e.items
            .retain(|i| !matches!(i.kind, ast::ExperimentItemKind::Measure { .. }));
        e.items.extend(measures);
    }
    let span = chosen.span;
    let mut session = session.clone();
    let mut base = rules.base.clone();
    let same = |i: &ast::Item| i.span == span;
    if let Some(at) = base.items.iter().position(same) {
        base.items.remove(at);
    }
    let others = session.state.entries.iter().filter_map(|e| match &e.what {
        What::Rule(item) if !same(item) => Some((**item).clone()),
        _ => None,
    });
    let typed: Vec<ast::Item> = others.chain([with]).collect();
    let without = super::rules::Rules {
        name: rules.name.clone(),
        source: rules.source.clone(),
        base,
        checked: rules.checked.clone(),
        program: rules.program.clone(),
    };
    let (made, _) = without.with(typed.iter(), &mut session.loader, &session.state.readings)?;
    let experiment = made.program.experiments.iter().rfind(|e| e.name == name);
    let experiment = experiment.ok_or("the experiment is not one of this module")?;
    let options = SimOptions {
        runs,
        seed: SEED,
        threads: thread::available_parallelism().map_or(1, usize::from),
        cancel: &INTERRUPTED,
        ..SimOptions::default()
    };
    if runs > MAX_RUNS {
        return Err(vec![SimError::too_many(runs).diagnostic()].into());
    }
    let refused = |e: SimError| vec![e.diagnostic().also(span, "this experiment")];
    let (program, values) = (&made.program, options.values);
    let ready = Ready::new(program, experiment, values, options.engine).map_err(refused)?;
    let result = run(program, experiment, &ready, &options).map_err(refused)?;
    let played = Played {
        program,
        experiment,
        ready: &ready,
        values,
        rng: Generator::default(),
        plans: Plans::default(),
        first: 0,
        replays: false,
    };
    let report = SimReport::of(&result, "", env!("CARGO_PKG_VERSION"));
    let mut text = report.render(&result, style);
    if let Some(over) = played.told(&result).map_err(refused)? {
        let over = say_lines(&over, style.lang);
        text = format!("{}\n\n{over}\n", text.trim_end_matches('\n'));
    }
    Ok(text)
}

/// What is to be measured, as lines of an experiment.
fn measures(session: &mut Session, text: &str) -> Result<Vec<ast::ExperimentItem>, Refused> {
    // Read where it would stand.
    let before = "experiment typed { measure ";
    let file = session.file(&format!("{before}{text} }}"));
    let (module, found) = parse(file, session.sources().text(file));
    super::ask::errors(found)?;
    let items = module.items.into_iter().find_map(|i| match i.kind {
        ast::ItemKind::Experiment(e) => Some(e.items),
        _ => None,
    });
    Ok(items.unwrap_or_default())
}
