use super::*;
use proptest::prelude::*;

/// A weighted body with a quota, and some who have a veto.
fn bodies() -> impl Strategy<Value = Game> {
    (prop::collection::vec(0i64..9, 2..=10), 0usize..3, 1i64..40).prop_map(
        |(weights, vetoes, quota)| {
            let n = weights.len();
            let veto = (0..n).map(|i| i64::from(i < vetoes)).collect();
            let total: i64 = weights.iter().sum();
            Game::weighted(
                vec![weights, veto],
                &[quota.min(total.max(1)), vetoes as i64],
            )
            .expect("support helps")
        },
    )
}

/// The indices by their definitions, coalition by coalition.
fn by_definition(game: &Game) -> Vec<(u64, BigRational)> {
    let n = game.len();
    let wins = |m: u32| {
        let sums: Vec<i64> = (game.weights.iter())
            .map(|w| (0..n).filter(|i| m >> i & 1 == 1).map(|i| w[i]).sum())
            .collect();
        game.shape.wins(&sums)
    };
    let factorial = |k: usize| (1..=k).fold(BigInt::one(), |f, i| f * i);
    (0..n)
        .map(|i| {
            let (mut swings, mut orders) = (0, BigInt::zero());
            for m in (0u32..1 << n).filter(|m| m >> i & 1 == 0) {
                if !wins(m) && wins(m | 1 << i) {
                    let size = m.count_ones() as usize;
                    swings += 1;
                    orders += factorial(size) * factorial(n - size - 1);
                }
            }
            (swings, BigRational::new(orders, factorial(n)))
        })
        .collect()
}

proptest! {
    #[test]
    fn the_laws_of_the_indices(game in bodies()) {
        let p = power(game, 4).expect("small");
        let total: BigRational = (p.members.iter().zip(&p.game.groups))
            .map(|(m, g)| &m.shapley_shubik * BigInt::from(g.members.len()))
            .sum();
        let somebody = !p.winning.is_zero() && p.winning != p.coalitions;
        prop_assert_eq!(total, if somebody { BigRational::one() } else { BigRational::zero() });
        for (m, g) in p.members.iter().zip(&p.game.groups) {
            if m.dummy {
                prop_assert!(m.shapley_shubik.is_zero() && m.banzhaf.is_zero());
            }
            if g.weights[1] == 1 && !p.winning.is_zero() {
                prop_assert!(m.veto);
                prop_assert_eq!(&m.swings, &p.winning);
            }
        }
        let found = by_definition(&p.game);
        for (m, g) in p.members.iter().zip(&p.game.groups) {
            for i in &g.members {
                prop_assert_eq!(&m.swings, &BigUint::from(found[*i].0));
                prop_assert_eq!(&m.shapley_shubik, &found[*i].1);
            }
        }
    }

    #[test]
    fn minimal_coalitions_by_kinds_and_by_bits_are_as_many(game in bodies()) {
        let n = game.len();
        let wins = |m: u32| {
            let sums: Vec<i64> = (game.weights.iter())
                .map(|w| (0..n).filter(|i| m >> i & 1 == 1).map(|i| w[i]).sum())
                .collect();
            game.shape.wins(&sums)
        };
        let minimal = |has: &dyn Fn(u32) -> bool| {
            (0u32..1 << n)
                .filter(|m| has(*m) && (0..n).all(|i| m >> i & 1 == 0 || !has(m & !(1 << i))))
                .count()
        };
        let all = (1u32 << n) - 1;
        let (winning, blocking) = crate::minimal::minimal(&game, 3);
        prop_assert_eq!(winning.count, Some(BigUint::from(minimal(&wins))));
        prop_assert_eq!(blocking.count, Some(BigUint::from(minimal(&|m| !wins(all & !m)))));
        let bits = crate::count::Bits::new(&game);
        prop_assert_eq!(bits.minimal(3).0 as usize, minimal(&wins));
        prop_assert_eq!(bits.blocking().minimal(3).0 as usize, minimal(&|m| !wins(all & !m)));
    }
}
