//! `rogatio coverage`: which provisions are modelled, and which the scenarios use.

use crate::args::{Coverage as Args, LibraryArgs, ListFormat, ReadingArgs};
use crate::case::{Asked, own, prepare};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, compile};
use crate::load::Loader;
use rogatio_mir::{Program, Readings};
use rogatio_report::Coverage;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs the scenarios of a module and prints what became of each provision.
pub(crate) fn run(console: &mut Console, args: &Args) -> Done {
    console.speak(args.format != ListFormat::Human);
    if args.format == ListFormat::Json {
        console.findings = Findings::Json;
    }
    let (coverage, exit) = of(
        console,
        &args.module,
        &args.with,
        &args.library,
        &args.readings,
    )?;
    match args.format {
        ListFormat::Human => console.print(&coverage.human(console.style()))?,
        ListFormat::Json => console.print(&coverage.json_lines())?,
        ListFormat::Short => console.print(&coverage.summary(console.style().lang))?,
    }
    Ok(exit)
}

/// The coverage of a module by its own scenarios, those beside it, and those of further files.
pub(crate) fn of(
    console: &Console,
    name: &str,
    with: &[String],
    library: &LibraryArgs,
    chosen: &ReadingArgs,
) -> Result<(Coverage, Exit), Stop> {
    let (mut front, program) = compile(console, name, library, chosen)?;
    let module = front
        .hir()
        .modules
        .last()
        .map(|m| m.path.clone())
        .unwrap_or_default();
    let mut coverage = Coverage::new(front.hir(), &module);
    let readings = front.readings(chosen).map_err(|m| console.usage(&m))?;
    let mut exit = count(&mut front, Arc::new(program), &readings, &mut coverage);
    let mut files = beside(name, library);
    files.extend(with.iter().cloned());
    for file in files {
        let (mut front, program) = compile(console, &file, library, chosen)?;
        // A module with parameters has its provisions where it is used.
        if coverage.provisions().is_empty() {
            coverage = coverage.of_copies(front.hir());
        }
        exit = exit.max(count(
            &mut front,
            Arc::new(program),
            &readings,
            &mut coverage,
        ));
    }
    Ok((coverage, exit))
}

/// The scenarios that stand beside a module, or in the folder of its name: `cbd.scenarios.rog` and
/// `cbd/annex.scenarios.rog`, or the library modules `un.cbd.scenarios` and `un.cbd.annex.scenarios`.
fn beside(module: &str, library: &LibraryArgs) -> Vec<String> {
    const END: &str = ".scenarios";
    let Some(stem) = module.strip_suffix(".rog") else {
        let mut names = Loader::new(library.stdlib.as_deref()).names();
        names.sort();
        names.dedup();
        let below = |n: &&String| {
            n.strip_suffix(END).is_some_and(|n| {
                n == module || n.strip_prefix(module).is_some_and(|n| n.starts_with('.'))
            })
        };
        return names.iter().filter(below).cloned().collect();
    };
    let mut found = vec![PathBuf::from(format!("{stem}{END}.rog"))];
    let inside = std::fs::read_dir(stem).into_iter().flatten().flatten();
    let mut inside: Vec<_> = inside.map(|e| e.path()).collect();
    inside.retain(|p| {
        let name = p.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        name.strip_suffix(".rog").is_some_and(|n| n.ends_with(END))
    });
    inside.sort();
    found.extend(inside);
    found.retain(|p| p.is_file());
    found.iter().map(|p| p.display().to_string()).collect()
}

/// Runs what stands in the file and counts what it used. A scenario whose expectations fail counts all the same, and is
/// a finding.
fn count(
    front: &mut Front,
    program: Arc<Program>,
    readings: &Readings,
    coverage: &mut Coverage,
) -> Exit {
    let mut exit = Exit::Fine;
    for i in own(front) {
        let run = prepare(front, &program, readings, i).run(front, &Asked::default(), None);
        coverage.add(front.hir(), &run.exercised());
        if run.expectations.iter().any(|e| !e.passed) {
            exit = exit.max(Exit::Findings);
        }
    }
    exit
}
