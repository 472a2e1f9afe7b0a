//! History summaries at their place in the pass (R4).

use crate::Case;
use crate::state::{Dep, Occurrence, Push};
use crate::trigger::{Batch, TriggerKind};
use rogatio_mir::{Effect, HistId, Position};
use std::sync::Arc;

impl Case {
    pub(crate) fn hist_latch(&mut self, h: HistId, position: usize, batch: &Batch) {
        let program = self.program_arc();
        let Some(hist) = program.hists.get(h.index()) else {
            return;
        };
        for mut hit in self.hits(position, batch) {
            let Some(rule) = program.rules.get(hit.rule.0 as usize) else {
                continue;
            };
            let Effect::Push(keys) = &rule.effect else {
                continue;
            };
            let Some(key) = self.write_key(keys, &mut hit.env) else {
                continue;
            };
            let o = match &hit.trigger.kind {
                TriggerKind::Act(id) => self.state().occurrences.get(id.index()).cloned(),
                _ => None,
            };
            let both = hist.store.contains(&Position::For);
            let stored = |o: &Occurrence| {
                hist.store
                    .iter()
                    .map(|p| self.position(o, *p, both))
                    .collect()
            };
            let before = self
                .state()
                .hists
                .get(h.index())
                .and_then(|m| m.get(&key))
                .map_or(0, |p| p.list().len());
            // The state in which a filter held is gone when somebody asks why: the reason is kept, for pushes that are
            // read by their number.
            let read = before == 0 || hist.nth.iter().any(|n| *n as usize == before + 1);
            let why = rule
                .guard
                .filter(|_| read)
                .map(|g| Arc::new(self.explain(g, &hit.env)));
            let push = Push {
                occurrence: o.as_ref().map(|o| o.id),
                cause: hit.trigger.cause,
                moment: o.as_ref().map_or(hit.trigger.moment, |o| o.moment),
                stored: o.as_deref().map_or_else(Vec::new, stored),
                uncertain: hit.uncertain,
                why,
            };
            let Some(pushes) = self.state_mut().hists.get_mut(h.index()) else {
                continue;
            };
            let list = pushes.entry(key.clone()).or_default();
            // A disjunction may match one occurrence twice; it is one entry.
            if list
                .list()
                .last()
                .is_none_or(|p| p.occurrence.is_none() || p.occurrence != push.occurrence)
            {
                list.push(push);
                self.state_mut().touch(Dep::Hist(h), key);
            }
        }
    }
}
