//! From a name on the command line to a checked program and to MIR.

use crate::args::{LibraryArgs, ReadingArgs};
use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::load::{Loader, Source};
use rogatio_diagnostics::distance;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap};
use rogatio_grammar::ast;
use rogatio_mir::{Program, Readings};
use rogatio_semantics::{Checked, hir};
use std::any::Any;
use std::path::PathBuf;
use std::sync::Mutex;

/// A program that was read and checked.
pub(crate) struct Front {
    /// Every text.
    pub(crate) sources: SourceMap,
    /// The text named on the command line.
    pub(crate) file: FileId,
    /// The folder that names of logs are relative to.
    pub(crate) folder: Option<PathBuf>,
    /// Its tree.
    pub(crate) module: ast::Module,
    /// The checked program.
    pub(crate) checked: Checked,
    /// What was found.
    pub(crate) found: Vec<Diagnostic>,
}

impl Front {
    /// Reads, parses and checks. Fails only if the file cannot be read.
    pub(crate) fn open(name: &str, library: &LibraryArgs) -> Result<Front, Diagnostic> {
        if let Ok(mut made) = MADE.lock() {
            made.clear();
        }
        let mut loader = Loader::new(library.stdlib.as_deref());
        let source = loader.open(name)?;
        Ok(Front::check(loader, &source))
    }

    /// Checks a text that is read already.
    pub(crate) fn check(mut loader: Loader, source: &Source) -> Front {
        let (module, mut found) = loader.parse(source);
        let (checked, more) = rogatio_semantics::check(&module, &mut loader.shelf(source, &module));
        found.extend(more);
        Front {
            sources: loader.sources,
            file: source.file,
            folder: source.folder.clone(),
            module,
            checked,
            found,
        }
    }

    /// The checked program.
    pub(crate) fn hir(&self) -> &hir::Program {
        &self.checked.program
    }

    /// Whether something is wrong.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// The readings that the command line asks for, or why they do not exist.
    pub(crate) fn readings(&self, args: &ReadingArgs) -> Result<Readings, String> {
        readings(self.hir(), args)
    }

    /// MIR under these readings; adds to what was found.
    pub(crate) fn lower(&mut self, readings: &Readings) -> Program {
        let (program, more) = rogatio_mir::lower(&self.checked.program, readings);
        self.found.extend(more);
        program
    }
}

/// What a command has made and needs no more.
static MADE: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());

/// Keeps what a command has made until another text is read, or the process ends: then nobody waits while it is given
/// back node by node.
pub(crate) fn keep<T: Send + 'static>(made: T) {
    if let Ok(mut all) = MADE.lock() {
        all.push(Box::new(made));
    }
}

/// Reads, checks and lowers for a command that needs a program without mistakes: what is
/// wrong is reported and ends the command.
pub(crate) fn compile(
    console: &Console,
    name: &str,
    library: &LibraryArgs,
    readings: &ReadingArgs,
) -> Result<(Front, Program), Stop> {
    let mut front = Front::open(name, library).map_err(|d| refuse(console, &d))?;
    let program = if front.has_errors() {
        None
    } else {
        let chosen = front.readings(readings).map_err(|m| console.usage(&m))?;
        Some(front.lower(&chosen.lang(console.lang)))
    };
    console.report(&front.found, &front.sources);
    match program {
        Some(program) if !front.has_errors() => Ok((front, program)),
        _ => Err(Exit::BadInput.into()),
    }
}

/// The readings that the command line asks for, or why they do not exist.
pub(crate) fn readings(hir: &hir::Program, args: &ReadingArgs) -> Result<Readings, String> {
    let mut readings = Readings::new().rules_at(args.rules_at);
    for (name, choice) in &args.readings {
        let names: Vec<&str> = hir.readings.iter().map(|r| r.name.as_str()).collect();
        let Some(reading) = hir.readings.iter().find(|r| r.name == *name) else {
            return Err(format!(
                "there is no reading `{name}`{}",
                among(name, &names)
            ));
        };
        if !reading.choices.contains(choice) {
            let choices: Vec<&str> = reading.choices.iter().map(String::as_str).collect();
            return Err(format!(
                "reading `{name}` has no choice `{choice}`{}",
                among(choice, &choices)
            ));
        }
        readings = readings.choose(name.as_str(), choice.as_str());
    }
    Ok(readings)
}

/// Reports a file that cannot be read.
pub(crate) fn refuse(console: &Console, d: &Diagnostic) -> Stop {
    console.report(std::slice::from_ref(d), &SourceMap::new());
    Exit::BadInput.into()
}

/// `; did you mean `x`?` or the list of what there is.
pub(crate) fn among(name: &str, names: &[&str]) -> String {
    let near = names.iter().map(|n| (distance(n, name), *n)).min();
    match near {
        Some((far, near)) if far <= near.chars().count().div_ceil(3) => {
            format!("; did you mean `{near}`?")
        }
        Some(_) if names.len() <= 12 => format!("; there is {}", list(names)),
        _ => String::new(),
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    quoted.join(", ")
}
