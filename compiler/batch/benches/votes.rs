//! W1, a vote of fifteen with five vetoes, on every kernel of this processor: `cargo bench -p rogatio-batch`.

use divan::Bencher;
use divan::counter::ItemsCount;
use rogatio_analyze::{Asked, Draw, Drawn, Formula, Sum};
use rogatio_batch::{BLOCK, Kernel, Machine};
use std::sync::Arc;

fn main() {
    divan::main();
}

fn council() -> Machine {
    let sum = |constant, answer: usize, of: u32| Sum {
        constant,
        terms: (0..of)
            .map(|v| (v, (0..4).map(|a| i128::from(a == answer)).collect()))
            .collect(),
    };
    let adopted = Formula::all(vec![
        Formula::AtLeastZero(sum(-9, 0, 15)),
        Formula::AtLeastZero(sum(-1, 1, 5)).negate(),
    ]);
    let drawn: Vec<Drawn> = (0u32..15)
        .map(|i| {
            let (yes, no) = if i < 5 {
                (60 + 5 * u64::from(i), 2 + 2 * u64::from(i))
            } else {
                (45 + 3 * u64::from(i - 5), 30 - 2 * u64::from(i - 5))
            };
            let pieces = vec![
                (yes, vec![(i, 0)]),
                (no, vec![(i, 1)]),
                (100 - yes - no, vec![(i, 2)]),
            ];
            Drawn {
                draw: Draw { of: 100, pieces },
                site: 7,
                matter: None,
                who: u64::from(i),
                opening: 1,
            }
        })
        .collect();
    Machine::new(&drawn, &[3; 15], &[Asked::Truth(adopted)]).expect("a vote")
}

#[divan::bench(args = [0, 1, 2])]
fn w1(bencher: Bencher<'_, '_>, kernel: usize) {
    let Some(kernel) = Kernel::all().get(kernel).copied() else {
        return;
    };
    let machine = Arc::new(council());
    let mut instance = machine.instance(1, kernel);
    let mut block = 0;
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        let mut held = 0;
        instance.block(block, 0..BLOCK, |_, value, times| {
            held += value as u64 * times
        });
        block += 1;
        held
    });
}
