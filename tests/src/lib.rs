//! What the tests share: a program is read, checked, lowered and run; a program of the suite says in its first line what
//! must come out of that.
//!
//! Comes in: the text of a program and the folder it lies in. Goes out: diagnostics, MIR, outcomes of scenarios. Never
//! happens: an expectation is met by accident; every finding is asserted in its place or fails the program.
#![forbid(unsafe_code)]

mod build;
pub mod chance;
pub mod feed;
pub mod fuzz;
pub mod generate;
mod program;
pub mod scale;
mod scenarios;

pub use build::{Built, Shelf, build, build_at};
pub use program::{Marks, Mode, Program, header_day};
pub use scenarios::{Outcome, refusals, run_scenarios, run_scenarios_known, runs};

use std::path::{Path, PathBuf};

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Every file below a folder with this ending, sorted; none if there is no such folder.
#[must_use]
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(at) = todo.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
