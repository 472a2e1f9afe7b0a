//! What is drawn before a run begins (R57): givens with a chance, givens that come and go, lengths of words of urgency.

use crate::error::SimError;
use crate::replay::tuples;
use rogatio_calendar::{Day, Length, Period, Phase, Point};
use rogatio_interpret::{Case, Entity, Env, Value};
use rogatio_jit::chance_refused;
use rogatio_mir::draw::{self, Delay, Generator, Odds};
use rogatio_mir::{DrawnFact, Experiment, Guard, Law, Program};
use std::sync::Arc;

/// The facts of an experiment that are drawn, with their laws in whole days.
#[derive(Clone, Debug)]
pub(crate) struct Facts(Arc<Vec<Fact>>);

#[derive(Debug)]
struct Fact {
    fact: DrawnFact,
    laws: Vec<Delay>,
}

impl Facts {
    /// # Errors
    /// A law whose lengths are not known before the runs.
    pub(crate) fn new(program: &Program, experiment: &Experiment) -> Result<Facts, SimError> {
        let of = |fact: &DrawnFact| -> Result<Fact, SimError> {
            let laws: Vec<&Law> = match &fact.what {
                rogatio_mir::Drawn::Chance(..) => Vec::new(),
                rogatio_mir::Drawn::Alternates(_, _, yes, no) => vec![yes, no],
                rogatio_mir::Drawn::Term(_, law) => vec![law],
            };
            let law = |l: &&Law| rogatio_jit::fixed_law(program, experiment, l, fact.span);
            Ok(Fact {
                fact: fact.clone(),
                laws: laws.iter().map(law).collect::<Result<_, _>>()?,
            })
        };
        let all: Result<Vec<Fact>, SimError> = experiment.drawn.iter().map(of).collect();
        Ok(Facts(Arc::new(all?)))
    }

    /// The laws with the paths of their draws.
    pub(crate) fn laws(&self) -> impl Iterator<Item = (&str, &Delay)> {
        self.0.iter().flat_map(|f| {
            let path = f.fact.draw.path.as_str();
            f.laws.iter().map(move |l| (path, l))
        })
    }

    /// Draws all of it for a run, and tells the case.
    pub(crate) fn draw(
        &self,
        case: &mut Case,
        seed: u64,
        run: u64,
        generator: Generator,
        (begin, last): (Day, Day),
    ) -> Result<(), SimError> {
        let lost = |e: rogatio_interpret::CaseError| SimError::Replay(e.to_string());
        for Fact { fact, laws } in self.0.iter() {
            for (env, names) in over(case, fact) {
                let stream = draw::stream(seed, fact.draw.site, &names);
                let word = |n: u64| generator.word(draw::nth_key(stream, n), run);
                match &fact.what {
                    rogatio_mir::Drawn::Chance(given, keys, value, chance) => {
                        let keys = entities(case, keys, &env)?;
                        let Value::Chance(chance) = case.eval(*chance, &env) else {
                            return Err(SimError::Replay("a chance that is left open".to_owned()));
                        };
                        let odds = Odds::new(&[(0, chance)]);
                        let odds = odds.map_err(|_| chance_refused(chance, fact.span))?;
                        let value = match (odds.ballot(word(0)), case.eval(*value, &env)) {
                            (Some(_), value) => value,
                            // Of yes and no there is only the other.
                            (None, Value::Bool(b)) => Value::Bool(!b),
                            (None, _) => continue,
                        };
                        case.set_given(*given, &keys, value, None).map_err(lost)?;
                    }
                    rogatio_mir::Drawn::Alternates(given, keys, ..) => {
                        let keys = entities(case, keys, &env)?;
                        let (mut day, mut yes) = (begin, true);
                        case.set_given(*given, &keys, Value::Bool(true), None)
                            .map_err(lost)?;
                        for n in 0.. {
                            let ticks = laws[usize::from(!yes)].ticks(word(n)).max(1);
                            yes = !yes;
                            let next = day.number().checked_add(ticks).and_then(Day::from_number);
                            let Some(next) = next.filter(|d| *d <= last) else {
                                break;
                            };
                            day = next;
                            let from = Some(Point::day_phase(day, Phase::Opening));
                            case.set_given(*given, &keys, Value::Bool(yes), from)
                                .map_err(lost)?;
                        }
                    }
                    rogatio_mir::Drawn::Term(urgency, _) => {
                        let days = i32::try_from(laws[0].ticks(word(0))).unwrap_or(i32::MAX);
                        case.set_term(*urgency, Length::Period(Period { months: 0, days }));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The elements of a fact, each with its draw key; one of no key if it ranges over nothing.
fn over(case: &Case, fact: &DrawnFact) -> Vec<(Env, Vec<u64>)> {
    let Some((domain, cond)) = &fact.each else {
        return vec![(Env::new(), Vec::new())];
    };
    let of = |key: Vec<Entity>| {
        let env = Env::new().with(domain.var, Value::Entity(key[0]));
        let name = draw::entity_key(case.entity_name(key[0]));
        (env, vec![name])
    };
    let all = tuples(case, &[domain]).into_iter().map(of);
    all.filter(|(env, _)| case.eval(*cond, env).truth().is_true())
        .collect()
}

fn entities(case: &Case, keys: &[Guard], env: &Env) -> Result<Vec<Entity>, SimError> {
    let entity = |g: &Guard| {
        let found = case.eval(*g, env).entity();
        found.ok_or_else(|| SimError::Replay("a key that is no entity".to_owned()))
    };
    keys.iter().map(entity).collect()
}
