//! From a text to a checked and lowered program, as the command line does it.

use crate::Marks;
use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, FileId, Format, SourceMap, Span, codes, render};
use rogatio_grammar::ast::Module;
use rogatio_mir::Readings;
use rogatio_semantics::{Checked, Library};
use std::path::{Path, PathBuf};

/// A program and what was found in it.
pub struct Built {
    /// Its texts.
    pub sources: SourceMap,
    /// Its own text.
    pub file: FileId,
    /// Checked.
    pub checked: Checked,
    /// Lowered under the default readings, unless there is an error.
    pub mir: Option<rogatio_mir::Program>,
    /// The day whose versions rule.
    pub rules_at: Option<Day>,
    /// All findings.
    pub found: Vec<Diagnostic>,
}

impl Built {
    /// Whether something is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// What was found, for people who mend the program.
    #[must_use]
    pub fn report(&self) -> String {
        self.found
            .iter()
            .map(|d| render(d, &self.sources, Format::Human { color: false }))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Codes by line; what has no place in the program's own text is on line 0.
    #[must_use]
    pub fn marks(&self) -> Marks {
        let mut marks = Marks::new();
        for d in &self.found {
            marks
                .entry(self.line(d.span()))
                .or_default()
                .push(d.code.to_string());
        }
        for codes in marks.values_mut() {
            codes.sort();
        }
        marks
    }

    /// The line of a place in the program's own text, else 0.
    #[must_use]
    pub fn line(&self, span: Span) -> usize {
        if span.file == self.file {
            self.sources.line_col(span).0
        } else {
            0
        }
    }
}

/// Reads, checks and lowers a text. Modules are looked for in `folder`, then in the library.
#[must_use]
pub fn build(name: &str, text: &str, folder: Option<&Path>) -> Built {
    build_at(name, text, folder, None)
}

/// The same, with the versions of a day ruling throughout.
#[must_use]
pub fn build_at(name: &str, text: &str, folder: Option<&Path>, rules_at: Option<Day>) -> Built {
    let mut shelf = Shelf::new(folder);
    let file = shelf.sources.add(name, text);
    let (module, mut found) = rogatio_grammar::parse(file, text);
    if module.items.is_empty() && found.is_empty() {
        found.push(Diagnostic::error(codes::E0006, "the program is empty"));
    }
    let (checked, more) = rogatio_semantics::check(&module, &mut shelf);
    found.extend(more);
    let mut built = Built {
        sources: shelf.sources,
        file,
        checked,
        mir: None,
        rules_at,
        found,
    };
    if !built.has_errors() {
        let readings = Readings::new().rules_at(rules_at);
        let (mir, more) = rogatio_mir::lower(&built.checked.program, &readings);
        built.found.extend(more);
        built.mir = (!built.has_errors()).then_some(mir);
    }
    built
}

/// The modules that a program can use.
pub struct Shelf {
    /// Every text that was read.
    pub sources: SourceMap,
    folder: Option<PathBuf>,
}

impl Shelf {
    /// Modules beside a program, then those of the library.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Shelf {
        Shelf {
            sources: SourceMap::new(),
            folder: folder.map(Path::to_path_buf),
        }
    }
}

impl Library for Shelf {
    fn module(&mut self, path: &str) -> Option<(FileId, Module, Vec<Diagnostic>)> {
        let beside = self
            .folder
            .as_ref()
            .map(|f| f.join(format!("{}.rog", path.replace('.', "/"))));
        let own = beside.and_then(|p| std::fs::read_to_string(p).ok());
        let text = own.or_else(|| rogatio_stdlib::module(path).map(|m| m.text.to_owned()))?;
        let file = self.sources.add(path, text.as_str());
        let (module, found) = rogatio_grammar::parse(file, &text);
        Some((file, module, found))
    }

    fn names(&self) -> Vec<String> {
        rogatio_stdlib::modules()
            .iter()
            .map(|m| m.name.to_owned())
            .collect()
    }
}
