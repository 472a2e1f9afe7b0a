//! Measures (R58): what is written of a run, and when it cannot change any more.

use crate::CENSORED;
use crate::emit::{Em, R};
use crate::fold::{Const, Env, NEVER};
use crate::guard::end_of_day;
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Effect, Firing, Guard, Latch, MeasureKind, On, Op, Ordinal, StatusId};

impl Em<'_, '_> {
    /// The value of a measure now: a day, 0 or 1, an integer.
    pub(crate) fn measure(&mut self, i: usize) -> R<ir::Value> {
        let experiment = self.experiment;
        let env = Env::default();
        match experiment.measures[i].kind {
            MeasureKind::Date(g) => {
                let t = self.time(g, &env)?;
                let day = self.day(t);
                let late = self.cmp_imm(IntCC::SignedGreaterThan, day, self.world.last);
                let censored = self.int(CENSORED);
                Ok(self.b.ins().select(late, censored, day))
            }
            MeasureKind::Probability(g, _) => {
                let holds = self.truth(g, &env)?;
                Ok(self.wide(holds))
            }
            MeasureKind::Number(g) => self.integer(g, &env),
            MeasureKind::Breaches { .. } => {
                Err(Refusal::form("breaches as a measure are not compiled"))
            }
        }
    }

    /// The time at which a measure is taken, if it is before the end of the run.
    pub(crate) fn taken_at(&self, i: usize) -> R<Option<i64>> {
        match self.experiment.measures[i].kind {
            MeasureKind::Probability(g, Some(day)) => {
                let day = day.number();
                if day > self.world.last || day < self.world.begin {
                    let why = "a probability by a day outside the run";
                    return Err(Refusal::new(rogatio_diagnostics::codes::E0964, why)
                        .at(self.program, g)
                        .span(self.experiment.span)
                        .help("name a day from the begin to the horizon, or change them"));
                }
                Ok((day < self.world.last).then_some(end_of_day(day)))
            }
            _ => Ok(None),
        }
    }

    /// Whether all measures have their last value; `None` if that can never be said before the end.
    pub(crate) fn all_final(&mut self) -> R<Option<ir::Value>> {
        let mut all = self.bool(true);
        for m in &self.experiment.measures {
            let (g, days) = match m.kind {
                MeasureKind::Date(g) => (g, true),
                MeasureKind::Probability(g, by) => (g, by.is_some()),
                MeasureKind::Number(g) => (g, false),
                MeasureKind::Breaches { .. } => return Ok(None),
            };
            let monotone = matches!(m.kind, MeasureKind::Probability(..));
            let known = if monotone {
                self.stays_true(g)
            } else if days {
                self.fixed(g)
            } else {
                Ok(None)
            };
            match known? {
                Some(known) => all = self.both(all, known),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
    }

    /// Whether a time is known for good.
    fn fixed(&mut self, g: Guard) -> R<Option<ir::Value>> {
        let (program, env) = (self.program, Env::default());
        if let Some(Const::Time(t)) = self.world.fold(program, g, &env) {
            return Ok(Some(self.bool(t != NEVER)));
        }
        let known = match &program.guard(g).op {
            Op::StatusStart(s, args) if args.is_empty() => {
                self.never_ends(*s) && self.starts_by_timer(*s)
            }
            Op::StatusFirstStart(s, args) if args.is_empty() => self.starts_by_timer(*s),
            Op::HistTime(_, Ordinal::First | Ordinal::Nth(_), args) => args.is_empty(),
            Op::Call(d, args) if args.is_empty() => {
                return self.fixed(program.defines[d.index()].value);
            }
            Op::Shift { base, .. } => return self.fixed(*base),
            Op::Later(gs) => {
                let mut all = self.bool(true);
                for g in gs {
                    match self.fixed(*g)? {
                        Some(known) => all = self.both(all, known),
                        None => return Ok(None),
                    }
                }
                return Ok(Some(all));
            }
            _ => false,
        };
        if !known {
            return Ok(None);
        }
        let t = self.time(g, &env)?;
        Ok(Some(self.cmp_imm(IntCC::NotEqual, t, NEVER)))
    }

    /// Whether a condition holds for good.
    fn stays_true(&mut self, g: Guard) -> R<Option<ir::Value>> {
        match &self.program.guard(g).op {
            Op::StatusOn(s, args)
                if args.is_empty()
                    && self.program.statuses[s.index()].level.is_none()
                    && self.never_ends(*s) =>
            {
                Ok(Some(self.truth(g, &Env::default())?))
            }
            _ => Ok(None),
        }
    }

    fn never_ends(&self, s: StatusId) -> bool {
        let rules = &self.slice.rules[&Latch::Status(s)];
        !rules
            .iter()
            .any(|r| crate::stored::ends(self.program, &self.program.rules[*r].effect))
    }

    /// Starts only by one timer that nothing disarms: once it is armed, the start is certain (R17).
    fn starts_by_timer(&self, s: StatusId) -> bool {
        let status = &self.program.statuses[s.index()];
        let [timer] = status.start_timers[..] else {
            return false;
        };
        let starts = self.slice.rules[&Latch::Status(s)]
            .iter()
            .map(|r| &self.program.rules[*r]);
        let disarms = self
            .slice
            .rules
            .get(&Latch::Timer(timer))
            .into_iter()
            .flatten();
        status.keys.is_empty()
            && status.blocked_while.is_empty()
            && !status.once
            && self.program.timers[timer.index()].firing != Firing::Lapse
            && self.program.timers[timer.index()].keys.is_empty()
            && starts
                .into_iter()
                .all(|r| r.guard.is_none() && matches!(r.on, On::Timer(t, _) if t == timer))
            && !disarms
                .into_iter()
                .any(|r| matches!(self.program.rules[*r].effect, Effect::Disarm(_)))
    }
}
