//! Procedures.

use super::*;

/// A procedure.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// The kind of its instances.
    pub kind: KindId,
    /// The instance variable inside it.
    pub this: VarId,
    /// Opened by each element of this stream (acts with `new` open it themselves).
    pub opened_by: Option<Stream>,
    /// `q.parent`, of a procedure that stages open: the instance whose stage did.
    pub parent: Option<FieldId>,
    /// The outcome of an instance whose parent left the stage that opened it `while here`.
    pub abandoned: Option<usize>,
    /// Stages and outcomes; the first is where an instance is born, unless its version says otherwise.
    pub stages: Vec<Stage>,
    /// Where an instance is born, by version.
    pub first: Vec<(VersionId, usize)>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// A stage or outcome.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Titles.
    pub titles: Vec<String>,
    /// An outcome: no way out.
    pub outcome: bool,
    /// Ways out, tried in order.
    pub transitions: Vec<Transition>,
    /// Decisions opened on entry, in the version that says so.
    pub decides: Vec<(Option<VersionId>, DecisionId)>,
    /// Instances of other procedures opened on entry.
    pub opens: Vec<Opens>,
    /// The versions that have it; all if none is named.
    pub versions: Vec<VersionId>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Its name's place.
    pub span: Span,
}

/// `opens Q(args) [when C] [while here]` (R46).
#[derive(Clone, Debug)]
pub struct Opens {
    /// Q.
    pub procedure: ProcedureId,
    /// Its parameters' values, over the parent's `this`.
    pub fields: Vec<(FieldId, Expr)>,
    /// The condition, read on entry.
    pub when: Option<Expr>,
    /// Leaving the stage abandons the child.
    pub while_here: bool,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// `on X [when C] -> s`.
#[derive(Clone, Debug)]
pub struct Transition {
    /// The event. `lapse of D` is `LapseAfter(D, Enter(this stage))`, dead on exit.
    pub on: Stream,
    /// The condition.
    pub when: Option<Expr>,
    /// Index of the stage.
    pub target: usize,
    /// What a reason cites.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

impl Procedure {
    /// The stages in which an instance can be born.
    #[must_use]
    pub fn born(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.first.iter().map(|(_, s)| *s).collect();
        if all.is_empty() {
            all.push(0);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}
