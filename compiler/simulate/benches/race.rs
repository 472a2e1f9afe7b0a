//! The race to thirty deposits: the compiled engine against Rust written by hand for it, with the same draws, and the
//! cold start. Read the ratios: `cargo bench -p rogatio-simulate`.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{compiled, example};
use divan::counter::ItemsCount;
use rogatio_mir::draw::{self, Delay};
use std::sync::LazyLock;

fn main() {
    divan::main();
}

const RUNS: u64 = 8192;
const STATES: usize = 190;
const BEGIN: i64 = 8191;
const LAST: i64 = 10_382;

static PROGRAM: LazyLock<rogatio_mir::Program> = LazyLock::new(|| example("cbd_race.rog"));

/// Records of the example: start of force, in force by 1993-12-29, instruments.
#[divan::bench]
fn compiled_race(bencher: divan::Bencher<'_, '_>) {
    let compiled = compiled(&PROGRAM, &[]);
    let mut instance = compiled.instance(1);
    let mut records = vec![0; RUNS as usize * compiled.width()];
    instance.run_into(0, RUNS, &mut records);
    assert_eq!(records, by_hand(1, RUNS), "both give the same records");
    bencher
        .counter(ItemsCount::new(RUNS))
        .bench_local(|| instance.run_into(0, RUNS, &mut records));
}

/// The same written for this one experiment: all delays, the thirtieth by selection.
#[divan::bench]
fn hand_written_selection(bencher: divan::Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(RUNS))
        .bench_local(|| by_hand(divan::black_box(1), RUNS));
}

/// The same from event to event: a binary heap of the states' clocks.
#[divan::bench]
fn hand_written_events(bencher: divan::Bencher<'_, '_>) {
    assert_eq!(by_events(1, 64), by_hand(1, 64));
    bencher
        .counter(ItemsCount::new(RUNS))
        .bench_local(|| by_events(divan::black_box(1), RUNS));
}

/// From a program in MIR to native code.
#[divan::bench]
fn cold_start_mir_to_code(bencher: divan::Bencher<'_, '_>) {
    let program = &*PROGRAM;
    bencher.bench_local(|| compiled(program, &[]));
}

/// From text to native code.
#[divan::bench]
fn cold_start_text_to_code(bencher: divan::Bencher<'_, '_>) {
    bencher.bench_local(|| compiled(&example("cbd_race.rog"), &[]));
}

fn keys(seed: u64) -> Vec<u64> {
    let site = PROGRAM.experiments[0].behaviours[0].draw.site;
    let state = |i| draw::entity_key(&draw::member_name("State", i));
    (1..=STATES as u32)
        .map(|i| draw::nth_key(draw::stream(seed, site, &[state(i)]), 0))
        .collect()
}

fn law() -> Delay {
    Delay::exponential(10_957).expect("thirty years")
}

fn record(records: &mut Vec<i64>, thirtieth: i64, instruments: i64) {
    let force = thirtieth + 90;
    records.extend([
        0,
        if force <= LAST { force } else { i64::MIN },
        i64::from(force <= 8763),
        instruments,
    ]);
}

fn by_hand(seed: u64, runs: u64) -> Vec<i64> {
    let (keys, law) = (keys(seed), law());
    let mut records = Vec::with_capacity(runs as usize * 4);
    let mut days = [0i64; STATES];
    for run in 0..runs {
        for (day, key) in days.iter_mut().zip(&keys) {
            *day = BEGIN + law.ticks(draw::word(*key, run));
        }
        let instruments = days.iter().filter(|d| **d <= LAST).count() as i64;
        let thirtieth = *days.select_nth_unstable(29).1;
        record(&mut records, thirtieth, instruments);
    }
    records
}

fn by_events(seed: u64, runs: u64) -> Vec<i64> {
    use std::cmp::Reverse;
    let (keys, law) = (keys(seed), law());
    let mut records = Vec::with_capacity(runs as usize * 4);
    let mut clocks = Vec::with_capacity(STATES);
    for run in 0..runs {
        clocks.clear();
        clocks.extend(keys.iter().enumerate().map(|(i, key)| {
            let word = draw::word(*key, run);
            Reverse((BEGIN + law.ticks(word), i))
        }));
        let mut heap = std::collections::BinaryHeap::from(std::mem::take(&mut clocks));
        let mut deposited = [false; STATES];
        let (mut instruments, mut thirtieth) = (0, i64::MAX / 2);
        while let Some(Reverse((day, state))) = heap.pop() {
            if day > LAST {
                break;
            }
            if !std::mem::replace(&mut deposited[state], true) {
                instruments += 1;
                if instruments == 30 {
                    thirtieth = day;
                }
            }
        }
        clocks = heap.into_vec();
        record(&mut records, thirtieth, instruments);
    }
    records
}
