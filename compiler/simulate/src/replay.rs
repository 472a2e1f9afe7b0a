//! One run in the interpreter, with the draws of the compiled engine: the same record, and a case that can be asked why.

use crate::ballots::{Ballots, Due, Trouble};
use crate::bound::Bound;
use crate::clocks::{Clock, Needs, touched};
use crate::dated::{Dated, Order};
use crate::drawn::Facts;
use crate::engine::not_played;
use crate::error::SimError;
use crate::measure;
use rogatio_calendar::{Day, Instant, Phase, Point};
use rogatio_interpret::{Case, Entity, Env, Value};
use rogatio_jit::{Laws, OVERFLOW, UNDETERMINED, Values, specialise};
use rogatio_mir::draw::{self, Delay, Generator};
use rogatio_mir::{
    Assume, Assumed, Domain, Experiment, Guard, MeasureKind, Program, ScenarioItemKind, StampTime,
};
use std::collections::HashSet;
use std::sync::Arc;

/// A run, replayed.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The case at the end of the run, with its timeline.
    pub case: Case,
    /// The record that the compiled engine writes: the class, then the measures.
    pub record: Vec<i64>,
    /// The bound beyond which it went, if it did (R60).
    pub exceeded: Option<Bound>,
}

fn lost(why: impl ToString) -> SimError {
    SimError::Replay(why.to_string())
}

/// Replays a run.
///
/// # Errors
/// A parameter without a value; what the interpreter refuses.
pub fn replay(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    seed: u64,
    run: u64,
) -> Result<Replay, SimError> {
    Player::new(program, experiment, values)?.play(seed, run)
}

/// An experiment made ready for the interpreter: what all of its runs have in common.
#[derive(Clone, Debug)]
pub struct Player {
    experiment: Arc<Experiment>,
    /// The case before it begins.
    case: Case,
    /// By behaviour.
    needs: Arc<Vec<Needs>>,
    laws: Arc<Vec<Laws>>,
    facts: Facts,
    dated: Order,
    last: Day,
    generator: Generator,
}

impl Player {
    /// Prepares the runs of an experiment.
    ///
    /// # Errors
    /// A parameter without a value; what the interpreter refuses.
    pub fn new(
        program: &Program,
        experiment: &Experiment,
        values: &Values,
    ) -> Result<Player, SimError> {
        if let Some(why) = not_played(experiment) {
            return Err(why);
        }
        let program = Arc::new(specialise(program, experiment, values)?);
        let mut case = known(&program, experiment)?;
        case.ask_who_is_pivotal(rogatio_mir::asks_pivotal(&program, experiment));
        let facts = Facts::new(&program, experiment)?;
        let last = program
            .counting
            .add(experiment.begin, experiment.horizon)
            .map_err(lost)?;
        let dated = experiment.items.iter().any(|i| match &i.kind {
            ScenarioItemKind::SetGiven(..) => true,
            ScenarioItemKind::Assume(a) => {
                matches!(a.what, Assumed::Given(..)) && (a.from.is_some() || a.until.is_some())
            }
            _ => false,
        });
        let comes_and_goes =
            |f: &rogatio_mir::DrawnFact| matches!(f.what, rogatio_mir::Drawn::Alternates(..));
        let dated = dated || experiment.drawn.iter().any(comes_and_goes);
        let (mut needs, mut laws) = (Vec::new(), Vec::new());
        for b in &experiment.behaviours {
            needs.push(Needs::new(&program, b, dated));
            laws.push(rogatio_jit::law(&program, experiment, b)?);
        }
        Ok(Player {
            experiment: Arc::new(experiment.clone()),
            case,
            needs: Arc::new(needs),
            laws: Arc::new(laws),
            facts,
            dated: Order::new(experiment)?,
            last,
            generator: Generator::default(),
        })
    }

    /// The same runs in which nobody asks who is pivotal.
    pub(crate) fn without_pivotal(mut self) -> Player {
        self.case.ask_who_is_pivotal([]);
        self
    }

