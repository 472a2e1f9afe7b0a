//! Shared by the tests: programs from text, and the comparison of both engines.
#![allow(dead_code, unreachable_pub)]

use rogatio_grammar::ast::Module;
use rogatio_mir::{Program, Readings};
use rogatio_simulate::{Compiled, Plans, Values, planned, replay};
use std::path::PathBuf;

struct Shelf(rogatio_diagnostics::SourceMap);

impl rogatio_semantics::Library for Shelf {
    fn module(
        &mut self,
        path: &str,
    ) -> Option<(
        rogatio_diagnostics::FileId,
        Module,
        Vec<rogatio_diagnostics::Diagnostic>,
    )> {
        let mut file = root().join("stdlib");
        file.extend(path.split('.'));
        file.set_extension("rog");
        let text = std::fs::read_to_string(file).ok()?;
        let id = self.0.add(path, text.clone());
        let (module, found) = rogatio_grammar::parse(id, &text);
        Some((id, module, found))
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A program from its text, or what is wrong with it.
pub fn parse(text: &str) -> Result<Program, String> {
    let mut shelf = Shelf(rogatio_diagnostics::SourceMap::new());
    let file = shelf.0.add("test.rog", text.to_owned());
    let (module, mut found) = rogatio_grammar::parse(file, text);
    let (checked, more) = rogatio_semantics::check(&module, &mut shelf);
    found.extend(more);
    let program = if found.iter().any(|d| d.is_error()) {
        Program::default()
    } else {
        let (program, more) = rogatio_mir::lower(&checked.program, &Readings::new());
        found.extend(more);
        program
    };
    match found.iter().find(|d| d.is_error()) {
        Some(d) => Err(format!("{} {}", d.code, d.message)),
        None => Ok(program),
    }
}

/// A program from its text.
pub fn program(text: &str) -> Program {
    parse(text).unwrap_or_else(|e| panic!("{e}"))
}

/// The program of an example.
pub fn example(name: &str) -> Program {
    program(&std::fs::read_to_string(root().join("examples").join(name)).expect("an example"))
}

/// A program with its only experiment as planned, the rewrites, and what was left as written.
pub fn plan(
    program: &Program,
    plans: Plans,
) -> (Program, Vec<String>, Vec<(String, &'static str)>) {
    let made = planned(program, &program.experiments[0], &[], plans).unwrap();
    let (rewrites, left) = (made.rewrites, made.left);
    let mut all = made.program.into_owned();
    all.experiments[0] = made.experiment.into_owned();
    (all, rewrites, left)
}

/// Compiles the only experiment.
pub fn compiled(program: &Program, values: &Values) -> Compiled {
    rogatio_simulate::compile(program, &program.experiments[0], values)
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Both engines give the same records for some runs; returns how many different ones there are.
pub fn agree(program: &Program, values: &Values, seed: u64, runs: u64) -> usize {
    let compiled = compiled(program, values);
    let width = compiled.width();
    let records = compiled.instance(seed).run(0, runs);
    let mut different = std::collections::BTreeSet::new();
    for run in 0..runs {
        let native = &records[run as usize * width..][..width];
        let replayed = replay(program, &program.experiments[0], values, seed, run)
            .unwrap_or_else(|e| panic!("{e}"));
        // What native code leaves to the interpreter says nothing of its own.
        if native[0] == rogatio_simulate::ASIDE {
            continue;
        }
        if native != replayed.record {
            for entry in replayed.case.timeline() {
                eprintln!("{} {}", entry.point, entry.text);
            }
        }
        assert_eq!(native, replayed.record, "seed {seed}, run {run}");
        different.insert(native.to_vec());
    }
    different.len()
}
