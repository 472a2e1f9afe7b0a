//! The step (R11): one pass over the latches, then norms, procedures and decisions, until nothing more happens.

use crate::eval::Eval;
use crate::frozen::{Freeze, Frozen};
use crate::index::OnKey;
use crate::norm::BornBefore;
use crate::state::{Cause, CauseKind, Entry, Happening, Parent, Scheduled};
use crate::trigger::{Batch, Seen, Trigger, TriggerKind};
use crate::{Case, ClauseSet, Entity, Env, Moment, Precision, Truth, Value};
use rogatio_calendar::{Instant, Phase, Point};
use rogatio_mir::{DecisionId, Effect, FieldId, Latch, ProcedureId, ProvisionId, RuleId};
use std::sync::Arc;

/// More micro-steps than the program's own bound allows before a step is given up.
const SLACK: u32 = 64;

/// A rule that applies.
pub(crate) struct Hit {
    pub(crate) rule: RuleId,
    pub(crate) trigger: Trigger,
    pub(crate) env: Env,
    pub(crate) uncertain: Option<ClauseSet>,
}

/// What norms, procedures and decisions want changed: applied together after all have read the same state.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) births: Vec<crate::norm::Birth>,
    pub(crate) duties: Vec<crate::norm::DutyChange>,
    pub(crate) moves: Vec<Move>,
    pub(crate) creates: Vec<Create>,
    pub(crate) stuck: Vec<Freeze>,
    pub(crate) thawed: Vec<Entity>,
    pub(crate) for_good: Vec<Entity>,
    pub(crate) opens: Vec<(DecisionId, Option<Entity>, Arc<Cause>)>,
    pub(crate) next_steps: Vec<(DecisionId, Option<Entity>, Arc<Cause>)>,
    /// Closed for ballots, the result not known yet (R42).
    pub(crate) waits: Vec<(crate::decision::Closure, crate::state::Awaited)>,
    pub(crate) closes: Vec<crate::decision::Closure>,
}

/// An instance goes to another stage.
pub(crate) struct Move {
    pub(crate) instance: Entity,
    pub(crate) target: u32,
    pub(crate) provision: ProvisionId,
    pub(crate) cause: Arc<Cause>,
}

/// An instance is opened.
pub(crate) struct Create {
    pub(crate) procedure: ProcedureId,
    pub(crate) fields: Vec<(FieldId, Value)>,
    /// Whether it is opened cannot be said.
    pub(crate) doubt: Option<ClauseSet>,
    /// The stage that opens it; none for acts and events.
    pub(crate) parent: Option<Parent>,
    pub(crate) cause: Arc<Cause>,
}

impl Case {
    /// Runs the clock up to a point: everything before it, and with `inclusive` everything at it.
    pub(crate) fn run_to(&mut self, to: Point, inclusive: bool) {
        while let Some(next) = self.state().next_wake() {
            if next > to || (next == to && !inclusive) || self.state().runaway.is_some() {
                break;
            }
            self.clock_step(next);
        }
        if to > self.state().now.point {
            self.set_now(to, None);
        }
    }

    pub(crate) fn set_now(&mut self, point: Point, precision: Option<Precision>) {
        let by_clock = if Instant(point.second()).is_midnight() {
            Precision::Day
        } else {
            Precision::Second
        };
        let state = self.state_mut();
        state.now = Moment {
            second_clock: state.now.second_clock,
            ..Moment::at_point(point, precision.unwrap_or(by_clock))
        };
        state.version += 1;
    }

    /// All clock items of one second and phase are one step.
    fn clock_step(&mut self, at: Point) {
        let same = |p: Point| p.second() == at.second() && p.phase() == at.phase();
        self.set_now(at.max(self.state().now.point), None);
        let mut triggers = Vec::new();
        while let Some((p, timer, key)) = self.state().armed.first().cloned() {
            if !(same(p) || p <= at) {
                break;
            }
            self.state_mut().armed.remove(&(p, timer, key.clone()));
            triggers.extend(self.fire(timer, &key, Seen::ByAll));
        }
        let state = self.state_mut();
        while state.wakes.first().is_some_and(|p| same(*p) || *p <= at) {
            state.wakes.pop_first();
        }
        let mut assumed = Vec::new();
        while let Some(entry) = self.state_mut().scheduled.first_entry() {
            if !(same(*entry.key()) || *entry.key() <= at) {
                break;
            }
            assumed.extend(entry.remove());
        }
        for item in assumed {
            triggers.extend(self.scheduled_item(item));
        }
        self.step(triggers);
    }