    /// The same runs with the words of another generator.
    #[must_use]
    pub fn with_generator(self, generator: Generator) -> Player {
        Player { generator, ..self }
    }

    /// The laws of the delays, a behaviour each.
    pub fn laws(&self) -> impl Iterator<Item = (&str, &Delay)> {
        let paths = self.experiment.behaviours.iter();
        paths
            .map(|b| b.draw.path.as_str())
            .zip(self.laws.iter().map(Laws::first))
            .chain(self.facts.laws())
    }

    /// The case as a run begins.
    pub(crate) fn begun(&self) -> Case {
        let mut case = self.case.clone();
        case.begin(Point::day_phase(self.experiment.begin, Phase::Opening));
        case
    }

    /// The laws of a behaviour's clocks.
    pub(crate) fn law_of(&self, behaviour: usize) -> &Laws {
        &self.laws[behaviour]
    }

    /// The last day of a run.
    pub(crate) fn last(&self) -> Day {
        self.last
    }

    /// A run before its beginning.
    fn history<'e>(&'e self, experiment: &'e Experiment, seed: u64, run: u64) -> History<'e> {
        History {
            case: self.case.clone(),
            experiment,
            clocks: Vec::new(),
            needs: &self.needs,
            laws: &self.laws,
            dated: self.dated.of(experiment),
            ballots: Ballots::new(experiment, seed, run, self.generator),
            generator: self.generator,
            due: Vec::new(),
            run,
            entities: None,
        }
    }

    /// Plays a run in which nobody votes and all delays are fixed, to the end of a day or of the run; shows the case before
    /// each event and at the end. None if the order of its acts is left to chance, or whether they come to the text.
    pub(crate) fn silent(
        &self,
        by: Option<Day>,
        seen: &mut dyn FnMut(&Case),
    ) -> Result<Option<Case>, SimError> {
        let last = by.map_or(self.last, |d| d.min(self.last));
        let end = Point::next_day_phase(last, Phase::TacitStart);
        let mut experiment = (*self.experiment).clone();
        experiment.ballots.clear();
        let mut history = self.history(&experiment, 0, 0);
        let begin = Point::day_phase(experiment.begin, Phase::Opening);
        history.case.begin(begin);
        history.set_clocks(0);
        let mut clear = history.look(None)?;
        while clear {
            seen(&history.case);
            let Some(next) = history.next().filter(|p| *p <= end) else {
                break;
            };
            if history.tied() {
                return Ok(None);
            }
            let since = history.case.timeline().len();
            history.go(next)?;
            let touched = touched(&history.case, since);
            clear &= history.look(Some(&touched))?;
            if history.entities != Some(history.case.entities().count()) {
                clear &= history.set_clocks(0);
            }
            if let Some(why) = history.case.fault() {
                return Err(lost(why));
            }
        }
        if !clear {
            return Ok(None);
        }
        history.case.advance(end);
        seen(&history.case);
        Ok(Some(history.case))
    }

