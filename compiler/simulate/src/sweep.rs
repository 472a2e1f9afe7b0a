//! Sweeps: the same experiment under several values of its parameters and several readings of its text (R57). All points
//! share their draws, so a difference between two of them is one of the rules and not of chance.

use crate::error::SimError;
use crate::progress::shown;
use rogatio_calendar::{Day, Duration, Length, Period};
use rogatio_mir::{Chance, Experiment, Op, Program};

/// The most points of a sweep.
pub const MAX_POINTS: u64 = 10_000;

/// One thing that a sweep varies.
#[derive(Clone, Debug)]
pub enum Axis {
    /// A parameter of the experiment, with its values.
    Param(String, Vec<Op>),
    /// A reading of the text, with its choices.
    Reading(String, Vec<String>),
}

impl Axis {
    /// What is varied.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Axis::Param(name, _) | Axis::Reading(name, _) => name,
        }
    }

    fn len(&self) -> usize {
        match self {
            Axis::Param(_, values) => values.len(),
            Axis::Reading(_, choices) => choices.len(),
        }
    }
}

/// A point of a sweep: what differs from the experiment as it is written.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// Parameters.
    pub values: Vec<(String, Op)>,
    /// Readings.
    pub readings: Vec<(String, String)>,
    /// Its place on each axis, as it is written.
    pub at: Vec<(String, String)>,
}

/// All points of a grid, the last axis running fastest; one point if there is no axis.
///
/// # Errors
/// E0984 if there are more than [`MAX_POINTS`].
pub fn grid(axes: &[Axis]) -> Result<Vec<Point>, SimError> {
    let count = axes
        .iter()
        .try_fold(1u64, |n, a| n.checked_mul(a.len() as u64))
        .unwrap_or(u64::MAX);
    if count > MAX_POINTS {
        return Err(SimError::Points(count));
    }
    let mut points = vec![Point::default()];
    for axis in axes {
        points = points
            .iter()
            .flat_map(|p| (0..axis.len()).map(move |i| p.with(axis, i)))
            .collect();
    }
    Ok(points)
}

impl Point {
    fn with(&self, axis: &Axis, i: usize) -> Point {
        let mut p = self.clone();
        match axis {
            Axis::Param(name, values) => {
                p.at.push((name.clone(), shown(&values[i])));
                p.values.push((name.clone(), values[i].clone()));
            }
            Axis::Reading(name, choices) => {
                p.at.push((name.clone(), choices[i].clone()));
                p.readings.push((name.clone(), choices[i].clone()));
            }
        }
        p
    }
}

/// The values that a parameter takes by its own line: `over 1 year .. 10 years step 1 year`.
///
/// # Errors
/// E0985 if it says none, or the values are not known before the runs.
pub fn declared(
    program: &Program,
    experiment: &Experiment,
    name: &str,
) -> Result<Vec<Op>, SimError> {
    let param = experiment.params.iter().position(|(n, _)| n == name);
    let sweep = experiment
        .sweeps
        .iter()
        .find(|(i, ..)| Some(*i as usize) == param);
    let Some((_, from, to, step)) = sweep else {
        return Err(SimError::Sweep(format!(
            "the experiment does not say over which values `{name}` goes"
        )));
    };
    let constant = |g: rogatio_mir::Guard| {
        rogatio_jit::constant(program, g).ok_or_else(|| {
            SimError::Sweep(format!(
                "the values of `{name}` are not known before the runs"
            ))
        })
    };
    let step = step.map(constant).transpose()?;
    range(&constant(*from)?, &constant(*to)?, step.as_ref())
}

