//! The parts of `rogatio check un.cbd` and `rogatio run examples/cbd_history.rog`: `cargo bench -p rogatio-tests`.

use divan::{Bencher, black_box};
use rogatio_diagnostics::FileId;
use rogatio_tests::{Shelf, build, runs, workspace};

fn main() {
    divan::main();
}

fn text(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).expect("a file of the repository")
}

#[divan::bench]
fn parse_cbd(bencher: Bencher<'_, '_>) {
    let text = text("stdlib/un/cbd.rog");
    bencher.bench(|| rogatio_grammar::parse(FileId(0), black_box(&text)));
}

#[divan::bench]
fn format_cbd(bencher: Bencher<'_, '_>) {
    let text = text("stdlib/un/cbd.rog");
    bencher.bench(|| rogatio_grammar::format(FileId(0), black_box(&text)));
}

/// Links and checks what is parsed already.
#[divan::bench]
fn check_cbd(bencher: Bencher<'_, '_>) {
    let (module, _) = rogatio_grammar::parse(FileId(0), &text("stdlib/un/cbd.rog"));
    bencher.bench(|| rogatio_semantics::check(black_box(&module), &mut Shelf::new(None)));
}

/// Lowers what is checked already.
#[divan::bench]
fn lower_cbd(bencher: Bencher<'_, '_>) {
    let built = build("cbd", &text("stdlib/un/cbd.rog"), None);
    let readings = rogatio_mir::Readings::new();
    bencher.bench(|| rogatio_mir::lower(black_box(&built.checked.program), &readings));
}

#[divan::bench]
fn parse_check_and_lower_cbd(bencher: Bencher<'_, '_>) {
    let text = text("stdlib/un/cbd.rog");
    bencher.bench(|| build("cbd", black_box(&text), None));
}

/// Reads, links, checks and lowers each of these.
fn check_all(bencher: Bencher<'_, '_>, chosen: fn(&str) -> bool) {
    let modules: Vec<_> = rogatio_stdlib::modules()
        .iter()
        .filter(|m| chosen(m.name))
        .collect();
    assert!(!modules.is_empty(), "the modules are named as they were");
    bencher.bench(|| {
        for m in &modules {
            black_box(build(m.name, black_box(m.text), None));
        }
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn check_the_library(bencher: Bencher<'_, '_>) {
    check_all(bencher, |name| !name.ends_with(".scenarios"));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn check_the_five_documents(bencher: Bencher<'_, '_>) {
    const DOCUMENTS: [&str; 5] = [
        "un.cbd",
        "un.sc_resolution_1353",
        "japan.peace_cooperation_bill",
        "japan.peace_support_act",
        "fluegel.charter",
    ];
    check_all(bencher, |name| DOCUMENTS.contains(&name));
}

#[divan::bench]
fn run_the_history(bencher: Bencher<'_, '_>) {
    let folder = workspace().join("examples");
    let built = build(
        "cbd_history",
        &text("examples/cbd_history.rog"),
        Some(&folder),
    );
    bencher.bench(|| runs(black_box(&built), Some(&folder)));
}
