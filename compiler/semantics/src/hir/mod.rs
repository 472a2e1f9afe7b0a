//! HIR: the checked program. Every name is resolved, every expression typed, sets are comprehensions,
//! event terms are [`Stream`]s, modules are linked into one [`Program`].
//!
//! One file per construct, as in the AST. Ids are indices into the vectors of [`Program`].

mod act;
mod body;
mod chance;
mod clock;
mod dates;
mod decision;
mod experiment;
mod expr;
mod kind;
mod norm;
mod piece;
mod procedure;
mod provision;
mod scenario;
mod status;
mod stream;
mod table;
mod version;
mod walk;

pub use act::*;
pub use body::*;
pub use chance::*;
pub use clock::*;
pub use dates::*;
pub use decision::*;
pub use experiment::*;
pub use expr::*;
pub use kind::*;
pub use norm::*;
pub use piece::*;
pub use procedure::*;
pub use provision::*;
pub use scenario::*;
pub use status::*;
pub use stream::*;
pub use table::*;
pub use version::*;

use rogatio_calendar::Convention;
pub use rogatio_diagnostics::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        /// Where something stands is no part of what it says: `{:-?}` leaves a [`ProvisionId`] out.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if f.sign_minus() && stringify!($name) == "ProvisionId" {
                    return Ok(());
                }
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl $name {
            /// As an index.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A leaf kind: entities belong to exactly one.
    KindId,
    /// An entity known when the module is checked: an office, a body, a named instance.
    EntityId,
    /// A unit of one's own.
    UnitId,
    /// A field of a kind.
    FieldId,
    /// An act, deed or event.
    ActId,
    /// A given.
    GivenId,
    /// A reading.
    ReadingId,
    /// A define, a dated role, a table.
    DefineId,
    /// A status.
    StatusId,
    /// A norm.
    NormId,
    /// A decision.
    DecisionId,
    /// A procedure.
    ProcedureId,
    /// A provision: what a citation names.
    ProvisionId,
    /// A version of an article.
    VersionId,
    /// A variable; unique in the program.
    VarId,
}

/// The checked program: one module and all it uses.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The modules, the one checked last.
    pub modules: Vec<ModuleInfo>,
    /// Leaf kinds.
    pub kinds: Vec<Kind>,
    /// Entities named in modules.
    pub entities: Vec<Entity>,
    /// Units of one's own.
    pub units: Vec<Unit>,
    /// Fields of kinds; parameters of procedures are fields of the procedure's kind.
    pub fields: Vec<Field>,
    /// Acts, deeds and events.
    pub acts: Vec<Act>,
    /// Givens.
    pub givens: Vec<Given>,
    /// Readings.
    pub readings: Vec<Reading>,
    /// Defines, dated roles and tables.
    pub defines: Vec<Define>,
    /// Statuses.
    pub statuses: Vec<Status>,
    /// Norms.
    pub norms: Vec<Norm>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Procedures.
    pub procedures: Vec<Procedure>,
    /// Provisions.
    pub provisions: Vec<Provision>,
    /// Versions of articles, those of one article in the order of their time.
    pub versions: Vec<Version>,
    /// Events at which versions begin or end.
    pub version_events: Vec<VersionEvent>,
    /// Variables.
    pub vars: Vec<Var>,
    /// Lengths given to the urgency ordinals by the modules.
    pub terms: Vec<(
        rogatio_grammar::ast::Urgency,
        rogatio_calendar::Length,
        ProvisionId,
    )>,
    /// A second clock.
    pub second_clock: Option<SecondClock>,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// Experiments.
    pub experiments: Vec<Experiment>,
}

impl EntityId {
    /// An entity that the text names and does not declare, which has been said.
    pub const UNKNOWN: EntityId = EntityId(u32::MAX);
}

impl Program {
    /// Whether a provision is another or stands inside it.
    #[must_use]
    pub fn is_within(&self, inner: ProvisionId, outer: ProvisionId) -> bool {
        let mut at = Some(inner);
        while let Some(p) = at {
            if p == outer {
                return true;
            }
            let p = self.provisions.get(p.index());
            // A citation without version means any of them.
            if p.is_some_and(|p| p.of == Some(outer)) {
                return true;
            }
            at = p.and_then(|p| p.parent);
        }
        false
    }

    /// A body, if the entity is one and has been read without mistake.
    #[must_use]
    pub fn body(&self, entity: EntityId) -> Option<&Body> {
        self.entities.get(entity.index())?.body.as_ref()
    }

    /// The kind of what a case names with `A as X`: the instance that the act opens, or its occurrence.
    #[must_use]
    pub fn named_by(&self, act: ActId) -> Option<KindId> {
        let act = self.acts.get(act.index())?;
        match act.opens {
            Some((_, p)) => self.procedures.get(p.index()).map(|p| p.kind),
            None => act.occurrences,
        }
    }
}

/// What is known of a module.
#[derive(Clone, Debug)]
pub struct ModuleInfo {
    /// `un.cbd`; empty for a file without a `module` line.
    pub path: String,
    /// Of a copy of a parameterised module: the name that its `use` gives it.
    pub alias: Option<String>,
    /// Titles.
    pub titles: Vec<String>,
    /// `source "…"`.
    pub source: Option<String>,
    /// The counting convention; `treaty` if none is named.
    pub counting: Convention,
    /// Whether it is named.
    pub counts: bool,
    /// Of a convention that asks for them: the public holidays.
    pub holidays: Option<GivenId>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// As written, or invented (`it`, `#3`).
    pub name: String,
    /// Its type.
    pub ty: Ty,
}
