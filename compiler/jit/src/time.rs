//! Lengths counted from days (R2): days are added, months by civil arithmetic in line.

use crate::emit::{Em, R};
use crate::fold::NEVER;
use crate::refusal::Refusal;
use crate::working::Counted;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::{Convention, Length, Period};

/// Days from 0000-03-01 to 1970-01-01.
const MARCH_ZERO: i64 = 719_468;

impl Em<'_, '_> {
    /// `D after T`, `D before T` under the convention of its provision; pending stays pending.
    pub(crate) fn shift(
        &mut self,
        before: bool,
        length: Length,
        base: ir::Value,
        by: &Counted,
    ) -> R<ir::Value> {
        let Length::Period(Period { months, days }) = length else {
            return Err(Refusal::form("times finer than a day are not compiled"));
        };
        if months.signum() * days.signum() < 0 {
            return Err(Refusal::form(
                "a length of months and days of different sign is not compiled",
            ));
        }
        let sign = if before { -1 } else { 1 };
        let (months, days) = (i64::from(months) * sign, i64::from(days) * sign);
        let event = self.day(base);
        let mut day = event;
        if months != 0 {
            let by = match by {
                Counted::Plain(by) => *by,
                Counted::Working(_) => Convention::Eu1182,
            };
            day = self.add_months(day, months, by);
        }
        let mut day = self.plus(day, days);
        if let (Counted::Working(holidays), Length::Period(length)) = (by, length) {
            day = self.last_working(event, day, (before, length), holidays)?;
        }
        let four = self.b.ins().ishl_imm_u(day, 2);
        let moved = self.plus(four, 2);
        let pending = self.cmp_imm(IntCC::Equal, base, NEVER);
        let never = self.int(NEVER);
        Ok(self.b.ins().select(pending, never, moved))
    }

    /// As `Convention::add` and `Convention::sub` count months. Years are counted from March.
    fn add_months(&mut self, day: ir::Value, months: i64, by: Convention) -> ir::Value {
        // From which day the month and number are taken, what is taken off the number, what is added in the end.
        let (from, off, plus) = match by {
            Convention::Treaty | Convention::Eu1182 => (0, 0, -1),
            Convention::Japan if months > 0 => (1, 1, -1),
            Convention::Japan => (-1, 0, 0),
        };
        let n = self.plus(day, MARCH_ZERO + from);
        let era = self.b.ins().udiv_imm_u(n, 146_097);
        let n = self.b.ins().urem_imm_u(n, 146_097);
        let x = self.b.ins().imul_imm_s(n, 4);
        let x = self.plus(x, 3);
        let century = self.b.ins().udiv_imm_u(x, 146_097);
        let x = self.b.ins().imul_imm_s(century, 146_097);
        let x = self.b.ins().ushr_imm_u(x, 2);
        let in_century = self.b.ins().isub(n, x);
        let x = self.b.ins().imul_imm_s(in_century, 4);
        let x = self.plus(x, 3);
        let year = self.b.ins().udiv_imm_u(x, 1461);
        let x = self.b.ins().imul_imm_s(year, 1461);
        let x = self.b.ins().ushr_imm_u(x, 2);
        let in_year = self.b.ins().isub(in_century, x);
        let x = self.b.ins().imul_imm_s(in_year, 5);
        let x = self.plus(x, 2);
        let month = self.b.ins().udiv_imm_u(x, 153);
        let before = self.days_before(month);
        let number = self.b.ins().isub(in_year, before);
        let number = self.plus(number, 1 - off);
        let x = self.b.ins().imul_imm_s(era, 400);
        let y = self.b.ins().imul_imm_s(century, 100);
        let year = self.b.ins().iadd(year, x);
        let year = self.b.ins().iadd(year, y);
        let index = self.b.ins().imul_imm_s(year, 12);
        let index = self.b.ins().iadd(index, month);
        let index = self.plus(index, months);
        let first = self.first_of(index);
        let next = self.plus(index, 1);
        let next = self.first_of(next);
        let last = self.b.ins().isub(next, first);
        let number = self.b.ins().smin(number, last);
        let day = self.b.ins().iadd(first, number);
        self.plus(day, plus)
    }

    /// Days of a year from March before a month.
    fn days_before(&mut self, month: ir::Value) -> ir::Value {
        let x = self.b.ins().imul_imm_s(month, 153);
        let x = self.plus(x, 2);
        self.b.ins().udiv_imm_u(x, 5)
    }

    /// The first day of a month, months counted from March of year 0.
    fn first_of(&mut self, index: ir::Value) -> ir::Value {
        let year = self.b.ins().udiv_imm_u(index, 12);
        let month = self.b.ins().urem_imm_u(index, 12);
        let days = self.b.ins().imul_imm_s(year, 365);
        let four = self.b.ins().ushr_imm_u(year, 2);
        let hundred = self.b.ins().udiv_imm_u(year, 100);
        let four_hundred = self.b.ins().udiv_imm_u(year, 400);
        let before = self.days_before(month);
        let days = self.b.ins().iadd(days, four);
        let days = self.b.ins().isub(days, hundred);
        let days = self.b.ins().iadd(days, four_hundred);
        let days = self.b.ins().iadd(days, before);
        self.plus(days, -MARCH_ZERO)
    }
}
