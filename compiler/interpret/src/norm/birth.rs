//! Births of the instances of norms (R28, R29).

use super::*;

/// Births whose condition was tested in the state before the event's effects (R28).
pub(crate) struct BornBefore {
    pub(super) birth: Birth,
    /// Filters and ordinals of the event (`upon 2nd E`), tested after the pass (R4).
    pub(super) after: Option<Guard>,
    pub(super) env: Env,
}

/// An instance to be born.
pub(crate) struct Birth {
    pub(super) norm: NormId,
    pub(super) keys: Vec<Value>,
    /// Those for whom it asks.
    pub(super) several: Vec<Vec<Recipient>>,
    pub(super) born: Moment,
    pub(super) cause: Arc<Cause>,
    pub(super) uncertain: Option<ClauseSet>,
    pub(super) round: i64,
    /// The point that chooses its versions.
    pub(super) version: Point,
}

impl Case {
    /// Tests the conditions of births before the pass changes anything.
    pub(crate) fn births_before(&self, batch: &Batch) -> Vec<BornBefore> {
        self.births_of(&batch.triggers)
    }

    pub(super) fn births_of(&self, triggers: &[Trigger]) -> Vec<BornBefore> {
        let seen = triggers.iter().filter(|t| !matches!(t.seen, Seen::UpTo(_)));
        seen.flat_map(|t| self.births_at(t, true)).collect()
    }

    /// Births at a trigger; their conditions are tested unless they make no difference.
    fn births_at(&self, trigger: &Trigger, test: bool) -> Vec<BornBefore> {
        let mut out = Vec::new();
        let key: OnKey = trigger.key(self);
        for (norm, i) in self.index().births.get(&key).into_iter().flatten() {
            let Some(born) = self.program().norms.get(norm.index()) else {
                continue;
            };
            let Some(birth) = born.duty.as_ref().and_then(|d| d.births.get(*i)) else {
                continue;
            };
            let by_trigger = self.version_of_trigger(born, trigger);
            let base = Env::new().in_versions_of(by_trigger.and_then(|p| self.chosen_at(p)));
            let found = self.matches(&birth.on, &birth.each, trigger, &base);
            for (mut env, mut uncertain) in found {
                self.at_visit_of(born, &mut env);
                let guard = birth.guard.filter(|_| test);
                match guard.map_or(Truth::True, |g| Eval::new(self).truth(g, &mut env)) {
                    Truth::True => {}
                    Truth::False => continue,
                    Truth::Unknown(c) => uncertain = Some(uncertain.unwrap_or_default().union(&c)),
                }
                let keys = birth.keys.iter();
                let keys: Vec<Value> = keys.map(|g| Eval::new(self).value(*g, &mut env)).collect();
                let version = env.version.or(by_trigger);
                let version = version.unwrap_or(self.state().now.point);
                out.push(BornBefore {
                    birth: Birth {
                        norm: *norm,
                        several: self.recipients(*norm, &keys, trigger.moment, version),
                        keys,
                        born: trigger.moment,
                        cause: trigger.cause.clone(),
                        uncertain,
                        round: 1,
                        version,
                    },
                    after: birth.after,
                    env,
                });
            }
        }
        out
    }

    /// Instances that may have been born of a condition, which has turned out to be false.
    pub(super) fn never_born(&self, batch: &Batch) -> Vec<(DutyId, Arc<Cause>)> {
        let mut out = Vec::new();
        for trigger in batch.triggers.iter().filter(|t| t.uncertain.is_none()) {
            let TriggerKind::Fall(e, key) = &trigger.kind else {
                continue;
            };
            let rise = Trigger {
                kind: TriggerKind::Rise(*e, key.clone()),
                ..trigger.clone()
            };
            for b in self.births_at(&rise, false) {
                let keys: Vec<Option<Value>> = b.birth.keys.into_iter().map(Some).collect();
                let latest = self.state().duties.latest(b.birth.norm, &keys);
                let unborn = latest.filter(|d| d.unborn && d.is_open());
                out.extend(unborn.map(|d| (d.id, trigger.cause.clone())));
            }
        }
        out
    }

