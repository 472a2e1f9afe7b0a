//! Environments: values of variables, and the time of the event at hand.

use crate::{Moment, Value};
use rogatio_calendar::Point;
use rogatio_mir::VarId;

/// Values of variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    vars: Vec<(VarId, Value)>,
    pub(crate) event_time: Option<Moment>,
    /// The point that chooses versions; the present one if it is not set (R47b).
    pub(crate) version: Option<Point>,
}

impl Env {
    /// No variable is bound.
    #[must_use]
    pub fn new() -> Env {
        Env::default()
    }

    /// Binds a variable; a later binding hides an earlier one.
    pub fn bind(&mut self, var: VarId, value: Value) {
        self.vars.push((var, value));
    }

    /// The same, for building.
    #[must_use]
    pub fn with(mut self, var: VarId, value: Value) -> Env {
        self.bind(var, value);
        self
    }

    /// Sets the time of the event at hand.
    #[must_use]
    pub fn at_event(mut self, time: Moment) -> Env {
        self.event_time = Some(time);
        self
    }

    /// Sets the point that chooses versions.
    #[must_use]
    pub(crate) fn in_versions_of(mut self, point: Option<Point>) -> Env {
        self.version = point;
        self
    }

    /// The same versions and event, and no variables: where a name of its own is read.
    #[must_use]
    pub fn without_variables(&self) -> Env {
        Env {
            vars: Vec::new(),
            ..self.clone()
        }
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, var: VarId) -> Option<&Value> {
        self.vars
            .iter()
            .rev()
            .find(|(v, _)| *v == var)
            .map(|(_, value)| value)
    }

    pub(crate) fn len(&self) -> usize {
        self.vars.len()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.vars.truncate(len);
    }

    /// The bindings, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &(VarId, Value)> {
        self.vars.iter()
    }
}
