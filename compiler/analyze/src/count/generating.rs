//! A generating function: how many coalitions there are of each size and each value of every sum (Mann and Shapley 1962;
//! Brams and Affuso 1976 for the index of Banzhaf). A member is taken out by division.

use super::number::{Number, Wide};
use super::{Counts, is_size};
use crate::game::Game;
use num_bigint::BigUint;
use num_traits::Zero;

/// Words of 64 bits in the table, at most (256 MiB with the copy that a division needs).
pub(super) const MOST_WORDS: u64 = 1 << 24;

/// None where a weight is negative or the table would be larger than so many words.
pub(super) fn count(game: &Game, most: u64) -> Option<Counts> {
    let n = game.len() as u64;
    if game.weights.iter().flatten().any(|w| *w < 0) {
        return None;
    }
    let cells = game
        .totals()
        .iter()
        .zip(&game.weights)
        .try_fold(n + 1, |all, (t, w)| {
            if is_size(w) {
                Some(all)
            } else {
                all.checked_mul(u64::try_from(*t).ok()? + 1)
            }
        })?;
    let fits = |words: u64| cells.checked_mul(words).is_some_and(|w| w <= most);
    match n {
        0..=62 if fits(1) => Some(Table::<u64>::new(game).count()),
        63..=126 if fits(2) => Some(Table::<u128>::new(game).count()),
        127..=254 if fits(4) => Some(Table::<Wide<4>>::new(game).count()),
        255..=510 if fits(8) => Some(Table::<Wide<8>>::new(game).count()),
        511..=1022 if fits(16) => Some(Table::<Wide<16>>::new(game).count()),
        _ => None,
    }
}

/// Coalitions by size and the sums that are not the size; the last sum varies fastest.
struct Table<'g, T> {
    game: &'g Game,
    /// The sums that have a dimension of their own, with the step from one value to the next.
    dims: Vec<(usize, usize)>,
    /// From one size to the next.
    step: usize,
    cells: Vec<T>,
}

impl<'g, T: Number> Table<'g, T> {
    fn new(game: &'g Game) -> Table<'g, T> {
        let totals = game.totals();
        let mut step = 1usize;
        let mut dims = Vec::new();
        for (i, w) in game.weights.iter().enumerate() {
            if !is_size(w) {
                dims.push((i, step));
                step *= totals[i] as usize + 1;
            }
        }
        let mut cells = vec![T::ZERO; step * (game.len() + 1)];
        cells[0] = T::ONE;
        let mut table = Table {
            game,
            dims,
            step,
            cells,
        };
        let mut end = 0usize;
        for group in &game.groups {
            for _ in &group.members {
                let by = table.shift(&group.weights);
                // What is there already moves on by one member; from above, so that nobody joins twice.
                for at in (0..=end).rev() {
                    if !table.cells[at].is_zero() {
                        let add = table.cells[at].clone();
                        table.cells[at + by] += &add;
                    }
                }
                end += by;
            }
        }
        table
    }

    /// How far a member moves a coalition.
    fn shift(&self, weights: &[i64]) -> usize {
        let own = self
            .dims
            .iter()
            .map(|(sum, step)| weights[*sum] as usize * step);
        self.step + own.sum::<usize>()
    }

    /// For each cell of one size: whether it wins, by the sums; sizes differ where a sum is the size.
    fn winning(&self) -> Vec<bool> {
        let n = self.game.len();
        let size_sum: Vec<usize> = (0..self.game.weights.len())
            .filter(|i| is_size(&self.game.weights[*i]))
            .collect();
        let totals = self.game.totals();
        let mut sums = vec![0i64; self.game.weights.len()];
        let mut out = Vec::with_capacity(self.cells.len());
        for size in 0..=n {
            for i in &size_sum {
                sums[*i] = size as i64;
            }
            self.dims.iter().for_each(|(i, _)| sums[*i] = 0);
            for _ in 0..self.step {
                out.push(self.game.shape.wins(&sums));
                for (i, _) in &self.dims {
                    if sums[*i] < totals[*i] {
                        sums[*i] += 1;
                        break;
                    }
                    sums[*i] = 0;
                }
            }
        }
        out
    }

    fn count(self) -> Counts {
        let n = self.game.len();
        let wins = self.winning();
        let mut by_size = vec![BigUint::zero(); n + 1];
        for (size, total) in by_size.iter_mut().enumerate() {
            let mut sum = T::ZERO;
            let range = size * self.step..(size + 1) * self.step;
            for (cell, won) in self.cells[range.clone()].iter().zip(&wins[range]) {
                if *won {
                    sum += cell;
                }
            }
            *total = sum.big();
        }
        let mut without = self.cells.clone();
        let mut with = Vec::with_capacity(self.game.groups.len());
        for group in &self.game.groups {
            let by = self.shift(&group.weights);
            without.clone_from(&self.cells);
            // c = c' (1 + x^w): taken out from below.
            for at in by..without.len() {
                let (low, high) = without.split_at_mut(at);
                high[0] -= &low[at - by];
            }
            let mut of = vec![BigUint::zero(); n + 1];
            for (size, total) in of.iter_mut().enumerate().skip(1) {
                let mut sum = T::ZERO;
                let range = (size * self.step).max(by)..(size + 1) * self.step;
                let before = range.start - by..range.end - by;
                for (cell, won) in without[before].iter().zip(&wins[range]) {
                    if *won {
                        sum += cell;
                    }
                }
                *total = sum.big();
            }
            with.push(of);
        }
        Counts { by_size, with }
    }
}