    /// Plays a run.
    ///
    /// # Errors
    /// What the interpreter refuses.
    pub fn play(&self, seed: u64, run: u64) -> Result<Replay, SimError> {
        let (experiment, last) = (&*self.experiment, self.last);
        let mut history = self.history(experiment, seed, run);
        self.facts.draw(
            &mut history.case,
            seed,
            run,
            self.generator,
            (experiment.begin, last),
        )?;
        history
            .case
            .begin(Point::day_phase(experiment.begin, Phase::Opening));
        history.set_clocks(seed);
        let mut record = vec![0i64; experiment.measures.len() + 1];
        let mut open = !history.look(None)?;
        let mut early: Vec<(Day, usize)> = experiment
            .measures
            .iter()
            .enumerate()
            .filter_map(|(i, m)| match m.kind {
                MeasureKind::Probability(_, Some(day)) if day < last => Some((day, i)),
                MeasureKind::Breaches { by: Some(day), .. } if day < last => Some((day, i)),
                _ => None,
            })
            .collect();
        early.sort_unstable();
        let end = Point::next_day_phase(last, Phase::TacitStart);
        let mut exceeded = history.exceeded();
        while !open && exceeded.is_none() {
            let next = history.next().filter(|p| *p <= end);
            while let Some((day, i)) = early.first().copied()
                && next.is_none_or(|p| p > Point::next_day_phase(day, Phase::TacitStart))
            {
                history
                    .case
                    .advance(Point::next_day_phase(day, Phase::TacitStart));
                history.measure(i, last, &mut record);
                early.remove(0);
            }
            let Some(next) = next else { break };
            let since = history.case.timeline().len();
            history.go(next)?;
            let touched = touched(&history.case, since);
            open |= !history.look(Some(&touched))?;
            if history.entities != Some(history.case.entities().count()) {
                open |= !history.set_clocks(seed);
            }
            exceeded = history.exceeded();
            if let Some(why) = history.case.fault() {
                return Err(lost(why));
            }
        }
        if exceeded.is_some() {
            record.fill(0);
            record[0] = OVERFLOW;
        } else if open {
            record[0] = UNDETERMINED;
        } else {
            history.case.advance(end);
            for (i, m) in experiment.measures.iter().enumerate() {
                if !matches!(m.kind, MeasureKind::Probability(_, Some(day)) | MeasureKind::Breaches { by: Some(day), .. } if day < last)
                {
                    history.measure(i, last, &mut record);
                }
            }
        }
        Ok(Replay {
            case: history.case,
            record,
            exceeded,
        })
    }
}

/// A run under way.
struct History<'e> {
    case: Case,
    experiment: &'e Experiment,
    clocks: Vec<Clock>,
    /// By behaviour.
    needs: &'e [Needs],
    laws: &'e [Laws],
    /// Acts with a date.
    dated: Dated<'e>,
    ballots: Ballots<'e>,
    /// Ballots that can be cast now.
    due: Vec<Due>,
    generator: Generator,
    run: u64,
    /// How many there were when the clocks were set.
    entities: Option<usize>,
}

