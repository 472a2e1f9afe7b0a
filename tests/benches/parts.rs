//! The parts of `rogatio check un.cbd` and `rogatio run examples/cbd_history.rog`: `cargo bench -p rogatio-tests`.

use divan::{Bencher, black_box};
use rogatio_diagnostics::FileId;
use rogatio_tests::{build, runs, workspace};

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

#[divan::bench]
fn parse_check_and_lower_cbd(bencher: Bencher<'_, '_>) {
    let text = text("stdlib/un/cbd.rog");
    bencher.bench(|| build("cbd", black_box(&text), None));
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
