//! Numbers to count with: as narrow as the number of members allows.

use num_bigint::BigUint;
use std::ops::{AddAssign, SubAssign};

/// A count that never exceeds two to the number of members.
pub(super) trait Number:
    Clone + for<'a> AddAssign<&'a Self> + for<'a> SubAssign<&'a Self>
{
    const ZERO: Self;
    const ONE: Self;
    fn big(&self) -> BigUint;
    fn is_zero(&self) -> bool;
}

impl Number for u64 {
    const ZERO: u64 = 0;
    const ONE: u64 = 1;
    fn big(&self) -> BigUint {
        BigUint::from(*self)
    }
    fn is_zero(&self) -> bool {
        *self == 0
    }
}

impl Number for u128 {
    const ZERO: u128 = 0;
    const ONE: u128 = 1;
    fn big(&self) -> BigUint {
        BigUint::from(*self)
    }
    fn is_zero(&self) -> bool {
        *self == 0
    }
}

/// So many words of 64 bits, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wide<const N: usize>([u64; N]);

impl<const N: usize> AddAssign<&Self> for Wide<N> {
    fn add_assign(&mut self, other: &Self) {
        let mut carry = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            let (sum, first) = a.overflowing_add(*b);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*a, carry) = (sum, first || second);
        }
    }
}

impl<const N: usize> SubAssign<&Self> for Wide<N> {
    fn sub_assign(&mut self, other: &Self) {
        let mut borrow = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            let (rest, first) = a.overflowing_sub(*b);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            (*a, borrow) = (rest, first || second);
        }
    }
}

impl<const N: usize> Number for Wide<N> {
    const ZERO: Self = Wide([0; N]);
    const ONE: Self = {
        let mut one = [0; N];
        one[0] = 1;
        Wide(one)
    };
    fn big(&self) -> BigUint {
        let digits = self.0.iter().flat_map(|w| [*w as u32, (*w >> 32) as u32]);
        BigUint::new(digits.collect())
    }
    fn is_zero(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }
}

/// The binomial coefficients of n.
pub(crate) fn binomials(n: usize) -> Vec<BigUint> {
    let mut row = vec![BigUint::from(1u32)];
    for k in 0..n {
        let next = &row[k] * (n - k) / (k + 1);
        row.push(next);
    }
    row
}
