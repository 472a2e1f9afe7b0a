//! The laws of a behaviour's clocks: one for all, or one for each where lengths are fields of the actor.

use crate::emit::R;
use crate::fold::{Bind, Const, Env, V};
use crate::power::{clock_keys, clock_space};
use crate::refusal::Refusal;
use crate::sitting::Sitting;
use crate::world::World;
use rogatio_calendar::{Length, delay_ticks_days};
use rogatio_diagnostics::codes;
use rogatio_mir::draw::Delay;
use rogatio_mir::{Behaviour, Experiment, Guard, Law, Program, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// The laws of the clocks of a behaviour.
#[derive(Clone, Debug)]
pub struct Laws {
    /// One, or one for each key.
    all: Vec<Delay>,
    by_name: HashMap<Vec<String>, usize>,
    /// The days that count, if not all do.
    sitting: Option<Sitting>,
    /// Of several that begin together, the n-th: how many they are, and by that number which.
    nth: Option<(Guard, Arc<Vec<u32>>)>,
}

impl Laws {
    /// In whole days.
    ///
    /// # Errors
    /// E0962 if a length is not known before the runs, E0973 if they make no law.
    pub(crate) fn new(program: &Program, world: &World, b: &Behaviour) -> R<Laws> {
        let sitting = b.not_counting.map(|g| sitting(program, world, b, g));
        let sitting = sitting.transpose()?;
        let nth = match &b.law {
            Law::Nth(_, of, which) => Some((*of, which.clone())),
            _ => None,
        };
        let one = delay(program, world, &b.law, b.span, &Env::default());
        match one {
            Err(why) if why.code == codes::E0962 => {}
            one => {
                return Ok(Laws {
                    all: vec![one?],
                    by_name: HashMap::new(),
                    sitting,
                    nth,
                });
            }
        }
        let domains = clock_keys(b);
        let keys = clock_space(program, world, b)?;
        let (mut all, mut by_name) = (Vec::new(), HashMap::new());
        for i in 0..keys.cap {
            let mut rest = i;
            let mut entities = Vec::new();
            for dim in keys.dims.iter().rev() {
                entities.push(dim.lo + rest % dim.n);
                rest /= dim.n;
            }
            entities.reverse();
            let is_of = domains
                .iter()
                .zip(&entities)
                .all(|(d, e)| world.is_of(*e, &d.kinds));
            if !is_of {
                // Nobody's: never drawn.
                all.push(all.last().cloned().unwrap_or(Delay::Fixed(1)));
                continue;
            }
            let env = domains
                .iter()
                .zip(&entities)
                .fold(Env::default(), |env, (d, e)| {
                    env.with(d.var, Bind::V(V::Const(Const::Entity(*e))))
                });
            all.push(delay(program, world, &b.law, b.span, &env)?);
            let names = entities
                .iter()
                .map(|e| world.members[*e as usize].name.clone());
            by_name.insert(names.collect(), all.len() - 1);
        }
        Ok(Laws {
            all,
            by_name,
            sitting,
            nth,
        })
    }

    /// One, or one for each key.
    pub(crate) fn all(&self) -> &[Delay] {
        &self.all
    }

    /// Where a clock stands for several that begin together: how many they are, and by that number which it is that ends
    /// it, from 1; 0: none does.
    #[must_use]
    pub fn nth(&self) -> Option<(Guard, &[u32])> {
        self.nth.as_ref().map(|(of, which)| (*of, which.as_slice()))
    }

    pub(crate) fn sitting(&self) -> Option<&Sitting> {
        self.sitting.as_ref()
    }

    /// The day after so many ticks, seen from a day of the run.
    #[must_use]
    pub fn day_after(&self, day: i64, ticks: i64) -> i64 {
        match &self.sitting {
            Some(sitting) => sitting.nth_after(day, ticks),
            None => day + ticks,
        }
    }

    /// How many ticks have gone by from a day of the run to another.
    #[must_use]
    pub fn ticks_between(&self, from: i64, to: i64) -> i64 {
        match &self.sitting {
            Some(sitting) => sitting.between(from, to),
            None => to - from,
        }
    }

    /// That of all, or that of the first.
    #[must_use]
    pub fn first(&self) -> &Delay {
        &self.all[0]
    }

    /// The law of the clock of these actors and other variables, by their names.
    #[must_use]
    pub fn of<'n>(&self, names: impl Iterator<Item = &'n str>) -> &Delay {
        if self.all.len() == 1 {
            return &self.all[0];
        }
        let names: Vec<String> = names.map(str::to_owned).collect();
        &self.all[self.by_name.get(&names).copied().unwrap_or(0)]
    }
}

