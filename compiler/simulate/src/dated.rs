//! Acts with a date in an experiment, on top of the interpreter.

use crate::error::SimError;
use rogatio_calendar::Day;
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Env};
use rogatio_mir::{CaseAct, CaseActKind, Experiment, Guard, ScenarioItemKind, StampTime};
use std::collections::VecDeque;
use std::sync::Arc;

/// The order of the acts with a date of an experiment: which lines, by day, those of one day as they are written; of a
/// line the actors one after the other, each in a step of its own.
#[derive(Clone, Debug)]
pub(crate) struct Order(Arc<Vec<(Day, usize, usize)>>);

impl Order {
    pub(crate) fn new(experiment: &Experiment) -> Result<Order, SimError> {
        let mut all = Vec::new();
        for (i, item) in experiment.items.iter().enumerate() {
            if let (Some(stamp), ScenarioItemKind::Act(act)) = (&item.at, &item.kind) {
                match stamp.time {
                    StampTime::Day(day) if day >= experiment.begin => {
                        all.extend((0..act.actors.len()).map(|n| (day, i, n)));
                    }
                    StampTime::Day(_) => {
                        return Err(SimError::Unplayed(
                            "an act before the run begins",
                            item.span,
                        ));
                    }
                    StampTime::Instant(_) => {
                        return Err(SimError::Unplayed("an act with a time of day", item.span));
                    }
                }
            }
        }
        all.sort_by_key(|(day, ..)| *day);
        Ok(Order(Arc::new(all)))
    }

    /// For a run.
    pub(crate) fn of<'e>(&self, experiment: &'e Experiment) -> Dated<'e> {
        let acts = self
            .0
            .iter()
            .filter_map(|(day, i, n)| match &experiment.items[*i].kind {
                ScenarioItemKind::Act(act) => Some((*day, act, act.actors[*n])),
                _ => None,
            });
        Dated(acts.collect())
    }
}

/// Acts with a date that are still to come in a run, the next one first.
pub(crate) struct Dated<'e>(VecDeque<(Day, &'e CaseAct, Option<Guard>)>);

impl Dated<'_> {
    /// The day of the next one.
    pub(crate) fn next(&self) -> Option<Day> {
        self.0.front().map(|(day, ..)| *day)
    }

    /// Does the next one.
    pub(crate) fn perform(&mut self, case: &mut Case) -> Result<(), SimError> {
        let Some((day, act, actor)) = self.0.pop_front() else {
            return Ok(());
        };
        let input = input(case, act, actor)?;
        let done = case.perform(day, input);
        done.map(|_| ())
            .map_err(|e| SimError::Replay(e.to_string()))
    }
}

fn input(case: &Case, act: &CaseAct, actor: Option<Guard>) -> Result<ActInput, SimError> {
    let entity = |g: Option<Guard>| -> Result<Option<Entity>, SimError> {
        let Some(g) = g else { return Ok(None) };
        match case.eval(g, &Env::new()).entity() {
            Some(e) => Ok(Some(e)),
            None => Err(SimError::Replay("an act of nobody known".to_owned())),
        }
    };
    let kind = match &act.act {
        CaseActKind::Act(a) => ActKind::Act(*a),
        CaseActKind::Vote(d, ballot, label, s) => ActKind::Vote {
            decision: *d,
            subject: entity(*s)?,
            ballot: *ballot,
            label: *label,
        },
        CaseActKind::Casting(d, ballot, s) => ActKind::Casting {
            decision: *d,
            subject: entity(*s)?,
            ballot: *ballot,
        },
        CaseActKind::Declare(d, outcome, s) => ActKind::Declare {
            decision: *d,
            subject: entity(*s)?,
            outcome: *outcome,
        },
        CaseActKind::Object(d, s) => ActKind::Object {
            decision: *d,
            subject: entity(*s)?,
        },
        CaseActKind::Gavel(d, s) => ActKind::Gavel {
            decision: *d,
            subject: entity(*s)?,
        },
    };
    Ok(ActInput {
        act: kind,
        actor: entity(actor)?,
        under: act.under,
        for_whom: entity(act.for_whom)?,
        to: entity(act.to)?,
        args: (act.args.iter())
            .map(|g| g.map(|g| case.eval(g, &Env::new())))
            .collect(),
        binder: act.binder.clone(),
        recalled: false,
    })
}
