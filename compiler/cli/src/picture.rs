//! What the commands that draw have in common: a scenario that was run, and where the picture goes.

use crate::args::picture::Drawing;
use crate::case::{Asked, Prepared, findings, is_bad, only, own, prepare};
use crate::commands::simulate::output::cannot_write;
use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::front::{Front, compile, refuse};
use crate::write::replace;
use rogatio_diagnostics::Diagnostic;
use rogatio_interpret::ScenarioRun;
use rogatio_mir::Program;
use std::path::Path;
use std::sync::Arc;

/// A program, and the scenario that was asked for, run to its end.
pub(crate) struct Drawn {
    /// The texts.
    pub(crate) front: Front,
    /// The program as the command line reads it.
    pub(crate) program: Arc<Program>,
    /// The scenario with its run.
    pub(crate) run: Option<(Prepared, ScenarioRun)>,
}

impl Drawn {
    /// The module, or the file where it has no name: without its folders, so that a picture is the same wherever the
    /// file lies.
    pub(crate) fn module<'a>(&'a self, file: &'a str) -> &'a str {
        if self.program.name.is_empty() {
            let name = Path::new(file).file_name().and_then(|n| n.to_str());
            name.unwrap_or(file)
        } else {
            &self.program.name
        }
    }
}

/// Which scenario is drawn where none is named.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unnamed {
    /// The only one; several are a mistake.
    Only,
    /// The only one; of several none.
    IfOnly,
}

/// Compiles, and runs the scenario named or the only one. What is wrong with its case ends the command; what it expects in
/// vain is reported, and the picture drawn all the same.
pub(crate) fn drawn(
    console: &Console,
    args: &Drawing,
    unnamed: Unnamed,
) -> Result<(Drawn, Exit), Stop> {
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let scenario = args.scenario.as_deref();
    let chosen = front
        .readings(&args.readings)
        .map_err(|m| console.usage(&m))?;
    let chosen = chosen.lang(console.lang);
    let program = Arc::new(program);
    let several = unnamed == Unnamed::IfOnly && scenario.is_none() && own(&front).len() > 1;
    let index = if several {
        None
    } else {
        only(console, &front, scenario)?
    };
    let Some(index) = index else {
        let run = None;
        return Ok((
            Drawn {
                front,
                program,
                run,
            },
            Exit::Fine,
        ));
    };
    let prepared = prepare(&mut front, &program, &chosen, index);
    let asked = Asked {
        hypothetical: program.rules_at.is_some(),
        ..Asked::default()
    };
    let run = prepared.run(&front, &asked, None);
    let found = findings(&run);
    console.report(&found, &front.sources);
    if is_bad(&run) {
        return Err(Exit::BadInput.into());
    }
    let unmet = found.iter().any(Diagnostic::is_error);
    let exit = if unmet { Exit::Findings } else { Exit::Fine };
    let run = Some((prepared, run));
    Ok((
        Drawn {
            front,
            program,
            run,
        },
        exit,
    ))
}

/// Writes to the file named, whole or not at all, else to standard output.
pub(crate) fn emit(console: &Console, output: Option<&Path>, text: &str) -> Result<(), Stop> {
    let Some(path) = output else {
        return console.print(text);
    };
    replace(path, text.as_bytes())
        .map_err(|e| refuse(console, &cannot_write(path, &e.to_string())))?;
    console.remark(&format!("written: {}", path.display()));
    Ok(())
}

/// Whether a file's name ends so.
pub(crate) fn ends_in(path: Option<&Path>, extension: &str) -> bool {
    let own = path.and_then(Path::extension);
    own.is_some_and(|e| e.eq_ignore_ascii_case(extension))
}
