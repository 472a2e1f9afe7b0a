//! `rogatio compile`: an experiment as an object file, a shared library or a program.

use super::shard::packed;
use super::simulate::{choose, output};
use crate::args::{Compile, plans};
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::{compile, refuse};
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, codes};
use rogatio_jit::Object;
use rogatio_simulate::planned;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the output is, by its ending.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Form {
    Object,
    Shared,
    Worker,
}

impl Form {
    fn of(path: &Path) -> Form {
        match path.extension().and_then(|e| e.to_str()) {
            Some("o" | "obj") => Form::Object,
            Some("so" | "dylib") => Form::Shared,
            _ => Form::Worker,
        }
    }
}

/// How every header begins that this command writes.
const HEADER: &str = "/* Experiment `";

/// Compiles one experiment.
pub(crate) fn run(console: &mut Console, args: &Compile) -> Done {
    let (form, path) = (Form::of(&args.output), &args.output);
    output::check(console, path)?;
    let header = (form != Form::Worker).then(|| path.with_extension("h"));
    if let Some(header) = &header {
        output::check(console, header)?;
        not_another(console, header)?;
    }
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let experiment =
        choose(&front, &program, args.experiment.as_deref()).map_err(|m| console.usage(&m))?;
    let (name, called) = (identifier(&experiment.name), experiment.name.clone());
    // The experiment's own readings rule, and whatever plays a part of it is told which they were.
    let packed = packed(
        &mut front,
        &program,
        &called,
        &args.readings,
        plans(&args.plan),
    );
    let chosen = packed.as_ref().and_then(|(program, shard)| {
        let experiment = program.experiments.iter().find(|e| e.name == called)?;
        Some((program, experiment, shard))
    });
    let Some((program, experiment, shard)) = chosen else {
        return Err(console.usage("there is no such experiment"));
    };
    // As simulations are played: what a worker finds is put together with what they find.
    let object = planned(program, experiment, &[], plans(&args.plan)).and_then(|made| {
        let (program, experiment) = (&made.program, &made.experiment);
        Ok(rogatio_jit::object(
            program,
            experiment,
            &[],
            &name,
            &shard.pieces(),
        )?)
    });
    let object = match object {
        Ok(object) => object,
        Err(why) => {
            let d = why.diagnostic().also(experiment.span, "this experiment");
            console.report(&[d], &front.sources);
            return Err(Stop::Exit(Exit::BadInput));
        }
    };
    let bytes = match form {
        Form::Object => object.bytes.clone(),
        Form::Shared | Form::Worker => {
            linked(&object, form, &name).map_err(|d| refuse(console, &d))?
        }
    };
    write(console, path, &bytes)?;
    if form != Form::Object {
        executable(path);
    }
    if let Some(header) = &header {
        write(console, header, object.header.as_bytes())?;
    }
    let also = header.map_or(String::new(), |h| format!(" and {}", h.display()));
    console.remark(&format!("written: {}{also}", path.display()));
    Ok(Exit::Fine)
}

fn write(console: &Console, path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    replace(path, bytes).map_err(|e| refuse(console, &output::cannot_write(path, &e.to_string())))
}

/// A header that somebody else wrote is not replaced.
fn not_another(console: &Console, header: &Path) -> Result<(), Stop> {
    match fs::read(header) {
        Ok(text) if !text.starts_with(HEADER.as_bytes()) => {
            let d = output::cannot_write(header, "there is another header of that name");
            Err(refuse(
                console,
                &d.help("choose another name for the output"),
            ))
        }
        _ => Ok(()),
    }
}

/// The name of an experiment as a C identifier.
fn identifier(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c == '_' || c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            let _ = write!(out, "u{:x}_", u32::from(c));
        }
    }
    // A name of C itself, or one that begins with a digit, would be none.
    format!("rogatio_{out}")
}

/// The object as a shared library or, with its worker, as a program.
fn linked(object: &Object, form: Form, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let trouble = |what: &str, why: &str| {
        Diagnostic::error(codes::E0969, format!("{what}: {why}"))
            .help("install a C compiler or name one in CC; `-o NAME.o` needs none")
    };
    let own = |e: std::io::Error| trouble("a temporary folder cannot be used", &e.to_string());
    let folder = tempfile::tempdir().map_err(own)?;
    let file = |ending: &str| -> PathBuf { folder.path().join(format!("{name}{ending}")) };
    fs::write(file(".o"), &object.bytes).map_err(own)?;
    let compiler = std::env::var("CC").ok().filter(|c| !c.trim().is_empty());
    let compiler = compiler.unwrap_or_else(|| "cc".to_owned());
    let mut words = compiler.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("cc"));
    command.args(words).current_dir(folder.path());
    match form {
        Form::Worker => {
            fs::write(file(".h"), &object.header).map_err(own)?;
            fs::write(file(".c"), &object.worker).map_err(own)?;
            command
                .args(["-std=c11", "-O2"])
                .arg(file(".c"))
                .arg(file(".o"));
        }
        _ => _ = command.arg("-shared").arg(file(".o")),
    }
    let made = command
        .arg("-o")
        .arg(file(".out"))
        .output()
        .map_err(|e| trouble(&format!("`{compiler}` does not run"), &e.to_string()))?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        let said = said.lines().next().unwrap_or("it says nothing").to_owned();
        return Err(trouble(&format!("`{compiler}` does not link it"), &said));
    }
    fs::read(file(".out")).map_err(own)
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(data) = fs::metadata(path) {
        let mut rights = data.permissions();
        // Whoever may read it may run it.
        rights.set_mode(rights.mode() | ((rights.mode() & 0o444) >> 2));
        let _ = fs::set_permissions(path, rights);
    }
}

#[cfg(not(unix))]
fn executable(_: &Path) {}
