//! Files: found, read, judged fit to be a text, remembered for messages.
//!
//! Comes in: names of files and modules. Goes out: texts in a [`SourceMap`], parsed
//! modules. Never happens: a file read in part, a guess at an encoding, a module found
//! in a place that no option names.

use crate::watch::note;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap, codes};
use rogatio_grammar::ast::Module;
use rogatio_grammar::{headings, parse};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Files beyond this many bytes are not programs.
const LARGEST: u64 = 64 << 20;

/// Shown before the file names of embedded modules.
const BUILT_IN: &str = "<library>/";

/// What a program was read from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its text.
    pub(crate) file: FileId,
    /// The folder it is in; none for embedded modules and standard input.
    pub(crate) folder: Option<PathBuf>,
}

/// Reads files and keeps their texts.
#[derive(Clone, Default)]
pub(crate) struct Loader {
    /// Every text read so far.
    pub(crate) sources: SourceMap,
    stdlib: Option<PathBuf>,
}

impl Loader {
    /// With `--stdlib`.
    pub(crate) fn new(stdlib: Option<&Path>) -> Loader {
        Loader {
            sources: SourceMap::new(),
            stdlib: stdlib.map(Path::to_path_buf),
        }
    }

    /// What the command line names: a file, `-`, or a module of the library.
    pub(crate) fn open(&mut self, name: &str) -> Result<Source, Diagnostic> {
        if name == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
            let text = read.map_err(|e| unreadable("standard input", &e));
            let text = text.and_then(|_| text_of(bytes, "standard input"))?;
            let file = self.sources.add("<stdin>", text);
            return Ok(Source {
                file,
                folder: Some(PathBuf::new()),
            });
        }
        let path = Path::new(name);
        if !path.is_file()
            && is_module_name(name)
            && let Some(source) = self.library_module(name)?
        {
            return Ok(source);
        }
        let text = read_text(path).map_err(|d| self.suggest(d, path, name))?;
        let file = self.sources.add(name, text);
        Ok(Source {
            file,
            folder: Some(folder_of(path)),
        })
    }

    /// A library module: from the folder of `--stdlib`, else embedded.
    fn library_module(&mut self, name: &str) -> Result<Option<Source>, Diagnostic> {
        if let Some(root) = &self.stdlib {
            let path = module_path(root, name);
            if path.is_file() {
                let text = read_text(&path)?;
                let file = self.sources.add(path.display().to_string(), text);
                return Ok(Some(Source {
                    file,
                    folder: Some(folder_of(&path)),
                }));
            }
        }
        Ok(rogatio_stdlib::module(name).map(|m| {
            let file = self.sources.add(format!("{BUILT_IN}{}", m.file), m.text);
            Source { file, folder: None }
        }))
    }

    /// Parses a text and remembers its headings.
    pub(crate) fn parse(&mut self, source: &Source) -> (Module, Vec<Diagnostic>) {
        let (module, mut found) = parse(source.file, self.sources.text(source.file));
        self.sources.set_headings(source.file, headings(&module));
        if module.items.is_empty() && found.is_empty() {
            let name = self.sources.name(source.file);
            let d = Diagnostic::error(
                codes::E0006,
                format!("`{name}` is empty: there is no module in it"),
            );
            found.push(d.help("begin with `module` and a name"));
        }
        (module, found)
    }

    /// The modules a program can use.
    pub(crate) fn shelf<'a>(&'a mut self, source: &Source, module: &Module) -> Shelf<'a> {
        let mut folders: Vec<PathBuf> = Vec::new();
        if let Some(folder) = &source.folder {
            folders.push(folder.clone());
            let name = self.sources.name(source.file).to_owned();
            folders.extend(root_of(&name, module));
        }
        Shelf {
            loader: self,
            folders,
        }
    }

    fn suggest(&self, d: Diagnostic, path: &Path, name: &str) -> Diagnostic {
        if d.code != codes::E0001 {
            return d;
        }
        let nearest = siblings(path)
            .into_iter()
            .chain(self.names())
            .map(|s| (rogatio_diagnostics::distance(&s, name), s));
        match nearest
            .filter(|(far, s)| *far <= s.chars().count().div_ceil(3))
            .min()
        {
            Some((_, near)) => d.help(format!("did you mean `{near}`?")),
            None => d,
        }
    }

    /// Names of the library's modules.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = rogatio_stdlib::modules()
            .iter()
            .map(|m| m.name.to_owned())
            .collect();
        if let Some(root) = &self.stdlib {
            modules_below(root, &mut names);
        }
        names
    }
}

