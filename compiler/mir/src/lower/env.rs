//! What variables stand for where an expression is lowered.

use super::*;
use std::ops::Index;

/// A guard for each variable in scope: so few that they lie side by side, and are looked through.
#[derive(Clone, Debug, Default)]
pub(super) struct Env(Vec<(VarId, Guard)>);

impl Env {
    pub(super) fn new() -> Env {
        Env::default()
    }

    pub(super) fn get(&self, v: &VarId) -> Option<&Guard> {
        self.0.iter().find(|(known, _)| known == v).map(|(_, g)| g)
    }

    pub(super) fn contains_key(&self, v: &VarId) -> bool {
        self.get(v).is_some()
    }

    /// In the place of what it stood for.
    pub(super) fn insert(&mut self, v: VarId, guard: Guard) {
        match self.0.iter_mut().find(|(known, _)| *known == v) {
            Some((_, old)) => *old = guard,
            None => self.0.push((v, guard)),
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Index<&VarId> for Env {
    type Output = Guard;

    fn index(&self, v: &VarId) -> &Guard {
        self.get(v).expect("a variable in scope")
    }
}

impl FromIterator<(VarId, Guard)> for Env {
    fn from_iter<I: IntoIterator<Item = (VarId, Guard)>>(all: I) -> Env {
        let mut env = Env::new();
        all.into_iter().for_each(|(v, g)| env.insert(v, g));
        env
    }
}