    pub(crate) fn scheduled_now(&mut self, item: Scheduled) -> Vec<Trigger> {
        self.scheduled_item(item).into_iter().collect()
    }

    fn scheduled_item(&mut self, item: Scheduled) -> Option<Trigger> {
        let now = self.state().now;
        match item {
            Scheduled::Given(g, key) => {
                self.state_mut().touch(crate::state::Dep::Given(g), key);
                None
            }
            Scheduled::Start(s, key, value) => {
                let cause = Cause::new(CauseKind::Assumed, now, None, None);
                self.begin_status(s, &key, value, now, cause.clone(), None)
                    .then(|| Trigger::plain(TriggerKind::Started(s, key), now, cause))
            }
            Scheduled::End(s, key) => {
                let cause = Cause::new(CauseKind::Assumed, now, None, None);
                self.end_status(s, &key, now, cause.clone(), None)
                    .then(|| Trigger::plain(TriggerKind::Ended(s, key), now, cause))
            }
        }
    }

    /// One step at the present point.
    pub(crate) fn step(&mut self, triggers: Vec<Trigger>) {
        self.step_then(triggers, Vec::new());
    }

    /// The same, with occurrences for its second micro-step.
    pub(crate) fn step_then(&mut self, triggers: Vec<Trigger>, mut then: Vec<Trigger>) {
        let bound = self.program().cascade_bound.saturating_add(SLACK);
        let mut batch = Batch::new(self, triggers);
        let mut micro = 0;
        loop {
            if micro > bound {
                let at = self.state().now;
                self.state_mut().runaway = Some(format!(
                    "the consequences of what happened on {at} do not come to an end"
                ));
                return;
            }
            micro += 1;
            let before = self.births_before(&batch);
            self.pass(&mut batch);
            let mut next = self.react(&batch, before);
            next.append(&mut then);
            let next = if next.is_empty() && batch.late.is_empty() {
                self.settle(&batch)
            } else {
                next
            };
            let late = std::mem::take(&mut batch.late);
            if next.is_empty() && late.is_empty() {
                break;
            }
            batch = Batch::new(self, next.into_iter().chain(late).collect());
        }
        self.arm_closings();
        if !self.state().enacted.is_empty() {
            self.enter_enacted();
        }
    }

    fn pass(&mut self, batch: &mut Batch) {
        let program = self.program_arc();
        for (position, latch) in program.order.iter().enumerate() {
            match latch {
                Latch::Status(s) => self.status_latch(*s, position, batch),
                Latch::Hist(h) => self.hist_latch(*h, position, batch),
                Latch::Edge(e) => self.edge_latch(*e, position, batch),
                Latch::Timer(t) => self.timer_latch(*t, position, batch),
            }
        }
    }

    /// The rules of the latch at a position that apply.
    pub(crate) fn hits(&self, position: usize, batch: &Batch) -> Vec<Hit> {
        let program = self.program();
        let mut hits = Vec::new();
        for id in self.index().rules_at.get(position).into_iter().flatten() {
            let Some(rule) = program.rules.get(id.0 as usize) else {
                continue;
            };
            if matches!(rule.effect, Effect::Watch) {
                continue;
            }
            for trigger in batch.of(OnKey::of(&rule.on), Some(position)) {
                for (mut env, uncertain) in
                    self.matches(&rule.on, &rule.each, &trigger, &Env::new())
                {
                    let truth = rule
                        .guard
                        .map_or(Truth::True, |g| Eval::new(self).truth(g, &mut env));
                    let uncertain = match truth {
                        Truth::False => continue,
                        Truth::True => uncertain,
                        Truth::Unknown(c) => Some(uncertain.map_or(c.clone(), |u| u.union(&c))),
                    };
                    hits.push(Hit {
                        rule: *id,
                        trigger: trigger.clone(),
                        env,
                        uncertain,
                    });
                }
            }
        }
        hits
    }

