//! Periods by the days on which offices work (Regulation 1182/71, article 3(4) and (5)): as `Convention::last_day`.

use crate::emit::{Em, R};
use crate::fold::{Const, Env};
use crate::refusal::Refusal;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::{Convention, Dates, Day, Length, Period};
use rogatio_mir::{GivenId, Guard, Program, ProvisionId};

/// How a provision counts a length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// By the calendar alone.
    Plain(Convention),
    /// The end of a period, which these public holidays and weekends may move.
    Working(Dates),
}

/// The spans of holidays that are compared one by one, at most.
const MOST_SPANS: usize = 512;

impl World {
    /// How a length is counted in a provision; `closes` at the end of a period.
    pub(crate) fn counted(&self, program: &Program, p: ProvisionId, closes: bool) -> R<Counted> {
        let counting = program.counting_of(p);
        if !closes || counting.convention != Convention::Eu1182 {
            return Ok(Counted::Plain(counting.convention));
        }
        let Some(given) = counting.holidays else {
            return Ok(Counted::Working(Dates::listed([])));
        };
        match self.given_alone(program, given) {
            Some(Const::Dates(dates)) => Ok(Counted::Working(dates)),
            _ => Err(Refusal::form(format!(
                "a period whose last day hangs on public holidays (`{}`) that are not the same in every run is not compiled",
                program.givens[given.index()].name
            ))),
        }
    }

    /// A given without keys, if it is the same in every run.
    fn given_alone(&self, program: &Program, given: GivenId) -> Option<Const> {
        if self.dated_givens.contains(&given) {
            return None;
        }
        let set = self.givens.get(&given).and_then(|g| g.get(&Vec::new()));
        match set {
            Some(values) => self.throughout(values).cloned(),
            None => {
                let default = program.givens.get(given.index())?.default?;
                self.fold(program, default, &Env::default())
            }
        }
    }

    /// A day moved by a length under the convention of a provision.
    pub(crate) fn shifted(
        &self,
        program: &Program,
        g: Guard,
        (before, closes): (bool, bool),
        length: Length,
        day: i64,
    ) -> Option<i64> {
        let (from, Length::Period(_)) = (Day::from_number(day)?, length) else {
            return None;
        };
        let counted = self.counted(program, program.guard(g).provision, closes);
        let moved = match (counted.ok()?, before) {
            (Counted::Plain(by), true) => by.sub(from, length),
            (Counted::Plain(by), false) => by.add(from, length),
            (Counted::Working(holidays), _) => {
                Convention::Eu1182.last_day(from, length, before, |d| holidays.contains(d))
            }
        };
        moved.ok().map(Day::number)
    }
}

/// First and last days of the spans of a set that lie in or near the years that a run may speak of.
fn spans(dates: &Dates, world: &World) -> R<Vec<(i64, i64)>> {
    let refused = |why: rogatio_calendar::CalendarError| Refusal::form(why.to_string());
    // No period of a run reaches as far as that from its days.
    let reach = 200 * 366;
    let day =
        |n: i64| Day::from_number(n).ok_or_else(|| Refusal::form("a day outside the calendar"));
    let (mut at, end) = (
        day((world.begin - reach).max(-719_000))?,
        world.last + reach,
    );
    let mut spans = Vec::new();
    if let Some(s) = dates.span_at(at).map_err(refused)? {
        spans.push((s.first.number(), s.last.number()));
    }
    while let Some(s) = dates.next_span(at).map_err(refused)? {
        if s.first.number() > end {
            break;
        }
        spans.push((s.first.number(), s.last.number()));
        if spans.len() > MOST_SPANS {
            return Err(Refusal::form(
                "a period whose last day hangs on more than 512 spans of public holidays is not compiled",
            ));
        }
        at = s.last;
    }
    Ok(spans)
}

impl Em<'_, '_> {
    /// The last day of a period of a length from the day `event`, of which `day` is the last by the calendar.
    pub(crate) fn last_working(
        &mut self,
        event: ir::Value,
        day: ir::Value,
        (before, length): (bool, Period),
        holidays: &Dates,
    ) -> R<ir::Value> {
        let spans = spans(holidays, self.world)?;
        let step = if before { -1 } else { 1 };
        let last = self.variable(0);
        self.b.def_var(last, day);
        if length.months != 0 || length.days.abs() >= 2 {
            let (at, working) = (self.variable(0), self.variable(0));
            self.b.def_var(at, event);
            self.repeat(
                |em| {
                    let at = em.b.use_var(at);
                    let more = em.cmp(IntCC::NotEqual, at, day);
                    let n = em.b.use_var(working);
                    let few = em.cmp_imm(IntCC::SignedLessThan, n, 2);
                    em.both(more, few)
                },
                |em| em.next_counted(at, working, step, &spans),
            );
            self.repeat(
                |em| {
                    let n = em.b.use_var(working);
                    em.cmp_imm(IntCC::SignedLessThan, n, 2)
                },
                |em| em.next_counted(last, working, step, &spans),
            );
        }
        if !before {
            let reached = self.b.use_var(last);
            let moves = self.cmp(IntCC::NotEqual, reached, event);
            self.repeat(
                |em| {
                    let at = em.b.use_var(last);
                    let works = em.works(at, &spans);
                    let rests = em.not(works);
                    em.both(rests, moves)
                },
                |em| {
                    let at = em.b.use_var(last);
                    let next = em.plus(at, 1);
                    em.b.def_var(last, next);
                },
            );
        }
        Ok(self.b.use_var(last))
    }

    /// One day on, and one more working day if it is one.
    fn next_counted(
        &mut self,
        at: cranelift_frontend::Variable,
        working: cranelift_frontend::Variable,
        step: i64,
        spans: &[(i64, i64)],
    ) {
        let day = self.b.use_var(at);
        let day = self.plus(day, step);
        self.b.def_var(at, day);
        let works = self.works(day, spans);
        let (works, n) = (self.wide(works), self.b.use_var(working));
        let n = self.b.ins().iadd(n, works);
        self.b.def_var(working, n);
    }

    /// Whether offices work on a day.
    fn works(&mut self, day: ir::Value, spans: &[(i64, i64)]) -> ir::Value {
        // Day 4 was a Monday; what is added is a multiple of seven and makes it positive.
        let since = self.plus(day, 7 * 200_000 - 4);
        let of_week = self.b.ins().urem_imm_u(since, 7);
        let mut works = self.cmp_imm(IntCC::SignedLessThan, of_week, 5);
        for (first, last) in spans {
            let from = self.plus(day, -first);
            let outside = self.cmp_imm(IntCC::UnsignedGreaterThan, from, last - first);
            works = self.both(works, outside);
        }
        works
    }

    /// Emits `body` as long as a condition holds.
    fn repeat(&mut self, cond: impl FnOnce(&mut Self) -> ir::Value, body: impl FnOnce(&mut Self)) {
        let (head, inside, after) = (self.block(), self.block(), self.block());
        self.jump(head);
        self.at(head);
        let more = cond(self);
        self.branch(more, inside, after);
        self.at(inside);
        body(self);
        self.jump(head);
        self.at(after);
    }
}
