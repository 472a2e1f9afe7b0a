//! Whether linear constraints over nonnegative numbers can hold together: the first phase of the simplex method, in exact
//! rationals with Bland's rule, so that it ends.

/// `Σ coefficient · x + constant >= 0`, every x at least 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) coefficients: Vec<i128>,
    pub(super) constant: i128,
}

/// A rational with a positive denominator.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Q {
    num: i128,
    den: i128,
}

impl Q {
    const ZERO: Q = Q { num: 0, den: 1 };

    fn int(num: i128) -> Q {
        Q { num, den: 1 }
    }

    fn of(num: i128, den: i128) -> Option<Q> {
        let g = gcd(num.unsigned_abs(), den.unsigned_abs());
        let g = i128::try_from(g).ok()?.max(1) * den.signum();
        Some(Q {
            num: num / g,
            den: den / g,
        })
    }

    // Nearly all numbers are whole, and most of them 0: those have no common divisor to look for.

    fn sub(self, o: Q) -> Option<Q> {
        if o.num == 0 {
            return Some(self);
        }
        if self.den == 1 && o.den == 1 {
            return self.num.checked_sub(o.num).map(Q::int);
        }
        let num = self
            .num
            .checked_mul(o.den)?
            .checked_sub(o.num.checked_mul(self.den)?)?;
        Q::of(num, self.den.checked_mul(o.den)?)
    }

    fn mul(self, o: Q) -> Option<Q> {
        if self.num == 0 || o.num == 0 {
            return Some(Q::ZERO);
        }
        if self.den == 1 && o.den == 1 {
            return self.num.checked_mul(o.num).map(Q::int);
        }
        Q::of(self.num.checked_mul(o.num)?, self.den.checked_mul(o.den)?)
    }

    fn div(self, o: Q) -> Option<Q> {
        if self.num == 0 || o == Q::int(1) {
            return Some(self);
        }
        Q::of(self.num.checked_mul(o.den)?, self.den.checked_mul(o.num)?)
    }

    fn less(self, o: Q) -> Option<bool> {
        Some(self.num.checked_mul(o.den)? < o.num.checked_mul(self.den)?)
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Whether some nonnegative numbers satisfy all rows; `None` where the arithmetic would not be exact.
pub(super) fn feasible(rows: &[Row]) -> Option<bool> {
    let n = rows.iter().map(|r| r.coefficients.len()).max().unwrap_or(0);
    let m = rows.len();
    // One surplus or slack a row; rows that zero does not satisfy get an artificial basis.
    let width = n + m;
    let mut table: Vec<Vec<Q>> = Vec::with_capacity(m);
    let mut right: Vec<Q> = Vec::with_capacity(m);
    let mut basis: Vec<Option<usize>> = Vec::with_capacity(m);
    for (i, row) in rows.iter().enumerate() {
        let met = row.constant >= 0;
        let sign = if met { -1 } else { 1 };
        let mut line = vec![Q::ZERO; width];
        for (j, c) in row.coefficients.iter().enumerate() {
            line[j] = Q::int(c.checked_mul(sign)?);
        }
        line[n + i] = Q::int(-sign);
        table.push(line);
        right.push(Q::int(row.constant.checked_abs()?));
        basis.push(met.then_some(n + i));
    }
    loop {
        let artificial: Vec<usize> = (0..m).filter(|i| basis[*i].is_none()).collect();
        if artificial.iter().all(|i| right[*i] == Q::ZERO) {
            return Some(true);
        }
        // The first column with a negative reduced cost: minus the sum over the artificial rows.
        let mut costs = vec![Q::ZERO; width];
        for i in &artificial {
            for (cost, x) in costs.iter_mut().zip(&table[*i]) {
                *cost = cost.sub(*x)?;
            }
        }
        let enter = costs.iter().position(|c| c.num < 0);
        let Some(j) = enter else {
            return Some(false);
        };
        let mut leave: Option<(usize, Q)> = None;
        for i in 0..m {
            if table[i][j].num <= 0 {
                continue;
            }
            let ratio = right[i].div(table[i][j])?;
            let better = match leave {
                None => true,
                Some((k, best)) => {
                    // Artificial ones leave first, then the smallest index.
                    ratio.less(best)?
                        || ratio == best
                            && basis[i].map_or(0, |b| b + 1) < basis[k].map_or(0, |b| b + 1)
                }
            };
            if better {
                leave = Some((i, ratio));
            }
        }
        let (i, _) = leave?;
        let pivot = table[i][j];
        for x in &mut table[i] {
            *x = x.div(pivot)?;
        }
        let line = table[i].clone();
        right[i] = right[i].div(pivot)?;
        for k in 0..m {
            if k == i || table[k][j] == Q::ZERO {
                continue;
            }
            let factor = table[k][j];
            for (x, y) in table[k].iter_mut().zip(&line) {
                *x = x.sub(y.mul(factor)?)?;
            }
            right[k] = right[k].sub(right[i].mul(factor)?)?;
        }
        basis[i] = Some(j);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(coefficients: &[i128], constant: i128) -> Row {
        Row {
            coefficients: coefficients.to_vec(),
            constant,
        }
    }

    #[test]
    fn a_majority_and_its_opposite_exclude_each_other() {
        // 2 yes >= yes + no + 1, 2 no >= yes + no + 1
        assert_eq!(
            feasible(&[row(&[1, -1], -1), row(&[-1, 1], -1)]),
            Some(false)
        );
        // both at least half
        assert_eq!(feasible(&[row(&[1, -1], 0), row(&[-1, 1], 0)]), Some(true));
    }

    #[test]
    fn nine_votes_of_eight_members() {
        assert_eq!(
            feasible(&[row(&[1, 0], -9), row(&[-1, -1], 8)]),
            Some(false)
        );
        assert_eq!(feasible(&[row(&[1, 0], -8), row(&[-1, -1], 8)]), Some(true));
    }

    #[test]
    fn nothing_asked_is_feasible() {
        assert_eq!(feasible(&[]), Some(true));
    }
}
