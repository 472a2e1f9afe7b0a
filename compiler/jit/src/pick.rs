//! The day picked from a set of days that is known (`first (1st day of month) after T`): a step function of the day of `T`,
//! looked up by halving.

use crate::emit::{Em, R};
use crate::fold::{Const, Env, NEVER, day_of, of_day};
use crate::layout::Elem;
use crate::refusal::Refusal;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::{CalendarError, Dates, Day};
use rogatio_mir::{Guard, Pick, Program};

/// Steps of a table, at most: eighty years of weekdays, several hundred of months.
const MOST_STEPS: usize = 1 << 15;

/// How far beyond the days of a run a time may lie from which a day is picked.
const REACH: i64 = 200 * 366;

/// From each of these days on, the day picked.
struct Steps {
    from: Vec<i64>,
    day: Vec<i64>,
}

fn refused(why: &CalendarError) -> Refusal {
    Refusal::form(why.to_string())
}

/// The day picked, seen from another; [`NEVER`] if the calendar ends before.
fn picked(dates: &Dates, pick: Pick, day: Day) -> R<i64> {
    let span = dates.nth_span(day, pick.n, pick.before);
    match span.map_err(|why| refused(&why))? {
        Some(s) => Ok(if pick.end { s.last } else { s.first }.number()),
        None if pick.before => Err(Refusal::open("there is none before in the calendar")),
        None => Ok(NEVER),
    }
}

impl Steps {
    fn new(dates: &Dates, pick: Pick, world: &World) -> R<Steps> {
        let first = (world.begin - REACH).max(Day::MIN.number());
        let last = (world.last + REACH).min(Day::MAX.number());
        let mut steps = Steps {
            from: Vec::new(),
            day: Vec::new(),
        };
        let mut at = Some(first);
        while let Some(number) = at.filter(|n| *n <= last) {
            let outside = || Refusal::form("a day outside the calendar");
            let day = Day::from_number(number).ok_or_else(outside)?;
            let found = picked(dates, pick, day)?;
            if steps.day.last() != Some(&found) {
                steps.from.push(number);
                steps.day.push(found);
            }
            if steps.day.len() > MOST_STEPS {
                return Err(Refusal::form(
                    "a day picked from a set of more than 32768 spans is not compiled",
                ));
            }
            // Another is picked at the earliest where a span begins, the day after, or where one has ended.
            let next = |d: Option<Day>| d.map(Day::number).filter(|n| *n > number);
            let begins = dates.next_span(day).map_err(|why| refused(&why))?;
            let here = dates.span_at(day).map_err(|why| refused(&why))?;
            let ends = here.map(|s| s.last.number() + 1);
            let after = here.filter(|s| s.first == day).map(|_| number + 1);
            at = [next(begins.map(|s| s.first)), ends, after]
                .into_iter()
                .flatten()
                .min();
        }
        Ok(steps)
    }
}

/// Whether a pick is compiled: from a set of days that is the same in all runs.
pub(crate) fn accepted(world: &World, program: &Program, dates: Guard, env: &Env) -> R<Dates> {
    let known = world.fold(program, dates, env).and_then(Const::dates);
    known.ok_or_else(|| Refusal::form("a set of days that changes during a run is not compiled"))
}

impl World {
    /// The day picked where the time is known, too.
    pub(crate) fn fold_pick(
        &self,
        program: &Program,
        (dates, from): (Guard, Guard),
        pick: Pick,
        env: &Env,
    ) -> Option<Const> {
        let dates = self.fold(program, dates, env)?.dates()?;
        let Const::Time(t) = self.fold(program, from, env)? else {
            return None;
        };
        if t == NEVER {
            return Some(Const::Time(NEVER));
        }
        let day = picked(&dates, pick, Day::from_number(day_of(t))?).ok()?;
        Some(Const::Time(if day == NEVER { NEVER } else { of_day(day) }))
    }
}

impl Em<'_, '_> {
    /// The day picked from a set, seen from a time; pending stays pending.
    pub(crate) fn pick(
        &mut self,
        dates: Guard,
        pick: Pick,
        from: Guard,
        env: &Env,
    ) -> R<ir::Value> {
        let known = accepted(self.world, self.program, dates, env)?;
        let steps = Steps::new(&known, pick, self.world)?;
        let base = self.time(from, env)?;
        let day = self.day(base);
        let mut size = steps.from.len().next_power_of_two();
        let (mut from, mut days) = (steps.from, steps.day);
        // After the last step there are some that never come, so that halving needs no bounds.
        from.resize(2 * size, i64::from(i32::MAX));
        days.resize(2 * size, NEVER);
        let picked = days.into_iter();
        let picked = picked.map(|d| if d == NEVER { NEVER } else { of_day(d) });
        let (from, picked) = (
            self.table(Elem::I32, from),
            self.table(Elem::I32, picked.collect()),
        );
        let mut at = self.int(0);
        while size > 0 {
            let next = self.b.ins().iadd_imm_s(at, size as i64);
            let begins = self.load(from, next);
            let reached = self.cmp(IntCC::SignedLessThanOrEqual, begins, day);
            at = self.b.ins().select(reached, next, at);
            size /= 2;
        }
        let found = self.load(picked, at);
        let pending = self.cmp_imm(IntCC::Equal, base, NEVER);
        let never = self.int(NEVER);
        Ok(self.b.ins().select(pending, never, found))
    }
}
