//! Instances of norms: births, fulfilment, lapse, release, invariants (R28-R33).

mod behind;
mod birth;
mod invariant;
mod look;
mod several;
mod unordered;
mod window;

pub(crate) use birth::{Birth, BornBefore};
pub(crate) use window::{Bound, Windowed, window_of};

use crate::eval::Eval;
use crate::index::OnKey;
use crate::judge::names_for;
use crate::state::{
    Cause, CauseKind, Deadline, Dep, DutyId, DutyInstance, Happening, Occurrence, Recipient,
    Verdict, Violation,
};
use crate::step::{Effects, next_lapse};
use crate::timer::firing_point;
use crate::trigger::{Batch, Seen, Trigger, TriggerKind};
use crate::{Case, ClauseSet, Env, Moment, OccurrenceId, Precision, Truth, Value};
use rogatio_calendar::{Phase, Point};
use rogatio_mir::{Demand, Duty, Firing, Guard, Modal, Norm, NormId, NormState, On, Window};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A change of an instance.
pub(crate) struct DutyChange {
    pub(crate) duty: DutyId,
    pub(crate) change: Change,
    pub(crate) cause: Arc<Cause>,
}

pub(crate) enum Change {
    Window(Windowed, usize),
    Fulfil(Option<OccurrenceId>),
    /// What may have been born is born, of an event of that time, in the version of that point.
    Born(Moment, Point, Vec<Vec<Recipient>>),
    /// What may have been born never was.
    Unborn,
    /// What it asks for was perhaps done, by this act.
    Doubt(ClauseSet, Option<OccurrenceId>),
    /// Whether what must always hold holds now cannot be said, or can be said again.
    Unclear(Option<ClauseSet>),
    /// Its time is over, and whether a proviso prolongs it cannot be said (R30c).
    Hang(ClauseSet),
    Lapse,
    Release,
    Violation(bool),
    RoundDone,
    /// The window of the next round, in the same instance.
    NextRound(Windowed),
}

impl Case {
    /// Norms read the frozen result of the pass.
    pub(crate) fn norms(&self, batch: &Batch, before: Vec<BornBefore>, fx: &mut Effects) {
        let later: Vec<Trigger> = batch
            .triggers
            .iter()
            .filter(|t| matches!(t.seen, Seen::After(_)))
            .cloned()
            .collect();
        for mut b in before.into_iter().chain(self.births_of(&later)) {
            let truth = b
                .after
                .iter()
                .map(|g| Eval::new(self).truth(*g, &mut b.env))
                .fold(Truth::True, Truth::and);
            if !truth.is_false() {
                if let Truth::Unknown(c) = truth {
                    b.birth.uncertain =
                        Some(b.birth.uncertain.take().unwrap_or_default().union(&c));
                }
                fx.births.push(b.birth);
            }
        }
        let mut done: BTreeSet<DutyId> = BTreeSet::new();
        let mut delivered: BTreeMap<DutyId, DutyInstance> = BTreeMap::new();
        for trigger in &batch.triggers {
            let TriggerKind::Act(id) = trigger.kind else {
                continue;
            };
            let Some(o) = self.state().occurrences.get(id.index()) else {
                continue;
            };
            for duty in self.duties_met(o) {
                let change = match o.judgment.verdict {
                    Verdict::Valid => {
                        let d = self.state().duty(duty);
                        let norm = d.and_then(|d| self.program().norms.get(d.norm.index()));
                        let leaves_some = d.zip(norm).is_some_and(|(d, norm)| {
                            let d = delivered.entry(duty).or_insert_with(|| d.clone());
                            self.deliver(d, norm, id)
                        });
                        if !leaves_some {
                            done.insert(duty);
                        }
                        Change::Fulfil(Some(id))
                    }
                    Verdict::Undetermined => Change::Doubt(o.judgment.clauses.clone(), Some(id)),
                    Verdict::Void | Verdict::Pending => continue,
                };
                fx.duties.push(DutyChange {
                    duty,
                    change,
                    cause: trigger.cause.clone(),
                });
            }
        }
        for (duty, cause) in self.never_born(batch) {
            done.insert(duty);
            fx.duties.push(DutyChange {
                duty,
                change: Change::Unborn,
                cause,
            });
        }
        for (duty, cause) in self.not_before(batch) {
            done.insert(duty);
            fx.duties.push(DutyChange {
                duty,
                change: Change::Lapse,
                cause,
            });
        }
        let look = self.duties_to_look_at();
        let all = look.union(&self.duties_closed_by(batch)).copied().collect();
        for d in BTreeSet::difference(&all, &done).filter_map(|id| self.state().duty(*id)) {
            self.follow(d, batch, look.contains(&d.id), fx);
        }
    }

