//! How a case grows: `cargo bench -p rogatio-tests --bench scale`. Each row is eight or ten times the one above it; a time
//! that grows by much more than that is a defect. What was measured stands in `README.md` beside this file.

use divan::{Bencher, black_box};
use rogatio_interpret::Case;
use rogatio_mir::Program;
use rogatio_tests::scale;
use std::sync::Arc;

fn main() {
    divan::main();
}

fn time(bencher: Bencher<'_, '_>, text: &str, n: usize, run: fn(&Arc<Program>, usize) -> Case) {
    let program = scale::program(text);
    bencher.bench(|| run(black_box(&program), n));
}

#[divan::bench(args = [125, 1_000, 10_000, 100_000], sample_count = 1, sample_size = 1)]
fn members_join_a_treaty(bencher: Bencher<'_, '_>, n: usize) {
    time(bencher, scale::TREATY, n, scale::treaty);
}

#[divan::bench(args = [125, 1_000, 10_000, 100_000], sample_count = 1, sample_size = 1)]
fn members_vote_once(bencher: Bencher<'_, '_>, n: usize) {
    time(bencher, scale::ASSEMBLY, n, scale::assembly);
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 3, sample_size = 1)]
fn events_in_a_harbour(bencher: Bencher<'_, '_>, n: usize) {
    time(bencher, scale::HARBOUR, n, scale::harbour);
}

#[divan::bench(args = [10, 100, 1_000, 10_000], sample_count = 3, sample_size = 1)]
fn bills_in_a_chamber(bencher: Bencher<'_, '_>, n: usize) {
    time(bencher, scale::CHAMBER, n, scale::chamber);
}

/// A small case after loading: the program is read, nothing has happened.
#[divan::bench]
fn twenty_events(bencher: Bencher<'_, '_>) {
    time(bencher, scale::HARBOUR, 20, scale::harbour);
}