impl History<'_> {
    /// Makes the clocks of entities that have come into being, and looks at them; false if one is open.
    fn set_clocks(&mut self, seed: u64) -> bool {
        let (before, mut clear) = (self.entities, true);
        self.entities = Some(self.case.entities().count());
        let old = self.case.entities().take(before.unwrap_or(0));
        let old: HashSet<Entity> = old.map(|e| e.0).collect();
        for (i, b) in self.experiment.behaviours.iter().enumerate() {
            let domains: Vec<&Domain> = std::iter::once(&b.who.domain).chain(&b.each).collect();
            for key in tuples(&self.case, &domains) {
                if before.is_some() && key.iter().all(|e| old.contains(e)) {
                    continue;
                }
                let mut clock = Clock::new(&self.case, b, i, seed, key);
                if before.is_some() {
                    clear &= clock.look(
                        &self.case,
                        b,
                        &self.needs[i],
                        &self.laws[i],
                        (self.generator, self.run),
                    );
                }
                self.clocks.push(clock);
            }
        }
        clear
    }

    /// The first bound of the experiment beyond which there are instances of a procedure (R60).
    fn exceeded(&self) -> Option<Bound> {
        let i = self
            .experiment
            .caps
            .iter()
            .position(|(kind, most, in_all)| {
                let of_kind = |p: &&rogatio_mir::Procedure| p.kind == *kind;
                let instances = self.case.instances().filter(|(_, i)| {
                    let procedure = self.case.program().procedures.get(i.procedure.index());
                    let stage = procedure
                        .filter(of_kind)
                        .map(|p| p.stages.get(i.stage as usize));
                    let over = |s: Option<&rogatio_mir::Stage>| s.is_some_and(|s| s.outcome);
                    stage.is_some_and(|s| *in_all || !over(s))
                });
                instances.count() > *most as usize
            })?;
        Bound::all(self.case.program(), self.experiment)
            .into_iter()
            .nth(i)
    }

    /// Looks at all clocks, or at those that what happened concerns and those whose time has come, and at the ballots.
    /// False if the text leaves something open.
    fn look(&mut self, touched: Option<&HashSet<Entity>>) -> Result<bool, SimError> {
        let now = self.case.now();
        let mut clear = true;
        for clock in &mut self.clocks {
            let needs = &self.needs[clock.behaviour];
            let wanted = touched.is_none_or(|t| clock.concerned(needs, t))
                || clock.check.is_some_and(|p| p <= now);
            if wanted {
                let (b, law) = (
                    &self.experiment.behaviours[clock.behaviour],
                    &self.laws[clock.behaviour],
                );
                clear &= clock.look(&self.case, b, needs, law, (self.generator, self.run));
            }
        }
        self.ballots.decide(&mut self.case);
        match self.ballots.due(&self.case) {
            Ok(due) => self.due = due,
            Err(Trouble::Open) => clear = false,
            Err(Trouble::Odds(refusal)) => return Err(refusal.into()),
        }
        Ok(clear)
    }

    /// The clock whose act comes first: by day, then by the order of its word (R52).
    fn first(&self) -> Option<(Day, usize)> {
        let due = self
            .clocks
            .iter()
            .enumerate()
            .filter_map(|(i, c)| c.due.map(|(d, w)| (d, draw::tie(w), i)));
        due.min().map(|(d, _, i)| (d, i))
    }

    /// Whether two clocks do their acts next, on one day.
    fn tied(&self) -> bool {
        let first = self.first().map(|(day, _)| day);
        let due = self.clocks.iter().filter_map(|c| c.due);
        first.is_some_and(|day| due.filter(|(d, _)| *d == day).count() > 1)
    }

    fn next(&self) -> Option<Point> {
        let act = self.first().map(|(d, _)| Point::day_phase(d, Phase::Act));
        let ballots = (!self.due.is_empty()).then(|| self.today());
        let dated = self.dated.next().map(|d| Point::day_phase(d, Phase::Act));
        let check = self.clocks.iter().filter_map(|c| c.check).min();
        [act, ballots, dated, check, self.case.next_wake()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Where the acts of the present day are: what opens at midnight finds them ahead.
    fn today(&self) -> Point {
        Point::day_phase(Instant(self.case.now().second()).day(), Phase::Act)
    }

    /// Does what comes first: of the acts of one day the ballots that can be cast, then those with a date, in the order
    /// written, then those of the clocks.
    fn go(&mut self, next: Point) -> Result<(), SimError> {
        if !self.due.is_empty() && self.today() == next {
            let day = Instant(next.second()).day();
            for due in std::mem::take(&mut self.due) {
                if self.ballots.may_be_cast(&self.case, &due) {
                    self.case.perform(day, due.act()).map_err(lost)?;
                    self.ballots.done(&due);
                }
            }
            return Ok(());
        }
        if let Some(day) = self.dated.next()
            && Point::day_phase(day, Phase::Act) == next
        {
            return self.dated.perform(&mut self.case);
        }
        match self.first() {
            Some((day, i)) if Point::day_phase(day, Phase::Act) == next => {
                let clock = &mut self.clocks[i];
                clock.due = None;
                let act = clock.act(&self.case, &self.experiment.behaviours[clock.behaviour]);
                self.case.perform(day, act).map(|_| ()).map_err(lost)
            }
            _ => {
                self.case.advance(next);
                Ok(())
            }
        }
    }

    /// Takes a measure now.
    fn measure(&self, i: usize, last: Day, record: &mut [i64]) {
        record[i + 1] = measure::value(&self.case, &self.experiment.measures[i].kind, last);
    }
}

/// All tuples of entities of some domains.
pub(crate) fn tuples(case: &Case, domains: &[&Domain]) -> Vec<Vec<Entity>> {
    let mut all: Vec<Vec<Entity>> = vec![Vec::new()];
    for d in domains {
        let members: Vec<Entity> = case
            .entities()
            .filter(|(_, _, kind)| d.kinds.contains(kind))
            .map(|(e, ..)| e)
            .collect();
        all = all
            .into_iter()
            .flat_map(|key| {
                members
                    .iter()
                    .map(move |e| key.iter().copied().chain([*e]).collect())
            })
            .collect();
    }
    all
}

/// The case before it begins: its entities and what is assumed.
pub(crate) fn known(program: &Arc<Program>, experiment: &Experiment) -> Result<Case, SimError> {
    let mut case = Case::new(program.clone());
    let mut declared = Vec::new();
    for item in &experiment.items {
        if let ScenarioItemKind::Entities(list) = &item.kind {
            for e in list {
                declared.push((e, case.add_entity(&e.name, e.kind).map_err(lost)?));
            }
        }
    }
    for (kind, count) in &experiment.populations {
        let name = program
            .kinds
            .get(kind.index())
            .map_or("", |k| k.name.as_str());
        for i in 1..=*count {
            case.add_entity(&draw::member_name(name, i), *kind)
                .map_err(lost)?;
        }
    }
    for (e, id) in declared {
        for (field, g) in &e.fields {
            let value = case.eval(*g, &Env::new());
            case.set_field(id, *field, value).map_err(lost)?;
        }
        for (field, names) in &e.sets {
            let elements: Vec<Entity> = names.iter().filter_map(|n| case.find_entity(n)).collect();
            case.set_set_field(id, *field, elements).map_err(lost)?;
        }
    }
    for item in &experiment.items {
        match &item.kind {
            ScenarioItemKind::Term(urgency, length) => case.set_term(*urgency, *length),
            ScenarioItemKind::SetGiven(g, args, value) => {
                let keys: Option<Vec<Entity>> = (args.iter())
                    .map(|g| case.eval(*g, &Env::new()).entity())
                    .collect();
                let keys = keys.ok_or_else(|| lost("a key that is no entity"))?;
                let value = case.eval(*value, &Env::new());
                let from = match item.at.as_ref().map(|s| s.time) {
                    Some(StampTime::Instant(_)) => {
                        return Err(SimError::Unplayed("a given with a time of day", item.span));
                    }
                    Some(StampTime::Day(d)) => Some(Point::day_phase(d, Phase::Opening)),
                    None => None,
                };
                case.set_given(*g, &keys, value, from).map_err(lost)?;
            }
            ScenarioItemKind::Assume(a) => {
                let stamped = item.at.as_ref().map(|s| match s.time {
                    StampTime::Day(d) => d,
                    StampTime::Instant(i) => i.day(),
                });
                assume(&mut case, a, a.from.or(stamped))?;
            }
            _ => {}
        }
    }
    Ok(case)
}

fn assume(case: &mut Case, a: &Assume, from: Option<Day>) -> Result<(), SimError> {
    let opening = |d: Day| Point::day_phase(d, Phase::Opening);
    let (from, until) = (from.map(opening), a.until.map(opening));
    let envs: Vec<Env> = match &a.each {
        None => vec![Env::new()],
        Some((d, cond)) => tuples(case, &[d])
            .into_iter()
            .map(|key| Env::new().with(d.var, Value::Entity(key[0])))
            .filter(|env| case.eval(*cond, env).truth().is_true())
            .collect(),
    };
    for env in envs {
        let keys = |case: &Case, args: &[Guard]| -> Result<Vec<Entity>, SimError> {
            let entity = |g: &Guard| {
                case.eval(*g, &env)
                    .entity()
                    .ok_or_else(|| lost("a key that is no entity"))
            };
            args.iter().map(entity).collect()
        };
        match &a.what {
            Assumed::Status(s, args, value) => {
                let keys = keys(case, args)?;
                let value = value.map(|v| case.eval(v, &env));
                case.assume_status(*s, &keys, value, from, until)
                    .map_err(lost)?;
            }
            Assumed::Given(g, args, value) => {
                let keys = keys(case, args)?;
                let value = case.eval(*value, &env);
                case.set_given(*g, &keys, value, from).map_err(lost)?;
            }
            Assumed::Act(_) => return Err(lost("an assumed act in an experiment")),
        }
    }
    Ok(())
}
