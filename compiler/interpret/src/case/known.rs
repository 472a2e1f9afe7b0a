//! What is known of a case: its entities, facts from outside, what is assumed, terms.

use super::*;
use crate::EntityData;

impl Case {
    /// Adds an entity of the case.
    ///
    /// # Errors
    /// A name that the case has already, a kind that the program has not.
    pub fn add_entity(&mut self, name: &str, kind: KindId) -> Result<Entity, CaseError> {
        if self.program.kinds.get(kind.index()).is_none() {
            return Err(CaseError::NoSuch("kind"));
        }
        if let Some(e) = self.state.names.get(name)
            && e.index() >= self.program.entities.len()
        {
            return Err(CaseError::Duplicate(name.to_owned()));
        }
        Ok(self.state.push_entity(name, kind))
    }

    /// Sets a scalar field.
    ///
    /// # Errors
    /// No such entity or field.
    pub fn set_field(
        &mut self,
        entity: Entity,
        field: FieldId,
        value: Value,
    ) -> Result<(), CaseError> {
        self.fields_of(entity, field)?.fields.insert(field, value);
        self.state.touch(Dep::Field(field), vec![entity]);
        Ok(())
    }

    /// Sets a set-valued field.
    ///
    /// # Errors
    /// No such entity or field.
    pub fn set_set_field(
        &mut self,
        entity: Entity,
        field: FieldId,
        elements: impl IntoIterator<Item = Entity>,
    ) -> Result<(), CaseError> {
        let elements = elements.into_iter().collect();
        self.fields_of(entity, field)?.sets.insert(field, elements);
        self.state.touch(Dep::Field(field), vec![entity]);
        Ok(())
    }

    /// Where the fields of an entity stand, of which one is a field of the program.
    fn fields_of(&mut self, entity: Entity, field: FieldId) -> Result<&mut EntityData, CaseError> {
        if self.program.fields.get(field.index()).is_none() {
            return Err(CaseError::NoSuch("field"));
        }
        let data = self.state.entities.get_mut(entity.index());
        data.ok_or(CaseError::NoSuch("entity"))
    }

    /// A given takes a value: from a point on, or from the beginning. From phase 2 of a day's midnight, or of a second, its
    /// acts see it (R1).
    ///
    /// # Errors
    /// No such given.
    pub fn set_given(
        &mut self,
        given: GivenId,
        keys: &[Entity],
        value: Value,
        from: Option<Point>,
    ) -> Result<(), CaseError> {
        let values = self
            .state
            .givens
            .get_mut(given.index())
            .ok_or(CaseError::NoSuch("given"))?;
        let point = from.unwrap_or(Point::from_raw(i64::MIN));
        values
            .entry(keys.to_vec())
            .or_default()
            .insert(point, value);
        self.schedule(point, Scheduled::Given(given, keys.to_vec()));
        Ok(())
    }

    /// A status is taken to hold: from a point (else from the beginning) until another, which is out.
    ///
    /// # Errors
    /// No such status.
    pub fn assume_status(
        &mut self,
        status: StatusId,
        keys: &[Entity],
        value: Option<Value>,
        from: Option<Point>,
        until: Option<Point>,
    ) -> Result<(), CaseError> {
        let level = self
            .program
            .statuses
            .get(status.index())
            .ok_or(CaseError::NoSuch("status"))?
            .level
            .is_some();
        let spans = self
            .state
            .assumed
            .get_mut(status.index())
            .ok_or(CaseError::NoSuch("status"))?;
        spans
            .entry(keys.to_vec())
            .or_default()
            .push((from, until, value.clone()));
        self.state.touch(Dep::Status(status), keys.to_vec());
        if level {
            // A level reads its assumptions; only the changes must be noticed.
            for p in from.into_iter().chain(until) {
                self.state.wake_at(p);
            }
        }
        let start = from.unwrap_or(Point::from_raw(i64::MIN));
        self.schedule(start, Scheduled::Start(status, keys.to_vec(), value));
        if let Some(p) = until {
            self.schedule(p, Scheduled::End(status, keys.to_vec()));
        }
        Ok(())
    }

    /// Puts a change on the clock; what is past already happens at once.
    pub(super) fn schedule(&mut self, point: Point, item: Scheduled) {
        if self.state.begun && point <= self.state.now.point {
            let triggers = self.scheduled_now(item);
            self.step(triggers);
        } else {
            self.state.scheduled.entry(point).or_default().push(item);
        }
    }

    /// An ordinal gets a length.
    pub fn set_term(&mut self, urgency: Urgency, length: Length) {
        self.state.terms.push((urgency, length));
        self.state.version += 1;
    }
}
