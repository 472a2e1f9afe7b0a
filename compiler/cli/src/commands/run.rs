//! `rogatio run`: what happens in a scenario, when, and under which article.

use super::repl::play::play;
use crate::args::{OutputFormat, Run};
use crate::case::{Asked, choose, findings, is_bad, own, prepare, read_events};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit};
use crate::front::{compile, keep};
use rogatio_diagnostics::{Format, render};
use rogatio_report::{RunReport, ScenarioReport, Style, as_of};
use std::sync::Arc;

/// Runs the scenarios of a file, or the one named.
pub(crate) fn run(console: &mut Console, args: &Run) -> Done {
    console.speak(args.format == OutputFormat::Json);
    if args.interactive {
        return play(console, args);
    }
    if args.format == OutputFormat::Json {
        console.findings = Findings::Json;
    }
    let events = args
        .events
        .as_ref()
        .map(|path| read_events(console, path))
        .transpose()?;
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let readings = front
        .readings(&args.readings)
        .map_err(|m| console.usage(&m))?
        .lang(console.lang);
    let program = Arc::new(program);
    let asked = Asked {
        until: args.until,
        known_at: args.known.known_at,
        hypothetical: args.known.known_at.is_some() || program.rules_at.is_some(),
    };
    let chosen = match &args.scenario {
        Some(title) => vec![choose(&front, title).map_err(|m| console.usage(&m))?],
        None => own(&front),
    };
    if chosen.is_empty() {
        console.remark(&format!("{}: there is no scenario in this file", args.file));
    }
    let style = console.style();
    let mut report = RunReport {
        version: env!("CARGO_PKG_VERSION"),
        file: args.file.clone(),
        module: program.name.clone(),
        titles: program.titles.clone(),
        rules_at: program.rules_at.map(|d| d.to_string()),
        known_at: args.known.known_at.map(|d| d.to_string()),
        scenarios: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut exit = Exit::Fine;
    if args.format == OutputFormat::Human && !chosen.is_empty() {
        console.print(&head(&report, style))?;
    }
    for i in chosen {
        let prepared = prepare(&mut front, &program, &readings, i);
        let run = prepared.run(&front, &asked, events.as_ref());
        let found = findings(&run);
        exit = exit.max(
            match (
                is_bad(&run),
                found.iter().any(rogatio_diagnostics::Diagnostic::is_error),
            ) {
                (true, _) => Exit::BadInput,
                (false, true) => Exit::Findings,
                (false, false) => Exit::Fine,
            },
        );
        let scenario = ScenarioReport::of(&prepared.scenario, &run, &front.sources);
        if args.format == OutputFormat::Human {
            console.print(&("\n".to_owned() + &scenario.render(style, args.trace)))?;
            console.report(&found, &front.sources);
        } else {
            let json = |d| {
                serde_json::from_str(&render(d, &front.sources, Format::Json)).unwrap_or_default()
            };
            report.diagnostics.extend(found.iter().map(json));
            report.scenarios.push(scenario);
        }
    }
    if args.format == OutputFormat::Json {
        let text = serde_json::to_string_pretty(&report).unwrap_or_default();
        console.print(&(text + "\n"))?;
    }
    keep((front, program));
    Ok(exit)
}

/// The module's titles and name.
fn head(report: &RunReport, style: Style) -> String {
    let titles = report.titles.join(" · ");
    let as_of = as_of(
        report.rules_at.as_deref(),
        report.known_at.as_deref(),
        style.lang,
    );
    let head = match (titles.as_str(), report.module.as_str()) {
        ("", "") => format!("{}\n", style.bold(&report.file)),
        ("", module) => format!("{}\n", style.bold(module)),
        (titles, module) => format!("{}  {}\n", style.bold(titles), style.dim(module)),
    };
    head + &as_of
}
