//! What made a condition begin to hold or to fail now: the change of something it reads (R59).

use super::*;
use crate::Key;
use rogatio_mir::{Op, StatusId};

impl Case {
    /// What the present truth of what a norm asks for, or of what releases it, is due to: something that it reads has changed
    /// now, or the norm has begun to bind.
    pub(super) fn behind(
        &self,
        d: &DutyInstance,
        g: Guard,
        env: &Env,
        batch: &Batch,
    ) -> Arc<Cause> {
        let mut found = Vec::new();
        self.changes_behind(g, env, &mut found);
        let bound_now = d.born.point == self.state().now.point;
        let birth = d.cause.parent.clone().filter(|_| bound_now);
        let cause = found.into_iter().next().or(birth);
        cause.unwrap_or_else(|| self.root_cause(batch))
    }

    /// The causes of what has changed now among that which gives a condition its truth, in the order of the text.
    fn changes_behind(&self, g: Guard, env: &Env, found: &mut Vec<Arc<Cause>>) {
        let Some(node) = self.program().guards.get(g.index()) else {
            return;
        };
        let truth = |g: Guard| Eval::new(self).truth(g, &mut env.clone());
        match &node.op {
            Op::And(parts) | Op::Or(parts) => {
                let whole = truth(g);
                for p in parts.iter().filter(|p| truth(**p) == whole) {
                    self.changes_behind(*p, env, found);
                }
            }
            Op::StatusOn(s, args) | Op::StatusValue(s, args) => {
                if let Ok(key) = Eval::new(self).key(args, &mut env.clone()) {
                    self.status_behind(*s, &key, found);
                }
            }
            Op::HistCount(h, args) | Op::HistSum(h, _, args) | Op::HistTime(h, _, args) => {
                let key = Eval::new(self).key(args, &mut env.clone()).ok();
                let hists = self.state().hists.get(h.index());
                let pushes = key.and_then(|key| hists?.get(&key));
                let last = pushes.and_then(|p| p.list().last());
                found.extend(
                    last.filter(|p| self.is_now(p.moment))
                        .map(|p| p.cause.clone()),
                );
            }
            Op::Call(define, args) => {
                let Some(define) = self.program().defines.get(define.index()) else {
                    return;
                };
                let mut inner = Env::new();
                inner.event_time = env.event_time;
                inner.version = env.version;
                let element = define.element.as_ref().map(|(v, _)| *v);
                for (var, g) in define.params.iter().copied().chain(element).zip(args) {
                    inner.bind(var, self.eval(*g, env));
                }
                let (value, _) = self.text_of_define(define, &inner);
                self.changes_behind(value, &inner, found);
            }
            Op::Count(domain, cond) | Op::Exists(domain, cond) | Op::Sum(domain, cond, _) => {
                for env in self.tuples(std::slice::from_ref(domain), env) {
                    self.changes_behind(*cond, &env, found);
                }
            }
            Op::ForAll(domain, of, cond) => {
                for env in self.tuples(std::slice::from_ref(domain), env) {
                    let fails = |g: Guard| Eval::new(self).truth(g, &mut env.clone());
                    if !fails(*of).is_false() && !fails(*cond).is_true() {
                        self.changes_behind(*cond, &env, found);
                        self.changes_behind(*of, &env, found);
                    }
                }
            }
            op => {
                for operand in op.operands() {
                    self.changes_behind(operand, env, found);
                }
            }
        }
    }

    fn status_behind(&self, s: StatusId, key: &Key, found: &mut Vec<Arc<Cause>>) {
        let Some(status) = self.program().statuses.get(s.index()) else {
            return;
        };
        if let Some(level) = status.level {
            let mut env = Env::new();
            for (d, e) in status.keys.iter().zip(key) {
                env.bind(d.var, self.state().key_value(*e));
            }
            self.changes_behind(level, &env, found);
            return;
        }
        let Some(last) = self.intervals(s, key).last() else {
            return;
        };
        let changed = match last.end {
            Some(end) => last.end_cause.clone().filter(|_| self.is_now(end)),
            None => Some(last.cause.clone()).filter(|_| self.is_now(last.start)),
        };
        found.extend(changed);
    }

    fn is_now(&self, m: Moment) -> bool {
        m.point == self.state().now.point
    }
}
