//! Entities of a case.

use crate::{Entity, Value};
use rogatio_mir::{FieldId, KindId};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an entity.
#[derive(Clone, Debug)]
pub struct EntityData {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindId,
    /// Values of its scalar fields, as far as given.
    pub fields: BTreeMap<FieldId, Value>,
    /// Elements of its set-valued fields, as far as given.
    pub sets: BTreeMap<FieldId, BTreeSet<Entity>>,
}

impl EntityData {
    pub(crate) fn new(name: &str, kind: KindId) -> EntityData {
        EntityData {
            name: name.to_owned(),
            kind,
            fields: BTreeMap::new(),
            sets: BTreeMap::new(),
        }
    }
}
