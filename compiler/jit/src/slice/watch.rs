//! What must be looked at again when something changes.

use super::*;
use rogatio_mir::HistId;

impl Slicer<'_> {
    /// Watchers for whatever must be looked at again.
    pub(super) fn watch(&mut self) -> Result<(), Refusal> {
        let program = self.reader.program;
        for latch in self.slice.latches.clone() {
            let reads = match latch {
                Latch::Edge(e) => {
                    let edge = &program.edges[e.index()];
                    self.reader
                        .reads(edge.cond, &keyed(&edge.keys), edge.keys.len())?
                }
                Latch::Timer(t) if self.reader.may_pend(program.timers[t.index()].at) => {
                    let timer = &program.timers[t.index()];
                    let env = timer
                        .carried
                        .iter()
                        .fold(keyed(&timer.keys), |e, v| e.with(*v, Bind::Element));
                    self.reader.reads(timer.at, &env, timer.keys.len())?
                }
                _ => continue,
            };
            not_watched(&reads)?;
            let mut watcher = Watcher::new(Watched::Latch(latch), &reads);
            if let Latch::Edge(e) = latch {
                watcher.newcomers(self.reader.world, &program.edges[e.index()].keys);
            }
            self.slice.watchers.push(watcher);
        }
        for (i, b) in self.slice.behaviours.clone().into_iter().enumerate() {
            let behaviour = &self.experiment.behaviours[b];
            if self.reader.world.dated.is(b) {
                continue;
            }
            let mut all = Reads::default();
            for g in enabling(program, self.reader.world, behaviour)? {
                let reads =
                    self.reader
                        .reads(g.guard, &g.env(behaviour), 1 + behaviour.each.len())?;
                not_watched(&reads).map_err(|r| r.span(behaviour.span))?;
                all.slots.extend(reads.slots);
                all.stages.extend(reads.stages);
                all.now |= reads.now || g.timed;
            }
            let mut watcher = Watcher::new(Watched::Behaviour(i), &all);
            let interrupted = !watcher.own.is_empty() || !watcher.any.is_empty() || watcher.now;
            let memoryless = matches!(
                behaviour.law,
                rogatio_mir::Law::Exponential(_)
                    | rogatio_mir::Law::Geometric(_)
                    | rogatio_mir::Law::Nth(..)
            );
            if interrupted
                && !memoryless
                && behaviour.restarting.is_none()
                && !only_by_itself(program, behaviour, &watcher)
            {
                return Err(Refusal::new(
                    codes::E0963,
                    "a clock that can be interrupted does not say what becomes of its delay",
                )
                .span(behaviour.span)
                .help(
                    "add `restarting` (a fresh delay each time it becomes possible) or `resuming`",
                ));
            }
            watcher.newcomers(self.reader.world, &clock_keys(behaviour));
            self.slice.watchers.push(watcher);
        }
        for (d, slots) in &self.slice.rolls {
            // Of several bodies each has ballots, the whole none.
            if !program.decisions[d.index()].limbs.is_empty() {
                continue;
            }
            self.slice.watchers.push(Watcher {
                of: Watched::Ballots(*d),
                own: BTreeSet::new(),
                any: slots.clone(),
                stages: None,
                now: false,
            });
        }
        Ok(())
    }
}

/// Ballots are cast together: what changes between two of them is not seen.
fn not_watched(reads: &Reads) -> Result<(), Refusal> {
    match reads.tally {
        true => Err(Refusal::form(
            "a condition that watches the tally of a decision is not compiled",
        )),
        false => Ok(()),
    }
}

/// A clock that only its own act stops is never interrupted: the histories of that act by its own actor.
fn only_by_itself(program: &Program, b: &Behaviour, watcher: &Watcher) -> bool {
    watcher.any.is_empty()
        && !watcher.now
        && watcher.own.iter().all(|(s, places)| {
            let by_itself =
                |h: &HistId| Some(program.hists[h.index()].act) == b.act() && places.are_all();
            matches!(s, Slot::Hist(h) if by_itself(h))
        })
}

impl Watcher {
    /// A new instance is a new key: what is watched is looked at for it.
    fn newcomers(&mut self, world: &World, keys: &[Domain]) {
        for k in keys
            .iter()
            .flat_map(|d| &d.kinds)
            .filter(|k| world.grows(&[**k]))
        {
            if keys.len() == 1 {
                let places = Places { at: vec![0], of: 1 };
                self.own.insert((Slot::Kind(*k), places));
            } else {
                self.any.insert(Slot::Kind(*k));
            }
        }
    }

    fn new(of: Watched, reads: &Reads) -> Watcher {
        let elsewhere = reads.slots.iter().filter(|(_, places)| places.is_none());
        let any: BTreeSet<Slot> = elsewhere.map(|(s, _)| *s).collect();
        let own = reads.slots.iter().filter(|(s, _)| !any.contains(s));
        let own = own.filter_map(|(s, places)| Some((*s, places.clone()?)));
        let own = own.collect();
        Watcher {
            of,
            own,
            any,
            stages: Some(reads.stages.clone()),
            now: reads.now,
        }
    }
}
