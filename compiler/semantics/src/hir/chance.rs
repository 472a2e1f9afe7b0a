//! Chances: exact fractions, by which ballots are drawn.

/// A fraction in lowest terms with a positive denominator. As a chance it lies from 0 to 1; sums and differences of
/// chances on the way to one need not.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chance {
    num: i64,
    den: i64,
}

impl Chance {
    /// Nothing.
    pub const ZERO: Chance = Chance { num: 0, den: 1 };
    /// For certain.
    pub const ONE: Chance = Chance { num: 1, den: 1 };

    /// A fraction; `None` if the denominator is zero or the fraction does not fit.
    #[must_use]
    pub fn new(num: i64, den: i64) -> Option<Chance> {
        Chance::wide(i128::from(num), i128::from(den))
    }

    fn wide(num: i128, den: i128) -> Option<Chance> {
        if den == 0 {
            return None;
        }
        let (mut a, mut b) = (num.unsigned_abs(), den.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let by = i128::try_from(a.max(1)).ok()? * den.signum();
        Some(Chance {
            num: i64::try_from(num / by).ok()?,
            den: i64::try_from(den / by).ok()?,
        })
    }

    /// The numerator.
    #[must_use]
    pub fn num(self) -> i64 {
        self.num
    }

    /// The denominator, at least 1.
    #[must_use]
    pub fn den(self) -> i64 {
        self.den
    }

    /// The sum; `None` where it does not fit.
    #[must_use]
    pub fn plus(self, other: Chance) -> Option<Chance> {
        let (a, b) = (i128::from(self.num), i128::from(self.den));
        let (c, d) = (i128::from(other.num), i128::from(other.den));
        Chance::wide(a * d + c * b, b * d)
    }

    /// The difference; `None` where it does not fit.
    #[must_use]
    pub fn minus(self, other: Chance) -> Option<Chance> {
        self.plus(Chance {
            num: other.num.checked_neg()?,
            den: other.den,
        })
    }

    /// The product; `None` where it does not fit.
    #[must_use]
    pub fn times(self, other: Chance) -> Option<Chance> {
        Chance::wide(
            i128::from(self.num) * i128::from(other.num),
            i128::from(self.den) * i128::from(other.den),
        )
    }

    /// Whether it lies from 0 to 1.
    #[must_use]
    pub fn is_proper(self) -> bool {
        0 <= self.num && self.num <= self.den
    }
}

impl PartialOrd for Chance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Chance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let left = i128::from(self.num) * i128::from(other.den);
        left.cmp(&(i128::from(other.num) * i128::from(self.den)))
    }
}

/// As a percentage where that is short: `62.5%`, else as a fraction: `1/3`.
impl std::fmt::Display for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let thousandths = i128::from(self.num) * 100_000;
        let den = i128::from(self.den);
        if thousandths % den != 0 {
            return write!(f, "{}/{}", self.num, self.den);
        }
        let (sign, all) = if thousandths < 0 {
            ("-", -thousandths / den)
        } else {
            ("", thousandths / den)
        };
        let (whole, rest) = (all / 1000, all % 1000);
        let rest = format!("{rest:03}");
        match rest.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}%"),
            rest => write!(f, "{sign}{whole}.{rest}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact() {
        let c = |n, d| Chance::new(n, d).unwrap();
        assert_eq!(c(2, 4), c(1, 2));
        assert_eq!(c(1, -2), c(-1, 2));
        assert_eq!(c(1, 3).plus(c(1, 6)), Some(c(1, 2)));
        assert_eq!(c(1, 3).minus(c(1, 2)), Some(c(-1, 6)));
        assert_eq!(c(2, 3).times(c(3, 4)), Some(c(1, 2)));
        assert!(c(1, 3) < c(1, 2) && !c(-1, 3).is_proper() && Chance::ONE.is_proper());
        assert_eq!(Chance::new(1, 0), None);
        assert_eq!(c(1, i64::MAX).times(c(1, 3)), None);
        assert_eq!(Chance::new(i64::MIN, 1).unwrap().minus(c(1, 1)), None);
        for (n, d, text) in [
            (5, 8, "62.5%"),
            (1, 3, "1/3"),
            (11, 10, "110%"),
            (-1, 10, "-10%"),
            (0, 1, "0%"),
        ] {
            assert_eq!(c(n, d).to_string(), text);
        }
    }
}
