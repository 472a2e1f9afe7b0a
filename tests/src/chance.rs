//! Histories at random for any program: the same number gives the same history.
//!
//! Comes in: a program, how many entities a kind has, a number. Goes out: inputs in order of time, and a case that takes
//! them. Never happens: an input that depends on how the case works out, so one history can be given to two cases.

use rogatio_calendar::{Day, Length, Phase, Point, Unit};
use rogatio_interpret::{ActInput, ActKind, At, Case, Entity, Value};
use rogatio_mir::{Act, ActId, DecisionId, GivenId, KindClass, KindId, Position, Program, Ty};
use std::sync::Arc;

/// A stream of numbers (splitmix64).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a number.
    #[must_use]
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 if there is none.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len());
        of.get(at)
    }
}

/// Something put into a case.
#[derive(Clone, Debug)]
pub enum Input {
    /// An act, deed, event or ballot.
    Act(ActInput),
    /// A given takes a value from today on.
    Given(GivenId, Vec<Entity>, Value),
    /// Time passes.
    Wait,
}

/// A case with so many entities of each plain kind, their fields filled.
#[must_use]
pub fn populated(program: &Arc<Program>, each: usize, chance: &mut Chance) -> Case {
    let mut case = Case::new(program.clone());
    let plain = |k: &KindClass| *k == KindClass::Plain;
    for (i, kind) in program
        .kinds
        .iter()
        .enumerate()
        .filter(|(_, k)| plain(&k.class))
    {
        let id = KindId(u32::try_from(i).unwrap_or(u32::MAX));
        for n in 0..each {
            case.add_entity(&format!("{}{i}.{n}", kind.name), id)
                .expect("a new name");
        }
    }
    let all: Vec<(Entity, KindId)> = case.entities().map(|(e, _, k)| (e, k)).collect();
    for (e, kind) in &all {
        let fields = program.kinds.get(kind.index()).map(|k| k.fields.clone());
        for f in fields.unwrap_or_default() {
            let Some(field) = program.fields.get(f.index()) else {
                continue;
            };
            if let Ty::Set(kinds) = &field.ty {
                let of = of_kinds(&case, kinds);
                let some = of
                    .into_iter()
                    .filter(|_| chance.below(3) == 0)
                    .collect::<Vec<_>>();
                case.set_set_field(*e, f, some).expect("a field");
            } else if chance.below(4) > 0 {
                let v = value(&case, &field.ty, first_day(), chance);
                case.set_field(*e, f, v).expect("a field");
            }
        }
    }
    case
}

fn first_day() -> Day {
    Day::from_ymd(2001, 1, 1).expect("a day")
}

fn of_kinds(case: &Case, kinds: &[KindId]) -> Vec<Entity> {
    let of = case.entities().filter(|(.., k)| kinds.contains(k));
    of.map(|(e, ..)| e).collect()
}

fn value(case: &Case, ty: &Ty, today: Day, chance: &mut Chance) -> Value {
    match ty {
        Ty::Bool => Value::Bool(chance.below(2) == 0),
        Ty::Day | Ty::Time => {
            let day = today.checked_add_days(i64::try_from(chance.below(400)).unwrap_or(0) - 100);
            Value::Time(rogatio_interpret::Moment::of_day(day.unwrap_or(today)))
        }
        Ty::Text => Value::Text(["a", "b"][chance.below(2)].to_owned()),
        Ty::Entity(kinds) => {
            let of = of_kinds(case, kinds);
            chance.one(&of).map_or(Value::None, |e| Value::Entity(*e))
        }
        Ty::Optional(inner) if chance.below(4) > 0 => value(case, inner, today, chance),
        Ty::Optional(_) | Ty::None | Ty::Set(_) | Ty::Error => Value::None,
        Ty::Length => {
            let n = i64::try_from(chance.below(60)).unwrap_or(0);
            Length::from_unit(n, Unit::Day).map_or(Value::None, Value::Length)
        }
        Ty::Share => Value::Share(rogatio_mir::ShareCmp::AtLeast, 1, 2),
        _ => Value::Int(i64::try_from(chance.below(9)).unwrap_or(0)),
    }
}

/// A next input for a case, as of a day. What was done before is looked at only to find entities.
pub fn input(case: &Case, today: Day, chance: &mut Chance) -> Input {
    let p = case.program();
    let ways = p.acts.len() * 3 + p.decisions.len() * 4 + p.givens.len() + 1;
    let mut at = chance.below(ways);
    if at < p.acts.len() * 3 {
        return act(
            case,
            ActId(u32::try_from(at / 3).unwrap_or(0)),
            today,
            chance,
        );
    }
    at -= p.acts.len() * 3;
    if at < p.decisions.len() * 4 {
        return ballot(case, DecisionId(u32::try_from(at / 4).unwrap_or(0)), chance);
    }
    at -= p.decisions.len() * 4;
    match p.givens.get(at) {
        Some(given) => {
            let keys = given.params.iter().filter_map(|v| p.vars.get(v.index()));
            let keys: Vec<Entity> = keys
                .filter_map(|v| value(case, &v.ty, today, chance).entity())
                .collect();
            if keys.len() < given.params.len() {
                return Input::Wait;
            }
            let v = value(case, &given.ty, today, chance);
            Input::Given(GivenId(u32::try_from(at).unwrap_or(0)), keys, v)
        }
        None => Input::Wait,
    }
}