/// The modules that one program can use: beside it, in the folder of `--stdlib`, and
/// embedded.
pub(crate) struct Shelf<'a> {
    loader: &'a mut Loader,
    folders: Vec<PathBuf>,
}

impl rogatio_semantics::Library for Shelf<'_> {
    fn module(&mut self, name: &str) -> Option<(FileId, Module, Vec<Diagnostic>)> {
        let beside = self
            .folders
            .iter()
            .map(|f| module_path(f, name))
            .inspect(|p| note(p))
            .find(|p| p.is_file());
        let source = match beside {
            Some(path) => match read_text(&path) {
                Ok(text) => {
                    let file = self.loader.sources.add(path.display().to_string(), text);
                    Ok(Some(Source { file, folder: None }))
                }
                Err(d) => Err(d),
            },
            None => self.loader.library_module(name),
        };
        match source {
            Ok(None) => None,
            Ok(Some(source)) => {
                let (module, found) = self.loader.parse(&source);
                Some((source.file, module, found))
            }
            Err(d) => {
                let file = self.loader.sources.add(name, "");
                let (module, _) = parse(file, "");
                Some((file, module, vec![d]))
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.loader.names();
        for folder in &self.folders {
            modules_below(folder, &mut names);
        }
        names.sort();
        names.dedup();
        names
    }
}

/// Reads a text that is to be a program or a log.
pub(crate) fn read_text(path: &Path) -> Result<String, Diagnostic> {
    note(path);
    let name = path.display().to_string();
    let metadata = match fs::metadata(path) {
        Ok(m) => m,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(Diagnostic::error(
                codes::E0001,
                format!("there is no file `{name}`"),
            ));
        }
        Err(e) => return Err(unreadable(&name, &e)),
    };
    if metadata.is_dir() {
        let mut inside = siblings(&path.join("x"));
        inside.retain(|f| f.ends_with(".rog"));
        let d = Diagnostic::error(codes::E0004, format!("`{name}` is a folder, not a file"));
        return Err(match inside.into_iter().min() {
            Some(file) => d.help(format!("name a file in it, such as `{file}`")),
            None => d.help("name a file"),
        });
    }
    if metadata.len() > LARGEST {
        return Err(too_large(&name));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|f| f.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|e| unreadable(&name, &e))?;
    text_of(bytes, &name)
}

/// Bytes as a text, or what is wrong with them.
fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(name));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let d = Diagnostic::error(
            codes::E0003,
            format!("`{name}` is not UTF-8: it begins like UTF-16"),
        );
        return Err(d.help("save it again as UTF-8"));
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        let d = Diagnostic::error(codes::E0005, format!("`{name}` is not a program text"));
        return Err(d.note(format!("byte {at} is NUL, which no text has")));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let before = e.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        let byte = e.as_bytes().get(at).copied().unwrap_or_default();
        Diagnostic::error(codes::E0003, format!("`{name}` is not UTF-8"))
            .note(format!(
                "byte {at}, on line {line}, is 0x{byte:02X}, which cannot stand there in UTF-8"
            ))
            .help("save it again as UTF-8")
    })
}

fn too_large(name: &str) -> Diagnostic {
    Diagnostic::error(codes::E0005, format!("`{name}` is too large for a program"))
        .note(format!("a program has at most {} MB", LARGEST >> 20))
        .help("put a long list of acts into a log, which a scenario reads with `events from`")
}