    /// Duties that an act does what they ask: outstanding, their window opened.
    pub(crate) fn duties_met(&self, o: &Occurrence) -> Vec<DutyId> {
        let norms = match &o.act {
            crate::ActKind::Act(a) => self.index().demands.get(&a.0),
            crate::ActKind::Vote { decision, .. } => self.index().votes.get(&decision.0),
            _ => None,
        };
        let mut met = Vec::new();
        for n in norms.into_iter().flatten() {
            let Some(norm) = self.program().norms.get(n.index()) else {
                continue;
            };
            for d in self.duties_about(*n, norm, o, names_for(norm)) {
                // A right that has lapsed unused is no longer used.
                let meant = d.is_open() || (norm.modal != Modal::May && d.is_outstanding());
                if meant && self.meets(norm, d, o) {
                    met.push(d.id);
                }
            }
        }
        met
    }

    /// Whether an act does what an instance asks, its window having opened.
    pub(crate) fn meets(&self, norm: &Norm, d: &DutyInstance, o: &Occurrence) -> bool {
        self.has_opened(norm, d) && self.does(d, norm, o)
    }

    fn has_opened(&self, norm: &Norm, d: &DutyInstance) -> bool {
        d.state != NormState::Pending || self.opened_by_now(norm, d)
    }

    /// Whether an act is what an instance asks, for one for whom it still asks.
    fn does(&self, d: &DutyInstance, norm: &Norm, o: &Occurrence) -> bool {
        let found = self.applies_to_subject(norm, o, &self.duty_env(d));
        let surely = |mut a: crate::judge::Applies| {
            a.uncertain.is_none()
                && self.demand_holds(norm, &mut a).is_true()
                && !self.asks_for(d, norm, &a.env).is_false()
                && self.is_joint_enough(norm, &a.env, o)
        };
        found.into_iter().any(surely)
    }

    fn opened_by_now(&self, norm: &Norm, d: &DutyInstance) -> bool {
        norm.duty
            .as_ref()
            .is_some_and(|duty| self.duty_window(d, duty).has_opened(self.state()).is_true())
    }

