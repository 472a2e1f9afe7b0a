//! Exact answers in place of runs: the laws themselves, where they are known.
//!
//! | file | what it answers |
//! |---|---|
//! | `vote` | what hangs on the ballots of one vote |
//! | `race` | what hangs on which of many independent actors have acted: numbers, conditions, the date of the k-th |
//! | `reads` | the proof that a measure hangs on nothing else |

mod race;
mod reads;
mod vote;

pub use vote::{PureVote, pure_votes};

use crate::error::SimError;
use crate::progress::{params, readings};
use crate::replay::Player;
use crate::result::Row;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use rogatio_analyze::{ONE, Refusal};
use rogatio_calendar::Day;
use rogatio_diagnostics::codes;
use rogatio_jit::{Values, specialise};
use rogatio_mir::{Experiment, Guard, Measure, MeasureKind, Op, Program};

/// An exact answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exact {
    /// The probability of a condition.
    Probability(BigRational),
    /// The expected value of a number.
    Mean(BigRational),
    /// The law of a date.
    Date(DateLaw),
}

/// The law of a date, in fixed point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateLaw {
    /// Days in order, each with its chance in parts of [`ONE`].
    pub days: Vec<(Day, u64)>,
    /// The chance of any span of days is at most so many parts off.
    pub error: u64,
    /// The first day of a run.
    pub begin: Day,
    /// The last day of a run.
    pub last: Day,
}

impl DateLaw {
    /// The chance that the date comes within a run.
    #[must_use]
    pub fn reached(&self) -> f64 {
        self.parts() as f64 / ONE as f64
    }

    fn parts(&self) -> u64 {
        self.days.iter().map(|(_, p)| p).sum()
    }

    /// The bound of the error of any probability.
    #[must_use]
    pub fn bound(&self) -> f64 {
        self.error as f64 / ONE as f64
    }

    /// The mean in days since the begin, over the runs that reach it; none if none does.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let days = |d: &Day| i128::from(d.days_since(self.begin));
        let sum: i128 = self
            .days
            .iter()
            .map(|(d, p)| days(d) * i128::from(*p))
            .sum();
        let all = self.parts();
        (all > 0).then(|| sum as f64 / all as f64)
    }

    /// The first day by which so many of every `whole` runs have reached it; none if fewer do within a run.
    #[must_use]
    pub fn quantile(&self, part: u64, whole: u64) -> Option<Day> {
        let wanted = u128::from(ONE) * u128::from(part) / u128::from(whole.max(1));
        let mut sum = 0u128;
        let reached = |(_, p): &&(Day, u64)| {
            sum += u128::from(*p);
            sum >= wanted
        };
        self.days.iter().find(reached).map(|(d, _)| *d)
    }
}

/// Why a measure has no exact answer.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// Its name.
    pub measure: String,
    /// Why.
    pub why: Refusal,
}

/// The exact answers of an experiment, with what they were found from.
#[derive(Clone, Debug)]
pub struct ExactResult {
    /// The experiment.
    pub experiment: String,
    /// The module.
    pub program: String,
    /// The seed that was given. Nothing is drawn from it.
    pub seed: u64,
    /// The first day of a run.
    pub begin: Day,
    /// The last day of a run.
    pub last: Day,
    /// Parameters with their values.
    pub params: Vec<(String, String)>,
    /// Readings with their choices.
    pub readings: Vec<(String, String)>,
    /// The measures: table and name, answer.
    pub measures: Vec<(Option<String>, String, Exact)>,
    /// The measures without an exact answer.
    pub unanswered: Vec<Unanswered>,
    /// Where it was asked who is pivotal: by measure, each voter with its probability to be.
    pub pivotal: Vec<(String, Vec<(String, BigRational)>)>,
}

