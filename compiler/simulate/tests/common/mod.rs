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

/// How often each record came in so many runs.
pub fn records(
    program: &Program,
    seed: u64,
    runs: u64,
) -> std::collections::BTreeMap<Vec<i64>, u64> {
    let compiled = compiled(program, &[]);
    let all = compiled.instance(seed).run(0, runs);
    let mut found = std::collections::BTreeMap::new();
    for record in all.chunks_exact(compiled.width()) {
        *found.entry(record.to_vec()).or_insert(0) += 1;
    }
    found
}

/// Pearson's statistic of two samples of the same size, of the values that came at least ten times; with their number.
pub fn pearson(
    a: &std::collections::BTreeMap<Vec<i64>, u64>,
    b: &std::collections::BTreeMap<Vec<i64>, u64>,
) -> (f64, usize) {
    let keys: std::collections::BTreeSet<&Vec<i64>> = a.keys().chain(b.keys()).collect();
    let of = |all: &std::collections::BTreeMap<Vec<i64>, u64>, k| all.get(k).copied().unwrap_or(0);
    let (mut sum, mut cells, mut rest) = (0.0, 0, (0, 0));
    let mut add = |x: u64, y: u64| {
        sum += (x as f64 - y as f64).powi(2) / (x + y) as f64;
        cells += 1;
    };
    for k in keys {
        let (x, y) = (of(a, k), of(b, k));
        if x + y >= 20 {
            add(x, y);
        } else {
            rest = (rest.0 + x, rest.1 + y);
        }
    }
    if rest.0 + rest.1 >= 20 {
        add(rest.0, rest.1);
    }
    (sum, cells)
}

/// Planned and as written agree in law: the statistic is below what comes once in ten thousand times.
#[track_caller]
pub fn same_law(written: &Program, planned: &Program, runs: u64) {
    let (x2, cells) = pearson(&records(written, 11, runs), &records(planned, 12, runs));
    assert!(cells > 2, "only {cells} cells: the experiment tests little");
    // A chi-square of k degrees has mean k and variance 2k.
    let k = (cells - 1) as f64;
    let most = k + 4.0 * (2.0 * k).sqrt() + 8.0;
    assert!(x2 < most, "{x2} over {most} with {cells} cells");
}
