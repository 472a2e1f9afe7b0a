//! Which instances of norms to look at: those that an act is about, those of which something they read has changed.

use super::*;
use crate::dirty::Dirty;

impl Case {
    /// Live instances of a norm that an act may be about, oldest first.
    pub(crate) fn duties_about(
        &self,
        n: NormId,
        norm: &Norm,
        o: &Occurrence,
        agent: bool,
    ) -> impl Iterator<Item = &DutyInstance> {
        let keys = norm.duty.as_ref().map_or(&[][..], |d| d.keys.as_slice());
        let mut ids = BTreeSet::new();
        // Without an instance the act binds what it can; whatever is a key then finds the instances.
        for a in self.applies_as(norm, o, &Env::new(), agent) {
            ids.extend(self.live_duties(n, keys, &a.env));
        }
        ids.into_iter().filter_map(|id| self.state().duty(id))
    }

    fn live_duties(&self, n: NormId, keys: &[rogatio_mir::Domain], env: &Env) -> Vec<DutyId> {
        let known = keys.iter().enumerate();
        let known = known.filter_map(|(at, d)| Some((at, env.get(d.var)?)));
        let plain = |v: &Value| {
            matches!(
                v,
                Value::Entity(_) | Value::Int(_) | Value::Bool(_) | Value::Text(_)
            )
        };
        let wanted: Vec<(usize, Vec<Value>)> = known
            .filter(|(_, v)| plain(v))
            .map(|(at, v)| (at, vec![v.clone()]))
            .collect();
        self.state().duties.live(n, &wanted)
    }

    /// Those whose time has come, that were born or of which something they read has changed since all were looked at.
    pub(super) fn duties_to_look_at(&self) -> BTreeSet<DutyId> {
        let state = self.state();
        let duties = &state.duties;
        if state.thorough {
            return duties.iter().map(|d| d.id).collect();
        }
        let mut look: BTreeSet<DutyId> = duties.due(state.now.point).collect();
        look.extend(&duties.fresh);
        for (i, reads) in self.index().duty_reads.iter().enumerate() {
            let n = NormId(u32::try_from(i).unwrap_or(u32::MAX));
            if duties.of(n).is_empty() {
                continue;
            }
            let norm = self.program().norms.get(i);
            let keys = norm
                .and_then(|n| n.duty.as_ref())
                .map_or(0, |d| d.keys.len());
            let dirty = self.dirty(reads, keys, duties.seen);
            // A right that was used, or was not, comes again when what its window is anchored on moves (R30c).
            let moved = match &dirty {
                Dirty::All => true,
                Dirty::Some(filters) => !filters.is_empty(),
            };
            let comes_again = norm.is_some_and(|n| {
                let window = n.duty.as_ref().map(|d| &d.window);
                n.modal == Modal::May && window.is_some_and(|w| w.closes.is_some())
            });
            if moved && comes_again {
                let settled = |id: &DutyId| duties.get(*id).is_some_and(|d| !d.is_open());
                look.extend(duties.of(n).iter().copied().filter(settled));
            }
            match dirty {
                Dirty::All => look.extend(duties.live(n, &[])),
                Dirty::Some(filters) => {
                    for filter in filters {
                        let wanted = filter.iter().enumerate();
                        let wanted =
                            wanted.filter_map(|(at, e)| Some((at, vec![state.key_value((*e)?)])));
                        look.extend(duties.live(n, &wanted.collect::<Vec<_>>()));
                    }
                }
            }
        }
        look
    }

    /// Those whose window an event of this micro-step may close (`before E`), or that it may release (`until E`).
    pub(super) fn duties_closed_by(&self, batch: &Batch) -> BTreeSet<DutyId> {
        let mut found = BTreeSet::new();
        for (n, i) in &self.index().closed_on {
            let norm = self.program().norms.get(n.index());
            let Some(duty) = norm.and_then(|n| n.duty.as_ref()) else {
                continue;
            };
            let Some((on, _)) = duty.ends().nth(*i) else {
                continue;
            };
            for t in batch.of(OnKey::of(on), None) {
                for (env, _) in self.matches(on, &[], &t, &Env::new()) {
                    found.extend(self.live_duties(*n, &duty.keys, &env));
                }
            }
        }
        found
    }
}
