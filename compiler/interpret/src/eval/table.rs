//! Decision tables (tour 4.5): which rows match, and which of them gives the value.

use super::*;
use rogatio_mir::HitPolicy;

/// A row that matches, or may.
struct Match {
    row: usize,
    value: Value,
}

impl Eval<'_> {
    pub(super) fn table(
        &mut self,
        hit: HitPolicy,
        rows: &[(Guard, Guard, ProvisionId)],
        none: Guard,
        env: &mut Env,
    ) -> Value {
        let mut sure: Vec<Match> = Vec::new();
        let mut perhaps: Vec<Match> = Vec::new();
        let mut clauses = ClauseSet::default();
        for (row, (cond, value, _)) in rows.iter().enumerate() {
            let truth = self.truth(*cond, env);
            if truth.is_false() {
                continue;
            }
            let value = self.value(*value, env);
            let found = Match { row, value };
            match truth {
                Truth::Unknown(c) => {
                    clauses = clauses.union(&c);
                    perhaps.push(found);
                }
                _ => sure.push(found),
            }
            if hit == HitPolicy::First && !sure.is_empty() {
                break;
            }
        }
        let value = match hit {
            HitPolicy::First => sure.into_iter().next().map(|m| m.value),
            HitPolicy::Unique => match sure.as_slice() {
                [a, b, ..] => return self.clash(rows, a, b, "match"),
                _ => sure.into_iter().next().map(|m| m.value),
            },
            HitPolicy::Any => {
                let other = sure.iter().find(|m| m.value != sure[0].value);
                if let Some(other) = other {
                    return self.clash(rows, &sure[0], other, "match and disagree");
                }
                sure.into_iter().next().map(|m| m.value)
            }
            HitPolicy::Strongest => return self.strongest(sure, perhaps, clauses, none, env),
        };
        let value = value.unwrap_or_else(|| self.value(none, env));
        if perhaps.iter().all(|m| m.value == value) {
            value
        } else {
            Value::Undetermined(clauses.union(&value.clauses()))
        }
    }

    /// Of instances the one listed first; what may match makes a difference only where it is stronger.
    fn strongest(
        &mut self,
        sure: Vec<Match>,
        perhaps: Vec<Match>,
        clauses: ClauseSet,
        none: Guard,
        env: &mut Env,
    ) -> Value {
        let best = sure.iter().filter_map(|m| m.value.entity()).min();
        // Stronger than all of a kind there is nothing.
        let top = best.is_some_and(|e| {
            let state = self.case.state();
            let all = state
                .kind(e)
                .and_then(|k| self.case.program().kinds.get(k.index()));
            all.and_then(|k| k.instances.first())
                .is_some_and(|i| i.0 == e.0)
        });
        let mut open = ClauseSet::default();
        if !top {
            for m in &sure {
                open = open.union(&m.value.clauses());
            }
            let stronger = |m: &Match| match (m.value.entity(), best) {
                (Some(e), Some(best)) => e < best,
                _ => true,
            };
            if perhaps.iter().any(stronger) {
                open = open.union(&clauses);
            }
        }
        match best {
            Some(best) if open.is_empty() => Value::Entity(best),
            None if sure.is_empty() && perhaps.is_empty() => self.value(none, env),
            _ => Value::Undetermined(open),
        }
    }

    /// Two rows that cannot stand together: a contradiction that names both.
    fn clash(
        &self,
        rows: &[(Guard, Guard, ProvisionId)],
        a: &Match,
        b: &Match,
        how: &str,
    ) -> Value {
        let place = |m: &Match| rows.get(m.row).map_or(ProvisionId(0), |(.., p)| *p);
        let shown = |m: &Match| match rows.get(m.row) {
            Some((_, v, _)) => self.case.show_value_of(*v, &m.value),
            None => String::new(),
        };
        let text = |m: &Match, other: &Match| {
            format!(
                "row {} gives {}, row {} gives {}: both {how}",
                m.row + 1,
                shown(m),
                other.row + 1,
                shown(other)
            )
        };
        let one = ClauseSet::conflict(place(a), text(a, b));
        Value::Undetermined(one.union(&ClauseSet::conflict(place(b), text(a, b))))
    }
}
