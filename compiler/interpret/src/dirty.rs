//! Who must look again: the changes since a reader last looked, as patterns over the reader's keys.
//!
//! Comes in: what a guard reads, and which of the read keys are keys of the reader ([`Read`]); the journal of changes.
//! Goes out: the keys for which the guard may have another value. Never happens: a key that is left out although
//! something it reads has changed; one too many costs time and nothing else. [`Case::set_thorough`] looks at all keys
//! always, and the tests hold the two against each other.

use crate::index::Read;
use crate::state::Dep;
use crate::{Case, Entity, Key};
use rogatio_mir::Domain;
use std::collections::BTreeSet;

/// Keys as far as a change fixes them; `None` stands for any.
pub(crate) type Filter = Vec<Option<Entity>>;

/// The keys to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dirty {
    /// All of them.
    All,
    /// Those that fit one of the patterns; none if there is none.
    Some(Vec<Filter>),
}

impl Case {
    /// Evaluates everything at every step, whether or not something it reads has changed: slow, and the measure for the
    /// fast way.
    pub fn set_thorough(&mut self, thorough: bool) {
        self.state_mut().thorough = thorough;
    }

    /// What has changed since `seen` for a reader with so many keys.
    pub(crate) fn dirty(&self, reads: &[Read], arity: usize, seen: usize) -> Dirty {
        let state = self.state();
        if state.thorough {
            return Dirty::All;
        }
        let changes = &state.changes;
        let mut filters: Vec<Filter> = Vec::new();
        if seen >= changes.end() {
            return Dirty::Some(filters);
        }
        for (dep, map) in reads {
            for (_, key) in changes.since(*dep, seen) {
                let mut filter = vec![None; arity];
                for (at, value) in map.iter().zip(key) {
                    if let Some(place) = at.and_then(|at| filter.get_mut(at)) {
                        *place = Some(*value);
                    }
                }
                if filter.iter().all(Option::is_none) {
                    return Dirty::All;
                }
                if !filters.contains(&filter) {
                    filters.push(filter);
                }
            }
        }
        Dirty::Some(filters)
    }

    /// Patterns for the newcomers among some domains since `seen`.
    pub(crate) fn newcomers(&self, domains: &[Domain], seen: usize) -> Vec<Filter> {
        let changes = &self.state().changes;
        let mut filters = Vec::new();
        for (at, d) in domains.iter().enumerate() {
            let entries = d
                .kinds
                .iter()
                .flat_map(|k| changes.since(Dep::Kind(*k), seen));
            for new in entries.filter_map(|(_, key)| key.first()) {
                let mut filter = vec![None; domains.len()];
                filter[at] = Some(*new);
                filters.push(filter);
            }
        }
        filters
    }

    /// The tuples over some domains that fit a pattern.
    pub(crate) fn fitting(&self, domains: &[Domain], filter: &Filter, out: &mut BTreeSet<Key>) {
        let state = self.state();
        let mut keys: Vec<Key> = vec![Vec::with_capacity(domains.len())];
        for (d, fixed) in domains.iter().zip(filter) {
            let elements = match fixed {
                Some(e) if d.kinds.is_empty() || state.is_of(*e, &d.kinds) => vec![*e],
                Some(_) => return,
                None => self.elements(d),
            };
            if let [one] = elements[..] {
                keys.iter_mut().for_each(|k| k.push(one));
                continue;
            }
            keys = keys
                .into_iter()
                .flat_map(|k| {
                    elements.iter().map(move |x| {
                        let mut k = k.clone();
                        k.push(*x);
                        k
                    })
                })
                .collect();
        }
        out.extend(keys);
    }

    /// All tuples over some domains.
    pub(crate) fn all_keys(&self, domains: &[Domain]) -> BTreeSet<Key> {
        let mut out = BTreeSet::new();
        self.fitting(domains, &vec![None; domains.len()], &mut out);
        out
    }
}
