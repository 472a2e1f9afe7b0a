use super::*;
use num_traits::ToPrimitive;
use proptest::prelude::*;
use rogatio_analyze::{Draw, Formula, Law, Sum};
use std::collections::HashMap;

fn drawn(draws: Vec<Draw>) -> Vec<Drawn> {
    (0u64..)
        .zip(draws)
        .map(|(i, draw)| Drawn {
            draw,
            site: 7,
            matter: Some(3),
            who: 1000 + i,
            opening: 1,
        })
        .collect()
}

/// Fifteen members with odds of their own, five of whom have a veto; nine in favour adopt.
fn council() -> (Vec<Drawn>, Vec<Asked>) {
    let yes = |constant| Sum {
        constant,
        terms: (0..15).map(|v| (v, vec![1, 0, 0, 0])).collect(),
    };
    let no = Sum {
        constant: -1,
        terms: (0..5).map(|v| (v, vec![0, 1, 0, 0])).collect(),
    };
    let adopted = Formula::all(vec![
        Formula::AtLeastZero(yes(-9)),
        Formula::AtLeastZero(no).negate(),
    ]);
    let draws = (0u32..15).map(|i| {
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
        Draw { of: 100, pieces }
    });
    let asked = vec![Asked::Truth(adopted), Asked::Number(yes(0))];
    (drawn(draws.collect()), asked)
}

/// What came, by measure and value.
fn tallied(machine: &Arc<Machine>, kernel: Kernel, seed: u64, runs: u64) -> Vec<HashMap<i64, u64>> {
    let mut out = vec![HashMap::new(); machine.counted.len()];
    let mut instance = machine.instance(seed, kernel);
    for block in 0..runs.div_ceil(BLOCK) {
        instance.block(block, 0..runs - block * BLOCK, |m, value, times| {
            if times > 0 {
                *out[m].entry(value).or_default() += times;
            }
        });
    }
    out
}

/// The same, lane by lane, from the rule.
fn replayed(machine: &Machine, asked: &[Asked], seed: u64, runs: u64) -> Vec<HashMap<i64, u64>> {
    let mut out = vec![HashMap::new(); asked.len()];
    for run in 0..runs {
        let answers = machine.answers(seed, run);
        for (o, a) in out.iter_mut().zip(asked) {
            let value = match a {
                Asked::Truth(f) => i64::from(f.holds(&answers).unwrap()),
                Asked::Number(s) => s.value(&answers) as i64,
            };
            *o.entry(value).or_default() += 1;
        }
    }
    out
}

#[test]
fn every_kernel_gives_what_each_lane_gives_alone() {
    let (drawn, asked) = council();
    let machine = Arc::new(Machine::new(&drawn, &[3; 15], &asked).unwrap());
    // Not a whole number of blocks.
    let runs = 2 * BLOCK + 777;
    let wanted = replayed(&machine, &asked, 5, runs);
    for kernel in Kernel::all() {
        let found = tallied(&machine, kernel, 5, runs);
        assert_eq!(found, wanted, "{}", kernel.name());
    }
}

#[test]
fn fifty_seeds_against_the_exact_answer() {
    let (drawn, asked) = council();
    let machine = Arc::new(Machine::new(&drawn, &[3; 15], &asked).unwrap());
    let Asked::Truth(adopted) = &asked[0] else {
        panic!("a condition")
    };
    let draws: Vec<Draw> = drawn.iter().map(|d| d.draw.clone()).collect();
    let law = Law::new(adopted, &draws, &[3; 15]).unwrap();
    let exact = law.probability(&draws).to_f64().unwrap();
    let runs = 100 * BLOCK;
    let error = (exact * (1.0 - exact) / runs as f64).sqrt();
    let inside = (0..50u64).filter(|seed| {
        let held = tallied(&machine, Kernel::best(), *seed, runs)[0][&1];
        ((held as f64 / runs as f64 - exact) / error).abs() < 1.96
    });
    let inside = inside.count();
    assert!((43..=50).contains(&inside), "{inside} of 50");
}