    /// Follows an instance: its window, its lapse, the next round.
    fn follow(&self, d: &DutyInstance, batch: &Batch, look: bool, fx: &mut Effects) {
        let Some(norm) = self.program().norms.get(d.norm.index()) else {
            return;
        };
        let Some(duty) = norm.duty.as_ref() else {
            return;
        };
        let now = self.state().now.point;
        let cause = || self.root_cause(batch);
        let recurring =
            duty.every.is_some() && !d.next_round_born && d.state != NormState::Released;
        let due = self.state().has_reached(d.due_point);
        let over = recurring && due && self.state().phase_at(d.due_point) >= Phase::Lapse;
        if over && d.unassessed && d.is_open() {
            // Nothing ends it, so the next round finds it open.
            let mut next = d.clone();
            next.round = d.round.saturating_add(1);
            fx.duties.push(DutyChange {
                duty: d.id,
                change: Change::NextRound(self.duty_window(&next, duty)),
                cause: cause(),
            });
            return;
        }
        if over {
            fx.duties.push(DutyChange {
                duty: d.id,
                change: Change::RoundDone,
                cause: cause(),
            });
            let round = d.round.saturating_add(1);
            let (keys, born) = (d.keys.clone(), d.born);
            // The next round is of the text then in force.
            if let Some(norm) = self.norm_in_force(d.norm) {
                fx.births.push(Birth {
                    norm,
                    several: self.recipients(norm, &keys, born, now),
                    keys,
                    born,
                    cause: d.cause.clone(),
                    uncertain: None,
                    round,
                    version: now,
                });
            }
        }
        if self.moved_on(d, norm, duty) {
            if d.is_open() {
                fx.duties.push(DutyChange {
                    duty: d.id,
                    change: Change::Release,
                    cause: cause(),
                });
            }
            let norm = self.norm_in_force(d.norm).unwrap_or(d.norm);
            fx.births.push(Birth {
                norm,
                several: self.recipients(norm, &d.keys, self.state().now, now),
                keys: d.keys.clone(),
                born: self.state().now,
                cause: cause(),
                uncertain: None,
                round: d.round,
                version: now,
            });
            return;
        }
        if !d.is_open() {
            return;
        }
        if let Some(change) = self.what_becomes_of(d, duty, batch, look) {
            fx.duties.push(DutyChange {
                duty: d.id,
                change,
                cause: cause(),
            });
        }
    }

    /// Whether the value that the window of a right is anchored on has moved to a later window: the old one is done with,
    /// used or not, and another instance waits for the new one (R30c).
    fn moved_on(&self, d: &DutyInstance, norm: &Norm, duty: &Duty) -> bool {
        if norm.modal != Modal::May
            || duty.every.is_some()
            || d.unborn
            || d.state == NormState::Released
            || d.anchor.is_never()
        {
            return false;
        }
        let keys: Vec<Option<Value>> = d.keys.iter().cloned().map(Some).collect();
        if self
            .latest_named(d.norm, &keys)
            .is_none_or(|l| l.id != d.id)
        {
            return false;
        }
        let mut anew = d.clone();
        anew.proviso = 0;
        let window = self.duty_window(&anew, duty);
        let ahead = match window.closes {
            Bound::At(_, p) => p != d.anchor && !self.state().has_reached(p),
            _ => false,
        };
        let waits = !d.is_open() || d.opened && window.has_opened(self.state()).is_false();
        let mut env = self.duty_env(d);
        let released = |g| Eval::new(self).truth(g, &mut env).is_true();
        ahead && waits && !duty.release.is_some_and(released)
    }

    /// What the events of a micro-step and the clock make of an open instance that nobody has fulfilled now.
    fn what_becomes_of(
        &self,
        d: &DutyInstance,
        duty: &Duty,
        batch: &Batch,
        look: bool,
    ) -> Option<Change> {
        let norm = self.program().norms.get(d.norm.index())?;
        if self.ends(d, &duty.release_on, batch) {
            return Some(Change::Release);
        }
        let closed = self.ends(d, &window_of(d, duty).closes_on, batch);
        if !closed && !look {
            return None;
        }
        let window = self.duty_window(d, duty);
        let ended = d.opened && window.during.as_ref().is_some_and(Truth::is_false);
        if ended && matches!(norm.demand, Demand::Ensure(_)) {
            return Some(Change::Release);
        }
        let due = match window.closes {
            Bound::At(_, p) => {
                // An end that is known only when it comes, as that of `during first S after E`, ends it then.
                let closing = window_of(d, duty).closes.map(|(_, f)| f) == Some(Firing::Closing);
                let at_once = closing && d.born.point < p;
                let lapses = at_once || self.state().phase_at(p) == Phase::Lapse;
                self.state().has_reached(p) && lapses
            }
            _ => false,
        };
        // What may not have been born cannot have lapsed; of a qualified duty nothing tells whether it was met (R33).
        if !(closed || due || ended || d.hangs)
            || d.unborn
            || d.unassessed
            || matches!(norm.demand, Demand::Anonymous(_))
        {
            // What made it look is looked at again when the step settles: releases and invariants.
            return Some(Change::Window(window.earlier(d.wake), d.proviso));
        }
        let perhaps_done = d.perhaps_done.clone().or_else(|| d.left_in_doubt());
        let over = perhaps_done.map_or(Change::Lapse, Change::Hang);
        Some(self.proviso(d, duty).unwrap_or(over))
    }

