//! How many days a length has at least and at most: months have 28 to 31.

use std::ops::Add;

use rogatio_calendar::Length;

use crate::hir::*;

/// Seconds, at least and at most, wherever in the calendar the length stands.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// At least.
    pub(super) least: i64,
    /// At most.
    pub(super) most: i64,
}

const DAY: i64 = 86_400;

impl Bounds {
    /// Of a length that is known, `0` to no end otherwise.
    pub(super) fn of(e: &Expr) -> Bounds {
        match &e.kind {
            ExprKind::Length(l) => Bounds::length(*l),
            _ => Bounds {
                least: 0,
                most: i64::MAX,
            },
        }
    }

    fn length(l: Length) -> Bounds {
        let (least, most) = match l {
            Length::Duration(d) | Length::Elapsed(d) => (d.0, d.0),
            Length::Period(p) => {
                let (months, days) = (i64::from(p.months), i64::from(p.days));
                // 146097 days are 4800 months; a month is at most three days from its mean.
                let mean = months.saturating_mul(146_097) / 4800;
                let about = if months == 0 { 0 } else { 3 };
                (
                    (mean - about)
                        .max(0)
                        .saturating_add(days)
                        .saturating_mul(DAY),
                    (mean + 1 + about).saturating_add(days).saturating_mul(DAY),
                )
            }
        };
        let exact = matches!(l, Length::Period(p) if p.months == 0);
        Bounds {
            least,
            most: if exact { least } else { most },
        }
    }

    /// The later of two that begin together.
    pub(super) fn later(self, other: Bounds) -> Bounds {
        Bounds {
            least: self.least.max(other.least),
            most: self.most.max(other.most),
        }
    }
}

impl Add for Bounds {
    type Output = Bounds;
    fn add(self, other: Bounds) -> Bounds {
        Bounds {
            least: self.least.saturating_add(other.least),
            most: self.most.saturating_add(other.most),
        }
    }
}