impl ExactResult {
    /// The exact answers to the measures that have one.
    ///
    /// # Errors
    /// A parameter without a value; what the interpreter refuses.
    pub fn of(
        program: &Program,
        experiment: &Experiment,
        values: &Values,
        seed: u64,
    ) -> Result<ExactResult, SimError> {
        let answers = exact(program, experiment, values)?;
        let (mut measures, mut unanswered) = (Vec::new(), Vec::new());
        for (m, answer) in experiment.measures.iter().zip(answers) {
            let measure = m.name.clone();
            match answer {
                Ok(exact) => measures.push((m.table.clone(), measure, exact)),
                Err(why) => unanswered.push(Unanswered { measure, why }),
            }
        }
        let begin = experiment.begin;
        let last = program.counting.add(begin, experiment.horizon);
        Ok(ExactResult {
            experiment: experiment.name.clone(),
            program: program.name.clone(),
            seed,
            begin,
            last: last.unwrap_or(Day::MAX),
            params: params(program, experiment, values),
            readings: readings(program),
            measures,
            unanswered,
            pivotal: Vec::new(),
        })
    }

    /// Asks who is pivotal, too, in each outcome of a vote; where there is none, why goes to what is not answered.
    ///
    /// # Errors
    /// A parameter without a value; what the interpreter refuses.
    pub fn with_pivotal(
        mut self,
        program: &Program,
        experiment: &Experiment,
        values: &Values,
    ) -> Result<ExactResult, SimError> {
        let votes = pure_votes(program, experiment, values)?;
        let mut none = Vec::new();
        let asks = |m: &&Measure| match m.kind {
            MeasureKind::Probability(g, _) => matches!(program.guard(g).op, Op::Pivotal { .. }),
            _ => false,
        };
        let each = experiment.measures.iter().zip(votes);
        for (m, vote) in each.filter(|(m, _)| !asks(m)) {
            let measure = m.name.clone();
            match vote.and_then(|v| v.pivotal()) {
                Ok(voters) => self.pivotal.push((measure, voters)),
                // Told already where it has no answer either.
                Err(_) if self.unanswered.iter().any(|u| u.measure == measure) => {}
                Err(why) => {
                    let why = placed(why, program, m);
                    none.push(Unanswered { measure, why });
                }
            }
        }
        if self.pivotal.is_empty() {
            self.unanswered.extend(none);
        }
        Ok(self)
    }

    /// What the answers were found from.
    #[must_use]
    pub fn provenance(&self) -> Vec<Row> {
        let line = |statistic, at: &str, value: String| Row {
            measure: String::new(),
            statistic,
            at: at.to_owned(),
            value,
        };
        let mut rows = vec![
            line("program", "", self.program.clone()),
            line("experiment", "", self.experiment.clone()),
        ];
        let named = |all: &[(String, String)], what| {
            let each = all.iter().map(|(n, v)| line(what, n, v.clone()));
            each.collect::<Vec<Row>>()
        };
        rows.extend(named(&self.params, "parameter"));
        rows.extend(named(&self.readings, "reading"));
        rows.extend([
            line("begin", "", self.begin.to_string()),
            line("horizon", "", self.last.to_string()),
            line("draws", "", "none".to_owned()),
            line("engine", "", "exact".to_owned()),
            line("seed", "", self.seed.to_string()),
        ]);
        rows
    }