    /// Whether one of the events ends an instance.
    fn ends(&self, d: &DutyInstance, events: &[(On, Option<Guard>)], batch: &Batch) -> bool {
        events.iter().any(|(on, guard)| {
            batch.of(OnKey::of(on), None).iter().any(|t| {
                let found = self.matches(on, &[], t, &self.duty_env(d));
                found.into_iter().any(|(mut env, _)| {
                    guard.is_none_or(|g| Eval::new(self).truth(g, &mut env).is_true())
                })
            })
        })
    }

    /// The next proviso whose condition holds as the time lapses unused, or may hold (R30c).
    fn proviso(&self, d: &DutyInstance, duty: &Duty) -> Option<Change> {
        let mut env = self.duty_env(d);
        for (i, (_, g)) in duty.provisos.iter().enumerate().skip(d.proviso) {
            match Eval::new(self).truth(*g, &mut env) {
                Truth::False => {}
                Truth::Unknown(clauses) => return Some(Change::Hang(clauses)),
                Truth::True => {
                    let mut prolonged = d.clone();
                    prolonged.proviso = i + 1;
                    return Some(Change::Window(self.duty_window(&prolonged, duty), i + 1));
                }
            }
        }
        None
    }

    fn fit_window(&self, d: &mut DutyInstance, w: &Windowed) {
        d.opens = None;
        d.opens_pending = w.opens == Bound::Pending;
        d.due = None;
        d.due_point = Point::NEVER;
        d.wake = w.wake;
        let doubts = d.doubt.iter().chain(&d.unclear).cloned();
        let mut unknown: Option<ClauseSet> = doubts.reduce(|a, b| a.union(&b));
        match &w.opens {
            Bound::At(m, _) => d.opens = Some(*m),
            Bound::Unknown(c) => unknown = Some(unknown.unwrap_or_default().union(c)),
            Bound::Absent | Bound::Pending => {}
        }
        match &w.closes {
            Bound::At(m, p) => {
                let norm = self.program().norms.get(d.norm.index());
                let closes = norm.and_then(|n| window_of(d, n.duty.as_ref()?).closes);
                d.due = Some(*m);
                d.due_before = closes.is_some_and(|(_, f)| f == Firing::Closing);
                d.due_point = *p;
                if d.proviso == 0 {
                    d.anchor = *p;
                }
                if self.state().has_reached(*p) && !d.unassessed {
                    // Past already: it lapses in the next phase 1.
                    let now = self.state().now;
                    let now = if m.is_of_second_clock() {
                        now.second_clock.unwrap_or(Point::NEVER)
                    } else {
                        now.point
                    };
                    let next = next_lapse(now, m.precision != Precision::Second);
                    self.wake_for(next, &mut d.wake);
                }
            }
            Bound::Unknown(c) => unknown = Some(unknown.unwrap_or_default().union(c)),
            Bound::Absent | Bound::Pending => {}
        }
        if let Some(Truth::Unknown(c)) = &w.during {
            unknown = Some(unknown.unwrap_or_default().union(c));
        }
        d.unknown = unknown;
        if matches!(d.state, NormState::Pending | NormState::Open) {
            let opened = w.has_opened(self.state()).is_true();
            d.opened |= opened;
            d.state = if opened || d.opened {
                NormState::Open
            } else {
                NormState::Pending
            };
        }
    }

