//! What sets and shares read.

use super::*;

/// Truths that are kept for the counts of all tuples, at most: each run begins by copying them.
const MOST_KEPT: usize = 1 << 16;

/// Whether a count over what reads a slot can follow its changes: it is read at exactly the keys, and is no count itself.
fn kept_in_step((slot, places): &(Slot, Option<Places>)) -> bool {
    !matches!(slot, Slot::Counter(_)) && places.as_ref().is_some_and(Places::are_all)
}

impl Reader<'_> {
    pub(super) fn set(
        &mut self,
        d: &Domain,
        cond: &[Guard],
        then: Option<Guard>,
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        let roots: Vec<Guard> = cond.iter().copied().chain(then).collect();
        if let Some(i) = self.counter(d, cond[0], then) {
            return self.counted(i, env, keys, out);
        }
        let alone = env.outside().with(d.var, Bind::Key(0));
        let mut inner = Reads::default();
        self.all(&roots, &alone, 1, &mut inner)?;
        let grown = d.kinds.iter().filter(|k| self.world.grows(&[**k]));
        let grown: Vec<Slot> = grown.map(|k| Slot::Kind(*k)).collect();
        let own = inner.slots.iter().all(kept_in_step);
        if !inner.now && !inner.event && !inner.outer && own {
            let slots = inner.slots.iter().map(|(s, _)| *s).chain(grown).collect();
            self.counters.push(Counter {
                domain: d.clone(),
                cond: cond[0],
                then,
                keys: vec![d.clone()],
                slots,
                stages: inner.stages,
            });
            out.parts.extend(inner.parts);
            out.slots
                .insert((Slot::Counter(self.counters.len() - 1), None));
            return Ok(());
        }
        if inner.outer && grown.is_empty() && !inner.now && !inner.event {
            let found = self.counted_for(d, &roots, env)?;
            if let Some((of, inner)) = found {
                self.counters.push(Counter {
                    domain: d.clone(),
                    cond: cond[0],
                    then,
                    keys: of,
                    slots: inner.slots.iter().map(|(s, _)| *s).collect(),
                    stages: inner.stages,
                });
                out.parts.extend(inner.parts);
                return self.counted(self.counters.len() - 1, env, keys, out);
            }
        }
        out.slots.extend(grown.into_iter().map(|s| (s, None)));
        let within = env.clone().with(d.var, Bind::Element);
        self.all(&roots, &within, keys, out)
    }

    /// A counter is read, of the tuple that the variables outside are bound to.
    fn counted(&mut self, i: usize, env: &Env, keys: usize, out: &mut Reads) -> Walked {
        let outer = self.counters[i].outer();
        let mut at: Vec<Option<usize>> = vec![None; keys];
        for (place, d) in outer.iter().enumerate() {
            match env.get(d.var) {
                None => return Err(Refusal::form("a variable of a count is open here")),
                Some(Bind::Key(k)) => {
                    if let Some(found) = at.get_mut(*k) {
                        found.get_or_insert(place);
                    }
                }
                Some(Bind::Outer) => out.outer = true,
                Some(_) => {}
            }
        }
        let all: Option<Vec<usize>> = at.into_iter().collect();
        let places = all.filter(|at| !at.is_empty());
        let of = outer.len();
        let places = places.map(|at| Places { at, of });
        out.slots.insert((Slot::Counter(i), places));
        Ok(())
    }

    /// The variables outside on which a count hangs, with the element, in an order in which all that is read is read at
    /// exactly them.
    fn counted_for(
        &mut self,
        d: &Domain,
        roots: &[Guard],
        env: &Env,
    ) -> Result<Option<(Vec<Domain>, Reads)>, Refusal> {
        let (mut free, mut bound) = (Vec::new(), vec![d.var]);
        rogatio_mir::each_guard(self.program, roots, |_, op| match op {
            Op::Var(v) if !free.contains(v) => free.push(*v),
            Op::Count(d, _) | Op::Sum(d, ..) | Op::Exists(d, _) | Op::ForAll(d, ..) => {
                bound.push(d.var);
            }
            _ => {}
        });
        free.retain(|v| !bound.contains(v));
        let mut outer = Vec::new();
        let size =
            |kinds: &[KindId]| -> usize { kinds.iter().map(|k| self.world.range(*k).len()).sum() };
        let mut kept = size(&d.kinds);
        for var in free {
            let Ty::Entity(kinds) = &self.program.vars[var.index()].ty else {
                return Ok(None);
            };
            if self.world.grows(kinds) || env.get(var).is_none() {
                return Ok(None);
            }
            kept = kept.saturating_mul(size(kinds).max(1));
            let kinds = kinds.clone();
            outer.push(Domain { var, kinds });
        }
        if outer.is_empty() || kept > MOST_KEPT {
            return Ok(None);
        }
        let last = outer.iter().chain([d]).cloned().collect::<Vec<_>>();
        let first = [d].into_iter().chain(&outer).cloned().collect();
        for order in [last, first] {
            let at = order.iter().enumerate();
            let alone = at.fold(env.outside(), |e, (i, d)| e.with(d.var, Bind::Key(i)));
            let mut inner = Reads::default();
            self.all(roots, &alone, order.len(), &mut inner)?;
            let own = inner.slots.iter().all(kept_in_step);
            if !inner.now && !inner.event && !inner.outer && own {
                return Ok(Some((order, inner)));
            }
        }
        Ok(None)
    }

    pub(super) fn share(&mut self, g: Guard, env: &Env, keys: usize, out: &mut Reads) -> Walked {
        let program = self.program;
        if let Some(c) = self.world.fold(program, g, env) {
            return match c {
                Const::Share(..) => Ok(()),
                _ => Err(Refusal::form("this share is not compiled").at(program, g)),
            };
        }
        match &program.guard(g).op {
            Op::Call(d, args) => {
                self.arguments(args, env, keys, out)?;
                match (
                    self.world.inline(program, *d, args, env),
                    program.defines.get(d.index()),
                ) {
                    (Some(inner), Some(define)) => self.share(define.value, &inner, keys, out),
                    _ => Err(Refusal::form("an unknown define").at(program, g)),
                }
            }
            Op::Except(base, arms) => {
                let live = self.live_arms(arms, env);
                if live.len() > 1 {
                    self.may_step_aside(disagree(), g);
                }
                for (cond, value) in live {
                    self.walk(cond, env, keys, out)?;
                    self.share(value, env, keys, out)?;
                }
                self.share(*base, env, keys, out)
            }
            _ => Err(
                Refusal::form("a share that changes during a run is not compiled").at(program, g),
            ),
        }
    }
}
