//! The rooms: who depends on whom, who touches files and threads, who may be unsafe.
//!
//! Read from `cargo metadata` and from the sources themselves, so that ARCHITECTURE.md cannot promise what is not so.

use rogatio_tests::{files, workspace};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// From the ground up; a crate depends only on crates of smaller rank.
const RANKS: &[(&str, u32)] = &[
    ("rogatio-calendar", 0),
    ("rogatio-partial", 0),
    ("rogatio-diagnostics", 0),
    ("rogatio-grammar", 1),
    ("rogatio-tree-sitter", 2),
    ("rogatio-semantics", 2),
    ("rogatio-mir", 3),
    ("rogatio-interpret", 4),
    ("rogatio-analyze", 5),
    ("rogatio-jit", 5),
    ("rogatio-batch", 6),
    ("rogatio-simulate", 7),
    ("rogatio-report", 8),
    ("rogatio-stdlib", 9),
    ("rogatio-cli", 10),
    ("rogatio-tests", 11),
];

/// The crates that may hold unsafe code: the compiled engine; the block machine, which calls kernels made for the processor it
/// found; and the binding of the editors' grammar, which calls the parser that tree-sitter generates in C.
const UNSAFE: &[&str] = &["rogatio-jit", "rogatio-batch", "rogatio-tree-sitter"];

/// What reaches out of the process, and the crates that may do it.
const OUTWARD: &[(&str, &[&str])] = &[
    ("std::fs", &["rogatio-cli"]),
    ("std::net", &[]),
    ("std::process::Command", &["rogatio-cli"]),
    ("std::thread", &["rogatio-cli", "rogatio-simulate"]),
];

struct Package {
    name: String,
    folder: PathBuf,
    /// Crates of the workspace that it needs to run (not those of its tests).
    needs: Vec<String>,
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(workspace());
    let done = command.output().expect("cargo runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let metadata: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let package = |p: &Value| Package {
        name: text(&p["name"]),
        folder: Path::new(&text(&p["manifest_path"]))
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default(),
        needs: list(&p["dependencies"])
            .iter()
            .filter(|d| text(&d["kind"]) != "dev" && text(&d["name"]).starts_with("rogatio-"))
            .map(|d| text(&d["name"]))
            .collect(),
    };
    list(&metadata["packages"]).iter().map(package).collect()
}

#[test]
fn crates_depend_downward() {
    let ranks: BTreeMap<&str, u32> = RANKS.iter().copied().collect();
    let mut wrong = Vec::new();
    for p in packages() {
        let Some(own) = ranks.get(p.name.as_str()) else {
            wrong.push(format!(
                "{} has no rank: give it one in this test and a row in ARCHITECTURE.md",
                p.name
            ));
            continue;
        };
        for need in &p.needs {
            match ranks.get(need.as_str()) {
                Some(rank) if rank < own => {}
                Some(_) => wrong.push(format!(
                    "{} depends on {need}, which does not stand below it",
                    p.name
                )),
                None => wrong.push(format!("{} depends on {need}, which has no rank", p.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn few_crates_are_unsafe() {
    let mut wrong = Vec::new();
    for p in packages() {
        let sources = files(&p.folder.join("src"), ".rs");
        let roots = ["src/lib.rs", "src/main.rs"].map(|f| p.folder.join(f));
        for root in roots.iter().filter(|r| r.is_file()) {
            if !UNSAFE.contains(&p.name.as_str()) && !read(root).contains("#![forbid(unsafe_code)]")
            {
                wrong.push(format!(
                    "{}: write `#![forbid(unsafe_code)]`",
                    root.display()
                ));
            }
        }
        for file in sources {
            let code = product(&read(&file));
            let allows =
                code.contains("allow(unsafe_code)") || code.contains("expect(unsafe_code)");
            if !UNSAFE.contains(&p.name.as_str()) && allows {
                wrong.push(format!(
                    "{}: unsafe code belongs into {}",
                    file.display(),
                    UNSAFE[0]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_threads_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for p in packages().into_iter().filter(|p| p.name != "rogatio-tests") {
        for file in files(&p.folder.join("src"), ".rs") {
            if file.file_stem().is_some_and(|f| f == "tests") {
                continue;
            }
            let code = product(&read(&file));
            for (what, allowed) in OUTWARD {
                let (module, name) = what.rsplit_once("::").unwrap_or(("std", what));
                // `std::fs`, and `fs` imported as `use std::{fs, …}`.
                let grouped = format!("use {module}::{{");
                let used = code.lines().any(|l| {
                    let l = l.trim();
                    let words = || l.split(|c: char| !c.is_alphanumeric() && c != '_');
                    !l.starts_with("//")
                        && (l.contains(what)
                            || l.starts_with(&grouped) && words().any(|w| w == name))
                });
                if used && !allowed.contains(&p.name.as_str()) {
                    let may = if allowed.is_empty() {
                        "no crate".to_owned()
                    } else {
                        allowed.join(" and ")
                    };
                    wrong.push(format!("{}: `{what}`, which {may} may use", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is compiled into the product: the text before the unit tests.
fn product(text: &str) -> String {
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
