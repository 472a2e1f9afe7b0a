//! Procedures (R44-R46).

use super::*;

/// A procedure.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name.
    pub name: String,
    /// Kind of its instances; its parameters are fields of the kind.
    pub kind: KindId,
    /// The instance variable.
    pub this: VarId,
    /// Opened by, beside acts with `new`.
    pub opened_by: Vec<Opener>,
    /// The field that names the parent, of one that stages open.
    pub parent: Option<FieldId>,
    /// Where a child goes whose parent left the stage that opened it [`Opens::while_here`].
    pub abandoned: Option<u32>,
    /// Stages; the first is where instances are born.
    pub stages: Vec<Stage>,
    /// Where they are born in a version.
    pub first: Vec<(VersionId, u32)>,
    /// Where declared.
    pub provision: ProvisionId,
}

/// What opens an instance: trigger, guard, values of fields.
pub type Opener = (On, Option<Guard>, Vec<(FieldId, Guard)>);

/// A stage or outcome.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// An outcome.
    pub outcome: bool,
    /// Ways out in order. `lapse of D` is an `On::Timer` of a timer armed on entry and disarmed on exit.
    pub transitions: Vec<Transition>,
    /// Decisions opened on entry, the instance as subject.
    pub decides: Vec<(Option<VersionId>, DecisionId)>,
    /// Children opened on entry.
    pub opens: Vec<Opens>,
    /// The versions that have it; all if none is named.
    pub versions: Vec<VersionId>,
    /// Where declared.
    pub provision: ProvisionId,
}

/// A child that a stage opens on entry (R46). Guards read [`Procedure::this`] of the parent.
#[derive(Clone, Debug)]
pub struct Opens {
    /// What is opened.
    pub procedure: ProcedureId,
    /// Values of its fields, that of its parent left out.
    pub fields: Vec<(FieldId, Guard)>,
    /// Condition.
    pub guard: Option<Guard>,
    /// Leaving the stage abandons it.
    pub while_here: bool,
    /// What a reason cites.
    pub provision: ProvisionId,
}

/// A way out.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Trigger; binds [`Procedure::this`] where it can, otherwise it is meant for every instance in the stage.
    pub on: Vec<On>,
    /// Condition that is tested on entry too (for a transition on a condition becoming true).
    pub on_condition: Option<Guard>,
    /// Further condition.
    pub guard: Option<Guard>,
    /// Where to.
    pub target: u32,
    /// What a reason cites.
    pub provision: ProvisionId,
}

impl Procedure {
    /// The stages in which an instance can be born.
    #[must_use]
    pub fn births(&self) -> Vec<u32> {
        if self.first.is_empty() {
            vec![0]
        } else {
            let mut all: Vec<u32> = self.first.iter().map(|(_, s)| *s).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}
