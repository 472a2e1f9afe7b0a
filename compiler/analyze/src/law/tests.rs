use super::*;
use proptest::prelude::*;

/// Fifteen members, of whom the first five have a veto, each with odds of its own; adopted by nine without a veto.
fn council() -> (Formula, Vec<Draw>) {
    let yes = Sum {
        constant: -9,
        terms: (0..15).map(|v| (v, vec![1, 0, 0, 0])).collect(),
    };
    let no = Sum {
        constant: -1,
        terms: (0..5).map(|v| (v, vec![0, 1, 0, 0])).collect(),
    };
    let formula = Formula::all(vec![
        Formula::AtLeastZero(yes),
        Formula::AtLeastZero(no).negate(),
    ]);
    let draws = (0u32..15).map(|i| {
        let (yes, no) = if i < 5 {
            (60 + 5 * u64::from(i), 2 + 2 * u64::from(i))
        } else {
            (45 + 3 * u64::from(i - 5), 30 - 2 * u64::from(i - 5))
        };
        Draw {
            of: 100,
            pieces: vec![
                (yes, vec![(i, 0)]),
                (no, vec![(i, 1)]),
                (100 - yes - no, vec![(i, 2)]),
            ],
        }
    });
    (formula, draws.collect())
}

#[test]
fn a_council_vote_by_hand() {
    let (formula, draws) = council();
    let law = Law::new(&formula, &draws, &[3; 15]).expect("few states");
    let p = law.probability(&draws);
    // The number of the anchors: a Poisson-binomial law of the votes in favour, without a veto.
    let exact = num_traits::ToPrimitive::to_f64(&p).unwrap();
    assert!((exact - 0.535_546_291_610).abs() < 5e-13, "{exact}");
    assert!(law.states() < 150, "{}", law.states());
}

#[test]
fn fair_coins_give_the_power_to_act() {
    let (formula, mut draws) = council();
    for d in &mut draws {
        let v = d.pieces[0].1[0].0;
        *d = Draw {
            of: 2,
            pieces: vec![(1, vec![(v, 0)]), (1, vec![(v, 1)])],
        };
    }
    let law = Law::new(&formula, &draws, &[3; 15]).unwrap();
    let p = law.probability(&draws);
    assert_eq!(p, BigRational::new(BigInt::from(848), BigInt::from(32768)));
}

proptest! {
    /// Against every combination of answers.
    #[test]
    fn every_combination(
        weights in prop::collection::vec((0i128..5, 0i128..3), 1..=6),
        quota in 1i128..12,
        ceiling in 1i128..6,
        odds in prop::collection::vec((1u64..9, 1u64..9, 0u64..9), 6),
        bloc in any::<bool>(),
    ) {
        let n = weights.len();
        let up = Sum { constant: -quota, terms: (0u32..).zip(&weights).map(|(v, w)| (v, vec![w.0, 0, 0])).collect() };
        let down = Sum { constant: ceiling, terms: (0u32..).zip(&weights).map(|(v, w)| (v, vec![0, -w.1, 0])).collect() };
        let formula = Formula::any(vec![
            Formula::all(vec![Formula::at_least_zero(up.clone()), Formula::at_least_zero(down.clone())]),
            Formula::all(vec![Formula::at_least_zero(up).negate(), Formula::at_least_zero(down).negate()]),
        ]);
        // The first two may be drawn together.
        let mut draws: Vec<Draw> = Vec::new();
        let mut v = 0u32;
        while (v as usize) < n {
            let o = odds[v as usize];
            let together = bloc && v == 0 && n > 1;
            let voters: Vec<u32> = if together { vec![0, 1] } else { vec![v] };
            let piece = |a: usize| voters.iter().map(|v| (*v, a)).collect::<Vec<_>>();
            draws.push(Draw { of: o.0 + o.1 + o.2, pieces: vec![(o.0, piece(0)), (o.1, piece(1)), (o.2, piece(2))] });
            v += voters.len() as u32;
        }
        let mut total = BigRational::zero();
        let mut choice = vec![0usize; draws.len()];
        'all: loop {
            let mut answers = vec![2usize; n];
            let mut weight = BigRational::one();
            for (d, c) in draws.iter().zip(&choice) {
                let (w, a) = &d.pieces[*c];
                weight *= BigRational::new(BigInt::from(*w), BigInt::from(d.of));
                a.iter().for_each(|(v, a)| answers[*v as usize] = *a);
            }
            if formula.holds(&answers).unwrap() {
                total += weight;
            }
            for c in &mut choice {
                *c += 1;
                if *c < 3 {
                    continue 'all;
                }
                *c = 0;
            }
            break;
        }
        let law = Law::new(&formula, &draws, &vec![2; n]).unwrap();
        prop_assert_eq!(law.probability(&draws), total);
    }
}
