//! Damaged programs and logs: nothing panics, nothing hangs, every diagnostic has a place, what is well formed stays so.
//!
//! A fixed number of inputs a target; `ROGATIO_FUZZ_SECONDS=300 cargo test -p rogatio-tests --test fuzz` goes on for so
//! long with each. What fails is shrunk, printed, and kept in `target/fuzz`.

use rogatio_diagnostics::{Diagnostic, FileId, Format, SourceMap, render};
use rogatio_grammar::token::lex;
use rogatio_grammar::{dump_ast, format, is_complete, parse, parse_repl};
use rogatio_interpret::{LogError, Logs, RunOptions, run_scenario};
use rogatio_tests::fuzz::{Seed, corpus, fuzz};
use rogatio_tests::{Built, build};
use std::sync::Arc;

fn holds(what: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if what { Ok(()) } else { Err(why()) }
}

/// Every diagnostic has a message, a place inside its text, and can be shown in every format.
fn well_placed(found: &[Diagnostic], sources: &SourceMap) -> Result<(), String> {
    for d in found {
        holds(!d.message.is_empty(), || {
            format!("{} without a message", d.code)
        })?;
        for format in [Format::Human { color: false }, Format::Short, Format::Json] {
            let shown = render(d, sources, format);
            holds(!shown.is_empty(), || format!("{} shows nothing", d.code))?;
        }
    }
    Ok(())
}

#[test]
fn tokens_cover_the_text() {
    fuzz("lexer", &corpus(&[".rog", ".csv", ".jsonl"]), 3000, &|s| {
        let text = &s.text;
        let lexed = lex(FileId(0), text);
        let mut end = 0;
        for t in &lexed.tokens {
            let (a, b) = (t.start as usize, t.end as usize);
            holds(end <= a && a <= b && b <= text.len(), || {
                format!("{t:?} after {end}")
            })?;
            holds(text.is_char_boundary(a) && text.is_char_boundary(b), || {
                format!("{t:?} cuts a character")
            })?;
            end = b;
        }
        let mut sources = SourceMap::new();
        sources.add("fuzz.rog", text.as_str());
        well_placed(&lexed.diagnostics, &sources)
    });
}

#[test]
fn what_parses_is_formatted_and_parses_again() {
    fuzz("parser", &corpus(&[".rog"]), 400, &|s| {
        let mut sources = SourceMap::new();
        let file = sources.add("fuzz.rog", s.text.as_str());
        let (module, found) = parse(file, &s.text);
        well_placed(&found, &sources)?;
        let _ = is_complete(&s.text);
        let first = s.text.lines().next().unwrap_or_default();
        let (_, found_in_line) = parse_repl(FileId(1), first);
        sources.add("line", first);
        well_placed(&found_in_line, &sources)?;
        if found.iter().any(Diagnostic::is_error) {
            return Ok(());
        }
        let once = format(file, &s.text).map_err(|d| format!("not formatted: {}", d[0].message))?;
        let twice = format(file, &once)
            .map_err(|d| format!("its own output is not read: {}\n{once}", d[0].message))?;
        holds(once == twice, || {
            format!("formatted twice:\n{once}\n---\n{twice}")
        })?;
        let (again, _) = parse(file, &once);
        holds(dump_ast(&module) == dump_ast(&again), || {
            format!("formatting changes what is meant:\n{once}")
        })
    });
}

fn built(s: &Seed) -> Result<Built, String> {
    let built = build("fuzz.rog", &s.text, None);
    well_placed(&built.found, &built.sources)?;
    Ok(built)
}

#[test]
fn the_front_end_says_what_is_wrong() {
    fuzz("front", &corpus(&[".rog"]), 250, &|s| built(s).map(drop));
}

/// More lines of a scenario would make one input long.
const LINES: usize = 400;

fn run_all(built: &Built, logs: &dyn Logs) -> Result<(), String> {
    let Some(mir) = &built.mir else { return Ok(()) };
    let program = Arc::new(mir.clone());
    for scenario in program
        .scenarios
        .iter()
        .filter(|s| s.span.file == built.file)
    {
        if scenario.items.len() > LINES {
            continue;
        }
        let run = run_scenario(&program, scenario, logs, &RunOptions::default());
        well_placed(&run.diagnostics, &built.sources)?;
        for e in &run.expectations {
            holds(e.passed || !e.message.is_empty(), || {
                "fails without a reason".to_owned()
            })?;
        }
        holds(run.case.fault().is_none(), || {
            format!("a defect: {}", run.case.fault().unwrap_or_default())
        })?;
        let residual = run.case.residual();
        for p in &residual.procedures {
            holds(!p.stage.is_empty(), || "an instance in no stage".to_owned())?;
        }
    }
    Ok(())
}

#[test]
fn a_case_goes_on() {
    let with_cases: Vec<Seed> = corpus(&[".rog"])
        .into_iter()
        .filter(|s| s.text.contains("scenario ") && s.text.len() < 20_000)
        .collect();
    fuzz("case", &with_cases, 150, &|s| {
        let built = built(s)?;
        run_all(&built, &rogatio_interpret::NoLogs)
    });
}

/// One text under every name.
struct Damaged<'s>(&'s str);

impl Logs for Damaged<'_> {
    fn read(&self, _: &str) -> Result<String, LogError> {
        Ok(self.0.to_owned())
    }
}

#[test]
fn a_log_is_read_line_by_line() {
    let programs: Vec<Built> = corpus(&[".rog"])
        .into_iter()
        .filter(|s| s.name.starts_with("tests/suite/log") && s.text.contains("events from"))
        .map(|s| build(&s.name, &s.text, None))
        .collect();
    assert!(!programs.is_empty(), "no program reads a log");
    fuzz("log", &corpus(&[".csv", ".jsonl"]), 400, &|s| {
        programs
            .iter()
            .try_for_each(|built| run_all(built, &Damaged(&s.text)))
    });
}
