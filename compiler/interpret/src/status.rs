//! Statuses at their place in the pass (R16, R21).

use crate::eval::Eval;
use crate::state::{Cause, CauseKind, Dep, Happening, Interval};
use crate::step::Hit;
use crate::trigger::{Batch, Seen, Trigger, TriggerKind};
use crate::{Case, ClauseSet, Env, Key, Moment, Truth, Value};
use rogatio_mir::{Effect, Guard, RuleId, StatusId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the rules want for one key.
#[derive(Default)]
struct Wanted {
    end: Option<Hit>,
    starts: Vec<(Option<Value>, Hit)>,
    doubt: Option<ClauseSet>,
}

impl Case {
    pub(crate) fn status_latch(&mut self, s: StatusId, position: usize, batch: &mut Batch) {
        let program = self.program_arc();
        let Some(status) = program.statuses.get(s.index()) else {
            return;
        };
        let mut wanted: BTreeMap<Key, Wanted> = BTreeMap::new();
        for mut hit in self.hits(position, batch) {
            let Some(rule) = program.rules.get(hit.rule.0 as usize) else {
                continue;
            };
            let (keys, value, start) = match &rule.effect {
                Effect::Start(keys, value) => (keys, *value, true),
                Effect::End(keys) => (keys, None, false),
                _ => continue,
            };
            let Some(key) = self.write_key(keys, &mut hit.env) else {
                continue;
            };
            let value = value.map(|v| Eval::new(self).value(v, &mut hit.env));
            let w = wanted.entry(key).or_default();
            if let Some(c) = &hit.uncertain {
                w.doubt = Some(w.doubt.take().unwrap_or_default().union(c));
            } else if start && value != Some(Value::None) {
                w.starts.push((value, hit));
            } else if w.end.is_none() {
                w.end = Some(hit);
            }
        }
        for (key, w) in wanted {
            self.decide_status(s, status.value.is_some(), &key, w, position, batch);
        }
    }

    fn decide_status(
        &mut self,
        s: StatusId,
        valued: bool,
        key: &Key,
        w: Wanted,
        position: usize,
        batch: &mut Batch,
    ) {
        let line = self
            .state()
            .statuses
            .get(s.index())
            .and_then(|m| m.get(key));
        let on = line.is_some_and(|l| l.is_on());
        let had = line.is_some_and(|l| !l.intervals.is_empty());
        let present = line.and_then(|l| l.current()).and_then(|i| i.value.clone());
        let program = self.program_arc();
        let Some(status) = program.statuses.get(s.index()) else {
            return;
        };
        let mut start = w.starts.into_iter().next_back_with_conflict();
        if let Some((value, _, Some(rival))) = &mut start {
            let shown =
                |v: &Option<Value>| v.as_ref().map_or("none".to_owned(), |v| self.show_value(v));
            let text = format!(
                "two clauses give `{}` different values at the same point: {} and {}",
                status.name,
                shown(rival),
                shown(value)
            );
            *value = Some(Value::Undetermined(ClauseSet::conflict(
                status.provision,
                text,
            )));
        }
        if on {
            let same = start.as_ref().is_some_and(|(v, ..)| *v == present);
            let renew = start.is_some() && (w.end.is_some() || (valued && !same));
            if let Some(hit) = w
                .end
                .as_ref()
                .or(start.as_ref().filter(|_| renew).map(|(_, h, _)| h))
            {
                let (moment, cause, rule) = (
                    self.effect_moment(&hit.trigger),
                    hit.trigger.cause.clone(),
                    hit.rule,
                );
                self.end_status(s, key, moment, cause.clone(), Some(rule));
                // Another value is a start, not an end.
                if w.end.is_some() {
                    self.emit(
                        TriggerKind::Ended(s, key.clone()),
                        moment,
                        cause,
                        position,
                        batch,
                    );
                }
                self.no_doubt(s, key);
            }
            if let Some((value, hit, _)) = start.filter(|_| renew) {
                self.start_by(s, key, value, &hit, position, batch);
            }
        } else if let Some((value, hit, _)) = start {
            let blocked = w.end.is_some() || (status.once && had) || self.is_blocked(s, key);
            if !blocked {
                self.start_by(s, key, value, &hit, position, batch);
                self.no_doubt(s, key);
            }
        } else if w.end.is_some() {
            self.no_doubt(s, key);
        }
        if let Some(c) = w.doubt {
            let line = self.line_mut(s, key);
            if let Some(line) = line {
                line.doubt = Some(line.doubt.take().unwrap_or_default().union(&c));
            }
            self.state_mut().touch(Dep::Status(s), key.clone());
        }
    }

    fn no_doubt(&mut self, s: StatusId, key: &Key) {
        if let Some(line) = self.line_mut(s, key)
            && line.doubt.take().is_some()
        {
            self.state_mut().touch(Dep::Status(s), key.clone());
        }
    }

    fn line_mut(&mut self, s: StatusId, key: &Key) -> Option<&mut crate::state::StatusLine> {
        self.state_mut()
            .statuses
            .get_mut(s.index())
            .map(|m| m.entry(key.clone()).or_default())
    }

    /// An until-condition holds already (R16).
    fn is_blocked(&self, s: StatusId, key: &Key) -> bool {
        let Some(status) = self.program().statuses.get(s.index()) else {
            return false;
        };
        let mut env = Env::new();
        for (d, e) in status.keys.iter().zip(key) {
            env.bind(d.var, self.state().key_value(*e));
        }
        status
            .blocked_while
            .iter()
            .any(|g| Eval::new(self).truth(*g, &mut env) == Truth::True)
    }

    fn start_by(
        &mut self,
        s: StatusId,
        key: &Key,
        value: Option<Value>,
        hit: &Hit,
        position: usize,
        batch: &mut Batch,
    ) {
        let (moment, cause) = (self.effect_moment(&hit.trigger), hit.trigger.cause.clone());
        if self.begin_status(s, key, value, moment, cause.clone(), Some(hit.rule)) {
            self.emit(
                TriggerKind::Started(s, key.clone()),
                moment,
                cause,
                position,
                batch,
            );
        }
    }

    fn emit(
        &self,
        kind: TriggerKind,
        moment: Moment,
        parent: Arc<Cause>,
        position: usize,
        batch: &mut Batch,
    ) {
        let what = match &kind {
            TriggerKind::Started(s, key) => CauseKind::Started(*s, key.clone()),
            TriggerKind::Ended(s, key) => CauseKind::Ended(*s, key.clone()),
            _ => CauseKind::Time,
        };
        let cause = Cause::new(what, moment, None, Some(parent));
        let mut trigger = Trigger::plain(kind, moment, cause);
        trigger.seen = Seen::After(position);
        batch.add(self, trigger);
    }

    /// Starts an interval. False if it is on already.
    pub(crate) fn begin_status(
        &mut self,
        s: StatusId,
        key: &Key,
        value: Option<Value>,
        moment: Moment,
        cause: Arc<Cause>,
        rule: Option<RuleId>,
    ) -> bool {
        let provision = self.rule_provision(rule);
        let Some(line) = self.line_mut(s, key) else {
            return false;
        };
        if line.is_on() {
            return false;
        }
        line.intervals.push(Interval {
            start: moment,
            end: None,
            value: value.clone(),
            cause: cause.clone(),
            rule,
            end_cause: None,
            end_rule: None,
        });
        self.state_mut().touch(Dep::Status(s), key.clone());
        if self.is_kept(s) {
            return true;
        }
        let shown = value.as_ref().map(|v| self.show_status_value(s, v));
        let text = self
            .words()
            .starts(&self.show_status(s, key), shown.as_deref());
        let what = Happening::StatusStarted {
            status: s,
            key: key.clone(),
            value,
        };
        self.record(what, text, moment, provision, Some(cause));
        true
    }

    /// Ends the open interval. False if it is off.
    pub(crate) fn end_status(
        &mut self,
        s: StatusId,
        key: &Key,
        moment: Moment,
        cause: Arc<Cause>,
        rule: Option<RuleId>,
    ) -> bool {
        let provision = self.rule_provision(rule);
        let Some(line) = self.line_mut(s, key) else {
            return false;
        };
        let Some(last) = line.intervals.last_mut().filter(|i| i.end.is_none()) else {
            return false;
        };
        last.end = Some(moment);
        last.end_cause = Some(cause.clone());
        last.end_rule = rule;
        self.state_mut().touch(Dep::Status(s), key.clone());
        if self.is_kept(s) {
            return true;
        }
        let text = self.words().ends(&self.show_status(s, key));
        self.record(
            Happening::StatusEnded {
                status: s,
                key: key.clone(),
            },
            text,
            moment,
            provision,
            Some(cause),
        );
        true
    }

    /// Whether it is no status of the text.
    fn is_kept(&self, s: StatusId) -> bool {
        self.program()
            .statuses
            .get(s.index())
            .is_some_and(|s| s.kept)
    }

    /// The key that an effect writes; none if one of its values is none or undetermined.
    pub(crate) fn write_key(&mut self, gs: &[Guard], env: &mut Env) -> Option<Key> {
        let values: Vec<Value> = gs.iter().map(|g| Eval::new(self).value(*g, env)).collect();
        let fit = |v: &Value| {
            !matches!(
                v,
                Value::None | Value::Pending { .. } | Value::Undetermined(_)
            )
        };
        if !values.iter().all(fit) {
            return None;
        }
        Some(
            values
                .into_iter()
                .map(|v| self.state_mut().intern(v))
                .collect(),
        )
    }

    pub(crate) fn rule_provision(&self, rule: Option<RuleId>) -> Vec<rogatio_mir::ProvisionId> {
        rule.and_then(|r| self.program().rules.get(r.0 as usize))
            .map(|r| r.provision)
            .into_iter()
            .collect()
    }
}

/// A start, and a different value that another one gives.
type Contested = (Option<Value>, Hit, Option<Option<Value>>);

/// The last start, and whether another one gives a different value.
trait LastStart {
    fn next_back_with_conflict(self) -> Option<Contested>;
}

impl<I: Iterator<Item = (Option<Value>, Hit)>> LastStart for I {
    fn next_back_with_conflict(self) -> Option<Contested> {
        self.fold(None, |last, (value, hit)| match last {
            None => Some((value, hit, None)),
            Some((v, h, rival)) if v == value => Some((v, h, rival)),
            Some((v, ..)) => Some((value, hit, Some(v))),
        })
    }
}