    fn react(&mut self, batch: &Batch, before: Vec<BornBefore>) -> Vec<Trigger> {
        let mut fx = Effects::default();
        self.refresh_frozen_parts();
        self.norms(batch, before, &mut fx);
        self.procedures(batch, &mut fx);
        self.decisions(batch, &mut fx);
        self.apply(fx)
    }

    /// Applies what was decided; what it emits is for the next micro-step.
    pub(crate) fn apply(&mut self, mut fx: Effects) -> Vec<Trigger> {
        let mut out = Vec::new();
        for change in std::mem::take(&mut fx.duties) {
            out.extend(self.change_duty(change));
        }
        for birth in std::mem::take(&mut fx.births) {
            out.extend(self.give_birth(birth));
        }
        for e in std::mem::take(&mut fx.thawed) {
            self.set_free(e);
        }
        for e in std::mem::take(&mut fx.for_good) {
            if let Some(i) = self.state_mut().instances.get_mut(&e) {
                i.frozen.for_good = true;
            }
        }
        for freeze in std::mem::take(&mut fx.stuck) {
            self.freeze(freeze);
        }
        for m in std::mem::take(&mut fx.moves) {
            out.extend(self.move_instance(&m));
        }
        for c in std::mem::take(&mut fx.creates) {
            let doubt = c.doubt.clone();
            let (e, trigger) = self.create_instance(None, c);
            out.extend(trigger);
            if let (Some(instance), Some(clauses)) = (e, doubt) {
                self.freeze(Freeze {
                    instance,
                    clauses,
                    frozen: Frozen::for_good(),
                });
            }
        }
        out.extend(self.apply_decisions(&mut fx));
        out
    }

    /// Adds a line to the timeline.
    pub(crate) fn record(
        &mut self,
        what: Happening,
        text: String,
        moment: Moment,
        provisions: Vec<ProvisionId>,
        cause: Option<Arc<Cause>>,
    ) {
        let recalled = cause.as_ref().is_some_and(|c| c.recalled);
        let point = self.state().now.point;
        let text = self.say(text);
        let entry = Entry {
            point,
            day: moment.day,
            moment,
            what,
            text,
            provisions,
            cause,
            recalled,
        };
        self.state_mut().timeline.push(entry);
    }

    /// The time at which the effects of a trigger are dated.
    pub(crate) fn effect_moment(&self, trigger: &Trigger) -> Moment {
        let now = self.state().now;
        Moment {
            precision: trigger.moment.precision,
            ..now
        }
    }

    /// What something that changed in this micro-step is due to.
    pub(crate) fn root_cause(&self, batch: &Batch) -> Arc<Cause> {
        batch
            .root()
            .unwrap_or_else(|| Cause::new(CauseKind::Time, self.state().now, None, None))
    }
}

impl Trigger {
    pub(crate) fn plain(kind: TriggerKind, moment: Moment, cause: Arc<Cause>) -> Trigger {
        Trigger {
            kind,
            moment,
            uncertain: None,
            cause,
            seen: Seen::ByAll,
        }
    }
}

/// The next point of phase 1 that is not before a point (R30b: born past its deadline).
pub(crate) fn next_lapse(now: Point, day_precise: bool) -> Point {
    if now.phase() <= Phase::Lapse {
        return now.with_phase(Phase::Lapse);
    }
    if day_precise {
        return Point::next_day_phase(Instant(now.second()).day(), Phase::Lapse);
    }
    let next = match now.second_clock() {
        Some(s) => Point::of_second_clock(s + 1, Phase::Lapse, 0),
        None => Point::new(now.second() + 1, Phase::Lapse, 0),
    };
    next.unwrap_or(Point::NEVER)
}
