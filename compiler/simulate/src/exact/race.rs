//! Exact answers where independent actors each do one act after a delay of their own, and a measure hangs on nothing but
//! how many have: a number or a condition then, or the date of the k-th.
//!
//! [`reads`](super::reads) proves from the MIR what a measure hangs on; here the actors are found, the interpreter says
//! what each number of acts comes to, one act after the other, and [`Arrivals`] has the laws.

use super::reads::{Reads, Time};
use super::{DateLaw, Exact};
use crate::clocks::{Clock, Running};
use crate::replay::{Player, tuples};
use num_rational::BigRational;
use rogatio_analyze::{Arrivals, Refusal, not_pure};
use rogatio_calendar::{Day, Phase, Point};
use rogatio_interpret::{Case, Entity, Env, Moment, Value};
use rogatio_mir::draw::Delay;
use rogatio_mir::{
    ActClass, ActId, Experiment, Guard, Measure, MeasureKind, Op, Program, StatusId,
};

/// The exact answer to a measure.
///
/// # Errors
/// E1005 with what it hangs on beside the number of those who have acted.
pub(super) fn answer(
    program: &Program,
    experiment: &Experiment,
    player: &Player,
    m: &Measure,
) -> Result<Exact, Refusal> {
    let begun = player.begun();
    let mut reads = Reads::new(program, experiment, &begun)?;
    match m.kind {
        MeasureKind::Date(g) => {
            let time = reads.date(g)?;
            let race = Race::new(reads, player)?;
            Ok(Exact::Date(race.date(g, &time)?))
        }
        MeasureKind::Probability(g, by) => {
            if let Op::StatusOn(s, args) = &program.guard(g).op
                && args.is_empty()
                && program.statuses[s.index()].level.is_none()
            {
                let time = reads.start(*s)?;
                if !time.by_day() {
                    return Err(not_pure(
                        "what starts with a lapse holds from the next midnight",
                    ));
                }
                let race = Race::new(reads, player)?;
                return race.started(*s, &time, by).map(Exact::Probability);
            }
            reads.number(g)?;
            let race = Race::new(reads, player)?;
            let truth = |v: &Value| match v {
                Value::Bool(b) => Some(i64::from(*b)),
                _ => None,
            };
            race.mean(g, by, &truth).map(Exact::Probability)
        }
        MeasureKind::Number(g) => {
            reads.number(g)?;
            let race = Race::new(reads, player)?;
            let int = |v: &Value| match v {
                Value::Int(n) => Some(*n),
                _ => None,
            };
            race.mean(g, None, &int).map(Exact::Mean)
        }
        MeasureKind::Breaches { .. } => Err(not_pure("the measure is the breach of a duty")),
    }
}

/// Actors who each do one act, independently of each other.
struct Race<'a> {
    begun: &'a Case,
    begin: Day,
    last: Day,
    /// Who acts how, in the order of the lines.
    racers: Vec<(Clock, usize)>,
    experiment: &'a Experiment,
    arrivals: Arrivals,
}

