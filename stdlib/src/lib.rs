//! The library modules, embedded.
//!
//! Comes in: every `.rog` file of this folder, when the crate is built. Goes out: their
//! names and texts. Never happens: a file that is forgotten, a file that is read when a
//! program runs, a module that is understood here.
#![forbid(unsafe_code)]

/// One module of the library.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The name that `use` finds it by: `un.cbd`.
    pub name: &'static str,
    /// Its file in the library's folder: `un/cbd.rog`.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

static MODULES: &[Module] = include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// Every module, by name.
#[must_use]
pub fn modules() -> &'static [Module] {
    MODULES
}

/// The module of that name.
#[must_use]
pub fn module(name: &str) -> Option<&'static Module> {
    MODULES.iter().find(|m| m.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the library") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|e| e == "rog") {
                found.insert(path);
            }
        }
    }

    #[test]
    fn every_file_is_embedded_as_it_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = BTreeSet::new();
        files(root, &mut found);
        let embedded: BTreeSet<PathBuf> = modules().iter().map(|m| root.join(m.file)).collect();
        assert_eq!(found, embedded);
        for m in modules() {
            let text = std::fs::read_to_string(root.join(m.file)).expect("a module");
            assert_eq!(m.text, text, "{}", m.file);
            assert_eq!(m.name, m.file.trim_end_matches(".rog").replace('/', "."));
            assert_eq!(module(m.name), Some(m));
        }
    }
}
