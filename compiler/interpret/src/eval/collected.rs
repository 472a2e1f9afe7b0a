//! Sets as values: what an argument, a status or a given holds.

use super::*;
use std::collections::BTreeSet;

impl Eval<'_> {
    /// The elements of a set, as they stand; undetermined if one of them is.
    pub(super) fn set_of(&mut self, d: &Domain, cond: Guard, env: &mut Env) -> Value {
        let mut found = BTreeSet::new();
        let mut open: Option<ClauseSet> = None;
        self.each(d, env, &mut |eval, env| {
            match eval.truth(cond, env) {
                Truth::True => {
                    found.extend(env.get(d.var).and_then(Value::entity));
                }
                Truth::False => {}
                Truth::Unknown(c) => open = Some(open.take().unwrap_or_default().union(&c)),
            }
            true
        });
        match open {
            Some(c) => Value::Undetermined(c),
            None => Value::Set(Arc::new(found)),
        }
    }

    /// Whether an element is in a set that is a value: in none there is nothing.
    pub(super) fn in_set(&mut self, set: &Value, element: &Value) -> Value {
        match (set, element) {
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => {
                Value::Undetermined(c.clone())
            }
            (Value::Set(all), Value::Entity(e)) => Value::Bool(all.contains(e)),
            _ => Value::Bool(false),
        }
    }
}