/// The days that the delays of a behaviour count.
///
/// # Errors
/// E0962 if it is not known before the runs which they are.
fn sitting(program: &Program, world: &World, b: &Behaviour, g: Guard) -> R<Sitting> {
    let refuse = |why: String| Refusal::new(codes::E0962, why).at(program, g).span(b.span);
    let known = world.fold(program, g, &Env::default());
    let Some(skip) = known.and_then(Const::dates) else {
        let why = "the days that a delay does not count must be known before the runs begin";
        let help = "assume them in the experiment: `assume recess = 2030-07-01 .. 2030-08-31`";
        return Err(refuse(why.to_owned()).help(help));
    };
    Sitting::new(&skip, world.begin, world.last)
        .map_err(|why| refuse(format!("these days cannot be told one by one: {why}")))
}

/// The law of a behaviour's delays, for a program whose parameters have their values.
///
/// # Errors
/// E0962 if a length is not known before the runs, or out of range.
pub fn law(
    program: &Program,
    experiment: &Experiment,
    behaviour: &Behaviour,
) -> Result<Laws, Refusal> {
    let world = World::new(program, experiment, crate::dated::Dated::default())?;
    Laws::new(program, &world, behaviour)
}

/// A law that is drawn before a run begins, in whole days: its lengths are constants and parameters.
///
/// # Errors
/// E0962 if a length is not known before the runs, E0973 if they make no law.
pub fn fixed_law(
    program: &Program,
    experiment: &Experiment,
    law: &Law,
    span: Span,
) -> Result<Delay, Refusal> {
    let world = World::new(program, experiment, crate::dated::Dated::default())?;
    delay(program, &world, law, span, &crate::fold::Env::default())
}

/// A chance that is none (E0972), of a fact that is drawn.
#[must_use]
pub fn chance_refused(chance: rogatio_mir::Chance, span: rogatio_mir::Span) -> Refusal {
    Refusal::new(codes::E0972, format!("this chance comes to {chance}"))
        .span(span)
        .help("a chance lies between 0% and 100%, whatever values its parameters take")
}

/// A law of delays in words, with its ticks.
#[must_use]
pub fn law_text(law: &Delay) -> String {
    match *law {
        Delay::Scaled(scale) => {
            let hundredths = (u128::from(scale) * 100 + (1 << 31)) >> 32;
            format!(
                "exponential with a scale of {}.{:02} days, rounded up",
                hundredths / 100,
                hundredths % 100
            )
        }
        Delay::Uniform { first, count } => {
            format!("uniform from {first} to {} days", first + count as i64 - 1)
        }
        Delay::Fixed(n) => format!("{n} days"),
        Delay::Table(ref table) => {
            let (_, ticks) = table.rows();
            let (least, most) = (ticks.iter().min(), ticks.iter().max());
            format!(
                "a table of {} delays from {} to {} days",
                ticks.len(),
                least.unwrap_or(&1),
                most.unwrap_or(&1)
            )
        }
    }
}

/// The law of a behaviour with its lengths in days.
///
/// # Errors
/// E0962 if a length is not known before the runs, E0973 if they make no law.
pub(crate) fn delay(
    program: &Program,
    world: &World,
    law: &Law,
    span: Span,
    env: &Env,
) -> R<Delay> {
    let ticks = |g: Guard| -> R<i64> {
        match world.fold(program, g, env) {
            Some(Const::Length(l @ Length::Period(_))) => {
                delay_ticks_days(l).map_err(|e| e.to_string())
            }
            Some(Const::Length(_)) => Err("delays finer than a day are not compiled".to_owned()),
            Some(_) => Err("a delay law takes lengths".to_owned()),
            None => Err("the length of a delay must be known before the runs begin".to_owned()),
        }
        .map_err(|why| Refusal::new(codes::E0962, why).at(program, g).span(span))
    };
    // What is longer never comes in a run.
    let longest = world.last - world.begin + 1;
    let (delay, g) = match law {
        Law::Nth(each, ..) => return delay(program, world, each, span, env),
        Law::Exponential(mean) => (Delay::exponential(ticks(*mean)?), mean),
        Law::Geometric(mean) => (Delay::geometric(ticks(*mean)?), mean),
        Law::Uniform(from, to) => (Delay::uniform(ticks(*from)?, ticks(*to)?), from),
        Law::Fixed(length) => (Delay::fixed(ticks(*length)?), length),
        Law::Triangular(a, mode, b) => {
            let [least, most, greatest] = [ticks(*a)?, ticks(*mode)?, ticks(*b)?];
            (Delay::triangular(least, most, greatest, longest), a)
        }
        Law::Weibull(scale, num, den) => {
            (Delay::weibull(ticks(*scale)?, *num, *den, longest), scale)
        }
        Law::Empirical(all) => {
            let mut observed = Vec::new();
            for (g, weight) in all {
                observed.push((ticks(*g)?, *weight));
            }
            (Delay::empirical(&observed), &all[0].0)
        }
    };
    delay.ok_or_else(|| {
        let why = "the lengths of this delay law are negative, fall, come to nothing, exceed 2147483648 days or make a table of more than a million rows";
        Refusal::new(codes::E0973, why).at(program, *g).span(span)
    })
}