impl<'a> Race<'a> {
    fn new(mut reads: Reads<'a>, player: &Player) -> Result<Race<'a>, Refusal> {
        let (program, experiment, begun) = (reads.program, reads.experiment, reads.begun);
        let act = reads.act()?;
        reads.alone(act)?;
        let behaviours = experiment.behaviours.iter().enumerate();
        let (mut racers, mut delays): (Vec<(Clock, usize)>, Vec<Delay>) = Default::default();
        for (i, b) in behaviours.filter(|(_, b)| b.act() == Some(act)) {
            reads.behaviour(b)?;
            for key in tuples(begun, &[&b.who.domain]) {
                let clock = Clock::new(begun, b, i, 0, key);
                match clock.running(begun, b) {
                    Running::No => continue,
                    Running::Open => {
                        return Err(not_pure("the text leaves open who may act"));
                    }
                    Running::Yes => {}
                }
                if racers.iter().any(|(c, _)| c.key == clock.key) {
                    return Err(not_pure("two lines let the same actor act"));
                }
                let names = clock.key.iter().map(|e| begun.entity_name(*e));
                delays.push(player.law_of(i).of(names).clone());
                racers.push((clock, i));
            }
        }
        // Whether one may act must not hang on another act.
        reads.act()?;
        let own: Vec<Entity> = racers
            .iter()
            .filter_map(|(c, _)| c.key.first().copied())
            .collect();
        reads.all_counted(&own)?;
        let race = Race {
            begun,
            begin: experiment.begin,
            last: player.last(),
            racers,
            experiment,
            arrivals: Arrivals::new(delays),
        };
        race.once(program, act, reads.once)?;
        Ok(race)
    }

    /// Lets one after the other act on the first day; shows the case before, and after each.
    fn play(&self, seen: &mut dyn FnMut(usize, &Case) -> bool) -> Result<Case, Refusal> {
        let mut case = self.begun.clone();
        if !seen(0, &case) {
            return Ok(case);
        }
        for (n, (clock, i)) in self.racers.iter().enumerate() {
            let input = clock.act(&case, &self.experiment.behaviours[*i]);
            let done = case.perform(self.begin, input).ok();
            let done = done.and_then(|id| case.occurrence(id));
            if !done.is_some_and(|o| o.has_effect()) {
                return Err(not_pure(
                    "an act of one takes the power to do it from another",
                ));
            }
            if !seen(n + 1, &case) {
                break;
            }
        }
        Ok(case)
    }

    /// That nobody acts again, if that would count.
    fn once(&self, program: &Program, act: ActId, counts: bool) -> Result<(), Refusal> {
        let declared = &program.acts[act.index()];
        if declared.class != ActClass::Act {
            return Err(not_pure(
                "what is no act of a power may be done again and again",
            ));
        }
        let end = self.play(&mut |_, _| true)?;
        let again = |(clock, i): &&(Clock, usize)| {
            !matches!(
                clock.running(&end, &self.experiment.behaviours[*i]),
                Running::No
            )
        };
        match self.racers.iter().find(again) {
            Some((clock, _)) if counts => {
                let who = clock.key.first().map_or("", |e| end.entity_name(*e));
                Err(not_pure(format!(
                    "`{}` may be done again by {who}, and each time counts",
                    declared.name
                )))
            }
            _ => Ok(()),
        }
    }

    fn ticks(&self, by: Option<Day>) -> i64 {
        by.map_or(self.last, |d| d.min(self.last))
            .days_since(self.begin)
    }

    /// The mean of what has a value for each number of those who have acted.
    fn mean(
        &self,
        g: Guard,
        by: Option<Day>,
        value: &dyn Fn(&Value) -> Option<i64>,
    ) -> Result<BigRational, Refusal> {
        let mut values = Vec::new();
        self.play(&mut |_, case| {
            values.extend(value(&case.eval(g, &Env::new())));
            true
        })?;
        if values.len() != self.racers.len() + 1 {
            return Err(not_pure("the text leaves open what is measured"));
        }
        Ok(self.arrivals.mean(self.ticks(by), &values))
    }

    /// The number of acts after which a time is known; none if it never is.
    fn needed(&self, known: &dyn Fn(&Case) -> Option<bool>) -> Result<Option<usize>, Refusal> {
        let (mut needed, mut open) = (None, false);
        self.play(&mut |n, case| {
            match known(case) {
                Some(true) => needed = Some(n),
                Some(false) => return true,
                None => open = true,
            }
            false
        })?;
        match needed {
            _ if open => Err(not_pure("the text leaves open what is measured")),
            Some(0) => Err(not_pure("it is known from the beginning")),
            needed => Ok(needed),
        }
    }

    /// What a time comes to if the act that settles it is done on a day.
    fn day(&self, time: &Time, day: Day) -> Result<Option<Day>, Refusal> {
        let Some(at) = time.at else {
            return Ok(Some(day));
        };
        let env = Env::new().at_event(Moment::of_day(day));
        match self.begun.eval(at, &env) {
            Value::Time(m) => Ok(Some(m.day)),
            Value::Pending { .. } => Ok(None),
            _ => Err(not_pure("the text leaves open when it is")),
        }
    }

    fn date(&self, g: Guard, time: &Time) -> Result<DateLaw, Refusal> {
        let known = |case: &Case| match case.eval(g, &Env::new()) {
            Value::Time(_) => Some(true),
            Value::Pending { .. } | Value::None => Some(false),
            _ => None,
        };
        let Some(k) = self.needed(&known)? else {
            return Ok(self.law(Vec::new(), 0));
        };
        let kth = self.arrivals.kth(k, self.ticks(None));
        let mut days: Vec<(Day, u64)> = Vec::new();
        for (tick, p) in kth.law {
            let acted = self.begin.checked_add_days(tick).unwrap_or(Day::MAX);
            let Some(day) = self.day(time, acted)?.filter(|d| *d <= self.last) else {
                continue;
            };
            match days.last_mut() {
                Some((last, sum)) if *last == day => *sum += p,
                Some((last, _)) if *last > day => {
                    return Err(not_pure("a later act would make it earlier"));
                }
                _ => days.push((day, p)),
            }
        }
        Ok(self.law(days, kth.error))
    }

    fn law(&self, days: Vec<(Day, u64)>, error: u64) -> DateLaw {
        DateLaw {
            days,
            error,
            begin: self.begin,
            last: self.last,
        }
    }

    /// The probability that a status has started by a day.
    fn started(&self, s: StatusId, time: &Time, by: Option<Day>) -> Result<BigRational, Refusal> {
        // It has come by the end of the day that the act of the first day would make its start.
        let first = self.day(time, self.begin)?.unwrap_or(self.begin);
        let known = |case: &Case| {
            let mut then = case.clone();
            then.advance(Point::next_day_phase(first, Phase::TacitStart));
            let holds = then.status_holds(s, &[]);
            match (holds.is_true(), holds.is_false()) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            }
        };
        let k = self.needed(&known)?;
        let by = by.map_or(self.last, |d| d.min(self.last));
        // The last day on which the act that settles it comes in time.
        let mut ticks = by.days_since(self.begin).max(0);
        while ticks > 0 {
            let acted = self.begin.checked_add_days(ticks).unwrap_or(Day::MAX);
            if self.day(time, acted)?.is_some_and(|d| d <= by) {
                break;
            }
            ticks -= 1;
        }
        let enough = (0..=self.racers.len()).map(|n| i64::from(k.is_some_and(|k| n >= k)));
        let enough: Vec<i64> = enough.collect();
        Ok(self.arrivals.mean(ticks, &enough))
    }
}
