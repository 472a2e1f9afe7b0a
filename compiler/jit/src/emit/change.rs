//! What follows at once from a change: counters are brought up to date, watchers marked.

use super::*;

impl Em<'_, '_> {
    /// Something was written at a key: counters follow, watchers are marked.
    pub(crate) fn wrote(&mut self, slot: Slot, keys: &Keys, index: ir::Value) -> R<()> {
        let slice = self.slice;
        let mut bits = 0;
        let entities = self.entities(keys, index);
        for (i, counter) in slice.counters.iter().enumerate() {
            if counter.slots.contains(&slot) && counter.keys.len() == entities.len() {
                self.recount(i, keys, &entities)?;
            }
        }
        for w in 0..slice.watchers.len() {
            bits |= self.mark_for(w, slot, keys, index)?;
        }
        if bits != 0 {
            let bits = self.int(bits);
            self.mark_bits(bits);
        }
        Ok(())
    }

    /// An instance has moved from one stage to another: what reads whether it is in one of these follows.
    pub(crate) fn wrote_stage(
        &mut self,
        p: ProcedureId,
        index: ir::Value,
        (old, new): (ir::Value, ir::Value),
    ) -> R<()> {
        let (slice, slot) = (self.slice, Slot::Stage(p));
        let keys = &self.layout.procedures[&p].keys;
        let entities = self.entities(keys, index);
        let of = |stages: &BTreeSet<(ProcedureId, u32)>| -> Vec<u32> {
            let own = stages.iter().filter(|(q, _)| *q == p);
            own.map(|(_, s)| *s).collect()
        };
        let counters = slice.counters.iter().enumerate();
        let counters: Vec<(usize, Vec<u32>)> = counters
            .filter(|(_, c)| c.slots.contains(&slot) && c.keys.len() == entities.len())
            .map(|(i, c)| (i, of(&c.stages)))
            .collect();
        let any: Vec<u32> = counters.iter().flat_map(|(_, s)| s).copied().collect();
        if !any.is_empty() {
            let some = self.touched(old, new, &any);
            self.when(some, |em| {
                for (i, stages) in &counters {
                    let it = em.touched(old, new, stages);
                    em.when(it, |em| em.recount(*i, keys, &entities))?;
                }
                Ok(())
            })?;
        }
        let mut bits = vec![0i64; self.program.procedures[p.index()].stages.len()];
        for (w, watcher) in slice.watchers.iter().enumerate() {
            let read = watcher.own.iter().map(|(s, _)| s).chain(&watcher.any);
            if !read.into_iter().any(|s| *s == slot) {
                continue;
            }
            let Some(stages) = watcher.stages.as_ref().map(of) else {
                let all = self.mark_for(w, slot, keys, index)?;
                bits.iter_mut().for_each(|b| *b |= all);
                continue;
            };
            if let Some(bit) = self.bit_for(w, slot, keys) {
                for s in stages {
                    bits[s as usize] |= bit;
                }
                continue;
            }
            let it = self.touched(old, new, &stages);
            self.when(it, |em| em.mark_for(w, slot, keys, index).map(|_| ()))?;
        }
        if bits.iter().any(|b| *b != 0) {
            let at = |v| self.known(v).and_then(|s| bits.get(s as usize).copied());
            let bits = match (at(old), at(new)) {
                (Some(was), Some(is)) if was | is == 0 => return Ok(()),
                (Some(was), Some(is)) => self.int(was | is),
                _ => {
                    let table = self.table(Elem::I64, bits);
                    let (was, is) = (self.load(table, old), self.load(table, new));
                    self.b.ins().bor(was, is)
                }
            };
            self.mark_bits(bits);
        }
        Ok(())
    }

    /// Whether one of two stages is among some.
    fn touched(&mut self, old: ir::Value, new: ir::Value, stages: &[u32]) -> ir::Value {
        if stages.iter().any(|s| *s >= u64::BITS) {
            let (was, is) = (self.among(old, stages), self.among(new, stages));
            return self.b.ins().bor(was, is);
        }
        if let (Some(old), Some(new)) = (self.known(old), self.known(new)) {
            let mut stages = stages.iter().map(|s| i64::from(*s));
            return self.bool(stages.any(|s| s == old || s == new));
        }
        let mask = stages.iter().fold(0u64, |all, s| all | 1 << s);
        let mask = self.int(mask.cast_signed());
        let (was, is) = (self.b.ins().ushr(mask, old), self.b.ins().ushr(mask, new));
        let bit = self.b.ins().bor(was, is);
        self.b.ins().band_imm_u(bit, 1)
    }

