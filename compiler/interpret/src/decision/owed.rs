//! What the outcome of a decision is owed to besides the rule that gave it: exceptions that let it come so far.

use super::*;
use crate::eval::share_of;

impl Case {
    /// Exceptions without which a test that was passed would have stopped: what came of it is owed to them, too.
    pub(super) fn relaxing(
        &self,
        test: &Test,
        (d, s): Matter,
        moved: &[Matter],
    ) -> Vec<(Guard, Option<Entity>)> {
        let mut found = Vec::new();
        for (g, voter) in test.rests_on.iter().chain(&test.spares) {
            let env = self.roll_env(d, s, *voter);
            let mut exceptions = Vec::new();
            self.sparing(*g, test.stops_on, &env, moved, &mut exceptions);
            found.extend(exceptions.into_iter().map(|g| (g, *voter)));
        }
        found
    }

    /// The same, of a condition that is not what stops.
    fn sparing(
        &self,
        g: Guard,
        stops_on: bool,
        env: &Env,
        moved: &[Matter],
        found: &mut Vec<Guard>,
    ) {
        let truth = |g: Guard| Eval::closing(self, moved).truth(g, &mut env.clone());
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Except(base, arms)) => {
                let holding: Vec<Guard> = arms
                    .iter()
                    .filter(|(c, _)| truth(*c).is_true())
                    .map(|(_, v)| *v)
                    .collect();
                match (holding.as_slice(), truth(*base)) {
                    ([], _) => self.sparing(*base, stops_on, env, moved, found),
                    (_, base) if base == Truth::of(!stops_on) => {}
                    _ => found.push(g),
                }
            }
            Some(Op::Not(a)) => self.sparing(*a, !stops_on, env, moved, found),
            Some(Op::And(parts) | Op::Or(parts)) => {
                // Of those that are enough by themselves, one that needs no exception will do.
                let every = matches!(
                    (
                        self.program().guards.get(g.index()).map(|n| &n.op),
                        stops_on
                    ),
                    (Some(Op::And(_)), false) | (Some(Op::Or(_)), true)
                );
                let mut ways = Vec::new();
                for p in parts.iter().filter(|p| truth(**p) == Truth::of(!stops_on)) {
                    let mut way = Vec::new();
                    self.sparing(*p, stops_on, env, moved, &mut way);
                    ways.push(way);
                }
                if every || ways.iter().all(|w| !w.is_empty()) {
                    found.extend(ways.into_iter().flatten());
                }
            }
            Some(Op::Call(..) | Op::Compare(..) | Op::ShareCompare { .. }) => {
                self.sparing_values(g, stops_on, env, moved, found);
            }
            _ => {}
        }
    }

    /// The same, of a comparison or a define: exceptions to the defines it reads, without which it would be otherwise.
    fn sparing_values(
        &self,
        g: Guard,
        stops_on: bool,
        env: &Env,
        moved: &[Matter],
        found: &mut Vec<Guard>,
    ) {
        let Some(node) = self.program().guards.get(g.index()) else {
            return;
        };
        let read = match &node.op {
            Op::Call(..) => vec![g],
            Op::Compare(_, a, b) => vec![*a, *b],
            Op::ShareCompare { part, share, base } => vec![*part, *share, *base],
            _ => return,
        };
        let plain: Vec<Option<Value>> = read
            .iter()
            .map(|g| self.without_exceptions(*g, env, moved))
            .collect();
        if plain.iter().all(Option::is_none) {
            return;
        }
        let mut eval = Eval::closing(self, moved);
        let values: Vec<Value> = read
            .iter()
            .zip(&plain)
            .map(|(g, v)| match v {
                Some(v) => v.clone(),
                None => eval.value(*g, &mut env.clone()),
            })
            .collect();
        let would_be = match (&node.op, values.as_slice()) {
            (Op::Call(..), [v]) => v.clone(),
            (Op::Compare(op, ..), [a, b]) => eval.compare(node.provision, *op, a, b),
            (Op::ShareCompare { .. }, [part, share, base]) => {
                share_of(node.provision, part, share, base)
            }
            _ => return,
        };
        if would_be.truth() != Truth::of(!stops_on) {
            let owed = read.iter().zip(&plain).filter(|(_, v)| v.is_some());
            found.extend(owed.map(|(g, _)| *g));
        }
    }

    /// What a define would be but for the exceptions to it that hold; none where none does.
    fn without_exceptions(&self, g: Guard, env: &Env, moved: &[Matter]) -> Option<Value> {
        let program = self.program();
        let op = |g: Guard| program.guards.get(g.index()).map(|n| &n.op);
        let Some(Op::Call(define, args)) = op(g) else {
            return None;
        };
        let define = program.defines.get(define.index())?;
        let mut eval = Eval::closing(self, moved);
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        inner.version = env.version;
        let element = define.element.as_ref().map(|(v, _)| *v);
        let vars = define.params.iter().copied().chain(element);
        for (var, arg) in vars.zip(args) {
            inner.bind(var, eval.value(*arg, &mut env.clone()));
        }
        let (text, _) = self.text_of_define(define, &inner);
        let Some(Op::Except(base, arms)) = op(text) else {
            return None;
        };
        let holds = |c: &Guard, eval: &mut Eval<'_>| eval.truth(*c, &mut inner.clone()).is_true();
        if !arms.iter().any(|(c, _)| holds(c, &mut eval)) {
            return None;
        }
        Some(eval.value(*base, &mut inner))
    }
}
