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
    /// Stages and outcomes; the first is where an instance is born.
    pub stages: Vec<Stage>,
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
    /// Decisions opened on entry.
    pub decides: Vec<DecisionId>,
    /// Instances of other procedures opened on entry.
    pub opens: Vec<Opens>,
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