    /// The bit of what is watched, if a change of a slot that it reads concerns it whatever the key.
    fn bit_for(&self, w: usize, slot: Slot, keys: &Keys) -> Option<i64> {
        let (watcher, cols) = (&self.slice.watchers[w], &self.layout.watchers[w]);
        let bit = 1i64 << cols.bit?;
        let same = cols.keys == *keys;
        let mut own = watcher.own.iter();
        let own = own.any(|(s, places)| *s == slot && same && places.are_all());
        (own || watcher.any.contains(&slot)).then_some(bit)
    }

    /// Marks what is watched if it reads a slot. Where that is a bit it is returned instead.
    fn mark_for(&mut self, w: usize, slot: Slot, keys: &Keys, index: ir::Value) -> R<i64> {
        if let Some(bit) = self.bit_for(w, slot, keys) {
            return Ok(bit);
        }
        let watcher = &self.slice.watchers[w];
        if watcher.any.contains(&slot) {
            self.mark_all(w, None);
            return Ok(0);
        }
        let entities = self.entities(keys, index);
        for (_, places) in watcher.own.iter().filter(|(s, _)| *s == slot) {
            if places.are_all() {
                self.mark(w, keys, index, &entities)?;
            } else if places.of == entities.len() {
                let own: Vec<ir::Value> = places.at.iter().map(|i| entities[*i]).collect();
                self.mark_at(w, &own)?;
            } else {
                self.mark_all(w, None);
            }
        }
        Ok(0)
    }

    fn mark_bits(&mut self, bits: ir::Value) {
        let dirty = self.layout.dirty;
        let before = self.get(dirty);
        let all = self.b.ins().bor(before, bits);
        self.set(dirty, all);
    }

    pub(crate) fn mark_all(&mut self, w: usize, cond: Option<ir::Value>) {
        if let Some(bit) = self.layout.watchers[w].bit {
            let mut bits = self.int(1 << bit);
            if let Some(c) = cond {
                let none = self.int(0);
                bits = self.b.ins().select(c, bits, none);
            }
            return self.mark_bits(bits);
        }
        let all = self.layout.watchers[w].all;
        let flag = match cond {
            None => self.bool(true),
            Some(c) => {
                let base = self.base;
                let before = self.load_bool(all, base);
                self.b.ins().bor(before, c)
            }
        };
        self.set(all, flag);
    }

    fn mark(&mut self, w: usize, keys: &Keys, index: ir::Value, entities: &[ir::Value]) -> R<()> {
        let cols = &self.layout.watchers[w];
        if cols.keys == *keys {
            self.mark_index(w, index);
            return Ok(());
        }
        self.mark_at(w, entities)
    }

    /// Marks the key of some entities, if they are one.
    fn mark_at(&mut self, w: usize, entities: &[ir::Value]) -> R<()> {
        let cols = &self.layout.watchers[w];
        let args: Vec<V> = entities.iter().map(|e| V::Entity(*e)).collect();
        let (at, fits) = self.index(&cols.keys, &args, &[]);
        match fits {
            Some(fits) => self.when(fits, |em| {
                em.mark_index(w, at);
                Ok(())
            }),
            None => {
                self.mark_index(w, at);
                Ok(())
            }
        }
    }

    /// Marks one key of a watcher, once.
    pub(crate) fn mark_index(&mut self, w: usize, index: ir::Value) {
        let cols = &self.layout.watchers[w];
        let (mark, list) = (cols.mark, cols.list);
        match list {
            None => self.mark_all(w, None),
            Some(list) => {
                let marked = self.load_bool(mark, index);
                let fresh = self.not(marked);
                self.append_if(list, index, fresh);
                let yes = self.bool(true);
                self.store(mark, index, yes);
            }
        }
    }

