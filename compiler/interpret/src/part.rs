//! Parts of conditions that read no variable: `count(Party) >= 30` inside a condition on each member.
//!
//! Comes in: the parts of a reader with keys ([`crate::index::Index`] finds them). Goes out: their values, each worked
//! out once for all keys; a change of a value is an entry of the journal, a change of what the part reads is none. Never
//! happens: a reader of 100,000 keys that is evaluated for all of them because a number moved that it only compares.

use crate::dirty::Dirty;
use crate::eval::{Eval, Known};
use crate::state::{Dep, Part};
use crate::{Case, Env};
use rogatio_mir::Guard;

impl Case {
    /// Brings the parts up to date that norms and decisions read of the frozen result of a pass.
    pub(crate) fn refresh_frozen_parts(&mut self) {
        let index = self.index_arc();
        self.refresh_parts(&index.frozen_parts);
    }

    /// Brings parts up to date.
    pub(crate) fn refresh_parts(&mut self, parts: &[Guard]) -> Known {
        let mut all = Vec::with_capacity(parts.len());
        for &g in parts {
            let (now, end) = (self.state().now.point, self.state().changes.end());
            let index = self.index();
            let reads = index.part_reads.get(&g).map_or(&[][..], Vec::as_slice);
            let known = self.state().parts.get(&g);
            let fresh = known.is_some_and(|p| {
                p.wake > now && self.dirty(reads, 0, p.seen) == Dirty::Some(Vec::new())
            });
            if fresh {
                if let Some(p) = self.state_mut().parts.get_mut(&g) {
                    p.seen = end;
                    all.push((g, p.value.clone(), p.wake));
                }
                continue;
            }
            let mut eval = Eval::new(self);
            let value = eval.value(g, &mut Env::new());
            let wake = eval.wake;
            all.push((g, value.clone(), wake));
            let changed = known.is_some_and(|p| p.value != value);
            let part = Part {
                value,
                wake,
                seen: end,
            };
            let state = self.state_mut();
            state.parts.insert(g, part);
            state.wake_at(wake);
            if changed {
                state.touch(Dep::Part(g), Vec::new());
            }
        }
        all.into()
    }
}
