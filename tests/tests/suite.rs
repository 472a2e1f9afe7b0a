//! Every program of `tests/suite`, every example of a code's page, and the proof that each code is covered.
//!
//! `cargo test -p rogatio-tests --test suite -- decision` runs those whose name contains `decision`; `UPDATE=1` in the
//! environment writes the `.stdout` files of the programs in mode `run` anew.

use libtest_mimic::{Arguments, Failed, Trial};
use rogatio_diagnostics::explanations;
use rogatio_tests::{
    Built, Marks, Mode, Program, build_at, files, header_day, refusals, run_scenarios,
    run_scenarios_known, workspace,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Codes that no program of the suite can raise, with the reason. What the command line's own tests name is covered by
/// them and does not belong here.
const EXEMPT: &[(&str, &str)] = &[
    (
        "E0401",
        "a form no engine runs yet; every such form is a gap that is meant to close",
    ),
    (
        "E0007",
        "asked for on the command line: where output is written",
    ),
    (
        "E0910",
        "a defect of Rogatio itself: a step that does not end",
    ),
    ("E0966", "a machine without a code generator"),
    ("E0967", "asked for on the command line: the number of runs"),
];

fn main() {
    let suite = workspace().join("tests/suite");
    let mut trials = Vec::new();
    let mut programs = Vec::new();
    for path in files(&suite, ".rog") {
        let name = path
            .strip_prefix(&suite)
            .unwrap_or(&path)
            .with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        programs.push(path.clone());
        trials.push(Trial::test(format!("suite/{name}"), move || {
            run(&path).map_err(Failed::from)
        }));
    }
    let pages = explanations().map(|e| e.code);
    trials.extend(pages.map(|code| {
        Trial::test(format!("page/{code}"), move || {
            page(code.as_str()).map_err(Failed::from)
        })
    }));
    let expected = files(&suite, ".stdout");
    trials.push(Trial::test("every_code_is_covered", move || {
        covered(&programs).map_err(Failed::from)
    }));
    trials.push(Trial::test("no_expected_output_is_stale", move || {
        stale(&expected).map_err(Failed::from)
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// One program.
fn run(path: &Path) -> Result<(), String> {
    let text = read(path)?;
    let program = Program::read(&text)?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let built = build_at(&name, &text, path.parent(), program.rules_at);
    match program.mode {
        Mode::Module => Ok(()),
        Mode::Check | Mode::Error => {
            compare(&built, &program.marks, &built.marks(), &built.report())
        }
        Mode::Test | Mode::Fail => {
            // A warning that a mode asserts is of the run, except where the run is to have none.
            let (before, after) = match program.mode {
                Mode::Test => (program.warnings(), Marks::new()),
                _ => (Marks::new(), program.marks.clone()),
            };
            compare(&built, &before, &built.marks(), &built.report())?;
            let outcome = run_scenarios_known(&built, path.parent(), program.known_at);
            if outcome.scenarios == 0 {
                return Err("the program has no scenario".to_owned());
            }
            compare(&built, &after, &outcome.marks, &outcome.report)
        }
        Mode::Refuse => {
            compare(&built, &program.warnings(), &built.marks(), &built.report())?;
            let outcome = refusals(&built);
            compare(&built, &program.later(), &outcome.marks, &outcome.report)
        }
        Mode::Run => {
            compare(&built, &program.warnings(), &built.marks(), &built.report())?;
            output(path, &program)
        }
    }
}

/// What was found against what was to be found, line by line.
fn compare(built: &Built, want: &Marks, got: &Marks, report: &str) -> Result<(), String> {
    if want == got {
        return Ok(());
    }
    let name = built.sources.name(built.file);
    let mut lines = Vec::new();
    for line in want.keys().chain(got.keys()).collect::<BTreeSet<_>>() {
        let (w, g) = (want.get(line), got.get(line));
        if w != g {
            let text =
                |codes: Option<&Vec<String>>| codes.map_or("nothing".to_owned(), |c| c.join(" "));
            lines.push(format!(
                "{name}:{line}: expected {}, found {}",
                text(w),
                text(g)
            ));
        }
    }
    Err(format!("{}\n\n{report}", lines.join("\n")))
}

/// `rogatio run` against the `.stdout` file.
fn output(path: &Path, program: &Program) -> Result<(), String> {
    let binary = binary()?;
    let mut command = Command::new(binary);
    command
        .arg("run")
        .arg(path.file_name().unwrap_or_default())
        .env("NO_COLOR", "1");
    let days = [
        ("--rules-at", program.rules_at),
        ("--known-at", program.known_at),
    ];
    for (option, day) in days {
        if let Some(day) = day {
            command.arg(option).arg(day.to_string());
        }
    }
    let done = command
        .current_dir(path.parent().unwrap_or(Path::new(".")))
        .output()
        .map_err(|e| e.to_string())?;
    let got = String::from_utf8_lossy(&done.stdout).replace("\r\n", "\n");
    if !done.status.success() {
        return Err(format!(
            "`rogatio run` ends with {}\n{got}{}",
            done.status,
            String::from_utf8_lossy(&done.stderr)
        ));
    }
    let expected = path.with_extension("stdout");
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(&expected, got).map_err(|e| e.to_string());
    }
    let want = std::fs::read_to_string(&expected)
        .map_err(|e| format!("{}: {e}; UPDATE=1 writes it", expected.display()))?;
    if want == got {
        return Ok(());
    }
    let at = want
        .lines()
        .zip(got.lines())
        .take_while(|(a, b)| a == b)
        .count();
    Err(format!(
        "the output differs from line {} on (UPDATE=1 accepts it)\n--- expected\n{want}\n--- found\n{got}",
        at + 1
    ))
}

/// The command line, built as it stands now.
fn binary() -> Result<&'static Path, String> {
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = BINARY.get_or_init(|| {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let folder = own
            .parent()
            .and_then(Path::parent)
            .ok_or("the test lies in no target folder")?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["build", "--quiet", "--bin", "rogatio"])
            .current_dir(workspace());
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.output().map_err(|e| e.to_string())?;
        if !built.status.success() {
            return Err(format!(
                "the command line does not build\n{}",
                String::from_utf8_lossy(&built.stderr)
            ));
        }
        Ok(folder.join(format!("rogatio{}", std::env::consts::EXE_SUFFIX)))
    });
    made.as_deref().map_err(Clone::clone)
}

/// The examples of a code's page: a bad one raises its code, when it is checked or when its scenarios run, a good one raises
/// nothing.
fn page(code: &str) -> Result<(), String> {
    let page = rogatio_diagnostics::explain(code).ok_or("no page")?;
    let mut wrong = Vec::new();
    for (i, text) in page.bad().enumerate() {
        let (mut found, report) = findings(&format!("{code} bad {}", i + 1), text)?;
        // What is too much stands beside what it is too much of.
        if code == "E0114" && found.len() > 1 {
            found.retain(|c| c == code);
        }
        if found != BTreeSet::from([code.to_owned()]) {
            wrong.push(format!("the bad program raises {found:?}\n{report}"));
        }
    }
    for (i, text) in page.good().enumerate() {
        let (found, report) = findings(&format!("{code} good {}", i + 1), text)?;
        if !found.is_empty() {
            wrong.push(format!("the good program raises {found:?}\n{report}"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// The codes that a program raises, checked under the rules of the day that it names and then run, and the report of them.
fn findings(name: &str, text: &str) -> Result<(BTreeSet<String>, String), String> {
    let rules_at = header_day(text, "rules-at")?;
    let built = build_at(name, text, None, rules_at);
    let mut found: BTreeSet<String> = built.found.iter().map(|d| d.code.to_string()).collect();
    let mut report = built.report();
    if !built.found.iter().any(|d| d.is_error()) {
        let outcome = run_scenarios(&built, None);
        found.extend(outcome.marks.into_values().flatten());
        report.push_str(&outcome.report);
    }
    Ok((found, report))
}

/// Every code is asserted by a program of the suite, by a test of the command line, or is exempt.
fn covered(programs: &[PathBuf]) -> Result<(), String> {
    let (mut seen, mut elsewhere) = (BTreeSet::new(), BTreeSet::new());
    for path in programs {
        if let Ok(program) = read(path).and_then(|t| Program::read(&t)) {
            seen.extend(program.marks.into_values().flatten());
        }
    }
    for path in files(&workspace().join("compiler/cli/tests"), ".rs") {
        let text = read(&path)?;
        elsewhere.extend(
            explanations()
                .map(|e| e.code.to_string())
                .filter(|c| text.contains(c.as_str())),
        );
    }
    let mut wrong = Vec::new();
    for e in explanations() {
        let code = e.code.as_str();
        let exempt = EXEMPT.iter().any(|(c, _)| *c == code);
        match (seen.contains(code), exempt || elsewhere.contains(code)) {
            (false, false) => wrong.push(format!("{code} ({}): no program raises it", e.title)),
            (true, _) if exempt => wrong.push(format!(
                "{code}: covered, take it off the list of exemptions"
            )),
            _ => {}
        }
    }
    for (code, _) in EXEMPT {
        if rogatio_diagnostics::explain(code).is_none() {
            wrong.push(format!("{code}: exempt, and there is no such code"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// An expected output whose program is gone, or is no longer run, misleads.
fn stale(expected: &[PathBuf]) -> Result<(), String> {
    let mut wrong = Vec::new();
    for path in expected {
        let program = read(&path.with_extension("rog")).and_then(|t| Program::read(&t));
        if !program.is_ok_and(|p| p.mode == Mode::Run) {
            wrong.push(format!(
                "{} belongs to no program in mode run",
                path.display()
            ));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