fn unreadable(name: &str, e: &io::Error) -> Diagnostic {
    Diagnostic::error(codes::E0002, format!("`{name}` cannot be read: {e}"))
}

/// The file of a module below a folder: `un.cbd` is `un/cbd.rog`; a scenario file keeps
/// its dot, `un/cbd.scenarios.rog`.
fn module_path(root: &Path, name: &str) -> PathBuf {
    let mut path = root.to_path_buf();
    let plain = name.strip_suffix(".scenarios").unwrap_or(name);
    path.extend(plain.split('.'));
    let tail = name.get(plain.len()..).unwrap_or_default();
    path.as_mut_os_string().push(format!("{tail}.rog"));
    path
}

/// Whether it can be the name of a module rather than of a file.
fn is_module_name(name: &str) -> bool {
    !name.contains(['/', '\\']) && !name.ends_with(".rog") && name.split('.').all(|s| !s.is_empty())
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The root of the modules of which a file is one: for `lib/un/cbd.rog` that says
/// `module un.cbd`, `lib`.
fn root_of(file: &str, module: &Module) -> Option<PathBuf> {
    let head = module.items.iter().find_map(|i| match &i.kind {
        rogatio_grammar::ast::ItemKind::Module(head) => Some(&head.path),
        _ => None,
    })?;
    let name: Vec<&str> = head.segments.iter().map(|s| s.text.as_str()).collect();
    let own = module_path(Path::new(""), &name.join("."));
    let mut path = Path::new(file);
    if !path.ends_with(&own) {
        return None;
    }
    for _ in own.iter() {
        path = path.parent()?;
    }
    Some(path.to_path_buf())
}

/// Names of the modules below a folder, a few levels deep.
fn modules_below(root: &Path, names: &mut Vec<String>) {
    fn walk(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) {
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        for entry in fs::read_dir(here)
            .into_iter()
            .flatten()
            .flatten()
            .take(1000)
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if let Some(module) = name.strip_suffix(".rog") {
                names.push(format!("{prefix}{module}"));
            } else if depth > 0 && !name.starts_with('.') && name != "target" && path.is_dir() {
                walk(&path, &format!("{prefix}{name}."), depth - 1, names);
            }
        }
    }
    walk(root, "", 3, names);
}

/// Names in the folder of a file that is not there, with that folder.
fn siblings(path: &Path) -> Vec<String> {
    let folder = folder_of(path);
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &folder
    };
    let entries = fs::read_dir(here)
        .into_iter()
        .flatten()
        .flatten()
        .take(1000);
    entries
        .map(|e| folder.join(e.file_name()).display().to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_their_files() {
        let at = |name| module_path(Path::new("lib"), name);
        assert_eq!(at("un.cbd"), Path::new("lib/un/cbd.rog"));
        assert_eq!(
            at("un.cbd.scenarios"),
            Path::new("lib/un/cbd.scenarios.rog")
        );
        assert!(is_module_name("un.cbd") && is_module_name("demo"));
        assert!(!is_module_name("a/b") && !is_module_name("a.rog") && !is_module_name(".."));
    }

    #[test]
    fn bytes_that_are_no_text() {
        let code =
            |bytes: &[u8]| text_of(bytes.to_vec(), "x").map_err(|d| (d.code, d.notes.concat()));
        assert_eq!(code("module 安全".as_bytes()), Ok("module 安全".to_owned()));
        assert_eq!(code(b"a\0b").unwrap_err().0, codes::E0005);
        let (found, note) = code(b"one\ntwo \x83x").unwrap_err();
        assert_eq!(found, codes::E0003);
        assert!(note.starts_with("byte 8, on line 2, is 0x83"), "{note}");
        assert_eq!(code(&[0xff, 0xfe, b'a', 0]).unwrap_err().0, codes::E0003);
    }
}
