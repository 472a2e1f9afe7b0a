//! `rogatio test`: every scenario of every file.

use crate::args::{ListFormat, Test};
use crate::case::{Asked, findings, is_bad, own, prepare};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, refuse};
use crate::paths::programs;
use rogatio_diagnostics::Diagnostic;
use rogatio_interpret::ScenarioRun;
use rogatio_report::{Coverage, Tests};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs every scenario; a file that does not check does not keep the others from running.
pub(crate) fn run(console: &mut Console, args: &Test) -> Done {
    console.speak(args.format != ListFormat::Human);
    console.findings = match args.format {
        ListFormat::Human => Findings::Human,
        ListFormat::Json => Findings::Json,
        ListFormat::Short => Findings::Short,
    };
    let mut tests = Tests::default();
    let mut covered = Covered::new();
    let mut exit = Exit::Fine;
    // Of a folder, the modules below it come before those built in.
    let mut roots: Vec<PathBuf> = args.paths.iter().map(PathBuf::from).collect();
    roots.retain(|p| p.is_dir());
    for name in programs(&args.paths).map_err(|d| refuse(console, &d))? {
        let root = roots.iter().find(|r| Path::new(&name).starts_with(r));
        exit = exit.max(file(console, args, &name, root, &mut tests, &mut covered)?);
    }
    if tests.count() == 0 && exit == Exit::Fine {
        console.remark(match &args.filter {
            Some(_) => "no scenario has this text in its title",
            None => "there is no scenario in these files",
        });
    }
    if args.format != ListFormat::Json {
        for coverage in covered.values().filter(|_| args.coverage) {
            console.print(&coverage.summary(console.style().lang))?;
        }
        console.print(&tests.summary(console.style().lang))?;
    }
    Ok(exit.max(if tests.failed() > 0 {
        Exit::Findings
    } else {
        Exit::Fine
    }))
}

/// The coverage of each module that scenarios stand for, by its path.
type Covered = BTreeMap<String, Coverage>;

fn file(
    console: &Console,
    args: &Test,
    name: &str,
    root: Option<&PathBuf>,
    tests: &mut Tests,
    covered: &mut Covered,
) -> Done {
    let mut library = args.library.clone();
    if library.stdlib.is_none() {
        library.stdlib = root.cloned();
    }
    let mut front = match Front::open(name, &library) {
        Ok(front) => front,
        Err(d) => {
            let _ = refuse(console, &d);
            tests.broken(name);
            return Ok(Exit::BadInput);
        }
    };
    let wanted = |front: &Front, i: &usize| match &args.filter {
        Some(text) => front.hir().scenarios[*i]
            .name
            .to_lowercase()
            .contains(&text.to_lowercase()),
        None => true,
    };
    let readings = if front.has_errors() {
        None
    } else {
        Some(
            front
                .readings(&args.readings)
                .map_err(|m| console.usage(&m))?,
        )
    };
    let program = readings.map(|r| (Arc::new(front.lower(&r)), r));
    let errors: Vec<Diagnostic> = front
        .found
        .iter()
        .filter(|d| d.is_error())
        .cloned()
        .collect();
    let (Some((program, readings)), true) = (program, errors.is_empty()) else {
        console.report(&errors, &front.sources);
        tests.broken(name);
        return Ok(Exit::BadInput);
    };
    let chosen: Vec<usize> = own(&front)
        .into_iter()
        .filter(|i| wanted(&front, i))
        .collect();
    if args.format == ListFormat::Human && !chosen.is_empty() {
        console.print(&format!("{name}\n"))?;
    }
    let mut exit = Exit::Fine;
    for i in chosen {
        let prepared = prepare(&mut front, &program, &readings, i);
        let run = prepared.run(&front, &Asked::default(), None);
        if args.coverage {
            // A file of scenarios has no provisions of its own: those of the modules it uses are exercised.
            let exercised = run.exercised();
            for module in front.hir().modules.iter().map(|m| m.path.clone()) {
                if Coverage::new(front.hir(), &module).provisions().is_empty() {
                    continue;
                }
                let new = || Coverage::new(front.hir(), &module);
                let coverage = covered.entry(module.clone()).or_insert_with(new);
                coverage.add(front.hir(), &exercised);
            }
        }
        if is_bad(&run) {
            exit = Exit::BadInput;
        }
        show(
            console,
            args.format,
            &front,
            &prepared.scenario.name,
            name,
            &run,
            tests,
        )?;
    }
    Ok(exit)
}

fn show(
    console: &Console,
    format: ListFormat,
    front: &Front,
    title: &str,
    file: &str,
    run: &ScenarioRun,
    tests: &mut Tests,
) -> Result<(), Stop> {
    let found = findings(run);
    let result = tests.add(title, file, run, &found, &front.sources);
    match format {
        ListFormat::Json => console.print(&(result.json() + "\n")),
        ListFormat::Human => {
            let style = console.style();
            console.print(&result.line(style))?;
            console.report(&found, &front.sources);
            Ok(())
        }
        ListFormat::Short => {
            console.report(&found, &front.sources);
            Ok(())
        }
    }
}