    /// Applies a change of an instance and tells what follows from it.
    pub(crate) fn change_duty(&mut self, c: DutyChange) -> Vec<Trigger> {
        self.changed_duty(c).unwrap_or_default()
    }

    fn changed_duty(&mut self, c: DutyChange) -> Option<Vec<Trigger>> {
        let program = self.program_arc();
        let now = self.state().now;
        let mut d = self.state().duty(c.duty)?.clone();
        let norm = program.norms.get(d.norm.index())?;
        let before = (d.state, d.late, d.due, d.opened, d.fulfilled_by);
        let was_due = d.deadline();
        let mut happening = None;
        let mut breach = false;
        match c.change {
            Change::Window(w, proviso) => {
                if !d.is_open() {
                    return None;
                }
                if d.proviso != proviso {
                    d.doubt = None;
                    d.hangs = false;
                }
                d.proviso = proviso;
                self.fit_window(&mut d, &w);
                happening = moved(&d, was_due);
                // What was done while it could not be said whether the time goes on.
                let by = d
                    .fulfilled_by
                    .and_then(|id| Some((id, self.occurrence(id)?)));
                if let Some((by, o)) = by.filter(|(_, o)| o.moment.point < d.due_point) {
                    (d.state, d.settled) = (NormState::Fulfilled, Some(o.moment));
                    happening = Some(Happening::DutyFulfilled {
                        duty: d.id,
                        by: Some(by),
                        late: false,
                    });
                }
            }
            Change::RoundDone => d.next_round_born = true,
            Change::NextRound(w) => {
                d.round = d.round.saturating_add(1);
                self.fit_window(&mut d, &w);
                happening = moved(&d, was_due);
            }
            Change::Born(at, version, several) => {
                (d.unborn, d.doubt, d.born) = (false, None, at);
                d.several = several;
                d.version = d.version.and(Some(version));
                let window = self.duty_window(&d, norm.duty.as_ref()?);
                self.fit_window(&mut d, &window);
                if !d.several.is_empty() {
                    self.weigh_doubts(&mut d, norm);
                }
                d.due_at_birth = d.deadline();
                happening = Some(Happening::DutyBorn(d.id));
            }
            Change::Unborn => {
                (d.state, d.unborn, d.doubt, d.unknown) = (NormState::None, false, None, None);
            }
            Change::Doubt(clauses, Some(by))
                if self.deliver_perhaps(&mut d, norm, by, &clauses) =>
            {
                self.weigh_doubts(&mut d, norm);
            }
            Change::Doubt(clauses, _) => {
                d.perhaps_done = Some(clauses.clone());
                d.unknown = Some(clauses.clone());
                d.doubt = Some(clauses);
            }
            Change::Unclear(clauses) => {
                d.unclear = clauses;
                d.unknown.clone_from(&d.unclear);
            }
            Change::Hang(clauses) => {
                d.unknown = Some(clauses.clone());
                d.doubt = Some(clauses);
                d.hangs = true;
                d.wake = Point::NEVER;
            }
            Change::Fulfil(Some(by)) if self.deliver(&mut d, norm, by) => {
                if !d.hangs {
                    self.weigh_doubts(&mut d, norm);
                }
            }
            // It is done; whether in time, or late after a lapse, stays as open as it was.
            Change::Fulfil(by) if d.hangs => d.fulfilled_by = d.fulfilled_by.or(by),
            Change::Fulfil(by) => {
                let late = d.state == NormState::Lapsed;
                d.late |= late;
                if late && self.might_be_before(&d, norm) {
                    self.state_mut().duties.order_missing = Some((now.point, d.id));
                }
                d.fulfilled_by = by;
                if !late {
                    d.state = NormState::Fulfilled;
                    d.settled = Some(now);
                }
                happening = Some(Happening::DutyFulfilled {
                    duty: d.id,
                    by,
                    late,
                });
            }
            Change::Lapse => {
                d.late |= d.is_open() && d.fulfilled_by.is_some();
                (d.unknown, d.doubt, d.hangs) = (None, None, false);
                // Done on the day it lapsed, without an order between the two: not in time (R33).
                d.done_before_lapse = d.state == NormState::Fulfilled;
                d.late |= d.done_before_lapse;
                if d.done_before_lapse {
                    self.state_mut().duties.order_missing = Some((now.point, d.id));
                }
                d.state = NormState::Lapsed;
                d.settled = Some(now);
                d.ended_by = Some(c.cause.clone());
                breach = matches!(norm.modal, Modal::Must | Modal::MustNot);
                happening = Some(Happening::DutyLapsed { duty: d.id, breach });
            }
            // What may have lapsed is not released for that (R30).
            Change::Release if d.hangs => return None,
            Change::Release => {
                d.ended_by = Some(c.cause.clone());
                for v in d.violations.iter_mut().filter(|v| v.end.is_none()) {
                    v.end = Some(now);
                }
                d.state = NormState::Released;
                d.settled = Some(now);
                happening = Some(Happening::DutyReleased(d.id));
            }
            Change::Violation(true) => {
                d.state = NormState::Breached;
                d.ended_by = Some(c.cause.clone());
                d.violations.push(Violation {
                    start: now,
                    end: None,
                });
                happening = Some(Happening::ViolationStarted(d.id));
            }
            Change::Violation(false) => {
                d.state = NormState::Open;
                for v in d.violations.iter_mut().filter(|v| v.end.is_none()) {
                    v.end = Some(now);
                }
                happening = Some(Happening::ViolationEnded(d.id));
            }
        }
        let after = (d.state, d.late, d.due, d.opened, d.fulfilled_by);
        let (id, n, state, keys) = (d.id, d.norm, d.state, d.keys.clone());
        self.state_mut().put_duty(d, norm.modal);
        if before != after {
            self.state_mut().touch(Dep::Norm(n), Vec::new());
        }
        let cause = Cause::new(
            CauseKind::Norm(n, state, id),
            now,
            Some(norm.provision),
            Some(c.cause),
        );
        if let Some(what) = happening {
            let text = self.show_happening(&what);
            self.record(what, text, now, vec![norm.provision], Some(cause.clone()));
        }
        let moment = match state {
            // `D after lapse` counts from the last day (R1).
            NormState::Lapsed if now.point.phase() == Phase::Lapse => Moment {
                day: now.point.held_through(),
                ..now
            },
            _ => now,
        };
        if before.0 == state {
            return None;
        }
        let kind = |state| TriggerKind::Norm(n, state, keys.clone());
        let mut out = vec![Trigger::plain(kind(state), moment, cause.clone())];
        if breach {
            // The breach begins when the time is over, and is dated so.
            out.push(Trigger::plain(kind(NormState::Breached), now, cause));
        }
        Some(out)
    }

    /// Whether an instance is in a state as the text means it (R30b).
    pub(crate) fn duty_is(&self, d: &DutyInstance, state: NormState) -> bool {
        let modal = self.program().norms.get(d.norm.index()).map(|n| n.modal);
        match state {
            // What should be and is not falls short: no breach (R32).
            NormState::Breached => {
                let binding = matches!(modal, Some(Modal::Must | Modal::MustNot));
                binding && matches!(d.state, NormState::Breached | NormState::Lapsed)
            }
            NormState::Lapsed if modal == Some(Modal::Should) => {
                matches!(d.state, NormState::Lapsed | NormState::Breached)
            }
            other => d.state == other,
        }
    }
}

/// That an open instance is due at another time than it was.
fn moved(d: &DutyInstance, was_due: Option<Deadline>) -> Option<Happening> {
    let due = d.deadline();
    let (duty, moves) = (d.id, due != was_due && d.is_open() && !d.unborn);
    moves.then_some(Happening::DueMoved { duty, due })
}
