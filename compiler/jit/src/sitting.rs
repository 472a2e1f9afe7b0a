//! Delays that count some days only (`after exponential(10 days) not counting recess`): a prefix table of the days that
//! count, so that the n-th of them after a day is two loads, in native code as in the interpreter (R2, R51).

use crate::behaviour::LATEST;
use crate::emit::{Em, R};
use crate::fold::{Const, Env, day_of};
use crate::fold::{NEVER, of_day};
use crate::layout::Elem;
use crate::refusal::Refusal;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::{CalendarError, Dates, Day, Length};
use rogatio_mir::{Guard, Op, Program};

/// The days of an experiment that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sitting {
    /// The first day of a run.
    begin: i64,
    /// How many days count up to and including each day, from the first day of a run on.
    counted: Vec<i64>,
    /// The days that count, in order.
    days: Vec<i64>,
}

impl Sitting {
    /// Of the days that do not count, for runs from one day to another.
    pub(crate) fn new(skip: &Dates, begin: i64, last: i64) -> Result<Sitting, CalendarError> {
        let (mut counted, mut days) = (Vec::new(), Vec::new());
        for number in begin..=last {
            let counts = match Day::from_number(number) {
                Some(day) => !skip.contains(day)?,
                None => false,
            };
            days.extend(counts.then_some(number));
            counted.push(days.len() as i64);
        }
        Ok(Sitting {
            begin,
            counted,
            days,
        })
    }

    /// The n-th day that counts after a day of a run; the day itself if `n` is 0, [`LATEST`] if it comes after the run.
    pub(crate) fn nth_after(&self, day: i64, n: i64) -> i64 {
        if n == 0 {
            return day;
        }
        let before = usize::try_from(day - self.begin).ok();
        let before = before.and_then(|i| self.counted.get(i)).copied();
        let at = before.and_then(|b| usize::try_from(b + n - 1).ok());
        at.and_then(|i| self.days.get(i)).copied().unwrap_or(LATEST)
    }
}

impl Sitting {
    /// How many days count after one day of a run, up to and including another.
    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        let counted = |day: i64| {
            let at = usize::try_from(day - self.begin).ok();
            at.and_then(|i| self.counted.get(i)).copied()
        };
        counted(to)
            .zip(counted(from))
            .map_or(0, |(to, from)| to - from)
    }
}

impl Em<'_, '_> {
    /// [`Sitting::nth_after`] for a day of the run.
    pub(crate) fn nth_sitting(
        &mut self,
        sitting: &Sitting,
        today: ir::Value,
        n: ir::Value,
    ) -> ir::Value {
        let count = sitting.days.len() as i64;
        let counted = self.table(Elem::I32, sitting.counted.clone());
        // After the last one there is a day that never comes.
        let days = sitting.days.iter().copied().chain([LATEST]);
        let days = self.table(Elem::I32, days.collect());
        let since = self.plus(today, -sitting.begin);
        let before = self.load(counted, since);
        let at = self.b.ins().iadd(before, n);
        let at = self.plus(at, -1);
        let past = self.int(count);
        let within = self.b.ins().smin(at, past);
        let zero = self.int(0);
        let within = self.b.ins().smax(within, zero);
        let day = self.load(days, within);
        let none = self.cmp_imm(IntCC::Equal, n, 0);
        self.b.ins().select(none, today, day)
    }
}

/// The number of days counted one by one, and the days that do not count, the same in all runs (R2).
pub(crate) fn outside(
    world: &World,
    program: &Program,
    (length, skip): (Guard, Guard),
    env: &Env,
) -> R<(u32, Dates)> {
    let known = world.fold(program, skip, env).and_then(Const::dates);
    let skip = known.ok_or_else(|| Refusal::form(crate::reads::CHANGING_DAYS))?;
    match world.fold(program, length, env) {
        Some(Const::Length(Length::Period(p))) if p.months == 0 && p.days >= 0 => {
            Ok((p.days.unsigned_abs(), skip))
        }
        Some(_) => Err(Refusal::form("only whole days are counted one by one")),
        None => Err(Refusal::form(
            "a length that changes during a run is not compiled",
        )),
    }
}

/// The n-th day that is not in a set after or before a day; [`NEVER`] if the calendar ends before.
fn nth_outside(skip: &Dates, day: i64, n: u32, before: bool) -> R<i64> {
    let day = Day::from_number(day).ok_or_else(|| Refusal::form("a day outside the calendar"))?;
    let found = skip.nth_outside(day, n, before);
    let found = found.map_err(|why| Refusal::form(why.to_string()))?;
    Ok(found.map_or(NEVER, |d| of_day(d.number())))
}

