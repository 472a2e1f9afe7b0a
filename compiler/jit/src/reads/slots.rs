//! Which slots are read, and where the keys of the reader stand among theirs.

use super::*;

impl Reader<'_> {
    /// Arguments that are more than a variable or a constant have reads of their own.
    pub(crate) fn arguments(
        &mut self,
        args: &[Guard],
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        for a in args {
            if !matches!(self.program.guard(*a).op, Op::Var(_)) {
                self.walk(*a, env, keys, out)?;
            }
        }
        Ok(())
    }

    pub(super) fn slot(
        &mut self,
        slot: Slot,
        args: &[Guard],
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        let mut at: Vec<Option<usize>> = vec![None; keys];
        for (i, a) in args.iter().enumerate() {
            if let Op::Var(v) = self.program.guard(*a).op
                && let Some(Bind::Key(k)) = env.get(v)
                && let Some(place) = at.get_mut(*k)
            {
                place.get_or_insert(i);
            }
            self.walk(*a, env, keys, out)?;
        }
        let all: Option<Vec<usize>> = at.into_iter().collect();
        let places = all.filter(|at| !at.is_empty());
        let of = args.len();
        out.slots.insert((slot, places.map(|at| Places { at, of })));
        Ok(())
    }

    pub(super) fn no_doubt(&self, s: StatusId) -> Walked {
        if self.world.dated_statuses.contains(&s) {
            let name = &self.program.statuses[s.index()].name;
            return Err(Refusal::form(format!(
                "a status assumed for a part of the run (`{name}`) is not compiled"
            )));
        }
        Ok(())
    }

    pub(super) fn scheduled(
        &mut self,
        s: StatusId,
        starts: bool,
        args: &[Guard],
        env: &Env,
        keys: usize,
        out: &mut Reads,
    ) -> Walked {
        self.no_doubt(s)?;
        let status = &self.program.statuses[s.index()];
        let timers = if starts {
            &status.start_timers
        } else {
            &status.end_timers
        };
        for t in timers {
            if self.program.timers[t.index()].keys.len() != status.keys.len() {
                return Err(Refusal::form(format!(
                    "the scheduled start of `{}`, which has more than one per key, is not compiled",
                    status.name
                )));
            }
            if !crate::version::told(self.program, self.program.timers[t.index()].live) {
                return Err(Refusal::form(
                    "what is scheduled by a version that an event begins, ends or pins is not compiled",
                ));
            }
            self.slot(Slot::Timer(*t), args, env, keys, out)?;
        }
        self.slot(Slot::Status(s), args, env, keys, out)
    }
}