fn act(case: &Case, id: ActId, today: Day, chance: &mut Chance) -> Input {
    let Some(act) = case.program().acts.get(id.index()) else {
        return Input::Wait;
    };
    let somebody = |kinds: &[KindId], chance: &mut Chance| {
        let of = of_kinds(case, kinds);
        chance.one(&of).copied()
    };
    let mut input = ActInput::new(id, somebody(&act.by, chance));
    if input.actor.is_none() && !act.by.is_empty() {
        return Input::Wait;
    }
    if !act.to.is_empty() && chance.below(4) > 0 {
        input.to = somebody(&act.to, chance);
    }
    if speaks_of(case.program(), act, Position::For) && chance.below(3) == 0 {
        input.for_whom = somebody(&act.by, chance);
    }
    for (i, (_, ty, _)) in act.params.iter().enumerate() {
        let opened = act.opens.is_some_and(|(at, _)| at == i);
        let v = (!opened).then(|| value(case, ty, today, chance));
        input.args.push(v.filter(|v| *v != Value::None));
    }
    Input::Act(input)
}

fn speaks_of(p: &Program, act: &Act, position: Position) -> bool {
    let norms = act.norms.iter().filter_map(|n| p.norms.get(n.index()));
    norms.flat_map(|n| n.demand.parts()).any(|d| match d {
        rogatio_mir::Demand::Act { matches, .. } => matches.iter().any(|(p, _)| *p == position),
        _ => false,
    })
}

fn ballot(case: &Case, id: DecisionId, chance: &mut Chance) -> Input {
    let subjects: Vec<Option<Entity>> = case.subjects(id).collect();
    let Some(decision) = case.program().decisions.get(id.index()) else {
        return Input::Wait;
    };
    let voters = of_kinds(case, &decision.voter.kinds);
    let (Some(subject), Some(voter)) = (chance.one(&subjects), chance.one(&voters)) else {
        return Input::Wait;
    };
    let (decision, subject) = (id, *subject);
    let act = match chance.below(12) {
        0 => ActKind::Object { decision, subject },
        1 => ActKind::Gavel { decision, subject },
        _ => {
            let n = case.program().decisions[id.index()].ballots.len();
            let ballot = u32::try_from(chance.below(n)).unwrap_or(0);
            return Input::Act(ActInput::vote(decision, subject, ballot, *voter));
        }
    };
    Input::Act(ActInput {
        act,
        ..ActInput::new(ActId(0), Some(*voter))
    })
}

/// Gives an input to a case.
///
/// # Errors
/// What the case refuses.
pub fn give(case: &mut Case, day: Day, input: &Input) -> Result<(), String> {
    match input {
        Input::Act(a) => case
            .perform(At::Day(day), a.clone())
            .map(|_| ())
            .map_err(|e| e.to_string()),
        Input::Given(g, keys, v) => {
            case.end_of_day(day.checked_add_days(-1).unwrap_or(day));
            case.set_given(
                *g,
                keys,
                v.clone(),
                Some(Point::day_phase(day, Phase::Opening)),
            )
            .map_err(|e| e.to_string())
        }
        Input::Wait => {
            case.end_of_day(day);
            Ok(())
        }
    }
}

/// A history of `n` inputs: days and what is done, found by running the case on the way.
pub fn history(case: &Case, n: usize, chance: &mut Chance) -> Vec<(Day, Input)> {
    let mut case = case.clone();
    let mut day = first_day();
    let mut all = Vec::new();
    for _ in 0..n {
        let gap = match chance.below(8) {
            0..=3 => 0,
            4..=5 => chance.below(4),
            6 => chance.below(40),
            _ => chance.below(400),
        };
        day = day
            .checked_add_days(i64::try_from(gap).unwrap_or(0))
            .unwrap_or(day);
        let next = input(&case, day, chance);
        if give(&mut case, day, &next).is_ok() {
            all.push((day, next));
        }
    }
    all
}

/// Everything that can be read off a case, line by line.
#[must_use]
pub fn seen(case: &Case) -> Vec<String> {
    let mut lines = Vec::new();
    for e in case.timeline() {
        let cites: Vec<&str> = e.provisions.iter().map(|p| case.cite(*p)).collect();
        lines.push(format!(
            "{} {} [{}]",
            e.point.raw(),
            e.text,
            cites.join(", ")
        ));
    }
    for o in case.occurrences() {
        lines.push(format!("{} {:?}", case.show_deed(o), o.judgment.verdict));
        lines.extend(o.judgment.text.iter().map(|t| format!("  {t}")));
    }
    for d in case.duties() {
        lines.push(format!(
            "{} {:?} due {:?} late {} unknown {:?}",
            case.show_duty(d.id),
            d.state,
            d.due,
            d.late,
            d.unknown
        ));
    }
    lines
}