    /// All numbers of all measures.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (table, name, exact) in &self.measures {
            let measure = match table {
                Some(table) => format!("{table}: {name}"),
                None => name.clone(),
            };
            let mut line = |statistic, at: &str, value: String| {
                rows.push(Row {
                    measure: measure.clone(),
                    statistic,
                    at: at.to_owned(),
                    value,
                });
            };
            match exact {
                Exact::Probability(p) => {
                    line(
                        "share",
                        "",
                        format!("{:.15}", p.to_f64().unwrap_or(f64::NAN)),
                    );
                    line("share exactly", "", p.to_string());
                }
                Exact::Mean(m) => {
                    line(
                        "mean of reached",
                        "",
                        format!("{:.12}", m.to_f64().unwrap_or(f64::NAN)),
                    );
                    line("mean exactly", "", m.to_string());
                }
                Exact::Date(law) => {
                    line("share", "", format!("{:.15}", law.reached()));
                    line("error at most", "", format!("{:e}", law.bound()));
                    if let Some(mean) = law.mean() {
                        line("mean of reached", "days since begin", format!("{mean:.9}"));
                    }
                    for (day, p) in &law.days {
                        let share = format!("{:.15}", *p as f64 / ONE as f64);
                        line("share", &day.to_string(), share);
                    }
                }
            }
        }
        for (measure, voters) in &self.pivotal {
            rows.extend(voters.iter().flat_map(|(voter, p)| {
                let about = format!("{:.15}", p.to_f64().unwrap_or(f64::NAN));
                let row = |statistic, value: String| Row {
                    measure: measure.clone(),
                    statistic,
                    at: voter.clone(),
                    value,
                };
                [row("pivotal", about), row("pivotal exactly", p.to_string())]
            }));
        }
        rows.extend(self.unanswered.iter().map(|u| Row {
            measure: u.measure.clone(),
            statistic: "no exact answer",
            at: u.why.code.to_string(),
            value: u.why.message.clone(),
        }));
        rows
    }
}

/// The exact answers of an experiment, a measure each; or why there is none.
///
/// # Errors
/// A parameter without a value; what the interpreter refuses.
pub fn exact(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Vec<Result<Exact, Refusal>>, SimError> {
    let votes = pure_votes(program, experiment, values)?;
    if votes.iter().all(Result::is_ok) {
        let each = votes.into_iter().map(|v| v.and_then(|v| v.exact()));
        return Ok(each.collect());
    }
    let player = Player::new(program, experiment, values)?;
    let program = specialise(program, experiment, values)?;
    let each = experiment.measures.iter().zip(votes).map(|(m, vote)| {
        let of_race = || race::answer(&program, experiment, &player, m);
        match vote {
            Ok(vote) => vote.exact(),
            // The vote's own reasons are told where a vote is asked for.
            Err(of_vote) => of_race().map_err(|why| match about_a_vote(&program, m) {
                true => of_vote,
                false => placed(why, &program, m),
            }),
        }
    });
    Ok(each.collect())
}

fn about_a_vote(program: &Program, m: &Measure) -> bool {
    match m.kind {
        MeasureKind::Probability(g, _) | MeasureKind::Number(g) => {
            !rogatio_analyze::decisions_in(program, g).is_empty()
        }
        _ => false,
    }
}

/// A refusal as it is told of a measure: where that stands, and with the edit that an experiment needs.
fn placed(mut why: Refusal, program: &Program, m: &Measure) -> Refusal {
    // Equal expressions are one node, which has the place of the first: a scenario's, perhaps.
    let shared = |g: Guard| program.guard(g).span == why.span;
    let elsewhere = match m.kind {
        MeasureKind::Date(g) | MeasureKind::Probability(g, _) | MeasureKind::Number(g) => {
            shared(g) || program.guard(g).op.operands().into_iter().any(shared)
        }
        MeasureKind::Breaches { .. } => false,
    };
    if why.span.is_none() || why.code == codes::E1000 || elsewhere {
        why.span = m.span;
    }
    match why.code {
        codes::E1000 => why.with_help(
            "put members into the body in the experiment: a line such as `State 15`, and what makes them members (`assume member(s) for each s: State`)",
        ),
        codes::E1001 => why.with_help(
            "supply it in the experiment (`assume …`), choose a reading (`--reading NAME=CHOICE`), or give every voter odds that add up to 100%",
        ),
        _ => why,
    }
}

impl Exact {
    /// The fraction, of what is one.
    #[must_use]
    pub fn value(&self) -> Option<&BigRational> {
        match self {
            Exact::Probability(p) | Exact::Mean(p) => Some(p),
            Exact::Date(_) => None,
        }
    }
}