#[test]
fn odds_are_exact_however_fine() {
    // A third, a seventh, one in a million, and all but one in 2^40.
    for (num, of) in [
        (1, 3),
        (1, 7),
        (1, 1_000_000),
        ((1u64 << 40) - 1, 1 << 40),
        (5, 8),
        // Digits that end where the planes drawn for all runs do, just before and just after.
        (1, 2),
        (127, 128),
        (129, 256),
        (255, 512),
        (1 << 15, 1 << 31),
        ((1 << 16) + 1, 1 << 17),
        (1, 1),
        (0, 1),
    ] {
        let draw = Draw {
            of,
            pieces: vec![(num, vec![(0, 0)]), (of - num, vec![(0, 1)])],
        };
        let sum = Sum {
            constant: -1,
            terms: [(0, vec![1, 0])].into(),
        };
        let asked = [Asked::Truth(Formula::AtLeastZero(sum))];
        let machine = Arc::new(Machine::new(&drawn(vec![draw]), &[1], &asked).unwrap());
        let runs = 64 * BLOCK;
        let found = tallied(&machine, Kernel::best(), 1, runs);
        let held = found[0].get(&1).copied().unwrap_or(0) as f64;
        let p = num as f64 / of as f64;
        let error = (p * (1.0 - p) * runs as f64).sqrt().max(1e-9);
        assert!(
            (held - p * runs as f64).abs() < 4.5 * error + 1e-6,
            "{num}/{of}: {held}"
        );
        let few = tallied(&machine, Kernel::PORTABLE, 1, 3 * BLOCK);
        assert_eq!(few, replayed(&machine, &asked, 1, 3 * BLOCK));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn rules_at_random_on_every_kernel(
        weights in prop::collection::vec((-9i128..40, 0i128..3, -3i128..3), 1..=9),
        quota in -5i128..90,
        odds in prop::collection::vec((0u64..9, 0u64..9, 1u64..9), 9),
        together in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let n = weights.len();
        let term = |w: &(i128, i128, i128)| vec![w.0, w.1, w.2];
        let sum = Sum { constant: -quota, terms: (0u32..).zip(weights.iter().map(term)).collect() };
        let small = Sum { constant: 0, terms: (0u32..).zip(weights.iter().map(|w| vec![w.1, 0, 1])).collect() };
        let some = Sum { constant: -1, ..small.clone() };
        let mut draws = Vec::new();
        let mut v = 0u32;
        // The last voter may have no draw; the first two may share one.
        while (v as usize) < n.saturating_sub(usize::from(seed % 3 == 0)) {
            let o = odds[v as usize];
            let bloc = together && v == 0 && n > 2;
            let voters: Vec<u32> = if bloc { vec![0, 1] } else { vec![v] };
            let piece = |a: usize| voters.iter().map(|v| (*v, (a + *v as usize % 2) % 3)).collect::<Vec<_>>();
            draws.push(Draw { of: o.0 + o.1 + o.2, pieces: vec![(o.0, piece(0)), (o.1, piece(1)), (o.2, piece(2))] });
            v += voters.len() as u32;
        }
        let asked = [
            Asked::Truth(Formula::all(vec![Formula::at_least_zero(sum.clone()), Formula::at_least_zero(some)])),
            Asked::Truth(Formula::at_least_zero(sum.clone()).negate()),
            Asked::Number(small),
        ];
        let machine = Arc::new(Machine::new(&drawn(draws), &vec![1; n], &asked).unwrap());
        let wanted = replayed(&machine, &asked, seed, 600);
        for kernel in Kernel::all() {
            prop_assert_eq!(&tallied(&machine, kernel, seed, 600), &wanted);
        }
    }
}

#[test]
fn a_part_of_a_block_is_that_part() {
    let (drawn, asked) = council();
    let machine = Arc::new(Machine::new(&drawn, &[3; 15], &asked[..1]).unwrap());
    let held = |lanes| {
        let mut held = 0;
        let mut instance = machine.instance(9, Kernel::best());
        instance.block(3, lanes, |_, value, times| held += value as u64 * times);
        held
    };
    assert_eq!(
        held(0..100) + held(100..257) + held(257..BLOCK),
        held(0..BLOCK)
    );
    assert_eq!(held(64..64), 0);
}

/// One draw of five pieces, of whose ends some are read and some are not.
#[test]
fn every_end_of_a_draw() {
    let weights = [3u64, 5, 1, 6, 1];
    let pieces = (0usize..).zip(weights).map(|(a, w)| (w, vec![(0, a)]));
    let draw = Draw {
        of: 16,
        pieces: pieces.collect(),
    };
    for answers in [
        vec![0],
        vec![1],
        vec![2, 4],
        vec![0, 1, 2, 3, 4],
        vec![1, 3],
    ] {
        let asked: Vec<Asked> = (answers.iter())
            .map(|answer| {
                let is = (0..5).map(|a| i128::from(a == *answer)).collect();
                Asked::Number(Sum {
                    constant: 0,
                    terms: [(0, is)].into(),
                })
            })
            .collect();
        let machine = Arc::new(Machine::new(&drawn(vec![draw.clone()]), &[4], &asked).unwrap());
        let runs = BLOCK + 100;
        let wanted = replayed(&machine, &asked, 2, runs);
        for kernel in Kernel::all() {
            assert_eq!(
                tallied(&machine, kernel, 2, runs),
                wanted,
                "{}",
                kernel.name()
            );
        }
    }
}