    fn recount(&mut self, i: usize, keys: &Keys, entities: &[ir::Value]) -> R<()> {
        let cols = &self.layout.counters[i];
        let same = cols.keys == *keys;
        let values: Vec<V> = entities.iter().map(|e| V::Entity(*e)).collect();
        let (at, fits) = self.index(&cols.keys, &values, &vec![same; entities.len()]);
        let mut conds: Vec<ir::Value> = fits.into_iter().collect();
        if !same {
            conds.extend(self.members(&cols.keys, entities));
        }
        self.when_all(&conds, |em| em.recount_at(i, at, entities))
    }

    /// Brings a counter up to date for one element.
    pub(crate) fn recount_at(&mut self, i: usize, at: ir::Value, entities: &[ir::Value]) -> R<()> {
        let slice = self.slice;
        let (counter, cols) = (&slice.counters[i], &self.layout.counters[i]);
        let (count, holds) = (cols.count, cols.holds);
        let new = self.counted(i, entities)?;
        let old = self.load_bool(holds, at);
        self.store(holds, at, new);
        let (wide_new, wide_old) = (self.wide(new), self.wide(old));
        let change = self.b.ins().isub(wide_new, wide_old);
        let pairs = counter.keys.iter().zip(entities);
        let outer: Vec<ir::Value> = pairs
            .filter(|(d, _)| d.var != counter.domain.var)
            .map(|(_, e)| *e)
            .collect();
        let values: Vec<V> = outer.iter().map(|e| V::Entity(*e)).collect();
        let (cell, _) = self.index(&cols.outer, &values, &vec![true; outer.len()]);
        let n = self.load(count, cell);
        let n = self.b.ins().iadd(n, change);
        self.store(count, cell, n);
        let changed = self.b.ins().bxor(new, old);
        for (w, watcher) in slice.watchers.iter().enumerate() {
            if watcher.any.contains(&Slot::Counter(i)) {
                self.mark_all(w, Some(changed));
                continue;
            }
            for (_, places) in watcher.own.iter().filter(|(s, _)| *s == Slot::Counter(i)) {
                let own: Vec<ir::Value> = places.at.iter().map(|i| outer[*i]).collect();
                self.when(changed, |em| em.mark_at(w, &own))?;
            }
        }
        Ok(())
    }

    /// The watcher of something, if it has one.
    pub(crate) fn watcher(&self, of: Watched) -> Option<usize> {
        self.slice.watchers.iter().position(|w| w.of == of)
    }

    /// Runs over the keys of a watcher that must be looked at again.
    pub(crate) fn each_marked(
        &mut self,
        w: usize,
        body: impl FnOnce(&mut Self, ir::Value, &[ir::Value]) -> R<()>,
    ) -> R<()> {
        let cols = &self.layout.watchers[w];
        let (all, mark, list, keys) = (cols.all, cols.mark, cols.list, &cols.keys);
        if keys.empty {
            return Ok(());
        }
        if let Some(bit) = cols.bit {
            let (dirty, mask) = (self.layout.dirty, 1i64 << bit);
            let word = self.get(dirty);
            let set = self.int(mask);
            let set = self.b.ins().band(word, set);
            return self.when(set, |em| {
                let (word, rest) = (em.get(dirty), em.int(!mask));
                let word = em.b.ins().band(word, rest);
                em.set(dirty, word);
                let only = em.int(0);
                let entities = em.entities(keys, only);
                let conds = em.members(keys, &entities);
                em.when_all(&conds, |em| body(em, only, &entities))
            });
        }
        let base = self.base;
        let every = self.load_bool(
            Col {
                single: true,
                ..all
            },
            base,
        );
        let Some(list) = list else {
            return self.when(every, |em| {
                em.set_imm(all, 0);
                let zero = em.int(0);
                let entities = em.entities(keys, zero);
                let conds = em.members(keys, &entities);
                em.when_all(&conds, |em| body(em, zero, &entities))
            });
        };
        let n = self.get(list.count);
        let cap = self.int(i64::from(keys.cap));
        let n = self.b.ins().select(every, cap, n);
        let zero = self.int(0);
        self.each(zero, n, |em, i| {
            let listed = em.load(list.entries, i);
            let index = em.b.ins().select(every, i, listed);
            em.store_imm(mark, index, 0);
            let entities = em.entities(keys, index);
            let conds = em.members(keys, &entities);
            em.when_all(&conds, |em| body(em, index, &entities))
        })?;
        self.set_imm(list.count, 0);
        self.set_imm(all, 0);
        Ok(())
    }
}
