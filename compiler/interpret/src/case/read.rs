//! What can be read off a case: values, occurrences, duties, entities, statuses.

use super::*;

impl Case {
    /// The value of a guard now.
    #[must_use]
    pub fn eval(&self, g: Guard, env: &Env) -> Value {
        Eval::new(self).value(g, &mut env.clone())
    }

    /// Everything that happened, valid or not, in order.
    pub fn occurrences(&self) -> impl ExactSizeIterator<Item = &Occurrence> {
        self.state.occurrences.iter().map(Arc::as_ref)
    }

    /// One of them.
    #[must_use]
    pub fn occurrence(&self, id: OccurrenceId) -> Option<&Occurrence> {
        self.state.occurrences.get(id.index()).map(Arc::as_ref)
    }

    /// Everything worth telling, in order.
    #[must_use]
    pub fn timeline(&self) -> &[Entry] {
        &self.state.timeline
    }

    /// All instances of norms.
    pub fn duties(&self) -> impl Iterator<Item = &DutyInstance> {
        self.state.duties.iter()
    }

    /// One of them.
    #[must_use]
    pub fn duty(&self, id: crate::DutyId) -> Option<&DutyInstance> {
        self.state.duty(id)
    }

    /// State of the latest instance of a norm whose keys match (`None`: any).
    #[must_use]
    pub fn norm_state(&self, norm: NormId, keys: &[Option<Value>]) -> NormState {
        self.latest_duty(norm, keys)
            .map_or(NormState::None, |d| d.state)
    }

    /// The latest instance of a norm whose keys match (`None`: any).
    #[must_use]
    pub fn latest_duty(&self, norm: NormId, keys: &[Option<Value>]) -> Option<&DutyInstance> {
        self.latest_named(norm, keys)
    }

    /// The latest instance of a norm in any of its versions whose keys are these.
    pub(crate) fn latest_named(&self, n: NormId, keys: &[Option<Value>]) -> Option<&DutyInstance> {
        let duties = &self.state.duties;
        let named = self.program.norms_named(n);
        let latest = named.filter_map(|n| duties.latest(n, keys));
        latest.max_by_key(|d| d.id)
    }

    /// Whether an act has breached a prohibition with these keys.
    pub(crate) fn was_broken(&self, norm: NormId, keys: &[Option<Value>]) -> bool {
        let fits = |held: &[Value]| {
            keys.iter()
                .zip(held)
                .all(|(w, k)| w.as_ref().is_none_or(|w| w == k))
        };
        self.state
            .broken
            .iter()
            .any(|(n, held)| *n == norm && fits(held))
    }

    /// The name of an entity.
    #[must_use]
    pub fn entity_name(&self, e: Entity) -> &str {
        self.state
            .entities
            .get(e.index())
            .map_or("?", |d| d.name.as_str())
    }

    /// The kind of an entity.
    #[must_use]
    pub fn entity_kind(&self, e: Entity) -> Option<KindId> {
        self.state.kind(e)
    }

    /// The entity of that name; entities of the case come before those of the program.
    #[must_use]
    pub fn find_entity(&self, name: &str) -> Option<Entity> {
        self.state
            .names
            .get(name)
            .copied()
            .or_else(|| self.numbered(name))
    }

    /// `Bill#2`: the second instance, though it may have a name of its own.
    fn numbered(&self, name: &str) -> Option<Entity> {
        let (procedure, number) = name.split_once('#')?;
        let number: usize = number.parse().ok()?;
        let of = |p: ProcedureId| self.program.procedures.get(p.index());
        self.state
            .instances
            .iter()
            .filter(|(_, i)| of(i.procedure).is_some_and(|p| p.name == procedure))
            .nth(number.checked_sub(1)?)
            .map(|(e, _)| *e)
    }

    /// All entities, with their names and kinds.
    pub fn entities(&self) -> impl Iterator<Item = (Entity, &str, KindId)> {
        let number = |i: usize| Entity(u32::try_from(i).unwrap_or(u32::MAX));
        self.state
            .entities
            .iter()
            .enumerate()
            .map(move |(i, d)| (number(i), d.name.as_str(), d.kind))
    }

    /// The entity of that name, of one of those kinds if it can be.
    #[must_use]
    pub fn find_of_kinds(&self, name: &str, kinds: &[KindId]) -> Option<Entity> {
        let named = self
            .find_entity(name)
            .filter(|e| self.state.is_of(*e, kinds));
        named.or_else(|| {
            let of_kinds = self.state.of_kinds(kinds);
            of_kinds.into_iter().find(|e| self.entity_name(*e) == name)
        })
    }

    /// The value that a given takes at a point, as far as it was supplied.
    pub(crate) fn given_at(
        &self,
        given: GivenId,
        keys: &[Entity],
        from: Option<Point>,
    ) -> Option<&Value> {
        let values = self.state.givens.get(given.index())?.get(keys)?;
        let point = from.unwrap_or(self.state.now.point);
        values.range(..=point).next_back().map(|(_, v)| v)
    }

    /// The intervals of a status: start, end, value.
    #[must_use]
    pub fn status_intervals(
        &self,
        status: StatusId,
        keys: &[Entity],
    ) -> Vec<(Point, Option<Point>, Option<Value>)> {
        let all = self.intervals(status, keys).iter();
        all.map(|i| (i.start.point, i.end.map(|e| e.point), i.value.clone()))
            .collect()
    }

    /// The same with days and causes.
    #[must_use]
    pub fn intervals(&self, status: StatusId, keys: &[Entity]) -> &[Interval] {
        let line = self
            .state
            .statuses
            .get(status.index())
            .and_then(|m| m.get(keys));
        line.map_or(&[], |l| l.intervals.as_slice())
    }

    /// The keys for which a status was ever on.
    pub fn status_keys(&self, status: StatusId) -> impl Iterator<Item = &Key> {
        self.state
            .statuses
            .get(status.index())
            .into_iter()
            .flat_map(|m| m.keys())
    }

    /// Whether a status holds now.
    #[must_use]
    pub fn status_holds(&self, status: StatusId, keys: &[Entity]) -> crate::Truth {
        Eval::new(self).status_holds(status, &keys.to_vec())
    }

    /// The clauses that leave a status open, if they do.
    #[must_use]
    pub fn status_clauses(&self, status: StatusId, keys: &[Entity]) -> Option<ClauseSet> {
        self.status_holds(status, keys).clauses().cloned()
    }
}
