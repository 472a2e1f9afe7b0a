//! `rogatio fmt`: one layout for every program.
//!
//! Never happens: a file that did not parse completely is written, a file is left half
//! written, a file loses its permissions.

use crate::args::Fmt;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::refuse;
use crate::load::{Loader, read_text};
use crate::paths::programs;
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_grammar::format;
use std::path::Path;

/// Formats every file; a mistake in one does not keep the others from being formatted.
pub(crate) fn run(console: &Console, args: &Fmt) -> Done {
    let mut exit = Exit::Fine;
    for name in programs(&args.paths).map_err(|d| refuse(console, &d))? {
        let done = if name == "-" {
            stream(console, args.check)
        } else {
            file(console, &name, args.check)
        };
        exit = exit.max(match done {
            Ok(exit) | Err(Stop::Exit(exit)) => exit,
            Err(stop) => return Err(stop),
        });
    }
    Ok(exit)
}

/// Standard input to standard output.
fn stream(console: &Console, check: bool) -> Done {
    let mut loader = Loader::default();
    let source = loader.open("-").map_err(|d| refuse(console, &d))?;
    let text = loader.sources.text(source.file).to_owned();
    let formatted = formatted(console, &mut loader.sources, "<stdin>", &text)?;
    if check {
        return Ok(if formatted == text {
            Exit::Fine
        } else {
            Exit::Findings
        });
    }
    console.print(&formatted)?;
    Ok(Exit::Fine)
}

fn file(console: &Console, name: &str, check: bool) -> Done {
    let path = Path::new(name);
    let text = read_text(path).map_err(|d| refuse(console, &d))?;
    let formatted = formatted(console, &mut SourceMap::new(), name, &text)?;
    if formatted == text {
        return Ok(Exit::Fine);
    }
    if check {
        console.print(&format!("{name}: not formatted\n"))?;
        return Ok(Exit::Findings);
    }
    replace(path, formatted.as_bytes()).map_err(|e| {
        let d = Diagnostic::error(codes::E0007, format!("`{name}` cannot be written: {e}"));
        refuse(console, &d.note("the file is as it was"))
    })?;
    Ok(Exit::Fine)
}

/// The text in its layout, or what keeps it from being read.
fn formatted(
    console: &Console,
    sources: &mut SourceMap,
    name: &str,
    text: &str,
) -> Result<String, Stop> {
    let file = sources.add(name, text);
    let refuse = |found: &[Diagnostic], sources: &SourceMap| {
        console.report(found, sources);
        Stop::Exit(Exit::BadInput)
    };
    match format(file, text) {
        Ok(formatted) => Ok(formatted),
        Err(found) => Err(refuse(&found, sources)),
    }
}
