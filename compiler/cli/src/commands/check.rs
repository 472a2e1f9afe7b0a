//! `rogatio check`: findings, and what the passes make of a program.

use crate::args::{Check, Emit, ListFormat};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, keep, refuse};
use rogatio_diagnostics::SourceMap;

/// Checks every file; a mistake in one does not keep the others from being checked.
pub(crate) fn run(console: &mut Console, args: &Check) -> Done {
    console.speak(args.format != ListFormat::Human);
    console.findings = match args.format {
        ListFormat::Human => Findings::Human,
        ListFormat::Json => Findings::Json,
        ListFormat::Short => Findings::Short,
    };
    let mut exit = Exit::Fine;
    for name in &args.files {
        exit = exit.max(one(console, args, name)?);
    }
    Ok(exit)
}

fn one(console: &Console, args: &Check, name: &str) -> Done {
    let mut front = match Front::open(name, &args.library) {
        Ok(front) => front,
        Err(d) if args.format == ListFormat::Json => {
            console.print_findings(&[d], &SourceMap::new())?;
            return Ok(Exit::BadInput);
        }
        Err(d) => return Err(refuse(console, &d)).or_else(keep_going),
    };
    let mut shown = None;
    if front.has_errors() {
        // What was read can be shown all the same.
        if let Some(Emit::Tokens | Emit::Ast | Emit::Hir) = args.emit {
            shown = args.emit.map(|emit| dump(&front, emit));
        }
    } else {
        let readings = front
            .readings(&args.readings)
            .map_err(|m| console.usage(&m))?;
        let program = front.lower(&readings);
        shown = args.emit.map(|emit| match emit {
            Emit::Mir => rogatio_mir::dump(&program),
            emit => dump(&front, emit),
        });
        if args.bindings {
            shown = Some(bindings(&front));
        }
        keep(program);
    }
    if args.format == ListFormat::Json && args.emit.is_none() {
        console.print_findings(&front.found, &front.sources)?;
    } else {
        console.report(&front.found, &front.sources);
    }
    if let Some(text) = shown {
        console.print(&ended(text))?;
    } else if args.emit.is_none() && args.format == ListFormat::Human && front.found.is_empty() {
        console.print(&format!("{name}: {}\n", summary(&front)))?;
    }
    let exit = if front.has_errors() {
        Exit::BadInput
    } else {
        Exit::Fine
    };
    keep(front);
    Ok(exit)
}

fn keep_going(stop: Stop) -> Done {
    match stop {
        Stop::Exit(exit) => Ok(exit),
        stop => Err(stop),
    }
}

fn dump(front: &Front, emit: Emit) -> String {
    match emit {
        Emit::Tokens => rogatio_grammar::dump_tokens(front.sources.text(front.file)),
        Emit::Ast => rogatio_grammar::dump_ast(&front.module),
        Emit::Hir => rogatio_semantics::dump(front.hir()),
        Emit::Mir => String::new(),
    }
}

/// Each sentence, and below it what there is one instance for each of, and what any will do.
fn bindings(front: &Front) -> String {
    let mut out = String::new();
    for b in rogatio_semantics::bindings(front.hir()) {
        let text = front.sources.text(b.span.file);
        let sentence = text
            .get(b.span.start as usize..b.span.end as usize)
            .unwrap_or_default();
        let lines = sentence.lines().map(without_comment);
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        out.push_str(&format!("{}  {}\n", b.cite, words.join(" ")));
        for (word, vars) in [("one for each", &b.each), ("any", &b.any)] {
            if !vars.is_empty() {
                out.push_str(&format!("    {word}  {}\n", vars.join(", ")));
            }
        }
    }
    if out.is_empty() {
        out.push_str("no sentence has a variable beside its actor\n");
    }
    out
}

/// A line up to the `//` that stands in no string.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices("//").map(|(i, _)| i);
    let outside = |i: &usize| line[..*i].matches('"').count().is_multiple_of(2);
    let mut starts = starts.filter(outside);
    starts.next().map_or(line, |i| &line[..i])
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// `checked: 12 acts, 9 statuses, 14 norms`.
fn summary(front: &Front) -> String {
    let p = front.hir();
    let counts = [
        (p.acts.len(), "act", "acts"),
        (p.statuses.len(), "status", "statuses"),
        (p.defines.len(), "define", "defines"),
        (p.norms.len(), "norm", "norms"),
        (p.decisions.len(), "decision", "decisions"),
        (p.procedures.len(), "procedure", "procedures"),
        (p.scenarios.len(), "scenario", "scenarios"),
        (p.experiments.len(), "experiment", "experiments"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    if parts.is_empty() {
        "checked".to_owned()
    } else {
        format!("checked: {}", parts.join(", "))
    }
}
