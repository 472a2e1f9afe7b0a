//! What is missing for a value to be another: the row of a table, the exception of a rule.

use super::*;
use rogatio_mir::HitPolicy;

impl Seeker<'_> {
    /// The least that gives a guard a value; none if nothing is known of how it comes about.
    pub(super) fn becomes(&mut self, g: Guard, wanted: &Value, env: &Env) -> Option<Missing> {
        let case = self.case;
        if case.eval(g, env) == *wanted {
            return Some(Missing::nothing());
        }
        if self.depth >= DEEPEST || self.budget == 0 {
            return None;
        }
        self.budget -= 1;
        self.depth += 1;
        let found = match &case.program().guards.get(g.index())?.op {
            Op::Call(d, gs) => {
                let (value, inner) = self.inside(*d, gs, env)?;
                self.becomes(value, wanted, &inner)
            }
            Op::Table { hit, rows, .. } => self.row(*hit, rows, wanted, env),
            Op::StatusValue(s, gs) => {
                let key = Eval::new(case).key(gs, &mut env.clone()).ok()?;
                self.status_becomes(*s, &key, wanted)
            }
            Op::Except(base, arms) => self.exception(*base, arms, wanted, env),
            _ => None,
        };
        self.depth -= 1;
        found
    }

    /// A row that gives the value, and the rows that stand before it out of the way.
    fn row(
        &mut self,
        hit: HitPolicy,
        rows: &[(Guard, Guard, ProvisionId)],
        wanted: &Value,
        env: &Env,
    ) -> Option<Missing> {
        let case = self.case;
        let values: Vec<Value> = rows.iter().map(|(_, v, _)| case.eval(*v, env)).collect();
        let mut ways = Vec::new();
        for (i, (cond, _, place)) in rows.iter().enumerate() {
            if values.get(i) != Some(wanted) {
                continue;
            }
            let mut parts = vec![self.seek(*cond, env, true)];
            for (j, (other, ..)) in rows.iter().enumerate() {
                let before = match hit {
                    HitPolicy::First => j < i,
                    HitPolicy::Strongest => {
                        let (a, b) = (values[j].entity(), wanted.entity());
                        a.is_none_or(|a| b.is_some_and(|b| a < b))
                    }
                    HitPolicy::Unique | HitPolicy::Any => true,
                };
                if before && values.get(j) != Some(wanted) {
                    parts.push(self.seek(*other, env, false));
                }
            }
            let mut way = Missing::all(parts);
            way.provision = way.provision.filter(|p| p.0 > 0).or(Some(*place));
            ways.push(way);
        }
        Missing::cheapest(ways)
    }

    /// An event that gives a valued status the value.
    fn status_becomes(&mut self, s: StatusId, key: &Key, wanted: &Value) -> Option<Missing> {
        let case = self.case;
        let mut ways = Vec::new();
        for (_, rule) in case.program().rules_of(Latch::Status(s)) {
            let Effect::Start(keys, Some(value)) = &rule.effect else {
                continue;
            };
            let Some(mut env) = self.rule_env(keys, key) else {
                continue;
            };
            match case.program().guards.get(value.index()).map(|n| &n.op) {
                Some(Op::Var(v)) if env.get(*v).is_none_or(|known| known == wanted) => {
                    env.bind(*v, wanted.clone());
                }
                _ if case.eval(*value, &env) == *wanted => {}
                _ => continue,
            }
            ways.push(self.event(&rule.on, rule.guard, &env, Some(key)));
        }
        Missing::cheapest(ways)
    }

    /// An exception that gives the value, or the rule itself, and what beats it out of the way.
    fn exception(
        &mut self,
        base: Guard,
        arms: &[(Guard, Guard)],
        wanted: &Value,
        env: &Env,
    ) -> Option<Missing> {
        let case = self.case;
        let gives = |g: Guard| case.eval(g, env) == *wanted;
        let mut ways = Vec::new();
        for (cond, _) in arms.iter().filter(|(_, v)| gives(*v)) {
            let mut parts = vec![self.seek(*cond, env, true)];
            for (other, v) in arms {
                if !gives(*v) {
                    parts.push(self.seek(*other, env, false));
                }
            }
            ways.push(Missing::all(parts));
        }
        if let Some(rule) = self.becomes(base, wanted, env) {
            let mut parts = vec![rule];
            for (other, v) in arms {
                if !gives(*v) {
                    parts.push(self.seek(*other, env, false));
                }
            }
            ways.push(Missing::all(parts));
        }
        Missing::cheapest(ways)
    }
}
