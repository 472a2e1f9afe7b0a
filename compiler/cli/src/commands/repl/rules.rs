//! The rules at a prompt: a module, and what was typed to it.

use crate::load::{Loader, Source};
use rogatio_diagnostics::Diagnostic;
use rogatio_grammar::{ast, parse};
use rogatio_mir::{Program, Readings};
use rogatio_semantics::Checked;
use std::path::PathBuf;

/// A module that was read, checked and lowered.
pub(super) struct Rules {
    /// As it was asked for: a file, a module of the library; none: nothing but what is typed.
    pub(super) name: Option<String>,
    /// Its text.
    pub(super) source: Source,
    /// Its tree, without what was typed.
    pub(super) base: ast::Module,
    /// With what was typed.
    pub(super) checked: Checked,
    /// The same, for the engine.
    pub(super) program: Program,
}

/// What is wrong with a module; or with the readings asked for.
pub(super) type Wrong = (Vec<Diagnostic>, Option<String>);

impl Rules {
    /// Reads a module; the readings are chosen once it is known which there are.
    pub(super) fn open(
        name: Option<&str>,
        loader: &mut Loader,
        readings: impl FnOnce(&Checked) -> Result<Readings, String>,
    ) -> Result<(Rules, Readings, Vec<Diagnostic>), Wrong> {
        let (source, base, mut found) = match name {
            Some(name) => {
                let source = loader.open(name).map_err(|d| (vec![d], None))?;
                let (module, found) = loader.parse(&source);
                (source, module, found)
            }
            None => {
                let file = loader.sources.add("<typed>", "");
                let source = Source {
                    file,
                    folder: Some(PathBuf::new()),
                };
                (source, parse(file, "").0, Vec::new())
            }
        };
        let (checked, more) = rogatio_semantics::check(&base, &mut loader.shelf(&source, &base));
        found.extend(more);
        let wrong = |found: &[Diagnostic]| found.iter().any(Diagnostic::is_error);
        if wrong(&found) {
            return Err((found, None));
        }
        let readings = match readings(&checked) {
            Ok(readings) => readings,
            Err(usage) => return Err((found, Some(usage))),
        };
        let (program, more) = rogatio_mir::lower(&checked.program, &readings);
        found.extend(more);
        if wrong(&found) {
            return Err((found, None));
        }
        let rules = Rules {
            name: name.map(str::to_owned),
            source,
            base,
            checked,
            program,
        };
        Ok((rules, readings, found))
    }

    /// The same module with these items typed to it.
    pub(super) fn with<'a>(
        &self,
        typed: impl Iterator<Item = &'a ast::Item>,
        loader: &mut Loader,
        readings: &Readings,
    ) -> Result<(Rules, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut module = self.base.clone();
        module.items.extend(typed.cloned());
        let (checked, mut found) =
            rogatio_semantics::check(&module, &mut loader.shelf(&self.source, &module));
        if found.iter().any(Diagnostic::is_error) {
            found.retain(Diagnostic::is_error);
            return Err(found);
        }
        let (program, more) = rogatio_mir::lower(&checked.program, readings);
        found.extend(more);
        if found.iter().any(Diagnostic::is_error) {
            found.retain(Diagnostic::is_error);
            return Err(found);
        }
        let rules = Rules {
            name: self.name.clone(),
            source: self.source.clone(),
            base: self.base.clone(),
            checked,
            program,
        };
        Ok((rules, found))
    }
}
