//! What sets and shares read.

use super::*;

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
            out.slots.insert((Slot::Counter(i), None));
            return Ok(());
        }
        let alone = env.outside().with(d.var, Bind::Key(0));
        let mut inner = Reads::default();
        self.all(&roots, &alone, 1, &mut inner)?;
        let grown = d.kinds.iter().filter(|k| self.world.grows(&[**k]));
        let grown: Vec<Slot> = grown.map(|k| Slot::Kind(*k)).collect();
        let own = |p: &Option<Places>| p.as_ref().is_some_and(Places::are_all);
        let own = inner.slots.iter().all(|(_, p)| own(p));
        if !inner.now && !inner.event && !inner.outer && own {
            let slots = inner.slots.iter().map(|(s, _)| *s).chain(grown).collect();
            self.counters.push(Counter {
                domain: d.clone(),
                cond: cond[0],
                then,
                slots,
            });
            out.parts.extend(inner.parts);
            out.slots
                .insert((Slot::Counter(self.counters.len() - 1), None));
            return Ok(());
        }
        out.slots.extend(grown.into_iter().map(|s| (s, None)));
        let within = env.clone().with(d.var, Bind::Element);
        self.all(&roots, &within, keys, out)
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
                let [(cond, value)] = live[..] else {
                    return Err(
                        Refusal::open("two exceptions to one rule may disagree").at(program, g)
                    );
                };
                self.walk(cond, env, keys, out)?;
                self.share(value, env, keys, out)?;
                self.share(*base, env, keys, out)
            }
            _ => Err(
                Refusal::form("a share that changes during a run is not compiled").at(program, g),
            ),
        }
    }
}
