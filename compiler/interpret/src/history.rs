//! History summaries at their place in the pass (R4).

use crate::Case;
use crate::eval::Eval;
use crate::state::{Dep, Push};
use crate::trigger::{Batch, TriggerKind};
use rogatio_mir::{Effect, HistId, Position};

impl Case {
    pub(crate) fn hist_latch(&mut self, h: HistId, position: usize, batch: &Batch) {
        let program = self.program_arc();
        let Some(hist) = program.hists.get(h.index()) else { return };
        for mut hit in self.hits(position, batch) {
            let Some(rule) = program.rules.get(hit.rule.0 as usize) else { continue };
            let (Effect::Push(keys), TriggerKind::Act(id)) = (&rule.effect, &hit.trigger.kind) else { continue };
            let Ok(key) = Eval::new(self).key(keys, &mut hit.env) else { continue };
            let Some(o) = self.state().occurrences.get(id.index()).cloned() else { continue };
            let both = hist.store.contains(&Position::For);
            let stored = hist.store.iter().map(|p| self.position(&o, *p, both)).collect();
            let push = Push { occurrence: *id, moment: o.moment, stored, uncertain: hit.uncertain };
            let Some(pushes) = self.state_mut().hists.get_mut(h.index()) else { continue };
            let list = pushes.entry(key.clone()).or_default();
            // A disjunction may match one occurrence twice; it is one entry.
            if list.last().is_none_or(|p| p.occurrence != *id) {
                list.push(push);
                self.state_mut().touch(Dep::Hist(h), key);
            }
        }
    }
}