impl World {
    /// Days counted one by one from a time that is known.
    pub(crate) fn fold_outside(
        &self,
        program: &Program,
        days: (Guard, Guard),
        (base, before): (Guard, bool),
        env: &Env,
    ) -> Option<Const> {
        let (n, skip) = outside(self, program, days, env).ok()?;
        match self.fold(program, base, env)? {
            Const::Time(NEVER) => Some(Const::Time(NEVER)),
            Const::Time(t) => nth_outside(&skip, day_of(t), n, before)
                .ok()
                .map(Const::Time),
            _ => None,
        }
    }
}

impl Em<'_, '_> {
    /// The n-th day that counts after or before the day of a time, in a table by the days of a run; pending stays pending.
    pub(crate) fn outside(
        &mut self,
        before: bool,
        days: (Guard, Guard),
        base: Guard,
        env: &Env,
    ) -> R<ir::Value> {
        let (n, skip) = outside(self.world, self.program, days, env)?;
        let near = self.program.guard(base).op == Op::EventTime;
        let (first, last) = (self.world.begin - 1, self.world.last + 2);
        let all = (first..=last).map(|day| nth_outside(&skip, day, n, before));
        let table = self.table(Elem::I32, all.collect::<R<Vec<i64>>>()?);
        let base = self.time(base, env)?;
        let day = self.day(base);
        let at = self.plus(day, -first);
        let inside = self.cmp_imm(IntCC::UnsignedLessThanOrEqual, at, last - first);
        let pending = self.cmp_imm(IntCC::Equal, base, NEVER);
        if !near {
            let known = self.one_of(inside, pending);
            let far = self.not(known);
            self.leave_open(far);
        }
        let zero = self.int(0);
        let at = self.b.ins().select(inside, at, zero);
        let found = self.load(table, at);
        let never = self.int(NEVER);
        Ok(self.b.ins().select(pending, never, found))
    }

    /// Whether the present day is in a set of days: a new one begins at phase 2 of its midnight, as terms of a calendar
    /// do (R1).
    pub(crate) fn today_in(&mut self, dates: &Dates) -> R<ir::Value> {
        // The day before the first is present until that opens, the day after the last when a run ends.
        let (first, last) = (self.world.begin - 1, self.world.last + 2);
        let mut inside = Vec::new();
        for number in first..=last {
            let day = Day::from_number(number);
            let is = day.map_or(Ok(false), |d| dates.contains(d));
            inside.push(is.map_err(|why| Refusal::form(why.to_string()))?);
        }
        // When that changes next, seen from each day.
        let mut changes = vec![NEVER; inside.len()];
        for i in (1..inside.len()).rev() {
            changes[i - 1] = match inside[i] == inside[i - 1] {
                true => changes[i],
                false => of_day(first + i as i64),
            };
        }
        let inside = self.table(Elem::U8, inside.into_iter().map(i64::from).collect());
        let changes = self.table(Elem::I32, changes);
        let now = self.now();
        let at = self.plus(now, -of_day(first));
        let at = self.b.ins().sshr_imm_u(at, 2);
        if self.wake.is_some() {
            let next = self.load(changes, at);
            self.wake_at(next);
        }
        Ok(self.load_bool(inside, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rogatio_calendar::{Cycle, Span, Weekday};

    /// The table is the count of days one by one.
    #[test]
    fn the_nth_day_that_counts() {
        let day = |n| Day::from_number(n).expect("a day");
        let (begin, last) = (11_000, 11_400);
        let span = |a, b| Span {
            first: day(a),
            last: day(b),
        };
        let recess = Dates::listed([
            span(11_000, 11_003),
            span(11_050, 11_090),
            span(11_399, 11_500),
        ]);
        let sets = [
            recess.clone(),
            Dates::Weekday(Weekday::Sunday).either(recess),
            Dates::Unit(Cycle::DAY),
            Dates::listed([]),
        ];
        for skip in sets {
            let sitting = Sitting::new(&skip, begin, last).expect("a table");
            for from in begin..=last {
                for n in [0, 1, 2, 7, 30, 365] {
                    let slow = skip.nth_outside(day(from), n, false).expect("a count");
                    let slow = slow.map_or(LATEST, Day::number);
                    let slow = if slow > last { LATEST } else { slow };
                    assert_eq!(sitting.nth_after(from, i64::from(n)), slow, "{from} {n}");
                }
            }
        }
    }
}
