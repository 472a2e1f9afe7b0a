use super::*;
use proptest::prelude::*;

const ALL: [Method; 4] = [
    Method::Kinds,
    Method::Generating,
    Method::Halves,
    Method::Enumeration,
];

/// One or two sums, and the number of members, each with a quota.
fn games() -> impl Strategy<Value = Game> {
    let sums = prop::collection::vec(prop::collection::vec(0i64..7, 1..=11), 1..=2);
    (sums, 0i64..5, any::<u64>()).prop_map(|(sums, heads, pick)| {
        let n = sums.iter().map(Vec::len).min().unwrap_or(1);
        let mut weights: Vec<Vec<i64>> = sums.iter().map(|s| s[..n].to_vec()).collect();
        let mut quotas: Vec<i64> = (weights.iter().enumerate())
            .map(|(i, w)| (pick >> (8 * i)) as i64 % (w.iter().sum::<i64>() + 2))
            .collect();
        weights.push(vec![1; n]);
        quotas.push(heads);
        Game::weighted(weights, &quotas).expect("support helps")
    })
}

proptest! {
    #[test]
    fn the_ways_to_count_agree(game in games()) {
        let all: Vec<(Method, Counts)> = ALL
            .into_iter()
            .filter_map(|m| Some((m, count_by(&game, m)?)))
            .collect();
        prop_assert!(all.len() >= 3);
        for (m, counts) in &all {
            prop_assert_eq!(counts, &all[0].1, "{:?} against {:?}", m, all[0].0);
        }
    }
}

#[test]
fn wide_numbers_are_numbers() {
    // 300 members, one vote each: binomials, whichever width is used.
    for n in [70usize, 130, 300, 600] {
        let game = Game::weighted(vec![vec![1; n]], &[n as i64 / 2 + 1]).expect("a majority");
        let generating = count_by(&game, Method::Generating).expect("small");
        let kinds = count_by(&game, Method::Kinds).expect("alike");
        assert_eq!(generating, kinds, "{n}");
        assert_eq!(kinds.by_size[n / 2 + 1], binomials(n)[n / 2 + 1]);
        assert_eq!(kinds.by_size[n / 2], BigUint::from(0u32));
    }
}
