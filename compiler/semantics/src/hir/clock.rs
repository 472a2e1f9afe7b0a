//! Clocks.

use super::*;
use rogatio_calendar::Unit;

/// A second clock (R48c): an axis of time of its own. No date converts to it.
#[derive(Clone, Debug)]
pub struct SecondClock {
    /// Its name, as a column of a log has it.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// The longest unit that it owns; it owns all shorter ones too.
    pub unit: Unit,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

impl SecondClock {
    /// A length in units that it owns, in seconds; none where it does not own the unit, or on overflow.
    #[must_use]
    pub fn seconds(&self, n: i64, unit: Unit) -> Option<i64> {
        let size = match unit {
            _ if unit > self.unit => return None,
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => 86_400,
            Unit::Week => 604_800,
            Unit::Month | Unit::Year => return None,
        };
        n.checked_mul(size)
    }

    /// What it reads, as a log has it: `20 hours`, or a number of its longest unit.
    #[must_use]
    pub fn reading(&self, text: &str) -> Option<i64> {
        let (number, unit) = match text.split_once(char::is_whitespace) {
            Some((number, unit)) => (number, unit.trim().parse().ok()?),
            None => (text, self.unit),
        };
        let n = number.parse().ok().filter(|n| *n >= 0)?;
        self.seconds(n, unit)
    }
}