/// A value as a number of units: which unit, numerator, denominator.
fn measured(op: &Op) -> Option<(Unit, i128, i128)> {
    Some(match op {
        Op::Int(n) => (Unit::One, i128::from(*n), 1),
        Op::Chance(c) => (Unit::Chance, i128::from(c.num()), i128::from(c.den())),
        Op::Length(Length::Period(Period { months: 0, days })) => (Unit::Day, i128::from(*days), 1),
        Op::Length(Length::Period(Period { months, days: 0 })) => {
            (Unit::Month, i128::from(*months), 1)
        }
        Op::Length(Length::Duration(d)) => (Unit::Second, i128::from(d.0), 1),
        Op::Day(d) => (Unit::Date, i128::from(d.number()), 1),
        _ => return None,
    })
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Unit {
    One,
    Chance,
    Day,
    Month,
    Second,
    Date,
}

impl Unit {
    fn value(self, n: i128, d: i128) -> Option<Op> {
        let whole = |n: i128| i32::try_from(n).ok();
        Some(match self {
            Unit::One => Op::Int(i64::try_from(n).ok()?),
            Unit::Chance => {
                Op::Chance(Chance::new(i64::try_from(n).ok()?, i64::try_from(d).ok()?)?)
            }
            Unit::Day => Op::Length(Length::Period(Period {
                months: 0,
                days: whole(n)?,
            })),
            Unit::Month => Op::Length(Length::Period(Period {
                months: whole(n)?,
                days: 0,
            })),
            Unit::Second => Op::Length(Length::Duration(Duration(i64::try_from(n).ok()?))),
            Unit::Date => Op::Day(Day::from_number(i64::try_from(n).ok()?)?),
        })
    }
}

/// All values from one to another in steps, both ends included if the steps meet them.
///
/// # Errors
/// E0984 for too many, E0985 for ends and steps that do not fit together.
pub fn range(from: &Op, to: &Op, step: Option<&Op>) -> Result<Vec<Op>, SimError> {
    let text = |op: &Op| shown(op);
    let unfit = |why: &str| {
        let step = step.map_or_else(String::new, |s| format!(" in steps of {}", text(s)));
        SimError::Sweep(format!("{} to {}{step}: {why}", text(from), text(to)))
    };
    let kinds = "the ends and the step must be numbers, chances, or lengths of one kind of unit (days, months, hours)";
    let (Some(a), Some(b)) = (measured(from), measured(to)) else {
        return Err(unfit(kinds));
    };
    let s = match step {
        Some(step) => measured(step).ok_or_else(|| unfit(kinds))?,
        None if a.0 == Unit::One => (Unit::One, 1, 1),
        None => return Err(unfit("say in which steps")),
    };
    // No time at all is no days and no months.
    let unit = if a.1 == 0 { b.0 } else { a.0 };
    let fits = |v: (Unit, i128, i128)| v.0 == unit || (v.1 == 0 && unit != Unit::Date);
    let wanted = if unit == Unit::Date { Unit::Day } else { unit };
    if !fits(a) || !fits(b) || s.0 != wanted {
        return Err(unfit(kinds));
    }
    // Over one denominator.
    let wide = |x: i128, y: i128| x.checked_mul(y).ok_or_else(|| unfit("numbers too large"));
    let d = wide(wide(a.2, b.2)?, s.2)?;
    let (from, to, by) = (
        wide(a.1, d / a.2)?,
        wide(b.1, d / b.2)?,
        wide(s.1, d / s.2)?,
    );
    if by <= 0 {
        return Err(unfit("a step goes upward"));
    }
    if to < from {
        return Err(unfit("the second end lies before the first"));
    }
    let count = u64::try_from((to - from) / by).map_or(u64::MAX, |n| n.saturating_add(1));
    if count > MAX_POINTS {
        return Err(SimError::Points(count));
    }
    (0..i128::from(count))
        .map(|k| {
            unit.value(from + k * by, d)
                .ok_or_else(|| unfit("numbers too large"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(n: i32) -> Op {
        Op::Length(Length::Period(Period { months: n, days: 0 }))
    }

    fn chance(n: i64, d: i64) -> Op {
        Op::Chance(Chance::new(n, d).unwrap())
    }

    fn shown_all(ops: Result<Vec<Op>, SimError>) -> Vec<String> {
        ops.unwrap().iter().map(shown).collect()
    }

    #[test]
    fn values_in_steps() {
        assert_eq!(
            shown_all(range(&Op::Int(2), &Op::Int(5), None)),
            ["2", "3", "4", "5"]
        );
        let years = range(&months(12), &months(40), Some(&months(12)));
        assert_eq!(shown_all(years), ["1 year", "2 years", "3 years"]);
        let tenths = range(&chance(1, 10), &chance(9, 10), Some(&chance(1, 10))).unwrap();
        assert_eq!((tenths.len(), &tenths[2]), (9, &chance(3, 10)));
        assert!(range(&Op::Int(2), &Op::Int(1), None).is_err());
        assert!(range(&Op::Int(0), &Op::Int(1), Some(&Op::Int(0))).is_err());
        assert!(range(&months(1), &Op::Int(1), Some(&months(1))).is_err());
        assert!(range(&months(1), &months(2), None).is_err());
        let all = range(&Op::Int(0), &Op::Int(1_000_000), None);
        assert!(matches!(all, Err(SimError::Points(1_000_001))));
        assert!(range(&Op::Int(i64::MIN), &Op::Int(i64::MAX), None).is_err());
    }

    #[test]
    fn the_last_axis_runs_fastest() {
        let axes = [
            Axis::Param("n".into(), vec![Op::Int(1), Op::Int(2)]),
            Axis::Reading("A".into(), vec!["x".into(), "y".into(), "z".into()]),
        ];
        let at: Vec<String> = grid(&axes)
            .unwrap()
            .iter()
            .map(|p| p.at.iter().map(|(_, v)| v.as_str()).collect())
            .collect();
        assert_eq!(at, ["1x", "1y", "1z", "2x", "2y", "2z"]);
        assert_eq!(grid(&[]).unwrap().len(), 1);
        let long = Axis::Param("n".into(), (0..101).map(Op::Int).collect());
        assert!(matches!(
            grid(&[long.clone(), long]),
            Err(SimError::Points(10_201))
        ));
    }
}
