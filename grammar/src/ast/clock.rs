//! `clock`.

use super::*;

/// `clock world { calendar fluegel: … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// `calendar gregorian`, `calendar fluegel: months 12, thirds of month early middle late`.
    pub calendar: Option<ClockCalendar>,
    /// The units it owns: `hours`.
    pub units: Vec<Name>,
}

/// The calendar of a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockCalendar {
    /// `gregorian`, `fluegel`.
    pub name: Name,
    /// `months 12`, `thirds of month early middle late`: words and numbers as written.
    pub parts: Vec<Vec<Expr>>,
}
