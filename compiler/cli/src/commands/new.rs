//! `rogatio new`: a folder with a module, its scenarios and a page, made from a template.
//!
//! Never happens: anything that is there already is touched, a folder is left half made, a module
//! is written that does not check.

use crate::args::New;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::load::Loader;
use crate::templates::NewFile;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap, codes};
use rogatio_grammar::ast::{ItemKind, Module};
use rogatio_grammar::parse;
use rogatio_semantics::{Library, check};
use std::path::Path;
use std::{fs, io};

/// Makes the folder, and says what to type next.
pub(crate) fn run(console: &Console, args: &New) -> Done {
    let name = module_name(&args.name).map_err(|d| refuse(console, d, Exit::Usage))?;
    let files = args.template.files(&name);
    checks(&name, &files).map_err(|d| refuse(console, d, Exit::Usage))?;
    let folder = Path::new(&name);
    if fs::symlink_metadata(folder).is_ok() {
        let d = Diagnostic::error(codes::E1131, format!("`{name}` is there already"))
            .note("nothing was written")
            .help("choose another name, or move what is there");
        return Err(refuse(console, d, Exit::BadInput));
    }
    make(folder, &files).map_err(|e| {
        let d = Diagnostic::error(codes::E0007, format!("`{name}` cannot be made: {e}"));
        refuse(console, d.note("nothing was written"), Exit::BadInput)
    })?;
    console.print(&next(&name, &files))?;
    Ok(Exit::Fine)
}

fn refuse(console: &Console, d: Diagnostic, exit: Exit) -> Stop {
    console.report(&[d], &SourceMap::new());
    exit.into()
}

/// The name as the language writes it, or why it is none.
fn module_name(given: &str) -> Result<String, Diagnostic> {
    let text = format!("module {given}");
    let (module, found) = parse(SourceMap::new().add("", text.as_str()), &text);
    let bad = |why: String| {
        Err(
            Diagnostic::error(codes::E1130, format!("`{given}` cannot name a module{why}"))
                .help("take letters, digits and `_`, a letter first: `fisheries`, `漁業協定`"),
        )
    };
    if given.contains(|c: char| c.is_whitespace() || c.is_control() || c == '/') {
        return bad(String::new());
    }
    if let Some(d) = found.first() {
        return bad(format!(": {}", d.message));
    }
    match module.items.as_slice() {
        [item] if item.docs.is_empty() => match &item.kind {
            ItemKind::Module(head) if head.titles.is_empty() && head.params.is_empty() => {
                match head.path.segments.as_slice() {
                    [name] if name.text.chars().count() <= LONGEST => Ok(name.text.clone()),
                    [_] => bad(format!(": it is longer than {LONGEST} characters")),
                    _ => bad(": a name without dots is wanted".to_owned()),
                }
            }
            _ => bad(String::new()),
        },
        _ => bad(String::new()),
    }
}

/// Names of files hold no more than 255 bytes; a character may take four, and an ending comes on top.
const LONGEST: usize = 60;

/// That what would be written checks: a template may use the name itself, for a kind or an act.
fn checks(name: &str, files: &[NewFile; 3]) -> Result<(), Diagnostic> {
    let [module, scenarios, _] = files;
    let mut loader = Loader::default();
    let mut draft = Draft {
        name,
        module,
        loader: &mut loader,
    };
    for file in [module, scenarios] {
        let (parsed, mut found) = draft.read(file);
        found.extend(check(&parsed, &mut draft).1);
        if !found.is_empty() {
            let d = format!(
                "`{name}` cannot name this module: the template uses it for something else"
            );
            return Err(Diagnostic::error(codes::E1130, d).help("choose another name"));
        }
    }
    Ok(())
}

/// The new module on top of the library.
struct Draft<'a> {
    name: &'a str,
    module: &'a NewFile,
    loader: &'a mut Loader,
}

impl Draft<'_> {
    fn read(&mut self, file: &NewFile) -> (Module, Vec<Diagnostic>) {
        let id = self
            .loader
            .sources
            .add(file.name.as_str(), file.text.as_str());
        parse(id, &file.text)
    }
}

impl Library for Draft<'_> {
    fn module(&mut self, path: &str) -> Option<(FileId, Module, Vec<Diagnostic>)> {
        if path != self.name {
            let library = rogatio_stdlib::module(path)?;
            let id = self.loader.sources.add(library.file, library.text);
            let (module, found) = parse(id, library.text);
            return Some((id, module, found));
        }
        let id = self
            .loader
            .sources
            .add(self.module.name.as_str(), self.module.text.as_str());
        let (module, found) = parse(id, &self.module.text);
        Some((id, module, found))
    }

    fn names(&self) -> Vec<String> {
        vec![self.name.to_owned()]
    }
}

/// Everything is written beside, then named: the folder is there whole or not at all.
fn make(folder: &Path, files: &[NewFile]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rogatio-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the system gives new folders, not the privacy of temporary ones.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let new = builder.tempdir_in(".")?;
    for file in files {
        fs::write(new.path().join(&file.name), &file.text)?;
    }
    fs::rename(new.path(), folder)?;
    // Its old name is gone, and there is nothing to clear away.
    let _ = new.keep();
    Ok(())
}

/// What was made, and what to type next.
fn next(name: &str, files: &[NewFile]) -> String {
    let mut out = String::new();
    for file in files {
        out += &format!("{name}/{}\n", file.name);
    }
    out += &format!(
        "\nNext:\n  cd {name}\n  rogatio run {name}.scenarios.rog\n  rogatio test .\n  rogatio check {name}.rog --watch\n"
    );
    out
}