    pub(crate) fn give_birth(&mut self, b: Birth) -> Vec<Trigger> {
        let program = self.program_arc();
        let Some((norm, duty)) = program
            .norms
            .get(b.norm.index())
            .and_then(|n| Some((n, n.duty.as_ref()?)))
        else {
            return Vec::new();
        };
        let keys: Vec<Option<Value>> = b.keys.iter().cloned().map(Some).collect();
        let latest = self.state().duties.latest(b.norm, &keys);
        if let Some(d) = latest.filter(|d| d.is_open()) {
            // What may have been born is born now; anything else absorbs the trigger (R29).
            if !d.unborn || b.uncertain.is_some() {
                return Vec::new();
            }
            let duty = d.id;
            let mut out = self.change_duty(DutyChange {
                duty,
                change: Change::Born(b.born, b.version, b.several),
                cause: b.cause.clone(),
            });
            if self.duty(duty).is_some_and(DutyInstance::is_done_for_all) {
                out.extend(self.change_duty(DutyChange {
                    duty,
                    change: Change::Fulfil(None),
                    cause: b.cause,
                }));
            }
            return out;
        }
        let id = self.state().duties.next();
        let mut d = DutyInstance {
            id,
            norm: b.norm,
            keys: b.keys,
            born: b.born,
            version: (!reads_the_day(norm)).then_some(b.version),
            cause: Cause::new(
                CauseKind::Norm(b.norm, NormState::Open, id),
                self.state().now,
                Some(norm.provision),
                Some(b.cause),
            ),
            state: NormState::Pending,
            opened: false,
            opens: None,
            opens_pending: false,
            due: None,
            due_before: false,
            due_at_birth: None,
            due_point: Point::NEVER,
            anchor: Point::NEVER,
            proviso: 0,
            round: b.round,
            fulfilled_by: None,
            several: b.several,
            late: false,
            done_before_lapse: false,
            settled: None,
            ended_by: None,
            unassessed: norm.is_unassessed(),
            unknown: None,
            perhaps_done: None,
            unclear: None,
            unborn: b.uncertain.is_some(),
            doubt: b.uncertain,
            violations: Vec::new(),
            wake: Point::NEVER,
            next_round_born: duty.every.is_none(),
            hangs: false,
        };
        if duty.every.is_some() && d.round == 1 {
            d.round = self.first_round_ahead(&d, duty);
        }
        let window = self.duty_window(&d, duty);
        self.fit_window(&mut d, &window);
        d.due_at_birth = d.deadline();
        let mut env = self.duty_env(&d);
        let released = duty
            .release
            .is_some_and(|g| Eval::new(self).truth(g, &mut env).is_true());
        let met = if duty.scope_born {
            self.met_before(norm, &mut d)
        } else {
            None
        };
        if !d.several.is_empty() {
            self.weigh_doubts(&mut d, norm);
        }
        // Where there is nobody to do it for, nothing is left to be done.
        let nothing_left = d.is_done_for_all();
        let moment = self.state().now;
        let (keys, cause) = (d.keys.clone(), d.cause.clone());
        self.state_mut().put_duty(d, norm.modal);
        self.state_mut().touch(Dep::Norm(b.norm), Vec::new());
        let due = self.duty(id).and_then(DutyInstance::deadline);
        let text = self.words().arises(&self.show_duty(id), due);
        let doubtful = self.state().duty(id).is_some_and(|d| d.unborn);
        if doubtful {
            return Vec::new();
        }
        self.record(
            Happening::DutyBorn(id),
            text,
            moment,
            vec![norm.provision],
            Some(cause.clone()),
        );
        let state = self.state().duty(id).map_or(NormState::Open, |d| d.state);
        let mut out = vec![Trigger::plain(
            TriggerKind::Norm(b.norm, state, keys),
            moment,
            cause.clone(),
        )];
        let change = match met {
            Some(o) => Some(Change::Fulfil(Some(o))),
            None if nothing_left => Some(Change::Fulfil(None)),
            None if released => Some(Change::Release),
            None => None,
        };
        if let Some(change) = change {
            out.extend(self.change_duty(DutyChange {
                duty: id,
                change,
                cause,
            }));
        }
        out
    }

    /// Of a recurrent duty, the first round that is not over: who comes to owe it owes nothing for the rounds before.
    fn first_round_ahead(&self, d: &DutyInstance, duty: &rogatio_mir::Duty) -> i64 {
        let mut d = d.clone();
        let mut is_over = |round: i64| {
            d.round = round;
            matches!(self.duty_window(&d, duty).closes, Bound::At(_, p) if self.state().has_reached(p))
        };
        if !is_over(1) {
            return 1;
        }
        // Rounds follow each other: a round that is over, and one that is not.
        let (mut over, mut ahead) = (1_i64, 2_i64);
        while is_over(ahead) {
            let Some(next) = ahead.checked_mul(2) else {
                return ahead;
            };
            (over, ahead) = (ahead, next);
        }
        while over + 1 < ahead {
            let middle = over + (ahead - over) / 2;
            match is_over(middle) {
                true => over = middle,
                false => ahead = middle,
            }
        }
        ahead
    }

    /// An act that did it already (R28: born with its scope).
    fn met_before(&self, norm: &Norm, d: &mut DutyInstance) -> Option<crate::OccurrenceId> {
        let state = self.state();
        let ballots = |p: &Demand| matches!(p, Demand::Vote { .. });
        let ids: Vec<crate::OccurrenceId> = match norm.demand.parts().iter().any(ballots) {
            true => state.occurrences.iter().map(|o| o.id).collect(),
            // What no act of the module fulfils, nobody has done.
            false => {
                let of = |a| state.occurrences_of.get(&a).into_iter().flatten().copied();
                let mut ids: Vec<_> = norm.demand.acts().flat_map(of).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            }
        };
        if ids.is_empty() || !self.has_opened(norm, d) {
            return None;
        }
        let found = ids.iter();
        let found = found.filter_map(|id| state.occurrences.get(id.index()));
        for o in found.filter(|o| o.judgment.verdict == Verdict::Valid) {
            if self.does(d, norm, o) && !self.deliver(d, norm, o.id) {
                return Some(o.id);
            }
        }
        None
    }
}

/// An invariant without deadline holds as the text of the day has it (R32, R47b).
fn reads_the_day(norm: &Norm) -> bool {
    let deadline = norm.duty.as_ref().is_some_and(|d| {
        d.window.closes.is_some() || !d.window.closes_on.is_empty() || d.every.is_some()
    });
    matches!(norm.demand, Demand::Ensure(_)) && !deadline
}
